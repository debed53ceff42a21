"""Every theorem as a property of adversarial logits: ties, masks, huge ranges, one or two tokens, bfloat16."""

from math import ceil, inf, log

import hypothesis.strategies as st
import oracles
import pytest
import torch
from hypothesis import HealthCheck, given, settings

import core

SLACK = 1e-9  # relative and absolute: what float64 may lose where a bound is tight


def adversarial(kind: str, size: int, seed: int, masked: bool) -> torch.Tensor:
    if kind == "bfloat16":
        return torch.from_numpy(oracles.make_logits("normal 10", size, seed, masked)).bfloat16()
    if kind == "huge":
        return torch.from_numpy(oracles.make_logits("normal 1", size, seed, masked)) * 1e30
    if kind == "equal":
        return torch.full((size,), 3.0, dtype=torch.float64)
    return torch.from_numpy(oracles.make_logits(kind, size, seed, masked))


kinds = st.sampled_from([*oracles.FAMILIES, "bfloat16", "huge", "equal"])
sizes = st.sampled_from([1, 2]) | st.integers(1, 60)
logits = st.builds(adversarial, kinds, sizes, st.integers(0, 2**32 - 1), st.booleans())
temperatures = st.sampled_from([0, 1e-300, 1e-3, 1, 1e3, inf]) | st.floats(0.01, 100)
finite_temperatures = st.sampled_from([1e-300, 1e-3, 1, 1e3]) | st.floats(0.01, 100)


def for_all(*strategies):
    def decorate(test):
        profile = settings(max_examples=200, derandomize=True, suppress_health_check=list(HealthCheck))
        return profile(given(*strategies)(test))

    return decorate


def at_most(value, bound) -> bool:
    return bool((value <= bound * (1 + SLACK) + SLACK).all())


def close(a, b) -> bool:
    return torch.allclose(torch.as_tensor(a).double(), torch.as_tensor(b).double(), rtol=1e-6, atol=1e-9)


@for_all(logits, temperatures, st.integers(-100, 100))
def test_a_constant_added_to_every_logit_changes_nothing(u, tau, constant):
    u = (u.double().clamp(min=-1e6, max=1e6) * 1024).round() / 1024  # so that the addition itself is exact
    assert torch.equal(core.softmax(u + constant, tau), core.softmax(u, tau))


@for_all(logits)
def test_temperature_one_is_the_plain_softmax(u):
    assert torch.equal(core.softmax(u.double()), torch.softmax(u.double(), -1))


@for_all(logits, temperatures)
def test_the_miss_is_below_its_bound_and_never_cancels(u, tau):
    miss, bound = core.cold_miss(u, tau), core.cold_miss_bound(u, tau)
    assert 0 <= miss <= 1
    assert at_most(miss, bound)
    probs = core.softmax(u.double(), tau)
    assert close(miss, 1 - probs[u == u.max()].sum())


def test_a_tiny_miss_is_exact_where_one_minus_p_would_be_zero():
    assert core.cold_miss([0.0, -100.0], 1) == pytest.approx(3.720075976020836e-44)


def test_the_miss_bound_is_reached_when_all_other_logits_are_equal():
    u = torch.tensor([2.0, 2.0, -1.0, -1.0, -1.0, -inf])
    assert close(core.cold_miss(u, 0.7), core.cold_miss_bound(u, 0.7))


@for_all(logits, st.floats(1e-12, 1))
def test_the_cold_temperature_is_cold_enough(u, miss):
    tau = core.cold_temperature(u, miss).item()
    for cold in (tau, tau / 2, 0):
        assert core.cold_miss(u, cold) <= miss * (1 + SLACK)


@for_all(logits)
def test_the_cold_limit_is_uniform_over_the_maxima(u):
    uniform = (u == u.max()).double() / core.argmax_count(u)
    assert torch.equal(core.softmax(u.double(), 0), uniform)
    cold = min(core.argmax_gap(u).item() / 1000, 1e300)  # Δ/τ = 1000: e^(-1000) is 0 in float64
    assert close(core.softmax(u.double(), cold), uniform)


