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
#     title: {pt: Como um modelo de linguagem escolhe a próxima palavra, en: How a language model picks the next word}
#     summary:
#       pt: "Um modelo de linguagem dá uma nota a cada token do vocabulário. O que acontece entre essas notas e a palavra que aparece na tela é o assunto deste curso: cada número é calculado por código testado ou tem fonte, cada gráfico responde na hora, cada afirmação tem prova, contraexemplo ou fonte."
#       en: "A language model gives every token of its vocabulary a score. What happens between those scores and the word on the screen is the subject of this course: every number is computed by tested code or has a source, every chart answers at once, every claim has a proof, a counterexample or a source."
#     sources: []
# ---

# %%
from dashboard import charts
from dashboard.blocks import Range
from dashboard.language import say, t
from dashboard.recorded.snapshots import snapshot

charts.vocabulary(
    "next", t(pt="Qual é a próxima palavra?", en="What is the next word?"), [snapshot(name) for name in ("once", "said", "rio", "sky")],
    [charts.temperature_control(1.0),
     Range("top_p", say("control.top_p"), say("control.top_p.help"), 1, step=0.05, digits=2)],
    said=t(pt="O mais provável leva {p_max|%1}. Tokens no sorteio: {n_kept|0}; número efetivo de opções: {effective|1}.",
           en="The most likely takes {p_max|%1}. Tokens in the draw: {n_kept|0}; effective number of choices: {effective|1}."),
    caption=t(pt="O que o modelo deste projeto, treinado do zero em livros brasileiros e portugueses, dá a cada token do seu vocabulário depois do prompt escolhido. Contorno tracejado: o modelo. "
                 "Barra cheia: aquilo de que se sorteia.",
              en="What this project's model, trained from zero on Brazilian and Portuguese books, gives to every token of its vocabulary after the prompt you choose. Dashed outline: the model. "
                 "Solid bar: what is drawn from."),
    shown=8)
