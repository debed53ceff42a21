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
#     slug: {pt: treinar-do-zero, en: training}
#     title: {pt: Treinar do zero, en: Training from zero}
#     summary:
#       pt: "De pesos sorteados a um modelo que escreve português: a perda, o gradiente, um passo. E três redes, o mesmo texto, comparadas por perplexidade, bits por byte, velocidade e memória."
#       en: "From random weights to a model that writes Portuguese: the loss, the gradient, one step. And three networks, the same text, compared by perplexity, bits per byte, speed and memory."
#     prerequisites:
#       pt: "softmax e logaritmo; uma derivada segunda, só na prova do Teorema 18.2"
#       en: "softmax and logarithm; a second derivative, only in the proof of Theorem 18.2"
#     sources:
#       - {id: bengio2003, text: "Bengio, Ducharme, Vincent & Jauvin (2003). A Neural Probabilistic Language Model. JMLR 3, 1137–1155", url: "https://www.jmlr.org/papers/v3/bengio03a.html"}
#       - {id: radford2019, text: "Radford et al. (2019). Language Models are Unsupervised Multitask Learners (GPT-2). OpenAI", url: "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"}
#       - {id: ainslie2023, text: "Ainslie et al. (2023). GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints. arXiv:2305.13245", url: "https://arxiv.org/abs/2305.13245"}
#       - {id: bridle1990, text: "Bridle (1990). Probabilistic Interpretation of Feedforward Classification Network Outputs. Neurocomputing, NATO ASI Series 68, 227–236", url: "https://doi.org/10.1007/978-3-642-76153-9_28"}
#       - {id: rumelhart1986, text: "Rumelhart, Hinton & Williams (1986). Learning representations by back-propagating errors. Nature 323, 533–536", url: "https://doi.org/10.1038/323533a0"}
#       - {id: loshchilov2017, text: "Loshchilov & Hutter (2017). Decoupled Weight Decay Regularization. arXiv:1711.05101", url: "https://arxiv.org/abs/1711.05101"}
#       - {id: jordan2024, text: "Jordan et al. (2024). Muon: An optimizer for hidden layers in neural networks", url: "https://kellerjordan.github.io/posts/muon/"}
#       - {id: hu2024, text: "Hu et al. (2024). MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies. arXiv:2404.06395", url: "https://arxiv.org/abs/2404.06395"}
#       - {id: kaplan2020, text: "Kaplan et al. (2020). Scaling Laws for Neural Language Models. arXiv:2001.08361", url: "https://arxiv.org/abs/2001.08361"}
#       - {id: hoffmann2022, text: "Hoffmann et al. (2022). Training Compute-Optimal Large Language Models. arXiv:2203.15556", url: "https://arxiv.org/abs/2203.15556"}
#       - {id: sardana2023, text: "Sardana, Portes, Doubov & Frankle (2023). Beyond Chinchilla-Optimal: Accounting for Inference in Language Model Scaling Laws. arXiv:2401.00448", url: "https://arxiv.org/abs/2401.00448"}
#       - {id: grattafiori2024, text: "Grattafiori et al. (2024). The Llama 3 Herd of Models. arXiv:2407.21783", url: "https://arxiv.org/abs/2407.21783"}
#       - {id: muennighoff2023, text: "Muennighoff et al. (2023). Scaling Data-Constrained Language Models. arXiv:2305.16264", url: "https://arxiv.org/abs/2305.16264"}
#       - {id: srivastava2014, text: "Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014). Dropout: A Simple Way to Prevent Neural Networks from Overfitting. JMLR 15, 1929–1958", url: "https://jmlr.org/papers/v15/srivastava14a.html"}
#       - {id: chen1999, text: "Chen & Goodman (1999). An empirical study of smoothing techniques for language modeling. Computer Speech & Language 13(4), 359–394", url: "https://doi.org/10.1006/csla.1999.0128"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Uma rede acaba de nascer: pesos sorteados, nenhum texto lido. O [vocabulário](term:vocabulary) dela tem 8.192 tokens. Antes do primeiro passo
# de treino, você mede a [perplexidade](term:perplexity) da rede em um romance. Que número aparece? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# A network has just been born: random weights, not a text read. Its [vocabulary](term:vocabulary) has 8,192 tokens. Before the first step
# of training you measure its [perplexity](term:perplexity) on a novel. What number comes up? Place a bet.

# %%
from dashboard.blocks import Answer, Callout, Entry, Exercise, Experiment, Mistake, Option, Prose, Table
from dashboard.language import number, percent, quoted, say, short, t, vector
from dashboard.recorded import trained

NAMES = {"multi-head": t(pt="multicabeças", en="multi-head"), "grouped-query": t(pt="consultas agrupadas", en="grouped-query"),
         "feed-forward": "feed-forward"}
MODELS = list(NAMES)  # of one budget
RUN = trained.training("multi-head")
LONG = trained.training("embedded")
SUMMARY, RECIPE = RUN["summary"], RUN["recipe"]
CURVE = trained.losses("multi-head")
START, MILLION, LAST = CURVE[0], min(CURVE, key=lambda point: abs(point[0] - 1)), CURVE[-1]
FIRST_PACE = round(trained.validations("multi-head")[0][0] * 1e6 / RECIPE["batch_tokens"])  # steps between the first validations
FALLS = LONG["recipe"]["steps"] * (1 - LONG["recipe"]["decay"]) * LONG["recipe"]["batch_tokens"] / 1e6  # millions of tokens until the rate falls
FLOOR = min(bits for name in (*MODELS, "embedded") for _, bits in trained.validations(name)) // 0.1 / 10  # of the axis


def passes(run):
    """How often a run read the training text."""
    return run["summary"]["best_step"] * run["recipe"]["batch_tokens"] / run["tokens"]


bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Perplexidade por token de uma rede recém-criada, vocabulário de 8.192:", en="Perplexity per token of a newborn network, vocabulary of 8,192:"),
    options=[
        Option(t(pt="infinita: ela não sabe nada", en="infinite: it knows nothing"),
               t(pt="Só seria infinita se a rede desse probabilidade zero ao que veio. Quem não sabe nada dá um pouco a tudo.",
                 en="It would be infinite only if the network gave probability zero to what came. Whoever knows nothing gives a little to everything.")),
        Option(t(pt="perto de 8.192", en="near 8,192"),
               t(pt="Logits pequenos e sorteados dão um softmax quase uniforme, e a perplexidade da distribuição uniforme é o tamanho do vocabulário.",
                 en="Small random logits give a nearly uniform softmax, and the perplexity of the uniform distribution is the size of the vocabulary."), correct=True),
        Option(t(pt="perto de 1", en="near 1"),
               t(pt="Perplexidade 1 é de quem acerta sempre, com certeza.", en="A perplexity of 1 belongs to whoever is always right, and certain.")),
        Option(t(pt="perto de 4.096, a metade", en="near 4,096, one half"),
               t(pt="Não é uma média de posições no vocabulário. É o inverso da média geométrica das probabilidades, e todas valem cerca de 1/8.192.",
                 en="It is not a mean of places in the vocabulary. It is the inverse of the geometric mean of the probabilities, all about 1/8,192.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Treinar é repetir quatro gestos: ler um trecho, prever cada token, medir a [perda](term:loss) do que veio, empurrar os pesos um pouco na direção que a diminui.
# O resultado desse laço é uma curva. As linhas abaixo não são um desenho: são o registro do treino de três modelos que vêm com este curso, com o mesmo
# texto, na mesma ordem, com um número parecido de parâmetros.
#
# Preveja: a perplexidade cai pela metade mais vezes no primeiro milhão de tokens ou em todo o resto? Mova o ponto, leia a coluna da perplexidade e explique: o que se aprende primeiro, se ainda se leu tão pouco?

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Training repeats four gestures: read a passage, predict every token, measure the [loss](term:loss) of what came, push the weights a little in the direction that lowers it.
# The result of that loop is a curve. The lines below are no drawing: they are the record of how three models of this course were trained, on the same
# text, in the same order, with a similar number of parameters.
#
# Predict: does perplexity halve more often in the first million tokens or in all the rest? Move the point, read the column of perplexity and explain: what is learned first, when so little has been read?

# %%
import math

from core import softmax
from core.course.learning import cross_entropy, gradient_step, loss_gradient
from core.models.sizes import phi_parameters
from dashboard import charts
from dashboard.recorded.snapshots import snapshot
from dashboard.worked import gradient_by_hand

HALVES = [(a - b) / math.log(2) for a, b in ((math.log(8192), MILLION[1]), (MILLION[1], LAST[1]))]  # of perplexity

charts.over_training(
    "loss", t(pt="A perda no texto de treino", en="The loss on the training text"), {NAMES[name]: trained.losses(name) for name in MODELS},
    t(pt="perda, nats por token", en="loss, nats per token"), domain=(4, 9.1), digits=3,
    exponential=(t(pt="perplexidade", en="perplexity"), 1),
    said=t(pt="Depois de {here|2} milhões de tokens, a perda vai de {least|2} a {most|2} nats por token, conforme o modelo.",
           en="After {here|2} million tokens the loss is between {least|2} and {most|2} nats per token, depending on the model."),
    caption=t(pt=f"Cada ponto é a média de dez passos. O degrau perto de {number(RUN['tokens'] / 1e6, 1)} milhões é o começo da segunda passada: dali em diante o modelo prevê um texto que já leu.",
              en=f"Each point is the mean of ten steps. The step near {number(RUN['tokens'] / 1e6, 1)} million is the start of the second pass: from there on the model predicts a text that it has read before."))

# %% [markdown] lang="pt" anchor="resposta"
# A rede nasce com perda perto de $\ln 8192 = {{ math.log(8192) | 3 }}$ nats; a média dos primeiros dez passos já é {{ START[1] | 3 }}. E as metades: no multicabeças, a perplexidade cai pela metade {{ HALVES[0] | 1 }} vezes até o primeiro milhão de tokens e {{ HALVES[1] | 1 }} vezes dali ao fim. Primeiro se aprende o que todo texto repete: quais tokens são frequentes, e quais andam juntos.

# %% [markdown] lang="en" anchor="resposta"
# The network is born with a loss near $\ln 8192 = {{ math.log(8192) | 3 }}$ nats; the mean of the first ten steps is already {{ START[1] | 3 }}. And the halvings: in the multi-head one, perplexity halves {{ HALVES[0] | 1 }} times up to the first million tokens and {{ HALVES[1] | 1 }} times from there to the end. What is learned first is what every text repeats: which tokens are frequent, and which go together.

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="formula"
# ## A perda e o seu gradiente
#
# Depois de um contexto o modelo dá logits $u$ e $p = \mathrm{softmax}(u)$. Seja $y_i$ a parte das vezes em que o token $i$ veio depois desse contexto: com um só
# exemplo, $y$ é 1 no token que veio e 0 nos outros. A perda é a [entropia cruzada](term:cross-entropy) $L = -\sum_i y_i \ln p_i$, em nats.
#
# > **Teorema 18.1.** Para logits finitos e qualquer distribuição $y$,
# >
# > $$
# > \frac{\partial L}{\partial u_i} = p_i - y_i .
# > $$
# >
# > As derivadas somam zero, e $L \ge H(y)$, a entropia em nats, com igualdade só quando $p = y$ (o que nunca acontece se algum $y_i$ é 0: a perda chega tão perto quanto se queira).

# %% [markdown] lang="en" anchor="formula"
# ## The loss and its gradient
#
# After a context the model gives logits $u$ and $p = \mathrm{softmax}(u)$. Let $y_i$ be the share of times that token $i$ came after this context: with a single
# example, $y$ is 1 at the token that came and 0 at the others. The loss is the [cross-entropy](term:cross-entropy) $L = -\sum_i y_i \ln p_i$, in nats.
#
# > **Theorem 18.1.** For finite logits and any distribution $y$,
# >
# > $$
# > \frac{\partial L}{\partial u_i} = p_i - y_i .
# > $$
# >
# > The derivatives add up to zero, and $L \ge H(y)$, the entropy in nats, with equality only when $p = y$ (which never happens if some $y_i$ is 0: the loss gets as close as you like).

# %% [markdown] lang="pt" fold="proof"
# *Prova.* $L = \ln \sum_j e^{u_j} - \sum_i y_i u_i$. A derivada do primeiro termo em $u_i$ é $p_i$ (lição [Dos logits às probabilidades](lesson:logits)), a do segundo é $y_i$. Tanto $p$ quanto $y$ somam 1.
# Por fim, $L - H(y) = \sum_i y_i \ln \frac{y_i}{p_i}$, que é a [divergência KL](term:kl-divergence) de $y$ a $p$: nunca é negativa, e só é zero entre distribuições iguais. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* $L = \ln \sum_j e^{u_j} - \sum_i y_i u_i$. The derivative of the first term in $u_i$ is $p_i$ (lesson [From logits to probabilities](lesson:logits)), that of the second is $y_i$. Both $p$ and $y$ add up to 1.
# Finally, $L - H(y) = \sum_i y_i \ln \frac{y_i}{p_i}$, which is the [KL divergence](term:kl-divergence) from $y$ to $p$: it is never negative, and zero only between equal distributions. $\blacksquare$

# %% [markdown] lang="pt"
# O [gradiente](term:gradient) é uma queixa: *esta probabilidade está tantos pontos acima do que veio*. O alvo não é a certeza. É dar a cada continuação a frequência com que ela aparece.

# %% [markdown] lang="en"
# The [gradient](term:gradient) is a complaint: *this probability is so many points above what came*. The aim is not certainty. It is giving each continuation the frequency with which it appears.

# %% [markdown] lang="pt" anchor="mao"
# ## Um passo à mão
#
# Três tokens, logits 2, 1 e 0, e veio o terceiro, o menos provável. Um passo de descida do gradiente troca $u$ por $u - \eta\,(p - y)$; $\eta$ é a [taxa de aprendizado](term:learning-rate).

# %% [markdown] lang="en" anchor="mao"
# ## One step by hand
#
# Three tokens, logits 2, 1 and 0, and the third came, the least likely one. One step of gradient descent replaces $u$ by $u - \eta\,(p - y)$; $\eta$ is the [learning rate](term:learning-rate).

# %%
gradient_by_hand("step", t(pt="Prever, medir, empurrar", en="Predict, measure, push"), [2, 1, 0], 2, [0.5, 1, 2])

# %% [markdown] lang="pt" anchor="passo"
# ## O passo em logits de verdade
#
# O contorno tracejado é o que o modelo embutido diz depois de «{{ snapshot("sky").prompt }}». O losango marca o que veio; a barra cheia é a distribuição depois do passo.
# Preveja: com um só exemplo, um passo comprido demais pode aumentar a perda? Escolha o token e leve η até o fim. Depois ponha «Frequência do primeiro» em 0,8, para textos que discordam, leve η até o fim de novo, e explique a diferença.

# %% [markdown] lang="en" anchor="passo"
# ## The step on real logits
#
# The dashed outline is what the embedded model says after “{{ snapshot("sky").prompt }}”. The diamond marks what came; the solid bar is the distribution after the step.
# Predict: with a single example, can too long a step raise the loss? Choose the token and take η all the way up. Then set “How often the first” to 0.8, for texts that disagree, take η all the way up again, and explain the difference.

# %%
quarrel = [0.0] * len(snapshot("sky").logits)
quarrel[1], quarrel[3] = 0.8, 0.2
assert cross_entropy(gradient_step(snapshot("sky").logits, quarrel, 48), quarrel) > cross_entropy(snapshot("sky").logits, quarrel)
charts.gradient_step(
    "push", t(pt="Um passo de treino, ao vivo", en="One step of training, live"), snapshot("sky"), first=1, second=3, share=1.0, rate=2,
    said=t(pt="Com η = {rate|1} a perda vai de {before|3} a {after|3} nats. O Teorema 18.2 garantia uma queda de pelo menos {promise} nats.",
           en="With η = {rate|1} the loss goes from {before|3} to {after|3} nats. Theorem 18.2 guaranteed a fall of at least {promise} nats."),
    caption=t(pt="Um exemplo só nunca reclama de um passo longo. Exemplos que discordam reclamam: com 0,8, leve η a 48 e veja a perda passar da que havia antes.",
              en="A single example never complains of a long step. Examples that disagree do: at 0.8, take η to 48 and watch the loss exceed what it was before."))

# %% [markdown] lang="pt" anchor="teorema"
# > **Teorema 18.2.** Para logits finitos, qualquer distribuição $y$ e $0 < \eta < 4$, o passo $u' = u - \eta\,(p - y)$ satisfaz
# >
# > $$
# > L(u') \le L(u) - \eta \left(1 - \frac{\eta}{4}\right) \lVert p - y \rVert^2 .
# > $$

# %% [markdown] lang="en" anchor="teorema"
# > **Theorem 18.2.** For finite logits, any distribution $y$ and $0 < \eta < 4$, the step $u' = u - \eta\,(p - y)$ satisfies
# >
# > $$
# > L(u') \le L(u) - \eta \left(1 - \frac{\eta}{4}\right) \lVert p - y \rVert^2 .
# > $$

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Na direção $v$, a segunda derivada de $L$ é a de $\ln \sum_j e^{u_j + t v_j}$, isto é, a variância de $v$ sob o softmax naquele ponto. A variância de um número entre $a$ e $b$ é no
# máximo $(b - a)^2/4$, e $(b - a)^2 \le 2(a^2 + b^2) \le 2 \lVert v \rVert^2$: no máximo $\lVert v \rVert^2 / 2$ em todo ponto. Taylor com essa cota dá $L(u + tv) \le L(u) + t\, \nabla L \cdot v + t^2 \lVert v \rVert^2 / 4$.
# Tome $v = -(p - y)$ e $t = \eta$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Along a direction $v$ the second derivative of $L$ is that of $\ln \sum_j e^{u_j + t v_j}$, that is, the variance of $v$ under the softmax at that point. The variance of a number between $a$ and $b$ is at
# most $(b - a)^2/4$, and $(b - a)^2 \le 2(a^2 + b^2) \le 2 \lVert v \rVert^2$: at most $\lVert v \rVert^2 / 2$ everywhere. Taylor with that bound gives $L(u + tv) \le L(u) + t\, \nabla L \cdot v + t^2 \lVert v \rVert^2 / 4$.
# Take $v = -(p - y)$ and $t = \eta$. $\blacksquare$

# %% [markdown] lang="pt"
# A hipótese importa: aqui o passo é nos *logits* de um contexto. Treinar move *pesos*.

# %% [markdown] lang="en"
# The hypothesis matters: here the step is on the *logits* of one context. Training moves *weights*.

# %% [markdown] lang="pt" anchor="pesos"
# ## Do logit ao peso
#
# No fim da rede, os logits são uma matriz vezes um vetor, $u = Wh$: cada token tem a sua linha de $W$, e $h$ é o que a rede fez do contexto. A [queixa](term:gradient) passa do logit ao peso pela regra da cadeia: $\partial L / \partial W_{ij} = (p_i - y_i)\, h_j$.
#
# > **Proposição 18.3.** Depois do passo $W' = W - \eta\,(p - y)\,h^{\mathsf T}$, com o mesmo $h$,
# >
# > $$
# > W'h = u - \eta\,\lVert h \rVert^2 (p - y) ,
# > $$
# >
# > e em outro contexto, de vetor $g$, os logits passam de $Wg$ a $Wg - \eta\,(h \cdot g)(p - y)$.

# %% [markdown] lang="en" anchor="pesos"
# ## From the logit to the weight
#
# At the end of the network the logits are a matrix times a vector, $u = Wh$: each token has its row of $W$, and $h$ is what the network made of the context. The [complaint](term:gradient) passes from the logit to the weight by the chain rule: $\partial L / \partial W_{ij} = (p_i - y_i)\, h_j$.
#
# > **Proposition 18.3.** After the step $W' = W - \eta\,(p - y)\,h^{\mathsf T}$, with the same $h$,
# >
# > $$
# > W'h = u - \eta\,\lVert h \rVert^2 (p - y) ,
# > $$
# >
# > and in another context, of vector $g$, the logits go from $Wg$ to $Wg - \eta\,(h \cdot g)(p - y)$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Multiplique $W'$ por $h$ e por $g$; $h^{\mathsf T} h = \lVert h \rVert^2$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Multiply $W'$ by $h$ and by $g$; $h^{\mathsf T} h = \lVert h \rVert^2$. $\blacksquare$

# %% [markdown] lang="pt"
# Nos pesos, o passo é portanto o dos logits com a taxa $\eta\,\lVert h \rVert^2$, e ele mexe em todo contexto que não seja perpendicular a $h$. Com $h = (1; 2)$ e $\eta = 0{,}2$ a taxa nos logits é 1, e o cálculo é o do caso η = 1 acima.

# %% [markdown] lang="en"
# On the weights the step is thus that of the logits with the rate $\eta\,\lVert h \rVert^2$, and it touches every context that is not perpendicular to $h$. With $h = (1, 2)$ and $\eta = 0.2$ the rate on the logits is 1, and the calculation is that of the case η = 1 above.

# %% [markdown] lang="pt" fold="case"
# ### À mão: o mesmo passo, nos pesos

# %% [markdown] lang="en" fold="case"
# ### By hand: the same step, on the weights

# %% fold="case"
H, WEIGHTS, ETA = (1.0, 2.0), [(2.0, 0.0), (1.0, 0.0), (0.0, 0.0)], 0.2
wrongness = loss_gradient([2, 1, 0], [0, 0, 1]).tolist()
pushed = [[w - ETA * g * x for w, x in zip(row, H, strict=True)] for row, g in zip(WEIGHTS, wrongness, strict=True)]
again = [math.fsum(w * x for w, x in zip(row, H, strict=True)) for row in pushed]
assert max(abs(a - b) for a, b in zip(again, gradient_step([2, 1, 0], [0, 0, 1], 1).tolist(), strict=True)) < 1e-12
Table(
    ["token", t(pt="linha de W", en="row of W"), "p − y", t(pt="gradiente da linha", en="gradient of the row"), t(pt="linha de W depois", en="row of W afterwards"), t(pt="logit depois", en="logit afterwards")],
    [[str(i), vector(row, 0), number(g, 4), vector([g * x for x in H], 4), vector(after, 4), number(u, 4)]
     for i, (row, g, after, u) in enumerate(zip(WEIGHTS, wrongness, pushed, again, strict=True), 1)])

# %% [markdown] lang="pt" anchor="retropropagacao"
# A queixa não para em $W$. Também o vetor $h$ recebe a sua, $\partial L / \partial h = W^{\mathsf T}(p - y)$, e a passa à camada que o fez, que a passa à anterior, até os embeddings: é a **retropropagação** (Rumelhart, Hinton e Williams, 1986), a regra da cadeia feita do fim para o começo, ao custo de cerca de duas passadas para a frente.
#
# A garantia do Teorema 18.2 não vai junto: todos os pesos se movem ao mesmo tempo, $h$ também muda, e um lote tem muitos contextos. Por isso a taxa de aprendizado se acha por tentativa, sobe devagar no começo e cai no fim.

# %% [markdown] lang="en" anchor="retropropagacao"
# The complaint does not stop at $W$. The vector $h$ receives its own too, $\partial L / \partial h = W^{\mathsf T}(p - y)$, and passes it to the layer that made it, which passes it to the one before, down to the embeddings: that is **backpropagation** (Rumelhart, Hinton & Williams, 1986), the chain rule worked from end to start, at the cost of about two passes forward.
#
# The guarantee of Theorem 18.2 does not come along: all weights move at once, $h$ changes too, and a batch has many contexts. That is why the learning rate is found by trial, rises slowly at the start and falls at the end.

# %% [markdown] lang="pt" anchor="receita"
# ## A receita que treinou estes modelos
#
# - **Passo**: {{ RECIPE["batch_tokens"] | 0 }} tokens de cada vez; o gradiente é o da perda média deles. {{ RECIPE["steps"] | 0 }} passos são {{ RECIPE["steps"] * RECIPE["batch_tokens"] / 1e6 | 1 }} milhões de tokens,
#   {{ RECIPE["steps"] * RECIPE["batch_tokens"] / RUN["tokens"] | 2 }} passadas pelo texto de treino.
# - **[Otimizador](term:optimizer)**: Muon nas matrizes (cada passo vira uma matriz com valores singulares perto de 1; Jordan et al., 2024) e AdamW no resto (Loshchilov e Hutter, 2017).
# - **Taxa de aprendizado**: sobe em {{ RECIPE["warmup"] | 0 }} passos, fica constante e cai a zero nos últimos {{ RECIPE["decay"] | %0 }} (WSD, de *warmup–stable–decay*; Hu et al., 2024).
# - **Quando parar**: a cada {{ RECIPE["eval_every"] | 0 }} passos (a cada {{ FIRST_PACE | 0 }} no multicabeças, até a taxa começar a cair) o modelo lê obras [reservadas](term:held-out), as de validação, que nunca entram no treino. Se a perda ali sobe enquanto a do treino continua caindo, é [sobreajuste](term:overfitting),
#   e guarda-se o melhor ponto ([parada antecipada](term:early-stopping)). Um terceiro grupo de obras, o teste, é lido uma vez, no fim.

# %% [markdown] lang="en" anchor="receita"
# ## The recipe that trained these models
#
# - **Step**: {{ RECIPE["batch_tokens"] | 0 }} tokens at a time; the gradient is that of their mean loss. {{ RECIPE["steps"] | 0 }} steps are {{ RECIPE["steps"] * RECIPE["batch_tokens"] / 1e6 | 1 }} million tokens,
#   {{ RECIPE["steps"] * RECIPE["batch_tokens"] / RUN["tokens"] | 2 }} passes over the training text.
# - **[Optimizer](term:optimizer)**: Muon for the matrices (each step becomes a matrix whose singular values are near 1; Jordan et al., 2024) and AdamW for the rest (Loshchilov & Hutter, 2017).
# - **Learning rate**: it rises over {{ RECIPE["warmup"] | 0 }} steps, stays constant and falls to zero over the last {{ RECIPE["decay"] | %0 }} (WSD, for *warmup–stable–decay*; Hu et al., 2024).
# - **When to stop**: every {{ RECIPE["eval_every"] | 0 }} steps (every {{ FIRST_PACE | 0 }} for the multi-head one, until the rate begins to fall) the model reads [held-out](term:held-out) works, for validation, on which it never trains. If the loss there rises while that of training keeps falling, it is [overfitting](term:overfitting),
#   and the best point is kept ([early stopping](term:early-stopping)). A third group of works, the test, is read once, at the end.

# %% [markdown] lang="pt" fold="more"
# ### Treinar com os seus textos
#
# Os comandos, para repetir com os seus textos:
#
# ```
# python -m core.training tokenizer --corpus TEXTOS --out TOKENIZADOR
# python -m core.training train --corpus TEXTOS --tokenizer TOKENIZADOR --preset multi-head-small --out TREINO
# python -m core.training evaluate TREINO --corpus TEXTOS
# ```
#
# Um treino interrompido com `kill -9` continua de onde parou, com a mesma ordem de dados e o mesmo estado do otimizador: um teste do projeto o interrompe assim e exige a mesma curva, passo a passo.

# %% [markdown] lang="en" fold="more"
# ### Train on your own texts
#
# The commands, to repeat it with your own texts:
#
# ```
# python -m core.training tokenizer --corpus TEXTS --out TOKENIZER
# python -m core.training train --corpus TEXTS --tokenizer TOKENIZER --preset multi-head-small --out RUN
# python -m core.training evaluate RUN --corpus TEXTS
# ```
#
# A run killed with `kill -9` goes on from where it stopped, with the same order of data and the same state of the optimizer: a test of the project kills it and demands the same curve, step by step.

# %% [markdown] lang="pt" anchor="validacao"
# Nesta figura, o que importa é o fim. Preveja: quando a taxa começa a cair, a validação melhora mais depressa ou mais devagar? Percorra a última parte da curva, que é {{ RECIPE["decay"] | %0 }} dela, e diga qual das três redes ainda melhorava quando o treino acabou.

# %% [markdown] lang="en" anchor="validacao"
# In this picture the end is what matters. Predict: when the rate begins to fall, does validation improve faster or more slowly? Go along the last part of the curve, {{ RECIPE["decay"] | %0 }} of it, and say which of the three networks was still improving when training ended.

# %%
charts.over_training(
    "validation", t(pt="Bits por byte em obras fora do treino", en="Bits per byte on works never trained on"), {NAMES[name]: trained.validations(name) for name in MODELS},
    t(pt="bits por byte, validação", en="bits per byte, validation"), domain=(FLOOR, 2.3), digits=3,
    said=t(pt="Até {here|2} milhões de tokens, a última medida de validação vai de {least|3} a {most|3} bits por byte, conforme o modelo.",
           en="Up to {here|2} million tokens the last validation is between {least|3} and {most|3} bits per byte, depending on the model."),
    caption=t(pt=f"A tabela mostra, para cada modelo, a última medida até o ponto escolhido. Durante o treino a validação é lida em trechos de {number(RECIPE['row_tokens'])} tokens, sem sobreposição, e o começo de cada trecho tem pouco contexto; as medidas da tabela seguinte e da lição Servir usam janelas que se sobrepõem.",
              en=f"The table shows, for each model, the last measurement up to the chosen point. During training, validation is read in passages of {number(RECIPE['row_tokens'])} tokens that do not overlap, and the start of each passage has little context; the measurements of the next table and of the lesson Serving use windows that overlap."))

# %% [markdown] lang="pt" anchor="modelos"
# ## Três redes, o mesmo texto
#
# A **feed-forward** (Bengio et al., 2003) vê os últimos {{ trained.training("feed-forward")["config"]["context_length"] | 0 }} tokens e mais nada: põe os embeddings lado a lado e os passa por uma camada. A **multicabeças** é um GPT-2 pequeno (Radford et al., 2019):
# atenção sobre {{ RUN["config"]["n_positions"] | 0 }} tokens. A de **[consultas agrupadas](term:grouped-query-attention)** (Ainslie et al., 2023) compartilha chaves e valores entre as cabeças e guarda um quarto do cache. Na tabela, obras de teste que nenhuma delas leu, ao lado de um modelo de 5-gramas sem rede
# nenhuma (Kneser–Ney interpolado; Chen e Goodman, 1999) e dos compressores.

# %% [markdown] lang="en" anchor="modelos"
# ## Three networks, the same text
#
# The **feed-forward** one (Bengio et al., 2003) sees the last {{ trained.training("feed-forward")["config"]["context_length"] | 0 }} tokens and nothing else: it lays the embeddings side by side and passes them through one layer. The **multi-head** one is a small GPT-2 (Radford et al., 2019):
# attention over {{ RUN["config"]["n_positions"] | 0 }} tokens. The **[grouped-query](term:grouped-query-attention)** one (Ainslie et al., 2023) shares keys and values among the heads and keeps a quarter of the cache. In the table, test works that none has read, beside a 5-gram model with no network
# at all (interpolated Kneser–Ney; Chen & Goodman, 1999) and the compressors.

# %%
ROWS = trained.evaluation()["models"]
NGRAM, COMPRESSORS = trained.evaluation()["ngram"], trained.evaluation()["compressors"]
AFTER = t(pt=" depois do texto de treino", en=" after the training text")
MB = 2**20
Table(
    [t(pt="no texto de teste", en="on the test text"), t(pt="parâmetros", en="parameters"), t(pt="bits por byte", en="bits per byte"), t(pt="perplexidade por token", en="perplexity per token"),
     t(pt="leitura, tokens/s", en="reading, tokens/s"), t(pt="escrita, tokens/s", en="writing, tokens/s"), t(pt="memória, MiB", en="memory, MiB"), t(pt="cache, bytes por token", en="cache, bytes per token")],
    [[NAMES[name], number(row["parameters"]), number(row["bits_per_byte"], 3), number(row["perplexity"], 1), number(row["speed"]["prefill_tokens_per_second"], 0),
      number(row["speed"]["decode_tokens_per_second"], 0), number(row["speed"]["peak_memory_bytes"] / MB, 0), number(row["speed"]["cache_bytes_per_token"])] for name, row in ((name, ROWS[name]) for name in MODELS)]
    + [[t(pt="5-gramas de Kneser–Ney", en="Kneser–Ney 5-gram"), "—", number(NGRAM["bits_per_byte"], 3), number(NGRAM["perplexity"], 1), *["—"] * 4]]
    + [[row["compressor"].replace("order", t(pt="ordem", en="order")) + (AFTER if row["after_training"] else ""), "—", number(row["bits_per_byte"], 3), *["—"] * 5] for row in COMPRESSORS],
    t(pt="Velocidades em um núcleo de CPU; a feed-forward lê depressa porque só olha os últimos tokens do prompt. A memória é a do processo inteiro, Python incluído. Para medir de novo: `python -m core.training evaluate embedded multi-head grouped-query feed-forward --ngram --compressors --json`.",
      en="Speeds on one CPU core; the feed-forward one reads fast because it looks at the last tokens of the prompt only. Memory is that of the whole process, Python included. To measure again: `python -m core.training evaluate embedded multi-head grouped-query feed-forward --ngram --compressors --json`."))

# %% [markdown] lang="pt" anchor="contagem"
# Repare na linha do 5-gramas. Ele não treina nada: guarda {{ NGRAM["ngrams"] / 1e6 | 1 }} milhões de contagens e chega a {{ NGRAM["bits_per_byte"] | 3 }} bits por byte; a feed-forward, a {{ ROWS["feed-forward"]["bits_per_byte"] | 3 }}; e a multicabeças gasta {{ 1 - ROWS["multi-head"]["bits_per_byte"] / NGRAM["bits_per_byte"] | %1 }} menos que a contagem. Com tão pouco texto, contar bem é difícil de bater.
# O que a contagem não faz é crescer: um contexto longo quase nunca se repete, e mais parâmetros não lhe servem de nada. A atenção olha para trás mais que quatro tokens e aproveita contextos *parecidos*.

# %% [markdown] lang="en" anchor="contagem"
# Notice the row of the 5-gram. It trains nothing: it keeps {{ NGRAM["ngrams"] / 1e6 | 1 }} million counts and reaches {{ NGRAM["bits_per_byte"] | 3 }} bits per byte; the feed-forward one, {{ ROWS["feed-forward"]["bits_per_byte"] | 3 }}; and the multi-head one spends {{ 1 - ROWS["multi-head"]["bits_per_byte"] / NGRAM["bits_per_byte"] | %1 }} less than counting. With so little text, good counting is hard to beat.
# What counting does not do is grow: a long context hardly ever comes back, and more parameters are of no use to it. Attention looks further back than four tokens and profits from *similar* contexts.

# %% [markdown] lang="pt" anchor="amostras"
# O que cada uma escreve a τ = 0,7 com top-p 0,9, o mesmo começo e a mesma semente, sem retoque (só cortado no fim). Ao ler, procure quatro coisas que nenhuma tabela desta página mede: palavras que não existem, concordância, quem fala com quem, e se o fim ainda trata do começo. Para ver outras amostras, abra a [geração](tool:generation).

# %% [markdown] lang="en" anchor="amostras"
# What each writes at τ = 0.7 with top-p 0.9, the same opening and the same seed, untouched (only cut at the end; the models know Portuguese alone). As you read, look for four things that no table of this page measures: words that do not exist, agreement, who speaks to whom, and whether the end still deals with the beginning. To see other samples, open the [generation tab](tool:generation).

# %%
def sample(model, prompt, length=260):
    """A recorded text of a model at τ = 0.7, cut at a space."""
    (row,) = (row for row in ROWS[model]["samples"] if row["temperature"] == 0.7)
    text = row["texts"][prompt].replace("\n", " ")
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"


def plain(text):
    """Text that Markdown must not read as markup."""
    return "".join(f"\\{one}" if one in "\\`*_[]<>#$" else one for one in text)


Prose("\n\n".join(f"**{NAMES[model]}**\n\n> {quoted(plain(sample(model, 3)))}" for model in MODELS))

# %%
Table(
    [t(pt="textos próprios, top-p 0,9", en="own texts, top-p 0.9"), *(f"τ = {short(row['temperature'])}" for row in ROWS["multi-head"]["samples"])],
    [[f"{NAMES[name]}: {label}", *(show(row) for row in ROWS[name]["samples"])] for name in MODELS
     for label, show in ((t(pt="repetição", en="repetition"), lambda row: percent(row["repetition_4"])), (t(pt="bigramas distintos", en="distinct bigrams"), lambda row: percent(row["distinct_2"])))],
    t(pt="Repetição: parte dos tokens que fecha um 4-grama já escrito. Bigramas distintos: pares diferentes divididos pelo total de pares.",
      en="Repetition: share of tokens that complete a 4-gram already written. Distinct bigrams: different pairs divided by all pairs."))

# %% [markdown] lang="pt" anchor="leitura"
# ## Mais leitura
#
# As três redes de cima leram o texto de treino pouco mais de uma vez. O modelo das outras páginas, o **embutido**, é uma multicabeças com {{ LONG["summary"]["parameters"] / SUMMARY["parameters"] | 1 }} vezes os parâmetros da de cima ({{ LONG["config"]["n_layer"] | 0 }} blocos e vetores de {{ LONG["config"]["n_embd"] | 0 }} números, onde ela tem {{ RUN["config"]["n_layer"] | 0 }} e {{ RUN["config"]["n_embd"] | 0 }}). Leu o mesmo texto {{ passes(LONG) | 1 }} vezes, e a sua taxa de aprendizado só começou a cair depois de {{ FALLS | 1 }} milhões de tokens. Contra a cópia de cor, zera no treino {{ LONG["config"]["resid_pdrop"] | %0 }} dos números que cada camada entrega, sorteados a cada passo: é o *dropout* (Srivastava et al., 2014).
#
# Preveja antes de olhar: da segunda passada em diante, a validação ainda cai, ou a rede decora o texto e piora fora dele? Cada passada são {{ LONG["tokens"] / 1e6 | 1 }} milhões de tokens: mova o ponto de uma à outra, e explique o que a queda do fim tem de diferente.

# %% [markdown] lang="en" anchor="leitura"
# ## More reading
#
# The three networks above read the training text little more than once. The model of the other pages, the **embedded** one, is a multi-head network with {{ LONG["summary"]["parameters"] / SUMMARY["parameters"] | 1 }} times the parameters of the one above ({{ LONG["config"]["n_layer"] | 0 }} blocks and vectors of {{ LONG["config"]["n_embd"] | 0 }} numbers, where that one has {{ RUN["config"]["n_layer"] | 0 }} and {{ RUN["config"]["n_embd"] | 0 }}). It read the same text {{ passes(LONG) | 1 }} times, and its learning rate began to fall only after {{ FALLS | 1 }} million tokens. Against learning by heart it sets to zero, in training, {{ LONG["config"]["resid_pdrop"] | %0 }} of the numbers that each layer hands on, drawn anew at each step: that is *dropout* (Srivastava et al., 2014).
#
# Predict before you look: from the second pass on, does validation still fall, or does the network learn the text by heart and do worse outside it? A pass is {{ LONG["tokens"] / 1e6 | 1 }} million tokens: move the point from one to the next, and explain in what the fall at the end differs.

# %%
STOOD = [bits for x, bits in trained.validations("embedded") if FALLS - 8 < x <= FALLS]
assert STOOD[0] - STOOD[-1] < (STOOD[-1] - trained.validations("embedded")[-1][1]) / 4
charts.over_training(
    "reading", t(pt="A validação de quem leu muitas vezes", en="The validation of who read many times"),
    {NAMES["multi-head"]: trained.validations("multi-head"), t(pt="embutido", en="embedded"): trained.validations("embedded")},
    t(pt="bits por byte, validação", en="bits per byte, validation"), domain=(FLOOR, 2.3), digits=3,
    said=t(pt="Até {here|2} milhões de tokens, a última medida de validação vai de {least|3} a {most|3} bits por byte, conforme o modelo.",
           en="Up to {here|2} million tokens the last validation is between {least|3} and {most|3} bits per byte, depending on the model."),
    caption=t(pt="Quando a taxa começa a cair, a linha do embutido, que quase parara, volta a descer.",
              en="When the rate begins to fall, the line of the embedded model, which had almost come to rest, goes down again."))

# %%
assert ROWS["embedded"]["samples"][1]["repetition_4"] > ROWS["multi-head"]["samples"][1]["repetition_4"] and ROWS["embedded"]["samples"][1]["temperature"] == 0.7
Table(
    ["", t(pt="parâmetros", en="parameters"), t(pt="tokens lidos, milhões", en="tokens read, millions"), t(pt="passadas", en="passes"), t(pt="bits por byte, teste", en="bits per byte, test"),
     t(pt="perplexidade por token", en="perplexity per token"), t(pt="repetição a τ = 0,7", en="repetition at τ = 0.7")],
    [[label, number(ROWS[name]["parameters"]), number(run["summary"]["best_step"] * run["recipe"]["batch_tokens"] / 1e6, 1), number(passes(run), 1), number(ROWS[name]["bits_per_byte"], 3),
      number(ROWS[name]["perplexity"], 1), *(percent(row["repetition_4"]) for row in ROWS[name]["samples"] if row["temperature"] == 0.7)]
     for name, label, run in (("multi-head", NAMES["multi-head"], RUN), ("embedded", t(pt="embutido", en="embedded"), LONG))],
    t(pt="O mesmo texto de treino, o mesmo tokenizador, as mesmas obras de teste. Mudaram várias coisas ao mesmo tempo, o tamanho, a leitura e o dropout, e a tabela não as separa. Repare na última coluna: quem menos se surpreende com textos alheios é aqui quem mais se repete nos seus.",
      en="The same training text, the same tokenizer, the same test works. Several things changed at once, size, reading and dropout, and the table does not tell them apart. Look at the last column: the one less surprised by the texts of others is here the one that repeats itself more in its own."))

# %%
Prose("\n\n".join(f"**{label}**\n\n> {quoted(plain(sample(name, 3)))}" for name, label in (("multi-head", NAMES["multi-head"]), ("embedded", t(pt="embutido", en="embedded")))))

# %% [markdown] lang="pt" anchor="perplexidade"
# ## O que quer dizer perplexidade N
#
# > **Proposição 18.4.** Um texto de $n$ tokens aos quais o modelo deu probabilidades $q_1, \dots, q_n$ tem perplexidade $\mathrm{PP} = \exp\!\left(-\frac1n \sum_t \ln q_t\right)$, o inverso da média geométrica. Se todas valem $1/N$, então $\mathrm{PP} = N$.
# > Se dois modelos, com tokenizadores que cortam o texto em $n$ e em $n'$ tokens, dão ao texto inteiro a mesma probabilidade, então
# >
# > $$
# > \mathrm{PP}^{\,n} = (\mathrm{PP}')^{\,n'} .
# > $$

# %% [markdown] lang="en" anchor="perplexidade"
# ## What a perplexity of N means
#
# > **Proposition 18.4.** A text of $n$ tokens to which the model gave probabilities $q_1, \dots, q_n$ has perplexity $\mathrm{PP} = \exp\!\left(-\frac1n \sum_t \ln q_t\right)$, the inverse of the geometric mean. If all of them are $1/N$, then $\mathrm{PP} = N$.
# > If two models, with tokenizers that cut the text into $n$ and into $n'$ tokens, give the whole text the same probability, then
# >
# > $$
# > \mathrm{PP}^{\,n} = (\mathrm{PP}')^{\,n'} .
# > $$

# %% [markdown] lang="pt" fold="proof"
# *Prova.* $\mathrm{PP}^n = 1/(q_1 \cdots q_n)$, e o produto é a probabilidade do texto. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* $\mathrm{PP}^n = 1/(q_1 \cdots q_n)$, and the product is the probability of the text. $\blacksquare$

# %% [markdown] lang="pt"
# Logo a perplexidade por token só compara modelos com o *mesmo* tokenizador. Dividir por bytes conserta: $-\log_2(q_1 \cdots q_n)$ dividido pelo número de bytes do texto dá os [bits por byte](term:bits-per-byte). No teste, o modelo multicabeças tem perplexidade {{ ROWS["multi-head"]["perplexity"] | 1 }} por token e,
# com a mesma probabilidade para o mesmo texto, $2^{ {{ ROWS["multi-head"]["bits_per_byte"] | 3 }} } = {{ 2 ** ROWS["multi-head"]["bits_per_byte"] | 2 }}$ por byte.

# %% [markdown] lang="en"
# Hence perplexity per token compares only models with the *same* tokenizer. Dividing by bytes mends it: $-\log_2(q_1 \cdots q_n)$ divided by the number of bytes of the text gives the [bits per byte](term:bits-per-byte). On the test the multi-head model has perplexity {{ ROWS["multi-head"]["perplexity"] | 1 }} per token and,
# with the same probability for the same text, $2^{ {{ ROWS["multi-head"]["bits_per_byte"] | 3 }} } = {{ 2 ** ROWS["multi-head"]["bits_per_byte"] | 2 }}$ per byte.

# %%
PP = 50
PHI = sum(phi_parameters(51200, 32, 2560, 10240).values())
rare = 2 / PP**2
Callout("misconception", t(pt="«Perplexidade 50: o modelo hesita entre 50 palavras»", en="“A perplexity of 50: the model hesitates among 50 words”"), t(
    pt=f"Só se hesitar igual em todo lugar. Um modelo que dá 1/2 a um token de cada dois e {percent(rare, 2)} ao outro tem perplexidade {number((0.5 * rare) ** -0.5, 0)} e nunca viu 50 opções: ora duas, ora {number(1 / rare, 0)}. E um token não é uma palavra. "
       "A perplexidade também não diz se o texto é bom: mede quanto o modelo se surpreende com textos *alheios*; a repetição da tabela acima é medida nos *seus*.",
    en=f"Only if it hesitates alike everywhere. A model that gives 1/2 to every other token and {percent(rare, 2)} to the rest has perplexity {number((0.5 * rare) ** -0.5, 0)} and never saw 50 options: now two, now {number(1 / rare, 0)}. And a token is not a word. "
       "Nor does perplexity say whether the text is good: it measures how surprised the model is by the texts of *others*; the repetition in the table above is measured on its *own*."))

# %% [markdown] lang="pt" anchor="custo"
# ## Quanto custa
#
# Um passo para a frente e um para trás custam cerca de 6 operações por parâmetro e por token (Kaplan et al., 2020). Lá N deixa de fora os embeddings; aqui eles contam, porque a mesma matriz também multiplica na saída. Com N = {{ SUMMARY["parameters"] | 0 }} e D = {{ SUMMARY["best_step"] * RECIPE["batch_tokens"] | 0 }}, são {{ 6 * SUMMARY["parameters"] * SUMMARY["best_step"] * RECIPE["batch_tokens"] / 1e12 | 0 }} trilhões de operações:
# feitas por um núcleo em {{ SUMMARY["seconds"] / 3600 | 1 }} h, dão {{ 6 * SUMMARY["parameters"] * SUMMARY["best_step"] * RECIPE["batch_tokens"] / SUMMARY["seconds"] / 1e9 | 0 }} bilhões por segundo.
#
# Hoffmann et al. (2022) mediram que, para um orçamento fixo, o melhor é cerca de 20 tokens por parâmetro. Na multicabeças são {{ SUMMARY["best_step"] * RECIPE["batch_tokens"] / SUMMARY["parameters"] | 1 }}: ela é grande para o texto que leu, e a validação ainda caía quando o treino acabou. No embutido são {{ LONG["summary"]["best_step"] * LONG["recipe"]["batch_tokens"] / LONG["summary"]["parameters"] | 1 }}, mas de um texto relido, e depois de umas quatro passadas reler rende cada vez menos (Muennighoff et al., 2023).
# Esse ótimo é só o do cálculo do *treinamento*. Quem vai responder a muita gente paga também cada resposta, e lhe convém um modelo menor treinado por mais tempo (Sardana et al., 2023): o Llama 3 de 8 bilhões leu cerca de 15 trilhões de tokens (Grattafiori et al., 2024), {{ 15e12 / 8e9 | 0 }} por parâmetro.
#
# Treinar também custa memória: com AdamW em float32, cada parâmetro ocupa 16 bytes (peso, gradiente, duas médias). Os daqui caberiam em {{ 16 * SUMMARY["parameters"] / 1e6 | 0 }} MB; o Phi-2, com {{ PHI / 1e9 | 2 }} bilhões, pediria {{ 16 * PHI / 1e9 | 1 }} GB antes de ler o primeiro token.

# %% [markdown] lang="en" anchor="custo"
# ## What it costs
#
# One pass forward and one backward cost about 6 operations per parameter and per token (Kaplan et al., 2020). There N leaves out the embeddings; here they count, because the same matrix multiplies at the output too. With N = {{ SUMMARY["parameters"] | 0 }} and D = {{ SUMMARY["best_step"] * RECIPE["batch_tokens"] | 0 }} they are {{ 6 * SUMMARY["parameters"] * SUMMARY["best_step"] * RECIPE["batch_tokens"] / 1e12 | 0 }} trillion operations:
# done by one core in {{ SUMMARY["seconds"] / 3600 | 1 }} h, they make {{ 6 * SUMMARY["parameters"] * SUMMARY["best_step"] * RECIPE["batch_tokens"] / SUMMARY["seconds"] / 1e9 | 0 }} billion per second.
#
# Hoffmann et al. (2022) measured that, for a fixed budget, about 20 tokens per parameter are best. In the multi-head network they are {{ SUMMARY["best_step"] * RECIPE["batch_tokens"] / SUMMARY["parameters"] | 1 }}: it is large for the text it read, and validation was still falling when training ended. In the embedded one they are {{ LONG["summary"]["best_step"] * LONG["recipe"]["batch_tokens"] / LONG["summary"]["parameters"] | 1 }}, but of a text read again and again, and after some four passes reading again is worth less and less (Muennighoff et al., 2023).
# That optimum is one of *training* computation alone. Whoever is to answer many people pays for each answer too, and is better served by a smaller model trained for longer (Sardana et al., 2023): the Llama 3 of 8 billion read about 15 trillion tokens (Grattafiori et al., 2024), {{ 15e12 / 8e9 | 0 }} per parameter.
#
# Training costs memory too: with AdamW in float32 each parameter takes 16 bytes (weight, gradient, two averages). Those here would fit into {{ 16 * SUMMARY["parameters"] / 1e6 | 0 }} MB; Phi-2, with {{ PHI / 1e9 | 2 }} billion, would ask for {{ 16 * PHI / 1e9 | 1 }} GB before it reads its first token.

# %%
assert all(a[1] > b[1] for a, b in zip(trained.validations("multi-head")[-3:], trained.validations("multi-head")[-2:], strict=False))
Callout("engines", t(pt="Do treino ao motor", en="From training to the engine"), t(
    pt="O `export` grava `safetensors`, `config.json` e `tokenizer.json`. O modelo multicabeças é lido por `GPT2LMHeadModel.from_pretrained` do transformers com os mesmos logits (um teste compara), e dali vai para o vLLM ou, convertido para GGUF, para o llama.cpp. "
       "Para gerar texto, nenhum deles treina: leem os pesos prontos e só calculam para a frente.",
    en="`export` writes `safetensors`, `config.json` and `tokenizer.json`. The multi-head model is read by `GPT2LMHeadModel.from_pretrained` of transformers with the same logits (a test compares), and from there goes to vLLM or, converted to GGUF, to llama.cpp. "
       "To generate text, none of them trains: they read finished weights and only compute forwards."))

# %%
Callout("instructor", t(pt="Uma aula de 25 minutos", en="A 25-minute class"), t(
    pt="Peça a aposta e o valor de ln 8.192 (2 min). Percorra a curva de perda do começo ao fim e pergunte onde a perplexidade cai pela metade mais depressa (3 min). Faça no quadro o passo com η = 1 e o mesmo passo nos pesos (5 min). Na figura do passo, deixe a turma escolher o token; "
       "depois ponha 0,8 e leve η a 48: por que a perda sobe? (4 min). Compare as três redes na tabela e leia as amostras em voz alta: qual é qual? (4 min). Feche com «perplexidade 50» (3 min). Enganos frequentes: achar que o mínimo da perda é zero, "
       "que uma taxa maior só apressa, que perplexidades de tokenizadores diferentes se comparam, que a validação faz parte do treino.",
    en="Ask for the bet and the value of ln 8,192 (2 min). Walk the loss curve from start to end and ask where perplexity halves fastest (3 min). Work the step with η = 1 on the board, and the same step on the weights (5 min). In the picture of the step let the class choose the token; "
       "then set 0.8 and take η to 48: why does the loss rise? (4 min). Compare the three networks in the table and read the samples aloud: which is which? (4 min). Close with “a perplexity of 50” (3 min). Common mistakes: thinking that the minimum of the loss is zero, "
       "that a larger rate only makes it faster, that perplexities of different tokenizers compare, that validation is part of training."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
uniform = cross_entropy([0.0] * 50257, [1.0, *[0.0] * 50256]).item()
Exercise(
    id="newborn", kind="numeric",
    question=t(pt="O GPT-2 tem 50.257 tokens no vocabulário. Qual é a perda, em nats, de um GPT-2 recém-criado, de logits todos iguais?",
               en="GPT-2 has 50,257 tokens in its vocabulary. What is the loss, in nats, of a newborn GPT-2 whose logits are all equal?"),
    answer=uniform, tolerance=0.02,
    mistakes=[
        Mistake(math.log2(50257), t(pt="Isso está em bits. Em nats o logaritmo é natural.", en="That is in bits. In nats the logarithm is natural.")),
        Mistake(math.log10(50257), t(pt="Esse é o logaritmo decimal.", en="That is the decimal logarithm.")),
        Mistake(50257, t(pt="Essa é a perplexidade. A perda é o seu logaritmo.", en="That is the perplexity. The loss is its logarithm.")),
    ],
    right=t(pt=f"ln 50.257 = {number(uniform, 3)}.", en=f"ln 50,257 = {number(uniform, 3)}."),
    wrong=t(pt="Toda probabilidade vale 1/50.257; a perda é menos o logaritmo dela.", en="Every probability is 1/50,257; the loss is minus its logarithm."),
    unreadable=say("exercise.unreadable"))

# %%
gradient = loss_gradient([math.log(0.2), math.log(0.5), math.log(0.3)], [1, 0, 0]).tolist()
Exercise(
    id="gradient", kind="numeric",
    question=t(pt="Três tokens, com probabilidades 0,2, 0,5 e 0,3, e veio o primeiro. Quanto vale a derivada da perda em relação ao logit dele?",
               en="Three tokens, of probability 0.2, 0.5 and 0.3, and the first came. What is the derivative of the loss with respect to its logit?"),
    answer=gradient[0], tolerance=0.005,
    mistakes=[
        Mistake(0.8, t(pt="O sinal: aumentar esse logit *diminui* a perda.", en="The sign: raising that logit *lowers* the loss.")),
        Mistake(0.2, t(pt="0,2 é p. Falta subtrair y, que é 1 no token que veio.", en="0.2 is p. Subtract y, which is 1 at the token that came.")),
        Mistake(-5, t(pt="−1/p é a derivada em relação à *probabilidade*. O logit move todas as probabilidades ao mesmo tempo.",
                      en="−1/p is the derivative with respect to the *probability*. The logit moves all probabilities at once.")),
        Mistake(math.log(0.2), t(pt="ln 0,2 é menos a perda, não a derivada.", en="ln 0.2 is minus the loss, not the derivative.")),
    ],
    right=t(pt=f"p − y = 0,2 − 1 = {number(gradient[0], 1)}. Os outros dois logits recebem {number(gradient[1], 1)} e {number(gradient[2], 1)}, e a soma é zero.",
            en=f"p − y = 0.2 − 1 = {number(gradient[0], 1)}. The other two logits get {number(gradient[1], 1)} and {number(gradient[2], 1)}, and the sum is zero."),
    wrong=t(pt="Teorema 18.1: p − y, com y = 1 no token que veio.", en="Theorem 18.1: p − y, with y = 1 at the token that came."),
    unreadable=say("exercise.unreadable"))

# %%
BUGGY = """def best_weights(run):
    best, kept = math.inf, None
    for weights, training, validation in run:
        if training < best:
            best, kept = validation, weights
    return kept"""
namespace = {"math": math}
exec(BUGGY, namespace)
healthy, spoilt = [("w1", 5.0, 5.1), ("w2", 4.4, 4.5), ("w3", 4.1, 4.3)], [("w1", 5.0, 5.1), ("w2", 4.0, 4.4), ("w3", 3.0, 4.6), ("w4", 2.0, 5.0)]
assert namespace["best_weights"](healthy) == min(healthy, key=lambda one: one[2])[0]
assert namespace["best_weights"](spoilt) == "w4" and min(spoilt, key=lambda one: one[2])[0] == "w2"
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt="A função devia guardar os pesos de menor perda de validação. Enquanto as duas perdas caem, ela acerta. Com treino 5; 4; 3; 2 e validação 5,1; 4,4; 4,6; 5,0, ela devolve os últimos pesos, e os certos são os segundos. Qual linha está errada?",
               en="The function should keep the weights of least validation loss. As long as both losses fall, it is right. With training 5, 4, 3, 2 and validation 5.1, 4.4, 4.6, 5.0 it returns the last weights, and the right ones are the second. Which line is wrong?"),
    options=[
        Option("2: `best, kept = math.inf, None`", t(pt="Começar do infinito está certo: a primeira medida sempre o baixa.", en="Starting from infinity is right: the first measurement always lowers it.")),
        Option("3: `for weights, training, validation in run:`", t(pt="Percorrer todas as medidas, na ordem em que foram feitas, é o que se quer.", en="Going over all measurements, in the order they were made, is what is wanted.")),
        Option("4: `if training < best:`",
               t(pt="Compara-se a perda de *treino* com a melhor de validação: com sobreajuste a de treino é sempre menor, e tudo passa. O certo é `validation < best`.",
                 en="The *training* loss is compared with the best validation: under overfitting that of training is always lower, and everything passes. Right is `validation < best`."), correct=True),
        Option("5: `best, kept = validation, weights`", t(pt="Guardar a perda de validação com os pesos dela está certo: trocá-la pela de treino faria a função escolher por ela.", en="Keeping the validation loss with its weights is right: putting the training loss there would make the function choose by it.")),
    ])

# %%
quarrel = [0.5, 0.5, 0.0]
losses = [cross_entropy(gradient_step([2, 1, 0], quarrel, rate), quarrel).item() for rate in (0, 1, 40)]
assert losses[1] < losses[0] < losses[2]
Exercise(
    id="long", kind="predict",
    question=t(pt="Logits 2, 1 e 0; o primeiro e o segundo token vieram metade das vezes cada um. Um passo com η = 1 baixa a perda. E um passo com η = 40?",
               en="Logits 2, 1 and 0; the first and the second token came half of the time each. A step with η = 1 lowers the loss. And a step with η = 40?"),
    options=[
        Option(t(pt="baixa ainda mais: a direção é a mesma", en="lowers it further: the direction is the same"),
               t(pt="A direção só é a de descida perto de onde foi medida.", en="The direction is downhill only near where it was measured.")),
        Option(t(pt="sobe: o passo passa do mínimo", en="raises it: the step goes past the minimum"),
               t(pt="O segundo token tinha menos que a sua metade e acaba com quase tudo; agora quem custa caro é o primeiro.",
                 en="The second token had less than its half and ends up with nearly everything; now it is the first one that costs much."), correct=True),
        Option(t(pt="não muda: o gradiente soma zero", en="changes nothing: the gradient adds up to zero"),
               t(pt="Somar zero só diz que os logits não sobem nem descem juntos.", en="Adding up to zero only says that the logits do not rise or fall together.")),
    ],
    reveal=t(pt=f"Calculado por core: {number(losses[0], 3)} antes, {number(losses[1], 3)} com η = 1, {number(losses[2], 2)} com η = 40.",
             en=f"Computed by core: {number(losses[0], 3)} before, {number(losses[1], 3)} with η = 1, {number(losses[2], 2)} with η = 40."))

# %%
per_byte = 4.2 / math.log(2) / 3.5
Exercise(
    id="bytes", kind="numeric",
    question=t(pt="Um modelo tem perda de 4,2 nats por token em um texto de 3,5 bytes por token. Quantos bits por byte?", en="A model has a loss of 4.2 nats per token on a text of 3.5 bytes per token. How many bits per byte?"),
    answer=per_byte, tolerance=0.01,
    mistakes=[
        Mistake(4.2 / 3.5, t(pt="Isso são nats por byte. Divida por ln 2 para ter bits.", en="Those are nats per byte. Divide by ln 2 to get bits.")),
        Mistake(4.2 * math.log(2) / 3.5, t(pt="Um nat vale *mais* que um bit: divida por ln 2, não multiplique.", en="A nat is worth *more* than a bit: divide by ln 2, do not multiply.")),
        Mistake(4.2 / math.log(2), t(pt="Isso são bits por token. Cada token cobre 3,5 bytes.", en="Those are bits per token. Each token covers 3.5 bytes.")),
    ],
    right=t(pt=f"4,2 / ln 2 = {number(4.2 / math.log(2), 3)} bits por token, e {number(per_byte, 3)} por byte.", en=f"4.2 / ln 2 = {number(4.2 / math.log(2), 3)} bits per token, and {number(per_byte, 3)} per byte."),
    wrong=t(pt="Duas divisões: por ln 2 (de nats a bits) e pelos bytes de um token.", en="Two divisions: by ln 2 (from nats to bits) and by the bytes of a token."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="gap", kind="choice",
    question=t(pt="Na décima passada pelo mesmo texto, a perda de treino continua caindo e a de validação sobe. O que aconteceu?",
               en="On the tenth pass over the same text the training loss keeps falling and the validation loss rises. What happened?"),
    options=[
        Option(t(pt="a taxa de aprendizado está alta demais", en="the learning rate is too high"),
               t(pt="Com uma taxa alta demais a perda de *treino* não cairia com regularidade.", en="With too high a rate the *training* loss would not fall steadily.")),
        Option(t(pt="o modelo está decorando o texto que relê", en="the model is learning the text it rereads by heart"),
               t(pt="É o sobreajuste. Fique com os pesos do menor ponto da validação; mais texto, ou dropout, adia a subida.",
                 en="That is overfitting. Keep the weights of the lowest validation; more text, or dropout, delays the rise."), correct=True),
        Option(t(pt="a validação tem um erro: as duas perdas têm de andar juntas", en="the validation has a mistake: both losses must go together"),
               t(pt="Nada obriga. O gradiente só olha o texto de treino.", en="Nothing forces that. The gradient looks at the training text only.")),
        Option(t(pt="o modelo é pequeno demais", en="the model is too small"),
               t(pt="Um modelo pequeno demais não consegue decorar: a perda de treino pararia alta.", en="A model that is too small cannot learn by heart: the training loss would stop high.")),
    ])

# %%
Experiment(
    id="learned", task="cost", given={"against": "O celular ficou sem bateria no metrô de manhã."},
    question=t(pt="O modelo leu romances e crônicas antigos. «O celular ficou sem bateria no metrô de manhã.» o surpreende. Escreva uma frase, com cinco palavras diferentes ou mais, que custe *no máximo a metade* dos bits por byte dessa.",
               en="The model has read old novels and chronicles, in Portuguese. “O celular ficou sem bateria no metrô de manhã.” (“The mobile ran out of battery on the underground in the morning.”) surprises it. Write a sentence, of five different words or more, that costs *at most half* its bits per byte."),
    entries=[Entry("text", t(pt="A sua frase", en="Your sentence"), "O telefone tocou e ela atendeu a chamada.")],
    said={
        "met": t(pt="{bits|2} bits por byte contra {reference|2}. O que o treinamento deixou nos pesos são as frases que se pareciam com esta.",
                 en="{bits|2} bits per byte against {reference|2}. What training left in the weights are the sentences that looked like this one."),
        "missed": t(pt="{bits|2} bits por byte; a outra custa {reference|2}, e a metade dela é o que se pede. Que palavras o modelo não pode ter visto?",
                    en="{bits|2} bits per byte; the other costs {reference|2}, and half of it is what is asked. Which words can the model not have seen?"),
        "unfit": t(pt="Escreva uma frase com pelo menos cinco palavras diferentes: repetir uma só é barato por outro motivo.", en="Write a sentence of at least five different words: repeating a single one is cheap for another reason."),
    },
    caption=t(pt="Bits por byte", en="Bits per byte"),
    hint=t(pt="Escreva como um romance do século XIX: olhos que se enchem de lágrimas, alguém que se levanta e vai à janela.", en="Write as a novel of the 19th century would: “Os olhos encheram-se de lágrimas” (eyes fill with tears), “levantou-se e foi à janela” (someone rises and goes to the window)."))

# %%
FREQUENCIES = [0.6, 0.3, 0.1]
fitted = [math.log(y) for y in FREQUENCIES]
at_one, at_half = (-math.fsum(y * math.log(q) for y, q in zip(FREQUENCIES, softmax(fitted, tau).tolist(), strict=True)) for tau in (1, 0.5))
assert at_half > at_one
Exercise(
    id="cooled", kind="predict",
    question=t(pt="Retome a lição Temperatura. Depois de um contexto, três tokens vêm com frequências 0,6, 0,3 e 0,1, e o modelo aprendeu exatamente isso. Se a perda for medida com os logits divididos por τ = 0,5, ela:",
               en="Take up the lesson Temperature again. After a context three tokens come with frequencies 0.6, 0.3 and 0.1, and the model has learned exactly that. If the loss is measured with the logits divided by τ = 0.5, it:"),
    options=[
        Option(t(pt="cai, porque o modelo fica mais seguro", en="falls, because the model gets surer"), t(pt="Mais seguro do que a língua é: nos 40% de vezes em que vem outro token, ele paga caro.", en="Surer than the language is: in the 40% where another token comes, it pays much.")),
        Option(t(pt="sobe, porque p = y já era o mínimo", en="rises, because p = y was the minimum already"), t(pt="É o Teorema 18.1: L ≥ H(y), com igualdade só em p = y. Esfriar serve para escolher tokens, não para prever.", en="That is Theorem 18.1: L ≥ H(y), with equality only at p = y. Cooling serves to choose tokens, not to predict."), correct=True),
        Option(t(pt="fica igual, porque a ordem não muda", en="stays, because the order does not change"), t(pt="A perda vê as probabilidades, não só a ordem.", en="The loss sees the probabilities, not the order alone.")),
    ],
    reveal=t(pt=f"Calculado por core: {number(at_one, 3)} nats em τ = 1, {number(at_half, 3)} em τ = 0,5.", en=f"Computed by core: {number(at_one, 3)} nats at τ = 1, {number(at_half, 3)} at τ = 0.5."))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - A perda é a entropia cruzada; o seu gradiente nos logits é $p - y$, e o mínimo é a entropia da língua, não zero.
# - O gradiente chega aos pesos pela regra da cadeia, e cada passo em um contexto mexe nos outros.
# - Guardam-se os pesos do menor ponto da *validação*; o teste é lido uma vez.
# - Perplexidade por token só compara modelos de mesmo tokenizador; bits por byte comparam todos.
#
# A próxima lição troca uma rede por várias: [Mistura de especialistas](lesson:mixture-of-experts).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - The loss is the cross-entropy; its gradient on the logits is $p - y$, and its minimum is the entropy of the language, not zero.
# - The gradient reaches the weights by the chain rule, and each step on one context touches the others.
# - What is kept are the weights of least *validation*; the test is read once.
# - Perplexity per token compares only models with the same tokenizer; bits per byte compare them all.
#
# The next lesson puts several networks in place of one: [Mixture of experts](lesson:mixture-of-experts).
