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
#     slug: {pt: penalidades, en: penalties}
#     title: {pt: Penalidades, en: Penalties}
#     summary:
#       pt: "Três maneiras de mexer no logit de um token que já apareceu: dividir, subtrair uma vez, subtrair a cada vez. O que conta como «já apareceu» muda de um motor para outro."
#       en: "Three ways to touch the logit of what has already appeared: divide it, subtract once, subtract every time. What counts as “already appeared” changes from engine to engine."
#     prerequisites:
#       pt: "logits e softmax (lições 1 e 3): só as diferenças entre logits importam"
#       en: "logits and softmax (lessons 1 and 3): only differences between logits matter"
#     sources:
#       - {id: keskar2019, text: "Keskar, McCann, Varshney, Xiong & Socher (2019). CTRL: A Conditional Transformer Language Model for Controllable Generation, section 4.1 (repetition penalty). arXiv:1909.05858", url: "https://arxiv.org/abs/1909.05858"}
#       - {id: transformers2302, text: "transformers, issue 2302 (2019): the repetition penalty raised negative logits", url: "https://github.com/huggingface/transformers/issues/2302"}
#       - {id: transformers47595, text: "transformers, issue 47595 (2026): the repetition penalty depends on the zero of the logits", url: "https://github.com/huggingface/transformers/issues/47595"}
#       - {id: openaiparams, text: "OpenAI Python library, types/chat/completion_create_params.py @0444895", url: "https://github.com/openai/openai-python/blob/04448952820aa3029e61907c1785a7293c3ddbc2/src/openai/types/chat/completion_create_params.py"}
#       - {id: openaidetails, text: "OpenAI API reference, Parameter details (2023): the formula of the frequency and presence penalties", url: "https://platform.openai.com/docs/api-reference/parameter-details"}
#       - {id: dair, text: "DAIR.AI, Prompt Engineering Guide: LLM Settings @0b0a8f9", url: "https://github.com/dair-ai/Prompt-Engineering-Guide/blob/0b0a8f96e4286b3a7e03fc55b7f6382f7ebae195/pages/introduction/settings.en.mdx"}
#       - {id: paulus2018, text: "Paulus, Xiong & Socher (2018). A Deep Reinforced Model for Abstractive Summarization, section 2.5 (no trigram twice). arXiv:1705.04304", url: "https://arxiv.org/abs/1705.04304"}
#       - {id: pew5677, text: "p-e-w (2024). DRY, text-generation-webui, pull request 5677", url: "https://github.com/oobabooga/textgen/pull/5677"}
#       - {id: llama9702, text: "llama.cpp (2024). DRY sampler, pull request 9702", url: "https://github.com/ggml-org/llama.cpp/pull/9702"}
#       - {id: welleck2020, text: "Welleck, Kulikov, Roller, Dinan, Cho & Weston (2020). Neural Text Generation with Unlikelihood Training. ICLR 2020. arXiv:1908.04319", url: "https://arxiv.org/abs/1908.04319"}
#       - {id: llamaserverprompt, text: "llama.cpp, tools/server/server-context.cpp @fb40266: the prompt's tokens pass through the sampler", url: "https://github.com/ggml-org/llama.cpp/blob/fb4026604c67c682f552337ec9b91eced0abd35a/tools/server/server-context.cpp"}
#       - {id: holtzman2020, text: "Holtzman, Buys, Du, Forbes & Choi (2020). The Curious Case of Neural Text Degeneration. ICLR 2020. arXiv:1904.09751", url: "https://arxiv.org/abs/1904.09751"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Um modelo já escreveu «o mar o céu o mar». Para o próximo [token](term:token) ele dá os [logits](term:logit) 3 a *mar*, 2 a *o*, −1 a *céu* e
# 1 a *vento*, que ainda não apareceu. Alguém liga uma [penalidade de repetição](term:repetition-penalty) de 1,5: o logit positivo de um token que já
# apareceu é dividido por 1,5, e o negativo é multiplicado. *Mar* continua em primeiro.
#
# Agora some 10 a todos os logits antes de tudo. Sem penalidade, isso não muda nenhuma probabilidade. E com ela?

# %% [markdown] lang="en" anchor="aposta"
# A model has written “the sea the sky the sea”. For the next [token](term:token) it gives the [logits](term:logit) 3 to *sea*, 2 to *the*, −1 to *sky* and
# 1 to *wind*, which has not appeared yet. Someone switches on a [repetition penalty](term:repetition-penalty) of 1.5: the positive logit of a token that has
# appeared is divided by 1.5, and a negative one is multiplied. *Sea* still comes first.
#
# Now add 10 to every logit before anything else. Without a penalty, that changes no probability. And with it?

