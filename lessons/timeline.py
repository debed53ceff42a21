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
from dashboard.blocks import Prose
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
# As notas de que o curso nasceu contavam parte disto de outro jeito: veja as [erratas](lesson:errata#fatos).

# %% [markdown] lang="en" anchor="correcoes"
# The notes that the course grew from told part of this in another way: see the [errata](lesson:errata#fatos).
