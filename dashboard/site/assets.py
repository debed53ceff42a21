"""What every page of the site loads, written once for both languages to `_shared/`.

Vega, KaTeX's stylesheet and the fonts come out of the installed packages at export time: nothing of others is
committed but their licences, and the site sets text and formulas as the app does.
"""

import re
import shutil
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import streamlit

from dashboard import theme
from dashboard.language import ROOT
from dashboard.page import tools, weights
from dashboard.page.scripts import (
    LATER,
    STYLES,
    merges_script,
    model_script,
    page_script,
    without_comments,
    without_css_comments,
)
from dashboard.site import fonts
from dashboard.vega import vega

HERE = Path(__file__).parent
LOGO = theme.LOGO
PACKAGES = ("furo", "Sphinx", "sphinx-basic-ng", "Pygments")
"""Of these, too, styles and scripts are in the export."""

_FACE = re.compile(r"@font-face\{[^}]*\}")
_KATEX = re.compile(r"(?:^|(?<=[{}]))[^{}@]*\.katex[^{}]*\{[^}]*\}")


@cache
def _streamlit() -> tuple[Path, str]:
    """The folder of Streamlit's static files, and the stylesheet in it that carries KaTeX's rules."""
    static = Path(streamlit.__file__).parent / "static" / "static"
    sheets = [sheet.read_text(encoding="utf-8") for sheet in static.glob("css/index.*.css")]
    found = [sheet for sheet in sheets if ".katex-version" in sheet]
    if len(found) != 1:
        raise RuntimeError(f"expected one stylesheet with KaTeX's rules under {static / 'css'}, found {len(found)}")
    return static, found[0]


def katex_version() -> str:
    """The version of KaTeX that the stylesheet belongs to."""
    return re.search(r'\.katex-version:after\{content:"([\d.]+)"', _streamlit()[1])[1]


def typesetting() -> str:
    """The rules of KaTeX, as Streamlit has them."""
    return "\n".join(_KATEX.findall(_FACE.sub("", _streamlit()[1])))


def licences() -> str:
    """The licences of the project and of everything that an exported site carries, texts included."""
    own = [ROOT / "LICENSE", ROOT / "LICENSE-CONTENT.md"]
    others = sorted((HERE / "licences").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in (*own, *others)]
    for name in PACKAGES:
        files = [file for file in distribution(name).files if file.name.startswith(("LICENSE", "COPYING"))]
        texts += [f"{name}\n\n{file.read_text(encoding='utf-8')}" for file in files]
    return f"\n\n{'-' * 80}\n\n".join(text.strip() for text in texts) + "\n"


def write(folder: Path) -> None:
    """Fill `folder` with the shared files but the fonts."""
    folder.mkdir(parents=True)
    styles = [
        theme.css(),
        typesetting(),
        *(path.read_text(encoding="utf-8") for path in (*STYLES, HERE / "site.css")),
    ]
    (folder / "amostra.css").write_text(without_css_comments("\n".join(styles)), encoding="utf-8")
    text = without_comments(page_script() + (HERE / "site.js").read_text(encoding="utf-8"))
    (folder / "amostra.js").write_text(text, encoding="utf-8")
    for name, make in LATER.items():
        (folder / name).write_text(without_comments(make()), encoding="utf-8")
    (folder / "merges.js").write_text(without_comments(merges_script()), encoding="utf-8")  # one lesson's
    (folder / "tools.css").write_text(tools.styles(), encoding="utf-8")
    (folder / "model.js").write_text(model_script(), encoding="utf-8")  # a tool's, when it is opened
    (folder / "model_embedded.js").write_bytes(weights.script("embedded"))
    (folder / "vega.js").write_text(vega(), encoding="utf-8")  # figure.js asks for it
    (folder / "licences.txt").write_text(licences(), encoding="utf-8")
    shutil.copy(LOGO, folder / "logo.svg")


def write_fonts(site: Path) -> None:
    """Write the fonts that the pages of a finished site use, and their faces at the head of its stylesheet."""
    static, sheet = _streamlit()
    shown = [*site.rglob("*.html"), *(site / "_shared").glob("*.js")]
    pages = (
        path.read_text(encoding="utf-8")
        for path in shown
        if path.name != "vega.js" and not path.name.startswith("model")
    )
    styles = site / "_shared" / "amostra.css"
    faces = fonts.written(sheet, static / "media", pages, styles.parent)
    styles.write_text(faces + styles.read_text(encoding="utf-8"), encoding="utf-8")
