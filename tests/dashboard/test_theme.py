"""One visual identity: what is written twice must agree, and what must be read must have contrast."""

import tomllib

import pytest

from dashboard import theme
from dashboard.language import ROOT


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_streamlit_repeats_the_palette():
    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    assert written == theme.streamlit_theme()


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "muted", "accent", "cut", "bad", "good", "kept", "bound"])
def test_what_is_read_stands_out_from_the_paper(name, mode):
    least = 3 if name in ("kept", "bound") else 4.5  # lines and bars; text
    assert contrast(theme.COLOURS[name][mode], theme.COLOURS["paper"][mode]) >= least


def test_a_colour_falls_back_to_the_light_one():
    assert theme.colour("kept") == f"var(--am-kept, {theme.COLOURS['kept'][0]})"
    assert all(f"--am-{name}: light-dark(" in theme.css() for name in theme.COLOURS)
