"""How the models of this project were made, so that anyone can make them again: `python -m core.training --help`."""
