"""The same settings in an engine's own words, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.engines import ENGINES, Engine
from core.params import DEFAULTS, STAGES, SamplingParams
from core.pasting import read, write
from core.validation import ParameterError, check_choice

SAYS = {
    "stage": "{engine} has no {field} (here {value!r})",
    "order": "{engine} runs {value}, not in the order set here",
    "scope": "{engine} does not count the tokens of {field} = {value!r}",
    "range": "{engine} does not take {field} = {value!r}",
    "ties": "{engine} reads temperature 0 as greedy: the first of tied maxima, not one of them at random",
    "greedy": "{engine} does not run {field} = {value!r} when it does not sample",
}


@dataclass(frozen=True)
class Missing:
    """One thing that an engine cannot express.

    Attributes:
        key: "stage", "order", "scope", "range", "ties" or "greedy": what str() says in English.
        engine: its name.
        field: the field of `SamplingParams`.
        value: what was set; for "order", the engine's order.
    """

    key: str
    engine: str
    field: str
    value: object

    def __str__(self) -> str:
        value = " → ".join(self.value) if self.key == "order" else self.value
        return SAYS[self.key].format(engine=self.engine, field=self.field, value=value)


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


def to_engine(params: SamplingParams, engine: str) -> EngineSettings:
    """`params` as settings of `engine` ("transformers", "vllm", "llama.cpp" or "openai").

    A value outside the engine's range is moved to the nearest end, and `missing` says so. Everything that the engine
    would switch on by itself (top_k = 50 in transformers) is switched off by name.

    Raises:
        ParameterError: an unknown engine.
    """
    spec = ENGINES[check_choice("engine", engine, ENGINES)]
    missing = list(_missing(params, spec))
    greedy = "greedy" in params.stages or params.temperature == 0
    values = {}
    for name, parameter in spec.parameters.items():
        value, on = getattr(params, name), _runs(params, name)
        if name == "greedy" or (greedy and spec.name == "transformers" and _samples(name)):
            continue
        if name == "penalty_window" and not on:
            continue
        if name == "temperature" and greedy:
            value, on = 0, True
        elif name == "logit_bias":
            value = {i: _clamp(b, parameter) for i, b in value} if on else None
        elif not on or value == DEFAULTS[name]:
            value = DEFAULTS[name] if parameter.off is None else parameter.off
        else:
            value = _clamp(value, parameter)
        default = DEFAULTS[name] if parameter.default is None else parameter.default
        if on or (value is not None and value != default):
            values[parameter.name] = value
    if spec.name == "transformers":
        values = {"do_sample": not greedy, **values}
    order = _order(params, spec)
    if spec.name == "llama.cpp" and order != _native(order, spec):
        values["--samplers"] = ";".join(spec.stage_names.get(name, name) for name in order if name in SAMPLED)
    return EngineSettings(engine, MappingProxyType(values), write(values, spec), tuple(missing))


def from_engine(settings, engine: str) -> SamplingParams:
    """What `settings` mean in `engine`: an `EngineSettings`, its text, or a mapping of the engine's own names.

    A setting left out takes the engine's default, which is not always off. The order is the engine's.

    Raises:
        ParameterError: an unknown engine, a name that the engine does not know, or text that cannot be read.
    """
    spec = ENGINES[check_choice("engine", engine, ENGINES)]
    given = settings.values if isinstance(settings, EngineSettings) else settings
    given = dict(read(given, spec) if isinstance(given, str) else given)
    order = given.pop("--samplers", None) if spec.name == "llama.cpp" else None
    fields_of = {parameter.name: name for name, parameter in spec.parameters.items()}
    for name in given:
        if name not in fields_of:
            raise ParameterError("settings", name, ", ".join(fields_of))
    found = {}
    for name, parameter in spec.parameters.items():
        value = given.get(parameter.name, parameter.default)
        found[name] = DEFAULTS[name] if value is None or value == parameter.off else value
    if given.get("--repeat-last-n") == 0:  # there 0 counts nothing, and −1 is all
        found |= {name: DEFAULTS[name] for name in STAGES["penalties"]}
    _read_greedy(found, spec)
    _read_penalties(found, spec)
    if found.get("top_k", 0) < 0:
        found["top_k"] = 0
    if found.get("top_n_sigma", 0) < 0:
        found["top_n_sigma"] = 0
    if found.get("logit_bias"):
        found["logit_bias"] = {int(i[0] if isinstance(i, tuple) else i): b for i, b in found["logit_bias"].items()}
    return SamplingParams(**found, order=_read_order(order, spec))


SAMPLED = ("penalties", "top_n_sigma", "top_k", "typical_p", "top_p", "min_p", "xtc", "temperature")
STAGE_OF = {name: stage for stage, names in STAGES.items() for name in names}
STAGE_OF |= {"dynatemp_exponent": "temperature", "xtc_threshold": "xtc"}
STAGE_OF |= dict.fromkeys(("repetition_scope", "frequency_scope", "penalty_window"), "penalties")


def _runs(params: SamplingParams, name: str) -> bool:
    """Whether a field has an effect: its stage runs, and the field is set or says how the stage runs."""
    if STAGE_OF[name] not in params.stages:
        return False
    if name == "dynatemp_exponent":
        return params.dynatemp_range > 0
    return getattr(params, name) != DEFAULTS[name] or name not in STAGES[STAGE_OF[name]]


def _samples(name: str) -> bool:
    return STAGE_OF[name] not in ("logit_bias", "penalties", "no_repeat_ngram")


def _clamp(value: float, parameter) -> float:
    return min(max(value, parameter.low), parameter.high)


def _order(params: SamplingParams, spec: Engine) -> tuple[str, ...]:
    return tuple(name for name in params.stages if name in spec.order.value and name != "greedy")


def _native(order: tuple[str, ...], spec: Engine) -> tuple[str, ...]:
    return tuple(name for name in spec.order.value if name in order)


def _missing(params: SamplingParams, spec: Engine):
    scopes = {"repetition_scope": ("repetition_penalty",), "frequency_scope": STAGES["penalties"][1:]}
    for name in STAGE_OF:
        value = getattr(params, name)
        parameter = spec.parameters.get(name)
        if STAGE_OF[name] in params.ignored and isinstance(params.order, str) and value != DEFAULTS[name]:
            yield Missing("stage", spec.name, name, value)  # set, and the engine chosen as the order drops it
        if not _runs(params, name) or name == "greedy":
            continue
        if name in scopes:
            counted = any(_runs(params, penalty) and penalty in spec.parameters for penalty in scopes[name])
            if counted and value != getattr(spec, name).value:
                yield Missing("scope", spec.name, name, value)
        elif name == "penalty_window":
            if parameter is None and value:
                yield Missing("scope", spec.name, name, value)
        elif parameter is None:
            yield Missing("stage", spec.name, name, value)
        elif name == "temperature" and value == 0:
            yield Missing("ties", spec.name, name, value)
        elif any(_clamp(v, parameter) != v for v in (dict(value).values() if name == "logit_bias" else [value])):
            yield Missing("range", spec.name, name, value)
        elif name == "typical_p" and "greedy" in params.stages and spec.name == "transformers":
            yield Missing("greedy", spec.name, name, value)
    if params.min_tokens_to_keep > 1:
        yield Missing("stage", spec.name, "min_tokens_to_keep", params.min_tokens_to_keep)
    order = _order(params, spec)
    movable = spec.name == "llama.cpp" and "logit_bias" not in order[1:]
    if order != _native(order, spec) and not movable:
        yield Missing("order", spec.name, "order", _native(order, spec))


def _read_greedy(found: dict, spec: Engine) -> None:
    if spec.name == "transformers":
        found["greedy"] = not found["greedy"]  # the parameter is do_sample
        if found["greedy"]:
            found.update({name: DEFAULTS[name] for name in found if _samples(name) and name != "greedy"})
    elif found["temperature"] <= 0:
        found |= {"greedy": True, "temperature": 1.0}


def _read_penalties(found: dict, spec: Engine) -> None:
    on = [name for name in STAGES["penalties"] if found.get(name, DEFAULTS[name]) != DEFAULTS[name]]
    if "repetition_penalty" in on:
        found["repetition_scope"] = spec.repetition_scope.value
    if on and on != ["repetition_penalty"]:
        found["frequency_scope"] = spec.frequency_scope.value
    if not on:
        found.pop("penalty_window", None)


def _read_order(order: str | None, spec: Engine):
    if order is None:
        return spec.name
    names = {spec.stage_names.get(stage, stage): stage for stage in SAMPLED}
    stages = [name for name in order.split(";") if name and name != "dry"]
    for name in stages:
        if name not in names:
            raise ParameterError("--samplers", name, ";".join(names))
    return ("logit_bias", *(names[name] for name in stages), "greedy")
