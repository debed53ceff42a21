"""Altair builders. A live chart carries its own arithmetic: Vega recomputes softmax, cuts and bounds in the page.

The formulas below repeat those of `core` in Vega's expression language, because the page has no Python behind it;
a browser test holds every chart against `core` to 1e-9. Conventions in the expressions: `d` is u − max u, so that
no exponential overflows; `tau` is the temperature, 0 and infinity included; `beta` is 1/τ.
"""

import json
import math
from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, Figure
from dashboard.language import number, percent, say, separators, short

RENARD = (1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9)  # ISO 3, series R''20
STOPS = (0.0, *(round(r * 10.0**e, 3) for e in (-2, -1, 0, 1) for r in RENARD), 100.0, math.inf)
"""Temperatures of a slider: 0 and ∞ are real stops, the rest runs evenly in log τ."""

ROUNDING = 4 * 2.0**-24  # "reached p" means cumulative mass >= p - ROUNDING, as in core.samplers
BAR = 34  # px per token


def stop(temperature: float) -> int:
    """The slider position of a temperature that is one of the STOPS."""
    return STOPS.index(temperature)


def _js(values: Sequence[float]) -> str:
    """A list as a Vega expression; Vega has no literal for infinity."""
    return "[" + ",".join("1/0" if v == math.inf else json.dumps(v) for v in values) + "]"


def temperature_control(value: float = 1.0) -> Control:
    """The τ slider over STOPS."""
    labels = [short(v) for v in STOPS]
    return Control("tau_stop", say("control.temperature"), say("control.temperature.help"), "stops", stop(value),
                   values=["inf" if v == math.inf else v for v in STOPS], labels=labels)


def choice_control(name: str, label: str, help: str, labels: dict[str, str]) -> Control:
    """A choice among named variants; the first is the default."""
    return Control(name, label, help, "choice", next(iter(labels)), values=list(labels), labels=list(labels.values()))


def _params(controls: Sequence[Control], fixed: dict[str, object] | None = None) -> list[alt.Parameter]:
    """One Vega parameter per control, and constants for the settings that this chart does not move."""
    values = {**(fixed or {}), **{control.name: control.value for control in controls}}
    params = [alt.param(name=name, value=value) for name, value in values.items()]
    if "tau_stop" in values:
        params += [alt.param(name="tau", expr=f"{_js(STOPS)}[tau_stop]"),
                   alt.param(name="beta", expr="tau == 0 ? 0 : 1 / tau")]
    return params


def finished(chart: alt.TopLevelMixin) -> dict:
    """The finished specification in the house style and the reader's number format."""
    marks, ink, line = separators(), theme.colour("ink"), theme.colour("line")
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "normal"}
    spec = chart.configure(
        background="transparent", font=theme.FONT,
        locale={"number": {"decimal": marks["decimal"], "thousands": marks["group"], "grouping": [3],
                           "currency": ["", ""]}},
    ).configure_view(stroke=None).configure_axis(gridColor=line, domainColor=line, tickColor=line, **text,
    ).configure_legend(**text).configure_text(fill=ink, fontSize=14).to_dict()
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["usermeta"] = {"embedOptions": {"actions": False, "renderer": "svg"}}
    return spec


# One distribution, cut and renormalised ------------------------------------------------------------------------------

PERCENT = "format(datum.p, datum.p >= 0.01 ? '.1%' : datum.p >= 1e-4 ? '.2%' : '.0e')"  # never a false 0%
SCALED = "(tau == 0 ? (datum.d == 0 ? 0 : -1/0) : datum.d * beta)"


