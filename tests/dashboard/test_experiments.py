"""The lessons' exercises on the page's model: the page finds what `core` finds, and the goal of each can be reached, but not by chance."""

import json
from contextlib import contextmanager
from functools import cache
from itertools import pairwise, product, takewhile

import pytest
import torch

import core
from benchmarks.page_model import engine
from core import entropy, total_variation
from core.models.rounded import Format, rounded
from dashboard import lesson
from dashboard.blocks import Entry, Experiment
from dashboard.charts.templates import names
from dashboard.language import LANGUAGES
from dashboard.page.scripts import bundle, page_modules

PART_TWO = [one for one in lesson.lessons() if one.header["part"] == 2]


@pytest.fixture(scope="module")
def model():
    return core.load_model("embedded")


@pytest.fixture(scope="module")
def page():
    with engine() as one:
        one.racer.eval(bundle(page_modules(), {"Amostra.experiments": "experiments/index"}))
        yield lambda task, inputs, given: one.ask(
            "(task, inputs, given) => Amostra.experiments[task](model, inputs, given)", task, inputs, given
        )


def experiments(one, lang="pt") -> list[Experiment]:
    return [block for block in lesson.produce(one, lang) if isinstance(block, Experiment)]


@pytest.fixture(scope="module")
def asked() -> dict[str, Experiment]:
    """The exercises by their task."""
    return {block.task: block for one in PART_TWO for block in experiments(one)}


# As `core` does them -------------------------------------------------------------------------------------------------


def after(model, ids, network=None):
    with torch.no_grad():
        return (network or model.network)(torch.tensor([ids]))[0, -1].double().softmax(-1)


@contextmanager
def changed(modules, change):
    """A network in which `change(i, x)` stands for what reaches the i-th of these modules."""
    hooks = [
        module.register_forward_pre_hook(lambda _, given, i=i: (change(i, given[0]),))
        for i, module in enumerate(modules)
    ]
    yield
    for hook in hooks:
        hook.remove()


def bits(model, before, ids) -> float:
    with torch.no_grad():
        logits = model.network(torch.tensor([[*before, *ids[:-1]]]))[0, len(before) - 1 :].double()
    return (
        -sum(row.log_softmax(-1)[i].item() for row, i in zip(logits, ids, strict=True))
        / torch.log(torch.tensor(2.0)).item()
    )


def ids_of(model, text):
    return model.encode(text) or [model.eos_token_id]


def spaced(text):
    return f" {text}" if text[0].isalnum() else text


def certainty(model, text, given):
    choices, reference = (
        2 ** float(entropy(after(model, ids_of(model, one)))) for one in (text["text"], given["against"])
    )
    return choices <= reference / 4, {"choices": choices, "reference": reference}


def merge(model, text, given):
    merges = json.loads(model.tokenizer.to_str())["model"]["merges"]
    ranks = {tuple(pair): rank for rank, pair in enumerate(merges, 1)}
    first = min(pairwise(text["word"]), key=lambda pair: ranks.get(pair, len(ranks) + 1))
    return first == tuple(text["pair"]), {"rank": ranks.get(tuple(text["pair"]))}


def order(model, text, given):
    p, q = (after(model, model.encode(" " + text[name].lower())) for name in ("one", "other"))
    return int(p.argmax()) != int(q.argmax()), {"tv": float(total_variation(p, q))}


def previous(model, text, given):
    attentions = model.network.inspect(torch.tensor([model.encode(text["text"])])).attentions
    shares = torch.stack([torch.diagonal(one[0], -1, 1, 2).mean(-1) for one in attentions])
    share = shares[int(text["block"]) - 1, int(text["head"]) - 1]
    return bool(share == shares.max()), {"share": share.item(), "place": int((shares > share).sum()) + 1}


