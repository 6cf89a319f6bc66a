"""Judges accept any assignment, also one made by hand, and find what is wrong with it."""

from __future__ import annotations

import numpy as np
import pytest

from exchange.errors import InputError
from exchange.matching.assign import assign, optimal
from exchange.matching.assignment import Assignment
from exchange.matching.certificate import Potentials, bound, certificate
from exchange.matching.checks import blocking_pairs, check, check_capacity, gini, totals
from exchange.matching.rounds import Round

NAMES = {"a": "Ambra", "b": "Bela", "q": "Quito", "r": "Rio"}


def small(**given) -> Round:
    return Round.of([[5, 3], [4, -np.inf]], **({"learner_capacity": 1, "host_capacity": 1} | given),
                    learners=["a", "b"], hosts=["q", "r"], names=NAMES)


def test_no_city_hosts_more_than_it_offered():
    with pytest.raises(InputError, match="host Quito: it has 2 partners and room for 1"):
        check_capacity(Assignment.of(small(), [("a", "q"), ("b", "q")]))
    check_capacity(Assignment.of(small(), [("a", "r"), ("b", "q")]))


def test_all_that_is_broken_is_said_at_once():
    with pytest.raises(InputError) as error:
        check(Assignment.of(small(locked=[("a", "q")]), [("b", "r"), ("b", "r")]))
    said = str(error.value)
    assert "learner Bela: it has 2 partners" in said
    assert "Bela with Rio: this pair may not meet" in said
    assert "Bela with Rio: this pair stands twice" in said
    assert "Ambra with Quito: this pair is locked and was left out" in said


def test_a_pair_blocks_when_both_sides_would_rather_have_each_other():
    pairs = blocking_pairs(Assignment.of(small(), [("a", "r"), ("b", "q")]))
    assert pairs.to_dict("records") == [{"learner": "a", "host": "q", "score": 5, "regret": 1}]


def test_a_locked_partner_is_not_given_up():
    assert blocking_pairs(Assignment.of(small(locked=[("b", "q")]), [("a", "r"), ("b", "q")])).empty


def test_a_free_pair_blocks_while_both_have_a_place():
    assert len(blocking_pairs(Assignment.of(small(), []))) == 3


def test_totals_name_the_uncovered_and_the_worst_off():
    found = totals(Assignment.of(small(), [("a", "q")]))
    assert (found.total, found.pairs, found.covered, found.uncovered) == (5, 1, 1, ("b",))
    assert (found.worst_off, found.hosts_used, found.gini) == (0, 1, 0.5)


def test_a_learner_that_wants_no_host_is_not_called_uncovered():
    found = totals(Assignment.of(small(learner_capacity=[1, 0]), [("a", "q")]))
    assert (found.uncovered, found.worst_off, found.gini) == ((), 5, 0)


@pytest.mark.parametrize(("values", "expected"), [
    ([1, 1, 1, 1], 0), ([0, 0, 0, 1], 0.75), ([1, 2, 3], 2 / 9), ([], 0), ([0, 0], 0),
])
def test_the_gini_coefficient_is_that_of_the_textbook(values, expected):
    assert gini(np.array(values, float)) == pytest.approx(expected)


def test_a_certificate_can_be_recomputed_by_hand():
    made = optimal(small())
    proof = certificate(made)
    assert (proof.primal, proof.dual, proof.gap, proof.unit) == (7, 7, 0, 1.0)
    assert str(proof.words).startswith("Proven")
    prices = proof.potentials
    learner, host = prices.hub - prices.learner, prices.host - prices.hub
    paid = [max(0, w - (u + v)) for w, u, v in ((5, -learner[0], -host[0]), (3, -learner[0], -host[1]))]
    assert min(paid) >= 0


def test_any_prices_at_all_give_a_bound():
    rng = np.random.default_rng(0)
    for seed in range(50):
        scores = np.round(20 * np.random.default_rng(seed).random((5, 4)))
        round_ = Round.of(scores, 2, 2, coverage_first=bool(seed % 2))
        prices = Potentials(rng.integers(-30, 30, 5), rng.integers(-30, 30, 4), int(rng.integers(-30, 30)))
        assert bound(round_, prices) >= certificate(optimal(round_)).primal


def test_an_assignment_that_is_not_the_best_is_not_proven():
    by_hand = Assignment.of(small(), [("a", "q")])
    proof = certificate(by_hand, sweeps=50)
    assert proof.gap > 0
    assert not proof.proven
    best = certificate(optimal(small())).potentials
    assert certificate(by_hand, potentials=best).gap == 2
    assert str(certificate(by_hand, potentials=best).words).endswith("better by 2 points at most")


def test_only_what_keeps_to_the_round_can_be_proven():
    with pytest.raises(InputError, match="may not meet"):
        certificate(Assignment.of(small(), [("b", "r")]))


def test_the_gap_is_zero_with_locks_coverage_and_places_to_spare():
    rng = np.random.default_rng(2)
    for seed in range(30):
        made = assign(rng.random((40, 30)), rng.integers(1, 4, 40), rng.integers(1, 4, 30),
                      locked=[(0, 0), (1, 1)], coverage_first=bool(seed % 2))
        assert certificate(made).gap == 0
