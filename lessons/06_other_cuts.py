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
#     slug: {pt: outros-cortes, en: other-cuts}
#     title: {pt: "Outros cortes", en: "Other cuts"}
#     summary:
#       pt: "Min-p, épsilon e eta, típica, top-nσ e XTC: o que cada um mede, onde passa a linha e para que nasceu."
#       en: "Min-p, epsilon and eta, typical, top-nσ and XTC: what each one measures, where its line falls and what it was made for."
#     prerequisites:
#       pt: "as lições de temperatura, top-k e top-p; o logaritmo; o que é um desvio-padrão"
#       en: "the lessons on temperature, top-k and top-p; the logarithm; what a standard deviation is"
#     sources:
#       - {id: meister2023, text: "Meister, Pimentel, Wiher & Cotterell (2022). Locally Typical Sampling. arXiv:2202.00666; TACL 11 (2023), 102–121", url: "https://arxiv.org/abs/2202.00666"}
#       - {id: hewitt2022, text: "Hewitt, Manning & Liang (2022). Truncation Sampling as Language Model Desmoothing. Findings of EMNLP, 3414–3427; arXiv:2210.15191", url: "https://arxiv.org/abs/2210.15191"}
#       - {id: llama3841, text: "kalomaze (2023). Min P sampler implementation, llama.cpp, pull request 3841", url: "https://github.com/ggml-org/llama.cpp/pull/3841"}
#       - {id: nguyen2024, text: "Nguyen et al. (2024). Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs. arXiv:2407.01082", url: "https://arxiv.org/abs/2407.01082"}
#       - {id: schaeffer2025, text: "Schaeffer et al. (2025). Turning Down the Heat: A Critical Analysis of Min-p Sampling in Language Models. arXiv:2506.13681", url: "https://arxiv.org/abs/2506.13681"}
#       - {id: tang2024, text: "Tang, Liu, Xu & Huang (2024). Top-nσ: Not All Logits Are You Need. arXiv:2411.07641", url: "https://arxiv.org/abs/2411.07641"}
#       - {id: pew2024, text: "p-e-w (2024). Exclude Top Choices (XTC), text-generation-webui, pull request 6335", url: "https://github.com/oobabooga/textgen/pull/6335"}
#       - {id: potraghloo2025, text: "Baghaei Potraghloo, Azizi, Kundu & Pedram (2025). Top-H Decoding. NeurIPS 2025. arXiv:2509.02510", url: "https://arxiv.org/abs/2509.02510"}
#       - {id: tan2025, text: "Tan, Wu & Howard (2025). p-less Sampling. arXiv:2509.23234", url: "https://arxiv.org/abs/2509.23234"}
#       - {id: basu2021, text: "Basu, Ramachandran, Keskar & Varshney (2021). Mirostat. ICLR 2021. arXiv:2007.14966", url: "https://arxiv.org/abs/2007.14966"}
#       - {id: llama17927, text: "llama.cpp, pull request 17927: adaptive-p", url: "https://github.com/ggml-org/llama.cpp/pull/17927"}
#       - {id: xtc2024, text: "llama.cpp (2024). Sampling: add XTC sampler, pull request 9742", url: "https://github.com/ggml-org/llama.cpp/pull/9742"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Um [corte](term:cut) decide quais tokens nem entram no sorteio. [Top-k](lesson:top-k) conta tokens; [top-p](lesson:top-p) conta massa. De 2022 para cá
# surgiram outros, e cada um olha para uma coisa diferente: uma razão, um piso, uma surpresa, um desvio-padrão.
#
# Todos parecem fazer o mesmo: jogar fora os improváveis. Nem todos fazem. Antes de ler o resto, aposte.

# %% [markdown] lang="en" anchor="aposta"
# A [cut](term:cut) decides which tokens are not even in the draw. [Top-k](lesson:top-k) counts tokens; [top-p](lesson:top-p) counts mass. Since 2022
# others have appeared, and each looks at a different thing: a ratio, a floor, a surprise, a standard deviation.
#
# They all seem to do the same: throw out the unlikely. Not all of them do. Before you read on, place a bet.

# %%
import math

import torch

from core import (
    ENGINES, STAGES, Context, SamplingParams, apply, entropy, min_p, min_p_count_bound, min_p_threshold, p_less,
    probabilities, softmax, top_h, top_n_sigma, typical_p,
)
from dashboard import charts
from dashboard.words import source
from dashboard.blocks import Answer, Callout, Range, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, quoted, say, short, t, typeset, vector
from dashboard.recorded.snapshots import snapshot
from dashboard.worked import min_p_by_hand, typical_by_hand

