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
#     slug: {pt: top-k, en: top-k}
#     title: {pt: Top-k, en: Top-k}
#     summary:
#       pt: "Fica só com os k tokens mais prováveis. O que acontece com a massa cortada, quanto o corte custa, o que fazer com empates, e por que nenhum k serve a todo contexto."
#       en: "Keeps only the k most likely tokens. Where the lost mass goes, what the cut costs, what to do with ties, and why no k suits every context."
#     prerequisites:
#       pt: "o softmax e a lição de temperatura; o logaritmo, na prova"
#       en: "the softmax and the lesson on temperature; the logarithm, in the proof"
#     sources:
#       - {id: fan2018, text: "Fan, Lewis & Dauphin (2018). Hierarchical Neural Story Generation. ACL 2018, 889–898. arXiv:1805.04833", url: "https://arxiv.org/abs/1805.04833"}
#       - {id: radford2019, text: "Radford et al. (2019). Language Models are Unsupervised Multitask Learners (GPT-2). OpenAI", url: "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"}
#       - {id: holtzman2020, text: "Holtzman, Buys, Du, Forbes & Choi (2020). The Curious Case of Neural Text Degeneration. ICLR 2020. arXiv:1904.09751", url: "https://arxiv.org/abs/1904.09751"}
#       - {id: kullback1951, text: "Kullback & Leibler (1951). On Information and Sufficiency. Annals of Mathematical Statistics 22(1), 79–86", url: "https://doi.org/10.1214/aoms/1177729694"}
#       - {id: transformers, text: "transformers 5.23.0, generation/logits_process.py", url: "https://github.com/huggingface/transformers/blob/v5.23.0/src/transformers/generation/logits_process.py"}
#       - {id: vllm50979, text: "vLLM (2026). Pull request 50979", url: "https://github.com/vllm-project/vllm/pull/50979"}
#       - {id: vllm41598, text: "vLLM (2026). Pull request 41598", url: "https://github.com/vllm-project/vllm/pull/41598"}
#       - {id: llamacpp, text: "llama.cpp, src/llama-sampler.cpp @00efb3e", url: "https://github.com/ggml-org/llama.cpp/blob/00efb3e/src/llama-sampler.cpp"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Cinco [tokens](term:token) disputam a próxima palavra, com probabilidades 40%, 30%, 15%, 10% e 5%. Alguém liga
# [top-k](term:top-k) com k = 2: os três últimos ficam proibidos, e o sorteio é só entre os dois primeiros.
#
# Os proibidos tinham, juntos, 30% da massa. Para onde ela vai?

# %% [markdown] lang="en" anchor="aposta"
# Five [tokens](term:token) compete for the next word, with probabilities 40%, 30%, 15%, 10% and 5%. Someone turns on
# [top-k](term:top-k) with k = 2: the last three are forbidden, and the draw is between the first two alone.
#
# Together the forbidden ones held 30% of the mass. Where does it go?

# %%
from dashboard.blocks import Answer, Callout, Range, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, say, t, vector

