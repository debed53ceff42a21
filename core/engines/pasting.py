"""An engine's settings as text: a Python call, a JSON object or command-line flags, written and read."""

import ast
import json
import re
import shlex
from math import isfinite

from ..validation import ParameterError
from .facts import Engine

CALLS = {"transformers": "model.generate(**inputs, {})", "vllm": "SamplingParams({})"}
BIAS = re.compile(r"\s*(\d+)\s*([+-])(.+)")  # llama.cpp's TOKEN_ID(+/-)BIAS: the first sign, as in 5+1e-05


def write(values: dict, spec: Engine) -> str:
    """The engine's names and values as text to paste."""
    if spec.form == "json":
        return json.dumps(values)  # the ids of a bias become strings, as the API has them
    if spec.form == "flags":
        words = []
        for name, value in values.items():
            for told in [f"{i}{b:+}" for i, b in value.items()] if isinstance(value, dict) else [f"{value}"]:
                words += [name, shlex.quote(told)]
        return " ".join(words)
    return CALLS[spec.name].format(", ".join(f"{name}={_literal(value)}" for name, value in values.items()))


def read(text: str, spec: Engine) -> dict:
    """The engine's names and values in a text such as `write` writes; ParameterError for any other."""
    try:
        values = {"json": json.loads, "python": _call, "flags": lambda text: _flags(text, spec)}[spec.form](text)
    except ParameterError:
        raise
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        raise ParameterError("settings", text, f"{spec.form} text as `to_engine` writes it") from None
    if not isinstance(values, dict):
        raise ParameterError("settings", text, "a JSON object")
    return values


def read_bias(text: str) -> tuple[int, float]:
    """The token id and the bias of llama.cpp's `--logit-bias`; ValueError for any other text."""
    match = BIAS.fullmatch(text)
    if not match:
        raise ValueError(text)
    token, sign, value = match.groups()
    return int(token), float(value) * (-1 if sign == "-" else 1)


def _literal(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_literal(one)}" for key, one in value.items()) + "}"
    return repr(value) if not isinstance(value, float) or isfinite(value) else f'float("{value}")'


class _Infinities(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        """float("-inf") is a number, which `ast.literal_eval` does not read."""
        match node:
            case ast.Call(ast.Name("float"), [ast.Constant(str(text))], []):
                return ast.copy_location(ast.Constant(float(text)), node)
        return self.generic_visit(node)


def _call(text: str) -> dict:
    call = ast.parse(text.strip(), mode="eval").body
    if not isinstance(call, ast.Call):
        raise ValueError(text)
    values = {}
    for node in call.args:
        if isinstance(_value(node), Expression):  # the prompt's tokens; a number would be a setting by its place
            continue
        raise ParameterError("settings", ast.unparse(node), "given by name")
    for word in call.keywords:
        value = _value(word.value)
        if word.arg:
            values[word.arg] = value
        elif isinstance(value, dict):
            values |= value
        elif value != "inputs":  # as `write` writes them, those of the model
            raise ParameterError("settings", f"**{value}", "written out by name")
    return values


class Expression(str):
    """Code that is not a literal, such as a variable's name."""


def _value(node: ast.AST) -> object:
    try:
        return ast.literal_eval(_Infinities().visit(node))
    except (ValueError, TypeError):
        return Expression(ast.unparse(node))


def _flags(text: str, spec: Engine) -> dict:
    words, values = iter(shlex.split(text)), {}
    switches = {name for name, setting in spec.others.items() if setting.switch}
    numbers = {name: one.name for one in spec.parameters.values() for name in (one.name, *one.aliases)}
    for word in words:
        name = word.replace("_", "-") if word.startswith("--") else word
        told = True if name in switches else next(words, None)
        if told is None:
            raise ValueError(name)
        if numbers.get(name) == "--logit-bias":
            values.setdefault("--logit-bias", []).append(told)
        else:
            values[name] = _number(told) if name in numbers or name in spec.others else told
    return values


def _number(text: str | bool) -> object:
    for kind in (int, float):
        try:
            return kind(text) if isinstance(text, str) else text
        except ValueError:
            continue
    return text
