"""What the sampling lab shows, without the page: lines to logits, stages to tables, cuts to pictures, draws to counts."""

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import accumulate

import altair as alt
import torch

from core import CounterGenerator, SamplingParams, Stage, draw, trace
from dashboard import theme
from dashboard.blocks import Column, Figure
from dashboard.charts import BAR, visible
from dashboard.charts.frame import ORACLES, figure, rows, token_axis
from dashboard.language import number, parse_number, percent, say

SHOWN = 24  # tokens drawn one by one; the rest is one row with its true mass
LINES = 5_000  # read: more than a person types; enough for a pasted head of a vocabulary
LONGEST = 2_000_000  # characters of a text; what comes after is not looked at
LARGEST = 1e6  # logit: far from where a double overflows in any stage

_DASHES = str.maketrans("−–—‐‑‒", "------")
_GROUPED = re.compile(r"(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")  # 1 234 567

PRESETS = {  # name: logits; the tokens are in the catalog under lab.preset.<name>.tokens
    "order": (3, 2, 1),
    "sky": (3, 1, 0, -1),
    "tie": (2, 2, 0, -1),
    "sharp": (9, 5.5, 5, 3, 2.5, 2, 1.5, 1, 0.5, 0),
    "flat": (2.1, 2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7),
}


def preset(name: str) -> str:
    """An example as its reader would type it, one "token: logit" to a line."""
    return "\n".join(
        f"{token}: {logit}"
        for token, logit in zip(say(f"lab.preset.{name}.tokens").split(), PRESETS[name], strict=True)
    )


@dataclass(frozen=True)
class Problem:
    """A line that could not be read, or what is wrong with them all (no `text`: "many" and "none").

    `kind` is under lab.bad.<kind> in the catalog, which uses the other fields.
    """

    kind: str
    line: int = 0
    text: str = ""
    most: float = 0


@dataclass(frozen=True)
class Typed:
    """What was read from the text: tokens with their logits, and one problem per line that could not be read."""

    tokens: list[str]
    logits: list[float]
    problems: list[Problem]


def read(text: str) -> Typed:
    """Read `token: logit` lines, or the two columns that a spreadsheet copies. A bad line is named and left out.

    A space before a token is part of it, as a model's tokens have it, and is shown as ␣; one after it is not.
    """
    logits: dict[str, float] = {}
    problems: list[Problem] = []
    for number_, line in enumerate(text[:LONGEST].removeprefix("\ufeff").splitlines(), 1):
        if not line.strip():
            continue
        if len(logits) + len(problems) >= LINES:
            problems.append(Problem("many", number_, most=LINES))
            break
        written, value = _columns(line)
        token = visible(written.rstrip())
        if not written.strip():
            problems.append(Problem("shape", number_, line.strip()))
        elif token in logits:
            problems.append(Problem("twice", number_, token))
        else:
            try:
                logits[token] = _logit(value)
            except OverflowError:
                problems.append(Problem("large", number_, value, LARGEST))
            except ValueError:
                problems.append(Problem("number", number_, value))
    if logits and max(logits.values()) == -math.inf:
        return Typed([], [], [*problems, Problem("none")])
    return Typed(list(logits), list(logits.values()), problems)


def _columns(line: str) -> tuple[str, str]:
    """Token and logit of a line: between them the last tab, else the last colon, else the last semicolon."""
    line = line.rstrip()
    mark = next((mark for mark in "\t:;" if mark in line.strip()), None)
    written, _, value = line.rpartition(mark) if mark else ("", "", "")
    return written, value.strip()


def _logit(text: str) -> float:
    """A logit as typed or copied: also with any dash for a minus and with groups of three digits.

    Raises:
        OverflowError: beyond ±LARGEST.
        ValueError: no number.
    """
    plain = _GROUPED.sub("", text.translate(_DASHES))
    if plain.lower() in ("-inf", "-infinity", "-∞"):
        return -math.inf
    if plain.count(",") == 1 and "." in plain[: plain.index(",")]:  # 1.234,5
        plain = plain.replace(".", "")
    if plain.count("/") > 1:
        raise ValueError(f"not one fraction: {text!r}")
    value = parse_number(plain)
    if abs(value) > LARGEST:
        raise OverflowError(text)
    return value


