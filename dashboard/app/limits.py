"""What one server allows, from its owner's environment."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, fields

from core.models.hub_list import Listed
from core.runs import GenerationRun
from core.validation import ParameterError, check_number

MOST = 10**6  # of whatever is limited: more is a slip of the keyboard
LOWEST = {"alternatives": 2}  # a vote needs two


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

    tokens: int = 400
    rows: int = 8
    prompt: int = 20_000
    alternatives: int = 20
    seconds: float = 120
    waiting: int = 60
    per_visitor: int = 4
    idle: float = 30

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Limits":
        """The defaults, less what the owner says otherwise.

        Raises:
            ParameterError: a limit that is no number in its range; it names the variable.
        """
        given = {field: environ.get(f"AMOSTRA_LIMIT_{field.name.upper()}") for field in fields(cls)}
        return cls(**{field.name: _read(field, text) for field, text in given.items() if text})

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


def _read(field: Field, text: str) -> float:
    name, whole = f"AMOSTRA_LIMIT_{field.name.upper()}", field.type is int
    accepted = f"a {'whole ' if whole else ''}number from {LOWEST.get(field.name, 1)} to {MOST}"
    try:
        value = (int if whole else float)(text)
    except ValueError:
        raise ParameterError(name, text, accepted) from None
    return field.type(check_number(name, value, LOWEST.get(field.name, 1), MOST, accepted))


def check_listed(entries: Iterable[Listed]) -> None:
    """Raise ParameterError for an entry of the owner's list by a name that the page cannot offer."""
    for entry in entries:
        if entry.name.strip() != entry.name or entry.name == "embedded":
            raise ParameterError(f"the entry {entry.name!r}: name", entry.name, 'a name, other than "embedded"')
