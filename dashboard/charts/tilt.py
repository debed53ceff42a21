"""A reward with a KL penalty on real logits: the tilted distribution, and what the distance from the model buys."""

from functools import cache
from math import exp, inf

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Stops
from dashboard.charts.frame import (
    BAR,
    Sets,
    bars,
    figure,
    legend_columns,
    oracle,
    rows,
    share_axis,
    stops_control,
    token_axis,
)
from dashboard.charts.over_n import NS, n_control
from dashboard.charts.vocabulary import by_bar, visible
from dashboard.language import say, t
from dashboard.recorded.rewards import Rewarded

BETAS = (inf, 20.0, 10.0, 7.0, 5.0, 4.0, 3.0, 2.5, 2.0, 1.7, 1.4, 1.2, 1.0, 0.85, 0.7)


def _beta_control(value: float) -> Stops:
    help = t(
        pt="Quanta recompensa vale um nat de afastamento do modelo.",
        en="How much reward one nat away from the model is worth.",
    )
    return stops_control("beta_at", "β", help, value, BETAS)


@oracle("tilt")
def _tilt(data: dict, settings: dict) -> Sets:
    from core import kl_divergence, softmax  # torch: imported when a lesson runs, not before
    from core.course.preferences import tilted

    beta, logs, rewards, shown = settings["beta_at"], data["log_probs"], data["rewards"], data["shown"]
    p, v = softmax(logs), tilted(logs, rewards, beta)
    reward, first = (sum(x * r for x, r in zip(one.tolist(), rewards, strict=True)) for one in (v, p))
    sums = {
        "beta": beta,
        "reward": reward,
        "first": first,
        "kl": kl_divergence(v, p, "nats").item(),
        "p_max": v[:shown].max().item(),
    }
    table = enumerate(zip(data["words"], by_bar(p, shown), by_bar(v, shown), strict=True))
    return {
        "rows": [
            {"token": word, "score": str(rewards[i]) if i < shown else "–", "p_raw": a, "p": b, "end": max(a, b), "rest": i == shown, **sums}
            for i, (word, a, b) in table
        ]
    }  # fmt: skip


def tilt(id: str, title: str, rewarded: Rewarded, *, beta: float, said: str, caption: str = "") -> Figure:
    """p_β ∝ p e^{r/β} over the hollow bars of p (`core.course.preferences.tilted`); the last bar is all the other tokens.

    In `said`: {reward} (E[r] under p_β), {first} (under p), {kl} (KL(p_β ‖ p), nats), {p_max} (of the tokens shown), {beta}.
    """
    data = {"log_probs": list(rewarded.log_probs), "rewards": list(rewarded.rewards), "shown": len(rewarded.tokens),
            "words": [*(visible(token) for token, _, _ in rewarded.tokens), t(pt="todos os outros", en="all the others")]}  # fmt: skip
    picture = bars(token_axis(), share_axis(say("axis.probability"), labelled=True), rest=True)
    columns = [Column("token", say("column.token")), Column("score", t(pt="recompensa", en="reward")),
               Column("p_raw", t(pt="no modelo, p", en="in the model, p"), "%2"), Column("p", "p_β", "%2")]  # fmt: skip
    return figure(
        "tilt", id, title, data, [_beta_control(beta)], picture.properties(height=alt.Step(BAR), width="container"), columns,
        said=said, caption=caption, alt=say("alt.distribution", what="[{token} {p|%2}]"), labels={"label": "{p|%~}"},
    )  # fmt: skip


def classes(rewarded: Rewarded) -> list[tuple[int, float, float]]:
    """(reward, mass below it, mass up to it) under p, by increasing reward: all that both ways of choosing depend on."""
    total = sum(map(exp, rewarded.log_probs))
    found, below = [], 0.0
    for reward in sorted(set(rewarded.rewards)):
        mass = sum(exp(x) for x, r in zip(rewarded.log_probs, rewarded.rewards, strict=True) if r == reward) / total
        found.append((reward, below, below + mass))
        below += mass
    return found


