"""Our chain inside `model.generate` of Hugging Face transformers, which only this part of the samplers imports."""

import torch
from torch import FloatTensor, LongTensor
from transformers import LogitsProcessor, LogitsProcessorList

from ..chain import apply, probabilities
from ..params import SamplingParams
from ..penalties import Context
from ..validation import ParameterError


def for_transformers(params: SamplingParams, prompt_length: int | None = None) -> LogitsProcessorList:
    """The chain of `params` for `model.generate(..., logits_processor=this, do_sample=True, top_k=0)`.

    `prompt_length`, and what else `generate` must be told, as in `ChainProcessor`; raises what it raises.
    """
    return LogitsProcessorList([ChainProcessor(params, prompt_length)])


class ChainProcessor(LogitsProcessor):
    """`params` as a logits processor: `model.generate(..., logits_processor=[ChainProcessor(params)])`.

    Say `do_sample=True, top_k=0` beside it: generate adds a top-k of 50 of its own otherwise, and its other settings
    run after ours when they are set. With `params.greedy`, or `do_sample=False`, the first maximum is taken.

    Args:
        params: the chain.
        prompt_length: how many of the ids that generate passes are the prompt, for penalties that tell prompt and
            output apart; None takes the length at the first call, which is right for one call of generate.

    Raises:
        ParameterError: a chain that remembers its draws; generate does not say what it drew.
    """

    def __init__(self, params: SamplingParams, prompt_length: int | None = None):
        if {"mirostat", "adaptive_p"}.intersection(params.stages):
            raise ParameterError("params", params, "without mirostat and adaptive-p, which remember what was drawn")
        self.params, self.prompt_length = params, prompt_length

    def __call__(self, input_ids: LongTensor, scores: FloatTensor) -> FloatTensor:
        """(rows, T) ids and (rows, V) logits to (rows, V) logits, cut tokens at −inf."""
        if self.prompt_length is None:
            self.prompt_length = input_ids.shape[-1]
        context = Context()
        if {"penalties", "dry", "no_repeat_ngram"}.intersection(self.params.stages):
            context = Context(input_ids[:, : self.prompt_length], input_ids[:, self.prompt_length :])
        if "xtc" in self.params.stages:  # generate draws from softmax(scores): the mixture over XTC's coin
            return torch.log(probabilities(scores, self.params, context))
        return apply(scores, self.params, context)
