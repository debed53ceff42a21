"""Cuts, what they cost and the renormalisation after them, step by step."""

import math
from collections.abc import Sequence

from core import cut_cost, softmax, top_k, top_p
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import say, short, t, vector
from dashboard.worked.lines import digits, equations, total_of


def renormalise_by_hand(id: str, title: str, probs: Sequence[float], *ks: int) -> Derivation:
    """Top-k over probabilities that are already there: cut, add up what is left, divide by it. One case per k."""
    return Derivation(id, title, [Case(f"k = {k}", _top_k_steps(probs, k)) for k in ks])


def _top_k_steps(probs: Sequence[float], k: int) -> list[Step]:
    logits = [math.log(p) for p in probs]
    kept = [p for p, u in zip(probs, top_k(logits, k).tolist(), strict=True) if u > -math.inf]
    cut = len(probs) - len(kept)
    return [
        Step(
            t(
                pt=f"Mantenha os {k} maiores; os outros {cut} ficam com probabilidade 0",
                en=f"Keep the {k} largest; the other {cut} get probability 0",
            ),
            rf"S = {vector(kept, 2, tex=True)}",
        ),
        *_renormalised(kept, softmax(top_k(logits, k)).tolist()),
    ]


def _renormalised(kept: Sequence[float], right: Sequence[float]) -> list[Step]:
    """Add up what is left, divide by it, check; `right` is core's distribution, whose first entries these are."""
    total = math.fsum(kept)
    quotients = [p / total for p in kept]
    assert max(abs(a - b) for a, b in zip(quotients, right, strict=False)) < 1e-12 and not any(right[len(kept) :])
    return [
        Step(
            t(pt="Some o que ficou", en="Add up what is left"), total_of([digits(p, 2) for p in kept], digits(total, 2))
        ),
        Step(
            t(pt="Divida cada um por essa soma", en="Divide each by that sum"),
            equations(
                [f"p_{i}" for i in range(1, len(kept) + 1)],
                [rf"\frac{{{digits(p, 2)}}}{{{digits(total, 2)}}}" for p in kept],
                [digits(p) for p in quotients],
            ),
        ),
        Step(say("step.check"), rf"\sum_i p_i = {digits(math.fsum(quotients))}"),
    ]


def cut_cost_by_hand(id: str, title: str, probs: Sequence[float], *ks: int) -> Derivation:
    """TV(p_S, p) and KL(p_S‖p) of top-k, from their definitions and from P(S); `probs` add up to 1, largest first."""
    return Derivation(id, title, [Case(f"k = {k}", _cost_steps(probs, k)) for k in ks])


def _cost_steps(probs: Sequence[float], k: int) -> list[Step]:
    mass = math.fsum(probs[:k])
    after = [p / mass if i < k else 0.0 for i, p in enumerate(probs)]
    gaps = [abs(a - p) for a, p in zip(after, probs, strict=True)]
    distance = math.fsum(gaps) / 2
    divergence = math.fsum(a * math.log(a / p) for a, p in zip(after[:k], probs, strict=False))
    right = cut_cost(probs, [i < k for i in range(len(probs))], "nats")
    assert abs(distance - right[0]) < 1e-12 and abs(divergence - right[1]) < 1e-12
    index = range(1, len(probs) + 1)
    return [
        Step(
            t(pt="A massa mantida", en="The mass kept"),
            total_of([digits(p, 2) for p in probs[:k]], digits(mass, 2), "P(S)"),
        ),
        Step(
            t(pt="Quanto cada probabilidade mudou", en="How far each probability moved"),
            equations(
                ["d_i", *(f"d_{i}" for i in index)],
                [
                    "|p_S(i) - p_i|",
                    *(
                        rf"|{digits(a)} - {digits(p, 2)}| = {digits(g)}"
                        for a, p, g in zip(after, probs, gaps, strict=True)
                    ),
                ],
            ),
        ),
        Step(
            t(
                pt="A variação total é metade da soma, e é a massa perdida",
                en="The total variation is half the sum, and it is the mass lost",
            ),
            rf"\begin{{aligned}}\mathrm{{TV}} &= \tfrac12 \cdot {digits(math.fsum(gaps))} = {digits(distance)} \\ &= 1 - P(S)\end{{aligned}}",
        ),
        Step(
            t(
                pt="Na divergência KL, o logaritmo é o mesmo em todos os que ficaram",
                en="In the KL divergence, the logarithm is the same for all that stayed",
            ),
            equations(
                [rf"\ln \frac{{p_S({i})}}{{p_{i}}}" for i in index[:k]],
                [rf"\ln \frac{{{digits(a)}}}{{{digits(p, 2)}}}" for a, p in zip(after[:k], probs, strict=False)],
                [digits(math.log(a / p)) for a, p in zip(after[:k], probs, strict=False)],
            ),
        ),
        Step(
            t(pt="A média de números iguais é o próprio número", en="The mean of equal numbers is that number"),
            rf"\mathrm{{KL}} = {digits(divergence)} = -\ln {digits(mass, 2)}",
        ),
    ]


def nucleus_by_hand(id: str, title: str, probs: Sequence[float], *ps: float) -> Derivation:
    """Top-p: the mass above each token, the comparison with p, the renormalisation. `probs` add up to 1, largest first."""
    return Derivation(id, title, [Case(f"p = {short(p)}", _nucleus_steps(probs, p)) for p in ps])


def _nucleus_steps(probs: Sequence[float], p: float) -> list[Step]:
    above = [math.fsum(q for q in probs if q > one) for one in probs]
    kept = [one for one, mass in zip(probs, above, strict=True) if mass < p]
    index = range(1, len(probs) + 1)
    verdicts = [
        ("<", t(pt="fica", en="stays")) if mass < p else (r"\ge", t(pt="é cortado", en="is cut")) for mass in above
    ]
    compared = [
        rf"{digits(mass, 2)} {sign} {short(p, tex=True)} \;\; \text{{{word}}}"
        for mass, (sign, word) in zip(above, verdicts, strict=True)
    ]
    added = [" + ".join(digits(q, 2) for q in probs if q > one) for one in probs]
    totals = [
        f"{terms} = {digits(mass, 2)}" if "+" in terms and len(terms) < 30 else digits(mass, 2)
        for terms, mass in zip(added, above, strict=True)
    ]
    return [
        Step(
            t(
                pt="Some as probabilidades acima de cada token, sem a dele",
                en="Add up the probabilities above each token, without its own",
            ),
            equations([f"A_{i}" for i in index], totals),
        ),
        Step(
            t(pt="Fica quem tem menos que p acima de si", en="Those with less than p above them stay"),
            equations([f"A_{i}" for i in index], compared),
        ),
        *_renormalised(kept, softmax(top_p([math.log(q) for q in probs], p)).tolist()),
    ]
