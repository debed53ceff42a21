"""Generated texts as the page's script shows them (dashboard/tokens.js): tokens, titles, scores, pace."""

from collections.abc import Sequence
from itertools import pairwise

import torch

from core import (
    ParameterError,
    SamplingParams,
    Step,
    candidate,
    length_normalised,
    likelihood,
)
from core.params import DEFAULTS
from core.runs import GenerationRun
from core.training.speed import peak_memory
from dashboard import language
from dashboard.generation import SLIDERS, STAGE_OF, shown
from dashboard.language import LANGUAGES, number, percent, say, short

SCORES = {"length_normalised": length_normalised, "likelihood": likelihood}
LEVELS = {  # measure: bounds from the surest level to the least sure one; probabilities from above, bits from below
    "probability": (0.5, 0.2, 0.05, 0.01, None),
    "entropy": (1.0, 2.0, 4.0, 6.0, None),
}
MOST_BITS = 8.0  # a full line under a token


def view(run: GenerationRun, score: str | None, going: bool, ballot: bool) -> dict:
    """The run as the page's script shows it (dashboard/tokens.js), without what the visitor has picked.

    Args:
        score: what the texts are ranked by, a key of `SCORES`, or None.
        going: whether more steps come.
        ballot: whether the class chooses the token after those given: the draw is not shown.
    """
    best, notes = _ranking(run, score, going)
    rows = run.steps or [()] * len(run.rows)
    if ballot:
        rows = [[step for step in steps if step.forced] for steps in rows]
    ends = [ending(steps, going or ballot) for steps in rows]
    texts = [
        {"title": title, "prompt": run.prompt if isinstance(run.prompt, str) else "…", "tokens": tokens(steps, len(row.forced)), "winner": i == best,
         "going": going and not (steps and steps[-1].finish), "note": " · ".join(filter(None, (notes[i], end)))}
        for i, (title, row, steps, end) in enumerate(zip(titles(run), run.rows, rows, ends, strict=True))
    ]  # fmt: skip
    words = {name: say(f"generation.word.{name}") for name in ("tokens", "forced", "table", "action")}
    words["token"] = say("generation.word.token", **{name: f"{{{name}}}" for name in ("token", "p", "rank", "h")})
    words |= {"measure": say("generation.measure"), "end": say("generation.end"), "lang": LANGUAGES[language.current()]}
    words["columns"] = [
        say(f"generation.column.{name}") for name in ("index", "token", "before", "after", "rank", "entropy")
    ]
    measures = {
        name: {
            "name": say(f"generation.measure.{name}"),
            "legend": say(f"generation.legend.{name}"),
            "levels": levels(name),
        }
        for name in LEVELS
    }
    return {"texts": texts, "measures": measures, "most": MOST_BITS, "words": words}


def levels(measure: str) -> list[dict]:
    """The legend: per level its bound, its words, and how much of the line under a token it fills."""
    bounds = LEVELS[measure]
    if measure == "entropy":
        text = [number(bound, 0) for bound in bounds[:-1]]
        said = [f"< {text[0]}", *(f"{a}–{b}" for a, b in pairwise(text)), f"≥ {text[-1]}"]
        shares = [bound / MOST_BITS for bound in (0.5, *bounds[:-1])]
    else:
        text = [percent(bound, 0) for bound in bounds[:-1]]
        said = [f"≥ {text[0]}", *(f"{b}–{a}" for a, b in pairwise(text)), f"< {text[-1]}"]
        shares = [*bounds[:-1], 0.0]
    return [
        {"bound": bound, "text": one, "share": share} for bound, one, share in zip(bounds, said, shares, strict=True)
    ]


def titles(run: GenerationRun) -> list[str]:
    """What tells the texts of a run apart: letters and settings, seeds, or both; nothing for a single one."""
    several = {name: len({getattr(row, name) for row in run.rows}) > 1 for name in ("params", "seed")}
    found = []
    for i, row in enumerate(run.rows):
        parts = [chr(65 + i)] if several["params"] and not several["seed"] else []
        parts += [say("generation.title.seed", seed=row.seed)] if several["seed"] else []
        parts += [summary(row.params)] if several["params"] else []
        found.append(" · ".join(parts))
    return found


def summary(params: SamplingParams) -> str:
    """The settings in a line: the temperature, and what else is on."""
    if params.greedy:
        return say("stage.greedy")
    on = [f"{say(f'setting.{name}')} {short(getattr(params, name))}" for name in SLIDERS
          if name != "temperature" and STAGE_OF[name] in params.stages and getattr(params, name) != DEFAULTS[name]]  # fmt: skip
    return " · ".join([f"τ\u00a0=\u00a0{short(params.temperature)}", *on])


def ranked(run: GenerationRun) -> bool:
    """Whether the texts differ in their seeds only: draws from one distribution, of which the best can be taken."""
    return len(run.rows) > 1 and len({row.params for row in run.rows}) == 1


def mode_of(run: GenerationRun) -> str:
    """The mode of the page that such a run comes from."""
    if len(run.rows) == 1:
        return "one"
    if ranked(run):
        return "best"
    return "compare" if len({row.seed for row in run.rows}) == 1 else "grid"


def _ranking(run: GenerationRun, score: str | None, going: bool) -> tuple[int | None, list[str]]:
    """The best text, and the score of each in words."""
    found = scores(run, score) if score and run.steps else None
    if not found:
        return None, [""] * len(run.rows)
    best = None if going else found.index(max(found))
    said = [say("generation.scored", score=number(value, 3)) for value in found]
    return best, [f"{said[i]} · {say('generation.winner')}" if i == best else said[i] for i in range(len(said))]


def tokens(steps: Sequence[Step], given: int = 0) -> list[list]:
    """Per step what the page's script shows: text, the token alone, p before, p after, entropy, rank, and how it came.

    How it came: 0 drawn, 1 given, 2 for the last of the `given` ones, where a branch begins.
    """
    return [
        [step.text, shown(step.token, step.token_id), _digits(step.prob_before), _digits(step.prob_after), _digits(step.entropy_before),
         step.rank, step.forced + (step.forced and step.index == given - 1)]
        for step in steps
    ]  # fmt: skip


def _digits(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")


def ending(steps: Sequence[Step], going: bool) -> str:
    """Why a text ends where it does, in a line."""
    if steps and steps[-1].finish:
        return say(f"generation.finish.{steps[-1].finish}", count=number(len(steps)))
    return "" if going or not steps else say("generation.finish.none", count=number(len(steps)))


def scores(run: GenerationRun, score: str) -> list[float] | None:
    """The score of every text, or None where the probabilities are not told (a server)."""
    try:
        return [SCORES[score](candidate(steps)) for steps in run.steps]
    except ParameterError:
        return None


def pace(tokens: int, seconds: float, first: float) -> str:
    """Tokens, seconds, seconds until the first one, and memory, in a line and in the reader's numbers."""
    memory, gpu = peak_memory(), torch.cuda.max_memory_allocated() if torch.cuda.is_available() else None
    parts = [
        say(
            "generation.pace",
            count=number(tokens),
            seconds=number(seconds, 1),
            rate=number(tokens / max(seconds, 1e-9), 0),
        )
    ]
    parts.append(say("generation.pace.first", ms=number(first * 1000, 0)))
    parts += [say("generation.pace.memory", megabytes=number(memory / 1e6, 0))] if memory else []
    parts += [say("generation.pace.gpu", megabytes=number(gpu / 1e6, 0))] if gpu else []
    return " · ".join(parts)
