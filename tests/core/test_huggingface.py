"""Our chain inside `model.generate`, against transformers' own sampling where the semantics agree."""

import pytest
import torch
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    NoRepeatNGramLogitsProcessor,
    PhiConfig,
    PhiForCausalLM,
    RepetitionPenaltyLogitsProcessor,
    SequenceBiasLogitsProcessor,
)

import core
from core import SamplingParams
from core.engines.huggingface import ChainProcessor

SMALL = {"vocab_size": 97, "bos_token_id": None, "eos_token_id": None}


@pytest.fixture(scope="module", params=["gpt2", "phi"])
def model(request):
    torch.manual_seed(0)
    if request.param == "gpt2":
        small = GPT2LMHeadModel(GPT2Config(n_layer=2, n_head=2, n_embd=16, initializer_range=1.0, **SMALL))
    else:
        shape = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
        small = PhiForCausalLM(PhiConfig(initializer_range=1.0, **shape, **SMALL))
    return small.eval()


PROMPT = torch.tensor([[5, 9, 9, 1], [7, 7, 2, 3]])


def generated(model, seed=0, many=40, **settings):
    torch.manual_seed(seed)
    return model.generate(
        PROMPT, attention_mask=torch.ones_like(PROMPT), max_new_tokens=many, pad_token_id=0, **settings
    )


CHAINS = [
    SamplingParams(0.7, 20, 0.9, 0.01),
    SamplingParams(typical_p=0.8),
    SamplingParams(epsilon_cutoff=0.01, eta_cutoff=0.02),
    SamplingParams(1.5, repetition_penalty=1.3, no_repeat_ngram=2, top_k=30),
]


@pytest.mark.parametrize("params", CHAINS, ids=lambda params: "+".join(params.stages))
def test_greedy_is_equal_token_for_token(model, params):
    settings = core.to_engine(params, "transformers")
    assert settings.missing == ()
    theirs = {k: v for k, v in settings.values.items() if k in ("repetition_penalty", "no_repeat_ngram_size")}
    theirs = generated(model, do_sample=False, **theirs)
    params = core.from_engine(theirs_greedy(params), "transformers")
    assert torch.equal(generated(model, do_sample=False, logits_processor=[ChainProcessor(params)]), theirs)
    # `greedy` leaves generate nothing to choose, even when it samples
    assert torch.equal(generated(model, do_sample=True, top_k=0, logits_processor=[ChainProcessor(params)]), theirs)


def theirs_greedy(params):
    values = {"repetition_penalty": params.repetition_penalty, "no_repeat_ngram_size": params.no_repeat_ngram}
    return {"do_sample": False, **values}


@pytest.mark.parametrize("params", CHAINS, ids=lambda params: "+".join(params.stages))
def test_sampling_with_the_same_noise_gives_the_same_tokens(model, params):
    theirs = generated(model, seed=3, **core.to_engine(params, "transformers").values)
    ours = generated(model, seed=3, do_sample=True, top_k=0, logits_processor=[ChainProcessor(params)])
    assert torch.equal(ours, theirs)


def test_the_mixture_over_the_coin_of_xtc_is_what_generate_draws_from():
    u = torch.randn(3, 30, generator=torch.Generator().manual_seed(1)) * 2
    params = SamplingParams(xtc_probability=0.4, xtc_threshold=0.1)
    scores = ChainProcessor(params)(torch.zeros(3, 2, dtype=torch.long), u)
    torch.testing.assert_close(torch.softmax(scores, -1), core.probabilities(u, params))


def test_the_prompt_is_told_from_the_output():
    u = torch.ones(1, 5)
    processor = ChainProcessor(SamplingParams(frequency_penalty=1))
    assert torch.equal(processor(torch.tensor([[1, 1]]), u), u)
    assert processor(torch.tensor([[1, 1, 2, 2, 3]]), u).tolist() == [[1, 1, -1, 0, 1]]


def test_biases_penalties_and_ngrams_are_those_of_transformers():
    generator = torch.Generator().manual_seed(2)
    u = torch.randn(4, 50, generator=generator)
    ids = torch.randint(0, 12, (4, 60), generator=generator)
    torch.testing.assert_close(
        core.repetition_penalty(u, 1.7, ids), RepetitionPenaltyLogitsProcessor(1.7)(ids, u), rtol=2e-7, atol=0
    )
    for n in (1, 2, 3):
        assert torch.equal(core.no_repeat_ngram(u, n, ids), NoRepeatNGramLogitsProcessor(n)(ids, u))
    bias = {3: 1.5, 7: -2.0}
    theirs = SequenceBiasLogitsProcessor({(i,): b for i, b in bias.items()})(ids, u)
    assert torch.equal(core.logit_bias(u, bias), theirs)
