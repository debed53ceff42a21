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
#     slug: {pt: tokens, en: tokens}
#     title: {pt: Tokens, en: Tokens}
#     summary:
#       pt: "O modelo não lê letras nem palavras. Como um vocabulário se aprende fundindo pares, por que a mesma frase custa mais em um vocabulário de outra língua, e o que nunca supor."
#       en: "The model reads neither letters nor words. How a vocabulary is learned by merging pairs, why the same sentence costs more in another language's vocabulary, and what never to assume."
#     prerequisites:
#       pt: "a lição sobre o que é um modelo de linguagem; o que é um byte"
#       en: "the lesson on what a language model is; what a byte is"
#     sources:
#       - {id: gage1994, text: "Gage (1994). A New Algorithm for Data Compression. The C Users Journal 12(2), 23–38", url: "https://www.pennelynn.com/Documents/CUJ/HTML/94HTML/19940045.HTM"}
#       - {id: sennrich2016, text: "Sennrich, Haddow & Birch (2016). Neural Machine Translation of Rare Words with Subword Units. arXiv:1508.07909", url: "https://arxiv.org/abs/1508.07909"}
#       - {id: radford2019, text: "Radford et al. (2019). Language Models are Unsupervised Multitask Learners (GPT-2). OpenAI", url: "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"}
#       - {id: kudo2018unigram, text: "Kudo (2018). Subword Regularization: Improving Neural Network Translation Models with Multiple Subword Candidates. arXiv:1804.10959", url: "https://arxiv.org/abs/1804.10959"}
#       - {id: kudo2018, text: "Kudo & Richardson (2018). SentencePiece: A simple and language independent subword tokenizer and detokenizer for Neural Text Processing. arXiv:1808.06226", url: "https://arxiv.org/abs/1808.06226"}
#       - {id: schuster2012, text: "Schuster & Nakajima (2012). Japanese and Korean Voice Search. ICASSP 2012, 5149–5152", url: "https://doi.org/10.1109/ICASSP.2012.6289079"}
#       - {id: devlin2018, text: "Devlin et al. (2018). BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding. arXiv:1810.04805", url: "https://arxiv.org/abs/1810.04805"}
#       - {id: touvron2023, text: "Touvron et al. (2023). LLaMA: Open and Efficient Foundation Language Models. arXiv:2302.13971", url: "https://arxiv.org/abs/2302.13971"}
#       - {id: grattafiori2024, text: "Grattafiori et al. (2024). The Llama 3 Herd of Models. arXiv:2407.21783", url: "https://arxiv.org/abs/2407.21783"}
#       - {id: llama3-format, text: "Meta (2024). Llama 3, model cards and prompt formats", url: "https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-3/"}
#       - {id: petrov2023, text: "Petrov et al. (2023). Language Model Tokenizers Introduce Unfairness Between Languages. arXiv:2305.15425", url: "https://arxiv.org/abs/2305.15425"}
#       - {id: ahia2023, text: "Ahia et al. (2023). Do All Languages Cost the Same? Tokenization in the Era of Commercial Language Models. arXiv:2305.13707", url: "https://arxiv.org/abs/2305.13707"}
#       - {id: rfc3629, text: "Yergeau (2003). UTF-8, a transformation format of ISO 10646. RFC 3629", url: "https://www.rfc-editor.org/rfc/rfc3629"}
#       - {id: uax15, text: "Unicode Standard Annex #15. Unicode Normalization Forms", url: "https://www.unicode.org/reports/tr15/"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Antes de qualquer cálculo, o texto é cortado em **[tokens](term:token)** de um [vocabulário](term:vocabulary) fixo, e cada token vira um número. O modelo só vê esses números. O corte se chama [tokenização](term:tokenization), e quem o faz é o
# [tokenizador](term:tokenizer), um programa à parte, que fica pronto antes do treinamento e depois não muda.
#
# As APIs cobram por token, e o contexto se mede em tokens. Então pense em um texto curto, escrito em português e em inglês com o mesmo conteúdo, e em dois vocabulários do mesmo tamanho: um aprendido em português, outro em inglês. Aposte.

# %% [markdown] lang="en" anchor="aposta"
# Before any calculation, the text is cut into **[tokens](term:token)** of a fixed [vocabulary](term:vocabulary), and each token becomes a number. The model sees nothing but those numbers. The cutting is called [tokenization](term:tokenization), and it is done by the
# [tokenizer](term:tokenizer), a program apart, made before training and not changed afterwards.
#
# APIs charge by the token, and the context is measured in tokens. So think of a short text, written in Portuguese and in English with the same content, and of two vocabularies of the same size: one learned from Portuguese, the other from English. Place a bet.

