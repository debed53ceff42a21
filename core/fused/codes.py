"""The stages that the compiled draw knows, by number."""

TEMPERATURE, TOP_K, TOP_P, MIN_P, TYPICAL_P = range(5)
