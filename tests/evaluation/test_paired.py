"""Exact estimators of paired changes against plain enumeration, and what they say of little data."""

from __future__ import annotations

from itertools import chain, combinations, product

import numpy as np
import pytest
from scipy import stats

from exchange.errors import InputError
from exchange.evaluation.paired import (
    hodges_lehmann,
    improved_minus_worse,
    mean_change,
    signed_rank,
    smallest_p,
    wilcoxon,
)

RNG = np.random.default_rng(7)
LEVELS = [RNG.integers(-3, 4, n).astype(float) for n in range(1, 11)]
NUMBERS = [RNG.normal(0.4, 1, n) for n in range(1, 11)]


def flips(d):
    return [float(np.dot(signs, d)) for signs in product((1, -1), repeat=len(d))]


def rejected(d, mean):
    """Whether either one-sided sign-flip test at 2.5 % rejects a mean, by looking at every assignment."""
    away = np.asarray(d) - mean
    sums = np.array(flips(away))
    greater = np.mean(sums >= away.sum() - 1e-9)
    less = np.mean(sums <= away.sum() + 1e-9)
    return min(greater, less) <= 0.025


@pytest.mark.parametrize("d", LEVELS + NUMBERS, ids=lambda d: f"n={len(d)}")
def test_the_sign_flip_p_value_is_that_of_enumeration(d):
    assert mean_change(d).p == pytest.approx(np.mean(np.abs(flips(d)) >= abs(d.sum()) - 1e-9), abs=1e-12)


@pytest.mark.parametrize("d", LEVELS + NUMBERS, ids=lambda d: f"n={len(d)}")
def test_the_interval_holds_exactly_the_means_that_the_sign_flip_test_does_not_reject(d):
    result = mean_change(d)
    if result.low is None:
        assert len(d) < 6
        assert not rejected(d, d.mean() - 1e6)
        return
    for inside in np.linspace(result.low + 1e-6, result.high - 1e-6, 7) if result.high > result.low else []:
        assert not rejected(d, inside)
    assert rejected(d, result.low - 1e-6)
    assert rejected(d, result.high + 1e-6)


def test_the_ends_of_the_interval_are_means_of_subsets():
    d = NUMBERS[7]
    subsets = chain.from_iterable(combinations(d, k) for k in range(1, len(d) + 1))
    means = sorted(np.mean(subset) for subset in subsets)
    k = int(0.025 * 2**len(d))
    result = mean_change(d)
    assert (result.low, result.high) == pytest.approx((means[k - 1], means[-k]))


def test_counting_levels_gives_what_enumerating_them_gives():
    d = RNG.integers(-1, 3, 15).astype(float)
    counted, listed = mean_change(d), mean_change(d + 1e-12)
    assert counted.p == pytest.approx(listed.p, abs=1e-9)
    assert (counted.low, counted.high) == pytest.approx((listed.low, listed.high), abs=1e-9)


def test_many_cities_with_numbers_are_drawn_and_agree_with_the_count():
    d = RNG.integers(-1, 3, 60).astype(float)
    counted, drawn = mean_change(d), mean_change(d + 1e-12)
    assert drawn.p == pytest.approx(counted.p, abs=0.005)
    assert (drawn.low, drawn.high) == pytest.approx((counted.low, counted.high), abs=0.05)
    assert mean_change(d + 1e-12) == drawn


@pytest.mark.parametrize("d", LEVELS + NUMBERS, ids=lambda d: f"n={len(d)}")
def test_signed_ranks_are_those_of_enumeration_with_ties_and_zeros_as_pratt_has_them(d):
    ranks = stats.rankdata(np.abs(d))
    used = d != 0
    observed = ranks[used & (d > 0)].sum()
    sums = np.array([np.dot(taken, ranks[used]) for taken in product((0, 1), repeat=int(used.sum()))])
    statistic, p = signed_rank(d)
    assert statistic == pytest.approx(observed)
    tails = np.mean(sums >= observed - 1e-9), np.mean(sums <= observed + 1e-9)
    assert p == pytest.approx(min(1, 2 * min(tails)))


