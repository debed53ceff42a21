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
#     minutes: 15
#     prerequisites:
#       pt: "softmax e logaritmo; uma derivada segunda, só na prova do Teorema 2"
#       en: "softmax and logarithm; a second derivative, only in the proof of Theorem 2"
#     sources:
#       - {id: bengio2003, text: "Bengio, Ducharme, Vincent & Jauvin (2003). A Neural Probabilistic Language Model. JMLR 3, 1137–1155", url: "https://www.jmlr.org/papers/v3/bengio03a.html"}
#       - {id: radford2019, text: "Radford et al. (2019). Language Models are Unsupervised Multitask Learners (GPT-2). OpenAI", url: "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"}
#       - {id: ainslie2023, text: "Ainslie et al. (2023). GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints. arXiv:2305.13245", url: "https://arxiv.org/abs/2305.13245"}
#       - {id: bridle1990, text: "Bridle (1990). Probabilistic Interpretation of Feedforward Classification Network Outputs. Neurocomputing, NATO ASI Series 68, 227–236", url: "https://doi.org/10.1007/978-3-642-76153-9_28"}
#       - {id: loshchilov2017, text: "Loshchilov & Hutter (2017). Decoupled Weight Decay Regularization. arXiv:1711.05101", url: "https://arxiv.org/abs/1711.05101"}
#       - {id: jordan2024, text: "Jordan et al. (2024). Muon: An optimizer for hidden layers in neural networks", url: "https://kellerjordan.github.io/posts/muon/"}
#       - {id: hu2024, text: "Hu et al. (2024). MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies. arXiv:2404.06395", url: "https://arxiv.org/abs/2404.06395"}
#       - {id: kaplan2020, text: "Kaplan et al. (2020). Scaling Laws for Neural Language Models. arXiv:2001.08361", url: "https://arxiv.org/abs/2001.08361"}
#       - {id: hoffmann2022, text: "Hoffmann et al. (2022). Training Compute-Optimal Large Language Models. arXiv:2203.15556", url: "https://arxiv.org/abs/2203.15556"}
#       - {id: chen1999, text: "Chen & Goodman (1999). An empirical study of smoothing techniques for language modeling. Computer Speech & Language 13(4), 359–394", url: "https://doi.org/10.1006/csla.1999.0128"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Uma rede acaba de nascer: pesos sorteados, nenhum texto lido. O [vocabulário](term:vocabulary) dela tem 8.192 tokens. Antes do primeiro passo
# de treino, você mede a [perplexidade](term:perplexity) da rede em um romance. Que número aparece? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# A network has just been born: random weights, not a text read. Its [vocabulary](term:vocabulary) has 8,192 tokens. Before the first step
# of training you measure its [perplexity](term:perplexity) on a novel. What number comes up? Place a bet.

# %%
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Prose, Table
from dashboard.language import number, percent, quoted, say, short, t
from dashboard.recorded import trained

MODELS = list(trained.evaluation()["models"])
NAMES = {"embedded": t(pt="multicabeças", en="multi-head"), "grouped-query": t(pt="consultas agrupadas", en="grouped-query"),
         "feed-forward": "feed-forward"}
RUN = trained.training("embedded")
SUMMARY, RECIPE = RUN["summary"], RUN["recipe"]
START = trained.losses("embedded")[0]
FIRST_PACE = round(trained.validations("embedded")[0][0] * 1e6 / RECIPE["batch_tokens"])  # steps between the first validations

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
# O que sai desse laço é uma curva. As linhas abaixo não são um desenho: são o registro do treino dos modelos que vêm com este curso, todos com o mesmo
# texto, na mesma ordem, com um número parecido de parâmetros. Mova o ponto e leia a perda de cada um.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Training repeats four gestures: read a passage, predict every token, measure the [loss](term:loss) of what came, push the weights a little in the direction that lowers it.
# What comes out of that loop is a curve. The lines below are no drawing: they are the record of how the models of this course were trained, all on the same
# text, in the same order, with a similar number of parameters. Move the point and read the loss of each.

