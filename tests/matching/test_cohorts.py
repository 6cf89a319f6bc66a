"""Cohorts suit each other, keep to the rules where that is possible, and say by name where it is not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from exchange.errors import InputError
from exchange.matching.cohorts import Facts, Rules, breaches, cohorts

FREE = Rules(of_country=99, hosts=0, language=False)


def facts(size: int, rng: np.random.Generator | None = None) -> Facts:
    names = tuple(f"City {n}" for n in range(size))
    if rng is None:
        return Facts(names, ("",) * size, np.ones(size, bool), np.ones((size, 1), bool))
    return Facts(names, tuple(rng.choice(["AAA", "BBB", "CCC", "DDD", ""], size)), rng.random(size) < 0.6,
                 rng.random((size, 3)) < 0.6)


def test_every_city_is_in_one_cohort_of_four_to_eight():
    for size in (4, 9, 23, 60):
        rng = np.random.default_rng(size)
        made = cohorts(rng.random((size, size)), facts(size, rng), rng)
        assert sorted(city for group in made.groups for city in group) == list(range(size))
        assert all(4 <= len(group) <= 8 for group in made.groups)
        assert len(made.means) == len(made.groups)


@pytest.mark.parametrize("seed", range(10))
def test_a_small_partition_is_the_best_there_is(seed):
    scores = np.random.default_rng(seed).random((8, 8))
    both = (scores + scores.T) / 2

    def mean(group):
        return np.mean([both[a, b] for a, b in combinations(group, 2)])

    best = max(mean(some) + mean(set(range(8)) - set(some)) for some in combinations(range(8), 4)) / 2
    made = cohorts(scores, facts(8), np.random.default_rng(0), Rules(4, 4, 99, 0, language=False))
    assert made.mean == pytest.approx(best, rel=0.02)


def test_planted_groups_are_found():
    member = np.repeat(np.arange(5), 6)
    rng = np.random.default_rng(4)
    order = rng.permutation(30)
    scores = np.where(member[order][:, None] == member[order], 0.8, 0.2) + 0.1 * rng.random((30, 30))
    made = cohorts(scores, facts(30), rng, FREE)
    assert all(len(set(member[order][list(group)])) == 1 for group in made.groups)


def test_rules_that_can_be_kept_are_kept():
    size = 24
    rng = np.random.default_rng(0)
    world = Facts(tuple(map(str, range(size))), tuple(f"C{n % 6}" for n in range(size)), np.arange(size) % 3 == 0,
                  np.stack([np.arange(size) < 12, np.arange(size) >= 12], axis=1))
    made = cohorts(rng.random((size, size)), world, rng)
    assert made.broken == ()
    assert all(breaches(np.array(group), world, Rules()) == 0 for group in made.groups)


def test_rules_that_cannot_be_kept_are_named():
    world = Facts(("Ambra", "Bela", "Cinto", "Dura"), ("AAA",) * 4, np.array([True, False, False, False]),
                  np.eye(4, dtype=bool))
    said = [str(one) for one in cohorts(np.ones((4, 4)), world, np.random.default_rng(0)).broken]
    assert said == ["Cohort 1: Ambra, Bela, Cinto, and Dura are of one country", "Cohort 1: only 1 city can host",
                    "Cohort 1: no language is shared by all"]


def test_the_same_seed_makes_the_same_cohorts():
    rng = np.random.default_rng(1)
    scores, world = rng.random((20, 20)), facts(20, rng)
    one, two = (cohorts(scores, world, np.random.default_rng(3)) for _ in range(2))
    assert one.groups == two.groups


def test_a_direction_that_is_forbidden_counts_nothing():
    scores = np.full((4, 4), -np.inf)
    assert cohorts(scores, facts(4), np.random.default_rng(0), FREE).means == (0.0,)


def test_what_cannot_be_parted_is_refused():
    with pytest.raises(InputError, match="3 cities cannot be parted into groups of 4 to 8"):
        cohorts(np.ones((3, 3)), facts(3), np.random.default_rng(0))
    with pytest.raises(InputError, match="9 cities cannot be parted into groups of 7 to 8"):
        cohorts(np.ones((9, 9)), facts(9), np.random.default_rng(0), Rules(7, 8))
    with pytest.raises(InputError, match="no square table of numbers"):
        cohorts(np.full((4, 4), np.nan), facts(4), np.random.default_rng(0))
