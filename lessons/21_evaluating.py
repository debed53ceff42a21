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
#     slug: {pt: avaliar, en: evaluating}
#     title: {pt: Avaliar, en: Evaluating}
#     summary:
#       pt: "Perplexidade, BLEU, ROUGE e juízes: o que cada nota mede e onde engana. Depois, como se monta uma avaliação: os dados, o sistema inteiro, a rubrica, a margem de erro."
#       en: "Perplexity, BLEU, ROUGE and judges: what each score measures and where it deceives. Then how an evaluation is put together: the data, the whole system, the rubric, the margin of error."
#     prerequisites:
#       pt: "perplexidade, da lição sobre o treinamento; probabilidade condicional"
#       en: "perplexity, from the lesson on training; conditional probability"
#     sources:
#       - {id: jelinek1977, text: "Jelinek, Mercer, Bahl & Baker (1977). Perplexity: a measure of the difficulty of speech recognition tasks. Journal of the Acoustical Society of America 62(S1), S63", url: "https://doi.org/10.1121/1.2016299"}
#       - {id: papineni2002, text: "Papineni, Roukos, Ward & Zhu (2002). BLEU: a Method for Automatic Evaluation of Machine Translation. ACL 2002", url: "https://aclanthology.org/P02-1040/"}
#       - {id: lin2004, text: "Lin (2004). ROUGE: A Package for Automatic Evaluation of Summaries. ACL Workshop 2004", url: "https://aclanthology.org/W04-1013/"}
#       - {id: banerjee2005, text: "Banerjee & Lavie (2005). METEOR: An Automatic Metric for MT Evaluation with Improved Correlation with Human Judgments. ACL Workshop 2005", url: "https://aclanthology.org/W05-0909/"}
#       - {id: zhang2019bert, text: "Zhang, Kishore, Wu, Weinberger & Artzi (2019). BERTScore: Evaluating Text Generation with BERT. arXiv:1904.09675", url: "https://arxiv.org/abs/1904.09675"}
#       - {id: cohen1960, text: "Cohen (1960). A Coefficient of Agreement for Nominal Scales. Educational and Psychological Measurement 20(1), 37–46", url: "https://doi.org/10.1177/001316446002000104"}
#       - {id: feinstein1990, text: "Feinstein & Cicchetti (1990). High agreement but low kappa: I. The problems of two paradoxes. Journal of Clinical Epidemiology 43(6), 543–549", url: "https://doi.org/10.1016/0895-4356(90)90158-L"}
#       - {id: zheng2023, text: "Zheng et al. (2023). Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena. arXiv:2306.05685", url: "https://arxiv.org/abs/2306.05685"}
#       - {id: shi2024, text: "Shi et al. (2024). Judging the Judges: A Systematic Study of Position Bias in LLM-as-a-Judge. arXiv:2406.07791", url: "https://arxiv.org/abs/2406.07791"}
#       - {id: clark2021, text: "Clark et al. (2021). All That's 'Human' Is Not Gold: Evaluating Human Evaluation of Generated Text. arXiv:2107.00061", url: "https://arxiv.org/abs/2107.00061"}
#       - {id: arora2025, text: "Arora et al. (2025). HealthBench: Evaluating Large Language Models Towards Improved Human Health. arXiv:2505.08775", url: "https://arxiv.org/abs/2505.08775"}
#       - {id: wilson1927, text: "Wilson (1927). Probable Inference, the Law of Succession, and Statistical Inference. Journal of the American Statistical Association 22(158), 209–212", url: "https://doi.org/10.1080/01621459.1927.10502953"}
#       - {id: hendrycks2020, text: "Hendrycks et al. (2020). Measuring Massive Multitask Language Understanding (MMLU). arXiv:2009.03300", url: "https://arxiv.org/abs/2009.03300"}
#       - {id: liang2022, text: "Liang et al. (2022). Holistic Evaluation of Language Models (HELM). arXiv:2211.09110", url: "https://arxiv.org/abs/2211.09110"}
#       - {id: gema2024, text: "Gema et al. (2024). Are We Done with MMLU? arXiv:2406.04127", url: "https://arxiv.org/abs/2406.04127"}
#       - {id: zhang2024gsm, text: "Zhang et al. (2024). A Careful Examination of Large Language Model Performance on Grade School Arithmetic. arXiv:2405.00332", url: "https://arxiv.org/abs/2405.00332"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Uma pessoa leu cem respostas de um modelo e aprovou noventa. Um segundo modelo, o *juiz*, recebeu as mesmas cem e concordou com a pessoa em noventa.
# O que isso diz do juiz? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# A person read a hundred answers of a model and approved ninety. A second model, the *judge*, was given the same hundred and agreed with the person on ninety.
# What does that say about the judge? Place a bet.

# %%
import math

from core.course.metrics import bleu, cohen_kappa, ngrams, perplexity, rouge_l, rouge_n, wilson_interval
from dashboard import charts
from dashboard.blocks import Answer, Callout, Entry, Exercise, Experiment, Mistake, Option, Table
from dashboard.language import number, percent, say, short, t
from dashboard.recorded import trained
from dashboard.worked import bleu_by_hand, kappa_by_hand

