"""The sampling lab: type logits, set the chain, see every stage, compare two orders, draw, copy the settings."""

from itertools import pairwise

import streamlit as st

from core.engines.facts import ENGINES
from core.params import DEFAULT_ORDER, DEFAULTS, STAGE_OF
from dashboard import lab
from dashboard.app import address, mount
from dashboard.app.embedded import embedded
from dashboard.app.faults import fault, lost
from dashboard.app.messages import joined, listed, message
from dashboard.generation import PENALTIES, SEEDS, SLIDERS, TOGGLES
from dashboard.lab import PRESETS
from dashboard.language import number, percent, say, short

REMEMBER = ("mirostat", "adaptive_p")
# The lab has no text so far, and no draws before.
TEXTLESS = {name: one for name, one in SLIDERS.items() if name not in PENALTIES and STAGE_OF[name] not in REMEMBER}
MAIN = {name: TEXTLESS[name] for name in ("temperature", "top_k", "top_p", "min_p")}
MORE = {name: one for name, one in TEXTLESS.items() if name not in MAIN}
SWITCHES = tuple(name for name in TOGGLES if name != "greedy")  # the table shows a distribution, not a draw
START = {"temperature": 0.5, "top_p": 0.8}  # the example that shows that the order matters
COUNTS = (1, 100, 10_000)
PROMPT = 2000  # characters
PROBLEMS = 5  # lines that could not be read, said one by one
WHOLE = ("many", "none")  # what is wrong with all of them, said anyway
ORDERED = [name for name in DEFAULT_ORDER if name in {STAGE_OF[one] for one in (*TEXTLESS, *SWITCHES)}]


def page() -> None:
    """The lab. Every control and the text live in the address."""
    st.html("<style>.stMainBlockContainer { max-width: 76rem; }</style>")
    st.title(say("nav.lab"), anchor=False)
    st.markdown(say("lab.lead"))
    address.read(_controls())
    typed = _logits()
    settings = _settings()
    if not typed.tokens:
        st.error(say("lab.empty"))
        return
    _compare(typed, settings)


def _controls() -> dict[str, address.Check]:
    """What each name of the lab may be in the address."""
    settings = {name: address.number(low, high) for name, (low, high, *_) in {**MAIN, **MORE}.items()}
    chains = {f"chain_{letter}": address.one_of(ENGINES) for letter in "ab"}
    orders = {f"order_{letter}": address.several_of(ORDERED) for letter in "ab"}
    switches = dict.fromkeys(["from_prompt", "own_a", "own_b", *SWITCHES], address.SWITCH)
    texts = {"logits": address.text(lab.LONGEST), "prompt": address.text(PROMPT)}
    return (
        settings | chains | orders | switches | texts | {"n": address.one_of(COUNTS), "seed": address.number(0, SEEDS)}
    )


def _logits() -> lab.Typed:
    if st.toggle(say("lab.from_prompt"), key="from_prompt", bind="query-params", help=say("lab.prompt.help")):
        prompt = st.text_input(
            say("lab.prompt"), "O céu hoje está", key="prompt", bind="query-params", max_chars=PROMPT
        )
        return lab.after_prompt(embedded(), prompt)
    return _lines()


def _lines() -> lab.Typed:
    def fill() -> None:
        st.session_state.logits = lab.preset(st.session_state.preset)

    left, right = st.columns([1, 2])
    with left:
        st.selectbox(
            say("lab.preset"),
            list(PRESETS),
            format_func=lambda name: say(f"lab.preset.{name}"),
            key="preset",
            on_change=fill,
        )
    with right:
        text = st.text_area(
            say("lab.lines"),
            lab.preset("order"),
            key="logits",
            bind="query-params",
            height=132,
            help=say("lab.lines.help"),
        )
    typed = lab.read(text)
    lines = [problem for problem in typed.problems if problem.kind not in WHOLE]
    for one in (*lines[:PROBLEMS], *(problem for problem in typed.problems if problem.kind in WHOLE)):
        st.warning(message(f"lab.bad.{one.kind}", line=one.line, text=one.text, most=short(one.most)))
    if len(lines) > PROBLEMS:
        st.warning(message("lab.bad.more", count=number(len(lines) - PROBLEMS)))
    return typed


