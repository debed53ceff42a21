"""What the page remembers of a reader: when exercises come back, how two browsers' progress joins, what files are refused."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from dashboard import language
from dashboard.page.html import words
from dashboard.page.scripts import bundle, page_modules

ENTRY = """
export { answered, dueFrom, queue } from "./spacing.js";
export { complete, keep, left, merged, missing, ofLesson, parsed, progress, written } from "./progress.js";
export { day, duration, listed, number, say, speak } from "./words.js";
"""
NOW = 1_800_000_000_000  # ms


def script(space: str) -> str:
    pure = {name: page_modules()[name] for name in ("progress", "spacing", "words", "numbers")}
    return bundle({**pure, "entry": ENTRY}, {space: "entry"})


@pytest.fixture(scope="module")
def page() -> Iterator[MiniRacer]:
    racer = MiniRacer()
    racer.eval(script("Page") + script("Later"))
    racer.eval("""
      const ask = (name, ...given) => JSON.stringify(Page[name](...given));
      const days = (first, days, hour) => {
        const d = new Date(first);
        return new Date(d.getFullYear(), d.getMonth(), d.getDate() + days, hour).getTime();
      };
      const history = (answers, at) => {
        let done;
        return JSON.stringify(answers.map(([right, later]) => {
          at = days(at, later, 12);
          done = Page.answered(done, "x", right, at);
          return { done, due: Page.dueFrom(done), week: days(done.when, 7, 12) };
        }));
      };
      const refusal = (text, now) => { try { Page.parsed(text, now); } catch (error) { return error.reason ?? String(error); } return ""; };
    """)
    yield racer
    racer.close()


def ask(page: MiniRacer, name: str, *given) -> object:
    return json.loads(page.call("ask", name, *given) or "null")


def days(page: MiniRacer, first: int, days: int, hour: int = 12) -> int:
    """The time, in ms, that many days by the calendar after `first`, at that hour of the page's own clock."""
    return page.call("days", first, days, hour)


# When an exercise comes back ----------------------------------------------------------------------------------------------


def test_a_right_answer_comes_back_after_1_3_and_7_days_and_then_no_more(page):
    done, at, waits = None, NOW, []
    for _ in range(4):
        done = ask(page, "answered", done, "2", True, at)
        due = ask(page, "dueFrom", done)  # JSON writes Infinity as null
        waits.append(due and next(n for n in range(1, 30) if days(page, at, n, 0) == due))
        at = due or at
    assert waits == [1, 3, 7, None]


def test_what_is_due_tomorrow_is_due_from_midnight_whatever_the_hour_it_was_answered(page):
    for hour in (0, 9, 23):
        answered = days(page, NOW, 0, hour)
        done = ask(page, "answered", None, "2", True, answered)
        assert ask(page, "dueFrom", done) == days(page, answered, 1, 0)


def test_a_wrong_answer_waits_at_once_and_starts_anew(page):
    done = {"answer": "1", "right": True, "when": NOW, "step": 3}
    wrong = ask(page, "answered", done, "0", False, NOW + 5)
    assert wrong == {"answer": "0", "right": False, "when": NOW + 5, "step": 0}
    assert ask(page, "dueFrom", wrong) == NOW + 5
    assert ask(page, "answered", wrong, "1", True, NOW + 9)["step"] == 1


def test_a_right_answer_before_its_day_moves_nothing(page):
    done = ask(page, "answered", None, "0,5", True, NOW)
    again = ask(page, "answered", done, "1/2", True, NOW + 1000)
    assert again == {**done, "answer": "1/2"}


