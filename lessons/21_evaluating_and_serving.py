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
#     slug: {pt: avaliar-e-servir, en: evaluating-and-serving}
#     title: {pt: Avaliar e servir, en: Evaluating and serving}
#     summary:
#       pt: "Perplexidade, BLEU, ROUGE e juízes: o que cada nota mede e onde engana. Depois, o que custa responder: pesos com menos bits, destilação, cache, latência e vazão."
#       en: "Perplexity, BLEU, ROUGE and judges: what each score measures and where it deceives. Then what an answer costs: weights with fewer bits, distillation, the cache, latency and throughput."
#     minutes: 15
#     prerequisites:
#       pt: "a lição sobre temperatura; entropia e divergência KL; derivada do logaritmo, só na destilação"
#       en: "the lesson on temperature; entropy and KL divergence; the derivative of the logarithm, only in distillation"
#     sources:
#       - {id: jelinek1977, text: "Jelinek, Mercer, Bahl & Baker (1977). Perplexity: a measure of the difficulty of speech recognition tasks. Journal of the Acoustical Society of America 62(S1), S63", url: "https://doi.org/10.1121/1.2016299"}
#       - {id: papineni2002, text: "Papineni, Roukos, Ward & Zhu (2002). BLEU: a Method for Automatic Evaluation of Machine Translation. ACL 2002", url: "https://aclanthology.org/P02-1040/"}
#       - {id: lin2004, text: "Lin (2004). ROUGE: A Package for Automatic Evaluation of Summaries. ACL Workshop 2004", url: "https://aclanthology.org/W04-1013/"}
#       - {id: cohen1960, text: "Cohen (1960). A Coefficient of Agreement for Nominal Scales. Educational and Psychological Measurement 20(1), 37–46", url: "https://doi.org/10.1177/001316446002000104"}
#       - {id: feinstein1990, text: "Feinstein & Cicchetti (1990). High agreement but low kappa: I. The problems of two paradoxes. Journal of Clinical Epidemiology 43(6), 543–549", url: "https://doi.org/10.1016/0895-4356(90)90158-L"}
#       - {id: zheng2023, text: "Zheng et al. (2023). Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena. arXiv:2306.05685", url: "https://arxiv.org/abs/2306.05685"}
#       - {id: shi2024, text: "Shi et al. (2024). Judging the Judges: A Systematic Study of Position Bias in LLM-as-a-Judge. arXiv:2406.07791", url: "https://arxiv.org/abs/2406.07791"}
#       - {id: dettmers2022, text: "Dettmers, Lewis, Belkada & Zettlemoyer (2022). LLM.int8(): 8-bit Matrix Multiplication for Transformers at Scale. arXiv:2208.07339", url: "https://arxiv.org/abs/2208.07339"}
#       - {id: hinton2015, text: "Hinton, Vinyals & Dean (2015). Distilling the Knowledge in a Neural Network. arXiv:1503.02531", url: "https://arxiv.org/abs/1503.02531"}
#       - {id: gu2023, text: "Gu, Dong, Wei & Huang (2023). MiniLLM: On-Policy Distillation of Large Language Models. arXiv:2306.08543", url: "https://arxiv.org/abs/2306.08543"}
#       - {id: williams2009, text: "Williams, Waterman & Patterson (2009). Roofline: An Insightful Visual Performance Model for Multicore Architectures. Communications of the ACM 52(4), 65–76", url: "https://doi.org/10.1145/1498765.1498785"}
#       - {id: pope2022, text: "Pope et al. (2022). Efficiently Scaling Transformer Inference. arXiv:2211.05102", url: "https://arxiv.org/abs/2211.05102"}
#       - {id: kwon2023, text: "Kwon et al. (2023). Efficient Memory Management for Large Language Model Serving with PagedAttention. arXiv:2309.06180", url: "https://arxiv.org/abs/2309.06180"}
#       - {id: nvidia-a100, text: "NVIDIA (2021). A100 Tensor Core GPU data sheet", url: "https://www.nvidia.com/content/dam/en-zz/Solutions/Data-Center/a100/pdf/nvidia-a100-datasheet-us-nvidia-1758950-r4-web.pdf"}
#       - {id: vllm-quantization, text: "vLLM documentation. Quantization; Quantized KV Cache", url: "https://docs.vllm.ai/en/latest/features/quantization/quantized_kvcache/"}
#       - {id: hf-quantization, text: "Transformers documentation. Selecting a quantization method", url: "https://huggingface.co/docs/transformers/quantization/selecting"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Uma pessoa leu cem respostas de um modelo e aprovou noventa. Um segundo modelo, o *juiz*, leu as mesmas cem e concordou com a pessoa em noventa.
# O que isso diz do juiz? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# A person read a hundred answers of a model and approved ninety. A second model, the *judge*, read the same hundred and agreed with the person on ninety.
# What does that say about the judge? Place a bet.

# %%
import json
import math

from core import kl_divergence, quantisation_distance_bound, softmax
from core.metrics import bleu, cohen_kappa, perplexity, rouge_l, rouge_n
from core.models.sizes import cache_bytes, phi_parameters
from core.serving import Machine, Served, decode_step, largest_batch
from dashboard import charts
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Table
from dashboard.charts.rounding import closeness
from dashboard.language import ROOT, number, percent, say, short, t
from dashboard.recorded.rounding import TEMPERATURES, formats
from dashboard.worked import bleu_by_hand, kappa_by_hand

blind = cohen_kappa([[90, 0], [10, 0]])
sharp = cohen_kappa([[81, 9], [1, 9]])
assert blind.observed == sharp.observed == 0.9 and blind.kappa == 0 < sharp.kappa
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="90 boas em 100, e 90% de concordância. O juiz:", en="90 good out of 100, and 90% agreement. The judge:"),
    options=[
        Option(t(pt="é bom: acerta nove em cada dez", en="is good: right nine times out of ten"),
               t(pt="Nove em cada dez é o que se consegue sem ler nenhuma resposta.", en="Nine out of ten is what one gets without reading a single answer.")),
        Option(t(pt="pode não ter lido nada", en="may have read nothing"),
               t(pt="Aprovar tudo concorda com a pessoa nas noventa que ela aprovou. A concordância sozinha não separa esse juiz de um bom.",
                 en="Approving everything agrees with the person on the ninety approved. Agreement alone does not tell that judge from a good one."), correct=True),
        Option(t(pt="erra ao acaso, dez vezes em cem", en="errs at random, ten times in a hundred"),
               t(pt="Os dez erros podem ser todos do mesmo lado: as dez respostas ruins.", en="The ten errors may all be on the same side: the ten bad answers.")),
        Option(t(pt="é pior que uma moeda", en="is worse than a coin"),
               t(pt="Uma moeda concordaria em cerca de cinquenta.", en="A coin would agree on about fifty.")),
    ])
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Dê ao juiz uma qualidade fixa: das respostas que a pessoa aprova, ele aprova 90%; das que ela reprova, reprova 90%. Agora mova só a parte de respostas boas. A
# concordância não sai do lugar. O que se move é a concordância *que viria do acaso*, e com ela o **[κ de Cohen](term:cohen-kappa)**, que mede quanto o juiz vai além do acaso.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Give the judge a fixed quality: of the answers that the person approves it approves 90%; of those she rejects it rejects 90%. Now move only the share of good answers. The
# agreement stays where it is. What moves is the agreement *that would come by chance*, and with it **[Cohen's κ](term:cohen-kappa)**, which measures how far the judge goes beyond chance.

