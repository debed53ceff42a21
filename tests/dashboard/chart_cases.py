"""Figures over data that no lesson has: ties, impossible tokens, other sizes. The generic test holds them to `core` too."""

import math
import random
from math import log

import numpy as np

from core import ENGINES, SamplingParams
from core.course.serving import Machine
from dashboard import charts
from dashboard.blocks import Figure, Range, Switch
from dashboard.charts.cuts import EDGES
from dashboard.charts.frame import stops_control
from dashboard.charts.kv_cache import Shape
from dashboard.recorded import trained
from dashboard.recorded.continuations import Continuation
from dashboard.recorded.growing import Growth, Walk
from dashboard.recorded.inside import Inside
from dashboard.recorded.readings import Reading
from dashboard.recorded.real_texts import LogitsAtStep
from dashboard.recorded.rewards import Rewarded
from dashboard.recorded.rounding import Rounding
from dashboard.recorded.routing import Routing
from dashboard.recorded.snapshots import Snapshot

TIED = {"a": [3, 1.5, 1, 0.5, 0, -1], "b": [1.2, 1.1, 1, 0.8, 0.7, 0.5], "c": [2, 1, 1, 1, 0, 0], "d": [1] * 6}
K = Range("top_k", "k", "", 3, maximum=6)
P = Range("top_p", "p", "", 0.8, step=0.01, digits=2)
M = Range("min_p", "m", "", 0, step=0.05, digits=2)


def tau():
    return charts.temperature_control(1.0)


def growth() -> Growth:
    """A text longer than llama.cpp's window."""
    draw, steps, names = np.random.default_rng(4), 80, 12
    return Growth(
        tuple(f" t{i}" for i in range(names)),
        tuple(draw.integers(0, 8, 5 + steps).tolist()),
        5,
        np.round(draw.normal(1, 3, (steps + 1, names)), 2),
        np.round(draw.normal(2, 1, steps + 1), 2),
        30,
    )


def snapshots() -> list[Snapshot]:
    """Two rows of 900 logits with two decimals: many ties."""
    draw = np.random.default_rng(5)
    rows = [np.sort(np.round(draw.normal(0, width, 900), 2))[::-1] for width in (3.0, 1.0)]
    return [Snapshot(f"texto {i}", tuple(f" t{j}" for j in range(20)), row) for i, row in enumerate(rows)]


def distributions() -> list[Figure]:
    order = Switch("temperature_first", "", "", True)
    tokens = list("abcdef")
    return [
        charts.distribution("d", "d", tokens, TIED, [tau(), K, P, M, order], said="{n_kept|0} {mass_cut|%1}"),
        charts.ranks("r", "r", tokens, TIED, [K, tau()], said="{n_kept|0}"),
        charts.staircase("s", "s", tokens, TIED, [P, tau()], said="{crossing|text} {mass_kept|%1} {p_max|%1}"),
        charts.limits("l", "l", tokens, TIED, value=1.0, said="{miss|%1}"),
        charts.curves("c", "c", tokens, TIED, value=1.0, said="{entropy|2}"),
    ]


def penalties() -> list[Figure]:
    controls, words = [*charts.penalty_controls(80, 0), charts.shift_control()], {"domain": (-9, 9), "shown": 12}
    return [
        charts.penalties("p", "p", growth(), controls, said="{after|text}", engines=list(ENGINES), **words),
        charts.penalties("q", "q", growth(), controls[1:], said="{tail|%1}", step=70, domain=(-9, 9), shown=5),
    ]


def cumulatives() -> list[Figure]:
    return [
        charts.cumulative("c", "c", snapshots(), [cut, tau()], said="{n_0|0} {effective_1|2} {k|0} {p|2}")
        for cut in (charts.k_control(40), P)
    ]


def caches() -> list[Figure]:
    shapes = [Shape("a", 5, 8, 24), Shape("b", 80, 64, 128)]
    return [charts.kv_cache("k", "k", shapes, said="{tokens|0} {per_token|0}")]


NAMES, PROBS = ["a", "b", "c", "d", "e"], [0.3, 0.05, 0.4, 0.2, 0.05]
SCORES = {"one": [1, 3, 2, 5, 4], "ties": [2, 2, 0, 5, 2], "all": [1, 1, 1, 1, 1]}


