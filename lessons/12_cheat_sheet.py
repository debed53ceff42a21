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
#     slug: {pt: folha-de-consulta, en: cheat-sheet}
#     title: {pt: Folha de consulta e tradutor de motores, en: Cheat sheet and engine translator}
#     summary:
#       pt: "Cada ajuste do curso com nome, faixa, valor de fábrica e ordem nos quatro motores, e o que eles têm a mais; receitas prontas para copiar; o que se leva de um motor a outro, com prova."
#       en: "Every setting of the course with its name, range, default and order in four engines, and what they have besides; recipes ready to copy; what travels from one engine to another, with proof."
#     prerequisites:
#       pt: "as lições de temperatura, top-k, top-p, outros cortes e ordem"
#       en: "the lessons on temperature, top-k, top-p, other cuts and order"
#     sources:
#       - {id: hfgeneration, text: "transformers 5.23.0, generation/utils.py, _get_logits_processor", url: "https://github.com/huggingface/transformers/blob/v5.23.0/src/transformers/generation/utils.py"}
#       - {id: hfconfig, text: "transformers 5.23.0, generation/configuration_utils.py, GenerationConfig", url: "https://github.com/huggingface/transformers/blob/v5.23.0/src/transformers/generation/configuration_utils.py"}
#       - {id: vllmsampler, text: "vLLM v1, sample/sampler.py @3e34265", url: "https://github.com/vllm-project/vllm/blob/3e34265/vllm/v1/sample/sampler.py"}
#       - {id: vllmparams, text: "vLLM, sampling_params.py @00388f6", url: "https://github.com/vllm-project/vllm/blob/00388f6/vllm/sampling_params.py"}
#       - {id: llamaarg, text: "llama.cpp, common/arg.cpp, common/common.h, common/common.cpp, common/sampling.cpp @0c1e57098", url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/common/arg.cpp"}
#       - {id: llamasampler, text: "llama.cpp, src/llama-sampler.cpp @0c1e57098", url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/src/llama-sampler.cpp"}
#       - {id: llamainitsampler, text: "llama.cpp, tools/server/server-context.cpp, init_sampler @0c1e57098", url: "https://github.com/ggml-org/llama.cpp/blob/0c1e57098/tools/server/server-context.cpp"}
#       - {id: openaiparams, text: "OpenAI Python library, types/chat/completion_create_params.py @0444895", url: "https://github.com/openai/openai-python/blob/04448952820aa3029e61907c1785a7293c3ddbc2/src/openai/types/chat/completion_create_params.py"}
#       - {id: vllmengineargs, text: "vLLM, documentation: Engine Arguments, --generation-config", url: "https://docs.vllm.ai/en/stable/configuration/engine_args/"}
#       - {id: openaidetails, text: "OpenAI API reference, Parameter details (2023): the formula of the frequency and presence penalties", url: "https://platform.openai.com/docs/api-reference/parameter-details"}
#       - {id: openai400, text: "qwen-code, issue 921 (2025): the OpenAI API answers 400 to a temperature of 0 for a reasoning model", url: "https://github.com/QwenLM/qwen-code/issues/921"}
#       - {id: deepseekthinking, text: "DeepSeek API documentation (2026). Thinking Mode", url: "https://api-docs.deepseek.com/guides/thinking_mode"}
#       - {id: schaeffer2025, text: "Schaeffer et al. (2025). Turning Down the Heat: A Critical Analysis of Min-p Sampling in Language Models. arXiv:2506.13681", url: "https://arxiv.org/abs/2506.13681"}
#       - {id: nguyen2024, text: "Nguyen et al. (2024). Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs. arXiv:2407.01082", url: "https://arxiv.org/abs/2407.01082"}
# ---

# %% [markdown] lang="pt" anchor="aposta"
# Sua equipe muda de [motor de inferência](term:engine). O modelo é o mesmo, e os ajustes também: temperatura 2, top-p 0,9, min-p 0,1. No motor velho e no novo a
# temperatura roda primeiro. Os [logits](term:logit) de um passo são 4, 2, 0 e −2.
#
# No motor velho, transformers, três dos quatro tokens continuam possíveis. Antes de ler o resto, aposte no novo, vLLM.

# %% [markdown] lang="en" anchor="aposta"
# Your team changes [inference engine](term:engine). The model is the same, and so are the settings: temperature 2, top-p 0.9, min-p 0.1. In the old engine and in the new one
# temperature runs first. The [logits](term:logit) of one step are 4, 2, 0 and −2.
#
# In the old engine, transformers, three of the four tokens stay possible. Before you read on, bet on the new one, vLLM.

# %%
from dashboard.blocks import Answer, Callout, Exercise, Mistake, Option, Prose, Table
from dashboard.language import number, percent, say, short, t, vector

bet = Exercise(
    id="bet", kind="bet",
    question=t(pt="Em vLLM, com os mesmos ajustes e os mesmos logits, quantos tokens ficam?", en="In vLLM, with the same settings and the same logits, how many tokens stay?"),
    options=[
        Option("4", t(pt="Os dois cortes estão ligados, e o último token está abaixo dos dois limites.", en="Both cuts are on, and the last token is below both limits.")),
        Option(t(pt="3, os mesmos", en="3, the same ones"),
               t(pt="Seria assim se só a posição da temperatura contasse. Os dois cortes também trocam de lugar.",
                 en="It would be so if only the place of temperature counted. The two cuts change places as well.")),
        Option("2", t(pt="Em vLLM min-p roda antes de top-p. Ele tira o último token, a massa se redistribui, e com isso os dois primeiros já alcançam 90%.",
                      en="In vLLM min-p runs before top-p. It takes the last token, the mass is shared out again, and with that the first two already reach 90%."), correct=True),
        Option("1", t(pt="O segundo token tem mais de um terço da probabilidade do primeiro: nenhum dos dois limites o alcança.",
                      en="The second token has over a third of the first one's probability: neither limit reaches it.")),
    ],
)
bet

# %% [markdown] lang="pt" anchor="ideia"
# ## A ideia em uma figura
#
# Um motor é uma lista de estágios em certa ordem. Escolha uma receita e troque o motor: os ajustes não mudam, a lista muda. A barra conta os tokens ainda possíveis depois
# de cada estágio, em um vocabulário inteiro; o losango é o [número efetivo de opções](term:effective-choices), que a temperatura também move.
#
# Preveja antes de mover: com tudo ligado e τ = 0,7, ficam mais tokens possíveis onde a temperatura vem primeiro ou onde vem por último? Troque transformers por llama.cpp e explique, com os estágios, o que mudou.

