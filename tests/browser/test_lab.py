"""The sampling lab driven as its visitor drives it, on the site and in the app."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from dashboard import language
from dashboard.language import say
from tests.browser.axe import faults

PLACES = {"pt": "laboratorio.html", "en": "lab.html"}


@pytest.fixture(scope="module", params=["site", "app"])
def lab(request, browser):
    """Opens the lab of a surface: `lab("pt", temperature=2)`."""
    if request.param == "site":
        site = request.getfixturevalue("site")
        address = {lang: (site / lang / name).as_uri() + "?" for lang, name in PLACES.items()}
    else:
        url = request.getfixturevalue("app_url")
        address = {lang: f"{url}/lab?lang={lang}&" for lang in PLACES}

    def visit(lang="pt", width=1280, scheme="light", wait=True, **query):
        context = browser.new_context(viewport={"width": width, "height": 720}, color_scheme=scheme)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(address[lang] + urlencode(query, doseq=True))
        if wait:
            expect(page.locator(".am-stages tbody tr").first).to_be_visible(timeout=60_000)
        return page

    visit.surface = request.param
    return visit


def cards(page, letter):
    return page.locator(f"section[aria-labelledby=am-lane-{letter}] .am-card:not(.am-card-off)").evaluate_all(
        "(all) => all.map((one) => one.dataset.stage)"
    )


@pytest.mark.parametrize(
    "lang, tokens, mark", [("pt", ["cinza", "claro"], "muda de lado"), ("en", ["grey", "clear"], "changes sides")]
)
def test_the_lab_opens_where_two_orders_keep_different_tokens_and_shows_it_without_scrolling(lab, lang, tokens, mark):
    page = lab(lang)
    for table in page.locator(".am-stages").all():
        expect(table.locator(".am-marked")).to_have_count(2)
        expect(table.locator(".am-marked")).to_contain_text([re.compile(f"{token}.*{mark}") for token in tokens])
    for result in page.locator(".am-result").all():
        expect(result).to_be_in_viewport(ratio=0.5)
    page.context.close()


def test_a_link_reproduces_text_settings_orders_and_draws_and_a_reload_loses_nothing(lab):
    lines = "one: 2\ntwo: 1\nthree: 1"
    page = lab(
        "en",
        logits=lines,
        temperature=2,
        top_k=2,
        top_p=1,
        chain_a="vllm",
        own_b="true",
        order_b=["top_k", "temperature"],
        n=10000,
        seed=3,
    )
    for _ in range(2):
        expect(page.get_by_role("textbox", name="Logits, one per line")).to_have_value(lines)
        expect(page.locator(".am-stages").first.locator("tbody tr td:last-child.am-cut")).to_have_count(
            0
        )  # a tie stays together
        expect(page.get_by_role("heading", name="10,000 draws and the exact probability")).to_be_visible()
        assert (cards(page, "a"), cards(page, "b")) == (["temperature", "top_k"], ["top_k", "temperature"])
        page.get_by_role("slider", name="Temperature τ").press("ArrowRight")
        page.wait_for_url(re.compile("temperature=2.0[15]|temperature=2.1"))
        page.reload()
        expect(page.locator(".am-stages tbody tr").first).to_be_visible(timeout=60_000)
    query = parse_qs(urlsplit(page.url).query)
    assert query["logits"] == [lines] and query["order_b"] == ["top_k", "temperature"] and query["seed"] == ["3"]
    page.context.close()


def test_an_old_link_without_logits_means_what_it_meant(lab):
    page = lab("pt", temperature=1)
    expect(page.get_by_role("textbox", name="Logits, um por linha")).to_have_value("azul: 3\nclaro: 2\nescuro: 1")
    page.context.close()


def test_bad_lines_are_named_and_nothing_typed_is_lost(lab):
    page, text = lab("pt"), "azul: 3\nclaro\nverde: <b>muito</b>\nescuro: 1"
    field = page.get_by_role("textbox", name="Logits, um por linha")
    field.fill(text)
    expect(page.get_by_text("Linha 2: «claro»")).to_be_visible()
    expect(page.get_by_text("Linha 3: «<b>muito</b>»")).to_be_visible()
    expect(page.locator(".am-stages").first).to_contain_text("escuro")
    field.fill("nada")
    expect(page.get_by_role("alert")).to_contain_text("Nenhuma linha pôde ser lida")
    field.fill(text)
    expect(page.locator(".am-stages").first).to_contain_text("escuro")
    page.context.close()


@pytest.mark.parametrize(
    "name, value", [("top_p", "7"), ("order_a", ["top_k", "top_k"]), ("seed", "<img src=//example.com/p.png>")]
)
def test_a_bad_value_in_the_address_is_told_as_it_is(lab, name, value):
    page = lab("pt", **{name: value})
    told = ", ".join(value) if isinstance(value, list) else value[:200]
    expect(page.locator(".am-notice")).to_contain_text(f"O endereço pedia {name} = {told}")
    assert page.locator(".am-notice > *").count() == 0
    page.context.close()


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_the_logits_may_come_from_the_model_after_a_prompt(lab, lang):
    page = lab(lang, from_prompt="true", prompt="Era uma vez")
    rows = page.locator(".am-stages").first.locator("tbody tr")
    expect(rows).to_have_count(25)  # the largest ones, and one row for all others
    expect(rows.last).to_contain_text({"pt": "8.168", "en": "8,168"}[lang])
    first = rows.first.inner_text()
    page.get_by_role("textbox", name="Prompt").fill("Ela abriu a porta e")
    expect(rows.first).not_to_have_text(first)
    page.wait_for_url(re.compile("prompt=Ela"))
    page.context.close()


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_in_the_app_the_logits_may_come_from_a_model_of_the_server_and_what_cannot_be_had_is_said(
    browser, app_url, lang
):
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{app_url}/lab?lang={lang}&from_prompt=true&prompt=Era+uma+vez")
    rows, asked = page.locator(".am-stages").first.locator("tbody tr"), page.locator(".am-asked")
    expect(rows).to_have_count(25, timeout=60_000)
    own = rows.all_inner_texts()
    with language.using(lang):
        asked.get_by_role("button", name=say("server.offers")).click()
        choice = asked.get_by_role("combobox", name=say("generation.model"))
        expect(choice).to_be_focused(timeout=60_000)  # the list has come
        choice.select_option("embedded@server")
        expect(asked.get_by_text(say("lab.after", prompt="Era uma vez"))).to_be_visible(timeout=60_000)
        assert rows.all_inner_texts() == own  # the same model, here and there
        expect(page.locator(".am-check")).to_be_visible()

        asked.get_by_role("textbox").fill("Ela abriu a porta e")
        asked.get_by_role("textbox").press("Enter")
        expect(asked.get_by_text(say("lab.after", prompt="Ela abriu a porta e"))).to_be_visible()
        assert rows.all_inner_texts() != own
        page.wait_for_url(re.compile("(?=.*prompt=Ela).*model=embedded%40server"))
        page.reload()
        expect(asked.get_by_text(say("lab.after", prompt="Ela abriu a porta e"))).to_be_visible(timeout=60_000)
        shown = rows.all_inner_texts()
        expect(choice.get_by_role("option", name="microsoft/phi-2")).to_be_attached()
        choice.select_option("microsoft/phi-2")
        expect(asked.get_by_role("alert")).to_contain_text("GPU", timeout=60_000)
        assert rows.all_inner_texts() == shown  # what was there stays
    found = faults(page)
    assert not found, found
    page.context.close()


def test_on_the_site_a_link_to_a_model_of_the_server_says_where_that_is(browser, site):
    page = browser.new_context().new_page()
    page.goto((site / "en" / "lab.html").as_uri() + "?from_prompt=true&model=microsoft/phi-2")
    expect(page.locator(".am-notice")).to_contain_text(
        "asks for the model microsoft/phi-2, which runs on the app's server"
    )
    expect(page.locator(".am-stages").first.locator("tbody tr")).to_have_count(25, timeout=60_000)
    assert page.locator(".am-models select").count() == 0
    page.context.close()


def test_a_stage_is_moved_by_keyboard_dragged_and_switched_off_and_everything_follows(lab):
    page = lab("en", logits="a: 3\nb: 2\nc: 1", top_k=2)
    assert cards(page, "a") == ["temperature", "top_k", "top_p"]
    lane, last = page.locator("section[aria-labelledby=am-lane-a]"), page.locator("[data-table=a] thead th").last
    grip = lane.get_by_role("button", name="Move top-p")
    grip.press("ArrowLeft")
    grip.press("ArrowLeft")
    assert cards(page, "a") == ["top_p", "temperature", "top_k"]
    expect(grip).to_be_focused()
    expect(lane.get_by_role("status")).to_have_text("top-p: stage 1 of 3")
    expect(last).to_have_text("top-k")
    box, to = (lane.get_by_role("button", name=name).bounding_box() for name in ("Move top-p", "Move top-k"))
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(to["x"] + 30, to["y"] + 10, steps=8)
    page.mouse.up()
    expect(last).to_have_text("top-p")
    assert cards(page, "a") == ["temperature", "top_k", "top_p"]
    lane.get_by_role("switch", name="top-k in this chain").uncheck()
    assert cards(page, "a") == ["temperature", "top_p"] and cards(page, "b") == ["top_k", "top_p", "temperature"]
    expect(lane.locator(".am-card-off")).to_contain_text("switched off in this chain")
    page.wait_for_url(re.compile("own_a=true"))
    lane.get_by_role("switch", name="top-k in this chain").check()
    assert sorted(cards(page, "a")) == ["temperature", "top_k", "top_p"]
    page.context.close()


def test_a_paste_of_50000_lines_leaves_the_page_alive(lab):
    page = lab("en")
    page.locator("textarea").evaluate(
        """(field) => {
      field.value = Array.from({ length: 50_000 }, (_, i) => `t${i}\\t${((i * 7919) % 10_007) / 1000}`).join("\\n");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }"""
    )
    rows = page.locator(".am-stages").first.locator("tbody tr")
    expect(rows.last).to_contain_text("the other 49,976 tokens", timeout=60_000)
    expect(rows).to_have_count(25)
    before = page.locator(".am-lane-said").first.inner_text()
    page.get_by_role("slider", name="Temperature τ").press("ArrowRight")
    expect(page.locator(".am-lane-said").first).not_to_have_text(before)
    page.context.close()


def test_a_penalty_counts_the_tokens_that_the_reader_names(lab):
    page = lab("en", logits="a: 3\nb: 2\nc: 1", temperature=1, top_p=1, frequency_penalty=1)
    first = page.locator(".am-stages").first.locator("tbody tr").first.locator("td").last
    before = first.inner_text()
    page.get_by_role("textbox", name="Text so far").fill("a a nothing")
    expect(first).not_to_have_text(before)
    page.context.close()


def test_the_settings_to_copy_follow_the_chain_and_say_what_an_engine_cannot_express(lab):
    page = lab("en", logits="a: 3\nb: 2\nc: 1", temperature=0.5, top_p=1, top_h=0.4)
    copy = page.locator(".am-copy")
    expect(copy.get_by_text("temperature=0.5, top_h=0.4")).to_be_visible()
    copy.get_by_text("vllm", exact=True).click()
    expect(copy.get_by_text("vllm has no top_h (here 0.4).")).to_be_visible()
    page.context.close()


def test_downloads_arrive(lab):
    page = lab("pt")
    for name, start in (("CSV", "\ufefftoken;logit;".encode()), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.path().read_bytes().startswith(start)
    page.context.close()


def test_only_the_app_says_how_far_the_page_is_from_core(lab):
    page = lab("en", temperature=0.7, min_p=0.05)
    if lab.surface == "app":
        expect(page.locator(".am-check")).to_have_text(
            re.compile(r"largest difference in probability is (0|\d\.\d·10⁻¹[²³⁴⁵⁶⁷⁸⁹])\.$")
        )
    else:
        page.wait_for_timeout(1500)  # the app is asked after 800 ms
        expect(page.locator(".am-check")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("lang, scheme, width", [("pt", "dark", 360), ("en", "light", 1280)])
def test_axe_finds_nothing_serious_in_the_lab(lab, lang, scheme, width):
    page = lab(lang, width, scheme, top_k=2, min_p=0.1, own_b="true", order_b=["top_p", "temperature"])
    found = faults(page)
    assert not found, found
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.context.close()
