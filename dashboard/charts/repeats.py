"""N draws of one token after a real prompt: which tokens come up at all, and how many different ones."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure, old_controls
from dashboard.charts.old import OFF, SCALED
from dashboard.charts.old import (
    BAR,
    STOPS,
    choice_control,
    finished,
    parameters,
    share_axis,
    temperature_control,
    written,
)
from dashboard.charts.vocabulary import every_logit
from dashboard.language import percent, quoted, say, t
from dashboard.recorded.snapshots import Snapshot


def repeats(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    *,
    temperature: float,
    value: int,
    said: str,
    caption: str = "",
    shown: int = 8,
) -> OldFigure:
    """P(token i comes up among N draws) = 1 − (1 − p_i)^N, over the hollow bars of one draw; the last bar is all the others.

    In `said`: {distinct} (the expected number of different tokens, Σ 1 − (1 − p_i)^N), {top} (the first bar), {N}.
    """
    names = {f"u{i}": quoted(one.prompt) for i, one in enumerate(snapshots)}
    controls = [
        temperature_control(temperature),
        Control("N", "N", t(pt="Quantos sorteios.", en="How many draws."), "range", value, minimum=1, maximum=64),
    ]
    if len(names) > 1:
        controls.insert(0, choice_control("variant", say("control.prompt"), say("control.prompt.help"), names))
    size = len(snapshots[0].logits)
    words, data = every_logit(names, snapshots, shown)
    base = (
        alt.Chart(alt.sequence(size, as_="i"), height=alt.Step(BAR), width="container")
        .transform_calculate(u="logits[variant][datum.i]", u_max="logits[variant][0]")
        .transform_calculate(d="datum.u - datum.u_max")
        .transform_calculate(w=f"exp({SCALED})")
        .transform_joinaggregate(Z="sum(w)")
        .transform_calculate(p="datum.w / datum.Z", slot=f"min(datum.i, {shown})")
        .transform_calculate(once="1 - pow(1 - datum.p, N)")
        .transform_joinaggregate(distinct="sum(once)", p_max="max(p)")
        .transform_aggregate(p="sum(p)", distinct="min(distinct)", p_max="min(p_max)", groupby=["slot"])
        .transform_calculate(token="words[variant][datum.slot]", p="min(1, datum.p)")
        .transform_calculate(appears="1 - pow(1 - datum.p, N)", top="1 - pow(1 - datum.p_max, N)", N="N")
        .transform_calculate(label=written("appears"), end="max(datum.appears, datum.p)")
    )
    y = alt.Y(
        "slot:O",
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr="words[variant][datum.value]"),
    )
    x = share_axis(t(pt="probabilidade de aparecer", en="probability of coming up"))
    colour = alt.condition(f"datum.slot == {shown}", alt.value(theme.colour("tail")), alt.value(theme.colour("kept")))
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24).encode(
        y=y, x=alt.X("p:Q", **x)
    )
    bars = base.mark_bar(height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("appears:Q", **x), fill=colour)
    label = base.mark_text(
        align=alt.ExprRef("datum.end > 0.8 ? 'right' : 'left'"), dx=alt.ExprRef("datum.end > 0.8 ? -6 : 8")
    ).encode(
        y=y,
        x=alt.X("end:Q", **x),
        text="label:N",
        fill=alt.condition("datum.end > 0.8", alt.value(theme.colour("paper")), alt.value(theme.colour("ink"))),
    )
    chart = alt.layer(raw, bars, label).add_params(*data, *parameters(controls, {"variant": OFF["variant"]}))
    rows = _rows(snapshots[0], controls, shown, words["u0"])
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[2]}" for row in rows)),
        columns=[
            Column("token", say("column.token")),
            Column("p", t(pt="em um sorteio", en="in one draw"), "%2"),
            Column("appears", t(pt="aparece entre N", en="comes up among N"), "%2"),
        ],
        rows=rows,
    )


def _rows(one: Snapshot, controls: Sequence[Control], shown: int, words: Sequence[str]) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before

    start = {control.name: control.value for control in old_controls(controls)}
    probs = softmax(one.logits, STOPS[start["tau_stop"]]).tolist()
    slots = zip(words, [*probs[:shown], min(1.0, sum(probs[shown:]))], strict=True)
    return [[token, percent(p, 2), percent(1 - (1 - p) ** start["N"], 2)] for token, p in slots]