# %% [markdown] lang="en" anchor="ideia"
# ## The idea in one picture
#
# An engine is a list of stages in a certain order. Pick a recipe and change the engine: the settings do not change, the list does. The bar counts the tokens still possible after
# each stage, over a whole vocabulary; the diamond is the [effective number of choices](term:effective-choices), which temperature moves as well.
#
# Predict before you move: with all on and τ = 0.7, do more tokens stay possible where temperature runs first or where it runs last? Change transformers for llama.cpp and explain, by the stages, what changed.

# %%
import json
from dataclasses import replace
from math import inf, log

from core.params import SETTINGS
from core.streaming import ENDING
from core import ENGINES, ORDERS, ParameterError, SamplingParams, from_engine, probabilities, read_engine, softmax, to_engine, total_variation
from core.engines.facts import ALL_TOKENS
from dashboard import charts
from dashboard.language import ROOT
from dashboard.recorded.snapshots import snapshot
from dashboard.worked import engines_by_hand

LOVE = snapshot("love")
RECIPES = {
    t(pt="conversa: τ = 0,7, top-p 0,9", en="chat: τ = 0.7, top-p 0.9"): SamplingParams(0.7, top_p=0.9),
    t(pt="criativa: τ = 1, top-k 50", en="creative: τ = 1, top-k 50"): SamplingParams(1.0, top_k=50),
    t(pt="quente: τ = 1,5, min-p 0,1", en="hot: τ = 1.5, min-p 0.1"): SamplingParams(1.5, min_p=0.1),
    t(pt="tudo ligado: τ = 0,7, top-k 40, top-p 0,9, min-p 0,05", en="all on: τ = 0.7, top-k 40, top-p 0.9, min-p 0.05"): SamplingParams(0.7, 40, 0.9, 0.05),
    t(pt="repetível: gulosa", en="repeatable: greedy"): SamplingParams(greedy=True),
}

charts.pipeline(
    "engine", t(pt=f"Os estágios de cada motor, depois de «{LOVE.prompt}»", en=f"The stages of each engine, after “{LOVE.prompt}”"), LOVE.logits.tolist(), RECIPES,
    said=t(pt="{order}. No fim, tokens possíveis: {tokens|0}; opções efetivas: {choices|2}; o mais provável é sorteado com {p_max|%1}. Fica de fora: {dropped}.",
           en="{order}. At the end, tokens possible: {tokens|0}; effective choices: {choices|2}; the likeliest is drawn with {p_max|%1}. Left out: {dropped}."),
    caption=t(pt="O eixo é logarítmico. Um motor que não tem um estágio não o roda: compare «openai» com os outros na receita quente.",
              en="The axis is logarithmic. An engine that lacks a stage does not run it: compare “openai” with the others in the hot recipe."))

# %%
def ends(params, engine):
    """How many tokens an engine leaves of the snapshot, and how likely the first one is."""
    p = probabilities(LOVE.logits, replace(params, order=engine))
    return f"{number(int((p > 0).sum()))} · {percent(p.max())}"


Table(
    [t(pt="receita", en="recipe"), *ORDERS],
    [[name, *(ends(params, engine) for engine in ORDERS)] for name, params in RECIPES.items()],
    t(pt="Tokens possíveis no fim e a probabilidade do maior. Onde a linha não é constante, a receita não se transporta.",
      en="Tokens possible at the end and the probability of the largest. Where the row is not constant, the recipe does not travel."))

# %%
Answer(bet)

# %% [markdown] lang="pt" anchor="mao"
# ## À mão, em três motores
#
# É o cálculo da aposta. A primeira linha é igual em transformers e em vLLM; a segunda já não é. Em llama.cpp a temperatura vem por último.

# %% [markdown] lang="en" anchor="mao"
# ## By hand, in three engines
#
# This is the calculation behind the bet. The first line is the same in transformers and in vLLM; the second is not. In llama.cpp temperature comes last.

# %%
u = [4, 2, 0, -2]
HAND = SamplingParams(temperature=2, top_p=0.9, min_p=0.1)
engines_by_hand("hand", t(pt="u = [4; 2; 0; −2], τ = 2, top-p 0,9, min-p 0,1", en="u = [4, 2, 0, −2], τ = 2, top-p 0.9, min-p 0.1"), u, HAND, ["transformers", "vllm", "llama.cpp"])

# %%
TAU = ENGINES["vllm"].parameters["temperature"]
last, second = (probabilities(u, replace(HAND, order=engine)) for engine in ("llama.cpp", "vllm"))
assert total_variation(last, second) < 1e-12
Callout("note", t(pt="Concordar uma vez não é concordar", en="Agreeing once is not agreeing"), t(
    pt=f"vLLM e llama.cpp acabam aqui na mesma distribuição, por caminhos diferentes. Com top-p 0,86 no lugar de 0,9, llama.cpp fica só com "
       f"{int((probabilities(u, replace(HAND, top_p=0.86, order='llama.cpp')) > 0).sum())} token e vLLM com {int((probabilities(u, replace(HAND, top_p=0.86, order='vllm')) > 0).sum())}.",
    en=f"vLLM and llama.cpp end up with the same distribution here, by different ways. With top-p 0.86 in place of 0.9, llama.cpp is left with "
       f"{int((probabilities(u, replace(HAND, top_p=0.86, order='llama.cpp')) > 0).sum())} token and vLLM with {int((probabilities(u, replace(HAND, top_p=0.86, order='vllm')) > 0).sum())}."))

# %% [markdown] lang="pt" anchor="formula"
# ## A fórmula
#
# Cada estágio ligado é uma função $f$ de logits em logits; um corte põe $-\infty$ em cada token cortado. O motor é a ordem em que elas se compõem:
#
# $$
# P = \operatorname{softmax}\bigl(f_n(\cdots f_2(f_1(u)) \cdots)\bigr)
# $$
#
# Dois motores dão a mesma distribuição quando rodam as mesmas funções na mesma ordem, ou quando a troca de ordem não importa. Quais pares comutam está provado na lição
# [A ordem importa](lesson:order). Daí resulta o que se pode copiar sem traduzir.

# %% [markdown] lang="en" anchor="formula"
# ## The formula
#
# Each stage that is on is a function $f$ from logits to logits; a cut puts $-\infty$ on each token that it cuts. The engine is the order in which they are composed:
#
# $$
# P = \operatorname{softmax}\bigl(f_n(\cdots f_2(f_1(u)) \cdots)\bigr)
# $$
#
# Two engines give the same distribution when they run the same functions in the same order, or when the change of order does not matter. Which pairs commute is proved in the lesson
# [Order matters](lesson:order). From there follows what may be copied without translation.

