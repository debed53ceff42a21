"""What the figure script says, in the reader's language; the same on every surface."""

from dashboard import language
from dashboard.language import LANGUAGES, say


def figure_words() -> dict[str, str]:
    """The words that `Amostra.mount` takes: labels, messages and the BCP 47 tag that sets its number format."""
    words = {key: say(f"figure.{key}") for key in ("reset", "link", "linked", "table", "failed")}
    return {"lang": LANGUAGES[language.current()], "bad": say("link.bad", name="{name}", value="{value}"), **words}
