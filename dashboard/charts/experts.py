"""A mixture of experts at work on real tokens: who works on each, and how the work is shared out."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import choice_control, expression, finished, parameters, share_axis
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, say, short, t
from dashboard.recorded.routing import Routing

TAUS = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)
ROOM = 1.25  # capacity factor: what an expert takes, in fair shares


def _controls(names: dict[str, str], n: int, k: int) -> list[Control]:
    return [
        choice_control(
            "router",
            t(pt="Roteador", en="Router"),
            t(pt="De onde vêm os logits.", en="Where the logits come from."),
            names,
        ),
        Control(
            "k",
            "k",
            t(pt="Quantos especialistas trabalham em cada token.", en="How many experts work on each token."),
            "range",
            k,
            minimum=1,
            maximum=n,
        ),
        Control(
            "tau_at",
            t(pt="Temperatura do roteador, τ", en="Temperature of the router, τ"),
            t(pt="Divide os logits do roteador.", en="Divides the router's logits."),
            "stops",
            TAUS.index(1.0),
            values=list(TAUS),
            labels=[short(tau) for tau in TAUS],
        ),
        Control(
            "sigma",
            t(pt="Ruído, σ", en="Noise, σ"),
            t(
                pt="σ vezes um sorteio da normal, somado a cada logit antes da escolha.",
                en="σ times a draw from the normal, added to each logit before the choice.",
            ),
            "range",
            0,
            maximum=4,
            step=0.25,
            digits=2,
        ),
    ]


def _routed(one: Routing, names: dict[str, str], tokens: int, height: object) -> alt.Chart:
    """One row per token and expert: `prob` over all experts, `w` after the cut (not yet divided), `sum_k`."""
    n = one.noise.shape[1]
    return (
        alt.Chart(alt.sequence(tokens * n, as_="i"), height=height, width="container")
        .transform_calculate(at=f"floor(datum.i / {n})", expert=f"datum.i % {n} + 1")
        .transform_calculate(u="logits[router][datum.at][datum.expert - 1] + sigma * noise[datum.at][datum.expert - 1]")
        .transform_joinaggregate(u_max="max(u)", groupby=["at"])
        .transform_window(
            [alt.WindowFieldDef(op="rank", **{"as": "rank"})],
            sort=[alt.SortField("u", order="descending")],
            groupby=["at"],
        )
        .transform_calculate(e=f"exp((datum.u - datum.u_max) / {expression(TAUS)}[tau_at])")
        .transform_calculate(w="datum.rank <= k ? datum.e : 0")
        .transform_joinaggregate(sum_all="sum(e)", sum_k="sum(w)", groupby=["at"])
        .transform_calculate(prob="datum.e / datum.sum_all")
    )


def _data(one: Routing, names: dict[str, str], tokens: int) -> list[alt.Parameter]:
    return [
        alt.param(name="logits", value={name: one.logits[name][:tokens].tolist() for name in names}),
        alt.param(name="noise", value=one.noise[:tokens].tolist()),
    ]


def routes(
    id: str, title: str, one: Routing, names: dict[str, str], *, k: int, said: str, caption: str = "", tokens: int = 14
) -> OldFigure:
    """Which experts work on each of the first tokens, and with what weight: the dot's area. Rings: before the cut.

    `names` are the routers of `one.logits` to choose from, each with its label. In `said`: {working} and {pairs}, token
    and expert taken together, {share} of the two, {most} and {least} (the largest and the smallest weight drawn).
    """
    n = one.noise.shape[1]
    controls = _controls(names, n, k)
    words = [visible(token) for token in one.tokens[:tokens]]
    base = _routed(one, names, tokens, alt.Step(26)).transform_calculate(pairs=f"{tokens * n}")
    works = (
        base.transform_filter("datum.w > 0")
        .transform_calculate(weight="datum.w / datum.sum_k", token="words[datum.at]")
        .transform_joinaggregate(working="count()", most="max(weight)", least="min(weight)")
        .transform_calculate(share="datum.working / datum.pairs")
    )
    x = alt.X(
        "expert:O", title=t(pt="especialista", en="expert"), axis=alt.Axis(orient="top", labelAngle=0, ticks=False)
    )
    y = alt.Y(
        "at:O", title=None, axis=alt.Axis(ticks=False, domain=False, labelExpr="words[datum.value]", labelLimit=120)
    )
    area = {"scale": alt.Scale(domain=[0, 1], range=[0, 480]), "legend": None}
    rings = base.mark_point(filled=False, stroke=theme.colour("tail"), strokeWidth=1.2).encode(
        x=x, y=y, size=alt.Size("prob:Q", **area)
    )
    dots = works.mark_circle(fill=theme.colour("kept"), opacity=1).encode(x=x, y=y, size=alt.Size("weight:Q", **area))
    chart = alt.layer(dots, rings).add_params(
        *_data(one, names, tokens), alt.param(name="words", value=words), *parameters(controls)
    )
    rows = _route_rows(one, next(iter(names)), k, words)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"Uma linha por token, uma coluna por especialista; um disco onde o especialista trabalha. {rows[0][0]}: ",
            en=f"One row per token, one column per expert; a disc where the expert works. {rows[0][0]}: ",
        )
        + ", ".join(f"{row[1]} ({row[3]})" for row in rows if row[0] == rows[0][0]),
        columns=[
            Column("token", say("column.token")),
            Column("expert", t(pt="especialista", en="expert"), "0"),
            Column("prob", t(pt="probabilidade entre todos", en="probability among all"), "%1"),
            Column("weight", t(pt="peso entre os que trabalham", en="weight among those that work"), "%1"),
        ],
        rows=rows,
    )


def _route_rows(one: Routing, name: str, k: int, words: Sequence[str]) -> list[list[str]]:
    """The table of `routes` as first drawn, computed by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before
    from core.course.experts import route

    logits = one.logits[name][: len(words)]
    return [
        [word, number(i + 1), percent(p, 1), percent(w, 1)]
        for word, probs, weights in zip(words, softmax(logits).tolist(), route(logits, k).tolist(), strict=True)
        for i, (p, w) in enumerate(zip(probs, weights, strict=True))
        if w > 0
    ]


