"""Draws beside the distribution they came from, with the error that chance alone makes."""

import math
from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import (
    BAR,
    Sets,
    figure,
    oracle,
    rows,
    share_axis,
    stops_control,
    temperature_control,
    token_axis,
)
from dashboard.charts.vocabulary import by_bar, every_logit, prompts
from dashboard.language import number, say, t
from dashboard.recorded.snapshots import Snapshot

COUNTS = (10, 20, 50, 100, 200, 500, 1000)
SEEDS = 3
BAND = 2  # standard deviations on either side


@oracle("draws")
def _rows(data: dict, settings: dict) -> Sets:
    from core import draw, softmax  # torch: imported when a lesson runs, not before

    variant, n, shown = settings.get("variant", "u0"), settings["n"], data["shown"]
    words, probs = data["words"][variant], softmax(data["logits"][variant], settings["tau"])
    drawn = draw(probs, data["uniforms"][settings["seed"] - 1][:n]).clamp(max=len(words) - 1)
    counts, found = drawn.bincount(minlength=len(words)).tolist(), []
    for token, p, count in zip(words, by_bar(probs, shown), counts, strict=True):
        half, frequency = BAND * math.sqrt(p * max(1 - p, 0) / n), count / n
        low, high, inside = max(p - half, 0), min(p + half, 1), abs(frequency - p) <= half + 1e-12
        found.append(
            {"token": token, "p": p, "count": count, "frequency": frequency, "half": half, "low": low, "high": high,
             "end": max(frequency, high), "inside": inside, "state": data["inside"] if inside else data["outside"],
             "mark": "" if inside else f" ({data['outside']})"}
        )  # fmt: skip
    sums = {
        "n": n,
        "seed_used": settings["seed"],
        "n_inside": sum(row["inside"] for row in found),
        "slots": len(found),
        "worst": max(abs(row["frequency"] - row["p"]) for row in found),
    }
    return {"rows": [row | sums for row in found]}


def draws(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    *,
    said: str,
    caption: str = "",
    shown: int = 5,
    value: float = 1.0,
) -> Figure:
    """Frequencies among n draws, as bars, over the probabilities and the band p ± 2·√(p(1−p)/n).

    The draws are those of `core.sample` with a `CounterGenerator`: the seed's own uniform numbers are in the chart, and
    each takes the token whose piece of the cumulative distribution it falls in. With more than one snapshot a choice
    named "variant" selects; tokens beyond `shown` share the last bar. In `said`: {n}, {seed_used}, {tau}, {n_inside},
    {slots}, {worst} (the largest distance between frequency and probability).
    """
    from core import CounterGenerator  # torch: imported when a lesson runs, not before

    n_help = t(
        pt="Quantas vezes sortear da mesma distribuição.", en="How many times to draw from the same distribution."
    )
    seed_help = t(
        pt="Fixa os números do acaso; não toca na distribuição.",
        en="Fixes the numbers of chance; leaves the distribution alone.",
    )
    streams = [CounterGenerator(seed) for seed in range(1, SEEDS + 1)]
    data = every_logit(snapshots, shown) | {
        # seven digits place a draw among a handful of bars, and halve the page's weight
        "uniforms": [[round(stream.numbers(1)[0], 7) for _ in range(COUNTS[-1])] for stream in streams],
        "inside": t(pt="dentro", en="inside"),
        "outside": t(pt="fora", en="outside"),
    }
    return figure(
        "draws",
        id,
        title,
        data,
        [
            *prompts(snapshots),
            stops_control("n", t(pt="Sorteios n", en="Draws n"), n_help, 100, COUNTS, number),
            Range("seed", t(pt="Semente", en="Seed"), seed_help, 1, 1, SEEDS),
            temperature_control(value),
        ],
        _picture(),
        [
            Column("token", say("column.token")),
            Column("p", say("axis.probability"), "%2"),
            Column("frequency", t(pt="frequência", en="frequency"), "%2"),
            Column("half", t(pt="meia faixa", en="half band"), "%2"),
            Column("state", t(pt="na faixa", en="in the band")),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="Barras horizontais com a frequência de cada token entre os sorteios, sobre a probabilidade e a faixa de erro esperado: [{token} {frequency|%2} ({p|%2}, {state})].",
            en="Horizontal bars with each token's frequency among the draws, over its probability and the expected-error band: [{token} {frequency|%2} ({p|%2}, {state})].",
        ),
        labels={"label": "{frequency|%1}{mark}"},
    )  # fmt: skip


def _picture() -> alt.LayerChart:
    axis, y, base = share_axis(t(pt="frequência", en="frequency"), labelled=True), token_axis(), rows()
    x = {field: alt.X(f"{field}:Q", **axis) for field in ("frequency", "low", "p", "end")}
    bars = base.mark_bar(fill=theme.colour("kept"), height=12, cornerRadiusEnd=2).encode(y=y, x=x["frequency"])
    band = base.mark_bar(fill=theme.colour("bound"), fillOpacity=0.35, height=26).encode(y=y, x=x["low"], x2="high:Q")
    tick = base.mark_tick(color=theme.colour("ink"), thickness=2.5, height=26).encode(y=y, x=x["p"])
    ink = alt.condition("datum.inside", alt.value(theme.colour("ink")), alt.value(theme.colour("cut")))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=x["end"], text="label:N", color=ink)
    return alt.layer(bars, band, tick, label).properties(height=alt.Step(BAR), width="container")