@for_all(logits, temperatures)
def test_the_distance_to_uniform_is_below_tanh(u, tau):
    bound = core.hot_distance_bound(u, tau)
    assert at_most(core.hot_distance(u, tau), bound)
    if tau > 0:
        assert at_most(bound, core.logit_range(u) / (4 * tau))


@pytest.mark.parametrize("at_the_maximum, size", [(1, 2), (1, 3), (1, 10), (2, 7), (30, 100), (1, 50000)])
@pytest.mark.parametrize("tau", [0.1, 1, 25])
def test_tanh_is_reached_at_the_fraction_the_theorem_names(at_the_maximum, size, tau):
    # The fraction 1/(1 + e^{R/(2τ)}) equals at_the_maximum/size for this R.
    span = 2 * tau * log(size / at_the_maximum - 1)
    u = torch.zeros(size, dtype=torch.float64)
    u[:at_the_maximum] = span
    assert core.hot_distance(u, tau).item() == pytest.approx(core.hot_distance_bound(u, tau).item(), abs=1e-12)


@for_all(logits, temperatures)
def test_the_entropy_is_within_its_gap_of_uniform(u, tau):
    gap = core.possible_count(u).double().log() - core.entropy(core.softmax(u.double(), tau), "nats")
    assert gap >= -1e-12
    assert at_most(gap, core.hot_entropy_gap_bound(u, tau, "nats"))
    assert close(core.hot_entropy_gap_bound(u, tau, "nats") / log(2), core.hot_entropy_gap_bound(u, tau))


@for_all(logits, temperatures)
def test_the_largest_odds_are_those_of_the_distribution(u, tau):
    probs = core.softmax(u.double(), tau)[u > -inf]
    if probs.min() > 1e-300:
        assert close(core.largest_odds(u, tau).log(), (probs.max() / probs.min()).log())
    assert core.largest_odds(u, tau) >= 1


@for_all(logits, temperatures)
def test_entropy_never_falls_with_temperature(u, tau):
    slope = core.entropy_slope(u, tau)
    assert slope >= 0 and slope.isfinite()
    if tau > 0:
        colder, hotter = (core.entropy(core.softmax(u.double(), t)) for t in (tau, 2 * tau))
        assert colder <= hotter + 1e-9


@for_all(logits, st.floats(0.05, 50))
def test_the_slopes_are_the_derivatives(u, tau):
    u = (u.double() - u.double().max())[u > -inf].clamp(min=-1e6)
    variable = torch.tensor(tau, dtype=torch.float64, requires_grad=True)
    log_p = torch.log_softmax(u / variable, -1)
    (slope,) = torch.autograd.grad(-(log_p.exp() * log_p).sum(), variable, retain_graph=True)
    assert close(core.entropy_slope(u, tau, "nats"), slope)
    assert close(core.entropy_slope(u, tau), slope / log(2))
    (first,) = torch.autograd.grad(log_p[0].exp(), variable)
    slopes = core.probability_slope(u, tau)
    assert close(slopes[0], first)
    assert abs(slopes.sum()) < 1e-9 * (1 + slopes.abs().max())


@for_all(logits, finite_temperatures, st.floats(1, 10), st.integers(1, 60), st.floats(0, 1))
def test_with_heat_the_top_k_mass_falls_and_the_nucleus_does_not_shrink(u, tau, factor, k, p):
    cold, hot = core.temperature(u.double(), tau), core.temperature(u.double(), tau * factor)
    kept = core.top_k(u, k) > -inf
    assert at_most(core.kept_mass(core.softmax(hot), kept), core.kept_mass(core.softmax(cold), kept))
    size_cold, size_hot = ((core.top_p(v, max(0, p - d)) > -inf).sum() for v, d in ((cold, 1e-9), (hot, 0)))
    assert size_cold <= size_hot