def test_the_review_asks_first_what_went_wrong_then_what_waits_longest_and_nothing_that_the_course_has_no_more(page):
    def done(right, when, step):
        return {"answer": "1", "right": right, "when": days(page, NOW, when), "step": step}

    lessons = {
        "a": {
            "exercises": [],
            "done": {"early": done(True, -9, 1), "late": done(True, -1, 1), "never": done(True, -90, 4)},
        },
        "b": {
            "exercises": ["wrong", "soon", "later"],
            "done": {
                "wrong": done(False, 0, 0),
                "soon": done(True, 0, 1),
                "later": done(True, 0, 2),
                "gone": done(False, -5, 0),
            },
        },
        "no-lesson": {"exercises": [], "done": {"wrong": done(False, 0, 0)}},
    }
    found = ask(page, "queue", lessons, ["a", "b", "c"], days(page, NOW, 0, 23))
    assert [(one["slug"], one["id"]) for one in found["waiting"]] == [("b", "wrong"), ("a", "early"), ("a", "late")]
    assert found["next"] == days(page, NOW, 1, 0)
    assert ask(page, "queue", {}, [], NOW) == {"waiting": [], "next": None}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=30))
def test_an_exercise_is_never_due_before_its_last_answer_nor_more_than_a_week_after(page, answers):
    told = json.loads(page.call("history", answers, NOW))
    for (right, _), one in zip(answers, told, strict=True):
        done, due = one["done"], one["due"]
        assert done["right"] is right and 0 <= done["step"] <= 4 and (done["step"] == 0) is not right
        assert done["step"] == 4 if due is None else done["when"] <= due <= one["week"]


# How two browsers' progress joins -----------------------------------------------------------------------------------------

NAMES = st.sampled_from(["bet", "bug", "ties", "sign", "lema-6-1", "e12"])
DONE = st.builds(
    lambda answer, right, when, step: {"answer": answer, "right": right, "when": when, "step": step if right else 0},
    st.text("0123456789,./ %é", max_size=20), st.booleans(), st.integers(0, NOW), st.integers(1, 4),
)  # fmt: skip
LESSON = st.fixed_dictionaries(
    {
        "bets": st.dictionaries(NAMES, st.sampled_from("0123")),
        "done": st.dictionaries(NAMES, DONE),
        "read": st.lists(NAMES, unique=True),
        "last": st.just("") | NAMES,
        "seen": st.integers(0, NOW),
        "sections": st.dictionaries(NAMES, st.integers(0, 5000)),
        "exercises": st.lists(NAMES, unique=True),
    }
)
PROGRESS = st.builds(
    lambda lessons: {"version": 1, "lessons": lessons},
    st.dictionaries(st.sampled_from(["top-k", "top-p", "temperature"]), LESSON),
)


@given(PROGRESS, PROGRESS)
def test_nothing_that_either_browser_knew_is_lost(page, mine, theirs):
    joined = ask(page, "merged", mine, theirs)
    for one in (mine, theirs):
        for slug, lesson in one["lessons"].items():
            together = joined["lessons"][slug]
            assert set(lesson["read"]) <= set(together["read"]) and lesson["bets"].keys() <= together["bets"].keys()
            assert together["seen"] >= lesson["seen"]
            for id, done in lesson["done"].items():
                assert together["done"][id]["when"] >= done["when"]
    for slug, lesson in mine["lessons"].items():
        assert lesson["bets"].items() <= joined["lessons"][slug]["bets"].items()  # his own bets stay


@given(PROGRESS, PROGRESS, PROGRESS)
def test_joining_twice_or_in_another_order_changes_nothing(page, one, two, three):
    joined = ask(page, "merged", one, two)
    assert ask(page, "merged", joined, two) == joined and ask(page, "merged", one, one) == one
    left = ask(page, "merged", joined, three)
    right = ask(page, "merged", one, ask(page, "merged", two, three))
    assert as_sets(left) == as_sets(right)


def as_sets(progress):
    return {slug: {**lesson, "read": set(lesson["read"])} for slug, lesson in progress["lessons"].items()}


# Files --------------------------------------------------------------------------------------------------------------------


@given(PROGRESS)
def test_what_was_saved_is_read_back_whole(page, progress):
    text = page.call("Page.written", progress)
    assert ask(page, "parsed", text, NOW) == progress


def test_a_file_with_less_in_it_is_filled_in(page):
    given = {"version": 1, "lessons": {"top-k": {"done": {"bug": {"answer": "2", "right": True, "when": 5}}}}}
    empty = {"bets": {}, "read": [], "last": "", "seen": 0, "sections": {}, "exercises": []}
    assert ask(page, "parsed", json.dumps(given), NOW)["lessons"] == {
        "top-k": {**empty, "done": {"bug": {"answer": "2", "right": True, "when": 5, "step": 1}}}
    }


