"""The exported site: nothing from elsewhere, no dead link, the same sections in both languages, formulas that are checked."""

import gzip
import json
import re
from posixpath import dirname, join, normpath
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from dashboard import blocks, export, language, lesson
from dashboard.app import mount
from dashboard.links import LinkError, addressed, checked
from dashboard.page import katex
from dashboard.page.html import embedded, html, inline, paragraphs
from dashboard.page.scripts import page_script as script_of_the_page
from dashboard.site import assets, pages

PAGES = [f"{lang}/{name}.html" for lang in language.LANGUAGES for name in pages.names(lang)] + ["index.html"]
LESSONS = [one.path for one in [*lesson.lessons(), *lesson.pages(), lesson.home()]]


@pytest.fixture(scope="module")
def soups(site):
    return {page: BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser") for page in PAGES}


@pytest.fixture(scope="module")
def engine():
    with katex.engine() as running:
        yield running


# The site ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_loaded_from_elsewhere(soups, page):
    loaded = [
        tag.get(name)
        for tag in soups[page](["script", "link", "img", "iframe", "source", "form", "use", "image"])
        for name in ("src", "href", "action", "srcset")
        if tag.get(name)
    ]
    assert loaded
    assert [address for address in loaded if urlsplit(address).scheme or address.startswith("//")] == []


def test_no_stylesheet_asks_the_network(site):
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert re.findall(r"@import[^;]*|url\(\s*[\"']?(?!data:)(?:https?:)?//[^)]*", text) == [], sheet


def test_every_file_a_stylesheet_names_is_there(site):
    sheet = site / "_shared" / "amostra.css"
    names = [
        name
        for name in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8"))
        if not name.strip("'\"").startswith("data:")
    ]
    assert names
    assert [name for name in names if not (sheet.parent / name).is_file()] == []


@pytest.fixture(scope="module")
def ids(soups):
    return {page: {tag["id"] for tag in soup.find_all(id=True)} for page, soup in soups.items()}


@pytest.mark.parametrize("page", PAGES)
def test_every_local_link_has_its_target(site, soups, ids, page):
    missing = []
    for tag in soups[page].find_all(["a", "link", "script", "img"]):
        address = urlsplit(tag.get("href") or tag.get("src") or "")
        if address.scheme or not (address.path or address.fragment):
            continue
        target = normpath(join(dirname(page), unquote(address.path))) if address.path else page
        known = not address.fragment or unquote(address.fragment) in ids.get(target, ())
        if not (known and (site / target).is_file()):
            missing.append(address.geturl())
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_the_page_says_its_language_and_what_it_is(soups, page):
    lang = language.LANGUAGES.get(page.partition("/")[0], "pt-BR")
    assert soups[page].html["lang"] == lang
    assert soups[page].title.text.strip()
    assert soups[page].find("meta", attrs={"name": "description"})["content"].strip()


@pytest.mark.parametrize("page", PAGES)
def test_no_id_is_used_twice(soups, page):
    ids = [tag["id"] for tag in soups[page].find_all(id=True)]
    assert sorted({id for id in ids if ids.count(id) > 1}) == []


@pytest.mark.parametrize(("pt", "en"), list(zip(pages.names("pt"), pages.names("en"), strict=True)))
def test_both_languages_have_the_same_places(soups, pt, en):
    places = [
        [
            [tag["id"] for tag in soup.select(selector)]
            for selector in ("article :is(h2, h3)[id]", "[data-figure]", "[data-exercise]", ".am-derivation", "dt[id]")
        ]
        for soup in (soups[f"pt/{pt}.html"], soups[f"en/{en}.html"])
    ]
    places = [[*groups[:-1], sorted(groups[-1])] for groups in places]  # a glossary follows its own alphabet
    assert places[0] == places[1]
    assert soups[f"pt/{pt}.html"].select_one("[data-language]")["href"] == f"../en/{en}.html"
    assert soups[f"en/{en}.html"].select_one("[data-language]")["href"] == f"../pt/{pt}.html"


def test_furo_speaks_portuguese(site):
    """Each English phrase of the theme that the catalog knows still occurs in English pages, and in none in Portuguese."""
    read = {
        lang: "".join(path.read_text(encoding="utf-8") for path in (site / lang).glob("*.html"))
        for lang in ("pt", "en")
    }
    for key, text in language.catalog().items():
        if key.startswith("furo."):
            found = {
                lang: len(re.findall(rf'(?<=[>"])(?<!<code>)\s*{re.escape(text["en"])}\s*[<"]', page))
                for lang, page in read.items()
            }
            assert found["en"] and not found["pt"], (key, found)


def test_a_key_is_called_in_code_what_it_bears(soups):
    keys = {code.text for code in soups["pt/com-uma-turma.html"].select("article code")}
    assert {"Home", "End"} <= keys


@pytest.mark.parametrize(("lang", "readme"), [("pt", "README.pt-BR.md"), ("en", "README.md")])
def test_the_site_says_what_the_app_adds_and_the_readmes_way_to_it(soups, lang, readme):
    section = soups[f"{lang}/index.html"].find(id="app").find_parent("section")
    start = section.pre.text.replace("\\\n", "").split()
    assert "Qwen2.5-0.5B" in section.text and start[-1] == "streamlit_app.py"
    assert " ".join(start) in (language.ROOT / readme).read_text(encoding="utf-8")
    assert soups[f"{lang}/index.html"].select_one('.am-licence a[href="index.html#app"]')


def test_numbers_are_there_without_scripts(soups):
    for page in PAGES:
        for figure in soups[page].select("[data-figure]"):
            payload = json.loads(figure.script.string)
            assert payload["alt"] in figure.text
            assert payload["id"] == figure["id"]
        for exercise in soups[page].select("[data-exercise]:not([data-exercise=bet])"):
            assert exercise.select("details [data-answer]")


def test_a_page_is_light(site, soups):
    """All that a lesson loads, compressed as servers do, stays below 800 KB with every font of its formulas."""
    for page in (page for page in PAGES if soups[page].select("[data-figure]")):
        files = {site / page}
        for tag in soups[page].find_all(["script", "link", "img"]):
            address = tag.get("src") or (tag.get("href") if tag.get("rel") in (["stylesheet"], ["icon"]) else None)
            if address:
                files.add(((site / page).parent / urlsplit(address).path).resolve())
        weight = sum(len(gzip.compress(path.read_bytes())) for path in files)
        fonts = [
            path
            for path in (site / "_shared" / "media").iterdir()
            if re.match(r"Source|KaTeX_(Main-Regular|Main-Bold\.|Math-Italic|AMS|Size)", path.name)
        ]
        assert weight + sum(path.stat().st_size for path in fonts) < 800_000, page


# Formulas ------------------------------------------------------------------------------------------------------------


def test_engine_and_stylesheet_are_of_one_series(engine):
    assert [version.split(".")[:2] for version in (engine.eval("katex.version"), assets.katex_version())] == [
        ["0", "16"]
    ] * 2


def test_a_named_operator_is_no_subscript(engine):
    with pytest.raises(katex.FormulaError, match="invalid MathML"):
        katex.render(r"p_{\max}")
    assert "msub" in katex.render(r"p_{\mathrm{max}}")


def test_bad_latex_fails_and_names_the_formula(engine):
    with pytest.raises(katex.FormulaError, match=r"\\fracc\{1\}\{2\}"):
        katex.render(r"\fracc{1}{2}")
    with pytest.raises(katex.FormulaError, match=r"\\nonsense"):
        inline(r"a formula, $\nonsense$, in a block")


def test_bad_latex_in_prose_fails_the_export_and_names_the_lesson(tmp_path, monkeypatch, capsys):
    first = lesson.lessons()[0]
    monkeypatch.setattr(lesson, "lessons", lambda: [first])
    monkeypatch.setattr(pages.document, "of", lambda one: inline(r"$\fracc{1}{2}$"))
    assert export.main([str(tmp_path / "site")]) == 1
    told = capsys.readouterr().err
    assert r"\fracc{1}{2}" in told and first.path.name in told
    assert list(tmp_path.iterdir()) == []


def test_every_formula_has_mathml_and_its_source(engine):
    page = BeautifulSoup(katex.render(r"\frac{1}{2}", True), "html.parser")
    assert page.select_one("math mfrac") and page.annotation.text == r"\frac{1}{2}"


def test_an_engine_within_another_is_the_same_and_each_block_has_the_output_that_it_asks_for(engine):
    with katex.engine("mathml") as inner:
        assert inner is engine and "katex-html" not in katex.render("x")
    assert "katex-html" in katex.render("x")


def test_the_engine_is_needed(monkeypatch):
    monkeypatch.setattr(katex, "_racer", None)
    with pytest.raises(RuntimeError, match="engine"):
        katex.render(r"\text{never set before}")


# Links and blocks ----------------------------------------------------------------------------------------------------


def test_links_to_terms_and_lessons_are_checked_and_addressed(engine):
    name, first = next(iter(language.glossary())), lesson.lessons()[0]
    for lang, page in (("pt", "glossario"), ("en", "glossary")):
        with language.using(lang):
            written = [
                addressed(inline(text), pages.address)
                for text in (
                    f"[x](term:{name})",
                    f"[x](lesson:{first.slug}#sources)",
                    "[x *y*](tool:lab)",
                    "[x](lesson:home)",
                )
            ]
        assert written[:2] == [
            f'<a href="{page}.html#{name}">x</a>',
            f'<a href="{first.text("slug", lang)}.html#sources">x</a>',
        ]
        assert written[2:] == [
            f'<a href="{pages.TOOLS["lab"][lang]}.html">x <em>y</em></a>',
            '<a href="index.html">x</a>',
        ]
    for bad in (
        "[x](term:no-such-term)",
        "[x](lesson:no-such-lesson)",
        "[x](tool:no-such-tool)",
        "[x](lesson:no-such#place)",
    ):
        with pytest.raises(LinkError, match="no-such"):
            checked(bad)


def test_a_link_sets_the_controls_of_a_figure_or_a_tool_on_both_surfaces(engine):
    with language.using("en"):
        text = inline("[x](lesson:temperature?tau.variant=u3&tau.tau=0#tau)")
        rest = "tau.variant=u3&amp;tau.tau=0#tau"
        assert addressed(text, pages.address) == f'<a href="temperature.html?{rest}">x</a>'
        assert addressed(text, mount.address) == f'<a href="temperature?lang=en&amp;{rest}">x</a>'
        text = inline(checked("[x](tool:inside?text=O+mar&cut=1)"))
        assert addressed(text, pages.address) == '<a href="inside.html?text=O+mar&amp;cut=1">x</a>'
        assert addressed(text, mount.address) == '<a href="inside?lang=en&amp;text=O+mar&amp;cut=1">x</a>'
    for bad in ("lesson:no-such?tau.tau=0#tau", "tool:no-such?text=O+mar"):
        with pytest.raises(LinkError, match="no-such"):
            checked(f"[x]({bad})")


def test_every_link_with_settings_names_a_figure_there_and_values_that_it_takes(site, soups):
    def takes(control, value):
        if control.get("values"):
            return value in {f"{one:g}" if isinstance(one, float) else str(one) for one in control["values"]}
        return control["minimum"] <= float(value) <= control["maximum"]

    bad, seen = [], 0
    for page, soup in soups.items():
        for tag in soup.select(".am-page a[href*='.html?']"):
            address = urlsplit(tag["href"])
            there = soups[f"{page.partition('/')[0]}/{unquote(address.path)}"]
            if there.select_one("[data-tool], [data-quiz]"):
                continue
            for name, value in parse_qsl(address.query):
                figure, _, control = name.partition(".")
                told = json.loads(there.find(id=figure).script.string)
                seen += 1
                if not any(one["name"] == control and takes(one, value) for one in told["controls"]):
                    bad.append(tag["href"])
    assert seen and bad == []


def test_prose_is_set_as_it_was_written(engine):
    page = BeautifulSoup(
        paragraphs("a $x$, b\n\n| h | i |\n|---|---|\n| $y$. | `c` |\n\n$$\nz\n$$\n\n```python\nif x: pass\n```"),
        "html.parser",
    )
    assert page.p.annotation.text == r"x\text{,}" and page.p.get_text().endswith(" b")  # no line ends between them
    assert page.select_one("[data-scroll] > table td code").text == "c" and page.select_one(
        ".am-math[data-scroll] .katex-display"
    )
    assert page.select_one(".highlight .k").text == "if"


def test_json_cannot_leave_its_script():
    text = embedded({"a": "</script><!-- & τ"})
    assert "<" not in text and json.loads(text) == {"a": "</script><!-- & τ"}


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_block_has_its_html(engine, path, lang):
    with language.using(lang):
        for block in lesson.produce(lesson.load(path), lang):
            if not isinstance(block, blocks.Prose):
                assert html(block).startswith("<")


def test_a_fold_is_closed_has_its_title_its_place_and_all_of_its_blocks(engine):
    fold = blocks.Fold("proof", "Prova de $u$", [blocks.Prose("Logo."), blocks.Table(["a"], [["1"]])], "the-proof")
    with language.using("pt"):
        (details,) = BeautifulSoup(html(fold), "html.parser").find_all("details")
    assert details["id"] == "the-proof" and not details.has_attr("open")
    assert details.summary.text.startswith("Prova de") and details.summary.find(class_="katex")
    assert details.find("p").text == "Logo." and details.table.td is None and details.table.th.text == "a"


# The page's script judges as dashboard.blocks does ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_script():
    racer = MiniRacer()
    try:
        racer.eval("var window = globalThis;")
        racer.eval(script_of_the_page())
        racer.eval("""function read(text) { try { return Amostra.page.parseNumber(text); } catch { return null; } }""")
        yield racer
    finally:
        racer.close()


def python_reads(text: str) -> float | None:
    try:
        return language.parse_number(text)
    except ValueError:
        return None


@pytest.mark.parametrize(
    "text",
    [
        "0,83",
        "0.83",
        "83%",
        "83 %",
        "1/4",
        " 1 / 4 ",
        "−2",
        "-2",
        "+.5",
        "5.",
        "1e3",
        "1E-3",
        "1_000",
        "50%%",
        "1/2/4",
        "1/4%",
        "",
        " ",
        "abc",
        "1/0",
        "0/5",
        "1,5,2",
        "1.234,5",
        "inf",
        "nan",
        "1e999",
        "--1",
        "1__0",
        "_1",
        "0x10",
        "%",
        "/",
        "1 000",
        "1\u00a0000",
    ],
)
def test_numbers_are_read_alike(page_script, text):
    assert page_script.call("read", text) == python_reads(text)


@given(st.text(alphabet="0123456789.,%/-−+e_ ", max_size=10))
def test_any_text_is_read_alike(page_script, text):
    assert page_script.call("read", text) == python_reads(text)


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_numeric_exercises_are_judged_alike(site, soups, page_script, lang):
    for one in lesson.lessons():
        page = soups[f"{lang}/{one.text('slug', lang)}.html"]
        for block in blocks.opened(lesson.produce(one, lang)):
            if not isinstance(block, blocks.Exercise) or block.kind != "numeric":
                continue
            form = page.find(id=block.id)
            for given_ in [
                str(block.answer),
                *(str(mistake.value) for mistake in block.mistakes),
                "12345",
                "abc",
                "1/3",
            ]:
                name = page_script.call("Amostra.page.judge", given_, json.loads(form["data-numeric"]))
                shown = form.find(attrs={"data-answer": name})
                verdict = block.check(given_)
                plain = max(re.split(r"\$[^$]*\$", verdict.text.replace("*", "")), key=len)  # between formulas
                assert " ".join(plain.lstrip(".,;:!?").split()) in " ".join(shown.text.split())
                assert {None: "unreadable"}.get(verdict.correct, name) == name
                assert (name == "right") == (verdict.correct is True)
