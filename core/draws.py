"""From a distribution to a token: one uniform number per row, and the inverse of the cumulative distribution.

One layout, everywhere: the tokens stand along [0, 1) in the order of their ids, each as wide as its probability, and u
falls into one of them. So (logits, params, seed, step, row) name a token, whichever path draws it (`draw` here, on
any device; the fused one of `core.fused`; the page's own in JavaScript), but for u within rounding of a border. The
order of the ids asks for no sort, and the candidates that the fused path takes out of a row stand in it already.
"""

import secrets

import torch
from numpy.random import Philox
from torch import Tensor

from .chain import probabilities
from .fused import draw as fast
from .history import History
from .params import SamplingParams
from .penalties import NOTHING, Context
from .validation import ParameterError, as_masses, as_reals, check_broadcast, check_rows, check_whole


class CounterGenerator:
    """Uniform numbers that depend on (seed, step, row) alone, so that a row's draw is the same whatever the batch.

    Each row has a stream of its own, of which every step takes one number: NumPy's Philox generator (Salmon, Moraes,
    Dror & Shaw, 2011), the seed its key and the row the upper half of its counter.

    Args:
        seed: a whole number, 0 ≤ seed < 2¹²⁸.
        step: the next step, 0 ≤ step < 2¹²⁸; `uniforms` moves on by one.

    Raises:
        ParameterError: a seed or step that is not such a number.
    """

    def __init__(self, seed: int, step: int = 0):
        self.seed, self.step = check_whole("seed", seed, bits=128), check_whole("step", step, bits=128)
        self._streams: list[Philox] = []  # as many as the widest batch so far, all at `step`

    def uniforms(self, rows: int) -> Tensor:
        """One float64 in [0, 1) per row, for this step; then the step advances by one."""
        return torch.tensor(self.numbers(rows), dtype=torch.float64)

    def numbers(self, rows: int) -> list[float]:
        """`uniforms` as a list."""
        while len(self._streams) < rows:
            stream = Philox(key=self.seed, counter=(len(self._streams) << 128) + self.step // 4)  # four numbers a count
            stream.random_raw(self.step % 4)
            self._streams.append(stream)
        self.step += 1
        return [(stream.random_raw() >> 11) * 2**-53 for stream in self._streams][:rows]


def draw(probs, u) -> Tensor:
    """The smallest i with p_1 + … + p_i > u · Σp: the inverse of the cumulative distribution, in float64.

    The inequality is strict, so a token of probability zero can never come, not even for u = 0.

    Args:
        probs: (..., V), non-negative; need not add up to 1.
        u: (...), in [0, 1); broadcasts with the leading shape of `probs`.

    Returns:
        int64 token ids, of the broadcast leading shape.

    Raises:
        ParameterError: u outside [0, 1); a row of `probs` with a negative number or without a positive finite sum.
    """
    probs = as_masses("probs", probs)
    u = as_reals("u", u).to(probs)
    check_rows("u", u, (u >= 0) & (u < 1), "in [0, 1)")
    check_broadcast("u", u, probs.shape[:-1])
    # A parallel sum may step by a rounding error at a token of probability zero; at 0 it cannot be chosen.
    cumulative = probs.cumsum(-1).masked_fill(probs == 0, 0)
    total = cumulative.amax(-1)
    check_rows("probs", total, (total > 0) & total.isfinite(), "non-negative with a positive finite sum")
    return (cumulative > (u * total).unsqueeze(-1)).int().argmax(-1)


def sample(
    logits, params: SamplingParams, generator=None, context: Context | History = NOTHING, *, seed: int | None = None
) -> Tensor:
    """Draw one token id per row from `probabilities(logits, params, context)`.

    The common chains (a temperature, top-k, top-p, min-p and typical in any order, after biases and penalties) take
    the fused path of `core.fused.draw`: the same token from one uniform number, at about one pass over the logits.

    Args:
        logits: (..., V).
        params: the chain to apply.
        generator: where the uniform numbers come from: a `CounterGenerator` (its step advances), a `torch.Generator`,
            a whole number as the seed of step 0, or None for fresh entropy.
        seed: a whole number, the same as `generator=seed`, under the name that `generate` has for it.
        context: the text so far, for the stages that look at it; a `History` keeps its counts between steps.

    Returns:
        int64 token ids (...).

    Raises:
        ParameterError: invalid logits; a generator that is none of these; a seed beside a generator.
    """
    if seed is not None:
        if generator is not None:
            raise ParameterError("seed", seed, "given without a generator")
        generator = check_whole("seed", seed, bits=128)
    logits = as_reals("logits", logits)
    rows = len(logits) if logits.ndim == 2 else logits.shape[:-1].numel()
    if isinstance(generator, torch.Generator):
        u = torch.rand(rows, dtype=torch.float64, generator=generator, device=generator.device).tolist()
    else:
        if not isinstance(generator, CounterGenerator):
            generator = CounterGenerator(secrets.randbits(128) if generator is None else generator)
        u = generator.numbers(rows)
    ids = fast.sample(logits, params, u, context)
    if ids is None:
        ids = draw(
            probabilities(logits, params, context), torch.tensor(u, dtype=torch.float64).reshape(logits.shape[:-1])
        )
    return ids
