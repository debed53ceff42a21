"""Every logit of a real vocabulary on one ruler, the distance from the largest, and a cut as an interval of it."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure, Input
from dashboard.charts.cuts import ruled
from dashboard.charts.frame import Sets, choice_control, figure, oracle, rows, variant_control
from dashboard.language import quoted, say
from dashboard.recorded.snapshots import Snapshot

BIN = 0.5  # nats of distance per bar


@oracle("ruler")
def _rows(data: dict, settings: dict) -> Sets:
    from core import effective_choices, entropy  # torch: imported when a lesson runs, not before

    u, (stage, setting) = np.array(data["logits"][settings.get("variant", "u0")]), data["rules"][settings["rule"]]
    p, kept, q = (x.numpy() for x in ruled(u, stage, setting, settings.get("tau", 1)))
    below = u[0] - u
    bins, where = np.unique(np.floor(below / data["bin"]), return_inverse=True)
    n, stay, before, after = (np.bincount(where, weights).tolist() for weights in (None, kept, p, q))
    ends = {"from": float(below[kept].min()), "to": float(below[kept].max())}
    sums = {
        "n_kept": int(kept.sum()),
        "n_all": len(u),
        "mass_cut": float(p[~kept].sum()),
        "effective": effective_choices(q).item(),
        "q_max": float(q.max()),
        "H": entropy(p).item(),
        "cut": data["names"][settings["rule"]],
        **ends,
    }
    return {
        "rows": [
            {"bin": b * data["bin"], "bin_end": (b + 1) * data["bin"], "n": n[i], "n_here": stay[i], "p": before[i], "q": after[i], **sums}
            for i, b in enumerate(bins.tolist())
        ],
        "ends": [{"place": place} for place in ends.values()],
    }  # fmt: skip


def ruler(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    cuts: dict[str, tuple[str, float]],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """A live histogram of the vocabulary over max u − u, the kept tokens solid, with the ends of the kept interval.

    `cuts` maps a label to (cut, setting), as in `dashboard.charts.cuts`; the choice "rule" selects one, "variant" a
    prompt, and `controls` may move `tau`. XTC is shown where it acts. In `said`: {n_kept}, {mass_cut}, {effective},
    {q_max}, {H}, {from} and {to}, the ends of the interval.
    """
    rules = {f"r{i}": label for i, label in enumerate(cuts)}
    data = {
        "logits": {f"u{i}": one.logits.tolist() for i, one in enumerate(snapshots)},
        "rules": {f"r{i}": list(rule) for i, rule in enumerate(cuts.values())},
        "names": rules,
        "bin": BIN,
    }
    return figure(
        "ruler",
        id,
        title,
        data,
        [
            *variant_control("control.prompt", {f"u{i}": quoted(one.prompt) for i, one in enumerate(snapshots)}),
            choice_control("rule", say("control.cut"), say("control.cut.help"), rules),
            *controls,
        ],
        _picture(),
        [
            Column("bin", say("axis.below"), "1"),
            Column("n", say("axis.tokens"), "0"),
            Column("n_here", say("state.kept"), "0"),
            Column("p", say("column.before"), "%2"),
            Column("q", say("column.after"), "%2"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.ruler", kept="{n_kept|0}", all="{n_all|0}", cut="{cut}"),
    )


def _picture() -> alt.LayerChart:
    x = alt.X("bin:Q", title=say("axis.below"), axis=alt.Axis(tickCount=6, labelOverlap="greedy", labelSeparation=8))
    scale = {"title": say("axis.tokens"), "scale": alt.Scale(type="sqrt"), "axis": alt.Axis(tickCount=5)}
    place = {"x": x, "x2": "bin_end:Q", "y2": alt.datum(0)}
    every = rows().mark_rect(fill="transparent", stroke=theme.colour("cut"), strokeWidth=1)
    kept = rows().mark_rect(fill=theme.colour("kept"))
    rule = rows("ends").mark_rule(stroke=theme.colour("bound"), strokeWidth=2.5, strokeDash=[6, 3])
    return alt.layer(
        every.encode(y=alt.Y("n:Q", **scale), **place),
        kept.encode(y=alt.Y("n_here:Q", **scale), **place),
        rule.encode(x=alt.X("place:Q")),
    ).properties(height=240, width="container")
