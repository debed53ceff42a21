"""Cumulative mass over rank after real prompts: top-k is a vertical line through the curves, top-p a horizontal one."""

import math
from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, Figure
from dashboard.charts.distribution import SCALED
from dashboard.charts.frame import ROUNDING, STOPS, finished, parameters, share_axis, stop
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, quoted, say
from dashboard.recorded.snapshots import Snapshot

K_STOPS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000)
BIN = 60  # ranks drawn per power of ten
OFF = {"tau_stop": stop(1.0), "top_p": 1}
LOOKS = (("kept", [1, 0]), ("good", [7, 3]))  # colour and dashes of each prompt


def k_control(value: int) -> Control:
    """A slider of k over K_STOPS, for `cumulative`: even in log k, as its axis."""
    return Control(
        "top_k_stop",
        say("control.top_k"),
        say("control.k.help"),
        "stops",
        K_STOPS.index(value),
        values=list(K_STOPS),
        labels=[number(k) for k in K_STOPS],
    )


def cumulative(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """The mass of the r most likely tokens over r, one curve per prompt (two of them), cut by k or by p.

    Controls may move `top_k_stop` (see `k_control`), `top_p` and `tau_stop`; temperature comes first. In `said`, for the
    prompts 0 and 1: {n_0} tokens kept, {mass_0} their mass, {lost_0} the rest, {least_0} the smallest probability kept,
    {effective_0} the effective number of choices after the cut; and {k}, {p}.
    """
    size, by_k = len(snapshots[0].logits), any(control.name == "top_k_stop" for control in controls)
    names = [quoted(one.prompt) for one in snapshots]
    words = [[visible(token) for token in one.tokens] for one in snapshots]
    step = alt.WindowFieldDef(op="sum", field="q", **{"as": "mass_to_here"})
    one = ["prompt"]
    tokens = (
        alt.Chart(alt.sequence(len(snapshots) * size, as_="i"), height=320, width="container")
        .transform_calculate(prompt=f"floor(datum.i / {size})", place=f"datum.i % {size}")
        .transform_calculate(u="logits[datum.prompt][datum.place]", rank="datum.place + 1")
        .transform_joinaggregate(u_max="max(u)", groupby=one)
        .transform_calculate(d="datum.u - datum.u_max")
        .transform_calculate(z=f"{SCALED} + 0")
        .transform_calculate(e="exp(datum.z)")
        .transform_joinaggregate(sum_e="sum(e)", groupby=one)
        .transform_calculate(q="datum.e / datum.sum_e")
        .transform_window([step], sort=[alt.SortField("i")], frame=[None, 0], groupby=one)
        .transform_calculate(before="datum.mass_to_here - datum.q")
        .transform_joinaggregate(above="min(before)", first="min(rank)", groupby=["prompt", "z"])  # equals share one fate
        .transform_calculate(kept="datum.z > -1/0 && " + ("datum.first <= k" if by_k else
                             f"(top_p >= 1 || datum.first == 1 || datum.above < top_p - {ROUNDING!r})"))
    )  # fmt: skip
    sums = (
        tokens.transform_filter("datum.kept")
        .transform_joinaggregate(mass="sum(q)", groupby=one)
        .transform_calculate(r="datum.q / datum.mass")
        .transform_calculate(h="datum.r > 0 ? -datum.r * log(datum.r) : 0")
        .transform_aggregate(n="count()", mass="max(mass)", least="min(q)", h="sum(h)", groupby=one)
        .transform_calculate(
            effective="exp(datum.h)",
            name="names[datum.prompt]",
            k="k",
            p="top_p + 0",
            lost="max(0, 1 - datum.mass)",
            last="datum.n <= length(words[datum.prompt]) ? words[datum.prompt][datum.n - 1] : '…'",
        )
        .transform_calculate(
            **{
                f"{field}_{i}": f"datum.prompt == {i} ? datum.{field} : -1/0"
                for field in ("n", "mass", "lost", "least", "effective")
                for i in (0, 1)
            }
        )
        .transform_joinaggregate(
            **{
                f"{field}_{i}": f"max({field}_{i})"
                for field in ("n", "mass", "lost", "least", "effective")
                for i in (0, 1)
            }
        )
    )
    x = alt.X(
        "rank:Q",
        title=say("axis.rank"),
        scale=alt.Scale(type="log", domain=[1, size], nice=False),
        axis=alt.Axis(values=[10**i for i in range(math.ceil(math.log10(size)))], format=",", labelOverlap=False),
    )
    y = share_axis(say("axis.cumulative"))
    colour = alt.Color(
        "name:N",
        sort=names,
        title=None,
        scale=alt.Scale(domain=names, range=[theme.colour(colour) for colour, _ in LOOKS]),
        legend=alt.Legend(
            orient="top",
            columns=1,
            symbolType="stroke",
            symbolSize=600,
            symbolOpacity=1,
            symbolStrokeWidth=3,
            labelLimit=0,
        ),
    )
    dash = alt.StrokeDash("name:N", sort=names, scale=alt.Scale(domain=names, range=[dashes for _, dashes in LOOKS]))
    drawn = tokens.transform_filter(
        f"floor({BIN} * log(datum.rank) / LN10) != floor({BIN} * log(datum.rank + 1) / LN10) || datum.rank == {size}"
    ).transform_calculate(name="names[datum.prompt]")
    whole = drawn.mark_line(interpolate="step-after", strokeWidth=1.5, opacity=0.55).encode(
        x=x, y=alt.Y("mass_to_here:Q", **y), color=colour, strokeDash=dash
    )
    kept = (
        drawn.transform_filter("datum.kept")
        .mark_line(interpolate="step-after", strokeWidth=4)
        .encode(x=x, y=alt.Y("mass_to_here:Q", **y), color=colour)
    )
    here = sums.mark_point(filled=True, size=110, fill=theme.colour("ink")).encode(
        x=alt.X("n:Q", scale=alt.Scale(type="log")), y=alt.Y("mass:Q", **y)
    )
    far = f"datum.n > {size // 16}"  # no room to the right of the point
    beside = (
        sums.mark_text(
            align=alt.ExprRef(f"{far} ? 'right' : 'left'"),
            dx=alt.ExprRef(f"{far} ? -9 : 9"),
            dy=alt.ExprRef(f"{far} ? -12 : 14"),
            fontWeight=600,
        )
        .encode(
            x=alt.X("n:Q", scale=alt.Scale(type="log")),
            y=alt.Y("mass:Q", **y),
            text="shown:N",
        )
        .transform_calculate(shown="format(datum.mass, '.1%')" if by_k else "format(datum.n, ',')")
    )
    rule = sums.transform_filter("datum.prompt == 0").mark_rule(stroke=theme.colour("bound"), strokeWidth=2.5)
    line = rule.encode(x=alt.X("k:Q", scale=alt.Scale(type="log"))) if by_k else rule.encode(y=alt.Y("p:Q", **y))
    cut = alt.param(name="k", expr=f"{list(K_STOPS)}[top_k_stop]") if by_k else alt.param(name="k", value=0)
    chart = alt.layer(whole, kept, line, here, beside).add_params(
        alt.param(name="logits", value=[one.logits.tolist() for one in snapshots]),
        alt.param(name="words", value=words),
        alt.param(name="names", value=names),
        *parameters(controls, OFF),
        cut,
    )
    rows = _first_rows(snapshots, controls, words)
    return Figure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        alt=say("alt.cumulative", what="; ".join(f"{row[0]}: {row[1]} tokens, {row[2]}" for row in rows)),
        columns=[
            Column("name", say("control.prompt")),
            Column("n", say("column.kept"), "0"),
            Column("mass", say("column.kept_mass"), "%2"),
            Column("lost", say("column.lost_mass"), "%2"),
            Column("last", say("column.last")),
            Column("least", say("column.least"), "%4"),
            Column("effective", say("column.effective"), "2"),
        ],
        rows=rows,
    )


def _first_rows(snapshots: Sequence[Snapshot], controls: Sequence[Control], words: list[list[str]]) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    import core  # torch: imported when a lesson runs, not before

    start = {**OFF, **{control.name: control.value for control in controls}}
    rows = []
    for one, named in zip(snapshots, words, strict=True):
        logits = core.temperature(one.logits, STOPS[start["tau_stop"]])
        cut = (
            core.top_k(logits, K_STOPS[start["top_k_stop"]])
            if "top_k_stop" in start
            else core.top_p(logits, start["top_p"])
        )
        probs, kept = core.softmax(logits), cut > -math.inf
        n = int(kept.sum())
        rows.append(
            [
                quoted(one.prompt),
                number(n),
                percent(core.kept_mass(probs, kept), 2),
                percent(core.cut_cost(probs, kept)[0], 2),
                named[n - 1] if n <= len(named) else "…",
                percent(probs[kept].min(), 4),
                number(core.effective_choices(core.softmax(cut)), 2),
            ]
        )
    return rows
