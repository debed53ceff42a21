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
#     slug: {pt: transformer, en: transformer}
#     title: {pt: O transformer inteiro, en: The whole transformer}
#     summary:
#       pt: "Um vetor por posição, ao qual cada bloco soma alguma coisa; no fim, um produto com cada token dá os logits. Onde estão os parâmetros, e como a previsão cresce de bloco em bloco."
#       en: "One vector per position, to which each block adds something; in the end, a product with each token gives the logits. Where the parameters are, and how the prediction grows from block to block."
#     prerequisites:
#       pt: "a lição de atenção; produto de matriz por vetor; média e variância"
#       en: "the lesson on attention; the product of a matrix and a vector; mean and variance"
#     sources:
#       - {id: vaswani2017, text: "Vaswani et al. (2017). Attention Is All You Need. arXiv:1706.03762", url: "https://arxiv.org/abs/1706.03762"}
#       - {id: radford2019, text: "Radford et al. (2019). Language Models are Unsupervised Multitask Learners (GPT-2). OpenAI", url: "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"}
#       - {id: he2016, text: "He et al. (2016). Deep Residual Learning for Image Recognition. arXiv:1512.03385", url: "https://arxiv.org/abs/1512.03385"}
#       - {id: ba2016, text: "Ba, Kiros & Hinton (2016). Layer Normalization. arXiv:1607.06450", url: "https://arxiv.org/abs/1607.06450"}
#       - {id: hendrycks2016, text: "Hendrycks & Gimpel (2016). Gaussian Error Linear Units. arXiv:1606.08415", url: "https://arxiv.org/abs/1606.08415"}
#       - {id: zhang2019, text: "Zhang & Sennrich (2019). Root Mean Square Layer Normalization. arXiv:1910.07467", url: "https://arxiv.org/abs/1910.07467"}
#       - {id: shazeer2020, text: "Shazeer (2020). GLU Variants Improve Transformer. arXiv:2002.05202", url: "https://arxiv.org/abs/2002.05202"}
#       - {id: devlin2018, text: "Devlin et al. (2018). BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding. arXiv:1810.04805", url: "https://arxiv.org/abs/1810.04805"}
#       - {id: raffel2019, text: "Raffel et al. (2019). Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer. arXiv:1910.10683", url: "https://arxiv.org/abs/1910.10683"}
#       - {id: press2017, text: "Press & Wolf (2017). Using the Output Embedding to Improve Language Models. arXiv:1608.05859", url: "https://arxiv.org/abs/1608.05859"}
#       - {id: xiong2020, text: "Xiong et al. (2020). On Layer Normalization in the Transformer Architecture. arXiv:2002.04745", url: "https://arxiv.org/abs/2002.04745"}
#       - {id: geva2021, text: "Geva et al. (2021). Transformer Feed-Forward Layers Are Key-Value Memories. arXiv:2012.14913", url: "https://arxiv.org/abs/2012.14913"}
#       - {id: nostalgebraist2020, text: "nostalgebraist (2020). Interpreting GPT: the logit lens. LessWrong", url: "https://www.lesswrong.com/posts/AcKRB8wDpdaN6v6ru/interpreting-gpt-the-logit-lens"}
#       - {id: belrose2023, text: "Belrose et al. (2023). Eliciting Latent Predictions from Transformers with the Tuned Lens. arXiv:2303.08112", url: "https://arxiv.org/abs/2303.08112"}
#       - {id: phi2, text: "Microsoft (2023). Phi-2, config.json", url: "https://huggingface.co/microsoft/phi-2/blob/main/config.json"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# O artigo que apresentou o [transformer](term:transformer) se chama «Atenção é tudo de que você precisa» (Vaswani et al., 2017). O menor GPT-2 tem 124 milhões de parâmetros, repartidos entre os
# [embeddings](term:embedding), a [atenção](term:attention), as [redes feed-forward](term:feed-forward) e as [normalizações](term:layer-normalisation). Onde está a maior parcela? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# The paper that introduced the [transformer](term:transformer) is called “Attention Is All You Need” (Vaswani et al., 2017). The smallest GPT-2 has 124 million parameters, split among the
# [embeddings](term:embedding), the [attention](term:attention), the [feed-forward networks](term:feed-forward) and the [norms](term:layer-normalisation). Where is the largest share? Place a bet.

# %%
import math

import numpy as np

from core.models.gpt import GPTConfig
from core.models.sizes import PARTS, gpt_parameters, phi_parameters
from dashboard.blocks import Answer, Callout, Exercise, Experiment, Mistake, Option, Table
from dashboard.charts import visible
from dashboard.experiments import head, sentence
from dashboard.language import number, percent, say, t, vector
from dashboard.recorded.inside import TEXTS, counted, inside, shape

