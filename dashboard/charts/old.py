"""What charts that compute inside Vega share, until each has its rows in the page."""

import json
import math
from collections.abc import Callable, Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Control, Input, old_controls
from dashboard.charts.frame import (  # noqa: F401 passed on
    BAR,
    ROOM,
    STOPS,
    choice_control,
    legend_columns,
    share_axis,
    temperature_control,
)
from dashboard.language import say, separators

ROUNDING = 4 * 2.0**-24  # "reached p" means cumulative mass >= p - ROUNDING, as in core.samplers


def written(field: str) -> str:
    """The Vega expression that writes a share as a percentage: small ones keep a digit, so that no 0% is false."""
    return (
        f"(datum.{field} > 0 && datum.{field} < 1e-6 ? '< ' + format(1e-6, '.1p') : format(datum.{field}, "
        f"datum.{field} >= 0.01 || datum.{field} == 0 ? '.1%' : datum.{field} >= 1e-4 ? '.2%' : '.1p'))"
    )


def stop(temperature: float) -> int:
    """The slider position of a temperature that is one of the STOPS."""
    return STOPS.index(temperature)


def expression(values: Sequence[float]) -> str:
    """A list as a Vega expression; Vega has no literal for infinity."""
    return "[" + ",".join("1/0" if v == math.inf else json.dumps(v) for v in values) + "]"


def parameters(controls: Sequence[Input | Control], fixed: dict[str, object] | None = None) -> list[alt.Parameter]:
    """One Vega parameter per control, and constants for the settings that this chart does not move."""
    values = {**(fixed or {}), **{control.name: control.value for control in old_controls(controls)}}
    params = [alt.param(name=name, value=value) for name, value in values.items()]
    if "tau_stop" in values:
        params += [
            alt.param(name="tau", expr=f"{expression(STOPS)}[tau_stop]"),
            alt.param(name="beta", expr="tau == 0 ? 0 : 1 / tau"),
        ]
    return params


def finished(chart: alt.TopLevelMixin) -> dict:
    """The finished specification in the house style and the reader's number format."""
    marks, ink, line = separators(), theme.colour("ink"), theme.colour("line")
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "normal"}
    spec = (
        chart.configure(
            background="transparent",
            font=theme.FONT,
            locale={
                "number": {
                    "decimal": marks["decimal"],
                    "thousands": marks["group"],
                    "grouping": [3],
                    "currency": ["", ""],
                }
            },
        )
        .configure_view(stroke=None)
        .configure_axis(
            gridColor=line,
            domainColor=line,
            tickColor=line,
            **text,
        )
        .configure_axisY(labelPadding=6)
        .configure_legend(**text)
        .configure_text(fill=ink, fontSize=14)
        .to_dict()
    )
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["usermeta"] = {"embedOptions": {"actions": False, "renderer": "svg"}}
    return spec


def named_lines(
    base: alt.Chart,
    here: alt.Chart,
    series: dict[str, str],
    x: Callable[[], alt.X],
    y: alt.Y,
    colours: Sequence[str],
    dashes: Sequence[Sequence[int]],
    columns: int,
) -> alt.LayerChart:
    """One curve per field of `series` under its name, with a rule and points at the rows of `here`."""
    words = list(series.values())
    lines = (
        base.transform_fold(list(series), as_=["key", "value"])
        .transform_calculate(series=f"({json.dumps(series, ensure_ascii=False)})[datum.key]")
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x(),
            y=y,
            color=alt.Color(
                "series:N",
                sort=words,
                title=None,
                scale=alt.Scale(domain=words, range=[theme.colour(one) for one in colours]),
                legend=alt.Legend(
                    orient="top", columns=legend_columns(columns, 1), symbolType="stroke", symbolSize=600, labelLimit=0
                ),
            ),
            strokeDash=alt.StrokeDash("series:N", sort=words, scale=alt.Scale(domain=words, range=list(dashes))),
            strokeOpacity=alt.value(1),
        )
    )
    rule = here.mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=x())
    points = (
        here.transform_fold(list(series), as_=["key", "value"])
        .mark_point(filled=True, size=70, fill=theme.colour("ink"))
        .encode(x=x(), y="value:Q")
    )
    return alt.layer(lines, rule, points)


SCALED = "(tau == 0 ? (datum.d == 0 ? 0 : -1/0) : datum.d * beta)"