# %%
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Table
from dashboard.language import number, percent, say, short, t, vector

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Com θ = 1,5 e 10 somado a todos os logits, o token mais provável passa a ser:",
               en="With θ = 1.5 and 10 added to every logit, the likeliest token becomes:"),
    options=[
        Option(t(pt="*mar*, com a mesma probabilidade de antes", en="*sea*, with the same probability as before"),
               t(pt="Seria assim se a penalidade só dependesse de diferenças. Ela depende de onde está o zero.",
                 en="So it would be if the penalty depended on differences alone. It depends on where zero is.")),
        Option(t(pt="*mar*, com probabilidade maior", en="*sea*, with a larger probability"),
               t(pt="Logits maiores não favorecem *mar*: dividir 13 por 1,5 tira mais do que dividir 3 por 1,5.",
                 en="Larger logits do not help *sea*: dividing 13 by 1.5 takes away more than dividing 3 by 1.5.")),
        Option(t(pt="*vento*, o único que não apareceu", en="*wind*, the only one that has not appeared"),
               t(pt="Dividir 13 por 1,5 tira mais de 4; dividir 3 por 1,5 tira 1. *Vento* não paga nada e passa à frente.",
                 en="Dividing 13 by 1.5 takes away more than 4; dividing 3 by 1.5 takes 1. *Wind* pays nothing and goes ahead."),
               correct=True),
        Option(t(pt="*céu*, porque o seu logit deixou de ser negativo", en="*sky*, because its logit is no longer negative"),
               t(pt="*Céu* passa de −1 para 9 e agora é dividido, mas 9 ÷ 1,5 = 6 continua atrás de todos os outros.",
                 en="*Sky* goes from −1 to 9 and is now divided, but 9 ÷ 1.5 = 6 is still behind all the others.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# O eixo é o dos logits. O círculo vazio é o que o modelo disse; o cheio, onde o logit fica depois das penalidades. Ao lado estão a
# probabilidade e, depois de ×, quantas vezes o token já apareceu. Para que só a contagem mude, aqui o modelo dá sempre os mesmos logits.
#
# Faça o texto crescer e use uma penalidade por vez. Antes de cada passo, diga que círculo vai se mover e para que lado; depois confira:
#
# - **presença**: um passo para a esquerda, sempre do mesmo tamanho, na primeira vez que o token aparece;
# - **frequência**: um passo a cada vez que ele aparece;
# - **repetição**: um puxão em direção ao zero, ou para longe dele quando o logit é negativo. Um logit longe do zero anda mais, e contar duas vezes dá
#   no mesmo que contar uma.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# The axis is that of the logits. The hollow circle is what the model said; the solid one, where the logit stands after the penalties. Beside it are the
# probability and, after ×, how often the token has appeared. So that only the counts change, here the model always gives the same logits.
#
# Make the text grow and use one penalty at a time. Before each step, say which circle will move and to which side; then check:
#
# - **presence**: one step to the left, always of the same size, the first time a token appears;
# - **frequency**: one step every time it appears;
# - **repetition**: a pull towards zero, or away from it where the logit is negative. A logit far from zero moves further, and counting twice is
#   the same as counting once.

# %%
import math

import numpy as np
import torch

from core import (
    ENGINES, Context, SamplingParams, dry, frequency_penalty, no_repeat_ngram, presence_penalty, probabilities, repetition_penalty,
    softmax, total_variation,
)
from dashboard import charts
from dashboard.words import source
from dashboard.recorded import growing
from dashboard.recorded.continuations import repeated_share
from dashboard.recorded.growing import Growth
from dashboard.worked import penalties_by_hand

WORDS = t(pt="mar o céu vento", en="sea the sky wind").split()
u = [3, 2, -1, 1]
written = [1, 0, 1, 2, 1, 0]  # o mar o céu o mar
counts = [written.count(i) for i in range(4)]
toy = Growth(tuple(f" {word}" for word in WORDS), tuple(written), 0, np.array([u] * 7, float), np.full(7, -np.inf), 0)

text = growing.growth()
of_its_own = text.text[text.given:]
prompt = growing.PROMPTS[growing.GREEDY]
text_length, distinct = len(of_its_own), len(set(of_its_own))

charts.penalties(
    "grow", t(pt="Um texto cresce, e os logits se movem", en="A text grows, and the logits move"), toy,
    charts.penalty_controls(6, 6, frequency=0.5), domain=(-4, 8),
    said=t(pt="Texto até aqui: «{so_far|text}». O mais provável era «{before|text}», com {p_before|%1}; agora é «{after|text}», com {p_after|%1}.",
           en="Text so far: “{so_far|text}”. The likeliest was “{before|text}”, with {p_before|%1}; now it is “{after|text}”, with {p_after|%1}."),
    caption=t(pt="␣ é o espaço que faz parte do token. Tracejada: o zero, que só interessa à penalidade de repetição.",
              en="␣ is the space that is part of the token. Dashed: zero, which matters to the repetition penalty alone."))

# %% [markdown] lang="pt" anchor="real"
# ## Em um modelo de verdade
#
# A decodificação que escolhe sempre o mais provável costuma cair em laços (Holtzman et al., 2020). O modelo embutido neste projeto leu «{{ prompt }}» e escreveu {{ text_length }} tokens com [decodificação gulosa](term:greedy), sem penalidade. Entre eles há {{ distinct }} tokens distintos.
# Cada passo do gráfico traz os logits que ele deu ali; nenhuma massa ficou de fora.
#
# Antes de avançar, aposte: a penalidade tira o primeiro lugar do token que o modelo escreveu logo nas primeiras palavras, ou só quando o texto já se repete? Avance e procure esse passo: é ali que o texto tomaria outro caminho. Depois troque o motor e explique por que as contagens mudam.

# %% [markdown] lang="en" anchor="real"
# ## In a real model
#
# Decoding that always picks the likeliest tends to fall into loops (Holtzman et al., 2020). The model embedded in this project read “{{ prompt }}” and wrote {{ text_length }} tokens by [greedy decoding](term:greedy), with no penalty. Among them there are {{ distinct }} distinct tokens.
# Each step of the chart carries the logits it gave there; no mass is left out.
#
# Before you move, bet: does the penalty take the first place from the token that the model wrote within the first words, or only once the text repeats itself? Move through the text and look for that step: there the text would have gone another way. Then change the engine and explain why the counts change.

# %%
top = math.ceil(text.logits.max())
charts.penalties(
    "real", t(pt="O modelo embutido, passo a passo", en="The embedded model, step by step"), text,
    charts.penalty_controls(text_length, 40, frequency=0.5), engines=["vllm", "transformers", "llama.cpp", "openai"], domain=(-4, top + 5),
    said=t(pt="Texto até aqui: «{so_far|text}». O modelo escreveria «{before|text}» ({p_before|%1}); com as penalidades, o mais provável é «{after|text}» ({p_after|%1}). "
              "Entre os tokens que contam há {distinct|0} distintos. Os {others|0} tokens que não cabem na figura somam {tail|%1}.",
           en="Text so far: “{so_far|text}”. The model would write “{before|text}” ({p_before|%1}); with the penalties, the likeliest is “{after|text}” ({p_after|%1}). "
              "Among the tokens that count, {distinct|0} are distinct. The {others|0} tokens that have no room in the figure add up to {tail|%1}."),
    caption=t(pt="transformers não tem penalidade de frequência nem de presença; a API da OpenAI não tem a de repetição: ali o controle não faz nada. "
                 "llama.cpp só olha os últimos 64 tokens: perto do fim do texto, os primeiros já foram esquecidos.",
              en="transformers has no frequency or presence penalty; the OpenAI API has no repetition penalty: there the control does nothing. "
                 "llama.cpp looks at the last 64 tokens only: near the end of the text, the first ones are forgotten."))

# %% [markdown] lang="pt" anchor="formula"
# ## As fórmulas
#
# Sejam $u_i$ o logit do token $i$ e $n_i$ quantas vezes ele aparece entre os tokens que contam. Antes da temperatura e dos cortes, só se movem os logits dos tokens que já apareceram, isto é,
# com $n_i > 0$:
#
# $$
# \begin{aligned}
# \text{repetição:} \quad & u_i \mapsto \begin{cases} u_i/\theta & \text{se } u_i > 0 \\ u_i\,\theta & \text{se } u_i \le 0 \end{cases} \\[0.6em]
# \text{frequência:} \quad & u_i \mapsto u_i - \alpha_f\, n_i \\[0.6em]
# \text{presença:} \quad & u_i \mapsto u_i - \alpha_p
# \end{aligned}
# $$
#
# As duas últimas vêm da [API da OpenAI](https://platform.openai.com/docs/api-reference/parameter-details), que aceita $\alpha_f$ e $\alpha_p$ entre −2 e 2;
# valor negativo incentiva a repetir. A primeira vem do CTRL (Keskar et al., 2019), que sugere θ perto de 1,2 e só divide. Dividir um logit negativo o aproxima de
# zero, isto é, *aumenta* a probabilidade de um token que já apareceu. Em dezembro de 2019 alguém mediu isso na biblioteca transformers: quanto maior a penalidade, mais o
# texto repetia ([issue 2302](https://github.com/huggingface/transformers/issues/2302)). Desde então transformers, vLLM e llama.cpp multiplicam os negativos.
#
# Subtrair do logit é multiplicar a [razão entre probabilidades](term:odds): com $\alpha_f = 0{,}5$, cada nova aparição multiplica por
# $e^{-0{,}5} = {{ math.exp(-0.5) | 2 }}$ a razão do token contra qualquer um que não apareceu. Se depois houver temperatura, o empurrão também é dividido por τ.

# %% [markdown] lang="en" anchor="formula"
# ## The formulas
#
# Let $u_i$ be the logit of token $i$ and $n_i$ how often it occurs among the tokens that count. Before temperature and cuts, the only logits to move are those of tokens that have appeared, that is,
# with $n_i > 0$:
#
# $$
# \begin{aligned}
# \text{repetition:} \quad & u_i \mapsto \begin{cases} u_i/\theta & \text{if } u_i > 0 \\ u_i\,\theta & \text{if } u_i \le 0 \end{cases} \\[0.6em]
# \text{frequency:} \quad & u_i \mapsto u_i - \alpha_f\, n_i \\[0.6em]
# \text{presence:} \quad & u_i \mapsto u_i - \alpha_p
# \end{aligned}
# $$
#
# The last two come from the [OpenAI API](https://platform.openai.com/docs/api-reference/parameter-details), which takes $\alpha_f$ and $\alpha_p$ between −2 and 2;
# a negative value encourages repeating. The first comes from CTRL (Keskar et al., 2019), which suggests θ near 1.2 and only divides. Dividing a negative logit brings it
# closer to zero, that is, *raises* the probability of a token that has appeared. In December 2019 somebody measured that in the transformers library: the larger the penalty, the more the
# text repeated itself ([issue 2302](https://github.com/huggingface/transformers/issues/2302)). Since then transformers, vLLM and llama.cpp multiply the negative ones.
#
# Subtracting from a logit multiplies the [odds](term:odds): with $\alpha_f = 0.5$, each new occurrence multiplies by
# $e^{-0.5} = {{ math.exp(-0.5) | 2 }}$ the odds of the token against any that has not appeared. If a temperature follows, the push is divided by τ as well.

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, até a última casa
#
# O texto é «o mar o céu o mar», e os tokens, na ordem, são *mar*, *o*, *céu* e *vento*. As contagens são as mesmas nas três abas; o que muda é a segunda linha.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, to the last digit
#
# The text is “the sea the sky the sea”, and the tokens, in order, are *sea*, *the*, *sky* and *wind*. The counts are the same in the three tabs; what changes is the second line.

# %%
penalties_by_hand("hand", t(pt=f"u = {vector(u, trim=True)}", en=f"u = {vector(u, trim=True)}"), u, counts,
                  {"repetition": 1.5, "frequency": 0.5, "presence": 0.5})

# %%
Table(
    [t(pt="token e vezes", en="token and times"), t(pt="sem penalidade", en="no penalty"), t(pt="repetição 1,5", en="repetition 1.5"),
     t(pt="frequência 0,5", en="frequency 0.5"), t(pt="presença 0,5", en="presence 0.5")],
    [[f"{word} ×{n}", *(percent(p[i]) for p in (softmax(u), softmax(repetition_penalty(u, 1.5, written)),
                                              softmax(frequency_penalty(u, 0.5, written)), softmax(presence_penalty(u, 0.5, written))))]
     for i, (word, n) in enumerate(zip(WORDS, counts, strict=True))],
    t(pt="As três distribuições lado a lado, calculadas por core.", en="The three distributions side by side, computed by core."))

# %% [markdown] lang="pt" anchor="zero"
# ## O zero que não devia importar
#
# O [softmax](term:softmax) só vê diferenças: somar a mesma constante a todos os logits não muda nada ([lição 3](lesson:temperature)). Por isso o zero de um
# modelo é um acaso do treinamento. A aposta era uma previsão: mova a constante e confira. Depois preveja o mesmo para a presença e para a frequência, e só então as ligue: por que essas probabilidades ficam paradas?

# %% [markdown] lang="en" anchor="zero"
# ## The zero that should not matter
#
# The [softmax](term:softmax) sees differences only: adding the same constant to every logit changes nothing ([lesson 3](lesson:temperature)). So where a model's
# zero lies is an accident of training. The bet was a prediction: move the constant and check it. Then predict the same for presence and for frequency, and only then switch them on: why do those probabilities stay put?

# %%
SHIFTS = [-10, 0, 10]
charts.penalties(
    "zero", t(pt="A mesma distribuição, com o zero em outro lugar", en="The same distribution, with zero elsewhere"), toy,
    [charts.shift_control(10), *charts.penalty_controls(6, 6, repetition=1.5)[1:]], domain=(-18, 24), step=6,
    said=t(pt="Sem penalidade, «{before|text}» seria sorteado com probabilidade {p_before|%1}, onde quer que esteja o zero. Com ela, o mais provável é «{after|text}», com {p_after|%1}.",
           en="Without a penalty, “{before|text}” would be drawn with probability {p_before|%1}, wherever zero lies. With it, the likeliest is “{after|text}”, with {p_after|%1}."),
    caption=t(pt="O texto é «o mar o céu o mar». Ponha θ em 1, ligue a presença e mova a constante outra vez: as porcentagens não se mexem.",
              en="The text is “the sea the sky the sea”. Put θ at 1, switch presence on and move the constant again: the percentages do not move."))

# %%
def after(penalty, x, c):
    return softmax(penalty([v + c for v in u], x, written))


flip = [after(repetition_penalty, 1.5, c) for c in SHIFTS]
assert flip[1].argmax() == 0 and flip[2].argmax() == 3  # what the bet says
Answer(bet)

# %%
Table(
    [t(pt="penalidade; constante", en="penalty; constant"), *WORDS],
    [[t(pt=f"repetição 1,5; {short(c)}", en=f"repetition 1.5; {short(c)}"), *(percent(p) for p in after(repetition_penalty, 1.5, c))] for c in SHIFTS]
    + [[t(pt=f"presença 0,5; {short(c)}", en=f"presence 0.5; {short(c)}"), *(percent(p) for p in after(presence_penalty, 0.5, c))] for c in SHIFTS],
    t(pt="Probabilidade depois da penalidade, com uma constante somada a todos os logits.",
      en="Probability after the penalty, with a constant added to every logit."))

# %% [markdown] lang="pt" anchor="proposicao"
# O gráfico é um exemplo. O enunciado vale sempre:
#
# > **Proposição 8.1.** Sejam $\theta > 0$ e logits finitos, com ao menos um token que já apareceu e um que não apareceu. A penalidade de repetição subtrai do logit $x$ de cada token que apareceu
# >
# > $$
# > \delta_\theta(x) = \begin{cases} (1 - 1/\theta)\, x & \text{se } x > 0 \\ (\theta - 1)\, |x| & \text{se } x \le 0 \end{cases}
# > $$
# >
# > e a distribuição penalizada fica a mesma para toda constante somada aos logits se, e só se, $\theta = 1$. As de frequência e de presença nunca dependem da constante.

# %% [markdown] lang="en" anchor="proposicao"
# The chart is one example. The statement always holds:
#
# > **Proposition 8.1.** Let $\theta > 0$ and the logits be finite, with at least one token that has appeared and one that has not. The repetition penalty subtracts from the logit $x$ of each token that has appeared
# >
# > $$
# > \delta_\theta(x) = \begin{cases} (1 - 1/\theta)\, x & \text{if } x > 0 \\ (\theta - 1)\, |x| & \text{if } x \le 0 \end{cases}
# > $$
# >
# > and the penalised distribution is the same for every constant added to the logits if and only if $\theta = 1$. Those of frequency and presence never depend on the constant.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* A fórmula de $\delta_\theta$ é $x - x/\theta$ num caso e $x - x\theta = (\theta - 1)|x|$ no outro. Sejam $i$ um token que apareceu e $j$ um que não apareceu. Depois de somar
# $c$ e penalizar, a diferença entre os dois logits é
#
# $$
# \begin{aligned}
# & (u_i + c) - \delta_\theta(u_i + c) - (u_j + c) \\[0.4em]
# & \quad = u_i - u_j - \delta_\theta(u_i + c).
# \end{aligned}
# $$
#
# O logaritmo da razão entre as duas probabilidades é essa diferença. Se a distribuição não depende de $c$, então $\delta_\theta(u_i + c)$ também não. Mas em $c = -u_i$ ela vale 0 e em
# $c = 1 - u_i$ vale $1 - 1/\theta$; logo $\theta = 1$. Reciprocamente, $\theta = 1$ dá $\delta = 0$. Frequência e presença subtraem $\alpha_f n_i + \alpha_p$ de um token que apareceu e nada dos outros, e $u_i$ não entra nisso: a constante
# se cancela na diferença. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The formula for $\delta_\theta$ is $x - x/\theta$ in one case and $x - x\theta = (\theta - 1)|x|$ in the other. Let $i$ be a token that has appeared and $j$ one that has not. After adding
# $c$ and penalising, the two logits differ by
#
# $$
# \begin{aligned}
# & (u_i + c) - \delta_\theta(u_i + c) - (u_j + c) \\[0.4em]
# & \quad = u_i - u_j - \delta_\theta(u_i + c).
# \end{aligned}
# $$
#
# The logarithm of the ratio of the two probabilities is that difference. If the distribution does not depend on $c$, neither does $\delta_\theta(u_i + c)$. But at $c = -u_i$ it is 0 and at
# $c = 1 - u_i$ it is $1 - 1/\theta$; so $\theta = 1$. Conversely, $\theta = 1$ gives $\delta = 0$. Frequency and presence subtract $\alpha_f n_i + \alpha_p$ from a token that has appeared and nothing from the rest, and $u_i$ has no part in that: the constant
# cancels in the difference. $\blacksquare$

# %% [markdown] lang="pt"
# Leia $\delta_\theta$ como uma presença cuja força o modelo escolhe sem saber. Com θ = 1,2, um logit 3 perde {{ (1 - 1 / 1.2) * 3 | 2 }}; um logit 15 perde {{ (1 - 1 / 1.2) * 15 | 2 }};
# um logit 0 não perde nada, tenha aparecido quantas vezes for.

# %% [markdown] lang="en"
# Read $\delta_\theta$ as a presence penalty whose strength the model picks without knowing. With θ = 1.2, a logit of 3 loses {{ (1 - 1 / 1.2) * 3 | 2 }}; a logit of 15 loses {{ (1 - 1 / 1.2) * 15 | 2 }};
# a logit of 0 loses nothing, however often it has appeared.

# %%
def odds_left(x, theta=1.2):
    """By what the odds against an unseen token are multiplied."""
    a, b = softmax([x, 0]), softmax(repetition_penalty([x, 0], theta, [0]))
    return ((b[0] / b[1]) / (a[0] / a[1])).item()


Callout("misconception", t(pt="«θ = 1,2 tira 20% da probabilidade»", en="“θ = 1.2 takes 20% off the probability”"), t(
    pt=f"Não há porcentagem fixa. Com θ = 1,2, a razão entre um token que apareceu e um que não apareceu é multiplicada por {number(odds_left(3), 2)} se o logit é 3, por "
       f"{number(odds_left(15), 2)} se é 15 e por {number(odds_left(0), 2)} se é 0. A mesma configuração é fraca em um modelo e brutal em outro. Um pedido aberto em 2026 na "
       "biblioteca transformers (issue 47595) propõe aplicar a penalidade às log-probabilidades, cujo zero tem sentido.",
    en=f"There is no fixed percentage. With θ = 1.2, the odds of a token that has appeared against one that has not are multiplied by {number(odds_left(3), 2)} if the logit is 3, by "
       f"{number(odds_left(15), 2)} if it is 15 and by {number(odds_left(0), 2)} if it is 0. The same setting is weak in one model and brutal in another. A request opened in 2026 in the "
       "transformers library (issue 47595) proposes to apply the penalty to log-probabilities, whose zero means something."))

# %% [markdown] lang="pt" anchor="textos"
# ## O que o modelo escreve
#
# Os cinco textos abaixo partem do prompt da segunda figura, sempre pelo token mais provável; só as penalidades mudam. As duas medidas à direita não julgam o texto: dizem que parte dos tokens é
# distinta e que parte das sequências de quatro tokens já tinha aparecido, a medida de repetição de Welleck et al. (2020). Leia e julgue você.

# %% [markdown] lang="en" anchor="textos"
# ## What the model writes
#
# The five texts below start from the prompt of the second picture, always by the likeliest token; only the penalties change. The two measures on the right do not judge the text: they say what part of the tokens is
# distinct and what part of the runs of four tokens had already appeared, the measure of repetition of Welleck et al. (2020). Read them and judge for yourself.

# %%
def setting(repetition, frequency, presence):
    told = [t(pt=f"repetição {short(repetition)}", en=f"repetition {short(repetition)}")] * (repetition != 1)
    told += [t(pt=f"frequência {short(frequency)}", en=f"frequency {short(frequency)}")] * (frequency != 0)
    told += [t(pt=f"presença {short(presence)}", en=f"presence {short(presence)}")] * (presence != 0)
    return ", ".join(told) or t(pt="nenhuma", en="none")


greedy_texts = growing.penalised()
Table(
    [t(pt="penalidades", en="penalties"), t(pt="texto", en="text"), t(pt="distintos", en="distinct"), t(pt="repetidos", en="repeated")],
    [[setting(*how), "".join(tokens[:55]).strip().replace("\n", " ↵ ") + "…", percent(len(set(tokens)) / len(tokens), 0), percent(repeated_share(tokens), 0)]
     for how, tokens in greedy_texts],
    t(pt="O que o modelo embutido escreve, contando como vLLM: prompt e continuação na repetição, só a continuação nas outras duas.",
      en="What the embedded model writes, counting as vLLM does: prompt and completion for repetition, the completion only for the other two."))

# %%
plain_tokens = greedy_texts[0][1]
often = sorted(dict.fromkeys(plain_tokens), key=lambda token: -plain_tokens.count(token))[:5]
rows = [[charts.visible(token), str(plain_tokens.count(token)), number(2.0 * plain_tokens.count(token), 0)] for token in often]
Table([t(pt="token", en="token"), t(pt="vezes", en="times"), t(pt="perda com frequência 2", en="loss under frequency 2")], rows,
       t(pt="Os tokens mais comuns do texto sem penalidade, e quanto a penalidade de frequência máxima tiraria do logit de cada um.",
         en="The commonest tokens of the text without a penalty, and what the largest frequency penalty would take from the logit of each."))

# %%
Callout("misconception", t(pt="«A penalidade de frequência só castiga o que está sobrando»", en="“The frequency penalty punishes only what there is too much of”"), t(
     pt="Ela não sabe o que sobra. Conta tokens, e um texto sem repetição nenhuma de ideias repete vírgulas, artigos, preposições, o começo de um nome próprio. A contagem não tem teto: "
        "em um texto longo, são esses que ela acaba proibindo. A tabela acima mostra isso neste texto. Em código ou JSON, que precisam repetir chaves e aspas, o estrago vem cedo.",
     en="It does not know what is too much. It counts tokens, and a text that repeats no idea at all repeats commas, articles, prepositions, the beginning of a proper name. The count has no ceiling: "
        "in a long text, those are what it ends up forbidding. The table above shows it for this text. In code or JSON, which must repeat keys and quotes, the damage comes early."))

# %% [markdown] lang="pt" anchor="uma-ou-outra"
# ## «Mude uma, não as duas»
#
# O conselho corre o mundo, e vale conferir de onde vem. A referência da API da OpenAI diz, em *temperature* e em *top_p*, que recomenda em geral alterar um ou o outro, mas não os dois.
# Sobre frequência e presença **não diz nada parecido**. A frase sobre as penalidades está no [guia da DAIR.AI](https://github.com/dair-ai/Prompt-Engineering-Guide/blob/0b0a8f96e4286b3a7e03fc55b7f6382f7ebae195/pages/introduction/settings.en.mdx), que a apresenta por semelhança com a primeira, sem razão nem medida.
#
# Há um motivo matemático? As duas juntas tiram de um token que apareceu $n$ vezes
#
# $$
# c(n) = \begin{cases} 0 & n = 0 \\ \alpha_p + \alpha_f\, n & n \ge 1 \end{cases}
# $$
#
# que é uma reta com um degrau: presença é o degrau, frequência é a inclinação.
#
# > **Proposição 8.2.** Na aritmética exata, considere um token que apareceu e outro que não. Dois pares $(\alpha_f, \alpha_p)$ e $(\alpha_f', \alpha_p')$ dão as mesmas probabilidades em toda a geração, quaisquer que sejam as contagens, se, e só se, são o
# > mesmo par. Enquanto nenhum token apareceu duas vezes, basta que $\alpha_f + \alpha_p = \alpha_f' + \alpha_p'$.

# %% [markdown] lang="en" anchor="uma-ou-outra"
# ## “Change one, not both”
#
# The advice is everywhere, so it is worth looking up where it comes from. The OpenAI API reference says, under *temperature* and under *top_p*, that it generally recommends altering one or the other but not both.
# About frequency and presence it says **nothing of the kind**. The sentence about the penalties is in the [DAIR.AI guide](https://github.com/dair-ai/Prompt-Engineering-Guide/blob/0b0a8f96e4286b3a7e03fc55b7f6382f7ebae195/pages/introduction/settings.en.mdx), which offers it as similar to the first, with neither a reason nor a measurement.
#
# Is there a mathematical ground? The two together take from a token that has appeared $n$ times
#
# $$
# c(n) = \begin{cases} 0 & n = 0 \\ \alpha_p + \alpha_f\, n & n \ge 1 \end{cases}
# $$
#
# which is a line with a step: presence is the step, frequency is the slope.
#
# > **Proposition 8.2.** In exact arithmetic, take one token that has appeared and one that has not. Two pairs $(\alpha_f, \alpha_p)$ and $(\alpha_f', \alpha_p')$ give the same probabilities throughout the generation, whatever the counts, if and only if they are the
# > same pair. As long as no token has appeared twice, $\alpha_f + \alpha_p = \alpha_f' + \alpha_p'$ is enough.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* O logaritmo da razão entre as probabilidades dos dois tokens muda em $-c(n)$. Com $n = 1$ só se vê a soma $\alpha_f + \alpha_p$, o que prova a segunda frase. Com $n = 2$ vê-se $2\alpha_f + \alpha_p$, e a diferença entre as duas é
# $\alpha_f$: as duas contagens determinam o par. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The logarithm of the ratio of the two tokens' probabilities changes by $-c(n)$. At $n = 1$ only the sum $\alpha_f + \alpha_p$ is seen, which proves the second sentence. At $n = 2$ one sees $2\alpha_f + \alpha_p$, and the difference of the two is
# $\alpha_f$: the two counts determine the pair. $\blacksquare$

# %% [markdown] lang="pt"
# Logo as duas não são redundantes nem se contradizem. O conselho é de método: mude um botão por vez para saber o que cada um fez. Um texto curto não distingue os dois; um texto longo, sim.

# %% [markdown] lang="en"
# So the two are neither redundant nor in conflict. The advice is one of method: change one knob at a time, to know what each did. A short text does not tell them apart; a long one does.

# %%
(banned,) = [word for word, v in zip(WORDS, no_repeat_ngram(u, 2, written).tolist(), strict=True) if v == -math.inf]
once = [0, 2]  # each token has appeared at most once
steep, flat = dict(frequency_penalty=0.5, presence_penalty=0.5), dict(frequency_penalty=0.0, presence_penalty=1.0)


def under(settings, ids):
    return probabilities(u, SamplingParams(**settings), Context(output=ids))


Table(
    [t(pt="frequência; presença", en="frequency; presence"), t(pt="cada um apareceu no máximo uma vez", en="each has appeared at most once"), t(pt="«o mar o céu o mar»", en="“the sea the sky the sea”")],
    [[f"{short(s['frequency_penalty'])}; {short(s['presence_penalty'])}", vector(under(s, once).tolist(), 3), vector(under(s, written).tolist(), 3)] for s in (steep, flat)]
    + [[t(pt="variação total", en="total variation"), number(total_variation(under(steep, once), under(flat, once)), 3), number(total_variation(under(steep, written), under(flat, written)), 3)]],
    t(pt="A mesma soma, 1: igual enquanto nada se repete, diferente depois.", en="The same sum, 1: equal as long as nothing repeats, different afterwards."))

# %% [markdown] lang="pt" anchor="primos" fold="more"
# ## Dois parentes mais duros
#
# **Proibir [n-gramas](term:n-gram) repetidos.** Em vez de empurrar, cortar: o token que completaria uma sequência de $n$ tokens já escrita recebe −∞ (Paulus et al., 2018, com $n = 3$). Depois de «o mar o céu o mar», com $n = 2$, o token proibido é
# *{{ banned }}*, porque «mar o» já existe. É uma regra sem meio-termo: com $n = 4$, um nome de quatro tokens só pode ser escrito uma vez.
#
# **Somar um viés.** O [viés de logit](term:logit-bias), *logit bias* nas APIs, soma um número a um token que você escolhe, tenha aparecido ou não. A API da OpenAI aceita de −100 a 100 e avisa que nos extremos isso proíbe ou impõe o token. Penalidades são vieses que o próprio texto escolhe.
#
# Nos motores desta lição o viés e as penalidades vêm antes da [temperatura e dos cortes](lesson:order). Na API da OpenAI isso é suposto: a ordem dela não está documentada.

# %% [markdown] lang="en" anchor="primos" fold="more"
# ## Two harsher relatives
#
# **Forbidding repeated [n-grams](term:n-gram).** Cutting instead of pushing: the token that would complete a run of $n$ tokens already written gets −∞ (Paulus et al., 2018, with $n = 3$). After “the sea the sky the sea”, with $n = 2$, the forbidden token is
# *{{ banned }}*, because “sea the” is already there. It is a rule with no middle ground: with $n = 4$, a name of four tokens can be written only once.
#
# **Adding a bias.** A [logit bias](term:logit-bias) adds a number to a token of your choice, whether it has appeared or not. The OpenAI API takes −100 to 100 and warns that at the ends this bans or forces the token. Penalties are biases that the text itself picks.
#
# In the engines of this lesson the bias and the penalties come before [temperature and the cuts](lesson:order). For the OpenAI API that is assumed: its order is not documented.

# %%
MILD, BASE, FREE = 0.8, 1.75, 2  # m, b and a
charged = dry(u, MILD, BASE, FREE, written)
further = dry(u, MILD, BASE, FREE, [*written, 1])  # one more word of the same sequence
again, third = int((charged != torch.tensor(u)).nonzero()), int((further != torch.tensor(u)).nonzero())

# %% [markdown] lang="pt" anchor="dry" fold="more"
# ## DRY: cobrar da sequência, não da palavra
#
# As três penalidades contam tokens, e cobram também dos artigos e da pontuação. DRY (*don't repeat yourself*, p-e-w, 2024) olha para sequências. Se o fim do texto, com $n$ tokens, já apareceu antes de um token $i$, e $n$ chega a $a$,
# esse token continuaria a repetição e paga
#
# $$
# u_i \leftarrow u_i - m\, b^{\,n - a}.
# $$
#
# Depois de «o mar o céu o mar», o fim «o mar» já apareceu antes de *{{ WORDS[again] }}*. Com $m = {{ MILD | 1 }}$, $b = {{ BASE | 2 }}$ e $a = {{ FREE | 0 }}$, o logit dele vai de {{ u[again] | 0 }} a {{ charged[again] | 1 }}. Se ele vier assim mesmo, o
# próximo a continuar é *{{ WORDS[third] }}*, com $n = 3$, e paga {{ u[third] - further[third] | 2 }}: o preço cresce a cada passo, até valer mais a pena sair da repetição. As outras palavras não pagam nada.
#
# Em llama.cpp, DRY vem desligado e roda depois das penalidades; a conta recomeça em quebras de linha, dois-pontos, aspas e asteriscos. `core` recebe os tokens que interrompem em `dry_breakers`.

# %% [markdown] lang="en" anchor="dry" fold="more"
# ## DRY: charging the sequence, not the word
#
# The three penalties count tokens, and charge articles and punctuation too. DRY (don't repeat yourself, p-e-w, 2024) looks at sequences. If the end of the text, $n$ tokens of it, has stood before a token $i$ already, and $n$ reaches $a$,
# that token would go on with the repetition and pays
#
# $$
# u_i \leftarrow u_i - m\, b^{\,n - a}.
# $$
#
# After “the sea the sky the sea”, the end “the sea” has already stood before *{{ WORDS[again] }}*. With $m = {{ MILD | 1 }}$, $b = {{ BASE | 2 }}$ and $a = {{ FREE | 0 }}$, its logit goes from {{ u[again] | 0 }} to {{ charged[again] | 1 }}. If it comes all the same, the
# next one to go on is *{{ WORDS[third] }}*, with $n = 3$, and pays {{ u[third] - further[third] | 2 }}: the price grows at every step, until leaving the repetition is worth more. The other words pay nothing.
#
# In llama.cpp DRY is off by default and runs after the penalties; the count starts anew at line breaks, colons, quotation marks and asterisks. `core` takes the tokens that interrupt in `dry_breakers`.

# %% [markdown] lang="pt" anchor="motores"
# ## Quais tokens contam
#
# A fórmula é a mesma em toda parte. A contagem, não:

# %% [markdown] lang="en" anchor="motores"
# ## Which tokens count
#
# The formula is the same everywhere. The counting is not:

# %% fold="engines"
SCOPE = {"both": t(pt="prompt e continuação", en="prompt and completion"), "output": t(pt="só a continuação", en="the completion only"),
         None: t(pt="não tem", en="has none")}
Table(
    [t(pt="motor", en="engine"), t(pt="repetição conta", en="repetition counts"), t(pt="frequência e presença contam", en="frequency and presence count"),
     t(pt="janela", en="window"), t(pt="lido em", en="read in")],
    [[e.name, SCOPE[e.repetition_scope.value], SCOPE[e.frequency_scope.value],
      t(pt=f"os últimos {e.window.value}", en=f"the last {e.window.value}") if e.window.value else t(pt="todos", en="all"),
      "; ".join(dict.fromkeys(source(fact) for fact in (e.repetition_scope, e.frequency_scope)))] for e in ENGINES.values()],
    t(pt="Que tokens contam, por motor. Em llama.cpp o servidor entrega o prompt ao amostrador antes do primeiro sorteio, e uma janela de 0 (`--repeat-last-n 0`) desliga as penalidades.",
      en="Which tokens count, by engine. In llama.cpp the server hands the prompt to the sampler before the first draw, and a window of 0 (`--repeat-last-n 0`) switches the penalties off."))

# %%
Callout("misconception", t(pt="«A penalidade conta o token na resposta e no prompt»", en="“The penalty counts the token in the response and in the prompt”"), t(
    pt="É o que diz o guia da DAIR.AI das penalidades de frequência e de presença, e vale em um motor só. A fórmula da OpenAI conta os tokens sorteados; vLLM conta só a continuação nessas duas, e também o prompt na de repetição; "
       "llama.cpp conta o prompt em todas, mas só os últimos 64 tokens, se você não mudar a janela. A diferença aparece em um pedido de resumo: o documento está no prompt, e penalizá-lo é penalizar as palavras de que o resumo precisa. As notas de origem trazem a mesma frase: veja as [erratas](lesson:errata#fatos).",
    en="So the DAIR.AI guide says of the frequency and presence penalties, and it holds in one engine alone. OpenAI's formula counts the tokens sampled; vLLM counts the completion only in these two, and the prompt as well in that of repetition; "
       "llama.cpp counts the prompt in all of them, but only the last 64 tokens, unless you change the window. The difference shows when you ask for a summary: the document is in the prompt, and to penalise it is to penalise the words that the summary needs. The source notes have the same sentence: see the [errata](lesson:errata#fatos)."))

# %%
Callout("instructor", t(pt="Uma aula de 15 minutos", en="A 15-minute class"), t(
    pt="Peça a aposta sem mostrar cálculo nenhum (1 min). No primeiro gráfico, faça o texto crescer com a frequência ligada e pergunte que logit se move a cada palavra; depois troque por presença e por repetição (4 min). Faça no quadro a "
       "aba da repetição e leve a constante a 10 no gráfico seguinte: a aposta se resolve ali (4 min). No modelo de verdade, deixe a turma achar o passo em que o texto mudaria de rumo (3 min). Feche com a tabela dos motores e a "
       "pergunta: em um pedido de resumo, o prompt deve contar? (3 min). Enganos frequentes: achar que θ é uma porcentagem, que dividir sempre diminui, que a penalidade conhece palavras em vez de tokens.",
    en="Ask for the bet without showing any calculation (1 min). In the first chart, make the text grow with frequency on and ask what moves at each word; then change to presence and to repetition (4 min). Work the "
       "repetition tab on the board and take the constant to 10 in the next chart: that settles the bet (4 min). In the real model, let the class find the step where the text would change course (3 min). Close with the table of engines and the "
       "question: when you ask for a summary, should the prompt count? (3 min). Common mistakes: thinking that θ is a percentage, that dividing always lowers, that the penalty knows words rather than tokens."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
both = SamplingParams(frequency_penalty=0.4, presence_penalty=0.2)
pair = probabilities([2, 1], both, Context(output=[0, 0, 0]))[0].item()
Exercise(
    id="both", kind="numeric",
    question=t(pt="Dois tokens, logits 2 e 1. O primeiro já apareceu 3 vezes, o segundo nenhuma. Com frequência 0,4 e presença 0,2, qual é a probabilidade do primeiro? (Duas casas bastam.)",
               en="Two tokens, logits 2 and 1. The first has appeared 3 times, the second never. With frequency 0.4 and presence 0.2, what is the probability of the first? (Two decimals will do.)"),
    answer=pair, tolerance=0.006,
    mistakes=[
        Mistake(softmax([2, 1])[0].item(), t(pt="Esse é o valor sem penalidade nenhuma.", en="That is the value with no penalty at all.")),
        Mistake(softmax(presence_penalty(frequency_penalty([2, 1], 0.4, [0]), 0.2, [0]))[0].item(),
                t(pt="Você contou a frequência uma vez só: ela pesa 3 × 0,4.", en="You counted frequency once: it weighs 3 × 0.4.")),
        Mistake(softmax(frequency_penalty([2, 1], 0.4, [0, 0, 0]))[0].item(), t(pt="Faltou a presença, que tira mais 0,2.", en="Presence is missing: it takes another 0.2.")),
        Mistake(softmax(frequency_penalty([2, 1], 0.6, [0, 0, 0]))[0].item(),
                t(pt="Você multiplicou a presença por 3 também: ela conta uma vez só.", en="You multiplied presence by 3 as well: it counts once.")),
    ],
    right=t(pt=f"2 − 3 × 0,4 − 0,2 = 0,6, e o softmax de [0,6; 1] dá {number(pair, 4)} ao primeiro.",
            en=f"2 − 3 × 0.4 − 0.2 = 0.6, and the softmax of [0.6, 1] gives the first {number(pair, 4)}."),
    wrong=t(pt="Tire do primeiro logit 3 × 0,4 + 0,2 e faça o softmax dos dois.", en="Take 3 × 0.4 + 0.2 from the first logit and apply the softmax to the two."),
    unreadable=say("exercise.unreadable"))

# %%
def times_to_break(gap, frequency, presence):
    """How often the leader must have appeared until it leads no more, other logits fixed."""
    n = 0
    while presence_penalty(frequency_penalty([gap, 0], frequency, [0] * n), presence, [0] * n).argmax() == 0:
        n += 1
    return n


loop = times_to_break(2.3, 0.5, 0.0)
Exercise(
    id="loop", kind="numeric",
    question=t(pt="A decodificação gulosa entrou em um laço: a cada volta, o mesmo token ganha do segundo por 2,3 no logit. Se os logits não mudarem, depois de quantas aparições uma penalidade de frequência 0,5 o tira do primeiro lugar?",
               en="Greedy decoding is caught in a loop: on each turn the same token beats the second by 2.3 in logit. If the logits do not change, after how many occurrences does a frequency penalty of 0.5 take it from first place?"),
    answer=float(loop), tolerance=0.01,
    mistakes=[
        Mistake(float(loop - 1), t(pt="Com uma a menos ele ainda está na frente: 4 × 0,5 = 2 é menor que 2,3.", en="With one fewer it is still ahead: 4 × 0.5 = 2 is less than 2.3.")),
        Mistake(2.3 / 0.5, t(pt="A divisão está certa, mas contagens são números inteiros: arredonde para cima.", en="The division is right, but counts are whole numbers: round up.")),
        Mistake(1.0, t(pt="Assim seria com uma presença maior que 2,3; a frequência acumula 0,5 por aparição.", en="So it would be with a presence above 2.3; frequency builds up 0.5 per occurrence.")),
    ],
    right=t(pt=f"{loop} × 0,5 passa de 2,3 pela primeira vez.", en=f"{loop} × 0.5 is the first to exceed 2.3."),
    wrong=t(pt="Procure o menor n com 0,5 n > 2,3.", en="Look for the least n with 0.5 n > 2.3."),
    unreadable=say("exercise.unreadable"))

# %%
prompt_only = Context(prompt=[0] * 40)
with_vllm = probabilities(u, SamplingParams(presence_penalty=1.0, frequency_scope="output"), prompt_only)
with_llama = probabilities(u, SamplingParams(presence_penalty=1.0, frequency_scope="both", penalty_window=64), prompt_only)
assert total_variation(with_vllm, softmax(u)) == 0 and with_llama[0] < softmax(u)[0]
Exercise(
    id="scope", kind="choice",
    question=t(pt="O prompt repete o token *mar* 40 vezes, e a continuação ainda não começou. Você usa vLLM com presença 1. A probabilidade de *mar* no primeiro token da continuação:",
               en="The prompt repeats the token *sea* 40 times, and the completion has not begun. You use vLLM with presence 1. The probability of *sea* at the first token of the completion:"),
    options=[
        Option(t(pt="não muda: o logit não perde nada", en="does not change: the logit loses nothing"),
               t(pt=f"vLLM conta só a continuação na presença e na frequência. Em llama.cpp o prompt conta (o servidor passa todos os tokens dele pelo amostrador antes de gerar, em tools/server/server-context.cpp), e sobre u = {vector(u, trim=True)} ela cairia de {percent(softmax(u)[0])} para {percent(with_llama[0])}.",
                 en=f"vLLM counts the completion only in presence and frequency. In llama.cpp the prompt counts (the server passes all its tokens through the sampler before it generates, in tools/server/server-context.cpp), and over u = {vector(u, trim=True)} it would fall from {percent(softmax(u)[0])} to {percent(with_llama[0])}."), correct=True),
        Option(t(pt="cai um pouco: o logit perde 1", en="falls a little: the logit loses 1"),
               t(pt="É o que llama.cpp faria, porque lá o prompt conta.", en="That is what llama.cpp would do, because there the prompt counts.")),
        Option(t(pt="cai a quase zero: o logit perde 40", en="falls to almost zero: the logit loses 40"),
               t(pt="Multiplicar pela contagem é coisa da frequência, e de um motor que conte o prompt.", en="Multiplying by the count is what frequency does, in an engine that counts the prompt.")),
        Option(t(pt="depende da janela: o logit perde 0 ou 1", en="depends on the window: the logit loses 0 or 1"),
               t(pt="A janela é de llama.cpp; vLLM conta toda a continuação.", en="The window is llama.cpp's; vLLM counts the whole completion.")),
    ])

# %%
BUGGY = """def repetition_penalty(u, theta, ids):
    u = list(u)
    for i in set(ids):
        u[i] = u[i] / theta
    return u"""
namespace = {}
exec(BUGGY, namespace)
wrong_way = softmax(namespace["repetition_penalty"](u, 1.5, [2]))[2].item()
right_way = softmax(repetition_penalty(u, 1.5, [2]))[2].item()
assert namespace["repetition_penalty"](u, 1.5, [0]) == repetition_penalty(u, 1.5, [0]).tolist() and wrong_way > softmax(u)[2] > right_way
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com u = {vector(u, trim=True)}, esta função acerta quando *mar* (logit 3) já apareceu. Quando *céu* (logit −1) já apareceu, a probabilidade dele sobe de {percent(softmax(u)[2], 2)} para {percent(wrong_way, 2)}. Qual linha está errada?",
               en=f"With u = {vector(u, trim=True)}, this function is right when *sea* (logit 3) has appeared. When *sky* (logit −1) has appeared, its probability rises from {percent(softmax(u)[2], 2)} to {percent(wrong_way, 2)}. Which line is wrong?"),
    options=[
        Option("2: `u = list(u)`", t(pt="A cópia está certa: sem ela a função estragaria os logits de quem a chamou.", en="The copy is right: without it the function would spoil its caller's logits.")),
        Option("3: `for i in set(ids):`", t(pt="O conjunto está certo: a penalidade de repetição se aplica uma vez, não importa a contagem.", en="The set is right: the repetition penalty applies once, whatever the count.")),
        Option("4: `u[i] = u[i] / theta`",
               t(pt=f"Dividir −1 por 1,5 dá −0,67: mais perto de zero, logo mais provável. O logit negativo se multiplica, e a probabilidade cai para {percent(right_way, 2)}. É o erro que a biblioteca transformers corrigiu em 2019.",
                 en=f"Dividing −1 by 1.5 gives −0.67: closer to zero, hence likelier. A negative logit is multiplied, and the probability falls to {percent(right_way, 2)}. It is the mistake that the transformers library put right in 2019."), correct=True),
        Option("5: `return u`", t(pt="Devolver logits está certo: o softmax vem depois.", en="Returning logits is right: the softmax comes later.")),
    ])

# %%
zero = repetition_penalty([0, 1], 2.0, [0] * 10)[0].item()
assert zero == 0
Exercise(
    id="immune", kind="predict",
    question=t(pt="Um token já apareceu 10 vezes e o seu logit é 0. Com penalidade de repetição θ = 2, o logit passa a ser:",
               en="A token has appeared 10 times and its logit is 0. With a repetition penalty of θ = 2, the logit becomes:"),
    options=[
        Option("0", t(pt="Zero dividido ou multiplicado por 2 é zero. Um logit no zero é imune, e onde fica o zero é um acaso.", en="Zero divided or multiplied by 2 is zero. A logit at zero is immune, and where zero lies is an accident."), correct=True),
        Option("−2", t(pt="Isso seria subtrair θ, como faz a presença.", en="That would be subtracting θ, as presence does.")),
        Option("−20", t(pt="Isso seria subtrair θ a cada aparição, como faz a frequência.", en="That would be subtracting θ for every occurrence, as frequency does.")),
        Option("1/2", t(pt="Isso divide a probabilidade relativa e⁰ = 1, não o logit.", en="That divides the relative weight e⁰ = 1, not the logit.")),
    ],
    reveal=t(pt=f"Calculado por core: repetition_penalty([0, 1], 2) dá {number(zero, 1)} ao primeiro.", en=f"Computed by core: repetition_penalty([0, 1], 2) gives the first {number(zero, 1)}."))

# %%
same = [dict(frequency_penalty=0.3, presence_penalty=0.5), dict(frequency_penalty=0.8, presence_penalty=0.0)]
assert total_variation(under(same[0], once), under(same[1], once)) < 1e-12 < total_variation(under(same[0], written), under(same[1], written))
Exercise(
    id="same", kind="choice",
    question=t(pt="Ana usa frequência 0,3 e presença 0,5; Bia, frequência 0,8 e presença 0. Mesmo modelo, mesma semente, aritmética exata, só a continuação conta. Até quando os dois textos são garantidamente iguais?",
               en="Ana uses frequency 0.3 and presence 0.5; Bia, frequency 0.8 and presence 0. Same model, same seed, exact arithmetic, only the completion counts. Until when are the two texts guaranteed to be equal?"),
    options=[
        Option(t(pt="Até algum token aparecer pela segunda vez.", en="Until some token appears for the second time."),
               t(pt="Com contagens 0 ou 1 só a soma importa, e 0,3 + 0,5 = 0,8. Na segunda aparição Ana tira 1,1 e Bia tira 1,6.", en="With counts 0 or 1 only the sum matters, and 0.3 + 0.5 = 0.8. At the second occurrence Ana takes 1.1 and Bia 1.6."), correct=True),
        Option(t(pt="Sempre: a soma é a mesma.", en="Always: the sum is the same."), t(pt="A soma basta só enquanto nada se repete.", en="The sum is enough only as long as nothing repeats.")),
        Option(t(pt="Nem no primeiro token.", en="Not even at the first token."), t(pt="No primeiro token nada apareceu ainda: as duas penalidades são zero.", en="At the first token nothing has appeared yet: both penalties are zero.")),
        Option(t(pt="Até algum token aparecer pela primeira vez.", en="Until some token appears for the first time."), t(pt="Na primeira aparição as duas tiram 0,8 dele.", en="At its first occurrence both take 0.8 from it.")),
    ])

# %%
pushed = (probabilities([0, 0], SamplingParams(temperature=0.5, presence_penalty=1.0), Context(output=[0])))
by = (pushed[0] / pushed[1]).item()
assert abs(by - math.exp(-2)) < 1e-12
Exercise(
    id="earlier", kind="numeric",
    question=t(pt="Da lição de temperatura: uma presença de 1 tira 1 do logit de um token, e depois o motor divide tudo por τ = 0,5. Por quanto fica multiplicada a razão entre esse token e um que não apareceu? (Duas casas.)",
               en="From the temperature lesson: a presence penalty of 1 takes 1 from a token's logit, and then the engine divides everything by τ = 0.5. By what are the odds of that token against one that has not appeared multiplied? (Two decimals.)"),
    answer=by, tolerance=0.006,
    mistakes=[
        Mistake(math.exp(-1), t(pt="Isso é com τ = 1. A diferença de 1 entre os logits também é dividida por τ.", en="That is at τ = 1. The difference of 1 between the logits is divided by τ as well.")),
        Mistake(math.exp(-0.5), t(pt="Você multiplicou por τ. Dividir por 0,5 dobra a diferença.", en="You multiplied by τ. Dividing by 0.5 doubles the difference.")),
        Mistake(0.5, t(pt="A razão não é dividida por τ: é a exponencial da diferença entre logits, e essa sim é dividida.", en="The odds are not divided by τ: they are the exponential of the difference between logits, and that is what is divided.")),
    ],
    right=t(pt=f"A razão é e^((u₁ − u₂)/τ), e a diferença caiu 1: e^(−1/0,5) = e⁻² = {number(by, 2)}. No frio, a mesma penalidade pesa mais.",
            en=f"The odds are e^((u₁ − u₂)/τ), and the difference fell by 1: e^(−1/0.5) = e⁻² = {number(by, 2)}. In the cold the same penalty weighs more."),
    wrong=t(pt="Quanto vale a razão entre duas probabilidades, em função da diferença dos logits e de τ?", en="What are the odds of two tokens, in terms of the difference of their logits and of τ?"),
    unreadable=say("exercise.unreadable"))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Presença tira um valor fixo na primeira vez; frequência, o mesmo valor a cada vez; repetição divide ou multiplica, conforme o sinal do logit.
# - Frequência e presença só mudam diferenças entre logits. A de repetição depende de onde está o zero, que o softmax não vê: o mesmo θ é fraco em um modelo e brutal em outro.
# - As duas da OpenAI se distinguem só quando um token é sorteado de novo: presença é o degrau, frequência é a inclinação.
# - A fórmula é a mesma em todo motor; os tokens que contam, não. Pergunte se o prompt conta, e quantos tokens para trás.
# - Penalidades contam tokens, não ideias: vírgulas e artigos pagam primeiro.
#
# Penalidades mudam o que se escreve. Quando parar de escrever é outra escolha: [parada e comprimento](lesson:stop-and-length).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Presence takes a fixed amount the first time; frequency, the same amount every time; repetition divides or multiplies, by the sign of the logit.
# - Frequency and presence change differences between logits alone. That of repetition depends on where zero is, which the softmax does not see: the same θ is weak in one model and brutal in another.
# - OpenAI's two differ only when a token is drawn again: presence is the step, frequency is the slope.
# - The formula is the same in every engine; the tokens that count are not. Ask whether the prompt counts, and how many tokens back.
# - Penalties count tokens, not ideas: commas and articles pay first.
#
# Penalties change what is written. When to stop writing is another choice: [stop and length](lesson:stop-and-length).
