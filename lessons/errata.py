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
#       - {id: dair, text: "DAIR.AI, Prompt Engineering Guide: LLM Settings @0b0a8f9", url: "https://github.com/dair-ai/Prompt-Engineering-Guide/blob/0b0a8f96e4286b3a7e03fc55b7f6382f7ebae195/pages/introduction/settings.en.mdx"}
#       - {id: reimers2019, text: "Reimers & Gurevych (2019). Sentence-BERT: Sentence Embeddings using Siamese BERT-Networks. arXiv:1908.10084", url: "https://arxiv.org/abs/1908.10084"}
#       - {id: openaio1, text: "OpenAI (2024). Learning to reason with LLMs (o1)", url: "https://openai.com/index/learning-to-reason-with-llms/"}
#       - {id: gemini2024, text: "Gemini Team (2024). Gemini 1.5: Unlocking multimodal understanding across millions of tokens of context. arXiv:2403.05530", url: "https://arxiv.org/abs/2403.05530"}
#       - {id: gemini2025, text: "Gemini Team (2025). Gemini 2.5: Pushing the Frontier with Advanced Reasoning, Multimodality, Long Context, and Next Generation Agentic Capabilities. arXiv:2507.06261", url: "https://arxiv.org/abs/2507.06261"}
#       - {id: radford2019, text: "Radford et al. (2019). Language Models are Unsupervised Multitask Learners (GPT-2). OpenAI", url: "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"}
#       - {id: brown2020, text: "Brown et al. (2020). Language Models are Few-Shot Learners. arXiv:2005.14165", url: "https://arxiv.org/abs/2005.14165"}
# ---

# %% [markdown] lang="pt" anchor="inicio"
# Este curso cresceu de notas de estudo. O assunto delas é o nosso; os cálculos nem sempre fecham e as provas às vezes param antes do fim. Aqui está cada ponto que achamos, com o que
# o texto diz, o que é certo e por quê. Os números da coluna «certo» são calculados quando esta página é feita; os fatos trazem a fonte. Lemas, proposições e teoremas têm aqui o número das notas; as lições têm os seus.

# %% [markdown] lang="en" anchor="inicio"
# This course grew out of study notes. Their subject is ours; their calculations are not always right and their proofs sometimes stop before the end. Here is every point that we found, with what
# the text says, what is right and why. The numbers in the column “right” are computed when this page is made; the facts come with their source. Lemmas, propositions and theorems bear the notes' numbers here; the lessons have their own.

# %% [markdown] lang="pt" anchor="numeros"
# ## Números

# %% [markdown] lang="en" anchor="numeros"
# ## Numbers

# %%
import math

from core import (
    ENGINES, SamplingParams, cold_miss, cold_miss_bound, entropy, hot_distance, hot_distance_bound, largest_odds, probabilities, softmax,
    top_k,
)
from core.streaming import StopFilter
from dashboard.blocks import Correction
from dashboard.language import number, percent, short, t, typeset, vector
from dashboard.lesson import lessons, pages
from dashboard.words import engine_name

TITLES = {one.slug: one.text("title") for one in [*lessons(), *pages()]}
u, v, w = [3, 1, 0, -1], [2, 1, 0, -1], [4, 2, 1, -1]


