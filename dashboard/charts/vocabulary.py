"""The chain on every logit of a real vocabulary; the largest tokens each have a bar, all the others share the last one."""

from collections.abc import Iterable, Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import OFF, chain, settings
from dashboard.charts.old import BAR, choice_control, finished, parameters, share_axis, written
from dashboard.language import number, percent, quoted, say
from dashboard.recorded.snapshots import Snapshot

SUMS = {"p": "sum(p)", "p_raw": "sum(p_raw)", "n": "count()", "n_here": "sum(kept_here)", "u": "max(u)"}
ALL = {name: f"max({name})" for name in ("n_kept", "entropy", "effective", "p_max", "mass_cut")}


def vocabulary(
    id: str,
    title: str,
    snapshots: Sequence[Snapshot],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
    shown: int = 12,
) -> OldFigure:
    """A live bar chart of the distribution after a real prompt, over the hollow bars of the raw softmax.

    With more than one snapshot a choice named "variant" selects the prompt. Controls may move `tau_stop`, `top_k`,
    `top_p`, `min_p` and `temperature_first`. The last bar is what all further tokens add up to. In `said`: {n_kept},
    {entropy}, {effective}, {p_max}, {mass_cut}.
    """
    names = {f"u{i}": quoted(one.prompt) for i, one in enumerate(snapshots)}
    if len(names) > 1:
        controls = [choice_control("variant", say("control.prompt"), say("control.prompt.help"), names), *controls]
    size = len(snapshots[0].logits)
    words, data = every_logit(names, snapshots, shown)
    base = (
        chain(alt.Chart(alt.sequence(size, as_="i"), height=alt.Step(BAR), width="container"), "logits[variant][datum.i]")
        .transform_calculate(slot=f"min(datum.i, {shown})", kept_here="datum.p > 0 ? 1 : 0")
        .transform_aggregate(**SUMS, **ALL, groupby=["slot"])
        .transform_calculate(token="words[variant][datum.slot]",
                             state=slot_state(),
                             label=f"datum.n_here == 0 ? '{say('state.cut')}' : {written('p')}")
    )  # fmt: skip
    y = alt.Y(
        "slot:O",
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr="words[variant][datum.value]"),
    )
    x = share_axis(say("axis.probability"), labelled=True)
    colour = alt.condition(f"datum.slot == {shown}", alt.value(theme.colour("tail")), alt.value(theme.colour("kept")))
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24).encode(
        y=y, x=alt.X("p_raw:Q", **x)
    )
    bars = base.mark_bar(height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("p:Q", **x), fill=colour)
    label = (
        base.mark_text(align="left", dx=8)
        .transform_calculate(end="max(datum.p, datum.p_raw)")
        .encode(
            y=y,
            x=alt.X("end:Q", **x),
            text="label:N",
            color=alt.condition("datum.p > 0", alt.value(theme.colour("ink")), alt.value(theme.colour("cut"))),
        )
    )
    chart = alt.layer(raw, bars, label).add_params(*data, *parameters(controls, OFF))
    rows = _first_rows(snapshots[0], controls, shown, words["u0"])
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[2]}" for row in rows)),
        columns=[
            Column("token", say("column.token")),
            Column("p_raw", say("column.raw"), "%2"),
            Column("p", say("column.drawn"), "%2"),
            Column("state", say("column.state")),
        ],
        rows=rows,
    )


def every_logit(
    names: Iterable[str], snapshots: Sequence[Snapshot], shown: int
) -> tuple[dict[str, list[str]], list[alt.Parameter]]:
    """By variant, the words of the bars, the last of which all further tokens share; and, as the parameters `logits` and
    `words` of the chart, every logit and these words."""
    size = len(snapshots[0].logits)
    rest = [say("bar.rest", n=number(size - shown, 0))] if size > shown else []
    named = list(zip(names, snapshots, strict=True))
    words = {name: [*map(visible, one.tokens[:shown]), *rest] for name, one in named}
    logits = {name: one.logits.tolist() for name, one in named}
    return words, [alt.param(name="logits", value=logits), alt.param(name="words", value=words)]


def slot_state() -> str:
    """The expression that says of a bar with `n` tokens, `n_here` of them kept, what became of it."""
    return (
        f"datum.n_here == 0 ? '{say('state.cut')}' : datum.n_here == datum.n ? '{say('state.kept')}' : "
        f"'{say('state.some')}'"
    )


def state_of(probs) -> str:
    """`slot_state` of the tokens of one bar, from their probabilities."""
    kept = (probs > 0).sum() / len(probs)
    return say("state.kept" if kept == 1 else "state.cut" if kept == 0 else "state.some")


def visible(token: str) -> str:
    """A token's text with its leading space and line breaks to be seen."""
    return token.replace("\n", "↵").replace(" ", "␣") if token.strip() != token else token


def _first_rows(one: Snapshot, controls: Sequence[Control], shown: int, words: Sequence[str]) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import probabilities, softmax  # torch: imported when a lesson runs, not before

    raw, drawn = softmax(one.logits), probabilities(one.logits, settings(controls))
    rows = []
    for slot, word in enumerate(words):
        here = slice(slot, slot + 1) if slot < shown else slice(shown, None)
        rows.append([word, percent(raw[here].sum(), 2), percent(drawn[here].sum(), 2), state_of(drawn[here])])
    return rows