# %%
import math

from core.learning import cross_entropy, gradient_step, loss_gradient
from dashboard import charts
from dashboard.recorded.snapshots import snapshot
from dashboard.worked import gradient_by_hand

charts.over_training(
    "loss", t(pt="A perda no texto de treino", en="The loss on the training text"), {NAMES[name]: trained.losses(name) for name in MODELS},
    t(pt="perda, nats por token", en="loss, nats per token"), domain=(4, 9.1), digits=3,
    also=(t(pt="perplexidade", en="perplexity"), "exp(datum.value)", 1),
    said=t(pt="Depois de {here|2} milhões de tokens, a perda vai de {least|2} a {most|2} nats por token, conforme o modelo.",
           en="After {here|2} million tokens the loss is between {least|2} and {most|2} nats per token, depending on the model."),
    caption=t(pt=f"Cada ponto é a média de dez passos. O degrau perto de {number(RUN['tokens'] / 1e6, 1)} milhões é o começo da segunda passada: dali em diante o modelo prevê um texto que já leu.",
              en=f"Each point is the mean of ten steps. The step near {number(RUN['tokens'] / 1e6, 1)} million is the start of the second pass: from there on the model predicts a text that it has read before."))

# %% [markdown] lang="pt" anchor="resposta"
# A rede nasce com perda perto de $\ln 8192 = {{ math.log(8192) | 3 }}$ nats; a média dos primeiros dez passos já é {{ START[1] | 3 }}.

# %% [markdown] lang="en" anchor="resposta"
# The network is born with a loss near $\ln 8192 = {{ math.log(8192) | 3 }}$ nats; the mean of the first ten steps is already {{ START[1] | 3 }}.

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="formula"
# ## A perda e o seu gradiente
#
# Depois de um contexto o modelo dá logits $u$ e $p = \mathrm{softmax}(u)$. Seja $y_i$ a parte das vezes em que o token $i$ veio depois desse contexto: com um só
# exemplo, $y$ é 1 no token que veio e 0 nos outros. A perda é a [entropia cruzada](term:cross-entropy) $L = -\sum_i y_i \ln p_i$, em nats.
#
# > **Teorema 1.** Para logits finitos e qualquer distribuição $y$,
# >
# > $$
# > \frac{\partial L}{\partial u_i} = p_i - y_i .
# > $$
# >
# > As derivadas somam zero, e $L \ge H(y)$, a entropia em nats, com igualdade só quando $p = y$ (o que nunca acontece se algum $y_i$ é 0: a perda chega tão perto quanto se queira).
#
# *Prova.* $L = \ln \sum_j e^{u_j} - \sum_i y_i u_i$. A derivada do primeiro termo em $u_i$ é $p_i$ (lição [Dos logits às probabilidades](lesson:logits)), a do segundo é $y_i$. Tanto $p$ quanto $y$ somam 1.
# Por fim, $L - H(y) = \mathrm{KL}(y \,\|\, p) \ge 0$, e a [divergência KL](term:kl-divergence) só é zero entre distribuições iguais. $\blacksquare$
#
# O [gradiente](term:gradient) é uma queixa: *esta probabilidade está tantos pontos acima do que veio*. O alvo não é a certeza. É dar a cada continuação a frequência com que ela aparece.

