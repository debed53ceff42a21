"""The chart of an engine's stages: every engine and recipe shows what `core.trace` leaves."""

from core import SamplingParams
from dashboard import charts
from tests.browser.figures import open_figure

LABELS = """() => [...document.querySelectorAll(".am-chart svg .role-axis-label text")]
  .map((label) => [label.getBoundingClientRect().top, label.textContent]).filter(([, text]) => !/^[0-9]/.test(text))
  .sort(([a], [b]) => a - b).map(([, text]) => text)"""

RECIPES = {
    "a": SamplingParams(1.5, 40, 0.9, 0.05),
    "b": SamplingParams(0.5, top_p=0.8),
    "c": SamplingParams(temperature=0),
}


def test_the_stages_are_drawn_from_the_first_to_the_last(browser):
    page = open_figure(browser, charts.pipeline("p", "p", [3.0, 2.0, 1.0], {"a": RECIPES["a"]}, said=""), width=360)
    for engine, names in (
        ("transformers", ["logits", "temperatura", "top-k", "top-p", "min-p"]),
        ("vllm", ["logits", "temperatura", "min-p", "top-k", "top-p"]),
        ("llama.cpp", ["logits", "top-k", "top-p", "min-p", "temperatura"]),
        ("openai", ["logits", "temperatura", "top-p"]),
    ):
        page.evaluate("(engine) => document.querySelector('.am-figure').amostra.set({ engine })", engine)
        assert page.evaluate(LABELS) == names
    page.close()
