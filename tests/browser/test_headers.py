"""The app under its own security headers, in a real browser: nothing of it is refused, and foreign frames are."""

import http.server
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.launch import start_app

WATCH = """
window.refused = [];
addEventListener("securitypolicyviolation", (event) => {
  refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


def opened(browser, address):
    page = browser.new_context().new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    return page


@pytest.mark.parametrize("place", ["", "temperature", "attention"])
def test_nothing_of_a_page_is_refused(app_url, browser, place):
    page = opened(browser, f"{app_url}/{place}{'&' if '?' in place else '?'}lang=en")
    page.locator("[data-figure]").first.wait_for(state="attached", timeout=90_000)
    page.locator("[data-figure]").first.scroll_into_view_if_needed()
    page.locator(".am-chart svg").first.wait_for(timeout=90_000)
    page.wait_for_timeout(1000)
    assert page.evaluate("refused") == []
    page.context.close()


def test_the_page_s_model_runs_under_the_policy(app_url, browser):
    page = opened(browser, f"{app_url}/inside?lang=en&text=O+mar")
    expect(page.locator(".am-inside[data-ready]")).to_be_visible(timeout=90_000)
    assert page.evaluate("refused") == []
    page.context.close()


def test_the_lab_and_its_model_run_under_the_policy_and_core_checks_what_they_show(app_url, browser):
    page = opened(browser, f"{app_url}/lab?lang=en&from_prompt=true&prompt=Era+uma+vez")
    expect(page.locator(".am-check")).to_contain_text("the largest difference in probability is", timeout=90_000)
    assert page.evaluate("refused") == []
    page.context.close()


def test_a_text_is_generated_under_the_policy(app_url, browser):
    page = opened(browser, f"{app_url}/generation?lang=en&gen.seed=7&gen.tokens=8")
    page.get_by_role("button", name="Generate", exact=True).click(timeout=90_000)
    expect(page.locator(".am-tokens [role=option]")).to_have_count(8, timeout=90_000)
    assert page.evaluate("refused") == []
    page.context.close()


def test_every_answer_has_the_headers(app_url):
    for place in ("/", "/temperature", "/_stcore/health", "/nowhere.js"):
        try:
            answer = urllib.request.urlopen(app_url + place, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        assert answer.headers["X-Content-Type-Options"] == "nosniff", place
        assert answer.headers["Referrer-Policy"] == "same-origin", place
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"], place


@contextmanager
def framing(address: str) -> Iterator[str]:
    """A page of another origin that shows `address` in a frame."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{address}" width="800" height="600"></iframe>'.encode())

        def log_message(self, *words):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def test_another_sites_frame_is_refused_unless_the_owner_names_it_and_then_shows_one_block_or_tool_alone(
    app_url, browser, monkeypatch
):
    with framing(f"{app_url}/?lang=en") as foreign:
        page = opened(browser, foreign)
        page.wait_for_timeout(3000)
        assert page.frames[1].locator(".stApp").count() == 0
        page.context.close()
    with framing("about:blank") as named:
        monkeypatch.setenv("AMOSTRA_EMBED", named)
        server, url, _ = start_app()
        try:
            page = opened(browser, named)
            address = f"{url}/temperature?lang=en&embed=tau&tau.tau=0.5"
            page.evaluate("(address) => { document.querySelector('iframe').src = address; }", address)
            inside = page.frame_locator("iframe")
            expect(inside.locator(".am-said")).to_contain_text("τ = 0.5", timeout=60_000)
            expect(inside.locator(".am-chart svg")).to_be_visible()
            for around in (".am-nav", ".am-bar", "h1", "#bet"):
                expect(inside.locator(around).locator("visible=true")).to_have_count(0)
            box = page.frames[1].locator(".stMain").evaluate("(box) => [box.scrollHeight, box.clientHeight]")
            assert box[0] <= box[1] == 600
            address = f"{url}/generation?lang=en&embed=generation&gen.tokens=4&gen.go=true"
            page.evaluate("(address) => { document.querySelector('iframe').src = address; }", address)
            expect(inside.locator(".am-tokens [role=option]")).to_have_count(4, timeout=60_000)
            for around in (".am-nav", ".am-bar", "h1"):
                expect(inside.locator(around).locator("visible=true")).to_have_count(0)
            assert page.frames[1].evaluate("refused") == []
            assert {one["name"] for one in page.context.cookies()} <= {"_streamlit_xsrf"}  # against forged requests
            page.context.close()
        finally:
            server.terminate()
            server.wait(10)
