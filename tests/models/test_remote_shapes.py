"""Everything that a completions server has been seen to say, or could: the text is kept, and what is wrong is in words."""

import json
from math import exp, log

import pytest

from core import ParameterError, Row, SamplingParams, generate, generate_rows, text_of
from core.models.events import RemoteError
from core.models.remote import RemoteModel, remote_models
from tests.models.servers import Told

KEY = "sk-proj-0123456789abcdef"
GRIN = "\N{GRINNING FACE}"


def reply(*pieces, status="200 OK", kind="text/event-stream", more=""):
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + b"".join(map(as_bytes, pieces))


def as_bytes(piece):
    if isinstance(piece, (dict, list)):
        return b"data: " + json.dumps(piece).encode() + b"\n\n"
    return piece.encode() if isinstance(piece, str) else piece


DONE = "data: [DONE]\n\n"


# What each engine says, a token per event ------------------------------------------------------------------------------


def openai(text="", finish=None, /, p=0.5, **more):
    """OpenAI's completions: three lists side by side."""
    told = {
        "tokens": [text],
        "token_logprobs": [log(p)],
        "top_logprobs": [{text: log(p), "?": log(0.1)}],
        "text_offset": [0],
    }
    choice = {"text": text, "index": 0, "logprobs": told if text else None, "finish_reason": finish}
    return {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": "m", "choices": [choice | more]}


def vllm(text="", finish=None, /, **more):
    """vLLM's: the same, and a stop reason."""
    return openai(text, finish, **{"stop_reason": None} | more)


def llama(text="", finish=None, /, p=0.5, **more):
    """llama.cpp's server (tools/server/server-task.cpp): one list, as in chats; the last event has no text."""
    one = {"id": 7, "token": text, "bytes": list(text.encode()), "logprob": log(p)}
    told = {"content": [one | {"top_logprobs": [one, one | {"id": 8, "token": "?", "logprob": log(0.1)}]}]}
    choice = {"text": text, "index": 0, "logprobs": told if text else None, "finish_reason": finish}
    return {
        "choices": [choice | more],
        "created": 1,
        "model": "m",
        "system_fingerprint": "b1",
        "object": "text_completion",
    }


def serve(text="", finish=None):
    """`transformers serve`: no log-probabilities."""
    choice = {"text": text, "index": 0, "logprobs": None, "finish_reason": finish}
    return {"id": "1", "object": "text_completion", "created": 1, "model": "m", "choices": [choice]}


def without(event, *names):
    return {name: value for name, value in event.items() if name not in names}


def logprobs(text="a", **told):
    return openai(text, logprobs=told)


def steps_of(data, alternatives=2, max_new_tokens=50, key=KEY, **options):
    """The steps that came, and the error that ended them or None."""
    steps = []
    with Told(data, hang_up=True) as server:
        model = RemoteModel("m", server.url, key=key, read_timeout=30)
        try:
            for step in generate(model, "x", alternatives=alternatives, max_new_tokens=max_new_tokens, **options):
                steps.append(step)
        except RemoteError as error:
            return steps, error
    return steps, None


A, B, END = openai("a"), openai("b"), openai("", "length")
LINES = json.dumps(B, indent=1).splitlines()
READ = {  # what is read in spite of all: the reply, its text, its finish
    "openai": ([A, B, openai("c", "length"), DONE], "abc", "length"),
    "vllm": ([vllm("a"), vllm("b", "stop"), {"choices": [], "usage": {"total_tokens": 3}}, DONE], "ab", "end"),
    "llama.cpp": ([llama("a"), llama("b"), llama("", "stop") | {"usage": {}, "timings": {}}, DONE], "ab", "end"),
    "llama.cpp at its limit": ([llama("a"), llama("", "length"), DONE], "a", "length"),
    "an end without [DONE]": ([A, B, END], "ab", "length"),
    "an empty reason in every event": ([openai("a", ""), openai("b", ""), END], "ab", "length"),
    "error: null": ([A | {"error": None}, B | {"error": None}, END], "ab", "length"),
    "an empty error": ([A | {"error": ""}, B | {"error": {}}, END], "ab", "length"),
    "choices: null first": ([{"choices": None}, A, B, END], "ab", "length"),
    "choices: [null]": ([{"choices": [None]}, A, B, END], "ab", "length"),
    "a ping without choices": ([A, {"type": "ping"}, B, {}, END], "ab", "length"),
    "a comment and an empty event": ([": ping\n\n", A, "data:\n\n", "event: ping\nid: 3\nretry: 9\n\n", B, END], "ab", "length"),
    "an event over several data lines": ([A, *(f"data: {line}\n" for line in LINES), "\n", END], "ab", "length"),
    "several data lines before the end": ([openai("a"), *(f"data: {line}\n" for line in json.dumps(END, indent=1).splitlines())], "a", "length"),
    "no empty lines between events": ([as_bytes(one).replace(b"\n\n", b"\n") for one in (A, B, END)], "ab", "length"),
    "carriage returns": ([as_bytes(one).replace(b"\n", b"\r\n") for one in (A, B, END)], "ab", "length"),
    "no space after the colon": ([as_bytes(one).replace(b"data: ", b"data:") for one in (A, B, END)], "ab", "length"),
    "a byte order mark": ([b"\xef\xbb\xbf", A, B, END], "ab", "length"),
    "one event without logprobs": ([A, openai("b", logprobs=None), END], "ab", "length"),
    "the first event without logprobs": ([openai("a", logprobs=None), B, END], "ab", "length"),
    "token_logprobs: [null]": ([logprobs("a", tokens=["a"], token_logprobs=[None], top_logprobs=[None]), B, END], "ab", "length"),
    "no token_logprobs": ([A, logprobs("b", tokens=["b"]), END], "ab", "length"),
    "no top_logprobs": ([logprobs("a", tokens=["a"], token_logprobs=[-1]), END], "a", "length"),
    "empty logprobs": ([A, logprobs("b", tokens=[], token_logprobs=[], top_logprobs=[]), logprobs("c", content=[]), END], "abc", "length"),
    "content without top_logprobs": ([logprobs("a", content=[{"token": "a", "logprob": -1}]), END], "a", "length"),
    "content with a null logprob": ([llama("b"), logprobs("a", content=[{"token": "a", "logprob": None, "top_logprobs": None}]), END], "ba", "length"),
    "a logprob of -Infinity": ([logprobs("a", tokens=["a"], token_logprobs=[-float("inf")]), END], "a", "length"),
    "a logprob a little above 0": ([logprobs("a", tokens=["a"], token_logprobs=[1e-6]), END], "a", "length"),
    "text: null": ([openai("", None) | {"choices": [{"text": None}]}, A, END], "a", "length"),
    "no text": ([{"choices": [{"finish_reason": None}]}, A, {"choices": [{"finish_reason": "length"}]}], "a", "length"),
    "a reply that was not streamed": ([json.dumps(openai("ab", "length", logprobs=logprobs("a", tokens=["a", "b"], token_logprobs=[-1, -2], top_logprobs=[{}, {}])["choices"][0]["logprobs"]), indent=2)], "ab", "length"),
    "an emoji in two halves over two events": ([openai("\ud83d"), openai("\ude00"), END], GRIN, "length"),
    "half an emoji": ([openai("a"), openai("\ud83d"), openai("b"), END], "a\N{REPLACEMENT CHARACTER}b", "length"),
    "half an emoji at the end": ([openai("a"), openai("\ud83d", "length")], "a\N{REPLACEMENT CHARACTER}", "length"),
    "bytes that are no UTF-8": ([as_bytes(openai("b")).replace(b'"b"', b'"\xff"'), END], "\N{REPLACEMENT CHARACTER}", "length"),
    "more choices than one": ([A | {"choices": [*A["choices"], *B["choices"]]}, END], "a", "length"),
    "no text at all": ([openai("", "stop")], "", "end"),
    "all tokens and then nothing": ([openai("a")] * 50, "a" * 50, "length"),
    "all tokens and then an error": ([openai("a")] * 50 + [{"error": "late"}], "a" * 50, "length"),
    "more tokens than asked": ([openai("a")] * 400 + [openai("", "stop")], "a" * 50, "length"),
    "more tokens than asked, in one event": ([logprobs("a" * 400, tokens=["a"] * 400, token_logprobs=[-1] * 400)], "a" * 50, "length"),
}  # fmt: skip


@pytest.mark.parametrize("pieces, text, finish", READ.values(), ids=READ)
def test_what_a_server_says_in_another_way_is_read(pieces, text, finish):
    steps, error = steps_of(reply(*pieces))
    assert error is None and text_of(steps) == text and steps[-1].finish == finish
    assert [step.index for step in steps] == list(range(len(steps))) and len(steps) <= 50
    for step in steps:
        step.text.encode(), step.token.encode()
        assert step.prob_before is None or 0 <= step.prob_before <= 1


NESTED = b'data: {"choices": ' + b"[" * 20_000 + b"\n\n"
LONG = b"data: " + b"x" * 2**21 + b"\n\n"
FAULTS = {  # what cannot be read, or is an error: the reply, the text that is kept, the kind of error, its words
    "abort": ([A, openai("b", "abort")], "ab", "interrupted", "abort"),
    "error": ([A, openai("b", "error")], "ab", "interrupted", "error"),
    "content_filter": ([A, B, openai("", "content_filter")], "ab", "interrupted", "content_filter"),
    "an end that nobody knows": ([A, openai("b", "tired")], "ab", "interrupted", "tired"),
    "a reason that is a number": ([A, openai("b", 5)], "ab", "interrupted", "5"),
    "a filter at the limit": ([openai("a")] * 49 + [openai("a", "content_filter")], "a" * 50, "interrupted", "content_filter"),
    "vLLM's error in mid-stream": ([vllm("a"), {"error": {"object": "error", "message": "out of memory"}}, DONE], "a", "failed", "out of memory"),
    "vLLM's older error": ([vllm("a"), {"object": "error", "message": "out of memory", "code": 400}], "a", "failed", "out of memory"),
    "transformers' error": ([A, 'data: {"error": "out of memory"}\n\n'], "a", "failed", "out of memory"),
    "llama.cpp's older error line": ([llama("a"), 'error: {"code": 500, "message": "out of memory"}\n\n'], "a", "failed", "out of memory"),
    "an error line of words": ([A, "error: out of memory\n\n"], "a", "failed", "out of memory"),
    "an error event": ([A, 'event: error\ndata: {"message": "out of memory"}\n\n'], "a", "failed", "out of memory"),
    "an error event of words": ([A, "event: error\ndata: out of memory\n\n"], "a", "failed", "out of memory"),
    "a message and no choices": ([A, {"detail": "out of memory"}], "a", "failed", "out of memory"),
    "an error with status 200": (['{"error": {"message": "out of memory"}}'], "", "failed", "out of memory"),
    "the same over many lines": ([json.dumps({"error": {"message": "out of memory"}}, indent=4)], "", "failed", "out of memory"),
    "cut short": ([A, B], "ab", "malformed", "without saying why"),
    "[DONE] without a reason": ([A, B, DONE], "ab", "malformed", "without saying why"),
    "cut within an event": ([A, as_bytes(B)[:40]], "a", "malformed", "not an event"),
    "text: 5": ([A, openai("b", text=5)], "a", "malformed", "not a choice"),
    "text: a list": ([A, openai("b", text=["b"])], "a", "malformed", "not a choice"),
    "choices: 3": ([A, {"choices": 3}], "a", "malformed", "not an event"),
    "choices: [3]": ([A, {"choices": [3]}], "a", "malformed", "not a choice"),
    "no JSON": ([A, "data: hello\n\n"], "a", "malformed", "not an event"),
    "a number": ([A, "data: 3\n\n"], "a", "malformed", "not an event"),
    "a page": (["<html>hello</html>"], "", "malformed", "without saying why"),
    "nested JSON": ([A, NESTED], "a", "malformed", "out of shape"),
    "a long line": ([A, LONG], "a", "malformed", "a line longer than"),
    "a logprob of 400 digits": ([A, logprobs("b", tokens=["b"], token_logprobs=[-(10**400)])], "ab", "malformed", "not a choice"),
    "a logprob of words": ([A, logprobs("b", tokens=["b"], token_logprobs=["x"])], "ab", "malformed", "not a choice"),
    "a logprob of true": ([A, logprobs("b", tokens=["b"], token_logprobs=[True])], "ab", "malformed", "not a choice"),
    "a logprob of NaN": ([A, logprobs("b", tokens=["b"], token_logprobs=[float("nan")])], "ab", "malformed", "not a choice"),
    "a logprob of 5": ([A, logprobs("b", tokens=["b"], token_logprobs=[5])], "ab", "malformed", "not a choice"),
    "lists of two lengths": ([A, logprobs("b", tokens=["b", "c"], token_logprobs=[-1])], "ab", "malformed", "not a choice"),
    "tokens: 5": ([A, logprobs("b", tokens=5)], "ab", "malformed", "not a choice"),
    "tokens: [5]": ([A, logprobs("b", tokens=[5], token_logprobs=[-1])], "ab", "malformed", "not a choice"),
    "logprobs: a list": ([A, openai("b", logprobs=[1])], "ab", "malformed", "not a choice"),
    "content: a number": ([A, logprobs("b", content=5)], "ab", "malformed", "not a choice"),
    "content without tokens": ([A, logprobs("b", content=[{"logprob": -1}])], "ab", "malformed", "not a choice"),
    "transformers serve": ([serve("a"), serve("b"), serve("c", "length")], "ab", "logprobs", "without log-probabilities"),
    "one token without logprobs": ([serve("a", "length")], "a", "logprobs", "without log-probabilities"),
}  # fmt: skip


@pytest.mark.parametrize("pieces, text, kind, words", FAULTS.values(), ids=FAULTS)
def test_what_a_server_does_wrong_is_told_and_the_text_is_kept(pieces, text, kind, words):
    steps, error = steps_of(reply(*pieces))
    assert error.kind == kind and words in error.detail and len(error.detail) <= 201
    assert text_of(steps) == text and not any(step.finish for step in steps)


HTTP = {  # replies that are not a stream: the bytes, the kind of error, its words
    "a key refused": (reply('{"error": {"message": "no such key"}}', status="401 Unauthorized"), "refused", "401: no such key"),
    "too many requests": (reply('{"error": "slow down"}', status="429 Too Many Requests"), "refused", "slow down"),
    "llama.cpp still loads": (reply('{"error": {"code": 503, "message": "Loading model"}}', status="503 Unavailable"), "failed", "Loading model"),
    "a bad gateway": (reply("<html>bad gateway</html>", status="502 Bad Gateway", kind="text/html"), "failed", "bad gateway"),
    "a redirect": (reply(status="307 Temporary Redirect", more="Location: http://example.com/\r\n"), "malformed", "307"),
    "a status of letters": (b"HTTP/1.1 yes\r\n\r\n", "malformed", "not HTTP"),
    "a chunk of 2**80": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"%x\r\ndata" % 2**80, "malformed", "cut short"),
    "a chunk of 2**40": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"%x\r\ndata" % 2**40, "malformed", ""),
    "a chunk of letters": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "malformed", "without saying why"),
    "a length that is too long": (reply("data: {", more="Content-Length: 99999\r\n"), "malformed", ""),
    "an endless header": (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2**17, "malformed", "cut short"),
    "a hundred and one headers": (b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 101 + b"\r\n", "malformed", "cut short"),
    "another protocol": (b"SSH-2.0-OpenSSH\r\n", "malformed", "not HTTP"),
    "nothing": (b"", "unreachable", ""),
}  # fmt: skip


