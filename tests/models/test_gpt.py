"""The GPT against transformers' GPT-2, and its ways of computing the same logits against one another."""

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import GPT2LMHeadModel

from core.models.cache import Cache
from core.models.feedforward import FeedForward, FeedForwardConfig
from core.models.gpt import GPT, GPTConfig, attend
from core.models.gpt_step import GPTStep, laid_out, times
from core.models.language_model import LanguageModel, LocalModel
from core.models.storage import save_network
from core.validation import ParameterError

SHAPE = {"vocab_size": 97, "context_length": 32, "n_layer": 3, "n_head": 4, "n_embd": 32}


def network(config):
    """Weights large enough for logits that differ, biases that are not zero."""
    torch.manual_seed(1)
    made = (GPT if isinstance(config, GPTConfig) else FeedForward)(config)
    for p in made.parameters():
        torch.nn.init.normal_(p, std=0.3)
    return made.eval().requires_grad_(False)


CONFIGS = {
    "multi-head": GPTConfig(**SHAPE),
    "grouped-query": GPTConfig(**SHAPE, n_kv_head=2, n_inner=100),
    "multi-query": GPTConfig(**SHAPE, n_kv_head=1),
    "feed-forward": FeedForwardConfig(vocab_size=97, context_length=5, n_embd=12, n_inner=20),
}
IDS = torch.randint(0, 97, (2, 30), generator=torch.Generator().manual_seed(0))
WORDS = Tokenizer(WordLevel({f"t{i}": i for i in range(97)}, unk_token="t1"))


@pytest.fixture(params=CONFIGS)
def model(request):
    return network(CONFIGS[request.param])


def test_logits_equal_transformers_with_and_without_cache(tmp_path):
    ours = network(CONFIGS["multi-head"])
    save_network(tmp_path, ours)
    theirs = GPT2LMHeadModel.from_pretrained(tmp_path).eval()
    with torch.no_grad():
        assert (theirs(IDS).logits - ours(IDS)).abs().max() <= 1e-4
        cache, past = ours.new_cache(2), None
        for part in IDS.split([7, 1, 1, 21], dim=1):
            answer = theirs(part, past_key_values=past, use_cache=True)
            past = answer.past_key_values
            assert (answer.logits - ours(part, cache)).abs().max() <= 1e-4


def test_greedy_tokens_equal_generate(tmp_path):
    ours = network(CONFIGS["multi-head"])
    save_network(tmp_path, ours)
    theirs = (
        GPT2LMHeadModel.from_pretrained(tmp_path)
        .eval()
        .generate(
            IDS[:1, :5],
            attention_mask=torch.ones(1, 5),
            do_sample=False,
            max_new_tokens=20,
            eos_token_id=None,
            pad_token_id=0,
        )
    )
    cache, ids = ours.new_cache(), IDS[:1, :5]
    chosen = [ids]
    for _ in range(20):
        ids = ours(ids, cache, last=True).argmax(-1)
        chosen.append(ids)
    assert torch.equal(torch.cat(chosen, dim=1), theirs)


@pytest.mark.parametrize("parts", [[30], [1] * 30, [10, 1, 1, 18], [29, 1]])
def test_a_cache_changes_nothing(model, parts):
    whole, cache = model(IDS), model.new_cache(2)
    torch.testing.assert_close(torch.cat([model(part, cache) for part in IDS.split(parts, dim=1)], dim=1), whole)
    assert cache.length == 30


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("name", ["multi-head", "grouped-query", "multi-query"])
def test_the_fast_step_is_the_readable_pass(name, batch):
    model, ids = network(CONFIGS[name]), IDS[:batch]
    step, cache, slow = GPTStep(model), model.new_cache(batch), model.new_cache(batch)
    for model_cache in (cache, slow):
        model(ids[:, :9], model_cache)
    for t in range(9, 30):
        fast = step(ids[:, [t]], cache)
        size = fast.abs().max()  # of the order of 100 here: errors are relative to it
        assert (fast - model(ids[:, [t]], slow)[:, 0]).abs().max() <= 1e-5 * size
        assert (fast - model(ids[:, : t + 1])[:, -1]).abs().max() <= 1e-5 * size
    assert cache.length == 30


def test_the_fast_step_is_what_one_token_more_takes():
    model = network(CONFIGS["grouped-query"])
    local = LocalModel("test", model, WORDS, 0)
    cache = local.new_cache()
    local.next_logits([5, 6], cache)
    assert "step" not in vars(local)  # a text is read by the network itself
    local.next_logits([7], cache)
    assert isinstance(vars(local)["step"], GPTStep)
    cache.length = 32
    with pytest.raises(ParameterError, match="at most 32 positions"):
        local.next_logits([7], cache)


