"""What the tool "Inside the model" makes of the model's answers, without a page."""

import json

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from core import entropy, total_variation
from dashboard.page.scripts import bundle, page_modules


@pytest.fixture(scope="module")
def reading():
    racer = MiniRacer()
    racer.eval(bundle(page_modules(), {"Inside": "tools/inside/reading"}))

    def ask(function, *arguments):
        given = json.dumps(json.dumps(arguments))
        answer = racer.eval(f"JSON.stringify(({function})(...JSON.parse({given})) ?? null)")
        return json.loads(answer)

    return ask


@pytest.mark.parametrize("text, parts", [
    ("", []), ("2.3,4", ["2.3", "4"]), ("4,2.3,4", ["2.3", "4"]), ("5.8", ["5.8"]), (",,1", ["1"]),
    ("6", None), ("0", None), ("1.9", None), ("1.0", None), ("-1", None), ("1.2.3", None), ("1;2", None), ("um", None), ("1e0", None), (" 1", None),
])  # fmt: skip
def test_parts_that_are_cut_are_read_from_an_address_and_no_others(reading, text, parts):
    assert reading("(text) => Inside.partsOf(text, 5, 8)", text) == parts


def test_what_an_address_counts_from_one_the_model_counts_from_zero(reading):
    assert reading("(parts) => Inside.cutOf(parts)", ["2.3", "4", "4.1"]) == {"blocks": [3], "heads": [[1, 2], [3, 0]]}
    assert reading("() => Inside.cutOf([])") is None


def test_the_attention_that_is_drawn_is_one_head_s_or_the_mean_of_its_block(reading):
    rng = np.random.default_rng(1)
    attentions = rng.dirichlet(np.ones(4), (3, 2, 4))
    ask = "(attentions, block, head) => Inside.weightsOf(attentions, block, head)"
    np.testing.assert_allclose(reading(ask, attentions.tolist(), 2, 1), attentions[1, 0])
    np.testing.assert_allclose(reading(ask, attentions.tolist(), 3, None), attentions[2].mean(0))
    assert np.array(reading(ask, attentions.tolist(), 0, None)).sum() == 0  # nobody has read yet


def test_before_and_after_a_cut_are_compared_as_core_compares(reading):
    rng, ask = np.random.default_rng(2), "(before, after) => Inside.compared(before, after)"
    for _ in range(20):
        before, after = rng.dirichlet(np.full(40, 0.3), 2)
        seen = reading(ask, before.tolist(), after.tolist())
        assert seen["tv"] == pytest.approx(float(total_variation(before, after)), abs=1e-9)
        assert seen["entropies"] == pytest.approx([float(entropy(before)), float(entropy(after))], abs=1e-6)
        either = np.maximum(before, after)
        assert {row["id"] for row in seen["rows"]} == set(np.argsort(-either)[:5].tolist())
        assert [row["after"] for row in seen["rows"]] == sorted((row["after"] for row in seen["rows"]), reverse=True)
        assert all(row["before"] == before[row["id"]] and row["after"] == after[row["id"]] for row in seen["rows"])


def test_spaces_and_halves_of_characters_are_seen(reading):
    ask = "(text, id) => Inside.visible(text, id)"
    assert [reading(ask, text, 7) for text in (" vez", "vez", "\n", "\ufffd", " a b")] == [
        "␣vez",
        "vez",
        "↵",
        "#7",
        "␣a␣b",
    ]
