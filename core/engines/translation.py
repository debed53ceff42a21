"""The same settings in an engine's own words, and back."""

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, nextafter
from types import MappingProxyType

from ..params import DEFAULTS, STAGE_OF, STAGES, SamplingParams
from ..streaming import check_ending
from ..validation import ParameterError, check_choice, check_number, check_token_ids, check_whole
from .facts import ALL_TOKENS, ENGINES, Engine, Parameter
from .pasting import Expression, read, read_bias, write

SAYS = {
    "stage": "{engine} has no {field} (here {value!r})",
    "order": "{engine} runs {value}, not in the order set here",
    "scope": "{engine} does not count the tokens of {field} = {value!r}",
    "range": "{engine} does not take {field} = {value!r}",
    "ties": "in {engine} temperature 0 is greedy decoding: the first of tied maxima, not one of them at random",
    "greedy": "{engine} does not run {field} = {value!r} when it does not sample",
    "unread": "{engine} has {field} = {value!r}, which is not expressed here",
    "ending": "{engine} has {field} = {value!r}, which is an argument of generate here",
    "alone": "{engine} runs no {field} = {value!r} beside mirostat, only a bias and then the temperature",
    "raised": "{engine} raises {field} to {value!r}, the smallest value above 0 that it uses",
}

COUNTED = {"repetition_scope": ("repetition_penalty",), "frequency_scope": ("frequency_penalty", "presence_penalty")}
BEFORE_SAMPLING = ("logit_bias", "penalties", "dry", "no_repeat_ngram", "token_mask")
KEEP_THE_FIRST = (
    "temperature",
    "top_k",
    "top_p",
    "min_p",
    "epsilon_cutoff",
    "eta_cutoff",
    "top_n_sigma",
    "top_a",
    "top_h",
    "p_less",
    "mirostat",
)
WINDOWS = ("penalty_window", "dry_window")
IDS = ("allowed_token_ids", "banned_token_ids")
ONLY_WHEN_ON = ("dry", "mirostat", "adaptive_p")  # of these nothing is written while they are off
HOT = 1e30  # a temperature above it leaves no logit apart from the others in single precision


@dataclass(frozen=True)
class Missing:
    """One thing that gets lost between this project and an engine.

    Attributes:
        key: "stage", "order", "scope", "range", "ties", "greedy" or "alone" on the way to the engine, "unread", "ending" or
            "raised" on the way back: what str() says in English.
        engine: its name.
        field: the field of `SamplingParams`, or the argument of `generate`; on the way back, the engine's name of the setting.
        value: what was set; for "order", the engine's order; for "raised", what the engine uses instead.
    """

    key: str
    engine: str
    field: str
    value: object

    def __str__(self) -> str:
        value = " → ".join(self.value) if self.key == "order" else self.value
        return SAYS[self.key].format(engine=self.engine, field=self.field, value=value)


class LossWarning(UserWarning):
    """`from_engine` read settings that `SamplingParams` cannot hold; `args[0]` is the `Missing`."""


