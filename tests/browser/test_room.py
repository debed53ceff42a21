"""A class in a room: a projector and two phones, as they are used."""

import pytest
from playwright.sync_api import expect

from dashboard import language
from dashboard.language import catalog
from tests.browser.axe import faults
from tests.dashboard.room_server import room_server
from tests.dashboard.test_room_routes import opened

NARROW = 360  # px


def phone_of(browser, lang, scheme="light"):
    context = browser.new_context(
        viewport={"width": NARROW, "height": 740}, color_scheme=scheme, locale=language.LANGUAGES[lang]
    )
    return context.new_page()


def is_kept(phone, lang):
    expect(phone.locator("#kept")).to_have_text(catalog()["room.phone.kept"][lang])


def is_sound(phone):
    assert not (found := faults(phone)), found
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= NARROW


@pytest.mark.parametrize("lang, scheme", [("pt", "light"), ("en", "dark")])
def test_a_class_votes_discusses_votes_again_and_sees_the_answer(browser, app_url, lang, scheme):
    said = {name: text[lang] for name, text in catalog().items()}
    desk = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme).new_page()
    desk.goto(f"{app_url}/temperature?lang={lang}")
    desk.locator("[data-ask='temperature/bet']").click(timeout=60_000)
    panel = desk.locator("dialog.am-room")

    def does(name):
        panel.get_by_role("button", name=said[f"room.do.{name}"], exact=True).press("Enter")

    def counted(count):
        text = said["room.answered"].partition(" ·")[0].format(count=count)
        expect(panel.locator("[data-part=answered]")).to_contain_text(text)

    code = panel.locator(".am-room-code").inner_text()
    expect(panel.get_by_role("img")).to_be_visible()
    assert not (found := faults(desk)), found

    by_code, by_address = phone_of(browser, lang, scheme), phone_of(browser, lang, scheme)
    by_code.goto(f"{app_url}/r")
    by_code.get_by_label(said["room.phone.code"]).fill(code.lower())
    by_code.keyboard.press("Enter")
    by_address.goto(f"{app_url}/r/{code}")
    for phone in (by_code, by_address):
        phone.get_by_role("radio").first.check()
        is_kept(phone, lang)
        is_sound(phone)
        assert phone.context.cookies() == []
    counted(2)

    by_address.context.set_offline(True)  # the hall's network goes, an answer is changed, the network comes back
    expect(by_address.locator("#line")).to_have_text(said["room.phone.lost"])
    by_address.get_by_role("radio").nth(1).check()
    expect(by_address.locator("#kept")).to_have_text(said["room.phone.waiting"])
    by_address.context.set_offline(False)
    is_kept(by_address, lang)
    expect(by_address.locator("#line")).to_be_empty()

    desk.reload()  # the question goes on
    counted(2)
    assert panel.locator(".am-room-code").inner_text() == code
    does("close")
    expect(panel.locator(".am-room-bar")).to_have_count(4)
    shares = panel.locator(".am-room-bar b").all_inner_texts()
    assert sorted(text.replace("\u00a0", " ") for text in shares) == ["0 (0%)", "0 (0%)", "1 (50%)", "1 (50%)"]
    expect(by_code.locator("#rows li")).to_have_count(4)
    does("again")
    for phone in (by_code, by_address):
        phone.get_by_role("radio").nth(1).check()
        is_kept(phone, lang)
    counted(2)
    does("close")
    does("reveal")
    expect(panel.locator("[data-right]")).to_have_count(1)
    expect(panel.locator("[data-part=said]")).to_have_text(said["room.changed"].format(both=2, count=1))
    assert not (found := faults(desk)), found
    assert desk.evaluate("() => document.querySelector('dialog.am-room').scrollWidth <= innerWidth")
    expect(by_code.locator("#verdict")).to_have_text(said["exercise.correct"])
    is_sound(by_code)
    with desk.expect_download() as file:
        does("csv")
    lines = file.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 6 and sum("2" in line.split(";" if lang == "pt" else ",")[-2] for line in lines[2:]) == 1

    panel.get_by_role("button", name=said["room.do.hide"]).click()  # another exercise, the same phones
    desk.locator("[data-ask='temperature/pair']").click()
    for phone, typed in ((by_code, "abc"), (by_code, "0,88"), (by_address, "88%")):
        phone.get_by_label(said["room.phone.number"]).fill(typed)
        phone.keyboard.press("Enter")
        expect(phone.locator("#kept")).to_have_text(
            said["room.refused.answer" if typed == "abc" else "room.phone.kept"]
        )
    counted(2)
    does("end")
    expect(panel.locator("[data-part=line]")).to_have_text(said["room.phone.gone"])
    expect(by_code.locator("#told")).to_have_text(said["room.phone.ended"])
    for page in (desk, by_code, by_address):
        assert (
            page.evaluate("() => localStorage.getItem('amostra.room') ?? localStorage.getItem('amostra.phone')") is None
        )
        page.context.close()


