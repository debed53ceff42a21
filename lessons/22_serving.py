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
#     slug: {pt: servir, en: serving}
#     title: {pt: Servir, en: Serving}
#     summary:
#       pt: "O que custa responder: cache, lote, latência e vazão. O que acelera sem mudar a distribuição, como a decodificação especulativa, e o que a muda: pesos com menos bits e destilação."
#       en: "What an answer costs: cache, batch, latency and throughput. What speeds it up without changing the distribution, such as speculative decoding, and what changes it: weights with fewer bits and distillation."
#     prerequisites:
#       pt: "a lição sobre temperatura; divergência KL e variação total; derivada do logaritmo, só na destilação"
#       en: "the lesson on temperature; KL divergence and total variation; the derivative of the logarithm, only in distillation"
#     sources:
#       - {id: williams2009, text: "Williams, Waterman & Patterson (2009). Roofline: An Insightful Visual Performance Model for Multicore Architectures. Communications of the ACM 52(4), 65–76", url: "https://doi.org/10.1145/1498765.1498785"}
#       - {id: pope2022, text: "Pope et al. (2022). Efficiently Scaling Transformer Inference. arXiv:2211.05102", url: "https://arxiv.org/abs/2211.05102"}
#       - {id: kwon2023, text: "Kwon et al. (2023). Efficient Memory Management for Large Language Model Serving with PagedAttention. arXiv:2309.06180", url: "https://arxiv.org/abs/2309.06180"}
#       - {id: nvidia-a100, text: "NVIDIA (2021). A100 Tensor Core GPU data sheet", url: "https://www.nvidia.com/content/dam/en-zz/Solutions/Data-Center/a100/pdf/nvidia-a100-datasheet-us-nvidia-1758950-r4-web.pdf"}
#       - {id: leviathan2022, text: "Leviathan, Kalman & Matias (2022). Fast Inference from Transformers via Speculative Decoding. arXiv:2211.17192", url: "https://arxiv.org/abs/2211.17192"}
#       - {id: chen2023, text: "Chen et al. (2023). Accelerating Large Language Model Decoding with Speculative Sampling. arXiv:2302.01318", url: "https://arxiv.org/abs/2302.01318"}
#       - {id: dettmers2022, text: "Dettmers, Lewis, Belkada & Zettlemoyer (2022). LLM.int8(): 8-bit Matrix Multiplication for Transformers at Scale. arXiv:2208.07339", url: "https://arxiv.org/abs/2208.07339"}
#       - {id: jacob2017, text: "Jacob et al. (2017). Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference. arXiv:1712.05877", url: "https://arxiv.org/abs/1712.05877"}
#       - {id: bengio2013, text: "Bengio, Léonard & Courville (2013). Estimating or Propagating Gradients Through Stochastic Neurons for Conditional Computation. arXiv:1308.3432", url: "https://arxiv.org/abs/1308.3432"}
#       - {id: hinton2015, text: "Hinton, Vinyals & Dean (2015). Distilling the Knowledge in a Neural Network. arXiv:1503.02531", url: "https://arxiv.org/abs/1503.02531"}
#       - {id: kim2016, text: "Kim & Rush (2016). Sequence-Level Knowledge Distillation. arXiv:1606.07947", url: "https://arxiv.org/abs/1606.07947"}
#       - {id: gu2023, text: "Gu, Dong, Wei & Huang (2023). MiniLLM: On-Policy Distillation of Large Language Models. arXiv:2306.08543", url: "https://arxiv.org/abs/2306.08543"}
#       - {id: agarwal2023, text: "Agarwal et al. (2023). On-Policy Distillation of Language Models: Learning from Self-Generated Mistakes. arXiv:2306.13649", url: "https://arxiv.org/abs/2306.13649"}
#       - {id: deepseek2025, text: "DeepSeek-AI (2025). DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement Learning. arXiv:2501.12948", url: "https://arxiv.org/abs/2501.12948"}
#       - {id: vllm-quantization, text: "vLLM documentation. Quantization; Quantized KV Cache", url: "https://docs.vllm.ai/en/latest/features/quantization/quantized_kvcache/"}
#       - {id: hf-quantization, text: "Transformers documentation. Selecting a quantization method", url: "https://huggingface.co/docs/transformers/quantization/selecting"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Uma placa responde a uma pessoa por vez, com um modelo de 2,8 bilhões de parâmetros em 16 bits. Chegam mais sete pedidos, e a placa passa a gerar as oito respostas juntas, um token de cada por passo. São textos curtos, de 128 tokens.
#
# O que acontece com o ritmo da primeira pessoa, em tokens por segundo? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# An accelerator answers one person at a time, with a model of 2.8 billion parameters in 16 bits. Seven more requests arrive, and it goes on to generate all eight answers together, one token of each per step. The texts are short, of 128 tokens.
#
# What happens to the pace of the first person, in tokens per second? Place a bet.

# %%
import json
import math

from core import kl_divergence, quantisation_distance_bound, softmax
from core.course.metrics import wilson_interval
from core.models.sizes import cache_bytes, phi_parameters
from core.course.serving import Machine, Served, decode_step, largest_batch, tokens_per_pass
from dashboard import charts
from dashboard.blocks import Answer, Callout, Exercise, Experiment, Mistake, Option, Table
from dashboard.charts.roofline import LENGTHS
from dashboard.charts.rounding import closeness
from dashboard.experiments import one_of, sentence
from dashboard.language import ROOT, number, percent, say, t
from dashboard.recorded.rounding import TEMPERATURES, formats
from dashboard.worked import speculative_by_hand

A100 = Machine(memory=80e9, bandwidth=2.039e12, peak=312e12)
PHI = sum(phi_parameters(51200, 32, 2560, 10240).values())
PER_TOKEN = cache_bytes(32, 32, 80, 2)
ONE, EIGHT = (decode_step(Served(PHI, 2, PER_TOKEN), A100, batch, 128) for batch in (1, 8))
SLOWER = 1 - ONE.latency / EIGHT.latency
assert 0 < SLOWER < 0.1
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Com oito respostas de 128 tokens geradas juntas, o ritmo de cada uma:", en="With eight answers of 128 tokens generated together, the pace of each:"),
    options=[
        Option(t(pt="cai a cerca de um oitavo", en="falls to about an eighth"), t(pt="Seria assim se a placa estivesse ocupada calculando. Ela estava esperando pela memória.", en="It would be so if the accelerator were busy computing. It was waiting for memory.")),
        Option(t(pt="cai a cerca de metade", en="falls to about a half"), t(pt="Só o cache é lido uma vez por texto, e o de textos curtos é pequeno ao lado dos pesos.", en="Only the cache is read once per text, and that of short texts is small beside the weights.")),
        Option(t(pt="cai menos de um décimo", en="falls by less than a tenth"), t(pt="Os pesos passam uma vez pela memória e servem aos oito. O que cresce é o cache.", en="The weights go through memory once and serve all eight. What grows is the cache."), correct=True),
        Option(t(pt="fica exatamente igual", en="stays exactly the same"), t(pt="Quase: cada texto a mais traz o seu cache para ler.", en="Almost: each further text brings its own cache to read.")),
    ])
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Para gerar um token, todos os pesos passam uma vez da memória para o processador. Enquanto passam, dá para usá-los em vários textos: é o **lote**. A figura mostra um modelo da forma do Phi-2 em uma placa A100, com os valores da folha de dados.
#
# Preveja antes de mover: com 32 cabeças e textos de 1.024 tokens, em que lote o cálculo passa a ser o gargalo? Procure. Depois ponha 8 cabeças e 128 tokens, procure de novo, e diga o que mudou.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# To generate a token, all the weights go once from memory to the processor. While they pass, they can be used on several texts: that is the **batch**. The picture shows a model of the shape of Phi-2 on an A100 accelerator, with the values of the data sheet.
#
# Predict before you move: with 32 heads and texts of 1,024 tokens, at which batch does arithmetic become the bottleneck? Look for it. Then set 8 heads and 128 tokens, look again, and say what changed.