# %%
BITS, FEW, MANY, BYTES = 48, 8, 12, 40  # a sentence of 40 bytes that costs 48 bits, cut in two ways
short_cut, long_cut = (perplexity([-BITS * math.log(2) / cut] * cut) for cut in (FEW, MANY))
REFERENCE = t(pt="o gato subiu no telhado da casa", en="the cat climbed onto the roof of the house")
charts.agreement(
    "agreement", t(pt="O mesmo juiz, respostas cada vez melhores", en="The same judge, better and better answers"), share=0.5, hits=0.9, passes=0.9,
    said=t(pt="Com {now|%0} de respostas boas, o juiz concorda em {agree|%1}; dois leitores que sorteassem com as mesmas frequências concordariam em {chance|%1}. κ = {kappa|3}.",
           en="With {now|%0} good answers the judge agrees on {agree|%1}; two readers who drew at the same rates would agree on {chance|%1}. κ = {kappa|3}."),
    caption=t(pt="Leve as duas qualidades a 0,50: o juiz vira moeda, e κ é zero em toda parte.", en="Take both qualities to 0.50: the judge becomes a coin, and κ is zero everywhere."))

# %% [markdown] lang="pt" anchor="perplexidade"
# ## Notas sem juiz: perplexidade
#
# A régua mais barata pergunta ao próprio modelo quanto um texto reservado o surpreende. A **[perplexidade](term:perplexity)** de $T$ tokens (Jelinek et al., 1977) é
#
# $$
# \mathrm{PPL} = \exp\Bigl(-\frac{1}{T} \sum_{t=1}^{T} \ln p_t\Bigr),
# $$
#
# a média geométrica de $1/p_t$: em média, o modelo está tão em dúvida quanto quem sorteia entre PPL opções iguais. Duas cautelas. Ela depende de como o texto foi cortado: a mesma frase, com os
# mesmos {{ BITS }} bits de surpresa no total, tem perplexidade {{ short_cut | 1 }} em {{ FEW }} tokens e {{ long_cut | 1 }} em {{ MANY }}. Entre tokenizadores, compare **[bits por byte](term:bits-per-byte)**: {{ BITS / BYTES | 2 }} nos dois cortes.
# E ela mede previsão, não verdade: um texto falso e fluente pode surpreender pouco.

# %% [markdown] lang="en" anchor="perplexidade"
# ## Scores without a judge: perplexity
#
# The cheapest ruler asks the model itself how much a held-out text surprises it. The **[perplexity](term:perplexity)** of $T$ tokens (Jelinek et al., 1977) is
#
# $$
# \mathrm{PPL} = \exp\Bigl(-\frac{1}{T} \sum_{t=1}^{T} \ln p_t\Bigr),
# $$
#
# the geometric mean of $1/p_t$: on average the model is as much in doubt as one who draws among PPL equal options. Two cautions. It depends on how the text was cut: the same sentence, with the
# same {{ BITS }} bits of surprise in all, has perplexity {{ short_cut | 1 }} in {{ FEW }} tokens and {{ long_cut | 1 }} in {{ MANY }}. Across tokenizers, compare **[bits per byte](term:bits-per-byte)**: {{ BITS / BYTES | 2 }} under both cuts.
# And it measures prediction, not truth: a false and fluent text may surprise little.

# %% [markdown] lang="pt" anchor="bleu"
# ## Notas contra uma referência: BLEU e ROUGE
#
# Quando há uma resposta certa escrita, conta-se o que a candidata repete dela. **[BLEU](term:bleu)** (Papineni et al., 2002) olha da candidata para a referência: que fração $p_n$ das suas sequências de $n$ palavras a referência também tem, cada uma
# contada no máximo tantas vezes quantas aparece nela; depois a média geométrica até $N$ (em geral 4), e um desconto para candidata curta, com $c$ palavras contra $r$:
#
# $$
# \begin{aligned} \mathrm{BLEU} = {} &\min\bigl(1,\, e^{1 - r/c}\bigr) \\ &\cdot \bigl(p_1 p_2 \cdots p_N\bigr)^{1/N}. \end{aligned}
# $$
#
# **[ROUGE](term:rouge)** (Lin, 2004) olha também no sentido contrário, quanto da referência foi recuperado, e serve a resumos. Aqui a referência é «{{ REFERENCE }}», com $N = 2$ para caber no papel.

# %% [markdown] lang="en" anchor="bleu"
# ## Scores against a reference: BLEU and ROUGE
#
# When a right answer is written down, one counts what the candidate repeats of it. **[BLEU](term:bleu)** (Papineni et al., 2002) looks from the candidate to the reference: what fraction $p_n$ of its runs of $n$ words the reference has too, each
# counted at most as often as it appears there; then the geometric mean up to $N$ (usually 4), and a discount for a short candidate, with $c$ words against $r$:
#
# $$
# \begin{aligned} \mathrm{BLEU} = {} &\min\bigl(1,\, e^{1 - r/c}\bigr) \\ &\cdot \bigl(p_1 p_2 \cdots p_N\bigr)^{1/N}. \end{aligned}
# $$
#
# **[ROUGE](term:rouge)** (Lin, 2004) looks the other way as well, at how much of the reference was recovered, and serves summaries. Here the reference is “{{ REFERENCE }}”, with $N = 2$ to fit on paper.

# %%
NEGATED = t(pt="o gato não subiu no telhado da casa", en="the cat never climbed onto the roof of the house")
SCRAMBLED = t(pt="da casa no telhado subiu o gato", en="of the house the cat onto the roof climbed")
PARAPHRASE = t(pt="um felino foi parar em cima daquela moradia", en="our kitten went up where that building ends")
texts = {t(pt="cópia", en="copy"): REFERENCE, t(pt="negação", en="negation"): NEGATED, t(pt="fora de ordem", en="out of order"): SCRAMBLED, t(pt="paráfrase", en="paraphrase"): PARAPHRASE}
bleu_by_hand("bleu", t(pt="Contar, dividir, tirar a raiz", en="Count, divide, take the root"), {name: texts[name] for name in list(texts)[1:]}, REFERENCE, 2)

