"""The generation page: a prompt, every setting with what it does now, and each token with what it was chosen from."""

import secrets
from dataclasses import replace

import streamlit as st

from core import ParameterError, Row, SamplingParams
from core.models.hub_list import HubError, listed
from core.models.remote import remote_models
from core.runs import GenerationRun
from dashboard import generation, language
from dashboard.app import address, generation_files, generation_output, generation_settings
from dashboard.app.copied import copy_settings
from dashboard.app.faults import fault, lost
from dashboard.app.generation_desk import Desk, desk, onward
from dashboard.app.generation_jobs import queues
from dashboard.app.generation_settings import key
from dashboard.app.messages import Words, message
from dashboard.generation import EXAMPLES, LEAST, SEEDS, Place
from dashboard.language import LANGUAGES, ROOT, catalog, number, say

MODES = {"one": "a", "compare": "abc", "best": "a", "grid": "a", "vote": "a"}  # mode: the letters of its settings
ALTERNATIVES = 8  # candidates listed per token
STOP = 1000  # characters of stop sequences
TICK = 0.25  # seconds between two looks at a job


def page() -> None:
    """Every control lives in the address, so that a link says the same again."""
    st.html(f"<style>{(ROOT / 'dashboard' / 'app' / 'generation.css').read_text(encoding='utf-8')}</style>")
    st.title(say("nav.server"), anchor=False)
    try:
        queues()
    except (HubError, ParameterError) as error:
        st.error(fault(error))
        return
    here = desk()
    here.follow()
    here.changed = False
    address.read(_controls())
    left, right = st.columns([5, 3], gap="medium")
    with left:
        mode, asked = _ask(here.place)
    with right:
        params = generation_settings.panel(MODES[mode], here.place)
        if params and (served := remote_models().get(asked.model)):
            for loss in served.settings(params["a"]).missing:
                st.caption(lost(loss))
    with left:
        # Both are always there: a button that moved would stand there twice until the run is over.
        above, buttons = st.container(), st.container(horizontal=True, vertical_alignment="center")
        if params:
            with above:
                asked = replace(asked, rows=_rows(mode, asked.rows[0].seed, params))
            with buttons:
                _buttons(here, mode == "vote", asked, params)
        here.look_if_needed()
        # In a container of the page's own: a look that begins before this run has been sent takes back what the fragment
        # drew in it, and what stands below would move up into its place.
        with st.container():
            look = st.fragment(generation_output.show, run_every=TICK if here.busy else None)
            look(language.current(), asked, params)
        generation_files.show(here)
    if params:
        copy_settings(params["a"])


def _ask(place: Place | None) -> tuple[str, GenerationRun]:
    """The mode, and what the controls ask for, with the seed but still without settings."""
    _read_mode()
    mode = st.segmented_control(
        say("generation.mode"),
        list(MODES),
        default="one",
        required=True,
        key=key("mode"),
        bind="query-params",
        format_func=lambda name: say(f"generation.mode.{name}"),
        label_visibility="collapsed",
        wrap=True,
    )
    st.caption(say(f"generation.mode.{mode}.help"))
    left, right = st.columns([3, 2])
    with left:
        prompt = st.text_area(
            say("generation.prompt"), EXAMPLES["unicorn"], key=key("prompt"), bind="query-params", height=128
        )
    with right:
        st.selectbox(
            say("generation.example"),
            list(EXAMPLES),
            index=None,
            key=key("example"),
            on_change=_use_example,
            placeholder=say("generation.example.none"),
            format_func=lambda name: say(f"generation.example.{name}"),
        )
        model = _model()
    one, two, three = st.columns(3)
    most = int(queues()[model].limits.tokens)
    asked = {"key": key("tokens"), "bind": "query-params", "help": say("generation.tokens.help")}
    tokens = one.number_input(say("generation.tokens"), 1, most, min(60, most), **asked)
    asked = {"key": key("seed"), "bind": "query-params", "help": say("generation.seed.help")}
    seed = two.number_input(say("lab.draws.seed"), 0, SEEDS, 7, **asked)
    asked = {"key": key("stop"), "bind": "query-params", "help": say("generation.stop.help")}
    stop = generation.stop_sequences(three.text_input(say("generation.stop"), **asked))
    ends = _ends(tokens)
    with st.container():  # there even when empty: what comes after keeps its place and is not drawn anew
        if place:
            st.caption(Words(generation.luck(place, seed)))
    return mode, GenerationRun(model, prompt, (Row(seed=seed),), tokens, stop, _alternatives(), **ends)


def _ends(tokens: int) -> dict:
    """What else says where a text ends: by the name that `generate` has for it."""
    with st.expander(say("generation.ends_of_text")):
        one, two, three = st.columns(3)

        def asked(name: str) -> dict:
            return {"key": key(name), "bind": "query-params", "help": say(f"generation.{name}.help")}

        return {
            "min_new_tokens": min(tokens, one.number_input(say("generation.least"), 0, LEAST, 0, **asked("least"))),
            "ignore_eos": two.toggle(say("generation.ignore_eos"), **asked("ignore_eos")),
            "include_stop_str_in_output": three.toggle(say("generation.show_stop"), **asked("show_stop")),
        }


