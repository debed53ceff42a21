"""What a batch does to a server: tokens per second under the two roofs, memory and arithmetic."""

import altair as alt

from core.course.serving import Machine, Served, decode_step, largest_batch
from core.models.sizes import cache_bytes
from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import choice_control, finished, named_lines, parameters
from dashboard.language import number, short, t

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
LENGTHS = (128, 256, 512, 1024, 2048)
BITS = (16, 8, 4)


def roofline(
    id: str, title: str, machine: Machine, parameters_of_model: float, heads: dict[int, str], shape: tuple[int, int], *,
    batch: int, length: int, said: str, caption: str = "",
) -> OldFigure:  # fmt: skip
    """Tokens per second over the batch, with both roofs, for weights of 16, 8 or 4 bits and a 16-bit cache.

    `shape` is (blocks, head size) and `heads` names the choices of key-value heads. In `said`: {now} (the batch), {length},
    {ms} (a step, milliseconds), {memory_ms}, {arithmetic_ms}, {rate} (tokens per second), {each} (of one text), {most} (texts
    that fit).
    """
    per_token = {n: cache_bytes(shape[0], n, shape[1], 2) for n in heads}
    controls = [
        Control("b_stop", t(pt="Textos por lote, B", en="Texts per batch, B"),
                t(pt="Quantos textos ganham um token no mesmo passo.", en="How many texts gain a token in the same step."), "stops",
                BATCHES.index(batch), values=list(BATCHES), labels=[number(b) for b in BATCHES]),
        Control("t_stop", t(pt="Tokens de cada texto", en="Tokens of each text"),
                t(pt="Quantas posições o cache guarda de cada um.", en="How many positions the cache keeps of each."), "stops",
                LENGTHS.index(length), values=list(LENGTHS), labels=[number(n) for n in LENGTHS]),
        Control("w_stop", t(pt="Bits por peso", en="Bits per weight"),
                t(pt="Como os pesos são guardados; o cálculo é feito em 16 bits.", en="How weights are kept; the arithmetic is in 16 bits."),
                "stops", 0, values=list(BITS), labels=[str(b) for b in BITS]),
        choice_control("heads", t(pt="Cabeças de chave e valor", en="Key and value heads"),
                       t(pt="Menos cabeças, cache menor.", en="Fewer heads, a smaller cache."), {f"h{n}": word for n, word in heads.items()}),
    ]  # fmt: skip
    fixed = {"batches": list(BATCHES), "lengths": list(LENGTHS), "bits": list(BITS), "P": parameters_of_model,
             "caches": {f"h{n}": size for n, size in per_token.items()}, "bandwidth": machine.bandwidth,
             "peak": machine.peak, "room": machine.memory}  # fmt: skip
    base = (
        alt.Chart(alt.sequence(len(BATCHES), as_="at"), height=280, width="container")
        .transform_calculate(B="batches[datum.at]", length="lengths[t_stop]", weights="P * bits[w_stop] / 8", c="caches[heads]")
        .transform_calculate(
            memory_ms="1000 * (datum.weights + datum.B * datum.length * datum.c) / bandwidth",
            arithmetic_ms="1000 * 2 * P * datum.B / peak",
        )
        .transform_calculate(ms="max(datum.memory_ms, datum.arithmetic_ms)")
        .transform_calculate(
            rate="1000 * datum.B / datum.ms", by_memory="1000 * datum.B / datum.memory_ms",
            by_arithmetic="1000 * datum.B / datum.arithmetic_ms", each="1000 / datum.ms",
            most="max(0, floor((room - datum.weights) / (datum.length * datum.c)))",
        )
    )  # fmt: skip
    now = base.transform_filter("datum.at == b_stop").transform_calculate(now="datum.B")
    series = {
        "rate": t(pt="o que dá para servir", en="what can be served"),
        "by_memory": t(pt="teto da memória", en="memory roof"),
        "by_arithmetic": t(pt="teto do cálculo", en="arithmetic roof"),
    }

    def x() -> alt.X:
        return alt.X("B:Q", title=t(pt="B, textos por lote (escala logarítmica)", en="B, texts per batch (logarithmic scale)"),
                     scale=alt.Scale(type="log", base=2, domain=[1, BATCHES[-1]], nice=False),
                     axis=alt.Axis(values=[1, 8, 64, 512], format=",d", labelOverlap=False))  # fmt: skip

    y = alt.Y("value:Q", title=t(pt="tokens por segundo", en="tokens per second"),
              scale=alt.Scale(type="log", domain=[100, 1_000_000], nice=False, clamp=True),
              axis=alt.Axis(values=[100, 1000, 10_000, 100_000, 1_000_000], format=",d", labelOverlap=False))  # fmt: skip
    lines = named_lines(base, now, series, x, y, ("kept", "bound", "tail"), ((1, 0), (6, 4), (2, 3)), 3)
    full = (
        now.transform_calculate(edge=f"max(1, min(datum.most, {BATCHES[-1]}))")
        .mark_rule(stroke=theme.colour("cut"), strokeWidth=2, strokeDash=[2, 3])
        .encode(x=alt.X("edge:Q"), strokeOpacity=alt.condition("datum.edge == datum.most", alt.value(1), alt.value(0)))
    )
    chart = alt.layer(lines, full).add_params(*parameters(controls, fixed))
    row = _row(Served(parameters_of_model, BITS[0] / 8, per_token[next(iter(heads))]), machine, batch, length)
    return OldFigure(
        id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption, rows=[row],
        alt=t(
            pt=f"Tokens por segundo sobre o tamanho do lote, nos dois eixos em escala logarítmica: a curva cheia segue o menor dos dois tetos, tracejados. Com B = {row[0]}: {row[5]} tokens por segundo, passo de {row[2]} ms; cabem {row[6]} textos, linha pontilhada vertical.",
            en=f"Tokens per second over the size of the batch, both axes logarithmic: the solid curve follows the lower of the two roofs, dashed. With B = {row[0]}: {row[5]} tokens per second, a step of {row[2]} ms; {row[6]} texts fit, the vertical dotted line.",
        ),
        columns=[
            Column("now", "B", "0"),
            Column("length", t(pt="tokens por texto", en="tokens per text"), "0"),
            Column("ms", t(pt="passo, ms", en="step, ms"), "2"),
            Column("memory_ms", t(pt="memória, ms", en="memory, ms"), "2"),
            Column("arithmetic_ms", t(pt="cálculo, ms", en="arithmetic, ms"), "2"),
            Column("rate", t(pt="tokens/s", en="tokens/s"), "0"),
            Column("most", t(pt="textos que cabem", en="texts that fit"), "0"),
        ],
    )  # fmt: skip


def _row(model: Served, machine: Machine, batch: int, length: int) -> list[str]:
    """The table as first drawn, computed by `core`."""
    step = decode_step(model, machine, batch, length)
    times = [number(1000 * x, 2) for x in (step.latency, step.memory, step.arithmetic)]
    return [
        short(batch),
        number(length),
        *times,
        number(step.throughput, 0),
        number(largest_batch(model, machine, length)),
    ]
