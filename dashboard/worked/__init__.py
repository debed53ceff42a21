"""Worked examples by hand, every line with its numbers; the last line is held against `core` when it is built.

One file per kind of calculation.
"""

from dashboard.worked.softmax import softmax_by_hand
from dashboard.worked.truncation import renormalise_by_hand

__all__ = ["renormalise_by_hand", "softmax_by_hand"]
