"""A model on a server that speaks OpenAI's completions, such as vLLM: it generates there, and the steps come here.

The server's owner names it in the environment; a visitor never types an address:

    AMOSTRA_SERVER_URL      http://localhost:8000/v1
    AMOSTRA_SERVER_MODELS   the models offered, separated by commas, as the server calls them
    AMOSTRA_SERVER_ENGINE   "vllm", or "openai" (the default) for one that takes OpenAI's parameters only
    AMOSTRA_SERVER_KEY      sent as a bearer token, if set

The standard library's HTTP client is enough: one request, one stream of lines.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from math import exp
from urllib.parse import urlsplit

from ..decoding import Ends
from ..engines.facts import ENGINES
from ..engines.translation import EngineSettings, to_engine
from ..params import DEFAULTS, SamplingParams
from ..steps import Alternative, Row, Step
from ..streaming import Pairs, StopFilter, check_ending, valid
from ..validation import ParameterError, check_choice
from .events import RemoteError, events, public, shortened

ALTERNATIVES = {"openai": 5, "vllm": 20}  # at most, unless the server's owner says otherwise
BIAS = 100  # the largest bias that completions know
ROUNDING = 1e-3  # how far above 0 half precision may put the logarithm of a probability
FEWER = (5, 1)  # what is asked for next when a request is refused: some servers take less
VARIABLES = {"base_url": "AMOSTRA_SERVER_URL", "engine": "AMOSTRA_SERVER_ENGINE", "key": "AMOSTRA_SERVER_KEY"}


@dataclass(frozen=True)
class RemoteModel:
    """One model of a server; `core.generate` and `core.generate_rows` take it like any other.

    A `Step` has what completions tell: the token's text, `prob_before` and `top_before` from the log-probabilities
    (which vLLM and llama.cpp take from the raw logits), and the rank if the token is among those. Ids, entropies and
    everything after the chain are None: the server draws, and does not say from what. With alternatives=0 no
    log-probabilities are asked for, and a step is what the server sends at a time, a token or more. No more than
    `ALTERNATIVES` are asked for, and fewer where the server refuses that.

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
        check_choice("engine", self.engine, tuple(ALTERNATIVES))
        if not is_address(self.base_url):
            accepted = "an address such as http://localhost:8000/v1, without user, key or query"
            raise ParameterError("base_url", shortened(valid(self.base_url.rpartition("@")[2])), accepted)
        if self.key and not (self.key.isascii() and self.key.isprintable() and " " not in self.key):
            raise ParameterError("key", "•••", "printable ASCII without spaces")

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
        **ending,
    ) -> Iterator[tuple[Step | None, ...]]:
        """As `core.generate_rows`, one request per row, side by side; the server's draws are its own.

        Of `ending`, which is `min_new_tokens` and its kin, the engine is asked for what it has (`Engine.ending`): vLLM has
        all of it, OpenAI's API none. (llama.cpp's server calls `ignore_eos` what forbids the end.) There is nothing to
        trace. Seeds are sent modulo 2³¹. A server does not always say whether "stop" was a stop sequence or end-of-text:
        with stop sequences asked for, it is taken for the former. More tokens than asked for are cut, and what came
        before an error is kept.

        Raises:
            ParameterError: rows with forced tokens or a schedule, which completions cannot express; an argument of
                `ending` that the engine has not.
            RemoteError: while iterating, whatever the server or the network does. Only of a text that the server
                interrupted ("interrupted") the other rows come to their end first.
        """
        for row in rows:
            if row.forced or row.schedule:
                argument = "forced" if row.forced else "schedule"
                raise ParameterError(argument, getattr(row, argument), "left out for a model on a server")
        asked = {"model": self.name, "prompt": prompt, "stream": True, "max_tokens": max_new_tokens}
        asked |= {"stop": list(stop)} if stop else {}
        ending = check_ending(ending)
        if ending.get("min_new_tokens", 0) > max_new_tokens:  # the same, which vLLM refuses
            ending["min_new_tokens"] = max_new_tokens
        asked |= self._ending(ending)
        bodies = [asked | {"seed": row.seed % 2**31} | self._values(row.params) for row in rows]
        ends = Ends(
            most=max_new_tokens,
            ids=ending.get("stop_token_ids", ()),
            stop=stop,
            shown="include_stop_str_in_output" in ending,
        )
        return _together([self._steps(body, ends, alternatives, cancelled) for body in bodies])

    def _ending(self, ending: dict) -> dict:
        """What ends a text in the engine's words."""
        spelled = ENGINES[self.engine].ending
        for name, value in ending.items():
            if name not in spelled:
                raise ParameterError(name, value, f"left out for a server that takes the parameters of {self.engine}")
        return {spelled[name].name: value for name, value in ending.items()}

    def _values(self, params: SamplingParams) -> dict:
        """The settings by name, those that are off too: a server may have defaults of its own."""
        spec = ENGINES[self.engine].parameters
        off = {one.name: DEFAULTS[name] for name, one in spec.items() if not isinstance(DEFAULTS[name], tuple)}
        values = off | dict(self.settings(params).values)
        if bias := values.get("logit_bias"):  # both clamp it, and JSON has no infinity
            values["logit_bias"] = {token: min(max(value, -BIAS), BIAS) for token, value in bias.items()}
        return values

    def _steps(self, body: dict, ends: Ends, alternatives: int, cancelled) -> Iterator[Step]:
        """One text. Its last token is held back: it carries the reason why there is no other."""
        writer, fault = _Writer(ends), None
        try:
            with closing(self._choices(body, alternatives, cancelled)) as choices:
                for choice in choices:
                    yield from writer.write(choice, alternatives)
                    if writer.finish:
                        break
        except RemoteError as error:
            fault = public(error, self.key)
        if not writer.finish and cancelled and cancelled():
            return
        if not writer.finish and writer.index == ends.most and not (fault and fault.kind == "interrupted"):
            writer.finish = "length"
        if alternatives and writer.bare == writer.index > 0:
            writer.finish, fault = (
                None,
                fault or RemoteError("logprobs", "the reply has text without log-probabilities"),
            )
        yield from writer.last()
        if not writer.finish:
            raise (fault or RemoteError("malformed", "the reply ended without saying why")) from None

    def _choices(self, body: dict, alternatives: int, cancelled) -> Iterator[dict]:
        """Of the reply with as many alternatives as the server takes."""
        most = min(alternatives, ALTERNATIVES[self.engine])
        tries = [most, *(fewer for fewer in FEWER if fewer < most)]
        refusal = None
        for n in tries:
            try:
                yield from events(self, body | ({"logprobs": n} if n else {}), cancelled)
                return
            except RemoteError as error:
                if error.kind != "refused" or error.status not in (400, 422):
                    raise
                refusal = refusal or error
        raise refusal


