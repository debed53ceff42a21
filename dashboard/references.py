"""Every paper and document that the lessons cite, once each, with who cites it."""

from dataclasses import dataclass

from dashboard.language import say
from dashboard.lesson import Lesson, lessons, pages


@dataclass(frozen=True)
class Reference:
    """A source as the headers give it; `cited_by` are the lessons and pages, in reading order."""

    id: str
    text: str
    url: str
    cited_by: list[Lesson]


def references() -> list[Reference]:
    """The sources of all lessons and pages by id, sorted by author."""
    found: dict[str, Reference] = {}
    for one in [*lessons(), *pages()]:
        for source in one.header["sources"]:
            found.setdefault(source["id"], Reference(**source, cited_by=[])).cited_by.append(one)
    return sorted(found.values(), key=lambda reference: reference.text.casefold())


def markdown() -> str:
    """The list in the language in force: the source, its address, the lessons that cite it."""
    lines = []
    for reference in references():
        where = ", ".join(f"[{one.text('title')}](lesson:{one.slug})" for one in reference.cited_by)
        address = reference.url.removeprefix("https://").removeprefix("http://")
        lines.append(
            f"- {reference.text}{'' if reference.text.endswith('?') else '.'} [{address}]({reference.url})  \n  {say('references.cited', where=where)}"
        )
    return "\n".join(lines)
