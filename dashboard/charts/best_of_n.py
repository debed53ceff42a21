"""N draws, one chosen: who wins."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, choice_control, finished, parameters, share_axis, written
from dashboard.language import number, percent, say, t

BOUND = "log({0}) - ({0} - 1) / {0}"


def winners(
    id: str,
    title: str,
    names: Sequence[str],
    probs: Sequence[float],
    scores: dict[str, Sequence[float]],
    *,
    value: int,
    said: str,
    caption: str = "",
) -> OldFigure:
    """Who wins among N draws, P(i) = F(s_i)^N − F(s_i−)^N, over the hollow bars of one draw (`core.best_of_n`).

    `scores` maps a variant's label to a score per candidate. In `said`: {N}, {expected}, {first}, {kl}, {bound} (nats).
    """
    labels = {f"s{i}": label for i, label in enumerate(scores)}
    controls = [
        Control(
            "N",
            "N",
            t(pt="Quantas respostas são sorteadas.", en="How many answers are drawn."),
            "range",
            value,
            minimum=1,
            maximum=64,
        )
    ]
    if len(labels) > 1:
        controls.insert(
            0,
            choice_control(
                "variant",
                t(pt="Notas", en="Scores"),
                t(pt="A nota de cada resposta.", en="The score of each answer."),
                labels,
            ),
        )
    values = [
        {"name": name, "p_raw": p, **{f"s{i}": row[j] for i, row in enumerate(scores.values())}}
        for j, (name, p) in enumerate(zip(names, probs, strict=True))
    ]
    base = (
        alt.Chart(alt.Data(values=values), height=alt.Step(BAR + 6), width="container")
        .transform_calculate(s="datum[variant]")
        .transform_window(
            [alt.WindowFieldDef(op="sum", field="p_raw", **{"as": "up_to"})],
            frame=[None, 0],
            sort=[alt.SortField("s", order="ascending")],
            ignorePeers=False,
        )
        .transform_joinaggregate(level="sum(p_raw)", groupby=["s"])
        .transform_calculate(
            p="(pow(datum.up_to, N) - pow(max(0, datum.up_to - datum.level), N)) * datum.p_raw / datum.level"
        )
        .transform_calculate(
            gain="datum.p * datum.s",
            gain_raw="datum.p_raw * datum.s",
            cost="datum.p > 0 ? datum.p * log(datum.p / datum.p_raw) : 0",
        )
        .transform_joinaggregate(expected="sum(gain)", first="sum(gain_raw)", kl="sum(cost)")
        .transform_calculate(
            N="N",
            bound=BOUND.format("N"),
            end="max(datum.p, datum.p_raw)",
            label=written("p"),
            who=f"datum.name + ' ({t(pt='nota', en='score')} ' + format(datum.s, '~') + ')'",
        )
    )
    y = alt.Y("who:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=150))
    x = share_axis(t(pt="probabilidade de vencer", en="probability of winning"))
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=26).encode(
        y=y, x=alt.X("p_raw:Q", **x)
    )
    bars = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("p:Q", **x))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("end:Q", **x), text="label:N")
    chart = alt.layer(raw, bars, label).add_params(*parameters(controls, {"variant": "s0"}))
    rows = _winner_rows(names, probs, next(iter(scores.values())), value)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[3]}" for row in rows)),
        columns=[
            Column("name", t(pt="resposta", en="answer")),
            Column("s", t(pt="nota", en="score"), "2"),
            Column("p_raw", t(pt="em um sorteio", en="in one draw"), "%2"),
            Column("p", t(pt="vence entre N", en="wins among N"), "%2"),
        ],
        rows=rows,
    )


def _winner_rows(names, probs, scores, n: int) -> list[list[str]]:
    """The table of `winners` as first drawn, computed by `core`."""
    from core import best_of_n  # torch: imported when a lesson runs, not before

    return [
        [name, number(float(s), 2), percent(p, 2), percent(won, 2)]
        for name, s, p, won in zip(names, scores, probs, best_of_n(probs, scores, n).tolist(), strict=True)
    ]