blind = cohen_kappa([[90, 0], [10, 0]])
sharp = cohen_kappa([[81, 9], [1, 9]])
assert blind.observed == sharp.observed == 0.9 and blind.kappa == 0 < sharp.kappa
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="90 boas em 100, e 90% de concordância. O juiz:", en="90 good out of 100, and 90% agreement. The judge:"),
    options=[
        Option(t(pt="deve ser bom: acerta nove em cada dez", en="must be good: right nine times out of ten"),
               t(pt="Nove em cada dez é o que se consegue sem ler nenhuma resposta.", en="Nine out of ten is what one gets without reading a single answer.")),
        Option(t(pt="pode ter aprovado tudo sem ler", en="may have approved everything unread"),
               t(pt="Aprovar tudo concorda com a pessoa nas noventa que ela aprovou. A concordância sozinha não separa esse juiz de um bom.",
                 en="Approving everything agrees with the person on the ninety approved. Agreement alone does not tell that judge from a good one."), correct=True),
        Option(t(pt="deve errar ao acaso, dez vezes em cem", en="must err at random, ten times in a hundred"),
               t(pt="Os dez erros podem ser todos do mesmo lado: as dez respostas ruins.", en="The ten errors may all be on the same side: the ten bad answers.")),
        Option(t(pt="pode ser pior que uma moeda", en="may be worse than a coin"),
               t(pt="Uma moeda concordaria em cerca de cinquenta.", en="A coin would agree on about fifty.")),
    ])
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Dê ao juiz uma qualidade fixa: das respostas que a pessoa aprova, ele aprova 90%; das que ela reprova, reprova 90%. Duas linhas acompanham a concordância: a que *viria do acaso*, e o **[κ de Cohen](term:cohen-kappa)**, que mede quanto o juiz vai além do acaso.
#
# Antes de mover, preveja: com o mesmo juiz, κ é maior quando metade das respostas é boa ou quando 95% são? Leve «Respostas boas» de 0,50 a 0,95 e diga qual das três linhas explica o que κ fez.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# Give the judge a fixed quality: of the answers that the person approves it approves 90%; of those she rejects it rejects 90%. Two lines go along with the agreement: the one that *would come by chance*, and **[Cohen's κ](term:cohen-kappa)**, which measures how far the judge goes beyond chance.
#
# Before you move anything, predict: with the same judge, is κ larger when half of the answers are good or when 95% are? Take “Good answers” from 0.50 to 0.95 and say which of the three lines explains what κ did.

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
# A régua mais barata pergunta ao próprio modelo quanto um texto reservado o surpreende. A **[perplexidade](term:perplexity)** de $T$ tokens (Jelinek et al., 1977) é, como na Proposição 18.4 da lição [Treinar do zero](lesson:training),
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
# The cheapest ruler asks the model itself how much a held-out text surprises it. The **[perplexity](term:perplexity)** of $T$ tokens (Jelinek et al., 1977) is, as in Proposition 18.4 of the lesson [Training from zero](lesson:training),
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
matched = sum((ngrams(NEGATED.split(), 1) & ngrams(REFERENCE.split(), 1)).values())  # all of them, in two runs: the negation cuts one in two
accuracy, recall = matched / len(NEGATED.split()), matched / len(REFERENCE.split())
assert recall == 1
negated_meteor = 10 * accuracy * recall / (recall + 9 * accuracy) * (1 - 0.5 * (2 / matched) ** 3)
assert copy == (1, 1, 1) and paraphrase[0] == 0 and negation[0] > 0.5 and negation[0] > scramble[0] and scramble[1] == 1
Table([t(pt="texto", en="text"), "", "BLEU-4", "ROUGE-1, F₁", "ROUGE-L, F₁"],
      [[name, texts[name], *(number(x, 3) for x in scores)] for name, scores in graded.items()],
      t(pt="Calculado por core.course.metrics, sem suavização. BLEU foi definido sobre um conjunto inteiro de teste; em uma frase só, a nota é zero quando nenhuma sequência de quatro coincide.",
        en="Computed by core.course.metrics, without smoothing. BLEU was defined over a whole test set; in a single sentence the score is zero when no run of four coincides."))

# %%
Callout("misconception", t(pt="«Nota alta, sentido certo»", en="“High score, right meaning”"), t(
    pt=f"Uma palavra de negação inverte a frase e ainda deixa ROUGE-1 em {number(negation[1], 2)}. Essas notas contam palavras em comum, não sentido. Servem para comparar versões do mesmo sistema na mesma tarefa, com muitas frases e mais de uma referência; não dizem se *uma* resposta está certa.",
    en=f"One word of negation turns the sentence around and still leaves ROUGE-1 at {number(negation[1], 2)}. These scores count shared words, not meaning. They serve to compare versions of one system on one task, over many sentences and with more than one reference; they do not say whether *one* answer is right."))

# %% [markdown] lang="pt" anchor="alem-da-palavra" fold="more"
# ### Além da palavra exata: METEOR e BERTScore
#
# Duas notas tentam ver além da palavra exata. **METEOR** (Banerjee e Lavie, 2005) casa também radicais e sinônimos, pesa a recuperação nove vezes mais que a precisão e desconta a ordem trocada. **BERTScore** (Zhang et al., 2019) troca a igualdade pelo cosseno entre [embeddings](term:embedding) de
# contexto: cada token casa com o mais parecido do outro texto. As duas podem dar pontos à paráfrase. Nenhuma foi feita para pegar a negação: com palavras iguais apenas, METEOR dá a ela {{ negated_meteor | 2 }}.

