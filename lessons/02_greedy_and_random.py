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
#     slug: {pt: gulosa-e-aleatoria, en: greedy-and-random}
#     title: {pt: Decodificação gulosa e amostragem aleatória, en: Greedy decoding and random sampling}
#     summary:
#       pt: "Pegar sempre o mais provável ou sortear da distribuição inteira: o que cada escolha garante, o que não garante, e o que a semente tem a ver com isso."
#       en: "Always take the most likely token, or draw from the whole distribution: what each choice guarantees, what it does not, and what the seed has to do with it."
#     prerequisites:
#       pt: "a lição anterior; média e variância, só na faixa de erro"
#       en: "the previous lesson; mean and variance, only for the error band"
#     sources:
#       - {id: holtzman2020, text: "Holtzman, Buys, Du, Forbes & Choi (2020). The Curious Case of Neural Text Degeneration. ICLR 2020. arXiv:1904.09751", url: "https://arxiv.org/abs/1904.09751"}
#       - {id: welleck2020, text: "Welleck, Kulikov, Roller, Dinan, Cho & Weston (2020). Neural Text Generation with Unlikelihood Training. ICLR 2020. arXiv:1908.04319", url: "https://arxiv.org/abs/1908.04319"}
#       - {id: xu2022, text: "Xu et al. (2022). Learning to Break the Loop: Analyzing and Mitigating Repetitions for Neural Text Generation. arXiv:2206.02369", url: "https://arxiv.org/abs/2206.02369"}
#       - {id: salmon2011, text: "Salmon, Moraes, Dror & Shaw (2011). Parallel Random Numbers: As Easy as 1, 2, 3. SC '11", url: "https://doi.org/10.1145/2063384.2063405"}
#       - {id: wu2016, text: "Wu et al. (2016). Google's Neural Machine Translation System: Bridging the Gap between Human and Machine Translation. arXiv:1609.08144", url: "https://arxiv.org/abs/1609.08144"}
#       - {id: stahlberg2019, text: "Stahlberg & Byrne (2019). On NMT Search Errors and Model Errors: Cat Got Your Tongue? arXiv:1908.10090", url: "https://arxiv.org/abs/1908.10090"}
#       - {id: he2025, text: "He et al. (2025). Defeating Nondeterminism in LLM Inference. Thinking Machines Lab", url: "https://thinkingmachines.ai/blog/defeating-nondeterminism-in-llm-inference/"}
#       - {id: vllm, text: "vLLM. Reproducibility (documentation)", url: "https://docs.vllm.ai/en/latest/usage/reproducibility/"}
#       - {id: openai2023, text: "OpenAI (2023). How to make your completions outputs consistent with the new seed parameter", url: "https://cookbook.openai.com/examples/reproducible_outputs_with_the_seed_parameter"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# O modelo já deu uma probabilidade a cada [token](term:token); a [lição anterior](lesson:logits) mostrou como. Falta escolher um, escrevê-lo no fim do texto e
# começar de novo. Há duas escolhas puras, e todas as outras técnicas do curso partem delas: pegar sempre o mais provável, ou sortear da
# distribuição inteira.
#
# Comece pela primeira. Antes de ler o resto, aposte.

# %% [markdown] lang="en" anchor="aposta"
# The model has given a probability to every [token](term:token); the [previous lesson](lesson:logits) showed how. What is left is to choose one, write it at the end of the text
# and start again. There are two pure choices, and every other technique of the course starts from them: always take the most likely, or draw from the
# whole distribution.
#
# Start with the first. Before you read on, place a bet.