# %% [markdown] lang="pt" anchor="transporte"
# ## O que se copia sem traduzir
#
# > **Proposição 12.1 (o que se transporta).** Sejam os logits finitos e sem empates, a aritmética exata, os valores tais que os três motores os usem como estão (em vLLM, τ de {{ TAU.least | 2 }} a
# > {{ TAU.high | 0 }}) e todo ajuste não citado desligado pelo nome. Nas ordens da tabela abaixo, transformers, vLLM e llama.cpp sorteiam da mesma distribuição quando estão ligados:
# >
# > 1. um só entre temperatura, top-k, top-p e min-p;
# > 2. temperatura e top-k;
# > 3. top-k e min-p;
# > 4. top-k e top-p.
# >
# > Nos outros três pares há logits em que dois dos motores discordam. Entre os quatro motores, OpenAI incluída, só a temperatura sozinha e top-p sozinho se transportam, se a ordem suposta da OpenAI for a dela.

# %% [markdown] lang="en" anchor="transporte"
# ## What may be copied without translation
#
# > **Proposition 12.1 (what travels).** Let the logits be finite and without ties, the arithmetic exact, the values such that the three engines use them as they are (in vLLM, τ from {{ TAU.least | 2 }} to
# > {{ TAU.high | 0 }}) and every setting not named switched off by name. In the orders of the table below, transformers, vLLM and llama.cpp draw from the same distribution when these are on:
# >
# > 1. just one of temperature, top-k, top-p and min-p;
# > 2. temperature and top-k;
# > 3. top-k and min-p;
# > 4. top-k and top-p.
# >
# > For the other three pairs there are logits on which two of the engines disagree. Among the four engines, OpenAI included, only temperature alone and top-p alone travel, if the order assumed for OpenAI is its own.

# %% [markdown] lang="pt" fold="proof"
# *Prova.* (1) Com um só estágio ligado não há ordem, e os três calculam cada estágio pela mesma definição. (2) A função $u \mapsto u/\tau$ é crescente: os k maiores são os mesmos antes e depois dela, e sobre eles o softmax é o de
# $u/\tau$ nos dois casos. (3) Min-p mantém $u_i \ge \max u + \ln m$ (com τ = 1), e top-k nunca corta o máximo: o limiar é o mesmo antes e depois. Feito primeiro, min-p deixa
# ao menos k tokens, e os k maiores estão entre eles, ou deixa menos que k, e top-k não corta nenhum. Nas duas ordens fica a interseção. (4) Estes não comutam, mas os três motores
# rodam top-k antes de top-p. Para os outros pares, a tabela traz um contraexemplo calculado. Por fim, OpenAI tem dos quatro só temperatura e top-p, e o par dos dois está entre os que
# falham. $\blacksquare$

# %% [markdown] lang="en" fold="proof"
# *Proof.* (1) With a single stage on there is no order, and all three compute each stage by the same definition. (2) The map $u \mapsto u/\tau$ is increasing: the k largest are the same before and after it, and on them the softmax is that of
# $u/\tau$ either way. (3) Min-p keeps $u_i \ge \max u + \ln m$ (at τ = 1), and top-k never cuts the maximum: the threshold is the same before and after. Done first, min-p leaves
# at least k tokens, and the k largest are still there, or it leaves fewer than k, and top-k cuts none. In both orders the intersection stays. (4) These do not commute, but all three engines
# run top-k before top-p. For the other pairs the table has a computed counterexample. Finally, of the four OpenAI has only temperature and top-p, and the pair of those is among the ones that
# fail. $\blacksquare$

# %% [markdown] lang="pt"
# Com empates no k-ésimo logit, os itens com top-k deixam de valer: cada motor resolve o empate a seu modo, como mostra a lição [top-k](lesson:top-k).

# %% [markdown] lang="en"
# With ties at the k-th logit, the items with top-k no longer hold: each engine settles the tie in its own way, as the lesson on [top-k](lesson:top-k) shows.

# %%
v = [2, 1, 0, -1]
ON = {"temperature": 0.5, "top_k": 3, "top_p": 0.9, "min_p": 0.1}
THREE = ("transformers", "vllm", "llama.cpp")


def pair(a, b):
    """A pair of settings in three engines: tokens kept, and the verdict."""
    drawn = [probabilities(v, SamplingParams(order=engine, **{name: ON[name] for name in (a, b)})) for engine in THREE]
    same = max(total_variation(drawn[0], other) for other in drawn[1:]) < 1e-12
    travels = {a, b} in ({"temperature", "top_k"}, {"top_k", "min_p"}, {"top_k", "top_p"})
    assert same == travels
    verdict = t(pt="sim", en="yes") if same else t(pt="não", en="no")
    return [f"{say(f'stage.{a}')} + {say(f'stage.{b}')}", *(vector([x for x in p.tolist() if x > 0], 3) for p in drawn), verdict]


PAIRS = [("temperature", "top_k"), ("top_k", "min_p"), ("top_k", "top_p"), ("temperature", "top_p"), ("temperature", "min_p"), ("top_p", "min_p")]
Table(
    [t(pt="ligados", en="on"), *THREE, t(pt="iguais?", en="alike?")], [pair(*names) for names in PAIRS],
    t(pt=f"u = {vector(v, trim=True)}; quando ligados, τ = 0,5, k = 3, top-p 0,9, min-p 0,1. Cada célula é a distribuição do que ficou; uma linha com «não» é um contraexemplo.",
      en=f"u = {vector(v, trim=True)}; where on, τ = 0.5, k = 3, top-p 0.9, min-p 0.1. Each cell is the distribution of what stayed; a row with “no” is a counterexample."))

# %%
tiny = {"temperature": TAU.least / 2}
near = [TAU.least, 0]
(raised,) = read_engine(tiny, "vllm").missing
assert raised.key == "raised"
as_it_is, at_least = (softmax(near, one) for one in (tiny["temperature"], raised.value))
Callout("engines", t(pt="Um número que vLLM não usa", en="A number that vLLM does not use"), t(
    pt=f"Com u = {vector(near, trim=True)} e τ = {number(tiny['temperature'], 3)}, transformers sorteia de {vector(as_it_is, 3)}. vLLM aceita o valor, eleva-o a {number(raised.value, 2)} com um aviso no registro do "
       f"servidor e sorteia de {vector(at_least, 3)}. Por isso a proposição pede valores que os motores usem como estão.",
    en=f"With u = {vector(near, trim=True)} and τ = {number(tiny['temperature'], 3)}, transformers draws from {vector(as_it_is, 3)}. vLLM takes the value, raises it to {number(raised.value, 2)} with a warning in the server's "
       f"log, and draws from {vector(at_least, 3)}. That is why the proposition asks for values that the engines use as they are."))

