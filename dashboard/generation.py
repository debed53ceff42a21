"""The settings of the generation page, without the page: examples, presets, and what each setting does now."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from torch import Tensor

from core import Context, CounterGenerator, SamplingParams, softmax, trace
from core.chain import Stage, run_stage
from core.params import DEFAULTS, SETTINGS, STAGE_OF, STAGES
from core.streaming import valid
from dashboard.language import number, probability, say, short

EXAMPLES = {  # name: prompt; what each shows is in the catalog under generation.example.<name>
    "unicorn": "Era uma vez, um unicórnio",
    "capital": "Qual é a capital do Brasil?",
    "door": "Naquela noite, Helena abriu a porta e",
    "counsellor": "O conselheiro tirou o chapéu, sentou-se e disse:",
    "unicorn_en": "Once upon a time, a unicorn",
    "capital_en": "What is the capital of Brazil?",
}
PRESETS = {  # name: settings, the others off; words under generation.preset.<name>
    "model": {},
    "chat": {"temperature": 0.7, "top_p": 0.9},
    "code": {"greedy": True},
    "code_warm": {"temperature": 0.3},
    "creative": {"temperature": 1.0, "top_k": 50},
}
SLIDERS = {name: declared["slider"] for name, declared in SETTINGS.items() if declared["slider"]}
TOGGLES = tuple(name for name, default in DEFAULTS.items() if isinstance(default, bool))
CUTS = {name: SLIDERS[name] for name in ("temperature", "top_k", "top_p", "min_p", "typical_p")}  # the common ones
PENALTIES = {name: one for name, one in SLIDERS.items() if STAGE_OF[name] in ("penalties", "no_repeat_ngram", "dry")}
REST = {name: one for name, one in SLIDERS.items() if name not in CUTS | PENALTIES}

SEEDS = 2**53 - 1  # the largest: beyond it a browser's whole numbers have gaps
LEAST = 200  # the most that may be asked for as the fewest new tokens


def preset(name: str) -> dict:
    """Every setting of the page under a preset."""
    return {one: PRESETS[name].get(one, DEFAULTS[one]) for one in (*SLIDERS, *TOGGLES)}


def preset_of(settings: Mapping) -> str | None:
    """The preset that the settings are, or None."""
    return next((name for name in PRESETS if preset(name) == settings), None)


MARKED = r"<\|[^|<>\\]*\|>"  # what models call their marks, <|im_end|>: these bars separate nothing
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "|": "|", "<": "<"}


def stop_sequences(text: str) -> tuple[str, ...]:
    r"""As typed, separated by |, accents composed (NFC), as models write them.

    `\n`, `\t` and `\r` stand for the characters, `\u{303}` for the one of that number as it is, `\|`, `\\` and `\<` for
    themselves; the bars of <|im_end|> separate nothing.
    """
    found = [""]
    pattern = rf"{MARKED}|\\u\{{([0-9a-f]{{1,6}})\}}|\\([ntr\\|<])|."
    for match in re.finditer(pattern, unicodedata.normalize("NFC", text), re.DOTALL):
        number, escape = match.groups()
        if match[0] == "|":
            found.append("")
        elif number and int(number, 16) < 0x110000:
            found[-1] += valid(chr(int(number, 16)))
        else:
            found[-1] += ESCAPES[escape] if escape else match[0]
    return tuple(one for one in found if one)


def typed(stop: Sequence[str]) -> str:
    """The other way: as one would type them, in one line; `stop_sequences` reads the same."""
    return "|".join(map(_typed, stop))


def _typed(one: str) -> str:
    names = {character: name for name, character in ESCAPES.items() if name != "<"}
    composed = unicodedata.is_normalized("NFC", one)

    def written(match: re.Match) -> str:
        character = match[0]
        if character in names:
            return "\\" + names[character]
        plain = character.isprintable() and (character.isascii() or (composed and not unicodedata.combining(character)))
        return character if len(character) > 1 or plain else f"\\u{{{ord(character):x}}}"

    text = re.sub(rf"{MARKED}|.", written, one, flags=re.DOTALL)
    return f"{text[:-1]}\\<" if text.endswith("<") else text


def shown(token: str, token_id: int | None = 0) -> str:
    """A token on its own, with what one would not see: "␣casa", "↵".

    One without text is end-of-text; from a server, which tells no id, it may be part of a character.
    """
    marks = {" ": "␣", "\n": "↵", "\t": "⇥"}
    text = "".join(marks.get(character, character) for character in token)
    return text or (say("generation.end") if token_id is not None else "·")


# What each setting does now -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where the effects are measured: the distribution that one token came from.

    Attributes:
        index: of the token, 0 for the first new one.
        token: its text.
        logits: (V,), raw.
        prompt, output: the ids before it.
    """

    index: int
    token: str
    logits: Tensor
    prompt: tuple[int, ...]
    output: tuple[int, ...]


def effects(place: Place, params: SamplingParams) -> dict[str, str]:
    """What each setting does to the distribution at `place`, a line each, by setting."""
    context = Context(place.prompt, place.output)
    chain = trace(place.logits, params, context)
    pairs = {after.name: (before, after) for before, after in pairwise(chain)}
    told = [name for name in (*SLIDERS, *TOGGLES) if not SETTINGS[name]["of"]]
    said = {name: _effect(name, pairs, params, context) for name in told}
    order = " → ".join(say(f"stage.{stage.name}") for stage in chain[1:])
    return said | {"order": say("generation.now.order", order=order) if order else say("generation.now.order.none")}


def luck(place: Place, seed: int) -> str:
    """The number that a seed draws at a place."""
    u = CounterGenerator(seed, place.index).numbers(1)[0]
    return say("generation.now.seed", n=place.index + 1, seed=seed, u=number(u, 3))


def _effect(name: str, pairs: Mapping[str, tuple[Stage, Stage]], params: SamplingParams, context: Context) -> str:
    stage, value = STAGE_OF[name], getattr(params, name)
    if value == DEFAULTS[name]:
        return say(f"generation.off.{name}" if name in ("temperature", "greedy") else "generation.off")
    if stage not in pairs:
        return say("generation.now.ignored")
    before, after = pairs[stage]
    if stage in ("mirostat", "adaptive_p"):
        return say("generation.now.memory")
    if stage in ("penalties", "dry"):
        return _penalty(name, before, params, context)
    if stage == "temperature":
        p, q = (probability(one.probs.max().item()) for one in (before, after))
        h, g = (short(one.entropy.item(), 2) for one in (before, after))
        return say("generation.now.temperature", p=p, q=q, h=h, g=g)
    counts = {"count": number(int(after.kept.sum())), "of": number(int(before.kept.sum()))}
    return say(
        f"generation.now.{'xtc' if stage == 'xtc' else 'cut'}", mass=probability(after.mass_removed.item()), **counts
    )


def _penalty(name: str, before: Stage, params: SamplingParams, context: Context) -> str:
    """This penalty alone, on the logits that its stage is given."""
    stage = STAGE_OF[name]
    alone = replace(params, **{other: DEFAULTS[other] for other in STAGES[stage] if other != name})
    after = run_stage(stage, before.logits, alone, context)
    touched = (after != before.logits) & before.kept
    p, q = (probability(probs[touched].sum().item()) for probs in (before.probs, softmax(after)))
    return say("generation.now.penalty", count=number(int(touched.sum())), p=p, q=q)
