"""A real browser over the real app and the real exported site."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.launch import start_app

expect.set_options(timeout=30_000)  # ms: two processes of tests share the machine
LATE = ["^TimeoutError", "^AssertionError: (Locator|Page) expected"]  # what Playwright waited for in vain


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser that did not get there in time is tried once more, and the run's summary names it (RERUN); no other failure is."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=LATE))


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """The address of the app, started as its user starts it."""
    server, url, _ = start_app()
    yield url
    server.terminate()
    server.wait(10)


DRAWN = """() => {
  window.Amostra?.drawAll?.();
  const charts = [...document.querySelectorAll(".am-chart")];
  return charts.length >= 4 && charts.every((chart) => chart.querySelector("svg"));
}"""


class Surface:
    """One of the two places a lesson lives: opens pages and waits until their charts are drawn."""

    def __init__(self, name: str, browser: Browser, lesson: dict[str, str]):
        self.name, self.browser, self.lesson = name, browser, lesson
        self.requests: list[str] = []
        self.errors: list[str] = []

    def open(
        self,
        language: str = "pt",
        query: str = "",
        width: int = 1280,
        height: int = 720,
        scheme: str = "light",
        address: str | None = None,
    ) -> Page:
        """A fresh visitor's page of the temperature lesson (or of `address`), charts drawn."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        if self.name == "site":
            context.set_offline(True)
        url = address or self.lesson[language]
        page.goto(url + ("&" if "?" in url else "?") + query if query else url)
        page.wait_for_function(DRAWN, timeout=60_000)
        return page


@pytest.fixture(scope="session", params=["site", "app"])
def surface(request: pytest.FixtureRequest, browser: Browser) -> Surface:
    if request.param == "site":
        site = request.getfixturevalue("site")
        return Surface(
            "site",
            browser,
            {"pt": (site / "pt" / "temperatura.html").as_uri(), "en": (site / "en" / "temperature.html").as_uri()},
        )
    url = request.getfixturevalue("app_url")
    return Surface("app", browser, {"pt": f"{url}/temperature?lang=pt", "en": f"{url}/temperature?lang=en"})


@pytest.fixture
def page(surface: Surface) -> Iterator[Page]:
    one = surface.open()
    yield one
    one.context.close()