# %%
from dashboard.blocks import Answer, Callout, Entry, Exercise, Experiment, Mistake, Option, Table
from dashboard.language import number, percent, quoted, say, short, t

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="O texto em português, cortado pelo vocabulário inglês em vez do português, dá:", en="The Portuguese text, cut by the English vocabulary instead of the Portuguese one, gives:"),
    options=[
        Option(t(pt="o mesmo número de tokens: as letras são as mesmas", en="the same number of tokens: the letters are the same"),
               t(pt="As letras são quase as mesmas; os pares frequentes não. «ção» vale um token em um vocabulário e vários no outro.",
                 en="The letters are almost the same; the frequent pairs are not. “ção” is one token in one vocabulary and several in the other.")),
        Option(t(pt="um erro: algumas palavras não existem nesse vocabulário", en="an error: some words do not exist in that vocabulary"),
               t(pt="O vocabulário tem os 256 bytes, e por isso todo texto tem uma tokenização. Só que ela pode ser longa.",
                 en="The vocabulary has the 256 bytes, so every text has a tokenization. It may just be a long one.")),
        Option(t(pt="mais de 30% a mais: os pares frequentes são outros", en="more than 30% more: the frequent pairs are others"),
               t(pt="É o que a figura desta lição mede. E o inverso também vale: inglês em um vocabulário português custa mais.",
                 en="That is what this lesson's picture measures. The reverse holds too: English costs more in a Portuguese vocabulary."), correct=True),
        Option(t(pt="uns 10% a menos: o inglês tem palavras mais curtas", en="some 10% fewer: English has shorter words"),
               t(pt="O que conta não é o tamanho das palavras do inglês, e sim se os pedaços do *português* estão no vocabulário.",
                 en="What counts is not the length of English words but whether the pieces of *Portuguese* are in the vocabulary.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## Veja as fusões
#
# Escreva um texto. Ele começa em [bytes](term:byte), e a cada passo do controle um par de vizinhos se funde em um token maior, sempre o par que o vocabulário aprendeu primeiro entre os que aparecem no texto. Antes de cada passo, diga qual será. Quando nenhum par tem fusão, o que sobrou são os tokens.
# Isso é a **[codificação por pares de bytes](term:byte-pair-encoding)**.
#
# O vocabulário português é o do modelo embutido deste curso. Troque-o pelo inglês e veja onde a mesma frase para. Depois tente um nome próprio, um emoji, um espaço no fim, a mesma palavra com maiúscula.

# %% [markdown] lang="en" anchor="ideia"
# ## Watch the merges
#
# Type a text. It begins as [bytes](term:byte), and at each step of the slider a pair of neighbours merges into a larger token, always the pair that the vocabulary learned first among those in the text. Before each step, say which it will be. When no pair has a merge, what is left are the tokens.
# That is **[byte-pair encoding](term:byte-pair-encoding)**.
#
# The Portuguese vocabulary is that of this course's embedded model. Switch to the English one and see where the same sentence stops. Then try a proper name, an emoji, a space at the end, the same word with a capital.

# %%
import json
import unicodedata

from core.course.bpe import BPE, learn, words
from dashboard import charts
from dashboard.language import ROOT, glossary
from dashboard.recorded import english
from dashboard.worked import merges_by_hand

portuguese = BPE.from_json(json.loads((ROOT / "core" / "weights" / "embedded" / "tokenizer.json").read_text(encoding="utf-8")))
other = BPE(english.merges())
V = len(portuguese.tokens)
assert len(other.tokens) == V
PT, EN = t(pt="português", en="Portuguese"), t(pt="inglês", en="English")
manuals = english.read()


def shown(text, vocabulary=portuguese):
    """A text cut into tokens, as one line."""
    return " ".join(f"[{charts.piece(vocabulary.tokens[i])}]" for i in vocabulary.encode(text))


charts.merges("watch", t(pt="As fusões, uma a uma", en="The merges, one by one"), "A atenção não é uma ação do coração.", {PT: portuguese, EN: other},
              caption=t(pt=f"␣ é um espaço, ↵ uma quebra de linha, ‹C3› um byte que sozinho não é caractere. Os dois vocabulários têm {number(V)} tokens; o inglês foi aprendido pelo mesmo programa em {number(round(manuals['bytes'] / 1000))} kB de texto corrido de {len(manuals['manuals'])} manuais de programas GNU.",
                        en=f"␣ is a space, ↵ a line break, ‹C3› a byte that is no character by itself. Both vocabularies have {number(V)} tokens; the English one was learned by the same program from {number(round(manuals['bytes'] / 1000))} kB of running text in {len(manuals['manuals'])} manuals of GNU programs."))

# %% [markdown] lang="pt" anchor="formula"
# ## O algoritmo
#
# Aprender o vocabulário é contar (Gage, 1994, para comprimir; Sennrich, Haddow e Birch, 2016, para redes neurais). Comece com os 256 bytes. Repita: conte todos os pares de tokens vizinhos no texto de treinamento, funda o mais frequente em um token novo, e anote a fusão. Pare quando o
# vocabulário tiver o tamanho pedido, aqui {{ V }}.
#
# Tokenizar um texto novo é refazer essas fusões, na ordem em que foram aprendidas. Antes disso, o texto é cortado em **pedaços**, e nenhuma fusão atravessa a borda entre dois deles: letras de um lado, algarismos do outro, pontuação à parte, e o espaço grudado no começo da palavra seguinte
# (Radford et al., 2019). Por isso «de» no começo da frase e « de» no meio são tokens diferentes.

# %% [markdown] lang="en" anchor="formula"
# ## The algorithm
#
# Learning the vocabulary is counting (Gage, 1994, for compression; Sennrich, Haddow and Birch, 2016, for neural networks). Begin with the 256 bytes. Repeat: count all pairs of neighbouring tokens in the training text, merge the most frequent one into a new token, and note the merge. Stop when the
# vocabulary has the size asked for, here {{ V }}.
#
# Tokenizing a new text is carrying out those merges again, in the order they were learned. Before that the text is cut into **pieces**, and no merge crosses the border between two of them: letters on one side, digits on the other, punctuation apart, and the space stuck to the start of the next word
# (Radford et al., 2019). That is why “de” (of) at the start of a sentence and “ de” in the middle are different tokens.

# %%
merges_by_hand("hand", t(pt="Três fusões com cinco palavras", en="Three merges with five words"), {"ação": 9, "nação": 5, "atenção": 4, "cão": 3, "nada": 6}, 3)

# %% [markdown] lang="pt" anchor="prova"
# ## Duas garantias
#
# > **Proposição 14.1 (nada se perde).** Seja um vocabulário com os 256 bytes, e considere textos na forma NFC. Todo texto tem uma tokenização, e concatenar os bytes dos tokens devolve exatamente o texto, quaisquer que sejam as fusões.

# %% [markdown] lang="en" anchor="prova"
# ## Two guarantees
#
# > **Proposition 14.1 (nothing is lost).** Take a vocabulary with the 256 bytes, and texts in the form NFC. Every text has a tokenization, and concatenating the bytes of the tokens gives exactly the text back, whatever the merges.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* O texto é uma sequência de bytes (UTF-8), e cada byte é um token: a sequência inicial existe e a sua concatenação é o texto. Uma fusão troca dois tokens vizinhos por um cujos bytes são os do primeiro seguidos dos do segundo; a concatenação não muda. Cada fusão encurta a sequência,
# logo elas acabam, e a propriedade vale no fim. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* The text is a sequence of bytes (UTF-8), and each byte is a token: the initial sequence exists and its concatenation is the text. A merge replaces two neighbouring tokens by one whose bytes are those of the first followed by those of the second; the concatenation does not change. Every merge shortens the sequence,
# so they come to an end, and the property holds there. $\blacksquare$

# %% [markdown] lang="pt"
# > **Proposição 14.2 (um vocabulário menor para no caminho).** Suponha que cada fusão crie um token que ainda não existia, e numere as fusões na ordem em que foram aprendidas. Ao tokenizar, os números das fusões feitas crescem do começo ao fim. Logo, usar só as $k$ primeiras fusões dá o mesmo que parar antes da primeira fusão de número maior que $k$.

# %% [markdown] lang="en"
# > **Proposition 14.2 (a smaller vocabulary stops on the way).** Let every merge make a token that did not exist before, and number the merges in the order they were learned. In tokenizing, the numbers of the merges carried out grow from beginning to end. Hence using only the first $k$ merges is the same as stopping before the first merge numbered above $k$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Depois da fusão de número $r$, todo par que ainda não existia contém o token novo, e uma fusão que usa esse token foi aprendida depois de $r$. Os pares que já existiam têm número maior que $r$, pois $r$ era o menor, e o próprio par $r$ já foi trocado em toda parte. Logo a fusão seguinte tem número maior. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* After the merge numbered $r$, every pair that did not exist before contains the new token, and a merge that uses that token was learned after $r$. The pairs that existed before have numbers above $r$, since $r$ was the least, and the pair $r$ itself has been replaced everywhere. So the next merge has a larger number. $\blacksquare$

# %% [markdown] lang="pt"
# A hipótese «com os 256 bytes» não é enfeite: um vocabulário de caracteres ou de palavras precisa de um token «desconhecido», e aí há textos que não voltam. A hipótese da NFC também não é: nessa forma do Unicode (UAX #15), uma letra e o seu acento são um só ponto de código sempre que ele existe. O tokenizador daqui põe o texto nela antes de tudo, e um texto em outra forma volta mudado.
#
# Pela Proposição 14.2, um só vocabulário contém todos os menores. A figura conta tokens por palavra nas definições do glossário deste curso, que dizem o mesmo nas duas línguas.
#
# Antes de mover o controle, aposte: dobrar o vocabulário aproxima as curvas do mesmo texto nos dois vocabulários ou as afasta? Comece no menor tamanho, dobre até o maior, e explique o que a frase da figura conta.

# %% [markdown] lang="en"
# The hypothesis “with the 256 bytes” is at work: a vocabulary of characters or of words needs a token “unknown”, and then there are texts that do not come back. So is the hypothesis of NFC: in that form of Unicode (UAX #15) a letter and its accent are a single code point whenever there is one. The tokenizer here puts the text in it before anything else, and a text in another form comes back changed.
#
# By Proposition 14.2, one vocabulary holds all the smaller ones. The picture counts tokens per word in the definitions of this course's glossary, which say the same in both languages.
#
# Before moving the slider, bet: does doubling the vocabulary bring the two curves of one text closer together, or take them apart? Begin at the smallest size, double up to the largest, and explain what the sentence of the picture reports.

# %%
definitions = {lang: " ".join(term.meaning[lang] for term in glossary().values()) for lang in ("pt", "en")}
spoken = {lang: len(text.split()) for lang, text in definitions.items()}
CASES = {t(pt="texto PT, vocabulário PT", en="PT text, PT vocabulary"): ("pt", portuguese),
         t(pt="texto PT, vocabulário EN", en="PT text, EN vocabulary"): ("pt", other),
         t(pt="texto EN, vocabulário EN", en="EN text, EN vocabulary"): ("en", other),
         t(pt="texto EN, vocabulário PT", en="EN text, PT vocabulary"): ("en", portuguese)}
counted = {label: (spoken[lang], one.tokens_at(definitions[lang], charts.SIZES)) for label, (lang, one) in CASES.items()}
home, abroad, english_home, english_abroad = (tokens[-1] for _, tokens in counted.values())
assert abroad > 1.3 * home and english_abroad > 1.15 * english_home
charts.vocabulary_size(
    "sizes", t(pt="Tokens por palavra, por tamanho do vocabulário", en="Tokens per word, by size of the vocabulary"), counted, value=8192,
    said=t(pt="Com {size|0} tokens, o texto em português custa {y0|2} tokens por palavra no vocabulário português e {y1|2} no inglês, {ratio|2} vezes o primeiro valor. O texto em inglês custa {y2|2} no inglês e {y3|2} no português.",
           en="With {size|0} tokens, the Portuguese text costs {y0|2} tokens per word in the Portuguese vocabulary and {y1|2} in the English one: {ratio|2} times as much. The English text costs {y2|2} in the English one and {y3|2} in the Portuguese one."),
    caption=t(pt=f"PT é português; EN, inglês. {number(spoken['pt'])} palavras em português e {number(spoken['en'])} em inglês. Os dois vocabulários foram aprendidos longe desse assunto, em literatura antiga e em manuais: o número é uma ordem de grandeza, não uma constante da língua.",
              en=f"PT is Portuguese, EN English. {number(spoken['pt'])} words in Portuguese and {number(spoken['en'])} in English. Both vocabularies were learned far from this subject, from old literature and from manuals: the figure is an order of magnitude, not a constant of the language."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="custo"
# Com os {{ V }} tokens, o mesmo texto em português passa de {{ home }} para {{ abroad }} tokens quando o vocabulário é o inglês: {{ abroad / home - 1 | %0 }} a mais na conta, no tempo e no espaço que ocupa no contexto. Petrov et al. (2023) mediram tokenizadores em uso e acharam línguas em que o mesmo texto
# dá até 15 vezes o número de tokens de outra; Ahia et al. (2023) traduziram isso em preço.
#
# Parte da diferença está antes das fusões: em UTF-8 (RFC 3629), uma letra sem acento ocupa 1 byte, «ç» e «ã» ocupam 2, e a maior parte dos emojis, 4. Um vocabulário que viu pouco português nem sequer junta esses bytes: veja «ação» na tabela.

# %% [markdown] lang="en" anchor="custo"
# With the {{ V }} tokens, the same Portuguese text goes from {{ home }} to {{ abroad }} tokens when the vocabulary is the English one: {{ abroad / home - 1 | %0 }} more on the bill, in time and in the room it takes in the context. Petrov et al. (2023) measured tokenizers in use and found languages in which the same text
# gives up to 15 times as many tokens as in another; Ahia et al. (2023) turned that into prices.
#
# Part of the difference comes before the merges: in UTF-8 (RFC 3629) a letter without an accent takes 1 byte, “ç” and “ã” take 2, and most emoji 4. A vocabulary that has seen little Portuguese does not even join those bytes: see “ação” in the table.

# %%
SCIENTIST = "👩‍🔬"
assert len(other.encode("ação")) == len("ação".encode())
SAMPLES = ["casa", " casa", "Casa", "CASA", "ação", "inconstitucionalissimamente", "1889", SCIENTIST]
Table(
    [t(pt="texto", en="text"), t(pt="caracteres e bytes", en="characters and bytes"), t(pt="vocabulário português", en="Portuguese vocabulary"), t(pt="vocabulário inglês", en="English vocabulary")],
    [[quoted(text).replace("constitucionalissi", "constitu\u00adcio\u00adnalissi\u00ad"), f"{number(len(text))}; {number(len(text.encode()))}", f"{len(portuguese.encode(text))}: {shown(text)}", f"{len(other.encode(text))}: {shown(text, other)}"] for text in SAMPLES],
    t(pt="O número de tokens e o corte. «Caracteres» são pontos de código: o emoji da cientista é uma mulher, um conector invisível e um microscópio.",
      en="The number of tokens and the cut. “Characters” are code points: the emoji of the scientist is a woman, an invisible joiner and a microscope."))

# %%
word_tokens = len(portuguese.encode("inconstitucionalissimamente"))
half = portuguese.encode(SCIENTIST)[0]
assert word_tokens > 1 and len(portuguese.encode("de")) == 1
Callout("misconception", t(pt="«Um token é uma palavra»", en="“A token is a word”"), t(
    pt=f"Há palavras de um token só, como «de», e palavras de muitos: «inconstitucionalissimamente» tem {word_tokens}. Há tokens que são só um pedaço de caractere: o primeiro do emoji acima é {charts.piece(portuguese.tokens[half])}. E o modelo não vê as letras dentro de um token: quando lhe perguntam quantas letras há em uma palavra, "
       f"ele recebe números como {portuguese.encode(' casa')[0]}, não letras. Regras do tipo «um token são quatro letras» valem para um vocabulário e uma língua, e só em média.",
    en=f"There are words of one token, such as “de”, and words of many: “inconstitucionalissimamente” has {word_tokens}. There are tokens that are only part of a character: the first one of the emoji above is {charts.piece(portuguese.tokens[half])}. And the model does not see the letters inside a token: asked how many letters a word has, "
       f"it receives numbers such as {portuguese.encode(' casa')[0]}, not letters. Rules such as “a token is four letters” hold for one vocabulary and one language, and only on average."))

# %% [markdown] lang="pt" anchor="nunca"
# ## O que nunca supor
#
# Cada linha é uma suposição comum e um contraexemplo, calculado com o vocabulário português.

# %% [markdown] lang="en" anchor="nunca"
# ## What never to assume
#
# Each row is a common assumption and a counterexample, computed with the Portuguese vocabulary.

# %%
whole, left, right = "coração", "cora", "ção"
apart = len(portuguese.encode(left)) + len(portuguese.encode(right))
composed, decomposed = unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")
spaced = portuguese.encode("Era uma vez "), portuguese.encode("Era uma vez")
assert portuguese.encode(whole) != portuguese.encode(left) + portuguese.encode(right) and portuguese.encode(decomposed) == portuguese.encode(composed)
assert composed != decomposed and spaced[0] != spaced[1] and set(portuguese.encode(" casa")).isdisjoint(portuguese.encode("Casa"))
same_id = portuguese.encode(" casa")[0]
QUESTION = "Qual é a capital do Brasil?"
TEMPLATE = f"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n{QUESTION}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
plain_count, template_count = len(portuguese.encode(QUESTION)), len(portuguese.encode(TEMPLATE))
assert template_count > 4 * plain_count
Table(
    [t(pt="suposição", en="assumption"), t(pt="contraexemplo", en="counterexample")],
    [[t(pt="juntar textos é juntar os tokens deles", en="joining texts is joining their tokens"),
      t(pt=f"{shown(left)} e {shown(right)} são {apart} tokens; «{whole}» é {shown(whole)}", en=f"{shown(left)} and {shown(right)} are {apart} tokens; “{whole}” is {shown(whole)}")],
     [t(pt="um espaço no fim não muda nada", en="a space at the end changes nothing"),
      t(pt=f"«Era uma vez » termina em {shown(' ')}, e o token seguinte já não pode trazer o seu espaço", en=f"“Era uma vez ” ends in {shown(' ')}, and the next token can no longer bring its own space")],
     [t(pt="o mesmo número é o mesmo token em todo modelo", en="the same number is the same token in every model"),
      t(pt=f"{same_id} é «{charts.piece(portuguese.tokens[same_id])}» no português e «{charts.piece(other.tokens[same_id])}» no inglês", en=f"{same_id} is “{charts.piece(portuguese.tokens[same_id])}” in the Portuguese one and “{charts.piece(other.tokens[same_id])}” in the English one")],
     [t(pt="textos iguais na tela são iguais", en="texts that look the same are the same"),
      t(pt=f"«é» pode ser 1 ponto de código ou 2 (e + acento): {len(composed.encode())} ou {len(decomposed.encode())} bytes. Este tokenizador usa a NFC e os iguala; muitos outros não", en=f"“é” may be 1 code point or 2 (e + accent): {len(composed.encode())} or {len(decomposed.encode())} bytes. This tokenizer uses NFC and makes them equal; many others do not")],
     [t(pt="uma palavra repetida é um token repetido", en="a repeated word is a repeated token"),
      t(pt=f"«Casa» é {shown('Casa')} e « casa» é {shown(' casa')}. As [penalidades de frequência](term:frequency-penalty) e [de presença](term:presence-penalty) contam tokens: para elas, a segunda não repete a primeira", en=f"“Casa” is {shown('Casa')} and “ casa” is {shown(' casa')}. The [frequency](term:frequency-penalty) and [presence](term:presence-penalty) penalties count tokens: to them the second does not repeat the first")],
     [t(pt="entre dois tokens o texto está sempre entre dois caracteres", en="between two tokens the text is always between two characters"),
      t(pt=f"o primeiro token de «{SCIENTIST}» decodificado sozinho é {charts.piece(portuguese.tokens[half])}", en=f"the first token of “{SCIENTIST}” decoded alone is {charts.piece(portuguese.tokens[half])}")]])

# %% [markdown] lang="pt" anchor="familias" fold="more"
# ## Não há só BPE
#
# Três nomes aparecem nos relatórios dos modelos. **[WordPiece](term:wordpiece)** (Schuster e Nakajima, 2012), o do BERT (Devlin et al., 2018), também funde pares, mas escolhe a fusão que mais aumenta a probabilidade do texto de treinamento, não a mais frequente.
# **[Unigrama](term:unigram-tokenizer)** (Kudo, 2018) faz o contrário: começa com um vocabulário grande, dá uma probabilidade a cada pedaço e descarta os que menos falta fazem. Para cortar um texto, ele fica com o corte de maior produto. **SentencePiece** (Kudo e Richardson, 2018) não é um algoritmo, e sim um programa:
# ele aprende BPE ou unigrama direto do texto corrido, com o espaço escrito como um sinal, ▁. Os dois primeiros Llama usam o BPE dele (Touvron et al., 2023); o Llama 3 passou a um BPE de bytes com 128 mil tokens (Grattafiori et al., 2024).
#
# Um caso de papel. Um modelo de unigrama tem os pedaços da tabela; «casas» pode ser cortada de várias maneiras.

# %% [markdown] lang="en" anchor="familias" fold="more"
# ## There is more than BPE
#
# Three names appear in the reports on models. **[WordPiece](term:wordpiece)** (Schuster and Nakajima, 2012), BERT's (Devlin et al., 2018), merges pairs too, but chooses the merge that most increases the probability of the training text, not the most frequent one.
# **[Unigram](term:unigram-tokenizer)** (Kudo, 2018) goes the other way: it begins with a large vocabulary, gives each piece a probability and drops those that are missed least. To cut a text it takes the cut of largest product. **SentencePiece** (Kudo and Richardson, 2018) is not an algorithm but a program:
# it learns BPE or unigram straight from running text, with the space written as a mark, ▁. The first two Llamas use its BPE (Touvron et al., 2023); Llama 3 moved to a byte-level BPE with 128 thousand tokens (Grattafiori et al., 2024).
#
# A case on paper. A unigram model has the pieces of the table; “casas” (houses) can be cut in several ways.

# %% fold="more"
import math

PIECES = {"casa": 0.02, "cas": 0.01, "as": 0.04, "s": 0.05, "ca": 0.03, "c": 0.01, "a": 0.06}


def cuts(word):
    """Every way of cutting a word into PIECES."""
    if not word:
        return [[]]
    return [[piece, *rest] for piece in PIECES if word.startswith(piece) for rest in cuts(word[len(piece):])]


ranked = sorted(((math.prod(PIECES[piece] for piece in cut), cut) for cut in cuts("casas")), reverse=True)
assert ranked[0][1] == ["casa", "s"]
Table(
    [t(pt="corte de «casas»", en="cut of “casas”"), t(pt="produto", en="product"), t(pt="vezes menos que o melhor", en="times less than the best")],
    [[" | ".join(cut), " × ".join(short(PIECES[piece], 2) for piece in cut), number(ranked[0][0] / product, 1)] for product, cut in ranked[:4]],
    t(pt=f"Os quatro melhores de {len(ranked)} cortes. No treinamento pode-se até sortear um corte, com esses pesos, para que o modelo veja a palavra de mais de um jeito: é a ideia que dá nome ao artigo de Kudo.",
      en=f"The best four of {len(ranked)} cuts. In training one may even draw a cut, with these weights, so that the model sees the word in more than one way: the idea that gives Kudo's paper its name."))

# %% [markdown] lang="pt" anchor="molde"
# ## Tokens que ninguém escreve
#
# Um vocabulário tem também **tokens especiais**, que não vêm de nenhum texto. O de [fim de texto](term:end-of-text) encerra; o de início (BOS) abre o texto em muitos modelos. Os de conversa separam quem fala. Quando você manda uma pergunta a um modelo [ajustado por instruções](term:instruction-tuned), um programa a põe em um
# **[molde de conversa](term:chat-template)**, e é isto que o modelo lê. No formato do Llama 3 (Meta, 2024):
#
# ```text
# <|begin_of_text|><|start_header_id|>user<|end_header_id|>
#
# Qual é a capital do Brasil?<|eot_id|><|start_header_id|>assistant<|end_header_id|>
#
# ```
#
# A resposta é a continuação desse texto, até o modelo dar `<|eot_id|>`. Cada nome entre `<|` e `|>` é *um* token do vocabulário do Llama. O modelo embutido não os tem: para ele são texto comum, e a mesma mensagem passa de {{ plain_count }} a {{ template_count }} tokens.
#
# Daí três erros que não dão mensagem nenhuma. Com o molde de outro modelo, os sinais de conversa chegam como texto que ele nunca viu nesse papel. Com o molde escrito à mão *e* um tokenizador que acrescenta o seu BOS, há dois inícios. E sem o cabeçalho `assistant` no fim, a continuação natural é mais pergunta.

# %% [markdown] lang="en" anchor="molde"
# ## Tokens that nobody types
#
# A vocabulary also has **special tokens**, which come from no text. The one for the [end of text](term:end-of-text) closes; the one for the beginning (BOS) opens the text in many models. Those of a conversation separate the speakers. When you send a question to an [instruction-tuned](term:instruction-tuned) model, a program puts it into a
# **[chat template](term:chat-template)**, and this is what the model reads. In the format of Llama 3 (Meta, 2024):
#
# ```text
# <|begin_of_text|><|start_header_id|>user<|end_header_id|>
#
# Qual é a capital do Brasil?<|eot_id|><|start_header_id|>assistant<|end_header_id|>
#
# ```
#
# The answer is the continuation of that text, until the model gives `<|eot_id|>`. Each name between `<|` and `|>` is *one* token of Llama's vocabulary. The embedded model lacks them: to it they are ordinary text, and the same message goes from {{ plain_count }} to {{ template_count }} tokens.
#
# Hence three mistakes that raise no message at all. With another model's template, the marks of the conversation arrive as text that it has never seen in that part. With the template written by hand *and* a tokenizer that adds its own BOS, there are two beginnings. And without the header `assistant` at the end, the natural continuation is more question.

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# O tokenizador faz parte do modelo, não do motor. O que muda é onde ele roda e o que acontece com o texto antes e depois.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# The tokenizer belongs to the model, not to the engine. What differs is where it runs and what happens to the text before and after.

# %%
Callout("engines", t(pt="Três cuidados", en="Three cautions"), t(
    pt="**Tokens especiais.** `<|endoftext|>` escrito por um usuário é texto; alguns tokenizadores o leem como o token especial de fim, se não se pedir o contrário. Aqui o nome escrito é sempre só texto. **Texto que chega aos poucos.** Um motor que envia token por token precisa segurar os bytes até formarem um caractere: é o que faz `core.streaming`. "
       "**Contar antes de pagar.** Conte com o tokenizador do próprio modelo; o de outro modelo dá outro número, como a figura acima mostra.",
    en="**Special tokens.** `<|endoftext|>` typed by a user is text; some tokenizers read it as the special token of the end unless told otherwise. Here the typed name is always only text. **Text that arrives bit by bit.** An engine that sends token by token has to hold bytes back until they form a character: `core.streaming` does that. "
       "**Count before you pay.** Count with the model's own tokenizer; another model's gives another number, as the picture above shows."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (1 min). Projete as fusões e peça à turma que adivinhe o próximo par antes de mover o controle (4 min). Deixe cada um escrever o próprio nome e disputar quem tem mais tokens (3 min). Faça as três fusões à mão no quadro (5 min). Abra a aposta com a figura dos tamanhos e pergunte quanto custaria um ano de uso (3 min). "
       "Passe pelas suposições, uma pergunta por linha (4 min). Enganos frequentes: que o token é uma palavra ou uma sílaba, que o corte segue a gramática, que o modelo pode «aprender» tokens novos durante o uso.",
    en="Ask for the bet (1 min). Project the merges and have the class guess the next pair before moving the slider (4 min). Let everyone type their own name and compete for the most tokens (3 min). Work the three merges by hand on the board (5 min). Open the bet with the picture of sizes and ask what a year of use would cost (3 min). "
       "Go through the assumptions, one question per row (4 min). Common mistakes: that a token is a word or a syllable, that the cut follows grammar, that the model may “learn” new tokens in use."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
assert learn({"banana": 4, "cana": 3, "bala": 2}, 1) == [("a", "n", 11)]
Exercise(
    id="pair", kind="choice",
    question=t(pt="O texto de treinamento tem «banana» 4 vezes, «cana» 3 vezes e «bala» 2 vezes. Qual é a primeira fusão?", en="The training text has “banana” 4 times, “cana” 3 times and “bala” 2 times. Which is the first merge?"),
    options=[
        Option("a + n", t(pt="«an» aparece 2 vezes em cada «banana» e 1 em cada «cana»: 2 × 4 + 3 = 11. «na» também aparece 11 vezes; no empate fica o par visto primeiro.", en="“an” stands twice in each “banana” and once in each “cana”: 2 × 4 + 3 = 11. “na” appears 11 times too; in a tie the pair seen first is taken."), correct=True),
        Option("b + a", t(pt="«ba» aparece 4 + 2 = 6 vezes.", en="“ba” appears 4 + 2 = 6 times.")),
        Option("c + a", t(pt="«ca» aparece só em «cana»: 3 vezes.", en="“ca” appears in “cana” only: 3 times.")),
        Option("l + a", t(pt="«la» aparece só em «bala»: 2 vezes.", en="“la” appears in “bala” only: 2 times.")),
    ])

# %%
accents = "coração não é razão"
many_bytes = len(accents.encode())
Exercise(
    id="bytes", kind="numeric",
    question=t(pt=f"Com um vocabulário só de bytes, sem nenhuma fusão, quantos tokens tem «{accents}»? (São {len(accents)} caracteres.)", en=f"With a vocabulary of bytes alone, with no merge at all, how many tokens does “{accents}” have? (It has {len(accents)} characters.)"),
    answer=many_bytes, tolerance=0.1,
    mistakes=[Mistake(len(accents), t(pt="Esse é o número de caracteres. Cada letra com til, cedilha ou acento ocupa 2 bytes.", en="That is the number of characters. Each letter with a tilde, cedilla or accent takes 2 bytes.")),
              Mistake(len(accents.split()), t(pt="Esse é o número de palavras.", en="That is the number of words.")),
              Mistake(len(accents.replace(" ", "").encode()), t(pt="Faltaram os espaços: cada um é um byte.", en="The spaces are missing: each is a byte."))],
    right=t(pt=f"{len(accents)} caracteres, dos quais {many_bytes - len(accents)} ocupam 2 bytes: {many_bytes}.", en=f"{len(accents)} characters, of which {many_bytes - len(accents)} take 2 bytes: {many_bytes}."),
    wrong=t(pt="Some 1 para cada caractere sem acento, espaços incluídos, e 2 para cada ç, ã ou é.", en="Add 1 for every character without an accent, spaces included, and 2 for each ç, ã or é."),
    unreadable=say("exercise.unreadable"))

# %%
price, calls = 2.0, 1_000_000
paid_home, paid_abroad = 150 * 1.5, 150 * 2.4
Exercise(
    id="price", kind="numeric",
    question=t(pt="Um serviço lê um milhão de textos de 150 palavras em português, a 2 unidades de moeda por milhão de tokens. Com 1,5 token por palavra a conta é uma; com 2,4 é outra. Quanto se paga a mais?",
               en="A service reads a million texts of 150 Portuguese words, at 2 units of currency per million tokens. At 1.5 tokens per word the bill is one; at 2.4 it is another. How much more is paid?"),
    answer=(paid_abroad - paid_home) * price, tolerance=0.5,
    mistakes=[Mistake(paid_abroad * price, t(pt="Essa é a conta inteira com 2,4. Pede-se a diferença.", en="That is the whole bill at 2.4. The difference is asked for.")),
              Mistake(paid_abroad - paid_home, t(pt="Esses são milhões de tokens. Multiplique pelo preço.", en="Those are millions of tokens. Multiply by the price."))],
    right=t(pt=f"150 × (2,4 − 1,5) = {number(paid_abroad - paid_home, 0)} milhões de tokens a mais, a 2 por milhão: {number((paid_abroad - paid_home) * price, 0)}.", en=f"150 × (2.4 − 1.5) = {number(paid_abroad - paid_home, 0)} million tokens more, at 2 per million: {number((paid_abroad - paid_home) * price, 0)}."),
    wrong=t(pt="Tokens a mais por texto, vezes um milhão de textos, vezes o preço por token.", en="Extra tokens per text, times a million texts, times the price per token."),
    unreadable=say("exercise.unreadable"))

# %%
PHRASE = "R$ 15,90 hoje"
cut, typed = words(PHRASE), PHRASE.replace("$", chr(92) + "$")
assert "".join(cut) == PHRASE and len(cut) not in (3, 8)
Exercise(
    id="pieces", kind="predict",
    question=t(pt=f"Em quantos pedaços «{typed}» é cortado antes das fusões? Lembre: letras, algarismos e outros sinais não se misturam, e um espaço gruda no que vem depois.",
               en=f"Into how many pieces is “{typed}” cut before the merges? Remember: letters, digits and other marks do not mix, and a space sticks to what follows."),
    options=[
        Option("3", t(pt="São 3 as palavras separadas por espaço, mas «R» e «\\$», ou «15» e «,», não ficam no mesmo pedaço.", en="There are 3 words between spaces, but “R” and “\\$”, or “15” and “,”, do not share a piece.")),
        Option(str(len(cut)), t(pt="Um pedaço para cada mudança de tipo, com o espaço no começo do seguinte.", en="One piece for each change of kind, with the space at the start of the next one."), correct=True),
        Option("8", t(pt="Os espaços não são pedaços à parte: cada um gruda no que vem depois.", en="The spaces are no pieces of their own: each sticks to what follows.")),
    ],
    reveal=t(pt=f"Calculado por core: {' '.join(f'[{charts.piece(part.encode())}]' for part in cut).replace('$', chr(92) + '$')}.", en=f"Computed by core: {' '.join(f'[{charts.piece(part.encode())}]' for part in cut).replace('$', chr(92) + '$')}."))

# %%
BUGGY = """def encode(word, rank):  # rank: {pair: when it was learned}
    parts = list(word)
    while True:
        pairs = [p for p in zip(parts, parts[1:]) if p in rank]
        if not pairs:
            return parts
        best = max(pairs, key=rank.get)
        i = list(zip(parts, parts[1:])).index(best)
        parts[i:i + 2] = [parts[i] + parts[i + 1]]"""
namespace = {}
exec(BUGGY, namespace)
ranks = {("a", "b"): 0, ("b", "c"): 1, ("ab", "c"): 2}
assert namespace["encode"]("ab", ranks) == ["ab"] and namespace["encode"]("abc", ranks) == ["a", "bc"]
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt="As fusões aprendidas são, nesta ordem, a + b, b + c e ab + c. Para «abc» esta função dá [a, bc], e o certo é [abc]. Qual linha está errada?", en="The merges learned are, in this order, a + b, b + c and ab + c. For “abc” this function gives [a, bc], and [abc] is right. Which line is wrong?"),
    options=[
        Option("2: `parts = list(word)`", t(pt="Começar pelas menores unidades está certo; na versão por bytes seriam os bytes.", en="Beginning with the smallest units is right; in the byte-level version they would be bytes.")),
        Option("4: `pairs = [p for p in zip(parts, parts[1:]) if p in rank]`", t(pt="São mesmo só os pares vizinhos que têm fusão.", en="It is indeed only the neighbouring pairs that have a merge.")),
        Option("7: `best = max(pairs, key=rank.get)`", t(pt="A fusão a fazer é a aprendida *primeiro*, a de menor número: `min`. Com `max`, b + c passa à frente de a + b, e ab + c nunca acontece.", en="The merge to carry out is the one learned *first*, of least number: `min`. With `max`, b + c goes before a + b, and ab + c never happens."), correct=True),
        Option("9: `parts[i:i + 2] = [parts[i] + parts[i + 1]]`", t(pt="Troca os dois vizinhos pelo token fundido: certo.", en="It replaces the two neighbours by the merged token: right.")),
    ])

# %%
Experiment(
    id="first-merge", task="merge",
    question=t(pt="O tokenizador do modelo desta página corta uma palavra refazendo as fusões na ordem em que as aprendeu. Que duas letras vizinhas desta palavra ele junta *primeiro*? Antes de testar, diga qual par é o mais frequente em português.",
               en="The tokenizer of this page’s model cuts a word by carrying out the merges in the order in which it learned them. Which two neighbouring letters of this word does it join *first*? Before trying, say which pair is the most frequent in Portuguese."),
    entries=[Entry("word", t(pt="Palavra (você pode trocar)", en="Word (you may change it)"), "janela", longest=20), Entry("pair", t(pt="As duas letras", en="The two letters"), longest=2)],
    said={
        "met": t(pt="«{pair}» foi a fusão de número {rank|0}, e nenhum outro par da palavra veio antes. Abaixo, a palavra depois de cada fusão: acaba em {pieces|0} tokens.",
                 en="“{pair}” was merge number {rank|0}, and no other pair of the word came before. Below, the word after each merge: it ends as {pieces|0} tokens."),
        "missed": t(pt="«{pair}» é uma fusão, a de número {rank|0}, mas outro par da palavra foi aprendido antes. A palavra acaba em {pieces|0} tokens.",
                    en="“{pair}” is a merge, number {rank|0}, but another pair of the word was learned before. The word ends as {pieces|0} tokens."),
        "never": t(pt="«{pair}» nunca virou um token: no texto de treinamento, outros pares apareceram mais, até o vocabulário encher.",
                   en="“{pair}” never became a token: in the training text other pairs appeared more, until the vocabulary was full."),
        "whole": t(pt="Nenhum par de «{word}» foi aprendido, e a palavra fica em letras soltas. Tente uma palavra portuguesa.",
                   en="No pair of “{word}” was learned, and the word stays in single letters. Try a Portuguese word."),
        "unfit": t(pt="Escreva uma palavra de 5 a 20 letras sem acento, e duas letras que estejam lado a lado nela.", en="Write a word of 5 to 20 letters without accents, and two letters that stand side by side in it."),
    },
    hint=t(pt="Não é o par que aparece mais *nesta palavra*, e sim o que apareceu mais nos textos em que o vocabulário foi aprendido. Que pares de letras abrem, fecham ou formam as palavras mais comuns?",
           en="It is not the pair that appears most *in this word*, but the one that appeared most in the texts from which the vocabulary was learned. Which pairs of letters open, close or make up the commonest Portuguese words?"))

# %%
Exercise(
    id="recall", kind="choice",
    question=t(pt="Da lição [Parar](lesson:stop-and-length): por que um motor compara a sequência de parada com o *texto* que já escreveu, e não os tokens dela com os últimos tokens?",
               en="From the lesson [Stopping](lesson:stop-and-length): why does an engine compare the stop sequence with the *text* written so far, and not its tokens with the last tokens?"),
    options=[
        Option(t(pt="porque o mesmo texto pode vir cortado de outro jeito", en="because the same text may be cut in another way"),
               t(pt="O fim da sequência pode estar colado ao que vem depois, ou vir repartido: juntar textos não é juntar os tokens deles.", en="The end of the sequence may be stuck to what follows, or arrive in parts: joining texts is not joining their tokens."), correct=True),
        Option(t(pt="porque comparar textos é mais rápido que comparar números", en="because comparing texts is faster than comparing numbers"), t(pt="Não é por velocidade: comparar poucos números também é rápido.", en="Speed is not the reason: comparing a few numbers is fast too.")),
        Option(t(pt="porque o modelo escreve letras, e não tokens", en="because the model writes letters, not tokens"), t(pt="O modelo só escreve tokens; quem os transforma em texto é o tokenizador.", en="The model writes nothing but tokens; the tokenizer turns them into text.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - O modelo lê números de tokens. Quem corta o texto é o tokenizador, que fica pronto antes do treinamento e vale para aquele modelo só.
# - BPE conta pares e funde o mais frequente; tokenizar é refazer as fusões na ordem. Com os 256 bytes, nenhum texto fica de fora.
# - O mesmo texto custa mais tokens, e portanto mais tempo e mais dinheiro, no vocabulário de outra língua.
# - Um token não é uma palavra, juntar textos não é juntar tokens, e o modelo não vê letras.
# - Uma conversa é um texto com tokens especiais, no molde que o modelo viu no treinamento.
#
# A seguir: [o vetor que cada token carrega](lesson:embeddings).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - The model reads token numbers. The text is cut by the tokenizer, made before training and good for that model alone.
# - BPE counts pairs and merges the most frequent; tokenizing is carrying out the merges in order. With the 256 bytes, no text is left out.
# - The same text costs more tokens, and so more time and more money, in another language's vocabulary.
# - A token is not a word, joining texts is not joining tokens, and the model does not see letters.
# - A conversation is a text with special tokens, in the template that the model saw in training.
#
# Next: [the vector that each token carries](lesson:embeddings).
