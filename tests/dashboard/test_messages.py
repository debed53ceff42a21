"""Words of others in what a page says: shown as they are, and no other way to put them there."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dashboard.app.messages import LONGEST, Words, literal, message, plain
from dashboard.language import ROOT, say, using

APP = ROOT / "dashboard" / "app"
# Calls of Streamlit's whose words are read as Markdown, wherever they stand, and the names of such arguments.
SPEAKERS = {
    "markdown", "caption", "write", "title", "header", "subheader", "error", "warning", "info", "success", "toast", "exception",
    "progress", "button", "download_button", "link_button", "toggle", "checkbox", "slider", "select_slider", "number_input",
    "text_input", "text_area", "selectbox", "multiselect", "radio", "pills", "segmented_control", "expander", "page_link",
    "spinner", "status", "badge", "metric", "popover",
}  # fmt: skip
NAMED = {"label", "body", "help", "text", "caption", "captions"}
SAFE_CALLS = {"message", "Words", "literal"}  # each returns Words
OWN = {"pages.py"}  # what names pages may say so of an attribute


def is_safe(node: ast.expr, promised: frozenset[str] = frozenset()) -> bool:
    """Whether the words are the project's own, or were put together by `message`; `promised` functions return Words."""
    match node:
        case ast.Constant():
            return True
        case ast.IfExp():
            return is_safe(node.body, promised) and is_safe(node.orelse, promised)
        case ast.BoolOp():
            return all(is_safe(one, promised) for one in node.values)
        case ast.Lambda():
            return is_safe(node.body, promised)
        case ast.Call(func=ast.Name(id="say")):
            return not node.keywords
        case ast.Call(func=ast.Name(id=name)):
            return name in SAFE_CALLS | promised
    return False


def spoken(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that Streamlit reads as Markdown."""
    found = [word.value for word in call.keywords if word.arg in NAMED]
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("radio", "pills", "segmented_control"):
        found += [word.value for word in call.keywords if word.arg == "format_func"]
    if isinstance(call.func, ast.Attribute) and call.func.attr in SPEAKERS:
        return [*(call.args[1:2] if call.func.attr in ("progress", "page_link") else call.args[:1]), *found]
    return []


def unsafe(source: str) -> list[str]:
    """What a page says by another way than `message`."""
    tree = ast.parse(source)
    # A name stands for what it was given, where all of that is safe; `share, said = _progress(…)` by the function's own word.
    given: dict[str, list[bool]] = {}
    promised = frozenset(one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.returns is not None
                         and "Words" in ast.unparse(one.returns))  # fmt: skip
    for one in ast.walk(tree):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
            given.setdefault(one.targets[0].id, []).append(is_safe(one.value, promised))
        elif isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Tuple):
            by_promise = isinstance(one.value, ast.Call) and ast.unparse(one.value.func) in promised
            for target in one.targets[0].elts:
                given.setdefault(ast.unparse(target), []).append(by_promise)
    named = {name for name, values in given.items() if all(values)}
    return [
        f"{one.lineno}: {ast.unparse(words)}"
        for one in ast.walk(tree) if isinstance(one, ast.Call)
        for words in spoken(one)
        if not is_safe(words, promised) and not (isinstance(words, ast.Name) and words.id in named)
    ]  # fmt: skip


def borrowed(source: str) -> list[str]:
    """What is called `Words` though it is put together from more than the catalog and numbers of the project's own."""
    return [
        f"{one.lineno}: {ast.unparse(one)}"
        for one in ast.walk(ast.parse(source))
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "Words" and one.args
        for part in (one.args[0].values if isinstance(one.args[0], ast.JoinedStr) else [one.args[0]])
        if not is_safe(part.value if isinstance(part, ast.FormattedValue) else part)
    ]


PAGES = sorted(path for path in APP.glob("*.py") if path.name != "messages.py")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_puts_values_into_its_words_by_message_alone(path: Path):
    assert unsafe(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in PAGES if path.name not in OWN], ids=lambda path: path.name)
def test_nothing_but_lessons_and_known_sentences_is_called_markdown_of_the_projects_own(path: Path):
    assert borrowed(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", [
    'st.warning(f"line {text}")', 'st.error("{}".format(text))', 'st.toast(say("link.bad", value=text))', "st.caption(text)",
    'place.markdown("a" + text)', 'st.slider(say("x"), help=f"{text}")', 'said = f"{text}"\nst.info(said)', 'st.progress(0, text)',
    'st.write(" ".join(words))', "st.error(error.detail)", 'st.info(message("x") if a else text)',
])  # fmt: skip
def test_any_other_way_is_found(source):
    assert unsafe(f"def page(text):\n    {source.replace(chr(10), chr(10) + '    ')}")


def test_a_foreign_value_called_words_is_found():
    assert borrowed('st.error(Words(error.detail))\nst.caption(Words(f"**{text}**"))')


# What comes out -------------------------------------------------------------------------------------------------------

HOSTILE = [
    "*b*", "**b**", "_i_", "`code`", "``", "a`b``c", "![x](//example.com/p.png)", "[a](http://example.com)", "<img src=x>", "$x^2$",
    "$$\n1\n$$", ":smile:", ":red[x]", ":material/home:", ":streamlit:", "http://example.com", "www.example.com", "a -> b >= c",
    "# title", "- item", "1. item", "> quote", "a\n\nb", "\\", "\\`", "~~x~~", "&lt;b&gt;", "| a | b |", "{name}", "%s", "\u202eabc",
    " both ends ", "`", "` `", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
]  # fmt: skip


def shown(markdown: str) -> tuple[str, set[str]]:
    """The text that Markdown shows, and the kinds of inline elements in it."""
    kinds, text = set(), ""
    for block in MarkdownIt("commonmark").parse(markdown):
        for child in block.children or []:
            kinds.add(child.type)
            text += child.content
    return text, kinds


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_shown_as_it_is(value):
    said = message("lab.bad.number", line=3, text=value)
    text, kinds = shown(said)
    assert kinds <= {"text", "code_inline"}
    assert text == say("lab.bad.number", line=3, text=value.replace("\n", "↵"))


@given(st.text(max_size=60))
def test_any_value_is_shown_as_it_is(value):
    text, kinds = shown(f"a {literal(value)} z")
    assert kinds <= {"text", "code_inline"}
    kept = re.sub(r"[\n\v\f\x85\u2028\u2029]", "↵", value.replace("\r", "").replace("\0", "␀")) or " "
    assert text == f"a {kept} z"


@pytest.mark.parametrize("number", ["0", "1.234,5", "83,1%", "< 0,1%", "−5", "3e−07", 12, "0.5"])
def test_a_number_stands_plainly(number):
    assert literal(number) == str(number)


def test_what_is_long_is_cut():
    assert len(literal("x" * 31_739)) < LONGEST + 5


def test_words_of_our_own_go_in_as_they_are():
    with using("en"):
        assert message("exercise.your_bet", bet=Words("**x**")) == "Your bet: **x**"


def test_who_shows_text_gets_the_value_as_it_is_in_one_line_and_cut():
    with using("en"):
        assert plain("exercise.your_bet", bet="<b>*x*\n`y`") == "Your bet: <b>*x*↵`y`"
        assert len(plain("exercise.your_bet", bet="x" * 31_739)) < LONGEST + 20
