"""The Sphinx extension of the static site: the table of contents, the page's words, the other language's address."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from dashboard import language, lesson
from dashboard.language import LANGUAGES, NAMES, catalog, say
from dashboard.page.html import embedded, inline, search_field, words
from dashboard.repository import edit_link
from dashboard.site import pages, public
from dashboard.site.public import Page

# Furo's own variables, in terms of the house's; the palette switches by itself with `color-scheme`.
FURO = {
    "font-stack": "var(--am-font)",
    "font-stack--monospace": "var(--am-font-mono)",
    "color-foreground-primary": "var(--am-ink)",
    "color-foreground-secondary": "var(--am-muted)",
    "color-foreground-muted": "var(--am-muted)",
    "color-foreground-border": "var(--am-muted)",
    "color-background-primary": "var(--am-paper)",
    "color-background-secondary": "var(--am-panel)",
    "color-background-hover": "var(--am-panel)",
    "color-background-border": "var(--am-line)",
    "color-brand-primary": "var(--am-accent)",
    "color-brand-content": "var(--am-accent)",
    "color-brand-visited": "var(--am-accent)",
    "color-link": "var(--am-accent)",
    "color-highlight-on-target": "color-mix(in srgb, var(--am-accent) 14%, transparent)",
    "color-sidebar-background": "var(--am-panel)",
    "color-sidebar-item-background--hover": "var(--am-line)",
    "color-sidebar-link-text": "var(--am-ink)",
    "color-sidebar-link-text--top-level": "var(--am-ink)",
    "color-code-background": "var(--am-panel)",
    "color-inline-code-background": "var(--am-panel)",
}


def config(lang: str, twins: dict[str, str], pages: dict[str, Page]) -> dict[str, object]:
    """Sphinx's settings for one language; `twins` maps each page to the same one in the other, `pages` to what is said of it."""
    return {
        "project": language.catalog()["project"][lang],
        "html_title": language.catalog()["project"][lang],
        "language": LANGUAGES[lang].replace("-", "_"),
        "amostra_language": lang,
        "amostra_twins": twins,
        "amostra_pages": pages,
        "extensions": ["myst_parser", "dashboard.site.extension"],
        "smartquotes": False,
        "templates_path": [str(Path(__file__).parent / "templates")],
        "html_theme": "furo",
        "html_theme_options": {"light_css_variables": FURO, "dark_css_variables": FURO, "top_of_page_buttons": []},
        "html_sidebars": {
            "**": [
                "sidebar/brand.html",
                "sidebar/search.html",
                "sidebar/scroll-start.html",
                "sidebar/navigation.html",
                "sidebar/scroll-end.html",
            ]
        },
        "html_permalinks_icon": "#",
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_show_sourcelink": False,
        "html_copy_source": False,
        "html_use_index": False,
        "html_domain_indices": False,
    }


def _drop_title(app: Sphinx, document: nodes.document, page: str) -> None:
    """The title stands in the page's own HTML, with the page's own ids; Sphinx keeps it for its menus."""
    for title in list(document.findall(nodes.title))[:1]:
        title.parent["ids"] = []
        title.parent.remove(title)


# Pages ---------------------------------------------------------------------------------------------------------------


def _page_words(app: Sphinx, page: str, template: str, context: dict, document: nodes.document | None) -> None:
    lang = app.config.amostra_language
    other = next(name for name in LANGUAGES if name != lang)
    said, twin = app.config.amostra_pages.get(page), app.config.amostra_twins.get(page, "index")
    with language.using(lang):
        context["words"] = embedded(words())
        context["description"] = said.summary if said else say("site.search.description")
        context["head_title"] = public.head_title(said.title if said else say("site.search"))
        context["public"] = public.head(page, {lang: page, other: twin}, said)
        context["edit"] = {"href": edit_link(said.source) if said and said.source else "", "text": say("site.edit")}
        context["search_field"] = search_field()
        context["contents"] = say("site.contents")
        context["app"] = say("app.title")
        lessons = [one.text("slug", lang) for one in lesson.lessons()]
        projected = [*lessons, *(name[lang] for name in pages.TOOLS.values())]
        context["present"] = say("nav.present") if page in projected else ""
        context["licence"] = inline(say("site.licence"))
        context["licences"] = say("site.licences")
    context["toc"] = said.contents if said else ""
    context["furo_hide_toc"] = not context["toc"]
    context["twin"] = {
        "href": f"../{other}/{twin}.html",
        "lang": LANGUAGES[other],
        "name": NAMES[other],
    }
    context["furo_navigation_tree"] = _marked(context["furo_navigation_tree"], page, lang)
    context["script_files"] = [path for path in context["script_files"] if "furo.js" in str(path)]  # the others search
    # Furo calls its captions headings and says no level, which screen readers need.
    context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def _marked(tree: str, here: str, lang: str) -> str:
    """The menu with the lessons numbered, and named for the page's scripts; `here` is the page that it stands on."""
    marks = {
        one.text("slug", lang): (f' data-lesson="{one.slug}"', f"<b>{number}</b> ")
        for number, one in enumerate(lesson.lessons(), 1)
    }
    marks |= {pages.OWN[name][lang]: (f" data-{name}-link", "") for name in ("review", "quiz")}

    def one(match: re.Match) -> str:
        attributes, number = marks.get(here if match[2] == "#" else match[2].removesuffix(".html"), ("", ""))
        return f'<a class="{match[1]}" href="{match[2]}"{attributes}>{number}'

    return re.sub(r'<a class="([^"]*reference internal)" href="([^"]*)">', one, tree)


def _no_search(app: Sphinx) -> None:
    """The search is the page's own."""
    app.builder.search = False


def _sweep(app: Sphinx, exception: Exception | None) -> None:
    """Take away what Sphinx writes for its own search and for other projects that link here."""
    kept = {"furo.css", "furo-extensions.css", "furo.js", "pygments.css"}
    for path in [*Path(app.outdir, "_static").rglob("*"), Path(app.outdir, "objects.inv")]:
        if path.is_file() and path.name not in kept:
            path.unlink()


def _translate_furo(app: Sphinx, exception: Exception | None) -> None:
    """Put the reader's language where Furo writes English: some of its words never pass through a translation."""
    lang = app.config.amostra_language
    if exception or lang == "en":
        return
    texts = [text for key, text in catalog().items() if key.startswith("furo.")]
    for path in Path(app.outdir).glob("*.html"):
        page = path.read_text(encoding="utf-8")
        for text in texts:
            place = rf'(?<=[>"])(?<!<code>)(\s*){re.escape(text["en"])}(\s*)(?=[<"])'  # code is ours: a key, `Home`
            page = re.sub(place, rf"\g<1>{text[lang]}\g<2>", page)
        path.write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx's entry point."""
    app.add_config_value("amostra_language", "pt", "env", types=[str])
    app.add_config_value("amostra_twins", {}, "env", types=[dict])
    app.add_config_value("amostra_pages", {}, "env", types=[dict])
    app.connect("builder-inited", _no_search)
    app.connect("doctree-resolved", _drop_title)
    app.connect("html-page-context", _page_words, priority=900)  # after Furo's
    app.connect("build-finished", _translate_furo)
    app.connect("build-finished", _sweep, priority=900)  # after the last file is copied
    return {"parallel_read_safe": True, "parallel_write_safe": True}
