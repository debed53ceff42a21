"""The tools as pages: each is a module `NAME.js` here that exports a function of its name, `NAME(box, told)`, and a box for it."""

from html import escape
from pathlib import Path

from dashboard.language import LANGUAGES, catalog, current, say
from dashboard.page import html

HERE = Path(__file__).parent
WORDS = {
    "lab": (
        "lab.",
        "setting.",
        "control.",
        "stage.",
        "state.cut",
        "column.token",
        "alt.geometry",
        "alt.draws",
        "message.more",
        "missing.",
        "server.",
        "generation.model",
        "generation.cancel",
    ),
    "generation": (
        "generation.",
        "setting.",
        "control.",
        "stage.",
        "state.",
        "column.",
        "link.bad",
        "lab.invalid",
        "lab.draws.seed",
        "tool.",
        "server.",
        "room.failed",
        "missing.",
    ),
    "inside": ("inside.",),
}
"""What the keys of a tool's words begin with in the catalog."""


def styles() -> str:
    """The tools' own stylesheet, after the page's."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.css")))


def body(name: str) -> str:
    """A tool's place, with its words: `tools/NAME.js` fills it as soon as it has come."""
    told = {"words": words(name)}
    if name == "generation":
        told |= {"called": {"mode": _modes(), "model": dict.fromkeys(["", *_own()], "embedded")}}
    return (
        f'<p class="am-lead">{escape(say(f"home.{name}"))}</p><div class="am-tool" data-tool="{name}">'
        f'<script type="application/json">{html.embedded(told)}</script>'
        f"<noscript><p>{say('tool.scripts')}</p></noscript></div>{_elsewhere(name)}"
    )


def _elsewhere(name: str) -> str:
    """On the site, where the generation's other models are; the app, which has them, hides it."""
    return f'<p class="am-note" data-elsewhere>{say("generation.server")}</p>' if name == "generation" else ""


def _modes() -> dict[str, str]:
    """What a link may call a mode of the generation, in either language or by its own name."""
    modes = {name: name for name in ("one", "compare", "best", "grid")} | {"vote": "one"}  # the vote is a button now
    return {
        word: mode
        for name, mode in modes.items()
        for word in (name, *(catalog()[f"generation.mode.{name}"][lang] for lang in LANGUAGES))
    }


def _own() -> list[str]:
    """What a link may call the page's own model, in either language."""
    return [catalog()["generation.model.embedded"][lang] for lang in LANGUAGES]


def words(name: str) -> dict[str, str]:
    """What a tool says, in the language in force, for `words.js`."""
    return html.words() | {key: text[current()] for key, text in catalog().items() if key.startswith(WORDS[name])}
