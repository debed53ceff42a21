"""A reader's walk through an exported site in Firefox and in WebKitGTK, from the disk, in both languages.

`python -m tests.browser.other_engines SITE [--only firefox|webkit] [--pictures FOLDER]`, where SITE is what
`python -m dashboard.export` wrote. On Debian: `apt install firefox-esr webkit2gtk-driver xvfb`. Exits with 1 where a fault is
found. The tests of every change run in Chromium alone; this is for a change of the page's scripts, styles or formulas.
"""

import argparse
import base64
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from dashboard import lesson
from dashboard.language import LANGUAGES

WIDTH, HEIGHT = 1280, 800
PATIENCE = 30  # s: a step of the walk, on a busy machine
MINI_BROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
RIGHT, ENTER = "\ue014", "\ue007"  # WebDriver's names of keys

COLLECTOR = """<script>{
  const faults = window.faults = [], old = console.error;
  addEventListener("error", ({ message, target }) => faults.push(message ?? `did not load: ${target.src ?? target.href}`), true);
  addEventListener("unhandledrejection", ({ reason }) => faults.push(`rejected: ${reason}`));
  console.error = (...said) => { faults.push(said.join(" ")); old(...said); };
}</script>"""


class Firefox:
    """Firefox over WebDriver BiDi, headless."""

    name, needs = "firefox", ("firefox-esr",)

    def __init__(self, stack: ExitStack):
        profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        log = Path(profile) / "log.txt"
        command = ["firefox-esr", "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile]
        with log.open("w") as said:
            stack.callback(stop, subprocess.Popen(command, stdout=said, stderr=said))
        ready = until(lambda: re.search(r"listening on (ws://\S+)\n", log.read_text()), "Firefox did not start")
        address = ready[1]
        self.socket = stack.enter_context(connect(address + "/session", max_size=None, open_timeout=PATIENCE))
        self.sent, self.said = 0, []
        told = self.command("session.new", capabilities={})["capabilities"]
        self.version = f"Firefox {told['browserVersion']}"
        self.command("session.subscribe", events=["log.entryAdded", "network.fetchError"])
        self.context = self.command("browsingContext.getTree")["contexts"][0]["context"]
        size = {"width": WIDTH, "height": HEIGHT}
        self.command("browsingContext.setViewport", context=self.context, viewport=size)

    def command(self, method: str, **params) -> dict:
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while (got := json.loads(self.socket.recv(timeout=PATIENCE))).get("id") != self.sent:
            self.hear(got)
        if got["type"] == "error":
            raise RuntimeError(f"{method}: {got['message']}")
        return got["result"]

    def hear(self, event: dict) -> None:
        """Keep what the browser itself reports: invalid formulas and refused files are no errors of a script."""
        params = event.get("params", {})
        if event.get("method") == "network.fetchError":
            self.said.append(f"did not load: {params['request']['url']}")
        elif params.get("level") == "error":
            self.said.append(params["text"])

    def open(self, address: str) -> None:
        self.command("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def evaluate(self, expression: str) -> str:
        target = {"context": self.context}
        got = self.command("script.evaluate", expression=expression, target=target, awaitPromise=True)
        return got["result"]["value"]

    def act(self, actions: list[dict]) -> None:
        self.command("input.performActions", context=self.context, actions=actions)

    def picture(self) -> str:
        return self.command("browsingContext.captureScreenshot", context=self.context)["data"]


class WebKit:
    """WebKitGTK's MiniBrowser through WebKitWebDriver, on a display of its own."""

    name, needs = "webkit", ("WebKitWebDriver", "Xvfb")

    def __init__(self, stack: ExitStack):
        screen = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT + 200}x24", "-nolisten", "tcp"]
        display = subprocess.Popen(screen, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        stack.callback(stop, display)
        env = {**os.environ, "DISPLAY": ":" + display.stdout.readline().strip()}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        driver = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        stack.callback(stop, driver)
        self.base, self.said = f"http://127.0.0.1:{port}/session", []
        binary = next(str(path) for path in Path("/").glob(MINI_BROWSER[1:]))
        options = {"webkitgtk:browserOptions": {"binary": binary, "args": ["--automation"]}}
        wanted = {"capabilities": {"alwaysMatch": options}}
        told = until(lambda: self.command("POST", "", wanted), "WebKitWebDriver did not answer", OSError)
        self.base += "/" + told["sessionId"]
        stack.callback(self.command, "DELETE", "")
        self.version = f"WebKitGTK {told['capabilities']['browserVersion']}"
        self.command("POST", "/timeouts", {"script": 1000 * PATIENCE})
        self.command("POST", "/window/rect", {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})

    def command(self, method: str, path: str, body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=2 * PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()}") from error

    def open(self, address: str) -> None:
        self.command("POST", "/url", {"url": address})

    def evaluate(self, expression: str) -> str:
        return self.command("POST", "/execute/async", {"script": f"({expression}).then(arguments[0])", "args": []})

    def act(self, actions: list[dict]) -> None:
        self.command("POST", "/actions", {"actions": actions})

    def picture(self) -> str:
        return self.command("GET", "/screenshot")


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def until(ask, otherwise: str, *passing: type[Exception]):
    """What `ask` gives once it gives something; what it throws of `passing` meanwhile is let go."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        try:
            if got := ask():
                return got
        except passing:
            pass
        time.sleep(0.1)
    raise TimeoutError(otherwise)


class Reader:
    """Reads pages in one engine: what a person does, and what went wrong meanwhile."""

    def __init__(self, engine: Firefox | WebKit, pictures: Path | None):
        self.engine, self.pictures, self.found = engine, pictures, []

    def run(self, function: str, *args):
        """What a JavaScript function, awaited, returns for JSON arguments."""
        call = f"(async () => ({function})(...{json.dumps(args)}))()"
        told = json.loads(
            self.engine.evaluate(
                f"{call}.then((value) => JSON.stringify({{ value }}), (e) => JSON.stringify({{ error: `${{e}}` }}))"
            )
        )
        if "error" in told:
            raise RuntimeError(told["error"])
        return told.get("value")

    def expect(self, condition: str, *args, otherwise: str):
        """Wait until a JavaScript function returns something true; a fault where it never does."""
        try:
            return until(lambda: self.run(condition, *args), otherwise)
        except TimeoutError as error:
            self.found.append(str(error))

    def keys(self, selector: str, *keys: str) -> None:
        """Focus an element and press keys on it."""
        self.run(FOCUS, selector)
        presses = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.engine.act([{"type": "key", "id": "keyboard", "actions": presses}])

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of an element."""
        x, y = self.run(MIDDLE, selector)
        move = {"type": "pointerMove", "x": x, "y": y, "duration": 0, "origin": "viewport"}
        press = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [move, *press]}
        self.engine.act([mouse])

    @contextmanager
    def page(self, name: str, address: str):
        """A page while it is read; at its end its faults are kept, and its picture."""
        place = f"{self.engine.version}, {name}"
        self.engine.open(address)
        start, known = time.monotonic(), len(self.found)
        try:
            yield
            self.found += dict.fromkeys([*self.run(FAULTS), *self.engine.said])
        except (RuntimeError, WebSocketException, OSError) as error:
            self.found.append(repr(error))
        self.engine.said.clear()
        if self.pictures:
            file = self.pictures / f"{self.engine.name}-{name.replace(' ', '-')}.png"
            file.write_bytes(base64.b64decode(self.engine.picture()))
        print(f"{place}: {time.monotonic() - start:.1f} s", *self.found[known:], sep="\n  ", flush=True)


FOCUS = """(selector) => {
  const one = document.querySelector(selector);
  one.scrollIntoView({ block: "center", behavior: "instant" });
  one.focus();
}"""
MIDDLE = """async (selector) => {
  const one = document.querySelector(selector), frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  let before, box;
  do {  // what lies above may take its height only when it comes near
    before = box?.y;
    one.scrollIntoView({ block: "center", behavior: "instant" });
    await frame();
    box = one.getBoundingClientRect();
  } while (box.y !== before);
  return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)];
}"""

FAULTS = """async () => {
  const children = { msub: 2, msup: 2, munder: 2, mover: 2, mfrac: 2, mroot: 2, msubsup: 3, munderover: 3 };
  const wrong = [...document.querySelectorAll("math *")].filter((one) => one.localName in children && one.children.length !== children[one.localName]);
  const unset = [...document.querySelectorAll(".katex-error, merror")];
  const fonts = [...await document.fonts.ready].filter((font) => font.status === "error");
  const images = [...document.images].filter((one) => one.complete && !one.naturalWidth);
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return [
    ...window.faults.splice(0),
    ...[...wrong, ...unset].map((one) => `invalid formula: ${one.closest("math, .katex")?.textContent ?? one.textContent}`),
    ...fonts.map((font) => `font without a file: ${font.family}`),
    ...images.map((image) => `image without a file: ${image.src}`),
    ...(wide > 0 ? [`${wide} px wider than the window`] : []),
  ];
}"""

WRITTEN = "(least) => { const { length } = document.querySelector('[data-written]').textContent; return length > least && length; }"
HEARD = "() => [document.querySelector('.am-live output').textContent, document.querySelector('.am-live .am-alt').textContent]"

DRAWN = """async () => {
  await window.Amostra?.drawAll?.();
  const charts = [...document.querySelectorAll(".am-chart")].filter((one) => one.checkVisibility());
  return charts.length > 0 && charts.every((one) => one.querySelector("svg")?.getBoundingClientRect().width > 50) && charts.length;
}"""
FIRST = """() => {
  const all = [...document.querySelectorAll(".am-figure")].filter((one) => one.checkVisibility() && !one.querySelector(".am-said")?.hidden);
  const slider = all.flatMap((one) => [...one.querySelectorAll("input[type=range]")]).find((one) => one.id && Number(one.value) < Number(one.max));
  return slider?.id;
}"""
SHOWN = """(id) => {
  const figure = document.getElementById(id).closest(".am-figure");
  return [".am-said", ".am-chart svg"].map((part) => figure.querySelector(part).innerHTML);
}"""

# The right and a wrong answer of an exercise, as a selector to click or a number to type.
ANSWERS = """(id) => {
  const form = document.getElementById(id);
  if (form.dataset.numeric) return { right: JSON.parse(form.dataset.numeric).answer, wrong: 12345 };
  const is = (verdict) => form.querySelector(`[data-answer]:has(.am-${verdict})`).dataset.answer;
  const option = (value) => `#${id} [type=radio][value="${value}"]`;
  return { right: option(is("right")), wrong: option(is("wrong")) };
}"""
CLEAR = "(id) => { const field = document.getElementById(id).elements[id]; field.value = ''; }"
JUDGED = "(id, verdict) => Boolean(document.querySelector(`#${id} .am-feedback.am-${verdict}`)?.textContent.trim())"


def home(reader: Reader) -> None:
    """The sentence writes itself; its temperature moves what is drawn."""
    some = reader.expect(WRITTEN, 0, otherwise="the living sentence is empty")
    reader.expect(WRITTEN, some or 0, otherwise="the living sentence does not grow")
    before = reader.run(HEARD)
    reader.keys("#living-heat", RIGHT)
    reader.expect(f"(before) => ({HEARD})().every((one, i) => one !== before[i])", before, otherwise="τ moves nothing")


def figures(reader: Reader) -> None:
    """Every chart is drawn; a slider moves the sentence and the picture."""
    reader.expect(DRAWN, otherwise="not every chart is drawn")
    if not (slider := reader.run(FIRST)):
        reader.found.append("no slider to move")
        return
    before = reader.run(SHOWN, slider)
    reader.keys(f"#{slider}", *[RIGHT] * 3)
    moved = f"(id, before) => ({SHOWN})(id).every((one, i) => one !== before[i])"
    reader.expect(moved, slider, before, otherwise=f"the slider {slider} moves nothing")


def answer(reader: Reader, id: str, verdict: str, lang: str) -> None:
    """Answer an exercise, with the mouse or the keyboard, and see it judged."""
    given = reader.run(ANSWERS, id)[verdict]
    if isinstance(given, str):
        reader.click(given)
    else:
        reader.run(CLEAR, id)
        reader.keys(f"#{id} input", *f"{given:.6f}".replace(".", "," if lang == "pt" else "."))
    reader.click(f"#{id} button[type=submit]")
    reader.expect(JUDGED, id, verdict, otherwise=f"exercise {id} does not say {verdict}")


EXERCISES = {"temperature": "sign", "top-k": "renormalise", "attention": "weight"}  # with options and with a number


def walk(reader: Reader, site: Path, lang: str) -> None:
    """The home, three lessons, the review; then every other page, looked at."""
    folder = site / lang
    rest = {file.stem for file in folder.glob("*.html")} - {"index"}
    with reader.page(f"home {lang}", (folder / "index.html").as_uri()):
        home(reader)
    for one in lesson.lessons():
        if not (id := EXERCISES.get(one.slug)):
            continue
        rest.remove(one.text("slug", lang))
        with reader.page(f"{one.slug} {lang}", (folder / f"{one.text('slug', lang)}.html").as_uri()):
            figures(reader)
            answer(reader, id, "wrong", lang)
            if one.slug != "temperature":
                answer(reader, id, "right", lang)
    slug = {"pt": "revisao", "en": "review"}[lang]
    rest.remove(slug)
    with reader.page(f"review {lang}", (folder / f"{slug}.html").as_uri()):
        form = f"temperature-{EXERCISES['temperature']}"
        if reader.expect(
            "(id) => Boolean(document.getElementById(id))", form, otherwise="what went wrong is not asked"
        ):
            answer(reader, form, "right", lang)
    for name in sorted(rest):
        with reader.page(f"{name} {lang}", (folder / f"{name}.html").as_uri()):
            if reader.run("() => Boolean(document.querySelector('.am-chart'))"):
                reader.expect(DRAWN, otherwise="not every chart is drawn")


def watched(site: Path, folder: Path) -> Path:
    """A copy of the site whose pages keep their faults: WebKit's driver tells nothing of the console."""

    def copy(source: str, target: str) -> None:
        if source.endswith(".html"):
            text = Path(source).read_text(encoding="utf-8")
            Path(target).write_text(
                re.sub(r"<head[^>]*>", lambda head: head[0] + COLLECTOR, text, count=1), encoding="utf-8"
            )
        else:
            os.symlink(source, target)

    return Path(shutil.copytree(site.resolve(), folder / "site", copy_function=copy))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--only", choices=["firefox", "webkit"])
    parser.add_argument("--pictures", type=Path, help="a folder for a picture of each page")
    asked = parser.parse_args()
    engines = [engine for engine in (Firefox, WebKit) if asked.only in (None, engine.name)]
    if missing := [name for engine in engines for name in engine.needs if not shutil.which(name)]:
        parser.error(f"not installed: {', '.join(missing)}; apt install firefox-esr webkit2gtk-driver xvfb")
    if not (asked.site / "_shared").is_dir():
        parser.error(f"{asked.site} is no exported site: python -m dashboard.export writes one")
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        site = watched(asked.site, Path(folder))
        for engine in engines:
            with ExitStack() as stack:
                reader = Reader(engine(stack), asked.pictures)
                for lang in LANGUAGES:
                    walk(reader, site, lang)
                found += reader.found
    print(f"{len(found)} faults")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