# %% [markdown] lang="pt" anchor="bleu-falha"
# A negação diz o contrário e ainda tira nota alta. A paráfrase diz o mesmo e tira zero.

# %% [markdown] lang="en" anchor="bleu-falha"
# The negation says the opposite and still scores high. The paraphrase says the same and scores zero.

# %%
graded = {name: (bleu(text.split(), [REFERENCE.split()]).score, rouge_n(text.split(), REFERENCE.split(), 1).f1, rouge_l(text.split(), REFERENCE.split()).f1)
          for name, text in texts.items()}
copy, negation, scramble, paraphrase = graded.values()
assert copy == (1, 1, 1) and paraphrase[0] == 0 and negation[0] > 0.5 and negation[0] > scramble[0] and scramble[1] == 1
Table([t(pt="texto", en="text"), "", "BLEU-4", "ROUGE-1, F₁", "ROUGE-L, F₁"],
      [[name, texts[name], *(number(x, 3) for x in scores)] for name, scores in graded.items()],
      t(pt="Calculado por core.metrics, sem suavização. BLEU foi definido sobre um conjunto inteiro de teste; em uma frase só, a nota é zero quando nenhuma sequência de quatro coincide.",
        en="Computed by core.metrics, without smoothing. BLEU was defined over a whole test set; in a single sentence the score is zero when no run of four coincides."))

# %%
Callout("misconception", t(pt="«Nota alta, sentido certo»", en="“High score, right meaning”"), t(
    pt=f"Uma palavra de negação inverte a frase e ainda deixa ROUGE-1 em {number(negation[1], 2)}. Essas notas contam palavras em comum, não sentido. Servem para comparar versões do mesmo sistema na mesma tarefa, com muitas frases e mais de uma referência; não dizem se *uma* resposta está certa.",
    en=f"One word of negation turns the sentence around and still leaves ROUGE-1 at {number(negation[1], 2)}. These scores count shared words, not meaning. They serve to compare versions of one system on one task, over many sentences and with more than one reference; they do not say whether *one* answer is right."))

# %% [markdown] lang="pt" anchor="kappa"
# ## Juízes: concordar além do acaso
#
# Para respostas abertas não há referência, e alguém tem de ler: pessoas, ou um modelo no papel de juiz. Zheng et al. (2023) mediram mais de 80% de concordância entre o GPT-4 e pessoas, o mesmo que entre duas
# pessoas. Antes de comemorar um número assim, desconte o acaso. Com $p_o$ a concordância observada e $p_e$ a que dois leitores independentes teriam com as mesmas frequências de aprovação (Cohen, 1960),
#
# $$
# \kappa = \frac{p_o - p_e}{1 - p_e}.
# $$
#
# κ = 1 é acordo perfeito, κ = 0 é o acaso, κ < 0 é pior que ele. As duas tabelas são as de Feinstein e Cicchetti (1990): a mesma concordância, κ muito diferentes.

# %% [markdown] lang="en" anchor="kappa"
# ## Judges: agreeing beyond chance
#
# Open answers have no reference, and somebody has to read them: people, or a model in the role of judge. Zheng et al. (2023) measured over 80% agreement between GPT-4 and people, the same as between two
# people. Before celebrating such a number, take off chance. With $p_o$ the observed agreement and $p_e$ what two independent readers would have with the same approval rates (Cohen, 1960),
#
# $$
# \kappa = \frac{p_o - p_e}{1 - p_e}.
# $$
#
# κ = 1 is perfect agreement, κ = 0 is chance, κ < 0 is worse than it. The two tables are those of Feinstein and Cicchetti (1990): the same agreement, very different κ.

# %%
BALANCED, SKEWED = [[40, 9], [6, 45]], [[80, 10], [5, 5]]
level, steep = cohen_kappa(BALANCED), cohen_kappa(SKEWED)
assert level.observed == steep.observed
kappa_by_hand("kappa", t(pt="Da contagem a κ", en="From the counts to κ"), {
    "40, 9; 6, 45": BALANCED, "80, 10; 5, 5": SKEWED})

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="paradoxo"
# Quem aprova tudo tem $p_o = {{ blind.observed | 2 }}$ e $p_e = {{ blind.chance | 2 }}$: κ = {{ blind.kappa | 0 }}. Um juiz com os mesmos dez erros, mas nove deles em respostas boas, tem κ = {{ sharp.kappa | 2 }}. O **paradoxo de κ** é o outro lado: quando quase tudo é bom, até um juiz
# cuidadoso recebe κ baixo, porque o acaso já acerta muito. Por isso relate os três: a tabela inteira, $p_o$ e κ. Nunca compare κ medidos em conjuntos com frequências diferentes.

# %% [markdown] lang="en" anchor="paradoxo"
# Whoever approves everything has $p_o = {{ blind.observed | 2 }}$ and $p_e = {{ blind.chance | 2 }}$: κ = {{ blind.kappa | 0 }}. A judge with the same ten errors, but nine of them on good answers, has κ = {{ sharp.kappa | 2 }}. The **κ paradox** is the other side: when almost everything is good, even a
# careful judge gets a low κ, because chance is already right so often. So report all three: the whole table, $p_o$ and κ. Never compare κ measured on sets with different rates.

# %% [markdown] lang="pt" anchor="posicao"
# ### Viés de posição
#
# Ao comparar duas respostas, muitos juízes preferem a que leem primeiro (Shi et al., 2024). Um modelo simples: com probabilidade $b$ o juiz escolhe a primeira sem pensar; senão, prefere a resposta A com probabilidade $w$.
# Mostrando sempre A primeiro, A vence $b + (1 - b)w$. Mostrando nas duas ordens e tirando a média, vence $\tfrac12 + (1 - b)(w - \tfrac12)$. A troca devolve o *lado* certo, mas encolhe a diferença: pares desiguais passam a parecer quase empatados.

# %% [markdown] lang="en" anchor="posicao"
# ### Position bias
#
# When comparing two answers, many judges prefer the one they read first (Shi et al., 2024). A simple model: with probability $b$ the judge picks the first without thinking; otherwise it prefers answer A with probability $w$.
# Always showing A first, A wins $b + (1 - b)w$. Showing both orders and averaging, it wins $\tfrac12 + (1 - b)(w - \tfrac12)$. Swapping gives back the right *side*, but shrinks the difference: unequal pairs come to look almost like ties.

