"""What a reader meets, the same on every surface."""
