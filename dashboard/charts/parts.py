"""Where the parameters of a GPT are: one bar per part, by formula, as its shape changes."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, finished, parameters, share_axis, written
from dashboard.language import number, percent, t

WIDTHS = (64, 128, 192, 256, 384, 512, 768, 1024, 1280, 1600, 2048, 2560, 4096, 5120, 8192, 12288)
VOCABULARIES = (256, 1024, 4096, 8192, 16384, 32000, 50257, 51200, 100000, 128256, 256000)
CONTEXTS = (128, 256, 512, 1024, 2048, 4096)
NAMES = {"embedding": ("embedding e saída", "embedding and output"), "positions": ("posições", "positions"),
         "attention": ("atenção", "attention"), "feed_forward": ("feed-forward", "feed-forward"),
         "norms": ("normalizações", "norms")}  # fmt: skip
FORMULAS = (
    "V * C",
    "T * C",
    "L * ((C + 1) * 3 * C + (C + 1) * C)",
    "L * ((C + 1) * 4 * C + (4 * C + 1) * C)",
    "(2 * L + 1) * 2 * C",
)


def parts(id: str, title: str, *, shape: tuple[int, int, int, int], said: str, caption: str = "") -> OldFigure:
    """The share of each part of a GPT-2 of this shape: (V, context, blocks, C); multi-head, width 4 C inside.

    In `said`: {total} (parameters), {blocks_share} (of attention and feed-forward), {ratio} (feed-forward ÷ attention).
    """
    V, context, L, C = shape
    controls = [
        _stops(
            "c_stop",
            t(pt="Largura C", en="Width C"),
            t(pt="Componentes do vetor de cada posição.", en="Components of each position's vector."),
            WIDTHS,
            C,
        ),
        Control(
            "L",
            t(pt="Blocos", en="Blocks"),
            t(pt="Quantos, um sobre o outro.", en="How many, one on top of the other."),
            "range",
            L,
            minimum=1,
            maximum=96,
        ),
        _stops(
            "v_stop",
            t(pt="Vocabulário V", en="Vocabulary V"),
            t(pt="Quantos tokens há.", en="How many tokens there are."),
            VOCABULARIES,
            V,
        ),
        _stops(
            "t_stop",
            t(pt="Posições", en="Positions"),
            t(pt="O contexto de posições aprendidas.", en="The context of learned positions."),
            CONTEXTS,
            context,
        ),
    ]
    data = [alt.param(name=name, expr=f"{list(values)}[{stop}]") for name, values, stop in
            (("C", WIDTHS, "c_stop"), ("V", VOCABULARIES, "v_stop"), ("T", CONTEXTS, "t_stop"))]  # fmt: skip
    words = [t(pt=pt, en=en) for pt, en in NAMES.values()]
    base = (
        alt.Chart(alt.sequence(len(words), as_="n"), height=alt.Step(BAR), width="container")
        .transform_calculate(part=f"{words}[datum.n]".replace("'", '"'), count=f"[{', '.join(FORMULAS)}][datum.n]",
                             inner="datum.n == 2 || datum.n == 3 ? 1 : 0")
        .transform_joinaggregate(total="sum(count)")
        .transform_calculate(p="datum.count / datum.total", of_blocks="datum.inner * datum.count / datum.total",
                             ff="datum.n == 3 ? datum.count : 0", att="datum.n == 2 ? datum.count : 0")
        .transform_joinaggregate(blocks_share="sum(of_blocks)", all_ff="sum(ff)", all_att="sum(att)")
        .transform_calculate(ratio="datum.all_ff / datum.all_att",
                             label=written("p"))
    )  # fmt: skip
    y = alt.Y("part:N", title=None, sort=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=160))
    x = share_axis(t(pt="parte dos parâmetros", en="share of the parameters"), labelled=True)
    bars = base.mark_bar(height=18, cornerRadiusEnd=2, fill=theme.colour("kept")).encode(y=y, x=alt.X("p:Q", **x))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("p:Q", **x), text="label:N")
    chart = alt.layer(bars, label).add_params(*parameters(controls), *data)
    rows = _rows(shape, words)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(pt="Uma barra por parte do modelo, com a sua parcela dos parâmetros: ", en="One bar per part of the model, with its share of the parameters: ")
        + ", ".join(f"{row[0]} {row[2]}" for row in rows) + ".",
        columns=[
            Column("part", t(pt="parte", en="part")),
            Column("count", t(pt="parâmetros", en="parameters"), "0"),
            Column("p", t(pt="parcela", en="share"), "%2"),
        ],
        rows=rows,
    )  # fmt: skip


def _stops(name: str, label: str, help: str, values: Sequence[int], value: int) -> Control:
    return Control(
        name, label, help, "stops", values.index(value), values=list(values), labels=[number(v) for v in values]
    )


def _rows(shape: tuple[int, int, int, int], words: Sequence[str]) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core.models.gpt import GPTConfig  # torch: imported when a lesson runs, not before
    from core.models.sizes import gpt_parameters

    V, context, L, C = shape
    counts = gpt_parameters(GPTConfig(vocab_size=V, context_length=context, n_layer=L, n_head=1, n_embd=C))
    total = sum(counts.values())
    return [
        [word, number(counts[name]), percent(counts[name] / total, 2)] for word, name in zip(words, NAMES, strict=True)
    ]
