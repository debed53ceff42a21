"""The app as its visitor uses it."""

import re
import shutil
import urllib.error
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect

from dashboard import language
from dashboard.language import ROOT, catalog
from tests.browser.axe import faults
from tests.browser.launch import start_app


def visit(browser, url, scheme="light", **size):
    page = browser.new_context(viewport={"width": 1280, "height": 720, **size}, color_scheme=scheme).new_page()
    page.goto(url)
    return page


def test_the_home_leads_to_the_lesson_and_keeps_the_language(browser, app_url):
    page = visit(browser, f"{app_url}/?lang=en")
    page.locator(".am-page").get_by_role("link", name="1. From logits to probabilities").press("Enter")
    expect(page.get_by_role("heading", name="From logits to probabilities", exact=True)).to_be_visible()
    page.wait_for_url(lambda url: "/logits" in url and "lang=en" in url)
    page.context.close()


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("scheme, width", [("dark", 360), ("light", 1280)])
def test_the_home_is_alive_and_sound(browser, app_url, site, lang, scheme, width):
    for url in (f"{app_url}/?lang={lang}", (site / lang / "index.html").as_uri()):
        page = visit(browser, url, scheme, width=width)
        page.locator(".am-figure .am-said").first.wait_for(timeout=60_000)
        page.evaluate("() => Amostra.drawAll()")
        page.locator(".am-chart svg").wait_for(timeout=60_000)
        said = page.locator(".am-figure .am-said").get_by_text({"pt": "leva 100", "en": "takes 100"}[lang])
        page.locator(".am-figure").get_by_role("slider").first.press("Home")  # τ = 0
        expect(said).to_be_visible()
        expect(page.locator("#app")).to_be_visible(visible=url.startswith("file:"))  # the app does not advertise itself
        assert not (found := faults(page)), found
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        page.context.close()


def test_the_language_switch_keeps_the_page_and_the_controls(surface):
    page = surface.open("pt", "tau.tau=2")
    page.get_by_role("link", name="English").first.click()
    expect(page.get_by_role("heading", name="Temperature", exact=True)).to_be_visible()
    expect(page.locator("#tau-tau")).to_have_attribute("aria-valuetext", "2")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.context.close()


COVERED = """() => [...document.querySelectorAll(".am-bar a")].filter((link) => link.getClientRects().length).filter((link) => {
  const { x, y, width, height } = link.getBoundingClientRect();
  return !link.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}).map((link) => link.textContent)"""


@pytest.mark.parametrize("name", ["", "generation", "lab", "inside", "quiz", "top-k"])
def test_nothing_lies_over_the_links_above_a_page(browser, app_url, name):
    page = visit(browser, f"{app_url}/{name}?lang=pt")
    expect(page.locator(".am-page h1").first).to_be_visible(timeout=60_000)
    for width in (1280, 700, 360):
        page.set_viewport_size({"width": width, "height": 720})
        expect(page.locator(".am-bar [data-language]")).to_be_visible()
        assert page.evaluate(COVERED) == [], width
    page.context.close()


def test_a_change_of_language_never_shows_two_pages_at_once(browser, app_url):
    page = visit(browser, f"{app_url}/temperature?lang=pt")
    expect(page.locator("#scale")).to_be_attached(timeout=60_000)
    page.evaluate("""() => {
      window.most = 0;
      new MutationObserver(() => { window.most = Math.max(window.most, document.querySelectorAll("[id=scale]").length); })
        .observe(document.body, { childList: true, subtree: true });
    }""")
    page.get_by_role("link", name="English").first.click()
    expect(page.get_by_role("heading", name="Temperature", exact=True)).to_be_visible(timeout=60_000)
    assert page.evaluate("window.most") == 1
    page.context.close()


def test_an_unknown_language_falls_back_with_a_notice(browser, app_url):
    page = visit(browser, f"{app_url}/temperature?lang=xx")
    expect(page.get_by_text("O endereço pedia lang = xx")).to_be_visible()
    expect(page.get_by_role("heading", name="Temperatura", exact=True)).to_be_visible()
    page.context.close()


def test_a_bet_is_kept_and_opened_later(surface):
    page = surface.open("en")
    page.get_by_text("infinite: the second one vanishes").first.click()
    page.get_by_role("button", name="Place the bet").click()
    expect(page.get_by_text("Bet kept.").first).to_be_visible()
    expect(page.get_by_text("Your bet: infinite: the second one vanishes")).to_be_visible()
    expect(page.get_by_text("That happens only in the limit").first).to_be_visible()
    page.context.close()