@pytest.mark.parametrize("data, kind, words", HTTP.values(), ids=HTTP)
def test_a_reply_that_is_no_stream_is_one_clear_error(data, kind, words):
    steps, error = steps_of(data)
    assert steps == [] and error.kind == kind and words in error.detail


# Probabilities, rows, alternatives, the key ----------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [openai, vllm, llama])
def test_every_engine_tells_the_same_probabilities_in_its_own_shape(engine):
    steps, _ = steps_of(reply(engine("a", p=0.05), engine("b", p=0.7), engine("", "length")))
    assert [step.prob_before for step in steps] == pytest.approx([0.05, 0.7])
    assert [step.rank for step in steps] == [2, 1]
    assert [(one.text, round(one.prob_before, 9), one.prob_after) for one in steps[0].top_before] == [
        ("?", 0.1, None),
        ("a", 0.05, None),
    ]


def test_llama_cpp_s_float_of_nothing_is_probability_0():
    lowest = logprobs("a", content=[{"token": "a", "logprob": -3.4028234663852886e38, "top_logprobs": []}])
    (step,), error = steps_of(reply(lowest, END))
    assert error is None and step.prob_before == exp(-3.4028234663852886e38) == 0


def test_the_last_word_is_not_lost_where_it_may_begin_a_stop_sequence():
    steps, error = steps_of(reply(openai("a"), openai("b"), {"error": "out of memory"}), stop="bc")
    assert text_of(steps) == "ab" and error.kind == "failed"


