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
#     slug: {pt: assistente, en: assistant}
#     title: {pt: "Do modelo base ao assistente, e ao raciocínio", en: "From base model to assistant, and to reasoning"}
#     summary:
#       pt: "Ajuste por instruções, preferências, LoRA e cadeia de pensamento: o que cada passo faz com a distribuição, quanto se treina, o que se pede no prompt e o que é obrigatório."
#       en: "Instruction tuning, preferences, LoRA and chain of thought: what each step does to the distribution, how much it trains, what is asked in the prompt, and what is mandatory."
#     prerequisites:
#       pt: "a lição sobre melhor de N; divergência KL; logaritmo da sigmoide"
#       en: "the lesson on best-of-N; KL divergence; the logarithm of a sigmoid"
#     sources:
#       - {id: bradley1952, text: "Bradley & Terry (1952). Rank Analysis of Incomplete Block Designs. Biometrika 39(3/4), 324–345", url: "https://doi.org/10.1093/biomet/39.3-4.324"}
#       - {id: christiano2017, text: "Christiano et al. (2017). Deep reinforcement learning from human preferences. arXiv:1706.03741", url: "https://arxiv.org/abs/1706.03741"}
#       - {id: ziegler2019, text: "Ziegler et al. (2019). Fine-Tuning Language Models from Human Preferences. arXiv:1909.08593", url: "https://arxiv.org/abs/1909.08593"}
#       - {id: brown2020, text: "Brown et al. (2020). Language Models are Few-Shot Learners. arXiv:2005.14165", url: "https://arxiv.org/abs/2005.14165"}
#       - {id: greshake2023, text: "Greshake et al. (2023). Not what you've signed up for: Compromising Real-World LLM-Integrated Applications with Indirect Prompt Injection. arXiv:2302.12173", url: "https://arxiv.org/abs/2302.12173"}
#       - {id: wallace2024, text: "Wallace et al. (2024). The Instruction Hierarchy: Training LLMs to Prioritize Privileged Instructions. arXiv:2404.13208", url: "https://arxiv.org/abs/2404.13208"}
#       - {id: ouyang2022, text: "Ouyang et al. (2022). Training language models to follow instructions with human feedback. arXiv:2203.02155", url: "https://arxiv.org/abs/2203.02155"}
#       - {id: rafailov2023, text: "Rafailov et al. (2023). Direct Preference Optimization: Your Language Model Is Secretly a Reward Model. arXiv:2305.18290", url: "https://arxiv.org/abs/2305.18290"}
#       - {id: gao2022, text: "Gao, Schulman & Hilton (2022). Scaling Laws for Reward Model Overoptimization. arXiv:2210.10760", url: "https://arxiv.org/abs/2210.10760"}
#       - {id: zhou2023, text: "Zhou et al. (2023). LIMA: Less Is More for Alignment. arXiv:2305.11206", url: "https://arxiv.org/abs/2305.11206"}
#       - {id: houlsby2019, text: "Houlsby et al. (2019). Parameter-Efficient Transfer Learning for NLP. arXiv:1902.00751", url: "https://arxiv.org/abs/1902.00751"}
#       - {id: lester2021, text: "Lester, Al-Rfou & Constant (2021). The Power of Scale for Parameter-Efficient Prompt Tuning. arXiv:2104.08691", url: "https://arxiv.org/abs/2104.08691"}
#       - {id: hu2021, text: "Hu et al. (2021). LoRA: Low-Rank Adaptation of Large Language Models. arXiv:2106.09685", url: "https://arxiv.org/abs/2106.09685"}
#       - {id: dettmers2023, text: "Dettmers et al. (2023). QLoRA: Efficient Finetuning of Quantized LLMs. arXiv:2305.14314", url: "https://arxiv.org/abs/2305.14314"}
#       - {id: biderman2024, text: "Biderman et al. (2024). LoRA Learns Less and Forgets Less. arXiv:2405.09673", url: "https://arxiv.org/abs/2405.09673"}
#       - {id: rajbhandari2019, text: "Rajbhandari et al. (2019). ZeRO: Memory Optimizations Toward Training Trillion Parameter Models. arXiv:1910.02054", url: "https://arxiv.org/abs/1910.02054"}
#       - {id: wei2022, text: "Wei et al. (2022). Chain-of-Thought Prompting Elicits Reasoning in Large Language Models. arXiv:2201.11903", url: "https://arxiv.org/abs/2201.11903"}
#       - {id: wang2022, text: "Wang et al. (2022). Self-Consistency Improves Chain of Thought Reasoning in Language Models. arXiv:2203.11171", url: "https://arxiv.org/abs/2203.11171"}
#       - {id: kojima2022, text: "Kojima et al. (2022). Large Language Models are Zero-Shot Reasoners. arXiv:2205.11916", url: "https://arxiv.org/abs/2205.11916"}
#       - {id: zhou2022, text: "Zhou et al. (2022). Least-to-Most Prompting Enables Complex Reasoning in Large Language Models. arXiv:2205.10625", url: "https://arxiv.org/abs/2205.10625"}
#       - {id: yao2023, text: "Yao et al. (2023). Tree of Thoughts: Deliberate Problem Solving with Large Language Models. arXiv:2305.10601", url: "https://arxiv.org/abs/2305.10601"}
#       - {id: yao2022, text: "Yao et al. (2022). ReAct: Synergizing Reasoning and Acting in Language Models. arXiv:2210.03629", url: "https://arxiv.org/abs/2210.03629"}
#       - {id: turpin2023, text: "Turpin, Michael, Perez & Bowman (2023). Language Models Don't Always Say What They Think: Unfaithful Explanations in Chain-of-Thought Prompting. arXiv:2305.04388", url: "https://arxiv.org/abs/2305.04388"}
#       - {id: chen2025, text: "Chen et al. (2025). Reasoning Models Don't Always Say What They Think. arXiv:2505.05410", url: "https://arxiv.org/abs/2505.05410"}
#       - {id: lambert2024, text: "Lambert et al. (2024). Tülu 3: Pushing Frontiers in Open Language Model Post-Training. arXiv:2411.15124", url: "https://arxiv.org/abs/2411.15124"}
#       - {id: shao2024, text: "Shao et al. (2024). DeepSeekMath: Pushing the Limits of Mathematical Reasoning in Open Language Models. arXiv:2402.03300", url: "https://arxiv.org/abs/2402.03300"}
#       - {id: deepseek2025, text: "DeepSeek-AI (2025). DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement Learning. arXiv:2501.12948", url: "https://arxiv.org/abs/2501.12948"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Um [modelo base](term:base-model) dá uma probabilidade a cada resposta, e alguém deu a cada resposta uma nota, a recompensa. Você quer respostas de nota alta sem se afastar muito do modelo, e tem dois caminhos. Sortear N respostas e ficar com a melhor, como na lição
# [Melhor de N](lesson:best-of-n). Ou treinar: dar uma probabilidade nova a cada resposta, a que maximiza a recompensa esperada menos um preço pela [divergência KL](term:kl-divergence).
#
# Regule os dois para que se afastem *o mesmo tanto* do modelo. Qual tem a maior recompensa esperada? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# A [base model](term:base-model) gives each answer a probability, and someone gave each answer a score, the reward. You want answers of high reward without moving far from the model, and have two ways. One is drawing N answers and keeping the best, as in the lesson
# [Best-of-N](lesson:best-of-n). The other is training: giving each answer a new probability, the one that maximises the expected reward minus a price for [KL divergence](term:kl-divergence).
#
# Set the two so that they move *equally far* from the model. Which has the higher expected reward? Place a bet.

# %%
from dashboard.blocks import Answer, Callout, Entry, Exercise, Experiment, Mistake, Option, Table
from dashboard.language import ROOT, number, percent, quoted, say, short, t
from dashboard.recorded.rewards import rewarded

