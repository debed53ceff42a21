"""What the world reads of the site beside its pages: heads, sitemap, pictures, manifest, service worker, 404."""

import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from dashboard import export, language, lesson, repository, theme
from dashboard.site import assets, extension, pages, public

BASE = "https://example.org/amostra/"
PAGES = {
    "pt": {"top": public.Page("Top-k & <cia>", "Corta a cauda: «k» tokens ficam.", "", "lessons/04_top_k.py"), "index": public.Page("Início", "O curso.", "", "lessons/home.py")},
    "en": {"cut": public.Page("Top-k", "Cuts the tail.", "", "lessons/04_top_k.py"), "index": public.Page("Home", "The course.", "", "lessons/home.py")},
}  # fmt: skip


@pytest.fixture(params=["https://example.org/amostra", "https://example.org/amostra/"])
def published(request, monkeypatch):
    monkeypatch.setenv("AMOSTRA_SITE", request.param)
    monkeypatch.setenv("AMOSTRA_REPOSITORY", "owner/amostra")


@pytest.fixture
def private(monkeypatch):
    monkeypatch.setenv("AMOSTRA_SITE", "")
    monkeypatch.setenv("AMOSTRA_REPOSITORY", "")


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def built(tmp_path, pages_of=PAGES) -> dict[str, BeautifulSoup]:
    """The pages as Sphinx sets them with our templates, by language, and all else that the export adds."""
    site = tmp_path / "site"
    site.mkdir()
    assets.write(site / "_shared")
    for lang, other in (("pt", "en"), ("en", "pt")):
        source = tmp_path / "pages" / lang
        source.mkdir(parents=True)
        for name, page in pages_of[lang].items():
            others = [one for one in pages_of[lang] if one != "index"] if name == "index" else []
            toctree = "```{toctree}\n:hidden:\n\n" + "\n".join(others) + "\n```" if others else ""
            source.joinpath(f"{name}.md").write_text(f"# {page.title}\n\n{toctree}\n", encoding="utf-8")
        source.joinpath("search.md").write_text("---\norphan: true\n---\n# Search\n", encoding="utf-8")
        twins = dict(zip(pages_of[lang], pages_of[other], strict=True)) | {"search": "search"}
        export._sphinx(source, site / lang, tmp_path / "doctrees" / lang, extension.config(lang, twins, pages_of[lang]))
    public.write(site, pages_of)
    return {str(path.relative_to(site)): soup(path.read_text("utf-8")) for path in site.rglob("*.html")}


def attributes(head: BeautifulSoup, tag: str, key: str, value: str) -> dict[str, str]:
    return {one[key]: one[value] for one in head.find_all(tag) if one.get(key) and one.get(value)}


# With an address ------------------------------------------------------------------------------------------------------


def test_a_page_says_where_it_lives_in_every_language_and_how_it_looks_when_shared(published, tmp_path):
    page = built(tmp_path)["pt/top.html"]
    assert page.title.text == "Top-k & <cia> · Amostra"
    assert page.find("link", rel="canonical")["href"] == f"{BASE}pt/top.html"
    assert attributes(page, "link", "hreflang", "href") == {
        "pt-BR": f"{BASE}pt/top.html", "en": f"{BASE}en/cut.html", "x-default": f"{BASE}pt/top.html",
    }  # fmt: skip
    said = attributes(page, "meta", "property", "content")
    assert said["og:title"] == "Top-k & <cia>" and said["og:description"] == "Corta a cauda: «k» tokens ficam."
    assert said["og:url"] == f"{BASE}pt/top.html" and said["og:image"] == f"{BASE}_shared/cards/pt-top.png"
    with Image.open(tmp_path / "site" / said["og:image"].removeprefix(BASE)) as picture:
        assert picture.size == (int(said["og:image:width"]), int(said["og:image:height"]))
    assert (
        page.find("a", string="Editar esta página")["href"]
        == "https://github.com/owner/amostra/edit/main/lessons/04_top_k.py"
    )


def test_the_front_page_asks_for_the_language_and_the_search_is_not_listed(published, tmp_path):
    made = built(tmp_path)
    assert attributes(made["en/index.html"], "link", "hreflang", "href")["x-default"] == BASE
    assert attributes(made["index.html"], "link", "hreflang", "href") == {
        "pt-BR": f"{BASE}pt/index.html", "en": f"{BASE}en/index.html", "x-default": BASE,
    }  # fmt: skip
    assert made["pt/search.html"].find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert not made["pt/search.html"].find("link", rel="canonical")
    listed = ET.fromstring((tmp_path / "site" / "sitemap.xml").read_text("utf-8"))
    place = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    assert sorted(one.text for one in listed.findall("s:url/s:loc", place)) == sorted(
        f"{BASE}{lang}/{name}.html" for lang in PAGES for name in PAGES[lang]
    )
    for one in listed.findall("s:url", place):
        twins = {link.get("hreflang"): link.get("href") for link in one.findall("x:link", place)}
        assert set(twins) == {"pt-BR", "en"} and one.find("s:loc", place).text in twins.values()
    assert f"Sitemap: {BASE}sitemap.xml" in (tmp_path / "site" / "robots.txt").read_text("utf-8")


def test_a_lost_visitor_finds_both_languages_wherever_he_was_lost(published, tmp_path):
    lost = built(tmp_path)["404.html"]
    assert lost.base["href"] == BASE
    assert [(one["href"], one["hreflang"]) for one in lost.find_all("a")] == [
        ("pt/index.html", "pt-BR"),
        ("en/index.html", "en"),
    ]
    assert [one["lang"] for one in lost.select("main p")] == ["pt-BR", "en"]


