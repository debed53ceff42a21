"""Softmax in 32 bits: where the exponential falls off either end, with and without the maximum subtracted."""

import math
from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure, Range, Switch
from dashboard.charts.frame import BAR, Sets, figure, oracle, rows, token_axis
from dashboard.language import say, short, t

FLOAT32 = np.finfo(np.float32)
TO_INFINITY = math.log(float(FLOAT32.max))  # above it e^x overflows
TO_TINY = math.log(float(FLOAT32.tiny))  # below it e^x loses digits
TO_ZERO = math.log(float(FLOAT32.smallest_subnormal) / 2)  # below it e^x is 0
REACH = 160  # the axis runs from -REACH to REACH
LOST = 1e-6  # float32 alone leaves probabilities this close


@oracle("singlePrecision")
def _rows(data: dict, settings: dict) -> Sets:
    from core import softmax  # torch: imported when a lesson runs, not before

    u = np.array(data["logits"]) + settings["shift"]
    x, right = u - u.max() if settings["safe"] else u, softmax(u).tolist()
    with np.errstate(all="ignore"):
        e = np.exp(x).astype(np.float32)
        total = e.astype(np.float64).sum().astype(np.float32)  # rounded once, at the end
        p = (e.astype(np.float64) / total).astype(np.float32).tolist()
    error = sum(abs(a - b) for a, b in zip(p, right, strict=True)) / 2
    kind = "overflow" if np.isinf(e).any() else "nothing" if total == 0 else "wrong" if error > LOST else "right"
    sums = {"c": settings["shift"], "x_max": float(x.max()), "largest": float(e.max()), "words": data["verdicts"][kind],
            "error": error if kind == "wrong" else None, "stop": "." if kind == "wrong" else ""}  # fmt: skip
    table = zip(data["tokens"], x.tolist(), e.tolist(), p, right, strict=True)
    return {
        "rows": [
            {"token": token, "x": a, "e": b, "broken": math.isnan(c), "left": a < 0, "p": None if math.isnan(c) or c == 0 else c,
             "odd": "NaN" if math.isnan(c) else "0" if c == 0 else "", "p_right": q, **sums}
            for token, a, b, c, q in table
        ]
    }  # fmt: skip


def single_precision(
    id: str, title: str, tokens: Sequence[str], logits: Sequence[float], *, said: str, caption: str = ""
) -> Figure:
    """A live chart of the exponents u + c on the line that float32's exponential can take.

    Exponentials, sum and quotients are each rounded to float32; the sum is rounded once, at the end. In `said`: {c},
    {x_max}, {e_max} (a text), {verdict} (a text).
    """
    controls = [
        Range("shift", t(pt="Constante c somada a todos os logits", en="Constant c added to all logits"),
              t(pt="No papel, não muda nada.", en="On paper it changes nothing."), 0, -150, 150),
        Switch("safe", t(pt="Subtrair o máximo antes", en="Subtract the maximum first"),
               t(pt="Ligado: o maior expoente é sempre 0. Desligado: a fórmula como está escrita.",
                 en="On: the largest exponent is always 0. Off: the formula as it is written."), False),
    ]  # fmt: skip
    columns = [
        Column("token", say("column.token")),
        Column("x", t(pt="expoente", en="exponent"), "short"),
        Column("e_text", t(pt="exponencial em float32", en="exponential in float32")),
        Column("label", t(pt="probabilidade em float32", en="probability in float32")),
        Column("p_right", t(pt="probabilidade certa", en="right probability"), "%2"),
    ]
    high, low = short(TO_INFINITY, 2), short(TO_ZERO, 2)
    return figure(
        "singlePrecision", id, title, {"tokens": list(tokens), "logits": [float(u) for u in logits], "verdicts": _verdicts()}, controls,
        _picture(), columns, said=said, caption=caption,
        alt=t(
            pt=f"Um ponto por token, em uma reta de expoentes que vai de −{REACH} a {REACH}; acima de {high} a exponencial é infinita em float32, abaixo de {low} é zero. Probabilidades: [{{token}} {{label}}].",
            en=f"One point per token, on a line of exponents from −{REACH} to {REACH}; above {high} the exponential is infinite in float32, below {low} it is zero. Probabilities: [{{token}} {{label}}].",
        ),
        labels={"e_text": "{e|e2}", "label": "{p|%~}{odd}", "e_max": "{largest|e2}", "verdict": "{words}{error|%1}{stop}"},
    )  # fmt: skip


def _verdicts() -> dict[str, str]:
    return {
        "overflow": t(pt="Passou do maior float32: ∞ ÷ ∞ não é um número (NaN).",
                      en="That is beyond the largest float32: ∞ ÷ ∞ is not a number (NaN)."),
        "nothing": t(pt="Todas as exponenciais viraram 0, e 0 ÷ 0 não é um número (NaN).",
                     en="Every exponential became 0, and 0 ÷ 0 is not a number (NaN)."),
        "wrong": t(pt="Nenhum erro aparece, e as probabilidades estão erradas: variação total de ",
                   en="No error shows, and the probabilities are wrong: total variation "),
        "right": t(pt="As probabilidades estão certas.", en="The probabilities are right."),
    }  # fmt: skip


def _picture() -> alt.LayerChart:
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[-REACH, REACH], nice=False),
        title=t(pt="expoente x de eˣ", en="exponent x of eˣ"),
        axis=alt.Axis(values=[-150, -100, -50, 0, 50, 100, 150], grid=False),
    )
    y, cut, kept = token_axis(limit=120), alt.value(theme.colour("cut")), alt.value(theme.colour("kept"))
    shape = alt.condition("datum.broken", alt.value("cross"), alt.value("circle"))
    points = rows().mark_point(filled=True, size=130, opacity=1)
    side = {"align": alt.ExprRef("datum.left ? 'left' : 'right'"), "dx": alt.ExprRef("datum.left ? 11 : -11")}
    label = rows().mark_text(**side).encode(y=y, x=x, text="label:N")
    drawn = points.encode(y=y, x=x, fill=alt.condition("datum.broken", cut, kept), shape=shape)
    return alt.layer(*_zones(x), drawn, label).properties(height=alt.Step(BAR + 6), width="container")


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