# %%
RECORD = json.loads((ROOT / "benchmarks" / "quantisation.json").read_text(encoding="utf-8"))
EXPORT, MEASURED, KERNELS = RECORD["export"], RECORD["formats"], RECORD["speed"]
TRUTH = 0.4
shown_first = {b: b + (1 - b) * TRUTH for b in (0, 0.2, 0.4, 0.6)}
both = {b: (shown_first[b] + (1 - b) * TRUTH) / 2 for b in shown_first}
assert all(abs(both[b] - (0.5 + (1 - b) * (TRUTH - 0.5))) < 1e-12 and both[b] < 0.5 for b in both) and shown_first[0.2] > 0.5
Table([t(pt="viés b", en="bias b"), t(pt="A vence, sempre primeiro", en="A wins, always first"), t(pt="A vence, nas duas ordens", en="A wins, both orders")],
      [[short(b), percent(shown_first[b]), percent(both[b])] for b in both],
      t(pt="A é a pior: sem viés, vence 40% das vezes. Bastam 20% de viés para que pareça a melhor.", en="A is the worse one: without bias it wins 40% of the time. 20% of bias is enough to make it look the better."))

# %% [markdown] lang="pt" anchor="quantizacao"
# ## Servir com menos bits
#
# Avaliado o modelo, é hora de servi-lo. A **[quantização](term:quantisation)** guarda cada peso $w$ como um inteiro pequeno $k$ vezes uma escala $s$, a mesma para uma linha ou um grupo de pesos:
#
# $$
# \begin{aligned} s &= \frac{\max |w|}{2^{b-1} - 1} \\[0.4em] k &= \mathrm{arredonda}(w/s), \quad |w - sk| \le \frac{s}{2}. \end{aligned}
# $$
#
# Com menos bits, $s$ cresce e o erro também; grupos menores seguram $s$. O modelo embutido já é distribuído em int8, uma escala por linha: dos pesos float32 do treino para ele a validação foi de {{ EXPORT["bits_per_byte_before"] | 5 }} a {{ EXPORT["bits_per_byte"] | 5 }} bits por byte.
# As linhas abaixo arredondam esse int8 outra vez. Só os pesos: em modelos grandes as *ativações* têm umas poucas dimensões enormes, e quem quantiza também as ativações precisa tratar essas dimensões à parte (Dettmers et al., 2022).

# %% [markdown] lang="en" anchor="quantizacao"
# ## Serving with fewer bits
#
# Once evaluated, the model is to be served. **[Quantisation](term:quantisation)** keeps each weight $w$ as a small whole number $k$ times a scale $s$ shared by a row or a group of weights:
#
# $$
# \begin{aligned} s &= \frac{\max |w|}{2^{b-1} - 1} \\[0.4em] k &= \mathrm{round}(w/s), \quad |w - sk| \le \frac{s}{2}. \end{aligned}
# $$
#
# With fewer bits $s$ grows and so does the error; smaller groups hold $s$ down. The embedded model is already shipped in int8, one scale per row: from the float32 weights of training to it, validation went from {{ EXPORT["bits_per_byte_before"] | 5 }} to {{ EXPORT["bits_per_byte"] | 5 }} bits per byte.
# The rows below round that int8 once more. Weights only: in large models the *activations* have a few huge dimensions, and whoever quantises them as well has to treat those apart (Dettmers et al., 2022).

# %%
ROW, GROUP = t(pt="uma escala por linha", en="one scale per row"), t(pt="uma escala por 32 pesos", en="one scale per 32 weights")
NAMES = {"bfloat16": "bfloat16", "int6": f"int6, {ROW}", "int4": f"int4, {ROW}", "int4/32": f"int4, {GROUP}", "int3/32": f"int3, {GROUP}"}
moved = formats()
positions = len(moved["int4"].spread)
base = MEASURED["int8"]["bits_per_byte"]
SIX, CHANGED = MEASURED["int6"]["bits_per_byte"] / base - 1, 1 - moved["int6"].same / positions
Table([t(pt="pesos", en="weights"), t(pt="bits por peso", en="bits per weight"), "MB", t(pt="bits por byte", en="bits per byte"), t(pt="a mais", en="more"), t(pt="mesmo token no topo", en="same token on top")],
      [[NAMES.get(name, t(pt="int8, como distribuído", en="int8, as shipped")), number(8 * one["weight_bytes"] / RECORD["parameters"], 2), number(one["weight_bytes"] / 1e6, 2), number(one["bits_per_byte"], 3), percent(one["bits_per_byte"] / base - 1, 2),
        percent(moved[name].same / positions) if name in moved else "—"] for name, one in sorted(MEASURED.items(), key=lambda item: -item[1]["weight_bytes"])],
      t(pt=f"Medido em {number(RECORD['bytes'] / 1000, 0)} kB do começo das {RECORD['works']} obras de validação, com `python -m benchmarks.quantisation`; o token do topo, em {positions} posições de textos reais, com `python -m dashboard.recorded`. Escalas incluídas no tamanho; vetores ficam em float32.",
        en=f"Measured on {number(RECORD['bytes'] / 1000, 0)} kB from the beginning of the {RECORD['works']} validation works, by `python -m benchmarks.quantisation`; the token on top, at {positions} positions of real texts, by `python -m dashboard.recorded`. Scales are counted in the size; vectors stay in float32."))

# %% [markdown] lang="pt" anchor="cota"
# Leia as duas últimas colunas juntas: em int6 o custo médio sobe {{ SIX | %2 }}, e mesmo assim o token mais provável muda em {{ CHANGED | %1 }} das posições. Uma média sobre o texto esconde o que a decodificação gulosa mostra.
#
# ## Quanto a distribuição pode mudar
#
# Pesos arredondados movem os logits de $u$ para $u + \Delta$. O que isso faz às probabilidades tem uma cota que não depende do modelo.
#
# > **Teorema 1.** Sejam $u$ e $u + \Delta$ logits finitos sobre o mesmo vocabulário, $p$ e $q$ os seus softmax com temperatura $\tau > 0$. Se existe uma constante $c$ com $|\Delta_i - c| \le d$ para todo $i$, então
# >
# > $$
# > \mathrm{TV}(p, q) \le \tanh\frac{d}{2\tau},
# > $$
# >
# > e nenhuma cota menor vale para todos os casos. A melhor escolha dá $d = (\max \Delta - \min \Delta)/2 \le \|\Delta\|_\infty$.
#
# *Prova.* Somar $c$ aos logits não muda $q$; tome $c = 0$ e $r = e^{d/\tau}$. Seja $A$ o conjunto em que $q > p$; então $\mathrm{TV} = q(A) - p(A)$. Dentro de $A$ cada peso $e^{u_i/\tau}$ foi multiplicado por no máximo $r$, e fora de $A$ por no mínimo $1/r$; logo a razão
# $q(A)/q(A^c)$ é no máximo $r^2$ vezes $x/(1 - x)$, com $x = p(A)$. Assim
#
# $$
# \mathrm{TV} \le \frac{r^2 x}{r^2 x + 1 - x} - x.
# $$
#
# A derivada do lado direito se anula só em $x = 1/(1 + r)$, onde ele vale $(r - 1)/(r + 1) = \tanh(d/(2\tau))$; nas pontas ele é zero. Com dois tokens, $p = (x, 1 - x)$ nesse $x$ e $\Delta = (d, -d)$, há igualdade. $\blacksquare$
#
# Na figura, cada ponto é uma posição de um texto real: no eixo horizontal o $d$ medido, no vertical a variação total medida. Nenhum passa da curva.

