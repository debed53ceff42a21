"""The models of this server with their queues, and the kinds of job that are given to them."""

import base64
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import streamlit as st

from core import generate
from core.models.hub_list import listed
from core.models.remote import remote_models
from core.runs import GenerationRun
from core.validation import check_ids
from dashboard.app.embedded import embedded
from dashboard.app.holder import ModelHolder
from dashboard.app.jobs import Job, JobQueue
from dashboard.app.limits import Limits
from dashboard.app.messages import plain
from dashboard.language import number, percent

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


def progress(job: Job) -> tuple[float, str]:
    """How far a job is that does not write yet, from 0 to 1, and in words: its place in the queue, or its model's loading."""
    if job.state == "waiting":
        return 0.0, plain("generation.waiting", position=job.position or 1)
    if job.state != "loading":
        return 0.0, ""
    stage, share, size = LOADING.get(job.run.model, ("", 0.0, 0))
    if not stage:
        return 0.0, plain("generation.loading")
    return share, plain(f"generation.loading.{stage}", share=percent(share, 0), megabytes=number(size / 1e6, 0))


@dataclass(frozen=True)
class Next(GenerationRun):
    """What may come next, for a page that draws by itself: the logits after the prompt and the forced tokens of the only row.

    Attributes:
        named: whether the texts of the tokens are wanted too.
        found: one record, ready for JSON. `logits` (V,), packed, with `prompt` and `output`, ids, and `tokens` (V,); of a model
            on an inference server, which tells no logits, `top`, its likeliest tokens with their probabilities.
    """

    MOST = 20  # of the likeliest tokens

    named: bool = True
    found: list[dict] = field(default_factory=list)

    def generate(self, model, cancelled: Callable[[], bool] | None = None) -> Iterator:
        if hasattr(model, "generate_rows"):
            for (step,) in super().generate(model, cancelled):
                self.found.append({"top": [[one.text, one.prob_before] for one in step.top_before]})
            return
        (row,) = self.rows
        given = model.encode(self.prompt) if isinstance(self.prompt, str) else self.prompt
        prompt = tuple(given) or (model.eos_token_id,)
        check_ids("prompt", prompt, model.vocab_size)
        check_ids("output", row.forced, model.vocab_size)
        if len(prompt) + len(row.forced) <= model.context_length:
            logits = model.next_logits([*prompt, *row.forced], model.new_cache())[0]
        else:  # the context is read anew on the way: go the same way
            options = {"max_new_tokens": len(row.forced) + 1, "traced": True, "cancelled": cancelled}
            *_, step = generate(model, prompt, row.params, seed=row.seed, forced=row.forced, **options)
            logits = step.stages[0].logits
        told = {"logits": packed(logits.tolist()), "prompt": prompt, "output": row.forced}
        self.found.append(told | ({"tokens": _vocabulary(self.model, model)} if self.named else {}))
        yield from ()


@dataclass(frozen=True)
class Reading(GenerationRun):
    """The ids of a text that goes on from another one, without what a model puts before a beginning."""

    found: list[dict] = field(default_factory=list)

    def generate(self, model, cancelled: Callable[[], bool] | None = None) -> Iterator:
        start, ids = model.encode(""), model.encode(self.prompt)
        self.found.append({"ids": ids[len(start) :] if ids[: len(start)] == start else ids})
        yield from ()


_vocabularies: dict[str, list[str]] = {}


def _vocabulary(name: str, model) -> list[str]:
    """The text of every token, alone, made once."""
    if name not in _vocabularies:
        _vocabularies[name] = [model.decode([i]) for i in range(model.vocab_size)]
    return _vocabularies[name]


def packed(values: list[float]) -> str:
    """Numbers as 32-bit floats, least byte first, in base64: exact, and half as long as in digits."""
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()