def test_pieces_of_text_without_measures_are_cut_at_the_limit_too():
    steps, error = steps_of(reply(*[serve("a")] * 90), alternatives=0)
    assert error is None and text_of(steps) == "a" * 50 and steps[-1].finish == "length"


class Choosy(Told):
    """Refuses more log-probabilities than it takes."""

    def __init__(self, most, status="400 Bad Request"):
        self.most, self.status = most, status
        super().__init__(b"", hang_up=True)

    def answered(self, body):
        asked = json.loads(body)["logprobs"]
        if asked > self.most:
            return reply({"error": {"message": f"logprobs must be at most {self.most}"}}, status=self.status)
        return reply(openai("a", "length"))


@pytest.mark.parametrize(
    "engine, alternatives, most, asked",
    [("openai", 8, 5, [5]), ("openai", 3, 5, [3]), ("vllm", 8, 20, [8]), ("vllm", 50, 20, [20]), ("vllm", 8, 5, [8, 5]),
     ("openai", 8, 1, [5, 1]), ("vllm", 8, 1, [8, 5, 1]), ("openai", 1, 0, [1]), ("vllm", 8, 0, [8, 5, 1])],
)  # fmt: skip
def test_as_many_alternatives_are_asked_for_as_the_server_takes(engine, alternatives, most, asked):
    with Choosy(most) as server:
        stream = generate(RemoteModel("m", server.url, engine), "x", alternatives=alternatives)
        if most:
            assert text_of(stream) == "a"
        else:
            with pytest.raises(RemoteError, match="at most 0"):
                list(stream)
        assert [json.loads(body)["logprobs"] for _, body in server.requests] == asked


