"""The chart of an engine's stages: every engine and recipe shows what `core.trace` leaves."""

from dataclasses import replace

import numpy as np

from core import ORDERS, SamplingParams, trace
from dashboard import charts
from tests.browser.figures import open_figure, rows_at

RECIPES = {
    "a": SamplingParams(1.5, 40, 0.9, 0.05),
    "b": SamplingParams(0.5, top_p=0.8),
    "c": SamplingParams(temperature=0),
}


def test_every_engine_and_recipe_shows_the_stages_of_core_in_order(browser):
    logits = np.random.default_rng(2).normal(0, 2, 700)
    page = open_figure(browser, charts.pipeline("p", "p", logits, RECIPES, said="{tokens|0}"))
    settings = [{"recipe": f"r{i}", "engine": engine} for i in range(len(RECIPES)) for engine in ORDERS]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        right = trace(logits, replace(list(RECIPES.values())[int(one["recipe"][1])], order=one["engine"]))
        rows.sort(key=lambda row: row["place"])
        assert [row["kept"] for row in rows] == [int(stage.kept.sum()) for stage in right]
        assert np.allclose(
            [row["effective"] for row in rows], [stage.effective_choices for stage in right], rtol=0, atol=1e-9
        )
        assert {row["tokens"] for row in rows} == {int(right[-1].kept.sum())}
    page.close()


def test_the_stages_are_drawn_from_the_first_to_the_last(browser):
    page = open_figure(browser, charts.pipeline("p", "p", [3.0, 2.0, 1.0], {"a": RECIPES["a"]}, said=""), width=360)
    for engine, names in (
        ("transformers", ["logits", "temperatura", "top-k", "top-p", "min-p"]),
        ("vllm", ["logits", "temperatura", "min-p", "top-k", "top-p"]),
        ("llama.cpp", ["logits", "top-k", "top-p", "min-p", "temperatura"]),
        ("openai", ["logits", "temperatura", "top-p"]),
    ):
        page.evaluate("(engine) => document.querySelector('.am-figure').amostra.set({ engine })", engine)
        labels = page.locator(".am-chart svg .role-axis-label text")
        shown = [labels.nth(i).text_content() for i in range(labels.count())]
        assert [label for label in shown if not label[0].isdigit()] == names
    page.close()