def is_address(url: str) -> bool:
    """Whether completions can be asked of `url`: http or https, a host, a port that is one, a plain path."""
    try:
        address = urlsplit(url)
        host, port = address.hostname.encode("idna"), address.port
    except (ValueError, AttributeError):  # a bracket or a port out of shape; no host
        return False
    plain = url.isprintable() and address.path.isascii() and " " not in url
    rest = address.query or address.fragment or "@" in address.netloc
    return bool(address.scheme in ("http", "https") and host and port != 0 and plain and not rest)


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
    try:
        return {name: RemoteModel(name, url, engine, key) for name in names}
    except ParameterError as error:
        raise ParameterError(VARIABLES[error.argument], error.value, error.accepted) from None


def _together(several: list[Iterator[Step]]) -> Iterator[tuple[Step | None, ...]]:
    interrupted, ended = None, object()
    try:
        while True:
            steps = []
            for one in several:
                try:
                    steps.append(next(one, ended))
                except RemoteError as error:
                    if error.kind != "interrupted":
                        raise
                    interrupted = interrupted or error
                    steps.append(ended)
            if all(step is ended for step in steps):
                break
            yield tuple(None if step is ended else step for step in steps)
    finally:
        for one in several:
            one.close()
    if interrupted:
        raise interrupted


