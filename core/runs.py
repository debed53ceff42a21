"""A generation written down: what was asked, and every step of what came; read back, shown again, done again.

JSON carries everything (but `Step.stages`); CSV has one line per step, for a spreadsheet.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from math import inf

from .file_checks import (
    RunFileError,
    count,
    finite,
    flag,
    items,
    number,
    one_of,
    optional,
    probability,
    record,
    seed,
    text,
    whole,
)
from .generation import generate_rows
from .params import DEFAULTS, SamplingParams
from .schedules import SHAPES, Schedule
from .steps import FINISHES, Alternative, Row, Step, collect, one_row
from .streaming import ENDING, check_stop
from .validation import check_token_ids

FORMAT, VERSION = "amostra generation", 1
INFINITE = {"inf": inf, "-inf": -inf}  # JSON has no infinity
SPREADSHEET = "\ufeff"  # a byte order mark: without it Excel takes the file for one of an older encoding
FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # how a spreadsheet knows one; the last four are full-width
ENDS = {name: off for name, (off, _) in ENDING.items()}
OPTIONS = ("max_new_tokens", "stop", "alternatives", *ENDS)
COLUMNS = [field.name for field in fields(Step) if field.name not in ("top_before", "top_after", "stages")]


@dataclass(frozen=True)
class GenerationRun:
    """One call of `generate_rows`, and its steps.

    Attributes:
        model: its name.
        prompt: text, or token ids.
        rows: how each text was drawn, with its seed.
        max_new_tokens, stop, alternatives, min_new_tokens, stop_token_ids, ignore_eos, include_stop_str_in_output: as in
            `generate_rows`; the last four are in a file only where they are set.
        steps: per row, its steps; empty before it ran.
    """

    model: str
    prompt: str | Sequence[int]
    rows: Sequence[Row]
    max_new_tokens: int = 100
    stop: str | Sequence[str] = ()
    alternatives: int = 5
    steps: Sequence[Sequence[Step]] = ()
    min_new_tokens: int = 0
    stop_token_ids: Sequence[int] = ()
    ignore_eos: bool = False
    include_stop_str_in_output: bool = False

    def __post_init__(self):
        prompt = self.prompt if isinstance(self.prompt, str) else one_row("prompt", self.prompt)
        checked = {"prompt": prompt, "rows": tuple(self.rows), "stop": check_stop(self.stop)}
        checked |= {"stop_token_ids": check_token_ids("stop_token_ids", self.stop_token_ids)}
        for name, value in (checked | {"steps": tuple(map(tuple, self.steps))}).items():
            object.__setattr__(self, name, value)  # the class is frozen

    def generate(self, model, cancelled: Callable[[], bool] | None = None) -> Iterator[tuple[Step | None, ...]]:
        """The call itself."""
        options = {name: getattr(self, name) for name in OPTIONS}
        return generate_rows(model, self.prompt, self.rows, cancelled=cancelled, **options)

    def replay(self, model) -> "GenerationRun":
        """The same run done again, equal on the same model; a text that was cancelled goes on to its end."""
        return replace(self, steps=collect(self.generate(model)))

    def to_json(self) -> str:
        data = {"format": FORMAT, "version": VERSION, "model": self.model, "prompt": self.prompt}
        data |= {name: getattr(self, name) for name in OPTIONS if getattr(self, name) != ENDS.get(name)}
        data["rows"] = [_row_out(row) for row in self.rows]
        data["steps"] = [[step_out(step) for step in row] for row in self.steps]
        return json.dumps(data, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, source: str | bytes) -> "GenerationRun":
        """Read what `to_json` wrote.

        Raises:
            RunFileError: not such a file; a version that this program does not know; a value out of place.
        """
        try:
            return _read(source)
        except RecursionError:
            raise RunFileError("", "nested too deep") from None

    def to_csv(self, decimal: str = ".") -> str:
        """For a spreadsheet: one line per step, its row first; what was not measured is empty, alternatives are left out.

        Text that a spreadsheet would take for a formula comes after an apostrophe.

        Args:
            decimal: "." with commas between the values, or "," with semicolons, as Excel in Portuguese reads them.
        """
        out = io.StringIO(newline="")
        out.write(SPREADSHEET)
        lines = csv.writer(out, delimiter=";" if decimal == "," else ",")
        lines.writerow(["row", *COLUMNS])
        for r, row in enumerate(self.steps):
            lines.writerows([r, *(_cell(getattr(step, name), decimal) for name in COLUMNS)] for step in row)
        return out.getvalue()


def _cell(value, decimal: str):
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return str(value).replace(".", decimal) if isinstance(value, float) else value


def _read(source: str | bytes) -> GenerationRun:
    try:
        source = source.decode() if isinstance(source, bytes) else source
        data = json.loads(source.removeprefix("\ufeff"), parse_constant=_no_constant)
    except ValueError as error:
        raise RunFileError("", f"not JSON ({error})") from None
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise RunFileError("format", f"must be {FORMAT!r}")
    if (version := data.pop("version", None)) != VERSION or isinstance(version, bool):
        raise RunFileError("version", f"must be {VERSION}; got {version!r}")
    run = RUN("", ENDS | {"stop_token_ids": []} | data)
    if run.steps and len(run.steps) != len(run.rows):
        raise RunFileError("steps", f"must be one list per row: {len(run.rows)}; got {len(run.steps)}")
    for r, row in enumerate(run.steps):
        for t, step in enumerate(row):
            if step.index != t:
                raise RunFileError(f"steps[{r}][{t}].index", f"must be {t}; got {step.index}")
    return run


def _row_out(row: Row) -> dict:
    told = {name: getattr(row.params, name) for name in DEFAULTS if getattr(row.params, name) != DEFAULTS[name]}
    schedule = row.schedule and {name: _finite(value) for name, value in asdict(row.schedule).items()}
    params = {name: _finite(value) for name, value in told.items()}
    return {"params": params, "seed": row.seed, "schedule": schedule, "forced": row.forced}


def step_out(step: Step) -> dict:
    """A step as a file has it."""
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
    return text(where, value) if isinstance(value, str) else items(whole)(where, value)


def _alternative(where: str, value) -> Alternative:
    if not isinstance(value, list) or len(value) != 4:
        raise RunFileError(where, "must be [token id, text, probability before, probability after]")
    checks = (optional(whole), text, probability, optional(probability))
    return Alternative(*(check(f"{where}[{i}]", one) for i, (check, one) in enumerate(zip(checks, value, strict=True))))


SCHEDULE = record(
    Schedule,
    {"start": _temperature, "end": _temperature, "steps": whole, "shape": one_of(SHAPES)},
)
ROW = record(Row, {"params": _params, "seed": seed, "schedule": optional(SCHEDULE), "forced": items(whole)})
MEASURED = record(
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
        "entropy_before": optional(finite),
        "entropy_after": optional(finite),
        "kept": optional(count),
        "top_before": items(_alternative),
        "top_after": items(_alternative),
    },
)


def _step(where: str, value) -> Step:
    """What is drawn from is told whole or not at all (a server), of the token and of every alternative; so are entropies."""
    step = MEASURED(where, value)
    listed = (*step.top_before, *step.top_after)
    told = {"prob_after": step.prob_after, "entropy_after": step.entropy_after, "kept": step.kept}
    told |= {f"alternative {i}": one.prob_after for i, one in enumerate(listed)}
    missing = [name for name, one in told.items() if one is None]
    if missing and len(missing) < len(told):
        raise RunFileError(f"{where}.{missing[0]}", "missing, though the step tells what it was drawn from")
    missing = [name for name in ("entropy_before", "entropy_after") if getattr(step, name) is None]
    if len(missing) == 1:
        raise RunFileError(f"{where}.{missing[0]}", "missing, though the step tells the other one")
    return step


RUN = record(
    GenerationRun,
    {
        "model": text,
        "prompt": _prompt,
        "rows": items(ROW, least=1),
        "max_new_tokens": count,
        "stop": items(text),
        "alternatives": whole,
        "steps": items(items(_step)),
        "min_new_tokens": whole,
        "stop_token_ids": items(whole),
        "ignore_eos": flag,
        "include_stop_str_in_output": flag,
    },
)
