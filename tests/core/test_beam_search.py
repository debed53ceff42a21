"""Beam search: which texts it finds, and which it misses."""

from itertools import product
from math import log

import pytest
import torch

from core import ParameterError, likelihood, softmax
from core.course.beam_search import beam_search

A, B, C, END = 0, 1, 2, 2
FIRST, AFTER = [0.6, 0.4, 0.0], {A: [0.4, 0.3, 0.3], B: [0.9, 0.1, 0.0]}


def tree(texts):
    """Two steps: the likelier beginning has the worse continuations."""
    return torch.tensor([AFTER[text[0]] if text else FIRST for text in texts]).log()


def random_model(seed, size):
    """Logits that depend on the whole text."""
    return lambda texts: torch.stack(
        [torch.randn(size, generator=torch.Generator().manual_seed(hash((seed, *text)) % 2**31)) * 2 for text in texts]
    )


def every_text(next_logits, size, steps, end=None):
    """Each possible text with its log-probability, by brute force."""
    found = {}
    for text in product(range(size), repeat=steps):
        text = text[: text.index(end) + 1] if end in text else text
        rows = [softmax(next_logits([text[:t]])[0].double())[token].item() for t, token in enumerate(text)]
        found[text] = sum(map(log, rows))
    return found


def test_a_wider_beam_finds_the_text_that_greedy_misses():
    (greedy,), (best, second) = beam_search(tree, 1, 2), beam_search(tree, 2, 2)
    assert (greedy.tokens, best.tokens, second.tokens) == ((A, A), (B, A), (A, A))
    assert [likelihood(one) for one in (greedy, best)] == pytest.approx([log(0.24), log(0.36)])


@pytest.mark.parametrize("seed", range(20))
def test_width_one_is_greedy_and_a_width_that_cuts_nothing_is_exact(seed):
    model = random_model(seed, 3)
    text = ()
    for _ in range(4):
        text = (*text, int(model([text])[0].argmax()))
    assert beam_search(model, 1, 4)[0].tokens == text
    for end in (None, END):
        right = every_text(model, 3, 4, end)
        found = beam_search(model, 3**4, 4, end=end)
        assert {one.tokens: likelihood(one) for one in found} == pytest.approx(right)
        assert found[0].tokens == max(right, key=right.get)


def test_a_text_that_ends_is_not_extended_and_waits_in_the_beam():
    def ends_early(texts):
        return torch.tensor([[0.5, 0.1, 0.4] if not text else [0.7, 0.2, 0.1] for text in texts]).log()

    found = beam_search(ends_early, 2, 3, end=END)
    assert [one.tokens for one in found] == [(END,), (A, A, A)]  # 0.4, and 0.5 · 0.7 · 0.7
    per_token = beam_search(ends_early, 2, 3, end=END, alpha=1.0)
    assert per_token[0].tokens == (A, A, A)


def test_an_impossible_token_is_never_written():
    found = beam_search(tree, 50, 2)
    assert len(found) == 5 and all(C not in one.tokens[:1] for one in found)


@pytest.mark.parametrize("settings", [{"width": 0}, {"width": 1.5}, {"steps": 0}, {"steps": True}, {"alpha": -1}])
def test_a_width_or_a_length_that_is_no_count_is_refused(settings):
    with pytest.raises(ParameterError):
        beam_search(tree, **{"width": 2, "steps": 2, **settings})
