"""A room counts every browser once, keeps what it has to and forgets it in time; what it asks comes from the lesson."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import lesson
from dashboard.blocks import Exercise, opened
from dashboard.language import LANGUAGES, catalog
from dashboard.page import katex
from dashboard.room.questions import LONGEST_PROMPT, MOST_OPTIONS, Question, QuestionError, next_token, of_lesson
from dashboard.room.rooms import LETTERS, STATUS, Bounds, Bucket, Rate, Refused, Rooms, normal

CHOICE = Question(
    "a/b", "en", "choice", "<p>?</p>", (("1", "one"), ("0", "zero")), "0", {"0": "<p>yes</p>", "1": "<p>no</p>"}
)
NUMBER = Question(
    "a/n",
    "pt",
    "numeric",
    "<p>?</p>",
    (),
    "right",
    {"right": "<p>isso</p>", "mistake-0": "<p>quase</p>"},
    (0.88, 0.005, (0.73,)),
)
FREE = Bounds(joined=Rate(1e9, 1e9), voted=Rate(1e9, 1e9), of_one=Rate(1e9, 1e9), opened=Rate(1e9, 1e9))


def room_of(question=CHOICE, bounds=FREE):
    return Rooms(bounds).open(question, 0)[0]


def refusal(call, *args) -> str:
    with pytest.raises(Refused) as refused:
        call(*args)
    return refused.value.reason


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from("01"), st.booleans()), max_size=60), st.randoms())
def test_every_browser_counts_once_with_its_last_answer_however_often_and_in_whatever_order_messages_come(
    given_, random
):
    room = room_of()
    browsers = [room.join(0) for _ in range(5)]
    sent, last = [], {}
    for sequence, (who, answer, twice) in enumerate(given_):
        sent += [(who, sequence, answer)] * (1 + twice)
        last[who] = answer
    # A later message of one browser never overtakes an earlier one that was acknowledged; a copy may come at any time.
    late = [one for one in sent if random.random() < 0.3]
    for who, sequence, answer in sent + late:
        room.vote(browsers[who], 1, sequence, answer, 0)
    assert room.counts() == [dict(sorted(Counter(last.values()).items()))]
    assert room.on_projector(0)["answered"] == len(last)


def test_an_answer_counts_from_open_to_close_and_a_copy_of_a_kept_one_is_acknowledged_even_later():
    room = room_of()
    one, other = room.join(0), room.join(0)
    assert room.vote(one, 1, 1, "1", 0) == "1" and room.vote(one, 1, 2, "0", 0) == "0"
    room.close()
    assert room.vote(one, 1, 2, "0", 0) == "0"
    assert refusal(room.vote, other, 1, 1, "0", 0) == "closed" and refusal(room.vote, one, 1, 3, "1", 0) == "closed"
    room.reopen()
    assert room.vote(other, 1, 1, "0", 0) == "0"
    assert room.counts() == [{"0": 2}]


def test_a_second_vote_begins_empty_and_is_compared_with_the_first():
    room = room_of()
    stays, moves, silent, late = (room.join(0) for _ in range(4))
    for who, answer in ((stays, "0"), (moves, "1"), (silent, "1")):
        room.vote(who, 1, 1, answer, 0)
    assert refusal(room.again) == "late"  # not before the first is closed
    room.close()
    room.again()
    assert refusal(room.vote, stays, 1, 2, "0", 0) == "late"  # of the first vote
    for who in (stays, moves, late):
        room.vote(who, 2, 1, "0", 0)
    room.close()
    assert room.counts() == [{"0": 1, "1": 2}, {"0": 3}] and room.changed() == (2, 1)
    assert refusal(room.again) == "late"  # there is no third
    room.reveal()
    assert [row["counts"] for row in room.on_phones()["rows"]] == [[2, 0], [1, 3]]
    room.ask(NUMBER)
    assert (room.turn, room.phase, room.counts()) == (3, "open", [{}])


def test_phones_learn_no_count_before_the_close_and_no_right_answer_before_the_reveal():
    room = room_of()
    room.vote(room.join(0), 1, 1, "0", 0)
    assert "rows" not in room.on_phones() and room.on_projector(0)["counts"] == [{}]
    room.close()
    assert all(row.keys() == {"name", "text", "counts"} for row in room.on_phones()["rows"])
    room.reveal()
    assert [(row["name"], row["right"], row["said"]) for row in room.on_phones()["rows"]] == [
        ("1", False, "<p>no</p>"),
        ("0", True, "<p>yes</p>"),
    ]


@given(st.text(max_size=80))
def test_an_id_that_the_room_did_not_give_is_refused(made_up):
    assert refusal(room_of().phone, made_up) == "forged"


def test_an_id_of_another_room_and_one_that_was_changed_are_refused():
    room, other = room_of(), room_of()
    browser = room.join(0)
    assert room.phone(browser) and refusal(other.phone, browser) == "forged"
    assert refusal(room.phone, f"{browser[:-1]}{'0' if browser[-1] != '0' else '1'}") == "forged"


@pytest.mark.parametrize("answer", ["2", "", "-1", "0 ", "x" * 1000, "NaN"])
def test_what_is_no_option_is_no_answer(answer):
    room = room_of()
    assert refusal(room.vote, room.join(0), 1, 1, answer, 0) == "answer" and room.counts() == [{}]


def test_numbers_are_read_as_people_write_them_and_told_by_what_is_known_of_them():
    room = room_of(NUMBER)
    for typed in ("0,88", "0.880", "88%", "22/25", "0,73", "5", "-0"):
        room.vote(room.join(0), 1, 1, typed, 0)
    for bad in ("abc", "", "1e999", "nan", "1/0", "9" * 41):
        assert refusal(room.vote, room.join(0), 1, 1, bad, 0) == "answer"
    room.close()
    assert [(row["text"], row["counts"]) for row in room.on_phones()["rows"]] == [
        ("0,88", [4]),
        ("0", [1]),
        ("0,73", [1]),
        ("5", [1]),
    ]
    room.reveal()
    rows = {row["name"]: (row["text"], row["counts"], row["right"]) for row in room.on_phones()["rows"]}
    assert rows == {
        "right": ("0,88", [4], True),
        "mistake-0": ("0,73", [1], False),
        "wrong": ("outros números", [2], False),
    }


def test_many_different_numbers_share_the_last_row():
    room = room_of(NUMBER)
    for i in range(30):
        room.vote(room.join(0), 1, 1, str(i), 0)
    room.close()
    rows = room.on_phones()["rows"]
    assert len(rows) == 9 and sum(sum(row["counts"]) for row in rows) == 30


def test_a_room_takes_no_more_phones_than_its_bound_but_who_only_looked_gives_his_place():
    room = room_of(bounds=Bounds(phones=2))
    first, second, third = (room.join(0) for _ in range(3))
    room.vote(first, 1, 1, "0", 0)
    room.phone(second)
    room.vote(third, 1, 1, "1", 0)  # in the place of the second, who neither answered nor listens
    assert refusal(room.vote, second, 1, 1, "1", 0) == "full"
    assert room.counts() == [{"0": 1, "1": 1}]


def test_one_browser_that_floods_is_slowed_and_a_school_behind_one_address_is_not():
    room = room_of(bounds=Bounds())
    noisy = room.join(0)
    for i in range(20):
        room.vote(noisy, 1, i, "0", 0)
    assert refusal(room.vote, noisy, 1, 20, "1", 0) == "flood"
    for _ in range(400):  # at the same instant
        room.vote(room.join(0), 1, 1, "1", 0)
    assert room.vote(noisy, 1, 21, "1", 10) == "1"


def test_wrong_codes_are_slowed_and_a_right_one_is_always_found():
    rooms = Rooms(Bounds(guessed=Rate(3, 1)))
    room, _ = rooms.open(CHOICE, 0)
    assert [refusal(rooms.find, "AEIOU", 0) for _ in range(5)] == ["unknown"] * 3 + ["flood"] * 2
    assert rooms.find(f" {room.code[:2].lower()}-{room.code[2:]} ", 0) is room
    assert refusal(rooms.find, f"{room.code}{room.code}", 2) == "unknown"


def test_rooms_are_bounded_and_forgotten_in_time_with_all_they_held():
    forgotten = []
    rooms = Rooms(Bounds(rooms=2, idle=100, life=1000, opened=Rate(9, 9)), forgotten.append)
    (used, _), (idle, _) = rooms.open(CHOICE, 0), rooms.open(CHOICE, 0)
    assert refusal(rooms.open, CHOICE, 0) == "rooms"
    used.seen = 90
    assert rooms.find(used.code, 101) is used and forgotten == [idle.code]
    assert refusal(rooms.find, idle.code, 101) == "unknown"
    used.seen = 1000
    rooms.sweep(1001)
    assert len(rooms) == 0 and forgotten == [idle.code, used.code]


def test_a_room_is_commanded_by_its_secret_alone():
    rooms = Rooms(FREE)
    (room, secret), (_, other) = rooms.open(CHOICE, 0), rooms.open(CHOICE, 0)
    assert room.owned(secret) is None and secret.encode() not in room.secret
    for wrong in (other, "", secret[:-1], "é"):
        assert refusal(room.owned, wrong) == "secret"


def test_the_instructor_is_away_after_some_seconds_of_silence():
    room = room_of()
    assert not room.away(FREE.away) and room.away(FREE.away + 1)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=80))
def test_a_rate_never_gives_more_than_its_burst_and_what_time_brought(waits):
    bucket, now, taken = Bucket(Rate(5, 2)), 0.0, 0
    for wait in waits:
        now += wait
        taken += bucket.take(now)
    assert taken <= 5 + 2 * now + 1e-6


def test_codes_are_five_letters_that_are_taken_for_no_digit_and_make_no_word():
    code = room_of().code
    assert len(code) == 5 and set(code) <= set(LETTERS) and not set(LETTERS) & set("AEIOUY0123456789")
    assert normal(f" {code.lower()} ") == code


def test_every_refusal_has_its_words_and_a_status_of_an_error():
    for reason, status in STATUS.items():
        assert 400 <= status < 600 and catalog()[f"room.refused.{reason}"].keys() == set(LANGUAGES)


# What is asked --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_exercise_of_the_lessons_can_be_asked_with_formulas_that_phones_set_without_a_stylesheet(
    lang, monkeypatch
):
    blocks = {(one.slug, lang): list(lesson.produce(one, lang)) for one in lesson.lessons()}
    monkeypatch.setattr(lesson, "produce", lambda one, lang: blocks[one.slug, lang])  # read once, not per exercise
    exercises = [
        (slug, block) for (slug, _), made in blocks.items() for block in opened(made) if isinstance(block, Exercise)
    ]
    assert len(exercises) > 100
    with katex.engine():
        for slug, block in exercises:
            question = of_lesson(slug, block.id, lang)
            shown = "".join([question.text, *(text for _, text in question.options), *question.said.values()])
            assert "katex-html" not in shown and "<a " not in shown and "<script" not in shown
            if block.kind == "numeric":
                assert question.judged(question.read(str(block.answer))) == "right"
            else:
                assert [value for value, _ in question.options] == [str(i) for i in block.order]
                assert block.options[int(question.right)].correct and question.said.keys() == {
                    value for value, _ in question.options
                }


@pytest.mark.parametrize(
    "names",
    [("nowhere", "bet", "pt"), ("temperature", "nothing", "pt"), ("temperature", "bet", "xx"), ("../x", "", "")],
)
def test_a_question_that_no_lesson_has_is_refused(names):
    with pytest.raises(QuestionError):
        of_lesson(*names)


def test_the_next_token_is_asked_as_plain_text_and_told_the_models_probability_at_the_reveal():
    question = next_token("pt", "<b>Era", [(" uma", 0.25), ("<i>", 0.5)])
    assert (
        "<b>" not in question.text
        and "&lt;b&gt;Era …" in question.text
        and question.options[1][1] == "<code>&lt;i&gt;</code>"
    )
    assert "25,0%" in question.said["0"] and question.right == ""


@pytest.mark.parametrize("prompt, options", [
    ("", [("a", 0.5)]), ("", [("a", 0.5)] * (MOST_OPTIONS + 1)), ("x" * (LONGEST_PROMPT + 1), [("a", 0.5), ("b", 0.5)]),
    ("", [("a", 1.5), ("b", 0)]), ("", [("a", float("nan")), ("b", 0)]), ("", [("", 0.5), ("b", 0)]), ("", [("a" * 101, 0.5), ("b", 0)]),
])  # fmt: skip
def test_a_next_token_that_is_too_large_or_has_no_probability_is_refused(prompt, options):
    with pytest.raises(QuestionError):
        next_token("pt", prompt, options)
