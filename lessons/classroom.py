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
#     slug: {pt: com-uma-turma, en: with-a-class}
#     title: {pt: Com uma turma, en: With a class}
#     summary:
#       pt: "Para quem ensina: três planos de aula, como votar e discutir, os enganos e onde cada um é respondido, como projetar, abrir uma sala, montar um questionário e incorporar um gráfico, e onde pôr tudo isso no ar."
#       en: "For educators: three plans, how to vote and discuss, the misconceptions and where each is answered, how to project, open a room, make a quiz and embed a chart, and where to run all of it."
#     sources:
#       - {id: mazur1997, text: "Mazur (1997). Peer Instruction: A User's Manual. Prentice Hall", url: "https://serc.carleton.edu/resources/1304.html"}
#       - {id: pytorch, text: "PyTorch. Start Locally", url: "https://pytorch.org/get-started/locally/"}
#       - {id: vllmdocker, text: "vLLM. Deploying with Docker", url: "https://docs.vllm.ai/en/latest/serving/deploying_with_docker.html"}
#       - {id: spaces, text: "Hugging Face. Docker Spaces", url: "https://huggingface.co/docs/hub/spaces-sdks-docker"}
#       - {id: streamlitcloud, text: "Streamlit. Deploy your app on Community Cloud", url: "https://docs.streamlit.io/deploy/streamlit-community-cloud/deploy-your-app"}
# ---

# %%
import ast
from dataclasses import fields

from dashboard.app.limits import Limits
from dashboard.blocks import Table
from dashboard.language import short, t
from dashboard.lesson import lessons
from dashboard.room.rooms import BOUNDS

LIMITS = Limits()
ROOM = 40
LESSONS = {one.slug: one for one in lessons()}


def plan(minutes, rows):
    """A lesson plan, row by row: minutes, what is done, the address that shows it. Its minutes have to add up."""
    assert sum(row[0] for row in rows) == minutes
    columns = [t(pt="minutos", en="minutes"), t(pt="o que se faz", en="what is done"), t(pt="na tela", en="on the screen")]
    return Table(columns, [[short(n), done, shown] for n, done, shown in rows])


def lesson(slug, place=""):
    """A link to a lesson by its title."""
    return f"[{LESSONS[slug].text('title')}](lesson:{slug}{place})"


# %% [markdown] lang="pt" anchor="planos"
# ## Três planos
#
# Cada linha leva à demonstração pronta: os controles vêm no endereço. Abra as abas antes da aula, na ordem, e passe de uma à outra.
#
# ### Uma aula de 50 minutos: o que a temperatura faz
#
# Pede só proporções e potências. A turma sai sabendo dizer o que muda em uma distribuição quando τ muda, e calculando um caso.

# %% [markdown] lang="en" anchor="planos"
# ## Three plans
#
# Each row leads to the demonstration as it should stand: its controls are set in the address. Open the tabs before the class, in order, and go from one to the next.
#
# ### One class of 50 minutes: what temperature does
#
# It asks only for ratios and powers. The class leaves able to say what changes in a distribution when τ changes, and having worked one case.

# %%
SAY_NEXT = t(pt="Leia o começo da frase e peça a próxima palavra. Só depois mostre as barras: quem ficou perto?",
             en="Read the beginning of the sentence and ask for the next word. Only then show the bars: who was close?")
BET_RATIO = t(pt="Aposta, sem comentar: o que acontece com a razão quando τ cai à metade? Conte as mãos por opção.",
              en="The bet, without a comment: what happens to the ratio when τ is halved? Count hands for each option.")
