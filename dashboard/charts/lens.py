"""The logit lens: what the model would say if it stopped after a block, and which parts raised one token over another."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, choice_control, finished, parameters, share_axis, written
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, quoted, say, t
from dashboard.recorded.inside import Inside

SHOWN = 10  # tokens
RIVALS = 5


def lens(id: str, title: str, texts: Sequence[Inside], *, depth: int | None = None, caption: str = "") -> OldFigure:
    """The distribution read out after each block, over the hollow bars of the last one.

    With more than one text a choice named "variant" selects it; `depth_stop` is 0 for the embeddings, then the block; it
    starts at `depth`, or at the last block. Shown are the tokens of largest probability, here or at the end; the
    sentence names the likeliest one here and the likeliest one at the end, and the mass of those not shown.
    """
    L = len(texts[0].lens) - 1
    depth = L if depth is None else depth
    places = [t(pt="embeddings", en="embeddings"), *(t(pt=f"bloco {i}", en=f"block {i}") for i in range(1, L + 1))]
    controls = [
        *_texts(texts),
        Control("depth_stop", t(pt="Ler depois de", en="Read out after"), t(pt="Onde a leitura interrompe o modelo.", en="Where the reading stops the model."),
                "stops", depth, values=list(range(L + 1)), labels=places),
    ]  # fmt: skip
    data = [
        alt.param(name="lens", value={f"t{i}": np.round(one.lens, 3).tolist() for i, one in enumerate(texts)}),
        alt.param(name="rest", value={f"t{i}": np.round(one.rest, 3).tolist() for i, one in enumerate(texts)}),
        alt.param(name="words", value=_words(texts)),
        alt.param(name="places", value=places),
    ]

    def depthwise(chart: alt.Chart, at: str, u: str, p: str) -> alt.Chart:
        return (
            chart.transform_calculate(**{u: f"lens[variant][{at}][datum.n]"})
            .transform_joinaggregate(**{f"{u}_max": f"max({u})"})
            .transform_calculate(**{f"{u}_top": f"max(datum.{u}_max, rest[variant][{at}])"})
            .transform_calculate(**{f"{u}_e": f"exp(datum.{u} - datum.{u}_top)"})
            .transform_joinaggregate(**{f"{u}_Z": f"sum({u}_e)"})
            .transform_calculate(**{p: f"datum.{u}_e / (datum.{u}_Z + exp(rest[variant][{at}] - datum.{u}_top))"})
        )

    many = max(len(one.words) for one in texts)
    base = alt.Chart(alt.sequence(many, as_="n"), height=alt.Step(BAR), width="container")
    base = depthwise(base.transform_filter("datum.n < words[variant].length"), "depth_stop", "u", "p")
    base = (
        depthwise(base, str(L), "last", "p_last")
        .transform_calculate(most="max(datum.p, datum.p_last)", first=f"datum.u == datum.u_max ? datum.n : {many}",
                             won=f"datum.last == datum.last_max ? datum.n : {many}")
        .transform_joinaggregate(first_n="min(first)", won_n="min(won)", p_top="max(p)", p_final="max(p_last)")
        .transform_calculate(at_won="datum.n == datum.won_n ? datum.p : 0")
        .transform_joinaggregate(p_here="max(at_won)")
        .transform_window([alt.WindowFieldDef(op="row_number", **{"as": "rank"})],
                          sort=[alt.SortField("most", order="descending"), alt.SortField("n")])
        .transform_filter(f"datum.rank <= {SHOWN}")
        .transform_joinaggregate(shown="sum(p)")
        .transform_calculate(token="words[variant][datum.n]", top="words[variant][datum.first_n]",
                             final="words[variant][datum.won_n]", tail="max(0, 1 - datum.shown)",
                             where="places[depth_stop]", label=written("p"), end="datum.most")
    )  # fmt: skip
    y = alt.Y(
        "n:O",
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=120, labelExpr="words[variant][datum.value]"),
    )
    x = share_axis(say("axis.probability"), labelled=True)
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24).encode(
        y=y, x=alt.X("p_last:Q", **x)
    )
    bars = base.mark_bar(height=16, cornerRadiusEnd=2, fill=theme.colour("kept")).encode(y=y, x=alt.X("p:Q", **x))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("end:Q", **x), text="label:N")
    chart = alt.layer(raw, bars, label).add_params(*data, *parameters(controls, {"variant": "t0"}))
    rows = _lens_rows(texts[0], depth)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=t(
            pt="Lido aqui ({where}), o primeiro seria «{top}», com {p_top|%1}. O primeiro no fim é «{final}»: aqui ele tem {p_here|%1} "
            "e no fim, {p_final|%1}. Os tokens que não aparecem somam {tail|%1}.",
            en="Read out here ({where}), the first would be “{top}”, with {p_top|%1}. The first at the end is “{final}”: here it has {p_here|%1} "
            "and at the end {p_final|%1}. The tokens not shown add up to {tail|%1}.",
        ),
        caption=caption,
        alt=t(
            pt=f"Barras horizontais: a distribuição lida em {places[depth]}, sobre o contorno da última. {quoted(texts[0].prompt)}: ",
            en=f"Horizontal bars: the distribution read out at {places[depth]}, over the outline of the last one. {quoted(texts[0].prompt)}: ",
        )
        + ", ".join(f"{row[0]} {row[2]}" for row in rows)
        + ".",
        columns=[
            Column("token", say("column.token")),
            Column("u", t(pt="logit aqui", en="logit here"), "3"),
            Column("p", t(pt="probabilidade aqui", en="probability here"), "%2"),
            Column("p_last", t(pt="depois do último bloco", en="after the last block"), "%2"),
        ],
        rows=rows,
    )


def pushes(id: str, title: str, texts: Sequence[Inside], *, rival: int = 2, caption: str = "") -> OldFigure:
    """What each part of the model adds to the logit of its first choice, less what it adds to that of a rival.

    The bars add up to the difference of the two final logits, which is the logarithm of the odds. Controls: variant, and
    the rival by its place among the named tokens. The sentence names the part that pushes hardest, either way.
    """
    L = len(texts[0].lengths)
    parts = [t(pt="embeddings", en="embeddings")]
    for i in range(1, L + 1):
        parts += [t(pt=f"atenção {i}", en=f"attention {i}"), t(pt=f"feed-forward {i}", en=f"feed-forward {i}")]
    parts.append(t(pt="viés da normalização", en="bias of the norm"))
    controls = [
        *_texts(texts),
        Control("rival", t(pt="Comparar com o lugar", en="Compare with place"), t(pt="O mais provável é comparado com o token deste lugar da distribuição final.", en="The most probable one is compared with the token at this place of the final distribution."),
                "range", rival, minimum=2, maximum=RIVALS),
    ]  # fmt: skip
    data = [
        alt.param(
            name="shares", value={f"t{i}": np.round(one.shares[:, :RIVALS], 3).tolist() for i, one in enumerate(texts)}
        ),
        alt.param(name="words", value=_words(texts)),
        alt.param(name="parts", value=parts),
    ]
    base = (
        alt.Chart(alt.sequence(len(parts), as_="n"), height=alt.Step(28), width="container")
        .transform_calculate(part="parts[datum.n]", a="shares[variant][datum.n][0]", b="shares[variant][datum.n][rival - 1]")
        .transform_calculate(by="datum.a - datum.b", size="abs(datum.a - datum.b)")
        .transform_joinaggregate(total="sum(by)", largest="max(size)")
        .transform_calculate(best=f"datum.size == datum.largest ? datum.n : {len(parts)}")
        .transform_joinaggregate(best_n="min(best)")
        .transform_calculate(first="words[variant][0]", second="words[variant][rival - 1]", ratio="exp(datum.total)",
                             most="parts[datum.best_n]", most_by="shares[variant][datum.best_n][0] - shares[variant][datum.best_n][rival - 1]",
                             label="format(datum.by, '+.2f')")
    )  # fmt: skip
    y = alt.Y(
        "n:O", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr="parts[datum.value]")
    )
    x = alt.X("by:Q", title=t(pt="diferença dos logits", en="difference of the logits"),
              scale=alt.Scale(padding=46, nice=False), axis=alt.Axis(tickCount=5))  # fmt: skip
    bars = base.mark_bar(height=16).encode(
        y=y, x=x, fill=alt.condition("datum.by >= 0", alt.value(theme.colour("kept")), alt.value(theme.colour("cut"))))  # fmt: skip
    label = base.mark_text(
        align=alt.ExprRef("datum.by < 0 ? 'right' : 'left'"), dx=alt.ExprRef("datum.by < 0 ? -6 : 6"), fontSize=12
    ).encode(y=y, x=x, text="label:N")
    zero = base.mark_rule(stroke=theme.colour("ink")).encode(x=alt.datum(0))
    chart = alt.layer(bars, label, zero).add_params(*data, *parameters(controls, {"variant": "t0"}))
    rows = _push_rows(texts[0], parts, rival)
    first, second = (visible(texts[0].words[i]) for i in (0, rival - 1))
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=t(
            pt="As barras somam {total|2}: por isso «{first}» é {ratio|2} vezes tão provável quanto «{second}». A parte que mais pesa é "
            "{most}, com {most_by|2}.",
            en="The bars add up to {total|2}: that is why “{first}” is {ratio|2} times as likely as “{second}”. The part that weighs "
            "most is {most}, with {most_by|2}.",
        ),
        caption=caption,
        alt=t(pt=f"Uma barra por parte do modelo: quanto ela soma ao logit de {quoted(first)} menos o de {quoted(second)}. ",
              en=f"One bar per part of the model: what it adds to the logit of {quoted(first)} less that of {quoted(second)}. ")
        + ", ".join(f"{row[0]} {row[3]}" for row in rows) + ".",
        columns=[
            Column("part", t(pt="parte", en="part")),
            Column("a", t(pt="ao primeiro", en="to the first"), "3"),
            Column("b", t(pt="ao comparado", en="to the compared"), "3"),
            Column("by", t(pt="diferença", en="difference"), "3"),
        ],
        rows=rows,
    )  # fmt: skip


def _texts(texts: Sequence[Inside]) -> list[Control]:
    names = {f"t{i}": quoted(one.prompt) for i, one in enumerate(texts)}
    return (
        [choice_control("variant", say("control.prompt"), say("control.prompt.help"), names)] if len(names) > 1 else []
    )


def _words(texts: Sequence[Inside]) -> dict[str, list[str]]:
    return {f"t{i}": [*map(visible, one.words)] for i, one in enumerate(texts)}


def _lens_rows(one: Inside, depth: int) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before

    here, last = (softmax(np.round([*one.lens[at], one.rest[at]], 3))[:-1].numpy() for at in (depth, -1))
    best = sorted(np.argsort(-np.maximum(here, last), kind="stable")[:SHOWN])
    return [
        [visible(one.words[i]), number(one.lens[depth, i], 3), percent(here[i], 2), percent(last[i], 2)] for i in best
    ]


def _push_rows(one: Inside, parts: Sequence[str], rival: int) -> list[list[str]]:
    pairs = np.round(one.shares[:, [0, rival - 1]], 3)
    return [
        [part, *(number(value, 3) for value in (a, b, a - b))]
        for part, (a, b) in zip(parts, pairs.tolist(), strict=True)
    ]
