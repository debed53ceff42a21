"""Does a passage of the test works stand in the training works? Then the figures on test would flatter the model."""

from dataclasses import dataclass

import numpy as np

WIDTH = 200  # bytes


@dataclass(frozen=True)
class Leak:
    """A passage of at least `WIDTH` bytes that stands in a test work, at byte `start`, and in a training work."""

    work: str
    start: int
    length: int
    source: str
    text: str


def hashes(data: bytes, width: int) -> np.ndarray:
    """A 64-bit polynomial hash of every `width` bytes in a row, (len(data) − width + 1,); arithmetic modulo 2⁶⁴."""
    values = np.frombuffer(data, dtype=np.uint8).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(1)
    values ^= values >> np.uint64(29)
    base, span = np.array([0xD6E8FEB86659FD93], dtype=np.uint64), 1  # an array wraps around in silence
    parts, power, offset, total = width, base, 0, np.zeros(max(0, len(data) - width + 1), dtype=np.uint64)
    while parts and len(total):  # runs of 1, 2, 4, … bytes, put together as the bits of `width` say
        if parts & 1:
            total = total * power + values[offset : offset + len(total)]
            offset += span
        parts >>= 1
        if parts:
            values = values[:-span] * power + values[span:]
            power, span = power * power, 2 * span
    return total


def leaks(test: dict[str, str], training: dict[str, str], width: int = WIDTH) -> list[Leak]:
    """Every maximal passage of `width` bytes or more of a test work that a training work holds too.

    Hashes find the candidates; the bytes decide. A passage goes as far as it agrees with its first place in the source.
    """
    tests = {name: text.encode() for name, text in test.items()}
    wanted = {name: hashes(data, width) for name, data in tests.items()}
    every = np.unique(np.concatenate([*wanted.values(), np.zeros(0, dtype=np.uint64)]))
    found = []
    for source, text in training.items():
        data = text.encode()
        theirs = hashes(data, width)
        place = np.searchsorted(every, theirs).clip(max=max(0, len(every) - 1))
        have = theirs[every[place] == theirs] if len(every) else every
        for name, ours in wanted.items() if len(have) else ():
            work, end = tests[name], 0
            for start in np.flatnonzero(np.isin(ours, have)).tolist():
                if start + width <= end or (place := data.find(work[start : start + width])) < 0:
                    continue
                length = width
                while work[start + length : start + length + 1] == data[place + length : place + length + 1] != b"":
                    length += 1
                end = start + length
                found.append(Leak(name, start, length, source, work[start:end].decode(errors="replace")))
    return found
