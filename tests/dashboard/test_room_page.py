"""What the projector makes of the counts: rows, a file, the class as a sampler. As the server and `core` have them."""

import csv
import io
import json
import re
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from core import CounterGenerator, draw, total_variation
from dashboard.language import catalog
from dashboard.page.scripts import PAGE, bundle, core_script, page_modules, page_script, room_script
from dashboard.room.questions import Question

NUMBER = {"answer": 0.88, "tolerance": 0.005, "mistakes": [0.73, 2]}
ASKED = Question("a/n", "en", "numeric", "", (), "right", {}, (0.88, 0.005, (0.73, 2.0)))
COUNTS = st.dictionaries(
    st.sampled_from(["0.88", "0.881", "0.73", "5.0", "-2.0", "0.0", *map(str, map(float, range(10, 20)))]),
    st.integers(1, 50),
)


@pytest.fixture(scope="module")
def page():
    with closing(MiniRacer()) as racer:
        typed = bundle(page_modules(), {"Typed": "room/typed"})
        racer.eval("var window = globalThis;" + core_script() + page_script() + room_script() + typed)
        racer.eval(
            "const numeric = (n) => ({ numeric: n, options: ['right', ...n.mistakes.map((_, i) => `mistake-${i}`), 'wrong'].map((value) => ({ value })) });"
            "const rows = (n, votes, revealed) => JSON.stringify(Amostra.room.rowsOf(numeric(n), votes, revealed));"
        )
        yield racer


@given(votes=st.lists(COUNTS, min_size=1, max_size=2), revealed=st.booleans())
def test_numbers_fall_into_the_same_rows_on_the_projector_and_on_the_phones(page, votes, revealed):
    ours = json.loads(page.call("rows", NUMBER, votes, revealed))
    theirs = ASKED.rows(votes, revealed)
    assert [row["counts"] for row in ours] == [row["counts"] for row in theirs]
    if revealed:
        assert [row["value"] for row in ours] == [row["name"] for row in theirs]
    else:
        assert [row.get("number", row["value"]) for row in ours] == [
            float(row["name"]) if row["name"] else "wrong" for row in theirs
        ]
    assert sum(sum(row["counts"]) for row in ours) == sum(sum(vote.values()) for vote in votes)


@given(
    counts=st.lists(st.integers(0, 500), min_size=2, max_size=20).filter(any),
    seed=st.integers(0, 2**53 - 1),
    step=st.integers(0, 400),
)
def test_the_class_draws_as_core_does_and_never_what_nobody_voted_for(page, counts, seed, step):
    drawn = page.call("Amostra.room.classDraw", counts, seed, step)
    assert drawn == int(draw(counts, CounterGenerator(seed, step).numbers(1)[0])) and counts[drawn] > 0


@given(
    st.lists(st.tuples(st.integers(0, 300), st.floats(0, 1)), min_size=2, max_size=12).filter(
        lambda rows: any(count for count, _ in rows)
    )
)
def test_the_distance_between_class_and_model_counts_the_tokens_that_nobody_could_choose(page, rows):
    counts, weights = [count for count, _ in rows], [weight for _, weight in rows]
    p = [weight / max(1.0, sum(weights)) for weight in weights]
    rest = max(0.0, 1 - sum(p))
    expected = total_variation([*(count / sum(counts) for count in counts), 0.0], [*p, rest]).item()
    assert page.call("Amostra.room.distance", counts, p) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("separator", [";", ","])
def test_the_file_is_read_back_as_it_was_and_no_cell_is_a_formula(page, separator):
    rows = [["opção", "primeira; vez", 'a "b", c'], ["linha\nnova", 3, ""], ["=1+1", "@x", "-2"]]
    text = page.call("Amostra.room.csv", rows, separator)
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator))
    assert read == [*([str(cell) for cell in row] for row in rows[:2]), ["'=1+1", "'@x", "'-2"]]
    assert text.startswith("\ufeff")


@pytest.mark.parametrize("separator, mark", [(";", ","), (",", ".")])
def test_the_numbers_of_the_file_have_the_decimal_mark_of_who_reads_it(page, separator, mark):
    text = page.call("Amostra.room.csv", [["0.5", 0.25, 1.5e-7, -0.5, 12]], separator)
    (read,) = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator)
    assert read == ["0.5", f"0{mark}25", f"1{mark}5e-7", f"-0{mark}5", "12"]


def counted(page, text):
    return dict(page.call("Typed.countsOf", text))


@pytest.mark.parametrize(
    "text, counts",
    [
        ("0,83: 12\n0.83: 3\n2", {"0.83": 15, "2": 1}),
        ("1/2: 2\n50%: 1\n0,5:4", {"0.5": 7}),
        ("−2: 3\n-2", {"-2": 4}),
        ("0,83: 12\n0,8a: 3\n:\n\n7: x", {"0.83": 12, "7": 0}),
    ],
)
def test_a_number_that_is_typed_on_two_lines_is_counted_once_for_each(page, text, counts):
    assert counted(page, text) == counts


@pytest.mark.parametrize("lang, mark", [("pt", ","), ("en", ".")])
@given(numbers=st.dictionaries(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 9999)))
def test_what_was_typed_stands_there_again_and_says_the_same(page, lang, mark, numbers):
    counts = counted(page, "\n".join(f"{number!r}: {many}" for number, many in numbers.items()))
    text = page.call("Typed.typedOf", counts, lang)
    assert counted(page, text) == counts
    assert page.call("Typed.typedOf", {"0.123456789": 12}, lang) == f"0{mark}123456789: 12"


BROWSER = """
const storage = () => { const kept = {}; return { getItem: (key) => kept[key] ?? null, setItem: (key, text) => { kept[key] = text; }, removeItem: (key) => { delete kept[key]; } }; };
var Amostra = { roomAddress: "/r" }, localStorage = storage(), sessionStorage = storage(), addEventListener = () => {};
const room = (code) => ({ code, at: "/r", secret: "s", name: "a/n" });
const forgotten = (kept, followed) => {
  if (kept) Own.keepRoom(room(kept));
  const one = new Sources.Served(room(followed));
  one.forget();
  return `${one.over} ${Own.ownRoom()?.code}`;
};
"""


@pytest.mark.parametrize("kept, left", [("AAAA", None), ("BBBB", "BBBB"), (None, None)])
def test_a_room_that_is_over_takes_no_other_with_it(kept, left):
    with closing(MiniRacer()) as racer:
        racer.eval(BROWSER + bundle(page_modules(), {"Own": "room/own", "Sources": "room/sources"}))
        assert racer.call("forgotten", kept, "AAAA") == f"true {left or 'undefined'}"


def test_every_word_that_the_scripts_of_rooms_and_quizzes_say_is_in_the_catalog():
    scripts = [path for folder in ("room", "quiz") for path in (PAGE / folder).glob("*.js")]
    said = {
        (path.name, name)
        for path in scripts
        for name in re.findall(r'\b(?:say|button)\((?:\w+ \? )?"([\w.]+\.[\w.]+)"', path.read_text(encoding="utf-8"))
    }
    assert len(said) > 60
    assert {(path, name) for path, name in said if name not in catalog()} == set()