# %%
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, quoted, say, short, t, vector

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Um programa escolhe, a cada passo, o token mais provável. O texto que ele escreve é:",
               en="A program chooses the most likely token at every step. The text that it writes is:"),
    options=[
        Option(t(pt="o mais provável de todos os textos", en="the most likely of all texts"),
               t(pt="Cada passo é o melhor sozinho, mas um começo menos provável pode ter uma continuação muito melhor.",
                 en="Each step is the best by itself, but a less likely beginning may have a much better continuation.")),
        Option(t(pt="o mesmo todas as vezes", en="the same every time"),
               t(pt="Não há sorteio, então não há o que variar, se os logits não mudam. E o contraexemplo desta lição mostra um texto mais provável que o dele.",
                 en="Nothing is drawn, so there is nothing to vary, if the logits do not change. And the counterexample of this lesson shows a text more likely than its own."),
               correct=True),
        Option(t(pt="diferente a cada semente", en="different for each seed"),
               t(pt="A semente fixa sorteios, e aqui não há nenhum.", en="The seed fixes draws, and here there are none.")),
        Option(t(pt="o que uma pessoa escreveria", en="what a person would write"),
               t(pt="Holtzman e coautores (2020) mediram: o texto humano passa o tempo todo por tokens que não são os mais prováveis.",
                 en="Holtzman and co-authors (2020) measured it: human text keeps passing through tokens that are not the most likely.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Agora a segunda escolha: sortear. A marca vertical é a probabilidade de cada token. A barra é a frequência com que ele foi sorteado em n
# [sorteios](term:draw). A faixa em volta da marca é o erro que o acaso comete sozinho.
#
# Antes de cada toque, preveja o que se mexe, a barra ou a marca: a [semente](term:seed), τ (a [temperatura](term:temperature)), n. Confira: a semente muda as barras e não as marcas; τ muda as
# marcas; com n maior, a faixa se fecha sobre a marca. Por fim, leve τ a 0: aqui, onde o maior logit é um só, o primeiro token é sorteado todas as vezes, com qualquer semente. É o que
# faz a [decodificação gulosa](term:greedy). Por que a semente deixou de importar?

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Now the second choice: to draw. The vertical mark is each token's probability. The bar is how often it was drawn in n
# [draws](term:draw). The band around the mark is the error that chance makes by itself.
#
# Before each touch, predict what moves, the bar or the mark: the [seed](term:seed), τ (the [temperature](term:temperature)), n. Check: the seed changes the bars and not the marks; τ changes the
# marks; with a larger n the band closes on the mark. Last, take τ to 0: here, where there is one largest logit, the first token is drawn every time, with any seed. That is what
# [greedy decoding](term:greedy) does. Why does the seed no longer matter?

# %%
import math
import re

import numpy as np

from core import CounterGenerator, SamplingParams, draw, entropy, sample, softmax, to_engine
from dashboard import charts
from dashboard.recorded.continuations import SEARCHED, WIDTHS, commonest, continuation, found, pairs, repeated_share
from dashboard.recorded.snapshots import PROMPTS, Snapshot, snapshot
from dashboard.worked import beam_by_hand, draw_by_hand, error_band_by_hand, within

TOKENS = tuple(t(pt="azul claro escuro verde", en="blue clear dark green").split())
u = [3, 1, 0, -1]
p = softmax(u).tolist()
V = len(snapshot("sky").logits)
coin = entropy([0.6, 0.4]).item()
assert 0.6**100 < 1e-22
spread = math.sqrt(p[1] * (1 - p[1]) / 100)
assert p[1] - 2 * spread < 0.15 < p[1] + 2 * spread and 0.15 > p[1] + 2 * spread / math.sqrt(10)
worst = max(PROMPTS, key=lambda name: repeated_share(continuation(name, "greedy").ids))
loop = continuation(worst, "greedy")
assert repeated_share(loop.ids) > 0.4 and softmax(snapshot("sky").logits)[:5].sum() < 0.5
SAID = t(pt="n = {n|0}, semente {seed_used|0}, τ = {tau|short}: {n_inside|0} das {slots|0} frequências caem na faixa. A maior distância entre uma "
            "frequência e a sua probabilidade é de {worst|%1}.",
         en="n = {n|0}, seed {seed_used|0}, τ = {tau|short}: {n_inside|0} of the {slots|0} frequencies fall in the band. The largest distance between a "
            "frequency and its probability is {worst|%1}.")

charts.draws("toy", t(pt="O que foi sorteado e o que se esperava", en="What was drawn and what was expected"),
             [Snapshot(vector(u, trim=True), TOKENS, np.array(u, float))], said=SAID)

# %% [markdown] lang="pt" anchor="reais"
# Agora com logits de verdade: os do modelo do curso, com {{ len(snapshot("sky").logits) | 0 }} tokens. Os cinco mais prováveis têm uma barra cada; a última é a massa de todos os outros.
# Antes de mover τ, preveja: até onde é preciso descê-lo para que menos da metade dos sorteios caia fora dos cinco mais prováveis? Mova e confira. Volte a τ = 1 e explique de onde vem tanta massa.

# %% [markdown] lang="en" anchor="reais"
# Now with real logits: those of the model of this course, with {{ len(snapshot("sky").logits) | 0 }} tokens. The five most likely have a bar each; the last one is the mass of all the others.
# Before you move τ, predict: how far down does it have to go for fewer than half of the draws to fall outside the five most likely? Move it and check. Go back to τ = 1 and explain where so much mass comes from.

# %%
charts.draws("real", t(pt="Sorteios do modelo de verdade", en="Draws from the real model"), [snapshot("sky")], said=SAID)

# %% [markdown] lang="pt" anchor="formula"
# ## As duas escolhas
#
# Seja $P(i \mid w_1 \dots w_{t-1})$ a probabilidade do token $i$ depois do texto escrito até ali. A decodificação gulosa toma
#
# $$
# w_t = \operatorname*{arg\,max}_i \; P(i \mid w_1 \dots w_{t-1}),
# $$
#
# e, num [empate](term:tie), o primeiro dos máximos. O softmax preserva a ordem, então o máximo das probabilidades é o máximo dos logits, em qualquer temperatura positiva:
# para ser guloso nem é preciso calcular o softmax.
#
# Guloso e τ = 0 só diferem num empate. Neste curso, τ = 0 é o limite de τ que diminui, e nesse limite os máximos empatados dividem a massa: ainda há um sorteio entre eles. É uma convenção
# nossa. Em vLLM e em llama.cpp, pedir τ = 0 é pedir o guloso.
#
# A [amostragem aleatória](term:random-sampling) sorteia $w_t$ dessa mesma distribuição, sem cortar nem mexer em nada. Um texto inteiro é escrito, então, com probabilidade
#
# $$
# P(w_1 \dots w_T) = \prod_{t=1}^{T} P(w_t \mid w_1 \dots w_{t-1}),
# $$
#
# que é a probabilidade que o modelo lhe dá. Por isso ela é a referência: é o único jeito de escrever que não acrescenta opinião nenhuma à do modelo.

# %% [markdown] lang="en" anchor="formula"
# ## The two choices
#
# Let $P(i \mid w_1 \dots w_{t-1})$ be the probability of token $i$ after the text written so far. Greedy decoding takes
#
# $$
# w_t = \operatorname*{arg\,max}_i \; P(i \mid w_1 \dots w_{t-1}),
# $$
#
# and, in a [tie](term:tie), the first of the maxima. The softmax preserves order, so the largest probability is the largest logit, at any positive temperature:
# to be greedy one need not even compute the softmax.
#
# Greedy and τ = 0 differ in a tie only. In this course τ = 0 is the limit of a falling τ, and in that limit the tied maxima share the mass: there is still a draw between them. That is a
# convention of ours. In vLLM and in llama.cpp, asking for τ = 0 is asking for greedy.
#
# [Random sampling](term:random-sampling) draws $w_t$ from that same distribution, cutting nothing and touching nothing. So a whole text is written with probability
#
# $$
# P(w_1 \dots w_T) = \prod_{t=1}^{T} P(w_t \mid w_1 \dots w_{t-1}),
# $$
#
# which is the probability that the model gives it. That is why it is the reference: the one way of writing that adds no opinion to the model's own.

# %% [markdown] lang="pt" anchor="sorteio"
# ## Como se sorteia um token
#
# O computador só sabe dar um número $r$ uniforme entre 0 e 1. Uma soma acumulada o transforma em token.
#
# > **Proposição 2.1 (sorteio).** Sejam $p_1, \dots, p_V \ge 0$ com soma 1, $F_i = p_1 + \dots + p_i$ e $r$ uniforme em $[0, 1)$. O menor $i$ com $F_i > r$
# > é igual a $j$ com probabilidade exatamente $p_j$. Um token de probabilidade 0 nunca é sorteado.

# %% [markdown] lang="en" anchor="sorteio"
# ## How a token is drawn
#
# All a computer can give is a number $r$, uniform between 0 and 1. A running sum turns it into a token.
#
# > **Proposition 2.1 (draw).** Let $p_1, \dots, p_V \ge 0$ add up to 1, $F_i = p_1 + \dots + p_i$ and $r$ be uniform in $[0, 1)$. The smallest $i$ with $F_i > r$
# > equals $j$ with probability exactly $p_j$. A token of probability 0 is never drawn.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Como as somas não decrescem, o menor $i$ com $F_i > r$ é $j$ quando $F_{j-1} \le r < F_j$ (com $F_0 = 0$). É um intervalo de comprimento
# $F_j - F_{j-1} = p_j$, e um número uniforme cai nele com essa probabilidade. Se $p_j = 0$, o intervalo é vazio. Como $F_V = 1 > r$, algum token é sempre sorteado. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Since the sums do not decrease, the smallest $i$ with $F_i > r$ is $j$ when $F_{j-1} \le r < F_j$ (with $F_0 = 0$). That is an interval of length
# $F_j - F_{j-1} = p_j$, and a uniform number falls in it with that probability. If $p_j = 0$, the interval is empty. Since $F_V = 1 > r$, some token is always drawn. $\blacksquare$

# %% [markdown] lang="pt"
# A desigualdade estrita não é detalhe: com $F_i \ge r$, o número $r = 0$ poderia dar um token impossível. É a caça ao erro do fim da lição.
#
# A semente entra só aqui: ela fixa os números $r_1$, $r_2$, $r_3$ e assim por diante. Nesta página os números vêm de um gerador por contador (Salmon e coautores, 2011), em que o número sorteado no passo
# $t$ só depende da semente e de $t$.

# %% [markdown] lang="en"
# The strict inequality is no detail: with $F_i \ge r$, the number $r = 0$ could give an impossible token. That is the bug hunt at the end of the lesson.
#
# The seed enters here and nowhere else: it fixes the numbers $r_1$, $r_2$, $r_3$ and so on. On this page the numbers come from a counter-based generator (Salmon and co-authors, 2011), in which the number drawn at step
# $t$ depends on the seed and on $t$ alone.

# %%
draw_by_hand("hand-draw", t(pt=f"Um sorteio à mão, u = {vector(u, trim=True)}", en=f"A draw by hand, u = {vector(u, trim=True)}"), u, [3, 1, 2])

# %% [markdown] lang="pt" anchor="faixa"
# ## Quanto o acaso erra
#
# Um token de {{ p[1] | %0 }} foi sorteado 15 vezes em 100. O gerador está quebrado? A resposta está na [faixa de erro esperado](term:error-band).
#
# > **Proposição 2.2 (faixa).** Sorteie $n$ vezes, de modo independente, da mesma distribuição, e seja $F$ a frequência de um token de probabilidade $p$, com $0 < p < 1$. Então $F$ tem média $p$ e desvio-padrão
# > $\sigma = \sqrt{p(1-p)/n}$, e para todo $k > 0$
# >
# > $$
# > P\big(|F - p| \ge k\,\sigma\big) \le \frac{1}{k^2}.
# > $$

# %% [markdown] lang="en" anchor="faixa"
# ## How far off chance can be
#
# A token of {{ p[1] | %0 }} was drawn 15 times in 100. Is the generator broken? The answer is in the [expected-error band](term:error-band).
#
# > **Proposition 2.2 (band).** Draw $n$ times, independently, from the same distribution, and let $F$ be the frequency of a token of probability $p$, with $0 < p < 1$. Then $F$ has mean $p$ and standard deviation
# > $\sigma = \sqrt{p(1-p)/n}$, and for every $k > 0$
# >
# > $$
# > P\big(|F - p| \ge k\,\sigma\big) \le \frac{1}{k^2}.
# > $$

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Escreva $F = \frac1n (X_1 + \dots + X_n)$, com $X_t = 1$ se o token foi o do sorteio $t$ e 0 se não. Cada $X_t$ tem média $p$ e variância $p - p^2 = p(1-p)$. A média de $F$
# é $p$; como os sorteios são independentes, as variâncias se somam, e a de $F$ é $n\,p(1-p)/n^2 = \sigma^2$. Por fim, $(F - p)^2$ é pelo menos $k^2\sigma^2$ sempre que $|F - p| \ge k\,\sigma$; logo a
# sua média, $\sigma^2$, é pelo menos $k^2 \sigma^2$ vezes a probabilidade desse evento (é a desigualdade de Chebyshev). $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Write $F = \frac1n (X_1 + \dots + X_n)$, with $X_t = 1$ if the token was that of draw $t$ and 0 if not. Each $X_t$ has mean $p$ and variance $p - p^2 = p(1-p)$. The mean of $F$
# is $p$; since the draws are independent, the variances add up, and that of $F$ is $n\,p(1-p)/n^2 = \sigma^2$. Finally, $(F - p)^2$ is at least $k^2\sigma^2$ whenever $|F - p| \ge k\,\sigma$; so
# its mean, $\sigma^2$, is at least $k^2 \sigma^2$ times the probability of that event (this is Chebyshev's inequality). $\blacksquare$

# %% [markdown] lang="pt"
# Com $k = 2$, a garantia é de 75%, para qualquer $p$ e $n$. Na prática é melhor: quando $n\,p(1-p)$ é grande, $F$ é quase normal e a faixa de dois desvios pega cerca de 95%. O valor exato,
# somando a binomial, está na última linha:

# %% [markdown] lang="en"
# With $k = 2$ the guarantee is 75%, for any $p$ and $n$. In practice it is better: when $n\,p(1-p)$ is large, $F$ is almost normal and the band of two deviations catches about 95%. The exact value,
# from the binomial, is in the last line:

# %%
error_band_by_hand("hand-band", t(pt=f"A faixa do segundo token de u = {vector(u, trim=True)}", en=f"The band of the second token of u = {vector(u, trim=True)}"),
                   p[1], [100, 1000])

# %% [markdown] lang="pt" anchor="faixa-lida"
# Com 100 sorteios a faixa vai de {{ p[1] - 2 * spread | %1 }} a {{ p[1] + 2 * spread | %1 }}, e 15% está dentro dela. O gerador não está quebrado: o acaso faz isso sozinho. Com as mesmas
# proporções em mil sorteios a resposta mudaria, como a segunda aba mostra.

# %% [markdown] lang="en" anchor="faixa-lida"
# With 100 draws the band goes from {{ p[1] - 2 * spread | %1 }} to {{ p[1] + 2 * spread | %1 }}, and 15% lies within it. The generator is not broken: chance does that by itself. With the same
# proportions in a thousand draws the answer would change, as the second tab shows.

# %% [markdown] lang="pt" anchor="semente"
# ## Semente e temperatura não são a mesma coisa
#
# Duas perguntas voltam sempre: «com τ = 1 o texto não devia ser sempre igual?» e «para que serve a semente se já existe a temperatura?». Quatro textos do modelo respondem. O prompt é «{{ PROMPTS["once"] }}».

# %% [markdown] lang="en" anchor="semente"
# ## Seed and temperature are not the same thing
#
# Two questions keep coming back: “at τ = 1, shouldn't the text always be the same?” and “what is the seed for, if there is already a temperature?”. Four texts of the model answer. The prompt is “{{ PROMPTS["once"] }}”.

# %%
def shown(text, most=90):
    """A text for a table's cell: line breaks to be seen, Markdown's own marks as they are, cut at `most` characters."""
    text = text.replace("\n", " ↵ ")
    text = text if len(text) <= most else text[:most].rstrip() + "…"
    return re.sub(r"([\\`*_\[\]<>$~|:#])", r"\\\1", text)


def marks(text):
    """A few tokens, every space and line break to be seen."""
    return shown(text.replace("\n", "↵").replace(" ", "␣"))


def pieces(text):
    """The same in quotation marks."""
    return quoted(marks(text))


square = {run: continuation("once", run) for run in ("cold-1", "cold-2", "plain-1", "plain-2")}
Table(
    ["τ", t(pt="semente 1", en="seed 1"), t(pt="semente 2", en="seed 2")],
    [[str(tau), *(shown(square[f"{way}-{seed}"].text) for seed in (1, 2))] for tau, way in ((0, "cold"), (1, "plain"))],
    t(pt="Na linha, muda a semente; na coluna, a temperatura.", en="Along a row the seed changes; down a column, the temperature."))

# %%
again = sum(one.again for one in square.values())
assert again == len(square)
same = {way: square[f"{way}-1"].ids == square[f"{way}-2"].ids for way in ("cold", "plain")}
equal = {True: t(pt="o texto é o mesmo", en="the text is the same"), False: t(pt="os textos são diferentes", en="the texts differ")}
Callout("misconception", t(pt="«A semente controla o quanto o texto varia»", en="“The seed controls how much the text varies”"), t(
    pt=f"A temperatura escolhe a distribuição; a semente escolhe os números que a percorrem. Com as duas sementes, em τ = 0 {equal[same['cold']]}, e em τ = 1 {equal[same['plain']]}. "
       f"Cada um dos {len(square)} textos foi escrito duas vezes, e os {again} ficaram iguais da segunda vez: fixar a semente repete o texto em qualquer temperatura. Sem semente fixa, τ = 1 quase nunca repete um texto longo; com os mesmos logits e sem empate "
       "no máximo, τ = 0 repete sempre.",
    en=f"The temperature chooses the distribution; the seed chooses the numbers that go through it. With the two seeds, at τ = 0 {equal[same['cold']]}, and at τ = 1 {equal[same['plain']]}. "
       f"Each of the {len(square)} texts was written twice, and all {again} were the same the second time: fixing the seed repeats the text at any temperature. With no fixed seed, τ = 1 hardly ever repeats a long text; with the same logits and no tie at "
       "the maximum, τ = 0 always does."))

# %% [markdown] lang="pt" anchor="mais-provavel"
# ## O guloso nem sempre acha o texto mais provável
#
# > **Contraexemplo 2.3.** Dois passos. O primeiro token é A com probabilidade 0,6 ou B com 0,4. Depois de A, o melhor segundo token tem 0,4; depois de B, 0,9.
#
# O guloso começa por A e escreve um texto de probabilidade $0{,}6 \cdot 0{,}4 = {{ 0.6 * 0.4 | 2 }}$. Começando por B, o melhor texto tem $0{,}4 \cdot 0{,}9 = {{ 0.4 * 0.9 | 2 }}$. Escolher o melhor de cada passo
# não é escolher o melhor de todos os caminhos, porque a escolha de agora muda as distribuições de depois.
#
# Não é preciso inventar números. Para cada prompt, um programa procurou entre todos os pares de tokens do vocabulário o mais provável, e o comparou com os dois primeiros tokens do guloso:

# %% [markdown] lang="en" anchor="mais-provavel"
# ## Greedy may miss the most likely text
#
# > **Counterexample 2.3.** Two steps. The first token is A with probability 0.6 or B with 0.4. After A, the best second token has 0.4; after B, 0.9.
#
# Greedy starts with A and writes a text of probability $0.6 \cdot 0.4 = {{ 0.6 * 0.4 | 2 }}$. Starting with B, the best text has $0.4 \cdot 0.9 = {{ 0.4 * 0.9 | 2 }}$. Choosing the best of each step
# is not choosing the best of all paths, because the choice made now changes the distributions to come.
#
# There is no need to make up numbers. For each prompt, a program searched all pairs of tokens of the vocabulary for the most likely one, and compared it with the first two tokens of greedy decoding:

# %%
twos = {name: pairs(name) for name in PROMPTS}
beaten = [name for name, pair in twos.items() if pair.best_prob > pair.greedy_prob * (1 + 1e-9)]
assert beaten
Table(
    ["prompt", t(pt="par guloso", en="greedy pair"), "P", t(pt="melhor par", en="best pair"), t(pt="sua P", en="its P")],
    [[PROMPTS[name], marks(pair.greedy), percent(pair.greedy_prob, 2), marks(pair.best), percent(pair.best_prob, 2)]
     for name, pair in twos.items()],
    t(pt=f"O guloso perde em {len(beaten)} de {len(twos)} prompts já com dois tokens. P é a probabilidade do par à esquerda; ␣ é um espaço, ↵ uma quebra de linha.",
      en=f"Greedy loses on {len(beaten)} of {len(twos)} prompts after only two tokens. P is the probability of the pair to the left; ␣ is a space, ↵ a line break."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="ciclo"
# ## O ciclo
#
# O guloso tem um defeito mais visível do que perder o texto mais provável. Holtzman e coautores (2020) mostraram que textos de probabilidade muito alta são repetitivos, e que o texto humano não é assim. Veja {{ len(loop.ids) | 0 }} tokens do modelo do curso depois de
# «{{ loop.prompt }}», gulosos e sorteados:

# %% [markdown] lang="en" anchor="ciclo"
# ## The loop
#
# Greedy has a fault that shows more than missing the most likely text. Holtzman and co-authors (2020) showed that texts of very high probability are repetitive, and that human text is not. Here are {{ len(loop.ids) | 0 }} tokens of the model of this course after
# “{{ loop.prompt }}”, greedy and drawn:

# %%
GREEDY, DRAWN = t(pt="gulosa", en="greedy"), t(pt="sorteada, semente 1", en="drawn, seed 1")
Table(
    [t(pt="escolha", en="choice"), t(pt="continuação", en="completion")],
    [[GREEDY, shown(loop.text, 600)], [DRAWN, shown(continuation(worst, "plain-1").text, 600)]],
    t(pt="O prompt é aquele, entre os oito do curso, em que o guloso mais se repetiu. ↵ é uma quebra de linha.",
      en="The prompt is the one, among the eight of the course, on which greedy repeated itself most. ↵ is a line break."))

# %% [markdown] lang="pt" anchor="medida"
# Em vez de dizer «repete», conte. Um [n-grama](term:n-gram) é um trecho de n tokens seguidos. A medida rep-4 (a seq-rep-4 de Welleck e coautores, 2020) é a fração dos trechos de 4 tokens que já tinham aparecido antes no mesmo texto: 0 quando
# nenhum se repete.

# %% [markdown] lang="en" anchor="medida"
# Instead of saying “it repeats”, count. An [n-gram](term:n-gram) is a stretch of n tokens in a row. The measure rep-4 (the seq-rep-4 of Welleck and co-authors, 2020) is the share of the stretches of 4 tokens that had already appeared in the same text: 0 when
# none is repeated.

# %%
def repetition(name):
    """A prompt's row: the commonest 4-gram of the greedy text, how often it occurs, and rep-4 of the greedy and a drawn text."""
    one = continuation(name, "greedy")
    gram, times = commonest(one.ids)
    at = next(i for i in range(len(one.ids)) if one.ids[i : i + 4] == gram)
    return [one.prompt, pieces("".join(one.tokens[at : at + 4])), number(times), percent(repeated_share(one.ids), 0), percent(repeated_share(continuation(name, "plain-1").ids), 0)]


shares = {way: [repeated_share(continuation(name, way).ids) for name in PROMPTS] for way in ("greedy", "plain-1")}
means = {way: math.fsum(values) / len(values) for way, values in shares.items()}
more = sum(a > b for a, b in zip(*shares.values(), strict=True))
verdict = (t(pt=f"O guloso se repete mais que o sorteio em {more} de {len(PROMPTS)} prompts.", en=f"Greedy repeats itself more than the draw on {more} of {len(PROMPTS)} prompts.")
           if more else t(pt="Neste modelo e nestes prompts, o guloso não se repete mais que o sorteio.", en="With this model and these prompts, greedy does not repeat itself more than the draw."))
Table(
    ["prompt", t(pt="4-grama mais comum, guloso", en="commonest 4-gram, greedy"), t(pt="vezes", en="times"), t(pt="rep-4, guloso", en="rep-4, greedy"), t(pt="rep-4, sorteado", en="rep-4, drawn")],
    [repetition(name) for name in PROMPTS],
    t(pt=f"{verdict} Média do rep-4: {percent(means['greedy'], 0)} contra {percent(means['plain-1'], 0)}.",
      en=f"{verdict} Mean rep-4: {percent(means['greedy'], 0)} against {percent(means['plain-1'], 0)}."))

# %% [markdown] lang="pt" anchor="passo-a-passo"
# Agora passo a passo. Na figura, cada ponto é um token que o modelo escreveu, na altura da probabilidade que ele tinha. Antes de trocar a escolha, preveja: no texto guloso, os tokens que repetem um trecho são
# mais ou menos prováveis que os novos? E o que acontece com eles à medida que o ciclo avança? Confira na frase abaixo da figura, troque para o texto sorteado e explique por que ali quase não há quadrados.

# %% [markdown] lang="en" anchor="passo-a-passo"
# Now step by step. In the figure each point is a token that the model wrote, at the height of the probability it had. Before you change the choice, predict: in the greedy text, are the tokens that repeat a stretch
# more or less likely than the new ones? And what happens to them as the loop goes on? Check in the sentence below the figure, change to the drawn text and explain why it has hardly any squares.

# %%
charts.steps(
    "steps", t(pt="A probabilidade de cada token escrito", en="The probability of each token written"),
    [{GREEDY: continuation(name, "greedy"), DRAWN: continuation(name, "plain-1"), t(pt="sorteada, semente 2", en="drawn, seed 2"): continuation(name, "plain-2")}
     for name in dict.fromkeys((worst, "sky", "once", "door"))],
    said=t(pt="{share|%1} dos trechos de 4 tokens já tinham aparecido. Probabilidade média dos tokens que repetem: {p_again|text}; dos novos: {p_new|text}.",
           en="{share|%1} of the stretches of 4 tokens had already appeared. Mean probability of the tokens that repeat: {p_again|text}; of the new ones: {p_new|text}."),
    caption=t(pt="Quadrado: o token completa um trecho de 4 tokens que o texto já tinha. Círculo: trecho novo. A tabela de dados mostra os tokens.",
              en="Square: the token completes a stretch of 4 tokens that the text already had. Circle: a new stretch. The data table shows the tokens."))

# %% [markdown] lang="pt" anchor="por-que-ciclo"
# Xu e coautores (2022) mediram em outros modelos o que a figura deixa procurar neste: quanto mais uma frase já se repetiu, mais provável o modelo acha repeti-la. O guloso não escapa, porque nunca escolhe outra coisa. E há um
# limite que não depende do modelo:
#
# > **Proposição 2.4 (ciclo).** Suponha que o próximo token seja uma função dos últimos $k$ tokens: o modelo só enxerga essa janela, a escolha é gulosa, os empates se decidem sempre do mesmo jeito e nenhuma
# > penalidade olha para mais longe. Se o modelo nunca escreve [fim de texto](term:end-of-text), então, a partir de algum passo, o texto se repete para sempre, com um período de no máximo $V^k$ tokens.

# %% [markdown] lang="en" anchor="por-que-ciclo"
# Xu and co-authors (2022) measured in other models what the figure lets you look for in this one: the more often a sentence has been repeated, the more likely the model finds it to repeat it. Greedy has no way out, because it never chooses anything else. And there is a
# limit that does not depend on the model:
#
# > **Proposition 2.4 (loop).** Suppose that the next token is a function of the last $k$ tokens: the model sees that window only, the choice is greedy, ties are always decided in the same way and no
# > penalty looks further back. If the model never writes [end of text](term:end-of-text), then from some step on the text repeats for ever, with a period of at most $V^k$ tokens.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Há $V^k$ janelas possíveis. Entre as primeiras $V^k + 1$ janelas do texto, duas são iguais: as dos passos $a < b$. Janelas iguais dão o mesmo próximo token, logo as janelas dos passos $a + 1$ e $b + 1$ também são iguais, e
# assim por diante. O texto depois de $b$ repete o texto depois de $a$, com período $b - a \le V^k$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* There are $V^k$ possible windows. Among the first $V^k + 1$ windows of the text two are equal: those of steps $a < b$. Equal windows give the same next token, so the windows of steps $a + 1$ and $b + 1$ are equal too, and
# so on. The text after $b$ repeats the text after $a$, with period $b - a \le V^k$. $\blacksquare$

# %% [markdown] lang="pt"
# A Proposição 2.4 diz que o ciclo vem, não quando: com V = {{ V | 0 }} e uma janela de só 10 tokens, $V^k$ tem {{ len(str(V**10)) | 0 }} algarismos. Que ele venha em poucas linhas é um fato sobre modelos, não sobre janelas, e é por isso que se mede. O sorteio escapa
# porque o próximo token deixa de ser função da janela. O que se pode fazer sem sortear está na lição de [penalidades](lesson:penalties).

# %% [markdown] lang="en"
# Proposition 2.4 says that the loop comes, not when: with V = {{ V | 0 }} and a window of only 10 tokens, $V^k$ has {{ len(str(V**10)) | 0 }} digits. That it comes within a few lines is a fact about models, not about windows, and that is why it is measured. The draw escapes
# because the next token is no longer a function of the window. What can be done without drawing is in the lesson on [penalties](lesson:penalties).

# %% [markdown] lang="pt" anchor="feixe"
# ## Procurar melhor: a busca em feixe
#
# Se o guloso perde textos mais prováveis, por que não procurar melhor? A [busca em feixe](term:beam-search) não sorteia nada. Em vez de um começo, ela guarda os $w$ melhores: a cada passo, estende cada um deles
# por todos os tokens e fica com os $w$ resultados de maior probabilidade total. Com $w = 1$ ela é a decodificação gulosa. Com um $w$ que não corta nada, ela acha o texto mais provável, e custa $V^T$.
#
# No Contraexemplo 2.3, $w = 2$ já basta. Depois de A as probabilidades são [0,4; 0,3; 0,3]; depois de B, [0,9; 0,1; 0].

# %% [markdown] lang="en" anchor="feixe"
# ## Searching harder: beam search
#
# If greedy misses likelier texts, why not search harder? [Beam search](term:beam-search) draws nothing. Instead of one beginning it keeps the $w$ best: at each step it extends each of them
# by every token and keeps the $w$ results with the largest total probability. With $w = 1$ it is greedy decoding. With a $w$ that cuts nothing it finds the most likely text, at a cost of $V^T$.
#
# In Counterexample 2.3, $w = 2$ is enough. After A the probabilities are [0.4, 0.3, 0.3]; after B, [0.9, 0.1, 0].

# %%
beam_by_hand("hand-beam", t(pt="A busca em feixe no contraexemplo", en="Beam search on the counterexample"), [0.6, 0.4], [[0.4, 0.3, 0.3], [0.9, 0.1, 0]], [1, 2])

# %% [markdown] lang="pt" anchor="feixe-comprimento" fold="more"
# ### Comparar textos de tamanhos diferentes
#
# Cada token a mais multiplica a probabilidade por um número menor que 1, e por isso comparar textos de tamanhos diferentes favorece os curtos. Um texto de 2 tokens com $P = 0{,}36$ ganha de um de 4
# tokens com $P = 0{,}24$, embora o segundo tenha tokens mais prováveis, um a um. O remendo de costume divide o logaritmo por $T^\alpha$, com $T$ o número de tokens (Wu e coautores, 2016, usam uma variante): com $\alpha = 1$,
# ${{ math.log(0.36) / 2 | 3 }}$ contra ${{ math.log(0.24) / 4 | 3 }}$, e vence o longo. Em transformers, $w$ é `num_beams`, e $\alpha$ é `length_penalty`, que vale 1 se você não disser nada.

# %% [markdown] lang="en" anchor="feixe-comprimento" fold="more"
# ### Comparing texts of different lengths
#
# Each further token multiplies the probability by a number below 1, so comparing texts of different lengths favours short ones. A text of 2 tokens with $P = 0.36$ beats one of 4
# tokens with $P = 0.24$, although the second has likelier tokens, one by one. The usual patch divides the logarithm by $T^\alpha$, with $T$ the number of tokens (Wu and co-authors, 2016, use a variant): with $\alpha = 1$,
# ${{ math.log(0.36) / 2 | 3 }}$ against ${{ math.log(0.24) / 4 | 3 }}$, and the long one wins. In transformers $w$ is `num_beams`, and $\alpha$ is `length_penalty`, which is 1 if you say nothing.

# %% [markdown] lang="pt"
# Agora o modelo do curso, depois de «{{ PROMPTS["love"] }}», com {{ SEARCHED }} tokens. Antes de ler a tabela, preveja: um texto mais provável vai ser um texto melhor?

# %% [markdown] lang="en"
# Now the model of the course, after “{{ PROMPTS["love"] }}”, with {{ SEARCHED }} tokens. Before you read the table, predict: will a likelier text be a better text?

# %%
searches = {width: [found(name, width) for name in PROMPTS] for width in WIDTHS}
fit = {width: math.fsum(one.log_prob for one in texts) / len(texts) for width, texts in searches.items()}
again_share = {width: math.fsum(repeated_share(one.ids) for one in texts) / len(texts) for width, texts in searches.items()}
narrower = [(name, a, b) for name in PROMPTS for a, b in zip(WIDTHS, WIDTHS[1:], strict=False) if found(name, b).log_prob < found(name, a).log_prob - 1e-3]
assert fit[WIDTHS[-1]] > fit[1] and again_share[WIDTHS[-1]] > again_share[1] and narrower
Table(
    ["w", "ln P", "rep-4", t(pt="o texto", en="the text")],
    [[number(width), number(one.log_prob, 1), percent(repeated_share(one.ids), 0), shown(one.text, 200)] for width, one in ((w, found("love", w)) for w in (1, 4, WIDTHS[-1]))],
    t(pt="ln P é o logaritmo da probabilidade do texto inteiro, em nats; rep-4, a fração de trechos de 4 tokens repetidos.",
      en="ln P is the logarithm of the probability of the whole text, in nats; rep-4, the share of stretches of 4 tokens that are repeated."))

# %%
Table(
    ["w", t(pt="ln P, média", en="ln P, mean"), t(pt="rep-4, média", en="rep-4, mean")],
    [[number(width), number(fit[width], 1), percent(again_share[width], 0)] for width in WIDTHS],
    t(pt=f"Média dos {len(PROMPTS)} prompts. Alargar o feixe não garante um texto mais provável: de um w ao seguinte, ele piorou {len(narrower)} vezes.",
      en=f"Mean over the {len(PROMPTS)} prompts. Widening the beam does not guarantee a likelier text: from one w to the next it got worse {len(narrower)} times."))

# %% [markdown] lang="pt" anchor="moda"
# ## Por que o mais provável não serve
#
# O feixe achou textos mais prováveis que os do guloso, e eles se repetem mais. Não é um defeito deste modelo. Na tradução automática, Stahlberg e Byrne (2019) fizeram a busca exata: para mais da metade das frases, o «texto»
# mais provável de todos era a tradução vazia.
#
# Uma moeda mostra por quê. Ela dá cara com probabilidade 0,6, e você a joga 100 vezes. A sequência mais provável é a de cem caras. Mas quem joga de verdade vê de 50 a 70 caras em {{ within(0.6, 100, 0.1) | %1 }} das vezes, e
# cem caras em $0{,}6^{100}$, menos de uma vez em $10^{22}$. A sequência mais provável é uma só; as que se parecem com um sorteio são muitíssimas, e juntas levam quase toda a massa. A surpresa média por jogada é a
# entropia, {{ coin | 3 }} bit; na sequência mais provável é {{ -math.log2(0.6) | 3 }}. O texto mais provável de um modelo é assim: tem surpresa de menos, e por isso é diferente de tudo o que o modelo aprendeu a imitar. A [amostragem típica](lesson:other-cuts) parte daí.

# %% [markdown] lang="en" anchor="moda"
# ## Why the most likely text is no good
#
# The beam found texts likelier than greedy's, and they repeat themselves more. That is no fault of this model. In machine translation, Stahlberg and Byrne (2019) searched exactly: for more than half of the sentences, the most
# likely “text” of all was the empty translation.
#
# A coin shows why. It gives heads with probability 0.6, and you toss it 100 times. The most likely sequence is a hundred heads. But whoever really tosses it sees 50 to 70 heads {{ within(0.6, 100, 0.1) | %1 }} of the time, and
# a hundred heads with probability $0.6^{100}$, less than once in $10^{22}$. The most likely sequence is a single one; those that look like a draw are very many, and together they take almost all of the mass. The average surprise per toss is the
# entropy, {{ coin | 3 }} bits; in the most likely sequence it is {{ -math.log2(0.6) | 3 }}. A model's most likely text is like that: it has too little surprise, and so is unlike all that the model has learnt to imitate. [Typical sampling](lesson:other-cuts) starts there.

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# As duas escolhas puras, escritas para cada motor pelo tradutor do projeto. Repare que «sem configurar nada» não é a amostragem pura em todos:

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# The two pure choices, written for each engine by the project's translator. Note that “with nothing set” is not pure sampling in all of them:

# %% fold="engines"
ENGINES = {"transformers": "transformers", "vllm": "vLLM", "llama.cpp": "llama.cpp", "openai": "OpenAI"}
Table(
    [t(pt="motor e escolha", en="engine and choice"), t(pt="como se pede", en="how to ask for it")],
    [[f"{name}: {choice}", f"`{to_engine(params, engine).text}`"] for engine, name in ENGINES.items()
     for choice, params in ((GREEDY, SamplingParams(greedy=True)), (t(pt="aleatória pura", en="pure random"), SamplingParams()))],
    t(pt="Calculado por core.to_engine. Em transformers, sortear liga top-k = 50 se você não disser 0; em llama.cpp, os cortes vêm ligados.",
      en="Computed by core.to_engine. In transformers, drawing turns top-k = 50 on unless you say 0; in llama.cpp the cuts come turned on."))

# %% fold="engines"
Table(
    [t(pt="motor", en="engine"), t(pt="o que a semente promete", en="what the seed promises")],
    [["transformers 5.23.0", t(pt="nada por pedido: `torch.multinomial` usa o gerador global do PyTorch, que se fixa antes de gerar",
                               en="nothing per request: `torch.multinomial` uses PyTorch's global generator, to be fixed before generating")],
     ["vLLM v1", t(pt="semente 0 se você não der outra; a documentação não garante o mesmo texto sem as opções de invariância a lote",
                   en="seed 0 unless you give another; the documentation does not guarantee the same text without the batch-invariance options")],
     ["llama.cpp", t(pt="ao acaso se você não der uma: `get_rng_seed`", en="random unless you give one: `get_rng_seed`")],
     ["OpenAI", t(pt="«melhor esforço», sem garantia; `system_fingerprint` diz se o sistema mudou", en="“best effort”, no guarantee; `system_fingerprint` tells whether the system changed")],
     ["core", t(pt="o número do passo t depende só de (semente, t, linha): o mesmo texto, qualquer que seja o lote, a menos do arredondamento dos logits",
                en="the number of step t depends on (seed, t, row) alone: the same text whatever the batch, but for rounding of the logits")]],
    t(pt="Lido em transformers `generation/utils.py`, na documentação do vLLM, em llama.cpp `src/llama-sampler.cpp` @00efb3e e no guia da OpenAI.",
      en="Read in transformers `generation/utils.py`, in vLLM's documentation, in llama.cpp `src/llama-sampler.cpp` @00efb3e and in OpenAI's guide."))

# %%
Callout("engines", t(pt="τ = 0 em um servidor cheio", en="τ = 0 on a busy server"), t(
    pt="O guloso é determinístico para logits dados. Em um servidor, os próprios logits mudam na última casa conforme os outros pedidos do lote, e basta um quase empate para o texto tomar outro rumo. He e coautores (2025) pediram mil vezes "
       "a mesma continuação com temperatura 0 e receberam 80 textos diferentes; com operações que não dependem do lote, os mil foram iguais.",
    en="Greedy is deterministic for given logits. On a server the logits themselves change in the last digit with the other requests of the batch, and one near tie is enough for the text to take another course. He and co-authors (2025) asked a thousand times "
       "for the same completion at temperature 0 and got 80 different texts; with operations that do not depend on the batch, a thousand equal ones."))

# %%
Callout("instructor", t(pt="Uma aula de 15 minutos", en="A 15-minute class"), t(
    pt="Peça a aposta (1 min). Projete a primeira figura com n = 100 e pergunte, antes de cada toque, se muda a barra ou a marca: semente, τ, n (4 min). Faça um sorteio à mão com três sementes ditadas pela turma (3 min). Mostre a tabela de "
       "semente e temperatura e peça que expliquem a linha de τ = 0 (2 min). Monte no quadro o contraexemplo de dois passos e deixe a turma fazer a busca em feixe com largura 2 (2 min). Feche com o ciclo: leia em voz alta a continuação gulosa e a do feixe mais largo (3 min). Enganos frequentes: que a semente regula a "
       "variedade, que o guloso acha o texto mais provável, que uma frequência fora da faixa prova um erro (com 20 barras, uma fora é o esperado).",
    en="Ask for the bet (1 min). Project the first picture with n = 100 and ask, before each touch, whether the bar or the mark will change: seed, τ, n (4 min). Do a draw by hand with three seeds called out by the class (3 min). Show the table of "
       "seed and temperature and ask them to explain the row of τ = 0 (2 min). Build the two-step counterexample on the board and let the class run beam search with width 2 on it (2 min). Close with the loop: read aloud the greedy completion and that of the widest beam (3 min). Common mistakes: that the seed sets the "
       "variety, that greedy finds the most likely text, that one frequency outside the band proves a fault (with 20 bars, one outside is to be expected)."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
chance, draws = 0.2, 400
deviation = math.sqrt(chance * (1 - chance) / draws)
Exercise(
    id="deviation", kind="numeric",
    question=t(pt=f"Um token tem probabilidade {short(chance)}. Em {draws} sorteios, qual é o desvio-padrão da frequência dele?",
               en=f"A token has probability {short(chance)}. In {draws} draws, what is the standard deviation of its frequency?"),
    answer=deviation, tolerance=0.0005,
    mistakes=[
        Mistake(deviation**2, t(pt="Essa é a variância. O desvio-padrão é a raiz dela.", en="That is the variance. The standard deviation is its root.")),
        Mistake(math.sqrt(chance * (1 - chance)), t(pt="Esse é o desvio de um único sorteio. Falta dividir pela raiz de n.", en="That is the deviation of a single draw. It still has to be divided by the root of n.")),
        Mistake(draws * deviation, t(pt="Esse é o desvio da contagem. A frequência é a contagem dividida por n.", en="That is the deviation of the count. The frequency is the count divided by n.")),
    ],
    right=t(pt=f"{short(deviation)}: a faixa de dois desvios vai de {percent(chance - 2 * deviation, 0)} a {percent(chance + 2 * deviation, 0)}.",
            en=f"{short(deviation)}: the band of two deviations goes from {percent(chance - 2 * deviation, 0)} to {percent(chance + 2 * deviation, 0)}."),
    wrong=t(pt="É a raiz de p(1 − p)/n.", en="It is the root of p(1 − p)/n."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="half", kind="choice",
    question=t(pt="Você quer uma faixa com a metade da largura. Quantas vezes mais sorteios?", en="You want a band half as wide. How many times as many draws?"),
    options=[
        Option("2", t(pt=f"Com o dobro, a faixa encolhe para {percent(1 / math.sqrt(2), 0)} da largura.", en=f"With twice as many, the band shrinks to {percent(1 / math.sqrt(2), 0)} of its width.")),
        Option("4", t(pt="A largura é proporcional a 1 sobre a raiz de n, e a raiz de 4 é 2.", en="The width is proportional to 1 over the root of n, and the root of 4 is 2."), correct=True),
        Option("√2", t(pt=f"É o contrário: com √2 vezes mais, ela só encolhe para {percent(2**-0.25, 0)}.", en=f"It is the other way round: with √2 times as many it only shrinks to {percent(2**-0.25, 0)}.")),
        Option(t(pt="depende da semente", en="it depends on the seed"),
               t(pt="A semente decide onde cada frequência cai, não a largura da faixa.", en="The seed decides where each frequency falls, not the width of the band.")),
    ])

# %%
tree = {"A": (0.5, 0.4), "B": (0.3, 0.9), "C": (0.2, 0.8)}
products = {name: a * b for name, (a, b) in tree.items()}
Exercise(
    id="best-pair", kind="numeric",
    question=t(pt="O primeiro token é A, B ou C, com 0,5, 0,3 e 0,2. O melhor segundo token tem 0,4 depois de A, 0,9 depois de B e 0,8 depois de C. Qual é a probabilidade do par mais provável?",
               en="The first token is A, B or C, with 0.5, 0.3 and 0.2. The best second token has 0.4 after A, 0.9 after B and 0.8 after C. What is the probability of the most likely pair?"),
    answer=max(products.values()), tolerance=0.006,
    mistakes=[
        Mistake(products["A"], t(pt="Esse é o par guloso, que começa por A. Compare com os outros começos.", en="That is the greedy pair, which starts with A. Compare it with the other beginnings.")),
        Mistake(products["C"], t(pt="Esse é o melhor par que começa por C. Falta olhar B.", en="That is the best pair that starts with C. Look at B.")),
        Mistake(0.9, t(pt="Essa é a probabilidade só do segundo token. Multiplique pela do primeiro.", en="That is the probability of the second token alone. Multiply it by that of the first.")),
        Mistake(0.5 * 0.9, t(pt="Esse par não existe: 0,9 vale depois de B, não de A.", en="There is no such pair: 0.9 holds after B, not after A.")),
    ],
    right=t(pt=f"B e o melhor depois de B: {number(max(products.values()), 2)}. O par guloso tem {number(products['A'], 2)}.",
            en=f"B and the best one after B: {number(max(products.values()), 2)}. The greedy pair has {number(products['A'], 2)}."),
    wrong=t(pt="Multiplique, para cada começo, as duas probabilidades, e fique com o maior produto.", en="For each beginning, multiply the two probabilities, and keep the largest product."),
    unreadable=say("exercise.unreadable"))

# %%
tied = [2, 2, 0, -1]
stream = CounterGenerator(1)
firsts = sum(sample(tied, SamplingParams(temperature=0), stream).item() == 0 for _ in range(1000))
assert 0 < firsts < 1000 and sample(tied, SamplingParams(greedy=True)).item() == 0
Exercise(
    id="tie", kind="predict",
    question=t(pt=f"Os logits são {vector(tied, trim=True)}. Pela convenção deste curso, τ = 0 é o limite. Em 1.000 sorteios com τ = 0 e semente 1, quantas vezes o primeiro token é sorteado?",
               en=f"The logits are {vector(tied, trim=True)}. By the convention of this course, τ = 0 is the limit. In 1,000 draws at τ = 0 with seed 1, how many times is the first token drawn?"),
    options=[
        Option(t(pt="todas", en="every time"),
               t(pt="É o que faz a decodificação gulosa, que fica com o primeiro máximo, e o que vLLM e llama.cpp fazem com τ = 0. No limite, os máximos dividem a massa.",
                 en="That is what greedy decoding does, which keeps the first maximum, and what vLLM and llama.cpp do at τ = 0. In the limit the maxima share the mass.")),
        Option(t(pt="perto de metade", en="about half"),
               t(pt="Os dois máximos ficam com metade da massa cada um, e ainda se sorteia entre eles.", en="The two maxima get half of the mass each, and there is still a draw between them."), correct=True),
        Option(t(pt="perto de um quarto", en="about a quarter"),
               t(pt="Um quarto seria τ = ∞. Os outros dois tokens têm probabilidade 0.", en="A quarter would be τ = ∞. The other two tokens have probability 0.")),
    ],
    reveal=t(pt=f"Sorteado por core: {number(firsts)} vezes. Com a opção gulosa, sempre o primeiro.", en=f"Drawn by core: {number(firsts)} times. With the greedy option, always the first."))

# %%
BUGGY = """def pick(p, r):
    total = 0.0
    for i, x in enumerate(p):
        total += x
        if total >= r:
            return i"""
namespace = {}
exec(BUGGY, namespace)
stream = CounterGenerator(2)
assert all(namespace["pick"](p, r) == draw(p, r).item() for r in (stream.numbers(1)[0] for _ in range(1000)))
impossible = [0.0, 0.5, 0.5]
repaired = {}
exec(BUGGY.replace("total >= r", "total > r"), repaired)
assert repaired["pick"](impossible, 0.0) == 1 and repaired["pick"]([0.1] * 10, 1 - 2.0**-53) is None  # ten times 0.1 adds up to less than 1
assert namespace["pick"](impossible, 0.0) == 0 and draw(impossible, 0.0).item() == 1
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"`pick` acerta em mil sorteios seguidos. Mas com p = {vector(impossible, trim=True)} e r = 0 ela devolve o token 0, que é impossível. Qual linha está errada?",
               en=f"`pick` is right in a thousand draws in a row. But with p = {vector(impossible, trim=True)} and r = 0 it returns token 0, which is impossible. Which line is wrong?"),
    options=[
        Option("2: `total = 0.0`", t(pt="A soma acumulada começa mesmo em 0.", en="The running sum does start at 0.")),
        Option("4: `total += x`", t(pt="Está certa: a soma inclui o token atual antes da comparação.", en="It is right: the sum includes the current token before the comparison.")),
        Option("5: `if total >= r:`",
               t(pt="A comparação tem de ser estrita: `total > r`. Com ≥, um intervalo vazio ainda contém a sua ponta, e r = 0 cai nela. É raro, e por isso passa nos testes. Depois desse conserto falta uma garantia: se o arredondamento deixa a soma abaixo de 1, um r muito perto de 1 chega ao fim do laço e `pick` devolve `None`. Um programa sério guarda o último token possível para esse caso.",
                 en="The comparison has to be strict: `total > r`. With ≥, an empty interval still contains its end, and r = 0 falls on it. It is rare, and so it passes the tests. One guard is missing after that repair: if rounding leaves the sum below 1, an r very close to 1 gets to the end of the loop and `pick` returns `None`. A careful program keeps the last possible token for that case."), correct=True),
        Option("6: `return i`", t(pt="Devolver o primeiro índice que passa é o que a Proposição 2.1 manda.", en="Returning the first index that passes is what Proposition 2.1 says.")),
    ])

# %%
colder = [softmax(u, tau).argmax().item() for tau in (1, 0.5, 0.1)]
assert len(set(colder)) == 1
Exercise(
    id="escape", kind="choice",
    question=t(pt="Um texto guloso entrou em ciclo. O que o tira de lá?", en="A greedy text has fallen into a loop. What takes it out?"),
    options=[
        Option(t(pt="baixar a temperatura e continuar guloso", en="lowering the temperature and staying greedy"),
               t(pt=f"A temperatura não muda qual é o máximo: com {vector(u, trim=True)}, τ = 1, 0,5 e 0,1 dão o mesmo token.",
                 en=f"The temperature does not change which is the maximum: with {vector(u, trim=True)}, τ = 1, 0.5 and 0.1 give the same token.")),
        Option(t(pt="trocar a semente e continuar guloso", en="changing the seed and staying greedy"),
               t(pt="O guloso não sorteia; a semente não tem o que fazer.", en="Greedy draws nothing; the seed does not come into it.")),
        Option(t(pt="voltar a sortear o próximo token", en="going back to drawing the next token"),
               t(pt="Quebra uma hipótese da Proposição 2.4: o próximo token deixa de ser função da janela. Penalizar os tokens já escritos quebra outra, se a penalidade olha para além dela.",
                 en="It breaks a hypothesis of Proposition 2.4: the next token is no longer a function of the window. Penalising tokens already written breaks another, if the penalty looks beyond it."), correct=True),
        Option(t(pt="aumentar o limite de tokens", en="raising the token limit"),
               t(pt="Só deixa o ciclo continuar: período e conteúdo ficam os mesmos.", en="It only lets the loop go on: period and content stay the same.")),
    ])

# %%
doubtful = [[2.0, 1.0, 0.0], [7.0, 6.0, 5.0]]
assert abs(float(softmax(doubtful[0])[0] - softmax(doubtful[1])[0])) < 1e-12
Exercise(
    id="earlier", kind="choice",
    question=t(pt=f"Da lição anterior: em dois passos de um texto, os três logits são {vector(doubtful[0], trim=True)} e {vector(doubtful[1], trim=True)}. Com τ = 1 e o mesmo número r, o sorteio:",
               en=f"From the previous lesson: at two steps of a text the three logits are {vector(doubtful[0], trim=True)} and {vector(doubtful[1], trim=True)}. At τ = 1 and with the same number r, the draw:"),
    options=[
        Option(t(pt="dá o mesmo token nos dois", en="gives the same token in both"),
               t(pt="Os logits diferem por uma constante, 5. O softmax é o mesmo, e com ele as somas acumuladas que r percorre.",
                 en="The logits differ by a constant, 5. The softmax is the same, and so are the running sums that r goes through."), correct=True),
        Option(t(pt="é mais concentrado no segundo", en="is more concentrated in the second"),
               t(pt="Logits maiores não são mais certeza: só as diferenças contam, e são as mesmas.",
                 en="Larger logits are no more certainty: only differences count, and they are the same.")),
        Option(t(pt="é mais espalhado no segundo", en="is more spread out in the second"),
               t(pt="A razão entre 7 e 6 é menor que entre 2 e 1, mas o softmax não olha para razões de logits.",
                 en="The ratio of 7 to 6 is smaller than that of 2 to 1, but the softmax does not look at ratios of logits.")),
        Option(t(pt="depende da semente", en="depends on the seed"),
               t(pt="A semente escolhe r, e r é o mesmo nos dois.", en="The seed chooses r, and r is the same in both.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Guloso: o token mais provável a cada passo. Sorteio: um número uniforme percorre as somas acumuladas.
# - A semente fixa os números do acaso; a temperatura muda a distribuição. Nenhuma faz o papel da outra.
# - Uma frequência se afasta da probabilidade cerca de $\sqrt{p(1-p)/n}$ por acaso: para metade do erro, quatro vezes mais sorteios.
# - O guloso pode perder o texto mais provável. A busca em feixe procura melhor, e o que ela acha se repete mais.
# - O texto mais provável não se parece com os textos que o modelo aprendeu: quase toda a massa está em textos com a surpresa média.
#
# Entre o guloso e o sorteio puro há um botão que vai de um ao outro: a [temperatura](lesson:temperature).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Greedy: the most likely token at every step. Drawing: a uniform number goes through the running sums.
# - The seed fixes the numbers of chance; the temperature changes the distribution. Neither does the other's work.
# - A frequency is off its probability by about $\sqrt{p(1-p)/n}$ by chance: for half the error, four times as many draws.
# - Greedy may miss the most likely text. Beam search looks harder, and what it finds repeats itself more.
# - The most likely text is unlike the texts that the model learnt from: almost all of the mass is in texts of average surprise.
#
# Between greedy and pure drawing there is a knob that goes from one to the other: the [temperature](lesson:temperature).
