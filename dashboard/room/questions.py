"""What a room asks: an exercise or a bet of a lesson, or the next token of a text.

The words of an exercise come from the lesson here, never from who opens the room: nobody's HTML is put on anybody's phone.
Formulas are MathML, which phones set without a stylesheet or a font.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape

from dashboard import lesson
from dashboard.blocks import Exercise, opened
from dashboard.language import LANGUAGES, current, parse_number, percent, say, short, using
from dashboard.page import document, html, katex

MOST_OPTIONS, LONGEST_PROMPT, LONGEST_TOKEN, LONGEST_NUMBER = 20, 2000, 100, 40
LISTED = 8  # different numbers, before the rest is one row
_LINK = re.compile(r"</?a\b[^>]*>")


class QuestionError(ValueError):
    """There is no such question."""


@dataclass(frozen=True)
class Question:
    """A question as phones show it; texts are HTML.

    Attributes:
        name: by which the instructor's page knows it: "temperature/tau-bet".
        kind: "choice", "numeric" or "next".
        options: (value, text), in the order of the page; none for a number.
        right: the value of the right option, "" where there is none.
        said: what is said to each answer, by option or, for numbers, by "right", "mistake-0", …, "wrong".
        number: of a numeric one, its answer, tolerance and known mistakes.
    """

    name: str
    lang: str
    kind: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    right: str = ""
    said: dict[str, str] = field(default_factory=dict)
    number: tuple[float, float, tuple[float, ...]] | None = None

    def read(self, answer: str) -> str:
        """An answer as it is counted.

        Raises:
            ValueError: it is none.
        """
        if self.kind != "numeric":
            if answer not in {value for value, _ in self.options}:
                raise ValueError(answer)
            return answer
        if len(answer) > LONGEST_NUMBER:
            raise ValueError(answer)
        return repr(parse_number(answer) + 0.0)  # −0 is 0

    def judged(self, answer: str) -> str:
        """Under which name of `said` an answer falls."""
        if self.number is None:
            return answer
        right, tolerance, mistakes = self.number
        if abs(float(answer) - right) <= tolerance:
            return "right"
        known = (i for i, one in enumerate(mistakes) if abs(float(answer) - one) <= tolerance)
        return next((f"mistake-{i}" for i in known), "wrong")

    def rows(self, counts: list[dict[str, int]], revealed: bool) -> list[dict]:
        """A row per option, or per number that was given, with its counts; once revealed, which is right and why."""
        if self.number is None:
            shown = [(value, text, (value,)) for value, text in self.options]
        else:
            shown = self._numbers(counts, revealed)
        rows = []
        for name, text, answers in shown:
            row = {"name": name, "text": text, "counts": [sum(vote.get(one, 0) for one in answers) for vote in counts]}
            if revealed:
                row |= {"right": name == self.right, "said": self.said.get(name, "")}
            rows.append(row)
        return rows

    def _numbers(self, counts: list[dict[str, int]], revealed: bool) -> list[tuple[str, str, tuple[str, ...]]]:
        total = Counter()
        for vote in counts:
            total.update(vote)
        common = sorted(total, key=lambda one: (-total[one], float(one)))
        with using(self.lang):
            if not revealed:
                rows = [(one, short(float(one)), (one,)) for one in common[:LISTED]]
                rest = common[LISTED:]
                return [*rows, ("", say("room.others"), tuple(rest))] if rest else rows
            right, _, mistakes = self.number
            labels = {"right": right, **{f"mistake-{i}": one for i, one in enumerate(mistakes)}}
            groups = {name: tuple(one for one in total if self.judged(one) == name) for name in (*labels, "wrong")}
            texts = {name: short(value) for name, value in labels.items()} | {"wrong": say("room.others")}
            return [(name, texts[name], given) for name, given in groups.items() if given or name == "right"]


def of_lesson(slug: str, id: str, lang: str) -> Question:
    """An exercise or a bet of a lesson, in one language. The lesson is run where it never was.

    Raises:
        QuestionError: there is no such lesson, exercise or language.
    """
    found = [one for one in [*lesson.lessons(), *lesson.pages()] if one.slug == slug]
    if lang not in LANGUAGES or not found:
        raise QuestionError(f"{slug}, {lang}")
    with document.making, using(lang), katex.engine("mathml"):
        for block in opened(lesson.produce(found[0], lang)):
            if isinstance(block, Exercise) and block.id == id:
                return _of(block, f"{slug}/{id}", lang)
    raise QuestionError(f"{slug}/{id}")


def _of(block: Exercise, name: str, lang: str) -> Question:
    text = _LINK.sub("", html.paragraphs(block.question) + html.program(block))
    if block.kind == "numeric":
        said = {"right": f"{block.right}\n\n{block.reveal}", "wrong": block.wrong}
        said |= {f"mistake-{i}": one.feedback for i, one in enumerate(block.mistakes)}
        number = (float(block.answer), float(block.tolerance), tuple(float(one.value) for one in block.mistakes))
        return Question(name, lang, "numeric", text, (), "right", _paragraphs(said), number)
    options = tuple((str(i), _LINK.sub("", html.inline(block.options[i].text))) for i in block.order)
    told = [f"{one.feedback}\n\n{block.reveal}" if one.correct else one.feedback for one in block.options]
    right = str(block.options.index(block.right_option))
    return Question(
        name, lang, "choice", text, options, right, _paragraphs({str(i): one for i, one in enumerate(told)})
    )


def _paragraphs(texts: dict[str, str]) -> dict[str, str]:
    return {name: _LINK.sub("", html.paragraphs(text)) for name, text in texts.items()}


def next_token(lang: str, prompt: str, options: list[tuple[str, float]]) -> Question:
    """Which token comes next? `options` are tokens with the model's probability, told once it is revealed.

    Raises:
        QuestionError: too few options, too many, or too long ones.
    """
    fits = (
        lang in LANGUAGES
        and len(prompt) <= LONGEST_PROMPT
        and 2 <= len(options) <= MOST_OPTIONS
        and all(0 < len(text) <= LONGEST_TOKEN and 0 <= p <= 1 for text, p in options)
    )
    if not fits:
        raise QuestionError("next")
    with using(lang):
        said = {str(i): f"<p>{say('room.model', p=percent(p))}</p>" for i, (_, p) in enumerate(options)}
        text = f"<p>{say('room.next')}</p><blockquote>{escape(prompt)} …</blockquote>"
        shown = tuple((str(i), f"<code>{escape(text)}</code>") for i, (text, _) in enumerate(options))
        return Question(f"next/{current()}", lang, "next", text, shown, "", said)
