"""Beam search: a hunt for a likely text that keeps a few beginnings at every step, and draws nothing."""

from collections.abc import Callable, Sequence

import torch

from ..best_of_n import Candidate, length_normalised
from ..distributions import softmax
from ..validation import as_logits, check_whole

Texts = Sequence[tuple[int, ...]]


def beam_search(
    next_logits: Callable[[Texts], object], width: int, steps: int, *, end: int | None = None, alpha: float = 0.0
) -> list[Candidate]:
    """The `width` best texts that the search finds, best first by Σ_t ln p(x_t | x_<t) / T^α.

    At each step every open text is extended by every token, and the `width` best of these and of the finished texts
    stay. Width 1 with α = 0 is greedy decoding; a width that cuts nothing finds the most probable text. Among equals
    the one found first stays.

    Args:
        next_logits: from N texts of one length, () at first, to logits (N, V).
        width: texts that stay after each step, at least 1.
        steps: the most tokens of a text, at least 1.
        end: the token that finishes a text; None where there is none.
        alpha: how strongly length is divided out; 0 favours short texts, 1 is the mean per token.

    Raises:
        ParameterError: a width or a number of steps that is not a whole number ≥ 1; invalid logits or alpha.

    Source: Wu et al. (2016), section 7, with T^α for their length penalty.
    """
    width, steps = check_whole("width", width, 1), check_whole("steps", steps, 1)
    beam = [Candidate((), ())]
    for _ in range(steps):
        finished = [one for one in beam if one.tokens[-1:] == (end,)]
        growing = [one for one in beam if one not in finished]
        if not growing:
            break
        rows = torch.log(softmax(as_logits(next_logits([one.tokens for one in growing])).double()))
        best = rows.topk(min(width, rows.shape[-1]))
        longer = [
            Candidate((*one.tokens, token), (*one.log_probs, log_prob))
            for one, log_probs, tokens in zip(growing, best.values.tolist(), best.indices.tolist(), strict=True)
            for log_prob, token in zip(log_probs, tokens, strict=True)
            if log_prob > -torch.inf
        ]
        beam = sorted([*finished, *longer], key=lambda one: -length_normalised(one, alpha))[:width]
    return beam
