"""The model in the page, in a real browser: from a disk and from a server, in a thread of its own."""

import functools
import http.server
import threading

import pytest

import core
from benchmarks.page_model import write_page
from core import SamplingParams, generate

PROMPT = "Ela abriu a porta e"
WRITE = """async ([prompt, params, how]) => {
  const model = await Amostra.model.load(), steps = [];
  for await (const step of model.generate(prompt, params, how)) steps.push(step);
  return steps;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    write_page(folder)
    return folder


@pytest.fixture(scope="module")
def from_disk(browser, folder):
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    yield page
    page.close()


@pytest.fixture(scope="module")
def server(folder):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as one:
        thread = threading.Thread(target=one.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{one.server_port}"
        one.shutdown()


def test_a_page_from_a_disk_writes_the_text_that_core_writes(from_disk):
    model, params = core.load_model("embedded"), {"temperature": 0.8, "top_p": 0.9, "repetition_penalty": 1.1}
    steps = from_disk.evaluate(WRITE, [PROMPT, params, {"seed": 5, "max_new_tokens": 25}])
    theirs = list(generate(model, PROMPT, SamplingParams(**params), seed=5, max_new_tokens=25))
    assert [step["text"] for step in steps] == [step.text for step in theirs]
    assert [step["token_id"] for step in steps] == [step.token_id for step in theirs]
    assert steps[3]["top_after"][0]["text"] == theirs[3].top_after[0].text


def test_a_model_is_loaded_once_and_says_what_it_is(from_disk):
    told = from_disk.evaluate("""async () => {
      const [one, other] = await Promise.all([Amostra.model.load(), Amostra.model.load()]);
      const ids = await one.encode("não há coração 😀"), logits = await one.logits(ids), inside = await one.inspect(ids);
      return [one === other, one.vocab_size, await one.decode(ids), logits.length, inside.attentions.length, Object.keys(Amostra.packed)];
    }""")
    config = core.load_model("embedded").network.config
    assert told == [True, config.vocab_size, "não há coração 😀", config.vocab_size, config.n_layer, []]


def test_texts_side_by_side_do_not_disturb_one_another_and_a_loop_that_is_left_ends(from_disk):
    found = from_disk.evaluate(
        """async (prompt) => {
      const model = await Amostra.model.load(), ids = [[], [], []];
      const write = async (at, seed, most) => {
        for await (const { token_id } of model.generate(prompt, {}, { seed, max_new_tokens: 12, alternatives: 0 })) {
          if (ids[at].push(token_id) === most) break;
        }
      };
      await Promise.all([write(0, 1, 12), write(1, 2, 4), write(2, 1, 99)]);
      const rows = [];
      for await (const turn of model.generateRows(prompt, [{ seed: 1 }, { seed: 2 }], { max_new_tokens: 4 })) rows.push(turn.map((step) => step.token_id));
      return { ids, rows };
    }""",
        PROMPT,
    )
    assert found["ids"][0] == found["ids"][2] and len(found["ids"][1]) == 4
    assert [list(row) for row in zip(*found["rows"], strict=True)] == [found["ids"][0][:4], found["ids"][1]]


def test_what_is_out_of_range_is_refused_with_its_name_and_the_model_goes_on(from_disk):
    told = from_disk.evaluate("""async () => {
      const model = await Amostra.model.load(), found = [];
      for (const [params, how] of [[{ top_p: 2 }, {}], [{}, { stop: [""] }], [{}, { seed: -1 }]]) {
        try { for await (const step of model.generate("a", params, how)) found.push(step); } catch ({ name, argument, accepted }) { found.push([name, argument, accepted]); }
      }
      return [found, await model.encode("a")];
    }""")
    assert [one[:2] for one in told[0]] == [
        ["ParameterError", "top_p"],
        ["ParameterError", "stop"],
        ["ParameterError", "seed"],
    ]
    assert told[1] == core.load_model("embedded").encode("a")


def test_the_page_goes_on_while_the_model_writes(from_disk):
    ticks, steps = from_disk.evaluate(
        """async (prompt) => {
      const model = await Amostra.model.load();
      let ticks = 0, steps = 0;
      const clock = setInterval(() => ticks++, 1);
      for await (const _ of model.generate(prompt, {}, { seed: 1, max_new_tokens: 40, ignore_eos: true })) steps++;
      clearInterval(clock);
      return [ticks, steps];
    }""",
        PROMPT,
    )
    assert steps == 40 and ticks >= steps  # in the page's own thread a tick would come between two turns at most


def test_from_a_server_the_page_tells_how_much_has_come(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/index.html")
    shares = page.evaluate("""async () => {
      const shares = [];
      await Amostra.model.load("embedded", { progress: (share) => shares.push(share) });
      return shares;
    }""")
    page.close()
    assert len(shares) > 3 and shares == sorted(shares) and shares[-1] == 1 and shares[0] < 0.9


def test_a_file_that_is_not_there_is_told_and_may_be_asked_for_again(from_disk, browser, server):
    ask = """async () => { try { await Amostra.model.load("nowhere"); } catch ({ message }) { return message; } }"""
    assert "model_nowhere.js cannot be read" in from_disk.evaluate(ask)
    page = browser.new_page()
    page.goto(f"{server}/index.html")
    assert page.evaluate(ask) == page.evaluate(ask) == f"{server}/model_nowhere.js: 404"
    page.close()
