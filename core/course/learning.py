"""What examples teach: the loss of a prediction, its gradient on the logits, a step down.

u (..., V) are logits and p = softmax(u). y (..., V) is how often each token came after this context, as shares that add up
to 1: all of it on one token for a single example. Results are float64. Every function raises `ParameterError` for invalid
logits. Source: Bridle (1990), Probabilistic Interpretation of Feedforward Classification Network Outputs.
"""

import torch
from torch import Tensor

from ..distributions import softmax
from ..validation import as_logits, as_reals, check_number


def cross_entropy(logits, shares) -> Tensor:
    """L = −Σ y_i ln p_i in nats, (...); inf where what came is impossible."""
    u, y = as_logits(logits).double(), as_reals("shares", shares).double()
    return torch.where(y > 0, y * (torch.logsumexp(u, dim=-1, keepdim=True) - u), 0.0).sum(-1)


def loss_gradient(logits, shares) -> Tensor:
    """∂L/∂u = p − y, (..., V): by how much each probability is too high."""
    return softmax(as_logits(logits).double()) - as_reals("shares", shares).double()


def gradient_step(logits, shares, rate: float) -> Tensor:
    """u − η (p − y), (..., V), for a learning rate η ≥ 0."""
    return as_logits(logits).double() - _checked(rate) * loss_gradient(logits, shares)


def guaranteed_fall(logits, shares, rate: float) -> Tensor:
    """η (1 − η/4) ‖p − y‖², (...): the loss falls at least so much in `gradient_step`; nothing is promised from η = 4 on.

    The second derivative of L along any direction v is Var_p(v) ≤ ‖v‖²/2 (proved in the lesson on training).
    """
    return _checked(rate) * (1 - rate / 4) * (loss_gradient(logits, shares) ** 2).sum(-1)


def _checked(rate: float) -> float:
    return check_number("rate", rate, 0, 1e300, "a finite number >= 0")