plan(50, [
    [6, SAY_NEXT, f"[{t(pt='a próxima palavra', en='the next word')}](lesson:home#next)"],
    [5, BET_RATIO, f"[{t(pt='a aposta', en='the bet')}](lesson:temperature#bet)"],
    [8, t(pt="Leve τ de 1 a 0,5, devagar. A cada parada, a turma divide a primeira barra pela segunda e anota a razão.",
          en="Take τ from 1 to 0.5, slowly. At each stop the class divides the first bar by the second and notes the ratio."),
     f"[τ = 1](lesson:temperature?tau.tau=1#tau)"],
    [6, t(pt="Discussão em duplas, segunda votação, e só então a resposta.", en="Discussion in pairs, a second vote, and only then the answer."),
     f"[{t(pt='a resposta', en='the answer')}](lesson:temperature#bet-answer)"],
    [10, t(pt="No quadro, o cálculo com τ = 0,5 até a última casa; a página mostra cada linha.",
           en="On the board, the calculation at τ = 0.5 to the last digit; the page shows every line."),
     f"[{t(pt='à mão', en='by hand')}](lesson:temperature#mao)"],
    [7, t(pt="Dois extremos: τ = 0 com empate e τ alto. Pergunte, antes de mover, quanto valerá a primeira barra.",
          en="Two extremes: τ = 0 with a tie, and a high τ. Before moving, ask what the first bar will be."),
     f"[{t(pt='empate em τ = 0', en='a tie at τ = 0')}](lesson:temperature?tau.variant=u3&tau.tau=0#tau)"],
    [8, t(pt="Em folha, sem tela: dois logits e um τ. Recolha as respostas; as erradas mostram em que passo o cálculo parou.",
          en="On paper, without a screen: two logits and a τ. Collect the answers; the wrong ones show at which step the calculation stopped."),
     f"[{t(pt='o exercício', en='the exercise')}](lesson:temperature#pair)"],
])

# %% [markdown] lang="pt" anchor="cem-minutos"
# ### Uma aula dupla de 100 minutos: os cortes e a ordem deles
#
# Supõe a aula de 50 minutos, ou a lição de temperatura lida em casa. A última aposta só se decide com as três ideias juntas.

# %% [markdown] lang="en" anchor="cem-minutos"
# ### A double class of 100 minutes: cuts and their order
#
# It assumes the class of 50 minutes, or the lesson on temperature read at home. The last bet is decided only by the three ideas together.

# %%
VOTE = t(pt="Aposta e primeira votação.", en="The bet and a first vote.")
plan(100, [
    [5, VOTE, f"[{t(pt='aposta: top-k', en='bet: top-k')}](lesson:top-k#bet)"],
    [10, t(pt="Mova k com a distribuição parada e pergunte quem cresce quando alguém sai.", en="Move k with the distribution at rest and ask who grows when somebody is cut."),
     "[k = 2](lesson:top-k?line.top_k=2#line)"],
    [10, t(pt="O mesmo k em dois contextos: a turma estima a massa que fica em cada um antes de ver o número.",
           en="The same k in two contexts: the class estimates the mass that stays in each before it sees the number."),
     "[k = 5](lesson:top-k?contexts.top_k=5#contexts)"],
    [5, VOTE, f"[{t(pt='aposta: top-p', en='bet: top-p')}](lesson:top-p#bet)"],
    [10, t(pt="Desça a linha da escada até o token que cruza p. Ele fica ou sai? Peça uma defesa de cada lado.",
           en="Lower the line on the stairs to the token that crosses p. Does it stay or go? Ask for a defence of each side."),
     "[p = 0,8](lesson:top-p?stairs.top_p=0.8#stairs)" if t(pt="pt", en="en") == "pt" else "[p = 0.8](lesson:top-p?stairs.top_p=0.8#stairs)"],
    [10, t(pt="O mesmo p em dois contextos, e a comparação com k: quem se adapta?", en="The same p in two contexts, compared with k: which one adapts?"),
     f"[{t(pt='dois tamanhos', en='two sizes')}](lesson:top-p?contexts.top_p=0.9#contexts)"],
    [10, t(pt="Pausa.", en="A break."), "–"],
    [5, VOTE, f"[{t(pt='aposta: a ordem', en='bet: the order')}](lesson:order#bet)"],
    [15, t(pt="Metade da turma calcula com a temperatura primeiro, metade com ela por último. Os dois cálculos vão ao quadro, lado a lado.",
           en="Half of the class calculates with temperature first, half with it last. Both calculations go on the board, side by side."),
     f"[{t(pt='à mão, nas duas ordens', en='by hand, in both orders')}](lesson:order#mao)"],
    [10, t(pt="Segunda votação, e a figura: mova τ até que as duas ordens concordem.", en="A second vote, and the figure: move τ until the two orders agree."),
     f"[{t(pt='duas ordens', en='two orders')}](lesson:order?orders.tau=0.5&orders.top_p=0.8#orders)"],
    [10, t(pt="Em duplas: os mesmos ajustes em dois motores. Por que o colega que usa outro programa vê outro texto?",
           en="In pairs: the same settings in two engines. Why does the classmate who uses another program see another text?"),
     lesson("order", "#motores")],
])

