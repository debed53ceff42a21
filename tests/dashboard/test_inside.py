"""What was kept of the inside of the embedded model, against the shipped weights."""

import numpy as np
import pytest
import torch

from core.models import load_model
from core.models.gpt import GPTConfig
from core.models.sizes import counted
from dashboard.recorded import inside
from tests import small_model


@pytest.fixture(scope="module")
def shipped():
    return load_model("embedded")


@pytest.mark.parametrize("name", inside.TEXTS)
def test_the_kept_attention_and_logit_lens_are_those_of_the_shipped_weights(shipped, name):
    kept, ids = inside.inside(name), shipped.encode(inside.TEXTS[name])
    assert list(kept.tokens) == [shipped.decode([i]) for i in ids]
    trace = shipped.inspect(ids)
    attention = torch.cat(trace.attentions).numpy()
    assert np.abs(kept.weights - attention).max() < 2e-3
    for depth, x in enumerate(trace.hidden_states):
        probs = shipped.network.read_out(x)[0, -1].double().softmax(-1)
        top = probs.argmax().item()
        assert shipped.decode([top]) in kept.words or f"#{top}" in kept.words
        assert kept.probabilities[depth].max() == pytest.approx(probs[top].item(), abs=2e-3)
        assert kept.others + len(kept.words) == shipped.vocab_size


def test_the_kept_parameters_are_counted_on_the_shipped_weights(shipped):
    assert inside.counted() == counted(shipped.network)
    assert GPTConfig(**inside.shape()) == shipped.network.config
    assert inside.document("inside")["head_size"] == shipped.network.config.head_size


@pytest.fixture(scope="module", params=[4, 2], ids=["multi-head", "grouped-query"])
def small(tmp_path_factory, request):
    return load_model(small_model.make(tmp_path_factory.mktemp("model"), n_kv_head=request.param))


def test_what_is_seen_inside_any_gpt_is_what_it_computes(small):
    text = "A avó contou à moça"
    ids = small.encode(text)
    seen, trace = inside.look(small, text), small.inspect(ids)
    np.testing.assert_allclose(seen.weights, torch.cat(trace.attentions).numpy(), atol=1e-5)
    logits = small.network.read_out(torch.cat([x[:, -1:] for x in trace.hidden_states]))[:, 0]
    probs = logits.double().softmax(-1)
    np.testing.assert_allclose(np.sort(seen.probabilities[:, :4])[-1], probs[-1].topk(4).values.flip(0), atol=1e-5)
    assert (seen.probabilities.sum(1) <= 1 + 1e-9).all()
    np.testing.assert_allclose(seen.shares.sum(0), seen.lens[-1], rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(seen.lengths[:, 0], [x[0, -1].norm() for x in trace.hidden_states[:-1]], rtol=1e-5)
