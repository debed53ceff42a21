"""Where the parameters of a GPT are: one bar per part, by formula, as its shape changes."""

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import BAR, Sets, figure, oracle, rows, share_axis, stops_control, token_axis
from dashboard.language import number, t

WIDTHS = (64, 128, 192, 256, 384, 512, 768, 1024, 1280, 1600, 2048, 2560, 4096, 5120, 8192, 12288)
VOCABULARIES = (256, 1024, 4096, 8192, 16384, 32000, 50257, 51200, 100000, 128256, 256000)
CONTEXTS = (128, 256, 512, 1024, 2048, 4096)
NAMES = {"embedding": ("embedding e saída", "embedding and output"), "positions": ("posições", "positions"),
         "attention": ("atenção", "attention"), "feed_forward": ("feed-forward", "feed-forward"),
         "norms": ("normalizações", "norms")}  # fmt: skip


@oracle("parts")
def _rows(data: dict, settings: dict) -> Sets:
    from core.models.gpt import GPTConfig  # torch: imported when a lesson runs, not before
    from core.models.sizes import gpt_parameters

    c, layers, v, context = (settings[name] for name in ("c", "L", "v", "t"))
    counts = gpt_parameters(GPTConfig(vocab_size=v, context_length=context, n_layer=layers, n_head=1, n_embd=c))
    total, attention, inner = sum(counts.values()), counts["attention"], counts["feed_forward"]
    sums = {"total": total, "blocks_share": (attention + inner) / total, "ratio": inner / attention}
    return {
        "rows": [
            {"part": word, "count": counts[name], "p": counts[name] / total, **sums}
            for word, name in zip(data["words"], NAMES, strict=True)
        ]
    }


def parts(id: str, title: str, *, shape: tuple[int, int, int, int], said: str, caption: str = "") -> Figure:
    """The share of each part of a GPT-2 of this shape: (V, context, blocks, C); multi-head, width 4 C inside.

    In `said`: {total} (parameters), {blocks_share} (of attention and feed-forward), {ratio} (feed-forward ÷ attention).
    """
    V, context, L, C = shape
    controls = [
        stops_control("c", t(pt="Largura C", en="Width C"),
                      t(pt="Componentes do vetor de cada posição.", en="Components of each position's vector."), C, WIDTHS, number),
        Range("L", t(pt="Blocos", en="Blocks"), t(pt="Quantos, um sobre o outro.", en="How many, one on top of the other."), L, 1, 96),
        stops_control("v", t(pt="Vocabulário V", en="Vocabulary V"), t(pt="Quantos tokens há.", en="How many tokens there are."),
                      V, VOCABULARIES, number),
        stops_control("t", t(pt="Posições", en="Positions"),
                      t(pt="O contexto de posições aprendidas.", en="The context of learned positions."), context, CONTEXTS, number),
    ]  # fmt: skip
    y, x = (
        token_axis("part:N", 160),
        share_axis(t(pt="parte dos parâmetros", en="share of the parameters"), labelled=True),
    )
    solid = rows().mark_bar(height=18, cornerRadiusEnd=2, fill=theme.colour("kept")).encode(y=y, x=alt.X("p:Q", **x))
    label = rows().mark_text(align="left", dx=8).encode(y=y, x=alt.X("p:Q", **x), text="label:N")
    return figure(
        "parts",
        id,
        title,
        {"words": [t(pt=pt, en=en) for pt, en in NAMES.values()]},
        controls,
        alt.layer(solid, label).properties(height=alt.Step(BAR), width="container"),
        [
            Column("part", t(pt="parte", en="part")),
            Column("count", t(pt="parâmetros", en="parameters"), "0"),
            Column("p", t(pt="parcela", en="share"), "%2"),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="Uma barra por parte do modelo, com a sua parcela dos parâmetros: [{part} {p|%2}].",
            en="One bar per part of the model, with its share of the parameters: [{part} {p|%2}].",
        ),
        labels={"label": "{p|%~}"},
    )
