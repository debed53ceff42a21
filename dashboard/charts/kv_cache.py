"""The cache of keys and values over the length of the text: every head its own, shared by groups, one for all."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from dashboard.blocks import Choice, Column, Figure
from dashboard.charts.frame import Sets, choice_control, figure, named_lines, oracle, stops_control
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


@oracle("kvCache")
def _rows(data: dict, settings: dict) -> Sets:
    from core.models.sizes import cache_bytes  # torch: imported when a lesson runs, not before

    layers, heads, size = data["shapes"][settings["model"]]
    kv = heads // settings["group"]

    def at(tokens: int) -> dict:
        own, shared, single = (
            cache_bytes(layers, n, size, data["bytes"][settings["precision"]]) for n in (heads, kv, 1)
        )
        gigabytes = {"own": own * tokens / 1e9, "shared": shared * tokens / 1e9, "single": single * tokens / 1e9}
        return {"tokens": tokens, "kv": kv, "per_token": shared, **gigabytes}

    return {"rows": [at(settings["length"])], "curve": [at(tokens) for tokens in data["lengths"]]}


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

    Controls: model, group (query heads per key head), length, precision. In `said`: {tokens}, {kv} (heads of keys),
    {per_token} (bytes), {own}, {shared}, {single} (gigabytes: every head its own, groups, one for all).
    """
    names = {f"m{i}": one.name for i, one in enumerate(shapes)}
    written = [
        t(pt=f"{b} bytes" if b > 1 else "1 byte", en=f"{b} bytes" if b > 1 else "1 byte") for b in BYTES.values()
    ]
    controls = [
        choice_control("model", t(pt="Modelo", en="Model"), t(pt="A forma que decide o cache.", en="The shape that decides the cache."), names),
        stops_control("group", t(pt="Consultas por chave", en="Queries per key"),
                      t(pt="Quantas cabeças de consulta usam as mesmas chaves.", en="How many query heads use the same keys."),
                      group, GROUPS),
        stops_control("length", t(pt="Tokens no texto", en="Tokens in the text"),
                      t(pt="Prompt e continuação, de um texto só.", en="Prompt and completion, of a single text."),
                      length, LENGTHS, number),
        Choice("precision", t(pt="Cada número ocupa", en="Each number takes"),
               t(pt="A precisão do cache, não a dos pesos.", en="The precision of the cache, not of the weights."),
               "two", list(BYTES), written),
    ]  # fmt: skip
    series = {
        "own": t(pt="uma chave por cabeça", en="one key per head"),
        "shared": t(pt="chaves por grupo (GQA)", en="keys per group (GQA)"),
        "single": t(pt="uma chave para todas", en="one key for all"),
    }
    y = alt.Y("value:Q", title="GB", scale=alt.Scale(type="log", domain=[1e-5, 1000], nice=False),
              axis=alt.Axis(values=[10.0**e for e in range(-4, 4)], format=",~g"))  # fmt: skip
    lines = named_lines(series, _axis, y, ("cut", "kept", "bound"), ((6, 4), (1, 0), (2, 3)), 3)
    return figure(
        "kvCache",
        id,
        title,
        {"shapes": {f"m{i}": [one.n_layer, one.n_head, one.head_size] for i, one in enumerate(shapes)}, "bytes": BYTES,
         "lengths": list(LENGTHS)},
        controls,
        lines.properties(height=270, width="container"),
        [
            Column("tokens", "tokens", "0"),
            Column("kv", t(pt="cabeças de chave", en="key heads"), "0"),
            Column("per_token", t(pt="bytes por token", en="bytes per token"), "0"),
            *(Column(name, f"{label}, GB", "4") for name, label in series.items()),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="Três retas paralelas em escala logarítmica: o cache cresce com o texto. {model}, {tokens|0} tokens: {own|4} GB "
            "com uma chave por cabeça, {shared|4} GB com grupos, {single|4} GB com uma para todas.",
            en="Three parallel lines on a logarithmic scale: the cache grows with the text. {model}, {tokens|0} tokens: "
            "{own|4} GB with one key per head, {shared|4} GB with groups, {single|4} GB with one for all.",
        ),
    )  # fmt: skip


def _axis() -> alt.X:
    return alt.X("tokens:Q", title=t(pt="tokens no texto", en="tokens in the text"),
                 scale=alt.Scale(type="log", base=2, domain=[LENGTHS[0], LENGTHS[-1]], nice=False),
                 axis=alt.Axis(values=list(LENGTHS[::4]), format=",d", labelOverlap=False))  # fmt: skip
