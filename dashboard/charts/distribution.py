"""One distribution, cut and renormalised."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, Figure
from dashboard.charts.frame import BAR, ROUNDING, STOPS, choice_control, finished, parameters, share_axis, stop, written
from dashboard.language import number, percent, say

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


def settings(controls: Sequence[Control], **others: object):
    """The `SamplingParams` of a chart of `chain` as first drawn."""
    from core import SamplingParams  # torch: imported when a lesson runs, not before

    start = {**OFF, **{control.name: control.value for control in controls}, **others}
    return SamplingParams(
        temperature=STOPS[start["tau_stop"]],
        top_k=start["top_k"],
        top_p=start["top_p"],
        min_p=start["min_p"],
        order="transformers" if start["temperature_first"] else "llama.cpp",
    )


def distribution(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: dict[str, Sequence[float]],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """A live bar chart of the distribution that is drawn from, over the hollow bars of the raw softmax.

    `logits` maps a variant's label to its logits; with more than one, a choice named "variant" selects among them.
    Controls may move `tau_stop`, `top_k`, `top_p`, `min_p` and `temperature_first`; what has no control is off.
    """
    names = {f"u{i}": label for i, label in enumerate(logits)}
    if len(names) > 1:
        controls = [choice_control("variant", say("control.logits"), say("control.logits.help"), names), *controls]
    values = [
        {"token": token, **{f"u{i}": float(row[j]) for i, row in enumerate(logits.values())}}
        for j, token in enumerate(tokens)
    ]
    base = chain(alt.Chart(alt.Data(values=values), height=alt.Step(BAR), width="container"))
    y = alt.Y("token:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=140))
    x = share_axis(say("axis.probability"), labelled=True)
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24).encode(
        y=y, x=alt.X("p_raw:Q", **x)
    )
    bars = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("p:Q", **x))
    label = (
        base.mark_text(align="left", dx=8)
        .transform_calculate(end="max(datum.p, datum.p_raw)")
        .encode(
            y=y,
            x=alt.X("end:Q", **x),
            text="label:N",
            color=alt.condition("datum.p > 0", alt.value(theme.colour("ink")), alt.value(theme.colour("cut"))),
        )
    )
    chart = alt.layer(raw, bars, label).add_params(*parameters(controls, OFF))
    first = _first_rows(values, controls)
    return Figure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[3]}" for row in first)),
        columns=[
            Column("token", say("column.token")),
            Column("u", say("column.logit"), "2"),
            Column("p_raw", say("column.raw"), "%2"),
            Column("p", say("column.drawn"), "%2"),
            Column("state", say("column.state")),
        ],
        rows=first,
    )


def _first_rows(values: Sequence[dict], controls: Sequence[Control]) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import probabilities, softmax  # torch: imported when a lesson runs, not before

    logits = [row["u0"] for row in values]
    raw, drawn = softmax(logits).tolist(), probabilities(logits, settings(controls)).tolist()
    return [
        [row["token"], number(u, 2), percent(a, 2), percent(b, 2), say("state.kept" if b > 0 else "state.cut")]
        for row, u, a, b in zip(values, logits, raw, drawn, strict=True)
    ]
