"""A generation written down: what was asked, and every step of what came; read back, shown again, done again.

JSON carries everything (but `Step.stages`); CSV has one line per step, for a spreadsheet.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from math import inf

from core.checks import RunFileError, count, flag, items, number, one_of, optional, probability, record, text, whole
from core.generation import generate_rows
from core.params import DEFAULTS, SamplingParams
from core.schedules import SHAPES, Schedule
from core.steps import FINISHES, Alternative, Row, Step, collect, one_row
from core.streaming import check_stop

FORMAT, VERSION = "amostra generation", 1
INFINITE = {"inf": inf, "-inf": -inf}  # JSON has no infinity
COLUMNS = [field.name for field in fields(Step) if field.name not in ("top_before", "top_after", "stages")]


@dataclass(frozen=True)
class GenerationRun:
    """One call of `generate_rows`, and its steps.

    Attributes:
        model: its name.
        prompt: text, or token ids.
        rows: how each text was drawn, with its seed.
        max_new_tokens, stop, alternatives: as in `generate_rows`.
        steps: per row, its steps; empty before it ran.
    """

    model: str
    prompt: str | Sequence[int]
    rows: Sequence[Row]
    max_new_tokens: int = 100
    stop: str | Sequence[str] = ()
    alternatives: int = 5
    steps: Sequence[Sequence[Step]] = ()

    def __post_init__(self):
        prompt = self.prompt if isinstance(self.prompt, str) else one_row("prompt", self.prompt)
        checked = {"prompt": prompt, "rows": tuple(self.rows), "stop": check_stop(self.stop)}
        for name, value in (checked | {"steps": tuple(map(tuple, self.steps))}).items():
            object.__setattr__(self, name, value)  # the class is frozen

    def generate(self, model, cancelled: Callable[[], bool] | None = None) -> Iterator[tuple[Step | None, ...]]:
        """The call itself."""
        options = {name: getattr(self, name) for name in ("max_new_tokens", "stop", "alternatives")}
        return generate_rows(model, self.prompt, self.rows, cancelled=cancelled, **options)

    def replay(self, model) -> "GenerationRun":
        """The same run done again, equal on the same model; a text that was cancelled goes on to its end."""
        return replace(self, steps=collect(self.generate(model)))

    def to_json(self) -> str:
        data = {"format": FORMAT, "version": VERSION, "model": self.model, "prompt": self.prompt}
        data |= {name: getattr(self, name) for name in ("max_new_tokens", "stop", "alternatives")}
        data["rows"] = [_row_out(row) for row in self.rows]
        data["steps"] = [[_step_out(step) for step in row] for row in self.steps]
        return json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, source: str | bytes) -> "GenerationRun":
        """Read what `to_json` wrote.

        Raises:
            RunFileError: not such a file; a version that this program does not know; a value out of place.
        """
        try:
            data = json.loads(source, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise RunFileError("", f"not JSON ({error})") from None
        if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
            raise RunFileError("format", f"must be {FORMAT!r}")
        if (version := data.pop("version", None)) != VERSION:
            raise RunFileError("version", f"must be {VERSION}; got {version!r}")
        run = RUN("", data)
        if run.steps and len(run.steps) != len(run.rows):
            raise RunFileError("steps", f"must be one list per row: {len(run.rows)}; got {len(run.steps)}")
        for r, row in enumerate(run.steps):
            for t, step in enumerate(row):
                if step.index != t:
                    raise RunFileError(f"steps[{r}][{t}].index", f"must be {t}; got {step.index}")
        return run

    def to_csv(self) -> str:
        """One line per step, its row first; what was not measured is empty, and the alternatives are left out."""
        out = io.StringIO(newline="")
        lines = csv.writer(out)
        lines.writerow(["row", *COLUMNS])
        for r, row in enumerate(self.steps):
            lines.writerows([r, *(getattr(step, name) for name in COLUMNS)] for step in row)
        return out.getvalue()


def _row_out(row: Row) -> dict:
    told = {name: getattr(row.params, name) for name in DEFAULTS if getattr(row.params, name) != DEFAULTS[name]}
    schedule = row.schedule and {name: _finite(value) for name, value in asdict(row.schedule).items()}
    params = {name: _finite(value) for name, value in told.items()}
    return {"params": params, "seed": row.seed, "schedule": schedule, "forced": row.forced}


def _step_out(step: Step) -> dict:
    data = {name: _finite(getattr(step, name)) for name in COLUMNS}
    return data | {name: [astuple(one) for one in getattr(step, name)] for name in ("top_before", "top_after")}


def _finite(value):
    """The same with infinities as strings."""
    if isinstance(value, tuple):
        return [_finite(one) for one in value]
    return str(value) if value in (inf, -inf) else value


def _infinite(value):
    if isinstance(value, list):
        return [_infinite(one) for one in value]
    return INFINITE.get(value, value) if isinstance(value, str) else value


def _no_constant(name: str):
    raise ValueError(f"{name} is no JSON")


def _params(where: str, value) -> SamplingParams:
    if isinstance(value, dict):
        value = {name: _infinite(one) for name, one in value.items()}
    return record(SamplingParams, dict.fromkeys(DEFAULTS, lambda where, value: value), every=False)(where, value)


def _temperature(where: str, value) -> float:
    return number(where, _infinite(value))


def _prompt(where: str, value):
    return value if isinstance(value, str) else items(whole)(where, value)


def _alternative(where: str, value) -> Alternative:
    if not isinstance(value, list) or len(value) != 4:
        raise RunFileError(where, "must be [token id, text, probability before, probability after]")
    checks = (optional(whole), text, optional(probability), optional(probability))
    return Alternative(*(check(f"{where}[{i}]", one) for i, (check, one) in enumerate(zip(checks, value, strict=True))))


SCHEDULE = record(
    Schedule,
    {"start": _temperature, "end": _temperature, "steps": whole, "shape": one_of(SHAPES)},
)
ROW = record(Row, {"params": _params, "seed": whole, "schedule": optional(SCHEDULE), "forced": items(whole)})
STEP = record(
    Step,
    {
        "index": whole,
        "token_id": optional(whole),
        "token": text,
        "text": text,
        "finish": optional(one_of(FINISHES)),
        "forced": flag,
        "temperature": optional(_temperature),
        "prob_before": optional(probability),
        "prob_after": optional(probability),
        "rank": optional(count),
        "entropy_before": optional(number),
        "entropy_after": optional(number),
        "kept": optional(count),
        "top_before": items(_alternative),
        "top_after": items(_alternative),
    },
)
RUN = record(
    GenerationRun,
    {
        "model": text,
        "prompt": _prompt,
        "rows": items(ROW, least=1),
        "max_new_tokens": count,
        "stop": items(text),
        "alternatives": whole,
        "steps": items(items(STEP)),
    },
)
