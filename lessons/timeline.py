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
#     slug: {pt: linha-do-tempo, en: timeline}
#     title: {pt: Linha do tempo, en: Timeline}
#     summary:
#       pt: "De 2017 a setembro de 2026: os artigos e os modelos de que o curso fala e o que mudou o caminho, com quem os fez, o que trouxeram, se os pesos são abertos e onde ler."
#       en: "From 2017 to September 2026: the papers and models that the course speaks of and what changed the path, with who made them, what they brought, whether the weights are open and where to read."
#     sources: []
# ---

# %% [markdown] lang="pt" anchor="figura"
# Cada linha é um artigo ou um modelo, no mês do documento citado; um modelo pode ter sido lançado um pouco antes. **Pesos abertos** quer dizer que se pode baixá-los, às vezes depois de um pedido; a licença ainda pode limitar o uso, e quase nunca os dados de treino
# são públicos. A lista foi conferida em novembro de 2026; o que veio depois do último marco não está nela. Filtre por organização, tipo e pesos: a tabela da figura acompanha o filtro. Antes de filtrar, aposte: os modelos de raciocínio são mais vezes abertos ou fechados?

# %% [markdown] lang="en" anchor="figura"
# Each row is a paper or a model, at the month of the document cited; a model may have come out a little earlier. **Open weights** means that they can be downloaded, sometimes upon request; the licence may still limit their use, and the training data are hardly ever
# public. The list was checked in November 2026; what came after the last event is not in it. Filter by organisation, kind and weights: the figure's table follows the filter. Before filtering, bet: are reasoning models more often open or closed?

# %%
from itertools import groupby

from dashboard import charts
from dashboard.blocks import Correction, Prose
from dashboard.charts.timeline import kinds, weights
from dashboard.language import t
from dashboard.timeline import entries

EVENTS = entries()
charts.timeline(
    "events", t(pt="De um artigo sobre tradução até aqui", en="From a paper on translation to here"), EVENTS,
    said=t(pt="Marcos à vista: {total|0}, de {since|text} a {until|text}.", en="Events in view: {total|0}, from {since|text} to {until|text}."),
    caption=t(pt="A lista é uma escolha: o que o curso usa e o que mudou o caminho. Ela não é um ranking e não é completa.", en="The list is a choice: what the course uses and what changed the path. It is no ranking and it is not complete."))

# %% [markdown] lang="pt" anchor="lista"
# ## Ano a ano, com as fontes

# %% [markdown] lang="en" anchor="lista"
# ## Year by year, with the sources

# %%
WORDS = {**kinds(), **weights()}
MONTHS = t(pt="janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
           en="January February March April May June July August September October November December").split()


def line(one):
    """One entry of a year's list: name and month, who, kind, weights, what it brought, the source."""
    facts = [one.organisation, WORDS[one.kind], *([WORDS[one.weights]] if one.weights != "none" else [])]
    return f"- **{one.name}** ({MONTHS[int(one.date[5:]) - 1]}; {'; '.join(facts)}). {one.brought} [{one.source}]({one.url})"


[Prose(f"### {year}\n\n" + "\n".join(map(line, members)), f"ano-{year}") for year, members in groupby(EVENTS, key=lambda one: one.year)]

# %% [markdown] lang="pt" anchor="correcoes"
# ## O que o texto de origem dizia
#
# Estes são os erros da linha do tempo do texto de que o curso nasceu, cada um com o certo ao lado. Os outros estão nas [erratas](lesson:errata).

# %% [markdown] lang="en" anchor="correcoes"
# ## What the source text said
#
# These are the mistakes in the timeline of the text that the course grew from, each with what is right beside it. The others are in the [errata](lesson:errata).

# %%
[
    Correction([["2021", t(pt="«Graham (Google)»", en="“Graham (Google)”"), "GLaM (Google)"]],
               t(pt="O nome foi ouvido errado. O artigo é de Du et al. (2021).", en="The name was misheard. The paper is Du et al. (2021).")),
    Correction([[t(pt="GPT-2, 2019", en="GPT-2, 2019"), t(pt="zero-shot é «aprender tarefas apenas com exemplos no prompt»", en="zero-shot is “learning tasks with only examples in the prompt”"),
                 t(pt="zero-shot é sem exemplo nenhum; com exemplos no prompt é few-shot, tema do GPT-3", en="zero-shot is without any example; with examples in the prompt it is few-shot, the subject of GPT-3")]],
               t(pt="Compare Radford et al. (2019) com Brown et al. (2020).", en="Compare Radford et al. (2019) with Brown et al. (2020).")),
    Correction([["DeepSeek-R1, 2025", t(pt="«pesos abertos, mas modelo fechado»", en="“open weights, but closed model”"),
                 t(pt="pesos sob licença MIT e método publicado; os dados de treino não são públicos", en="weights under the MIT licence and a published method; the training data are not public")]],
               t(pt="DeepSeek-AI (2025) descreve o treino por reforço e publica os pesos, também os dos modelos destilados.", en="DeepSeek-AI (2025) describes the training by reinforcement and releases the weights, those of the distilled models too.")),
    Correction([["o1, 2024", t(pt="listado na «explosão open source»", en="listed under “the open-source explosion”"),
                 t(pt="pesos fechados; só a API e uma descrição do método", en="closed weights; only the API and a description of the method")]],
               t(pt="Abertos, no mesmo ano, eram Llama 3.1, Gemma 2 e DeepSeek-V3.", en="Open, in the same year, were Llama 3.1, Gemma 2 and DeepSeek-V3.")),
    Correction([["Gemini 1.5, 2024", t(pt="mistura de especialistas em «Ultra, Pro, Nano, Flash»", en="a mixture of experts in “Ultra, Pro, Nano, Flash”"),
                 t(pt="o relatório só o diz do Gemini 1.5 Pro", en="the report says so of the 1.5 Pro alone")]],
               t(pt="Gemini Team (2024) descreve o Gemini 1.5 Flash como um transformer só com decodificador, destilado do Gemini 1.5 Pro, e não fala de especialistas nele.", en="Gemini Team (2024) describes 1.5 Flash as a transformer decoder distilled from 1.5 Pro, and speaks of no experts in it.")),
]
