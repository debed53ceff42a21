"""Random and adversarial cases of sampling, and what `core` and the page's script say of them."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from math import inf

import numpy as np
import torch
from py_mini_racer import MiniRacer

import core
from benchmarks.fuzz import Inputs
from core import Context, CounterGenerator, ParameterError, SamplingParams
from core.params import DEFAULTS
from core.samplers import ROUNDING
from dashboard.page.scripts import core_script

ROWS = 50
SIZES = [1, 2, 3, 4, 5, 8, 8, 17, 17, 40]
SPECIALS = {inf: "Infinity", -inf: "-Infinity"}
HARNESS = """
const core = Amostra.core, SPECIALS = { Infinity, "-Infinity": -Infinity, NaN };
const plain = (_, x) => typeof x === "number" && !Number.isFinite(x) ? String(x) : x;
const special = (_, x) => typeof x === "string" && Object.hasOwn(SPECIALS, x) ? SPECIALS[x] : x;
function outcome(make) {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof core.ParameterError)) throw error;
    return { argument: error.argument, accepted: error.accepted };
  }
}
"""


def ask(function: str, *arguments: object) -> object:
    """What a function of JavaScript, with the harness at hand, answers to plain data; infinities and NaN included."""
    with closing(MiniRacer()) as racer:  # left open, it hangs the interpreter at exit
        racer.eval(core_script())
        racer.eval(HARNESS)
        given = json.dumps(json.dumps(plain(arguments)))
        text = racer.eval(f"JSON.stringify(({function})(...JSON.parse({given}, special)), plain)")
        for name in ("-Infinity", "Infinity", "NaN"):
            text = text.replace(f'"{name}"', name)
        return json.loads(
            text, parse_int=lambda digits: int(digits) if len(digits) < 16 else float(digits)
        )  # all are floats


def plain(value: object) -> object:
    """What JSON and JavaScript's numbers hold: specials by their name, no whole number above 2⁵³."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, float):
        return SPECIALS.get(value, value) if value == value else "NaN"
    return min(value, 2**53) if type(value) is int else value


@dataclass
class Call:
    """Several rows of logits under the same settings; each row is a case.

    Attributes:
        logits: (R, V) float64.
        params: for every row.
        prompt, output: token ids per row.
        seed, step: of the draw; row r draws with the number of row r.
    """

    logits: np.ndarray
    params: SamplingParams
    prompt: list[list[int]]
    output: list[list[int]]
    seed: int
    step: int

    def as_data(self) -> dict:
        given = {name: getattr(self.params, name) for name in DEFAULTS if getattr(self.params, name) != DEFAULTS[name]}
        contexts = [{"prompt": before, "output": after} for before, after in zip(self.prompt, self.output, strict=True)]
        draw = {"seed": str(self.seed), "step": str(self.step)}  # JSON's numbers end before theirs
        return {"params": given, "contexts": contexts, "logits": self.logits.tolist()} | draw

    def context(self, rows: Sequence[int]) -> Context:
        return Context([self.prompt[r] for r in rows], [self.output[r] for r in rows])

    def by_core(self) -> list[tuple[Sequence[int], "Answer | ParameterError"]]:
        """What `core` says, all rows at once; where it refuses one of them, the first eight one by one."""
        try:
            return [(range(len(self.logits)), self._answer(range(len(self.logits))))]
        except ParameterError:
            return [((row,), self._row(row)) for row in range(min(len(self.logits), 8))]

    def _row(self, row: int) -> "Answer | ParameterError":
        try:
            return self._answer((row,))
        except ParameterError as error:
            return error

    def _answer(self, rows: Sequence[int]) -> "Answer":
        logits, context = torch.from_numpy(self.logits[list(rows)]), self.context(rows)
        stages, probs = core.trace(logits, self.params, context), core.probabilities(logits, self.params, context)
        u = CounterGenerator(self.seed, self.step).numbers(max(rows) + 1)[min(rows) :]
        composed = core.draw(probs, u)
        alone = min(rows) > 0  # by itself a row would draw with the number of row 0
        sampled = (
            composed if alone else core.sample(logits, self.params, CounterGenerator(self.seed, self.step), context)
        )
        return Answer(
            [stage.name for stage in stages],
            [stage.logits.numpy() for stage in stages],
            [torch.stack([s.mass_removed, s.entropy, s.effective_choices], -1).numpy() for s in stages],
            probs.numpy(),
            np.array(u),
            composed.numpy(),
            sampled.numpy(),
        )


