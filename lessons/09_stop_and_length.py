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
#     slug: {pt: parada-e-comprimento, en: stop-and-length}
#     title: {pt: Parada e comprimento, en: Stop and length}
#     summary:
#       pt: "Um texto acaba de três maneiras: o modelo encerra, uma sequência de parada aparece ou o limite de tokens corta. Quem decide em cada uma, quanto texto é preciso reter, quanto o texto mede e quanto custa."
#       en: "A text ends in one of three ways: the model ends it, a stop sequence appears, or the token limit cuts it. Who decides in each, how much text must be held back, how long the text gets and what it costs."
#     prerequisites:
#       pt: "tokens e softmax (lição 1); uma soma geométrica"
#       en: "tokens and softmax (lesson 1); a geometric sum"
#     sources:
#       - {id: welleck2020c, text: "Welleck, Kulikov, Kim, Pang & Cho (2020). Consistency of a Recurrent Language Model With Respect to Incomplete Decoding. arXiv:2002.02492", url: "https://arxiv.org/abs/2002.02492"}
#       - {id: stahlberg2019, text: "Stahlberg & Byrne (2019). On NMT Search Errors and Model Errors: Cat Got Your Tongue? arXiv:1908.10090", url: "https://arxiv.org/abs/1908.10090"}
#       - {id: dair, text: "DAIR.AI, Prompt Engineering Guide: LLM Settings @0b0a8f9", url: "https://github.com/dair-ai/Prompt-Engineering-Guide/blob/0b0a8f96e4286b3a7e03fc55b7f6382f7ebae195/pages/introduction/settings.en.mdx"}
#       - {id: openaiparams, text: "OpenAI Python library, types/chat/completion_create_params.py @0444895", url: "https://github.com/openai/openai-python/blob/04448952820aa3029e61907c1785a7293c3ddbc2/src/openai/types/chat/completion_create_params.py"}
#       - {id: vllmdetok, text: "vLLM, v1/engine/detokenizer.py @e372329 (stop_buffer_length) and sampling_params.py (max_tokens, min_tokens, include_stop_str_in_output)", url: "https://github.com/vllm-project/vllm/blob/e372329d90d7d12e3957ac21c4097fd9bb79192c/vllm/v1/engine/detokenizer.py"}
#       - {id: llamaserver, text: "llama.cpp, tools/server/README.md @25d5b0c (n_predict, stop) and common/common.cpp (string_find_partial_stop)", url: "https://github.com/ggml-org/llama.cpp/blob/25d5b0c53f9a146f3d7a99a18610d9d623b5041e/tools/server/README.md"}
#       - {id: hfstop, text: "transformers, pull request 28932 (2024): strings that stop generate(), however they are cut into tokens", url: "https://github.com/huggingface/transformers/pull/28932"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# O [guia da DAIR.AI](https://github.com/dair-ai/Prompt-Engineering-Guide/blob/0b0a8f96e4286b3a7e03fc55b7f6382f7ebae195/pages/introduction/settings.en.mdx) ensina um truque para limitar uma lista a dez itens: usar «11» como [sequência de parada](term:stop-sequence), porque o item 11 começaria com 11. Você pede três livros de Lima Barreto, com
# o ano de cada um, e esquece o truque ligado. O modelo escreveria esta lista:
#
# > 1\. Recordações do Escrivão Isaías Caminha (1909)
# >
# > 2\. Triste Fim de Policarpo Quaresma (1911)
# >
# > 3\. Numa e a Ninfa (1915)

# %% [markdown] lang="en" anchor="aposta"
# The [DAIR.AI guide](https://github.com/dair-ai/Prompt-Engineering-Guide/blob/0b0a8f96e4286b3a7e03fc55b7f6382f7ebae195/pages/introduction/settings.en.mdx) teaches a trick to limit a list to ten items: use “11” as a [stop sequence](term:stop-sequence), because item 11 would begin with 11. You ask for three books by Lima Barreto, with
# the year of each, and forget that the trick is on. The model would write this list:
#
# > 1\. Recordações do Escrivão Isaías Caminha (1909)
# >
# > 2\. Triste Fim de Policarpo Quaresma (1911)
# >
# > 3\. Numa e a Ninfa (1915)

# %%
import math

from core.streaming import StopFilter, overlap
from dashboard.recorded import growing
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Table
from dashboard.language import current, number, percent, quoted, say, t

PIECES = {name: growing.stream(f"{name}.{current()}") for name in ("list", "books", "chat")}
USER = t(pt="\nUsuário:", en="\nUser:")


def released(pieces, stop):
    """What a reader gets of a text that arrives in pieces, and the stop sequence that ended it."""
    reading = StopFilter(stop)
    text = "".join(map(reading.push, pieces))
    return text + reading.finish(), reading.matched


