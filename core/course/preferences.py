"""Preference tuning in closed form: the optimum of a reward with a KL penalty, Bradley–Terry, and the loss of DPO.

p is the model before tuning (the reference), r a reward per answer, β > 0 the price of moving away from p, in units of
reward per nat. Logits are those of p over whole answers, (..., V); an answer of one token is the case that can be shown.
"""

from math import exp, inf, log1p

from torch import Tensor

from ..distributions import kl_divergence, softmax
from ..validation import as_logits, as_masses, as_table, check_broadcast, check_number, check_rows

FINITE = "a finite number"


def tilted(logits, rewards, beta: float) -> Tensor:
    """p_β(i) = p(i) e^{r_i/β} / Z, the distribution that maximises E[r] − β KL(· ‖ p): softmax(u + r/β).

    Adding a constant to every reward changes nothing; β = inf is p itself.

    Args:
        logits: (..., V), u; −inf where p is 0.
        rewards: (..., V), r, finite.
        beta: β > 0.

    Source: Ziegler et al. (2019), eq. 2; Rafailov et al. (2023), eq. 4.
    """
    beta = check_number("beta", beta, 1e-300, inf, "a number > 0")
    logits, rewards = as_logits(logits).double(), as_table("rewards", rewards).double()
    check_broadcast("rewards", rewards, logits.shape)
    return softmax(logits + (rewards - rewards.amax(-1, keepdim=True)) / beta)


def regularised_reward(probs, reference, rewards, beta: float) -> Tensor:
    """E_P[r] − β KL(P ‖ p), KL in nats: what `tilted` maximises; at its maximum it is β ln Σ p e^{r/β}."""
    beta = check_number("beta", beta, 0, 1e150, "a number >= 0, at most 1e150")
    probs, rewards = as_masses("probs", probs), as_table("rewards", rewards).double()
    check_broadcast("rewards", rewards, probs.shape)
    largest = rewards.abs().amax(-1)
    check_rows("rewards", largest, largest <= 1e150, "finite, at most 1e150")
    divergence = kl_divergence(probs, reference, "nats")
    return (probs * rewards).sum(-1) - (beta * divergence if beta else 0.0)  # 0 · inf


def preference(better: float, worse: float) -> float:
    """P(first preferred to second) = σ(r_1 − r_2). Source: Bradley & Terry (1952)."""
    better, worse = (check_number("reward", r, -1e308, 1e308, FINITE) for r in (better, worse))
    return exp(-_softplus(worse - better))


def implicit_reward(log_prob: float, reference: float, beta: float) -> float:
    """β ln(π(y)/p(y)): the reward for which π is optimal, up to a constant of the prompt. Source: Rafailov et al. (2023)."""
    log_prob, reference = (
        check_number("log_prob", x, -1e150, 0, "a number in [-1e150, 0]") for x in (log_prob, reference)
    )
    return check_number("beta", beta, 1e-300, 1e150, "a number > 0, at most 1e150") * (log_prob - reference)


def dpo_loss(chosen: tuple[float, float], rejected: tuple[float, float], beta: float) -> float:
    """−ln σ(β ln(π(a)/p(a)) − β ln(π(b)/p(b))), in nats, for one pair: a was preferred to b.

    Args:
        chosen: ln π(a) and ln p(a), each summed over the tokens of the answer.
        rejected: the same of b.
        beta: β > 0.

    Source: Rafailov et al. (2023), eq. 7.
    """
    return _softplus(implicit_reward(*rejected, beta) - implicit_reward(*chosen, beta))


def _softplus(x: float) -> float:
    """ln(1 + e^x), without overflow."""
    return max(x, 0.0) + log1p(exp(-abs(x)))