def _known_modes() -> dict[str, str]:
    """What a link may call a mode, in either language or by its own name."""
    words = {name: (name, *(catalog()[f"generation.mode.{name}"][lang] for lang in LANGUAGES)) for name in MODES}
    return {word: name for name, several in words.items() for word in several}


def _read_mode() -> None:
    given = st.query_params.get(key("mode"))
    if given in _known_modes() and key("mode") not in st.session_state:
        st.session_state[key("mode")] = _known_modes()[given]


def _alternatives() -> int:
    return min(ALTERNATIVES, *(queue.limits.alternatives for queue in queues().values()))


def _controls() -> dict[str, address.Check]:
    """What each name of the page may be in the address."""
    limits = [queue.limits for queue in queues().values()]
    tokens = max(limit.tokens for limit in limits)
    ranges = {
        "tokens": (1, tokens),
        "seed": (0, SEEDS),
        "n": (2, 8),
        "options": (2, _alternatives()),
        "least": (0, LEAST),
    }
    checks = {name: address.number(*ends) for name, ends in ranges.items()} | {
        "mode": address.one_of(_known_modes()),
        "model": address.one_of([*queues(), *catalog()["generation.model.embedded"].values()]),
        "ends": address.range_in(0.0, 2.0),
        "go": address.SWITCH,
        "ignore_eos": address.SWITCH,
        "show_stop": address.SWITCH,
        "prompt": address.text(max(limit.prompt for limit in limits)),
        "stop": address.text(STOP),
    }
    return {key(name): check for name, check in checks.items()} | generation_settings.controls()


def _use_example() -> None:
    if name := st.session_state[key("example")]:
        st.session_state[key("prompt")] = EXAMPLES[name]


def _model() -> str:
    model = st.selectbox(
        say("generation.model"),
        list(queues()),
        key=key("model"),
        bind="query-params",
        format_func=lambda name: say("generation.model.embedded") if name == "embedded" else name,
        help=say("generation.model.help"),
    )
    if entry := listed().get(model):
        millions = number(entry.parameters / 1e6, 0)
        st.caption(message("generation.model.listed", parameters=millions, licence=entry.licence))
    elif model != "embedded":
        st.caption(say("generation.model.served"))
    return model


def _rows(mode: str, seed: int, params: dict[str, SamplingParams]) -> tuple[Row, ...]:
    """The texts of a mode, side by side; those with controls of their own ask for them here."""
    if mode == "compare":
        return tuple(Row(one, seed) for one in params.values())
    if mode == "best":
        n = st.slider(say("generation.best.n"), 2, 8, 4, key=key("n"), bind="query-params")
        return tuple(Row(params["a"], seed + i) for i in range(n))
    if mode == "grid":
        asked = {"key": key("ends"), "format": "localized", "bind": "query-params"}
        ends = st.slider(say("generation.grid.temperatures"), 0.0, 2.0, (0.3, 1.2), 0.05, **asked)
        each = [replace(params["a"], temperature=end, greedy=False) for end in ends]
        return tuple(Row(one, seed + i) for one in each for i in range(2))
    if mode == "vote" and (most := _alternatives()) > 2:  # a slider needs two places
        st.slider(say("generation.vote.options"), 2, most, min(5, most), key=key("options"), bind="query-params")
    return (Row(params["a"], seed),)


def _buttons(here: Desk, vote: bool, run: GenerationRun, params: dict[str, SamplingParams]) -> None:
    """What begins a text. Not by callbacks, which would be given what stood in the prompt one run before."""
    by_link = st.query_params.get(key("go")) and here.serial == 0 and not here.error
    name = "generation.vote.start" if vote else "generation.start"
    start = st.button(say(name), type="primary", icon=":material/play_arrow:")
    name = "generation.reseed"
    again = st.button(say(name), icon=":material/casino:", on_click=_reseed, help=say(f"{name}.help"))
    if start or again or by_link:
        here.start(replace(run, max_new_tokens=1) if vote else run, ballot=vote)
        st.rerun()
    if here.run and len(here.run.rows) == 1 and not here.busy and not vote:
        name = "generation.onward"
        if st.button(say(name), icon=":material/fast_forward:", help=say(f"{name}.help")):
            here.start(onward(here.run, params["a"], run.rows[0].seed, run.max_new_tokens))
            st.rerun()
    if here.past:
        name = "generation.undo"
        st.button(say(name), icon=":material/undo:", on_click=here.undo, help=say(f"{name}.help"))


def _reseed() -> None:
    st.session_state[key("seed")] = secrets.randbits(20)