def _chain(chart: alt.Chart) -> alt.Chart:
    """Softmax, top-k, top-p and min-p as Vega transforms; temperature first or last.

    Equal logits share one fate: top-k and top-p look at ranks and masses of the values that reach them, never at
    positions (at τ = ∞ with temperature first, all of those are equal).
    """
    mass = alt.WindowFieldDef(op="sum", field="w_k", **{"as": "mass_to_here"})
    rank = alt.WindowFieldDef(op="rank", **{"as": "rank"})
    return (
        chart.transform_calculate(u="datum[variant]")
        .transform_joinaggregate(u_max="max(u)")
        .transform_calculate(d="datum.u - datum.u_max")
        .transform_calculate(e_raw="exp(datum.d)", z=f"(temperature_first ? {SCALED} : datum.d) + 0")  # + 0: no negative zero among ties
        .transform_joinaggregate(sum_raw="sum(e_raw)")
        .transform_window([rank], sort=[alt.SortField("z", order="descending")])
        .transform_calculate(p_raw="datum.e_raw / datum.sum_raw",
                             w_k="top_k == 0 || datum.rank <= top_k ? exp(datum.z) : 0")
        .transform_joinaggregate(sum_k="sum(w_k)")
        .transform_joinaggregate(tied="sum(w_k)", groupby=["z"])
        .transform_window([mass], sort=[alt.SortField("z", order="descending")], frame=[None, 0])
        .transform_calculate(above="(datum.mass_to_here - datum.tied) / datum.sum_k")
        .transform_calculate(kept="datum.w_k > 0"
                                  f" && (top_p >= 1 || datum.rank == 1 || datum.above < top_p - {ROUNDING!r})"
                                  " && (min_p == 0 || datum.z >= log(min_p))")
        .transform_calculate(w=f"datum.kept ? (temperature_first ? exp(datum.z) : exp({SCALED})) : 0")
        .transform_joinaggregate(sum_w="sum(w)", n_kept="sum(kept)")
        .transform_calculate(p="datum.w / datum.sum_w", removed="datum.kept ? 0 : datum.p_raw")
        .transform_calculate(h="datum.p > 0 ? -datum.p * log(datum.p) / LN2 : 0")
        .transform_joinaggregate(entropy="sum(h)", p_max="max(p)", mass_cut="sum(removed)")
        .transform_calculate(effective="pow(2, datum.entropy)",
                             state=f"datum.p > 0 ? '{say('state.kept')}' : '{say('state.cut')}'",
                             label=f"datum.p > 0 ? {PERCENT} : '{say('state.cut')}'")
    )


OFF = {"variant": "u0", "tau_stop": stop(1.0), "top_k": 0, "top_p": 1, "min_p": 0, "temperature_first": True}


def distribution(
    id: str, title: str, tokens: Sequence[str], logits: dict[str, Sequence[float]], controls: Sequence[Control], *,
    said: str, caption: str = "",
) -> Figure:
    """A live bar chart of the distribution that is drawn from, over the hollow bars of the raw softmax.

    `logits` maps a variant's label to its logits; with more than one, a choice named "variant" selects among them.
    Controls may move `tau_stop`, `top_k`, `top_p`, `min_p` and `temperature_first`; what has no control is off.
    """
    names = {f"u{i}": label for i, label in enumerate(logits)}
    if len(names) > 1:
        controls = [choice_control("variant", say("control.logits"), say("control.logits.help"), names), *controls]
    values = [{"token": token, **{f"u{i}": float(row[j]) for i, row in enumerate(logits.values())}}
              for j, token in enumerate(tokens)]
    base = _chain(alt.Chart(alt.Data(values=values), height=alt.Step(BAR), width="container"))
    y = alt.Y("token:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=140))
    x = {"scale": alt.Scale(domain=[0, 1]), "title": say("axis.probability"), "axis": alt.Axis(format="%", tickCount=5)}
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24).encode(
        y=y, x=alt.X("p_raw:Q", **x))
    bars = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("p:Q", **x))
    label = base.mark_text(align="left", dx=8).transform_calculate(end="max(datum.p, datum.p_raw)").encode(
        y=y, x=alt.X("end:Q", **x), text="label:N",
        color=alt.condition("datum.p > 0", alt.value(theme.colour("ink")), alt.value(theme.colour("cut"))))
    chart = alt.layer(raw, bars, label).add_params(*_params(controls, OFF))
    first = _first_rows(values, controls)
    return Figure(
        id=id, title=title, spec=finished(chart), controls=list(controls), said=said, caption=caption,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[3]}" for row in first)),
        columns=[Column("token", say("column.token")), Column("u", say("column.logit"), "2"),
                 Column("p_raw", say("column.raw"), "%2"), Column("p", say("column.drawn"), "%2"),
                 Column("state", say("column.state"))],
        rows=first,
    )


def _first_rows(values: Sequence[dict], controls: Sequence[Control]) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import SamplingParams, probabilities, softmax  # torch: imported when a lesson runs, not before

    start = {**OFF, **{control.name: control.value for control in controls}}
    order = "transformers" if start["temperature_first"] else "llama.cpp"
    logits = [row[start["variant"]] for row in values]
    raw = softmax(logits).tolist()
    drawn = probabilities(logits, SamplingParams(
        temperature=STOPS[start["tau_stop"]], top_k=start["top_k"], top_p=start["top_p"], min_p=start["min_p"],
        order=order)).tolist()
    return [[row["token"], number(u, 2), percent(a, 2), percent(b, 2), say("state.kept" if b > 0 else "state.cut")]
            for row, u, a, b in zip(values, logits, raw, drawn, strict=True)]


