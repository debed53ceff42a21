"""Generation by the page's own model, driven as its visitor drives it, on the site and in the app."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

import core
from core import SamplingParams, generate, text_of
from core.runs import GenerationRun
from dashboard import language
from dashboard.language import catalog, say
from dashboard.page import scripts
from tests.browser.axe import faults
from tests.browser.launch import start_app
from tests.models.servers import Told
from tests.models.test_remote_shapes import DONE, openai, reply

PLACES = {"pt": "geracao.html", "en": "generation.html"}
PATIENCE = 90_000  # ms: the machine of the tests may be busy


@pytest.fixture(scope="module", params=["site", "app"])
def visit(request, browser):
    """Opens the tool of a surface: `visit("pt", {"gen.seed": 5})`."""
    if request.param == "site":
        site = request.getfixturevalue("site")
        address = {lang: (site / lang / name).as_uri() + "?" for lang, name in PLACES.items()}
    else:
        url = request.getfixturevalue("app_url")
        address = {lang: f"{url}/generation?lang={lang}&" for lang in PLACES}

    def opened(lang="pt", query=(), width=1280, scheme="light"):
        page = browser.new_context(viewport={"width": width, "height": 720}, color_scheme=scheme).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(address[lang] + urlencode(dict(query), doseq=True))
        expect(page.locator(".am-gen-acts").first).to_be_visible(timeout=PATIENCE)
        return page

    return opened


@pytest.fixture(params=["pt", "en"])
def lang(request):
    with language.using(request.param):
        yield request.param


def press(page, key):
    page.get_by_role("button", name=say(key), exact=True).click()


def tokens(page, many=1, text=".am-text"):
    """The tokens on the screen, per text, once all texts have ended."""
    expect(page.locator(text)).to_have_count(many, timeout=PATIENCE)
    expect(page.locator(".am-text:not(.am-going) .am-note:not(:empty)")).to_have_count(many, timeout=PATIENCE)
    return [box.locator("[role=option]").all_inner_texts() for box in page.locator(".am-tokens").all()]


def test_a_text_is_that_of_core_and_is_walked_branched_rewound_saved_and_linked(visit, lang, tmp_path):
    page = visit(lang, {"gen.tokens": 14, "gen.seed": 5})
    press(page, "generation.start")
    (whole,) = tokens(page)
    told = SamplingParams(temperature=0.7, top_p=0.9, order="transformers")
    theirs = text_of(
        generate(core.load_model("embedded"), "Era uma vez, um unicórnio", told, seed=5, max_new_tokens=14)
    )
    assert "".join(whole).replace("↵", "") == theirs
    expect(page.locator(".am-gen-panel")).to_be_in_viewport(ratio=0.4)
    expect(page.locator(".am-text")).to_be_in_viewport(ratio=0.9)

    page.locator("[role=option]").first.click()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    panel = page.locator(".am-gen-panel")
    expect(panel.get_by_role("heading")).to_contain_text(say("generation.details", n=6, token=""))
    expect(panel.locator(".am-gen-told li")).not_to_have_count(0, timeout=PATIENCE)
    page.keyboard.press("Enter")  # to the candidates
    page.keyboard.press("Enter")  # the first of them
    expect(page.locator("[data-forced=last]")).to_have_count(1)
    (branched,) = tokens(page)
    assert branched[:5] == whole[:5] and branched[5] != whole[5] and len(branched) == 14

    page.reload()
    assert tokens(page) == [branched]  # from what the browser keeps
    expect(page).to_have_url(re.compile(r"gen\.branch="))
    linked = page.url
    with page.expect_download() as download:
        page.get_by_role("button", name="JSON", exact=True).click()
    download.value.save_as(tmp_path / "run.json")
    run = GenerationRun.from_json((tmp_path / "run.json").read_bytes())
    assert [step.text.replace("\n", "↵\n") or "·" for step in run.steps[0]] == branched and len(run.rows[0].forced) == 6
    replayed = run.replay(core.load_model("embedded"))
    assert [step.token_id for step in replayed.steps[0]] == [step.token_id for step in run.steps[0]]

    page.locator("[role=option]").nth(3).click()
    panel.get_by_role("button", name=say("generation.rewind")).click()
    expect(page.locator("[role=option]")).to_have_count(3)
    press(page, "generation.undo")
    assert tokens(page) == [branched]
    page.context.close()

    page = visit(lang, {"gen.go": "true", **dict(re.findall(r"(gen\.\w+)=([^&]*)", linked))})
    assert tokens(page) == [branched]
    (tmp_path / "bad.json").write_text('{"format": "amostra generation", "version": 1, "rows": []}')
    page.locator("input[type=file]").set_input_files(tmp_path / "bad.json")
    expect(page.locator(".am-gen-notice")).to_be_visible()
    assert tokens(page) == [branched]
    press(page, "generation.start")  # from the prompt again
    expect(page.locator("[data-forced]")).to_have_count(0)
    assert tokens(page) == [whole]
    page.locator("input[type=file]").set_input_files(tmp_path / "run.json")
    expect(page.locator("[data-forced=last]")).to_have_count(1)
    assert tokens(page) == [branched]
    page.context.close()


def test_a_typed_continuation_says_what_it_cost_and_two_candidates_grow_side_by_side(visit):
    with language.using("en"):
        page = visit("en", {"gen.tokens": 6, "gen.go": "true"})
        (written,) = tokens(page)
        page.get_by_role("textbox", name=say("generation.type")).fill("mar azul")
        press(page, "generation.type.go")
        expect(page.locator("[role=option][data-forced=last]")).to_have_text(re.compile("azul$"))
        (longer,) = tokens(page)
        assert longer[:6] == written and "".join(longer[6:]) == " mar azul"
        expect(page.locator(".am-text .am-note")).to_contain_text("bits")

        page.locator("[role=option]").nth(2).click()
        page.get_by_role("button", name=re.compile(f"^{re.escape(say('generation.beside'))}")).first.click()
        one, other = tokens(page, 2)
        assert one[:2] == other[:2] == written[:2] and one[2] == written[2] != other[2]
        page.context.close()


def test_texts_stand_side_by_side_the_best_comes_first_and_a_stopped_text_stays(visit, lang):
    scheme, width = {"pt": ("dark", 1280), "en": ("light", 360)}[lang]
    other = {"pt": "en", "en": "pt"}[lang]
    with language.using(other):
        mode = say("generation.mode.best")  # a link of the other language
    page = visit(lang, {"gen.mode": mode, "gen.n": 3, "gen.tokens": 10}, width, scheme)
    press(page, "generation.start")
    assert [len(one) for one in tokens(page, 3)] == [10, 10, 10]
    best = page.locator(".am-text").first
    expect(best).to_have_class(re.compile("am-winner"))
    shown = [
        float(re.search(r"[−-]([\d.,]+)", note)[1].replace(",", "."))
        for note in page.locator(".am-text .am-note").all_inner_texts()
    ]
    assert shown[0] == min(shown)

    page.get_by_role("radio", name=say("generation.mode.compare"), exact=True).check(force=True)
    press(page, "generation.start")
    compared = tokens(page, 3)
    assert compared[0] != compared[2]
    tops = [round(box.bounding_box()["y"]) for box in page.locator(".am-text").all()]
    assert (len(set(tops)) == 1) == (width > 1000)
    found = faults(page)
    assert not found, found
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("radio", name=say("generation.mode.grid"), exact=True).check(force=True)
    limit = page.get_by_role("spinbutton", name=say("generation.tokens"))
    limit.fill("900")
    limit.press("Tab")
    press(page, "generation.start")
    expect(page.locator("[role=option]").nth(20)).to_be_attached(timeout=PATIENCE)
    press(page, "generation.cancel")
    stopped = tokens(page, 4)
    assert all(0 < len(one) < 900 for one in stopped)
    page.context.close()


def test_a_value_that_is_none_is_told_and_the_rest_of_the_link_holds(visit):
    with language.using("en"):
        page = visit("en", {"gen.seed": "7.5", "gen.tokens": 9, "gen.branch": "1.x"})
        for name in ("gen.seed", "gen.branch"):
            expect(page.locator(".am-gen-notice")).to_contain_text(name)
        expect(page.get_by_role("spinbutton", name=say("generation.tokens"))).to_have_value("9")
        page.context.close()


@pytest.mark.parametrize("asked", ["", "&gen.mode=Vota%C3%A7%C3%A3o", "&gen.model=embutido+(portugu%C3%AAs)"])
def test_an_old_link_to_the_server_s_page_leads_to_the_generation_and_back_does_not_end_there_again(
    browser, app_url, asked
):
    page = browser.new_context().new_page()
    page.goto(f"{app_url}/glossary?lang=en")
    expect(page.get_by_role("heading", name="Glossary", exact=True)).to_be_visible(timeout=PATIENCE)
    page.goto(f"{app_url}/server?lang=en{asked}&gen.seed=11")
    page.wait_for_url("**/generation?*", timeout=PATIENCE)
    with language.using("en"):
        expect(page.get_by_role("spinbutton", name=say("lab.draws.seed"))).to_have_value("11", timeout=PATIENCE)
        expect(page.get_by_role("combobox", name=say("generation.model"))).to_have_value("embedded")
    expect(page.locator(".am-gen-notice")).to_be_hidden()
    page.go_back()
    expect(page.get_by_role("heading", name="Glossary", exact=True)).to_be_visible(timeout=PATIENCE)
    page.context.close()


def in_the_app(browser, app_url, lang, **query):
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{app_url}/generation?lang={lang}&" + urlencode({f"gen.{name}": value for name, value in query.items()}))
    expect(page.locator(".am-gen-acts").first).to_be_visible(timeout=PATIENCE)
    return page


def test_a_model_of_the_server_writes_what_the_page_s_own_writes_and_its_text_is_branched_and_gone_on_with(
    browser, app_url, lang, tmp_path
):
    page = in_the_app(browser, app_url, lang, tokens=12, seed=5)
    press(page, "generation.start")
    (own,) = tokens(page)
    press(page, "server.offers")
    choice = page.get_by_role("combobox", name=say("generation.model"))
    expect(choice).to_be_focused(timeout=PATIENCE)  # the list has come
    choice.select_option("embedded@server")
    press(page, "generation.start")
    assert tokens(page) == [own]
    expect(page).to_have_url(re.compile(r"gen\.model=embedded%40server"))
    panel = page.locator(".am-gen-panel")
    expect(panel.locator(".am-gen-told li")).not_to_have_count(0, timeout=PATIENCE)  # measured on the server

    page.locator("[role=option]").nth(4).click()
    panel.get_by_role("button", name=re.compile(f"^{re.escape(say('generation.branch'))}: ")).first.click()
    expect(page.locator("[data-forced=last]")).to_have_count(1)
    (branched,) = tokens(page)
    assert branched[:4] == own[:4] and branched[4] != own[4] and len(branched) == 12
    page.get_by_role("textbox", name=say("generation.type")).fill("mar azul")
    press(page, "generation.type.go")
    expect(page.locator("[role=option][data-forced=last]")).to_have_text(re.compile("azul$"))
    expect(page.locator(".am-text .am-note")).to_contain_text("bits")
    (typed,) = tokens(page)
    page.reload()
    assert tokens(page) == [typed]
    page.get_by_role("radio", name=say("generation.mode.best"), exact=True).check(force=True)
    press(page, "generation.start")
    assert [len(one) for one in tokens(page, 4)] == [12] * 4
    page.context.close()


def test_a_text_of_the_server_is_stopped_and_what_the_server_cannot_do_is_said(browser, app_url, lang):
    page = in_the_app(browser, app_url, lang, tokens=400, ignore_eos="true", model="embedded@server")
    press(page, "generation.start")
    expect(page.locator("[role=option]").nth(20)).to_be_attached(timeout=PATIENCE)
    press(page, "generation.cancel")
    (stopped,) = tokens(page)
    assert 0 < len(stopped) < 400
    limit, notice = page.get_by_role("spinbutton", name=say("generation.tokens")), page.locator(".am-gen-notice")
    limit.fill("900")
    limit.press("Tab")
    press(page, "generation.start")
    expect(notice).to_contain_text("900", timeout=PATIENCE)  # more than this server writes
    limit.fill("5")
    limit.press("Tab")
    choice = page.get_by_role("combobox", name=say("generation.model"))
    expect(choice.get_by_role("option", name="microsoft/phi-2")).to_be_attached(timeout=PATIENCE)
    choice.select_option("microsoft/phi-2")
    press(page, "generation.start")
    expect(notice).to_contain_text("GPU", timeout=PATIENCE)
    press(page, "generation.undo")
    assert tokens(page) == [stopped]  # what was there is not lost
    page.context.close()


def test_what_an_inference_server_tells_is_shown_branched_in_words_and_given_to_the_lab(browser):
    choices = [openai(" mar", None, p=0.4), openai(" azul", None, p=0.6), openai(" e", "length", p=0.2)]
    with Told(reply(*choices, DONE), hang_up=True) as there, language.using("en"):
        server, url, _ = start_app(
            AMOSTRA_SERVER_URL=there.url, AMOSTRA_SERVER_MODELS="some/lm", AMOSTRA_SERVER_ENGINE="vllm"
        )
        try:
            page = in_the_app(browser, url, "en", tokens=3, model="some/lm", typical_p=0.5, prompt="O")
            expect(page.locator(".am-gen-lost li")).to_contain_text("typical_p", timeout=PATIENCE)
            press(page, "generation.start")
            assert tokens(page) == [[" mar", " azul", " e"]]
            expect(page.get_by_role("textbox", name=say("generation.type"))).to_be_hidden()  # nobody tells its tokens
            page.locator("[role=option]").nth(1).click()
            page.locator(".am-gen-panel").get_by_role("button", name=re.compile(": \\?$")).click()
            expect(page.get_by_role("textbox", name=say("generation.prompt"))).to_have_value("O mar?")
            assert tokens(page) == [[" mar"]]  # one more was left, and the server sent three
            page.goto(f"{url}/lab?lang=en&from_prompt=true&model=some/lm&prompt=O")
            expect(page.locator(".am-whose")).to_contain_text("only the 2 likeliest tokens", timeout=PATIENCE)
            expect(page.locator(".am-stages").first.locator("tbody tr")).to_have_count(2)
            page.context.close()
        finally:
            server.terminate()
            server.wait(10)


def test_on_the_site_a_link_to_a_model_of_the_server_says_where_that_is(browser, site):
    page = browser.new_context().new_page()
    page.goto((site / "en" / "generation.html").as_uri() + "?gen.model=some/model&gen.tokens=5&gen.go=true")
    expect(page.locator(".am-gen-notice")).to_contain_text("some/model")
    assert len(tokens(page)[0]) == 5 and page.locator(".am-models select").count() == 0
    page.context.close()


@pytest.fixture(scope="module")
def address(browser):
    """Evaluates a function of what is given with the tool's addresses: `Tool.fitting`, `Tool.fromAddress`, `Tool.initial`."""
    page = browser.new_page()
    page.evaluate(scripts.bundle(scripts.page_modules(), {"Tool": "tools/generation/asked"}))
    yield page.evaluate
    page.close()


