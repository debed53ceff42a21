"""What a first visit to the site weighs: every file that the browser asks for, texts as servers send them (gzip)."""

import gzip
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest

from dashboard import language, lesson

LESSON, HOME = 250_000, 350_000  # bytes, before Vega comes


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture(scope="module")
def served(site):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def weight(path: Path) -> int:
    return path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes()))


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_a_first_visit_is_light_until_its_first_chart(browser, site, served, lang):
    heaviest = max(lesson.lessons(), key=lambda one: weight(site / lang / f"{one.text('slug', lang)}.html"))
    for name, most in ((heaviest.text("slug", lang), LESSON), ("index", HOME)):
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        page = context.new_page()
        asked = set()
        page.on("request", lambda request, asked=asked: asked.add(unquote(urlsplit(request.url).path)))
        page.goto(f"{served}/{lang}/{name}.html")
        page.evaluate("() => document.fonts.ready")
        weights = {path: weight(site / path.lstrip("/")) for path in asked if "vega" not in path}
        assert any(path.endswith(".woff2") for path in weights)
        assert sum(weights.values()) <= most, (name, sorted(weights.items(), key=lambda one: -one[1])[:8])
        context.close()


def test_the_fonts_have_every_letter_of_the_pages_that_their_sources_have(site):
    from fontTools.ttLib import TTFont

    text = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    for name in ("Sans", "Serif"):
        font = TTFont(site / "_shared" / "media" / f"{name}.woff2")
        letters = set("".join(chr(code) for code in font.getBestCmap()))
        assert set("AZaz09áàâãçéêíóôõúüÁÇÉÕ«»—–−…“”") <= letters
        assert {letter for letter in text if letter.isalpha() and letter < "\u0180"} <= letters
        assert not [one for one in font["name"].names if one.nameID in (1, 4) and "Source" in str(one)]
