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
#     minutes: 14
#     prerequisites:
#       pt: "a lição de tokens; produto escalar, seno e cosseno"
#       en: "the lesson on tokens; the dot product, sine and cosine"
#     sources:
#       - {id: mikolov2013, text: "Mikolov et al. (2013). Efficient Estimation of Word Representations in Vector Space. arXiv:1301.3781", url: "https://arxiv.org/abs/1301.3781"}
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
import torch

from core.rotary import rotate, score
from dashboard.blocks import Answer, Callout, Correction, Exercise, Mistake, Option, Table
from dashboard.language import number, say, short, t
from dashboard.recorded.inside import shape
from dashboard.recorded.neighbours import NEAREST, neighbours

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
               t(pt="Girar não encurta um vetor. Nada se apaga por estar longe do começo do texto.", en="To rotate a vector does not shorten it. Nothing is wiped out for being far from the start of the text.")),
        Option(t(pt="muda sem regra aparente: os ângulos são outros", en="changes with no visible rule: the angles are others"),
               t(pt="Cada vetor gira para outro lugar, é verdade. Mas os dois giram juntos, e o ângulo entre eles fica.", en="Each vector does turn to another place. But both turn together, and the angle between them stays.")),
        Option(t(pt="não muda", en="does not change"),
               t(pt=f"Calculado com dois vetores de 64 componentes sorteados: {number(near, 6)} nas posições 12 e 4, {number(far, 6)} nas posições 1.012 e 1.004. A Proposição 2 diz por quê.",
                 en=f"Computed with two drawn vectors of 64 components: {number(near, 6)} at positions 12 and 4, {number(far, 6)} at positions 1,012 and 1,004. Proposition 2 says why."), correct=True),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Um vetor sozinho diz pouco; a vizinhança diz mais. Compare vetores pelo **cosseno**, o produto escalar depois de pôr os dois no comprimento 1: vale 1 se apontam para o mesmo lado, 0 se são perpendiculares. Abaixo estão os {{ many }} tokens mais próximos de
# cada token da lista, na tabela que o modelo embutido aprendeu. São {{ V }} vetores com {{ C }} componentes. Troque o token, depois tire o vetor médio e veja quem fica.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# A vector alone says little; its neighbourhood says more. Compare vectors by the **cosine**, the dot product once both have been brought to length 1: it is 1 if they point the same way, 0 if they are perpendicular. Below are the {{ many }} tokens nearest to
# each token of the list, in the table that the embedded model has learned. It has {{ V }} vectors of {{ C }} components. Change the token, then take the mean vector off and see who stays.

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
# depois de quê ele costuma vir. Os primeiros Llama e o Phi-2 usam duas tabelas.
#
# O que um embedding sabe e o que não sabe:
#
# - Há **um por token**, não um por palavra nem um por sentido. «manga» de camisa e «manga» fruta entram iguais. Quem separa os sentidos são os blocos, quando leem o resto da frase.
# - É o **mesmo em toda posição** e em todo texto: só o treinamento o muda.
# - Não é o vetor das buscas semânticas. Esse resume um texto inteiro e sai do fim de uma rede treinada para isso.

# %% [markdown] lang="en" anchor="aprendido"
# ## Where these vectors come from
#
# Nobody wrote them. At the start of training they are random numbers; at every step a token's vector changes so that the network predicts better what comes after it. Tokens that ask for the same continuation are pushed to similar places. The idea is older than the transformer:
# Mikolov et al. (2013) used it alone, with no deep network.
#
# In the embedded model, as in GPT-2, the same table works twice. On the way in, the token's row is read. On the way out, the [logit](term:logit) of each token is the dot product of the network's last vector with that token's row. These are **tied weights** (Press and Wolf, 2017), and because of them a token's vector also says
# what it usually comes after. The first Llamas and Phi-2 use two tables.
#
# What an embedding knows and what it does not:
#
# - There is **one per token**, not one per word or one per sense. The “bank” of a river and the “bank” with money enter alike. The blocks tell the senses apart, when they read the rest of the sentence.
# - It is the **same at every position** and in every text: only training changes it.
# - It is not the vector of semantic search. That one sums up a whole text and comes out of the end of a network trained for it.

# %%
pair, far_pair, groups = min(kept.opposites, key=lambda one: one[3]), max(kept.opposites, key=lambda one: one[3]), kept.groups
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
    t(pt=f"Médias sobre todos os pares; `python -m dashboard.recorded` refaz a conta. O comprimento mediano dos vetores vai de {number(groups[0][2], 3)} no primeiro grupo a {number(groups[-1][2], 3)} no último. Subtrair o vetor médio é o primeiro passo de Mu, Bhat e Viswanath (2018).",
      en=f"Means over all pairs; `python -m dashboard.recorded` makes them again. The median length of the vectors goes from {number(groups[0][2], 3)} in the first group to {number(groups[-1][2], 3)} in the last. To subtract the mean vector is the first step of Mu, Bhat and Viswanath (2018)."))

