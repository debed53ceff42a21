"""One distribution, cut and renormalised."""

from collections.abc import Sequence

import altair as alt

from dashboard.blocks import Column, Figure, Input
from dashboard.charts.frame import BAR, Sets, bars, figure, oracle, share_axis, token_axis, variant_control
from dashboard.language import say


def params_of(settings: dict):
    """The `SamplingParams` that a chart's settings stand for; what has no control is off."""
    from core import SamplingParams  # torch: imported when a lesson runs, not before

    return SamplingParams(
        temperature=settings.get("tau", 1),
        top_k=settings.get("top_k", 0),
        top_p=settings.get("top_p", 1),
        min_p=settings.get("min_p", 0),
        order="transformers" if settings.get("temperature_first", True) else "llama.cpp",
    )


@oracle("distribution")
def distribution_rows(data: dict, settings: dict) -> Sets:
    from core import effective_choices, entropy, probabilities, softmax

    u = data["logits"][settings.get("variant", "u0")]
    raw, p = softmax(u), probabilities(u, params_of(settings))
    sums = {
        "n_kept": int((p > 0).sum()),
        "mass_cut": raw[p == 0].sum().item(),
        "p_max": p.max().item(),
        "entropy": entropy(p).item(),
        "effective": effective_choices(p).item(),
    }
    return {
        "rows": [
            {"token": token, "u": x, "p_raw": a, "p": b, "end": max(a, b), "state": data["state"][b > 0], **sums}
            for token, x, a, b in zip(data["tokens"], u, raw.tolist(), p.tolist(), strict=True)
        ]
    }


def given(tokens: Sequence[str], logits: dict[str, Sequence[float]]) -> dict:
    """The data of charts over tokens whose logits come in variants."""
    return {
        "tokens": list(tokens),
        "logits": {f"u{i}": [float(x) for x in row] for i, row in enumerate(logits.values())},
        "state": [say("state.cut"), say("state.kept")],
    }


def variants(logits: dict[str, Sequence[float]]) -> list[Input]:
    """The choice among the variants of `given`, where there is more than one."""
    return variant_control("control.logits", {f"u{i}": label for i, label in enumerate(logits)})


def cuts(controls: Sequence[Input]) -> bool:
    """Whether a control cuts tokens; without one, a probability of 0 is the limit of a temperature."""
    return any(control.name in ("top_k", "top_p", "min_p") for control in controls)


def distribution(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: dict[str, Sequence[float]],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """A live bar chart of the distribution that is drawn from, over the hollow bars of the raw softmax.

    `logits` maps a variant's label to its logits; with more than one, a choice named "variant" selects among them.
    Controls may move `tau`, `top_k`, `top_p`, `min_p` and `temperature_first`; what has no control is off. In `said`: {n_kept}
    tokens, {mass_cut} of the model's mass; of what is left {p_max}, {entropy} (bits), {effective}.
    """
    cut = say("state.cut") if cuts(controls) else ""
    picture = bars(token_axis(), share_axis(say("axis.probability"), labelled=True), cut=cut)
    return figure(
        "distribution",
        id,
        title,
        given(tokens, logits),
        [*variants(logits), *controls],
        picture.properties(height=alt.Step(BAR), width="container"),
        columns() if cut else columns()[:-1],
        said=said,
        caption=caption,
        alt=say("alt.distribution", what="[{token} {p|%2}]"),
        labels={"label": "{p|%~}"},
    )


def columns() -> list[Column]:
    """The table of a distribution, cut and renormalised."""
    return [
        Column("token", say("column.token")),
        Column("u", say("column.logit"), "2"),
        Column("p_raw", say("column.raw"), "%2"),
        Column("p", say("column.drawn"), "%2"),
        Column("state", say("column.state")),
    ]
