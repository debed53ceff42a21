"""The recorded questions: the shipped weights' own answers, judged as the lesson says."""

from copy import deepcopy

import pytest

from core.models import load_model
from dashboard.recorded import questions
from dashboard.recorded.files import document

FLIPPED = 2  # of the drawn texts: where a number falls on the edge of two tokens, another order of float32 sums may take the other


def test_the_record_is_what_the_shipped_weights_give():
    kept, again = deepcopy(document("questions")), questions.asked(load_model("embedded"))
    drawn = [[text for one in record["questions"] for text in one.pop("drawn")] for record in (kept, again)]
    assert again == {name: kept[name] for name in ("questions", "beginnings")}
    assert len(drawn[0]) == len(drawn[1]) == questions.DRAWN * len(questions.QUESTIONS)
    assert sum(one != other for one, other in zip(*drawn, strict=True)) <= FLIPPED


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
