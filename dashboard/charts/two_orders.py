"""The same settings in two orders, temperature first and temperature last, token by token."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import (
    OFF,
    chain,
    choice_control,
    finished,
    parameters,
    settings,
    share_axis,
    slot_state,
    state_of,
    written,
)
from dashboard.charts.old import old_every_logit as every_logit
from dashboard.language import percent, say
from dashboard.recorded.snapshots import Snapshot

ROW = 50  # px per token: two bars
ALL = ("n_first", "n_last", "n_moved", "tv")


def two_orders(
    id: str,
    title: str,
    variants: dict[str, Snapshot],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
    shown: int = 8,
) -> OldFigure:
    """A live bar chart with two bars per token: with the temperature before the cuts, and after them.

    `variants` maps a label to logits, largest first, of one length; with more than one, a choice named "variant". Controls
    may move `tau_stop`, `top_k`, `top_p` and `min_p`. A token that only one order keeps is marked ⇄; what is not `shown`
    shares the last pair of bars. In `said`: {n_first}, {n_last}, {n_moved} tokens and {tv}, the total variation.
    """
    names = {f"u{i}": label for i, label in enumerate(variants)}
    if len(names) > 1:
        controls = [choice_control("variant", say("control.logits"), say("control.logits.help"), names), *controls]
    snapshots = list(variants.values())
    size = len(snapshots[0].logits)
    words, data = every_logit(names, snapshots, shown)
    orders = [say("order.first"), say("order.last")]
    pairs = alt.Chart(alt.sequence(2 * size, as_="n"), height=alt.Step(ROW, **{"for": "position"}), width="container")
    base = (
        chain(
            pairs.transform_calculate(i="floor(datum.n / 2)", first="datum.n % 2 == 0 ? 1 : 0"),
            "logits[variant][datum.i]",
            first="datum.first",
            groupby=["first"],
        )
        .transform_calculate(slot=f"min(datum.i, {shown})", here="datum.p > 0 ? 1 : 0")
        .transform_calculate(
            in_a="datum.first * datum.here",
            in_b="(1 - datum.first) * datum.here",
            p_a="datum.first * datum.p",
            p_b="(1 - datum.first) * datum.p",
        )
        .transform_joinaggregate(a="max(in_a)", b="max(in_b)", q_a="max(p_a)", q_b="max(p_b)", groupby=["i"])
        .transform_calculate(
            moved="datum.a != datum.b ? 0.5 : 0", apart="abs(datum.q_a - datum.q_b) / 4"
        )  # two rows per token
        .transform_joinaggregate(n_first="sum(in_a)", n_last="sum(in_b)", n_moved="sum(moved)", tv="sum(apart)")
        .transform_aggregate(
            p="sum(p)",
            n="count()",
            n_here="sum(here)",
            moved="sum(moved)",
            **{name: f"max({name})" for name in ALL},
            groupby=["slot", "first"],
        )
        .transform_calculate(
            token="words[variant][datum.slot]",
            order=f"datum.first ? '{orders[0]}' : '{orders[1]}'",
            state=slot_state(),
            label=f"(datum.n_here == 0 ? '{say('state.cut')}' : {written('p')}) + (datum.moved > 0 ? '  ⇄' : '')",
        )
    )
    y = {
        "y": alt.Y(
            "slot:O",
            title=None,
            scale=alt.Scale(paddingInner=0.25),
            axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr="words[variant][datum.value]"),
        ),
        "yOffset": alt.YOffset("order:N", sort=orders),
    }
    x = share_axis(say("axis.probability"))
    colour = alt.Fill(
        "order:N",
        sort=orders,
        title=None,
        scale=alt.Scale(domain=orders, range=[theme.colour("kept"), theme.colour("bound")]),
        legend=alt.Legend(orient="top", columns=1, symbolType="square", labelLimit=0),
    )
    bars = base.mark_bar(cornerRadiusEnd=2).encode(**y, x=alt.X("p:Q", **x), fill=colour)
    label = base.mark_text(align="left", baseline="middle", dx=8).encode(
        **y,
        x=alt.X("p:Q", **x),
        text="label:N",
        color=alt.condition("datum.n_here > 0", alt.value(theme.colour("ink")), alt.value(theme.colour("cut"))),
    )
    chart = alt.layer(bars, label).add_params(*data, *parameters(controls, OFF))
    rows = _first_rows(snapshots[0], controls, shown, words["u0"], orders)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        rows=rows,
        alt=say("alt.two_orders", what="; ".join(f"{row[0]}, {row[1]}: {row[2]}" for row in rows)),
        columns=[
            Column("token", say("column.token")),
            Column("order", say("column.order")),
            Column("p", say("column.drawn"), "%2"),
            Column("state", say("column.state")),
        ],
    )


def _first_rows(
    one: Snapshot, controls: Sequence[Control], shown: int, words: list[str], orders: list[str]
) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import probabilities  # torch: imported when a lesson runs, not before

    both = [probabilities(one.logits, settings(controls, temperature_first=first)) for first in (True, False)]
    rows = []
    for slot, word in enumerate(words):
        here = slice(slot, slot + 1) if slot < shown else slice(shown, None)
        for order, p in zip(orders, both, strict=True):
            rows.append([word, order, percent(p[here].sum(), 2), state_of(p[here])])
    return rows
