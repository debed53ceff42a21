"""From a stream of tokens to a stream of text that never has to be taken back."""

import codecs
from collections.abc import Callable, Mapping, Sequence

from .validation import ParameterError, check_choice, check_switch, check_text, check_token_ids, check_whole

LEAD = 6  # tokens of the prompt that a tokenizer may need to see: a character has at most 4 bytes
UNFINISHED = "\N{REPLACEMENT CHARACTER}"
ENDING = {  # what `generate` takes about the end of a text, beside its limit and its strings: off, and the check
    "min_new_tokens": (0, check_whole),
    "stop_token_ids": ((), check_token_ids),
    "ignore_eos": (False, check_switch),
    "include_stop_str_in_output": (False, check_switch),
}


def valid(text: str) -> str:
    """Text that UTF-8 can write: the halves of a UTF-16 pair put together, a half that stands alone as U+FFFD."""
    pairs = Pairs()
    return pairs.push(text) + pairs.finish()


class Pairs:
    """`valid` for a text in pieces: half of a pair waits for the other half, which may come with the next piece."""

    def __init__(self):
        self._decoder = codecs.getincrementaldecoder("utf-16-le")("replace")

    def push(self, text: str) -> str:
        return self._decoder.decode(text.encode("utf-16-le", "surrogatepass"))

    def finish(self) -> str:
        return self._decoder.decode(b"", True)


class Detokenizer:
    """Token ids in, whole characters out; together they are the decoded whole.

    A character may be cut in two by a token boundary, and some tokenizers write a token differently at the beginning
    of a text. So each id is decoded after those since the last text, and text that ends in U+FFFD waits.

    Args:
        decode: ids to text, bytes that make no whole character as U+FFFD.
        before: the ids that the stream continues. A character that they leave unfinished comes with the stream.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str], before: Sequence[int] = ()):
        self._decode = decode
        self._ids, lead = list(before[-LEAD:]), LEAD
        while not decode(self._ids) and lead < len(before):
            lead *= 2
            self._ids = list(before[-lead:])
        self._given = decode(self._ids)  # of these ids
        self._new = 0  # ids that came after

    def push(self, token_id: int) -> str:
        """The text that this id completes, which may be empty."""
        self._ids.append(token_id)
        self._new += 1
        text = self._decode(self._ids)
        if text.endswith(UNFINISHED):
            return ""
        delta, self._given = self._after(text), text
        if alone := self._decode(self._ids[-self._new :]):  # otherwise the next word would begin a text
            self._ids, self._given, self._new = self._ids[-self._new :], alone, 0
        return delta

    def finish(self) -> str:
        """What was waiting: U+FFFD for the bytes of a character that never came, or nothing."""
        return self._after(self._decode(self._ids)) if self._new else ""

    def _after(self, text: str) -> str:
        same = next((i for i, (a, b) in enumerate(zip(self._given, text, strict=False)) if a != b), None)
        return text[min(len(self._given), len(text)) if same is None else same :]


class StopFilter:
    """Text in, text out, up to the first stop sequence; what may be the beginning of one waits.

    The first sequence to be complete ends the text, wherever the pieces are cut; of two that end together, the longer.

    Args:
        stop: one string or several.
        shown: whether the sequence that ended the text is part of it.

    Raises:
        ParameterError: a stop sequence that is empty or no string.
    """

    def __init__(self, stop: str | Sequence[str] = (), shown: bool = False):
        self.stop, self.shown = check_stop(stop), shown
        self.matched: str | None = None
        self._held = ""

    def push(self, text: str) -> str:
        """What can be shown now: all of it, less a possible beginning of a stop sequence. Nothing after a match."""
        if self.matched is not None:
            return ""
        text = self._held + text
        found = [(text.index(stop) + len(stop), -len(stop), stop) for stop in self.stop if stop in text]
        if found:
            end, _, self.matched = min(found)
            self._held = ""
            return text[: end if self.shown else end - len(self.matched)]
        held = max((overlap(text, stop) for stop in self.stop), default=0)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def finish(self) -> str:
        """What was waiting: no stop sequence came of it."""
        held, self._held = self._held, ""
        return held


def overlap(text: str, stop: str) -> int:
    """How many characters at the end of `text` begin `stop` without completing it."""
    return next((n for n in range(min(len(text), len(stop) - 1), 0, -1) if text.endswith(stop[:n])), 0)


def check_stop(stop: str | Sequence[str]) -> tuple[str, ...]:
    try:
        several = (stop,) if isinstance(stop, str) else tuple(stop)
    except TypeError:
        several = (None,)
    if all(isinstance(one, str) and one for one in several):
        return tuple(check_text("stop", one) for one in several)
    raise ParameterError("stop", stop, "non-empty strings")


def check_ending(given: Mapping[str, object]) -> dict[str, object]:
    """Those of `ENDING` that are given and not off, checked."""
    checked = {}
    for name, value in given.items():
        off, check = ENDING[check_choice("ending", name, ENDING)]
        if (value := check(name, value)) != off:
            checked[name] = value
    return checked
