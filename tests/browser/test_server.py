"""Generation on the server, driven end to end: stream, stop, branch, rewind, compare, vote, download, reopen, link."""

import re

import pytest
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from core.runs import GenerationRun
from dashboard import language
from dashboard.language import say
from tests.browser.axe import faults

PATIENCE = 90_000  # ms: the machine of the tests may be busy


def visit(browser, app_url, query, **size):
    page = browser.new_context(**{"viewport": {"width": 1280, "height": 720}} | size).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{app_url}/server?{query}")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
    return page


def press(page, key):
    page.get_by_role("button", name=say(key), exact=True).click()


def texts(page):
    """The tokens on the screen, per text."""
    return [box.locator("[role=option]").all_inner_texts() for box in page.locator(".am-tokens").all()]


def wait_for(page, key, texts_ended, count=r"[\d.,]+"):
    """Until so many texts have ended as said, and the page is at rest. Returns the tokens."""
    said = re.compile(re.escape(say(key, count="COUNT")).replace("COUNT", str(count)))
    expect(page.locator(".am-text .am-note", has_text=said)).to_have_count(texts_ended, timeout=PATIENCE)
    expect(page.get_by_role("button", name=say("generation.cancel"), exact=True)).to_have_count(0, timeout=PATIENCE)
    return texts(page)


def no_faults(page):
    found = faults(page)
    assert not found, found
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture(params=["pt", "en"])
def lang(request):
    with language.using(request.param):
        yield request.param


def test_stream_branch_rewind_download_reopen_and_link(browser, app_url, lang, tmp_path):
    page = visit(browser, app_url, f"lang={lang}&gen.tokens=16&gen.seed=5")
    press(page, "generation.start")
    (whole,) = wait_for(page, "generation.finish.length", 1, count=16)
    assert len(whole) == 16
    expect(page.get_by_text(say("generation.place", n=16, token="").split("16")[0])).to_be_visible(timeout=PATIENCE)

    page.locator("[role=option]").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    panel = page.locator(".am-panel")
    expect(panel.get_by_role("heading")).to_contain_text(say("generation.details", n=6, token=""), timeout=PATIENCE)
    other = panel.locator("tbody tr:not(.am-chosen)").first
    token = other.get_by_role("rowheader").inner_text()
    other.get_by_role("button").click()
    marked = page.locator(".am-branch")
    expect(marked).to_have_attribute("aria-label", re.compile(re.escape(f"{token}: ")), timeout=PATIENCE)
    (branched,) = wait_for(page, "generation.finish.length", 1, count=16)
    assert branched[:5] == whole[:5] and branched[5] != whole[5]

    head = {"pt": "\ufeffrow;index;token_id", "en": "\ufeffrow,index,token_id"}[lang].encode()
    for name, start in (("JSON", b'{"format": "amostra'), ("CSV", head)):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        download.value.save_as(tmp_path / f"run.{name}")
        assert (tmp_path / f"run.{name}").read_bytes().startswith(start)
    run = GenerationRun.from_json((tmp_path / "run.JSON").read_bytes())
    assert len(run.steps[0]) == 16

    page.locator("[role=option]").nth(3).click()
    panel.get_by_role("button", name=say("generation.rewind")).click()
    wait_for(page, "generation.finish.none", 1, count=3)
    assert texts(page) == [branched[:3]]
    press(page, "generation.undo")
    expect(page.locator("[role=option]")).to_have_count(16, timeout=PATIENCE)

    address = page.url
    page.context.close()
    link = re.sub(r"(?<=[?&])lang=\w+&?", "", address).partition("?")[2]  # a name given twice is none
    page = visit(browser, app_url, link + f"&lang={lang}&gen.go=true")
    assert wait_for(page, "generation.finish.length", 1, count=16) == [whole]  # the link: the text before the branch

    (tmp_path / "bad.json").write_text('{"format": "amostra generation", "version": 1, "rows": []}')
    page.locator("input[type=file]").set_input_files(tmp_path / "bad.json")
    expect(page.get_by_text(say("generation.fault.file", where="rows", fault="").split(" rows")[0])).to_be_visible(
        timeout=PATIENCE
    )
    assert texts(page) == [whole]
    page.locator("input[type=file]").set_input_files(tmp_path / "run.JSON")
    expect(page.locator(".am-branch")).to_have_count(1, timeout=PATIENCE)
    assert texts(page) == [branched]
    no_faults(page)
    page.context.close()


def test_stop_compare_and_vote(browser, app_url, lang):
    scheme, width = {"pt": ("dark", 1280), "en": ("light", 360)}[lang]
    page = visit(
        browser,
        app_url,
        f"lang={lang}&gen.mode=best&gen.n=8&gen.tokens=400",
        color_scheme=scheme,
        viewport={"width": width, "height": 720},
    )
    press(page, "generation.start")
    page.locator("[role=option]").nth(20).wait_for(timeout=PATIENCE)
    press(page, "generation.cancel")
    wait_for(page, "generation.finish.none", 8)
    assert all(0 < len(text) < 400 for text in texts(page))
    expect(page.locator(".am-winner")).to_have_count(1)
    expect(page.locator(".am-winner")).to_contain_text(say("generation.winner"))

    field = page.get_by_role("spinbutton", name=say("generation.tokens"))
    field.fill("12")
    field.press("Enter")
    page.get_by_role("radio", name=say("generation.mode.compare"), exact=True).click()
    expect(page.get_by_role("tab", name="C", exact=True)).to_be_visible(timeout=PATIENCE)
    press(page, "generation.start")
    compared = wait_for(page, "generation.finish.length", 3, count=12)
    assert [len(text) for text in compared] == [12, 12, 12] and compared[0] != compared[2]
    no_faults(page)

    page.get_by_role("radio", name=say("generation.mode.vote"), exact=True).click()
    press(page, "generation.vote.start")
    expect(page.get_by_text(say("generation.vote.question"))).to_be_visible(timeout=PATIENCE)
    assert texts(page) == [[]]  # the draw is not told
    votes = page.locator(".stNumberInput input[aria-label*=' · ']")
    expect(votes).to_have_count(5)
    votes.nth(1).fill("7")
    votes.nth(1).press("Enter")
    press(page, "generation.vote.reveal")
    most = page.locator(".am-panel tr.am-chosen")
    expect(most).to_contain_text("7 (100", timeout=PATIENCE)
    most.get_by_role("button").click()
    expect(page.locator("[role=option]")).to_have_count(1, timeout=PATIENCE)
    expect(page.get_by_text(say("generation.vote.question"))).to_be_visible(timeout=PATIENCE)
    page.context.close()


def test_texts_are_never_sent_as_a_reference(browser, app_url):
    """A reference can outlive the container it goes into, and the page breaks (as twelve windows on two cores showed)."""
    sent, references = set(), set()

    def note(frame):
        message = ForwardMsg()
        message.ParseFromString(frame)
        name = message.delta.new_element.bidi_component.component_name
        if name.endswith("amostra_tokens") and message.metadata.cacheable:  # large enough to be sent as a reference
            sent.add(message.hash)
        references.add(message.ref_hash)

    page = browser.new_context().new_page()
    page.on("websocket", lambda socket: socket.on("framereceived", note))
    page.goto(f"{app_url}/server?lang=en&gen.tokens=60")
    with language.using("en"):
        press(page, "generation.start")
        wait_for(page, "generation.finish.length", 1, count=60)
        press(page, "generation.onward")
        wait_for(page, "generation.finish.length", 1, count=120)
    assert len(sent) > 2
    assert not sent & references
    page.context.close()
