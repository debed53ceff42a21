"""The lesson as its reader meets it: words, numbers, exercises, phones, screen readers."""

import pytest

from tests.browser.axe import faults

# What the calculations by hand end with, to four decimals: u = [3, 1, 0, −1] and [2, 1, 0, −1] at τ = 0.5, 1 and 2.
RIGHT = [
    (0.9793, 0.0179, 0.0024, 0.0003),
    (0.8310, 0.1125, 0.0414, 0.0152),
    (0.5793, 0.2131, 0.1293, 0.0784),
    (0.8650, 0.1171, 0.0158, 0.0021),
    (0.6439, 0.2369, 0.0871, 0.0321),
    (0.4551, 0.2760, 0.1674, 0.1015),
]


@pytest.mark.parametrize("language", ["pt", "en"])
def test_every_probability_worked_by_hand_is_on_the_rendered_page(surface, language):
    page = surface.open(language)
    page.locator(".katex", has_text="0,4551" if language == "pt" else "0.4551").first.wait_for(state="attached")
    text = page.locator("article, .stMain").first.text_content()
    for probability in (x for vector in RIGHT for x in vector):
        written = f"{probability:.4f}".replace(".", "," if language == "pt" else ".")
        assert written in text, written
    page.context.close()


@pytest.mark.parametrize(
    "language, scheme, width",
    [  # every pair of the three once
        ("pt", "light", 1280),
        ("pt", "dark", 360),
        ("en", "light", 360),
        ("en", "dark", 1280),
    ],
)
def test_axe_finds_nothing_serious_and_nothing_overflows(surface, language, scheme, width):
    page = surface.open(language, width=width, height=720, scheme=scheme)
    found = faults(page)
    assert not found, found
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("lang") == {"pt": "pt-BR", "en": "en"}[language]
    assert not surface.errors
    page.context.close()


def test_a_page_asks_for_nothing_from_elsewhere(surface):
    own = ("file:",) if surface.name == "site" else (surface.lesson["pt"].split("/temperature")[0], "data:", "blob:")
    surface.requests.clear()
    for language in ("pt", "en"):
        surface.open(language).context.close()
    assert surface.requests and [url for url in surface.requests if not url.startswith(own)] == []
