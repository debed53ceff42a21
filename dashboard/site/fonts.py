"""The fonts of the site: the faces that its pages use, with the letters that they use, from Streamlit's own files.

Source Sans, Serif and Code become "Amostra Sans" …: their licence keeps the name "Source" for the whole fonts. What a file
lacks, a character that no page has today, the reader's system sets.
"""

import hashlib
import io
import logging
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from dashboard.cache import CACHE, fetch, store

logging.getLogger("fontTools").setLevel(logging.WARNING)

LATIN = (*range(0x20, 0x7F), *range(0xA0, 0x180))  # any name, any word that a reader types
TITLES = {*range(0x20, 0x7F), *map(ord, "ÁÀÂÃÇÉÊÍÓÔÕÚÜáàâãçéêíóôõúü")}  # what a title may have tomorrow
MARKS = (0x2C7, 0x2D8, 0x300, 0x301, 0x302, 0x303, 0x308, 0x327, *range(0x2010, 0x2028), 0x202F, 0x20AC, 0x2122)
AXES = {
    "Sans": {"wght": (400, 400, 600)},
    "Serif": {"wght": 600, "opsz": 32},
    "Code": {"wght": 400},
}  # the page has no other weights
FAMILIES = {"Source Sans": "Sans", "Source Serif": "Serif", "Source Code Pro": "Code"}
FEATURES = ["ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "tnum"]
KATEX = {  # the classes of a formula that ask for a face: (family, weight, style)
    ("KaTeX_Main", "400", "normal"): "katex",
    ("KaTeX_Main", "400", "italic"): "mathit|textit",
    ("KaTeX_Main", "700", "normal"): "mathbf|textbf",
    ("KaTeX_Math", "400", "italic"): "mathnormal",
    ("KaTeX_Math", "700", "italic"): "boldsymbol",
    ("KaTeX_AMS", "400", "normal"): "amsrm|mathbb|textbb",
    ("KaTeX_Caligraphic", "400", "normal"): "mathcal",
    ("KaTeX_Fraktur", "400", "normal"): "mathfrak|textfrak",
    ("KaTeX_SansSerif", "400", "normal"): "mathsf|textsf",
    ("KaTeX_Script", "400", "normal"): "mathscr|textscr",
    ("KaTeX_Size1", "400", "normal"): "size1|small-op|delim-size1",
    ("KaTeX_Size2", "400", "normal"): "size2|large-op",
    ("KaTeX_Size3", "400", "normal"): "size3",
    ("KaTeX_Size4", "400", "normal"): "size4|delim-size4",
    ("KaTeX_Typewriter", "400", "normal"): "mathtt|texttt",
}

_FACE = re.compile(r"@font-face\{[^}]*\}")
_FAMILY = re.compile(r"font-family:\s*[\"']?([^;\"'}]+)")
_STYLE, _WEIGHT = re.compile(r"font-style:(\w+)"), re.compile(r"font-weight:([\d ]+)")
_FILE = re.compile(r"url\((?:\.\./)?media/([^)]+\.woff2)\)")


def written(sheet: str, media: Path, pages: Iterable[str], folder: Path) -> str:
    """Write to `folder` the fonts that `pages` need and return their faces, as CSS.

    Args:
        sheet: Streamlit's stylesheet, with its faces.
        media: the folder of the files that it names.
        pages: the pages as HTML, and whatever else they show.
        folder: where the files go.
    """
    text = "".join(pages)
    classes = set(" ".join(re.findall(r'class="([^"]*)"', text)).split())
    letters = {ord(letter) for letter in set(text)}
    faces = []
    for face in _FACE.findall(sheet):
        family, file, style = (pattern.search(face) for pattern in (_FAMILY, _FILE, _STYLE))
        family, style = family[1].strip(), style[1]
        own, weight = FAMILIES.get(family), _WEIGHT.search(face)[1]
        if (
            own and style == "normal"
        ):  # a cursive for a few emphasised words is too dear: the browser slants the upright
            kept = letters | {"Sans": {*LATIN, *MARKS}, "Serif": TITLES}.get(own, set())
            least, most = AXES[own]["wght"][::2] if own == "Sans" else (AXES[own]["wght"],) * 2
            address = _keep(folder, own, _once(media / file[1], kept, lambda font, own=own: _weighed(font, own)))
            faces.append(_rule(f"Amostra {own}", f"{least} {most}", style, address))
        elif not classes & set(KATEX.get((family, weight, style), "").split("|")):
            continue
        elif not file:  # small enough to stand in the stylesheet itself
            faces.append(re.sub("font-display:[^;}]*;?", "", face).replace("{", "{font-display:swap;", 1))
        else:
            name = file[1].partition(".")[0]
            faces.append(_rule(family, weight, style, _keep(folder, name, _once(media / file[1], letters))))
    return "\n".join(faces) + "\n"


def _once(file: Path, letters: Iterable[int], change: Callable[[TTFont], TTFont] = lambda font: font) -> bytes:
    """The subset of a font, changed, as a woff2 file; kept on disk, since the variable ones take seconds."""
    made_of = f"{file.name} {sorted(letters)} {AXES} {FEATURES} {fontTools.version}"
    kept = CACHE / "fonts" / f"{file.name.partition('.')[0]}@{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.woff2"
    if (found := fetch(kept)) is not None:
        return found
    font, data = change(_cut(TTFont(file, recalcTimestamp=False), letters)), io.BytesIO()
    font.flavor = "woff2"
    font.save(data)
    store(kept, data.getvalue())
    return data.getvalue()


def _cut(font: TTFont, letters: Iterable[int]) -> TTFont:
    options = subset.Options(
        layout_features=FEATURES, hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 6, 13, 14]
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    return font


def _weighed(font: TTFont, own: str) -> TTFont:
    """A variable font with the weights of AXES alone, under a name of its own."""
    fixed = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    lighter = instancer.instantiateVariableFont(font, {**fixed, **AXES[own]})
    for record in lighter["name"].names:
        if record.nameID in (1, 3, 4, 6):
            record.string = f"Amostra{own}" if record.nameID == 6 else f"Amostra {own}"
    return lighter


def _rule(family: str, weight: str, style: str, address: str) -> str:
    return (
        f'@font-face{{font-family:"{family}";font-style:{style};font-weight:{weight};font-display:swap;'
        f'src:url({address}) format("woff2")}}'
    )


def _keep(folder: Path, name: str, data: bytes) -> str:
    """Write a font and return its address in the stylesheet beside it."""
    target = folder / "media" / f"{name}.woff2"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return f"media/{target.name}"
