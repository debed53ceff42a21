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
#     slug: {pt: temperatura, en: temperature}
#     title: {pt: Temperatura, en: Temperature}
#     summary:
#       pt: "Um número divide os logits antes do softmax e muda toda a distribuição. O que ele faz em 0, em 1, no infinito e no caminho, com prova."
#       en: "One number divides the logits before the softmax and changes the whole distribution. What it does at 0, at 1, at infinity and on the way, with proof."
#     prerequisites:
#       pt: "a função exponencial, o logaritmo e o que é uma distribuição de probabilidade; derivadas, só na prova do Teorema 3.2"
#       en: "the exponential, the logarithm and what a probability distribution is; derivatives, only in the proof of Theorem 3.2"
#     sources:
#       - {id: ackley1985, text: "Ackley, Hinton & Sejnowski (1985). A Learning Algorithm for Boltzmann Machines. Cognitive Science 9(1), 147–169", url: "https://doi.org/10.1207/s15516709cog0901_7"}
#       - {id: hinton2015, text: "Hinton, Vinyals & Dean (2015). Distilling the Knowledge in a Neural Network. arXiv:1503.02531", url: "https://arxiv.org/abs/1503.02531"}
#       - {id: zhang2024, text: "Zhang, Bao & Huang (2024). EDT: Improving Large Language Models' Generation by Entropy-based Dynamic Temperature Sampling. arXiv:2403.14541", url: "https://arxiv.org/abs/2403.14541"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Um modelo leu «O céu hoje está» e deu a quatro [tokens](term:token) as notas 3, 1, 0 e −1. Essas notas são os
# [logits](term:logit). Com temperatura 1, o primeiro token é sorteado pouco mais de sete vezes para cada vez que o segundo é.
#
# Agora alguém baixa a temperatura de 1 para a metade. Antes de ler o resto, aposte.

# %% [markdown] lang="en" anchor="aposta"
# A model has read “The sky today is” and given four [tokens](term:token) the scores 3, 1, 0 and −1. Those scores are the
# [logits](term:logit). At temperature 1, the first token is drawn a little over seven times for each time the second is.
#
# Now someone lowers the temperature from 1 to a half. Before you read on, place a bet.

# %%
import math

from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, quoted, say, short, t, vector

