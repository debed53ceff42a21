"""The MyST pages that Sphinx reads: one per lesson and language, a home and the reference pages per language.

Prose stays Markdown; every other block is set in raw HTML. The anchors of a lesson become explicit targets, from
which `extension` makes section ids that are the same in both languages.
"""

import json
import re
from html import escape
from pathlib import Path

from dashboard.blocks import Prose
from dashboard.language import LANGUAGES, current, glossary, say, using
from dashboard.lesson import Lesson, home, lessons, pages, parts, produce
from dashboard.repository import colab_link
from dashboard.site.html import GLOSSARY, LinkError, html, inline, links
from dashboard.site.katex import FormulaError


def names(lang: str) -> list[str]:
    """The pages of one language, in the same order in every language."""
    return ["index", "search", GLOSSARY[lang], *(lesson.text("slug", lang) for lesson in [*pages(), *lessons()])]


def write(folder: Path, lang: str) -> None:
    """Write the pages of one language to `folder`. Raises FormulaError, LinkError or LessonError, naming the lesson."""
    folder.mkdir(parents=True)
    with using(lang):
        for lesson in [*lessons(), *pages()]:
            try:
                page = lesson_page(lesson)
            except (FormulaError, LinkError) as error:
                raise type(error)(f"{lesson.path.name} ({lang}): {error}") from error
            (folder / f"{lesson.text('slug')}.md").write_text(page, encoding="utf-8")
        (folder / f"{GLOSSARY[lang]}.md").write_text(glossary_page(), encoding="utf-8")
        (folder / "index.md").write_text(home_page(), encoding="utf-8")


def _raw(fragment: str) -> str:
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", fragment))])
    return f"{fence}{{raw}} html\n{fragment}\n{fence}"


def _page(title: str, anchor: str, description: str, *parts: str) -> str:
    front = f"---\ndescription: {json.dumps(description, ensure_ascii=False)}\n---"
    return "\n\n".join([front, f"({anchor})=\n# {title}", *parts]) + "\n"


def lesson_page(lesson: Lesson) -> str:
    """A lesson, or a page written like one, in the language in force."""
    parts = _blocks(lesson)
    if lesson.numbered and (link := colab_link(lesson, current())):
        parts.append(_raw(f'<p><a href="{escape(link)}">{say("lesson.colab")}</a></p>'))
    sources = "".join(
        f'<li id="{source["id"]}">{escape(source["text"])}{"" if source["text"].endswith("?") else "."} '
        f'<a href="{escape(source["url"])}">{escape(source["url"].removeprefix("https://"))}</a></li>'
        for source in lesson.header["sources"]
    )
    if sources:
        parts += [
            f"({lesson.slug}-sources)=\n## {say('lesson.sources')}",
            _raw(f'<ul class="am-sources">{sources}</ul>'),
        ]
    return _page(lesson.text("title"), lesson.slug, lesson.text("summary"), *parts)


def _blocks(lesson: Lesson) -> list[str]:
    """The summary and the blocks."""
    parts = [
        _raw(f'<p class="am-lead">{escape(lesson.text("summary"))}</p>{_facts(lesson) if lesson.numbered else ""}')
    ]
    for block in produce(lesson, current()):
        if isinstance(block, Prose):
            parts.append((f"({lesson.slug}-{block.anchor})=\n" if block.anchor else "") + links(block.text))
        else:
            parts.append(_raw(html(block)))
    return parts


def _facts(lesson: Lesson) -> str:
    return (
        f'<p class="am-facts"><span>{say("lesson.minutes", minutes=lesson.minutes)}</span> '
        f"<span>{inline(say('lesson.prerequisites', what=lesson.text('prerequisites')))}</span></p>"
    )


def glossary_page() -> str:
    """The glossary in the language in force, in its alphabetical order."""
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
    return _page(
        say("nav.glossary"),
        "glossary",
        say("glossary.intro"),
        say("glossary.intro"),
        _raw(f'<dl class="am-glossary">{"".join(entries)}</dl>'),
    )


def home_page() -> str:
    """The home in the language in force: what the course is, and its lessons."""
    front = home()
    sections = {part: [lesson.text("slug") for lesson in members] for part, members in parts().items()}
    cards = [
        part
        for number, members in parts().items()
        for part in (f"(part-{number})=\n## {say(f'nav.part.{number}')}", _raw(_cards(members)))
    ]
    toctrees = [
        f"```{{toctree}}\n:hidden:\n:caption: {say(caption)}\n\n{chr(10).join(pages)}\n```"
        for caption, pages in [
            *((f"nav.part.{number}", slugs) for number, slugs in sections.items()),
            ("nav.reference", [GLOSSARY[current()], *(page.text("slug") for page in pages())]),
        ]
    ]
    return _page(front.text("title"), "home", front.text("summary"), *_blocks(front), *cards, *toctrees)


def _cards(members: list[Lesson]) -> str:
    cards = "".join(
        f'<li><a href="{lesson.text("slug")}.html">{escape(lesson.text("title"))}</a>'
        f"<p>{escape(lesson.text('summary'))}</p><small>{say('lesson.minutes', minutes=lesson.minutes)}"
        "</small></li>"
        for lesson in members
    )
    return f'<ol class="am-lessons">{cards}</ol>'
