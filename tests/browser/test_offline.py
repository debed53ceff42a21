"""The served site keeps what was read: it is there without a network, a new version replaces the old, a folder needs none of it."""

import functools
import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

KEPT = "async () => { const found = []; for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) found.push(one.url); return found; }"


class Server:
    """The site below /amostra/ on a port of its own; it can be stopped, and its worker given another version."""

    def __init__(self, site: Path):
        self.version = ""
        outer = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                if not self.path.startswith("/amostra/"):
                    self.send_error(404)
                    return
                self.path = self.path.removeprefix("/amostra")
                if self.path == "/service-worker.js":
                    text = (
                        (site / "service-worker.js")
                        .read_text("utf-8")
                        .replace('const VERSION = "', f'const VERSION = "{outer.version}')
                    )
                    self.send_response(200)
                    self.send_header("Content-Type", "text/javascript")
                    self.end_headers()
                    self.wfile.write(text.encode())
                else:
                    super().do_GET()

            def log_message(self, *words):
                pass

        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Handler, directory=str(site))
        )
        self.address = f"http://127.0.0.1:{self._server.server_port}/amostra"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def served(site) -> Iterator[Server]:
    server = Server(site)
    yield server
    server.stop()


@pytest.fixture
def context(browser) -> Iterator[BrowserContext]:
    one = browser.new_context()
    yield one
    one.close()


def until(page: Page, question: str, wanted, seconds: float = 60) -> None:
    """Wait until the answer of an asynchronous function in the page is as wanted."""
    end = time.monotonic() + seconds
    while not wanted(page.evaluate(question)):
        assert time.monotonic() < end, page.evaluate(question)
        page.wait_for_timeout(200)


def draw(page: Page) -> None:
    """Bring the first figure near, which draws it."""
    page.locator("[data-figure]").first.scroll_into_view_if_needed()
    page.locator(".am-chart svg").first.wait_for(timeout=60_000)


def read(context: BrowserContext, address: str) -> Page:
    """A page with its charts, once its worker has kept them."""
    page = context.new_page()
    page.goto(address)
    draw(page)
    vega = f"{address.partition('/amostra/')[0]}/amostra/_shared/vega.js"
    until(page, KEPT, lambda kept: {address, vega} <= {*kept})
    return page


def test_what_was_read_is_there_without_a_network(served, context):
    page = read(context, f"{served.address}/pt/temperatura.html")
    served.stop()
    page.reload()
    expect(page.locator("h1")).to_contain_text("Temperatura")
    draw(page)
    assert page.goto(f"{served.address}/pt/temperatura.html?x.temperature=2#formula")


def test_an_installed_copy_has_every_page(served, context):
    page, last = read(context, f"{served.address}/pt/top-k.html"), f"{served.address}/en/serving.html"
    page.evaluate("async () => (await navigator.serviceWorker.ready).active.postMessage('all')")
    until(page, KEPT, lambda kept: last in kept, 180)
    served.stop()
    page.goto(last)
    expect(page.locator("h1")).to_be_visible()


def test_a_new_version_keeps_what_was_kept_and_nothing_of_the_old(served, context):
    place = f"{served.address}/pt/temperatura.html"
    page = read(context, place)
    (before,) = page.evaluate("() => caches.keys()")
    served.version = "new"
    page.evaluate("async () => (await navigator.serviceWorker.ready).update()")
    until(page, "() => caches.keys()", lambda names: names and before not in names)
    (after,) = page.evaluate("() => caches.keys()")
    assert " new" in after and place in page.evaluate(KEPT)


def test_a_folder_opened_without_a_server_asks_for_none_of_it(site, context):
    page, said = context.new_page(), []
    page.on("console", lambda one: said.append(one.text))
    page.goto((site / "pt" / "top-k.html").as_uri())
    page.wait_for_function("() => document.documentElement.dataset.ready !== undefined", timeout=60_000)
    assert page.locator("link[rel=manifest]").count() == 0 and said == []
