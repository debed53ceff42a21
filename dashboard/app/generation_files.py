"""Save a generation, open one again, and what a link does."""

from collections.abc import Mapping
from functools import cache, partial

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from core.file_checks import RunFileError
from core.runs import GenerationRun
from dashboard import generated
from dashboard.app import generation_settings
from dashboard.app.faults import fault
from dashboard.app.generation_desk import Desk
from dashboard.app.generation_jobs import queues
from dashboard.app.generation_settings import key
from dashboard.generation import LEAST, SEEDS, typed
from dashboard.language import number, say

LARGEST = 8  # MB of a file to open
MOST = 64  # texts of one

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
            decimal = number(0.5)[1]  # in the reader's numbers, which are those of his spreadsheet
            for kind, text in here.files(decimal).items():
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


def opened(source: str, limits: Mapping[str, float]) -> tuple[GenerationRun, dict]:
    """The run of a file, and where it puts the page's controls, by name.

    Args:
        limits: how many tokens each model on offer gives.

    Raises:
        RunFileError: a file that is none, or one that this page cannot go on from.
    """
    run = GenerationRun.from_json(source)
    told = all(step.token_id is not None for row in run.steps for step in row)
    if not (told or isinstance(run.prompt, str)):  # what was written then becomes part of the prompt
        raise RunFileError("prompt", "must be text where the steps have no token ids")
    if len(run.rows) > MOST:
        raise RunFileError("rows", f"must be at most {MOST} here; got {len(run.rows)}")
    taus = sorted(row.params.temperature for row in run.rows)
    controls = {
        "mode": generated.mode_of(run),
        "seed": min(run.rows[0].seed, SEEDS),
        "stop": typed(run.stop),
        "least": min(run.min_new_tokens, LEAST),
        "ignore_eos": run.ignore_eos,
        "show_stop": run.include_stop_str_in_output,
        "n": min(max(2, len(run.rows)), 8),
        "ends": (min(taus[0], 2.0), min(taus[-1], 2.0)),
    }
    controls |= {"prompt": run.prompt} if isinstance(run.prompt, str) else {}
    if run.model in limits:
        controls |= {"model": run.model, "tokens": min(run.max_new_tokens, int(limits[run.model]))}
    return run, controls


def _open(here: Desk) -> None:
    """Show the run of a file, with the controls as they were. A bad file changes nothing."""
    here.unread = None
    limits = {name: queue.limits.tokens for name, queue in queues().items()}
    try:
        run, controls = opened(st.session_state.opened.chosen, limits)
    except RunFileError as error:
        here.unread = error
        return
    here.show(run)
    for letter, row in zip("abc", run.rows if controls["mode"] == "compare" else run.rows[:1], strict=False):
        generation_settings.put(row.params, letter)
    for name, value in controls.items():
        st.session_state[key(name)] = value
