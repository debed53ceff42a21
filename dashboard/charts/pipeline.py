"""An engine's stages in its order, and what each leaves of one distribution: how many tokens, how many choices in effect.

What the stages leave is computed by `core.trace` for every engine and every recipe; the chart only chooses among the rows.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, OldFigure
from dashboard.charts.old import BAR, choice_control, finished, parameters
from dashboard.language import number, percent, say, t

LEFT = 0.7  # where the bars begin on a logarithmic axis: one token still has a bar


def pipeline(id: str, title: str, logits: Sequence[float], recipes: dict, *, said: str, caption: str = "") -> OldFigure:
    """A row per stage: the bar ends at the number of tokens still possible, the diamond at the effective choices.

    `recipes` maps a name to SamplingParams; two choices, "recipe" and "engine", say which rows are shown. In `said`:
    {order} (the engine and its stages that run), {tokens}, {choices} and {p_max} at the end, {dropped} (what the engine leaves out).
    """
    from core import ORDERS  # torch: imported when a lesson runs, not before

    names = {f"r{i}": name for i, name in enumerate(recipes)}
    values = [
        row
        for key, name in names.items()
        for engine in ORDERS
        for row in _rows(logits, recipes[name], engine, {"recipe": key, "engine": engine})
    ]
    controls = [
        choice_control(
            "recipe",
            t(pt="Receita", en="Recipe"),
            t(pt="Os ajustes que todos os motores recebem.", en="The settings that every engine is given."),
            names,
        ),
        choice_control(
            "engine",
            say("control.engine"),
            t(
                pt="Decide a ordem dos estágios, e quais existem.",
                en="Decides the order of the stages, and which there are.",
            ),
            {engine: engine for engine in ORDERS},
        ),
    ]
    labels = {
        key: {
            engine: [row["name"] for row in values if (row["recipe"], row["engine"]) == (key, engine)]
            for engine in ORDERS
        }
        for key in names
    }
    y = alt.Y(
        "place:O",
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr="stages[recipe][engine][datum.value]"),
    )
    x = {
        "scale": alt.Scale(type="log", domain=[LEFT, len(logits)], nice=False),
        "axis": alt.Axis(values=[10**i for i in range(math.ceil(math.log10(len(logits))))], format=","),
        "title": t(
            pt="tokens possíveis (barra)|opções efetivas (losango)",
            en="tokens possible (bar)|effective choices (diamond)",
        ).split("|"),
    }
    base = (
        alt.Chart(alt.Data(values=values), height=alt.Step(BAR), width="container")
        .transform_filter("datum.recipe == recipe && datum.engine == engine")
        .transform_calculate(stage="datum.name")
    )  # the table takes rows that have a stage
    bar = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(
        y=y, x=alt.X("left:Q", **x), x2="kept:Q"
    )
    diamond = base.mark_point(
        shape="diamond",
        filled=True,
        fill=theme.colour("paper"),
        stroke=theme.colour("ink"),
        strokeWidth=2,
        size=90,
        opacity=1,
    ).encode(y=y, x=alt.X("effective:Q", **x))
    chart = alt.layer(bar, diamond).add_params(alt.param(name="stages", value=labels), *parameters(controls))
    first = [row for row in values if row["recipe"] == controls[0].value and row["engine"] == controls[1].value]
    rows = [[row["name"], number(row["kept"]), number(row["effective"], 2), percent(row["removed"])] for row in first]
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        rows=rows,
        alt=say("alt.distribution", what="; ".join(f"{row[0]}: {row[1]} tokens, {row[2]}" for row in rows)),
        columns=[
            Column("stage", t(pt="depois de", en="after")),
            Column("kept", t(pt="tokens possíveis", en="tokens possible"), "0"),
            Column("effective", t(pt="opções efetivas", en="effective choices"), "2"),
            Column("removed", t(pt="massa cortada aqui", en="mass cut here"), "%1"),
        ],
    )


def _rows(logits: Sequence[float], params, engine: str, key: dict) -> list[dict]:
    """One engine and recipe: a row per stage, each carrying how the chain ends."""
    from core import trace

    params = replace(params, order=engine)
    stages = trace(logits, params)
    end = stages[-1]
    told = {
        "order": f"{engine}: {' → '.join(say(f'stage.{name}') for name in params.stages)}",
        "tokens": int(end.kept.sum()),
        "choices": end.effective_choices.item(),
        "p_max": end.probs.max().item(),
        "dropped": ", ".join(say(f"stage.{name}") for name in params.ignored) or t(pt="nada", en="nothing"),
    }
    return [
        {
            **key,
            **told,
            "place": place,
            "name": say(f"stage.{stage.name}"),
            "left": LEFT,
            "kept": int(stage.kept.sum()),
            "effective": stage.effective_choices.item(),
            "removed": stage.mass_removed.item() if place else 0.0,
        }
        for place, stage in enumerate(stages)
    ]
