"""Two independent oracles for the samplers, the logits they are asked about, and the one check that compares."""

from math import inf

import hypothesis.strategies as st
import numpy as np
import torch
from transformers import (
    EpsilonLogitsWarper,
    EtaLogitsWarper,
    MinPLogitsWarper,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
    TypicalLogitsWarper,
)

import core

FAMILIES = ("normal 0.1", "normal 1", "normal 10", "normal 100", "zipf", "extreme", "ties")
BAND = 1e-6  # a mass this close to a threshold may fall on either side
EDGES = {
    "temperature": [0, 1, 0.01, 0.5, 2, inf],
    "top_k": [0, 1, 50, 301],
    "top_p": [0, 1, 0.5, 0.9],
    "min_p": [0, 1, 0.05, 0.5],
    "typical_p": [1, 0.2, 0.5, 0.9],
    "epsilon_cutoff": [0, 0.001, 0.1, 0.5],
    "eta_cutoff": [0, 0.001, 0.1, 0.5],
    "top_a": [0, 1, 0.1, 0.5],
    "top_n_sigma": [0, 0.5, 1, 3],
}
COMMON = ("temperature", "top_k", "top_p", "min_p")


def make_logits(family: str, size: int, seed: int, masked: bool) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if family == "zipf":
        u = -rng.uniform(0.5, 2) * rng.permutation(np.log(np.arange(1, size + 1)))
    elif family == "extreme":
        u = rng.uniform(-1e4, 1e4, size)
    elif family == "ties":
        u = rng.integers(-3, 4, size).astype(float)
    else:
        u = rng.normal(size=size) * float(family.split()[1])
    if masked:
        forbidden = rng.random(size) < 0.5
        forbidden[rng.integers(size)] = False
        u[forbidden] = -inf
    return u


families, sizes, seeds = st.sampled_from(FAMILIES), st.integers(1, 300), st.integers(0, 2**32 - 1)


def make_steps(names: list[str], seed: int) -> list[tuple[str, float]]:
    """(stage name, value) in random order, a value at an edge in two cases of five."""
    rng = np.random.default_rng([seed, 1])
    anywhere = {
        "temperature": lambda: float(10 ** rng.uniform(-2, 2)),
        "top_k": lambda: int(rng.integers(0, 310)),
        "top_p": lambda: float(rng.uniform()),
        "min_p": lambda: float(10 ** rng.uniform(-4, 0)),
        "typical_p": lambda: float(rng.uniform(0.01, 1)),
        "epsilon_cutoff": lambda: float(10 ** rng.uniform(-4, -0.01)),
        "eta_cutoff": lambda: float(10 ** rng.uniform(-4, -0.01)),
        "top_a": lambda: float(10 ** rng.uniform(-3, 0)),
        "top_n_sigma": lambda: float(rng.uniform(0.01, 4)),
    }
    return [
        (name, EDGES[name][rng.integers(len(EDGES[name]))] if rng.random() < 0.4 else anywhere[name]())
        for name in rng.permutation(names).tolist()
    ]


def composed(u: torch.Tensor, chosen) -> torch.Tensor:
    for name, value in chosen:
        u = getattr(core, name)(u, value)
    return u


def chained(u: torch.Tensor, chosen) -> torch.Tensor:
    return core.apply(u, core.SamplingParams(**dict(chosen), order=[name for name, _ in chosen]))


def hugging_face(u: torch.Tensor, chosen) -> torch.Tensor:
    warpers = {
        "temperature": (TemperatureLogitsWarper, 1),
        "top_k": (TopKLogitsWarper, 0),
        "top_p": (TopPLogitsWarper, 1),
        "min_p": (MinPLogitsWarper, 0),
        "typical_p": (TypicalLogitsWarper, 1),
        "epsilon_cutoff": (EpsilonLogitsWarper, 0),
        "eta_cutoff": (EtaLogitsWarper, 0),
    }
    u = u[None]
    for name, value in chosen:
        warper, off = warpers[name]
        if value != off:  # as `generate` does: a stage that is off is not added
            u = warper(value if name == "top_k" else float(value))(None, u)
    return u[0]