# %% [markdown] lang="pt" anchor="quatro-semanas"
# ### Quatro semanas, duas aulas por semana
#
# A leitura é de casa, com o tempo que cada lição pede. A aula fica para a aposta, a discussão e o exercício em que mais gente errou.

# %% [markdown] lang="en" anchor="quatro-semanas"
# ### Four weeks, two classes a week
#
# The reading is done at home, in the time that each lesson asks for. The class is for the bet, the discussion, and the exercise that most people got wrong.

# %%
WEEKS = [
    [["logits", "greedy-and-random"], ["temperature"],
     t(pt="Escrever três continuações com a mesma semente e três temperaturas, e dizer o que mudou.", en="Write three continuations with one seed and three temperatures, and say what changed.")],
    [["top-k", "top-p"], ["order", "penalties"],
     t(pt="Achar um ajuste que dê textos diferentes em dois motores, com o cálculo que explica.", en="Find a setting that gives different texts in two engines, with the calculation that explains it.")],
    [["language-model", "tokens"], ["attention", "transformer"],
     t(pt="Prever as fusões de uma palavra da região e conferir na página.", en="Predict the merges of a local word and check them on the page.")],
    [["training", "assistant"], ["evaluating"],
     t(pt="Comparar dois ajustes com um critério escrito antes de ver os textos, e dizer quantos textos faltariam para ter certeza.",
       en="Compare two settings by a criterion written before the texts are seen, and say how many more texts would settle it.")],
]
Table(
    [t(pt="semana", en="week"), t(pt="primeira aula", en="first class"), t(pt="segunda aula", en="second class"), t(pt="minutos de leitura", en="minutes of reading"), t(pt="tarefa", en="task")],
    [[short(n), *("; ".join(map(lesson, one)) for one in classes), short(sum(LESSONS[slug].minutes for one in classes for slug in one)), task]
     for n, (*classes, task) in enumerate(WEEKS, 1)],
)

# %% [markdown] lang="pt" anchor="votar"
# ## Aposta, voto, discussão, segundo voto
#
# 1. **Aposta.** Projete a pergunta com a resposta escondida. Cada um escolhe sozinho, em silêncio, antes de ouvir alguém: quem já se comprometeu com uma resposta quer saber se acertou.
# 2. **Voto.** Conte por opção. Não comente o resultado nem diga qual é a certa.
# 3. **Discussão.** Se quase todos acertaram, siga. Se quase ninguém acertou, volte à figura. No meio disso, dois minutos com quem votou diferente: cada um explica o seu cálculo.
# 4. **Segundo voto.** A mesma pergunta. Compare os dois votos e só então abra a resposta.
# 5. **O porquê das erradas.** Cada opção errada de um exercício é um engano que as pessoas cometem, e a página diz qual. Leia a da opção mais votada.
#
# É a instrução por pares de Mazur (1997), com a aposta na frente. Com uma figura, o mesmo em menor escala: peça a previsão, espere, mova um controle só, e peça a explicação a quem previu outra coisa.

# %% [markdown] lang="en" anchor="votar"
# ## Bet, vote, discussion, second vote
#
# 1. **Bet.** Project the question with the answer hidden. Everybody chooses alone, in silence, before hearing anyone: who is committed to an answer wants to know whether it holds.
# 2. **Vote.** Count by option. Comment on nothing, and do not say which one is right.
# 3. **Discussion.** If nearly all are right, go on. If nearly nobody is, go back to the figure. In between, two minutes with someone who voted otherwise: each explains the calculation.
# 4. **Second vote.** The same question. Compare the two votes, and only then open the answer.
# 5. **Why the others are wrong.** Every wrong option of an exercise is a mistake that people make, and the page says which. Read the one that most people chose.
#
# It is Mazur's peer instruction (1997), with the bet in front. With a figure, the same on a smaller scale: ask for the prediction, wait, move one control only, and ask someone who predicted otherwise for the explanation.

