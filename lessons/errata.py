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
#     slug: {pt: erratas, en: errata}
#     title: {pt: Erratas, en: Errata}
#     summary:
#       pt: "O que os textos de origem do curso dizem de errado ou de incompleto, ao lado do valor certo, calculado agora, e do motivo."
#       en: "What the course's source texts get wrong or leave open, beside the right value, computed now, and the reason."
#     sources:
#       - {id: azevedo2009, text: "Azevedo et al. (2009). Equal numbers of neuronal and nonneuronal cells make the human brain an isometrically scaled-up primate brain. Journal of Comparative Neurology 513(5), 532–541", url: "https://doi.org/10.1002/cne.21974"}
#       - {id: sharir2020, text: "Sharir, Peleg & Shoham (2020). The Cost of Training NLP Models: A Concise Overview. arXiv:2004.08900", url: "https://arxiv.org/abs/2004.08900"}
#       - {id: du2021, text: "Du et al. (2021). GLaM: Efficient Scaling of Language Models with Mixture-of-Experts. arXiv:2112.06905", url: "https://arxiv.org/abs/2112.06905"}
#       - {id: su2021, text: "Su et al. (2021). RoFormer: Enhanced Transformer with Rotary Position Embedding. arXiv:2104.09864", url: "https://arxiv.org/abs/2104.09864"}
#       - {id: rafailov2023, text: "Rafailov et al. (2023). Direct Preference Optimization: Your Language Model Is Secretly a Reward Model. arXiv:2305.18290", url: "https://arxiv.org/abs/2305.18290"}
#       - {id: deepseek2025, text: "DeepSeek-AI (2025). DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement Learning. arXiv:2501.12948", url: "https://arxiv.org/abs/2501.12948"}
# ---

# %% [markdown] lang="pt" anchor="inicio"
# Este curso cresceu de textos de estudo. O assunto deles é o nosso; as contas nem sempre fecham e as provas às vezes param antes do fim. Aqui está cada ponto, com o que
# o texto diz, o que é certo e por quê. Os números da coluna «certo» são calculados quando esta página é feita; os fatos trazem a fonte.
#
# ## Números

# %% [markdown] lang="en" anchor="inicio"
# This course grew out of study notes. Their subject is ours; their sums do not always add up and their proofs sometimes stop before the end. Here is every point, with what
# the text says, what is right and why. The numbers in the column “right” are computed when this page is made; the facts come with their source.
#
# ## Numbers

# %%
import math

from core import (
    ENGINES, SamplingParams, cold_miss, cold_miss_bound, entropy, hot_distance, hot_distance_bound, largest_odds, probabilities, softmax,
    top_k,
)
from dashboard.blocks import Correction
from dashboard.language import number, percent, short, t, typeset, vector
from dashboard.lesson import lessons

TITLES = {one.slug: one.text("title") for one in lessons()}
u, v, w = [3, 1, 0, -1], [2, 1, 0, -1], [4, 2, 1, -1]


def entry(code, where, said, right, why, lesson=""):
    """One point: what the text says, what is right, why, and the lesson that treats it."""
    if lesson:
        link = f"[{TITLES[lesson]}](lesson:{lesson})"
        why += t(pt=f" Na lição {link}.", en=f" In the lesson {link}.")
    return Correction([[f"{code}: {where}", said, right]], why)


def vectors(code, logits, tau, said, why):
    """A softmax with temperature, as printed in the text and as it is."""
    total = math.fsum(said)
    adds = "" if abs(total - 1) < 0.01 else t(pt=f", que soma {short(total, 3)}", en=f", which adds up to {short(total, 3)}")
    return entry(code, typeset(f"u = {vector(logits, trim=True)}, τ = {short(tau)}"), vector(said, trim=True) + adds,
                 vector(softmax(logits, tau).tolist()), why, "temperature")


first_three = softmax(v[:3]).tolist()
off = max(abs(a - b) for a, b in zip([0.665, 0.244, 0.089], first_three, strict=True))


