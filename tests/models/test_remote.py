"""A model on a server: against real servers, and against everything that a server can do wrong."""

import importlib.util
import json
import socket
import threading
from math import exp, log

import pytest

from core import (
    ParameterError,
    Row,
    SamplingParams,
    Schedule,
    collect,
    generate,
    generate_rows,
    load_model,
    softmax,
    text_of,
)
from core.models.events import RemoteError
from core.models.remote import RemoteModel, remote_models
from tests import small_model
from tests.models.servers import Told, process

PROMPT = "A avó não"
GREEDY = SamplingParams(greedy=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return small_model.make(tmp_path_factory.mktemp("small"), context_length=256)


SERVERS = {  # of llama.cpp: what to install, the module, its arguments
    "llama.cpp": ("xllamacpp", "tests.models.llama_server", ()),
    "llama-cpp-python": (
        "llama_cpp",
        "llama_cpp.server",  # or a second request would end the first
        ("--n_ctx", "256", "--model_alias", "small", "--n_threads", "1", "--interrupt_requests", "false"),
    ),
}


@pytest.fixture(scope="module", params=SERVERS)
def llama(request, folder, tmp_path_factory):
    """llama.cpp's own server, and the one of its Python binding, which speaks as OpenAI does."""
    wheel, module, arguments = SERVERS[request.param]
    for name in (wheel, "gguf"):
        if importlib.util.find_spec(name) is None:
            pytest.skip(
                "needs llama.cpp's servers: pip install xllamacpp gguf 'llama-cpp-python[server]' (the last one compiles)"
            )
    from tests.models.gguf_file import convert

    scratch = tmp_path_factory.mktemp("llama")
    file = convert(folder, scratch / "small.gguf")
    with process(scratch / "log", module, "--model", str(file), *arguments) as url:
        yield RemoteModel("small", url)


@pytest.fixture(scope="module")
def serve(folder, tmp_path_factory):
    """`transformers serve`, which streams text and gives no log-probabilities."""
    from transformers.utils.import_utils import is_serve_available

    if not is_serve_available():
        pytest.skip("needs transformers' server: pip install fastapi openai")
    command = ("transformers.cli.transformers", "serve", str(folder))
    with process(tmp_path_factory.mktemp("serve") / "log", *command) as url:
        yield RemoteModel(str(folder), url)


@pytest.mark.parametrize("prompt", [PROMPT, "O menino", "canção 🙂 x"])
def test_llama_cpp_gives_the_probabilities_of_the_same_weights(llama, folder, prompt):
    local = load_model(folder)
    probs = softmax(local.next_logits(local.encode(prompt))[0])
    step = next(generate(llama, prompt, GREEDY, alternatives=5))
    assert step.rank == 1 and step.prob_before == pytest.approx(probs.max().item(), abs=1e-4)
    assert step.top_before[0].text == step.token and len(step.top_before) == 5
    known = 0
    for one in step.top_before:  # part of a character comes without its bytes: several tokens by one name
        found = [i for i in range(300) if one.text in (local.decode([i]), local.decode([i]).replace("�", ""))]
        if len(found) == 1:
            assert one.prob_before == pytest.approx(probs[found[0]].item(), abs=1e-4)
            known += 1
    assert known >= 3
    assert (step.token_id, step.prob_after, step.entropy_before, step.kept, step.top_after) == (None,) * 4 + ((),)


def test_llama_cpp_streams_rows_with_limits_and_stop_sequences(llama):
    rows = [Row(SamplingParams(temperature=1.5), seed) for seed in range(4)]
    several = collect(generate_rows(llama, PROMPT, rows, max_new_tokens=20, alternatives=3))
    assert len({text_of(steps) for steps in several}) > 1
    for steps in several:
        assert steps[-1].finish in ("length", "end") and not any(step.finish for step in steps[:-1])
        assert [step.index for step in steps] == list(range(len(steps)))
        assert all(0 < step.prob_before <= 1 for step in steps)
    longest = max(several, key=lambda steps: len(text_of(steps)))
    row, stop = rows[several.index(longest)], text_of(longest)[3:5]
    stopped = list(generate(llama, PROMPT, row.params, seed=row.seed, max_new_tokens=20, stop=stop, alternatives=3))
    assert stopped[-1].finish == "stop" and stop not in text_of(stopped)


def test_llama_cpp_draws_the_text_of_the_same_weights(llama, folder):
    ours, theirs = (
        list(generate(model, PROMPT, GREEDY, max_new_tokens=15, alternatives=3))
        for model in (load_model(folder), llama)
    )
    assert (
        text_of(theirs).rstrip("�") == text_of(ours).rstrip("�") != ""
        and theirs[-1].finish == ours[-1].finish == "length"
    )


def test_what_llama_cpp_refuses_is_told_in_its_words(llama):
    with pytest.raises(RemoteError, match="256|exceed") as caught:
        list(generate(llama, PROMPT * 200, GREEDY, max_new_tokens=3))
    assert caught.value.kind == "refused" and caught.value.status == 400


def test_transformers_serve_says_what_the_same_weights_say_here(serve, folder):
    ours, theirs = (
        list(generate(model, PROMPT, GREEDY, max_new_tokens=15, alternatives=0))
        for model in (load_model(folder), serve)
    )
    assert text_of(ours).rstrip("�") == text_of(theirs) != ""  # it drops what is no whole character
    assert theirs[-1].finish == ours[-1].finish == "length"


@pytest.mark.parametrize(
    "name, path, engine, kind, detail",
    [
        (None, "v1", "openai", "logprobs", "without log-probabilities"),
        ("other", "v1", "openai", "model", "requested 'other'"),
        (None, "v1", "vllm", "refused", "Unexpected fields"),
        (None, "v9", "openai", "malformed", "404: Not Found"),
    ],
)
def test_what_transformers_serve_does_not_do_is_a_typed_error(serve, name, path, engine, kind, detail):
    model = RemoteModel(name or serve.name, serve.base_url.replace("v1", path), engine)
    with pytest.raises(RemoteError, match=detail) as caught:
        list(generate(model, PROMPT, max_new_tokens=3))
    assert caught.value.kind == kind


def event(text="", finish=None, tokens=None, **more):
    told = tokens and {
        "tokens": [token for token, _ in tokens],
        "token_logprobs": [log(p) for _, p in tokens],
        "top_logprobs": [{"a": log(0.5), "b": log(0.25), token: log(p)} for token, p in tokens],
    }
    choice = {"index": 0, "text": text, "logprobs": told, "finish_reason": finish} | more
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def reply(*events, status=b"200 OK", kind=b"text/event-stream"):
    return b"HTTP/1.1 %s\r\nContent-Type: %s\r\n\r\n%s" % (status, kind, b"".join(events))


def steps_of(data, engine="openai", hang_up=True, **options):
    with Told(data, hang_up) as server:
        model = RemoteModel("m", server.url, engine, read_timeout=30)
        return list(generate(model, PROMPT, **{"alternatives": 2} | options))


def test_a_step_has_what_completions_tell():
    first, second, third = steps_of(
        reply(
            b": ping\r\n\r\n",
            event("a", tokens=[("a", 0.5)]),
            event("\u00e7z", tokens=[("\ufffd", 0.25), ("\ufffdz", 0.01)]),  # a character across two tokens
            event("", "length"),
        )
    )
    assert (first.token, first.text, first.rank, first.finish) == ("a", "a", 1, None)
    assert [(one.text, round(one.prob_before, 9)) for one in first.top_before] == [("a", 0.5), ("b", 0.25)]
    assert (second.token, second.text, second.rank) == ("\ufffd", "", 2)
    assert (third.token, third.text, third.rank, third.finish) == ("\ufffdz", "çz", None, "length")
    assert third.prob_before == pytest.approx(0.01) and len(third.top_before) == 2


@pytest.mark.parametrize(
    "more, stop, finish",
    [({}, (), "end"), ({}, "x", "stop"), ({"stop_reason": None}, "x", "end"), ({"stop_reason": "x"}, "x", "stop")],
)
def test_why_a_text_ended(more, stop, finish):
    assert steps_of(reply(event("a", "stop", [("a", 0.5)], **more)), stop=stop)[-1].finish == finish
    (only,) = steps_of(reply(event("", "stop", **more)), stop=stop)
    assert (only.text, only.finish) == ("", finish)


def test_a_stop_sequence_that_the_server_lets_through_is_not_shown():
    pieces = [event(letter, tokens=[(letter, 0.5)]) for letter in "abxyzc"]
    steps = steps_of(reply(*pieces), stop="xyz")
    assert text_of(steps) == "ab" and steps[-1].finish == "stop"
    assert text_of(steps_of(reply(*pieces[:4], event("", "length")), stop="xyz")) == "abxy"


def test_the_request_says_every_setting_and_the_key_and_nothing_prints_it():
    params = SamplingParams(temperature=0.5, top_k=7, frequency_penalty=1, logit_bias={5: -3})
    sent = {}
    for engine in ("openai", "vllm"):
        with Told(reply(event("", "stop")), hang_up=True) as server:
            model = RemoteModel("m", server.url + "/", engine, "secret")
            list(generate(model, [5, 6], params, seed=2**31 + 4, stop="x", max_new_tokens=9, alternatives=3))
            ((head, body),) = server.requests
        assert head.startswith("POST /v1/completions ") and "Authorization: Bearer secret\r\n" in head
        assert "secret" not in repr(model)
        sent[engine] = json.loads(body)
    openai = {"temperature": 0.5, "top_p": 1, "frequency_penalty": 1, "presence_penalty": 0, "logit_bias": {"5": -3}}
    asked = {"model": "m", "prompt": [5, 6], "stream": True, "max_tokens": 9, "stop": ["x"], "logprobs": 3, "seed": 4}
    assert sent["openai"] == asked | openai
    assert sent["vllm"] == asked | openai | {"top_k": 7, "min_p": 0, "repetition_penalty": 1}
    assert [one.field for one in RemoteModel("m", server.url).settings(params).missing] == ["top_k"]


@pytest.mark.parametrize(
    "data, kind",
    [
        (reply(b'{"error": "no such key"}', status=b"401 Unauthorized"), "refused"),
        (reply(b'{"error": {"message": "at most 5 logprobs"}}', status=b"400 Bad Request"), "refused"),
        (reply(b'{"detail": "the model `m` does not exist"}', status=b"404 Not Found"), "model"),
        (reply(b"<html>", status=b"404 Not Found"), "malformed"),
        (reply(b"", status=b"302 Found"), "malformed"),
        (reply(b"oh", status=b"500 Internal Server Error"), "failed"),
        (reply(b'data: {"error": {"message": "out of memory"}}\n\n'), "failed"),
        (reply(b"<html>hello</html>"), "malformed"),
        (reply(b"data: hello\n\n"), "malformed"),
        (reply(b"data: [1]\n\n"), "malformed"),
        (reply(b'data: {"choices": 3}\n\n'), "malformed"),
        (reply(b'data: {"choices": [3]}\n\n'), "malformed"),
        (reply(event("a", tokens=[("a", 0.5)])), "malformed"),
        (reply(event("a", tokens=[("a", 0.5)]), b"data: [DONE]\n\n"), "malformed"),
        (reply(event("a")), "logprobs"),
        (reply(event("a", logprobs={"tokens": ["a"]})), "logprobs"),
        (reply(event("a", logprobs={"tokens": ["a"], "token_logprobs": ["x"]})), "malformed"),
        (reply(event("a", logprobs={"tokens": ["a"], "token_logprobs": [float("nan")]})), "malformed"),
        (reply(event("a", logprobs={"tokens": ["a", "b"], "token_logprobs": [-1]})), "malformed"),
        (b"SSH-2.0-OpenSSH\r\n", "malformed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nda", "malformed"),
        (b"", "unreachable"),
    ],
)
def test_whatever_a_server_does_wrong_is_a_typed_error(data, kind):
    with pytest.raises(RemoteError) as caught:
        steps_of(data)
    assert caught.value.kind == kind and str(caught.value) == f"{kind}: {caught.value.detail}"


def test_a_server_that_is_not_there_or_does_not_answer():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(RemoteError) as caught:
            list(generate(RemoteModel("m", url, read_timeout=0.1), PROMPT))
        assert caught.value.kind == "timeout"
    with pytest.raises(RemoteError) as caught:
        list(generate(RemoteModel("m", url), PROMPT))
    assert caught.value.kind == "unreachable"


def test_leaving_closes_the_connection():
    with Told(reply(*[event("a", tokens=[("a", 0.5)])] * 3)) as server:
        stream = generate(RemoteModel("m", server.url), PROMPT)
        next(stream)
        assert not server.left.is_set()
        stream.close()
        assert server.left.wait(30)


def test_cancelling_does_not_wait_for_a_silent_server():
    cancel, got = threading.Event(), []
    with Told(reply(*[event("a", tokens=[("a", 0.5)])] * 3)) as server:
        for step in generate(RemoteModel("m", server.url, read_timeout=600), PROMPT, cancelled=cancel.is_set):
            got.append(step)
            if len(got) == 2:  # the third is held back, and the server says no more
                threading.Timer(0.2, cancel.set).start()
        assert len(got) == 2 and server.left.wait(30)


ENDING = {"min_new_tokens": 4, "stop_token_ids": (7, 8), "ignore_eos": True, "include_stop_str_in_output": True}


def test_what_completions_cannot_express_is_refused_at_the_call():
    model = RemoteModel("m", "http://localhost:1/v1")
    for options in ({"forced": [1]}, {"schedule": Schedule(1)}, *({name: value} for name, value in ENDING.items())):
        with pytest.raises(ParameterError, match=f"{next(iter(options))} must be left out for a (server|model on)"):
            generate(model, PROMPT, **options)


@pytest.mark.parametrize("engine", ["openai", "vllm"])
def test_what_ends_a_text_and_is_off_is_not_asked_for(engine):
    off = {"min_new_tokens": 0, "stop_token_ids": [], "ignore_eos": False, "include_stop_str_in_output": False}
    for options in ({}, off):
        with Told(reply(event("", "stop")), hang_up=True) as server:
            list(generate(RemoteModel("m", server.url, engine), PROMPT, **options))
        sent = json.loads(server.requests[0][1])
        assert not {"min_tokens", "min_new_tokens", *off}.intersection(sent)


@pytest.mark.parametrize("limit, least", [(9, 4), (4, 4), (3, 3)])  # vLLM refuses a least beyond the limit
def test_vllm_is_asked_for_what_ends_a_text_in_its_own_words(limit, least):
    with Told(reply(event("", "stop")), hang_up=True) as server:
        list(generate(RemoteModel("m", server.url, "vllm"), PROMPT, max_new_tokens=limit, **ENDING))
    sent = json.loads(server.requests[0][1])
    named = {"min_tokens": least, "stop_token_ids": [7, 8], "ignore_eos": True, "include_stop_str_in_output": True}
    assert named.items() <= sent.items() and "min_new_tokens" not in sent


@pytest.mark.parametrize("ids, told, finish", [([7], 7, "stop"), ([7, 8], 8, "stop"), ([7], 9, "end"), ([], 9, "end")])
def test_an_id_that_ended_a_text_is_a_stop_where_it_was_asked_for(ids, told, finish):
    """vLLM names the further ends of the model itself in the same place."""
    data = reply(event("a", tokens=[("a", 0.5)]), event("", "stop", [("b", 0.5)], stop_reason=told))
    steps = steps_of(data, "vllm", stop_token_ids=ids)
    assert text_of(steps) == "a" and steps[-1].finish == finish


@pytest.mark.parametrize("shown, text", [(False, "ab"), (True, "abxy")])
def test_the_stop_string_of_a_server_is_shown_where_it_was_asked_for(shown, text):
    pieces = [event(letter, tokens=[(letter, 0.5)]) for letter in "abx"]
    last = event("yz", "stop", [("yz", 0.5)], stop_reason="xy")
    steps = steps_of(reply(*pieces, last), "vllm", stop="xy", include_stop_str_in_output=shown)
    assert text_of(steps) == text and steps[-1].finish == "stop"


def test_the_owner_names_the_server_in_the_environment():
    environ = {"AMOSTRA_SERVER_URL": "http://gpu:8000/v1", "AMOSTRA_SERVER_MODELS": "a, b/c ,"}
    more = {"AMOSTRA_SERVER_ENGINE": "vllm", "AMOSTRA_SERVER_KEY": "k"}
    assert remote_models({}) == {}
    assert remote_models(environ) == {name: RemoteModel(name, "http://gpu:8000/v1") for name in ("a", "b/c")}
    assert remote_models(environ | more)["a"] == RemoteModel("a", "http://gpu:8000/v1", "vllm", "k")
    for name, value in [("URL", "gpu:8000"), ("URL", "file:///etc"), ("MODELS", " ,"), ("ENGINE", "tgi")]:
        with pytest.raises(ParameterError):
            remote_models(environ | {f"AMOSTRA_SERVER_{name}": value})


def test_log_probabilities_far_down_are_probabilities():
    (step,) = steps_of(reply(event("a", "length", logprobs={"tokens": ["a"], "token_logprobs": [-9999.0]})))
    assert step.prob_before == exp(-9999) == 0 and step.rank is None and step.top_before == ()
