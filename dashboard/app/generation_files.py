"""Save a generation, open one again, and what a link does."""

from functools import cache, partial

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from core.checks import RunFileError
from core.runs import GenerationRun
from dashboard import generated
from dashboard.app import generation_settings
from dashboard.app.faults import fault
from dashboard.app.generation_desk import Desk
from dashboard.app.generation_jobs import queues
from dashboard.app.generation_settings import key
from dashboard.generation import typed
from dashboard.language import say

LARGEST = 8  # MB of a file to open

# Streamlit's own file uploader speaks English only.
_CHOOSER = """
export default ({ data, parentElement, setTriggerValue }) => {
  const input = parentElement.querySelector("input"), said = parentElement.querySelector(".am-notice");
  parentElement.querySelector("span").textContent = data.open;
  input.onchange = async () => {
    const file = input.files[0], large = file && file.size > data.most;
    said.hidden = !large;
    said.textContent = large ? data.large : "";
    if (file && !large) setTriggerValue("chosen", await file.text());
    input.value = "";
  };
};
"""


@cache
def _chooser() -> ComponentRenderer:
    html = (
        '<label class="am-file"><input type="file" accept=".json,application/json"><span></span></label>'
        '<p class="am-notice" role="status" hidden></p>'
    )
    return st.components.v2.component("amostra_chooser", js=_CHOOSER, html=html, isolate_styles=False)


def show(here: Desk) -> None:
    """Downloads, the file to open, the switch for links."""
    st.subheader(say("generation.files"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        if here.run and any(here.run.steps) and not here.job:
            for kind, text in here.files().items():
                st.download_button(
                    kind.upper(),
                    text,
                    file_name=f"{say('generation.file')}.{kind}",
                    mime="application/json" if kind == "json" else "text/csv",
                    icon=":material/download:",
                    on_click="ignore",
                )
        words = {"open": say("generation.open"), "large": say("generation.open.large", most=LARGEST)}
        data = words | {"most": LARGEST * 2**20}
        _chooser()(key="opened", data=data, on_chosen_change=partial(_open, here), width="content")
    if here.unread:
        st.error(fault(here.unread))
    st.toggle(say("generation.go"), key=key("go"), bind="query-params", help=say("generation.go.help"))


def _open(here: Desk) -> None:
    """Show the run of a file, with the controls as they were. A bad file changes nothing."""
    here.unread = None
    try:
        run = GenerationRun.from_json(st.session_state.opened.chosen)
    except RunFileError as error:
        here.unread = error
        return
    here.show(run)
    mode = generated.mode_of(run)
    for letter, row in zip("abc", run.rows if mode == "compare" else run.rows[:1], strict=False):
        generation_settings.put(row.params, letter)
    taus = sorted(row.params.temperature for row in run.rows)
    controls = {
        "mode": mode,
        "seed": min(run.rows[0].seed, 2**53 - 1),
        "stop": typed(run.stop),
        "n": min(max(2, len(run.rows)), 8),
        "ends": (min(taus[0], 2.0), min(taus[-1], 2.0)),
    }
    controls |= {"prompt": run.prompt} if isinstance(run.prompt, str) else {}
    if run.model in queues():
        controls |= {"model": run.model, "tokens": min(run.max_new_tokens, int(queues()[run.model].limits.tokens))}
    for name, value in controls.items():
        st.session_state[key(name)] = value
