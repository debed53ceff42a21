"""The identity is the same on every surface: the mark with its name, a title near the top, a focus that is seen."""

import pytest

FOCUS = """() => {
    const one = document.activeElement, style = getComputedStyle(one);
    const label = one.matches("input[type=radio]") ? getComputedStyle(one.closest("label") ?? one.nextElementSibling ?? one) : style;
    const seen = [style, label].some((s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none");
    return { name: one.outerHTML.slice(0, 120), body: one === document.body, seen };
}"""


@pytest.mark.parametrize("width", [1280, 360])
def test_the_title_stands_at_the_top_of_the_page(surface, width):
    page = surface.open("pt", width=width)
    title = page.locator(".am-page h1").bounding_box()
    assert title["y"] < 110, title
    page.context.close()


def test_the_mark_stands_with_its_name_at_the_head_of_the_menu(surface):
    page = surface.open("en")
    brand = page.locator(".am-brand")
    assert brand.inner_text() == "Amostra" and brand.bounding_box()["y"] < 40
    assert "svg" in brand.evaluate("(one) => getComputedStyle(one, '::before').backgroundImage")
    assert "Serif" in page.locator(".am-page h1").evaluate("(one) => getComputedStyle(one).fontFamily")
    page.context.close()


def test_whatever_the_keyboard_reaches_shows_that_it_is_reached(surface):
    page = surface.open("pt")
    met, unseen = 0, []
    for _ in range(70):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUS)
        met += not found["body"]
        if not found["body"] and not found["seen"]:
            unseen.append(found["name"])
    assert met > 50 and not unseen, unseen
    page.context.close()
