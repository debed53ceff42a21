"""The Sphinx extension of the static site: formulas, section ids, the page's words, the other language's address."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from dashboard import language
from dashboard.language import LANGUAGES, NAMES, catalog, say
from dashboard.site import assets, katex
from dashboard.site.html import embedded, words

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
    "color-sidebar-search-background": "var(--am-paper)",
    "color-code-background": "var(--am-panel)",
    "color-inline-code-background": "var(--am-panel)",
}


def config(lang: str, twins: dict[str, str]) -> dict[str, object]:
    """Sphinx's settings for one language; `twins` maps each page to the same page in the other one."""
    return {
        "project": language.catalog()["project"][lang],
        "html_title": language.catalog()["project"][lang],
        "language": LANGUAGES[lang].replace("-", "_"),
        "amostra_language": lang,
        "amostra_twins": twins,
        "extensions": ["myst_parser", "dashboard.site.extension"],
        "myst_enable_extensions": ["dollarmath"],
        "myst_all_links_external": True,
        "smartquotes": False,
        "templates_path": [str(Path(__file__).parent / "templates")],
        "html_theme": "furo",
        "html_math_renderer": "prerendered",
        "html_theme_options": {"light_css_variables": FURO, "dark_css_variables": FURO, "top_of_page_buttons": []},
        "html_sidebars": {
            "**": [
                "sidebar/brand.html",
                "sidebar/language.html",
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


# Formulas ------------------------------------------------------------------------------------------------------------


def _formula(translator: HTML5Translator, node: nodes.math | nodes.math_block) -> None:
    display = isinstance(node, nodes.math_block)
    try:
        fragment = katex.render(node.astext(), display)
    except katex.FormulaError as error:
        raise katex.FormulaError(f"{translator.builder.current_docname}: {error}") from None
    translator.body.append(f'<div class="math">{fragment}</div>' if display else fragment)
    raise nodes.SkipNode


def _glue_punctuation(app: Sphinx, document: nodes.document) -> None:
    """Set the comma after a formula with the formula: a line may break after it, never before it."""
    for formula in document.findall(nodes.math):
        after = formula.next_node(descend=False, siblings=True)
        mark = re.match(r"[.,;:!?]+", after) if isinstance(after, nodes.Text) else None
        if mark:
            formula[:] = [nodes.Text(rf"{formula.astext()}\text{{{mark[0]}}}")]
            after.parent.replace(after, nodes.Text(after[mark.end() :]))


# Sections ------------------------------------------------------------------------------------------------------------


def _name_sections(app: Sphinx, document: nodes.document) -> None:
    """Give every section the id of its target; one without a target counts on from its parent's.

    Ids made of titles would differ from one language to the other, and with them every link to a section.
    """
    targets = {document.nameids[name] for name, explicit in document.nametypes.items() if explicit}
    for section in document.findall(nodes.section):
        chosen = [id for id in section["ids"] if id in targets]
        siblings = [child for child in section.parent.children if isinstance(child, nodes.section)]
        parent = section.parent["ids"][0] if isinstance(section.parent, nodes.section) else app.env.docname
        section["ids"] = chosen or [f"{parent}-{siblings.index(section) + 1}"]


# Pages ---------------------------------------------------------------------------------------------------------------


def _page_words(app: Sphinx, page: str, template: str, context: dict, document: nodes.document | None) -> None:
    lang = app.config.amostra_language
    other = next(name for name in LANGUAGES if name != lang)
    with language.using(lang):
        context["words"] = embedded(words())
        context["description"] = (context.get("meta") or {}).get("description") or say("site.search.description")
        context["search_title"] = say("site.search")
        context["contents"] = say("site.contents")
        context["licence"] = say("site.licence")
        context["licences"] = say("site.licences")
    context["twin"] = {
        "href": f"../{other}/{app.config.amostra_twins.get(page, 'index')}.html",
        "lang": LANGUAGES[other],
        "name": NAMES[other],
    }
    context["has_logo"] = assets.LOGO.exists()
    # Furo calls its captions headings and says no level, which screen readers need.
    context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def _translate_furo(app: Sphinx, exception: Exception | None) -> None:
    """Put the reader's language where Furo writes English: some of its words never pass through a translation."""
    if exception:
        return
    lang = app.config.amostra_language
    texts = [text for key, text in catalog().items() if key.startswith("furo.")]
    for path in Path(app.outdir).glob("*.html"):
        page = path.read_text(encoding="utf-8")
        for text in texts:
            page = re.sub(rf'(?<=[>"])(\s*){re.escape(text["en"])}(\s*)(?=[<"])', rf"\g<1>{text[lang]}\g<2>", page)
        path.write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx's entry point."""
    app.add_config_value("amostra_language", "pt", "env", types=[str])
    app.add_config_value("amostra_twins", {}, "env", types=[dict])
    app.add_html_math_renderer("prerendered", (_formula, None), (_formula, None))
    app.connect("doctree-read", _name_sections, priority=100)  # before the table of contents is collected
    app.connect("doctree-read", _glue_punctuation)
    app.connect("html-page-context", _page_words, priority=900)  # after Furo's
    app.connect("build-finished", _translate_furo)
    return {"parallel_read_safe": True, "parallel_write_safe": False}  # one formula engine, in one process
