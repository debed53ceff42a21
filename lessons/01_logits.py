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
#     slug: {pt: logits, en: logits}
#     title: {pt: Dos logits às probabilidades, en: From logits to probabilities}
#     summary:
#       pt: "O modelo dá notas, e o sorteio precisa de probabilidades. Por que a ponte é a exponencial, quando ela quebra no computador e o que o log-sum-exp conserta."
#       en: "The model gives scores, and the draw needs probabilities. Why the bridge is the exponential, when it breaks in a computer, and what log-sum-exp repairs."
#     prerequisites:
#       pt: "a função exponencial e o logaritmo; uma derivada, só na prova do teorema"
#       en: "the exponential and the logarithm; one derivative, only in the proof of the theorem"
#     sources:
#       - {id: hamel1905, text: "Hamel (1905). Eine Basis aller Zahlen und die unstetigen Lösungen der Funktionalgleichung f(x + y) = f(x) + f(y). Mathematische Annalen 60, 459–462", url: "https://doi.org/10.1007/BF01457624"}
#       - {id: luce1959, text: "Luce (1959). Individual Choice Behavior: A Theoretical Analysis. Wiley; Scholarpedia 3(12):8077", url: "http://scholarpedia.org/article/Luce%27s_choice_axiom"}
#       - {id: bridle1990, text: "Bridle (1990). Probabilistic Interpretation of Feedforward Classification Network Outputs. Neurocomputing, NATO ASI Series 68, 227–236", url: "https://doi.org/10.1007/978-3-642-76153-9_28"}
#       - {id: martins2016, text: "Martins & Astudillo (2016). From Softmax to Sparsemax. arXiv:1602.02068", url: "https://arxiv.org/abs/1602.02068"}
#       - {id: blanchard2021, text: "Blanchard, Higham & Higham (2021). Accurately computing the log-sum-exp and softmax functions. IMA Journal of Numerical Analysis 41(4), 2311–2330", url: "https://doi.org/10.1093/imanum/draa038"}
#       - {id: ieee754, text: "IEEE 754-2019. Standard for Floating-Point Arithmetic", url: "https://doi.org/10.1109/IEEESTD.2019.8766229"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Um [modelo de linguagem](term:language-model) lê um texto e dá uma nota a cada [token](term:token) do seu [vocabulário](term:vocabulary). As notas
# são os [logits](term:logit): números quaisquer, positivos ou negativos, sem unidade e sem teto. Para sortear o próximo token é preciso
# transformá-las em probabilidades.
#
# A transformação é o [softmax](term:softmax): eleve $e$ a cada logit e divida cada resultado pela soma. Com os logits 3, 1, 0 e −1, o primeiro
# token fica com 83%. Agora alguém soma 100 aos quatro logits. Antes de ler o resto, aposte.

# %% [markdown] lang="en" anchor="aposta"
# A [language model](term:language-model) reads a text and gives a score to every [token](term:token) of its [vocabulary](term:vocabulary). The scores
# are the [logits](term:logit): any numbers at all, positive or negative, with no unit and no ceiling. To draw the next token they have to be
# turned into probabilities.
#
# That is the work of the [softmax](term:softmax): raise $e$ to each logit and divide each result by the sum. With logits 3, 1, 0 and −1, the first
# token gets 83%. Now someone adds 100 to all four logits. Before you read on, place a bet.

