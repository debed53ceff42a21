"""N draws, one chosen: who wins."""

from collections.abc import Sequence

import altair as alt

from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import BAR, Sets, bars, choice_control, figure, oracle, share_axis, token_axis
from dashboard.language import say, t


@oracle("winners")
def _rows(data: dict, settings: dict) -> Sets:
    from core import best_of_n, best_of_n_kl_bound, kl_divergence  # torch: imported when a lesson runs, not before

    scores, raw, n = data["scores"][settings.get("variant", "s0")], data["probs"], settings["N"]
    won = best_of_n(raw, scores, n)
    expected, first = (sum(p * s for p, s in zip(probs, scores, strict=True)) for probs in (won.tolist(), raw))
    sums = {"N": n, "expected": expected, "first": first, "kl": kl_divergence(won, raw, "nats").item(),
            "bound": best_of_n_kl_bound(n)}  # fmt: skip
    return {
        "rows": [
            {"name": name, "s": s, "p_raw": p, "p": q, "end": max(p, q), **sums}
            for name, s, p, q in zip(data["names"], scores, raw, won.tolist(), strict=True)
        ]
    }


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
) -> Figure:
    """Who wins among N draws, P(i) = F(s_i)^N − F(s_i−)^N, over the hollow bars of one draw (`core.best_of_n`).

    `scores` maps a variant's label to a score per candidate. In `said`: {N}, {expected}, {first}, {kl}, {bound} (nats).
    """
    controls = [
        Range("N", "N", t(pt="Quantas respostas são sorteadas.", en="How many answers are drawn."), value, 1, 64)
    ]
    if len(scores) > 1:
        words = t(pt="Notas", en="Scores"), t(pt="A nota de cada resposta.", en="The score of each answer.")
        controls.insert(0, choice_control("variant", *words, {f"s{i}": label for i, label in enumerate(scores)}))
    data = {
        "names": list(names),
        "probs": [float(p) for p in probs],
        "scores": {f"s{i}": [float(s) for s in row] for i, row in enumerate(scores.values())},
    }
    picture = bars(token_axis("who:N", 150), share_axis(t(pt="probabilidade de vencer", en="probability of winning")))
    return figure(
        "winners",
        id,
        title,
        data,
        controls,
        picture.properties(height=alt.Step(BAR + 6), width="container"),
        [
            Column("name", t(pt="resposta", en="answer")),
            Column("s", t(pt="nota", en="score"), "2"),
            Column("p_raw", t(pt="em um sorteio", en="in one draw"), "%2"),
            Column("p", t(pt="vence entre N", en="wins among N"), "%2"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.distribution", what="[{name} {p|%2}]"),
        labels={"label": "{p|%~}", "who": t(pt="{name} (nota {s|short})", en="{name} (score {s|short})")},
    )
