"""Draws with memory: mirostat 2 and adaptive-p, and the loop that remembers."""

from math import inf, log2

import pytest
import torch

import core
from core import Context, Memory, SamplingParams
from core.chain import remember
from tests import small_model

U = torch.log(torch.tensor([0.5, 0.25, 0.125, 0.125], dtype=torch.float64))


def kept(logits) -> list[int]:
    return (logits > -inf).nonzero().flatten().tolist()


@pytest.mark.parametrize("cap, left", [(inf, [0, 1, 2, 3]), (3, [0, 1, 2, 3]), (2.5, [0, 1]), (1, [0]), (-2000, [0])])
def test_mirostat_keeps_what_is_at_most_so_surprising(cap, left):
    assert kept(core.mirostat(U, cap)) == left


def test_mirostat_starts_at_twice_its_target_and_moves_by_the_surprise_of_what_was_left():
    params = SamplingParams(mirostat_tau=1.25, mirostat_eta=0.2)  # 2.5 bits: two tokens stay, of 2/3 and 1/3
    assert kept(core.apply(U, params)) == [0, 1]
    after = remember(U, params, Context(), 1)
    assert after.cap == pytest.approx(2.5 - 0.2 * (log2(3) - 1.25))
    assert remember(U, params, Context(memory=after), 0).cap == pytest.approx(after.cap - 0.2 * (log2(1.5) - 1.25))
    assert kept(core.apply(U, params, Context(memory=Memory(cap=0.5)))) == [0]


def test_what_the_chain_cuts_moves_no_memory():
    assert remember(U, SamplingParams(mirostat_tau=1), Context(), 3) == Memory()
    assert remember(U, SamplingParams(top_k=2), Context(), 0) == Memory()


def test_adaptive_p_favours_what_is_near_its_target():
    probs = core.softmax(core.adaptive_p(U, 0.25))
    assert probs.argmax() == 1 and probs[2] == probs[3]
    distance = abs(0.5 - 0.25) / 0.3
    moved = core.adaptive_p(U, 0.25)
    assert moved[1] == 5 and moved[0] == pytest.approx(5 - 10 * distance**2 / (1 + distance))


def test_adaptive_p_aims_below_its_target_after_a_likely_token():
    params = SamplingParams(adaptive_target=0.3, adaptive_decay=0.5)
    after = remember(U, params, Context(), 0)
    assert after.average == pytest.approx((0.5 + 0.5 * 0.6, 1 + 0.5 * 2))
    target = 2 * 0.3 - 0.8 / 2
    expected = core.softmax(core.adaptive_p(U, target))
    torch.testing.assert_close(core.probabilities(U, params, Context(memory=after)), expected)


def test_an_average_far_off_moves_the_target_to_the_end_of_its_range():
    params = SamplingParams(adaptive_target=0.3)
    for average, target in (((100.0, 100.0), 0.0), ((0.0, 1.0), 0.6)):
        there = core.probabilities(U, params, Context(memory=Memory(average=average)))
        torch.testing.assert_close(there, core.softmax(core.adaptive_p(U, target)))


@pytest.mark.parametrize(
    "params", [SamplingParams(mirostat_tau=3, mirostat_eta=0.5), SamplingParams(adaptive_target=0.2)]
)
def test_the_loop_remembers_and_the_memory_alone_gives_every_distribution_back(params, tmp_path):
    model = core.load_model(small_model.make(tmp_path))
    steps = list(core.generate(model, [1, 2, 3], params, max_new_tokens=12, seed=3, alternatives=4))
    memory, ids, caps = Memory(), [1, 2, 3], []
    for step in steps:
        logits = model.next_logits(torch.tensor([ids]), model.new_cache())[0].cpu()
        context = Context([1, 2, 3], ids[3:], memory)
        assert step.prob_after == pytest.approx(
            core.probabilities(logits, params, context)[step.token_id].item(), abs=1e-4
        )
        memory = remember(logits, params, context, step.token_id)
        caps.append((memory.cap, memory.average))
        ids.append(step.token_id)
    assert len(set(caps)) > 1


def test_mirostat_brings_the_mean_surprise_to_its_target():
    """Independent draws from one distribution: the mean surprise is the target but for what the cap still moves."""
    u, tau = torch.linspace(0, -6, 200, dtype=torch.float64), 4.0
    params, memory, generator, total, many = (
        SamplingParams(mirostat_tau=tau),
        Memory(),
        core.CounterGenerator(5),
        0.0,
        3000,
    )
    for _ in range(many):
        context = Context(memory=memory)
        probs = core.probabilities(u, params, context)
        token = int(core.draw(probs, generator.numbers(1)[0]))
        total += -log2(probs[token].item())
        memory = remember(u, params, context, token)
    # Summed up, μ_n − μ_0 = −η Σ (S − τ): exact, whatever was drawn.
    assert total / many - tau == pytest.approx((2 * tau - memory.cap) / (0.1 * many), abs=1e-9)
    assert abs(total / many - tau) < 0.05


def test_a_chain_that_remembers_is_refused_where_nobody_says_what_was_drawn():
    from core.engines.huggingface import ChainProcessor

    with pytest.raises(core.ParameterError, match="without mirostat"):
        ChainProcessor(SamplingParams(mirostat_tau=5))
