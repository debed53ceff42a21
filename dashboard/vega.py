"""Vega, Vega-Lite and vega-embed as one script, from the installed vl-convert package."""

from importlib.metadata import version

from dashboard.cache import CACHE, store
from dashboard.language import ROOT


def vega() -> str:
    """The bundle that Altair's charts need; it sets `window.vegaEmbed`. Kept on disk, since making it takes seconds."""
    kept = CACHE / f"vega@{version('vl-convert-python')}.js"
    if not kept.exists():
        import vl_convert  # heavy, and needed only this once

        text = vl_convert.javascript_bundle()
        store(kept, text)
        return text
    return kept.read_text(encoding="utf-8")


def figure_script() -> str:
    """Vega and `figure.js` as one script that publishes `window.Amostra` once per page and says so by an event."""
    figure = "\n".join((ROOT / "dashboard" / name).read_text(encoding="utf-8") for name in ("figure.js", "merges.js"))
    return (
        f"if (!window.Amostra?.mount) {{\n{vega()}\nconst page = window.Amostra;\n{figure}\n"
        "Object.assign(window.Amostra, page);\nwindow.dispatchEvent(new Event('amostra-ready')); }"
    )
