"""The search: what the index holds, and how the page's script looks in it."""

import json
from contextlib import closing
from types import SimpleNamespace

import pytest
from py_mini_racer import MiniRacer

from dashboard import language, lesson
from dashboard.page import search
from dashboard.page.scripts import apart_script
from dashboard.site.pages import address

SMALL = [
    [
        "a.html",
        "Núcleo",
        [
            ["", "Núcleo", "Um corte."],
            ["prova", "Prova", "A massa cruza p."],
            ["fim", "Fim", "O núcleo, de novo: núcleo."],
        ],
    ],
    [
        "b.html",
        "Outra",
        [
            ["", "Outra", "Sem nada."],
            ["nucleo", "O núcleo aqui", "Texto."],
            ["c", "Cauda", "Nucleotídeo não é; a ação, sim."],
        ],
    ],
]


def racer() -> MiniRacer:
    one = MiniRacer()
    one.eval("var window = globalThis;")
    one.eval(apart_script())
    return one


@pytest.fixture(scope="module")
def small():
    with closing(racer()) as one:
        one.eval(f"const index = {json.dumps(SMALL)};")
        yield lambda query: json.loads(
            one.eval(f"JSON.stringify(Amostra.find(index, {json.dumps(query)}).map((one) => one.address))")
        )


@pytest.fixture(scope="module", params=language.LANGUAGES)
def course(request):
    """The index of the whole course in one language: as Python made it, and as the page finds in it."""
    with language.using(request.param), closing(racer()) as one:
        one.eval(search.script(address))
        yield SimpleNamespace(
            lang=request.param,
            index=json.loads(one.eval("JSON.stringify(Amostra.search.index)")),
            find=lambda query: json.loads(
                one.eval(f"JSON.stringify(Amostra.find(Amostra.search.index, {json.dumps(query)}))")
            ),
            excerpt=lambda text, query: json.loads(
                one.eval(f"JSON.stringify(Amostra.excerpt({json.dumps(text)}, {json.dumps(query)}))")
            ),
        )


# Looking -------------------------------------------------------------------------------------------------------------


def test_accents_composed_or_not_and_case_make_no_difference(small):
    found = small("núcleo")
    assert found[:2] == ["a.html", "b.html#nucleo"]  # the title before a heading
    assert all(small(query) == found for query in ("nucleo", "nu\u0301cleo", "NÚCLEO", "NU\u0301CLEO", " «núcleo» "))
    assert small("ação") == small("acao") == small("ac\u0327a\u0303o") == ["b.html#c"]
    assert small("aao") == []  # a ç is a c, not nothing


def test_the_title_counts_more_than_a_heading_and_a_heading_more_than_the_text(small):
    assert small("núcleo") == ["a.html", "b.html#nucleo", "a.html#fim", "b.html#c"]


def test_greek_letters_are_found_by_their_names(course):
    assert [one["address"] for one in course.find("τ")] == [one["address"] for one in course.find("tau")] != []


def test_a_whole_word_counts_more_than_the_beginning_of_one(small):
    found = small("núcleo")
    assert found.index("a.html#fim") < found.index("b.html#c")


def test_every_word_is_asked_for_and_the_title_of_the_page_may_have_one(small):
    assert small("núcleo prova") == ["a.html#prova"]
    assert small("núcleo ausente") == []
    assert small("cruza mass") == ["a.html#prova"]


@pytest.mark.parametrize("query", ["", "   ", "?!…", "\u0301", "(", "[a-z", "\\", "*", "a|b", "$^"])
def test_no_query_breaks_the_search(small, query):
    assert isinstance(small(query), list)


# The index -----------------------------------------------------------------------------------------------------------


def test_every_page_but_the_home_is_in_the_index_with_its_headings(course):
    with language.using(course.lang):
        pages = [*lesson.lessons(), *lesson.pages()]
        assert {one.text("title") for one in pages} < {title for _, title, _ in course.index}
        assert len(course.index) == len(pages) + 1  # and the glossary
        for made, (_, title, places) in zip(search.documents(), course.index, strict=True):
            assert places[0][:2] == ["", title]
            assert {place.id for place in made.places} <= {id for id, _, _ in places}


def test_formulas_programs_and_answers_are_not_in_the_index(course):
    text = json.dumps(course.index, ensure_ascii=False)
    for formula in (r"\frac", r"\tau", r"\text", "p_{", "mathrm"):
        assert formula not in text.replace("\\\\", "\\"), formula
    assert "from core import" not in text
    with language.using(course.lang):
        for one in lesson.lessons():
            for block in lesson.produce(one, course.lang):
                for option in getattr(block, "options", ()):
                    plain = max(option.feedback.replace("*", "$").split("$"), key=len).strip()
                    assert len(plain) < 25 or plain not in text, (one.slug, block.id, plain)


@pytest.mark.parametrize(
    "query, pt, en",
    [
        ("nucleo", "top-p.html", None),
        ("nucleus", None, "top-p.html"),
        ("temperatura", "temperatura.html", None),
        ("Temperature", None, "temperature.html"),
        ("attention", None, "attention.html"),
        ("atencao", "atencao.html", None),
        ("penalidade de frequencia", "penalidades.html", None),
        ("min-p", "outros-cortes.html", "other-cuts.html"),
        ("distribuicao", "", None),
    ],
)
def test_the_course_is_found_in(course, query, pt, en):
    expected = {"pt": pt, "en": en}[course.lang]
    if expected is None:
        return
    found = course.find(query)
    assert found
    assert any(one["address"].startswith(expected) for one in found[:5]), [one["address"] for one in found[:5]]


def test_an_excerpt_shows_the_hits_as_they_are_written(course):
    query, word = {"pt": ("distribuicao", "distribuição"), "en": ("distribution", "distribution")}[course.lang]
    one = next(one for one in course.find(query) if len(one["text"]) > 600 and word in one["text"])
    pieces = course.excerpt(one["text"], query)
    shown = "".join(piece["text"] for piece in pieces)
    assert len(shown) < 300 and shown.strip("… ") in one["text"]
    hits = [piece["text"] for piece in pieces if piece["hit"]]
    assert hits and {hit.casefold() for hit in hits} == {word}


def test_an_excerpt_marks_the_telling_words_and_short_ones_only_alone(course):
    marked = lambda query: [one["text"] for one in course.excerpt("O corte de uma lista", query) if one["hit"]]  # noqa: E731
    assert marked("corte de lista") == ["corte", "lista"]
    assert marked("de") == ["de"]


def test_an_excerpt_of_decomposed_letters_keeps_them(course):
    pieces = course.excerpt("O nu\u0301cleo.", "núcleo")
    assert [piece["text"] for piece in pieces] == ["O ", "nu\u0301cleo", "."]
