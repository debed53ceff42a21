"""The text so far with its counts kept up to date, one step of a loop at a time."""

from collections import deque

import numpy as np

from .memory import FRESH
from .penalties import Context, Rows, as_rows, ids_of_row
from .validation import ParameterError, check_whole


class History:
    """A `Context` that grows: `add` takes one token per row and updates the counts in constant time.

    `memory` is that of `Context`; whoever draws keeps it up to date, with `core.chain.remember`.

    Args:
        prompt: token ids, one sequence, or one sequence per row.
        rows: how many rows share a prompt given as one sequence.

    Raises:
        ParameterError: token ids that are none; `add` with another number of ids than rows.
    """

    def __init__(self, prompt=(), rows: int = 1):
        prompt, rows = as_rows("prompt", prompt), check_whole("rows", rows, 1)
        if rows > 1 and len(prompt) not in (1, rows):
            raise ParameterError("prompt", len(prompt), f"one sequence, or one per row: {rows}")
        self.prompt = prompt * rows if len(prompt) == 1 else prompt
        self.memory = FRESH
        self._output: list[list[int]] = [[] for _ in self.prompt]
        self._counters: dict[tuple[str, int, int], _Counter] = {}

    def add(self, ids) -> None:
        """One new token per row."""
        rows = as_rows("ids", ids)
        if len(rows) > 1 or len(ids := rows[0]) != len(self._output):
            raise ParameterError("ids", list(map(len, rows)), f"one id per row: {len(self._output)}")
        for row, token in zip(self._output, ids, strict=True):
            row.append(token)
        for (scope, _, row), counter in self._counters.items():
            if scope != "prompt":
                counter.add(ids[row])

    @property
    def rows(self) -> int:
        return len(self._output)

    @property
    def output(self) -> Rows:
        return tuple(map(tuple, self._output))

    def ids(self, scope: str = "both", window: int = 0) -> Rows:
        """As `Context.ids`."""
        return Context(self.prompt, self.output).ids(scope, window)

    def counts(self, scope: str, window: int, row: int) -> tuple[np.ndarray, np.ndarray]:
        """As `Context.counts`, but in the order of arrival, and a token that left the window stays with 0."""
        key = scope, window, row = scope, window, row if self.rows > 1 else 0
        if key not in self._counters:
            self._counters[key] = _Counter(window, ids_of_row(self.prompt, self._output, scope, window, row))
        return self._counters[key].seen


class _Counter:
    """How often each token occurs among the last `window` (0: all)."""

    def __init__(self, window: int, tokens):
        self._slot: dict[int, int] = {}
        self._ids, self._counts = np.zeros((2, 64), np.int64)
        self._last = deque() if window else None
        self._window = window
        for token in tokens:
            self.add(token)

    def add(self, token: int) -> None:
        slot = self._slot.setdefault(token, len(self._slot))
        if slot == len(self._ids):
            self._ids, self._counts = (np.concatenate([a, np.zeros_like(a)]) for a in (self._ids, self._counts))
        self._ids[slot] = token
        self._counts[slot] += 1
        if self._last is not None:
            self._last.append(token)
            if len(self._last) > self._window:
                self._counts[self._slot[self._last.popleft()]] -= 1

    @property
    def seen(self) -> tuple[np.ndarray, np.ndarray]:
        return self._ids[: len(self._slot)], self._counts[: len(self._slot)]
