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
#     slug: {pt: top-p, en: top-p}
#     title: {pt: Top-p, en: Top-p}
#     summary:
#       pt: "Fica o menor grupo de tokens cuja massa alcança p, com o que cruza a linha. Por que esse corte se adapta, quanto custa, e o erro por um token que aparece em código publicado."
#       en: "Keeps the smallest group of tokens whose mass reaches p, with the one that crosses the line. Why this cut adapts, what it costs, and the off-by-one found in published code."
#     prerequisites:
#       pt: "a lição de top-k; somas e desigualdades, nas provas"
#       en: "the lesson on top-k; sums and inequalities, in the proofs"
#     sources:
#       - {id: holtzman2020, text: "Holtzman, Buys, Du, Forbes & Choi (2020). The Curious Case of Neural Text Degeneration. ICLR 2020. arXiv:1904.09751", url: "https://arxiv.org/abs/1904.09751"}
#       - {id: transformers, text: "transformers 5.23.0, generation/logits_process.py", url: "https://github.com/huggingface/transformers/blob/v5.23.0/src/transformers/generation/logits_process.py"}
#       - {id: hf18976, text: "transformers (2022). Issue 18976", url: "https://github.com/huggingface/transformers/issues/18976"}
#       - {id: flashinfer2202, text: "flashinfer (2025). Issue 2202", url: "https://github.com/flashinfer-ai/flashinfer/issues/2202"}
#       - {id: llamacpp1953, text: "llama.cpp (2023). Fix top-p sampling to match the canonical definition, pull request 1953", url: "https://github.com/ggml-org/llama.cpp/pull/1953"}
#       - {id: pypto160, text: "pypto-lib (2026). Pull request 160", url: "https://github.com/hw-native-sys/pypto-lib/pull/160"}
#       - {id: llama, text: "Llama, generation.py, sample_top_p @8fac8be", url: "https://github.com/meta-llama/llama/blob/8fac8befd776bc03242fe7bc2236cdb41b6c609c/llama/generation.py"}
#       - {id: llamacpp, text: "llama.cpp, src/llama-sampler.cpp @00efb3e", url: "https://github.com/ggml-org/llama.cpp/blob/00efb3e/src/llama-sampler.cpp"}
#       - {id: goldberg1991, text: "Goldberg (1991). What Every Computer Scientist Should Know About Floating-Point Arithmetic. ACM Computing Surveys 23(1), 5–48", url: "https://doi.org/10.1145/103162.103163"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# A lição de [top-k](lesson:top-k) terminou com um problema: um número fixo de tokens é demais em um contexto e de menos em outro. A saída de
# Holtzman et al. (2020) é fixar a [massa](term:probability-mass) em vez do número. [Top-p](term:top-p) põe os tokens em fila, do mais ao menos provável, e fica com o começo da
# fila até a [massa acumulada](term:cumulative-mass) alcançar p.
#
# Quatro tokens têm probabilidades 50%, 30%, 15% e 5%, e p = 0,7. Nenhuma soma dá exatamente 70%.

# %% [markdown] lang="en" anchor="aposta"
# The lesson on [top-k](lesson:top-k) ended with a problem: a fixed number of tokens is too many in one context and too few in another. The way out
# of Holtzman et al. (2020) is to fix the [mass](term:probability-mass) instead of the number. [Top-p](term:top-p) lines the tokens up, from the most to the least likely, and keeps the
# front of the queue until the [cumulative mass](term:cumulative-mass) reaches p.
#
# Four tokens have probabilities 50%, 30%, 15% and 5%, and p = 0.7. No sum is exactly 70%.

# %%
from dashboard.blocks import Answer, Callout, Range, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, say, short, t, vector