# %% [markdown] lang="pt" anchor="ordem"
# ## Sem posição, sem ordem
#
# Um cosseno alto, então, só significa algo ao lado do cosseno de dois tokens quaisquer. E há uma coisa que nenhum embedding de token diz: onde o token está. A atenção, assunto da [próxima lição](lesson:attention), sozinha também não sabe:
#
# > **Proposição 1.** Seja uma camada de [autoatenção](term:self-attention) sem máscara, $o_t = \sum_j a_{tj} v_j$, em que $a_{t\cdot}$ é o softmax de $q_t \cdot k_j/\sqrt{d}$ sobre todos os $j$, e $q_t, k_t, v_t$ são a mesma função do vetor $x_t$ em toda posição. Se as entradas são permutadas, as saídas são permutadas do mesmo modo.
#
# *Prova.* Seja $x'_t = x_{\pi(t)}$. Então $q'_t = q_{\pi(t)}$, e o mesmo para $k'$ e $v'$. A pontuação $q'_t \cdot k'_j$ é a de $\pi(t)$ com $\pi(j)$, e a soma do softmax sobre $j$ é a mesma soma em outra ordem. Logo $a'_{tj} = a_{\pi(t)\pi(j)}$ e $o'_t = \sum_j a_{\pi(t)\pi(j)} v_{\pi(j)} = o_{\pi(t)}$. $\blacksquare$
#
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

# %% [markdown] lang="en" anchor="ordem"
# ## No position, no order
#
# So a high cosine means something only beside the cosine of two tokens taken at random. And there is one thing that no token embedding says: where the token stands. Attention, the subject of the [next lesson](lesson:attention), does not know by itself either:
#
# > **Proposition 1.** Let there be a layer of [self-attention](term:self-attention) without a mask, $o_t = \sum_j a_{tj} v_j$, where $a_{t\cdot}$ is the softmax of $q_t \cdot k_j/\sqrt{d}$ over all $j$, and $q_t, k_t, v_t$ are the same function of the vector $x_t$ at every position. If the inputs are permuted, the outputs are permuted in the same way.
#
# *Proof.* Let $x'_t = x_{\pi(t)}$. Then $q'_t = q_{\pi(t)}$, and likewise $k'$ and $v'$. The score $q'_t \cdot k'_j$ is that of $\pi(t)$ with $\pi(j)$, and the softmax's sum over $j$ is the same sum in another order. Hence $a'_{tj} = a_{\pi(t)\pi(j)}$ and $o'_t = \sum_j a_{\pi(t)\pi(j)} v_{\pi(j)} = o_{\pi(t)}$. $\blacksquare$
#
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

# %%
charts.positions(
    "positions", t(pt="Posições aprendidas: cosseno por distância", en="Learned positions: cosine by distance"), kept, value=8,
    said=t(pt="À distância {distance|0} há {many|0} pares de posições. O cosseno vai de {least|3} a {most|3}, com média {mean|3}: a mesma distância não é sempre a mesma coisa.",
           en="At distance {distance|0} there are {many|0} pairs of positions. The cosine goes from {least|3} to {most|3}, with mean {mean|3}: the same distance is not always the same thing."),
    caption=t(pt="Da tabela de posições do modelo embutido, multicabeças, com vetores como estão.", en="From the table of positions of the embedded multi-head model, vectors as they are."))

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
# A base $b$ é 10.000 no artigo e nos dois primeiros Llama; o Llama 3 usa 500.000 (Grattafiori et al., 2024). O primeiro par gira 1 radiano por posição e distingue vizinhos; o último mal se move e distingue lugares distantes. Os valores $v$ não giram. Faça a conta com quatro componentes e base 100: os dois primeiros casos têm a mesma distância, o terceiro não.

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
# > **Proposição 2.** Seja $R_m$ a matriz que gira cada par $i$ por $m\,\theta_i$. Para todos os vetores $q, k$ e todas as posições $m, n$: (a) $\lVert R_m q \rVert = \lVert q \rVert$; (b) $R_m q \cdot R_n k$ depende de $m$ e $n$ só por $m - n$.
#
# *Prova.* Em um par, chame de $R(\alpha)$ a rotação de ângulo $\alpha$. Pelas fórmulas da soma, $R(\alpha)R(\beta) = R(\alpha + \beta)$, e $R(\alpha)^\top = R(-\alpha)$. Logo $R(\alpha)^\top R(\alpha) = R(0)$ é a identidade, e o quadrado do comprimento, $(R_m q)^\top R_m q = q^\top q$, não muda: (a).
# E $R(m\theta_i)^\top R(n\theta_i) = R((n - m)\theta_i)$, de modo que $R_m q \cdot R_n k = q^\top R_{n-m} k$: (b). Por extenso, com $\delta = m - n$, com $(a_i, b_i)$ o par da consulta e $(c_i, e_i)$ o da chave,
#
# $$
# \begin{aligned}
# R_m q \cdot R_n k = \sum_i \big[ &(a_i c_i + b_i e_i) \cos \delta\theta_i \\
# {} + {} &(a_i e_i - b_i c_i) \operatorname{sen} \delta\theta_i \big]. \;\blacksquare
# \end{aligned}
# $$
#
# Na figura, mude a posição da chave: consulta e chave giram para outro lugar, e a curva fica onde está. Ela é calculada girando os dois vetores, não pela fórmula da distância.

