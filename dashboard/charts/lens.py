"""The logit lens: what the model would say if it stopped after a block, and which parts raised one token over another."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure, Input, Range, Stops
from dashboard.charts.frame import BAR, Sets, bars, figure, oracle, rows, share_axis, token_axis, variant_control
from dashboard.charts.vocabulary import visible
from dashboard.language import quoted, say, t
from dashboard.recorded.inside import Inside

SHOWN = 10  # tokens
RIVALS = 5


@oracle("lens")
def _lens(data: dict, settings: dict) -> Sets:
    from core import softmax  # torch: imported when a lesson runs, not before

    variant, depth = settings.get("variant", "t0"), settings["depth"]
    words, logits, rest = (data[name][variant] for name in ("words", "lens", "rest"))
    here, last = (softmax([*logits[at], rest[at]])[:-1].numpy() for at in (depth, -1))
    best = sorted(np.argsort(-np.maximum(here, last), kind="stable")[: data["shown"]])
    won = int(np.argmax(logits[-1]))
    sums = {
        "prompt": data["prompts"][variant],
        "where": data["places"][depth],
        "top": words[int(np.argmax(logits[depth]))],
        "p_top": here.max(),
        "final": words[won],
        "p_final": last.max(),
        "p_here": here[won],
        "tail": max(0, 1 - here[best].sum()),
    }
    return {
        "rows": [
            {
                "token": words[i],
                "u": logits[depth][i],
                "p": here[i],
                "p_last": last[i],
                "end": max(here[i], last[i]),
                **sums,
            }
            for i in best
        ]
    }


def lens(id: str, title: str, texts: Sequence[Inside], *, depth: int | None = None, caption: str = "") -> Figure:
    """The distribution read out after each block, over the hollow bars of the last one.

    With more than one text a choice named "variant" selects it; `depth` is 0 for the embeddings, then the block; it
    starts at `depth`, or at the last block. Shown are the tokens of largest probability, here or at the end; the
    sentence names the likeliest one here and the likeliest one at the end, and the mass of those not shown.
    """
    L = len(texts[0].lens) - 1
    depth = L if depth is None else depth
    places = [t(pt="embeddings", en="embeddings"), *(t(pt=f"bloco {i}", en=f"block {i}") for i in range(1, L + 1))]
    stop = Stops("depth", t(pt="Ler depois de", en="Read out after"),
                 t(pt="Onde a leitura interrompe o modelo.", en="Where the reading stops the model."), depth, list(range(L + 1)), places)  # fmt: skip
    data = _given(texts) | {
        "lens": {f"t{i}": np.round(one.lens, 3).tolist() for i, one in enumerate(texts)},
        "rest": {f"t{i}": np.round(one.rest, 3).tolist() for i, one in enumerate(texts)},
        "places": places,
        "shown": SHOWN,
    }
    picture = bars(token_axis(limit=120), share_axis(say("axis.probability"), labelled=True), hollow="p_last")
    return figure(
        "lens",
        id,
        title,
        data,
        [*_texts(texts), stop],
        picture.properties(height=alt.Step(BAR), width="container"),
        [
            Column("token", say("column.token")),
            Column("u", t(pt="logit aqui", en="logit here"), "3"),
            Column("p", t(pt="probabilidade aqui", en="probability here"), "%2"),
            Column("p_last", t(pt="depois do último bloco", en="after the last block"), "%2"),
        ],
        said=t(
            pt="Lido aqui ({where}), o primeiro seria «{top}», com {p_top|%1}. O primeiro no fim é «{final}»: aqui ele tem {p_here|%1} "
            "e no fim, {p_final|%1}. Os tokens que não aparecem somam {tail|%1}.",
            en="Read out here ({where}), the first would be “{top}”, with {p_top|%1}. The first at the end is “{final}”: here it has {p_here|%1} "
            "and at the end {p_final|%1}. The tokens not shown add up to {tail|%1}.",
        ),
        caption=caption,
        alt=t(
            pt="Barras horizontais: a distribuição lida em {where}, sobre o contorno da última. {prompt}: [{token} {p|%2}].",
            en="Horizontal bars: the distribution read out at {where}, over the outline of the last one. {prompt}: [{token} {p|%2}].",
        ),
        labels={"label": "{p|%~}"},
    )  # fmt: skip


@oracle("pushes")
def _pushes(data: dict, settings: dict) -> Sets:
    variant, rival = settings.get("variant", "t0"), settings["rival"]
    shares, words = np.array(data["shares"][variant]), data["words"][variant]
    a, b = shares[:, 0], shares[:, rival - 1]
    by = a - b
    most = int(np.abs(by).argmax())
    sums = {"total": by.sum(), "ratio": np.exp(by.sum()), "first": words[0], "second": words[rival - 1],
            "most": data["parts"][most], "most_by": by[most]}  # fmt: skip
    table = zip(data["parts"], a, b, by, strict=True)
    return {"rows": [{"part": part, "a": x, "b": y, "by": z, **sums} for part, x, y, z in table]}


def pushes(id: str, title: str, texts: Sequence[Inside], *, rival: int = 2, caption: str = "") -> Figure:
    """What each part of the model adds to the logit of its first choice, less what it adds to that of a rival.

    The bars add up to the difference of the two final logits, which is the logarithm of the odds. Controls: variant, and
    the rival by its place among the named tokens. The sentence names the part that pushes hardest, either way.
    """
    parts = [t(pt="embeddings", en="embeddings")]
    for i in range(1, len(texts[0].lengths) + 1):
        parts += [t(pt=f"atenção {i}", en=f"attention {i}"), t(pt=f"feed-forward {i}", en=f"feed-forward {i}")]
    parts.append(t(pt="viés da normalização", en="bias of the norm"))
    place = Range("rival", t(pt="Comparar com o lugar", en="Compare with place"),
                  t(pt="O mais provável é comparado com o token deste lugar da distribuição final.", en="The most probable one is compared with the token at this place of the final distribution."),
                  rival, 2, RIVALS)  # fmt: skip
    shares = {f"t{i}": np.round(one.shares, 3).tolist() for i, one in enumerate(texts)}
    return figure(
        "pushes",
        id,
        title,
        _given(texts) | {"shares": shares, "parts": parts},
        [*_texts(texts), place],
        _pushes_picture(),
        [
            Column("part", t(pt="parte", en="part")),
            Column("a", t(pt="ao primeiro", en="to the first"), "3"),
            Column("b", t(pt="ao comparado", en="to the compared"), "3"),
            Column("by", t(pt="diferença", en="difference"), "3"),
        ],
        said=t(
            pt="As barras somam {total|2}: por isso «{first}» é {ratio|2} vezes tão provável quanto «{second}». A parte que mais pesa é "
            "{most}, com {most_by|2}.",
            en="The bars add up to {total|2}: that is why “{first}” is {ratio|2} times as likely as “{second}”. The part that weighs "
            "most is {most}, with {most_by|2}.",
        ),
        caption=caption,
        alt=t(pt="Uma barra por parte do modelo: quanto ela soma ao logit de «{first}» menos o de «{second}». [{part} {by|3}].",
              en="One bar per part of the model: what it adds to the logit of “{first}” less that of “{second}”. [{part} {by|3}]."),
    )  # fmt: skip


def _pushes_picture() -> alt.LayerChart:
    apart, scale = alt.Axis(tickCount=5), alt.Scale(padding=46, nice=False)
    x = alt.X("by:Q", title=t(pt="diferença dos logits", en="difference of the logits"), scale=scale, axis=apart)
    fill = alt.condition("datum.by >= 0", alt.value(theme.colour("kept")), alt.value(theme.colour("cut")))
    y = token_axis("part:N")
    solid = rows().mark_bar(height=16).encode(y=y, x=x, fill=fill)
    side = {"align": alt.ExprRef("datum.by < 0 ? 'right' : 'left'"), "dx": alt.ExprRef("datum.by < 0 ? -6 : 6")}
    label = rows().mark_text(fontSize=12, **side).encode(y=y, x=x, text=alt.Text("by:Q", format="+.2f"))
    zero = rows().mark_rule(stroke=theme.colour("ink")).encode(x=alt.datum(0))
    return alt.layer(solid, label, zero).properties(height=alt.Step(BAR), width="container")


def _given(texts: Sequence[Inside]) -> dict:
    return {
        "words": {f"t{i}": [*map(visible, one.words)] for i, one in enumerate(texts)},
        "prompts": {f"t{i}": quoted(one.prompt) for i, one in enumerate(texts)},
    }


def _texts(texts: Sequence[Inside]) -> list[Input]:
    return variant_control("control.prompt", _given(texts)["prompts"])