def test_what_an_address_has_no_room_for_is_left_out_of_it_and_all_else_comes_back(address):
    told = """(change) => {
      const asked = Object.assign(Tool.initial(), change), { url, whole } = Tool.fitting(asked, "https://a/b?lang=pt");
      const again = Tool.fromAddress(url.searchParams, { mode: {}, model: {} });
      return [whole, again.asked.prompt, again.asked.branch, again.asked.seed, again.asked.settings.a.order, url.search.length, again.bad];
    }"""
    start = address("() => Tool.initial().prompt")
    every = address(
        "() => { const { a, ...rest } = Tool.initial().settings; return { a: { ...a, order: 'all' }, ...rest }; }"
    )
    change = {"prompt": "céu", "seed": 5, "branch": [[1, 2]], "settings": every}
    assert address(told, change)[:5] == [True, "céu", [[1, 2]], 5, "all"]
    for large in ({"prompt": "я" * 2000}, {"branch": [[8000] * 3000]}):
        whole, prompt, branch, seed, order, length, bad = address(told, change | large)
        assert (whole, prompt, branch, seed, order, bad) == (False, start, [], 5, "all", []) and length < 200
    long = """(many) => {
      const found = Tool.fromAddress(new URLSearchParams({ "gen.branch": Array(many).fill(7).join(".") }), { mode: {}, model: {} });
      return [found.asked.branch.map((ids) => ids.length), found.bad.length];
    }"""
    assert address(long, 6000) == [[6000], 0] and address(long, 50_001) == [[], 1]


