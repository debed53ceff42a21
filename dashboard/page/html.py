"""Blocks as HTML, the same on every surface: one function per block type, registered on `html`.

Everything here works without scripts as well: a figure shows its table, an exercise its possible answers. `page.js`
finds the `data-` attributes and brings figures and exercises to life. Links to lessons, terms and tools stand as
`href="lesson:slug"`; `links.addressed` writes them as a surface has them. Call `html` with the reader's language in
force (`language.using`) and with `katex.engine()` running.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import cache, singledispatch
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer, TextLexer, get_lexer_by_name
from pygments.util import ClassNotFound

from dashboard.blocks import (
    Answer,
    Block,
    Callout,
    Correction,
    Derivation,
    Entry,
    Exercise,
    Experiment,
    Feedback,
    Figure,
    Fold,
    Merges,
    Prose,
    Table,
    to_json,
)
from dashboard.language import catalog, current, say, short
from dashboard.links import checked
from dashboard.page import katex
from dashboard.words import correction_columns, figure_words

# Text ----------------------------------------------------------------------------------------------------------------


def _highlighted(code: str, language: str, _attributes: str) -> str:
    try:
        lexer = get_lexer_by_name(language) if language else TextLexer()
    except ClassNotFound:
        lexer = TextLexer()
    return highlight(code, lexer, HtmlFormatter(wrapcode=True))


def _glue_punctuation(state: StateCore) -> None:
    """Set the comma after a formula with the formula: a line may break after it, never before it."""
    for token in state.tokens:
        children = token.children or []
        for formula, after in pairwise(children):
            if (
                formula.type == "math_inline"
                and after.type == "text"
                and (mark := re.match(r"[.,;:!?]+", after.content))
            ):
                formula.content += rf"\text{{{mark[0]}}}"
                after.content = after.content[mark.end() :]


def _scrolling(self: RendererHTML, tokens: list[Token], i: int, options: dict, env: dict) -> str:
    """A table of the prose in a box that scrolls on a narrow screen."""
    opening = '<div class="am-scroll" data-scroll><table class="am-table">'
    return opening if tokens[i].nesting == 1 else "</table></div>"


@cache
def _markdown() -> MarkdownIt:
    def formula(tex: str, options: dict) -> str:
        rendered = katex.render(tex, options["display_mode"])
        return f'<div class="am-math" data-scroll>{rendered}</div>' if options["display_mode"] else rendered

    parser = MarkdownIt("commonmark", {"highlight": _highlighted}).enable("table")
    parser.use(dollarmath_plugin, renderer=formula, allow_labels=False)
    parser.core.ruler.push("glue_punctuation", _glue_punctuation)
    for name in ("table_open", "table_close"):
        parser.add_render_rule(name, _scrolling)
    return parser


def inline(text: str) -> str:
    """One run of Markdown, formulas included."""
    return _markdown().renderInline(checked(text))


def paragraphs(text: str) -> str:
    """Markdown of any length, formulas included."""
    return _markdown().render(checked(text))


def embedded(value: object) -> str:
    """A value as JSON that is safe inside a <script> element."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", r"\u003c")


_FIGURE = re.compile(r'(data-figure><script type="application/json">)(.*?)(</script>)', re.DOTALL)
LONG = 200  # numbers


def once(body: str) -> str:
    """The blocks of a page, their figures' long lists of numbers each once: {"same": [figure, key, …]} says where one stands.

    `dashboard/page/figures.js` reads it.
    """
    places: dict[tuple, list] = {}

    def shared(value: object, place: list) -> object:
        if isinstance(value, dict):
            return {key: shared(one, [*place, key]) for key, one in value.items()}
        if not isinstance(value, list):
            return value
        if len(value) < LONG or not all(isinstance(one, (int, float)) for one in value):
            return [shared(one, [*place, i]) for i, one in enumerate(value)]
        return value if places.setdefault(tuple(value), place) is place else {"same": places[tuple(value)]}

    def figure(match: re.Match) -> str:
        told = json.loads(match[2])
        return (
            f"{match[1]}{embedded(told | {'data': shared(told['data'], [told['id'], 'data'])})}{match[3]}"
            if "data" in told
            else match[0]
        )

    return _FIGURE.sub(figure, body)