def test_a_numeric_answer_is_read_in_both_notations_and_a_bad_one_says_what_to_write(surface):
    page = surface.open("pt")
    field = page.get_by_role("textbox", name="Sua resposta")
    for typed, said in (
        ("0,88", "Certo."),
        ("0.8808", "Certo."),
        ("88%", "Certo."),
        ("0,73", "τ\u00a0=\u00a01"),
        ("abc", "Escreva, por exemplo, 0,83"),
    ):
        field.fill(typed)
        field.press("Enter")
        expect(page.locator("form").filter(has=field)).to_contain_text(said)
    assert field.input_value() == "abc"  # nothing typed is lost
    page.context.close()


def test_presentation_hides_the_menu_and_enlarges_the_type(browser, app_url):
    page = visit(browser, f"{app_url}/glossary?lang=en&present=true")
    expect(page.get_by_role("heading", name="Glossary", exact=True)).to_be_visible()
    expect(page.locator(".stSidebar")).to_be_hidden()
    page.wait_for_function("() => parseFloat(getComputedStyle(document.documentElement).fontSize) === 22")
    page.context.close()


def test_the_glossary_holds_every_term(browser, app_url):
    page = visit(browser, f"{app_url}/glossary?lang=pt")
    for term in list(language.glossary().values())[::10]:
        expect(page.locator(f"dt[id='{term.id}']")).to_contain_text(re.sub(r"[*`]|\$.*", "", term.term["pt"]))
    page.context.close()


HOSTILE = "![x](//example.com/p.png) *b* :smile: :red[x] $x$ <b>c</b> http://example.com :material/home: -> `d`"


VALUE = "![x](//example.com/p.png) *b* $x$ <b>c</b> -> `d`"  # the lab takes what stands after a line's last colon for its logit


@pytest.mark.parametrize(
    "name, words, rest", [("temperature", HOSTILE, ""), ("lang", HOSTILE, ""), ("logits", VALUE, "a:1")]
)
def test_words_of_a_link_are_shown_as_they_are_and_ask_for_nothing(browser, app_url, name, words, rest):
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    asked = []
    page.on("request", lambda one: asked.append(one.url))
    given = f"x:{words}\n{rest}" if rest else words
    page.goto(f"{app_url}/lab?{name}={urllib.parse.quote(given)}")
    told = page.locator("[data-testid=stToast], .am-notice, .am-problems").filter(has_text="example.com").first
    expect(told).to_be_visible(timeout=60_000)
    assert words in told.inner_text()
    assert told.locator("img, a, em, strong, .katex, b").count() == 0
    assert [url for url in asked if not url.startswith((app_url, "data:", "blob:"))] == []
    page.context.close()


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_a_link_to_the_glossary_stays_in_the_tab_lands_on_its_term_and_keeps_the_presentation(browser, app_url, lang):
    page = visit(browser, f"{app_url}/glossary?lang={lang}&present=true#entropy")
    here = "() => { const at = document.getElementById(location.hash.slice(1))?.getBoundingClientRect(); return at && at.top >= 0 && at.top < 300 }"
    page.wait_for_function(here, timeout=60_000)
    page.goto(f"{app_url}/temperature?lang={lang}&present=true")
    link = page.locator(".am-page a[href*='glossary']").first
    anchor = link.get_attribute("href", timeout=60_000).partition("#")[2]
    link.dispatch_event("click")
    page.wait_for_function(
        f"() => location.pathname.endsWith('/glossary') && location.search.includes('present=true') && location.hash === '#{anchor}'",
        timeout=60_000,
    )
    page.wait_for_function(here, timeout=60_000)
    assert len(page.context.pages) == 1
    page.context.close()