# %%
BARE = {"transformers": {"do_sample": True, "temperature": 0.7}, "vllm": {"temperature": 0.7}, "llama.cpp": {"--temp": 0.7}, "openai": {"temperature": 0.7}}
bare = {engine: probabilities(LOVE.logits, from_engine(settings, engine)) for engine, settings in BARE.items()}
size = len(LOVE.logits)
left = {engine: int((p > 0).sum()) for engine, p in bare.items()}
assert left["vllm"] == left["openai"] == size
far = max(total_variation(bare["vllm"], p) for p in bare.values()).item()
Callout("misconception", t(pt="«Temperatura 0,7 é 0,7 em qualquer lugar»", en="“Temperature 0.7 is 0.7 anywhere”"), t(
    pt=f"Só se o resto estiver desligado. Quem escreve temperatura 0,7 e mais nada, depois de «{LOVE.prompt}», deixa possíveis {number(left['transformers'])} tokens em transformers, "
       f"{number(left['llama.cpp'])} em llama.cpp e os {number(size)} do vocabulário em vLLM e na OpenAI: os dois primeiros ligam cortes sozinhos. A variação total entre vLLM e o mais distante "
       f"deles é {number(far, 3)}. E há serviços em que o número nem é usado: para vários modelos de raciocínio, a API da OpenAI "
       "[responde com o erro 400](https://github.com/QwenLM/qwen-code/issues/921) a qualquer temperatura que não seja 1, e o modo de raciocínio da DeepSeek "
       "[aceita a temperatura e as penalidades e as ignora](https://api-docs.deepseek.com/guides/thinking_mode). Leia a página do modelo, não só a da API.",
    en=f"Only if everything else is off. Whoever writes temperature 0.7 and nothing more, after “{LOVE.prompt}”, leaves {number(left['transformers'])} tokens possible in transformers, "
       f"{number(left['llama.cpp'])} in llama.cpp and the {number(size)} of the vocabulary in vLLM and at OpenAI: the first two turn on cuts by themselves. The total variation between vLLM and the farthest "
       f"of them is {number(far, 3)}. And there are services where the number is not used at all: for several reasoning models the OpenAI API "
       "[answers with the error 400](https://github.com/QwenLM/qwen-code/issues/921) to any temperature other than 1, and DeepSeek's thinking mode "
       "[takes the temperature and the penalties and ignores them](https://api-docs.deepseek.com/guides/thinking_mode). Read the model's page, not the API's alone."))

# %% [markdown] lang="pt" anchor="ajustes"
# ## Os ajustes do curso
#
# Cada célula diz como o motor escreve o ajuste, o valor de fábrica, os valores que ele aceita, quando há limite, e, entre parênteses, a letra da fonte. A coluna `core` dá a faixa e o valor que desliga. Um traço
# quer dizer que o motor não tem o ajuste. O que cada termo significa está no glossário: comece por [amostrador](term:sampler) e [cadeia de amostragem](term:sampling-chain).

# %% [markdown] lang="en" anchor="ajustes"
# ## The settings of the course
#
# Each cell says how the engine writes the setting, its default, the values it takes, where there is a limit, and, in parentheses, the letter of the source. The column `core` gives the range and the value that switches it off. A dash
# means that the engine lacks the setting. What each term means is in the glossary: start from [sampler](term:sampler) and [sampling chain](term:sampling-chain).

# %%
FACTS = ("order", "zero_temperature", "top_k_off", "repetition_scope", "frequency_scope", "window")
SOURCES = list(dict.fromkeys([getattr(e, name).source for e in ENGINES.values() for name in FACTS]
                             + [one.source for e in ENGINES.values() for one in (*e.parameters.values(), *e.ending.values(), *e.others.values())]))


def cited(one):
    """The letter of a fact's source, and a word where the source does not settle the matter."""
    return f"({chr(97 + SOURCES.index(one.source))}{say('engine.assumed') if one.assumed else ''})"


def takes(field, value):
    """Whether core accepts a value."""
    try:
        ENDING[field][1](field, value) if field in ENDING else SamplingParams(**{field: value})
    except (ParameterError, TypeError):
        return False
    return True


def span(field):
    """What core accepts, found by asking it, and the value that is off."""
    default = ENDING[field][0] if field in ENDING else getattr(SamplingParams(), field)
    if field == "logit_bias":
        return t(pt="token: número", en="token: number")
    if isinstance(default, bool):
        return t(pt="sim ou não", en="yes or no")
    if isinstance(default, tuple):
        return t(pt="ids de tokens", en="token ids")
    if field in ("penalty_window", "dry_window"):
        return t(pt="inteiro ≥ 0; 0 conta todos", en="whole, ≥ 0; 0 counts all")
    whole, one = not takes(field, 1.5) and not takes(field, 0.5), short(1.0)
    kind = (t(pt="qualquer número", en="any number") if takes(field, -1) else
            t(pt="inteiro ≥ ", en="whole, ≥ ") + ("0" if takes(field, 0) else one) if whole and takes(field, 2) else
            t(pt="de 0 a ", en="0 to ") + (one if takes(field, 1) else short(0.99)) if not takes(field, 2) else
            "≥ 0" if takes(field, 0) else f"≥ {one}" if not takes(field, 0.5) else t(pt="acima de 0", en="above 0"))
    steers = field in SETTINGS and SETTINGS[field]["of"]  # these say how a stage runs, not whether
    return kind if steers else t(pt=f"{kind}; {short(default)} desliga", en=f"{kind}; off at {short(default)}")


def limits(field, one):
    """What an engine takes, where it draws a line, and what it does to a value that it takes and does not use."""
    low, high = one.low > -1e30 and not one.clips, one.high < 2**31 - 1 and not one.clips
    both = t(pt=f"de {short(one.low)} a {short(one.high)}", en=f"{short(one.low)} to {short(one.high)}")
    lines = both if low and high else f"≥ {short(one.low)}" if low else ", ".join(
        filter(None, [f"> {short(one.above)}" if one.above > -inf else "", f"≤ {short(one.high)}" if high else ""]))
    raised = t(pt=f"entre 0 e {short(one.least)} vira {short(one.least)}", en=f"between 0 and {short(one.least)} it becomes {short(one.least)}") if one.raised else ""
    whole = t(pt="inteiro", en="whole") if one.whole else ""
    off = t(pt="0 desliga as penalidades", en="0 switches the penalties off") if field == "penalty_window" else ""
    off = t(pt="0 desliga DRY", en="0 switches DRY off") if field == "dry_window" else off
    return [lines, whole, raised, off]