_TOLD = (
    "path.",
    "progress.",
    "review.",
    "exercise.kept",
    "exercise.answer",
    "exercise.choose",
    "tool.",
    "embed.",
    "room.open",
    "room.back",
    "room.here",
    "room.loading",
    "room.failed",
)  # by the scripts


def words() -> dict[str, str]:
    """What the page's scripts say, in the language in force."""
    found = ("searching", "search_failed", "found", "found_one", "found_more", "found_none")
    left = {"count": "{count}", "shown": "{shown}", "query": "{query}"}  # for the script to fill
    return {
        **figure_words(),
        **{name: say(f"page.{name}") for name in ("fold", "unfold")},
        **{name: say(f"search.{name}", **left) for name in found},
        **{key: text[current()] for key, text in catalog().items() if key.startswith(_TOLD)},
    }


def search_field() -> str:
    """The search's input: in the menus, and on its own page."""
    return (
        f'<input type="search" name="q" autocomplete="off" aria-label="{say("site.search")}" '
        f'placeholder="{say("search.field")}">'
    )


# Blocks --------------------------------------------------------------------------------------------------------------


@singledispatch
def html(block: Block) -> str:
    """The block as an HTML fragment. Raises TypeError for a block type without one."""
    raise TypeError(f"a page cannot show a {type(block).__name__}")


