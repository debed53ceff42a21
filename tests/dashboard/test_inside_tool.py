"""The tool that looks inside the model: what fits, and that its figures are of the text at hand."""

import pytest

from core.models import load_model
from dashboard import inside
from dashboard.language import LANGUAGES, using
from tests import small_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(small_model.make(tmp_path_factory.mktemp("model")))


@pytest.mark.parametrize("text, tokens", [("", 0), ("  \n ", 0), ("céu " * 40, None)])
def test_a_text_with_nothing_or_too_much_to_read_is_refused(model, text, tokens):
    with pytest.raises(inside.TextError) as caught:
        inside.see(model, text)
    assert caught.value.tokens == tokens if tokens is not None else caught.value.tokens > inside.MOST


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_are_of_the_text(model, language):
    one = inside.see(model, " A avó ")
    assert len(one.tokens) == len(model.encode("A avó")) and not any(
        "\N{REPLACEMENT CHARACTER}" in token for token in one.tokens
    )
    with using(language):
        attention, lens, pushes = inside.figures(one)
    assert len(attention.rows) == len(one.tokens)
    assert len(lens.rows) == min(10, len(one.words)) and len(pushes.rows) == 2 * len(one.lengths) + 2
    assert all("A avó" in figure.alt for figure in (attention, lens))
