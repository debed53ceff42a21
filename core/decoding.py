"""One pass of the loop: a model's logits for several rows, and what becomes of them in each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from .chain import applied_temperature, probabilities, remember, trace
from .distributions import entropy, softmax
from .draws import CounterGenerator, sample
from .history import History
from .params import SamplingParams
from .penalties import token_mask
from .steps import Alternative, Row, Step
from .streaming import Detokenizer, StopFilter
from .validation import ParameterError


class Reader:
    """The logits (B, V) after B texts of one length, over one cache."""

    def __init__(self, model, prompt: list[int]):
        self.model, self.texts, self.cache = model, [prompt], None

    def start(self, rows: int) -> Tensor:
        """After the prompt, which is read once for all rows."""
        self.cache = self.model.new_cache()
        logits = self._read(self.texts)
        self.texts = [list(self.texts[0]) for _ in range(rows)]
        self.cache = self.cache.expand(rows) if rows > 1 else self.cache
        return logits.expand(rows, -1)

    def next(self, tokens: list[int]) -> Tensor:
        """After one token more per row."""
        for text, token in zip(self.texts, tokens, strict=True):
            text.append(token)
        return self._read([[token] for token in tokens])

    def _read(self, ids: list[list[int]]) -> Tensor:
        try:
            return self.model.next_logits(torch.tensor(ids), self.cache).cpu()
        except ParameterError as error:
            if error.argument != "ids":
                raise
        half = max(1, self.model.context_length // 2)  # the context is full: half of it is read again, half is free
        self.cache = self.model.new_cache(len(ids))
        return self.model.next_logits(torch.tensor([text[-half:] for text in self.texts]), self.cache).cpu()


@dataclass(frozen=True)
class Ends:
    """What ends a text.

    Attributes:
        most: so many new tokens at most.
        least: so many new tokens before a token of `ids` may be drawn.
        end: the model's own ids for the end of a text.
        ids: further ids that end it.
        stop: strings that end it.
        shown: whether the string or the further id that ended it is part of the text.
    """

    most: int
    least: int = 0
    end: tuple[int, ...] = ()
    ids: tuple[int, ...] = ()
    stop: tuple[str, ...] = ()
    shown: bool = False


class Writer:
    """One row: draws from the logits, measures the draw, and turns tokens into text."""

    def __init__(self, model, prompt: list[int], row: Row, ends: Ends, alternatives: int, traced: bool):
        self.model, self.row, self.ends, self.alternatives, self.traced = model, row, ends, alternatives, traced
        self.history = History(prompt)
        self.characters, self.text = Detokenizer(model.decode, prompt), StopFilter(ends.stop, ends.shown)
        self.index, self.last, self.finished = 0, None, False

    def write(self, logits: Tensor) -> Step:
        """The next step, from logits (V,)."""
        t, row = self.index, self.row
        params = replace(row.params, temperature=row.schedule.at(t)) if row.schedule else row.params
        forced, raw = t < len(row.forced), logits
        if t < self.ends.least and not forced:
            logits = token_mask(raw, banned=(*self.ends.end, *self.ends.ids))
        token = row.forced[t] if forced else int(sample(logits, params, CounterGenerator(row.seed, t), self.history))
        text, finish = self._show(token)
        step = Step(
            index=t,
            token_id=token,
            token=self.model.decode([token]),
            text=text,
            finish=finish,
            forced=forced,
            temperature=applied_temperature(logits, params, self.history),
            **(self._measure(raw, logits, params, token) if self.alternatives else {}),
            stages=tuple(trace(logits, params, self.history)) if self.traced else (),
        )
        self.history.memory = remember(logits, params, self.history, token)
        self.history.add([token])
        self.index, self.last, self.finished = t + 1, token, finish is not None
        return step

    def _show(self, token: int) -> tuple[str, str | None]:
        end, stop = token in self.ends.end, token in self.ends.ids
        unseen = end or (stop and not self.ends.shown)
        text = "" if unseen else self.text.push(self.characters.push(token))
        if not (end or stop) and self.index + 1 < self.ends.most and self.text.matched is None:
            return text, None
        text += self.text.push(self.characters.finish()) + self.text.finish()  # both are nothing after a match
        return text, "stop" if stop or self.text.matched is not None else "end" if end else "length"

    def _measure(self, raw: Tensor, logits: Tensor, params: SamplingParams, token: int) -> dict:
        before, after = softmax(raw), probabilities(logits, params, self.history)
        return {
            "prob_before": before[token].item(),
            "prob_after": after[token].item(),
            "rank": 1 + int((raw > raw[token]).sum()),
            "entropy_before": entropy(before).item(),
            "entropy_after": entropy(after).item(),
            "kept": int((after > 0).sum()),
            "top_before": self._top(before, before, after),
            "top_after": self._top(after, before, after),
        }

    def _top(self, probs: Tensor, before: Tensor, after: Tensor) -> tuple[Alternative, ...]:
        ids = probs.topk(min(self.alternatives, len(probs))).indices
        return tuple(
            Alternative(i, self.model.decode([i]), before[i].item(), after[i].item())
            for i in ids.tolist()
            if probs[i] > 0
        )


def decode(reader: Reader, writers: list[Writer], cancelled: Callable[[], bool]) -> Iterator[tuple[Step | None, ...]]:
    """Until every row is over."""
    if cancelled():
        return
    logits = reader.start(len(writers))
    while True:
        yield tuple(None if one.finished else one.write(u) for one, u in zip(writers, logits, strict=True))
        if all(one.finished for one in writers) or cancelled():
            return
        logits = reader.next([one.last for one in writers])