@oracle("frontier")
def _frontier(data: dict, settings: dict) -> Sets:
    given, (optimum, best) = (tuple(data["log_probs"]), tuple(data["rewards"])), data["ways"]

    def at(place: int, beta: float, n: int) -> dict:
        kl, reward = _reached(*given, beta, n)
        return {"way": best if n else optimum, "at": place, "kl": kl, "reward": reward}

    levels = [*((beta, 0) for beta in BETAS), *((inf, n) for n in data["ns"])]
    beta, n = settings["beta_at"], settings["n"]
    tilted, chosen = at(0, beta, 0), at(0, inf, n)
    sums = {
        "tilt_kl": tilted["kl"],
        "tilt_reward": tilted["reward"],
        "best_kl": chosen["kl"],
        "best_reward": chosen["reward"],
    }
    return {
        "rows": [tilted | {"setting": "β", "level": beta, **sums}, chosen | {"setting": "N", "level": n, **sums}],
        "curve": [at(i, *level) for i, level in enumerate(levels)],
    }


def frontier(id: str, title: str, rewarded: Rewarded, *, beta: float, n: int, said: str, caption: str = "") -> Figure:
    """Expected reward over KL from the model, nats: the tilt for every β, best-of-N for every N.

    In `said`: {tilt_kl}, {tilt_reward}, {best_kl}, {best_reward}, {beta_at}.
    """
    control = _beta_control(beta)
    ways = [t(pt="ótimo com penalidade KL", en="optimum with a KL penalty"), t(pt="melhor de N", en="best-of-N")]
    data = {"log_probs": list(rewarded.log_probs), "rewards": list(rewarded.rewards), "levels": classes(rewarded), "betas": control.values,
            "ns": list(NS), "ways": ways}  # fmt: skip
    columns = [Column("way", t(pt="caminho", en="way")), Column("setting", t(pt="ajuste", en="setting")),
               Column("level", t(pt="valor", en="value"), "short"), Column("kl", "KL", "4"),
               Column("reward", t(pt="recompensa esperada", en="expected reward"), "4")]  # fmt: skip
    return figure(
        "frontier", id, title, data, [control, n_control(n)], _frontier_picture(ways), columns, said=said, caption=caption,
        alt=t(pt="Duas curvas de recompensa esperada sobre a KL, que partem do mesmo ponto; a do ótimo nunca fica abaixo. [{way}, {setting} = {level|short}: {reward|4}]",
              en="Two curves of expected reward over KL, from the same point; that of the optimum is never below. [{way}, {setting} = {level|short}: {reward|4}]"),
    )  # fmt: skip


def _frontier_picture(ways: list[str]) -> alt.LayerChart:
    x = alt.X("kl:Q", title=t(pt="KL até o modelo, em nats", en="KL from the model, in nats"))
    y = alt.Y("reward:Q", title=t(pt="recompensa esperada", en="expected reward"))
    look = alt.Scale(domain=ways, range=[theme.colour("kept"), theme.colour("cut")])
    legend = alt.Legend(orient="top", columns=legend_columns(2, 1), symbolType="stroke", symbolSize=600, labelLimit=0)
    lines = rows("curve").mark_line(strokeWidth=2.5).encode(
        x=x, y=y, order="at:Q", color=alt.Color("way:N", scale=look, title=None, legend=legend),
        strokeDash=alt.StrokeDash("way:N", scale=alt.Scale(domain=ways, range=[[1, 0], [6, 4]])),
    )  # fmt: skip
    shape = alt.condition("datum.setting == 'β'", alt.value("circle"), alt.value("square"))
    points = rows().mark_point(filled=True, size=90, fill=theme.colour("ink"), opacity=1).encode(x=x, y=y, shape=shape)
    return alt.layer(lines, points).properties(height=300, width="container")


def reached(rewarded: Rewarded, *, beta: float = inf, n: int = 0) -> tuple[float, float]:
    """(KL in nats, expected reward) of the tilt at β, or of best-of-N where n is given, by `core`."""
    return _reached(tuple(rewarded.log_probs), tuple(rewarded.rewards), beta, n)


@cache
def _reached(log_probs: tuple[float, ...], rewards: tuple[float, ...], beta: float, n: int) -> tuple[float, float]:
    from core import best_of_n, kl_divergence, softmax
    from core.course.preferences import tilted

    p = softmax(log_probs)
    v = best_of_n(p, rewards, n) if n else tilted(log_probs, rewards, beta)
    return kl_divergence(v, p, "nats").item(), sum(a * r for a, r in zip(v.tolist(), rewards, strict=True))