@html.register
def _(block: Prose) -> str:
    """The anchor is the id of the heading it stands above, else of a place before the text."""
    tokens = _markdown().parse(checked(block.text))
    heading = bool(tokens) and tokens[0].type == "heading_open"
    if block.anchor and heading:
        tokens[0].attrSet("id", block.anchor)
    place = f'<div id="{block.anchor}" class="am-place"></div>' if block.anchor and not heading else ""
    return place + _markdown().renderer.render(tokens, _markdown().options, {})


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], cell: Callable[[str], str], caption: str = "") -> str:
    """A table whose first column holds the row headers, in a box that scrolls on a narrow screen."""
    head = "".join(f'<th scope="col">{cell(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{cell(row[0])}</th>' + "".join(f"<td>{cell(value)}</td>" for value in row[1:]) + "</tr>"
        for row in rows
    )
    title = f"<caption>{cell(caption)}</caption>" if caption else ""
    return (
        f'<div class="am-scroll" data-scroll><table class="am-table">{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _narrow(text: str) -> str:
    """As `inline`, with names in code that may go on in the next line after an underscore."""
    return re.sub("<code>.*?</code>", lambda code: code[0].replace("_", "_<wbr>"), inline(text))


@html.register
def _(block: Table) -> str:
    return _table(block.columns, block.rows, _narrow, block.caption)


@html.register
def _(block: Callout) -> str:
    kind = say(f"callout.{block.kind}")
    title = f"{kind}</span>" if block.title in ("", kind) else f"{kind}:</span> {inline(block.title)}"
    return (
        f'<div class="am-callout am-{block.kind}" role="note"><p class="am-kind"><span>{title}</p>'
        f"{paragraphs(block.text)}</div>"
    )


@html.register
def _(block: Correction) -> str:
    return (
        f'<div class="am-callout am-correction" role="note"><p class="am-kind"><span>{say("correction.title")}'
        f"</span></p>{_table(correction_columns(), block.rows, _narrow)}{paragraphs(block.why)}</div>"
    )


@html.register
def _(block: Derivation) -> str:
    def steps(case) -> str:
        lines = (
            f"<li><span>{inline(step.text)}</span><div data-scroll>{katex.render(step.tex, True)}</div></li>"
            for step in case.steps
        )
        return f'<ol class="am-steps">{"".join(lines)}</ol>'

    title = f'<p class="am-title" id="{block.id}-title">{inline(block.title)}</p>'
    if len(block.cases) == 1:
        body = steps(block.cases[0])
    else:  # tabs without a script: a radio button, its label and its panel, case after case
        body = "".join(
            f'<input type="radio" name="{block.id}" id="{block.id}-{i}"{" checked" if i == 0 else ""}>'
            f'<label for="{block.id}-{i}">{inline(case.label)}</label><div class="am-case">{steps(case)}</div>'
            for i, case in enumerate(block.cases)
        )
        body = f'<div class="am-cases" role="radiogroup" aria-labelledby="{block.id}-title">{body}</div>'
    return f'<div class="am-derivation" id="{block.id}">{title}{body}</div>'


@html.register
def _(block: Figure | Merges) -> str:
    payload = {name: value for name, value in to_json(block).items() if name not in ("block", "rows")}
    heads = block.heads if isinstance(block, Merges) else [column.label for column in block.columns]
    table = _table(heads, block.rows, escape) if block.rows else ""
    return (
        f'<div class="am-figure{" am-merges" if isinstance(block, Merges) else ""}" id="{block.id}" data-figure><script type="application/json">{embedded(payload)}'
        f'</script><div class="am-fallback"><p class="am-title">{escape(block.title)}</p><p>{escape(block.alt)}</p>'
        f'{table}<p class="am-caption">{say("figure.loading") if table else escape(block.caption)}</p></div></div>'
    )


@html.register
def _(block: Fold) -> str:
    return (
        f'<details class="am-fold am-fold-{block.kind}" id="{block.id}"><summary>{inline(block.title)}</summary>'
        f"{''.join(map(html, block.blocks))}</details>"
    )


# Exercises -----------------------------------------------------------------------------------------------------------


def _verdict(feedback: Feedback) -> str:
    """What the reader is told: the verdict in words, then the explanation."""
    if feedback.correct is None:
        return paragraphs(feedback.text)
    kind, word = ("right", "correct") if feedback.correct else ("wrong", "incorrect")
    return f'<p class="am-verdict am-{kind}">{say(f"exercise.{word}")}</p>' + (
        paragraphs(feedback.text) if feedback.text else ""
    )


def program(block: Exercise) -> str:
    """The numbered lines of its code; nothing where it has none."""
    return highlight(block.code, PythonLexer(), HtmlFormatter(linenos="inline", wrapcode=True)) if block.code else ""


def _options(block: Exercise) -> str:
    choices = (
        f'<label class="am-option"><input type="radio" name="{block.id}" value="{i}">'
        f"<span>{inline(block.options[i].text)}</span></label>"
        for i in block.order
    )
    return f'<div role="radiogroup" aria-labelledby="{block.id}-question">{"".join(choices)}</div>'


def _number(block: Exercise) -> str:
    return (
        f'<label class="am-number">{say("exercise.number")} <input type="text" inputmode="decimal" '
        f'autocomplete="off" name="{block.id}" aria-describedby="{block.id}-help"></label>'
        f'<small id="{block.id}-help">{say("exercise.number.help")}</small>'
    )


def _answers(block: Exercise) -> str:
    """Every answer with its feedback; without scripts the reader opens it, with them `page.js` quotes from it."""
    if block.kind == "numeric":
        unreadable = block.unreadable or say("exercise.unreadable")
        rows = [("right", short(block.answer), _verdict(Feedback(True, block.right)))]
        rows += [
            (f"mistake-{i}", short(mistake.value), _verdict(Feedback(False, mistake.feedback)))
            for i, mistake in enumerate(block.mistakes)
        ]
        rows += [
            ("wrong", say("exercise.other"), _verdict(Feedback(False, block.wrong))),
            ("unreadable", say("exercise.not_a_number"), paragraphs(unreadable)),
        ]
    else:
        rows = [
            (str(i), inline(option.text), _verdict(Feedback(option.correct, option.feedback)))
            for i, option in ((i, block.options[i]) for i in block.order)
        ]
    entries = "".join(f'<dt>{label}</dt><dd data-answer="{name}">{text}</dd>' for name, label, text in rows)
    reveal = f"<div data-reveal>{paragraphs(block.reveal)}</div>" if block.reveal else ""
    return (
        f'<details class="am-answers"><summary>{say("exercise.answers")}</summary><dl>{entries}</dl>{reveal}</details>'
    )


@html.register
def _(block: Exercise) -> str:
    numeric = {
        "answer": block.answer,
        "tolerance": block.tolerance,
        "mistakes": [mistake.value for mistake in block.mistakes],
    }
    data = f' data-numeric="{escape(embedded(numeric))}"' if block.kind == "numeric" else ""
    button = say("exercise.place" if block.kind == "bet" else "exercise.check")
    return (
        f'<form class="am-exercise" id="{block.id}" data-exercise="{block.kind}"{data} novalidate>'
        f'<p class="am-kind"><span>{say(f"exercise.{block.kind}")}</span></p>'
        f'<div id="{block.id}-question">{paragraphs(block.question)}</div>{program(block)}'
        f"{_number(block) if block.kind == 'numeric' else _options(block)}"
        f'<button type="submit">{button}</button><div class="am-feedback" role="status"></div>'
        f"{'' if block.kind == 'bet' else _answers(block)}</form>"
    )


def _entry(entry: Entry) -> str:
    if not entry.options:
        return (
            f'<label class="am-written">{escape(entry.label)}<input type="text" name="{entry.name}" maxlength="{entry.longest}" '
            f'value="{escape(entry.value)}" autocomplete="off" spellcheck="false"></label>'
        )
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value == entry.value else ""}>{escape(label)}</option>'
        for value, label in entry.options.items()
    )
    return f'<label>{escape(entry.label)}<select name="{entry.name}">{options}</select></label>'


