"""A lesson, a reference page, the home and the glossary as one piece of HTML each, the same on every surface."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from html import escape, unescape
from itertools import count
from pathlib import Path
from threading import RLock

from dashboard import lesson, sources
from dashboard.cache import CACHE, fetch, store
from dashboard.language import LANGUAGES, current, glossary, say
from dashboard.lesson import Lesson
from dashboard.links import TOOLS, addressed
from dashboard.page import additions, katex, living, tools
from dashboard.page.html import embedded, html, inline, once, search_field

_HEADING = re.compile(r"<h([23])(?: id=\"([^\"]+)\")?>(.*?)</h\1>", re.DOTALL)
_FORM = re.compile(r'<form class="am-exercise".*?</form>', re.DOTALL)
_ID = re.compile(r'\b(id|name|aria-labelledby|aria-describedby)="')
_BOX = re.compile(r"<(?:div|form)[^>]*\bid=\"([^\"]+)\"")
_TAG = re.compile(r"<annotation.*?</annotation>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """A heading of a page: its level (2 or 3), its id, its words as HTML."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Document:
    """A page as HTML; its own links are still to be written (`links.addressed`)."""

    slug: str
    title: str
    summary: str
    html: str
    places: list[Place]


def of(one: Lesson) -> Document:
    """A lesson, or a page written like one, in the language in force; kept on disk until its text or our code changes.

    Raises:
        LessonError, FormulaError, LinkError: what is wrong with the lesson.
    """
    return _kept(f"{one.slug}.{current()}", one, lambda: _lesson(one))


def home() -> Document:
    """What the course is, and its lessons."""
    return _kept(f"home.{current()}", lesson.home(), _home)


def terms() -> Document:
    """The glossary, in the alphabetical order of the language in force."""
    return _kept(f"glossary.{current()}", lesson.home(), _glossary)


def review() -> Document:
    """Where the exercises of the lessons come back, and what the browser keeps."""
    return _kept(f"review.{current()}", lesson.home(), _review)


def quiz() -> Document:
    """Where a teacher ticks exercises of any lessons; their address asks them again, on paper, in a room or here."""
    return _kept(f"quiz.{current()}", lesson.home(), _quiz)


def exercises(one: Lesson, write: Callable[[str, str, str], str | None]) -> str:
    """A script with the exercises of a lesson for the pages of review and quiz, but for its bets; links as `links.addressed` writes them.

    Their ids begin with the lesson's name: exercises of several lessons meet there.
    """
    forms = (form for form in _FORM.findall(of(one).html) if 'data-exercise="bet"' not in form)
    text = "".join(_ID.sub(rf'\1="{one.slug}-', form) for form in forms)
    return f'(Amostra.exercises ??= {{}})["{current()}/{one.slug}.js"] = {embedded(addressed(text, write))};\n'


def search() -> Document:
    """The page of the search, which `search.js` fills."""
    body = (
        f'<form class="am-find" role="search" data-search="{current()}">'
        f'{search_field()}</form><p class="am-found" role="status"></p><ol class="am-results"></ol>'
        f"<noscript><p>{say('search.scripts')}</p></noscript>"
    )
    return _document("search", say("site.search"), say("site.search.description"), body, [])


def tool(name: str) -> Document:
    """A tool's page, which its script fills."""
    return _document(name, say(f"nav.{name}"), say(f"home.{name}"), tools.body(name), [])