def odds(difference, tau, said):
    """Why a vector cannot be right: the odds of its first two tokens."""
    return t(pt=f"A razão entre os dois primeiros tem de ser e^({difference}/{short(tau)}) = {number(math.exp(difference / tau), 2)}; a do texto é {number(said, 2)}.",
             en=f"The ratio of the first two has to be e^({difference}/{short(tau)}) = {number(math.exp(difference / tau), 2)}; the text's is {number(said, 2)}.")


[
    vectors("N1", u, 1.0, [0.665, 0.244, 0.089, 0.033],
            t(pt=f"Os três primeiros ficam a no máximo {number(off, 3)} do softmax de {vector(v[:3], trim=True)}: os logits são os do exemplo seguinte, e a soma do denominador deixou de fora o último.",
              en=f"The first three are within {number(off, 3)} of the softmax of {vector(v[:3], trim=True)}: the logits are the next example's, and the sum in the denominator left out the last one.")),
    vectors("N2", u, 0.5, [0.929, 0.064, 0.006, 0.0001], odds(2, 0.5, 0.929 / 0.064)),
    vectors("N3", u, 2.0, [0.473, 0.286, 0.173, 0.067], odds(2, 2.0, 0.473 / 0.286)),
    vectors("N4", v, 0.5, [0.83, 0.11, 0.04, 0.00],
            t(pt=f"A própria fração do texto, {number(54.598, 3)} ÷ {number(63.122, 3)}, dá {number(54.598 / 63.122, 3)}.",
              en=f"The text's own fraction, {number(54.598, 3)} ÷ {number(63.122, 3)}, is {number(54.598 / 63.122, 3)}.")),
    vectors("N5", v, 1.0, [0.67, 0.24, 0.09, 0.03],
            t(pt=f"Sem o último token, os três primeiros seriam {vector(first_three, 2)}: a soma do denominador deixou de fora uma parcela.",
              en=f"Without the last token, the first three would be {vector(first_three, 2)}: the sum in the denominator left out a term.")),
    vectors("N6", v, 2.0, [0.48, 0.30, 0.18, 0.09],
            t(pt="A soma passa de 1, e uma distribuição soma 1: basta somar para achar o erro.",
              en="The sum is above 1, and a distribution adds up to 1: adding up is enough to find the mistake.")),
]

# %%
ten = [0.4, 0.3, 0.15, 0.05, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01]
cut = [vector(softmax(top_k([math.log(x) for x in ten], k))[:k].tolist(), digits) for k, digits in ((3, 4), (2, 2))]
[
    entry("N7", t(pt="P sobre dez palavras depois de τ = 0,7", en="P over ten words after τ = 0.7"),
          t(pt=f"{vector(ten, 2, trim=True)}, como distribuição", en=f"{vector(ten, 2, trim=True)}, as a distribution"),
          vector([x / math.fsum(ten) for x in ten], 3),
          t(pt=f"A lista soma {number(math.fsum(ten), 2)}. Só vira distribuição depois de dividida pela soma.",
            en=f"The list adds up to {number(math.fsum(ten), 2)}. It becomes a distribution only after it is divided by its sum."), "top-k"),
    entry("N8", t(pt="top-k de N7 com k = 3", en="top-k of N7 with k = 3"), vector([0.57, 0.43, 0.0], trim=True), cut[0],
          t(pt=f"O texto renormalizou dois tokens, não três: com k = 2 sai {cut[1]}.",
            en=f"The text renormalised two tokens, not three: k = 2 gives {cut[1]}."), "top-k"),
    entry("N9", f"u = {vector(w, trim=True)}, τ = 5", t(pt="«quase uniformes»", en="“almost uniform”"), vector(softmax(w, 5).tolist()),
          t(pt=f"A maior probabilidade é {number(largest_odds(w, 5), 2)} vezes a menor, e a variação total até a uniforme é "
               f"{number(hot_distance(w, 5), 3)}. Com τ = 50 ela ainda é {number(hot_distance(w, 50), 4)}.",
            en=f"The largest probability is {number(largest_odds(w, 5), 2)} times the smallest, and the total variation to uniform is "
               f"{number(hot_distance(w, 5), 3)}. At τ = 50 it still is {number(hot_distance(w, 50), 4)}."), "temperature"),
]

