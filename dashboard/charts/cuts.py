"""The rarer cuts on a few tokens, each drawn on the quantity that it looks at."""

import math
from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Input
from dashboard.charts.frame import BAR, Sets, choice_control, figure, oracle, rows, token_axis
from dashboard.language import say

EDGES = (  # (cut, what is drawn): where there is a line
    ("min_p", "probability"),
    ("min_p", "below"),
    ("epsilon_cutoff", "probability"),
    ("eta_cutoff", "probability"),
    ("typical_p", "surprise"),
    ("top_n_sigma", "below"),
    ("xtc", "probability"),
)


def ruled(u, stage: str, setting: float, tau: float, coin: float = 1) -> tuple:
    """p after the temperature, what one cut keeps, and what is drawn from; `coin` is how often XTC acts."""
    from core import SamplingParams, apply, probabilities, softmax  # torch: imported when a lesson runs, not before

    chosen = {"xtc_threshold": setting, "xtc_probability": 1.0} if stage == "xtc" else {stage: setting}
    params = SamplingParams(temperature=tau, order=("temperature", stage), **chosen)
    p = softmax(u, tau)
    return p, apply(u, params) > -math.inf, coin * probabilities(u, params) + (1 - coin) * p


def _edge(u, p, kept, stage: str, view: str, setting: float, tau: float) -> float:
    """Where the line of a cut stands, on the quantity that is drawn."""
    from core import entropy, min_p_threshold

    if stage == "min_p":
        return (
            setting * p.max().item() if view == "probability" else (u.max() - min_p_threshold(u, setting, tau)).item()
        )
    if stage == "eta_cutoff":
        return min(setting, math.sqrt(setting) * math.exp(-entropy(p, "nats").item()))
    if stage == "typical_p":
        h = entropy(p).item()
        return h + (-p.log2() - h).abs()[kept].max().item()
    return setting * u.std(correction=0).item() if stage == "top_n_sigma" else setting


@oracle("cut")
def _rows(data: dict, settings: dict) -> Sets:
    import torch

    from core import effective_choices, entropy

    u, tau, setting = torch.tensor(data["u"], dtype=torch.float64), settings.get("tau", 1), settings["setting"]
    stage, view = data["sides"][settings.get("side", "s0")]
    p, kept, q = ruled(u, stage, setting, tau, settings.get("coin", 1))
    h, edge, s, below = entropy(p).item(), _edge(u, p, kept, stage, view, setting, tau), -p.log2(), u.max() - u
    x, x0 = {"probability": p, "below": below, "surprise": s}[view].tolist(), h if view == "surprise" else 0.0
    sums = {
        "x0": x0,
        "n_kept": int(kept.sum()),
        "n_cut": int((~kept).sum()),
        "mass_cut": p[~kept].sum().item(),
        "p_max": p.max().item(),
        "q_max": q.max().item(),
        "q_top": q[u.argmax()].item(),
        "H": h,
        "effective": effective_choices(q).item(),
        "stage": data["stages"][stage],
        "axis": data["axes"][view],
        "share": edge if view == "probability" else None,
        "distance": None if view == "probability" else edge,
    }
    table = zip(data["tokens"], p.tolist(), s.tolist(), below.tolist(), q.tolist(), kept.tolist(), x, strict=True)
    return {
        "rows": [
            {"token": token, "p": a, "s": b, "below": c, "q": d, "kept": stays, "x": e, "end": max(e, x0, edge),
             "state": data["state"][stays], **sums}
            for token, a, b, c, d, stays, e in table
        ],
        "line": [{"edge": edge, "low": 2 * h - edge, "H": h, "end": max(*x, x0, edge)}],
    }  # fmt: skip


