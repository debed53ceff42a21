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
#     slug: {pt: embeddings-e-posicao, en: embeddings}
#     title: {pt: Embeddings e posição, en: Embeddings and position}
#     summary:
#       pt: "Cada token entra na rede como um vetor. Os vizinhos desse vetor, o que a frequência faz com ele, e duas maneiras de dizer em que posição o token está: somar um vetor aprendido ou girar consultas e chaves."
#       en: "Every token enters the network as a vector. The neighbours of that vector, what frequency does to it, and two ways of saying at which position the token stands: add a learned vector, or rotate queries and keys."
#     prerequisites:
#       pt: "a lição de tokens; produto escalar, seno e cosseno"
#       en: "the lesson on tokens; the dot product, sine and cosine"
#     sources:
#       - {id: mikolov2013, text: "Mikolov et al. (2013). Efficient Estimation of Word Representations in Vector Space. arXiv:1301.3781", url: "https://arxiv.org/abs/1301.3781"}
#       - {id: reimers2019, text: "Reimers & Gurevych (2019). Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks. arXiv:1908.10084", url: "https://arxiv.org/abs/1908.10084"}
#       - {id: lewis2020, text: "Lewis et al. (2020). Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks. arXiv:2005.11401", url: "https://arxiv.org/abs/2005.11401"}
#       - {id: press2017, text: "Press & Wolf (2017). Using the Output Embedding to Improve Language Models. arXiv:1608.05859", url: "https://arxiv.org/abs/1608.05859"}
#       - {id: gao2019, text: "Gao et al. (2019). Representation Degeneration Problem in Training Natural Language Generation Models. arXiv:1907.12009", url: "https://arxiv.org/abs/1907.12009"}
#       - {id: mu2018, text: "Mu, Bhat & Viswanath (2018). All-but-the-Top: Simple and Effective Postprocessing for Word Representations. arXiv:1702.01417", url: "https://arxiv.org/abs/1702.01417"}
#       - {id: vaswani2017, text: "Vaswani et al. (2017). Attention Is All You Need. arXiv:1706.03762", url: "https://arxiv.org/abs/1706.03762"}
#       - {id: radford2019, text: "Radford et al. (2019). Language Models are Unsupervised Multitask Learners (GPT-2). OpenAI", url: "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"}
#       - {id: wang2020, text: "Wang & Chen (2020). What Do Position Embeddings Learn? An Empirical Study of Pre-Trained Language Model Positional Encoding. arXiv:2010.04903", url: "https://arxiv.org/abs/2010.04903"}
#       - {id: haviv2022, text: "Haviv et al. (2022). Transformer Language Models without Positional Encodings Still Learn Positional Information. arXiv:2203.16634", url: "https://arxiv.org/abs/2203.16634"}
#       - {id: su2021, text: "Su et al. (2021). RoFormer: Enhanced Transformer with Rotary Position Embedding. arXiv:2104.09864", url: "https://arxiv.org/abs/2104.09864"}
#       - {id: touvron2023, text: "Touvron et al. (2023). LLaMA: Open and Efficient Foundation Language Models. arXiv:2302.13971", url: "https://arxiv.org/abs/2302.13971"}
#       - {id: phi2, text: "Microsoft (2023). Phi-2, config.json", url: "https://huggingface.co/microsoft/phi-2/blob/main/config.json"}
#       - {id: grattafiori2024, text: "Grattafiori et al. (2024). The Llama 3 Herd of Models. arXiv:2407.21783", url: "https://arxiv.org/abs/2407.21783"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# O [tokenizador](term:tokenizer) entrega números: o token 525, o token 12. A rede não calcula com esses números, que são só endereços. Cada um aponta para uma linha de uma tabela, e a linha é um vetor aprendido: o **[embedding](term:embedding)** do token.
#
# Falta dizer em que posição o token está. O GPT-2 soma um vetor; Llama e Phi-2 giram vetores. Tome dois vetores fixos, uma [consulta](term:query) na posição 12 e uma [chave](term:key) na posição 4, girados como no Llama. Agora os mesmos dois vetores ficam nas posições 1.012 e 1.004.
# O que acontece com o produto escalar deles? Aposte.

# %% [markdown] lang="en" anchor="aposta"
# The [tokenizer](term:tokenizer) hands over numbers: token 525, token 12. The network does not calculate with those numbers, which are only addresses. Each points to a row of a table, and the row is a learned vector: the token's **[embedding](term:embedding)**.
#
# It remains to say at which position the token stands. GPT-2 adds a vector; Llama and Phi-2 rotate vectors. Take two fixed vectors, a [query](term:query) at position 12 and a [key](term:key) at position 4, rotated as in Llama. Now the same two vectors stand at positions 1,012 and 1,004.
# What happens to their dot product? Place a bet.

# %%
import json
import math

import torch

from core.course.bpe import BPE
from core.course.rotary import rotate, score
from dashboard.blocks import Answer, Callout, Entry, Exercise, Experiment, Mistake, Option, Table
from dashboard.language import ROOT, glossary, number, say, short, t, vector
from dashboard.recorded.inside import shape
from dashboard.recorded.neighbours import NEAREST, neighbours

tokenizer = BPE.from_json(json.loads((ROOT / "core" / "weights" / "embedded" / "tokenizer.json").read_text(encoding="utf-8")))
spoken = " ".join(term.meaning["pt"] for term in glossary().values())
passages = round(5 * 200 * len(tokenizer.encode(spoken)) / len(spoken.split()), -1)
kept, made, many = neighbours(), shape(), NEAREST
V, C, T = made["vocab_size"], made["n_embd"], made["context_length"]
draw = torch.Generator().manual_seed(1)
query, key = torch.randn(2, 1, 64, generator=draw, dtype=torch.float64)


def turned_product(m, n):
    """Of the drawn query at m and the drawn key at n, both rotated."""
    return (rotate(query, torch.tensor([m])) * rotate(key, torch.tensor([n]))).sum().item()


