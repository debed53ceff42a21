"""The home's first screen: a text of the embedded model that writes itself, its bars, a temperature, a die. `living.js` moves it.

Without scripts, and where motion is not wanted, the whole text stands there with the bars of its last step.
"""

from dataclasses import asdict
from html import escape

from dashboard.language import LANGUAGES, current, number, percent, quoted, say, short
from dashboard.page.html import embedded
from dashboard.recorded.living import Living, living

FIRST = (2, 0)  # the temperature and the face that the page opens with, by their places
_PIPS = (("a", 7, 7), ("b", 17, 7), ("m", 7, 12), ("c", 12, 12), ("m", 17, 12), ("b", 7, 17), ("a", 17, 17))
_SAID = ("drawn", "rest", "same", "whole", "pause", "go_on", "again", "throw", "face")


def panel() -> str:
    """The panel as HTML, in the language in force."""
    kept = living()
    heat, face = FIRST
    text = kept.texts[heat][face]
    data = {**asdict(kept), "first": FIRST, "lang": LANGUAGES[current()], "said": _said(), "labels": _labels(kept)}
    longest = max((_plain(kept, one) for texts in kept.texts for one in texts), key=len)
    pips = "".join(f'<circle class="am-{name}" cx="{x}" cy="{y}" r="2"/>' for name, x, y in _PIPS)
    return (
        f'<section class="am-live" data-living aria-label="{say("living.title")}">'
        f'<script type="application/json">{embedded(data)}</script>'
        f'<p class="am-alt" aria-live="polite">{escape(_whole(kept, heat, face))}</p>'
        f'<div class="am-live-text" lang="{LANGUAGES["pt"]}" aria-hidden="true">'
        f"<p><span>{escape(kept.prompt)}</span><span data-written>{escape(_plain(kept, text))}</span></p>"
        f'<p class="am-live-room">{escape(kept.prompt + longest)}</p></div>'
        f'<div class="am-live-stage"><ol class="am-live-bars" aria-hidden="true">{_bars(kept, text[-1], kept.heats[heat])}</ol>'
        f'<div class="am-live-controls"><div class="am-control"><label for="living-heat">{say("control.temperature")} '
        f'<output for="living-heat">{short(kept.heats[heat])}</output></label>'
        f'<input type="range" id="living-heat" min="0" max="{len(kept.heats) - 1}" step="1" value="{heat}" autocomplete="off" '
        f'aria-valuetext="{short(kept.heats[heat])}"></div>'
        f'<div class="am-live-buttons"><button type="button" data-die><svg viewBox="0 0 24 24" width="28" height="28" data-face="1" aria-hidden="true">'
        f'<rect x="2" y="2" width="20" height="20" rx="4"/>{pips}</svg> {say("living.throw")}</button>'
        f'<button type="button" data-play hidden>{say("living.pause")}</button></div>'
        f'<p class="am-live-said" aria-hidden="true">{_drawn(kept, text[-1], kept.heats[heat])}</p></div></div>'
        f'<p class="am-live-go"><a href="lesson:logits" class="am-go" data-start>{say("living.start")}</a>'
        f'<span class="am-caption">{say("living.caption", faces=len(kept.faces), heats=len(kept.heats))}</span></p></section>'
    )


def probabilities(step: list, heat: float) -> tuple[list[float], float]:
    """Of the named tokens at this temperature, and of all the others together."""
    from core import softmax  # torch: when the page is made, not when it is read

    logits = [logit / 100 for logit in step[2]]
    if not heat:
        return softmax(logits, 0).tolist(), 0.0
    *named, rest = softmax([*(logit / heat for logit in logits), step[3] / 100]).tolist()
    return named, rest


def _plain(kept: Living, text: list[list]) -> str:
    return "".join(kept.words[step[0]] for step in text).replace("\n", " ↵ ")


def _word(kept: Living, place: int) -> str:
    return kept.words[place].replace("\n", "↵")


def _bars(kept: Living, step: list, heat: float) -> str:
    named, rest = probabilities(step, heat)
    rows = [(_word(kept, place), p, place == step[0]) for place, p in zip(step[1], named, strict=True)]
    rows.append((say("living.others", count=number(kept.others)), rest, step[0] not in step[1]))
    return "".join(
        f'<li{" data-drawn" if drawn else ""}><span>{escape(name)}</span><i style="--p:{p:.4f}"></i><b>{_percent(p)}</b></li>'
        for name, p, drawn in rows
    )


def _percent(p: float) -> str:
    return f"> {percent(0.999, 1)}" if 0.9995 <= p < 1 else percent(p, 1)


def _drawn(kept: Living, step: list, heat: float) -> str:
    named, _ = probabilities(step, heat)
    word = escape(quoted(_word(kept, step[0])))
    if step[0] not in step[1]:
        return say("living.rest", word=word)
    return say("living.drawn", word=word, p=_percent(named[step[1].index(step[0])]))


def _whole(kept: Living, heat: int, face: int) -> str:
    text = kept.prompt + _plain(kept, kept.texts[heat][face])
    return say("living.whole", text=text, tau=short(kept.heats[heat]), face=kept.faces[face])


def _said() -> dict[str, str]:
    left = {"word": "{word}", "p": "{p}", "text": "{text}", "tau": "{tau}", "face": "{face}"}
    words = {name: say(f"living.{name}", **left) for name in _SAID}
    return {**words, "quoted": quoted("{word}")}


def _labels(kept: Living) -> dict:
    return {"heats": [short(heat) for heat in kept.heats], "others": say("living.others", count=number(kept.others))}
