import pytest

from core.models import load_model
from core.training.scores import score
from dashboard.recorded import readings


@pytest.fixture(scope="module")
def shipped():
    return load_model("embedded")


@pytest.mark.parametrize("name", readings.TEXTS)
def test_a_kept_reading_is_that_of_the_shipped_weights_and_costs_what_the_evaluation_says(shipped, name):
    from core.course.arithmetic_code import code_length

    kept = readings.reading(name)
    assert "".join(kept.tokens) == kept.text
    again = readings.read(shipped, kept.text)
    assert again["tokens"] == list(kept.tokens) and again["guesses"] == list(kept.guesses)
    assert again["probs"] == pytest.approx(kept.probs, rel=1e-4)
    assert code_length(kept.probs) / kept.bytes == pytest.approx(score(shipped, kept.text).bits_per_byte, rel=1e-4)
