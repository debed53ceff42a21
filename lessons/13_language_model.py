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
#     slug: {pt: modelo-de-linguagem, en: language-model}
#     title: {pt: O que é um modelo de linguagem, en: What a language model is}
#     summary:
#       pt: "Uma tabela de probabilidades para o próximo token, e nada além disso. Por que ela continua em vez de responder, e por que prever e comprimir são o mesmo problema."
#       en: "A table of probabilities for the next token, and nothing besides. Why it goes on instead of answering, and why predicting and compressing are one problem."
#     prerequisites:
#       pt: "a lição de logits; logaritmo de base 2; frações, no cálculo à mão"
#       en: "the lesson on logits; the logarithm to base 2; fractions, in the calculation by hand"
#     sources:
#       - {id: shannon1948, text: "Shannon (1948). A Mathematical Theory of Communication. Bell System Technical Journal 27, 379–423 and 623–656", url: "https://doi.org/10.1002/j.1538-7305.1948.tb01338.x"}
#       - {id: shannon1951, text: "Shannon (1951). Prediction and Entropy of Printed English. Bell System Technical Journal 30, 50–64", url: "https://doi.org/10.1002/j.1538-7305.1951.tb01366.x"}
#       - {id: kraft1949, text: "Kraft (1949). A Device for Quantizing, Grouping, and Coding Amplitude-Modulated Pulses. MIT master's thesis", url: "https://dspace.mit.edu/handle/1721.1/12390"}
#       - {id: rissanen1979, text: "Rissanen & Langdon (1979). Arithmetic Coding. IBM Journal of Research and Development 23(2), 149–162", url: "https://doi.org/10.1147/rd.232.0149"}
#       - {id: ouyang2022, text: "Ouyang et al. (2022). Training language models to follow instructions with human feedback. arXiv:2203.02155", url: "https://arxiv.org/abs/2203.02155"}
#       - {id: deletang2023, text: "Delétang et al. (2023). Language Modeling Is Compression. arXiv:2309.10668", url: "https://arxiv.org/abs/2309.10668"}
#       - {id: sharir2020, text: "Sharir, Peleg & Shoham (2020). The Cost of Training NLP Models: A Concise Overview. arXiv:2004.08900", url: "https://arxiv.org/abs/2004.08900"}
#       - {id: strubell2019, text: "Strubell, Ganesh & McCallum (2019). Energy and Policy Considerations for Deep Learning in NLP. arXiv:1906.02243", url: "https://arxiv.org/abs/1906.02243"}
#       - {id: patterson2021, text: "Patterson et al. (2021). Carbon Emissions and Large Neural Network Training. arXiv:2104.10350", url: "https://arxiv.org/abs/2104.10350"}
#       - {id: luccioni2022, text: "Luccioni, Viguier & Ligozat (2022). Estimating the Carbon Footprint of BLOOM, a 176B Parameter Language Model. arXiv:2211.02001", url: "https://arxiv.org/abs/2211.02001"}
#       - {id: wei2022emergent, text: "Wei et al. (2022). Emergent Abilities of Large Language Models. arXiv:2206.07682", url: "https://arxiv.org/abs/2206.07682"}
#       - {id: schaeffer2023, text: "Schaeffer, Miranda & Koyejo (2023). Are Emergent Abilities of Large Language Models a Mirage? arXiv:2304.15004", url: "https://arxiv.org/abs/2304.15004"}
#       - {id: azevedo2009, text: "Azevedo et al. (2009). Equal numbers of neuronal and nonneuronal cells make the human brain an isometrically scaled-up primate brain. Journal of Comparative Neurology 513(5), 532–541", url: "https://doi.org/10.1002/cne.21974"}
#       - {id: vllm-server, text: "vLLM documentation. OpenAI-Compatible Server", url: "https://docs.vllm.ai/en/stable/serving/openai_compatible_server/"}
#       - {id: openai-deprecations, text: "OpenAI API documentation. Deprecations", url: "https://developers.openai.com/api/docs/deprecations"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Quatro obras de ficção em português, publicadas entre 1862 e 1908, que nenhum modelo daqui leu, ocupam juntas um milhão de bytes. O `gzip`, que procura trechos repetidos, guarda-as em
# bem menos. Agora entra um [modelo de linguagem](term:language-model) pequeno, treinado em outros livros. Ele não foi feito para comprimir nada: só sabe
# dizer, depois de cada trecho, que probabilidade tem cada próximo [token](term:token).
#
# Use só essas probabilidades para escrever as quatro obras em bits, de modo que se possa lê-las de volta sem perder uma vírgula. Aposte.

# %% [markdown] lang="en" anchor="aposta"
# Four works of fiction in Portuguese, published between 1862 and 1908, which no model here has read, take a million bytes together. `gzip`, which looks for repeated stretches, stores them in
# far fewer. Now comes a small [language model](term:language-model), trained on other books. It was not made to compress anything: all it can do is
# say, after each stretch, what probability each next [token](term:token) has.
#
# Use those probabilities alone to write the four works in bits, so that they can be read back without losing a comma. Place a bet.