def test_the_class_is_the_sampler_word_after_word(browser, app_url):
    said = {name: text["en"] for name, text in catalog().items()}
    desk = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    desk.goto(f"{app_url}/generation?lang=en")
    desk.get_by_role("button", name=said["generation.class"], exact=True).click(timeout=60_000)
    panel = desk.locator("dialog.am-room")
    phone = phone_of(browser, "en")
    phone.goto(f"{app_url}/r/{panel.locator('.am-room-code').inner_text()}")
    text = panel.locator("blockquote").inner_text().removesuffix(" …")
    for _ in range(2):
        expect(phone.locator("#question blockquote")).to_have_text(f"{text} …")
        phone.get_by_role("radio").nth(2).check()
        is_kept(phone, "en")
        word = phone.locator(".option code").nth(2).inner_text()
        for name in ("close", "model", "draw"):
            panel.get_by_role("button", name=said[f"room.do.{name}"], exact=True).click(timeout=60_000)
        expect(panel.locator("[data-part=said]")).to_contain_text(word)  # the one vote there is
        expect(panel.locator(".am-room-model")).to_have_count(5)
        panel.get_by_role("button", name=said["room.do.go"].format(token=word)).click()
        expect(phone.locator("#vote")).to_be_visible(timeout=60_000)
        text += word.replace("␣", " ").replace("↵", "\n")
    expect(panel.locator("blockquote")).to_have_text(f"{text} …")
    expect(desk.locator(".am-gen-texts [role=option][data-forced]")).to_have_count(2)
    panel.get_by_role("button", name=said["room.do.end"]).click()
    for page in (desk, phone):
        page.context.close()


def test_on_the_site_the_class_chooses_the_next_token_by_hands(browser, site):
    said = {name: text["pt"] for name, text in catalog().items()}
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.goto((site / "pt" / "geracao.html").as_uri())
    page.get_by_role("button", name=said["generation.class"], exact=True).click(timeout=60_000)
    panel = page.locator("dialog.am-room")
    text = panel.locator("blockquote").inner_text(timeout=60_000).removesuffix(" …")
    panel.get_by_role("spinbutton").nth(1).fill("3")
    word = panel.locator("code").nth(1).inner_text()
    for name in ("close", "model", "draw"):
        panel.get_by_role("button", name=said[f"room.do.{name}"], exact=True).click()
    panel.get_by_role("button", name=said["room.do.go"].format(token=word)).click()
    expect(panel.locator("blockquote")).to_have_text(
        f"{text}{word.replace('␣', ' ').replace('↵', chr(10))} …", timeout=60_000
    )
    page.context.close()


def test_a_server_that_was_killed_and_started_again_says_that_the_room_is_gone(browser):
    with room_server() as (url, _):
        code = opened(url)["code"]
        phone = phone_of(browser, "en")
        phone.goto(f"{url}/r/{code}")
        phone.get_by_role("radio").first.check()
        is_kept(phone, "pt")
    expect(phone.locator("#line")).to_have_text(catalog()["room.phone.lost"]["pt"])
    with room_server(port=int(url.rpartition(":")[2])):
        expect(phone.locator("#told")).to_have_text(catalog()["room.phone.gone"]["pt"])
        phone.context.close()


def test_a_phone_tells_its_own_lost_line_from_the_instructors(browser):
    with room_server() as (url, service):
        code = opened(url)["code"]
        phone = phone_of(browser, "pt")
        phone.goto(f"{url}/r/{code}")
        expect(phone.get_by_role("radio").first).to_be_visible()
        service.rooms.find(code, service.clock()).seen -= 60
        expect(phone.locator("#line")).to_have_text(catalog()["room.phone.away"]["pt"])
        phone.context.close()


def test_without_a_server_hands_are_counted_in_the_same_panel(browser, site):
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.context.set_offline(True)
    page.goto((site / "en" / "temperature.html").as_uri())
    page.locator("[data-ask='temperature/bet']").click()
    panel = page.locator("dialog.am-room")
    for i, hands in enumerate(("12", "6", "x", "2")):
        panel.get_by_role("spinbutton").nth(i).press_sequentially(hands)
    expect(panel.locator("[data-part=answered]")).to_have_text("Answers: 20")
    panel.get_by_role("button", name="Close the vote").click()
    expect(panel.locator(".am-room-bar b").first).to_have_text("12 (60%)")
    panel.get_by_role("button", name="Show the answer").click()
    expect(panel.locator("[data-right]")).to_have_count(1)
    assert not (found := faults(page)), found
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.context.close()
