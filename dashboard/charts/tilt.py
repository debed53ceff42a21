"""A reward with a KL penalty on real logits: the tilted distribution, and what the distance from the model buys."""

from math import exp, inf

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, Figure
from dashboard.charts.frame import BAR, expression, finished, legend_columns, parameters, share_axis, written
from dashboard.charts.over_n import NS, n_control
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, say, short, t
from dashboard.recorded.rewards import Rewarded

BETAS = (inf, 20.0, 10.0, 7.0, 5.0, 4.0, 3.0, 2.5, 2.0, 1.7, 1.4, 1.2, 1.0, 0.85, 0.7)
BETA = expression(BETAS)


def _beta_control(value: float) -> Control:
    help = t(
        pt="Quanta recompensa vale um nat de afastamento do modelo.",
        en="How much reward one nat away from the model is worth.",
    )
    values = ["inf" if beta == inf else beta for beta in BETAS]
    return Control("beta_at", "β", help, "stops", BETAS.index(value), values=values, labels=[short(b) for b in BETAS])


def tilt(id: str, title: str, rewarded: Rewarded, *, beta: float, said: str, caption: str = "") -> Figure:
    """p_β ∝ p e^{r/β} over the hollow bars of p (`core.course.preferences.tilted`); the last bar is all the other tokens.

    In `said`: {reward} (E[r] under p_β), {first} (under p), {kl} (KL(p_β ‖ p), nats), {p_max} (of the tokens shown), {beta}.
    """
    controls, shown = [_beta_control(beta)], len(rewarded.tokens)
    rest = t(pt="todos os outros", en="all the others")
    words = [visible(token) for token, _, _ in rewarded.tokens] + [rest]
    values = [
        {"slot": min(i, shown), "log_p": log_p, "r": r}
        for i, (log_p, r) in enumerate(zip(rewarded.log_probs, rewarded.rewards, strict=True))
    ]
    base = (
        alt.Chart(alt.Data(values=values), height=alt.Step(BAR), width="container")
        .transform_calculate(beta=f"{BETA}[beta_at]", e="exp(datum.log_p)")
        .transform_calculate(s="datum.log_p + datum.r / datum.beta")
        .transform_joinaggregate(s_max="max(s)", sum_e="sum(e)")
        .transform_calculate(w="exp(datum.s - datum.s_max)", q="datum.e / datum.sum_e")
        .transform_joinaggregate(sum_w="sum(w)")
        .transform_calculate(v="datum.w / datum.sum_w")
        .transform_calculate(vr="datum.v * datum.r", qr="datum.q * datum.r", cost="datum.v * log(datum.v / datum.q)")
        .transform_joinaggregate(reward="sum(vr)", first="sum(qr)", kl="sum(cost)")
        .transform_aggregate(
            p="sum(v)", p_raw="sum(q)", letters="max(r)", **{f: f"min({f})" for f in ("reward", "first", "kl", "beta")},
            groupby=["slot"],
        )
        .transform_calculate(named=f"datum.slot < {shown} ? datum.p : 0")
        .transform_joinaggregate(p_max="max(named)")
        .transform_calculate(
            token="words[datum.slot]", label=written("p"), end="max(datum.p, datum.p_raw)",
            score=f"datum.slot == {shown} ? '–' : toString(datum.letters)",
        )
    )  # fmt: skip
    axis = alt.Axis(ticks=False, domain=False, labelExpr="words[datum.value]", labelLimit=140)
    y, x = alt.Y("slot:O", title=None, axis=axis), share_axis(say("axis.probability"), labelled=True)
    colour = alt.condition(f"datum.slot == {shown}", alt.value(theme.colour("tail")), alt.value(theme.colour("kept")))
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24).encode(
        y=y, x=alt.X("p_raw:Q", **x)
    )
    bars = base.mark_bar(height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("p:Q", **x), fill=colour)
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("end:Q", **x), text="label:N")
    chart = alt.layer(raw, bars, label).add_params(alt.param(name="words", value=words), *parameters(controls))
    rows = _tilt_rows(rewarded, beta, words)
    return Figure(
        id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[3]}" for row in rows)),
        columns=[Column("token", say("column.token")), Column("score", t(pt="recompensa", en="reward")),
                 Column("p_raw", t(pt="no modelo, p", en="in the model, p"), "%2"), Column("p", "p_β", "%2")],
        rows=rows,
    )  # fmt: skip