@for_all(logits, temperatures, temperatures)
def test_nearby_temperatures_give_nearby_distributions(u, a, b):
    distance = core.total_variation(core.softmax(u.double(), a), core.softmax(u.double(), b))
    bound = core.continuity_bound(u, a, b)
    assert bound <= 1
    assert at_most(distance, bound)
    assert close(bound, core.continuity_bound(u, b, a))


@for_all(logits, st.floats(0.01, 1))
def test_cutting_costs_exactly_the_mass_it_removes(u, p):
    u = u.double()
    probs, cut = core.softmax(u), core.top_p(u, p)
    kept, cut_probs = cut > -inf, core.softmax(cut)
    mass = core.kept_mass(probs, kept)
    assert close(core.total_variation(cut_probs, probs), 1 - mass)
    assert close(core.kl_divergence(cut_probs, probs, "nats"), -mass.log())
    assert mass >= p - 1e-6
    assert (core.kl_divergence(probs, cut_probs) == inf) == bool((probs[~kept] > 0).any())
    values = u[u > -inf]
    if p < 1 and len(values.unique()) == len(values):
        assert ceil((p - 1e-6) / probs.max().item()) <= kept.sum() <= ceil(p * len(values) + 1e-6)


@for_all(logits, st.floats(0.001, 1))
def test_min_p_is_a_threshold_and_keeps_at_most_one_over_m_p_max_tokens(u, m):
    u = u.double()
    kept = core.min_p(u, m) > -inf
    assert torch.equal(kept, u - u.max() >= log(m))
    assert kept.sum() <= 1 / (m * core.softmax(u).max()) * (1 + SLACK)


def test_a_nucleus_of_a_nucleus_can_be_smaller():
    once = core.top_p(torch.tensor([0.4, 0.3, 0.2, 0.1]).log(), 0.5)
    assert (once > -inf).sum() == 2
    assert (core.top_p(once, 0.5) > -inf).sum() == 1


def test_masked_tokens_are_outside_every_statement():
    u, masked = [3.0, 1.0, 1.0], [3.0, -inf, 1.0, 1.0, -inf]
    assert core.possible_count(masked) == 3
    for quantity in (core.argmax_count, core.argmax_gap, core.logit_range):
        assert quantity(u) == quantity(masked)
    for theorem in (core.cold_miss_bound, core.hot_distance, core.hot_entropy_gap_bound, core.entropy_slope):
        assert theorem(u, 0.7) == theorem(masked, 0.7)


def test_equal_logits_have_no_gap_and_no_range():
    u = torch.zeros(2, 3)
    assert core.argmax_count(u).tolist() == [3, 3]
    assert core.argmax_gap(u).tolist() == [inf, inf]
    assert core.logit_range(u).tolist() == [0, 0]
    assert core.cold_temperature(u, 0).tolist() == [inf, inf]


@for_all(logits, st.floats(0.01, 1), st.floats(0.01, 20))
def test_the_theorems_about_cuts_hold_as_functions(u, p, tau):
    u = u.double()
    cut = core.top_p(u, p)
    probs, kept = core.softmax(u), cut > -inf
    distance, divergence = core.cut_cost(probs, kept, "nats")
    assert close(distance, core.total_variation(core.softmax(cut), probs))
    assert close(divergence, core.kl_divergence(core.softmax(cut), probs, "nats"))
    assert at_most(divergence, core.nucleus_kl_bound(p, "nats") + 1e-6 / p)
    fewest, most = core.nucleus_size_bounds(u, p)
    values = u[u > -inf]
    assert fewest <= kept.sum()
    if len(values.unique()) == len(values):
        assert kept.sum() <= most
    m = min(p, 1.0)
    kept = core.min_p(core.temperature(u, tau), m) > -inf
    assert kept.sum() <= core.min_p_count_bound(core.temperature(u, tau), m) * (1 + SLACK)
    near = (u - core.min_p_threshold(u, m, tau)).abs() <= 1e-9 * (1 + u[u > -inf].abs().max())
    assert torch.equal(kept | near, (u >= core.min_p_threshold(u, m, tau)) | near)