def after_prompt(model, prompt: str) -> Typed:
    """Every token of the model's vocabulary with its logit after the prompt; of a long prompt, after its last part."""
    ids = (model.encode(prompt) or [model.eos_token_id])[-model.context_length :]
    return Typed(vocabulary(model), model.next_logits(ids)[0].tolist(), [])


@cache
def vocabulary(model) -> list[str]:
    """The text of every token, spaces to be seen; a text that stands for several tokens carries their ids."""
    texts = [visible(model.decode([i])) or "∅" for i in range(model.vocab_size)]
    several = {text for text, count in Counter(texts).items() if count > 1}
    return [f"{text} ({i})" if text in several else text for i, text in enumerate(texts)]


def stages(typed: Typed, params: SamplingParams) -> list[Stage]:
    """The chain's trace over what was typed."""
    return trace(typed.logits, params)


def ranking(typed: Typed) -> list[int]:
    """Token indices by falling logit, in the order typed among equals."""
    return sorted(range(len(typed.tokens)), key=lambda i: -typed.logits[i])


def probability(p: float) -> str:
    """A percentage that is never a false zero."""
    if p == 0:
        return "0%"
    return percent(p, 1 if p >= 0.01 else 2) if p >= 1e-4 else f"{p:.0e}".replace("-", "−")


# Every stage as a column ---------------------------------------------------------------------------------------------


def changed(a: Sequence[Stage], b: Sequence[Stage]) -> tuple[list[int], list[int]]:
    """The tokens that only the first chain keeps, and those that only the second keeps."""
    kept_a, kept_b = a[-1].kept.tolist(), b[-1].kept.tolist()
    return (
        [i for i, (x, y) in enumerate(zip(kept_a, kept_b, strict=True)) if x and not y],
        [i for i, (x, y) in enumerate(zip(kept_a, kept_b, strict=True)) if y and not x],
    )


def stage_table(typed: Typed, chain: Sequence[Stage], marked: Sequence[int] = ()) -> str:
    """The stages as an HTML table: cut tokens struck through, the rest of the vocabulary as one row, the mass cut."""
    order = ranking(typed)
    head = "".join(f'<th scope="col">{say(f"stage.{stage.name}")}</th>' for stage in chain)
    rows = []
    for i in order[:SHOWN]:
        sign = f" <strong>⇄ {say('lab.changes')}</strong>" if i in marked else ""
        cells = "".join(_cell(before, stage, i) for before, stage in zip([chain[0], *chain], chain, strict=False))
        rows.append(
            f'<tr{" class=am-marked" if i in marked else ""}><th scope="row">{escape(typed.tokens[i])}{sign}</th>{cells}</tr>'
        )
    rest = order[SHOWN:]
    if rest:
        cells = "".join(f"<td>{probability(stage.probs[rest].sum().item())}</td>" for stage in chain)
        rows.append(f'<tr class="am-tail"><th scope="row">{say("lab.rest", count=number(len(rest)))}</th>{cells}</tr>')
    foot = "".join(
        f'<tr class="am-foot"><th scope="row">{say(key)}</th>{"".join(f"<td>{show(stage)}</td>" for stage in chain)}</tr>'
        for key, show in (
            ("lab.row.removed", lambda s: probability(s.mass_removed.item())),
            ("lab.row.kept", lambda s: number(int(s.kept.sum()))),
            ("lab.row.entropy", lambda s: number(s.entropy.item(), 3)),
            ("lab.row.effective", lambda s: number(s.effective_choices.item(), 2)),
        )
    )
    return (
        f'<div class="am-scroll am-stages" tabindex="0" role="region" aria-label="{say("lab.stages")}"><table><thead><tr>'
        f'<th scope="col">{say("column.token")}</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody><tfoot>{foot}</tfoot></table></div>'
    )


def _cell(before: Stage, stage: Stage, i: int) -> str:
    if stage.kept[i]:
        return f"<td>{probability(stage.probs[i].item())}</td>"
    if before.kept[i]:  # cut here: what it had until now
        return f'<td class="am-cut"><s>{probability(before.probs[i].item())}</s></td>'
    return f'<td class="am-cut">{say("state.cut")}</td>'


