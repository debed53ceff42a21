# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   amostra:
#     part: 1
#     slug: {pt: a-ordem-importa, en: order-matters}
#     title: {pt: "A ordem importa", en: "Order matters"}
#     summary:
#       pt: "Os mesmos números, em outra ordem, dão outra distribuição. Quais pares comutam, com prova, o que cada motor faz e o que as receitas conhecidas fazem a logits de verdade."
#       en: "The same numbers in another order give another distribution. Which pairs commute, with proof, what each engine does and what the well-known recipes do to real logits."
#     prerequisites:
#       pt: "as lições de temperatura, top-k, top-p e outros cortes"
#       en: "the lessons on temperature, top-k, top-p and other cuts"
#     sources:
#       - {id: llama4091, text: "llama.cpp, issue 4091 (2023). Temperature application order non standard?", url: "https://github.com/ggml-org/llama.cpp/issues/4091"}
#       - {id: llama3841, text: "kalomaze (2023). Min P sampler implementation, llama.cpp, pull request 3841", url: "https://github.com/ggml-org/llama.cpp/pull/3841"}
#       - {id: llama7498, text: "llama.cpp, issue 7498 (2024). Trying to understand token sampling better", url: "https://github.com/ggml-org/llama.cpp/issues/7498"}
#       - {id: flashinfer, text: "FlashInfer, documentation: logits_processor.TopK, joint_topk_topp", url: "https://docs.flashinfer.ai/generated/flashinfer.logits_processor.TopK.html"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Dois programas carregam o mesmo modelo e leem o mesmo texto. Os [logits](term:logit) são os mesmos: 3, 2 e 1. Os dois estão configurados com
# temperatura 0,5 e top-p 0,8. Ninguém mexeu em mais nada.
#
# Antes de ler o resto, aposte.

# %% [markdown] lang="en" anchor="aposta"
# Two programs load the same model and read the same text. The [logits](term:logit) are the same: 3, 2 and 1. Both are set to
# temperature 0.5 and top-p 0.8. Nobody touched anything else.
#
# Before you read on, place a bet.

# %%
import math

import numpy as np
import torch

from core import (
    ENGINES, SamplingParams, apply, effective_choices, from_engine, kept_mass, probabilities, softmax, to_engine,
    top_k, top_p, total_variation, trace,
)
from dashboard import charts
from dashboard.words import source
from dashboard.blocks import Answer, Callout, Range, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, quoted, say, short, t, typeset, vector
from dashboard.recorded.snapshots import Snapshot, snapshot
from dashboard.worked import order_by_hand

TOKENS = tuple(t(pt="azul claro escuro", en="blue clear dark").split())
THREE = [3, 2, 1]


def drawn(logits, order, **settings):
    """The distribution drawn from, with the temperature first (transformers) or last (llama.cpp)."""
    return probabilities(logits, SamplingParams(order=order, **settings))


