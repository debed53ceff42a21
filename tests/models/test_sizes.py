"""The formulas of size, against the tensors of real networks."""

import pytest
import torch

from core.models.gpt import GPT, GPTConfig
from core.models.sizes import cache_bytes, counted, gpt_parameters, phi_parameters

SHAPES = [
    GPTConfig(vocab_size=300, context_length=48, n_layer=3, n_head=4, n_embd=32),
    GPTConfig(vocab_size=300, context_length=48, n_layer=2, n_head=4, n_kv_head=2, n_embd=32, n_inner=100),
    GPTConfig(vocab_size=11, context_length=7, n_layer=1, n_head=6, n_kv_head=1, n_embd=24),
]


@pytest.mark.parametrize("config", SHAPES)
def test_a_gpt_has_the_parameters_of_the_formula_and_its_cache_costs_what_it_says(config):
    network = GPT(config)
    assert counted(network) == gpt_parameters(config)
    assert sum(gpt_parameters(config).values()) == sum(p.numel() for p in network.parameters())
    cache = network.new_cache()
    assert cache.bytes_per_token == cache_bytes(config.n_layer, config.n_kv_head, config.head_size, 4)


def test_gpt_2_small_and_phi_2_have_the_parameters_of_transformers():
    transformers = pytest.importorskip("transformers")
    gpt2 = GPTConfig(vocab_size=50257, context_length=1024, n_layer=12, n_head=12, n_embd=768)
    phi = transformers.PhiConfig(
        vocab_size=51200, hidden_size=2560, intermediate_size=10240, num_hidden_layers=32, num_attention_heads=32
    )
    with torch.device("meta"):
        theirs = transformers.GPT2LMHeadModel(transformers.GPT2Config())
        phis = transformers.PhiForCausalLM(phi)
    assert sum(gpt_parameters(gpt2).values()) == theirs.num_parameters() == 124_439_808
    assert sum(phi_parameters(51200, 32, 2560, 10240).values()) == phis.num_parameters() == 2_779_683_840