@pytest.mark.parametrize(
    "given",
    ["example.org", "ftp://example.org", "https://", "https://example.org/?a=b", "https://example.org/#a", "/amostra"],
)
def test_what_is_no_address_of_a_site_is_refused_and_named(monkeypatch, given):
    monkeypatch.setenv("AMOSTRA_SITE", given)
    with pytest.raises(ValueError, match="AMOSTRA_SITE") as told:
        repository.site()
    assert given in str(told.value)


# Without one ----------------------------------------------------------------------------------------------------------


def test_without_an_address_nothing_absolute_is_written(private, tmp_path):
    made = built(tmp_path)
    for name, page in made.items():
        assert (
            not page.find("link", rel="canonical") and not page.find("base") and not page.find("meta", property=True)
        ), name
        assert not [one["href"] for one in page.find_all("link") if ":" in one["href"]], name
    assert attributes(made["pt/top.html"], "link", "hreflang", "href") == {"en": "../en/cut.html"}
    assert not made["pt/top.html"].find("a", string="Editar esta página")
    assert not (tmp_path / "site" / "sitemap.xml").exists() and not (tmp_path / "site" / "_shared" / "cards").exists()
    assert "Sitemap" not in (tmp_path / "site" / "robots.txt").read_text("utf-8")


# Pictures, copies, licences --------------------------------------------------------------------------------------------


def test_a_picture_shows_title_and_summary_and_long_ones_are_cut():
    with language.using("pt"):
        short, long = public.card("Top-k", "Corta."), public.card("palavra " * 40, "frase " * 200)
    for made in (short, long):
        with Image.open(io.BytesIO(made)) as picture:
            assert picture.size == public.CARD
            band = picture.convert("L").crop((0, 180, *public.CARD))
            assert band.getextrema()[0] < 60, "words in ink"
            assert picture.convert("L").crop((1120, 20, *public.CARD)).getextrema()[0] > 200, (
                "nothing runs over the edge"
            )
            assert picture.convert("L").crop((0, 615, *public.CARD)).getextrema()[0] > 200, "nothing runs under it"
    assert short != long


def test_a_lessons_picture_has_its_first_chart_in_the_languages_words_unless_it_is_too_tall_to_read():
    one = next(one for one in lesson.lessons() if one.slug == "temperature")
    drawn = {}
    for lang, axis in (("pt", "probabilidade"), ("en", "probability")):
        with language.using(lang):
            drawn[lang] = public.chart(one)
            assert f">{axis}<" in drawn[lang] and "var(" not in drawn[lang] and "NaN" not in drawn[lang]
            card = public.card("Top-k", "Corta.", drawn[lang])
    with Image.open(io.BytesIO(card)) as picture:
        bars = picture.convert("RGB").crop((80, 300, 1200, 630)).getcolors(1 << 20)
    kept = tuple(bytes.fromhex(theme.COLOURS["kept"][0].removeprefix("#")))
    assert sum(count for count, colour in bars if colour == kept) > 5_000, "a bar of kept mass"
    tall = '<svg xmlns="http://www.w3.org/2000/svg" width="700" height="2000"><rect width="700" height="2000"/></svg>'
    assert public.card("Top-k", "Corta.", tall) == public.card("Top-k", "Corta.")


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_the_longest_title_of_the_course_fits_its_picture(lang):
    with language.using(lang):
        titles = [one.text("title") for one in [*lesson.lessons(), *lesson.pages()]]
        assert [title for title in titles if "…" in "".join(public._lines(title, 26, 3))] == []


def test_the_manifest_installs_the_language_that_is_read(private, tmp_path):
    built(tmp_path)
    for lang, tag in language.LANGUAGES.items():
        told = json.loads((tmp_path / "site" / lang / "manifest.webmanifest").read_text("utf-8"))
        assert told["lang"] == tag and told["description"] == PAGES[lang]["index"].summary
        assert (tmp_path / "site" / lang / told["start_url"]).is_file()
        for one in told["icons"]:
            with Image.open(tmp_path / "site" / lang / one["src"]) as picture:
                assert f"{picture.width}x{picture.height}" == one["sizes"]


def test_a_worker_has_a_new_version_when_any_file_changes_and_only_then(tmp_path):
    names = ["index.html", "_shared/a.js", "_shared/cards/pt-index.png", "robots.txt"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    version = lambda: re.search(r'VERSION = "(\w+)"', public.worker(tmp_path, names))[1]  # noqa: E731
    first = version()
    assert (
        first == version() and json.loads(re.search(r"FILES = (.*);", public.worker(tmp_path, names))[1]) == names[:2]
    )
    (tmp_path / "robots.txt").write_text("other")
    assert version() == first
    (tmp_path / "_shared" / "a.js").write_text("other")
    assert version() != first


def test_the_licences_of_all_that_is_carried_are_there():
    told = assets.licences()
    for name in ("MIT License", "CC BY 4.0", "Vega (https", "D3 (", "KaTeX", "SIL OPEN FONT LICENSE", "furo", "Sphinx team", "Pygments", "Gumshoe", "normalize.css", "TopoJSON", "Tabler"):  # fmt: skip
        assert name in told, name


def test_every_page_of_the_export_knows_its_file_in_the_repository(monkeypatch, tmp_path):
    made = pages.document.Document("x", "X", "x.", "<p>x</p>", [])
    (tmp_path / "pages").mkdir()
    for source, where in (
        (lesson.lessons()[2].path, "lessons/03_temperature.py"),
        (lesson.LESSONS / "glossary.toml", "lessons/glossary.toml"),
        (tmp_path / "x.py", ""),
        (None, ""),
    ):
        assert pages._write(tmp_path / "pages", "x", made, source).source == where
