"""The distributions that the source texts state wrongly, to the four decimals of the errata."""

import pytest
import torch

import core


@pytest.mark.parametrize(
    "logits, tau, expected",
    [
        pytest.param([3, 1, 0, -1], 1, [0.8310, 0.1125, 0.0414, 0.0152], id="N1"),
        pytest.param([3, 1, 0, -1], 0.5, [0.9793, 0.0179, 0.0024, 0.0003], id="N2"),
        pytest.param([3, 1, 0, -1], 2, [0.5793, 0.2131, 0.1293, 0.0784], id="N3"),
        pytest.param([2, 1, 0, -1], 0.5, [0.8650, 0.1171, 0.0158, 0.0021], id="N4"),
        pytest.param([2, 1, 0, -1], 1, [0.6439, 0.2369, 0.0871, 0.0321], id="N5"),
        pytest.param([2, 1, 0, -1], 2, [0.4551, 0.2760, 0.1674, 0.1015], id="N6"),
        pytest.param([4, 2, 1, -1], 5, [0.3865, 0.2591, 0.2121, 0.1422], id="N9"),
    ],
)
def test_softmax_gives_the_right_numbers(logits, tau, expected):
    assert core.softmax(logits, tau).numpy().round(4).tolist() == expected


def test_n8_top_k_of_three_renormalises_three():
    weights = [0.4, 0.3, 0.15, 0.05, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01]
    logits = torch.tensor(weights).log()
    probs = core.probabilities(logits, core.SamplingParams(top_k=3))
    assert [round(p, 4) for p in probs.tolist()] == [0.4706, 0.3529, 0.1765] + [0] * 7


def test_n9_is_far_from_uniform():
    u = [4, 2, 1, -1]
    assert core.largest_odds(u, 5).item() == pytest.approx(2.7183, abs=5e-5)
    assert core.hot_distance(u, 5).item() == pytest.approx(0.146, abs=5e-4)
    assert core.hot_distance(u, 50).item() == pytest.approx(0.0150, abs=5e-5)
