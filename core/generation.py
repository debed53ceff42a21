"""The decode loop: logits, chain, draw, text, one token at a time.

    from amostra import Row, SamplingParams, generate, generate_rows, load_model

    model = load_model()
    for step in generate(model, "Era uma vez", SamplingParams(temperature=0.8, top_p=0.95), seed=7):
        print(step.text, end="", flush=True)

    rows = [Row(params, seed) for seed in range(4)]             # or several params, or branches, side by side
    texts = collect(generate_rows(model, "Era uma vez", rows))  # one list of steps per row
    best = best_of(list(map(candidate, texts)), length_normalised)

A model that generates by itself, such as `core.models.remote.RemoteModel`, takes the same calls.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from .decoding import Ends, Reader, Writer, decode
from .params import SamplingParams
from .schedules import Schedule
from .steps import PLAIN, Row, Step, one_row
from .streaming import check_ending, check_stop
from .validation import ParameterError, check_ids, check_text, check_whole


def generate(
    model,
    prompt: str | Sequence[int],
    params: SamplingParams = PLAIN,
    *,
    max_new_tokens: int = 100,
    stop: str | Sequence[str] = (),
    min_new_tokens: int = 0,
    stop_token_ids: Sequence[int] = (),
    ignore_eos: bool = False,
    include_stop_str_in_output: bool = False,
    seed: int | None = None,
    schedule: Schedule | None = None,
    forced: Sequence[int] = (),
    alternatives: int = 5,
    traced: bool = False,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[Step]:
    """Continue a text, one `Step` per token. Closing the iterator ends it, and so does `cancelled`.

    Args:
        model: a `LanguageModel`, or one that generates by itself.
        prompt: text, or token ids; an empty one stands for the beginning of a text (end-of-text, as in GPT-2).
            Beyond the model's `context_length` the model goes on from a new cache with the last half of its context.
        params, seed, schedule, forced: as in `Row`.
        max_new_tokens: at most so many steps, ≥ 1; forced tokens count.
        stop: strings that end the text and are not part of it, even across tokens; they are looked for in the
            continuation only.
        min_new_tokens: so many tokens come before one that ends the text can be drawn: those have probability 0 until
            then, as in transformers and in vLLM (`min_tokens`). Stop strings and forced tokens are not held back.
        stop_token_ids: ids that end the text too, beside the model's own; a text may have several ends. They finish it
            with "stop".
        ignore_eos: the model's own end-of-text ends nothing: it is drawn, adds no text, and the text goes on, as in vLLM.
            (llama.cpp's `--ignore-eos` forbids it: `banned_token_ids` here.)
        include_stop_str_in_output: the stop string, or the text of the stop id, that ended the text is part of it.
        alternatives: how many tokens `top_before` and `top_after` list. 0 measures nothing (every probability, rank
            and entropy is None) and is the fast path; the text is the same.
        traced: whether each step carries `core.trace`.
        cancelled: asked before each pass of the model (an event's `is_set`, say); True ends the text there, without
            what was waiting to be shown.

    Raises:
        ParameterError: at once for an argument outside its range, or one that a model that generates by itself cannot
            follow; during the iteration for logits that are NaN, +inf or leave nothing possible.
    """
    rows = [Row(params, seed, schedule, forced)]
    steps = generate_rows(
        model,
        prompt,
        rows,
        max_new_tokens=max_new_tokens,
        stop=stop,
        min_new_tokens=min_new_tokens,
        stop_token_ids=stop_token_ids,
        ignore_eos=ignore_eos,
        include_stop_str_in_output=include_stop_str_in_output,
        alternatives=alternatives,
        traced=traced,
        cancelled=cancelled,
    )
    return _only(steps)


def generate_rows(
    model,
    prompt: str | Sequence[int],
    rows: Sequence[Row],
    *,
    max_new_tokens: int = 100,
    stop: str | Sequence[str] = (),
    min_new_tokens: int = 0,
    stop_token_ids: Sequence[int] = (),
    ignore_eos: bool = False,
    include_stop_str_in_output: bool = False,
    alternatives: int = 5,
    traced: bool = False,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[tuple[Step | None, ...]]:
    """Several continuations of one prompt in one batch: per step one `Step` per row, None for rows that are over.

    Arguments and errors as `generate`. A row's text does not depend on the rows beside it (but for what rounding does
    to the logits of a batch, about 1e-6 of them).
    """
    _check(rows, cancelled)
    prompt = check_text("prompt", prompt) if isinstance(prompt, str) else prompt
    limit, stop = check_whole("max_new_tokens", max_new_tokens, 1), check_stop(stop)
    alternatives = check_whole("alternatives", alternatives)
    given = {"min_new_tokens": min_new_tokens, "stop_token_ids": stop_token_ids, "ignore_eos": ignore_eos}
    ending = check_ending(given | {"include_stop_str_in_output": include_stop_str_in_output})
    if hasattr(model, "generate_rows"):
        return model.generate_rows(
            prompt,
            rows,
            max_new_tokens=limit,
            stop=stop,
            alternatives=alternatives,
            traced=traced,
            cancelled=cancelled,
            **ending,
        )
    ids = model.encode(prompt) if isinstance(prompt, str) else list(one_row("prompt", prompt))
    ids = ids or [model.eos_token_id]
    for name, given in [
        ("prompt", ids),
        ("stop_token_ids", ending.get("stop_token_ids", ())),
        *(("forced", row.forced) for row in rows),
    ]:
        check_ids(name, given, model.vocab_size)
    ends = Ends(
        most=limit,
        least=ending.get("min_new_tokens", 0),
        end=() if "ignore_eos" in ending else ends_of(model),
        ids=ending.get("stop_token_ids", ()),
        stop=stop,
        shown="include_stop_str_in_output" in ending,
    )
    writers = [Writer(model, ids, row, ends, alternatives, traced) for row in rows]
    return decode(Reader(model, ids), writers, cancelled or (lambda: False))


def ends_of(model) -> tuple[int, ...]:
    """The ids that the model ends a text with: `eos_token_ids` where it has several."""
    return tuple(getattr(model, "eos_token_ids", (model.eos_token_id,)))


def _only(steps) -> Iterator[Step]:
    with closing(steps):
        for (step,) in steps:
            yield step


def _check(rows, cancelled) -> None:
    if not rows or not all(isinstance(row, Row) for row in rows):
        raise ParameterError("rows", rows, "one Row or more")
    if cancelled is not None and not callable(cancelled):
        raise ParameterError("cancelled", cancelled, "a function of no arguments, or None")