ONE = rewarded()
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Com a mesma KL até o modelo, a recompensa esperada é maior:", en="At the same KL from the model, the expected reward is higher:"),
    options=[
        Option(t(pt="com o melhor de N, ou empata", en="with best-of-N, or equal"), t(pt="Escolher entre N é bom, e quase ótimo em muitos casos, mas não passa do ótimo.", en="Choosing among N is good, and close to optimal in many cases, but it cannot exceed the optimum.")),
        Option(t(pt="com o treinado, ou empata", en="with the trained one, or equal"), t(pt="É o que prova o Corolário 20.2: entre todas as distribuições a essa distância, nenhuma ganha dele.", en="That is what Corollary 20.2 proves: among all the distributions at that distance, none beats it."), correct=True),
        Option(t(pt="com um ou com o outro, conforme a recompensa", en="with one or the other, depending on the reward"), t(pt="O tamanho da vantagem depende. O lado, não.", en="The size of the advantage does. The side does not.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Abaixo estão os logits verdadeiros do modelo embutido depois de «{{ ONE.prompt }}», com o vocabulário inteiro, e uma recompensa *nossa* e ruim de propósito: o número de letras do token. O preço é β, quanta recompensa vale um nat de distância. A distância é a divergência KL da distribuição nova $P$ à do modelo, $p$,
#
# $$
# \mathrm{KL}(P \,\|\, p) = \sum_y P(y) \ln \frac{P(y)}{p(y)} .
# $$
#
# Com β grande quase nada muda; com β pequeno, manda a recompensa. A barra cheia é a distribuição que ganha nesse acordo. Preveja: quando β baixa, a recompensa sobe aos poucos ou de uma vez? Baixe β devagar, leia a KL na frase abaixo da figura, e diga em que ponto você pararia e por quê.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Below are the real logits of the embedded model after “{{ ONE.prompt }}”, with the whole vocabulary, and a reward that is *ours* and poor on purpose: the number of letters of the token. The price is β, how much reward one nat of distance is worth. The distance is the KL divergence from the new distribution $P$ to the model's, $p$,
#
# $$
# \mathrm{KL}(P \,\|\, p) = \sum_y P(y) \ln \frac{P(y)}{p(y)} .
# $$
#
# With a large β hardly anything changes; with a small one the reward rules. The solid bar is the distribution that wins in this bargain. Predict: as β falls, does the reward rise little by little or all at once? Lower β slowly, read the KL in the sentence below the figure, and say at which point you would stop and why.

# %%
import json
import math

from core import kl_divergence, softmax
from core.course.adapters import HALF, NF4, adapter_parameters, gpt_matrices, lora_parameters, soft_prompt_parameters, tuning_bytes
from core.models.gpt import GPTConfig
from core.models.sizes import gpt_parameters, phi_parameters
from core.course.preferences import dpo_loss, tilted
from core.course.votes import plurality
from dashboard import charts
from dashboard.charts.tilt import BETAS, reached
from dashboard.worked import dpo_by_hand, tilt_by_hand

charts.tilt(
    "tilt", t(pt="A distribuição que a recompensa inclina", en="The distribution that the reward tilts"), ONE, beta=5.0,
    said=t(pt="β = {beta|short}: a recompensa esperada é {reward|2} letras; no modelo, {first|2}. A distribuição se afastou {kl|3} nats. O mais provável dos tokens nomeados tem {p_max|%1}.",
           en="β = {beta|short}: the expected reward is {reward|2} letters; in the model, {first|2}. The distribution has moved {kl|3} nats away. The likeliest of the named tokens has {p_max|%1}."),
    caption=t(pt="Contorno: o modelo. Barra cheia: o ótimo para esse β. Metade dos tokens nomeados são os mais prováveis do modelo; a outra metade, os que a recompensa leva para cima.",
              en="Outline: the model. Solid bar: the optimum for this β. Half of the named tokens are the model's likeliest; the other half, those that the reward lifts."))

# %% [markdown] lang="pt" anchor="base"
# ## Primeiro, imitar
#
# O modelo base continua textos. Diante de uma pergunta, a continuação mais provável é mais texto do mesmo gênero, e só por acaso a resposta, como a lição [O que é um modelo de linguagem](lesson:language-model) mediu. O [ajuste fino supervisionado](term:supervised-fine-tuning) mostra a ele pares de pedido e resposta e
# minimiza a mesma [entropia cruzada](term:cross-entropy) do treinamento, somada só sobre os tokens da resposta:
#
# $$
# -\sum_{t} \ln \pi(y_t \mid x, y_{<t}) .
# $$
#
# Nada muda na máquina: nem a rede, nem a função de perda, nem a amostragem. Mudam os dados, e um formato com marcas que dizem onde começa cada fala. No ChatML, que o Qwen2.5 usa, as marcas são tokens próprios, e a resposta é o que o modelo continua depois da última:
#
# ```
# <|im_start|>system
# Responda em uma frase.<|im_end|>
# <|im_start|>user
# Qual é a capital do Brasil?<|im_end|>
# <|im_start|>assistant
# ```
#
# A primeira fala é a [mensagem de sistema](term:system-prompt), escrita por quem oferece o modelo. Para a atenção ela é texto como o resto; o peso maior que tem foi treinado (Wallace et al., 2024). Com muitas tarefas escritas como pedidos, isso é o [ajuste por instruções](term:instruction-tuning).
#
# Um pouco disso se consegue sem treinar nada. Ponha no prompt alguns pares resolvidos, e o modelo base continua a série: é o [aprendizado em contexto](term:in-context-learning), aqui [com poucos exemplos](term:few-shot) (Brown et al., 2020).
# Depois do ajuste, muitas tarefas os dispensam ([zero-shot](term:zero-shot)). O outro lado: quem segue pedidos segue também os que vêm escondidos em um texto que devia só ler, a [injeção de prompt](term:prompt-injection) (Greshake et al., 2023).
#
# Imitar tem um limite: pede respostas escritas. Muitas vezes é mais fácil dizer *qual de duas* é melhor.

# %% [markdown] lang="en" anchor="base"
# ## First, imitate
#
# The base model continues texts. Faced with a question, the likeliest continuation is more text of the same kind, and the answer only by chance, as the lesson [What a language model is](lesson:language-model) measured. [Supervised fine-tuning](term:supervised-fine-tuning) shows it pairs of request and answer and
# minimises the same [cross-entropy](term:cross-entropy) as in training, summed over the tokens of the answer alone:
#
# $$
# -\sum_{t} \ln \pi(y_t \mid x, y_{<t}) .
# $$
#
# Nothing changes in the machine: neither the network, nor the loss, nor the sampling. What changes is the data, and a format with marks that say where each turn begins. In ChatML, which Qwen2.5 uses, the marks are tokens of their own, and the answer is what the model continues after the last one:
#
# ```
# <|im_start|>system
# Answer in one sentence.<|im_end|>
# <|im_start|>user
# What is the capital of Brazil?<|im_end|>
# <|im_start|>assistant
# ```
#
# The first turn is the [system prompt](term:system-prompt), written by whoever offers the model. To attention it is text like the rest; the greater weight it has was trained (Wallace et al., 2024). With many tasks written as requests, this is [instruction tuning](term:instruction-tuning).
#
# A little of this can be had without training anything. Put some solved pairs into the prompt, and the base model continues the series: that is [in-context learning](term:in-context-learning), here [few-shot](term:few-shot) (Brown et al., 2020).
# After tuning, many tasks do without them ([zero-shot](term:zero-shot)). The other side: who follows requests also follows those hidden in a text that should only be read, [prompt injection](term:prompt-injection) (Greshake et al., 2023).
#
# Imitation has a limit: it needs written answers. Often it is easier to say *which of two* is better.

# %% [markdown] lang="pt" anchor="preferencias"
# ## Depois, preferir
#
# O modelo de [Bradley–Terry](term:bradley-terry) (1952) supõe que cada resposta $y$ tem uma recompensa $r(y)$ e que as pessoas preferem $a$ a $b$ com probabilidade
#
# $$
# \begin{aligned} P(a \succ b) &= \sigma\big(r(a) - r(b)\big) \\[0.4em] &= \frac{e^{r(a)}}{e^{r(a)} + e^{r(b)}} . \end{aligned}
# $$
#
# É um softmax entre dois, e como todo softmax só vê diferenças: somar uma constante a todas as recompensas não muda nada. No [RLHF](term:rlhf), uma rede aprende $r$ com comparações, o [modelo de recompensa](term:reward-model). Depois se procura a distribuição $P$ que maximiza
#
# $$
# J(P) = E_P[r] - \beta\, \mathrm{KL}(P \,\|\, p),
# $$
#
# em que $p$ é o [modelo de referência](term:reference-model), aquele de antes deste passo (em geral já ajustado por instruções), e $\beta > 0$ é quanta recompensa vale um nat de distância. O treinamento (com PPO, por exemplo) só se aproxima do máximo. Mas o máximo tem fórmula, e você já o moveu: é a barra cheia da primeira figura.

# %% [markdown] lang="en" anchor="preferencias"
# ## Then, prefer
#
# The [Bradley–Terry](term:bradley-terry) model (1952) supposes that each answer $y$ has a reward $r(y)$ and that people prefer $a$ to $b$ with probability
#
# $$
# \begin{aligned} P(a \succ b) &= \sigma\big(r(a) - r(b)\big) \\[0.4em] &= \frac{e^{r(a)}}{e^{r(a)} + e^{r(b)}} . \end{aligned}
# $$
#
# It is a softmax between two, and like every softmax it sees differences alone: adding a constant to all rewards changes nothing. In [RLHF](term:rlhf), a network learns $r$ from comparisons, the [reward model](term:reward-model). Then one looks for the distribution $P$ that maximises
#
# $$
# J(P) = E_P[r] - \beta\, \mathrm{KL}(P \,\|\, p),
# $$
#
# where $p$ is the [reference model](term:reference-model), the one from before this step (usually tuned on instructions already), and $\beta > 0$ is how much reward one nat of distance is worth. Training (with PPO, say) only comes close to the maximum. But the maximum has a formula, and you have moved it already: it is the solid bar of the first figure.

# %% [markdown] lang="pt" anchor="otimo"
# > **Teorema 20.1.** Seja $p$ uma distribuição sobre um número finito de respostas, $r$ finita e $\beta > 0$. Entre todas as distribuições $P$, a única que maximiza $J$ é
# >
# > $$
# > \begin{aligned} p_\beta(y) &= \frac{1}{Z}\, p(y)\, e^{r(y)/\beta}, \\ Z &= \sum_y p(y)\, e^{r(y)/\beta}, \end{aligned}
# > $$
# >
# > e o máximo vale $\beta \ln Z$.

# %% [markdown] lang="en" anchor="otimo"
# > **Theorem 20.1.** Let $p$ be a distribution over finitely many answers, $r$ finite and $\beta > 0$. Among all distributions $P$, the only one that maximises $J$ is
# >
# > $$
# > \begin{aligned} p_\beta(y) &= \frac{1}{Z}\, p(y)\, e^{r(y)/\beta}, \\ Z &= \sum_y p(y)\, e^{r(y)/\beta}, \end{aligned}
# > $$
# >
# > and the maximum is $\beta \ln Z$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Se $P$ dá massa onde $p$ é zero, a KL é infinita; nos outros casos $r(y) = \beta \ln \frac{p_\beta(y)}{p(y)} + \beta \ln Z$. Ponha isso em $J$:
#
# $$
# \begin{aligned}
# J(P) &= \beta\, E_P\!\left[\ln \frac{p_\beta}{p} - \ln \frac{P}{p}\right] + \beta \ln Z \\[0.4em]
# &= \beta \ln Z - \beta\, \mathrm{KL}(P \,\|\, p_\beta) .
# \end{aligned}
# $$
#
# A KL não é negativa, e só é zero quando $P = p_\beta$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* If $P$ gives mass where $p$ is zero, the KL is infinite; otherwise $r(y) = \beta \ln \frac{p_\beta(y)}{p(y)} + \beta \ln Z$. Put that into $J$:
#
# $$
# \begin{aligned}
# J(P) &= \beta\, E_P\!\left[\ln \frac{p_\beta}{p} - \ln \frac{P}{p}\right] + \beta \ln Z \\[0.4em]
# &= \beta \ln Z - \beta\, \mathrm{KL}(P \,\|\, p_\beta) .
# \end{aligned}
# $$
#
# The KL is not negative, and is zero only when $P = p_\beta$. $\blacksquare$

# %% [markdown] lang="pt"
# Em logits é uma soma: $u + r/\beta$. Com $\beta \to \infty$ volta o modelo; com $\beta \to 0$ sobra a resposta de maior recompensa entre as que $p$ não exclui, por mais rara que seja. A fórmula vale para respostas *inteiras*. Aqui a resposta é um token, e por isso o cálculo é exato; em um texto, somar $r/\beta$
# aos logits de cada passo não dá o ótimo, porque falta o que vem depois. E ninguém sabe calcular $Z$ sobre todos os textos: daí o reforço, ou o atalho da próxima seção.

# %% [markdown] lang="en"
# In logits it is a sum: $u + r/\beta$. As $\beta \to \infty$ the model comes back; as $\beta \to 0$ what is left is the answer of highest reward among those that $p$ does not exclude, however rare. The formula holds for *whole* answers. Here the answer is one token, so the calculation is exact; in a text, adding $r/\beta$
# to the logits of each step does not give the optimum, because what comes later is missing. And nobody can compute $Z$ over all texts: hence reinforcement, or the shortcut of the next section.

# %%
tilt_by_hand("hand", t(pt="O ótimo à mão, três respostas", en="The optimum by hand, three answers"), [0.6, 0.3, 0.1], [0, 1, 2], [1, 0.5])

# %% [markdown] lang="pt" anchor="fronteira"
# > **Corolário 20.2.** Se $\mathrm{KL}(P \,\|\, p) \le \mathrm{KL}(p_\beta \,\|\, p)$, então $E_P[r] \le E_{p_\beta}[r]$.

# %% [markdown] lang="en" anchor="fronteira"
# > **Corollary 20.2.** If $\mathrm{KL}(P \,\|\, p) \le \mathrm{KL}(p_\beta \,\|\, p)$, then $E_P[r] \le E_{p_\beta}[r]$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* $E_P[r] = J(P) + \beta\, \mathrm{KL}(P \,\|\, p) \le J(p_\beta) + \beta\, \mathrm{KL}(p_\beta \,\|\, p) = E_{p_\beta}[r]$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* $E_P[r] = J(P) + \beta\, \mathrm{KL}(P \,\|\, p) \le J(p_\beta) + \beta\, \mathrm{KL}(p_\beta \,\|\, p) = E_{p_\beta}[r]$. $\blacksquare$

# %% [markdown] lang="pt"
# É a resposta à aposta, porque o melhor de N é uma dessas $P$. As duas curvas abaixo são exatas, sobre os mesmos logits e a mesma recompensa. Preveja: o quadrado fica perto da linha cheia ou longe dela? Mova N e β até que as duas KL quase coincidam, e compare as recompensas.

# %% [markdown] lang="en"
# That answers the bet, because best-of-N is one of these $P$. Both curves below are exact, over the same logits and the same reward. Predict: is the square near the solid line or far from it? Move N and β until the two KL nearly coincide, and compare the rewards.

# %%
charts.frontier(
    "frontier", t(pt="O que a distância compra", en="What the distance buys"), ONE, beta=2.0, n=8,
    said=t(pt="Com β = {beta_at}, o ótimo está a {tilt_kl|3} nats e vale {tilt_reward|2} letras. O melhor de N marcado está a {best_kl|3} nats e vale {best_reward|2}.",
           en="At β = {beta_at}, the optimum is {tilt_kl|3} nats away and worth {tilt_reward|2} letters. The best-of-N that is marked is {best_kl|3} nats away and worth {best_reward|2}."),
    caption=t(pt="Círculo: o ótimo para o β escolhido. Quadrado: o melhor de N. A linha cheia nunca fica abaixo da tracejada.",
              en="Circle: the optimum for the chosen β. Square: best-of-N. The solid line is never below the dashed one."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="excesso"
# Repare no que a recompensa ruim faz com β baixo: palavras compridas, sem relação com o começo do texto. É a [sobreotimização](term:over-optimisation) da lição sobre o melhor de N. A penalidade KL não conserta a recompensa; ela limita quanto se confia nela. Gao, Schulman e Hilton (2022) mediram a queda nos dois caminhos.

# %% [markdown] lang="en" anchor="excesso"
# Notice what the poor reward does at a low β: long words, unrelated to the beginning of the text. It is the [over-optimisation](term:over-optimisation) of the lesson on best-of-N. The KL penalty does not mend the reward; it limits how far it is trusted. Gao, Schulman and Hilton (2022) measured the fall on both ways.

# %%
Table(
    ["β", t(pt="KL, em nats", en="KL, in nats"), t(pt="recompensa esperada", en="expected reward"), t(pt="os três tokens nomeados mais prováveis", en="the three likeliest named tokens")],
    [[short(beta), number(kl, 3), number(reward, 2),
      " · ".join(f"{quoted(ONE.tokens[i][0].strip())} {percent(share)}" for share, i in sorted(zip(tilted(ONE.log_probs, ONE.rewards, beta).tolist(), range(len(ONE.tokens)), strict=False), reverse=True)[:3])]
     for beta in (math.inf, 5.0, 2.0, 1.0, BETAS[-1]) for kl, reward in [reached(ONE, beta=beta)]],
    t(pt="Calculado por core sobre o vocabulário inteiro.", en="Computed by core over the whole vocabulary."))

# %% [markdown] lang="pt" anchor="dpo"
# ## Sem modelo de recompensa e sem reforço
#
# Leia o Teorema 20.1 de trás para a frente. Toda distribuição $\pi$ positiva onde $p$ é positiva é o ótimo de *alguma* recompensa:
#
# $$
# r(y) = \beta \ln \frac{\pi(y)}{p(y)} + \beta \ln Z .
# $$
#
# O $Z$ que ninguém sabe calcular é o mesmo para todas as respostas a um pedido. E Bradley–Terry só vê diferenças.
#
# > **Proposição 20.3.** Se as preferências seguem Bradley–Terry com uma recompensa $r$, e $\pi$ é o ótimo de $J$ para essa recompensa, então
# >
# > $$
# > \begin{aligned} P(a \succ b) &= \sigma(\Delta), \\[0.4em] \Delta &= \beta \ln \frac{\pi(a)}{p(a)} - \beta \ln \frac{\pi(b)}{p(b)} . \end{aligned}
# > $$

# %% [markdown] lang="en" anchor="dpo"
# ## No reward model and no reinforcement
#
# Read Theorem 20.1 backwards. Every distribution $\pi$ that is positive where $p$ is positive is the optimum of *some* reward:
#
# $$
# r(y) = \beta \ln \frac{\pi(y)}{p(y)} + \beta \ln Z .
# $$
#
# The $Z$ that nobody can compute is the same for all answers to one request. And Bradley–Terry sees differences alone.
#
# > **Proposition 20.3.** If preferences follow Bradley–Terry with a reward $r$, and $\pi$ is the optimum of $J$ for that reward, then
# >
# > $$
# > \begin{aligned} P(a \succ b) &= \sigma(\Delta), \\[0.4em] \Delta &= \beta \ln \frac{\pi(a)}{p(a)} - \beta \ln \frac{\pi(b)}{p(b)} . \end{aligned}
# > $$

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Ponha a expressão de $r$ em $\sigma(r(a) - r(b))$. As duas parcelas $\beta \ln Z$ se cancelam. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Put the expression of $r$ into $\sigma(r(a) - r(b))$. The two terms $\beta \ln Z$ cancel. $\blacksquare$

# %% [markdown] lang="pt"
# A [otimização direta de preferências](term:dpo), de Rafailov et al. (2023), minimiza menos o logaritmo dessa probabilidade sobre pares em que alguém preferiu $a$. É uma função de perda comum, sobre um conjunto fixo de pares. A recompensa está implícita em $\pi$.

# %% [markdown] lang="en"
# [Direct preference optimization](term:dpo), by Rafailov et al. (2023), minimises minus the logarithm of that probability over pairs in which someone preferred $a$. It is an ordinary loss, over a fixed set of pairs. The reward is implicit in $\pi$.

# %%
START, RISE, FALL = ((0.1, 0.1), (0.1, 0.1)), ((0.2, 0.1), (0.05, 0.1)), ((0.05, 0.1), (0.005, 0.1))


def pair_loss(pair, beta=0.5):
    return dpo_loss(*(tuple(map(math.log, one)) for one in pair), beta)


assert pair_loss(FALL) < pair_loss(RISE) < pair_loss(START)
dpo_by_hand("dpo", t(pt="A perda do DPO à mão: a é a preferida, β = 0,5", en="The loss of DPO by hand: a is the preferred one, β = 0.5"),
            {t(pt="no começo", en="at the start"): START, t(pt="a sobe, b desce", en="a rises, b falls"): RISE, t(pt="as duas descem", en="both fall"): FALL}, 0.5)

# %%
Callout("misconception", t(pt="«O DPO aumenta a probabilidade da resposta preferida»", en="“DPO raises the probability of the preferred answer”"), t(
    pt=f"A perda só vê a *diferença* entre as duas. No terceiro caso a preferida cai à metade, a outra cai a um vigésimo, e a perda é {number(pair_loss(FALL), 3)}, a menor das três: melhor, para ela, que subir uma e baixar a outra ({number(pair_loss(RISE), 3)}). "
       "A massa que as duas perdem vai para respostas que ninguém comparou.",
    en=f"The loss sees the *difference* of the two alone. In the third case the preferred one falls to a half, the other falls to a twentieth, and the loss is {number(pair_loss(FALL), 3)}, the least of the three: better, for it, than raising one and lowering the other ({number(pair_loss(RISE), 3)}). "
       "The mass that the two lose goes to answers that nobody compared."))

# %% [markdown] lang="pt" anchor="lora"
# ## Quanto se treina
#
# Qualquer desses passos pode mexer em todos os pesos, ou em poucos. Na [adaptação de baixo posto](term:lora), a LoRA, cada matriz $W$ de $m \times n$ fica congelada e ganha uma correção $\Delta W = BA$, com $B$ de $m \times r$ e $A$ de $r \times n$. Aqui $r$ é o posto, não a recompensa: o de $BA$ não passa de $r$, e treinam-se $r(m + n)$ números em vez de $mn$:
# vale a pena quando $r < mn/(m + n)$. A [QLoRA](term:qlora) faz o mesmo sobre pesos congelados em 4 bits. [Adaptadores](term:adapter) são redes com um gargalo dentro de cada bloco; um [prompt contínuo](term:soft-prompt) é um punhado de vetores na entrada.
#
# Os números abaixo usam as formas reais do modelo embutido e as do Phi-2. As matrizes Q, K e V, que o modelo embutido guarda em uma só, entram separadas.

# %% [markdown] lang="en" anchor="lora"
# ## How much is trained
#
# Any of these steps may touch all the weights, or few. In [low-rank adaptation](term:lora), LoRA, each matrix $W$ of $m \times n$ is frozen and receives a correction $\Delta W = BA$, with $B$ of $m \times r$ and $A$ of $r \times n$. Here $r$ is the rank, not the reward: that of $BA$ does not exceed $r$, and $r(m + n)$ numbers are trained instead of $mn$:
# it pays when $r < mn/(m + n)$. [QLoRA](term:qlora) does the same over weights frozen in 4 bits. [Adapters](term:adapter) are networks with a bottleneck inside each block; a [soft prompt](term:soft-prompt) is a handful of vectors at the input.
#
# The numbers below use the real shapes of the embedded model and those of Phi-2. The matrices Q, K and V, which the embedded model keeps as one, enter separately.

# %%
described = json.loads((ROOT / "core" / "weights" / "embedded" / "config.json").read_text(encoding="utf-8"))
OWN, PHI = tuple(described[name] for name in ("n_layer", "n_embd", "n_inner")), (32, 2560, 10240)  # blocks, width, width inside the feed-forward part
EMBEDDED = GPTConfig(described["vocab_size"], described["n_positions"], OWN[0], described["n_head"], OWN[1], n_inner=OWN[2])
TOTALS = [sum(gpt_parameters(EMBEDDED).values()), sum(phi_parameters(51200, *PHI).values())]


def queries_and_values(shape):
    layers, width, _ = shape
    return 2 * layers * [(width, width)]


WAYS = [
    (t(pt="tudo", en="everything"), TOTALS),
    (t(pt="LoRA, r = 8, todas as matrizes dos blocos", en="LoRA, r = 8, all matrices of the blocks"), [lora_parameters(gpt_matrices(*shape), 8) for shape in (OWN, PHI)]),
    (t(pt="LoRA, r = 8, só Q e V", en="LoRA, r = 8, Q and V only"), [lora_parameters(queries_and_values(shape), 8) for shape in (OWN, PHI)]),
    (t(pt="adaptadores, gargalo 16", en="adapters, bottleneck 16"), [adapter_parameters(*shape[:2], 16) for shape in (OWN, PHI)]),
    (t(pt="prompt contínuo, 20 vetores", en="soft prompt, 20 vectors"), [soft_prompt_parameters(20, shape[1]) for shape in (OWN, PHI)]),
]
LORA_OWN, LORA_PHI = WAYS[1][1]
Table(
    [t(pt="o que se treina", en="what is trained"), t(pt="modelo embutido", en="embedded model"), t(pt="parte dele", en="share of it"), "Phi-2", t(pt="parte do Phi-2", en="share of Phi-2")],
    [[name, number(a), percent(a / TOTALS[0], 2), number(b), percent(b / TOTALS[1], 2 if b > 1e6 else 3)] for name, (a, b) in WAYS],
    t(pt="A mesma LoRA é uma parte maior de um modelo menor: a razão r(m + n)/(mn) cai com a largura. Dizer «LoRA treina de 0,1% a 1%» só faz sentido com o modelo e o r ao lado.",
      en="The same LoRA is a larger share of a smaller model: the ratio r(m + n)/(mn) falls with the width. Saying “LoRA trains 0.1% to 1%” makes sense only with the model and r beside it."))

# %%
N_PHI, GB = TOTALS[1], 1e9
IN_BLOCKS = sum(rows * columns for rows, columns in gpt_matrices(*PHI))
Table(
    ["Phi-2", t(pt="pesos congelados, bytes cada", en="frozen weights, bytes each"), t(pt="pesos, gradientes e Adam, em GB", en="weights, gradients and Adam, in GB")],
    [[t(pt="ajuste de tudo", en="tuning everything"), "—", number(tuning_bytes(0, N_PHI, 0) / GB, 1)],
     ["LoRA", number(HALF), number(tuning_bytes(N_PHI, LORA_PHI, HALF) / GB, 1)],
     ["QLoRA", t(pt=f"{number(NF4, 3)} nos blocos, {HALF} no resto", en=f"{number(NF4, 3)} in the blocks, {HALF} elsewhere"), number((tuning_bytes(IN_BLOCKS, LORA_PHI, NF4) + tuning_bytes(N_PHI - IN_BLOCKS, 0, HALF)) / GB, 1)]],
    t(pt="16 bytes por peso treinado em precisão mista (Rajbhandari et al., 2019); na QLoRA, 4 bits mais a parte que cabe a cada peso nas constantes de quantização. Só as matrizes dos blocos vão a 4 bits: os embeddings não são uma camada linear, e a de saída fica em 16 bits por padrão (transformers 5.23.0, quantizers/base.py). As ativações, que crescem com o texto e o lote, somam-se a isso.",
      en="16 bytes per weight trained in mixed precision (Rajbhandari et al., 2019); in QLoRA, 4 bits plus each weight's share of the quantisation constants. Only the matrices of the blocks go to 4 bits: the embeddings are no linear layer, and the output layer stays in 16 bits by default (transformers 5.23.0, quantizers/base.py). Activations, which grow with text and batch, add to this."))

# %% [markdown] lang="pt" anchor="qualidade"
# Treinar menos custa qualidade? Depende da tarefa. Hu et al. (2021, tabela 4) ajustaram o GPT-3 de 175 bilhões de vários jeitos, quatro deles aqui; acerto em duas tarefas, escrever consultas SQL e decidir se uma frase segue de outra:

# %% [markdown] lang="en" anchor="qualidade"
# Does training less cost quality? It depends on the task. Hu et al. (2021, table 4) tuned the GPT-3 of 175 billion in several ways, four of them here; accuracy on two tasks, writing SQL queries and deciding whether a sentence follows from another:

# %%
Table(
    [t(pt="GPT-3, 175 bilhões", en="GPT-3, 175 billion"), t(pt="milhões de números treinados", en="million numbers trained"), t(pt="WikiSQL, %", en="WikiSQL, %"), t(pt="MNLI, %", en="MNLI, %")],
    [[name, number(trained, 1), number(sql, 1), number(mnli, 1)] for name, trained, sql, mnli in (
        (t(pt="tudo", en="everything"), 175_255.8, 73.8, 89.5), ("LoRA", 4.7, 73.4, 91.7), (t(pt="adaptadores", en="adapters"), 7.1, 71.9, 89.8),
        (t(pt="prompt contínuo (PreEmbed)", en="soft prompt (PreEmbed)"), 3.2, 63.1, 88.6))],
    t(pt="Não há uma ordem só: na segunda tarefa, a LoRA passa o ajuste de tudo. Em código e matemática, Biderman et al. (2024) viram o contrário: a LoRA aprendeu menos que o ajuste de tudo, e também esqueceu menos do que o modelo sabia. O prompt contínuo se aproxima dos outros quando o modelo cresce (Lester et al., 2021).",
      en="There is no single order: on the second task LoRA exceeds tuning everything. On code and mathematics, Biderman et al. (2024) saw the opposite: LoRA learned less than tuning everything, and also forgot less of what the model knew. The soft prompt comes nearer to the others as the model grows (Lester et al., 2021)."))

# %% [markdown] lang="pt" anchor="raciocinio"
# ## Raciocinar é sortear antes de responder
#
# Peça o raciocínio antes da resposta, e o modelo escreve uma [cadeia de pensamento](term:chain-of-thought) $z$ (Wei et al., 2022). Cada token de $z$ é mais uma passada pela rede, e a resposta $y$ é sorteada com probabilidade
#
# $$
# P(y \mid x) = \sum_z P(z \mid x)\, P(y \mid x, z) .
# $$
#
# A soma muda o que é «a resposta mais provável». A cadeia mais provável pode levar a uma resposta, e a maior parte da massa, a outra. Um caso com três cadeias:

# %% [markdown] lang="en" anchor="raciocinio"
# ## Reasoning is drawing before answering
#
# Ask for the reasoning before the answer, and the model writes a [chain of thought](term:chain-of-thought) $z$ (Wei et al., 2022). Each token of $z$ is one more pass through the network, and the answer $y$ is drawn with probability
#
# $$
# P(y \mid x) = \sum_z P(z \mid x)\, P(y \mid x, z) .
# $$
#
# The sum changes what “the likeliest answer” is. The likeliest chain may lead to one answer, and most of the mass to another. A case with three chains:

# %%
CHAINS = [(0.4, "12"), (0.35, "15"), (0.25, "15")]
answers = {answer: sum(p for p, a in CHAINS if a == answer) for _, answer in CHAINS}
likeliest, favourite = max(CHAINS)[1], max(answers, key=answers.get)
assert likeliest != favourite
VOTES = (1, 5, 15, 41)
GROUP, RIGHT = 8, 2
spread = math.sqrt(RIGHT / GROUP * (1 - RIGHT / GROUP))
advantage = [(reward - RIGHT / GROUP) / spread for reward in (1, 0)]
Table([t(pt="cadeia", en="chain"), t(pt="probabilidade", en="probability"), t(pt="resposta", en="answer")],
      [[f"z{i}", percent(p, 0), a] for i, (p, a) in enumerate(CHAINS, 1)],
      t(pt=f"A cadeia mais provável responde {likeliest}. Somadas as cadeias, {favourite} tem {percent(answers[favourite], 0)}.",
        en=f"The likeliest chain answers {likeliest}. With the chains added up, {favourite} has {percent(answers[favourite], 0)}."))

# %%
Table([t(pt="cadeias sorteadas", en="chains drawn"), *map(number, VOTES)],
      [[t(pt=f"o voto dá {favourite}", en=f"the vote gives {favourite}"), *(percent(plurality([answers[favourite], answers[likeliest]], n)) for n in VOTES)]],
      t(pt="Probabilidade exata, por core. Nenhum número desta tabela diz se a resposta está certa.", en="Exact probability, by core. No number of this table says whether the answer is right."))

# %% [markdown] lang="pt" anchor="voto"
# A [decodificação gulosa](term:greedy) segue uma cadeia só. A [autoconsistência](term:self-consistency) de Wang et al. (2022) sorteia várias, joga fora os $z$ e vota: é uma estimativa de Monte Carlo daquela soma, e a lição [Melhor de N](lesson:best-of-n) diz quando o voto ajuda.
#
# Os [modelos de raciocínio](term:reasoning-model) vão além: neles, a própria cadeia é treinada. Onde a resposta pode ser conferida, como em matemática e código, a recompensa é «certo» ou «errado», sem modelo de recompensa. Lambert et al. (2024) deram nome a isso, *reforço com recompensas verificáveis*. O GRPO (Shao et al., 2024) sorteia um grupo de respostas por pedido e compara cada uma com a média do grupo, em desvios-padrão: com {{ RIGHT | 0 }} certas em {{ GROUP | 0 }}, cada certa vale {{ advantage[0] | 2 }} e cada errada {{ advantage[1] | 2 }}. Se todas acertam ou todas erram, o grupo não ensina nada.
#
# O raciocínio também se destila. O DeepSeek-R1 escreveu cerca de 800 mil respostas com as suas cadeias, e seis modelos menores foram ajustados nelas, sem reforço (DeepSeek-AI, 2025). O de 32 bilhões acertou 72,6% da prova AIME 2024 na primeira tentativa; o mesmo modelo base, treinado só por reforço, 47,0%. A lição [Servir](lesson:serving) diz o que a destilação faz com a distribuição.
#
# E a cadeia escrita diz como o modelo chegou à resposta? Não necessariamente: é texto sorteado, como outro qualquer. Turpin et al. (2023) puseram nas perguntas um viés que mudava a resposta, e as cadeias o justificavam sem o mencionar; o acerto caiu até 36%. Chen et al. (2025) deram pistas a modelos de raciocínio: entre as vezes em que a pista mudou a resposta, o Claude 3.7 Sonnet a mencionou em 25% e o DeepSeek-R1 em 39%.

# %% [markdown] lang="en" anchor="voto"
# [Greedy decoding](term:greedy) follows a single chain. The [self-consistency](term:self-consistency) of Wang et al. (2022) draws several, throws the $z$ away and votes: it is a Monte Carlo estimate of that sum, and the lesson [Best-of-N](lesson:best-of-n) says when the vote helps.
#
# [Reasoning models](term:reasoning-model) go further: in them the chain itself is trained. Where the answer can be checked, as in mathematics and code, the reward is “right” or “wrong”, with no reward model. Lambert et al. (2024) gave this a name, *reinforcement learning with verifiable rewards*. GRPO (Shao et al., 2024) draws a group of answers per request and compares each with the group's mean, in standard deviations: with {{ RIGHT | 0 }} right out of {{ GROUP | 0 }}, each right one is worth {{ advantage[0] | 2 }} and each wrong one {{ advantage[1] | 2 }}. If all are right or all are wrong, the group teaches nothing.
#
# Reasoning can be distilled as well. DeepSeek-R1 wrote about 800 thousand answers with their chains, and six smaller models were tuned on them, without reinforcement (DeepSeek-AI, 2025). The one of 32 billion solved 72.6% of the AIME 2024 exam at the first try; the same base model, trained by reinforcement alone, 47.0%. The lesson [Serving](lesson:serving) says what distillation does to the distribution.
#
# And does the written chain say how the model came to its answer? Not necessarily: it is sampled text, like any other. Turpin et al. (2023) put a bias into the questions that changed the answer, and the chains justified it without mentioning it; accuracy fell by up to 36%. Chen et al. (2025) gave hints to reasoning models: among the times when the hint changed the answer, Claude 3.7 Sonnet mentioned it in 25% and DeepSeek-R1 in 39%.

# %% [markdown] lang="pt" anchor="pedir" fold="more"
# ## Pedir de outro jeito
#
# Antes de treinar, dá para mudar só o pedido. A [engenharia de prompt](term:prompt-engineering) procura, por tentativa e medida, o prompt que rende mais; como toda escolha pela nota, ela pede um segundo conjunto de perguntas para medir o escolhido ([Avaliar](lesson:evaluating)). Quatro formas de pedir um raciocínio, com o que os seus autores mediram nos modelos da época:
#
# - **[Cadeia de pensamento sem exemplos](term:zero-shot-chain-of-thought)**: pôr no fim «pense passo a passo». No MultiArith, o text-davinci-002 foi de 17,7% a 78,7% (Kojima et al., 2022).
# - **[Do mais simples ao mais complexo](term:least-to-most)**: dividir o problema e resolver as partes em ordem, cada uma com as respostas anteriores no prompt. No SCAN, o code-davinci-002 fez ao menos 99%, contra 16% com uma cadeia só (Zhou et al., 2022).
# - **[Árvore de pensamentos](term:tree-of-thoughts)**: propor vários passos, dar nota a cada um, seguir os melhores e voltar atrás; é uma busca, como a [busca em feixe](term:beam-search), sobre trechos de raciocínio, e custa muitas gerações por resposta. No jogo do 24, o GPT-4 fez 74%, contra 4% com uma cadeia só (Yao et al., 2023).
# - **[ReAct](term:react)**: alternar raciocínio e ações, como uma busca, e ler o resultado de cada ação. No ALFWorld, com um ou dois exemplos, ficou 34 pontos percentuais acima de imitação e reforço (Yao et al., 2022).
#
# Modelos de raciocínio escrevem a cadeia sem que se peça, e o que se ganha em pedi-la muda de modelo para modelo. Meça no seu.

# %% [markdown] lang="en" anchor="pedir" fold="more"
# ## Asking in another way
#
# Before training anything one can change the request alone. [Prompt engineering](term:prompt-engineering) searches, by trial and measurement, for the prompt that does best; like every choice by a score, it needs a second set of questions on which to measure the one chosen ([Evaluating](lesson:evaluating)). Four ways of asking for reasoning, with what their authors measured on the models of their time:
#
# - **[Zero-shot chain of thought](term:zero-shot-chain-of-thought)**: putting “think step by step” at the end. On MultiArith, text-davinci-002 went from 17.7% to 78.7% (Kojima et al., 2022).
# - **[Least-to-most](term:least-to-most)**: splitting the problem and solving the parts in order, each with the earlier answers in the prompt. On SCAN, code-davinci-002 reached at least 99%, against 16% with a single chain (Zhou et al., 2022).
# - **[Tree of thoughts](term:tree-of-thoughts)**: proposing several steps, rating each, following the best and going back; it is a search, like [beam search](term:beam-search), over pieces of reasoning, and costs many generations per answer. In the game of 24, GPT-4 reached 74%, against 4% with a single chain (Yao et al., 2023).
# - **[ReAct](term:react)**: alternating reasoning and actions, such as a search, and reading the result of each action. On ALFWorld, with one or two examples, it was 34 percentage points above imitation and reinforcement (Yao et al., 2022).
#
# Reasoning models write the chain unasked, and what asking for it gains differs from model to model. Measure on yours.

# %% [markdown] lang="pt" anchor="obrigatorio"
# ## O obrigatório e o usual

# %% [markdown] lang="en" anchor="obrigatorio"
# ## What is mandatory and what is usual

# %%
USUAL = t(pt="usual", en="usual")
Table(
    [t(pt="passo", en="step"), t(pt="o que pede", en="what it needs"), t(pt="obrigatório?", en="mandatory?"), t(pt="quem fez sem ele", en="who did without it")],
    [[t(pt="treinamento do modelo base", en="training the base model"), t(pt="texto comum", en="ordinary text"), t(pt="sim: o resto parte dele", en="yes: the rest starts from it"), "—"],
     [t(pt="ajuste fino supervisionado", en="supervised fine-tuning"), t(pt="pedidos com resposta", en="requests with answers"), USUAL, "DeepSeek-R1-Zero (2025)"],
     [t(pt="preferências (RLHF ou DPO)", en="preferences (RLHF or DPO)"), t(pt="comparações", en="comparisons"), USUAL, t(pt="LIMA (2023): só ajuste supervisionado, mil exemplos", en="LIMA (2023): supervised tuning alone, a thousand examples")],
     [t(pt="modelo de recompensa", en="reward model"), t(pt="comparações", en="comparisons"), t(pt="só no RLHF que o usa", en="only in RLHF that uses one"), t(pt="DPO (2023); respostas conferíveis: Tülu 3 (2024), R1-Zero (2025)", en="DPO (2023); answers that can be checked: Tülu 3 (2024), R1-Zero (2025)")],
     [t(pt="LoRA e afins", en="LoRA and the like"), t(pt="nada além dos dados", en="nothing but the data"), t(pt="não: é economia", en="no: it is thrift"), t(pt="quem ajusta tudo", en="whoever tunes everything")]],
    t(pt="InstructGPT (Ouyang et al., 2022) fez, nesta ordem, o ajuste supervisionado, o modelo de recompensa e o reforço; daí a ideia de que a ordem é lei.",
      en="InstructGPT (Ouyang et al., 2022) did, in this order, the supervised tuning, the reward model and the reinforcement; hence the idea that the order is law."))

# %%
Callout("misconception", t(pt="«Primeiro o ajuste fino, depois o reforço, e não há outro caminho»", en="“First fine-tuning, then reinforcement, and there is no other way”"), t(
    pt="Há. O DeepSeek-R1-Zero foi do modelo base direto ao reforço; misturava línguas e era difícil de ler, e o R1 voltou a começar com um ajuste pequeno. Usual não quer dizer obrigatório, nem inútil. O DPO também não é um reforço: treina direto nas preferências, sem modelo de recompensa e sem laço. "
       "E «modelo aberto» pede a pergunta *o que está aberto?* Do R1 são públicos os pesos, com licença MIT, e o método; os dados de treinamento, não. O que as notas de origem dizem disso está nas [erratas](lesson:errata#fatos).",
    en="There is. DeepSeek-R1-Zero went from the base model straight to reinforcement; it mixed languages and was hard to read, and R1 went back to starting with a small tuning. Usual does not mean mandatory, nor useless. DPO is no reinforcement either: it trains on preferences directly, with no reward model and no loop. "
       "And “open model” asks for the question *what is open?* Of R1 the weights are public, under the MIT licence, and the method; the training data are not. What the source notes say of it is among the [errata](lesson:errata#fatos)."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência

# %% [markdown] lang="en" anchor="motores"
# ## In the engines

# %% fold="engines"
Table(
    [t(pt="motor", en="engine"), t(pt="o formato da conversa", en="the format of the conversation"), t(pt="uma LoRA sobre o modelo", en="a LoRA on top of the model"), t(pt="lido em", en="read in")],
    [["transformers", "`apply_chat_template`", "`load_adapter`", "transformers 5.23.0, integrations/peft.py"],
     ["vLLM", t(pt="`chat/completions` aplica o do modelo", en="`chat/completions` applies the model's"), "`--enable-lora`, `--lora-modules`", "vLLM, docs/features/lora.md"],
     ["llama.cpp", "`--chat-template`", "`--lora`", "llama.cpp, tools/server/README.md"]],
    t(pt="Ajustado ou base, o motor vê o mesmo: logits, e os amostradores da parte um. O formato tem de ser o do ajuste; com outro, o modelo ajustado pode voltar a continuar textos.",
      en="Tuned or base, the engine sees the same: logits, and the samplers of part one. The format must be that of the tuning; with another, the tuned model may go back to continuing texts."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (1 min). Na primeira figura, baixe β devagar e pergunte em que ponto a turma pararia; anote a KL (4 min). Prove o Teorema 20.1 completando a KL, sem multiplicadores (4 min), e faça o caso β = 1 no quadro. Abra a aposta com a segunda figura (2 min). No DPO, peça à turma um modo de baixar a perda que piore a resposta preferida, "
       "antes de mostrar o terceiro caso (4 min). Na tabela da LoRA, pergunte por que a parte é tão maior no modelo pequeno (2 min). Feche com as três cadeias (3 min). Enganos frequentes: que o ajuste supervisionado é obrigatório, que o DPO é reforço, que a penalidade KL conserta uma recompensa ruim, que a cadeia escrita é a causa da resposta.",
    en="Ask for the bet (1 min). In the first picture, lower β slowly and ask at which point the class would stop; write down the KL (4 min). Prove Theorem 20.1 by completing the KL, without multipliers (4 min), and work the case β = 1 on the board. Open the bet with the second picture (2 min). For DPO, ask the class to find a way to lower the loss that makes the preferred answer worse off "
       "before showing the third case (4 min). At the table of LoRA, ask why the share is so much larger in the small model (2 min). Close with the three chains (3 min). Common mistakes: that supervised tuning is mandatory, that DPO is reinforcement, that the KL penalty mends a poor reward, that the written chain is the cause of the answer."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
pair = tilted([0.0, 0.0], [2, 0], 1)[0].item()
Exercise(
    id="pair", kind="numeric",
    question=t(pt="Duas respostas com probabilidade 0,5 cada e recompensas 2 e 0. Com β = 1, qual é a probabilidade da primeira no ótimo? (Duas casas bastam.)",
               en="Two answers with probability 0.5 each and rewards 2 and 0. At β = 1, what is the probability of the first in the optimum? (Two decimals will do.)"),
    answer=pair, tolerance=0.006,
    mistakes=[
        Mistake(1.0, t(pt="Isso é β → 0, quando a distância não custa nada.", en="That is β → 0, when distance costs nothing.")),
        Mistake(0.5, t(pt="Isso é β → ∞: o modelo, sem recompensa.", en="That is β → ∞: the model, without the reward.")),
        Mistake(tilted([0.0, 0.0], [2, 0], 2)[0].item(), t(pt="Você dividiu a recompensa por 2; com β = 1 o expoente é 2.", en="You divided the reward by 2; at β = 1 the exponent is 2.")),
    ],
    right=t(pt=f"0,5·e² ÷ (0,5·e² + 0,5) = {number(pair, 4)}: a sigmoide de 2.", en=f"0.5·e² ÷ (0.5·e² + 0.5) = {number(pair, 4)}: the sigmoid of 2."),
    wrong=t(pt="Multiplique 0,5 por e² e por e⁰, e divida pela soma.", en="Multiply 0.5 by e² and by e⁰, and divide by the sum."),
    unreadable=say("exercise.unreadable"))

# %%
shifted = tilted(ONE.log_probs, [r + 10 for r in ONE.rewards], 2.0)
assert kl_divergence(shifted, tilted(ONE.log_probs, ONE.rewards, 2.0), "nats").item() < 1e-9
Exercise(
    id="constant", kind="choice",
    question=t(pt="Um colega soma 10 a todas as recompensas, para que fiquem positivas. O ótimo com o mesmo β:", en="A colleague adds 10 to every reward, so that they are positive. The optimum at the same β:"),
    options=[
        Option(t(pt="se afasta mais do modelo", en="moves further from the model"), t(pt="Seria assim se as *diferenças* crescessem.", en="It would be so if the *differences* grew.")),
        Option(t(pt="é o mesmo", en="is the same"), t(pt="O fator $e^{10/\\beta}$ aparece em cima e embaixo, no Z, e se cancela. O máximo de J é que sobe 10.", en="The factor $e^{10/\\beta}$ appears above and below, in Z, and cancels. It is the maximum of J that rises by 10."), correct=True),
        Option(t(pt="só é o mesmo se β = 1", en="is the same only if β = 1"), t(pt="O cancelamento vale para todo β.", en="It cancels at every β.")),
    ])

# %%
fresh = pair_loss(START, 0.1)
assert abs(fresh - math.log(2)) < 1e-12
Exercise(
    id="start", kind="predict",
    question=t(pt="No primeiro passo do DPO, π é igual à referência p. Quanto vale a perda de um par, em nats, com β = 0,1?", en="At the first step of DPO, π equals the reference p. What is the loss of a pair, in nats, at β = 0.1?"),
    options=[
        Option("0", t(pt="Zero seria certeza da preferência. Aqui o modelo não prefere nenhuma.", en="Zero would be certainty of the preference. Here the model prefers neither.")),
        Option("ln 2", t(pt="As recompensas implícitas são zero, a sigmoide é 1/2.", en="The implicit rewards are zero, the sigmoid is 1/2."), correct=True),
        Option(t(pt="depende das probabilidades das duas respostas", en="it depends on the probabilities of the two answers"), t(pt="Só as razões π/p entram, e todas valem 1.", en="Only the ratios π/p enter, and all are 1.")),
    ],
    reveal=t(pt=f"Calculado por core: {number(fresh, 4)}, para qualquer par e qualquer β.", en=f"Computed by core: {number(fresh, 4)}, for any pair and any β."))

# %%
BUGGY = """from math import exp, log

def dpo_loss(pi_a, pi_b, ref_a, ref_b, beta):
    a = log(pi_a) - log(ref_a)
    b = log(pi_b) - log(ref_a)
    gap = beta * (a - b)
    return log(1 + exp(-gap))"""
namespace = {}
exec(BUGGY, namespace)
bad = namespace["dpo_loss"](0.1, 0.4, 0.1, 0.4, 0.5)
assert abs(namespace["dpo_loss"](0.2, 0.05, 0.1, 0.1, 0.5) - pair_loss(RISE)) < 1e-12 and abs(bad - math.log(2)) > 0.1
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Quando as duas respostas são igualmente prováveis na referência, esta função acerta. Com π = p = (0,1; 0,4) e β = 0,5 ela dá {number(bad, 3)} em vez de ln 2. Qual linha está errada?",
               en=f"When both answers are equally likely in the reference, this function is right. With π = p = (0.1, 0.4) and β = 0.5 it gives {number(bad, 3)} instead of ln 2. Which line is wrong?"),
    options=[
        Option("4: `a = log(pi_a) - log(ref_a)`", t(pt="É a razão da preferida: π(a) sobre p(a).", en="It is the ratio of the preferred one: π(a) over p(a).")),
        Option("5: `b = log(pi_b) - log(ref_a)`", t(pt="Cada resposta se compara com a *sua* probabilidade na referência: aqui, `ref_b`. Sem isso a perda cobra do modelo o que a referência já fazia.",
                                                    en="Each answer is compared with *its own* probability in the reference: here, `ref_b`. Without that the loss charges the model for what the reference already did."), correct=True),
        Option("6: `gap = beta * (a - b)`", t(pt="A diferença das recompensas implícitas está certa.", en="The difference of the implicit rewards is right.")),
        Option("7: `return log(1 + exp(-gap))`", t(pt="É −ln σ(gap), escrito de outro modo.", en="It is −ln σ(gap), written another way.")),
    ])

# %%
matrix = lora_parameters([(2560, 2560)], 8)
Exercise(
    id="lora", kind="numeric",
    question=t(pt="Uma matriz de 2.560 × 2.560 do Phi-2 recebe uma LoRA com r = 8. Quantos números se treinam?", en="A matrix of 2,560 × 2,560 of Phi-2 receives a LoRA with r = 8. How many numbers are trained?"),
    answer=matrix, tolerance=1,
    mistakes=[
        Mistake(8 * 2560, t(pt="Essa é uma das duas matrizes finas; falta a outra.", en="That is one of the two thin matrices; the other is missing.")),
        Mistake(2560 * 2560, t(pt="Essa é a matriz inteira, que fica congelada.", en="That is the whole matrix, which stays frozen.")),
        Mistake(8 * 8, t(pt="O posto limita o produto, mas B e A têm as dimensões de fora da matriz.", en="The rank limits the product, but B and A have the outer dimensions of the matrix.")),
    ],
    right=t(pt=f"8 × (2.560 + 2.560) = {number(matrix)}, {percent(matrix / 2560**2, 2)} da matriz.", en=f"8 × (2,560 + 2,560) = {number(matrix)}, {percent(matrix / 2560**2, 2)} of the matrix."),
    wrong=t(pt="Some os tamanhos de B (2.560 × 8) e de A (8 × 2.560).", en="Add the sizes of B (2,560 × 8) and of A (8 × 2,560)."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="mandatory", kind="choice",
    question=t(pt="Qual destas frases é verdadeira?", en="Which of these statements is true?"),
    options=[
        Option(t(pt="Sem ajuste fino supervisionado não há reforço.", en="Without supervised fine-tuning there is no reinforcement."), t(pt="DeepSeek-R1-Zero partiu direto do modelo base.", en="DeepSeek-R1-Zero started straight from the base model.")),
        Option(t(pt="O DPO treina um modelo de recompensa e depois o usa.", en="DPO trains a reward model and then uses it."), t(pt="A recompensa está implícita na razão π/p; não há segunda rede que a dê.", en="The reward is implicit in the ratio π/p; there is no second network that gives it.")),
        Option(t(pt="A LoRA serve ao ajuste supervisionado e ao de preferências.", en="LoRA serves supervised tuning and preference tuning."), t(pt="Ela diz quais números se treinam; a função de perda é outra escolha.", en="It says which numbers are trained; the loss is another choice."), correct=True),
        Option(t(pt="A autoconsistência muda os pesos do modelo.", en="Self-consistency changes the model's weights."), t(pt="Ela só sorteia e vota. Nenhum peso muda.", en="It only draws and votes. No weight changes.")),
    ])

# %%
Experiment(
    id="shown", task="context", given={"prompt": "— De que cor é o mar?\n— É", "word": "azul"},
    question=t(pt="O modelo desta página é um modelo base, e pequeno: não sabe responder. Sem treinar nada, escreva algo *antes* da pergunta que torne «azul» *dez vezes* mais provável aqui:\n\n```\n— De que cor é o mar?\n— É\n```",
               en="This page’s model is a base model, and a small one: it cannot answer. Without training anything, write something *before* the question that makes “azul” (blue) *ten times* as likely here (“What colour is the sea? It is”):\n\n```\n— De que cor é o mar?\n— É\n```"),
    entries=[Entry("before", t(pt="O que vem antes da pergunta", en="What comes before the question"), "O dia é longo.", longest=150)],
    said={
        "met": t(pt="«azul» passou de {alone|%~} para {led|%~}: {times|~} vezes. Os pesos são os mesmos; mudou o que a atenção tem para ler. Um modelo deste tamanho quase só copia; um grande tira dos exemplos também o que se quer dele.",
                 en="“azul” went from {alone|%~} to {led|%~}: {times|~} times. The weights are the same; what changed is what attention has to read. A model of this size does little but copy; a large one also takes from the examples what is wanted of it."),
        "missed": t(pt="«azul» passou de {alone|%~} para {led|%~}: {times|~} vezes, e se pedem dez.", en="“azul” went from {alone|%~} to {led|%~}: {times|~} times, and ten are asked for."),
        "unfit": t(pt="Escreva alguma coisa.", en="Write something."),
    },
    caption=t(pt="A probabilidade de «azul»: 1, só com a pergunta; 2, com o que você pôs antes", en="The probability of “azul”: 1, with the question alone; 2, with what you put before it"),
    hint=t(pt="Mostre casos resolvidos, no mesmo formato ou parecido: outras coisas que também são azuis.", en="Show solved cases, in the same form or a similar one: other things that are blue too (o céu, the sky; a flor, the flower)."))

# %%
model = [2.0, 1.0, 0.0]
tempered = tilted(softmax(model).log().tolist(), model, 1)
assert abs(tempered - softmax(model, 0.5)).max() < 1e-12
Exercise(
    id="tempered", kind="numeric",
    question=t(pt="Retome a lição Temperatura. A recompensa de cada resposta é o logit que o modelo já lhe dava, r = u. O ótimo com β = 1 é amostrar do modelo com que temperatura τ?",
               en="Take up the lesson Temperature again. The reward of each answer is the logit that the model already gave it, r = u. The optimum at β = 1 is sampling from the model at which temperature τ?"),
    answer=0.5, tolerance=0.005,
    mistakes=[
        Mistake(2, t(pt="Os logits dobram, u + u = 2u. Dividir por τ dobra quando τ é meio.", en="The logits double, u + u = 2u. Dividing by τ doubles when τ is one half.")),
        Mistake(1, t(pt="Com τ = 1 nada mudaria; a recompensa acrescenta um u a cada logit.", en="At τ = 1 nothing would change; the reward adds a u to each logit.")),
        Mistake(0, t(pt="Isso é β → 0: só a resposta de maior recompensa.", en="That is β → 0: the answer of highest reward alone.")),
    ],
    right=t(pt="u + u/β = u·(1 + 1/β), isto é, τ = β/(1 + β) = 1/2. Premiar o que o modelo já acha provável é esfriá-lo.", en="u + u/β = u·(1 + 1/β), that is, τ = β/(1 + β) = 1/2. Rewarding what the model already finds likely is cooling it."),
    wrong=t(pt="Some r/β aos logits e veja por quanto eles ficam multiplicados.", en="Add r/β to the logits and see by how much they are multiplied."),
    unreadable=say("exercise.unreadable"))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - O ajuste supervisionado usa a mesma perda do treinamento; mudam os dados e o formato.
# - O ótimo da recompensa com penalidade KL é o modelo com $r/\beta$ somado aos logits, e nada à mesma distância o supera.
# - LoRA treina poucos números; quanto se perde depende da tarefa.
# - Raciocinar é sortear uma cadeia antes da resposta, e a cadeia escrita pode não ser a causa dela.
#
# A próxima lição pergunta como se sabe que ficou melhor: [Avaliar](lesson:evaluating).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Supervised tuning uses the same loss as training; the data and the format change.
# - The optimum of the reward with a KL penalty is the model with $r/\beta$ added to the logits, and nothing at the same distance exceeds it.
# - LoRA trains few numbers; how much is lost depends on the task.
# - Reasoning is drawing a chain before the answer, and the written chain may not be its cause.
#
# The next lesson asks how one knows that it got better: [Evaluating](lesson:evaluating).
