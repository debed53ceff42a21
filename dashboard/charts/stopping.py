"""A text that arrives token by token in front of a stop sequence: what is on the screen, what waits, what never comes.

What each token releases is asked of `core.streaming` when the figure is made, for every text and every stop sequence.
"""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import choice_control, finished, parameters
from dashboard.language import say

WIDE = 24  # characters to a line, so that a line fits a phone
LINE, CELL = 27, 16  # px per line, and per character where there is room
NEVER = 10**6


def stopping(
    id: str,
    title: str,
    texts: dict[str, Sequence[str]],
    stops: Sequence[str],
    *,
    step: int,
    said: str,
    caption: str = "",
) -> OldFigure:
    """Characters in a grid, a tick before each token; the reader picks a text, a stop sequence and how far it has come.

    `texts` maps a label to its tokens. In `said`: {now} tokens that have come, {last} of them, {shown} characters on the
    screen, {held} (the text that waits), {waiting} (how many characters), {worst} (how many a fixed buffer of the longest
    possible wait would hold), {verdict}.
    """
    names, keys = {f"t{i}": label for i, label in enumerate(texts)}, {f"s{i}": stop for i, stop in enumerate(stops)}
    runs = {
        name: {key: followed(pieces, stop) for key, stop in keys.items()}
        for name, pieces in zip(names, texts.values(), strict=True)
    }
    places = {name: layout(pieces) for name, pieces in zip(names, texts.values(), strict=True)}
    controls = [
        choice_control("variant", say("control.text"), say("control.text.help"), names),
        choice_control(
            "stop", say("control.stop"), say("control.stop.help"), {key: seen(stop) for key, stop in keys.items()}
        ),
        Control(
            "step",
            say("control.arrived"),
            say("control.arrived.help"),
            "range",
            step,
            maximum=max(map(len, texts.values())),
        ),
    ]
    words = {"pending": say("verdict.pending"), "stopped": say("verdict.stopped"), "over": say("verdict.over")}
    data = [alt.param(name="runs", value=runs), alt.param(name="verdicts", value=words)]
    now = [alt.param(name="run", expr="runs[variant][stop]"), alt.param(name="now", expr="min(step, run.end)")]
    across = {
        "axis": None,
        "scale": alt.Scale(domain=[-0.5, alt.ExprRef(f"max({WIDE}, width / {CELL}) - 0.5")], nice=False),
    }
    y = alt.Y("line:O", axis=None)
    values = [{"v": name, **one} for name, row in places.items() for one in row]
    letters = alt.Chart(alt.Data(values=values), height=alt.Step(LINE), width="container")
    letters = letters.transform_filter("datum.v == variant").transform_calculate(
        state="datum.k > now ? (now >= run.match ? 'never' : 'pending') : datum.i < run.shown[now] ? 'shown'"
        " : now < run.match ? 'held' : datum.i < run.shown[now] + run.length ? 'stop' : 'never'",
        left="datum.col - 0.5",
        right="datum.col + 0.5",
    )
    colours = {name: theme.colour(name) for name in ("kept", "cut", "ink", "muted")}
    boxes = (
        letters.transform_filter("datum.state == 'shown' || datum.state == 'held' || datum.state == 'stop'")
        .mark_rect()
        .encode(
            x=alt.X("left:Q", **across),
            x2="right:Q",
            y=y,
            fill=alt.condition("datum.state == 'shown'", alt.value(colours["kept"]), alt.value(colours["cut"])),
            fillOpacity=alt.condition("datum.state == 'held'", alt.value(0.12), alt.value(0.28)),
            stroke=alt.condition("datum.state == 'held'", alt.value(colours["cut"]), alt.value("transparent")),
        )
    )
    text = letters.mark_text(font=theme.FONT_MONO, fontSize=15).encode(
        x=alt.X("col:Q", **across),
        y=y,
        text="char:N",
        color=alt.value(colours["ink"]),
        opacity=alt.condition("datum.state == 'pending' || datum.state == 'never'", alt.value(0.3), alt.value(1)),
    )
    struck = (
        letters.transform_filter("datum.state == 'stop' || datum.state == 'never'")
        .mark_rule(stroke=colours["cut"], strokeWidth=2)
        .encode(x=alt.X("left:Q", **across), x2="right:Q", y=y)
    )
    starts = [
        {"v": name, "token": seen(piece), **next(c for c in places[name] if c["k"] == k)}
        for name, pieces in zip(names, texts.values(), strict=True)
        for k, piece in enumerate(pieces, 1)
    ]
    ticks = (
        alt.Chart(alt.Data(values=starts))
        .transform_filter("datum.v == variant")
        .transform_calculate(
            left="datum.col - 0.5",
            came="datum.k <= now",
            out="datum.came ? run.out[datum.k] : ''",
            waits="datum.came ? run.held[datum.k] : ''",
            now="now",
            last="now > 0 ? run.tokens[now] : ''",
            shown="run.shown[now]",
            held="run.held[now]",
            waiting="run.waiting[now]",
            worst="now < run.match ? min(run.length - 1, run.shown[now] + run.waiting[now]) : 0",
            verdict="now >= run.match ? verdicts.stopped : now >= run.end ? verdicts.over : verdicts.pending",
        )
        .mark_tick(orient="vertical", thickness=1.5, size=LINE - 5, color=colours["muted"])
        .encode(x=alt.X("left:Q", **across), y=y)
    )
    chart = alt.layer(boxes, text, struck, ticks).add_params(*data, *parameters(controls), *now)
    first, run = next(iter(texts.values())), runs["t0"]["s0"]
    end = min(step, run["end"])
    rows = [
        [str(k), seen(piece), run["out"][k] if k <= end else "", run["held"][k] if k <= end else ""]
        for k, piece in enumerate(first, 1)
    ]
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=say("alt.stopping", shown=run["shown"][end], held=run["held"][end] or "∅", stop=seen(stops[0])),
        columns=[
            Column("k", say("column.number"), "0"),
            Column("token", say("column.token")),
            Column("out", say("column.released")),
            Column("waits", say("column.held")),
        ],
        rows=rows,
    )


