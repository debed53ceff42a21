"""One block of a page in a frame of somebody else's: alone, live, as high as it is, without a cookie."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults

LISTENS = """
addEventListener("message", ({ data }) => {
  if (!data.amostra) return;
  window.said = data;
  document.querySelector("iframe").height = data.height;
});
"""


@contextmanager
def serving(handler) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


class Elsewhere(Quiet):
    """Somebody else's page: what stands in `body`."""

    body = ""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><body>{self.body}<script>{LISTENS}</script>".encode())


@pytest.fixture(scope="module")
def published(site) -> Iterator[str]:
    with serving(functools.partial(Quiet, directory=str(site))) as address:
        yield address


@pytest.fixture
def frame(browser, monkeypatch):
    """Shows a body in a page of another origin; gives the page and its frame."""
    with serving(Elsewhere) as address:
        context = browser.new_context(viewport={"width": 800, "height": 900})

        def show(body: str):
            monkeypatch.setattr(Elsewhere, "body", body)
            page = context.new_page()
            page.goto(address)
            return page, page.frame_locator("iframe")

        yield show
        context.close()


def test_the_code_that_a_figure_hands_out_shows_it_alone_and_live_in_another_page(published, browser, frame):
    page = browser.new_context().new_page()
    page.goto(f"{published}/pt/temperatura.html?tau.tau=0.5&real.tau=2")
    page.locator("#tau .am-code").click()
    code = page.locator("#tau textarea").input_value()
    page.context.close()
    assert (
        'loading="lazy"' in code and 'title="A temperatura remodela a distribuição"' in code and "real.tau" not in code
    )

    page, inside = frame(code)
    said = inside.locator(".am-said")
    expect(said).to_contain_text("τ = 0,5")
    expect(inside.locator(".am-chart svg")).to_be_visible()
    for around in ("h1", ".sidebar-drawer", "#bet", ".am-code", ".am-language", "footer"):
        expect(inside.locator(around).locator("visible=true")).to_have_count(0)
    page.wait_for_function("said?.amostra === 'tau'")
    assert page.evaluate("said.height") <= int(code.split('height="')[1].split('"')[0])
    document = page.frames[1]
    assert document.evaluate("document.documentElement.scrollHeight <= innerHeight")

    drawn, slider = inside.locator(".am-chart svg").inner_html(), inside.locator("input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    expect(said).not_to_contain_text("τ = 0,5:")
    document.wait_for_function("(drawn) => document.querySelector('.am-chart svg').innerHTML !== drawn", arg=drawn)
    assert document.evaluate("document.cookie") == "" and page.context.cookies() == []

    with page.context.expect_page() as opened:
        inside.get_by_role("link", name="Amostra").click()
    whole = opened.value
    expect(whole.locator("h1")).to_be_visible()
    assert "embed" not in whole.url and "tau.tau=" in whole.url and whole.url.endswith("#tau")


@pytest.mark.parametrize(
    ("query", "said"),
    [("embed=tau", "Temperature reshapes"), ("embed=pair", "Check"), ("embed=%E0%A4%A", "no exercise named")],
)
def test_a_block_alone_is_sound_and_a_name_that_is_not_there_is_told(published, browser, query, said):
    page = browser.new_page()
    page.goto(f"{published}/en/temperature.html?{query}")
    expect(page.locator(".am-alone")).to_contain_text(said)
    assert faults(page) == ""
    page.close()


def test_a_bet_is_opened_under_itself_once_it_is_placed(published, frame):
    page, inside = frame(f'<iframe src="{published}/en/temperature.html?embed=bet" width="100%" height="200"></iframe>')
    place, answer = inside.get_by_role("button", name="Place the bet"), inside.locator(".am-answer")
    expect(place).to_be_visible()
    expect(answer).to_be_hidden()
    page.wait_for_function("window.said?.height > 200")
    low = page.evaluate("said.height")
    inside.locator("input[type=radio]").first.check()
    place.click()
    expect(answer).to_contain_text("the same: the order of the tokens does not change")
    page.wait_for_function("(low) => said.height > low", arg=low)


@pytest.mark.parametrize(
    "path, settings, alive",
    [
        ("en/lab.html", "top_k=3&temperature=1.5", ".am-card p"),
        ("pt/geracao.html", "gen.tokens=5&gen.go=true", ".am-text:not(.am-going) [role=option]"),
        ("en/inside.html", "text=O+mar", ".am-inside[data-ready]"),
    ],
)
def test_a_tool_alone_in_another_page_has_its_settings_and_works(published, browser, frame, path, settings, alive):
    page = browser.new_context().new_page()
    page.goto(f"{published}/{path}?{settings}")
    page.locator(alive).first.wait_for(timeout=90_000)
    page.locator(".am-embedder .am-code").click()
    code = page.locator(".am-embedder textarea").input_value()
    page.context.close()

    page, inside = frame(code)
    inside.locator(alive).first.wait_for(timeout=90_000)
    for around in ("h1", ".sidebar-drawer", ".am-code", ".am-language", "footer"):
        expect(inside.locator(around).locator("visible=true")).to_have_count(0)
    document = page.frames[1]
    assert all(setting in document.url for setting in settings.split("&"))
    page.wait_for_function(
        "(name) => said?.amostra === name && said.height > 200", arg=code.split("embed=")[1].split('"')[0].split("&")[0]
    )
    document.wait_for_function("document.documentElement.scrollHeight <= innerHeight + 1")
    control = inside.locator("input[type=range], [role=option]").first
    control.press("End")
    assert document.evaluate("document.cookie") == "" and page.context.cookies() == []
    with page.context.expect_page() as opened:
        inside.get_by_role("link", name="Amostra").click()
    expect(opened.value.locator("h1")).to_be_visible()
    assert "embed" not in opened.value.url and settings.split("&")[0] in opened.value.url


def test_a_folder_opened_as_files_has_no_address_to_hand_out(site, browser):
    page = browser.new_page()
    page.goto((site / "pt" / "temperatura.html").as_uri())
    page.wait_for_function("() => document.documentElement.dataset.ready !== undefined")
    expect(page.locator(".am-code")).to_have_count(0)
    page.close()