# %%
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, say, t, vector

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Os logits agora são 103, 101, 100 e 99. Um programa calcula a fórmula ao pé da letra, com números de 32 bits (float32), "
                  "os mais comuns nesse cálculo. O que resulta?",
               en="The logits are now 103, 101, 100 and 99. A program computes the formula to the letter, with 32-bit numbers (float32), "
                  "the most common ones for this calculation. What is the result?"),
    options=[
        Option(t(pt="as mesmas probabilidades de antes", en="the same probabilities as before"),
               t(pt="No papel, sim, e você vai ver por quê. No computador, $e^{103}$ não cabe em 32 bits.",
                 en="On paper, yes, and you will see why. In the computer, $e^{103}$ does not fit in 32 bits.")),
        Option(t(pt="quase tudo no primeiro token", en="almost everything on the first token"),
               t(pt="Isso aconteceria se os logits fossem multiplicados. Somar a mesma constante não muda as diferenças entre eles.",
                 en="That would happen if the logits were multiplied. Adding one constant does not change their differences.")),
        Option(t(pt="quase 25% para cada um", en="almost 25% for each"),
               t(pt="A razão entre 103 e 99 é quase 1, mas o softmax olha para diferenças, e elas continuam as mesmas.",
                 en="The ratio of 103 to 99 is almost 1, but the softmax looks at differences, and those are as they were.")),
        Option(t(pt="nenhum número que sirva", en="no number that is of any use"),
               t(pt="As quatro exponenciais viram ∞, e o computador escreve ∞ ÷ ∞ como NaN: não é um número.",
                 en="All four exponentials become ∞, and the computer writes ∞ ÷ ∞ as NaN: not a number."), correct=True),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Primeiro, o papel. Mova o logit do primeiro token: a barra dele cresce ou encolhe, e todas as outras cedem ou ganham espaço, porque a soma é
# sempre 100%. Antes de mover, preveja: a razão entre o segundo e o terceiro vai mudar? E se você mover a constante c, que se soma a todos os
# logits, quais barras se mexem? Confira as duas previsões e tente dizer por quê; a fórmula responde logo abaixo.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Paper first. Move the first token's logit: its bar grows or shrinks, and all the others give way or gain room, because the sum is
# always 100%. Before you move it, predict: will the ratio of the second to the third change? And if you move the constant c, which is added to all the
# logits, which bars will move? Check both predictions and try to say why; the formula answers just below.

# %%
import math

import numpy as np
import torch

from core import entropy, softmax, total_variation
from dashboard import charts
from dashboard.recorded.snapshots import PROMPTS, snapshot
from dashboard.worked import log_sum_exp_by_hand

TOKENS = t(pt="azul claro escuro verde", en="blue clear dark green").split()
u = [3, 1, 0, -1]
p = softmax(u).tolist()
overflows, vanishes = math.log(torch.finfo(torch.float32).max), math.log(2.0**-150)  # half the smallest float32 rounds to 0
sky = snapshot("sky")
assert entropy(softmax(snapshot("rio").logits)) < entropy(softmax(sky.logits)) / 2

charts.moved_logits(
    "move", t(pt="Do logit à probabilidade", en="From logit to probability"), TOKENS, u,
    said=t(pt="O primeiro token tem {p_first|%1} da massa e é {odds_first|2} vezes tão provável quanto o segundo. O segundo continua {odds_rest|2} "
              "vezes mais provável do que o terceiro.",
           en="The first token holds {p_first|%1} of the mass and is {odds_first|2} times as likely as the second. The second is still "
              "{odds_rest|2} times as likely as the third."))

# %% [markdown] lang="pt" anchor="reais"
# ## Logits de verdade
#
# O modelo que vem com este curso foi treinado com textos em português em domínio público e tem {{ len(sky.logits) | 0 }} tokens. Depois de «{{ sky.prompt }}», deu um logit a cada
# um deles. O gráfico é o softmax desses números; a última barra junta todos os tokens que não couberam, para que nenhuma massa suma. O sinal ␣ é o espaço, que
# faz parte do token.
#
# A frase abaixo da figura usa duas medidas que o curso inteiro vai usar. A **surpresa** de um token de probabilidade $P(i)$ é $-\log_2 P(i)$, em bits: 1 bit para quem tem metade da massa, 2 para quem tem um
# quarto. A [entropia](term:entropy) é a surpresa média, $H = -\sum_i P(i) \log_2 P(i)$, com $0 \log 0 = 0$. Se $n$ tokens dividem a massa por igual, $H = \log_2 n$; por isso $2^H$ se lê como o
# [número efetivo de opções](term:effective-choices).
#
# Antes de trocar o prompt, preveja: depois de «{{ snapshot("rio").prompt }}», o modelo fica mais ou menos seguro do que aqui? Confira o número de opções e explique a diferença pelo texto que ele leu.

# %% [markdown] lang="en" anchor="reais"
# ## Real logits
#
# The model that comes with this course was trained on Portuguese texts in the public domain and has {{ len(sky.logits) | 0 }} tokens. After “{{ sky.prompt }}” it gave a logit to each
# of them. The chart is the softmax of those numbers; the last bar gathers all the tokens that did not fit, so that no mass is lost. The mark ␣ is the space, which
# is part of the token.
#
# The sentence below the figure uses two measures that the whole course will use. The **surprise** of a token of probability $P(i)$ is $-\log_2 P(i)$, in bits: 1 bit for one with half of the mass, 2 for one with a
# quarter. The [entropy](term:entropy) is the average surprise, $H = -\sum_i P(i) \log_2 P(i)$, with $0 \log 0 = 0$. If $n$ tokens share the mass equally, $H = \log_2 n$; so $2^H$ is read as the
# [effective number of choices](term:effective-choices).
#
# Before you change the prompt, predict: after “{{ snapshot("rio").prompt }}”, is the model more or less sure than here? Check the number of choices and explain the difference by the text that it read.

# %%
charts.vocabulary(
    "real", t(pt="O próximo token, segundo o modelo", en="The next token, says the model"),
    [snapshot(name) for name in ("sky", "once", "capital", "rio")], [],
    said=t(pt="O token mais provável tem {p_max|%1}. A entropia é de {entropy|2} bits: sortear aqui equivale a escolher entre {effective|0} opções igualmente "
              "prováveis.",
           en="The most likely token has {p_max|%1}. The entropy is {entropy|2} bits: drawing here is like choosing among {effective|0} equally likely "
              "options."))

# %% [markdown] lang="pt" anchor="formula"
# ## A fórmula
#
# Sejam $u_1, \dots, u_V$ os logits dos $V$ tokens. O softmax dá a cada um a probabilidade
#
# $$
# P(i) = \frac{e^{u_i}}{\sum_{j=1}^{V} e^{u_j}}.
# $$
#
# Cada peso $e^{u_i}$ é positivo, então no papel nenhum token com logit finito é impossível; a divisão faz a soma dar 1. Na razão entre dois tokens
# o denominador some:
#
# $$
# \frac{P(i)}{P(j)} = e^{u_i - u_j}.
# $$
#
# Daí vêm as duas coisas que você viu na primeira figura. A [razão entre probabilidades](term:odds) de dois tokens não depende dos outros: é o axioma de escolha de Luce
# (1959), e Bridle (1990) o levou para as redes neurais com o nome de softmax. E só entram **diferenças**: somar c a todos os logits não
# muda nada. Isso se chama [invariância a deslocamento](term:shift-invariance), e por causa dela um logit não quer dizer nada sozinho.
#
# Com u = [3; 1; 0; −1], as probabilidades são {{ p }}. O segundo logit está 1 acima do terceiro, e por isso o segundo token é
# $e^1 = {{ math.e | 4 }}$ vezes mais provável: {{ p[1] | 4 }} contra {{ p[2] | 4 }}.

# %% [markdown] lang="en" anchor="formula"
# ## The formula
#
# Let $u_1, \dots, u_V$ be the logits of the $V$ tokens. The softmax gives each one the probability
#
# $$
# P(i) = \frac{e^{u_i}}{\sum_{j=1}^{V} e^{u_j}}.
# $$
#
# Every weight $e^{u_i}$ is positive, so on paper no token with a finite logit is impossible; the division makes the sum 1. In the ratio of two tokens
# the denominator goes away:
#
# $$
# \frac{P(i)}{P(j)} = e^{u_i - u_j}.
# $$
#
# Both things that you saw in the first figure come from here. The [odds](term:odds) of two tokens do not depend on the others: that is Luce's choice axiom
# (1959), and Bridle (1990) brought it to neural networks under the name softmax. And only **differences** enter: adding c to every logit
# changes nothing. That is called [shift invariance](term:shift-invariance), and because of it a logit means nothing by itself.
#
# With u = [3, 1, 0, −1], the probabilities are {{ p }}. The second logit is 1 above the third, so the second token is
# $e^1 = {{ math.e | 4 }}$ times as likely: {{ p[1] | 4 }} against {{ p[2] | 4 }}.

# %% [markdown] lang="pt" anchor="por-que-exp"
# ## Por que a exponencial
#
# Há muitas funções positivas. Por que não elevar ao quadrado, que é mais barato? Porque a invariância a deslocamento não deixa escolha.
#
# > **Teorema 1.1 (da exponencial).** Seja $f$ uma função derivável dos reais nos reais positivos, $V \ge 2$, e seja
# > $P(i) = f(u_i) / \sum_j f(u_j)$. Se somar uma constante a todos os logits nunca muda $P$, quaisquer que sejam os logits e a constante,
# > então existe um número $\beta$ tal que
# >
# > $$
# > \begin{aligned}
# > f(x) &= f(0)\, e^{\beta x} \\[0.4em]
# > P &= \operatorname{softmax}(\beta u).
# > \end{aligned}
# > $$
# >
# > Se, além disso, um logit maior sempre dá uma probabilidade maior, então $\beta > 0$.

# %% [markdown] lang="en" anchor="por-que-exp"
# ## Why the exponential
#
# There are many positive functions. Why not square, which is cheaper? Because shift invariance leaves no choice.
#
# > **Theorem 1.1 (of the exponential).** Let $f$ be a differentiable function from the reals to the positive reals, $V \ge 2$, and let
# > $P(i) = f(u_i) / \sum_j f(u_j)$. If adding a constant to every logit never changes $P$, whatever the logits and the constant,
# > then there is a number $\beta$ such that
# >
# > $$
# > \begin{aligned}
# > f(x) &= f(0)\, e^{\beta x} \\[0.4em]
# > P &= \operatorname{softmax}(\beta u).
# > \end{aligned}
# > $$
# >
# > If, moreover, a larger logit always gives a larger probability, then $\beta > 0$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Como $P(i)/P(j) = f(u_i)/f(u_j)$, a hipótese diz que $f(x + c)/f(y + c) = f(x)/f(y)$ para todos os $x$, $y$ e $c$. Ponha $y = 0$ e chame
# $g(x) = f(x)/f(0)$: então $g(x + c) = g(x)\, g(c)$. Derive em relação a $c$ no ponto $c = 0$. Com $\beta = g'(0)$, isso dá $g'(x) = \beta\, g(x)$ para todo
# $x$. Logo a derivada de $g(x)\, e^{-\beta x}$ é $(g'(x) - \beta g(x))\, e^{-\beta x} = 0$: o produto é constante e vale $g(0) = 1$. Portanto $f(x) = f(0)\, e^{\beta x}$, e
# $f(0)$ se cancela em $P$. Se $f$ cresce, $\beta$ não pode ser zero nem negativo. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Since $P(i)/P(j) = f(u_i)/f(u_j)$, the hypothesis says that $f(x + c)/f(y + c) = f(x)/f(y)$ for all $x$, $y$ and $c$. Put $y = 0$ and call
# $g(x) = f(x)/f(0)$: then $g(x + c) = g(x)\, g(c)$. Differentiate with respect to $c$ at $c = 0$. With $\beta = g'(0)$, that gives $g'(x) = \beta\, g(x)$ for every
# $x$. So the derivative of $g(x)\, e^{-\beta x}$ is $(g'(x) - \beta g(x))\, e^{-\beta x} = 0$: the product is constant and equals $g(0) = 1$. Hence $f(x) = f(0)\, e^{\beta x}$, and
# $f(0)$ cancels in $P$. If $f$ increases, $\beta$ can be neither zero nor negative. $\blacksquare$

# %% [markdown] lang="pt"
# O número β é a única liberdade que sobra. O seu inverso tem nome e lição própria: é a [temperatura](lesson:temperature), $\tau = 1/\beta$.

# %% [markdown] lang="en"
# The number β is the only freedom left. Its inverse has a name and a lesson of its own: the [temperature](lesson:temperature), $\tau = 1/\beta$.

# %% [markdown] lang="pt" fold="more"
# ### Por que cada hipótese está lá
#
# Nenhuma hipótese está sobrando. «Derivável» pode ser trocada por «contínua» ou «crescente», mas não por nada: sem regularidade alguma, a equação
# $g(x + c) = g(x)\, g(c)$ tem soluções que ninguém consegue desenhar (Hamel, 1905). E é preciso que o peso de um token dependa só do seu
# próprio logit. O sparsemax (Martins e Astudillo, 2016) abre mão disso: com dois tokens ele dá ao primeiro $\tfrac12 + \tfrac12(u_1 - u_2)$, limitado a
# ficar entre 0 e 1. Só depende da diferença, e não é exponencial.

# %% [markdown] lang="en" fold="more"
# ### Why each hypothesis is there
#
# Every hypothesis does some work. “Differentiable” may be replaced by “continuous” or “increasing”, but not by nothing: with no regularity at all, the equation
# $g(x + c) = g(x)\, g(c)$ has solutions that nobody can draw (Hamel, 1905). And the weight of a token has to depend on its own logit
# alone. Sparsemax (Martins and Astudillo, 2016) gives that up: with two tokens it gives the first one $\tfrac12 + \tfrac12(u_1 - u_2)$, clipped to
# stay between 0 and 1. It depends on the difference alone, and it is not exponential.

# %% [markdown] lang="pt"
# A tabela faz o teste: no lugar da exponencial, outra função; a todos os logits, mais 1. A distribuição fica? A última coluna mede a mudança pela [variação total](term:total-variation), $\frac12 \sum_i |p_i - q_i|$, que só é zero entre distribuições iguais.

# %% [markdown] lang="en"
# The table runs the test: in place of the exponential, another function; to every logit, one more. Does the distribution stay? The last column measures the change by the [total variation](term:total-variation), $\frac12 \sum_i |p_i - q_i|$, which is zero only between equal distributions.

# %%
def shares(f, logits):
    """Each weight f(u) over the sum of the weights."""
    weights = [f(x) for x in logits]
    return [w / math.fsum(weights) for w in weights]


def moved_by_one(f):
    """The total variation that adding 1 to every logit makes; what float64 rounds away is 0."""
    change = total_variation(shares(f, u), shares(f, plus_one)).item()
    return change if change > 1e-12 else 0.0


CANDIDATES = {"eˣ": math.exp, "2ˣ": lambda x: 2.0**x, "ln(1 + eˣ)": lambda x: math.log1p(math.exp(x)), "x²": lambda x: x**2,
              t(pt="x, ou 0 se x < 0", en="x, or 0 if x < 0"): lambda x: max(x, 0)}
plus_one = [x + 1 for x in u]
assert total_variation(shares(math.exp, u), p) < 1e-12
Table(
    ["f(x)", f"u = {vector(u, trim=True)}", f"u = {vector(plus_one, trim=True)}", t(pt="variação total", en="total variation")],
    [[name, vector(shares(f, u), 3), vector(shares(f, plus_one), 3), percent(moved_by_one(f))]
     for name, f in CANDIDATES.items()],
    t(pt="Só as duas exponenciais passam. O quadrado faz pior: dá ao logit −1 mais do que ao logit 0.",
      en="Only the two exponentials pass. The square does worse: it gives the logit −1 more than the logit 0."))

# %% [markdown] lang="pt" anchor="estouro"
# ## Onde a fórmula quebra
#
# Agora o computador. Um número de 32 bits no padrão IEEE 754 vai até quase $2^{128}$, cerca de $3{,}4 \cdot 10^{38}$. A exponencial chega lá depressa: passa desse
# valor quando o expoente passa de {{ overflows | 2 }}. Isso é um [estouro](term:overflow). Do outro lado, abaixo de
# {{ vanishes | 2 }}, a exponencial é arredondada para 0.
#
# Antes de mover c, preveja em que valor as probabilidades quebram de cada lado: o maior logit é 3, o menor, −1. Agora mova c e veja os quatro pontos
# andarem juntos na reta dos expoentes. As probabilidades não mudam, até que um ponto cai de um dos lados. Pouco antes de virar 0 há um trecho pior que o
# abismo: nada avisa, e os números já estão errados. Ache esse trecho. Depois ligue o interruptor e explique por que ele conserta os dois lados.

# %% [markdown] lang="en" anchor="estouro"
# ## Where the formula breaks
#
# Now the computer. A 32-bit number of the IEEE 754 standard goes up to almost $2^{128}$, about $3.4 \cdot 10^{38}$. The exponential gets there fast: it passes that
# value when the exponent passes {{ overflows | 2 }}. That is an [overflow](term:overflow). On the other side, below
# {{ vanishes | 2 }}, the exponential is rounded to 0.
#
# Before you move c, predict the value at which the probabilities break on either side: the largest logit is 3, the smallest −1. Now move c and watch the four
# points walk together along the line of exponents. The probabilities stay, until a point falls off one of the ends. Just before the exponential becomes 0
# there is a stretch worse than the cliff: nothing warns you, and the numbers are already wrong. Find that stretch. Then turn the switch on and explain why it repairs both sides.

# %%
charts.single_precision(
    "float32", t(pt="O mesmo softmax em 32 bits", en="The same softmax in 32 bits"), TOKENS, u,
    said=t(pt="c = {c|0}: o maior expoente é {x_max|short}, e a exponencial dele em float32 é {e_max|text}. {verdict|text}",
           en="c = {c|0}: the largest exponent is {x_max|short}, and its exponential in float32 is {e_max|text}. {verdict|text}"),
    caption=t(pt="Círculo: resulta uma probabilidade. Cruz: resulta NaN. Na faixa mais apagada, a exponencial ainda não é 0, mas perde casas.",
              en="Circle: the result is a probability. Cross: it is NaN. In the fainter band the exponential is not 0 yet, but loses digits."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="truque"
# O conserto usa a própria invariância: se somar uma constante não muda nada, some a que convém, $-m$, com $m = \max_j u_j$. O maior expoente
# passa a ser 0, e $e^0 = 1$. É o **truque do máximo**, e é o que fazem todos os motores da tabela mais adiante.
#
# O limite depende do formato em que o número é guardado. Com 16 bits o estouro está a um passo:

# %% [markdown] lang="en" anchor="truque"
# The repair uses the invariance itself: if adding a constant changes nothing, add the one that suits, $-m$, with $m = \max_j u_j$. The largest exponent
# becomes 0, and $e^0 = 1$. That is the **max trick**, and the engines of the table further on all do it.
#
# Where the limit lies depends on the format in which the number is kept. With 16 bits the overflow is one step away:

# %%
FORMATS = {name: torch.finfo(getattr(torch, name)) for name in ("float16", "bfloat16", "float32", "float64")}
LARGEST = {name: math.log(kind.max) for name, kind in FORMATS.items()}
Table(
    [t(pt="formato", en="format"), t(pt="bits", en="bits"), t(pt="eˣ vira ∞ acima de", en="eˣ becomes ∞ above"),
     t(pt="eˣ vira 0 abaixo de", en="eˣ becomes 0 below")],
    [[name, number(kind.bits), number(LARGEST[name], 2), number(math.log(kind.smallest_normal * kind.eps) - math.log(2), 2)]
     for name, kind in FORMATS.items()],
    t(pt="Calculado dos limites de cada formato. O bfloat16 tem o alcance do float32 com menos casas.",
      en="Computed from the limits of each format. bfloat16 has the reach of float32 with fewer digits."))

# %%
around, rng = 2000, np.random.default_rng(1)
wide = around + 3 * rng.standard_normal(8192)
exact = softmax(wide.astype(np.float32).astype(np.float64)).numpy()
shifted = torch.tensor(wide, dtype=torch.float32) - torch.tensor(wide, dtype=torch.float32).max()
divided = shifted.exp() / shifted.exp().sum()
exponentiated = (torch.tensor(wide, dtype=torch.float32) - torch.tensor(wide, dtype=torch.float32).logsumexp(-1)).exp()


def worst_relative(probs):
    """The largest relative error of float32 probabilities, for a formula."""
    mantissa, exponent = f"{(np.abs(probs.numpy() - exact) / exact).max():.1e}".split("e")
    return number(float(mantissa), 1, tex=True) + rf" \cdot 10^{{{int(exponent)}}}"


assert np.abs(divided.numpy() / exact - 1).max() < np.abs(exponentiated.numpy() / exact - 1).max() / 20

# %% [markdown] lang="pt" anchor="lse"
# ## O log-sum-exp
#
# O mesmo truque, escrito em logaritmos, dá a fórmula com que os programas calculam log-probabilidades. Chame de [log-sum-exp](term:log-sum-exp) o logaritmo do denominador:
#
# $$
# \begin{aligned}
# \mathrm{LSE}(u) &= \ln \sum_{j=1}^{V} e^{u_j} \\[0.4em]
# \ln P(i) &= u_i - \mathrm{LSE}(u)
# \end{aligned}
# $$
#
# A [log-probabilidade](term:log-probability) de um token é, então, o seu logit menos um número comum a todos. É o que uma API devolve no campo *logprobs*,
# e, com o sinal trocado, a perda do treinamento: $\mathrm{LSE}(u) - u_i$ para o token certo $i$, a [entropia cruzada](term:cross-entropy). O logaritmo aqui é o natural, e a
# unidade que ele dá se chama **nat**. Com o logaritmo de base 2 a unidade é o **bit**: um nat são {{ 1 / math.log(2) | 4 }} bits.
#
# > **Proposição 1.2 (log-sum-exp).** Sejam $u_1, \dots, u_V$ finitos, $m$ o maior deles e $S = \sum_j e^{u_j - m}$. Então
# >
# > $$
# > \mathrm{LSE}(u) = m + \ln S, \quad 1 \le S \le V,
# > $$
# >
# > e portanto $m \le \mathrm{LSE}(u) \le m + \ln V$. Além disso, $\partial\, \mathrm{LSE} / \partial u_i = P(i)$.

# %% [markdown] lang="en" anchor="lse"
# ## Log-sum-exp
#
# The same trick, written in logarithms, gives the formula with which programs compute log-probabilities. Call [log-sum-exp](term:log-sum-exp) the logarithm of the denominator:
#
# $$
# \begin{aligned}
# \mathrm{LSE}(u) &= \ln \sum_{j=1}^{V} e^{u_j} \\[0.4em]
# \ln P(i) &= u_i - \mathrm{LSE}(u)
# \end{aligned}
# $$
#
# So the [log-probability](term:log-probability) of a token is its logit minus a number common to all. It is what an API returns in the field *logprobs*,
# and, with its sign changed, the loss in training: $\mathrm{LSE}(u) - u_i$ for the right token $i$, the [cross-entropy](term:cross-entropy). The logarithm here is the natural one, and the
# unit that it gives is called a **nat**. With the logarithm to base 2 the unit is the **bit**: one nat is {{ 1 / math.log(2) | 4 }} bits.
#
# > **Proposition 1.2 (log-sum-exp).** Let $u_1, \dots, u_V$ be finite, $m$ the largest of them and $S = \sum_j e^{u_j - m}$. Then
# >
# > $$
# > \mathrm{LSE}(u) = m + \ln S, \quad 1 \le S \le V,
# > $$
# >
# > and therefore $m \le \mathrm{LSE}(u) \le m + \ln V$. Moreover, $\partial\, \mathrm{LSE} / \partial u_i = P(i)$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Ponha $e^m$ em evidência: $\sum_j e^{u_j} = e^m S$, e o logaritmo do produto é a soma $m + \ln S$. Cada parcela de $S$ está entre 0 e 1, porque o expoente é no máximo
# 0, e a parcela do maior logit é exatamente 1; somando as $V$ parcelas, $1 \le S \le V$. Aplique o logaritmo, que é crescente. Por fim, a derivada de $\ln \sum_j e^{u_j}$
# em relação a $u_i$ é $e^{u_i} / \sum_j e^{u_j}$, que é $P(i)$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Take $e^m$ out: $\sum_j e^{u_j} = e^m S$, and the logarithm of the product is the sum $m + \ln S$. Each term of $S$ lies between 0 and 1, because its exponent is at most
# 0, and the term of the largest logit is exactly 1; adding the $V$ terms, $1 \le S \le V$. Apply the logarithm, which is increasing. Finally, the derivative of $\ln \sum_j e^{u_j}$
# with respect to $u_i$ is $e^{u_i} / \sum_j e^{u_j}$, which is $P(i)$. $\blacksquare$

# %% [markdown] lang="pt"
# A garantia toda está na desigualdade $1 \le S \le V$: a soma não estoura em float32 nem vira zero, seja qual for o tamanho dos logits, pois nenhum vocabulário chega
# a $10^{38}$ tokens. O que se perde são os tokens que ficam mais de {{ -vanishes | 0 }} abaixo do máximo, cuja probabilidade já era menor que
# $e^{-{{ -vanishes | 0 }}}$.

# %% [markdown] lang="en"
# The inequality $1 \le S \le V$ is the whole guarantee: the sum neither overflows in float32 nor becomes zero, however large the logits, since no vocabulary comes near
# $10^{38}$ tokens. What gets lost are the tokens more than {{ -vanishes | 0 }} below the maximum, whose probability was already less than
# $e^{-{{ -vanishes | 0 }}}$.

# %% [markdown] lang="pt" fold="more"
# ### Dividir ou exponenciar?
#
# No papel há dois caminhos para a probabilidade: dividir $e^{u_i - m}$ por $S$, ou exponenciar $u_i - \mathrm{LSE}(u)$. No computador, o primeiro é melhor. Blanchard, Higham e
# Higham (2021) provam que a divisão depois de subtrair o máximo é tão precisa quanto a fórmula original, e avisam que a versão sem divisão pode perder casas: o erro da subtração,
# proporcional ao tamanho dos logits, vai para o expoente. Em float32, com {{ len(wide) | 0 }} logits perto de {{ around | 0 }}, o maior erro relativo é de ${{ worst_relative(divided) }}$ dividindo e
# de ${{ worst_relative(exponentiated) }}$ exponenciando. Por isso os programas usam o LSE para log-probabilidades e dividem para ter probabilidades.
#
# E é melhor não passar pela probabilidade para chegar ao seu logaritmo. Em float32, com dois logits a 110 de distância, `log(softmax(u))` dá
# {{ float(torch.tensor([0.0, -110.0]).softmax(-1).log()[1]) | 0 }} para o segundo; $u_2 - \mathrm{LSE}(u)$ dá {{ float(torch.tensor([0.0, -110.0]).log_softmax(-1)[1]) | 0 }}.

# %% [markdown] lang="en" fold="more"
# ### Divide or exponentiate?
#
# On paper there are two ways to the probability: divide $e^{u_i - m}$ by $S$, or exponentiate $u_i - \mathrm{LSE}(u)$. In the computer the first is better. Blanchard, Higham and
# Higham (2021) prove that dividing after the maximum is subtracted is as accurate as the original formula, and warn that the version without a division may lose digits: the error of the
# subtraction, proportional to the size of the logits, goes into the exponent. In float32, with {{ len(wide) | 0 }} logits near {{ around | 0 }}, the largest relative error is ${{ worst_relative(divided) }}$ by
# dividing and ${{ worst_relative(exponentiated) }}$ by exponentiating. So programs use the LSE for log-probabilities, and divide to get probabilities.
#
# And it is better not to go through the probability to get to its logarithm. In float32, with two logits 110 apart, `log(softmax(u))` gives
# {{ float(torch.tensor([0.0, -110.0]).softmax(-1).log()[1]) | 0 }} for the second; $u_2 - \mathrm{LSE}(u)$ gives {{ float(torch.tensor([0.0, -110.0]).log_softmax(-1)[1]) | 0 }}.

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, até a última casa
#
# O cálculo inteiro com u = [3; 1; 0; −1]. Na segunda aba, os logits da aposta: c = 100. Compare as duas a partir da segunda linha.
#
# Nestes cálculos, aqui e nas outras lições, nada é arredondado no caminho: só o que se escreve. Se a sua soma diferir em 1 na última casa, é por isso.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, to the last digit
#
# The whole calculation with u = [3, 1, 0, −1]. In the second tab, the logits of the bet: c = 100. Compare the two from the second line on.
#
# In these calculations, here and in the other lessons, nothing is rounded on the way: only what is written down. If your sum differs by 1 in the last digit, that is why.

# %%
log_sum_exp_by_hand("hand", t(pt="Softmax pelo log-sum-exp", en="Softmax by way of log-sum-exp"), u, [0, 100])

# %% [markdown] lang="pt" anchor="sozinho"
# ## Um logit sozinho não diz nada
#
# De volta ao modelo, agora com os {{ len(PROMPTS) | 0 }} prompts do curso: o maior logit de cada um, o log-sum-exp e a maior probabilidade. Antes de ler a última coluna, aposte: o prompt de maior logit é o de maior probabilidade?

# %% [markdown] lang="en" anchor="sozinho"
# ## A logit by itself says nothing
#
# Back to the model, now with the course's {{ len(PROMPTS) | 0 }} prompts: the largest logit of each, the log-sum-exp and the largest probability. Before you read the last column, bet: does the prompt with the largest logit have the largest probability?

# %%
def log_sum_exp(logits):
    """ln Σ e^u, with the maximum subtracted first."""
    return logits.max() + math.log(np.exp(logits - logits.max()).sum())


real = {name: snapshot(name) for name in PROMPTS}
tops = {name: (one.logits[0], softmax(one.logits)[0].item()) for name, one in real.items()}
assert all(abs(math.exp(one.logits[0] - log_sum_exp(one.logits)) - tops[name][1]) < 1e-12 for name, one in real.items())
Table(
    ["prompt", t(pt="maior logit", en="largest logit"), "LSE", t(pt="maior probabilidade", en="largest probability")],
    [[one.prompt, number(one.logits[0], 2), number(log_sum_exp(one.logits), 2), percent(tops[name][1])] for name, one in real.items()],
    t(pt="A maior probabilidade é a exponencial da diferença entre as duas colunas do meio, maior logit menos LSE. O maior logit sozinho não basta.",
      en="The largest probability is the exponential of the difference between the two middle columns, largest logit minus LSE. The largest logit alone is not enough."))

# %%
pairs = [(a, b) for a in tops for b in tops if tops[a][0] > tops[b][0] and tops[a][1] < tops[b][1]]
sure, unsure = softmax([2, -3, -3])[0].item(), softmax([6, 6, 6])[0].item()
a, b = max(pairs, key=lambda pair: tops[pair[1]][1] - tops[pair[0]][1])
seen = t(pt=f" Com o modelo do curso também: depois de «{real[a].prompt}» o maior logit é {number(tops[a][0], 2)} e vale {percent(tops[a][1])}; depois de "
            f"«{real[b].prompt}» é menor, {number(tops[b][0], 2)}, e vale {percent(tops[b][1])}.",
         en=f" With the model of the course too: after “{real[a].prompt}” the largest logit is {number(tops[a][0], 2)} and is worth {percent(tops[a][1])}; after "
            f"“{real[b].prompt}” it is smaller, {number(tops[b][0], 2)}, and is worth {percent(tops[b][1])}.")
Callout("misconception", t(pt="«Logit maior, mais certeza»", en="“Larger logit, more certainty”"), t(
    pt=f"O logit não tem escala própria, e a comparação só vale dentro da mesma lista. Em {vector([6, 6, 6], trim=True)} o maior logit é 6 e a probabilidade é "
       f"{percent(unsure)}; em {vector([2, -3, -3], trim=True)} ele é 2 e a probabilidade é {percent(sure)}." + seen,
    en=f"A logit has no scale of its own, and the comparison only holds within one list. In {vector([6, 6, 6], trim=True)} the largest logit is 6 and the probability is "
       f"{percent(unsure)}; in {vector([2, -3, -3], trim=True)} it is 2 and the probability is {percent(sure)}." + seen))

# %%
highest = max(top for top, _ in tops.values())
cold = highest / LARGEST["float32"]
assert LARGEST["float16"] < highest < LARGEST["float32"]
Callout("note", t(pt="Isso acontece de verdade?", en="Does this really happen?"), t(
    pt=f"O maior logit entre os {len(real)} prompts é {number(highest, 2)}, e a exponencial dele já não cabe em float16; em float32, cabe. "
       f"Mas a temperatura divide os logits antes: com τ abaixo de {number(cold, 3)}, a fórmula ao pé da letra estoura também em float32.",
    en=f"The largest logit among the {len(real)} prompts is {number(highest, 2)}, and its exponential no longer fits in float16; in float32 it does. "
       f"But the temperature divides the logits first: with τ below {number(cold, 3)}, the formula to the letter overflows in float32 too."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# Todos subtraem o máximo. O que muda é com quantos bits e em que ordem fazem o cálculo, e isso basta para que dois motores deem probabilidades diferentes na sétima casa.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# All of them subtract the maximum. What changes is with how many bits and in what order they do the calculation, and that is enough for two engines to give probabilities that differ in the seventh place.

# %% fold="engines"
far = torch.tensor([1000.0, 998.0, 997.0, 996.0])
assert total_variation(torch.softmax(far, -1), p) < 1e-6
Table(
    [t(pt="motor", en="engine"), t(pt="formato no softmax", en="format in the softmax"), t(pt="contra o estouro", en="against overflow")],
    [["transformers 5.23.0", t(pt="copia para float32", en="copies to float32"),
      t(pt="o softmax do PyTorch, conferido aqui com logits de 1000", en="PyTorch's softmax, checked here with logits of 1000")],
     ["vLLM v1", t(pt="converte para float32", en="converts to float32"), t(pt="o softmax do PyTorch", en="PyTorch's softmax")],
     ["llama.cpp", t(pt="float32, e a soma também", en="float32, the sum included"), "`expf(logit - max_l)`"],
     ["core", t(pt="16 bits viram float32; listas, float64", en="16 bits become float32; lists, float64"),
      t(pt="subtrai o máximo antes de dividir por τ", en="subtracts the maximum before dividing by τ")]],
    t(pt="Lido em transformers `generation/utils.py`, vLLM `v1/sample/sampler.py` @00ec978 e llama.cpp `src/llama-sampler.cpp` @00efb3e.",
      en="Read in transformers `generation/utils.py`, vLLM `v1/sample/sampler.py` @00ec978 and llama.cpp `src/llama-sampler.cpp` @00efb3e."))

# %%
def naive(logits):
    """The formula to the letter in float32, and nothing subtracted."""
    with np.errstate(all="ignore"):
        e = np.exp(np.array(logits, np.float64)).astype(np.float32)
        return e / e.sum()


def distance(c):
    """How far the plain formula is from the right distribution; nothing where it gives NaN."""
    got = naive([x + c for x in u])
    return 0.0 if np.isnan(got).any() else total_variation(got, p).item()


worst = max(range(-150, 151), key=distance)
Callout("instructor", t(pt="Uma aula de 15 minutos", en="A 15-minute class"), t(
    pt="Peça a aposta antes de tudo (1 min). Projete o primeiro gráfico, mova só o primeiro logit e pergunte qual razão não muda (3 min). Escreva a condição "
       f"f(x + c)/f(y + c) = f(x)/f(y) no quadro e deixe a turma propor funções; teste-as na tabela (4 min). No gráfico de 32 bits, leve c a 100, depois a {number(worst)}, onde "
       f"nada avisa e a variação total é de {percent(distance(worst))}, e só então ligue o interruptor (4 min). Feche com o modelo de verdade (3 min). Enganos frequentes: que logit negativo quer dizer improvável, que logits "
       "de prompts diferentes se comparam, que subtrair o máximo é uma aproximação.",
    en="Ask for the bet before anything else (1 min). Project the first chart, move the first logit alone and ask which ratio does not change (3 min). Write the condition "
       f"f(x + c)/f(y + c) = f(x)/f(y) on the board and let the class propose functions; test them in the table (4 min). In the 32-bit chart, take c to 100, then to {number(worst)}, where "
       f"nothing warns and the total variation is {percent(distance(worst))}, and only then turn the switch on (4 min). Close with the real model (3 min). Common mistakes: that a negative logit means unlikely, that logits "
       "of different prompts can be compared, that subtracting the maximum is an approximation."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
doubled, raised, folded = ([2 * x for x in u], [u[0] + 5, *u[1:]], [abs(x) for x in u])
moved = [percent(total_variation(softmax(x), p)) for x in (doubled, raised, folded)]
Exercise(
    id="same", kind="choice",
    question=t(pt="Qual destas operações deixa a distribuição como está, quaisquer que sejam os logits?",
               en="Which of these operations leaves the distribution as it is, whatever the logits?"),
    options=[
        Option(t(pt="multiplicar todos por 2", en="multiplying all of them by 2"),
               t(pt=f"As diferenças dobram, e cada razão vai ao quadrado. Com {vector(u, trim=True)}, a variação total é de {moved[0]}.",
                 en=f"The differences double, and every ratio is squared. With {vector(u, trim=True)} the total variation is {moved[0]}.")),
        Option(t(pt="subtrair de todos o menor deles", en="subtracting the smallest one from all"),
               t(pt="É somar a mesma constante a todos. Nem precisa ser o máximo: qualquer constante serve no papel.",
                 en="That is adding one constant to all. It need not be the maximum: on paper any constant will do."), correct=True),
        Option(t(pt="somar 5 ao maior", en="adding 5 to the largest"),
               t(pt=f"Muda as diferenças entre ele e os outros. Com {vector(u, trim=True)}, a variação total é de {moved[1]}.",
                 en=f"That changes the differences between it and the others. With {vector(u, trim=True)} the total variation is {moved[1]}.")),
        Option(t(pt="trocar cada um pelo seu valor absoluto", en="replacing each by its absolute value"),
               t(pt=f"Não faz nada se nenhum é negativo; com {vector(u, trim=True)} muda, e a variação total é de {moved[2]}.",
                 en=f"It does nothing if none is negative; with {vector(u, trim=True)} it does, and the total variation is {moved[2]}.")),
    ])

# %%
fives = np.full(4, 5.0)
lse_fives = log_sum_exp(fives)
Exercise(
    id="lse-four", kind="numeric",
    question=t(pt="Quatro tokens têm todos logit 5. Quanto vale LSE(u)? (Duas casas bastam.)",
               en="Four tokens all have logit 5. What is LSE(u)? (Two decimals will do.)"),
    answer=lse_fives, tolerance=0.006,
    mistakes=[
        Mistake(fives.max(), t(pt="Esse é o máximo, e seria o LSE se só um token importasse. Falta ln 4.",
                               en="That is the maximum, which would be the LSE if only one token mattered. It lacks ln 4.")),
        Mistake(math.log(4), t(pt="Esse é o logaritmo da soma depois de subtrair o máximo. Falta devolver o 5.",
                               en="That is the logarithm of the sum after the maximum was subtracted. The 5 has to be given back.")),
        Mistake(fives.sum(), t(pt="Essa é a soma dos logits. O LSE soma as exponenciais.",
                               en="That is the sum of the logits. The LSE adds the exponentials.")),
        Mistake(4 * math.exp(5), t(pt="Essa é a soma das exponenciais. Falta o logaritmo.",
                                   en="That is the sum of the exponentials. The logarithm is missing.")),
    ],
    right=t(pt=f"5 + ln 4 = {number(lse_fives, 4)}: o limite de cima da Proposição 1.2, porque os quatro empatam.",
            en=f"5 + ln 4 = {number(lse_fives, 4)}: the upper bound of Proposition 1.2, because all four tie."),
    wrong=t(pt="Some as quatro exponenciais, 4 e⁵, e tire o logaritmo: ln 4 + 5.", en="Add the four exponentials, 4 e⁵, and take the logarithm: ln 4 + 5."),
    unreadable=say("exercise.unreadable"))

# %%
half = math.exp(-0.5)
assert abs(softmax([-0.5, math.log(1 - half)])[0].item() - half) < 1e-12
Exercise(
    id="logprob", kind="numeric",
    question=t(pt="Uma API devolve logprob = −0,5 para o token sorteado. Qual era a probabilidade dele? (Duas casas bastam.)",
               en="An API returns logprob = −0.5 for the token that was drawn. What was its probability? (Two decimals will do.)"),
    answer=half, tolerance=0.006,
    mistakes=[
        Mistake(10**-0.5, t(pt="Isso usa logaritmo de base 10. Aqui ele é natural: a base é e.", en="That takes the logarithm to base 10. Here it is natural: the base is e.")),
        Mistake(2**-0.5, t(pt="Isso usa base 2, a dos bits. Logprob é em nats: a base é e.", en="That takes base 2, the one of bits. A logprob is in nats: the base is e.")),
        Mistake(0.5, t(pt="Aproximar a exponencial de x por 1 + x só serve perto de x = 0, e −0,5 está longe.", en="Approximating the exponential of x by 1 + x only works near x = 0, and −0.5 is far.")),
    ],
    right=t(pt=f"exp(−0,5) = {number(half, 4)}.", en=f"exp(−0.5) = {number(half, 4)}."),
    wrong=t(pt="ln P = −0,5; logo P = exp(−0,5).", en="ln P = −0.5, so P = exp(−0.5)."),
    unreadable=say("exercise.unreadable"))

# %%
def plain(logits):
    """What `naive` gives, as text."""
    return ", ".join("NaN" if math.isnan(x) else number(x, 3) for x in naive(logits).tolist())


low = [x - 123 for x in u]
assert plain(low).count("NaN") == 4
Exercise(
    id="underflow", kind="predict",
    question=t(pt=f"Os logits são {vector(low, trim=True)}. A fórmula ao pé da letra, em float32 e sem subtrair o máximo, dá:",
               en=f"The logits are {vector(low, trim=True)}. The formula to the letter, in float32 and without subtracting the maximum, gives:"),
    options=[
        Option(t(pt="as mesmas probabilidades de [3; 1; 0; −1]", en="the same probabilities as [3, 1, 0, −1]"),
               t(pt="No papel, sim: as diferenças são as mesmas. Mas nenhuma das exponenciais cabe em 32 bits.",
                 en="On paper, yes: the differences are the same. But none of the exponentials fits in 32 bits.")),
        Option(t(pt="quatro vezes NaN", en="NaN four times"),
               t(pt="As quatro exponenciais são arredondadas para 0, a soma é 0, e 0 ÷ 0 não é um número.",
                 en="All four exponentials are rounded to 0, the sum is 0, and 0 ÷ 0 is not a number."), correct=True),
        Option(t(pt="quatro vezes 0", en="0 four times"),
               t(pt="As exponenciais viram 0, mas ainda são divididas pela soma, que também é 0.",
                 en="The exponentials become 0, but they are still divided by the sum, which is 0 too.")),
        Option(t(pt="quatro vezes 1/4", en="1/4 four times"),
               t(pt="Seria assim se as exponenciais fossem iguais e positivas. Aqui são todas 0.",
                 en="It would be so if the exponentials were equal and positive. Here they are all 0.")),
    ],
    reveal=t(pt=f"Calculado em float32: {plain(low)}. Com o máximo subtraído: {vector(softmax(low).tolist(), 3)}.",
             en=f"Computed in float32: {plain(low)}. With the maximum subtracted: {vector(softmax(low).tolist(), 3)}."))

# %%
BUGGY = """from math import exp, log

def log_softmax(u):
    top = max(u)
    e = [exp(x - top) for x in u]
    total = sum(e)
    return [x - log(total) for x in u]"""
namespace = {}
exec(BUGGY, namespace)
at_zero = [x - 3 for x in u]
assert max(abs(math.exp(a) - b) for a, b in zip(namespace["log_softmax"](at_zero), softmax(at_zero).tolist(), strict=True)) < 1e-12
too_large = math.exp(namespace["log_softmax"](u)[0])
assert too_large > 1
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Esta função acerta com u = {vector(at_zero, trim=True)}. Com u = {vector(u, trim=True)}, a «probabilidade» do primeiro token dá "
                  f"{number(too_large, 2)}. Qual linha está errada?",
               en=f"This function is right for u = {vector(at_zero, trim=True)}. For u = {vector(u, trim=True)}, the “probability” of the first token is "
                  f"{number(too_large, 2)}. Which line is wrong?"),
    options=[
        Option("4: `top = max(u)`",
               t(pt="O máximo é a escolha certa: faz o maior expoente ser 0.", en="The maximum is the right choice: it makes the largest exponent 0.")),
        Option("5: `e = [exp(x - top) for x in u]`",
               t(pt="Está certa, e é ela que impede o estouro.", en="It is right, and it is what prevents the overflow.")),
        Option("6: `total = sum(e)`",
               t(pt="É a soma S da Proposição 1.2, entre 1 e V.", en="It is the sum S of Proposition 1.2, between 1 and V.")),
        Option("7: `return [x - log(total) for x in u]`",
               t(pt="`log(total)` é o LSE menos o máximo. Falta subtrair `top` também: `x - top - log(total)`. Quando o máximo é 0, o erro não aparece.",
                 en="`log(total)` is the LSE minus the maximum. `top` has to be subtracted as well: `x - top - log(total)`. When the maximum is 0, the mistake does not show."),
               correct=True),
    ])

# %%
base = 1 / math.log(2)
assert total_variation(shares(lambda x: 2.0**x, u), softmax(u, base)) < 1e-12
wrong_base = [percent(total_variation(shares(lambda x: 2.0**x, u), softmax(u, tau))) for tau in (math.log(2), 2.0)]
Exercise(
    id="base", kind="choice",
    question=t(pt="Um colega usa 2 no lugar de e: os pesos são $2^u$. O resultado é um softmax com temperatura:",
               en="A colleague uses 2 in place of e: the weights are $2^u$. The result is a softmax with temperature:"),
    options=[
        Option(f"τ = 1/ln 2 ≈ {number(base, 2)}",
               t(pt="$2^u = e^{u \\ln 2}$. No Teorema 1.1, β = ln 2, e a temperatura é o inverso de β.",
                 en="$2^u = e^{u \\ln 2}$. In Theorem 1.1, β = ln 2, and the temperature is the inverse of β."), correct=True),
        Option(f"τ = ln 2 ≈ {number(math.log(2), 2)}",
               t(pt=f"Esse é o β do teorema; a temperatura divide, e é o inverso dele. A variação total entre os dois é de {wrong_base[0]} no exemplo.",
                 en=f"That is the β of the theorem; the temperature divides, and is its inverse. The total variation between the two is {wrong_base[0]} in the example.")),
        Option("τ = 2", t(pt=f"A base não é a temperatura. A variação total entre os dois é de {wrong_base[1]} no exemplo.",
                          en=f"The base is not the temperature. The total variation between the two is {wrong_base[1]} in the example.")),
        Option(t(pt="nenhuma: só a base e dá um softmax", en="none: only base e gives a softmax"),
               t(pt="Toda base maior que 1 serve: muda o β, e mais nada. É o que diz o teorema.",
                 en="Any base above 1 will do: β changes, and nothing else. That is what the theorem says.")),
    ])

# %%
Exercise(
    id="beginning", kind="choice",
    question=t(pt="Volte ao começo da lição. Um modelo deu logit 7 a «azul» depois de um texto e logit 4 a «verde» depois de outro texto. O que dá para dizer?",
               en="Go back to the beginning of the lesson. A model gave “blue” the logit 7 after one text and “green” the logit 4 after another text. What can be said?"),
    options=[
        Option(t(pt="«azul» era mais provável no seu texto do que «verde» no dele", en="“blue” was likelier in its text than “green” in its own"),
               t(pt="Seria preciso conhecer o LSE de cada texto: a probabilidade é a exponencial de logit menos LSE.",
                 en="The LSE of each text would have to be known: the probability is the exponential of logit minus LSE.")),
        Option(t(pt="«azul» era e³ vezes mais provável do que «verde»", en="“blue” was e³ times as likely as “green”"),
               t(pt="Essa razão vale entre dois tokens do mesmo softmax. Aqui os denominadores são outros.",
                 en="That ratio holds between two tokens of one softmax. Here the denominators differ.")),
        Option(t(pt="nada: cada lista de logits tem uma constante livre", en="nothing: each list of logits has a free constant"),
               t(pt="Some 10 a todos os logits do segundo texto e nada muda nele, mas a comparação se inverte.",
                 en="Add 10 to every logit of the second text and nothing changes in it, but the comparison turns round."), correct=True),
        Option(t(pt="o modelo estava mais seguro no primeiro texto", en="the model was surer in the first text"),
               t(pt="A certeza está nas diferenças dentro de cada lista, e elas não foram dadas.",
                 en="Certainty lies in the differences within each list, and they were not given.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - O softmax troca notas por probabilidades: $P(i) = e^{u_i} / \sum_j e^{u_j}$, e a razão entre dois tokens é $e^{u_i - u_j}$.
# - Só diferenças entre logits contam; um logit sozinho não quer dizer nada.
# - Entre as funções deriváveis e positivas, só a exponencial tem essa propriedade. O único número livre é a temperatura.
# - No computador, subtraia o máximo antes de exponenciar; para log-probabilidades, use $u_i - \mathrm{LSE}(u)$.
# - Entropia é a surpresa média, e $2^H$ é o número efetivo de opções.
#
# Agora há uma distribuição. Falta escolher um token dela: é a próxima lição, [decodificação gulosa e amostragem aleatória](lesson:greedy-and-random).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - The softmax turns scores into probabilities: $P(i) = e^{u_i} / \sum_j e^{u_j}$, and the ratio of two tokens is $e^{u_i - u_j}$.
# - Only differences between logits count; a logit by itself means nothing.
# - Among differentiable positive functions, the exponential alone has that property. The one free number is the temperature.
# - In the computer, subtract the maximum before you exponentiate; for log-probabilities, use $u_i - \mathrm{LSE}(u)$.
# - Entropy is the average surprise, and $2^H$ is the effective number of choices.
#
# Now there is a distribution. What is left is to choose a token from it: that is the next lesson, [greedy decoding and random sampling](lesson:greedy-and-random).