# %%
from dashboard.blocks import Answer, Callout, Exercise, Experiment, Mistake, Option, Table
from dashboard.experiments import beginning
from dashboard.language import number, percent, quoted, say, short, t

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Sem contar o próprio modelo, quanto as quatro obras ocupam?", en="Not counting the model itself, how much room do the four works take?"),
    options=[
        Option(t(pt="mais que com o gzip: prever não é comprimir", en="more than with gzip: predicting is not compressing"),
               t(pt="Prever bem é dar muita probabilidade ao que se segue, e muita probabilidade é um código curto. É o teorema desta lição.",
                 en="Predicting well is giving much probability to what follows, and much probability is a short code. That is this lesson's theorem.")),
        Option(t(pt="mais ou menos o mesmo que com o gzip", en="about the same as with gzip"),
               t(pt="O gzip só vê repetições ao pé da letra. O modelo viu milhões de frases em português e sabe o que costuma vir depois de cada trecho.",
                 en="gzip only sees repetitions to the letter. The model has seen millions of Portuguese phrases and knows what tends to follow each stretch.")),
        Option(t(pt="perto da metade do que ocupam com o gzip", en="near half of what they take with gzip"),
               t(pt="A tabela acima tem os números, medidos sobre os mesmos bytes. O que ela não conta é o tamanho do próprio modelo, e isso muda a conversa.",
                 en="The table above has the numbers, measured on the same bytes. What it leaves out is the size of the model itself, and that changes matters."), correct=True),
        Option(t(pt="quase nada: o modelo já sabe a língua", en="almost nothing: the model knows the language already"),
               t(pt="Saber a língua não é saber o enredo. O que o autor escolheu dizer custa bits, por melhor que seja o modelo.",
                 en="Knowing the language is not knowing the plot. What the author chose to say costs bits, however good the model.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Um modelo de linguagem é uma função: recebe um texto cortado em tokens e devolve uma distribuição sobre o próximo. Só isso. Quem escreve é o
# [sorteio](term:draw), um token de cada vez, e cada token sorteado entra no texto que o modelo lê em seguida.
#
# A mesma função serve para ler. Dê a ela um texto pronto e pergunte, a cada passo: que probabilidade você dava ao token que está ali? Um token com
# probabilidade 1/2 custa 1 bit; com 1/4, 2 bits; com $p$, custa $-\log_2 p$ bits. Mova o [controle deslizante](term:slider) e leia junto com o modelo embutido: antes de cada passo, aposte se a próxima barra do [gráfico](term:chart) será longa ou curta. Debaixo de cada controle, uma [dica](term:tooltip) diz o que ele muda.
# Depois troque o texto: a mesma frase com as palavras fora de ordem tem quase as mesmas letras e custa muito mais. Onde o custo aumenta, e por quê?

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# A language model is a function: it takes a text cut into tokens and returns a distribution over the next one. That is all. The writing is done by the
# [draw](term:draw), one token at a time, and each token drawn joins the text that the model reads next.
#
# The same function can read. Give it a finished text and ask at each step: what probability did you give the token that stands there? A token of
# probability 1/2 costs 1 bit; of 1/4, 2 bits; of $p$, it costs $-\log_2 p$ bits. Move the [slider](term:slider) and read along with the embedded model: before each step, bet whether the next bar of the [chart](term:chart) will be long or short. Under each control a [tooltip](term:tooltip) says what it changes.
# Then change the text: the same sentence with its words out of order has almost the same letters and costs far more. Where does the cost go up, and why?

# %%
import math
from fractions import Fraction

from core.course.arithmetic_code import arithmetic_code, arithmetic_interval, code_length, shannon_length
from dashboard import charts
from dashboard.language import ROOT
from dashboard.recorded import trained
from dashboard.recorded.continuations import continuation
from dashboard.recorded.questions import DRAWN, beginnings, questions
from dashboard.recorded.readings import reading
from dashboard.recorded.snapshots import PROMPTS, snapshot
from dashboard.worked import arithmetic_code_by_hand

unread, read, shuffled, today = (reading(name) for name in ("unread", "read", "shuffled", "today"))
ordered_bits, shuffled_bits = code_length(unread.probs), code_length(shuffled.probs)
assert shuffled_bits > 1.2 * ordered_bits
tested = sorted(work["year"] for work in trained.works("test"))
assert (len(tested), tested[0], tested[-1]) == (4, "1862", "1908")
evaluation = trained.evaluation()
ASKED, BEGUN = questions(), beginnings()
bloom_mwh, bloom_tonnes, bloom_all = 433.196, 24.7, 50.5  # Luccioni et al. (2022)
weeks = 1_082_990 / 384 / 24 / 7
gpt3_mwh, gpt3_tonnes = 1287.0, 552.0  # Patterson et al. (2021)
pounds = 626_155  # Strubell et al. (2019)
charts.readings(
    "read", t(pt="Ler é pagar por surpresa", en="Reading is paying for surprise"),
    {t(pt="Machado, livro que o modelo não leu", en="Machado, a book that the model has not read"): unread,
     t(pt="as mesmas palavras, fora de ordem", en="the same words, out of order"): shuffled,
     t(pt="Machado, livro do treinamento", en="Machado, a book of the training"): read,
     t(pt="uma frase de hoje", en="a sentence of today"): today}, value=5,
    said=t(pt="Até aqui, {n|0} de {all|0} tokens: {bits|1} bits por {bytes|0} bytes de texto, {per_byte|2} bits por byte. O token mais caro até agora foi «{least|text}», com {least_bits|1} bits.",
           en="So far, {n|0} of {all|0} tokens: {bits|1} bits for {bytes|0} bytes of text, {per_byte|2} bits per byte. The costliest token so far was “{least|text}”, at {least_bits|1} bits."),
    caption=t(pt="Comprimento da barra: −log₂ p do token que está no texto. A tabela diz também qual token o modelo achava mais provável em cada lugar.",
              en="Length of a bar: −log₂ p of the token in the text. The table also says which token the model found most likely at each place."))

# %% [markdown] lang="pt" anchor="formula"
# ## A fórmula
#
# Chame de $x_1, \dots, x_T$ os tokens do texto e de $P(x_t \mid x_{<t})$ a probabilidade que o modelo dá ao token da posição $t$ depois de ler os
# anteriores. Pela regra do produto, a probabilidade do texto inteiro é
#
# $$
# P(x_1, \dots, x_T) = \prod_{t=1}^{T} P(x_t \mid x_{<t}).
# $$
#
# O logaritmo troca o produto por uma soma, a das barras da figura: $-\log_2 P(x) = \sum_t -\log_2 P(x_t \mid x_{<t})$. O treinamento não faz outra coisa além de diminuir
# essa soma nos textos que lê; a média por token, em nats, é a [entropia cruzada](term:cross-entropy) que aparece nos gráficos de treinamento. Dividida pelos
# bytes do texto, e não pelos tokens, a soma vira **[bits por byte](term:bits-per-byte)**, que não depende de como o texto foi cortado e por isso compara modelos com
# tokenizadores diferentes.
#
# A frase de Machado, que o modelo não leu, custa {{ ordered_bits | 1 }} bits em {{ unread.bytes }} bytes. Embaralhada, custa {{ shuffled_bits | 1 }}: a ordem das palavras vale
# {{ shuffled_bits - ordered_bits | 1 }} bits.

# %% [markdown] lang="en" anchor="formula"
# ## The formula
#
# Call the tokens of the text $x_1, \dots, x_T$ and write $P(x_t \mid x_{<t})$ for the probability that the model gives the token at position $t$ once it has read those
# before. By the product rule, the probability of the whole text is
#
# $$
# P(x_1, \dots, x_T) = \prod_{t=1}^{T} P(x_t \mid x_{<t}).
# $$
#
# The logarithm turns the product into a sum, that of the bars in the picture: $-\log_2 P(x) = \sum_t -\log_2 P(x_t \mid x_{<t})$. Training does nothing besides lowering
# that sum on the texts it reads; its mean per token, in nats, is the [cross-entropy](term:cross-entropy) of training curves. Divided by the
# bytes of the text rather than by the tokens, the sum becomes **[bits per byte](term:bits-per-byte)**, which does not depend on how the text was cut and so compares models with
# different tokenizers.
#
# Machado's sentence, which the model has not read, costs {{ ordered_bits | 1 }} bits over {{ unread.bytes }} bytes. Shuffled, it costs {{ shuffled_bits | 1 }}: the order of the words is worth
# {{ shuffled_bits - ordered_bits | 1 }} bits.

# %% [markdown] lang="pt" anchor="base"
# ## Continuar não é responder
#
# O modelo embutido é um **[modelo base](term:base-model)**: só aprendeu a prever o próximo token de {{ len(trained.works("train")) }} obras em português do século XIX e do começo do XX, entre romances, contos, crônicas, peças, crítica e alguns versos.
# Dê a ele dois prompts, o começo de uma história e uma pergunta, e leia a [continuação](term:completion) que ele escreve, sempre pelo token mais provável e depois por [sorteio](lesson:greedy-and-random).

# %% [markdown] lang="en" anchor="base"
# ## Going on is not answering
#
# The embedded model is a **[base model](term:base-model)**: all it has learned is to predict the next token of {{ len(trained.works("train")) }} works in Portuguese of the nineteenth and early twentieth centuries: novels, short stories, newspaper pieces, plays, criticism and some verse.
# Give it two prompts, the beginning of a story and a question, and read the [completion](term:completion) it writes, first always by the likeliest token and then [by drawing](lesson:greedy-and-random).

# %%
RUN = {"greedy": t(pt="o mais provável", en="the likeliest"), "plain-1": t(pt="sorteio, semente 1", en="drawn, seed 1"), "plain-2": t(pt="sorteio, semente 2", en="drawn, seed 2")}


def first_words(text, many=18):
    """The first words of a text on one line."""
    words = text.replace("\n", " ↵ ").split()
    return " ".join(words[:many]) + (" …" if len(words) > many else "")


Table(
    [t(pt="prompt e escolha", en="prompt and choice"), t(pt="o modelo base continua", en="the base model goes on")],
    [[f"{quoted(PROMPTS[name])} · {label}", first_words(continuation(name, run).text)] for name in ("unicorn", "capital") for run, label in RUN.items()],
    t(pt="Textos do modelo embutido, sem retoques. ↵ é uma quebra de linha. É um modelo de poucos milhões de parâmetros: o ritmo é de livro antigo, e o sentido logo se perde.",
      en="Texts by the embedded model, untouched. ↵ is a line break. It is a model of a few million parameters: the rhythm is that of an old book, and the sense is soon lost."))

# %% [markdown] lang="pt" anchor="pergunta"
# Para ele, a pergunta é um trecho de texto como outro qualquer, e o que se segue a uma pergunta nas histórias e nas peças que ele leu é mais história: outra fala, outra frase.
# Ninguém lhe mostrou que a um pedido se segue uma resposta. O conhecimento, quando existe, aparece onde o *texto* o pede, como na última linha da próxima tabela: ali a continuação
# natural é o próprio fato.

# %% [markdown] lang="en" anchor="pergunta"
# To it the question is a stretch of text like any other, and what follows a question in the stories and plays it has read is more story: another line of dialogue, another sentence.
# Nobody has shown it that a request is followed by an answer. Knowledge, where there is any, shows where the *text* calls for it, as in the last row of the next table: there the natural
# continuation is the fact itself.

# %%
def likeliest(name, many=4):
    """The most likely next tokens after a recorded prompt, with their probabilities."""
    one = snapshot(name)
    weights = [math.exp(u - one.logits[0]) for u in one.logits]
    return "; ".join(f"{quoted(charts.visible(token))} {percent(w / math.fsum(weights))}" for token, w in list(zip(one.tokens, weights))[:many])


assert snapshot("rio").tokens[0] == " Janeiro" and math.exp(snapshot("rio").logits[1] - snapshot("rio").logits[0]) < 0.5
Table(
    ["prompt", t(pt="os próximos tokens mais prováveis", en="the likeliest next tokens")],
    [[quoted(PROMPTS[name]), likeliest(name)] for name in ("unicorn", "capital", "rio")],
    t(pt="␣ é o espaço e ↵ a quebra de linha. Todos os logits são do modelo embutido.", en="␣ is the space and ↵ the line break. All logits are the embedded model's."))

# %% [markdown] lang="pt" anchor="medidas"
# Um caso não prova nada, e por isso medimos. São {{ len(ASKED) | 0 }} perguntas de resposta conhecida, continuadas pelo token mais provável, e {{ len(BEGUN) | 0 }} começos de frase que pedem o mesmo gênero de conhecimento. Perguntas com a resposta certa na primeira frase: {{ sum(one.right for one in ASKED) | 0 }} de {{ len(ASKED) | 0 }}. Nos textos sorteados com τ = 1, {{ DRAWN | 0 }} por pergunta, {{ sum(one.asks for one in ASKED) / (DRAWN * len(ASKED)) | %0 }} das primeiras frases são outra pergunta. Começos que seguem como deviam: {{ sum(one.right for one in BEGUN) | 0 }} de {{ len(BEGUN) | 0 }}.

# %% [markdown] lang="en" anchor="medidas"
# One case proves nothing, so we measured. There are {{ len(ASKED) | 0 }} questions whose answer is known, gone on with by the likeliest token, and {{ len(BEGUN) | 0 }} beginnings of sentences that call for the same kind of knowledge. Questions with the right answer in the first sentence: {{ sum(one.right for one in ASKED) | 0 }} of {{ len(ASKED) | 0 }}. In the texts drawn at τ = 1, {{ DRAWN | 0 }} per question, {{ sum(one.asks for one in ASKED) / (DRAWN * len(ASKED)) | %0 }} of the first sentences are another question. Beginnings that go on as they should: {{ sum(one.right for one in BEGUN) | 0 }} of {{ len(BEGUN) | 0 }}.

# %%
def told(one):
    """A row: what was asked, what came, and how it was judged."""
    return [quoted(one.prompt), first_words(one.came), t(pt="certo", en="right") if one.right else t(pt="errado", en="wrong")]


assert sum(one.right for one in ASKED) <= len(ASKED) / 4 and sum(one.right for one in BEGUN) <= len(BEGUN) / 2
KNOWN = [one for one in BEGUN if one.right][:4] + [one for one in BEGUN if not one.right][:3]
Table(
    ["prompt", t(pt="a primeira frase do que o modelo escreveu", en="the first sentence of what the model wrote"), ""],
    [told(one) for one in [*ASKED[:4], *KNOWN]],
    t(pt="Pelo token mais provável; a lista inteira está em `lessons/data/questions.json`.", en="By the likeliest token; the whole list is in `lessons/data/questions.json`."))

# %% [markdown] lang="pt"
# Um modelo deste tamanho mostra a *forma*: a uma pergunta se segue uma fala, e um começo de frase chama o seu fim. O que ele não mostra é o conhecimento de um modelo base grande. Para ver um, abra o aplicativo em uma máquina com GPU e escolha o Phi-2 na [geração](tool:generation): também é um modelo base, e leu sobretudo inglês. Escreva-lhe em inglês os mesmos começos e as mesmas perguntas, e compare.

# %% [markdown] lang="en"
# A model of this size shows the *form*: a question is followed by a line of dialogue, and the beginning of a sentence calls for its end. What it does not show is the knowledge of a large base model. To see one, open the app on a machine with a GPU and choose Phi-2 in the [generation](tool:generation): it is a base model too, and has read mostly English. Write it the same beginnings and the same questions in English, and compare.

# %% [markdown] lang="pt" anchor="instrucoes"
# Um modelo **[ajustado por instruções](term:instruction-tuned)** é o mesmo objeto: a mesma função, o mesmo sorteio. Muda o texto do treinamento. Depois de ler a web, ele passa por um [ajuste fino](term:fine-tuning), em que lê milhares de
# conversas em que a um pedido se segue uma boa resposta (Ouyang et al., 2022), e então a continuação mais provável de «Qual é a capital do Brasil?» passa a ser a
# resposta, porque é o que vem depois de perguntas *naquele* texto. Essa etapa fica para a lição [sobre o assistente](lesson:assistant).

# %% [markdown] lang="en" anchor="instrucoes"
# An **[instruction-tuned](term:instruction-tuned)** model is the same object: the same function, the same draw. What changes is the training text. After the web it goes through [fine-tuning](term:fine-tuning), in which it reads thousands of
# conversations in which a request is followed by a good answer (Ouyang et al., 2022), and then the likeliest continuation of “Qual é a capital do Brasil?” (what is the capital of Brazil?) becomes the
# answer, because that is what comes after questions in *that* text. That stage waits for the lesson [on the assistant](lesson:assistant).

# %% [markdown] lang="pt" anchor="teorema"
# ## Por que −log₂ p é um comprimento
#
# Um **código** dá a cada texto uma sequência de bits. Ele é *livre de prefixos* se nenhuma dessas sequências é o começo de outra; aí os bits dizem sozinhos onde acabam. A
# [entropia](term:entropy) de $p$ é $H(p) = -\sum_x p(x) \log_2 p(x)$, e a [divergência KL](term:kl-divergence) de $p$ a $q$ é $\mathrm{KL}(p \| q) = \sum_x p(x) \log_2 \frac{p(x)}{q(x)}$.
#
# > **Teorema 13.1 (Kraft, 1949; Shannon, 1948).** Seja $p$ uma distribuição sobre um conjunto finito de textos.
# >
# > 1. Em todo código livre de prefixos com comprimentos $\ell(x)$, vale $\sum_x 2^{-\ell(x)} \le 1$, e o comprimento médio $\sum_x p(x)\, \ell(x)$ é pelo menos $H(p)$.
# > 2. Para toda distribuição $q$ que não dá zero a nenhum texto, existe um código livre de prefixos com $\ell(x) = \lceil -\log_2 q(x) \rceil$. O seu comprimento médio fica entre $H(p) + \mathrm{KL}(p \| q)$ e esse valor mais 1 bit.

# %% [markdown] lang="en" anchor="teorema"
# ## Why −log₂ p is a length
#
# A **code** gives each text a sequence of bits. It is *prefix-free* if none of these sequences is the beginning of another; then the bits say by themselves where they end. The
# [entropy](term:entropy) of $p$ is $H(p) = -\sum_x p(x) \log_2 p(x)$, and the [KL divergence](term:kl-divergence) from $p$ to $q$ is $\mathrm{KL}(p \| q) = \sum_x p(x) \log_2 \frac{p(x)}{q(x)}$.
#
# > **Theorem 13.1 (Kraft, 1949; Shannon, 1948).** Let $p$ be a distribution over a finite set of texts.
# >
# > 1. In every prefix-free code with lengths $\ell(x)$, we have $\sum_x 2^{-\ell(x)} \le 1$, and the mean length $\sum_x p(x)\, \ell(x)$ is at least $H(p)$.
# > 2. For every distribution $q$ that gives no text zero, there is a prefix-free code with $\ell(x) = \lceil -\log_2 q(x) \rceil$. Its mean length lies between $H(p) + \mathrm{KL}(p \| q)$ and that value plus 1 bit.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Ao texto de código $b$, com $\ell$ bits, associe o intervalo dos números de $[0, 1)$ cuja escrita binária começa por $b$; ele tem largura $2^{-\ell}$. Se nenhum código começa outro, os
# intervalos não se tocam, e as larguras somam $K \le 1$. Ponha $r(x) = 2^{-\ell(x)}/K$, que é uma distribuição. Então o comprimento médio é $-\sum_x p(x) \log_2 r(x) - \log_2 K \ge -\sum_x p(x) \log_2 r(x) = H(p) + \mathrm{KL}(p \| r)$, e
# a divergência nunca é negativa: como $\ln z \le z - 1$, temos $-\sum_x p(x) \ln \frac{r(x)}{p(x)} \ge -\sum_x (r(x) - p(x)) \ge 0$, com as somas sobre $p(x) > 0$.
#
# Para a segunda parte, ponha os textos em ordem crescente de $\ell$ e encoste, um depois do outro, intervalos de largura $2^{-\ell}$. Cabem todos, porque $2^{-\ell(x)} \le q(x)$ e os $q(x)$ somam 1. Cada um começa em um múltiplo da sua própria
# largura, pois as anteriores são múltiplas dela; logo ele é o conjunto dos números que começam por uma mesma sequência de $\ell$ bits, e essa sequência é o código. Enfim, $-\log_2 q(x) \le \ell(x) < -\log_2 q(x) + 1$, e a média de $-\log_2 q$ sob $p$ é $H(p) + \mathrm{KL}(p \| q)$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* To the text of code $b$, with $\ell$ bits, assign the interval of the numbers of $[0, 1)$ whose binary expansion begins with $b$; its width is $2^{-\ell}$. If no code begins another, the
# intervals do not meet, and the widths add up to $K \le 1$. Put $r(x) = 2^{-\ell(x)}/K$, which is a distribution. Then the mean length is $-\sum_x p(x) \log_2 r(x) - \log_2 K \ge -\sum_x p(x) \log_2 r(x) = H(p) + \mathrm{KL}(p \| r)$, and
# the divergence is never negative: since $\ln z \le z - 1$, we have $-\sum_x p(x) \ln \frac{r(x)}{p(x)} \ge -\sum_x (r(x) - p(x)) \ge 0$, the sums being over $p(x) > 0$.
#
# For the second part, put the texts in increasing order of $\ell$ and lay intervals of width $2^{-\ell}$ side by side. They all fit, because $2^{-\ell(x)} \le q(x)$ and the $q(x)$ add up to 1. Each begins at a multiple of its own
# width, since the earlier widths are multiples of it; so it is the set of the numbers that begin with one sequence of $\ell$ bits, and that sequence is the code. Finally $-\log_2 q(x) \le \ell(x) < -\log_2 q(x) + 1$, and the mean of $-\log_2 q$ under $p$ is $H(p) + \mathrm{KL}(p \| q)$. $\blacksquare$

# %% [markdown] lang="pt"
# O arredondamento custa menos de 1 bit **por texto**, não por token: quem codifica o texto de uma vez paga uma vez só. E a KL é o preço de acreditar no modelo errado. Antes de mover, aposte: custa mais acreditar em $q$ pequeno demais ou grande demais? Mova $q$ para ver o preço; mova $p$, e o mínimo da curva o acompanha: fica sempre em ${q = p}$.

# %% [markdown] lang="en"
# Rounding costs less than 1 bit **per text**, not per token: whoever codes the text in one go pays once. And the KL is the price of believing the wrong model. Before moving, bet: does it cost more to believe in a $q$ that is too small or too large? Move $q$ to see the price; move $p$, and the lowest point of the curve goes along: it is always at ${q = p}$.

# %%
charts.cross_entropy(
    "belief", t(pt="O preço de acreditar no número errado", en="The price of believing the wrong number"), p=0.8, q=0.4,
    said=t(pt="Respostas «sim» com frequência {p|2}, código feito para {here|2}: {cross|3} bits por resposta, contra {entropy|3} do melhor código. A diferença, {kl|3} bits, é a divergência KL.",
           en="“Yes” has frequency {p|2}, the code is made for {here|2}: {cross|3} bits per answer, against {entropy|3} of the best code. The difference, {kl|3} bits, is the KL divergence."))

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, até o último bit
#
# Falta dizer como codificar um texto de uma vez, sem listar todos os textos possíveis. O **código aritmético** (Rissanen e Langdon, 1979) faz isso com a régua $[0, 1)$: cada token fica com a sua fatia do que restou, e o texto termina com um intervalo
# cuja largura é a probabilidade dele. Qualquer número binário curto que caiba lá dentro serve de código. Quem lê tem o mesmo modelo, refaz as mesmas fatias e vê em qual delas o número cai.
#
# Um modelo de brinquedo com três tokens. Primeiro um texto que ele espera, depois um que o surpreende.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, to the last bit
#
# It remains to say how to code a text in one go without listing all possible texts. The **arithmetic code** (Rissanen and Langdon, 1979) does it with the ruler $[0, 1)$: each token takes its slice of what is left, and the text ends with an interval
# whose width is its probability. Any short binary number that fits inside will do as the code. The reader has the same model, makes the same slices again and sees into which one the number falls.
#
# A toy model with three tokens. First a text that it expects, then one that surprises it.

# %%
NO, IDEA, STOP = t(pt="não|sei|.", en="no|idea|.").split("|")
eighths = {"": (4, 2, 2), NO: (1, 5, 2), IDEA: (1, 1, 6), STOP: (4, 2, 2)}
tables = {word: [Fraction(n, 8) for n in row] for word, row in eighths.items()}
arithmetic_code_by_hand("hand", t(pt="Um texto, um intervalo, um número", en="One text, one interval, one number"), [NO, IDEA, STOP], tables,
                        [[NO, IDEA, STOP], [IDEA, NO, STOP]])

# %%
WORDS, repeated = [NO, IDEA, STOP], [NO, IDEA, STOP] * 4
taken = [tables[before] for before in ["", *repeated[:-1]]]
chosen = [WORDS.index(word) for word in repeated]
by_token = sum(shannon_length(row[i]) for row, i in zip(taken, chosen, strict=True))
at_once = len(arithmetic_code(*arithmetic_interval(taken, chosen)))
assert at_once < by_token
Table(
    [t(pt="depois de", en="after"), *(quoted(word) for word in (NO, IDEA, STOP))],
    [[quoted(word) if word else t(pt="nada", en="nothing"), *(str(share) for share in row)] for word, row in tables.items()],
    t(pt=f"As probabilidades do modelo de brinquedo. Para «{NO} {IDEA} {STOP}» repetido quatro vezes, codificar token por token, com ⌈−log₂ p⌉ bits cada um, gasta {by_token} bits; o código aritmético paga o arredondamento uma vez só e gasta {at_once}.",
      en=f"The probabilities of the toy model. For “{NO} {IDEA} {STOP}” four times over, coding token by token, with ⌈−log₂ p⌉ bits each, takes {by_token} bits; the arithmetic code pays for rounding only once and takes {at_once}."))

# %% [markdown] lang="pt" anchor="medida"
# ## O modelo embutido ao lado do gzip
#
# Agora as quatro obras. Cada linha foi medida sobre os mesmos bytes: os compressores contam os bytes que gravam, o modelo e o modelo de n-gramas contam $-\log_2 P$.

# %% [markdown] lang="en" anchor="medida"
# ## The embedded model beside gzip
#
# Now the four works. Every row was measured on the same bytes: the compressors count the bytes they write, the model and the n-gram model count $-\log_2 P$.

# %%
measured = evaluation["models"]["embedded"]
ours, size = measured["bits_per_byte"], measured["bytes"]
alone = {row["compressor"]: row["bits_per_byte"] for row in evaluation["compressors"] if not row["after_training"]}
prefixed = {row["compressor"]: row["bits_per_byte"] for row in evaluation["compressors"] if row["after_training"]}
gzip = alone["gzip -9"]
model_bytes = (ROOT / "core" / "weights" / "embedded" / "model.int8.safetensors").stat().st_size
break_even = model_bytes * 8 / (gzip - ours)
assert 0.4 < ours / gzip < 0.62 and ours < min(alone.values()) and min(prefixed.values()) - ours < (gzip - ours) / 2


def room(name, bits, trained):
    """One row: bits per byte, what the four works take, and the share of their size."""
    return [name, trained, number(bits, 3), number(round(bits * size / 8 / 1000)), percent(bits / 8)]


NOTHING, TRAINING = t(pt="nada", en="nothing"), t(pt="os livros do treinamento", en="the training books")
ORDER = t(pt="ordem", en="order")
rows = [*((name.replace("order", ORDER), bits, NOTHING) for name, bits in alone.items()), *((name.replace("order", ORDER), bits, TRAINING) for name, bits in prefixed.items()),
        (t(pt=f"{evaluation['ngram']['order']}-gramas, Kneser–Ney", en=f"{evaluation['ngram']['order']}-grams, Kneser–Ney"), evaluation["ngram"]["bits_per_byte"], TRAINING),
        (t(pt="o modelo embutido", en="the embedded model"), ours, TRAINING)]
Table(
    [t(pt="quem", en="who"), t(pt="o que leu antes", en="read beforehand"), t(pt="bits por byte", en="bits per byte"), "kB", t(pt="do original", en="of the original")],
    [room(name, bits, trained) for name, bits, trained in sorted(rows, key=lambda row: -row[1])],
    t(pt=f"{number(size)} bytes de quatro obras reservadas para teste. Lido em core/weights/evaluation.json; para medir de novo: `python -m core.training evaluate embedded --corpus TEXTOS --ngram --compressors --json`.",
      en=f"{number(size)} bytes of four held-out works. Read from core/weights/evaluation.json; to measure again: `python -m core.training evaluate embedded --corpus TEXTS --ngram --compressors --json`."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="leitura"
# Com o modelo, {{ ours | 3 }} bits por byte contra {{ gzip | 3 }} do gzip: {{ ours / gzip | %0 }} do tamanho. Leia as linhas aos pares. Os compressores sozinhos começam do zero, e o modelo chega com o que leu; a comparação justa é com os que receberam os mesmos livros
# antes, e ali a diferença é bem menor. O PPMd é ele próprio um modelo de linguagem, sobre bytes: prevê o próximo pelos que vieram logo antes e codifica com um código aritmético.
#
# Shannon (1951) estimou, com pessoas no lugar do modelo, que o inglês impresso tem em torno de 1 bit por letra. Delétang et al. (2023) levaram a ideia aos modelos grandes e mostraram que um deles, treinado sobretudo em texto, comprime também imagens e áudio.

# %% [markdown] lang="en" anchor="leitura"
# With the model, {{ ours | 3 }} bits per byte against {{ gzip | 3 }} for gzip: {{ ours / gzip | %0 }} of the size. Read the rows in pairs. The compressors alone start from nothing, and the model arrives with what it has read; the fair comparison is with those that were given the same books
# first, and there the gap is much smaller. PPMd is itself a language model, over bytes: it predicts the next from those just before and codes with an arithmetic code.
#
# Shannon (1951) estimated, with people in the model's place, that printed English holds about 1 bit per letter. Delétang et al. (2023) took the idea to large models and showed that one of them, trained mostly on text, compresses images and audio as well.

# %%
memory = code_length(read.probs)
assert memory / read.bytes > 0.3
Callout("misconception", t(pt="«Um modelo é um zip da internet»", en="“A model is a zip of the internet”"), t(
    pt=f"A comparação do treinamento com um arquivo zip é comum. Um zip devolve cada byte do que guardou; o modelo devolve probabilidades, e para recuperar um texto a partir delas é preciso pagar os bits. O começo de Dom Casmurro *está* no treinamento do modelo embutido, e ainda assim custa {number(memory, 1)} bits, "
       f"{number(memory / read.bytes, 2)} por byte: longe do zero que um arquivo guardado custaria. O que a comparação tem de certo é o teorema: prever melhor é escrever mais curto. "
       f"E há o outro prato da balança, o próprio modelo. O arquivo dele tem {number(model_bytes)} bytes; somado ao código, só passa a ganhar do gzip em textos com mais de {number(break_even / 1e6, 0)} milhões de bytes.",
    en=f"Training is often compared with a zip file. A zip gives back every byte it has stored; the model gives probabilities, and to recover a text from them one has to pay the bits. The opening of Dom Casmurro *is* in the embedded model's training, and still it costs {number(memory, 1)} bits, "
       f"{number(memory / read.bytes, 2)} per byte: far from the nothing that a stored file would cost. What the comparison gets right is the theorem: predicting better means writing shorter. "
       f"And there is the other side of the scale, the model itself. Its file has {number(model_bytes)} bytes; added to the code, it only starts to beat gzip on texts of more than {number(break_even / 1e6, 0)} million bytes."))

# %% [markdown] lang="pt" anchor="tamanho"
# ## O que o tamanho muda
#
# Mudam primeiro a memória e o preço. Um parâmetro é um peso entre duas unidades da rede. Por isso ele se compara com uma sinapse, não com um neurônio: o cérebro humano tem cerca de 86 bilhões de neurônios (Azevedo et al., 2009), cada um com milhares de sinapses. As notas de origem comparam de outro jeito: veja as [erratas](lesson:errata#fatos).
#
# **Memória.** Parâmetros vezes bytes por parâmetro, só para os pesos. Com 70 bilhões de parâmetros em 2 bytes são {{ 70e9 * 2 / 1e9 | 0 }} GB: mais do que cabe em uma GPU de 80 GB.

# %% [markdown] lang="en" anchor="tamanho"
# ## What size changes
#
# First of all memory and price. A parameter is a weight between two units of the network. So it compares with a synapse, not with a neuron: the human brain has about 86 billion neurons (Azevedo et al., 2009), each with thousands of synapses. The source notes compare in another way: see the [errata](lesson:errata#fatos).
#
# **Memory.** Parameters times bytes per parameter, for the weights alone. With 70 billion parameters at 2 bytes that is {{ 70e9 * 2 / 1e9 | 0 }} GB: more than fits on one GPU of 80 GB.

# %%
embedded_parameters = evaluation["models"]["embedded"]["parameters"]
SIZED = {t(pt="o modelo embutido", en="the embedded model"): embedded_parameters, t(pt="70 bilhões", en="70 billion"): 70_000_000_000, t(pt="405 bilhões", en="405 billion"): 405_000_000_000}
FORMATS = {t(pt="float32, 4 bytes", en="float32, 4 bytes"): 4, t(pt="bfloat16, 2 bytes", en="bfloat16, 2 bytes"): 2, t(pt="int8, 1 byte", en="int8, 1 byte"): 1, t(pt="4 bits, meio byte", en="4 bits, half a byte"): 0.5}
Table(
    [t(pt="parâmetros", en="parameters"), *FORMATS],
    [[name, *(f"{short(parameters * size / 1e9, 3)} GB" for size in FORMATS.values())] for name, parameters in SIZED.items()],
    t(pt="1 GB = 10⁹ bytes. O cache da geração vem por cima, e o treinamento pede várias vezes mais: gradientes e o estado do otimizador.", en="1 GB = 10⁹ bytes. The cache of generation comes on top, and training asks for several times more: gradients and the optimizer's state."))

# %% [markdown] lang="pt" anchor="preco" fold="more"
# ### Tempo, energia e dinheiro
#
# **Tempo e energia.** O BLOOM, de 176 bilhões de parâmetros, pediu 1.082.990 horas de GPU em 384 GPUs: {{ weeks | 0 }} semanas seguidas do conjunto todo (Luccioni et al., 2022). As GPUs gastaram {{ bloom_mwh | 0 }} MWh, e a rede elétrica francesa, em grande parte nuclear, pôs nisso {{ bloom_tonnes | 1 }} toneladas de
# CO₂; somados o resto da máquina e a fabricação dela, {{ bloom_all | 1 }}. Para o GPT-3, de tamanho parecido, Patterson et al. (2021) estimaram {{ gpt3_mwh | 0 }} MWh e {{ gpt3_tonnes | 0 }} toneladas. A energia é {{ gpt3_mwh / bloom_mwh | 1 }} vezes a do BLOOM; o CO₂, {{ gpt3_tonnes / bloom_tonnes | 0 }} vezes: entre dois modelos do mesmo tamanho, o que mais pesou foi *onde* se treinou.
# As duas estimativas não incluem o mesmo (a do GPT-3 abrange também o consumo do prédio), e por isso a razão é uma ordem de grandeza.
#
# Cuidado com o número que mais circula, o dos «cinco carros»: {{ pounds | 0 }} libras de CO₂, ou {{ pounds * 0.45359237 / 1000 | 0 }} toneladas. Strubell et al. (2019) o estimaram para uma *busca* automática de arquitetura, que treina muitos modelos, e Patterson et al. refizeram a estimativa com os dados da própria busca. Um treinamento só é outra coisa.
# Em dinheiro, Sharir et al. (2020) dão de 80 mil a 1,6 milhão de dólares para 1,5 bilhão de parâmetros: o extremo de baixo é uma execução, o de cima é todo o desenvolvimento.

# %% [markdown] lang="en" anchor="preco" fold="more"
# ### Time, energy and money
#
# **Time and energy.** BLOOM, with 176 billion parameters, took 1,082,990 GPU hours on 384 GPUs: {{ weeks | 0 }} weeks of the whole cluster without a break (Luccioni et al., 2022). The GPUs used {{ bloom_mwh | 0 }} MWh, and the French grid, largely nuclear, turned that into {{ bloom_tonnes | 1 }} tonnes of
# CO₂; with the rest of the machine and the making of it, {{ bloom_all | 1 }}. For GPT-3, of about the same size, Patterson et al. (2021) estimated {{ gpt3_mwh | 0 }} MWh and {{ gpt3_tonnes | 0 }} tonnes. The energy is {{ gpt3_mwh / bloom_mwh | 1 }} times BLOOM's; the CO₂, {{ gpt3_tonnes / bloom_tonnes | 0 }} times: between two models of one size, what weighed most was *where* they were trained.
# The two estimates do not cover the same (GPT-3's includes the building's consumption), so the ratio is an order of magnitude.
#
# Beware of the figure that goes round most, the one of the “five cars”: {{ pounds | 0 }} pounds of CO₂, or {{ pounds * 0.45359237 / 1000 | 0 }} tonnes. Strubell et al. (2019) estimated it for an automatic *search* for an architecture, which trains many models, and Patterson et al. made the estimate again with the data of the search itself. A single training run is something else.
# In money, Sharir et al. (2020) give 80 thousand to 1.6 million dollars for 1.5 billion parameters: the lower end is one run, the upper one the whole development.

# %% [markdown] lang="pt" anchor="emergencia"
# **Capacidades.** A [perda](term:loss) cai aos poucos com o tamanho. Mas Wei et al. (2022) chamaram de *emergentes* as capacidades ausentes nos modelos pequenos, presentes nos grandes e que não se preveem prolongando a curva dos pequenos; mostraram dezenas delas. Schaeffer, Miranda e Koyejo (2023) responderam que o salto vem muitas vezes da *régua*:
# mais de 92% dos casos do conjunto BIG-Bench usavam uma de duas notas, a de tudo ou nada ou a de múltipla escolha. Suponha que o modelo acerte cada token com probabilidade $p$, sem que um acerto dependa do outro, e que a nota só conte a resposta inteira, de 10 tokens. Ela é $p^{10}$.

# %% [markdown] lang="en" anchor="emergencia"
# **Abilities.** The [loss](term:loss) falls little by little with size. But Wei et al. (2022) called *emergent* the abilities that are absent in small models, present in large ones, and not predicted by prolonging the small ones' curve; they showed dozens. Schaeffer, Miranda and Koyejo (2023) answered that the jump often comes from the *ruler*:
# over 92% of the cases in the collection BIG-Bench used one of two scores, all or nothing or multiple choice. Suppose that the model gets each token right with probability $p$, one token's luck not depending on another's, and that the score counts only the whole answer, of 10 tokens. It is $p^{10}$.

# %%
SKILL = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99]
Table(
    [t(pt="acerto por token", en="right per token"), *(percent(p, 0) for p in SKILL)],
    [[t(pt="tokens certos em 10, em média", en="tokens right out of 10, on average"), *(short(10 * p, 1) for p in SKILL)],
     [t(pt="resposta inteira certa", en="whole answer right"), *(percent(p**10) for p in SKILL)]],
    t(pt="A habilidade cresce aos poucos na primeira linha e parece surgir de repente na segunda. Isso explica o formato da curva, não diz que toda capacidade cresce devagar.", en="The skill grows little by little in the first row and seems to appear at once in the second. That explains the shape of the curve; it does not say that every ability grows slowly."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# Para pagar a conta de um texto, é preciso que o motor devolva a probabilidade dos tokens *dados*, não só dos sorteados. E, para falar com um modelo base, é preciso um caminho que não ponha o texto em um molde de conversa.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# To settle the bill of a text, the engine has to return the probability of the tokens *given*, not only of those drawn. And to talk to a base model, there must be a way that does not put the text into a chat template.

# %% fold="engines"
Table(
    [t(pt="motor", en="engine"), t(pt="probabilidade de um texto dado", en="probability of a given text"), t(pt="texto cru, sem molde de conversa", en="raw text, no chat template"), t(pt="lido em", en="read in")],
    [["transformers", t(pt="`model(ids).logits`, uma linha por posição", en="`model(ids).logits`, one row per position"), t(pt="`generate`; a conversa é `apply_chat_template`", en="`generate`; the conversation is `apply_chat_template`"), "transformers 5.23.0, generation/utils.py"],
     ["vLLM", "`prompt_logprobs`", t(pt="`/v1/completions`; `/v1/chat/completions` exige um chat template, o molde da conversa", en="`/v1/completions`; `/v1/chat/completions` requires a chat template"), t(pt="documentação do vLLM", en="vLLM documentation")],
     ["llama.cpp", t(pt="`llama-perplexity`, sobre um arquivo", en="`llama-perplexity`, over a file"), "`/completion`", "llama.cpp tools/perplexity, tools/server"],
     ["OpenAI", t(pt="não dá mais: `echo` com `logprobs` é recusado desde 2023", en="no longer: `echo` with `logprobs` has been refused since 2023"), t(pt="não há mais: os modelos de `/v1/completions` foram desligados em setembro de 2026; a API de conversa não devolve o prompt", en="none left: the models of `/v1/completions` were shut down in September 2026; the chat API does not return the prompt"), t(pt="fastai/lm-hackers, pull request 7; página de descontinuações da OpenAI", en="fastai/lm-hackers, pull request 7; OpenAI's deprecations page")],
     ["core", "`core.training.scores.score`", "`generate`", "core/training/scores.py"]])

# %%
Callout("instructor", t(pt="Uma aula de 25 minutos", en="A 25-minute class"), t(
    pt="Peça a aposta (1 min). Na primeira figura, esconda o resto da frase e peça à turma o próximo token antes de mover o controle; anote quantas vezes a turma acerta e compare com a coluna «o mais provável» (6 min): é o experimento de Shannon de 1951. Troque para as palavras fora de ordem e pergunte "
       "de onde vêm os bits a mais (2 min). Mostre os dois prompts e só então diga a palavra «base» (4 min). Faça o código aritmético no quadro com uma régua desenhada (6 min). Abra a aposta pela tabela e pergunte o que ficou fora da conta (4 min). Feche com o exercício do arquivo do modelo (2 min). "
       "Enganos frequentes: que o modelo «procura» a resposta, que perplexidades de tokenizadores diferentes se comparam, que comprimir exige jogar informação fora.",
    en="Ask for the bet (1 min). In the first picture, hide the rest of the sentence and ask the class for the next token before moving the slider; note how often the class is right and compare with the column “the most likely” (6 min): that is Shannon's experiment of 1951. Switch to the words out of order and ask "
       "where the extra bits come from (2 min). Show the two prompts and only then say the word “base” (4 min). Work the arithmetic code on the board with a drawn ruler (6 min). Open the bet with the table and ask what was left out of the bill (4 min). Close with the exercise on the model's file (2 min). "
       "Common mistakes: that the model “looks up” the answer, that perplexities of different tokenizers compare, that compressing means throwing information away."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
four = [0.5, 0.25, 0.125, 1.0]
cost = code_length(four)
Exercise(
    id="four", kind="numeric",
    question=t(pt="O modelo deu aos quatro tokens de um texto as probabilidades 1/2, 1/4, 1/8 e 1. Quantos bits o texto custa?",
               en="The model gave the four tokens of a text the probabilities 1/2, 1/4, 1/8 and 1. How many bits does the text cost?"),
    answer=cost, tolerance=0.01,
    mistakes=[
        Mistake(cost + 1, t(pt="Um token certo, de probabilidade 1, custa 0 bit: não traz novidade nenhuma.", en="A certain token, of probability 1, costs 0 bits: it brings no news at all.")),
        Mistake(cost * math.log(2), t(pt="Isso está em nats, com o logaritmo natural. Bits pedem a base 2.", en="That is in nats, with the natural logarithm. Bits ask for base 2.")),
        Mistake(cost / 4, t(pt="Essa é a média por token. O texto custa a soma.", en="That is the mean per token. The text costs the sum.")),
        Mistake(math.prod(four), t(pt="Essa é a probabilidade do texto. Falta −log₂.", en="That is the probability of the text. −log₂ is missing.")),
    ],
    right=t(pt=f"1 + 2 + 3 + 0 = {number(cost, 0)}.", en=f"1 + 2 + 3 + 0 = {number(cost, 0)}."),
    wrong=t(pt="Tire −log₂ de cada probabilidade e some.", en="Take −log₂ of each probability and add up."),
    unreadable=say("exercise.unreadable"))

# %%
tokens, nats, many_bytes = 1000, 4000.0, 4500
exact_bpb = nats / math.log(2) / many_bytes
Exercise(
    id="bpb", kind="numeric",
    question=t(pt=f"Um texto de {number(many_bytes)} bytes virou {number(tokens)} tokens, e a soma de −ln p foi de {number(nats, 0)} nats. Quantos bits por byte? (Duas casas bastam.)",
               en=f"A text of {number(many_bytes)} bytes became {number(tokens)} tokens, and the sum of −ln p was {number(nats, 0)} nats. How many bits per byte? (Two decimals will do.)"),
    answer=exact_bpb, tolerance=0.006,
    mistakes=[
        Mistake(nats / many_bytes, t(pt="Isso são nats por byte. Divida por ln 2 para ter bits.", en="Those are nats per byte. Divide by ln 2 to have bits.")),
        Mistake(nats / math.log(2) / tokens, t(pt="Isso são bits por token, que dependem do tokenizador. Divida pelos bytes.", en="Those are bits per token, which depend on the tokenizer. Divide by the bytes.")),
        Mistake(nats * math.log(2) / many_bytes, t(pt="Um nat tem mais de um bit: divida por ln 2, não multiplique.", en="A nat is more than one bit: divide by ln 2, do not multiply.")),
    ],
    right=t(pt=f"{number(nats, 0)} ÷ ln 2 ÷ {number(many_bytes)} = {number(exact_bpb, 3)}.", en=f"{number(nats, 0)} ÷ ln 2 ÷ {number(many_bytes)} = {number(exact_bpb, 3)}."),
    wrong=t(pt="Passe de nats a bits, dividindo por ln 2, e divida pelos bytes.", en="Go from nats to bits, dividing by ln 2, and divide by the bytes."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="question", kind="choice",
    question=t(pt="Você quer que um modelo *base*, grande, treinado na web, diga a capital do Brasil. Qual texto de entrada ajuda mais?",
               en="You want a large *base* model, trained on the web, to say the capital of Brazil. Which input text helps most?"),
    options=[
        Option(t(pt="«Responda à pergunta com uma só palavra: qual é a capital do Brasil?»", en="“Answer the question in one word: what is the capital of Brazil?”"),
               t(pt="Isso é um pedido, e um modelo base não aprendeu a atender pedidos. Na web, depois de uma pergunta assim pode vir outra, como em uma lista de exercícios.",
                 en="That is a request, and a base model has not learned to serve requests. On the web such a question may be followed by another, as in a list of exercises.")),
        Option(t(pt="«A capital do Brasil é a cidade de»", en="“The capital of Brazil is the city of”"),
               t(pt="A continuação mais provável desse texto *é* a resposta. Com um modelo base, escreva o texto que a resposta completa.",
                 en="The likeliest continuation of that text *is* the answer. With a base model, write the text that the answer completes."), correct=True),
        Option(t(pt="«Você é um especialista em geografia.»", en="“You are an expert in geography.”"),
               t(pt="Isso não pergunta nada. A continuação mais provável é uma apresentação de alguém.", en="That asks nothing. The likeliest continuation is somebody's introduction.")),
        Option(t(pt="a mesma pergunta, com temperatura 0", en="the same question, at temperature 0"),
               t(pt="A [temperatura](lesson:temperature) escolhe entre as continuações; não muda qual é a mais provável.", en="The [temperature](lesson:temperature) chooses among the continuations; it does not change which one is likeliest.")),
    ])

# %%
with_file = model_bytes + ours * size / 8
assert with_file > size > ours * size / 8
Exercise(
    id="file", kind="predict",
    question=t(pt=f"Você manda as quatro obras, de {number(size)} bytes, a alguém que *não* tem o modelo: vão o arquivo do modelo e o código. Quanto você manda?",
               en=f"You send the four works, {number(size)} bytes, to someone who does *not* have the model: the model's file and the code both go. How much do you send?"),
    options=[
        Option(t(pt="menos que com o gzip", en="less than with gzip"),
               t(pt="Só se o modelo não contasse. O arquivo dele, sozinho, é maior que as obras.", en="Only if the model did not count. Its file alone is larger than the works.")),
        Option(t(pt="entre o gzip e o texto original", en="between gzip and the original text"),
               t(pt="O código é curto, mas o modelo vai junto.", en="The code is short, but the model goes along.")),
        Option(t(pt="mais que o texto original", en="more than the original text"),
               t(pt="O modelo é uma despesa fixa, e um milhão de bytes não a paga. Com texto bastante, paga.", en="The model is a fixed expense, and a million bytes do not pay for it. With enough text, they do."), correct=True),
    ],
    reveal=t(pt=f"{number(model_bytes)} bytes do modelo mais {number(round(ours * size / 8))} do código: {number(round(with_file))} bytes. O gzip manda {number(round(gzip * size / 8))}.",
             en=f"{number(model_bytes)} bytes of model plus {number(round(ours * size / 8))} of code: {number(round(with_file))} bytes. gzip sends {number(round(gzip * size / 8))}."))

# %%
BUGGY = """from math import log

def bits_per_byte(text, token_probs):
    nats = sum(-log(p) for p in token_probs)
    bits = nats / log(2)
    return bits / len(text)"""
namespace = {}
exec(BUGGY, namespace)
plain, accented = ("abc", [0.5] * 3), ("ação", [0.5] * 4)
assert namespace["bits_per_byte"](*plain) == 1
shown, right_value = namespace["bits_per_byte"](*accented), 4 / len("ação".encode())
assert shown == 1 and right_value < 0.7
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com «abc» e três tokens de probabilidade 1/2, esta função dá 1, o certo. Com «ação» e quatro tokens de probabilidade 1/2 ela dá {number(shown, 2)}, e o certo é {number(right_value, 2)}. Qual linha está errada?",
               en=f"With “abc” and three tokens of probability 1/2 this function gives 1, which is right. With “ação” and four tokens of probability 1/2 it gives {number(shown, 2)}, and {number(right_value, 2)} is right. Which line is wrong?"),
    options=[
        Option("4: `nats = sum(-log(p) for p in token_probs)`", t(pt="A soma é a certa: um texto custa a soma dos seus tokens.", en="The sum is right: a text costs the sum of its tokens.")),
        Option("5: `bits = nats / log(2)`", t(pt="De nats a bits se divide por ln 2. Está certo.", en="From nats to bits one divides by ln 2. That is right.")),
        Option("6: `return bits / len(text)`",
               t(pt="`len` de um texto conta caracteres. Em UTF-8, «ç» e «ã» têm 2 bytes cada um: use `len(text.encode())`. Em inglês o erro quase não aparece; em português, aumenta o valor.",
                 en="`len` of a text counts characters. In UTF-8, “ç” and “ã” have 2 bytes each: use `len(text.encode())`. In English the mistake hardly shows; in Portuguese it inflates the figure."), correct=True),
    ])

# %%
Exercise(
    id="shorter", kind="choice",
    question=t(pt="Um código livre de prefixos gasta, em média, menos bits que a entropia dos textos que codifica. O que se conclui?",
               en="A prefix-free code takes, on average, fewer bits than the entropy of the texts it codes. What follows?"),
    options=[
        Option(t(pt="o código é ótimo para esses textos: nenhum outro gasta menos", en="the code is optimal for these texts: no other takes fewer"), t(pt="O ótimo gasta pelo menos a entropia: é a parte 1 do teorema.", en="The optimum takes at least the entropy: that is part 1 of the theorem.")),
        Option(t(pt="a divergência KL entre os textos e o modelo é negativa aqui", en="the KL divergence between the texts and the model is negative here"),
               t(pt="A divergência KL nunca é negativa; a prova usa só ln z ≤ z − 1.", en="The KL divergence is never negative; the proof uses only ln z ≤ z − 1.")),
        Option(t(pt="há um engano: mediu-se errado, ou um código começa outro", en="there is a mistake: a wrong measurement, or a code that begins another"),
               t(pt="Com as hipóteses, isso é impossível. Na prática é o teste que revela um vazamento: o texto de teste estava no treinamento, ou os bytes foram contados errado.",
                 en="Under the hypotheses it is impossible. In practice it is the test that betrays a leak: the test text was in the training, or the bytes were counted wrong."), correct=True),
    ])

# %%
Experiment(
    id="surer", task="certainty", given={"against": "Era uma"},
    question=t(pt="Depois de «Era uma», o próximo token está em aberto. Escreva um começo depois do qual o modelo hesite entre *um quarto* das opções, ou menos. As opções são o [número efetivo](term:effective-choices), 2 elevado à entropia em bits.",
               en="After “Era uma” (“Once there was a”), the next token is open. Write a beginning, in Portuguese, after which the model hesitates between *a quarter* as many options, or fewer. The options are the [effective number](term:effective-choices), 2 to the power of the entropy in bits."),
    entries=[beginning("Era uma")],
    said={
        "met": t(pt="Aqui o modelo hesita entre {choices|~} opções; depois de «Era uma», entre {reference|~}. Um quarto das opções são 2 bits a menos de entropia: é o mínimo que este começo poupa, em média segundo o modelo, a quem codifica o próximo token.",
                 en="Here the model hesitates between {choices|~} options; after “Era uma”, between {reference|~}. A quarter of the options is 2 bits less of entropy: that is the least that this beginning saves, on average by the model, to whoever encodes the next token."),
        "missed": t(pt="São {choices|~} opções, e um quarto de {reference|~} ainda está longe. As candidatas abaixo dizem o que este começo deixa em aberto.",
                    en="That is {choices|~} options, and a quarter of {reference|~} is still far. The candidates below say what this beginning leaves open."),
        "unfit": t(pt="Escreva ao menos uma palavra.", en="Write at least one word."),
    },
    caption=t(pt="As candidatas mais prováveis", en="The likeliest candidates"),
    hint=t(pt="Que começo quase todo leitor completaria igual? Pense em uma expressão feita sem a última palavra, ou em um nome de livro cortado no meio.",
           en="Which beginning would almost every reader complete alike? Think of a set phrase without its last word (“de vez em quando”, now and then), or of a book’s name cut in the middle."))

# %%
from core import softmax

moved = [code_length([softmax(logits)[0].item()]) for logits in ([2.0, 1.0, 0.0], [5.0, 4.0, 3.0])]
assert abs(moved[0] - moved[1]) < 1e-12
Exercise(
    id="recall", kind="choice",
    question=t(pt="Da lição [Logits](lesson:logits): a um passo do texto, alguém soma 3 a todos os logits antes do softmax. O que acontece com o número de bits que o token dali custa?",
               en="From the lesson [Logits](lesson:logits): at one step of the text someone adds 3 to all logits before the softmax. What happens to the number of bits that the token there costs?"),
    options=[
        Option(t(pt="diminui 3 bits", en="it falls by 3 bits"), t(pt="Seria assim se só o logit desse token subisse, e mesmo então não por 3 bits.", en="It would fall if that token's logit alone went up, and even then not by 3 bits.")),
        Option(t(pt="fica igual", en="it stays the same"),
               t(pt=f"O softmax ignora uma constante somada a todos, e o custo é −log₂ da probabilidade. Calculado com [2; 1; 0] e [5; 4; 3]: {number(moved[0], 3)} bits nos dois casos.",
                 en=f"The softmax ignores a constant added to all, and the cost is −log₂ of the probability. Computed with [2, 1, 0] and [5, 4, 3]: {number(moved[0], 3)} bits in both cases."), correct=True),
        Option(t(pt="aumenta 3 bits", en="it grows by 3 bits"), t(pt="O denominador cresce, mas o numerador cresce pelo mesmo fator.", en="The denominator grows, but the numerator grows by the same factor.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Um modelo de linguagem dá, depois de um trecho, uma probabilidade a cada próximo token. Escrever é sortear; ler é somar $-\log_2 p$.
# - Prever bem e escrever curto são o mesmo problema: um código feito para $q$ gasta $H(p) + \mathrm{KL}(p \| q)$, a menos de 1 bit por texto.
# - Um modelo base continua; quem responde foi treinado em respostas. A função é a mesma.
# - Bits por byte comparam modelos com tokenizadores diferentes; perplexidades por token, não.
# - Pesos ocupam parâmetros vezes bytes. E uma nota de tudo ou nada faz parecer salto o que cresceu aos poucos.
#
# A seguir: [o que é um token](lesson:tokens), e quem decide onde o texto é cortado.

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - A language model gives, after a stretch of text, a probability to every next token. Writing is drawing; reading is adding up $-\log_2 p$.
# - Predicting well and writing short are one problem: a code made for $q$ takes $H(p) + \mathrm{KL}(p \| q)$, give or take 1 bit per text.
# - A base model goes on; what answers was trained on answers. The function is the same.
# - Bits per byte compare models with different tokenizers; perplexities per token do not.
# - Weights take parameters times bytes. And a score of all or nothing makes a jump of what grew little by little.
#
# Next: [what a token is](lesson:tokens), and who decides where the text is cut.
