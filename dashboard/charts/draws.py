"""Draws beside the distribution they came from, with the error that chance alone makes."""

import math
from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import OFF, chain
from dashboard.charts.old import BAR, choice_control, finished, parameters, share_axis, temperature_control
from dashboard.charts.vocabulary import every_logit
from dashboard.language import number, percent, quoted, say, t
from dashboard.recorded.snapshots import Snapshot

COUNTS = (10, 20, 50, 100, 200, 500, 1000)
SEEDS = 3
BAND = 2  # standard deviations on either side


def draws(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    *,
    said: str,
    caption: str = "",
    shown: int = 5,
    value: float = 1.0,
) -> OldFigure:
    """Frequencies among n draws, as bars, over the probabilities and the band p ± 2·√(p(1−p)/n).

    The draws are those of `core.sample` with a `CounterGenerator`: the seed's own uniform numbers are in the chart, and
    each takes the token whose piece of the cumulative distribution it falls in. With more than one snapshot a choice
    named "variant" selects; tokens beyond `shown` share the last bar. In `said`: {n}, {seed_used}, {tau}, {n_inside},
    {slots}, {worst} (the largest distance between frequency and probability).
    """
    from core import CounterGenerator  # torch: imported when a lesson runs, not before

    names = {f"u{i}": quoted(one.prompt) for i, one in enumerate(snapshots)}
    choice = (
        [choice_control("variant", say("control.prompt"), say("control.prompt.help"), names)] if len(names) > 1 else []
    )
    controls = [
        *choice,
        Control(
            "n_stop",
            t(pt="Sorteios n", en="Draws n"),
            t(
                pt="Quantas vezes sortear da mesma distribuição.",
                en="How many times to draw from the same distribution.",
            ),
            "stops",
            COUNTS.index(100),
            values=list(COUNTS),
            labels=[number(n) for n in COUNTS],
        ),
        Control(
            "seed",
            t(pt="Semente", en="Seed"),
            t(
                pt="Fixa os números do acaso; não toca na distribuição.",
                en="Fixes the numbers of chance; leaves the distribution alone.",
            ),
            "range",
            1,
            minimum=1,
            maximum=SEEDS,
        ),
        temperature_control(value),
    ]
    size = len(snapshots[0].logits)
    shown = min(shown, size)
    words, data = every_logit(names, snapshots, shown)
    streams = [CounterGenerator(seed) for seed in range(1, SEEDS + 1)]
    # seven digits place a draw among a handful of bars, and halve the page's weight
    uniforms = [[round(stream.numbers(1)[0], 7) for _ in range(COUNTS[-1])] for stream in streams]
    inside, outside = t(pt="dentro", en="inside"), t(pt="fora", en="outside")
    base = (
        chain(
            alt.Chart(alt.sequence(size, as_="i"), height=alt.Step(BAR), width="container"), "logits[variant][datum.i]"
        )
        .transform_calculate(slot=f"min(datum.i, {shown})")
        .transform_aggregate(p="sum(p)", groupby=["slot"])
        .transform_window(
            [alt.WindowFieldDef(op="sum", field="p", **{"as": "high_edge"})], sort=[alt.SortField("slot")]
        )
        .transform_calculate(u="slice(uniforms[seed - 1], 0, n)", low_edge="datum.high_edge - datum.p")
        .transform_flatten(["u"])
        .transform_calculate(hit="datum.u >= datum.low_edge && datum.u < datum.high_edge ? 1 : 0")
        .transform_aggregate(count="sum(hit)", p="min(p)", groupby=["slot"])
        .transform_calculate(
            n="n",
            seed_used="seed",
            frequency="datum.count / n",
            half=f"{BAND} * sqrt(datum.p * max(1 - datum.p, 0) / n)",
            token="words[variant][datum.slot]",
        )
        .transform_calculate(
            low="max(datum.p - datum.half, 0)",
            high="min(datum.p + datum.half, 1)",
            away="abs(datum.frequency - datum.p)",
        )
        .transform_calculate(is_inside="datum.away <= datum.half + 1e-12 ? 1 : 0")
        .transform_joinaggregate(n_inside="sum(is_inside)", slots="count()", worst="max(away)")
        .transform_calculate(
            state=f"datum.is_inside ? '{inside}' : '{outside}'",
            label=f"format(datum.frequency, '.1%') + (datum.is_inside ? '' : ' ({outside})')",
            end="max(datum.frequency, datum.high)",
        )
    )
    axis = alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr="words[variant][datum.value]")
    y = alt.Y("slot:O", title=None, axis=axis)
    x = share_axis(t(pt="frequência", en="frequency"), labelled=True)
    bars = base.mark_bar(fill=theme.colour("kept"), height=12, cornerRadiusEnd=2).encode(
        y=y, x=alt.X("frequency:Q", **x)
    )
    band = base.mark_bar(fill=theme.colour("bound"), fillOpacity=0.35, height=26).encode(
        y=y, x=alt.X("low:Q", **x), x2="high:Q"
    )
    tick = base.mark_tick(color=theme.colour("ink"), thickness=2.5, height=26).encode(y=y, x=alt.X("p:Q", **x))
    label = base.mark_text(align="left", dx=8).encode(
        y=y,
        x=alt.X("end:Q", **x),
        text="label:N",
        color=alt.condition("datum.is_inside", alt.value(theme.colour("ink")), alt.value(theme.colour("cut"))),
    )
    data.append(alt.param(name="uniforms", value=uniforms))
    here = alt.param(name="n", expr=f"{list(COUNTS)}[n_stop]")
    chart = alt.layer(bars, band, tick, label).add_params(*data, *parameters(controls, OFF), here)
    rows = _first_rows(snapshots[0], uniforms[0][: COUNTS[controls[-3].value]], words["u0"], value, (inside, outside))
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt="Barras horizontais com a frequência de cada token entre os sorteios, sobre a probabilidade e a faixa de erro esperado: ",
            en="Horizontal bars with each token's frequency among the draws, over its probability and the expected-error band: ",
        )
        + ", ".join(f"{row[0]} {row[2]} ({row[1]}, {row[4]})" for row in rows)
        + ".",
        columns=[
            Column("token", say("column.token")),
            Column("p", say("axis.probability"), "%2"),
            Column("frequency", t(pt="frequência", en="frequency"), "%2"),
            Column("half", t(pt="meia faixa", en="half band"), "%2"),
            Column("state", t(pt="na faixa", en="in the band")),
        ],
        rows=rows,
    )


def _first_rows(
    one: Snapshot, uniforms: Sequence[float], words: Sequence[str], temperature: float, states: tuple[str, str]
) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import draw, softmax

    probs = softmax(one.logits, temperature)
    drawn = [min(i, len(words) - 1) for i in draw(probs, uniforms).tolist()]
    rows = []
    for slot, word in enumerate(words):
        p = probs[slot:].sum().item() if slot == len(words) - 1 else probs[slot].item()
        half = BAND * math.sqrt(p * max(1 - p, 0) / len(uniforms))
        share = drawn.count(slot) / len(uniforms)
        state = states[0] if abs(share - p) <= half + 1e-12 else states[1]
        rows.append([word, percent(p, 2), percent(share, 2), percent(half, 2), state])
    return rows
