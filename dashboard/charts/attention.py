"""Who reads whom: one head's attention over a text as squares, each as large as its weight.

The scores are data; the mask, the divisor and the softmax are done inside Vega.
"""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import choice_control, finished, parameters
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, quoted, t
from dashboard.recorded.inside import Inside

CELL = 26  # px, the height of a row
DIVISORS = {"one": "1", "root": "√d", "whole": "d"}  # the scores are kept over √d


def attention(
    id: str,
    title: str,
    texts: Sequence[Inside],
    *,
    layer: int = 1,
    head: int = 1,
    row: int = 0,
    said: str,
    caption: str = "",
) -> OldFigure:
    """A live map of the attention of every head of every block; rows ask, columns are read.

    With more than one text a choice named "variant" selects it. Controls: layer and head (from 1), row (the token whose
    row is framed, from 1; `row` 0 starts at the last), mask, divisor. In `said`: {asks}, {top} (the tokens), {p_max},
    {effective} (e to the entropy of the row), {seen} (positions it may read), {first}, {own} (weights of the first
    position and of its own).
    """  # fmt: skip
    names = {f"t{i}": quoted(one.prompt) for i, one in enumerate(texts)}
    L, H = texts[0].scores.shape[:2]
    longest = max(len(one.tokens) for one in texts)
    row = row or len(texts[0].tokens)
    controls = _controls(L, H, longest, layer, head, row)
    if len(names) > 1:
        label, help = (
            t(pt="Frase", en="Sentence"),
            t(pt="O texto que o modelo leu.", en="The text that the model has read."),
        )
        controls.insert(0, choice_control("variant", label, help, names))
    data = [
        alt.param(name="scores", value={n: _flat(one) for n, one in zip(names, texts, strict=True)}),
        alt.param(name="words", value={n: [*map(visible, one.tokens)] for n, one in zip(names, texts, strict=True)}),
        alt.param(name="T", expr="words[variant].length"),
        alt.param(name="asked", expr="min(row, T) - 1"),
    ]
    root = texts[0].head_size ** 0.5
    base = (
        alt.Chart()
        .transform_filter("datum.n < T * T")
        .transform_calculate(i="floor(datum.n / T)", j="datum.n % T")
        .transform_filter("!mask || datum.j <= datum.i")
        .transform_calculate(raw=f"scores[variant][layer - 1][head - 1][datum.n] / 1000 * {root!r}")
        .transform_calculate(s=f"datum.raw / ({{one: 1, root: {root!r}, whole: {root**2!r}}})[divisor]")
        .transform_joinaggregate(s_max="max(s)", groupby=["i"])
        .transform_calculate(w="exp(datum.s - datum.s_max)")
        .transform_joinaggregate(Z="sum(w)", groupby=["i"])
        .transform_calculate(p="datum.w / datum.Z")
    )
    here = (
        base.transform_filter("datum.i == asked")
        .transform_calculate(
            weight="datum.p", score="datum.s", token="words[variant][datum.j]", asks="words[variant][asked]",
            place="datum.j + 1", bits="datum.p > 0 ? -datum.p * log(datum.p) : 0",
            at_first="datum.j == 0 ? datum.p : 0", at_self="datum.j == datum.i ? datum.p : 0",
        )
        .transform_joinaggregate(p_max="max(p)", H="sum(bits)", seen="count()", first="sum(at_first)", own="sum(at_self)")
        .transform_calculate(effective="exp(datum.H)", best=f"datum.p == datum.p_max ? datum.j : {longest}")
        .transform_joinaggregate(top_j="min(best)")
        .transform_calculate(top="words[variant][datum.top_j]")
    )  # fmt: skip
    labels = {"ticks": False, "domain": False, "labelExpr": "words[variant][datum.value]", "labelLimit": 92}
    x = alt.X("j:O", title=t(pt="é lido (chave)", en="is read (key)"),
              axis=alt.Axis(labelAngle=-60, labelOverlap=True, labelFontSize=12, **labels))  # fmt: skip
    y = alt.Y("i:O", title=t(pt="lê (consulta)", en="reads (query)"), axis=alt.Axis(labelFontSize=12, **labels))
    area = alt.ExprRef(f"datum.p * pow(0.92 * min(width / T, {CELL}), 2)")
    squares = base.mark_point(shape="square", filled=True, opacity=1, size=area).encode(
        x=x, y=y,
        color=alt.condition("datum.i == asked", alt.value(theme.colour("cut")), alt.value(theme.colour("kept"))),
    )  # fmt: skip
    dots = base.mark_point(shape="circle", filled=True, size=5, opacity=1, color=theme.colour("tail")).encode(x=x, y=y)
    frame = here.transform_aggregate(count="count()", groupby=["i"]).mark_rect(
        fill="transparent", stroke=theme.colour("ink"), strokeWidth=1.5).encode(y=y)  # fmt: skip
    chart = (
        alt.layer(dots, squares, frame, here.mark_point(size=0, opacity=0).encode(x=x, y=y),
                  data=alt.sequence(longest**2, as_="n"))
        .properties(height=alt.Step(CELL), width="container")
        .add_params(*data, *parameters(controls, {"variant": "t0"}))
    )  # fmt: skip
    rows = _rows(texts[0], layer, head, row)
    strongest = max(rows, key=lambda cells: float(texts[0].weights[layer - 1, head - 1, row - 1][int(cells[0]) - 1]))
    asks = visible(texts[0].tokens[row - 1])
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"Um quadrado por par de posições, com área igual ao peso. Bloco {layer}, cabeça {head}, {quoted(texts[0].prompt)}: "
            f"{asks} lê sobretudo {strongest[1]}, com peso {strongest[3]}.",
            en=f"One square per pair of positions, its area the weight. Block {layer}, head {head}, {quoted(texts[0].prompt)}: "
            f"{asks} reads {strongest[1]} most, with weight {strongest[3]}.",
        ),
        columns=[
            Column("place", t(pt="posição", en="position"), "0"),
            Column("token", t(pt="é lido", en="is read")),
            Column("score", t(pt="pontuação dividida", en="score, divided"), "2"),
            Column("weight", t(pt="peso", en="weight"), "%1"),
        ],
        rows=rows,
    )


