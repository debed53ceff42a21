"""The lesson engine: cells to blocks, prose with computed values, the cache."""

import json
from pathlib import Path

import pytest

from dashboard import blocks, language, lesson
from dashboard.blocks import Exercise, Figure

EVERY = [*lesson.lessons(), *lesson.pages(), lesson.home()]

HEADER = """# ---
# jupyter:
#   amostra:
#     slug: {pt: a, en: a}
#     title: {pt: A, en: A}
#     summary: {pt: s, en: s}
#     part: 1
#     minutes: 1
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


def test_a_page_without_a_number_needs_no_minutes_and_has_its_whole_name_for_a_slug(tmp_path):
    path = tmp_path / "two_words.py"
    path.write_text(
        HEADER.replace("#     part: 1\n#     minutes: 1\n", "").replace(
            "#     prerequisites: {pt: nada, en: nothing}\n", ""
        ),
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
    with pytest.raises(lesson.LessonError, match="lacks part, title, summary, minutes, prerequisites, sources"):
        lesson.load(path)


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.slug)
def test_both_languages_give_the_same_kinds_of_blocks_in_the_same_order(one):
    pt, en = ([type(block).__name__ for block in lesson.produce(one, lang)] for lang in language.LANGUAGES)
    assert pt == en


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.slug)
def test_blocks_survive_json(one):
    found = [block for _, block in lesson.run(one, "pt")]
    assert blocks.from_json(json.loads(json.dumps(blocks.to_json(found), allow_nan=False))) == found


@pytest.mark.parametrize("one", lesson.lessons(), ids=lambda one: one.slug)
def test_every_option_has_its_feedback_every_figure_its_sentence_and_every_block_its_own_id(one):
    found = list(lesson.produce(one, "pt"))
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
        for block in lesson.produce(one, "pt")
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
