"""Loading Hugging Face models: what is offered, what is read, and every way that it can fail, from real folders."""

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from core import CounterGenerator, Row, SamplingParams, collect, generate, generate_rows, sample, softmax
from core.models.hub import check_memory, free_memory, load_hub
from core.models.hub_list import LIST, HubError, listed
from core.models.language_model import LanguageModel, ModelFileError, load_model
from core.streaming import Detokenizer
from core.validation import ParameterError
from tests.models import hub_folders
from tests.models.hub_folders import entry, offer
from tests.models.hub_server import serving

HOT = SamplingParams(temperature=1.5)
IDS = torch.randint(0, 320, (3, 20), generator=torch.Generator().manual_seed(0))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A Llama in several files, offered as "small"."""
    made = hub_folders.save(hub_folders.llama(), tmp_path / "made", max_shard_size="60KB")
    assert len(list(made.glob("*.safetensors"))) > 2
    offer(monkeypatch, tmp_path / "list.toml", entry("small", made))
    return made


def fault(name: str = "small") -> HubError:
    with pytest.raises(HubError) as caught:
        load_hub(name)
    return caught.value


def reason(name: str = "small") -> str:
    return fault(name).reason


def test_logits_equal_transformers_without_and_with_cache(folder):
    theirs, ours = hub_folders.llama(), load_hub("small")
    assert isinstance(ours, LanguageModel)
    assert (ours.vocab_size, ours.context_length, ours.eos_token_id) == (320, 600, 0)
    with torch.no_grad():
        whole = theirs(IDS).logits
    torch.testing.assert_close(ours.logits(IDS), whole)
    torch.testing.assert_close(ours.next_logits(IDS), whole[:, -1])
    cache = ours.new_cache(3)
    parts = [ours.logits(part, cache) for part in IDS.split([7, 1, 12], dim=1)]
    torch.testing.assert_close(torch.cat(parts, 1), whole)
    assert cache.length == 20 and cache.bytes_per_token == 3 * 2 * 2 * 12 * 4  # layers, k and v, heads, size, float32
    with pytest.raises(ParameterError, match="at most 600 positions"):
        ours.logits(torch.zeros(3, 581, dtype=torch.long), cache)


def test_an_expanded_cache_continues_one_text_many_times(folder):
    ours = load_hub("small")
    cache = ours.new_cache()
    ours.next_logits(IDS[:1], cache)
    many = cache.expand(2)
    together = ours.next_logits([[5], [6]], many)
    torch.testing.assert_close(together[1:], ours.next_logits([6], cache))
    assert (cache.length, many.length) == (21, 21)
    with pytest.raises(ParameterError, match="of one row"):
        many.expand(2)


RIGHT = ("bloom", "mpt", "mamba", "mamba2", "qwen3_next", "jamba", "lfm2", "mistral")


@pytest.mark.parametrize("kind", RIGHT)
def test_whatever_a_model_remembers_by_its_texts_are_those_of_transformers(tmp_path, monkeypatch, kind):
    theirs = hub_folders.of_kind(kind)
    offer(monkeypatch, tmp_path / "list.toml", entry("x", hub_folders.save(theirs, tmp_path / "x")))
    ours, seeds = load_hub("x"), (3, 4)
    rows = collect(generate_rows(ours, "A avó", [Row(HOT, seed) for seed in seeds], max_new_tokens=12, alternatives=1))
    for seed, steps in zip(seeds, rows, strict=True):
        text = ours.encode("A avó")
        for step in steps:
            with torch.no_grad():
                logits = theirs(torch.tensor([text])).logits[0, -1]
            assert step.prob_before == pytest.approx(softmax(logits)[step.token_id].item(), rel=1e-3)
            assert step.token_id == int(sample(logits, HOT, CounterGenerator(seed, step.index)))
            text.append(step.token_id)
    cache = ours.new_cache()
    ours.next_logits(IDS[:1], cache)
    assert cache.bytes_per_token >= 0 and ours.context_length >= 600


@pytest.mark.parametrize("kind", sorted(hub_folders.SHAPES.keys() - set(RIGHT)))
def test_a_model_that_does_not_read_on_from_a_cache_is_refused_in_words(tmp_path, monkeypatch, kind):
    model = hub_folders.of_kind(kind)
    offer(monkeypatch, tmp_path / "list.toml", entry("x", hub_folders.save(model, tmp_path / "x")))
    assert fault("x").reason == "not_supported" and "cache" in fault("x").detail.lower()


@pytest.mark.parametrize(
    "told, ends",
    [([2, 294], {2, 294}), (294, {294}), (None, {0}), ([], {0}), (-1, {0}), ([-1, 294], {294}), ([0, 294], {0, 294})],
)
def test_every_end_of_text_of_the_generation_config_ends_it_as_in_transformers(folder, told, ends):
    path = folder / "generation_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"eos_token_id": told}))
    ours = load_hub("small")
    assert (ours.eos_token_id, ours.eos_token_ids) == (0, ends)
    for end in ends:
        bias = SamplingParams(greedy=True, logit_bias={end: 1000})
        forced = [70, 71, 72]
        steps = list(generate(ours, "A avó", bias, forced=forced, max_new_tokens=9))
        assert [step.token_id for step in steps] == [*forced, end]
        assert steps[-1].finish == "end" and steps[-1].text == ""


def test_end_of_text_where_generate_stops(folder):
    """The same greedy text with each of its tokens named as an end, here and in transformers."""
    path, prompt = folder / "generation_config.json", [70, 71, 72]
    config = json.loads(path.read_text())
    whole = [
        step.token_id for step in generate(load_hub("small"), prompt, SamplingParams(greedy=True), max_new_tokens=12)
    ]
    for ends in ([whole[7], 319], [319, whole[4], whole[9]]):
        path.write_text(json.dumps(config | {"eos_token_id": ends}))
        theirs = AutoModelForCausalLM.from_pretrained(folder)
        ids = torch.tensor([prompt])
        mask = torch.ones_like(ids)
        written = theirs.generate(ids, attention_mask=mask, do_sample=False, max_new_tokens=12, pad_token_id=0)[0, 3:]
        ours = generate(load_hub("small"), prompt, SamplingParams(greedy=True), max_new_tokens=12)
        assert [step.token_id for step in ours] == written.tolist() and len(written) < 12


def test_a_token_without_text_between_two_words_takes_no_space_away(tmp_path, monkeypatch):
    vocabulary = {"<unk>": 0, "▁casa": 1, "▁bela": 2, "▁": 3, "s": 4, "</s>": 5}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer, words.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, eos_token="</s>", unk_token="<unk>")

    def decode(ids):
        return tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)

    def stream(ids, before=()):
        reading = Detokenizer(decode, before)
        return "".join(map(reading.push, ids)) + reading.finish()

    assert stream([1, 0, 2]) == decode([1, 0, 2]) == "casa bela"
    assert stream([0, 2], [1]) == " bela" and stream([2], [1, *[0] * 50]) == " bela"
    for n in range(1, 5):
        for ids in product(range(6), repeat=n):
            assert stream(ids) == decode(ids)
            assert stream([2], [1, *ids]) == decode([1, *ids, 2]).removeprefix(decode([1, *ids]))


def test_text_comes_back_and_a_special_token_in_it_is_text(folder):
    ours, text = load_hub("small"), "não há coração 🙂 <|endoftext|> fim"
    ids = ours.encode(text)
    assert 0 not in ids and ours.decode(ids) == text
    assert ours.decode([*ids, 0]) == text and ours.encode("") == []


def test_progress_rises_from_nothing_to_all_bytes(folder):
    told = []
    load_hub("small", lambda *step: told.append(step))
    stages, shares, done = zip(*told, strict=True)
    total = sum(weights.numel() for weights in hub_folders.llama().parameters()) * 4
    assert set(stages) == {"load"} and shares[0] == done[0] == 0 and shares[-1] == 1 and done[-1] == total
    assert list(done) == sorted(done) and all(abs(share - part / total) < 1e-9 for _, share, part in told)
    assert len(set(done)) > 10


def test_load_model_knows_the_list(folder):
    assert load_model("small").name == "small"
    with pytest.raises(ModelFileError, match="no such model"):
        load_model("nothing-of-this-name")


def test_the_list_that_comes_with_the_project(monkeypatch):
    monkeypatch.delenv("AMOSTRA_MODELS", raising=False)
    offered = listed()
    assert next(iter(offered)) == "microsoft/phi-2" and LIST.exists()
    phi = offered["microsoft/phi-2"]
    assert phi.needs_gpu and phi.memory("bfloat16") == 2 * phi.parameters == phi.memory("float32") / 2
    assert all(one.licence and not one.folder for one in offered.values())


def test_only_what_is_listed_is_loaded(folder):
    error = fault("gpt2")
    assert error.reason == "not_listed" and "small" in str(error)
    assert reason(str(folder)) == "not_listed"  # the path of a listed folder is no name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[model]",
        "[[model]]\nname = 'x'",
        "model = 3",
        "model = ['x']",
        entry(""),
        entry("x", more="colour = 1"),
        *(entry("x", parameters=odd) for odd in (0, -1, "true", "1.5", "inf", 10**40, "'many'")),
        *(
            entry("x", more=odd)
            for odd in ("needs_gpu = 'yes'", "needs_gpu = 1", "revision = 5", "folder = []", "folder = 1979-05-27")
        ),
        entry("x").replace('"MIT"', "5"),
    ],
)
def test_a_list_that_cannot_be_read(tmp_path, monkeypatch, text):
    offer(monkeypatch, tmp_path / "list.toml", text)
    assert reason("x") == "bad_list"


def test_a_list_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("AMOSTRA_MODELS", os.fspath(tmp_path / "none.toml"))
    assert reason("x") == "bad_list"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_model_that_needs_a_gpu(folder, tmp_path, monkeypatch):
    offer(monkeypatch, tmp_path / "list.toml", entry("small", folder, more="needs_gpu = true"))
    assert reason() == "no_gpu"


def test_more_than_there_is_memory_for_is_not_even_looked_at(tmp_path, monkeypatch):
    offer(monkeypatch, tmp_path / "list.toml", entry("huge", tmp_path / "nowhere", parameters=10**13))
    error = fault("huge")
    assert error.reason == "not_enough_memory" and error.needed > error.available > 0


def test_more_parameters_than_any_model_has_are_a_mistake_in_the_list(tmp_path, monkeypatch):
    offer(monkeypatch, tmp_path / "list.toml", entry("huge", tmp_path / "nowhere", parameters=10**13 + 1))
    assert reason("huge") == "bad_list"


def test_the_files_count_not_what_the_list_says(folder, tmp_path):
    """Headers that promise eight terabytes, in a sparse file of that length: refused before anything is read."""
    shape = [2**21, 2**20]
    header = json.dumps({"w": {"dtype": "F32", "shape": shape, "data_offsets": [0, 2**43]}}).encode()
    for path in folder.glob("*.safetensors"):
        path.unlink()
    path = folder / "model.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    try:
        os.truncate(path, 8 + len(header) + 2**43)
    except OSError:
        pytest.skip("this file system has no sparse files of this size")
    assert reason() == "not_enough_memory"


def test_free_memory_is_what_the_check_compares_with():
    free = free_memory(gpu=False)
    assert free > 0
    check_memory("fits", free // 4, gpu=False)
    with pytest.raises(HubError, match="not_enough_memory"):
        check_memory("does not", free * 2, gpu=False)


SCRIPT = """
import json, sys
from core.models.hub_files import download
from core.models.hub_list import HubError, find
for name in sys.argv[1:]:
    told = []
    try:
        folder = str(download(find(name), lambda *step: told.append(step)))
        print(json.dumps([folder, told]))
    except HubError as error:
        print(json.dumps(error.reason))
