"""One step of training on real logits: the distribution before, what came, the distribution after."""

import json

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, finished, parameters, share_axis, written
from dashboard.charts.old import old_every_logit as every_logit
from dashboard.language import number, percent, say, short, t
from dashboard.recorded.snapshots import Snapshot

RATES = (0, 0.1, 0.2, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)


def gradient_step(
    id: str,
    title: str,
    one: Snapshot,
    *,
    first: int,
    second: int,
    share: float,
    rate: float,
    said: str,
    caption: str = "",
    shown: int = 8,
) -> OldFigure:
    """u ↦ u − η (p − y) on every logit (`core.course.learning.gradient_step`): y puts `share` on the bar `first` and the rest on the
    bar `second`, both on controls. In `said`: {rate}, {before}, {after} (the loss in nats), {promise} (of the theorem)."""  # fmt: skip
    words, data = every_logit(["u0"], [one], shown)
    bars = words["u0"][:shown]
    size = len(one.logits)
    controls = [
        Control("first", t(pt="Veio", en="It came"), t(pt="O token que o texto traz.", en="The token that the text has."), "choice", str(first),
                values=[str(i) for i in range(shown)], labels=bars),
        Control("second", t(pt="ou veio", en="or it came"), t(pt="O que veio nas outras vezes.", en="What came the other times."), "choice", str(second),
                values=[str(i) for i in range(shown)], labels=bars),
        Control("share", t(pt="Frequência do primeiro", en="How often the first"), t(pt="1 quer dizer sempre: um só exemplo.", en="1 means always: a single example."),
                "range", share, minimum=0, maximum=1, step=0.05, digits=2),
        Control("rate_stop", t(pt="Taxa de aprendizado η", en="Learning rate η"), t(pt="O tamanho do passo.", en="The size of the step."), "stops",
                RATES.index(rate), values=list(range(len(RATES))), labels=[short(one) for one in RATES]),
    ]  # fmt: skip
    nothing = json.dumps(t(pt="nada", en="nothing"), ensure_ascii=False)
    base = (
        alt.Chart(alt.sequence(size, as_="i"), height=alt.Step(BAR), width="container")
        .transform_calculate(u="logits.u0[datum.i]", rate="rates[rate_stop]",
                             y="(datum.i == toNumber(first) ? share : 0) + (datum.i == toNumber(second) ? 1 - share : 0)")
        .transform_joinaggregate(u_max="max(u)")
        .transform_calculate(w="exp(datum.u - datum.u_max)").transform_joinaggregate(Z="sum(w)")
        .transform_calculate(p="datum.w / datum.Z")
        .transform_calculate(g="datum.p - datum.y")
        .transform_calculate(v="datum.u - datum.rate * datum.g").transform_joinaggregate(v_max="max(v)")
        .transform_calculate(x="exp(datum.v - datum.v_max)").transform_joinaggregate(X="sum(x)")
        .transform_calculate(q="datum.x / datum.X", square="datum.g * datum.g",
                             cost="datum.y > 0 ? datum.y * (log(datum.Z) + datum.u_max - datum.u) : 0",
                             cost_after="datum.y > 0 ? datum.y * (log(datum.X) + datum.v_max - datum.v) : 0")
        .transform_joinaggregate(before="sum(cost)", after="sum(cost_after)", norm="sum(square)")
        .transform_calculate(slot=f"min(datum.i, {shown})")
        .transform_aggregate(p="sum(p)", q="sum(q)", y="sum(y)", g="sum(g)", before="min(before)", after="min(after)",
                             norm="min(norm)", rate="min(rate)", groupby=["slot"])
        .transform_calculate(token="words.u0[datum.slot]", fall="datum.rate * (1 - datum.rate / 4) * datum.norm")
        .transform_calculate(promise=f"datum.fall > 0 ? format(datum.fall, '.3f') : {nothing}", p="min(1, datum.p)", q="min(1, datum.q)")
        .transform_calculate(label=written("q"),
                             end="max(datum.p, datum.q)")
    )  # fmt: skip
    y = alt.Y(
        "slot:O",
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr="words.u0[datum.value]"),
    )
    x = share_axis(say("axis.probability"), labelled=True)
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24).encode(
        y=y, x=alt.X("p:Q", **x)
    )
    solid = base.mark_bar(fill=theme.colour("kept"), height=14, cornerRadiusEnd=2).encode(y=y, x=alt.X("q:Q", **x))
    came = (
        base.transform_filter("datum.y > 0")
        .mark_point(shape="diamond", filled=True, size=110, fill=theme.colour("bound"), opacity=1)
        .encode(y=y, x=alt.X("y:Q", **x))
    )
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("end:Q", **x), text="label:N")
    chart = alt.layer(raw, solid, label, came).add_params(
        *data, alt.param(name="rates", value=list(RATES)), *parameters(controls)
    )
    rows = _rows(one, words["u0"], first, second, share, rate)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        rows=rows,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[3]}" for row in rows)),
        columns=[
            Column("token", say("column.token")),
            Column("p", t(pt="antes", en="before"), "%2"),
            Column("y", t(pt="o que veio", en="what came"), "%2"),
            Column("q", t(pt="depois", en="after"), "%2"),
            Column("g", t(pt="gradiente p − y", en="gradient p − y"), "4"),
        ],
    )


def _rows(one: Snapshot, words: list[str], first: int, second: int, share: float, rate: float) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before
    from core.course.learning import gradient_step as step
    from core.course.learning import loss_gradient

    y = [0.0] * len(one.logits)
    y[first] += share
    y[second] += 1 - share
    each = [
        softmax(one.logits).tolist(),
        y,
        softmax(step(one.logits, y, rate)).tolist(),
        loss_gradient(one.logits, y).tolist(),
    ]
    last = len(words) - 1
    slots = [[*values[:last], sum(values[last:])] for values in each]
    return [
        [word, *(percent(value, 2) for value in values[:3]), number(values[3])]
        for word, values in zip(words, zip(*slots, strict=True), strict=True)
    ]
