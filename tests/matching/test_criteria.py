"""Each criterion against figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from exchange.matching import CRITERIA, Pool
from exchange.matching.criteria import complementarity, feasibility, problem_similarity
from tests.matching.worlds import LEVELS, TERMS, answered, cities, pool, random_pool, table, wide

AMBRA, BELA, CINTO, DURA, ESKA = range(5)


def measured(name: str, world: Pool, learner: int = AMBRA):
    return CRITERIA[name].measure(world, learner)


def asked(what: str, name: str, world: Pool, learner: int = AMBRA):
    return getattr(CRITERIA[name], what)(world, learner, measured(name, world, learner))


def said(texts) -> list[str]:
    return [str(one) for one in texts]


def test_every_criterion_stays_within_its_bounds_and_bounds_within_0_and_1():
    for seed in range(5):
        world = random_pool(40, np.random.default_rng(seed))
        for name in CRITERIA:
            part = measured(name, world, seed)
            assert (part.low >= 0).all(), name
            assert (part.low <= part.value).all(), name
            assert (part.value <= part.high + 1e-12).all(), name
            assert (part.high <= 1 + 1e-12).all(), name
            assert (part.value[~part.known] == 0).all(), name
            assert (part.high[~part.known] == 1).all(), name


def test_every_criterion_has_words_and_a_source():
    for name, criterion in CRITERIA.items():
        assert criterion.name == name
        assert str(criterion.label)
        assert criterion.source.endswith(".")


# shared hazards


def test_hazards_are_compared_by_hazard_by_cluster_and_by_kind():
    part = measured("problem_similarity", pool())
    assert part.value[BELA] == pytest.approx(0.6 * 6 / 7 + 0.3 * 6 / 7 + 0.1 * 1)
    assert part.value[DURA] == pytest.approx(0.6 * 0.25 / 3 + 0.3 * 1.25 / 2 + 0.1 * 1)
    assert part.value[AMBRA] == pytest.approx(1)


def test_a_related_hazard_counts_more_than_an_unrelated_one_and_less_than_the_same():
    world = pool(hazards=table("city_id hazard_id weight\n1 river_flood 1\n2 river_flood 3\n3 flash_flood 1\n"
                               "4 storm 1\n5 quake 1"))
    value = measured("problem_similarity", world).value
    assert value[[BELA, CINTO, DURA, ESKA]] == pytest.approx([1, 0.4, 0.1, 0])


def test_likeness_of_hazards_is_the_same_from_both_sides():
    world = random_pool(30, np.random.default_rng(1))
    for a, b in [(0, 1), (2, 3), (4, 29)]:
        there, back = measured("problem_similarity", world, a), measured("problem_similarity", world, b)
        assert there.value[b] == pytest.approx(back.value[a])


def test_a_city_that_names_no_hazards_could_share_all_or_none():
    world = pool(hazards=table("city_id hazard_id weight\n1 heat 1\n2 heat 1"))
    part = measured("problem_similarity", world)
    assert (part.low[CINTO], part.high[CINTO], part.known[CINTO]) == (0, 1, False)


def test_shared_hazards_are_named_gravest_first():
    assert said(problem_similarity.reasons(pool(), AMBRA, BELA)) == ["You share river floods and storms"]
    assert said(problem_similarity.reasons(pool(), AMBRA, DURA)) == ["You share heat waves"]


def test_more_than_three_shared_hazards_are_counted():
    five = "\n".join(f"{city} {hazard} 1" for city in (1, 2) for hazard in list(TERMS)[:5])
    world = pool(hazards=table("city_id hazard_id weight\n" + five))
    assert said(problem_similarity.reasons(world, AMBRA, BELA)) == [
        "You share 5 hazards, among them drought, flash floods, and heat waves"]


def test_without_a_shared_hazard_related_ones_are_named():
    world = pool(hazards=table("city_id hazard_id weight\n1 river_flood 1\n3 flash_flood 1\n5 quake 1"))
    assert said(problem_similarity.reasons(world, AMBRA, CINTO)) == [
        "You face related hazards: river floods and, in Cinto, flash floods"]
    assert said(problem_similarity.reasons(world, AMBRA, ESKA)) == []


# strengths where the learner is weak


def test_a_gap_counts_by_priority_and_unknown_levels_give_bounds():
    part = measured("complementarity", answered())
    assert (part.low[BELA], part.high[BELA]) == pytest.approx((2 / 9, 2 / 9))
    assert (part.low[CINTO], part.high[CINTO]) == pytest.approx((1 / 9, 4 / 9))
    assert part.value == pytest.approx(part.low)
    assert part.known.tolist() == [True, True, True, False, False]


def test_stated_priorities_decide_what_a_gap_is_worth():
    world = answered(priorities=table("city_id item weight\n1 warn 3\n1 plan 1"))
    assert measured("complementarity", world).value[BELA] == pytest.approx(0.75 * 2 / 3)


def test_the_distance_cap_keeps_a_far_leader_from_counting_more():
    levels = table("city_id item level\n1 warn 0\n2 warn 1\n3 warn 2\n4 warn 3")
    value = measured("complementarity", answered(levels=levels)).value
    capped = measured("complementarity", answered(levels=levels, distance_cap=2)).value
    assert value[[BELA, CINTO, DURA]] == pytest.approx([1 / 3, 2 / 3, 1])
    assert capped[[BELA, CINTO, DURA]] == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert "A host more than 2 levels ahead counts no more for it" in said(
        asked("notes", "complementarity", answered(levels=levels, distance_cap=2)))


def test_bounds_hold_whatever_the_unknown_levels_turn_out_to_be():
    rng = np.random.default_rng(7)
    everything = pd.MultiIndex.from_product([list("12345"), list("abcdef")], names=["city_id", "item"])
    wishes = pd.DataFrame({"weight": rng.integers(1, 5, len(everything))}, index=everything).reset_index()
    for _ in range(30):
        full = pd.DataFrame({"level": rng.integers(0, 4, len(everything))}, index=everything).reset_index()
        truth = answered(levels=full, priorities=wishes)
        thin = answered(levels=full[rng.random(len(full)) < 0.5], priorities=wishes)
        for name in ("complementarity", "reciprocity"):
            part, true = measured(name, thin), measured(name, truth).value
            assert (part.low <= true + 1e-12).all()
            assert (true <= part.high + 1e-12).all()


def test_the_items_are_named_on_which_the_host_is_known_to_be_ahead():
    assert said(complementarity.reasons(answered(), AMBRA, BELA)) == [
        "Bela is strong where you are weak: early warning (3 against your 1)"]
    assert said(complementarity.reasons(answered(), AMBRA, DURA)) == []
    part = measured("complementarity", answered())
    assert said(complementarity.unknown(answered(), AMBRA, CINTO, part)) == [
        "the levels of Cinto on 2 of 3 items that you want to learn about"]


def test_the_level_that_weighs_most_is_asked_for():
    world = answered(priorities=table("city_id item weight\n1 warn 1\n1 fund 3"))
    fact, share = asked("asks", "complementarity", world)
    assert (str(fact), share) == ("the level of Ambra on funding", 0.75)


def test_a_self_assessment_is_asked_for_only_where_others_have_one_to_compare():
    fact, share = asked("asks", "complementarity", answered(), ESKA)
    assert (str(fact), share) == ("the self-assessment of Eska", 1.0)
    assert asked("asks", "complementarity", pool(), ESKA) is None


# learning both ways


def test_reciprocity_is_the_harmonic_mean_of_both_sides():
    part = measured("reciprocity", answered())
    there, back_low, back_high = 2 / 9, 2 / 12, 3 / 12
    assert part.low[BELA] == pytest.approx(2 * there * back_low / (there + back_low))
    assert part.high[BELA] == pytest.approx(2 * there * back_high / (there + back_high))


def test_a_pair_in_which_one_side_gains_nothing_has_no_reciprocity():
    world = answered(levels=table("city_id item level\n1 warn 0\n1 plan 0\n2 warn 3\n2 plan 2"))
    part = measured("reciprocity", world)
    assert (part.value[BELA], part.high[BELA], part.known[BELA]) == (0, 0, True)


def test_what_you_can_give_in_return_is_named():
    assert said(CRITERIA["reciprocity"].reasons(answered(), AMBRA, BELA)) == [
        "Bela can learn from you in return: planning (your 3 against 1)"]


# likeness of cities


def test_likeness_is_the_mean_over_what_is_known():
    part = measured("context_fit", pool())
    assert part.value[BELA] == pytest.approx((1 - np.log10(1.2) / 2 + 1 + 1) / 3)
    assert part.value[DURA] == pytest.approx((1 - np.log10(64 / 60) / 2 + 2 / 3 + 0) / 3)


def test_a_city_a_hundred_times_as_large_has_no_size_in_common():
    world = Pool.of(table("city_id name population\n1 A 10000\n2 B 100000\n3 C 5000000"), terms=TERMS)
    assert measured("context_fit", world).value == pytest.approx([1, 0.5, 0])


def test_a_city_does_not_rise_because_little_is_known_about_it():
    frame = cities()
    frame.loc[BELA, ["population", "coastal"]] = None
    part = measured("context_fit", pool(cities=frame))
    assert (part.value[BELA], part.high[BELA]) == pytest.approx((1 / 3, 1))
    assert said(CRITERIA["context_fit"].unknown(pool(cities=frame), AMBRA, BELA, part)) == [
        "population and position on the coast or inland of Bela"]


def test_a_fact_that_is_known_of_no_pair_is_not_compared():
    part = measured("context_fit", pool())
    assert said(one.name for one in part.not_compared) == ["density", "kind of government", "mandate"]


def test_a_fact_is_asked_for_that_others_have_told():
    frame = cities()
    frame.loc[AMBRA, "population"] = None
    fact, share = asked("asks", "context_fit", pool(cities=frame))
    assert (str(fact), share) == ("the population of Ambra", pytest.approx(1 / 3))


def test_likeness_is_said_in_words():
    assert said(CRITERIA["context_fit"].reasons(pool(), AMBRA, DURA)) == ["About your size: 640,000 people"]
    assert said(CRITERIA["context_fit"].reasons(pool(), AMBRA, ESKA)) == [
        "On the coast, as you are", "In a country of your income group: high income"]


# language, time zone, distance


def test_two_people_share_a_language_with_a_chance_that_follows_from_its_speakers():
    chance = feasibility.shared_language(pool(), AMBRA)
    assert chance[BELA] == pytest.approx(1 - (1 - 0.95 * 0.6) * (1 - 0.9 * 0.5))
    assert chance[CINTO] == 0
    assert feasibility.shared_language(pool(), DURA)[DURA] == pytest.approx(1)


def test_working_hours_overlap_round_the_clock():
    world = Pool.of(table("city_id name utc_offset\n1 A 720\n2 B -660\n3 C 0\n4 D 330\n5 E ."), terms=TERMS)
    hours = feasibility.shared_hours(world, 0)
    assert hours[:4] == pytest.approx([8, 7, 0, 1.5])
    assert np.isnan(hours[4])


def test_travel_counts_by_bands():
    assert feasibility.travel(pool(), AMBRA).tolist() == [1, 1, 0.25, 0.25, 0.25]


def test_weeks_count_only_where_both_have_told_theirs():
    weeks = table("city_id week\n1 W14\n1 W15\n2 W15\n3 W20")
    part = measured("feasibility", pool(calendar=weeks))
    chance = 1 - (1 - 0.57) * (1 - 0.45)
    assert part.value[BELA] == pytest.approx((2 * chance + 1 + 1 + 0.5) / 5)
    assert part.high[DURA] - part.low[DURA] == pytest.approx(1 / 5)


def test_language_hours_and_nearness_are_said_in_words():
    reasons = CRITERIA["feasibility"].reasons
    assert said(reasons(pool(), CINTO, DURA)) == ["You both speak Spanish; working hours overlap by 8 hours"]
    assert said(reasons(pool(), AMBRA, BELA)) == [
        "You both speak Dutch; working hours overlap by 8 hours", "Near you: 78 km away"]
    assert said(reasons(pool(), AMBRA, CINTO)) == ["Your working hours overlap by 2 hours"]


# readiness


def test_readiness_is_the_mean_of_what_is_known_of_anyone():
    world = pool(readiness=table("city_id mandate focal_point backing\n2 yes yes no\n3 yes . ."))
    part = measured("readiness", world)
    assert (part.low[BELA], part.high[BELA]) == pytest.approx((2 / 3, 2 / 3))
    assert (part.low[CINTO], part.high[CINTO]) == pytest.approx((1 / 3, 1))
    assert not part.known[DURA]


def test_having_met_counts_in_either_role():
    world = pool(history=table("learner_id host_id round\n2 1 2024\n1 4 2025"))
    assert measured("readiness", world).value[1:].tolist() == [1, 0, 1, 0]
    assert said(CRITERIA["readiness"].reasons(world, AMBRA, BELA)) == ["You have worked with Bela before"]


def test_what_a_host_has_in_place_is_said():
    world = pool(readiness=table("city_id mandate focal_point backing\n2 yes yes no"))
    assert said(CRITERIA["readiness"].reasons(world, AMBRA, BELA)) == [
        "Bela has a mandate and a person to call"]


def test_why_a_criterion_is_missing_is_said_for_the_learner_or_for_the_others():
    missing = {name: str(CRITERIA[name].missing(pool(), AMBRA)) for name in CRITERIA}
    assert missing["complementarity"].startswith("Ambra has not assessed itself")
    assert missing["readiness"] == "No city that could be chosen has said whether it is ready to host"
    assert "assessed itself on what Ambra wants" in str(
        CRITERIA["complementarity"].missing(answered(levels=wide(LEVELS, "item", "level").head(1)), AMBRA))
