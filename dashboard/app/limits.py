"""What one server allows, from its owner's environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from core.runs import GenerationRun
from core.validation import ParameterError, check_number


class LimitError(ValueError):
    """More than the server's owner allows: which limit (a field of `Limits`), what was asked, what is allowed."""

    def __init__(self, limit: str, value: float, allowed: float):
        super().__init__(limit, value, allowed)
        self.limit, self.value, self.allowed = limit, value, allowed

    def __str__(self) -> str:
        return f"{self.limit}: at most {self.allowed:g}; got {self.value:g}"


@dataclass(frozen=True)
class Limits:
    """What one server allows; each comes from the environment as AMOSTRA_LIMIT_TOKENS and so on.

    Attributes:
        tokens: new tokens of one row.
        rows: texts side by side in one job.
        prompt: characters, or token ids.
        alternatives: of each step.
        seconds: how long one job may run.
        waiting: jobs in the queue.
        per_visitor: jobs of one visitor in the queue.
        idle: seconds without a look after which a visitor has left.
    """

    tokens: float = 400
    rows: float = 8
    prompt: float = 20_000
    alternatives: float = 20
    seconds: float = 120
    waiting: float = 60
    per_visitor: float = 4
    idle: float = 30

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Limits":
        """The defaults, less what the owner says otherwise.

        Raises:
            ParameterError: a limit that is no number above 0.
        """
        names = {field.name: f"AMOSTRA_LIMIT_{field.name.upper()}" for field in fields(cls)}
        return cls(**{limit: _above_zero(name, environ[name]) for limit, name in names.items() if environ.get(name)})

    def check(self, run: GenerationRun) -> None:
        """Raise LimitError for a run that asks for more."""
        asked = {
            "tokens": run.max_new_tokens,
            "rows": len(run.rows),
            "prompt": len(run.prompt),
            "alternatives": run.alternatives,
        }
        for limit, value in asked.items():
            if value > getattr(self, limit):
                raise LimitError(limit, value, getattr(self, limit))


def _above_zero(argument: str, value: str) -> float:
    try:
        return check_number(argument, float(value), 1e-9, 1e300, "a number > 0")
    except ValueError:
        raise ParameterError(argument, value, "a number > 0") from None
