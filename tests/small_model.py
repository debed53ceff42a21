"""A small GPT with random weights and a real byte-level tokenizer, as a folder that this project and transformers read."""

from pathlib import Path

import torch
from tokenizers import Tokenizer

from core.models.gpt import GPT, GPTConfig
from core.models.storage import save_network
from core.training.tokenizer import save_tokenizer, train_tokenizer

TEXT = "A avó contou à moça: não há coração que não veja o céu, e a canção não acaba 🙂. " * 9


def tokenizer() -> Tokenizer:
    return train_tokenizer([TEXT], 300)


def make(folder: Path, seed: int = 0, **shape) -> Path:
    """Weights large enough for logits that differ; context 48 unless told."""
    torch.manual_seed(seed)
    network = GPT(
        GPTConfig(**{"vocab_size": 300, "context_length": 48, "n_layer": 2, "n_head": 4, "n_embd": 32} | shape)
    )
    for weights in network.parameters():
        torch.nn.init.normal_(weights, std=0.3)
    save_network(folder, network)
    save_tokenizer(tokenizer(), folder, network.config.context_length)
    return folder
