"""Random calls of `core`: `python -m benchmarks.fuzz [--calls 300000] [--seed 0] [--first 0]`.

Logits of every shape and of every type that torch and NumPy have, and settings up to the ends of their ranges and past
them. The functions are those of `core` and `core.chain.run_stage`, the settings those of `SamplingParams`, each by
the type in its declaration: a new sampler takes part without a word here. Call i of a seed is the same in every run, so
`--first i --calls 1` shows it again. What counts as a fault:

    - an exception that is no `ParameterError`, or a warning that a number overflowed
    - NaN, or a distribution that is negative or does not add up to 1
    - a token of probability 0 drawn, whatever the uniform number
    - `probabilities` and `sample` at odds about which arguments they accept
    - the fused path at odds with the composed one: other penalised logits, or other tokens kept
"""

import argparse
import inspect
import json
import os
import random
import sys
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from math import inf, nan

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
from torch import Tensor

import core
from core import ENGINES, ORDERS, STAGES, Context, History, Memory, ParameterError, SamplingParams
from core.chain import run_stage
from core.fused import draw as fast
from core.fused import kernels
from core.params import DEFAULTS, SETTINGS, STAGE_OF
from core.penalties import SCOPES
from core.validation import as_logits, at_least_float32

SHARES = [0.0, -0.0, 5e-324, 1e-30, 1e-9, 0.05, 0.1, 0.5, 0.9, 0.999, 1 - 2**-53, 1.0]
FLOATS = [*SHARES, 1e-6, 0.01, 0.7, 1.3, 2.0, 10, 1e6, 1e30, 3e38, 1e300, 1e308, 1.7e308, inf, -0.3, -2.0, -1.7e308]
ODD = [
    nan,
    -inf,
    -1,
    True,
    None,
    "1",
    1j,
    [1],
    10**400,
    -(10**400),
    2**63,
    2**70,
    1e400,
    Fraction(1, 3),
    np.float16(0.5),
]
WHOLES = [0, 1, 2, 3, 5, 50, 4096, 2**31, 2**63 - 1, 2.0]
LARGE = [0.0, -0.0, 5e-324, -1e-300, 1e-30, 1.0, -1.0, 3e38, -3.4e38, 1e308, -1e308, 1.7e308, -1.7e308, -inf]
UNIFORMS = [0.0, 5e-324, 2**-53, 0.5, 1 - 2**-53]
SIZES = [1, 2, 2, 3, 3, 5, 8, 17, 60, 300]
WIDE = [4095, 4096, 4100, 5003]  # where the fused path looks at blocks
LEADING = [(), (), (1,), (2,), (3,), (2, 2), (1, 3), (0,)]
TORCH = [one for one in vars(torch).values() if isinstance(one, torch.dtype)]
NUMPY = ["f2", "f4", "f8", "g", "i1", "i8", "u1", "u8", "?", "c16", "U8", "M8[s]", "O"]