def winners() -> list[Figure]:
    return [charts.winners("w", "w", NAMES, PROBS, SCORES, value=4, said="{expected|2}")]


U = [math.log(p) for p in (0.31, 0.22, 0.14, 0.1, 0.07, 0.07, 0.04, 0.03, 0.015, 0.005)]  # with a tie
SETTINGS = {
    "min_p": [0.01, 0.1, 0.3, 1],
    "epsilon_cutoff": [0, 0.02, 0.09, 0.5],
    "eta_cutoff": [0, 0.01, 0.09, 0.5],
    "typical_p": [0, 0.2, 0.5, 0.9, 1],
    "top_n_sigma": [0.3, 1, 2.2],
    "xtc": [0.02, 0.1, 0.2, 0.6],
}


def cuts() -> list[Figure]:
    heat = stops_control("tau", "tau", "", 1, (0.2, 0.5, 1, 1.7, 3))
    coin = stops_control("coin", "coin", "", 1, (0, 0.5, 1))
    return [
        charts.cut(
            "c", "c", list("abcdefghij"), U, {"it": (name, view)},
            [stops_control("setting", "s", "", SETTINGS[name][-1], SETTINGS[name]), heat, coin], said="{n_kept|0} {line}",
        )
        for name, view in EDGES
    ]  # fmt: skip


def rulers() -> list[Figure]:
    rules = {f"{name} {setting}": (name, setting) for name, values in SETTINGS.items() for setting in values}
    heat = stops_control("tau", "tau", "", 1, (0.5, 1, 2))
    return [charts.ruler("r", "r", snapshots(), rules, [heat], said="{n_kept|0} {from|2}")]


def vocabularies() -> list[Figure]:
    k = stops_control("top_k", "k", "", 0, (0, 3, 40))
    cuts = [tau(), k, stops_control("top_p", "p", "", 1, (1, 0.5, 0.9)), stops_control("min_p", "m", "", 0, (0, 0.05))]
    toy = Snapshot("toy", tuple("abcd"), np.array([3.0, 1.0, 0.0, -1.0]))
    return [
        charts.vocabulary("v", "v", snapshots(), cuts, said="{n_kept|0} {mass_cut|%1}", shown=5),
        charts.repeats("r", "r", snapshots(), temperature=1.0, value=8, said="{distinct|1} {top|%1}", shown=5),
        charts.draws("d", "d", snapshots(), said="{n_inside|0} {worst|%1}", shown=5),
        charts.draws("e", "e", [toy], said="{n_inside|0}"),
    ]