# %% [markdown] lang="en" anchor="alem-da-palavra" fold="more"
# ### Beyond the exact word: METEOR and BERTScore
#
# Two scores try to see beyond the exact word. **METEOR** (Banerjee & Lavie, 2005) also matches stems and synonyms, weighs recall nine times as much as precision and discounts a changed order. **BERTScore** (Zhang et al., 2019) puts the cosine between contextual [embeddings](term:embedding) in place of
# equality: each token matches the most similar one of the other text. Both may give the paraphrase some points. Neither was made to catch the negation: with equal words alone, METEOR gives it {{ negated_meteor | 2 }}.

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
# Quem aprova tudo tem $p_o = {{ blind.observed | 2 }}$ e $p_e = {{ blind.chance | 2 }}$: κ = {{ blind.kappa | 0 }}. Um juiz com os mesmos dez erros, mas nove deles em respostas boas, tem κ = {{ sharp.kappa | 2 }}. O que a figura mostrou tem fórmula.
#
# > **Proposição 21.1.** Seja $x$ a parte das respostas que a pessoa aprova, $0 < x < 1$. Destas o juiz aprova a parte $s$; das outras, reprova a parte $r$. Com $a = xs + (1 - x)(1 - r)$, o que ele aprova ao todo,
# >
# > $$
# > \begin{aligned} p_o - p_e &= 2x(1 - x)(s + r - 1), \\[0.4em] \kappa &= \frac{2x(1 - x)(s + r - 1)}{x + a - 2xa} . \end{aligned}
# > $$
# >
# > Logo κ = 0 exatamente quando $s + r = 1$, isto é, quando o juiz aprova boas e ruins com a mesma frequência. E se $s < 1$ e $r < 1$ são fixos, κ tende a zero quando $x \to 0$ e quando $x \to 1$.

# %% [markdown] lang="en" anchor="paradoxo"
# Whoever approves everything has $p_o = {{ blind.observed | 2 }}$ and $p_e = {{ blind.chance | 2 }}$: κ = {{ blind.kappa | 0 }}. A judge with the same ten errors, but nine of them on good answers, has κ = {{ sharp.kappa | 2 }}. What the picture showed has a formula.
#
# > **Proposition 21.1.** Let $x$ be the share of the answers that the person approves, $0 < x < 1$. Of these the judge approves the share $s$; of the others it rejects the share $r$. With $a = xs + (1 - x)(1 - r)$, what it approves in all,
# >
# > $$
# > \begin{aligned} p_o - p_e &= 2x(1 - x)(s + r - 1), \\[0.4em] \kappa &= \frac{2x(1 - x)(s + r - 1)}{x + a - 2xa} . \end{aligned}
# > $$
# >
# > Hence κ = 0 exactly when $s + r = 1$, that is, when the judge approves good and bad at the same rate. And if $s < 1$ and $r < 1$ are fixed, κ tends to zero as $x \to 0$ and as $x \to 1$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Como $p_o = xs + (1 - x)r$ e $p_e = xa + (1 - x)(1 - a)$, a diferença é $x(s - a) + (1 - x)(r - 1 + a)$. Mas $s - a = (1 - x)(s + r - 1)$ e $r - 1 + a = x(s + r - 1)$. O denominador é $1 - p_e$, positivo.
# Quando $x \to 1$ ele tende a $1 - s > 0$, e quando $x \to 0$, a $1 - r > 0$, enquanto o numerador vai a zero. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* As $p_o = xs + (1 - x)r$ and $p_e = xa + (1 - x)(1 - a)$, the difference is $x(s - a) + (1 - x)(r - 1 + a)$. But $s - a = (1 - x)(s + r - 1)$ and $r - 1 + a = x(s + r - 1)$. The denominator is $1 - p_e$, which is positive.
# As $x \to 1$ it tends to $1 - s > 0$, and as $x \to 0$ to $1 - r > 0$, while the numerator goes to zero. $\blacksquare$

# %% [markdown] lang="pt"
# É o **paradoxo de κ**: quando quase tudo é bom, até um juiz cuidadoso recebe κ baixo, porque o acaso já acerta muito. Por isso relate os três: a tabela inteira, $p_o$ e κ. Só compare κ medidos em conjuntos com frequências parecidas.

# %% [markdown] lang="en"
# That is the **κ paradox**: when almost everything is good, even a careful judge gets a low κ, because chance is already right so often. So report all three: the whole table, $p_o$ and κ. Compare κ only across sets with similar rates.

# %% [markdown] lang="pt" anchor="pessoas"
# ### E as pessoas?
#
# A leitura humana é a referência dos outros métodos, e não é infalível. Clark et al. (2021) deram a leitores sem treinamento textos de pessoas e do GPT-3: eles os separaram tão bem quanto uma moeda. Com exemplos comentados antes, chegaram a 55%.
# Por isso uma avaliação humana séria escreve instruções, faz um ensaio com respostas já discutidas, entrega uma parte das respostas a dois leitores e relata o κ *entre eles*. Ele mostra quão bem definida está a pergunta: quando nem pessoas concordam, a nota do juiz automático não tem com o que ser comparada.

# %% [markdown] lang="en" anchor="pessoas"
# ### And people?
#
# Reading by people is the reference of the other methods, and it is not infallible. Clark et al. (2021) gave untrained readers texts by people and by GPT-3: they told them apart as well as a coin. With annotated examples first, they reached 55%.
# That is why a serious human evaluation writes instructions, rehearses on answers already discussed, gives a part of the answers to two readers and reports the κ *between them*. It shows how well defined the question is: where not even people agree, the automatic judge's score has nothing to be compared with.

