"""Make every page ahead of its first reader: `python -m dashboard.page`. What is kept from before is left as it is."""

import sys

from dashboard import lesson
from dashboard.language import LANGUAGES, using
from dashboard.page import document, search


def make() -> None:
    """The home and the glossary of both languages first, then the lessons in reading order; last what the search knows."""
    for page in (document.home, document.terms):
        for lang in LANGUAGES:
            with using(lang):
                page()
    for one in [*lesson.lessons(), *lesson.pages()]:
        for lang in LANGUAGES:
            with using(lang):
                document.of(one)
    for lang in LANGUAGES:
        with using(lang):
            search.index()


if __name__ == "__main__":
    sys.exit(make())
