"""The errata page: every point, in both languages, with the names that things have."""

import pytest

from dashboard.blocks import Correction
from dashboard.language import LANGUAGES
from dashboard.lesson import pages, produce

(ERRATA,) = [page for page in pages() if page.slug == "errata"]
POINTS = [f"{kind}{n}" for kind, count in (("N", 9), ("P", 6), ("F", 14)) for n in range(1, count + 1)]


def rows(lang: str) -> list[list[str]]:
    return [row for block in produce(ERRATA, lang) if isinstance(block, Correction) for row in block.rows]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_point_of_the_notes_is_there_in_order(lang):
    assert list(dict.fromkeys(row[0].split(":")[0] for row in rows(lang))) == POINTS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_engines_bear_the_names_that_their_makers_write(lang):
    (counted,) = [row[2] for row in rows(lang) if row[0].startswith("F4")]
    assert [part.split(":")[0] for part in counted.split("; ")] == ["vLLM", "llama.cpp", "OpenAI"]
