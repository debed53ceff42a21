"""A model on a server that speaks OpenAI's completions, such as vLLM: it generates there, and the steps come here.

The server's owner names it in the environment; a visitor never types an address:

    AMOSTRA_SERVER_URL      http://localhost:8000/v1
    AMOSTRA_SERVER_MODELS   the models offered, separated by commas, as the server calls them
    AMOSTRA_SERVER_ENGINE   "vllm", or "openai" (the default) for one that takes OpenAI's parameters only
    AMOSTRA_SERVER_KEY      sent as a bearer token, if set

The standard library's HTTP client is enough: one request, one stream of lines.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from math import exp
from urllib.parse import urlsplit

from core.engines import ENGINES
from core.models.events import RemoteError, events
from core.params import DEFAULTS, SamplingParams
from core.steps import Alternative, Row, Step
from core.streaming import StopFilter
from core.translation import EngineSettings, to_engine
from core.validation import ParameterError, check_choice


@dataclass(frozen=True)
class RemoteModel:
    """One model of a server; `core.generate` and `core.generate_rows` take it like any other.

    A `Step` has what completions tell: the token's text, `prob_before` and `top_before` from the log-probabilities
    (which vLLM and llama.cpp take from the raw logits), and the rank if the token is among those. Ids, entropies and
    everything after the chain are None: the server draws, and does not say from what. With alternatives=0 no
    log-probabilities are asked for, and a step is what the server sends at a time, a token or more.

    Attributes:
        name: as the server calls it.
        base_url: up to and with "/v1".
        engine: "openai" or "vllm", whose words the parameters are sent in.
        key: sent as a bearer token.
        connect_timeout, read_timeout: seconds to wait for the connection, and for each piece of the reply.
    """

    name: str
    base_url: str
    engine: str = "openai"
    key: str | None = field(default=None, repr=False)
    connect_timeout: float = 5.0
    read_timeout: float = 60.0

    def __post_init__(self):
        check_choice("engine", self.engine, ("openai", "vllm"))
        address = urlsplit(self.base_url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ParameterError("base_url", self.base_url, "an address that begins with http:// or https://")

    def settings(self, params: SamplingParams) -> EngineSettings:
        """What is sent for `params`; `missing` says what the server cannot express, which is left out."""
        return to_engine(params, self.engine)

    def generate_rows(
        self,
        prompt: str | Sequence[int],
        rows: Sequence[Row],
        *,
        max_new_tokens: int = 100,
        stop: Sequence[str] = (),
        alternatives: int = 5,
        traced: bool = False,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[tuple[Step | None, ...]]:
        """As `core.generate_rows`, one request per row, side by side; the server's draws are its own.

        There is nothing to trace. Seeds are sent modulo 2³¹. A server does not always say whether "stop" was a
        stop sequence or end-of-text: with stop sequences asked for, it is taken for the former.

        Raises:
            ParameterError: rows with forced tokens or a schedule, which completions cannot express.
            RemoteError: while iterating, whatever the server or the network does.
        """
        for row in rows:
            if row.forced or row.schedule:
                argument = "forced" if row.forced else "schedule"
                raise ParameterError(argument, getattr(row, argument), "left out for a model on a server")
        asked = {"model": self.name, "prompt": prompt, "stream": True, "max_tokens": max_new_tokens}
        asked |= {"stop": list(stop)} if stop else {}
        asked |= {"logprobs": alternatives} if alternatives else {}
        bodies = [asked | {"seed": row.seed % 2**31} | self._values(row.params) for row in rows]
        return _together([self._steps(body, stop, alternatives, cancelled) for body in bodies])

    def _values(self, params: SamplingParams) -> dict:
        """The settings by name, those that are off too: a server may have defaults of its own."""
        spec = ENGINES[self.engine].parameters
        off = {one.name: DEFAULTS[name] for name, one in spec.items() if not isinstance(DEFAULTS[name], tuple)}
        return off | dict(self.settings(params).values)

    def _steps(self, body: dict, stop, alternatives: int, cancelled) -> Iterator[Step]:
        index, waiting, text = 0, None, StopFilter(stop)
        with closing(events(self, body, cancelled)) as choices:
            for choice in choices:
                tokens, finish = _read(choice, alternatives, stop)
                for one in tokens:
                    if waiting:  # the last token is held back: it carries the reason why there is no other
                        yield waiting
                    waiting = Step(index=index, token_id=None, **one | {"text": text.push(one["text"])})
                    index += 1
                    if text.matched is not None:
                        break
                if finish := "stop" if text.matched is not None else finish:
                    last = waiting or Step(index=0, token_id=None, token="", text="")
                    yield replace(last, text=last.text + text.finish(), finish=finish)
                    return
        if not (cancelled and cancelled()):
            raise RemoteError("malformed", "the reply ended without saying why")


def remote_models(environ: Mapping[str, str] = os.environ) -> dict[str, RemoteModel]:
    """The models that the owner offers, by name; none without AMOSTRA_SERVER_URL.

    Raises:
        ParameterError: a setting that is missing or out of place.
    """
    url = environ.get("AMOSTRA_SERVER_URL", "")
    if not url:
        return {}
    names = [name.strip() for name in environ.get("AMOSTRA_SERVER_MODELS", "").split(",") if name.strip()]
    if not names:
        raise ParameterError("AMOSTRA_SERVER_MODELS", "", "the names of models, separated by commas")
    engine, key = environ.get("AMOSTRA_SERVER_ENGINE", "openai"), environ.get("AMOSTRA_SERVER_KEY")
    return {name: RemoteModel(name, url, engine, key) for name in names}


def _together(several: list[Iterator[Step]]) -> Iterator[tuple[Step | None, ...]]:
    try:
        yield from zip_longest(*several)
    finally:
        for one in several:
            one.close()


def _read(choice: dict, alternatives: int, stop) -> tuple[list[dict], str | None]:
    """The tokens that a piece of the reply brings, each as fields of `Step`, and why there is no other."""
    try:
        return _tokens(choice, alternatives), _finish(choice, stop)
    except (TypeError, KeyError, ValueError, AttributeError):
        raise RemoteError("malformed", f"not a choice of completions: {str(choice)[:100]}") from None


def _finish(choice: dict, stop) -> str | None:
    reason = choice.get("finish_reason")
    if reason == "stop":
        told = isinstance(choice.get("stop_reason"), str)  # vLLM: the stop sequence, or null for end-of-text
        return "stop" if told or (stop and "stop_reason" not in choice) else "end"
    return {None: None, "length": "length"}.get(reason, "end")


def _tokens(choice: dict, alternatives: int) -> list[dict]:
    text, told = choice.get("text") or "", choice.get("logprobs")
    if not told or not told.get("tokens"):
        if text and alternatives:
            raise RemoteError("logprobs", "the reply has text without log-probabilities")
        return [{"token": text, "text": text}] if text else []
    tokens, log_probs = told["tokens"], told["token_logprobs"]
    tops = told.get("top_logprobs") or [{}] * len(tokens)
    apart = tokens if "".join(tokens) == text else [""] * (len(tokens) - 1) + [text]  # characters may span tokens
    return [
        {"token": token, "text": piece, **_measured(log_prob, top or {}, alternatives)}
        for token, piece, log_prob, top in zip(tokens, apart, log_probs, tops, strict=True)
    ]


def _measured(log_prob: float, top: Mapping[str, float], alternatives: int) -> dict:
    listed = sorted(top.items(), key=lambda item: -item[1])[:alternatives]
    above = sum(other > log_prob for _, other in listed)
    return {
        "prob_before": _probability(log_prob),
        "rank": above + 1 if above < len(listed) else None,
        "top_before": tuple(Alternative(None, text, _probability(other), None) for text, other in listed),
    }


def _probability(log_prob: float) -> float:
    if log_prob != log_prob:
        raise ValueError("NaN")
    return exp(min(log_prob, 0.0))
