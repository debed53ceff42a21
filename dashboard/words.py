"""Words that every surface says alike, in the reader's language."""

from dashboard import language
from dashboard.language import LANGUAGES, say


def correction_columns() -> list[str]:
    """The heads of a correction's table: where, what the source says, what is right."""
    return [say(f"correction.{column}") for column in ("where", "said", "right")]


def figure_words() -> dict[str, str]:
    """The words that `Amostra.mount` takes: labels, messages and the BCP 47 tag that sets its number format."""
    words = {key: say(f"figure.{key}") for key in ("reset", "link", "linked", "unlinked", "table", "failed")}
    return {"lang": LANGUAGES[language.current()], "bad": say("link.bad", name="{name}", value="{value}"), **words}


PORTUGUESE = {  # what stands beside the file names in `core.engines`
    "that the prompt counts is assumed": "que o prompt conta é suposição",
    "the default is not said there: assumed": "o valor de fábrica não está lá: suposto",
    "accepts 0 and does not say more: assumed": "aceita 0 e não diz mais: suposto",
    "not said in ": "não está em ",
    ": assumed": ": suposto",
    "says 'the text so far'": "diz «the text so far»",
    "flags from ": "opções em ",
}


def source(text: str) -> str:
    """A source of `core.engines` in the reader's language."""
    for english, portuguese in PORTUGUESE.items():
        text = text.replace(english, portuguese) if language.current() == "pt" else text
    return text