def reference(u: np.ndarray, chosen) -> tuple[np.ndarray, bool]:
    """The definitions, by brute force over pairs of tokens, and whether a decision was too close to call."""
    doubtful = False
    for name, value in chosen:
        gap, possible = u - u.max(), np.isfinite(u)
        if name == "temperature":
            limits = {0: np.where(gap == 0, 0, -inf), inf: np.where(possible, 0, -inf)}
            u = limits[value] if value in limits else gap / value
            continue
        larger = u[None, :] > u[:, None]  # [i, j]: token j is strictly above token i
        p = np.exp(gap) / np.exp(gap).sum()
        if name == "top_k":
            kept = larger.sum(1) < value if value else possible
        elif name == "top_p":
            above = larger @ p
            kept = (above < value - 4 * 2**-24) | (gap == 0) if value < 1 else possible
            doubtful |= value < 1 and bool((abs(above - value) < BAND)[gap < 0].any())
        elif name == "typical_p":
            surprise = -np.log(p, where=p > 0, out=np.full_like(p, -inf))
            distance = abs(surprise - (p * np.where(p > 0, surprise, 0)).sum())
            closer = (distance[None, :] < distance[:, None]) @ p
            kept = (closer < value - 4 * 2**-24) | (distance == distance.min()) if value < 1 else possible
            doubtful |= value < 1 and bool((abs(closer - value) < BAND)[possible].any())
            with np.errstate(invalid="ignore"):  # inf − inf, two impossible tokens
                apart = abs(distance[None, :] - distance[:, None]) > BAND * (1 + distance[possible].max())
            doubtful |= value < 1 and not bool((apart | (u[None, :] == u[:, None]))[possible][:, possible].all())
        else:
            nats = -(p * np.log(p, where=p > 0, out=np.zeros_like(p))).sum()
            spread = np.sqrt(np.mean((gap[possible] - gap[possible].mean()) ** 2))
            threshold = {
                "min_p": np.log(value or 1),
                "epsilon_cutoff": np.log(value or 1) - np.log(p.max()),
                "eta_cutoff": np.log(min(value, np.sqrt(value) * np.exp(-nats)) or 1) - np.log(p.max()),
                "top_a": np.log(value or 1) + np.log(p.max()),
                "top_n_sigma": -value * spread,
            }[name]
            kept = (gap >= threshold) | (gap == 0) if value else possible
            near = abs(gap - threshold) < BAND * (1 + abs(threshold))
            doubtful |= value > 0 and bool(near[gap < 0].any())
        kept, cut = kept & possible, possible & ~kept
        if cut.any():  # neighbours on the two sides of the cut that float32 may round to one value
            closest = abs(u[kept][:, None] - u[cut][None, :]).min()
            doubtful |= bool(closest <= BAND * -gap[possible].min())
        u = np.where(kept, u, -inf)
    return u, doubtful


def check(candidate, values: np.ndarray, chosen, tally: dict) -> None:
    """Assert that `candidate` keeps the oracles' tokens with the oracles' probabilities, in float64 and float32."""
    for dtype, tolerance in ((torch.float64, 1e-9), (torch.float32, 1e-6)):
        u = torch.tensor(values, dtype=dtype)
        ours = candidate(u, chosen)
        assert torch.equal(u, torch.tensor(values, dtype=dtype)), "the input was modified"
        assert ours.dtype == dtype
        expected, doubtful = reference(u.double().numpy(), chosen)
        if doubtful:
            tally["in doubt"] += 1
            continue
        compare(ours, torch.from_numpy(expected), tolerance)

        temperature = dict(chosen).get("temperature", 1)
        finite = u[u > -inf]
        if len(finite.unique()) < len(finite) or not 0.01 <= temperature <= 100:
            continue  # Hugging Face cuts inside a tie, and has no limits of the temperature
        if {"top_a", "top_n_sigma"}.intersection(dict(chosen)):
            continue
        compare(ours, hugging_face(u.double(), chosen), tolerance)
        tally["against Hugging Face"] += 1
        if finite.abs().max() <= 4 * min(temperature, 1):  # beyond that its float32 quotients round worse than BAND
            compare(ours, hugging_face(u.float(), chosen), 1e-6)


def compare(ours: torch.Tensor, theirs: torch.Tensor, tolerance: float) -> None:
    assert torch.equal(ours > -inf, theirs > -inf), "the kept sets differ"
    difference = (torch.softmax(ours, -1).double() - torch.softmax(theirs.double(), -1)).abs().max()
    assert difference <= tolerance, f"the probabilities differ by {difference}"
