"""The functional Phi against `PhiForCausalLM`, loaded as the app loads it."""

import pytest
import torch

from core.models.captured import StaticStep
from core.models.hub import Causal, load_hub
from core.models.language_model import LanguageModel
from core.models.phi import START, Phi, supports
from core.validation import ParameterError
from tests.models import hub_folders

IDS = torch.randint(0, 320, (3, 30), generator=torch.Generator().manual_seed(0))
SHAPES = {
    "multi-head": {},
    "grouped-query": {"num_key_value_heads": 2},
    "all of it turns": {"partial_rotary_factor": 1.0},
}


@pytest.fixture(scope="module", params=SHAPES)
def pair(request, tmp_path_factory):
    """transformers' own, and ours from the same folder."""
    theirs = hub_folders.phi(**SHAPES[request.param])
    folder = hub_folders.save(theirs, tmp_path_factory.mktemp("phi"))
    with pytest.MonkeyPatch.context() as patch:
        hub_folders.offer(patch, folder / "list.toml", hub_folders.entry("phi", folder))
        return theirs, load_hub("phi")


@pytest.mark.parametrize("batch", [1, 3])
def test_logits_equal_transformers_without_and_with_cache(pair, batch):
    theirs, ours = pair
    assert isinstance(ours, LanguageModel) and isinstance(ours.network, Phi)
    ids, cache, past = IDS[:batch], ours.new_cache(batch), None
    with torch.no_grad():
        assert (theirs(ids).logits - ours.logits(ids)).abs().max() <= 1e-4
        for part in ids.split([7, 1, 1, 20, 1], dim=1):
            answer = theirs(part, past_key_values=past, use_cache=True)
            past = answer.past_key_values
            assert (answer.logits - ours.logits(part, cache)).abs().max() <= 1e-4
    assert cache.length == 30


def test_greedy_tokens_equal_generate(pair):
    theirs, ours = pair
    begin, chosen, cache = IDS[:1, :5], [IDS[:1, :5]], ours.new_cache()
    for _ in range(40):
        chosen.append(ours.next_logits(chosen[-1], cache).argmax(-1, keepdim=True))
    mask, fixed = torch.ones_like(begin), {"do_sample": False, "eos_token_id": None, "pad_token_id": 0}
    assert torch.equal(torch.cat(chosen, 1), theirs.generate(begin, attention_mask=mask, max_new_tokens=40, **fixed))


def test_a_cache_grows_and_keeps_what_it_holds(pair):
    theirs, ours = pair
    ids = torch.randint(0, 320, (1, START + 40), generator=torch.Generator().manual_seed(1))
    cache = ours.new_cache()
    for part in ids.split([START - 20, *([1] * 60)], dim=1):
        last = ours.next_logits(part, cache)
    with torch.no_grad():
        assert (theirs(ids).logits[:, -1] - last).abs().max() <= 1e-4


def test_an_expanded_cache_continues_one_text_many_times(pair):
    _, ours = pair
    cache = ours.new_cache()
    ours.next_logits(IDS[:1, :9], cache)
    many = cache.expand(3)
    together = ours.next_logits([[5], [6], [7]], many)
    for row, token in enumerate((5, 6, 7)):
        alone = ours.next_logits(torch.cat((IDS[:1, :9], torch.tensor([[token]])), dim=1))
        torch.testing.assert_close(together[row], alone[0])
    assert cache.length == 9 and many.length == 10
    with pytest.raises(ParameterError, match="of one row"):
        many.expand(2)


def test_the_step_that_a_gpu_records_gives_the_same_logits(pair):
    """Here it runs operation by operation: on fixed shapes, the position a tensor, the rest of the cache masked."""
    _, ours = pair
    cache = ours.new_cache(3)
    ours.logits(IDS[:, :10], cache)
    step = StaticStep(ours.network, cache.pairs)
    after = torch.cat([step(IDS[:, [t]], t) for t in range(10, 30)], dim=1)
    torch.testing.assert_close(after, ours.logits(IDS)[:, 10:])


def test_beyond_the_context_is_an_error(pair):
    with pytest.raises(ParameterError, match="at most 600 positions"):
        pair[1].logits(torch.zeros(1, 601, dtype=torch.long))


def test_an_unusual_phi_is_left_to_transformers(tmp_path, monkeypatch):
    theirs = hub_folders.phi(qk_layernorm=True)
    hub_folders.offer(monkeypatch, tmp_path / "l.toml", hub_folders.entry("phi", hub_folders.save(theirs, tmp_path)))
    ours = load_hub("phi")
    assert not supports(theirs) and isinstance(ours.network, Causal)
    with torch.no_grad():
        torch.testing.assert_close(ours.logits(IDS), theirs(IDS).logits)