texts = [inside(name) for name in reversed(TEXTS)]
blocks = len(texts[0].lengths)
own = sum(one.words[one.lens[0].argmax()] == one.tokens[-1] for one in texts)
gpt2 = gpt_parameters(GPTConfig(vocab_size=50257, context_length=1024, n_layer=12, n_head=12, n_embd=768))
share = {part: count / sum(gpt2.values()) for part, count in gpt2.items()}
assert max(share, key=share.get) == "feed_forward" and share["embedding"] > share["attention"]
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="A maior parcela dos parâmetros do menor GPT-2 está:", en="The largest share of the parameters of the smallest GPT-2 is in:"),
    options=[
        Option(t(pt="nas matrizes da atenção", en="the attention's matrices"), t(pt=f"O nome engana: a atenção tem {percent(share['attention'])}.", en=f"The name misleads: attention has {percent(share['attention'])}.")),
        Option(t(pt="nas redes feed-forward", en="the feed-forward networks"),
               t(pt=f"Elas têm {percent(share['feed_forward'])}: o dobro da atenção, bloco por bloco.", en=f"They have {percent(share['feed_forward'])}: twice the attention, block by block."), correct=True),
        Option(t(pt="nos embeddings de tokens", en="the token embeddings"), t(pt=f"São {percent(share['embedding'])}, mais que a atenção, mas não a maior parcela.", en=f"They are {percent(share['embedding'])}, more than attention, but not the largest share.")),
        Option(t(pt="nas normalizações de camada", en="the layer normalisations"), t(pt=f"São {percent(share['norms'], 2)}: dois vetores em cada uma.", en=f"They are {percent(share['norms'], 2)}: two vectors in each.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Interrompa o modelo embutido no meio. Depois de qualquer bloco, pegue o vetor da última posição e faça com ele o que só se faz no fim: a última normalização e o produto com cada token. O resultado são
# [logits](term:logit), e deles vem uma distribuição. Essa leitura se chama **[lente de logits](term:logit-lens)** (nostalgebraist, 2020). O contorno tracejado é o que o modelo diz no fim. Comece
# em «embeddings», onde nada ainda foi calculado, aposte em que bloco o vencedor do fim passa à frente, e suba.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Stop the embedded model half-way. After any block, take the vector of the last position and do with it what only the end does: the last norm and the product with each token. The result is
# [logits](term:logit), and from them a distribution. This reading is called the **[logit lens](term:logit-lens)** (nostalgebraist, 2020). The dashed outline is what the model says in the end. Start
# at “embeddings”, where nothing has been computed yet, bet on the block where the final winner takes the lead, and climb.

# %%
from core import softmax
from dashboard import charts
from dashboard.worked import block_by_hand
from dashboard.worked.block import gelu_tanh


def gelu_exact(x):
    """x Φ(x)."""
    return x * (1 + math.erf(x / math.sqrt(2))) / 2


assert max(abs(gelu_exact(x) - gelu_tanh(x)) for x in np.linspace(-8, 8, 4001).tolist()) < 1e-3

charts.lens("lens", t(pt="O que ele diria se parasse aqui", en="What it would say if it stopped here"), texts, depth=0)

# %% [markdown] lang="pt" anchor="ferramenta"
# A ferramenta [Por dentro do modelo](tool:inside?block=0) mostra isto para um texto seu, depois de cada palavra: desça dos embeddings ao último bloco com as setas e veja quando a palavra final aparece. Corte um bloco e compare.
#
# A tabela diz quem seria o primeiro em cada altura. Na primeira linha, em {{ own }} dos {{ len(texts) }} textos, é o próprio último token: a matriz que lê os logits é a mesma que guarda os embeddings, e um vetor
# costuma combinar mais consigo mesmo.

# %% [markdown] lang="en" anchor="ferramenta"
# The tool [Inside the model](tool:inside?block=0) shows this for a text of yours, after every word: go down from the embeddings to the last block with the arrow keys and see when the final word appears. Cut a block and compare.
#
# The table says which token would be first at each height. In the first row, in {{ own }} of the {{ len(texts) }} texts, it is the last token itself: the matrix that reads out the logits is the one that holds the embeddings, and a vector
# tends to match itself best.

# %%
Table(
    [t(pt="lido depois de", en="read after"), *("… " + " ".join(one.prompt.split()[-3:]) for one in texts)],
    [[label, *(f"`{visible(one.words[row.argmax()])}` {percent(row.max(), 0)}" for one, row in zip(texts, rows, strict=True))]
     for label, *rows in zip(["embeddings", *(t(pt=f"bloco {i}", en=f"block {i}") for i in range(1, blocks + 1))], *(one.probabilities for one in texts), strict=True)],
    t(pt="O primeiro colocado e a sua probabilidade, em cada altura, depois de cada texto. Um # com um número é um token que guarda só um pedaço de um caractere.", en="The first choice and its probability, at each height, after each text. A # with a number is a token that holds only a part of a character."))

# %% [markdown] lang="pt" anchor="bloco"
# ## O bloco
#
# Cada posição carrega um vetor $h$ de $C$ componentes. Ele começa como embedding do token mais embedding da posição, e cada bloco lhe soma duas coisas:
#
# $$
# \begin{aligned}
# h' &= h + \text{Atenção}(\mathrm{LN}(h)) \\[0.4em]
# h'' &= h' + \mathrm{FF}(\mathrm{LN}(h'))
# \end{aligned}
# $$
#
# As somas são as **[conexões residuais](term:residual-connection)** (He et al., 2016): o que entra continua lá, e cada parte só acrescenta. A atenção traz informação de outras posições. A rede feed-forward trata cada
# posição sozinha: $\mathrm{FF}(x) = W_2\,\mathrm{GELU}(W_1 x + b_1) + b_2$, em geral com $4C$ componentes no meio. A **[GELU](term:gelu)** (Hendrycks e Gimpel, 2016) é $x \cdot \Phi(x)$, com $\Phi$ a acumulada da normal padrão; sem uma função assim no meio, as duas matrizes seriam uma só. O GPT-2 e o modelo embutido usam uma aproximação, que difere dela em menos de um milésimo:
#
# $$
# \tfrac{1}{2}\, x \left( 1 + \tanh\!\left[ \sqrt{2/\pi}\, \left( x + {{ 0.044715 | 6 }}\, x^3 \right) \right] \right) .
# $$
#
#
# A **[normalização de camada](term:layer-normalisation)** (Ba, Kiros e Hinton, 2016) prepara cada entrada. Com $\mu$ e $\sigma^2$ a média e a variância das $C$ componentes de $x$,
#
# $$
# \mathrm{LN}(x) = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta .
# $$
#
# Depois do último bloco há mais uma, e então $u = W\,\mathrm{LN}(h)$: um logit por linha de $W$, um softmax, e a parte um do curso assume.
#
# No artigo de 2017 a normalização vinha *depois* de cada soma. O GPT-2 (Radford et al., 2019) a pôs antes, dentro de cada parcela, e a maioria dos modelos seguintes fez o mesmo: Xiong et al. (2020) mostraram que, no início do treinamento, a forma antiga tem gradientes grandes perto da saída
# e precisa de um aquecimento cuidadoso da taxa de aprendizado.

# %% [markdown] lang="en" anchor="bloco"
# ## The block
#
# Each position carries a vector $h$ of $C$ components. It starts as the embedding of the token plus that of the position, and each block adds two things to it:
#
# $$
# \begin{aligned}
# h' &= h + \text{Attention}(\mathrm{LN}(h)) \\[0.4em]
# h'' &= h' + \mathrm{FF}(\mathrm{LN}(h'))
# \end{aligned}
# $$
#
# These additions are the **[residual connections](term:residual-connection)** (He et al., 2016): what comes in stays there, and each part only adds. Attention brings information from other positions. The feed-forward network treats each
# position by itself: $\mathrm{FF}(x) = W_2\,\mathrm{GELU}(W_1 x + b_1) + b_2$, as a rule with $4C$ components in the middle. The **[GELU](term:gelu)** (Hendrycks and Gimpel, 2016) is $x \cdot \Phi(x)$, with $\Phi$ the standard normal's cumulative; without such a function in the middle the two matrices would be one. GPT-2 and the embedded model use an approximation, which differs from it by less than a thousandth:
#
# $$
# \tfrac{1}{2}\, x \left( 1 + \tanh\!\left[ \sqrt{2/\pi}\, \left( x + {{ 0.044715 | 6 }}\, x^3 \right) \right] \right) .
# $$
#
#
# **[Layer normalisation](term:layer-normalisation)** (Ba, Kiros and Hinton, 2016) prepares each input. With $\mu$ and $\sigma^2$ the mean and the variance of the $C$ components of $x$,
#
# $$
# \mathrm{LN}(x) = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta .
# $$
#
# After the last block there is one more, and then $u = W\,\mathrm{LN}(h)$: one logit per row of $W$, a softmax, and part one of the course takes over.
#
# In the paper of 2017 the norm came *after* each addition. GPT-2 (Radford et al., 2019) put it before, inside each term, and most later models did the same: Xiong et al. (2020) showed that, at the start of training, the old form has large gradients near the output
# and needs a careful warm-up of the learning rate.

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, do vetor ao token
#
# Um vetor de quatro componentes atravessa a metade de cima de um bloco e termina em três probabilidades. As matrizes têm quase só zeros e uns; γ é 1, β e ε são 0, e a GELU é a aproximação do GPT-2: em {{ 2**1.5 | 4 }} ela dá {{ gelu_tanh(2**1.5) | 4 }}, e a exata, {{ gelu_exact(2**1.5) | 4 }}.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, from the vector to the token
#
# A vector of four components goes through the upper half of a block and ends as three probabilities. The matrices are almost all zeros and ones; γ is 1, β and ε are 0, and the GELU is GPT-2's approximation: at {{ 2**1.5 | 4 }} it gives {{ gelu_tanh(2**1.5) | 4 }}, and the exact one {{ gelu_exact(2**1.5) | 4 }}.

# %%
block_by_hand("hand", t(pt="x = (3; 1; 1; −1)", en="x = (3, 1, 1, −1)"), [3, 1, 1, -1],
              inner=[[1, 0, 0, -1], [0, 1, 0, 1]], outer=[[-1, 0], [0, 1], [1, 0], [1, 0]],
              tokens=dict(zip(t(pt="azul claro escuro", en="blue clear dark").split(), [[1, 0, 0, 0], [0, 1, 0, -1], [0, 0, 1, 0]], strict=True)))

# %% [markdown] lang="pt" anchor="soma"
# ## Os logits são uma soma
#
# > **Proposição 17.1.** Seja $h = p_0 + p_1 + \dots + p_n$ o vetor que chega à última normalização, $\bar p$ a média das componentes de $p$, e $s = \sqrt{\sigma^2 + \varepsilon}$ calculado de $h$. O logit do token $i$, com linha $w_i$ em $W$, é
# >
# > $$
# > \begin{aligned}
# > u_i &= w_i \cdot \beta \\
# > &\quad + \sum_{m=0}^{n} w_i \cdot \left( \gamma \odot \frac{p_m - \bar p_m}{s} \right).
# > \end{aligned}
# > $$

# %% [markdown] lang="en" anchor="soma"
# ## The logits are a sum
#
# > **Proposition 17.1.** Let $h = p_0 + p_1 + \dots + p_n$ be the vector that reaches the last norm, $\bar p$ the mean of the components of $p$, and $s = \sqrt{\sigma^2 + \varepsilon}$ computed from $h$. The logit of token $i$, whose row in $W$ is $w_i$, is
# >
# > $$
# > \begin{aligned}
# > u_i &= w_i \cdot \beta \\
# > &\quad + \sum_{m=0}^{n} w_i \cdot \left( \gamma \odot \frac{p_m - \bar p_m}{s} \right).
# > \end{aligned}
# > $$

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A média de uma soma é a soma das médias, logo $h - \mu = \sum_m (p_m - \bar p_m)$. Dividir por $s$, multiplicar por γ e tomar o produto com $w_i$ são operações lineares, e o β entra uma vez só. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The mean of a sum is the sum of the means, so $h - \mu = \sum_m (p_m - \bar p_m)$. Dividing by $s$, multiplying by γ and taking the product with $w_i$ are linear, and β enters once only. $\blacksquare$

# %% [markdown] lang="pt"
# As parcelas são o embedding e o que cada atenção e cada rede feed-forward acrescentou. A diferença entre dois logits, que é o logaritmo da razão entre as probabilidades, também se reparte assim. Uma ressalva faz parte do enunciado: $s$ vem da soma inteira, então
# tirar uma parte mudaria o quanto as outras contam.
#
# A figura reparte assim a vantagem do primeiro colocado. Antes de olhar, aposte: quem mais a constrói, a atenção ou a feed-forward, e nos blocos de baixo ou nos de cima? Troque o texto e o rival, e procure uma parte que empurre contra o vencedor.

# %% [markdown] lang="en"
# The terms are the embedding and what each attention and each feed-forward network added. The difference between two logits, which is the logarithm of the odds, is split in the same way. One reservation belongs to the statement: $s$ comes from the whole sum, so
# taking one part away would change how much the others count.
#
# The picture splits the lead of the first choice in this way. Before looking, bet: which builds most of it, attention or feed-forward, and in the lower blocks or the upper ones? Change the text and the rival, and look for a part that pushes against the winner.

# %%
charts.pushes("pushes", t(pt="Quem empurrou o primeiro colocado", en="What pushed the first choice"), texts)

# %% [markdown] lang="pt" anchor="comprimento"
# ## O que a normalização esquece
#
# > **Proposição 17.2.** Com $\varepsilon = 0$ e componentes não todas iguais, $\mathrm{LN}(a\,x + b) = \mathrm{LN}(x)$ para todo ${a > 0}$ e toda constante $b$ somada a cada componente.

# %% [markdown] lang="en" anchor="comprimento"
# ## What the norm forgets
#
# > **Proposition 17.2.** With $\varepsilon = 0$ and components not all equal, $\mathrm{LN}(a\,x + b) = \mathrm{LN}(x)$ for every ${a > 0}$ and every constant $b$ added to each component.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A média de $ax + b$ é $a\mu + b$ e o desvio-padrão é $a\sigma$. Então $(ax + b - a\mu - b)/(a\sigma) = (x - \mu)/\sigma$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The mean of $ax + b$ is $a\mu + b$ and the standard deviation is $a\sigma$. So $(ax + b - a\mu - b)/(a\sigma) = (x - \mu)/\sigma$. $\blacksquare$

# %% [markdown] lang="pt"
# É o Lema 3.1, da lição [Temperatura](lesson:temperature), um andar abaixo: o softmax esquece uma constante; a normalização esquece uma constante e também a escala. Dobrar o vetor inteiro antes do fim não muda nenhum logit. Por isso o vetor pode crescer
# de bloco em bloco sem estragar a saída, e por isso cada parcela vale o seu tamanho *diante do que já está lá*. Com $\varepsilon > 0$ a igualdade é aproximada, e boa enquanto $\sigma^2$ é muito maior que $\varepsilon$, que aqui é 10⁻⁵.

# %% [markdown] lang="en"
# It is Lemma 3.1, of the lesson [Temperature](lesson:temperature), one floor down: the softmax forgets a constant; the norm forgets a constant and the scale too. Doubling the whole vector before the end changes no logit. That is why the vector may grow
# from block to block without harm to the output, and why each term counts by its size *against what is already there*. With $\varepsilon > 0$ the equality is approximate, and good as long as $\sigma^2$ is much larger than $\varepsilon$, here 10⁻⁵.

# %%
lengths = np.mean([one.lengths for one in texts], axis=0)
Table(
    [t(pt="bloco", en="block"), t(pt="comprimento do que entra", en="length of what comes in"), t(pt="do que a atenção soma", en="of what attention adds"), t(pt="do que a feed-forward soma", en="of what feed-forward adds"), t(pt="soma ÷ entrada", en="added ÷ incoming")],
    [[number(i + 1), *(number(x, 1) for x in row), number((row[1] + row[2]) / row[0], 2)] for i, row in enumerate(lengths)],
    t(pt=f"Modelo embutido, última posição, média de {len(texts)} textos. A última coluna soma os dois comprimentos.", en=f"The embedded model, last position, mean of {len(texts)} texts. The last column adds the two lengths."))

# %%
middle, end = softmax([1.0, 3.0]), softmax([5.0, 0.0])
assert middle[1] > 0.8 and end[0] > 0.99
Callout("misconception", t(pt="«A lente mostra o que o modelo pensa»", en="“The lens shows what the model thinks”"), t(
    pt=f"Ela mostra o que a *última* camada leria ali. Um caso de papel: dois tokens, A e B, cujas linhas em W são os dois eixos, e um vetor (1; 3) depois do primeiro bloco. A lente diz B, com {percent(middle[1])}. O segundo bloco, que é fixo, lê esse mesmo vetor e soma (4; −3). "
       f"O fim é (5; 0): A, com {percent(end[0])}. Nada mudou de ideia: a informação que levaria a A já estava no vetor, escrita de um jeito que o segundo bloco sabe ler e a saída não. "
       "Belrose et al. (2023) mostraram esse viés em modelos grandes, e treinam uma tradução por bloco antes de ler.",
    en=f"It shows what the *last* layer would read there. A case on paper: two tokens, A and B, whose rows in W are the two axes, and a vector (1, 3) after the first block. The lens says B, with {percent(middle[1])}. The second block, which is fixed, reads that very vector and adds (4, −3). "
       f"The end is (5, 0): A, with {percent(end[0])}. Nothing changed its mind: the information that leads to A was in the vector already, written in a way that the second block can read and the output cannot. "
       "Belrose et al. (2023) showed this bias in large models, and train one translation per block before reading."))

# %% [markdown] lang="pt" anchor="contar"
# ## Contar os parâmetros
#
# Um bloco de largura $C$ tem quatro matrizes $C \times C$ na atenção (consulta, chave, valor e saída) e duas de $4C \times C$ na rede feed-forward. Sem os vieses, são $4C^2 + 8C^2 = 12C^2$, dois terços deles na feed-forward: Geva et al. (2021) a leem como uma memória, em que cada
# linha de $W_1$ é uma chave e cada coluna de $W_2$, um valor. Com os vieses, e com as duas normalizações, cada bloco tem $12C^2 + 13C$. Fora dos blocos ficam $V \cdot C$ dos embeddings, as posições e a última normalização.
#
# A saída não custa nada no GPT-2: $W$ **é** a matriz de embeddings (Press e Wolf, 2017). Diga antes com que largura os embeddings deixam de passar da metade; depois mude a forma do modelo, e veja o vocabulário pesar nos pequenos e sumir nos grandes.

# %% [markdown] lang="en" anchor="contar"
# ## Counting the parameters
#
# A block of width $C$ has four matrices $C \times C$ in the attention (query, key, value and output) and two of $4C \times C$ in the feed-forward network. Without biases that is $4C^2 + 8C^2 = 12C^2$, two thirds of it in the feed-forward: Geva et al. (2021) read it as a memory, in which each
# row of $W_1$ is a key and each column of $W_2$ a value. With the biases, and with the two norms, each block has $12C^2 + 13C$. Outside the blocks there are the $V \cdot C$ of the embeddings, the positions and the last norm.
#
# The output costs nothing in GPT-2: $W$ **is** the embedding matrix (Press and Wolf, 2017). First say at what width the embeddings cease to be over half; then change the shape, and watch the vocabulary weigh in small models and vanish in large ones.

# %%
charts.parts(
    "parts", t(pt="Onde estão os parâmetros", en="Where the parameters are"), shape=(50257, 1024, 12, 768),
    said=t(pt="{total|0} parâmetros ao todo. Atenção e feed-forward somam {blocks_share|%1}; há {ratio|2} parâmetros de feed-forward para cada um de atenção.",
           en="{total|0} parameters in all. Attention and feed-forward add up to {blocks_share|%1}; there are {ratio|2} feed-forward parameters for each one of attention."),
    caption=t(pt="Um GPT-2 multicabeças com 4C no meio da feed-forward. Começa no menor dos publicados.", en="A multi-head GPT-2 with 4C inside the feed-forward. It starts at the smallest one published."))

# %%
Answer(bet)

# %%
ours = gpt_parameters(GPTConfig(**shape()))
found = counted()
assert found == ours
phi2 = phi_parameters(vocab_size=51200, n_layer=32, n_embd=2560, n_inner=10240)
NAMES = dict(zip(PARTS, t(pt="embeddings|posições|atenção|feed-forward|normalizações|saída própria", en="embeddings|positions|attention|feed-forward|norms|output of its own").split("|"), strict=True))
Table(
    [t(pt="parte", en="part"), t(pt="modelo embutido", en="the embedded model"), t(pt="GPT-2 pequeno", en="GPT-2 small"), "Phi-2"],
    [[label, *(number(counts[part]) for counts in (ours, gpt2, phi2))] for part, label in NAMES.items()]
    + [[t(pt="total", en="total"), *(number(sum(counts.values())) for counts in (ours, gpt2, phi2))]],
    t(pt="No modelo embutido, a contagem nos pesos dá o mesmo que a fórmula, parte por parte. Phi-2: posições rotatórias não têm parâmetros; uma normalização por bloco serve à atenção e à feed-forward; a saída tem matriz e viés próprios. Um teste confere as fórmulas com transformers.",
      en="In the embedded model the count on the weights gives what the formula gives, part by part. Phi-2: rotary positions have no parameters; one norm per block serves attention and feed-forward; the output has a matrix and a bias of its own. A test holds the formulas to transformers."))

# %% [markdown] lang="pt" anchor="codificador"
# ## Codificador, decodificador, ou os dois
#
# O transformer de 2017 traduzia, e tinha duas pilhas: **[codificador e decodificador](term:encoder-decoder)**. O codificador lê a frase de origem inteira, *sem* máscara causal. O decodificador escreve a tradução com máscara, e tem em cada bloco mais uma atenção, a cruzada: as consultas são dele, as chaves e os valores vêm do codificador. Desse desenho nasceram três famílias.
#
# - **Só o codificador:** o BERT (Devlin et al., 2018). Como cada posição vê os dois lados, ele não pode prever o próximo token, que já está à vista. Escondem-se 15% dos tokens, e ele os adivinha. Serve para classificar e para fazer [embeddings de texto](term:text-embedding), não para escrever.
# - **Só o decodificador:** o GPT e quase todos os modelos de que este curso fala. A máscara dá uma previsão em cada posição: em um trecho de 512 tokens, 512 previsões por passada, contra cerca de {{ round(0.15 * 512) }} no BERT.
# - **Os dois:** o T5 (Raffel et al., 2019), com toda tarefa escrita como texto que entra e texto que vem em resposta.
#
# O decodificador sozinho se impôs para escrever, em parte por motivos práticos: uma pilha só, o mesmo treinamento para toda tarefa, e um cache que continua valendo enquanto a conversa cresce.

# %% [markdown] lang="en" anchor="codificador"
# ## Encoder, decoder, or both
#
# The transformer of 2017 translated, and had two stacks: **[encoder and decoder](term:encoder-decoder)**. The encoder reads the whole source sentence, *without* a causal mask. The decoder writes the translation with a mask, and has one more attention in each block, the crossed one: the queries are its own, the keys and values come from the encoder. Three families grew from that design.
#
# - **The encoder alone:** BERT (Devlin et al., 2018). As each position sees both sides, it cannot predict the next token, which is in full view. So 15% of the tokens are hidden, and it guesses them. It serves to classify and to make [text embeddings](term:text-embedding), not to write.
# - **The decoder alone:** GPT and almost all models that this course speaks of. The mask gives a prediction at each position: on a stretch of 512 tokens, 512 predictions per pass, against about {{ round(0.15 * 512) }} in BERT.
# - **Both:** T5 (Raffel et al., 2019), with every task written as text that goes in and text that is given back.
#
# For writing, the decoder alone prevailed, in part for practical reasons: a single stack, the same training for every task, and a cache that stays valid as the conversation grows.

# %% [markdown] lang="pt" anchor="motores"
# ## O mesmo desenho, com variações
#
# O desenho de 2017 mudou pouco; as peças, sim. Duas trocas são hoje comuns. A **[RMSNorm](term:rms-normalisation)** (Zhang e Sennrich, 2019) não subtrai a média: só divide pelo tamanho. A **[SwiGLU](term:swiglu)** (Shazeer, 2020) põe três matrizes na feed-forward; uma delas faz uma porta, que multiplica a outra componente por componente:
#
# $$
# \begin{aligned}
# \mathrm{RMSNorm}(x) &= \gamma \odot \frac{x}{\sqrt{\frac{1}{C}\sum_i x_i^2 + \varepsilon}} \\[0.6em]
# \mathrm{SwiGLU}(x) &= W_2 \left( \mathrm{SiLU}(W_1 x) \odot W_3 x \right)
# \end{aligned}
# $$
#
# com $\mathrm{SiLU}(z) = z/(1 + e^{-z})$. Com três matrizes em vez de duas, a largura do meio costuma encolher para dois terços de $4C$, e o número de parâmetros fica o mesmo: ${3 \cdot \tfrac{8}{3} C^2 = 8 C^2}$. O código de cada família diz:

# %% [markdown] lang="en" anchor="motores"
# ## One design, with variations
#
# The design of 2017 has changed little; its pieces have. Two changes are common today. **[RMSNorm](term:rms-normalisation)** (Zhang and Sennrich, 2019) does not subtract the mean: it only divides by the size. **[SwiGLU](term:swiglu)** (Shazeer, 2020) puts three matrices into the feed-forward; one of them makes a gate, which multiplies another component by component:
#
# $$
# \begin{aligned}
# \mathrm{RMSNorm}(x) &= \gamma \odot \frac{x}{\sqrt{\frac{1}{C}\sum_i x_i^2 + \varepsilon}} \\[0.6em]
# \mathrm{SwiGLU}(x) &= W_2 \left( \mathrm{SiLU}(W_1 x) \odot W_3 x \right)
# \end{aligned}
# $$
#
# with $\mathrm{SiLU}(z) = z/(1 + e^{-z})$. With three matrices instead of two, the width in the middle usually shrinks to two thirds of $4C$, and the number of parameters stays the same: ${3 \cdot \tfrac{8}{3} C^2 = 8 C^2}$. Each family's code says:

# %% fold="engines"
Table(
    [t(pt="família", en="family"), t(pt="normalização", en="norm"), t(pt="as duas partes", en="the two parts"), "feed-forward", t(pt="saída", en="output"), t(pt="lido em", en="read in")],
    [[t(pt="GPT-2 e o modelo embutido", en="GPT-2 and the embedded model"), t(pt="LN antes de cada parte", en="LN before each part"), t(pt="uma depois da outra", en="one after the other"), t(pt="duas matrizes, GELU", en="two matrices, GELU"), t(pt="a matriz de embeddings", en="the embedding matrix"), "core/models/gpt.py"],
     ["Phi-2", t(pt="uma LN por bloco", en="one LN per block"), t(pt="lado a lado, e somadas juntas", en="side by side, and added together"), t(pt="duas matrizes, GELU", en="two matrices, GELU"), t(pt="própria, com viés", en="its own, with bias"), "transformers 5.23, models/phi/modeling_phi.py"],
     ["Llama", t(pt="RMSNorm antes de cada parte", en="RMSNorm before each part"), t(pt="uma depois da outra", en="one after the other"), t(pt="três matrizes, SwiGLU", en="three matrices, SwiGLU"), t(pt="própria, por padrão", en="its own, by default"), "transformers 5.23, models/llama/modeling_llama.py"]],
    t(pt="Todas são um fluxo ao qual os blocos somam; a Proposição 17.1 vale com a normalização de cada uma.", en="All of them are a stream that blocks add to; Proposition 17.1 holds with each one's norm."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (1 min). Projete a lente em «embeddings» e pergunte por que o último token costuma aparecer ali (2 min); suba bloco a bloco e deixe a turma dizer onde a previsão se decide (3 min). Desenhe o fluxo no quadro: uma linha reta, e caixas que só somam (3 min). Faça o cálculo à mão até y e "
       "pergunte o que muda se x dobrar (4 min). Prove a Proposição 17.1 e projete as barras (3 min). Abra a aposta, mude C de 64 a 12.288 e peça à turma a lei 12C² antes de contar (4 min). Enganos frequentes: que a atenção tem a maior parte dos parâmetros, que a lente revela pensamentos, que sem normalização daria no mesmo, que a rede feed-forward "
       "mistura posições.",
    en="Ask for the bet (1 min). Project the lens at “embeddings” and ask why the last token tends to appear there (2 min); climb block by block and let the class say where the prediction is decided (3 min). Draw the stream on the board: a straight line, and boxes that only add (3 min). Work it by hand up to y and "
       "ask what changes if x doubles (4 min). Prove Proposition 17.1 and project the bars (3 min). Open the bet, take C from 64 to 12,288 and ask the class for the law 12C² before counting (4 min). Common mistakes: that attention has most of the parameters, that the lens reveals thoughts, that it would be the same without norms, that the feed-forward network "
       "mixes positions."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
C = 1000
Exercise(
    id="block", kind="numeric",
    question=t(pt="Sem contar vieses nem normalizações, quantos milhões de parâmetros tem um bloco de largura C = 1.000 com 4C no meio?", en="Without biases or norms, how many million parameters does a block of width C = 1,000 have, with 4C in the middle?"),
    answer=12 * C * C / 1e6, tolerance=0.01,
    mistakes=[
        Mistake(8 * C * C / 1e6, t(pt="Essa é só a feed-forward: duas matrizes de 4C × C. Falta a atenção.", en="That is the feed-forward alone: two matrices of 4C × C. The attention is missing.")),
        Mistake(4 * C * C / 1e6, t(pt="Essa é só a atenção: quatro matrizes C × C. Falta a feed-forward.", en="That is the attention alone: four matrices C × C. The feed-forward is missing.")),
        Mistake(11 * C * C / 1e6, t(pt="Falta a matriz de saída da atenção, que mistura as cabeças.", en="The output matrix of the attention, which mixes the heads, is missing.")),
        Mistake(6 * C * C / 1e6, t(pt="São seis matrizes, mas as duas da feed-forward têm 4C² cada uma.", en="There are six matrices, but the two of the feed-forward have 4C² each.")),
    ],
    right=t(pt="4C² + 8C² = 12C².", en="4C² + 8C² = 12C²."),
    wrong=t(pt="Some quatro matrizes C × C e duas de 4C × C.", en="Add four matrices C × C and two of 4C × C."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="scale", kind="choice",
    question=t(pt="Alguém multiplica por 10 o vetor que chega à última normalização. As probabilidades do próximo token (ε desprezível):", en="Someone multiplies the vector that reaches the last norm by 10. The probabilities of the next token (ε negligible):"),
    options=[
        Option(t(pt="ficam mais concentradas", en="become sharper"), t(pt="Seria assim se o fator chegasse aos logits. A normalização divide pelo desvio-padrão, que também cresceu 10 vezes.", en="It would be so if the factor reached the logits. The norm divides by the standard deviation, which grew 10 times as well.")),
        Option(t(pt="não mudam", en="do not change"), t(pt="É a Proposição 17.2: a normalização esquece a escala.", en="It is Proposition 17.2: the norm forgets the scale."), correct=True),
        Option(t(pt="ficam mais planas", en="become flatter"), t(pt="Nada divide os logits aqui.", en="Nothing divides the logits here.")),
        Option(t(pt="mudam só se houver viés β", en="change only if there is a bias β"), t(pt="β entra depois da divisão e não vê a escala.", en="β enters after the division and does not see the scale.")),
    ])

# %%
import torch

pair = torch.nn.functional.layer_norm(torch.tensor([7.0, 3.0]), (2,), eps=0.0).tolist()
assert pair == [1.0, -1.0]
Exercise(
    id="two", kind="predict",
    question=t(pt="Com γ = 1, β = 0 e ε = 0, quanto é a normalização de (7; 3)?", en="With γ = 1, β = 0 and ε = 0, what does layer normalisation make of (7, 3)?"),
    options=[
        Option(t(pt="(0,7; 0,3)", en="(0.7, 0.3)"), t(pt="Isso divide pela soma. A normalização tira a média e divide pelo desvio.", en="That divides by the sum. The norm takes the mean away and divides by the deviation.")),
        Option(t(pt="(1; −1)", en="(1, −1)"), t(pt="A média é 5, os desvios são 2 e −2, e o desvio-padrão é 2. Com duas componentes diferentes dá sempre ±1: por isso a largura precisa ser maior.", en="The mean is 5, the deviations are 2 and −2, and the standard deviation is 2. With two different components it is always ±1: that is why the width has to be larger."), correct=True),
        Option(t(pt="(2; −2)", en="(2, −2)"), t(pt="Falta dividir pelo desvio-padrão.", en="The division by the standard deviation is missing.")),
    ],
    reveal=t(pt=f"Calculado: {vector(pair, 0)}.", en=f"Computed: {vector(pair, 0)}."))

# %%
BUGGY = """from math import sqrt

def norm(x):
    mean = sum(x) / len(x)
    centred = [v - mean for v in x]
    var = sum(v * v for v in x) / len(x)
    return [c / sqrt(var) for c in centred]"""
namespace = {}
exec(BUGGY, namespace)
assert namespace["norm"]([1, -1]) == [1, -1]
shown, moved = (namespace["norm"](x) for x in ([3, 1, 1, -1], [13, 11, 11, 9]))
assert abs(shown[0] - moved[0]) > 0.5
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com (1; −1) esta função acerta. Com (3; 1; 1; −1) ela dá {vector(shown, 2, trim=True)}, e com 10 a mais em cada componente, {vector(moved, 2, trim=True)}. Qual linha está errada?",
               en=f"With (1, −1) this function is right. With (3, 1, 1, −1) it gives {vector(shown, 2, trim=True)}, and with 10 more in each component, {vector(moved, 2, trim=True)}. Which line is wrong?"),
    options=[
        Option("4: `mean = sum(x) / len(x)`", t(pt="A média está certa: ela sobe 10 quando cada componente sobe 10.", en="The mean is right: it goes up by 10 when each component does.")),
        Option("5: `centred = [v - mean for v in x]`", t(pt="Centrar está certo: tira a constante que não importa.", en="Centring is right: it takes away the constant that does not matter.")),
        Option("6: `var = sum(v * v for v in x) / len(x)`",
               t(pt="A variância é a média dos quadrados dos valores *centrados*, `c * c for c in centred`. Como está, somar uma constante muda o resultado, e a Proposição 17.2 falha. Só não se nota quando a média é 0. (Sem centrar em lugar nenhum, seria a RMSNorm.)",
                 en="The variance is the mean square of the *centred* values, `c * c for c in centred`. As it stands, adding a constant changes the result, and Proposition 17.2 fails. It goes unnoticed only when the mean is 0. (With no centring anywhere, it would be RMSNorm.)"), correct=True),
        Option("7: `return [c / sqrt(var) for c in centred]`", t(pt="Divide-se pelo desvio-padrão, a raiz da variância: esta linha está certa.", en="One divides by the standard deviation, the root of the variance: this line is right.")),
    ])

# %%
pushes = [0.5, 1.2, -0.3]
odds = float(np.exp(sum(pushes)))
Exercise(
    id="odds", kind="numeric",
    question=t(pt="Três partes somam 0,5; 1,2 e −0,3 à diferença entre os logits de dois tokens, e nada mais soma. Quantas vezes o primeiro é mais provável que o segundo? (Uma casa basta.)",
               en="Three parts add 0.5, 1.2 and −0.3 to the difference between the logits of two tokens, and nothing else does. How many times more likely is the first than the second? (One decimal will do.)"),
    answer=odds, tolerance=0.06,
    mistakes=[
        Mistake(sum(pushes), t(pt="Essa é a diferença dos logits. A razão é a exponencial dela.", en="That is the difference of the logits. The ratio is its exponential.")),
        Mistake(float(np.exp(2.0)), t(pt="O −0,3 empurra para o outro lado: subtraia.", en="The −0.3 pushes the other way: subtract it.")),
        Mistake(odds / (1 + odds), t(pt="Essa é a probabilidade do primeiro se só houvesse os dois.", en="That is the probability of the first if there were only the two.")),
    ],
    right=t(pt=f"0,5 + 1,2 − 0,3 = 1,4, e e elevado a 1,4 é {number(odds, 2)}.", en=f"0.5 + 1.2 − 0.3 = 1.4, and e to the power 1.4 is {number(odds, 2)}."),
    wrong=t(pt="Some os três números; a razão entre as probabilidades é e elevado à soma.", en="Add the three numbers; the ratio of the probabilities is e to the power of the sum."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="mix", kind="choice",
    question=t(pt="Você troca a ordem de dois tokens no começo do texto. Que parte de um bloco leva essa mudança à última posição?", en="You swap two tokens at the start of the text. Which part of a block carries that change to the last position?"),
    options=[
        Option(t(pt="só a atenção", en="attention alone"), t(pt="É a única que lê outras posições. Todo o resto age em cada uma separadamente.", en="It alone reads other positions. Everything else acts on each one separately."), correct=True),
        Option(t(pt="só a rede feed-forward", en="the feed-forward network alone"), t(pt="Ela recebe o vetor de uma posição e devolve um vetor para a mesma.", en="It takes the vector of one position and returns a vector for the same one.")),
        Option(t(pt="a normalização", en="the norm"), t(pt="A média e a variância são das componentes de um vetor, não das posições.", en="Its mean and variance are of the components of one vector, not of the positions.")),
        Option(t(pt="a conexão residual", en="the residual connection"), t(pt="Ela soma a entrada de uma posição à saída da mesma posição.", en="It adds the input of a position to the output of that same position.")),
    ])

# %%
Experiment(
    id="cut", task="ablation",
    question=t(pt="Corte *uma* cabeça, uma só, de modo que a primeira candidata depois da frase passe a ser outra. Você escolhe a frase e a cabeça. Antes, aposte: com esta frase, quantas cabeças conseguem?",
               en="Cut *one* head, a single one, so that the first candidate after the sentence becomes another. You choose the sentence and the head. First bet: with this sentence, how many heads can do it?"),
    entries=[sentence("Ela abriu a porta e viu"), *head()],
    said={
        "met": t(pt="Vinha «{before}», agora vem «{now}»: a distribuição se moveu {tv|%1} (variação total). O que a cabeça somava decidia o primeiro lugar.",
                 en="It was “{before}”, now it is “{now}”: the distribution moved by {tv|%1} (total variation). What the head added decided the first place."),
        "missed": t(pt="«{before}» continua a primeira: tinha {p|%1}, ficou com {q|%1}. A distribuição se moveu {tv|%1} (variação total). O que uma cabeça soma é uma parcela entre muitas.",
                    en="“{before}” still comes first: it had {p|%1}, it is left with {q|%1}. The distribution moved by {tv|%1} (total variation). What a head adds is one term among many."),
        "unfit": t(pt="Escolha um bloco e uma cabeça, e escreva uma frase de até 40 tokens.", en="Choose a block and a head, and write a sentence of at most 40 tokens."),
    },
    caption=t(pt="Depois do corte, as candidatas mais prováveis", en="After the cut, the likeliest candidates"),
    hint=t(pt="Mude antes a frase que a cabeça: procure uma depois da qual as duas primeiras candidatas estejam quase empatadas. Logits são somas, e um empate se desfaz com qualquer parcela.",
           en="Change the sentence before the head: look for one after which the first two candidates are almost tied. Logits are sums, and any term will break a tie."))

# %%
doubled, cooled = softmax([4.0, 2.0, 0.0]), softmax([2.0, 1.0, 0.0], 0.5)
assert np.allclose(doubled, cooled)
Exercise(
    id="recall", kind="choice",
    question=t(pt="Da lição [Temperatura](lesson:temperature): alguém multiplica por 2 a matriz W, a que vem *depois* da última normalização. As probabilidades do próximo token mudam como se:",
               en="From the lesson [Temperature](lesson:temperature): someone multiplies by 2 the matrix W, the one *after* the last norm. The probabilities of the next token change as if:"),
    options=[
        Option(t(pt="nada mudasse: a normalização esquece a escala", en="nothing changed: the norm forgets the scale"), t(pt="Ela esquece a escala do que entra nela. W vem depois.", en="It forgets the scale of what comes into it. W comes after.")),
        Option(t(pt="τ passasse a ser a metade", en="τ were half as large"), t(pt=f"Todos os logits dobram, e 2u/τ = u/(τ/2). Calculado com [2; 1; 0]: {vector(doubled.tolist(), 3)} nos dois casos.", en=f"All logits double, and 2u/τ = u/(τ/2). Computed with [2, 1, 0]: {vector(doubled.tolist(), 3)} in both cases."), correct=True),
        Option(t(pt="τ passasse a ser o dobro", en="τ were twice as large"), t(pt="Isso achataria a distribuição; logits maiores a concentram.", en="That would flatten the distribution; larger logits sharpen it.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Um vetor por posição atravessa a rede, e cada bloco lhe soma duas coisas: o que a atenção traz das outras posições e o que a feed-forward faz com ele.
# - O logit é uma soma de parcelas, uma por parte; a normalização do fim diz quanto cada uma vale.
# - A normalização de camada esquece uma constante e a escala; a RMSNorm, só a escala.
# - Um bloco tem cerca de $12C^2$ parâmetros, dois terços na feed-forward; o vocabulário só pesa nos modelos pequenos.
# - Codificador lê, decodificador escreve; a diferença está na máscara.
#
# A seguir: [o treinamento](lesson:training), que escolhe todos esses números.

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - One vector per position goes through the network, and each block adds two things to it: what attention brings from other positions and what the feed-forward makes of it.
# - The logit is a sum of terms, one per part; the last norm says how much each is worth.
# - Layer normalisation forgets a constant and the scale; RMSNorm, the scale alone.
# - A block has about $12C^2$ parameters, two thirds in the feed-forward; the vocabulary weighs in small models only.
# - An encoder reads, a decoder writes; the difference is in the mask.
#
# Next: [training](lesson:training), which chooses all these numbers.