# Everything over log τ -----------------------------------------------------------------------------------------------

ENDS = 2.3  # where 0 and ∞ stand on the axis of log10 τ, beyond the last finite stops


def _place(tau: float) -> float:
    """A temperature's place on the axis of log10 τ."""
    return -ENDS if tau == 0 else ENDS if tau == math.inf else math.log10(tau)


def _tau_axis() -> alt.X:
    """An axis of log10 τ whose first and last marks are 0 and ∞."""
    marks = [0.0, 0.1, 1.0, 10.0, math.inf]
    texts = json.dumps({str(_place(v)).removesuffix(".0"): short(v) for v in marks}, ensure_ascii=False)
    return alt.X("place:Q", title=say("axis.temperature"), scale=alt.Scale(domain=[-ENDS, ENDS], nice=False),
                 axis=alt.Axis(values=[_place(v) for v in marks], labelExpr=f"({texts})[toString(datum.value)]",
                               labelOverlap=False, grid=True))


def _columns(wide: int, narrow: int) -> alt.ExprRef:
    """Legend columns that fit a phone."""
    return alt.ExprRef(f"width < 340 ? {narrow} : {wide}")


def _over_tau(tokens: Sequence[str], logits: dict[str, Sequence[float]], **size: object) -> alt.Chart:
    """Every token at every temperature: p_i(τ) and what follows from it, one row per (τ, token)."""
    values = [{"position": i, "place": _place(tau), "tau_here": "inf" if tau == math.inf else tau, "token": token,
               **{f"u{k}": float(row[j]) for k, row in enumerate(logits.values())}}
              for i, tau in enumerate(STOPS) for j, token in enumerate(tokens)]
    scaled = "(datum.t == 0 ? (datum.d == 0 ? 0 : -1/0) : datum.d / datum.t)"
    return (
        alt.Chart(alt.Data(values=values), **size)
        .transform_calculate(u="datum[variant]", t="datum.tau_here == 'inf' ? 1/0 : datum.tau_here")
        .transform_joinaggregate(u_max="max(u)", u_min="min(u)", V="count()", groupby=["position"])
        .transform_calculate(d="datum.u - datum.u_max", top="datum.u == datum.u_max ? 1 : 0")
        .transform_calculate(e=f"exp({scaled})", below="datum.top ? -1/0 : datum.d")
        .transform_joinaggregate(sum_e="sum(e)", m="sum(top)", gap_down="max(below)", groupby=["position"])
        .transform_calculate(p="datum.e / datum.sum_e", R="datum.u_max - datum.u_min")
        .transform_calculate(h="datum.p > 0 ? -datum.p * log(datum.p) / LN2 : 0",
                             lost="datum.top ? 0 : datum.p", away="abs(datum.p - 1 / datum.V) / 2")
    )


def limits(id: str, title: str, tokens: Sequence[str], logits: dict[str, Sequence[float]], *, value: float, said: str,
           caption: str = "") -> Figure:
    """Propositions 5 and 6, live: over log τ, the distance to each limit and its proven bound on the same axes."""
    names = {f"u{i}": label for i, label in enumerate(logits)}
    controls = [choice_control("variant", say("control.logits"), say("control.logits.help"), names),
                temperature_control(value)]
    base = (
        _over_tau(tokens, logits, height=280, width="container")
        .transform_aggregate(miss="sum(lost)", uniform="sum(away)", entropy="sum(h)", t="min(t)", V="min(V)", m="min(m)",
                             R="min(R)", gap_down="min(gap_down)", groupby=["position", "place"])
        .transform_calculate(tail="datum.t == 0 ? 0 : (datum.V - datum.m) * exp(datum.gap_down / datum.t)")
        .transform_calculate(miss_bound="datum.tail / (datum.m + datum.tail)",
                             r="datum.t == 0 ? 1/0 : datum.R / (4 * datum.t)")
        .transform_calculate(uniform_bound="datum.r > 20 ? 1 : (exp(2 * datum.r) - 1) / (exp(2 * datum.r) + 1)")
    )
    series = {"miss": "series.miss", "miss_bound": "series.miss_bound",
              "uniform": "series.uniform", "uniform_bound": "series.uniform_bound"}
    words = [say(key) for key in series.values()]
    colours = [theme.colour("kept"), theme.colour("kept"), theme.colour("cut"), theme.colour("cut")]
    dashes = [[1, 0], [6, 4], [1, 0], [6, 4]]
    lines = (
        base.transform_fold(list(series), as_=["key", "value"])
        .transform_calculate(series="(" + json.dumps(dict(zip(series, words, strict=True)), ensure_ascii=False)
                             + ")[datum.key]")
        .mark_line(strokeWidth=2.5).encode(
            x=_tau_axis(), y=alt.Y("value:Q", title=say("axis.distance"), scale=alt.Scale(domain=[0, 1]),
                                   axis=alt.Axis(format="%", tickCount=5)),
            color=alt.Color("series:N", sort=words, scale=alt.Scale(domain=words, range=colours), title=None,
                            legend=alt.Legend(orient="top", columns=_columns(2, 1), symbolType="stroke", symbolSize=600,
                                              labelLimit=0)),
            strokeDash=alt.StrokeDash("series:N", sort=words, scale=alt.Scale(domain=words, range=dashes)),
            strokeOpacity=alt.value(1)))
    here = base.transform_filter("datum.position == tau_stop")
    rule = here.mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=_tau_axis())
    points = (here.transform_fold(list(series), as_=["key", "value"])
              .mark_point(filled=True, size=70, fill=theme.colour("ink")).encode(x=_tau_axis(), y="value:Q"))
    chart = alt.layer(lines, rule, points).add_params(*_params(controls))
    columns = [Column("t", say("column.temperature"), "short"), *(Column(k, say(v), "%3") for k, v in series.items())]
    return Figure(id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption,
                  alt=say("alt.limits"), columns=columns, rows=[_limit_row(next(iter(logits.values())), value)])


