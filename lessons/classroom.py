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
#       pt: "Como pôr a Amostra diante de uma turma: sem servidor, em uma máquina na rede da escola, com uma GPU e o vLLM por trás, ou na internet."
#       en: "How to put Amostra before a class: without a server, on one machine in the school's network, with a GPU and vLLM behind it, or on the internet."
#     sources:
#       - {id: pytorch, text: "PyTorch. Start Locally", url: "https://pytorch.org/get-started/locally/"}
#       - {id: vllmdocker, text: "vLLM. Deploying with Docker", url: "https://docs.vllm.ai/en/latest/serving/deploying_with_docker.html"}
#       - {id: spaces, text: "Hugging Face. Docker Spaces", url: "https://huggingface.co/docs/hub/spaces-sdks-docker"}
#       - {id: streamlitcloud, text: "Streamlit. Deploy your app on Community Cloud", url: "https://docs.streamlit.io/deploy/streamlit-community-cloud/deploy-your-app"}
# ---

# %%
from dataclasses import fields

from dashboard.app.limits import Limits
from dashboard.blocks import Table
from dashboard.language import short, t
from dashboard.room.rooms import BOUNDS

LIMITS = Limits()
ROOM = 40

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
# As lições não pesam no servidor. A aba de geração atende uma geração de cada vez, e cada pessoa vê o seu lugar na fila; com {{ ROOM | 0 }} pessoas, peça textos curtos ou ponha um servidor de inferência por trás, como abaixo. O que um
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
# The lessons weigh nothing on the server. The generation tab runs one generation at a time, and everybody sees their place in the queue; with {{ ROOM | 0 }} people, ask for short texts or put an inference server behind it, as below. What a
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
# a votação. Depois vêm as barras, a conversa entre vizinhos, a segunda votação ao lado da primeira, e a resposta com o que se diz a cada opção. Na aba de geração, em *Votação*, a turma escolhe o próximo token: a distribuição
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
# the vote. Then come the bars, the talk between neighbours, the second vote beside the first, and the answer with what is said to each option. In the generation tab, under *Class vote*, the class chooses the next token: its distribution
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
# - **Dentro do Moodle ou de outra página**: `AMOSTRA_EMBED=https://moodle.example.org` no ambiente do app deixa essa página, e nenhuma outra, mostrá-lo em um quadro.
#
# O app não recebe arquivos, não pede contas e não guarda no servidor o que a turma faz; o que falha aparece como um código curto, e o log do servidor traz o resto. O que cada pessoa já leu e respondeu fica no navegador dela.

# %% [markdown] lang="en" anchor="internet"
# ## On the internet
#
# - **The pages alone**: the workflow `pages.yml`, on GitHub, tests, exports and publishes the site; turn it on once under *Settings → Pages*.
# - **The app in a container**: `docker build -t amostra .` and `docker run --rm -p 8501:8501 --read-only --tmpfs /tmp amostra`. It needs neither root nor a disk that can be written. Put a server with https in front that lets WebSockets pass.
# - **The app in a Hugging Face Space or on Streamlit Community Cloud**: the repository's folder `deploy` says how.
# - **Inside Moodle or another page**: `AMOSTRA_EMBED=https://moodle.example.org` in the app's environment lets this page, and no other, show it in a frame.
#
# The app takes no files, asks for no accounts and keeps nothing on the server of what the class does; what fails is shown as a short code, and the server's log has the rest. What each person has read and answered stays in their browser.