# %% [markdown] lang="en" anchor="prova"
# ## Only the distance matters
#
# > **Proposition 2.** Let $R_m$ be the matrix that rotates every pair $i$ by $m\,\theta_i$. For all vectors $q, k$ and all positions $m, n$: (a) $\lVert R_m q \rVert = \lVert q \rVert$; (b) $R_m q \cdot R_n k$ depends on $m$ and $n$ only through $m - n$.
#
# *Proof.* In one pair, write $R(\alpha)$ for the rotation by the angle $\alpha$. By the addition formulas, $R(\alpha)R(\beta) = R(\alpha + \beta)$, and $R(\alpha)^\top = R(-\alpha)$. Hence $R(\alpha)^\top R(\alpha) = R(0)$ is the identity, and the squared length, $(R_m q)^\top R_m q = q^\top q$, does not change: (a).
# And $R(m\theta_i)^\top R(n\theta_i) = R((n - m)\theta_i)$, so that $R_m q \cdot R_n k = q^\top R_{n-m} k$: (b). In full, with $\delta = m - n$, with $(a_i, b_i)$ the query's pair and $(c_i, e_i)$ the key's,
#
# $$
# \begin{aligned}
# R_m q \cdot R_n k = \sum_i \big[ &(a_i c_i + b_i e_i) \cos \delta\theta_i \\
# {} + {} &(a_i e_i - b_i c_i) \sin \delta\theta_i \big]. \;\blacksquare
# \end{aligned}
# $$
#
# In the picture, change the key's position: query and key turn to another place, and the curve stays where it is. It is computed by turning both vectors, not by the formula of the distance.

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
       "E a Proposição 2 fixa $q$ e $k$: em um texto, eles mudam com tudo o que foi lido.",
    en=f"Every term is a cosine, and a cosine comes back. With a single pair and a query equal to the key, the score is {number(before, 4)} at distance 22 and {number(back, 4)} at distance 44, because 44 radians are seven turns, almost exactly. Su et al. (2021) derive a *bound* of the score and show in a plot that it falls with distance, with many pairs; the score itself need not. "
       "And Proposition 2 fixes $q$ and $k$: in a text they change with all that has been read."))

