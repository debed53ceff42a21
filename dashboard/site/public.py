"""What the world reads of the site beside its pages: search engines, shared links, installed copies, lost visitors.

Whatever must be absolute (canonical addresses, sitemap, pictures of shared links) is there only where the address of the
site is configured (`repository.site`); the rest works from any folder, and from `file://`.
"""

import hashlib
import json
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from dashboard import repository, theme
from dashboard.blocks import Figure
from dashboard.language import LANGUAGES, NAMES, catalog, current, say, using
from dashboard.lesson import Lesson, produce
from dashboard.page.scripts import without_comments
from dashboard.site import assets

FIRST = next(iter(LANGUAGES))  # what a reader of any other language gets
CARD = (1200, 630)  # pixels; what the services that show links ask for
ICONS = (192, 512)  # pixels
APART = ("robots.txt", "sitemap.xml", ".nojekyll")  # what no installed copy needs


@dataclass(frozen=True)
class Page:
    """What is said of a page: title, summary, table of contents as HTML, file in the repository, picture (SVG)."""

    title: str
    summary: str
    contents: str
    source: str
    picture: str = ""


# Head ----------------------------------------------------------------------------------------------------------------


def head_title(title: str) -> str:
    """What a browser's tab and a search engine call the page."""
    return f"{title} · {say('project')}"


def head(name: str, twins: dict[str, str], page: Page | None) -> str:
    """The elements for the head of a page; `twins` has the page's name in every language, `page` is None for a tool of the site's own."""
    if not page or not repository.site():
        other = next(lang for lang in LANGUAGES if lang != current())
        return _alternate(LANGUAGES[other], f"../{other}/{twins[other]}.html")
    place = f"{repository.site()}{current()}/{name}.html"
    addresses = {other: f"{repository.site()}{other}/{twins[other]}.html" for other in LANGUAGES}
    default = repository.site() if name == "index" else addresses[FIRST]  # the front page asks for the language
    said = {
        "og:type": "website" if name == "index" else "article",
        "og:site_name": say("project"),
        "og:title": page.title,
        "og:description": page.summary,
        "og:url": place,
        "og:image": f"{repository.site()}{card_file(name)}",
        "og:image:width": CARD[0],
        "og:image:height": CARD[1],
        "og:image:alt": page.title,
    }
    return "\n    ".join(
        [
            f'<link rel="canonical" href="{escape(place)}">',
            *(_alternate(LANGUAGES[other], address) for other, address in addresses.items()),
            _alternate("x-default", default),
            *(f'<meta property="{key}" content="{escape(str(value))}">' for key, value in said.items()),
            '<meta name="twitter:card" content="summary_large_image">',
        ]
    )


def _alternate(tag: str, address: str) -> str:
    return f'<link rel="alternate" hreflang="{tag}" href="{escape(address)}">'


# Files ---------------------------------------------------------------------------------------------------------------


def write(site: Path, pages: dict[str, dict[str, Page]]) -> None:
    """Write to the exported `site` what belongs to no page; `pages` has those of each language by name, in one order."""
    for size in ICONS:
        (site / "_shared" / f"icon-{size}.png").write_bytes(icon(size))
    for lang, members in pages.items():
        with using(lang):
            text = json.dumps(manifest(members["index"].summary), ensure_ascii=False, indent=1)
            (site / lang / "manifest.webmanifest").write_text(text, encoding="utf-8")
            if repository.site():
                (site / card_file("index")).parent.mkdir(exist_ok=True)
                for name, page in members.items():
                    (site / card_file(name)).write_bytes(card(page.title, page.summary, page.picture))
    if repository.site():
        names = {lang: list(members) for lang, members in pages.items()}
        (site / "sitemap.xml").write_text(sitemap(names), encoding="utf-8")
    (site / "robots.txt").write_text(robots(), encoding="utf-8")
    _front(site / "index.html", "choice.html", {lang: members["index"].title for lang, members in pages.items()})
    _front(site / "404.html", "lost.html", {lang: catalog()["site.lost"][lang] for lang in LANGUAGES})


def _front(path: Path, template: str, claims: dict[str, str]) -> None:
    """A page for readers whose language is not known: it leads nowhere by itself."""
    from jinja2 import Environment, FileSystemLoader

    languages = [
        {"folder": lang, "tag": LANGUAGES[lang], "name": NAMES[lang], "claim": claim} for lang, claim in claims.items()
    ]
    found = Environment(loader=FileSystemLoader(assets.HERE / "templates")).get_template(template)
    path.write_text(found.render(project=say("project"), languages=languages, base=repository.site()), encoding="utf-8")


def sitemap(names: dict[str, Sequence[str]]) -> str:
    """Every page with its twins, as sitemaps.org and the search engines have it."""
    entries = []
    for group in zip(*names.values(), strict=True):
        twins = {lang: f"{repository.site()}{lang}/{name}.html" for lang, name in zip(names, group, strict=True)}
        links = "".join(
            f'\n    <xhtml:link rel="alternate" hreflang="{LANGUAGES[lang]}" href="{escape(address)}"/>'
            for lang, address in twins.items()
        )
        entries += [f"  <url>\n    <loc>{escape(address)}</loc>{links}\n  </url>\n" for address in twins.values()]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{"".join(entries)}</urlset>\n'
    )


def robots() -> str:
    """Everything may be read; where the list of pages is."""
    listed = f"Sitemap: {repository.site()}sitemap.xml\n" if repository.site() else ""
    return f"User-agent: *\nAllow: /\n{listed}"


# Pictures ------------------------------------------------------------------------------------------------------------


def card_file(name: str) -> str:
    """Where the picture of a page in the language in force lies, from the root of the site."""
    return f"_shared/cards/{current()}-{name}.png"