# %% [markdown] lang="pt" anchor="enganos"
# ## Os enganos, e onde cada um é respondido
#
# Cada lição nomeia os seus. O link leva ao contraexemplo que a página calcula.

# %% [markdown] lang="en" anchor="enganos"
# ## The misconceptions, and where each is answered
#
# Each lesson names its own. The link leads to the counterexample that the page computes.

# %%
def misconceptions(one):
    """The lesson's own, as it names them in the reader's language, each with the place where it stands."""
    place = ""
    for cell in one.cells:
        place = cell.anchor or place
        for call in ast.walk(ast.parse(cell.source)) if cell.kind == "code" else ():
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Callout" and ast.literal_eval(call.args[0]) == "misconception":
                yield t(**{word.arg: ast.literal_eval(word.value) for word in call.args[1].keywords}), place


Table(
    [t(pt="o engano", en="the misconception"), t(pt="a lição que responde", en="the lesson that answers it")],
    [[said, lesson(one.slug, f"#{place}")] for one in LESSONS.values() for said, place in misconceptions(one)],
)

# %% [markdown] lang="pt" anchor="projetar"
# ## Projetar
#
# «Projetar», no alto de uma lição, a tecla `P` ou `?present=true` no endereço: a lição passa em telas, uma por tecla, com letras que se leem do fundo da sala e as respostas escondidas até você pedir.
# Nenhum clique é preciso antes, e um passador de slides serve.
#
# O laboratório, a geração e «por dentro do modelo» também se projetam, cada um em uma só tela, com os ajustes que estão no endereço. Os controles ficam guardados: a tecla `C` os abre. As setas continuam da ferramenta: andam pelos tokens, movem os estágios.

# %% [markdown] lang="en" anchor="projetar"
# ## Projecting
#
# “Present”, at the top of a lesson, the key `P` or `?present=true` in the address: the lesson comes screen by screen, a key for each, in type that is read from the back of the room, with the answers hidden until you ask.
# No click is needed first, and a clicker works.
#
# The lab, generation and “inside the model” can be projected, too, each on a single screen, with the settings that the address has. The controls are put away: the key `C` opens them. The arrows stay the tool's own: they walk the tokens and move the stages.

# %%
Table(
    [t(pt="tecla", en="key"), t(pt="o que faz", en="what it does")],
    [
        [t(pt="`→`, espaço, `PageDown`", en="`→`, space, `PageDown`"), t(pt="a próxima tela ou o próximo passo", en="the next screen or the next step")],
        ["`←`, `PageUp`", t(pt="a anterior", en="the one before")],
        ["`Home`, `End`", t(pt="o começo e o fim da lição", en="the beginning and the end of the lesson")],
        ["`B`", t(pt="apaga a tela; de novo, ela volta", en="blanks the screen; again, it is back")],
        ["`F`", t(pt="tela cheia", en="full screen")],
        ["`C`", t(pt="em uma ferramenta, abre e fecha os controles", en="in a tool, opens and closes the controls")],
        ["`N`", t(pt="as notas, em uma segunda janela que acompanha: o que dizer, o que perguntar, os minutos", en="the notes, in a second window that keeps in step: what to say, what to ask, the minutes")],
        ["`T`", t(pt="o cronômetro", en="the timer")],
        ["`?`", t(pt="todas as teclas", en="all the keys")],
    ],
)

# %% [markdown] lang="pt" anchor="sala"
# ## Abrir uma sala
#
# Em qualquer aposta ou exercício, «Abrir sala» põe na tela um código e um QR. Os celulares que estão na mesma rede entram por um dos dois: sem cadastro, sem nome, sem cookie. Cada aparelho dá uma resposta e pode
# trocá-la até você fechar a votação. A tela mostra quantos responderam; depois, as barras; depois, a resposta. A segunda votação fica ao lado da primeira. O resultado pode ser baixado em CSV; nada fica guardado depois que a sala fecha.
#
# Salas precisam do app, porque alguém tem de receber os votos. No site as mesmas telas funcionam com mãos levantadas: você digita as contagens.

