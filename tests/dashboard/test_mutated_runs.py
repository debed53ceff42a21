"""A slice of what `fuzz_runs` does: damaged files are refused in words, or everything works."""

import pytest

from core import load_model
from tests import small_model
from tests.dashboard.fuzz_runs import fuzz, originals, use


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(small_model.make(tmp_path_factory.mktemp("small")))


def test_files_as_they_were_written_open(model):
    assert {use(text, model) for text in originals(model)} == {"opened"}


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_is_refused_in_words_or_stands_everything_the_page_does(model, seed):
    found = fuzz(60, seed, model)
    assert min(found["opened"], found["refused"]) >= 10
