"""One figure alone: Vega comes when it is near, works without compiling expressions, and is not needed by the rest."""

import json

import pytest
from playwright.sync_api import expect

from dashboard import blocks, charts, theme
from dashboard.page.scripts import PAGE, figure_script
from dashboard.vega import vega
from dashboard.words import figure_words

POLICY = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\' file:">'


@pytest.fixture
def opened(browser, tmp_path):
    """A page whose figures stand `below` px down, with a policy that forbids inline scripts and compiling."""

    def write(below: int, script: str = vega(), names: str = "f"):
        mount = ""
        for name in names:
            controls = [charts.temperature_control(0.5)]
            figure = charts.distribution(name, "F", ["a", "b"], {"u": [1, 0]}, controls, said="τ = {tau}: {p_max|%1}")
            told = json.dumps([blocks.to_json(figure), figure_words()], ensure_ascii=False)
            mount += f"Amostra.mount(document.getElementById('{name}'), ...{told});"
        for name, text in {"vega.js": script, "figure.js": figure_script(), "mount.js": mount}.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        css = theme.css() + "".join((PAGE / f"{name}.css").read_text(encoding="utf-8") for name in ("figure", "print"))
        (tmp_path / "index.html").write_text(
            f'<!doctype html><meta charset="utf-8">{POLICY}<style>{css}</style><body class="am-page"><div style="height: {below}px"></div>'
            + "".join(f'<main id="{name}"></main>' for name in names)
            + '<script src="figure.js"></script><script src="mount.js"></script>',
            encoding="utf-8",
        )
        page = browser.new_page(viewport={"width": 900, "height": 600})
        page.goto((tmp_path / "index.html").as_uri())
        return page

    return write


LATE = "{ const here = Amostra.vega; Amostra.vega = new Promise((done) => { window.arrive = () => done(here); }); }"
"""After Vega's script: Vega is there when the test says so."""


def scripts(page) -> int:
    return page.evaluate("() => document.querySelectorAll('script[src$=\"vega.js\"]').length")


def test_vega_is_loaded_when_a_figure_comes_near_under_a_policy_that_forbids_compiling(opened):
    page = opened(below=4000)
    assert page.locator(".am-said").inner_text() == "τ = 0,5: 88,1%" and scripts(page) == 0
    page.locator("#f-tau").press("End")  # scrolls there
    page.locator(".am-chart svg").wait_for()
    assert scripts(page) == 1 and page.locator(".am-said").inner_text() == "τ = ∞: 50,0%"
    page.close()


def test_where_vega_does_not_come_the_controls_the_sentence_and_the_table_still_work(opened):
    page = opened(below=0, script="throw new Error('broken');")
    page.locator(".am-data[open]").wait_for()
    page.locator("#f-tau").press("Home")
    assert page.locator(".am-said").inner_text() == "τ = 0: 100,0%"
    assert page.locator("tbody tr").first.inner_text().split("\t")[:4] == ["a", "1,00", "73,11%", "100,00%"]
    page.close()


@pytest.mark.parametrize("keys, drawn", [(["End"], "50,0"), (["End", "Home"], "100,0"), ([], "88,1")])
def test_the_picture_is_of_where_the_controls_were_moved_while_vega_came(opened, keys, drawn):
    page = opened(below=0, script=f"{vega()};{LATE}")
    page.wait_for_function("() => window.arrive")
    for key in keys:
        page.locator("#f-tau").press(key)
    page.evaluate("() => arrive()")
    expect(page.locator(".am-chart svg")).to_contain_text(drawn)
    assert drawn in page.locator(".am-said").inner_text()
    page.close()


PRINTING = """async () => {
  dispatchEvent(new Event("beforeprint"));
  for (let i = 0; i < 1000; i++) await null;  // no task, which a browser that prints would not wait for
  return document.querySelectorAll(".am-chart svg").length;
}"""


def test_paper_has_the_pictures_that_the_reader_was_never_near_once_one_was_drawn(opened):
    page = opened(below=4000, names="fgh")
    page.add_script_tag(url="vega.js")  # as another figure has brought it
    page.wait_for_function("() => globalThis.Amostra.vega")
    assert page.locator(".am-chart svg").count() == 0
    assert page.evaluate(PRINTING) == 3
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.locator(".am-data[open]").count() == 0
    page.close()


@pytest.mark.parametrize("script", [f"{vega()};{LATE}", "throw new Error('broken');"])
def test_paper_has_the_table_of_a_figure_whose_picture_cannot_be_drawn_in_time(opened, script):
    page = opened(below=4000, script=script, names="fg")
    page.locator("#f-tau").evaluate(
        "(slider) => { slider.value = slider.max; slider.dispatchEvent(new Event('input')); }"
    )
    page.evaluate(
        "() => addEventListener('beforeprint', () => { window.printed = document.querySelectorAll('tbody tr').length; })"
    )
    page.pdf()
    assert page.evaluate("() => printed") == 4
    assert page.evaluate(PRINTING) == 0
    page.emulate_media(media="print")
    for row in page.locator("tbody tr").all():
        expect(row).to_be_visible()
    assert "50,00%" in page.locator("#f tbody tr").first.inner_text()
    assert page.locator("#f .am-chart").bounding_box()["height"] < 60
    page.close()


def test_the_description_follows_the_chart(opened):
    page = opened(below=0)
    before = page.locator(".am-alt").text_content()
    page.locator("#f-tau").press("End")
    assert "a 50,00%, b 50,00%" in page.locator(".am-alt").text_content() != before
    page.close()


MOVED = """async ([name, value]) => {
  const slider = document.getElementById(`${name}-tau`);
  slider.value = slider[value];
  slider.dispatchEvent(new Event("input"));
  await new Promise((done) => setTimeout(done, 20));
}"""


def test_a_reload_right_after_a_move_finds_it_and_figures_moved_in_one_breath_are_all_kept(opened):
    page = opened(below=0, names="fg")
    page.evaluate(MOVED, ["f", "max"])
    page.reload()
    said = page.locator(".am-said")
    assert said.all_inner_texts() == ["τ = ∞: 50,0%", "τ = 0,5: 88,1%"]
    page.evaluate(MOVED, ["f", "min"])
    page.evaluate(MOVED, ["g", "max"])
    page.reload()
    assert said.all_inner_texts() == ["τ = 0: 100,0%", "τ = ∞: 50,0%"]
    page.close()