def _controls(layers: int, heads: int, tokens: int, layer: int, head: int, row: int) -> list[Control]:
    return [
        Control("layer", t(pt="Bloco", en="Block"), t(pt="De baixo para cima.", en="From the bottom up."), "range",
                layer, minimum=1, maximum=layers),
        Control("head", t(pt="Cabeça", en="Head"), t(pt="Cada uma tem pesos próprios.", en="Each has weights of its own."),
                "range", head, minimum=1, maximum=heads),
        Control("row", t(pt="Posição que lê", en="Position that reads"),
                t(pt="A linha emoldurada e a da tabela.", en="The framed row, and the table's."), "range", row, minimum=1,
                maximum=tokens),
        Control("mask", t(pt="Máscara causal", en="Causal mask"),
                t(pt="Desligada, cada posição lê também as seguintes.", en="Off, a position also reads the later ones."),
                "switch", True),
        Control("divisor", t(pt="Divide q·k por", en="Divide q·k by"),
                t(pt="√d é o que o modelo usa.", en="√d is what the model uses."), "choice", "root", values=list(DIVISORS),
                labels=list(DIVISORS.values())),
    ]  # fmt: skip


def _flat(one: Inside) -> list:
    """Blocks, heads, and every pair of positions in thousandths."""
    L, H = one.scores.shape[:2]
    return np.rint(one.scores * 1000).astype(int).reshape(L, H, -1).tolist()


def _rows(one: Inside, layer: int, head: int, row: int) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before

    scores = np.rint(one.scores[layer - 1, head - 1, row - 1, :row] * 1000) / 1000
    return [
        [number(j + 1), visible(token), number(s, 2), percent(w, 1)]
        for j, (token, s, w) in enumerate(zip(one.tokens, scores, softmax(scores).tolist(), strict=False))
    ]
