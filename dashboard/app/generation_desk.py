"""One visitor's desk on the generation page: the run on the screen, the job that produces it, what came before."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from core import Alternative, Row, SamplingParams, Step, text_of
from core.runs import GenerationRun
from dashboard.app.generation_jobs import Clock, Look, Timed, queues
from dashboard.app.jobs import Job
from dashboard.app.limits import LimitError
from dashboard.generation import Place

KEPT = 20  # earlier texts that one can go back to


@dataclass
class Desk:
    """What a visitor has before him.

    Attributes:
        run: what the page shows, with the steps that came so far.
        job: what produces it, or None.
        serial: a number per run shown, so that the page's script knows a new one.
        ballot: whether the last step of `run` waits for the class to vote.
        revealed: whether the model's probabilities stand beside the votes.
        picked: row and index of the token whose candidates are shown.
        past: earlier runs, the last one last.
        place: where the settings' effects are measured.
        sought: row and index that `place` was looked for at.
        looking: the job that finds it.
        error: why the last job failed.
        unread: why the last file could not be opened.
        changed: whether the page is not yet as the desk is.
        written: a run and the decimal mark, with its files, by kind.
    """

    visitor: str = field(default_factory=lambda: uuid.uuid4().hex)
    run: GenerationRun | None = None
    job: Job | None = None
    clock: Clock | None = None
    serial: int = 0
    ballot: bool = False
    revealed: bool = False
    picked: tuple[int, int] | None = None
    past: list[GenerationRun] = field(default_factory=list)
    place: Place | None = None
    sought: tuple[int, int] | None = None
    looking: Job | None = None
    error: Exception | None = None
    unread: Exception | None = None
    changed: bool = False
    written: tuple[GenerationRun, str, dict[str, str]] | None = None

    @property
    def busy(self) -> bool:
        return self.job is not None or self.looking is not None

    @property
    def voting(self) -> bool:
        """Whether the last step is there to be voted on; one that was given is the end of the text."""
        return bool(
            self.ballot and not self.job and self.run.steps and self.run.steps[0] and not self.run.steps[0][-1].forced
        )

    def without_ballot(self) -> GenerationRun:
        """The text as it was before the vote."""
        return replace(self.run, steps=(self.run.steps[0][:-1],))

    def reveal(self) -> None:
        self.revealed = self.changed = True

    def show(self, run: GenerationRun, keep: bool = True) -> None:
        """Put a run on the screen, and the one that was there on the pile."""
        self.stop()
        if keep and self.run and any(self.run.steps):
            self.past = [*self.past, self.run][-KEPT:]
        self.run, self.serial = run, self.serial + 1
        self.picked = self.place = self.sought = self.error = self.clock = None
        self.ballot = self.revealed = False

    def start(self, run: GenerationRun, ballot: bool = False) -> None:
        """Show a run and generate it. Where the queue takes no more, `error` says so and nothing else changes."""
        self.stop()
        timed = Timed(**{**vars(run), "steps": ()})
        if job := self._submit(timed):
            self.show(run)
            self.job, self.clock, self.ballot = job, timed.clock, ballot

    def stop(self) -> None:
        """End what runs; what came of it stays."""
        self.follow()
        for job in (self.job, self.looking):
            if job:
                job.cancel()
        self.changed = self.changed or self.busy
        self.job = self.looking = None

    def follow(self) -> None:
        """Take over what the jobs have brought."""
        if self.job:
            self.job.poll()
            over = self.job.over  # asked first: what comes after is taken over next time
            self.run = replace(self.run, steps=self.job.steps)
            if over:
                self.error, self.job, self.changed = self.job.error, None, True
        if self.looking:
            self.looking.poll()
            if self.looking.over:
                r, t = self.sought
                self.place = next(
                    (replace(one, token=self.run.steps[r][t].token) for one in self.looking.run.found), None
                )
                self.looking, self.changed = None, True

    def files(self, decimal: str) -> dict[str, str]:
        """The run as JSON and as CSV, written once: the large ones take half a second."""
        if self.written is None or self.written[0] is not self.run or self.written[1] != decimal:
            self.written = self.run, decimal, {"json": self.run.to_json(), "csv": self.run.to_csv(decimal)}
        return self.written[2]

    def undo(self) -> None:
        self.show(self.past.pop(), keep=False)

    def look_if_needed(self) -> None:
        """Find the distribution that the picked token came from, or the last one. Only where the model runs here."""
        run, hidden = self.run, self.voting and not self.revealed
        if self.busy or hidden or not run or not any(run.steps) or run.model not in queues():
            return
        r, t = wanted = self.picked or (0, max(0, len(run.steps[0]) - 1))
        before = ids(run.steps[r][: t + 1])
        if wanted != self.sought and before is not None:
            self.sought, self.place = wanted, None
            row = replace(run.rows[r], forced=before[:t])
            with_ = {"model": run.model, "prompt": run.prompt, "rows": (row,), "max_new_tokens": 1}
            self.looking = self._submit(Look(**with_))

    def _submit(self, run: GenerationRun) -> Job | None:
        try:
            return queues()[run.model].submit(self.visitor, run)
        except (LimitError, KeyError) as error:
            self.error = error

    # From a token on ---------------------------------------------------------------------------------------------------

    def branch(self, r: int, t: int, other: Alternative) -> None:
        """The same text, settings and seed, with another token at t."""
        self.start(from_token(self.run, r, t, other))

    def rewind(self, r: int, t: int) -> None:
        """The text as it was before token t."""
        run = self.run
        row = replace(run.rows[r], forced=ids(run.steps[r][:t]) or ())
        self.show(replace(run, rows=(row,), steps=(run.steps[r][:t],)))


def ids(steps: Sequence[Step]) -> tuple[int, ...] | None:
    """The token ids, or None where a server did not tell them."""
    found = tuple(step.token_id for step in steps)
    return None if None in found else found


def from_token(run: GenerationRun, r: int, t: int, other: Alternative) -> GenerationRun:
    """Row r with another token at t, to be generated."""
    before, row = ids(run.steps[r][:t]), run.rows[r]
    if before is None or other.token_id is None:  # what a server wrote becomes part of the prompt
        prompt = run.prompt + text_of(run.steps[r][:t]) + other.text
        return replace(run, prompt=prompt, rows=(row,), max_new_tokens=max(1, run.max_new_tokens - t - 1), steps=())
    row = replace(row, forced=(*before, other.token_id))
    return replace(run, rows=(row,), max_new_tokens=max(run.max_new_tokens, t + 1), steps=())


def onward(
    run: GenerationRun, params: SamplingParams, seed: int, tokens: int, then: Sequence[int] = ()
) -> GenerationRun:
    """The first text of a run, `then` put at its end, and `tokens` more under these settings."""
    steps = [step for step in run.steps[0] if step.finish != "end"] if run.steps else []
    before = ids(steps)
    if before is None:
        return replace(
            run, prompt=run.prompt + text_of(steps), rows=(Row(params, seed),), max_new_tokens=tokens, steps=()
        )
    forced = (*before, *then)
    return replace(run, rows=(Row(params, seed, forced=forced),), max_new_tokens=len(forced) + tokens, steps=())


def desk() -> Desk:
    """The visitor's, made when he first comes."""
    if "generation" not in st.session_state:
        st.session_state.generation = Desk()
    return st.session_state.generation