vanishes = 150 * math.log(2)  # half the smallest float32 is 2⁻¹⁵⁰, and rounds to 0
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Com τ = 1, a razão entre o primeiro e o segundo é cerca de 7,4 para 1. Com τ = 0,5, ela passa a ser:",
               en="At τ = 1, the ratio of the first to the second is about 7.4 to 1. At τ = 0.5 it becomes:"),
    options=[
        Option(t(pt="a mesma: a ordem dos tokens não muda", en="the same: the order of the tokens does not change"),
               t(pt="A ordem fica, mas a razão não: ordem e proporção são coisas diferentes.",
                 en="The order stays, but the ratio does not: order and proportion are different things.")),
        Option(t(pt="o dobro", en="double"),
               t(pt="Quem dobra é a diferença entre os logits divididos por τ. A razão é a exponencial dessa diferença.",
                 en="What doubles is the difference between the logits over τ. The ratio is the exponential of that "
                    "difference.")),
        Option(t(pt="o quadrado", en="the square"),
               t(pt="A diferença dividida por τ dobra, e dobrar um expoente eleva ao quadrado.",
                 en="The difference over τ doubles, and doubling an exponent squares the value."), correct=True),
        Option(t(pt="infinita: o segundo desaparece", en="infinite: the second one vanishes"),
               t(pt="Isso só acontece no limite τ → 0. No papel, nenhum token desaparece com τ positivo.",
                 en="That happens only in the limit τ → 0. On paper, no token vanishes at a positive τ.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# O contorno tracejado é o que o modelo disse (τ = 1) e não se mexe; a barra cheia é a distribuição da qual o próximo token é
# [sorteado](term:draw). Antes de mover τ, preveja: o segundo token vai perder massa dos dois lados, ou só de um? Mova e confira. Para a
# esquerda, a massa corre para o maior logit; para a direita, as barras se igualam. Nada é cortado no caminho: na aritmética exata, todo token
# continua possível com τ positivo. Em float32, um token mais de {{ vanishes | 0 }}·τ abaixo do máximo vira 0, como a [primeira lição](lesson:logits) mostrou.
#
# Escolha também o vetor com [empate](term:tie), preveja o que acontece em τ = 0 e leve τ até lá.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# The dashed outline is what the model said (τ = 1) and stays put; the solid bar is the distribution from which the next token is
# [drawn](term:draw). Before you move τ, predict: will the second token lose mass on both sides, or on one only? Move it and check. To the
# left, the mass runs to the largest logit; to the right, the bars even out. Nothing is cut on the way: in exact arithmetic every token stays
# possible at a positive τ. In float32 a token more than {{ vanishes | 0 }}·τ below the maximum becomes 0, as the [first lesson](lesson:logits) showed.
#
# Choose the vector with a [tie](term:tie) as well, predict what happens at τ = 0, and take τ there.

# %%
from core import (
    SamplingParams, cold_miss, cold_miss_bound, cold_temperature, effective_choices, entropy, hot_distance,
    hot_distance_bound, hot_entropy_gap_bound, largest_odds, probabilities, softmax, total_variation,
)
from dashboard import charts
from dashboard.recorded.continuations import DRAWN, HEATS, STEPS, heated, heated_text, repeated_share
from dashboard.recorded.snapshots import PROMPTS, snapshot
from dashboard.worked import softmax_by_hand

TOKENS = t(pt="azul claro escuro verde", en="blue clear dark green").split()
u = [3, 1, 0, -1]
v = [2, 1, 0, -1]
w = [4, 2, 1, -1]
tied = [2, 2, 0, -1]
LOGITS = {vector(x, trim=True): x for x in (u, v, w)} | {
    t(pt=f"com empate: {vector(tied, trim=True)}", en=f"with a tie: {vector(tied, trim=True)}"): tied}

charts.distribution(
    "tau", t(pt="A temperatura remodela a distribuição", en="Temperature reshapes the distribution"), TOKENS, LOGITS,
    [charts.temperature_control(0.5)],
    said=t(pt="τ = {tau|short}: o token mais provável leva {p_max|%1} da massa. Sortear aqui equivale a escolher entre "
              "{effective|2} opções igualmente prováveis (entropia de {entropy|2} bits).",
           en="τ = {tau|short}: the most likely token takes {p_max|%1} of the mass. Drawing here is like choosing among "
              "{effective|2} equally likely options (entropy {entropy|2} bits)."))

# %% [markdown] lang="pt" anchor="reais"
# Quatro tokens cabem no papel; um vocabulário de verdade, não. Aqui estão todos os logits que o modelo do projeto deu depois de cada prompt. Antes de subir τ,
# preveja qual barra vai crescer mais. Confira: com τ alto, é a última, a soma de milhares de tokens minúsculos. Depois troque de prompt e ache, em cada um, o τ com que o mais provável
# fica com metade da massa; por que ele é tão diferente?

# %% [markdown] lang="en" anchor="reais"
# Four tokens fit on paper; a real vocabulary does not. Here are all the logits that the project's model gave after each prompt. Before you raise τ,
# predict which bar will grow most. Check: at a high τ it is the last one, the sum of thousands of tiny tokens. Then change the prompt and find, for each, the τ at which the most likely
# one has half of the mass; why does it differ so much?

# %%
charts.vocabulary(
    "real", t(pt="A temperatura sobre logits de verdade", en="Temperature on real logits"), [snapshot(name) for name in ("sky", "rio")],
    [charts.temperature_control(1.0)],
    said=t(pt="τ = {tau|short}: o mais provável leva {p_max|%1}; {effective|0} opções efetivas, {entropy|2} bits.",
           en="τ = {tau|short}: the most likely takes {p_max|%1}; {effective|0} effective choices, {entropy|2} bits."),
    caption=t(pt="A última barra, cinza, é tudo o que não coube nas outras; nenhuma massa fica de fora.",
              en="The last bar, in grey, is all that did not fit in the others; no mass is left out."))

# %% [markdown] lang="pt" anchor="formula"
# ## A fórmula
#
# Sejam $u_1, \dots, u_V$ os logits dos $V$ tokens do [vocabulário](term:vocabulary). A [temperatura](term:temperature) $\tau > 0$
# divide todos eles antes do [softmax](term:softmax):
#
# $$
# P_\tau(i) = \frac{e^{u_i/\tau}}{\sum_{j=1}^{V} e^{u_j/\tau}}
# $$
#
# A razão entre dois tokens quaisquer elimina a soma e mostra o mecanismo inteiro:
#
# $$
# \frac{P_\tau(i)}{P_\tau(j)} = e^{(u_i - u_j)/\tau}
# $$
#
# Só as **diferenças** entre logits importam, e τ é a régua que as mede. Metade da régua, o dobro da diferença. O nome vem da física:
# é a distribuição de Boltzmann, com o logit no lugar da energia trocada de sinal, usada em redes neurais desde Ackley, Hinton e
# Sejnowski (1985). Hinton, Vinyals e Dean (2015) a usam para outro fim: com τ alto, um modelo grande mostra a um pequeno também quais respostas
# erradas achou quase certas. É a [destilação](term:distillation).
#
# Em τ = 0 a fórmula divide por zero. Por isso τ = 0 é **definido** como o limite: a massa se reparte igualmente entre os logits máximos. A
# definição é deste curso. Os motores que aceitam τ = 0 ficam com um máximo só, o que dá no mesmo quando não há empate.

# %% [markdown] lang="en" anchor="formula"
# ## The formula
#
# Let $u_1, \dots, u_V$ be the logits of the $V$ tokens of the [vocabulary](term:vocabulary). The [temperature](term:temperature) $\tau > 0$
# divides all of them before the [softmax](term:softmax):
#
# $$
# P_\tau(i) = \frac{e^{u_i/\tau}}{\sum_{j=1}^{V} e^{u_j/\tau}}
# $$
#
# The ratio of any two tokens removes the sum and shows the whole mechanism:
#
# $$
# \frac{P_\tau(i)}{P_\tau(j)} = e^{(u_i - u_j)/\tau}
# $$
#
# Only **differences** between logits matter, and τ is the ruler that measures them. Half the ruler, twice the difference. The name comes
# from physics: this is the Boltzmann distribution, with the logit in place of the negated energy, in use in neural networks since Ackley,
# Hinton and Sejnowski (1985). Hinton, Vinyals and Dean (2015) use it to another end: at a high τ, a large model also shows a small one which wrong
# answers it found almost right. That is [distillation](term:distillation).
#
# At τ = 0 the formula divides by zero. So τ = 0 is **defined** as the limit: the mass is shared equally among the largest logits. The
# definition is this course's. The engines that accept τ = 0 keep a single maximum, which comes to the same when there is no tie.

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="razao"
# Confira com os números: a diferença entre os dois primeiros logits é 2, então a razão é $e^{2/1} = {{ math.exp(2) | 2 }}$ com τ = 1
# e $e^{2/0{,}5} = {{ math.exp(4) | 2 }}$ com τ = 0,5. O segundo número é o quadrado do primeiro.

# %% [markdown] lang="en" anchor="razao"
# Check it with the numbers: the first two logits differ by 2, so the ratio is $e^{2/1} = {{ math.exp(2) | 2 }}$ at τ = 1
# and $e^{2/0.5} = {{ math.exp(4) | 2 }}$ at τ = 0.5. The second number is the square of the first.

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, até a última casa
#
# Quatro tokens cabem em uma folha de papel. Comece por u = [3; 1; 0; −1] e troque τ nas abas: só a primeira linha usa τ; daí
# em diante, os passos são sempre os mesmos. Nada é arredondado no caminho, só o que se escreve: a última casa da sua soma pode diferir em 1.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, to the last digit
#
# Four tokens fit on a sheet of paper. Start from u = [3, 1, 0, −1] and change τ in the tabs: only the first line uses τ; from there
# on the steps are always the same. Nothing is rounded on the way, only what is written down: the last digit of your sum may differ by 1.

# %%
softmax_by_hand("hand-u", t(pt=f"u = {vector(u, trim=True)}", en=f"u = {vector(u, trim=True)}"), u, [0.5, 1.0, 2.0])

# %% [markdown] lang="pt" anchor="segundo" fold="case"
# ### Mais um exemplo: u = [2; 1; 0; −1]
#
# Com u = [2; 1; 0; −1] os logits são igualmente espaçados, e por isso cada probabilidade é a anterior dividida pela mesma razão,
# $e^{1/\tau}$. É a forma mais rápida de conferir o cálculo.

# %% [markdown] lang="en" anchor="segundo" fold="case"
# ### One more example: u = [2, 1, 0, −1]
#
# With u = [2, 1, 0, −1] the logits are evenly spaced, so each probability is the one before it divided by the same ratio,
# $e^{1/\tau}$. It is the quickest way to check the calculation.

# %% fold="case"
softmax_by_hand("hand-v", f"u = {vector(v, trim=True)}", v, [0.5, 1.0, 2.0])

# %% [markdown] lang="pt" anchor="terceiro" fold="case"
# ### Um exemplo nos extremos: u = [4; 2; 1; −1]
#
# O terceiro exemplo, u = [4; 2; 1; −1], vai aos dois extremos: τ = 0,2 é frio de verdade, e τ = 5 já parece quente. Só parece: a maior probabilidade
# ainda é {{ largest_odds(w, 5) | 2 }} vezes a menor, e a [variação total](term:total-variation) até a uniforme, {{ hot_distance(w, 5) | 3 }}. Com τ = 50 ela cai para {{ hot_distance(w, 50) | 3 }}.

# %% [markdown] lang="en" anchor="terceiro" fold="case"
# ### An example at the extremes: u = [4, 2, 1, −1]
#
# The third example, u = [4, 2, 1, −1], goes to both extremes: τ = 0.2 is really cold, and τ = 5 already looks hot. It only looks so: the largest probability
# is still {{ largest_odds(w, 5) | 2 }} times the smallest, and the [total variation](term:total-variation) to uniform {{ hot_distance(w, 5) | 3 }}. At τ = 50 it falls to {{ hot_distance(w, 50) | 3 }}.

# %% fold="case"
softmax_by_hand("hand-w", f"u = {vector(w, trim=True)}", w, [0.2, 1.0, 5.0])

# %% [markdown] lang="pt"
# As notas de que o curso partiu dão outros valores para estes exemplos: veja as [erratas](lesson:errata#numeros).

# %% [markdown] lang="en"
# The notes that the course set out from give other values for these examples: see the [errata](lesson:errata#numeros).

# %% [markdown] lang="pt" anchor="lema-4"
# ## Em τ = 1 o modelo fala por si
#
# > **Lema 3.1 (Lema 4 das notas de origem).** Para quaisquer logits finitos, $P_1 = \operatorname{softmax}(u)$. Além disso, para todo $\tau > 0$ e toda constante $c$,
# > os logits $u$ e $u + c$ dão a mesma distribuição $P_\tau$.

# %% [markdown] lang="en" anchor="lema-4"
# ## At τ = 1 the model speaks for itself
#
# > **Lemma 3.1 (Lemma 4 of the source notes).** For any finite logits, $P_1 = \operatorname{softmax}(u)$. Moreover, for every $\tau > 0$ and every constant $c$,
# > the logits $u$ and $u + c$ give the same distribution $P_\tau$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A primeira parte é a fórmula com $\tau = 1$: dividir por 1 não muda nada. Para a segunda, o fator $e^{c/\tau}$ aparece no
# numerador e em cada parcela do denominador, e se cancela:
#
# $$
# \frac{e^{(u_i + c)/\tau}}{\sum_j e^{(u_j + c)/\tau}} = \frac{e^{c/\tau}\, e^{u_i/\tau}}{e^{c/\tau} \sum_j e^{u_j/\tau}} = P_\tau(i). \;\; \blacksquare
# $$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The first part is the formula with $\tau = 1$: dividing by 1 changes nothing. For the second, the factor $e^{c/\tau}$ stands in
# the numerator and in every term of the denominator, and cancels:
#
# $$
# \frac{e^{(u_i + c)/\tau}}{\sum_j e^{(u_j + c)/\tau}} = \frac{e^{c/\tau}\, e^{u_i/\tau}}{e^{c/\tau} \sum_j e^{u_j/\tau}} = P_\tau(i). \;\; \blacksquare
# $$

# %% [markdown] lang="pt"
# Logo, sortear com τ = 1 é a [amostragem aleatória](term:random-sampling) comum, sem nenhum ajuste. E o sinal de um logit não quer dizer
# nada sozinho: somar 10 a todos deixa tudo igual.

# %% [markdown] lang="en"
# So drawing at τ = 1 is plain [random sampling](term:random-sampling), with no adjustment at all. And the sign of a logit means
# nothing by itself: adding 10 to all of them leaves everything as it was.

# %%
shifted = [x + 10 for x in u]
Callout("misconception", t(pt="«Com τ = 1 o texto é sempre o mesmo»", en="“At τ = 1 the text is always the same”"),
        t(pt=f"Não é. τ = 1 devolve a distribuição do modelo, e dela ainda se sorteia: aqui, o primeiro token é sorteado em "
             f"{percent(softmax(u)[0])} das vezes, não em todas. Quem fixa o sorteio é a [semente](term:seed); quem fixa a "
             f"distribuição é a temperatura. E a variação total entre softmax({vector(u, trim=True)}) e "
             f"softmax({vector(shifted, trim=True)}) é {number(total_variation(softmax(u), softmax(shifted)), 4)}.",
          en=f"It is not. τ = 1 gives back the model's distribution, and that is still drawn from: here the first token is drawn "
             f"{percent(softmax(u)[0])} of the time, not always. The [seed](term:seed) fixes the draw; the temperature fixes the "
             f"distribution. And the total variation between softmax({vector(u, trim=True)}) and "
             f"softmax({vector(shifted, trim=True)}) is {number(total_variation(softmax(u), softmax(shifted)), 4)}."))

# %% [markdown] lang="pt" anchor="teorema-3"
# ## O que τ controla, passo a passo
#
# Dizer que τ «equilibra previsibilidade e diversidade» não é um teorema: falta a grandeza que cresce. É a
# [entropia](term:entropy), a surpresa média da primeira lição, aqui em nats: $H(\tau) = -\sum_i P_\tau(i) \ln P_\tau(i)$ (um nat são {{ 1 / math.log(2) | 4 }} bits).
#
# > **Teorema 3.2 (Teorema 3 das notas de origem).** Sejam $u_1, \dots, u_V$ finitos e $\tau > 0$. Escreva $E_\tau[u]$ e $\operatorname{Var}_\tau(u)$ para a média e a
# > variância dos logits sob $P_\tau$. Então $P_\tau$ é uma função derivável de $\tau$ e
# >
# > $$
# > \begin{aligned}
# > \frac{dP_\tau(i)}{d\tau} &= P_\tau(i)\,\frac{E_\tau[u] - u_i}{\tau^2} \\[0.6em]
# > \frac{dH}{d\tau} &= \frac{\operatorname{Var}_\tau(u)}{\tau^3} \ge 0
# > \end{aligned}
# > $$
# >
# > com igualdade na segunda só quando todos os logits são iguais.

# %% [markdown] lang="en" anchor="teorema-3"
# ## What τ controls, step by step
#
# To say that τ “balances predictability and diversity” is not a theorem: it names no quantity that grows. That quantity is the
# [entropy](term:entropy), the average surprise of the first lesson, here in nats: $H(\tau) = -\sum_i P_\tau(i) \ln P_\tau(i)$ (one nat is {{ 1 / math.log(2) | 4 }} bits).
#
# > **Theorem 3.2 (Theorem 3 of the source notes).** Let $u_1, \dots, u_V$ be finite and $\tau > 0$. Write $E_\tau[u]$ and $\operatorname{Var}_\tau(u)$ for the mean and the
# > variance of the logits under $P_\tau$. Then $P_\tau$ is a differentiable function of $\tau$ and
# >
# > $$
# > \begin{aligned}
# > \frac{dP_\tau(i)}{d\tau} &= P_\tau(i)\,\frac{E_\tau[u] - u_i}{\tau^2} \\[0.6em]
# > \frac{dH}{d\tau} &= \frac{\operatorname{Var}_\tau(u)}{\tau^3} \ge 0
# > \end{aligned}
# > $$
# >
# > with equality in the second only when all logits are equal.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Seja $Z = \sum_j e^{u_j/\tau}$, de modo que $\ln P_\tau(i) = u_i/\tau - \ln Z$. Derivando a soma termo a termo,
# $\frac{d}{d\tau} \ln Z = -E_\tau[u]/\tau^2$. Logo $\frac{d}{d\tau} \ln P_\tau(i) = (E_\tau[u] - u_i)/\tau^2$, que é a primeira fórmula
# dividida por $P_\tau(i)$. Com ela,
#
# $$
# \begin{aligned}
# \frac{d}{d\tau} E_\tau[u] &= \sum_i u_i\, P_\tau(i)\, \frac{E_\tau[u] - u_i}{\tau^2} \\[0.6em]
# &= -\frac{\operatorname{Var}_\tau(u)}{\tau^2}.
# \end{aligned}
# $$
#
# Por fim, $H = \ln Z - E_\tau[u]/\tau$. Na derivada, as duas parcelas $E_\tau[u]/\tau^2$ se cancelam e sobra
# $-\frac{1}{\tau} \frac{d}{d\tau} E_\tau[u] = \operatorname{Var}_\tau(u)/\tau^3$. A variância só é zero quando os logits são todos iguais,
# porque toda probabilidade é positiva. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Let $Z = \sum_j e^{u_j/\tau}$, so that $\ln P_\tau(i) = u_i/\tau - \ln Z$. Differentiating the sum term by term,
# $\frac{d}{d\tau} \ln Z = -E_\tau[u]/\tau^2$. Hence $\frac{d}{d\tau} \ln P_\tau(i) = (E_\tau[u] - u_i)/\tau^2$, which is the first formula
# divided by $P_\tau(i)$. With it,
#
# $$
# \begin{aligned}
# \frac{d}{d\tau} E_\tau[u] &= \sum_i u_i\, P_\tau(i)\, \frac{E_\tau[u] - u_i}{\tau^2} \\[0.6em]
# &= -\frac{\operatorname{Var}_\tau(u)}{\tau^2}.
# \end{aligned}
# $$
#
# Finally, $H = \ln Z - E_\tau[u]/\tau$. In the derivative, the two terms $E_\tau[u]/\tau^2$ cancel and what is left is
# $-\frac{1}{\tau} \frac{d}{d\tau} E_\tau[u] = \operatorname{Var}_\tau(u)/\tau^3$. The variance is zero only when all logits are equal,
# because every probability is positive. $\blacksquare$

# %% [markdown] lang="pt"
# A primeira fórmula diz mais do que parece. Um token ganha massa enquanto o seu logit está abaixo da média $E_\tau[u]$ e perde quando
# está acima. O de maior logit nunca ganha quando τ cresce. Um do meio pode subir e depois descer: o topo dele é exatamente onde
# $E_\tau[u] = u_i$.
#
# Antes de mover τ na figura, preveja qual token sobe e depois desce em u = [3; 1; 0; −1], e se a linha da entropia pode descer em algum ponto. Mova e confira.
# Depois escolha o vetor com empate e explique por que as curvas dos dois máximos são uma só.

# %% [markdown] lang="en"
# The first formula says more than it seems to. A token gains mass while its logit is below the mean $E_\tau[u]$ and loses mass when it is
# above. The one with the largest logit never gains as τ grows. One in the middle may rise and then fall: its peak is exactly where
# $E_\tau[u] = u_i$.
#
# Before you move τ in the figure, predict which token rises and then falls in u = [3, 1, 0, −1], and whether the line of the entropy can fall anywhere. Move it and check.
# Then choose the vector with a tie and explain why the curves of the two maxima are one.

# %%
charts.curves(
    "curves", t(pt="Teorema 3.2, ao vivo", en="Theorem 3.2, live"), TOKENS, LOGITS, value=1.0,
    said=t(pt="τ = {t|short}: entropia de {entropy|3} bits, {effective|2} opções efetivas; a maior probabilidade é {p_max|%1}.",
           en="τ = {t|short}: entropy {entropy|3} bits, {effective|2} effective choices; the largest probability is {p_max|%1}."),
    caption=t(pt="A linha pontilhada cinza é a entropia dividida pelo seu máximo, log₂ V.",
              en="The dotted grey line is the entropy divided by its maximum, log₂ V."))

# %% [markdown] lang="pt" anchor="proposicao-5"
# ## Quando τ vai a zero
#
# > **Proposição 3.3 (Proposição 5 das notas de origem).** Sejam $u_1, \dots, u_V$ finitos e não todos iguais, $M$ o conjunto dos $m$ tokens de logit máximo e $\Delta > 0$ a
# > distância do máximo até o próximo logit distinto. Para todo $\tau > 0$,
# >
# > $$
# > 1 - P_\tau(M) \le \frac{(V-m)\, e^{-\Delta/\tau}}{m + (V-m)\, e^{-\Delta/\tau}}.
# > $$
# >
# > Logo, quando $\tau \to 0$, $P_\tau$ tende à uniforme sobre $M$. Com um só máximo, esse limite é o argmax.

# %% [markdown] lang="en" anchor="proposicao-5"
# ## When τ goes to zero
#
# > **Proposition 3.3 (Proposition 5 of the source notes).** Let $u_1, \dots, u_V$ be finite and not all equal, $M$ the set of the $m$ tokens with the largest logit and $\Delta > 0$ the
# > distance from the maximum to the next distinct logit. For every $\tau > 0$,
# >
# > $$
# > 1 - P_\tau(M) \le \frac{(V-m)\, e^{-\Delta/\tau}}{m + (V-m)\, e^{-\Delta/\tau}}.
# > $$
# >
# > Hence, as $\tau \to 0$, $P_\tau$ tends to the uniform distribution on $M$. With a single maximum that limit is the argmax.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Divida numerador e denominador por $e^{u_{\mathrm{max}}/\tau}$, o que a segunda parte do Lema 3.1 permite. Cada token de $M$ passa a valer 1 e a
# soma dos outros é $s = \sum_{i \notin M} e^{-(u_{\mathrm{max}} - u_i)/\tau} \le (V-m)\, e^{-\Delta/\tau}$. Então $1 - P_\tau(M) = s/(m+s)$, que cresce com
# $s$; ponha a cota de $s$ no lugar. A cota tende a zero, e dentro de $M$ todos têm a mesma probabilidade. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Divide numerator and denominator by $e^{u_{\mathrm{max}}/\tau}$, as the second part of Lemma 3.1 allows. Each token of $M$ now counts 1 and the
# others add up to $s = \sum_{i \notin M} e^{-(u_{\mathrm{max}} - u_i)/\tau} \le (V-m)\, e^{-\Delta/\tau}$. So $1 - P_\tau(M) = s/(m+s)$, which grows with
# $s$; put the bound on $s$ in its place. The bound tends to zero, and within $M$ all have the same probability. $\blacksquare$

# %% [markdown] lang="pt"
# O sinal dos logits não entra em lugar nenhum: não é verdade que $u_i/\tau$ vá sempre a $\pm\infty$ (um logit 0 fica em 0), e a conclusão
# depende só de Δ e do empate. A cota também responde à pergunta prática, **quanto frio é frio o bastante**. Para deixar no máximo $\varepsilon$ da massa fora do
# máximo, basta
#
# $$
# \tau \le \frac{\Delta}{\ln \dfrac{V-m}{m\,\varepsilon}},
# $$
#
# se o logaritmo é positivo; se não é, qualquer $\tau$ serve. Com $V = 51\,200$ tokens, $\Delta = 1$ e $\varepsilon = 0{,}1\%$, isso dá $\tau \le {{ cold_temperature([1.0] + [0.0] * 51199, 0.001) | 4 }}$.
# Quanto maior o vocabulário, mais perto de zero τ precisa estar.

# %% [markdown] lang="en"
# The sign of the logits enters nowhere: it is not true that $u_i/\tau$ always goes to $\pm\infty$ (a logit of 0 stays at 0), and the conclusion
# depends only on Δ and on ties. The bound also answers the practical question, **how cold is cold enough**. To leave at most $\varepsilon$ of the mass off
# the maximum, it is enough that
#
# $$
# \tau \le \frac{\Delta}{\ln \dfrac{V-m}{m\,\varepsilon}},
# $$
#
# if the logarithm is positive; if it is not, any $\tau$ will do. With $V = 51{,}200$ tokens, $\Delta = 1$ and $\varepsilon = 0.1\%$, that gives $\tau \le {{ cold_temperature([1.0] + [0.0] * 51199, 0.001) | 4 }}$.
# The larger the vocabulary, the closer to zero τ has to be.

# %% [markdown] lang="pt" anchor="proposicao-6"
# ## Quando τ vai ao infinito
#
# Meça a distância entre duas distribuições pela [variação total](term:total-variation), $\mathrm{TV}(p, q) = \frac12 \sum_i |p_i - q_i|$: a maior diferença que
# elas podem ter na probabilidade de um mesmo evento.
#
# > **Proposição 3.4 (Proposição 6 das notas de origem).** Sejam $u_1, \dots, u_V$ finitos e $R = \max u - \min u$. Para todo $\tau > 0$,
# >
# > $$
# > \begin{aligned}
# > \mathrm{TV}(P_\tau, \text{uniforme}) &\le \tanh\frac{R}{4\tau} \le \frac{R}{4\tau} \\[0.6em]
# > \ln V - H(\tau) &\le \frac{R^2}{8\tau^2}
# > \end{aligned}
# > $$
# >
# > Logo $P_\tau$ tende à uniforme quando $\tau \to \infty$. Para $\tau$ finito ela só é uniforme se $R = 0$: a razão entre a maior e a menor
# > probabilidade é sempre $e^{R/\tau}$.

# %% [markdown] lang="en" anchor="proposicao-6"
# ## When τ goes to infinity
#
# Measure the distance between two distributions by the [total variation](term:total-variation), $\mathrm{TV}(p, q) = \frac12 \sum_i |p_i - q_i|$: the largest difference
# they can have in the probability of one and the same event.
#
# > **Proposition 3.4 (Proposition 6 of the source notes).** Let $u_1, \dots, u_V$ be finite and $R = \max u - \min u$. For every $\tau > 0$,
# >
# > $$
# > \begin{aligned}
# > \mathrm{TV}(P_\tau, \text{uniform}) &\le \tanh\frac{R}{4\tau} \le \frac{R}{4\tau} \\[0.6em]
# > \ln V - H(\tau) &\le \frac{R^2}{8\tau^2}
# > \end{aligned}
# > $$
# >
# > Hence $P_\tau$ tends to the uniform distribution as $\tau \to \infty$. For finite $\tau$ it is uniform only if $R = 0$: the ratio of the largest to the
# > smallest probability is always $e^{R/\tau}$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Se $R = 0$, não há o que provar. Se não, seja $A$ o conjunto dos tokens com probabilidade acima de $1/V$, $a$ a fração do vocabulário que ele ocupa e $P = P_\tau(A)$; então
# $\mathrm{TV} = P - a$. Nenhuma probabilidade passa de $s^2$ vezes outra, com $s = e^{R/(2\tau)}$; isso vale também para as médias em $A$ e fora dele, ou seja,
# $\frac{P}{a} \le s^2\, \frac{1-P}{1-a}$. Isolando $P$ e subtraindo $a$,
#
# $$
# \begin{aligned}
# \mathrm{TV} &\le \frac{a(1-a)(s^2-1)}{1 + a(s^2-1)} \\[0.6em]
# &\le \frac{s-1}{s+1} = \tanh\frac{R}{4\tau}.
# \end{aligned}
# $$
#
# A segunda desigualdade, depois de multiplicar em cruz, é $(1 - a(s+1))^2 \ge 0$. Para a entropia, integre o Teorema 3.2 de $\tau$ até o infinito, onde
# $H = \ln V$, e use que a variância de números em um intervalo de comprimento $R$ é no máximo $R^2/4$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* If $R = 0$ there is nothing to prove. If not, let $A$ be the set of tokens with probability above $1/V$, $a$ the fraction of the vocabulary it takes up and $P = P_\tau(A)$; then
# $\mathrm{TV} = P - a$. No probability exceeds $s^2$ times another, with $s = e^{R/(2\tau)}$; that holds for the averages inside and outside $A$ as well, that is,
# $\frac{P}{a} \le s^2\, \frac{1-P}{1-a}$. Solving for $P$ and subtracting $a$,
#
# $$
# \begin{aligned}
# \mathrm{TV} &\le \frac{a(1-a)(s^2-1)}{1 + a(s^2-1)} \\[0.6em]
# &\le \frac{s-1}{s+1} = \tanh\frac{R}{4\tau}.
# \end{aligned}
# $$
#
# The second inequality, cross-multiplied, is $(1 - a(s+1))^2 \ge 0$. For the entropy, integrate Theorem 3.2 from $\tau$ to infinity, where
# $H = \ln V$, and use that numbers in an interval of length $R$ have a variance of at most $R^2/4$. $\blacksquare$

# %% [markdown] lang="pt"
# A primeira cota é **justa**: é atingida quando uma fração $1/(1 + e^{R/(2\tau)})$ dos tokens está no máximo e o resto no mínimo. Com $R = 30$,
# ficar a menos de 1% da uniforme fica garantido só a partir de τ = {{ 30 / (4 * math.atanh(0.01)) | 0 }}.
#
# Uma cota só serve se não fica longe demais. Antes de mover τ, preveja de que lado cada cota encosta na sua curva, e onde as duas dizem pouco. Mova e ache um τ em
# que a cota passe do dobro da distância verdadeira. Depois ligue o empate: por que a massa fora dos dois máximos ainda vai a zero?

# %% [markdown] lang="en"
# The first bound is **tight**: it is attained when a fraction $1/(1 + e^{R/(2\tau)})$ of the tokens sit at the maximum and the rest at the minimum. With $R = 30$,
# being within 1% of uniform is guaranteed only from τ = {{ 30 / (4 * math.atanh(0.01)) | 0 }} on.
#
# A bound is of use only if it is not too far off. Before you move τ, predict on which side each bound touches its curve, and where both say little. Move it and find a τ at
# which the bound is more than twice the true distance. Then switch to the tie: why does the mass off the two maxima still go to zero?

# %%
charts.limits(
    "limits", t(pt="Os dois limites e as suas cotas, ao vivo", en="The two limits and their bounds, live"), TOKENS, LOGITS,
    value=0.5,
    said=t(pt="τ = {t|short}: fora do máximo estão {miss|%3} da massa, e a Proposição 3.3 garante no máximo {miss_bound|%3}. Até a "
              "uniforme faltam {uniform|%3}; a Proposição 3.4 garante no máximo {uniform_bound|%3}.",
           en="τ = {t|short}: {miss|%3} of the mass is off the maximum, and Proposition 3.3 guarantees at most {miss_bound|%3}. The "
              "distance to uniform is {uniform|%3}; Proposition 3.4 guarantees at most {uniform_bound|%3}."),
    caption=t(pt="Linha cheia: a distância verdadeira. Tracejada: a cota demonstrada. Os extremos do eixo são os próprios limites, 0 e ∞.",
              en="Solid line: the true distance. Dashed: the proven bound. The ends of the axis are the limits themselves, 0 and ∞."))

# %% [markdown] lang="pt" fold="more"
# ### As cotas em números

# %% [markdown] lang="en" fold="more"
# ### The bounds in numbers

# %% fold="more"
taus = [0.2, 0.5, 1.0, 5.0, 50.0]
Table(
    ["τ", t(pt="fora do máximo", en="off the maximum"), t(pt="Proposição 3.3", en="Proposition 3.3"),
     t(pt="TV até a uniforme", en="TV to uniform"), t(pt="Proposição 3.4", en="Proposition 3.4")],
    [[short(tau), *(percent(value(u, tau), 3) for value in (cold_miss, cold_miss_bound, hot_distance, hot_distance_bound))]
     for tau in taus],
    t(pt=f"Os mesmos números para u = {vector(u, trim=True)}, calculados por core; sob o nome de cada proposição, a cota que ela garante.",
      en=f"The same numbers for u = {vector(u, trim=True)}, computed by core; under the name of each proposition, the bound that it guarantees."))

# %% fold="more"
loose = (hot_entropy_gap_bound(u, taus[-1], "nats") / (math.log(4) - entropy(softmax(u, taus[-1]), "nats"))).item()
Table(
    ["τ", "ln V − H", "R²/(8τ²)"],
    [[short(tau), number(math.log(4) - entropy(softmax(u, tau), "nats"), 6), number(hot_entropy_gap_bound(u, tau, "nats"), 6)]
     for tau in taus],
    t(pt=f"E a cota da entropia, em nats: muito frouxa no frio; com τ = {short(taus[-1])}, {number(loose, 2)} vezes o valor verdadeiro.",
      en=f"And the bound on the entropy, in nats: very loose when cold; at τ = {short(taus[-1])}, {number(loose, 2)} times the true value."))

# %% [markdown] lang="pt" anchor="cortes"
# ## Temperatura e cortes
#
# A temperatura não tira ninguém da lista. Quem tira são os [cortes](term:truncation): [top-k](term:top-k) fica com os k maiores,
# [top-p](term:top-p) com o menor conjunto cuja massa alcança p, [min-p](term:min-p) com quem tem ao menos uma fração da maior probabilidade. Depois do corte, o que
# sobrou é dividido pela sua soma: é a [renormalização](term:renormalisation).
#
# Cada corte tem a sua lição: [top-k](lesson:top-k), [top-p](lesson:top-p) e [os outros](lesson:other-cuts).

# %% [markdown] lang="en" anchor="cortes"
# ## Temperature and cuts
#
# Temperature takes nobody off the list. The [cuts](term:truncation) do: [top-k](term:top-k) keeps the k largest,
# [top-p](term:top-p) the smallest set whose mass reaches p, [min-p](term:min-p) those with at least a fraction of the largest probability. After the cut, what is
# left is divided by its sum: that is [renormalisation](term:renormalisation).
#
# Each cut has a lesson of its own: [top-k](lesson:top-k), [top-p](lesson:top-p) and [the others](lesson:other-cuts).

# %% [markdown] lang="pt" anchor="lema-4-1"
# Com os dois juntos, quem vem primeiro?
#
# > **Lema 3.5 (Lema 4.1 das notas de origem).** Na aritmética exata e para $0 < \tau < \infty$, top-k mantém os mesmos tokens antes ou depois da temperatura. Top-p e min-p, não: há logits para os quais o conjunto
# > mantido depende da ordem.

# %% [markdown] lang="en" anchor="lema-4-1"
# With both at work, which comes first?
#
# > **Lemma 3.5 (Lemma 4.1 of the source notes).** In exact arithmetic and for $0 < \tau < \infty$, top-k keeps the same tokens before or after temperature. Top-p and min-p do not: there are logits for which the kept
# > set depends on the order.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A função $u \mapsto u/\tau$ é crescente, então preserva a ordem e os empates, e top-k só olha para a ordem. Para top-p e min-p basta um
# contraexemplo de cada, e o gráfico abaixo mostra os dois. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The map $u \mapsto u/\tau$ is increasing, so it preserves order and ties, and top-k looks at nothing but order. For top-p and min-p one
# counterexample each is enough, and the chart below shows both. $\blacksquare$

# %% [markdown] lang="pt"
# Com logits [3; 2; 1], top-p = 0,8 e τ = 0,5, o primeiro token tem {{ softmax([3, 2, 1])[0] | %1 }} da massa no softmax comum: não alcança 80%, e o segundo
# entra. Com a temperatura primeiro, ele tem {{ softmax([3, 2, 1], 0.5)[0] | %1 }} e fica sozinho. Antes de mudar a ordem na figura, diga quantos tokens vão ficar; mude e confira.
# Depois ponha top-p em 1 e min-p em 0,2: o segundo tem {{ math.exp(-1) | %1 }} da probabilidade do primeiro no softmax comum, e fica; com a temperatura primeiro, tem
# {{ math.exp(-2) | %1 }}, e é cortado. Que valor de min-p faria as duas ordens concordarem? Qual par comuta com qual, e em que motor, está em [A ordem importa](lesson:order).

# %% [markdown] lang="en"
# With logits [3, 2, 1], top-p = 0.8 and τ = 0.5, the first token has {{ softmax([3, 2, 1])[0] | %1 }} of the mass in the plain softmax: it does not reach 80%, and the second
# enters. With temperature first it has {{ softmax([3, 2, 1], 0.5)[0] | %1 }} and stands alone. Before you change the order in the figure, say how many tokens will stay; change it and check.
# Then set top-p to 1 and min-p to 0.2: the second has {{ math.exp(-1) | %1 }} of the first one's probability in the plain softmax, and stays; with temperature first it has
# {{ math.exp(-2) | %1 }}, and is cut. Which value of min-p would make the two orders agree? Which pair commutes with which, and in which engine, is in [Order matters](lesson:order).

# %%
from dashboard.blocks import Range, Switch

charts.distribution(
    "order", t(pt="A ordem decide quem fica", en="The order decides who stays"), TOKENS[:3], {vector([3, 2, 1], trim=True): [3, 2, 1]},
    [charts.temperature_control(0.5),
     Range("top_k", say("control.top_k"), say("control.top_k.help"), 0, maximum=3),
     Range("top_p", say("control.top_p"), say("control.top_p.help"), 0.8, step=0.05, digits=2),
     Range("min_p", say("control.min_p"), say("control.min_p.help"), 0, step=0.05, digits=2),
     Switch("temperature_first", say("control.order"), say("control.order.help"), True)],
    said=t(pt="Tokens mantidos: {n_kept|0}. Os cortados tinham {mass_cut|%1} da massa do modelo. O mais provável fica com {p_max|%1}.",
           en="Tokens kept: {n_kept|0}. The cut ones held {mass_cut|%1} of the model's mass. The most likely one is left with {p_max|%1}."),
    caption=t(pt="Contorno tracejado: o softmax do modelo. Barra cheia: a distribuição depois de tudo. Cortado quer dizer probabilidade zero.",
              en="Dashed outline: the model's softmax. Solid bar: the distribution after everything. Cut means probability zero."))

# %%
def drawn(order):
    return probabilities([3, 2, 1], SamplingParams(temperature=0.5, top_p=0.8, order=order)).tolist()


Callout("engines", t(pt="A mesma receita, duas distribuições", en="The same recipe, two distributions"), t(
    pt=f"Com τ = 0,5 e top-p = 0,8 sobre [3; 2; 1], transformers e vLLM (temperatura primeiro) sorteiam de "
       f"{vector(drawn('transformers'), 3)}; llama.cpp (temperatura por último), de {vector(drawn('llama.cpp'), 3)}.",
    en=f"With τ = 0.5 and top-p = 0.8 over [3, 2, 1], transformers and vLLM (temperature first) draw from "
       f"{vector(drawn('transformers'), 3)}; llama.cpp (temperature last) from {vector(drawn('llama.cpp'), 3)}."))

# %% [markdown] lang="pt" anchor="faixas"
# ## De 0,1 a 1,5: a faixa de costume
#
# Receitas que circulam recomendam τ de 0,1 a 1,5, e avisam que perto de 0,2 o texto fica repetitivo. A tabela mede as duas coisas com o modelo do curso. As opções efetivas são as do primeiro token; o rep-4, a fração
# de trechos de 4 tokens que se repetem, é a média de {{ len(PROMPTS) * DRAWN }} textos de {{ STEPS }} tokens ({{ DRAWN }} sementes por prompt).

# %% [markdown] lang="en" anchor="faixas"
# ## From 0.1 to 1.5: the usual range
#
# Recipes in circulation recommend τ from 0.1 to 1.5, and warn that near 0.2 the text turns repetitive. The table measures both with the model of the course. The effective choices are those of the first token; rep-4, the share
# of stretches of 4 tokens that are repeated, is the mean over {{ len(PROMPTS) * DRAWN }} texts of {{ STEPS }} tokens ({{ DRAWN }} seeds per prompt).

# %%
by_certainty = sorted(map(snapshot, PROMPTS), key=lambda one: entropy(softmax(one.logits)).item())
sure, open_ = by_certainty[0], by_certainty[-1]
repeats = {tau: [repeated_share(ids) for name in PROMPTS for ids in heated(name, tau)] for tau in HEATS}
rep = {tau: math.fsum(shares) / len(shares) for tau, shares in repeats.items()}
assert list(rep.values()) == sorted(rep.values(), reverse=True) and rep[0.2] > 10 * rep[0.7]
assert effective_choices(softmax(sure.logits, 0.7)) < 2 and effective_choices(softmax(open_.logits, 1.5)) > len(open_.logits) / 10
Table(
    ["τ", t(pt=f"opções depois de «{sure.prompt}»", en=f"choices after “{sure.prompt}”"), t(pt=f"opções depois de «{open_.prompt}»", en=f"choices after “{open_.prompt}”"), "rep-4"],
    [[short(tau), *(number(effective_choices(softmax(one.logits, tau)), 1) for one in (sure, open_)), percent(rep[tau])] for tau in HEATS],
    t(pt=f"O mesmo τ é quase guloso em um contexto e quase um sorteio cego no outro. O vocabulário tem {number(len(sure.logits))} tokens.",
      en=f"The same τ is almost greedy in one context and almost a blind draw in the other. The vocabulary has {number(len(sure.logits))} tokens."))

# %%
def begun(text):
    """The beginning of a text, for a table's cell."""
    return quoted(text.replace("\n", " ↵ ").strip()[:100].rstrip() + "…")


Table(
    ["τ", t(pt=f"depois de «{PROMPTS['once']}», semente 1", en=f"after “{PROMPTS['once']}”, seed 1")],
    [[short(tau), begun(heated_text("once", tau))] for tau in (0.2, 0.7, 1.5)],
    t(pt="Frio, repete; quente, se desfaz. ↵ é uma quebra de linha.", en="Cold, it repeats; hot, it falls apart. ↵ is a line break."))

# %% [markdown] lang="pt" anchor="faixas-lidas"
# O aviso se confirma aqui: com τ = 0,2 o rep-4 é de {{ rep[0.2] | %0 }}, e com τ = 0,7 quase some. A faixa em si diz pouco. Este modelo pequeno já perde o
# fio em τ = 1,5, quando o contexto mais aberto tem {{ effective_choices(softmax(open_.logits, 1.5)) | 0 }} opções efetivas; em outro modelo os números seriam outros. Um τ só quer dizer alguma coisa junto do modelo e do texto lido: meça opções e repetição, em vez de decorar o número.

# %% [markdown] lang="en" anchor="faixas-lidas"
# The warning holds here: at τ = 0.2 rep-4 is {{ rep[0.2] | %0 }}, and at τ = 0.7 it is almost gone. The range itself says little. This small model has lost the
# thread by τ = 1.5, when the most open context has {{ effective_choices(softmax(open_.logits, 1.5)) | 0 }} effective choices; in another model the numbers would be others. A τ means something only together with the model and the text read: measure choices and repetition, rather than learn the number by heart.

# %% [markdown] lang="pt" anchor="lema-6-1"
# ## Temperatura que muda no caminho
#
# Nada obriga τ a ser o mesmo do começo ao fim. Uma **temperatura dinâmica** é uma regra que escolhe $\tau_t > 0$ a cada passo $t$ a partir do que já
# aconteceu: do número do passo (um cronograma) ou da entropia dos logits daquele passo, como em Zhang et al. (2024).
#
# > **Lema 3.6 (Lema 6.1 das notas de origem).** Para qualquer regra com $\tau_t > 0$, cada passo preserva a ordem dos tokens e os empates: $P_{\tau_t}(i) > P_{\tau_t}(j)$ se, e só se,
# > $u_i > u_j$ naquele passo.

# %% [markdown] lang="en" anchor="lema-6-1"
# ## A temperature that changes on the way
#
# Nothing obliges τ to stay the same from start to end. A **dynamic temperature** is a rule that picks $\tau_t > 0$ at each step $t$ from what has
# happened so far: from the number of the step (a schedule) or from the entropy of that step's logits, as in Zhang et al. (2024).
#
# > **Lemma 3.6 (Lemma 6.1 of the source notes).** For any rule with $\tau_t > 0$, every step preserves the order of the tokens and their ties: $P_{\tau_t}(i) > P_{\tau_t}(j)$ if and only if
# > $u_i > u_j$ at that step.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A razão entre os dois é $e^{(u_i - u_j)/\tau_t}$, maior que 1 exatamente quando $u_i > u_j$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The ratio of the two is $e^{(u_i - u_j)/\tau_t}$, greater than 1 exactly when $u_i > u_j$. $\blacksquare$

# %% [markdown] lang="pt"
# Por isso a [decodificação gulosa](term:greedy) não percebe cronograma nenhum: escolhe sempre o máximo, e o máximo não muda. O que muda é o sorteio. Sobre os logits
# [3; 1; 0; −1], ir de τ = 0,5 a τ = 1,5 leva de {{ effective_choices(softmax(u, 0.5)) | 2 }} a {{ effective_choices(softmax(u, 1.5)) | 2 }} opções efetivas. A lição
# [Temperatura dinâmica](lesson:dynamic-temperature) mostra as regras em uso.

# %% [markdown] lang="en"
# That is why [greedy decoding](term:greedy) notices no schedule at all: it always picks the maximum, and the maximum does not change. What changes is the draw. On the logits
# [3, 1, 0, −1], going from τ = 0.5 to τ = 1.5 goes from {{ effective_choices(softmax(u, 0.5)) | 2 }} to {{ effective_choices(softmax(u, 1.5)) | 2 }} effective choices. The lesson
# [Dynamic temperature](lesson:dynamic-temperature) shows the rules at work.

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# O número que você escreve na configuração não quer dizer o mesmo em todo lugar. Lido do código de cada motor:

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# The number you write in a configuration does not mean the same thing everywhere. Read from each engine's code:

# %% fold="engines"
Table(
    [t(pt="motor", en="engine"), t(pt="a temperatura entra", en="temperature enters"), "τ = 0", t(pt="τ muito pequeno", en="very small τ")],
    [["transformers 5.23", t(pt="antes dos cortes", en="before the cuts"),
      t(pt="erro: exige um float maior que 0", en="an error: it wants a float above 0"),
      t(pt="divide sem proteção: pode dar NaN", en="divides unguarded: may give NaN")],
     ["vLLM v1", t(pt="antes dos cortes", en="before the cuts"),
      t(pt="decodificação gulosa; os cortes são ignorados", en="greedy decoding; the cuts are ignored"),
      t(pt="entre 0 e 0,01 vira 0,01", en="between 0 and 0.01 it becomes 0.01")],
     ["llama.cpp", t(pt="depois dos cortes", en="after the cuts"),
      t(pt="fica só o primeiro máximo", en="only the first maximum stays"), t(pt="sem proteção", en="unguarded")],
     ["core", t(pt="onde você mandar", en="wherever you say"),
      t(pt="o limite: uniforme sobre os máximos empatados", en="the limit: uniform over the tied maxima"),
      t(pt="subtrai o máximo antes de dividir", en="subtracts the maximum before dividing")]],
    t(pt="Lido em transformers 5.23.0 `generation/logits_process.py`, vLLM `v1/sample/sampler.py` @00ec978 e `sampling_params.py` @00388f6, llama.cpp `src/llama-sampler.cpp` @00efb3e.",
      en="Read in transformers 5.23.0 `generation/logits_process.py`, vLLM `v1/sample/sampler.py` @00ec978 and `sampling_params.py` @00388f6, llama.cpp `src/llama-sampler.cpp` @00efb3e."))

# %%
Callout("instructor", t(pt="Uma aula de 15 minutos", en="A 15-minute class"), t(
    pt="Projete o primeiro gráfico e peça a aposta antes de tocar em τ (2 min). Leve τ a 0 com e sem empate, e pergunte o que o "
       "sorteio faz (3 min). Faça no quadro o cálculo com u = [3; 1; 0; −1] com τ = 0,5 e confira com a aba (4 min). Mostre os dois "
       "limites e peça à turma um τ em que a cota fique longe da curva (3 min). Feche com o gráfico da ordem (3 min). Enganos "
       "frequentes: que τ = 1 fixa o texto, que τ alto corta tokens, que o sinal do logit importa.",
    en="Project the first chart and ask for the bet before touching τ (2 min). Take τ to 0 with and without the tie, and ask what the "
       "draw does (3 min). Work u = [3, 1, 0, −1] at τ = 0.5 on the board and check it against the tab (4 min). Show the two limits "
       "and ask the class for a τ where the bound is far from the curve (3 min). Close with the chart on order (3 min). Common "
       "mistakes: that τ = 1 fixes the text, that a high τ cuts tokens, that the sign of a logit matters."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
Exercise(
    id="scale", kind="choice",
    question=t(pt="Um colega multiplica todos os logits por 3 e usa τ = 3. Comparada com os logits originais e τ = 1, a distribuição:",
               en="A colleague multiplies every logit by 3 and uses τ = 3. Compared with the original logits and τ = 1, the distribution:"),
    options=[
        Option(t(pt="fica mais concentrada", en="becomes sharper"),
               t(pt="Multiplicar sozinho concentraria, mas τ = 3 divide pelo mesmo fator.",
                 en="Multiplying alone would sharpen it, but τ = 3 divides by the same factor.")),
        Option(t(pt="fica mais plana", en="becomes flatter"),
               t(pt="τ = 3 sozinho aplanaria, mas os logits triplicaram antes.",
                 en="τ = 3 alone would flatten it, but the logits were tripled first.")),
        Option(t(pt="é exatamente a mesma", en="is exactly the same"),
               t(pt="3u/3 = u. Escala dos logits e temperatura são a mesma coisa vista de dois lados.",
                 en="3u/3 = u. The scale of the logits and the temperature are one thing seen from two sides."), correct=True),
        Option(t(pt="depende do sinal dos logits", en="depends on the sign of the logits"),
               t(pt="O sinal não entra: pelo Lema 3.1, só as diferenças importam.",
                 en="The sign does not enter: by Lemma 3.1, only differences matter.")),
    ])

# %%
negative = [-1, -3, -4, -5]
Exercise(
    id="sign", kind="choice",
    question=t(pt=f"Os logits são {vector(negative, trim=True)}, todos negativos. Quando τ → 0, a probabilidade do primeiro token tende a:",
               en=f"The logits are {vector(negative, trim=True)}, all negative. As τ → 0, the probability of the first token tends to:"),
    options=[
        Option("1", t(pt=f"É o máximo, e o máximo é único. Com τ = 0,1 já lhe falta {percent(cold_miss(negative, 0.1), 6)}, e nunca deixa de faltar algo.",
                      en=f"It is the maximum, and the only one. At τ = 0.1 it already lacks {percent(cold_miss(negative, 0.1), 6)}, and it will always lack something."),
               correct=True),
        Option("0", t(pt="É verdade que u/τ vai a −∞, mas o denominador encolhe junto. Só as diferenças contam.",
                      en="It is true that u/τ goes to −∞, but the denominator shrinks with it. Only differences count.")),
        Option("1/4", t(pt="1/4 é o limite quando τ → ∞, não quando τ → 0.", en="1/4 is the limit as τ → ∞, not as τ → 0.")),
        Option(t(pt="não existe: é 0/0", en="it does not exist: it is 0/0"),
               t(pt="Parece 0/0 se você exponencia antes de subtrair o máximo. A razão entre os termos tem limite.",
                 en="It looks like 0/0 if you exponentiate before subtracting the maximum. The ratio of the terms has a limit.")),
    ])

# %%
pair = softmax([1, 0], 0.5)[0].item()
Exercise(
    id="pair", kind="numeric",
    question=t(pt="Dois tokens, logits 1 e 0, τ = 0,5. Qual é a probabilidade do primeiro? (Duas casas bastam.)",
               en="Two tokens, logits 1 and 0, τ = 0.5. What is the probability of the first? (Two decimals will do.)"),
    answer=pair, tolerance=0.006,
    mistakes=[
        Mistake(softmax([1, 0])[0].item(), t(pt="Esse é o valor com τ = 1: faltou dividir os logits por 0,5.",
                                             en="That is the value at τ = 1: the logits still have to be divided by 0.5.")),
        Mistake(softmax([1, 0], 2)[0].item(), t(pt="Você multiplicou por 0,5; dividir por 0,5 dobra os logits.",
                                                en="You multiplied by 0.5; dividing by 0.5 doubles the logits.")),
        Mistake(math.exp(2), t(pt="Esse é o numerador, e². Falta dividir pela soma e² + 1.",
                               en="That is the numerator, e². It still has to be divided by the sum e² + 1.")),
    ],
    right=t(pt=f"e² ÷ (e² + 1) = {number(pair, 4)}.", en=f"e² ÷ (e² + 1) = {number(pair, 4)}."),
    wrong=t(pt="Divida os logits por τ: ficam 2 e 0. Agora o softmax: e² ÷ (e² + e⁰).",
            en="Divide the logits by τ: they become 2 and 0. Now the softmax: e² ÷ (e² + e⁰)."),
    unreadable=say("exercise.unreadable"))

# %%
far = hot_distance(w, 5).item()
Exercise(
    id="hot", kind="predict",
    question=t(pt=f"Sobre u = {vector(w, trim=True)} com τ = 5, quanto vale a variação total até a uniforme?",
               en=f"For u = {vector(w, trim=True)} at τ = 5, how large is the total variation to uniform?"),
    options=[
        Option(t(pt="entre 0% e 2%", en="between 0% and 2%"),
               t(pt="Seria o caso se τ = 5 já fosse quente. Compare τ com a amplitude dos logits.", en="It would be so if τ = 5 were hot already. Compare τ with the range of the logits.")),
        Option(t(pt="entre 10% e 20%", en="between 10% and 20%"),
               t(pt="τ = 5 só iguala a amplitude R = 5 dos logits (R/τ = 1). Para chegar perto da uniforme, τ tem de ser muitas vezes R.",
                 en="τ = 5 only equals the range R = 5 of the logits (R/τ = 1). To get near uniform, τ has to be many times R."), correct=True),
        Option(t(pt="entre 40% e 60%", en="between 40% and 60%"),
               t(pt=f"Isso é o que se vê com τ = 1, {percent(hot_distance(w, 1))}; τ = 5 já desfaz boa parte.",
                 en=f"That is what τ = 1 gives, {percent(hot_distance(w, 1))}; τ = 5 undoes a good part of it.")),
    ],
    reveal=t(pt=f"Calculado: {percent(far)}. A Proposição 3.4 garante no máximo {percent(hot_distance_bound(w, 5))}. Com τ = 50 a distância "
                f"cai para {percent(hot_distance(w, 50))}.",
             en=f"Computed: {percent(far)}. Proposition 3.4 guarantees at most {percent(hot_distance_bound(w, 5))}. At τ = 50 the distance "
                f"falls to {percent(hot_distance(w, 50))}."))

# %%
BUGGY = """from math import exp

def softmax(u, tau):
    scaled = [x / tau for x in u]
    top = max(u)
    e = [exp(s - top) for s in scaled]
    total = sum(e)
    return [x / total for x in e]"""
namespace = {}
exec(BUGGY, namespace)
assert max(abs(a - b) for a, b in zip(namespace["softmax"](u, 0.5), softmax(u, 0.5).tolist(), strict=True)) < 1e-12
try:
    namespace["softmax"](u, 0.004)
    overflow = ""
except OverflowError as error:
    overflow = f"{type(error).__name__}: {error}"
assert overflow

Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Esta função acerta com τ = 0,5. Com u = {vector(u, trim=True)} e τ = 0,004 ela para com `{overflow}`. Qual linha está errada?",
               en=f"This function is right at τ = 0.5. With u = {vector(u, trim=True)} and τ = 0.004 it stops with `{overflow}`. Which line is wrong?"),
    options=[
        Option("4: `scaled = [x / tau for x in u]`",
               t(pt="A divisão é a definição de temperatura. Ela só falha em τ = 0, que não é o caso.",
                 en="The division is the definition of temperature. It fails only at τ = 0, which is not the case here.")),
        Option("5: `top = max(u)`",
               t(pt="O máximo que protege a exponencial é o dos logits já divididos: `max(scaled)`. Com τ = 1 os dois coincidem; com τ = 0,5, "
                    "a razão ainda esconde o erro, porque qualquer constante se cancela.",
                 en="The maximum that protects the exponential is that of the divided logits: `max(scaled)`. At τ = 1 the two coincide; at "
                    "τ = 0.5 the quotient still hides the mistake, because any constant cancels."), correct=True),
        Option("6: `e = [exp(s - top) for s in scaled]`",
               t(pt="É aqui que estoura, mas o cálculo está certo: o que está errado é o valor de `top` que chega até ela.",
                 en="This is where it overflows, but the calculation is right: what is wrong is the value of `top` that reaches it.")),
        Option("8: `return [x / total for x in e]`",
               t(pt="A normalização está certa: divide cada termo pela soma.", en="The normalisation is right: it divides each term by the sum.")),
    ])

# %%
Exercise(
    id="ties", kind="predict",
    question=t(pt=f"Os logits são {vector(tied, trim=True)}. Pela definição desta lição, qual é a probabilidade do primeiro token com τ = 0?",
               en=f"The logits are {vector(tied, trim=True)}. By the definition of this lesson, what is the probability of the first token at τ = 0?"),
    options=[
        Option("1", t(pt="Seria assim com um máximo único, ou em um motor que fica com um dos empatados. Aqui dois tokens empatam.", en="It would be so with a single maximum, or in an engine that keeps one of the tied ones. Here two tokens tie.")),
        Option("1/2", t(pt="Logits iguais têm o mesmo destino: os dois máximos dividem a massa.",
                        en="Equal logits share one fate: the two maxima split the mass."), correct=True),
        Option("1/4", t(pt="1/4 é o limite do outro lado, τ → ∞.", en="1/4 is the limit at the other end, τ → ∞.")),
    ],
    reveal=t(pt=f"Calculado por core: softmax({vector(tied, trim=True)}) com τ = 0 é {vector(softmax(tied, 0).tolist(), 2)}.",
             en=f"Computed by core: softmax({vector(tied, trim=True)}) at τ = 0 is {vector(softmax(tied, 0).tolist(), 2)}."))

# %%
Exercise(
    id="commute", kind="choice",
    question=t(pt="Você troca a ordem entre a temperatura e um corte. Para qual corte o conjunto mantido é garantidamente o mesmo?",
               en="You swap the order of temperature and one cut. For which cut is the kept set guaranteed to be the same?"),
    options=[
        Option("top-k", t(pt="Só olha para a ordem, e a temperatura preserva a ordem.", en="It looks at order alone, and temperature preserves order."),
               correct=True),
        Option("top-p", t(pt="Olha para massas, que mudam com τ: é o exemplo [3; 2; 1].", en="It looks at masses, which change with τ: see the example [3, 2, 1].")),
        Option("min-p", t(pt="Compara probabilidades com a maior, e essa razão é $e^{(u_i - \\max u)/\\tau}$, que muda com τ.",
                          en="It compares probabilities with the largest, and that ratio is $e^{(u_i - \\max u)/\\tau}$, which changes with τ.")),
        Option(t(pt="todos os três", en="all three"), t(pt="Top-p e min-p dependem de massas, e massas mudam com τ.", en="Top-p and min-p depend on masses, and masses change with τ.")),
    ])

# %%
Exercise(
    id="earlier", kind="choice",
    question=t(pt="Da lição anterior: você fixa a semente e escreve o texto duas vezes, uma com τ = 0,5 e outra com τ = 1. O que os dois textos têm em comum?",
               en="From the previous lesson: you fix the seed and write the text twice, once at τ = 0.5 and once at τ = 1. What do the two texts share?"),
    options=[
        Option(t(pt="os mesmos tokens, porque a semente é a mesma", en="the same tokens, since the seed is the same"),
               t(pt="A semente fixa os números do acaso, não os tokens. Com outra distribuição, o mesmo número pode cair em outro token.",
                 en="The seed fixes the numbers of chance, not the tokens. In another distribution the same number may fall on another token.")),
        Option(t(pt="os mesmos números uniformes, um por passo", en="the same uniform numbers, one per step"),
               t(pt="É só isso que a semente fixa. As somas acumuladas que eles percorrem mudaram com τ.",
                 en="That is all that the seed fixes. The running sums that they go through have changed with τ."), correct=True),
        Option(t(pt="as mesmas probabilidades a cada passo", en="the same probabilities at each step"),
               t(pt="As probabilidades mudam com τ, a não ser que todos os logits sejam iguais.",
                 en="The probabilities change with τ, unless all logits are equal.")),
        Option(t(pt="nada: τ troca a semente", en="nothing: τ changes the seed"),
               t(pt="τ não mexe nos números do acaso; são dois controles separados.", en="τ leaves the numbers of chance alone; they are two separate controls.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - A temperatura divide os logits: a razão entre dois tokens é $e^{(u_i - u_j)/\tau}$. Metade de τ, razão ao quadrado.
# - Com τ → 0 a massa vai para os máximos; com τ → ∞, para a uniforme; no caminho a entropia cresce.
# - Frio o bastante depende da distância ao segundo logit; quente o bastante, da amplitude dos logits. Os dois têm cota.
# - A temperatura não corta ninguém e não muda a ordem. Por isso top-k não a percebe, e top-p e min-p sim.
# - O mesmo τ é frio em um contexto e quente em outro: o que se mede são opções e repetição.
#
# A temperatura só muda pesos. Para proibir tokens é preciso um corte, e o mais simples conta: [top-k](lesson:top-k).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Temperature divides the logits: the ratio of two tokens is $e^{(u_i - u_j)/\tau}$. Half of τ, the ratio squared.
# - As τ → 0 the mass goes to the maxima; as τ → ∞, to uniform; on the way the entropy grows.
# - Cold enough depends on the gap to the second logit; hot enough, on the range of the logits. Both have a bound.
# - Temperature cuts nothing and leaves the order alone. That is why top-k does not notice it, while top-p and min-p do.
# - The same τ is cold in one context and hot in another: choices and repetition are what one measures.
#
# Temperature only changes weights. To forbid tokens takes a cut, and the simplest one counts: [top-k](lesson:top-k).