# %% [markdown] lang="en" anchor="formula"
# ## The loss and its gradient
#
# After a context the model gives logits $u$ and $p = \mathrm{softmax}(u)$. Let $y_i$ be the share of times that token $i$ came after this context: with a single
# example, $y$ is 1 at the token that came and 0 at the others. The loss is the [cross-entropy](term:cross-entropy) $L = -\sum_i y_i \ln p_i$, in nats.
#
# > **Theorem 1.** For finite logits and any distribution $y$,
# >
# > $$
# > \frac{\partial L}{\partial u_i} = p_i - y_i .
# > $$
# >
# > The derivatives add up to zero, and $L \ge H(y)$, the entropy in nats, with equality only when $p = y$ (which never happens if some $y_i$ is 0: the loss comes as close as you like).
#
# *Proof.* $L = \ln \sum_j e^{u_j} - \sum_i y_i u_i$. The derivative of the first term in $u_i$ is $p_i$ (lesson [From logits to probabilities](lesson:logits)), that of the second is $y_i$. Both $p$ and $y$ add up to 1.
# Finally, $L - H(y) = \mathrm{KL}(y \,\|\, p) \ge 0$, and the [KL divergence](term:kl-divergence) is zero only between equal distributions. $\blacksquare$
#
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
# Primeiro com um só exemplo: escolha o token e aumente η. Depois ponha «Frequência do primeiro» em 0,8, para textos que discordam, e aumente η de novo.

# %% [markdown] lang="en" anchor="passo"
# ## The step on real logits
#
# The dashed outline is what the embedded model says after “{{ snapshot("sky").prompt }}”. The diamond marks what came; the solid bar is the distribution after the step.
# First with a single example: choose the token and raise η. Then set “How often the first” to 0.8, for texts that disagree, and raise η again.

# %%
quarrel = [0.0] * len(snapshot("sky").logits)
quarrel[1], quarrel[3] = 0.8, 0.2
assert cross_entropy(gradient_step(snapshot("sky").logits, quarrel, 48), quarrel) > cross_entropy(snapshot("sky").logits, quarrel)
charts.gradient_step(
    "push", t(pt="Um passo de treino, ao vivo", en="One step of training, live"), snapshot("sky"), first=1, second=3, share=1.0, rate=2,
    said=t(pt="Com η = {rate|1} a perda vai de {before|3} a {after|3} nats. O Teorema 2 garantia uma queda de pelo menos {promise} nats.",
           en="With η = {rate|1} the loss goes from {before|3} to {after|3} nats. Theorem 2 guaranteed a fall of at least {promise} nats."),
    caption=t(pt="Um exemplo só nunca reclama de um passo longo. Exemplos que discordam reclamam: com 0,8, leve η a 48 e veja a perda passar da que havia antes.",
              en="A single example never complains of a long step. Examples that disagree do: at 0.8, take η to 48 and watch the loss exceed what it was before."))

# %% [markdown] lang="pt" anchor="teorema"
# > **Teorema 2.** Para logits finitos, qualquer distribuição $y$ e $0 < \eta < 4$, o passo $u' = u - \eta\,(p - y)$ satisfaz
# >
# > $$
# > L(u') \le L(u) - \eta \left(1 - \frac{\eta}{4}\right) \lVert p - y \rVert^2 .
# > $$
#
# *Prova.* Na direção $v$, a segunda derivada de $L$ é a de $\ln \sum_j e^{u_j + t v_j}$, isto é, a variância de $v$ sob o softmax naquele ponto. A variância de um número entre $a$ e $b$ é no
# máximo $(b - a)^2/4$, e $(b - a)^2 \le 2(a^2 + b^2) \le 2 \lVert v \rVert^2$: no máximo $\lVert v \rVert^2 / 2$ em todo ponto. Taylor com essa cota dá $L(u + tv) \le L(u) + t\, \nabla L \cdot v + t^2 \lVert v \rVert^2 / 4$.
# Tome $v = -(p - y)$ e $t = \eta$. $\blacksquare$
#
# A hipótese importa: aqui o passo é nos *logits* de um contexto. Treinar move *pesos*, e cada peso mexe nos logits de todos os contextos ao mesmo tempo. O gradiente chega a eles pela regra da cadeia, mas a garantia
# não vai junto. Por isso a taxa de aprendizado se acha por tentativa, sobe devagar no começo e cai no fim.

