"""A short text as one binary number, step by step."""

from collections.abc import Sequence
from fractions import Fraction
from math import log2, prod

from core.course.arithmetic_code import arithmetic_code, arithmetic_decode, arithmetic_interval, shannon_length
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import number, t
from dashboard.worked.lines import digits


def arithmetic_code_by_hand(
    id: str, title: str, words: Sequence[str], tables: dict[str, Sequence[Fraction]], texts: Sequence[Sequence[str]]
) -> Derivation:
    """One case per text. `tables` gives the probabilities of `words` after a word, and under "" those of the first one."""
    return Derivation(id, title, [Case(" ".join(text), _steps(words, tables, text)) for text in texts])


def _steps(words: Sequence[str], tables: dict[str, Sequence[Fraction]], text: Sequence[str]) -> list[Step]:
    chosen = [words.index(word) for word in text]
    rows = [tables[before] for before in ["", *text[:-1]]]
    parts = [arithmetic_interval(rows[:n], chosen[:n]) for n in range(len(text) + 1)]
    low, width = parts[-1]
    bits = arithmetic_code(low, width)
    assert width == prod(row[i] for row, i in zip(rows, chosen, strict=True))
    assert arithmetic_decode(bits, lambda before: tables[words[before[-1]] if before else ""], len(text)) == chosen
    assert len(bits) <= shannon_length(width) + 1
    steps = []
    for n, (row, i) in enumerate(zip(rows, chosen, strict=True)):
        (a, w), (b, v) = parts[n], parts[n + 1]
        before = sum(row[:i], Fraction(0))
        steps.append(Step(
            t(pt=f"«{text[n]}» tem {_plain(row[i])} da massa; o que vem antes dele na tabela soma {_plain(before)}. Novo começo e nova largura",
              en=f"“{text[n]}” has {_plain(row[i])} of the mass; what stands before it in the table adds up to {_plain(before)}. New start and new width"),
            rf"\begin{{aligned}}&{_tex(a)} + {_tex(w)} \cdot {_tex(before)} = {_tex(b)} \\ &{_tex(w)} \cdot {_tex(row[i])} = {_tex(v)}\end{{aligned}}"))  # fmt: skip
    first = Fraction(int(bits, 2), 2 ** len(bits))
    last = first + Fraction(1, 2 ** len(bits))
    assert low <= first and last <= low + width
    return [
        *steps,
        Step(t(pt="O intervalo do texto: começo e fim", en="The interval of the text: start and end"),
             rf"\left[{_tex(low)},\ {_tex(low + width)}\right) = [{digits(float(low))}{t(pt=';', en=',')}\ {digits(float(low + width))})"),
        Step(t(pt="A largura é a probabilidade do texto; o seu custo em bits", en="The width is the probability of the text; its cost in bits"),
             rf"-\log_2 {_tex(width)} = {digits(-log2(width))}"),
        Step(t(pt=f"O número binário mais curto que fica todo dentro dele: {number(len(bits))} bits", en=f"The shortest binary number that lies wholly inside it: {number(len(bits))} bits"),
             rf"0{{,}}{bits}_2: \left[{_tex(first)},\ {_tex(last)}\right)".replace("0{,}", t(pt="0{,}", en="0."))),
    ]  # fmt: skip


def _tex(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"


def _plain(value: Fraction) -> str:
    return str(value)
