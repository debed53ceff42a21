"""Byte-level BPE: every text has an encoding, and decoding it gives the text back (in NFC).

Source: Sennrich et al. (2016), byte-pair encoding; Radford et al. (2019), on bytes.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from ..models.storage import write_atomically
from ..validation import check_whole
from .corpus import CorpusError

END_OF_TEXT = "<|endoftext|>"  # its id is 0


def train_tokenizer(texts: Iterable[str], vocab_size: int = 8192, progress: bool = False) -> Tokenizer:
    """The 256 bytes, end-of-text, and the merges that shorten these texts most, `vocab_size` tokens in all.

    Raises:
        CorpusError: the texts are too small for so many merges.
        ParameterError: fewer than 257 tokens are asked for.
    """
    check_whole("vocab_size", vocab_size, low=257)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=progress,
    )
    tokenizer.train_from_iterator(texts, trainer)
    if tokenizer.get_vocab_size() != vocab_size:
        made = tokenizer.get_vocab_size()
        raise CorpusError(
            f"the training works make {made} tokens, not {vocab_size}; give more text or a smaller vocabulary"
        )
    tokenizer.encode_special_tokens = True
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path, context_length: int | None = None) -> None:
    """`tokenizer.json`, and what transformers' AutoTokenizer wants to know beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "tokenizer.json", tokenizer.to_str(pretty=True).encode())
    described = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": END_OF_TEXT, "eos_token": END_OF_TEXT}
    if context_length:
        described["model_max_length"] = context_length
    write_atomically(folder / "tokenizer_config.json", (json.dumps(described, indent=2) + "\n").encode())
