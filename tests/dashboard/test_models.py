"""The server's models as the page's tools ask for them: over HTTP, with the embedded model."""

import base64
import http.client
import json
import socket
import struct
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
import uvicorn
from starlette.applications import Starlette

from core import Row, SamplingParams, collect, load_model
from core.models.remote import RemoteModel
from core.runs import GenerationRun, step_out
from dashboard.app import generation_jobs, models
from tests.models.servers import Told
from tests.models.test_remote_shapes import DONE, openai, reply

RUN = GenerationRun("embedded", "Era uma vez", (Row(SamplingParams(temperature=0.8, top_p=0.9), 7),), max_new_tokens=12)


@pytest.fixture(scope="module")
def port():
    app = Starlette(routes=models.routes(""))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield taken.getsockname()[1]
        server.should_exit = True
        thread.join(20)


@contextmanager
def answer(port, path, body=None, lang="pt", **headers):
    """The response to a question from a page of this server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"origin": f"http://127.0.0.1:{port}", "accept-language": lang, "x-visitor": "me"} | headers
    sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    connection.request("GET" if body is None else "POST", f"/_page/models{path}", sent, headers)
    response = connection.getresponse()
    response.hang_up = connection.close
    try:
        yield response
    finally:
        connection.close()


def events(response):
    """Names and values, up to the end of the stream."""
    name = ""
    while line := response.readline().decode():
        field, _, value = line.rstrip("\n").partition(": ")
        name = value if field == "event" else name
        if field == "data":
            yield name, json.loads(value)


def asked(port, path, body, **how):
    with answer(port, path, body, **how) as response:
        assert response.status == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(events(response))


def refused(port, path, body, **how):
    with answer(port, path, body, **how) as response:
        return response.status, (json.loads(response.read() or b"{}")).get("said", "")


def test_what_the_owner_offers_is_told_the_embedded_model_among_it(port):
    with answer(port, "") as response:
        told = json.loads(response.read())["models"]
    assert [one["name"] for one in told] == list(generation_jobs.queues())
    assert {"name": "microsoft/phi-2", "parameters": 2_779_683_840, "licence": "MIT"} in told


def test_a_run_comes_back_step_by_step_as_its_file_has_them_branches_and_rows_too(port):
    other = Row(SamplingParams(greedy=True), 3, forced=(264, 12))
    run = replace(RUN, rows=(*RUN.rows, other), alternatives=3)
    *news, (last, _) = asked(port, "/text", run.to_json().encode())
    steps = [one for name, several in news if name == "steps" for one in several]
    theirs = collect(run.generate(load_model("embedded")))
    assert last == "over"
    for r, row in enumerate(theirs):
        assert [step for place, step in steps if place == r] == json.loads(json.dumps(list(map(step_out, row))))


def test_logits_are_those_of_the_model_with_the_texts_of_all_tokens_once(port):
    model = load_model("embedded")
    question = {"model": "embedded", "prompt": "O céu hoje está", "output": [264]}
    (found,) = [value for name, value in asked(port, "/logits", question) if name == "found"]
    values = struct.unpack(f"<{model.vocab_size}f", base64.b64decode(found["logits"]))
    ids = model.encode("O céu hoje está")
    assert (found["prompt"], found["output"]) == (ids, [264])
    assert max(abs(a - b) for a, b in zip(values, model.next_logits([*ids, 264])[0].tolist(), strict=True)) < 1e-5
    assert found["tokens"] == [model.decode([i]) for i in range(model.vocab_size)]
    (again,) = [value for name, value in asked(port, "/logits", question | {"named": False}) if name == "found"]
    assert again == {name: value for name, value in found.items() if name != "tokens"}
    long = {"model": "embedded", "prompt": "céu " * 600}  # beyond the context, where the model reads on from its half
    assert [name for name, _ in asked(port, "/logits", long)][-2:] == ["found", "over"]


def test_of_a_model_that_an_inference_server_runs_the_likeliest_tokens_are_found():
    with Told(reply(openai(" mar", "length", p=0.5), DONE), hang_up=True) as server:
        look = generation_jobs.Next("m", "O", (Row(),), max_new_tokens=1)
        assert list(look.generate(RemoteModel("m", server.url))) == []
    (found,) = look.found
    assert found == {"top": [[" mar", pytest.approx(0.5)], ["?", pytest.approx(0.1)]]}


def test_the_ids_of_a_continuation_are_the_models(port):
    found = dict(asked(port, "/ids", {"model": "embedded", "text": " mar azul"}))["found"]
    assert found == {"ids": load_model("embedded").encode(" mar azul")}


@pytest.mark.parametrize("path, change, status, said", [
    ("/text", {"model": "some/model"}, 404, {"pt": "some/model não está na lista", "en": "some/model is not on this server's list"}),
    ("/text", {"max_new_tokens": 10**4}, 400, {"pt": "gera até 400 tokens", "en": "generates up to 400 tokens"}),
    ("/text", {"prompt": "a" * 30_000}, 400, {"pt": "Encurte o prompt", "en": "Shorten the prompt"}),
    ("/logits", {"prompt": "a" * 30_000}, 400, {"pt": "Encurte o prompt", "en": "Shorten the prompt"}),
    ("/logits", {"output": [5] * 500}, 400, {"pt": "gera até 400 tokens", "en": "generates up to 400 tokens"}),
    ("/logits", {"model": "<b>x</b>"}, 404, {"pt": "<b>x</b> não está na lista", "en": "<b>x</b> is not on this server's list"}),
])  # fmt: skip
@pytest.mark.parametrize("lang", ["pt", "en"])
def test_what_cannot_be_asked_is_said_in_the_readers_language_with_what_to_change(
    port, lang, path, change, status, said
):
    whole = json.loads(RUN.to_json()) if path == "/text" else {"model": "embedded", "prompt": "a"}
    assert (told := refused(port, path, whole | change, lang=lang))[0] == status
    assert said[lang] in told[1]


@pytest.mark.parametrize("path", ["/text", "/logits", "/ids"])
@pytest.mark.parametrize(
    "body", [b"", b"[" * 10**5, b"[]", b'{"model": 1}', b"\xff", b'{"model": "embedded", "prompt": {}, "text": []}']
)
def test_what_is_no_question_is_refused(port, path, body):
    status, told = refused(port, path, body)
    assert status == 400 and told


def test_another_sites_page_and_a_large_body_are_turned_away(port):
    assert refused(port, "/text", RUN.to_json().encode(), origin="http://elsewhere.example")[0] == 403
    assert refused(port, "/text", RUN.to_json().encode(), **{"sec-fetch-site": "cross-site"})[0] == 403
    assert refused(port, "/logits", b"", **{"content-length": "600000"})[0] == 413


def test_a_model_that_cannot_be_had_is_told_at_the_end_of_the_stream(port):
    *_, (name, value) = asked(port, "/logits", {"model": "microsoft/phi-2", "prompt": "a"}, lang="en")
    assert name == "fault" and "runs on a GPU only" in value["said"]


@pytest.mark.parametrize("given", [{"prompt": [8192]}, {"output": [10**9]}, {"prompt": [1, -1]}])
def test_ids_that_the_model_has_not_are_said_before_it_reads_them(port, given):
    with answer(port, "/logits", {"model": "embedded", "prompt": "a"} | given, lang="en") as response:
        said = (
            [value for _, value in events(response)][-1]["said"]
            if response.status == 200
            else json.loads(response.read())["said"]
        )
    assert "must be" in said and "code" not in said


def test_visitors_wait_in_turn_each_sees_his_place_and_who_hangs_up_leaves_the_queue(port):
    long = replace(RUN, max_new_tokens=400, ignore_eos=True).to_json().encode()
    with answer(port, "/text", long, **{"x-visitor": "one"}) as first:
        writing = events(first)
        assert next(one for one in writing if one[0] == "steps")
        with (
            answer(port, "/text", long, **{"x-visitor": "two"}) as second,
            answer(port, "/text", RUN.to_json().encode(), **{"x-visitor": "three"}) as third,
        ):
            waiting = events(second)
            assert next(waiting)[1] == {"state": "waiting", "share": 0.0, "said": "Na fila: posição 1.", "since": 0.0}
            behind = events(third)
            assert next(behind)[1]["said"] == "Na fila: posição 2."
            second.hang_up()
            first.hang_up()
            rest = list(behind)
            assert rest[-1][0] == "over" and sum(len(value) for name, value in rest if name == "steps") == 12
            queue = generation_jobs.queues()["embedded"]
            assert not queue._waiting and not queue._busy  # the texts that nobody reads are not written to their end


def test_a_full_queue_is_said_at_once(port, monkeypatch):
    queue = generation_jobs.queues()["embedded"]
    monkeypatch.setattr(queue, "limits", replace(queue.limits, waiting=1))
    long = replace(RUN, max_new_tokens=400, ignore_eos=True).to_json().encode()
    with answer(port, "/text", long) as first:
        assert next(one for one in events(first) if one[0] == "steps")
        with answer(port, "/text", long) as second:
            assert next(events(second))[1]["state"] == "waiting"
            assert refused(port, "/text", long) == (429, "A fila está cheia: 1 pedidos. Tente de novo em instantes.")
