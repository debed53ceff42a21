"""One step of training on real logits: the distribution before, what came, the distribution after."""

import altair as alt

from dashboard import theme
from dashboard.blocks import Choice, Column, Figure, Range, Stops
from dashboard.charts.frame import BAR, Sets, bars, figure, oracle, rows, share_axis, token_axis
from dashboard.charts.vocabulary import by_bar, every_logit
from dashboard.language import say, short, t
from dashboard.recorded.snapshots import Snapshot

RATES = (0, 0.1, 0.2, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)


@oracle("gradientStep")
def _rows(data: dict, settings: dict) -> Sets:
    from core import softmax  # torch: imported when a lesson runs, not before
    from core.course import learning

    u, rate = data["logits"]["u0"], data["rates"][settings["rate"]]
    y = [0.0] * len(u)
    y[int(settings["first"])] += settings["share"]
    y[int(settings["second"])] += 1 - settings["share"]
    after, fall = learning.gradient_step(u, y, rate), learning.guaranteed_fall(u, y, rate).item()
    sums = {
        "rate": rate,
        "before": learning.cross_entropy(u, y).item(),
        "after": learning.cross_entropy(after, y).item(),
        "fall": fall if fall > 0 else None,
        "none": "" if fall > 0 else data["nothing"],
    }
    each = (softmax(u), y, softmax(after), learning.loss_gradient(u, y))
    table = zip(data["words"]["u0"], *(by_bar(values, data["shown"]) for values in each), strict=True)
    found = [
        {"token": token, "p": min(1, p), "y": y, "q": min(1, q), "g": g, "end": min(1, max(p, q)), **sums}
        for token, p, y, q, g in table
    ]
    return {
        "rows": found,
        "came": [{"token": row["token"], "y": row["y"], "row": i} for i, row in enumerate(found) if row["y"] > 0],
    }


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
) -> Figure:
    """u ↦ u − η (p − y) on every logit (`core.course.learning.gradient_step`): y puts `share` on the bar `first` and the rest on
    the bar `second`, both on controls. In `said`: {rate}, {before}, {after} (the loss in nats), {promise} (of the theorem)."""
    data = every_logit([one], shown) | {"rates": list(RATES), "nothing": t(pt="nada", en="nothing")}
    places, words = [str(i) for i in range(shown)], data["words"]["u0"][:shown]
    controls = [
        Choice("first", t(pt="Veio", en="It came"), t(pt="O token que o texto traz.", en="The token that the text has."), str(first), places, words),
        Choice("second", t(pt="ou veio", en="or it came"), t(pt="O que veio nas outras vezes.", en="What came the other times."), str(second), places, words),
        Range("share", t(pt="Frequência do primeiro", en="How often the first"), t(pt="1 quer dizer sempre: um só exemplo.", en="1 means always: a single example."),
              share, 0, 1, 0.05, 2),
        Stops("rate", t(pt="Taxa de aprendizado η", en="Learning rate η"), t(pt="O tamanho do passo.", en="The size of the step."),
              RATES.index(rate), list(range(len(RATES))), [short(one) for one in RATES]),
    ]  # fmt: skip
    x = share_axis(say("axis.probability"), labelled=True)
    came = rows("came").mark_point(shape="diamond", filled=True, size=110, fill=theme.colour("bound"), opacity=1)
    picture = alt.layer(bars(token_axis(), x, solid="q", hollow="p"), came.encode(y=token_axis(), x=alt.X("y:Q", **x)))
    return figure(
        "gradientStep",
        id,
        title,
        data,
        controls,
        picture.properties(height=alt.Step(BAR), width="container"),
        [
            Column("token", say("column.token")),
            Column("p", t(pt="antes", en="before"), "%2"),
            Column("y", t(pt="o que veio", en="what came"), "%2"),
            Column("q", t(pt="depois", en="after"), "%2"),
            Column("g", t(pt="gradiente p − y", en="gradient p − y"), "4"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.distribution", what="[{token} {q|%2}]"),
        labels={"label": "{q|%~}", "promise": "{fall|3}{none}"},
    )
