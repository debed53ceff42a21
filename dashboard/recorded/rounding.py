"""What rounding the weights does to the logits: real texts, position by position, kept in a small file.

`python -m dashboard.recorded` makes the file again from the shipped weights, which are the reference: for every other format
of `core.models.rounded` it holds how far the logits moved and how far the distribution did.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.recorded.files import document, save
from dashboard.recorded.snapshots import PROMPTS

TEMPERATURES = (0.5, 1.0, 2.0)
DRAWN = 20  # tokens drawn after each prompt, so that the positions are not only beginnings


@dataclass(frozen=True, eq=False)
class Rounding:
    """One format over all positions, T of them.

    `spread` (T,) is (max Δu − min Δu)/2, the ‖Δu‖∞ that is left after the best constant is taken off; `distance` holds
    TV(p, q) at each of TEMPERATURES, (3, T); `same` is at how many positions the likeliest token stayed.
    """

    spread: np.ndarray
    distance: np.ndarray
    same: int


def formats() -> dict[str, Rounding]:
    """Every format but the reference, in the order of `core.models.rounded.FORMATS`."""
    return {
        name: Rounding(np.array(kept["spread"]), np.array(kept["distance"]), kept["same"])
        for name, kept in document("rounding")["formats"].items()
    }


# Making the file -----------------------------------------------------------------------------------------------------


def make() -> None:
    """Round the embedded model every way and write the file."""
    from core import SamplingParams, generate
    from core.models import load_model
    from core.models.rounded import FORMATS

    model = load_model("embedded")
    texts = []
    for prompt in PROMPTS.values():
        ids = model.encode(prompt)
        params = SamplingParams(logit_bias={model.eos_token_id: float("-inf")})
        steps = generate(model, ids, params, max_new_tokens=DRAWN, seed=0, alternatives=0)
        texts.append([*ids, *(step.token_id for step in steps)])
    formats = {name: measured(model, form, texts) for name, form in FORMATS.items() if name != "int8"}
    save("rounding", {"texts": texts, "formats": formats})


def measured(model, form, texts: list[list[int]]) -> dict:
    """One format over all positions of the texts (token ids), three significant digits."""
    import torch

    from core import softmax, total_variation
    from core.models.rounded import rounded

    coarse = rounded(model.network, form)
    spread, distance, same = [], [[] for _ in TEMPERATURES], 0
    with torch.inference_mode():
        for ids in texts:
            u, v = (net(torch.tensor([ids]))[0].double() for net in (model.network, coarse))
            change = v - u
            spread += ((change.amax(-1) - change.amin(-1)) / 2).tolist()
            for row, tau in zip(distance, TEMPERATURES, strict=True):
                row += total_variation(softmax(u, tau), softmax(v, tau)).tolist()
            same += int((u.argmax(-1) == v.argmax(-1)).sum())
    return {
        "spread": [float(f"{x:.3g}") for x in spread],
        "distance": [[float(f"{x:.3g}") for x in row] for row in distance],
        "same": same,
    }
