"""The page's model beside `core`: `python -m benchmarks.page_model [--model NAME] [--texts N] [--speed] [--json]`.

The same weights and prompts on both sides, JavaScript run by V8 alone. How far the logits lie apart after N/2 prompts and
each of 20 tokens more; how many of N/2 greedy texts and of N seeded ones (temperature 0.8, top-p 0.9), of 100 tokens
each, are the same, and for every other one where it parts: by how little `core` preferred its token. With --speed, what a
reader meets instead: Chromium with one processor core and a page from a disk, in which a text is written word by word.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from py_mini_racer import MiniRacer

import core
from core import Context, CounterGenerator, SamplingParams
from dashboard.page import weights
from dashboard.page.scripts import engine_script, model_script

GREEDY = {"greedy": True}
SEEDED = {"temperature": 0.8, "top_p": 0.9}
STEPS, TOKENS = 20, 100
EXAMPLES = (  # prompts that people try first
    "Era uma vez, um unicórnio",
    "Qual é a capital do Brasil?",
    "Naquela noite, Helena abriu a porta e",
    "O conselheiro tirou o chapéu, sentou-se e disse:",
    "Once upon a time, a unicorn",
    "What is the capital of Brazil?",
)


class Engine:
    """The page's model in V8 without a page: `engine`, `core` and `model` are at hand in what it is asked."""

    def __init__(self, name: str = "embedded"):
        self.racer = MiniRacer()
        self.racer.eval(engine_script())
        self.racer.eval("const { core, engine } = Amostra;")
        text = weights.packed(weights.tensors(name))
        self.racer.eval(f'const model = new engine.LanguageModel(engine.unpacked("{text}"));')

    def ask(self, function: str, *arguments: object) -> object:
        """What a function of JavaScript answers to plain data."""
        given = json.dumps(json.dumps(arguments))
        return json.loads(self.racer.eval(f"JSON.stringify(({function})(...JSON.parse({given})))"))

    def numbers(self, function: str, *arguments: object) -> np.ndarray:
        """The same for a function that answers with a Float32Array: V8 may collect what nothing in it holds while it is copied."""
        given = json.dumps(json.dumps(arguments))
        held = f"(globalThis.held = ({function})(...JSON.parse({given}))).buffer"
        return np.frombuffer(self.racer.eval(held), "<f4").copy()

    def text(self, prompt: Sequence[int], params: dict, seed: int, **how: object) -> list[int]:
        """The ids of one text."""
        function = "(ids, params, how) => [...engine.generate(model, ids, params, how)].map((step) => step.token_id)"
        return self.ask(function, list(prompt), params, {"seed": seed, "alternatives": 0, **how})


@contextmanager
def engine(name: str = "embedded") -> Iterator[Engine]:
    one = Engine(name)
    try:
        yield one
    finally:
        one.racer.close()  # left open, it hangs the interpreter at exit


def prompts(model, many: int) -> list[list[int]]:
    """The examples of the generation page, then beginnings of the model's own texts, 1 to 40 tokens long."""
    found = [model.encode(text) for text in EXAMPLES]
    for seed in range(many):
        rng = np.random.default_rng(seed)
        start = [int(rng.integers(1, model.vocab_size))]
        how = {"max_new_tokens": 39, "seed": seed, "ignore_eos": True, "alternatives": 0}
        found.append((start + [step.token_id for step in core.generate(model, start, **how)])[: rng.integers(1, 41)])
    return found[:many]


def logits_apart(page: Engine, model, prompt: Sequence[int], seed: int, steps: int = STEPS) -> float:
    """max |Δ logits| after the prompt and after each of `steps` tokens more."""
    how = {"max_new_tokens": steps, "seed": seed, "ignore_eos": True, "alternatives": 0}
    after = [step.token_id for step in core.generate(model, prompt, **how)]
    function = """(prompt, after) => {
      const cache = model.network.newCache(), all = [model.nextLogits(prompt, cache)];
      for (const id of after) all.push(model.nextLogits([id], cache));
      return Float32Array.from(all.flatMap((logits) => [...logits]));
    }"""
    ours = page.numbers(function, list(prompt), after).reshape(steps + 1, -1)
    cache = model.new_cache()
    theirs = [model.next_logits(prompt, cache), *(model.next_logits([token], cache) for token in after)]
    return float(np.abs(ours - torch.cat(theirs).numpy()).max())


@dataclass
class Parting:
    """Where a text of the page leaves that of `core`.

    Attributes:
        index: of the first token that differs.
        theirs, ours: the token of `core` and that of the page.
        margin: of a greedy text, by how much the logit of `core`'s token is larger; of a drawn one, how far the uniform
            number is from the end of its token on the line of probabilities.
        kept: how many tokens the chain leaves, in `core` and on the page.
    """

    prompt: list[int]
    seed: int
    index: int
    theirs: int
    ours: int
    margin: float
    kept: tuple[int, int]


