"""The notebook surface: executed top to bottom in a real kernel, its charts alive in a real browser."""

import base64
from functools import cache

import nbformat
import pytest
from nbconvert import HTMLExporter

from dashboard import lesson, notebooks
from dashboard.blocks import Block, Exercise
from dashboard.language import LANGUAGES
from dashboard.lesson import Cell

TEMPERATURE = {"pt": "temperatura", "en": "temperature"}


@pytest.fixture(scope="session")
def every(tmp_path_factory):
    """The executed notebooks by language and slug."""
    paths = notebooks.write(tmp_path_factory.mktemp("notebooks"))
    return {(path.parent.name, path.stem): path for path in paths}


@pytest.fixture(scope="session")
def written(every):
    """The executed notebook on temperature by language."""
    return {lang: every[lang, slug] for lang, slug in TEMPERATURE.items()}


@cache
def made(slug: str, lang: str) -> list[tuple[Cell, list[Block]]]:
    """The cells of a lesson with their blocks, run once."""
    (one,) = [one for one in lesson.lessons() if one.slug == slug]
    return list(lesson.made(one, lang))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("one", lesson.lessons(), ids=lambda one: one.slug)
def test_a_notebook_runs_top_to_bottom_and_shows_every_block(every, one, lang):
    notebook = nbformat.read(every[lang, one.text("slug", lang)], as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
    shown = [output for cell in code[1:] for output in cell.outputs if output.output_type == "execute_result"]
    assert len(shown) == sum(len(outputs) for cell, outputs in made(one.slug, lang) if cell.kind == "code")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_notebook_holds_one_language_and_no_open_expression(written, lang):
    notebook = nbformat.read(written[lang], as_version=4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "{{" not in prose and "](term:" not in prose
    assert ("Quando τ vai a zero" in prose) == (lang == "pt")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_charts_of_a_notebook_are_alive_in_a_browser_without_a_network(written, browser, lang):
    page_file = written[lang].with_suffix(".html")
    page_file.write_text(HTMLExporter().from_filename(str(written[lang]))[0], encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.evaluate("() => Amostra.drawAll()")
    page.wait_for_function("() => document.querySelectorAll('.am-chart svg').length >= 4", timeout=60_000)
    said = page.locator(".am-said").first
    before = said.inner_text()
    page.locator("#tau-tau").focus()
    page.keyboard.press("End")
    assert page.locator("#tau-tau").get_attribute("aria-valuetext") == "∞"
    assert said.inner_text() != before
    context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_folded_opens_at_a_click_and_nothing_of_it_is_lost(lang):
    (one,) = [one for one in lesson.lessons() if one.slug == "temperature"]
    notebook = notebooks.build(one, lang)
    title = {"pt": "Prova", "en": "Proof"}[lang]
    proofs = [cell.source for cell in notebook.cells if cell.source.startswith(f"<details><summary>{title}</summary>")]
    assert len(proofs) == sum(cell.fold == "proof" and cell.lang == lang for cell in one.cells) > 0
    assert all("\\blacksquare" in proof and proof.endswith("</details>") for proof in proofs)
    hidden = [cell.source for cell in notebook.cells if cell.metadata.get("jupyter", {}).get("outputs_hidden")]
    assert (
        [code.partition("\n")[2] for code in hidden]
        == [cell.source for cell in one.cells if cell.fold and cell.kind == "code"]
        != []
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_runtime_is_one_file_beside_the_notebooks_and_in_none_of_them(written, lang):
    text = written[lang].read_text(encoding="utf-8")
    assert (written[lang].parent.parent / notebooks.RUNTIME).read_text(encoding="utf-8") == notebooks.runtime()
    setup = nbformat.reads(text, as_version=4).cells[1]
    assert f'src="../{notebooks.RUNTIME}"' in setup.outputs[0].data["text/html"]
    assert len(str(setup.outputs)) < 1_000
    assert "new Event('amostra-ready')" not in text and "new Event('amostra-ready')" in notebooks.runtime()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_figure_without_scripts_is_its_picture_its_description_and_its_table(written, browser, lang):
    notebook = nbformat.read(written[lang], as_version=4)
    figures = [
        out.data["text/html"]
        for cell in notebook.cells[2:]
        for out in cell.get("outputs", [])
        if "text/html" in out.data
    ]
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.set_content("".join(figures))
    pictures = page.locator("img")
    assert pictures.count() == len(figures) >= 4
    for picture in pictures.all():
        assert picture.bounding_box()["width"] > 300 and picture.bounding_box()["height"] > 50
    drawn = [
        base64.b64decode(picture.get_attribute("src").partition("base64,")[2]).decode() for picture in pictures.all()
    ]
    assert any("100%" in one for one in drawn) and not any("undefined" in one or "NaN" in one for one in drawn)
    assert page.locator("table").count() == len(figures) and page.locator("h4 + img + p").count() == len(figures)
    context.close()


def test_a_page_whose_host_replaces_relative_addresses_later_still_gets_the_runtime(written, browser):
    page = browser.new_page()
    page.set_content(notebooks._LOADER)  # its first address leads nowhere
    file = written["pt"].parent.parent / notebooks.RUNTIME
    assert page.evaluate("typeof globalThis.Amostra") == "undefined"
    data = "data:text/javascript;base64," + base64.b64encode(file.read_bytes()).decode()
    page.evaluate("(address) => document.querySelector('script').setAttribute('src', address)", data)
    page.wait_for_function("() => globalThis.Amostra?.mount && Amostra.vega")
    page.close()


@pytest.mark.parametrize("one", lesson.lessons(), ids=lambda one: one.slug)
def test_the_code_of_a_notebook_is_hidden_and_stands_below_the_question_that_it_answers(every, one):
    cells = nbformat.read(every["pt", one.text("slug", "pt")], as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert all(cell.source.startswith("# @title ") and cell.metadata["cellView"] == "form" for cell in code)
    assert all(cell.metadata["jupyter"]["source_hidden"] and "hide-input" in cell.metadata["tags"] for cell in code[1:])
    asked = 0
    for cell, outputs in made(one.slug, "pt"):
        for block in outputs:
            if isinstance(block, Exercise):
                (place,) = [i for i, other in enumerate(cells) if other.source.partition("\n")[2] == cell.source]
                assert notebooks.plain_links(block.question) in cells[place - 1].source
                told = [block.right] if block.kind == "numeric" else [option.feedback for option in block.options]
                assert not any(answer in other.source for answer in told if answer for other in cells[:place])
                shown = notebooks.mimebundle(block)["text/markdown"]
                assert notebooks.plain_links(block.question) not in shown
                assert block.kind == "bet" or shown.startswith("<details>")
                asked += 1
    assert asked


def test_the_same_lesson_gives_the_same_notebook():
    one = lesson.lessons()[0]
    assert nbformat.writes(notebooks.build(one, "pt")) == nbformat.writes(notebooks.build(one, "pt"))


def test_the_colab_link_appears_only_with_a_repository(monkeypatch):
    from dashboard.repository import colab_link

    (one,) = [one for one in lesson.lessons() if one.slug == "temperature"]
    monkeypatch.setenv("AMOSTRA_REPOSITORY", "")
    assert colab_link(one, "pt") == ""
    monkeypatch.setenv("AMOSTRA_REPOSITORY", "owner/amostra")
    assert colab_link(one, "pt").endswith("github/owner/amostra/blob/notebooks/pt/temperatura.ipynb")
    assert "git clone" in notebooks.build(one, "pt").cells[1].source.replace('"git", "clone"', "git clone")
    assert "https://github.com/owner/amostra.git" in notebooks.build(one, "pt").cells[1].source
