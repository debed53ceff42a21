"""What surrounds every page of the app: language, presentation, menu."""

from html import escape
from itertools import count

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import language, lesson
from dashboard.app import address, mount
from dashboard.language import LANGUAGES, NAMES, ROOT, catalog, say
from dashboard.links import TOOLS, addressed
from dashboard.page import html

LOGO = str(ROOT / "dashboard" / "logo.svg")


def choose() -> None:
    """Language and presentation: both live in the address alone (`?lang=en&present=true`), and the links carry them along."""
    asked = st.query_params.get("lang")
    language.set_language(asked if asked in LANGUAGES else "pt")
    address.read({"lang": address.one_of(LANGUAGES), "present": address.SWITCH})


def presenting() -> bool:
    """Whether the address asks for the presentation."""
    return st.query_params.get("present", "").lower() == "true"


_RUNTIME = "export default ({ data }) => window.amostraPage.apply(data);"
_runtime = st.components.v2.component("amostra_runtime", js=_RUNTIME)

_NAV = """
export default ({ data, parentElement }) => {
  const home = parentElement.querySelector(".am-home");
  if (home.amostra !== data.html) home.innerHTML = home.amostra = data.html;
  window.Amostra.page.menu(data.words);
};
"""
_nav = st.components.v2.component("amostra_nav", js=_NAV, html='<div class="am-home"></div>', isolate_styles=False)

_BAR = "export default ({ data, parentElement }) => { parentElement.querySelector('.am-home').innerHTML = data; };"
_bar = st.components.v2.component("amostra_bar", js=_BAR, html='<div class="am-home"></div>', isolate_styles=False)


def dress(current: StreamlitPage, instead: str = "") -> None:
    """Menu, logo, document language; once per run, before the page's own elements.

    The menu is the page's own: Streamlit's, with sections, is not a valid list to a screen reader. Its links, and those
    of a page, are followed by `shell.js`, so that nothing is loaded again and language and presentation stay. `instead`
    names a page that takes the place of this one, under the same query.
    """
    with st.sidebar:
        told = {"html": addressed(_menu(current.url_path), mount.address), "words": html.words()}
        _nav(key="nav", data=told)
    st.logo(LOGO)
    _bar(key="bar", data=_switches())
    words = {
        key.removeprefix("streamlit."): catalog()[key][language.current()]
        for key in catalog()
        if key.startswith("streamlit.")
    }
    told = {"lang": LANGUAGES[language.current()], "words": words, "presenting": presenting(), "instead": instead}
    _runtime(key="amostra_runtime", data=told)


def _switches() -> str:
    """Links to this place in the other language, and to its presentation or back; `shell.js` keeps the rest of the address."""

    def link(name: str, value: str, text: str, more: str = "") -> str:
        return f'<a href="?{name}={value}" data-set="{name}={value}"{more}>{escape(text)}</a>'

    there = next(lang for lang in LANGUAGES if lang != language.current())
    tag = LANGUAGES[there]
    other = link("lang", there, NAMES[there], f' data-language hreflang="{tag}" lang="{tag}"')
    way, value = ("nav.present.leave", "") if presenting() else ("nav.present", "true")
    return f'<p class="am-bar">{link("present", value, say(way), " data-presenting")} {other}</p>'


def _menu(here: str) -> str:
    """The pages as one list, the lessons numbered."""

    def item(kind: str, name: str, title: str, number: str = "") -> str:
        now = ' aria-current="page"' if name == (here or "home") else ""
        mark = f' data-lesson="{name}"' if number else f" data-{name}-link" if name in ("quiz", "review") else ""
        return f'<li><a href="{kind}:{name}"{now}{mark}>{number}<span>{escape(title)}</span></a></li>'

    sections = [("", [item("lesson", name, say(f"nav.{name}")) for name in ("home", "review")])]
    number = count(1)
    for part, members in lesson.parts().items():
        items = [item("lesson", one.slug, one.text("title"), f"<b>{next(number)}</b>") for one in members]
        sections.append((say(f"nav.part.{part}"), items))
    tools = [item("tool", name, say(f"nav.{name}")) for name in TOOLS]
    sections.append((say("nav.tools"), [*tools, item("lesson", "quiz", say("nav.quiz"))]))
    reference = [item("lesson", one.slug, one.text("title")) for one in lesson.pages()]
    sections.append((say("nav.reference"), [item("lesson", "glossary", say("nav.glossary")), *reference]))
    lists = "".join(
        f"{f'<p>{escape(title)}</p>' if title else ''}<ul>{''.join(items)}</ul>" for title, items in sections
    )
    return f'{_brand()}{_find()}<nav class="am-nav" aria-label="{say("site.contents")}">{lists}</nav>'


def _brand() -> str:
    return f'<a href="lesson:home" class="am-brand">{say("project")}</a>'


def _find() -> str:
    return f'<form class="am-find" role="search" action="search">{html.search_field()}</form>'
