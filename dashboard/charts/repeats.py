"""N draws of one token after a real prompt: which tokens come up at all, and how many different ones."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import BAR, Sets, figure, oracle, rows, share_axis, temperature_control, token_axis
from dashboard.charts.vocabulary import by_bar, every_logit, prompts
from dashboard.language import say, t
from dashboard.recorded.snapshots import Snapshot


@oracle("repeats")
def _rows(data: dict, settings: dict) -> Sets:
    from core import softmax  # torch: imported when a lesson runs, not before

    variant, n = settings.get("variant", "u0"), settings["N"]
    probs = softmax(data["logits"][variant], settings["tau"])

    def up(p):
        return 1 - (1 - p) ** n

    sums = {"N": n, "distinct": up(probs).sum().item(), "top": up(probs.max().item())}
    found = [min(1.0, p) for p in by_bar(probs, data["shown"])]
    return {
        "rows": [
            {"token": token, "p": p, "appears": up(p), "end": max(up(p), p), "rest": i == data["shown"], **sums}
            for i, (token, p) in enumerate(zip(data["words"][variant], found, strict=True))
        ]
    }


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
) -> Figure:
    """P(token i comes up among N draws) = 1 − (1 − p_i)^N, over the hollow bars of one draw; the last bar is all the others.

    In `said`: {distinct} (the expected number of different tokens, Σ 1 − (1 − p_i)^N), {top} (the first bar), {N}.
    """
    draws = Range("N", "N", t(pt="Quantos sorteios.", en="How many draws."), value, 1, 64)
    y, axis, base = token_axis(), share_axis(t(pt="probabilidade de aparecer", en="probability of coming up")), rows()
    p, appears, end = (alt.X(f"{field}:Q", **axis) for field in ("p", "appears", "end"))
    colour = alt.condition("datum.rest", alt.value(theme.colour("tail")), alt.value(theme.colour("kept")))
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24)
    full = base.mark_bar(height=16, cornerRadiusEnd=2).encode(y=y, x=appears, fill=colour)
    long = "datum.end > 0.8"  # no room to the right of the bar
    label = base.mark_text(align=alt.ExprRef(f"{long} ? 'right' : 'left'"), dx=alt.ExprRef(f"{long} ? -6 : 8")).encode(
        y=y, x=end, text="label:N", fill=alt.condition(long, alt.value(theme.colour("paper")), alt.value(theme.colour("ink")))
    )  # fmt: skip
    return figure(
        "repeats",
        id,
        title,
        every_logit(snapshots, shown),
        [*prompts(snapshots), temperature_control(temperature), draws],
        alt.layer(raw.encode(y=y, x=p), full, label).properties(height=alt.Step(BAR), width="container"),
        [
            Column("token", say("column.token")),
            Column("p", t(pt="em um sorteio", en="in one draw"), "%2"),
            Column("appears", t(pt="aparece entre N", en="comes up among N"), "%2"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.distribution", what="[{token} {appears|%2}]"),
        labels={"label": "{appears|%~}"},
    )
