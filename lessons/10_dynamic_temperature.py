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
#     slug: {pt: temperatura-dinamica, en: dynamic-temperature}
#     title: {pt: Temperatura dinâmica, en: Dynamic temperature}
#     summary:
#       pt: "Uma temperatura que muda a cada passo: por cronograma ou pela entropia. O que cada passo preserva, com prova, e o que o texto inteiro não preserva, com contraexemplo."
#       en: "A temperature that changes at every step, by a schedule or by the entropy. What each step preserves, with proof, and what the whole text does not, with a counterexample."
#     prerequisites:
#       pt: "a lição sobre temperatura; entropia"
#       en: "the lesson on temperature; entropy"
#     sources:
#       - {id: kalomaze2023, text: "kalomaze (2023–2024). Entropy sampling (DynaTemp), koboldcpp #464 and #600", url: "https://github.com/LostRuins/koboldcpp/pull/600"}
#       - {id: llamacpp4972, text: "llama.cpp #4972 (2024). Implementation of dynamic temperature sampling", url: "https://github.com/ggml-org/llama.cpp/pull/4972"}
#       - {id: zhang2024, text: "Zhang, Bao & Huang (2024). EDT: Improving Large Language Models' Generation by Entropy-based Dynamic Temperature Sampling. arXiv:2403.14541", url: "https://arxiv.org/abs/2403.14541"}
#       - {id: shih2023, text: "Shih, Sadigh & Ermon (2023). Long Horizon Temperature Scaling. arXiv:2302.03686", url: "https://arxiv.org/abs/2302.03686"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Alguém quer um começo prudente e um fim solto: sorteia o primeiro token com τ = 0,4 e o segundo com τ = 1,6. A média é 1.
#
# Olhe agora para os textos de dois tokens, cada um com a sua probabilidade. Existe uma [temperatura](term:temperature) constante,
# a mesma nos dois passos, que dê a todos esses textos as mesmas probabilidades? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# Someone wants a careful start and a loose end: the first token is drawn at τ = 0.4 and the second at τ = 1.6. The mean is 1.
#
# Now look at the texts of two tokens, each with its own probability. Is there a constant [temperature](term:temperature),
# the same at both steps, that gives all those texts the same probabilities? Place a bet.

