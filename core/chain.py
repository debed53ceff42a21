"""The ordered chain of samplers: what it leaves, the distribution drawn from, and every stage on the way.

Logits are (..., V), as for the samplers. Half precision is raised to float32 once, before the first stage, so that no
stage rounds to three digits. Invalid logits raise `ParameterError`. `context` is the text so far: only the stages
"penalties", "dry" and "no_repeat_ngram" look at it, and "mirostat" and "adaptive_p" at its memory.
"""

from dataclasses import dataclass, replace
from html import escape
from math import inf

from torch import Tensor

from . import cuts, memory, penalties, samplers, schedules
from .distributions import effective_choices, entropy, kept_mass, softmax
from .memory import Memory
from .params import CUTS, SamplingParams
from .penalties import NOTHING, Context
from .validation import as_logits, at_least_float32


def _temperature(u: Tensor, s: SamplingParams) -> Tensor:
    if not s.dynatemp_range:
        return samplers.temperature(u, s.temperature)
    return schedules.dynamic_temperature(u, *_range(s))


def _range(s: SamplingParams) -> tuple[float, float, float]:
    return max(0.0, s.temperature - s.dynatemp_range), s.temperature + s.dynatemp_range, s.dynatemp_exponent


def _penalties(u: Tensor, s: SamplingParams, context: Context) -> Tensor:
    if s.repetition_penalty != 1:
        ids = context.ids(s.repetition_scope, s.penalty_window)
        u = penalties.repetition_penalty(u, s.repetition_penalty, ids)
    if s.frequency_penalty or s.presence_penalty:
        ids = context.ids(s.frequency_scope, s.penalty_window)
        u = penalties.subtract(u, s.frequency_penalty, s.presence_penalty, ids)
    return u


def _dry(u: Tensor, s: SamplingParams, context: Context) -> Tensor:
    ids = context.ids("both", s.dry_window)
    return penalties.dry(u, s.dry_multiplier, s.dry_base, s.dry_allowed_length, ids, s.dry_breakers)


def _cap(s: SamplingParams, context: Context) -> float:
    return 2 * s.mirostat_tau if context.memory.cap is None else context.memory.cap


def _adaptive(u: Tensor, s: SamplingParams, context: Context) -> Tensor:
    return memory.adaptive_p(u, memory.next_target(context.memory, s.adaptive_target, s.adaptive_decay))


OTHERS = {  # the stages that are no cut with one setting: (logits, params, context) -> logits
    "logit_bias": lambda u, s, context: penalties.logit_bias(u, s.logit_bias),
    "penalties": _penalties,
    "no_repeat_ngram": lambda u, s, context: penalties.no_repeat_ngram(u, s.no_repeat_ngram, context.ids()),
    "dry": _dry,
    "token_mask": lambda u, s, context: penalties.token_mask(u, s.allowed_token_ids, s.banned_token_ids),
    "mirostat": lambda u, s, context: memory.mirostat(u, _cap(s, context), s.min_tokens_to_keep),
    "adaptive_p": _adaptive,
    "temperature": lambda u, s, context: _temperature(u, s),
    "greedy": lambda u, s, context: samplers.greedy(u),
}


def run_stage(name: str, logits: Tensor, params: SamplingParams, context: Context = NOTHING, coin=0.0) -> Tensor:
    """The logits (..., V) after one stage; `coin` as in `apply`."""
    if name in CUTS:
        return CUTS[name](logits, getattr(params, name), params.min_tokens_to_keep)
    if name == "xtc":
        how = params.xtc_threshold, params.xtc_probability, coin, params.min_tokens_to_keep, params.xtc_protected
        return cuts.xtc(logits, *how)
    return OTHERS[name](logits, params, context)


@dataclass(frozen=True, eq=False)  # == between tensors is a tensor, not an answer
class Stage:
    """The distribution after one stage.

    Attributes:
        name: "logits" for the raw one, otherwise the stage's name.
        logits: (..., V).
        probs: (..., V), softmax(logits).
        kept: (..., V), true where the token is still possible.
        mass_removed: (...), the probability that the tokens cut here had in the previous stage.
        entropy: (...), in bits.
        effective_choices: (...), e^H with H in nats.
    """

    name: str
    logits: Tensor
    probs: Tensor
    kept: Tensor
    mass_removed: Tensor
    entropy: Tensor
    effective_choices: Tensor


