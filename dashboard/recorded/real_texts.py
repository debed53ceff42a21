"""Real texts for the lessons: what the embedded model wrote under several rules, kept in a small file.

`python -m dashboard.recorded` makes the file again from the shipped weights. Beside the texts it holds one of them step
by step, with every logit of the vocabulary rounded to a hundredth and written as distinct values with their counts; so a
page needs neither torch nor the model, and no mass is left out.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.recorded.files import arrays, document, save

PROMPT = "Era uma vez"
STEPS = 12  # tokens of the text shown step by step
LENGTH = 32  # tokens of every other text
CANDIDATES = 16
COLD, PLAIN = 0.3, 1.0  # the temperatures of the candidates


@dataclass(frozen=True, eq=False)
class LogitsAtStep:
    """One step of a real text: how far every logit of the vocabulary is below the largest, in hundredths.

    `below` are the distinct values, from 0 down, and `counts` how many tokens share each, both (D,) int; `drawn` is the
    value of the token that came.
    """

    token: str
    drawn: int
    below: np.ndarray
    counts: np.ndarray

    @property
    def logits(self) -> np.ndarray:
        """All of them, largest first, the largest at 0: (V,) float64."""
        return np.repeat(self.below, self.counts) / 100


@dataclass(frozen=True)
class ScoredText:
    """A text with the log-probability (nats) of each of its tokens under the distribution drawn from."""

    text: str
    log_probs: tuple[float, ...]


def steps() -> tuple[LogitsAtStep, ...]:
    """One text, drawn at τ = 1, step by step."""
    numbers = arrays("real_texts")
    ends = numbers["sizes"].cumsum()[:-1]
    rows = zip(np.split(numbers["below"], ends), np.split(numbers["counts"], ends), strict=True)
    return tuple(
        LogitsAtStep(one["token"], one["drawn"], *row)
        for one, row in zip(document("real_texts")["steps"], rows, strict=True)
    )


def ruled() -> dict[str, str]:
    """What the model wrote after PROMPT, from one seed, under each rule: constant, schedule, entropy."""
    return document("real_texts")["ruled"]


def candidates(temperature: float) -> tuple[ScoredText, ...]:
    """CANDIDATES independent texts after PROMPT, at COLD or PLAIN."""
    return tuple(
        ScoredText(text, tuple(log_probs)) for text, log_probs in document("real_texts")["candidates"][str(temperature)]
    )


def make() -> None:
    """Ask the embedded model and write the file."""
    from core import Row, SamplingParams, Schedule, candidate, collect, generate, generate_rows, load_model, text_of

    model = load_model("embedded")
    prompt = model.encode(PROMPT)

    def text(seed: int, length: int, **how) -> list:
        return list(
            generate(model, prompt, how.pop("params", SamplingParams()), max_new_tokens=length, seed=seed, **how)
        )

    shown = next(one for one in (text(seed, STEPS, traced=True) for seed in range(100)) if len(one) == STEPS)
    described, below, counts = [], [], []
    for step in shown:
        hundredths = np.rint(100 * step.stages[0].logits.double().numpy())
        values, many = np.unique(hundredths.max() - hundredths, return_counts=True)
        below.append(-values.astype(np.int32))
        counts.append(many.astype(np.int32))
        described.append({"token": step.token, "drawn": int(hundredths[step.token_id] - hundredths.max())})
    rules = {
        "constant": text(1, LENGTH),
        "schedule": text(1, LENGTH, schedule=Schedule(1.5, 0.5, LENGTH - 1)),
        "entropy": text(1, LENGTH, params=SamplingParams(temperature=1.0, dynatemp_range=0.5)),
    }
    drawn = {
        temperature: collect(
            generate_rows(
                model,
                prompt,
                [Row(SamplingParams(temperature), seed) for seed in range(CANDIDATES)],
                max_new_tokens=LENGTH,
            )
        )
        for temperature in (COLD, PLAIN)
    }
    save(
        "real_texts",
        {
            "prompt": PROMPT,
            "steps": described,
            "ruled": {name: text_of(one) for name, one in rules.items()},
            "candidates": {
                str(temperature): [(text_of(one), [round(x, 4) for x in candidate(one).log_probs]) for one in rows]
                for temperature, rows in drawn.items()
            },
        },
        sizes=np.array([len(one) for one in below]),
        below=np.concatenate(below),
        counts=np.concatenate(counts),
    )
