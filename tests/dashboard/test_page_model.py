"""The page's model is `core`'s: the same ids, logits, texts, steps and insides, from weights in one script."""

import gzip
import json
from dataclasses import asdict

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import core
from benchmarks.page_model import GREEDY, SEEDED, Engine, engine, logits_apart, parting, prompts
from core import ParameterError, Row, SamplingParams, collect, generate_rows
from core.models.storage import INT8, load_network, save_network
from core.params import DEFAULTS
from dashboard.page import weights
from dashboard.recorded.inside import look
from tests import small_model

SHIPPED = ("embedded", "grouped-query", "feed-forward")
PROMPT = "A avó contou à"
MEASURES = ("prob_before", "prob_after", "entropy_before", "entropy_after", "temperature")


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def embedded():
    return core.load_model("embedded")


@pytest.fixture(scope="module")
def page():
    with engine() as one:
        yield one


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A GPT of random weights, grouped-query, whose context is 48."""
    folder = tmp_path_factory.mktemp("small")
    network, _ = load_network(small_model.make(folder, n_kv_head=2))
    save_network(folder, network, "int8")
    return core.load_model(folder)


@pytest.fixture(scope="module")
def small_page(small):
    with engine(small.name) as one:
        yield one


# The tokenizer --------------------------------------------------------------------------------------------------------

HOSTILE = [
    "", " ", "\0", "\ufeff", "a\ufeffb \ufeff c", "\x85", "a\x85 \x85b", " \x0b\x0c\x1c\x1d\x1e\x1f ", "  \r\n\t  x  ", "<|endoftext|>", "a<|endoftext|>b",
    "Ġ Ċ ĉ", "'s 'S 't've'll 'd'm're ''s", "a'sb", "’s", "e\u0301 a\u0303o", "\u0301", " \u0301a", "\u1100\u1161\u11a8", "ﬁ Å \u212b", "\u0958",
    "½²³ Ⅷ ①9٣", "٣٤ १२", "👩‍👩‍👧‍👦🏳️‍🌈", "\U0001f1e7\U0001f1f7", "\U0010ffff\ufffe\uffff", "\ufffd", "\u2028\u2029\u3000\u200b\u180e\u00a0",
    "مرحبا שלום", "汉字かな한글", "a" * 3000, " " * 3000, "é" * 2000, "\n" * 500, "ab" * 2000 + " c", "não" * 700, "x\u0303" * 500, "\U0001d54f" * 300,
]  # fmt: skip
ALPHABET = "aeioúãçÃ  \n\t'’sdtlmrv0٣½_.,!?—\u0301\u0303\ufeff\x85\u00a0😀漢한Ġ<|>\0\ufffd"


def texts(many: int, embedded) -> list[str]:
    rng = np.random.default_rng(3)
    found = list(HOSTILE)
    letters = np.array(list(ALPHABET))
    corpus = embedded.decode([int(i) for i in rng.integers(0, embedded.vocab_size, 4000)])
    while len(found) < many:
        kind, length = rng.integers(4), int(rng.integers(1, 30))
        if kind == 0:
            found.append("".join(rng.choice(letters, length)))
        elif kind == 1:
            found.append("".join(chr(c) for c in rng.integers(0, 0x110000, length) if not 0xD800 <= c < 0xE000))
        elif kind == 2:
            found.append("".join(chr(c) for c in rng.integers(0, 0x3000, length)))
        else:
            start = int(rng.integers(len(corpus)))
            found.append(corpus[start : start + length])
    return found


def test_ids_and_texts_of_10000_random_and_hostile_strings_are_those_of_the_tokenizer(page, embedded):
    given = texts(10_000, embedded)
    ids, back = page.ask(
        "(texts) => [texts.map((text) => model.encode(text)), texts.map((text) => model.decode(model.encode(text)))]",
        given,
    )
    theirs = [embedded.encode(text) for text in given]
    assert [text for text, a, b in zip(given, ids, theirs, strict=True) if a != b] == []
    assert back == [embedded.decode(one) for one in theirs]


def test_accents_are_composed_as_the_tokenizer_composes_them_for_every_character(page, embedded):
    characters = [chr(c) for c in (*range(0xC0, 0xD800), *range(0xF900, 0x20000), *range(0xE0000, 0xE0200))]
    around = ("a\u0301{}\u0323\u0345", "a{}\u0301", "a\u05b0{}\u05b0\u0334")
    given = [one.format(character) for one in around for character in characters]
    given += page.ask("(texts) => texts.map((text) => text.normalize('NFD'))", characters)
    ours = page.ask("(texts) => texts.map(engine.nfc)", given)
    normalize = embedded.tokenizer.normalizer.normalize_str
    assert [one for one, text in zip(ours, given, strict=True) if one != normalize(text)] == []


def test_any_ids_become_the_text_that_the_tokenizer_makes_of_them(page, embedded):
    rng = np.random.default_rng(4)
    bytes_ = [embedded.tokenizer.token_to_id(letter) for letter in weights.tokenizer("embedded")["letters"]]
    given = [[one] for one in range(embedded.vocab_size)] + [[a, b] for a in bytes_ for b in bytes_[::7]]
    given += [[int(i) for i in rng.choice([*bytes_, 0], n)] for n in rng.integers(0, 9, 8000)]
    assert page.ask("(all) => all.map((ids) => model.decode(ids))", given) == [embedded.decode(ids) for ids in given]


@pytest.mark.parametrize("text", ["\ud800", "a\udc00b", "\udc00\ud800"])
def test_half_of_a_surrogate_pair_is_refused_as_in_core(page, embedded, text):
    with pytest.raises(ParameterError) as theirs:
        embedded.encode(text)
    function = (
        "(text) => { try { return model.encode(text); } catch (error) { return [error.argument, error.accepted]; } }"
    )
    assert page.ask(function, text) == [theirs.value.argument, theirs.value.accepted]


# The network ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_logits_of_every_shipped_model_are_those_of_core(name, page):
    model = core.load_model(name)
    with engine(name) as one:
        apart = [logits_apart(one, model, prompt, seed) for seed, prompt in enumerate(prompts(model, 8)[2:])]
        ids = model.encode("Ela abriu a porta e viu")
        at_once = one.numbers("(ids) => model.logits(ids)", ids).reshape(len(ids), -1)
    assert max(apart) < 5e-5  # some 30 ulps of a logit of 10: what orders of summation in float32 differ by
    assert np.abs(at_once - model.logits(ids)[0].numpy()).max() < 5e-5


@pytest.mark.parametrize("params", [GREEDY, SEEDED], ids=["greedy", "seeded"])
def test_texts_are_those_of_core(page, embedded, params):
    for seed, prompt in enumerate(prompts(embedded, 8)[3:]):
        assert parting(page, embedded, prompt, params, seed, tokens=30) is None


def test_what_happens_inside_is_what_core_says(page, embedded):
    text = "Ela abriu a porta e viu"
    ids, trace, look_ = embedded.encode(text), embedded.inspect(embedded.encode(text)), look(embedded, text)
    named = [embedded.tokenizer.encode(word, add_special_tokens=False).ids for word in look_.words]
    tokens = [one[0] for one in named]
    seen = page.ask(
        "(ids, tokens) => JSON.parse(JSON.stringify(model.inspect(ids, { tokens }), (_, x) => ArrayBuffer.isView(x) ? [...x] : x))",
        ids,
        tokens,
    )
    T = len(ids)
    hidden = np.array(seen["hidden_states"]).reshape(len(trace.hidden_states), T, -1)
    np.testing.assert_allclose(hidden, torch.cat(trace.hidden_states).numpy(), atol=2e-5)
    np.testing.assert_allclose(np.array(seen["attentions"]), torch.cat(trace.attentions).numpy(), atol=1e-5)
    np.testing.assert_allclose(np.array(seen["lens"])[:, tokens], look_.lens, atol=5e-5)
    np.testing.assert_allclose(np.array(seen["shares"]), look_.shares, atol=5e-5)
    parts = np.array(seen["parts"]).reshape(-1, T, hidden.shape[-1])
    np.testing.assert_allclose(parts.sum(0), hidden[-1], atol=1e-5)
    np.testing.assert_allclose(np.array(seen["shares"]).sum(0), np.array(seen["lens"])[-1, tokens], atol=5e-5)


def test_a_head_or_a_block_that_is_cut_adds_nothing(page, embedded):
    ids, network, d = embedded.encode("Ela abriu a porta e viu"), embedded.network, embedded.network.config.head_size
    function = "(ids, cut) => model.inspect(ids, { cut }).lens.at(-1)"
    hook = network.h[1].attn.c_proj.register_forward_pre_hook(
        lambda _, given: (given[0].index_fill(-1, torch.arange(3 * d, 4 * d), 0.0),)
    )
    try:
        headless = embedded.logits(ids)[0, -1].numpy()
    finally:
        hook.remove()
    np.testing.assert_allclose(page.numbers(function, ids, {"heads": [[1, 3]]}), headless, atol=5e-5)
    with torch.inference_mode():
        x = network.embed(embedded.as_batch(ids))
        for layer, block in enumerate(network.h):
            x = x if layer == 2 else block(x)
        blockless = network.read_out(x)[0, -1].numpy()
    np.testing.assert_allclose(page.numbers(function, ids, {"blocks": [2]}), blockless, atol=5e-5)
    whole = page.numbers(function, ids, {})
    assert np.abs(whole - headless).max() > 0.01 and np.abs(whole - blockless).max() > 0.01


def test_the_lens_reads_every_depth_after_every_token_with_a_block_cut_too(page, embedded):
    ids, network = embedded.encode("Ela abriu a porta e viu"), embedded.network
    for cut in ((), (1, 3)):
        with torch.inference_mode():
            states = [network.embed(embedded.as_batch(ids))]
            for layer, block in enumerate(network.h):
                states.append(states[-1] if layer in cut else block(states[-1]))
            probs = torch.stack([network.read_out(x)[0] for x in states]).double().softmax(-1)  # (L + 1, T, V)
        seen = page.ask("(ids, blocks) => model.lens(ids, { cut: { blocks }, most: 3 })", ids, list(cut))
        likeliest = probs.topk(3)
        named = [[[one["token_id"] for one in place["best"]] for place in depth] for depth in seen]
        masses = [[[one["prob"] for one in place["best"]] for place in depth] for depth in seen]
        assert named == likeliest.indices.tolist()
        np.testing.assert_allclose(masses, likeliest.values, atol=1e-4)
        theirs = torch.special.entr(probs).sum(-1) / np.log(2)
        np.testing.assert_allclose([[place["entropy"] for place in depth] for depth in seen], theirs, atol=1e-3)
        assert seen[-1][0]["best"][0]["text"] == embedded.decode([likeliest.indices[-1, 0, 0].item()])
        function = "(ids, blocks) => model.lens(ids, { cut: { blocks }, most: 3, from: 4 })"
        assert page.ask(function, ids, list(cut)) == seen[4:]
        whole = page.ask("(ids) => model.lens(ids, { most: 3 })", ids)
        assert seen[:2] == whole[:2], "before the first block that is cut nothing is another"


def test_a_shape_that_it_does_not_read_is_refused_at_once(tmp_path):
    network, _ = load_network(small_model.make(tmp_path, n_embd=24))  # heads of 6
    save_network(tmp_path, network, "int8")
    with pytest.raises(Exception, match="heads of 6 numbers"), engine(tmp_path):
        pass


# Steps ----------------------------------------------------------------------------------------------------------------

ROWS = """(prompt, rows, how) => [...engine.generateRows(model, prompt, rows.map(({ seed, ...row }) => ({ ...row, seed: BigInt(seed) })), how)]"""


def as_row(row: Row) -> dict:
    params = {name: getattr(row.params, name) for name in DEFAULTS if getattr(row.params, name) != DEFAULTS[name]}
    return {"params": params, "seed": str(row.seed), "forced": row.forced}


def assert_same(ours: list[list[dict | None]], theirs: list[tuple]) -> None:
    assert len(ours) == len(theirs)
    for turn, those in zip(ours, theirs, strict=True):
        for step, that in zip(turn, those, strict=True):
            assert (step is None) == (that is None)
            if step is None:
                continue
            that = asdict(that)
            for name in ("index", "token_id", "token", "text", "finish", "forced", "rank", "kept"):
                assert step[name] == that[name], (name, step, that)
            for name in MEASURES:
                expected = None if that[name] is None else pytest.approx(that[name], rel=1e-4, abs=1e-5)
                assert step[name] == expected, (name, step, that)
            for name in ("top_before", "top_after"):
                for a, b in zip(step[name], that[name], strict=True):
                    assert (a["token_id"], a["text"]) == (b["token_id"], b["text"])
                    assert a["prob_after"] == pytest.approx(b["prob_after"], rel=1e-4, abs=1e-6)


def both(small_page: Engine, small, prompt, rows: list[Row], **how) -> None:
    theirs = list(generate_rows(small, prompt, rows, **how))
    ours = small_page.ask(ROWS, prompt, [as_row(row) for row in rows], how)
    assert_same(ours, theirs)


WAYS = [
    {},
    {"stop": "o"},
    {"stop": ["não", "é", "ã", "nh"], "include_stop_str_in_output": True},
    {"stop_token_ids": list(range(1, 80))},
    {"stop_token_ids": list(range(1, 80)), "include_stop_str_in_output": True, "min_new_tokens": 4},
    {"ignore_eos": True},
    {"alternatives": 0},
    {"alternatives": 400},
]


@pytest.mark.parametrize("how", WAYS)
def test_steps_are_those_of_core_however_a_text_ends(small_page, small, how):
    rows = [Row(SamplingParams(temperature=1.3, top_k=200), seed) for seed in (0, 5, 2**128 - 1)]
    rows += [Row(SamplingParams(logit_bias={0: 4.0}), seed) for seed in (1, 2)]
    rows += [Row(SamplingParams(temperature=2.0), 3, forced=[0, 7, *small.encode("não ã")])]
    both(small_page, small, PROMPT, rows, max_new_tokens=14, **how)


SETTINGS = [
    {"temperature": 0.0},
    {"greedy": True},
    {"repetition_penalty": 1.6, "frequency_penalty": 0.5, "presence_penalty": 0.3, "penalty_window": 6},
    {"repetition_penalty": 1.6, "repetition_scope": "prompt"},
    {"frequency_penalty": 2.0, "frequency_scope": "both"},
    {"mirostat_tau": 3.0, "mirostat_eta": 0.5},
    {"adaptive_target": 0.3, "top_k": 80},
    {"xtc_probability": 0.5, "xtc_threshold": 0.05},
    {"dry_multiplier": 1.0, "dry_allowed_length": 1},
    {"no_repeat_ngram": 2, "temperature": 0.5},
    {"dynatemp_range": 0.5, "min_p": 0.02},
    {"typical_p": 0.8, "order": "llama.cpp", "temperature": 1.5},
    {"allowed_token_ids": list(range(1, 200)), "top_n_sigma": 1.5},
]


def test_steps_are_those_of_core_under_every_kind_of_setting(small_page, small):
    rows = [Row(SamplingParams(**one), seed, forced=[9] * (seed % 3)) for seed, one in enumerate(SETTINGS)]
    both(small_page, small, PROMPT, rows, max_new_tokens=12, ignore_eos=True)


def test_a_text_grows_beyond_the_context_as_in_core(small_page, small):
    rows = [Row(SamplingParams(temperature=0.7), seed) for seed in range(2)]
    both(small_page, small, PROMPT, rows, max_new_tokens=90, ignore_eos=True)
    both(small_page, small, small.encode(small_model.TEXT)[:130], rows, max_new_tokens=40, ignore_eos=True)
    both(small_page, small, "", rows, max_new_tokens=5)


def test_a_row_is_the_same_alone_and_beside_others_and_measured_or_not(small_page):
    rows = [{"params": {"temperature": 1.2}, "seed": str(seed)} for seed in range(3)]
    ids = "(turns) => turns.map((turn) => turn.map((step) => step?.token_id ?? null))"
    many = small_page.ask(f"(...given) => ({ids})(({ROWS})(...given))", PROMPT, rows, {"max_new_tokens": 20})
    for i, row in enumerate(rows):
        alone = small_page.ask(
            f"(...given) => ({ids})(({ROWS})(...given))", PROMPT, [row], {"max_new_tokens": 20, "alternatives": 0}
        )
        assert [turn[0] for turn in alone] == [turn[i] for turn in many][: len(alone)]


def test_a_traced_step_carries_the_stages_of_the_chain(small_page, small):
    params = SamplingParams(temperature=0.7, top_p=0.8)
    (theirs,) = collect(generate_rows(small, PROMPT, [Row(params, 1)], max_new_tokens=2, traced=True))
    ours = small_page.ask(ROWS, PROMPT, [as_row(Row(params, 1))], {"max_new_tokens": 2, "traced": True})
    for (step,), that in zip(ours, theirs, strict=True):
        assert [stage["name"] for stage in step["stages"]] == [stage.name for stage in that.stages]
        for stage, other in zip(step["stages"], that.stages, strict=True):
            np.testing.assert_allclose(stage["probs"], other.probs.numpy(), atol=1e-5)


BAD = [
    ({"max_new_tokens": 0}, "max_new_tokens"), ({"stop": [""]}, "stop"), ({"stop": "\ud800"}, "stop"), ({"stop_token_ids": [300]}, "stop_token_ids"),
    ({"min_new_tokens": -1}, "min_new_tokens"), ({"ignore_eos": 1}, "ignore_eos"), ({"alternatives": -1}, "alternatives"),
]  # fmt: skip


@pytest.mark.parametrize("how, argument", BAD)
def test_an_argument_out_of_range_is_refused_at_the_call_as_in_core(small_page, small, how, argument):
    with pytest.raises(ParameterError) as theirs:
        generate_rows(small, PROMPT, [Row(seed=1)], **how)
    function = """(how) => {
      try { engine.generateRows(model, "a", [{ seed: 1 }], how); } catch (error) { return [error.argument, error.accepted]; }
    }"""
    assert small_page.ask(function, how)[0] == theirs.value.argument == argument


@pytest.mark.parametrize(
    "call", ['generateRows(model, [300], [{}])', 'generateRows(model, "a", [])', 'generateRows(model, "a", [{ forced: [300] }])', 'generateRows(model, "a", [{ params: { top_p: 2 } }])', 'generateRows(model, "a", [{ seed: -1 }])']
)  # fmt: skip
def test_a_prompt_a_row_or_a_setting_that_cannot_be_is_refused_at_the_call(small_page, call):
    function = f"() => {{ try {{ engine.{call}; }} catch (error) {{ return error.name; }} }}"
    assert small_page.ask(function) == "ParameterError"


# The file -------------------------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(
    data=st.binary(max_size=300)
    | st.lists(st.sampled_from([0x22, 0x5C, 0x0A, 0x0D, 0x00, 0xD8, 0xDF, 0xE0, 0x28, 0x20]), max_size=200).map(bytes)
)
def test_bytes_of_any_kind_come_back_from_the_script(page, data):
    assert page.ask("(text) => [...engine.unpacked(text)]", weights.packed(data)) == list(data)


def test_every_pair_of_bytes_comes_back_from_a_script_that_is_run(page):
    data = np.arange(2**16, dtype="<u2").tobytes() + b"\0"
    page.racer.eval(f'globalThis.given = "{weights.packed(data)}";')
    assert np.array_equal(
        np.frombuffer(page.racer.eval("(globalThis.held = engine.unpacked(given).slice()).buffer"), np.uint8),
        np.frombuffer(data, np.uint8),
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_the_script_of_a_model_is_at_most_a_twentieth_larger_than_its_weights_packed(name):
    file, plain = weights.script(name), gzip.compress((weights.WEIGHTS / name / INT8).read_bytes(), 9)
    assert len(file) <= 1.05 * len(plain)
    assert file.startswith(b"\xff\xfe") and file.decode("utf-16").count('"') == 2


def test_a_tokenizer_whose_ids_go_otherwise_is_refused(tmp_path):
    small_model.make(tmp_path)
    told = json.loads((tmp_path / "tokenizer.json").read_text())
    told["model"]["vocab"] |= {"a": told["model"]["vocab"]["b"], "b": told["model"]["vocab"]["a"]}
    told["model"]["merges"].reverse()
    (tmp_path / "tokenizer.json").write_text(json.dumps(told))
    with pytest.raises(ValueError, match="special tokens, bytes, merges"):
        weights.tokenizer(tmp_path)
