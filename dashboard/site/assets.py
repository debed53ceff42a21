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
from dashboard.page.scripts import STYLES, page_script
from dashboard.vega import vega

HERE = Path(__file__).parent
DASHBOARD = HERE.parent
LOGO = DASHBOARD / "logo.svg"
PACKAGES = ("furo", "Sphinx", "sphinx-basic-ng", "snowballstemmer", "Pygments")
"""Of these, too, scripts and styles are in the export."""
FONTS = ("KaTeX_", "Source Sans", "Source Code Pro")

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
    """The rules of KaTeX and the faces of FONTS, as Streamlit has them; the files sit beside, in media/."""
    css = _streamlit()[1]
    faces = [face for face in _FACE.findall(css) if any(f"font-family:{name}" in face for name in FONTS)]
    # A cursive of 138 KB for a few emphasised words is too dear: the browser slants the upright.
    faces = [face for face in faces if not ("Source" in face and "font-style:italic" in face)]
    faces = [re.sub("font-display:[^;}]*;?", "", face).replace("{", "{font-display:swap;", 1) for face in faces]
    return "\n".join(faces + _KATEX.findall(_FACE.sub("", css))).replace("url(../media/", "url(media/")


def licences() -> str:
    """The licences of the project and of everything that an exported site carries, texts included."""
    own = [ROOT / "LICENSE", ROOT / "LICENSE-CONTENT.md"]
    others = sorted((HERE / "licences").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in (*own, *others)]
    for name in PACKAGES:
        files = [file for file in distribution(name).files if file.name.startswith(("LICENSE", "COPYING"))]
        texts += [f"{name}\n\n{file.read_text(encoding='utf-8')}" for file in files]
    return f"\n\n{'-' * 80}\n\n".join(text.strip() for text in texts) + "\n"


def script(*paths: Path) -> str:
    """Scripts as one, without the lines that are comments: who reads them finds them in the repository."""
    return re.sub(r"^\s*//.*\n", "", "\n".join(path.read_text(encoding="utf-8") for path in paths), flags=re.MULTILINE)


def write(folder: Path) -> None:
    """Fill `folder` with the shared files."""
    (folder / "media").mkdir(parents=True)
    text = typesetting()
    for name in sorted(set(re.findall(r"url\(media/([^)]+)\)", text))):
        shutil.copy(_streamlit()[0] / "media" / name, folder / "media" / name)
    styles = [
        theme.css(),
        text,
        *(path.read_text(encoding="utf-8") for path in (*STYLES, HERE / "site.css")),
    ]
    (folder / "amostra.css").write_text("\n".join(styles), encoding="utf-8")
    (folder / "amostra.js").write_text(
        script(DASHBOARD / "figure.js") + page_script() + script(HERE / "site.js"), encoding="utf-8"
    )
    (folder / "merges.js").write_text(script(DASHBOARD / "merges.js"), encoding="utf-8")  # one lesson's
    bundle = f"(() => {{\n{vega()}\n}})();\n"  # a plain script, since file:// refuses modules; its names stay inside
    (folder / "vega.js").write_text(bundle, encoding="utf-8")
    (folder / "licences.txt").write_text(licences(), encoding="utf-8")
    shutil.copy(LOGO, folder / "logo.svg")