def around(one: Lesson) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after this one."""
    order = lesson.lessons()
    at = [other.slug for other in order].index(one.slug)
    return (order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None)


_memory: dict[str, tuple[str, Document]] = {}
making = RLock()
"""One page at a time: the engine of formulas is one."""


def _kept(name: str, one: Lesson, make: Callable[[], Document]) -> Document:
    """The document of this name: from memory, from the disk, or made anew, as its lesson and our code now are."""
    saved = tuple(path.stat().st_mtime_ns for path in [one.path, *lesson.paths()])
    with making:  # its digest too: Python 3.11 may fail where two threads parse programs at once
        digest = _digest(one.path, saved)
        if _memory.get(name, ("",))[0] != digest:
            _memory[name] = (digest, _read(name, digest) or _made(name, digest, make))
        return _memory[name][1]


@lru_cache(maxsize=128)
def _digest(path: Path, _saved: tuple[int, ...]) -> str:
    headers = "".join(f"{other.slug}{other.header}" for other in lesson.lessons())  # neighbours, cards
    return sources.digest("from dashboard.page import document", texts=[lesson.digest(lesson.load(path)), headers])


def _file(name: str, digest: str) -> Path:
    return CACHE / "pages" / f"{name}@{digest}.json"


def _read(name: str, digest: str) -> Document | None:
    if (found := fetch(_file(name, digest))) is None:
        return None
    fields = json.loads(found)
    return Document(**{**fields, "places": [Place(**place) for place in fields["places"]]})


def _made(name: str, digest: str, make: Callable[[], Document]) -> Document:
    with katex.engine():
        fresh = make()
    store(_file(name, digest), json.dumps(asdict(fresh), ensure_ascii=False))
    return fresh


# Lessons -------------------------------------------------------------------------------------------------------------


def _lesson(one: Lesson) -> Document:
    blocks = once("".join(html(block) for block in lesson.produce(one, current())))
    body, places = _placed(f"{blocks}{_sources(one)}", one.slug)
    if one.numbered:
        body = f"{_contents(places)}{body}{_around(one)}"
    return _document(one.slug, one.text("title"), one.text("summary"), _lead(one) + body, places)


def _document(slug: str, title: str, summary: str, body: str, places: list[Place]) -> Document:
    page = f'<div class="am-page" data-page="{slug}"><h1>{escape(title)}</h1>{body}</div>'
    return Document(slug, title, summary, page, places)


def _lead(one: Lesson) -> str:
    return f'<p class="am-lead">{escape(one.text("summary"))}</p>{_facts(one) if one.numbered else ""}'


def _facts(one: Lesson) -> str:
    return (
        f'<p class="am-facts">{_minutes(one, "span")} '
        f"<span>{inline(say('lesson.prerequisites', what=one.text('prerequisites')))}</span></p>"
        '<p class="am-continue" data-continue hidden></p>'
    )


def _minutes(one: Lesson, tag: str) -> str:
    """How long a lesson takes; the page's scripts say what is left of it."""
    minutes = one.minutes
    return f'<{tag} data-minutes="{minutes}">{say("lesson.minutes", minutes=minutes)}</{tag}>'


def _contents(places: list[Place]) -> str:
    """What is on this page, where the surface has no column for it."""
    items = "".join(f'<li><a href="#{place.id}">{place.text}</a></li>' for place in places if place.level == 2)
    return f'<details class="am-contents"><summary>{say("page.contents")}</summary><ul>{items}</ul></details>'


def _sources(one: Lesson) -> str:
    items = "".join(
        f'<li id="{source["id"]}">{escape(source["text"])}{"" if source["text"].endswith("?") else "."} '
        f'<a href="{escape(source["url"])}">{escape(source["url"].removeprefix("https://"))}</a></li>'
        for source in one.header["sources"]
    )
    return f'<h2 id="sources">{say("lesson.sources")}</h2><ul class="am-sources">{items}</ul>' if items else ""


def _around(one: Lesson) -> str:
    """Where to go on, and what the lesson still asks for."""
    links = "".join(
        f'<a href="lesson:{other.slug}" class="am-{name}" rel="{name}"><small>{say(f"nav.{name}")}</small>'
        f"<span>{escape(other.text('title'))}</span></a>"
        for name, other in zip(("prev", "next"), around(one), strict=True)
        if other
    )
    return f'<p class="am-end" data-end></p><nav class="am-around" aria-label="{say("nav.around")}">{links}</nav>'


