"""Scores of texts and of judges, against worked examples of the papers that define them."""

import random
from math import exp, log

import pytest

from core import ParameterError, softmax
from core.course import metrics
from core.distributions import effective_choices


def test_a_uniform_guess_has_the_perplexity_of_its_size():
    assert metrics.perplexity([log(1 / 37)] * 5) == pytest.approx(37)


def test_perplexity_is_the_exponential_of_the_mean_surprise():
    p = softmax([2.0, 1.0, 0.0])
    mean = sum(float(x) * log(float(x)) for x in p)
    assert exp(-mean) == pytest.approx(effective_choices(p).item())
    assert metrics.perplexity([log(0.5), log(0.125)]) == pytest.approx(4)


# Papineni et al. (2002), section 2.1: two candidates against three references, and the degenerate "the the the …".
CANDIDATES = [
    "It is a guide to action which ensures that the military always obeys the commands of the party",
    "It is to insure the troops forever hearing the activity guidebook that party direct",
]
REFERENCES = [
    "It is a guide to action that ensures that the military will forever heed Party commands",
    "It is the guiding principle which guarantees the military forces always being under the command of the Party",
    "It is the practical guide for the army always to heed the directions of the party",
]


def words(text):
    return text.lower().split()


@pytest.mark.parametrize(
    ("which", "n", "hits", "total"), [(0, 1, 17, 18), (0, 2, 10, 17), (1, 1, 8, 14), (1, 2, 1, 13)]
)
def test_clipped_precisions_are_those_of_the_paper(which, n, hits, total):
    references = [words(one) for one in REFERENCES]
    assert metrics.clipped_precision(words(CANDIDATES[which]), references, n) == (hits, total)


def test_a_repeated_word_hits_no_more_often_than_a_reference_has_it():
    references = [words("The cat is on the mat"), words("There is a cat on the mat")]
    assert metrics.clipped_precision(["the"] * 7, references, 1) == (2, 7)


def test_a_copy_scores_one_and_a_short_copy_pays_for_brevity():
    whole = words(REFERENCES[0])
    assert metrics.bleu(whole, [whole]).score == pytest.approx(1)
    short = metrics.bleu(whole[:8], [whole])
    assert short.score == short.brevity == pytest.approx(exp(1 - len(whole) / 8))


def test_bleu_is_the_geometric_mean_of_its_precisions():
    found = metrics.bleu(words(CANDIDATES[0]), [words(one) for one in REFERENCES])
    product = 17 / 18 * 10 / 17 * 7 / 16 * 4 / 15
    assert found.brevity == 1 and found.score == pytest.approx(product**0.25)


def test_bleu_of_too_short_a_text_is_an_error():
    with pytest.raises(ParameterError):
        metrics.bleu(["a", "b"], [["a", "b"]])


# Lin (2004), section 3.1: S1 "police killed the gunman"; S2 and S3 share two of its bigram words, in and out of order.
@pytest.mark.parametrize(("candidate", "score"), [("police kill the gunman", 3 / 4), ("the gunman kill police", 2 / 4)])
def test_the_longest_common_subsequence_scores_as_in_the_paper(candidate, score):
    found = metrics.rouge_l(words(candidate), words("police killed the gunman"))
    assert found.precision == found.recall == found.f1 == score


def test_rouge_two_cannot_tell_apart_what_rouge_l_can():
    reference = words("police killed the gunman")
    one, other = (metrics.rouge_n(words(s), reference, 2) for s in ("police kill the gunman", "the gunman kill police"))
    assert one == other == metrics.Rouge(1 / 3, 1 / 3)


def test_nothing_shared_scores_zero():
    assert metrics.rouge_n(["a"], ["b"], 1).f1 == metrics.rouge_l(["a"], ["b"]).f1 == 0


# Feinstein & Cicchetti (1990), table 2: the same agreement, 0.85, and κ of 0.70 and 0.32.
@pytest.mark.parametrize(
    ("table", "observed", "kappa"),
    [([[40, 9], [6, 45]], 0.85, 0.70), ([[80, 10], [5, 5]], 0.85, 0.32), ([[20, 5], [10, 15]], 0.70, 0.40)],
)
def test_kappa_is_that_of_the_published_tables(table, observed, kappa):
    found = metrics.cohen_kappa(table)
    assert found.observed == observed and found.kappa == pytest.approx(kappa, abs=0.005)


def test_kappa_is_one_for_the_same_opinions_and_zero_for_independent_ones():
    assert metrics.cohen_kappa([[3, 0, 0], [0, 4, 0], [0, 0, 5]]).kappa == pytest.approx(1)
    assert metrics.cohen_kappa([[a * b for b in (0.2, 0.8)] for a in (0.3, 0.7)]).kappa == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("table", [[[5, 0], [0, 0]], [[1, 2]], [[1, -1], [0, 2]], [[0, 0], [0, 0]]])
def test_kappa_without_two_classes_or_without_a_table_is_an_error(table):
    with pytest.raises(ParameterError):
        metrics.cohen_kappa(table)


def test_the_ends_of_an_interval_are_as_many_standard_errors_away_as_was_asked():
    for hits, n in ((90, 100), (1, 7), (0, 20), (20, 20), (183, 207)):
        for end in metrics.wilson_interval(hits, n):
            if 0 < end < 1:
                assert abs(hits / n - end) == pytest.approx(1.96 * (end * (1 - end) / n) ** 0.5)


def test_no_hit_and_no_miss_still_leave_room():
    low, high = metrics.wilson_interval(0, 20)
    assert low == 0 and high == pytest.approx(1.96**2 / (20 + 1.96**2))
    assert metrics.wilson_interval(20, 20) == pytest.approx((1 - high, 1))


def test_an_interval_holds_the_true_share_about_as_often_as_it_says():
    draw, n, p = random.Random(8), 60, 0.85
    held = 0
    for _ in range(2000):
        low, high = metrics.wilson_interval(sum(draw.random() < p for _ in range(n)), n)
        held += low <= p <= high
    assert 0.92 < held / 2000 < 0.98


@pytest.mark.parametrize(("hits", "n"), [(-1, 5), (6, 5), (0, 0), (1.5, 5)])
def test_counts_that_cannot_be_are_errors(hits, n):
    with pytest.raises(ParameterError):
        metrics.wilson_interval(hits, n)
