"""How long a lesson is said to take: counted on what is written, never by running it."""

import pytest

from dashboard import lesson, minutes
from dashboard.lesson import Cell
from dashboard.minutes import CHART, DERIVATION, EXERCISE, FORMULA, WORDS_PER_MINUTE, estimate, rounded

WORDS = " ".join(["palavra"] * 350)


def prose(text: str, lang: str = "pt", fold: str = "") -> Cell:
    return Cell(0, "markdown", text, lang, "", fold)


def code(text: str, fold: str = "") -> Cell:
    return Cell(0, "code", text, "", "", fold)


def test_words_are_read_at_the_stated_speed_each_language_its_own():
    assert estimate([prose(WORDS), prose("one two", "en")]) == {
        "pt": pytest.approx(350 / WORDS_PER_MINUTE),
        "en": pytest.approx(2 / WORDS_PER_MINUTE),
    }


def test_formulas_code_and_addresses_are_no_words_and_a_value_is_one():
    counted = estimate([prose("Vale $x + y$ em `a b c`, ou {{ f(1, 2) | 3 }}, [aqui](lesson:top-k).")])
    assert counted["pt"] == pytest.approx(5 / WORDS_PER_MINUTE)
    assert estimate([prose("$$\na + b\n$$")])["pt"] == pytest.approx(FORMULA)


def test_what_there_is_to_do_has_its_own_time_and_its_words_are_not_counted_twice():
    shown = [
        'Exercise(id="a", kind="bug", question=t(pt="a b c", en="a"))',
        'bet = Exercise(id="b", kind="bet", question=t(pt="a b", en="a"))\nbet',
        'charts.cut("c", t(pt="um corte", en="a cut"), said=t(pt="a b", en="a b"))',
        'softmax_by_hand("d", "u", [1, 2], [1.0])',
        "Answer(bet)",
    ]
    total = estimate([code(one) for one in shown])
    assert total["pt"] == total["en"] == pytest.approx(EXERCISE["bug"] + EXERCISE["bet"] + CHART + DERIVATION)


def test_a_table_and_a_callout_are_read_in_the_reader_s_language():
    cell = code('[Table([t(pt="uma coluna", en="column")], rows), Callout("note", "", t(pt=f"a {x} b", en="c"))]')
    assert estimate([cell])["pt"] == pytest.approx(5 / WORDS_PER_MINUTE)
    assert estimate([cell])["en"] == pytest.approx(2 / WORDS_PER_MINUTE)


def test_what_helps_a_chart_is_no_chart_and_what_is_not_shown_takes_no_time():
    assert estimate([code("charts.temperature_control(1.0)"), code('x = charts.cut("c")'), code("")])["pt"] == 0


def test_what_is_folded_is_not_counted():
    cells = [prose(WORDS, fold="proof"), code('softmax_by_hand("d")', fold="case"), prose("uma")]
    assert estimate(cells)["pt"] == pytest.approx(1 / WORDS_PER_MINUTE)


@pytest.mark.parametrize("raw, said", [(0, 5), (2.4, 5), (7.6, 10), (12.4, 10), (33, 35), (61, 60)])
def test_minutes_are_told_in_fives(raw, said):
    assert rounded(raw) == said


def test_a_lesson_is_counted_without_being_run(tmp_path, monkeypatch):
    monkeypatch.setattr(lesson, "made", lambda *_: pytest.fail("the lesson ran"))
    found = [one.minutes for one in lesson.lessons()]
    assert all(minutes % 5 == 0 and 15 <= minutes <= 45 for minutes in found)


def test_a_fold_makes_a_lesson_shorter_and_a_saved_change_is_seen(tmp_path):
    source = lesson.lessons()[0].path.read_text(encoding="utf-8")
    path = tmp_path / "01_logits.py"
    path.write_text(source.replace(' fold="proof"', ""), encoding="utf-8")
    whole = max(minutes.estimate(lesson.load(path).cells).values())
    path.write_text(source, encoding="utf-8")
    assert max(minutes.estimate(lesson.load(path).cells).values()) < whole - 0.5