@dataclass(frozen=True)
class EngineSettings:
    """Settings in an engine's own words.

    Attributes:
        engine: its name.
        values: the engine's own names and values (read-only).
        text: the same, to paste: a Python call, a JSON object or command-line flags.
        missing: what the engine cannot express; empty when nothing is lost.
    """

    engine: str
    values: Mapping[str, object]
    text: str = field(compare=False)
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What an engine's settings mean.

    Attributes:
        params: the draw, in the engine's order.
        missing: what of the settings `params` cannot hold, and what the engine uses in place of what was written.
        ending: the arguments of `core.generate` that the settings give: `generate(..., reading.params, **reading.ending)`.
            `missing` names the one that changes a draw, `min_new_tokens`.
    """

    params: SamplingParams
    missing: tuple[Missing, ...] = ()
    ending: Mapping[str, object] = field(default_factory=dict)


def in_effect(params: SamplingParams) -> SamplingParams:
    """The same draw with nothing idle: the stages that act as its order, every other field at its default.

    Greedy decoding, τ = 0 among it, ends the chain. What comes after it is idle, and so are the stages right before it
    that leave the first maximum where it is.
    """
    stages, end = params.stages, _end(params)
    if end is not None:
        stages = list(stages[:end])
        while stages and stages[-1] in KEEP_THE_FIRST and (stages[-1] != "temperature" or not _hot(params)):
            stages.pop()
        stages = (*stages, "greedy")
    if "token_mask" in stages and all(name in BEFORE_SAMPLING for name in stages[: stages.index("token_mask")]):
        stages = ("token_mask", *(name for name in stages if name != "token_mask"))  # it commutes with what is there
    acting = {name: getattr(params, name) for name, stage in STAGE_OF.items() if stage in stages}
    acting["greedy"] = end is not None
    if not params.dynatemp_range:
        acting.pop("dynatemp_exponent", None)
    for scope, names in COUNTED.items():
        if all(acting.get(name, DEFAULTS[name]) == DEFAULTS[name] for name in names):
            acting.pop(scope, None)
    if any(stage not in (*BEFORE_SAMPLING, "temperature", "greedy") for stage in stages):
        acting["min_tokens_to_keep"] = params.min_tokens_to_keep
    return SamplingParams(**acting, order=stages)


def to_engine(
    params: SamplingParams, engine: str, ending: Mapping[str, object] = MappingProxyType({})
) -> EngineSettings:
    """`params` as settings of `engine` ("transformers", "vllm", "llama.cpp" or "openai").

    A value outside the engine's range is moved to the nearest end, and `missing` says so. Everything that the engine
    would switch on by itself (top_k = 50 in transformers) is switched off by name. Where `missing` is empty,
    `from_engine` gives back the same draw: `params` without what has no effect, in the engine's order.

    `ending` is what `core.generate` is told about the end of a text (`min_new_tokens`, `stop_token_ids`, `ignore_eos`,
    `include_stop_str_in_output`); `read_engine` gives it back.

    Raises:
        ParameterError: an unknown engine, or an argument of `ending` that is none or outside its range.
    """
    spec = ENGINES[check_choice("engine", engine, ENGINES)]
    draw, ending = in_effect(params), check_ending(ending)
    unsaid = (Missing("stage", engine, name, value) for name, value in ending.items() if name not in spec.ending)
    missing = (*_dropped(params, spec), *_missing(params, draw, spec), *unsaid)
    values = {"do_sample": not draw.greedy} if spec.name == "transformers" else {}
    for name, parameter in spec.parameters.items():
        if name == "greedy" or (draw.greedy and spec.name == "transformers" and _samples(name)):
            continue
        if STAGE_OF[name] in ONLY_WHEN_ON and STAGE_OF[name] not in draw.stages:
            continue
        value = _spelled(draw, name, spec)
        default = DEFAULTS[name] if parameter.default is None else parameter.default
        if value is not None and (_runs(draw, name) or value != default):
            values[parameter.name] = value
    order = _order(draw, spec)
    if spec.stage_names and "dry" in order:
        values["--dry-sequence-breaker"] = "none"
    if spec.stage_names and "mirostat" in draw.stages:
        values["--mirostat"] = 2
    elif spec.stage_names and (order != _native(order, spec) or "adaptive_p" in order):
        values["--samplers"] = ";".join(spec.stage_names[name][0] for name in order if name in spec.stage_names)
    for name in spec.ending:
        if name in ending:
            values[spec.ending[name].name] = list(ending[name]) if name == "stop_token_ids" else ending[name]
    return EngineSettings(engine, MappingProxyType(values), write(values, spec), missing)


def from_engine(settings, engine: str) -> SamplingParams:
    """What `settings` mean in `engine`: an `EngineSettings`, its text, or a mapping of the engine's own names.

    A setting left out takes the engine's default, which is not always off. The order is the engine's. What
    `SamplingParams` cannot hold is said in a `LossWarning`; `read_engine` gives it as data. How long the text may be, what
    ends it, its seed and what is told of it are not lost: they touch no draw.

    Raises:
        ParameterError: an unknown engine, a name that the engine does not know, a value that it refuses, or text that
            cannot be read.
    """
    reading = read_engine(settings, engine)
    for one in reading.missing:
        warnings.warn(LossWarning(one), stacklevel=2)
    return reading.params


def read_engine(settings, engine: str) -> Reading:
    """As `from_engine`, with what is lost beside the settings; raises what it raises."""
    spec = ENGINES[check_choice("engine", engine, ENGINES)]
    given = _named(settings, spec)
    stages, missing = _read_stages(given, spec)
    found = {}
    sampled = spec.name != "transformers" or _switch("do_sample", given.get("do_sample", False))
    for name, parameter in spec.parameters.items():
        value = given.get(parameter.name, parameter.default)
        if name == "logit_bias":
            found[name], lost = _read_bias(value, parameter, spec)
            missing += lost
        elif name in IDS:
            found[name] = check_token_ids(parameter.name, () if value is None else value)
        elif name != "greedy" and (sampled or not _samples(name)):
            found[name], lost = _read_number(value, name, parameter, spec)
            missing += lost
    for name, setting in spec.others.items():
        if name == "--mirostat" and given.get(name) == 2:
            continue
        if name in given and not setting.needs and setting.acts(given[name]) and (sampled or not setting.stage):
            missing += [Missing("unread", spec.name, name, given[name])]
    _read_penalties(found, spec)
    if spec.stage_names:
        missing += _read_own(found, given, stages, spec)
    order = _read_greedy(found, stages, sampled, spec)
    ending, lost = _read_ending(given, spec)
    missing += lost
    return Reading(SamplingParams(**found, order=order), tuple(missing), MappingProxyType(ending))


# To the engine -------------------------------------------------------------------------------------------------------


def _end(params: SamplingParams) -> int | None:
    """The stage of `params.stages` after which one token is left, or the tied maxima."""
    cold = params.temperature == 0 and not params.dynatemp_range
    ends = (i for i, name in enumerate(params.stages) if name == "greedy" or (name == "temperature" and cold))
    return next(ends, None)


def _ties(params: SamplingParams) -> bool:
    """Whether the draw is among tied maxima: it ends at τ = 0, and no greedy decoding follows."""
    left = iter(params.stages[_end(params) :] if _end(params) is not None else ("greedy",))
    return next((name for name in left if name not in KEEP_THE_FIRST), None) != "greedy"


def _hot(params: SamplingParams) -> bool:
    return params.temperature + params.dynatemp_range > HOT


def _runs(draw: SamplingParams, name: str) -> bool:
    """Whether a field acts: it is set, or it says how a stage that runs does."""
    if name == "dynatemp_exponent":
        return draw.dynatemp_range > 0
    return getattr(draw, name) != DEFAULTS[name] or (
        STAGE_OF[name] in draw.stages and name not in STAGES[STAGE_OF[name]]
    )


def _samples(name: str) -> bool:
    return STAGE_OF[name] not in BEFORE_SAMPLING


def _spelled(draw: SamplingParams, name: str, spec: Engine) -> object:
    """A field's value in the engine's words; None where there is nothing to say."""
    value, parameter = getattr(draw, name), spec.parameters[name]
    if name == "temperature" and draw.greedy:
        return 0
    if name == "logit_bias":
        key = (lambda i: (i,)) if spec.name == "transformers" else int
        return {key(i): _within(b, parameter) for i, b in value} or None
    if name in IDS:
        return list(value) or None
    if name in WINDOWS:
        return _within(value or ALL_TOKENS, parameter) if _runs(draw, name) else None
    if value == DEFAULTS[name]:
        return parameter.default if parameter.is_off(parameter.default) else value
    return _within(value, parameter)


def _within(value: float, parameter: Parameter) -> float:
    """The value, or the nearest one that the engine takes, uses as it is and does not read as off."""
    low = max(parameter.low, -inf, *(nextafter(one, inf) for one in (parameter.above, parameter.off_to) if one > -inf))
    high = min(parameter.high, nextafter(parameter.off_from, 0) if parameter.off_from < inf else inf)
    value = min(max(value, low), high)
    if 0 < abs(value) < parameter.least:
        value = parameter.least if value > 0 else -parameter.least
    return round(value) if parameter.whole else value


def _order(draw: SamplingParams, spec: Engine) -> tuple[str, ...]:
    """The draw's stages that the engine has, in their order; greedy decoding is where the temperature is."""
    has = (*spec.stages, *spec.stage_names)
    stages = [name for name in draw.stages if name in has and not (draw.greedy and name == "temperature")]
    if stages[:1] == ["token_mask"]:  # where it stands in the engine, nothing before it minds
        stages = stages[1:]
    return tuple("temperature" if name == "greedy" else name for name in stages if name != "greedy" or spec.stage_names)


