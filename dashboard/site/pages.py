"""The pages that Sphinx reads: for each document its title, and its HTML as it is on every surface, addressed for the site."""

import json
import re
from html import escape
from pathlib import Path

from dashboard import lesson
from dashboard.language import current, say, using
from dashboard.lesson import lessons, pages, parts
from dashboard.links import LinkError, addressed
from dashboard.page import document
from dashboard.page.document import Document, Place
from dashboard.page.katex import FormulaError
from dashboard.repository import colab_link

OWN = {"glossary": {"pt": "glossario", "en": "glossary"}, "review": {"pt": "revisao", "en": "review"}}
"""The names of the pages that are not written as lessons are."""


def names(lang: str) -> list[str]:
    """The pages of one language, in the same order in every language."""
    return [
        "index",
        "search",
        *(name[lang] for name in OWN.values()),
        *(lesson.text("slug", lang) for lesson in [*pages(), *lessons()]),
    ]


def address(kind: str, name: str, fragment: str) -> str | None:
    """Where a link of the lessons' own leads on the site, which has no tools, in the language in force."""
    if kind == "tool":
        return None
    if kind == "term":
        return f"{OWN['glossary'][current()]}.html#{name}"
    if kind == "exercises":
        return f"../_shared/exercises/{current()}/{name}.js"
    fixed = {"home": "index", **{own: written[current()] for own, written in OWN.items()}}
    slugs = {one.slug: one.text("slug") for one in [*lessons(), *pages()]}
    return f"{fixed.get(name) or slugs[name]}.html{fragment}"


def write(folder: Path, lang: str) -> dict[str, str]:
    """Write the pages of one language to `folder` and return their tables of contents, by page.

    Raises:
        FormulaError, LinkError, LessonError: with the lesson's name.
    """
    folder.mkdir(parents=True)
    contents = {}
    with using(lang):
        for one in [*lessons(), *pages()]:
            try:
                made = document.of(one)
            except (FormulaError, LinkError) as error:
                raise type(error)(f"{one.path.name} ({lang}): {error}") from error
            contents[one.text("slug")] = _write(folder, one.text("slug"), made, _colab(one))
        contents[OWN["glossary"][lang]] = _write(folder, OWN["glossary"][lang], document.terms())
        contents[OWN["review"][lang]] = _write(folder, OWN["review"][lang], document.review())
        _write(folder, "search", document.search(), front="orphan: true")
        contents["index"] = _write(folder, "index", document.home(), toctrees=_toctrees())
    return contents


def write_exercises(folder: Path, lang: str) -> None:
    """Write the exercises of each lesson to a script of its own, for the page of review."""
    folder.mkdir(parents=True)
    with using(lang):
        for one in lessons():
            (folder / f"{one.slug}.js").write_text(document.exercises(one, address), encoding="utf-8")


def _colab(one: lesson.Lesson) -> str:
    link = colab_link(one, current()) if one.numbered else ""
    return f'<p><a href="{escape(link)}">{say("lesson.colab")}</a></p>' if link else ""


def _write(folder: Path, name: str, made: Document, after: str = "", toctrees: str = "", front: str = "") -> str:
    front = f"---\n{front}\ndescription: {json.dumps(made.summary, ensure_ascii=False)}\n---"
    text = "\n\n".join([front, f"({made.slug})=\n# {made.title}", raw(addressed(made.html + after, address)), toctrees])
    (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
    return table_of_contents(made.places)


def raw(fragment: str) -> str:
    """HTML that MyST hands on as it is."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", fragment))])
    return f"{fence}{{raw}} html\n{fragment}\n{fence}"


def table_of_contents(places: list[Place]) -> str:
    """The headings as nested lists, for the theme's column."""
    html, depth = "", 0
    for place in places:
        level = place.level - 1
        html += "<ul><li>" * (level - depth) if level > depth else "</li></ul>" * (depth - level) + "</li><li>"
        html += f'<a class="reference internal" href="#{place.id}">{document.plain(place.text)}</a>'
        depth = level
    return html + "</li></ul>" * depth


def _toctrees() -> str:
    sections = [
        ("", [OWN["review"][current()]]),
        *((f"nav.part.{part}", [one.text("slug") for one in members]) for part, members in parts().items()),
        ("nav.reference", [OWN["glossary"][current()], *(page.text("slug") for page in pages())]),
    ]
    return "\n\n".join(
        f"```{{toctree}}\n:hidden:\n{f':caption: {say(caption)}' if caption else ''}\n\n{chr(10).join(members)}\n```"
        for caption, members in sections
    )
