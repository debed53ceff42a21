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
#     slug: {pt: melhor-de-n, en: best-of-n}
#     title: {pt: Melhor de N e autoconsistência, en: Best-of-N and self-consistency}
#     summary:
#       pt: "Sortear várias respostas e escolher uma, por nota ou por voto. Quem vence, com que probabilidade, quanto custa, e quando mais sorteios pioram o resultado."
#       en: "Draw several answers and choose one, by score or by vote. Who wins, with what probability, at what cost, and when more draws make things worse."
#     prerequisites:
#       pt: "probabilidade de eventos independentes; divergência KL e uma integral, só na prova da cota"
#       en: "the probability of independent events; KL divergence and one integral, only in the proof of the bound"
#     sources:
#       - {id: stiennon2020, text: "Stiennon et al. (2020). Learning to summarize from human feedback. arXiv:2009.01325", url: "https://arxiv.org/abs/2009.01325"}
#       - {id: hilton2022, text: "Hilton & Gao (2022). Measuring Goodhart's law. OpenAI", url: "https://openai.com/index/measuring-goodharts-law/"}
#       - {id: gao2022, text: "Gao, Schulman & Hilton (2022). Scaling Laws for Reward Model Overoptimization. arXiv:2210.10760", url: "https://arxiv.org/abs/2210.10760"}
#       - {id: beirami2024, text: "Beirami et al. (2024). Theoretical guarantees on the best-of-n alignment policy. arXiv:2401.01879", url: "https://arxiv.org/abs/2401.01879"}
#       - {id: wang2022, text: "Wang et al. (2022). Self-Consistency Improves Chain of Thought Reasoning in Language Models. arXiv:2203.11171", url: "https://arxiv.org/abs/2203.11171"}
#       - {id: condorcet1785, text: "Condorcet (1785). Essai sur l'application de l'analyse à la probabilité des décisions rendues à la pluralité des voix (statement at MathWorld)", url: "https://mathworld.wolfram.com/CondorcetsJuryTheorem.html"}
#       - {id: vllm13361, text: "vLLM #13361 (2025). Deprecation of the best_of sampling parameter in vLLM V1", url: "https://github.com/vllm-project/vllm/issues/13361"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Um modelo resume artigos. Em vez de sortear um resumo, você sorteia N, dá uma nota a cada um com um
# [modelo de recompensa](term:reward-model) e fica com o de maior nota. O modelo de recompensa é bom, mas não perfeito: um resumo em cada cem é um
# amontoado de palavras bonitas que ele adora e o leitor detesta.
#
# Você aumenta N de 1 até 1.024. O que acontece com a qualidade *verdadeira* do resumo escolhido? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# A model summarises articles. Instead of drawing one summary you draw N, score each with a
# [reward model](term:reward-model) and keep the one with the highest score. The reward model is good but not perfect: one summary in a hundred is a
# heap of fine words that it loves and the reader hates.
#
# You raise N from 1 to 1,024. What happens to the *true* quality of the chosen summary? Place a bet.

