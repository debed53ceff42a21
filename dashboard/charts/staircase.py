"""Top-p in its own geometry: the masses stacked into a staircase, and a horizontal line at p."""

import math
from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Input
from dashboard.charts.distribution import given, variants
from dashboard.charts.frame import Sets, figure, oracle, rows
from dashboard.charts.ranks import HEIGHT, by_rank, rank_axis
from dashboard.language import say


@oracle("staircase")
def _rows(data: dict, settings: dict) -> Sets:
    import core  # torch: imported when a lesson runs, not before

    p = settings["top_p"]
    scaled = core.temperature(data["logits"][settings.get("variant", "u0")], settings.get("tau", 1))
    probs, kept = core.softmax(scaled), core.top_p(scaled, p) > -math.inf
    crossing = (scaled == scaled[kept].min()) & (p < 1)
    crosses = crossing.tolist()
    sums = {
        "n_kept": int(kept.sum()),
        "mass_kept": probs[kept].sum().item(),
        "mass_cut": probs[~kept].sum().item(),
        "crossing": data["tokens"][crosses.index(True)] if any(crosses) else data["none"],
        "p_max": core.probabilities(scaled, core.SamplingParams(top_p=p)).max().item(),
    }
    cut, stays, ends = *data["state"], data["crosses"]
    return {
        "rows": [
            {"token": token, "own": own, "foot": head - own, "head": head, "kept": k, "crosses": c,
             "state": ends if c else stays if k else cut, **sums}
            for token, own, head, k, c in zip(data["tokens"], probs.tolist(), probs.cumsum(-1).tolist(), kept.tolist(), crosses, strict=True)
        ],
        "line": [{"level": p}],
    }  # fmt: skip


def staircase(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: dict[str, Sequence[float]],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """The nucleus, live: each token is a step from the mass above it to that mass and its own; p is the line across.

    A step stays when its foot is below the line, tied ones together, from the foot of the first. `tokens` and every row
    of `logits` go from the largest to the smallest. Controls move `top_p` and may move `tau` (temperature first).
    In `said`: {n_kept}, {mass_kept}, {mass_cut}, {crossing} (the token that crosses p), {p_max}.
    """
    by_rank(logits)
    return figure(
        "staircase",
        id,
        title,
        given(tokens, logits) | {"crosses": say("state.crosses"), "none": say("staircase.none")},
        [*variants(logits), *controls],
        _picture(),
        [
            Column("token", say("column.token")),
            Column("own", say("column.share"), "%2"),
            Column("foot", say("column.above"), "%2"),
            Column("head", say("axis.cumulative"), "%2"),
            Column("state", say("column.state")),
        ],
        said=said,
        caption=caption,
        alt=say("alt.staircase", what="[{token} {head|%2} ({state})]"),
        labels={"label": "{head|%~}"},
    )


def _picture() -> alt.LayerChart:
    base, x, line = rows(), rank_axis(), rows("line").mark_rule(stroke=theme.colour("bound"), strokeWidth=2.5)
    scale, axis = alt.Scale(domain=[0, 1.08], nice=False), alt.Axis(format="%", tickCount=5)
    foot, head, level = (
        alt.Y(f"{field}:Q", title=say("axis.cumulative"), scale=scale, axis=axis) for field in ("foot", "head", "level")
    )
    ink, cut, clear = alt.value(theme.colour("ink")), alt.value(theme.colour("cut")), alt.value("transparent")
    below = base.mark_bar(fill=theme.colour("tail"), opacity=0.16).encode(x=x, y=foot)
    step = {"x": x, "y": foot, "y2": "head:Q"}
    left = base.mark_bar(strokeDash=[3, 2], strokeWidth=1.5).encode(
        **step, fill=clear, stroke=alt.condition("datum.kept", clear, cut)
    )
    kept = base.mark_bar(strokeWidth=2.5).encode(
        **step,
        fill=alt.condition("datum.kept", alt.value(theme.colour("kept")), clear),
        stroke=alt.condition("datum.crosses", ink, clear),
    )
    told = {"x": x, "y": head, "text": "label:N"}
    size = alt.ExprRef("width < 340 ? 10 : 12")
    halo = base.mark_text(dy=-9, fontSize=size, stroke=theme.colour("paper"), strokeWidth=4).encode(**told)
    label = base.mark_text(dy=-9, fontSize=size).encode(**told, color=alt.condition("datum.kept", ink, cut))
    layers = (below, left, kept, line.encode(y=level), halo, label)
    return alt.layer(*layers).properties(height=HEIGHT, width="container")