# %% [markdown] lang="en" anchor="teorema"
# > **Theorem 2.** For finite logits, any distribution $y$ and $0 < \eta < 4$, the step $u' = u - \eta\,(p - y)$ satisfies
# >
# > $$
# > L(u') \le L(u) - \eta \left(1 - \frac{\eta}{4}\right) \lVert p - y \rVert^2 .
# > $$
#
# *Proof.* Along a direction $v$ the second derivative of $L$ is that of $\ln \sum_j e^{u_j + t v_j}$, that is, the variance of $v$ under the softmax at that point. The variance of a number between $a$ and $b$ is at
# most $(b - a)^2/4$, and $(b - a)^2 \le 2(a^2 + b^2) \le 2 \lVert v \rVert^2$: at most $\lVert v \rVert^2 / 2$ everywhere. Taylor with that bound gives $L(u + tv) \le L(u) + t\, \nabla L \cdot v + t^2 \lVert v \rVert^2 / 4$.
# Take $v = -(p - y)$ and $t = \eta$. $\blacksquare$
#
# The hypothesis matters: here the step is on the *logits* of one context. Training moves *weights*, and each weight touches the logits of every context at once. The gradient reaches them through the chain rule, but the guarantee
# does not come along. That is why the learning rate is found by trial, rises slowly at the start and falls at the end.

# %% [markdown] lang="pt" anchor="receita"
# ## A receita que treinou estes modelos
#
# - **Passo**: {{ RECIPE["batch_tokens"] | 0 }} tokens de cada vez; o gradiente é o da perda média deles. {{ RECIPE["steps"] | 0 }} passos são {{ RECIPE["steps"] * RECIPE["batch_tokens"] / 1e6 | 1 }} milhões de tokens,
#   {{ RECIPE["steps"] * RECIPE["batch_tokens"] / RUN["tokens"] | 2 }} passadas pelo texto de treino.
# - **[Otimizador](term:optimizer)**: Muon nas matrizes (cada passo vira uma matriz com valores singulares perto de 1; Jordan et al., 2024) e AdamW no resto (Loshchilov e Hutter, 2017).
# - **Taxa de aprendizado**: sobe em {{ RECIPE["warmup"] | 0 }} passos, fica constante e cai a zero nos últimos {{ RECIPE["decay"] | %0 }} (WSD, de *warmup–stable–decay*; Hu et al., 2024).
# - **Quando parar**: a cada {{ RECIPE["eval_every"] | 0 }} passos (a cada {{ FIRST_PACE | 0 }} no multicabeças, até a taxa começar a cair) o modelo lê obras [reservadas](term:held-out), as de validação, que nunca entram no treino. Se a perda ali sobe enquanto a do treino continua caindo, é [sobreajuste](term:overfitting),
#   e guarda-se o melhor ponto ([parada antecipada](term:early-stopping)). Um terceiro grupo de obras, o teste, é lido uma vez, no fim.
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

# %% [markdown] lang="en" anchor="receita"
# ## The recipe that trained these models
#
# - **Step**: {{ RECIPE["batch_tokens"] | 0 }} tokens at a time; the gradient is that of their mean loss. {{ RECIPE["steps"] | 0 }} steps are {{ RECIPE["steps"] * RECIPE["batch_tokens"] / 1e6 | 1 }} million tokens,
#   {{ RECIPE["steps"] * RECIPE["batch_tokens"] / RUN["tokens"] | 2 }} passes over the training text.
# - **[Optimizer](term:optimizer)**: Muon for the matrices (each step becomes a matrix whose singular values are near 1; Jordan et al., 2024) and AdamW for the rest (Loshchilov & Hutter, 2017).
# - **Learning rate**: it rises over {{ RECIPE["warmup"] | 0 }} steps, stays constant and falls to zero over the last {{ RECIPE["decay"] | %0 }} (WSD, for *warmup–stable–decay*; Hu et al., 2024).
# - **When to stop**: every {{ RECIPE["eval_every"] | 0 }} steps (every {{ FIRST_PACE | 0 }} for the multi-head one, until the rate begins to fall) the model reads [held-out](term:held-out) works, for validation, on which it never trains. If the loss there rises while that of training keeps falling, it is [overfitting](term:overfitting),
#   and the best point is kept ([early stopping](term:early-stopping)). A third group of works, the test, is read once, at the end.
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

