"""The models of this server with their queues, and the two kinds of job that the generation page gives them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

import streamlit as st

from core import generate
from core.models.hub_list import listed
from core.models.remote import remote_models
from core.runs import GenerationRun
from dashboard.app.embedded import embedded
from dashboard.app.holder import ModelHolder
from dashboard.app.jobs import JobQueue
from dashboard.app.limits import Limits
from dashboard.generation import Place

REQUESTS = 8  # at once to a server, which has a queue of its own


LOADING: dict[str, tuple[str, float, int]] = {}  # model: stage, share done and bytes done, while its weights load


@st.cache_resource(show_spinner=False)
def queues() -> dict[str, JobQueue]:
    """Every model that the server's owner offers, with the queue that its jobs wait in; one for all visitors.

    Raises:
        HubError, ParameterError: the owner's list or environment cannot be read.
    """
    limits, big, served = Limits.from_environment(), list(listed()), remote_models()
    here = JobQueue(ModelHolder(_load, ["embedded", *big], big), limits)
    there = JobQueue(ModelHolder(served.get, served), limits, workers=REQUESTS)
    return {name: there for name in served} | {name: here for name in here.models.names}


def _load(name: str):
    if name == "embedded":
        return embedded()
    from core.models.hub import load_hub  # with it comes transformers

    try:
        return load_hub(name, lambda *progress: LOADING.update({name: progress}))
    finally:
        LOADING.pop(name, None)


@dataclass
class Clock:
    """When a run began, gave its first step and its last so far, in seconds; waiting and loading are not in it."""

    begun: float = 0.0
    first: float = 0.0
    last: float = 0.0


@dataclass(frozen=True)
class Timed(GenerationRun):
    """A run that says how long it took."""

    clock: Clock = field(default_factory=Clock)

    def generate(self, model, cancelled: Callable[[], bool] | None = None) -> Iterator:
        self.clock.begun = self.clock.last = perf_counter()
        for steps in super().generate(model, cancelled):
            self.clock.last = perf_counter()
            self.clock.first = self.clock.first or self.clock.last
            yield steps


@dataclass(frozen=True)
class Look(GenerationRun):
    """Not a text, but the distribution after the prompt and the forced tokens of the only row, found where the model is."""

    found: list[Place] = field(default_factory=list)

    def generate(self, model, cancelled: Callable[[], bool] | None = None) -> Iterator:
        (row,) = self.rows
        t, output = len(row.forced), row.forced
        prompt = tuple(model.encode(self.prompt) if isinstance(self.prompt, str) else self.prompt) or (
            model.eos_token_id,
        )
        if len(prompt) + t <= model.context_length:
            logits = model.next_logits([*prompt, *output], model.new_cache())[0].cpu()
        else:  # the context was read anew on the way: go the same way
            options = {"max_new_tokens": t + 1, "alternatives": 0, "traced": True, "cancelled": cancelled}
            *_, step = generate(model, self.prompt, row.params, seed=row.seed, forced=output, **options)
            logits = step.stages[0].logits
        self.found.append(Place(t, "", logits, prompt, output))
        yield from ()