# %% [markdown] lang="pt" anchor="provas"
# ## Provas

# %% [markdown] lang="en" anchor="provas"
# ## Proofs

# %%
tied = [2, 2, 0, -1]
first, last = (vector(probabilities([3, 2, 1], SamplingParams(temperature=0.5, top_p=0.8, order=order)).tolist(), 3)
               for order in ("transformers", "llama.cpp"))
bits = vector([entropy(softmax(u, tau)).item() for tau in (0.5, 1, 2)], 2)
[
    entry("P1", t(pt="Proposição 5, τ → 0", en="Proposition 5, τ → 0"),
          t(pt="«u/τ tende a ±∞, dependendo do sinal de u»; daí, o argmax", en="“u/τ tends to ±∞, depending on the sign of u”; hence the argmax"),
          t(pt="a massa fora do máximo é no máximo (V−m)e^(−Δ/τ) ÷ (m + (V−m)e^(−Δ/τ)), com Δ a distância ao próximo logit e m o número de máximos",
            en="the mass off the maximum is at most (V−m)e^(−Δ/τ) ÷ (m + (V−m)e^(−Δ/τ)), with Δ the gap to the next logit and m the number of maxima"),
          t(pt=f"O sinal não importa (um logit 0 fica em 0, e somar uma constante não muda nada), e o máximo pode estar empatado: o limite é a uniforme sobre "
               f"os m máximos. Para u = {vector(u, trim=True)} e τ = 0,5 a massa fora é {percent(cold_miss(u, 0.5), 3)} e a cota, {percent(cold_miss_bound(u, 0.5), 3)}.",
            en=f"The sign does not matter (a logit of 0 stays at 0, and adding a constant changes nothing), and the maximum may be tied: the limit is uniform over "
               f"the m maxima. For u = {vector(u, trim=True)} and τ = 0.5 the mass off it is {percent(cold_miss(u, 0.5), 3)} and the bound {percent(cold_miss_bound(u, 0.5), 3)}."),
          "temperature"),
    entry("P2", t(pt="Proposição 6, τ → ∞", en="Proposition 6, τ → ∞"), t(pt="«P = 1/V» no limite", en="“P = 1/V” for a limit"),
          t(pt="a variação total até a uniforme é no máximo tanh(R/(4τ)), com R = max u − min u", en="the total variation to uniform is at most tanh(R/(4τ)), with R = max u − min u"),
          t(pt=f"Com τ finito a igualdade só vale se todos os logits são iguais: a maior probabilidade é sempre e^(R/τ) vezes a menor. Para u = {vector(u, trim=True)} e "
               f"τ = 5 essa razão é {number(largest_odds(u, 5), 2)}, a distância é {number(hot_distance(u, 5), 3)} e a cota, {number(hot_distance_bound(u, 5), 3)}.",
            en=f"At finite τ equality holds only if all logits are equal: the largest probability is always e^(R/τ) times the smallest. For u = {vector(u, trim=True)} and "
               f"τ = 5 that ratio is {number(largest_odds(u, 5), 2)}, the distance is {number(hot_distance(u, 5), 3)} and the bound {number(hot_distance_bound(u, 5), 3)}."),
          "temperature"),
    entry("P3", t(pt="Teorema 3, controle contínuo", en="Theorem 3, continuous control"),
          t(pt="«para τ < 1, u/τ tende a valores maiores»", en="“for τ < 1, u/τ tends to larger values”"),
          t(pt="P(i)/P(j) = e^((u(i)−u(j))/τ), e a entropia cresce: dH/dτ = Var(u)/τ³ ≥ 0", en="P(i)/P(j) = e^((u(i)−u(j))/τ), and the entropy grows: dH/dτ = Var(u)/τ³ ≥ 0"),
          t(pt=f"A frase é falsa para logits negativos (−1 ÷ 0,5 = {short(-1 / 0.5)}), e não diz que grandeza é monótona. É a entropia: para u = {vector(u, trim=True)} ela vale "
               f"{bits} bits em τ = 0,5, 1 e 2.",
            en=f"The sentence is false for negative logits (−1 ÷ 0.5 = {short(-1 / 0.5)}), and it names no monotone quantity. The entropy is one: for u = {vector(u, trim=True)} it is "
               f"{bits} bits at τ = 0.5, 1 and 2."), "temperature"),
    entry("P4", t(pt="Lema 4.1, combinar técnicas", en="Lemma 4.1, combining techniques"),
          t(pt="temperatura primeiro, corte depois, e para aí", en="temperature first, the cut after, and stops there"),
          t(pt="a ordem muda o que top-p, min-p e a típica mantêm; não muda top-k", en="the order changes what top-p, min-p and typical keep; it does not change top-k"),
          t(pt=f"A massa depende de τ, a posição não. Em [3; 2; 1] com τ = 0,5 e top-p = 0,8, temperatura primeiro dá {first}; por último, {last}.",
            en=f"Mass depends on τ, rank does not. On [3, 2, 1] with τ = 0.5 and top-p = 0.8, temperature first gives {first}; last, {last}."), "order"),
    entry("P5", t(pt="Lema 6.1, temperatura dinâmica", en="Lemma 6.1, dynamic temperature"), t(pt="argumenta sem definir", en="argues without a definition"),
          t(pt="uma regra dá τ > 0 a cada passo; a ordem dos tokens se mantém em cada passo", en="a rule gives a τ > 0 at each step; the order of the tokens stays at each step"),
          t(pt="Sem definição não há o que provar. Com ela, a razão entre dois tokens é maior que 1 exatamente quando o logit é maior.",
            en="Without a definition there is nothing to prove. With one, the odds of two tokens are above 1 exactly when the logit is larger."), "dynamic-temperature"),
    entry("P6", t(pt="o domínio de τ", en="the domain of τ"), t(pt="«τ entre 0 e ∞»", en="“τ between 0 and ∞”"),
          t(pt=f"τ = 0 é definido como o limite; em {vector(tied, trim=True)} ele é {vector(softmax(tied, 0).tolist(), trim=True)}",
            en=f"τ = 0 is defined as the limit; on {vector(tied, trim=True)} it is {vector(softmax(tied, 0).tolist(), trim=True)}"),
          t(pt="Em τ = 0 a fórmula divide por zero: o valor precisa de uma definição, e ela tem de dizer o que acontece com empates.",
            en="At τ = 0 the formula divides by zero: the value needs a definition, and that has to say what happens to ties."), "temperature"),
]