def test_back_after_a_link_with_settings_leads_to_the_page_before_as_it_was(browser, app_url):
    page = visit(browser, f"{app_url}/classroom?lang=en")
    page.locator(".am-page a[href*='tau.tau=']").first.click(timeout=60_000)
    expect(page.get_by_role("heading", name="Temperature", exact=True)).to_be_visible(timeout=60_000)
    page.wait_for_url(lambda url: "/temperature?lang=en&tau.tau=" in url)
    page.locator("[data-language]").first.click()
    expect(page.get_by_role("heading", name="Temperatura", exact=True)).to_be_visible(timeout=60_000)
    for heading, address in (("Temperature", "/temperature?lang=en&tau.tau="), ("With a class", "/classroom?lang=en")):
        page.go_back()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible(timeout=60_000)
        assert address in page.url and page.url.count("=") == address.count("=")
    page.go_forward()
    expect(page.get_by_role("heading", name="Temperature", exact=True)).to_be_visible(timeout=60_000)
    page.context.close()


def test_what_a_page_that_is_left_still_wants_to_write_does_not_reach_the_next_address(browser, app_url):
    page = visit(browser, f"{app_url}/lab?lang=en")
    slider = page.get_by_role("slider", name="Temperature").first
    expect(slider).to_be_visible(timeout=60_000)
    page.evaluate("""() => {
      const slider = document.querySelector(".am-lab input[type=range]");
      slider.value = slider.max;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      document.querySelector(".am-nav a[href*=glossary]").click();
    }""")
    expect(page.get_by_role("heading", name="Glossary", exact=True)).to_be_visible(timeout=60_000)
    assert urllib.parse.urlsplit(page.url).query == "lang=en"
    page.context.close()


def test_an_address_without_a_page_is_told_in_the_language_of_the_page(browser, app_url):
    page = visit(browser, f"{app_url}/n%C3%A3o-existe")
    expect(page.get_by_role("heading", name="Página não encontrada")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.context.close()


def test_streamlit_says_its_own_words_in_the_language_of_the_page(browser, app_url):
    page = browser.new_context(viewport={"width": 1280, "height": 720}, locale="en-US").new_page()
    page.goto(f"{app_url}/temperature?lang=pt")
    expect(page.locator(".stDownloadButton button").first).to_be_visible(timeout=60_000)
    english = {
        key.removeprefix("streamlit.").partition("{")[0]
        for key, words in catalog().items()
        if key.startswith("streamlit.") and words["pt"] != words["en"]
    }
    page.wait_for_function(  # a label that comes with a new element is in its own language for a moment
        "(words) => ![...document.querySelectorAll('[aria-label]')].some((box) => words.some((word) => box.getAttribute('aria-label').startsWith(word)))",
        arg=sorted(english),
        timeout=30_000,
    )
    page.context.close()


@pytest.mark.parametrize(
    "place, title", [("temperature?lang=pt", "Temperatura · Amostra"), ("glossary?lang=en", "Glossary · Amostra")]
)
def test_a_tab_bears_the_title_of_its_page_and_the_projects_name(app_url, browser, place, title):
    page = visit(browser, f"{app_url}/{place}")
    expect(page).to_have_title(title, timeout=60_000)
    page.context.close()


def test_uploads_are_turned_away(app_url):
    request = urllib.request.Request(f"{app_url}/_stcore/upload_file/a/b", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(request, timeout=30)


def test_damaged_weights_and_records_are_told_by_a_code_that_the_log_explains(browser, tmp_path):
    for name in ("core", "dashboard", "lessons", "benchmarks", ".streamlit", "streamlit_app.py", "pyproject.toml"):
        copy = shutil.copy if (ROOT / name).is_file() else shutil.copytree
        copy(ROOT / name, tmp_path / name)
    for damaged in (
        *(tmp_path / "core" / "weights").rglob("*.safetensors"),
        *(tmp_path / "lessons" / "data").iterdir(),
    ):
        damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    with open(tmp_path / "log", "w") as log:
        server, url, _ = start_app(tmp_path, log)
    try:
        for place, lang in (("attention", "pt"), ("attention?lang=en", "en")):
            page = visit(browser, f"{url}/{place}")
            told = page.locator("[data-testid=stAlert]").filter(has_text={"pt": "o código", "en": "the code"}[lang])
            code = re.search(r"(?:código|code) ([0-9a-f]{6})", told.inner_text(timeout=60_000))[1]
            assert "/" not in told.inner_text() and "Traceback" not in page.locator("body").inner_text()
            assert f"code {code}" in (tmp_path / "log").read_text()
            page.context.close()
        assert "Traceback" in (tmp_path / "log").read_text()
    finally:
        server.terminate()
        server.wait(10)
