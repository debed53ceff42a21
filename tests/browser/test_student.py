"""One student, from the first bet to the review a day later: nothing that he did is lost, on either surface."""

import json
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard import lesson
from dashboard.blocks import Exercise
from dashboard.language import LANGUAGES, catalog, short, using
from tests.browser.axe import faults

SLUG = "temperature"
KEPT = "() => JSON.parse(localStorage['amostra.progress'])"


def exercises() -> dict[str, Exercise]:
    one = next(one for one in lesson.lessons() if one.slug == SLUG)
    return {block.id: block for block in lesson.produce(one, "pt") if isinstance(block, Exercise)}


def right(block: Exercise) -> str:
    if block.kind != "numeric":
        return str(block.options.index(block.right_option))
    with using("pt"):
        return short(block.answer, 6)


def wrong(block: Exercise) -> str:
    return (
        "12345" if block.kind == "numeric" else str(next(i for i, one in enumerate(block.options) if not one.correct))
    )


def answer(form: Locator, given: str) -> None:
    """Give an answer with the keyboard alone."""
    form.wait_for()
    radio = form.locator(f'input[type=radio][value="{given}"]')
    if radio.count():
        radio.focus()
        radio.press("Space")
    else:
        form.locator("input").fill(given)
    form.locator("[type=submit]").focus()
    form.locator("[type=submit]").press("Enter")


def read_to_the_end(page: Page, section: str) -> None:
    """Stay where a section ends until it counts as read."""
    page.locator("#sources").scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({KEPT})().lessons['{SLUG}'].read.includes('{section}')")


def in_english(page: Page) -> None:
    page.locator("[data-language]:visible").first.click()
    expect(page.locator("h1").first).to_have_text("Temperature", timeout=60_000)  # it may have to be built first


def go_to(page: Page, name: str) -> None:
    page.locator(f":is(.am-nav, .sidebar-tree) {name}").first.click()


def test_a_student_loses_nothing(surface, tmp_path):
    page, all_of = surface.open("pt"), exercises()
    open_questions = {id: block for id, block in all_of.items() if block.kind != "bet"}

    # The bet is kept at once, and leads to its answer.
    bet = page.locator("#bet")
    answer(bet, "0")
    expect(bet.get_by_role("status")).to_contain_text("Aposta guardada")
    bet.get_by_role("status").locator("a").click()
    expect(page.locator("#bet-answer")).to_be_in_viewport()
    expect(page.locator("#bet-answer")).to_contain_text("Sua aposta")
    expect(page).to_have_url(re.compile("#bet-answer$"))

    # A chart moves.
    slider = page.locator(".am-figure input[type=range]").first
    before = page.locator(".am-figure").first.inner_text()
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator(".am-figure").first).not_to_have_text(before, use_inner_text=True)

    # Wrong, then changed; one stays wrong.
    stays, *others = open_questions
    for id, block in open_questions.items():
        answer(page.locator(f"#{id}"), wrong(block))
        expect(page.locator(f"#{id} .am-feedback")).to_contain_text("Ainda não")
    for id in others:
        answer(page.locator(f"#{id}"), right(all_of[id]))
        expect(page.locator(f"#{id} .am-feedback")).to_contain_text("Certo.")
    read_to_the_end(page, "guardar")
    expect(page.locator("[data-end] a")).to_have_count(1)
    expect(page.locator(f"a[data-lesson='{SLUG}'] .am-tick")).to_have_count(0)

    # Again in the other language, and after a reload.
    known = page.evaluate(KEPT)
    in_english(page)
    for again in (False, True):
        if again:
            page.reload()
        expect(page.locator(f"#{stays} .am-feedback.am-wrong")).to_contain_text("Not yet")
        for id in others:
            expect(page.locator(f"#{id} .am-feedback.am-right")).to_contain_text("Right.")
        expect(page.locator("#bet-answer")).to_contain_text("Your bet")
        expect(page.locator("[data-continue] a")).to_be_visible()
    assert page.evaluate(KEPT)["lessons"][SLUG]["done"] == known["lessons"][SLUG]["done"]

    # The review asks for what went wrong, and the lesson gets its tick.
    go_to(page, "[data-review-link]")
    asked = page.locator("[data-list] form")
    expect(asked).to_have_count(1)
    expect(page.locator("[data-status]")).to_have_text("1 exercise for today.")
    assert faults(page) == ""
    answer(asked, right(all_of[stays]))
    expect(asked.get_by_role("status")).to_contain_text("It comes back tomorrow.")
    expect(page.locator(f"a[data-lesson='{SLUG}'] .am-tick")).to_have_count(1)

    # The home and the next lesson know where he is.
    go_to(page, "a >> nth=0") if surface.name == "app" else page.locator(".sidebar-drawer .am-brand").click()
    expect(page.locator("[data-course]")).to_contain_text("1 of 22 lessons done")
    expect(page.locator(f"[data-card='{SLUG}'] progress")).to_be_visible()
    page.locator(f"[data-card='{SLUG}'] a").press("Enter")  # the page may still grow under a pointer
    expect(page.locator("[data-end]")).to_contain_text("Lesson done")
    page.locator(".am-next").press("Enter")
    expect(page.locator("h1").first).to_contain_text("Top-k")

    # Saved, cleared, refused, opened: the same as before.
    go_to(page, "[data-review-link]")
    known = page.evaluate(KEPT)
    with page.expect_download() as saving:
        page.locator("[data-save]").click()
    file = tmp_path / saving.value.suggested_filename
    saving.value.save_as(file)
    assert json.loads(file.read_text(encoding="utf-8")) == known
    page.locator("[data-empty]").click()
    page.keyboard.press("Escape")
    assert page.evaluate(KEPT) == known
    page.locator("[data-empty]").click()
    page.locator("[data-sure] button[value=yes]").click()
    expect(page.locator("[data-status]")).to_contain_text("Nothing here yet")
    assert page.evaluate("() => localStorage['amostra.progress'] ?? null") is None
    bad = tmp_path / "notes.json"
    bad.write_text('{"cells": []}', encoding="utf-8")
    page.locator("[data-file]").set_input_files(bad)
    expect(page.locator("[data-said]")).to_contain_text("notes.json does not hold the progress")
    page.locator("[data-file]").set_input_files(file)
    expect(page.locator("[data-said]")).to_contain_text("is joined")
    assert page.evaluate(KEPT) == known

    # A day later everything comes back, and a right answer goes a step on.
    page.clock.set_fixed_time(datetime.now() + timedelta(days=1))
    page.reload()
    expect(page.locator("[data-list] form")).to_have_count(len(open_questions))
    form = page.locator(f"#{SLUG}-{stays}")
    answer(form, right(all_of[stays]))
    expect(form.get_by_role("status")).to_contain_text("It comes back in 3 days.")
    assert page.evaluate(KEPT)["lessons"][SLUG]["done"][stays]["step"] == 2
    assert not surface.errors
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_browser_that_keeps_nothing_still_judges_and_says_so(surface, lang):
    page = surface.open(lang)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page.reload()
    form = page.locator("#sign")
    answer(form, right(exercises()["sign"]))
    expect(form.locator(".am-feedback.am-right")).to_be_visible()
    go_to(page, "[data-review-link]")
    expect(page.locator("[data-said]")).to_have_text(catalog()["progress.forgets"][lang])
    if surface.name == "site":
        surface.errors.clear()  # Furo asks for its theme there without a thought of this
    assert not surface.errors
    page.context.close()