def _native(order: tuple[str, ...], spec: Engine) -> tuple[str, ...]:
    return tuple(name for name in (*spec.stages, "adaptive_p") if name in order)


def _dropped(params: SamplingParams, spec: Engine):
    """What is set and neither the engine nor the one that was chosen as the order has."""
    if isinstance(params.order, str):
        for name, stage in STAGE_OF.items():
            value = getattr(params, name)
            if stage in params.ignored and name not in spec.parameters and value != DEFAULTS[name]:
                yield Missing("stage", spec.name, name, value)


def _missing(params: SamplingParams, draw: SamplingParams, spec: Engine):
    if _ties(params):
        yield Missing("ties", spec.name, "temperature", params.temperature)
    for name in (*STAGE_OF, "min_tokens_to_keep"):
        value, parameter = getattr(draw, name), spec.parameters.get(name)
        if value == DEFAULTS[name] and name not in COUNTED:
            continue
        if name in COUNTED:
            counted = any(_runs(draw, penalty) and penalty in spec.parameters for penalty in COUNTED[name])
            if counted and value != getattr(spec, name).value:
                yield Missing("scope", spec.name, name, value)
        elif name in WINDOWS:
            if parameter is None or value == ALL_TOKENS:  # which stands for all of them
                yield Missing("scope", spec.name, name, value)
            elif _within(value, parameter) != value:
                yield Missing("range", spec.name, name, value)
        elif name == "greedy":
            continue
        elif parameter is None:
            yield Missing("stage", spec.name, name, value)
        elif name in IDS:
            continue
        elif "mirostat" in draw.stages and STAGE_OF[name] not in ("logit_bias", "temperature", "mirostat"):
            yield Missing("alone", spec.name, name, value)
        elif draw.greedy and _samples(name) and (not spec.stage_names or STAGE_OF[name] == "temperature"):
            yield Missing("greedy", spec.name, name, value)
        elif any(_within(one, parameter) != one for one in (dict(value).values() if name == "logit_bias" else [value])):
            yield Missing("range", spec.name, name, value)
    order = _order(draw, spec)
    movable = bool(spec.stage_names) and "logit_bias" not in order[1:] and "adaptive_p" not in order[:-1]
    if "mirostat" in draw.stages and spec.stage_names:
        order = tuple(name for name in draw.stages if name in ("logit_bias", "temperature", "mirostat"))
        if order != (least := tuple(name for name in ("logit_bias", "temperature", "mirostat") if name in order)):
            yield Missing("order", spec.name, "order", least)
        return
    if order != _native(order, spec) and not movable:
        yield Missing("order", spec.name, "order", _native(order, spec))


