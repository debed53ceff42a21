"""What surrounds every page of the app: language, presentation, identity, the figure runtime."""

import json

import streamlit as st

from dashboard import language, theme
from dashboard.language import LANGUAGES, ROOT, say
from dashboard.vega import vega

HERE = ROOT / "dashboard"
LOGO = str(HERE / "logo.svg")


def choose() -> None:
    """Language and presentation. Both live in the address (`?lang=en&present=true`) and survive a change of page."""
    asked = st.query_params.get("lang", "pt")
    language.set_language(asked if asked in LANGUAGES else "pt")
    if asked not in LANGUAGES:
        st.toast(say("link.bad", name="lang", value=asked), icon=":material/link_off:")
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        presenting = st.toggle(say("nav.present"), key="present", bind="query-params", help=say("nav.present.help"))
        chosen = st.segmented_control(say("nav.language"), list(LANGUAGES), default="pt", required=True, key="lang",
                                      bind="query-params", label_visibility="collapsed")
    language.set_language(chosen)
    if presenting:
        st.html(f"<style>{(HERE / 'app' / 'present.css').read_text(encoding='utf-8')}</style>")


@st.cache_data(show_spinner=False)
def _style() -> str:
    sheets = [theme.css(), *((HERE / name).read_text(encoding="utf-8") for name in ("figure.css", "app/app.css"))]
    return f"<style>{''.join(sheets)}</style>"


@st.cache_resource(show_spinner=False)
def _runtime() -> str:
    """Vega and the figure script as one module that publishes `window.Amostra` once per page."""
    return (f"if (!window.Amostra) {{\n{vega()}\n{(HERE / 'figure.js').read_text(encoding='utf-8')}\n"
            "window.dispatchEvent(new Event('amostra-ready')); }\nexport default () => {};")


def dress() -> None:
    """Style, document language and the script that draws figures; once per run, before the page's own elements."""
    st.html(_style())
    st.html(f"<script>document.documentElement.lang = {json.dumps(LANGUAGES[language.current()])};</script>",
            unsafe_allow_javascript=True)
    st.logo(LOGO)
    st.components.v2.component("amostra_runtime", js=_runtime())(key="amostra_runtime")