# %% [markdown] lang="pt" anchor="fatos"
# ## Fatos

# %% [markdown] lang="en" anchor="fatos"
# ## Facts

# %%
scopes = {"both": t(pt="prompt e continuação", en="prompt and completion"), "output": t(pt="só a continuação", en="the completion only")}
counted = "; ".join(f"{name}: {scopes[engine.frequency_scope.value]}" for name, engine in ENGINES.items() if engine.frequency_scope.value)
[
    entry("F1", t(pt="um modelo esparso do Google", en="a sparse model from Google"), t(pt="«Graham (Google)»", en="“Graham (Google)”"), "GLaM (Google, 2021)",
          t(pt="O texto troca o nome. O artigo é de Du et al. (2021).", en="The text has the name wrong. The paper is Du et al. (2021)."), "mixture-of-experts"),
    entry("F2", t(pt="parâmetros e cérebro", en="parameters and the brain"),
          t(pt="parâmetros são como neurônios; o cérebro tem cerca de 100 bilhões", en="parameters are like neurons; the brain has about 100 billion"),
          t(pt="cerca de 86 bilhões de neurônios; o parâmetro se compara à sinapse", en="about 86 billion neurons; a parameter compares with a synapse"),
          t(pt="Azevedo et al. (2009) contaram 86,1 bilhões, com desvio de 8,1. Um parâmetro pesa uma ligação, e ligação é sinapse.",
            en="Azevedo et al. (2009) counted 86.1 billion, give or take 8.1. A parameter weighs a connection, and a connection is a synapse."), "language-model"),
    entry("F3", t(pt="o custo de treinar", en="the cost of training"),
          t(pt=r"«2 bilhões de parâmetros» custam «cerca de 1,6 milhão de dólares»", en="“2 billion parameters” cost “about 1.6 million dollars”"),
          t(pt="de 80 mil a 1,6 milhão de dólares, para 1,5 bilhão de parâmetros", en="80 thousand to 1.6 million dollars, for 1.5 billion parameters"),
          t(pt="O texto guardou só a ponta de cima do intervalo. Em Sharir, Peleg e Shoham (2020), o valor menor é o de um treino; o maior inclui a busca de hiperparâmetros e várias repetições.",
            en="The text kept only the upper end of the range. In Sharir, Peleg and Shoham (2020), the lower value is one training run; the upper one includes the search for hyperparameters and several runs."), "language-model"),
    entry("F4", t(pt="o que as penalidades contam", en="what the penalties count"),
          t(pt="frequência e presença contam «a resposta e o prompt»", en="frequency and presence count “the response and the prompt”"), counted,
          t(pt="Cada motor conta à sua maneira; transformers não tem essas duas penalidades.", en="Each engine counts in its own way; transformers has neither of the two penalties."), "penalties"),
    entry("F5", t(pt="ajuste fino e reforço", en="fine-tuning and reinforcement"),
          t(pt="o ajuste fino supervisionado é obrigatório antes do RLHF", en="supervised fine-tuning is mandatory before RLHF"), t(pt="é comum, não obrigatório", en="usual, not mandatory"),
          t(pt="DeepSeek-R1-Zero (2025) usou aprendizado por reforço sem ajuste fino supervisionado antes.",
            en="DeepSeek-R1-Zero (2025) used reinforcement learning with no supervised fine-tuning before it."), "assistant"),
    entry("F6", "RLHF, PPO, DPO", t(pt="RLHF é um modelo de recompensa mais reforço (PPO ou DPO)", en="RLHF is a reward model plus reinforcement (PPO or DPO)"),
          t(pt="DPO treina direto nas preferências", en="DPO trains on preferences directly"),
          t(pt="Em Rafailov et al. (2023) não há modelo de recompensa separado nem laço de reforço; há uma função de perda sobre pares de respostas.",
            en="In Rafailov et al. (2023) there is no separate reward model and no reinforcement loop; there is a loss over pairs of answers."), "assistant"),
    entry("F7", "DeepSeek-R1", t(pt="«pesos abertos, mas modelo fechado»", en="“open weights, but closed model”"),
          t(pt="pesos sob licença MIT e método publicado; os dados de treino não são públicos", en="weights under the MIT licence and a published method; the training data is not public"),
          t(pt="«Aberto» e «fechado» escondem três perguntas: os pesos, o método e os dados.", en="“Open” and “closed” hide three questions: the weights, the method and the data."), "assistant"),
    entry("F8", t(pt="posição dos tokens", en="the position of tokens"),
          t(pt="o vetor de posição é somado ao embedding ou concatenado com ele", en="the position vector is added to the embedding or concatenated with it"),
          t(pt="vale para GPT-2; Phi-2, Llama e a maioria dos mais novos giram Q e K (RoPE)", en="true of GPT-2; Phi-2, Llama and most newer ones rotate Q and K (RoPE)"),
          t(pt="Em Su et al. (2021), a posição entra como uma rotação da consulta e da chave, dentro da atenção; ao embedding nada se soma.",
            en="In Su et al. (2021) the position comes in as a rotation of the query and the key, inside the attention; nothing is added to the embedding."), "embeddings"),
    entry("F9", t(pt="ferramentas de hoje", en="today's tools"), t(pt="Bard, gpt-3.5-turbo e o playground da OpenAI", en="Bard, gpt-3.5-turbo and the OpenAI playground"),
          t(pt="produtos datados", en="dated products"),
          t(pt="As lições falam do mecanismo e só citam um produto com o ano; a página não envelhece com ele.",
            en="The lessons speak of the mechanism and name a product only with its year; the page does not age with it.")),
]
