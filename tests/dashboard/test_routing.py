"""The recorded routing: what the embedded model's own vectors make of two deterministic routers."""

import numpy as np
import pytest

from core.models import load_model
from dashboard.recorded import routing
from dashboard.recorded.files import document


def test_the_record_is_what_the_shipped_weights_give():
    asked, kept = routing.asked(load_model("embedded")), document("routing")
    assert asked["tokens"] == kept["tokens"] and asked["noise"] == kept["noise"]
    for name, rows in asked["logits"].items():
        assert np.abs(np.array(rows) - np.array(kept["logits"][name])).max() <= 2  # thousandths


def test_every_logit_is_a_cosine_times_the_scale():
    for rows in routing.routing().logits.values():
        assert rows.shape == routing.routing().noise.shape and np.abs(rows).max() <= routing.SCALE


def test_the_centres_are_the_groups_of_plainly_grouped_vectors():
    axes = np.eye(routing.EXPERTS)
    draw = np.random.default_rng(1)
    vectors = routing.unit(
        np.repeat(axes, 20, axis=0) + 0.02 * draw.standard_normal((20 * routing.EXPERTS, routing.EXPERTS))
    )
    found = routing.centres(vectors)
    assert (found @ axes).max(1) == pytest.approx(np.ones(routing.EXPERTS), abs=0.01)
    assert sorted((found @ axes).argmax(1)) == list(range(routing.EXPERTS))