def card(title: str, summary: str, chart: str = "") -> bytes:
    """The picture that stands beside a shared link, as PNG: the mark, the title, and a chart (SVG) or what the page is about.

    A chart too tall to be read there gives way to the summary.
    """
    width, height = CARD
    heading = _lines(title, 26, 3)
    chart = chart if chart and _size(chart)[1] < height - 160 - 84 * len(heading) else ""
    top = 250 if chart else 300 - 36 * (len(heading) - 1)
    end = top + 84 * len(heading)
    below = [] if chart else _lines(summary, 54, 6 - len(heading))
    text = [(line, top + 84 * i, 72, 700, "ink") for i, line in enumerate(heading)]
    text += [(line, end + 44 * i, 32, 400, "muted") for i, line in enumerate(below)]
    spans = "".join(
        f'<text x="80" y="{y}" font-size="{size}" font-weight="{weight}" fill="{_light(colour)}">{escape(line)}</text>'
        for line, y, size, weight, colour in text
    )
    return _png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">'
        f'<rect width="{width}" height="{height}" fill="{_light("paper")}"/>'
        f'<rect width="{width}" height="12" fill="{_light("accent")}"/>{_mark(80, 60, 96)}'
        f'<text x="200" y="124" font-size="44" fill="{_light("muted")}">{escape(say("project"))}</text>{spans}'
        f"{_fitted(chart, 80, end - 40, width - 160, height - end + 10) if chart else ''}</svg>"
    )


def chart(one: Lesson) -> str:
    """The first figure of a lesson as first drawn, in the colours of daylight, as SVG in the language in force; or ""."""
    figure = next((block for block in produce(one, current()) if isinstance(block, Figure)), None)
    return drawn(figure) if figure else ""


def drawn(figure: Figure) -> str:
    """The picture of a figure as first drawn, in the colours of daylight, as SVG."""
    import vl_convert  # heavy

    from dashboard.charts import frame, templates  # every chart's oracle, and with them torch

    sets = dict(frame.ORACLES[figure.chart](figure.data, {one.name: templates.setting(one) for one in figure.controls}))
    labels = figure.labels.items()
    sets["rows"] = [
        row | {name: templates.fill(text, [row], figure.controls) for name, text in labels} for row in sets["rows"]
    ]
    signals = [{"name": "width", "value": 700} if one["name"] == "width" else one for one in figure.picture["signals"]]
    data = [one | ({"values": sets[one["name"]]} if one["name"] in sets else {}) for one in figure.picture["data"]]
    text = json.dumps(figure.picture | {"signals": signals, "data": data})
    return vl_convert.vega_to_svg(json.loads(re.sub(r"var\(--am-[\w-]+, (#\w+)\)", r"\1", text)))


def _size(drawing: str) -> tuple[float, float]:
    """Width and height of a drawing in pixels."""
    found = re.match(r'<svg [^>]*width="([\d.]+)" height="([\d.]+)"', drawing)
    return float(found[1]), float(found[2])


def _fitted(drawing: str, x: float, y: float, wide: float, high: float) -> str:
    """A drawing as large as it goes into a box, at the box's left edge and top."""
    width, height = _size(drawing)
    scale = min(wide / width, high / height)
    place = f'x="{x}" y="{y}" width="{width * scale:.1f}" height="{height * scale:.1f}"'
    return re.sub(r' width="[\d.]+" height="[\d.]+"', f" {place}", drawing, count=1)


def icon(size: int) -> bytes:
    """The mark on paper, as PNG, with the room around it that a system may cut into any shape."""
    return _png(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">'
        f'<rect width="{size}" height="{size}" fill="{_light("paper")}"/>{_mark(size * 0.2, size * 0.2, size * 0.6)}</svg>'
    )


def _lines(text: str, wide: int, most: int) -> list[str]:
    """The text in lines of at most `wide` characters; what does not fit in `most` lines is cut with an ellipsis."""
    return textwrap.wrap(text, wide, max_lines=most, placeholder=" …")


def _light(colour: str) -> str:
    return theme.COLOURS[colour][0]


def _mark(x: float, y: float, size: float) -> str:
    drawing = assets.LOGO.read_text(encoding="utf-8")
    return drawing.replace("<svg ", f'<svg x="{x}" y="{y}" width="{size}" height="{size}" ', 1)


def _png(svg: str) -> bytes:
    import vl_convert  # heavy

    return vl_convert.svg_to_png(svg)


# Installed copies ----------------------------------------------------------------------------------------------------


def manifest(summary: str) -> dict[str, object]:
    """What a browser needs to install the site, in the language in force. It lies in the language's folder."""
    icons = [
        {
            "src": f"../_shared/icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in ICONS
    ]
    return {
        "name": say("project"),
        "short_name": say("project"),
        "description": summary,
        "lang": LANGUAGES[current()],
        "start_url": "index.html",
        "scope": "../",
        "display": "standalone",
        "background_color": _light("paper"),
        "theme_color": _light("paper"),
        "icons": icons,
    }


def worker(site: Path, names: Sequence[str]) -> str:
    """The service worker of a site with these files: `worker.js` under a version that any change to a file changes."""
    kept = [name for name in names if name not in APART and not name.startswith("_shared/cards/")]
    digest = hashlib.sha256()
    for name in kept:
        digest.update(name.encode() + b"\0" + (site / name).read_bytes())
    constants = f"const VERSION = {json.dumps(digest.hexdigest()[:16])};\nconst FILES = {json.dumps(kept)};\n"
    return constants + without_comments((assets.HERE / "worker.js").read_text(encoding="utf-8"))
