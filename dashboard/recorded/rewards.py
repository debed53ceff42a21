"""A reward over every token of the vocabulary after a real prompt: what tuning with a KL penalty would do to it.

The reward is ours and plainly poor, so that one sees what it does: the number of letters of the token. The probabilities
are the embedded model's, the whole vocabulary: the tokens shown one by one are the SHOWN likeliest, and the SHOWN that
the optimum at β = COLDEST makes likeliest; all others add up by reward, so that no mass is left out.

`python -m dashboard.recorded` makes the file again from the shipped weights.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.recorded.files import document, save

PROMPT = "Era uma vez"
SHOWN, COLDEST = 6, 0.7


@dataclass(frozen=True)
class Rewarded:
    """Tokens with their log-probability (nats) and reward, and the rest: by reward, the log of the mass."""

    prompt: str
    tokens: tuple[tuple[str, float, int], ...]
    others: tuple[tuple[float, int], ...]

    @property
    def log_probs(self) -> list[float]:
        return [one[1] for one in self.tokens] + [one[0] for one in self.others]

    @property
    def rewards(self) -> list[int]:
        return [one[2] for one in self.tokens] + [one[1] for one in self.others]


def rewarded() -> Rewarded:
    """What was recorded."""
    one = document("rewards")
    return Rewarded(one["prompt"], tuple(map(tuple, one["tokens"])), tuple(map(tuple, one["others"])))


def letters(token: str) -> int:
    return sum(character.isalpha() for character in token)


def asked(model) -> dict:
    """What the file holds."""
    logits = model.next_logits(model.encode(PROMPT))[0].double().numpy()
    log_probs = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
    texts = [model.decode([i]) for i in range(len(logits))]
    rewards = np.array([letters(text) for text in texts])
    first = np.argsort(-log_probs, kind="stable")[:SHOWN].tolist()
    tilted = [i for i in np.argsort(-(log_probs + rewards / COLDEST), kind="stable").tolist() if i not in first][:SHOWN]
    rest = np.ones(len(logits), bool)
    rest[first + tilted] = False
    masses = [(rest & (rewards == r), r) for r in range(rewards.max() + 1)]
    return {
        "prompt": PROMPT,
        "tokens": [[texts[i], round(log_probs[i], 6), int(rewards[i])] for i in first + tilted],
        "others": [[round(float(np.log(np.exp(log_probs[here]).sum())), 6), r] for here, r in masses if here.any()],
    }


def make() -> None:
    """Ask the embedded model and write the file."""
    from core.models import load_model

    save("rewards", asked(load_model("embedded")))
