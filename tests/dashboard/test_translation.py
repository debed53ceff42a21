"""No string of one language on a page of the other: words that only one of them has give it away."""

import re

import pytest

from dashboard import blocks, lesson
from dashboard.language import LANGUAGES

ONLY = {  # function words of the other language
    "pt": {"the", "and", "with", "which", "that", "from", "this", "what", "are", "does"},
    "en": {"não", "você", "uma", "também", "então", "porque", "pelo", "pela", "cada", "quando", "mais"},
}
QUOTED = re.compile(
    r"␣\w+|\{[^}]*\}|«[^»]*»|“[^”]*”|`[^`]*`|```.*?```|\*[^*\n]+\*|\]\([^)]*\)|\$\$.*?\$\$|\$[^$]*\$", re.DOTALL
)
SILENT = {
    "data",
    "picture",
    "values",
    "rows",
    "code",
    "formula",
    "href",
    "type",
    "id",
    "anchor",
    "name",
    "field",
}  # data, not words
READ = {("Merges", "text"), ("Entry", "value"), ("Experiment", "given")}  # what the model reads, Portuguese on both


def words(value, key="") -> list[str]:
    """Every string of a block that is read as prose."""
    if key in SILENT:
        return []
    if isinstance(value, dict):
        spoken = {name: one for name, one in value.items() if (value.get("block"), name) not in READ}
        return [text for name, one in spoken.items() for text in words(one, name)]
    if isinstance(value, list):
        return [text for one in value for text in words(one, key)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("one", [*lesson.lessons(), lesson.home()], ids=lambda one: one.slug)
def test_a_lesson_speaks_one_language(one, lang):
    strange = [
        (word, text[:120])
        for block in lesson.produce(one, lang)
        for text in words(blocks.to_json(block))
        for word in re.findall(r"\w+", QUOTED.sub(" ", text).lower())
        if word in ONLY[lang]
    ]
    assert strange == []
