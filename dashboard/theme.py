"""The visual identity, written down once: palette, type scale, spacing.

Every colour is a CSS custom property whose value is `light-dark(day, night)`, so one chart follows the
reader's theme without being drawn again, in the app, on the site and in a notebook. The three roles that
matter are the same everywhere: `kept` (tokens that can be drawn), `cut` (tokens a sampler removed) and
`tail` (the mass a chart does not draw token by token). Blue, vermilion and grey stay apart for
colour-blind eyes (Okabe & Ito, 2008); a shape or a word always says the same thing again.
"""

import base64
from pathlib import Path

LOGO = Path(__file__).parent / "logo.svg"

COLOURS = {  # name: (light, dark)
    "paper": ("#fffefc", "#14171b"),
    "panel": ("#f6f3ec", "#1d2126"),
    "ink": ("#1c2024", "#ebe9e4"),
    "muted": ("#5c5f63", "#aeb0b3"),
    "line": ("#dcd7cc", "#3b4046"),
    "accent": ("#0b5c94", "#7cc0f2"),
    "kept": ("#0072b2", "#56a8e0"),
    "cut": ("#c44e00", "#f0883e"),
    "tail": ("#7d8794", "#8a95a3"),
    "bound": ("#9c4f86", "#d995c4"),
    "good": ("#00785a", "#3fc79c"),
    "bad": ("#b3361b", "#ff8f73"),
}
# "Amostra …" are subsets of the Source family that the site carries under their own name, as its licence asks.
FONT = '"Amostra Sans", "Source Sans", "Source Sans 3", system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
FONT_MONO = '"Amostra Code", "Source Code", "Source Code Pro", ui-monospace, "Cascadia Mono", Menlo, monospace'
FONT_HEAD = '"Amostra Serif", "Source Serif", "Source Serif 4", "Iowan Old Style", Georgia, serif'
SCALE = {"small": "0.875rem", "body": "1.0625rem", "h3": "1.25rem", "h2": "1.65rem", "h1": "2.4rem"}
SPACE = {"1": "0.25rem", "2": "0.5rem", "3": "0.75rem", "4": "1rem", "6": "1.5rem", "8": "2rem"}


def colour(name: str) -> str:
    """The CSS value of a palette colour, with the light one where the properties are not defined."""
    return f"var(--am-{name}, {COLOURS[name][0]})"


def css() -> str:
    """The custom properties as one `:root` rule."""
    lines = [f"--am-{name}: light-dark({light}, {dark});" for name, (light, dark) in COLOURS.items()]
    lines += [f"--am-text-{name}: {size};" for name, size in SCALE.items()]
    lines += [f"--am-space-{name}: {size};" for name, size in SPACE.items()]
    lines += [f"--am-font: {FONT};", f"--am-font-mono: {FONT_MONO};", f"--am-font-head: {FONT_HEAD};"]
    mark = base64.b64encode(LOGO.read_bytes()).decode()
    lines += [f'--am-mark: url("data:image/svg+xml;base64,{mark}");']
    return ":root {\n  " + "\n  ".join(lines) + "\n}\n"


def streamlit_theme() -> dict[str, dict[str, str]]:
    """The same palette under Streamlit's option names; `.streamlit/config.toml` repeats it and a test compares."""
    options = {
        "primaryColor": "accent",
        "backgroundColor": "paper",
        "secondaryBackgroundColor": "panel",
        "textColor": "ink",
        "borderColor": "line",
        "linkColor": "accent",
    }
    return {
        mode: {option: COLOURS[name][i] for option, name in options.items()} for i, mode in enumerate(("light", "dark"))
    }