@pytest.mark.parametrize("d", [d for d in LEVELS + NUMBERS if len(d) > 5], ids=lambda d: f"n={len(d)}")
def test_the_hodges_lehmann_interval_is_that_of_the_signed_rank_test(d):
    result = hodges_lehmann(d)
    walsh = sorted((a + b) / 2 for i, a in enumerate(d) for b in d[i:])
    assert result.estimate == pytest.approx(np.median(walsh))
    assert min(abs(result.low - average) for average in walsh) < 1e-9
    assert result.level >= 0.95
    if len(set(np.abs(d))) == len(d):
        assert signed_rank(d - result.low - 1e-6)[1] > 0.05
        assert signed_rank(d - result.low + 1e-6)[1] <= 0.05


def test_zeros_can_be_ranked_split_or_thrown_away():
    d = [0, 0, 0, 0, 1, 1, 1, 2, 2, -1]
    p = {zeros: wilcoxon(d, zeros=zeros)[1] for zeros in ("pratt", "zsplit", "wilcox")}
    assert len(set(p.values())) == 3
    assert p["zsplit"] > p["pratt"]


def test_five_changed_cities_can_never_be_significant_six_can():
    assert mean_change([1] * 5).p == smallest_p(5) == 0.0625
    assert mean_change([1] * 6).p == smallest_p(6) == 0.03125
    assert mean_change([1] * 5).verdict == "too_few"
    assert mean_change([1] * 6).verdict == "up"
    assert mean_change([-1] * 6).verdict == "down"


def test_fewer_than_six_cities_have_no_bound_at_95_percent():
    result = mean_change([1, 2, 1])
    assert (result.low, result.high) == (None, None)
    assert "Too few: 3 of 3 cities changed" in str(result.sentence)


def test_an_interval_that_spans_zero_reads_cannot_tell():
    result = mean_change([1, -1, 1, -1, 2, 0, 1, -1])
    assert result.low < 0 < result.high
    assert result.verdict == "cannot_tell"
    assert str(result.sentence).startswith("Cannot tell")


def test_what_may_be_concluded_says_that_before_and_after_shows_no_cause():
    said = str(mean_change([1, 1, 0, 2, 1, 1, 1, 0]).sentence)
    assert said.startswith("Up by 0.88 on average (in levels), between ")
    assert "in 8 cities" in said
    assert "does not show the cause" in said


def test_no_change_at_all_and_no_data_at_all_are_said_as_such():
    assert str(mean_change([0, 0, 0]).sentence) == "Nothing changed: all is as it was, in 3 cities."
    assert str(mean_change([]).sentence) == "Nothing is known yet."
    assert hodges_lehmann([]).estimate is None


def test_cities_without_a_value_are_left_out_and_infinity_is_an_error():
    assert mean_change([1, np.nan, 2]).n == 2
    with pytest.raises(InputError, match="without end"):
        mean_change([1, np.inf])


def test_the_share_improved_minus_worse_counts_the_unchanged_for_neither():
    assert improved_minus_worse([1, 2, 0, -1]) == 0.25


def test_turning_a_result_round_turns_its_interval_round():
    result = mean_change([1, 1, 0, 2, 1, 1, 1, 0])
    back = result.reversed()
    assert (back.estimate, back.low, back.high) == (-result.estimate, -result.high, -result.low)
    assert back.verdict == "down"


@pytest.mark.slow
@pytest.mark.parametrize("n", [6, 12, 30])
@pytest.mark.parametrize("estimate", [mean_change, hodges_lehmann])
def test_intervals_cover_the_truth_as_often_as_they_say(n, estimate):
    rng, runs = np.random.default_rng(20260101), 1000
    covered, level = 0, 0.0
    for _ in range(runs):
        result = estimate(rng.normal(0.6, 1, n))
        covered += result.low <= 0.6 <= result.high
        level = result.level
    assert abs(covered / runs - level) <= 3 * (level * (1 - level) / runs) ** 0.5