def spelled(engine, field):
    """Name, default and limits in an engine."""
    one = ENGINES[engine].parameters.get(field) or ENGINES[engine].ending.get(field)
    if one is None:
        return "—"
    default = t(pt="nada", en="none") if one.default is None else str(one.default) if isinstance(one.default, bool) else short(one.default)
    return "; ".join(filter(None, [f"`{one.name}` = {default}", *limits(field, one)])) + f" {cited(one)}"


FIELDS = list(dict.fromkeys([*(field for engine in ENGINES.values() for field in engine.parameters), *ENDING]))
Table(
    ["core", t(pt="faixa em core", en="range in core"), *ENGINES],
    [[f"`{field}`", span(field), *(spelled(engine, field) for engine in ENGINES)] for field in FIELDS],
    t(pt=f"Gerada de `core.ENGINES`. `do_sample` é o contrário de `greedy`; llama.cpp lê qualquer número e usa o mais próximo que faça sentido: −1 desliga top-nσ. Temperatura 0 está em uma tabela adiante. Para contar todos os tokens, `to_engine` pede a llama.cpp os últimos {number(ALL_TOKENS)}. As quatro últimas linhas são argumentos de `core.generate`: dizem onde o texto termina, não como o token é sorteado.",
      en=f"Generated from `core.ENGINES`. `do_sample` is the opposite of `greedy`; llama.cpp reads any number and uses the nearest that makes sense: −1 switches top-nσ off. Temperature 0 is in a table below. To count every token, `to_engine` asks llama.cpp for the last {number(ALL_TOKENS)}. The last four rows are arguments of `core.generate`: they say where the text ends, not how a token is drawn."))

# %%
MEANS = {
    "refused": t(pt="recusado", en="refused"), "greedy": t(pt="decodificação gulosa", en="greedy decoding"), "both": t(pt="prompt e continuação", en="prompt and completion"),
    "output": t(pt="só a continuação", en="the completion only"), None: t(pt="não tem", en="has none"), 0: t(pt="todos", en="all"), (): t(pt="não tem top-k", en="has no top-k"),
}


def fact(value):
    """What an engine does, in words."""
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return " → ".join(say(f"stage.{name}") for name in value)
    if isinstance(value, tuple) and value:
        return t(pt=" ou ", en=" or ").join("None" if one is None else short(one) for one in value)
    return MEANS[value] if value in MEANS else t(pt=f"os últimos {value}", en=f"the last {value}")


TOLD = {
    "order": t(pt="ordem dos estágios", en="order of the stages"), "zero_temperature": "τ = 0", "top_k_off": t(pt="top-k desligado", en="top-k off"),
    "repetition_scope": t(pt="a penalidade de repetição conta", en="the repetition penalty counts"),
    "frequency_scope": t(pt="frequência e presença contam", en="frequency and presence count"), "window": t(pt="janela", en="window"),
}
Table(
    ["", *ENGINES],
    [[TOLD[name], *(f"{fact(getattr(e, name).value)} {cited(getattr(e, name))}" for e in ENGINES.values())] for name in FACTS],
    t(pt="Ordem e comportamento. «Suposto» quer dizer que a fonte não diz.", en="Order and behaviour. “Assumed” means that the source does not say."))

# %% [markdown] lang="pt" fold="engines"
# ### As máscaras, e de onde vem cada célula

# %% [markdown] lang="en" fold="engines"
# ### The masks, and where each cell comes from

# %% fold="engines"
def besides(engine):
    """The settings of an engine that change the draw and that the course does not have: how many, and the first ones."""
    own = {name: one for name, one in engine.others.items() if not one.needs}
    masks = [f"`{name}`" for name in own]
    return [f"{number(len(masks))}: {', '.join(masks[:3])}{'…' if len(masks) > 3 else ''}", f"({', '.join(sorted({chr(97 + SOURCES.index(one.source)) for one in own.values()}))})"]


Table(
    [t(pt="motor", en="engine"), t(pt="máscaras e outros que mudam o sorteio", en="masks and others that change the draw"), t(pt="fonte", en="source")],
    [[name, *besides(engine)] for name, engine in ENGINES.items()],
    t(pt="Todos vêm desligados. DRY roda depois das penalidades. adaptive-p só roda quando `--samplers` o nomeia, e aí sorteia por último. mirostat, quando ligado, toma o lugar da lista de `--samplers` e deixa só o viés e a temperatura. "
         "`core.from_engine` avisa quando encontra um deles.",
      en="All are off by default. DRY runs after the penalties. adaptive-p runs only where `--samplers` names it, and then draws last. mirostat, when on, takes the place of the list of `--samplers` and leaves only the bias and the temperature. "
         "`core.from_engine` says so when it meets one of them."))

# %% fold="engines"
Table([t(pt="letra", en="letter"), t(pt="fonte e versão", en="source and version")], [[chr(97 + i), text] for i, text in enumerate(SOURCES)],
      t(pt="De onde vem cada célula.", en="Where each cell comes from."))

# %% [markdown] lang="pt" anchor="copiar"
# ## Copie daqui
#
# As receitas da figura nas palavras de cada motor, escritas por `core.to_engine`. Todo corte que o motor ligaria sozinho é desligado pelo nome, e llama.cpp recebe a ordem junto (`--samplers`) onde ela importa. O que um motor
# não sabe expressar vem dito embaixo. As receitas são pontos de partida: mude uma coisa de cada vez e leia o que resulta. A quente segue a ideia de Nguyen et al. (2024): com min-p, um τ alto ainda deixa a cauda de fora. Schaeffer et al. (2025) refizeram a análise dos mesmos dados humanos e não acharam ganho sobre os outros cortes: meça no seu caso.

# %% [markdown] lang="en" anchor="copiar"
# ## Copy from here
#
# The recipes of the figure in each engine's words, written by `core.to_engine`. Every cut that the engine would turn on by itself is switched off by name, and llama.cpp is given the order as well (`--samplers`) where it matters. What an engine
# cannot express is said below. The recipes are starting points: change one thing at a time and read the result. The hot one follows the idea of Nguyen et al. (2024): with min-p, a high τ still leaves the tail out. Schaeffer et al. (2025) analysed the same human data again and found no gain over the other cuts: measure it in your own case.

# %% [markdown] lang="pt" fold="engines"
# ### As receitas, motor por motor

# %% [markdown] lang="en" fold="engines"
# ### The recipes, engine by engine

# %% fold="engines"
FENCES = {"python": "python", "json": "json", "flags": "sh"}


def lost(one):
    """What an engine cannot express, in the reader's language."""
    value = " → ".join(say(f"stage.{name}") for name in one.value) if one.key == "order" else short(one.value)
    return say(f"missing.{one.key}", engine=one.engine, field=f"`{one.field}`", value=value)