# %%
ALONE = decode_step(Served(PHI, 2, PER_TOKEN), A100, 1, 1024)
FITS = largest_batch(Served(PHI, 2, PER_TOKEN), A100, 1024)
many = Served(PHI, 2, PER_TOKEN)
assert all(step.memory > step.arithmetic for length in LENGTHS for step in [decode_step(many, A100, 10**6, length)])
few = Served(PHI, 2, cache_bytes(32, 8, 80, 2))
meets = next(b for b in range(1, 10_000) if decode_step(few, A100, b, 128).arithmetic > decode_step(few, A100, b, 128).memory)
charts.roofline(
    "roof", t(pt="Phi-2 em uma A100, sob os dois tetos", en="Phi-2 on an A100, under the two roofs"), A100, PHI,
    {32: t(pt="32, como no Phi-2", en="32, as in Phi-2"), 8: t(pt="8, se fosse GQA", en="8, if it were GQA"), 1: t(pt="1, se fosse multiconsulta", en="1, if it were multi-query")}, (32, 80), batch=8, length=1024,
    said=t(pt="Com {now|0} textos de {length|0} tokens, um passo leva {ms|2} ms: {memory_ms|2} de memória, {arithmetic_ms|2} de cálculo. Cada texto anda a {each|0} tokens por segundo, todos juntos a {rate|0}. Na memória cabem {most|0} textos.",
           en="With {now|0} texts of {length|0} tokens, a step takes {ms|2} ms: {memory_ms|2} of memory, {arithmetic_ms|2} of arithmetic. Each text moves at {each|0} tokens per second, all together at {rate|0}. {most|0} texts fit in memory."),
    caption=t(pt="Valores da folha de dados: 80 GB, 2.039 GB/s, 312 TFLOP/s em bfloat16. São tetos: um motor real fica abaixo. À direita da linha vertical pontilhada os textos não cabem.",
              en="Values of the data sheet: 80 GB, 2,039 GB/s, 312 TFLOP/s in bfloat16. These are roofs: a real engine stays below. To the right of the dotted vertical line the texts do not fit."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="servir"
# Com 128 tokens por texto, o passo de oito leva só {{ EIGHT.latency / ONE.latency - 1 | %1 }} a mais que o de um, e a placa entrega {{ EIGHT.throughput / ONE.throughput | 1 }} vezes mais tokens por segundo. E a busca: com 32 cabeças o cálculo nunca é o gargalo, em nenhum dos comprimentos, porque o cache de cada texto demora mais a ler do que o seu token a calcular; com 8 cabeças e 128 tokens, passa a ser a partir de {{ meets | 0 }} textos.
#
# ## Latência e vazão
#
# O **[cache KV](term:key-value-cache)** evita reler o texto: guarda uma chave e um valor por bloco, cabeça e posição,
#
# $$
# \begin{aligned} c = {} &2 \cdot \text{blocos} \cdot \text{cabeças} \\ &\cdot \text{tamanho} \cdot \text{bytes} \quad \text{por token}. \end{aligned}
# $$
#
# O Phi-2 em 16 bits guarda {{ PER_TOKEN / 1000 | 0 }} kB por token: mil e poucos tokens já são {{ 1024 * PER_TOKEN / 1e6 | 0 }} MB por texto. Em um passo que dá um token a cada um de $B$ textos de $T$ posições, com $P$ parâmetros de $w$ bytes,
#
# $$
# \begin{aligned} t_{\text{memória}} &= \frac{Pw + BTc}{\text{banda}}, \\[0.6em] t_{\text{cálculo}} &= \frac{2PB}{\text{pico}}. \end{aligned}
# $$
#
# O passo leva no mínimo o maior dos dois: o **[teto](term:roofline)** (Williams et al., 2009; Pope et al., 2022). Um texto sozinho, com 1.024 tokens, espera {{ 1000 * ALONE.memory | 2 }} ms pela memória e usaria {{ 1000 * ALONE.arithmetic | 3 }} ms de cálculo: o processador fica quase todo o tempo parado. Juntar textos em lote reparte a leitura dos pesos.
# A **[vazão](term:throughput)** sobe quase de graça, e a **[latência](term:latency)** de cada um pouco a pouco, até que o cache, ou o cálculo, vire o gargalo. Na memória cabem {{ FITS | 0 }} textos de 1.024 tokens.
#
# Ler o prompt é outro regime: os $T$ tokens entram juntos, como um lote, e o cálculo domina. Por isso os servidores relatam dois números, o tempo até o primeiro token e o tempo por token seguinte. E pedidos não chegam juntos: um servidor troca os textos do lote a cada passo, e guarda o cache em páginas para não reservar memória que não se usa (Kwon et al., 2023).

# %% [markdown] lang="en" anchor="servir"
# With 128 tokens per text, the step of eight takes only {{ EIGHT.latency / ONE.latency - 1 | %1 }} longer than that of one, and the accelerator delivers {{ EIGHT.throughput / ONE.throughput | 1 }} times as many tokens per second. And the search: with 32 heads arithmetic is never the bottleneck, at none of the lengths, because each text's cache takes longer to read than its token to compute; with 8 heads and 128 tokens it is, from {{ meets | 0 }} texts on.
#
# ## Latency and throughput
#
# The **[KV cache](term:key-value-cache)** avoids rereading the text: it keeps a key and a value per block, head and position,
#
# $$
# \begin{aligned} c = {} &2 \cdot \text{blocks} \cdot \text{heads} \\ &\cdot \text{size} \cdot \text{bytes} \quad \text{per token}. \end{aligned}
# $$
#
# Phi-2 in 16 bits keeps {{ PER_TOKEN / 1000 | 0 }} kB per token: a thousand tokens and some are {{ 1024 * PER_TOKEN / 1e6 | 0 }} MB per text. In a step that gives one token to each of $B$ texts of $T$ positions, with $P$ parameters of $w$ bytes,
#
# $$
# \begin{aligned} t_{\text{memory}} &= \frac{Pw + BTc}{\text{bandwidth}}, \\[0.6em] t_{\text{arithmetic}} &= \frac{2PB}{\text{peak}}. \end{aligned}
# $$
#
# The step takes at least the larger of the two: the **[roof](term:roofline)** (Williams et al., 2009; Pope et al., 2022). A single text of 1,024 tokens waits {{ 1000 * ALONE.memory | 2 }} ms for memory and would use {{ 1000 * ALONE.arithmetic | 3 }} ms of arithmetic: the processor stands idle most of the time. Putting texts in a batch shares the reading of the weights.
# **[Throughput](term:throughput)** rises almost for free, and the **[latency](term:latency)** of each little by little, until the cache, or the arithmetic, becomes the bottleneck. {{ FITS | 0 }} texts of 1,024 tokens fit in memory.
#
# Reading the prompt is another regime: the $T$ tokens come in together, like a batch, and arithmetic dominates. That is why servers report two numbers, the time to the first token and the time per following token. And requests do not arrive together: a server changes the texts of the batch at each step, and keeps the cache in pages so as not to reserve memory that is not used (Kwon et al., 2023).

# %% [markdown] lang="pt" anchor="preservar"
# ## Preservar ou aproximar
#
# Há dois jeitos de responder mais depressa. Um **preserva** a distribuição: o próximo token tem as mesmas probabilidades que teria sem o truque. O outro **aproxima**: aceita uma distribuição um pouco diferente, e alguém precisa medir a diferença na *sua* tarefa.

# %% [markdown] lang="en" anchor="preservar"
# ## Preserve or approximate
#
# There are two ways to answer faster. One **preserves** the distribution: the next token has the same probabilities that it would have without the trick. The other **approximates**: it accepts a slightly different distribution, and somebody has to measure the difference on *their* task.

# %%
PRESERVES, CHANGES = t(pt="preserva", en="preserves"), t(pt="aproxima", en="approximates")
Table(
    [t(pt="o que se faz", en="what is done"), t(pt="a distribuição", en="the distribution"), t(pt="o que poupa", en="what it saves")],
    [[t(pt="cache KV, em páginas ou não", en="KV cache, in pages or not"), PRESERVES, t(pt="reler o texto", en="rereading the text")],
     [t(pt="lote que muda a cada passo", en="a batch that changes at each step"), PRESERVES, t(pt="leituras dos pesos", en="readings of the weights")],
     [t(pt="prefixo do prompt guardado entre pedidos", en="a prompt's prefix kept between requests"), PRESERVES, t(pt="a leitura do prompt", en="reading the prompt")],
     [t(pt="decodificação especulativa, com a regra de aceitar", en="speculative decoding, with the accepting rule"), PRESERVES, t(pt="leituras dos pesos do modelo grande", en="readings of the large model's weights")],
     [t(pt="menos bits nos pesos ou no cache", en="fewer bits in the weights or in the cache"), CHANGES, t(pt="memória e banda", en="memory and bandwidth")],
     [t(pt="destilação: outro modelo, menor", en="distillation: another model, smaller"), CHANGES, t(pt="tudo", en="everything")]],
    t(pt="«Preserva» supõe aritmética exata. Em ponto flutuante, outro lote soma em outra ordem, os logits mudam na última casa, e um quase empate pode virar: por isso um servidor pode dar duas respostas gulosas ao mesmo prompt.",
      en="“Preserves” supposes exact arithmetic. In floating point, another batch adds in another order, the logits change in the last digit, and a near tie may turn: that is why a server may give two greedy answers to the same prompt."))

# %% [markdown] lang="pt" anchor="especulativa"
# ## Decodificação especulativa
#
# O processador está parado à espera da memória. Ponha-o para conferir palpites. Um modelo pequeno escreve um rascunho de alguns tokens, com as suas probabilidades $q$; o grande lê todos em *uma* passada, como leria um prompt, e dá as suas, $p$. Falta decidir o que aceitar sem mudar a distribuição (Leviathan et al., 2022; Chen et al., 2023).
#
# A regra: um token $i$ do rascunho é aceito com probabilidade $\min(1, p_i/q_i)$. Na primeira recusa, o lugar é sorteado do **que falta**, $r_i = \max(0, p_i - q_i)/(1 - \alpha)$, e o resto do rascunho se joga fora.
#
# > **Teorema 22.1.** Sejam $p$ e $q$ distribuições sobre o mesmo vocabulário e $\alpha = \sum_i \min(p_i, q_i)$; se $\alpha = 1$, nada se recusa. O token que resulta da regra tem distribuição exatamente $p$, e o do rascunho é aceito com probabilidade
# >
# > $$
# > \alpha = 1 - \mathrm{TV}(p, q) .
# > $$
# >
# > Se cada token de um rascunho de $\gamma$ é aceito com a mesma probabilidade $\alpha < 1$, sem depender dos outros, uma passada do modelo grande rende em média $(1 - \alpha^{\gamma + 1})/(1 - \alpha)$ tokens.

# %% [markdown] lang="en" anchor="especulativa"
# ## Speculative decoding
#
# The processor stands idle, waiting for memory. Let it check guesses. A small model writes a draft of a few tokens, with its probabilities $q$; the large one reads them all in *one* pass, as it would read a prompt, and gives its own, $p$. It remains to decide what to accept without changing the distribution (Leviathan et al., 2022; Chen et al., 2023).
#
# The rule: a token $i$ of the draft is accepted with probability $\min(1, p_i/q_i)$. At the first refusal, its place is drawn from **what is lacking**, $r_i = \max(0, p_i - q_i)/(1 - \alpha)$, and what follows of the draft is thrown away.
#
# > **Theorem 22.1.** Let $p$ and $q$ be distributions over the same vocabulary and $\alpha = \sum_i \min(p_i, q_i)$; if $\alpha = 1$, nothing is refused. The token that results from the rule has distribution exactly $p$, and the draft's is accepted with probability
# >
# > $$
# > \alpha = 1 - \mathrm{TV}(p, q) .
# > $$
# >
# > If each token of a draft of $\gamma$ is accepted with the same probability $\alpha < 1$, independently of the others, one pass of the large model yields on average $(1 - \alpha^{\gamma + 1})/(1 - \alpha)$ tokens.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* O token $i$ resulta por dois caminhos. Proposto e aceito: $q_i \min(1, p_i/q_i) = \min(p_i, q_i)$. Por recusa, que tem probabilidade $1 - \alpha$: $(1 - \alpha)\, r_i = \max(0, p_i - q_i)$. A soma dos dois é $p_i$. Some os primeiros sobre $i$: é $\alpha$, e $\sum_i (p_i - \min(p_i, q_i))$ é a variação total.
# Por fim, os $j$ primeiros tokens são todos aceitos com probabilidade $\alpha^j$, e a passada sempre rende um token a mais, o do que falta ou, se nada foi recusado, um sorteado do próprio $p$: $1 + \alpha + \dots + \alpha^\gamma$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Token $i$ results in two ways. Proposed and accepted: $q_i \min(1, p_i/q_i) = \min(p_i, q_i)$. By refusal, which has probability $1 - \alpha$: $(1 - \alpha)\, r_i = \max(0, p_i - q_i)$. The two add up to $p_i$. Add the first ones over $i$: that is $\alpha$, and $\sum_i (p_i - \min(p_i, q_i))$ is the total variation.
# Finally, the first $j$ tokens are all accepted with probability $\alpha^j$, and the pass always yields one token more, that of what is lacking or, if nothing was refused, one drawn from $p$ itself: $1 + \alpha + \dots + \alpha^\gamma$. $\blacksquare$

# %% [markdown] lang="pt"
# $p$ e $q$ são as distribuições *depois* dos amostradores: temperatura e cortes entram antes da regra, nos dois modelos. Uma distribuição, dois rascunhos:

# %% [markdown] lang="en"
# $p$ and $q$ are the distributions *after* the samplers: temperature and cuts come before the rule, in both models. One distribution, two drafts:

# %%
speculative_by_hand("speculative", t(pt="Aceitar, ou sortear do que falta", en="Accept, or draw from what is lacking"), [0.5, 0.3, 0.2], {
    t(pt="rascunho parecido", en="a similar draft"): [0.6, 0.2, 0.2], t(pt="rascunho distante", en="a distant draft"): [0.2, 0.7, 0.1]})

# %%
RECORD = json.loads((ROOT / "benchmarks" / "quantisation.json").read_text(encoding="utf-8"))
EXPORT, MEASURED, KERNELS = RECORD["export"], RECORD["formats"], RECORD["speed"]
ROW, GROUP = t(pt="uma escala por linha", en="one scale per row"), t(pt="uma escala por 32 pesos", en="one scale per 32 weights")
NAMES = {"bfloat16": "bfloat16", "int6": f"int6, {ROW}", "int4": f"int4, {ROW}", "int4/32": f"int4, {GROUP}", "int3/32": f"int3, {GROUP}"}
moved = formats()
DRAFTS = (1, 2, 4, 8)
kept = {name: 1 - float(moved[name].distance[TEMPERATURES.index(1.0)].mean()) for name in ("int4/32", "int3/32")}
Table([t(pt="rascunho", en="draft"), "α", *(f"γ = {n}" for n in DRAFTS)],
      [[t(pt=f"o modelo embutido em {NAMES[name]}", en=f"the embedded model in {NAMES[name]}"), percent(alpha), *(number(tokens_per_pass(alpha, n), 2) for n in DRAFTS)] for name, alpha in kept.items()]
      + [[t(pt="um rascunho com α = 0,6", en="a draft with α = 0.6"), percent(0.6), *(number(tokens_per_pass(0.6, n), 2) for n in DRAFTS)]],
      t(pt="Tokens por passada do modelo grande. Nas primeiras linhas, o modelo embutido em int8 confere um rascunho feito por ele mesmo com menos bits; α é 1 menos a variação total média medida, τ = 1. O ganho de tempo é menor que o número: rascunhar também custa.",
        en="Tokens per pass of the large model. In the first rows, the embedded model in int8 checks a draft made by itself with fewer bits; α is 1 minus the mean total variation measured, τ = 1. The gain in time is smaller than the number: drafting costs too."))

# %% [markdown] lang="pt" anchor="quantizacao"
# ## Menos bits
#
# A **[quantização](term:quantisation)** guarda cada peso $w$ como um inteiro pequeno $k$ vezes uma escala $s$, a mesma para uma linha ou um grupo de pesos:
#
# $$
# \begin{aligned} s &= \frac{\max |w|}{2^{b-1} - 1} \\[0.4em] k &= \mathrm{arredonda}(w/s), \quad |w - sk| \le \frac{s}{2}. \end{aligned}
# $$
#
# Com menos bits, $s$ cresce e o erro também; grupos menores seguram $s$. O modelo embutido já é distribuído em int8, uma escala por linha: dos pesos float32 do treino para ele, a validação inteira foi de {{ EXPORT["bits_per_byte_before"] | 5 }} a {{ EXPORT["bits_per_byte"] | 5 }} bits por byte.
# As linhas abaixo arredondam esse int8 outra vez, e o medem só no começo de cada obra; por isso o int8 tem ali outro número. Arredondam só os pesos: em modelos grandes as *ativações* têm umas poucas dimensões enormes, e quem quantiza também as ativações precisa tratar essas dimensões à parte (Dettmers et al., 2022).

# %% [markdown] lang="en" anchor="quantizacao"
# ## Fewer bits
#
# **[Quantisation](term:quantisation)** keeps each weight $w$ as a small whole number $k$ times a scale $s$ shared by a row or a group of weights:
#
# $$
# \begin{aligned} s &= \frac{\max |w|}{2^{b-1} - 1} \\[0.4em] k &= \mathrm{round}(w/s), \quad |w - sk| \le \frac{s}{2}. \end{aligned}
# $$
#
# With fewer bits $s$ grows and so does the error; smaller groups hold $s$ down. The embedded model is already shipped in int8, one scale per row: from the float32 weights of training to it, the whole of validation went from {{ EXPORT["bits_per_byte_before"] | 5 }} to {{ EXPORT["bits_per_byte"] | 5 }} bits per byte.
# The rows below round that int8 once more, and measure it on the beginning of each work only; that is why int8 has another number there. Weights only are rounded: in large models the *activations* have a few huge dimensions, and whoever quantises them as well has to treat those apart (Dettmers et al., 2022).

# %%
positions = len(moved["int4"].spread)
base = MEASURED["int8"]["bits_per_byte"]
SIX, CHANGED = MEASURED["int6"]["bits_per_byte"] / base - 1, 1 - moved["int6"].same / positions


def on_top(one):
    """The share of positions whose likeliest token stayed, with its interval."""
    low, high = wilson_interval(one.same, positions)
    return t(pt=f"{percent(one.same / positions)} (de {percent(low, 0)} a {percent(high, 0)})", en=f"{percent(one.same / positions)} ({percent(low, 0)} to {percent(high, 0)})")


Table([t(pt="pesos", en="weights"), t(pt="bits por peso", en="bits per weight"), "MB", t(pt="bits por byte", en="bits per byte"), t(pt="a mais", en="more"), t(pt="mesmo token no topo", en="same token on top")],
      [[NAMES.get(name, t(pt="int8, como distribuído", en="int8, as shipped")), number(8 * one["weight_bytes"] / RECORD["parameters"], 2), number(one["weight_bytes"] / 1e6, 2), number(one["bits_per_byte"], 3), percent(one["bits_per_byte"] / base - 1, 2),
        on_top(moved[name]) if name in moved else "—"] for name, one in sorted(MEASURED.items(), key=lambda item: -item[1]["weight_bytes"])],
      t(pt=f"Medido em {number(RECORD['bytes'] / 1000, 0)} kB do começo das {RECORD['works']} obras de validação, com `python -m benchmarks.quantisation`; o token do topo, em {positions} posições de textos reais, com `python -m dashboard.recorded`, e entre parênteses o intervalo de 95% da lição anterior, curto demais se posições vizinhas erram juntas. Escalas incluídas no tamanho; vetores ficam em float32.",
        en=f"Measured on {number(RECORD['bytes'] / 1000, 0)} kB from the beginning of the {RECORD['works']} validation works, by `python -m benchmarks.quantisation`; the token on top, at {positions} positions of real texts, by `python -m dashboard.recorded`, and in brackets the 95% interval of the lesson before, too short if neighbouring positions err together. Scales are counted in the size; vectors stay in float32."))

# %% [markdown] lang="pt" anchor="topo"
# Leia as duas últimas colunas juntas: em int6 o custo médio sobe {{ SIX | %2 }}, e o token mais provável muda em {{ CHANGED | %1 }} das posições. Uma média sobre o texto não mostra o que a decodificação gulosa vê.

# %% [markdown] lang="en" anchor="topo"
# Read the last two columns together: in int6 the average cost rises by {{ SIX | %2 }}, and the likeliest token changes at {{ CHANGED | %1 }} of the positions. An average over the text does not show what greedy decoding sees.

# %% [markdown] lang="pt" fold="more"
# ### Treinar já arredondado
#
# Arredondar depois é o jeito barato. No **treinamento ciente da quantização** (QAT; Jacob et al., 2017), cada passo do treinamento já usa os pesos arredondados, e o modelo aprende a viver com eles. Arredondar tem derivada zero em quase todo ponto; a saída é fingir, só na volta, que o arredondamento não está ali (Bengio et al., 2013). Custa um treinamento, ou o fim de um.

# %% [markdown] lang="en" fold="more"
# ### Train with the rounding on
#
# Rounding afterwards is the cheap way. In **quantisation-aware training** (QAT; Jacob et al., 2017) each step of training already uses the rounded weights, and the model learns to live with them. Rounding has a derivative of zero almost everywhere; the way out is to pretend, on the way back only, that the rounding is not there (Bengio et al., 2013). It costs a training run, or the end of one.

# %% [markdown] lang="pt" anchor="cota"
# ## Quanto a distribuição pode mudar
#
# Pesos arredondados movem os logits de $u$ para $u + \Delta$. O que isso faz às probabilidades tem uma cota que não depende do modelo.
#
# > **Teorema 22.2.** Sejam $u$ e $u + \Delta$ logits finitos sobre o mesmo vocabulário, $p$ e $q$ os seus softmax com temperatura $\tau > 0$. Se existe uma constante $c$ com $|\Delta_i - c| \le d$ para todo $i$, então
# >
# > $$
# > \mathrm{TV}(p, q) \le \tanh\frac{d}{2\tau},
# > $$
# >
# > e nenhuma cota menor vale para todos os casos. A melhor escolha dá $d = (\max \Delta - \min \Delta)/2 \le \|\Delta\|_\infty$.

# %% [markdown] lang="en" anchor="cota"
# ## How much the distribution can change
#
# Rounded weights move the logits from $u$ to $u + \Delta$. What that does to the probabilities has a bound that does not depend on the model.
#
# > **Theorem 22.2.** Let $u$ and $u + \Delta$ be finite logits over the same vocabulary, $p$ and $q$ their softmax at temperature $\tau > 0$. If there is a constant $c$ with $|\Delta_i - c| \le d$ for all $i$, then
# >
# > $$
# > \mathrm{TV}(p, q) \le \tanh\frac{d}{2\tau},
# > $$
# >
# > and no smaller bound holds in every case. The best choice gives $d = (\max \Delta - \min \Delta)/2 \le \|\Delta\|_\infty$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Somar $c$ aos logits não muda $q$; tome $c = 0$ e $r = e^{d/\tau}$. Seja $A$ o conjunto em que $q > p$; então $\mathrm{TV} = q(A) - p(A)$. Dentro de $A$ cada peso $e^{u_i/\tau}$ foi multiplicado por no máximo $r$, e fora de $A$ por no mínimo $1/r$; logo a razão
# $q(A)/q(A^c)$ é no máximo $r^2$ vezes $x/(1 - x)$, com $x = p(A)$. Assim
#
# $$
# \mathrm{TV} \le \frac{r^2 x}{r^2 x + 1 - x} - x.
# $$
#
# A derivada do lado direito se anula só em $x = 1/(1 + r)$, onde ele vale $(r - 1)/(r + 1) = \tanh(d/(2\tau))$; nas pontas ele é zero. Com dois tokens, $p = (x, 1 - x)$ nesse $x$ e $\Delta = (d, -d)$, há igualdade. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Adding $c$ to the logits does not change $q$; take $c = 0$ and $r = e^{d/\tau}$. Let $A$ be the set where $q > p$; then $\mathrm{TV} = q(A) - p(A)$. Inside $A$ each weight $e^{u_i/\tau}$ was multiplied by at most $r$, and outside $A$ by at least $1/r$; so the odds
# $q(A)/q(A^c)$ are at most $r^2$ times $x/(1 - x)$, with $x = p(A)$. Hence
#
# $$
# \mathrm{TV} \le \frac{r^2 x}{r^2 x + 1 - x} - x.
# $$
#
# The derivative of the right-hand side vanishes only at $x = 1/(1 + r)$, where it equals $(r - 1)/(r + 1) = \tanh(d/(2\tau))$; at both ends it is zero. With two tokens, $p = (x, 1 - x)$ at that $x$ and $\Delta = (d, -d)$, there is equality. $\blacksquare$

# %% [markdown] lang="pt"
# Na figura, cada ponto é uma posição de um texto real: no eixo horizontal o $d$ medido, no vertical a variação total medida. Nenhum passa da curva. Preveja: esfriando de 1 para 0,5 com os mesmos pesos, o losango das medianas sobe ou desce? E a curva? Mova τ, e depois passe de int4 a bfloat16 com o mesmo τ: diga se os pontos andaram ao longo da curva ou se chegaram mais perto dela.

# %% [markdown] lang="en"
# In the picture each point is a position of a real text: across, the measured $d$; up, the measured total variation. None is above the curve. Predict: cooling from 1 to 0.5 with the same weights, does the diamond of the medians rise or fall? And the curve? Move τ, and then go from int4 to bfloat16 at the same τ: say whether the points moved along the curve or came nearer to it.

# %%
assert all((closeness(one, TEMPERATURES) <= 1 + 1e-2).all() for one in moved.values())  # kept with three digits
COLD, WARM = (float(sorted(moved["int4"].distance[TEMPERATURES.index(tau)])[positions // 2]) for tau in (0.5, 1.0))
charts.rounding(
    "rounding", t(pt="O que o arredondamento fez, posição por posição", en="What rounding did, position by position"), moved, NAMES, TEMPERATURES, form="int4",
    said=t(pt="{name}, τ = {tau|1}: em {positions|0} posições, o d mediano é {middle_d|3} e a variação total mediana, {middle|%2}; a maior é {farthest|%1}. A que chega mais perto da cota fica em {closest|%0} dela.",
           en="{name}, τ = {tau|1}: over {positions|0} positions the median d is {middle_d|3} and the median total variation {middle|%2}; the largest is {farthest|%1}. The one nearest the bound is at {closest|%0} of it."),
    caption=t(pt="Linha: a cota do Teorema 22.2. Losango: as medianas. A referência é o int8 distribuído. Pontos abaixo de 0,01% estão desenhados na borda.", en="Line: the bound of Theorem 22.2. Diamond: the medians. The reference is the shipped int8. Points below 0.01% are drawn at the edge."))

# %% [markdown] lang="pt" anchor="velocidade"
# Esfriar afrouxa a cota, que só vê $d/\tau$. Nestes textos, em int4, a mediana vai de {{ WARM | %2 }} em τ = 1 a {{ COLD | %2 }} em τ = 0,5. Não é lei para cada posição: quando $\tau \to 0$, e sem empates, a variação total vai a zero onde o token do topo é o mesmo e a 1 onde ele mudou. E um [corte](term:cut) depois do softmax pode aumentar o estrago, porque um token entra ou sai inteiro.

# %% [markdown] lang="en" anchor="velocidade"
# Cooling loosens the bound, which sees $d/\tau$ alone. On these texts, in int4, the median goes from {{ WARM | %2 }} at τ = 1 to {{ COLD | %2 }} at τ = 0.5. It is no law for each position: as $\tau \to 0$, and without ties, total variation goes to zero where the token on top is the same and to 1 where it changed. And a [cut](term:cut) after the softmax can add to the damage, because a token enters or leaves whole.

# %% [markdown] lang="pt" fold="more"
# ### Menos bytes não são mais velocidade
#
# Menos bytes não trazem, por si sós, mais velocidade. A tabela mede um único produto do tamanho de uma camada do Phi-2, em uma CPU com uma thread.

# %% [markdown] lang="en" fold="more"
# ### Fewer bytes are not more speed
#
# Fewer bytes do not bring, by themselves, more speed. The table measures a single product of the size of one layer of Phi-2, on a CPU with one thread.

# %% fold="more"
slow = KERNELS["float32"]["milliseconds"]
assert all(slow / one["milliseconds"] < KERNELS["float32"]["bytes"] / one["bytes"] for name, one in KERNELS.items() if name != "float32")
Table([t(pt="pesos", en="weights"), t(pt="MB lidos", en="MB read"), "ms", t(pt="velocidade, float32 = 1", en="speed, float32 = 1"), t(pt="erro relativo", en="relative error")],
      [[NAMES.get(name, name), number(one["bytes"] / 1e6, 1), number(one["milliseconds"], 2), number(slow / one["milliseconds"], 2), percent(one["relative_error"], 2)] for name, one in KERNELS.items()],
      t(pt=f"`python -m benchmarks.quantisation`: (1 × 2.560) · (2.560 × 10.240), o menor de muitos tempos de processador, torch {RECORD['torch']}, {RECORD['cpu']}. O tempo cai menos que os bytes: desempacotar também custa. Compare razões, não milissegundos.",
        en=f"`python -m benchmarks.quantisation`: (1 × 2,560) · (2,560 × 10,240), the least of many processor times, torch {RECORD['torch']}, {RECORD['cpu']}. Time falls less than bytes: unpacking costs too. Compare ratios, not milliseconds."))

# %% [markdown] lang="pt" anchor="destilacao"
# ## Destilar: um modelo menor que imita
#
# Em vez de encolher os pesos, treine um aluno $q$ para imitar o professor $p$: **[destilação](term:distillation)**. Há três jeitos, conforme o que o aluno vê.
#
# - **Dados do professor.** O professor escreve respostas, e o aluno faz com elas um ajuste fino comum (Kim e Rush, 2016). Bastam os textos, sem as probabilidades. Assim o DeepSeek-R1, ele mesmo treinado por reforço, foi o professor de seis modelos menores: cerca de 800 mil respostas, e nenhum reforço nos alunos (DeepSeek-AI, 2025). São *dados sintéticos*, e o que o professor erra o aluno aprende.
# - **Distribuições do professor.** Em cada posição, o aluno aproxima o seu softmax do softmax do professor (Hinton et al., 2015). É preciso ter os logits e, no caso simples, o mesmo vocabulário.
# - **Textos do próprio aluno.** O aluno escreve, e o professor diz em cada posição o que teria feito: é a destilação *on-policy* (Gu et al., 2023; Agarwal et al., 2023). O aluno aprende a sair dos seus próprios erros, que não aparecem nos textos do professor.
#
# A medida é a [divergência KL](term:kl-divergence), $\mathrm{KL}(p \,\|\, q) = \sum_i p_i \ln \frac{p_i}{q_i}$, e o sentido importa. $\mathrm{KL}(p \,\|\, q)$, a direta, pune o aluno que dá pouco onde o
# professor dá muito: ele se espalha para cobrir tudo. $\mathrm{KL}(q \,\|\, p)$, a reversa, pune o que dá muito onde o professor dá pouco: ele prefere ficar com uma opção só, mas boa. Aqui o professor hesita entre duas palavras.

# %% [markdown] lang="en" anchor="destilacao"
# ## Distilling: a smaller model that imitates
#
# Instead of shrinking the weights, train a student $q$ to imitate the teacher $p$: **[distillation](term:distillation)**. There are three ways, according to what the student sees.
#
# - **The teacher's data.** The teacher writes answers, and the student has an ordinary fine-tuning on them (Kim & Rush, 2016). The texts are enough, without the probabilities. In this way DeepSeek-R1, itself trained by reinforcement, was the teacher of six smaller models: about 800 thousand answers, and no reinforcement for the students (DeepSeek-AI, 2025). They are *synthetic data*, and what the teacher gets wrong the student learns.
# - **The teacher's distributions.** At each position the student brings its softmax nearer to the teacher's (Hinton et al., 2015). This needs the logits and, in the simple case, the same vocabulary.
# - **The student's own texts.** The student writes, and the teacher says at each position what it would have done: *on-policy* distillation (Gu et al., 2023; Agarwal et al., 2023). The student learns to get out of its own mistakes, which do not appear in the teacher's texts.
#
# The measure is the [KL divergence](term:kl-divergence), $\mathrm{KL}(p \,\|\, q) = \sum_i p_i \ln \frac{p_i}{q_i}$, and its direction matters. $\mathrm{KL}(p \,\|\, q)$, the forward one, punishes a student that gives little where the
# teacher gives much: it spreads to cover everything. $\mathrm{KL}(q \,\|\, p)$, the reverse one, punishes giving much where the teacher gives little: it prefers to keep to a single option, but a good one. Here the teacher hesitates between two words.

# %%
U, W = [4.0, 1.0, 0.0, -1.0], [4.0, 0.0, 0.0, 0.0]
scaled = [tau * (softmax(W, tau)[1] - softmax(U, tau)[1]).item() for tau in (1, 20)]
limit = ((W[1] - sum(W) / 4) - (U[1] - sum(U) / 4)) / 4
assert abs(scaled[1] - limit) < 0.05 and abs(scaled[0]) < abs(scaled[1])
TEACHER = [0.45, 0.04, 0.01, 0.01, 0.04, 0.45]
STUDENTS = {t(pt="espalhado: igual para as seis", en="spread: the same for all six"): [1 / 6] * 6, t(pt="uma das duas, com convicção", en="one of the two, with conviction"): [0.9, 0.06, 0.01, 0.01, 0.01, 0.01]}
two_ways = [[kl_divergence(TEACHER, q, "nats").item(), kl_divergence(q, TEACHER, "nats").item()] for q in STUDENTS.values()]
assert two_ways[0][0] < two_ways[1][0] and two_ways[0][1] > two_ways[1][1]
Table([t(pt="aluno", en="student"), t(pt="direta, nats", en="forward, nats"), t(pt="reversa, nats", en="reverse, nats")],
      [[name, *(number(x, 3) for x in row)] for name, row in zip(STUDENTS, two_ways, strict=True)],
      t(pt="A direta escolhe o espalhado; a reversa, o convicto. Para gerar texto, Gu et al. (2023) defendem a reversa: o aluno espalhado escreve o que o professor quase nunca escreveria.",
        en="The forward one chooses the spread student, the reverse one the convinced one. For generating text, Gu et al. (2023) argue for the reverse: the spread student writes what the teacher hardly ever would."))

# %% [markdown] lang="pt" anchor="destilacao-tau"
# A temperatura entra porque o professor confiante ensina pouco: quase toda a massa está em um token. Hinton et al. (2015) aquecem os dois.
#
# > **Proposição 22.3.** Sejam $u$ os logits do professor, $v$ os do aluno, $p = \mathrm{softmax}(u/\tau)$, $q = \mathrm{softmax}(v/\tau)$ e $L = \mathrm{KL}(p \,\|\, q)$ em nats. Então $\partial L / \partial v_i = (q_i - p_i)/\tau$, e quando $\tau \to \infty$
# >
# > $$
# > \tau^2 \, \frac{\partial L}{\partial v_i} \to \frac{(v_i - \bar v) - (u_i - \bar u)}{V}.
# > $$

# %% [markdown] lang="en" anchor="destilacao-tau"
# Temperature comes in because a confident teacher teaches little: almost all the mass is on one token. Hinton et al. (2015) heat both.
#
# > **Proposition 22.3.** Let $u$ be the teacher's logits, $v$ the student's, $p = \mathrm{softmax}(u/\tau)$, $q = \mathrm{softmax}(v/\tau)$ and $L = \mathrm{KL}(p \,\|\, q)$ in nats. Then $\partial L / \partial v_i = (q_i - p_i)/\tau$, and as $\tau \to \infty$
# >
# > $$
# > \tau^2 \, \frac{\partial L}{\partial v_i} \to \frac{(v_i - \bar v) - (u_i - \bar u)}{V}.
# > $$

# %% [markdown] lang="pt" fold="proof"
# *Prova.* $L$ é uma constante menos $\sum_j p_j v_j/\tau$ mais $\ln \sum_j e^{v_j/\tau}$; derive. Para $\tau$ grande, $e^{u_i/\tau} = 1 + u_i/\tau + O(\tau^{-2})$, logo $p_i = (1 + (u_i - \bar u)/\tau)/V + O(\tau^{-2})$, e o mesmo para $q$. Subtraia e multiplique por $\tau$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* $L$ is a constant minus $\sum_j p_j v_j/\tau$ plus $\ln \sum_j e^{v_j/\tau}$; differentiate. For large $\tau$, $e^{u_i/\tau} = 1 + u_i/\tau + O(\tau^{-2})$, so $p_i = (1 + (u_i - \bar u)/\tau)/V + O(\tau^{-2})$, and the same for $q$. Subtract and multiply by $\tau$. $\blacksquare$

# %% [markdown] lang="pt"
# Com τ alto, o aluno aprende todos os logits, e não só o topo; o fator $\tau^2$ mantém o tamanho do passo. Com $u = [4; 1; 0; -1]$ e um aluno que sabe só o topo, $v = [4; 0; 0; 0]$, a expressão da esquerda vale, no segundo token, {{ scaled[0] | 4 }} em τ = 1 e {{ scaled[1] | 4 }} em τ = 20 (limite {{ limit | 4 }}): o sinal negativo manda o logit subir, e com τ alto manda com mais força.

# %% [markdown] lang="en"
# At a high τ the student learns all the logits, not only the top; the factor $\tau^2$ keeps the size of the step. With $u = [4, 1, 0, -1]$ and a student that knows only the top, $v = [4, 0, 0, 0]$, the left-hand side is, at the second token, {{ scaled[0] | 4 }} at τ = 1 and {{ scaled[1] | 4 }} at τ = 20 (limit {{ limit | 4 }}): its negative sign tells the logit to rise, and more strongly at the high τ.

# %%
Callout("misconception", t(pt="«Metade dos bits, o dobro da velocidade»", en="“Half the bits, twice the speed”"), t(
    pt=f"Só se os pesos forem tudo o que passa pela memória, e se desempacotá-los não custar nada. Com 64 textos de 2.048 tokens, passar os pesos do Phi-2 de 16 para 8 bits encurta o passo em {percent(1 - decode_step(Served(PHI, 1, PER_TOKEN), A100, 64, 2048).latency / decode_step(Served(PHI, 2, PER_TOKEN), A100, 64, 2048).latency)}: o que se lê ali é cache. Primeiro ache o gargalo, depois escolha o truque.",
    en=f"Only if the weights are all that goes through memory, and if unpacking them costs nothing. With 64 texts of 2,048 tokens, taking the weights of Phi-2 from 16 to 8 bits shortens the step by {percent(1 - decode_step(Served(PHI, 1, PER_TOKEN), A100, 64, 2048).latency / decode_step(Served(PHI, 2, PER_TOKEN), A100, 64, 2048).latency)}: what is read there is cache. First find the bottleneck, then choose the trick."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência

# %% [markdown] lang="en" anchor="motores"
# ## In the engines

# %% fold="engines"
Table(
    [t(pt="motor", en="engine"), t(pt="pesos", en="weights"), t(pt="cache KV", en="KV cache"), t(pt="decodificação especulativa", en="speculative decoding"), t(pt="lido em", en="read in")],
    [["transformers", t(pt="bitsandbytes em 8 e 4 bits, sem garantia de aceleração; GPTQ, AWQ e outros", en="bitsandbytes in 8 and 4 bits, with no guarantee of a speed-up; GPTQ, AWQ and others"), t(pt="na precisão do modelo, por padrão", en="in the model's precision, by default"), "`assistant_model`", t(pt="documentação do transformers", en="transformers documentation")],
     ["vLLM", t(pt="AWQ, GPTQ, INT8, FP8; GGUF só com o plugin vllm-gguf-plugin", en="AWQ, GPTQ, INT8, FP8; GGUF only with the plugin vllm-gguf-plugin"), t(pt="em páginas; `kv_cache_dtype=\"fp8\"`", en="in pages; `kv_cache_dtype=\"fp8\"`"), "`speculative_config`", t(pt="documentação do vLLM; Kwon et al. (2023)", en="vLLM documentation; Kwon et al. (2023)")],
     ["llama.cpp", t(pt="GGUF; Q4_0 é int4 com uma escala float16 por 32 pesos", en="GGUF; Q4_0 is int4 with a float16 scale per 32 weights"), "`--cache-type-k`, `--cache-type-v`", "`--model-draft`", "llama.cpp, ggml/src/ggml-common.h, common/arg.cpp"],
     ["core", t(pt="int8 no arquivo, uma escala por linha; float32 na memória", en="int8 in the file, one scale per row; float32 in memory"), "float32", "—", "core/models/storage.py"]])

# %%
Callout("instructor", t(pt="Uma aula de 30 minutos", en="A 30-minute class"), t(
    pt="Peça a aposta (1 min). Na primeira figura, peça o maior lote que ainda responde em 10 ms por token (4 min), depois a procura do gargalo com 32 e com 8 cabeças (4 min); abra a aposta. Pergunte à turma, truque por truque, se preserva ou aproxima, antes de mostrar a tabela (3 min). Prove o Teorema 22.1 com o caso do rascunho distante no quadro (6 min). "
       "Mostre a nuvem de int4 e esfrie até 0,5: o que se mexe se os pesos são os mesmos? (4 min). Nos dois alunos da destilação, peça o voto da turma antes da tabela (3 min). Feche com «metade dos bits» (2 min). Enganos frequentes: que o rascunho muda a resposta, que metade dos bits dá o dobro da velocidade, que um lote maior atrasa cada um na mesma proporção, que destilar é copiar pesos.",
    en="Ask for the bet (1 min). In the first picture, ask for the largest batch that still answers within 10 ms per token (4 min), then for the search of the bottleneck with 32 and with 8 heads (4 min); open the bet. Ask the class, trick by trick, whether it preserves or approximates, before showing the table (3 min). Prove Theorem 22.1 with the case of the distant draft on the board (6 min). "
       "Show the cloud of int4 and cool to 0.5: what moves if the weights are the same? (4 min). For the two students of distillation, ask for the class's vote before the table (3 min). Close with “half the bits” (2 min). Common mistakes: that the draft changes the answer, that half the bits give twice the speed, that a larger batch delays each one in proportion, that distilling is copying weights."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
bound = quantisation_distance_bound(0.1, 0.5)
Exercise(
    id="bound", kind="numeric",
    question=t(pt="Um formato garante que nenhum logit se move mais que 0,1. Você amostra com τ = 0,5. De quanto, no máximo, a probabilidade de um evento pode mudar? Responda entre 0 e 1.",
               en="A format guarantees that no logit moves by more than 0.1. You sample at τ = 0.5. By how much, at most, can the probability of an event change? Answer between 0 and 1."),
    answer=bound, tolerance=0.002,
    mistakes=[
        Mistake(quantisation_distance_bound(0.1, 1), t(pt="Essa é a cota em τ = 1. Dividir os logits por 0,5 dobra o erro.", en="That is the bound at τ = 1. Dividing the logits by 0.5 doubles the error.")),
        Mistake(0.2, t(pt="0,2 é o erro depois de dividir por τ. Falta tanh(0,2/2).", en="0.2 is the error after dividing by τ. Take tanh(0.2/2).")),
        Mistake(quantisation_distance_bound(0.1, 2), t(pt="Você multiplicou por τ em vez de dividir.", en="You multiplied by τ instead of dividing.")),
    ],
    right=t(pt=f"tanh(0,1/(2 × 0,5)) = {number(bound, 4)}.", en=f"tanh(0.1/(2 × 0.5)) = {number(bound, 4)}."),
    wrong=t(pt="Use tanh(d/(2τ)) com d = 0,1 e τ = 0,5.", en="Use tanh(d/(2τ)) with d = 0.1 and τ = 0.5."),
    unreadable=say("exercise.unreadable"))

# %%
wide, narrow = (decode_step(Served(PHI, w, PER_TOKEN), A100, 1, 1024).latency for w in (2, 0.5))
gain = wide / narrow
assert 3 < gain < 3.9
Exercise(
    id="four", kind="predict",
    question=t(pt="Phi-2 na A100, um texto de 1.024 tokens. Os pesos passam de 16 para 4 bits. Quantas vezes mais rápido fica o passo, no melhor dos casos?",
               en="Phi-2 on the A100, one text of 1,024 tokens. The weights go from 16 to 4 bits. How many times faster is the step, at best?"),
    options=[
        Option(t(pt="exatamente 4 vezes", en="exactly 4 times"), t(pt="Seria, se só os pesos passassem pela memória. O cache continua em 16 bits.", en="It would be, if only the weights went through memory. The cache stays at 16 bits.")),
        Option(t(pt="entre 3 e 4 vezes", en="between 3 and 4 times"), t(pt="Os pesos encolhem quatro vezes; o cache, lido em todo passo, não.", en="The weights shrink four times; the cache, read at every step, does not."), correct=True),
        Option(t(pt="entre 1 e 1,1 vez", en="between 1 and 1.1 times"), t(pt="O cálculo é o mesmo, mas com um texto só o passo espera pela memória.", en="The arithmetic is the same, but with a single text the step waits for memory.")),
        Option(t(pt="entre 4 e 16 vezes", en="between 4 and 16 times"), t(pt="Os bytes caem na razão dos bits, não no quadrado dela.", en="Bytes fall with the ratio of the bits, not with its square.")),
    ],
    reveal=t(pt=f"Calculado por core: {number(gain, 2)} vezes.", en=f"Computed by core: {number(gain, 2)} times."))

# %%
size = 2048 * PER_TOKEN / 1e6
Exercise(
    id="cache", kind="numeric",
    question=t(pt="Phi-2: 32 blocos, 32 cabeças de tamanho 80, 2 bytes por número. Quantos MB (milhões de bytes) ocupa o cache de um texto de 2.048 tokens?",
               en="Phi-2: 32 blocks, 32 heads of size 80, 2 bytes per number. How many MB (million bytes) does the cache of a text of 2,048 tokens take?"),
    answer=size, tolerance=2,
    mistakes=[
        Mistake(size / 2, t(pt="Faltou contar chave *e* valor.", en="Count the key *and* the value.")),
        Mistake(size / 32, t(pt="Faltaram os 32 blocos: cada um tem o seu cache.", en="The 32 blocks are missing: each has its own cache.")),
        Mistake(size / 4, t(pt="Faltaram o 2 de chave e valor e os 2 bytes.", en="The 2 of key and value and the 2 bytes are missing.")),
    ],
    right=t(pt=f"2 × 32 × 32 × 80 × 2 bytes × 2.048 = {number(size, 0)} MB.", en=f"2 × 32 × 32 × 80 × 2 bytes × 2,048 = {number(size, 0)} MB."),
    wrong=t(pt="Multiplique 2 (chave e valor) × blocos × cabeças × tamanho × bytes × tokens.", en="Multiply 2 (key and value) × blocks × heads × size × bytes × tokens."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="draft", kind="choice",
    question=t(pt="Um servidor troca o rascunho por um modelo muito pior, sem tocar no modelo grande nem na regra de aceitar. O que muda para quem lê as respostas?",
               en="A server replaces the draft by a far worse model, without touching the large model or the accepting rule. What changes for those who read the answers?"),
    options=[
        Option(t(pt="as respostas pioram, porque parte dos tokens vem do rascunho", en="the answers get worse, since part of the tokens is the draft's"),
               t(pt="Um token do rascunho só fica com a probabilidade que a regra lhe dá; somados os dois caminhos, a distribuição é $p$ (Teorema 22.1).", en="A token of the draft stays only with the probability that the rule gives it; both ways added up, the distribution is $p$ (Theorem 22.1).")),
        Option(t(pt="as respostas seguem a mesma distribuição e demoram mais", en="the answers follow the same distribution and take longer"),
               t(pt="Com α menor, cada passada rende menos tokens. A distribuição não depende de $q$.", en="With a smaller α, each pass yields fewer tokens. The distribution does not depend on $q$."), correct=True),
        Option(t(pt="nada: o modelo grande faz o mesmo número de passadas", en="nothing: the large model makes the same number of passes"),
               t(pt="A cada recusa o resto do rascunho se perde, e faz falta outra passada.", en="At each refusal the rest of the draft is lost, and another pass is needed.")),
    ])

# %%
BUGGY = """def quantise(row, bits):
    most = 2 ** (bits - 1) - 1
    scale = max(row) / most
    codes = [round(w / scale) for w in row]
    return codes, scale"""
namespace = {}
exec(BUGGY, namespace)
fine, wild = [4.0, -1.0, 2.0], [-4.0, 1.0, 2.0]
assert max(map(abs, namespace["quantise"](fine, 4)[0])) == 7 < max(map(abs, namespace["quantise"](wild, 4)[0]))
outside = namespace["quantise"](wild, 4)[0][0]
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Em 4 bits os códigos têm de ficar entre −7 e 7. Com os pesos 4, −1 e 2 ficam. Com −4, 1 e 2, o primeiro código é {number(outside)}. Qual linha está errada?",
               en=f"In 4 bits the codes must lie between −7 and 7. With the weights 4, −1 and 2 they do. With −4, 1 and 2, the first code is {number(outside)}. Which line is wrong?"),
    options=[
        Option("2: `most = 2 ** (bits - 1) - 1`", t(pt="Com 4 bits, um para o sinal, o maior código é 7: está certo.", en="With 4 bits, one for the sign, the largest code is 7: that is right.")),
        Option("3: `scale = max(row) / most`", t(pt="O maior peso em *módulo* dá a escala: `max(map(abs, row))`. Sem isso, um peso negativo grande cai fora.", en="The largest weight in *absolute value* gives the scale: `max(map(abs, row))`. Without that, a large negative weight falls outside."), correct=True),
        Option("4: `codes = [round(w / scale) for w in row]`", t(pt="Dividir pela escala e arredondar está certo. Cortar aqui em ±7 esconderia o erro e estragaria o peso maior.", en="Dividing by the scale and rounding is right. Clipping here at ±7 would hide the mistake and spoil the largest weight.")),
        Option("5: `return codes, scale`", t(pt="São os dois que reconstroem o peso: escala vezes código.", en="These two rebuild the weight: scale times code.")),
    ])

# %%
Experiment(
    id="fewest", task="quantised",
    question=t(pt="Os pesos do modelo desta página têm 8 bits. Arredonde todas as matrizes, com uma escala por linha, e ache o *menor* número de bits com que a primeira candidata ainda é a mesma. Antes, aposte um número.",
               en="The weights of this page’s model have 8 bits. Round all its matrices, with one scale per row, and find the *fewest* bits with which the first candidate is still the same. First bet on a number."),
    entries=[sentence("de vez em"), one_of("bits", "Bits", {str(n): str(n) for n in range(8, 1, -1)})],
    said={
        "met": t(pt="«{first}» continua a primeira, e com um bit a menos já não: tinha {p|%1}, ficou com {q|%1}. Troque a frase por uma em que o modelo hesite, e o limite sobe: a cota fala dos logits; quem decide se o primeiro muda é a distância até o segundo.",
                 en="“{first}” still comes first, and with one bit less it no longer does: it had {p|%1}, it is left with {q|%1}. Change the sentence for one where the model hesitates, and the limit goes up: the bound speaks of logits; whether the first one changes is decided by its distance to the second."),
        "fewer": t(pt="«{first}» continua a primeira: tinha {p|%1}, ficou com {q|%1}. Dá para tirar mais bits.", en="“{first}” still comes first: it had {p|%1}, it is left with {q|%1}. More bits can go."),
        "changed": t(pt="Agora vem «{now}», e «{first}» cai de {p|%1} para {q|%1}. Foram bits demais; ou já uma largura acima desta mudou a primeira.", en="Now it is “{now}”, and “{first}” is at {q|%1}, from {p|%1}. Too many bits went; or a width above this one has already changed the first candidate."),
        "unfit": t(pt="Escreva uma frase de até 40 tokens.", en="Write a sentence of at most 40 tokens."),
    },
    caption=t(pt="As candidatas com os pesos arredondados", en="The candidates with the rounded weights"),
    hint=t(pt="Cada bit a menos dobra o degrau do arredondamento. Comece pelo meio e ajuste.", en="Each bit less doubles the step of the rounding. Begin in the middle and adjust."))

# %%
Exercise(
    id="experts", kind="choice",
    question=t(pt="Retome a lição Mistura de especialistas. Um modelo denso e um esparso têm os mesmos parâmetros *ativos*, e um só texto em geração. Na memória que se *lê* por token, por esta lição:",
               en="Take up the lesson Mixture of experts again. A dense model and a sparse one have the same *active* parameters, and a single text is being generated. Of the memory that is *read* per token, by this lesson:"),
    options=[
        Option(t(pt="o esparso lê mais, com um texto e em lotes", en="the sparse one reads more, for one text and in batches"), t(pt="Guardar não é ler: os especialistas parados não passam pelo processador nesse token.", en="Holding is not reading: the idle experts do not go through the processor for that token.")),
        Option(t(pt="leem parecido; em lotes, o esparso lê mais", en="both read as much; in batches the sparse one reads more"),
               t(pt="Um token lê só os seus especialistas. Em um lote, textos diferentes chamam especialistas diferentes, e quase todos acabam lidos.", en="A token reads its own experts only. In a batch, different texts call different experts, and almost all end up being read."), correct=True),
        Option(t(pt="leem parecido, com um texto e também em lotes", en="both read about as much, for one text and in batches too"), t(pt="No denso, um lote lê os mesmos pesos uma vez. No esparso, cada texto a mais pode pedir outro especialista.", en="In the dense one, a batch reads the same weights once. In the sparse one, each further text may ask for another expert.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Gerar um token espera pela memória; um lote reparte a leitura dos pesos, até que o cache ou o cálculo domine.
# - Truques que preservam não mudam a distribuição; os que aproximam se medem na sua tarefa.
# - Decodificação especulativa: aceite com $\min(1, p/q)$, senão sorteie do que falta, e a distribuição é $p$. O rascunho só decide a velocidade.
# - Arredondar pesos move os logits em até $d$, e nenhuma probabilidade muda mais que $\tanh(d/(2\tau))$.
#
# Aqui acaba o curso. Para ver tudo isto em um texto seu, abra a [geração](tool:generation).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Generating a token waits for memory; a batch shares the reading of the weights, until the cache or the arithmetic dominates.
# - Tricks that preserve do not change the distribution; those that approximate are measured on your task.
# - Speculative decoding: accept with $\min(1, p/q)$, else draw from what is lacking, and the distribution is $p$. The draft decides the speed alone.
# - Rounding weights moves the logits by up to $d$, and no probability changes by more than $\tanh(d/(2\tau))$.
#
# Here the course ends. To see all of this in a text of your own, open the [generation tab](tool:generation).