# %% [markdown] lang="en" anchor="cota"
# Read the last two columns together: in int6 the average cost rises by {{ SIX | %2 }}, and yet the likeliest token changes at {{ CHANGED | %1 }} of the positions. An average over the text hides what greedy decoding shows.
#
# ## How much the distribution can change
#
# Rounded weights move the logits from $u$ to $u + \Delta$. What that does to the probabilities has a bound that does not depend on the model.
#
# > **Theorem 1.** Let $u$ and $u + \Delta$ be finite logits over the same vocabulary, $p$ and $q$ their softmax at temperature $\tau > 0$. If there is a constant $c$ with $|\Delta_i - c| \le d$ for all $i$, then
# >
# > $$
# > \mathrm{TV}(p, q) \le \tanh\frac{d}{2\tau},
# > $$
# >
# > and no smaller bound holds in every case. The best choice gives $d = (\max \Delta - \min \Delta)/2 \le \|\Delta\|_\infty$.
#
# *Proof.* Adding $c$ to the logits does not change $q$; take $c = 0$ and $r = e^{d/\tau}$. Let $A$ be the set where $q > p$; then $\mathrm{TV} = q(A) - p(A)$. Inside $A$ each weight $e^{u_i/\tau}$ was multiplied by at most $r$, and outside $A$ by at least $1/r$; so the odds
# $q(A)/q(A^c)$ are at most $r^2$ times $x/(1 - x)$, with $x = p(A)$. Hence
#
# $$
# \mathrm{TV} \le \frac{r^2 x}{r^2 x + 1 - x} - x.
# $$
#
# The derivative of the right-hand side vanishes only at $x = 1/(1 + r)$, where it equals $(r - 1)/(r + 1) = \tanh(d/(2\tau))$; at both ends it is zero. With two tokens, $p = (x, 1 - x)$ at that $x$ and $\Delta = (d, -d)$, there is equality. $\blacksquare$
#
# In the picture each point is a position of a real text: across, the measured $d$; up, the measured total variation. None is above the curve.

# %%
assert all((closeness(one, TEMPERATURES) <= 1 + 1e-2).all() for one in moved.values())  # kept with three digits
charts.rounding(
    "rounding", t(pt="O que o arredondamento fez, posição por posição", en="What rounding did, position by position"), moved, NAMES, TEMPERATURES, form="int4",
    said=t(pt="{name}, τ = {tau|1}: em {positions|0} posições, o d mediano é {middle_d|3} e a variação total mediana, {middle|%2}; a maior é {farthest|%1}. A que chega mais perto da cota fica em {closest|%0} dela.",
           en="{name}, τ = {tau|1}: over {positions|0} positions the median d is {middle_d|3} and the median total variation {middle|%2}; the largest is {farthest|%1}. The one nearest the bound is at {closest|%0} of it."),
    caption=t(pt="Linha: a cota do Teorema 1. Losango: as medianas. A referência é o int8 distribuído. Pontos abaixo de 0,01% estão desenhados na borda.", en="Line: the bound of Theorem 1. Diamond: the medians. The reference is the shipped int8. Points below 0.01% are drawn at the edge."))

# %% [markdown] lang="pt" anchor="velocidade"
# Esfriar afrouxa a cota, que só vê $d/\tau$, e aqui aumenta também a mediana. Não é lei para cada posição: quando $\tau \to 0$, a variação total volta a zero onde o token do topo é o mesmo e vai a 1 onde ele mudou. E um [corte](term:cut) depois do softmax pode aumentar o estrago, porque um token entra ou sai inteiro.
#
# Menos bytes também não trazem, por si sós, mais velocidade. A tabela mede um único produto do tamanho de uma camada do Phi-2, em uma CPU com uma thread.

# %% [markdown] lang="en" anchor="velocidade"
# Cooling loosens the bound, which sees $d/\tau$ alone, and here it raises the median too. It is no law for each position: as $\tau \to 0$, total variation goes back to zero where the token on top is the same and to 1 where it changed. And a [cut](term:cut) after the softmax can add to the damage, because a token enters or leaves whole.
#
# Nor do fewer bytes bring, by themselves, more speed. The table measures a single product of the size of one layer of Phi-2, on a CPU with one thread.

# %%
slow = KERNELS["float32"]["milliseconds"]
assert all(slow / one["milliseconds"] < KERNELS["float32"]["bytes"] / one["bytes"] for name, one in KERNELS.items() if name != "float32")
Table([t(pt="pesos", en="weights"), t(pt="MB lidos", en="MB read"), "ms", t(pt="velocidade, float32 = 1", en="speed, float32 = 1"), t(pt="erro relativo", en="relative error")],
      [[NAMES.get(name, name), number(one["bytes"] / 1e6, 1), number(one["milliseconds"], 2), number(slow / one["milliseconds"], 2), percent(one["relative_error"], 2)] for name, one in KERNELS.items()],
      t(pt=f"`python -m benchmarks.quantisation`: (1 × 2.560) · (2.560 × 10.240), o menor de muitos tempos de processador, torch {RECORD['torch']}, {RECORD['cpu']}. O tempo cai menos que os bytes: desempacotar também custa. Compare razões, não milissegundos.",
        en=f"`python -m benchmarks.quantisation`: (1 × 2,560) · (2,560 × 10,240), the least of many processor times, torch {RECORD['torch']}, {RECORD['cpu']}. Time falls less than bytes: unpacking costs too. Compare ratios, not milliseconds."))