def cut(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: Sequence[float],
    sides: dict[str, tuple[str, str]],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """A live bar chart of one cut: solid bars stay, hollow ones go, and a line stands where the cut falls.

    `sides` maps a label to (cut, what is drawn): one of EDGES. With more than one, a choice named "side" selects.
    "probability" draws p after the temperature, "below" the distance from the largest logit, "surprise" −log₂ p from
    the entropy outwards. Controls move `setting` and may move `tau` (1) and `coin` (1). In `said`: {n_kept}, {mass_cut},
    {p_max}, {q_max}, {q_top} (what the likeliest ends up with), {H}, {effective} and {line}, where the line stands.
    """
    chosen = list(sides.values())
    if len(sides) > 1:
        asked = "control.ruler" if len({name for name, _ in chosen}) == 1 else "control.cut"
        names = {f"s{i}": label for i, label in enumerate(sides)}
        controls = [choice_control("side", say(asked), say(f"{asked}.help"), names), *controls]
    data = {
        "tokens": list(tokens),
        "u": [float(u) for u in logits],
        "sides": {f"s{i}": list(one) for i, one in enumerate(chosen)},
        "stages": {stage: say(f"stage.{stage}") for stage, _ in chosen},
        "axes": {view: say(f"axis.{view}") for _, view in chosen},
        "state": [say("state.cut"), say("state.kept")],
    }
    return figure(
        "cut",
        id,
        title,
        data,
        controls,
        _picture(surprise=any(view == "surprise" for _, view in chosen)),
        [
            Column("token", say("column.token")),
            Column("p", say("column.before"), "%2"),
            Column("s", say("axis.surprise"), "2"),
            Column("below", say("axis.below"), "2"),
            Column("q", say("column.after"), "%2"),
            Column("state", say("column.state")),
        ],
        said=said,
        caption=caption,
        alt=say("alt.geometry", stage="{stage}", kept="{n_kept|0}", cut="{n_cut|0}"),
        labels={"label": "{q|%~}", "line": "{share|%1}{distance|2}"},
    )


def _picture(surprise: bool) -> alt.LayerChart:
    first = "data('rows')[0]"  # the axis is that of the quantity that is drawn
    marks = alt.Axis(tickCount=5, labelExpr=f"{first}.share === null ? datum.label : format(datum.value, '.0%')")
    y, base, line = token_axis(), rows(), rows("line")

    room = alt.ExprRef(
        "(data('line')[0] || { end: 1 }).end * (width < 340 ? 1.35 : 1.12)"
    )  # so that no label is clipped

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", title=None, axis=marks, scale=alt.Scale(domainMax=room, nice=False))

    kept, ink, cut = "datum.kept", alt.value(theme.colour("ink")), alt.value(theme.colour("cut"))
    blue = alt.value(theme.colour("kept"))
    bars = base.mark_bar(height=18, strokeWidth=1.5).encode(
        y=y, x=x("x"), x2="x0:Q",
        fill=alt.condition(kept, blue, alt.value("transparent")), stroke=alt.condition(kept, blue, cut),
    )  # fmt: skip
    told = alt.condition("datum.q > 0", alt.Text("label:N"), alt.value(say("state.cut")))
    labels = base.mark_text(align="left", dx=8).encode(y=y, x=x("end"), text=told, color=alt.condition(kept, ink, cut))
    rule = {"stroke": theme.colour("bound"), "strokeWidth": 2.5, "strokeDash": [6, 3]}
    layers = [bars, labels, line.mark_rule(**rule).encode(x=x("edge"))]
    if surprise:
        band = line.mark_rect(fill=theme.colour("line"), fillOpacity=0.5).encode(x=x("low"), x2="edge:Q")
        centre = line.mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=x("H"))
        layers = [band, *layers, line.mark_rule(**rule).encode(x=x("low")), centre]
    shown = alt.Title(
        text=alt.ExprRef(f"{first} ? {first}.axis : ''"),
        orient="bottom",
        anchor="middle",
        fontSize=14,
        fontWeight="normal",
        color=theme.colour("ink"),
        offset=6,
    )
    return alt.layer(*layers, title=shown).properties(height=alt.Step(BAR), width="container")
