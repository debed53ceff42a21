"""The pages that Sphinx reads: for each document its title, and its HTML as it is on every surface, addressed for the site."""

import re
from html import escape
from pathlib import Path

from dashboard import lesson
from dashboard.language import ROOT, current, say, using
from dashboard.lesson import lessons, pages, parts
from dashboard.links import LinkError, addressed
from dashboard.page import document
from dashboard.page.document import Document, Place
from dashboard.page.katex import FormulaError
from dashboard.repository import colab_link
from dashboard.site.public import Page

GLOSSARY = {"pt": "glossario", "en": "glossary"}
GLOSSARY_FILE = lesson.LESSONS / "glossary.toml"


def names(lang: str) -> list[str]:
    """The pages of one language, in the same order in every language."""
    return ["index", "search", GLOSSARY[lang], *(lesson.text("slug", lang) for lesson in [*pages(), *lessons()])]


def address(kind: str, name: str, fragment: str) -> str | None:
    """Where a link of the lessons' own leads on the site, which has no tools, in the language in force."""
    if kind == "tool":
        return None
    if kind == "term":
        return f"{GLOSSARY[current()]}.html#{name}"
    fixed = {"home": "index", "glossary": GLOSSARY[current()]}
    slugs = {one.slug: one.text("slug") for one in [*lessons(), *pages()]}
    return f"{fixed.get(name) or slugs[name]}.html{fragment}"


def write(folder: Path, lang: str) -> dict[str, Page]:
    """Write the pages of one language to `folder` and return what is said of each, by its name.

    Raises:
        FormulaError, LinkError, LessonError: with the lesson's name.
    """
    folder.mkdir(parents=True)
    written = {}
    with using(lang):
        for one in [*lessons(), *pages()]:
            try:
                made = document.of(one)
            except (FormulaError, LinkError) as error:
                raise type(error)(f"{one.path.name} ({lang}): {error}") from error
            written[one.text("slug")] = _write(folder, one.text("slug"), made, one.path, _colab(one))
        written[GLOSSARY[lang]] = _write(folder, GLOSSARY[lang], document.terms(), GLOSSARY_FILE)
        written["index"] = _write(folder, "index", document.home(), lesson.home().path, toctrees=_toctrees())
    return written


def _colab(one: lesson.Lesson) -> str:
    link = colab_link(one, current()) if one.numbered else ""
    return f'<p><a href="{escape(link)}">{say("lesson.colab")}</a></p>' if link else ""


def _write(folder: Path, name: str, made: Document, source: Path, after: str = "", toctrees: str = "") -> Page:
    text = "\n\n".join([f"({made.slug})=\n# {made.title}", raw(addressed(made.html + after, address)), toctrees])
    (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
    where = source.relative_to(ROOT).as_posix() if source.is_relative_to(ROOT) else ""
    return Page(made.title, made.summary, table_of_contents(made.places), where)


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
        *((f"nav.part.{part}", [one.text("slug") for one in members]) for part, members in parts().items()),
        ("nav.reference", [GLOSSARY[current()], *(page.text("slug") for page in pages())]),
    ]
    return "\n\n".join(
        f"```{{toctree}}\n:hidden:\n:caption: {say(caption)}\n\n{chr(10).join(members)}\n```"
        for caption, members in sections
    )
