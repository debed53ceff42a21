"""What every lesson must hold, in both languages, and what all lessons share: the references."""

import re
from collections import defaultdict

import pytest

from dashboard import census, lesson, references
from dashboard.blocks import Correction, Figure, Merges, Prose, opened
from dashboard.language import LANGUAGES, using

LESSONS = lesson.lessons()
PROOF = "> **Lema 1.** Se p.\n>\n> $$\n> x\n> $$\n\n*Prova.* Logo.\n\nE mais.\n\n> **Lema 2.** Sem prova.\n\n> **Lema 3.** Não.\n\n*Contraexemplo.* 1.\n"


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.slug)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_lesson_has_chart_derivation_proof_exercises_and_a_note_for_the_instructor(one, lang):
    found = census.census(one, lang)
    asked = {kind: count for kind, count in found.exercises.items() if kind != "bet"}
    assert found.live >= 1 and found.derivations >= 1 and found.proofs >= 1 and found.instructor >= 1
    assert sum(asked.values()) >= 4 and len(asked) >= 3
    assert found.described == found.figures


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.slug)
def test_both_languages_say_about_as_much(one):
    pt, en = (census.census(one, lang) for lang in LANGUAGES)
    assert 0.85 <= en.words / pt.words <= 1.2
    assert (pt.proofs, pt.exercises, pt.live, pt.derivations) == (en.proofs, en.exercises, en.live, en.derivations)


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.slug)
def test_a_lesson_says_once_what_to_keep(one):
    headings = {"pt": "## O que guardar\n", "en": "## What to keep\n"}
    for lang in LANGUAGES:
        (kept,) = [cell.source for cell in one.cells if cell.lang == lang and cell.anchor == "guardar"]
        assert kept.startswith(headings[lang])
        assert 3 <= kept.count("\n- ") <= 5
        assert "](lesson:" in kept.splitlines()[-1] or "](tool:" in kept.splitlines()[-1]  # where to go on


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.slug)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_proof_is_folded_and_every_chart_has_something_to_predict_above_it(one, lang):
    asked = {
        "pt": r"\b(prevej|apost|diga\b|escreva|calcule no papel|antes de )",
        "en": r"\b(predict|bet\b|say\b|write down|guess|work out|before )",
    }[lang]
    above = ""
    for block in lesson.produce(one, lang):
        if isinstance(block, Prose):
            assert not re.search(r"^\*(Prova|Proof)\b", block.text, re.MULTILINE)
            above = block.text
        elif isinstance(block, Figure | Merges):
            assert re.search(asked, above, re.IGNORECASE), block.title


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.slug)
def test_only_the_page_of_errata_quotes_what_a_source_gets_wrong(one):
    assert not [block for block in opened(lesson.produce(one, "pt")) if isinstance(block, Correction)]


def test_a_statement_counts_only_with_its_proof_or_counterexample():
    assert len(census.PROVED.findall(PROOF)) == 2


def test_a_source_has_the_same_text_and_address_wherever_it_is_cited():
    told = defaultdict(set)
    for one in [*lesson.lessons(), *lesson.pages()]:
        for source in one.header["sources"]:
            told[source["id"]].add((source["text"], source["url"]))
    assert {id: sorted(texts) for id, texts in told.items() if len(texts) > 1} == {}


def test_an_address_is_listed_once():
    urls = [reference.url for reference in references.references()]
    assert sorted(url for url in set(urls) if urls.count(url) > 1) == []


def test_the_references_name_every_lesson_that_cites_a_source():
    (holtzman,) = [reference for reference in references.references() if reference.id == "holtzman2020"]
    citing = [
        one.slug for one in lesson.lessons() if any(source["id"] == "holtzman2020" for source in one.header["sources"])
    ]
    assert [one.slug for one in holtzman.cited_by if one.numbered] == citing
    with using("en"):
        assert all(f"(lesson:{slug})" in references.markdown() for slug in citing)
