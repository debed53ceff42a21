"""Every logit of a real vocabulary on one ruler, the distance from the largest, and a cut as an interval of it."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure, old_controls
from dashboard.charts.cuts import ruled
from dashboard.charts.old import choice_control, finished, parameters
from dashboard.language import number, percent, quoted, say
from dashboard.recorded.snapshots import Snapshot

BIN = 0.5  # nats of distance per bar
SUMS = {"n": "count()", "n_here": "sum(kept)", "p": "sum(p)", "q": "sum(q)"}
ALL = ("n_kept", "mass_cut", "effective", "q_max", "H")


def ruler(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    cuts: dict[str, tuple[str, float]],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
) -> OldFigure:
    """A live histogram of the vocabulary over max u − u, the kept tokens solid, with the ends of the kept interval.

    `cuts` maps a label to (cut, setting), as in `dashboard.charts.cuts`; the choice "rule" selects one, "variant" a
    prompt, and `controls` may move `tau`. XTC is shown where it acts. In `said`: {n_kept}, {mass_cut}, {effective},
    {q_max}, {H}, {from} and {to}, the ends of the interval.
    """
    names = {f"u{i}": quoted(one.prompt) for i, one in enumerate(snapshots)}
    rules = {f"r{i}": label for i, label in enumerate(cuts)}
    controls = [choice_control("rule", say("control.cut"), say("control.cut.help"), rules), *controls]
    if len(names) > 1:
        controls = [choice_control("variant", say("control.prompt"), say("control.prompt.help"), names), *controls]
    logits = {name: one.logits.tolist() for name, one in zip(names, snapshots, strict=True)}
    table = dict(zip(rules, map(list, cuts.values()), strict=True))
    base = (
        ruled(
            alt.Chart(alt.sequence(len(snapshots[0].logits), as_="i"), height=240, width="container"),
            "logits[variant][datum.i]",
        )
        .transform_calculate(below="datum.u_max - datum.u")
        .transform_calculate(
            bin=f"floor(datum.below / {BIN}) * {BIN}",
            near="datum.kept ? datum.below : 1/0",
            deep="datum.kept ? datum.below : 0",
        )
        .transform_joinaggregate(**{"from": "min(near)", "to": "max(deep)"})
        .transform_aggregate(**SUMS, **{name: f"max({name})" for name in (*ALL, "from", "to")}, groupby=["bin"])
        .transform_calculate(bin_end=f"datum.bin + {BIN}")
    )
    x = alt.X("bin:Q", title=say("axis.below"), axis=alt.Axis(tickCount=6, labelOverlap="greedy", labelSeparation=8))
    scale = {"title": say("axis.tokens"), "scale": alt.Scale(type="sqrt"), "axis": alt.Axis(tickCount=5)}
    every = base.mark_rect(fill="transparent", stroke=theme.colour("cut"), strokeWidth=1).encode(
        x=x, x2="bin_end:Q", y=alt.Y("n:Q", **scale), y2=alt.datum(0)
    )
    kept = base.mark_rect(fill=theme.colour("kept")).encode(
        x=x, x2="bin_end:Q", y=alt.Y("n_here:Q", **scale), y2=alt.datum(0)
    )
    ends = base.transform_aggregate(**{"from": "max(from)", "to": "max(to)"}).transform_fold(
        ["from", "to"], as_=["end", "place"]
    )
    rule = ends.mark_rule(stroke=theme.colour("bound"), strokeWidth=2.5, strokeDash=[6, 3]).encode(x=alt.X("place:Q"))
    data = [alt.param(name="logits", value=logits), alt.param(name="rules", value=table)]
    picked = [alt.param(name=name, expr=f"rules[rule][{i}]") for i, name in enumerate(("cut", "setting"))]
    chart = alt.layer(every, kept, rule).add_params(
        *data, *parameters(controls, {"variant": "u0", "tau": 1, "coin": 1}), *picked
    )
    rows, stay = _first_rows(snapshots[0], controls, *next(iter(cuts.values())))
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        rows=rows,
        alt=say("alt.ruler", kept=number(stay), all=number(len(snapshots[0].logits)), cut=next(iter(cuts))),
        columns=[
            Column("bin", say("axis.below"), "1"),
            Column("n", say("axis.tokens"), "0"),
            Column("n_here", say("state.kept"), "0"),
            Column("p", say("column.before"), "%2"),
            Column("q", say("column.after"), "%2"),
        ],
    )


def _first_rows(one: Snapshot, controls: Sequence[Control], name: str, setting: float) -> tuple[list[list[str]], int]:
    """The table as first drawn, computed by `core`, and how many tokens stay."""
    from core import SamplingParams, probabilities, softmax  # torch: imported when a lesson runs, not before

    tau = {"tau": 1, **{control.name: control.value for control in old_controls(controls)}}["tau"]
    chosen = {"xtc_threshold": setting, "xtc_probability": 1.0} if name == "xtc" else {name: setting}
    q = probabilities(one.logits, SamplingParams(temperature=tau, order=("temperature", name), **chosen))
    p, place = softmax(one.logits, tau), (one.logits[0] - one.logits) // BIN
    rows = []
    for bar in sorted(set(place.tolist())):
        here = place == bar
        rows.append(
            [
                number(bar * BIN, 1),
                number(int(here.sum())),
                number(int((q[here] > 0).sum())),
                percent(p[here].sum(), 2),
                percent(q[here].sum(), 2),
            ]
        )
    return rows, int((q > 0).sum())
