"""Rotary position, against transformers and against complex numbers."""

import numpy as np
import pytest
import torch
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb as llama
from transformers.models.phi.modeling_phi import apply_rotary_pos_emb as phi

from core.course.rotary import frequencies, rotate, score
from core.validation import ParameterError

DRAW = torch.Generator().manual_seed(3)
Q, K = torch.randn(2, 2, 3, 5, 8, generator=DRAW, dtype=torch.float64)  # (B, H, T, d)
AT = torch.tensor([0, 1, 7, 40, 1000])


def tables(size, base=10_000.0):
    """cos and sin (1, T, size) as transformers wants them, each angle twice."""
    angles = AT.double()[:, None] * (1 / base ** (torch.arange(0, size, 2, dtype=torch.float64) / size))
    twice = torch.cat([angles, angles], -1)[None]
    return twice.cos(), twice.sin()


@pytest.mark.parametrize("base", [10_000.0, 500_000.0])
def test_all_of_a_head_turns_as_in_llama(base):
    right = llama(Q, K, *tables(8, base))
    for one, other in zip((Q, K), right, strict=True):
        torch.testing.assert_close(rotate(one, AT, base=base), other, rtol=1e-12, atol=1e-12)


def test_part_of_a_head_turns_as_in_phi():
    turned, _ = phi(Q[..., :4], K[..., :4], *tables(4))
    torch.testing.assert_close(rotate(Q, AT, size=4), torch.cat([turned, Q[..., 4:]], -1), rtol=1e-12, atol=1e-12)


def test_interleaved_pairs_are_complex_numbers_times_a_phase():
    z = torch.view_as_complex(Q.unflatten(-1, (-1, 2)).contiguous())
    phase = np.exp(1j * AT.numpy()[:, None] * 10_000.0 ** (-np.arange(0, 8, 2) / 8))
    right = torch.view_as_real(z * torch.from_numpy(phase)).flatten(-2)
    torch.testing.assert_close(rotate(Q, AT, interleaved=True), right, rtol=1e-12, atol=1e-12)


def test_the_score_is_the_product_of_the_turned_and_knows_only_the_distance():
    for shift in (0, 13, 5000):
        turned = (rotate(Q, AT + shift) * rotate(K, torch.full((5,), shift))).sum(-1)
        torch.testing.assert_close(score(Q, K, AT), turned, rtol=1e-9, atol=1e-9)


def test_the_score_is_the_real_part_of_a_product_of_complex_numbers():
    q, k = (torch.complex(*one.chunk(2, -1)).numpy() for one in (Q, K))
    right = (q * k.conj() * np.exp(1j * AT.numpy()[:, None] * frequencies(8).numpy())).sum(-1).real
    np.testing.assert_allclose(score(Q, K, AT).numpy(), right, rtol=1e-12, atol=1e-12)


def test_turning_keeps_lengths_and_type():
    torch.testing.assert_close(rotate(Q, AT).norm(dim=-1), Q.norm(dim=-1), rtol=1e-12, atol=0)
    assert rotate(Q.float(), AT).dtype == torch.float32


@pytest.mark.parametrize("wrong", [{"size": 3}, {"size": 0}, {"size": 10}, {"base": 0.5}])
def test_impossible_settings_are_refused_by_name(wrong):
    with pytest.raises(ParameterError) as error:
        rotate(Q, AT, **wrong)
    assert error.value.argument == next(iter(wrong))