# %%
Correction(
    [[t(pt="F8: posição dos tokens", en="F8: the position of tokens"), t(pt="o vetor de posição é somado ao embedding ou concatenado com ele", en="the position vector is added to the embedding or concatenated with it"),
      t(pt="somado no GPT-2; em Phi-2 e Llama nada se soma, giram-se Q e K", en="added in GPT-2; in Phi-2 and Llama nothing is added, Q and K are rotated")]],
    t(pt="Uma soma muda o vetor que segue pela rede inteira, valores incluídos. A rotação só muda a pontuação, em cada bloco, e nenhuma posição se soma ao vetor que segue.",
      en="An addition changes the vector that goes on through the whole network, values included. Rotation changes only the score, in every block, and no position is added to the vector that goes on."))

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
    pt="**Pares.** transformers junta metades em Llama e Phi (`rotate_half`) e vizinhas em GPT-J (`rotate_every_two`); o operador RotaryEmbedding do ONNX tem o atributo `interleaved`. Aqui: `core.rotary.rotate(…, interleaved=…)`. **Quanto da cabeça gira.** O Llama gira tudo. O Phi-2 tem `partial_rotary_factor` 0,4: das 80 componentes de cada cabeça, 32 giram. "
       "**Base.** É lida em `rope_theta`; esquecer o valor do modelo deixa os ângulos errados. **Cache.** Em transformers a chave vai para o cache já girada; por isso não se pode mudar a posição de um trecho guardado sem girar de novo.",
    en="**Pairs.** transformers pairs halves in Llama and Phi (`rotate_half`) and neighbours in GPT-J (`rotate_every_two`); ONNX's operator RotaryEmbedding has the attribute `interleaved`. Here: `core.rotary.rotate(…, interleaved=…)`. **How much of a head turns.** Llama turns all of it. Phi-2 has `partial_rotary_factor` 0.4: of the 80 components of each head, 32 turn. "
       "**Base.** It is read from `rope_theta`; to forget the model's value makes the angles wrong. **Cache.** In transformers the key goes into the cache already turned; so the position of a stored passage cannot change without turning it again."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (1 min). Projete os vizinhos: a turma escolhe um token e adivinha o primeiro vizinho (4 min). Ligue «tirar o vetor médio» e pergunte por que os cossenos caem (2 min). Mostre os opostos e peça uma frase em que os dois caibam (2 min). Prove a Proposição 1 com três cartões que os alunos trocam de lugar (3 min). "
       "Gire um par no quadro, com um ponteiro de relógio para a consulta e outro para a chave: avance os dois juntos (4 min). Mova a posição da chave na figura e abra a aposta (2 min). Feche com a errata (2 min). "
       "Enganos frequentes: que vizinho é sinônimo, que há um embedding por palavra, que RoPE soma um vetor, que a rotação enfraquece o que está longe.",
    en="Ask for the bet (1 min). Project the neighbours: the class picks a token and guesses its first neighbour (4 min). Switch on “take the mean vector off” and ask why the cosines fall (2 min). Show the opposites and ask for a sentence that takes either (2 min). Prove Proposition 1 with three cards that students swap (3 min). "
       "Turn a pair on the board, with one clock hand for the query and one for the key: move both on together (4 min). Move the key's position in the picture and open the bet (2 min). Close with the erratum (2 min). "
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
    return a * cos(angle) - b * sin(angle), a * sin(angle) - b * cos(angle)

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
        Option("5: `return a * cos(angle) - b * sin(angle), a * sin(angle) - b * cos(angle)`",
               t(pt="A segunda componente é a sen + b cos. Com o sinal trocado a matriz não é uma rotação: R(α)ᵀR(β) deixa de depender só de β − α.", en="The second component is a sin + b cos. With the sign changed the matrix is no rotation: R(α)ᵀR(β) no longer depends on β − α alone."), correct=True),
        Option("8: `q = turn(q, m * theta)`", t(pt="A consulta gira pela sua própria posição: certo.", en="The query turns by its own position: right.")),
        Option("9: `k = turn(k, n * theta)`", t(pt="A chave gira no mesmo sentido, pela posição dela. Com o ângulo negativo, contaria a soma das posições.", en="The key turns the same way, by its position. With a negative angle the sum of the positions would count.")),
        Option("10: `return q[0] * k[0] + q[1] * k[1]`", t(pt="O produto escalar está certo.", en="The dot product is right.")),
    ])

# %%
Exercise(
    id="partial", kind="choice",
    question=t(pt="No Phi-2, 48 das 80 componentes de cada cabeça não giram. O que elas acrescentam à pontuação de uma consulta q com uma chave k fixas?", en="In Phi-2, 48 of the 80 components of each head do not turn. What do they add to the score of a fixed query q with a fixed key k?"),
    options=[
        Option(t(pt="o mesmo, a qualquer distância", en="the same, at any distance"), t(pt="O produto dessas componentes não vê posição. A soma ainda só depende da distância, pelas 32 que giram.", en="The product of these components sees no position. The sum still depends on the distance alone, through the 32 that turn."), correct=True),
        Option(t(pt="nada: são ignoradas", en="nothing: they are ignored"), t(pt="Elas entram no produto escalar como sempre; só não giram.", en="They enter the dot product as ever; they only do not turn.")),
        Option(t(pt="algo que depende da posição absoluta", en="something that depends on the absolute position"), t(pt="Nada do que não gira conhece posição alguma.", en="What does not turn knows no position at all.")),
    ])

# %%
Exercise(
    id="insert", kind="choice",
    question=t(pt="Você põe uma frase antes de um texto. Na entrada do primeiro bloco, o que muda para cada token do texto original?", en="You put a sentence before a text. At the entrance of the first block, what changes for every token of the original text?"),
    options=[
        Option(t(pt="no GPT-2 o vetor muda; com RoPE, não", en="in GPT-2 the vector changes; with RoPE it does not"), t(pt="No GPT-2 soma-se a linha de outra posição. Com RoPE o vetor é só o embedding do token; as distâncias dentro do texto original também ficam.", en="In GPT-2 the row of another position is added. With RoPE the vector is the token's embedding alone; distances within the original text stay too."), correct=True),
        Option(t(pt="nos dois o vetor muda", en="in both the vector changes"), t(pt="Com RoPE a posição só entra na pontuação, dentro da atenção.", en="With RoPE position enters only the score, inside the attention.")),
        Option(t(pt="em nenhum: o token é o mesmo", en="in neither: the token is the same"), t(pt="O embedding do token é o mesmo, mas o GPT-2 soma a ele o da posição, que agora é outra.", en="The token's embedding is the same, but GPT-2 adds that of the position, which is now another.")),
    ])
