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
#     part: 2
#     slug: {pt: atencao, en: attention}
#     title: {pt: Atenção, en: Attention}
#     summary:
#       pt: "Cada posição faz uma média do que as anteriores oferecem. Quem decide os pesos é um softmax, e o √d que o divide é uma temperatura. Com a atenção do modelo embutido, e o que se economiza ao compartilhar chaves."
#       en: "Each position averages what the earlier ones offer. A softmax sets the weights, and the √d that divides it is a temperature. With the attention of the embedded model, and what sharing keys saves."
#     prerequisites:
#       pt: "produto escalar; as lições de logits e de temperatura; variância, só em uma prova"
#       en: "the dot product; the lessons on logits and on temperature; variance, only in one proof"
#     sources:
#       - {id: bahdanau2015, text: "Bahdanau, Cho & Bengio (2015). Neural Machine Translation by Jointly Learning to Align and Translate. arXiv:1409.0473", url: "https://arxiv.org/abs/1409.0473"}
#       - {id: vaswani2017, text: "Vaswani et al. (2017). Attention Is All You Need. arXiv:1706.03762", url: "https://arxiv.org/abs/1706.03762"}
#       - {id: jain2019, text: "Jain & Wallace (2019). Attention is not Explanation. arXiv:1902.10186", url: "https://arxiv.org/abs/1902.10186"}
#       - {id: wiegreffe2019, text: "Wiegreffe & Pinter (2019). Attention is not not Explanation. arXiv:1908.04626", url: "https://arxiv.org/abs/1908.04626"}
#       - {id: xiao2023, text: "Xiao et al. (2023). Efficient Streaming Language Models with Attention Sinks. arXiv:2309.17453", url: "https://arxiv.org/abs/2309.17453"}
#       - {id: shazeer2019, text: "Shazeer (2019). Fast Transformer Decoding: One Write-Head is All You Need. arXiv:1911.02150", url: "https://arxiv.org/abs/1911.02150"}
#       - {id: ainslie2023, text: "Ainslie et al. (2023). GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints. arXiv:2305.13245", url: "https://arxiv.org/abs/2305.13245"}
#       - {id: touvron2023llama2, text: "Touvron et al. (2023). Llama 2: Open Foundation and Fine-Tuned Chat Models. arXiv:2307.09288", url: "https://arxiv.org/abs/2307.09288"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Para escrever o próximo token, o modelo precisa decidir o que ler do texto que já tem. Ele compara um vetor seu, a *consulta*, com um vetor de cada posição,
# a *chave*. O produto escalar dos dois diz quanto combinam, e um [softmax](term:softmax) transforma os produtos em pesos.
#
# Ponha números ao acaso no lugar desses vetores. Tome uma consulta e oito chaves com 64 componentes, todas sorteadas de uma normal com média 0
# e variância 1, e passe os oito produtos direto pelo softmax. Ninguém combina com ninguém. Quanto peso leva, em média, a chave de maior peso? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# To write the next token, the model must decide what to read of the text it has. It compares a vector of its own, the *query*, with a vector of each position,
# the *key*. The dot product of the two says how well they match, and a [softmax](term:softmax) turns the products into weights.
#
# Put random numbers in the place of these vectors. Take one query and eight keys with 64 components, all drawn from a normal with mean 0
# and variance 1, and pass the eight products straight through the softmax. Nobody matches anybody. How much weight, on average, goes to the key with the most? Place a bet.

# %%
import numpy as np

from core import softmax
from dashboard.blocks import Answer, Callout, Exercise, Experiment, Mistake, Option, Table
from dashboard.experiments import head, sentence
from dashboard.language import number, percent, say, t, vector
from dashboard.recorded.inside import TEXTS, inside, shape

