"""Vega and the pictures that it draws, from the installed vl-convert package; both kept on disk, since they take seconds."""

import hashlib
import json
from importlib.metadata import version

from dashboard.cache import CACHE, fetch, store

# The parts of Vega that draw bars, lines, points and text over given rows, by the versions that vl-convert carries inside:
# the addresses name its own copies, nothing is fetched. Vega whole is a third larger, with Vega-Lite and vega-embed twice.
_PARTS = """
import { View } from "https://cdn.jsdelivr.net/npm/vega-view@6.1.0/+esm";
import { parse } from "https://cdn.jsdelivr.net/npm/vega-parser@7.1.0/+esm";
import { transforms } from "https://cdn.jsdelivr.net/npm/vega-dataflow@6.1.0/+esm";
import * as data from "https://cdn.jsdelivr.net/npm/vega-transforms@5.1.0/+esm";
import * as view from "https://cdn.jsdelivr.net/npm/vega-view-transforms@5.1.0/+esm";
import * as encode from "https://cdn.jsdelivr.net/npm/vega-encode@5.1.0/+esm";
import { expressionInterpreter } from "https://cdn.jsdelivr.net/npm/vega-interpreter@2.0.0/+esm";
Object.assign(transforms, data, view, encode);
(globalThis.Amostra ??= {}).vega = { View, parse, expressionInterpreter };
"""


def vega() -> str:
    """The script of Vega, which publishes `Amostra.vega`: no module, its names stay inside."""
    return _kept("vega", _PARTS, ".js", lambda convert: f"(() => {{\n{convert.javascript_bundle(_PARTS)}\n}})();\n")


def compiled(specification: dict) -> dict:
    """A Vega-Lite specification as one of Vega."""
    text = json.dumps(specification, sort_keys=True)
    name = f"picture-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    made = _kept(name, "", ".json", lambda convert: json.dumps(_bare(convert.vegalite_to_vega(specification))))
    return json.loads(made)


def _bare(picture: dict) -> dict:
    return {name: value for name, value in picture.items() if name not in ("$schema", "usermeta")}


def _kept(name: str, source: str, suffix: str, make) -> str:
    digest = hashlib.sha256(f"{source}{version('vl-convert-python')}".encode()).hexdigest()[:8]
    kept = CACHE / f"{name}@{digest}{suffix}"
    if (found := fetch(kept)) is not None:
        return found.decode()
    import vl_convert  # heavy, and needed only this once

    text = make(vl_convert)
    store(kept, text)
    return text
