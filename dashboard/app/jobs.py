"""Generation for many visitors on one machine: a queue in which each sees his place, and a fair order.

    queue = JobQueue(ModelHolder(load_model, ["embedded"]), Limits.from_environment())  # one per server
    job = queue.submit(visitor, GenerationRun("embedded", prompt, rows))
    job.poll()                                                # at every look: a visitor who looks no more has left
    job.state, job.position, job.steps, job.error

Visitors take turns, and a visitor's own jobs come in the order in which he asked. No Streamlit here.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from core.runs import GenerationRun
from core.steps import Step
from dashboard.app.holder import ModelHolder
from dashboard.app.limits import LimitError, Limits
from dashboard.app.log import logged

STATES = ("waiting", "loading", "running", "done", "cancelled", "failed")


class Job:
    """One generation of one visitor, from the queue to its end. Any thread may look at it.

    Attributes:
        visitor: who asked.
        run: what was asked.
        state: one of `STATES`; the last three are for good.
        error: what went wrong, if the state is "failed": a `LimitError` ("seconds"), or what the model raised.
    """

    def __init__(self, queue: "JobQueue", visitor: str, run: GenerationRun):
        self.visitor, self.run = visitor, run
        self.state, self.error = "waiting", None
        self._queue, self._steps = queue, [[] for _ in run.rows]
        self._seen, self._started = queue.clock(), None
        self._cancelled, self._over = threading.Event(), threading.Event()

    @property
    def position(self) -> int | None:
        """How many jobs come before this one and itself: 1 is next. 0 once it has begun, None once it is over."""
        if self.over:
            return None
        return self._queue.position(self)

    @property
    def steps(self) -> tuple[tuple[Step, ...], ...]:
        """What came so far, per row."""
        return tuple(map(tuple, self._steps))

    @property
    def result(self) -> GenerationRun:
        """The run with the steps that came so far, to be saved."""
        return replace(self.run, steps=self.steps)

    @property
    def over(self) -> bool:
        return self._over.is_set()

    def poll(self) -> str:
        """The state; and the visitor is still there."""
        self._seen = self._queue.clock()
        return self.state

    def cancel(self) -> None:
        """End it at the next token, or before it begins; what came stays."""
        self._cancelled.set()
        if self.state == "waiting":
            self._queue.drop_left()

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is over, or so many seconds; whether it is."""
        return self._over.wait(timeout)

    def left(self) -> bool:
        """Whether nobody wants it any more."""
        return self._cancelled.is_set() or self._queue.clock() - self._seen > self._queue.limits.idle

    def late(self) -> bool:
        """Whether its time is over."""
        return self.written > self._queue.limits.seconds

    @property
    def written(self) -> float:
        """For how many seconds it has been writing; 0 before."""
        return 0.0 if self._started is None else self._queue.clock() - self._started

    def work(self, models: ModelHolder) -> None:
        """Run it here and now."""
        self.state = "loading"
        try:
            with models.use(self.run.model, self.left) as model:
                if model is not None:
                    self._write(model)
                del model  # before another one may be loaded
        except Exception as error:  # of loading
            self._fail(error)
        self.end("failed" if self.error else "done" if self._finished() else "cancelled")

    def _write(self, model) -> None:
        self.state, self._started = "running", self._queue.clock()
        try:
            with closing(self.run.generate(model, lambda: self.left() or self.late())) as stream:
                for steps in stream:
                    self._add(steps)
        except Exception as error:
            self._fail(error)
        if self.error is None and not self._finished() and self.late() and not self.left():
            self.error = LimitError("seconds", self.written, self._queue.limits.seconds)

    def _fail(self, error: Exception) -> None:
        """Keep the error without the frames that it came through, which hold the model and the whole text."""
        logged(error)
        error.__cause__ = error.__context__ = None
        self.error = error.with_traceback(None)

    def end(self, state: str) -> None:
        self.state = state
        self._over.set()

    def _add(self, steps) -> None:
        for row, step in zip(self._steps, steps, strict=True):
            if step is not None:
                row.append(step)

    def _finished(self) -> bool:
        return all(row and row[-1].finish for row in self._steps)


class JobQueue:
    """Runs jobs, `workers` at a time, each in a thread that lives while there is something to do.

    Args:
        models: where they get their model.
        limits: what is allowed.
        workers: how many jobs run at once; one on a small machine.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        models: ModelHolder,
        limits: Limits | None = None,
        workers: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.models, self.limits, self.clock = models, limits or Limits(), clock
        self._workers, self._busy = workers, 0
        self._waiting: dict[str, deque[Job]] = {}  # by visitor, who has the next turn first
        self._lock = threading.Lock()

    def submit(self, visitor: str, run: GenerationRun) -> Job:
        """Queue a run.

        Raises:
            KeyError: a model that is not listed.
            LimitError: the run asks for too much, or the queue is full.
        """
        if run.model not in self.models.names:
            raise KeyError(run.model)
        self.limits.check(run)
        job = Job(self, visitor, run)
        self.drop_left()
        with self._lock:
            for limit, jobs in (("waiting", self._order()), ("per_visitor", self._waiting.get(visitor, ()))):
                if len(jobs) >= getattr(self.limits, limit):
                    raise LimitError(limit, len(jobs) + 1, getattr(self.limits, limit))
            self._waiting.setdefault(visitor, deque()).append(job)
            if self._busy < self._workers:
                self._busy += 1
                threading.Thread(target=self._work, daemon=True).start()
        return job

    def position(self, job: Job) -> int:
        """As `Job.position`, for a job that is not over."""
        self.drop_left()
        with self._lock:
            order = self._order()
            return order.index(job) + 1 if job in order else 0

    def drop_left(self) -> None:
        """Take out the jobs that nobody wants any more."""
        with self._lock:
            for visitor, jobs in list(self._waiting.items()):
                for job in [job for job in jobs if job.left()]:
                    jobs.remove(job)
                    job.end("cancelled")
                if not jobs:
                    del self._waiting[visitor]

    def _order(self) -> list[Job]:
        """The jobs that wait, in the order in which they will begin: one of each visitor, then the next one of each."""
        rounds = max(map(len, self._waiting.values()), default=0)
        return [jobs[i] for i in range(rounds) for jobs in self._waiting.values() if i < len(jobs)]

    def _next(self) -> Job | None:
        self.drop_left()
        with self._lock:
            if not self._waiting:
                self._busy -= 1
                return None
            visitor = next(iter(self._waiting))
            jobs = self._waiting.pop(visitor)
            if len(jobs) > 1:
                self._waiting[visitor] = jobs  # behind the others
            return jobs.popleft()

    def _work(self) -> None:
        while job := self._next():
            job.work(self.models)
