"""Each indicator has its formula; what is not known is said, and never taken for nothing."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from exchange.errors import InputError
from exchange.evaluation.before_after import before_after
from exchange.evaluation.indicators import INDICATORS, cost, evenness, indicators
from exchange.exchanges.exchange import Exchange

ROW = {"exchange_id": "x1", "learner_id": "1", "host_id": "2", "round": "1", "status": "closed",
       "start": "2025-01-10", "end": "2025-06-30"}
TODAY = dt.date(2026, 1, 15)


def entry(kind, **body):
    return {"exchange_id": "x1", "kind": kind, "side": body.get("side"), "body": body}


def feedback(**body):
    return entry("feedback", side="learner", group=body.pop("group", "practitioner"), **body)


def action(**body):
    return entry("action", side="learner", what="Dig", owner="Works", **body)


def measured(entries, code, **more):
    exchange = Exchange.of({**ROW, **more.pop("row", {})}, entries)
    return {one.code: one for one in indicators(exchange, today=TODAY, **more)}[code]


def test_there_are_nineteen_and_an_empty_exchange_knows_none_but_the_count_of_changes():
    found = indicators(Exchange.of(ROW), today=TODAY)
    assert [one.code for one in found] == list(INDICATORS)
    assert len(found) == 19
    assert {one.code for one in found if one.value is not None} == {"M1"}
    assert all(str(one.sentence) for one in found)


def test_levels_of_learning_are_kept_apart():
    assert {code: one.kirkpatrick for code, one in INDICATORS.items() if one.kirkpatrick} == {
        "R1": 1, "R2": 1, "L1": 2, "L2": 2, "L3": 2, "B1": 3, "B2": 3, "B3": 3, "O1": 3, "O2": 3, "O3": 3, "I1": 4,
        "I2": 4, "I3": 4}


def test_relevance_is_a_mean_with_the_share_of_high_marks():
    found = measured([feedback(relevance=5), feedback(relevance=4), feedback(relevance=3), feedback()], "R1")
    assert (found.value, found.n) == (4, 3)
    assert str(found.sentence) == "4 of 5; 2 of 3 participants gave 4 or 5."


def test_engagement_counts_those_who_answered():
    assert measured([feedback(took_part="yes"), feedback(took_part="no"), feedback()], "R2").value == 0.5


def test_knowledge_and_confidence_are_gains_on_the_scale_with_an_interval():
    people = [feedback(knowledge_before=2, knowledge_after=4, confidence_before=3, confidence_after=3)
              for _ in range(7)]
    found = measured(people, "L1")
    assert found.value == 0.5
    assert found.result.verdict == "up"
    assert (found.result.low, found.result.high) == (0.5, 0.5)
    assert "7 people" in str(found.sentence)
    assert measured(people, "L2").value == 0


def test_trust_is_the_mean_of_three_answers_of_each_person():
    found = measured([feedback(trust_open=5, trust_reliable=4, trust_again=3), feedback(trust_open=2)], "L3")
    assert (found.value, found.n) == (3, 2)


def test_uptake_counts_actions_begun_by_the_last_follow_up_that_is_due():
    actions = [action(status="started", started="2025-09-01"), action(status="adopted", started="2025-12-01"),
               action(status="started", started="2026-01-10"), action(), action(status="dropped")]
    found = measured(actions, "B1")
    assert found.value == 0.4
    assert str(found.sentence) == "2 of 5 agreed actions had begun after 180 days."
    early = measured(actions, "B1", row={"end": "2025-12-30"})
    assert early.value is None
    assert "90 days" in str(early.sentence)


def test_depth_counts_each_lesson_once_at_its_furthest():
    uses = pd.DataFrame([("a", "1", "exploration"), ("a", "1", "utilisation"), ("b", "1", "acquisition"),
                         ("b", "2", "internalisation")], columns=["lesson_id", "city_id", "phase"])
    assert measured([], "B2", uses=uses).value == pytest.approx(2 / 3)


def test_two_owners_keep_a_learning_point_safe_and_both_sides_are_compared():
    points = [entry("learning_point", side=side, what="x", loop="single", phase="exploration", owners=owners)
              for side, owners in (("learner", ["A", "B"]), ("learner", ["A"]), ("host", []))]
    assert measured(points, "B3").value == pytest.approx(1 / 3)
    assert measured(points, "X1").value == 0.5


def test_an_orphan_fits_no_priority_unless_a_plan_names_it():
    actions = [action(budget_line="orphan"), action(), action(budget_line="B-1"), action(plan="Plan 2030")]
    assert measured(actions, "O1").value == 0.5


def test_departments_that_were_told_are_compared_with_those_concerned():
    briefings = [entry("briefing", side="learner", department=name, date=day)
                 for name, day in (("Parks", "2025-08-01"), ("Works", None), ("Health", ""))]
    assert measured(briefings, "O2").value == pytest.approx(1 / 3)


def test_mandates_of_which_nobody_knows_count_for_neither():
    people = [entry("person", side="learner", name=str(n), role="expert", group="practitioner", mandate=mandate)
              for n, mandate in enumerate(["yes", "no", "unknown"])]
    found = measured(people, "O3")
    assert found.value == 0.5
    assert "of 1 it is not known" in str(found.sentence)


def test_growing_impact_is_the_median_change_between_the_two_looks_back():
    ratings = [entry("rating", side=side, category=category, stage=stage, level=level)
               for side, category, short, long in (("learner", "intelligence", 2, 4), ("host", "intelligence", 3, 3),
                                                   ("host", "delivery_operations", 3, 4))
               for stage, level in (("reflect_short", short), ("reflect_long", long))]
    assert measured(ratings, "I1").value == 1
    assert measured(ratings[:1], "I1").value is None


LEVELS = pd.DataFrame([("1", f"P9.{n}", 0, 1) for n in range(1, 8)] + [("1", f"P6.{n}", 1, 1) for n in range(1, 7)] +
                      [("2", "P6.6", 1, 2), ("2", "P10.2", 2, None)],
                      columns=["city_id", "item", "before", "after"])
AIMED = [entry("objective", side="learner", what="x", item=f"P9.{n}") for n in range(1, 8)]


def test_targeted_questions_are_compared_with_the_others_of_the_learner():
    found = measured(AIMED, "I2", levels=LEVELS)
    assert found.value == 1
    assert found.result.design == "within"
    assert found.result.verdict == "up"
    assert "7 questions" in str(found.sentence)
    assert measured(AIMED, "I2").value is None


def test_learning_indicators_of_both_cities_are_counted_where_they_are_known():
    found = measured([], "I3", levels=LEVELS)
    assert (found.value, found.n) == (pytest.approx(1 / 3), 3)  # P6.6 of both, P6.3 of one


def test_design_changes_count_only_with_a_reference():
    assert measured([entry("design_change", what="x", because_of="round 1"),
                     entry("design_change", what="y")], "M1").value == 1


def test_forecasts_are_scored_by_brier():
    benefits = [entry("benefit", side="host", what="x", owner="o", baseline=0, target=10, chance=chance,
                      result=result) for chance, result in ((0.8, 10), (0.6, 3), (0.5, None))]
    found = measured(benefits, "M2")
    assert found.value == pytest.approx((0.04 + 0.36) / 2)
    assert found.n == 2


def visit(**body):
    return entry("activity", what="Visit", modality="study_tour", place="Kobe", date="2025-04-01", **body)


def test_effort_is_cost_and_days_for_each_adopted_action():
    entries = [visit(cost=9000, currency="EUR"), visit(cost=1000, currency="EUR"), action(status="adopted"),
               action(status="adopted"), entry("person", side="host", name="A", role="expert",
                                               group="practitioner", mandate="yes", days=6)]
    found = measured(entries, "E1")
    assert found.value == 5000
    assert "5,000 EUR and 3 days" in str(found.sentence)
    assert measured(entries[:2], "E1").value is None


def test_a_cost_in_two_currencies_is_an_error():
    with pytest.raises(InputError, match="in USD and the ledger in EUR"):
        cost(Exchange.of(ROW, [visit(cost=1, currency="EUR"), visit(cost=1, currency="USD")]))


def test_groups_at_the_table_and_how_evenly_they_spoke():
    entries = [feedback(group="practitioner", minutes_spoken=30), feedback(group="media", minutes_spoken=30)]
    found = measured(entries, "E2", wanted_groups=["practitioner", "media", "ngo_cso", "insurer"])
    assert found.value == 0.5
    assert "Missing: NGOs and civil society and insurers" in str(found.sentence)
    assert "Evenness of speaking 1" in str(found.sentence)
    assert evenness([1, 1, 1]) == pytest.approx(1)
    assert evenness([99, 1]) < 0.2
    assert evenness([5]) is None


def test_an_exchange_that_never_took_place_is_not_evaluated():
    with pytest.raises(InputError, match="has not taken place"):
        indicators(Exchange.of({**ROW, "status": "agreed"}), today=TODAY)


def test_what_was_wanted_stands_beside_what_happened_for_both_cities():
    entries = [*AIMED, entry("benefit", side="learner", what="Warn", owner="o", baseline=0, target=5, result=5),
               entry("story", side="learner", what="It failed", direction="-"),
               entry("rating", side="host", category="intelligence", level=3, stage="assess"),
               *(entry("look_back", side="learner", item=f"P9.{n}", level=0) for n in range(1, 8))]
    found = before_after(Exchange.of(ROW, entries), LEVELS)
    assert found.learner.reached == (1, 1)
    assert [moved.change for moved in found.learner.targeted] == [1] * 7
    assert found.learner.result.verdict == "up"
    assert found.learner.against_others.estimate == 1
    assert found.learner.shift.shift.estimate == 0
    assert found.host.ratings == {"assess": {"intelligence": 3}}
    assert found.host.targeted == ()
    said = [str(one) for one in found.conclusions({"learner": "Quito", "host": "Kobe"})]
    assert said[0] == "Quito reached 1 of 1 benefit of which the outcome is known."
    assert any("for the worse" in one for one in said)
    assert "Kobe: no outcome of a benefit is known yet." in said


def test_one_city_without_answers_after_is_said_and_not_guessed():
    nobody = before_after(Exchange.of(ROW, AIMED), LEVELS.assign(after=None))
    assert nobody.learner.result.estimate is None
    assert str(nobody.learner.result.sentence) == "Nothing is known yet."
    assert before_after(Exchange.of(ROW, AIMED), LEVELS.iloc[:0]).learner.targeted[0].change is None
