"""How engines name, order and read the same settings, and the way there and back."""