texts = [inside(name) for name in TEXTS]
cat = texts[0]
blocks, heads = cat.scores.shape[:2]
root = cat.head_size**0.5
draws = np.random.default_rng(1)
products = (draws.normal(size=(4000, 1, 64)) * draws.normal(size=(4000, 8, 64))).sum(-1)
plain, scaled = (softmax(products, tau).amax(-1).mean().item() for tau in (1, 8))
assert plain > 0.75 and 0.25 < scaled < 0.5
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="O maior dos oito pesos, em média, vale:", en="The largest of the eight weights is, on average:"),
    options=[
        Option(t(pt="cerca de 1/8: nenhuma chave se destaca das outras", en="about 1/8: no key stands out from the others"),
               t(pt="Seria assim se os produtos fossem quase iguais. Eles têm média 0, mas se espalham, e o softmax amplia diferenças.",
                 en="It would be so if the products were nearly equal. Their mean is 0, but they spread, and the softmax magnifies differences.")),
        Option(t(pt="entre 1/4 e 1/2: uma chave se destaca um pouco", en="between 1/4 and 1/2: one key stands out a little"),
               t(pt=f"Esse é o valor *depois* de dividir os produtos por 8: {percent(scaled)}. Sem dividir, é outro.",
                 en=f"That is the value *after* dividing the products by 8: {percent(scaled)}. Undivided, it is another.")),
        Option(t(pt="mais de 3/4: uma chave qualquer leva quase tudo", en="more than 3/4: some key takes almost everything"),
               t(pt=f"Em 4.000 sorteios o maior peso foi, em média, {percent(plain)}. Os produtos têm desvio-padrão √64 = 8, e no softmax uma diferença de 8 vale um fator de quase três mil.",
                 en=f"In 4,000 draws the largest weight was {percent(plain)} on average. The products have standard deviation √64 = 8, and in a softmax a difference of 8 is a factor of almost three thousand."), correct=True),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Este é o modelo embutido lendo uma frase. Cada linha é uma posição que lê, cada coluna uma posição lida, e a área do quadrado é o peso: em cada linha as áreas
# somam 1. Isso é a **[autoatenção](term:self-attention)**. O modelo faz isso muitas vezes: {{ blocks }} blocos, um sobre o outro, com {{ heads }}
# [cabeças](term:attention-head) cada. Antes de mover, aposte em quem a última palavra lê mais. Troque o bloco e a cabeça, e escolha qual linha examinar. Depois desligue a máscara, veja quem passa a ler o futuro e diga por que a última linha não muda.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# This is the embedded model reading a sentence. Each row is a position that reads, each column a position that is read, and the area of the square is the weight: in every row the areas
# add up to 1. This is **[self-attention](term:self-attention)**. The model does it many times: {{ blocks }} blocks, one on top of the other, with {{ heads }}
# [heads](term:attention-head) each. Before moving, bet on what the last word reads most. Change the block and the head, and choose which row to look at. Then switch the mask off, see which rows start to read the future, and say why the last one does not change.

# %%
from core import cold_miss_bound, effective_choices, largest_slope
from core.models.gpt import GPT, GPTConfig, attend
from core.models.sizes import cache_bytes, gpt_parameters
from core.training.presets import SHAPES
from dashboard import charts
from dashboard.charts.kv_cache import Shape
from dashboard.recorded import trained
from dashboard.worked import attention_by_hand

charts.attention(
    "map", t(pt="Quem lê quem", en="Who reads whom"), [texts[0], texts[2]], layer=min(3, blocks), head=min(4, heads),
    said=t(pt="Na linha emoldurada, «{asks}» lê sobretudo «{top}», com {p_max|%1} do peso. A linha vale por {effective|1} posições das {seen|0} que pode ler; a primeira posição leva {first|%1} e a própria, {own|%1}.",
           en="In the framed row, “{asks}” reads “{top}” most, with {p_max|%1} of the weight. The row is worth {effective|1} positions of the {seen|0} it may read; the first position takes {first|%1} and its own, {own|%1}."),
    caption=t(pt="As pontuações foram gravadas do modelo; a máscara, o divisor e o softmax são calculados aqui.",
              en="The scores were recorded from the model; mask, divisor and softmax are computed here."))

# %% [markdown] lang="pt" anchor="ferramenta"
# A ferramenta [Por dentro do modelo](tool:inside?text=Ela+abriu+a+porta+e+viu+a+porta) desenha quem lê quem em uma frase sua. Percorra as cabeças e ache a que mais lê a palavra anterior; antes de cortá-la, aposte: a próxima palavra muda?
#
# ## Consulta, chave e valor
#
# Cada posição $t$ chega ao bloco como um vetor $x_t$. Três matrizes aprendidas o projetam em uma **[consulta](term:query)** $q_t$, uma **[chave](term:key)** $k_t$ e um
# **[valor](term:value)** $v_t$, com $d$ componentes. A consulta diz o que a posição procura, a chave diz o que ela oferece, o valor é o que ela entrega. Então
#
# $$
# \begin{aligned}
# s_{tj} &= \frac{q_t \cdot k_j}{\sqrt{d}} \\[0.6em]
# a_{tj} &= \frac{e^{s_{tj}}}{\sum_{l \le t} e^{s_{tl}}} \\[0.6em]
# o_t &= \sum_{j \le t} a_{tj} v_j
# \end{aligned}
# $$
#
# As somas param em $t$: é a **[máscara causal](term:causal-mask)**. Na prática, as pontuações proibidas viram $-\infty$, como um token cortado na parte um, e o softmax lhes dá 0.
#
# Todas as posições de uma vez cabem em uma linha, e é assim que os artigos escrevem. Empilhe os vetores $x_t$ como linhas de uma matriz $X$, e faça $Q = XW_Q$, $K = XW_K$ e $V = XW_V$; então
#
# $$
# O = \operatorname{softmax}\!\left(\frac{QK^\top}{\sqrt{d}} + M\right) V ,
# $$
#
# com o softmax em cada linha, e a máscara $M$ igual a 0 onde $j \le t$ e a $-\infty$ no resto.
#
# A ideia de pesar posições por um softmax vem da tradução (Bahdanau et al., 2015); a forma com produto escalar e √d, de Vaswani et al. (2017).

# %% [markdown] lang="en" anchor="ferramenta"
# The tool [Inside the model](tool:inside?text=Ela+abriu+a+porta+e+viu+a+porta) draws who reads whom in a sentence of yours. Walk through the heads and find the one that reads the previous word most; before you cut it, bet: does the next word change?
#
# ## Query, key and value
#
# Each position $t$ reaches the block as a vector $x_t$. Three learned matrices project it to a **[query](term:query)** $q_t$, a **[key](term:key)** $k_t$ and a
# **[value](term:value)** $v_t$, with $d$ components. The query says what the position looks for, the key what it offers, the value is what it hands over. Then
#
# $$
# \begin{aligned}
# s_{tj} &= \frac{q_t \cdot k_j}{\sqrt{d}} \\[0.6em]
# a_{tj} &= \frac{e^{s_{tj}}}{\sum_{l \le t} e^{s_{tl}}} \\[0.6em]
# o_t &= \sum_{j \le t} a_{tj} v_j
# \end{aligned}
# $$
#
# The sums stop at $t$: that is the **[causal mask](term:causal-mask)**. In practice the forbidden scores become $-\infty$, like a token cut in part one, and the softmax gives them 0.
#
# All positions at once fit on one line, and that is how papers write it. Stack the vectors $x_t$ as rows of a matrix $X$, and put $Q = XW_Q$, $K = XW_K$ and $V = XW_V$; then
#
# $$
# O = \operatorname{softmax}\!\left(\frac{QK^\top}{\sqrt{d}} + M\right) V ,
# $$
#
# with the softmax in each row, and the mask $M$ equal to 0 where $j \le t$ and to $-\infty$ elsewhere.
#
# Weighing positions with a softmax comes from translation (Bahdanau et al., 2015); the form with the dot product and √d, from Vaswani et al. (2017).

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, com três tokens
#
# Três tokens com vetores (1; 0), (0; 1) e (1; 1), e três matrizes pequenas o bastante para o papel: o primeiro passo as mostra. A primeira posição só pode ler a si mesma; a terceira lê as três.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, with three tokens
#
# Three tokens with the vectors (1, 0), (0, 1) and (1, 1), and three matrices small enough for paper: the first step shows them. The first position can read only itself; the third reads all three.

# %%
X = [[1, 0], [0, 1], [1, 1]]
attention_by_hand("hand", t(pt="Da consulta à saída", en="From the query to the output"), X,
                  queries=[[2, 0], [0, 1]], keys=[[1, 1], [0, 2]], values=[[4, 0], [0, 4]])

# %% [markdown] lang="pt" anchor="raiz"
# ## Por que √d: é uma temperatura
#
# Volte à aposta. Diga antes por quanto dividir para que o maior peso não mude com $d$. Mova $d$ sem dividir, e o softmax passa de morno a gelado: uma chave qualquer leva tudo, e outro sorteio muda qual. Depois divida por √d.

# %% [markdown] lang="en" anchor="raiz"
# ## Why √d: it is a temperature
#
# Back to the bet. First say by how much to divide so that the largest weight does not change with $d$. Move $d$ without dividing, and the softmax goes from lukewarm to frozen: some key takes everything, and another draw changes which. Then divide by √d.

# %%
charts.saturation(
    "saturation", t(pt="Oito chaves ao acaso", en="Eight random keys"), size=64,
    said=t(pt="d = {d|0}, produtos divididos por {by|2}: o maior peso é {p_max|%1} e a atenção vale por {effective|2} chaves. A maior derivada deste softmax é {slope|4}; a distância {gap|2} entre os dois maiores produtos garante no máximo {bound|4}.",
           en="d = {d|0}, products divided by {by|2}: the largest weight is {p_max|%1} and the attention is worth {effective|2} keys. The largest derivative of this softmax is {slope|4}; the gap {gap|2} between the two largest products guarantees at most {bound|4}."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="proposicao-1"
# > **Proposição 16.1.** Sejam $q$ e $k$ vetores com $d$ componentes, todas independentes entre si, com média 0 e variância 1. Então $q \cdot k$ tem média 0 e variância $d$, e $q \cdot k/\sqrt{d}$ tem variância 1.

# %% [markdown] lang="en" anchor="proposicao-1"
# > **Proposition 16.1.** Let $q$ and $k$ be vectors with $d$ components, all independent of one another, with mean 0 and variance 1. Then $q \cdot k$ has mean 0 and variance $d$, and $q \cdot k/\sqrt{d}$ has variance 1.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* $q \cdot k = \sum_i q_i k_i$. Por independência, $E[q_i k_i] = E[q_i]\,E[k_i] = 0$ e $E[(q_i k_i)^2] = E[q_i^2]\,E[k_i^2] = 1$. Parcelas diferentes não têm covariância, porque
# $E[q_i k_i q_j k_j] = 0$ para $i \ne j$. As variâncias se somam: $d$. Dividir por $\sqrt{d}$ divide a variância por $d$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* $q \cdot k = \sum_i q_i k_i$. By independence, $E[q_i k_i] = E[q_i]\,E[k_i] = 0$ and $E[(q_i k_i)^2] = E[q_i^2]\,E[k_i^2] = 1$. Different terms have no covariance, because
# $E[q_i k_i q_j k_j] = 0$ for $i \ne j$. The variances add up: $d$. Dividing by $\sqrt{d}$ divides the variance by $d$. $\blacksquare$

# %% [markdown] lang="pt"
# Dividir produtos antes do softmax é o que a lição [Temperatura](lesson:temperature) fez com logits. Os pesos de atenção são $p_\tau$ com $u_j = q \cdot k_j$ e **τ = √d**, e tudo o que
# se provou lá vale aqui. Com τ = 1 o desvio-padrão dos produtos cresce como √d, e o softmax esfria sozinho quando $d$ cresce. Por que isso é ruim? Porque um softmax frio quase não aprende:
#
# > **Proposição 16.2.** Sejam $u_1, \dots, u_n$ com um único máximo, a uma distância $\Delta$ do seguinte, e $p = \operatorname{softmax}(x)$ com $x = u/\tau$, $\tau > 0$. Para todos $i$ e $j$,
# >
# > $$
# > \begin{aligned}
# > \left| \frac{\partial p_i}{\partial x_j} \right| &\le 1 - p_{\mathrm{max}} \\[0.6em]
# > &\le \frac{(n-1)\,e^{-\Delta/\tau}}{1 + (n-1)\,e^{-\Delta/\tau}} .
# > \end{aligned}
# > $$

# %% [markdown] lang="en"
# Dividing products before the softmax is what the lesson [Temperature](lesson:temperature) did to logits. Attention weights are $p_\tau$ with $u_j = q \cdot k_j$ and **τ = √d**, and all that
# was proved there holds here. At τ = 1 the standard deviation of the products grows like √d, and the softmax cools by itself as $d$ grows. Why is that bad? Because a cold softmax hardly learns:
#
# > **Proposition 16.2.** Let $u_1, \dots, u_n$ have a single maximum, at a gap $\Delta$ from the next, and $p = \operatorname{softmax}(x)$ with $x = u/\tau$, $\tau > 0$. For all $i$ and $j$,
# >
# > $$
# > \begin{aligned}
# > \left| \frac{\partial p_i}{\partial x_j} \right| &\le 1 - p_{\mathrm{max}} \\[0.6em]
# > &\le \frac{(n-1)\,e^{-\Delta/\tau}}{1 + (n-1)\,e^{-\Delta/\tau}} .
# > \end{aligned}
# > $$

# %% [markdown] lang="pt" fold="proof"
# *Prova.* $\partial p_i/\partial x_j = p_i(1 - p_j)$ se $i = j$, e $-p_i p_j$ se não. No primeiro caso, ou $i$ é o máximo e o fator $1 - p_i$ é $1 - p_{\mathrm{max}}$, ou não é, e $p_i$ é uma parte de
# $1 - p_{\mathrm{max}}$. No segundo, um dos dois não é o máximo, e a sua probabilidade é uma parte de $1 - p_{\mathrm{max}}$. A segunda desigualdade é a Proposição 3.3, da lição de temperatura, com $m = 1$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* $\partial p_i/\partial x_j = p_i(1 - p_j)$ if $i = j$, and $-p_i p_j$ if not. In the first case, either $i$ is the maximum and the factor $1 - p_i$ is $1 - p_{\mathrm{max}}$, or it is not, and $p_i$ is a part of
# $1 - p_{\mathrm{max}}$. In the second, one of the two is not the maximum, and its probability is a part of $1 - p_{\mathrm{max}}$. The second inequality is Proposition 3.3, of the temperature lesson, with $m = 1$. $\blacksquare$

# %% [markdown] lang="pt"
# Se Δ/τ é grande, a derivada é exponencialmente pequena, e quase nenhum gradiente atravessa. Com √d, sob as hipóteses da Proposição 16.1, as pontuações têm variância 1 seja qual for $d$.

# %% [markdown] lang="en"
# If Δ/τ is large the derivative is exponentially small, and hardly any gradient gets through. With √d, under the hypotheses of Proposition 16.1, the scores have variance 1 whatever $d$ is.

# %%
Table(
    [t(pt="dois produtos, 16 e 0", en="two products, 16 and 0"), t(pt="maior peso", en="largest weight"), t(pt="maior derivada", en="largest derivative"), t(pt="cota", en="bound")],
    [[f"τ = {number(tau, 0)}", number(softmax([16.0, 0.0], tau)[0], 7), number(largest_slope([16.0, 0.0], tau), 7), number(cold_miss_bound([16.0, 0.0], tau), 7)] for tau in (1, 8, 64)],
    t(pt="Calculado por core. τ = 8 é √64; τ = 64 é dividir por d.", en="Computed by core. τ = 8 is √64; τ = 64 divides by d."))

# %%
import torch

with torch.random.fork_rng(devices=[]), torch.no_grad():
    torch.manual_seed(1)
    fresh = GPT(GPTConfig(**shape())).eval()
    ids = torch.randint(fresh.config.vocab_size, (1, 200))
    fresh_q, pair = fresh.h[0].attn.project(fresh.h[0].ln_1(fresh.embed(ids)))
    fresh_k = pair.chunk(2, dim=1)[0]
fresh_part, fresh_product = fresh_q.std().item(), (fresh_q @ fresh_k.transpose(2, 3)).std().item()
assert fresh_product < root / 4

# %% [markdown] lang="pt" anchor="treinado"
# A Proposição 16.1 trata de um caso normalizado, com variância 1 em cada componente. Um modelo recém-sorteado não está nele. Sorteamos um com a forma do modelo embutido, em que $d$ = {{ cat.head_size }} e √d = {{ root | 2 }}, e pesos iniciais pequenos, como os do GPT-2: as componentes de $q$ e $k$ têm desvio-padrão {{ fresh_part | 2 }}, e $q \cdot k$, {{ fresh_product | 2 }}.
# O softmax começa quase uniforme, com divisor ou sem ele. Depois, as hipóteses deixam de valer por outro motivo: o treinamento existe para criar correlação entre consultas e chaves, e aí os produtos crescem. A tabela mede o resultado, ao lado de uma cabeça que lesse tudo por igual.

# %% [markdown] lang="en" anchor="treinado"
# Proposition 16.1 treats a normalised case, with variance 1 in each component. A freshly drawn model is not in it. We drew one of the embedded model's shape, where $d$ = {{ cat.head_size }} and √d = {{ root | 2 }}, with small initial weights, like GPT-2's: the components of $q$ and $k$ have standard deviation {{ fresh_part | 2 }}, and $q \cdot k$, {{ fresh_product | 2 }}.
# The softmax starts almost uniform, with or without the divisor. Afterwards the hypotheses fail for another reason: training exists to correlate queries with keys, and then the products grow. The table measures the outcome, beside a head that would read everything alike.

# %%
def measured(block):
    """Of one block, over heads and rows of all texts: spread of q·k, effective positions, weights of self, previous, first."""
    spread, rows = [], []
    for one in texts:
        for s, w in zip(one.scores[block], one.weights[block], strict=True):
            spread.append((s[np.tri(len(s), dtype=bool)] * root).std())
            for i in range(2, len(w)):
                rows.append([effective_choices(w[i, : i + 1]).item() / (i + 1), w[i, i], w[i, i - 1], w[i, 0]])
    return [np.mean(spread), *np.mean(rows, axis=0)]


trained_rows = [measured(block) for block in range(blocks)]
assert max(row[0] for row in trained_rows) > 2 * fresh_product
alike = np.mean([1 / (i + 1) for one in texts for i in range(2, len(one.tokens))])
sink = max(row[4] for row in trained_rows)
verdict = t(pt=": uma preferência, não um sumidouro", en=": a preference, not a sink") if sink < 2 * alike else t(pt=": o começo de um sumidouro", en=": the beginning of a sink")
Table(
    [t(pt="bloco", en="block"), t(pt="desvio-padrão de q·k", en="standard devi\u00adation of q·k"), t(pt="posições efetivas ÷ visíveis", en="effective ÷ visible posi\u00adtions"), t(pt="peso em si", en="weight on itself"), t(pt="na anterior", en="on the previous"), t(pt="na primeira", en="on the first")],
    [[number(block + 1), number(row[0], 2), *(percent(value) for value in row[1:])] for block, row in enumerate(trained_rows)]
    + [[t(pt="leitura uniforme", en="reading alike"), "—", percent(1.0), *[percent(alike)] * 3]],
    t(pt=f"Médias sobre as {heads} cabeças e as posições, da terceira em diante, de {len(texts)} textos. Em 100% a cabeça lê tudo por igual.",
      en=f"Means over the {heads} heads and the positions, from the third on, of {len(texts)} texts. At 100% a head reads everything alike."))

# %% [markdown] lang="pt" anchor="sumidouro"
# Repare na última coluna. Os pesos de uma linha precisam somar 1, mesmo quando não há nada a ler. Modelos grandes resolvem isso despejando peso nas primeiras posições, que
# todas enxergam; Xiao et al. (2023) chamaram isso de *sumidouros de atenção*. Uma leitura uniforme já daria à primeira posição {{ alike | %1 }} nestes textos. O bloco que mais a lê lhe dá {{ sink | %1 }}, {{ sink / alike | 1 }} vezes isso{{ verdict }}.
#
# ## A máscara e o que ela permite
#
# > **Proposição 16.3.** Com a máscara causal em todos os blocos, e todo o resto aplicado a cada posição em separado, o vetor da posição $t$ em qualquer bloco depende só dos tokens $1, \dots, t$.

# %% [markdown] lang="en" anchor="sumidouro"
# Look at the last column. The weights of a row must add up to 1, even when there is nothing to read. Large models solve that by dumping weight on the first positions, which
# all of them see; Xiao et al. (2023) called these *attention sinks*. Reading everything alike would already give the first position {{ alike | %1 }} in these texts. The block that reads it most gives it {{ sink | %1 }}, {{ sink / alike | 1 }} times as much{{ verdict }}.
#
# ## The mask and what it allows
#
# > **Proposition 16.3.** With the causal mask in every block, and all the rest applied to each position separately, the vector of position $t$ in any block depends only on the tokens $1, \dots, t$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Por indução nos blocos. O embedding da posição $t$ depende só do token $t$ e da posição. Se no bloco $\ell$ os vetores das posições $j \le t$ dependem só dos tokens até $j$, então $q_t$, e os $k_j$ e $v_j$
# com $j \le t$, também; $o_t$ é feito só deles, e o resto do bloco trata cada posição sozinha. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* By induction on the blocks. The embedding of position $t$ depends only on token $t$ and the position. If in block $\ell$ the vectors of the positions $j \le t$ depend only on the tokens up to $j$, then so do $q_t$, and the $k_j$ and $v_j$
# with $j \le t$; $o_t$ is made of these alone, and the rest of the block treats each position by itself. $\blacksquare$

# %% [markdown] lang="pt"
# Duas consequências. No treinamento, uma só passada dá uma previsão honesta em *todas* as posições. Na geração, acrescentar um token não muda nenhuma chave nem valor já calculados: eles são
# guardados, e esse é o **[cache KV](term:key-value-cache)**. Sem a máscara, a primeira posição da figura leria a resposta.

# %% [markdown] lang="en"
# Two consequences. In training, a single pass gives an honest prediction at *all* positions. In generation, one more token changes no key and no value already computed: they are
# kept, and that is the **[KV cache](term:key-value-cache)**. Without the mask, the first position of the picture would read the answer.

# %%
two = torch.tensor([[[[1.0], [1.0]]]], dtype=torch.float64)
values = torch.tensor([[[[10.0], [0.01]]]], dtype=torch.float64)
keys = torch.tensor([[[[0.0], [3.0]]]], dtype=torch.float64)
mixed, weight = attend(two, keys, values)
part = [(weight[0, 0, 1, j] * values[0, 0, j, 0]).item() for j in range(2)]
assert weight[0, 0, 1, 1] > 0.9 and part[0] > 10 * part[1]


def span(one, word):
    """Positions whose characters overlap the first occurrence of a word."""
    start = "".join(one.tokens).index(word)
    ends = np.cumsum([len(token) for token in one.tokens])
    return [j for j, end in enumerate(ends) if end > start and end - len(one.tokens[j]) < start + len(word)]


him = span(cat, "ele")[-1]
best = {word: max((cat.weights[b, h, him, span(cat, word)].sum(), b + 1, h + 1) for b in range(blocks) for h in range(heads)) for word in ("gato", "rato")}
Callout("misconception", t(pt="«Peso grande é importância grande»", en="“A large weight is a large importance”"), t(
    pt=f"O peso diz *quanto se lê*, não quanto isso muda a saída. Duas posições, pesos {percent(weight[0, 0, 1, 0])} e {percent(weight[0, 0, 1, 1])}, valores 10 e 0,01: a saída é {number(mixed[0, 0, 1, 0], 3)}, e {percent(part[0] / sum(part))} dela vem da posição de peso menor. "
       "Nem a forma bonita de uma cabeça prova uma função. Na frase do gato, procure quem resolve «ele»: a cabeça que mais lê «gato» a partir dali põe nele "
       f"{percent(best['gato'][0])} (bloco {best['gato'][1]}, cabeça {best['gato'][2]}), e alguma põe em «rato» {percent(best['rato'][0])} (bloco {best['rato'][1]}, cabeça {best['rato'][2]}). Entre {blocks * heads} cabeças, quase todo padrão aparece em alguma. "
       "Jain e Wallace (2019) mostraram pesos muito diferentes com a mesma previsão; Wiegreffe e Pinter (2019), que a conclusão depende do que se chama de explicação.",
    en=f"The weight says *how much is read*, not how much that changes the output. Two positions, weights {percent(weight[0, 0, 1, 0])} and {percent(weight[0, 0, 1, 1])}, values 10 and 0.01: the output is {number(mixed[0, 0, 1, 0], 3)}, and {percent(part[0] / sum(part))} of it comes from the position with the smaller weight. "
       "Nor does the fine shape of a head prove a function. In the sentence about the cat, look for who resolves “ele” (he): the head that reads “gato” (cat) most from there gives it "
       f"{percent(best['gato'][0])} (block {best['gato'][1]}, head {best['gato'][2]}), and some head gives “rato” (mouse) {percent(best['rato'][0])} (block {best['rato'][1]}, head {best['rato'][2]}). Among {blocks * heads} heads, almost every pattern turns up in some. "
       "Jain and Wallace (2019) showed very different weights with the same prediction; Wiegreffe and Pinter (2019), that the conclusion depends on what one calls an explanation."))

# %% [markdown] lang="pt" anchor="cabecas"
# ## Várias cabeças, e chaves compartilhadas
#
# Uma média só sabe misturar de um jeito. Por isso o bloco faz várias ao mesmo tempo: a **[atenção multicabeças](term:multi-head-attention)** reparte a largura $C$ em $H$ cabeças de $d = C/H$ componentes,
# cada uma com as suas projeções, junta as saídas lado a lado e as mistura por uma matriz. Mais cabeças com a mesma largura não custam mais parâmetros: cada uma fica menor.
#
# O custo está no cache. Cada token guarda, em cada um dos $L$ blocos, uma chave e um valor por cabeça de chave:
#
# $$
# \text{bytes por token} = 2 \cdot L \cdot H_{kv} \cdot d \cdot b,
# $$
#
# com $b$ bytes por número. Na multicabeças, $H_{kv} = H$. Shazeer (2019) propôs uma só chave e um só valor para todas as cabeças, $H_{kv} = 1$. A **[atenção com consultas agrupadas](term:grouped-query-attention)** (Ainslie et al., 2023)
# fica no meio: cada grupo de cabeças de *consulta* compartilha as mesmas chaves e os mesmos valores. As consultas continuam separadas, logo os pesos de cada cabeça também; o que se perde é a liberdade de cada uma ter as suas
# chaves. Ainslie et al. mediram qualidade próxima à da multicabeças com velocidade próxima à da chave única.
#
# Antes de mover o gráfico, calcule no papel quantos GB ocupa o cache de um texto de 16.384 tokens no Llama 2 70B, com 8 consultas por chave e 2 bytes por número. Confira, passe a 1 consulta por chave, e explique por que as três retas são paralelas.

# %% [markdown] lang="en" anchor="cabecas"
# ## Many heads, and shared keys
#
# One average can mix in one way only. So the block makes several at once: **[multi-head attention](term:multi-head-attention)** splits the width $C$ into $H$ heads of $d = C/H$ components,
# each with its own projections, puts the outputs side by side and mixes them with one matrix. More heads at the same width cost no more parameters: each becomes smaller.
#
# The cost is in the cache. Each token keeps, in each of the $L$ blocks, one key and one value per key head:
#
# $$
# \text{bytes per token} = 2 \cdot L \cdot H_{kv} \cdot d \cdot b,
# $$
#
# with $b$ bytes per number. In multi-head attention, $H_{kv} = H$. Shazeer (2019) proposed a single key and a single value for all heads, $H_{kv} = 1$. **[Grouped-query attention](term:grouped-query-attention)** (Ainslie et al., 2023)
# stands in between: each group of *query* heads shares the same keys and values. The queries stay separate, and so do the weights of each head; what is lost is the freedom of each to have its own
# keys. Ainslie et al. measured quality close to multi-head attention at a speed close to the single key.
#
# Before moving the chart, work out on paper how many GB the cache of a text of 16,384 tokens takes in Llama 2 70B, with 8 queries per key and 2 bytes per number. Check, go to 1 query per key, and explain why the three lines are parallel.

# %%
charts.kv_cache(
    "cache", t(pt="O cache de um texto", en="The cache of one text"),
    [Shape("Llama 2 70B", 80, 64, 128), Shape("Phi-2", 32, 32, 80), Shape(t(pt="modelo embutido", en="the embedded model"), blocks, heads, cat.head_size)], group=8,
    said=t(pt="{tokens|0} tokens com {kv|0} cabeças de chave: {per_token|0} bytes por token, {shared|4} GB ao todo. Com uma chave por cabeça seriam {own|4} GB; com uma para todas, {single|4} GB.",
           en="{tokens|0} tokens with {kv|0} key heads: {per_token|0} bytes per token, {shared|4} GB in all. With one key per head it would be {own|4} GB; with one for all, {single|4} GB."),
    caption=t(pt="Llama 2 70B usa 8 cabeças de chave para 64 de consulta (Touvron et al., 2023); Phi-2 usa uma por cabeça. GB = 10⁹ bytes.",
              en="Llama 2 70B uses 8 key heads for 64 query heads (Touvron et al., 2023); Phi-2 uses one per head. GB = 10⁹ bytes."))

# %%
evaluation = trained.evaluation()["models"]
SHIPPED = {"multi-head": ("multi-head-small", t(pt="multi\u00adcabeças", en="multi-head")), "grouped-query": ("grouped-query-small", t(pt="consultas agrupadas", en="grouped-query"))}


def cache_row(name, preset, label):
    """The formula beside what was measured."""
    config = SHAPES[preset]
    right = cache_bytes(config.n_layer, config.n_kv_head, config.head_size, 4)
    record = evaluation[name]["speed"]["cache_bytes_per_token"]
    assert record == right
    return [label, f"{config.n_head}; {config.n_kv_head}", number(right), number(record), number(sum(gpt_parameters(config).values()))]


Table(
    [t(pt="modelo do projeto", en="model of the project"), t(pt="cabeças de consulta; de chave", en="query heads; key heads"), t(pt="bytes por token, fórmula", en="bytes per token, formula"), t(pt="medidos", en="measured"), t(pt="parâmetros", en="parameters")],
    [cache_row(name, *told) for name, told in SHIPPED.items()],
    t(pt="Números de 4 bytes. O modelo agrupado gasta o que poupa em chaves e valores em uma rede feed-forward mais larga: quase os mesmos parâmetros. Medidos: core/weights/evaluation.json, feito por `python -m core.training evaluate`.",
      en="Numbers of 4 bytes. The grouped model spends what it saves on keys and values on a wider feed-forward network: almost the same parameters. Measured: core/weights/evaluation.json, made by `python -m core.training evaluate`."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# Todos calculam a mesma fórmula. Diferem em quem escolhe o divisor e em como se diz quantas chaves há.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# All of them compute the same formula. They differ in who chooses the divisor and in how one says how many keys there are.

# %% fold="engines"
Table(
    [t(pt="onde", en="where"), t(pt="divisor", en="divisor"), t(pt="chaves compartilhadas", en="shared keys"), t(pt="lido em", en="read in")],
    [["PyTorch 2.13", t(pt="√d, a menos que `scale` diga outro", en="√d, unless `scale` says otherwise"), "`enable_gqa=True`", "torch.nn.functional.scaled_dot_product_attention"],
     ["transformers 5.23, Llama", "√d", t(pt="`num_key_value_heads`; sem ele, uma por cabeça", en="`num_key_value_heads`; without it, one per head"), "models/llama/configuration_llama.py"],
     ["ONNX, Attention 24", t(pt="√d, a menos que `scale` diga outro", en="√d, unless `scale` says otherwise"), "`kv_num_heads` < `q_num_heads`", "onnx.ai/onnx/operators/onnx__Attention"],
     ["core", "√d", "`n_kv_head`", "core/models/gpt.py"]],
    t(pt="As versões rápidas calculam os pesos por pedaços e não os guardam. Mostrá-los exige o caminho lento, como aqui.",
      en="The fast versions compute the weights piece by piece and do not keep them. Showing them takes the slow path, as here."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (1 min). Projete o mapa, leia uma linha em voz alta e pergunte por que as áreas de uma linha somam 1 e as de uma coluna não (3 min). Desligue a máscara e pergunte o que a última linha ganhou: nada (1 min). Faça a posição 3 à mão no quadro (5 min). "
       "Na figura das chaves ao acaso, suba d sem dividir; peça à turma o divisor antes de revelá-lo e lembre a aula de temperatura (4 min). Prove a Proposição 16.1 (2 min). Feche com o cache: quantos textos de 4.096 tokens cabem em 80 GB, com e sem grupos? (4 min). "
       "Enganos frequentes: que o peso explica a previsão, que mais cabeças são mais parâmetros, que GQA compartilha consultas, que √d é só uma convenção.",
    en="Ask for the bet (1 min). Project the map, read one row aloud and ask why the areas of a row add up to 1 and those of a column do not (3 min). Switch the mask off and ask what the last row gained: nothing (1 min). Work position 3 by hand on the board (5 min). "
       "In the picture of random keys, raise d without dividing; ask the class for the divisor before revealing it and recall the class on temperature (4 min). Prove Proposition 16.1 (2 min). Close with the cache: how many texts of 4,096 tokens fit in 80 GB, with and without groups? (4 min). "
       "Common mistakes: that the weight explains the prediction, that more heads are more parameters, that GQA shares queries, that √d is a mere convention."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
first = softmax([4.0, 0.0], 2)[0].item()
Exercise(
    id="weight", kind="numeric",
    question=t(pt="Com d = 4, uma consulta tem produto 4 com a primeira chave e 0 com a segunda. Que peso leva a primeira? (Duas casas bastam.)",
               en="With d = 4, a query has product 4 with the first key and 0 with the second. What weight does the first get? (Two decimals will do.)"),
    answer=first, tolerance=0.006,
    mistakes=[
        Mistake(softmax([4.0, 0.0])[0].item(), t(pt="Faltou dividir por √4 = 2 antes do softmax.", en="The division by √4 = 2 before the softmax is missing.")),
        Mistake(softmax([4.0, 0.0], 4)[0].item(), t(pt="Você dividiu por d; é por √d.", en="You divided by d; it is √d.")),
        Mistake(1.0, t(pt="O softmax nunca dá 1 a uma de duas pontuações finitas.", en="The softmax never gives 1 to one of two finite scores.")),
    ],
    right=t(pt=f"4 ÷ 2 = 2, e e² ÷ (e² + 1) = {number(first, 4)}.", en=f"4 ÷ 2 = 2, and e² ÷ (e² + 1) = {number(first, 4)}."),
    wrong=t(pt="Divida os produtos por √d = 2: ficam 2 e 0. Agora o softmax.", en="Divide the products by √d = 2: they become 2 and 0. Now the softmax."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="double", kind="choice",
    question=t(pt="Alguém multiplica por 2 todas as chaves de uma cabeça já treinada. Os pesos de atenção mudam como se:", en="Someone multiplies all the keys of a trained head by 2. The attention weights change as if:"),
    options=[
        Option(t(pt="a temperatura caísse pela metade", en="the temperature were halved"),
               t(pt="Os produtos dobram, e 2u/τ = u/(τ/2): a escala das chaves e a temperatura são a mesma coisa vista de dois lados.", en="The products double, and 2u/τ = u/(τ/2): the scale of the keys and the temperature are one thing seen from two sides."), correct=True),
        Option(t(pt="a temperatura passasse ao dobro", en="the temperature were doubled"), t(pt="Isso achataria os pesos. Produtos maiores os concentram.", en="That would flatten the weights. Larger products sharpen them.")),
        Option(t(pt="nada mudasse: o softmax normaliza", en="nothing happened: the softmax normalises"), t(pt="O softmax ignora uma constante *somada*, não um fator.", en="The softmax ignores a constant that is *added*, not a factor.")),
        Option(t(pt="a saída dobrasse", en="the output were doubled"), t(pt="A saída é média de valores, e os valores não mudaram.", en="The output averages the values, and the values did not change.")),
    ])

# %%
alone = attend(*(torch.ones(1, 1, 1, 4, dtype=torch.float64) * x for x in (7.0, -3.0, 1.0)))[1].item()
assert alone == 1
Exercise(
    id="first", kind="predict",
    question=t(pt="Com a máscara causal, que peso a primeira posição de um texto dá a si mesma?", en="With the causal mask, what weight does the first position of a text give itself?"),
    options=[
        Option("1", t(pt="Só ela é visível, e os pesos de uma linha somam 1. Por isso a primeira linha de toda cabeça é igual.", en="It alone is visible, and the weights of a row add up to 1. That is why the first row of every head is the same."), correct=True),
        Option(t(pt="1 dividido pelo comprimento do texto", en="1 divided by the length of the text"), t(pt="Isso seria ler tudo por igual, sem máscara.", en="That would be reading everything alike, unmasked.")),
        Option(t(pt="depende de q e k", en="it depends on q and k"), t(pt="Com uma pontuação só, o softmax dá 1 qualquer que seja ela.", en="With a single score, the softmax gives 1 whatever it is.")),
    ],
    reveal=t(pt=f"Calculado por core com q · k negativo: {number(alone, 0)}.", en=f"Computed by core with a negative q · k: {number(alone, 0)}."))

# %%
BUGGY = """from math import exp, inf, sqrt

def row(q, keys, t):
    d = len(q)
    s = [sum(a * b for a, b in zip(q, k)) / sqrt(d) for k in keys]
    s = [x if j < t else -inf for j, x in enumerate(s)]
    e = [exp(x) for x in s]
    return [x / sum(e) for x in e]"""
namespace = {}
exec(BUGGY, namespace)
toy = [[1, 1], [0, 2], [1, 3]]
blind = namespace["row"]([2, 1], toy, 2)
assert blind[2] == 0 and abs(sum(blind) - 1) < 1e-12
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"As posições contam do 0. Na última de três, os pesos são {vector(blind, 3)}: somam 1, mas a posição nunca lê a si mesma. Na primeira, a função divide por zero. Qual linha está errada?",
               en=f"Positions count from 0. At the last of three the weights are {vector(blind, 3)}: they add up to 1, but the position never reads itself. At the first one, the function divides by zero. Which line is wrong?"),
    options=[
        Option("5: `s = [... / sqrt(d) ...]`", t(pt="A pontuação está certa: produto dividido por √d.", en="The score is right: the product over √d.")),
        Option("6: `s = [x if j < t else -inf ...]`",
               t(pt="A máscara proíbe as posições *depois* de t; a própria é permitida: `j <= t`.", en="The mask forbids the positions *after* t; its own is allowed: `j <= t`."), correct=True),
        Option("7: `e = [exp(x) for x in s]`", t(pt="A exponencial está certa, e exp(−∞) é 0: o que é proibido some também da soma.", en="The exponential is right, and exp(−∞) is 0: what is forbidden vanishes from the sum too.")),
        Option("8: `return [x / sum(e) for x in e]`", t(pt="A soma é só a das posições permitidas. Zerar os pesos *depois* do softmax é que deixaria o futuro no denominador.", en="The sum is over the allowed positions alone. Setting weights to zero *after* the softmax would leave the future in the denominator.")),
    ])

# %%
right = cache_bytes(32, 8, 128, 2)
Exercise(
    id="bytes", kind="numeric",
    question=t(pt="Um modelo tem 32 blocos, 32 cabeças de consulta, 8 de chave, d = 128, e guarda o cache em 2 bytes por número. Quantos bytes custa cada token?",
               en="A model has 32 blocks, 32 query heads, 8 key heads, d = 128, and keeps its cache at 2 bytes per number. How many bytes does each token cost?"),
    answer=right, tolerance=1,
    mistakes=[
        Mistake(right / 2, t(pt="Guardam-se chaves *e* valores: falta um fator 2.", en="Keys *and* values are kept: a factor of 2 is missing.")),
        Mistake(cache_bytes(32, 32, 128, 2), t(pt="Você usou as 32 cabeças de consulta; o cache guarda só as 8 de chave.", en="You used the 32 query heads; the cache keeps only the 8 key heads.")),
        Mistake(right / 32, t(pt="Esse é o custo de um bloco. São 32.", en="That is the cost of one block. There are 32.")),
        Mistake(right / 2 * 4, t(pt="Você usou 4 bytes por número; aqui são 2.", en="You used 4 bytes per number; here they are 2.")),
    ],
    right=t(pt=f"2 × 32 × 8 × 128 × 2 = {number(right, 0)}.", en=f"2 × 32 × 8 × 128 × 2 = {number(right, 0)}."),
    wrong=t(pt="Multiplique: 2 (chave e valor) × blocos × cabeças de chave × d × bytes.", en="Multiply: 2 (key and value) × blocks × key heads × d × bytes."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="shared", kind="choice",
    question=t(pt="Em um grupo da atenção com consultas agrupadas, duas cabeças compartilham chaves e valores. Elas podem ter pesos de atenção diferentes?", en="In a group of grouped-query attention, two heads share keys and values. Can they have different attention weights?"),
    options=[
        Option(t(pt="sim: cada uma tem a sua consulta", en="yes: each has its own query"), t(pt="A pontuação é q · k; com q diferente, a linha é diferente.", en="The score is q · k; with another q the row is another."), correct=True),
        Option(t(pt="não: mesmas chaves, mesmos pesos", en="no: same keys, same weights"), t(pt="Só seria assim se a consulta também fosse a mesma.", en="It would be so only if the query were the same too.")),
        Option(t(pt="sim, mas as saídas são iguais", en="yes, but the outputs are equal"), t(pt="Pesos diferentes sobre os mesmos valores dão médias diferentes.", en="Different weights over the same values give different averages.")),
    ])

# %%
Experiment(
    id="reader", task="previous",
    question=t(pt="Em muitos modelos há uma cabeça que lê quase só o token anterior. Ache a do modelo desta página: aquela que, na média da frase, põe no token anterior *mais atenção que todas as outras*.",
               en="Many models have a head that reads little but the token before. Find that of this page’s model: the one that, in the mean over the sentence, puts on the previous token *more attention than all the others*."),
    entries=[sentence("Ela abriu a porta e viu a porta"), *head()],
    said={
        "met": t(pt="É ela: {share|%0} da atenção no token anterior. Quem lesse tudo por igual poria ali {even|%0}. Troque a frase e veja se o lugar continua dela: uma cabeça dessas depende da posição, e pouco do que está escrito.",
                 en="That is the one: {share|%0} of the attention on the previous token. One that read everything alike would put {even|%0} there. Change the sentence and see whether the place stays its own: such a head depends on position, and little on what is written."),
        "missed": t(pt="Esta põe no token anterior {share|%0} da atenção (por igual seriam {even|%0}): é a número {place|0} das {heads|0}.",
                    en="This one puts {share|%0} of its attention on the previous token (alike, it would be {even|%0}): it is number {place|0} of the {heads|0}."),
        "unfit": t(pt="Escolha um bloco e uma cabeça, e escreva uma frase de 6 a 40 tokens.", en="Choose a block and a head, and write a sentence of 6 to 40 tokens."),
    },
    caption=t(pt="Parte da atenção no token anterior, por cabeça (bloco.cabeça)", en="Share of the attention on the previous token, by head (block.head)"),
    hint=t(pt="Em [Por dentro do modelo](tool:inside?text=Ela+abriu+a+porta+e+viu+a+porta), ela se vê nas miniaturas: uma linha logo abaixo da diagonal. O número que a página dá a cada tentativa diz se você está perto.",
           en="In [Inside the model](tool:inside?text=Ela+abriu+a+porta+e+viu+a+porta) it is seen in the miniatures: a line just below the diagonal. The number that the page gives at each try says whether you are close."))

# %%
Exercise(
    id="recall", kind="choice",
    question=t(pt="Da lição [Embeddings e posição](lesson:embeddings): em um bloco *sem* máscara e sem informação de posição, você troca de lugar os dois primeiros tokens. O que muda na saída da última posição?",
               en="From the lesson [Embeddings and position](lesson:embeddings): in a block *without* a mask and without any information on position, you swap the first two tokens. What changes in the output of the last position?"),
    options=[
        Option(t(pt="os pesos e a média mudam", en="the weights and the mean change"), t(pt="Cada par de consulta e chave dá a mesma pontuação de antes; só mudou a ordem das parcelas.", en="Every pair of query and key gives the same score as before; only the order of the terms has changed.")),
        Option(t(pt="nada muda ali", en="nothing changes there"), t(pt="É a Proposição 15.1: as saídas são permutadas como as entradas, e a última entrada ficou onde estava.", en="It is Proposition 15.1: the outputs are permuted as the inputs are, and the last input stayed where it was."), correct=True),
        Option(t(pt="só a média muda, os pesos não", en="the mean changes, the weights do not"), t(pt="A média usa os mesmos valores com os mesmos pesos, em outra ordem.", en="The mean uses the same values with the same weights, in another order.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Cada posição compara a sua consulta com as chaves, passa os produtos por um softmax e fica com a média dos valores.
# - O √d é uma temperatura: sem ele, com componentes de variância 1, o softmax esfria quando $d$ cresce e quase não aprende.
# - A máscara causal dá uma previsão honesta em cada posição e deixa guardar chaves e valores: o cache KV.
# - O cache cresce com o texto; compartilhar chaves por grupo de consultas o encolhe na mesma proporção.
# - Peso é quanto se lê, não quanto aquilo muda a saída.
#
# A seguir: [o transformer inteiro](lesson:transformer), onde a atenção é uma de duas partes.

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Every position compares its query with the keys, passes the products through a softmax and keeps the mean of the values.
# - The √d is a temperature: without it, with components of variance 1, the softmax cools as $d$ grows and hardly learns.
# - The causal mask gives an honest prediction at each position and allows keys and values to be kept: the KV cache.
# - The cache grows with the text; sharing keys among a group of queries shrinks it in the same proportion.
# - A weight is how much is read, not how much that changes the output.
#
# Next: [the whole transformer](lesson:transformer), where attention is one of two parts.
