"""Checks the words of the project: `python -m dashboard.lint`.

Prints one line per finding, `file:line: what is wrong and what to write instead`, and exits with 1 when there are any.
It reads the lessons in both languages, the texts in `t(pt=..., en=...)`, the catalog and the glossary.

Statements: in lesson N they are N.1, N.2, … in order over all kinds, the same in both languages, and every mention of one
names a statement that is there. The numbers of the source notes stand as "Lema 4 das notas de origem" only.

Numbers: a decimal with three or more places, more than one of them not zero, is a result and must come from `{{ }}`;
settings such as 0.5, 0.95 and 0.001 may be typed. Code spans are free of every rule about words.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from markdown_it import MarkdownIt

from dashboard.language import LANGUAGES, ROOT, glossary
from dashboard.lesson import (
    _FORMAT,
    _MATH,
    _VALUE,
    LESSONS,
    NAMED_SUBSCRIPT,
    Cell,
    Lesson,
    LessonError,
    lessons,
    load,
    page_paths,
    pages,
    paths,
)
from dashboard.links import PAGES, TOOLS

Findings = Iterator[tuple[int, str]]  # (line, message); lines of a text count from 0

HIDDEN = "\ue000"  # stands for every character that no later rule should see
CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
FIELD = re.compile(r"\{\w+(?:\|[%~\w]+)?\}")  # of a figure's rows, in what it says
TARGET = re.compile(r"\]\((term|lesson|tool):([^)]*)\)")
DIRECTIVE = re.compile(r"^[>\s]*(:::|```+\{|~~~+\{)")
FORMS = [
    (r"(?<!\w)R\$", r"R$ opens a formula: write R\$"),
    (r"(?<![\\R])\$", r"a lone $: write \$, or keep the formula on one line"),
    (r"\[\^", "a footnote: say it in the text"),
    (r"\]\[|^\s*\[[^\]]+\]:\s", "a reference-style link: write [text](address)"),
]
NAMED = r"\max or \min as a subscript is invalid MathML: write \mathrm{max}"
HTML = "raw HTML: use Markdown or a block"
BLOCKS = {"html_block": HTML, "html_inline": HTML, "code_block": "an indented code block: put ``` around the code"}
KINDS = {  # of statements: singular and plural, in one order in both languages
    "pt": [
        "Lema Lemas",
        "Teorema Teoremas",
        "Proposição Proposições",
        "Corolário Corolários",
        "Contraexemplo Contraexemplos",
        "Definição Definições",
    ],
    "en": [
        "Lemma Lemmas",
        "Theorem Theorems",
        "Proposition Propositions",
        "Corollary Corollaries",
        "Counterexample Counterexamples",
        "Definition Definitions",
    ],
}
KIND = {
    lang: {word: place for place, words in enumerate(kinds) for word in words.split()} for lang, kinds in KINDS.items()
}
STATEMENT = re.compile(r"^> \*\*(\w+)\b(?: (\d+)\.(\d+)\b)?", re.MULTILINE)
CITED = {
    lang: re.compile(
        rf"\b({'|'.join(words)})\s(\d+(?:\.\d+(?:(?:,| e| and)\s\d+\.\d+)*)?)(?!\w|\.\d|\s(?:das|of the source)\snot)"
    )
    for lang, words in KIND.items()
}
VOICE = [  # languages, pattern, message
    ("pt en", "!", "an exclamation mark: end with a point"),
    ("pt en", "[\U0001f000-\U0001faff\u2600-\u26ff\u2705\u2728\u274c\u2b50\ufe0f]", "an emoji: leave it out"),
    ("pt", r"\b(vou|vai|vamos|vão|irá|irão|ia|iam) (estar|ficar) \w+ndo\b", "gerundismo: write «vai gerar» or «gera»"),
    ("pt", r"\b(poderos[oa]s?|incríve(l|is)|revolucionári[oa]s?)\b", "praise: say what it does"),
    ("en", r"\b(powerful|incredible|amazing|game-changing)\b", "praise: say what it does"),
    ("pt", r"\bcanetas?\b", "«caneta»: say what is meant"),
]


def _hide(text: str, *matches: re.Match) -> str:
    for match in matches:
        text = text[: match.start()] + re.sub(r"[^\n]", HIDDEN, match[0]) + text[match.end() :]
    return text


@cache
def _rules(lang: str) -> list[tuple[re.Pattern, str]]:
    terms = [
        (
            r"(?<![\w-])" + r"\s+".join(map(re.escape, variant.split())) + r"(?![\w-])",
            f"«{variant}»: write «{term.term[lang]}»",
        )
        for term in glossary().values()
        for variant in (term.avoid or {}).get(lang, [])
    ]
    voice = [(pattern, message) for languages, pattern, message in VOICE if lang in languages.split()]
    return [(re.compile(pattern, re.IGNORECASE), message) for pattern, message in voice + terms]


def words(text: str, lang: str) -> Findings:
    """What is wrong with plain words: voice, terms, typed numbers."""
    for pattern, message in _rules(lang):
        for match in pattern.finditer(text):
            yield text.count("\n", 0, match.start()), message
    for match in re.finditer(r"(?<![\w.,:-])(\d+)([.,])(\d+)(?!\w|[.,]\d)", text):
        whole, mark, places = match.groups()
        right = {"pt": ",", "en": "."}[lang]
        named = whole != "0" and re.search(
            r"(?:[A-ZÀ-Ú]\w*|\d\.\d+ (?:e|and))\s$", text[: match.start()]
        )  # Python 3.11, Lemas 4.1 e 4.2
        if named or (mark != right and len(places) == 3 and whole[0] != "0"):  # 51.200 groups thousands
            continue
        if mark != right:
            yield text.count("\n", 0, match.start()), f"{match[0]}: write {whole}{right}{places} (pt formula: {{,}})"
        elif len(places) > 2 and len(places.strip("0")) > 1:
            yield text.count("\n", 0, match.start()), f"{match[0]} is a typed result: compute it in {{{{ }}}}"


def markdown(text: str, lang: str) -> Findings:
    """What is wrong with a Markdown text: forms that some surface does not render, links, then its words."""
    for match in _VALUE.finditer(text):
        try:
            ast.parse(_FORMAT.match(match[1].strip())["expression"], mode="eval")
        except (SyntaxError, TypeError):
            yield text.count("\n", 0, match.start()), f"{match[0][:40]!r} is no expression: balance {{{{ and }}}}"
    bare = _hide(text, *_VALUE.finditer(text))
    bare = _hide(bare, *CODE.finditer(bare))
    bare = _hide(bare, *FIELD.finditer(bare))
    formulas = [m for m in _MATH.finditer(bare) if not re.search(r"(?<!\w)R$", bare[: m.start()])]
    plain = _hide(bare, *formulas)
    for number, (raw, line, rest) in enumerate(zip(*(x.split("\n") for x in (text, bare, plain)), strict=True)):
        if DIRECTIVE.match(raw):
            yield number, "a directive shows raw in the app: use a Callout block"
        if "$$" in line and line.strip("> \t") != "$$":
            yield number, "$$ beside other text: put each $$ on a line of its own"
        if "{{" in line or "}}" in rest:
            yield number, "{{ without }}, or the other way round: balance them"
        yield from ((number, message) for pattern, message in FORMS if re.search(pattern, rest))
    for match in formulas:
        yield from (
            (bare.count("\n", 0, match.start() + named.start()), NAMED) for named in NAMED_SUBSCRIPT.finditer(match[0])
        )
        inside = re.sub(r"[\d.]+(em|ex|pt|mu)\b", "", match[0]).replace("{.}", ".")
        inside = inside.replace("{,}", ",") if lang == "pt" else inside.replace("{,}", "").replace(",", " ")
        yield from (
            (bare.count("\n", 0, match.start()) + at, message)
            for at, message in words(re.sub(r"[^\d.,\n]", " ", inside), lang)
        )
    for match in TARGET.finditer(bare):
        name = re.sub(r"\?[^#]*", "", match[2])  # without the settings that it carries
        known = {"term": list(glossary()), "lesson": _lessons(name), "tool": list(TOOLS)}[match[1]]
        if name not in known:
            yield bare.count("\n", 0, match.start()), f"no {match[1]} «{match[2]}»: there are {', '.join(known)}"
    yield from _structure(plain, lang)


def _lessons(name: str) -> list[str]:
    """What `(lesson:…)` may name: a lesson or a page; with a `#`, a place in the one that is named."""
    known = {one.slug: one for one in [*lessons(), *pages()]}
    slug = name.partition("#")[0]
    return [f"{slug}#{anchor}" for anchor in known[slug].anchors] if "#" in name and slug in known else [*known, *PAGES]


def _structure(text: str, lang: str) -> Findings:
    at = 0
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        at = token.map[0] if token.map else at
        if token.type in BLOCKS:
            yield at, BLOCKS[token.type]
        if token.type == "heading_open" and token.markup in "=-":
            yield at, "an underlined heading: write ## before it"
        if token.type == "heading_open" and token.tag == "h1":
            yield at, "a level-1 heading: the title is in the header; start at ##"
        said, linked = "", 0
        for child in token.children or []:
            linked += child.nesting if child.type.startswith("link_") else 0
            if child.type in BLOCKS:
                yield at + said.count("\n"), BLOCKS[child.type]
            elif child.type == "text" and not linked and re.search(r"https?://|www\.", child.content):
                yield at + said.count("\n"), "a bare address: write [text](address)"
            said += "\n" if child.type.endswith("break") else "" if child.type in BLOCKS else child.content
        yield from ((at + line, message) for line, message in words(said, lang))


# Statements ----------------------------------------------------------------------------------------------------------


def stated(read: Lesson, lang: str) -> list[tuple[int, int | None, int | None]]:
    """The statements of a lesson in order: (kind, the lesson's number, its own), None where it has no number."""
    found = [match for cell in read.cells if cell.lang == lang for match in STATEMENT.finditer(cell.source)]
    return [
        (KIND[lang].get(kind, -1), *(int(n) if n else None for n in number))
        for kind, *number in (m.groups() for m in found)
    ]


def every_statement() -> set[tuple[int, str]]:
    """(kind, "3.2") of every statement of the course."""
    return {(kind, f"{chapter}.{own}") for one in lessons() for kind, chapter, own in stated(one, "pt")}


def numbering(read: Lesson) -> Findings:
    """Statements that do not stand as N.1, N.2, … in lesson N, or differ between the languages."""
    chapter = int(read.path.stem[:2])
    pt, en = (stated(read, lang) for lang in LANGUAGES)
    for place, (_, *number) in enumerate(pt, 1):
        if number != [chapter, place]:
            yield 0, f"statement {place} has the number {'.'.join(map(str, number))}: write {chapter}.{place}"
    if pt != en:
        yield 0, f"statements differ: pt {pt}, en {en}"


def mentions(text: str, lang: str, known: set[tuple[int, str]]) -> Findings:
    """Mentions of statements that are not there."""
    for match in CITED[lang].finditer(text):
        for number in re.findall(r"\d+(?:\.\d+)?", match[2]):
            if (KIND[lang][match[1]], number) not in known:
                yield (
                    text.count("\n", 0, match.start()),
                    f"no {match[1]} {number}: statements are numbered by lesson, as in 3.2",
                )


# Files ---------------------------------------------------------------------------------------------------------------


def _said(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, language, text) of the texts of `t(pt=..., en=...)` in a Python file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "t":
            for lang, value in ((word.arg, word.value) for word in node.keywords if word.arg in LANGUAGES):
                parts = value.values if isinstance(value, ast.JoinedStr) else [value]
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else HIDDEN for part in parts)
                yield value.lineno - 1, lang, text


