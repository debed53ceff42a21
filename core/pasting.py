"""An engine's settings as text: a Python call, a JSON object or command-line flags, written and read."""

import ast
import json
import shlex

from core.engines import Engine
from core.validation import ParameterError

CALLS = {"transformers": "model.generate(**inputs, {})", "vllm": "SamplingParams({})"}


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
    if "sequence_bias" in values:
        values = values | {"sequence_bias": {(i,): b for i, b in values["sequence_bias"].items()}}
    told = ", ".join(f"{name}={value!r}" for name, value in values.items()).replace("-inf", 'float("-inf")')
    return CALLS[spec.name].format(told)


def read(text: str, spec: Engine) -> dict:
    """The engine's names and values in a text that `write` could have written; ParameterError for any other."""
    try:
        if spec.form == "json":
            return json.loads(text)
        if spec.form == "python":
            call = ast.parse(text.strip().replace('float("-inf")', "-1e999"), mode="eval").body
            return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
        words, values = shlex.split(text), {}
        for name, value in zip(words[::2], words[1::2], strict=True):
            if name == "--logit-bias":
                cut = max(value.find("+"), value.find("-"))
                values.setdefault(name, {})[int(value[:cut])] = float(value[cut:])
            else:
                values[name] = value if name == "--samplers" else json.loads(value)
        return values
    except (ValueError, SyntaxError, AttributeError):
        raise ParameterError("settings", text, f"{spec.form} text as `to_engine` writes it") from None
