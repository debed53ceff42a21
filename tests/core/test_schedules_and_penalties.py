"""Temperatures that move, and what the text so far does: the rules one by one."""

from math import inf, log

import pytest
import torch

import core
from core import Context, Schedule


def test_a_schedule_goes_from_start_to_end_and_stays():
    assert [Schedule(1.0, 0.0, 4).at(t) for t in range(6)] == [1, 0.75, 0.5, 0.25, 0, 0]
    assert Schedule(1.0, 0.0, 4, "cosine").at(2) == pytest.approx(0.5)
    assert Schedule(1.0, 0.0, 4, "cosine").at(1) > 0.75
    assert Schedule(0.7).at(9) == Schedule(0.7, steps=20).at(3) == 0.7
    assert Schedule(inf).at(3) == inf


def test_dynamic_temperature_is_low_where_sure_and_high_where_not():
    u = torch.tensor([[9.0, 0, 0, -inf], [1.0, 1, 1, 1], [3.0, -inf, -inf, -inf]])
    warm = core.dynamic_temperature(u, 0.5, 1.5)
    share = core.entropy(core.softmax(u[0].double()), "nats") / log(3)
    torch.testing.assert_close(warm[0], core.temperature(u[0], 0.5 + share.item()))
    assert warm[1].tolist() == [0, 0, 0, 0]
    assert warm[2].tolist() == [0, -inf, -inf, -inf]
    torch.testing.assert_close(core.dynamic_temperature(u, 0.8, 0.8, 3), core.temperature(u, 0.8))
    assert core.dynamic_temperature([5.0, 1.0, 1.0], 0, 0).tolist() == [0, -inf, -inf]


def test_ranks_survive_a_temperature_that_moves():  # Lemma 10.1
    u = torch.randn(5, 40, generator=torch.Generator().manual_seed(0))
    for tau in (Schedule(2.0, 0.1, 5).at(t) for t in range(7)):
        assert torch.equal(core.temperature(u, tau).argsort(dim=-1, stable=True), u.argsort(dim=-1, stable=True))
    assert torch.equal(core.dynamic_temperature(u, 0.2, 2).argsort(dim=-1, stable=True), u.argsort(dim=-1, stable=True))


def test_the_three_penalties():
    u = [2.0, -2.0, 0.0, 5.0]
    assert core.repetition_penalty(u, 2, [0, 1, 1, 2]).tolist() == [1, -4, 0, 5]
    assert core.frequency_penalty(u, 0.5, [0, 1, 1]).tolist() == [1.5, -3, 0, 5]
    assert core.presence_penalty(u, 0.5, [0, 1, 1]).tolist() == [1.5, -2.5, 0, 5]
    assert core.frequency_penalty([u, u], 1, [[0], [3, 3]]).tolist() == [[1, -2, 0, 5], [2, -2, 0, 3]]


def test_only_the_repetition_penalty_feels_a_constant():
    u, ids = torch.tensor([1.0, 2.0, 3.0]), [0, 1]
    moved = core.softmax(core.repetition_penalty(u + 10, 2, ids))
    assert not torch.allclose(moved, core.softmax(core.repetition_penalty(u, 2, ids)), atol=1e-3)
    for penalty in (core.frequency_penalty, core.presence_penalty):
        torch.testing.assert_close(core.softmax(penalty(u + 10, 2, ids)), core.softmax(penalty(u, 2, ids)))


def test_which_tokens_count_is_data():
    context = Context([1, 2], [2, 3])
    assert context.ids("prompt") == ((1, 2),) and context.ids("output") == ((2, 3),)
    assert context.ids() == ((1, 2, 2, 3),) and context.ids("both", 3) == ((2, 2, 3),)
    assert Context([1], [[2], [3]]).ids() == ((1, 2), (1, 3))
    assert Context(torch.tensor([[1, 2]]), []).ids() == ((1, 2),)


def test_no_repeat_ngram_cuts_what_would_repeat():
    def cut(n, ids):
        return (core.no_repeat_ngram(torch.zeros(6), n, ids) == -inf).nonzero().flatten().tolist()

    assert cut(2, [1, 2, 1]) == [2] and cut(1, [1, 2, 1]) == [1, 2] and cut(3, [1, 2, 3, 1, 2]) == [3]
    assert cut(0, [1, 2, 1]) == cut(2, []) == cut(2, [1]) == cut(4, [1, 1]) == []


def test_a_bias_of_minus_infinity_forbids():
    assert core.logit_bias([1.0, 2.0], {1: -inf}).tolist() == [1, -inf]
    assert core.SamplingParams(logit_bias={5: 1, 2: -1}).logit_bias == ((2, -1.0), (5, 1.0))


def test_at_least_so_many_tokens_stay():
    u = [3.0, 2.0, 1.0, 1.0, -inf]
    for cut, value in ((core.top_k, 1), (core.top_p, 0.1), (core.min_p, 1), (core.epsilon_cutoff, 1), (core.top_a, 1)):
        assert (cut(u, value, 2) > -inf).sum() == 2
        assert (cut(u, value, 3) > -inf).sum() == 4  # equals share their fate
        assert (cut(u, value, 99) > -inf).sum() == 4
    assert core.xtc([1.0, 1.5, -9.0], 0.3, min_tokens_to_keep=3).tolist() == [1, 1.5, -9]


def test_greedy_takes_the_first_of_equals():
    assert core.greedy([[1.0, 3.0, 3.0], [2.0, 2.0, -inf]]).tolist() == [[-inf, 3, -inf], [2, -inf, -inf]]


def test_xtc_leaves_the_least_likely_of_the_likely():
    u = torch.tensor([0.5, 0.3, 0.15, 0.05]).log()
    assert (core.xtc(u, 0.1) > -inf).tolist() == [False, False, True, True]
    assert torch.equal(core.xtc(u, 0.4), u) and torch.equal(core.xtc(u, 0.6), u)
    assert torch.equal(core.xtc(u, 0.1, 0.5, 0.5), u) and torch.equal(core.xtc(u, 0.1, 0), u)
    assert core.xtc([1.0, 1.0, -9.0], 0.1).tolist() == [1, 1, -9]


def test_typical_can_cut_the_most_likely_token():
    u = torch.tensor([0.4] + [0.06] * 10).log()
    assert (core.typical_p(u, 0.5) > -inf).tolist() == [False] + [True] * 10
