"""The typical cut, step by step."""

import math
from collections.abc import Sequence

from core import typical_p
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations


def typical_by_hand(id: str, title: str, probs: Sequence[float], masses: Sequence[float]) -> Derivation:
    """Surprise, entropy, distance between the two, and tokens taken from the closest on; a case per mass."""
    return Derivation(id, title, [Case(f"p = {short(mass)}", _steps(probs, mass)) for mass in masses])


def _steps(probs: Sequence[float], mass: float) -> list[Step]:
    surprise = [-math.log2(p) for p in probs]
    entropy = math.fsum(p * s for p, s in zip(probs, surprise, strict=True))
    away = [abs(s - entropy) for s in surprise]
    order, taken, total = sorted(range(len(probs)), key=away.__getitem__), [], 0.0
    while total < mass:
        taken.append(order[len(taken)])
        total += probs[taken[-1]]
    cut = typical_p([math.log(p) for p in probs], mass).tolist()
    assert sorted(taken) == [i for i, u in enumerate(cut) if u > -math.inf]
    index = range(1, len(probs) + 1)
    signed = [f"{short(p, tex=True)} \\cdot {digits(s)}" for p, s in zip(probs, surprise, strict=True)]
    picked = []
    for n in range(1, len(taken) + 1):
        ids, terms = ", ".join(str(i + 1) for i in taken[:n]), [short(probs[i], tex=True) for i in taken[:n]]
        whole = short(math.fsum(probs[i] for i in taken[:n]), tex=True)
        picked.append(rf"P(\{{{ids}\}}) &= {whole if n == 1 else ' + '.join(terms) + f' = {whole}'}")
    return [
        Step(
            t(pt="A surpresa de cada token, em bits", en="Each token's surprise, in bits"),
            equations([f"-\\log_2 {short(p, tex=True)}" for p in probs], [digits(s) for s in surprise]),
        ),
        Step(
            t(pt="A entropia é a surpresa média", en="The entropy is the average surprise"),
            r"\begin{aligned}H &= " + r" \\ &\quad + ".join(signed) + rf" \\ &= {digits(entropy)}\end{{aligned}}",
        ),
        Step(
            t(pt="A distância de cada surpresa até a entropia", en="The distance of each surprise from the entropy"),
            equations(
                [f"d_{i}" for i in index],
                [f"|{digits(s)} - {digits(entropy)}|" for s in surprise],
                [digits(d) for d in away],
            ),
        ),
        Step(
            t(
                pt=f"Tome os mais próximos até a massa alcançar {short(mass)}",
                en=f"Take the closest until their mass reaches {short(mass)}",
            ),
            r"\begin{aligned}" + r" \\[0.4em] ".join(picked) + r"\end{aligned}",
        ),
    ]