@html.register
def _(block: Experiment) -> str:
    """What is asked, and in templates what to say to each outcome: `page.js` asks the model and fills them."""

    def told(outcome: str, text: str) -> str:
        said = _verdict(Feedback(None if outcome == "unfit" else outcome == "met", text))
        return f'<template data-outcome="{outcome}">{said}</template>'

    words = {name: say(f"experiment.{name}") for name in ("running", "done", "lost")}
    given = {"given": block.given, "caption": block.caption, "words": words}
    return (
        f'<form class="am-exercise am-experiment" id="{block.id}" data-experiment="{block.task}" novalidate>'
        f'<script type="application/json">{embedded(given)}</script>'
        f'<p class="am-kind"><span>{say("exercise.experiment")}</span></p>'
        f'<div id="{block.id}-question">{paragraphs(block.question)}</div>'
        f'<p class="am-needs">{say("exercise.experiment.needs")}</p>'
        f'<div class="am-entries" hidden role="group" aria-labelledby="{block.id}-question">{"".join(map(_entry, block.entries))}</div>'
        f'<button type="submit" disabled>{say("exercise.try")}</button><div class="am-feedback" role="status"></div>'
        f'<details class="am-hint"><summary>{say("exercise.hint")}</summary>{paragraphs(block.hint)}</details>'
        f"{''.join(told(*one) for one in block.said.items())}</form>"
    )


@html.register
def _(block: Answer) -> str:
    """The right option, and for `page.js` what to say to each bet."""
    bet = block.bet
    right = bet.right_option
    said = (
        f'<template data-bet="{i}"><p>{say("exercise.your_bet", bet=inline(option.text))}</p>'
        f"{_verdict(Feedback(option.correct, option.feedback))}</template>"
        for i, option in enumerate(bet.options)
    )
    opened = f"<p>{say('exercise.no_bet', answer=inline(right.text))}</p>{paragraphs(right.feedback)}"
    return (
        f'<div class="am-exercise am-answer" id="{bet.id}-answer" data-answer-to="{bet.id}"><p class="am-kind"><span>'
        f'{say("exercise.opened")}</span></p><div class="am-opened">{opened}</div>{"".join(said)}'
        f"{paragraphs(bet.reveal)}</div>"
    )
