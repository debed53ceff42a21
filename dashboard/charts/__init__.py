"""Altair builders: how each chart is drawn, and its oracle.

A chart's rows are computed in the page (`dashboard/page/charts`, one file of the same name here and there); what is here
draws rows and computes nothing, and holds them to `core`: `tests/dashboard/test_charts.py`.
"""

from dashboard.charts.agreement import agreement
from dashboard.charts.attention import attention
from dashboard.charts.best_of_n import winners
from dashboard.charts.cross_entropy import cross_entropy
from dashboard.charts.cumulative import cumulative, k_control
from dashboard.charts.cuts import cut
from dashboard.charts.distribution import distribution
from dashboard.charts.draws import draws
from dashboard.charts.dynamic_temperature import over_text
from dashboard.charts.experts import expert_load, routes
from dashboard.charts.frame import BAR, STOPS, choice_control, temperature_control
from dashboard.charts.gradient_step import gradient_step
from dashboard.charts.kv_cache import kv_cache
from dashboard.charts.length import ENDS, bias_control, endings, length, length_controls
from dashboard.charts.lens import lens, pushes
from dashboard.charts.logits import moved_logits
from dashboard.charts.merges import SIZES, merges, piece, vocabulary_size
from dashboard.charts.neighbours import neighbours
from dashboard.charts.over_n import divergence, flawed_score
from dashboard.charts.over_temperature import curves, limits
from dashboard.charts.over_training import over_training
from dashboard.charts.parts import parts
from dashboard.charts.penalties import penalties, penalty_controls, shift_control
from dashboard.charts.pipeline import pipeline
from dashboard.charts.ranks import ranks
from dashboard.charts.readings import readings
from dashboard.charts.repeats import repeats
from dashboard.charts.roofline import roofline
from dashboard.charts.rotary import positions, rotary
from dashboard.charts.rounding import rounding
from dashboard.charts.ruler import ruler
from dashboard.charts.saturation import saturation
from dashboard.charts.single_precision import single_precision
from dashboard.charts.staircase import staircase
from dashboard.charts.steps import steps
from dashboard.charts.stopping import stopping
from dashboard.charts.tilt import frontier, tilt
from dashboard.charts.timeline import timeline
from dashboard.charts.two_orders import two_orders
from dashboard.charts.two_steps import step_control, two_steps
from dashboard.charts.vocabulary import visible, vocabulary
from dashboard.charts.votes import majority

__all__ = [
    "BAR",
    "ENDS",
    "SIZES",
    "STOPS",
    "agreement",
    "attention",
    "bias_control",
    "choice_control",
    "cross_entropy",
    "cumulative",
    "curves",
    "cut",
    "distribution",
    "divergence",
    "draws",
    "endings",
    "expert_load",
    "flawed_score",
    "frontier",
    "gradient_step",
    "k_control",
    "kv_cache",
    "length",
    "length_controls",
    "lens",
    "limits",
    "majority",
    "merges",
    "moved_logits",
    "neighbours",
    "over_text",
    "over_training",
    "parts",
    "penalties",
    "penalty_controls",
    "piece",
    "pipeline",
    "positions",
    "pushes",
    "ranks",
    "readings",
    "repeats",
    "roofline",
    "rotary",
    "rounding",
    "routes",
    "ruler",
    "saturation",
    "shift_control",
    "single_precision",
    "staircase",
    "step_control",
    "steps",
    "stopping",
    "temperature_control",
    "tilt",
    "timeline",
    "two_orders",
    "two_steps",
    "visible",
    "vocabulary",
    "vocabulary_size",
    "winners",
]
