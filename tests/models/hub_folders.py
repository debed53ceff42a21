"""Small random checkpoints on disk, as `save_pretrained` writes them, and a list that offers them."""

import os
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PhiConfig,
    PhiForCausalLM,
    PreTrainedTokenizerFast,
)

TEXT = "A avó contou à moça: não há coração que não veja o céu, e a canção não acaba 🙂. " * 9
END = "<|endoftext|>"
SHAPE = {
    "vocab_size": 320,  # more than the tokenizer's tokens, as in Phi-2
    "hidden_size": 48,
    "intermediate_size": 100,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "max_position_embeddings": 600,
    "bos_token_id": 0,
    "eos_token_id": 0,
}


def tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE of 300 tokens."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        [TEXT], trainers.BpeTrainer(vocab_size=300, special_tokens=[END], initial_alphabet=alphabet)
    )
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token=END)


def phi(**shape) -> PhiForCausalLM:
    return random(PhiForCausalLM(PhiConfig(**SHAPE | {"partial_rotary_factor": 0.5} | shape)))


def llama() -> LlamaForCausalLM:
    return random(LlamaForCausalLM(LlamaConfig(**SHAPE, num_key_value_heads=2)))


IDS = {name: SHAPE[name] for name in ("vocab_size", "bos_token_id", "eos_token_id")}
STATES = {"state_size": 8, "hidden_size": 48, "num_hidden_layers": 2}
HYBRID = SHAPE | {"num_hidden_layers": 4, "num_key_value_heads": 2}
SHAPES = {  # model type: its smallest configuration
    "bloom": IDS | {"hidden_size": 48, "n_layer": 2, "n_head": 4},
    "mpt": IDS | {"d_model": 48, "n_layers": 2, "n_heads": 4, "max_seq_len": 600},
    "mamba": IDS | STATES,
    "mamba2": IDS | STATES | {"num_heads": 4, "head_dim": 24, "n_groups": 1},
    "qwen3_next": HYBRID
    | {"linear_num_value_heads": 4, "linear_num_key_heads": 2, "linear_key_head_dim": 12, "linear_value_head_dim": 12}
    | {"head_dim": 12, "num_experts": 4, "num_experts_per_tok": 2}
    | {"moe_intermediate_size": 20, "shared_expert_intermediate_size": 20},
    "jamba": HYBRID | {"attn_layer_period": 2, "attn_layer_offset": 1, "num_experts": 2, "use_mamba_kernels": False},
    "lfm2": SHAPE | {"num_key_value_heads": 2},
    "mistral": SHAPE | {"num_key_value_heads": 2, "sliding_window": 6},
    "rwkv": IDS | {"hidden_size": 48, "num_hidden_layers": 2, "attention_hidden_size": 48},
    "xlstm": {"vocab_size": 320, "hidden_size": 64, "num_hidden_layers": 2, "num_heads": 2},
    "xlnet": {"vocab_size": 320, "d_model": 48, "n_layer": 2, "n_head": 4, "d_inner": 96},
    "recurrent_gemma": {"vocab_size": 320, "hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 3}
    | {"num_attention_heads": 4, "lru_width": 48},
}


def of_kind(kind: str):
    """A model of one of `SHAPES`."""
    return random(AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **SHAPES[kind])))


def random(model):
    """Weights large enough for logits that differ, biases that are not zero."""
    torch.manual_seed(0)
    for weights in model.parameters():
        torch.nn.init.normal_(weights, std=0.2)
    return model.eval().requires_grad_(False)


def save(model, folder: Path, **settings) -> Path:
    model.save_pretrained(folder, **settings)
    tokenizer().save_pretrained(folder)
    return folder


def offer(monkeypatch, path: Path, text: str) -> None:
    """Make `text` the owner's list."""
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("AMOSTRA_MODELS", os.fspath(path))


def entry(name: str, folder: Path | None = None, more: str = "", parameters: int = 1000) -> str:
    lines = ["[[model]]", f'name = "{name}"', f"parameters = {parameters}", 'licence = "MIT"', more]
    return "\n".join(lines + ([f"folder = '{folder}'"] if folder else [])) + "\n"