def followed(pieces: Sequence[str], stop: str) -> dict:
    """What `core.streaming` says after each token: index 0 is before the first.

    `shown` characters in all, `out` the text this token released, `held` and `waiting` what waits then; `match` is the
    token that completes the stop sequence (NEVER where none does), `end` the last token that is read. What waits when the text
    ends is released with its last token.
    """
    from core.streaming import StopFilter

    reading = StopFilter(stop)
    told = {
        "shown": [0],
        "out": [""],
        "held": [""],
        "waiting": [0],
        "tokens": [""],
        "match": NEVER,
        "length": len(stop),
    }
    arrived = 0
    for k, piece in enumerate(pieces, 1):
        out = reading.push(piece) + (reading.finish() if k == len(pieces) else "")
        arrived += len(piece)
        shown = told["shown"][-1] + len(out)
        waiting = 0 if reading.matched else arrived - shown
        whole = "".join(pieces[:k])
        told["shown"].append(shown)
        told["out"].append(seen(out))
        told["held"].append(seen(whole[shown:]) if waiting else "")
        told["waiting"].append(waiting)
        told["tokens"].append(seen(piece))
        if reading.matched:
            told["match"] = k
            break
    return {**told, "end": min(told["match"], len(pieces))}


def layout(pieces: Sequence[str]) -> list[dict]:
    """Every character with its place: i in the text, k its token (from 1), col and line; words are not broken."""
    text = "".join(pieces)
    owner = [k for k, piece in enumerate(pieces, 1) for _ in piece]
    placed, line, col = [], 0, 0
    for i, char in enumerate(text):
        starts = i == 0 or text[i - 1] in " \n"
        room = len(text[i:].split(" ")[0].split("\n")[0])
        if col and starts and col + room > WIDE:
            line, col = line + 1, 0
        placed.append({"i": i, "k": owner[i], "char": seen(char), "col": col, "line": line})
        line, col = (line + 1, 0) if char == "\n" else (line, col + 1)
    return placed


def seen(text: str) -> str:
    """A text with its spaces and line breaks to be seen."""
    return text.replace("\n", "↵").replace(" ", "␣")
