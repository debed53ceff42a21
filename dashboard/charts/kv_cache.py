"""The cache of keys and values over the length of the text: every head its own, shared by groups, one for all."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from dashboard.blocks import Column, Control, Figure
from dashboard.charts.frame import choice_control, finished, named_lines, parameters
from dashboard.language import number, t

GROUPS = (1, 2, 4, 8)
LENGTHS = tuple(2**i for i in range(8, 18))
BYTES = {"four": 4, "two": 2, "one": 1}  # float32, float16 or bfloat16, int8


@dataclass(frozen=True)
class Shape:
    """What of a model decides its cache; `n_head` is a multiple of the largest of GROUPS."""

    name: str
    n_layer: int
    n_head: int
    head_size: int


def kv_cache(
    id: str,
    title: str,
    shapes: Sequence[Shape],
    *,
    group: int = 4,
    length: int = 4096,
    said: str,
    caption: str = "",
) -> Figure:
    """Gigabytes of cache of one text over its length in tokens.

    Controls: model, group_stop (query heads per key head), length_stop, precision. In `said`: {tokens}, {kv} (heads of
    keys), {per_token} (bytes), {own}, {shared}, {single} (gigabytes: every head its own, groups, one for all).
    """  # fmt: skip
    names = {f"m{i}": one.name for i, one in enumerate(shapes)}
    controls = [
        choice_control("model", t(pt="Modelo", en="Model"), t(pt="A forma que decide o cache.", en="The shape that decides the cache."), names),
        Control("group_stop", t(pt="Consultas por chave", en="Queries per key"),
                t(pt="Quantas cabeças de consulta usam as mesmas chaves.", en="How many query heads use the same keys."),
                "stops", GROUPS.index(group), values=list(GROUPS), labels=[number(g) for g in GROUPS]),
        Control("length_stop", t(pt="Tokens no texto", en="Tokens in the text"),
                t(pt="Prompt e continuação, de um texto só.", en="Prompt and completion, of a single text."), "stops",
                LENGTHS.index(length), values=list(LENGTHS), labels=[number(n) for n in LENGTHS]),
        Control("precision", t(pt="Cada número ocupa", en="Each number takes"),
                t(pt="A precisão do cache, não a dos pesos.", en="The precision of the cache, not of the weights."),
                "choice", "two", values=list(BYTES),
                labels=[t(pt=f"{b} bytes" if b > 1 else "1 byte", en=f"{b} bytes" if b > 1 else "1 byte") for b in BYTES.values()]),
    ]  # fmt: skip
    data = [
        alt.param(name="shapes", value={f"m{i}": {"L": s.n_layer, "H": s.n_head, "d": s.head_size} for i, s in enumerate(shapes)}),
        alt.param(name="size", expr=f"({BYTES})[precision]".replace("'", "")),
        alt.param(name="lengths", value=list(LENGTHS)),
        alt.param(name="group", expr=f"{list(GROUPS)}[group_stop]"),
    ]  # fmt: skip
    base = (
        alt.Chart(alt.sequence(len(LENGTHS), as_="at"), height=270, width="container")
        .transform_calculate(tokens="lengths[datum.at]", one="2 * shapes[model].L * shapes[model].d * size",
                             heads="shapes[model].H", kv="shapes[model].H / group")
        .transform_calculate(own="datum.one * datum.heads * datum.tokens / 1e9",
                             shared="datum.one * datum.kv * datum.tokens / 1e9",
                             single="datum.one * datum.tokens / 1e9")
    )  # fmt: skip
    now = base.transform_filter("datum.at == length_stop").transform_calculate(per_token="datum.one * datum.kv")
    series = {
        "own": t(pt="uma chave por cabeça", en="one key per head"),
        "shared": t(pt="chaves por grupo (GQA)", en="keys per group (GQA)"),
        "single": t(pt="uma chave para todas", en="one key for all"),
    }
    y = alt.Y("value:Q", title="GB", scale=alt.Scale(type="log", domain=[1e-5, 1000], nice=False),
              axis=alt.Axis(values=[10.0**e for e in range(-4, 4)], format=",~g"))  # fmt: skip
    colours, dashes = ("cut", "kept", "bound"), ((6, 4), (1, 0), (2, 3))
    chart = named_lines(base, now, series, _axis, y, colours, dashes, 3).add_params(*data, *parameters(controls))
    cells = _row(shapes[0], group, length)
    return Figure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"Três retas paralelas em escala logarítmica: o cache cresce com o texto. {names['m0']}, {cells[0]} tokens: "
            f"{cells[3]} GB com uma chave por cabeça, {cells[4]} GB com grupos, {cells[5]} GB com uma para todas.",
            en=f"Three parallel lines on a logarithmic scale: the cache grows with the text. {names['m0']}, {cells[0]} tokens: "
            f"{cells[3]} GB with one key per head, {cells[4]} GB with groups, {cells[5]} GB with one for all.",
        ),
        columns=[
            Column("tokens", "tokens", "0"),
            Column("kv", t(pt="cabeças de chave", en="key heads"), "0"),
            Column("per_token", t(pt="bytes por token", en="bytes per token"), "0"),
            *(Column(name, f"{label}, GB", "4") for name, label in series.items()),
        ],
        rows=[cells],
    )  # fmt: skip


def _axis() -> alt.X:
    return alt.X("tokens:Q", title=t(pt="tokens no texto", en="tokens in the text"),
                 scale=alt.Scale(type="log", base=2, domain=[LENGTHS[0], LENGTHS[-1]], nice=False),
                 axis=alt.Axis(values=list(LENGTHS[::4]), format=",d", labelOverlap=False))  # fmt: skip


def _row(shape: Shape, group: int, length: int) -> list[str]:
    """The table as first drawn, computed by `core`."""
    from core.models.sizes import cache_bytes  # torch: imported when a lesson runs, not before

    per_token = [
        cache_bytes(shape.n_layer, kv, shape.head_size, BYTES["two"]) for kv in (shape.n_head, shape.n_head // group, 1)
    ]
    total = [number(length * one / 1e9, 4) for one in per_token]
    return [number(length), number(shape.n_head // group), number(int(per_token[1])), *total]