"""


def downloaded(*names: str, **settings: str) -> list:
    """In a process of its own: the libraries read these variables when they are imported."""
    run = [sys.executable, "-c", SCRIPT, *names]
    done = subprocess.run(run, env=os.environ | settings, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()[-len(names) :]]


def test_a_download_tells_its_progress_and_is_not_made_twice(folder, tmp_path, monkeypatch):
    (folder / "notes.bin").write_bytes(b"not asked for")
    offer(monkeypatch, tmp_path / "list.toml", entry("me/small") + entry("me/none"))
    with serving(folder) as address:
        there = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "home"), "HF_HUB_DISABLE_XET": "1"}
        nothing, (copy, told) = downloaded("me/none", "me/small", **there)
    whole = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "notes.bin"}
    assert nothing == "no_weights" and {path.name: path.read_bytes() for path in Path(copy).iterdir()} == whole
    assert told[-1] == ["download", 1, sum(map(len, whole.values()))] and all(0 < share <= 1 for _, share, _ in told)
    assert downloaded("me/small", **there) == [[copy, []]]  # the server is gone
    offer(monkeypatch, tmp_path / "list.toml", entry("me/small", copy))
    assert load_hub("me/small").vocab_size == 320


@pytest.mark.parametrize("settings", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:1"}])
def test_no_network(tmp_path, monkeypatch, settings):
    offer(monkeypatch, tmp_path / "list.toml", entry("me/small"))
    assert downloaded("me/small", HF_HOME=str(tmp_path), **settings) == ["no_network"]


def test_no_weights(folder):
    for path in folder.glob("*.safetensors"):
        kept = path.rename(path.with_suffix(".elsewhere"))
    assert "is missing" in str(fault()) and reason() == "no_weights"
    (folder / "model.safetensors.index.json").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    assert "other formats are not read" in str(fault()) and reason() == "no_weights"
    assert kept.exists()


def test_a_folder_that_is_not_there(tmp_path, monkeypatch):
    offer(monkeypatch, tmp_path / "list.toml", entry("small", tmp_path / "nowhere"))
    assert reason() == "no_weights"


@pytest.mark.parametrize("damage", ["truncated", "empty", "garbage", "header"])
def test_damaged_weights(folder, damage):
    path = sorted(folder.glob("*.safetensors"))[1]
    data = path.read_bytes()
    cases = {"truncated": data[:-7], "empty": b"", "garbage": b"\xff" * 1000, "header": data[:8] + b"{" * len(data[8:])}
    path.write_bytes(cases[damage])
    error = fault()
    assert error.reason == "corrupt" and path.name in str(error)


def test_files_that_do_not_fit_one_another(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"hidden_size": 64}))
    assert reason() == "corrupt"
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 4}))
    assert "tensors are missing" in str(fault()) and reason() == "corrupt"
    (folder / "config.json").write_text("{")
    assert reason() == "corrupt"
    (folder / "config.json").unlink()
    assert reason() == "no_weights"


@pytest.mark.parametrize("file", ["tokenizer.json", "model.safetensors.index.json"])
def test_other_damaged_files(folder, file):
    (folder / file).write_text("{")
    assert reason() == "corrupt"


@pytest.mark.parametrize(
    "file, change",
    [
        ("generation_config.json", "[]"),
        ("generation_config.json", "null"),
        ("config.json", "null"),
        ("config.json", "3"),
        ("config.json", {"attention_bias": "x"}),
        ("config.json", {"bos_token_id": True}),
        ("config.json", {"dtype": "x"}),
        ("config.json", {"dtype": []}),
        ("config.json", {"num_attention_heads": 0}),
        ("config.json", {"num_attention_heads": 5}),
        ("config.json", {"max_position_embeddings": -1}),
        ("config.json", {"hidden_act": "x"}),
        ("config.json", {"rope_parameters": 3}),
        ("config.json", {"vocab_size": 0}),
        ("tokenizer_config.json", "null"),
        ("tokenizer_config.json", {"tokenizer_class": 5}),
    ],
)
def test_a_value_out_of_place_in_any_of_the_files_is_an_error_in_words(folder, file, change):
    path = folder / file
    path.write_text(change if isinstance(change, str) else json.dumps(json.loads(path.read_text()) | change))
    try:
        text_ids = load_hub("small").encode("A avó")
    except HubError as error:
        assert error.reason in ("corrupt", "not_supported") and len(str(error)) > 20
    else:  # a value that nothing depends on
        assert change in ({"max_position_embeddings": -1}, {"tokenizer_class": 5}) and text_ids


def test_an_architecture_with_code_of_its_own_is_refused(folder, tmp_path):
    witness = tmp_path / "ran"
    (folder / "configuration_odd.py").write_text(f"open({os.fspath(witness)!r}, 'w')\n")
    own = {"model_type": "odd", "auto_map": {"AutoConfig": "configuration_odd.OddConfig"}}
    (folder / "config.json").write_text(json.dumps(own))
    assert reason() == "not_supported" and not witness.exists()