# And back ------------------------------------------------------------------------------------------------------------


def _named(settings, spec: Engine) -> dict:
    """The settings by the engine's first name of each."""
    if isinstance(settings, EngineSettings):
        check_choice("engine", spec.name, [settings.engine])
        settings = settings.values
    given = read(settings, spec) if isinstance(settings, str) else settings
    if not isinstance(given, Mapping):
        raise ParameterError("settings", settings, "settings of an engine as text, or by name")
    names = {alias: one.name for one in spec.parameters.values() for alias in (one.name, *one.aliases)}
    names |= {alias: name for name, one in spec.others.items() for alias in (name, *one.aliases)}
    names |= {one.name: one.name for one in spec.ending.values()}
    names |= {name: name for name in (*spec.silent.value, *(ORDERING if spec.stage_names else ()))}
    for name in given:
        if name not in names:
            raise ParameterError("settings", name, ", ".join(names))
    return {names[name]: value for name, value in given.items()}


ORDERING = ("--samplers", "--sampler-seq", "--sampling-seq")


def _read_stages(given: dict, spec: Engine) -> tuple[tuple[str, ...] | None, list[Missing]]:
    """The stages in the order that the settings ask for; None for the engine's own."""
    name = next((name for name in reversed(given) if name in ORDERING), None)  # the last one counts
    if spec.stage_names and spec.others["--mirostat"].acts(given.get("--mirostat")):
        given.pop("--dynatemp-range", None)
        return ("temperature", "mirostat"), []  # it takes the place of every other sampler
    if name is None:
        return None, []
    named = {re.sub("[-_]", "", other): stage for stage, others in spec.stage_names.items() for other in others}
    letters = {others[1]: stage for stage, others in spec.stage_names.items()}
    known = named if name == "--samplers" else letters
    told = given[name] if isinstance(given[name], str) else ""
    words = [word for word in told.split(";") if word] if name == "--samplers" else list(told)
    stages = [known.get(re.sub("[-_]", "", word) if name == "--samplers" else word) for word in words]
    if None in stages or not words:
        raise ParameterError(name, given[name], ";".join(others[0] for others in spec.stage_names.values()))
    set_elsewhere = {setting.stage for setting in spec.others.values()}
    if "adaptive_p" in stages:  # it draws, wherever it is named
        stages = [*(one for one in stages if one != "adaptive_p"), "adaptive_p"]
    lost = [one for one in stages if one not in STAGES and one not in set_elsewhere]
    return tuple(one for one in stages if one in STAGES), [Missing("unread", spec.name, name, one) for one in lost]