# %% [markdown] lang="pt" anchor="posicao"
# ### Viés de posição
#
# Ao comparar duas respostas, um juiz automático pode preferir uma delas pelo lugar. Em Zheng et al. (2023), com a ordem trocada, o GPT-4 manteve o veredito em 65% dos pares, e o Claude-v1 ficou com a que leu primeiro em 75%. Shi et al. (2024) mediram quinze juízes: o viés não é acaso, e muda de juiz para juiz e de tarefa para tarefa.
#
# Um modelo simples de quem prefere a primeira: com probabilidade $b$ o juiz a escolhe sem pensar; senão, prefere a resposta A com probabilidade $w$.
#
# > **Proposição 21.2.** Nesse modelo, com $0 \le b < 1$, A vence $b + (1 - b)w$ das vezes se aparece sempre primeiro, e em média $\tfrac12 + (1 - b)(w - \tfrac12)$ se aparece nas duas ordens. A média passa de meio exatamente quando $w$ passa.

# %% [markdown] lang="en" anchor="posicao"
# ### Position bias
#
# When comparing two answers, an automatic judge may prefer one for its place. In Zheng et al. (2023), with the order swapped, GPT-4 kept its verdict on 65% of the pairs, and Claude-v1 stayed with the one it read first on 75%. Shi et al. (2024) measured fifteen judges: the bias is no chance, and differs from judge to judge and from task to task.
#
# A simple model of one that prefers the first: with probability $b$ the judge picks it without thinking; otherwise it prefers answer A with probability $w$.
#
# > **Proposition 21.2.** In this model, with $0 \le b < 1$, A wins $b + (1 - b)w$ of the time if it always appears first, and on average $\tfrac12 + (1 - b)(w - \tfrac12)$ if it appears in both orders. The average is above one half exactly when $w$ is.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Em segundo lugar, A só vence quando o juiz pensa: $(1 - b)w$. A média é $\tfrac12 b + (1 - b)w$. Como $1 - b > 0$, o sinal é o de $w - \tfrac12$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* In second place A wins only when the judge thinks: $(1 - b)w$. The average is $\tfrac12 b + (1 - b)w$. As $1 - b > 0$, the sign is that of $w - \tfrac12$. $\blacksquare$

# %% [markdown] lang="pt"
# A troca devolve o *lado* certo, mas encolhe a diferença: pares desiguais passam a parecer quase empatados.

# %% [markdown] lang="en"
# Swapping gives back the right *side*, but shrinks the difference: unequal pairs come to look almost like ties.

# %%
TRUTH = 0.4
shown_first = {b: b + (1 - b) * TRUTH for b in (0, 0.2, 0.4, 0.6)}
both = {b: (shown_first[b] + (1 - b) * TRUTH) / 2 for b in shown_first}
assert all(abs(both[b] - (0.5 + (1 - b) * (TRUTH - 0.5))) < 1e-12 and both[b] < 0.5 for b in both) and shown_first[0.2] > 0.5
Table([t(pt="viés b", en="bias b"), t(pt="A vence, sempre primeiro", en="A wins, always first"), t(pt="A vence, nas duas ordens", en="A wins, both orders")],
      [[short(b), percent(shown_first[b]), percent(both[b])] for b in both],
      t(pt="A é a pior: sem viés, vence 40% das vezes. Bastam 20% de viés para que pareça a melhor.", en="A is the worse one: without bias it wins 40% of the time. 20% of bias is enough to make it look the better."))

# %% [markdown] lang="pt" anchor="montar"
# ## Montar uma avaliação
#
# A régua é a metade do trabalho. A outra metade é escolher o que se mede.
#
# **Dados que representem o uso.** Um conjunto público mede uma mistura de tarefas que não é a sua. Dois sistemas, os mesmos acertos por tarefa, duas misturas:

# %% [markdown] lang="en" anchor="montar"
# ## Putting an evaluation together
#
# The ruler is half of the work. The other half is choosing what is measured.
#
# **Data that represent the use.** A public set measures a mixture of tasks that is not yours. Two systems, the same rate of success on each task, two mixtures:

# %%
TASKS = {t(pt="código", en="code"): (0.92, 0.80, 0.5, 0.1), t(pt="resumo", en="summaries"): (0.84, 0.82, 0.3, 0.2), t(pt="reclamação de cliente", en="customer complaints"): (0.60, 0.78, 0.2, 0.7)}

STEPS, EACH, READ, UNSAFE, WRONG, USUAL, WORSE = 4, 0.95, 200, 6, 0.0649, 0.02, 0.03
unsafe = wilson_interval(UNSAFE, READ)
assert UNSAFE / READ < 0.05 < unsafe[1]
enough = next(n for n in range(100, 10**5, 100) if wilson_interval(round(WORSE * n), n)[0] > USUAL)


def mixed(system, mixture):
    return math.fsum(row[system] * row[mixture] for row in TASKS.values())


assert mixed(0, 2) > mixed(1, 2) and mixed(0, 3) < mixed(1, 3)
Table([t(pt="tarefa", en="task"), t(pt="acerto de A", en="success of A"), t(pt="acerto de B", en="success of B"), t(pt="parte no teste público", en="share of the public test"), t(pt="parte no seu tráfego", en="share of your traffic")],
      [[name, *(percent(x, 0) for x in row)] for name, row in TASKS.items()]
      + [[t(pt="média no teste público", en="average on the public test"), percent(mixed(0, 2)), percent(mixed(1, 2)), "100%", "—"],
         [t(pt="média no seu tráfego", en="average on your traffic"), percent(mixed(0, 3)), percent(mixed(1, 3)), "—", "100%"]],
      t(pt="Números inventados. No teste público A ganha; no uso, B. Por isso o conjunto de avaliação se colhe do uso real, com os casos raros que não podem falhar, e muda quando o uso muda.",
        en="Invented numbers. On the public test A wins; in use, B. That is why the evaluation set is gathered from real use, with the rare cases that must not fail, and changes when the use changes."))

