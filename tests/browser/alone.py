"""The page's scripts over a body that a test writes, without an app or a site around them: to hold one of them to what it does, fast."""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from dashboard import language
from dashboard.page.html import words
from dashboard.page.scripts import apart_script, page_script, quiz_script, room_script


def open_alone(
    browser: Browser,
    body: str,
    *,
    before: str = "",
    after: str = "",
    query: str = "",
    files: dict[str, str] | None = None,
    lang: str = "pt",
    **context,
) -> Page:
    """A page that was started, its errors in `page.errors`.

    `before` and `after` are scripts around those of the page, `files` lie beside them.
    """
    folder = Path(tempfile.mkdtemp())
    with language.using(lang):
        said = json.dumps(words() | {"lang": language.LANGUAGES[lang]}, ensure_ascii=False)
    start = f"{after};Amostra.page.start(document.body, {said}).then(() => {{ document.documentElement.dataset.ready = ''; }});"
    beside = {"apart.js": apart_script(), "quiz.js": quiz_script(), "room.js": room_script()}
    for name, text in {"page.js": page_script(), "start.js": start, **beside, **(files or {})}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "index.html").write_text(
        f'<!doctype html><html lang="{language.LANGUAGES[lang]}"><meta charset="utf-8"><title>x</title><body>{body}'
        '<script src="./page.js"></script><script src="start.js"></script>',
        encoding="utf-8",
    )
    opened = browser.new_context(viewport={"width": 800, "height": 600}, **context)
    page = opened.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.add_init_script(before)
    page.goto((folder / "index.html").as_uri() + query)
    page.wait_for_selector("html[data-ready]")
    return page
