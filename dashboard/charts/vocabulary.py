"""The chain on every logit of a real vocabulary; the largest tokens each have a bar, all the others share the last one."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard.blocks import Column, Figure, Input
from dashboard.charts.distribution import cuts, params_of
from dashboard.charts.frame import BAR, Sets, bars, figure, oracle, share_axis, token_axis, variant_control
from dashboard.language import number, quoted, say
from dashboard.recorded.snapshots import Snapshot


def visible(token: str) -> str:
    """A token's text with its leading space and line breaks to be seen."""
    return token.replace("\n", "↵").replace(" ", "␣") if token.strip() != token else token


def every_logit(snapshots: Sequence[Snapshot], shown: int) -> dict:
    """By variant, every logit and the words of the bars, the last of which all further tokens share; how many have a bar."""
    size = len(snapshots[0].logits)
    rest = [say("bar.rest", n=number(size - shown, 0))] if size > shown else []
    return {
        "logits": {f"u{i}": one.logits.tolist() for i, one in enumerate(snapshots)},
        "words": {f"u{i}": [*map(visible, one.tokens[:shown]), *rest] for i, one in enumerate(snapshots)},
        "shown": min(shown, size),
    }


def prompts(snapshots: Sequence[Snapshot]) -> list[Input]:
    """The choice among the prompts of `every_logit`, where there is more than one."""
    return variant_control("control.prompt", {f"u{i}": quoted(one.prompt) for i, one in enumerate(snapshots)})


def by_bar(values, shown: int) -> list[float]:
    """Sums of (V,) values over the bars of `every_logit`."""
    values = np.asarray(values)
    return [*values[:shown].tolist(), *([values[shown:].sum().item()] if len(values) > shown else [])]


def states() -> list[str]:
    """The words for a bar of which no token is kept, all are, or some."""
    return [say("state.cut"), say("state.kept"), say("state.some")]


@oracle("vocabulary")
def _rows(data: dict, settings: dict) -> Sets:
    from core import (  # torch: imported when a lesson runs, not before
        effective_choices,
        entropy,
        probabilities,
        softmax,
    )

    variant, shown = settings.get("variant", "u0"), data["shown"]
    u = data["logits"][variant]
    raw, p = softmax(u), probabilities(u, params_of(settings))
    sums = {
        "n_kept": int((p > 0).sum()),
        "entropy": entropy(p).item(),
        "effective": effective_choices(p).item(),
        "p_max": p.max().item(),
        "mass_cut": raw[p == 0].sum().item(),
    }
    table = zip(data["words"][variant], *(by_bar(x, shown) for x in (raw, p, p > 0, np.ones(len(u)))), strict=True)
    return {
        "rows": [
            {"token": token, "p_raw": a, "p": b, "end": max(a, b), "rest": i == shown,
             "state": data["state"][0 if here == 0 else 1 if here == all_ else 2], **sums}
            for i, (token, a, b, here, all_) in enumerate(table)
        ]
    }  # fmt: skip


def vocabulary(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
    shown: int = 12,
) -> Figure:
    """A live bar chart of the distribution after a real prompt, over the hollow bars of the raw softmax.

    With more than one snapshot a choice named "variant" selects the prompt. Controls may move `tau`, `top_k`, `top_p`,
    `min_p` and `temperature_first`. The last bar is what all further tokens add up to. In `said`: {n_kept}, {entropy},
    {effective}, {p_max}, {mass_cut}.
    """
    axis, cut = share_axis(say("axis.probability"), labelled=True), say("state.cut") if cuts(controls) else ""
    return figure(
        "vocabulary",
        id,
        title,
        every_logit(snapshots, shown) | {"state": states()},
        [*prompts(snapshots), *controls],
        bars(token_axis(), axis, cut=cut, rest=True).properties(height=alt.Step(BAR), width="container"),
        [
            Column("token", say("column.token")),
            Column("p_raw", say("column.raw"), "%2"),
            Column("p", say("column.drawn"), "%2"),
            *([Column("state", say("column.state"))] if cut else []),
        ],
        said=said,
        caption=caption,
        alt=say("alt.distribution", what="[{token} {p|%2}]"),
        labels={"label": "{p|%~}"},
    )