def entry(code, where, said, right, why, lesson=""):
    """One point: what the text says, what is right, why, and the lesson or page that treats it."""
    if lesson:
        link = f"[{TITLES[lesson]}](lesson:{lesson})"
        why += t(pt=f" Veja {link}.", en=f" See {link}.")
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
          t(pt=f"O texto renormalizou dois tokens, não três: com k = 2 resulta {cut[1]}. Que a lista some {number(math.fsum(ten), 2)} não estraga o quociente: o fator comum se cancela na divisão.",
            en=f"The text renormalised two tokens, not three: k = 2 gives {cut[1]}. That the list adds up to {number(math.fsum(ten), 2)} does not spoil the quotient: the common factor cancels in the division."), "top-k"),
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
          t(pt="«Aplicar primeiro a temperatura, e em seguida truncar» dá «um controle ainda mais granular», e a prova para aí",
            en="“applying temperature first and truncating next” gives “an even more granular control”, and the proof stops there"),
          t(pt="a ordem muda o que top-p, min-p, épsilon, eta e a típica mantêm; não muda top-k nem top-nσ", en="the order changes what top-p, min-p, epsilon, eta and typical keep; it does not change top-k or top-nσ"),
          t(pt=f"«Mais controle» não se prova nem se refuta; o efeito da ordem, sim, e os motores não concordam sobre ela. A massa depende de τ, a posição não. Em [3; 2; 1] com τ = 0,5 e top-p = 0,8, temperatura primeiro dá {first}; por último, {last}.",
            en=f"“More control” can be neither proved nor refuted; what the order does can, and engines disagree about it. Mass depends on τ, rank does not. On [3, 2, 1] with τ = 0.5 and top-p = 0.8, temperature first gives {first}; last, {last}."), "order"),
    entry("P5", t(pt="Lema 6.1, temperatura dinâmica", en="Lemma 6.1, dynamic temperature"),
          t(pt="«o ajuste da temperatura pode ser adaptado dinamicamente … para equilibrar a necessidade de coerência e diversidade»; a prova são quatro frases no mesmo tom",
            en="“the temperature can be adapted dynamically … to balance the need for coherence and diversity”; the proof is four sentences in the same tone"),
          t(pt="uma regra dá um só τ > 0 a cada passo; em cada passo ficam a ordem, os empates e os tokens possíveis", en="a rule gives one τ > 0 at each step; at each step the order, the ties and the possible tokens stay"),
          t(pt="«Equilíbrio» não é uma grandeza, e sem definição não há o que provar. Com ela, a razão entre dois tokens é maior que 1 exatamente quando o logit é maior. Se uma regra melhora um texto é pergunta para experimento.",
            en="“Balance” is not a quantity, and without a definition there is nothing to prove. With one, the odds of two tokens are above 1 exactly when the logit is larger. Whether a rule makes a text better is a question for experiments."), "dynamic-temperature"),
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
def stopped(text, stop="11"):
    """What arrives of a text under a stop sequence."""
    reading = StopFilter(stop)
    return reading.push(text) + reading.finish()