def parting(
    page: Engine, model, prompt: Sequence[int], params: dict, seed: int, tokens: int = TOKENS
) -> Parting | None:
    """None where both sides write the same ids."""
    how = {"max_new_tokens": tokens, "ignore_eos": True, "alternatives": 0}
    theirs = [step.token_id for step in core.generate(model, prompt, SamplingParams(**params), seed=seed, **how)]
    ours = page.text(prompt, params, seed, max_new_tokens=tokens, ignore_eos=True)
    if ours == theirs:
        return None
    t = next(i for i, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b)
    ids = [*prompt, *theirs[:t]]
    logits = model.next_logits(ids[-model.context_length :])[0].double()
    probs = core.probabilities(logits, SamplingParams(**params), Context(output=theirs[:t]))
    ends, u = probs.cumsum(0), CounterGenerator(seed, t).numbers(1)[0]
    margin = logits[theirs[t]] - logits[ours[t]] if params == GREEDY else (ends - u).abs().min()
    function = "(ids, params) => core.probabilities(model.nextLogits(ids), params).filter((p) => p > 0).length"
    kept = int((probs > 0).sum()), page.ask(function, ids[-model.context_length :], params)
    return Parting(list(prompt), seed, t, theirs[t], ours[t], float(margin), kept)


def compare(name: str, texts: int) -> dict:
    model = core.load_model(name)
    with engine(name) as page:
        given = prompts(model, texts // 2)
        apart = [logits_apart(page, model, prompt, seed) for seed, prompt in enumerate(given)]
        parted = {
            "greedy": [parting(page, model, prompt, GREEDY, 0) for prompt in given],
            "seeded": [parting(page, model, given[i % len(given)], SEEDED, i) for i in range(texts)],
        }
    return {
        "model": name,
        "largest difference of logits": max(apart),
        "median of the largest per prompt": statistics.median(apart),
        **{f"{kind} texts": len(found) for kind, found in parted.items()},
        **{f"{kind} that part": [asdict(one) for one in found if one] for kind, found in parted.items()},
    }


# What a reader meets --------------------------------------------------------------------------------------------------

WRITING = """async ({ prompt, tokens }) => {
  const begun = performance.now(), model = await Amostra.model.load();
  const loaded = performance.now() - begun, home = document.body.appendChild(document.createElement("p"));
  let frame = performance.now(), longest = 0, first = 0, writing = true;
  requestAnimationFrame(function next(now) {
    [longest, frame] = [Math.max(longest, now - frame), now];
    if (writing) requestAnimationFrame(next);
  });
  const start = performance.now();
  for await (const step of model.generate(prompt, { temperature: 0.8, top_p: 0.9 }, { seed: 1, max_new_tokens: tokens, ignore_eos: true })) {
    first ||= performance.now() - start;
    home.append(step.text);
  }
  writing = false;
  return { loaded, first, longest, rate: (tokens - 1) / (performance.now() - start - first) * 1000 };
}"""


def write_page(folder: Path, name: str = "embedded") -> Path:
    """A page that has the model and nothing else."""
    (folder / "model.js").write_text(model_script(), encoding="utf-8")
    (folder / f"model_{name}.js").write_bytes(weights.script(name))
    page = folder / "index.html"
    page.write_text('<!doctype html><meta charset="utf-8"><script src="model.js"></script>', encoding="utf-8")
    return page


def speed(runs: int = 3, tokens: int = 200) -> dict:
    """Medians of `runs` fresh browsers.

    Milliseconds until it is `loaded`, to the `first` token, and of the `longest` frame; `rate`, tokens per second; the
    `memory` that it takes, in MiB; milliseconds of `processor` time per token, which a busy machine stretches less.
    """
    from playwright.sync_api import sync_playwright

    from tests.browser.launch import QUIET, chromium

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # the browser inherits it
    found = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        address = write_page(Path(folder)).as_uri()
        for _ in range(runs):
            browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
            page = browser.new_page()
            page.goto(address)
            memory = resident()
            one = page.evaluate(WRITING, {"prompt": EXAMPLES[2], "tokens": tokens})
            one["memory"], begun = resident() - memory, worked()
            page.evaluate(WRITING, {"prompt": EXAMPLES[2], "tokens": tokens})
            found.append(one | {"processor": (worked() - begun) / tokens})
            browser.close()
            time.sleep(1)
    return {name: round(statistics.median(one[name] for one in found), 1) for name in found[0]} | {
        "load average": os.getloadavg()[0]
    }


def renderers() -> Iterator[Path]:
    """The browser's processes under this one that draw pages, in /proc."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if "--type=renderer" in (process / "cmdline").read_text() and descends(process):
                yield process
        except OSError:  # it has ended
            continue


def descends(process: Path) -> bool:
    """Whether a process of /proc comes from this one."""
    parent = int(stat(process)[1])
    return parent == os.getpid() or (parent > 1 and descends(process.parent / str(parent)))


def stat(process: Path) -> list[str]:
    """The fields of its `stat`, from the state on."""
    return (process / "stat").read_text().rpartition(")")[2].split()


def resident() -> float:
    """MiB of the renderers."""
    lines = (line for one in renderers() for line in (one / "status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def worked() -> float:
    """Milliseconds that a processor has worked for the renderers, their threads together."""
    ticks = sum(int(ticks) for one in renderers() for ticks in stat(one)[11:13])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.page_model", description=__doc__.split("\n")[0])
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--texts", type=int, default=100)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = speed() if options.speed else compare(options.model, options.texts)
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