# %% [markdown] lang="pt" anchor="destilacao"
# ## Destilar: um modelo menor que imita
#
# Em vez de encolher os pesos, treine um aluno $q$ para imitar as distribuições do professor $p$: **[destilação](term:distillation)**. A medida é a [divergência KL](term:kl-divergence), e o sentido importa. $\mathrm{KL}(p \,\|\, q)$, a direta, pune o aluno que dá pouco onde o
# professor dá muito: ele se espalha para cobrir tudo. $\mathrm{KL}(q \,\|\, p)$, a reversa, pune o que dá muito onde o professor dá pouco: ele prefere ficar com uma opção só, mas boa. Aqui o professor hesita entre duas palavras.

# %% [markdown] lang="en" anchor="destilacao"
# ## Distilling: a smaller model that imitates
#
# Instead of shrinking the weights, train a student $q$ to imitate the distributions of the teacher $p$: **[distillation](term:distillation)**. The measure is the [KL divergence](term:kl-divergence), and its direction matters. $\mathrm{KL}(p \,\|\, q)$, the forward one, punishes a student that gives little where the
# teacher gives much: it spreads to cover everything. $\mathrm{KL}(q \,\|\, p)$, the reverse one, punishes giving much where the teacher gives little: it prefers to keep to a single option, but a good one. Here the teacher hesitates between two words.

# %%
U, W = [4.0, 1.0, 0.0, -1.0], [4.0, 0.0, 0.0, 0.0]
scaled = [tau * (softmax(W, tau)[1] - softmax(U, tau)[1]).item() for tau in (1, 20)]
limit = ((W[1] - sum(W) / 4) - (U[1] - sum(U) / 4)) / 4
assert abs(scaled[1] - limit) < 0.05 and abs(scaled[0]) < abs(scaled[1])
A100 = Machine(memory=80e9, bandwidth=2.039e12, peak=312e12)
PHI = sum(phi_parameters(51200, 32, 2560, 10240).values())
PER_TOKEN = cache_bytes(32, 32, 80, 2)
ALONE = decode_step(Served(PHI, 2, PER_TOKEN), A100, 1, 1024)
FITS = largest_batch(Served(PHI, 2, PER_TOKEN), A100, 1024)
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
# > **Proposição 2.** Sejam $u$ os logits do professor, $v$ os do aluno, $p = \mathrm{softmax}(u/\tau)$, $q = \mathrm{softmax}(v/\tau)$ e $L = \mathrm{KL}(p \,\|\, q)$ em nats. Então $\partial L / \partial v_i = (q_i - p_i)/\tau$, e quando $\tau \to \infty$
# >
# > $$
# > \tau^2 \, \frac{\partial L}{\partial v_i} \to \frac{(v_i - \bar v) - (u_i - \bar u)}{V}.
# > $$
#
# *Prova.* $L$ é uma constante menos $\sum_j p_j v_j/\tau$ mais $\ln \sum_j e^{v_j/\tau}$; derive. Para $\tau$ grande, $e^{u_i/\tau} = 1 + u_i/\tau + O(\tau^{-2})$, logo $p_i = (1 + (u_i - \bar u)/\tau)/V + O(\tau^{-2})$, e o mesmo para $q$. Subtraia e multiplique por $\tau$. $\blacksquare$
#
# Com τ alto, o aluno aprende todos os logits, e não só o topo; o fator $\tau^2$ mantém o tamanho do passo. Com $u = [4; 1; 0; -1]$ e um aluno que sabe só o topo, $v = [4; 0; 0; 0]$, a expressão da esquerda vale, no segundo token, {{ scaled[0] | 4 }} em τ = 1 e {{ scaled[1] | 4 }} em τ = 20 (limite {{ limit | 4 }}): o sinal negativo manda o logit subir, e com τ alto manda com mais força.

# %% [markdown] lang="en" anchor="destilacao-tau"
# Temperature comes in because a confident teacher teaches little: almost all the mass is on one token. Hinton et al. (2015) heat both.
#
# > **Proposition 2.** Let $u$ be the teacher's logits, $v$ the student's, $p = \mathrm{softmax}(u/\tau)$, $q = \mathrm{softmax}(v/\tau)$ and $L = \mathrm{KL}(p \,\|\, q)$ in nats. Then $\partial L / \partial v_i = (q_i - p_i)/\tau$, and as $\tau \to \infty$
# >
# > $$
# > \tau^2 \, \frac{\partial L}{\partial v_i} \to \frac{(v_i - \bar v) - (u_i - \bar u)}{V}.
# > $$
#
# *Proof.* $L$ is a constant minus $\sum_j p_j v_j/\tau$ plus $\ln \sum_j e^{v_j/\tau}$; differentiate. For large $\tau$, $e^{u_i/\tau} = 1 + u_i/\tau + O(\tau^{-2})$, so $p_i = (1 + (u_i - \bar u)/\tau)/V + O(\tau^{-2})$, and the same for $q$. Subtract and multiply by $\tau$. $\blacksquare$
#
# At a high τ the student learns all the logits, not only the top; the factor $\tau^2$ keeps the size of the step. With $u = [4, 1, 0, -1]$ and a student that knows only the top, $v = [4, 0, 0, 0]$, the left-hand side is, at the second token, {{ scaled[0] | 4 }} at τ = 1 and {{ scaled[1] | 4 }} at τ = 20 (limit {{ limit | 4 }}): its negative sign tells the logit to rise, and more strongly at the high τ.

# %% [markdown] lang="pt" anchor="servir"
# ## Latência e vazão
#
# Para gerar um token, todos os pesos passam uma vez da memória para o processador. O **[cache KV](term:key-value-cache)** evita reler o texto: guarda uma chave e um valor por bloco, cabeça e posição,
#
# $$
# \begin{aligned} c = {} &2 \cdot \text{blocos} \cdot \text{cabeças} \\ &\cdot \text{tamanho} \cdot \text{bytes} \quad \text{por token}. \end{aligned}
# $$
#
# O Phi-2 em 16 bits guarda {{ PER_TOKEN / 1000 | 0 }} kB por token: mil e poucos tokens já são {{ 1024 * PER_TOKEN / 1e6 | 0 }} MB por texto. Em um passo que dá um token a cada um de $B$ textos de $T$ posições, com $P$ parâmetros de $w$ bytes,
#
# $$
# t_{\text{memória}} = \frac{Pw + BTc}{\text{banda}}, \qquad t_{\text{conta}} = \frac{2PB}{\text{pico}}.
# $$
#
# O passo leva no mínimo o maior dos dois: o **[teto](term:roofline)** (Williams et al., 2009; Pope et al., 2022). Um texto sozinho no Phi-2, em uma A100 de 80 GB, espera {{ 1000 * ALONE.memory | 2 }} ms pela memória e usaria {{ 1000 * ALONE.arithmetic | 3 }} ms de conta: o processador fica quase todo o tempo parado. Juntar textos em lote reparte a leitura dos pesos.
# A **[vazão](term:throughput)** sobe quase de graça, e a **[latência](term:latency)** de cada um pouco a pouco, até que o cache, ou a conta, vire o gargalo.

