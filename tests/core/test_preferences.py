"""Preference tuning in closed form, against definitions, search and gradients."""

from math import exp, inf, log

import pytest
import torch

import core
from core.course import preferences
from core.course.preferences import dpo_loss, implicit_reward, preference, regularised_reward, tilted

DRAW = torch.Generator().manual_seed(20)


def drawn(size: int = 7) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    u, r = (torch.randn(size, generator=DRAW).double() * 2 for _ in range(2))
    return u, torch.softmax(u, -1), r


@pytest.mark.parametrize("beta", [0.1, 1.0, 5.0])
def test_the_tilt_is_the_definition_and_nothing_does_better(beta):
    for _ in range(50):
        u, p, r = drawn()
        weight = p * torch.exp(r / beta)
        best = tilted(u, r, beta)
        torch.testing.assert_close(best, weight / weight.sum())
        assert regularised_reward(best, p, r, beta).item() == pytest.approx(beta * log(weight.sum().item()))
        for _ in range(20):
            other = torch.softmax(best.log() + torch.randn(7, generator=DRAW).double(), -1)
            assert regularised_reward(other, p, r, beta) <= regularised_reward(best, p, r, beta) + 1e-12


def test_best_of_n_pays_no_less_divergence_than_the_tilt_of_the_same_reward():
    for _ in range(30):
        u, p, r = drawn()
        for n in (2, 4, 16):
            won = core.best_of_n(p, r, n)
            kl, mean = core.kl_divergence(won, p, "nats").item(), (won * r).sum().item()
            for beta in (0.05, 0.2, 1.0, 4.0):
                one = tilted(u, r, beta)
                if core.kl_divergence(one, p, "nats").item() >= kl:
                    assert (one * r).sum().item() >= mean - 1e-12


def test_a_constant_in_the_reward_changes_neither_tilt_nor_preference():
    u, p, r = drawn()
    torch.testing.assert_close(tilted(u, r + 1000, 0.5), tilted(u, r, 0.5))
    torch.testing.assert_close(tilted(u, r, inf), p)
    assert preference(3, 1) == preference(1003, 1001) == pytest.approx(1 / (1 + exp(-2)))
    assert preference(1, 3) + preference(3, 1) == pytest.approx(1)
    assert preference(-1e6, 1e6) == 0 and preference(1e6, -1e6) == 1


def test_the_optimum_s_own_reward_is_the_reward_but_for_a_constant():
    u, p, r = drawn()
    pi = tilted(u, r, 0.7)
    found = [implicit_reward(log(a), log(b), 0.7) for a, b in zip(pi.tolist(), p.tolist(), strict=True)]
    gaps = torch.tensor(found, dtype=torch.float64) - r
    assert (gaps - gaps[0]).abs().max() < 1e-9


def test_the_loss_is_that_of_torch_and_of_bradley_and_terry():
    for _ in range(50):
        a, b, c, d = (-10 * torch.rand(4, generator=DRAW).double()).tolist()
        x = torch.tensor(0.3 * ((a - b) - (c - d)), dtype=torch.float64)
        assert dpo_loss((a, b), (c, d), 0.3) == pytest.approx(-torch.nn.functional.logsigmoid(x).item())
        assert dpo_loss((a, b), (c, d), 0.3) == pytest.approx(
            -log(preference(implicit_reward(a, b, 0.3), implicit_reward(c, d, 0.3)))
        )
    assert dpo_loss((-1, -1), (-2, -2), 0.1) == pytest.approx(log(2))  # nothing learned yet


def test_what_is_out_of_range_is_said():
    for call in (
        lambda: tilted([0.0], [1.0], 0),
        lambda: preferences.implicit_reward(0.5, -1, 1),
        lambda: preference(inf, 0),
        lambda: regularised_reward([1.0], [1.0], [1.0], -1),
    ):
        with pytest.raises(core.ParameterError):
            call()
