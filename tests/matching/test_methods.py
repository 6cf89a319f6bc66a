"""Floors, quotas, exposure and lots: what they promise, held against trying everything and another solver."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp
from scipy.stats import binom

from exchange.errors import InputError
from exchange.matching.assign import assign, make
from exchange.matching.certificate import certificate
from exchange.matching.checks import blocking_pairs, check, totals
from exchange.matching.comparison import by_all_methods, compare
from exchange.matching.edges import Edges
from exchange.matching.fair import highest_floor
from exchange.matching.lottery import PARTS, lottery
from exchange.matching.mutual import mutual
from exchange.matching.rounds import Quota, Round

NO = -np.inf


def random_round(seed: int, learners: int = 6, hosts: int = 5, **asked) -> Round:
    rng = np.random.default_rng(seed)
    scores = np.round(100 * rng.random((learners, hosts)), 1)
    scores[rng.random(scores.shape) < 0.3] = NO
    return Round.of(scores, rng.integers(0, 3, learners), rng.integers(0, 3, hosts), **asked)


def by_milp(round_: Round, least_first: float | None = None) -> tuple[int, float]:
    """Return how many learners can have a host of that score, and the largest total then, by HiGHS."""
    edges, learners, hosts = round_.edges, len(round_.learners), len(round_.hosts)
    n = len(edges.score)
    if not n:
        return 0, 0.0
    rows = np.zeros((2 * learners + hosts, n + learners))
    upper = np.concatenate([round_.learner_capacity, round_.host_capacity, np.zeros(learners)])
    rows[edges.learner, np.arange(n)] = 1
    rows[learners + edges.host, np.arange(n)] = 1
    for learner in range(learners):
        good = (edges.learner == learner) & (edges.score >= (NO if least_first is None else least_first))
        rows[learners + hosts + learner, :n] = -good.astype(float)
        rows[learners + hosts + learner, n + learner] = 1
    gain = np.concatenate([edges.score, np.full(learners, 1e5)])
    solved = milp(-gain, constraints=LinearConstraint(rows, ub=upper), integrality=np.ones(n + learners),
                  bounds=(0, 1))
    covered = int(np.rint(solved.x[n:]).sum())
    return covered, float(-solved.fun - 1e5 * covered)


@pytest.mark.parametrize("seed", range(40))
def test_the_fair_assignment_is_that_of_highs_with_the_highest_floor(seed):
    round_ = random_round(seed)
    made = make(round_, "fair")
    check(made)
    assert certificate(made).gap == 0
    floor = highest_floor(round_)
    full, _ = by_milp(round_)
    covered, total = by_milp(round_, floor)
    assert covered == full == totals(made).covered
    assert made.total == pytest.approx(total, abs=1e-4)
    higher = [score for score in np.unique(round_.edges.score) if score > floor]
    assert not higher or by_milp(round_, higher[0])[0] < full


def test_the_floor_is_never_lower_than_that_of_the_best_total():
    for seed in range(20):
        round_ = random_round(100 + seed, 12, 9, coverage_first=True)
        table = compare(by_all_methods(round_, np.random.default_rng(seed))).set_index("method")
        assert table.loc["fair", "floor"] >= table.loc["optimal", "floor"] - 1e-9
        assert table.loc["fair", "covered"] == table.loc["optimal", "covered"] >= table.loc["stable", "covered"]
        assert table.loc["fair", "total"] <= table.loc["optimal", "total"] + 1e-6
        assert table.loc["stable", "blocking_pairs"] == 0


def quotas(hosts: int, most: int) -> tuple[Quota, ...]:
    half = hosts // 2
    return Quota("north", "host", np.arange(half), most), Quota("south", "host", np.arange(half, hosts), most)


def best_within(round_: Round) -> float:
    """Return the largest total that keeps capacities and quotas, by trying every set of pairs of a tiny round."""
    edges, best = round_.edges, 0.0
    for size in range(len(edges.score) + 1):
        for some in combinations(range(len(edges.score)), size):
            places = list(some)
            learner, host = edges.learner[places], edges.host[places]
            fits = ((np.bincount(learner, minlength=len(round_.learners)) <= round_.learner_capacity).all()
                    and (np.bincount(host, minlength=len(round_.hosts)) <= round_.host_capacity).all()
                    and all(np.isin(learner if q.side == "learner" else host, q.places).sum() <= q.most
                            for q in round_.quotas))
            if fits:
                best = max(best, float(edges.score[places].sum()))
    return best


@pytest.mark.parametrize("seed", range(15))
def test_quotas_hold_and_the_total_within_them_is_the_largest(seed):
    rng = np.random.default_rng(seed)
    asked = (*quotas(4, 1), Quota("west", "learner", np.array([0, 1]), 1))
    round_ = Round.of(rng.random((3, 4)), 2, 2, quotas=asked)
    made = make(round_)
    assert certificate(made).gap == 0
    assert made.total == pytest.approx(best_within(round_), abs=1e-6)


def test_what_is_asked_of_quotas_is_checked():
    with pytest.raises(InputError, match="belongs to two of them"):
        Round.of([[1.0, 2.0]], 1, 1, quotas=[Quota("a", "host", np.array([0, 1]), 1),
                                             Quota("b", "host", np.array([1]), 1)])
    with pytest.raises(InputError, match=r"quota of a: 2 pairs are locked, 1 are allowed\. Raise it to 2"):
        Round.of([[1.0, 2.0]], 2, 1, locked=[(0, 0), (0, 1)], quotas=[Quota("a", "host", np.array([0, 1]), 1)])
    with pytest.raises(InputError, match="'guest' is no side"):
        Round.of([[1.0]], 1, 1, quotas=[Quota("a", "guest", np.array([0]), 1)])
    with pytest.raises(InputError, match="a draw could break them"):
        assign([[1.0]], 1, 1, method="random", rng=np.random.default_rng(0),
               quotas=[Quota("a", "host", np.array([0]), 1)])


def test_no_popular_host_gets_more_than_its_exposure():
    scores = np.tile([9.0, 1.0, 1.0], (6, 1))
    assert np.bincount(assign(scores, 1, 6).host).max() == 6
    assert np.bincount(assign(scores, 1, 6, exposure=2).host).tolist() == [2, 2, 2]
    with pytest.raises(InputError, match="exposure"):
        assign(scores, 1, 6, exposure=0)


# by lot


def test_chances_keep_every_limit_and_are_the_best_such_by_highs():
    for seed in range(20):
        round_ = random_round(seed)
        chances = lottery(round_, 0.5)
        edges = round_.edges
        for side, capacity in ((edges.learner, round_.learner_capacity), (edges.host, round_.host_capacity)):
            assert (np.bincount(side, chances.parts, minlength=len(capacity)) <= PARTS * capacity).all()
        assert chances.parts.max(initial=0) <= PARTS // 2
        assert chances.expected == pytest.approx(fractional_optimum(round_, 0.5), abs=1e-6)


def fractional_optimum(round_: Round, most: float) -> float:
    edges, n = round_.edges, len(round_.edges.score)
    if not n:
        return 0.0
    rows = np.zeros((len(round_.learners) + len(round_.hosts), n))
    rows[edges.learner, np.arange(n)] = 1
    rows[len(round_.learners) + edges.host, np.arange(n)] = 1
    upper = np.concatenate([round_.learner_capacity, round_.host_capacity])
    return float(-milp(-edges.score, constraints=LinearConstraint(rows, ub=upper), bounds=(0, most)).fun)


def hold_draws_against_chances(draws: int) -> None:
    round_ = random_round(3, 7, 6, locked=())
    chances, rng = lottery(round_, 0.4), np.random.default_rng(1)
    made = np.zeros(len(round_.edges.score))
    for _ in range(draws):
        one = chances.draw(rng)
        check(one)
        made += one.chosen
    share = chances.parts / PARTS
    assert ((made == 0) == (share == 0)).all()
    # each within limits that a true chance leaves once in 10,000 times, over some 20 pairs
    low, high = binom.ppf(5e-6, draws, share), binom.ppf(1 - 5e-6, draws, share)
    assert ((low <= made) & (made <= high)).all()


def test_pairs_are_drawn_as_often_as_their_chance_says_and_no_capacity_is_broken():
    hold_draws_against_chances(1000)


@pytest.mark.slow
def test_pairs_are_drawn_as_often_as_their_chance_says_in_10000_draws():
    hold_draws_against_chances(10_000)


def test_the_same_seed_draws_the_same_pairs_and_the_chances_can_be_logged():
    round_ = random_round(5)
    one, two = (make(round_, "random", np.random.default_rng(7)) for _ in range(2))
    assert one.chosen.tolist() == two.chosen.tolist()
    logged = lottery(round_).table()
    assert {"learner", "host", "score", "chance"} == set(logged.columns)
    assert logged["chance"].between(0, 0.5, inclusive="right").all()


def test_locked_pairs_are_certain_and_a_lot_needs_a_source_of_chance():
    made = assign([[5.0, 9.0], [9.0, 5.0]], 1, 1, method="random", rng=np.random.default_rng(0), locked=[(0, 0)])
    assert (0, 0) in set(zip(made.learner.tolist(), made.host.tolist(), strict=True))
    with pytest.raises(InputError, match="needs a source of chance"):
        assign([[1.0]], 1, 1, method="random")
    with pytest.raises(InputError, match="no chance that a pair can have"):
        lottery(random_round(0), 0.0)
    with pytest.raises(InputError, match="Use one of optimal, stable, fair, random"):
        assign([[1.0]], 1, 1, method="best")


# two and two


def best_matching(scores: np.ndarray) -> float:
    """Return the largest total of mutual pairs by trying all ways to pair the first city."""
    def best(left: tuple[int, ...]) -> float:
        if len(left) < 2:
            return 0.0
        first, rest = left[0], left[1:]
        with_one = (min(scores[first, other], scores[other, first]) + best(tuple(c for c in rest if c != other))
                    for other in rest if min(scores[first, other], scores[other, first]) > NO)
        return max(best(rest), max(with_one, default=0.0))

    return best(tuple(range(len(scores))))


@pytest.mark.parametrize("seed", range(30))
def test_mutual_pairs_have_the_largest_total(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 9))
    scores = 10 * rng.random((size, size)) - 1
    scores[rng.random(scores.shape) < 0.2] = NO
    np.fill_diagonal(scores, NO)
    found = mutual(Edges.of_matrix(scores))
    assert found.total == pytest.approx(best_matching(scores), abs=1e-9)
    assert len(set(found.one) | set(found.other)) + len(found.alone) == size == 2 * len(found.one) + len(found.alone)
    for one, other, score in zip(found.one, found.other, found.score, strict=True):
        assert score == min(scores[one, other], scores[other, one])


def test_mutual_pairs_need_the_same_cities_on_both_sides():
    with pytest.raises(InputError, match="Give the same cities on both sides"):
        mutual(Edges.of_matrix([[1.0, 2.0]]))


def test_with_coverage_first_one_more_mutual_pair_goes_before_any_score():
    scores = np.full((4, 4), NO)
    for (a, b), score in {(0, 1): 1.0, (1, 2): 9.0, (2, 3): 1.0}.items():
        scores[a, b] = scores[b, a] = score
    assert len(mutual(Edges.of_matrix(scores)).one) == 1
    assert len(mutual(Edges.of_matrix(scores), coverage_first=True).one) == 2


def test_all_methods_keep_to_any_round():
    for seed, coverage_first in product(range(15), (False, True)):
        round_ = random_round(seed, 9, 7, coverage_first=coverage_first)
        for name, made in by_all_methods(round_, np.random.default_rng(seed)).items():
            check(made)
            if name == "stable":
                assert blocking_pairs(made).empty
