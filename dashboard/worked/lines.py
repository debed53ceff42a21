"""How the lines of a calculation by hand are set."""

from collections.abc import Sequence

from dashboard.language import number


def digits(value: float, places: int = 4) -> str:
    """A number inside a formula, in the reader's format."""
    return number(value, places, tex=True)


def probability(value: float) -> str:
    """A probability; one too small for four decimals keeps its digits: 4.54·10⁻⁵, never a false 0.0000."""
    if value >= 5e-5 or value == 0:
        return digits(value)
    mantissa, exponent = f"{value:.2e}".split("e")
    return rf"{digits(float(mantissa), 2)} \cdot 10^{{{int(exponent)}}}"


def equations(left: Sequence[str], *right: Sequence[str]) -> str:
    """Aligned equations, one token to a line, so that they fit a phone."""
    rows = [f"{row[0]} &= " + " = ".join(row[1:]) for row in zip(left, *right, strict=True)]
    gap = "0.8em" if any("frac" in row for row in rows) else "0.4em"
    return r"\begin{aligned}" + rf" \\[{gap}] ".join(rows) + r"\end{aligned}"


def in_lines(parts: Sequence[str], wide: int, joint: str = " + ") -> list[str]:
    """The parts joined, `wide` of them to a line."""
    return [joint.join(parts[i : i + wide]) for i in range(0, len(parts), wide)]


def total_of(terms: Sequence[str], total: str, name: str = "Z") -> str:
    """A sum broken into lines that fit a phone."""
    wide = 1 if max(map(len, terms)) > 12 else 2
    lines = r" \\ &\quad + ".join(in_lines(terms, wide))
    return rf"\begin{{aligned}}{name} &= {lines} \\ &= {total}\end{{aligned}}"
