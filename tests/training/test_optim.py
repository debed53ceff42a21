"""Muon, and which parameter goes to whom."""

import pytest
import torch

from core.models.gpt import GPT, GPTConfig
from core.training.optim import Muon, lr_factor, optimizers, orthogonalise


@pytest.mark.parametrize("shape", [(20, 20), (16, 64), (64, 16), (3, 16, 40)])
def test_orthogonalised_singular_values_are_near_one(shape):
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonalise(torch.randn(shape) * 1e-3 + torch.eye(*shape[-2:]) * 1e-3))
    assert values.min() > 0.65 and values.max() < 1.25


def test_orthogonalise_keeps_the_singular_vectors():
    torch.manual_seed(0)
    g = torch.randn(12, 30)
    u, _, vt = torch.linalg.svd(g, full_matrices=False)
    turned = u.T @ orthogonalise(g) @ vt.T
    assert (turned - torch.diag(turned.diag())).abs().max() < 1e-4


def test_stacked_matrices_are_orthogonalised_apart():
    torch.manual_seed(0)
    together, a, b = (torch.nn.Parameter(torch.zeros(n, 8)) for n in (12, 8, 4))
    together.grad = torch.randn(12, 8)
    a.grad, b.grad = (part.clone() for part in together.grad.split([8, 4]))
    Muon([{"params": [together], "split": [8, 4]}], lr=1.0).step()
    Muon([a, b], lr=1.0).step()
    torch.testing.assert_close(together.detach(), torch.cat((a, b)).detach())


def test_every_parameter_has_one_optimizer():
    model = GPT(GPTConfig(97, 32, 2, 4, 32, n_kv_head=2))
    muon, adam = optimizers(model, 0.02, 0.003, 0.1)
    names = {id(p): name for name, p in model.named_parameters()}
    muons, adams = ([names[id(p)] for group in one.param_groups for p in group["params"]] for one in (muon, adam))
    assert sorted(muons + adams) == sorted(names.values())
    assert all(model.get_parameter(name).ndim == 2 and name.startswith("h.") for name in muons)


def test_learning_rates():
    wsd = [lr_factor(step, 100, 9, "wsd", 0.5) for step in range(100)]
    assert wsd[:3] == [0.1, 0.2, 0.3] and wsd[9:51] == [1.0] * 42 and wsd[75] == 0.5 and 0 < wsd[99] < 0.03
    cosine = [lr_factor(step, 100, 0, "cosine", 0) for step in range(100)]
    assert cosine[0] == 1 and cosine[50] == pytest.approx(0.5) and 0 < cosine[99] < 0.001