def test_a_long_prompt_comes_back_with_its_text_after_a_reload_and_a_stop_is_said_where_nothing_can_follow(visit):
    with language.using("en"):
        page = visit("en", {"gen.tokens": 6, "gen.stop": "e"})
        press(page, "generation.start")
        (written,) = tokens(page)
        press(page, "generation.onward")
        expect(page.locator(".am-gen-notice")).to_have_text(say("generation.onward.stop"))
        assert tokens(page) == [written]
        page.context.close()

        page = visit("en", {"gen.tokens": 3})
        prompt = "O céu é azul. " * 700
        page.locator(".am-gen-controls textarea").fill(prompt)
        press(page, "generation.start")
        (written,) = tokens(page)
        page.reload()
        assert tokens(page) == [written] and page.locator(".am-gen-controls textarea").input_value() == prompt
        assert len(page.url) < 1000
        page.context.close()


def test_in_the_app_what_has_been_written_outlives_a_change_of_language(browser, app_url):
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.goto(f"{app_url}/generation?lang=pt&gen.tokens=1000&gen.ignore_eos=true&gen.go=true")
    expect(page.locator("[role=option]").nth(20)).to_be_visible(timeout=PATIENCE)
    begun = page.locator("[role=option]").all_inner_texts()[:20]
    page.get_by_role("link", name="English").first.click()
    expect(page.get_by_role("button", name=catalog()["generation.start"]["en"], exact=True)).to_be_visible(
        timeout=PATIENCE
    )
    expect(page.locator("[role=option]").nth(20)).to_be_visible()
    assert page.locator("[role=option]").all_inner_texts()[:20] == begun
    page.context.close()
