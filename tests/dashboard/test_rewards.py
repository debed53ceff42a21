"""The recorded rewards: the embedded model's own probabilities, the whole vocabulary."""

import math

import pytest

from core.models import load_model
from dashboard.recorded import rewards
from dashboard.recorded.files import document


def test_the_record_is_what_the_shipped_weights_give():
    asked, kept = rewards.asked(load_model("embedded")), document("rewards")
    assert [(one[0], one[2]) for one in asked["tokens"]] == [(one[0], one[2]) for one in kept["tokens"]]
    for part, at in (("tokens", 1), ("others", 0)):
        assert [one[at] for one in asked[part]] == pytest.approx([one[at] for one in kept[part]], abs=1e-3)


def test_no_mass_is_left_out_and_letters_are_counted():
    one = rewards.rewarded()
    assert math.fsum(map(math.exp, one.log_probs)) == pytest.approx(1, abs=1e-4)
    assert [rewards.letters(token) for token, _, _ in one.tokens] == [r for _, _, r in one.tokens]
    assert rewards.letters(" ção, 3") == 3