# %%
charts.over_training(
    "validation", t(pt="Bits por byte em obras fora do treino", en="Bits per byte on works never trained on"), {NAMES[name]: trained.validations(name) for name in MODELS},
    t(pt="bits por byte, validação", en="bits per byte, validation"), domain=(1.5, 2.3), digits=3,
    said=t(pt="Depois de {here|2} milhões de tokens, a validação vai de {least|3} a {most|3} bits por byte, conforme o modelo.",
           en="After {here|2} million tokens the validation is between {least|3} and {most|3} bits per byte, depending on the model."),
    caption=t(pt="A tabela mostra, para cada modelo, a última medida até o ponto escolhido.", en="The table shows, for each model, the last measurement up to the chosen point."))

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
     t(pt="leitura, tokens/s", en="prefill, tokens/s"), t(pt="escrita, tokens/s", en="decode, tokens/s"), t(pt="memória, MiB", en="memory, MiB"), t(pt="cache, bytes por token", en="cache, bytes per token")],
    [[NAMES[name], number(row["parameters"]), number(row["bits_per_byte"], 3), number(row["perplexity"], 1), number(row["speed"]["prefill_tokens_per_second"], 0),
      number(row["speed"]["decode_tokens_per_second"], 0), number(row["speed"]["peak_memory_bytes"] / MB, 0), number(row["speed"]["cache_bytes_per_token"])] for name, row in ROWS.items()]
    + [[t(pt="5-gramas de Kneser–Ney", en="Kneser–Ney 5-gram"), "—", number(NGRAM["bits_per_byte"], 3), number(NGRAM["perplexity"], 1), *["—"] * 4]]
    + [[row["compressor"].replace("order", t(pt="ordem", en="order")) + (AFTER if row["after_training"] else ""), "—", number(row["bits_per_byte"], 3), *["—"] * 5] for row in COMPRESSORS],
    t(pt="Velocidades em um núcleo de CPU; a feed-forward lê depressa porque só olha os últimos tokens do prompt. A memória é a do processo inteiro, Python incluído. Para medir de novo: `python -m core.training evaluate embedded grouped-query feed-forward --ngram --compressors --json`.",
      en="Speeds on one CPU core; the feed-forward one reads fast because it looks at the last tokens of the prompt only. Memory is that of the whole process, Python included. To measure again: `python -m core.training evaluate embedded grouped-query feed-forward --ngram --compressors --json`."))

# %% [markdown] lang="pt" anchor="amostras"
# O que cada uma escreve a τ = 0,7 com top-p 0,9, o mesmo começo e a mesma semente, sem retoque (só cortado no fim):

# %% [markdown] lang="en" anchor="amostras"
# What each writes at τ = 0.7 with top-p 0.9, the same opening and the same seed, untouched (only cut at the end; the models know Portuguese alone):

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
    [t(pt="textos próprios, top-p 0,9", en="own texts, top-p 0.9"), *(f"τ = {short(row['temperature'])}" for row in ROWS["embedded"]["samples"])],
    [[f"{NAMES[name]}: {label}", *(show(row) for row in ROWS[name]["samples"])] for name in MODELS
     for label, show in ((t(pt="repetição", en="repetition"), lambda row: percent(row["repetition_4"])), (t(pt="bigramas distintos", en="distinct bigrams"), lambda row: percent(row["distinct_2"])))],
    t(pt="Repetição: parte dos tokens que fecha um 4-grama já escrito. Bigramas distintos: pares diferentes divididos pelo total de pares.",
      en="Repetition: share of tokens that complete a 4-gram already written. Distinct bigrams: different pairs divided by all pairs."))