class Inputs:
    """The random arguments of one call."""

    def __init__(self, seed: int, index: int):
        self.random = random.Random(seed << 64 | index)
        self.numpy = np.random.default_rng((seed, index))

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def number(self) -> object:
        if self.chance(0.03):
            return self.random.choice(ODD)
        return (
            self.random.choice(FLOATS)
            if self.chance(0.6)
            else self.random.random() * self.random.choice([1, 1, 3, 100])
        )

    def whole(self) -> object:
        return self.random.choice(ODD) if self.chance(0.03) else self.random.choice(WHOLES)

    def shape(self) -> tuple[int, ...]:
        size = self.random.choice(WIDE) if self.chance(0.03) else self.random.choice(SIZES)
        return (*self.random.choice(LEADING), 0 if self.chance(0.005) else size)

    def values(self, shape: tuple[int, ...]) -> np.ndarray:
        """Logits in float64, now and then of what none may be."""
        kind = self.random.choice(["normal", "normal", "sharp", "tied", "large", "flat"])
        if kind == "large":
            values = self.numpy.choice(LARGE, shape)
        else:
            scale = {"normal": 2.0, "sharp": 200.0, "tied": 1.5, "flat": 1e-3}[kind]
            values = self.numpy.normal(size=shape) * scale
            values = values.round() if kind == "tied" else values
        if self.chance(0.3):
            values = np.where(self.numpy.random(shape) < 0.4, -inf, values)
        if values.size and self.chance(0.03):
            values.flat[self.random.randrange(values.size)] = self.random.choice([nan, inf])
        return values

    def array(self, values: np.ndarray) -> object:
        """The same numbers as whatever may hold them."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self._array(values)
            except (TypeError, ValueError, OverflowError, RuntimeError):  # no such numbers in this type
                return torch.from_numpy(values)

    def _array(self, values: np.ndarray) -> object:
        tensor = torch.from_numpy(values)
        form = self.random.choice(
            ["float32", "float32", "torch", "torch", "numpy", "list", "strided", "tracked", "odd"]
        )
        if form == "float32":
            return tensor.float()
        if form == "torch":
            return tensor.to(self.random.choice(TORCH))
        if form == "numpy":
            return values.astype(self.random.choice(NUMPY))
        if form == "list":
            return values.tolist()
        if form == "strided":
            wide = tensor.float() if self.chance(0.5) else tensor
            other = torch.stack((wide, wide), -1)[..., 0]
            return self.random.choice(
                [other, wide.flip(-1), wide.expand(2, *wide.shape), wide.T if wide.ndim == 2 else wide]
            )
        if form == "tracked":
            return tensor.to(self.random.choice([torch.float32, torch.float64, torch.bfloat16])).requires_grad_()
        return self.random.choice(
            [
                lambda: np.ma.masked_array(values, values > 0),
                lambda: list(tensor),
                lambda: tuple(tensor.bfloat16()),
                lambda: tensor.to_sparse(),
                lambda: torch.complex(tensor, tensor).conj().imag,
                lambda: tensor.to("meta"),
                lambda: [*values.astype(object).tolist(), 10**400],
                lambda: [Fraction(1, 3), 2, np.float32(0.5)],
                lambda: self.random.choice(
                    [None, "1", 3.5, {0: 1.0}, b"12", [[1], [1, 2]], [], [[]], range(4), iter([1.0])]
                ),
            ]
        )()

    def logits(self) -> object:
        return self.array(self.values(self.shape()))

    def masses(self, shape: tuple[int, ...] | None = None) -> object:
        values = self.values(self.shape() if shape is None else shape)
        if values.size and self.chance(0.9):
            with np.errstate(all="ignore"):
                values = np.exp(np.nan_to_num(values - values.max(-1, keepdims=True), nan=0.0))
                values /= values.sum(-1, keepdims=True)
        return self.array(values)

    def ids(self, size: int, rows: int = 1) -> object:
        """Token ids for one row or for each."""
        one = lambda: self.numpy.integers(0, max(size, 1), self.random.choice([0, 1, 3, 12])).tolist()  # noqa: E731
        ids = one() if self.chance(0.6) else [one() for _ in range(rows)]
        if self.chance(0.05):
            bad = [size, -1, 2**63, 2**70, 10**400, 0.5, nan, "a", None]
            ids = self.random.choice(
                [[self.random.choice(bad)], [[0], [0], [0], [0], [0]], "01", b"01", None, 3, {0: 1}]
            )
        few = isinstance(ids, list) and all(isinstance(i, int) and i < 2**63 for i in ids)
        return torch.tensor(ids) if few and self.chance(0.2) else ids

    def context(self, size: int, rows: int) -> Context | History:
        average = (self.random.random() * 9, 1 + self.random.random() * 9)
        memory = Memory(self.random.choice([None, *SHARES, inf, -2000.0]), self.random.choice([None, average]))
        if self.chance(0.5):
            return Context(self.ids(size, rows), self.ids(size, rows), memory)
        history = History(self.ids(size, rows), rows if self.chance(0.5) else 1)
        for _ in range(self.random.choice([0, 1, 4])):
            history.memory = memory
            history.add([self.random.randrange(max(size, 1)) for _ in range(history.rows)])
        return history

    def setting(self, name: str, size: int) -> object:
        """A value for a field of `SamplingParams`, of the type of its default; nearly always one that is accepted."""
        default, value = DEFAULTS[name], None
        for _ in range(1 if self.chance(0.02) else 20):
            if isinstance(default, bool):
                value = self.chance(0.5)
            elif isinstance(default, float):
                value = self.number()
            elif isinstance(default, int):
                value = self.whole()
            elif isinstance(default, str):
                value = self.random.choice([*SCOPES, *ORDERS, "\ud83d"])
            elif name == "order":
                some = self.random.sample(list(STAGES), self.random.randrange(len(STAGES) + 1))
                value = self.random.choice([None, *ORDERS, some, list(STAGES)])
            else:
                ids = [self.random.choice([0, 1, size - 1, self.random.randrange(max(size, 1))]) for _ in range(3)]
                ids += [self.random.choice([size, -1, 2**70])] if self.chance(0.03) else []
                value = {i: self.random.choice([self.number(), -inf]) for i in ids} if name == "logit_bias" else ids
            try:
                SETTINGS[name]["check"](name, value)
                break
            except ParameterError:
                pass
        return value

    def params(self, size: int) -> SamplingParams:
        """Any fields; or, half of the time, only those that the fused path knows."""
        stages = self.random.choice([list(STAGES), [*fast.CODES, *fast.CHANGES]])
        names = {name for stage in stages for name in STAGES[stage]}
        others = DEFAULTS.keys() - {name for stage in STAGES.values() for name in stage}
        chosen = [name for name in sorted(names) if self.chance(3 / len(names))]
        chosen += [name for name in sorted(others) if self.chance(0.1)]
        return SamplingParams(**{name: self.setting(name, size) for name in chosen})


def size_of(logits: object) -> tuple[int, int]:
    """V and the number of rows, as far as they can be told."""
    try:
        shape = (
            tuple(logits.shape) if hasattr(logits, "shape") else np.shape(logits) if isinstance(logits, list) else ()
        )
    except ValueError:  # rows of several lengths
        shape = ()
    return (shape[-1] if shape else 3), int(np.prod(shape[:-1], dtype=int))


class Fault(Exception):
    """An answer that is wrong."""


def check_answer(answer: object, where: str = "answer") -> None:
    """No NaN, wherever in the answer it may be."""
    if isinstance(answer, float) or (isinstance(answer, Tensor) and answer.is_floating_point()):
        if torch.as_tensor(answer).isnan().any():
            raise Fault(f"NaN in {where}")
    elif isinstance(answer, (tuple, list)):
        for one in answer:
            check_answer(one, where)
    elif is_dataclass(answer):
        for entry in fields(answer):
            check_answer(getattr(answer, entry.name), entry.name)


def check_distribution(probs: Tensor) -> None:
    check_answer(probs)
    if probs.numel() and ((probs < 0).any() or ((probs.double().sum(-1) - 1).abs() > 1e-6).any()):
        raise Fault("a distribution that is negative or does not add up to 1")


def check_drawn(probs: Tensor, ids: Tensor) -> None:
    if ids.shape != probs.shape[:-1]:
        raise Fault(f"ids of shape {tuple(ids.shape)} from probabilities of shape {tuple(probs.shape)}")
    if ids.numel() and (probs.gather(-1, ids.unsqueeze(-1)) == 0).any():
        raise Fault("a token of probability 0 was drawn")


def outcome(call, *arguments) -> tuple[object, ParameterError | None]:
    try:
        return call(*arguments), None
    except ParameterError as error:
        return None, error


# One function per kind of call; each raises ParameterError where `core` refused the arguments.


def call_sample(inputs: Inputs) -> None:
    logits = inputs.logits()
    if hasattr(logits, "__next__"):
        raise ParameterError("logits", logits, "an array: an iterator gives its numbers once")
    size, rows = size_of(logits)
    params, context = inputs.params(size), inputs.context(size, rows)
    probs, refused = outcome(core.probabilities, logits, params, context)
    seed = inputs.random.getrandbits(64)
    generator = inputs.random.choice(
        [seed, core.CounterGenerator(seed, 3), torch.Generator().manual_seed(seed % 2**63)]
    )
    ids, refused_too = outcome(core.sample, logits, params, generator, context)
    if (refused and refused.argument) != (refused_too and refused_too.argument):
        raise Fault(f"probabilities: {refused or 'accepted'}; sample: {refused_too or 'accepted'}")
    if refused:
        raise refused
    check_distribution(probs)
    check_drawn(probs, ids)


def call_fused(inputs: Inputs) -> None:
    """The fused path against the composed functions: uniform numbers at the ends, and the kept tokens of each row."""
    logits = inputs.array(inputs.values((inputs.random.choice([1, 2, 3]), inputs.shape()[-1])))
    if not isinstance(logits, Tensor):
        logits = torch.as_tensor(as_logits(logits))
    logits = at_least_float32(as_logits(logits)).detach()
    size, rows = size_of(logits)
    params, context = inputs.params(size), inputs.context(size, rows)
    changes, rest = fast.split(params)
    # Biases and penalties in the logits' own type, where two that float32 makes equal are tied for the cuts after them;
    # those in float64, since what float32 rounds to 0 may be drawn by a u of 5e-324.
    changed = core.apply(logits, SamplingParams(**_without(params, changes)), context)
    probs = core.probabilities(changed.double(), SamplingParams(**_without(params, rest)), context)
    u = inputs.random.choice(UNIFORMS)
    ids = fast.sample(logits, params, [u] * logits.shape[:-1].numel(), context)
    if hangs_by_a_hair(changed, params):
        return
    check_drawn(probs, core.draw(probs, u) if ids is None else ids)
    if ids is None or logits.ndim != 2:
        return
    rows = logits.contiguous().numpy()
    if changes and not np.array_equal(fast.changed(rows, changes, params, context), changed.numpy()):
        raise Fault("the fused path changes the logits otherwise than the composed one")
    for row in changed:
        ours, (fewest, kept, most) = kept_values(row, params), kept_by_composed(row, params, rest)
        if ours is not None and fewest == most and told_apart(ours, params) != told_apart(kept, params):
            raise Fault(f"the fused path keeps {len(ours)} tokens, the composed functions {len(kept)}")


def told_apart(kept: list[float], params: SamplingParams) -> set[float]:
    """The distances of the kept logits from the largest, over τ: those that can be drawn, and that a float tells apart."""
    with np.errstate(over="ignore"):
        gaps = (np.array(kept) - max(kept)) / params.temperature
    return set(gaps[np.exp(gaps) > 0].tolist())


def hangs_by_a_hair(u: Tensor, params: SamplingParams) -> bool:
    """Whether two tokens of a row are so nearly equally typical that rounding says which one is cut."""
    if "typical_p" not in params.stages:
        return False
    log_probs = torch.log_softmax(u.double() / params.temperature, -1)
    distance = (log_probs + core.entropy(log_probs.exp(), "nats").unsqueeze(-1)).abs().sort(-1).values
    return bool((distance.diff(dim=-1) < 1e-6).any())


def _without(params: SamplingParams, order: tuple[str, ...], **others) -> dict:
    return {name: getattr(params, name) for name in DEFAULTS} | {"order": order} | others


def kept_values(u: Tensor, params: SamplingParams) -> list[float] | None:
    """The values that the fused path keeps of logits (V,), descending; None when it draws from all.

    Without those so far below the top that their distance over τ is no float: the composed functions cut them there.
    """
    x = (u if u.dtype in (torch.float32, torch.float64) else u.float()).numpy()
    plan = fast._plan(params)
    maxima, top = kernels.block_maxima(x, len(x) // kernels.BLOCK if len(x) >= kernels.SMALL else len(x))
    scale, head = kernels.chain(x, maxima, top, plan.stages, plan.values)
    with np.errstate(over="ignore"):
        return sorted(head[(head - top) * scale > -inf].tolist(), reverse=True) if len(head) else None


def kept_by_composed(u: Tensor, params: SamplingParams, order: tuple[str, ...]) -> tuple[int, list[float], int]:
    """The values that the composed functions keep of u (V,); and how many if every cut were a hair closer, or wider.

    A mass within 1e-6 of p, or a share within 1e-6 of m, may fall on either side of a cut: sums round.
    """
    sizes = []
    for nudge in (-1e-6, 1e-6):
        near = {name: min(max(getattr(params, name) + nudge, 0), 1) for name in ("top_p", "typical_p")}
        near = {name: value for name, value in near.items() if getattr(params, name) < 1}
        near |= {"min_p": params.min_p * (1 - nudge)} if 0 < params.min_p < 1 else {}
        sizes.append(int((core.apply(u.double(), SamplingParams(**_without(params, order, **near))) > -inf).sum()))
    kept = core.apply(u.double(), SamplingParams(**_without(params, order))) > -inf
    return sizes[0], sorted(u[kept].tolist(), reverse=True), sizes[1]


def call_chain(inputs: Inputs) -> None:
    logits = inputs.logits()
    size, rows = size_of(logits)
    params, context = inputs.params(size), inputs.context(size, rows)
    coin = inputs.random.choice(UNIFORMS) if inputs.chance(0.9) else inputs.number()
    for stage in core.trace(logits, params, context, coin):
        check_answer(stage)
        check_distribution(stage.probs)


def call_stage(inputs: Inputs) -> None:
    """One sampler of the chain's table, in the logits' own type."""
    logits = inputs.logits()
    size, rows = size_of(logits)
    name = inputs.random.choice(list(STAGES))
    extra = {field: inputs.setting(field, size) for field, stage in STAGE_OF.items() if stage == name}
    params, context = SamplingParams(**extra), inputs.context(size, rows)
    answer = run_stage(name, logits, params, context, inputs.random.choice(UNIFORMS))
    check_answer(answer)
    if answer.numel() and not (answer > -inf).any(-1).all():
        raise Fault("no token is left")


def call_settings(inputs: Inputs) -> None:
    params = inputs.params(8)
    engine = inputs.random.choice(list(ENGINES))
    there = core.to_engine(params, engine)
    for form in (there, there.text, dict(there.values)):
        if not isinstance(core.from_engine(form, engine), SamplingParams):
            raise Fault("from_engine gave no SamplingParams")


def call_public(inputs: Inputs) -> None:
    name = inputs.random.choice(PUBLIC)
    function = getattr(core, name)
    parameters = inspect.signature(function).parameters
    shape = inputs.shape()
    arguments = {}
    for parameter in parameters.values():
        if parameter.default is parameter.empty or inputs.chance(0.4):
            arguments[parameter.name] = argument(inputs, parameter, shape)
    answer = function(**arguments)
    if name not in MAY_BE_NAN:
        check_answer(answer)


def argument(inputs: Inputs, parameter: inspect.Parameter, shape: tuple[int, ...]) -> object:
    kind, size, rows = parameter.annotation, shape[-1], int(np.prod(shape[:-1], dtype=int))
    if parameter.name in ARRAYS:
        return ARRAYS[parameter.name](inputs, shape)
    if kind is float:
        return inputs.number()
    if kind in (int, int | None):
        return inputs.whole()
    if kind is str:
        return inputs.random.choice(["bits", "nats", "bits", "nats", *ENGINES, "", "\ud83d"])
    if kind is SamplingParams:
        return inputs.params(size)
    return inputs.context(size, rows)


ARRAYS = {  # by the names of the parameters of `core`
    "logits": lambda inputs, shape: inputs.array(inputs.values(shape)),
    "probs": lambda inputs, shape: inputs.masses(shape),
    "p": lambda inputs, shape: inputs.masses(shape),
    "q": lambda inputs, shape: inputs.masses(shape),
    "scores": lambda inputs, shape: inputs.array(inputs.values(shape)),
    "kept": lambda inputs, shape: inputs.numpy.random(shape) < 0.5,
    "ids": lambda inputs, shape: inputs.ids(shape[-1], int(np.prod(shape[:-1], dtype=int))),
    **{
        name: lambda inputs, shape: inputs.setting("banned_token_ids", shape[-1])
        for name in ("breakers", "allowed", "banned", "protected")
    },
    "bias": lambda inputs, shape: inputs.setting("logit_bias", shape[-1]),
    "u": lambda inputs, shape: inputs.random.choice([*UNIFORMS, inputs.number()]),
    "coin": lambda inputs, shape: inputs.random.choice([*UNIFORMS, inputs.number()]),
    "generator": lambda inputs, shape: inputs.random.choice([None, 7, inputs.whole(), "dice"]),
}
MAY_BE_NAN: tuple[str, ...] = ()


def _reached(name: str) -> bool:
    """Whether a public name is a function whose arguments can be made up here."""
    function = getattr(core, name)
    if not inspect.isfunction(function) or name in ("to_engine", "from_engine"):
        return False
    known = (float, int, str, int | None, SamplingParams, Context, Context | History)
    required = inspect.signature(function).parameters.values()
    return all(one.name in ARRAYS or one.annotation in known for one in required)


PUBLIC = [name for name in sorted({*core.__all__, *" ".join(core.PLACES.values()).split()}) if _reached(name)]
CALLS = [
    call_sample,
    call_sample,
    call_fused,
    call_fused,
    call_chain,
    call_stage,
    call_public,
    call_public,
    call_settings,
]


@dataclass(frozen=True)
class Found:
    """A fault: the call that shows it, and what it was."""

    index: int
    call: str
    what: str
    place: str


def run(seed: int, first: int, calls: int, told=lambda what: None) -> tuple[Counter, list[Found]]:
    """How many calls were answered and how many refused, by kind; and the faults, each told as soon as it is found."""
    torch.set_num_threads(1)
    counts, found = Counter(), []
    for index in range(first, first + calls):
        inputs = Inputs(seed, index)
        call = inputs.random.choice(CALLS)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)
                call(inputs)
            counts[call.__name__, "answered"] += 1
        except ParameterError as error:
            str(error)
            counts[call.__name__, "refused"] += 1
        except Exception as error:  # whatever it is, it is what is looked for
            frames = [
                frame
                for frame in traceback.extract_tb(error.__traceback__)
                if f"{os.sep}core{os.sep}" in frame.filename
            ]
            place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
            counts[call.__name__, "at fault"] += 1
            found.append(Found(index, call.__name__, f"{type(error).__name__}: {error}"[:300], place))
            told(found[-1])
        if (index + 1) % 10_000 == 0:
            told(f"{index + 1} calls, {len(found)} faults")
    return counts, found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the first call, to go on or to see one again")
    chosen = parser.parse_args()
    start = time.perf_counter()
    counts, found = run(chosen.seed, chosen.first, chosen.calls, lambda what: print(what, file=sys.stderr, flush=True))
    kinds = {}
    for one in found:
        kinds.setdefault((one.call, one.place, one.what.partition(":")[0]), []).append(one)
    for (call, place, _), several in sorted(kinds.items(), key=lambda pair: -len(pair[1])):
        print(f"{len(several)} × {call} {place}, first call {several[0].index}: {several[0].what}")
    table = {f"{call} {result}": many for (call, result), many in sorted(counts.items())}
    told = {
        "calls": chosen.calls,
        "seed": chosen.seed,
        "faults": len(found),
        "seconds": round(time.perf_counter() - start),
    }
    print(json.dumps(told | table, indent=2))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
