"""Two languages: numbers as the reader writes them, one language per thread, a complete catalog and glossary."""

import math
import re
from concurrent.futures import ThreadPoolExecutor
from string import Formatter
from threading import Barrier

import pytest

from dashboard import language, lesson
from dashboard.language import number, parse_number, percent, probability, say, short, t, using, vector

NBSP = "\u00a0"


# Numbers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lang, value, plain, tex",
    [
        ("pt", 0.831, "0,8310", "0{,}8310"),
        ("en", 0.831, "0.8310", "0.8310"),
        ("pt", 51200, "51.200", "51{.}200"),
        ("en", 51200, "51,200", "51{,}200"),
        ("pt", 1234567.5, "1.234.567,5000", "1{.}234{.}567{,}5000"),
        ("en", 1234567.5, "1,234,567.5000", "1{,}234{,}567.5000"),
        ("pt", 7, "7", "7"),
        ("pt", -2, "−2", "-2"),
        ("en", -0.5, "−0.5000", "-0.5000"),
        ("pt", -0.00001, "0,0000", "0{,}0000"),
        ("pt", math.inf, "∞", r"\infty"),
        ("en", -math.inf, "−∞", r"-\infty"),
    ],
)
def test_a_number_is_written_as_the_reader_writes_it(lang, value, plain, tex):
    with using(lang):
        assert (number(value), number(value, tex=True)) == (plain, tex)


def test_a_small_probability_is_never_a_false_zero():
    assert [probability(p) for p in (0, 3e-7, 0.0003, 0.123)] == ["0%", "3e−07", "0,03%", "12,3%"]


def test_the_number_of_decimals_can_be_chosen():
    with using("pt"):
        assert [number(2 / 3, digits) for digits in (0, 1, 6)] == ["1", "0,7", "0,666667"]


@pytest.mark.parametrize("value, error", [(math.nan, ValueError), (True, TypeError), (None, TypeError)])
def test_what_is_no_number_is_refused(value, error):
    with pytest.raises(error):
        number(value)


@pytest.mark.parametrize(
    "value, pt, en",
    [
        (0.5, "0,5", "0.5"),
        (2.0, "2", "2"),
        (0.0563, "0,0563", "0.0563"),
        (0.00001, "0", "0"),
        (51200.0, "51.200", "51,200"),
        (-1.0, "−1", "−1"),
        (7, "7", "7"),
        (math.inf, "∞", "∞"),
    ],
)
def test_the_short_form_leaves_out_the_zeros_that_say_nothing(value, pt, en):
    with using("pt"):
        assert short(value) == pt
    with using("en"):
        assert short(value) == en


def test_a_probability_becomes_a_percentage():
    with using("pt"):
        assert [percent(0.831), percent(1), percent(0.00025, 2)] == ["83,1%", "100,0%", "0,03%"]
        assert percent(0.831, tex=True) == r"83{,}1\%"
        assert [percent(4e-4), percent(6e-4), percent(0.0), percent(3e-9, 0)] == ["< 0,1%", "0,1%", "0,0%", "< 1%"]
    with using("en"):
        assert percent(0.831) == "83.1%"


def test_a_semicolon_separates_where_the_decimal_mark_is_a_comma():
    with using("pt"):
        assert vector([0.5, -1], 2) == "[0,50; −1]"
        assert vector([0.5, -1.0], trim=True) == "[0,5; −1]"
        assert vector([0.5, 2], 1, tex=True) == r"[0{,}5;\ 2]"
    with using("en"):
        assert vector([0.5, -1], 2) == "[0.50, −1]"
        assert vector([0.5, 2], 1, tex=True) == r"[0.5,\ 2]"


@pytest.mark.parametrize(
    "text, value",
    [
        ("0,83", 0.83),
        ("0.83", 0.83),
        ("83%", 0.83),
        ("83,1 %", 0.831),
        ("1/4", 0.25),
        ("0,5 / 2", 0.25),
        (" −2 ", -2),
        ("-2", -2),
        ("1e-3", 0.001),
        ("100%/3", 1 / 3),
    ],
)
def test_a_typed_number_is_read(text, value):
    assert parse_number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "um quarto",
        "1/0",
        "0/0",
        "1/4/0",
        "1.234,5",
        "nan",
        "inf",
        "1/inf",
        "0,8; 0,2",
        "%",
    ],
)
def test_what_is_not_one_number_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_number(text)


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("value", [0.831, -2.5, 12.0, 0.0])
def test_what_is_written_without_grouping_is_read_back(lang, value):
    with using(lang):
        assert parse_number(number(value)) == value


# Language in force ---------------------------------------------------------------------------------------------------


def test_a_block_in_one_language_ends_in_the_one_before_it_even_after_an_error():
    with using("pt"):
        with pytest.raises(RuntimeError), using("en"):
            assert t(pt="corte", en="cut") == "cut"
            raise RuntimeError
        assert t(pt="corte", en="cut") == "corte"


def test_a_language_that_the_project_does_not_speak_is_refused_and_changes_nothing():
    with using("en"):
        with pytest.raises(ValueError, match="pt, en"):
            language.set_language("fr")
        assert language.current() == "en"


def test_two_threads_keep_a_language_each():
    both = Barrier(2, timeout=10)

    def visit(lang: str) -> list[str]:
        language.set_language(lang)
        seen = []
        for _ in range(20):
            both.wait()
            seen.append(number(0.5, 1))
        return seen

    with using("pt"), ThreadPoolExecutor(2) as pool:
        pt, en = pool.map(visit, ["pt", "en"])
        assert (set(pt), set(en)) == ({"0,5"}, {"0.5"})
        assert language.current() == "pt"


def test_a_setting_stays_on_one_line():
    with using("pt"):
        assert t(pt="com τ = 0,5", en="at τ = 0.5") == f"com τ{NBSP}={NBSP}0,5"


# Catalog and glossary ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", language.catalog())
def test_an_interface_string_can_be_filled_in_both_languages(key):
    entry = language.catalog()[key]
    names = {lang: {name for _, name, *_ in Formatter().parse(text) if name} for lang, text in entry.items()}
    assert names["pt"] == names["en"]
    for lang in language.LANGUAGES:
        with using(lang):
            text = say(key, **dict.fromkeys(names[lang], "<valor>"))
        assert text and text.count("<valor>") >= len(names[lang])


def test_an_unknown_key_and_a_missing_value_are_errors():
    with pytest.raises(KeyError):
        say("no.such.key")
    with pytest.raises(KeyError):
        say("lesson.minutes")


def test_every_term_has_one_name_per_language_and_no_two_share_it():
    terms = language.glossary().values()
    for lang in language.LANGUAGES:
        names = [term.term[lang] for term in terms]
        assert len(set(names)) == len(names)
        assert all(term.meaning[lang].endswith(".") and "\n" not in term.meaning[lang] for term in terms)


def test_every_term_of_the_glossary_is_linked_from_a_lesson():
    linked = {
        match
        for one in lesson.lessons()
        for match in re.findall(r"\]\(term:([^)]*)\)", one.path.read_text(encoding="utf-8"))
    }
    assert sorted(set(language.glossary()) - linked) == []


def test_no_term_is_a_variant_that_another_forbids():
    terms = language.glossary().values()
    for lang in language.LANGUAGES:
        avoided = {variant.casefold() for term in terms for variant in (term.avoid or {}).get(lang, [])}
        assert avoided.isdisjoint(term.term[lang].casefold() for term in terms)