def _shares(rewarded: Rewarded, beta: float) -> tuple[list[float], list[float]]:
    """p and p_β, by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before
    from core.course.preferences import tilted

    return softmax(rewarded.log_probs).tolist(), tilted(rewarded.log_probs, rewarded.rewards, beta).tolist()


def _tilt_rows(rewarded: Rewarded, beta: float, words: list[str]) -> list[list[str]]:
    """The table of `tilt` as first drawn."""
    p, v = _shares(rewarded, beta)
    shown = len(rewarded.tokens)
    rows = [
        [w, str(r), percent(a, 2), percent(b, 2)]
        for w, (_, _, r), a, b in zip(words, rewarded.tokens, p, v, strict=False)
    ]
    return [*rows, [words[-1], "–", percent(sum(p[shown:]), 2), percent(sum(v[shown:]), 2)]]


def classes(rewarded: Rewarded) -> list[tuple[int, float, float]]:
    """(reward, mass below it, mass up to it) under p, by increasing reward: all that both ways of choosing depend on."""
    total = sum(map(exp, rewarded.log_probs))
    found, below = [], 0.0
    for reward in sorted(set(rewarded.rewards)):
        mass = sum(exp(x) for x, r in zip(rewarded.log_probs, rewarded.rewards, strict=True) if r == reward) / total
        found.append((reward, below, below + mass))
        below += mass
    return found


def frontier(id: str, title: str, rewarded: Rewarded, *, beta: float, n: int, said: str, caption: str = "") -> Figure:
    """Expected reward over KL from the model, nats: the tilt for every β, best-of-N for every N.

    In `said`: {tilt_kl}, {tilt_reward}, {best_kl}, {best_reward}, {beta}.
    """
    controls = [_beta_control(beta), n_control(n)]
    levels, many = classes(rewarded), len(BETAS)
    names = {0: t(pt="ótimo com penalidade KL", en="optimum with a KL penalty"), 1: t(pt="melhor de N", en="best-of-N")}
    base = (
        alt.Chart(alt.sequence(many + len(NS), as_="at"), height=300, width="container")
        .transform_calculate(
            kind=f"datum.at < {many} ? 0 : 1", beta=f"{BETA}[min(datum.at, {many - 1})]", n=f"ns[max(0, datum.at - {many})]",
            r="rewards", below="belows", up="ups",
        )
        .transform_flatten(["r", "below", "up"])
        .transform_calculate(q="datum.up - datum.below")
        .transform_calculate(w=f"datum.q * exp((datum.r - {levels[-1][0]}) / datum.beta)")
        .transform_joinaggregate(z="sum(w)", groupby=["at"])
        .transform_calculate(v="datum.kind == 0 ? datum.w / datum.z : pow(datum.up, datum.n) - pow(datum.below, datum.n)")
        .transform_calculate(vr="datum.v * datum.r", cost="datum.v > 0 ? datum.v * log(datum.v / datum.q) : 0")
        .transform_aggregate(reward="sum(vr)", kl="sum(cost)", beta="min(beta)", n="min(n)", groupby=["at", "kind"])
        .transform_calculate(way=f"datum.kind == 0 ? '{names[0]}' : '{names[1]}'")
    )  # fmt: skip
    x = alt.X("kl:Q", title=t(pt="KL até o modelo, em nats", en="KL from the model, in nats"))
    y = alt.Y("reward:Q", title=t(pt="recompensa esperada", en="expected reward"))
    look = alt.Scale(domain=list(names.values()), range=[theme.colour("kept"), theme.colour("cut")])
    dash = alt.Scale(domain=list(names.values()), range=[[1, 0], [6, 4]])
    legend = alt.Legend(orient="top", columns=legend_columns(2, 1), symbolType="stroke", symbolSize=600, labelLimit=0)
    lines = base.mark_line(strokeWidth=2.5).encode(
        x=x, y=y, order="at:Q", color=alt.Color("way:N", scale=look, title=None, legend=legend),
        strokeDash=alt.StrokeDash("way:N", scale=dash),
    )  # fmt: skip
    now = base.transform_filter(f"datum.at == beta_at || datum.at == {many} + n_stop").transform_calculate(
        setting="datum.kind == 0 ? 'β' : 'N'", level="datum.kind == 0 ? datum.beta : datum.n",
        a="datum.kind == 0 ? datum.kl : 0", b="datum.kind == 0 ? datum.reward : 0",
        c="datum.kind == 1 ? datum.kl : 0", d="datum.kind == 1 ? datum.reward : 0",
    ).transform_joinaggregate(
        tilt_kl="sum(a)", tilt_reward="sum(b)", best_kl="sum(c)", best_reward="sum(d)"
    )  # fmt: skip
    points = [
        now.transform_filter(f"datum.kind == {kind}")
        .mark_point(filled=True, size=90, shape=shape, fill=theme.colour("ink"), opacity=1)
        .encode(x=x, y=y)
        for kind, shape in enumerate(("circle", "square"))
    ]
    data = [
        alt.param(name=name, value=[level[i] for level in levels])
        for i, name in enumerate(("rewards", "belows", "ups"))
    ]
    chart = alt.layer(lines, *points).add_params(*data, alt.param(name="ns", value=list(NS)), *parameters(controls))
    rows = _frontier_rows(rewarded, beta, n, list(names.values()))
    return Figure(
        id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption,
        alt=t(pt="Duas curvas de recompensa esperada sobre a KL, que partem do mesmo ponto; a do ótimo nunca fica abaixo. ",
              en="Two curves of expected reward over KL, from the same point; that of the optimum is never below. ")
        + "; ".join(f"{row[0]}, {row[1]} = {row[2]}: {row[4]}" for row in rows),
        columns=[Column("way", t(pt="caminho", en="way")), Column("setting", t(pt="ajuste", en="setting")),
                 Column("level", t(pt="valor", en="value"), "short"), Column("kl", "KL", "4"),
                 Column("reward", t(pt="recompensa esperada", en="expected reward"), "4")],
        rows=rows,
    )  # fmt: skip


def _frontier_rows(rewarded: Rewarded, beta: float, n: int, names: list[str]) -> list[list[str]]:
    """The table of `frontier` as first drawn."""
    return [
        [name, setting, short(value), number(kl), number(reward)]
        for name, setting, value, (kl, reward) in zip(
            names, "βN", (beta, n), (reached(rewarded, beta=beta), reached(rewarded, n=n)), strict=True
        )
    ]


def reached(rewarded: Rewarded, *, beta: float = inf, n: int = 0) -> tuple[float, float]:
    """(KL in nats, expected reward) of the tilt at β, or of best-of-N where n is given, by `core`."""
    from core import best_of_n, kl_divergence

    p, v = _shares(rewarded, beta)
    v = best_of_n(p, rewarded.rewards, n).tolist() if n else v
    return kl_divergence(v, p, "nats").item(), sum(a * r for a, r in zip(v, rewarded.rewards, strict=True))
