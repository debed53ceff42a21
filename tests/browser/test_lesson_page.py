"""The lesson as its reader meets it: words, numbers, exercises, phones, screen readers."""

import pytest

from tests.browser.axe import faults

# The right values of the errata that this lesson treats, to four decimals.
RIGHT = {
    "N1": (0.8310, 0.1125, 0.0414, 0.0152), "N2": (0.9793, 0.0179, 0.0024, 0.0003),
    "N3": (0.5793, 0.2131, 0.1293, 0.0784), "N4": (0.8650, 0.1171, 0.0158, 0.0021),
    "N5": (0.6439, 0.2369, 0.0871, 0.0321), "N6": (0.4551, 0.2760, 0.1674, 0.1015),
}


@pytest.mark.parametrize("language", ["pt", "en"])
def test_every_corrected_vector_is_on_the_rendered_page(surface, language):
    page = surface.open(language)
    page.locator("tr", has_text="N6").first.wait_for()
    rows = page.locator("tr").all_inner_texts()
    for code, vector in RIGHT.items():
        row = next(text for text in rows if text.startswith(code))
        written = ", ".join(f"{x:.4f}" for x in vector)
        if language == "pt":
            written = written.replace(", ", "; ").replace(".", ",")
        assert f"[{written}]" in row, (code, row)
    page.context.close()


@pytest.mark.parametrize("language, scheme, width", [  # every pair of the three once
    ("pt", "light", 1280), ("pt", "dark", 360), ("en", "light", 360), ("en", "dark", 1280)])
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
