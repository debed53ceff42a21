"""How often a judge agrees with a person, and Cohen's κ, as the share of good answers moves."""

import altair as alt

from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import Sets, figure, named_lines, oracle
from dashboard.language import t


@oracle("agreement")
def _rows(data: dict, settings: dict) -> Sets:
    from core.course.metrics import cohen_kappa  # torch: imported when a lesson runs, not before

    def at(share: float) -> dict:
        found = cohen_kappa(judged(share, settings["hits"], settings["passes"]))
        return {"now": share, "agree": found.observed, "chance": found.chance, "kappa": found.kappa}

    return {"rows": [at(settings["share"])], "curve": [at(i / 100) for i in range(1, 100)]}


def judged(share: float, hits: float, passes: float) -> list[list[float]]:
    """The table of shares: the person's good and bad in the rows, the judge's in the columns."""
    return [[share * hits, share * (1 - hits)], [(1 - share) * (1 - passes), (1 - share) * passes]]


def agreement(id: str, title: str, *, share: float, hits: float, passes: float, said: str, caption: str = "") -> Figure:
    """Agreement, chance agreement and κ over the share of answers that the person calls good.

    `hits` is the share of the person's good answers that the judge calls good too; `passes` that of the bad ones that it calls
    bad. In `said`: {now} (the share), {agree}, {chance}, {kappa}.
    """
    controls = [
        Range("share", t(pt="Respostas boas", en="Good answers"),
              t(pt="A parte das respostas que a pessoa aprova.", en="The share of answers that the person approves."),
              share, 0.01, 0.99, 0.01, 2),
        Range("hits", t(pt="Das boas, o juiz aprova", en="Of the good, the judge approves"),
              t(pt="É a sensibilidade do juiz.", en="The judge's sensitivity."), hits, 0.5, 1, 0.01, 2),
        Range("passes", t(pt="Das ruins, o juiz reprova", en="Of the bad, the judge rejects"),
              t(pt="É a especificidade do juiz.", en="The judge's specificity."), passes, 0.5, 1, 0.01, 2),
    ]  # fmt: skip
    series = {
        "agree": t(pt="concordância", en="agreement"),
        "chance": t(pt="concordância por acaso", en="agreement by chance"),
        "kappa": "κ",
    }

    def x() -> alt.X:
        return alt.X("now:Q", title=t(pt="parte das respostas que a pessoa aprova", en="share of answers that the person approves"),
                     scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(format="%", tickCount=5))  # fmt: skip

    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(tickCount=5))
    lines = named_lines(series, x, y, ("kept", "tail", "cut"), ((1, 0), (6, 4), (2, 2)), 3)
    columns = [
        Column("now", t(pt="respostas boas", en="good answers"), "%0"),
        Column("agree", series["agree"], "%1"),
        Column("chance", series["chance"], "%1"),
        Column("kappa", "κ", "3"),
    ]
    return figure(
        "agreement", id, title, {}, controls, lines.properties(height=260, width="container"), columns,
        said=said, caption=caption,
        alt=t(
            pt="Três curvas sobre a parte de respostas boas. A concordância quase não muda; κ, pontilhado, cai a zero nas duas pontas. Com {now|%0} de boas: concordância {agree|%1}, acaso {chance|%1}, κ = {kappa|3}.",
            en="Three curves over the share of good answers. Agreement hardly moves; κ, dotted, falls to zero at both ends. With {now|%0} good: agreement {agree|%1}, chance {chance|%1}, κ = {kappa|3}.",
        ),
    )  # fmt: skip