@dataclass
class Answer:
    """What `core` says of R rows: of each stage the name, logits (R, V) and measures (R, 3); then the draw."""

    names: list[str]
    logits: list[np.ndarray]
    measures: list[np.ndarray]
    probs: np.ndarray
    u: np.ndarray
    composed: np.ndarray
    sampled: np.ndarray


BY_THE_PAGE = """(calls) => calls.map(({ params, contexts, logits, seed, step }) => {
  const one = (u, row) => {
    const context = contexts[row], stages = core.trace(u, params, context);
    return {
      names: stages.map((s) => s.name),
      logits: stages.map((s) => s.logits),
      measures: stages.map((s) => [s.massRemoved, s.entropy, s.effectiveChoices]),
      probs: core.probabilities(u, params, context),
      token: core.sample(u, params, { seed: BigInt(seed), step: BigInt(step), row, context }),
      tau: core.appliedTemperature(u, params, context),
    };
  };
  return logits.map((u, row) => outcome(() => one(u, row)));
})"""


def random_call(index: int) -> Call | None:
    """Call `index`, the same in every run; None where the settings contradict each other."""
    inputs = Inputs(7, index)
    size = inputs.random.choice(SIZES)
    try:
        params = inputs.params(size)
    except ParameterError:
        return None
    lengths = [[inputs.random.choice([0, 1, 3, 12]) for _ in range(ROWS)] for _ in range(2)]
    prompt, output = ([inputs.numpy.integers(0, size, n).tolist() for n in many] for many in lengths)
    if inputs.chance(0.03):
        prompt[3] = [size]
    seed, step = inputs.random.choice([index, 2**128 - 1 - index]), inputs.random.choice([0, 1, 2, 3, 4, 7, 2**70 + 1])
    return Call(inputs.values((ROWS, size)), params, prompt, output, seed, step)


def call_at_a_border(index: int) -> Call:
    """One row whose setting is just where a token is kept or cut, or the next number to either side."""
    rng = np.random.default_rng((8, index))
    u = rng.normal(size=rng.integers(2, 40)) * rng.choice([0.3, 2.0, 20.0])
    u = np.log(rng.integers(1, 6, len(u))) if rng.random() < 0.3 else np.round(u) if rng.random() < 0.3 else u
    p, i = np.sort(torch.softmax(torch.from_numpy(u), -1).numpy())[::-1], rng.integers(len(u))
    entropy = -(p * np.log(p)).sum()
    typical_first = p[np.argsort(np.abs(-np.log(p) - entropy), kind="stable")]
    name, value = [
        ("top_p", p[: i + 1].sum() + ROUNDING),
        ("min_p", p[i] / p[0]),
        ("epsilon_cutoff", p[i]),
        ("eta_cutoff", (p[i] * np.exp(entropy)) ** 2),
        ("top_a", p[i] / p[0] ** 2),
        ("top_n_sigma", (u.max() - u[i]) / u.std() if u.std() else 1.0),
        ("typical_p", typical_first[: i + 1].sum() + ROUNDING),
        ("xtc_threshold", p[i]),
    ][rng.integers(8)]
    value = max(float(np.nextafter(value, rng.choice([-inf, value, inf]))), 0.0)
    more = {"xtc_probability": 1.0} if name == "xtc_threshold" else {}
    params = SamplingParams(**{name: value if name == "top_n_sigma" else min(value, 1.0)}, **more)
    return Call(u[None], params, [[]], [[]], index, index)