# %% [markdown] lang="en" anchor="sala"
# ## Opening a room
#
# At any bet or exercise, “Open a room” puts a code and a QR on the screen. Phones on the same network join by either: no login, no name, no cookie. Each device gives one answer and can
# change it until you close the vote. The screen shows how many have answered; then the bars; then the answer. The second vote stands beside the first. The result can be downloaded as CSV; nothing is kept after the room closes.
#
# Rooms need the app, because somebody has to receive the votes. On the site the same screens work with raised hands: you type the counts.

# %% [markdown] lang="pt" anchor="questionario"
# ## Um questionário
#
# No [questionário](lesson:quiz), marque exercícios de qualquer lição. A escolha fica no endereço, o mesmo nas duas línguas, e do mesmo endereço saem três usos:
#
# - **Na sala**, «Abrir sala» faz as perguntas uma a uma. O código continua o mesmo; você avança e volta, e no fim vê, por questão, quantos acertaram e quantos escolheram cada opção. Tudo isso vai em um CSV.
# - **No papel**, «Imprimir» dá uma folha com nome, turma e data. Com o gabarito marcado, sai a folha de quem corrige, com o que se diz a cada opção. Para um PDF, escolha «Salvar como PDF» na janela de impressão.
# - **Por conta própria**, quem abre o link responde na página e lê o porquê de cada resposta.
#
# Um exemplo pronto: [quatro questões sobre os cortes e a ordem deles](lesson:quiz?quiz=top-k.tie_top-p.renormalise_other-cuts.threshold_order.commute).

# %% [markdown] lang="en" anchor="questionario"
# ## A quiz
#
# In the [quiz](lesson:quiz), tick exercises of any lesson. The choice stands in the address, the same in both languages, and one address serves three uses:
#
# - **In a room**, “Open a room” asks the questions one by one. The code stays the same; you go on and back, and at the end you see, by question, how many were right and how many chose each option. All of it goes into a CSV.
# - **On paper**, “Print” gives a sheet with name, class and date. With the key ticked it is the sheet for who corrects, with what is said to each option. For a PDF, choose “Save as PDF” in the print window.
# - **Alone**, whoever opens the link answers on the page and reads why each answer is right or wrong.
#
# A ready example: [four questions on cuts and their order](lesson:quiz?quiz=top-k.tie_top-p.renormalise_other-cuts.threshold_order.commute).

# %% [markdown] lang="pt" anchor="incorporar"
# ## Incorporar um gráfico, um exercício ou uma ferramenta
#
# Cada gráfico, cada exercício e cada ferramenta de uma página publicada tem um botão «Incorporar», que copia um quadro com os controles como estão. Ele mostra só aquele bloco, na língua da página, e funciona: os controles se movem, as respostas são corrigidas.
#
# - **No Moodle**, abra o modo HTML do editor e cole.
# - **No Google Classroom**, que recebe links e não HTML, anexe como link o endereço que está em `src`. Uma página do Google Sites aceita o código inteiro.
# - **Em uma página sua**, este trecho dá a cada quadro a altura que ele pede:
#
# ```html
# <script>
# addEventListener("message", ({ source, data }) => {
#   for (const frame of document.querySelectorAll("iframe"))
#     if (frame.contentWindow === source && data.amostra) frame.height = data.height;
# });
# </script>
# ```
#
# O site se deixa mostrar em qualquer página e não grava cookies; o que alguém responde fica no navegador dessa pessoa. O app só aparece em quadros das páginas que o dono do servidor permitiu, com `AMOSTRA_EMBED`; só então ele oferece o botão. Ele grava um cookie
# do Streamlit, `_streamlit_xsrf`, que protege contra pedidos forjados e some quando o navegador fecha.