def ablation(model, text, given):
    ids, d, head = model.encode(text["text"]), model.network.config.head_size, int(text["head"]) - 1
    p = after(model, ids)
    with changed(
        [model.network.h[int(text["block"]) - 1].attn.c_proj],
        lambda _, x: torch.cat([x[..., : d * head], 0 * x[..., :d], x[..., d * (head + 1) :]], -1),
    ):
        q = after(model, ids)
    first = int(p.argmax())
    told = {"p": p[first].item(), "q": q[first].item(), "tv": float(total_variation(p, q))}
    return int(q.argmax()) != first, told


def fewest(steps, tried, said):
    p, now = said(steps[0]), said(tried)
    first = int(p.argmax())
    same = takewhile(lambda one: int(said(one).argmax()) == first, steps)
    return tried == list(same)[-1], {"p": p[first].item(), "q": now[first].item()}


def quantised(model, text, given):
    ids = model.encode(text["text"])
    return fewest(list(range(8, 1, -1)), int(text["bits"]), lambda many: after(model, ids, coarse(many)))


@cache
def coarse(many):
    return rounded(core.load_model("embedded").network, Format(many))


def neurons(model, text, given):
    ids, width = model.encode(text["text"]), model.network.config.n_inner

    def said(by):
        def largest(_, x):
            least = x.abs().topk(width // by, -1).values[..., -1:]
            return torch.where(x.abs() < least, 0, x)

        with changed([block.mlp.c_proj for block in model.network.h], largest):
            return after(model, ids)

    return fewest([1, 2, 4, 8, 16, 32], int(text["part"]), said)


def cost(model, text, given):
    each, reference = (
        bits(model, [model.eos_token_id], model.encode(one)) / len(one.encode())
        for one in (text["text"], given["against"])
    )
    return each <= reference / 2, {"bits": each, "reference": reference}


def context(model, text, given):
    ids = model.encode(spaced(given["word"]))
    alone, led = (
        2 ** -bits(model, ids_of(model, one), ids) for one in (given["prompt"], f"{text['before']}\n{given['prompt']}")
    )
    return led >= 10 * alone, {"alone": alone, "led": led}


def measures(model, text, given):
    texts = [spaced(text[name]) for name in ("one", "other")]
    whole = [bits(model, model.encode(given["prompt"]), model.encode(one)) for one in texts]
    each = [one / len(text.encode()) for one, text in zip(whole, texts, strict=True)]
    return (whole[0] < whole[1]) != (each[0] < each[1]), {"whole_1": whole[0], "each_2": each[1]}


# What reaches the goals ----------------------------------------------------------------------------------------------


def options(block: Experiment, *chosen: str) -> list[dict[str, str]]:
    """Every choice of these entries, beside what stands in the others at first."""
    entries = {entry.name: entry for entry in block.entries}
    values = [[value for value in entries[name].options if value] for name in chosen]
    return [at_first(block) | dict(zip(chosen, one, strict=True)) for one in product(*values)]


def at_first(block: Experiment) -> dict[str, str]:
    return {entry.name: entry.value for entry in block.entries}


def tries(block: Experiment) -> list[dict[str, str]]:
    """What a reader who has understood the exercise tries, until something reaches the goal."""
    say = lambda name, *texts: [at_first(block) | {name: text} for text in texts]  # noqa: E731
    sentences = ("Capitu olhou para", "O velho sentou-se e", "Era uma vez", "Ela abriu a porta e")
    return {
        "certainty": lambda: say("text", "de vez em", "Dom Casmur", "cada vez", "o governo de sua majest"),
        "merge": lambda: say("pair", *("".join(pair) for pair in pairwise(at_first(block)["word"]))),
        "order": lambda: [
            {"one": "de vez em", "other": "vez de em"},
            {"one": "não disse nada porque não", "other": "porque não disse nada não"},
        ],
        "previous": lambda: options(block, "block", "head"),
        "ablation": lambda: [one | {"text": text} for text in sentences for one in options(block, "block", "head")],
        "cost": lambda: say(
            "text", "Os olhos da moça encheram-se de lágrimas.", "O velho levantou-se e foi para a janela."
        ),
        "neurons": lambda: options(block, "part"),
        "context": lambda: say(
            "before", "O céu é azul. A flor é azul.", "O mar é azul. O céu é azul.", "É azul. É azul. É azul."
        ),
        "measures": lambda: [
            {"one": "e ficou a olhar para ela sem dizer nada", "other": "e"},
            {"one": "e ficou a olhar para o mar", "other": "x"},
        ],
        "quantised": lambda: options(block, "bits"),
    }[block.task]()


TASKS = ("ablation", "certainty", "context", "cost", "measures", "merge", "neurons", "order", "previous", "quantised")


@pytest.mark.parametrize("task", TASKS)
def test_a_goal_can_be_reached_and_the_page_finds_what_core_finds(page, model, asked, task):
    block, reached = asked[task], False
    for number, one in enumerate(tries(block)):
        found = page(task, one, block.given)
        reached = reached or found["outcome"] == "met"
        if number < 4 or found["outcome"] == "met":
            met, told = globals()[task](model, one, block.given)
            assert (found["outcome"] == "met") == met, one
            assert {key: found.get(key) for key in told} == pytest.approx(told, rel=2e-3, abs=1e-5), one
        if reached and number >= 4:
            break
    assert reached


@pytest.mark.parametrize("task", TASKS)
def test_what_stands_there_at_first_reaches_no_goal(page, asked, task):
    assert page(task, at_first(asked[task]), asked[task].given)["outcome"] != "met"


@pytest.mark.parametrize("task, chosen", [("previous", ("block", "head")), ("neurons", ("part",)), ("merge", ())])
def test_one_answer_of_all_is_right(page, asked, task, chosen):
    block = asked[task]
    found = [page(task, one, block.given)["outcome"] for one in (options(block, *chosen) if chosen else tries(block))]
    assert found.count("met") == 1 < len(found) / 4


def test_every_lesson_of_part_two_has_one_and_both_languages_ask_the_same():
    for one in PART_TWO:
        (pt,), (en,) = (experiments(one, lang) for lang in LANGUAGES)
        assert (pt.id, pt.task, pt.given, pt.said.keys()) == (en.id, en.task, en.given, en.said.keys()), one.slug
        assert at_first(pt) == at_first(en) and len(pt.entries) == len(en.entries), one.slug
        for outcome, text in pt.said.items():
            assert names(text) == names(en.said[outcome]), (one.slug, outcome)
    assert sorted(block.task for one in PART_TWO for block in experiments(one)) == sorted(TASKS)


def test_every_outcome_has_words_and_every_word_its_value(page, asked):
    unfit = dict.fromkeys(("text", "one", "other", "word", "pair", "before", "block", "head"), "")
    for task, block in asked.items():
        seen = {}
        for one in [unfit | {"bits": "8", "part": "1"}, at_first(block), *tries(block)[:12]]:
            told = page(task, one, block.given)
            seen[told["outcome"]] = told
        if task == "merge":
            seen["whole"] = page(task, {"word": "xqzwkj", "pair": "xq"}, {})
            seen["never"] = page(task, {"word": "xanela", "pair": "xa"}, {})
        for outcome, told in seen.items():
            assert names(block.said[outcome]) <= told.keys(), (task, outcome)
            assert all(bar["value"] >= 0 and bar["label"] for bar in told.get("bars", [])), (task, outcome)
        assert "unfit" in seen or task == "context", task


def test_words_for_an_unknown_outcome_or_too_much_to_keep_are_refused():
    with pytest.raises(ValueError, match="unfit"):
        Experiment("a", "cost", "?", [], {"met": "x"}, "")
    with pytest.raises(ValueError, match="190"):
        Experiment("a", "cost", "?", [Entry("text", "t"), Entry("more", "m")], {"met": "x", "unfit": "y"}, "")