def test_a_refusal_for_another_reason_is_asked_once():
    with Choosy(1, "401 Unauthorized") as server:
        with pytest.raises(RemoteError, match="refused"):
            list(generate(RemoteModel("m", server.url), "x", alternatives=8))
        assert len(server.requests) == 1


class InTurn(Told):
    """A reply for each request, in the order in which they come."""

    def __init__(self, *replies):
        self.replies = list(replies)
        super().__init__(b"", hang_up=True)

    def answered(self, body):
        return self.replies.pop(0)


def test_a_text_that_the_server_interrupts_does_not_end_those_beside_it():
    several = [[], []]
    filtered = reply(openai("a", "content_filter"))
    with InTurn(filtered, reply(openai("a"), openai("b"), openai("c", "length"))) as server:
        stream = generate_rows(RemoteModel("m", server.url), "x", [Row(seed=1), Row(seed=2)], alternatives=2)
        with pytest.raises(RemoteError, match="content_filter"):
            for steps in stream:
                for row, step in zip(several, steps, strict=True):
                    row += [step] if step else []
    assert sorted(map(text_of, several)) == ["a", "abc"]


LEAKS = {
    "a 401": reply({"error": {"message": f"Incorrect API key provided: {KEY}."}}, status="401 Unauthorized"),
    "a 401 of words": reply(f"no: Bearer {KEY}", status="401 Unauthorized"),
    "part of it": reply({"error": f"the key {KEY[:11]}… is wrong"}, status="401 Unauthorized"),
    "cut at the edge": reply("x" * 190 + KEY, status="500 Internal Server Error"),
    "the end of it": reply({"message": f"…{KEY[-9:]}"}, status="403 Forbidden"),
    "twice": reply({"message": f"{KEY}{KEY}, {KEY}"}, status="403 Forbidden"),
    "in mid-stream": reply(A, {"error": {"message": f"key {KEY} expired"}}),
    "as an error line": reply(A, f"error: key {KEY} expired\n\n"),
    "as a reason": reply(openai("a", KEY)),
    "in what is no choice": reply(openai("a", text=[KEY])),
    "in what is no event": reply(f"data: {KEY}\n\n"),
    "in a status": b"HTTP/1.1 " + KEY.encode() + b"\r\n\r\n",
}