# %% [markdown] lang="en" anchor="incorporar"
# ## Embedding a chart, an exercise or a tool
#
# Every chart, every exercise and every tool of a published page has a button “Embed”, which copies a frame with the controls as they stand. It shows this block alone, in the language of the page, and it works: controls move, answers are judged.
#
# - **In Moodle**, open the editor's HTML mode and paste.
# - **In Google Classroom**, which takes links and no HTML, attach the address in `src` as a link. A page of Google Sites takes the whole code.
# - **In a page of your own**, this piece gives each frame the height that it asks for:
#
# ```html
# <script>
# addEventListener("message", ({ source, data }) => {
#   for (const frame of document.querySelectorAll("iframe"))
#     if (frame.contentWindow === source && data.amostra) frame.height = data.height;
# });
# </script>
# ```
#
# The site lets any page show it and sets no cookies; what somebody answers stays in that person's browser. The app appears only in frames of the pages that the server's owner has allowed, with `AMOSTRA_EMBED`; only then does it offer the button. It sets one cookie
# of Streamlit's, `_streamlit_xsrf`, which protects against forged requests and goes when the browser closes.

# %% [markdown] lang="pt" anchor="sem-servidor"
# ## Sem servidor
#
# As lições são páginas que calculam no navegador de quem lê. Exporte-as uma vez:
#
# ```sh
# .venv/bin/pip install -q -r requirements-site.txt
# .venv/bin/python -m dashboard.export site
# ```
#
# A pasta `site` abre com dois cliques em `index.html`, sem rede: vai em um pen drive, em uma pasta compartilhada da escola ou em qualquer hospedagem de páginas. Servida por https, ela também se
# instala como aplicativo e fica no aparelho. É o caminho para turmas grandes: nada é calculado em um servidor.

# %% [markdown] lang="en" anchor="sem-servidor"
# ## Without a server
#
# The lessons are pages that compute in the reader's browser. Export them once:
#
# ```sh
# .venv/bin/pip install -q -r requirements-site.txt
# .venv/bin/python -m dashboard.export site
# ```
#
# The folder `site` opens with a double click on `index.html`, without a network: it goes on a USB stick, in a folder that the school shares, or on any host of web pages. Served over https it can also
# be installed as an app and stays on the device. This is the way for large classes: nothing is computed on a server.

# %% [markdown] lang="pt" anchor="rede"
# ## Uma máquina na rede da escola
#
# O comando do README põe o app no ar para toda a rede local. O terminal mostra dois endereços; o segundo, *Network URL*, é o que a turma abre. Se ninguém consegue abri-lo, o firewall da máquina
# ainda fecha a porta 8501, ou a rede isola os aparelhos uns dos outros.
#
# Em um Linux sem GPU, instale antes a versão do PyTorch para CPU com o comando que a [página de instalação do PyTorch](https://pytorch.org/get-started/locally/) dá (Linux, Pip, CPU), na mesma versão de `requirements.txt`: a
# versão comum traz gigabytes de CUDA que ninguém usaria.
#
# As lições e o modelo da página não pesam no servidor: rodam no navegador de cada pessoa. Dos outros modelos, o servidor atende um pedido de cada vez, e cada pessoa vê o seu lugar na fila; com {{ ROOM | 0 }} pessoas, peça textos curtos ou ponha um servidor de inferência por trás, como abaixo. O que um
# pedido pode exigir, você define no ambiente:

# %% [markdown] lang="en" anchor="rede"
# ## One machine in the school's network
#
# The README's command serves the app to the whole local network. The terminal shows two addresses; the second, *Network URL*, is what the class opens. If nobody can open it, the machine's firewall
# still closes port 8501, or the network keeps its devices apart.
#
# On a Linux machine without a GPU, first install PyTorch's CPU build with the command that [PyTorch's install page](https://pytorch.org/get-started/locally/) gives (Linux, Pip, CPU), in the version of `requirements.txt`: the
# usual build brings gigabytes of CUDA that nobody would use.
#
# The lessons and the page's model weigh nothing on the server: they run in each person's browser. Of the other models the server answers one request at a time, and everybody sees their place in the queue; with {{ ROOM | 0 }} people, ask for short texts or put an inference server behind it, as below. What a
# request may ask for is set in the environment:

