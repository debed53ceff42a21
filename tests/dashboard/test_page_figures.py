"""The figures of a page share their long lists of numbers, and each still has its own data."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from dashboard import lesson
from dashboard.blocks import Figure, Fold, to_json
from dashboard.language import LANGUAGES, using
from dashboard.page import document
from dashboard.page.html import LONG


def told(blocks):
    for block in blocks:
        if isinstance(block, Fold):
            yield from told(block.blocks)
        elif isinstance(block, Figure):
            yield block.id, json.loads(json.dumps(to_json(block)["data"]))


def filled(value, figures):
    """As figures.js reads it."""
    if isinstance(value, dict) and isinstance(value.get("same"), list):
        place = figures
        for name in value["same"]:
            place = place[name]
        return place
    if isinstance(value, dict):
        return {key: filled(one, figures) for key, one in value.items()}
    return [filled(one, figures) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", ["", "logits", "top-k", "language-model"])
def test_a_long_list_stands_in_a_page_once_and_every_figure_has_its_own_data(slug, lang):
    one = lesson.home() if not slug else next(one for one in lesson.lessons() if one.slug == slug)
    with using(lang):
        page = (document.of(one) if slug else document.home()).html
        blocks = dict(told(lesson.produce(one, lang)))
    read = [json.loads(box.script.string) for box in BeautifulSoup(page, "html.parser").select("[data-figure]")]
    figures = {figure["id"]: figure for figure in read}
    assert {name: filled(figures[name]["data"], figures) for name in blocks} == blocks
    long = re.findall(rf"\[(?:-?[\d.e-]+,){{{LONG - 1},}}-?[\d.e-]+\]", page)
    assert len(long) == len(set(long)) and (long or slug == "language-model")