def script(source: str) -> Findings:
    """The texts of `t(pt=..., en=...)` in a Python file."""
    for at, lang, text in _said(source):
        yield from ((at, message) for _, message in markdown(text, lang))


def _features(cell: Cell) -> dict[str, object]:
    return {
        "anchor": cell.anchor,
        "values": sorted(match.strip() for match in _VALUE.findall(cell.source)),
        "headings": [len(level) for level in re.findall(r"^(#+) ", cell.source, re.MULTILINE)],
        "number of formulas": len(_MATH.findall(_hide(cell.source, *CODE.finditer(cell.source)))),
        "links": sorted(TARGET.findall(cell.source)),
    }


def lesson(path: Path) -> Findings:
    """A lesson's header, prose cells, their agreement, and its texts in code."""
    source = path.read_text(encoding="utf-8")
    try:
        read = load(path)
    except LessonError as error:
        yield 0, str(error)
        return
    lines, at, previous = source.split("\n"), 0, None
    for key in ("title", "summary", "prerequisites"):
        for lang, text in read.header.get(key, {}).items():
            where = next((n for n, line in enumerate(lines) if text[:40] in line), 0)
            yield from ((where, message) for _, message in words(text, lang))
    for cell in read.cells:
        first = cell.source.split("\n", 1)[0]
        at = next((n for n in range(at, len(lines)) if first and lines[n].endswith(first)), at)
        if cell.kind == "markdown":
            yield from ((at + line, message) for line, message in markdown(cell.source, cell.lang))
        if previous and (cell.kind, cell.lang) != ("markdown", "en"):
            yield at, "a pt prose cell without its en twin right after it"
        elif cell.lang == "en" and not previous:
            yield at, "an en prose cell without its pt twin right before it"
        elif previous:
            pt, en = _features(previous), _features(cell)
            yield from ((at, f"{key} differ: pt {pt[key]}, en {en[key]}") for key in pt if pt[key] != en[key])
        previous = cell if cell.lang == "pt" else None
    if previous:
        yield at, "a pt prose cell without its en twin right after it"
    yield from script(source)
    if read.numbered:
        yield from numbering(read)


