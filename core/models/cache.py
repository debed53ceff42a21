"""What a model remembers of the texts that it has read, so that one token more costs one token's work."""

from typing import Protocol, runtime_checkable

from torch import Tensor

from ..validation import ParameterError


@runtime_checkable
class Cache(Protocol):
    """One row per text, all of the same length.

    Attributes:
        length: tokens read, of each text.
        bytes_per_token: what one token more of one text costs; 0 when the cache does not grow.
    """

    length: int
    bytes_per_token: int

    def expand(self, batch_size: int) -> "Cache":
        """A new cache of `batch_size` rows, each a copy of the only row of this one, which stays as it is.

        Raises:
            ParameterError: this cache has more than one row.
        """


class KVCache:
    """Keys and values of the positions read so far, written in place.

    Args:
        n_layer, batch_size, n_kv_head, capacity, head_size: the shape; `capacity` positions fit, until `reserve`.
        like: a tensor of the same type and device.

    Attributes:
        pairs: per layer a tensor (B, 2 · n_kv_head, capacity, head_size): the heads of keys, then those of values.
        length: positions read; setting it back forgets the later ones.
    """

    def __init__(self, n_layer: int, batch_size: int, n_kv_head: int, capacity: int, head_size: int, like: Tensor):
        shape = (batch_size, 2 * n_kv_head, capacity, head_size)
        self.hold([like.new_zeros(shape) for _ in range(n_layer)])
        self.length = 0

    def hold(self, pairs: list[Tensor]) -> None:
        self.pairs, self._halves = pairs, [pair.chunk(2, dim=1) for pair in pairs]

    @property
    def bytes_per_token(self) -> int:
        """Of one sequence: 2 · n_layer · n_kv_head · head_size numbers."""
        _, heads, _, head_size = self.pairs[0].shape
        return len(self.pairs) * heads * head_size * self.pairs[0].element_size()

    def reserve(self, positions: int, most: int) -> None:
        """Make room for so many positions, doubling it up to `most`; what is held is kept."""
        rows, heads, capacity, head_size = self.pairs[0].shape
        if positions <= capacity:
            return
        shape = (rows, heads, min(most, max(positions, 2 * capacity)), head_size)
        old, new = self.pairs, [pair.new_zeros(shape) for pair in self.pairs]
        for ours, theirs in zip(new, old, strict=True):
            ours[:, :, : self.length] = theirs[:, :, : self.length]
        self.hold(new)

    def write(self, layer: int, pair: Tensor) -> tuple[Tensor, Tensor]:
        """Append a layer's (B, 2 · n_kv_head, T, head_size); return all of its keys and its values, the new ones last.

        `length` is for the caller to move on, after the last layer.
        """
        past, new = self.length, pair.shape[2]
        self.pairs[layer].narrow(2, past, new).copy_(pair)
        keys, values = self._halves[layer]
        return keys.narrow(2, 0, past + new), values.narrow(2, 0, past + new)

    def expand(self, batch_size: int) -> "KVCache":
        """`batch_size` copies of the only row: a text read once is continued many times. See `Cache`."""
        rows, heads, capacity, head_size = self.pairs[0].shape
        check_one_row(rows)
        cache = KVCache(len(self.pairs), batch_size, heads // 2, capacity, head_size, self.pairs[0])
        for ours, theirs in zip(cache.pairs, self.pairs, strict=True):
            ours[:, :, : self.length] = theirs[:, :, : self.length]
        cache.length = self.length
        return cache


def check_one_row(rows: int) -> None:
    if rows != 1:
        raise ParameterError("cache", rows, "of one row, to be copied")


def check_positions(positions: int, context_length: int) -> None:
    if positions > context_length:
        raise ParameterError("ids", positions, f"at most {context_length} positions, the cache's included")
