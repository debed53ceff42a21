"""What came of a generation, redrawn while it comes: texts token by token, candidates, and the class's votes."""

import time
from functools import cache, partial

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from core import Alternative, SamplingParams, text_of
from core.runs import GenerationRun
from dashboard import candidates, generated, language
from dashboard.app.faults import fault
from dashboard.app.generation_desk import Desk, desk, onward
from dashboard.app.generation_jobs import progress
from dashboard.app.generation_settings import key
from dashboard.app.messages import Words, joined, literal, message
from dashboard.generated import SCORES
from dashboard.generation import shown
from dashboard.language import ROOT, say


@cache
def _texts() -> ComponentRenderer:
    js, css = ((ROOT / "dashboard" / f"tokens.{kind}").read_text(encoding="utf-8") for kind in ("js", "css"))
    html = '<div class="am-generation"></div>'
    return st.components.v2.component("amostra_tokens", js=js, css=css, html=html, isolate_styles=False)


_ROOM = """
export default ({ data, parentElement, setTriggerValue }) =>
  window.Amostra.page.voteButton(parentElement.querySelector(".am-home"), data, (index) => setTriggerValue("go", index));
"""
_room = st.components.v2.component(
    "amostra_vote", js=_ROOM, html='<div class="am-home am-page"></div>', isolate_styles=False
)


def show(lang: str, asked: GenerationRun, params: dict[str, SamplingParams] | None) -> None:
    """To be run as a fragment, again and again while a job runs; it asks for the whole page when one is over.

    A fragment runs without what comes before it on the page, so the language comes along.
    """
    language.set_language(lang)
    here = desk()
    here.follow()
    if here.changed:
        st.rerun()
    # Always one container of elements, so that the texts stay in their place.
    with st.container(horizontal=True, vertical_alignment="center"):
        _status(here, asked, params)
    if not here.run:
        return
    ranked = generated.ranked(here.run)
    score = st.session_state.get(key("score"), next(iter(SCORES))) if ranked else None
    data = generated.view(here.run, score, going=bool(here.job), ballot=here.ballot)
    # Never twice the same: what the page has seen before is sent as a reference, which outlives the container it goes
    # into when a look begins before the last one has been sent, and then nothing is left of the page.
    data |= {"serial": here.serial, "sent": time.monotonic_ns(), "picked": here.picked, "panel": _panel(here)}
    _texts()(key="tokens", data=data, on_act_change=partial(_act, asked, params))
    if ranked:
        words = {"key": key("score"), "format_func": lambda name: say(f"generation.score.{name}")}
        st.segmented_control(say("generation.score"), list(SCORES), default=next(iter(SCORES)), required=True, **words)
    if here.voting and not here.revealed:
        _vote(here, asked, params)


def _is_asked(run: GenerationRun, asked: GenerationRun, params: dict[str, SamplingParams] | None) -> bool:
    """Whether the text is what the controls ask for now: after a change, or on the way back through the browser's history, it is not."""
    settings = {(row.params, row.seed) for row in asked.rows}
    return not params or (run.model, run.prompt, {(row.params, row.seed) for row in run.rows}) == (
        asked.model,
        asked.prompt,
        settings,
    )


def _status(here: Desk, asked: GenerationRun, params: dict[str, SamplingParams] | None) -> None:
    if here.error:
        st.error(fault(here.error))
    if here.run and not here.job:
        if not _is_asked(here.run, asked, params):
            st.caption(say("generation.stale"))
        if any(row.forced for row in here.run.rows) and not here.ballot:
            st.caption(say("generation.unlinked"))
    if here.job:
        share, said = _progress(here)
        st.progress(share, said)
        st.button(say("generation.cancel"), icon=":material/stop:", on_click=here.stop)
    elif here.clock and here.clock.first and not here.ballot:
        clock, tokens = here.clock, sum(map(len, here.run.steps))
        st.caption(Words(generated.pace(tokens, clock.last - clock.begun, clock.first - clock.begun)))


def _progress(here: Desk) -> tuple[float, Words]:
    """How far it is, from 0 to 1, and in words."""
    if (where := progress(here.job))[1]:
        return where
    done, most = max((len(steps) for steps in here.run.steps), default=0), here.run.max_new_tokens
    return min(1.0, done / most), message("generation.progress", done=done, count=most)


