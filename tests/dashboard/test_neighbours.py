"""The recorded neighbours, against the shipped weights and against a plain loop."""

import numpy as np
import pytest

from core.models import load_model
from dashboard.recorded import neighbours
from dashboard.recorded.files import document


@pytest.fixture(scope="module")
def model():
    return load_model("embedded")


def test_the_record_is_what_the_shipped_weights_give(model):
    fresh, kept = neighbours.asked(model), document("neighbours")
    assert [(a, b, place) for a, b, _, place in fresh["opposites"]] == [
        (a, b, place) for a, b, _, place in kept["opposites"]
    ]
    for word, kinds in fresh["words"].items():
        for kind, near in kinds.items():
            assert np.abs(np.array([c for _, c in near]) - [c for _, c in kept["words"][word][kind]]).max() <= 1
            assert near[0][0] == kept["words"][word][kind][0][0]
    for name in ("groups", "lengths", "positions"):
        assert np.abs(np.array(fresh[name]) - np.array(kept[name])).max() <= 1


def test_a_neighbours_cosine_and_place_are_those_of_a_plain_loop(model):
    vectors = model.network.wte.weight.detach().double().numpy()
    a, b, cosine, place = neighbours.neighbours().opposites[0]
    one, other = (model.encode(f" {word}")[0] for word in (a, b))

    def towards(i):
        return vectors[i] @ vectors[one] / (np.linalg.norm(vectors[i]) * np.linalg.norm(vectors[one]))

    assert towards(other) == pytest.approx(cosine, abs=6e-4)
    assert place == 1 + sum(towards(i) > towards(other) for i in range(len(vectors)) if i not in (one, other))


def test_position_cosines_at_a_distance_are_those_of_every_pair(model):
    places = model.network.wpe.weight.detach().double().numpy()
    kept = neighbours.neighbours()
    assert kept.positions.shape == (len(places) - 1, 3)
    pairs = [x @ y / np.sqrt((x @ x) * (y @ y)) for x, y in zip(places, places[9:], strict=False)]
    assert kept.positions[8] == pytest.approx([min(pairs), np.mean(pairs), max(pairs)], abs=6e-4)
