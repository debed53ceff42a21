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
#     slug: {pt: mistura-de-especialistas, en: mixture-of-experts}
#     title: {pt: Mistura de especialistas, en: Mixture of experts}
#     summary:
#       pt: "Um roteador escolhe, com softmax e top-k, quem trabalha em cada token. Quantos parâmetros existem, quantos trabalham, e por que é difícil repartir o trabalho."
#       en: "A router chooses, with a softmax and top-k, who works on each token. How many parameters there are, how many work, and why sharing out the work is hard."
#     prerequisites:
#       pt: "softmax e top-k, das lições da parte um; a rede feed-forward de um bloco"
#       en: "softmax and top-k, from the lessons of part one; a block's feed-forward network"
#     sources:
#       - {id: jacobs1991, text: "Jacobs, Jordan, Nowlan & Hinton (1991). Adaptive Mixtures of Local Experts. Neural Computation 3(1), 79–87", url: "https://doi.org/10.1162/neco.1991.3.1.79"}
#       - {id: shazeer2017, text: "Shazeer et al. (2017). Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer. arXiv:1701.06538", url: "https://arxiv.org/abs/1701.06538"}
#       - {id: lepikhin2020, text: "Lepikhin et al. (2020). GShard: Scaling Giant Models with Conditional Computation and Automatic Sharding. arXiv:2006.16668", url: "https://arxiv.org/abs/2006.16668"}
#       - {id: fedus2021, text: "Fedus, Zoph & Shazeer (2021). Switch Transformers: Scaling to Trillion Parameter Models with Simple and Efficient Sparsity. arXiv:2101.03961", url: "https://arxiv.org/abs/2101.03961"}
#       - {id: shazeer2020, text: "Shazeer (2020). GLU Variants Improve Transformer. arXiv:2002.05202", url: "https://arxiv.org/abs/2002.05202"}
#       - {id: du2021, text: "Du et al. (2021). GLaM: Efficient Scaling of Language Models with Mixture-of-Experts. arXiv:2112.06905", url: "https://arxiv.org/abs/2112.06905"}
#       - {id: jiang2024, text: "Jiang et al. (2024). Mixtral of Experts. arXiv:2401.04088", url: "https://arxiv.org/abs/2401.04088"}
#       - {id: mistral2023, text: "Mistral AI (2023). Mixtral of experts (announcement, with the parameter counts)", url: "https://mistral.ai/news/mixtral-of-experts"}
#       - {id: wang2024, text: "Wang et al. (2024). Auxiliary-Loss-Free Load Balancing Strategy for Mixture-of-Experts. arXiv:2408.15664", url: "https://arxiv.org/abs/2408.15664"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# O Mixtral 8×7B (2023) tem esse nome porque cada camada traz oito redes feed-forward no lugar de uma, sobre a arquitetura de um modelo de 7 bilhões de parâmetros.
# Em cada token só duas das oito trabalham.
#
# Quantos parâmetros há no arquivo do modelo? Aposte antes de calcular.

# %% [markdown] lang="en" anchor="aposta"
# Mixtral 8×7B (2023) has its name because every layer carries eight feed-forward networks in place of one, on the architecture of a model with 7 billion parameters.
# On each token only two of the eight work.
#
# How many parameters are there in the model's file? Place a bet before you calculate.

# %%
from core.course.experts import SparseTransformer, parameters
from dashboard.blocks import Answer, Callout, Exercise, Experiment, Mistake, Option, Table
from dashboard.experiments import one_of, sentence
from dashboard.language import number, percent, say, t, vector
from dashboard.recorded.routing import EXPERTS, SCALE, routing

MIXTRAL, DENSE = parameters(SparseTransformer()), parameters(SparseTransformer(n_experts=1, k=1))


def billions(n):
    return number(n / 1e9, 1)


bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="No arquivo do Mixtral 8×7B há, em bilhões de parâmetros, cerca de:", en="In the file of Mixtral 8×7B there are, in billions of parameters, about:"),
    options=[
        Option("56", t(pt="8 × 7 contaria oito modelos inteiros. Só as redes feed-forward são oito; a atenção e os embeddings existem uma vez só.",
                       en="8 × 7 would count eight whole models. Only the feed-forward networks are eight; attention and embeddings exist once.")),
        Option(billions(MIXTRAL.total), t(pt="Oito redes feed-forward por camada, e uma cópia só de todo o resto.", en="Eight feed-forward networks per layer, and a single copy of all the rest."), correct=True),
        Option(billions(MIXTRAL.active), t(pt="Esses são os que trabalham em um token. Os outros estão no arquivo, e na memória, à espera.",
                                           en="Those are the ones that work on a token. The others are in the file, and in memory, waiting.")),
        Option(billions(DENSE.total), t(pt="Esse é o modelo denso, com uma rede feed-forward por camada.", en="That is the dense model, with one feed-forward network per layer.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Em um [transformer](lesson:transformer) denso, todo token passa pela mesma [rede feed-forward](term:feed-forward). Em uma [mistura de especialistas](term:mixture-of-experts) há N dessas redes,
# os [especialistas](term:expert), e um [roteador](term:router): uma matriz que dá a cada um deles um [logit](term:logit). Os k maiores trabalham. É uma camada [esparsa](term:sparse), porque o resto nem é calculado.
#
# O modelo embutido não tem especialistas. O que há de real na figura são os *vetores dele*: cada linha é um token do começo das *Memórias póstumas de Brás Cubas*, e o que o roteador lê é o vetor que entra na
# última rede feed-forward do modelo. Os roteadores são nossos, e ninguém os treinou: um tem {{ EXPERTS }} direções sorteadas; o outro, os {{ EXPERTS }} centros que o algoritmo k-médias achou nos vetores de *outro* texto. O logit é {{ SCALE | 0 }} vezes o cosseno com a direção.
#
# O anel é a probabilidade entre os {{ EXPERTS }}; o disco, o peso entre os que trabalham. Um dos três controles só muda o tamanho dos discos, nunca o lugar: preveja qual, entre k, τ e o ruído. Mova os três, um de cada vez, e explique.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# In a dense [transformer](lesson:transformer), every token goes through the same [feed-forward network](term:feed-forward). In a [mixture of experts](term:mixture-of-experts) there are N of these networks,
# the [experts](term:expert), and a [router](term:router): a matrix that gives each of them a [logit](term:logit). The k largest work. It is a [sparse](term:sparse) layer, because the rest is not even computed.
#
# The embedded model has no experts. What is real in the picture are *its vectors*: each row is a token of the opening of *Memórias póstumas de Brás Cubas*, and what the router reads is the vector that enters the
# model's last feed-forward network. The routers are ours, and nobody trained them: one has {{ EXPERTS }} random directions; the other, the {{ EXPERTS }} centres that k-means found in the vectors of *another* text. The logit is {{ SCALE | 0 }} times the cosine with the direction.
#
# The ring is the probability among the {{ EXPERTS }}; the disc, the weight among those that work. One of the three controls changes only the size of the discs, never their place: predict which, of k, τ and the noise. Move all three, one at a time, and explain.

# %%
import math

import torch

from core import softmax
from core.course.experts import balance_loss, experts_touched, route
from dashboard import charts
from dashboard.charts.experts import ROOM
from dashboard.worked import balance_by_hand, parameters_by_hand, route_by_hand

TEXT = routing()
GROUPED, DRAWN = (torch.tensor(TEXT.logits[name]) for name in ("grouped", "drawn"))
NAMES = {"grouped": t(pt="centros do k-médias", en="k-means centres"), "drawn": t(pt="direções sorteadas", en="random directions")}
charts.routes(
    "routes", t(pt="Quem trabalha em cada token", en="Who works on each token"), TEXT, NAMES, k=2,
    said=t(pt="Trabalham {working|0} dos {pairs|0} pares de token e especialista, {share|%1}. O maior peso é {most|%1}; o menor, {least|%1}.",
           en="{working|0} of the {pairs|0} pairs of token and expert work, {share|%1}. The largest weight is {most|%1}; the smallest, {least|%1}."),
    caption=t(pt="Anel: probabilidade entre todos. Disco: peso entre os k que trabalham. A área é proporcional ao número.",
              en="Ring: probability among all. Disc: weight among the k that work. The area is proportional to the number."))

# %% [markdown] lang="pt" anchor="formula"
# ## O roteador é um amostrador que não sorteia
#
# Sejam $u_1, \dots, u_N$ os logits do roteador para o vetor $x$ de um token, $S$ o conjunto dos k maiores e $E_i(x)$ a saída do especialista $i$. A camada devolve
#
# $$
# y = \sum_{i \in S} w_i\, E_i(x), \qquad w_i = \frac{e^{u_i}}{\sum_{j \in S} e^{u_j}} .
# $$
#
# É [top-k](lesson:top-k) com [renormalização](term:renormalisation), sem o sorteio: no lugar dele, uma média. A função de core que faz isso é a mesma das lições da parte um. Há quem escreva o softmax antes do corte e quem o escreva depois.
#
# > **Proposição 19.1.** Sejam os logits finitos e $S$ o conjunto dos k maiores (com empates na fronteira, todos os empatados). Cortar e então aplicar o softmax dá os mesmos pesos que aplicar o softmax, cortar e renormalizar.

# %% [markdown] lang="en" anchor="formula"
# ## The router is a sampler that does not draw
#
# Let $u_1, \dots, u_N$ be the router's logits for a token's vector $x$, $S$ the set of the k largest and $E_i(x)$ the output of expert $i$. The layer returns
#
# $$
# y = \sum_{i \in S} w_i\, E_i(x), \qquad w_i = \frac{e^{u_i}}{\sum_{j \in S} e^{u_j}} .
# $$
#
# It is [top-k](lesson:top-k) with [renormalisation](term:renormalisation), without the draw: in its place, an average. The function of core that does it is that of the lessons of part one. Some write the softmax before the cut and some after.
#
# > **Proposition 19.1.** Let the logits be finite and $S$ the set of the k largest (with ties at the border, all that tie). Cutting and then applying the softmax gives the same weights as applying the softmax, cutting and renormalising.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A exponencial é crescente e o softmax divide todos pelo mesmo $Z > 0$, logo os k maiores logits são as k maiores probabilidades, e $S$ é o mesmo. Para $i \in S$,
#
# $$
# \frac{p_i}{\sum_{j \in S} p_j} = \frac{e^{u_i}/Z}{\sum_{j \in S} e^{u_j}/Z} = \frac{e^{u_i}}{\sum_{j \in S} e^{u_j}} ,
# $$
#
# que é o peso $w_i$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The exponential is increasing and the softmax divides all by the same $Z > 0$, so the k largest logits are the k largest probabilities, and $S$ is the same. For $i \in S$,
#
# $$
# \frac{p_i}{\sum_{j \in S} p_j} = \frac{e^{u_i}/Z}{\sum_{j \in S} e^{u_j}/Z} = \frac{e^{u_i}}{\sum_{j \in S} e^{u_j}} ,
# $$
#
# which is the weight $w_i$. $\blacksquare$

# %% [markdown] lang="pt"
# A hipótese que conta é a renormalização. Sem ela os pesos somam $P(S) < 1$, e a saída da camada encolhe. No Switch (2021), com $k = 1$, isso é de propósito: renormalizado, o único peso seria sempre 1, uma constante, e por ela
# nenhum gradiente chegaria ao roteador. O Switch usa $w = p_i$, que depende dos logits.

# %% [markdown] lang="en"
# The hypothesis that counts is the renormalisation. Without it the weights add up to $P(S) < 1$, and the layer's output shrinks. In Switch (2021), with $k = 1$, that is on purpose: renormalised, the only weight would always be 1, a constant, and through it
# no gradient would reach the router. Switch uses $w = p_i$, which depends on the logits.

# %%
route_by_hand("hand", t(pt="Os pesos de um token, por dois caminhos", en="The weights of a token, two ways"), [2, 1, 0, -1], 2)

# %% [markdown] lang="pt" anchor="ordem"
# > **Proposição 19.2.** Para todo $\tau > 0$ finito, dividir os logits por $\tau$ não muda $S$. Somar ruído pode mudar.

# %% [markdown] lang="en" anchor="ordem"
# > **Proposition 19.2.** For every finite $\tau > 0$, dividing the logits by $\tau$ does not change $S$. Adding noise may.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Dividir por um número positivo preserva a ordem, e $S$ só depende da ordem: é o que a lição [A ordem importa](lesson:order) diz do top-k. Para o ruído basta um exemplo: com $k = 1$, logits 1 e 0 e ruído −1 e 1, o escolhido passa do primeiro ao segundo. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Dividing by a positive number preserves order, and $S$ depends on order alone: it is what the lesson [Order matters](lesson:order) says of top-k. For the noise one example is enough: with $k = 1$, logits 1 and 0 and noise −1 and 1, the chosen one goes from the first to the second. $\blacksquare$

# %% [markdown] lang="pt"
# Era a pergunta da figura: τ muda os pesos, não a escolha. O ruído muda a escolha, e por isso Shazeer et al. (2017) o somavam aos logits no treinamento: dá trabalho a quem ficou de fora por pouco.

# %% [markdown] lang="en"
# That was the question of the picture: τ changes the weights, not the choice. Noise changes the choice, and that is why Shazeer et al. (2017) added it to the logits in training: it gives work to those that narrowly missed it.

# %% [markdown] lang="pt" anchor="carga"
# ## Nem todos trabalham igual
#
# Escolher por token não garante que o trabalho se reparta. A **carga** $f_i$ é a parte das tarefas que vai para o especialista $i$: tarefas são os pares de um token e um especialista que trabalha nele. Abaixo, os {{ len(TEXT.tokens) }} tokens do mesmo trecho.
#
# A linha cheia é a parte justa, $1/N$. A tracejada é a **capacidade**: em muitos sistemas cada especialista reserva lugar para um número fixo de tokens, aqui {{ ROOM | 2 }} vezes a parte justa. O que passa dela sobra, e no Switch o token que sobra pula a camada: só a [conexão residual](term:residual-connection) o leva adiante.
#
# Preveja: qual dos dois roteadores reparte melhor, o dos centros ou o das direções sorteadas? Troque um pelo outro. Depois aumente o ruído, leia a sobra, e diga o que se ganhou na repartição e o que se perdeu: os tokens ainda vão a quem o roteador preferia?

# %% [markdown] lang="en" anchor="carga"
# ## Not all work alike
#
# Choosing token by token does not ensure that the work is shared out. The **load** $f_i$ is the share of the tasks that goes to expert $i$: tasks are the pairs of a token and an expert that works on it. Below, the {{ len(TEXT.tokens) }} tokens of the same passage.
#
# The solid line is the fair share, $1/N$. The dashed one is the **capacity**: in many systems each expert keeps room for a fixed number of tokens, here {{ ROOM | 2 }} times the fair share. What goes beyond it is left over, and in Switch the token left over skips the layer: only the [residual connection](term:residual-connection) carries it on.
#
# Predict: which of the two routers shares out better, that of the centres or that of the random directions? Put one in place of the other. Then raise the noise, read the overflow, and say what was gained in sharing out and what was lost: do tokens still go to the one that the router preferred?

# %%
charts.expert_load(
    "load", t(pt="A carga de cada especialista", en="The load of each expert"), TEXT, NAMES, k=1,
    said=t(pt="O mais ocupado faz {largest|%1} do trabalho; a parte justa seria {fair|%1}. Especialistas parados: {idle|0}. Não cabem na capacidade {spilled|%1} das tarefas. A perda de balanceamento é {loss|3}.",
           en="The busiest does {largest|%1} of the work; the fair share would be {fair|%1}. Idle experts: {idle|0}. {spilled|%1} of the tasks do not fit the capacity. The load-balancing loss is {loss|3}."),
    caption=t(pt="Barra cheia: carga f. Contorno: probabilidade média P. Mova τ: as cargas não se mexem, e a perda sim.",
              en="Solid bar: load f. Outline: mean probability P. Move τ: the loads stay put, and the loss does not."))

# %% [markdown] lang="pt" anchor="perda"
# ## A perda que reparte
#
# No treinamento o desequilíbrio se alimenta: quem recebe mais tokens aprende mais, fica melhor e é mais escolhido. O remédio do GShard (2020) e do Switch é somar à função de perda, com um fator pequeno, a [perda de balanceamento](term:load-balancing-loss)
#
# $$
# L = N \sum_{i=1}^{N} f_i\, P_i ,
# $$
#
# em que $P_i$ é a média, sobre os tokens, da probabilidade que o roteador dá ao especialista $i$. Por que um produto? Porque $f$ é uma contagem e não tem gradiente; $P$ tem. Com $f$ fixo, $\partial L / \partial P_i = N f_i$: a descida tira probabilidade de quem está mais carregado.
#
# Costuma-se ler que $L$ é mínima, e vale 1, quando tudo é uniforme. Com que hipóteses?
#
# > **Teorema 19.3.** Sejam $f$ e $P$ com somas iguais a 1. Se $f$ e $P$ têm a mesma ordem, isto é, $(f_i - f_j)(P_i - P_j) \ge 0$ para todo par, então $L \ge 1$. A igualdade vale exatamente quando todos esses produtos são zero, e é o caso se $f$ ou $P$ é uniforme.

# %% [markdown] lang="en" anchor="perda"
# ## The loss that shares out
#
# In training, imbalance feeds itself: who receives more tokens learns more, gets better and is chosen more. The remedy of GShard (2020) and Switch is to add to the training loss, with a small factor, the [load-balancing loss](term:load-balancing-loss)
#
# $$
# L = N \sum_{i=1}^{N} f_i\, P_i ,
# $$
#
# where $P_i$ is the mean, over the tokens, of the probability that the router gives to expert $i$. Why a product? Because $f$ is a count and has no gradient; $P$ has one. With $f$ fixed, $\partial L / \partial P_i = N f_i$: descent takes probability away from whoever is most loaded.
#
# One often reads that $L$ is smallest, and equal to 1, when everything is uniform. Under which hypotheses?
#
# > **Theorem 19.3.** Let $f$ and $P$ each add up to 1. If $f$ and $P$ are ordered alike, that is, $(f_i - f_j)(P_i - P_j) \ge 0$ for every pair, then $L \ge 1$. Equality holds exactly when all these products are zero, which is the case if $f$ or $P$ is uniform.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Abra o produto e some sobre todos os pares ordenados $(i, j)$. Os termos $f_i P_i$ e $f_j P_j$ somam $2N \sum_i f_i P_i$; os cruzados, $-2 \sum_i f_i \sum_j P_j = -2$. Logo
#
# $$
# \begin{aligned} \sum_{i, j} (f_i - f_j)(P_i - P_j) &= 2N \sum_i f_i P_i - 2 \\ &= 2\,(L - 1) . \end{aligned}
# $$
#
# À esquerda só há parcelas positivas ou nulas. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Expand the product and add up over all ordered pairs $(i, j)$. The terms $f_i P_i$ and $f_j P_j$ add up to $2N \sum_i f_i P_i$; the cross terms, to $-2 \sum_i f_i \sum_j P_j = -2$. Hence
#
# $$
# \begin{aligned} \sum_{i, j} (f_i - f_j)(P_i - P_j) &= 2N \sum_i f_i P_i - 2 \\ &= 2\,(L - 1) . \end{aligned}
# $$
#
# On the left no term is negative. $\blacksquare$

# %% [markdown] lang="pt"
# A identidade vale sempre; a hipótese só dá o sinal. E ela pode falhar: uma maioria de tokens *indecisos* escolhe o especialista 1 por pouco, e uma minoria *convicta* escolhe o 2. Os três casos, à mão:

# %% [markdown] lang="en"
# The identity always holds; the hypothesis only gives the sign. And it can fail: a majority of *wavering* tokens chooses expert 1 by a little, and a *confident* minority chooses 2. The three cases, by hand:

# %% [markdown] lang="pt" fold="case"
# ### À mão: três repartições

# %% [markdown] lang="en" fold="case"
# ### By hand: three ways to share

# %% fold="case"
EVEN, ALIKE, AGAINST = [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8]], [[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.2, 0.8]], [[0.55, 0.45], [0.55, 0.45], [0.55, 0.45], [0.05, 0.95]]


def loss_of(rows):
    return balance_loss([[math.log(p) for p in row] for row in rows], 1).item()


uneven = loss_of(AGAINST)
assert abs(loss_of(EVEN) - 1) < 1e-9 and loss_of(ALIKE) > 1 > uneven
balance_by_hand("balance", t(pt="A perda de balanceamento à mão", en="The load-balancing loss by hand"),
                {t(pt="carga igual", en="even load"): EVEN, t(pt="mesma ordem", en="ordered alike"): ALIKE, t(pt="ordem contrária", en="opposite order"): AGAINST})

# %%
Callout("misconception", t(pt="«Perda abaixo de 1 é impossível» e «perda 1 é carga igual»", en="“A loss below 1 is impossible” and “a loss of 1 is an even load”"), t(
    pt=f"As duas são falsas. No terceiro caso a carga é de 75% e 25%, e a perda é {number(uneven, 3)}, menor que a da carga igual. E se o roteador é indiferente, com P uniforme, a perda é 1 por mais torta que seja a carga. "
       "A perda não mede o desequilíbrio: ela dá um empurrão, na direção certa. Baixar a probabilidade do mais carregado é o que, passo a passo, leva tokens para os outros.",
    en=f"Both are false. In the third case the load is 75% and 25%, and the loss is {number(uneven, 3)}, less than that of the even load. And if the router is indifferent, with P uniform, the loss is 1 however lopsided the load. "
       "The loss does not measure imbalance: it gives a push, in the right direction. Lowering the probability of the most loaded one is what, step by step, leads tokens to the others."))

# %% [markdown] lang="pt" anchor="empurrao"
# Que força tem esse empurrão em um token? Com $f$ fixo e a [derivada do softmax](lesson:logits), o logit $u_j$ de um dos $T$ tokens muda a perda à razão de
#
# $$
# \frac{\partial L}{\partial u_j} = \frac{N}{T}\, p_j \Big( f_j - \sum_i f_i\, p_i \Big) .
# $$
#
# A descida baixa o logit de quem tem carga acima da média (a média que o próprio token espera) e sobe o dos outros. Outro caminho, de Wang et al. (2024), dispensa a perda: soma a cada logit um viés que só serve para *escolher*, e o corrige a cada passo conforme a carga.

# %% [markdown] lang="en" anchor="empurrao"
# How hard does it push on a token? With $f$ fixed and the [derivative of the softmax](lesson:logits), the logit $u_j$ of one of the $T$ tokens changes the loss at the rate
#
# $$
# \frac{\partial L}{\partial u_j} = \frac{N}{T}\, p_j \Big( f_j - \sum_i f_i\, p_i \Big) .
# $$
#
# Descent lowers the logit of those whose load is above the mean (the mean that the token itself expects) and raises the others'. Another way, of Wang et al. (2024), does without the loss: it adds to each logit a bias that serves to *choose* only, and corrects it at each step according to the load.

# %% [markdown] lang="pt" anchor="parametros"
# ## Quantos existem, quantos trabalham
#
# De volta à aposta. Com $V$ tokens no vocabulário, $C$ componentes por vetor, $d$ por dentro do especialista e as formas publicadas na configuração do Mixtral, o cálculo inteiro cabe em seis linhas. Cada especialista tem três matrizes, porque a rede é do tipo com porta, a SwiGLU (Shazeer, 2020), em que $\odot$ multiplica componente por componente e $\mathrm{SiLU}(z) = z\,\sigma(z)$:
#
# $$
# E(x) = W_2 \bigl( \mathrm{SiLU}(W_1 x) \odot W_3 x \bigr) .
# $$
#
# $W_1$ e $W_3$ levam de $C$ a $d$ componentes, e $W_2$ traz de volta: $3Cd$ parâmetros, em vez dos $2Cd$ de uma rede sem porta.

# %% [markdown] lang="en" anchor="parametros"
# ## How many there are, how many work
#
# Back to the bet. With $V$ tokens in the vocabulary, $C$ components per vector, $d$ inside the expert and the shapes published in Mixtral's configuration, the whole calculation fits in six lines. Each expert has three matrices, because the network is of the gated kind, SwiGLU (Shazeer, 2020), where $\odot$ multiplies component by component and $\mathrm{SiLU}(z) = z\,\sigma(z)$:
#
# $$
# E(x) = W_2 \bigl( \mathrm{SiLU}(W_1 x) \odot W_3 x \bigr) .
# $$
#
# $W_1$ and $W_3$ lead from $C$ to $d$ components, and $W_2$ brings them back: $3Cd$ parameters, instead of the $2Cd$ of a network without a gate.

# %%
assert round(MIXTRAL.total / 1e9, 1) == 46.7 and round(MIXTRAL.active / 1e9, 1) == 12.9  # as published (mistral2023)
parameters_by_hand("count", t(pt="Os parâmetros do Mixtral 8×7B, um por um", en="The parameters of Mixtral 8×7B, one by one"), SparseTransformer())

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="contas"
# Resultam {{ billions(MIXTRAL.total) }} bilhões no total e {{ billions(MIXTRAL.active) }} bilhões de [parâmetros ativos](term:active-parameters), os números que a Mistral AI publicou. O modelo denso da mesma forma tem {{ billions(DENSE.total) }} bilhões. Oito cópias dele contariam sete vezes a mais a atenção e os embeddings, que os especialistas compartilham.

# %% [markdown] lang="en" anchor="contas"
# The result is {{ billions(MIXTRAL.total) }} billion in all and {{ billions(MIXTRAL.active) }} billion [active parameters](term:active-parameters), the numbers that Mistral AI published. The dense model of the same shape has {{ billions(DENSE.total) }} billion. Eight copies of it would count seven times too often the attention and the embeddings, which the experts share.

# %%
SHAPES = [(1, 1), (8, 1), (8, 2), (8, 8), (64, 2)]
Table(
    [t(pt="especialistas, k", en="experts, k"), t(pt="total, em bilhões", en="total, in billions"), t(pt="ativos, em bilhões", en="active, in billions"), t(pt="ativos ÷ total", en="active ÷ total"),
     t(pt="memória a 16 bits, em GB", en="memory at 16 bits, in GB")],
    [[f"{n}, {k}", billions(one.total), billions(one.active), percent(one.active / one.total), number(2 * one.total / 1e9, 0)]
     for n, k in SHAPES for one in [parameters(SparseTransformer(n_experts=n, k=k))]],
    t(pt="A mesma forma com outros N e k, calculado por core. O cálculo por token segue a coluna dos ativos; a memória, a do total.",
      en="The same shape with other N and k, computed by core. The computation per token follows the active column; memory, the total."))

# %% [markdown] lang="pt" anchor="memoria"
# Um token poupa cálculo, não memória: o próximo pode precisar de qualquer especialista, e todos têm de estar à mão. E a economia de *leitura* some quando muitos tokens passam juntos. Se cada um dos $T$ tokens escolhesse os seus k por sorteio, de modo independente e uniforme,
# um especialista ficaria sem trabalho com probabilidade $(1 - k/N)^T$, e trabalhariam em média $N\,\big(1 - (1 - k/N)^T\big)$.

# %% [markdown] lang="en" anchor="memoria"
# A token saves computation, not memory: the next one may need any expert, and all must be at hand. And the saving in *reading* vanishes when many tokens go through together. If each of the $T$ tokens chose its k by lot, independently and evenly,
# an expert would have no work with probability $(1 - k/N)^T$, and on average $N\,\big(1 - (1 - k/N)^T\big)$ would work.

# %%
BATCHES = (1, 2, 4, 8, 16, 32)
Table([t(pt="tokens juntos, T", en="tokens together, T"), *map(number, BATCHES)],
      [[t(pt="especialistas em uso, de 8", en="experts in use, of 8"), *(number(experts_touched(8, 2, n), 2) for n in BATCHES)]],
      t(pt="Em média, com k = 2 e escolhas independentes e uniformes. As escolhas reais não são nem uma coisa nem outra: a figura da carga mostra.",
        en="On average, with k = 2 and independent, uniform choices. Real choices are neither: the picture of the load shows it."))

# %% [markdown] lang="pt" anchor="assunto"
# ## Especialista em quê?

# %% [markdown] lang="en" anchor="assunto"
# ## An expert in what?

# %%
chosen = GROUPED.argmax(-1)
by_expert = [[TEXT.tokens[at].strip() for at in (chosen == e).nonzero()[:, 0].tolist()] for e in range(EXPERTS)]
Table(
    [t(pt="especialista", en="expert"), t(pt="tokens", en="tokens"), t(pt="quais, na ordem do texto", en="which, in the order of the text")],
    [[number(e + 1), number(len(words)), " · ".join(words[:12]) + (" …" if len(words) > 12 else "") or "–"] for e, words in enumerate(by_expert)],
    t(pt="Os tokens que o roteador do k-médias manda para cada um, com k = 1. Os centros vieram de outro texto, e ninguém disse a ele o que é uma vírgula.",
      en="The tokens that the k-means router sends to each, with k = 1. The centres came from another text, and nobody told it what a comma is."))

# %%
Callout("misconception", t(pt="«Um especialista em medicina, outro em direito»", en="“One expert in medicine, another in law”"), t(
    pt="O nome engana. A escolha é por token e por camada, e nada no treinamento fala de assuntos. Jiang et al. (2024) mediram o Mixtral em artigos do arXiv, de biologia e de filosofia, e não viram padrão claro por assunto (só exercícios sintéticos de matemática destoaram um pouco); o que viram foi sintaxe: "
       "as mesmas palavras e os recuos do código tendem ao mesmo especialista, e tokens vizinhos também. Na tabela acima, com um roteador muito mais simples, veja você: o que une os tokens de uma linha é o tipo ou o assunto?",
    en="The name misleads. The choice is per token and per layer, and nothing in training speaks of subjects. Jiang et al. (2024) measured Mixtral on papers from arXiv, in biology and in philosophy, and saw no clear pattern by subject (only synthetic exercises in mathematics stood out a little); what they saw was syntax: "
       "the same words and the indentation of code tend to the same expert, and so do neighbouring tokens. In the table above, with a far simpler router, look for yourself: is it the kind or the subject that unites the tokens of a row?"))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos modelos
#
# A ideia é de 1991 (Jacobs et al.); a forma esparsa, de 2017. O GLaM, do Google (Du et al., 2021), já tinha 1,2 trilhão de parâmetros, com 64 especialistas por camada esparsa e k = 2: cerca de 8% deles, 97 bilhões, trabalham em cada token (as [erratas](lesson:errata#fatos) tratam do nome). No código do transformers 5.23.0, um roteador difere do outro em detalhes que mudam números:

# %% [markdown] lang="en" anchor="motores"
# ## In the models
#
# The idea is from 1991 (Jacobs et al.); the sparse form, from 2017. GLaM, by Google (Du et al., 2021), already had 1.2 trillion parameters, with 64 experts per sparse layer and k = 2: about 8% of them, 97 billion, work on each token (the [errata](lesson:errata#fatos) deal with its name). In the code of transformers 5.23.0, one router differs from another in details that change numbers:

# %% fold="engines"
YES, NO = t(pt="sim", en="yes"), t(pt="não", en="no")
Table(
    [t(pt="modelo", en="model"), t(pt="o que calcula", en="what it computes"), t(pt="pesos somam 1?", en="weights add up to 1?"), t(pt="lido em models/", en="read in models/")],
    [["Switch", t(pt="softmax; o maior; o que passa da capacidade fica de fora", en="softmax; the largest; what exceeds the capacity is left out"), NO, "switch_transformers"],
     ["Mixtral", t(pt="softmax, top-k, divide pela soma", en="softmax, top-k, divide by the sum"), YES, "mixtral"],
     ["GPT-OSS", t(pt="top-k, depois softmax: os mesmos pesos", en="top-k, then softmax: the same weights"), YES, "gpt_oss"],
     ["Qwen2-MoE, OLMoE", t(pt="softmax, top-k; divide se norm_topk_prob (por padrão, não)", en="softmax, top-k; divides if norm_topk_prob (by default, no)"), NO, "qwen2_moe, olmoe"],
     ["DeepSeek-V3", t(pt="sigmoide no lugar do softmax; escolhe com um viés, pesa sem ele; um especialista a mais trabalha sempre", en="a sigmoid in place of the softmax; chooses with a bias, weighs without it; one more expert always works"), t(pt="sim, vezes um fator fixo", en="yes, times a fixed factor"), "deepseek_v3"]],
    t(pt="Na perda de balanceamento há outro detalhe: no transformers a carga do Mixtral soma k, e a perda com carga igual é k, não 1.",
      en="In the load-balancing loss there is another detail: in transformers Mixtral's load adds up to k, and the loss of the even load is k, not 1."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (1 min). Na primeira figura, pergunte qual dos três controles nunca move um disco, e só então mova τ (3 min). Faça no quadro os dois caminhos da derivação com [2; 1; 0; −1] (4 min). Na figura da carga, compare os dois roteadores com k = 1 e peça à turma o valor de σ "
       "com a menor sobra; pergunte o que se perde com esse ruído (4 min). Prove o Teorema 19.3 e abra o caso de ordem contrária (4 min). Conte os parâmetros do Mixtral e abra a aposta (3 min). Feche com a tabela dos tokens por especialista (1 min). "
       "Enganos frequentes: que 8×7B são 56 bilhões, que a mistura economiza memória, que cada especialista sabe de um assunto, que a temperatura do roteador muda quem trabalha.",
    en="Ask for the bet (1 min). In the first picture, ask which of the three controls never moves a disc, and only then move τ (3 min). Work both ways of the derivation with [2, 1, 0, −1] on the board (4 min). In the picture of the load, compare the two routers at k = 1 and ask the class for the value of σ "
       "with the least overflow; ask what is lost with that noise (4 min). Prove Theorem 19.3 and open the case of opposite order (4 min). Count Mixtral's parameters and open the bet (3 min). Close with the table of tokens by expert (1 min). "
       "Common mistakes: that 8×7B are 56 billion, that the mixture saves memory, that each expert knows a subject, that the router's temperature changes who works."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
u = [math.log(4), math.log(3), math.log(2), 0.0]
first = route(u, 2)[0].item()
Exercise(
    id="weights", kind="numeric",
    question=t(pt="O roteador dá a quatro especialistas as probabilidades 0,4, 0,3, 0,2 e 0,1. Com k = 2 e renormalização, qual é o peso do primeiro?",
               en="The router gives four experts the probabilities 0.4, 0.3, 0.2 and 0.1. With k = 2 and renormalisation, what is the weight of the first?"),
    answer=first, tolerance=0.005,
    mistakes=[
        Mistake(softmax(u)[0].item(), t(pt="Essa é a probabilidade entre os quatro: falta renormalizar sobre os dois que ficaram.", en="That is the probability among the four: renormalise over the two that stay.")),
        Mistake(0.5, t(pt="Meio a meio ignoraria as probabilidades. A média é ponderada.", en="Half and half would ignore the probabilities. The average is weighted.")),
        Mistake(softmax([0.4, 0.3])[0].item(), t(pt="Você aplicou o softmax às probabilidades. Elas já são exponenciais: basta dividir pela soma.", en="You applied the softmax to the probabilities. They are exponentials already: dividing by the sum is enough.")),
    ],
    right=t(pt=f"0,4 ÷ (0,4 + 0,3) = {number(first, 3)}.", en=f"0.4 ÷ (0.4 + 0.3) = {number(first, 3)}."),
    wrong=t(pt="Fique com 0,4 e 0,3, e divida 0,4 pela soma dos dois.", en="Keep 0.4 and 0.3, and divide 0.4 by the sum of the two."),
    unreadable=say("exercise.unreadable"))

# %%
assert all(torch.equal(route(GROUPED / tau, 2) > 0, route(GROUPED, 2) > 0) for tau in (0.25, 4))
Exercise(
    id="hot", kind="choice",
    question=t(pt="Um especialista faz metade do trabalho. Um colega propõe dividir os logits do roteador por τ = 4 para espalhar as escolhas, com k = 2. O que acontece com a carga?",
               en="One expert does half of the work. A colleague proposes to divide the router's logits by τ = 4 to spread the choices, with k = 2. What happens to the load?"),
    options=[
        Option(t(pt="fica mais equilibrada", en="it becomes more even"), t(pt="As probabilidades ficam mais iguais; as escolhas, não. Não há sorteio aqui.", en="The probabilities become more even; the choices do not. There is no draw here.")),
        Option(t(pt="não muda", en="it does not change"), t(pt="A ordem dos logits é a mesma, e o top-k só olha para a ordem (Proposição 19.2).", en="The order of the logits is the same, and top-k looks at order alone (Proposition 19.2)."), correct=True),
        Option(t(pt="fica menos equilibrada", en="it becomes less even"), t(pt="Isso pediria que a ordem mudasse a favor do mais ocupado.", en="That would need the order to change in favour of the busiest.")),
    ])

# %%
touched = experts_touched(8, 2, 4)
assert 5 < touched < 6
Exercise(
    id="touched", kind="predict",
    question=t(pt="Quatro tokens passam juntos por uma camada com 8 especialistas e k = 2, cada um com escolhas uniformes e independentes. Quantos especialistas diferentes trabalham, em média?",
               en="Four tokens go together through a layer with 8 experts and k = 2, each with uniform and independent choices. How many different experts work, on average?"),
    options=[
        Option(t(pt="entre 2 e 3", en="between 2 and 3"), t(pt="Dois por token; tokens diferentes escolhem especialistas diferentes.", en="Two per token; different tokens choose different experts.")),
        Option(t(pt="entre 5 e 6", en="between 5 and 6"), t(pt="São 8 tarefas para 8 especialistas, com repetições.", en="They are 8 tasks over 8 experts, with repeats."), correct=True),
        Option(t(pt="entre 7 e 8", en="between 7 and 8"), t(pt="4 × 2 = 8 tarefas, mas duas podem cair no mesmo especialista.", en="4 × 2 = 8 tasks, but two may fall on the same expert.")),
    ],
    reveal=t(pt=f"8 · (1 − (3/4)⁴) = {number(touched, 2)}.", en=f"8 · (1 − (3/4)⁴) = {number(touched, 2)}."))

# %%
BUGGY = """from math import exp

def weights(u, k):
    e = [exp(x) for x in u]
    cut = sorted(e)[k]
    kept = [x if x >= cut else 0 for x in e]
    return [x / sum(kept) for x in kept]"""
namespace = {}
exec(BUGGY, namespace)
u4 = [2, 1, 0, -1]
assert max(abs(a - b) for a, b in zip(namespace["weights"](u4, 2), route(u4, 2).tolist(), strict=True)) < 1e-12
got = sum(x > 0 for x in namespace["weights"](u4, 1))
assert got == 3
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com u = {vector(u4)} e k = 2 esta função acerta. Com k = 1 trabalham {got} especialistas em vez de um. Qual linha está errada?",
               en=f"With u = {vector(u4)} and k = 2 this function is right. With k = 1, {got} experts work instead of one. Which line is wrong?"),
    options=[
        Option("4: `e = [exp(x) for x in u]`", t(pt="Exponenciar antes do corte é permitido: a ordem é a mesma (Proposição 19.1).", en="Exponentiating before the cut is allowed: the order is the same (Proposition 19.1).")),
        Option("5: `cut = sorted(e)[k]`", t(pt="A lista sobe do menor ao maior: o k-ésimo maior é `sorted(e)[-k]`. Com N = 4, as posições 2 e −2 são a mesma, e o teste com k = 2 não vê o erro.",
                                            en="The list goes up from the smallest: the k-th largest is `sorted(e)[-k]`. With N = 4, positions 2 and −2 are the same, and a test at k = 2 does not see the mistake."), correct=True),
        Option("6: `kept = [x if x >= cut else 0 for x in e]`", t(pt="A comparação está certa: fica quem alcança o corte. O corte é que está errado.", en="The comparison is right: those that reach the cut stay. It is the cut that is wrong.")),
        Option("7: `return [x / sum(kept) for x in kept]`", t(pt="A renormalização está certa: os pesos somam 1.", en="The renormalisation is right: the weights add up to 1.")),
    ])

# %%
single = parameters(SparseTransformer(k=1))
one = MIXTRAL.one_expert / 1e9
Exercise(
    id="one", kind="numeric",
    question=t(pt=f"No Mixtral, um especialista soma {number(one, 2)} bilhões de parâmetros sobre todas as camadas, e com k = 2 há {billions(MIXTRAL.active)} bilhões ativos. Quantos bilhões seriam ativos com k = 1?",
               en=f"In Mixtral, one expert adds up to {number(one, 2)} billion parameters over all layers, and with k = 2 there are {billions(MIXTRAL.active)} billion active. How many billion would be active with k = 1?"),
    answer=single.active / 1e9, tolerance=0.06,
    mistakes=[
        Mistake(MIXTRAL.active / 2e9, t(pt="Metade dividiria também a atenção e os embeddings, que todo token usa.", en="A half would divide attention and embeddings too, which every token uses.")),
        Mistake(one, t(pt="Faltou o que todo token usa: atenção, embeddings, roteadores e normalizações.", en="What every token uses is missing: attention, embeddings, routers and normalisations.")),
        Mistake(MIXTRAL.total / 8e9, t(pt="Um oitavo do total dividiria também o que é um só para todos.", en="An eighth of the total would divide what there is only one of, too.")),
    ],
    right=t(pt=f"{billions(MIXTRAL.active)} − {number(one, 2)} ≈ {number(single.active / 1e9, 2)} bilhões, quase o modelo denso.", en=f"{billions(MIXTRAL.active)} − {number(one, 2)} ≈ {number(single.active / 1e9, 2)} billion, almost the dense model."),
    wrong=t(pt="Tire um especialista dos ativos; o resto fica.", en="Take one expert off the active ones; the rest stays."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="memory", kind="choice",
    question=t(pt="Um modelo denso e um esparso têm os mesmos parâmetros *ativos*. Na máquina que os serve, o esparso:", en="A dense model and a sparse one have the same number of *active* parameters. On the machine that serves them, the sparse one:"),
    options=[
        Option(t(pt="faz cálculo parecido e cabe na mesma memória", en="computes about as much and fits in the same memory"), t(pt="Os parados também ficam na memória: o próximo token pode chamá-los.", en="The idle ones stay in memory too: the next token may call them.")),
        Option(t(pt="faz cálculo parecido e pede mais memória", en="computes about as much and needs more memory"), t(pt="O cálculo segue os ativos; a memória, o total.", en="Computation follows the active ones; memory, the total."), correct=True),
        Option(t(pt="faz mais cálculo e cabe na mesma memória", en="computes more and fits in the same memory"), t(pt="O roteador custa C×N por camada, quase nada ao lado de um especialista; e os parados ocupam memória.", en="The router costs C×N per layer, next to nothing beside an expert; and the idle ones take memory.")),
    ])

# %%
Experiment(
    id="few", task="neurons",
    question=t(pt="O modelo desta página é denso: cada token passa por todos os neurônios das redes feed-forward. Mas nem todos pesam igual. Em cada bloco e a cada token, deixe passar só os de maior valor absoluto e zere os outros. Qual é a *menor* parte que ainda deixa a mesma primeira candidata?",
               en="This page’s model is dense: every token goes through all the neurons of the feed-forward networks. But not all weigh the same. In every block and at every token, let only those of largest absolute value pass and set the others to zero. What is the *smallest* part that still leaves the same first candidate?"),
    entries=[sentence("de vez em"), one_of("part", t(pt="Passam", en="What passes"), {"1": t(pt="todos", en="all"), "2": t(pt="a metade", en="a half"), **{str(n): f"1/{n}" for n in (4, 8, 16, 32)}})],
    said={
        "met": t(pt="«{first}» continua a primeira, e com menos já não: tinha {p|%1}, ficou com {q|%1}. O roteador aqui trapaceia, porque calcula todos para saber quais são os maiores; a mistura de especialistas treina um que escolhe antes.",
                 en="“{first}” still comes first, and with less it no longer does: it had {p|%1}, it is left with {q|%1}. The router here cheats, since it computes them all to know which are the largest; a mixture of experts trains one that chooses beforehand."),
        "fewer": t(pt="«{first}» continua a primeira ({q|%1}), mas dá para cortar mais.", en="“{first}” still comes first ({q|%1}), but more can be cut."),
        "changed": t(pt="Agora vem «{now}», e «{first}» cai de {p|%1} para {q|%1}: cortou demais.", en="Now it is “{now}”, and “{first}” falls from {p|%1} to {q|%1}: too much was cut."),
        "unfit": t(pt="Escreva uma frase de até 40 tokens.", en="Write a sentence of at most 40 tokens."),
    },
    caption=t(pt="As candidatas com a parte que passa", en="The candidates with the part that passes"),
    hint=t(pt="Desça aos poucos, de metade em metade. Onde o modelo está seguro, aguenta mais.", en="Go down step by step, halving. Where the model is sure, it stands more."))

# %%
tied = (route([2, 1, 1, 0], 2) > 0).sum().item()
assert tied == 3
Exercise(
    id="tied", kind="predict",
    question=t(pt="Retome a lição Top-k. O roteador dá os logits 2, 1, 1 e 0, com k = 2. Pela definição desta lição, quantos especialistas trabalham?",
               en="Take up the lesson Top-k again. The router gives the logits 2, 1, 1 and 0, with k = 2. By this lesson's definition, how many experts work?"),
    options=[
        Option(t(pt="um: quem empata na fronteira fica de fora", en="one: those that tie at the border are left out"), t(pt="Empatar com a fronteira não exclui ninguém: o corte é «alcança o k-ésimo maior».", en="Tying with the border excludes nobody: the cut is “reaches the k-th largest”.")),
        Option(t(pt="dois: k é um limite que não se passa", en="two: k is a limit not to be exceeded"), t(pt="Assim fazem muitos programas, que escolhem um dos empatados pelo lugar. Em logits medidos o empate é raro; em um teste com números redondos, não.", en="That is what many programs do, choosing one of those tied by its place. In measured logits a tie is rare; in a test with round numbers it is not.")),
        Option(t(pt="três: quem empata na fronteira fica dentro", en="three: those that tie at the border are kept"), t(pt="$S$ contém todos os empatados na fronteira, como no top-k do curso.", en="$S$ contains all that tie at the border, as in the top-k of the course."), correct=True),
    ],
    reveal=t(pt=f"Calculado por core: {tied}.", en=f"Computed by core: {tied}."))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - O roteador é um softmax com top-k que, em vez de sortear, faz uma média.
# - τ muda os pesos, não a escolha; quem muda a escolha é o ruído, ou um viés.
# - O cálculo por token segue os parâmetros ativos; a memória, o total.
# - A perda de balanceamento empurra para a carga igual, mas não a mede: pode ficar abaixo de 1.
#
# A próxima lição muda o que o modelo faz, não o seu tamanho: [do modelo base ao assistente](lesson:assistant).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - The router is a softmax with top-k that takes an average instead of drawing.
# - τ changes the weights, not the choice; what changes the choice is noise, or a bias.
# - Computation per token follows the active parameters; memory, the total.
# - The load-balancing loss pushes towards an even load but does not measure it: it may be below 1.
#
# The next lesson changes what the model does, not its size: [from base model to assistant](lesson:assistant).