def _read_number(value: object, name: str, parameter: Parameter, spec: Engine) -> tuple[float, list[Missing]]:
    """A field's value, and what the engine does to it."""
    if value is None:
        return DEFAULTS[name], []
    accepted = _accepted(parameter)
    if parameter.decimal and isinstance(value, int) and value != DEFAULTS[name]:
        raise ParameterError(parameter.name, value, accepted)
    if isinstance(DEFAULTS[name], int):
        value = check_whole(parameter.name, value, -(2**62))
    else:
        value = check_number(parameter.name, value, -inf, inf, accepted)
    if not parameter.clips and not (parameter.low <= value <= parameter.high and value > parameter.above):
        raise ParameterError(parameter.name, value, accepted)
    if parameter.is_off(value):
        return DEFAULTS[name], []
    if parameter.raised and 0 < value < parameter.least:
        return parameter.least, [Missing("raised", spec.name, parameter.name, parameter.least)]
    return min(max(value, parameter.low), parameter.high), []


def _accepted(parameter: Parameter) -> str:
    low = f" >= {parameter.low}" if parameter.low > -inf else f" > {parameter.above}" if parameter.above > -inf else ""
    high = f" <= {parameter.high}" if parameter.high < inf else ""
    return ("a float" if parameter.decimal else "a number") + " and".join(filter(None, (low, high)))


def _read_bias(value: object, parameter: Parameter, spec: Engine) -> tuple[dict, list[Missing]]:
    """The bias of single tokens, and that of sequences, which is lost."""
    accepted = "token ids with numbers"
    if value is None:
        return {}, []
    try:
        if isinstance(value, (list, tuple)) and spec.stage_names:
            value = dict(read_bias(one) for one in value)
        elif isinstance(value, str) and spec.stage_names:
            value = dict([read_bias(value)])
        elif isinstance(value, list) and spec.name == "transformers":
            value = {tuple(ids): one for ids, one in value}
        pairs = [(key if isinstance(key, tuple) else (key,), one) for key, one in value.items()]
        pairs = [(tuple(int(i) if isinstance(i, str) else i for i in ids), one) for ids, one in pairs]
    except (ValueError, TypeError, AttributeError):
        raise ParameterError(parameter.name, value, accepted) from None
    biases, lost = {}, []
    for ids, one in pairs:
        one = check_number(parameter.name, one, -inf, inf, accepted)
        if not parameter.clips and not parameter.low <= one <= parameter.high:
            raise ParameterError(parameter.name, one, _accepted(parameter))
        if len(ids) == 1:
            biases[check_whole(parameter.name, ids[0])] = min(max(one, parameter.low), parameter.high)
        else:
            lost.append(Missing("unread", spec.name, parameter.name, {ids: one}))
    return biases, lost