five = [0.4, 0.3, 0.15, 0.1, 0.05]
share = five[0] / (five[0] + five[1])  # held against core below
even = five[0] + sum(five[2:]) / 2

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Depois do corte, com que probabilidade o primeiro token é sorteado?", en="After the cut, with what probability is the first token drawn?"),
    options=[
        Option(percent(0.4), t(pt="Os dois que ficaram somariam 70%, e uma distribuição soma 1.",
                        en="The two left would add up to 70%, and a distribution adds up to 1.")),
        Option(percent(0.5), t(pt="O corte decide quem fica, não quanto vale cada um: 40 e 30 não viram iguais.",
                        en="The cut decides who stays, not what each is worth: 40 and 30 do not become equal.")),
        Option(percent(even), t(pt="Isso daria metade da massa perdida a cada um. A razão entre os dois deixaria de ser 4 para 3.",
                                   en="That would give each half of the lost mass. The ratio of the two would no longer be 4 to 3.")),
        Option(percent(share), t(pt="Cada um é dividido pela soma dos que ficaram, 70%. A razão de 4 para 3 não muda.",
                                 en="Each is divided by the sum of those that stay, 70%. The ratio of 4 to 3 does not change."), correct=True),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Ponha os tokens em fila, do mais ao menos provável. Top-k é uma linha vertical nessa fila: quem está à esquerda fica, quem está à
# direita é cortado. O contorno tracejado é o que o modelo disse; a barra cheia é a distribuição da qual se [sorteia](term:draw).
#
# Antes de mover k, preveja: as barras que ficam crescem a mesma quantidade, ou na mesma proporção? Mova e confira. Depois troque de contexto: a linha
# continua no mesmo lugar; em qual dos dois ela corta mais massa, e por quê? No terceiro vetor há um [empate](term:tie): diga quantas barras ficam com k = 3, e só então conte.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Line the tokens up, from the most to the least likely. Top-k is a vertical line in that queue: those to its left stay, those to its
# right are cut. The dashed outline is what the model said; the solid bar is the distribution that is [drawn](term:draw) from.
#
# Before you move k, predict: do the bars that stay grow by the same amount, or in the same proportion? Move it and check. Then change the context: the line
# stays where it is; in which of the two does it cut more mass, and why? The third vector has a [tie](term:tie): say how many bars stay with k = 3, and only then count.

# %%
import math

from core import (
    ENGINES, SamplingParams, cut_cost, effective_choices, entropy, kept_mass, kl_divergence, probabilities, softmax, top_k, top_p,
    total_variation,
)
from dashboard import charts
from dashboard.recorded.snapshots import PROMPTS, snapshot
from dashboard.worked import cut_cost_by_hand, renormalise_by_hand

assert math.isclose(softmax(top_k([math.log(p) for p in five], 2))[0], share)

ten = [0.4, 0.3, 0.15, 0.05, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01]
by_certainty = sorted(map(snapshot, PROMPTS), key=lambda one: entropy(softmax(one.logits)).item())
sure, open_ = by_certainty[0], by_certainty[-1]
p_sure, p_open = softmax(sure.logits), softmax(open_.logits)

TOKENS = t(pt="azul claro limpo escuro cinza verde", en="blue clear bright dark grey green").split()
sure_toy = [5, 2, 1, 0.5, 0, -1]
open_toy = [1.2, 1.1, 1, 0.8, 0.7, 0.5]
tied = [3, 2, 1, 1, 1, 0]
LOGITS = {
    t(pt=f"contexto seguro: {vector(sure_toy, trim=True)}", en=f"a sure context: {vector(sure_toy, trim=True)}"): sure_toy,
    t(pt=f"contexto aberto: {vector(open_toy, trim=True)}", en=f"an open context: {vector(open_toy, trim=True)}"): open_toy,
    t(pt=f"com empate: {vector(tied, trim=True)}", en=f"with a tie: {vector(tied, trim=True)}"): tied}
K = Range("top_k", say("control.top_k"), say("control.top_k.help"), 3, maximum=6)

charts.ranks(
    "line", t(pt="Top-k é uma linha vertical", en="Top-k is a vertical line"), TOKENS, LOGITS, [K],
    said=t(pt="Tokens mantidos: {n_kept|0}. Os cortados tinham {mass_cut|%1} da massa. Sortear agora equivale a escolher entre "
              "{effective|2} opções igualmente prováveis.",
           en="Tokens kept: {n_kept|0}. The cut ones held {mass_cut|%1} of the mass. Drawing now is like choosing among {effective|2} "
              "equally likely options."))

# %% [markdown] lang="pt" anchor="contextos"
# ## O mesmo k, dois contextos
#
# Agora [logits](term:logit) de verdade, todos os do vocabulário, do pequeno modelo em português que acompanha o curso. Dos
# {{ len(PROMPTS) }} prompts guardados com ele, estes são os extremos: depois de «{{ sure.prompt }}» a [entropia](term:entropy) é a menor, {{ entropy(p_sure) | 2 }} bits; depois de
# «{{ open_.prompt }}» é a maior, {{ entropy(p_open) | 2 }} bits.
#
# Cada curva soma as probabilidades do token mais provável para baixo. Top-k é a linha vertical, e a altura em que ela cruza uma curva é a
# massa mantida. O que falta dali até 100% é o que o corte tira.
#
# Antes de mover k, aposte: com k = 10, que massa fica em cada contexto? Mova e confira. Depois procure um k que perca menos de 10% da massa nos dois, e diga o que esse k deixa passar no contexto seguro.

# %% [markdown] lang="en" anchor="contextos"
# ## The same k, two contexts
#
# Now real [logits](term:logit), all of the vocabulary's, from the small Portuguese model that comes with the course. Of the
# {{ len(PROMPTS) }} prompts stored with it, these are the extremes: after “{{ sure.prompt }}” the [entropy](term:entropy) is the smallest, {{ entropy(p_sure) | 2 }} bits; after
# “{{ open_.prompt }}” it is the largest, {{ entropy(p_open) | 2 }} bits.
#
# Each curve adds up the probabilities from the most likely token down. Top-k is the vertical line, and the height at which it crosses a curve is the mass kept.
# What is missing from there to 100% is what the cut takes away.
#
# Before you move k, place a bet: with k = 10, how much mass stays in each context? Move it and check. Then look for a k that loses less than 10% of the mass in both, and say what that k lets through in the sure context.

# %%
charts.cumulative(
    "contexts", t(pt="Uma linha vertical, duas massas", en="One vertical line, two masses"), [sure, open_], [charts.k_control(40)],
    said=t(pt=f"k = {{k|0}}. Depois de «{sure.prompt}», o corte mantém {{mass_0|%1}} da massa; depois de «{open_.prompt}», {{mass_1|%1}}. "
              "O sorteio equivale a escolher entre {effective_0|1} e {effective_1|1} opções igualmente prováveis.",
           en=f"k = {{k|0}}. After “{sure.prompt}” the cut keeps {{mass_0|%1}} of the mass; after “{open_.prompt}”, {{mass_1|%1}}. "
              "Drawing is like choosing among {effective_0|1} and {effective_1|1} equally likely options."),
    caption=t(pt="Traço grosso: tokens mantidos. Os logits foram guardados com três casas; tokens que empatam nelas têm o mesmo destino.",
              en="Thick line: tokens kept. The logits were stored to three decimals; tokens that tie at that precision share one fate."))

# %% [markdown] lang="pt" anchor="formula"
# ## A fórmula
#
# Sejam $u_1, \dots, u_V$ os [logits](term:logit), $p = \operatorname{softmax}(u)$ e $u_{(k)}$ o k-ésimo maior logit, contadas as repetições. O
# [conjunto mantido](term:kept-set) é
#
# $$
# S_k = \{\, i : u_i \ge u_{(k)} \,\}
# $$
#
# e a distribuição depois do corte é $p$ dividida pela massa que ficou, $P(S) = \sum_{i \in S} p_i$:
#
# $$
# p_S(i) = \begin{cases} p_i / P(S) & \text{se } i \in S \\ 0 & \text{se } i \notin S \end{cases}
# $$
#
# Essa divisão é a [renormalização](term:renormalisation). O código não precisa dela: põe −∞ no logit de quem é cortado, e o softmax seguinte faz o
# resto, porque $e^{-\infty} = 0$. Fan, Lewis e Dauphin (2018) usaram top-k com k = 10 para escrever histórias; os textos que acompanharam o GPT-2
# (Radford et al., 2019) foram escritos com k = 40.

# %% [markdown] lang="en" anchor="formula"
# ## The formula
#
# Let $u_1, \dots, u_V$ be the [logits](term:logit), $p = \operatorname{softmax}(u)$ and $u_{(k)}$ the k-th largest logit, repetitions counted. The
# [kept set](term:kept-set) is
#
# $$
# S_k = \{\, i : u_i \ge u_{(k)} \,\}
# $$
#
# and the distribution after the cut is $p$ divided by the mass that is left, $P(S) = \sum_{i \in S} p_i$:
#
# $$
# p_S(i) = \begin{cases} p_i / P(S) & \text{if } i \in S \\ 0 & \text{if } i \notin S \end{cases}
# $$
#
# That division is [renormalisation](term:renormalisation). Code does not need it: it puts −∞ in the logit of those that are cut, and the next softmax does
# the rest, because $e^{-\infty} = 0$. Fan, Lewis and Dauphin (2018) used top-k with k = 10 to write stories; the texts published with GPT-2
# (Radford et al., 2019) were written with k = 40.

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, até a última casa
#
# Dez palavras têm as probabilidades {{ vector(ten, trim=True) }}, e top-k usa k = 3 ou k = 2. Some a lista antes de começar: ela dá {{ math.fsum(ten) | 2 }}, e não 1. Não é uma distribuição, mas o quociente
# dá certo assim mesmo. Por quê?

# %% [markdown] lang="en" anchor="mao"
# ## By hand, to the last digit
#
# Ten words have the probabilities {{ vector(ten, trim=True) }}, and top-k uses k = 3 or k = 2. Add up the list before you start: it gives {{ math.fsum(ten) | 2 }}, not 1. It is not a distribution, yet the quotient
# is right all the same. Why?

# %%
two = softmax(top_k([math.log(x) for x in ten], 2))[:2].tolist()
renormalise_by_hand("hand-k", t(pt="Top-k sobre as dez palavras", en="Top-k over the ten words"), ten, 3, 2)

# %% [markdown] lang="pt" anchor="fator"
# Um fator comum se cancela na divisão: se cada número da lista fosse dividido por {{ math.fsum(ten) | 2 }}, para que a soma desse 1, o de cima e o de baixo de cada fração mudariam juntos. E troque de aba: k = 2 dá {{ two | 2 }},
# que é o que encontra quem conta um token a menos. Um caso assim está nas [erratas](lesson:errata#numeros).

# %% [markdown] lang="en" anchor="fator"
# A common factor cancels in the division: if each number of the list were divided by {{ math.fsum(ten) | 2 }}, to make the sum 1, the top and the bottom of every fraction would change together. And change the tab: k = 2 gives {{ two | 2 }},
# which is what one finds by counting one token too few. Such a case is among the [errata](lesson:errata#numeros).

# %% [markdown] lang="pt" anchor="preco"
# ## Quanto custa um corte
#
# O corte troca a distribuição do modelo por outra. Duas réguas medem essa troca. A [variação total](term:total-variation) você já conhece. A [divergência KL](term:kl-divergence) de $q$ a $p$ (Kullback e Leibler, 1951) é o
# quanto os sorteios de $q$ surpreendem a mais quem esperava $p$, em média:
#
# $$
# \mathrm{KL}(q \,\|\, p) = \sum_{i \,:\, q_i > 0} q_i \ln \frac{q_i}{p_i},
# $$
#
# aqui em nats. Ela é infinita se $q$ permite algo que $p$ proíbe, nunca é negativa, só é zero quando $q = p$, e não é simétrica. Depois de dividir pela soma, as duas réguas só dependem de $P(S)$, seja qual for o corte.
#
# > **Proposição 4.1 (o preço do corte).** Sejam $p$ uma distribuição sobre $V$ tokens e $S$ um conjunto com $P(S) > 0$. Então
# >
# > $$
# > \begin{aligned}
# > \mathrm{TV}(p_S, p) &= 1 - P(S) \\[0.4em]
# > \mathrm{KL}(p_S \,\|\, p) &= -\ln P(S)
# > \end{aligned}
# > $$
# >
# > e, se $P(S) < 1$, $\mathrm{KL}(p \,\|\, p_S) = \infty$. Além disso, só $p_S$ alcança o menor valor de $\mathrm{KL}(q \,\|\, p)$ entre as distribuições
# > $q$ que são zero fora de $S$.

# %% [markdown] lang="en" anchor="preco"
# ## What a cut costs
#
# The cut swaps the model's distribution for another. Two rulers measure the swap. [Total variation](term:total-variation) you know already. The [KL divergence](term:kl-divergence) from $q$ to $p$ (Kullback and Leibler, 1951) is how
# much more the draws of $q$ surprise someone who expected $p$, on average:
#
# $$
# \mathrm{KL}(q \,\|\, p) = \sum_{i \,:\, q_i > 0} q_i \ln \frac{q_i}{p_i},
# $$
#
# here in nats. It is infinite if $q$ allows what $p$ forbids, never negative, zero only when $q = p$, and not symmetric. After dividing by the sum, both rulers depend on $P(S)$ alone, whatever the cut.
#
# > **Proposition 4.1 (the price of a cut).** Let $p$ be a distribution over $V$ tokens and $S$ a set with $P(S) > 0$. Then
# >
# > $$
# > \begin{aligned}
# > \mathrm{TV}(p_S, p) &= 1 - P(S) \\[0.4em]
# > \mathrm{KL}(p_S \,\|\, p) &= -\ln P(S)
# > \end{aligned}
# > $$
# >
# > and, if $P(S) < 1$, $\mathrm{KL}(p \,\|\, p_S) = \infty$. Moreover, only $p_S$ attains the smallest value of $\mathrm{KL}(q \,\|\, p)$ among the
# > distributions $q$ that are zero outside $S$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Em $S$ cada probabilidade cresce, de $p_i$ para $p_i/P(S)$; os aumentos somam $1 - P(S)$. Fora de $S$ cada uma cai de $p_i$ para 0; as
# quedas somam $1 - P(S)$. A variação total é metade da soma dos dois. Na divergência, todo $i \in S$ com $p_i > 0$ contribui com o mesmo logaritmo,
# $\ln \frac{p_i/P(S)}{p_i} = -\ln P(S)$, e a média de um número constante é ele mesmo. Se há massa fora de $S$, algum token tem $p_i > 0$ e
# $p_S(i) = 0$, e aí a divergência no outro sentido é infinita. Por fim, para $q$ zero fora de $S$ e também onde $p$ é zero (se não, a divergência
# é infinita),
#
# $$
# \begin{aligned}
# \mathrm{KL}(q \,\|\, p) &= \sum_{i \in S} q_i \ln \frac{q_i}{p_S(i)\, P(S)} \\[0.4em]
# &= \mathrm{KL}(q \,\|\, p_S) - \ln P(S),
# \end{aligned}
# $$
#
# e a primeira parcela só é zero quando $q = p_S$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* In $S$ each probability grows, from $p_i$ to $p_i/P(S)$; the gains add up to $1 - P(S)$. Outside $S$ each falls from $p_i$ to 0; the
# losses add up to $1 - P(S)$. The total variation is half the sum of the two. In the divergence, every $i \in S$ with $p_i > 0$ contributes the same logarithm,
# $\ln \frac{p_i/P(S)}{p_i} = -\ln P(S)$, and the mean of a constant is that constant. If there is mass outside $S$, some token has $p_i > 0$ and
# $p_S(i) = 0$, and then the divergence the other way round is infinite. Finally, for $q$ zero outside $S$ and also where $p$ is zero (otherwise the
# divergence is infinite),
#
# $$
# \begin{aligned}
# \mathrm{KL}(q \,\|\, p) &= \sum_{i \in S} q_i \ln \frac{q_i}{p_S(i)\, P(S)} \\[0.4em]
# &= \mathrm{KL}(q \,\|\, p_S) - \ln P(S),
# \end{aligned}
# $$
#
# and the first term is zero only when $q = p_S$. $\blacksquare$

# %% [markdown] lang="pt"
# Duas consequências. Dividir pela soma não é um detalhe de programação: é a maneira mais barata de obedecer ao corte. E, se você pode guardar
# só k tokens, guardar os k mais prováveis é o que perde menos massa: nisso top-k é ótimo.

# %% [markdown] lang="en"
# Two consequences. Dividing by the sum is no detail of programming: it is the cheapest way to obey the cut. And if you may keep only k tokens,
# keeping the k most likely loses the least mass: in that, top-k is optimal.

# %% [markdown] lang="pt" fold="case"
# ### À mão: o preço do corte da aposta

# %% [markdown] lang="en" fold="case"
# ### By hand: the price of the bet's cut

# %% fold="case"
cut_cost_by_hand("hand-cost", t(pt="O preço do corte da aposta, pelas definições", en="The price of the bet's cut, from the definitions"), five, 2, 3)

# %% fold="case"
kept = [True, True, False, False, False]
cut_five, shared = [share, 1 - share, 0, 0, 0], [even, 1 - even, 0, 0, 0]
Table(
    [t(pt="depois do corte, k = 2", en="after the cut, k = 2"), t(pt="1º token", en="1st token"), t(pt="2º token", en="2nd token"),
     "TV", t(pt="KL (nats)", en="KL (nats)")],
    [[name, *(percent(x) for x in q[:2]), number(total_variation(q, five)), number(kl_divergence(q, five, "nats"))]
     for name, q in ((t(pt="dividir pela soma", en="divide by the sum"), cut_five),
                     (t(pt="repartir a massa por igual", en="share the mass equally"), shared),
                     (t(pt="igualar os dois", en="make the two equal"), [0.5, 0.5, 0, 0, 0]))],
    t(pt="As outras respostas da aposta custam mais em KL, como a Proposição 4.1 diz. A variação total é a mesma nas três porque em nenhuma delas um token mantido perde massa: só aí ela é a massa cortada.",
      en="The bet's other answers cost more in KL, as Proposition 4.1 says. The total variation is the same in all three because in none of them a token that stays loses mass: only then is it the mass cut."))

# %% [markdown] lang="pt" anchor="todos"
# ## Nenhum k serve a todos
#
# De volta aos logits de verdade, agora com todos os {{ len(PROMPTS) | 0 }} prompts.

# %% [markdown] lang="en" anchor="todos"
# ## No k suits all
#
# Back to the real logits, now with all {{ len(PROMPTS) | 0 }} prompts.

# %%
def needed(one, p):
    """How many tokens it takes to reach mass p."""
    return int((top_p(one.logits, p) > -math.inf).sum())


def mass_of(one, k):
    return kept_mass(softmax(one.logits), top_k(one.logits, k) > -math.inf).item()


Table(
    [t(pt="prompt", en="prompt"), t(pt="entropia (bits)", en="entropy (bits)"), t(pt="massa mantida com k = 40", en="mass kept with k = 40"),
     t(pt="tokens para 90% da massa", en="tokens for 90% of the mass")],
    [[one.prompt, number(entropy(softmax(one.logits)), 2), percent(mass_of(one, 40)), number(needed(one, 0.9))] for one in by_certainty],
    t(pt="Todos os prompts, do contexto mais seguro ao mais aberto.", en="All the prompts, from the surest context to the most open."))

# %% [markdown] lang="pt" anchor="demais"
# Leia a tabela nos dois sentidos. Com k = 40, o corte perde {{ 1 - mass_of(sure, 40) | %1 }} da massa no contexto mais seguro e
# {{ 1 - mass_of(open_, 40) | %1 }} no mais aberto: tokens que o modelo considerava, proibidos em bloco. No outro sentido, os tokens que somam 90% da massa são
# {{ needed(sure, 0.9) }} em um e {{ needed(open_, 0.9) }} no outro. Nenhum k fixo serve aos dois: ou sobram tokens aqui, ou falta massa ali.
#
# O excesso também tem preço. No contexto seguro, o 40º token tem probabilidade {{ p_sure[39] | %3 }}, e k = 40 o deixa no sorteio. Holtzman et al. (2020)
# usam os dois lados desse argumento, a distribuição plana e a de pico, para propor um corte que se adapta: [top-p](lesson:top-p).
#
# Receitas que circulam recomendam k de 20 a 100. A tabela mede essa faixa nos dois extremos.

# %% [markdown] lang="en" anchor="demais"
# Read the table both ways. With k = 40, the cut loses {{ 1 - mass_of(sure, 40) | %1 }} of the mass in the surest context and
# {{ 1 - mass_of(open_, 40) | %1 }} in the most open: tokens that the model was considering, forbidden in one go. The other way, the number of tokens that make up
# 90% of the mass is {{ needed(sure, 0.9) }} in the one and {{ needed(open_, 0.9) }} in the other. No fixed k suits both: too many tokens here, or too little mass there.
#
# Excess has its price too. In the sure context, the 40th token has probability {{ p_sure[39] | %3 }}, and k = 40 leaves it in the draw. Holtzman et al. (2020)
# use both sides of this argument, the flat distribution and the peaked one, to propose a cut that adapts: [top-p](lesson:top-p).
#
# Recipes in circulation recommend k from 20 to 100. The table measures that range at the two extremes.

# %%
assert 1 - mass_of(open_, 100) > 0.2 and mass_of(sure, 100) - mass_of(sure, 20) < 0.01
Table(
    ["k", t(pt="massa mantida, seguro", en="mass kept, sure"), t(pt="opções, seguro", en="choices, sure"), t(pt="massa mantida, aberto", en="mass kept, open"), t(pt="opções, aberto", en="choices, open")],
    [[number(k), *(cell for one in (sure, open_) for cell in (percent(mass_of(one, k)), number(effective_choices(softmax(top_k(one.logits, k))), 2)))] for k in (20, 50, 100)],
    t(pt=f"Opções: o número efetivo depois do corte. No contexto seguro a faixa inteira dá quase no mesmo; no aberto, k = 100 ainda perde {percent(1 - mass_of(open_, 100), 0)} da massa.",
      en=f"Choices: the effective number after the cut. In the sure context the whole range comes to almost the same; in the open one k = 100 still loses {percent(1 - mass_of(open_, 100), 0)} of the mass."))

# %% [markdown] lang="pt" anchor="token-por-token"
# Agora token por token. Antes de mexer, preveja: se você subir τ com k parado, a linha do corte anda? E a massa que fica de fora? Confira nos dois contextos e explique com a palavra «fila».

# %% [markdown] lang="en" anchor="token-por-token"
# Now token by token. Before you touch anything, predict: if you raise τ with k held still, does the line of the cut move? And the mass left out? Check in both contexts and explain it with the word “queue”.

# %%
charts.vocabulary(
    "tokens", t(pt="Os mesmos contextos, token por token", en="The same contexts, token by token"), [sure, open_],
    [Range("top_k", say("control.top_k"), say("control.top_k.help"), 5, maximum=60), charts.temperature_control(1.0)],
    said=t(pt="Tokens mantidos: {n_kept|0}. Os cortados tinham {mass_cut|%1} da massa do modelo; o mais provável fica agora com {p_max|%1}.",
           en="Tokens kept: {n_kept|0}. The cut ones held {mass_cut|%1} of the model's mass; the most likely one is now left with {p_max|%1}."),
    caption=t(pt="␣ é um espaço antes da palavra, ↵ uma quebra de linha.", en="␣ is a space before the word, ↵ a line break."))

# %% [markdown] lang="pt" anchor="ordem"
# Top-k só olha para a fila, e dividir logits por τ > 0 não muda a fila nem os empates. Por isso o conjunto mantido é o mesmo com qualquer
# [temperatura](lesson:temperature) positiva e finita, antes ou depois do corte. A massa perdida, essa muda. Pelo Teorema 3.2, a massa dos
# k primeiros varia com τ à taxa $\sum_{i \le k} p_i\,(E_\tau[u] - u_i)/\tau^2$, que nunca é positiva, porque a média dos logits do começo da fila não fica abaixo da média
# geral. Subir τ nunca diminui o que o mesmo k perde.
#
# Top-k também é idempotente (cortar duas vezes com o mesmo k não corta mais nada) e encaixado (um k menor nunca mantém quem um k maior
# cortou). Não depender de τ, poder se repetir sem efeito, encaixar: guarde as três propriedades. Na lição de [top-p](lesson:top-p), só uma delas sobrevive.

# %% [markdown] lang="en" anchor="ordem"
# Top-k looks only at the queue, and dividing logits by τ > 0 changes neither the queue nor its ties. So the kept set is the same at every positive,
# finite [temperature](lesson:temperature), before or after the cut. The mass lost does change. By Theorem 3.2, the mass of the
# first k varies with τ at the rate $\sum_{i \le k} p_i\,(E_\tau[u] - u_i)/\tau^2$, which is never positive, because the mean of the logits at the front of the queue is not below the
# overall mean. Raising τ never lowers what the same k loses.
#
# Top-k is idempotent as well (cutting twice with the same k cuts nothing more) and nested (a smaller k never keeps what a larger one
# cut). Not depending on τ, repeating without effect, nesting: keep the three properties in mind. In the lesson on [top-p](lesson:top-p), only one of them survives.

# %%
at_forty = softmax(top_k(sure.logits, 40))
Callout("misconception", t(pt="«Com k = 40, o modelo escolhe entre 40 palavras»", en="“With k = 40, the model chooses among 40 words”"),
        t(pt=f"k conta quem pode ser sorteado, não quanta chance cada um tem. No contexto mais seguro, k = 40 mantém {number((at_forty > 0).sum().item())} tokens, "
             f"mas o [número efetivo de opções](term:effective-choices) depois do corte é {number(effective_choices(at_forty), 2)}, e o mais "
             f"provável é sorteado em {percent(at_forty[0])} das vezes. Os dois números só seriam iguais se os mantidos fossem igualmente prováveis.",
          en=f"k counts which tokens may be drawn, not what chance each has. In the surest context, k = 40 keeps {number((at_forty > 0).sum().item())} tokens, "
             f"but the [effective number of choices](term:effective-choices) after the cut is {number(effective_choices(at_forty), 2)}, and the most "
             f"likely one is drawn {percent(at_forty[0])} of the time. The two numbers would be equal only if the kept ones were equally likely."))

# %% [markdown] lang="pt" anchor="empates"
# ## Empate na linha
#
# Logits [3; 2; 2; 2] e k = 2. O segundo, o terceiro e o quarto tokens são indistinguíveis para o modelo. Quem fica?
#
# A fórmula desta lição compara valores, não posições: fica todo $u_i \ge u_{(k)}$. O resultado tem {{ int((top_k([3, 2, 2, 2], 2) > -math.inf).sum()) }}
# tokens, mais do que k. Cortar exatamente k obrigaria a escolher entre iguais, e a escolha viria da posição no vocabulário ou da sorte de uma ordenação: embaralhe
# os tokens e o resultado muda. A regra daqui é **logits iguais, destino igual**.
#
# Empates não são raros. Com cálculos em bfloat16, que guarda dois ou três algarismos, logits diferentes viram o mesmo número. Um relato no vLLM (2026) encontrou empates entre os
# oito maiores em boa parte dos passos de um modelo pequeno.

# %% [markdown] lang="en" anchor="empates"
# ## A tie on the line
#
# Logits [3, 2, 2, 2] and k = 2. The second, third and fourth tokens are indistinguishable to the model. Who stays?
#
# The formula of this lesson compares values, not positions: every $u_i \ge u_{(k)}$ stays. The result has {{ int((top_k([3, 2, 2, 2], 2) > -math.inf).sum()) }}
# tokens, more than k. Cutting exactly k would mean choosing among equals, and the choice would come from the position in the vocabulary or the luck of a sort: shuffle
# the tokens and the result changes. The rule here is **equal logits, equal fate**.
#
# Ties are not rare. With arithmetic in bfloat16, which keeps two or three digits, different logits become the same number. A report on vLLM (2026) found ties among the
# eight largest in a good part of a small model's steps.

# %% fold="engines"
def setting(engine):
    """An engine's own default for top-k, and the values that switch it off."""
    one = ENGINES[engine]
    if "top_k" not in one.parameters:
        return t(pt="não tem top-k", en="has no top-k")
    off = t(pt=" ou ", en=" or ").join(str(off).replace("-", "−") for off in one.top_k_off.value)
    return t(pt=f"{one.parameters['top_k'].default}; desliga com {off}", en=f"{one.parameters['top_k'].default}; off with {off}")


Table(
    [t(pt="motor", en="engine"), t(pt="k, se você não diz nada", en="k, if you say nothing"), t(pt="quantos ficam de [3; 2; 2; 2] com k = 2", en="how many stay of [3, 2, 2, 2] with k = 2")],
    [["transformers 5.23", setting("transformers"), "4"],
     ["vLLM v1", setting("vllm"), t(pt="4 no caminho PyTorch; 2 no Triton, usado a partir de 8 pedidos por lote", en="4 on the PyTorch path; 2 on Triton, used from 8 requests per batch on")],
     ["llama.cpp", setting("llama.cpp"), t(pt="2: a ordenação parcial escolhe quais", en="2: a partial sort picks which")],
     ["OpenAI", setting("openai"), "—"],
     ["core", t(pt=f"{SamplingParams().top_k}; desliga com 0", en=f"{SamplingParams().top_k}; off with 0"), number(int((top_k([3, 2, 2, 2], 2) > -math.inf).sum()))]],
    t(pt="Lido no código: TopKLogitsWarper e configuração de transformers 5.23.0; parâmetros e pull request 50979 do vLLM; common.h e llama-sampler.cpp @00efb3e do llama.cpp; openai-python.",
      en="Read in the code: TopKLogitsWarper and configuration of transformers 5.23.0; vLLM's parameters and pull request 50979; llama.cpp's common.h and llama-sampler.cpp @00efb3e; openai-python."))

# %%
Callout("engines", t(pt="Um corte que você não pediu", en="A cut you did not ask for"), t(
    pt=f"Quem chama `generate(do_sample=True)` em transformers sem dizer mais nada recebe top-k = {ENGINES['transformers'].parameters['top_k'].default}; "
       f"no llama.cpp, top-k = {ENGINES['llama.cpp'].parameters['top_k'].default}. No contexto mais aberto daqui, o primeiro descarta "
       f"{percent(1 - mass_of(open_, ENGINES['transformers'].parameters['top_k'].default))} da massa. E k = 1 não é o mesmo que "
       f"[decodificação gulosa](term:greedy): em caso de empate no máximo, transformers e o caminho PyTorch do vLLM ainda sorteiam entre os empatados (vLLM, pull request 41598).",
    en=f"Calling `generate(do_sample=True)` in transformers and saying nothing more gives you top-k = {ENGINES['transformers'].parameters['top_k'].default}; "
       f"in llama.cpp, top-k = {ENGINES['llama.cpp'].parameters['top_k'].default}. In the most open context here, the first discards "
       f"{percent(1 - mass_of(open_, ENGINES['transformers'].parameters['top_k'].default))} of the mass. And k = 1 is not the same as "
       f"[greedy decoding](term:greedy): when the maximum is tied, transformers and the PyTorch path of vLLM still draw among the tied ones (vLLM, pull request 41598)."))

# %%
Callout("instructor", t(pt="Uma aula de 13 minutos", en="A 13-minute class"), t(
    pt="Peça a aposta e conte as mãos por opção (1 min). Projete a linha vertical, mova k e troque de contexto sem mexer em k (2 min). Faça no quadro o "
       "exemplo das dez palavras e pergunte por que a soma 0,99 não atrapalha (2 min). Demonstre a variação total; a KL fica como exercício de uma linha (3 min). "
       "Projete as duas curvas e peça um k que sirva às duas (3 min). Feche com o empate: peça um critério de desempate justo (2 min). Enganos frequentes: "
       "repartir a massa perdida por igual, achar que k palavras são igualmente possíveis, pôr 0 em vez de −∞ no logit cortado.",
    en="Ask for the bet and count hands per option (1 min). Project the vertical line, move k, then change the context without touching k (2 min). Work the example of the ten words "
       "on the board and ask why the sum of 0.99 does no harm (2 min). Prove the total variation; the KL is a one-line exercise (3 min). "
       "Project the two curves and ask for a k that suits both (3 min). Close with the tie: ask for a fair way to break it (2 min). Common mistakes: "
       "sharing the lost mass equally, taking k words to be equally possible, putting 0 instead of −∞ in a cut logit."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
four = [0.5, 0.25, 0.15, 0.1]


def first(k):
    return softmax(top_k([math.log(p) for p in four], k))[0].item()


Exercise(
    id="renormalise", kind="numeric",
    question=t(pt=f"As probabilidades são {vector(four, trim=True)}. Com k = 2, com que probabilidade o primeiro token é sorteado?",
               en=f"The probabilities are {vector(four, trim=True)}. With k = 2, with what probability is the first token drawn?"),
    answer=first(2), tolerance=0.006,
    mistakes=[
        Mistake(first(4), t(pt="Essa é a probabilidade antes do corte. As que ficaram ainda não somam 1.",
                            en="That is the probability before the cut. Those left do not add up to 1 yet.")),
        Mistake(kept_mass(four, [True, True, False, False]).item(), t(pt="Essa é a massa mantida, P(S): o divisor, não a resposta.",
                                                                      en="That is the mass kept, P(S): the divisor, not the answer.")),
        Mistake(four[0] + cut_cost(four, [True, True, False, False])[0].item() / 2,
                t(pt="Você repartiu a massa perdida por igual. Ela se reparte na proporção do que cada um já tinha.",
                  en="You shared the lost mass equally. It is shared in proportion to what each one had.")),
        Mistake(first(3), t(pt="Esse é o valor com k = 3: você dividiu pela soma de três.", en="That is the value with k = 3: you divided by the sum of three.")),
    ],
    right=t(pt=f"0,5 ÷ 0,75 = {number(first(2))}.", en=f"0.5 ÷ 0.75 = {number(first(2))}."),
    wrong=t(pt="Some as duas que ficam e divida a primeira por essa soma.", en="Add up the two that stay and divide the first by that sum."),
    unreadable=say("exercise.unreadable"))

# %%
stay = int((top_k(tied, 3) > -math.inf).sum())
Exercise(
    id="tie", kind="predict",
    question=t(pt=f"Os logits são {vector(tied, trim=True)} e k = 3. Pela regra desta lição, quantos tokens ficam?",
               en=f"The logits are {vector(tied, trim=True)} and k = 3. By the rule of this lesson, how many tokens stay?"),
    options=[
        Option("3", t(pt="É o que dá cortar por posição. Mas o 3º, o 4º e o 5º têm o mesmo logit, e nada os distingue.",
                      en="That is what cutting by position gives. But the 3rd, 4th and 5th have the same logit, and nothing tells them apart.")),
        Option("2", t(pt="Descartar os três empatados deixaria menos que k. O k-ésimo maior logit é 1, e quem tem 1 alcança a linha.",
                      en="Discarding all three tied ones would leave fewer than k. The k-th largest logit is 1, and those with 1 reach the line.")),
        Option("5", t(pt="O terceiro maior logit é 1. Cinco tokens têm logit pelo menos 1.",
                      en="The third largest logit is 1. Five tokens have a logit of at least 1."), correct=True),
        Option("6", t(pt="O último tem logit 0, abaixo da linha.", en="The last one has logit 0, below the line.")),
    ],
    reveal=t(pt=f"Calculado por core: ficam {stay}, com probabilidades {vector(softmax(top_k(tied, 3)).tolist(), 3)}.",
             en=f"Computed by core: {stay} stay, with probabilities {vector(softmax(top_k(tied, 3)).tolist(), 3)}."))

# %%
BUGGY = """from math import exp

def top_k(u, k):
    threshold = sorted(u, reverse=True)[k - 1]
    cut = [x if x >= threshold else 0.0 for x in u]
    top = max(cut)
    e = [exp(x - top) for x in cut]
    total = sum(e)
    return [x / total for x in e]"""
namespace = {}
exec(BUGGY, namespace)
logits = [3, 1, 0, -1]
wrong, right = namespace["top_k"](logits, 2), softmax(top_k(logits, 2)).tolist()
assert wrong[3] > softmax(logits)[3] and right[3] == 0

Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com u = {vector(logits, trim=True)} e k = 2, esta função devolve {vector(wrong)}. O último token devia estar cortado, e ficou mais provável do "
                  "que antes. Qual linha está errada?",
               en=f"With u = {vector(logits, trim=True)} and k = 2, this function returns {vector(wrong)}. The last token should have been cut, and it became more "
                  "likely than before. Which line is wrong?"),
    options=[
        Option("4: `threshold = sorted(u, reverse=True)[k - 1]`",
               t(pt="Está certa: em ordem decrescente, o índice k − 1 é o k-ésimo maior.", en="It is right: in decreasing order, index k − 1 is the k-th largest.")),
        Option("5: `cut = [x if x >= threshold else 0.0 for x in u]`",
               t(pt=f"Zero é um logit como outro qualquer, e e⁰ = 1. Um token proibido tem logit −∞: com `-inf` no lugar de `0.0`, o resultado é {vector(right)}.",
                 en=f"Zero is a logit like any other, and e⁰ = 1. A forbidden token has logit −∞: with `-inf` in place of `0.0` the result is {vector(right)}."),
               correct=True),
        Option("7: `e = [exp(x - top) for x in cut]`",
               t(pt="Subtrair o máximo não muda nenhuma probabilidade; está certa.", en="Subtracting the maximum changes no probability; it is right.")),
        Option("9: `return [x / total for x in e]`",
               t(pt="A renormalização está certa: divide pela soma do que chegou. O que chegou é que está errado.",
                 en="The renormalisation is right: it divides by the sum of what arrived. What arrived is what is wrong.")),
    ])

# %%
before, after = (probabilities(logits, SamplingParams(temperature=tau, top_k=2)).tolist() for tau in (0.5, 2))
assert [p > 0 for p in before] == [p > 0 for p in after]
lost = [1 - kept_mass(softmax(logits, tau), [True, True, False, False]).item() for tau in (0.5, 2)]
assert lost[0] < lost[1]

Exercise(
    id="temperature", kind="choice",
    question=t(pt="Com k = 2 ligado, você sobe τ de 0,5 para 2. O que muda?", en="With k = 2 on, you raise τ from 0.5 to 2. What changes?"),
    options=[
        Option(t(pt="quantos tokens entram no sorteio: mais", en="how many tokens enter the draw: more"),
               t(pt="Isso acontece com top-p, que olha para massas. A fila não muda com τ, e k é uma posição na fila.",
                 en="That happens with top-p, which looks at masses. The queue does not change with τ, and k is a place in the queue.")),
        Option(t(pt="a razão entre os que ficam e a massa perdida", en="the ratio of those that stay and the mass lost"),
               t(pt=f"Os tokens são os mesmos. Sobre u = {vector(logits, trim=True)}, o sorteio passa de {vector(before, 3)} para {vector(after, 3)}, e a massa perdida de {percent(lost[0])} para {percent(lost[1])}.",
                 en=f"The tokens are the same. For u = {vector(logits, trim=True)}, the draw goes from {vector(before, 3)} to {vector(after, 3)}, and the mass lost from {percent(lost[0])} to {percent(lost[1])}."),
               correct=True),
        Option(t(pt="nada: a renormalização desfaz o efeito de τ", en="nothing: renormalising undoes the effect of τ"),
               t(pt="A renormalização multiplica todos pelo mesmo número. A razão entre dois tokens, que τ muda, ela não toca.",
                 en="Renormalising multiplies all by the same number. The ratio of two tokens, which τ changes, it does not touch.")),
        Option(t(pt="quantos tokens entram no sorteio: menos", en="how many tokens enter the draw: fewer"),
               t(pt="k tokens ficam em qualquer caso, salvo empates. O achatamento muda só quanto cada um pesa.",
                 en="k tokens stay in any case, ties aside. Flattening changes only what each one weighs.")),
    ])

# %%
step = kept_mass([0.98, 0.02], [True, False]).item()
Exercise(
    id="text", kind="numeric",
    question=t(pt="Em cada passo de um texto, top-k descarta 2% da massa. Sem corte nenhum, com que probabilidade um texto de 100 tokens passaria inteiro por dentro dos "
                  "conjuntos mantidos? (Duas casas bastam.)",
               en="At every step of a text, top-k discards 2% of the mass. With no cut at all, with what probability would a text of 100 tokens stay inside the kept sets "
                  "from start to end? (Two decimals will do.)"),
    answer=step**100, tolerance=0.006,
    mistakes=[
        Mistake(step, t(pt="Isso é um passo só. São 100, e todos precisam ficar dentro.", en="That is a single step. There are 100, and all must stay inside.")),
        Mistake(1 - step**100, t(pt="Essa é a probabilidade do contrário: deixar o conjunto mantido ao menos uma vez.",
                                 en="That is the probability of the opposite: leaving the kept set at least once.")),
        Mistake(0.0, t(pt="Somar 2% cem vezes daria 200%, mais que tudo. Chances de passos seguidos se multiplicam: 0,98 por 0,98, cem vezes.",
                       en="Adding 2% a hundred times would give 200%, more than everything. The chances of successive steps multiply: 0.98 by 0.98, a hundred times.")),
    ],
    right=t(pt=f"0,98 elevado a 100 dá {number(step**100)}. Um corte de 2% por passo muda a maioria dos textos dessa extensão.",
            en=f"0.98 to the power 100 is {number(step**100)}. A cut of 2% per step changes most texts of that length."),
    wrong=t(pt="Cada passo fica dentro com probabilidade 0,98, e os cem precisam ficar.", en="Each step stays inside with probability 0.98, and all hundred must."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="cost", kind="choice",
    question=t(pt=r"Um corte mantém metade da massa. Quanto valem $\mathrm{TV}(p_S, p)$ e $\mathrm{KL}(p_S \,\|\, p)$, esta em bits?",
               en=r"A cut keeps half of the mass. What are $\mathrm{TV}(p_S, p)$ and $\mathrm{KL}(p_S \,\|\, p)$, the latter in bits?"),
    options=[
        Option(t(pt="0,5 e 1 bit", en="0.5 and 1 bit"),
               t(pt=f"1 − 1/2 e −log₂ 1/2. Calculado: {vector([x.item() for x in cut_cost([0.5, 0.3, 0.2], [True, False, False])], trim=True)}.",
                 en=f"1 − 1/2 and −log₂ 1/2. Computed: {vector([x.item() for x in cut_cost([0.5, 0.3, 0.2], [True, False, False])], trim=True)}."),
               correct=True),
        Option(t(pt="0,25 e 1 bit", en="0.25 and 1 bit"),
               t(pt="Você dividiu por 2 uma vez a mais. A metade da definição já foi usada: os aumentos somam 0,5 e as quedas também.",
                 en="You halved once too often. The half in the definition is already spent: the gains add up to 0.5 and so do the losses.")),
        Option(t(pt="0,5 e infinito", en="0.5 and infinity"),
               t(pt=r"Infinita é a divergência no outro sentido, $\mathrm{KL}(p \,\|\, p_S)$: $p$ permite o que $p_S$ proíbe.",
                 en=r"Infinite is the divergence the other way round, $\mathrm{KL}(p \,\|\, p_S)$: $p$ allows what $p_S$ forbids.")),
        Option(t(pt="depende de quais tokens ficaram", en="it depends on which tokens stayed"),
               t(pt="As duas só dependem de $P(S)$: é o que a Proposição 4.1 diz.", en="Both depend on $P(S)$ alone: that is what Proposition 4.1 says.")),
    ])

# %%
cold, hot = (kept_mass(softmax([3, 1, 0, -1], tau), [True, True, False, False]).item() for tau in (0.5, 2))
assert cold > hot
Exercise(
    id="earlier", kind="predict",
    question=t(pt="Da lição de temperatura: com os logits [3; 1; 0; −1], qual τ faz top-k com k = 2 perder menos massa?",
               en="From the lesson on temperature: with the logits [3, 1, 0, −1], which τ makes top-k with k = 2 lose the least mass?"),
    options=[
        Option(number(0.5, 1),
               t(pt="O frio leva a massa para os maiores logits, que são os que ficam.", en="Cold takes the mass to the largest logits, which are the ones that stay."), correct=True),
        Option("1", t(pt="É a distribuição do modelo; mais frio ainda perde menos.", en="That is the model's distribution; colder still loses less.")),
        Option("2", t(pt="O calor espalha a massa, e mais dela fica fora dos dois primeiros.", en="Heat spreads the mass out, and more of it is outside the first two.")),
        Option(t(pt="tanto faz", en="it makes no difference"),
               t(pt="Os tokens mantidos são os mesmos com qualquer τ; a massa deles, não.", en="The tokens kept are the same at any τ; their mass is not.")),
    ],
    reveal=t(pt=f"Calculado: ficam {percent(cold)} da massa com τ = 0,5 e {percent(hot)} com τ = 2.", en=f"Computed: {percent(cold)} of the mass stays at τ = 0.5 and {percent(hot)} at τ = 2."))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Top-k mantém os k maiores logits, com os empatados na linha, e divide pela soma: as razões entre os que ficam não mudam.
# - O preço de um corte é a massa que ele tira: variação total $1 - P(S)$, divergência KL $-\ln P(S)$.
# - Dividir pela soma é o jeito mais barato de obedecer ao corte.
# - O que top-k mantém é o mesmo com todo τ positivo e finito, repeti-lo não corta mais nada, e um k menor nunca mantém mais.
# - Nenhum k serve a um contexto seguro e a um aberto ao mesmo tempo.
#
# Em vez de fixar quantos tokens ficam, dá para fixar quanta massa fica: é o [top-p](lesson:top-p).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Top-k keeps the k largest logits, with those tied on the line, and divides by the sum: the ratios of those that stay do not change.
# - The price of a cut is the mass that it removes: total variation $1 - P(S)$, KL divergence $-\ln P(S)$.
# - Dividing by the sum is the cheapest way to obey the cut.
# - What top-k keeps is the same at every positive, finite τ, repeating it cuts nothing more, and a smaller k never keeps more.
# - No k suits a sure context and an open one at the same time.
#
# Instead of fixing how many tokens stay, one can fix how much mass stays: that is [top-p](lesson:top-p).
