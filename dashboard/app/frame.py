"""What surrounds every page of the app: language, presentation, identity, the figure runtime."""

import json
from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.navigation.page import StreamlitPage

from dashboard import language, theme
from dashboard.language import LANGUAGES, ROOT, say
from dashboard.vega import figure_script

HERE = ROOT / "dashboard"
LOGO = str(HERE / "logo.svg")


def choose() -> None:
    """Language and presentation. Both live in the address (`?lang=en&present=true`) and survive a change of page."""
    asked = st.query_params.get("lang", "pt")
    language.set_language(asked if asked in LANGUAGES else "pt")
    if asked not in LANGUAGES:
        st.toast(say("link.bad", name="lang", value=asked), icon=":material/link_off:")
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.toggle(say("nav.present"), key="present", bind="query-params", help=say("nav.present.help"))
        chosen = st.segmented_control(say("nav.language"), list(LANGUAGES), default="pt", required=True, key="lang",
                                      bind="query-params", label_visibility="collapsed")
    language.set_language(chosen)


@st.cache_data(show_spinner=False)
def _style(presenting: bool) -> str:
    names = ["figure.css", "app/app.css", *(["app/present.css"] if presenting else [])]
    return f"<style>{theme.css()}{''.join((HERE / name).read_text(encoding='utf-8') for name in names)}</style>"


# Whatever scrolls sideways on a small screen can be reached by keyboard.
_SCROLLABLE = """
const reach = () => document.querySelectorAll(".stTable > div, .katex-display, pre").forEach((box) => {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
});
if (!window.amostraReach) {
  let pending;
  window.amostraReach = new MutationObserver(() => { clearTimeout(pending); pending = setTimeout(reach, 200); });
  window.amostraReach.observe(document.body, { childList: true, subtree: true });
}"""


@cache
def _runtime() -> ComponentRenderer:
    return st.components.v2.component("amostra_runtime", js=f"{figure_script()}\n{_SCROLLABLE}\nexport default reach;")


def dress(sections: dict[str, list[StreamlitPage]]) -> None:
    """Menu, style, document language and the script that draws figures; once per run, before the page's own elements.

    The menu is made of page links: Streamlit's own, with sections, is not a valid list to a screen reader.
    """
    with st.sidebar:
        for title, members in sections.items():
            if title:
                st.caption(title)
            for page in members:
                st.page_link(page)
    st.html(_style(st.session_state.present))
    st.html(f"<script>document.documentElement.lang = {json.dumps(LANGUAGES[language.current()])};</script>",
            unsafe_allow_javascript=True)
    st.logo(LOGO)
    _runtime()(key="amostra_runtime")