# %% [markdown] lang="en" anchor="servir"
# ## Latency and throughput
#
# To generate a token, all the weights go once from memory to the processor. The **[KV cache](term:key-value-cache)** avoids rereading the text: it keeps a key and a value per block, head and position,
#
# $$
# \begin{aligned} c = {} &2 \cdot \text{blocks} \cdot \text{heads} \\ &\cdot \text{size} \cdot \text{bytes} \quad \text{per token}. \end{aligned}
# $$
#
# Phi-2 in 16 bits keeps {{ PER_TOKEN / 1000 | 0 }} kB per token: a thousand tokens and some are {{ 1024 * PER_TOKEN / 1e6 | 0 }} MB per text. In a step that gives one token to each of $B$ texts of $T$ positions, with $P$ parameters of $w$ bytes,
#
# $$
# t_{\text{memory}} = \frac{Pw + BTc}{\text{bandwidth}}, \qquad t_{\text{arithmetic}} = \frac{2PB}{\text{peak}}.
# $$
#
# The step takes at least the larger of the two: the **[roof](term:roofline)** (Williams et al., 2009; Pope et al., 2022). A single text on Phi-2, on an 80 GB A100, waits {{ 1000 * ALONE.memory | 2 }} ms for memory and would use {{ 1000 * ALONE.arithmetic | 3 }} ms of arithmetic: the processor stands idle most of the time. Putting texts in a batch shares the reading of the weights.
# **[Throughput](term:throughput)** rises almost for free, and the **[latency](term:latency)** of each little by little, until the cache, or the arithmetic, becomes the bottleneck.

# %%
charts.roofline(
    "roof", t(pt="Phi-2 em uma A100, sob os dois tetos", en="Phi-2 on an A100, under the two roofs"), A100, PHI,
    {32: t(pt="32, como no Phi-2", en="32, as in Phi-2"), 8: t(pt="8, se fosse GQA", en="8, if it were GQA"), 1: t(pt="1, se fosse multiconsulta", en="1, if it were multi-query")}, (32, 80), batch=8, length=1024,
    said=t(pt="Com {now|0} textos de {length|0} tokens, um passo leva {ms|2} ms: {memory_ms|2} de memória, {arithmetic_ms|2} de conta. Cada texto anda a {each|0} tokens por segundo, todos juntos a {rate|0}. Na memória cabem {most|0} textos.",
           en="With {now|0} texts of {length|0} tokens, a step takes {ms|2} ms: {memory_ms|2} of memory, {arithmetic_ms|2} of arithmetic. Each text moves at {each|0} tokens per second, all together at {rate|0}. {most|0} texts fit in memory."),
    caption=t(pt="Valores da folha de dados: 80 GB, 2.039 GB/s, 312 TFLOP/s em bfloat16. São tetos: um motor real fica abaixo. À direita da linha vertical pontilhada os textos não cabem.",
              en="Values of the data sheet: 80 GB, 2,039 GB/s, 312 TFLOP/s in bfloat16. These are roofs: a real engine stays below. To the right of the dotted vertical line the texts do not fit."))

# %% [markdown] lang="pt" anchor="servir-fim"
# Ler o prompt é outro regime: os $T$ tokens entram juntos, como um lote, e a conta domina. Por isso os servidores relatam dois números, o tempo até o primeiro token e o tempo por token seguinte. A [atenção com consultas agrupadas](term:grouped-query-attention) e o cache em 8 bits atacam $c$; a quantização dos pesos ataca $w$ e só ajuda enquanto o primeiro termo domina.

# %% [markdown] lang="en" anchor="servir-fim"
# Reading the prompt is another regime: the $T$ tokens come in together, like a batch, and arithmetic dominates. That is why servers report two numbers, the time to the first token and the time per following token. [Grouped-query attention](term:grouped-query-attention) and an 8-bit cache attack $c$; quantising the weights attacks $w$ and helps only while the first term dominates.

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência

# %% [markdown] lang="en" anchor="motores"
# ## In the engines

# %%
Table(
    [t(pt="motor", en="engine"), t(pt="pesos", en="weights"), t(pt="cache KV", en="KV cache"), t(pt="lido em", en="read in")],
    [["transformers", t(pt="bitsandbytes em 8 e 4 bits, sem garantia de aceleração; GPTQ, AWQ e outros", en="bitsandbytes in 8 and 4 bits, with no guarantee of a speed-up; GPTQ, AWQ and others"), t(pt="na precisão do modelo, por padrão", en="in the model's precision, by default"), t(pt="documentação do transformers", en="transformers documentation")],
     ["vLLM", "AWQ, GPTQ, INT8, FP8, GGUF", t(pt="em páginas; `kv_cache_dtype=\"fp8\"`", en="in pages; `kv_cache_dtype=\"fp8\"`"), t(pt="documentação do vLLM; Kwon et al. (2023)", en="vLLM documentation; Kwon et al. (2023)")],
     ["llama.cpp", t(pt="GGUF; Q4_0 é int4 com uma escala float16 por 32 pesos", en="GGUF; Q4_0 is int4 with a float16 scale per 32 weights"), "`--cache-type-k`, `--cache-type-v`", "llama.cpp, ggml/src/ggml-common.h"],
     ["core", t(pt="int8 no arquivo, uma escala por linha; float32 na memória", en="int8 in the file, one scale per row; float32 in memory"), "float32", "core/models/storage.py"]])