class Stages(list[Stage]):
    """The stages of one chain. Shown, in a terminal or a notebook, as a table of what each one leaves of one row."""

    HEADS = ("stage", "tokens left", "mass cut", "entropy (bits)", "effective choices", "most likely: id probability")

    def __repr__(self) -> str:
        rows = self._rows()
        if not rows:
            return f"<{len(self)} stages of logits of shape {tuple(self[0].logits.shape)}>"
        widths = [max(map(len, column)) for column in zip(self.HEADS, *rows, strict=True)]
        lines = (
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (self.HEADS, *rows)
        )
        return "\n".join(line.rstrip() for line in lines)

    def _repr_html_(self) -> str:
        rows = self._rows()
        if not rows:
            return f"<code>{escape(repr(self))}</code>"
        head = "".join(f"<th>{name}</th>" for name in self.HEADS)
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def _rows(self, likeliest: int = 4) -> list[tuple[str, ...]]:
        """One row per stage; none for several rows of logits, which no one table can show."""
        if self[0].probs.ndim != 1:
            return []
        told = []
        for stage in self:
            p, ids = stage.probs.topk(min(likeliest, int(stage.kept.sum())))
            pairs = (f"{i} {100 * x:.1f}%" for i, x in zip(ids.tolist(), p.tolist(), strict=True))
            figures = (f"{100 * stage.mass_removed:.1f}%", f"{stage.entropy:.3f}", f"{stage.effective_choices:.2f}")
            told.append((stage.name, str(int(stage.kept.sum())), *figures, ", ".join(pairs)))
        return told


def apply(logits, params: SamplingParams, context: Context = NOTHING, coin=0.0) -> Tensor:
    """The logits (..., V) after every stage of `params`, cut tokens at −inf.

    `coin` (...) in [0, 1) decides whether XTC acts, which it does where coin < xtc_probability; 0: whenever it is on.
    """
    logits = at_least_float32(as_logits(logits))
    for name in params.stages:
        logits = run_stage(name, logits, params, context, coin)
    return logits


def applied_temperature(logits, params: SamplingParams, context: Context = NOTHING) -> float:
    """The τ that the chain divides logits (V,) by; with dynamic temperature, what it finds in those that reach the stage."""
    if not params.dynatemp_range or "temperature" not in params.stages:
        return params.temperature
    before = params.stages[: params.stages.index("temperature")]
    return schedules.entropy_temperature(apply(logits, replace(params, order=before), context), *_range(params)).item()


def probabilities(logits, params: SamplingParams, context: Context = NOTHING) -> Tensor:
    """The distribution (..., V) that is drawn from: softmax of what the chain leaves.

    With XTC it is the mixture over its coin: q · (the distribution when it acts) + (1 − q) · (when it does not).
    """
    q = params.xtc_probability
    if "xtc" not in params.stages or q == 1:
        return softmax(apply(logits, params, context))
    acts, not_acts = (softmax(apply(logits, replace(params, xtc_probability=on), context)) for on in (1, 0))
    return q * acts + (1 - q) * not_acts


def remember(logits, params: SamplingParams, context: Context, token: int) -> Memory:
    """What the draw of `token` from logits (V,) leaves for the next one: the memory of `context`, moved on.

    With XTC as if it acted. A token that the chain cuts (a forced one, say) moves nothing.
    """
    was = context.memory
    if not {"mirostat", "adaptive_p"}.intersection(params.stages):
        return was
    stages = trace(logits, params, context)
    after = {stage.name: stage.probs[token].item() for stage in stages}
    before = {stage.name: probs for stage, probs in zip(stages[1:], after.values(), strict=False)}
    cap, average = was.cap, was.average
    if after.get("mirostat"):
        cap = memory.next_cap(_cap(params, context), after["mirostat"], params.mirostat_tau, params.mirostat_eta)
    if before.get("adaptive_p"):
        average = memory.next_average(was, before["adaptive_p"], params.adaptive_target, params.adaptive_decay)
    return Memory(cap, average)


def trace(logits, params: SamplingParams, context: Context = NOTHING, coin=0.0) -> Stages:
    """Every stage that is on with its distribution, first the raw one, named "logits"; `coin` as in `apply`."""
    logits = at_least_float32(as_logits(logits))
    stages = Stages([_stage("logits", logits, softmax(logits))])
    for name in params.stages:
        previous = stages[-1]
        stages.append(_stage(name, run_stage(name, previous.logits, params, context, coin), previous.probs))
    return stages


def _stage(name: str, logits: Tensor, previous_probs: Tensor) -> Stage:
    probs, kept = softmax(logits), logits > -inf
    removed = kept_mass(previous_probs, ~kept)
    return Stage(name, logits, probs, kept, removed, entropy(probs), effective_choices(probs))
