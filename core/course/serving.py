"""What it takes to serve a model: bytes that move, operations that run, which of the two makes a step wait, and the tokens
that a smaller model may draw ahead."""

from dataclasses import dataclass

from torch import Tensor

from ..validation import as_reals, check_probability, check_whole


@dataclass(frozen=True)
class Machine:
    """An accelerator by its data sheet: memory in bytes, bandwidth in bytes/s, peak arithmetic in FLOP/s."""

    memory: float
    bandwidth: float
    peak: float

    @property
    def ridge(self) -> float:
        """FLOP per byte at which arithmetic takes as long as memory. Source: Williams, Waterman & Patterson (2009)."""
        return self.peak / self.bandwidth


@dataclass(frozen=True)
class Served:
    """A decoder as a server sees it: how many parameters, bytes per weight, bytes of cache per token of a text."""

    parameters: float
    weight_bytes: float
    cache_bytes: float


@dataclass(frozen=True)
class DecodeStep:
    """One step that adds a token to each of B texts, in seconds: what memory and what arithmetic need."""

    memory: float
    arithmetic: float
    batch: int

    @property
    def latency(self) -> float:
        """The longer of the two: the roofline, which no step beats."""
        return max(self.memory, self.arithmetic)

    @property
    def throughput(self) -> float:
        """Tokens per second over all texts."""
        return self.batch / self.latency


def decode_step(model: Served, machine: Machine, batch: int, positions: int) -> DecodeStep:
    """The roofline of one decoding step: weights are read once for all B texts, each text's cache once.

    memory = (P·w + B·T·c)/bandwidth and arithmetic = 2·P·B/peak. Left out: what attention computes, the activations, and
    everything that a real engine adds. Source: Pope et al. (2022), Efficiently Scaling Transformer Inference, section 2.

    Args:
        batch: B, texts that grow together.
        positions: T, tokens of each text in the cache.
    """
    moved = model.parameters * model.weight_bytes + batch * positions * model.cache_bytes
    return DecodeStep(moved / machine.bandwidth, 2 * model.parameters * batch / machine.peak, batch)


def largest_batch(model: Served, machine: Machine, positions: int) -> int:
    """How many texts of T positions fit in memory beside the weights; 0 where the weights do not fit."""
    left = machine.memory - model.parameters * model.weight_bytes
    return max(0, int(left // (positions * model.cache_bytes)))


# Speculative decoding: a small model drafts with q, the large one keeps its own distribution p -------------------------


def acceptance(target, draft) -> Tensor:
    """Σ_i min(p_i, q_i) = 1 − TV(p, q): how often a token drawn from q is kept, when token i is kept with min(1, p_i/q_i).

    Args:
        target: (..., V), p, rows that add up to 1.
        draft: (..., V), q.

    Returns:
        (...), float64.

    Source: Leviathan, Kalman & Matias (2022), section 3.2.
    """
    return _both(target, draft)[2].sum(-1)


def residual(target, draft) -> Tensor:
    """max(0, p − q), renormalised: where the next token is drawn from after a refusal; p itself where nothing is ever refused.

    Shapes as in `acceptance`; returns (..., V). Source: Leviathan, Kalman & Matias (2022), section 2.3.
    """
    p, _, kept = _both(target, draft)
    left = p - kept
    mass = left.sum(-1, keepdim=True)
    return (left / mass.clamp(min=1e-300)).where(mass > 0, p)


def speculative(target, draft) -> Tensor:
    """What a speculative draw gives: q accepted, or the residual. It equals p. Shapes as in `acceptance`; returns (..., V)."""
    kept = _both(target, draft)[2]
    return kept + (1 - kept.sum(-1, keepdim=True)) * residual(target, draft)


def tokens_per_pass(acceptance: float, drafted: int) -> float:
    """Expected tokens that one pass of the large model yields: 1 + α + … + α^γ, with γ tokens drafted.

    Args:
        acceptance: α in [0, 1], the chance that each drafted token is kept, independent of the others.
        drafted: γ ≥ 0.

    Source: Leviathan, Kalman & Matias (2022), equation 1.
    """
    alpha = check_probability("acceptance", acceptance)
    return sum(alpha**i for i in range(check_whole("drafted", drafted, 0) + 1))


def _both(target, draft) -> tuple[Tensor, Tensor, Tensor]:
    p, q = as_reals("target", target).double(), as_reals("draft", draft).double()
    return p, q, p.minimum(q)