# %%
MEANING = {
    "tokens": t(pt="tokens novos de um texto", en="new tokens of one text"),
    "rows": t(pt="textos lado a lado em um pedido", en="texts side by side in one request"),
    "prompt": t(pt="caracteres do prompt", en="characters of the prompt"),
    "alternatives": t(pt="alternativas mostradas a cada passo", en="alternatives shown at each step"),
    "seconds": t(pt="segundos que um pedido pode levar", en="seconds that a request may take"),
    "waiting": t(pt="pedidos na fila", en="requests in the queue"),
    "per_visitor": t(pt="pedidos de uma pessoa na fila", en="requests of one person in the queue"),
    "idle": t(pt="segundos sem olhar até a pessoa contar como ausente", en="seconds without a look until a person counts as gone"),
}
Table(
    [t(pt="variável", en="variable"), t(pt="o que limita", en="what it limits"), t(pt="sem ela", en="without it")],
    [
        ["`AMOSTRA_MODELS`", t(pt="um arquivo com os modelos do Hugging Face que se oferecem", en="a file with the models of Hugging Face on offer"), "`core/models/hub.toml`"],
        *[[f"`AMOSTRA_LIMIT_{one.name.upper()}`", MEANING[one.name], short(getattr(LIMITS, one.name))] for one in fields(LIMITS)],
    ],
)

# %% [markdown] lang="pt" anchor="sala"
# ## Uma sala: a turma responde pelo celular
#
# Cada aposta e cada exercício tem um botão *Abrir sala*. O telão mostra um código, um QR e um endereço da rede; quem entra vê a pergunta em uma página leve, sem cadastro, sem cookie e sem nome, e muda a resposta até você fechar
# a votação. Depois vêm as barras, a conversa entre vizinhos, a segunda votação ao lado da primeira, e a resposta com o que se diz a cada opção. Na [geração](tool:generation), o botão *Perguntar à turma* deixa com ela o próximo token: a distribuição
# dela fica ao lado da do modelo, e o texto segue com o que for sorteado entre os votos.
#
# - A sala é uma só por toda a aula: ao perguntar outro exercício, os mesmos celulares recebem a pergunta nova. Recarregar a sua página não interrompe a pergunta.
# - Conta-se uma resposta por navegador, nunca por endereço de rede: uma escola inteira atrás de um só endereço vota. Uma janela anônima é outro navegador.
# - Se a rede cair, o celular diz se foi ele ou se foi você quem perdeu a conexão, guarda a resposta e a envia quando voltar.
# - Uma sala recebe até {{ BOUNDS.phones | 0 }} aparelhos e é esquecida {{ BOUNDS.idle // 3600 | 0 }} horas depois de você sair. Tudo fica na memória do servidor e some quando a sala é encerrada; antes, baixe o CSV, que só tem contagens.
# - O app mostra o endereço pelo qual você o abriu ou, se for `localhost`, o da máquina na rede. Em um contêiner, ou atrás de outro servidor, abra-o pelo endereço que os celulares alcançam.
# - No site, sem servidor, o mesmo botão abre o mesmo painel: conte as mãos e escreva quantas são.

# %% [markdown] lang="en" anchor="sala"
# ## A room: the class answers by phone
#
# Every bet and every exercise has a button *Open a room*. The projector shows a code, a QR code and an address of the network; who joins sees the question on a light page, without an account, a cookie or a name, and changes the answer until you close
# the vote. Then come the bars, the talk between neighbours, the second vote beside the first, and the answer with what is said to each option. In the [generation](tool:generation), the button *Ask the class* leaves the next token to it: its distribution
# stands beside the model's, and the text goes on with what is drawn among the votes.
#
# - One room serves the whole lesson: ask another exercise, and the same phones get the new question. Reloading your page does not interrupt the question.
# - One answer counts per browser, never per network address: a whole school behind one address votes. A private window is another browser.
# - If the network goes, the phone says whether it or you lost the connection, keeps the answer and sends it once it is back.
# - A room takes up to {{ BOUNDS.phones | 0 }} devices and is forgotten {{ BOUNDS.idle // 3600 | 0 }} hours after you leave. All of it is in the server's memory and gone when the room is closed; before that, download the CSV, which holds counts alone.
# - The app shows the address by which you opened it or, where that is `localhost`, the machine's own in the network. In a container, or behind another server, open it by the address that the phones reach.
# - On the site, without a server, the same button opens the same panel: count the hands and write how many.