def test_an_expanded_cache_continues_one_text_many_times(model):
    cache = model.new_cache()
    model(IDS[:1, :9], cache)
    many = cache.expand(3)
    assert isinstance(many, Cache) and (many.length, many.bytes_per_token) == (9, cache.bytes_per_token)
    together = model(torch.tensor([[5], [6], [7]]), many)
    for row, token in enumerate((5, 6, 7)):
        alone = model(torch.cat((IDS[:1, :9], torch.tensor([[token]])), dim=1), last=True)
        torch.testing.assert_close(together[row], alone[0])
    assert cache.length == 9
    torch.testing.assert_close(model(IDS[:1, 9:], cache), model(IDS[:1])[:, 9:])
    with pytest.raises(ParameterError, match="of one row"):
        many.expand(2)


def test_last_is_the_last_row(model):
    torch.testing.assert_close(model(IDS, last=True), model(IDS)[:, -1:])


def test_inspect_gives_the_fused_logits(model):
    trace = model.inspect(IDS)
    torch.testing.assert_close(trace.logits, model(IDS))
    torch.testing.assert_close(model.read_out(trace.hidden_states[-1]), trace.logits)


def test_attention_weights_are_causal_and_sum_to_one():
    trace = network(CONFIGS["grouped-query"]).inspect(IDS)
    assert len(trace.attentions) == 3 and len(trace.hidden_states) == 4
    for weights in trace.attentions:
        assert weights.shape == (2, 4, 30, 30)
        torch.testing.assert_close(weights.sum(-1), torch.ones(2, 4, 30))
        assert not weights.triu(1).any()


def test_grouped_query_with_repeated_heads_is_multi_head():
    """Heads of keys and values that are copies give what sharing one gives."""
    grouped = network(CONFIGS["grouped-query"])
    full = GPT(GPTConfig(**SHAPE, n_inner=100)).eval()
    state = grouped.state_dict()
    for name, value in state.items():
        if "c_attn" in name:
            q, k, v = value.split([32, 16, 16])
            k, v = (part.view(2, 8, *part.shape[1:]).repeat_interleave(2, dim=0).flatten(0, 1) for part in (k, v))
            state[name] = torch.cat((q, k, v))
    full.load_state_dict(state)
    torch.testing.assert_close(full(IDS), grouped(IDS))
    assert grouped.new_cache().bytes_per_token * 2 == full.new_cache().bytes_per_token


def test_as_many_heads_of_keys_is_multi_head():
    a, b = network(GPTConfig(**SHAPE, n_kv_head=4)), network(GPTConfig(**SHAPE))
    assert torch.equal(a(IDS), b(IDS))


def test_attend_by_hand():
    q, k, v = torch.zeros(1, 1, 2, 1), torch.ones(1, 1, 2, 1), torch.tensor([[[[1.0], [3.0]]]])
    y, weights = attend(q, k, v)
    assert weights[0, 0].tolist() == [[1, 0], [0.5, 0.5]] and y.flatten().tolist() == [1, 2]


def test_no_position_sees_a_later_one(model):
    changed = IDS.clone()
    changed[:, 20:] = 3
    torch.testing.assert_close(model(changed)[:, :20], model(IDS)[:, :20])


def test_the_feed_forward_window_is_all_it_sees():
    model, changed = network(CONFIGS["feed-forward"]), IDS.clone()
    changed[:, :10] = 3
    difference = (model(changed) - model(IDS)).abs().amax(-1)[0]
    assert difference[13] > 0 and difference[14:].max() == 0  # position 14 reads 10 … 14


def test_dropout_acts_in_training_only():
    model = GPT(GPTConfig(**SHAPE, dropout=0.5))
    assert not torch.equal(model(IDS), model(IDS))
    assert torch.equal(model.eval()(IDS), model(IDS))


def test_a_setting_that_cannot_be_is_named():
    with pytest.raises(ParameterError, match="n_kv_head must be a divisor of n_head"):
        GPTConfig(**SHAPE, n_kv_head=3)
    model = network(CONFIGS["multi-head"])
    with pytest.raises(ParameterError, match="at most 32 positions"):
        model(torch.zeros(1, 33, dtype=torch.long))


def test_the_interface(model):
    local = LocalModel("test", model, WORDS, 0)
    assert isinstance(local, LanguageModel)
    cache = local.new_cache()
    first = local.next_logits([5, 6, 7], cache)
    assert first.shape == (1, 97) and local.logits([[5, 6, 7]]).shape == (1, 3, 97)
    torch.testing.assert_close(local.next_logits([8], cache), local.next_logits([5, 6, 7, 8]))
    torch.testing.assert_close(local.inspect([5, 6, 7]).logits[:, -1], first)


@pytest.mark.parametrize("rows", [1, 2, 3, 8, 33])
@pytest.mark.parametrize("shape", [(1000, 48), (48, 1000)])
@pytest.mark.parametrize("with_bias", [True, False])
def test_the_output_layer_is_the_matrix_product_for_any_number_of_rows(rows, shape, with_bias):
    draw = torch.Generator().manual_seed(rows)
    weight, x, bias = (torch.randn(size, generator=draw) for size in (shape, (rows, shape[1]), shape[:1]))
    exact = x.double() @ weight.double().T + (bias if with_bias else 0)
    found = times(x, laid_out(weight), bias if with_bias else None)
    assert (found - exact).abs().max() <= 1e-5 * exact.abs().max()
