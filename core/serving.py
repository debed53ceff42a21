"""What it takes to serve a model: bytes that move, operations that run, and which of the two makes a step wait."""

from dataclasses import dataclass


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
