"""What a batch does to a server: tokens per second under the two roofs, memory and arithmetic."""

import altair as alt

from core.course.serving import Machine, Served, decode_step, largest_batch
from core.models.sizes import cache_bytes
from dashboard import theme
from dashboard.blocks import Column, Figure
from dashboard.charts.frame import Sets, choice_control, figure, named_lines, oracle, rows, stops_control
from dashboard.language import number, t

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
LENGTHS = (128, 256, 512, 1024, 2048)
BITS = (16, 8, 4)


@oracle("roofline")
def _rows(data: dict, settings: dict) -> Sets:
    machine = Machine(data["room"], data["bandwidth"], data["peak"])
    model, length = Served(data["parameters"], settings["w"] / 8, data["caches"][settings["heads"]]), settings["t"]

    def at(batch: int) -> dict:
        step = decode_step(model, machine, batch, length)
        return {"B": batch, "ms": 1000 * step.latency, "memory_ms": 1000 * step.memory, "arithmetic_ms": 1000 * step.arithmetic,
                "rate": step.throughput, "by_memory": batch / step.memory, "by_arithmetic": batch / step.arithmetic}  # fmt: skip

    now, most = at(settings["b"]), largest_batch(model, machine, length)
    sums = {"now": now["B"], "length": length, "each": 1000 / now["ms"], "most": most}
    return {
        "rows": [now | sums],
        "curve": [at(batch) for batch in data["batches"]],
        "full": [{"edge": most}] if 1 <= most <= data["batches"][-1] else [],
    }


def roofline(
    id: str, title: str, machine: Machine, parameters_of_model: float, heads: dict[int, str], shape: tuple[int, int], *,
    batch: int, length: int, said: str, caption: str = "",
) -> Figure:  # fmt: skip
    """Tokens per second over the batch, with both roofs, for weights of 16, 8 or 4 bits and a 16-bit cache.

    `shape` is (blocks, head size) and `heads` names the choices of key-value heads. In `said`: {now} (the batch), {length},
    {ms} (a step, milliseconds), {memory_ms}, {arithmetic_ms}, {rate} (tokens per second), {each} (of one text), {most} (texts
    that fit).
    """
    controls = [
        stops_control("b", t(pt="Textos por lote, B", en="Texts per batch, B"),
                      t(pt="Quantos textos ganham um token no mesmo passo.", en="How many texts gain a token in the same step."), batch, BATCHES, number),
        stops_control("t", t(pt="Tokens de cada texto", en="Tokens of each text"),
                      t(pt="Quantas posições o cache guarda de cada um.", en="How many positions the cache keeps of each."), length, LENGTHS, number),
        stops_control("w", t(pt="Bits por peso", en="Bits per weight"),
                      t(pt="Como os pesos são guardados; o cálculo é feito em 16 bits.", en="How weights are kept; the arithmetic is in 16 bits."), 16, BITS),
        choice_control("heads", t(pt="Cabeças de chave e valor", en="Key and value heads"),
                       t(pt="Menos cabeças, cache menor.", en="Fewer heads, a smaller cache."), {f"h{n}": word for n, word in heads.items()}),
    ]  # fmt: skip
    data = {"parameters": parameters_of_model, "caches": {f"h{n}": cache_bytes(shape[0], n, shape[1], 2) for n in heads},
            "bandwidth": machine.bandwidth, "peak": machine.peak, "room": machine.memory, "batches": list(BATCHES)}  # fmt: skip
    columns = [
        Column("now", "B", "0"),
        Column("length", t(pt="tokens por texto", en="tokens per text"), "0"),
        Column("ms", t(pt="passo, ms", en="step, ms"), "2"),
        Column("memory_ms", t(pt="memória, ms", en="memory, ms"), "2"),
        Column("arithmetic_ms", t(pt="cálculo, ms", en="arithmetic, ms"), "2"),
        Column("rate", t(pt="tokens/s", en="tokens/s"), "0"),
        Column("most", t(pt="textos que cabem", en="texts that fit"), "0"),
    ]
    return figure(
        "roofline", id, title, data, controls, _picture(), columns, said=said, caption=caption,
        alt=t(
            pt="Tokens por segundo sobre o tamanho do lote, nos dois eixos em escala logarítmica: a curva cheia segue o menor dos dois tetos, tracejados. Com B = {now|0}: {rate|0} tokens por segundo, passo de {ms|2} ms; cabem {most|0} textos, linha pontilhada vertical.",
            en="Tokens per second over the size of the batch, both axes logarithmic: the solid curve follows the lower of the two roofs, dashed. With B = {now|0}: {rate|0} tokens per second, a step of {ms|2} ms; {most|0} texts fit, the vertical dotted line.",
        ),
    )  # fmt: skip


def _picture() -> alt.LayerChart:
    series = {
        "rate": t(pt="o que dá para servir", en="what can be served"),
        "by_memory": t(pt="teto da memória", en="memory roof"),
        "by_arithmetic": t(pt="teto do cálculo", en="arithmetic roof"),
    }

    def x(field: str = "B") -> alt.X:
        return alt.X(f"{field}:Q", title=t(pt="B, textos por lote (escala logarítmica)", en="B, texts per batch (logarithmic scale)"),
                     scale=alt.Scale(type="log", base=2, domain=[1, BATCHES[-1]], nice=False),
                     axis=alt.Axis(values=[1, 8, 64, 512], format=",d", labelOverlap=False))  # fmt: skip

    y = alt.Y("value:Q", title=t(pt="tokens por segundo", en="tokens per second"),
              scale=alt.Scale(type="log", domain=[100, 1_000_000], nice=False, clamp=True),
              axis=alt.Axis(values=[100, 1000, 10_000, 100_000, 1_000_000], format=",d", labelOverlap=False))  # fmt: skip
    lines = named_lines(series, x, y, ("kept", "bound", "tail"), ((1, 0), (6, 4), (2, 3)), 3)
    full = rows("full").mark_rule(stroke=theme.colour("cut"), strokeWidth=2, strokeDash=[2, 3]).encode(x=x("edge"))
    return alt.layer(lines, full).properties(height=280, width="container")
