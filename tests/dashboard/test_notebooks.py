"""The notebook surface: executed top to bottom in a real kernel, its charts alive in a real browser."""

import nbformat
import pytest
from nbconvert import HTMLExporter

from dashboard import lesson, notebooks
from dashboard.language import LANGUAGES

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


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("one", lesson.lessons(), ids=lambda one: one.slug)
def test_a_notebook_runs_top_to_bottom_and_shows_every_block(every, one, lang):
    notebook = nbformat.read(every[lang, one.text("slug", lang)], as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
    shown = [output for cell in code[1:] for output in cell.outputs if output.output_type == "execute_result"]
    made = [len(outputs) for cell, outputs in lesson.made(one, lang) if cell.kind == "code"]
    assert len(shown) == sum(made)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_notebook_holds_one_language_and_no_open_expression(written, lang):
    notebook = nbformat.read(written[lang], as_version=4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "{{" not in prose and "](term:" not in prose
    assert ("Quando τ vai a zero" in prose) == (lang == "pt")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_charts_of_a_notebook_are_alive_in_a_browser_without_a_network(written, browser, lang, tmp_path):
    page_file = tmp_path / "notebook.html"
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
    assert hidden == [cell.source for cell in one.cells if cell.fold and cell.kind == "code"] != []


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