def copied(params):
    """A recipe as each engine writes it."""
    parts = []
    for engine, spec in ENGINES.items():
        settings = to_engine(params, engine)
        missing = "\n".join(f"- {lost(one)}" for one in settings.missing)
        parts += [f"**{engine}**", f"```{FENCES[spec.form]}\n{settings.text}\n```", *([missing] if missing else [])]
    return "\n\n".join(parts)


Prose("\n\n".join(f"### {name[0].upper()}{name[1:]}\n\n{copied(params)}" for name, params in RECIPES.items()))

# %% [markdown] lang="pt" anchor="phi-2"
# ## No Phi-2
#
# Nada nesta página depende do modelo: entram os logits, sorteia-se o próximo token. Onde há uma GPU, a [geração](tool:generation) abre o `microsoft/phi-2`, de 2,8 bilhões de parâmetros, com os mesmos controles. Por programa são quatro linhas:
#
# ```python
# from core import SamplingParams, generate, load_model
# params = SamplingParams(temperature=0.7, top_p=0.9)
# for step in generate(load_model("microsoft/phi-2"), "Once upon a time, a unicorn", params, max_new_tokens=60, seed=7):
#     print(step.text, end="")
# ```
#
# Preveja antes de rodar: troque `temperature=0.7` por `0.2` e por `1.3`, com a mesma semente. O que se repete primeiro, palavras ou frases inteiras? E em qual das duas o texto ainda é gramatical? A [lição 3](lesson:temperature) mede a repetição a cada τ no modelo do curso; um modelo maior não precisa começar a se repetir no mesmo ponto.

# %% [markdown] lang="en" anchor="phi-2"
# ## On Phi-2
#
# Nothing on this page depends on the model: logits go in, the next token is drawn. Where there is a GPU, the [generation tab](tool:generation) opens `microsoft/phi-2`, with its 2.8 billion parameters, under the same controls. In a program it takes four lines:
#
# ```python
# from core import SamplingParams, generate, load_model
# params = SamplingParams(temperature=0.7, top_p=0.9)
# for step in generate(load_model("microsoft/phi-2"), "Once upon a time, a unicorn", params, max_new_tokens=60, seed=7):
#     print(step.text, end="")
# ```
#
# Predict before you run it: put `0.2` and then `1.3` in the place of `temperature=0.7`, with the same seed. What repeats first, words or whole sentences? And in which of the two is the text still grammatical? [Lesson 3](lesson:temperature) measures repetition at each τ in the course's own model; a larger model need not begin to repeat at the same point.

# %% [markdown] lang="pt" anchor="preco"
# ## Quanto custa um sorteio
#
# O cálculo inteiro, dos logits ao token, foi cronometrado uma linha por vez. A coluna que importa é a razão: quantas vezes mais lento é o caminho habitual, que ordena o vocabulário inteiro ou sorteia uma
# exponencial por token. `core` acha o corte sem ordenar tudo e usa um só número uniforme, e o resultado é o mesmo até o último token mantido.

# %% [markdown] lang="en" anchor="preco"
# ## What a draw costs
#
# The whole computation, from logits to token, was timed one row at a time. The column that matters is the ratio: how many times slower is the usual way, which sorts the whole vocabulary or draws one
# exponential per token. `core` finds the cut without sorting everything and uses a single uniform number, and the result is the same down to the last token kept.

# %%
record = json.loads((ROOT / "benchmarks" / "samplers.json").read_text(encoding="utf-8"))
timed = [row for row in record["cases"] if (row["logits"], row["shape"]) == ("normal×3", record["cases"][0]["shape"])]
STAGE = {"typical": "typical_p"}
Table(
    [t(pt="ajustes", en="settings"), "core (µs)", "transformers ÷ core", "vLLM, PyTorch ÷ core", "core ÷ log-sum-exp"],
    [[" + ".join(say(f"stage.{STAGE.get(name, name.replace('-', '_'))}") for name in row["case"].split("+")), number(row["ours_us"], 0), number(row["transformers"], 1), number(row["vllm"], 1) if row["vllm"] else "—", number(row["logsumexp"], 2)] for row in timed],
    t(pt=f"Um vocabulário de {number(timed[0]['shape'][1])} tokens, PyTorch {record['torch']}, {record['threads']} linha de execução. `core` é compilado com Numba; vLLM é o caminho em PyTorch, reescrito a partir do código. O "
         "log-sum-exp do PyTorch, uma passada pelos logits, serve de régua. Máquinas ocupadas mudam os tempos; as razões, bem menos. Refaça com `python -m benchmarks.samplers`.",
      en=f"A vocabulary of {number(timed[0]['shape'][1])} tokens, PyTorch {record['torch']}, {record['threads']} thread. `core` is compiled with Numba; vLLM is its PyTorch path, rewritten from the code. PyTorch's "
         "log-sum-exp, one pass over the logits, is the yardstick. Busy machines change the times, and the ratios much less. Measure again with `python -m benchmarks.samplers`."))

# %%
Callout("engines", t(pt="Uma tabela tem data", en="A table has a date"), t(
    pt="Motores mudam de versão, e o que um valor quer dizer muda com elas: em llama.cpp, `--repeat-last-n -1` já foi o contexto inteiro, e na versão lida aqui é recusado. Por isso cada célula aponta a versão lida. O "
       "modelo também traz ajustes: transformers e o servidor do vLLM leem o `generation_config.json` que vem com ele, e llama.cpp, os que vierem no arquivo GGUF (`common/common.cpp`). Um top-k ou uma penalidade que esteja lá vale no lugar "
       "do valor de fábrica (`--generation-config vllm` desliga a leitura no vLLM). Antes de confiar em um valor de fábrica, escreva-o você: um ajuste escrito não muda quando o motor se atualiza nem quando o modelo é outro.",
    en="Engines change version, and what a value means changes with them: in llama.cpp `--repeat-last-n -1` once was the whole context, and in the version read here it is refused. That is why each cell names the version that was read. The "
       "model brings settings too: transformers and vLLM's server read the `generation_config.json` that comes with it, and llama.cpp those that come in the GGUF file (`common/common.cpp`). A top-k or a penalty found there stands in for "
       "the default (`--generation-config vllm` switches the reading off in vLLM). Before you rely on a default, write it yourself: a setting that is written changes neither when the engine is updated nor with another model."))