PROMPT, SURE = snapshot("sky"), snapshot("capital")

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Qual destes cortes pode tirar do sorteio justamente o token mais provável?",
               en="Which of these cuts can take the very likeliest token out of the draw?"),
    options=[
        Option(t(pt="min-p: compara cada token com o mais provável", en="min-p: compares each token with the likeliest"),
               t(pt="O mais provável é a própria régua: comparado consigo, sempre passa.",
                 en="The likeliest is the ruler itself: compared with itself, it always passes.")),
        Option(t(pt="típica: compara a surpresa de cada token com a média", en="typical: compares each token's surprise with the average"),
               t(pt="O mais provável surpreende menos que a média, a não ser que todos empatem, e a regra corta dos dois lados.",
                 en="The likeliest surprises less than the average, unless all tie, and the rule cuts on both sides."), correct=True),
        Option(t(pt="top-nσ: mede a distância até o maior logit", en="top-nσ: measures the distance from the largest logit"),
               t(pt="O maior logit está à distância zero de si mesmo: sempre passa.",
                 en="The largest logit is at distance zero from itself: it always passes.")),
        Option(t(pt="nenhum: todo corte tira os menos prováveis", en="none: every cut removes the least likely"),
               t(pt="Vale para top-k, top-p, min-p e top-nσ. Não vale para todos desta lista.",
                 en="True of top-k, top-p, min-p and top-nσ. Not of everything on this list.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura: min-p
#
# Dez continuações de «O céu hoje está», inventadas para caberem na tela. A [amostragem min-p](term:min-p) pergunta a cada token: você tem ao menos
# uma fração $m$ da probabilidade do primeiro colocado? A linha tracejada é essa fração. Um token que não chega lá aparece só no contorno, e a massa dele vai para
# os outros.
#
# Mova m. Depois, antes de esquentar a distribuição com τ, preveja: a linha fica, sobe ou desce? Ficam mais tokens ou menos? Mova τ e confira. Por fim, troque a régua para a distância entre logits e
# explique por que o corte é o mesmo visto do outro lado: cada barra é a distância até o maior logit, e fica quem está perto.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture: min-p
#
# Ten completions of “The sky today is”, made up to fit the screen. [Min-p sampling](term:min-p) asks each token: do you have at least a
# fraction $m$ of the leader's probability? The dashed line is that fraction. A token that falls short is shown in outline only, and its mass goes to
# the others.
#
# Move m. Then, before you heat the distribution with τ, predict: does the line stay, rise or fall? Do more tokens stay, or fewer? Move τ and check. Last, switch the ruler to the distance between logits and
# explain why the cut is the same seen from the other side: each bar is the distance from the largest logit, and tokens near it stay.

# %%
TOKENS = t(pt="azul claro limpo cinza escuro nublado estrelado lindo verde triste",
           en="blue clear clean grey dark cloudy starry lovely green sad").split()
P = [0.31, 0.22, 0.13, 0.11, 0.08, 0.06, 0.04, 0.03, 0.015, 0.005]
U = [math.log(p) for p in P]
assert abs(math.fsum(P) - 1) < 1e-12


def heat(value=1.0):
    """The τ slider of these figures: finite, since the cuts come after it."""
    return Range("tau", say("control.temperature"), say("control.tau.help"), value, minimum=0.2, maximum=3, step=0.1, digits=1)


def knob(label, help, value, top=1.0, step=0.01, bottom=0.0, digits=2):
    """The slider of the cut itself."""
    return Range("setting", label, help, value, minimum=bottom, maximum=top, step=step, digits=digits)


charts.cut(
    "min-p", t(pt="Min-p, visto de dois lados", en="Min-p, seen from two sides"), TOKENS, U,
    {t(pt="probabilidade", en="probability"): ("min_p", "probability"),
     t(pt="distância entre logits", en="distance between logits"): ("min_p", "below")},
    [knob("m", t(pt="A fração da maior probabilidade que é preciso ter.", en="The fraction of the largest probability one must have."),
          0.1, bottom=0.01), heat()],
    said=t(pt="A linha está em {line}. Tokens mantidos: {n_kept|0}; os cortados tinham {mass_cut|%1} da massa. O mais provável passa a {q_max|%1}.",
           en="The line is at {line}. Tokens kept: {n_kept|0}; those cut held {mass_cut|%1} of the mass. The likeliest goes to {q_max|%1}."),
    caption=t(pt="Barra preenchida: mantido, com a probabilidade final ao lado. Só contorno: cortado. Na régua de probabilidade fica quem alcança a linha; na de "
                 "logits, quem não passa dela.",
              en="Solid bar: kept, with its final probability beside it. Outline only: cut. On the probability ruler, tokens that reach the line stay; "
                 "on the ruler of logits, those that do not go past it."))

# %% [markdown] lang="pt" anchor="regua"
# ## A mesma pergunta, com logits de verdade
#
# Dez tokens cabem na tela. Aqui está o vocabulário inteiro do modelo embutido, {{ number(len(PROMPT.logits), 0) }} tokens. A régua é a distância até o maior
# logit, em faixas de meio logit; a altura é quantos tokens caem em cada faixa (em escala de raiz quadrada, senão os poucos da esquerda sumiriam). Todo corte
# desta lição mantém um **intervalo** desta régua, porque o softmax preserva a ordem: as linhas tracejadas são as suas pontas.
#
# Comece por min-p. Antes de mover τ, preveja se a linha anda e se ficam mais tokens; mova, confira e troque de prompt: em qual dos dois min-p mantém menos, e por quê? Os outros cortes da lista têm cada um a sua
# seção; depois de cada uma, volte aqui e ache a ponta que ela move.

# %% [markdown] lang="en" anchor="regua"
# ## The same question, with real logits
#
# Ten tokens fit on the screen. Here is the whole vocabulary of the embedded model, {{ number(len(PROMPT.logits), 0) }} tokens. The ruler is the distance from the largest
# logit, in bands of half a logit; the height is how many tokens fall in each band (on a square-root scale, or the few on the left would vanish). Every cut
# of this lesson keeps an **interval** of this ruler, because the softmax preserves order: the dashed lines are its ends.
#
# Begin with min-p. Before you move τ, predict whether the line moves and whether more tokens stay; move it, check, and change the prompt: in which of the two does min-p keep fewer, and why? The other cuts of the list have a
# section each; after each one, come back here and find the end that it moves.

# %%
CUTS = {
    t(pt="min-p, m = 0,1", en="min-p, m = 0.1"): ("min_p", 0.1),
    t(pt="épsilon, ε = 0,001", en="epsilon, ε = 0.001"): ("epsilon_cutoff", 0.001),
    t(pt="eta, ε = 0,001", en="eta, ε = 0.001"): ("eta_cutoff", 0.001),
    t(pt="típica, p = 0,2", en="typical, p = 0.2"): ("typical_p", 0.2),
    t(pt="típica, p = 0,9", en="typical, p = 0.9"): ("typical_p", 0.9),
    t(pt="top-nσ, n = 1", en="top-nσ, n = 1"): ("top_n_sigma", 1.0),
    t(pt="top-nσ, n = 2", en="top-nσ, n = 2"): ("top_n_sigma", 2.0),
    t(pt="XTC, t = 0,05", en="XTC, t = 0.05"): ("xtc", 0.05),
}

charts.ruler(
    "ruler", t(pt="Cada corte é um intervalo", en="Each cut is an interval"), [PROMPT, SURE], CUTS, [heat()],
    said=t(pt="Tokens mantidos: {n_kept|0}, de {from|2} a {to|2} abaixo do maior logit; os cortados tinham {mass_cut|%1} da massa. O sorteio equivale a {effective|1} opções "
              "igualmente prováveis.",
           en="Tokens kept: {n_kept|0}, from {from|2} to {to|2} below the largest logit; those cut held {mass_cut|%1} of the mass. The draw is like {effective|1} equally "
              "likely choices."),
    caption=t(pt="Contorno: todos os tokens da faixa. Preenchido: os mantidos. XTC aparece no caso em que age.",
              en="Outline: all the tokens of the band. Solid: those kept. XTC is shown in the case in which it acts."))

# %% [markdown] lang="pt" anchor="min-p"
# ## A fórmula, e por que ela dispensa o softmax
#
# Escreva $P_\tau$ para o [softmax](term:softmax) com temperatura τ e $p_{\mathrm{max}} = \max_j P_\tau(j)$. Min-p com fração $m$ mantém
#
# $$
# S = \{\, i : P_\tau(i) \ge m \, p_{\mathrm{max}} \,\}.
# $$
#
# > **Proposição 6.1.** Para logits finitos, $\tau > 0$ e $0 < m \le 1$,
# >
# > $$
# > \begin{aligned}
# > S &= \{\, i : u_i \ge \max u + \tau \ln m \,\} \\[0.4em]
# > |S| &\le \frac{1}{m \, p_{\mathrm{max}}}
# > \end{aligned}
# > $$

# %% [markdown] lang="en" anchor="min-p"
# ## The formula, and why it needs no softmax
#
# Write $P_\tau$ for the [softmax](term:softmax) at temperature τ and $p_{\mathrm{max}} = \max_j P_\tau(j)$. Min-p with share $m$ keeps
#
# $$
# S = \{\, i : P_\tau(i) \ge m \, p_{\mathrm{max}} \,\}.
# $$
#
# > **Proposition 6.1.** For finite logits, $\tau > 0$ and $0 < m \le 1$,
# >
# > $$
# > \begin{aligned}
# > S &= \{\, i : u_i \ge \max u + \tau \ln m \,\} \\[0.4em]
# > |S| &\le \frac{1}{m \, p_{\mathrm{max}}}
# > \end{aligned}
# > $$

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A razão entre duas probabilidades não tem a soma do softmax: $P_\tau(i)/p_{\mathrm{max}} = e^{(u_i - \max u)/\tau}$. Ela é pelo menos $m$ exatamente
# quando $(u_i - \max u)/\tau \ge \ln m$, porque o logaritmo é crescente; multiplique por $\tau > 0$. Para a contagem: cada token de $S$ tem pelo menos
# $m\,p_{\mathrm{max}}$, e juntos não passam de 1, logo $|S| \cdot m\,p_{\mathrm{max}} \le 1$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The ratio of two probabilities is free of the softmax's sum: $P_\tau(i)/p_{\mathrm{max}} = e^{(u_i - \max u)/\tau}$. It is at least $m$ exactly
# when $(u_i - \max u)/\tau \ge \ln m$, because the logarithm is increasing; multiply by $\tau > 0$. For the count: each token of $S$ has at least
# $m\,p_{\mathrm{max}}$, and together they do not exceed 1, so $|S| \cdot m\,p_{\mathrm{max}} \le 1$. $\blacksquare$

# %% [markdown] lang="pt"
# Três consequências. O limiar fica a uma distância **fixa** do maior logit, $\tau \ln(1/m)$: com $m = 0{,}1$ e τ = 1, a {{ math.log(10) | 3 }}. Os outros
# tokens não influem nele, por mais numerosos que sejam. E repetir o corte não corta mais nada, porque o maior logit continua lá.
#
# A cota cresce quando o favorito encolhe: com $m = 0{,}1$, um favorito de 90% deixa no máximo {{ math.floor(1 / (0.1 * 0.9)) }} tokens; um de 2%, até
# {{ math.floor(1 / (0.1 * 0.02) + 1e-9) }}. Descontada a massa do próprio favorito, ela aperta para $1 + (1 - p_{\mathrm{max}})/(m\,p_{\mathrm{max}})$:
# {{ math.floor(1 + 0.1 / 0.09) }} e {{ math.floor(1 + 0.98 / 0.002 + 1e-9) }}. Min-p fecha quando o modelo está seguro e abre quando não está.

# %% [markdown] lang="en"
# Three consequences. The threshold stands at a **fixed** distance from the largest logit, $\tau \ln(1/m)$: with $m = 0.1$ and τ = 1, at {{ math.log(10) | 3 }}. The other
# tokens have no say in it, however many they are. And repeating the cut removes nothing more, because the largest logit is still there.
#
# The bound grows as the favourite shrinks: with $m = 0.1$, a favourite of 90% leaves at most {{ math.floor(1 / (0.1 * 0.9)) }} tokens; one of 2%, up to
# {{ math.floor(1 / (0.1 * 0.02) + 1e-9) }}. Set the favourite's own mass aside, and it tightens to $1 + (1 - p_{\mathrm{max}})/(m\,p_{\mathrm{max}})$:
# {{ math.floor(1 + 0.1 / 0.09) }} and {{ math.floor(1 + 0.98 / 0.002 + 1e-9) }}. Min-p closes when the model is sure and opens when it is not.

# %%
min_p_by_hand("hand-min-p", t(pt="Min-p com m = 0,1, à mão: u = [3; 1; 0; −1]", en="Min-p with m = 0.1, by hand: u = [3, 1, 0, −1]"), [3, 1, 0, -1], 0.1,
              [1.0, 0.5, 2.0])

# %%
Callout("misconception", t(pt="«Min-p 0,1 corta todo token abaixo de 10%»", en="“Min-p 0.1 cuts every token below 10%”"), t(
    pt=f"Não corta. A fração é da **maior probabilidade**, não de 1. Nas dez continuações acima, m = 0,1 põe a linha em {percent(0.1 * P[0])}, e "
       f"«{TOKENS[6]}», com {percent(P[6], 0)}, fica. Sobre vinte logits iguais, cada token tem {percent(1 / 20, 0)} e o corte de 10% mantém "
       f"{int((min_p([0.0] * 20, 0.1) > -math.inf).sum())} de 20. Quem corta em um valor absoluto é o épsilon, logo abaixo.",
    en=f"It does not. The share is of the **largest probability**, not of 1. In the ten completions above, m = 0.1 puts the line at {percent(0.1 * P[0])}, and "
       f"“{TOKENS[6]}”, with {percent(P[6], 0)}, stays. Over twenty equal logits each token has {percent(1 / 20, 0)} and the 10% cut keeps "
       f"{int((min_p([0.0] * 20, 0.1) > -math.inf).sum())} of 20. The one that cuts at an absolute value is epsilon, just below."))

# %% [markdown] lang="pt" anchor="epsilon-eta"
# ## Épsilon e eta: um piso para a probabilidade
#
# Hewitt, Manning e Liang (2022) partem de uma hipótese: o modelo mistura a distribuição verdadeira da língua com um alisamento, que dá um pouco de
# massa a tudo. Cortar é desfazer esse alisamento. Vista assim, a falha do top-p é cortar palavras boas só porque a primeira já alcançou p: no exemplo
# deles, depois de «Donald» só resta «Trump».
#
# **Épsilon** põe um piso fixo: fica o token com $P(i) \ge \varepsilon$. **Eta** baixa o piso quando a distribuição é espalhada,
#
# $$
# P(i) \ge \eta, \qquad \eta = \min\left(\varepsilon,\; \sqrt{\varepsilon}\; e^{-H}\right),
# $$
#
# com a [entropia](term:entropy) $H$ em nats. O segundo termo é uma fração $\sqrt{\varepsilon}$ de $e^{-H}$, a probabilidade que cada token teria se as
# opções efetivas fossem todas iguais. Se nenhum token alcança o piso, fica só o de maior probabilidade, com os que empatam com ele.
#
# Antes de mexer, preveja: com τ = 3, qual dos dois mantém mais tokens, épsilon ou eta? Ponha τ = 3, troque de corte e confira. Qual dos pisos se moveu, e por quê?

# %% [markdown] lang="en" anchor="epsilon-eta"
# ## Epsilon and eta: a floor for the probability
#
# Hewitt, Manning and Liang (2022) start from a hypothesis: the model mixes the true distribution of the language with a smoothing, which gives a little
# mass to everything. To cut is to undo that smoothing. Seen so, the fault of top-p is to cut good words only because the first one already reached p: in
# their example, after “Donald” only “Trump” is left.
#
# **Epsilon** sets a fixed floor: a token with $P(i) \ge \varepsilon$ stays. **Eta** lowers the floor when the distribution is spread out,
#
# $$
# P(i) \ge \eta, \qquad \eta = \min\left(\varepsilon,\; \sqrt{\varepsilon}\; e^{-H}\right),
# $$
#
# with the [entropy](term:entropy) $H$ in nats. The second term is a fraction $\sqrt{\varepsilon}$ of $e^{-H}$, the probability each token would have if the
# effective choices were all equal. If no token reaches the floor, the likeliest alone stays, with those tied with it.
#
# Before you touch anything, predict: at τ = 3, which of the two keeps more tokens, epsilon or eta? Set τ = 3, change the cut and check. Which of the floors moved, and why?

# %%
charts.cut(
    "floor", t(pt="Um piso fixo e um piso que cede", en="A fixed floor and one that gives way"), TOKENS, U,
    {say("stage.epsilon_cutoff"): ("epsilon_cutoff", "probability"), say("stage.eta_cutoff"): ("eta_cutoff", "probability")},
    [knob("ε", t(pt="O piso; eta usa o mesmo ε na sua fórmula.", en="The floor; eta uses the same ε in its formula."), 0.07, top=0.4), heat()],
    said=t(pt="O piso está em {line}. Tokens mantidos: {n_kept|0}; os cortados tinham {mass_cut|%1} da massa.",
           en="The floor is at {line}. Tokens kept: {n_kept|0}; those cut held {mass_cut|%1} of the mass."),
    caption=t(pt="Ao contrário da linha de min-p, a de épsilon não acompanha a maior barra. Para eta, o artigo sugere ε entre 0,0003 e 0,004; aqui ele é grande porque só há "
                 "dez tokens.",
              en="Unlike the line of min-p, that of epsilon does not follow the tallest bar. For eta the paper suggests an ε between 0.0003 and 0.004; here it is large because "
                 "there are only ten tokens."))

# %% [markdown] lang="pt" anchor="tipica"
# ## Típica: nem surpresa demais, nem de menos
#
# A surpresa de um token é $-\log_2 P(i)$, em bits, e a entropia é a surpresa média. Meister, Pimentel, Wiher e Cotterell (2022) supõem que quem fala
# mantém a informação de cada palavra perto da que se espera ali: texto provável demais fica repetitivo. A [amostragem típica](term:typical-sampling) toma
# os tokens do mais próximo da média ao mais distante, até a massa deles alcançar p.
#
# Na figura, a linha do meio é a entropia. Cada barra começa nela e vai até a surpresa do token: barra curta, token típico. Antes de mover p, aposte: à medida que p diminui, qual token é cortado
# primeiro, o mais provável ou o menos? Mova p de 1 para baixo e confira. A partir de que p o favorito é cortado?

# %% [markdown] lang="en" anchor="tipica"
# ## Typical: neither too much surprise nor too little
#
# A token's surprise is $-\log_2 P(i)$, in bits, and the entropy is the average surprise. Meister, Pimentel, Wiher and Cotterell (2022) suppose that speakers
# keep the information of each word near what is expected there: text that is too likely turns repetitive. [Typical sampling](term:typical-sampling) takes
# the tokens from the closest to the average to the farthest, until their mass reaches p.
#
# In the figure, the line in the middle is the entropy. Each bar starts at it and goes to the token's surprise: a short bar is a typical token. Before you move p, place a bet: as p falls, which token is cut
# first, the likeliest or the least likely? Move p down from 1 and check. From which p on is the favourite cut?

# %%
charts.cut(
    "typical", t(pt="O corte típico corta dos dois lados", en="The typical cut cuts on both sides"), TOKENS, U,
    {say("stage.typical_p"): ("typical_p", "surprise")},
    [knob("p", t(pt="A massa que os tokens típicos precisam alcançar.", en="The mass that the typical tokens must reach."), 0.5), heat()],
    said=t(pt="A surpresa média é de {H|2} bits. Tokens mantidos: {n_kept|0}; os cortados tinham {mass_cut|%1} da massa. O mais provável fica com {q_top|%1}.",
           en="The average surprise is {H|2} bits. Tokens kept: {n_kept|0}; those cut held {mass_cut|%1} of the mass. The likeliest is left with {q_top|%1}."),
    caption=t(pt="À esquerda da linha, quem surpreende menos que a média; à direita, mais. A faixa cinza vai até o último token mantido.",
              en="Left of the line, those that surprise less than the average; right of it, more. The grey band reaches to the last token kept."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="sem-o-favorito"
# > **Proposição 6.2.** Se $p > 1 - p_{\mathrm{max}}$, o corte típico mantém o token mais provável. Se $p \le 1 - p_{\mathrm{max}}$, ele pode cortá-lo.

# %% [markdown] lang="en" anchor="sem-o-favorito"
# > **Proposition 6.2.** If $p > 1 - p_{\mathrm{max}}$, the typical cut keeps the likeliest token. If $p \le 1 - p_{\mathrm{max}}$, it may cut it.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Um token só é cortado quando os estritamente mais típicos que ele somam pelo menos $p$. Nenhum deles é o próprio token; no caso do mais
# provável, somam no máximo $1 - p_{\mathrm{max}}$. Para a segunda parte basta um exemplo, calculado a seguir até a última casa: com p = 0,4, o token de 40% fica
# de fora. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* A token is cut only when those strictly more typical than it add up to at least $p$. None of them is the token itself; for the
# likeliest, they add up to at most $1 - p_{\mathrm{max}}$. For the second part one example is enough, worked out below to the last digit: with p = 0.4, the token of 40% is
# left out. $\blacksquare$

# %% [markdown] lang="pt" fold="case"
# ### O corte típico à mão

# %% [markdown] lang="en" fold="case"
# ### The typical cut by hand

# %% fold="case"
FIVE = [0.4, 0.25, 0.2, 0.1, 0.05]
assert typical_p([math.log(p) for p in FIVE], 0.4)[0] == -math.inf and typical_p([math.log(p) for p in FIVE], 0.9)[0] > -math.inf
typical_by_hand("hand-typical", t(pt=f"O corte típico à mão: P = {vector(FIVE, 2, trim=True)}", en=f"The typical cut by hand: P = {vector(FIVE, 2, trim=True)}"), FIVE,
                [0.4, 0.9])

# %% [markdown] lang="pt" anchor="top-n-sigma"
# ## Top-nσ: separar o sinal do ruído, nos logits
#
# Tang, Liu, Xu e Huang (2024) observam que quase todos os logits de um modelo formam um monte em forma de sino, que chamam de ruído, e poucos se
# destacam acima dele. O corte mede a distância até o maior logit em desvios-padrão: fica um token que está a até $n\sigma$ dele,
#
# $$
# S_n(u) = \{\, i : u_i \ge \max u - n\,\sigma(u) \,\},
# $$
#
# com $\sigma(u)$ o desvio-padrão populacional dos logits finitos.
#
# > **Proposição 6.3.** Para todo $\tau > 0$ e toda constante $c$, $S_n(u/\tau + c) = S_n(u)$.

# %% [markdown] lang="en" anchor="top-n-sigma"
# ## Top-nσ: telling signal from noise, on the logits
#
# Tang, Liu, Xu and Huang (2024) observe that nearly all of a model's logits form a bell-shaped heap, which they call noise, and a few stand
# out above it. The cut measures the distance from the largest logit in standard deviations: a token within $n\sigma$ of it stays,
#
# $$
# S_n(u) = \{\, i : u_i \ge \max u - n\,\sigma(u) \,\},
# $$
#
# with $\sigma(u)$ the population standard deviation of the finite logits.
#
# > **Proposition 6.3.** For every $\tau > 0$ and every constant $c$, $S_n(u/\tau + c) = S_n(u)$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* O máximo de $u/\tau + c$ é $\max u/\tau + c$ e o desvio-padrão é $\sigma(u)/\tau$, porque somar uma constante não o muda e dividir por τ o
# divide. A condição $u_i/\tau + c \ge \max u/\tau + c - n\,\sigma(u)/\tau$, depois de subtrair $c$ e multiplicar por $\tau$, é a original. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The maximum of $u/\tau + c$ is $\max u/\tau + c$ and the standard deviation is $\sigma(u)/\tau$, because adding a constant leaves it alone and dividing by τ
# divides it. The condition $u_i/\tau + c \ge \max u/\tau + c - n\,\sigma(u)/\tau$, after subtracting $c$ and multiplying by $\tau$, is the original one. $\blacksquare$

# %% [markdown] lang="pt"
# Antes de mover τ na figura, preveja o que muda: os tokens mantidos, as probabilidades ao lado das barras, ou ambos. Mova e confira: as probabilidades mudam, o conjunto não. Nenhum outro corte desta
# lição tem essa propriedade. Volte à figura de min-p e explique a diferença.

# %% [markdown] lang="en"
# Before you move τ in the figure, predict what changes: the tokens kept, the probabilities beside the bars, or both. Move it and check: the probabilities change, the set does not. No other cut of this
# lesson has that property. Go back to the figure of min-p and explain the difference.

# %%
charts.cut(
    "sigma", t(pt="Top-nσ não percebe a temperatura", en="Top-nσ does not notice temperature"), TOKENS, U,
    {say("stage.top_n_sigma"): ("top_n_sigma", "below")},
    [knob("n", t(pt="Quantos desvios-padrão abaixo do maior logit ainda ficam.", en="How many standard deviations below the largest logit still stay."),
          1, top=4, step=0.1, bottom=0.1, digits=1), heat()],
    said=t(pt="A linha está a {line} do maior logit. Tokens mantidos: {n_kept|0}; os cortados tinham {mass_cut|%1} da massa. O mais provável passa a {q_max|%1}.",
           en="The line is {line} from the largest logit. Tokens kept: {n_kept|0}; those cut held {mass_cut|%1} of the mass. The likeliest goes to {q_max|%1}."),
    caption=t(pt="Cada barra é a distância entre o maior logit e o do token, antes da temperatura.",
              en="Each bar is the distance between the largest logit and the token's, before temperature."))

# %% [markdown] lang="pt" anchor="xtc"
# ## XTC: cortar o topo, às vezes
#
# XTC (*exclude top choices*) nasceu em um pull request de p-e-w em 2024 e, ao contrário de todos os outros, tira só os favoritos. A mira são os clichês,
# as continuações que o modelo escolhe sempre. A regra: seja $A$ o conjunto dos tokens com $P(i) \ge t$. Com probabilidade $q$, a cada passo, são cortados todos os que são mais
# prováveis que o menos provável de $A$. Ele fica, como garantia de que ainda há uma continuação razoável.
#
# Em $A$ cabem no máximo $\lfloor 1/t \rfloor$ tokens, porque cada um tem ao menos $t$. Então com $t > 1/2$ nunca há dois, e XTC não faz nada. E o que se vê em
# muitos sorteios é a mistura dos dois casos: $q$ vezes a distribuição cortada mais $1 - q$ vezes a original.
#
# Antes de mover o limiar t, preveja: para qual t XTC deixa de fazer qualquer coisa nesta distribuição? Mova e confira. Depois ponha q = 1 e diga quem herda a massa dos favoritos.

# %% [markdown] lang="en" anchor="xtc"
# ## XTC: cutting the top, sometimes
#
# XTC (exclude top choices) began as a pull request by p-e-w in 2024 and, unlike all the others, removes the favourites alone. Its target is clichés,
# the completions the model picks every time. The rule: let $A$ be the set of tokens with $P(i) \ge t$. With probability $q$, at each step, all those likelier
# than the least likely of $A$ are cut. That one stays, as a guarantee that a reasonable completion is left.
#
# $A$ has room for at most $\lfloor 1/t \rfloor$ tokens, since each has at least $t$. So with $t > 1/2$ there are never two, and XTC does nothing. And what shows over
# many draws is the mixture of both cases: $q$ times the cut distribution plus $1 - q$ times the original.
#
# Before you move the threshold t, predict: at which t does XTC stop doing anything to this distribution? Move it and check. Then set q = 1 and say who inherits the mass of the favourites.

# %%
charts.cut(
    "xtc", t(pt="XTC tira os favoritos", en="XTC removes the favourites"), TOKENS, U, {say("stage.xtc"): ("xtc", "probability")},
    [knob(t(pt="limiar t", en="threshold t"), t(pt="A probabilidade a partir da qual um token é favorito.", en="The probability from which a token is a favourite."),
          0.1, top=0.6, bottom=0.01),
     Range("coin", t(pt="frequência q", en="frequency q"), t(pt="Com que frequência XTC age.", en="How often XTC acts."), 0.5, step=0.05, digits=2),
     heat()],
    said=t(pt="Tokens mantidos quando age: {n_kept|0}; os cortados tinham {mass_cut|%1} da massa. Na mistura, o mais provável, que tinha {p_max|%1}, fica com {q_top|%1}.",
           en="Tokens kept when it acts: {n_kept|0}; those cut held {mass_cut|%1} of the mass. In the mixture the likeliest, which had {p_max|%1}, is left with {q_top|%1}."),
    caption=t(pt="Só contorno: cortado quando XTC age. O número é a probabilidade na mistura; com q = 1, só no caso em que ele age.",
              en="Outline only: cut when XTC acts. The number is the probability in the mixture; with q = 1, in the case in which it acts alone."))

# %%
Callout("misconception", t(pt="«Todo corte joga fora os improváveis»", en="“Every cut throws out the unlikely”"), t(
    pt=f"Dois cortes desta lição jogam fora o favorito. Na distribuição do começo, a típica com p = 0,5 dá ao token mais provável "
       f"{percent(probabilities(U, SamplingParams(typical_p=0.5))[0], 0)}, e XTC com t = 0,1 também, quando age; top-k, top-p, min-p e top-nσ nunca fazem "
       f"isso. E XTC sozinho não corta a cauda: «{TOKENS[-1]}» vai de {percent(P[-1])} a "
       f"{percent(probabilities(U, SamplingParams(xtc_probability=1, xtc_threshold=0.1))[-1])}. Por isso llama.cpp recomenda min-p antes dele (PR 9742).",
    en=f"Two cuts of this lesson throw out the favourite. On the distribution of the beginning, typical with p = 0.5 gives the likeliest token "
       f"{percent(probabilities(U, SamplingParams(typical_p=0.5))[0], 0)}, and so does XTC with t = 0.1 when it acts; top-k, top-p, min-p and top-nσ never do "
       f"that. And XTC alone does not cut the tail: “{TOKENS[-1]}” goes from {percent(P[-1])} to "
       f"{percent(probabilities(U, SamplingParams(xtc_probability=1, xtc_threshold=0.1))[-1])}. That is why llama.cpp recommends min-p before it (PR 9742)."))

# %% [markdown] lang="pt" anchor="na-mesma-regua"
# ## Todos na mesma régua
#
# Agora que cada corte tem nome, volte à régua do começo. Antes de mover τ, preveja para cada corte se as linhas andam, e para que lado. Mova e confira: em top-nσ elas não se mexem. Nos outros podem se mexer, e épsilon pode até apertar com o calor. Explique
# por quê: o que acontece com as probabilidades quando a distribuição se achata, e onde está o piso?

# %% [markdown] lang="en" anchor="na-mesma-regua"
# ## All on the same ruler
#
# Now that each cut has a name, go back to the ruler at the beginning. Before you move τ, predict for each cut whether the lines move, and which way. Move it and check: in top-nσ they do not. In the others they may, and epsilon may even tighten with heat. Explain
# why: what happens to the probabilities when the distribution flattens, and where is the floor?

# %%
def stay(name, setting, one, tau):
    """How many tokens of a snapshot stay after temperature and one cut, by core."""
    chosen = {"xtc_threshold": setting, "xtc_probability": 1.0} if name == "xtc" else {name: setting}
    return int((apply(one.logits, SamplingParams(temperature=tau, order=("temperature", name), **chosen)) > -math.inf).sum())


table = {label: [stay(*rule, one, tau) for one in (PROMPT, SURE) for tau in (1.0, 2.0)] for label, rule in CUTS.items()}
assert all(row[0] == row[1] and row[2] == row[3] for label, row in table.items() if CUTS[label][0] == "top_n_sigma")
Table(
    [t(pt="corte", en="cut"), *(typeset(f"{quoted(one.prompt)}, τ = {tau}") for one in (PROMPT, SURE) for tau in (1, 2))],
    [[label, *map(number, row)] for label, row in table.items()],
    t(pt="Quantos tokens cada corte mantém. Só as linhas de top-nσ têm o mesmo número com τ = 1 e τ = 2 por teorema.",
      en="How many tokens each cut keeps. Only the rows of top-nσ have the same number at τ = 1 and τ = 2 by a theorem."))

# %%
Table(
    [t(pt="texto lido", en="text read"), "p_max", t(pt="mantidos por min-p 0,1", en="kept by min-p 0.1"), t(pt="cota 1/(m·p_max)", en="bound 1/(m·p_max)")],
    [[quoted(one.prompt), percent(softmax(one.logits).max()), number(stay("min_p", 0.1, one, 1.0)),
      number(math.floor(min_p_count_bound(one.logits, 0.1)))] for one in map(snapshot, ("sky", "once", "capital", "rio"))],
    t(pt="A cota da Proposição 6.1 sobre logits de verdade: nunca é ultrapassada, e o quanto sobra depende da cauda.",
      en="The bound of Proposition 6.1 on real logits: it is never exceeded, and how much room is left depends on the tail."))

# %% [markdown] lang="pt" anchor="para-que"
# ## Para que nasceu cada um
#
# Um corte responde a um incômodo. Conhecer o incômodo ajuda mais do que decorar a fórmula. A segunda coluna é o que os autores dizem querer, não um
# resultado que esta lição confirme.
#
# Com min-p, os autores não ficaram sem resposta. Nguyen et al. (2024) relatam que, com τ alto, avaliadores preferem min-p em qualidade e em criatividade, e que ele vai melhor em
# GPQA, GSM8K e AlpacaEval. Schaeffer et al. (2025) reanalisaram os mesmos dados humanos, encontraram dados omitidos e testes mal aplicados, e não viram vantagem sobre os cortes mais velhos; nos
# testes automáticos, a vantagem some quando cada método pode escolher entre o mesmo número de ajustes. O que a Proposição 6.1 garante não depende dessa disputa: ela diz o que min-p faz, não se o texto fica melhor.

# %% [markdown] lang="en" anchor="para-que"
# ## What each was made for
#
# A cut answers an annoyance. Knowing the annoyance helps more than learning the formula by heart. The second column is what the authors say they
# want, not a result that this lesson confirms.
#
# In the case of min-p the authors have been answered. Nguyen et al. (2024) report that, at a high τ, raters prefer min-p in quality and in creativity, and that it does better on
# GPQA, GSM8K and AlpacaEval. Schaeffer et al. (2025) analysed the same human data again, found data left out and tests wrongly applied, and saw no gain over the older cuts; on
# the automatic tests the gain goes away when each method may choose among as many settings. What Proposition 6.1 guarantees does not depend on that dispute: it says what min-p does, not whether the text is better.

# %%
Table(
    [t(pt="corte", en="cut"), t(pt="o incômodo", en="the annoyance"), t(pt="o que mede", en="what it measures"), t(pt="fonte", en="source")],
    [[say("stage.typical_p"), t(pt="texto provável demais é repetitivo", en="text that is too likely is repetitive"),
      t(pt="distância da surpresa à entropia", en="distance of surprise from entropy"), "Meister et al. (2022)"],
     [f"{say('stage.epsilon_cutoff')}, {say('stage.eta_cutoff')}",
      t(pt="top-p corta palavras boas quando a primeira domina", en="top-p cuts good words when the first one dominates"),
      t(pt="a probabilidade, contra um piso", en="the probability, against a floor"), "Hewitt et al. (2022)"],
     ["min-p", t(pt="com τ alto, top-p deixa passar incoerências", en="at high τ, top-p lets incoherence through"),
      t(pt="a razão para a maior probabilidade", en="the ratio to the largest probability"),
      t(pt="llama.cpp, PR 3841 (2023); Nguyen et al. (2024)", en="llama.cpp, PR 3841 (2023); Nguyen et al. (2024)")],
     ["top-nσ", t(pt="τ alto traz ruído para dentro do conjunto", en="a high τ brings noise into the set"),
      t(pt="a distância ao maior logit, em desvios-padrão", en="the distance from the largest logit, in standard deviations"), "Tang et al. (2024)"],
     ["XTC", t(pt="o modelo escolhe sempre o clichê", en="the model always picks the cliché"),
      t(pt="quem passa de um limiar, para tirar", en="who is above a threshold, to remove it"), "p-e-w (2024)"]],
    t(pt="Cinco incômodos, cinco réguas.", en="Five annoyances, five rulers."))

# %% fold="engines"
RARE = ("min_p", "typical_p", "epsilon_cutoff", "eta_cutoff", "top_n_sigma", "xtc_probability", "xtc_threshold", "top_h")


def spelled(engine, field):
    """How an engine writes a setting, with its default where that is not off; a dash where it has none."""
    one = ENGINES[engine].parameters.get(field)
    if one is None:
        return "—"
    switch = any(field in fields for fields in STAGES.values())
    off = one.default is None or one.is_off(one.default) or (switch and one.default == getattr(SamplingParams(), field))
    return f"`{one.name}`" + ("" if off else f": {short(one.default)}")


assert not set(RARE) & set(ENGINES["openai"].parameters)
sources = {name: next((engine.parameters[field] for field in RARE if field in engine.parameters), engine.top_k_off)
           for name, engine in ENGINES.items()}
Table(
    [t(pt="ajuste", en="setting"), "transformers", "vLLM", "llama.cpp"],
    [[say(f"stage.{field.split('_prob')[0].split('_thr')[0]}") + {"xtc_probability": " (q)", "xtc_threshold": " (t)"}.get(field, ""),
      *(spelled(engine, field) for engine in ("transformers", "vllm", "llama.cpp"))] for field in RARE],
    t(pt="Como cada motor chama o corte. O número é o valor quando ninguém o escreve; sem número, o corte vem desligado. A API da OpenAI não tem nenhum deles. "
         "Lido de: ",
      en="What each engine calls the cut. The number is its value when nobody sets it; with no number, the cut is off by default. OpenAI's API has none of them. "
         "Read from: ")
    + "; ".join(map(source, sources.values())) + ".")

# %%
Callout("engines", t(pt="Três armadilhas", en="Three traps"), t(
    pt=f"Em llama.cpp, min-p vem **ligado**, com {short(ENGINES['llama.cpp'].parameters['min_p'].default)}: quem só mexe em τ já está cortando. Em transformers, o "
       "parâmetro `eta_cutoff` é o ε da fórmula, não η. E min-p roda antes da temperatura em llama.cpp e depois dela em transformers e vLLM; pela "
       "Proposição 6.1, o limiar fica a ln(1/m) do maior logit em um e a τ·ln(1/m) nos outros. A lição [A ordem importa](lesson:order) parte daí.",
    en=f"In llama.cpp min-p is **on** by default, at {short(ENGINES['llama.cpp'].parameters['min_p'].default)}: whoever only touches τ is already cutting. In "
       "transformers the parameter `eta_cutoff` is the ε of the formula, not η. And min-p runs before temperature in llama.cpp and after it in transformers and "
       "vLLM; by Proposition 6.1 the threshold is at ln(1/m) from the largest logit in one and at τ·ln(1/m) in the others. The lesson "
       "[Order matters](lesson:order) starts there."))

# %%
from core.chain import remember
from core.memory import WIDTH

share, twins = 0.5, sum(p * p for p in P)
by_entropy = int((top_h(U, share) > -math.inf).sum())
by_twins = int((p_less(U) > -math.inf).sum())
TARGET, STEP = 1.5, 0.1
steered = SamplingParams(mirostat_tau=TARGET, mirostat_eta=STEP)
left = probabilities(U, steered)
moved = remember(U, steered, Context(), 0).cap
AIM = 0.13
aimed = probabilities(U, SamplingParams(adaptive_target=AIM))
assert (by_entropy, by_twins, int((left > 0).sum())) == (2, 2, 3) and aimed.argmax() == P.index(AIM)

# %% [markdown] lang="pt" anchor="mais-novos" fold="more"
# ## Os mais novos
#
# Quatro ideias que ainda não têm gráfico aqui. Os números são da distribuição do começo, com τ = 1. O laboratório tem as duas primeiras, e a página de geração, as quatro.
#
# **Top-h** (Baghaei Potraghloo et al., 2025) reparte a entropia em vez da massa. Do mais provável para baixo, ficam os tokens enquanto a parte deles cabe em uma fração $h$ do total:
#
# $$
# \sum_{j:\, P(j) \ge P(i)} -P(j) \ln P(j) \;\le\; h\, H .
# $$
#
# Com $h = {{ share | 1 }}$ ficam {{ by_entropy | 0 }} dos {{ len(P) | 0 }} tokens. Em transformers, top-h roda logo depois da temperatura e olha só para os 100 tokens mais prováveis.
#
# **P-less** (Tan, Wu e Howard, 2025) não tem o que ajustar. Dois sorteios dão o mesmo token com probabilidade $\sum_j P(j)^2$, aqui {{ twins | %1 }}. Fica o token que tem ao menos isso: {{ by_twins | 0 }} deles. A maior probabilidade nunca é menor que essa soma, então o favorito sempre fica.
#
# **Mirostat 2** (Basu et al., 2021) tem memória. Corta os tokens de surpresa $-\log_2 P(i)$ acima de um teto $\mu$, que começa em $2\tau$, e depois de cada sorteio move o teto pelo erro da surpresa $S$ que saiu:
#
# $$
# \mu \leftarrow \mu - \eta\,(S - \tau).
# $$
#
# Aqui $\tau$ não é a temperatura: é a surpresa que se busca, em bits. Com $\tau = {{ TARGET | 1 }}$ e $\eta = {{ STEP | 1 }}$, o primeiro teto é ${{ 2 * TARGET | 1 }}$ bits e ficam {{ int((left > 0).sum()) | 0 }} tokens. Se sai o favorito, que tem {{ left[0] | %1 }} entre eles, o teto sobe para ${{ moved | 3 }}$: foi um sorteio pouco surpreendente.
#
# **Adaptive-p** (llama.cpp, PR 17927) também lembra, e não corta nada. Escolhe uma probabilidade alvo $a$ e troca os logits por
#
# $$
# u_i = 5 - \frac{10\, d_i^2}{1 + d_i}, \qquad d_i = \frac{|P(i) - a|}{w},
# $$
#
# com $w = {{ WIDTH | 1 }}$, de modo que o token mais perto do alvo vira o mais provável. Com $a = {{ AIM | 2 }}$, o terceiro token passa de {{ P[2] | %0 }} a {{ aimed[2] | %1 }}, e o favorito vai de {{ P[0] | %0 }} a {{ aimed[0] | %1 }}. A cauda sobe junto, porque também está perto: por isso ele vem depois de um corte. Se saírem tokens prováveis demais, o alvo seguinte desce.

# %% [markdown] lang="en" anchor="mais-novos" fold="more"
# ## The newest ones
#
# Four ideas that have no chart here yet. The numbers are for the distribution of the beginning, at τ = 1. The lab has the first two, and the generation page all four.
#
# **Top-h** (Baghaei Potraghloo et al., 2025) shares out the entropy instead of the mass. From the likeliest down, tokens stay as long as their part fits in a fraction $h$ of the total:
#
# $$
# \sum_{j:\, P(j) \ge P(i)} -P(j) \ln P(j) \;\le\; h\, H .
# $$
#
# With $h = {{ share | 1 }}$, {{ by_entropy | 0 }} of the {{ len(P) | 0 }} tokens stay. In transformers top-h runs right after the temperature and looks at the 100 likeliest tokens only.
#
# **P-less** (Tan, Wu and Howard, 2025) has nothing to set. Two draws give the same token with probability $\sum_j P(j)^2$, here {{ twins | %1 }}. A token with at least that much stays: {{ by_twins | 0 }} of them. The largest probability is never smaller than that sum, so the favourite always stays.
#
# **Mirostat 2** (Basu et al., 2021) has a memory. It cuts the tokens whose surprise $-\log_2 P(i)$ is above a cap $\mu$, which starts at $2\tau$, and after each draw it moves the cap by the error of the surprise $S$ that came:
#
# $$
# \mu \leftarrow \mu - \eta\,(S - \tau).
# $$
#
# Here $\tau$ is not the temperature: it is the surprise to aim at, in bits. With $\tau = {{ TARGET | 1 }}$ and $\eta = {{ STEP | 1 }}$, the first cap is ${{ 2 * TARGET | 1 }}$ bits and {{ int((left > 0).sum()) | 0 }} tokens stay. If the favourite comes, which has {{ left[0] | %1 }} among them, the cap goes up to ${{ moved | 3 }}$: that draw was hardly a surprise.
#
# **Adaptive-p** (llama.cpp, PR 17927) remembers too, and cuts nothing. It picks a target probability $a$ and replaces the logits by
#
# $$
# u_i = 5 - \frac{10\, d_i^2}{1 + d_i}, \qquad d_i = \frac{|P(i) - a|}{w},
# $$
#
# with $w = {{ WIDTH | 1 }}$, so that the token nearest the target becomes the likeliest. With $a = {{ AIM | 2 }}$, the third token goes from {{ P[2] | %0 }} to {{ aimed[2] | %1 }}, and the favourite goes from {{ P[0] | %0 }} to {{ aimed[0] | %1 }}. The tail rises with it, since it is near as well: that is why it comes after a cut. If tokens that come are too likely, the next target is lower.

# %%
Callout("instructor", t(pt="Uma aula de 15 minutos", en="A 15-minute class"), t(
    pt="Peça a aposta (1 min). Projete min-p e mova m; pergunte o que acontece com a linha quando τ sobe e só então mova τ (3 min). Prove a Proposição 6.1 no "
       "quadro e confira com a aba τ = 2 (3 min). Mostre a típica com p = 0,5 e abra a aposta (3 min). Passe à régua com o vocabulário inteiro: escolha top-nσ, peça "
       "à turma que preveja o efeito de τ, e mova (3 min). Feche com a pergunta: por que XTC pede min-p antes dele (2 min)? Enganos frequentes: que a fração de "
       "min-p é da massa total, que todo corte tira a cauda, que eta e `eta_cutoff` são o mesmo número.",
    en="Ask for the bet (1 min). Project min-p and move m; ask what happens to the line when τ goes up, and only then move τ (3 min). Prove Proposition 6.1 on the "
       "board and check it against the tab τ = 2 (3 min). Show typical with p = 0.5 and open the bet (3 min). Go to the ruler with the whole vocabulary: choose top-nσ, "
       "ask the class to predict the effect of τ, and move it (3 min). Close with the question: why does XTC want min-p before it (2 min)? Common mistakes: that the "
       "share of min-p is of the total mass, that every cut removes the tail, that eta and `eta_cutoff` are the same number."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
FOUR = [4, 2.5, 1, 0]
threshold = min_p_threshold(FOUR, 0.2, 2).item()
assert (min_p([x / 2 for x in FOUR], 0.2) > -math.inf).tolist() == [x >= threshold for x in FOUR] == [True, True, True, False]
Exercise(
    id="threshold", kind="numeric",
    question=t(pt=f"Logits {vector(FOUR, 1, trim=True)}, τ = 2 e depois min-p com m = 0,2. A partir de que logit um token fica? (Duas casas bastam.)",
               en=f"Logits {vector(FOUR, 1, trim=True)}, τ = 2 and then min-p with m = 0.2. From which logit on does a token stay? (Two decimals will do.)"),
    answer=threshold, tolerance=0.006,
    mistakes=[
        Mistake(min_p_threshold(FOUR, 0.2).item(), t(pt="Esse é o limiar com τ = 1. A temperatura veio antes: ln m é multiplicado por τ.",
                                                     en="That is the threshold at τ = 1. Temperature came first: ln m is multiplied by τ.")),
        Mistake(4 + math.log(0.2) / 2, t(pt="Você dividiu ln m por τ. Dividido por τ está o logit; ao voltar à escala original, ln m é multiplicado.",
                                         en="You divided ln m by τ. It is the logit that is divided by τ; back on the original scale, ln m is multiplied.")),
        Mistake(0.2 * 4, t(pt="Você tomou 20% do maior logit. A fração é da maior probabilidade, e vira uma distância entre logits.",
                           en="You took 20% of the largest logit. The share is of the largest probability, and becomes a distance between logits.")),
        Mistake(4 + 2 * math.log10(0.2), t(pt="Esse é o logaritmo de base 10. O softmax usa a base e.", en="That is the logarithm to base 10. The softmax uses base e.")),
    ],
    right=t(pt=f"4 + 2·ln 0,2 = {number(threshold, 3)}: ficam os três primeiros.", en=f"4 + 2·ln 0.2 = {number(threshold, 3)}: the first three stay."),
    wrong=t(pt="Use a Proposição 6.1: max u + τ·ln m.", en="Use Proposition 6.1: max u + τ·ln m."),
    unreadable=say("exercise.unreadable"))

# %%
half = probabilities(U, SamplingParams(xtc_probability=0.5, xtc_threshold=0.1))[0].item()
Exercise(
    id="xtc-share", kind="numeric",
    question=t(pt=f"Na distribuição desta lição, «{TOKENS[0]}» tem {percent(P[0], 0)}. XTC roda com t = 0,1 e q = 0,5. Em que porcentagem dos passos ele é sorteado?",
               en=f"In this lesson's distribution, “{TOKENS[0]}” has {percent(P[0], 0)}. XTC runs with t = 0.1 and q = 0.5. In what percentage of the steps is it drawn?"),
    answer=half, tolerance=0.002,
    mistakes=[
        Mistake(probabilities(U, SamplingParams(xtc_probability=1, xtc_threshold=0.1))[0].item(),
                t(pt="Isso é só o caso em que XTC age. Na outra metade dos passos nada é cortado.",
                  en="That is only the case in which XTC acts. In the other half of the steps nothing is cut.")),
        Mistake(P[0], t(pt="Isso é a distribuição sem XTC. Em metade dos passos ele é cortado.", en="That is the distribution without XTC. In half of the steps it is cut.")),
        Mistake(0.1, t(pt="O limiar diz quem é favorito, não que probabilidade sobra para ele.", en="The threshold says who is a favourite, not what probability is left to it.")),
    ],
    right=t(pt=f"0,5 · 0 + 0,5 · {number(P[0], 2)} = {number(half, 3)}, isto é, {percent(half)}.", en=f"0.5 · 0 + 0.5 · {number(P[0], 2)} = {number(half, 3)}, that is, {percent(half)}."),
    wrong=t(pt="Some os dois casos, cada um com o seu peso: q vezes o que ele tem quando XTC age, mais 1 − q vezes o que tinha.",
            en="Add the two cases, each with its weight: q times what it has when XTC acts, plus 1 − q times what it had."),
    unreadable=say("exercise.unreadable"))

# %%
before, after = ((top_n_sigma([u / tau for u in U], 1) > -math.inf).sum().item() for tau in (1, 3))
assert before == after
melted = [int((min_p([u / tau for u in U], 0.1) > -math.inf).sum()) for tau in (1, 3)]
Exercise(
    id="hot-sigma", kind="predict",
    question=t(pt="Nas dez continuações, top-nσ com n = 1 roda depois da temperatura. Você sobe τ de 1 para 3. O número de tokens mantidos:",
               en="On the ten completions, top-nσ with n = 1 runs after temperature. You raise τ from 1 to 3. The number of tokens kept:"),
    options=[
        Option(t(pt="cresce", en="grows"),
               t(pt=f"Cresceria com min-p 0,1, que vai de {melted[0]} a {melted[1]} tokens: lá a distância permitida é τ·ln(1/m).",
                 en=f"It would with min-p 0.1, which goes from {melted[0]} to {melted[1]} tokens: there the distance allowed is τ·ln(1/m).")),
        Option(t(pt="fica igual", en="stays the same"),
               t(pt="Distâncias e desvio-padrão encolhem pelo mesmo fator: é a Proposição 6.3.", en="Distances and standard deviation shrink by the same factor: Proposition 6.3."), correct=True),
        Option(t(pt="diminui", en="falls"),
               t(pt="O desvio-padrão encolhe, é verdade, mas as distâncias até o maior logit encolhem junto.",
                 en="The standard deviation shrinks, true, but the distances from the largest logit shrink with it.")),
    ],
    reveal=t(pt=f"Calculado por core: {before} tokens com τ = 1 e {after} com τ = 3.", en=f"Computed by core: {before} tokens at τ = 1 and {after} at τ = 3."))

# %%
assert probabilities(U, SamplingParams(typical_p=0.5))[0] == 0 and probabilities(U, SamplingParams(typical_p=0.75))[0] > 0
Exercise(
    id="sure-of-it", kind="choice",
    question=t(pt="Você quer ter certeza de que o corte típico nunca tira o token mais provável, que aqui tem 30%. Qual p serve?",
               en="You want to be certain that the typical cut never removes the likeliest token, which has 30% here. Which p will do?"),
    options=[
        Option(t(pt="p = 0,3", en="p = 0.3"), t(pt="Os outros somam 70%: podem alcançar 0,3 antes dele.", en="The others add up to 70%: they can reach 0.3 before it.")),
        Option(t(pt="p = 0,5", en="p = 0.5"), t(pt="É o caso da figura: com um favorito de 31%, p = 0,5 o corta.", en="This is the case of the figure: with a favourite of 31%, p = 0.5 cuts it.")),
        Option(t(pt="p = 0,75", en="p = 0.75"), t(pt="Os outros somam 70% e não alcançam 0,75 sem ele: é a Proposição 6.2.", en="The others add up to 70% and do not reach 0.75 without it: Proposition 6.2."),
               correct=True),
        Option(t(pt="nenhum", en="none"), t(pt="Há garantia, sim: com p acima de $1 - p_{\\mathrm{max}}$, os outros não bastam.", en="There is a guarantee: with p above $1 - p_{\\mathrm{max}}$ the others are not enough.")),
    ])

# %%
BUGGY = """from math import log, log2

def typical(probs, p):
    surprise = [-log2(q) for q in probs]              # in bits
    average = -sum(q * log(q) for q in probs)
    away = [abs(s - average) for s in surprise]
    order = sorted(range(len(probs)), key=away.__getitem__)
    kept, mass = [], 0
    for i in order:
        kept.append(i)
        mass += probs[i]
        if mass >= p:
            return sorted(kept)"""
namespace = {}
exec(BUGGY, namespace)
wrong = namespace["typical"](FIVE, 0.4)
right = [i for i, u in enumerate(typical_p([math.log(p) for p in FIVE], 0.4).tolist()) if u > -math.inf]
assert wrong != right and 0 in wrong

Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Sobre {vector(FIVE, 2, trim=True)} com p = 0,4, esta função mantém as posições {wrong}; o cálculo à mão mantém {right} (contando de 0). Qual linha está errada?",
               en=f"On {vector(FIVE, 2, trim=True)} with p = 0.4, this function keeps the positions {wrong}; the calculation by hand keeps {right} (counting from 0). Which line is wrong?"),
    options=[
        Option("4: `surprise = [-log2(q) for q in probs]`",
               t(pt="Está em bits, como o comentário promete. Bits ou nats tanto faz, desde que tudo use a mesma unidade.",
                 en="It is in bits, as the comment promises. Bits or nats makes no difference, as long as everything uses the same unit.")),
        Option("5: `average = -sum(q * log(q) for q in probs)`",
               t(pt=f"A entropia está em nats, {number(entropy(torch.tensor(FIVE, dtype=torch.float64), 'nats'), 3)}, e as surpresas estão em bits: a média parece menor do que é "
                    f"({number(entropy(torch.tensor(FIVE, dtype=torch.float64)), 3)}), e o mais provável parece típico.",
                 en=f"The entropy is in nats, {number(entropy(torch.tensor(FIVE, dtype=torch.float64), 'nats'), 3)}, and the surprises are in bits: the average looks smaller than it is "
                    f"({number(entropy(torch.tensor(FIVE, dtype=torch.float64)), 3)}), and the likeliest looks typical."), correct=True),
        Option("6: `away = [abs(s - average) for s in surprise]`",
               t(pt="O valor absoluto é a regra: corta quem surpreende demais e quem surpreende de menos.",
                 en="The absolute value is the rule: it cuts those who surprise too much and those who surprise too little.")),
        Option("12: `if mass >= p:`",
               t(pt="O token que cruza p fica, como no top-p: acumular até alcançar p é a regra.",
                 en="The token that crosses p stays, as in top-p: adding up until p is reached is the rule.")),
    ])

# %%
Exercise(
    id="earlier", kind="numeric",
    question=t(pt="Da lição de top-k: um corte qualquer desta lição mantém 80% da massa. Quanto vale a divergência KL entre o sorteio e o modelo, em nats? (Duas casas bastam.)",
               en="From the lesson on top-k: some cut of this lesson keeps 80% of the mass. What is the KL divergence from the draw to the model, in nats? (Two decimals will do.)"),
    answer=-math.log(0.8), tolerance=0.006,
    mistakes=[
        Mistake(0.2, t(pt="Essa é a variação total, a massa cortada. A KL é −ln da massa mantida.", en="That is the total variation, the mass cut. The KL is −ln of the mass kept.")),
        Mistake(-math.log2(0.8), t(pt="Esse é o valor em bits. Em nats o logaritmo é o natural.", en="That is the value in bits. In nats the logarithm is the natural one.")),
        Mistake(-math.log(0.2), t(pt="Você usou a massa cortada. Entra a que ficou.", en="You used the mass cut. It is the mass kept that enters.")),
    ],
    right=t(pt=f"−ln 0,8 = {number(-math.log(0.8))}. A Proposição 4.1 vale para qualquer conjunto mantido, o de XTC inclusive.",
            en=f"−ln 0.8 = {number(-math.log(0.8))}. Proposition 4.1 holds for any kept set, that of XTC included."),
    wrong=t(pt="Volte à Proposição 4.1: o preço só depende da massa mantida.", en="Go back to Proposition 4.1: the price depends on the mass kept alone."),
    unreadable=say("exercise.unreadable"))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Min-p é um limiar sobre os logits, a $\tau \ln(1/m)$ do maior: o resto do vocabulário não influi.
# - Épsilon corta em um piso fixo; eta baixa o piso quando a distribuição se espalha.
# - A típica corta dos dois lados da entropia, e pode cortar o favorito. XTC só corta favoritos.
# - Top-nσ mede em desvios-padrão dos logits, e por isso não percebe τ.
# - Cada corte nasceu de um incômodo; se o texto fica melhor, é uma questão de medir, e de medir bem.
#
# Com vários cortes e uma temperatura na mesma cadeia, uma pergunta decide o resultado: [em que ordem](lesson:order).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Min-p is a threshold on the logits, at $\tau \ln(1/m)$ from the largest: the rest of the vocabulary has no say.
# - Epsilon cuts at a fixed floor; eta lowers the floor when the distribution spreads out.
# - Typical cuts on both sides of the entropy, and may cut the favourite. XTC cuts favourites alone.
# - Top-nσ measures in standard deviations of the logits, and so does not notice τ.
# - Each cut was born of an annoyance; whether the text gets better is a matter of measuring, and of measuring well.
#
# With several cuts and a temperature in one chain, a question decides the outcome: [in which order](lesson:order).
