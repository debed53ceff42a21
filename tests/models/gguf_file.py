"""A folder of ours as the one file that llama.cpp reads."""

import json
from pathlib import Path

import gguf

from core.models import load_model

OF_BLOCK = {
    "ln_1": "attn_norm", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output",
    "ln_2": "ffn_norm", "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down",
}  # fmt: skip
OF_ALL = {"wte": "token_embd", "wpe": "position_embd", "ln_f": "output_norm"}


def convert(folder: Path, path: Path) -> Path:
    model = load_model(folder)
    config, bpe = model.network.config, json.loads(model.tokenizer.to_str())["model"]
    file = gguf.GGUFWriter(path, "gpt2")
    file.add_block_count(config.n_layer)
    file.add_context_length(config.context_length)
    file.add_embedding_length(config.n_embd)
    file.add_feed_forward_length(config.n_inner)
    file.add_head_count(config.n_head)
    file.add_layer_norm_eps(1e-5)
    file.add_tokenizer_model("gpt2")
    file.add_tokenizer_pre("gpt-2")
    file.add_token_list(sorted(bpe["vocab"], key=bpe["vocab"].get))
    file.add_token_types([gguf.TokenType.CONTROL] + [gguf.TokenType.NORMAL] * (len(bpe["vocab"]) - 1))
    file.add_token_merges([" ".join(pair) for pair in bpe["merges"]])
    file.add_bos_token_id(model.eos_token_id)
    file.add_eos_token_id(model.eos_token_id)
    file.add_add_bos_token(False)
    for name, value in model.network.state_dict().items():
        file.add_tensor(_name(name), value.numpy())
    for write in (file.write_header_to_file, file.write_kv_data_to_file, file.write_tensors_to_file, file.close):
        write()
    return path


def _name(name: str) -> str:
    stem, kind = name.rsplit(".", 1)
    if stem.startswith("h."):
        _, block, part = stem.split(".", 2)
        return f"blk.{block}.{OF_BLOCK[part]}.{kind}"
    return f"{OF_ALL[stem]}.{kind}"