def _placed(body: str, slug: str) -> tuple[str, list[Place]]:
    """The body with an id on every heading, and the headings: one without an anchor counts on from the one above.

    Ids made of titles would differ from one language to the other, and with them every link to a section.
    """
    places: list[Place] = []
    seen = set(_BOX.findall(body))

    def one(match: re.Match) -> str:
        level, id, text = match.groups()
        id = f"{id}-text" if id in seen else id  # a figure of this name stands in the section
        if not id:
            above = next((place.id for place in reversed(places) if place.level < int(level)), slug)
            id = next(name for n in range(1, 1000) if (name := f"{above}-{n}") not in seen)
        seen.add(id)
        places.append(Place(int(level), id, text))
        return f'<h{level} id="{id}">{text}<a class="am-anchor" href="#{id}" aria-label="{say("page.anchor")}">#</a></h{level}>'

    return _sectioned(_HEADING.sub(one, body)), places


def _sectioned(body: str) -> str:
    """The body cut at its second-level headings into sections, which a browser sets only when they come near.

    Each says about how high it will be, so that the scroll bar tells the truth.
    """
    lead, *sections = re.split(r"(?=<h2)", body)
    return lead + "".join(
        f'<section class="am-section" style="contain-intrinsic-block-size:auto {_height(section)}px">{section}</section>'
        for section in sections
    )


def _height(section: str) -> int:
    """Pixels, roughly, in a column of 704."""
    boxes = 620 * section.count("data-figure") + 420 * section.count("<form") + 75 * section.count("am-math")
    return (
        boxes
        + 27 * len(plain(re.sub(r"<(script|template|details)\b.*?</\1>", "", section, flags=re.DOTALL))) // 80
        + 60
    )


def plain(text: str) -> str:
    """HTML as the words that it shows."""
    return unescape(_TAG.sub("", text))


# Home and glossary ---------------------------------------------------------------------------------------------------


def _home() -> Document:
    front = lesson.home()
    blocks = once("".join(html(block) for block in lesson.produce(front, current())))
    number = 1
    parts = []
    for part, members in lesson.parts().items():
        parts.append(f'<h2 id="part-{part}">{say(f"nav.part.{part}")}</h2>{_cards(members, number)}')
        number += len(members)
    cards = "".join(
        f'<li><a href="tool:{name}">{say(f"nav.{name}")}</a><p>{say(f"home.{name}")}</p></li>' for name in TOOLS
    )
    tool_cards = f'<section><h2 id="tools">{say("nav.tools")}</h2><ul class="am-cards">{cards}</ul></section>'
    course = f'<p class="am-continue" data-course hidden><span></span><a href="lesson:review" data-review-link>{say("nav.review")}</a></p>'
    body, places = _placed(
        f"{living.panel()}{_lead(front)}{course}{blocks}{tool_cards}{''.join(parts)}{additions.panel()}", "home"
    )
    return _document("home", front.text("title"), front.text("summary"), body, places)


def _cards(members: list[Lesson], first: int) -> str:
    cards = "".join(
        f'<li value="{number}" data-card="{one.slug}"><a href="lesson:{one.slug}">{number}. {escape(one.text("title"))}</a>'
        f"<p>{escape(one.text('summary'))}</p>{_minutes(one, 'small')}</li>"
        for number, one in enumerate(members, first)
    )
    return f'<ol class="am-cards" start="{first}">{cards}</ol>'