def _settings() -> dict[str, float]:
    values = {}
    for names, place in ((MAIN, st.container()), (MORE, st.expander(say("lab.more")))):
        columns = place.columns(4)
        for i, (name, (low, high, step)) in enumerate(names.items()):
            values[name] = columns[i % 4].slider(
                say(f"setting.{name}"),
                low,
                high,
                START.get(name, DEFAULTS[name]),
                step,
                key=name,
                format="localized",
                bind="query-params",
                help=say(f"control.{name}.help"),
            )
        if names is MORE:
            for name in SWITCHES:
                values[name] = place.toggle(
                    say(f"setting.{name}"), key=name, bind="query-params", help=say(f"control.{name}.help")
                )
    return values


def _chain(letter: str, default: str) -> str | list[str]:
    """The order of one chain: an engine's, or the reader's own."""
    own = st.toggle(say("lab.custom"), key=f"own_{letter}", bind="query-params")
    engine = st.selectbox(
        say(f"lab.chain_{letter}"),
        list(ENGINES),
        index=list(ENGINES).index(default),
        key=f"chain_{letter}",
        bind="query-params",
        disabled=own,
    )
    if not own:
        return engine
    return st.multiselect(
        say("lab.custom.order"),
        ORDERED,
        ["temperature", "top_k", "top_p", "min_p"],
        key=f"order_{letter}",
        bind="query-params",
        placeholder=say("lab.custom.none"),
    )


def _compare(typed: lab.Typed, settings: dict[str, float]) -> None:
    from core import ParameterError, SamplingParams, total_variation

    chains = {}
    for letter, default, place in zip("ab", ("transformers", "llama.cpp"), st.columns(2), strict=True):
        with place:
            try:
                params = SamplingParams(**settings, order=_chain(letter, default))
            except ParameterError as error:
                st.error(fault(error))
                return
            chains[letter] = (params, lab.stages(typed, params), place)
    only_a, only_b = lab.changed(chains["a"][1], chains["b"][1])
    for params, stages, place in chains.values():
        with place:
            st.html(lab.stage_table(typed, stages, [*only_a, *only_b]))
            if params.ignored:
                st.caption(message("lab.ignored", stages=listed(say(f"stage.{name}") for name in params.ignored)))
    tv = total_variation(chains["a"][1][-1].probs, chains["b"][1][-1].probs).item()
    distance = message("lab.distance", tv=percent(tv, 1))
    if only_a or only_b:
        sides = [
            message(f"lab.only_{letter}", count=len(only), tokens=listed(typed.tokens[i] for i in only))
            for letter, only in (("a", only_a), ("b", only_b))
            if only
        ]
        st.info(joined(*sides, distance), icon=":material/swap_horiz:")
    else:
        st.success(joined(message("lab.same"), distance), icon=":material/check:")
    params, stages, _ = chains["a"]
    _geometry(typed, params, stages)
    _draws(typed, stages)
    copy_settings(params)


def _geometry(typed: lab.Typed, params, stages) -> None:
    st.header(say("lab.cuts"), anchor="cuts")
    figures = [lab.geometry(typed, before, after, params) for before, after in pairwise(stages)]
    figures = [figure for figure in figures if figure]
    if not figures:
        st.caption(say("lab.no_cuts"))
        return
    columns = st.columns(min(2, len(figures)))
    for i, figure in enumerate(figures):
        with columns[i % len(columns)]:
            mount.show_blocks(figure.id, figure)


def _draws(typed: lab.Typed, stages) -> None:
    st.header(say("lab.draws"), anchor="draws")
    left, right = st.columns(2)
    n = left.segmented_control(say("lab.draws.n"), COUNTS, default=100, required=True, key="n", bind="query-params")
    seed = right.number_input(say("lab.draws.seed"), 0, SEEDS, 7, key="seed", bind="query-params")
    figure = lab.draws(typed, stages[-1], n, seed)
    mount.show_blocks(figure.id, figure)
    with st.container(horizontal=True):
        st.download_button(
            say("lab.csv"),
            lambda: lab.stage_csv(typed, stages),
            file_name=f"{say('lab.file')}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            say("lab.png"),
            lambda: lab.png(figure),
            file_name=f"{say('lab.file')}.png",
            mime="image/png",
            icon=":material/image:",
            on_click="ignore",
        )


def copy_settings(params) -> None:
    from core import to_engine

    st.header(say("lab.copy"), anchor="copy")
    for engine, tab in zip(ENGINES, st.tabs(list(ENGINES)), strict=True):
        with tab:
            settings = to_engine(params, engine)
            st.code(
                settings.text, language={"openai": "json", "llama.cpp": "bash"}.get(engine, "python"), wrap_lines=True
            )
            for loss in settings.missing:
                st.caption(lost(loss))
            if not settings.missing:
                st.caption(say("lab.missing.none"))