def _panel(here: Desk) -> dict | None:
    """What stands under the texts: the votes beside the model, or the candidates of the picked token."""
    if here.voting and here.revealed:
        options = _options(here)
        votes = [st.session_state.get(_vote_key(here, i)) or 0 for i in range(len(options))]
        words = {"choose": say("generation.vote.go"), "mark": say("generation.vote.most")}
        words["actions"] = [["drawn", say("generation.vote.drawn.go")]]
        return candidates.count_votes(here.run.steps[0][-1], options, votes) | words
    if not here.picked:
        return None
    r, t = here.picked
    words = {"choose": say("generation.branch"), "mark": say("generation.chosen")}
    words["actions"] = [["rewind", say("generation.rewind")], ["close", say("generation.close")]]
    return candidates.details(here.run.steps[r][t]) | words


def _act(asked: GenerationRun, params: dict[str, SamplingParams] | None) -> None:
    """What was done on the texts: a token picked, a candidate or an action chosen."""
    here, act = desk(), st.session_state.tokens.act
    what, index = act["what"], act["index"]
    if what == "pick":
        place = (act["row"], index)
        here.picked = None if here.picked == place else place
    elif what == "close":
        here.picked = None
    elif here.voting and here.revealed and params:
        _go_on(asked, params, here.run.steps[0][-1].token_id if what == "drawn" else _options(here)[index].token_id)
    elif what == "rewind":
        here.rewind(*here.picked)
    elif here.picked:
        r, t = here.picked
        here.branch(r, t, candidates.candidates(here.run.steps[r][t])[index])
    here.changed = True


def _go_on(asked: GenerationRun, params: dict[str, SamplingParams], token: int) -> None:
    """The text with this token, and the next vote."""
    here = desk()
    here.start(onward(here.without_ballot(), params["a"], asked.rows[0].seed, 1, [token]), ballot=True)


# The class votes ------------------------------------------------------------------------------------------------------


def _options(here: Desk) -> list[Alternative]:
    return candidates.ballot(here.run.steps[0][-1], st.session_state.get(key("options"), 5))


def _vote_key(here: Desk, i: int) -> str:
    return f"vote-{here.serial}-{i}"


def _class_drew(asked: GenerationRun, params: dict[str, SamplingParams] | None) -> None:
    """The votes of a room were drawn from: by what came the text goes on."""
    here, index = desk(), st.session_state["class"].go
    if here.voting and params and isinstance(index, int) and index < len(options := _options(here)):
        _go_on(asked, params, options[index].token_id)
    here.changed = True


def _to_the_room(here: Desk) -> dict:
    """What a room is asked: the text so far, the options with the model's probabilities, and where the draw stands."""
    options = [{"text": shown(one.text, one.token_id), "p": one.prob_before} for one in _options(here)]
    before = here.run.steps[0][:-1]
    return {
        "prompt": here.run.prompt + text_of(before),
        "options": options,
        "seed": here.run.rows[0].seed,
        "step": len(before),
    }


def _vote(here: Desk, asked: GenerationRun, params: dict[str, SamplingParams] | None) -> None:
    """The options without their probabilities, and a box for the votes of each; or a room, where phones vote."""
    with st.container(border=True, key="ballot"):
        st.markdown(Words(f"**{say('generation.vote.question')}**"))
        options = _options(here)
        places = [place for _ in range(0, len(options), 4) for place in st.columns(4)]
        for i, (one, place) in enumerate(zip(options, places, strict=False)):
            letter, token = chr(65 + i), shown(one.text, one.token_id)
            box = {"key": _vote_key(here, i), "persist_state": "page", "label_visibility": "collapsed"}
            with place:
                st.markdown(joined(Words(f"**{letter}**"), literal(token), between=" · "))
                st.number_input(joined(Words(letter), literal(token), between=" · "), 0, 999, 0, **box)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(say("generation.vote.reveal"), type="primary", icon=":material/visibility:", on_click=here.reveal)
            _room(
                key="class", data=_to_the_room(here), width="content", on_go_change=partial(_class_drew, asked, params)
            )