# %% [markdown] lang="pt" anchor="sistema"
# **O sistema inteiro.** Em volta do modelo há passos: preparar o pedido, buscar documentos, chamar ferramentas, conferir o formato. Se cada um de {{ STEPS | 0 }} passos dá certo em {{ EACH | %0 }} das vezes, sem depender dos outros, o conjunto dá certo em {{ EACH**STEPS | %1 }}.
# Meça a ponta, e meça cada passo com a entrada *certa* do anterior: só assim se sabe se quem falhou foi a busca ou a resposta.
#
# **Uma rubrica.** «A resposta está boa?» cada um entende de um jeito. Uma rubrica troca a pergunta por várias que dois leitores respondem igual, com pesos e com critérios que reprovam sozinhos: uma resposta clara, completa e perigosa soma muitos pontos e não pode passar.
# No HealthBench (Arora et al., 2025), 262 médicos escreveram 48.562 critérios para 5.000 conversas, e um modelo confere um por um. É mais fácil concordar sobre um critério que sobre uma nota, e é por critério que se mede a concordância do juiz.
#
# **Uma meta, antes de medir.** Por exemplo: pelo menos 90% corretas e no máximo 5% inseguras. Sem meta, todo número parece bom. Falta saber quando uma meta foi mesmo cumprida.

# %% [markdown] lang="en" anchor="sistema"
# **The whole system.** Around the model there are steps: preparing the request, searching documents, calling tools, checking the format. If each of {{ STEPS | 0 }} steps succeeds {{ EACH | %0 }} of the time, independently of the others, the whole succeeds {{ EACH**STEPS | %1 }} of the time.
# Measure the end, and measure each step on the *right* input from the one before: only so does one know whether the search failed or the answer.
#
# **A rubric.** “Is the answer good?” means something else to everybody. A rubric puts in its place several questions that two readers answer alike, with weights and with criteria that fail an answer by themselves: one that is clear, complete and dangerous adds up to many points and must not pass.
# In HealthBench (Arora et al., 2025), 262 physicians wrote 48,562 criteria for 5,000 conversations, and a model checks them one by one. It is easier to agree on a criterion than on a grade, and it is criterion by criterion that the judge's agreement is measured.
#
# **A target, before measuring.** For example: at least 90% correct and at most 5% unsafe. Without a target every number looks good. It remains to know when a target has really been met.

# %% [markdown] lang="pt" anchor="margem"
# ## A margem de erro
#
# Uma parte medida em $n$ respostas é uma estimativa. Para $n$ respostas independentes e uma parte observada $\hat p$, o **intervalo de Wilson** (1927) reúne os $p$ que a medida não desmente: os que satisfazem
#
# $$
# |\hat p - p| \le z \sqrt{\frac{p(1 - p)}{n}} ,
# $$
#
# com $z = 1{,}96$ para 95%. Com {{ UNSAFE | 0 }} respostas inseguras em {{ READ | 0 }}, a parte observada é {{ UNSAFE / READ | %0 }}, e o intervalo vai de {{ unsafe[0] | %1 }} a {{ unsafe[1] | %1 }}: a meta de 5% ainda não está demonstrada.

# %% [markdown] lang="en" anchor="margem"
# ## The margin of error
#
# A share measured on $n$ answers is an estimate. For $n$ independent answers and an observed share $\hat p$, the **Wilson interval** (1927) gathers the $p$ that the measurement does not contradict: those that satisfy
#
# $$
# |\hat p - p| \le z \sqrt{\frac{p(1 - p)}{n}} ,
# $$
#
# with $z = 1.96$ for 95%. With {{ UNSAFE | 0 }} unsafe answers out of {{ READ | 0 }}, the observed share is {{ UNSAFE / READ | %0 }}, and the interval goes from {{ unsafe[0] | %1 }} to {{ unsafe[1] | %1 }}: the target of 5% is not yet shown.