def test_what_a_clock_that_is_ahead_has_written_counts_as_done_now(page):
    done = {"bug": {"answer": "2", "right": True, "when": NOW * 9, "step": 1}}
    given = {"version": 1, "lessons": {"top-k": {"done": done, "seen": NOW * 9}}}
    read = ask(page, "parsed", json.dumps(given), NOW)["lessons"]["top-k"]
    assert (read["done"]["bug"]["when"], read["seen"]) == (NOW, NOW)


def lesson_of(**fields) -> str:
    return json.dumps({"version": 1, "lessons": {"top-k": fields}})


GOOD = {"answer": "2", "right": True, "when": 5, "step": 1}


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "unreadable"),
        ("{", "unreadable"),
        ("\ufeff{}", "unreadable"),
        ("PK\x03\x04", "unreadable"),
        (lesson_of(done={"bug": GOOD})[:-9], "unreadable"),
        ("null", "foreign"),
        ("[]", "foreign"),
        ("{}", "foreign"),
        ('{"version": 1}', "foreign"),
        ('{"version": "1", "lessons": {}}', "foreign"),
        ('{"version": 0, "lessons": {}}', "foreign"),
        ('{"version": 1, "lessons": []}', "foreign"),
        ('{"cells": [], "metadata": {}, "nbformat": 4}', "foreign"),
        ('{"version": 2, "everything": "else"}', "newer"),
        ('{"version": 1, "lessons": {"__proto__": {}}}', "foreign"),
        ('{"version": 1, "lessons": {"constructor": {}}}', "foreign"),
        ('{"version": 1, "lessons": {"<b>": {}}}', "foreign"),
        (lesson_of(read="ideia"), "foreign"),
        (lesson_of(read=[1]), "foreign"),
        (lesson_of(bets={"bet": 0}), "foreign"),
        (lesson_of(bets={"bet": "0" * 300}), "foreign"),
        (lesson_of(seen=-1), "foreign"),
        (lesson_of(sections={"ideia": "long"}), "foreign"),
        *((lesson_of(done={"bug": {**GOOD, **bad}}), "foreign") for bad in (
            {"when": "today"}, {"when": None}, {"when": -1}, {"right": 1}, {"step": 5}, {"step": 1.5}, {"answer": 2},
        )),
    ],
)  # fmt: skip
def test_what_is_no_progress_is_refused(page, text, reason):
    assert page.call("refusal", text, NOW) == reason


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["version", "lessons", "done", "bets", "read", "top-k", "when", "right"]), inner, max_size=4
        )
    ),
)


@given(JSON | st.builds(lambda lessons: {"version": 1, "lessons": lessons}, JSON))
def test_any_other_file_is_refused_or_read_but_never_an_accident(page, value):
    assert page.call("refusal", json.dumps(value), NOW) in ("", "foreign", "newer")


# What the browser keeps ---------------------------------------------------------------------------------------------------

STORE = """
globalThis.localStorage = (() => { let kept = {}; return {
  getItem: (key) => kept[key] ?? null,
  setItem: (key, value) => { if (globalThis.full) throw new Error("QuotaExceededError"); kept[key] = value; },
  removeItem: (key) => { delete kept[key]; },
}; })();
"""


@pytest.fixture
def store(page) -> Iterator[MiniRacer]:
    page.eval(STORE + "globalThis.full = false;")
    yield page
    page.eval("Page.keep({ version: 1, lessons: {} }); delete globalThis.localStorage;")


BET = "Page.ofLesson('top-k', (one) => { one.bets.bet = '1'; }); JSON.stringify(Page.progress().lessons['top-k'].bets)"


def test_what_is_done_is_kept_under_one_key(store):
    assert store.eval(BET) == '{"bet":"1"}'
    assert json.loads(store.eval("localStorage.getItem('amostra.progress')"))["lessons"]["top-k"]["bets"] == {
        "bet": "1"
    }


