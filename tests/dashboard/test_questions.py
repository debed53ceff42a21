"""The recorded questions: the shipped weights' own answers, judged as the lesson says."""

import pytest

from core.models import load_model
from dashboard.recorded import questions
from dashboard.recorded.files import document


def test_the_record_is_what_the_shipped_weights_give():
    kept = document("questions")
    assert questions.asked(load_model("embedded")) == {name: kept[name] for name in ("questions", "beginnings")}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("\n— Não sei, respondeu ela.\n— Por quê?", "Não sei, respondeu ela."),
        (" Quem é?  Eu!", "Quem é?"),
        (" Janeiro", "Janeiro"),
        ("", ""),
    ],
)
def test_the_first_sentence_of_what_came_is_read_on_one_line(text, first):
    assert questions.sentence(text) == first


def test_every_prompt_is_tried_once():
    assert [one.prompt for one in questions.questions()] == list(questions.QUESTIONS)
    assert [one.prompt for one in questions.beginnings()] == list(questions.BEGINNINGS)