# %% [markdown] lang="pt" anchor="perplexidade"
# ## O que quer dizer perplexidade N
#
# > **Proposição 3.** Um texto de $n$ tokens aos quais o modelo deu probabilidades $q_1, \dots, q_n$ tem perplexidade $\mathrm{PP} = \exp\!\left(-\frac1n \sum_t \ln q_t\right)$, o inverso da média geométrica. Se todas valem $1/N$, então $\mathrm{PP} = N$.
# > Se dois modelos, com tokenizadores que cortam o texto em $n$ e em $n'$ tokens, dão ao texto inteiro a mesma probabilidade, então
# >
# > $$
# > \mathrm{PP}^{\,n} = (\mathrm{PP}')^{\,n'} .
# > $$
#
# *Prova.* $\mathrm{PP}^n = 1/(q_1 \cdots q_n)$, e o produto é a probabilidade do texto. $\blacksquare$
#
# Logo a perplexidade por token só compara modelos com o *mesmo* tokenizador. Dividir por bytes conserta: $-\log_2(q_1 \cdots q_n)$ dividido pelo número de bytes do texto dá os [bits por byte](term:bits-per-byte). No teste, o modelo multicabeças tem perplexidade {{ ROWS["embedded"]["perplexity"] | 1 }} por token e,
# com a mesma probabilidade para o mesmo texto, $2^{ {{ ROWS["embedded"]["bits_per_byte"] | 3 }} } = {{ 2 ** ROWS["embedded"]["bits_per_byte"] | 2 }}$ por byte.

# %% [markdown] lang="en" anchor="perplexidade"
# ## What a perplexity of N means
#
# > **Proposition 3.** A text of $n$ tokens to which the model gave probabilities $q_1, \dots, q_n$ has perplexity $\mathrm{PP} = \exp\!\left(-\frac1n \sum_t \ln q_t\right)$, the inverse of the geometric mean. If all of them are $1/N$, then $\mathrm{PP} = N$.
# > If two models, with tokenizers that cut the text into $n$ and into $n'$ tokens, give the whole text the same probability, then
# >
# > $$
# > \mathrm{PP}^{\,n} = (\mathrm{PP}')^{\,n'} .
# > $$
#
# *Proof.* $\mathrm{PP}^n = 1/(q_1 \cdots q_n)$, and the product is the probability of the text. $\blacksquare$
#
# Hence perplexity per token compares only models with the *same* tokenizer. Dividing by bytes mends it: $-\log_2(q_1 \cdots q_n)$ divided by the number of bytes of the text gives the [bits per byte](term:bits-per-byte). On the test the multi-head model has perplexity {{ ROWS["embedded"]["perplexity"] | 1 }} per token and,
# with the same probability for the same text, $2^{ {{ ROWS["embedded"]["bits_per_byte"] | 3 }} } = {{ 2 ** ROWS["embedded"]["bits_per_byte"] | 2 }}$ per byte.

# %%
PP = 50
rare = 2 / PP**2
Callout("misconception", t(pt="«Perplexidade 50: o modelo hesita entre 50 palavras»", en="“A perplexity of 50: the model hesitates among 50 words”"), t(
    pt=f"Só se hesitar igual em todo lugar. Um modelo que dá 1/2 a um token de cada dois e {percent(rare, 2)} ao outro tem perplexidade {number((0.5 * rare) ** -0.5, 0)} e nunca viu 50 opções: ora duas, ora {number(1 / rare, 0)}. E um token não é uma palavra. "
       "A perplexidade também não diz se o texto é bom: mede quanto o modelo se surpreende com textos *alheios*; a repetição da tabela acima é medida nos *seus*.",
    en=f"Only if it hesitates alike everywhere. A model that gives 1/2 to every other token and {percent(rare, 2)} to the rest has perplexity {number((0.5 * rare) ** -0.5, 0)} and never saw 50 options: now two, now {number(1 / rare, 0)}. And a token is not a word. "
       "Nor does perplexity say whether the text is good: it measures how surprised the model is by the texts of *others*; the repetition in the table above is measured on its *own*."))