def _glossary() -> Document:
    here = current()
    there = next(lang for lang in LANGUAGES if lang != here)
    entries = []
    for term in sorted(glossary().values(), key=lambda term: term.term[here].casefold()):
        other = f'<span lang="{LANGUAGES[there]}">{inline(term.term[there])}</span>'
        source = f" <small>{say('glossary.source', source=inline(term.source))}</small>" if term.source else ""
        entries.append(
            f'<dt id="{term.id}">{inline(term.term[here])} <small>{say("glossary.in_other", term=other)}'
            f"</small></dt><dd>{inline(term.meaning[here])}{source}</dd>"
        )
    body = f'<p class="am-lead">{say("glossary.intro")}</p><dl class="am-glossary">{"".join(entries)}</dl>'
    return _document("glossary", say("nav.glossary"), say("glossary.intro"), body, [])


def _review() -> Document:
    lessons = "".join(
        f'<li data-of="{one.slug}" data-exercises="exercises:{one.slug}">'
        f'<a href="lesson:{one.slug}">{number}. {escape(one.text("title"))}</a></li>'
        for number, one in enumerate(lesson.lessons(), 1)
    )
    title, intro = say("nav.review"), say("review.intro")
    waiting = (
        f'<noscript><p>{say("review.noscript")}</p></noscript><div data-review><p role="status" data-status></p>'
        f'<div data-list></div><button type="button" data-more hidden>{say("review.more")}</button><ul hidden>{lessons}</ul></div>'
    )
    body, places = _placed(f'{waiting}<h2 id="progress">{say("progress.title")}</h2>{_backup()}', "review")
    return _document("review", title, intro, f'<p class="am-lead">{intro}</p>{body}', places)


def _quiz() -> Document:
    title, intro = say("nav.quiz"), say("quiz.intro")
    number = count(1)
    lessons = "".join(
        f'<p class="am-kind">{say(f"nav.part.{part}")}</p>{"".join(_choice(one, next(number)) for one in members)}'
        for part, members in lesson.parts().items()
    )
    buttons = "".join(
        f'<button type="button" data-{part}>{say(f"quiz.{part}")}</button> ' for part in ("room", "link", "print")
    )
    body = (
        f'<noscript><p>{say("quiz.noscript")}</p></noscript><div data-quiz><p class="am-quiz-told" role="alert" data-told></p>'
        f'<details class="am-quiz-choose" data-choose><summary>{say("quiz.choose")}</summary>{lessons}</details>'
        f'<div class="am-quiz-bar" data-bar data-none><p role="status" data-count></p>{buttons}'
        f'<label><input type="checkbox" data-key> {say("quiz.key")}</label>'
        f'<p data-linked hidden><input type="text" readonly aria-label="{say("quiz.address")}"> <span role="status"></span></p></div>'
        f'<div data-list></div><div class="am-sheet" data-sheet aria-hidden="true"></div></div>'
    )
    return _document("quiz", title, intro, f'<p class="am-lead">{intro}</p>{body}', [])


def _choice(one: Lesson, number: int) -> str:
    """A lesson whose exercises can be ticked, once its file has come."""
    title = f"{number}. {escape(one.text('title'))}"
    return (
        f'<details class="am-quiz-lesson" data-of="{one.slug}" data-exercises="exercises:{one.slug}"><summary><span data-title>{title}</span> '
        f'<small data-chosen></small></summary><p><a href="lesson:{one.slug}">{say("quiz.lesson")}</a></p><div data-ticks></div></details>'
    )


def _backup() -> str:
    """What the browser keeps, to take along, to bring back and to clear."""

    def button(part: str) -> str:
        return f'<button type="button" data-{part}>{say(f"progress.{part}")}</button>'

    return (
        f'<div class="am-backup" data-backup><p>{say("progress.where")}</p><p data-what></p><p>{button("save")} {button("open")} {button("empty")}'
        f'<input type="file" accept=".json,application/json" data-file hidden></p><p role="status" data-said></p>'
        f'<dialog data-sure aria-labelledby="progress-sure"><form method="dialog"><p id="progress-sure">{say("progress.sure")}</p>'
        f'<button value="">{say("progress.no")}</button> <button value="yes">{say("progress.yes")}</button></form></dialog></div>'
    )
