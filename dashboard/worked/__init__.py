"""Worked examples by hand, every line with its numbers; the last line is held against `core` when it is built.

One file per kind of calculation.
"""

from dashboard.worked.arithmetic_code import arithmetic_code_by_hand
from dashboard.worked.attention import attention_by_hand
from dashboard.worked.beam import beam_by_hand
from dashboard.worked.best_of_n import best_of_n_by_hand
from dashboard.worked.block import block_by_hand
from dashboard.worked.draw import draw_by_hand, error_band_by_hand, within
from dashboard.worked.dynamic_temperature import dynamic_temperature_by_hand
from dashboard.worked.engines import engines_by_hand
from dashboard.worked.experts import balance_by_hand, parameters_by_hand, route_by_hand
from dashboard.worked.gradient import gradient_by_hand
from dashboard.worked.length import length_by_hand
from dashboard.worked.log_sum_exp import log_sum_exp_by_hand
from dashboard.worked.merges import merges_by_hand
from dashboard.worked.min_p import min_p_by_hand
from dashboard.worked.order import order_by_hand
from dashboard.worked.penalties import penalties_by_hand
from dashboard.worked.preferences import dpo_by_hand, tilt_by_hand
from dashboard.worked.rotary import rotary_by_hand
from dashboard.worked.scores import bleu_by_hand, kappa_by_hand
from dashboard.worked.softmax import softmax_by_hand
from dashboard.worked.speculative import speculative_by_hand
from dashboard.worked.truncation import cut_cost_by_hand, nucleus_by_hand, renormalise_by_hand
from dashboard.worked.typical import typical_by_hand

__all__ = [
    "arithmetic_code_by_hand",
    "attention_by_hand",
    "balance_by_hand",
    "beam_by_hand",
    "best_of_n_by_hand",
    "bleu_by_hand",
    "block_by_hand",
    "cut_cost_by_hand",
    "dpo_by_hand",
    "draw_by_hand",
    "dynamic_temperature_by_hand",
    "engines_by_hand",
    "error_band_by_hand",
    "gradient_by_hand",
    "kappa_by_hand",
    "length_by_hand",
    "log_sum_exp_by_hand",
    "merges_by_hand",
    "min_p_by_hand",
    "nucleus_by_hand",
    "order_by_hand",
    "parameters_by_hand",
    "penalties_by_hand",
    "renormalise_by_hand",
    "rotary_by_hand",
    "route_by_hand",
    "softmax_by_hand",
    "speculative_by_hand",
    "tilt_by_hand",
    "typical_by_hand",
    "within",
]
