"""How long a text gets when it may end at every step."""

import math

import numpy as np
import pytest

from core.course.lengths import cost, expected_length, path_survival, survival
from core.validation import ParameterError

ENDS = [0.0, 1e-6, 0.003, 0.2, 0.9, 1.0]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("limit", [1, 2, 30, 500])
def test_the_expected_length_is_the_sum_over_the_law(end, limit):
    law = [end * (1 - end) ** (t - 1) for t in range(1, limit)]
    by_definition = sum(t * p for t, p in enumerate(law, 1)) + limit * (
        1 - sum(law)
    )  # whoever gets to the limit stops there
    assert expected_length(end, limit) == pytest.approx(by_definition, rel=1e-9)
    assert expected_length(end, limit) == pytest.approx(sum(survival(end, t) for t in range(limit)), rel=1e-9)


def test_without_a_limit_it_is_one_over_q_and_endless_where_the_text_cannot_end():
    assert expected_length(0.25) == 4 and expected_length(1.0) == 1 and expected_length(0.0) == math.inf


def test_the_simulated_mean_agrees():
    lengths = np.minimum(np.random.default_rng(1).geometric(0.02, 200_000), 60)
    assert expected_length(0.02, 60) == pytest.approx(lengths.mean(), abs=4 * lengths.std() / math.sqrt(len(lengths)))


def test_a_path_of_constant_steps_is_the_geometric_law():
    assert path_survival([0.1] * 5) == pytest.approx([survival(0.1, t) for t in range(1, 6)])
    assert path_survival([0.5, 0.0, 1.0, 0.3]) == [0.5, 0.5, 0.0, 0.0]


def test_a_request_costs_its_tokens_both_ways():
    assert (
        cost(1_000_000, 0, 2, 8) == 2
        and cost(0, 500_000, 2, 8) == 4
        and cost(3000, 1000, 1, 10) == pytest.approx(0.013)
    )


@pytest.mark.parametrize("call", [lambda: survival(1.1, 3), lambda: expected_length(-0.1), lambda: cost(-1, 0, 1, 1)])
def test_what_is_no_probability_or_no_amount_is_refused(call):
    with pytest.raises(ParameterError):
        call()
