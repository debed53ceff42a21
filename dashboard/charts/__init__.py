"""Altair builders. A live chart carries its own arithmetic: Vega recomputes softmax, cuts and bounds in the page.

The formulas repeat those of `core` in Vega's expression language, because the page has no Python behind it; a browser
test holds every chart against `core` to 1e-9. Conventions in the expressions: `d` is u − max u, so that no exponential
overflows; `tau` is the temperature, 0 and infinity included; `beta` is 1/τ. One file per kind of chart.
"""

from dashboard.charts.distribution import distribution
from dashboard.charts.frame import BAR, STOPS, choice_control, finished, stop, temperature_control
from dashboard.charts.over_temperature import curves, limits
from dashboard.charts.vocabulary import vocabulary

__all__ = ["BAR", "STOPS", "choice_control", "curves", "distribution", "finished", "limits", "stop", "temperature_control",
           "vocabulary"]