# %%
SAMPLES = (20, 50, 100, 200, 1000, 10_000)
Table([t(pt="respostas lidas", en="answers read"), t(pt="90% observados: de", en="90% observed: from"), t(pt="até", en="to"), t(pt="largura, em pontos", en="width, in points")],
      [[number(n), percent(low), percent(high), number(100 * (high - low), 1)] for n in SAMPLES for low, high in [wilson_interval(9 * n // 10, n)]],
      t(pt="Intervalos de 95%, por core.course.metrics. Para metade da largura, quatro vezes mais respostas. Perguntas sobre o mesmo documento não são independentes, e o intervalo verdadeiro é maior.",
        en="95% intervals, by core.course.metrics. For half the width, four times as many answers. Questions about the same document are not independent, and the true interval is wider."))

# %%
Callout("misconception", t(pt="«91% é melhor que 90%»", en="“91% is better than 90%”"), t(
    pt=f"Em cem respostas, 91 e 90 são uma resposta de diferença, e os dois intervalos quase coincidem: de {percent(wilson_interval(91, 100)[0])} a {percent(wilson_interval(91, 100)[1])} e de {percent(wilson_interval(90, 100)[0])} a {percent(wilson_interval(90, 100)[1])}. "
       "Se os dois sistemas responderam às mesmas perguntas, compare par a par: contam só aquelas em que um acertou e o outro não.",
    en=f"On a hundred answers, 91 and 90 are one answer apart, and the two intervals nearly coincide: from {percent(wilson_interval(91, 100)[0])} to {percent(wilson_interval(91, 100)[1])} and from {percent(wilson_interval(90, 100)[0])} to {percent(wilson_interval(90, 100)[1])}. "
       "If both systems answered the same questions, compare pair by pair: only those count where one was right and the other was not."))

# %% [markdown] lang="pt" anchor="benchmarks"
# ## O que um benchmark público diz
#
# O **MMLU** (Hendrycks et al., 2020) faz perguntas de múltipla escolha de 57 áreas; o **HELM** (Liang et al., 2022) roda 16 cenários centrais e, além do acerto, mede calibração, robustez, equidade, viés, toxicidade e eficiência. Servem para comparar modelos em condições iguais. Três limites:
#
# - **O gabarito erra.** Gema et al. (2024) estimam que {{ WRONG | %2 }} das perguntas do MMLU têm erro. Perto do topo, diferenças menores que isso podem ser do gabarito.
# - **A prova vaza.** Perguntas publicadas acabam no texto de treinamento, e o modelo pode decorá-las: é a **contaminação**. Zhang et al. (2024) escreveram uma prova nova, parecida com a GSM8K, e viram quedas de até 8%; algumas famílias de modelos caíram em quase todos os tamanhos.
# - **Não é a sua tarefa**, como na tabela das misturas.

# %% [markdown] lang="en" anchor="benchmarks"
# ## What a public benchmark says
#
# **MMLU** (Hendrycks et al., 2020) asks multiple-choice questions from 57 fields; **HELM** (Liang et al., 2022) runs 16 core scenarios and, beside accuracy, measures calibration, robustness, fairness, bias, toxicity and efficiency. They serve to compare models under equal conditions. Three limits:
#
# - **The key is wrong.** Gema et al. (2024) estimate that {{ WRONG | %2 }} of the questions of MMLU contain errors. Near the top, smaller differences than that may be the key's.
# - **The exam leaks.** Published questions end up in the training text, and the model may learn them by heart: that is **contamination**. Zhang et al. (2024) wrote a new exam, similar to GSM8K, and saw drops of up to 8%; some families of models dropped at almost every size.
# - **It is not your task**, as in the table of mixtures.

# %% [markdown] lang="pt" anchor="monitorar"
# ## Depois de publicar
#
# A avaliação não acaba no dia em que o sistema vai ao ar. O uso muda, o prompt muda, o fornecedor troca o modelo. **Monitorar** é continuar medindo: tempo até o primeiro token, custo por pedido, parte de respostas recusadas ou fora do formato, e a nota da rubrica em uma amostra lida toda semana.
# Quanto é preciso ler? Se as respostas inseguras passarem de {{ USUAL | %0 }} a {{ WORSE | %0 }}, é preciso ler cerca de {{ enough | 0 }} respostas para que o intervalo de 95% deixe de conter os {{ USUAL | %0 }} antigos. Uma piora pequena demora a aparecer em uma amostra pequena.

# %% [markdown] lang="en" anchor="monitorar"
# ## After the launch
#
# Evaluation does not end on the day the system goes live. The use changes, the prompt changes, the supplier replaces the model. **Monitoring** is measuring on: time to the first token, cost per request, share of answers refused or out of format, and the score by the rubric on a sample read every week.
# How much must be read? If unsafe answers go from {{ USUAL | %0 }} to {{ WORSE | %0 }}, about {{ enough | 0 }} answers must be read for the 95% interval to stop containing the old {{ USUAL | %0 }}. A small worsening takes long to show in a small sample.

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# A mesma fórmula, cálculos diferentes: a perplexidade depende de quanto texto cada token tem antes de si. Antes de comparar dois números, veja como cada ferramenta corta o texto.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# One formula, different computations: perplexity depends on how much text each token has before it. Before comparing two numbers, look at how each tool cuts the text.

# %% fold="engines"
evaluated = trained.evaluation()["models"]["embedded"]
Table(
    [t(pt="motor", en="engine"), t(pt="de onde vêm as log-probabilidades", en="where the log-probabilities come from"), t(pt="o que cada token vê antes de si", en="what each token sees before it"), t(pt="lido em", en="read in")],
    [["transformers", t(pt="`labels=` devolve a perda média", en="`labels=` returns the mean loss"), t(pt="o que você puser na janela", en="whatever you put into the window"), "transformers 5.23.0"],
     ["vLLM", "`prompt_logprobs`", t(pt="o que você puser no prompt", en="whatever you put into the prompt"), "vLLM, sampling_params.py"],
     ["llama.cpp", "`llama-perplexity`", t(pt="janelas sem sobreposição; só a segunda metade de cada uma conta", en="windows that do not overlap; only the second half of each counts"), "llama.cpp, tools/perplexity/perplexity.cpp"],
     ["core", "`python -m core.training evaluate`", t(pt=f"janelas de {evaluated['window']} tokens, {evaluated['stride']} de passo: todo token conta uma vez, com meia janela antes, salvo no começo", en=f"windows of {evaluated['window']} tokens, {evaluated['stride']} apart: every token counts once, with half a window before it, except at the start"), "core/training/scores.py"]])

# %%
Callout("instructor", t(pt="Uma aula de 30 minutos", en="A 30-minute class"), t(
    pt="Peça a aposta (1 min). Na figura, antes de mover, peça a previsão; leve as respostas boas de 50% a 95% e peça à turma que explique por que a linha cheia não se mexe (4 min). Calcule no quadro o BLEU da negação (5 min) e peça uma frase errada com nota ainda maior (3 min). Em duplas, a turma calcula o κ das duas tabelas (5 min); abra a aposta e prove a Proposição 21.1 (4 min). "
       "Peça a cada dupla três critérios de uma rubrica para «resuma esta notícia» e uma resposta em que discordem (5 min). Feche com a tabela da margem: quantas respostas para separar 90% de 92%? (3 min). Enganos frequentes: que κ mede qualidade, que perplexidade mede verdade, que um ponto a mais é melhora, que um benchmark público mede a sua tarefa.",
    en="Ask for the bet (1 min). In the picture, before moving anything, ask for the prediction; take the good answers from 50% to 95% and ask the class why the solid line does not move (4 min). Work BLEU of the negation on the board (5 min) and ask for a wrong sentence with a still higher score (3 min). In pairs, the class works κ of the two tables (5 min); open the bet and prove Proposition 21.1 (4 min). "
       "Ask each pair for three criteria of a rubric for “summarise this news item” and an answer on which they disagree (5 min). Close with the table of margins: how many answers to tell 90% from 92%? (3 min). Common mistakes: that κ measures quality, that perplexity measures truth, that one point more is an improvement, that a public benchmark measures your task."))

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
    question=t(pt="Uma tradução correta, de dez palavras, recebe BLEU-4 zero contra uma referência de onze. O que aconteceu?", en="A correct translation of ten words gets a BLEU-4 of zero against a reference of eleven. What happened?"),
    options=[
        Option(t(pt="A tradução é mais curta que a referência", en="The translation is shorter than the reference"),
               t(pt=f"O desconto de brevidade nunca chega a zero: aqui é {number(math.exp(1 - 11 / 10), 2)}.", en=f"The discount for brevity never reaches zero: here it is {number(math.exp(1 - 11 / 10), 2)}.")),
        Option(t(pt="Nenhuma sequência de quatro palavras coincide", en="No run of four words coincides"),
               t(pt="A média é geométrica: um fator zero zera tudo, por melhores que sejam os outros.", en="The mean is geometric: one factor of zero zeroes all, however good the others are."), correct=True),
        Option(t(pt="Nenhuma palavra coincide", en="No word coincides"),
               t(pt=f"Bastaria, mas não é preciso: a frase fora de ordem acerta todas as palavras e tem BLEU-4 de {number(scramble[0], 2)}.", en=f"That would do, but is not needed: the sentence out of order has every word and a BLEU-4 of {number(scramble[0], 2)}.")),
        Option(t(pt="A referência tem erros de ortografia", en="The reference has spelling mistakes"), t(pt="BLEU não sabe o que é erro; só conta o que coincide.", en="BLEU does not know what a mistake is; it only counts what coincides.")),
    ])

# %%
BUGGY = """def bits_per_byte(log_probs, text):
    nats = -sum(log_probs)
    bits = nats / math.log(2)
    return bits / len(text)"""
namespace = {"math": math}
exec(BUGGY, namespace)
PLAIN, ACCENTED, CUT = "sono", "ação", [math.log(1 / 16), math.log(1 / 4)]
told = [namespace["bits_per_byte"](CUT, text) for text in (PLAIN, ACCENTED)]
true = [-math.fsum(CUT) / math.log(2) / len(text.encode("utf-8")) for text in (PLAIN, ACCENTED)]
assert told[0] == told[1] == true[0] and abs(true[1] - 1) < 1e-12 < told[1] - true[1]
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Dois tokens, de probabilidade 1/16 e 1/4. Se o texto é «{PLAIN}», a função acerta: {number(told[0], 1)}. Se é «{ACCENTED}», devolve {number(told[1], 1)} em vez de {number(true[1], 1)}. Qual linha está errada?",
               en=f"Two tokens, of probability 1/16 and 1/4. If the text is “{PLAIN}”, the function is right: {number(told[0], 1)}. If it is “{ACCENTED}”, it returns {number(told[1], 1)} instead of {number(true[1], 1)}. Which line is wrong?"),
    options=[
        Option("2: `nats = -sum(log_probs)`", t(pt="As log-probabilidades são negativas; a surpresa é menos a sua soma.", en="Log-probabilities are negative; the surprise is minus their sum.")),
        Option("3: `bits = nats / math.log(2)`", t(pt="Um bit tem ln 2 nats: dividir está certo.", en="A bit has ln 2 nats: dividing is right.")),
        Option("4: `return bits / len(text)`",
               t(pt="`len` conta caracteres. Em UTF-8, «ç» e «ã» ocupam dois bytes cada um: `len(text.encode(\"utf-8\"))`.", en="`len` counts characters. In UTF-8, “ç” and “ã” take two bytes each: `len(text.encode(\"utf-8\"))`."), correct=True),
    ])

