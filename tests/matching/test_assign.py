"""A round's pairs: held against trying everything, another solver, and what must not change."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array

from exchange.errors import InputError
from exchange.matching.assign import assign, optimal
from exchange.matching.assignment import Assignment
from exchange.matching.certificate import certificate
from exchange.matching.checks import blocking_pairs, check, totals
from exchange.matching.edges import Edges
from exchange.matching.rounds import Round

NO = -np.inf


def best_by_trying_all(scores, learner_capacity, host_capacity, *, coverage_first=False):
    """Return the largest total, or the pair of most covered and largest total, by trying every assignment."""
    states = {tuple(host_capacity): (0, 0.0)}
    for row, capacity in zip(scores, learner_capacity, strict=True):
        allowed = [host for host in range(len(row)) if row[host] > NO]
        choices = [c for size in range(min(capacity, len(allowed)) + 1) for c in combinations(allowed, size)]
        after: dict = {}
        for left, (covered, total) in states.items():
            for chosen in choices:
                if all(left[host] for host in chosen):
                    key = tuple(places - (host in chosen) for host, places in enumerate(left))
                    gained = sum(row[host] for host in chosen)
                    value = (covered + bool(chosen) * coverage_first, total + gained)
                    after[key] = max(after.get(key, (-1, NO)), value)
        states = after
    return max(states.values())


def instance(rng: np.random.Generator):
    """Return a small random round of one of several kinds of scores."""
    learners, hosts = rng.integers(1, 8, 2)
    kind = rng.integers(4)
    scores = [
        lambda: rng.random((learners, hosts)),
        lambda: rng.integers(0, 4, (learners, hosts)).astype(float),
        lambda: 100 * rng.normal(size=(learners, hosts)),
        lambda: rng.random((learners, hosts)) * 10.0 ** rng.integers(-6, 7),
    ][kind]()
    scores[rng.random((learners, hosts)) < rng.choice([0, 0.2, 0.6])] = NO
    return scores, rng.integers(0, 3, learners), rng.integers(0, 3, hosts)


def hold_against_trying_all(seeds):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        scores, wants, offers = instance(rng)
        coverage_first = bool(rng.integers(2))
        made = assign(scores, wants, offers, coverage_first=coverage_first)
        check(made)
        covered, total = best_by_trying_all(scores, wants, offers, coverage_first=coverage_first)
        size = np.abs(scores[np.isfinite(scores)]).max(initial=0)
        assert made.total == pytest.approx(total, abs=1e-8 * size), seed
        if coverage_first:
            assert totals(made).covered == covered, seed
        assert certificate(made).gap == 0, seed


def test_the_optimum_is_what_trying_everything_finds():
    hold_against_trying_all(range(250))


@pytest.mark.slow
def test_the_optimum_is_what_trying_everything_finds_on_2000_rounds():
    hold_against_trying_all(range(2000))


def random_edges(rng: np.random.Generator, learners: int, hosts: int, each: int) -> Edges:
    key = np.unique(rng.integers(0, learners * hosts, learners * each))
    return Edges.of(learners, hosts, key // hosts, key % hosts, rng.random(len(key)))


def by_highs(round_: Round) -> float:
    """Return the optimum of the linear programme; its corners are whole, so it is that of the assignment."""
    edges = round_.edges
    number = np.arange(len(edges.score))
    rows = np.concatenate([edges.learner, len(round_.learners) + edges.host])
    limits = coo_array((np.ones(2 * len(number)), (rows, np.concatenate([number, number]))),
                       shape=(len(round_.learners) + len(round_.hosts), len(number)))
    capacity = np.concatenate([round_.learner_capacity, round_.host_capacity])
    bounds = np.stack([round_.locked.astype(float), np.ones(len(number))], axis=1)
    return -linprog(-edges.score, A_ub=limits.tocsr(), b_ub=capacity, bounds=bounds, method="highs").fun


def hold_against_highs(seeds, size):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        learners, hosts = rng.integers(size // 2, size, 2)
        round_ = Round.of(random_edges(rng, learners, hosts, 12), rng.integers(0, 4, learners),
                          rng.integers(0, 4, hosts))
        made = optimal(round_)
        assert made.total == pytest.approx(by_highs(round_), abs=1e-6), seed
        assert certificate(made).gap == 0, seed


def test_the_optimum_is_that_of_highs_on_larger_rounds():
    hold_against_highs(range(8), 200)


@pytest.mark.slow
def test_the_optimum_is_that_of_highs_on_200_larger_rounds():
    hold_against_highs(range(200), 300)


def test_locked_pairs_are_kept_and_the_rest_is_best_around_them():
    rng = np.random.default_rng(3)
    for _ in range(20):
        scores = rng.random((6, 6))
        locked = [(0, 1), (2, 1)]
        made = assign(scores, 1, 2, locked=locked)
        check(made)
        assert set(locked) <= set(zip(made.learner.tolist(), made.host.tolist(), strict=True))
        assert made.total == pytest.approx(by_highs(made.round), abs=1e-8)
        assert certificate(made).gap == 0


def test_forbidden_pairs_are_never_made():
    made = assign([[9, 2], [9, 1]], 1, 1, forbidden=[(0, 0), (1, 0)])
    assert made.table().to_dict("records") == [{"learner": "0", "host": "1", "score": 2, "locked": False}]


def test_coverage_first_gives_one_more_city_a_host_even_at_a_loss():
    scores = [[10, 9], [8, NO]]
    assert totals(assign(scores, [2, 1], 1)).uncovered == ("1",)
    covering = assign(scores, [2, 1], 1, coverage_first=True)
    assert totals(covering).uncovered == ()
    assert totals(covering).total == 17


def test_a_pair_that_takes_away_is_not_made_unless_it_covers():
    assert totals(assign([[-1.0]], 1, 1)).pairs == 0
    assert totals(assign([[-1.0]], 1, 1, coverage_first=True)).pairs == 1


# what must not change, and what must


def quick(rng: np.random.Generator, learners: int = 30, hosts: int = 20) -> tuple:
    return rng.random((learners, hosts)), rng.integers(0, 3, learners), rng.integers(0, 4, hosts)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_cities_does_not_change_the_total(seed):
    rng = np.random.default_rng(seed)
    scores, wants, offers = quick(rng)
    rows, columns = rng.permutation(len(wants)), rng.permutation(len(offers))
    again = assign(scores[np.ix_(rows, columns)], wants[rows], offers[columns])
    assert again.total == pytest.approx(assign(scores, wants, offers).total, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_one_more_place_never_lowers_the_total(seed):
    rng = np.random.default_rng(seed)
    scores, wants, offers = quick(rng)
    before = assign(scores, wants, offers).total
    offers[rng.integers(len(offers))] += 1
    assert assign(scores, wants, offers).total >= before - 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_adding_a_constant_adds_it_once_a_pair_when_all_places_are_taken(seed):
    rng = np.random.default_rng(seed)
    scores, offers = rng.random((10, 20)), np.ones(20, int)
    before, after = assign(scores, 1, offers), assign(scores + 5, 1, offers)
    assert after.total == pytest.approx(before.total + 5 * 10, abs=1e-6)
    assert after.host.tolist() == before.host.tolist()


@pytest.mark.parametrize("seed", range(10))
def test_forbidding_a_pair_that_is_not_made_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    scores, wants, offers = quick(rng)
    before = assign(scores, wants, offers)
    unmade = (before.score.argmin(), 0)
    pairs = set(zip(before.learner.tolist(), before.host.tolist(), strict=True))
    unmade = next((a, b) for a in range(30) for b in range(20) if (a, b) not in pairs)
    after = assign(scores, wants, offers, forbidden=[unmade])
    assert set(zip(after.learner.tolist(), after.host.tolist(), strict=True)) == pairs


@pytest.mark.parametrize("seed", range(10))
def test_forbidding_a_pair_that_is_made_never_raises_the_total(seed):
    rng = np.random.default_rng(seed)
    scores, wants, offers = quick(rng)
    before = assign(scores, wants, offers)
    made = [(int(before.learner[0]), int(before.host[0]))]
    assert assign(scores, wants, offers, forbidden=made).total <= before.total + 1e-6


def test_doubling_all_scores_makes_the_same_pairs():
    rng = np.random.default_rng(0)
    scores, wants, offers = quick(rng)
    once, twice = assign(scores, wants, offers), assign(2 * scores, wants, offers)
    assert once.host.tolist() == twice.host.tolist()


# the stable alternative


@pytest.mark.parametrize("seed", range(20))
def test_nobody_would_leave_a_stable_assignment(seed):
    rng = np.random.default_rng(seed)
    scores, wants, offers = quick(rng)
    if seed % 2:
        scores = np.round(4 * scores)
    made = assign(scores, wants, offers, method="stable")
    check(made)
    assert blocking_pairs(made).empty
    assert made.total <= assign(scores, wants, offers).total + 1e-9


def test_the_stable_assignment_keeps_locked_pairs():
    made = assign([[9, 1], [8, 2]], 1, 1, method="stable", locked=[(1, 0)])
    assert made.table()[["learner", "host"]].to_numpy().tolist() == [["0", "1"], ["1", "0"]]
    assert blocking_pairs(made).empty


# what cannot be done, and why


@pytest.mark.parametrize(("asked", "finding"), [
    ({"scores": [[1, float("nan")]]}, "scores, learner 0, host 1: the score is nan"),
    ({"scores": [[1, float("inf")]]}, "scores, learner 0, host 1: the score is inf"),
    ({"scores": np.zeros((0, 3))}, "there are no learners or no hosts"),
    ({"scores": [1, 2]}, "they are no matrix of numbers"),
    ({"learner_capacity": -1}, "learner capacity: -1 is not a whole number of 0 or more"),
    ({"host_capacity": [1, 0.5]}, "host capacity 1: 0.5 is not a whole number"),
    ({"host_capacity": [1, float("nan")]}, "host capacity 1: nan is not a whole number"),
    ({"host_capacity": "two"}, "host capacity: two is not a whole number"),
    ({"locked": [(0.5, 0)]}, "locked pair 0.5, 0: there is no such learner or host"),
    ({"host_capacity": [1, 1, 1]}, "3 numbers were given for 2"),
    ({"locked": [(0, 7)]}, "locked pair 0, 7: there is no such learner or host"),
    ({"locked": [("Quito", "Lima")]}, "locked pair Quito, Lima: there is no such learner or host"),
    ({"locked": [(0, 0)], "forbidden": [(0, 0)]}, "it is also forbidden"),
    ({"scores": [[NO, 1]], "locked": [(0, 0)]}, "it has no score"),
    ({"learners": ["a", "b"]}, "there are 2 ids for 1"),
    ({"hosts": ["a", "a"]}, "an id stands twice"),
    ({"method": "magic"}, "'magic' is not known"),
])
def test_what_cannot_be_meant_is_refused(asked, finding):
    with pytest.raises(InputError, match=finding):
        assign(**({"scores": [[1.0, 2.0]], "learner_capacity": 1, "host_capacity": 1} | asked))


def test_locked_pairs_that_do_not_fit_are_explained_with_names_and_the_smallest_change():
    with pytest.raises(InputError) as error:
        assign(np.ones((3, 2)), 1, [1, 0], locked=[("a", "q"), ("b", "q"), ("c", "q"), ("a", "r")],
               learners=["a", "b", "c"], hosts=["q", "r"], names={"a": "Ambra", "b": "Bela", "q": "Quito"})
    assert str(error.value).splitlines() == [
        "learner Ambra: it is locked to 2 (Quito, r) and has 1 place. " + mend(1),
        "host Quito: it is locked to 3 (Ambra, Bela, c) and has 1 place. " + mend(2),
        "host r: it is locked to 1 (Ambra) and has 0 places. " + mend(1),
    ]


def mend(places: int) -> str:
    return f"Give it {places} more, or unlock {places} of these pairs."


def test_edges_are_checked_like_a_matrix():
    with pytest.raises(InputError) as error:
        Edges.of(2, 2, [0, 0, 1, 5], [1, 1, 0, 0], [1, 1, np.nan, 1])
    said = str(error.value)
    assert "pair 1, 0: its score is nan" in said
    assert "pair 5, 0: there is no such learner or host" in said
    assert "pair 0, 1: it stands twice" in said


def test_a_matrix_and_its_edges_make_the_same_pairs():
    rng = np.random.default_rng(5)
    scores, wants, offers = quick(rng)
    scores[rng.random(scores.shape) < 0.4] = NO
    learner, host = np.nonzero(scores > NO)
    edges = Edges.of(*scores.shape, learner, host, scores[learner, host])
    assert assign(edges, wants, offers).host.tolist() == assign(scores, wants, offers).host.tolist()


def test_a_round_in_which_nothing_may_meet_has_no_pairs():
    made = assign(np.full((2, 2), NO), 1, 1)
    assert totals(made).uncovered == ("0", "1")
    assert certificate(made).gap == 0
    assert made.table().empty


def test_scores_of_any_size_are_rounded_finely_and_never_overflow():
    for size in (1e-9, 1.0, 1e9, 1e300):
        scores = size * np.random.default_rng(1).random((6, 6))
        total = best_by_trying_all(scores, [1] * 6, [1] * 6)[1]
        assert assign(scores, 1, 1, coverage_first=True).total == pytest.approx(total, rel=1e-8)


def test_a_capacity_without_end_is_as_good_as_one_place_a_partner():
    scores = np.random.default_rng(1).random((6, 5))
    for coverage_first in (False, True):
        made = assign(scores, 1e300, 10**12, coverage_first=coverage_first)
        assert made.total == pytest.approx(scores.sum())
        assert certificate(made).gap == 0


def test_an_assignment_by_hand_is_made_from_ids_or_places():
    round_ = Round.of([[1, 2], [3, 4]], 1, 1, learners=["a", "b"], hosts=["q", "r"])
    assert Assignment.of(round_, [("b", "q"), ("a", "r")]).total == 5
    assert Assignment.of(round_, [(1, 0), (0, 1)]).total == 5
    with pytest.raises(InputError, match="pair 2: there is no such learner or host"):
        Assignment.of(round_, [("a", "q"), ("a", "z")])
