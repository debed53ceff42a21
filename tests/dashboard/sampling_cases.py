"""Random and adversarial cases of sampling, what `core` says of them, and what the page's script says, all in one call."""

import json
from contextlib import closing
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

ROWS = 20
SIZES = [1, 2, 3, 4, 5, 8, 8, 17, 17, 60, 300]
HARNESS = """
const number = (x) => x === null ? -Infinity : Number(x);  // "NaN", "Infinity", "-Infinity"
const settings = (params) => Object.fromEntries(Object.entries(params).map(([name, x]) =>
  [name, name === "logit_bias" ? x.map(([id, b]) => [id, number(b)]) : typeof x === "string" && !isNaN(number(x)) ? number(x) : x]));
function outcome(make) {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Amostra.core.ParameterError)) throw error;
    return { argument: error.argument, accepted: error.accepted };
  }
}
function one({ params, contexts, logits, seed, step }) {
  const { appliedTemperature, probabilities, sample, trace } = Amostra.core, given = settings(params);
  return logits.map((row, r) => outcome(() => {
    const u = row.map(number), context = contexts[r];
    const stages = trace(u, given, context), token = sample(u, given, { seed: BigInt(seed), step: BigInt(step), row: r, context });
    return { stages, probs: probabilities(u, given, context), token, tau: appliedTemperature(u, given, context) };
  }));
}
"""


def ask(expression: str, *arguments: object) -> object:
    """`expression`, a function of JavaScript with the harness and `Amostra.core` at hand, called with plain data."""
    with closing(MiniRacer()) as racer:  # left open, it hangs the interpreter at exit
        racer.eval(core_script())
        racer.eval(HARNESS)
        return json.loads(racer.eval(f"({expression})({','.join(json.dumps(one) for one in arguments)})"))


def plain(value: object) -> object:
    """What JSON and JavaScript's numbers hold: specials by their name, no whole number above 2⁵³."""
    if type(value) is int:
        return min(value, 2**53)
    if isinstance(value, float) and not np.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


class Call:
    """Several rows of logits (R, V) under the same settings; each row is a case.

    Attributes:
        logits: (R, V) float64.
        params: SamplingParams.
        prompt, output: token ids per row.
        seed, step: of the draw; row r draws with the number of row r.
    """

    def __init__(self, logits: np.ndarray, params: SamplingParams, prompt: list, output: list, seed: int, step: int):
        self.logits, self.params, self.prompt, self.output, self.seed, self.step = logits, params, prompt, output, seed, step

    def as_json(self) -> dict:
        given = {name: getattr(self.params, name) for name in DEFAULTS if getattr(self.params, name) != DEFAULTS[name]}
        return {
            "params": {name: plain(value) for name, value in given.items()},
            "contexts": [{"prompt": p, "output": o} for p, o in zip(self.prompt, self.output, strict=True)],
            "logits": [[None if x == -inf else plain(x) for x in row] for row in self.logits.tolist()],
            "seed": str(self.seed),
            "step": str(self.step),
        }

    def context(self, row: int | None = None) -> Context:
        chosen = slice(None) if row is None else slice(row, row + 1)
        return Context(self.prompt[chosen], self.output[chosen])

    def by_core(self) -> list[dict | ParameterError]:
        """Per row what `core` says, or how it refuses."""
        try:
            return self._by_core(torch.from_numpy(self.logits), self.context())
        except ParameterError:
            return [self._row_by_core(row) for row in range(len(self.logits))]

    def _row_by_core(self, row: int) -> dict | ParameterError:
        try:
            return self._by_core(torch.from_numpy(self.logits[row : row + 1]), self.context(row), row)[0]
        except ParameterError as error:
            return error

    def _by_core(self, logits: torch.Tensor, context: Context, first: int = 0) -> list[dict]:
        stages, probs = core.trace(logits, self.params, context), core.probabilities(logits, self.params, context)
        u = CounterGenerator(self.seed, self.step).numbers(first + len(logits))[first:]
        if first:  # alone, a row would draw with the number of row 0
            tokens = core.draw(probs, u)
        else:
            tokens = core.sample(logits, self.params, CounterGenerator(self.seed, self.step), context)
        composed, names = core.draw(probs, u), [stage.name for stage in stages]
        columns = [[getattr(stage, name).numpy() for stage in stages] for name in FIELDS]
        return [
            {
                "names": names,
                **{name: [values[r] for values in column] for name, column in zip(FIELDS, columns, strict=True)},
                "p": probs[r].numpy(),
                "u": u[r],
                "tokens": (int(composed[r]), int(tokens[r])),
            }
            for r in range(len(logits))
        ]


FIELDS = ("logits", "probs", "mass_removed", "entropy", "effective_choices")


def random_call(index: int) -> Call | None:
    """Call `index`, the same in every run; None where the settings contradict each other."""
    inputs = Inputs(7, index)
    size = inputs.random.choice(SIZES)
    try:
        params = inputs.params(size)
    except ParameterError:
        return None
    ids = lambda: [inputs.numpy.integers(0, size, inputs.random.choice([0, 1, 3, 12])).tolist() for _ in range(ROWS)]  # noqa: E731
    prompt, output = ids(), ids()
    if inputs.chance(0.03):
        prompt[3] = [size]
    step = inputs.random.choice([0, 1, 2, 3, 4, 7, 2**70 + 1])
    return Call(inputs.values((ROWS, size)), params, prompt, output, inputs.random.choice([index, 2**128 - 1 - index]), step)


def call_at_a_border(index: int) -> Call:
    """One row whose setting is just where a token is kept or cut, or the next number to either side."""
    rng = np.random.default_rng((8, index))
    u = rng.normal(size=rng.integers(2, 40)) * rng.choice([0.3, 2.0, 20.0])
    u = np.log(rng.integers(1, 6, len(u))) if rng.random() < 0.3 else np.round(u) if rng.random() < 0.3 else u
    p = np.sort(torch.softmax(torch.from_numpy(u), -1).numpy())[::-1]
    i = rng.integers(len(u))
    log_p = np.log(p)
    by_deviation = p[np.argsort(np.abs(log_p - (p * log_p).sum()), kind="stable")]
    name, value = [
        ("top_p", p[: i + 1].sum() + ROUNDING),
        ("min_p", p[i] / p[0]),
        ("epsilon_cutoff", p[i]),
        ("eta_cutoff", (p[i] * np.exp(-(p * log_p).sum())) ** 2),
        ("top_a", p[i] / p[0] ** 2),
        ("top_n_sigma", (u.max() - u[i]) / u.std() if u.std() else 1.0),
        ("typical_p", by_deviation[: i + 1].sum() + ROUNDING),
        ("xtc_threshold", p[i]),
    ][rng.integers(8)]
    value = float(np.nextafter(value, rng.choice([-inf, value, inf])))
    value = max(value, 0.0) if name == "top_n_sigma" else min(max(value, 0.0), 1.0)
    more = {"xtc_probability": 1.0} if name == "xtc_threshold" else {}
    return Call(u[None], SamplingParams(**{name: value}, **more), [[]], [[]], index, index)
