"""How often a judge agrees with a person, and Cohen's κ, as the share of good answers moves."""

import altair as alt

from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import finished, named_lines, parameters
from dashboard.language import number, percent, t


def agreement(id: str, title: str, *, share: float, hits: float, passes: float, said: str, caption: str = "") -> OldFigure:
    """Agreement, chance agreement and κ over the share of answers that the person calls good.

    `hits` is the share of the person's good answers that the judge calls good too; `passes` that of the bad ones that it calls
    bad. In `said`: {now} (the share), {agree}, {chance}, {kappa}.
    """
    controls = [
        Control("share", t(pt="Respostas boas", en="Good answers"),
                t(pt="A parte das respostas que a pessoa aprova.", en="The share of answers that the person approves."),
                "range", share, minimum=0.01, maximum=0.99, step=0.01, digits=2),
        Control("hits", t(pt="Das boas, o juiz aprova", en="Of the good, the judge approves"),
                t(pt="É a sensibilidade do juiz.", en="The judge's sensitivity."), "range", hits, minimum=0.5, step=0.01, digits=2),
        Control("passes", t(pt="Das ruins, o juiz reprova", en="Of the bad, the judge rejects"),
                t(pt="É a especificidade do juiz.", en="The judge's specificity."), "range", passes, minimum=0.5, step=0.01, digits=2),
    ]  # fmt: skip
    base = (
        alt.Chart(alt.sequence(1, 100, as_="i"), height=260, width="container")
        .transform_calculate(x="datum.i / 100")
        .transform_calculate(
            agree="datum.x * hits + (1 - datum.x) * passes", said="datum.x * hits + (1 - datum.x) * (1 - passes)"
        )
        .transform_calculate(chance="datum.x * datum.said + (1 - datum.x) * (1 - datum.said)")
        .transform_calculate(kappa="(datum.agree - datum.chance) / (1 - datum.chance)")
    )
    now = base.transform_filter("datum.i == round(100 * share)").transform_calculate(now="datum.x")
    series = {
        "agree": t(pt="concordância", en="agreement"),
        "chance": t(pt="concordância por acaso", en="agreement by chance"),
        "kappa": "κ",
    }

    def x() -> alt.X:
        return alt.X("x:Q", title=t(pt="parte das respostas que a pessoa aprova", en="share of answers that the person approves"),
                     scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(format="%", tickCount=5))  # fmt: skip

    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(tickCount=5))
    colours, dashes = ("kept", "tail", "cut"), ((1, 0), (6, 4), (2, 2))
    chart = named_lines(base, now, series, x, y, colours, dashes, 3).add_params(*parameters(controls))
    row = _row(share, hits, passes)
    return OldFigure(
        id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption, rows=[row],
        alt=t(
            pt=f"Três curvas sobre a parte de respostas boas. A concordância quase não muda; κ, pontilhado, cai a zero nas duas pontas. Com {row[0]} de boas: concordância {row[1]}, acaso {row[2]}, κ = {row[3]}.",
            en=f"Three curves over the share of good answers. Agreement hardly moves; κ, dotted, falls to zero at both ends. With {row[0]} good: agreement {row[1]}, chance {row[2]}, κ = {row[3]}.",
        ),
        columns=[
            Column("now", t(pt="respostas boas", en="good answers"), "%0"),
            Column("agree", series["agree"], "%1"),
            Column("chance", series["chance"], "%1"),
            Column("kappa", "κ", "3"),
        ],
    )  # fmt: skip


def judged(share: float, hits: float, passes: float) -> list[list[float]]:
    """The table of shares: the person's good and bad in the rows, the judge's in the columns."""
    return [[share * hits, share * (1 - hits)], [(1 - share) * (1 - passes), (1 - share) * passes]]


def _row(share: float, hits: float, passes: float) -> list[str]:
    """The table as first drawn, computed by `core`."""
    from core.course.metrics import cohen_kappa

    found = cohen_kappa(judged(share, hits, passes))
    return [percent(share, 0), percent(found.observed), percent(found.chance), number(found.kappa, 3)]
