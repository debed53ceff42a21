"""The fast draw, equal in distribution to the readable one."""
