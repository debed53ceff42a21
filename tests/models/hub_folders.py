"""Small random checkpoints on disk, as `save_pretrained` writes them, and a list that offers them."""

import os
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PhiConfig, PhiForCausalLM, PreTrainedTokenizerFast

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
