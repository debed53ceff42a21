"""A room's panel over exercises, with hands or with a server that a test plays."""

import json

from playwright.sync_api import expect

from dashboard.blocks import Exercise, Option
from dashboard.language import catalog, using
from dashboard.page import katex
from dashboard.page.html import html
from dashboard.page.scripts import room_script
from tests.browser.alone import open_alone

SAID = {name: text["pt"] for name, text in catalog().items()}
NUMBER = Exercise("n", "numeric", "Quanto?", answer=0.83, tolerance=0.01, right="Sim.", wrong="Não.")
CHOICE = Exercise("c", "choice", "Qual?", [Option("a", "Sim.", correct=True), Option("b", "Não.")])
SERVED = "addEventListener('DOMContentLoaded', () => { Amostra.roomAddress = 'http://127.0.0.1:9/r'; });"
FORMS = "[...document.querySelectorAll('form')].map((form) => ({ form, name: `x/${form.id}` }))"


def opened(browser, before: str = ""):
    with using("pt"), katex.engine():
        body = f'<div class="am-page" data-page="x">{html(NUMBER)}{html(CHOICE)}</div>'
    page = open_alone(browser, body, before=before)
    return page, page.locator("dialog.am-room")


def does(panel, name):
    panel.get_by_role("button", name=SAID[f"room.do.{name}"], exact=True).click()


class Server:
    """One room, whose server can be gone."""

    def __init__(self, page):
        self.gone = False
        for addresses in ("**/r", "**/r/**"):
            page.route(addresses, self.answer)

    def answer(self, route):
        told = {"code": "AAAA", "secret": "s", "phase": "open", "turn": 1, "counts": [{}], "answered": 0, "phones": 0}
        headers = {"access-control-allow-origin": "*"}
        if self.gone:
            route.abort()
        elif route.request.method == "GET":
            events = f"data: {json.dumps(told)}\n\n"
            route.fulfill(content_type="text/event-stream", body=events, headers=headers)
        else:
            route.fulfill(json=told, headers=headers)


def test_numbers_counted_by_hand_outlive_the_panel(browser):
    page, panel = opened(browser)
    page.locator("[data-ask='x/n']").click()
    panel.locator("textarea").fill("0,83: 12\n0,125: 3\n0,83: 2")
    does(panel, "hide")
    page.locator("[data-ask='x/n']").click()
    assert set(panel.locator("textarea").input_value().split("\n")) == {"0,83: 14", "0,125: 3"}
    does(panel, "close")
    does(panel, "reopen")
    assert "0,83: 14" in panel.locator("textarea").input_value()
    assert not page.errors
    page.context.close()


def test_where_no_other_room_can_be_opened_that_is_said(browser):
    page, panel = opened(browser, SERVED)
    server = Server(page)
    page.locator("[data-ask='x/c']").click()
    does(panel, "end")
    server.gone = True
    does(panel, "restart")
    expect(panel.locator("[data-part=line]")).to_have_text(SAID["room.failed"])
    server.gone = False
    does(panel, "restart")
    expect(panel.get_by_role("button", name=SAID["room.do.close"])).to_be_visible()
    expect(panel.locator("[data-part=line]")).not_to_have_text(SAID["room.failed"])
    assert not page.errors
    page.context.close()


def test_where_a_quiz_cannot_go_back_to_its_question_that_is_said(browser):
    page, panel = opened(browser, SERVED)
    server = Server(page)
    page.add_script_tag(content=room_script())
    page.evaluate(f"() => Amostra.room.askAll({FORMS}, 'x/c', () => {{}})")
    does(panel, "end")
    does(panel, "results")
    server.gone = True
    does(panel, "back")
    expect(panel.locator("[data-part=line]")).to_have_text(SAID["room.failed"])
    server.gone = False
    does(panel, "back")
    expect(panel.get_by_role("button", name=SAID["room.do.close"])).to_be_visible()
    assert not page.errors
    page.context.close()
