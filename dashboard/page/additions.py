"""What the app adds to the site, and how to get it: said on the site alone, from the files that hold it."""

import re
import tomllib

from dashboard.language import ROOT, current, say
from dashboard.page.html import paragraphs
from dashboard.repository import clone_address

PORT = 8501  # Streamlit's own
_READMES = {"pt": "README.pt-BR.md", "en": "README.md"}


def panel() -> str:
    """The section of the home, with a place that links name: `#app`; the app hides it."""
    said = say("app.adds", models=", ".join(models()))
    code = f"```sh\n{commands()}\n```"
    return f'<section class="am-site-only"><h2 id="app">{say("app.title")}</h2>{paragraphs(said)}{paragraphs(code)}{paragraphs(say("app.more", port=PORT))}</section>'


def models() -> list[str]:
    """The models of the hub that the app offers by default."""
    offered = tomllib.loads((ROOT / "core" / "models" / "hub.toml").read_text(encoding="utf-8"))["model"]
    return [one["name"].rpartition("/")[2] for one in offered]


def commands() -> str:
    """The lines that get the project, where it has a public address, and start the app: the README's first program."""
    text = (ROOT / _READMES[current()]).read_text(encoding="utf-8")
    start = re.search(r"^```sh\n(.*?)\n```$", text, re.DOTALL | re.MULTILINE)[1]
    get = f"git clone {clone_address()} amostra && cd amostra\n" if clone_address() else ""
    return get + start.replace(" && ", " \\\n  && ")  # a line for each step
