"""Vega, Vega-Lite and vega-embed as one script, from the installed vl-convert package."""

from importlib.metadata import version

from dashboard.cache import CACHE, store


def vega() -> str:
    """The bundle that Altair's charts need; it sets `window.vegaEmbed`. Kept on disk, since making it takes seconds."""
    kept = CACHE / f"vega@{version('vl-convert-python')}.js"
    if not kept.exists():
        import vl_convert  # heavy, and needed only this once

        text = vl_convert.javascript_bundle()
        store(kept, text)
        return text
    return kept.read_text(encoding="utf-8")
