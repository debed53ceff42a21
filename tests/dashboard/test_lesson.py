"""The lesson engine: cells to blocks, prose with computed values, the cache."""

import json
from pathlib import Path

import jupytext
import pytest

from dashboard import blocks, language, lesson
from dashboard.blocks import Exercise, Figure, Fold, Prose, Table, opened

EVERY = [*lesson.lessons(), *lesson.pages(), lesson.home()]

HEADER = """# ---
# jupyter:
#   amostra:
#     slug: {pt: a, en: a}
#     title: {pt: A, en: A}
#     summary: {pt: s, en: s}
#     part: 1
#     prerequisites: {pt: nada, en: nothing}
#     sources: []
# ---

"""


def written(folder: Path, body: str) -> lesson.Lesson:
    path = folder / "09_small.py"
    path.write_text(HEADER + body, encoding="utf-8")
    return lesson.load(path)


def texts(one: lesson.Lesson, lang: str) -> list[str]:
    return [block.text for _, block in lesson.run(one, lang)]


def test_prose_holds_values_in_the_reader_s_format_also_inside_formulas(tmp_path):
    one = written(
        tmp_path,
        "# %%\np = 0.83105\n\n"
        '# %% [markdown] lang="pt"\n# vale {{ p | 3 }}, ou {{ p | %1 }}; $p = {{ p }}$; {{ [p, 1 - p] | 2 }}\n\n'
        '# %% [markdown] lang="en"\n# is {{ p | 3 }}, or {{ p | %1 }}; $p = {{ p }}$; {{ [p, 1 - p] | 2 }}\n',
    )
    assert texts(one, "pt") == ["vale 0,831, ou 83,1%; $p = 0{,}8310$; [0,83; 0,17]"]
    assert texts(one, "en") == ["is 0.831, or 83.1%; $p = 0.8310$; [0.83, 0.17]"]


def test_a_page_without_a_number_needs_no_part_and_has_its_whole_name_for_a_slug(tmp_path):
    path = tmp_path / "two_words.py"
    path.write_text(
        HEADER.replace("#     part: 1\n", "").replace("#     prerequisites: {pt: nada, en: nothing}\n", ""),
        encoding="utf-8",
    )
    one = lesson.load(path)
    assert (one.slug, one.numbered, lesson.load(lesson.paths()[0]).numbered) == ("two-words", False, True)


@pytest.mark.parametrize(
    "body, said",
    [
        ('# %% [markdown] lang="pt"\n# {{ 1 / 0 }}\n', "ZeroDivisionError"),
        ("# %%\n1 + 1\n", "int, not a block"),
        ("# %%\nraise ValueError('x')\n", "cell 0 (pt): ValueError: x"),
    ],
)
def test_a_broken_cell_is_named(tmp_path, body, said):
    with pytest.raises(lesson.LessonError, match=r"09_small.py, cell 0") as caught:
        list(lesson.run(written(tmp_path, body), "pt"))
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "body, said",
    [
        ("# %% [markdown]\n# sem idioma\n", 'needs lang="pt" or lang="en"'),
        ('# %% lang="pt"\n1\n', "has no lang"),
    ],
)
def test_a_cell_of_the_wrong_kind_is_refused(tmp_path, body, said):
    with pytest.raises(lesson.LessonError, match=said):
        written(tmp_path, body)


def test_a_header_that_lacks_something_is_refused(tmp_path):
    path = tmp_path / "09_bare.py"
    path.write_text("# %%\n1\n", encoding="utf-8")
    with pytest.raises(lesson.LessonError, match="lacks part, title, summary, prerequisites, sources"):
        lesson.load(path)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.slug)
def test_both_languages_give_the_same_kinds_of_blocks_in_the_same_order(one):
    pt, en = (
        [(type(block).__name__, getattr(block, "id", "")) for block in opened(lesson.produce(one, lang))]
        for lang in language.LANGUAGES
    )
    assert pt == en


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.slug)
def test_blocks_survive_json(one):
    found = [block for _, block in lesson.run(one, "pt")]
    assert blocks.from_json(json.loads(json.dumps(blocks.to_json(found), allow_nan=False))) == found