def _limit_row(logits: Sequence[float], tau: float) -> list[str]:
    """The table of `limits` as first drawn, computed by `core`."""
    from core import cold_miss, cold_miss_bound, hot_distance, hot_distance_bound

    exact = (cold_miss, cold_miss_bound, hot_distance, hot_distance_bound)
    return [short(tau), *(percent(function(logits, tau), 3) for function in exact)]


def curves(id: str, title: str, tokens: Sequence[str], logits: dict[str, Sequence[float]], *, value: float, said: str,
           caption: str = "") -> Figure:
    """Theorem 3, live: every token's probability over log τ, and the entropy as a share of its maximum."""
    names = {f"u{i}": label for i, label in enumerate(logits)}
    controls = [choice_control("variant", say("control.logits"), say("control.logits.help"), names),
                temperature_control(value)]
    base = _over_tau(tokens, logits, height=280, width="container")
    names_shown = [*tokens, say("series.entropy")]
    colours = [*[theme.colour(c) for c in ("kept", "cut", "good", "bound")][: len(tokens)], theme.colour("muted")]
    dashes = [*[[1, 0], [9, 3], [3, 3], [9, 3, 2, 3]][: len(tokens)], [1, 2]]
    look = {
        "color": alt.Color("token:N", sort=names_shown, scale=alt.Scale(domain=names_shown, range=colours), title=None,
                           legend=alt.Legend(orient="top", columns=_columns(3, 2), symbolType="stroke", symbolSize=600,
                                             labelLimit=0)),
        "strokeDash": alt.StrokeDash("token:N", sort=names_shown, scale=alt.Scale(domain=names_shown, range=dashes)),
    }
    y = {"title": say("axis.probability"), "scale": alt.Scale(domain=[0, 1]), "axis": alt.Axis(format="%", tickCount=5)}
    lines = base.mark_line(strokeWidth=2.5).encode(x=_tau_axis(), y=alt.Y("p:Q", **y), **look)
    total = base.transform_aggregate(
        entropy="sum(h)", V="min(V)", t="min(t)", p_max="max(p)", groupby=["position", "place"]
    ).transform_calculate(effective="pow(2, datum.entropy)", share="datum.entropy * LN2 / log(datum.V)",
                          token=f"'{say('series.entropy')}'")
    entropy = total.mark_line(strokeWidth=4).encode(x=_tau_axis(), y=alt.Y("share:Q", **y), **look)
    rule = total.transform_filter("datum.position == tau_stop").mark_rule(
        stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=_tau_axis())
    chart = alt.layer(entropy, lines, rule).add_params(*_params(controls))
    return Figure(id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption,
                  alt=say("alt.curves"),
                  columns=[Column("t", say("column.temperature"), "short"), Column("entropy", say("axis.entropy"), "3"),
                           Column("effective", say("column.effective"), "2"),
                           Column("p_max", say("column.p_max"), "%2")],
                  rows=[_curve_row(next(iter(logits.values())), value)])


def _curve_row(logits: Sequence[float], tau: float) -> list[str]:
    """The table of `curves` as first drawn, computed by `core`."""
    from core import effective_choices, entropy, softmax

    p = softmax(logits, tau)
    return [short(tau), number(entropy(p), 3), number(effective_choices(p), 2), percent(p.max(), 2)]