first, last = (drawn(THREE, order, temperature=0.5, top_p=0.8) for order in ("transformers", "llama.cpp"))

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Em muitos sorteios, com que frequência cada programa sorteia o segundo token?",
               en="Over many draws, how often does each program draw the second token?"),
    options=[
        Option(t(pt=f"{percent(last[1], 0)} das vezes nos dois: os números são os mesmos", en=f"{percent(last[1], 0)} of the time in both: the numbers are the same"),
               t(pt="Os números são os mesmos; o que cada programa faz com eles, não.", en="The numbers are the same; what each program does with them is not.")),
        Option(t(pt=f"nunca em um, {percent(last[1], 0)} das vezes no outro", en=f"never in one, {percent(last[1], 0)} of the time in the other"),
               t(pt="Um esfria antes de cortar e o segundo token nem entra no sorteio; o outro corta antes de esfriar.",
                 en="One cools before it cuts and the second token is not even in the draw; the other cuts before it cools."), correct=True),
        Option(t(pt="nunca em nenhum: com τ = 0,5 o primeiro já domina", en="never in either: at τ = 0.5 the first already dominates"),
               t(pt="Dominar não é ser o único. Só um corte tira um token do sorteio, e nos dois programas o corte vê massas diferentes.",
                 en="Dominating is not being alone. Only a cut takes a token out of the draw, and in the two programs the cut sees different masses.")),
        Option(t(pt=f"de 0% a {percent(last[1], 0)}, conforme a semente de cada um", en=f"between 0% and {percent(last[1], 0)}, as the seed of each decides"),
               t(pt="A semente escolhe um sorteio. A distribuição de onde ele vem não depende dela.",
                 en="The seed picks one draw. The distribution it comes from does not depend on it.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Cada token tem duas barras. A de cima é a distribuição de um programa que aplica a [temperatura](term:temperature) **antes** dos [cortes](term:cut); a de baixo, a de
# um que a aplica **depois**. O sinal ⇄ marca o token que troca de lado: um programa pode sorteá-lo, o outro não.
#
# Preveja antes de mover: em que τ as duas ordens dão o mesmo, e qual delas mantém mais tokens quando τ = 3? Mova τ até lá e explique o que viu.
# Depois ponha top-p em 1 e mova min-p: ele também depende da ordem?

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Each token has two bars. The upper one is the distribution of a program that applies [temperature](term:temperature) **before** the [cuts](term:cut); the lower, of
# one that applies it **after**. The sign ⇄ marks the token that changes sides: one program may draw it, the other may not.
#
# Predict before you move: at which τ do the two orders give the same, and which of them keeps more tokens at τ = 3? Take τ there and explain what you
# see. Then set top-p to 1 and move min-p: does it depend on the order too?

# %%
def cuts(p=1.0, m=0.0, k=0, k_max=3):
    """The sliders of the three cuts."""
    return [Range("top_p", say("control.top_p"), say("control.top_p.help"), p, step=0.05, digits=2),
            Range("min_p", say("control.min_p"), say("control.min_p.help"), m, step=0.01, digits=2),
            Range("top_k", say("control.top_k"), say("control.top_k.help"), k, maximum=k_max)]


SAID = t(pt="Com a temperatura primeiro, tokens mantidos: {n_first|0}; por último, {n_last|0}. Trocam de lado: {n_moved|0}. As duas distribuições diferem em "
            "{tv|%1} (variação total).",
         en="With temperature first, tokens kept: {n_first|0}; last, {n_last|0}. Changing sides: {n_moved|0}. The two distributions differ by "
            "{tv|%1} (total variation).")

charts.two_orders(
    "orders", t(pt="Os mesmos números, duas ordens", en="The same numbers, two orders"), {"[3, 2, 1]": Snapshot("", TOKENS, np.array(THREE, float))},
    [charts.temperature_control(0.5), *cuts(0.8)], said=SAID)

# %% [markdown] lang="pt" anchor="reais"
# Agora sobre logits de verdade. Preveja antes de mover: com τ = 0,7 e top-p 0,9, em qual dos três textos as duas ordens mais diferem, naquele em que o modelo mais hesita ou naquele em que menos? Escolha cada texto e leia a variação total.
# Depois leve τ a 1,5: qual das ordens mantém mais agora? A Proposição 7.2 dirá por que a comparação se inverte.

# %% [markdown] lang="en" anchor="reais"
# Now on real logits. Predict before you move: at τ = 0.7 and top-p 0.9, on which of the three texts do the two orders differ most, the one where the model hesitates most or the one where it hesitates least? Choose each text and read the total variation.
# Then take τ to 1.5: which order keeps more now? Proposition 7.2 will say why the comparison turns over.

# %%
charts.two_orders(
    "real", t(pt="As duas ordens sobre logits de verdade", en="The two orders on real logits"),
    {quoted(one.prompt): one for one in map(snapshot, ("sky", "capital", "love"))},
    [charts.temperature_control(0.7), *cuts(0.9, k_max=100)], said=SAID,
    caption=t(pt="Os logits do modelo embutido, o vocabulário inteiro. A última dupla de barras soma todos os outros tokens; ⇄ nela quer dizer que algum deles troca "
                 "de lado. Com top-p em 1 e só top-k ligado, nada troca: é a parte (a) do Lema 7.1.",
              en="The logits of the embedded model, the whole vocabulary. The last pair of bars adds up all the other tokens; ⇄ there means that one of them changes "
                 "sides. With top-p at 1 and only top-k on, nothing does: that is part (a) of Lemma 7.1."))

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, nas duas ordens
#
# São as mesmas quatro linhas, em outra sequência. Olhe a massa acumulada: é ela que muda de valor, e com ela o conjunto mantido.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, in both orders
#
# They are the same four lines in another sequence. Look at the cumulative mass: that is what changes, and with it the kept set.

# %%
order_by_hand("hand", t(pt="u = [3; 2; 1], τ = 0,5, top-p 0,8", en="u = [3, 2, 1], τ = 0.5, top-p 0.8"), THREE, 0.5, 0.8)

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="depende"
# ## O que depende da ordem e o que não depende
#
# O [conjunto mantido](term:kept-set) de um corte é função do que ele recebe. A temperatura muda os valores e preserva a ordem deles. Logo a pergunta é uma só: o
# corte olha para a ordem dos logits ou para os valores deles?
#
# > **Lema 7.1 (Lema 4.1 das notas de origem).** Na aritmética exata, sejam $u$ logits (um token já cortado tem $-\infty$) e $0 < \tau < \infty$.
# >
# > (a) Top-k e top-nσ mantêm os mesmos tokens em $u$ e em $u/\tau$. Por isso, com eles, temperatura antes ou depois dá a mesma distribuição.
# >
# > (b) Top-p, min-p, épsilon, eta e típica, não: para cada um há logits, um ajuste e um τ em que o conjunto mantido é outro.

# %% [markdown] lang="en" anchor="depende"
# ## What depends on the order and what does not
#
# The [kept set](term:kept-set) of a cut is a function of what reaches it. Temperature changes the values and preserves their order. So there is one question: does the
# cut look at the order of the logits or at their values?
#
# > **Lemma 7.1 (Lemma 4.1 of the source notes).** In exact arithmetic, let $u$ be logits (a token already cut has $-\infty$) and $0 < \tau < \infty$.
# >
# > (a) Top-k and top-nσ keep the same tokens in $u$ and in $u/\tau$. So with them, temperature before or after gives the same distribution.
# >
# > (b) Top-p, min-p, epsilon, eta and typical do not: for each there are logits, a setting and a τ for which the kept set is another.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* (a) A função $x \mapsto x/\tau$ é crescente: o $k$‑ésimo maior logit continua sendo o $k$‑ésimo, e os empates continuam empates, que é tudo o que o top-k
# vê. Para top-nσ, distâncias e desvio-padrão são divididos pelo mesmo τ ([Proposição 6.3 da lição anterior](lesson:other-cuts)). Mantido o mesmo conjunto $S$, as duas
# ordens terminam no softmax de $u/\tau$ sobre $S$. (b) Um contraexemplo para cada um, na tabela abaixo, calculado por core. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* (a) The map $x \mapsto x/\tau$ is increasing: the $k$‑th largest logit is still the $k$‑th, and ties are still ties, which is all that top-k
# sees. For top-nσ, distances and standard deviation are divided by the same τ ([Proposition 6.3 of the previous lesson](lesson:other-cuts)). With the same set $S$ kept, both
# orders end in the softmax of $u/\tau$ over $S$. (b) One counterexample for each, in the table below, computed by core. $\blacksquare$

# %% [markdown] lang="pt"
# As notas de origem afirmam outra coisa com esse número: veja as [erratas](lesson:errata#provas).

# %% [markdown] lang="en"
# The source notes claim something else under that number: see the [errata](lesson:errata#provas).

# %%
def kept(logits, order, **settings):
    """The positions that stay, counted from 0."""
    return [i for i, u in enumerate(apply(torch.tensor(logits, dtype=torch.float64), SamplingParams(order=order, **settings)).tolist()) if u > -math.inf]


def braces(positions):
    """A kept set as the reader writes sets."""
    return "{" + (", " if t(pt="pt", en="en") == "en" else "; ").join(map(str, positions)) + "}"


CASES = [("top_k", 2, 0.5), ("top_n_sigma", 1.5, 0.5), ("top_p", 0.8, 0.5), ("min_p", 0.2, 0.5), ("epsilon_cutoff", 0.2, 0.5), ("eta_cutoff", 0.3, 0.5),
         ("typical_p", 0.8, 0.5), ("typical_p", 0.2, 2.0)]
rows = []
for name, setting, tau in CASES:
    both = [kept(THREE, order, temperature=tau, **{name: setting}) for order in (("temperature", name), (name, "temperature"))]
    assert (both[0] == both[1]) == (name in ("top_k", "top_n_sigma"))
    rows.append([typeset(f"{say(f'stage.{name}')} {short(setting)}, τ = {short(tau)}"), *map(braces, both),
                 t(pt="o mesmo", en="the same") if both[0] == both[1] else t(pt="outro", en="another")])
Table([t(pt="sobre [3; 2; 1]", en="on [3, 2, 1]"), say("order.first"), say("order.last"), t(pt="conjunto", en="set")], rows,
      t(pt="Posições mantidas, contadas de 0. Na última linha os dois conjuntos não têm nada em comum.",
        en="Positions kept, counted from 0. In the last row the two sets have nothing in common."))

# %% [markdown] lang="pt" anchor="sentido"
# ## Para que lado a ordem puxa
#
# > **Proposição 7.2.** Sejam os logits finitos, $0 < \tau < \infty$, $0 < p \le 1$ e $0 < m \le 1$. Em top-p e em min-p, se $\tau \le 1$, a temperatura primeiro mantém um subconjunto do que a
# > temperatura por último mantém; se $\tau \ge 1$, é o contrário.

# %% [markdown] lang="en" anchor="sentido"
# ## Which way the order pulls
#
# > **Proposition 7.2.** Let the logits be finite, $0 < \tau < \infty$, $0 < p \le 1$ and $0 < m \le 1$. In top-p and in min-p, if $\tau \le 1$, temperature first keeps a subset of what
# > temperature last keeps; if $\tau \ge 1$, it is the other way round.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Por último, o corte vê $u$; primeiro, vê $u/\tau$. Min-p mantém os tokens cuja distância até o maior logit é no máximo $\ln(1/m)$ em um caso e $\tau \ln(1/m)$ no
# outro, um limite menor quando $\tau < 1$. Em top-p um token $i$ fica quando a massa $P_\tau(T)$ dos estritamente acima dele, $T = \{ j : u_j > u_i \}$, é menor que p. Se $T$ é
# vazio, essa massa é 0 para todo τ. Senão, escreva
#
# $$
# P_\tau(T) = \frac{1}{1 + r}, \quad r = \frac{\sum_{j \notin T} e^{(u_j - u_i)/\tau}}{\sum_{j \in T} e^{(u_j - u_i)/\tau}}.
# $$
#
# Quando τ cresce, as parcelas de cima, de expoente negativo ou nulo, não diminuem, e as de baixo, de expoente positivo, diminuem. Então $r$ não diminui, $P_\tau(T)$ não aumenta, e
# todo token mantido com o τ menor continua mantido. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Last, the cut sees $u$; first, it sees $u/\tau$. Min-p keeps the tokens whose distance from the largest logit is at most $\ln(1/m)$ in one case and $\tau \ln(1/m)$ in the
# other, a smaller limit when $\tau < 1$. In top-p a token $i$ stays when the mass $P_\tau(T)$ of those strictly above it, $T = \{ j : u_j > u_i \}$, is less than p. If $T$ is
# empty, that mass is 0 for every τ. Otherwise write
#
# $$
# P_\tau(T) = \frac{1}{1 + r}, \quad r = \frac{\sum_{j \notin T} e^{(u_j - u_i)/\tau}}{\sum_{j \in T} e^{(u_j - u_i)/\tau}}.
# $$
#
# As τ grows, the terms above, of negative or zero exponent, do not fall, and those below, of positive exponent, fall. So $r$ does not fall, $P_\tau(T)$ does not rise, and
# every token kept at the smaller τ is still kept. $\blacksquare$

# %% [markdown] lang="pt"
# Nesses dois cortes, portanto, a ordem de llama.cpp é a mais tolerante no frio e a mais severa no calor. É o argumento que se lê na discussão de min-p em llama.cpp (pull request
# 3841) para cortar antes de esquentar: o conjunto não se enche de tokens que só o calor trouxe.

# %% [markdown] lang="en"
# In these two cuts, then, the order of llama.cpp is the more tolerant one in the cold and the more severe in the heat. That is the argument one reads in the discussion of min-p in llama.cpp (pull request
# 3841) for cutting before heating: the set does not fill with tokens that only the heat brought.

# %% [markdown] lang="pt" anchor="pares"
# ## Quais pares comutam
#
# Dois amostradores **comutam** quando as duas ordens dão sempre a mesma distribuição. Além da temperatura há os cortes entre si.
#
# > **Proposição 7.3.** Na aritmética exata, com temperaturas positivas e finitas, $k \ge 1$, $0 < p \le 1$, $0 < m \le 1$ e tokens empatados tratados do mesmo modo:
# >
# > (a) Duas temperaturas comutam: $\tau_1$ e depois $\tau_2$ é $\tau_1 \tau_2$.
# >
# > (b) Top-k e min-p comutam.
# >
# > (c) Top-k e depois top-p mantém um subconjunto do corte
# > simultâneo, isto é, dos tokens que passam por top-k e por top-p, cada um aplicado à distribuição inteira. A inclusão pode ser estrita. Na outra ordem, o resultado é o próprio corte simultâneo.

# %% [markdown] lang="en" anchor="pares"
# ## Which pairs commute
#
# Two samplers **commute** when both orders always give the same distribution. Besides temperature there are the cuts among themselves.
#
# > **Proposition 7.3.** In exact arithmetic, with temperatures positive and finite, $k \ge 1$, $0 < p \le 1$, $0 < m \le 1$ and tied tokens treated alike:
# >
# > (a) Two temperatures commute: $\tau_1$ and then $\tau_2$ is $\tau_1 \tau_2$.
# >
# > (b) Top-k and min-p commute.
# >
# > (c) Top-k and then top-p keeps a subset of what the joint
# > cut keeps, that is, the tokens that pass both top-k and top-p, each applied to the whole distribution. The inclusion may be strict. In the other order, the result is the joint cut itself.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* (a) $(u/\tau_1)/\tau_2 = u/(\tau_1\tau_2)$. (b) Nenhum dos dois tira o maior logit, e os dois limiares, o $k$‑ésimo maior e $\max u + \ln m$, são sobre os mesmos logits. Se min-p deixa
# pelo menos $k$ tokens, o $k$‑ésimo maior não mudou; se deixa menos, top-k não corta mais nada, e todos os que ficaram já estavam entre os $k$ maiores. Em qualquer ordem fica a interseção.
# (c) Depois do top-k as massas são divididas por $P(S_k) \le 1$, logo não diminuem: um token com menos de p acima de si depois já tinha menos de p antes. Na outra ordem, o top-p vê a distribuição inteira e o top-k
# só olha para a ordem dos logits. Para a inclusão estrita, o exemplo abaixo. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* (a) $(u/\tau_1)/\tau_2 = u/(\tau_1\tau_2)$. (b) Neither removes the largest logit, and both thresholds, the $k$‑th largest and $\max u + \ln m$, are on the same logits. If min-p leaves
# at least $k$ tokens, the $k$‑th largest has not changed; if it leaves fewer, top-k cuts nothing more, and all those that stayed were already among the $k$ largest. In either order the intersection stays.
# (c) After top-k the masses are divided by $P(S_k) \le 1$, so they do not fall: a token with less than p above it afterwards had less than p before. In the other order, top-p sees the whole distribution and top-k
# looks at the order of the logits alone. For the strict inclusion, the example below. $\blacksquare$

# %%
FOUR = [math.log(p) for p in (0.4, 0.3, 0.2, 0.1)]
sequential, reverse = (kept(FOUR, order, top_k=2, top_p=0.55) for order in (("top_k", "top_p"), ("top_p", "top_k")))
joint = [i for i, (a, b) in enumerate(zip(top_k(FOUR, 2), top_p(FOUR, 0.55), strict=True)) if a > -math.inf and b > -math.inf]
assert sequential == [0] and reverse == joint == [0, 1]
Table(
    [t(pt="sobre P = [0,4; 0,3; 0,2; 0,1], k = 2, p = 0,55", en="on P = [0.4, 0.3, 0.2, 0.1], k = 2, p = 0.55"), t(pt="massa que o top-p vê no primeiro", en="mass that top-p sees on the first"),
     t(pt="mantidos", en="kept")],
    [[t(pt="top-k, depois top-p", en="top-k, then top-p"), number(softmax(top_k(FOUR, 2))[0], 3), braces(sequential)],
     [t(pt="top-p, depois top-k", en="top-p, then top-k"), number(softmax(FOUR)[0], 3), braces(reverse)],
     [t(pt="corte simultâneo", en="joint cut"), number(softmax(FOUR)[0], 3), braces(joint)]],
    t(pt="Renormalizar entre um corte e outro já muda o resultado. transformers e vLLM renormalizam; FlashInfer oferece as duas formas (joint_topk_topp).",
      en="Renormalising between one cut and the next already changes the result. transformers and vLLM renormalise; FlashInfer offers both forms (joint_topk_topp)."))

# %%
MATRIX = {"temperature": 0.5, "top_k": 3, "top_p": 0.7, "min_p": 0.2, "top_n_sigma": 1.0}
COMMUTE = {("temperature", "top_k"), ("temperature", "top_n_sigma"), ("top_k", "min_p")}
random_logits = torch.tensor(np.random.default_rng(0).normal(0, 2, (400, 8)).round(1))  # one decimal: with ties


def differ(a, b):
    """In how many of the random cases the two orders give different distributions."""
    both = [probabilities(random_logits, SamplingParams(order=order, **{name: MATRIX[name] for name in order})) for order in ((a, b), (b, a))]
    return int((total_variation(*both) > 1e-9).sum())


names = list(MATRIX)
pairs = [(a, b, differ(a, b)) for i, a in enumerate(names) for b in names[i + 1 :]]
assert all((count == 0) == ((a, b) in COMMUTE) for a, b, count in pairs)
Table(
    [t(pt="par", en="pair"), t(pt="comuta?", en="commutes?"), t(pt="casos diferentes, de 400", en="cases that differ, of 400")],
    [[f"{say(f'stage.{a}')}, {say(f'stage.{b}')}", t(pt="sim, provado acima", en="yes, proved above") if not count else t(pt="não", en="no"), number(count)]
     for a, b, count in sorted(pairs, key=lambda row: row[2])],
    t(pt=f"400 vetores de oito logits sorteados, com empates; τ = {short(MATRIX['temperature'])}, k = {MATRIX['top_k']}, p = {short(MATRIX['top_p'])}, m = {short(MATRIX['min_p'])}, n = 1. Um "
         "zero não prova nada; um caso basta para refutar.",
      en=f"400 random vectors of eight logits, with ties; τ = {short(MATRIX['temperature'])}, k = {MATRIX['top_k']}, p = {short(MATRIX['top_p'])}, m = {short(MATRIX['min_p'])}, n = 1. A "
         "zero proves nothing; one case is enough to refute."))

# %%
hot = [drawn(THREE, order, temperature=2.0, min_p=0.3) for order in ("transformers", "llama.cpp")]
Callout("misconception", t(pt="«A temperatura nunca corta, então tanto faz quando ela roda»", en="“Temperature never cuts, so it does not matter when it runs”"), t(
    pt=f"Ela não corta, mas decide o que o corte vê. Sobre [3; 2; 1] com τ = 2 e min-p 0,3, a temperatura primeiro mantém {int((hot[0] > 0).sum())} tokens e a temperatura "
       f"por último, {int((hot[1] > 0).sum())}. As duas distribuições, {vector(hot[0].tolist(), 3)} e {vector(hot[1].tolist(), 3)}, diferem em "
       f"{percent(total_variation(*hot))}. Tanto faz sempre que τ = 1, ou se os únicos cortes são top-k e top-nσ.",
    en=f"It does not cut, but it decides what the cut sees. On [3, 2, 1] with τ = 2 and min-p 0.3, temperature first keeps {int((hot[0] > 0).sum())} tokens and temperature "
       f"last keeps {int((hot[1] > 0).sum())}. The two distributions, {vector(hot[0].tolist(), 3)} and {vector(hot[1].tolist(), 3)}, differ by "
       f"{percent(total_variation(*hot))}. It never matters at τ = 1, or where the only cuts are top-k and top-nσ."))

# %% [markdown] lang="pt" anchor="enigma"
# ## O enigma do token de 1%
#
# Em 2024 alguém perguntou no projeto llama.cpp (issue 7498): a tela mostrava um token com 96% e outro com 1%, e o de 1% tinha sido sorteado. Mas min-p estava em 0,05, e 1% é menos
# que 5% de 96%. O corte falhou?
#
# A resposta que recebeu cabe em uma linha: a temperatura roda depois de min-p, e a tela mostra números que min-p nunca viu. Os logits [5; 3,2; 2,7; 1],
# com τ = 0,5 e min-p 0,05, põem na tela os mesmos 96% e 1%.

# %% [markdown] lang="en" anchor="enigma"
# ## The puzzle of the 1% token
#
# In 2024 someone asked in the llama.cpp project (issue 7498): the screen showed one token with 96% and another with 1%, and the one with 1% had been drawn. But min-p was at 0.05, and 1% is less
# than 5% of 96%. Did the cut fail?
#
# The answer it got fits in one line: temperature runs after min-p, and the screen shows numbers that min-p never saw. The logits [5, 3.2, 2.7, 1],
# with τ = 0.5 and min-p 0.05, put the same 96% and 1% on the screen.

# %%
PUZZLE = [5, 3.2, 2.7, 1]
stages = trace(PUZZLE, SamplingParams(temperature=0.5, min_p=0.05, order="llama.cpp"))
assert [stage.name for stage in stages] == ["logits", "min_p", "temperature"]
Table(
    [t(pt="logit", en="logit"), t(pt="o que min-p viu", en="what min-p saw"), t(pt="em relação ao maior", en="relative to the largest"), t(pt="depois de min-p", en="after min-p"),
     t(pt="na tela, depois de τ", en="on the screen, after τ")],
    [[number(u, 1), percent(p), percent(p / stages[0].probs[0]), percent(q) if q else say("state.cut"), percent(r) if r else say("state.cut")]
     for u, p, q, r in zip(PUZZLE, *(stage.probs.tolist() for stage in stages), strict=True)],
    t(pt="O terceiro token passou com folga pelo corte de 5% e só encolheu depois.", en="The third token passed the 5% cut with room to spare and shrank only afterwards."))

# %% [markdown] lang="pt" anchor="enigma-conta"
# Com a temperatura por último, um token que passa tem razão $P(i)/p_{\mathrm{max}} \ge m$ antes dela e, portanto, razão pelo menos $m^{1/\tau}$ depois: a temperatura eleva toda razão à potência $1/\tau$. Com
# $m = 0{,}05$ e τ = 0,5, o menor valor possível na tela é {{ 0.05 ** 2 | %2 }} do maior, não 5%. Com a temperatura primeiro seriam 5%, qualquer que fosse τ. Por isso, antes de culpar um corte, pergunte: esta
# probabilidade foi lida antes ou depois dele?
#
# Preveja antes de olhar a figura: com a temperatura primeiro e o mesmo min-p 0,05, quais tokens ficam? Depois suba τ e diga a partir de que valor C fica também com a temperatura primeiro.

# %% [markdown] lang="en" anchor="enigma-conta"
# With temperature last, a token that passes has a ratio $P(i)/p_{\mathrm{max}} \ge m$ before it and so a ratio of at least $m^{1/\tau}$ after it: temperature raises every ratio to the power $1/\tau$. With
# $m = 0.05$ and τ = 0.5, the smallest value possible on the screen is {{ 0.05 ** 2 | %2 }} of the largest, not 5%. With temperature first it would be 5%, whatever τ was. So before you blame a cut, ask: was this
# probability read before it or after?
#
# Predict before you look at the picture: with temperature first and the same min-p 0.05, which tokens stay? Then raise τ and say from which value on C stays with temperature first as well.

# %%
charts.two_orders(
    "puzzle", t(pt="O enigma, nas duas ordens", en="The puzzle, in both orders"), {"u": Snapshot("", ("A", "B", "C", "D"), np.array(PUZZLE, float))},
    [charts.temperature_control(0.5), *cuts(1.0, 0.05)[1:2]], said=SAID,
    caption=t(pt="No ajuste inicial, com a temperatura primeiro, B e C ficam fora: o que se vê já foi cortado e renormalizado.",
              en="At the initial setting, with temperature first, B and C are out: what is seen has already been cut and renormalised."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# A [ordem](term:order) é do motor, não sua, e quase nunca aparece na tela de configuração. Lida do código de cada um:

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# The [order](term:order) belongs to the engine, not to you, and it is hardly ever on the settings screen. Read from each one's code:

# %% fold="engines"
Table(
    [t(pt="motor", en="engine"), t(pt="ordem", en="order"), t(pt="fonte", en="source")],
    [[name, " → ".join(say(f"stage.{stage}") for stage in engine.order.value), source(engine.order)] for name, engine in ENGINES.items()],
    t(pt="A ordem de fábrica inteira. Só rodam os estágios ligados, e «gulosa» só quando o ajuste pede o máximo. Em llama.cpp, adaptive-p, "
         "quando `--samplers` o nomeia, sorteia depois de todos, e mirostat toma o lugar da lista inteira. Máscaras (uma gramática, palavras proibidas) não estão na tabela. A ordem da API da OpenAI não está documentada.",
      en="The whole default order. Only the stages that are on run, and “greedy” only when the settings ask for the maximum. In llama.cpp adaptive-p, "
         "where `--samplers` names it, draws after all of them, and mirostat takes the place of the whole list. Masks (a grammar, forbidden words) are not in the table. The order of the OpenAI API is not documented."))

# %%
CHAT = {"transformers": {"do_sample": True, "temperature": 0.7, "top_p": 0.9}, "vllm": {"temperature": 0.7, "top_p": 0.9},
        "llama.cpp": {"--temp": 0.7, "--top-p": 0.9}, "openai": {"temperature": 0.7, "top_p": 0.9}}
SKY = snapshot("sky")
meant = {name: from_engine(settings, name) for name, settings in CHAT.items()}
plain = probabilities(SKY.logits, meant["vllm"])
Table(
    [t(pt="motor", en="engine"), t(pt="o que roda de fato", en="what really runs"), t(pt="mantidos", en="kept"), t(pt="distância de vLLM", en="distance from vLLM")],
    [[name, " → ".join(say(f"stage.{stage}") for stage in params.stages), number(int((probabilities(SKY.logits, params) > 0).sum())),
      percent(total_variation(probabilities(SKY.logits, params), plain))] for name, params in meant.items()],
    t(pt=f"«τ = 0,7 e top-p 0,9», e mais nada, escritos em cada motor, sobre os logits de «{SKY.prompt}». Distância: variação total. transformers liga top-k "
         f"{meant['transformers'].top_k} sozinho; llama.cpp, top-k {meant['llama.cpp'].top_k} e min-p {short(meant['llama.cpp'].min_p)}.",
      en=f"“τ = 0.7 and top-p 0.9”, and nothing else, written in each engine, on the logits of “{SKY.prompt}”. Distance: total variation. transformers turns on top-k "
         f"{meant['transformers'].top_k} by itself; llama.cpp, top-k {meant['llama.cpp'].top_k} and min-p {short(meant['llama.cpp'].min_p)}."))

# %%
moved = to_engine(SamplingParams(temperature=0.5, top_p=0.8, order="transformers"), "llama.cpp")
stuck = to_engine(SamplingParams(temperature=0.5, top_p=0.8, order="llama.cpp"), "vllm")
assert not moved.missing and [one.key for one in stuck.missing] == ["order"]
Callout("engines", t(pt="Dá para pedir outra ordem?", en="Can you ask for another order?"), t(
    pt=f"Em llama.cpp, sim: `{moved.text}` esfria antes de cortar, como transformers. Em vLLM, não: a ordem dele é fixa, e a de llama.cpp não se escreve lá. Com τ = 1 o problema some, porque a "
       "temperatura não faz nada. Já houve quem perguntasse se a ordem de llama.cpp foge do padrão (issue 4091); é uma escolha.",
    en=f"In llama.cpp, yes: `{moved.text}` cools before it cuts, as transformers does. In vLLM, no: its order is fixed, and that of llama.cpp cannot be written there. At τ = 1 the problem vanishes, because "
       "temperature does nothing. It has been asked whether the order of llama.cpp is non-standard (issue 4091); it is a choice."))

# %% [markdown] lang="pt" anchor="receitas"
# ## As receitas conhecidas, sobre logits de verdade
#
# As notas de onde este curso nasceu recomendam: para conversa, τ = 0,7 com top-p 0,9; para código, decodificação gulosa ou τ = 0,3; para texto criativo, τ = 1 com top-k 50. Uma receita é um ponto de
# partida, não um resultado. O que se pode calcular é o que ela faz a uma distribuição. Compare as linhas de um mesmo texto, depois o mesmo ajuste em textos diferentes.

# %% [markdown] lang="en" anchor="receitas"
# ## The well-known recipes, on real logits
#
# The notes this course grew from recommend: for chat, τ = 0.7 with top-p 0.9; for code, greedy decoding or τ = 0.3; for creative text, τ = 1 with top-k 50. A recipe is a starting
# point, not a result. What can be computed is what it does to a distribution. Compare the rows of one text, then the same setting on different texts.

# %%
RECIPES = {
    t(pt="conversa: τ = 0,7, top-p 0,9", en="chat: τ = 0.7, top-p 0.9"): SamplingParams(0.7, top_p=0.9),
    t(pt="código: gulosa", en="code: greedy"): SamplingParams(greedy=True),
    t(pt="código: τ = 0,3", en="code: τ = 0.3"): SamplingParams(0.3),
    t(pt="criativo: τ = 1, top-k 50", en="creative: τ = 1, top-k 50"): SamplingParams(1.0, top_k=50),
}


def effect(one, params):
    """What a recipe does to a snapshot: kept, effective number, largest probability, share of the model's mass cut."""
    p, q = softmax(one.logits), probabilities(one.logits, params)
    return [number(int((q > 0).sum())), number(effective_choices(q), 1), percent(q.max()), percent(kept_mass(p, q == 0))]


def recipes(one, caption=""):
    """Every recipe on one snapshot."""
    return Table([quoted(one.prompt), t(pt="mantidos", en="kept"), t(pt="opções efetivas", en="effective choices"), say("column.p_max"), t(pt="massa cortada", en="mass cut")],
                 [[label, *effect(one, params)] for label, params in RECIPES.items()], caption)


recipes(snapshot("sky"))

# %%
recipes(snapshot("capital"), t(pt="Temperatura primeiro, como em transformers e vLLM. A massa cortada é a que o modelo dava, com τ = 1, aos tokens que ficaram de fora.",
                                en="Temperature first, as in transformers and vLLM. The mass cut is what the model gave, at τ = 1, to the tokens left out."))

# %% [markdown] lang="pt" anchor="receitas-leitura"
# Na aritmética exata e sem empates, três coisas valem para qualquer modelo. A gulosa deixa uma opção efetiva, e τ não a muda. Com τ = 0,3 e nenhum corte, todo o vocabulário continua possível; a cauda encolhe, não some. E top-k 50 mantém 50 tokens
# tanto onde o modelo hesita muito quanto onde hesita pouco: é o assunto da lição [top-k](lesson:top-k). Na prática, um empate na fronteira pode manter mais de 50, e em precisão simples a cauda some de fato: com τ = 0,3, quem está mais de
# {{ 150 * math.log(2) * 0.3 | 1 }} logits abaixo do maior recebe zero ([lição 1](lesson:logits)). Só a receita de conversa depende da ordem, porque só ela junta temperatura e massa.

# %% [markdown] lang="en" anchor="receitas-leitura"
# In exact arithmetic and without ties, three things hold for any model. Greedy leaves one effective choice, and τ does not change it. With τ = 0.3 and no cut, the whole vocabulary stays possible; the tail shrinks, it does not vanish. And top-k 50 keeps 50 tokens
# both where the model hesitates much and where it hesitates little: that is the subject of the lesson on [top-k](lesson:top-k). In practice a tie at the border may keep more than 50, and in single precision the tail does vanish: at τ = 0.3, a token more than
# {{ 150 * math.log(2) * 0.3 | 1 }} logits below the largest gets zero ([lesson 1](lesson:logits)). Only the chat recipe depends on the order, because it alone joins temperature and mass.

# %%
Callout("instructor", t(pt="Uma aula de 15 minutos", en="A 15-minute class"), t(
    pt="Escreva os três logits no quadro e peça a aposta (1 min). Divida a turma em duas: metade calcula com a temperatura primeiro, metade com ela por último (4 min). Confira com as abas e abra a aposta (1 min). Projete "
       "a primeira figura, leve τ de 0,5 a 2 e pergunte qual ordem mantém mais de cada lado de 1; prove a parte de min-p da Proposição 7.2 (4 min). Conte o enigma do token de 1% e dê um minuto antes da tabela (3 min). Feche com a "
       "tabela dos motores e pergunte quem usa qual (2 min). Enganos frequentes: achar que a temperatura, por não cortar, pode vir em qualquer lugar; que a probabilidade na tela é a que o corte viu; que os mesmos números "
       "são a mesma configuração.",
    en="Write the three logits on the board and ask for the bet (1 min). Split the class in two: half computes with temperature first, half with it last (4 min). Check against the tabs and open the bet (1 min). Project "
       "the first figure, take τ from 0.5 to 2 and ask which order keeps more on each side of 1; prove the min-p part of Proposition 7.2 (4 min). Tell the puzzle of the 1% token and give a minute before the table (3 min). Close with the "
       "table of engines and ask who uses which (2 min). Common mistakes: thinking that temperature, since it does not cut, may run anywhere; that the probability on the screen is the one the cut saw; that the same numbers "
       "are the same configuration."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
second = last[1].item()
Exercise(
    id="second", kind="numeric",
    question=t(pt="Logits [3; 2; 1], τ = 0,5, top-p 0,8, temperatura por último. Qual é a probabilidade do segundo token? (Três casas.)",
               en="Logits [3, 2, 1], τ = 0.5, top-p 0.8, temperature last. What is the probability of the second token? (Three decimals.)"),
    answer=second, tolerance=0.0006,
    mistakes=[
        Mistake(softmax(THREE, 0.5)[1].item(), t(pt="Esse é o softmax com τ = 0,5 sobre os três tokens. O terceiro foi cortado: a soma tem só duas parcelas.",
                                                 en="That is the softmax at τ = 0.5 over all three tokens. The third was cut: the sum has two terms only.")),
        Mistake(softmax(top_p(THREE, 0.8))[1].item(), t(pt="Você cortou e renormalizou, mas faltou a temperatura, que roda depois.",
                                                        en="You cut and renormalised, but temperature, which runs afterwards, is missing.")),
        Mistake(first[1].item(), t(pt="Zero é a resposta da outra ordem, com a temperatura primeiro.", en="Zero is the answer of the other order, with temperature first.")),
        Mistake(softmax(THREE)[1].item(), t(pt="Esse é o softmax puro: sem corte e com τ = 1.", en="That is the plain softmax: no cut, and τ = 1.")),
    ],
    right=t(pt=f"Ficam dois, com logits 3 e 2. Divididos por 0,5 dão 6 e 4: 1 ÷ (1 + e²) = {number(second, 4)}.",
            en=f"Two stay, with logits 3 and 2. Divided by 0.5 they are 6 and 4: 1 ÷ (1 + e²) = {number(second, 4)}."),
    wrong=t(pt="Corte primeiro, com o softmax de τ = 1; só então divida os logits que ficaram por 0,5.", en="Cut first, with the softmax at τ = 1; only then divide the logits that stayed by 0.5."),
    unreadable=say("exercise.unreadable"))

# %%
edge = [0.0, math.log(0.1) + 1e-9, -9.0]  # a token just inside min-p 0.1
shown = drawn(edge, "llama.cpp", temperature=0.5, min_p=0.1)
smallest = (shown[1] / shown[0]).item()
assert abs(smallest - 0.1**2) < 1e-9
Exercise(
    id="ratio", kind="numeric",
    question=t(pt="Min-p 0,1 e depois τ = 0,5. Depois de tudo, qual é a menor razão possível entre a probabilidade de um token mantido e a do mais provável?",
               en="Min-p 0.1 and then τ = 0.5. After everything, what is the smallest possible ratio of a kept token's probability to the likeliest one's?"),
    answer=smallest, tolerance=0.0006,
    mistakes=[
        Mistake(0.1, t(pt="Essa é a menor razão que min-p vê. A temperatura, que vem depois, eleva toda razão à potência 1/τ.",
                       en="That is the smallest ratio that min-p sees. Temperature, which comes after, raises every ratio to the power 1/τ.")),
        Mistake(0.1**0.5, t(pt="Você elevou a τ. O expoente é 1/τ = 2: esfriar afasta as probabilidades.", en="You raised to τ. The exponent is 1/τ = 2: cooling sets the probabilities apart.")),
        Mistake(0.05, t(pt="Você multiplicou por τ. A temperatura multiplica a diferença entre logits por 1/τ, e a razão é a exponencial dessa diferença.",
                        en="You multiplied by τ. Temperature multiplies the difference between logits by 1/τ, and the ratio is the exponential of that difference.")),
    ],
    right=t(pt=f"0,1 elevado a 1/0,5 = 2: {percent(smallest, 0)} do maior. É o token do enigma.", en=f"0.1 to the power 1/0.5 = 2: {percent(smallest, 0)} of the largest. It is the token of the puzzle."),
    wrong=t(pt="Uma razão é e elevado à diferença entre dois logits. O que a temperatura faz com essa diferença?", en="A ratio is e to the difference between two logits. What does temperature do to that difference?"),
    unreadable=say("exercise.unreadable"))

# %%
warm = [kept(THREE, order, temperature=2.0, top_p=0.9) for order in ("transformers", "llama.cpp")]
assert len(warm[0]) > len(warm[1])
Exercise(
    id="warm", kind="predict",
    question=t(pt="Logits [3; 2; 1], agora com τ = 2 e top-p 0,9. Qual ordem mantém mais tokens?", en="Logits [3, 2, 1], now with τ = 2 and top-p 0.9. Which order keeps more tokens?"),
    options=[
        Option(t(pt="temperatura primeiro", en="temperature first"), t(pt="Com τ > 1 o corte vê uma distribuição mais plana e precisa de mais tokens para alcançar p.",
                                                                     en="With τ > 1 the cut sees a flatter distribution and needs more tokens to reach p."), correct=True),
        Option(t(pt="temperatura por último", en="temperature last"), t(pt="Era assim com τ = 0,5. A Proposição 7.2 vira de lado em τ = 1.", en="So it was at τ = 0.5. Proposition 7.2 switches sides at τ = 1.")),
        Option(t(pt="as duas mantêm os mesmos", en="both keep the same"), t(pt="Isso vale para top-k e top-nσ, pelo Lema 7.1, e para qualquer corte com τ = 1.",
                                                                          en="That holds for top-k and top-nσ, by Lemma 7.1, and for any cut at τ = 1.")),
    ],
    reveal=t(pt=f"Calculado por core: {braces(warm[0])} com a temperatura primeiro e {braces(warm[1])} com ela por último.",
             en=f"Computed by core: {braces(warm[0])} with temperature first and {braces(warm[1])} with it last."))

# %%
count = {pair: n for *pair, n in pairs for pair in [tuple(pair)]}
Exercise(
    id="commute", kind="choice",
    question=t(pt="Você quer trocar a ordem de dois cortes sem mudar nada. Qual par permite?", en="You want to swap two cuts without changing anything. Which pair allows it?"),
    options=[
        Option(t(pt="top-k e top-p", en="top-k and top-p"),
               t(pt=f"Depois do top-k as massas crescem e o núcleo pode encolher: nos 400 casos da tabela, {count['top_k', 'top_p']} mudaram.",
                 en=f"After top-k the masses grow and the nucleus may shrink: of the 400 cases of the table, {count['top_k', 'top_p']} changed.")),
        Option(t(pt="top-p e min-p", en="top-p and min-p"),
               t(pt=f"Min-p só olha para o maior logit, mas top-p olha para a massa que min-p tirou: {count['top_p', 'min_p']} dos 400 casos mudaram.",
                 en=f"Min-p looks at the largest logit alone, but top-p looks at the mass that min-p removed: {count['top_p', 'min_p']} of the 400 cases changed.")),
        Option(t(pt="top-k e min-p", en="top-k and min-p"), t(pt="Dois limiares sobre os mesmos logits: fica a interseção.", en="Two thresholds on the same logits: the intersection stays."), correct=True),
        Option(t(pt="top-k e top-nσ", en="top-k and top-nσ"),
               t(pt=f"Top-k muda que tokens entram no desvio-padrão: {count['top_k', 'top_n_sigma']} dos 400 casos mudaram.",
                 en=f"Top-k changes which tokens count in the standard deviation: {count['top_k', 'top_n_sigma']} of the 400 cases changed.")),
    ])

# %%
BUGGY = """from math import exp

def cut_then_cool(u, tau, p):
    e = [exp(x / tau) for x in u]
    q = [x / sum(e) for x in e]
    kept, mass = [], 0
    for i in sorted(range(len(u)), key=lambda i: -u[i]):
        if mass >= p:
            break
        kept.append(i)
        mass += q[i]
    w = [exp(x / tau) if i in kept else 0 for i, x in enumerate(u)]
    return [x / sum(w) for x in w]"""
namespace = {}
exec(BUGGY, namespace)
given = namespace["cut_then_cool"](THREE, 0.5, 0.8)
assert max(abs(a - b) for a, b in zip(given, first.tolist(), strict=True)) < 1e-12 and abs(given[1] - second) > 0.1

Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Esta função devia cortar com top-p e só depois aplicar a temperatura. Com u = [3; 2; 1], τ = 0,5 e p = 0,8 ela dá {vector(given, 2)}; o certo é {vector(last.tolist(), 2)}. Qual linha está errada?",
               en=f"This function should cut with top-p and only then apply temperature. With u = [3, 2, 1], τ = 0.5 and p = 0.8 it gives {vector(given, 2)}; the right answer is {vector(last.tolist(), 2)}. Which line is wrong?"),
    options=[
        Option("4: `e = [exp(x / tau) for x in u]`",
               t(pt="É aqui que o corte passa a ver a distribuição já esfriada. Para cortar primeiro, essa linha usa exp(x).",
                 en="This is where the cut is made to see the distribution already cooled. To cut first, this line uses exp(x)."), correct=True),
        Option("8: `if mass >= p:`",
               t(pt="O teste vem antes de somar o token: o token que cruza p fica. Está certo.", en="The test comes before the token is added: the token that crosses p stays. It is right.")),
        Option("11: `mass += q[i]`",
               t(pt="A massa acumulada é a das probabilidades que o corte vê; o que está errado é como q foi calculado.",
                 en="The cumulative mass is that of the probabilities the cut sees; what is wrong is how q was computed.")),
        Option("12: `w = [exp(x / tau) if i in kept else 0 for i, x in enumerate(u)]`",
               t(pt="Esta é a temperatura que roda por último, sobre o que ficou. Ela deve estar aqui.", en="This is the temperature that runs last, on what stayed. It belongs here.")),
    ])

# %%
away = 1 - 0.93
Exercise(
    id="earlier", kind="numeric",
    question=t(pt="Da lição de top-k: com τ = 1, um corte qualquer manteve tokens que somavam 0,93 de massa. Qual é a variação total entre a distribuição do sorteio e a do modelo?",
               en="From the lesson on top-k: at τ = 1, some cut kept tokens whose mass added up to 0.93. What is the total variation between the distribution drawn from and the model's?"),
    answer=away, tolerance=0.0006,
    mistakes=[
        Mistake(0.93, t(pt="Essa é a massa mantida. A distância é a que foi cortada e voltou aos que ficaram.", en="That is the mass kept. The distance is what was cut and handed to those that stayed.")),
        Mistake(away / 2, t(pt="A variação total já tem o 1/2: metade da soma das diferenças, e cada metade soma a massa cortada.", en="Total variation has the 1/2 already: half of the sum of the differences, and each half adds up to the mass cut.")),
        Mistake(away / 0.93, t(pt="Isso é quanto as probabilidades mantidas crescem, em proporção. A distância é a massa que trocou de lugar.", en="That is by how much the kept probabilities grow, in proportion. The distance is the mass that moved.")),
    ],
    right=t(pt="Com τ = 1 nenhum token mantido perde massa, então a distância é só a massa cortada, 1 − P(S), qualquer que seja o corte.",
            en="At τ = 1 no kept token loses mass, so the distance is the mass cut alone, 1 − P(S), whatever the cut."),
    wrong=t(pt="Cada token cortado perde tudo o que tinha, e essa massa passa aos outros. Some o que mudou de dono.", en="Each token cut loses all it had, and that mass goes to the others. Add up what changed hands."),
    unreadable=say("exercise.unreadable"))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Temperatura e cortes na outra ordem são outra distribuição: top-p, min-p, épsilon, eta e típica dependem de massa, e a massa depende de τ.
# - Top-k e top-nσ não dependem da ordem: só olham a posição, ou distâncias que a temperatura divide por igual.
# - Em top-p e min-p, a temperatura primeiro nunca mantém mais no frio, nem menos no calor.
# - Dois cortes também podem não comutar: a renormalização de um muda o que o outro vê.
# - A mesma configuração em dois motores não é o mesmo sorteio. Pergunte a ordem, e se a probabilidade que você lê vem de antes ou de depois dos cortes.
#
# Até aqui, tudo olhou só para os logits do passo. A próxima lição olha também para o que já foi escrito: [penalidades](lesson:penalties).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Temperature and cuts in the other order are another distribution: top-p, min-p, epsilon, eta and typical depend on mass, and mass depends on τ.
# - Top-k and top-nσ do not depend on the order: they look at rank alone, or at distances that temperature divides alike.
# - In top-p and min-p, temperature first never keeps more in the cold, nor less in the heat.
# - Two cuts may fail to commute as well: one's renormalisation changes what the other sees.
# - The same configuration in two engines is not the same draw. Ask for the order, and whether the probability that you read is from before or after the cuts.
#
# So far everything has looked at the step's logits alone. The next lesson looks at what has been written too: [penalties](lesson:penalties).