scopes = {"both": t(pt="prompt e continuação", en="prompt and completion"), "output": t(pt="só a continuação", en="the completion only")}
counted = "; ".join(f"{engine_name(name)}: {scopes[engine.frequency_scope.value]}" for name, engine in ENGINES.items() if engine.frequency_scope.value)
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
          t(pt="A frase é a do guia da DAIR.AI. Cada motor conta à sua maneira: llama.cpp só os últimos 64 tokens, se nada for dito; transformers não tem essas duas penalidades.",
            en="The sentence is that of the DAIR.AI guide. Each engine counts in its own way: llama.cpp the last 64 tokens only, if nothing is said; transformers has neither of the two penalties."), "penalties"),
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
          t(pt="«Aberto» e «fechado» escondem três perguntas: os pesos, o método e os dados. DeepSeek-AI (2025) publica também os pesos dos modelos destilados.",
            en="“Open” and “closed” hide three questions: the weights, the method and the data. DeepSeek-AI (2025) releases the weights of the distilled models too."), "assistant"),
    entry("F8", t(pt="posição dos tokens", en="the position of tokens"),
          t(pt="o vetor de posição é somado ao embedding ou concatenado com ele", en="the position vector is added to the embedding or concatenated with it"),
          t(pt="vale para GPT-2; Phi-2, Llama e a maioria dos mais novos giram Q e K (RoPE)", en="true of GPT-2; Phi-2, Llama and most newer ones rotate Q and K (RoPE)"),
          t(pt="Em Su et al. (2021), a posição entra como uma rotação da consulta e da chave, dentro da atenção; ao embedding nada se soma.",
            en="In Su et al. (2021) the position comes in as a rotation of the query and the key, inside the attention; nothing is added to the embedding."), "embeddings"),
    entry("F9", t(pt="ferramentas de hoje", en="today's tools"), t(pt="Bard, gpt-3.5-turbo e o playground da OpenAI", en="Bard, gpt-3.5-turbo and the OpenAI playground"),
          t(pt="produtos datados", en="dated products"),
          t(pt="As lições falam do mecanismo e só citam um produto com o ano; a página não envelhece com ele.",
            en="The lessons speak of the mechanism and name a product only with its year; the page does not age with it.")),
    entry("F10", t(pt="vetores para busca semântica", en="vectors for semantic search"),
          t(pt="a posição dos tokens «NÃO faz parte deste processo nem do vetor armazenado»", en="the position of the tokens “is NOT part of this process nor of the stored vector”"),
          t(pt="o modelo que calcula o vetor usa posições; só o vetor guardado não tem uma parte separada para elas",
            en="the model that computes the vector uses positions; only the stored vector has no separate part for them"),
          t(pt="Um modelo de embedding é ele mesmo um transformer: em Sentence-BERT (Reimers e Gurevych, 2019), um BERT lê a frase, com os seus embeddings posicionais, e o vetor é a média das saídas. Sem posições, «o cão mordeu o homem» e «o homem mordeu o cão» teriam o mesmo vetor.",
            en="An embedding model is itself a transformer: in Sentence-BERT (Reimers and Gurevych, 2019) a BERT reads the sentence, with its positional embeddings, and the vector is the mean of the outputs. Without positions, “the dog bit the man” and “the man bit the dog” would have the same vector."), "embeddings"),
    entry("F11", t(pt="DeepSeek e destilação", en="DeepSeek and distillation"),
          t(pt="DeepSeek como exemplo de «destilação como estratégia central»", en="DeepSeek as an example of “distillation as the central strategy”"),
          t(pt="R1 foi o professor de seis modelos densos menores; ele mesmo foi treinado a partir do V3-Base, sobretudo por reforço", en="R1 was the teacher of six smaller dense models; R1 itself was trained from V3-Base, mostly by reinforcement"),
          t(pt="O texto troca o professor pelo aluno. DeepSeek-AI (2025) ajusta modelos Qwen e Llama com textos que o R1 escreveu.",
            en="The text takes the teacher for the student. DeepSeek-AI (2025) tunes Qwen and Llama models on texts that R1 wrote."), "assistant"),
    Correction(
        [[t(pt="F12: a lista «Explosão Open Source»", en="F12: the list “Open source explosion”"), t(pt="o1, da OpenAI, entre os modelos abertos", en="o1, by OpenAI, among the open models"),
          t(pt="o1 é fechado: os pesos não foram publicados", en="o1 is closed: its weights were not released")],
         [t(pt="F12: Gemini e mistura de especialistas", en="F12: Gemini and mixture of experts"), t(pt="mistura de especialistas em «Ultra, Pro, Nano, Flash»", en="mixture of experts in “Ultra, Pro, Nano, Flash”"),
          t(pt="documentada no Gemini 1.5 Pro (2024) e no Gemini 2.5 (2025), não em todos os tamanhos", en="documented for Gemini 1.5 Pro (2024) and Gemini 2.5 (2025), not for every size")]],
        t(pt=f"OpenAI (2024) descreve o que o o1 faz e não distribui os pesos. Sobre o Gemini vale o que os relatórios dizem, e os dois citados não o dizem do Ultra nem do Nano. Veja [{TITLES['timeline']}](lesson:timeline).",
          en=f"OpenAI (2024) describes what o1 does and does not distribute the weights. Of Gemini, what the reports say holds, and the two cited do not say it of Ultra or Nano. See [{TITLES['timeline']}](lesson:timeline).")),
    entry("F13", t(pt="sequência de parada para uma lista", en="a stop sequence for a list"),
          t(pt="«para limitar uma lista a 10 itens, você pode adicionar \"11\" como uma sequência de parada»", en="“to limit a list to 10 items, you can add \"11\" as a stop sequence”"),
          t(pt="«↵11.», com a quebra de linha e o ponto", en="“↵11.”, with the line break and the point"),
          t(pt=f"«11» para no primeiro 11 de todo o texto: de «Policarpo Quaresma (1911)» chega «{stopped('Policarpo Quaresma (1911)')}», e de «1.110 páginas», «{stopped('1.110 páginas')}». Nenhuma das duas formas faz o modelo escrever dez itens: só escondem o resto.",
            en=f"“11” stops at the first 11 in the whole text: of “Policarpo Quaresma (1911)”, “{stopped('Policarpo Quaresma (1911)')}” arrives, and of “1,110 pages”, “{stopped('1,110 pages')}”. Neither form makes the model write ten items: they only hide the rest."), "stop-and-length"),
    entry("F14", t(pt="GPT-2 e zero-shot", en="GPT-2 and zero-shot"),
          t(pt="zero-shot é «aprender tarefas apenas com exemplos no prompt»", en="zero-shot is “learning tasks with only examples in the prompt”"),
          t(pt="zero-shot é sem exemplo nenhum; com exemplos no prompt é few-shot", en="zero-shot is without any example; with examples in the prompt it is few-shot"),
          t(pt="Radford et al. (2019), do GPT-2, pedem a tarefa sem exemplos; Brown et al. (2020), do GPT-3, estudam os exemplos no prompt.",
            en="Radford et al. (2019), on GPT-2, ask for the task without examples; Brown et al. (2020), on GPT-3, study examples in the prompt."), "timeline"),
]