@pytest.mark.parametrize("there", ["null", "'{'", "'[]'", '\'{"version":1,"lessons":{"top-k":7}}\''])
def test_what_another_program_left_there_is_as_nothing(store, there):
    store.eval(f"localStorage.setItem('amostra.progress', {there})")
    assert store.eval("JSON.stringify(Page.progress())") == '{"version":1,"lessons":{}}'
    assert store.eval(BET) == '{"bet":"1"}'


def test_a_full_or_closed_store_forgets_nothing_until_the_page_is_left(store):
    store.eval("globalThis.full = true")
    assert store.eval(BET) == '{"bet":"1"}'
    assert store.eval("localStorage.getItem('amostra.progress')") is None


def test_a_page_without_a_store_remembers_until_it_is_left(store):
    store.eval("delete globalThis.localStorage")
    assert store.eval(BET) == '{"bet":"1"}'
    assert json.loads(store.eval("JSON.stringify(Page.progress())"))["lessons"]["top-k"]["bets"] == {"bet": "1"}


def test_scripts_that_come_later_remember_the_same(store):
    store.eval("delete globalThis.localStorage")
    store.eval(BET)
    store.eval("Later.ofLesson('top-k', (one) => { one.bets.other = '2'; })")
    for space in ("Page", "Later"):
        assert json.loads(store.eval(f"JSON.stringify({space}.ofLesson('top-k').bets)")) == {"bet": "1", "other": "2"}


def test_what_a_later_version_wrote_is_not_written_over(store):
    later = '{"version":2,"more":1}'
    store.eval(f"localStorage.setItem('amostra.progress', '{later}')")
    assert store.eval(BET) == '{"bet":"1"}'
    assert store.eval("localStorage.getItem('amostra.progress')") == later
    store.eval("localStorage.removeItem('amostra.progress')")


# When a lesson is done ----------------------------------------------------------------------------------------------------


def test_a_lesson_is_done_when_read_to_its_end_with_every_exercise_right(page):
    right = {"answer": "1", "right": True, "when": 1, "step": 1}
    one = {
        "sections": {"idea": 300, "proof": 600, "end": 100},
        "exercises": ["bug", "ties"],
        "read": ["idea"],
        "done": {},
    }
    assert ask(page, "left", one) == pytest.approx(0.7) and ask(page, "missing", one) == ["bug", "ties"]
    read = {**one, "read": ["idea", "end"]}  # a proof may be left out
    assert not ask(page, "complete", read) and not ask(page, "complete", {**one, "done": {"bug": right, "ties": right}})
    assert not ask(page, "complete", {**read, "done": {"bug": right, "ties": {**right, "right": False}}})
    assert ask(page, "complete", {**read, "done": {"bug": right, "ties": right}})
    never = {"sections": {}, "exercises": [], "read": [], "done": {}}
    assert ask(page, "left", never) == 1 and not ask(page, "complete", never) and not ask(page, "complete", None)


# Words --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lang, expected",
    [
        ("pt", ["1 exercício para hoje.", "12 exercícios para hoje.", "9 minutos", "4 h 12 min", "2, 4 e 5"]),
        ("en", ["1 exercise for today.", "12 exercises for today.", "9 minutes", "4 hr 12 min", "2, 4, and 5"]),
    ],
)
def test_the_scripts_speak_the_language_of_the_page(page, lang, expected):
    with language.using(lang):
        page.eval(f"Page.speak({json.dumps(words())})")
    said = [page.call("Page.say", "review.waiting", {"count": count}) for count in (1, 12)]
    said += [
        page.call("Page.duration", 9),
        page.call("Page.duration", 252),
        "".join(ask(page, "listed", ["2", "4", "5"])),
    ]
    assert said == expected
    today, tomorrow = {"pt": ("hoje", "amanhã"), "en": ("today", "tomorrow")}[lang]
    assert page.call("Page.day", NOW, NOW) == today
    assert page.call("Page.day", days(page, NOW, 1, 0), days(page, NOW, 0, 23)) == tomorrow