def _switch(name: str, value: object) -> bool:
    if isinstance(value, bool) or value is None:
        return bool(value)
    raise ParameterError(name, value, "True or False")


def _read_ending(given: dict, spec: Engine) -> tuple[dict, list[Missing]]:
    """The arguments of `generate` that are given, and those of them that the draw misses."""
    said = {name: given[one.name] for name, one in spec.ending.items() if given.get(one.name) is not None}
    code = {name: said.pop(name) for name in list(said) if isinstance(said[name], Expression)}
    try:
        ending = check_ending(said)
    except ParameterError as error:
        raise ParameterError(spec.ending[error.argument].name, error.value, error.accepted) from None
    lost = [Missing("unread", spec.name, spec.ending[name].name, value) for name, value in code.items()]
    if "min_new_tokens" in ending:  # the others change no draw
        lost.append(Missing("ending", spec.name, spec.ending["min_new_tokens"].name, ending["min_new_tokens"]))
    return ending, lost


def _read_penalties(found: dict, spec: Engine) -> None:
    window = found.get("penalty_window", 0)
    on = [name for name in STAGES["penalties"] if found.get(name, DEFAULTS[name]) != DEFAULTS[name]]
    if "penalty_window" in found and window == 0:  # there it counts nothing
        on = []
    found |= {name: DEFAULTS[name] for name in STAGES["penalties"] if name not in on}
    if "repetition_penalty" in on:
        found["repetition_scope"] = spec.repetition_scope.value
    if on and on != ["repetition_penalty"]:
        found["frequency_scope"] = spec.frequency_scope.value
    if not on or window == ALL_TOKENS:
        found.pop("penalty_window", None)


def _read_own(found: dict, given: dict, stages: tuple[str, ...] | None, spec: Engine):
    """What llama.cpp alone has: DRY, mirostat and adaptive-p, each at its defaults unless it runs; what of them is lost."""
    version = given.get("--mirostat", 0)
    runs = {
        "dry": found["dry_multiplier"] > 0 and found["dry_window"] != 0 and given.get("--dry-base", 1) >= 1,
        "mirostat": version == 2 and found["mirostat_tau"] > 0,
        "adaptive_p": "adaptive_p" in (stages or ()) and given.get("--adaptive-target", -1) > 0,
    }
    for name, stage in STAGE_OF.items():
        if stage in runs and not runs[stage]:
            found.pop(name, None)
    if found.get("dry_window") == ALL_TOKENS:
        found.pop("dry_window")
    if version == 2 and not runs["mirostat"]:
        yield Missing("unread", spec.name, "--mirostat-ent", 0)
    if "adaptive_p" in (stages or ()) and given.get("--adaptive-target") == 0:
        yield Missing("unread", spec.name, "--adaptive-target", 0)
    breakers = given.get("--dry-sequence-breaker", DRY_BREAKERS)
    if runs["dry"] and (stages is None or "dry" in stages) and breakers != "none":
        yield Missing("unread", spec.name, "--dry-sequence-breaker", breakers)


DRY_BREAKERS = ("\n", ":", '"', "*")  # llama.cpp's own


def _read_greedy(found: dict, stages: tuple[str, ...] | None, sampled: bool, spec: Engine):
    """The order, after saying in `found` whether the draw is greedy; llama.cpp is so where its temperature is."""
    runs = stages is None or "temperature" in stages
    if spec.name == "transformers":
        found["greedy"] = not sampled
    elif found["temperature"] <= 0 and not found.get("dynatemp_range") and runs:
        found |= {"greedy": True, "temperature": 1.0}
    if stages is None:
        return spec.name
    if "mirostat" in stages and not found.get("mirostat_tau"):
        stages = ("temperature",)
    place = stages.index("temperature") + 1 if runs else len(stages)
    return ("logit_bias", *stages[:place], "greedy", *stages[place:])
