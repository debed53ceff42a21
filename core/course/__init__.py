"""What only the lessons need: the theorems, and one file per subject beside the samplers."""
