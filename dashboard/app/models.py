"""The server's models for the page's tools, over HTTP: what there is, and questions that wait in the one queue.

    GET  /_page/models          what the server's owner offers -> {models: [{name, parameters, licence}]}, of an inference server {name, engine}
    POST /_page/models/text     a run, as its file has it -> its steps, as they come
    POST /_page/models/logits   {model, prompt, output, named} -> what may come next: every token's logit, or of a model on an
                                inference server the likeliest tokens, which is all that one tells
    POST /_page/models/ids      {model, text} -> the ids of a text that goes on

A question is answered by server-sent events: `state` (where it stands, in the reader's language), then `steps` or `found`, then
`over`, or `fault` with a sentence. Who hangs up has stopped his job. What is not even queued is said by `{said}` and a status.
The visitor, for the order of turns, is what `x-visitor` says.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dashboard.bodies import body, same_origin, spoken
from dashboard.language import using
from dashboard.streams import ALIVE, NEVER, event, stopping, streamed

# Nothing here imports torch before somebody asks: the server is there at once.

LONGEST = 500_000  # bytes of a question; the largest is a run with the tokens that are given to it
GLANCE, TICK = 0.25, 0.05  # seconds between two looks at a job that waits, and at one that writes
BEAT = 5.0  # seconds after which a stream that has nothing to say gives a sign of life
FULL = ("waiting", "per_visitor")


def routes(base: str) -> list[Route]:
    """Where Streamlit's own server also answers."""
    at = f"{base}/_page/models"
    asked = {"text": (_run, _written), "logits": (_look, _found), "ids": (_reading, _found)}
    return [
        Route(at, _offered, methods=["GET"]),
        *(Route(f"{at}/{name}", partial(_asked, *how), methods=["POST"]) for name, how in asked.items()),
    ]


async def _offered(request: Request) -> Response:
    return await _told(request, partial(run_in_threadpool, _models))


async def _asked(read: Callable, tell: Callable, request: Request) -> Response:
    """Queue what was asked, and answer with what becomes of it."""
    if not same_origin(request):
        return Response(status_code=403)
    sent = await body(request, LONGEST)
    if sent is None:
        return Response(status_code=413, headers={"connection": "close"})
    visitor, lang = request.headers.get("x-visitor", "")[:64] or uuid.uuid4().hex, spoken(request)

    async def answer() -> Response:
        job = await run_in_threadpool(_queued, read, sent, visitor)
        return streamed(_events(job, tell, lang))

    return await _told(request, answer)


async def _told(request: Request, answer: Callable[[], Awaitable]) -> Response:
    """The answer, or why there is none, as a sentence."""
    try:
        made = await answer()
        return made if isinstance(made, Response) else JSONResponse(made, headers=NEVER)
    except Exception as error:
        said = await run_in_threadpool(_said, error, spoken(request))
        return JSONResponse({"said": said}, _status(error), headers=NEVER)


def _status(error: Exception) -> int:
    from core import ParameterError
    from core.file_checks import RunFileError
    from core.models.hub_list import HubError
    from dashboard.app.limits import LimitError

    match error:
        case LimitError():
            return 429 if error.limit in FULL else 400
        case HubError():
            return 404 if error.reason == "not_listed" else 503
        case RunFileError() | ParameterError():
            return 400
    return 500


def _said(error: Exception, lang: str) -> str:
    from dashboard.app.faults import fault

    with using(lang):
        return fault(error)


# What is asked --------------------------------------------------------------------------------------------------------


def _models() -> dict:
    from core.models.hub_list import listed
    from core.models.remote import remote_models
    from dashboard.app.generation_jobs import queues

    told = {name: {"parameters": entry.parameters, "licence": entry.licence} for name, entry in listed().items()}
    told |= {name: {"engine": model.engine} for name, model in remote_models().items()}
    return {"models": [{"name": name, **told.get(name, {})} for name in queues()]}


def _queued(read: Callable, sent: bytes, visitor: str):
    """The job. Raises what `fault` has a sentence for."""
    from core.models.hub_list import HubError
    from dashboard.app.generation_jobs import queues

    run, there = read(sent), queues()
    if run.model not in there:
        raise HubError("not_listed", run.model, f"offered: {', '.join(there)}")
    return there[run.model].submit(visitor, run)


def _run(sent: bytes):
    from dataclasses import replace

    from core.runs import GenerationRun

    return replace(GenerationRun.from_json(sent), steps=())


def _look(sent: bytes):
    from core import Row
    from dashboard.app.generation_jobs import Next, queues

    asked = _record(sent, {"model": str, "prompt": (str, list), "output": list, "named": bool})
    rows, named = (Row(forced=asked.get("output", [])),), asked.get("named", True)
    most = min(Next.MOST, *(queue.limits.alternatives for queue in queues().values()))
    tokens = len(rows[0].forced) + 1  # those that are given count, as in a text
    return Next(asked["model"], asked["prompt"], rows, max_new_tokens=tokens, alternatives=most, named=named)


def _reading(sent: bytes):
    from core import Row
    from dashboard.app.generation_jobs import Reading

    asked = _record(sent, {"model": str, "text": str})
    return Reading(asked["model"], asked["text"], (Row(),), max_new_tokens=1)


def _record(sent: bytes, kinds: dict[str, type | tuple[type, ...]]) -> dict:
    """A JSON object of these names, the first two of them always.

    Raises:
        RunFileError: anything else.
    """
    from core.file_checks import RunFileError

    try:
        given = json.loads(sent)
        good = isinstance(given, dict) and kinds.keys() >= given.keys() >= set(list(kinds)[:2])
    except (ValueError, RecursionError):
        good = False
    if not good or not all(isinstance(value, kinds[name]) for name, value in given.items()):
        raise RunFileError("", "no such question")
    return given


# What is answered -----------------------------------------------------------------------------------------------------


async def _events(job, tell: Callable, lang: str) -> AsyncIterator[str]:
    """What becomes of a job, up to its end; a reader who hangs up ends it."""
    shown, told, spoke = None, {}, monotonic()
    try:
        while True:
            job.poll()
            over = job.over  # asked first: what comes after is told next time
            news = list(tell(job, told))
            if (now := _standing(job, lang)) != shown and not over:
                news, shown = [event("state", now | {"since": job.written}), *news], now
            if over:
                failed = job.error and event("fault", {"said": await run_in_threadpool(_said, job.error, lang)})
                news.append(failed or event("over", {}))
            for one in news or ([ALIVE] if monotonic() - spoke > BEAT else []):
                spoke = monotonic()
                yield one
            if over or stopping.is_set():
                return
            await asyncio.sleep(TICK if job.state == "running" else GLANCE)
    finally:
        job.cancel()


def _standing(job, lang: str) -> dict:
    """The state of a job, and what to say while nothing comes: its place in the queue, or how far the model is loaded."""
    from dashboard.app.generation_jobs import progress

    with using(lang):
        share, said = progress(job)
    return {"state": job.state, "share": share, "said": said}


def _written(job, told: dict) -> list[str]:
    """The steps that came since the last time, each with its row."""
    from core.runs import step_out

    news = []
    for r, steps in enumerate(job.steps):
        news += [[r, step_out(step)] for step in steps[told.get(r, 0) :]]
        told[r] = len(steps)
    return [event("steps", news)] if news else []


def _found(job, told: dict) -> list[str]:
    """What was looked for, once it is there."""
    if not job.over or job.error or not job.run.found:
        return []
    return [event("found", job.run.found[0])]
