"""The kept texts of the embedded model: whole vocabularies, one set of weights."""

import numpy as np

from dashboard.recorded import real_texts, snapshots


def test_every_step_holds_the_whole_vocabulary_and_the_token_that_came():
    size = len(snapshots.snapshot("once").logits)
    steps = real_texts.steps()
    assert len(steps) == real_texts.STEPS
    for step in steps:
        assert step.counts.sum() == len(step.logits) == size and step.below[0] == 0
        assert (np.diff(step.below) < 0).all() and step.drawn in step.below


def test_the_candidates_are_texts_with_log_probabilities():
    for temperature in (real_texts.COLD, real_texts.PLAIN):
        drawn = real_texts.candidates(temperature)
        assert len(drawn) == real_texts.CANDIDATES
        assert all(one.log_probs and max(one.log_probs) <= 0 for one in drawn)
    assert set(real_texts.ruled()) == {"constant", "schedule", "entropy"}


def test_the_logits_of_the_first_step_are_those_of_the_snapshot_of_its_prompt():
    whole = snapshots.snapshot("once")
    assert whole.prompt == real_texts.PROMPT
    right = whole.logits - whole.logits[0]
    assert np.abs(real_texts.steps()[0].logits - right).max() <= 0.02