def texts_in_steps() -> list[Figure]:
    draw, found = np.random.default_rng(5), []
    for i, width in enumerate((0.5, 3.0, 8.0, 0.0)):  # the last: every logit alike, the largest entropy there is
        hundredths = np.rint(100 * draw.normal(0, width, 700)).astype(int)
        below, counts = np.unique(hundredths.max() - hundredths, return_counts=True)
        found.append(LogitsAtStep(f"t{i}", -int(below[len(below) // 2]), -below, counts))
    return [charts.over_text("o", "o", found, said="{mean|2}")]


def experts() -> list[Figure]:
    draw, T, N = np.random.default_rng(7), 30, 6
    logits = {name: np.round(draw.normal(0, 2, (T, N)), 3) for name in ("grouped", "drawn", "tied")}
    logits["tied"] = np.round(logits["tied"])
    made = Routing(tuple(f" t{i}" for i in range(T)), logits, np.round(draw.normal(0, 1, (T, N)), 3))
    names = {name: name for name in logits}
    return [
        charts.routes("r", "r", made, names, k=2, said="{share|%1}", tokens=5),
        charts.expert_load("l", "l", made, names, k=2, said="{loss|3} {spilled|%1}"),
    ]


def attentions() -> list[Figure]:
    draw = np.random.default_rng(3)

    def text(tokens: int) -> Inside:
        scores, none = np.round(draw.normal(0, 3, (3, 2, tokens, tokens)), 3), np.zeros((4, 1))
        return Inside(
            f"texto {tokens}",
            tuple(f" t{j}" for j in range(tokens)),
            24,
            scores,
            ("a",),
            none,
            none[:, 0],
            9,
            none,
            none[:3],
        )

    return [charts.attention("a", "a", [text(9), text(5)], said="{top|text} {p_max|%1} {effective|2}")]


def steps_of_training() -> list[Figure]:
    logits = -np.sort(-np.random.default_rng(7).normal(size=300) * 3)
    one = Snapshot("p", tuple(f"t{i}" for i in range(100)), logits.round(3))
    said = "{before|3} {after|3} {promise}"
    return [charts.gradient_step("g", "g", one, first=1, second=3, share=1.0, rate=1, said=said)]


def lengths() -> list[Figure]:
    draw, some = np.random.default_rng(7), [" a", "\n", ".\n", " b"]
    walks = [
        Walk(f"texto {i}", tuple(draw.choice(some, 60).tolist()), np.round(draw.normal(-8, 3, 60), 3)) for i in range(2)
    ]
    return [
        charts.length("l", "l", charts.length_controls(0.01, 200, 500, 2.0, 8.0), said="{mean|2} {cost|2}"),
        charts.endings("e", "e", walks, [charts.bias_control()], said="{alive|%1} {broken|%4}"),
    ]


def lenses() -> list[Figure]:
    draw = np.random.default_rng(8)

    def text(named: int) -> Inside:
        lens, rest = np.round(draw.normal(0, 4, (4, named)), 3), np.round(draw.normal(3, 2, 4), 3)
        lens[-1] = -np.sort(-lens[-1])
        shares, words = np.round(draw.normal(0, 2, (8, named)), 3), tuple(f" w{j}" for j in range(named))
        return Inside(
            f"texto {named}", ("a",), 4, np.zeros((3, 1, 1, 1)), words, lens, rest, 50, shares, np.zeros((3, 3))
        )

    texts = [text(14), text(9)]
    return [charts.lens("l", "l", texts), charts.pushes("p", "p", texts)]


def logits() -> list[Figure]:
    said = "{p_first|%1} {odds_first|2} {odds_rest|2}"
    return [charts.moved_logits("m", "m", list("abcd"), [3, 1, 0, -1], said=said)]


KINDS = [("a", 0.2, 1.0, 1.0), ("b", 0.3, 3.0, 2.5), ("c", 0.5, 7.0, 9.0), ("hack", 0.0, 9.0, 2.0)]


def over_n() -> list[Figure]:
    return [
        charts.divergence("k", "k", size=8, value=16, said="{kl|2}"),
        charts.flawed_score("g", "g", KINDS, share=0.01, value=16, said="{truth|2} {best_n|0}"),
    ]


def runs_of_training() -> list[Figure]:
    whole = trained.losses("embedded")
    runs = {"a": whole, "b": [(x - 0.01, 9 - x) for x, _ in whole[::3]]}
    said = "{here|2} {least|2} {most|2}"
    return [charts.over_training("t", "t", runs, "nats", domain=(4, 9), digits=3, said=said, exponential=("e", 1))]


def pipelines() -> list[Figure]:
    recipes = {
        "a": SamplingParams(1.5, 40, 0.9, 0.05),
        "b": SamplingParams(0.5, top_p=0.8),
        "c": SamplingParams(temperature=0),
    }
    logits = np.random.default_rng(2).normal(0, 2, 700)
    return [charts.pipeline("p", "p", logits, recipes, said="{tokens|0}")]


def texts_read() -> list[Figure]:
    draw = random.Random(7)
    texts = {
        f"texto {n}": Reading("", tuple(f" é{j}" for j in range(n)), tuple(draw.random() ** 5 + 1e-6 for _ in range(n)), ("x",) * n, (0.5,) * n)
        for n in (1, 9, 30, 60)
    }  # fmt: skip
    return [charts.readings("r", "r", texts, value=1, said="{bits|1} {per_byte|3} {least}")]


def servers() -> list[Figure]:
    machine, draw = Machine(80e9, 2.039e12, 312e12), np.random.default_rng(3)
    formats = {
        name: Rounding(spread := draw.uniform(size, 2 * size, 40), draw.uniform(0, 0.4, (3, 40)) * spread / 8, 30)
        for name, size in {"a": 0.05, "b": 2.0}.items()
    }
    words, shape = {"batch": 8, "length": 1024, "said": "{rate|0} {most|0}"}, (32, 80)
    return [
        charts.roofline("r", "r", machine, 2.78e9, {32: "32", 8: "8"}, shape, **words),
        charts.rounding("q", "q", formats, {"a": "A", "b": "B"}, (0.5, 1.0, 2.0), form="b", said="{middle|%2}"),
    ]


def turned() -> list[Figure]:
    return [charts.rotary("r", "r", said="{m|0} {n|0} {score|6} {slow|4}")]


def floats() -> list[Figure]:
    said = "{c|0} {e_max} {verdict}"
    return [charts.single_precision("s", "s", list("abcd"), [3, 1, 0, -1], said=said)]


def texts_written() -> list[Figure]:
    chance = random.Random(7)

    def text(kinds: int) -> Continuation:
        ids = tuple(chance.randrange(kinds) for _ in range(60))
        return Continuation("p", "", ids, tuple(map(str, ids)), tuple(chance.random() for _ in ids), True)

    texts = [{"a": text(2), "b": text(60)}, {"a": text(3), "b": text(1)}]
    return [charts.steps("s", "s", texts, said="{share|%1} {p_again} {p_new}")]


def cut(text: str, draw: random.Random) -> list[str]:
    """A text in random pieces."""
    pieces = []
    while text:
        size = draw.randint(1, 4)
        pieces, text = [*pieces, text[:size]], text[size:]
    return pieces


def arrivals() -> list[Figure]:
    draw = random.Random(5)
    texts = {"a": "1. um\n10. dez\n11. onze\n12. doze", "b": "abacaxi ababaaba\nUm\n1", "c": "em 1911 e\n\nU"}
    pieces = {name: cut(text, draw) for name, text in texts.items()}
    return [charts.stopping("s", "s", pieces, ["11", "\n11.", "aba", "\nU"], step=0, said="{held|text} {verdict}")]


def rewards() -> list[Figure]:
    made = [
        Rewarded(
            "x", ((" a", log(0.4), 1), (" b", log(0.25), 0), (" c", log(0.05), 9)), ((log(0.2), 2), (log(0.1), 4))
        ),
        Rewarded("y", ((" a", log(0.7), 3), (" b", log(0.001), 14)), ((log(0.2), 0), (log(0.09), 3), (log(0.009), 8))),
    ]
    tilts = [charts.tilt("t", "t", one, beta=5.0, said="{reward|2}") for one in made]
    return [*tilts, *(charts.frontier("f", "f", one, beta=5.0, n=16, said="{tilt_kl|2}") for one in made)]


def orders() -> list[Figure]:
    k, p = stops_control("top_k", "k", "", 0, (0, 3, 40)), stops_control("top_p", "p", "", 0.9, (1, 0.5, 0.9))
    cuts = [tau(), k, p, stops_control("min_p", "m", "", 0, (0, 0.05, 0.3))]
    variants = {one.prompt: one for one in snapshots()}
    return [charts.two_orders("o", "o", variants, cuts, said="{n_moved|0} {tv|%1}", shown=5)]


def wholes() -> list[Figure]:
    steps = [charts.step_control(name, name, "", 1.0) for name in ("first", "second")]
    texts, second = ["a b", "a c", "d e", "d f"], [[0.2, 0.0], [3.0, 0.0]]
    return [charts.two_steps("w", "w", texts, [0.4, 0.0], second, steps, said="{distance|%2} {winner}")]


def votes() -> list[Figure]:
    return [charts.majority("v", "v", p=0.6, value=11, said="{right|%1}")]


CASES = [
    arrivals,
    rewards,
    orders,
    wholes,
    votes,
    servers,
    turned,
    floats,
    texts_written,
    over_n,
    runs_of_training,
    pipelines,
    texts_read,
    steps_of_training,
    lengths,
    lenses,
    logits,
    vocabularies,
    texts_in_steps,
    experts,
    attentions,
    distributions,
    penalties,
    cumulatives,
    caches,
    winners,
    cuts,
    rulers,
]