def stage_csv(typed: Typed, chain: Sequence[Stage]) -> str:
    """Every token at every stage, full precision, as CSV with a point for decimals."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["token", "logit", *(f"{i}_{stage.name}" for i, stage in enumerate(chain))])
    for i in ranking(typed):
        writer.writerow([typed.tokens[i], repr(typed.logits[i]), *(repr(stage.probs[i].item()) for stage in chain)])
    return out.getvalue()


# Each cut in its own geometry ----------------------------------------------------------------------------------------


def geometry(typed: Typed, before: Stage, after: Stage, params: SamplingParams) -> Figure | None:
    """The cut between two stages as its sampler sees it; None for a stage that has no such picture.

    top-k: a vertical line after the k-th bar. top-p: the staircase of cumulative mass and the line at p. The others are a
    horizontal line: min-p at a share of the largest probability, epsilon at a probability, top-nσ at a logit.
    """
    logits, p = before.logits.tolist(), before.probs.tolist()
    order = sorted(range(len(typed.tokens)), key=lambda i: -logits[i])
    heights = list(accumulate(p[i] for i in order))
    largest = max(p)
    lines = {
        "min_p": params.min_p * largest,
        "epsilon_cutoff": params.epsilon_cutoff,
        "top_a": params.top_a * largest**2,
        "p_less": sum(q * q for q in p),
    }
    name, rule = after.name, None
    if name == "top_p":
        values, rule, title = heights, params.top_p, say("axis.cumulative")
    elif name in lines:
        values, rule, title = [p[i] for i in order], lines[name], say("axis.probability")
    elif name == "top_n_sigma":
        finite = before.logits[before.kept]
        rule = (finite.max() - params.top_n_sigma * finite.std(correction=0)).item()
        values, title = [logits[i] for i in order], say("column.logit")
    elif name in ("top_k", "top_h"):
        values, title = [p[i] for i in order], say("axis.probability")
    elif name == "typical_p":
        surprise = [-math.log2(q) - before.entropy.item() if q else math.inf for q in p]
        order = sorted(order, key=lambda i: abs(surprise[i]))
        values, title = [abs(surprise[i]) for i in order], say("axis.atypical")
    else:
        return None
    bars = [
        {
            "rank": rank,
            "token": typed.tokens[i],
            "value": value if math.isfinite(value) else None,
            "none": "" if math.isfinite(value) else "−∞",
            "kept": bool(after.kept[i]),
            "state": say("state.kept" if after.kept[i] else "state.cut"),
        }
        for rank, (i, value) in enumerate(zip(order, values, strict=True), 1)
    ][:SHOWN]
    # top-k's line stands between the last kept bar and the first cut one, ties included
    behind = [{"rank": sum(bar["kept"] for bar in bars)}] if name == "top_k" and params.top_k < len(bars) else []
    kept = int(after.kept.sum())
    return figure(
        "given",
        f"geometry-{name}",
        say(f"lab.geometry.{name}"),
        {"rows": bars, "rule": [] if rule is None else [{"value": rule}], "line": behind},
        [],
        _geometry_picture(title, share=name == "top_p"),
        [Column("token", say("column.token")), Column("told", title), Column("state", say("column.state"))],
        alt=say("alt.geometry", stage=say(f"stage.{name}"), kept=kept, cut=int(before.kept.sum()) - kept),
        labels={"told": "{value|short}{none}"},
    )


def _geometry_picture(title: str, share: bool) -> alt.LayerChart:
    """Bars over ranks, with a horizontal line or one behind a rank; its tokens come with the rows, so that it is compiled once."""
    told = "(data('rows')[datum.value - 1] || {}).token"
    x = alt.X("rank:O", title=say("axis.rank"), axis=alt.Axis(labelAngle=0, labelExpr=told, labelOverlap="greedy"))
    y = alt.Y("value:Q", title=title, scale=alt.Scale(domain=[0, 1]) if share else alt.Undefined)
    kept, cut = alt.value(theme.colour("kept")), alt.value(theme.colour("cut"))
    fill, edge = (alt.condition("datum.kept", kept, other) for other in (alt.value("transparent"), cut))
    rule = {"stroke": theme.colour("bound"), "strokeWidth": 2, "strokeDash": [6, 3]}
    behind = rows("line").mark_rule(**rule, xOffset=alt.ExprRef("bandwidth('x') * 0.55"))
    return alt.layer(
        rows().mark_bar(strokeWidth=1.5).encode(x=x, y=y, fill=fill, stroke=edge),
        rows("rule").mark_rule(**rule).encode(y=y),
        behind.encode(x="rank:O"),
    ).properties(width="container", height=200)


# Draws ---------------------------------------------------------------------------------------------------------------


def counts(probs: torch.Tensor, n: int, seed: int) -> list[int]:
    """How often each token came in n draws, the same for the same seed."""
    generator = CounterGenerator(seed)
    u = torch.tensor([generator.numbers(1)[0] for _ in range(n)], dtype=torch.float64)
    some = u.split(500)  # a draw compares u with every token: not all 10,000 at once
    return torch.bincount(torch.cat([draw(probs, u) for u in some]), minlength=len(probs)).tolist()


def draws(typed: Typed, last: Stage, n: int, seed: int) -> Figure:
    """Observed frequencies over exact probabilities, with the band of two standard errors, 2·√(p(1−p)/n)."""
    seen = counts(last.probs, n, seed)
    order = [i for i in ranking(typed) if last.kept[i]][:SHOWN]
    data = []
    for i in order:
        p = last.probs[i].item()
        error = 2 * math.sqrt(p * (1 - p) / n)
        data.append(
            {
                "token": typed.tokens[i],
                "p": p,
                "seen": seen[i] / n,
                "count": seen[i],
                "low": max(0.0, p - error),
                "high": min(1.0, p + error),
            }
        )
    scale = {
        "scale": alt.Scale(domain=[0, 1]),
        "title": say("axis.frequency"),
        "axis": alt.Axis(format="%", tickCount=5),
    }
    y, (often, low, p) = token_axis(), (alt.X(f"{field}:Q", **scale) for field in ("seen", "low", "p"))
    bars = rows().mark_bar(height=16, fill=theme.colour("kept"), opacity=0.55).encode(y=y, x=often)
    band = rows().mark_rule(stroke=theme.colour("bound"), strokeWidth=4).encode(y=y, x=low, x2="high:Q")
    exact = rows().mark_tick(color=theme.colour("ink"), thickness=3, height=24).encode(y=y, x=p)
    outside = sum(not one["low"] <= one["seen"] <= one["high"] for one in data)
    return figure(
        "given",
        "draws",
        say("lab.draws.title", count=number(n)),
        {"rows": data},
        [],
        alt.layer(bars, band, exact).properties(width="container", height=alt.Step(BAR)),
        [
            Column("token", say("column.token")),
            Column("count", say("column.count"), "0"),
            Column("seen", say("axis.frequency"), "%2"),
            Column("p", say("column.drawn"), "%2"),
            Column("low", say("column.low"), "%2"),
            Column("high", say("column.high"), "%2"),
        ],
        alt=say("alt.draws", n=number(n), tokens=len(data), outside=outside),
        caption=say("lab.draws.caption", outside=outside, tokens=len(data)),
    )


def png(figure: Figure, scale: float = 2) -> bytes:
    """A figure as first drawn, as a picture on white paper."""
    import vl_convert  # heavy, and only for those who ask

    picture = json.loads(re.sub(r"var\(--am-\w+, (#\w{6})\)", r"\1", json.dumps(figure.picture)))
    others = [signal for signal in picture["signals"] if signal["name"] != "width"]
    sets = ORACLES[figure.chart](figure.data, {})
    data = [one | ({"values": sets[one["name"]]} if one["name"] in sets else {}) for one in picture["data"]]
    whole = picture | {"background": "#ffffff", "data": data, "signals": [{"name": "width", "value": 640}, *others]}
    return vl_convert.vega_to_png(whole, scale=scale)
