"""Every stage told a second time: values to try, an independent definition, Hugging Face's processor where there is one.

`ORACLES` is the one list of what is tested; a stage of `core.STAGES` that is not in it makes tests fail.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import hypothesis.strategies as st
import numpy as np
import torch
from transformers import (
    EpsilonLogitsWarper,
    EtaLogitsWarper,
    MinPLogitsWarper,
    TemperatureLogitsWarper,
    TopHLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
    TypicalLogitsWarper,
)

import core
from core.params import CUTS, DEFAULTS

FAMILIES = ("normal 0.1", "normal 1", "normal 10", "normal 100", "zipf", "extreme", "ties")
BAND = 1e-6  # a mass this close to a threshold may fall on either side
COMMON = ("temperature", "top_k", "top_p", "min_p")


@dataclass(frozen=True)
class Oracle:
    """One stage.

    Attributes:
        example: fields of `SamplingParams` that switch it on, for the tests of what is drawn.
        define: (u, value) -> (what u (V,) becomes, whether a decision was too close to call), by brute force; of a stage
            that is no cut by one number, (u, fields, prompt and output) -> what u becomes.
        anywhere: (random numbers) -> a value, or fields, that it accepts.
        edges: values at the ends of its range.
        warper: value -> Hugging Face's processor.
        cases: how many random ones.
        in_doubt: which share of them may be too close to call.
        tokens: up to so many the processor does the same.
        by_id: it looks at which token it is, not at its logit alone.
    """

    example: Mapping
    define: Callable
    anywhere: Callable
    edges: Sequence = ()
    warper: Callable | None = None
    cases: int = 700
    in_doubt: float = 0.05
    by_id: bool = False
    tokens: int = 10**9


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


# Definitions ----------------------------------------------------------------------------------------------------------


def masses(u: np.ndarray) -> np.ndarray:
    p = np.exp(u - u.max())
    return p / p.sum()


def log_of(p: np.ndarray) -> np.ndarray:
    return np.log(p, where=p > 0, out=np.full_like(p, -inf))


def nats_of(p: np.ndarray) -> float:
    return -(p * np.log(p, where=p > 0, out=np.zeros_like(p))).sum()


def define_temperature(u, tau):
    gap = u - u.max()
    limits = {0: np.where(gap == 0, 0, -inf), inf: np.where(np.isfinite(u), 0, -inf)}
    return (limits[tau] if tau in limits else gap / tau), False


def cut(u: np.ndarray, kept: np.ndarray, doubtful: bool):
    """u where kept; in doubt also where float32 may round neighbours on the two sides of the cut to one value."""
    possible = np.isfinite(u)
    kept, out = kept & possible, possible & ~kept
    if out.any():
        closest = abs(u[kept][:, None] - u[out][None, :]).min()
        doubtful |= bool(closest <= BAND * (u.max() - u[possible].min()))
    return np.where(kept, u, -inf), doubtful


def strictly_larger(u: np.ndarray) -> np.ndarray:
    """(V, V): [i, j] says that token j is strictly above token i."""
    return u[None, :] > u[:, None]


def define_top_k(u, k):
    return cut(u, strictly_larger(u).sum(1) < k if k else np.isfinite(u), False)


def define_top_p(u, p):
    if p == 1:
        return u, False
    above, top = strictly_larger(u) @ masses(u), u == u.max()
    return cut(u, (above < p - 4 * 2**-24) | top, bool((abs(above - p) < BAND)[~top].any()))


def define_typical_p(u, p):
    if p == 1:
        return u, False
    mass, possible = masses(u), np.isfinite(u)
    surprise = -log_of(mass)
    distance = abs(surprise - (mass * np.where(mass > 0, surprise, 0)).sum())
    closer = (distance[None, :] < distance[:, None]) @ mass
    doubtful = bool((abs(closer - p) < BAND)[possible].any())
    with np.errstate(invalid="ignore"):  # inf − inf, two impossible tokens
        apart = abs(distance[None, :] - distance[:, None]) > BAND * (1 + distance[possible].max())
    doubtful |= not bool((apart | (u[None, :] == u[:, None]))[possible][:, possible].all())
    return cut(u, (closer < p - 4 * 2**-24) | (distance == distance.min()), doubtful)


def threshold(of: Callable) -> Callable:
    """A cut that keeps what is at most so far below the largest logit: (masses, logits, value) -> how far, ≤ 0."""

    def define(u, value):
        if value == 0:
            return u, False
        gap = u - u.max()
        lowest = of(masses(u), u, value)
        near = abs(gap - lowest) < BAND * (1 + abs(lowest))
        return cut(u, (gap >= lowest) | (gap == 0), bool(near[gap < 0].any()))

    return define


def spread(u: np.ndarray) -> float:
    finite = u[np.isfinite(u)] - u.max()
    return np.sqrt(np.mean((finite - finite.mean()) ** 2))


def define_top_h(u, h):
    if h == 1:
        return u, False
    p = masses(u)
    terms = -p * log_of(np.where(p > 0, p, 1))
    taken = (u[None, :] >= u[:, None]) @ terms  # [i]: of all that are at least as likely as i
    top = u == u.max()
    near = abs(taken - h * terms.sum()) < BAND * terms.sum() + 1e-12
    return cut(u, (taken <= h * terms.sum()) | top, bool(near[~top].any()))


def define_p_less(u, fields, text):
    p = masses(u)
    return np.where((p >= sum(p**2)) | (u == u.max()), u, -inf)


def define_mirostat(u, fields, text):
    return np.where((-log_of(masses(u)) / np.log(2) <= 2 * fields["mirostat_tau"]) | (u == u.max()), u, -inf)


def define_adaptive_p(u, fields, text):
    distance = abs(masses(u) - fields["adaptive_target"]) / 0.3
    return np.where(u > -inf, 5 - 10 * distance * distance / (1 + distance), -inf)


def define_dry(u, fields, text):
    """Every earlier place against the end of the text, token by token, backwards."""
    ids = [*text[0], *text[1]][-fields["dry_window"] :]
    charge = {}
    for place in range(1, len(ids)):
        n = 0
        while (
            n < place
            and ids[place - 1 - n] == ids[len(ids) - 1 - n]
            and ids[len(ids) - 1 - n] not in fields["dry_breakers"]
        ):
            n += 1
        token = ids[place]
        if n >= fields["dry_allowed_length"] and token not in fields["dry_breakers"]:
            charge[token] = max(charge.get(token, 0), fields["dry_base"] ** (n - fields["dry_allowed_length"]))
    return np.array([x - fields["dry_multiplier"] * charge.get(i, 0) for i, x in enumerate(u)])


def define_token_mask(u, fields, text):
    allowed = fields["allowed_token_ids"] or range(len(u))
    return np.array([x if i in allowed and i not in fields["banned_token_ids"] else -inf for i, x in enumerate(u)])


def define_xtc(u, fields, text):
    """Whenever it acts: of the tokens at or above the threshold only those with the smallest probability stay."""
    p = masses(u)
    above = [i for i in range(len(u)) if p[i] >= fields["xtc_threshold"] and u[i] > -inf]
    least = min((u[i] for i in above), default=inf)
    if any(i in above and u[i] > least for i in fields["xtc_protected"]):
        return u
    return np.array([-inf if i in above and u[i] > least else u[i] for i in range(len(u))])


def define_greedy(u, fields, text):
    return np.array([u[i] if i == u.tolist().index(u.max()) else -inf for i in range(len(u))])


def define_logit_bias(u, fields, text):
    return np.array([x + fields["logit_bias"].get(i, 0.0) for i, x in enumerate(u)])


def define_penalties(u, fields, text):
    prompt, output = text
    u = u.copy()
    for i in {*prompt, *output}:
        u[i] = u[i] / fields["repetition_penalty"] if u[i] > 0 else u[i] * fields["repetition_penalty"]
    for i in set(output):
        u[i] -= fields["frequency_penalty"] * output.count(i) + fields["presence_penalty"]
    return u


def define_no_repeat_ngram(u, fields, text):
    n, ids = fields["no_repeat_ngram"], [*text[0], *text[1]]
    grams = {tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)}
    return np.array(
        [-inf if (*ids[len(ids) - n + 1 :], i) in grams and len(ids) >= n - 1 else x for i, x in enumerate(u)]
    )


def some_ids(rng, most: int) -> tuple[int, ...]:
    return tuple(sorted(set(rng.integers(0, TEXT, rng.integers(0, most + 1)).tolist())))


def small(rng) -> float:
    return float(10 ** rng.uniform(-4, -0.01))


ORACLES = {
    "temperature": Oracle(
        *(
            {"temperature": 0.7},
            define_temperature,
            lambda rng: float(10 ** rng.uniform(-2, 2)),
            [0, 1, 0.01, 0.5, 2, inf],
        ),
        *(lambda value: TemperatureLogitsWarper(float(value)), 1000),
    ),
    "top_k": Oracle(
        *({"top_k": 20}, define_top_k, lambda rng: int(rng.integers(0, 310)), [0, 1, 50, 301], TopKLogitsWarper, 1000),
    ),
    "top_p": Oracle(
        *({"top_p": 0.8}, define_top_p, lambda rng: float(rng.uniform()), [0, 1, 0.5, 0.9]),
        *(lambda value: TopPLogitsWarper(float(value)), 1500),
    ),
    "min_p": Oracle(
        *(
            {"min_p": 0.02},
            threshold(lambda p, u, m: np.log(m)),
            lambda rng: float(10 ** rng.uniform(-4, 0)),
            [0, 1, 0.05, 0.5],
        ),
        *(lambda value: MinPLogitsWarper(float(value)), 1000),
    ),
    "typical_p": Oracle(
        *({"typical_p": 0.8}, define_typical_p, lambda rng: float(rng.uniform(0.01, 1)), [1, 0.2, 0.5, 0.9]),
        lambda value: TypicalLogitsWarper(float(value)),
        in_doubt=0.25,  # a pair at nearly the same distance from typical is common
    ),
    "epsilon_cutoff": Oracle(
        *(
            {"epsilon_cutoff": 0.005},
            threshold(lambda p, u, e: np.log(e) - np.log(p.max())),
            small,
            [0, 0.001, 0.1, 0.5],
        ),
        lambda value: EpsilonLogitsWarper(float(value)),
    ),
    "eta_cutoff": Oracle(
        {"eta_cutoff": 0.01},
        threshold(lambda p, u, e: np.log(min(e, np.sqrt(e) * np.exp(-nats_of(p)))) - np.log(p.max())),
        *(small, [0, 0.001, 0.1, 0.5], lambda value: EtaLogitsWarper(float(value))),
    ),
    "top_n_sigma": Oracle(
        *(
            {"top_n_sigma": 1.0},
            threshold(lambda p, u, n: -n * spread(u)),
            lambda rng: float(rng.uniform(0.01, 4)),
            [0, 0.5, 1, 3],
        ),
    ),
    "top_a": Oracle(
        *(
            {"top_a": 0.05},
            threshold(lambda p, u, a: np.log(a) + np.log(p.max())),
            lambda rng: float(10 ** rng.uniform(-3, 0)),
        ),
        [0, 1, 0.1, 0.5],
    ),
    "top_h": Oracle(
        *({"top_h": 0.6}, define_top_h, lambda rng: float(rng.uniform(0.01, 1)), [1, 0.4, 0.9]),
        *(lambda value: TopHLogitsWarper(float(value)), 1000),
        in_doubt=0.15,  # where one token has nearly all the mass, there is no entropy to share
        tokens=100,  # Hugging Face looks at no more
    ),
    "p_less": Oracle({"p_less": True}, define_p_less, lambda rng: {"p_less": True}),
    "mirostat": Oracle(
        {"mirostat_tau": 2.0},
        define_mirostat,
        lambda rng: {"mirostat_tau": float(rng.choice([0.1, rng.uniform(0.01, 6)]))},
    ),
    "adaptive_p": Oracle(
        {"adaptive_target": 0.3},
        define_adaptive_p,
        lambda rng: {"adaptive_target": float(rng.choice([1, rng.uniform(0.01, 1)]))},
    ),
    "dry": Oracle(
        {"dry_multiplier": 0.8, "dry_allowed_length": 1},
        define_dry,
        lambda rng: {
            "dry_multiplier": float(rng.uniform(0.1, 3)),
            "dry_base": float(rng.choice([1, rng.uniform(1, 3)])),
            "dry_allowed_length": int(rng.integers(1, 4)),
            "dry_window": int(rng.choice([0, 6, 15])),
            "dry_breakers": some_ids(rng, 2),
        },
        by_id=True,
    ),
    "token_mask": Oracle(
        {"allowed_token_ids": range(0, 120, 2), "banned_token_ids": [4, 8]},
        define_token_mask,
        lambda rng: {
            "allowed_token_ids": (*some_ids(rng, 3), 19) if rng.random() < 0.5 else (),
            "banned_token_ids": some_ids(rng, 3),
        },
        by_id=True,
    ),
    "xtc": Oracle(
        {"xtc_probability": 0.6, "xtc_threshold": 0.05},
        define_xtc,
        lambda rng: {
            "xtc_probability": 1.0,
            "xtc_threshold": float(rng.choice([0.5, rng.uniform(0, 0.6)])),
            "xtc_protected": some_ids(rng, 2),
        },
    ),
    "greedy": Oracle({"greedy": True}, define_greedy, lambda rng: {"greedy": True}, by_id=True),
    "logit_bias": Oracle(
        {"logit_bias": {0: 2.0, 7: -inf}},
        define_logit_bias,
        lambda rng: {"logit_bias": {int(i): float(rng.choice([-inf, rng.normal()])) for i in rng.integers(0, TEXT, 3)}},
        by_id=True,
    ),
    "penalties": Oracle(
        {"repetition_penalty": 1.3, "frequency_penalty": 0.4, "presence_penalty": -0.2},
        define_penalties,
        lambda rng: {
            "repetition_penalty": float(rng.uniform(0.5, 2)),
            "frequency_penalty": float(rng.normal()),
            "presence_penalty": float(rng.normal()),
        },
        by_id=True,
    ),
    "no_repeat_ngram": Oracle(
        {"no_repeat_ngram": 2},
        define_no_repeat_ngram,
        lambda rng: {"no_repeat_ngram": int(rng.integers(1, 5))},
        by_id=True,
    ),
}
TEXT = 12  # how many ids the random texts use; there are more tokens, so that one is always left
ONE_NUMBER = [
    name for name in ORACLES if name == "temperature" or (name in CUTS and not isinstance(DEFAULTS[name], bool))
]


def make_steps(names: list[str], seed: int) -> list[tuple[str, float]]:
    """(stage name, value) in random order, a value at an edge in two cases of five."""
    rng = np.random.default_rng([seed, 1])
    return [
        (
            name,
            ORACLES[name].edges[rng.integers(len(ORACLES[name].edges))]
            if rng.random() < 0.4
            else ORACLES[name].anywhere(rng),
        )
        for name in rng.permutation(names).tolist()
    ]


def composed(u: torch.Tensor, chosen) -> torch.Tensor:
    for name, value in chosen:
        u = getattr(core, name)(u, value)
    return u


def chained(u: torch.Tensor, chosen) -> torch.Tensor:
    return core.apply(u, core.SamplingParams(**dict(chosen), order=[name for name, _ in chosen]))


def hugging_face(u: torch.Tensor, chosen) -> torch.Tensor:
    u = u[None]
    for name, value in chosen:
        if value != DEFAULTS[name]:  # as `generate` does: a stage that is off is not added
            u = ORACLES[name].warper(value)(None, u)
    return u[0]


def reference(u: np.ndarray, chosen) -> tuple[np.ndarray, bool]:
    """The definitions one after the other, and whether a decision was too close to call."""
    doubtful = False
    for name, value in chosen:
        u, doubt = ORACLES[name].define(u, value)
        doubtful |= doubt
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
        if any(ORACLES[name].warper is None or len(u) > ORACLES[name].tokens for name, _ in chosen):
            continue
        compare(ours, hugging_face(u.double(), chosen), tolerance)
        tally["against Hugging Face"] += 1
        if finite.abs().max() <= 4 * min(temperature, 1):  # beyond that its float32 quotients round worse than BAND
            compare(ours, hugging_face(u.float(), chosen), 1e-6)


def compare(ours: torch.Tensor, theirs: torch.Tensor, tolerance: float) -> None:
    assert torch.equal(ours > -inf, theirs > -inf), "the kept sets differ"
    difference = (torch.softmax(ours, -1).double() - torch.softmax(theirs.double(), -1)).abs().max()
    assert difference <= tolerance, f"the probabilities differ by {difference}"
