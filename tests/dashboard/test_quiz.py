"""A class's quiz: its address, the pages that make it, and what is counted of it."""

import json
import re
import threading
import time
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from dashboard import lesson
from dashboard.blocks import Exercise, opened
from dashboard.language import LANGUAGES, using
from dashboard.page import document
from dashboard.page.scripts import bundle, core_script, page_modules, page_script, room_script
from dashboard.room.questions import Question

NUMBER = {"answer": 0.88, "tolerance": 0.005, "mistakes": [0.73]}
ASKED = Question("a/n", "en", "numeric", "", (), "right", {}, (0.88, 0.005, (0.73,)))


def exercises() -> list[str]:
    """Every exercise that a quiz may ask, in reading order."""
    blocks = ((one, block) for one in lesson.lessons() for block in opened(lesson.produce(one, "pt")))
    return [f"{one.slug}/{block.id}" for one, block in blocks if isinstance(block, Exercise) and block.kind != "bet"]


@pytest.fixture(scope="module")
def page():
    with closing(MiniRacer()) as racer:
        racer.eval("var window = globalThis, structuredClone = (one) => JSON.parse(JSON.stringify(one));")
        racer.eval(
            "var kept = {}, sessionStorage = { getItem: (key) => kept[key] ?? null, setItem: (key, text) => { kept[key] = text; } };"
        )
        racer.eval(core_script() + page_script() + room_script() + bundle(page_modules(), {"Link": "quiz/link"}))
        yield racer


def test_the_address_holds_every_exercise_of_the_course_in_any_order(page):
    names = exercises()
    assert len(names) == len(set(names)) > 100
    for order in (names, names[::-1]):
        text = page.call("Link.written", order)
        assert re.fullmatch(r"[a-z0-9._-]+", text)  # nothing that an address, a chat or a mail would change
        assert list(page.call("Link.named", text)) == order


@given(st.text(max_size=300))
def test_whatever_an_address_says_is_read_as_names_each_once_and_none_of_them_long(page, text):
    names = list(page.call("Link.named", text))
    assert len(names) == len(set(names)) and all(0 < len(name) <= 60 for name in names)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_offers_every_lesson_and_its_exercises_are_those_of_the_course(lang):
    with using(lang):
        offered = re.findall(r'data-of="([^"]+)" data-exercises="exercises:([^"]+)"', document.quiz().html)
        slugs = [one.slug for one in lesson.lessons()]
        assert offered == [(slug, slug) for slug in slugs]
        files = (document.exercises(one, lambda kind, name, rest: name) for one in lesson.lessons()[:3])
        forms = [form for text in files for form in re.findall(r'class=\\"am-exercise\\" id=\\"([^"\\]+)\\"', text)]
    assert forms == [name.replace("/", "-", 1) for name in exercises() if name.split("/")[0] in slugs[:3]]


def test_every_quiz_that_a_page_links_asks_for_exercises_that_there_are(page):
    known, texts = (
        set(exercises()),
        [one.path.read_text(encoding="utf-8") for one in [*lesson.lessons(), *lesson.pages()]],
    )
    links = [link for text in texts for link in re.findall(r"lesson:quiz\?quiz=([^)#]+)", text)]
    assert links and {name for link in links for name in page.call("Link.named", link)} <= known


@given(
    votes=st.lists(
        st.dictionaries(st.sampled_from(["0.88", "0.881", "0.73", "5.0", "-2.0"]), st.integers(1, 50)),
        min_size=1,
        max_size=2,
    )
)
def test_the_share_of_right_answers_is_that_of_the_answers_judged_one_by_one(page, votes):
    found = json.loads(
        page.eval(
            f"""(() => {{
          const options = ["right", "mistake-0", "wrong"].map((value) => ({{ value, right: value === "right" }}));
          const asked = {{ numeric: {json.dumps(NUMBER)}, options }}, votes = {json.dumps(votes)};
          return JSON.stringify(Amostra.room.shares(asked, Amostra.room.rowsOf(asked, votes, true)).map((one) => one ?? null));
        }})()"""
        )
    )
    right = [sum(count for answer, count in vote.items() if ASKED.judged(answer) == "right") for vote in votes]
    assert found == [
        pytest.approx(one / sum(vote.values())) if vote else None for one, vote in zip(right, votes, strict=True)
    ]


def test_what_came_of_a_quiz_is_kept_once_a_vote_is_closed_and_gone_with_its_room(page):
    answers = page.eval(
        """(() => {
      kept = {};
      const names = ["a/1", "a/2", "a/3"].map((name) => ({ name })), quiz = new Amostra.room.Series(names), said = [];
      const state = (phase, ...counts) => ({ phase, counts, changed: [0, 0] });
      quiz.of("BCDFG");
      quiz.note("a/1", state("open", { 0: 3 }));
      quiz.note("a/2", state("closed", {}));
      quiz.note("b/1", state("closed", { 0: 3 }));
      said.push(names.map(({ name }) => quiz.came(name)?.counts ?? null));
      quiz.note("a/1", state("closed", { 0: 3 }));
      quiz.note("a/1", state("revealed", { 0: 3 }, { 1: 3 }));
      const again = new Amostra.room.Series(names);
      again.of("BCDFG");
      said.push(names.map(({ name }) => again.came(name)?.counts ?? null));
      again.of("XYZBC");
      said.push(names.map(({ name }) => again.came(name)?.counts ?? null));
      said.push([quiz.beside(names[0], -1), quiz.beside(names[0], 1), quiz.beside(names[2], 1)].map((one) => one?.name ?? null));
      return JSON.stringify(said);
    })()"""
    )
    assert json.loads(answers) == [
        [None, None, None],
        [[{"0": 3}, {"1": 3}], None, None],
        [None, None, None],
        [None, "a/2", None],
    ]


def test_pages_asked_for_at_once_are_digested_one_after_the_other(monkeypatch):
    running, most, digest = 0, 0, document.sources.digest

    def slowly(*programs, texts=()):
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1
        return digest(*programs, texts=texts)

    monkeypatch.setattr(document.sources, "digest", slowly)
    document._digest.cache_clear()
    asked = [threading.Thread(target=document.of, args=(one,)) for one in lesson.lessons()[:4]]
    for thread in asked:
        thread.start()
    for thread in asked:
        thread.join()
    assert most == 1