# %%
pilot, wide_read = wilson_interval(45, 50), wilson_interval(900, 1000)
ratio = (pilot[1] - pilot[0]) / (wide_read[1] - wide_read[0])
assert 4 < ratio < 5
Exercise(
    id="width", kind="predict",
    question=t(pt="45 de 50 respostas corretas, 90%. Você lê mais, até 900 de 1.000, também 90%. Quantas vezes mais estreito fica o intervalo de 95%?",
               en="45 of 50 answers correct, 90%. You read on, up to 900 of 1,000, also 90%. How many times narrower does the 95% interval get?"),
    options=[
        Option(t(pt="entre 19 e 21 vezes, como o número de respostas", en="between 19 and 21 times, like the number of answers"), t(pt="A largura cai com a raiz de $n$, não com $n$.", en="The width falls with the root of $n$, not with $n$.")),
        Option(t(pt="entre 4 e 5 vezes, a raiz de 20", en="between 4 and 5 times, the root of 20"), t(pt="A largura é proporcional a $1/\\sqrt{n}$, a menos de um acerto quando $n$ é pequeno.", en="The width is proportional to $1/\\sqrt{n}$, but for an adjustment when $n$ is small."), correct=True),
        Option(t(pt="entre 1 e 2 vezes, porque a parte é a mesma", en="between 1 and 2 times, for the share is the same"), t(pt="A parte é a mesma; o que se sabe sobre ela, não.", en="The share is the same; what is known about it is not.")),
    ],
    reveal=t(pt=f"Calculado por core: de {percent(pilot[0])} a {percent(pilot[1])} em 50; de {percent(wide_read[0])} a {percent(wide_read[1])} em 1.000; {number(ratio, 2)} vezes.",
             en=f"Computed by core: from {percent(pilot[0])} to {percent(pilot[1])} on 50; from {percent(wide_read[0])} to {percent(wide_read[1])} on 1,000; {number(ratio, 2)} times."))

