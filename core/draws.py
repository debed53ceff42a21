"""From a distribution to a token: one uniform number per row, and the inverse of the cumulative distribution."""

import secrets

import numpy as np
import torch
from torch import Tensor

from core.chain import probabilities
from core.params import SamplingParams
from core.validation import ParameterError, as_reals, check_rows, check_whole


class CounterGenerator:
    """Uniform numbers that depend on (seed, step, row) alone, so that a row's draw is the same whatever the batch.

    The seed is the key and the step the upper half of the counter of a Philox generator (Salmon, Moraes, Dror & Shaw,
    2011, as in NumPy).

    Args:
        seed: a whole number, 0 ≤ seed < 2¹²⁸.
        step: the next step, a whole number; `uniforms` moves on by one.

    Raises:
        ParameterError: a seed or step that is not such a number.
    """

    def __init__(self, seed: int, step: int = 0):
        self.seed, self.step = check_whole("seed", seed), check_whole("step", step)
        if self.seed >= 2**128:
            raise ParameterError("seed", seed, "a whole number < 2**128")

    def uniforms(self, rows: int) -> Tensor:
        """One float64 in [0, 1) per row, for this step; then the step advances by one."""
        philox = np.random.Philox(key=self.seed, counter=self.step << 128)
        self.step += 1
        return torch.from_numpy(np.random.Generator(philox).random(rows))


def draw(probs, u) -> Tensor:
    """The smallest i with p_1 + … + p_i > u · Σp: the inverse of the cumulative distribution, in float64.

    The inequality is strict, so a token of probability zero can never come, not even for u = 0.

    Args:
        probs: (..., V), non-negative; need not add up to 1.
        u: (...), in [0, 1); broadcasts with the leading shape of `probs`.

    Returns:
        int64 token ids, of the broadcast leading shape.

    Raises:
        ParameterError: u outside [0, 1); a row of `probs` without a positive finite sum.
    """
    probs = as_reals("probs", probs).double()
    u = as_reals("u", u).to(probs)
    check_rows("u", u, (u >= 0) & (u < 1), "in [0, 1)")
    # A parallel sum may step by a rounding error at a token of probability zero; at 0 it cannot be chosen.
    cumulative = probs.cumsum(-1).masked_fill(probs == 0, 0)
    total = cumulative.amax(-1)
    check_rows("probs", total, (total > 0) & total.isfinite(), "non-negative with a positive finite sum")
    return (cumulative > (u * total).unsqueeze(-1)).int().argmax(-1)


def sample(logits, params: SamplingParams, generator=None) -> Tensor:
    """Draw one token id per row from `probabilities(logits, params)`.

    Args:
        logits: (..., V).
        params: the chain to apply.
        generator: where the uniform numbers come from: a `CounterGenerator` (its step advances), a `torch.Generator`,
            a whole number as the seed of step 0, or None for fresh entropy.

    Returns:
        int64 token ids (...).

    Raises:
        ParameterError: invalid logits; a generator that is none of these.
    """
    probs = probabilities(logits, params)
    shape = probs.shape[:-1]
    if isinstance(generator, torch.Generator):
        u = torch.rand(shape, dtype=torch.float64, generator=generator, device=generator.device)
        return draw(probs, u)
    if not isinstance(generator, CounterGenerator):
        generator = CounterGenerator(secrets.randbits(128) if generator is None else generator)
    return draw(probs, generator.uniforms(shape.numel()).reshape(shape))
