"""Saved generations, damaged in every way: each is refused in words, or opens and stands everything that is done with it.

    python -m tests.dashboard.fuzz_runs 2000 --seed 1

says how many of each there were, or stops at the first file that breaks the rule and shows it.
"""

import argparse
import copy
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from core import (
    Alternative,
    ParameterError,
    Row,
    SamplingParams,
    Schedule,
    Step,
    generate_rows,
    load_model,
)
from core.file_checks import RunFileError
from core.runs import GenerationRun
from dashboard import language
from dashboard.app.faults import fault
from tests import small_model

ODD = [
    None, True, False, 0, -1, 1, 2, 7, 300, 2**31, 2**53, 2**63, 2**70, 2**128, 10**40, 0.5, -0.0, 1.5, 1e-300, 1e308, -1e308,
    "", "a", " ", "\n", "=1+1", "\ud83d", "\ude00", "a\x00b", "🙂", "inf", "-inf", "nan", "stop", "a|b", "<|im_end|>", r"\n",
    "ã", "x" * 5000, [], [[]], {}, {"a": 1}, [None], [1, 2], [1, "a", 0.5, 0.5], [None, "", 0, None], "RAW:1e999", "RAW:-1e999",
    "RAW:NaN", "RAW:" + "9" * 5000, "RAW:" + "[" * 300 + "]" * 300, "RAW:" + "[" * 3000,
]  # fmt: skip


def originals(model) -> list[str]:
    """Files as the page writes them: one text, several, branches, settings of every kind, one that a server drew."""
    hot = SamplingParams(temperature=1.3, top_k=60, top_p=0.95, min_p=0.01)
    odd = SamplingParams(
        temperature=0, logit_bias={3: -float("inf"), 9: 2.5}, order=["logit_bias", "temperature", "top_k"]
    )
    asked = [
        GenerationRun(model.name, "A avó", (Row(hot, 7),), 9, ("xyz", "\n\n"), 8),
        GenerationRun(model.name, 'não "há", sim', tuple(Row(hot, seed) for seed in range(3)), 6, (), 3),
        GenerationRun(
            model.name, [5, 6, 7], (Row(hot, 2**100, Schedule(2, 0.5, 9, "cosine"), [70, 71]), Row(odd, 2)), 5, "a", 2
        ),
        GenerationRun(model.name, "", (Row(SamplingParams(greedy=True), 1), Row(SamplingParams(), 1)), 4, (), 0),
    ]
    runs = [one.replay(model) for one in asked]
    other = Alternative(None, " b", 0.25, None)
    served = [Step(i, None, f" w{i}", f" w{i}", prob_before=0.5, rank=1, top_before=(other,)) for i in range(4)]
    runs.append(GenerationRun("served", "Era", (Row(hot, 3),), 9, (), 5, (served,)))
    runs.append(GenerationRun(model.name, "A", (Row(hot, 3), Row(hot, 4)), 9, (), 5))
    return [run.to_json() for run in runs]


def damaged(text: str, chance: random.Random) -> str:
    """The file with one to three of its values, or one to four of its characters, changed."""
    if chance.random() < 0.15:
        for _ in range(chance.randint(1, 4)):
            i, new = (
                chance.randrange(len(text) + 1),
                chance.choice(["", "{", "]", '"', ",", "\\u", "\ud83d", "9", "\x00", "-", "\ufeff"]),
            )
            text = text[:i] + new + text[i + chance.randint(0, 2) :]
        return text[: chance.randrange(len(text))] if chance.random() < 0.2 else text
    data = json.loads(text)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        path = walk(data, chance)
        if path:
            damage(data, path, chance)
    written = json.dumps(data, ensure_ascii=chance.random() < 0.5)
    for raw in (one for one in ODD if isinstance(one, str) and one.startswith("RAW:")):
        written = written.replace(json.dumps(raw), raw[4:])
    return written


def walk(data, chance: random.Random) -> list:
    """The way to some value."""
    path = []
    while isinstance(data, (dict, list)) and data and (not path or chance.random() < 0.85):
        names = [*data, *["steps"] * 9 * ("steps" in data)] if isinstance(data, dict) else range(len(data))
        path.append(chance.choice(names))  # most of a file is its steps
        data = data[path[-1]]
    return path


def at(data, path: list):
    for key in path:
        data = data[key]
    return data


def damage(data, path: list, chance: random.Random) -> None:
    place, key = at(data, path[:-1]), path[-1]
    what = chance.choice(
        ["alike", "alike", "alike", "alike", "null", "odd", "odd", "drop", "twice", "elsewhere", "more"]
    )
    if what == "odd":
        place[key] = copy.deepcopy(chance.choice(ODD))
    elif what == "null":
        place[key] = None
    elif what == "alike":
        place[key] = alike(place[key], chance)
    elif what == "drop":
        del place[key]
    elif what == "twice" and isinstance(place, list):
        place.insert(key, copy.deepcopy(place[key]))
    elif what == "more" and isinstance(place, dict):
        place[chance.choice(["", "x", "ç\ud83d", "seed", "top_p"])] = copy.deepcopy(chance.choice(ODD))
    else:
        place[key] = copy.deepcopy(at(data, walk(data, chance)))


def alike(value, chance: random.Random):
    """Another value of the same kind, which a file may well have."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return chance.choice([0, 1, 3, 60, 299, 300, 10**6, 2**62, 0.0, 1e-300, 0.25, 0.75, 1.0, 1.0000005])
    if isinstance(value, str):
        return chance.choice([one for one in ODD if isinstance(one, str) and not one.startswith("RAW:")])
    if isinstance(value, list):
        return chance.sample(value, chance.randint(0, len(value)))
    return value


def use(text: str, model) -> str:
    """Read a file and do what can be asked of the model with it: "refused" or "opened"; anything else is raised."""
    try:
        run = GenerationRun.from_json(text)
    except RunFileError as error:
        for lang in language.LANGUAGES:
            with language.using(lang):
                said = fault(error)
            assert 20 < len(said.encode()) < 2000
        return "refused"
    assert GenerationRun.from_json(run.to_json().encode()) == run
    run.to_csv(".").encode(), run.to_csv(",").encode()
    try_on(replace(run, steps=()), model)
    for row, steps in zip(run.rows, run.steps, strict=False):
        ids = [step.token_id for step in steps]
        if steps and None not in ids:  # a branch at the last token
            others = [one.token_id for one in steps[-1].top_before if one.token_id is not None]
            try_on(replace(run, rows=(replace(row, forced=(*ids[:-1], *others[:1])),), steps=()), model)
    return "opened"


def try_on(run: GenerationRun, model) -> None:
    """What a branch asks of the model is done, or refused in words."""
    options = {
        "max_new_tokens": min(run.max_new_tokens, 12),
        "stop": run.stop,
        "alternatives": min(run.alternatives, 8),
    }
    try:
        list(generate_rows(model, run.prompt, run.rows, **options))
    except ParameterError as error:
        assert str(error)


def fuzz(count: int, seed: int, model) -> Counter:
    files, chance, found = originals(model), random.Random(seed), Counter()
    for i in range(count):
        text = damaged(chance.choice(files), chance)
        try:
            found[use(text, model)] += 1
        except Exception as error:
            error.add_note(f"file {i} of seed {seed}: {text!a}")
            raise
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(args.count, args.seed, load_model(small_model.make(Path(folder))))
    print(f"{args.count} files, seed {args.seed}: {dict(found)}", file=sys.stderr)


if __name__ == "__main__":
    main()