# %%
Callout("instructor", t(pt="Uma aula de 30 minutos", en="A 30-minute class"), t(
    pt="Peça a aposta (1 min). Na primeira figura, leve as respostas boas de 50% a 95% e peça à turma que explique por que a linha azul não se mexe (4 min). Calcule no quadro o BLEU da negação (5 min) e peça uma frase errada com nota ainda maior (3 min). Em duplas, a turma calcula o κ das duas tabelas (5 min); abra a aposta (1 min). "
       "Mostre a nuvem de int4 e esfrie até 0,5: por que a mediana sobe se os pesos são os mesmos? (4 min). Na última figura, peça o maior lote que ainda responde em 10 ms por token (4 min), depois troque para 8 cabeças (3 min). Enganos frequentes: que κ mede qualidade, que perplexidade mede verdade, que metade dos bits dá o dobro da velocidade.",
    en="Ask for the bet (1 min). In the first picture, take the good answers from 50% to 95% and ask the class why the blue line does not move (4 min). Work BLEU of the negation on the board (5 min) and ask for a wrong sentence with a still higher score (3 min). In pairs, the class works κ of the two tables (5 min); open the bet (1 min). "
       "Show the cloud of int4 and cool to 0.5: why does the median rise if the weights are the same? (4 min). In the last picture, ask for the largest batch that still answers within 10 ms per token (4 min), then switch to 8 heads (3 min). Common mistakes: that κ measures quality, that perplexity measures truth, that half the bits give twice the speed."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
rated = [[60, 10], [10, 20]]
found = cohen_kappa(rated)
Exercise(
    id="kappa-number", kind="numeric",
    question=t(pt="Cem respostas: a pessoa e o juiz aprovam as mesmas 60 e reprovam as mesmas 20; 10 só a pessoa aprova, e 10 só o juiz. Quanto vale κ?",
               en="A hundred answers: person and judge both approve 60 and both reject 20; 10 only the person approves, 10 only the judge. What is κ?"),
    answer=found.kappa, tolerance=0.006,
    mistakes=[
        Mistake(found.observed, t(pt="Essa é a concordância. Falta descontar o acaso.", en="That is the agreement. Chance has to be taken off.")),
        Mistake((found.observed - 0.5) / 0.5, t(pt="O acaso aqui não é meio: os dois aprovam 70%, e 0,7² + 0,3² passa de meio.", en="Chance is not one half here: both approve 70%, and 0.7² + 0.3² is above one half.")),
        Mistake(found.observed - found.chance, t(pt="Esse é o ganho sobre o acaso. Divida pelo ganho possível, 1 menos o acaso.", en="That is the gain over chance. Divide by the possible gain, 1 minus chance.")),
    ],
    right=t(pt=f"$p_o$ = 0,80, $p_e$ = {number(found.chance, 2)}, κ = {number(found.kappa, 3)}.", en=f"$p_o$ = 0.80, $p_e$ = {number(found.chance, 2)}, κ = {number(found.kappa, 3)}."),
    wrong=t(pt="Ache $p_o$ na diagonal, $p_e$ pelas frequências de cada um, e divida o que passa do acaso pelo que poderia passar.", en="Find $p_o$ on the diagonal, $p_e$ from each one's rates, and divide what is above chance by what could be."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="zero", kind="choice",
    question=t(pt="Uma tradução correta recebe BLEU-4 zero. O que aconteceu?", en="A correct translation gets a BLEU-4 of zero. What happened?"),
    options=[
        Option(t(pt="A tradução é curta demais", en="The translation is too short"),
               t(pt="O desconto de brevidade nunca chega a zero. Com menos de quatro palavras não há sequência de quatro, e o caso é outro.", en="The discount for brevity never reaches zero. With fewer than four words there is no run of four, and the case is another.")),
        Option(t(pt="Nenhuma sequência de quatro palavras coincide", en="No run of four words coincides"),
               t(pt="A média é geométrica: um fator zero zera tudo, por melhores que sejam os outros.", en="The mean is geometric: one factor of zero zeroes all, however good the others are."), correct=True),
        Option(t(pt="Nenhuma palavra coincide", en="No word coincides"),
               t(pt=f"Bastaria, mas não é preciso: a frase fora de ordem acerta todas as palavras e tem BLEU-4 de {number(scramble[0], 2)}.", en=f"That would do, but is not needed: the sentence out of order has every word and a BLEU-4 of {number(scramble[0], 2)}.")),
        Option(t(pt="A referência tem erros", en="The reference has errors"), t(pt="BLEU não sabe o que é erro; só conta o que coincide.", en="BLEU does not know what an error is; it only counts what coincides.")),
    ])

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
BUGGY = """def perplexity(log_probs):
    total = 0.0
    for log_p in log_probs:
        total += math.exp(-log_p)
    return total / len(log_probs)"""
namespace = {"math": math}
exec(BUGGY, namespace)
two = [math.log(0.5), math.log(0.125)]
assert namespace["perplexity"](two[:1]) == perplexity(two[:1]) and namespace["perplexity"](two) > perplexity(two) + 0.5
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Para um token só, a função acerta. Para dois tokens de probabilidade 1/2 e 1/8 ela devolve {number(namespace['perplexity'](two), 1)} em vez de {number(perplexity(two), 1)}. Qual linha está errada?",
               en=f"For a single token the function is right. For two tokens of probability 1/2 and 1/8 it returns {number(namespace['perplexity'](two), 1)} instead of {number(perplexity(two), 1)}. Which line is wrong?"),
    options=[
        Option("2: `total = 0.0`", t(pt="Uma soma começa em zero.", en="A sum starts at zero.")),
        Option("3: `for log_p in log_probs:`", t(pt="Passar por todos os tokens é o certo.", en="Going over all tokens is right.")),
        Option("4: `total += math.exp(-log_p)`",
               t(pt="A média tem de ser feita nos logaritmos, e a exponencial depois, uma vez. Assim sai a média aritmética de 1/p, sempre maior ou igual à geométrica.",
                 en="The mean has to be taken over the logarithms, and the exponential afterwards, once. This gives the arithmetic mean of 1/p, never below the geometric one."), correct=True),
        Option("5: `return total / len(log_probs)`", t(pt="Dividir por T está certo; o que foi somado é que não está.", en="Dividing by T is right; what was added up is not.")),
    ])

# %%
wide, narrow = (decode_step(Served(PHI, w, PER_TOKEN), A100, 1, 1024).latency for w in (2, 0.5))
gain = wide / narrow
assert 3 < gain < 3.9
Exercise(
    id="four", kind="predict",
    question=t(pt="Phi-2 na A100, um texto de 1.024 tokens. Os pesos passam de 16 para 4 bits. Quantas vezes mais rápido fica o passo, no melhor dos casos?",
               en="Phi-2 on the A100, one text of 1,024 tokens. The weights go from 16 to 4 bits. How many times faster is the step, at best?"),
    options=[
        Option(t(pt="4 vezes", en="4 times"), t(pt="Seria, se só os pesos passassem pela memória. O cache continua em 16 bits.", en="It would be, if only the weights went through memory. The cache stays at 16 bits.")),
        Option(t(pt="entre 3 e 4 vezes", en="between 3 and 4 times"), t(pt="Os pesos encolhem quatro vezes; o cache, lido em todo passo, não.", en="The weights shrink four times; the cache, read at every step, does not."), correct=True),
        Option(t(pt="nada: a conta é a mesma", en="not at all: the arithmetic is the same"), t(pt="A conta é a mesma, mas com um texto só o passo espera pela memória.", en="The arithmetic is the same, but with a single text the step waits for memory.")),
        Option(t(pt="16 vezes", en="16 times"), t(pt="Os bytes caem na razão dos bits, não no quadrado dela.", en="Bytes fall with the ratio of the bits, not with its square.")),
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
