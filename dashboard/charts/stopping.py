"""A text that arrives token by token in front of a stop sequence: what is on the screen, what waits, what never comes.

What each token releases is asked of `core.streaming` when the figure is made, for every text and every stop sequence.
"""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import Sets, choice_control, figure, oracle, rows
from dashboard.language import say

WIDE = 24  # characters to a line, so that a line fits a phone
LINE, CELL = 27, 16  # px per line, and per character where there is room
NEVER = 10**6


@oracle("stopping")
def _rows(data: dict, settings: dict) -> Sets:
    run, letters = data["runs"][settings["variant"]][settings["stop"]], data["letters"][settings["variant"]]
    now, tokens = min(settings["step"], run["end"]), data["tokens"][settings["variant"]]
    shown, stopped = run["shown"][now], now >= run["match"]

    def state(one: dict) -> str:
        if one["k"] > now:
            return "never" if stopped else "pending"
        if one["i"] < shown:
            return "shown"
        return "held" if not stopped else "stop" if one["i"] < shown + run["length"] else "never"

    placed = [one | {"left": one["col"] - 0.5, "right": one["col"] + 0.5, "state": state(one)} for one in letters]
    sums = {
        "now": now,
        "last": run["tokens"][now] if now else "",
        "shown": shown,
        "held": run["held"][now],
        "held_or_none": run["held"][now] or "∅",
        "waiting": run["waiting"][now],
        "worst": 0 if stopped else min(run["length"] - 1, shown + run["waiting"][now]),
        "verdict": data["verdicts"]["stopped" if stopped else "over" if now >= run["end"] else "pending"],
    }
    first = {one["k"]: one for one in reversed(placed)}
    return {
        "rows": [
            {
                "k": k,
                "token": token,
                "out": run["out"][k] if k <= now else "",
                "waits": run["held"][k] if k <= now else "",
                **sums,
            }
            for k, token in enumerate(tokens, 1)
        ],
        "letters": placed,
        "boxes": [one for one in placed if one["state"] in ("shown", "held", "stop")],
        "struck": [one for one in placed if one["state"] in ("stop", "never")],
        "ticks": [{"left": first[k]["left"], "line": first[k]["line"]} for k in range(1, len(tokens) + 1)],
    }


def stopping(
    id: str,
    title: str,
    texts: dict[str, Sequence[str]],
    stops: Sequence[str],
    *,
    step: int,
    said: str,
    caption: str = "",
) -> Figure:
    """Characters in a grid, a tick before each token; the reader picks a text, a stop sequence and how far it has come.

    `texts` maps a label to its tokens. In `said`: {now} tokens that have come, {last} of them, {shown} characters on the
    screen, {held} (the text that waits), {waiting} (how many characters), {worst} (how many a fixed buffer of the longest
    possible wait would hold), {verdict}.
    """
    names, keys = {f"t{i}": label for i, label in enumerate(texts)}, {f"s{i}": stop for i, stop in enumerate(stops)}
    pieces = dict(zip(names, texts.values(), strict=True))
    data = {
        "runs": {name: {key: followed(one, stop) for key, stop in keys.items()} for name, one in pieces.items()},
        "letters": {name: layout(one) for name, one in pieces.items()},
        "tokens": {name: [*map(seen, one)] for name, one in pieces.items()},
        "verdicts": {name: say(f"verdict.{name}") for name in ("pending", "stopped", "over")},
    }
    most = max(map(len, texts.values()))
    controls = [
        choice_control("variant", say("control.text"), say("control.text.help"), names),
        choice_control("stop", say("control.stop"), say("control.stop.help"), {key: seen(stop) for key, stop in keys.items()}),
        Range("step", say("control.arrived"), say("control.arrived.help"), step, 0, most),
    ]  # fmt: skip
    columns = [
        Column("k", say("column.number"), "0"),
        Column("token", say("column.token")),
        Column("out", say("column.released")),
        Column("waits", say("column.held")),
    ]
    words = say("alt.stopping", shown="{shown|0}", held="{held_or_none}", stop="{stop}")
    return figure("stopping", id, title, data, controls, _picture(), columns, said=said, caption=caption, alt=words)


def _picture() -> alt.LayerChart:
    wide = alt.Scale(domain=[-0.5, alt.ExprRef(f"max({WIDE}, width / {CELL}) - 0.5")], nice=False)
    left, column = (alt.X(f"{field}:Q", axis=None, scale=wide) for field in ("left", "col"))
    y, kept, cut = alt.Y("line:O", axis=None), alt.value(theme.colour("kept")), alt.value(theme.colour("cut"))
    cell, held = {"x": left, "x2": "right:Q", "y": y}, "datum.state == 'held'"
    boxes = rows("boxes").mark_rect().encode(
        **cell,
        fill=alt.condition("datum.state == 'shown'", kept, cut),
        fillOpacity=alt.condition(held, alt.value(0.12), alt.value(0.28)),
        stroke=alt.condition(held, cut, alt.value("transparent")),
    )  # fmt: skip
    faint = alt.condition("datum.state == 'pending' || datum.state == 'never'", alt.value(0.3), alt.value(1))
    text = rows("letters").mark_text(font=theme.FONT_MONO, fontSize=15)
    struck = rows("struck").mark_rule(stroke=theme.colour("cut"), strokeWidth=2).encode(**cell)
    tick = {"orient": "vertical", "thickness": 1.5, "size": LINE - 5, "color": theme.colour("muted")}
    drawn = text.encode(x=column, y=y, text="char:N", color=alt.value(theme.colour("ink")), opacity=faint)
    ticks = rows("ticks").mark_tick(**tick).encode(x=left, y=y)
    return alt.layer(boxes, drawn, struck, ticks).properties(height=alt.Step(LINE), width="container")


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