def chain(
    chart: alt.Chart, logit: str = "datum[variant]", first: str = "temperature_first", groupby: Sequence[str] = ()
) -> alt.Chart:
    """Softmax, top-k, top-p and min-p as Vega transforms; temperature first or last, as the expression `first` says.

    `logit` is the expression for u; with `groupby`, each group of rows is a distribution of its own. Equal logits share
    one fate: top-k and top-p look at ranks and masses of the values that reach them, never at positions (at τ = ∞ with
    temperature first, all of those are equal).
    """
    mass = alt.WindowFieldDef(op="sum", field="w_k", **{"as": "mass_to_here"})
    rank = alt.WindowFieldDef(op="rank", **{"as": "rank"})
    by = {"groupby": list(groupby)} if groupby else {}
    return (
        chart.transform_calculate(u=logit)
        .transform_joinaggregate(u_max="max(u)", **by)
        .transform_calculate(d="datum.u - datum.u_max")
        .transform_calculate(
            e_raw="exp(datum.d)", z=f"({first} ? {SCALED} : datum.d) + 0"
        )  # + 0: no negative zero among ties
        .transform_joinaggregate(sum_raw="sum(e_raw)", **by)
        .transform_window([rank], sort=[alt.SortField("z", order="descending")], **by)
        .transform_calculate(
            p_raw="datum.e_raw / datum.sum_raw", w_k="top_k == 0 || datum.rank <= top_k ? exp(datum.z) : 0"
        )
        .transform_joinaggregate(sum_k="sum(w_k)", **by)
        .transform_joinaggregate(tied="sum(w_k)", groupby=[*groupby, "z"])
        .transform_window([mass], sort=[alt.SortField("z", order="descending")], frame=[None, 0], **by)
        .transform_calculate(above="(datum.mass_to_here - datum.tied) / datum.sum_k")
        .transform_calculate(
            kept="datum.w_k > 0"
            f" && (top_p >= 1 || datum.rank == 1 || datum.above < top_p - {ROUNDING!r})"
            " && (min_p == 0 || datum.z >= log(min_p))"
        )
        .transform_calculate(w=f"datum.kept ? ({first} ? exp(datum.z) : exp({SCALED})) : 0")
        .transform_joinaggregate(sum_w="sum(w)", n_kept="sum(kept)", **by)
        .transform_calculate(p="datum.w / datum.sum_w", removed="datum.kept ? 0 : datum.p_raw")
        .transform_calculate(h="datum.p > 0 ? -datum.p * log(datum.p) / LN2 : 0")
        .transform_joinaggregate(entropy="sum(h)", p_max="max(p)", mass_cut="sum(removed)", **by)
        .transform_calculate(
            effective="pow(2, datum.entropy)",
            state=f"datum.p > 0 ? '{say('state.kept')}' : '{say('state.cut')}'",
            label=f"datum.p > 0 ? {written('p')} : '{say('state.cut')}'",
        )
    )


OFF = {"variant": "u0", "tau_stop": stop(1.0), "top_k": 0, "top_p": 1, "min_p": 0, "temperature_first": True}


def settings(controls: Sequence[Input], **others: object):
    """The `SamplingParams` of a chart of `chain` as first drawn."""
    from core import SamplingParams  # torch: imported when a lesson runs, not before

    start = {**OFF, **{control.name: control.value for control in old_controls(controls)}, **others}
    return SamplingParams(
        temperature=STOPS[start["tau_stop"]],
        top_k=start["top_k"],
        top_p=start["top_p"],
        min_p=start["min_p"],
        order="transformers" if start["temperature_first"] else "llama.cpp",
    )


BOUND = "log({0}) - ({0} - 1) / {0}"


def old_every_logit(names, snapshots, shown):
    """By variant, the words of the bars; and, as the parameters `logits` and `words` of the chart, every logit and these."""
    from dashboard.charts.vocabulary import every_logit

    data = every_logit(list(snapshots), shown)
    words = dict(zip(names, data["words"].values(), strict=True))
    logits = dict(zip(names, data["logits"].values(), strict=True))
    return words, [alt.param(name="logits", value=logits), alt.param(name="words", value=words)]


def slot_state() -> str:
    """The expression that says of a bar with `n` tokens, `n_here` of them kept, what became of it."""
    return (
        f"datum.n_here == 0 ? '{say('state.cut')}' : datum.n_here == datum.n ? '{say('state.kept')}' : "
        f"'{say('state.some')}'"
    )


def state_of(probs) -> str:
    """`slot_state` of the tokens of one bar, from their probabilities."""
    return say("state.kept" if (probs > 0).all() else "state.cut" if not (probs > 0).any() else "state.some")
