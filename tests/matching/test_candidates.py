"""Which pairs are worth considering, and why a city may end up with none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from exchange.errors import InputError
from exchange.matching import DEFAULT_WEIGHTS, Filters, rank
from exchange.matching.assign import assign
from exchange.matching.blocks import totals as totals_of
from exchange.matching.candidates import candidates, candidates_of, two_sided
from exchange.matching.checks import totals
from exchange.matching.indexed import nearest
from exchange.matching.ranking import ENOUGH
from exchange.matching.scores import score
from exchange.matching.uncovered import uncovered
from tests.matching.worlds import answered, cities, pool, random_pool, table

NO = -np.inf
EVERYBODY = Filters(language=False)


def pairs(edges) -> dict:
    return dict(zip(zip(edges.learner.tolist(), edges.host.tolist(), strict=True), edges.score.tolist(),
                    strict=True))


def best_both_ways(scores: np.ndarray, count: int) -> set:
    by_row = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    by_column = np.argsort(-scores, axis=0, kind="stable")[:count]
    both = {(row, host) for row, hosts in enumerate(by_row) for host in hosts.tolist()}
    both |= {(row, host) for rows in by_column for host, row in enumerate(rows.tolist())}
    return {(row, host) for row, host in both if scores[row, host] > NO}


@pytest.mark.parametrize("seed", range(10))
def test_the_best_of_each_row_and_of_each_column_are_kept_and_nothing_else(seed):
    rng = np.random.default_rng(seed)
    scores = np.round(rng.random((37, 23)) * rng.choice([3, 1000]))
    scores[rng.random(scores.shape) < 0.3] = NO
    blocks = (scores[start:start + 8] for start in range(0, 37, 8))
    found = pairs(two_sided(blocks, 23, 4))
    assert set(found) == best_both_ways(scores, 4)
    assert all(scores[pair] == score for pair, score in found.items())
    assert pairs(candidates_of(scores, 4)) == found


def test_with_room_for_all_every_pair_is_a_candidate():
    scores = np.random.default_rng(0).random((5, 4))
    assert len(candidates_of(scores, 25).score) == 20


def test_hosts_that_are_on_nobodys_list_are_considered_from_their_own_side():
    rng = np.random.default_rng(1)
    scores = rng.random((60, 60)) + 5 * rng.random(60)
    edges = candidates_of(scores, 3)
    assert set(edges.host.tolist()) == set(range(60))
    one_sided = np.argsort(-scores, axis=1)[:, :6]
    assert len(np.unique(one_sided)) < 20
    assert totals(assign(edges, 1, 1)).covered > len(np.unique(one_sided))


def test_the_score_of_a_candidate_is_that_of_the_learners_own_ranking():
    world = random_pool(40, np.random.default_rng(2))
    edges = candidates(world, filters=EVERYBODY, each_way=3)
    found = pairs(edges)
    for learner in range(40):
        ranking = rank(world, world.ids[learner], filters=EVERYBODY, top=3)
        for peer in ranking.peers:
            assert found[learner, world.find(peer.city_id)] == pytest.approx(peer.score)
    assert not any(learner == host for learner, host in found)


def test_a_city_of_which_too_little_is_known_learns_from_nobody_but_may_host():
    hazards = table("city_id hazard_id weight\n2 heat 1\n3 heat 1\n4 heat 1\n5 heat 1")
    edges = candidates(pool(hazards=hazards), filters=EVERYBODY)
    assert 0 not in edges.learner
    assert 0 in edges.host


def test_pairs_that_people_agreed_on_are_considered_whatever_filters_say():
    assert (0, 2) not in pairs(candidates(pool()))
    agreed = pairs(candidates(pool(), include=[("1", "3"), ("1", "2")]))
    assert agreed[0, 2] > 0
    assert set(agreed) == set(pairs(candidates(pool()))) | {(0, 2)}


def test_the_order_of_the_table_of_cities_does_not_change_the_candidates():
    shuffled = pool(cities=cities().sample(frac=1, random_state=1))
    by_id = {(shuffled.ids[a], shuffled.ids[b]) for a, b in pairs(candidates(shuffled, each_way=1))}
    assert by_id == {(pool().ids[a], pool().ids[b]) for a, b in pairs(candidates(pool(), each_way=1))}


def test_an_index_finds_nearly_all_candidates_with_their_exact_scores():
    pytest.importorskip("faiss")
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(20, 8))
    needs, offers = (centres[rng.integers(20, size=2000)] + 0.5 * rng.normal(size=(2000, 8)) for _ in range(2))
    whole = needs @ offers.T
    np.fill_diagonal(whole, NO)
    exact, found = pairs(candidates_of(whole, 10)), pairs(nearest(needs, offers, 10, probes=16))
    assert len(set(exact) & set(found)) > 0.97 * len(exact)
    assert all(whole[pair] == pytest.approx(score) for pair, score in found.items())
    assert pairs(nearest(needs, offers, 10, probes=16)) == found


def test_an_index_needs_two_tables_of_numbers_of_one_shape():
    with pytest.raises(InputError, match="of one shape"):
        nearest(np.ones((3, 2)), np.ones((3, 1)))
    with pytest.raises(InputError, match="of one shape"):
        nearest(np.full((3, 2), np.nan), np.ones((3, 2)))


@pytest.mark.parametrize("seed", range(8))
def test_many_learners_at_once_score_as_each_does_alone(seed):
    rng = np.random.default_rng(seed)
    world = random_pool(int(rng.integers(2, 40)), rng, known=rng.choice([0.1, 0.6, 1.0]))
    filters = Filters(language=bool(seed % 2), conflicts=frozenset({("100", "101")}) if seed % 3 == 0 else frozenset())
    learners = rng.permutation(len(world))
    together = totals_of(world, learners, DEFAULT_WEIGHTS, filters)
    for row, learner in zip(together, learners, strict=True):
        alone = score(world, int(learner), filters=filters)
        enough = alone.told >= ENOUGH - 1e-9
        assert row == pytest.approx(alone.total() if enough else np.full(len(world), NO), abs=1e-9)


def test_learners_with_answers_of_all_kinds_score_as_each_does_alone():
    for world in (pool(), answered(), answered(distance_cap=1), answered(history=HISTORY), answered(
            calendar=table("city_id week\n1 2026-W14\n2 2026-W14\n3 2026-W15"), readiness=READY)):
        together = totals_of(world, np.arange(5), DEFAULT_WEIGHTS, Filters())
        for learner in range(5):
            alone = score(world, learner)
            enough = alone.told >= ENOUGH - 1e-9
            assert together[learner] == pytest.approx(alone.total() if enough else np.full(5, NO), abs=1e-9)


HISTORY = pd.DataFrame({"learner_id": ["1"], "host_id": ["3"], "round": ["1"]})
READY = pd.DataFrame({"city_id": ["1", "2", "3"], "capacity": [1, 0, 2], "consent": [True, True, False],
                      "focal_point": [True, None, False]})


# why a city got nobody


def reasons(made) -> dict:
    return {one.learner: (str(one.why), one.host) for one in uncovered(made)}


def test_a_city_that_may_meet_nobody_is_told_so():
    made = assign([[NO, NO], [1, 1]], 1, 1, learners=["a", "b"], names={"a": "Ambra"})
    assert reasons(made) == {"a": ("Ambra has no host: there is no city with which it may be paired", "")}


def test_where_all_are_full_the_place_that_helps_is_named_and_it_does_help():
    asked = {"learners": ["a", "b"], "hosts": ["q"], "names": {"b": "Bela", "q": "Quito"}}
    made = assign([[5.0], [3.0]], 1, 1, **asked)
    assert reasons(made) == {"b": (
        "Bela has no host: all that suit it are full. One more place at Quito would give it one", "q")}
    assert uncovered(assign([[5.0], [3.0]], 1, 2, **asked)) == ()


def test_where_others_could_give_way_coverage_first_is_named_and_it_does_help():
    scores = [[10, 9], [8, NO]]
    made = assign(scores, [2, 1], 1)
    assert reasons(made)["1"][0].endswith("coverage first would give it one")
    assert uncovered(assign(scores, [2, 1], 1, coverage_first=True)) == ()


@pytest.mark.parametrize("seed", range(25))
def test_the_reason_given_is_the_true_one(seed):
    rng = np.random.default_rng(seed)
    scores = 1 + rng.random((12, 8))
    scores[rng.random(scores.shape) < 0.75] = NO
    wants, offers = rng.integers(0, 3, 12), rng.integers(0, 3, 8)
    first = assign(scores, wants, offers, coverage_first=True)
    covered = totals(first).covered
    for one in uncovered(first):
        assert "coverage first" not in str(one.why)
        if one.host:
            wider = offers.copy()
            wider[int(one.host)] += 1
            assert totals(assign(scores, wants, wider, coverage_first=True)).covered == covered + 1
    plain = assign(scores, wants, offers)
    could = any("coverage first" in str(one.why) for one in uncovered(plain))
    assert could == (totals(plain).covered < covered)


def test_a_locked_partner_does_not_give_way():
    made = assign([[5.0, NO], [4.0, NO], [NO, 1.0]], 1, 1, locked=[(1, 0)])
    assert reasons(made)["0"][1] == "0"