def _entries(source: str, header: str) -> Iterator[tuple[int, str, dict]]:
    lines = source.split("\n")
    for key, entry in tomllib.loads(source).items():
        yield lines.index(header.format(key)), key, entry


def catalog(source: str) -> Findings:
    """The interface strings: both languages, the same placeholders, and their words."""
    for at, key, entry in _entries(source, '["{}"]'):
        if set(entry) != set(LANGUAGES):
            yield at, f"{key} has {', '.join(entry)}: give it {' and '.join(LANGUAGES)}"
            continue
        names = {lang: {part[1] for part in Formatter().parse(text) if part[1]} for lang, text in entry.items()}
        if names["pt"] != names["en"]:
            yield at, f"{key}: placeholders differ: pt {sorted(names['pt'])}, en {sorted(names['en'])}"
        for lang, text in entry.items():
            yield from ((at, message) for _, message in markdown(re.sub(r"\{\w+\}", HIDDEN, text), lang))


def terms(source: str) -> Findings:
    """The glossary: term and meaning in both languages, and their words."""
    for at, key, entry in _entries(source, "[{}]"):
        for field in ("term", "meaning"):
            if set(entry.get(field, {})) != set(LANGUAGES):
                yield at, f"{key}: give {field} in {' and '.join(LANGUAGES)}"
            for lang, text in entry.get(field, {}).items():
                yield from ((at, message) for _, message in markdown(text, lang))


