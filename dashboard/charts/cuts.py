"""The rarer cuts on a few tokens, each drawn on the quantity that it looks at."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure, old_controls
from dashboard.charts.old import BAR, ROUNDING, choice_control, finished, parameters, written
from dashboard.language import number, percent, say

KEPT = {  # cut: true where the token stays; z = (u − max u)/τ, p = softmax(z), H in bits
    "min_p": "setting == 0 || datum.z >= log(setting)",
    "epsilon_cutoff": "datum.d == 0 || datum.p >= setting",
    "eta_cutoff": "datum.d == 0 || datum.p >= min(setting, sqrt(setting) * exp(-datum.H * LN2))",
    "typical_p": f"setting >= 1 || datum.rank == 1 || datum.closer < setting - {ROUNDING!r}",
    "top_n_sigma": "setting == 0 || datum.d >= -setting * datum.sigma",
    "xtc": "datum.z <= datum.least",
}
EDGES = {  # (cut, what is drawn): where the line stands
    ("min_p", "probability"): "setting * datum.p_max",
    ("min_p", "below"): "-tau * log(setting)",
    ("epsilon_cutoff", "probability"): "setting",
    ("eta_cutoff", "probability"): "min(setting, sqrt(setting) * exp(-datum.H * LN2))",
    ("typical_p", "surprise"): "datum.H + datum.reach",
    ("top_n_sigma", "below"): "setting * datum.sigma",
    ("xtc", "probability"): "setting",
}
PLACES = {"probability": "datum.p", "below": "datum.u_max - datum.u", "surprise": "datum.s"}
LABEL = written("q")


def pick(name: str, cases: dict[str, str]) -> str:
    """A Vega expression: the case that the parameter `name` names."""
    tests = "".join(f"{name} == '{case}' ? ({expr}) : " for case, expr in list(cases.items())[:-1])
    return f"({tests}({list(cases.values())[-1]}))"


def ruled(chart: alt.Chart, logit: str = "datum.u") -> alt.Chart:
    """Temperature, then one cut, as Vega transforms over the parameters `tau` > 0, `cut`, `setting` and `coin`.

    `coin` is how often XTC acts: `q`, what is drawn from, is then the mixture of both cases, and `kept` is the case in
    which it acts. Equal logits share one fate.
    """
    closest = [alt.SortField("deviation", order="ascending")]
    mass = alt.WindowFieldDef(op="sum", field="p", **{"as": "to_here"})
    rank = alt.WindowFieldDef(op="rank", **{"as": "rank"})
    return (
        chart.transform_calculate(u=logit)
        .transform_joinaggregate(u_max="max(u)", sigma="stdevp(u)")
        .transform_calculate(d="datum.u - datum.u_max")
        .transform_calculate(z="datum.d / tau")
        .transform_calculate(e="exp(datum.z)")
        .transform_joinaggregate(Z="sum(e)")
        .transform_calculate(p="datum.e / datum.Z", s="(log(datum.Z) - datum.z) / LN2")
        .transform_calculate(h="datum.p > 0 ? datum.p * datum.s : 0", above="datum.p >= setting ? datum.z : 1/0")
        .transform_joinaggregate(H="sum(h)", p_max="max(p)", least="min(above)")
        .transform_calculate(deviation="abs(datum.s - datum.H)")
        .transform_window([mass, rank], sort=closest, frame=[None, 0])
        .transform_joinaggregate(tied="sum(p)", groupby=["deviation"])
        .transform_calculate(closer="datum.to_here - datum.tied")
        .transform_calculate(kept=f"({pick('cut', KEPT)}) ? 1 : 0")
        .transform_calculate(
            w="datum.kept ? datum.e : 0", removed="datum.kept ? 0 : datum.p", far="datum.kept ? datum.deviation : 0"
        )
        .transform_joinaggregate(sum_w="sum(w)", n_kept="sum(kept)", mass_cut="sum(removed)", reach="max(far)")
        .transform_calculate(q="coin * datum.w / datum.sum_w + (1 - coin) * datum.p")
        .transform_calculate(g="datum.q > 0 ? -datum.q * log(datum.q) / LN2 : 0", top="datum.d == 0 ? datum.q : 0")
        .transform_joinaggregate(entropy="sum(g)", q_max="max(q)", q_top="max(top)")
        .transform_calculate(effective="pow(2, datum.entropy)")
    )


def cut(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: Sequence[float],
    sides: dict[str, tuple[str, str]],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
) -> OldFigure:
    """A live bar chart of one cut: solid bars stay, hollow ones go, and a line stands where the cut falls.

    `sides` maps a label to (cut, what is drawn): a key of EDGES. With more than one, a choice named "side" selects.
    "probability" draws p after the temperature, "below" the distance from the largest logit, "surprise" −log₂ p from
    the entropy outwards. Controls move `setting` and may move `tau` (1) and `coin` (1). In `said`: {n_kept}, {mass_cut},
    {p_max}, {q_max}, {q_top} (what the likeliest ends up with), {H}, {effective} and {line}, where the line stands.
    """
    names = {f"s{i}": label for i, label in enumerate(sides)}
    chosen = list(sides.values())
    if len(names) > 1:
        asked = "control.ruler" if len({name for name, _ in chosen}) == 1 else "control.cut"
        controls = [choice_control("side", say(asked), say(f"{asked}.help"), names), *controls]
    values = [{"token": token, "u": float(u)} for token, u in zip(tokens, logits, strict=True)]
    drawn = {name: view for name, (_, view) in zip(names, chosen, strict=True)}
    axis = {"probability": say("axis.probability"), "below": say("axis.below"), "surprise": say("axis.surprise")}
    base = (
        ruled(alt.Chart(alt.Data(values=values), height=alt.Step(BAR), width="container"))
        .transform_calculate(
            x=pick("side", {name: PLACES[view] for name, view in drawn.items()}),
            x0="datum.H" if "surprise" in drawn.values() else "0",
            edge=pick("side", dict(zip(names, map(EDGES.get, chosen), strict=True))),
        )
        .transform_calculate(
            below="datum.u_max - datum.u",
            end="max(datum.x, datum.x0, datum.edge)",
            edge_low="2 * datum.H - datum.edge",
            line=pick(
                "side",
                {
                    name: f"format(datum.edge, '{'.1%' if view == 'probability' else '.2f'}')"
                    for name, view in drawn.items()
                },
            ),
            state=f"datum.kept ? '{say('state.kept')}' : '{say('state.cut')}'",
            label=f"datum.q > 0 ? {LABEL} : '{say('state.cut')}'",
        )
    )
    y = alt.Y("token:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=140))
    marks = {
        name: "format(datum.value, '.0%')" if view == "probability" else "datum.label" for name, view in drawn.items()
    }
    x = {"title": None, "axis": alt.Axis(tickCount=5, labelExpr=pick("side", marks))}
    fill, edge = (
        alt.condition("datum.kept", alt.value(theme.colour("kept")), alt.value(other))
        for other in ("transparent", theme.colour("cut"))
    )
    bars = base.mark_bar(height=18, strokeWidth=1.5).encode(y=y, x=alt.X("x:Q", **x), x2="x0:Q", fill=fill, stroke=edge)
    labels = base.mark_text(align="left", dx=8).encode(
        y=y,
        x=alt.X("end:Q", **x),
        text="label:N",
        color=alt.condition("datum.kept", alt.value(theme.colour("ink")), alt.value(theme.colour("cut"))),
    )
    line = base.transform_aggregate(
        edge="max(edge)", edge_low="max(edge_low)", H="max(H)", end="max(end)"
    ).transform_calculate(room="datum.end * (width < 340 ? 1.35 : 1.12)")  # so that no label is clipped
    rule = {"stroke": theme.colour("bound"), "strokeWidth": 2.5, "strokeDash": [6, 3]}
    layers = [
        bars,
        labels,
        line.mark_rule(**rule).encode(x=alt.X("edge:Q", **x)),
        line.mark_point(opacity=0).encode(x=alt.X("room:Q", **x)),
    ]
    if "surprise" in drawn.values():
        band = line.mark_rect(fill=theme.colour("line"), fillOpacity=0.5).encode(
            x=alt.X("edge_low:Q", **x), x2="edge:Q"
        )
        centre = line.mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=alt.X("H:Q", **x))
        layers = [band, *layers, line.mark_rule(**rule).encode(x=alt.X("edge_low:Q", **x)), centre]
    titles = pick("side", {name: f"'{axis[view]}'" for name, view in drawn.items()})
    shown = alt.Title(
        text=alt.ExprRef(titles),
        orient="bottom",
        anchor="middle",
        fontSize=14,
        fontWeight="normal",
        color=theme.colour("ink"),
        offset=6,
    )
    which = pick("side", {name: f"'{cut}'" for name, (cut, _) in zip(names, chosen, strict=True)})
    params = parameters(controls, {"side": "s0", "tau": 1, "coin": 1})
    chart = alt.layer(*layers, title=shown).add_params(*params, alt.param(name="cut", expr=which))
    rows, kept = _first_rows(values, controls, chosen[0][0])
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        rows=rows,
        alt=say("alt.geometry", stage=say(f"stage.{chosen[0][0]}"), kept=kept, cut=len(tokens) - kept),
        columns=[
            Column("token", say("column.token")),
            Column("p", say("column.before"), "%2"),
            Column("s", say("axis.surprise"), "2"),
            Column("below", say("axis.below"), "2"),
            Column("q", say("column.after"), "%2"),
            Column("state", say("column.state")),
        ],
    )


def _first_rows(values: Sequence[dict], controls: Sequence[Control], name: str) -> tuple[list[list[str]], int]:
    """The table as first drawn, computed by `core`, and how many tokens stay."""
    import torch  # imported when a lesson runs, not before

    from core import SamplingParams, apply, probabilities, softmax

    start = {"tau": 1, "coin": 1, **{control.name: control.value for control in old_controls(controls)}}
    chosen = {"xtc_threshold": start["setting"], "xtc_probability": 1.0} if name == "xtc" else {name: start["setting"]}
    params = SamplingParams(temperature=start["tau"], order=("temperature", name), **chosen)
    u = torch.tensor([row["u"] for row in values], dtype=torch.float64)
    p, kept, acts = softmax(u, start["tau"]), (apply(u, params) > -torch.inf).tolist(), probabilities(u, params)
    q = start["coin"] * acts + (1 - start["coin"]) * p
    rows = [
        [
            row["token"],
            percent(a, 2),
            number(-a.log2(), 2),
            number(u.max() - row["u"], 2),
            percent(b, 2),
            say("state.kept" if stays else "state.cut"),
        ]
        for row, a, b, stays in zip(values, p, q, kept, strict=True)
    ]
    return rows, sum(kept)
