"""Cumulative mass over rank after real prompts: top-k is a vertical line through the curves, top-p a horizontal one."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure, Input, Stops
from dashboard.charts.frame import Sets, figure, oracle, rows, share_axis, stops_control
from dashboard.charts.vocabulary import visible
from dashboard.language import number, quoted, say
from dashboard.recorded.snapshots import Snapshot

K_STOPS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000)
BIN = 60  # ranks drawn per power of ten
LOOKS = (("kept", [1, 0]), ("good", [7, 3]))  # colour and dashes of each prompt


def k_control(value: int) -> Stops:
    """A slider of k over K_STOPS, for `cumulative`: even in log k, as its axis."""
    return stops_control("top_k", say("control.top_k"), say("control.k.help"), value, K_STOPS, number)


@oracle("cumulative")
def _rows(data: dict, settings: dict) -> Sets:
    import core  # torch: imported when a lesson runs, not before

    k, p, tau = settings.get("top_k", 0), settings.get("top_p", 1), settings.get("tau", 1)
    places = np.array(data["ranks"])
    found, sums, whole, thick = [], {"k": k, "p": p}, [], []
    for i, (name, u, words) in enumerate(zip(data["names"], data["logits"], data["words"], strict=True)):
        logits = core.temperature(u, tau)
        left = core.top_k(logits, k) if k else core.top_p(logits, p)
        probs, kept = core.softmax(logits), left > -math.inf
        n, heads = int(kept.sum()), probs.cumsum(-1).tolist()
        here = {"n": n, "mass": core.kept_mass(probs, kept).item(), "lost": core.cut_cost(probs, kept)[0].item(),
                "least": probs[kept].min().item(), "effective": core.effective_choices(core.softmax(left)).item()}  # fmt: skip
        found.append({"name": name, "last": words[n - 1] if n <= len(words) else "…", **here})
        sums |= {f"{field}_{i}": value for field, value in here.items()}
        curve = [{"name": name, "rank": rank, "head": heads[rank - 1]} for rank in places.tolist()]
        whole += curve
        thick += [one for one in curve if kept[one["rank"] - 1]]
    return {"rows": [row | sums for row in found], "whole": whole, "kept": thick, "cut": [{"k": k, "p": p}]}


def cumulative(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """The mass of the r most likely tokens over r, one curve per prompt (two of them), cut by k or by p.

    Controls may move `top_k` (see `k_control`), `top_p` and `tau`; temperature comes first. In `said`, for the prompts 0
    and 1: {n_0} tokens kept, {mass_0} their mass, {lost_0} the rest, {least_0} the smallest probability kept,
    {effective_0} the effective number of choices after the cut; and {k}, {p}.
    """
    size, by_k = len(snapshots[0].logits), any(control.name == "top_k" for control in controls)
    every = np.arange(1, size + 1)
    bins = np.floor(BIN * np.log10([*every, size + 1]) + 1e-9)
    data = {
        "names": [quoted(one.prompt) for one in snapshots],
        "logits": [one.logits.tolist() for one in snapshots],
        "words": [[visible(token) for token in one.tokens] for one in snapshots],
        "ranks": every[(bins[1:] > bins[:-1]) | (every == size)].tolist(),
    }
    return figure(
        "cumulative",
        id,
        title,
        data,
        controls,
        _picture(size, data["names"], by_k),
        [
            Column("name", say("control.prompt")),
            Column("n", say("column.kept"), "0"),
            Column("mass", say("column.kept_mass"), "%2"),
            Column("lost", say("column.lost_mass"), "%2"),
            Column("last", say("column.last")),
            Column("least", say("column.least"), "%4"),
            Column("effective", say("column.effective"), "2"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.cumulative", what="[{name}, tokens: {n|0} ({mass|%2})]"),
    )


def _picture(size: int, names: list[str], by_k: bool) -> alt.LayerChart:
    scale = alt.Scale(type="log", domain=[1, size], nice=False)
    marks = alt.Axis(values=[10**i for i in range(math.ceil(math.log10(size)))], format=",", labelOverlap=False)
    x, y = alt.X("rank:Q", title=say("axis.rank"), scale=scale, axis=marks), share_axis(say("axis.cumulative"))
    there, up = alt.X("n:Q", scale=alt.Scale(type="log")), alt.Y("mass:Q", **y)
    look = {"orient": "top", "columns": 1, "symbolType": "stroke", "symbolSize": 600, "symbolOpacity": 1}
    legend = alt.Legend(symbolStrokeWidth=3, labelLimit=0, **look)
    colours = alt.Scale(domain=names, range=[theme.colour(colour) for colour, _ in LOOKS])
    colour = alt.Color("name:N", sort=names, title=None, scale=colours, legend=legend)
    dash = alt.StrokeDash("name:N", sort=names, scale=alt.Scale(domain=names, range=[dashes for _, dashes in LOOKS]))
    head = {"x": x, "y": alt.Y("head:Q", **y), "color": colour}
    whole = rows("whole").mark_line(interpolate="step-after", strokeWidth=1.5, opacity=0.55)
    kept = rows("kept").mark_line(interpolate="step-after", strokeWidth=4)
    here = rows().mark_point(filled=True, size=110, fill=theme.colour("ink")).encode(x=there, y=up)
    far = f"datum.n > {size // 16}"  # no room to the right of the point
    beside = rows().mark_text(
        align=alt.ExprRef(f"{far} ? 'right' : 'left'"),
        dx=alt.ExprRef(f"{far} ? -9 : 9"),
        dy=alt.ExprRef(f"{far} ? -12 : 14"),
        fontWeight=600,
    )
    told = alt.Text("mass:Q", format=".1%") if by_k else alt.Text("n:Q", format=",")
    rule = rows("cut").mark_rule(stroke=theme.colour("bound"), strokeWidth=2.5)
    line = rule.encode(x=alt.X("k:Q", scale=alt.Scale(type="log"))) if by_k else rule.encode(y=alt.Y("p:Q", **y))
    layers = (
        whole.encode(strokeDash=dash, **head),
        kept.encode(**head),
        line,
        here,
        beside.encode(x=there, y=up, text=told),
    )
    return alt.layer(*layers).properties(height=320, width="container")