# %%
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, quoted, say, short, t, vector
from dashboard.recorded.real_texts import PROMPT

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Em nenhum passo os logits são todos iguais. Alguma temperatura constante faz o mesmo que τ₁ = 0,4 e depois τ₂ = 1,6?",
               en="At no step are the logits all equal. Does some constant temperature do the same as τ₁ = 0.4 and then τ₂ = 1.6?"),
    options=[
        Option(t(pt="sim, τ = 1, a média", en="yes, τ = 1, the mean"),
               t(pt="Cada passo tem os seus logits, e nenhum deles vê a média: o primeiro token é sorteado com τ = 0,4 e ponto.",
                 en="Each step has its own logits, and neither of them sees the mean: the first token is drawn at τ = 0.4, full stop.")),
        Option(t(pt="sim, mas outro valor, que depende dos logits", en="yes, but another value, which depends on the logits"),
               t(pt="O primeiro passo só combina com τ = 0,4 e o segundo só com τ = 1,6. Um mesmo valor não serve aos dois.",
                 en="The first step agrees with τ = 0.4 alone and the second with τ = 1.6 alone. One value cannot serve both.")),
        Option(t(pt="não, quaisquer que sejam esses logits",
                 en="no, whatever those logits are"),
               t(pt="As probabilidades de um passo determinam o τ daquele passo, exceto se todos os logits empatam. É a Proposição 10.2 desta lição.",
                 en="The probabilities of a step determine the τ of that step, except if all logits tie. That is Proposition 10.2 of this lesson."),
               correct=True),
        Option(t(pt="não, salvo se o token mais provável de cada passo é o mesmo",
                 en="no, unless the most likely token of each step is the same"),
               t(pt="O mais provável de cada passo é sempre o mesmo, com qualquer τ. O que muda são as proporções.",
                 en="The most likely one of each step is always the same, at any τ. What changes are the proportions.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Abaixo está um texto que o modelo deste curso escreveu depois de «{{ PROMPT }}», um token por linha, de cima para baixo. A barra é a
# temperatura que uma regra daria a cada passo; ao lado dela, entre quantas opções efetivas o modelo hesitava antes e quantas
# sobram depois. O texto é fixo: o que se move é a regra.
#
# Comece pela regra da [entropia](term:entropy): onde o modelo hesita, ela esquenta; onde ele está seguro, esfria. Antes de olhar as barras, leia o texto e diga em que token você espera o maior τ. Depois troque para um
# cronograma, que só olha para o número do passo: que tokens perdem o calor? Por fim, diga como ficam as barras com alcance 0, e confira.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Below is a text that this course's model wrote after “{{ PROMPT }}”, one token to a line, from top to bottom. The bar is the
# temperature that a rule would give each step; beside it, among how many effective choices the model hesitated before and how many
# are left after. The text is fixed: what moves is the rule.
#
# Start with the rule of the [entropy](term:entropy): where the model hesitates, it heats up; where the model is sure, it cools down. Before you look at the bars, read the text and say at which token you expect the largest τ. Then switch to a
# schedule, which looks at the number of the step alone: which tokens lose their heat? Last, say what the bars look like at range 0, and check.

# %%
import math

from core import ENGINES, SamplingParams, dynamic_temperature, effective_choices, entropy, probabilities, softmax, top_k
from dashboard import charts
from dashboard.words import engine_name, source
from dashboard.recorded import real_texts
from dashboard.charts.two_steps import nearest_constant, texts_of_two
from dashboard.recorded.snapshots import snapshot
from dashboard.worked import dynamic_temperature_by_hand

STEPS = real_texts.steps()
charts.over_text(
    "text", t(pt="Uma temperatura para cada passo", en="A temperature for every step"), STEPS,
    said=t(pt="A faixa vai de {low|2} a {high|2}. Neste texto, a regra usa de {coldest|2} a {hottest|2}, com média {mean|2}.",
           en="The range runs from {low|2} to {high|2}. On this text, the rule uses {coldest|2} to {hottest|2}, with mean {mean|2}."),
    caption=t(pt="Ao lado da barra, as opções efetivas: antes → depois (em tela estreita, só o depois). A linha tracejada é a temperatura central. Os logits são os do modelo embutido, arredondados a um centésimo, com o vocabulário inteiro. "
                 "Os controles têm os nomes do llama.cpp.",
              en="Beside the bar, the effective choices: before → after (on a narrow screen, after only). The dashed line is the central temperature. The logits are the embedded model's, rounded to a hundredth, with the whole vocabulary. "
                 "The controls bear the names that llama.cpp gives them."))

# %% [markdown] lang="pt" anchor="definicao"
# ## A definição
#
# Uma **[temperatura dinâmica](term:dynamic-temperature)** é uma regra que, a cada passo $t$, escolhe um número $\tau_t$ a partir do que já se sabe antes do
# sorteio: o número do passo, o texto até ali, os logits $u$ daquele passo. Ela divide **todos** os logits do passo pelo mesmo $\tau_t$.
#
# Um **[cronograma](term:temperature-schedule)** só olha para $t$. O linear vai de $\tau_0 > 0$ a $\tau_T > 0$ nos $T + 1$ passos $t = 0, 1, \dots, T$, com $T \ge 1$:
#
# $$
# \tau_t = \tau_0 + (\tau_T - \tau_0)\,\frac{t}{T}
# $$
#
# Uma regra **pela entropia** olha para os logits. A do llama.cpp (dynatemp) mede que fração da maior entropia possível o passo tem, e usa essa fração para
# andar numa faixa de temperaturas. Com $H = -\sum_i p_i \ln p_i$, a entropia em nats (a da lição de temperatura), $V \ge 2$ tokens possíveis, $0 \le \tau_{\mathrm{min}} < \tau_{\mathrm{max}}$ e um expoente $\gamma > 0$:
#
# $$
# \tau(H) = \tau_{\mathrm{min}} + (\tau_{\mathrm{max}} - \tau_{\mathrm{min}}) \left( \frac{H}{\ln V} \right)^{\gamma}
# $$
#
# Com um só token possível a fração seria $0/0$; não há o que escolher, e nada se divide. A EDT, de Zhang, Bao e Huang (2024), usa um teto $T_0 > 0$ e um número $\theta > 0$, e não precisa de $V$; vale para $H > 0$:
#
# $$
# \tau(H) = T_0 \cdot 0{,}8^{\,\theta/H}
# $$
#
# As duas crescem com $H$. A EDT nunca chega ao teto: fica abaixo de $T_0$ e tende a 0 quando $H \to 0$. Em $H = 0$ toma-se esse limite, que é a decodificação gulosa.

# %% [markdown] lang="en" anchor="definicao"
# ## The definition
#
# A **[dynamic temperature](term:dynamic-temperature)** is a rule that, at every step $t$, picks a number $\tau_t$ from what is known before the
# draw: the number of the step, the text so far, the logits $u$ of that step. It divides **all** the logits of the step by the same $\tau_t$.
#
# A **[schedule](term:temperature-schedule)** looks at $t$ alone. The linear one goes from $\tau_0 > 0$ to $\tau_T > 0$ over the $T + 1$ steps $t = 0, 1, \dots, T$, with $T \ge 1$:
#
# $$
# \tau_t = \tau_0 + (\tau_T - \tau_0)\,\frac{t}{T}
# $$
#
# A rule **by entropy** looks at the logits. That of llama.cpp (dynatemp) measures which share of the largest possible entropy the step has, and uses that share to
# move within a range of temperatures. With $H = -\sum_i p_i \ln p_i$, the entropy in nats (that of the temperature lesson), $V \ge 2$ possible tokens, $0 \le \tau_{\mathrm{min}} < \tau_{\mathrm{max}}$ and an exponent $\gamma > 0$:
#
# $$
# \tau(H) = \tau_{\mathrm{min}} + (\tau_{\mathrm{max}} - \tau_{\mathrm{min}}) \left( \frac{H}{\ln V} \right)^{\gamma}
# $$
#
# With a single possible token the share would be $0/0$; there is nothing to choose, and nothing is divided. EDT, by Zhang, Bao and Huang (2024), uses a ceiling $T_0 > 0$ and a number $\theta > 0$, and needs no $V$; it holds for $H > 0$:
#
# $$
# \tau(H) = T_0 \cdot 0.8^{\,\theta/H}
# $$
#
# Both grow with $H$. EDT never reaches its ceiling: it stays below $T_0$ and tends to 0 as $H \to 0$. At $H = 0$ that limit is taken, which is greedy decoding.

# %%
def dynatemp(share, low=0.5, high=1.5, exponent=1.0):
    """τ for a share H/ln V of the largest entropy."""
    return low + (high - low) * share**exponent


def edt(nats, ceiling=1.5, theta=1.0):
    """τ for an entropy in nats."""
    return ceiling * 0.8 ** (theta / nats)


V = len(STEPS[0].logits)
Table(
    [t(pt="opções efetivas", en="effective choices"), t(pt="H (nats)", en="H (nats)"), "H / ln V", t(pt="dynatemp, 0,5 a 1,5", en="dynatemp, 0.5 to 1.5"),
     t(pt="EDT, T₀ = 1,5 e θ = 1", en="EDT, T₀ = 1.5 and θ = 1")],
    [[short(many), number(math.log(many), 3), number(math.log(many) / math.log(V), 3), number(dynatemp(math.log(many) / math.log(V)), 3),
      number(edt(math.log(many)), 3)] for many in (1.1, 2, 10, 100, 1000)],
    t(pt=f"As duas regras pela entropia, com os V = {number(V)} tokens do modelo embutido. A EDT sobe depressa e se aproxima do teto; o dynatemp sobe em linha reta com H.",
      en=f"The two rules by entropy, with the V = {number(V)} tokens of the embedded model. EDT rises fast and closes in on its ceiling; dynatemp rises in a straight line with H."))

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, até a última casa
#
# Dois passos com quatro tokens e a faixa de 0,5 a 1,5. Em um o modelo está seguro; no outro, hesita. A mesma regra esfria o
# primeiro e esquenta o segundo.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, to the last digit
#
# Two steps with four tokens and the range from 0.5 to 1.5. At one the model is sure; at the other it hesitates. The same rule cools
# the first and heats the second.

# %%
sure, torn = [4, 1, 0, -1], [2, 1, 0, -1]
dynamic_temperature_by_hand(
    "hand", t(pt="Do softmax à temperatura, e de volta", en="From the softmax to the temperature, and back"),
    {t(pt=f"seguro: u = {vector(sure, trim=True)}", en=f"sure: u = {vector(sure, trim=True)}"): sure,
     t(pt=f"hesita: u = {vector(torn, trim=True)}", en=f"torn: u = {vector(torn, trim=True)}"): torn}, 0.5, 1.5)

# %%
before, after = ([effective_choices(p).item() for p in (f(sure), f(torn))] for f in (softmax, lambda u: softmax(dynamic_temperature(u, 0.5, 1.5))))

# %% [markdown] lang="pt" anchor="conferir"
# Confira o sentido: o passo seguro vai de {{ before[0] | 2 }} a {{ after[0] | 2 }} opções efetivas, o outro de {{ before[1] | 2 }} a
# {{ after[1] | 2 }}. A regra afasta o que já estava afastado.

# %% [markdown] lang="en" anchor="conferir"
# Check the direction: the sure step goes from {{ before[0] | 2 }} to {{ after[0] | 2 }} effective choices, the other from {{ before[1] | 2 }} to
# {{ after[1] | 2 }}. The rule pulls apart what was apart already.

# %% [markdown] lang="pt" anchor="cada-passo"
# ## O que cada passo preserva
#
# > **Lema 10.1 (Lema 6.1 das notas de origem).** Na aritmética exata, seja $u$ a linha de logits de um passo, com algum deles finito, e seja $0 < \tau_t < \infty$ o número que a regra deu a esse passo. Então,
# > naquele passo e dado aquele texto,
# >
# > 1. a ordem e os empates ficam: $P_{\tau_t}(i) > P_{\tau_t}(j)$ se, e só se, $u_i > u_j$;
# > 2. o [suporte](term:support) fica: $P_{\tau_t}(i) > 0$ se, e só se, $u_i > -\infty$;
# > 3. top-k mantém os mesmos tokens, e a [decodificação gulosa](term:greedy) escolhe o mesmo, com a mesma regra de desempate.
# >
# > Logo, sobre textos inteiros, os textos possíveis são os mesmos com qualquer regra, e o texto guloso também é o mesmo.

# %% [markdown] lang="en" anchor="cada-passo"
# ## What each step preserves
#
# > **Lemma 10.1 (Lemma 6.1 of the source notes).** In exact arithmetic, let $u$ be the row of logits of a step, some of them finite, and let $0 < \tau_t < \infty$ be the number that the rule gave that step. Then,
# > at that step and given that text,
# >
# > 1. the order and the ties stay: $P_{\tau_t}(i) > P_{\tau_t}(j)$ if and only if $u_i > u_j$;
# > 2. the [support](term:support) stays: $P_{\tau_t}(i) > 0$ if and only if $u_i > -\infty$;
# > 3. top-k keeps the same tokens, and [greedy decoding](term:greedy) picks the same one, with the same rule for ties.
# >
# > Hence, over whole texts, the possible texts are the same under any rule, and so is the greedy text.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Se $u_i$ e $u_j$ são finitos, $P_{\tau_t}(i)/P_{\tau_t}(j) = e^{(u_i - u_j)/\tau_t}$, que é maior que 1 exatamente quando $u_i > u_j$ e igual a 1 no empate.
# Uma exponencial de número finito é positiva, e a de $-\infty$ é 0: isso dá a parte 2 e o resto da parte 1. Top-k e o máximo só dependem da ordem e dos
# empates: parte 3. Um texto é possível quando todos os seus passos são possíveis, e cada um deles é possível com qualquer regra ou com nenhuma. Para o
# texto guloso, use indução: os prefixos coincidem até o passo $t$, então os logits coincidem, e a parte 3 dá o mesmo token. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* If $u_i$ and $u_j$ are finite, $P_{\tau_t}(i)/P_{\tau_t}(j) = e^{(u_i - u_j)/\tau_t}$, which is greater than 1 exactly when $u_i > u_j$ and equal to 1 in a tie.
# The exponential of a finite number is positive, and that of $-\infty$ is 0: this gives part 2 and the rest of part 1. Top-k and the maximum depend on order and
# ties alone: part 3. A text is possible when all its steps are possible, and each of them is possible under any rule or under none. For the
# greedy text use induction: the prefixes agree up to step $t$, so the logits agree, and part 3 gives the same token. $\blacksquare$

# %% [markdown] lang="pt"
# A hipótese que sustenta tudo é *um só* $\tau_t$ para todos os tokens do passo. Uma «temperatura» por token quebra a ordem: com logits 3 e 2, dividir o
# primeiro por 2 e o segundo por 1 dá 1,5 e 2, e o segundo passa na frente. E em precisão simples um τ pequeno pode zerar a cauda: o suporte encolhe, a ordem dos que sobram não muda. O que as notas de origem diziam está nas [erratas](lesson:errata#provas).

# %% [markdown] lang="en"
# The hypothesis that carries everything is *one* $\tau_t$ for all the tokens of the step. A “temperature” per token breaks the order: with logits 3 and 2, dividing the
# first by 2 and the second by 1 gives 1.5 and 2, and the second overtakes. And in single precision a small τ may turn the tail into zeros: the support shrinks, the order of what is left does not change. What the source notes said is in the [errata](lesson:errata#provas).

# %% [markdown] lang="pt" anchor="textos"
# ## O que o texto inteiro não preserva
#
# Um modelo de brinquedo completa «Ela mora em …» com dois tokens. O primeiro é «uma», um pouco mais provável, ou «São». Depois de «uma», a escolha está
# em aberto; depois de «São», «Paulo» é quase certo. Cada texto tem a probabilidade do primeiro token vezes a do segundo.
#
# As barras tracejadas são a temperatura *constante* que chega mais perto. Com τ₁ = τ₂ elas coincidem com as cheias. Preveja antes de mover: com τ₁ = τ₂ = 1, qual dos quatro textos é o mais provável, e qual passa a ser com 0,5 nos dois? Confira, separe os dois controles e explique por que as tracejadas não alcançam todas as cheias.

# %% [markdown] lang="en" anchor="textos"
# ## What the whole text does not preserve
#
# A toy model completes “She lives in …” with two tokens. The first is “a”, slightly more likely, or “São”. After “a” the choice
# is open; after “São”, “Paulo” is almost certain. Each text has the probability of its first token times that of its second.
#
# The dashed bars are the *constant* temperature that comes nearest. At τ₁ = τ₂ they coincide with the solid ones. Predict before you move: at τ₁ = τ₂ = 1, which of the four texts is the most likely, and which one is at 0.5 for both? Check, pull the two controls apart and explain why the dashed ones cannot meet all the solid ones.

# %%
FIRST, SECOND = [0.4, 0.0], [[0.2, 0.0], [3.0, 0.0]]
TEXTS = t(pt="uma casa|uma vila|São Paulo|São Luís", en="a house|a village|São Paulo|São Luís").split("|")
charts.two_steps(
    "whole", t(pt="Duas temperaturas, quatro textos", en="Two temperatures, four texts"), TEXTS, FIRST, SECOND,
    [charts.step_control("first", t(pt="τ₁, no primeiro token", en="τ₁, at the first token"),
                         t(pt="Divide os logits do primeiro passo.", en="Divides the logits of the first step."), 0.4),
     charts.step_control("second", t(pt="τ₂, no segundo token", en="τ₂, at the second token"),
                         t(pt="Divide os logits do segundo passo.", en="Divides the logits of the second step."), 1.6)],
    said=t(pt="τ₁ = {tau_1|short}, τ₂ = {tau_2|short}: o texto mais provável é «{winner}». A constante mais próxima é τ = {nearest|short} e ainda erra por {distance|%2} "
              "de variação total.",
           en="τ₁ = {tau_1|short}, τ₂ = {tau_2|short}: the most likely text is “{winner}”. The nearest constant is τ = {nearest|short}, still off by {distance|%2} "
              "in total variation."),
    caption=t(pt=f"Barra cheia: com τ₁ e τ₂. Tracejada: a constante mais próxima, entre as {len(charts.STOPS)} posições do controle.",
              en=f"Solid bar: with τ₁ and τ₂. Dashed: the nearest constant, among the {len(charts.STOPS)} positions of the control."))

# %%
Answer(bet)

# %%
one, cold = texts_of_two(FIRST, SECOND, 1, 1), texts_of_two(FIRST, SECOND, 0.5, 0.5)
best = {tau: TEXTS[max(range(4), key=probs.__getitem__)] for tau, probs in ((1, one), (0.5, cold))}
assert best[1] == TEXTS[2] and best[0.5] == TEXTS[0]

# %% [markdown] lang="pt" anchor="proposicao"
# > **Proposição 10.2 (um cronograma não é uma temperatura).** Suponha logits finitos e $0 < \tau_t < \infty$. Se, em dois prefixos, os logits não são todos iguais e a
# > regra usa temperaturas diferentes, a distribuição sobre os textos inteiros não é a de nenhuma temperatura constante.

# %% [markdown] lang="en" anchor="proposicao"
# > **Proposition 10.2 (a schedule is not a temperature).** Suppose finite logits and $0 < \tau_t < \infty$. If, at two prefixes, the logits are not all equal and the
# > rule uses different temperatures, then the distribution over whole texts is that of no constant temperature.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Pelo Lema 10.1 todo prefixo tem probabilidade positiva. Logo a distribuição sobre textos determina, em cada prefixo, a probabilidade de cada token seguinte: é a massa
# dos textos que continuam assim, dividida pela massa do prefixo. Onde dois logits diferem, a razão $e^{(u_i - u_j)/\tau}$ entre os dois tokens determina τ, porque
# é estritamente monótona em τ. Uma temperatura constante que desse os mesmos textos teria de ser igual à da regra nos dois prefixos, e elas são diferentes. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* By Lemma 10.1 every prefix has positive probability. So the distribution over texts determines, at each prefix, the probability of every next token: the mass
# of the texts that go on that way, divided by the mass of the prefix. Where two logits differ, the ratio $e^{(u_i - u_j)/\tau}$ of the two tokens determines τ, because
# it is strictly monotone in τ. A constant temperature that gave the same texts would have to equal the rule's at both prefixes, and those differ. $\blacksquare$

# %% [markdown] lang="pt"
# Também a ordem se perde. O Lema 10.1 fala de cada passo; a mesma frase sobre textos inteiros é falsa, e não é preciso cronograma nenhum para isso. Com os dois controles em 1, o texto mais provável é
# «{{ best[1] }}», com {{ one[2] | %1 }}. Com os dois em 0,5, é «{{ best[0.5] }}», com {{ cold[0] | %1 }}, e «{{ TEXTS[2] }}» cai a {{ cold[2] | %1 }}. O primeiro
# passo, mais frio, aposta em «{{ TEXTS[0].split()[0] }}» sem saber o que vem depois. Por isso Shih, Sadigh e Ermon (2023) chamam de *míope* a temperatura token por token: ela não é a temperatura da
# distribuição dos textos.

# %% [markdown] lang="en"
# Order is lost too. Lemma 10.1 speaks of each step; the same sentence about whole texts is false, and no schedule is needed for that. With both controls at 1 the most likely text is
# “{{ best[1] }}”, with {{ one[2] | %1 }}. With both at 0.5 it is “{{ best[0.5] }}”, with {{ cold[0] | %1 }}, and “{{ TEXTS[2] }}” falls to {{ cold[2] | %1 }}. The colder
# first step bets on “{{ TEXTS[0].split()[0] }}” without knowing what comes after. That is why Shih, Sadigh and Ermon (2023) call token-by-token temperature *myopic*: it is not the temperature of the
# distribution of texts.

# %%
Table(
    [t(pt="texto", en="text"), "τ = 1", t(pt="τ = 0,5", en="τ = 0.5"), t(pt="0,4 e depois 1,6", en="0.4, then 1.6"), t(pt="1,6 e depois 0,4", en="1.6, then 0.4")],
    [[text, *(percent(texts_of_two(FIRST, SECOND, *taus)[i]) for taus in ((1, 1), (0.5, 0.5), (0.4, 1.6), (1.6, 0.4)))] for i, text in enumerate(TEXTS)],
    t(pt="Os mesmos dois números em outra ordem dão outra distribuição: um cronograma crescente e um decrescente não se equivalem.",
      en="The same two numbers in another order give another distribution: a rising schedule and a falling one are not equivalent."))

# %% [markdown] lang="pt" anchor="engano"
# ## Que incerteza é essa?
#
# A fração $H/\ln V$ tem $V$ no denominador, e um [corte](term:cut) muda $V$. No llama.cpp a temperatura vem depois dos cortes, e $V$ é o número de tokens que sobraram.

# %% [markdown] lang="en" anchor="engano"
# ## Which uncertainty is that?
#
# The share $H/\ln V$ has $V$ in its denominator, and a [cut](term:cut) changes $V$. In llama.cpp temperature comes after the cuts, and $V$ is the number of tokens that are left.

# %%
def share(logits):
    """H/ln V over the tokens that are possible."""
    left = sum(u > -math.inf for u in logits.tolist())
    return entropy(softmax(logits), "nats").item() / math.log(left)


two = [12.0, 12.0, *[0.0] * (V - 2)]
whole, cut = share(top_k(two, 0)), share(top_k(two, 2))
options = [effective_choices(softmax(top_k(two, k))).item() for k in (0, 2)]
assert options[0] > options[1] and whole < 0.2 and cut == 1
Callout("misconception", t(pt="«O dynatemp mede a incerteza do modelo»", en="“Dynatemp measures the model's uncertainty”"),
        t(pt=f"Ele mede a fração da maior incerteza possível *entre os tokens que sobraram*. Tome dois tokens empatados muito acima dos outros {number(V - 2)}: o modelo hesita entre duas opções. "
             f"Sobre o vocabulário inteiro, H/ln V = {number(whole, 3)} e a faixa de 0,5 a 1,5 dá τ = {number(dynatemp(whole), 2)}, a {percent(whole, 0)} da faixa. Depois de top-k com k = 2, a mesma hesitação "
             f"tem H/ln 2 = {number(cut, 3)} e recebe o máximo, τ = {number(dynatemp(cut), 2)}. A incerteza até diminuiu, de {number(options[0], 2)} para {number(options[1], 2)} opções efetivas, porque a cauda foi cortada; a régua, ln V, encolheu muito mais.",
          en=f"It measures the share of the largest uncertainty possible *among the tokens that are left*. Take two tokens tied far above the other {number(V - 2)}: the model hesitates between two options. "
             f"Over the whole vocabulary, H/ln V = {number(whole, 3)} and the range from 0.5 to 1.5 gives τ = {number(dynatemp(whole), 2)}, {percent(whole, 0)} into the range. After top-k with k = 2, the same hesitation "
             f"has H/ln 2 = {number(cut, 3)} and gets the maximum, τ = {number(dynatemp(cut), 2)}. The uncertainty even fell, from {number(options[0], 2)} to {number(options[1], 2)} effective choices, as the tail is gone; the ruler, ln V, shrank far more."))

# %%
Table(
    ["prompt", t(pt="τ, vocabulário inteiro", en="τ, whole vocabulary"), t(pt="τ, depois de top-k = 40", en="τ, after top-k = 40"), t(pt="τ, depois de top-k = 5", en="τ, after top-k = 5")],
    [[quoted(one.prompt), *(number(dynatemp(share(top_k(one.logits, k))), 2) for k in (0, 40, 5))] for one in map(snapshot, ("sky", "capital", "rio", "love"))],
    t(pt="A mesma regra em logits do modelo embutido, faixa de 0,5 a 1,5. 40 é o top-k de fábrica do llama.cpp.",
      en="The same rule on logits of the embedded model, range 0.5 to 1.5. 40 is llama.cpp's default top-k."))

# %% [markdown] lang="pt" anchor="geracao"
# ## Três regras, uma semente
#
# Aqui o modelo embutido continuou «{{ PROMPT }}» três vezes com a mesma [semente](term:seed): com τ = 1, com um cronograma linear de 1,5 a 0,5 e com a regra da
# entropia na faixa de 0,5 a 1,5. Os números sorteados são os mesmos em cada passo; assim que uma regra leva a outro token, os textos seguem caminhos diferentes.
# O modelo é pequeno: leia os textos pelo que muda entre eles, não pelo que dizem.

# %% [markdown] lang="en" anchor="geracao"
# ## Three rules, one seed
#
# Here the embedded model continued “{{ PROMPT }}” three times with the same [seed](term:seed): at τ = 1, with a linear schedule from 1.5 to 0.5 and with the rule of
# the entropy in the range from 0.5 to 1.5. The numbers drawn are the same at each step; as soon as a rule leads to another token, the texts part ways.
# The model is small: read the texts for what changes between them, not for what they say.

# %%
texts = real_texts.ruled()
Table(
    [t(pt="regra", en="rule"), t(pt=f"o que veio depois de «{PROMPT}»", en=f"what came after “{PROMPT}”")],
    [[label, " ".join(texts[name].split())] for name, label in (
        ("constant", t(pt="τ = 1 constante", en="constant τ = 1")), ("schedule", t(pt="linear, de 1,5 a 0,5", en="linear, 1.5 to 0.5")),
        ("entropy", t(pt="dynatemp, de 0,5 a 1,5", en="dynatemp, 0.5 to 1.5")))],
    t(pt=f"Textos de {real_texts.LENGTH} tokens, gerados por core.generate e guardados no repositório.",
      en=f"Texts of {real_texts.LENGTH} tokens, generated by core.generate and kept in the repository."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# Só um dos motores deste curso tem a regra pronta. Nos outros, para ter um cronograma ou uma regra pela entropia é preciso escrever o passo que divide os logits. Os números
# dos exercícios seguem o código: a faixa vai de temp − range a temp + range, com o alcance inteiro para cada lado; [há documentação](https://docs.aspose.com/llm/net/developer-reference/parameters/sampler/dynatemp-range/)
# que fala em metade.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# Only one of this course's engines has the rule built in. In the others, to have a schedule or a rule by entropy you write the step that divides the logits. The numbers
# in the exercises below follow the code: the range runs from temp − range to temp + range, the whole of it to either side; [some documentation](https://docs.aspose.com/llm/net/developer-reference/parameters/sampler/dynatemp-range/)
# speaks of half.

# %% fold="engines"
def setting(engine, name):
    found = engine.parameters.get(name)
    return f"`{found.name}` = {short(found.default)}" if found else t(pt="não tem", en="none")


engines = [[engine_name(name), setting(engine, "dynatemp_range"), setting(engine, "dynatemp_exponent"),
            t(pt="depois dos cortes", en="after the cuts") if engine.order.value.index("temperature") > engine.order.value.index("top_p")
            else t(pt="antes dos cortes", en="before the cuts"), source(engine.parameters["temperature"])] for name, engine in ENGINES.items()]
assert [row[0] for row in engines if row[1] != t(pt="não tem", en="none")] == ["llama.cpp"]
Table(
    [t(pt="motor", en="engine"), t(pt="alcance", en="range"), t(pt="expoente", en="exponent"), t(pt="a temperatura roda", en="temperature runs"), t(pt="lido em", en="read in")],
    engines,
    t(pt="O alcance 0 desliga a regra. Gerado do que core registra sobre cada motor.", en="A range of 0 switches the rule off. Generated from what core records about each engine."))

# %%
Callout("engines", t(pt="Casos extremos no llama.cpp", en="Corner cases in llama.cpp"), t(
    pt="O limite de baixo nunca é negativo: com temp = 0,5 e range = 1, a faixa é de 0 a 1,5. Se só um token sobrou dos cortes, nada é feito. A regra nasceu no koboldcpp, de kalomaze (2023), e chegou "
       "ao llama.cpp pelo pull request 4972 (2024). Em core é `dynamic_temperature`, e o cronograma é `Schedule`.",
    en="The lower end is never negative: with temp = 0.5 and range = 1, the range is 0 to 1.5. If a single token is left by the cuts, nothing is done. The rule was born in koboldcpp, by kalomaze (2023), and reached "
       "llama.cpp through pull request 4972 (2024). In core it is `dynamic_temperature`, and the schedule is `Schedule`."))

# %%
Callout("instructor", t(pt="Uma aula de 15 minutos", en="A 15-minute class"), t(
    pt="Peça a aposta e não comente (2 min). Projete o texto real, leve o alcance de 0,5 a 0 e de volta, e pergunte em que tokens a turma esperava calor (3 min). Faça no quadro um dos dois casos "
       "à mão até o τ (3 min). No gráfico dos quatro textos, ponha τ₁ = τ₂ = 1, pergunte qual texto vence com 0,5 nos dois e só então mova (3 min). Enuncie a Proposição 10.2 e deixe que a turma diga por que os "
       "empates ficam de fora (2 min). Feche com o engano da régua (2 min). Enganos frequentes: achar que a média das temperaturas resume o cronograma, que a ordem dos textos se preserva como a dos tokens, que "
       "um passo seguro muda muito quando a regra o esfria.",
    en="Ask for the bet and do not comment (2 min). Project the real text, take the range from 0.5 to 0 and back, and ask at which tokens the class expected heat (3 min). Work one of the two cases on the board "
       "as far as τ (3 min). In the chart of the four texts, set τ₁ = τ₂ = 1, ask which text wins with 0.5 at both and only then move (3 min). State Proposition 10.2 and let the class say why ties "
       "are left out (2 min). Close with the mistake about the ruler (2 min). Common mistakes: thinking that the mean of the temperatures sums up the schedule, that the order of texts is preserved like that of tokens, that "
       "a sure step changes much when the rule cools it."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
Exercise(
    id="preserved", kind="choice",
    question=t(pt="Uma regra escolhe um τ positivo a cada passo. O que fica igual, seja qual for a regra?",
               en="A rule picks a positive τ at every step. What stays the same, whatever the rule?"),
    options=[
        Option(t(pt="o texto mais provável", en="the most likely text"),
               t(pt=f"No modelo de dois tokens ele passa de «{best[1]}» a «{best[0.5]}» quando τ vai de 1 a 0,5.",
                 en=f"In the two-token model it goes from “{best[1]}” to “{best[0.5]}” as τ goes from 1 to 0.5.")),
        Option(t(pt="o texto da decodificação gulosa", en="the text of greedy decoding"),
               t(pt="É a última frase do Lema 10.1: a cada passo o máximo é o mesmo, e por indução o prefixo também.",
                 en="It is the last sentence of Lemma 10.1: at every step the maximum is the same, and by induction so is the prefix."), correct=True),
        Option(t(pt="o núcleo de top-p", en="the nucleus of top-p"),
               t(pt="O núcleo olha para massas, e massas mudam com τ. O que fica igual é o conjunto de top-k.",
                 en="The nucleus looks at masses, and masses change with τ. What stays the same is the set of top-k.")),
        Option(t(pt="a entropia de cada passo", en="the entropy of each step"),
               t(pt="Ela cresce com τ, salvo se todos os logits são iguais: é o Teorema 3.2, da lição de temperatura.",
                 en="It grows with τ, unless all logits are equal: that is Theorem 3.2, of the temperature lesson.")),
    ])

# %%
low, high = max(0.0, 0.8 - 1), 0.8 + 1
right = dynatemp(0.25, low, high, 2)
probe = top_k(torn, 0)
scaled = dynamic_temperature(probe, low, high, 2)  # the formula of this lesson is that of core
assert abs(scaled[3].item() - (probe[3] - probe[0]).item() / dynatemp(share(probe), low, high, 2)) < 1e-12
Exercise(
    id="range", kind="numeric",
    question=t(pt="No llama.cpp, `--temp 0.8 --dynatemp-range 1 --dynatemp-exp 2`. Em um passo, H é um quarto de ln V. Qual é a temperatura?",
               en="In llama.cpp, `--temp 0.8 --dynatemp-range 1 --dynatemp-exp 2`. At some step, H is a quarter of ln V. What is the temperature?"),
    answer=right, tolerance=0.002,
    mistakes=[
        Mistake(dynatemp(0.25, 0.8 - 1, high, 2), t(pt="Uma temperatura negativa inverteria a ordem dos tokens. O limite de baixo é o maior entre 0 e temp − range.",
                                                     en="A negative temperature would reverse the order of the tokens. The lower end is the larger of 0 and temp − range.")),
        Mistake(dynatemp(0.25, low, high, 1), t(pt="Faltou o expoente: a fração 1/4 ainda vai ao quadrado.", en="The exponent is missing: the share 1/4 still has to be squared.")),
        Mistake(dynatemp(0.25, 0.8 - 0.5, 0.8 + 0.5, 2), t(pt="Você pôs metade do alcance para cada lado. O código põe o alcance inteiro.",
                                                           en="You put half of the range to either side. The code puts the whole of it.")),
    ],
    right=t(pt=f"A faixa é de 0 a {number(high, 1)}, e {number(high, 1)} × (1/4)² = {number(right, 4)}.", en=f"The range is 0 to {number(high, 1)}, and {number(high, 1)} × (1/4)² = {number(right, 4)}."),
    wrong=t(pt="Primeiro a faixa: de max(0; temp − range) a temp + range. Depois a fração 1/4 elevada ao expoente.",
            en="First the range: from max(0, temp − range) to temp + range. Then the share 1/4 to the power of the exponent."),
    unreadable=say("exercise.unreadable"))

# %%
nearest, apart = nearest_constant(FIRST, SECOND, 0.2, 2.0)
close = nearest_constant(FIRST, SECOND, 0.8, 1.2)[1]
assert apart > 0.15 and 0 < close < 0.05
Exercise(
    id="far", kind="predict",
    question=t(pt="No modelo de dois tokens, τ₁ = 0,2 e τ₂ = 2. A que distância de variação total fica a temperatura constante mais próxima?",
               en="In the two-token model, τ₁ = 0.2 and τ₂ = 2. How far in total variation is the nearest constant temperature?"),
    options=[
        Option(t(pt="zero: alguma constante serve", en="zero: some constant fits"),
               t(pt="A Proposição 10.2 diz que nenhuma serve: em cada passo os logits diferem entre si, e as temperaturas dos dois passos também.",
                 en="Proposition 10.2 says that none fits: at each step the logits differ from one another, and so do the temperatures of the two steps.")),
        Option(t(pt="mais que zero, menos de 5%", en="more than zero, less than 5%"),
               t(pt=f"É o caso de 0,8 e 1,2, que dão {percent(close)}. Aqui um valor é dez vezes o outro.",
                 en=f"That is the case of 0.8 and 1.2, which give {percent(close)}. Here one value is ten times the other.")),
        Option(t(pt="mais de 15%", en="more than 15%"),
               t(pt="A constante que acerta o primeiro passo erra o segundo, e vice-versa; no meio, erra nos dois.",
                 en="The constant that gets the first step right misses the second, and the other way round; in between it misses both."), correct=True),
    ],
    reveal=t(pt=f"Calculado: {percent(apart)}, com τ = {short(nearest)}.", en=f"Computed: {percent(apart)}, at τ = {short(nearest)}."))

# %%
BUGGY = """from math import log

def tau(p, low, high):
    H = -sum(x * log(x) for x in p if x > 0)
    share = H / len(p)
    return low + (high - low) * share"""
namespace = {}
exec(BUGGY, namespace)
flat = namespace["tau"]([0.25] * 4, 0.5, 1.5)
assert flat < 0.9 and abs((flat - 0.5) * 4 - math.log(4)) < 1e-12
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Esta função deve dar o τ do dynatemp com expoente 1. Com p uniforme sobre 4 tokens e a faixa de 0,5 a 1,5, ela devolve {number(flat, 3)}; a regra dá o máximo, 1,5. Qual linha está errada?",
               en=f"This function should give the τ of dynatemp with exponent 1. With p uniform over 4 tokens and the range from 0.5 to 1.5, it returns {number(flat, 3)}; the rule gives the maximum, 1.5. Which line is wrong?"),
    options=[
        Option("3: `def tau(p, low, high):`",
               t(pt="A regra precisa só disso: a distribuição e a faixa. O expoente 1 pode ficar de fora.",
                 en="The rule needs no more than this: the distribution and the range. The exponent 1 may be left out.")),
        Option("4: `H = -sum(x * log(x) for x in p if x > 0)`",
               t(pt="É a entropia em nats, com os termos de probabilidade 0 fora. Está certa.",
                 en="That is the entropy in nats, the terms of probability 0 left out. It is right.")),
        Option("5: `share = H / len(p)`",
               t(pt="A maior entropia de V tokens é ln V, não V: a fração da uniforme tem de ser 1, e aqui é ln 4 ÷ 4.",
                 en="The largest entropy of V tokens is ln V, not V: the share of the uniform has to be 1, and here it is ln 4 ÷ 4."), correct=True),
        Option("6: `return low + (high - low) * share`",
               t(pt="A interpolação está certa; o que chega a ela é uma fração pequena demais.", en="The interpolation is right; what reaches it is a share that is too small.")),
    ])

# %%
Exercise(
    id="edt", kind="choice",
    question=t(pt="Na EDT com T₀ = 1 e θ > 0, a temperatura de um passo pode passar de 1?",
               en="In EDT with T₀ = 1 and θ > 0, can the temperature of a step exceed 1?"),
    options=[
        Option(t(pt="sim, quando o modelo hesita muito", en="yes, when the model hesitates a lot"),
               t(pt=f"Quando H cresce, θ/H vai a 0 e o fator tende a 1 por baixo: com H = 9 nats e θ = 1, τ = {number(edt(9, 1), 3)}.",
                 en=f"As H grows, θ/H goes to 0 and the factor tends to 1 from below: at H = 9 nats and θ = 1, τ = {number(edt(9, 1), 3)}.")),
        Option(t(pt="não: 0,8 elevado a um número positivo é menor que 1", en="no: 0.8 to a positive power is below 1"),
               t(pt="θ/H é positivo, então o fator fica entre 0 e 1. T₀ é um teto, não um centro.",
                 en="θ/H is positive, so the factor lies between 0 and 1. T₀ is a ceiling, not a centre."), correct=True),
        Option(t(pt="não: a regra corta em T₀ o que passa dele", en="no: the rule cuts at T₀ whatever exceeds it"),
               t(pt="Nada é cortado na fórmula: o fator já é menor que 1 para todo H.", en="Nothing is cut in the formula: the factor is below 1 for every H already.")),
        Option(t(pt="sim, quando o modelo tem certeza", en="yes, when the model is certain"),
               t(pt=f"É o contrário: H pequeno faz θ/H grande. Com H = 0,1 nat, τ = {number(edt(0.1, 1), 3)}.",
                 en=f"It is the other way round: a small H makes θ/H large. At H = 0.1 nat, τ = {number(edt(0.1, 1), 3)}.")),
    ])

# %%
fewer, more = (int((probabilities(torn, SamplingParams(tau, top_p=0.9)) > 0).sum()) for tau in (0.5, 1.5))
assert fewer < more
Exercise(
    id="earlier", kind="predict",
    question=t(pt="Da lição sobre a ordem: a regra roda primeiro e top-p 0,9 depois. Dois passos têm os mesmos logits [2; 1; 0; −1]; no primeiro a regra deu τ = 0,5, no segundo τ = 1,5. Como se comparam os núcleos?",
               en="From the lesson on order: the rule runs first and top-p 0.9 afterwards. Two steps have the same logits [2, 1, 0, −1]; at the first the rule gave τ = 0.5, at the second τ = 1.5. How do the nuclei compare?"),
    options=[
        Option(t(pt="são o mesmo: a temperatura não corta nem muda a ordem dos tokens", en="they are the same: temperature neither cuts nor changes the order of the tokens"),
               t(pt="A ordem é a mesma, mas top-p olha para a massa, e a massa muda com τ.", en="The order is the same, but top-p looks at mass, and mass changes with τ.")),
        Option(t(pt="o do segundo contém o do primeiro, e é maior", en="that of the second contains that of the first, and is larger"),
               t(pt="Com τ maior a massa acima de cada token não aumenta, então nenhum token deixa de ser mantido: é a Proposição 7.2.",
                 en="At a larger τ the mass above each token does not rise, so no token ceases to be kept: that is Proposition 7.2."), correct=True),
        Option(t(pt="o do primeiro contém o do segundo, e é maior", en="that of the first contains that of the second, and is larger"),
               t(pt="Seria assim se o frio espalhasse a massa. Ele a concentra, e p se alcança com menos tokens.", en="So it would be if the cold spread the mass. It gathers it, and p is reached with fewer tokens.")),
        Option(t(pt="nenhum contém o outro: as probabilidades são todas diferentes", en="neither contains the other: all the probabilities are different"),
               t(pt="Os dois núcleos são começos da mesma fila, do mais provável ao menos provável: um sempre contém o outro.", en="Both nuclei are beginnings of the same queue, from the likeliest down: one always contains the other.")),
    ],
    reveal=t(pt=f"Calculado por core: {fewer} tokens com τ = 0,5 e {more} com τ = 1,5.", en=f"Computed by core: {fewer} tokens at τ = 0.5 and {more} at τ = 1.5."))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Uma temperatura dinâmica dá a cada passo um só τ, calculado do que se sabe antes do sorteio: o número do passo, o texto, a entropia.
# - Em cada passo ela preserva a ordem, os empates, os tokens possíveis e a escolha gulosa.
# - Sobre textos inteiros, um cronograma não é nenhuma temperatura constante, e o texto mais provável pode mudar.
# - O dynatemp mede a fração $H/\ln V$: um corte antes dele muda $V$, e com ele o τ do mesmo passo.
#
# Até aqui, um sorteio por passo e um texto por vez. E se você sortear vários textos e ficar com um? É o [melhor de N](lesson:best-of-n).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - A dynamic temperature gives each step one τ, computed from what is known before the draw: the number of the step, the text, the entropy.
# - At each step it preserves the order, the ties, the possible tokens and the greedy choice.
# - Over whole texts a schedule is no constant temperature, and the most likely text may change.
# - Dynatemp measures the share $H/\ln V$: a cut before it changes $V$, and with it the τ of the same step.
#
# So far, one draw per step and one text at a time. What if you draw several texts and keep one? That is [best-of-N](lesson:best-of-n).