# %%
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, say, short, t, vector

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Com N de 1 a 1.024, a qualidade verdadeira esperada do escolhido:", en="With N from 1 to 1,024, the expected true quality of the chosen one:"),
    options=[
        Option(t(pt="só sobe, cada vez mais devagar, até quase a do melhor resumo possível", en="only rises, ever more slowly, almost to that of the best summary possible"),
               t(pt="É o que faz a nota. A qualidade só a acompanha enquanto nenhum resumo enganador aparece entre os N.",
                 en="That is what the score does. Quality follows it only while no deceiving summary is among the N.")),
        Option(t(pt="sobe e depois cai, até ficar pior que a de um resumo só", en="rises and then falls, until it is worse than that of a single summary"),
               t(pt="Com N pequeno, escolher ajuda. Com N grande, um enganador quase sempre aparece, e a nota o escolhe.",
                 en="At small N, choosing helps. At large N, a deceiver almost always turns up, and the score chooses it."), correct=True),
        Option(t(pt="sobe e depois cai, até voltar à de um resumo só", en="rises and then falls, until it is back at that of a single summary"),
               t(pt="Ela passa do ponto de partida para baixo: no fim, o escolhido é quase sempre um enganador.",
                 en="It goes below where it started: in the end the chosen one is almost always a deceiver.")),
        Option(t(pt="cai desde o começo, até ficar pior que a de um resumo só", en="falls from the start, until it is worse than that of a single summary"),
               t(pt=f"Com N = 2 os dois são honestos em {percent(0.99**2, 0)} das vezes, e o melhor de dois honestos é, em média, melhor que um.",
                 en=f"At N = 2 both are honest {percent(0.99**2, 0)} of the time, and the better of two honest ones is, on average, better than one.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Comece sem enganadores. Há quatro tipos de resumo, e o contorno tracejado é a probabilidade de cada um em *um* sorteio. A barra cheia é a
# probabilidade de aquele tipo ser o escolhido entre N. Esse é o **[melhor de N](term:best-of-n)**: sortear N respostas independentes e ficar com a de
# maior nota. Preveja antes de mover: com N = 2, o tipo «ótimo», de 15%, vence em quantos por cento das vezes? Mova N até lá e até 64, e explique por que a massa sobe de nota em nota. Com notas empatadas, os empatados dividem a vitória na proporção em que são sorteados.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Start without deceivers. There are four kinds of summary, and the dashed outline is the probability of each in *one* draw. The solid bar is the
# probability that this kind is the one chosen among N. That is **[best-of-N](term:best-of-n)**: draw N independent answers and keep the one with
# the highest score. Predict before you move: at N = 2, how often does the kind “excellent”, of 15%, win? Move N there and on to 64, and explain why the mass climbs from score to score. With tied scores, those that tie share the win in proportion to how often they are drawn.

# %%
import math

from core import best_of_n, best_of_n_kl_bound, kl_divergence, length_normalised
from core.course.votes import majority, plurality
from dashboard import charts
from dashboard.recorded import real_texts
from dashboard.charts.over_n import NS, exact_divergence, exact_value
from dashboard.recorded.snapshots import snapshot
from dashboard.worked import best_of_n_by_hand

NAMES = t(pt="errado|vago|bom|ótimo", en="wrong|vague|good|excellent").split("|")
PROBS, SCORES = [0.2, 0.3, 0.35, 0.15], [1, 3, 5, 7]
charts.winners(
    "winners", t(pt="Quem vence entre N", en="Who wins among N"), NAMES, PROBS,
    {t(pt="notas 1, 3, 5 e 7", en="scores 1, 3, 5 and 7"): SCORES, t(pt="empate: 1, 5, 5 e 7", en="a tie: 1, 5, 5 and 7"): [1, 5, 5, 7]}, value=4,
    said=t(pt="N = {N|0}: a nota esperada do escolhido é {expected|2}; a de um sorteio só, {first|2}. A distribuição se afastou {kl|3} nats do modelo; "
              "o teorema desta lição garante no máximo {bound|3}.",
           en="N = {N|0}: the expected score of the chosen one is {expected|2}; that of a single draw, {first|2}. The distribution has moved {kl|3} nats away from the model; "
              "this lesson's theorem guarantees at most {bound|3}."))

# %% [markdown] lang="pt" anchor="repetidos"
# ## No frio, os começos se repetem
#
# Escolher só ajuda se há o que escolher. A resposta mais provável é sorteada ao menos uma vez entre N com probabilidade
#
# $$
# 1 - (1 - p_{\mathrm{max}})^N,
# $$
#
# porque ela falta nos N com probabilidade $(1 - p_{\mathrm{max}})^N$. Some $1 - (1 - p_i)^N$ sobre todas as respostas e você tem o número esperado de respostas *diferentes*. Abaixo, esse número sobre logits do modelo embutido,
# com o vocabulário inteiro, para o primeiro token. A figura começa em τ = 0,5 e N = 16. Preveja antes de mover: quantos primeiros tokens diferentes com τ = 1? E com τ = 0,2? Mova τ e explique o que você paga: o custo em tokens escritos continua o mesmo, e os começos diferentes rareiam.

# %% [markdown] lang="en" anchor="repetidos"
# ## In the cold, beginnings repeat
#
# Choosing helps only if there is something to choose from. The most likely answer is drawn at least once among N draws with probability
#
# $$
# 1 - (1 - p_{\mathrm{max}})^N,
# $$
#
# because it is missing from all N with probability $(1 - p_{\mathrm{max}})^N$. Add up $1 - (1 - p_i)^N$ over all answers and you have the expected number of *different* answers. Below, that number on logits of the embedded model,
# with the whole vocabulary, for the first token. The picture starts at τ = 0.5 and N = 16. Predict before you move: how many different first tokens at τ = 1? And at τ = 0.2? Move τ and explain what you pay: the cost in written tokens stays the same, and different beginnings become rare.

# %%
charts.repeats(
    "repeats", t(pt="Quantos tokens diferentes em N sorteios", en="How many different tokens in N draws"), [snapshot("once"), snapshot("capital")], temperature=0.5, value=16,
    said=t(pt="τ = {tau|short} e N = {N|0}: em média {distinct|1} tokens diferentes. O mais provável aparece com probabilidade {top|%1}.",
           en="τ = {tau|short} and N = {N|0}: on average {distinct|1} different tokens. The most likely one comes up with probability {top|%1}."),
    caption=t(pt="Contorno tracejado: a probabilidade em um sorteio. Barra cheia: a de aparecer ao menos uma vez entre N.",
              en="Dashed outline: the probability in one draw. Solid bar: that of coming up at least once among N."))

# %% [markdown] lang="pt" anchor="formula"
# ## Quem vence, exatamente
#
# Seja $p(i)$ a probabilidade da resposta $i$ em um sorteio e $s_i$ a sua nota. Escreva $F(s)$ para a probabilidade de um sorteio ter nota
# *até* $s$, e $F(s-)$ para a de ter nota *menor* que $s$.
#
# > **Proposição 11.1.** Sorteie $N$ respostas independentes de $p$ e fique com a de maior nota; entre empatadas, com a primeira sorteada. A nota do escolhido é $s$ com
# > probabilidade $F(s)^N - F(s-)^N$. Se nenhuma outra resposta tem a nota $s_i$, a resposta $i$ é escolhida com probabilidade
# >
# > $$
# > P(i) = F(s_i)^N - F(s_i-)^N,
# > $$
# >
# > e as respostas de uma mesma nota dividem essa massa na proporção de $p$.

# %% [markdown] lang="en" anchor="formula"
# ## Who wins, exactly
#
# Let $p(i)$ be the probability of answer $i$ in one draw and $s_i$ its score. Write $F(s)$ for the probability that a draw scores
# *at most* $s$, and $F(s-)$ for the probability that it scores *less* than $s$.
#
# > **Proposition 11.1.** Draw $N$ independent answers from $p$ and keep the one with the highest score; among tied ones, the first drawn. The score of the chosen one is $s$ with
# > probability $F(s)^N - F(s-)^N$. If no other answer has the score $s_i$, answer $i$ is chosen with probability
# >
# > $$
# > P(i) = F(s_i)^N - F(s_i-)^N,
# > $$
# >
# > and answers of one and the same score share that mass in proportion to $p$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A maior nota é no máximo $s$ quando as $N$ são, e elas são independentes: probabilidade $F(s)^N$. Ela é menor que $s$ com probabilidade $F(s-)^N$. Subtraia. Para os empates: dado que a maior
# nota é $s$, a primeira resposta com essa nota é um sorteio de $p$ restrito às respostas de nota $s$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The highest score is at most $s$ when all $N$ are, and they are independent: probability $F(s)^N$. It is less than $s$ with probability $F(s-)^N$. Subtract. For ties: given that the highest
# score is $s$, the first answer with that score is a draw from $p$ restricted to the answers of score $s$. $\blacksquare$

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, até a última casa
#
# Os quatro tipos de resumo, notas 1, 3, 5 e 7. Confira uma linha com a figura.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, to the last digit
#
# The four kinds of summary, scores 1, 3, 5 and 7. Check one line against the picture.

# %%
best_of_n_by_hand("hand", t(pt="Acumular, elevar, subtrair", en="Add up, raise, subtract"), PROBS, SCORES, [2, 4, 16])

# %% [markdown] lang="pt" anchor="retorno"
# ## Cada sorteio a mais ajuda menos
#
# > **Proposição 11.2.** Com notas $s_1 < \dots < s_m$, escreva $E_N$ para a nota esperada do escolhido e $F_k = F(s_k)$. Então
# >
# > $$
# > \begin{aligned}
# > & E_{N+1} - E_N \\[0.4em]
# > & \quad = \sum_{k<m} F_k^N (1 - F_k)(s_{k+1} - s_k) \\
# > & \quad \ge 0,
# > \end{aligned}
# > $$
# >
# > e esse ganho nunca cresce com $N$.

# %% [markdown] lang="en" anchor="retorno"
# ## Each further draw helps less
#
# > **Proposition 11.2.** With scores $s_1 < \dots < s_m$, write $E_N$ for the expected score of the chosen one and $F_k = F(s_k)$. Then
# >
# > $$
# > \begin{aligned}
# > & E_{N+1} - E_N \\[0.4em]
# > & \quad = \sum_{k<m} F_k^N (1 - F_k)(s_{k+1} - s_k) \\
# > & \quad \ge 0,
# > \end{aligned}
# > $$
# >
# > and that gain never grows with $N$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A nota do escolhido é $s_m$ menos os degraus $s_{k+1} - s_k$ que ele não subiu, e ele deixa de subir o degrau $k$ com probabilidade $F_k^N$. Logo
# $E_N = s_m - \sum_{k<m} F_k^N (s_{k+1} - s_k)$. Subtraia $E_N$ de $E_{N+1}$. Cada parcela é positiva ou zero, e $F_k^N$ não cresce com $N$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The score of the chosen one is $s_m$ minus the steps $s_{k+1} - s_k$ that it did not climb, and it fails to climb step $k$ with probability $F_k^N$. Hence
# $E_N = s_m - \sum_{k<m} F_k^N (s_{k+1} - s_k)$. Subtract $E_N$ from $E_{N+1}$. Each term is positive or zero, and $F_k^N$ does not grow with $N$. $\blacksquare$

# %% [markdown] lang="pt"
# O custo, em troca, cresce em linha reta: N respostas são N vezes os tokens escritos (o [prompt](term:prompt) pode ser lido uma vez só).

# %% [markdown] lang="en"
# The cost, in return, grows in a straight line: N answers are N times the tokens written (the [prompt](term:prompt) may be read only once).

# %%
def expected(n):
    """The expected score of the best of n among the four kinds."""
    return sum(p * s for p, s in zip(best_of_n(PROBS, SCORES, n).tolist(), SCORES, strict=True))


Table(
    ["N", t(pt="tokens escritos, 200 por resposta", en="tokens written, 200 per answer"), t(pt="nota esperada", en="expected score"), t(pt="ganho do sorteio seguinte", en="gain of the next draw"),
     t(pt="esperado com notas uniformes em [0; 1]", en="expected with scores uniform on [0, 1]")],
    [[number(n), number(200 * n), number(expected(n), 3), number(expected(n + 1) - expected(n), 4), number(n / (n + 1), 3)] for n in (1, 2, 4, 8, 16, 32)],
    t(pt="A última coluna é N/(N + 1), o valor médio do maior de N números uniformes. Lida como posição, ela vale para qualquer nota contínua, em que dois sorteios nunca empatam: o escolhido supera um sorteio novo com essa probabilidade.",
      en="The last column is N/(N + 1), the mean of the largest of N uniform numbers. Read as a rank, it holds for any continuous score, in which two draws never tie: the chosen one beats a fresh draw with that probability."))

# %% [markdown] lang="pt" anchor="teorema"
# ## Quanto se afasta do modelo
#
# Escolher muda a distribuição. A [divergência KL](term:kl-divergence) do melhor de N em relação a $p$ mede quanto. Ela é a média, sobre as respostas escolhidas, do logaritmo da razão entre as duas probabilidades,
#
# $$
# \mathrm{KL}(\pi \,\|\, p) = \sum_i \pi(i) \ln \frac{\pi(i)}{p(i)},
# $$
#
# com $0 \ln 0 = 0$: vale 0 só quando as duas distribuições são iguais. Aqui ela tem uma cota que não depende da nota nem do modelo.
#
# > **Teorema 11.3.** Seja $p$ uma distribuição positiva sobre um número finito de respostas e $\pi_N$ a do escolhido (Proposição 11.1). Para toda nota e todo $N \ge 1$, em nats,
# >
# > $$
# > \mathrm{KL}(\pi_N \,\|\, p) \le \ln N - \frac{N-1}{N},
# > $$
# >
# > com igualdade só em $N = 1$. Além disso, $\mathrm{KL}(\pi_N \,\|\, p) \le -\ln p^*$, em que $p^*$ é a probabilidade de sortear a nota máxima.

# %% [markdown] lang="en" anchor="teorema"
# ## How far it moves from the model
#
# Choosing changes the distribution. The [KL divergence](term:kl-divergence) of best-of-N from $p$ measures how much. It is the mean, over the answers chosen, of the logarithm of the ratio of the two probabilities,
#
# $$
# \mathrm{KL}(\pi \,\|\, p) = \sum_i \pi(i) \ln \frac{\pi(i)}{p(i)},
# $$
#
# with $0 \ln 0 = 0$: it is 0 only when the two distributions are equal. Here it has a bound that depends neither on the score nor on the model.
#
# > **Theorem 11.3.** Let $p$ be a positive distribution over finitely many answers and $\pi_N$ that of the chosen one (Proposition 11.1). For every score and every $N \ge 1$, in nats,
# >
# > $$
# > \mathrm{KL}(\pi_N \,\|\, p) \le \ln N - \frac{N-1}{N},
# > $$
# >
# > with equality at $N = 1$ only. Moreover $\mathrm{KL}(\pi_N \,\|\, p) \le -\ln p^*$, where $p^*$ is the probability of drawing the highest score.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Corte o intervalo $[0, 1]$ em pedaços, um para cada nota, em ordem crescente, cada um com o comprimento $q$ da probabilidade daquela nota. Sortear uma nota é sortear $U$ uniforme e ver em que
# pedaço caiu; a nota do escolhido é o pedaço onde cai o maior de $N$ uniformes, cuja densidade é $N u^{N-1}$. O pedaço $I$ recebe então a massa $\pi = \int_I N u^{N-1}\,du$. A função
# $\varphi(x) = x \ln x$ é convexa, e a desigualdade de Jensen em $I$ dá
#
# $$
# \pi \ln\frac{\pi}{q} = q\,\varphi\!\left(\frac{\pi}{q}\right) \le \int_I \varphi\!\left(N u^{N-1}\right) du .
# $$
#
# Some sobre os pedaços. Dentro de um pedaço as respostas dividem a massa na proporção de $p$, então a soma da esquerda é a KL entre respostas; a da direita é uma integral que se faz por partes:
#
# $$
# \begin{aligned}
# & \int_0^1 N u^{N-1} \ln\!\left(N u^{N-1}\right) du \\[0.4em]
# & \quad = \ln N + (N-1) \int_0^1 N u^{N-1} \ln u \, du \\[0.4em]
# & \quad = \ln N - \frac{N-1}{N}.
# \end{aligned}
# $$
#
# Jensen só é igualdade se a densidade é constante em cada pedaço, o que exige $N = 1$. Por fim, a densidade cresce com $u$, logo a maior razão $\pi/q$ é a do último pedaço, onde ela é no máximo $1/p^*$;
# a KL é uma média de $\ln(\pi/q)$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Cut the interval $[0, 1]$ into pieces, one for each score, in increasing order, each as long as the probability $q$ of that score. Drawing a score is drawing a uniform $U$ and seeing in which
# piece it falls; the score of the chosen one is the piece in which the largest of $N$ uniforms falls, and that has density $N u^{N-1}$. So the piece $I$ receives the mass $\pi = \int_I N u^{N-1}\,du$. The function
# $\varphi(x) = x \ln x$ is convex, and Jensen's inequality on $I$ gives
#
# $$
# \pi \ln\frac{\pi}{q} = q\,\varphi\!\left(\frac{\pi}{q}\right) \le \int_I \varphi\!\left(N u^{N-1}\right) du .
# $$
#
# Add up over the pieces. Within a piece the answers share the mass in proportion to $p$, so the sum on the left is the KL between answers; that on the right is an integral done by parts:
#
# $$
# \begin{aligned}
# & \int_0^1 N u^{N-1} \ln\!\left(N u^{N-1}\right) du \\[0.4em]
# & \quad = \ln N + (N-1) \int_0^1 N u^{N-1} \ln u \, du \\[0.4em]
# & \quad = \ln N - \frac{N-1}{N}.
# \end{aligned}
# $$
#
# Jensen is an equality only if the density is constant on each piece, which requires $N = 1$. Finally, the density grows with $u$, so the largest ratio $\pi/q$ is that of the last piece, where it is at most $1/p^*$;
# the KL is a mean of $\ln(\pi/q)$. $\blacksquare$

# %% [markdown] lang="pt"
# Muitos textos escrevem a cota como se fosse uma igualdade. Beirami et al. (2024) mostraram que não é: ela é quase justa quando N é pequeno diante de $1/q$ para toda nota, e fica frouxa quando poucas respostas dividem
# a massa. Com duas respostas igualmente prováveis a KL nunca passa de ln 2, e a cota cresce sem parar. A figura começa com M = 8 respostas igualmente prováveis. Preveja antes de mover: com M = 2, onde para a linha cheia? E com M = 256, até que N ela acompanha a tracejada? Mova M e explique as duas figuras.

# %% [markdown] lang="en"
# Many texts write the bound as if it were an equality. Beirami et al. (2024) showed that it is not: it is close when N is small against $1/q$ for every score, and loose when few answers share
# the mass. With two equally likely answers the KL never exceeds ln 2, while the bound grows without end. The picture starts with M = 8 equally likely answers. Predict before you move: with M = 2, where does the solid line stop? And with M = 256, up to which N does it follow the dashed one? Move M and explain both pictures.

# %%
charts.divergence(
    "divergence", t(pt="A cota e a verdade, ao vivo", en="The bound and the truth, live"), size=8, value=16,
    said=t(pt="{size|0} respostas igualmente prováveis e N = {now|0}: a KL é {kl|4} nats; a cota, {bound|4}; o teto ln M, {ceiling|4}.",
           en="{size|0} equally likely answers and N = {now|0}: the KL is {kl|4} nats; the bound, {bound|4}; the ceiling ln M, {ceiling|4}."),
    caption=t(pt="Cheia: a KL do melhor de N. Tracejada: a cota. A horizontal é ln M, a KL de escolher sempre a mesma resposta.",
              en="Solid: the KL of best-of-N. Dashed: the bound. The horizontal line is ln M, the KL of choosing always the same answer."))

# %% [markdown] lang="pt" anchor="reais"
# ## O melhor entre textos inteiros
#
# Agora com textos inteiros do modelo embutido, {{ real_texts.CANDIDATES }} continuações de «{{ real_texts.PROMPT }}» em cada temperatura. A nota aqui é a mais simples que existe, a média das
# [log-probabilidades](term:log-probability) dos tokens. Ela não mede qualidade: mede o quanto o texto é previsível na distribuição da qual foi sorteado, e por isso só compara textos da mesma linha.

# %% [markdown] lang="en" anchor="reais"
# ## The best among whole texts
#
# Now with whole texts of the embedded model, {{ real_texts.CANDIDATES }} completions of “{{ real_texts.PROMPT }}” at each temperature. The score here is the simplest there is, the mean of the tokens'
# [log-probabilities](term:log-probability). It does not measure quality: it measures how predictable the text is under the distribution it was drawn from, and so it compares texts of one row only.

# %%
from core import Candidate


def mean_log_prob(one):
    return length_normalised(Candidate(tuple(range(len(one.log_probs))), one.log_probs))


rows = []
for tau in (real_texts.COLD, real_texts.PLAIN):
    drawn = real_texts.candidates(tau)
    scored = [mean_log_prob(one) for one in drawn]
    rows.append([short(tau), number(len({one.text for one in drawn})), number(len({one.text.split()[0] for one in drawn if one.text.split()})),
                 *(number(max(scored[:n]), 3) for n in (1, 4, 16)), " ".join(drawn[scored.index(max(scored))].text.split())])
note = t(pt="Nota em nats por token; mais perto de 0 é mais previsível.", en="Score in nats per token; closer to 0 is more predictable.")
Table(
    ["τ", t(pt="textos diferentes", en="different texts"), t(pt="primeiras palavras diferentes", en="different first words"), t(pt="melhor de 1", en="best of 1"), t(pt="melhor de 4", en="best of 4"),
     t(pt="melhor de 16", en="best of 16")], [row[:-1] for row in rows], note)

# %%
Table(["τ", t(pt="o escolhido entre 16", en="the one chosen among 16")], [[row[0], row[-1]] for row in rows])

# %%
cold, plain = (real_texts.candidates(tau) for tau in (real_texts.COLD, real_texts.PLAIN))
beginnings = [len({one.text.split()[0] for one in drawn}) for drawn in (cold, plain)]
assert all(len({one.text for one in drawn}) == real_texts.CANDIDATES for drawn in (cold, plain))
won = [[*map(mean_log_prob, drawn)].index(max(map(mean_log_prob, drawn))) + 1 for drawn in (cold, plain)]
assert 2 * beginnings[0] < beginnings[1]

# %% [markdown] lang="pt" anchor="reais-leitura"
# Um texto inteiro quase nunca se repete: são {{ real_texts.CANDIDATES }} textos diferentes de {{ real_texts.CANDIDATES }}, também no frio, porque basta um token diferente em {{ real_texts.LENGTH }}. As primeiras palavras, sim: {{ beginnings[0] }} contra {{ beginnings[1] }}. No frio, escolher entre {{ real_texts.CANDIDATES }} é escolher entre
# continuações de poucos começos. E note as colunas da nota: o melhor de {{ real_texts.CANDIDATES }} foi o {{ won[0] | 0 }}º sorteio no frio e o {{ won[1] | 0 }}º com τ = 1, e os que vieram depois não acharam nada melhor. É um sorteio só de cada; a Proposição 11.2 fala da média.

# %% [markdown] lang="en" anchor="reais-leitura"
# A whole text hardly ever repeats: {{ real_texts.CANDIDATES }} different texts out of {{ real_texts.CANDIDATES }}, in the cold too, because one different token in {{ real_texts.LENGTH }} is enough. First words do: {{ beginnings[0] }} against {{ beginnings[1] }}. In the cold, choosing among {{ real_texts.CANDIDATES }} is choosing among
# continuations of a few beginnings. And look at the columns of the score: the best of {{ real_texts.CANDIDATES }} was draw number {{ won[0] | 0 }} in the cold and number {{ won[1] | 0 }} at τ = 1, and the later ones found nothing better. It is one run of each; Proposition 11.2 speaks of the mean.

# %% [markdown] lang="pt" anchor="goodhart"
# ## Quando a nota engana
#
# A nota é uma substituta do que se quer. Acrescente aos quatro tipos de resumo um quinto, raro: palavras bonitas sem conteúdo, nota 9 e valor 2. A tabela diz o que a nota vê e o que o resumo vale. Na figura, as duas linhas são esperanças exatas,
# pela Proposição 11.1. A aposta era a previsão: mova N e confira. Depois preveja o melhor N com 2% de enganadores, e com 0,1%; mova e explique por que o pico anda.

# %% [markdown] lang="en" anchor="goodhart"
# ## When the score deceives
#
# The score stands in for what one wants. Add to the four kinds of summary a fifth, rare one: fine words without content, score 9 and worth 2. The table says what the score sees and what the summary is worth. In the picture, both lines are exact expectations,
# by Proposition 11.1. The bet was the prediction: move N and check it. Then predict the best N with 2% deceivers, and with 0.1%; move and explain why the peak shifts.

# %%
WORTH, FOOLS = [1, 3, 6, 9], t(pt="palavras bonitas", en="fine words")
KINDS = [*zip(NAMES, PROBS, SCORES, WORTH, strict=True), (FOOLS, 0.0, 9, 2)]
single, most = (exact_value(KINDS, 0.01, n)[1] for n in (1, NS[-1]))
peak = max(NS, key=lambda n: exact_value(KINDS, 0.01, n)[1])
assert most < single < exact_value(KINDS, 0.01, peak)[1] and 1 < peak < NS[-1]
assert all(exact_value(KINDS, 0.01, a)[0] <= exact_value(KINDS, 0.01, b)[0] + 1e-12 for a, b in zip(NS, NS[1:], strict=False))

Table([t(pt="resumo", en="summary"), t(pt="probabilidade, com 1% de enganadores", en="probability, with 1% deceivers"), t(pt="nota", en="score"), t(pt="valor", en="worth")],
       [[name, percent(0.99 * p if name != FOOLS else 0.01), number(s), number(w)] for name, p, s, w in KINDS])

# %%
charts.flawed_score(
    "goodhart", t(pt="A nota sobe, o valor cai", en="The score rises, the worth falls"), KINDS, share=0.01, value=16,
    said=t(pt="{share|%1} de enganadores e N = {now|0}: a nota promete {score|2}, o resumo vale {truth|2}. Um sorteio só valeria {single|2}. Dos N da escala, o melhor é N = {best_n|0}.",
           en="{share|%1} deceivers and N = {now|0}: the score promises {score|2}, the summary is worth {truth|2}. A single draw would be worth {single|2}. Of the N on the scale, the best is N = {best_n|0}."),
    caption=t(pt="Com 0% de enganadores as duas linhas sobem juntas, e o problema não existe. Qualquer parte positiva vence, com N grande o bastante.",
              en="With 0% deceivers both lines rise together, and there is no problem. Any positive share wins, at a large enough N."))

# %%
Answer(bet)

# %%
Callout("misconception", t(pt="«Mais candidatos nunca atrapalham»", en="“More candidates never hurt”"), t(
    pt=f"Para a *nota*, é verdade, em média: é a Proposição 11.2. Para o que a nota representa, não. Com 1% de enganadores, o resumo escolhido vale {number(exact_value(KINDS, 0.01, peak)[1], 2)} com N = {peak} e {number(most, 2)} com N = {number(NS[-1])}; "
       f"um resumo sorteado, sem escolha nenhuma, vale {number(single, 2)}. A razão está na Proposição 11.1: um enganador aparece entre N com probabilidade $1 - 0{{,}}99^N$, que com N = 100 já é {percent(1 - 0.99**100)}. "
       "É a [lei de Goodhart](term:goodhart), que Hilton e Gao (2022) estudam no melhor de N, e o nome do excesso é [sobreotimização](term:over-optimisation).",
    en=f"For the *score* it is true, on average: that is Proposition 11.2. For what the score stands for it is not. With 1% deceivers, the chosen summary is worth {number(exact_value(KINDS, 0.01, peak)[1], 2)} at N = {peak} and {number(most, 2)} at N = {number(NS[-1])}; "
       f"one summary drawn, with no choice at all, is worth {number(single, 2)}. The reason is in Proposition 11.1: a deceiver is among N with probability $1 - 0.99^N$, which at N = 100 is {percent(1 - 0.99**100)} already. "
       "That is [Goodhart's law](term:goodhart), which Hilton and Gao (2022) study in best-of-N, and the name of the excess is [over-optimisation](term:over-optimisation)."))

# %% [markdown] lang="pt" anchor="medido"
# O nosso quinto tipo é inventado; o fenômeno, não. Stiennon et al. (2020) treinaram um modelo de resumos contra um modelo de recompensa e viram a preferência das pessoas subir e depois cair enquanto a recompensa prevista só subia. Gao, Schulman e Hilton
# (2022) mediram isso também no melhor de N, com um modelo de recompensa grande no papel da verdade. Com $d = \sqrt{\mathrm{KL}}$, a qualidade que viram segue $d(\alpha - \beta d)$: sobe, chega ao pico em $d = \alpha/(2\beta)$ e desce. É um ajuste a dados, não um teorema.

# %% [markdown] lang="en" anchor="medido"
# Our fifth kind is made up; the phenomenon is not. Stiennon et al. (2020) trained a summarisation model against a reward model and saw people's preference rise and then fall while the predicted reward only rose. Gao, Schulman and Hilton
# (2022) measured it for best-of-N too, with a large reward model in the part of the truth. With $d = \sqrt{\mathrm{KL}}$, the quality they saw follows $d(\alpha - \beta d)$: it rises, peaks at $d = \alpha/(2\beta)$ and comes down. That is a fit to data, not a theorem.

# %% [markdown] lang="pt" anchor="voto"
# ## Sem nota: o voto
#
# Quando a resposta é curta e fácil de comparar com as outras, como o resultado de um problema, dá para dispensar a nota: sorteie N raciocínios, olhe só as respostas finais e fique com a que mais se repete. É o [voto da maioria](term:majority-vote); sobre
# [cadeias de pensamento](term:chain-of-thought), Wang et al. (2022) o chamam de [autoconsistência](term:self-consistency). Quando ele ajuda?
#
# > **Teorema 11.4 (Condorcet, 1785).** Sejam N respostas *independentes*, N ímpar, cada uma certa com a *mesma* probabilidade $p$, e só *duas* respostas possíveis. Seja $M_N$ a probabilidade de a maioria acertar. Então
# >
# > 1. se $\tfrac12 < p < 1$, $M_N$ cresce com N e tende a 1;
# > 2. se $p = \tfrac12$, $M_N = \tfrac12$ para todo N;
# > 3. se $0 < p < \tfrac12$, $M_N$ decresce com N e tende a 0.

# %% [markdown] lang="en" anchor="voto"
# ## Without a score: the vote
#
# When the answer is short and easy to compare with the others, such as the result of a problem, you can do without a score: draw N lines of reasoning, look at the final answers alone and keep the one that comes up most. That is the [majority vote](term:majority-vote); over
# [chains of thought](term:chain-of-thought), Wang et al. (2022) call it [self-consistency](term:self-consistency). When does it help?
#
# > **Theorem 11.4 (Condorcet, 1785).** Take N *independent* answers, N odd, each right with the *same* probability $p$, and only *two* possible answers. Let $M_N$ be the probability that the majority is right. Then
# >
# > 1. if $\tfrac12 < p < 1$, $M_N$ increases with N and tends to 1;
# > 2. if $p = \tfrac12$, $M_N = \tfrac12$ for every N;
# > 3. if $0 < p < \tfrac12$, $M_N$ decreases with N and tends to 0.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Escreva $N = 2m - 1$ e acrescente dois votos. Eles só mudam a decisão em dois casos: faltava um voto certo ($m - 1$ certos entre $N$) e os dois novos estão certos; ou a maioria era de um voto ($m$ certos) e os
# dois novos estão errados. Com $q = 1 - p$,
#
# $$
# \begin{aligned}
# & M_{N+2} - M_N \\[0.4em]
# & \quad = \tbinom{2m-1}{m-1} p^{m-1} q^{m} p^2 - \tbinom{2m-1}{m} p^{m} q^{m-1} q^2 \\[0.4em]
# & \quad = \tbinom{2m-1}{m} (pq)^m\, (p - q),
# \end{aligned}
# $$
#
# porque os dois binomiais são iguais. O sinal é o de $p - q = 2p - 1$, o que prova a monotonia e o caso 2, já que $M_1 = p$. Para o limite com $p > \tfrac12$: o número de certos tem média $Np$ e variância $Npq$, e perder exige ficar a
# $N(p - \tfrac12)$ ou mais da média. Pela desigualdade de Chebyshev, $1 - M_N \le \dfrac{pq}{N (p - 1/2)^2} \to 0$. O caso 3 é o caso 1 visto do lado dos erros. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Write $N = 2m - 1$ and add two votes. They change the decision in two cases only: one right vote was missing ($m - 1$ right among $N$) and both new ones are right; or the majority was by one vote ($m$ right) and both
# new ones are wrong. With $q = 1 - p$,
#
# $$
# \begin{aligned}
# & M_{N+2} - M_N \\[0.4em]
# & \quad = \tbinom{2m-1}{m-1} p^{m-1} q^{m} p^2 - \tbinom{2m-1}{m} p^{m} q^{m-1} q^2 \\[0.4em]
# & \quad = \tbinom{2m-1}{m} (pq)^m\, (p - q),
# \end{aligned}
# $$
#
# because the two binomials are equal. The sign is that of $p - q = 2p - 1$, which proves the monotonicity and case 2, since $M_1 = p$. For the limit with $p > \tfrac12$: the number of right votes has mean $Np$ and variance $Npq$, and losing takes being
# $N(p - \tfrac12)$ or more away from the mean. By Chebyshev's inequality, $1 - M_N \le \dfrac{pq}{N (p - 1/2)^2} \to 0$. Case 3 is case 1 seen from the side of the errors. $\blacksquare$

# %% [markdown] lang="pt"
# Preveja antes de mover: com p = 0,6, quantos votos são precisos para a maioria acertar 90% das vezes? Procure-os na figura. Depois diga o que muda com p = 0,45, e só então mova.

# %% [markdown] lang="en"
# Predict before you move: at p = 0.6, how many votes does it take for the majority to be right 90% of the time? Look for them in the picture. Then say what changes at p = 0.45, and only then move.

# %%
charts.majority(
    "vote", t(pt="A maioria de N, ao vivo", en="The majority of N, live"), p=0.6, value=11,
    said=t(pt="Sozinha, uma resposta acerta {single|%0} das vezes; a maioria de {now|0} acerta {right|%1}. Mais dois votos somariam {gain|2} pontos percentuais a essa probabilidade.",
           en="Alone, an answer is right {single|%0} of the time; the majority of {now|0} is right {right|%1}. Two more votes would add {gain|2} percentage points to that probability."),
    caption=t(pt="Tracejada: uma resposta só. Passe p de 0,55 para 0,45 e veja a curva virar.",
              en="Dashed: a single answer. Take p from 0.55 to 0.45 and watch the curve turn over."))

# %% [markdown] lang="pt" anchor="hipoteses"
# Separe duas situações. **Em uma pergunta**, N sorteios do mesmo modelo são de fato independentes e com o mesmo $p$: essas hipóteses valem exatamente. O que pode faltar é $p > \tfrac12$: se a resposta preferida do modelo é errada, os votos são independentes e concordam no erro. Faltam também as *duas* respostas:
# com mais de duas, a certa não precisa de metade dos votos, basta ser a mais votada, e ajuda que os erros se espalhem.
#
# **Entre perguntas**, $p$ varia, e a acurácia do voto não é a fórmula com o $p$ médio. Se em metade das perguntas $p = 0{,}9$ e na outra $p = 0{,}3$, a média é 0,6, e com 41 votos a fórmula prometeria {{ majority(0.6, 41) | %1 }}; o certo é {{ (majority(0.9, 41) + majority(0.3, 41)) / 2 | %1 }}, menos que sem voto. O voto melhora as fáceis e
# piora as difíceis. Quem só vê o total diria que os votos não são independentes: nas difíceis, todos erram juntos.

# %% [markdown] lang="en" anchor="hipoteses"
# Keep two situations apart. **Within one question**, N draws from one model are indeed independent and have the same $p$: these hypotheses hold exactly. What may be missing is $p > \tfrac12$: if the answer that the model prefers is wrong, the votes are independent and agree on the error. The *two* answers may be missing as well:
# with more than two, the right one needs no half of the votes, it only has to get the most, and it helps that errors scatter.
#
# **Across questions**, $p$ varies, and the accuracy of the vote is not the formula at the mean $p$. If $p = 0.9$ on half of the questions and $p = 0.3$ on the other half, the mean is 0.6, and with 41 votes the formula would promise {{ majority(0.6, 41) | %1 }}; the truth is {{ (majority(0.9, 41) + majority(0.3, 41)) / 2 | %1 }}, less than without a vote. The vote makes the easy ones better and
# the hard ones worse. Seeing the total alone one would say that the votes are not independent: on the hard ones, all err together.

# %%
CASES = [([0.4, 0.6], t(pt="um só erro possível", en="one possible error")), ([0.4, *[0.2] * 3], t(pt="erros em 3 respostas", en="errors over 3 answers")),
         ([0.4, *[0.1] * 6], t(pt="erros em 6 respostas", en="errors over 6 answers")), ([0.4, 0.5, 0.1], t(pt="um erro mais comum que o acerto", en="one error more common than the right answer"))]
VOTES = (1, 5, 11, 21, 41)
assert all(plurality(probs, 41) > plurality(probs, 1) if probs[0] == max(probs) else plurality(probs, 41) < plurality(probs, 1) for probs, _ in CASES)
Table(
    [t(pt="a certa é sorteada com 40%", en="the right one is drawn 40% of the time"), *(f"N = {n}" for n in VOTES)],
    [[f"{label}: {vector(probs, 2, trim=True)}", *(percent(plurality(probs, n)) for n in VOTES)] for probs, label in CASES],
    t(pt="Probabilidade de a resposta certa ser a mais votada, calculada por core sobre todos os resultados possíveis; empates decididos por sorteio. O voto acha a resposta mais provável do modelo, não a verdade.",
      en="The probability that the right answer gets the most votes, computed by core over all possible outcomes; ties settled by lot. The vote finds the model's most likely answer, not the truth."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# Receber N respostas em um pedido é comum; escolher entre elas quase sempre fica por conta de quem fez o pedido.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# Getting N answers from one request is common; choosing among them is almost always left to whoever asks.

# %% fold="engines"
Table(
    [t(pt="motor", en="engine"), t(pt="N respostas", en="N answers"), t(pt="escolhe a melhor?", en="chooses the best?")],
    [["transformers", "`num_return_sequences`", t(pt="não", en="no")],
     ["vLLM", "`n`", t(pt="não: `best_of` foi retirado na V1", en="no: `best_of` was removed in V1")],
     ["OpenAI, chat", "`n`", t(pt="não", en="no")],
     [t(pt="OpenAI, `completions` (API legada)", en="OpenAI, `completions` (legacy API)"), "`n`", t(pt="`best_of`: maior log-probabilidade por token", en="`best_of`: highest log-probability per token")],
     ["core", "`generate_rows`", t(pt="`best_of`, com a nota que você der", en="`best_of`, with the score you give")]],
    t(pt="Onde não há N em um pedido, N pedidos com sementes diferentes fazem o mesmo. Lido em: transformers 5.23.0, `generation/configuration_utils.py`; vLLM, issue 13361; openai-python, `types/completion_create_params.py` e `types/chat/completion_create_params.py`; "
         "core, `core/best_of_n.py`.",
      en="Where there is no N in a request, N requests with different seeds do the same. Read in: transformers 5.23.0, `generation/configuration_utils.py`; vLLM, issue 13361; openai-python, `types/completion_create_params.py` and `types/chat/completion_create_params.py`; "
         "core, `core/best_of_n.py`."))

# %%
Callout("engines", t(pt="Por que vLLM retirou best_of", en="Why vLLM removed best_of"), t(
    pt="A issue 13361 (2025) dá três razões: pouco uso, porque a nota que ele usava, a log-probabilidade acumulada, não acompanhava a qualidade de forma confiável; o mesmo se faz fora do motor, com `n` e `logprobs`; e o motor fica mais simples e mais rápido sem ele.",
    en="Issue 13361 (2025) gives three reasons: little use, as the score it used, the cumulative log-probability, did not track quality reliably; the same can be done outside the engine, with `n` and `logprobs`; and the engine is simpler and faster without it."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (1 min). Mova N de 1 a 64 na primeira figura e peça à turma a fórmula da probabilidade da melhor nota antes de mostrá-la: $1 - (1 - 0{,}15)^N$ (3 min). Faça N = 2 à mão no quadro (3 min). Mostre a cota da KL e pergunte com que M ela fica "
       "frouxa (3 min). Abra a aposta com a figura dos enganadores; deixe alguém procurar o melhor N para 2% (4 min). No voto, peça um p para o qual o voto atrapalha e só então leve p abaixo de meio (3 min). Feche com a tabela dos erros espalhados "
       "(3 min). Enganos frequentes: achar que mais candidatos nunca atrapalham, que a KL *é* ln N − (N − 1)/N, que o voto exige metade dos votos, que as vantagens de um τ baixo e de um N grande se somam.",
    en="Ask for the bet (1 min). Move N from 1 to 64 in the first picture and ask the class for the formula of the best score's probability before showing it: $1 - (1 - 0.15)^N$ (3 min). Work N = 2 by hand on the board (3 min). Show the KL bound and ask at which M it is "
       "loose (3 min). Open the bet with the picture of the deceivers; let someone look for the best N at 2% (4 min). For the vote, ask for a p at which the vote hurts and only then take p below a half (3 min). Close with the table of scattered errors "
       "(3 min). Common mistakes: thinking that more candidates never hurt, that the KL *is* ln N − (N − 1)/N, that the vote needs half of the votes, that the advantages of a low τ and of a large N add up."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
three = [0.5, 0.3, 0.2]
won = best_of_n(three, [1, 2, 3], 2)[2].item()
Exercise(
    id="two", kind="numeric",
    question=t(pt="Três respostas com probabilidades 0,5, 0,3 e 0,2 e notas 1, 2 e 3. Você sorteia duas e fica com a melhor. Com que probabilidade ela tem nota 3?",
               en="Three answers with probabilities 0.5, 0.3 and 0.2 and scores 1, 2 and 3. You draw two and keep the better one. With what probability does it score 3?"),
    answer=won, tolerance=0.002,
    mistakes=[
        Mistake(2 * three[2], t(pt="Somar 0,2 duas vezes conta em dobro o caso em que as duas têm nota 3.", en="Adding 0.2 twice counts double the case in which both score 3.")),
        Mistake(three[2] ** 2, t(pt="Essa é a probabilidade de as *duas* terem nota 3; basta uma.", en="That is the probability that *both* score 3; one is enough.")),
        Mistake(1 - won, t(pt="Essa é a de nenhuma ter nota 3. Tome o complemento.", en="That is the one of neither scoring 3. Take the complement.")),
    ],
    right=t(pt=f"1 − 0,8² = {number(won, 2)}.", en=f"1 − 0.8² = {number(won, 2)}."),
    wrong=t(pt="A nota 3 falta nas duas com probabilidade 0,8². Falta o complemento.", en="The score 3 is missing from both with probability 0.8². Take the complement."),
    unreadable=say("exercise.unreadable"))

# %%
assert exact_divergence(8, 1024) <= math.log(8) + 1e-12 < best_of_n_kl_bound(1024)
Exercise(
    id="ceiling", kind="choice",
    question=t(pt="Oito respostas igualmente prováveis, notas diferentes. Quando N cresce sem parar, a KL do melhor de N em relação ao modelo tende a:",
               en="Eight equally likely answers, different scores. As N grows without end, the KL of best-of-N from the model tends to:"),
    options=[
        Option(t(pt="infinito, como ln N − (N − 1)/N", en="infinity, like ln N − (N − 1)/N"),
               t(pt=f"Isso é a cota. Com N = 1.024 ela vale {number(best_of_n_kl_bound(1024), 2)}, e a KL é {number(exact_divergence(8, 1024), 2)}.",
                 en=f"That is the bound. At N = 1,024 it is {number(best_of_n_kl_bound(1024), 2)}, and the KL is {number(exact_divergence(8, 1024), 2)}.")),
        Option("ln 8", t(pt="No limite o escolhido é sempre a melhor resposta, e a KL de uma certeza contra 1/8 é ln 8.",
                         en="In the limit the chosen one is always the best answer, and the KL of a certainty against 1/8 is ln 8."), correct=True),
        Option("1", t(pt="O 1 é o limite de (N − 1)/N, só um pedaço da cota.", en="1 is the limit of (N − 1)/N, only one piece of the bound.")),
        Option("0", t(pt="Zero é a KL com N = 1, quando nada foi escolhido.", en="Zero is the KL at N = 1, when nothing was chosen.")),
    ])

# %%
fallen = majority(0.4, 11)
assert 0.2 < fallen < 0.3
Exercise(
    id="below", kind="predict",
    question=t(pt="Duas respostas possíveis, cada voto acerta com 40%. Com 11 votos independentes, a maioria acerta em quantos por cento das vezes?",
               en="Two possible answers, each vote is right 40% of the time. With 11 independent votes, how often is the majority right?"),
    options=[
        Option(t(pt="mais de 40%: o voto filtra o ruído", en="more than 40%: the vote filters the noise"),
               t(pt="O voto concentra no que é mais provável, e aqui o mais provável é o erro.", en="The vote concentrates on what is most likely, and here that is the error.")),
        Option("40%", t(pt="Seria assim com votos idênticos. Votos independentes mudam a probabilidade, salvo em p = 1/2.",
                        en="It would be so with identical votes. Independent votes change the probability, except at p = 1/2.")),
        Option(t(pt="entre 20% e 30%", en="between 20% and 30%"),
               t(pt="É o caso 3 do Teorema 11.4: abaixo de meio, cada par de votos piora.", en="It is case 3 of Theorem 11.4: below a half, every pair of votes makes it worse."), correct=True),
        Option(t(pt="quase 0%", en="almost 0%"),
               t(pt=f"Esse é o limite. Com 101 votos ainda são {percent(majority(0.4, 101))}.", en=f"That is the limit. With 101 votes it is still {percent(majority(0.4, 101))}.")),
    ],
    reveal=t(pt=f"Calculado por core: {percent(fallen)}.", en=f"Computed by core: {percent(fallen)}."))

# %%
BUGGY = """def best_of_n(probs, n):  # from the lowest score to the highest, no ties
    result, F = [], 0
    for p in probs:
        below = F**n
        F = F + p**n
        result.append(F**n - below)
    return result"""
namespace = {}
exec(BUGGY, namespace)
total = sum(namespace["best_of_n"](PROBS, 2))
repaired = {}
exec(BUGGY.replace("F + p**n", "F + p"), repaired)
assert max(abs(a - b) for a, b in zip(repaired["best_of_n"](PROBS, 2), best_of_n(PROBS, SCORES, 2).tolist(), strict=True)) < 1e-12
assert namespace["best_of_n"]([0.5, 0.5], 1) == [0.5, 0.5] and abs(total - 1) > 0.5
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com N = 1 esta função acerta. Com N = 2 e p = {vector(PROBS, 2, trim=True)}, as probabilidades somam {number(total, 3)}. Qual linha está errada?",
               en=f"At N = 1 this function is right. At N = 2 and p = {vector(PROBS, 2, trim=True)}, the probabilities add up to {number(total, 3)}. Which line is wrong?"),
    options=[
        Option("2: `result, F = [], 0`", t(pt="Antes da pior nota não há massa nenhuma: F começa em 0, e 0 elevado a N é 0.", en="Before the worst score there is no mass at all: F starts at 0, and 0 to the power N is 0.")),
        Option("4: `below = F**n`", t(pt="É isso mesmo: o F− de uma nota é o F da anterior, e ele vai à potência.", en="That is as it should be: the F− of a score is the F of the one before, and it goes to the power.")),
        Option("5: `F = F + p**n`",
               t(pt="Some primeiro e eleve depois, `F = F + p`: o que vai à potência é F, a soma das probabilidades até ali. Somar potências perde os casos mistos, em que os N não são iguais.",
                 en="Add first and raise afterwards, `F = F + p`: what goes to the power is F, the sum of the probabilities so far. Adding powers loses the mixed cases, in which the N are not all alike."), correct=True),
        Option("6: `result.append(F**n - below)`", t(pt="A diferença está certa: F elevado a N menos F− elevado a N.", en="The difference is right: F to the power N minus F− to the power N.")),
    ])

# %%
odd = majority(0.7, 3)
Exercise(
    id="three", kind="numeric",
    question=t(pt="Duas respostas possíveis, cada voto acerta com 70%. Com que probabilidade a maioria de três acerta?",
               en="Two possible answers, each vote is right 70% of the time. With what probability is the majority of three right?"),
    answer=odd, tolerance=0.002,
    mistakes=[
        Mistake(0.7**3, t(pt="Essa é a de os três acertarem; dois bastam.", en="That is the probability that all three are right; two are enough.")),
        Mistake(1 - 0.3**3, t(pt="Essa é a de ao menos um acertar; são precisos dois.", en="That is the probability that at least one is right; two are needed.")),
        Mistake(3 * 0.7**2 * 0.3, t(pt="Faltou o caso em que os três acertam.", en="The case in which all three are right is missing.")),
    ],
    right=t(pt=f"0,7³ + 3 × 0,7² × 0,3 = {number(odd, 3)}.", en=f"0.7³ + 3 × 0.7² × 0.3 = {number(odd, 3)}."),
    wrong=t(pt="Some dois casos: os três certos, e exatamente dois certos, que acontece de três maneiras.", en="Add two cases: all three right, and exactly two right, which happens in three ways."),
    unreadable=say("exercise.unreadable"))

# %%
scattered = [0.3, *[0.1] * 7]
assert plurality(scattered, 41) > 0.9 > plurality(scattered, 1)
Exercise(
    id="scattered", kind="choice",
    question=t(pt="A resposta certa é sorteada com 30%; sete erros diferentes, com 10% cada. Quando N cresce, a probabilidade de a certa ser a mais votada:",
               en="The right answer is drawn 30% of the time; seven different errors, 10% each. As N grows, the probability that the right one gets the most votes:"),
    options=[
        Option(t(pt="cai para 0, porque 30% é menos que a metade", en="falls to 0, because 30% is less than a half"),
               t(pt="Condorcet supõe duas respostas. Aqui os erros não votam juntos.", en="Condorcet supposes two answers. Here the errors do not vote together.")),
        Option(t(pt="sobe para 1, porque ela é a mais provável", en="rises to 1, because it is the most likely one"),
               t(pt=f"As frequências tendem às probabilidades, e 30% é a maior. Com N = 41 já são {percent(plurality(scattered, 41))}.",
                 en=f"The frequencies tend to the probabilities, and 30% is the largest. At N = 41 it is {percent(plurality(scattered, 41))} already."), correct=True),
        Option(t(pt="fica em 30%", en="stays at 30%"),
               t(pt="30% é o valor com N = 1. A partir de três votos, coincidir conta.", en="30% is the value at N = 1. From three votes on, agreeing counts.")),
    ])

# %%
price = -math.log(PROBS[-1])
limit = best_of_n(PROBS, SCORES, 1000)
assert abs(price - kl_divergence(limit, PROBS, "nats").item()) < 1e-9
Exercise(
    id="earlier", kind="numeric",
    question=t(pt="Da lição de top-k: cortar para um conjunto S e renormalizar custa KL = −ln P(S). Nos quatro tipos de resumo (probabilidades 0,2, 0,3, 0,35 e 0,15), quando N cresce sem parar o melhor de N só mantém o tipo de maior nota. Para quantos nats tende a KL? (Duas casas.)",
               en="From the lesson on top-k: cutting to a set S and renormalising costs KL = −ln P(S). For the four kinds of summary (probabilities 0.2, 0.3, 0.35 and 0.15), as N grows without end best-of-N keeps only the kind with the highest score. To how many nats does the KL tend? (Two decimals.)"),
    answer=price, tolerance=0.006,
    mistakes=[
        Mistake(-math.log(1 - PROBS[-1]), t(pt="Você usou a massa cortada. O preço é o da massa que fica, P(S) = 0,15.", en="You used the mass cut. The price is that of the mass that stays, P(S) = 0.15.")),
        Mistake(-math.log2(PROBS[-1]), t(pt="Isso está em bits. Com o logaritmo natural o resultado está em nats.", en="That is in bits. With the natural logarithm the result is in nats.")),
        Mistake(1 - PROBS[-1], t(pt="Essa é a variação total, 1 − P(S). A KL é −ln P(S).", en="That is the total variation, 1 − P(S). The KL is −ln P(S).")),
    ],
    right=t(pt=f"−ln 0,15 = {number(price, 2)}: no limite, escolher é cortar. É a segunda cota do Teorema 11.3.", en=f"−ln 0.15 = {number(price, 2)}: in the limit, choosing is cutting. It is the second bound of Theorem 11.3."),
    wrong=t(pt="Que conjunto sobra quando N é enorme, e que massa o modelo lhe dava?", en="Which set is left when N is huge, and what mass did the model give it?"),
    unreadable=say("exercise.unreadable"))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - O melhor de N tem nota $s$ com probabilidade $F(s)^N - F(s-)^N$: cada sorteio a mais ajuda menos, e o custo cresce em linha reta.
# - A KL até o modelo é no máximo $\ln N - (N-1)/N$, qualquer que seja a nota. É uma cota, não uma igualdade.
# - A nota do escolhido sobe com N; o que ela representa pode cair, se algo raro engana a nota.
# - O voto acha a resposta mais provável do modelo. Se ela está errada, com votos bastantes a certa quase nunca vence.
# - Um τ baixo e um N grande puxam para lados opostos: no frio há menos o que escolher.
#
# Com isso estão na mesa todas as peças da primeira parte. A próxima lição as põe lado a lado, motor por motor: a [folha de consulta](lesson:cheat-sheet).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Best-of-N scores $s$ with probability $F(s)^N - F(s-)^N$: each further draw helps less, and the cost grows in a straight line.
# - The KL from the model is at most $\ln N - (N-1)/N$, whatever the score. It is a bound, not an equality.
# - The score of the chosen one rises with N; what it stands for may fall, if something rare deceives the score.
# - The vote finds the model's most likely answer. If that is wrong, with enough votes the right one hardly ever wins.
# - A low τ and a large N pull in opposite directions: in the cold there is less to choose from.
#
# With that all the pieces of part one are on the table. The next lesson sets them side by side, engine by engine: the [cheat sheet](lesson:cheat-sheet).