@pytest.mark.parametrize("one", lesson.lessons(), ids=lambda one: one.slug)
def test_every_option_has_its_feedback_every_figure_its_sentence_and_every_block_its_own_id(one):
    found = list(opened(lesson.produce(one, "pt")))
    assert all(option.feedback for block in found if isinstance(block, Exercise) for option in block.options)
    assert all(figure.said for figure in found if isinstance(figure, Figure))
    ids = [block.id for block in found if hasattr(block, "id")]
    assert len(ids) == len(set(ids))


def test_a_numeric_answer_knows_the_common_mistakes():
    (temperature,) = [one for one in lesson.lessons() if one.slug == "temperature"]
    (pair,) = [
        block for block in lesson.produce(temperature, "pt") if isinstance(block, Exercise) and block.kind == "numeric"
    ]
    assert pair.check("0,88").correct and pair.check("0.8808").correct and pair.check("88%").correct
    assert not pair.check("0,73").correct and "τ" in pair.check("0,73").text
    assert pair.check("7,39").text != pair.wrong != pair.check("0,62").text
    assert pair.check("0,1").text == pair.wrong
    assert pair.check("oitenta").correct is None


def test_what_was_computed_is_read_back_until_the_code_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(lesson, "CACHE", tmp_path)
    one = lesson.lessons()[0]
    first = list(lesson.produce(one, "en"))
    (kept,) = tmp_path.glob("*.json")
    monkeypatch.setattr(lesson, "run", lambda *_: pytest.fail("the lesson ran again"))
    assert list(lesson.produce(one, "en")) == first
    kept.write_text("half a fi", encoding="utf-8")  # a damaged cache is computed again, not shown
    monkeypatch.undo()
    monkeypatch.setattr(lesson, "CACHE", tmp_path)
    assert list(lesson.produce(one, "en")) == first