# %%
Experiment(
    id="two-rulers", task="measures", given={"prompt": "Ela abriu a porta"},
    question=t(pt="Duas réguas para a mesma coisa: a probabilidade da continuação *inteira* e os bits *por byte*. Escreva duas continuações de «Ela abriu a porta» que as duas réguas ponham em ordens *contrárias*. Antes, diga qual delas a régua inteira prefere sempre.",
               en="Two rulers for one thing: the probability of the *whole* continuation and the bits *per byte*. Write two continuations of “Ela abriu a porta” (“She opened the door”), in Portuguese, that the two rulers put in *opposite* orders. First say which of them the whole ruler always prefers."),
    entries=[Entry("one", t(pt="1. Uma continuação", en="1. One continuation"), "e saiu", longest=90), Entry("other", t(pt="2. Outra continuação", en="2. Another continuation"), "e morreu", longest=90)],
    said={
        "met": t(pt="Inteiras, custam {whole_1|1} e {whole_2|1} bits: vence a {by_whole|0}. Por byte, {each_1|2} e {each_2|2}: vence a {by_byte|0}. Cada token a mais multiplica por um número menor que 1, e a soma castiga o comprimento; a média não.",
                 en="Whole, they cost {whole_1|1} and {whole_2|1} bits: number {by_whole|0} wins. Per byte, {each_1|2} and {each_2|2}: number {by_byte|0} wins. Each token more multiplies by a number below 1, and the sum punishes length; the mean does not."),
        "missed": t(pt="Inteiras, {whole_1|1} e {whole_2|1} bits; por byte, {each_1|2} e {each_2|2}. As duas réguas preferem a {by_whole|0}.",
                    en="Whole, {whole_1|1} and {whole_2|1} bits; per byte, {each_1|2} and {each_2|2}. Both rulers prefer number {by_whole|0}."),
        "unfit": t(pt="Escreva duas continuações diferentes.", en="Write two different continuations."),
    },
    caption=t(pt="Bits por byte", en="Bits per byte"),
    hint=t(pt="Uma curta e esquisita contra uma longa e fluente.", en="A short and odd one against a long and fluent one: “x” against “e ficou a olhar para o mar” (and stood looking at the sea)."))

# %%
Exercise(
    id="chosen", kind="choice",
    question=t(pt="Retome a lição Melhor de N. Você escreve 64 versões do prompt, mede todas nas mesmas cem perguntas e publica a melhor, com a nota que ela tirou ali. Essa nota, como estimativa do uso:",
               en="Take up the lesson Best-of-N again. You write 64 versions of the prompt, measure all on the same hundred questions and publish the best, with the score it got there. As an estimate of the use, that score is:"),
    options=[
        Option(t(pt="justa: a medida é a mesma para todas", en="fair: the measurement is the same for all"), t(pt="Para cada versão, sim. Para a *escolhida* pela nota, não.", en="For each version, yes. For the one *chosen* by its score, no.")),
        Option(t(pt="otimista: escolheu-se também a sorte", en="optimistic: luck was chosen along with it"),
               t(pt="O máximo de 64 notas com ruído tende a passar da qualidade verdadeira do escolhido, como a nota substituta do melhor de N. Meça a escolhida de novo, em perguntas que não serviram para escolher.",
                 en="The largest of 64 noisy scores tends to exceed the true quality of the one chosen, like the stand-in score of best-of-N. Measure the chosen one again, on questions that did not serve to choose it."), correct=True),
        Option(t(pt="pessimista: cem perguntas são poucas", en="pessimistic: a hundred questions are few"), t(pt="Poucas perguntas aumentam o ruído, que a escolha transforma em otimismo.", en="Few questions add noise, which the choice turns into optimism.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Perplexidade mede previsão; BLEU e ROUGE contam palavras em comum. Nenhuma delas mede verdade.
# - Um juiz se confere contra pessoas, com a tabela inteira, a concordância e κ; e nas duas ordens, quando compara pares.
# - Uma avaliação tem dados colhidos do uso, o sistema inteiro, uma rubrica e uma meta escrita antes.
# - Toda parte medida leva o seu intervalo: a largura cai com a raiz do número de respostas.
#
# A próxima lição pergunta o que custa responder: [Servir](lesson:serving).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - Perplexity measures prediction; BLEU and ROUGE count shared words. None of them measures truth.
# - A judge is checked against people, with the whole table, the agreement and κ; and in both orders, when it compares pairs.
# - An evaluation has data gathered from use, the whole system, a rubric and a target written down first.
# - Every measured share carries its interval: the width falls with the root of the number of answers.
#
# The next lesson asks what an answer costs: [Serving](lesson:serving).
