"""How a translation and a judge are scored, step by step: BLEU and Cohen's κ."""

from collections.abc import Sequence

from core.course.metrics import bleu, cohen_kappa, ngrams
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import t
from dashboard.worked.lines import digits, equations, in_lines


def bleu_by_hand(id: str, title: str, candidates: dict[str, str], reference: str, most: int) -> Derivation:
    """min(1, e^{1 − r/c}) · (p_1 … p_N)^{1/N}, one case per candidate text, words cut at spaces."""
    return Derivation(
        id, title, [Case(name, _bleu(text.split(), reference.split(), most)) for name, text in candidates.items()]
    )


def _bleu(said: Sequence[str], wanted: Sequence[str], most: int) -> list[Step]:
    found = bleu(said, [wanted], most)
    hits = [[" ".join(gram) for gram in (ngrams(said, n) & ngrams(wanted, n)).elements()] for n in range(1, most + 1)]
    assert [len(one) for one in hits] == [one[0] for one in found.precisions]
    c, r = len(said), len(wanted)
    steps = [
        Step(
            t(pt=f"Sequências de {n} que a referência também tem", en=f"Runs of {n} that the reference has too")
            if n > 1
            else t(pt="Palavras que a referência também tem", en="Words that the reference has too"),
            _listed(rf"p_{n} = \frac{{{found.precisions[n - 1][0]}}}{{{found.precisions[n - 1][1]}}}", hits[n - 1]),
        )
        for n in range(1, most + 1)
    ]  # fmt: skip
    product = r" \cdot ".join(rf"\tfrac{{{a}}}{{{b}}}" for a, b in found.precisions)
    brevity = "1" if c >= r else digits(found.brevity)
    return [
        *steps,
        Step(
            t(pt="Brevidade: só paga quem é mais curto que a referência", en="Brevity: only what is shorter than the reference pays"),
            rf"\begin{{gathered}}c = {c},\; r = {r} \\ \min\bigl(1,\, e^{{1 - {r}/{c}}}\bigr) = {brevity}\end{{gathered}}",
        ),
        Step(
            t(pt="A média geométrica, vezes a brevidade", en="The geometric mean, times brevity"),
            rf"\begin{{aligned}}\mathrm{{BLEU}} &= {brevity} \cdot \bigl({product}\bigr)^{{1/{most}}} \\ &= {digits(found.score)}\end{{aligned}}",
        ),
    ]  # fmt: skip


def _listed(fraction: str, hits: Sequence[str]) -> str:
    """The hits under the fraction, two to a line, so that they fit a phone."""
    if not hits:
        return fraction
    words = [rf"\text{{{t(pt=f'«{hit}»', en=f'“{hit}”')}}}" for hit in hits]
    lines = r" \\ ".join(in_lines(words, 2, r"\; "))
    return rf"\begin{{gathered}}{fraction} \\[0.6em] {lines}\end{{gathered}}"


def kappa_by_hand(id: str, title: str, tables: dict[str, Sequence[Sequence[int]]]) -> Derivation:
    """κ = (p_o − p_e)/(1 − p_e) of two raters and two classes, one case per table of counts."""
    return Derivation(id, title, [Case(name, _kappa(table)) for name, table in tables.items()])


def _kappa(table: Sequence[Sequence[int]]) -> list[Step]:
    found = cohen_kappa(table)
    (a, b), (c, d) = table
    n = a + b + c + d
    person, judge = (a + b) / n, (a + c) / n
    chance = person * judge + (1 - person) * (1 - judge)
    kappa = ((a + d) / n - chance) / (1 - chance)
    assert abs(kappa - found.kappa) < 1e-12 and abs(chance - found.chance) < 1e-12
    return [
        Step(
            t(pt="Quantas vezes os dois disseram o mesmo", en="How often the two said the same"),
            rf"p_o = \frac{{{a} + {d}}}{{{n}}} = {digits((a + d) / n)}",
        ),
        Step(
            t(pt="Quanto cada um aprova", en="How much each approves"),
            equations(
                [rf"\text{{{t(pt='pessoa', en='person')}}}", rf"\text{{{t(pt='juiz', en='judge')}}}"],
                [rf"\tfrac{{{a} + {b}}}{{{n}}}", rf"\tfrac{{{a} + {c}}}{{{n}}}"],
                [digits(person), digits(judge)],
            ),
        ),
        Step(
            t(pt="Se sorteassem com essas frequências, sem olhar, concordariam", en="If they drew at those rates, without looking, they would agree"),
            rf"\begin{{aligned}}p_e &= {digits(person)} \cdot {digits(judge)} \\ &\quad + {digits(1 - person)} \cdot {digits(1 - judge)} = {digits(chance)}\end{{aligned}}",
        ),
        Step(
            t(pt="Do que sobra acima do acaso, a parte que o juiz alcança", en="Of the room above chance, the part that the judge reaches"),
            rf"\kappa = \frac{{{digits((a + d) / n)} - {digits(chance)}}}{{1 - {digits(chance)}}} = {digits(kappa)}",
        ),
    ]  # fmt: skip
