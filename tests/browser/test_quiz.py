"""A class's quiz as it is used: ticked, sent as a link, answered alone, on paper, and question after question in a room."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from dashboard.language import catalog
from tests.browser.axe import faults
from tests.browser.test_room import is_kept, phone_of

PAGES = {"pt": "questionario", "en": "quiz"}
ASKED = ["temperature.pair", "top-k.tie", "temperature.bug"]
LATER = 90_000  # ms: the app may have to make a lesson first


def opened(surface, lang, request, names=(), scheme="light", width=1280):
    """The page of the quiz that asks for these names, its questions there."""
    context = surface.browser.new_context(viewport={"width": width, "height": 720}, color_scheme=scheme)
    page = context.new_page()
    page.on("pageerror", lambda error: surface.errors.append(str(error)))
    if surface.name == "site":
        context.set_offline(True)
        url = (request.getfixturevalue("site") / lang / f"{PAGES[lang]}.html").as_uri() + "?"
    else:
        url = f"{request.getfixturevalue('app_url')}/quiz?lang={lang}&"
    page.goto(f"{url}quiz={'_'.join(names)}" if names else url)
    expect(page.locator("[data-count]")).not_to_be_empty(timeout=LATER)
    return page


@pytest.mark.parametrize("lang, scheme", [("pt", "light"), ("en", "dark")])
def test_exercises_are_ticked_and_their_link_asks_them_again_and_says_what_it_cannot(surface, request, lang, scheme):
    said = {name: text[lang] for name, text in catalog().items()}
    page = opened(surface, lang, request, scheme=scheme, width=360)
    questions = page.locator(".am-quiz-asked")
    for slug in ("temperature", "top-k"):
        page.locator(f"[data-of={slug}] summary").press("Enter")
    for name in ("top-k/tie", "temperature/scale", "temperature/pair"):
        page.locator(f"[data-tick][value='{name}']").press("Space", timeout=LATER)
        expect(page.locator(f"[data-tick][value='{name}']")).to_be_checked()
    expect(questions).to_have_count(3)
    questions.nth(2).locator("[data-does=up]").press("Enter")
    questions.nth(2).locator("[data-does=away]").press("Enter")
    expect(page).to_have_url(re.compile(r"[?&]quiz=top-k\.tie_temperature\.pair$"))
    expect(page.locator("[data-count]")).to_have_text(said["quiz.count"].format(count=2))
    assert not (found := faults(page)), found
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    page.context.close()

    page = opened(
        surface, lang, request, ["top-k.tie", "top-k.nothing", "temperature.pair", "<b>", "top-k.tie"], scheme
    )
    expect(questions := page.locator(".am-quiz-asked")).to_have_count(2)
    names = " ".join(said["quiz.name"].format(name=name) for name in ("top-k.nothing", "<b>"))
    for name in names.split():
        expect(page.locator("[data-told]")).to_contain_text(name)
    form = questions.nth(1).locator("form")
    form.locator("input").fill("0,88")
    form.locator("[type=submit]").click()
    expect(form.locator(".am-feedback")).to_contain_text(said["exercise.correct"])
    page.reload()  # the answer is the lesson's too, and is kept as there
    expect(page.locator("form .am-feedback.am-right")).to_contain_text(said["exercise.correct"], timeout=LATER)
    assert not (found := faults(page)), found
    assert surface.errors == []
    page.context.close()


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_paper_has_the_questions_alone_and_with_the_key_every_answer(surface, request, lang):
    said = {name: text[lang] for name, text in catalog().items()}
    page = opened(surface, lang, request, ASKED)
    expect(page.locator(".am-quiz-asked")).to_have_count(3)
    sheet = page.locator(".am-sheet")
    expect(sheet).to_be_hidden()
    page.emulate_media(media="print")
    shown = page.evaluate(
        "() => [...document.body.querySelectorAll('*')].filter((one) => one.checkVisibility() && !one.children.length && one.textContent.trim()"
        " && !one.closest('.am-sheet, script, style, noscript')).map((one) => one.outerHTML)"
    )
    assert shown == []
    for line in ("name", "class", "date", "answer"):
        expect(sheet).to_contain_text(said[f"quiz.line.{line}"])
    expect(sheet.locator(".am-sheet-options > li")).to_have_count(8)
    feedback = page.locator(".am-quiz-asked dd[data-answer] p:not(.am-verdict)").all_text_contents()
    told = sheet.text_content()
    assert len(feedback) > 12 and not [text for text in feedback if text in told]
    page.set_viewport_size({"width": 673, "height": 1009})  # what A4 leaves between the margins
    assert sheet.bounding_box()["width"] > 640
    assert not page.evaluate(
        "() => [...document.querySelectorAll('.am-sheet *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))) == 1

    page.emulate_media(media="screen")
    page.locator("[data-key]").check()
    page.emulate_media(media="print")
    told = sheet.text_content()
    asked = [text for text in feedback if text.strip() and text.strip() not in (said["exercise.unreadable"],)]
    assert [text for text in asked if text not in told] == []
    expect(sheet.locator("[data-right]")).to_have_count(3)
    page.context.close()


def test_a_room_asks_question_after_question_and_shows_what_came_of_each(browser, app_url):
    said = {name: text["pt"] for name, text in catalog().items()}
    desk = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    panel = desk.locator("dialog.am-room")
    desk.goto(f"{app_url}/temperature?lang=pt")  # a room with one question leads, at its end, to several
    desk.locator("[data-ask='temperature/pair']").click(timeout=LATER)
    panel.get_by_role("button", name=said["room.do.end"]).click()
    panel.get_by_role("link", name=said["room.several"]).click()
    expect(desk.locator(".am-quiz-asked")).to_have_count(1, timeout=LATER)
    expect(panel).to_have_count(0)
    assert desk.url.endswith("quiz=temperature.pair")
    desk.goto(f"{app_url}/quiz?lang=pt&quiz={'_'.join(ASKED)}")
    expect(desk.locator(".am-quiz-asked")).to_have_count(3, timeout=LATER)
    desk.locator("[data-room]").click()

    def does(name):
        panel.get_by_role("button", name=said[f"room.do.{name}"], exact=True).click()

    def at(place, answered):
        expect(panel.locator("#am-room-title")).to_have_text(said["room.series"].format(place=place, all=3))
        expect(panel.locator("[data-part=answered]")).to_contain_text(said["room.counted"].format(count=answered))

    code = panel.locator(".am-room-code").inner_text()
    phone = phone_of(browser, "pt")
    phone.goto(f"{app_url}/r/{code}")
    phone.get_by_label(said["room.phone.number"]).fill("0,88")
    phone.keyboard.press("Enter")
    is_kept(phone, "pt")
    at(1, 1)
    does("next")  # the vote is closed by it, and counted
    at(2, 0)
    phone.get_by_role("radio").first.check()
    is_kept(phone, "pt")
    at(2, 1)
    desk.reload()
    at(2, 1)
    assert panel.locator(".am-room-code").inner_text() == code
    does("previous")  # looked at; the phones stay at the second question
    expect(panel.locator("li[data-right]")).to_have_count(1)
    at(1, 1)
    does("next")
    at(2, 1)
    expect(phone.get_by_role("radio").first).to_be_checked()

    desk.context.set_offline(True)  # with answers that are not counted yet no question is asked
    does("next")
    expect(panel.locator("[data-part=line]")).to_have_text(said["room.lost"])
    at(2, 1)
    desk.context.set_offline(False)
    expect(panel.locator("[data-part=line]")).to_be_empty()
    does("next")
    at(3, 0)
    does("results")
    expect(panel.locator("[data-part=questions] > li")).to_have_count(3)
    expect(panel.locator("[data-part=questions] > li").nth(2)).to_contain_text(said["room.results.none"])
    assert not (found := faults(desk)), found
    with desk.expect_download() as file:
        does("csv")
    rows = list(csv.reader(io.StringIO(file.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["1", "2", "2", "2", "2"] and sum(int(row[4]) for row in rows[1:]) == 2
    does("end")
    expect(phone.locator("#told")).to_have_text(said["room.phone.ended"])
    does("hide")
    assert desk.evaluate("() => sessionStorage.getItem('amostra.quiz') ?? localStorage.getItem('amostra.room')") is None
    for page in (desk, phone):
        page.context.close()


def test_without_a_server_hands_are_counted_question_after_question(browser, site):
    said = {name: text["en"] for name, text in catalog().items()}
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.context.set_offline(True)
    page.goto((site / "en" / "quiz.html").as_uri() + "?quiz=top-k.tie_temperature.pair")
    page.locator("[data-room]").click()
    panel = page.locator("dialog.am-room")

    def does(name):
        panel.get_by_role("button", name=said[f"room.do.{name}"], exact=True).click()

    right = page.locator(".am-quiz-asked").first.locator("dd:has(.am-right)").get_attribute("data-answer")
    order = (
        page.locator(".am-quiz-asked")
        .first.locator("input[type=radio]")
        .evaluate_all("(all) => all.map((one) => one.value)")
    )
    for value, hands in zip(order, "5311", strict=True):
        panel.get_by_role("spinbutton").nth(order.index(value)).fill(hands)
    does("next")
    panel.get_by_role("textbox").fill("0.88: 3\n0.73: 1")
    does("results")
    share = [f"{round(100 * int('5311'[order.index(right)]) / 10)}%", "75%"]
    for i, (part, all) in enumerate(zip(share, (10, 4), strict=True)):
        line = panel.locator("[data-part=questions] > li").nth(i).locator("> .am-room-bar b")
        expect(line).to_have_text(said["room.results.right"].format(share=part, all=all))
    does("back")
    does("previous")
    expect(panel.locator(".am-room-bar b").first).to_have_text("5 (50%)")
    does("hide")
    expect(panel).to_have_count(0)
    page.context.close()
