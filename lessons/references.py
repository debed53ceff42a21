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
#     slug: {pt: referencias, en: references}
#     title: {pt: Referências, en: References}
#     summary:
#       pt: "Todos os artigos e documentos que as lições citam, em uma lista só, com o ano, o endereço e quem os cita."
#       en: "Every paper and document that the lessons cite, in one list, with the year, the address and who cites it."
#     sources: []
# ---

# %%
from dashboard import references
from dashboard.blocks import Prose

Prose(references.markdown())
