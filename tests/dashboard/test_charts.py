"""Every figure of every lesson: what the page's script computes is what `core` says, over a grid of settings."""

import json
import math
import random
import re
import textwrap
from collections.abc import Iterator
from contextlib import closing
from itertools import islice, product

import altair
import pytest
import torch
from py_mini_racer import MiniRacer

from dashboard import language, lesson
from dashboard.blocks import Choice, Column, Figure, Input, Range, Stops
from dashboard.charts import frame
from dashboard.charts.frame import ORACLES, oracle
from dashboard.language import ROOT
from dashboard.page.scripts import page_modules, rows_script
from tests.dashboard.chart_cases import CASES

CLOSE = 1e-9
MOST = 200  # settings per figure
ASK = """(chart, data, list) => {
  const plain = (_, x) => typeof x === "number" && !Number.isFinite(x) ? String(x) : x;
  const special = (_, x) => (x === "inf" ? Infinity : x);
  const given = JSON.parse(data);
  return JSON.stringify(JSON.parse(list, special).map((settings) => Amostra.charts[chart](given, settings)), plain);
}"""


def values_of(control: Input) -> list:
    """Where a control is tried: every stop, every choice, both sides of a switch; ends and middle of a range, and its start."""
    if isinstance(control, Stops | Choice):
        return list(control.values)
    if not isinstance(control, Range):
        return [True, False]
    steps = round((control.maximum - control.minimum) / control.step)
    places = {round(control.minimum + control.step * n, 9) for n in (0, 1, steps // 2, steps - 1, steps)}
    return sorted({min(max(place, control.minimum), control.maximum) for place in places} | {control.value})


def grid(figure: Figure) -> list[dict]:
    """All combinations of settings where they are few, else MOST of them at random; the first is as the figure starts."""
    names, draw = [control.name for control in figure.controls], random.Random(figure.id)
    tried = [values_of(control) for control in figure.controls]
    start = [control.value for control in figure.controls]
    if math.prod(map(len, tried)) <= MOST:
        return [dict(zip(names, values, strict=True)) for values in [start, *product(*tried)]]
    every = [  # each value at least once, the others at random
        [value if i == k else draw.choice(others) for k, others in enumerate(tried)]
        for i, values in enumerate(tried) for value in values
    ]  # fmt: skip
    some = [[draw.choice(values) for values in tried] for _ in range(MOST - len(every))]
    return [dict(zip(names, values, strict=True)) for values in [start, *every, *some]]


def by_the_page(racer: MiniRacer, figure: Figure, settings: list[dict]) -> list[dict]:
    call = f"({ASK})({json.dumps(figure.chart)}, {json.dumps(json.dumps(figure.data))}, {json.dumps(json.dumps(settings))})"
    return json.loads(racer.eval(call))


def differences(ours: object, theirs: object, place: str = "") -> Iterator[str]:
    """Where what the page says is not what `core` says."""
    # Tuples of types: asked of millions of numbers, a union takes half as long again.
    if isinstance(theirs, dict):
        if ours.keys() != theirs.keys():
            yield f"{place}: {sorted(ours.keys() ^ theirs.keys())}"
            return
        for name, value in theirs.items():
            yield from differences(ours[name], value, f"{place}.{name}")
    elif isinstance(theirs, (list, tuple)):
        if len(ours) != len(theirs):
            yield f"{place}: {len(ours)} rows, by core {len(theirs)}"
            return
        for i, value in enumerate(theirs):
            yield from differences(ours[i], value, f"{place}[{i}]")
    elif isinstance(theirs, (bool, str)) or theirs is None:
        if ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
            yield f"{place}: {ours!r}, by core {theirs!r}"
    else:
        number = float(ours.replace("Infinity", "inf")) if isinstance(ours, str) else ours
        if number is None or not (number == theirs or abs(number - theirs) <= CLOSE * max(1, abs(theirs))):
            yield f"{place}: {ours!r}, by core {theirs!r}"


def of(one: lesson.Lesson) -> list[Figure]:
    return [block for block in lesson.produce(one, "pt") if isinstance(block, Figure)]


@pytest.fixture(scope="module")
def racer() -> Iterator[MiniRacer]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # rows this small are done before a second thread has woken up
    with closing(MiniRacer()) as one:
        one.eval(rows_script())
        yield one
    torch.set_num_threads(threads)


@pytest.mark.parametrize("one", [lesson.home(), *lesson.lessons(), *lesson.pages()], ids=lambda one: one.slug)
def test_every_row_of_every_figure_is_that_of_core(racer, one, record_property):
    record_property("settings", hold(racer, of(one)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_every_row_over_odd_data_is_that_of_core(racer, case, record_property):
    record_property("settings", hold(racer, case()))


def hold(racer: MiniRacer, figures: list[Figure]) -> int:
    """Assert that the page and core give the same rows; how many settings were tried."""
    tried = 0
    for figure in figures:
        settings = grid(figure)
        for moved, ours in zip(settings, by_the_page(racer, figure, settings), strict=True):
            asked = {name: math.inf if value == "inf" else value for name, value in moved.items()}
            wrong = list(islice(differences(ours, ORACLES[figure.chart](figure.data, asked)), 5))
            assert not wrong, (figure.id, figure.chart, moved, wrong)
        tried += len(settings)
    return tried


def test_the_page_and_core_have_the_same_charts(racer):
    assert set(json.loads(racer.eval("JSON.stringify(Object.keys(Amostra.charts))"))) == set(ORACLES)


def test_the_chart_of_the_guide_is_held_to_its_oracle():
    chapter = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## A chart")[2].partition("\n## ")[0]
    script, code = (textwrap.dedent(block) for block in re.findall(r"```\w+\n(.*?)\n   ```", chapter, re.S))
    assert len([line for line in (script + code).splitlines() if line.strip()]) <= 35
    namespace = {**vars(frame), "Column": Column, "t": language.t, "say": language.say, "alt": altair}
    exec(code, namespace)
    figure = namespace["ratios"]("r", "r", ["a", "b", "c"], [2.0, 2.0, 0.5])
    with closing(MiniRacer()) as racer:
        racer.eval(rows_script(page_modules({"charts/ratios": script})))
        assert hold(racer, [figure]) == len(frame.STOPS) + 1
    del ORACLES["ratios"]


@pytest.fixture
def halves():
    @oracle("halves")
    def rows(data, settings):
        return {"rows": [{"token": token, "p": settings["p"]} for token in data["tokens"]]}

    yield lambda **words: frame.figure(
        "halves", "h", "Halves", {"tokens": ["a", "b"]}, [Range("p", "p", "", 0.5, step=0.1, digits=1)],
        frame.rows().mark_bar().encode(x=f"{words.pop('drawn', 'p')}:Q", y="token:N"),
        [Column(words.pop("column", "token"), "token")], **{"alt": "[{token} {p|%1}]", **words},
    )  # fmt: skip
    del ORACLES["halves"]


def test_a_description_names_every_row(halves):
    figure = halves(said="p = {p|2}")
    assert figure.alt == "a 50,0%, b 50,0%" and figure.rows == [["a"], ["b"]]


@pytest.mark.parametrize(
    "words, named",
    [
        ({"said": "{q|2}"}, "'h': said names q"),
        ({"alt": "[{token} {r}]"}, "'h': alt names r"),
        ({"labels": {"label": "{s|%1}"}}, "'h': label label names s"),
        ({"column": "z"}, "'h': columns names z"),
        ({"drawn": "w"}, "'h': the picture of 'rows' names w"),
    ],
)
def test_a_field_that_no_row_has_is_an_error_that_names_figure_and_field(halves, words, named):
    with pytest.raises(ValueError, match=named):
        halves(**words)
