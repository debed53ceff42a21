"""The pages that Sphinx reads: for each document its title, and its HTML as it is on every surface, addressed for the site."""

import re
from dataclasses import replace
from html import escape
from pathlib import Path

from dashboard import lesson
from dashboard.language import ROOT, current, say, using
from dashboard.lesson import lessons, pages, parts
from dashboard.links import LinkError, addressed
from dashboard.page import document
from dashboard.page.document import Document, Place
from dashboard.page.katex import FormulaError
from dashboard.repository import colab_link, site
from dashboard.site.public import Page, chart

TOOLS = {
    "lab": {"pt": "laboratorio", "en": "lab"},
    "generation": {"pt": "geracao", "en": "generation"},
    "inside": {"pt": "por-dentro", "en": "inside"},
}
OWN = {
    "glossary": {"pt": "glossario", "en": "glossary"},
    "review": {"pt": "revisao", "en": "review"},
    "quiz": {"pt": "questionario", "en": "quiz"},
} | TOOLS
"""The names of the pages that are not written as lessons are."""


def names(lang: str) -> list[str]:
    """The pages of one language, in the same order in every language."""
    return [
        "index",
        "search",
        *(name[lang] for name in OWN.values()),
        *(lesson.text("slug", lang) for lesson in [*pages(), *lessons()]),
    ]


def address(kind: str, name: str, rest: str) -> str | None:
    """Where a link of the lessons' own leads on the site, in the language in force."""
    if kind == "tool" and name not in OWN:
        return None
    if kind == "term":
        return f"{OWN['glossary'][current()]}.html#{name}"
    if kind == "exercises":
        return f"../_shared/exercises/{current()}/{name}.js"
    fixed = {"home": "index", **{own: written[current()] for own, written in OWN.items()}}
    slugs = {one.slug: one.text("slug") for one in [*lessons(), *pages()]}
    return f"{fixed.get(name) or slugs[name]}.html{rest}"


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
            said = _write(folder, one.text("slug"), made, one.path, _colab(one))
            written[one.text("slug")] = replace(said, picture=chart(one)) if site() else said
        for own, made, source in (
            ("glossary", document.terms(), lesson.LESSONS / "glossary.toml"),
            ("review", document.review(), None),
            ("quiz", document.quiz(), None),
            *((name, document.tool(name), None) for name in TOOLS),
        ):
            written[OWN[own][lang]] = _write(folder, OWN[own][lang], made, source)
        _write(folder, "search", document.search(), front="orphan: true")
        written["index"] = _write(folder, "index", document.home(), lesson.home().path, toctrees=_toctrees())
    return written


def write_exercises(folder: Path, lang: str) -> None:
    """Write the exercises of each lesson to a script of its own, for the pages of review and quiz."""
    folder.mkdir(parents=True)
    with using(lang):
        for one in lessons():
            (folder / f"{one.slug}.js").write_text(document.exercises(one, address), encoding="utf-8")


def _colab(one: lesson.Lesson) -> str:
    link = colab_link(one, current()) if one.numbered else ""
    return f'<p><a href="{escape(link)}">{say("lesson.colab")}</a></p>' if link else ""


def _write(
    folder: Path,
    name: str,
    made: Document,
    source: Path | None = None,
    after: str = "",
    toctrees: str = "",
    front: str = "",
) -> Page:
    body = raw(addressed(made.html + after, address))
    text = "\n\n".join([f"---\n{front}\n---" if front else "", f"({made.slug})=\n# {made.title}", body, toctrees])
    (folder / f"{name}.md").write_text(text.lstrip() + "\n", encoding="utf-8")
    where = source.relative_to(ROOT).as_posix() if source and source.is_relative_to(ROOT) else ""
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
        ("", [OWN["review"][current()]]),
        *((f"nav.part.{part}", [one.text("slug") for one in members]) for part, members in parts().items()),
        ("nav.tools", [OWN[name][current()] for name in (*TOOLS, "quiz")]),
        ("nav.reference", [OWN["glossary"][current()], *(page.text("slug") for page in pages())]),
    ]
    return "\n\n".join(
        f"```{{toctree}}\n:hidden:\n{f':caption: {say(caption)}' if caption else ''}\n\n{chr(10).join(members)}\n```"
        for caption, members in sections
        if members
    )
