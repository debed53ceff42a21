"""An engine's stages in its order, and what each leaves of one distribution: how many tokens, how many choices in effect."""

import math
from collections.abc import Sequence
from dataclasses import fields

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure
from dashboard.charts.frame import BAR, Sets, choice_control, figure, oracle, rows, token_axis
from dashboard.language import say, t

LEFT = 0.7  # where the bars begin on a logarithmic axis: one token still has a bar


@oracle("pipeline")
def _rows(data: dict, settings: dict) -> Sets:
    from core import SamplingParams, trace  # torch: imported when a lesson runs, not before

    params = SamplingParams(**data["recipes"][settings["recipe"]], order=settings["engine"])
    stages, words = trace(data["logits"], params), data["stages"]
    end = stages[-1]
    sums = {
        "left": LEFT,
        "order": f"{settings['engine']}: {' → '.join(words[name] for name in params.stages)}",
        "tokens": int(end.kept.sum()),
        "choices": end.effective_choices.item(),
        "p_max": end.probs.max().item(),
        "dropped": ", ".join(words[name] for name in params.ignored) or data["nothing"],
    }
    return {
        "rows": [
            {"stage": words[stage.name], "kept": int(stage.kept.sum()), "effective": stage.effective_choices.item(),
             "removed": stage.mass_removed.item() if place else 0.0, **sums}
            for place, stage in enumerate(stages)
        ]
    }  # fmt: skip


def pipeline(id: str, title: str, logits: Sequence[float], recipes: dict, *, said: str, caption: str = "") -> Figure:
    """A row per stage: the bar ends at the number of tokens still possible, the diamond at the effective choices.

    `recipes` maps a name to SamplingParams; two choices, "recipe" and "engine", say which rows are shown. In `said`:
    {order} (the engine and its stages that run), {tokens}, {choices} and {p_max} at the end, {dropped} (what the engine leaves out).
    """
    from core import ORDERS, STAGES, SamplingParams

    names, off = {f"r{i}": name for i, name in enumerate(recipes)}, SamplingParams()
    plain = [
        {field.name: value for field in fields(one) if (value := getattr(one, field.name)) != getattr(off, field.name) and field.name != "order"}
        for one in recipes.values()
    ]  # fmt: skip
    data = {
        "logits": [float(u) for u in logits],
        "recipes": dict(zip(names, plain, strict=True)),
        "stages": {name: say(f"stage.{name}") for name in ("logits", *STAGES)},
        "nothing": t(pt="nada", en="nothing"),
        "left": LEFT,
    }
    recipe = (
        t(pt="Receita", en="Recipe"),
        t(pt="Os ajustes que todos os motores recebem.", en="The settings that every engine is given."),
    )
    stages = t(
        pt="Decide a ordem dos estágios, e quais existem.", en="Decides the order of the stages, and which there are."
    )
    return figure(
        "pipeline",
        id,
        title,
        data,
        [
            choice_control("recipe", *recipe, names),
            choice_control("engine", say("control.engine"), stages, {engine: engine for engine in ORDERS}),
        ],
        _picture(len(logits)),
        [
            Column("stage", t(pt="depois de", en="after")),
            Column("kept", t(pt="tokens possíveis", en="tokens possible"), "0"),
            Column("effective", t(pt="opções efetivas", en="effective choices"), "2"),
            Column("removed", t(pt="massa cortada aqui", en="mass cut here"), "%1"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.distribution", what="[{stage}: tokens {kept|0} ({effective|2})]"),
    )


def _picture(size: int) -> alt.LayerChart:
    title = t(
        pt="tokens possíveis (barra)|opções efetivas (losango)", en="tokens possible (bar)|effective choices (diamond)"
    )
    x = {
        "scale": alt.Scale(type="log", domain=[LEFT, size], nice=False),
        "axis": alt.Axis(values=[10**i for i in range(math.ceil(math.log10(size)))], format=","),
        "title": title.split("|"),
    }
    y, look = token_axis("stage:N"), {"shape": "diamond", "filled": True, "size": 90, "opacity": 1, "strokeWidth": 2}
    bar = rows().mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2)
    diamond = rows().mark_point(fill=theme.colour("paper"), stroke=theme.colour("ink"), **look)
    return alt.layer(
        bar.encode(y=y, x=alt.X("left:Q", **x), x2="kept:Q"), diamond.encode(y=y, x=alt.X("effective:Q", **x))
    ).properties(height=alt.Step(BAR), width="container")
