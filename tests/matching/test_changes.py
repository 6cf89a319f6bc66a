"""After an edit as little as possible changes, and it is said what; what is missing is said as places, by name."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from exchange.matching.assign import assign, optimal
from exchange.matching.certificate import certificate
from exchange.matching.changes import alternates, resolve
from exchange.matching.checks import check, totals
from exchange.matching.edges import Edges
from exchange.matching.rounds import Round
from exchange.matching.uncovered import places_needed

NO = -np.inf
NAMES = {"a": "Ambra", "b": "Bela", "c": "Cinto", "q": "Quito", "r": "Rio", "s": "Suva"}


def small(**asked) -> Round:
    return Round.of([[9, 8, 1], [8, 7, 2], [7, 3, 6]], 1, 1, learners=["a", "b", "c"], hosts=["q", "r", "s"],
                    names=NAMES, **asked)


def pairs(made) -> set:
    return set(zip(made.learner.tolist(), made.host.tolist(), strict=True))


def test_an_edit_changes_the_fewest_pairs_and_says_which():
    before = optimal(small())
    assert pairs(before) in ({(0, 0), (1, 1), (2, 2)}, {(0, 1), (1, 0), (2, 2)})
    changed = resolve(before, small(locked=[("c", "q")]))
    check(changed.after)
    assert changed.kept == 1
    assert ("Cinto now learns from Quito instead of Suva" in map(str, changed.said()))
    assert resolve(before, small()).said() == ()


def most_kept(before, round_) -> tuple[int, float]:
    """Return how many pairs can be kept at most, and the largest total then, by trying everything."""
    old, best = pairs(before), (-1, NO)
    allowed = dict(zip(zip(round_.edges.learner.tolist(), round_.edges.host.tolist(), strict=True),
                       round_.edges.score.tolist(), strict=True))
    choices = [[None, *(host for host in range(len(round_.hosts)) if (learner, host) in allowed)]
               for learner in range(len(round_.learners))]
    for hosts in product(*choices):
        made = {(learner, host) for learner, host in enumerate(hosts) if host is not None}
        load = np.bincount([host for _, host in made], minlength=len(round_.hosts))
        if (load <= round_.host_capacity).all():
            best = max(best, (len(made & old), round(sum(allowed[pair] for pair in made), 6)))
    return best


@pytest.mark.parametrize("seed", range(25))
def test_no_assignment_keeps_more_pairs_or_the_same_pairs_with_a_larger_total(seed):
    rng = np.random.default_rng(seed)
    scores = rng.random((5, 4))
    before = assign(scores, 1, 1)
    gone = [(int(before.learner[0]), int(before.host[0]))]
    round_ = Round.of(scores, 1, [1, 1, 1, int(rng.integers(0, 3))], forbidden=gone)
    after = resolve(before, round_).after
    kept, total = most_kept(before, round_)
    assert len(pairs(after) & pairs(before)) == kept
    assert after.total == pytest.approx(total, abs=1e-5)
    assert certificate(after, potentials=certificate(optimal(round_)).potentials).gap >= 0


def test_a_city_that_leaves_the_round_is_said_to_learn_no_longer():
    before = optimal(small())
    without = Round.of([[9, 8, 1], [8, 7, 2]], 1, 1, learners=["a", "b"], hosts=["q", "r", "s"], names=NAMES)
    said = [str(one) for one in resolve(before, without).said()]
    assert said == ["Cinto no longer learns from Suva"]


def test_stand_ins_with_a_place_left_come_first():
    made = assign([[9, 8, 1], [8, 7, 2]], 1, 1)
    table = alternates(made, 2)
    first = table[table["learner"] == "0"]
    assert bool(first.iloc[0]["free"])
    assert first.iloc[0]["host"] == "2"
    assert len(table) == 4
    assert alternates(made, 1)["learner"].tolist() == ["0", "1"]


# the smallest change that covers everybody


@pytest.mark.parametrize("seed", range(30))
def test_the_places_that_are_named_cover_everybody_and_fewer_do_not(seed):
    rng = np.random.default_rng(seed)
    scores = rng.random((6, 4))
    scores[rng.random(scores.shape) < 0.5] = NO
    offers = rng.integers(0, 2, 4)
    round_ = Round.of(scores, rng.integers(1, 3, 6), offers)
    can = int((scores > NO).any(axis=1).sum())
    needed = places_needed(round_)
    wider = offers.copy()
    for need in needed:
        wider[int(need.host)] += need.places
    covered = totals(assign(scores, round_.learner_capacity, wider, coverage_first=True)).covered
    assert covered == can
    now = totals(assign(scores, round_.learner_capacity, offers, coverage_first=True)).covered
    assert sum(need.places for need in needed) == can - now


def test_the_places_are_said_with_the_names_of_their_hosts():
    round_ = Round.of([[5.0], [3.0], [2.0]], 1, 1, learners=["a", "b", "c"], hosts=["q"], names=NAMES)
    assert [str(need.words) for need in places_needed(round_)] == ["2 more places at Quito"]


def test_pairs_of_an_earlier_round_are_avoided_unless_nothing_else_is_as_good():
    edges = Edges.of_matrix([[9.0, 8.5], [1.0, NO]])
    once = edges.lowered(np.array([0, 1, 1]), np.array([0, 0, 1]), 2.0)
    assert once.score.tolist() == [7.0, 8.5, -1.0]
    assert pairs(assign(once, 1, 1)) == {(0, 1)}
    assert pairs(assign(once, 1, 1, coverage_first=True)) == {(0, 1), (1, 0)}
    assert pairs(assign(edges, 1, 1)) == {(0, 1), (1, 0)}