four = [0.5, 0.3, 0.15, 0.05]

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Quantos tokens ficam no sorteio?", en="How many tokens stay in the draw?"),
    options=[
        Option("1", t(pt="O segundo token começa em 50% e termina em 80%: é ele que cruza a linha, e quem cruza fica. Sem ele a massa mantida seria 50%, menos do que os 70% pedidos.",
                      en="The second token starts at 50% and ends at 80%: it is the one that crosses the line, and the one that crosses stays. Without it the mass kept would be 50%, less than the 70% asked for.")),
        Option("2", t(pt="50% não alcança 70%; com o segundo, a soma é 80% e alcança. O token que cruza a linha fica.",
                      en="50% does not reach 70%; with the second the sum is 80%, and does. The token that crosses the line stays."), correct=True),
        Option("3", t(pt="Os dois primeiros já somam 80%. Quando a fila chega ao terceiro, p já foi alcançado.",
                      en="The first two already add up to 80%. By the time the queue gets to the third, p has been reached.")),
        Option(t(pt="nenhum: ninguém tem 70%", en="none: no token has 70%"),
               t(pt="A linha se compara com a massa acumulada, não com a probabilidade de cada token.",
                 en="The line is compared with the cumulative mass, not with each token's probability.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Empilhe as probabilidades como degraus. Cada token é um degrau que começa onde o anterior termina, e top-p é uma linha horizontal na altura p.
# Um degrau fica se o **pé** dele está abaixo da linha. O que a linha atravessa tem o pé embaixo e o topo em cima: é o token que cruza p, de
# borda grossa, e ele fica.
#
# Antes de mover p, preveja: com p = 0,5, quantos degraus ficam no contexto seguro, e quantos no aberto? Mova, troque de contexto e confira. No vetor com [empate](term:tie), procure um p que
# caia no meio dos dois degraus iguais e explique por que os dois têm o mesmo destino.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Stack the probabilities as steps. Each token is a step that starts where the one before it ends, and top-p is a horizontal line at height p.
# A step stays if its **foot** is below the line. The one that the line goes through has its foot below and its top above: it is the token that crosses p,
# with the thick edge, and it stays.
#
# Before you move p, predict: with p = 0.5, how many steps stay in the sure context, and how many in the open one? Move it, change the context and check. In the vector with a [tie](term:tie), look for a p that
# falls in the middle of the two equal steps, and explain why the two share one fate.

# %%
import math
from fractions import Fraction

import torch

from core import (
    ENGINES, SamplingParams, cut_cost, entropy, kept_mass, nucleus_kl_bound, nucleus_size_bounds, softmax, top_p, total_variation,
)
from dashboard import charts
from dashboard.recorded.snapshots import PROMPTS, snapshot
from dashboard.worked import nucleus_by_hand


def kept_by(probs, p):
    """Which tokens the nucleus keeps, for probabilities that are already there."""
    return (top_p([math.log(q) for q in probs], p) > -math.inf).tolist()


assert sum(kept_by(four, 0.7)) == 2

by_certainty = sorted(map(snapshot, PROMPTS), key=lambda one: entropy(softmax(one.logits)).item())
sure, open_ = by_certainty[0], by_certainty[-1]

TOKENS = t(pt="azul claro limpo escuro cinza verde", en="blue clear bright dark grey green").split()
sure_toy = [4, 2.5, 1, 0.5, 0, -1]
open_toy = [1.2, 1.1, 1, 0.8, 0.7, 0.5]
tied = [3, 2, 2, 1, 0, -1]
LOGITS = {
    t(pt=f"contexto seguro: {vector(sure_toy, trim=True)}", en=f"a sure context: {vector(sure_toy, trim=True)}"): sure_toy,
    t(pt=f"contexto aberto: {vector(open_toy, trim=True)}", en=f"an open context: {vector(open_toy, trim=True)}"): open_toy,
    t(pt=f"com empate: {vector(tied, trim=True)}", en=f"with a tie: {vector(tied, trim=True)}"): tied}
P = Range("top_p", say("control.top_p"), say("control.top_p.help"), 0.8, step=0.01, digits=2)

charts.staircase(
    "stairs", t(pt="Top-p é uma linha horizontal na escada", en="Top-p is a horizontal line across the stairs"), TOKENS, LOGITS, [P],
    said=t(pt="Degraus mantidos: {n_kept|0}, com {mass_kept|%1} da massa. Quem cruza p: {crossing|text}. Depois do corte, o mais provável fica com {p_max|%1}.",
           en="Steps kept: {n_kept|0}, with {mass_kept|%1} of the mass. What crosses p: {crossing|text}. After the cut, the most likely one is left with {p_max|%1}."))

# %% [markdown] lang="pt" anchor="contextos"
# ## O corte que se adapta
#
# Os mesmos dois contextos da lição de [top-k](lesson:top-k), com todos os [logits](term:logit) do vocabulário: o mais seguro e o mais aberto entre os
# prompts do curso. As curvas não mudaram. O que mudou foi a linha: agora ela é horizontal, fixa a massa e deixa o número de tokens variar.
#
# Antes de mover p, aposte: com p = 0,5, quantos tokens tem cada núcleo? Mova e confira. Depois suba τ com p parado e explique por que nenhum núcleo encolhe.

# %% [markdown] lang="en" anchor="contextos"
# ## The cut that adapts
#
# The same two contexts as in the lesson on [top-k](lesson:top-k), with all the [logits](term:logit) of the vocabulary: the surest and the most open among
# the course's prompts. The curves have not changed. The line has: it is horizontal now, fixes the mass and lets the number of tokens vary.
#
# Before you move p, place a bet: with p = 0.5, how many tokens has each nucleus? Move it and check. Then raise τ with p held still and explain why no nucleus shrinks.

# %%
charts.cumulative(
    "contexts", t(pt="Uma linha horizontal, dois tamanhos", en="One horizontal line, two sizes"), [sure, open_],
    [Range("top_p", say("control.top_p"), say("control.top_p.help"), 0.9, step=0.01, digits=2), charts.temperature_control(1.0)],
    said=t(pt=f"p = {{p|2}}. Tokens no núcleo depois de «{sure.prompt}»: {{n_0|0}}, com {{mass_0|%1}} da massa; depois de «{open_.prompt}»: "
              "{n_1|0}, com {mass_1|%1}.",
           en=f"p = {{p|2}}. Tokens in the nucleus after “{sure.prompt}”: {{n_0|0}}, with {{mass_0|%1}} of the mass; after “{open_.prompt}”: "
              "{n_1|0}, with {mass_1|%1}."),
    caption=t(pt="O número ao lado do ponto é o tamanho do núcleo.",
              en="The number beside the point is the size of the nucleus."))

# %% [markdown] lang="pt" anchor="formula"
# ## A fórmula
#
# Seja $p_i$ a probabilidade do token $i$ e $A(i)$ a massa **estritamente acima** dele, o pé do seu degrau:
#
# $$
# A(i) = \sum_{j \,:\, u_j > u_i} p_j
# $$
#
# O [núcleo](term:nucleus) de $p$ é
#
# $$
# N_p = \{\, i : A(i) < p \,\}
# $$
#
# e depois dele vem a mesma [renormalização](term:renormalisation) de sempre. Há dois p na história: $p_i$ é uma probabilidade do modelo, e p, sem índice, é
# a altura da linha. Essa definição não fala em ordenar nem em parar um laço, e por isso trata iguais como iguais. Sem empates ela é a do artigo: o menor
# conjunto cuja massa alcança p.
#
# > **Proposição 5.1 (o menor conjunto).** Suponha logits finitos e distintos e $0 < p \le 1$. Sejam $p_{(1)} > p_{(2)} > \dots$ as probabilidades em ordem e
# > $c_n = p_{(1)} + \dots + p_{(n)}$. Então $N_p$ são os $n$ primeiros tokens, com $n$ o menor número tal que $c_n \ge p$, e nenhum conjunto com menos tokens
# > tem massa $p$ ou maior.

# %% [markdown] lang="en" anchor="formula"
# ## The formula
#
# Let $p_i$ be the probability of token $i$ and $A(i)$ the mass **strictly above** it, the foot of its step:
#
# $$
# A(i) = \sum_{j \,:\, u_j > u_i} p_j
# $$
#
# The [nucleus](term:nucleus) of $p$ is
#
# $$
# N_p = \{\, i : A(i) < p \,\}
# $$
#
# and after it comes the same [renormalisation](term:renormalisation) as ever. There are two p's in the story: $p_i$ is a probability of the model's, and p, with no
# index, is the height of the line. This definition says nothing of sorting or of leaving a loop, and so it treats equals as equals. Without ties it is the paper's: the
# smallest set whose mass reaches p.
#
# > **Proposition 5.1 (the smallest set).** Let the logits be finite and distinct and $0 < p \le 1$. Let $p_{(1)} > p_{(2)} > \dots$ be the probabilities in order and
# > $c_n = p_{(1)} + \dots + p_{(n)}$. Then $N_p$ is the first $n$ tokens, with $n$ the smallest number such that $c_n \ge p$, and no set with fewer tokens
# > has mass $p$ or more.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* O token de posição $m$ tem $A = c_{m-1}$, e os $c_m$ crescem. Se $m \le n$, então $c_{m-1} < p$, porque $n$ é o primeiro a alcançar; se
# $m > n$, então $c_{m-1} \ge c_n \ge p$. Logo $N_p$ são os $n$ primeiros. Um conjunto com $m < n$ tokens tem massa no máximo $c_m$, que é menor que p. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The token at place $m$ has $A = c_{m-1}$, and the $c_m$ grow. If $m \le n$, then $c_{m-1} < p$, because $n$ is the first to reach it; if
# $m > n$, then $c_{m-1} \ge c_n \ge p$. So $N_p$ is the first $n$. A set of $m < n$ tokens has a mass of at most $c_m$, which is less than p. $\blacksquare$

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, até a última casa
#
# Com as probabilidades da aposta. Troque p nas abas e repare na segunda linha do cálculo: é nela que se decide tudo.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, to the last digit
#
# With the probabilities of the bet. Change p in the tabs and look at the second line of the calculation: everything is decided there.

# %%
nucleus_by_hand("hand-nucleus", t(pt=f"O núcleo de {vector(four, trim=True)}", en=f"The nucleus of {vector(four, trim=True)}"), four, 0.7, 0.4, 0.9)

# %% [markdown] lang="pt" anchor="tamanho"
# ## Tamanho e preço
#
# > **Proposição 5.2 (tamanho e preço do núcleo).** Sejam os logits finitos, $0 < p \le 1$, $n$ o número de tokens de $N_p$ e $p_{\mathrm{max}}$ a maior
# > probabilidade. Então
# >
# > 1. a massa mantida é pelo menos p; por isso, entre o sorteio e o modelo, a variação total é no máximo $1 - p$ e a divergência KL, no máximo $-\ln p$ nats;
# > 2. $n \ge \lceil p / p_{\mathrm{max}} \rceil$;
# > 3. se não há empates, $n \le \lceil pV \rceil$;
# > 4. se $p \le r$, então $N_p \subseteq N_r$.

# %% [markdown] lang="en" anchor="tamanho"
# ## Size and price
#
# > **Proposition 5.2 (size and price of the nucleus).** Let the logits be finite, $0 < p \le 1$, $n$ the number of tokens of $N_p$ and $p_{\mathrm{max}}$ the largest
# > probability. Then
# >
# > 1. the mass kept is at least p; so, from the draw to the model, the total variation is at most $1 - p$ and the KL divergence at most $-\ln p$ nats;
# > 2. $n \ge \lceil p / p_{\mathrm{max}} \rceil$;
# > 3. if there are no ties, $n \le \lceil pV \rceil$;
# > 4. if $p \le r$, then $N_p \subseteq N_r$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* (1) Se nenhum token é cortado, a massa é 1. Se algum é, seja $j$ o de maior logit entre os cortados. Quem está acima de $j$ ficou, e ninguém mais, porque $A$ só cresce
# fila abaixo. A massa mantida é então o próprio $A(j)$, que não é menor que p: foi por isso que $j$ foi cortado. A Proposição 4.1, o preço do corte da lição de
# [top-k](lesson:top-k), dá as duas desigualdades. (2) A massa de $n$ tokens é no máximo $n\,p_{\mathrm{max}}$, e precisa alcançar p. (3) Os $m$ mais prováveis têm em média pelo menos
# $1/V$ cada um, logo $c_m \ge m/V$. Com $m = \lceil pV \rceil$ isso já é pelo menos p, e $n$ é o primeiro a alcançar. (4) $A(i) < p \le r$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* (1) If no token is cut, the mass is 1. If some are, let $j$ be the one with the largest logit among them. Those above $j$ stayed, and no others, because $A$ only
# grows down the queue. The mass kept is then $A(j)$ itself, which is not below p: that is why $j$ was cut. Proposition 4.1, the price of a cut in the lesson on
# [top-k](lesson:top-k), gives both inequalities. (2) The mass of $n$ tokens is at most $n\,p_{\mathrm{max}}$, and it must reach p. (3) The $m$ most likely have at least
# $1/V$ each on average, so $c_m \ge m/V$. With $m = \lceil pV \rceil$ that is already at least p, and $n$ is the first to reach it. (4) $A(i) < p \le r$. $\blacksquare$

# %%
size = len(sure.logits)


def report(one, p=0.9):
    """A row of the table: bounds, size and price of the nucleus of a prompt."""
    probs, kept = softmax(one.logits), top_p(one.logits, p) > -math.inf
    fewest, most = nucleus_size_bounds(one.logits, p)
    return [one.prompt, number(fewest.item()), number(int(kept.sum())), number(most.item()),
            percent(cut_cost(probs, kept)[0], 2)]


assert all(len(set(one.logits)) < size and (top_p(one.logits, 0.9) > -math.inf).sum() <= nucleus_size_bounds(one.logits, 0.9)[1] for one in by_certainty)
Table(
    [t(pt="prompt", en="prompt"), t(pt="no mínimo", en="at least"), t(pt="tamanho do núcleo", en="size of the nucleus"),
     t(pt="no máximo", en="at most"), t(pt="massa perdida", en="mass lost")],
    [report(one) for one in by_certainty],
    t(pt=f"p = 0,9 em todos os prompts, do mais seguro ao mais aberto, com V = {number(size)}. As colunas «no mínimo» e «no máximo» são as cotas da Proposição 5.2. A segunda supõe que não haja empates; nos logits guardados com três casas há, e mesmo assim nenhuma linha passa dela.",
      en=f"p = 0.9 for all the prompts, from the surest to the most open, with V = {number(size)}. The columns “at least” and “at most” are the bounds of Proposition 5.2. The second assumes that there are no ties; among logits stored to three decimals there are, and still no row exceeds it."))

# %% [markdown] lang="pt"
# A hipótese do item 3 não é enfeite. Com quatro logits iguais e p = 0,5, ninguém tem massa acima de si, e os
# {{ sum(kept_by([0.25] * 4, 0.5)) }} ficam; $\lceil pV \rceil$ é {{ nucleus_size_bounds([0.0] * 4, 0.5)[1].item() }}. As cotas 2 e 3 também dizem onde fica a
# adaptação: se $p_{\mathrm{max}} \ge p$, um token basta; se todos são raros, são precisos muitos.
#
# E a temperatura? Na lição de top-k você viu que τ maior só pode diminuir a massa dos $n$ primeiros. O primeiro $n$ com $c_n \ge p$ só pode, então, aumentar: subir τ
# nunca encolhe o núcleo. Por isso a [ordem](lesson:order) entre temperatura e top-p importa.
#
# A lição de top-k pediu que você guardasse três propriedades. Uma sobrevive: os núcleos se encaixam (item 4). As outras duas, não: o núcleo depende de τ, e cortar duas vezes corta mais, como a Proposição 5.3 vai mostrar.
#
# Receitas que circulam recomendam p de 0,7 a 0,95. A tabela mede essa faixa nos dois extremos.

# %% [markdown] lang="en"
# The hypothesis of item 3 is no ornament. With four equal logits and p = 0.5, no token has any mass above it, and all
# {{ sum(kept_by([0.25] * 4, 0.5)) }} stay; $\lceil pV \rceil$ is {{ nucleus_size_bounds([0.0] * 4, 0.5)[1].item() }}. Bounds 2 and 3 also say where the
# adapting lies: if $p_{\mathrm{max}} \ge p$, one token is enough; if all are rare, many are needed.
#
# And temperature? In the lesson on top-k you saw that a larger τ can only lower the mass of the first $n$. The first $n$ with $c_n \ge p$ can then only grow: raising τ
# never shrinks the nucleus. That is why the [order](lesson:order) of temperature and top-p matters.
#
# The lesson on top-k asked you to keep three properties in mind. One survives: nuclei nest (item 4). The other two do not: the nucleus depends on τ, and cutting twice cuts more, as Proposition 5.3 will show.
#
# Recipes in circulation recommend p from 0.7 to 0.95. The table measures that range at the two extremes.

# %%
sizes = {p: [int((top_p(one.logits, p) > -math.inf).sum()) for one in (sure, open_)] for p in (0.7, 0.8, 0.9, 0.95)}
lasts = {p: softmax(open_.logits)[top_p(open_.logits, p) > -math.inf].min().item() for p in sizes}
grown = sizes[0.95][1] / sizes[0.7][1]
assert grown > 4 and lasts[0.7] < 0.01 and sizes[0.95][0] == sizes[0.7][0] == 1
Table(
    ["p", t(pt=f"núcleo depois de «{sure.prompt}»", en=f"nucleus after “{sure.prompt}”"), t(pt=f"depois de «{open_.prompt}»", en=f"after “{open_.prompt}”"), t(pt="o último mantido", en="the last one kept")],
    [[short(p), *map(number, both), percent(lasts[p], 4)] for p, both in sizes.items()],
    t(pt=f"A faixa inteira não muda nada no contexto seguro e multiplica o núcleo por {number(grown, 1)} no aberto. A última coluna é a menor probabilidade que fica no aberto: a massa escolhe muitos tokens, e os últimos são raros.",
      en=f"The whole range changes nothing in the sure context and makes the nucleus {number(grown, 1)} times as large in the open one. The last column is the smallest probability that stays in the open one: mass chooses many tokens, and the last of them are rare."))

# %%
seven = [0.3, 0.2, 0.15, 0.12, 0.09, 0.08, 0.06]
rare = [q for q, stays in zip(seven, kept_by(seven, 0.9), strict=True) if stays and q < 0.1]
assert rare
least = softmax(open_.logits)[top_p(open_.logits, 0.9) > -math.inf].min().item()
Callout("misconception", t(pt="«top-p = 0,9 corta quem tem menos de 10%»", en="“top-p = 0.9 cuts every token below 10%”"),
        t(pt=f"Top-p não põe limite na probabilidade de um token. Em {vector(seven, trim=True)}, o núcleo de 0,9 tem {sum(kept_by(seven, 0.9))} tokens, e "
             f"{len(rare)} deles, {vector(rare, trim=True)}, têm menos de 10%. Depois de «{open_.prompt}», o último token mantido tem {percent(least, 4)}. O que p limita é a soma dos "
             f"cortados: no máximo 10%. Quem corta por probabilidade é o [épsilon](lesson:other-cuts).",
          en=f"Top-p sets no limit on a token's probability. In {vector(seven, trim=True)}, the nucleus of 0.9 has {sum(kept_by(seven, 0.9))} tokens, and "
             f"{len(rare)} of them, {vector(rare, trim=True)}, have less than 10%. After “{open_.prompt}”, the last token kept has {percent(least, 4)}. What p limits is the sum of those "
             f"cut: 10% at most. The cut that goes by probability is [epsilon](lesson:other-cuts)."))

# %% [markdown] lang="pt" anchor="duas-vezes"
# ## Cortar duas vezes
#
# Top-k duas vezes é top-k uma vez. Top-p, não: o segundo corte vê as probabilidades já renormalizadas, maiores, e a linha p fica mais fácil de alcançar.
#
# > **Proposição 5.3 (núcleo de um núcleo).** Seja $S = N_p$ o núcleo e $P(S)$ a sua massa. O núcleo de p aplicado à distribuição renormalizada em $S$ é o núcleo de
# > $p \cdot P(S)$ da distribuição original.

# %% [markdown] lang="en" anchor="duas-vezes"
# ## Cutting twice
#
# Top-k twice is top-k once. Top-p is not: the second cut sees the renormalised probabilities, which are larger, and the line at p is easier to reach.
#
# > **Proposition 5.3 (nucleus of a nucleus).** Let $S = N_p$ be the nucleus and $P(S)$ its mass. The nucleus of p taken of the distribution renormalised on $S$ is the nucleus of
# > $p \cdot P(S)$ of the original distribution.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Para $i \in S$, todos os que estão acima de $i$ também estão em $S$, e cada um foi dividido por $P(S)$: a massa acima de $i$ passou a $A(i)/P(S)$. Ela é menor que p
# exatamente quando $A(i) < p \cdot P(S)$. E quem não está em $S$ tem $A(i) \ge p \ge p \cdot P(S)$, então também não entra no segundo. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* For $i \in S$, all those above $i$ are in $S$ as well, and each was divided by $P(S)$: the mass above $i$ has become $A(i)/P(S)$. It is less than p
# exactly when $A(i) < p \cdot P(S)$. And a token outside $S$ has $A(i) \ge p \ge p \cdot P(S)$, so it is not in the second one either. $\blacksquare$

# %% [markdown] lang="pt"
# Na prática isso acontece quando duas camadas de um sistema aplicam o mesmo corte. Se cada uma usa p = 0,9, o resultado é um corte único com um p entre
# {{ 0.9 * 0.9 | 2 }} e 0,9, conforme o contexto.

# %% [markdown] lang="en"
# In practice this happens when two layers of a system apply the same cut. If each uses p = 0.9, the result is a single cut with a p between
# {{ 0.9 * 0.9 | 2 }} and 0.9, depending on the context.

# %%
def once_and_twice(logits, p):
    """Sizes of the nucleus and of the nucleus of the nucleus, and the single p·P(S) that gives the second."""
    first = top_p(logits, p)
    second = top_p(first, p)
    return [int((cut > -math.inf).sum()) for cut in (first, second)], p * kept_mass(softmax(logits), first > -math.inf).item()


cases = [(vector([0.4, 0.3, 0.2, 0.1], trim=True), [math.log(q) for q in (0.4, 0.3, 0.2, 0.1)], 0.5),
         *((one.prompt, one.logits, 0.9) for one in (sure, open_))]
assert once_and_twice(cases[0][1], 0.5)[0] == [2, 1]
assert kept_by([0.4, 0.3, 0.2, 0.1], 0.35) == [True, False, False, False]
Table(
    [t(pt="distribuição", en="distribution"), "p", t(pt="uma vez", en="once"), t(pt="duas vezes", en="twice"), t(pt="o p único equivalente", en="the single p it equals")],
    [[name, short(p), *map(number, sizes), number(single)] for name, logits, p in cases for sizes, single in [once_and_twice(logits, p)]],
    t(pt="Tokens mantidos. A primeira linha é o contraexemplo: o núcleo de um núcleo é menor.", en="Tokens kept. The first row is the counterexample: the nucleus of a nucleus is smaller."))

# %% [markdown] lang="pt" anchor="fronteira" fold="more"
# ## Na fronteira, a aritmética decide
#
# Probabilidades [0,5; 0,3; 0,1; 0,1] e p = 0,8. Os dois primeiros somam exatamente 0,8: p foi alcançado, e o cálculo com frações diz que ficam dois. Mas 0,1 não tem representação exata na base 2 (Goldberg, 1991), e o computador soma números próximos dele.
# A biblioteca transformers soma de baixo para cima e remove enquanto a soma é no máximo `1 - top_p`; em Python, `1 - 0.8` dá `{{ repr(1 - 0.8) }}`. Em float64
# a soma dos dois menores, 0,2, passa desse número por um fio, e um dos dois é poupado. Em float32 os dois lados arredondam para o mesmo valor.

# %% [markdown] lang="en" anchor="fronteira" fold="more"
# ## At the boundary, arithmetic decides
#
# Probabilities [0.5, 0.3, 0.1, 0.1] and p = 0.8. The first two add up to exactly 0.8: p is reached, and the calculation in fractions says that two stay. But 0.1 has no exact representation in base 2 (Goldberg, 1991), and the computer adds up numbers near it.
# The transformers library adds from the bottom up and removes while the sum is at most `1 - top_p`; in Python, `1 - 0.8` is `{{ repr(1 - 0.8) }}`. In float64
# the sum of the two smallest, 0.2, exceeds that number by a hair, and one of the two is spared. In float32 both sides round to the same value.

# %% fold="more"
edge = [0.5, 0.3, 0.1, 0.1]


def from_the_bottom(probs, p, dtype):
    """The rule of transformers' TopPLogitsWarper, written out: which tokens stay."""
    ordered, places = torch.tensor(probs, dtype=torch.float64).log().to(dtype).sort()
    removed = ordered.softmax(-1).cumsum(-1) <= 1 - p
    removed[-1] = False
    return sorted(places[~removed].tolist())


def in_fractions(probs, p):
    """The nucleus in exact arithmetic."""
    exact = [Fraction(str(q)) for q in probs]
    return [i for i, q in enumerate(exact) if sum(r for r in exact if r > q) < Fraction(str(p))]


rows = [
    (t(pt="frações, sem arredondar", en="fractions, no rounding"), in_fractions(edge, 0.8)),
    (t(pt="de baixo para cima, float32", en="from the bottom up, float32"), from_the_bottom(edge, 0.8, torch.float32)),
    (t(pt="de baixo para cima, float64", en="from the bottom up, float64"), from_the_bottom(edge, 0.8, torch.float64)),
    ("core", [i for i, stays in enumerate(kept_by(edge, 0.8)) if stays])]
assert rows[0][1] == rows[1][1] == rows[3][1] and len(rows[2][1]) == 3
Table(
    [t(pt="regra", en="rule"), t(pt="tokens que ficam", en="tokens that stay"), t(pt="massa mantida", en="mass kept")],
    [[name, ", ".join(t(pt=f"{i + 1}º", en=f"no. {i + 1}") for i in kept), percent(sum(edge[i] for i in kept))] for name, kept in rows],
    t(pt="Em float64 um dos dois tokens de 10% fica e o outro é cortado: logits iguais, destinos diferentes.",
      en="In float64 one of the two 10% tokens stays and the other is cut: equal logits, different fates."))

# %% [markdown] lang="pt" anchor="regra" fold="more"
# Nenhuma das duas respostas é um defeito grave, mas o mesmo prompt com a mesma [semente](term:seed) pode dar outro texto quando a precisão muda. A regra daqui é escrita: as massas se somam em
# float64, empates ficam juntos, e p conta como alcançado a partir de $p - 4 \cdot 2^{-24}$, quatro passos do float32 perto de 1.

# %% [markdown] lang="en" anchor="regra" fold="more"
# Neither answer is a serious flaw, but the same prompt with the same [seed](term:seed) may give another text when the precision changes. The rule here is written down: masses add up in
# float64, ties stay together, and p counts as reached from $p - 4 \cdot 2^{-24}$ on, four steps of float32 near 1.

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# Nos motores de código aberto abaixo, o token que cruza p fica, como no artigo. As diferenças estão na igualdade e nos empates.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# In the open-source engines below, the token that crosses p stays, as in the paper. The differences are in equality and in ties.

# %% fold="engines"
def default(engine):
    return short(float(ENGINES[engine].parameters["top_p"].default))


stops, sort_luck = t(pt="para ali", en="stops there"), t(pt="a ordenação decide qual é cortado", en="the sort decides which is cut")
Table(
    [t(pt="motor", en="engine"), t(pt="p, se você não diz nada", en="p, if you say nothing"), t(pt="a soma dá exatamente p", en="the sum is exactly p"),
     t(pt="empate na fronteira", en="tie at the boundary")],
    [["transformers 5.23", default("transformers"), stops, sort_luck],
     ["vLLM v1", default("vllm"), stops, t(pt="no caminho PyTorch, a ordenação decide", en="on the PyTorch path, the sort decides")],
     ["llama.cpp", default("llama.cpp"), stops, sort_luck],
     ["OpenAI", default("openai"), t(pt="não publicado", en="not published"), t(pt="não publicado", en="not published")],
     ["Llama (Meta)", "—", t(pt="entra mais um", en="one more enters"), sort_luck],
     ["core", short(SamplingParams().top_p), stops, t(pt="os empatados ficam juntos", en="tied ones stay together")]],
    t(pt="Lido no código: TopPLogitsWarper de transformers 5.23.0, topk_topp_sampler.py @01fa3fe do vLLM, common.h @001d906 e llama-sampler.cpp @00efb3e, openai-python, sample_top_p do Llama. O p da OpenAI é suposto.",
      en="Read in the code: TopPLogitsWarper of transformers 5.23.0, vLLM's topk_topp_sampler.py @01fa3fe, common.h @001d906 and llama-sampler.cpp @00efb3e, openai-python, Llama's sample_top_p. OpenAI's p is assumed."))

# %%
Callout("engines", t(pt="Um token a mais, um token a menos", en="One token more, one token fewer"), t(
    pt="Até 2022, transformers deixava entrar um token a mais quando a soma dava exatamente p (issue 18976). Em 2025, flashinfer perdeu o token da fronteira em uma entrada: a massa mantida ficou "
       "abaixo de p (issue 2202). Os dois relatos já foram encerrados. Para testar o seu código, use probabilidades que somam p com exatidão e "
       "probabilidades empatadas, e confira se a massa mantida alcança p.",
    en="Until 2022, transformers let in one token too many when the sum was exactly p (issue 18976). In 2025, flashinfer lost the boundary token on one input: the mass kept fell "
       "below p (issue 2202). Both reports have been closed. To test your own code, use probabilities that add up to p exactly and "
       "tied probabilities, and check that the mass kept reaches p."))

# %%
Callout("instructor", t(pt="Uma aula de 14 minutos", en="A 14-minute class"), t(
    pt="Peça a aposta; «um» e «dois» costumam dividir a turma, e vale ouvir um defensor de cada resposta (2 min). Projete a escada e diga a regra em voz alta: o pé abaixo da linha "
       "fica (2 min). Uma aba do cálculo no quadro (2 min). As duas curvas: mova p e peça o tamanho antes de mostrar (3 min). Demonstre o item 2 da Proposição 5.2, que cabe em uma linha (2 min). "
       "Feche com a caça ao erro em duplas (3 min). Enganos frequentes: descartar quem cruza, ler p como limite de cada token, achar que repetir o corte não muda nada.",
    en="Ask for the bet; “one” and “two” usually split the class, and it pays to hear one defender of each answer (2 min). Project the stairs and say the rule aloud: a foot below the line "
       "stays (2 min). One tab of the calculation on the board (2 min). The two curves: move p and ask for the size before showing it (3 min). Prove item 2 of Proposition 5.2, which fits on a line (2 min). "
       "Close with the bug hunt in pairs (3 min). Common mistakes: dropping the one that crosses, reading p as a limit on each token, taking a repeated cut to change nothing."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
BUGGY = """def top_p(probs, p):
    order = sorted(range(len(probs)), key=lambda i: -probs[i])
    kept, cumulative = [], 0.0
    for i in order:
        cumulative += probs[i]
        if cumulative <= p:
            kept.append(i)
    total = sum(probs[i] for i in kept)
    return {i: probs[i] / total for i in kept}"""
namespace = {}
exec(BUGGY, namespace)
found = namespace["top_p"](four, 0.7)
assert found == {0: 1.0} and sum(kept_by(four, 0.7)) == 2
empty = namespace["top_p"](four, 0.4)
assert empty == {}
fixed = {}
exec(BUGGY.replace("if cumulative <= p", "if cumulative - probs[i] < p"), fixed)
repaired = fixed["top_p"](four, 0.7)
assert all(math.isclose(repaired[i], softmax(top_p([math.log(q) for q in four], 0.7))[i]) for i in (0, 1))

Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com as probabilidades da aposta, {vector(four, trim=True)}, e p = 0,7, esta função devolve `{found}`. Com p = 0,4 ela devolve `{empty}`: ninguém para sortear. Qual linha está errada?",
               en=f"With the probabilities of the bet, {vector(four, trim=True)}, and p = 0.7, this function returns `{found}`. With p = 0.4 it returns `{empty}`: nothing to draw. Which line is wrong?"),
    options=[
        Option("2: `order = sorted(range(len(probs)), key=lambda i: -probs[i])`",
               t(pt="A ordem está certa: da maior para a menor.", en="The order is right: from the largest to the smallest.")),
        Option("6: `if cumulative <= p:`",
               t(pt=f"A comparação olha para o topo do degrau, e assim quem cruza p é cortado. O pé é o que conta: com `cumulative - probs[i] < p`, o resultado é {vector(list(repaired.values()))}. O mesmo erro esteve em llama.cpp até 2023 (pull request 1953). Ele ainda aparece em código publicado, às vezes com um remendo "
                    "que garante o primeiro token (pypto-lib, pull request 160): some o conjunto vazio, e o token que cruza continua de fora.",
                 en=f"The comparison looks at the top of the step, and so the one that crosses p is cut. The foot is what counts: with `cumulative - probs[i] < p` the result is {vector(list(repaired.values()))}. The same mistake was in llama.cpp until 2023 (pull request 1953). It still appears in published code, sometimes with a patch "
                    "that guarantees the first token (pypto-lib, pull request 160): the empty set is gone, and the token that crosses is still left out."),
               correct=True),
        Option("8: `total = sum(probs[i] for i in kept)`",
               t(pt="A soma dos que ficaram está certa. Com p = 0,4 ela é zero só porque ninguém ficou.",
                 en="The sum of those that stayed is right. With p = 0.4 it is zero only because no token stayed.")),
        Option("9: `return {i: probs[i] / total for i in kept}`",
               t(pt="Renormalizar é isso mesmo: cada um dividido pela soma dos que ficaram. O token que falta já se perdeu antes.",
                 en="That is what renormalising is: each divided by the sum of those that stayed. The missing token was lost before.")),
    ])

# %%
five = [0.45, 0.25, 0.15, 0.1, 0.05]


def first(p):
    return softmax(top_p([math.log(q) for q in five], p))[0].item()


Exercise(
    id="renormalise", kind="numeric",
    question=t(pt=f"As probabilidades são {vector(five, trim=True)}. Com p = 0,8, com que probabilidade o primeiro token é sorteado? (Duas casas bastam.)",
               en=f"The probabilities are {vector(five, trim=True)}. With p = 0.8, with what probability is the first token drawn? (Two decimals will do.)"),
    answer=first(0.8), tolerance=0.006,
    mistakes=[
        Mistake(first(0.7), t(pt="Você deixou de fora o token que cruza p: 0,45 + 0,25 = 0,7 ainda não alcança 0,8.",
                              en="You left out the token that crosses p: 0.45 + 0.25 = 0.7 does not reach 0.8 yet.")),
        Mistake(first(1.0) / 0.8, t(pt="Você dividiu por p. O divisor é a massa mantida, que passa de p.", en="You divided by p. The divisor is the mass kept, which exceeds p.")),
        Mistake(first(0.9), t(pt="Você manteve um token a mais: os três primeiros já somam 0,85.", en="You kept one token too many: the first three already add up to 0.85.")),
        Mistake(first(1.0), t(pt="Essa é a probabilidade antes do corte.", en="That is the probability before the cut.")),
    ],
    right=t(pt=f"0,45 ÷ 0,85 = {number(first(0.8))}.", en=f"0.45 ÷ 0.85 = {number(first(0.8))}."),
    wrong=t(pt="Some do começo da fila até alcançar 0,8, com o token que cruza, e divida 0,45 por essa soma.",
            en="Add up from the front of the queue until 0.8 is reached, the crossing token included, and divide 0.45 by that sum."),
    unreadable=say("exercise.unreadable"))

# %%
flat = [0.0] * 50  # fifty equal tokens: the largest probability is 0.02
fewest = nucleus_size_bounds(flat, 0.9)[0].item()
Exercise(
    id="fewest", kind="numeric",
    question=t(pt="Em um contexto, a maior probabilidade é 0,02. Sem saber mais nada, quantos tokens o núcleo de p = 0,9 tem no mínimo?",
               en="In some context the largest probability is 0.02. Knowing nothing else, how many tokens does the nucleus of p = 0.9 have at least?"),
    answer=fewest, tolerance=0.4,
    mistakes=[
        Mistake(nucleus_size_bounds(flat, 1.0)[0].item(), t(pt="Isso é 1 ÷ 0,02, o cálculo para p = 1.", en="That is 1 ÷ 0.02, the calculation for p = 1.")),
        Mistake(1, t(pt="Um token só tem 2% da massa; faltam 88%.", en="A single token has 2% of the mass; 88% is missing.")),
        Mistake(0.9 * 0.02,
                t(pt="Você multiplicou. Pergunte quantas parcelas de 0,02, no máximo, somam 0,9.", en="You multiplied. Ask how many terms of at most 0.02 add up to 0.9.")),
    ],
    right=t(pt=f"⌈0,9 ÷ 0,02⌉ = {fewest}: com menos tokens, mesmo que todos tivessem 2%, a soma não chega a 0,9.",
            en=f"⌈0.9 ÷ 0.02⌉ = {fewest}: with fewer tokens, even if all had 2%, the sum does not get to 0.9."),
    wrong=t(pt="Cada token traz no máximo 0,02. Quantos são precisos para somar 0,9?", en="Each token brings at most 0.02. How many does it take to add up to 0.9?"),
    unreadable=say("exercise.unreadable"))

# %%
level = [0.4, 0.2, 0.2, 0.2]
Exercise(
    id="tie", kind="predict",
    question=t(pt=f"As probabilidades são {vector(level, trim=True)} e p = 0,5. Pela definição $A(i) < p$, quantos tokens ficam?",
               en=f"The probabilities are {vector(level, trim=True)} and p = 0.5. By the definition $A(i) < p$, how many tokens stay?"),
    options=[
        Option("1", t(pt="0,4 não alcança 0,5, e o pé dos próximos está em 0,4, abaixo da linha.", en="0.4 does not reach 0.5, and the foot of the next ones is at 0.4, below the line.")),
        Option("2", t(pt="É o que faz quem ordena e para. Mas qual dos três de 20% seria o segundo? Nada os distingue.",
                      en="That is what sorting and stopping does. But which of the three 20% tokens would be the second? Nothing tells them apart.")),
        Option("4", t(pt="Os três de 20% têm a mesma massa acima, 0,4. Ficam juntos.", en="The three 20% tokens have the same mass above, 0.4. They stay together."), correct=True),
        Option("0", t(pt="Com p positivo, ao menos um token fica: o primeiro tem massa 0 acima de si.", en="With a positive p at least one token stays: the first has mass 0 above it.")),
    ],
    reveal=t(pt=f"Calculado por core: ficam {sum(kept_by(level, 0.5))}. A regra de transformers, em float64, mantém {len(from_the_bottom(level, 0.5, torch.float64))}.",
             en=f"Computed by core: {sum(kept_by(level, 0.5))} stay. The rule of transformers, in float64, keeps {len(from_the_bottom(level, 0.5, torch.float64))}."))

# %%
q = softmax(top_p([math.log(x) for x in five], 0.8))
kept_five = kept_by(five, 0.8)
tv, bound = total_variation(q, five).item(), 1 - 0.8
assert math.isclose(tv, cut_cost(five, kept_five)[0].item()) and tv <= bound

Exercise(
    id="price", kind="choice",
    question=t(pt="Com p = 0,8, quanto o sorteio pode se afastar da distribuição do modelo, em variação total?",
               en="With p = 0.8, how far can the draw get from the model's distribution, in total variation?"),
    options=[
        Option(t(pt="sempre exatamente 0,2", en="always exactly 0.2"),
               t(pt=f"Seria assim se a massa mantida fosse exatamente 0,8. Quem cruza p leva a soma além: em {vector(five, trim=True)}, a variação total é {number(tv)}.",
                 en=f"It would be so if the mass kept were exactly 0.8. The one that crosses takes the sum further: in {vector(five, trim=True)} the total variation is {number(tv)}.")),
        Option(t(pt="no máximo 0,2", en="at most 0.2"),
               t(pt=f"A massa perdida é no máximo 1 − p, e ela é a variação total. Em {vector(five, trim=True)} o valor é {number(tv)}; a KL não passa de {number(nucleus_kl_bound(0.8, 'nats'))} nats.",
                 en=f"The mass lost is at most 1 − p, and it is the total variation. In {vector(five, trim=True)} the value is {number(tv)}; the KL does not exceed {number(nucleus_kl_bound(0.8, 'nats'))} nats."),
               correct=True),
        Option(t(pt="no máximo 0,8", en="at most 0.8"),
               t(pt="0,8 é o que fica. O que se perde é o resto.", en="0.8 is what stays. What is lost is the rest.")),
        Option(t(pt="qualquer valor: depende do tamanho do vocabulário", en="any value: it depends on the size of the vocabulary"),
               t(pt="O vocabulário limita o tamanho do núcleo. O preço só depende da massa que fica.", en="The vocabulary limits the size of the nucleus. The price depends on the mass kept alone.")),
    ])

# %%
price = cut_cost([0.95, 0.05], [True, False], "nats")
assert abs(price[0] - 0.05) < 1e-12 and abs(price[1] + math.log(0.95)) < 1e-12
Exercise(
    id="earlier", kind="choice",
    question=t(pt="Da lição de top-k: top-k mantém 10 tokens em um contexto e 10 em outro, e nos dois corta 5% da massa. O preço do corte, em variação total e em KL, é:",
               en="From the lesson on top-k: top-k keeps 10 tokens in one context and 10 in another, and cuts 5% of the mass in both. The price of the cut, in total variation and in KL, is:"),
    options=[
        Option(t(pt="maior no contexto mais aberto", en="larger in the more open context"),
               t(pt="O aberto costuma perder mais massa, mas aqui as massas cortadas são iguais.", en="The open one usually loses more mass, but here the masses cut are equal.")),
        Option(t(pt="o mesmo nos dois", en="the same in both"),
               t(pt=f"Pela Proposição 4.1, as duas réguas só dependem da massa mantida: {number(price[0], 2)} e {number(price[1], 4)} nats.",
                 en=f"By Proposition 4.1 both rulers depend on the mass kept alone: {number(price[0], 2)} and {number(price[1], 4)} nats."), correct=True),
        Option(t(pt="maior no contexto mais seguro", en="larger in the surer context"),
               t(pt="A certeza muda quantos tokens efetivos ficam, não o preço, que só vê a massa.", en="Certainty changes how many effective tokens stay, not the price, which sees mass alone.")),
        Option(t(pt="impossível de saber sem τ", en="impossible to know without τ"),
               t(pt="τ muda a massa que k tokens têm. Dada a massa cortada, o preço está dado.", en="τ changes the mass that k tokens have. Given the mass cut, the price is given.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Top-p mantém quem tem menos que p de massa acima de si: o token que cruza a linha fica, e empatados ficam juntos.
# - O núcleo se adapta: poucos tokens quando o modelo está seguro, muitos quando não está.
# - O preço tem teto: variação total no máximo $1 - p$, divergência KL no máximo $-\ln p$.
# - p limita a soma dos cortados, não a probabilidade de cada um.
# - O núcleo não encolhe quando τ sobe, e o núcleo de um núcleo pode ser menor.
#
# Contagem e massa são duas réguas. Há outras, e uma delas pode cortar o favorito: [outros cortes](lesson:other-cuts).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Top-p keeps those with less than p of mass above them: the token that crosses the line stays, and tied ones stay together.
# - The nucleus adapts: few tokens when the model is sure, many when it is not.
# - The price has a ceiling: total variation at most $1 - p$, KL divergence at most $-\ln p$.
# - p limits the sum of those cut, not the probability of each.
# - The nucleus does not shrink when τ rises, and the nucleus of a nucleus may be smaller.
#
# Counting and mass are two rulers. There are others, and one of them can cut the favourite: [other cuts](lesson:other-cuts).