class _Writer:
    """The choices of one reply as steps.

    Attributes:
        index: tokens so far.
        bare: how many of them came without a log-probability.
        finish: why there is no other, as in `Step`; None until that is known.
    """

    def __init__(self, ends: Ends):
        self.ends, self.index, self.bare, self.finish = ends, 0, 0, None
        self._pairs, self._shown, self._waiting = Pairs(), StopFilter(ends.stop, ends.shown), None

    def write(self, choice: dict, alternatives: int) -> Iterator[Step]:
        """The steps that a choice completes.

        Raises:
            RemoteError: a choice that is none ("malformed"), whose text is kept if it has one; a reason to end that is
                no end ("interrupted"); text without log-probabilities, if none had any ("logprobs").
        """
        text = choice.get("text") or "" if isinstance(choice, dict) else None
        if not isinstance(text, str):
            raise _malformed(choice)
        try:
            tokens, fault = _tokens(text, choice.get("logprobs"), alternatives), None
        except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
            tokens, fault = _bare(text), _malformed(choice)
        for one in tokens:
            if self.index == self.ends.most:
                self.finish = "length"
                return
            if self._waiting:
                yield self._waiting
            self.bare += "prob_before" not in one
            text = self._shown.push(self._pairs.push(one["text"]))
            self._waiting = Step(self.index, None, **one | {"text": text})
            self.index += 1
            if self._shown.matched is not None:
                self.finish = "stop"
                return
        if fault:
            raise fault
        if alternatives and self.bare == self.index > 1:
            raise RemoteError("logprobs", "the reply has text without log-probabilities")
        self.finish = _finish(choice, self.ends)

    def last(self) -> Iterator[Step]:
        """The token that was held back, with all text that was; an empty step for a text without tokens that has ended."""
        last = self._waiting or (Step(0, None, "", "") if self.finish else None)
        if last:
            rest = self._shown.push(self._pairs.finish()) + self._shown.finish()
            yield replace(last, text=last.text + rest, finish=self.finish)


def _malformed(choice: dict) -> RemoteError:
    return RemoteError("malformed", f"not a choice of completions: {choice}")


def _finish(choice: dict, ends: Ends) -> str | None:
    """As `Step.finish`.

    Raises:
        RemoteError: "interrupted", for a reason that is none of completions' own ends.
    """
    reason = choice.get("finish_reason")
    if reason == "stop":
        told = choice.get(
            "stop_reason"
        )  # vLLM: the stop sequence, an id (one of the model's own too), or null for its end
        asked = isinstance(told, str) or told in ends.ids or (ends.stop and "stop_reason" not in choice)
        return "stop" if asked else "end"
    if reason in (None, "", "length"):
        return reason or None
    raise RemoteError("interrupted", str(reason))


def _bare(text: str) -> list[dict]:
    return [{"token": valid(text), "text": text}] if text else []


def _tokens(text: str, told, alternatives: int) -> list[dict]:
    """The tokens of a choice, each as fields of `Step`: without measures where no log-probability is told.

    vLLM and OpenAI tell `tokens`, `token_logprobs` and `top_logprobs`, a mapping from token to log-probability for each;
    llama.cpp's server, as in chats, `content`: per token its `token`, `logprob` and a list of the like, `top_logprobs`.
    """
    if told and told.get("content"):
        each = [(one["token"], one.get("logprob"), _pairs(one.get("top_logprobs"))) for one in told["content"]]
    elif told and told.get("tokens"):
        n = len(told["tokens"])
        log_probs, tops = (told.get(name) or [None] * n for name in ("token_logprobs", "top_logprobs"))
        each = [(*one, (top or {}).items()) for *one, top in zip(told["tokens"], log_probs, tops, strict=True)]
    else:
        return _bare(text)
    tokens = [token for token, _, _ in each]
    apart = tokens if "".join(tokens) == text else [""] * (len(tokens) - 1) + [text]  # characters may span tokens
    return [
        {"token": valid(token), "text": piece, **_measured(log_prob, top, alternatives)}
        for (token, log_prob, top), piece in zip(each, apart, strict=True)
    ]


def _pairs(top) -> list[tuple[str, float]]:
    return [(one["token"], one["logprob"]) for one in top or []]


def _measured(log_prob: float | None, top: Iterable[tuple[str, float]], alternatives: int) -> dict:
    probs = [(valid(text), _probability(other), other) for text, other in top]
    listed = sorted(probs, key=lambda one: -one[2])[:alternatives]
    found = {"top_before": tuple(Alternative(None, text, prob, None) for text, prob, _ in listed)}
    if log_prob is None:
        return found
    above = sum(other > log_prob for _, _, other in listed)
    return found | {"prob_before": _probability(log_prob), "rank": above + 1 if above < len(listed) else None}


def _probability(log_prob: float) -> float:
    if isinstance(log_prob, bool) or not log_prob <= ROUNDING:  # NaN, too
        raise ValueError(f"no logarithm of a probability: {log_prob}")
    return exp(min(float(log_prob), 0.0))
