"""One city asks whom it could learn from."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from exchange.errors import InputError, NotFoundError
from exchange.matching import DEFAULT_WEIGHTS, Filters, Pool, Weights, rank
from exchange.matching.scores import score
from tests.matching.worlds import TERMS, answered, cities, pool, random_pool, table

EVERYBODY = Filters(language=False)
READY = table("""
city_id capacity consent focal_point mandate backing
2       2        yes     yes         yes     yes
3       1        yes     .           .       .
4       0        .       yes         no      .
5       .        no      .           .       .
""")


def said(texts) -> list[str]:
    return [str(one) for one in texts]


@pytest.mark.parametrize("seed", range(8))
def test_contributions_add_up_to_the_score_and_bounds_hold_it(seed):
    rng = np.random.default_rng(seed)
    drawn = dict(zip(DEFAULT_WEIGHTS.values, rng.dirichlet(np.ones(6)), strict=True))
    weights = Weights("1", drawn, "a test")
    ranking = rank(random_pool(60, rng), "107", weights, top=60, filters=EVERYBODY)
    assert len(ranking.peers) > 20
    for peer in ranking.peers:
        assert peer.score == pytest.approx(math.fsum(peer.contributions.values()), abs=1e-9)
        assert peer.low <= peer.score <= peer.high + 1e-9
        assert 0 <= peer.low <= peer.high <= 100 + 1e-9
        assert all(peer.contributions[name] <= peer.possible[name] + 1e-9 for name in peer.contributions)
        assert sum(peer.possible.values()) == pytest.approx(100)
        assert len(peer.reasons) <= 3


def test_peers_come_best_first_with_the_margin_to_the_next():
    ranking = rank(answered(), "1", filters=EVERYBODY)
    scores = [peer.score for peer in ranking.peers]
    assert scores == sorted(scores, reverse=True)
    assert ranking.peers[0].name == "Bela"
    assert ranking.margin == pytest.approx(scores[0] - scores[1])
    assert ranking.peers[-1].margin is None
    assert rank(answered(), "1", top=1, filters=EVERYBODY).margin == ranking.margin


def test_the_score_is_the_weighted_sum_of_the_criteria():
    weights = Weights("1", {"problem_similarity": 3, "context_fit": 1}, "a test")
    bela = rank(pool(), "1", weights).peers[0]
    assert bela.contributions == pytest.approx({
        "problem_similarity": 75 * (0.9 * 6 / 7 + 0.1), "context_fit": 25 * (3 - np.log10(1.2) / 2) / 3})


def test_reasons_are_the_three_best_in_plain_words():
    bela = rank(answered(), "1").peers[0]
    assert said(bela.reasons) == [
        "You share river floods and storms",
        "You both speak Dutch; working hours overlap by 8 hours",
        "About your size: 500,000 people",
    ]


def test_real_cities_without_answers_are_ranked_on_what_is_known_and_the_rest_is_left_out_by_name():
    ranking = rank(pool(), "1", filters=EVERYBODY)
    assert set(ranking.left_out) == {"complementarity", "reciprocity", "readiness"}
    assert set(ranking.peers[0].contributions) == {"problem_similarity", "context_fit", "feasibility"}
    assert ranking.peers[0].possible == pytest.approx(
        {"problem_similarity": 50, "context_fit": 20, "feasibility": 30})
    assert ranking.abstained is None


def test_what_is_not_known_of_one_peer_counts_least_widens_its_bounds_and_is_said():
    without = pool(hazards=table("city_id hazard_id weight\n1 heat 1\n2 heat 1"))
    eska = next(p for p in rank(without, "1", filters=EVERYBODY).peers if p.name == "Eska")
    assert eska.contributions["problem_similarity"] == 0
    assert eska.high - eska.low == pytest.approx(50)
    assert said(eska.unknown) == ["the hazards that Eska faces"]


def test_a_city_of_which_we_know_too_little_gets_no_peers_but_what_would_help():
    hazards = table("city_id hazard_id weight\n2 heat 1\n3 heat 1")
    ranking = rank(pool(hazards=hazards), "1")
    assert ranking.peers == ()
    assert str(ranking.abstained) == (
        "Too little is known about Ambra to suggest a peer. "
        "What would help most: the hazards that Ambra faces; 25 of 100 points rest on it")


def test_what_would_help_adds_up_over_criteria():
    help_ = str(rank(answered(), "5", filters=EVERYBODY).would_help)
    assert help_ == "What would help most: the self-assessment of Eska; 40 of 100 points rest on it"


def test_a_peer_is_called_a_mentor_where_only_one_side_learns():
    kinds = {peer.name: peer.pair_type for peer in rank(answered(), "1", filters=EVERYBODY).peers}
    assert kinds == {"Bela": "peer_to_peer", "Cinto": "mentoring", "Dura": "", "Eska": ""}


def test_those_left_out_are_named_with_every_reason():
    ranking = rank(pool(readiness=READY), "1", filters=Filters(conflicts=frozenset({("3", "1"), ("4", "5")})))
    assert [(one.city_id, one.filter, str(one.why)) for one in ranking.excluded] == [
        ("5", "consent", "Eska has not agreed to be suggested"),
        ("4", "capacity", "Dura has no place left for a learner"),
        ("3", "conflict", "You and Cinto are not to be paired"),
        ("3", "language", "You share no language with Cinto"),
        ("4", "language", "You share no language with Dura"),
    ]
    assert [peer.name for peer in ranking.peers] == ["Bela"]
    assert ranking.considered == 1


def test_an_interpreter_opens_the_way_to_cities_of_other_languages():
    assert {peer.name for peer in rank(pool(), "1").peers} == {"Bela", "Eska"}
    assert len(rank(pool(), "1", filters=Filters(interpreter=True)).peers) == 4


def test_weeks_must_meet_where_both_have_told_theirs():
    weeks = table("city_id week\n1 W14\n2 W15\n5 W14")
    ranking = rank(pool(calendar=weeks), "1")
    assert [peer.name for peer in ranking.peers] == ["Eska"]
    assert "Bela is free in none of your weeks" in said(one.why for one in ranking.excluded)


def test_when_all_are_left_out_it_says_so():
    everyone = frozenset(("1", str(other)) for other in range(2, 6))
    ranking = rank(pool(), "1", filters=Filters(conflicts=everyone))
    assert ranking.peers == ()
    assert str(ranking.abstained).startswith("No city can be suggested to Ambra")


def test_ties_go_by_name_then_by_id():
    alike = table("city_id name population\n4 Zeta 10\n3 Alma 10\n9 Alma 10\n1 Ambra 10\n2 Bela 10")
    twins = Pool.of(alike, terms=TERMS)
    only_size = Weights("1", {"context_fit": 1}, "a test")
    assert [peer.city_id for peer in rank(twins, "1", only_size).peers] == ["3", "9", "2", "4"]
    assert [peer.city_id for peer in rank(twins, "1", only_size, top=2).peers] == ["3", "9"]


def test_the_order_of_the_tables_does_not_matter():
    shuffled = pool(cities=cities().sample(frac=1, random_state=3))
    assert rank(shuffled, "1", filters=EVERYBODY).peers == rank(pool(), "1", filters=EVERYBODY).peers


def test_a_criterion_without_weight_is_neither_counted_nor_called_left_out():
    weights = DEFAULT_WEIGHTS.changed("no readiness", readiness=0)
    ranking = rank(pool(readiness=READY), "1", weights)
    assert "readiness" not in ranking.peers[0].contributions
    assert "readiness" not in ranking.left_out


def test_the_table_carries_all_that_the_ranking_says():
    ranking = rank(answered(), "1", filters=EVERYBODY)
    frame = ranking.table()
    criteria = list(ranking.scores.shares)
    assert frame["score"].to_numpy() == pytest.approx(frame[criteria].sum(axis=1).to_numpy())
    assert frame.loc[0, "reasons"].startswith("You share river floods and storms; ")
    assert list(rank(pool(hazards=None), "1").table().columns[:3]) == ["place", "city_id", "name"]


def test_assumptions_are_said():
    wishes = table("city_id item weight\n2 warn 1\n2 zone 1\n2 fund 1\n3 fund 1\n3 warn 1")
    assert said(rank(answered(), "1").notes) == [
        "Ambra has stated no priorities: all items that it answered count the same",
        "Not compared, because it is not known: density, kind of government, mandate, and free weeks",
    ]
    assert said(rank(answered(priorities=wishes), "3", filters=EVERYBODY).notes)[0] == (
        "Cinto does not know its own level on 1 of 2 items that it wants to learn about")


@pytest.mark.parametrize(("world", "top", "finding"), [
    (lambda: Pool.of(table("city_id name\n1 Ambra"), terms=TERMS), 10, "there is only one"),
    (pool, 0, "0 peers cannot be shown"),
])
def test_a_question_that_has_no_answer_is_refused(world, top, finding):
    with pytest.raises(InputError, match=finding):
        rank(world(), "1", top=top)


def test_a_city_outside_the_pool_is_not_found():
    with pytest.raises(NotFoundError):
        rank(pool(), "99")


def test_the_quick_way_to_the_best_few_finds_the_same_as_sorting_all():
    world = random_pool(200, np.random.default_rng(4))
    everyone = score(world, 5, filters=EVERYBODY)
    assert everyone.best(10).tolist() == everyone.best(200)[:10].tolist()


def test_a_new_criterion_is_one_record(monkeypatch):
    from exchange.matching import criteria
    from exchange.matching.criteria import Criterion, Part
    from exchange.words import text

    def alphabet(world: Pool, learner: int) -> Part:
        early = np.array([1.0 if name < "D" else 0.0 for name in world.names])
        return Part.exactly(early, np.ones(len(world), bool))

    monkeypatch.setitem(criteria.CRITERIA, "alphabet", Criterion(
        "alphabet", text("the alphabet"), "A test.", alphabet, missing=lambda *_: text("no names"),
        reasons=lambda world, _learner, peer: (text("{name} comes early", name=world.names[peer]),),
        unknown=lambda *_: ()))
    weights = DEFAULT_WEIGHTS.changed("a test", alphabet=10)
    first = rank(pool(), "1", weights, filters=EVERYBODY).peers[0]
    assert str(first.reasons[0]) == "Bela comes early"


def test_a_pool_leaves_the_tables_that_it_was_given_as_they_were():
    frame = cities()
    before = frame.copy()
    pool(cities=frame)
    pd.testing.assert_frame_equal(frame, before)
