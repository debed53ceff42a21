"""Words that every surface says alike, in the reader's language."""

from dashboard import language
from dashboard.language import LANGUAGES, say


def correction_columns() -> list[str]:
    """The heads of a correction's table: where, what the source says, what is right."""
    return [say(f"correction.{column}") for column in ("where", "said", "right")]


def engine_name(key: str) -> str:
    """An engine of `core.engines.facts` as its own makers write it."""
    return {"vllm": "vLLM", "openai": "OpenAI"}.get(key, key)


def figure_words() -> dict[str, str]:
    """The words that `Amostra.mount` takes: labels, messages and the BCP 47 tag that sets its number format."""
    words = {key: say(f"figure.{key}") for key in ("reset", "link", "linked", "unlinked", "table", "failed")}
    return {"lang": LANGUAGES[language.current()], "bad": say("link.bad", name="{name}", value="{value}"), **words}


def source(fact) -> str:
    """Where a fact of `core.engines.facts` was read, and a word where the source does not settle it."""
    return fact.source + (say("engine.assumed") if fact.assumed else "")