def test_prose_before_the_first_calculation_needs_no_torch():
    import subprocess
    import sys

    code = (
        "import sys\nfrom dashboard import lesson\n"
        "blocks = lesson.run(lesson.lessons()[0], 'pt')\n"
        "cell, block = next(blocks)\nassert block.text and 'torch' not in sys.modules\n"
        "cell, block = next(blocks)\nassert block.kind == 'bet' and 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=language.ROOT)


def test_a_table_refuses_columns_of_the_same_name():
    with pytest.raises(ValueError, match="different names"):
        blocks.Table(["token", "p", "p"], [["a", "0.5", "0.5"]])


def test_no_place_gives_the_right_option_away():
    """Always pointing at one place, first, second, … or last, does little better than chance over the whole course."""
    shown = [
        [block.options[i].correct for i in block.order]
        for one in lesson.lessons()
        for block in opened(lesson.produce(one, "pt"))
        if isinstance(block, Exercise) and block.options
    ]
    chance = sum(1 / len(one) for one in shown)
    for place in (0, 1, 2, -1):
        assert sum(one[place] for one in shown) < 1.3 * chance, place


def test_options_stand_in_the_same_order_in_both_languages_and_lines_of_code_as_they_are_written():
    for one in lesson.lessons():
        pt, en = (
            [block for block in lesson.produce(one, lang) if isinstance(block, Exercise)] for lang in language.LANGUAGES
        )
        assert [block.order for block in pt] == [block.order for block in en]
        assert all(block.order == sorted(block.order) for block in pt if block.kind == "bug")


# Folds ---------------------------------------------------------------------------------------------------------------

TABLE = 'from dashboard.blocks import Table\nTable(["a"], [["1"]])\n'


def twice(meta: str, pt: str, en: str) -> str:
    return "".join(f'# %% [markdown] lang="{lang}"{meta}\n# {text}\n\n' for lang, text in (("pt", pt), ("en", en)))


def folds(one: lesson.Lesson, lang: str) -> list[tuple[str, str, str, list[str]]]:
    return [
        (fold.kind, fold.id, fold.title, [getattr(block, "text", "table") for block in fold.blocks])
        for _, fold in lesson.run(one, lang)
        if isinstance(fold, Fold)
    ]


def test_neighbours_of_one_fold_join_until_one_has_a_title_or_another_cell_stands_between(tmp_path):
    one = written(
        tmp_path,
        "# %%\np = 0.5\n\n"
        + twice(' fold="proof" anchor="first"', "*Prova.* Vale {{ p | 1 }}.", "*Proof.* It is {{ p | 1 }}.")
        + twice(' fold="proof"', "E mais.", "And more.")
        + twice(' fold="proof"', "### Prova do caso\n#\n# Logo.", "### Proof of the case\n#\n# So.")
        + f'# %% fold="engines"\n{TABLE}\n# %% fold="engines"\nTable(["b"], [["2"]])\n\n'
        + twice("", "Aberto.", "Open.")
        + f'# %% fold="engines"\n{TABLE}',
    )
    assert folds(one, "pt") == [
        ("proof", "first", "Prova", ["Vale 0,5.", "E mais."]),
        ("proof", "fold-2", "Prova do caso", ["Logo."]),
        ("engines", "fold-3", "O que cada motor faz", ["table", "table"]),
        ("engines", "fold-4", "O que cada motor faz", ["table"]),
    ]
    assert folds(one, "en") == [
        ("proof", "first", "Proof", ["It is 0.5.", "And more."]),
        ("proof", "fold-2", "Proof of the case", ["So."]),
        ("engines", "fold-3", "What each engine does", ["table", "table"]),
        ("engines", "fold-4", "What each engine does", ["table"]),
    ]


def test_words_in_italics_are_a_title_only_when_they_open_the_cell_and_end_with_a_point(tmp_path):
    one = written(
        tmp_path,
        twice(' fold="more"', "*Ideia* sem ponto.", "*Idea* without a point.")
        + "# %%\n\n"
        + twice(' fold="more"', "Antes. *Prova.* Depois.", "Before. *Proof.* After.")
        + "# %%\n\n"
        + twice(' fold="case"', "*Com $u = 0$.* Igual.", "*With $u = 0$.* Equal."),
    )
    assert [fold[2:] for fold in folds(one, "pt")] == [
        ("Para ir além", ["*Ideia* sem ponto."]),
        ("Para ir além", ["Antes. *Prova.* Depois."]),
        ("Com $u = 0$", ["Igual."]),
    ]


def test_a_fold_that_shows_nothing_is_not_there_and_an_open_cell_closes_the_one_before(tmp_path):
    one = written(tmp_path, f'# %% fold="more"\nx = 1\n\n# %%\n{TABLE}\n# %% fold="more"\n{TABLE}\n# %%\n{TABLE}')
    shown = [block for _, block in lesson.run(one, "pt")]
    assert [type(block) for block in shown] == [Table, Fold, Table]
    assert [type(block) for block in opened(shown)] == [Table, Table, Table]


def test_a_title_with_nothing_behind_it_is_named(tmp_path):
    one = written(
        tmp_path, "# %%\nx = 1\n\n" + twice(' fold="case"', "### Só o título", "### The title alone") + f"# %%\n{TABLE}"
    )
    with pytest.raises(lesson.LessonError, match="09_small.py, cell 1: the fold «Só o título» has nothing behind"):
        list(lesson.run(one, "pt"))


@pytest.mark.parametrize("body", ['# %% fold="prova"\n1\n', twice(' fold="Proof"', "x", "x"), '# %% fold="1"\n1\n'])
def test_an_unknown_fold_is_named_with_its_file_and_cell(tmp_path, body):
    with pytest.raises(lesson.LessonError, match=r"09_small.py, cell 0: fold=.* is none of proof, engines, case, more"):
        written(tmp_path, body)


def test_a_fold_survives_the_trip_through_jupytext_and_json(tmp_path):
    body = twice(' anchor="a" fold="proof"', "*Prova.* Logo.", "*Proof.* So.") + f'# %% fold="engines"\n{TABLE}'
    one = written(tmp_path, body)
    one.path.write_text(
        jupytext.writes(jupytext.reads(one.path.read_text(encoding="utf-8"), fmt="py:percent"), fmt="py:percent"),
        encoding="utf-8",
    )
    again = lesson.load(one.path)
    assert [(cell.fold, cell.anchor, cell.lang) for cell in again.cells] == [
        ("proof", "a", "pt"),
        ("proof", "a", "en"),
        ("engines", "", ""),
    ]
    found = [block for _, block in lesson.run(again, "pt")]
    assert found[0] == Fold("proof", "Prova", [Prose("Logo.")], "a")
    assert blocks.from_json(json.loads(json.dumps(blocks.to_json(found)))) == found


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.slug)
def test_no_exercise_and_no_chart_is_folded(one):
    behind = [block for fold in lesson.produce(one, "pt") if isinstance(fold, Fold) for block in opened(fold.blocks)]
    assert not [block for block in behind if isinstance(block, Exercise | Figure | blocks.Answer)]
