"""`POST /_page/check`: `core` computes again what the lab shows, and answers with the largest difference of a probability."""

import json
from math import inf

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.bodies import body, same_origin

LONGEST = 4_000_000  # bytes of a question
TOKENS = 60_000
SHOWN = 64
AT_ONCE = 2  # who comes while so many are computed is turned away: the page asks again at its next change

_running = 0


async def check(request: Request) -> Response:
    """200 with `{"largest": |Δp|}`; 403 from another site, 413 for too much, 429 while others are computed, 400 for no question."""
    global _running
    if not same_origin(request):
        return Response(status_code=403)
    if _running >= AT_ONCE:
        return Response(status_code=429)
    _running += 1
    try:
        sent = await body(request, LONGEST)
        if sent is None:
            return Response(status_code=413)
        return JSONResponse({"largest": await run_in_threadpool(largest_difference, json.loads(sent))})
    # ParameterError is a ValueError
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return Response(status_code=400)
    finally:
        _running -= 1


def largest_difference(question: dict) -> float:
    """max |Δp| over the shown tokens of every stage of every chain.

    Args:
        question: `logits` (V,), None for −∞; `shown`, the ids of the tokens that are shown; `context`, the text so far, ids
            under `prompt` and `output`; `chains`, at most two, each `params` by the names of `SamplingParams` and `probs`
            (stages, shown).

    Raises:
        ValueError, KeyError, TypeError: no such question, or stages that are not those of `core`.
    """
    from core import Context, SamplingParams, trace  # with core comes torch

    logits = [-inf if u is None else u for u in question["logits"]]
    shown, chains = question["shown"], question["chains"]
    if len(logits) > TOKENS or not 0 < len(shown) <= SHOWN or len(chains) > 2:
        raise ValueError("too many tokens or chains")
    context = Context(*(question["context"][name] for name in ("prompt", "output")))
    differences = []
    for chain in chains:
        given = {
            name: {int(i): b for i, b in value} if name == "logit_bias" else value
            for name, value in chain["params"].items()
        }
        stages = trace(logits, SamplingParams(**given), context)
        for stage, probs in zip(stages, chain["probs"], strict=True):
            exact = stage.probs[shown].tolist()
            differences += [abs(p - q) for p, q in zip(exact, probs, strict=True)]
    return max(differences)
