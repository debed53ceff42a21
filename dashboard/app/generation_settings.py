"""The settings of the generation page: presets, sliders, and under each one what it does now."""

import streamlit as st

from core import ParameterError, SamplingParams
from core.engines.facts import ENGINES
from dashboard import generation
from dashboard.app import address
from dashboard.app.faults import fault
from dashboard.app.messages import Words, message
from dashboard.generation import CUTS, PENALTIES, PRESETS, REST, SLIDERS, TOGGLES, Place
from dashboard.language import say

START = {"a": "chat", "b": "creative", "c": "code"}  # the preset that each letter begins with


def key(name: str, letter: str = "a") -> str:
    """A widget's name, which is also its name in the address."""
    return f"gen.{name}" if letter == "a" else f"gen.{letter}.{name}"


def panel(letters: str, place: Place | None) -> dict[str, SamplingParams] | None:
    """The settings of each letter; None where one of them cannot be."""
    st.subheader(say("generation.settings"), anchor=False)
    st.caption(
        message("generation.place", n=place.index + 1, token=generation.shown(place.token))
        if place
        else say("generation.place.none")
    )
    tabs = st.tabs(list(letters.upper())) if len(letters) > 1 else [st.container()]
    found = {}
    for letter, tab in zip(letters, tabs, strict=True):
        with tab:
            found[letter] = _settings(letter, place)
    return found if all(found.values()) else None


def put(params: SamplingParams, letter: str = "a") -> None:
    """Move the controls to these settings; what no slider reaches goes to its end."""
    for name, (low, high, _) in SLIDERS.items():
        st.session_state[key(name, letter)] = min(max(getattr(params, name), low), high)
    for name in TOGGLES:
        st.session_state[key(name, letter)] = getattr(params, name)
    st.session_state[key("order", letter)] = params.order if params.order in ENGINES else next(iter(ENGINES))


def _settings(letter: str, place: Place | None) -> SamplingParams | None:
    start = generation.preset(START[letter])
    now = {name: st.session_state.get(key(name, letter), start[name]) for name in start}
    chosen = key("preset", letter)
    st.session_state[chosen] = generation.preset_of(now)
    st.pills(say("generation.preset"), list(PRESETS), key=chosen, on_change=_use_preset, args=(letter,),
             format_func=lambda name: say(f"generation.preset.{name}"))  # fmt: skip
    cuts, penalties, more = st.tabs([say(f"generation.tab.{name}") for name in ("cuts", "penalties", "more")])
    lines = {}  # setting: where its line goes, written once all settings are known; what to say until then
    values = {}
    with cuts:
        _toggle("greedy", letter, start, values, lines)
        _sliders(CUTS, letter, start, values, lines)
    with penalties:
        _sliders(PENALTIES, letter, start, values, lines)
    with more:
        values["order"] = st.selectbox(
            say("generation.order"), list(ENGINES), key=key("order", letter), bind="query-params"
        )
        lines["order"] = (st.empty(), say("generation.order.help"))
        with st.expander(say("lab.more")):
            for name in TOGGLES:
                if name != "greedy":
                    _toggle(name, letter, start, values, lines)
            _sliders(REST, letter, start, values, lines)
    try:
        params = SamplingParams(**values)
        said = generation.effects(place, params) if place else {}
    except ParameterError as error:  # no_repeat_ngram may leave nothing
        st.error(fault(error))
        return None
    for name, (line, otherwise) in lines.items():
        line.caption(Words(said.get(name, otherwise)))
    return params


def _toggle(name: str, letter: str, start: dict, values: dict, lines: dict) -> None:
    words = {"bind": "query-params", "help": say(f"control.{name}.help")}
    values[name] = st.toggle(say(f"setting.{name}"), start[name], key=key(name, letter), **words)
    lines[name] = (st.empty(), words["help"])


def _sliders(names: dict, letter: str, start: dict, values: dict, lines: dict) -> None:
    for name, (low, high, step) in names.items():
        values[name] = st.slider(say(f"setting.{name}"), low, high, start[name], step, key=key(name, letter), format="localized",
                                 bind="query-params", help=say(f"control.{name}.help"))  # fmt: skip
        lines[name] = (st.empty(), say(f"control.{name}.help"))


def _use_preset(letter: str) -> None:
    if chosen := st.session_state[key("preset", letter)]:
        for name, value in generation.preset(chosen).items():
            st.session_state[key(name, letter)] = value


def controls() -> dict[str, address.Check]:
    """What each setting of each letter may be in the address."""
    settings = {name: address.number(low, high) for name, (low, high, _) in SLIDERS.items()}
    settings |= {"order": address.one_of(ENGINES)} | dict.fromkeys(TOGGLES, address.SWITCH)
    return {key(name, letter): check for letter in START for name, check in settings.items()}