# %% [markdown] lang="pt" anchor="custo"
# ## Quanto custa
#
# Um passo para a frente e um para trás custam cerca de 6 operações por parâmetro e por token (Kaplan et al., 2020). Com N = {{ SUMMARY["parameters"] | 0 }} e D = {{ SUMMARY["best_step"] * RECIPE["batch_tokens"] | 0 }}, são {{ 6 * SUMMARY["parameters"] * SUMMARY["best_step"] * RECIPE["batch_tokens"] / 1e12 | 0 }} trilhões de operações:
# feitas por um núcleo em {{ SUMMARY["seconds"] / 3600 | 1 }} h, dão {{ 6 * SUMMARY["parameters"] * SUMMARY["best_step"] * RECIPE["batch_tokens"] / SUMMARY["seconds"] / 1e9 | 0 }} bilhões por segundo.
#
# Hoffmann et al. (2022) mediram que, para um orçamento fixo, o melhor é cerca de 20 tokens por parâmetro. Aqui são {{ SUMMARY["best_step"] * RECIPE["batch_tokens"] / SUMMARY["parameters"] | 1 }}: o modelo é grande para o texto que leu, e a validação ainda caía quando o treino acabou.
#
# Treinar também custa memória: com AdamW em float32, cada parâmetro ocupa 16 bytes (peso, gradiente, duas médias). Os daqui caberiam em {{ 16 * SUMMARY["parameters"] / 1e6 | 0 }} MB; um modelo de 2,7 bilhões pediria {{ 16 * 2.7 | 0 }} GB antes de ler o primeiro token.

# %% [markdown] lang="en" anchor="custo"
# ## What it costs
#
# One pass forward and one backward cost about 6 operations per parameter and per token (Kaplan et al., 2020). With N = {{ SUMMARY["parameters"] | 0 }} and D = {{ SUMMARY["best_step"] * RECIPE["batch_tokens"] | 0 }} they are {{ 6 * SUMMARY["parameters"] * SUMMARY["best_step"] * RECIPE["batch_tokens"] / 1e12 | 0 }} trillion operations:
# done by one core in {{ SUMMARY["seconds"] / 3600 | 1 }} h, they make {{ 6 * SUMMARY["parameters"] * SUMMARY["best_step"] * RECIPE["batch_tokens"] / SUMMARY["seconds"] / 1e9 | 0 }} billion per second.
#
# Hoffmann et al. (2022) measured that, for a fixed budget, about 20 tokens per parameter are best. Here they are {{ SUMMARY["best_step"] * RECIPE["batch_tokens"] / SUMMARY["parameters"] | 1 }}: the model is large for the text it read, and validation was still falling when training ended.
#
# Training costs memory too: with AdamW in float32 each parameter takes 16 bytes (weight, gradient, two averages). Those here would fit into {{ 16 * SUMMARY["parameters"] / 1e6 | 0 }} MB; a model of 2.7 billion would ask for {{ 16 * 2.7 | 0 }} GB before it reads its first token.