near, far = turned_product(12, 4), turned_product(1012, 1004)
assert abs(near - far) < 1e-9 < abs(near - (query * key).sum().item())
bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Com mil posições a mais para os dois, o produto:", en="With a thousand more positions for both, the product:"),
    options=[
        Option(t(pt="fica mais perto de 0: a rotação apaga o que está longe do começo", en="comes nearer to 0: rotation wipes out what is far from the start"),
               t(pt="Girar não encurta um vetor. Nada se apaga por estar longe do começo do texto.", en="Rotating a vector does not shorten it. Nothing is wiped out for being far from the start of the text.")),
        Option(t(pt="muda sem regra aparente: os ângulos agora são outros", en="changes with no visible rule: the angles are now others"),
               t(pt="Cada vetor gira para outro lugar, é verdade. Mas os dois giram juntos, e o ângulo entre eles fica.", en="Each vector does turn to another place. But both turn together, and the angle between them stays.")),
        Option(t(pt="fica o mesmo: a diferença entre as posições não mudou", en="stays the same: the difference of the positions has not changed"),
               t(pt=f"Calculado com dois vetores de 64 componentes sorteados: {number(near, 6)} nas posições 12 e 4, {number(far, 6)} nas posições 1.012 e 1.004. A Proposição 15.2 diz por quê.",
                 en=f"Computed with two drawn vectors of 64 components: {number(near, 6)} at positions 12 and 4, {number(far, 6)} at positions 1,012 and 1,004. Proposition 15.2 says why."), correct=True),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Um vetor sozinho diz pouco; a vizinhança diz mais. Compare vetores pelo **cosseno**, o produto escalar depois de pôr os dois no comprimento 1: vale 1 se apontam para o mesmo lado, 0 se são perpendiculares. Abaixo estão os {{ many }} tokens mais próximos de
# cada token da lista, na tabela que o modelo embutido aprendeu. São {{ V }} vetores com {{ C }} componentes. Escolha um token e escreva o vizinho que você espera; depois mova. Tire o vetor médio e veja quem fica: o que ele tinha em comum com todos?

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# A vector alone says little; its neighbourhood says more. Compare vectors by the **cosine**, the dot product once both have been brought to length 1: it is 1 if they point the same way, 0 if they are perpendicular. Below are the {{ many }} tokens nearest to
# each token of the list, in the table that the embedded model has learned. It has {{ V }} vectors of {{ C }} components. Choose a token and write down the neighbour that you expect; then move. Take the mean vector off and see which stay: what did it have in common with all?

# %%
from dashboard import charts
from dashboard.charts.rotary import expected
from dashboard.worked import rotary_by_hand

charts.neighbours(
    "near", t(pt="Os vizinhos de um token", en="The neighbours of a token"), kept,
    said=t(pt="O vizinho mais próximo de «{word}» é {first}, com cosseno {top|3}; o décimo fica em {last|3}. Dois tokens quaisquer têm em média {mean|3}, linha tracejada: o primeiro está {above|3} acima.",
           en="The nearest neighbour of “{word}” is {first}, with cosine {top|3}; the tenth stands at {last|3}. Two tokens have {mean|3} on average, the dashed line: the first is {above|3} above."),
    caption=t(pt="Todos os tokens da lista começam com espaço, como a palavra no meio da frase. Cossenos tirados dos pesos do modelo e gravados com três casas.",
              en="All tokens of the list begin with a space, like the word in mid-sentence. Cosines taken from the model's weights and recorded to three decimals."))

# %% [markdown] lang="pt" anchor="aprendido"
# ## De onde vêm esses vetores
#
# Ninguém os escreveu. No começo do treinamento são números ao acaso; a cada passo, o vetor de um token muda para que a rede preveja melhor o que vem depois dele. Tokens que pedem a mesma continuação são empurrados para lugares parecidos. A ideia é anterior ao transformer:
# Mikolov et al. (2013) a usaram sozinha, sem rede profunda.
#
# No modelo embutido, como no GPT-2, a mesma tabela trabalha duas vezes. Na entrada, a linha do token é lida. Na saída, o [logit](term:logit) de cada token é o produto escalar do último vetor da rede com a linha desse token. São os **pesos atados** (Press e Wolf, 2017), e por isso o vetor de um token diz também
# depois de que tokens ele costuma vir. Os primeiros Llama e o Phi-2 usam duas tabelas.
#
# O que um embedding sabe e o que não sabe:
#
# - Há **um por token**, não um por palavra nem um por sentido. «manga» de camisa e «manga» fruta entram iguais. Quem separa os sentidos são os blocos, quando leem o resto da frase.
# - É o **mesmo em toda posição** e em todo texto: só o treinamento o muda.
# - Não é o vetor das buscas por significado. Esse é um [embedding de texto](term:text-embedding): resume um texto inteiro e vem do fim de uma rede. Esta lição volta a ele depois das posições.

# %% [markdown] lang="en" anchor="aprendido"
# ## Where these vectors come from
#
# Nobody wrote them. At the start of training they are random numbers; at every step a token's vector changes so that the network predicts better what comes after it. Tokens that ask for the same continuation are pushed to similar places. The idea is older than the transformer:
# Mikolov et al. (2013) used it alone, with no deep network.
#
# In the embedded model, as in GPT-2, the same table works twice. On the way in, the token's row is read. On the way out, the [logit](term:logit) of each token is the dot product of the network's last vector with that token's row. These are **tied weights** (Press and Wolf, 2017), and because of them a token's vector also says
# which tokens it usually follows. The first Llamas and Phi-2 use two tables.
#
# What an embedding knows and what it does not:
#
# - There is **one per token**, not one per word or one per sense. The “bank” of a river and the “bank” with money enter alike. The blocks tell the senses apart, when they read the rest of the sentence.
# - It is the **same at every position** and in every text: only training changes it.
# - It is not the vector of search by meaning. That one is a [text embedding](term:text-embedding): it sums up a whole text and is taken from the end of a network. This lesson comes back to it after positions.

# %%
pair, far_pair, groups = min(kept.opposites, key=lambda one: one[3]), max(kept.opposites, key=lambda one: one[3]), kept.groups
assert groups[-1][3] > groups[0][3] + 0.1 and groups[-1][5] < groups[-1][3] / 2 and pair[3] <= 10
Callout("misconception", t(pt="«Vizinho quer dizer sinônimo»", en="“A neighbour is a synonym”"), t(
    pt=f"Estar perto é aparecer nos mesmos contextos. Opostos aparecem nos mesmos contextos: onde cabe um, muitas vezes cabe o outro. No modelo embutido, entre {number(V - 2)} outros tokens, «{pair[1]}» é o {pair[3]}º vizinho de «{pair[0]}», com cosseno {number(pair[2], 3)}. "
       f"A tabela seguinte mede dez pares de opostos, escolhidos antes de medir. Nem todos ficam perto: «{far_pair[1]}» está no {number(far_pair[3], 0)}º lugar a partir de «{far_pair[0]}».",
    en=f"Near means that they occur in the same contexts. Opposites occur in the same contexts: where one fits, the other often does. In the embedded model, among {number(V - 2)} other tokens, “{pair[1]}” is neighbour number {pair[3]} of “{pair[0]}”, with cosine {number(pair[2], 3)}. "
       f"The next table measures ten pairs of opposites, chosen before measuring. Not all of them are near: “{far_pair[1]}” holds place {number(far_pair[3], 0)} from “{far_pair[0]}”."))

# %%
Table(
    [t(pt="token", en="token"), t(pt="oposto", en="opposite"), t(pt="cosseno", en="cosine"), t(pt="lugar entre os vizinhos", en="place among the neighbours")],
    [[a, b, number(c, 3), number(place, 0)] for a, b, c, place in kept.opposites],
    t(pt="Lugar 1 é o vizinho mais próximo. Vetores como estão, sem tirar a média.", en="Place 1 is the nearest neighbour. Vectors as they are, the mean not taken off."))

# %% [markdown] lang="pt" anchor="frequencia"
# ## O que a frequência faz
#
# Procure na primeira figura um nome próprio que apareceu pouco no treinamento e leia os vizinhos: o cosseno pode ser alto com palavras que nada têm com ele. Um token raro quase nunca é a resposta certa. A cada passo em que não é, o gradiente o afasta um pouco do vetor da rede, na mesma
# direção que todos os outros tokens raros, e eles acabam juntos. Gao et al. (2019) mostraram isso em modelos de pesos atados e lhe deram o nome de degeneração da representação.
#
# Na tabela, os tokens aprendidos por fusão vão em quatro grupos do mesmo tamanho, do primeiro ao último. A ordem das fusões é a da frequência dos pares quando foram fundidos, e serve aqui de medida aproximada. O cosseno médio de dois tokens do primeiro grupo é {{ groups[0][3] | 3 }}; do último,
# {{ groups[-1][3] | 3 }}. Com a média subtraída, {{ groups[0][5] | 3 }} e {{ groups[-1][5] | 3 }}.

# %% [markdown] lang="en" anchor="frequencia"
# ## What frequency does
#
# Look in the first picture for a proper name that was seldom seen in training and read its neighbours: the cosine may be high with words that have nothing to do with it. A rare token is almost never the right answer. At every step where it is not, the gradient pushes it a little away from the network's vector, in the same
# direction as all other rare tokens, and they end up together. Gao et al. (2019) showed this in models with tied weights and called it representation degeneration.
#
# In the table, the tokens learned by merging are in four groups of equal size, from the first to the last. The order of the merges is that of the pairs' frequency when they were merged, and serves here as a rough measure. The mean cosine of two tokens of the first group is {{ groups[0][3] | 3 }}; of the last,
# {{ groups[-1][3] | 3 }}. With the mean subtracted, {{ groups[0][5] | 3 }} and {{ groups[-1][5] | 3 }}.

# %%
Table(
    ["tokens", t(pt="cosseno de dois do grupo", en="cosine of two of the group"), t(pt="cosseno do vizinho mais próximo", en="cosine of the nearest neighbour"),
     t(pt="dois do grupo, sem a média", en="two of the group, mean off"), t(pt="mais próximo, sem a média", en="nearest, mean off")],
    [[t(pt=f"{number(a, 0)} a {number(b, 0)}", en=f"{number(a, 0)} to {number(b, 0)}"), *(number(x, 3) for x in rest)] for a, b, _, *rest in groups],
    t(pt=f"Médias sobre todos os pares; `python -m dashboard.recorded` refaz as médias. O comprimento mediano dos vetores vai de {number(groups[0][2], 3)} no primeiro grupo a {number(groups[-1][2], 3)} no último. Subtrair o vetor médio é o primeiro passo de Mu, Bhat e Viswanath (2018).",
      en=f"Means over all pairs; `python -m dashboard.recorded` makes them again. The median length of the vectors goes from {number(groups[0][2], 3)} in the first group to {number(groups[-1][2], 3)} in the last. Subtracting the mean vector is the first step of Mu, Bhat and Viswanath (2018)."))

# %% [markdown] lang="pt" anchor="ordem"
# ## Sem posição, sem ordem
#
# Um cosseno alto, então, só significa algo ao lado do cosseno de dois tokens quaisquer. E há uma coisa que nenhum embedding de token diz: onde o token está. A atenção, assunto da [próxima lição](lesson:attention), sozinha também não sabe:
#
# > **Proposição 15.1.** Seja uma camada de [autoatenção](term:self-attention) sem máscara, $o_t = \sum_j a_{tj} v_j$, em que $a_{t\cdot}$ é o softmax de $q_t \cdot k_j/\sqrt{d}$ sobre todos os $j$, e $q_t, k_t, v_t$ são a mesma função do vetor $x_t$ em toda posição. Se as entradas são permutadas, as saídas são permutadas do mesmo modo.

# %% [markdown] lang="en" anchor="ordem"
# ## No position, no order
#
# So a high cosine means something only beside the cosine of two tokens taken at random. And there is one thing that no token embedding says: where the token stands. Attention, the subject of the [next lesson](lesson:attention), does not know by itself either:
#
# > **Proposition 15.1.** Let there be a layer of [self-attention](term:self-attention) without a mask, $o_t = \sum_j a_{tj} v_j$, where $a_{t\cdot}$ is the softmax of $q_t \cdot k_j/\sqrt{d}$ over all $j$, and $q_t, k_t, v_t$ are the same function of the vector $x_t$ at every position. If the inputs are permuted, the outputs are permuted in the same way.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Seja $x'_t = x_{\pi(t)}$. Então $q'_t = q_{\pi(t)}$, e o mesmo para $k'$ e $v'$. A pontuação $q'_t \cdot k'_j$ é a de $\pi(t)$ com $\pi(j)$, e a soma do softmax sobre $j$ é a mesma soma em outra ordem. Logo $a'_{tj} = a_{\pi(t)\pi(j)}$ e $o'_t = \sum_j a_{\pi(t)\pi(j)} v_{\pi(j)} = o_{\pi(t)}$. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* Let $x'_t = x_{\pi(t)}$. Then $q'_t = q_{\pi(t)}$, and likewise $k'$ and $v'$. The score $q'_t \cdot k'_j$ is that of $\pi(t)$ with $\pi(j)$, and the softmax's sum over $j$ is the same sum in another order. Hence $a'_{tj} = a_{\pi(t)\pi(j)}$ and $o'_t = \sum_j a_{\pi(t)\pi(j)} v_{\pi(j)} = o_{\pi(t)}$. $\blacksquare$

# %% [markdown] lang="pt"
# «O gato viu o rato» e «o rato viu o gato» dariam os mesmos vetores, em outra ordem. A hipótese «sem máscara» é necessária: a [máscara causal](term:causal-mask) já conta quantas posições vieram antes, e Haviv et al. (2022) treinaram modelos causais que aprendem posição sem nenhum vetor para isso.
#
# ## Somar: posições aprendidas
#
# O artigo do transformer somava ao embedding senos e cossenos fixos (Vaswani et al., 2017). O GPT-2 guarda uma segunda tabela, com um **[embedding posicional](term:positional-embedding)** $p_t$ para cada posição, e soma: $x_t = e_t + p_t$. O modelo embutido faz igual, com {{ T }} posições. Sem contar normalização e vieses, a pontuação do primeiro bloco, com $A$ a matriz que junta as projeções de consulta e chave, vira quatro parcelas:
#
# $$
# \begin{aligned}
# x_m^\top A\, x_n &= e_m^\top A\, e_n + e_m^\top A\, p_n \\
# &\quad + p_m^\top A\, e_n + p_m^\top A\, p_n
# \end{aligned}
# $$
#
# A última só fala de posições: é a que pode dizer «leia o anterior». Mas nada obriga que a mesma distância valha o mesmo em todo lugar. A figura mede o cosseno entre os vetores de posição aprendidos; Wang e Chen (2020) desenham os mesmos cossenos para GPT-2 e BERT.
#
# Antes de mover, aposte: à distância 1, os vizinhos são parecidos em toda parte do texto, ou só no começo dele? Compare o menor e o maior cosseno à distância 1, depois a distâncias cada vez maiores, e explique o que falta a esta tabela para que só a distância conte.

# %% [markdown] lang="en"
# “The cat saw the rat” and “the rat saw the cat” would give the same vectors, in another order. The hypothesis “without a mask” is needed: the [causal mask](term:causal-mask) already counts how many positions came before, and Haviv et al. (2022) trained causal models that learn position without any vector for it.
#
# ## Add: learned positions
#
# The transformer paper added fixed sines and cosines to the embedding (Vaswani et al., 2017). GPT-2 keeps a second table, with a **[positional embedding](term:positional-embedding)** $p_t$ for every position, and adds: $x_t = e_t + p_t$. The embedded model does the same, with {{ T }} positions. Leaving out normalisation and biases, the score of the first block, with $A$ the matrix that joins the projections of query and key, becomes four terms:
#
# $$
# \begin{aligned}
# x_m^\top A\, x_n &= e_m^\top A\, e_n + e_m^\top A\, p_n \\
# &\quad + p_m^\top A\, e_n + p_m^\top A\, p_n
# \end{aligned}
# $$
#
# The last one speaks of positions alone: it is the one that can say “read the previous one”. But nothing forces the same distance to be worth the same everywhere. The picture measures the cosine of the learned position vectors; Wang and Chen (2020) draw the same cosines for GPT-2 and BERT.
#
# Before moving, bet: at distance 1, are neighbours alike in every part of the text, or only at its beginning? Compare the least and the largest cosine at distance 1, then at ever larger distances, and explain what this table lacks for distance alone to count.

# %%
charts.positions(
    "positions", t(pt="Posições aprendidas: cosseno por distância", en="Learned positions: cosine by distance"), kept, value=8,
    said=t(pt="À distância {distance|0} há {many|0} pares de posições. O cosseno vai de {least|3} a {most|3}, com média {mean|3}: a mesma distância não é sempre a mesma coisa.",
           en="At distance {distance|0} there are {many|0} pairs of positions. The cosine goes from {least|3} to {most|3}, with mean {mean|3}: the same distance is not always the same thing."),
    caption=t(pt="Da tabela de posições do modelo embutido, com vetores como estão.", en="From the table of positions of the embedded model, vectors as they are."))

# %% [markdown] lang="pt" anchor="girar"
# A tabela tem outra consequência: ela acaba. Para a posição {{ T }} (contando do 0) não existe linha, e o modelo não tem o que somar. O GPT-2 para em 1.024 (Radford et al., 2019).
#
# ## Girar: RoPE
#
# O **[embedding rotatório](term:rope)** (Su et al., 2021) não soma nada. Ele age dentro da atenção, sobre consultas e chaves. Separe as $d$ componentes em $d/2$ pares. Na posição $m$, gire o par $i$ por um ângulo $m\,\theta_i$, com
#
# $$
# \theta_i = b^{-2i/d}, \qquad i = 0, \dots, \tfrac{d}{2} - 1 .
# $$
#
# $$
# \begin{pmatrix} a' \\ b' \end{pmatrix} =
# \begin{pmatrix} \cos m\theta_i & -\operatorname{sen} m\theta_i \\ \operatorname{sen} m\theta_i & \cos m\theta_i \end{pmatrix}
# \begin{pmatrix} a \\ b \end{pmatrix}
# $$
#
# A base $b$ é 10.000 no artigo e nos dois primeiros Llama; o Llama 3 usa 500.000 (Grattafiori et al., 2024). O primeiro par gira 1 radiano por posição e distingue vizinhos; o último mal se move e distingue lugares distantes. Os valores $v$ não giram. Faça o cálculo com quatro componentes e base 100: os dois primeiros casos têm a mesma distância, o terceiro não.

# %% [markdown] lang="en" anchor="girar"
# The table has another consequence: it ends. For position {{ T }} (counting from 0) there is no row, and the model has nothing to add. GPT-2 stops at 1,024 (Radford et al., 2019).
#
# ## Rotate: RoPE
#
# The **[rotary embedding](term:rope)** (Su et al., 2021) adds nothing. It acts inside the attention, on queries and keys. Split the $d$ components into $d/2$ pairs. At position $m$, rotate pair $i$ by an angle $m\,\theta_i$, with
#
# $$
# \theta_i = b^{-2i/d}, \qquad i = 0, \dots, \tfrac{d}{2} - 1 .
# $$
#
# $$
# \begin{pmatrix} a' \\ b' \end{pmatrix} =
# \begin{pmatrix} \cos m\theta_i & -\sin m\theta_i \\ \sin m\theta_i & \cos m\theta_i \end{pmatrix}
# \begin{pmatrix} a \\ b \end{pmatrix}
# $$
#
# The base $b$ is 10,000 in the paper and in the first two Llamas; Llama 3 uses 500,000 (Grattafiori et al., 2024). The first pair turns 1 radian per position and tells neighbours apart; the last one hardly moves and tells distant places apart. The values $v$ do not turn. Work it with four components and base 100: the first two cases have the same distance, the third does not.

# %%
rotary_by_hand("hand", t(pt="Girar e multiplicar", en="Rotate and multiply"), [1, 0, 2, 1], [1, 1, 1, 0], [(3, 1), (7, 5), (7, 1)], 100)

# %% [markdown] lang="pt" anchor="prova"
# ## Só a distância importa
#
# > **Proposição 15.2.** Seja $R_m$ a matriz que gira cada par $i$ por $m\,\theta_i$. Para todos os vetores $q, k$ e todas as posições $m, n$: (a) $\lVert R_m q \rVert = \lVert q \rVert$; (b) $R_m q \cdot R_n k$ depende de $m$ e $n$ só por $m - n$.

# %% [markdown] lang="en" anchor="prova"
# ## Only the distance matters
#
# > **Proposition 15.2.** Let $R_m$ be the matrix that rotates every pair $i$ by $m\,\theta_i$. For all vectors $q, k$ and all positions $m, n$: (a) $\lVert R_m q \rVert = \lVert q \rVert$; (b) $R_m q \cdot R_n k$ depends on $m$ and $n$ only through $m - n$.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* Em um par, chame de $R(\alpha)$ a rotação de ângulo $\alpha$. Pelas fórmulas da soma, $R(\alpha)R(\beta) = R(\alpha + \beta)$, e $R(\alpha)^\top = R(-\alpha)$. Logo $R(\alpha)^\top R(\alpha) = R(0)$ é a identidade, e o quadrado do comprimento, $(R_m q)^\top R_m q = q^\top q$, não muda: (a).
# E $R(m\theta_i)^\top R(n\theta_i) = R((n - m)\theta_i)$, de modo que $R_m q \cdot R_n k = q^\top R_{n-m} k$: (b). Por extenso, com $\delta = m - n$, com $(a_i, b_i)$ o par da consulta e $(c_i, e_i)$ o da chave,
#
# $$
# \begin{aligned}
# R_m q \cdot R_n k = \sum_i \big[ &(a_i c_i + b_i e_i) \cos \delta\theta_i \\
# {} + {} &(a_i e_i - b_i c_i) \operatorname{sen} \delta\theta_i \big]. \;\blacksquare
# \end{aligned}
# $$

# %% [markdown] lang="en" fold="proof"
# *Proof.* In one pair, write $R(\alpha)$ for the rotation by the angle $\alpha$. By the addition formulas, $R(\alpha)R(\beta) = R(\alpha + \beta)$, and $R(\alpha)^\top = R(-\alpha)$. Hence $R(\alpha)^\top R(\alpha) = R(0)$ is the identity, and the squared length, $(R_m q)^\top R_m q = q^\top q$, does not change: (a).
# And $R(m\theta_i)^\top R(n\theta_i) = R((n - m)\theta_i)$, so that $R_m q \cdot R_n k = q^\top R_{n-m} k$: (b). In full, with $\delta = m - n$, with $(a_i, b_i)$ the query's pair and $(c_i, e_i)$ the key's,
#
# $$
# \begin{aligned}
# R_m q \cdot R_n k = \sum_i \big[ &(a_i c_i + b_i e_i) \cos \delta\theta_i \\
# {} + {} &(a_i e_i - b_i c_i) \sin \delta\theta_i \big]. \;\blacksquare
# \end{aligned}
# $$

# %% [markdown] lang="pt"
# Na figura, diga antes o que acontece com a curva se a chave for para outra posição; depois mude a posição da chave: consulta e chave giram para outro lugar, e a curva fica onde está. Ela é calculada girando os dois vetores, não pela fórmula da distância.

# %% [markdown] lang="en"
# In the picture, first say what happens to the curve if the key goes to another position; then change the key's position: query and key turn to another place, and the curve stays where it is. It is computed by turning both vectors, not by the formula of the distance.

# %%
charts.rotary(
    "rotary", t(pt="A pontuação de RoPE por distância", en="RoPE's score by distance"), distance=8,
    said=t(pt="Consulta em {m|0}, chave em {n|0}: pontuação {score|6}; sem rotação, {plain|6}. Entre as duas, o primeiro par deu {turns|2} voltas e o último, {slow|4}.",
           en="Query at {m|0}, key at {n|0}: score {score|6}; without rotation, {plain|6}. Between the two, the first pair made {turns|2} turns and the last, {slow|4}."),
    caption=t(pt="Pontuação dividida pelos comprimentos de q e k, que a rotação não muda. Com duas componentes, há um par só.", en="Score divided by the lengths of q and k, which rotation does not change. With two components there is a single pair."))

# %%
Answer(bet)

# %%
back, before = expected("equal", 2, 10_000, 44)[0], expected("equal", 2, 10_000, 22)[0]
assert back > before + 0.5
Callout("misconception", t(pt="«Com RoPE, quem está mais longe pesa menos»", en="“With RoPE, what is farther weighs less”"), t(
    pt=f"Cada parcela é um cosseno, e um cosseno volta. Com um par só e consulta igual à chave, a pontuação é {number(before, 4)} à distância 22 e {number(back, 4)} à distância 44, porque 44 radianos são sete voltas, quase exatas. Su et al. (2021) deduzem uma *cota* da pontuação e mostram em um gráfico que ela cai com a distância, com muitos pares; a pontuação em si não precisa cair. "
       "E a Proposição 15.2 fixa $q$ e $k$: em um texto, eles mudam com tudo o que foi lido.",
    en=f"Every term is a cosine, and a cosine comes back. With a single pair and a query equal to the key, the score is {number(before, 4)} at distance 22 and {number(back, 4)} at distance 44, because 44 radians are seven turns, almost exactly. Su et al. (2021) derive a *bound* of the score and show in a plot that it falls with distance, with many pairs; the score itself need not. "
       "And Proposition 15.2 fixes $q$ and $k$: in a text they change with all that has been read."))

# %%
Callout("misconception", t(pt="«A posição é um vetor que se soma ao embedding»", en="“Position is a vector added to the embedding”"), t(
    pt="Vale para o GPT-2. Em Phi-2 e Llama nada se soma: giram-se Q e K. A diferença não é de gosto. Uma soma muda o vetor que segue pela rede inteira, valores incluídos. A rotação só muda a pontuação, em cada bloco, e nenhuma posição se soma ao vetor que segue. O que as notas de origem dizem da posição está nas [erratas](lesson:errata#fatos).",
    en="It holds for GPT-2. In Phi-2 and Llama nothing is added: Q and K are rotated. The difference is not one of taste. An addition changes the vector that goes on through the whole network, values included. Rotation changes only the score, in every block, and no position is added to the vector that goes on. What the source notes say of position is among the [errata](lesson:errata#fatos)."))

# %% [markdown] lang="pt" anchor="busca"
# ## Vetores para buscar textos
#
# Um **[embedding de texto](term:text-embedding)** vem de um transformer que lê o texto inteiro e o reduz a um só vetor, em geral a média das saídas do último bloco, treinado para que textos de sentido parecido fiquem perto (Reimers e Gurevych, 2019) ou, em um buscador, perguntas perto dos trechos que as respondem. Guardam-se os vetores de muitos trechos; a busca devolve os de maior cosseno com o da pergunta.
#
# A posição participa disso? No vetor guardado não há parte nenhuma só para ela, mas o modelo a usa enquanto lê, e precisa dela: pela Proposição 15.1, aplicada bloco a bloco, sem posições e sem máscara a *média* das saídas é a mesma em qualquer ordem das palavras, e «o gato viu o rato» e «o rato viu o gato» teriam o mesmo vetor.
#
# Pôr no prompt os trechos encontrados, antes da pergunta, é a **[geração aumentada por recuperação](term:rag)** (Lewis et al., 2020). O modelo não muda: muda o texto que ele continua. Por isso ela corrige o que falta saber, não o que ele não consegue fazer, e só ajuda se o trecho certo for encontrado e couber. Cinco trechos de 200 palavras, na língua do glossário deste curso e com o
# tokenizador do modelo embutido, dão cerca de {{ passages | 0 }} tokens: {{ passages / T | 1 }} vezes o contexto dele, que é de {{ T }}.

# %% [markdown] lang="en" anchor="busca"
# ## Vectors for searching texts
#
# A **[text embedding](term:text-embedding)** comes from a transformer that reads the whole text and reduces it to a single vector, as a rule the mean of the last block's outputs, trained so that texts of similar meaning lie close (Reimers and Gurevych, 2019) or, for search, questions close to the passages that answer them. The vectors of many passages are stored; the search returns those of largest cosine with the question's.
#
# Does position take part? The stored vector has no part for it alone, but the model uses it while reading, and needs it: by Proposition 15.1, applied block by block, without positions and without a mask the *mean* of the outputs is the same in any order of the words, and “the cat saw the rat” and “the rat saw the cat” would have the same vector.
#
# Putting the passages found into the prompt, before the question, is **[retrieval-augmented generation](term:rag)** (Lewis et al., 2020). The model does not change: the text that it continues does. So it mends what the model does not know, not what it cannot do, and it helps only if the right passage is found and fits. Five passages of 200 words, in the Portuguese of this course's glossary and with the
# embedded model's tokenizer, make about {{ passages | 0 }} tokens: {{ passages / T | 1 }} times its context, which is {{ T }}.

# %% [markdown] lang="pt" fold="case"
# ### No papel: três trechos e uma pergunta

# %% [markdown] lang="en" fold="case"
# ### On paper: three passages and a question

# %% fold="case"
at_paper = {t(pt="a pergunta", en="the question"): (2.0, 1.0), t(pt="trecho A", en="passage A"): (1.0, 6.0), t(pt="trecho B", en="passage B"): (3.0, 1.0), t(pt="trecho C", en="passage C"): (-1.0, 3.0)}
asked, *found = at_paper.items()


def cosine(a, b):
    """Of two vectors of numbers."""
    return sum(x * y for x, y in zip(a, b)) / math.hypot(*a) / math.hypot(*b)


order = sorted(found, key=lambda one: -cosine(asked[1], one[1]))
assert max(found, key=lambda one: sum(x * y for x, y in zip(asked[1], one[1])))[0] == order[1][0]  # the product alone would choose another
Table(
    [t(pt="vetor", en="vector"), t(pt="componentes", en="components"), t(pt="produto com a pergunta", en="product with the question"), t(pt="comprimento", en="length"), t(pt="cosseno", en="cosine")],
    [[name, vector(v, 0), number(sum(x * y for x, y in zip(asked[1], v)), 0), number(math.hypot(*v), 3), number(cosine(asked[1], v), 3)] for name, v in [asked, *order]],
    t(pt=f"No papel, com dois componentes. O mais próximo é o {order[0][0]}. O {order[1][0]} tem o maior produto, mas só por ter um vetor mais comprido: por isso se divide pelos comprimentos.",
      en=f"On paper, with two components. The nearest is {order[0][0]}. The largest product is that of {order[1][0]}, but only because its vector is longer: hence the division by the lengths."))

# %% [markdown] lang="pt" anchor="motores"
# ## Nos motores de inferência
#
# A fórmula é uma; há duas maneiras de formar pares, e trocar uma pela outra estraga um modelo sem dar erro. O artigo junta componentes vizinhas, $2i$ e $2i+1$; muitas implementações juntam $i$ e $i + d/2$. O resultado é o mesmo se as linhas das matrizes que produzem consultas e chaves forem permutadas do mesmo modo.

# %% [markdown] lang="en" anchor="motores"
# ## In the engines
#
# The formula is one; there are two ways of making pairs, and taking one for the other ruins a model without raising an error. The paper pairs neighbouring components, $2i$ and $2i+1$; many implementations pair $i$ and $i + d/2$. The result is the same if the rows of the matrices that make queries and keys are permuted in the same way.

# %%
Callout("engines", t(pt="Quatro cuidados", en="Four cautions"), t(
    pt="**Pares.** transformers junta metades em Llama e Phi (`rotate_half`) e vizinhas em GPT-J (`rotate_every_two`); o operador RotaryEmbedding do ONNX tem o atributo `interleaved`. Aqui: `core.course.rotary.rotate(…, interleaved=…)`. **Quanto da cabeça gira.** O Llama gira tudo. O Phi-2 tem `partial_rotary_factor` 0,4, que em transformers 5 fica em `config.rope_parameters`: das 80 componentes de cada cabeça, 32 giram. "
       "**Base.** É lida em `config.rope_parameters['rope_theta']` (antes do transformers 5, em `config.rope_theta`); esquecer o valor do modelo deixa os ângulos errados. **Cache.** Em transformers a chave vai para o cache já girada; por isso não se pode mudar a posição de um trecho guardado sem girar de novo.",
    en="**Pairs.** transformers pairs halves in Llama and Phi (`rotate_half`) and neighbours in GPT-J (`rotate_every_two`); ONNX's operator RotaryEmbedding has the attribute `interleaved`. Here: `core.course.rotary.rotate(…, interleaved=…)`. **How much of a head turns.** Llama turns all of it. Phi-2 has `partial_rotary_factor` 0.4, which transformers 5 keeps in `config.rope_parameters`: of the 80 components of each head, 32 turn. "
       "**Base.** It is read from `config.rope_parameters['rope_theta']` (before transformers 5, from `config.rope_theta`); forgetting the model's value makes the angles wrong. **Cache.** In transformers the key goes into the cache already turned; so the position of a stored passage cannot change without turning it again."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (1 min). Projete os vizinhos: a turma escolhe um token e adivinha o primeiro vizinho (4 min). Ligue «tirar o vetor médio» e pergunte por que os cossenos caem (2 min). Mostre os opostos e peça uma frase em que os dois caibam (2 min). Prove a Proposição 15.1 com três cartões que os alunos trocam de lugar (3 min). "
       "Gire um par no quadro, com um ponteiro de relógio para a consulta e outro para a chave: avance os dois juntos (4 min). Mova a posição da chave na figura e abra a aposta (2 min). Feche com os dois enganos sobre posição (2 min). "
       "Enganos frequentes: que vizinho é sinônimo, que há um embedding por palavra, que RoPE soma um vetor, que a rotação enfraquece o que está longe.",
    en="Ask for the bet (1 min). Project the neighbours: the class picks a token and guesses its first neighbour (4 min). Switch on “take the mean vector off” and ask why the cosines fall (2 min). Show the opposites and ask for a sentence that takes either (2 min). Prove Proposition 15.1 with three cards that students swap (3 min). "
       "Turn a pair on the board, with one clock hand for the query and one for the key: move both on together (4 min). Move the key's position in the picture and open the bet (2 min). Close with the two misconceptions about position (2 min). "
       "Common mistakes: that a neighbour is a synonym, that there is one embedding per word, that RoPE adds a vector, that rotation weakens what is far."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
one = torch.tensor([1.0, 0.0], dtype=torch.float64)
at = [score(one, one, torch.tensor(distance)).item() for distance in (2, 5, 8, 0)]
Exercise(
    id="score", kind="numeric",
    question=t(pt="Uma cabeça tem um par só, que gira 1 radiano por posição. A consulta (1; 0) está na posição 5 e a chave (1; 0) na posição 3. Qual é o produto depois da rotação? (Duas casas bastam.)",
               en="A head has a single pair, which turns 1 radian per position. The query (1, 0) is at position 5 and the key (1, 0) at position 3. What is the product after rotation? (Two decimals will do.)"),
    answer=at[0], tolerance=0.006,
    mistakes=[
        Mistake(at[1], t(pt="Você girou só a consulta. A chave também gira, por 3 radianos.", en="You turned the query alone. The key turns too, by 3 radians.")),
        Mistake(at[2], t(pt="Você somou as posições. Os dois giram no mesmo sentido: vale a diferença.", en="You added the positions. Both turn the same way: the difference counts.")),
        Mistake(at[3], t(pt="Esse é o produto sem rotação.", en="That is the product without rotation.")),
    ],
    right=t(pt=f"O ângulo entre os dois é 5 − 3 = 2 radianos, e cos 2 = {number(at[0], 4)}.", en=f"The angle between the two is 5 − 3 = 2 radians, and cos 2 = {number(at[0], 4)}."),
    wrong=t(pt="Qual é o ângulo entre os dois vetores girados? O produto é o cosseno dele, em radianos.", en="What is the angle between the two turned vectors? The product is its cosine, in radians."),
    unreadable=say("exercise.unreadable"))

# %%
Exercise(
    id="table", kind="numeric",
    question=t(pt=f"O modelo embutido tem vocabulário de {number(V, 0)} tokens, {number(T, 0)} posições e vetores de {C} componentes. Quantos parâmetros tem a tabela de posições?",
               en=f"The embedded model has a vocabulary of {number(V, 0)} tokens, {number(T, 0)} positions and vectors of {C} components. How many parameters does the table of positions have?"),
    answer=T * C, tolerance=0.5,
    mistakes=[
        Mistake(V * C, t(pt="Essa é a tabela dos tokens.", en="That is the table of the tokens.")),
        Mistake((V + T) * C, t(pt="Essas são as duas tabelas juntas.", en="Those are both tables together.")),
        Mistake(T, t(pt="Cada posição tem um vetor inteiro, não um número.", en="Every position has a whole vector, not one number.")),
    ],
    right=t(pt=f"{number(T, 0)} × {C} = {number(T * C, 0)}. Com RoPE seriam 0: os ângulos não se aprendem.", en=f"{number(T, 0)} × {C} = {number(T * C, 0)}. With RoPE it would be 0: the angles are not learned."),
    wrong=t(pt="Uma linha por posição, com tantos números quantas são as componentes.", en="One row per position, with as many numbers as there are components."),
    unreadable=say("exercise.unreadable"))

# %%
still = rotate(torch.tensor([[3.0, 4.0, 0.0, 0.0]], dtype=torch.float64), torch.tensor([1000]), interleaved=True).norm().item()
assert abs(still - 5) < 1e-12
Exercise(
    id="length", kind="predict",
    question=t(pt="A consulta (3; 4; 0; 0) vai para a posição 1.000 e é girada. Qual é o seu comprimento?", en="The query (3, 4, 0, 0) goes to position 1,000 and is rotated. What is its length?"),
    options=[
        Option("5", t(pt="A raiz de 9 + 16, como na posição 0: girar não muda comprimentos.", en="The root of 9 + 16, as at position 0: rotation does not change lengths."), correct=True),
        Option(t(pt="5.000", en="5,000"), t(pt="A posição multiplica o ângulo, não o vetor.", en="The position multiplies the angle, not the vector.")),
        Option("0", t(pt="Nada se perde em uma rotação; o vetor só aponta para outro lado.", en="Nothing is lost in a rotation; the vector only points elsewhere.")),
        Option("7", t(pt="Essa é a soma das componentes. O comprimento é a raiz da soma dos quadrados.", en="That is the sum of the components. The length is the root of the sum of the squares.")),
    ],
    reveal=t(pt=f"Calculado por core: {short(still, 6)}.", en=f"Computed by core: {short(still, 6)}."))

# %%
BUGGY = """from math import cos, sin

def turn(x, angle):
    a, b = x
    first = a * cos(angle) - b * sin(angle)
    second = a * sin(angle) - b * cos(angle)
    return first, second

def score(q, k, m, n, theta):
    q = turn(q, m * theta)
    k = turn(k, n * theta)
    return q[0] * k[0] + q[1] * k[1]"""
namespace = {}
exec(BUGGY, namespace)
wrong_near, wrong_far = (namespace["score"]((1, 2), (2, 1), m, n, 1) for m, n in ((5, 3), (6, 4)))
right_near = score(torch.tensor([1.0, 2.0]), torch.tensor([2.0, 1.0]), torch.tensor(2)).item()
assert abs(wrong_near - wrong_far) > 0.1
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt=f"Com q = (1; 2), k = (2; 1) e theta = 1, esta função dá {number(wrong_near, 3)} nas posições 5 e 3 e {number(wrong_far, 3)} nas posições 6 e 4. Deveria dar {number(right_near, 3)} nas duas vezes. Qual linha está errada?",
               en=f"With q = (1, 2), k = (2, 1) and theta = 1, this function gives {number(wrong_near, 3)} at positions 5 and 3 and {number(wrong_far, 3)} at positions 6 and 4. It should give {number(right_near, 3)} both times. Which line is wrong?"),
    options=[
        Option("5: `first = a * cos(angle) - b * sin(angle)`", t(pt="A primeira componente é a cos − b sen: certo.", en="The first component is a cos − b sin: right.")),
        Option("6: `second = a * sin(angle) - b * cos(angle)`",
               t(pt="A segunda componente é a sen + b cos. Com o sinal trocado a matriz não é uma rotação: R(α)ᵀR(β) deixa de depender só de β − α.", en="The second component is a sin + b cos. With the sign changed the matrix is no rotation: R(α)ᵀR(β) no longer depends on β − α alone."), correct=True),
        Option("11: `k = turn(k, n * theta)`", t(pt="A chave gira no mesmo sentido, pela posição dela. Com o ângulo negativo, contaria a soma das posições.", en="The key turns the same way, by its position. With a negative angle the sum of the positions would count.")),
        Option("12: `return q[0] * k[0] + q[1] * k[1]`", t(pt="O produto escalar está certo.", en="The dot product is right.")),
    ])

# %%
Exercise(
    id="partial", kind="choice",
    question=t(pt="No Phi-2, 48 das 80 componentes de cada cabeça não giram. O que elas acrescentam à pontuação de uma consulta q com uma chave k fixas?", en="In Phi-2, 48 of the 80 components of each head do not turn. What do they add to the score of a fixed query q with a fixed key k?"),
    options=[
        Option(t(pt="o mesmo, a qualquer distância", en="the same, at any distance"), t(pt="O produto dessas componentes não vê posição. A soma ainda só depende da distância, pelas 32 que giram.", en="The product of these components sees no position. The sum still depends on the distance alone, through the 32 that turn."), correct=True),
        Option(t(pt="nada: elas são ignoradas ali", en="nothing: they are ignored there"), t(pt="Elas entram no produto escalar como sempre; só não giram.", en="They enter the dot product as ever; they only do not turn.")),
        Option(t(pt="algo que depende da posição absoluta", en="something that depends on the absolute position"), t(pt="Nada do que não gira conhece posição alguma.", en="What does not turn knows no position at all.")),
    ])

# %%
Exercise(
    id="insert", kind="choice",
    question=t(pt="Você põe uma frase antes de um texto. Na entrada do primeiro bloco, o que muda para cada token do texto original?", en="You put a sentence before a text. At the entrance of the first block, what changes for every token of the original text?"),
    options=[
        Option(t(pt="no GPT-2 o vetor muda; com RoPE, não", en="in GPT-2 the vector changes; with RoPE, not"), t(pt="No GPT-2 soma-se a linha de outra posição. Com RoPE o vetor é só o embedding do token; as distâncias dentro do texto original também ficam.", en="In GPT-2 the row of another position is added. With RoPE the vector is the token's embedding alone; distances within the original text stay too."), correct=True),
        Option(t(pt="nos dois o vetor muda: a posição é outra", en="in both the vector changes: the position is another"), t(pt="Com RoPE a posição só entra na pontuação, dentro da atenção.", en="With RoPE position enters only the score, inside the attention.")),
        Option(t(pt="em nenhum o vetor muda: o token é o mesmo", en="in neither does the vector change: the token is the same"), t(pt="O embedding do token é o mesmo, mas o GPT-2 soma a ele o da posição, que agora é outra.", en="The token's embedding is the same, but GPT-2 adds that of the position, which is now another.")),
    ])

# %%
Experiment(
    id="moved", task="order",
    question=t(pt="Troque as palavras de lugar na segunda linha, deixando a última onde está, até que a primeira candidata a vir depois seja *outra*. Os tokens são os mesmos, e a soma dos embeddings deles também: o que muda é a posição.",
               en="Move the words of the second line about, leaving the last where it is, until the first candidate to come next is *another one*. The tokens are the same, and so is the sum of their embeddings: what changes is the position. (The model knows Portuguese alone.)"),
    entries=[Entry("one", t(pt="1. Uma ordem (você pode trocar a frase)", en="1. One order (you may change the sentence)"), "de vez em", longest=90), Entry("other", t(pt="2. Outra ordem", en="2. Another order"), "de vez em", longest=90)],
    said={
        "met": t(pt="Antes vinha «{before}», agora vem «{now}». As duas distribuições ficam a {tv|%1} uma da outra (variação total). Sem posição e sem máscara, o modelo não teria como saber em que ordem as palavras chegaram.",
                 en="Before it was “{before}”, now it is “{now}”. The two distributions are {tv|%1} apart (total variation). Without positions and without a mask, the model would have no way to know in which order the words came."),
        "missed": t(pt="As distribuições se afastam {tv|%1} (variação total), mas «{before}» continua a primeira.", en="The distributions are {tv|%1} apart (total variation), but “{before}” still comes first."),
        "unfit": t(pt="As duas linhas precisam das mesmas palavras, ao menos três, com a mesma no fim. Maiúsculas não contam; vírgulas, sim.",
                   en="The two lines need the same words, at least three, with the same one at the end. Capitals do not count; commas do."),
    },
    caption=t(pt="A primeira candidata depois de cada ordem", en="The first candidate after each order"),
    hint=t(pt="Desfaça uma expressão que o modelo conhece inteira: o que a completava deixa de caber.", en="Break up a phrase that the model knows as a whole: what completed it no longer fits."))

# %%
assert len(tokenizer.encode("de")) == len(tokenizer.encode(" de")) == 1 and tokenizer.encode("de") != tokenizer.encode(" de")
Exercise(
    id="recall", kind="choice",
    question=t(pt="Da lição [Tokens](lesson:tokens): na tabela de embeddings do modelo embutido, «de» no começo da frase e « de» no meio dela leem:",
               en="From the lesson [Tokens](lesson:tokens): in the embedded model's table of embeddings, “de” at the start of a sentence and “ de” in the middle of it read:"),
    options=[
        Option(t(pt="a mesma linha, porque a palavra é uma só", en="the same row, because the word is one"), t(pt="A tabela tem uma linha por token, e o espaço faz parte do segundo token.", en="The table has one row per token, and the space is part of the second token.")),
        Option(t(pt="duas linhas, cada uma aprendida à parte", en="two rows, each learned on its own"), t(pt="São tokens diferentes. Se os dois vetores acabam próximos, é porque aparecem em contextos parecidos.", en="They are different tokens. If the two vectors end up close, it is because they occur in similar contexts."), correct=True),
        Option(t(pt="a mesma linha, mais um vetor do espaço", en="the same row, plus a vector of the space"), t(pt="O espaço não é um token à parte aqui: está grudado no começo da palavra.", en="The space is no token of its own here: it is stuck to the start of the word.")),
    ])

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Um embedding é uma linha aprendida por token, a mesma em toda posição. Perto quer dizer «nos mesmos contextos», não «sinônimo».
# - Um cosseno só significa algo ao lado do cosseno de dois tokens quaisquer; tokens raros acabam juntos sem parentesco nenhum.
# - Sem posição e sem máscara, trocar a ordem das palavras só troca a ordem das saídas.
# - O GPT-2 soma um vetor por posição, e a tabela acaba. RoPE gira consultas e chaves, e só a distância entra na pontuação.
# - A busca por significado compara vetores de textos inteiros; RAG põe no prompt o que ela encontra.
#
# A seguir: [a atenção](lesson:attention), que usa consultas, chaves e valores.

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - An embedding is one learned row per token, the same at every position. Near means “in the same contexts”, not “synonym”.
# - A cosine means something only beside the cosine of two tokens taken at random; rare tokens end up together with no kinship at all.
# - Without position and without a mask, swapping the words only swaps the outputs.
# - GPT-2 adds a vector per position, and the table ends. RoPE rotates queries and keys, and distance alone enters the score.
# - Search by meaning compares vectors of whole texts; RAG puts what it finds into the prompt.
#
# Next: [attention](lesson:attention), which uses queries, keys and values.