# %%
Callout("instructor", t(pt="Uma aula de 20 minutos", en="A 20-minute class"), t(
    pt="Peça a aposta (2 min). Projete a figura na receita «tudo ligado», peça a previsão e troque de motor; pergunte em que estágio os motores se separam (4 min). Faça no quadro as abas transformers e vLLM até a linha em que diferem (5 min). Leia a "
       "Proposição 12.1 e peça à turma o contraexemplo de um dos três pares que falham, antes de mostrar a tabela (5 min). Feche com um pedido de verdade: «leve esta configuração de llama.cpp para vLLM», e deixe que achem os valores de "
       "fábrica escondidos (4 min). Enganos frequentes: achar que temperatura primeiro basta para dois motores concordarem, que o que não se escreve está desligado, que `do_sample=False` ainda obedece à temperatura.",
    en="Ask for the bet (2 min). Project the figure with the recipe “all on”, ask for the prediction and change the engine; ask at which stage the engines part ways (4 min). Work the tabs transformers and vLLM on the board up to the line where they differ (5 min). Read "
       "Proposition 12.1 and ask the class for the counterexample of one of the three pairs that fail, before you show the table (5 min). Close with a real request, “take this configuration from llama.cpp to vLLM”, and let them find the hidden "
       "defaults (4 min). Common mistakes: thinking that temperature first is enough for two engines to agree, that what is not written is off, that `do_sample=False` still obeys temperature."))

# %% [markdown] lang="pt" anchor="exercicios"
# ## Exercícios

# %% [markdown] lang="en" anchor="exercicios"
# ## Exercises

# %%
def agree(**settings):
    """Whether three engines draw alike from these logits."""
    drawn = [probabilities(v, SamplingParams(order=engine, **settings)) for engine in THREE]
    return max(total_variation(drawn[0], other) for other in drawn[1:]) < 1e-12


CHOICES = [dict(temperature=0.5, top_p=0.9), dict(temperature=0.5, min_p=0.1), dict(temperature=0.5, top_k=3), dict(top_p=0.9, min_p=0.1)]
assert [agree(**one) for one in CHOICES] == [False, False, True, False]
Exercise(
    id="travel", kind="choice",
    question=t(pt="Sem empates e com o resto desligado, qual configuração dá a mesma distribuição em transformers, vLLM e llama.cpp, quaisquer que sejam os logits?",
               en="Without ties and with the rest off, which configuration gives the same distribution in transformers, vLLM and llama.cpp, whatever the logits?"),
    options=[
        Option(t(pt="τ = 0,5 e top-p 0,9", en="τ = 0.5 and top-p 0.9"), t(pt="A massa acumulada depende de τ, e llama.cpp corta antes de esfriar.", en="Cumulative mass depends on τ, and llama.cpp cuts before it cools.")),
        Option(t(pt="τ = 0,5 e min-p 0,1", en="τ = 0.5 and min-p 0.1"), t(pt="Com τ antes, a fração m do maior vira uma distância de até τ·ln(1/m) entre logits; com τ depois, de até ln(1/m).", en="With τ first, the share m of the largest becomes a distance of at most τ·ln(1/m) between logits; with τ after it, of at most ln(1/m).")),
        Option(t(pt="τ = 0,5 e top-k 3", en="τ = 0.5 and top-k 3"), t(pt="Dividir por τ não muda quem são os três maiores.", en="Dividing by τ does not change which three are the largest."), correct=True),
        Option(t(pt="top-p 0,9 e min-p 0,1", en="top-p 0.9 and min-p 0.1"), t(pt="Aqui não há temperatura, mas vLLM roda min-p antes de top-p, e a renormalização muda a massa que top-p soma.", en="There is no temperature here, but vLLM runs min-p before top-p, and the renormalisation changes the mass that top-p adds up.")),
    ])

# %%
top = {engine: probabilities(u, SamplingParams(2, top_p=0.9, order=engine))[0].item() for engine in ("llama.cpp", "transformers")}
uncooled = probabilities(u, SamplingParams(top_p=0.9))[0].item()
Exercise(
    id="last", kind="numeric",
    question=t(pt="u = [4; 2; 0; −2], τ = 2 e top-p 0,9, em llama.cpp. Qual é a probabilidade do primeiro token? (Duas casas bastam.)",
               en="u = [4, 2, 0, −2], τ = 2 and top-p 0.9, in llama.cpp. What is the probability of the first token? (Two decimals will do.)"),
    answer=top["llama.cpp"], tolerance=0.006,
    mistakes=[
        Mistake(top["transformers"], t(pt="Esse é o valor de transformers, que divide por τ antes de cortar e por isso mantém três tokens.", en="That is the value in transformers, which divides by τ before it cuts and so keeps three tokens.")),
        Mistake(uncooled, t(pt="O corte está certo, mas falta a temperatura, que roda depois dele.", en="The cut is right, but temperature is missing, which runs after it.")),
        Mistake(softmax(u, 2)[0].item(), t(pt="Esse é o softmax com τ = 2 sem corte nenhum.", en="That is the softmax at τ = 2 with no cut at all.")),
    ],
    right=t(pt=f"O corte vê τ = 1 e mantém dois tokens; depois, e² ÷ (e² + e¹) = {number(top['llama.cpp'], 4)}.", en=f"The cut sees τ = 1 and keeps two tokens; then e² ÷ (e² + e¹) = {number(top['llama.cpp'], 4)}."),
    wrong=t(pt="Corte primeiro, com o softmax de u; os dois primeiros passam de 90%. Só então divida os logits por 2.", en="Cut first, with the softmax of u; the first two exceed 90%. Only then divide the logits by 2."),
    unreadable=say("exercise.unreadable"))

# %%
hidden = from_engine("model.generate(**inputs, do_sample=True, temperature=0.8)", "transformers")
assert left["transformers"] == hidden.top_k
Exercise(
    id="bare", kind="predict",
    question=t(pt=f"Você chama `model.generate(**inputs, do_sample=True, temperature=0.8)` em transformers. Dos {number(size)} tokens do vocabulário, quantos podem ser sorteados? (Suponha logits sem empates e um modelo que não traga ajustes seus.)",
               en=f"You call `model.generate(**inputs, do_sample=True, temperature=0.8)` in transformers. Of the {number(size)} tokens of the vocabulary, how many can be drawn? (Suppose logits without ties and a model that brings no settings of its own.)"),
    options=[
        Option(t(pt=f"todos os {number(size)}", en=f"all {number(size)}"), t(pt="A temperatura não corta ninguém; quem corta é um top-k que você não escreveu.", en="Temperature cuts nobody; what cuts is a top-k you did not write.")),
        Option(number(hidden.top_k), t(pt="O valor de fábrica de top-k vale quando você não o escreve.", en="The default of top-k holds when you do not write it."), correct=True),
        Option(number(ENGINES["llama.cpp"].parameters["top_k"].default), t(pt="Esse é o top-k de fábrica de llama.cpp.", en="That is llama.cpp's default top-k.")),
        Option("1", t(pt="Um só seria a decodificação gulosa, e `do_sample=True` a desliga.", en="Only one would be greedy decoding, and `do_sample=True` turns that off.")),
    ],
    reveal=t(pt=f"`core.from_engine` lê essa chamada como top-k = {hidden.top_k}. Para ter o vocabulário inteiro, escreva `top_k=0`.", en=f"`core.from_engine` reads that call as top-k = {hidden.top_k}. To have the whole vocabulary, write `top_k=0`."))