# %%
assert all(a[1] > b[1] for a, b in zip(trained.validations("embedded")[-3:], trained.validations("embedded")[-2:], strict=False))
Callout("engines", t(pt="Do treino ao motor", en="From training to the engine"), t(
    pt="O `export` grava `safetensors`, `config.json` e `tokenizer.json`. O modelo multicabeças é lido por `GPT2LMHeadModel.from_pretrained` do transformers com os mesmos logits (um teste compara), e dali vai para o vLLM ou, convertido para GGUF, para o llama.cpp. "
       "Para gerar texto, nenhum deles treina: leem os pesos prontos e só calculam para a frente.",
    en="`export` writes `safetensors`, `config.json` and `tokenizer.json`. The multi-head model is read by `GPT2LMHeadModel.from_pretrained` of transformers with the same logits (a test compares), and from there goes to vLLM or, converted to GGUF, to llama.cpp. "
       "To generate text, none of them trains: they read finished weights and only compute forwards."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta e a conta ln 8.192 (2 min). Percorra a curva de perda do começo ao fim e pergunte onde a perplexidade cai pela metade mais depressa (3 min). Faça no quadro o passo com η = 1 (4 min). Na figura do passo, deixe a turma escolher o token; "
       "depois ponha 0,8 e leve η a 48: por que a perda sobe? (4 min). Compare as três redes na tabela e leia as amostras em voz alta: qual é qual? (4 min). Feche com «perplexidade 50» (3 min). Enganos frequentes: achar que o mínimo da perda é zero, "
       "que uma taxa maior só apressa, que perplexidades de tokenizadores diferentes se comparam, que a validação faz parte do treino.",
    en="Ask for the bet and the sum ln 8,192 (2 min). Walk the loss curve from start to end and ask where perplexity halves fastest (3 min). Work the step with η = 1 on the board (4 min). In the picture of the step let the class choose the token; "
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
    question=t(pt="O modelo dava 20% ao token que veio. Quanto vale a derivada da perda em relação ao logit desse token?",
               en="The model gave 20% to the token that came. What is the derivative of the loss with respect to that token's logit?"),
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
    wrong=t(pt="Teorema 1: p − y, com y = 1 no token que veio.", en="Theorem 1: p − y, with y = 1 at the token that came."),
    unreadable=say("exercise.unreadable"))

# %%
BUGGY = """def perplexity(probs):  # of the tokens that came
    losses = [-log(q) for q in probs]
    each = [exp(loss) for loss in losses]
    return sum(each) / len(each)"""
namespace = {"log": math.log, "exp": math.exp}
exec(BUGGY, namespace)
seen = [0.5, 0.5, 0.5, 0.001]
wrong_pp, right_pp = namespace["perplexity"](seen), math.exp(-sum(map(math.log, seen)) / len(seen))
assert namespace["perplexity"]([0.25, 0.25]) == 4 and wrong_pp > 20 * right_pp
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com probabilidades todas iguais esta função acerta. Com 0,5, 0,5, 0,5 e 0,001 ela dá {number(wrong_pp, 1)}, e a perplexidade é {number(right_pp, 1)}. Qual linha está errada?",
               en=f"With equal probabilities this function is right. With 0.5, 0.5, 0.5 and 0.001 it gives {number(wrong_pp, 1)}, and the perplexity is {number(right_pp, 1)}. Which line is wrong?"),
    options=[
        Option("2: `losses = [-log(q) for q in probs]`", t(pt="A perda de cada token é mesmo menos o logaritmo da sua probabilidade.", en="The loss of each token is indeed minus the logarithm of its probability.")),
        Option("3: `each = [exp(loss) for loss in losses]`",
               t(pt="A média vem antes da exponencial: exp da média das perdas. A média das exponenciais é uma média aritmética de 1/q, e um só token raro a domina.",
                 en="The mean comes before the exponential: exp of the mean loss. The mean of the exponentials is an arithmetic mean of 1/q, and a single rare token dominates it."), correct=True),
        Option("4: `return sum(each) / len(each)`", t(pt="Dividir pelo número de tokens está certo; o que se soma é que não está.", en="Dividing by the number of tokens is right; what is added is not.")),
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
                 en="The second token had less than its half and ends up with nearly everything; now the first one is dear."), correct=True),
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
        Option(t(pt="sobreajuste: o modelo decora o texto em vez de aprender a língua", en="overfitting: the model learns the text by heart instead of the language"),
               t(pt="Fique com os pesos do menor ponto da validação; mais texto, ou dropout, adia a subida.",
                 en="Keep the weights of the lowest validation; more text, or dropout, delays the rise."), correct=True),
        Option(t(pt="a validação tem um erro: as duas perdas têm de andar juntas", en="the validation has a mistake: both losses must go together"),
               t(pt="Nada obriga. O gradiente só olha o texto de treino.", en="Nothing forces that. The gradient looks at the training text only.")),
        Option(t(pt="o modelo é pequeno demais", en="the model is too small"),
               t(pt="Um modelo pequeno demais não consegue decorar: a perda de treino pararia alta.", en="A model that is too small cannot learn by heart: the training loss would stop high.")),
    ])