# %% [markdown] lang="pt" anchor="gpu"
# ## Uma GPU, e o vLLM por trás
#
# Com uma placa da NVIDIA, o Docker Compose e o *container toolkit* da NVIDIA, um comando põe no ar o app e um servidor do vLLM com o Phi-2:
#
# ```sh
# docker compose up --build
# ```
#
# O app deixa de calcular o modelo e o pede ao servidor, que atende muitas pessoas ao mesmo tempo. Outro modelo é uma variável: `MODEL=Qwen/Qwen2.5-0.5B docker compose up`. Um servidor que já existe, do vLLM, do llama.cpp ou de
# quem fale a API de texto da OpenAI com log-probabilidades, entra por `AMOSTRA_SERVER_URL`, `AMOSTRA_SERVER_MODELS`, `AMOSTRA_SERVER_ENGINE` e `AMOSTRA_SERVER_KEY`.

# %% [markdown] lang="en" anchor="gpu"
# ## A GPU, and vLLM behind it
#
# With an NVIDIA card, Docker Compose and NVIDIA's container toolkit, one command starts the app and a vLLM server with Phi-2:
#
# ```sh
# docker compose up --build
# ```
#
# The app no longer computes the model but asks the server, which serves many people at once. Another model is a variable: `MODEL=Qwen/Qwen2.5-0.5B docker compose up`. A server that is already there, vLLM's, llama.cpp's or
# any that speaks OpenAI's text API with log-probabilities, comes in by `AMOSTRA_SERVER_URL`, `AMOSTRA_SERVER_MODELS`, `AMOSTRA_SERVER_ENGINE` and `AMOSTRA_SERVER_KEY`.

# %% [markdown] lang="pt" anchor="internet"
# ## Na internet
#
# - **Só as páginas**: o fluxo `pages.yml`, no GitHub, testa, exporta e publica o site; ligue-o uma vez em *Settings → Pages*.
# - **O app em um contêiner**: `docker build -t amostra .` e `docker run --rm -p 8501:8501 --read-only --tmpfs /tmp amostra`. Não precisa de root nem de disco gravável. Ponha na frente dele um servidor com https que deixe passar WebSockets.
# - **O app em um Space do Hugging Face ou no Streamlit Community Cloud**: a pasta `deploy` do repositório diz como.
# - **Dentro do Moodle ou de outra página**: `AMOSTRA_EMBED=https://moodle.example.org` no ambiente do app deixa essa página, e nenhuma outra, mostrá-lo em um quadro: o app inteiro ou [um bloco só](lesson:classroom#incorporar).
#
# O app não recebe arquivos, não pede contas e não guarda no servidor o que a turma faz; o que falha aparece como um código curto, e o log do servidor traz o resto. O que cada pessoa já leu e respondeu fica no navegador dela.

# %% [markdown] lang="en" anchor="internet"
# ## On the internet
#
# - **The pages alone**: the workflow `pages.yml`, on GitHub, tests, exports and publishes the site; turn it on once under *Settings → Pages*.
# - **The app in a container**: `docker build -t amostra .` and `docker run --rm -p 8501:8501 --read-only --tmpfs /tmp amostra`. It needs neither root nor a disk that can be written. Put a server with https in front that lets WebSockets pass.
# - **The app in a Hugging Face Space or on Streamlit Community Cloud**: the repository's folder `deploy` says how.
# - **Inside Moodle or another page**: `AMOSTRA_EMBED=https://moodle.example.org` in the app's environment lets this page, and no other, show it in a frame: the whole app, or [one block](lesson:classroom#incorporar).
#
# The app takes no files, asks for no accounts and keeps nothing on the server of what the class does; what fails is shown as a short code, and the server's log has the rest. What each person has read and answered stays in their browser.