books_cut, _ = released(PIECES["books"], "11")
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Com «11» como sequência de parada, o que chega a você?", en="With “11” as the stop sequence, what reaches you?"),
    options=[
        Option(t(pt="a lista inteira: nenhum item tem o número 11", en="the whole list: no item has the number 11"),
               t(pt="A parada não conhece itens. Procura dois caracteres no texto, e «1911» os contém.",
                 en="A stop sequence knows nothing of items. It looks for two characters in the text, and “1911” contains them.")),
        Option(t(pt="os dois primeiros itens completos", en="the first two items, complete"),
               t(pt="O texto para dentro do ano do segundo, antes de fechar o parêntese.",
                 en="The text stops inside the year of the second, before the bracket closes.")),
        Option(t(pt="até o meio do segundo item", en="up to the middle of the second item"),
               t(pt=f"O texto termina em «{books_cut[-22:]}»: o «11» de 1911 encerra a geração e não faz parte do que é devolvido.",
                 en=f"The text ends in “{books_cut[-22:]}”: the “11” of 1911 ends the generation and is not part of what is returned."), correct=True),
        Option(t(pt="até 1909, porque «1909» também começa com 1", en="up to 1909, because “1909” begins with 1 as well"),
               t(pt="«1» é só o começo da sequência. Ele espera um instante e é liberado quando vem o 9.",
                 en="“1” is only the beginning of the sequence. It waits a moment and is released when the 9 comes.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Uma sequência de parada é um texto, e o modelo escreve [tokens](term:token). Os dois não se alinham: «↵11.» pode chegar em três ou quatro pedaços. Quem mostra o texto enquanto ele chega tem um problema: se mostrar
# o primeiro «1» de um «11», terá mostrado parte do que devia esconder. Por isso *retém* o que pode ser o começo da parada e libera quando descobre que não era.
#
# Avance um token por vez com as setas do teclado. Os cortes entre tokens são os do [tokenizador](term:tokenizer) do modelo embutido. Com contorno está o que espera (retido); preenchido, o que já está na tela. Antes de cada passo, diga qual dos dois vai acontecer com o token que chega,
# e por quê. Depois troque a parada por «11» e diga, antes de avançar, em que palavra o texto vai acabar.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# A stop sequence is a text, and the model writes [tokens](term:token). The two do not line up: “↵11.” may arrive in three or four pieces. Whoever shows the text as it arrives has a problem: showing
# the first “1” of an “11” shows part of what should stay hidden. So what may be the beginning of the stop is *held back*, and released when it turns out not to be.
#
# Go one token at a time with the arrow keys. The cuts between tokens are those of the embedded model's [tokenizer](term:tokenizer). In outline is what waits (held back); filled, what is on the screen already. Before each step, say which of the two will happen to the token that arrives,
# and why. Then change the stop to “11” and say, before you go on, at which word the text will end.

# %%
from core.course.lengths import cost, expected_length, path_survival, survival
from dashboard import charts
from dashboard.charts.stopping import followed, seen
from dashboard.worked import length_by_hand

STOPS = ["\n11.", "11", USER]
waits = followed(PIECES["list"], STOPS[0])["waiting"]
longest_wait = waits.index(max(waits))
charts.stopping(
    "arrive", t(pt="O que aparece, o que espera", en="What appears, what waits"),
    {t(pt="lista de frutas", en="list of fruit"): PIECES["list"], t(pt="três livros", en="three books"): PIECES["books"],
     t(pt="conversa", en="conversation"): PIECES["chat"]},
    STOPS, step=longest_wait,
    said=t(pt="Chegaram {now|0} tokens; o último foi «{last|text}». Na tela: {shown|0} caracteres. Retidos: {waiting|0} «{held|text}»; quem retém sempre o pior caso seguraria {worst|0}. {verdict|text}",
           en="{now|0} tokens have arrived; the last was “{last|text}”. On the screen: {shown|0} characters. Held back: {waiting|0} “{held|text}”; holding the worst case always would keep {worst|0}. {verdict|text}"),
    caption=t(pt="Cada risca vertical é o começo de um token. Riscado: a sequência de parada, que não aparece, e o que não chega a ser escrito.",
              en="Each vertical tick is the beginning of a token. Struck through: the stop sequence, which is not shown, and what never gets written."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="tres"
# ## Três maneiras de acabar
#
# O laço que escreve o texto para na primeira destas três coisas:
#
# - o modelo sorteia o token de [fim de texto](term:end-of-text). É um token como os outros, com logit e probabilidade, e não aparece no texto;
# - uma **sequência de parada** se completa na continuação. Quem a escolhe é você; quase sempre ela também não aparece;
# - o [limite de tokens](term:token-limit) é alcançado. O texto é cortado onde estiver, no meio da frase ou da chave de um JSON.
#
# vLLM, llama.cpp e a API da OpenAI devolvem, junto com o texto, por que ele acabou; transformers deixa a conferência com você. Leia esse campo: um texto que parou no limite não está pronto.

# %% [markdown] lang="en" anchor="tres"
# ## Three ways to end
#
# The loop that writes the text stops at the first of these three:
#
# - the model draws the [end-of-text](term:end-of-text) token. It is a token like the others, with a logit and a probability, and is not shown;
# - a **stop sequence** is completed in the completion. You choose it; as a rule it is not shown either;
# - the [token limit](term:token-limit) is reached. The text is cut wherever it is, in mid-sentence or inside a JSON key.
#
# vLLM, llama.cpp and the OpenAI API return, with the text, why it ended; transformers leaves the checking to you. Read that field: a text that stopped at the limit is not finished.

# %% [markdown] lang="pt" anchor="fim"
# ## O fim é um token
#
# No treinamento, cada documento termina com o token de fim de texto. Um [modelo base](term:base-model) aprende a pôr nele a probabilidade que viu ali. O modelo embutido aprendeu com obras inteiras, que acabam uma vez só.
#
# No gráfico, cada ponto é a probabilidade de fim de texto antes de um token, em um texto que o próprio modelo sorteou com τ = 1. Os losangos vêm logo depois de uma quebra de linha. Diga, antes de olhar, depois de que sinal um texto costuma acabar, e confira nos losangos. Depois some um viés ao logit do fim: de quantos você precisa para que metade dos textos não chegue ao último passo?

# %% [markdown] lang="en" anchor="fim"
# ## The end is a token
#
# In training, every document ends with the end-of-text token. A [base model](term:base-model) learns to give it the probability it saw there. The embedded model learned from whole works, which end only once.
#
# In the chart, each mark is the probability of end of text before a token, in a text that the model itself drew at τ = 1. The diamonds come right after a line break. Say, before you look, after which sign a text tends to end, and check it against the diamonds. Then add a bias to the logit of the end: how much do you need for half of the texts not to reach the last step?

# %%
walks = [growing.walk(name) for name in growing.WALKS]
assert all(any(word.endswith("\n") for word in walk.words[:-1]) for walk in walks)
charts.endings(
    "real", t(pt="A probabilidade de acabar, token por token", en="The probability of ending, token by token"), walks, [charts.bias_control(0)],
    said=t(pt="A maior probabilidade de fim é {p_max|%4}, depois de «{likeliest|text}». Depois de uma quebra de linha ela é em média {broken|%4}; no resto, {unbroken|%4}. A chance de o texto passar dos {steps|0} tokens é {alive|%1}.",
           en="The largest probability of the end is {p_max|%4}, after “{likeliest|text}”. After a line break it is {broken|%4} on average; elsewhere, {unbroken|%4}. The chance that the text gets past {steps|0} tokens is {alive|%1}."),
    caption=t(pt="Escala logarítmica. O viés b multiplica por eᵇ a razão entre o fim e todo o resto. Os textos foram sorteados com o fim proibido, para que não acabassem antes.",
              en="Logarithmic scale. A bias b multiplies the odds of the end against all the rest by eᵇ. The texts were drawn with the end forbidden, so that they did not end earlier."))

# %%
rates = [float(walk.ends.mean()) for walk in walks]
possible = sum(int((walk.ranks <= 50).sum()) for walk in walks)
every = sum(len(walk.ranks) for walk in walks)
spread = max(walk.ends.max() for walk in walks) / min(walk.ends.min() for walk in walks)
Table(
    ["prompt", t(pt="prob. média de fim", en="mean prob. of the end"), t(pt="passa de 160 tokens", en="gets past 160 tokens"), t(pt="melhor posição do fim", en="best rank of the end")],
    [[quoted(walk.prompt), percent(rate, 4), percent(path_survival(walk.ends.tolist())[-1], 1), number(int(walk.ranks.min()))] for walk, rate in zip(walks, rates, strict=True)],
    t(pt="Calculado das probabilidades acima. A posição 1 seria a do token mais provável.", en="Computed from the probabilities above. Rank 1 would be that of the likeliest token."))

# %% [markdown] lang="pt" anchor="corte"
# O fim também pode ser **cortado**. Com [top-k](lesson:top-k) = 50, o fim de texto só continua possível onde está entre os 50 maiores logits: em {{ possible }} dos {{ every }} passos desses três textos. Onde um corte o tira de todos os passos, o texto não acaba nunca,
# mesmo que o modelo, sozinho, acabasse com probabilidade 1. Welleck et al. (2020) provaram, para modelos recorrentes, que decodificação gulosa, [busca em feixe](term:beam-search), top-k e [top-p](lesson:top-p) podem ter esse defeito. Há também o oposto: em tradução, Stahlberg e Byrne (2019) acharam que, para mais da metade das frases, a sequência
# mais provável de todas é a vazia, que acaba antes de começar.

# %% [markdown] lang="en" anchor="corte"
# The end can be **cut** too. With [top-k](lesson:top-k) = 50, end of text stays possible only where it is among the 50 largest logits: in {{ possible }} of the {{ every }} steps of these three texts. Where a cut takes it out of every step, the text never ends,
# even if the model, left alone, would end with probability 1. Welleck et al. (2020) proved, for recurrent models, that greedy decoding, [beam search](term:beam-search), top-k and [top-p](lesson:top-p) can have this flaw. There is the opposite as well: in translation, Stahlberg and Byrne (2019) found that for more than half of the sentences the likeliest
# sequence of all is the empty one, which ends before it begins.

# %% [markdown] lang="pt" fold="more"
# ### Por que o texto mais provável pode ser o vazio
#
# Esse oposto tem uma raiz simples: a probabilidade de um texto é um produto, e nenhum token a mais o aumenta. Um texto de 100 tokens, todos com 90%, tem {{ 0.9 ** 100 | %4 }}; o texto vazio ganha dele com um fim de 1%. Quanto melhor se procura esse máximo,
# como faz a busca em feixe da [lição 2](lesson:greedy-and-random), mais curto pode ser o texto achado. Um remédio comum é comparar a média por token, isto é, a log-probabilidade dividida pelo comprimento: {{ math.log(0.9) | 3 }} contra {{ math.log(0.01) | 3 }}, e o texto longo ganha. Essa média escolhe textos na lição [melhor de N](lesson:best-of-n).

# %% [markdown] lang="en" fold="more"
# ### Why the most likely text may be the empty one
#
# That opposite has a simple root: the probability of a text is a product, and no further token raises it. A text of 100 tokens, all at 90%, has {{ 0.9 ** 100 | %4 }}; the empty text beats it with an end of 1%. The better one searches for that maximum,
# as beam search of [lesson 2](lesson:greedy-and-random) does, the shorter the text found may be. A common remedy is to compare the mean per token, the log-probability divided by the length: {{ math.log(0.9) | 3 }} against {{ math.log(0.01) | 3 }}, and the long text wins. That mean chooses texts in the lesson [best-of-N](lesson:best-of-n).

# %% [markdown] lang="pt" anchor="reter"
# ## Quanto é preciso reter
#
# Seja $s$ a sequência de parada e $x$ o texto que já chegou, ainda sem $s$ dentro. Chame de $h(x)$ o maior sufixo de $x$ que é um prefixo próprio de $s$, isto é, um começo de $s$ que não é $s$ inteira. Pode ser vazio.
#
# Passo a passo, para a parada «↵11.», do fim do item 9 até a parada:

# %% [markdown] lang="en" anchor="reter"
# ## How much must be held back
#
# Let $s$ be the stop sequence and $x$ the text that has arrived, as yet without $s$ inside. Call $h(x)$ the longest suffix of $x$ that is a proper prefix of $s$, that is, a beginning of $s$ that is not the whole of $s$. It may be empty.
#
# Step by step, for the stop “↵11.”, from the end of item 9 to the stop:

# %%
run = followed(PIECES["list"], "\n11.")
*_, start, _ = (k for k in range(run["match"]) if run["held"][k] == "↵")  # the line break after item 9
steps = range(start, run["match"] + 1)
Table(
    [t(pt="chega", en="arrives"), t(pt="liberado", en="released"), t(pt="retido: h(x)", en="held back: h(x)")],
    [[run["tokens"][k], run["out"][k] or "—", run["held"][k] or (t(pt="parada completa", en="stop complete") if k == run["match"] else "—")] for k in steps],
    t(pt="Os últimos passos da lista de frutas, por core.streaming.", en="The last steps of the list of fruit, by core.streaming."))

# %% [markdown] lang="pt" anchor="proposicao-reter"
# > **Proposição 9.1.** Seja $s$ uma sequência de parada não vazia e $x$ um texto que não contém $s$.
# >
# > 1. Qualquer que seja a continuação $y$, toda ocorrência de $s$ em $xy$ começa dentro de $h(x)$ ou depois de $x$. Logo, tudo o que vem antes de $h(x)$ pode ser mostrado.
# > 2. Existe uma continuação em que a primeira ocorrência de $s$ começa exatamente onde começa $h(x)$. Logo, nenhum caractere de $h(x)$ pode ser mostrado.

# %% [markdown] lang="en" anchor="proposicao-reter"
# > **Proposition 9.1.** Let $s$ be a non-empty stop sequence and $x$ a text that does not contain $s$.
# >
# > 1. Whatever the continuation $y$, every occurrence of $s$ in $xy$ begins inside $h(x)$ or after $x$. So all that comes before $h(x)$ may be shown.
# > 2. There is a continuation in which the first occurrence of $s$ begins exactly where $h(x)$ begins. So no character of $h(x)$ may be shown.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* 1. Suponha que $s$ ocorra em $xy$ começando dentro de $x$. Como $x$ não contém $s$, essa ocorrência termina depois de $x$. A parte dela que está em $x$ é então um sufixo de $x$ e um prefixo próprio de $s$, e por definição não é mais
# longa que $h(x)$: começa em $h(x)$ ou depois.
#
# 2. Se $h(x)$ não é vazio, escreva $s = h(x)\,y$ e tome esse $y$ como continuação: $s$ ocorre em $xy$ a partir do começo de $h(x)$, e por (1) não ocorre antes. Um programa que tivesse mostrado um caractere de $h(x)$ teria mostrado parte da parada. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* 1. Suppose that $s$ occurs in $xy$ beginning inside $x$. Since $x$ does not contain $s$, that occurrence ends after $x$. The part of it that lies in $x$ is then a suffix of $x$ and a proper prefix of $s$, and by definition is no
# longer than $h(x)$: it begins in $h(x)$ or later.
#
# 2. If $h(x)$ is not empty, write $s = h(x)\,y$ and take that $y$ as the continuation: $s$ occurs in $xy$ from the beginning of $h(x)$ on, and by (1) not before. A program that had shown a character of $h(x)$ would have shown part of the stop. $\blacksquare$

# %% [markdown] lang="pt"
# Duas consequências. O enunciado fala de caracteres e não de tokens: **o texto mostrado não depende de como os tokens o cortam**. Parar assim, em um texto e não em um token, é o que o [pull request 28932](https://github.com/huggingface/transformers/pull/28932) deu à transformers em 2024. E $h(x)$ tem no máximo $|s| - 1$ caracteres. vLLM retém sempre esse máximo, o que é correto e às vezes atrasa sem
# precisar; o servidor do llama.cpp procura o sufixo, como aqui. Com várias paradas, retém-se o maior dos sufixos.

# %% [markdown] lang="en"
# Two consequences. The statement speaks of characters, not of tokens: **the text shown does not depend on how the tokens cut it**. Stopping that way, at a text and not at a token, is what [pull request 28932](https://github.com/huggingface/transformers/pull/28932) gave to transformers in 2024. And $h(x)$ has at most $|s| - 1$ characters. vLLM always holds that maximum, which is correct and sometimes delays for
# nothing; the llama.cpp server looks for the suffix, as here. With several stops, the longest of the suffixes is held.

# %%
cuts = {t(pt="um caractere por vez", en="one character at a time"): list("".join(PIECES["list"])), t(pt="os tokens do modelo", en="the model's tokens"): PIECES["list"],
        t(pt="tudo de uma vez", en="all at once"): ["".join(PIECES["list"])]}
assert len({released(pieces, "\n11.") for pieces in cuts.values()}) == 1
rows = []
for label, name, stop in ((t(pt="lista de frutas", en="list of fruit"), "list", "11"), (t(pt="lista de frutas", en="list of fruit"), "list", "\n11."),
                          (t(pt="três livros", en="three books"), "books", "11"), (t(pt="três livros", en="three books"), "books", "\n11.")):
    text, matched = released(PIECES[name], stop)
    rows.append([t(pt=f"{label}; «{seen(stop)}»", en=f"{label}; “{seen(stop)}”"), f"…{seen(text[-14:])}", t(pt="parada", en="stop") if matched else t(pt="fim do texto", en="end of the text")])
Table([t(pt="texto e parada", en="text and stop"), t(pt="como termina", en="how it ends"), t(pt="por quê", en="why")], rows,
       t(pt="A parada precisa da forma do item, não só do número.", en="The stop needs the shape of the item, not just its number."))

# %%
Callout("misconception", t(pt="«Com a parada 11, a lista tem dez itens»", en="“With the stop 11, the list has ten items”"),
         t(pt="Tem *no máximo* dez, se o modelo numerar como você imagina, e menos se «11» aparecer antes: em um ano, um preço, um telefone. A parada não faz o modelo escrever dez itens nem escrever melhor: só impede que você veja o resto. "
              "Com a quebra de linha e o ponto, «↵11.», ela só casa com uma linha que comece assim. Para contar de verdade, peça no prompt e confira no programa. O que as notas de origem dizem disso está nas [erratas](lesson:errata#fatos).",
           en="It has *at most* ten, if the model numbers as you imagine, and fewer if “11” comes up earlier: in a year, a price, a telephone number. The stop makes the model neither write ten items nor write better: it only keeps you from seeing the rest. "
              "With the line break and the point, “↵11.”, it matches nothing but a line that begins that way. To count for real, ask in the prompt and check in the program. What the source notes say of it is among the [errata](lesson:errata#fatos)."))

# %% [markdown] lang="pt" anchor="comprimento"
# ## Quanto o texto mede
#
# Chame de $T$ o passo em que o fim de texto é sorteado e de $L$ o limite. O laço dá $\min(T, L)$ passos.
#
# > **Proposição 9.2.** Se a cada passo o texto acaba com a mesma probabilidade $q$, com $0 < q \le 1$, então $P(T > t) = (1-q)^t$ e
# >
# > $$
# > \begin{aligned}
# > E[\min(T, L)] &= \sum_{t=0}^{L-1} P(T > t) \\[0.4em]
# > &= \frac{1 - (1-q)^L}{q}.
# > \end{aligned}
# > $$
# >
# > Sem limite, $E[T] = 1/q$. Se as probabilidades variam mas nunca ficam abaixo de $q$, essas igualdades viram cotas superiores. Se um corte as zera em todos os passos, $T = \infty$ e só o limite encerra.

# %% [markdown] lang="en" anchor="comprimento"
# ## How long the text gets
#
# Call $T$ the step at which end of text is drawn and $L$ the limit. The loop takes $\min(T, L)$ steps.
#
# > **Proposition 9.2.** If at every step the text ends with the same probability $q$, with $0 < q \le 1$, then $P(T > t) = (1-q)^t$ and
# >
# > $$
# > \begin{aligned}
# > E[\min(T, L)] &= \sum_{t=0}^{L-1} P(T > t) \\[0.4em]
# > &= \frac{1 - (1-q)^L}{q}.
# > \end{aligned}
# > $$
# >
# > Without a limit, $E[T] = 1/q$. If the probabilities vary but never fall below $q$, these equalities become upper bounds. If a cut makes them zero at every step, $T = \infty$ and only the limit ends the text.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Não acabar em $t$ passos seguidos tem probabilidade $(1-q)^t$. Um número inteiro $m = \min(T, L)$ é a soma de tantos uns quantos são os $t < L$ com $T > t$; a esperança de cada um é $P(T > t)$, o que dá a primeira igualdade. A segunda é a soma geométrica, e
# $L \to \infty$ dá $1/q$. Se cada fator condicional $1 - q_t$ é no máximo $1 - q$, o produto deles é no máximo $(1-q)^t$, e cada parcela diminui. Se todos são 1, $P(T > t) = 1$ para todo $t$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Not ending in $t$ steps in a row has probability $(1-q)^t$. A whole number $m = \min(T, L)$ is the sum of as many ones as there are $t < L$ with $T > t$; the expectation of each is $P(T > t)$, which gives the first equality. The second is the geometric sum, and
# $L \to \infty$ gives $1/q$. If each conditional factor $1 - q_t$ is at most $1 - q$, their product is at most $(1-q)^t$, and each term gets smaller. If all are 1, $P(T > t) = 1$ for every $t$. $\blacksquare$

# %% [markdown] lang="pt"
# Com $q$ constante, o comprimento segue a lei geométrica: o mais provável é o texto mais curto de todos, por maior que seja a média. É por isso que um viés constante no fim é um mau controle de comprimento. E a hipótese de $q$ constante é forte: nos textos do gráfico acima, a maior probabilidade de fim é
# {{ spread | 0 }} vezes a menor.

# %% [markdown] lang="en"
# With $q$ constant, the length follows the geometric law: the likeliest is the shortest text of all, however large the mean. That is why a constant bias on the end is a poor control of length. And a constant $q$ is a strong hypothesis: in the texts of the chart above, the largest probability of the end is
# {{ spread | 0 }} times the smallest.

# %%
length_by_hand("hand", t(pt="À mão: o comprimento médio com um limite", en="By hand: the mean length under a limit"), [(0.2, 3), (0.5, 4), (0.1, 5)])

# %% [markdown] lang="pt" anchor="custo"
# ## Quanto custa
#
# Serviços costumam cobrar por token, com um preço para a entrada e outro para a saída, anunciados por milhão. Com $n_e$ tokens no prompt e $n_s$ na continuação, um pedido custa
#
# $$
# \frac{n_e\, p_e + n_s\, p_s}{10^6}.
# $$
#
# O prompt entra na conta a cada pedido; numa conversa, ele carrega tudo o que já foi dito. A saída é cobrada pelo que foi gerado, e o limite é a única das três maneiras de acabar que garante um teto. Ponha os seus preços: a área preenchida sob a curva, até o limite, é o número médio de tokens de saída. Antes de dobrar o limite, preveja se o custo da saída dobra; mova e explique com a área.

# %% [markdown] lang="en" anchor="custo"
# ## What it costs
#
# Services usually charge by the token, with one price for input and another for output, quoted per million. With $n_e$ tokens in the prompt and $n_s$ in the completion, a request costs
#
# $$
# \frac{n_e\, p_e + n_s\, p_s}{10^6}.
# $$
#
# The prompt is on the bill of each request; in a conversation it carries everything said so far. Output is charged for what was generated, and the limit is the only one of the three ways to end that guarantees a ceiling. Put in your prices: the filled area under the curve, up to the limit, is the mean number of output tokens. Before you double the limit, predict whether the cost of the output doubles; move it and explain by the area.

# %%
charts.length(
    "length", t(pt="Comprimento, limite e custo", en="Length, limit and cost"), charts.length_controls(0.005, 200, 500, 1.0, 4.0),
    said=t(pt="Em média a saída tem {mean|1} tokens, e {cut|%1} dos textos batem no limite. Mil pedidos custam {cost|2}: {cost_in|2} de entrada e {cost_out|2} de saída.",
           en="On average the output has {mean|1} tokens, and {cut|%1} of the texts hit the limit. A thousand requests cost {cost|2}: {cost_in|2} for input and {cost_out|2} for output."),
    caption=t(pt="A curva supõe a mesma probabilidade de fim em todos os passos. Os preços são números redondos para você trocar, não os de um serviço.",
              en="The curve assumes the same probability of the end at every step. The prices are round numbers for you to change, not those of a service."))

# %%
Callout("misconception", t(pt="«Um limite menor dá uma resposta mais curta e completa»", en="“A smaller limit gives a shorter, complete answer”"), t(
    pt=f"O modelo não vê o limite, que não entra em logit nenhum. Com a mesma semente, um limite de 50 dá os primeiros 50 tokens do texto de limite 500, cortados ali. Com q = 0,5% por passo, {percent(survival(0.005, 50))} dos textos seriam cortados em 50 tokens e "
       f"{percent(survival(0.005, 500))} em 500. Para uma resposta curta, peça no prompt; o limite é a rede de segurança.",
    en=f"The model does not see the limit, which enters no logit. With the same seed, a limit of 50 gives the first 50 tokens of the text with a limit of 500, cut there. With q = 0.5% a step, {percent(survival(0.005, 50))} of the texts would be cut at 50 tokens and "
       f"{percent(survival(0.005, 500))} at 500. For a short answer, ask in the prompt; the limit is the safety net."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# O mesmo nome mede coisas diferentes: confira se o limite inclui o prompt, ou o raciocínio que você não vê, e se a parada volta no texto.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# The same name measures different things: check whether the limit includes the prompt, or the reasoning that you do not see, and whether the stop comes back in the text.

# %% fold="engines"
Table(
    [t(pt="motor", en="engine"), t(pt="limite", en="limit"), t(pt="de fábrica", en="default"), t(pt="parada", en="stop"), t(pt="a parada volta no texto?", en="is the stop in the text?")],
    [["transformers 5.23", t(pt="`max_new_tokens`: só a continuação; `max_length`: prompt e continuação; `min_new_tokens` proíbe o fim até lá", en="`max_new_tokens`: completion only; `max_length`: prompt and completion; `min_new_tokens` forbids the end until then"), t(pt="20 tokens novos", en="20 new tokens"),
      t(pt="`stop_strings`, com o tokenizador", en="`stop_strings`, with the tokenizer"), t(pt="sim", en="yes")],
     ["vLLM", t(pt="`max_tokens`: só a continuação; `min_tokens` proíbe o fim até lá", en="`max_tokens`: completion only; `min_tokens` forbids the end until then"), t(pt="16 em `SamplingParams`; no servidor de chat, o que resta do contexto", en="16 in `SamplingParams`; in the chat server, what is left of the context"), t(pt="`stop`; retém sempre o pior caso", en="`stop`; always holds the worst case"),
      t(pt="não, salvo `include_stop_str_in_output`", en="no, unless `include_stop_str_in_output`")],
     ["llama.cpp", t(pt="`n_predict`: só a continuação", en="`n_predict`: completion only"), t(pt="sem limite (−1)", en="no limit (−1)"), t(pt="`stop`; retém o sufixo", en="`stop`; holds the suffix"), t(pt="não", en="no")],
     ["OpenAI", t(pt="`max_completion_tokens`: inclui os tokens de raciocínio; `max_tokens` está em desuso", en="`max_completion_tokens`: includes reasoning tokens; `max_tokens` is deprecated"), t(pt="não diz", en="not said"),
      t(pt="`stop`: até 4, não em o3 e o4-mini (2025)", en="`stop`: up to 4, not in o3 and o4-mini (2025)"), t(pt="não", en="no")],
     ["core", t(pt="`max_new_tokens`: só a continuação; `min_new_tokens` proíbe o fim até lá", en="`max_new_tokens`: completion only; `min_new_tokens` forbids the end until then"), "100", t(pt="`stop`; retém o sufixo", en="`stop`; holds the suffix"),
      t(pt="não, salvo `include_stop_str_in_output`", en="no, unless `include_stop_str_in_output`")]],
    t(pt="O que cada motor chama de limite e de parada. Lido em: transformers 5.23.0, `generation/configuration_utils.py` e `generation/utils.py`; vLLM, `sampling_params.py` @00388f6, `entrypoints/openai/chat_completion/serving.py` @006c49d e "
         "`v1/engine/detokenizer.py`; llama.cpp, `tools/server/README.md` e `common/common.h` @0c1e57098; OpenAI, `completion_create_params.py` @0444895; core, `core/generation.py`.",
      en="What each engine calls limit and stop. Read in: transformers 5.23.0, `generation/configuration_utils.py` and `generation/utils.py`; vLLM, `sampling_params.py` @00388f6, `entrypoints/openai/chat_completion/serving.py` @006c49d and "
         "`v1/engine/detokenizer.py`; llama.cpp, `tools/server/README.md` and `common/common.h` @0c1e57098; OpenAI, `completion_create_params.py` @0444895; core, `core/generation.py`."))

# %%
Callout("instructor", t(pt="Uma aula de 15 minutos", en="A 15-minute class"), t(
    pt="Projete a lista dos livros e peça a aposta (1 min). No primeiro gráfico, escolha os três livros e a parada «11», e avance token por token até o ano de 1911: a turma avisa quando algo fica retido (4 min). Faça no quadro a prova do sufixo com «↵11.» (3 min). No gráfico do fim, pergunte onde "
       "uma obra acaba antes de mostrar os losangos, e suba o viés até o texto acabar (3 min). Faça o cálculo à mão com q = 0,2 e L = 3 e feche com o custo da sua disciplina, com os preços que vocês pagam (4 min). Enganos frequentes: achar que a parada é um token, que o limite encurta a resposta, que o modelo «sabe» quantos itens faltam.",
    en="Project the list of books and ask for the bet (1 min). In the first chart, choose the three books and the stop “11”, and go token by token to the year 1911: the class says when something is held back (4 min). Prove the suffix on the board with “↵11.” (3 min). In the chart of the end, ask where "
       "a book ends before you show the diamonds, and raise the bias until the text ends (3 min). Do the calculation by hand with q = 0.2 and L = 3 and close with the cost of your own course, at the prices you pay (4 min). Common mistakes: thinking that the stop is a token, that the limit shortens the answer, that the model “knows” how many items are left."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
arrived = t(pt="… fim\n\n", en="… end\n\n")
stop = "\n\n##"
held = overlap(arrived, stop)
Exercise(
    id="held", kind="numeric",
    question=t(pt="A parada é «↵↵##» (quatro caracteres). O texto que chegou termina em «fim↵↵». Quantos caracteres precisam ficar retidos?",
               en="The stop is “↵↵##” (four characters). The text that has arrived ends in “end↵↵”. How many characters must be held back?"),
    answer=float(held), tolerance=0.01,
    mistakes=[
        Mistake(float(len(stop) - 1), t(pt="Esse é o pior caso, |s| − 1, que vLLM retém sempre. Aqui basta o sufixo que casa.", en="That is the worst case, |s| − 1, which vLLM always holds. Here the suffix that matches is enough.")),
        Mistake(1.0, t(pt="«↵» é um sufixo que casa, mas há um maior.", en="“↵” is a suffix that matches, but there is a longer one.")),
        Mistake(0.0, t(pt="Se nada ficar retido e o próximo token for «##», as duas quebras de linha já terão sido mostradas.", en="If nothing is held and the next token is “##”, the two line breaks will have been shown.")),
    ],
    right=t(pt="«↵↵» é o maior sufixo do texto que também é começo da parada.", en="“↵↵” is the longest suffix of the text that is also a beginning of the stop."),
    wrong=t(pt="Procure o maior pedaço do fim do texto que também é um começo de «↵↵##».", en="Look for the longest piece at the end of the text that is also a beginning of “↵↵##”."),
    unreadable=say("exercise.unreadable"))

# %%
hit = survival(0.01, 100)
Exercise(
    id="limit", kind="numeric",
    question=t(pt="Um modelo acaba com probabilidade 1% a cada passo, então o comprimento médio sem limite é 100. Com limite de 100 tokens, que parte dos textos é cortada? (Em porcentagem, sem casas.)",
               en="A model ends with probability 1% at each step, so the mean length without a limit is 100. With a limit of 100 tokens, what part of the texts is cut? (As a percentage, no decimals.)"),
    answer=hit, tolerance=0.006,
    mistakes=[
        Mistake(0.5, t(pt="Metade passaria da mediana, não da média; a lei geométrica é assimétrica.", en="Half would pass the median, not the mean; the geometric law is skewed.")),
        Mistake(1 - hit, t(pt="Essa é a parte que acaba sozinha antes do limite.", en="That is the part that ends by itself before the limit.")),
        Mistake(0.0, t(pt="A média não é um teto: muitos textos passam dela.", en="The mean is no ceiling: many texts exceed it.")),
    ],
    right=t(pt=f"0,99 elevado a 100 é {percent(hit)}.", en=f"0.99 to the power 100 is {percent(hit)}."),
    wrong=t(pt="Um texto é cortado se não acabou em 100 passos seguidos, cada um com probabilidade 0,99 de continuar.", en="A text is cut if it did not end in 100 steps in a row, each with probability 0.99 of going on."),
    unreadable=say("exercise.unreadable"))

# %%
BUGGY = """def until(pieces, stop):
    text = ""
    for piece in pieces:
        text += piece
        if stop in piece:
            return text.split(stop)[0]
    return text"""
namespace = {}
exec(BUGGY, namespace)
leaked = namespace["until"](PIECES["list"], "\n11.")
repaired = {}
exec(BUGGY.replace("if stop in piece", "if stop in text"), repaired)
correct, _ = released(PIECES["list"], "\n11.")
assert namespace["until"](["a", "b\n11. c", "d"], "\n11.") == "ab" and leaked == "".join(PIECES["list"]) != correct == repaired["until"](PIECES["list"], "\n11.")
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt="Esta função para quando a sequência vem inteira em um pedaço. Com a lista de frutas e a parada «↵11.», ela devolve os doze itens. Qual linha está errada?",
               en="This function stops when the sequence arrives whole in one piece. With the list of fruit and the stop “↵11.”, it returns all twelve items. Which line is wrong?"),
    options=[
        Option("2: `text = \"\"`", t(pt="Começar vazio está certo.", en="Starting empty is right.")),
        Option("4: `text += piece`", t(pt="Acumular está certo, e antes do teste: a parada pode terminar neste pedaço.", en="Accumulating is right, and before the test: the stop may end in this piece.")),
        Option("5: `if stop in piece:`", t(pt="A parada pode estar repartida entre pedaços: procure-a no texto acumulado, `if stop in text`. Para mostrar o texto enquanto chega, falta ainda reter h(x).",
                                          en="The stop may be spread over several pieces: look for it in the accumulated text, `if stop in text`. To show the text as it arrives, h(x) still has to be held back."), correct=True),
        Option("6: `return text.split(stop)[0]`", t(pt="Devolver o que veio antes da primeira parada está certo, desde que ela seja achada.", en="Returning what came before the first stop is right, provided it is found.")),
    ])

# %%
short_mean, long_mean = expected_length(0.01, 200), expected_length(0.01, 400)
growth = long_mean / short_mean - 1
assert 0.1 < growth < 0.2
Exercise(
    id="double", kind="predict",
    question=t(pt="Com q = 1% por passo, você dobra o limite de 200 para 400 tokens. A conta da saída, em média:",
               en="With q = 1% a step, you double the limit from 200 to 400 tokens. The bill for output, on average:"),
    options=[
        Option(t(pt="dobra: cresce 100%", en="doubles: it grows by 100%"), t(pt="Dobraria se todo texto batesse no limite, o que acontece quando o fim foi cortado.", en="It would if every text hit the limit, as happens when the end has been cut.")),
        Option(t(pt="cresce entre 10% e 20%", en="grows by 10% to 20%"), t(pt="A maioria dos textos já acabava antes de 200; só o resto se alonga.", en="Most texts ended before 200 already; only the rest get longer."), correct=True),
        Option(t(pt="cresce cerca de 50%: metade dos textos ia além do limite", en="grows by about 50%: half of the texts went beyond the limit"),
               t(pt=f"Só {percent(survival(0.01, 200))} dos textos passavam de 200, o dobro da média.", en=f"Only {percent(survival(0.01, 200))} of the texts got past 200, twice the mean.")),
        Option(t(pt="não muda: a média é 100 nos dois casos", en="does not change: the mean is 100 in both cases"), t(pt="100 é a média sem limite; os dois limites cortam alguns textos.", en="100 is the mean without a limit; both limits cut some texts.")),
    ],
    reveal=t(pt=f"Calculado: de {number(short_mean, 1)} para {number(long_mean, 1)} tokens, {percent(growth)} a mais.", en=f"Computed: from {number(short_mean, 1)} to {number(long_mean, 1)} tokens, {percent(growth)} more."))

# %%
cut_texts = survival(0.0, 500)
assert cut_texts == 1 and expected_length(0.0, 500) == 500
Exercise(
    id="never", kind="choice",
    question=t(pt="Da lição de top-k: com o mesmo prompt e o mesmo modelo, alguém liga top-k = 50 e descobre que todo texto agora tem exatamente o tamanho do limite. A explicação mais provável:",
               en="From the lesson on top-k: with the same prompt and the same model, somebody switches top-k = 50 on and finds that every text now has exactly the size of the limit. The likeliest explanation:"),
    options=[
        Option(t(pt="O fim de texto nunca está entre os 50 maiores logits, e o corte o torna impossível.", en="End of text is never among the 50 largest logits, and the cut makes it impossible."),
               t(pt="Com probabilidade de fim 0 em todo passo, o comprimento é o limite. Era raro e virou impossível.", en="With a probability of the end of 0 at every step, the length is the limit. It was rare and became impossible."), correct=True),
        Option(t(pt="Top-k deixa o texto mais interessante, e o modelo escreve mais.", en="Top-k makes the text more interesting, and the model writes more."),
               t(pt="O corte não sabe de interesse: mantém ou proíbe tokens.", en="The cut knows nothing of interest: it keeps tokens or forbids them.")),
        Option(t(pt="Top-k conta o limite em tokens mantidos.", en="Top-k counts the limit in tokens kept."),
               t(pt="O limite conta passos; cada passo escreve um token, com ou sem corte.", en="The limit counts steps; each step writes one token, cut or no cut.")),
        Option(t(pt="A sequência de parada foi cortada do vocabulário.", en="The stop sequence was cut from the vocabulary."),
               t(pt="A parada é procurada no texto; não é um token e não tem logit.", en="The stop is looked for in the text; it is not a token and has no logit.")),
    ])

# %%
bill = 1000 * cost(2000, 300, 1.0, 4.0)
Exercise(
    id="bill", kind="numeric",
    question=t(pt="Mil pedidos, cada um com 2000 tokens de prompt e 300 de continuação. O milhão de tokens custa 1 na entrada e 4 na saída. Quanto custa tudo?",
               en="A thousand requests, each with 2000 tokens of prompt and 300 of completion. A million tokens cost 1 for input and 4 for output. What does it all cost?"),
    answer=bill, tolerance=0.01,
    mistakes=[
        Mistake(1000 * cost(0, 300, 1.0, 4.0), t(pt="Faltou a entrada: o prompt também é cobrado.", en="Input is missing: the prompt is charged as well.")),
        Mistake(cost(2000, 300, 1.0, 4.0), t(pt="Esse é o custo de um pedido; são mil.", en="That is the cost of one request; there are a thousand.")),
        Mistake(1000 * cost(2000, 300, 4.0, 1.0), t(pt="Você trocou os preços de entrada e saída.", en="You swapped the prices of input and output.")),
    ],
    right=t(pt=f"Entrada: 2 milhões de tokens a 1. Saída: 0,3 milhão a 4. Total {number(bill, 2)}.", en=f"Input: 2 million tokens at 1. Output: 0.3 million at 4. In all {number(bill, 2)}."),
    wrong=t(pt="Some 1000 × 2000 × 1 e 1000 × 300 × 4, e divida por um milhão.", en="Add 1000 × 2000 × 1 and 1000 × 300 × 4, and divide by a million."),
    unreadable=say("exercise.unreadable"))

# %%
many, share, hits = 100, 0.10, 15
sigma = math.sqrt(share * (1 - share) / many)
assert abs(hits / many - share) < 2 * sigma < (25 / many - share)
Exercise(
    id="earlier", kind="choice",
    question=t(pt="Da lição sobre o sorteio: com o limite que você escolheu, 10% dos textos deviam ser cortados. Em 100 textos independentes, 15 foram. O que se pode concluir?",
               en="From the lesson on drawing: at the limit you chose, 10% of the texts should be cut. Of 100 independent texts, 15 were. What may be concluded?"),
    options=[
        Option(t(pt="que o gerador está quebrado: deviam ser 10", en="that the generator is broken: it should have been 10"),
               t(pt="10 é a média de muitas centenas. Em uma só centena o número varia.", en="10 is the mean of many hundreds. In a single hundred the number varies.")),
        Option(t(pt="que o modelo mudou: 15% é uma vez e meia 10%", en="that the model changed: 15% is one and a half times 10%"),
               t(pt="A razão não diz nada sem o tamanho da amostra: com 10.000 textos, 15% seriam muitos desvios; com 100, não.", en="The ratio says nothing without the size of the sample: with 10,000 texts, 15% would be many deviations away; with 100 it is not.")),
        Option(t(pt="nada ainda: 15% está a menos de dois desvios de 10%", en="nothing yet: 15% is less than two deviations away from 10%"),
               t(pt=f"O desvio-padrão da frequência é √(0,1 × 0,9 ÷ 100) = {percent(sigma, 0)}, e a faixa de dois desvios vai de {percent(share - 2 * sigma, 0)} a {percent(share + 2 * sigma, 0)}.",
                 en=f"The standard deviation of the frequency is √(0.1 × 0.9 ÷ 100) = {percent(sigma, 0)}, and the band of two deviations runs from {percent(share - 2 * sigma, 0)} to {percent(share + 2 * sigma, 0)}."), correct=True),
        Option(t(pt="que a previsão está certa: 15% está a menos de dois desvios de 10%", en="that the prediction is right: 15% is less than two deviations away from 10%"),
               t(pt="Estar dentro da faixa não prova a previsão: 12% ou 15% também a poriam dentro.", en="Being inside the band does not prove the prediction: 12% or 15% would have put it inside too.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Um texto acaba de três maneiras: o modelo sorteia o fim de texto, a sequência de parada se completa, ou o limite corta. Leia qual foi.
# - A parada é procurada em todo o texto, em caracteres: «11» também está em 1911. Dê a ela a forma do item, «↵11.».
# - Para mostrar um texto enquanto chega, retenha o maior sufixo que é um começo da parada. Reter menos mostra parte dela; reter mais atrasa à toa.
# - O modelo não vê o limite: um limite menor corta, não resume. E um corte que proíbe o fim de texto faz todo texto ir até o limite.
# - Com probabilidade $q$ de acabar a cada passo, o comprimento médio é $1/q$, e o limite guarda $1 - (1-q)^L$ dele.
#
# Até aqui os ajustes ficaram parados enquanto o texto crescia. Na próxima lição um deles muda a cada passo: [temperatura dinâmica](lesson:dynamic-temperature).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - A text ends in one of three ways: the model draws end of text, the stop sequence is completed, or the limit cuts. Read which it was.
# - The stop is looked for in the whole text, in characters: “11” is also in 1911. Give it the shape of the item, “↵11.”.
# - To show a text as it arrives, hold back the longest suffix that is a beginning of the stop. Holding less shows part of it; holding more delays for nothing.
# - The model does not see the limit: a smaller limit cuts, it does not summarise. And a cut that forbids end of text sends every text to the limit.
# - With probability $q$ of ending at each step, the mean length is $1/q$, and the limit keeps $1 - (1-q)^L$ of it.
#
# So far the settings stood still while the text grew. In the next lesson one of them changes at every step: [dynamic temperature](lesson:dynamic-temperature).
