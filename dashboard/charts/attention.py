"""Who reads whom: one head's attention over a text as squares, each as large as its weight."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Choice, Column, Figure, Input, Range, Switch
from dashboard.charts.frame import Sets, choice_control, figure, oracle, rows
from dashboard.charts.vocabulary import visible
from dashboard.language import quoted, t
from dashboard.recorded.inside import Inside

CELL = 26  # px, the height of a row
DIVISORS = {"one": "1", "root": "√d", "whole": "d"}  # the scores are kept over √d


@oracle("attention")
def _rows(data: dict, settings: dict) -> Sets:
    from core import effective_choices, softmax  # torch: imported when a lesson runs, not before

    variant, root = settings.get("variant", "t0"), data["root"]
    words = data["words"][variant]
    n, asked = len(words), min(settings["row"], len(words)) - 1
    kept = np.array(data["scores"][variant][settings["layer"] - 1][settings["head"] - 1]).reshape(n, n) / 1000 * root
    scores = kept / {"one": 1, "root": root, "whole": root**2}[settings["divisor"]]
    seen = np.tri(n, dtype=bool) if settings["mask"] else np.ones((n, n), dtype=bool)
    weights = softmax(np.where(seen, scores, -np.inf))
    row, read = weights[asked], np.flatnonzero(seen[asked]).tolist()
    sums = {
        "prompt": data["prompts"][variant],
        "asks": words[asked],
        "top": words[int(row.argmax())],
        "p_max": row.max().item(),
        "effective": effective_choices(row).item(),
        "seen": len(read),
        "first": row[0].item(),
        "own": row[asked].item(),
    }
    pairs = [{"i": i, "j": j, "p": weights[i, j].item(), "asked": i == asked} for i, j in np.argwhere(seen).tolist()]
    return {
        "rows": [
            {"place": j + 1, "token": words[j], "score": float(scores[asked, j]), "weight": row[j].item(), **sums}
            for j in read
        ],
        "pairs": pairs,
        "words": [{"i": i, "token": token} for i, token in enumerate(words)],
        "frame": [{"i": asked}],
    }


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
) -> Figure:
    """A live map of the attention of every head of every block; rows ask, columns are read.

    With more than one text a choice named "variant" selects it. Controls: layer and head (from 1), row (the token whose
    row is framed, from 1; `row` 0 starts at the last), mask, divisor. In `said`: {asks}, {top} (the tokens), {p_max},
    {effective} (e to the entropy of the row), {seen} (positions it may read), {first}, {own} (weights of the first
    position and of its own).
    """
    names, (L, H) = {f"t{i}": quoted(one.prompt) for i, one in enumerate(texts)}, texts[0].scores.shape[:2]
    controls = _controls(L, H, max(len(one.tokens) for one in texts), layer, head, row or len(texts[0].tokens))
    if len(names) > 1:
        words = t(pt="Frase", en="Sentence"), t(pt="O texto que o modelo leu.", en="The text that the model has read.")
        controls.insert(0, choice_control("variant", *words, names))
    data = {
        "scores": {n: _flat(one) for n, one in zip(names, texts, strict=True)},
        "words": {n: [*map(visible, one.tokens)] for n, one in zip(names, texts, strict=True)},
        "prompts": names,
        "root": texts[0].head_size ** 0.5,
    }
    return figure(
        "attention",
        id,
        title,
        data,
        controls,
        _picture(),
        [
            Column("place", t(pt="posição", en="position"), "0"),
            Column("token", t(pt="é lido", en="is read")),
            Column("score", t(pt="pontuação dividida", en="score, divided"), "2"),
            Column("weight", t(pt="peso", en="weight"), "%1"),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="Um quadrado por par de posições, com área igual ao peso. Bloco {layer}, cabeça {head}, {prompt}: "
            "{asks} lê sobretudo {top}, com peso {p_max|%1}.",
            en="One square per pair of positions, its area the weight. Block {layer}, head {head}, {prompt}: "
            "{asks} reads {top} most, with weight {p_max|%1}.",
        ),
    )


def _picture() -> alt.LayerChart:
    labels = {
        "ticks": False,
        "domain": False,
        "labelExpr": "(data('words')[datum.value] || {}).token",
        "labelLimit": 92,
    }
    across = alt.Axis(labelAngle=-60, labelOverlap=True, labelFontSize=12, **labels)
    x = alt.X("j:O", title=t(pt="é lido (chave)", en="is read (key)"), axis=across)
    y = alt.Y("i:O", title=t(pt="lê (consulta)", en="reads (query)"), axis=alt.Axis(labelFontSize=12, **labels))
    area = alt.ExprRef(f"datum.p * pow(0.92 * min(width / domain('x').length, {CELL}), 2)")
    colour = alt.condition("datum.asked", alt.value(theme.colour("cut")), alt.value(theme.colour("kept")))
    pairs = rows("pairs")
    dots = pairs.mark_point(shape="circle", filled=True, size=5, opacity=1, color=theme.colour("tail"))
    squares = pairs.mark_point(shape="square", filled=True, opacity=1, size=area).encode(x=x, y=y, color=colour)
    frame = rows("frame").mark_rect(fill="transparent", stroke=theme.colour("ink"), strokeWidth=1.5).encode(y=y)
    every = rows("words").mark_point(size=0, opacity=0).encode(y=y)  # for the axes' words
    return alt.layer(dots.encode(x=x, y=y), squares, frame, every).properties(height=alt.Step(CELL), width="container")


def _controls(layers: int, heads: int, tokens: int, layer: int, head: int, row: int) -> list[Input]:
    return [
        Range("layer", t(pt="Bloco", en="Block"), t(pt="De baixo para cima.", en="From the bottom up."), layer, 1, layers),
        Range("head", t(pt="Cabeça", en="Head"), t(pt="Cada uma tem pesos próprios.", en="Each has weights of its own."),
              head, 1, heads),
        Range("row", t(pt="Posição que lê", en="Position that reads"),
              t(pt="A linha emoldurada e a da tabela.", en="The framed row, and the table's."), row, 1, tokens),
        Switch("mask", t(pt="Máscara causal", en="Causal mask"),
               t(pt="Desligada, cada posição lê também as seguintes.", en="Off, a position also reads the later ones."), True),
        Choice("divisor", t(pt="Divide q·k por", en="Divide q·k by"),
               t(pt="√d é o que o modelo usa.", en="√d is what the model uses."), "root", list(DIVISORS), list(DIVISORS.values())),
    ]  # fmt: skip


def _flat(one: Inside) -> list:
    """Blocks, heads, and every pair of positions in thousandths."""
    L, H = one.scores.shape[:2]
    return np.rint(one.scores * 1000).astype(int).reshape(L, H, -1).tolist()