def cross_references() -> Iterator[tuple[Path, Findings]]:
    """Mentions of statements in the lessons, the charts and the catalog; the errata cite the notes' own numbers."""
    known = every_statement()
    for path in [*paths(), *sorted((ROOT / "dashboard").rglob("*.py"))]:
        source = path.read_text(encoding="utf-8")
        yield path, ((at, message) for at, lang, text in _said(source) for _, message in mentions(text, lang, known))
    for one in lessons():
        for cell in one.cells:
            if cell.lang:
                at = one.path.read_text(encoding="utf-8").split(cell.source.split("\n", 1)[0], 1)[0].count("\n")
                yield one.path, ((at + line, message) for line, message in mentions(cell.source, cell.lang, known))
    path = ROOT / "dashboard" / "catalog.toml"
    yield (
        path,
        (
            (at, message)
            for at, _, entry in _entries(path.read_text(encoding="utf-8"), '["{}"]')
            for lang, text in entry.items()
            for _, message in mentions(text, lang, known)
        ),
    )


def findings() -> Iterator[str]:
    """Everything that is wrong, a line each."""
    read = [(path, lesson(path)) for path in [*paths(), *page_paths()]]
    read += cross_references()
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        read.append((path, script(path.read_text(encoding="utf-8"))))
    for path, check in ((ROOT / "dashboard" / "catalog.toml", catalog), (LESSONS / "glossary.toml", terms)):
        read.append((path, check(path.read_text(encoding="utf-8"))))
    for path, found in read:
        name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        yield from (f"{name}:{line + 1}: {message}" for line, message in sorted(set(found)))


def main() -> int:
    """Print the findings. Returns the exit status: 0 when there are none."""
    report = list(findings())
    for line in report:
        print(line)
    return 1 if report else 0


if __name__ == "__main__":
    raise SystemExit(main())
