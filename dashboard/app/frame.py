"""What surrounds every page of the app: language, presentation, identity, the figure runtime."""

from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.navigation.page import StreamlitPage

from dashboard import language, theme
from dashboard.app import address
from dashboard.app.messages import Words
from dashboard.language import LANGUAGES, ROOT, catalog, say
from dashboard.page.scripts import figure_script, merges_script
from dashboard.vega import vega_digest

HERE = ROOT / "dashboard"
LOGO = str(HERE / "logo.svg")


def choose() -> None:
    """Language and presentation. Both live in the address (`?lang=en&present=true`) and survive a change of page."""
    asked = st.query_params.get("lang")
    language.set_language(asked if asked in LANGUAGES else "pt")
    address.read({"lang": address.one_of(LANGUAGES), "present": address.SWITCH})
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        st.toggle(say("nav.present"), key="present", bind="query-params", help=say("nav.present.help"))
        chosen = st.segmented_control(
            say("nav.language"),
            list(LANGUAGES),
            default="pt",
            required=True,
            key="lang",
            bind="query-params",
            label_visibility="collapsed",
        )
    language.set_language(chosen)


@st.cache_data(show_spinner=False)
def _style(presenting: bool) -> str:
    names = ["figure.css", "app/app.css", *(["app/present.css"] if presenting else [])]
    return f"<style>{theme.css()}{''.join((HERE / name).read_text(encoding='utf-8') for name in names)}</style>"


@cache
def _runtime() -> ComponentRenderer:
    told = "export default ({ data }) => window.amostraPage?.apply(data);"  # dashboard/app/page.js
    where = f'Amostra.vegaAddress = new URL("vega.js?{vega_digest()}", location.href).href;'  # dashboard/app/startup.py
    scripts = f"{figure_script()}{merges_script()}{where}\nwindow.dispatchEvent(new Event('amostra-ready'));"
    return st.components.v2.component("amostra_runtime", js=f"if (!window.Amostra) {{\n{scripts} }}\n{told}")


def dress(sections: dict[str, list[StreamlitPage]]) -> None:
    """Menu, style, document language and the script that draws figures; once per run, before the page's own elements.

    The menu is made of page links: Streamlit's own, with sections, is not a valid list to a screen reader.
    """
    with st.sidebar:
        for title, members in sections.items():
            if title:
                st.caption(Words(title))
            for page in members:
                st.page_link(page)
    st.html(_style(st.session_state.present))
    st.logo(LOGO)
    words = {
        key.removeprefix("streamlit."): catalog()[key][language.current()]
        for key in catalog()
        if key.startswith("streamlit.")
    }
    _runtime()(key="amostra_runtime", data={"lang": LANGUAGES[language.current()], "words": words})
