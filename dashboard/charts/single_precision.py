"""Softmax in 32 bits: where the exponential falls off either end, with and without the maximum subtracted."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, finished, parameters, written
from dashboard.language import number, percent, say, short, t

FLOAT32 = np.finfo(np.float32)
TO_INFINITY = math.log(float(FLOAT32.max))  # above it e^x overflows
TO_TINY = math.log(float(FLOAT32.tiny))  # below it e^x loses digits
TO_ZERO = math.log(float(FLOAT32.smallest_subnormal) / 2)  # below it e^x is 0
LEAST, MOST = -45, 38  # powers of ten that float32 reaches
REACH = 160  # the axis runs from -REACH to REACH
LOST = 1e-6  # float32 alone leaves probabilities this close


def rounded(field: str) -> str:
    """A positive number rounded to the nearest float32, in float64 arithmetic (Dekker, 1971), as a Vega expression."""
    x, most, normal = f"datum.{field}", float(FLOAT32.max) + 2.0**103, float(FLOAT32.tiny)
    return (
        f"{x} >= {most!r} ? 1/0 : {x} < {normal!r} ? round({x} * {2.0**149!r}) / {2.0**149!r}"
        f" : {x} * {2**29 + 1} - ({x} * {2**29 + 1} - {x})"
    )


def single_precision(
    id: str, title: str, tokens: Sequence[str], logits: Sequence[float], *, said: str, caption: str = ""
) -> OldFigure:
    """A live chart of the exponents u + c on the line that float32's exponential can take.

    Exponentials, sum and quotients are each rounded to float32; the sum is rounded once, at the end. In `said`: {c},
    {x_max}, {e_max} (a text), {verdict} (a text).
    """
    controls = [
        Control(
            "shift",
            t(pt="Constante c somada a todos os logits", en="Constant c added to all logits"),
            t(pt="No papel, não muda nada.", en="On paper it changes nothing."),
            "range",
            0,
            minimum=-150,
            maximum=150,
        ),
        Control(
            "safe",
            t(pt="Subtrair o máximo antes", en="Subtract the maximum first"),
            t(
                pt="Ligado: o maior expoente é sempre 0. Desligado: a fórmula como está escrita.",
                en="On: the largest exponent is always 0. Off: the formula as it is written.",
            ),
            "switch",
            False,
        ),
    ]
    verdicts = {
        "overflow": t(
            pt="Passou do maior float32: ∞ ÷ ∞ não é um número (NaN).",
            en="That is beyond the largest float32: ∞ ÷ ∞ is not a number (NaN).",
        ),
        "nothing": t(
            pt="Todas as exponenciais viraram 0, e 0 ÷ 0 não é um número (NaN).",
            en="Every exponential became 0, and 0 ÷ 0 is not a number (NaN).",
        ),
        "wrong": t(
            pt="Nenhum erro aparece, e as probabilidades estão erradas: variação total de ",
            en="No error shows, and the probabilities are wrong: total variation ",
        ),
        "right": t(pt="As probabilidades estão certas.", en="The probabilities are right."),
    }
    base = (
        alt.Chart(
            alt.Data(
                values=[
                    {"i": i, "token": token, "given": float(u)}
                    for i, (token, u) in enumerate(zip(tokens, logits, strict=True))
                ]
            ),
            height=alt.Step(BAR + 6),
            width="container",
        )
        .transform_calculate(u="datum.given + shift", c="shift")
        .transform_joinaggregate(u_max="max(u)")
        .transform_calculate(
            x="safe ? datum.u - datum.u_max : datum.u", e_64="exp(datum.x)", e_right="exp(datum.u - datum.u_max)"
        )
        .transform_calculate(e=rounded("e_64"))
        .transform_joinaggregate(sum_64="sum(e)", largest="max(e)", x_max="max(x)", sum_right="sum(e_right)")
        .transform_calculate(total=rounded("sum_64"), p_right="datum.e_right / datum.sum_right")
        .transform_calculate(p_64="datum.e / datum.total")
        .transform_calculate(p=rounded("p_64"))
        .transform_calculate(away="abs(datum.p - datum.p_right) / 2")
        .transform_joinaggregate(error="sum(away)")
        .transform_calculate(
            broken="isNaN(datum.p)",
            e_text=_scientific("e"),
            e_max=_scientific("largest"),
            label=f"isNaN(datum.p) ? 'NaN' : datum.p == 0 ? '0' : {written('p')}",
            verdict=f"datum.largest == 1/0 ? '{verdicts['overflow']}' : datum.total == 0 ? '{verdicts['nothing']}' : "
            f"datum.error > {LOST} ? '{verdicts['wrong']}' + format(datum.error, '.1%') + '.' : '{verdicts['right']}'",
        )
    )
    y = alt.Y(
        "i:O", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=120, labelExpr="names[datum.value]")
    )
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[-REACH, REACH], nice=False),
        title=t(pt="expoente x de eˣ", en="exponent x of eˣ"),
        axis=alt.Axis(values=[-150, -100, -50, 0, 50, 100, 150], grid=False),
    )
    zones = _zones(x)
    colour = alt.condition("datum.broken", alt.value(theme.colour("cut")), alt.value(theme.colour("kept")))
    points = base.mark_point(filled=True, size=130, opacity=1).encode(
        y=y, x=x, fill=colour, shape=alt.condition("datum.broken", alt.value("cross"), alt.value("circle"))
    )
    labels = [
        base.transform_filter(f"datum.x {side} 0").mark_text(align=align, dx=dx).encode(y=y, x=x, text="label:N")
        for side, align, dx in (("<", "left", 11), (">=", "right", -11))
    ]
    chart = alt.layer(*zones, points, *labels).add_params(
        *parameters(controls),
        alt.param(name="names", value=list(tokens)),
        alt.param(name="powers", value=[_power(n) for n in range(LEAST, MOST + 1)]),
    )
    rows = _first_rows(tokens, logits)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"Quatro pontos, um por token, em uma reta de expoentes que vai de −{REACH} a {REACH}; acima de {short(TO_INFINITY, 2)} a "
            f"exponencial é infinita em float32, abaixo de {short(TO_ZERO, 2)} é zero. Probabilidades: "
            + ", ".join(f"{row[0]} {row[3]}" for row in rows)
            + ".",
            en=f"Four points, one per token, on a line of exponents from −{REACH} to {REACH}; above {short(TO_INFINITY, 2)} the "
            f"exponential is infinite in float32, below {short(TO_ZERO, 2)} it is zero. Probabilities: "
            + ", ".join(f"{row[0]} {row[3]}" for row in rows)
            + ".",
        ),
        columns=[
            Column("token", say("column.token")),
            Column("x", t(pt="expoente", en="exponent"), "short"),
            Column("e_text", t(pt="exponencial em float32", en="exponential in float32")),
            Column("label", t(pt="probabilidade em float32", en="probability in float32")),
            Column("p_right", t(pt="probabilidade certa", en="right probability"), "%2"),
        ],
        rows=rows,
    )


def _power(exponent: int) -> str:
    """ "·10⁻⁴", for one: what follows the digits of a number."""
    return "·10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _scientific(field: str) -> str:
    parts = f"split(format(datum.{field}, '.2e'), 'e')"
    return (
        f"datum.{field} == 1/0 ? '∞' : datum.{field} == 0 ? '0' : {parts}[0] + powers[{-LEAST} + toNumber({parts}[1])]"
    )


def _zones(x: alt.X) -> list[alt.Chart]:
    """The two cliffs, and the slope where digits go one by one."""
    zones = [
        (-REACH, TO_ZERO, 0.28, t(pt="vira 0", en="becomes 0")),
        (TO_ZERO, TO_TINY, 0.12, ""),
        (TO_INFINITY, REACH, 0.28, t(pt="vira ∞", en="becomes ∞")),
    ]
    data = alt.Data(
        values=[{"x": a, "to": b, "middle": (a + b) / 2, "dim": dim, "word": word} for a, b, dim, word in zones]
    )
    rect = (
        alt.Chart(data)
        .mark_rect(fill=theme.colour("cut"))
        .encode(x=x, x2="to:Q", fillOpacity=alt.Opacity("dim:Q", scale=None))
    )
    word = alt.Chart(data).mark_text(baseline="bottom", y=-4).encode(x=alt.X("middle:Q"), text="word:N")
    return [rect, word]


def _first_rows(tokens: Sequence[str], logits: Sequence[float]) -> list[list[str]]:
    """The table as first drawn: c = 0, nothing subtracted."""
    from core import softmax  # torch: imported when a lesson runs, not before

    e = np.exp(np.array(logits, np.float64)).astype(np.float32)
    rows = []
    for token, u, one, p, right in zip(tokens, logits, e, e / e.sum(), softmax(logits).tolist(), strict=True):
        mantissa, _, exponent = f"{one:.2e}".partition("e")
        rows.append(
            [token, short(u), f"{number(float(mantissa), 2)}{_power(int(exponent))}", percent(p, 1), percent(right, 2)]
        )
    return rows