# %%
BUGGY = """settings = dict(temperature=0.7, top_p=0.9)
texts = set()
for seed in range(5):
    set_seed(seed)
    output = model.generate(**inputs, do_sample=False, **settings)
    texts.add(tokenizer.decode(output[0]))
print(len(texts))"""
assert from_engine({"do_sample": False, "temperature": 0.7, "top_p": 0.9}, "transformers").stages == ("greedy",)
Exercise(
    id="bug", kind="bug", code=BUGGY,
    question=t(pt="Este programa pede cinco continuações com cinco sementes e imprime 1: são todas iguais. Qual linha é a culpada?",
               en="This program asks for five completions with five seeds and prints 1: they are all the same. Which line is to blame?"),
    options=[
        Option("1: `settings = dict(temperature=0.7, top_p=0.9)`", t(pt="Esses valores deixam muitos tokens possíveis, quando são lidos. Aqui não são.", en="Those values leave many tokens possible, when they are read. Here they are not.")),
        Option("4: `set_seed(seed)`", t(pt="A semente muda a cada volta, como devia. Ela só não tem sorteio para fixar.", en="The seed changes every time round, as it should. There is just no draw for it to fix.")),
        Option("5: `output = model.generate(..., do_sample=False, ...)`", t(pt="Com `do_sample=False` a decodificação é gulosa: temperatura e top-p são aceitos e não rodam.", en="With `do_sample=False` decoding is greedy: temperature and top-p are accepted and do not run."), correct=True),
        Option("6: `texts.add(tokenizer.decode(output[0]))`", t(pt="Um conjunto junta textos iguais, e é isso que mostra o problema; não o cria.", en="A set merges equal texts, which is what shows the problem; it does not make it.")),
    ])

# %%
ZERO = {engine: ENGINES[engine].zero_temperature.value for engine in ENGINES}
assert [engine for engine, value in ZERO.items() if value == "refused"] == ["transformers"]
Exercise(
    id="zero", kind="choice",
    question=t(pt="Um programa manda temperatura 0, pedindo sorteio, a cada um dos quatro motores. Segundo a tabela, o que acontece?", en="A program sends temperature 0, asking for a draw, to each of the four engines. By the table, what happens?"),
    options=[
        Option(t(pt="os quatro dão a decodificação gulosa", en="all four decode greedily"), t(pt="Três a dão (em um deles isso é suposto); transformers quer um número maior que 0.", en="Three do (in one of them that is assumed); transformers wants a number above 0.")),
        Option(t(pt="transformers recusa, e os outros usam a decodificação gulosa", en="transformers refuses, and the others decode greedily"), t(pt="Em transformers a decodificação gulosa se pede com `do_sample=False`.", en="In transformers greedy decoding is asked for with `do_sample=False`."), correct=True),
        Option(t(pt="todos dividem por zero", en="they all divide by zero"), t(pt="Nenhum chega a dividir: ou recusa o valor, ou desvia para o máximo.", en="None gets to divide: it refuses the value or turns aside to the maximum.")),
        Option(t(pt="todos sorteiam da distribuição do modelo", en="they all draw from the model's distribution"), t(pt="Isso é τ = 1. Zero é o outro extremo.", en="That is τ = 1. Zero is the other end.")),
    ])

# %%
RATIO, COLD = 3, 0.5
colder = softmax([log(RATIO), 0], COLD)
ratio = (colder[0] / colder[1]).item()
Exercise(
    id="earlier", kind="numeric",
    question=t(pt=f"Da lição de temperatura: com τ = 1, o primeiro token é {RATIO} vezes mais provável que o segundo, e nada é cortado. Quantas vezes mais provável ele é com τ = {number(COLD, 1)}?",
               en=f"From the lesson on temperature: at τ = 1 the first token is {RATIO} times as likely as the second, and nothing is cut. How many times as likely is it at τ = {number(COLD, 1)}?"),
    answer=ratio, tolerance=0.01,
    mistakes=[
        Mistake(RATIO / COLD, t(pt="Dividir por τ multiplica a diferença dos logits, não a razão das probabilidades.", en="Dividing by τ multiplies the difference of the logits, not the ratio of the probabilities.")),
        Mistake(RATIO**COLD, t(pt="A razão é elevada a 1/τ, não a τ: o frio separa os tokens.", en="The ratio is raised to 1/τ, not to τ: cold sets the tokens apart.")),
        Mistake(RATIO, t(pt="A ordem dos tokens não muda com τ; a razão muda.", en="The order of the tokens does not change with τ; the ratio does.")),
    ],
    right=t(pt=f"A razão é elevada a 1/τ = {short(1 / COLD)}.", en=f"The ratio is raised to 1/τ = {short(1 / COLD)}."),
    wrong=t(pt="A diferença dos logits é o logaritmo da razão. Divida-a por τ e volte.", en="The difference of the logits is the logarithm of the ratio. Divide it by τ and go back."),
    unreadable=say("exercise.unreadable"))

# %% [markdown] lang="pt" anchor="guardar"
# ## O que guardar
#
# - Um motor é uma ordem de estágios com valores de fábrica: o mesmo número em dois motores pode ser outro sorteio.
# - Entre transformers, vLLM e llama.cpp viajam sem tradução um ajuste sozinho e três pares: temperatura com top-k, top-k com min-p, top-k com top-p.
# - O que não se escreve nem sempre está desligado. Escreva o valor de tudo o que importa.
# - Um valor aceito pode não ser o usado: vLLM eleva um τ pequeno, e há serviços que ignoram τ.
# - Um fato sobre um motor vale para uma versão. Guarde a versão junto.
#
# Aqui acaba a primeira parte. A segunda abre a caixa de onde os logits vêm: [um modelo de linguagem](lesson:language-model).

# %% [markdown] lang="en" anchor="guardar"
# ## What to keep
#
# - An engine is an order of stages with defaults: the same number in two engines may be another draw.
# - Between transformers, vLLM and llama.cpp one setting alone travels without translation, and so do three pairs: temperature with top-k, top-k with min-p, top-k with top-p.
# - What is not written is not always off. Write the value of everything that matters.
# - A value that is taken may not be the one used: vLLM raises a small τ, and there are services that ignore τ.
# - A fact about an engine holds for a version. Keep the version with it.
#
# The first part ends here. The second opens the box that the logits come from: [a language model](lesson:language-model).
