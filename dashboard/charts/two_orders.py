"""The same settings in two orders, temperature first and temperature last, token by token."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Input
from dashboard.charts.distribution import params_of
from dashboard.charts.frame import IN_ORDER, Sets, figure, oracle, rows, share_axis, variant_control
from dashboard.charts.vocabulary import by_bar, every_logit, states
from dashboard.language import say
from dashboard.recorded.snapshots import Snapshot

ROW = 50  # px per token: two bars


@oracle("twoOrders")
def _rows(data: dict, settings: dict) -> Sets:
    from core import probabilities, total_variation  # torch: imported when a lesson runs, not before

    variant, shown = settings.get("variant", "u0"), data["shown"]
    first, last = (
        probabilities(data["logits"][variant], params_of({**settings, "temperature_first": one}))
        for one in (True, False)
    )
    moved = (first > 0) != (last > 0)
    sums = {"n_first": int((first > 0).sum()), "n_last": int((last > 0).sum()), "n_moved": int(moved.sum()),
            "tv": total_variation(first, last).item()}  # fmt: skip
    sides, many = by_bar(moved, shown), by_bar([1] * len(first), shown)
    found = []
    for i, token in enumerate(data["words"][variant]):
        for order, p in zip(data["orders"], (first, last), strict=True):
            mass, here = by_bar(p, shown)[i], by_bar(p > 0, shown)[i]
            found.append(
                {"token": token, "order": order, "p": mass, "kept": here > 0, "share": mass if here else None,
                 "cut": "" if here else data["state"][0], "mark": "  ⇄" if sides[i] else "",
                 "state": data["state"][0 if here == 0 else 1 if here == many[i] else 2], **sums}
            )  # fmt: skip
    return {"rows": found}


def two_orders(
    id: str,
    title: str,
    variants: dict[str, Snapshot],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
    shown: int = 8,
) -> Figure:
    """A live bar chart with two bars per token: with the temperature before the cuts, and after them.

    `variants` maps a label to logits, largest first, of one length; with more than one, a choice named "variant". Controls
    may move `tau`, `top_k`, `top_p` and `min_p`. A token that only one order keeps is marked ⇄; what is not `shown`
    shares the last pair of bars. In `said`: {n_first}, {n_last}, {n_moved} tokens and {tv}, the total variation.
    """
    names, orders = {f"u{i}": label for i, label in enumerate(variants)}, [say("order.first"), say("order.last")]
    columns = [
        Column("token", say("column.token")),
        Column("order", say("column.order")),
        Column("p", say("column.drawn"), "%2"),
        Column("state", say("column.state")),
    ]
    return figure(
        "twoOrders",
        id,
        title,
        every_logit(list(variants.values()), shown) | {"orders": orders, "state": states()},
        [*variant_control("control.logits", names), *controls],
        _picture(orders),
        columns,
        said=said,
        caption=caption,
        alt=say("alt.two_orders", what="[{token}, {order}: {p|%2}]"),
        labels={"label": "{share|%~}{cut}{mark}"},
    )


def _picture(orders: list[str]) -> alt.LayerChart:
    axis = alt.Axis(ticks=False, domain=False, labelLimit=140)
    y = {
        "y": alt.Y("token:N", sort=IN_ORDER, title=None, scale=alt.Scale(paddingInner=0.25), axis=axis),
        "yOffset": alt.YOffset("order:N", sort=orders),
    }
    x = alt.X("p:Q", **share_axis(say("axis.probability")))
    colours = alt.Scale(domain=orders, range=[theme.colour("kept"), theme.colour("bound")])
    legend = alt.Legend(orient="top", columns=1, symbolType="square", labelLimit=0)
    fill = alt.Fill("order:N", sort=orders, title=None, scale=colours, legend=legend)
    ink = alt.condition("datum.kept", alt.value(theme.colour("ink")), alt.value(theme.colour("cut")))
    solid = rows().mark_bar(cornerRadiusEnd=2).encode(**y, x=x, fill=fill)
    label = rows().mark_text(align="left", baseline="middle", dx=8).encode(**y, x=x, text="label:N", color=ink)
    return alt.layer(solid, label).properties(height=alt.Step(ROW, **{"for": "position"}), width="container")