def expert_load(
    id: str, title: str, one: Routing, names: dict[str, str], *, k: int, said: str, caption: str = ""
) -> OldFigure:
    """The load f of each expert over a whole text, its mean probability P (dashed), the fair share and the room.

    In `said`: {loss} (N Σ f P), {largest} (of f), {idle} (experts without work), {spilled} (assignments beyond ROOM fair
    shares), {fair} (1/N).
    """
    tokens, n = one.noise.shape
    controls = _controls(names, n, k)
    base = (
        _routed(one, names, tokens, alt.Step(34))
        .transform_calculate(works="datum.w > 0 ? 1 : 0")
        .transform_aggregate(count="sum(works)", P="mean(prob)", groupby=["expert"])
        .transform_joinaggregate(total="sum(count)")
        .transform_calculate(f="datum.count / datum.total")
        .transform_calculate(
            product=f"{n} * datum.f * datum.P",
            idles="datum.count == 0 ? 1 : 0",
            beyond=f"max(0, datum.f - {ROOM / n!r})",
            fair=f"{1 / n!r}",
            room=f"{ROOM / n!r}",
        )
        .transform_joinaggregate(loss="sum(product)", idle="sum(idles)", largest="max(f)", spilled="sum(beyond)")
        .transform_calculate(end="max(datum.f, datum.P, datum.room)", label="format(datum.f, '.1%')")
    )
    y = alt.Y(
        "expert:O",
        title=t(pt="especialista", en="expert"),
        axis=alt.Axis(
            ticks=False, domain=False, titleAngle=0, titleAlign="left", titleAnchor="end", titleX=-16, titleY=-10
        ),
    )
    x = share_axis(t(pt="parte do trabalho", en="share of the work"), labelled=True)
    mean = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24).encode(
        y=y, x=alt.X("P:Q", **x)
    )
    bars = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("f:Q", **x))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("end:Q", **x), text="label:N")
    fair = base.mark_rule(stroke=theme.colour("good"), strokeWidth=2).encode(x=alt.X("mean(fair):Q", **x))
    room = base.mark_rule(stroke=theme.colour("bound"), strokeWidth=2, strokeDash=[6, 4]).encode(
        x=alt.X("mean(room):Q", **x)
    )
    chart = alt.layer(mean, bars, label, fair, room).add_params(*_data(one, names, tokens), *parameters(controls))
    rows = _load_rows(one, next(iter(names)), k)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(pt="A parte do trabalho de cada especialista: ", en="Each expert's share of the work: ")
        + ", ".join(f"{row[0]}: {row[1]}" for row in rows),
        columns=[
            Column("expert", t(pt="especialista", en="expert"), "0"),
            Column("f", t(pt="carga f", en="load f"), "%1"),
            Column("P", t(pt="probabilidade média P", en="mean probability P"), "%1"),
            Column("product", "N f P", "3"),
        ],
        rows=rows,
    )


def _load_rows(one: Routing, name: str, k: int) -> list[list[str]]:
    """The table of `expert_load` as first drawn, computed by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before
    from core.course.experts import load, route

    logits = one.logits[name]
    shares, means = load(route(logits, k)).tolist(), softmax(logits).mean(0).tolist()
    return [
        [number(i + 1), percent(f, 1), percent(p, 1), number(len(shares) * f * p, 3)]
        for i, (f, p) in enumerate(zip(shares, means, strict=True))
    ]