@pytest.mark.parametrize("m", [0, 5e-324, 0.5, 1 - 2**-53, 1])
@pytest.mark.parametrize("tau", [0, 1e-9, 1, 1.7e308, inf])
def test_the_threshold_of_min_p_says_what_is_kept_at_the_ends_of_both_settings(m, tau):
    u = torch.tensor([[3.0, 3.0, 2.0, -inf], [-200.0, 330.0, 0.0, -inf]]).double()
    kept = core.min_p(core.temperature(u, tau), m) > -inf
    assert torch.equal(kept, (u >= core.min_p_threshold(u, m, tau).unsqueeze(-1)) & (u > -inf))


@for_all(logits, st.floats(0, 5), st.floats(0.05, 20), st.integers(0, 2**32 - 1))
def test_logits_that_are_off_by_little_give_probabilities_that_are(u, error, tau, seed):
    u = u.double().clamp(min=-1e3, max=1e3)
    noise = torch.rand(u.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    p, q = core.softmax(u, tau), core.softmax(u + error * noise.sign(), tau)
    assert at_most(core.total_variation(p, q), core.quantisation_distance_bound(error, tau))
    for one, other in ((p, q), (q, p)):
        assert at_most(core.kl_divergence(one, other, "nats"), core.quantisation_kl_bound(error, tau, "nats"))


def test_bfloat16_costs_less_than_its_bound():
    u = torch.randn(2000, generator=torch.Generator().manual_seed(0)).double() * 5
    rounded = u.bfloat16().double()
    error = (u - rounded).abs().max().item()
    assert 0 < core.total_variation(core.softmax(u), core.softmax(rounded)) < core.quantisation_distance_bound(error, 1)
    assert core.quantisation_distance_bound(0, 0) == 0 and core.quantisation_distance_bound(1, 0) == 1


@for_all(logits, st.integers(1, 60), st.floats(0.05, 20))
def test_top_k_and_top_n_sigma_do_not_depend_on_the_temperature(u, k, tau):
    u = (u.double() - u.double().max()).clamp(min=-1e6)
    u = (u * 1024).round() / 1024
    hot = core.temperature(u, tau)
    assert torch.equal(core.top_k(u, k) > -inf, core.top_k(hot, k) > -inf)
    assert torch.equal(core.top_n_sigma(u, 1.2345) > -inf, core.top_n_sigma(hot, 1.2345) > -inf)


@for_all(logits, temperatures)
def test_the_steepest_slope_is_that_of_the_whole_jacobian_and_falls_with_the_miss(u, tau):
    slope, p = core.largest_slope(u, tau).item(), core.softmax(u.double(), tau)
    jacobian = torch.diag(p) - torch.outer(p, p)
    assert slope == pytest.approx(jacobian.abs().max().item(), rel=1e-9, abs=1e-12)
    assert 0 <= slope <= 0.25 + SLACK
    if core.argmax_count(u) == 1:
        assert slope <= core.cold_miss_bound(u, tau) * (1 + SLACK) + 1e-300


def test_the_slope_of_a_saturated_softmax_is_small_and_not_zero():
    assert core.largest_slope([60.0, 0.0]).item() == pytest.approx(torch.exp(torch.tensor(-60.0)).item(), rel=1e-6)
    x = torch.tensor([0.3, -1.0, 0.9], dtype=torch.float64)
    jacobian = torch.autograd.functional.jacobian(lambda x: torch.softmax(x, -1), x)
    assert core.largest_slope(x).item() == pytest.approx(jacobian.abs().max().item(), rel=1e-12)
