"""Coarser weights: how far rounding goes, and what it takes."""

import pytest
import torch

from core.models.gpt import GPT, GPTConfig
from core.models.rounded import FORMATS, Format, rounded, weight_bytes
from core.models.storage import quantise

CONFIG = GPTConfig(vocab_size=64, context_length=32, n_layer=1, n_head=2, n_embd=32)


@pytest.mark.parametrize("bits", range(2, 9))
def test_every_number_of_bits_is_within_half_a_step_and_uses_its_range(bits):
    weight = torch.randn(20, 50, generator=torch.Generator().manual_seed(bits))
    codes, scale = quantise(weight, bits)
    assert codes.abs().max() == 2 ** (bits - 1) - 1
    assert ((codes * scale - weight).abs() <= scale / 2 * 1.0001).all()


def test_only_matrices_move_and_the_network_given_stays_as_it_was():
    torch.manual_seed(0)
    network = GPT(CONFIG)
    before = {name: p.clone() for name, p in network.named_parameters()}
    coarse = rounded(network, FORMATS["int4"])
    for (name, p), q in zip(network.named_parameters(), coarse.parameters(), strict=True):
        assert torch.equal(p, before[name])
        assert torch.equal(p, q) == (p.ndim != 2 or not p.any()), name


def test_a_finer_format_is_nearer():
    torch.manual_seed(0)
    network = GPT(CONFIG)

    def off(form):
        pairs = zip(network.parameters(), rounded(network, form).parameters(), strict=True)
        return sum((p - q).square().sum().item() for p, q in pairs)

    errors = [off(FORMATS[name]) for name in ("bfloat16", "int8", "int6", "int4/32", "int3/32")]
    assert errors == sorted(errors)


def test_the_bytes_are_those_of_the_packed_numbers():
    network = GPT(CONFIG)
    matrices = [p for p in network.parameters() if p.ndim == 2]
    vectors = 4 * sum(p.numel() for p in network.parameters() if p.ndim != 2)
    many, rows = sum(p.numel() for p in matrices), sum(p.shape[0] for p in matrices)
    assert weight_bytes(network, Format(16)) == vectors + 2 * many
    assert weight_bytes(network, Format(8)) == vectors + many + 4 * rows
    assert weight_bytes(network, Format(4, 32)) == vectors + many // 2 + 2 * many // 32