@pytest.mark.parametrize("data", LEAKS.values(), ids=LEAKS)
def test_nothing_that_a_server_says_shows_the_key(data):
    _, error = steps_of(data)
    said = f"{error} {error!r} {error.__cause__!r}"
    assert not any(KEY[i : i + 6] in said for i in range(len(KEY) - 5))


def test_a_short_key_is_not_shown_either():
    _, error = steps_of(reply("the key is abc", status="401 Unauthorized"), key="abc")
    assert error.detail == "401: the key is •••"


@pytest.mark.parametrize(
    "name, value",
    [("URL", "http://[bad/v1"), ("URL", "http://gpu:99999/v1"), ("URL", "http://gpu:port/v1"), ("URL", "http://gpu:0/v1"),
     ("URL", "http://gpu/v 1"), ("URL", "http://gpu/v1?x=1"), ("URL", "http://a..b/v1"), ("URL", "http://me:secret@gpu/v1"),
     ("URL", "http:///v1"), ("URL", "http://gpu/v1\n"), ("KEY", "two words"), ("KEY", "secret\n"), ("KEY", "secreté"), ("ENGINE", "tgi")],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_one_error_that_names_the_variable(name, value):
    environ = {
        "AMOSTRA_SERVER_URL": "http://gpu:8000/v1",
        "AMOSTRA_SERVER_MODELS": "a",
        f"AMOSTRA_SERVER_{name}": value,
    }
    with pytest.raises(ParameterError) as caught:
        remote_models(environ)
    assert caught.value.argument == f"AMOSTRA_SERVER_{name}" and "secret" not in str(caught.value)


def test_what_json_cannot_write_is_not_sent():
    params = SamplingParams(temperature=float("inf"), logit_bias={5: -float("inf"), 6: 1e300})
    for engine in ("openai", "vllm"):
        with Told(reply(openai("a", "length")), hang_up=True) as server:
            list(generate(RemoteModel("m", server.url, engine), "x", params))
            sent = json.loads(server.requests[0][1], parse_constant=pytest.fail)
        assert sent["logit_bias"] == {"5": -100, "6": 100}
