"""Who learned from whom, what became of it, and who is left out: on small worlds that can be counted by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from exchange.errors import InputError, NotFoundError
from exchange.exchanges.exchange import exchanges
from exchange.learning import aims, flow, forecast, kinds, network, promises

TODAY = dt.date(2026, 1, 1)


def row(name, learner, host, **more):
    return {"exchange_id": name, "learner_id": learner, "host_id": host, "round": "1", "status": "closed", **more}


def entry(name, kind, **body):
    return {"exchange_id": name, "kind": kind, "side": body.get("side"), "body": body}


def uses(*rows):
    return pd.DataFrame(rows, columns=["lesson_id", "city_id", "phase", "at", "exchange_id"])


HELD = exchanges([row("a", "Quito", "Kobe"), row("b", "Lviv", "Kobe"), row("c", "Quito", "Lviv", round="2"),
                  row("d", "Accra", "Kobe", status="proposed")], [])
USES = uses(
    ("l1", "Quito", "exploration", "2025-01-01T00:00:00+00:00", "a"),
    ("l1", "Quito", "utilisation", "2025-04-11T00:00:00+00:00", "a"),
    ("l2", "Quito", "acquisition", "2025-01-01T00:00:00+00:00", "a"),
    ("l3", "Kobe", "exploration", "2025-01-01T00:00:00+00:00", "a"),
    ("l1", "Lviv", "internalisation", "2025-03-02T00:00:00+00:00", "b"),
    ("l4", "Lviv", "exploration", "2025-05-01T00:00:00+00:00", None),
)
MEMBERS = pd.DataFrame([("Quito", "Americas", "upper_middle", 0), ("Kobe", "Asia", "high", 1),
                        ("Lviv", "Europe", "lower_middle", None), ("Accra", "Africa", "lower_middle", 2)],
                       columns=["city_id", "region", "income_group", "capacity"])


def test_a_link_is_a_learner_a_host_and_the_lessons_that_the_learner_uses():
    found = network.links(HELD, USES)
    assert list(found.itertuples(index=False, name=None)) == [
        ("Quito", "Kobe", 1, 2, 1), ("Lviv", "Kobe", 1, 1, 1), ("Quito", "Lviv", 1, 0, 0)]
    assert network.links((), USES).empty
    assert len(network.links(HELD, USES.iloc[:0])) == 3


def test_the_funnel_counts_each_lesson_in_a_city_once_and_never_widens():
    found = flow.funnel(USES, shared=60).set_index("stage")
    assert found["uses"].to_dict() == {"shared": 5, "learnt": 3, "used": 2, "institutionalised": 1}
    assert found["lessons"].to_dict() == {"shared": 60, "learnt": 2, "used": 1, "institutionalised": 1}
    assert found["cities"].to_dict() == {"shared": 3, "learnt": 2, "used": 2, "institutionalised": 1}
    assert flow.funnel(USES.iloc[:0], shared=0)["uses"].sum() == 0


def test_time_to_use_counts_those_that_still_wait():
    found = flow.time_to_use(USES, TODAY)
    assert (found.taken_up, found.used) == (5, 2)
    assert found.median_days is None
    assert "fewer than half" in str(found.sentence)
    two = flow.time_to_use(USES[USES["lesson_id"] == "l1"], TODAY)
    assert two.median_days == 0
    assert two.within_a_year == 1
    quito = flow.time_to_use(USES[(USES["lesson_id"] == "l1") & (USES["city_id"] == "Quito")], TODAY)
    assert quito.median_days == 100
    assert flow.time_to_use(USES.iloc[:0], TODAY).within_a_year is None


def test_each_lesson_says_how_many_took_it_up_and_who_uses_it():
    found = flow.trails(USES).set_index("lesson_id")
    reached = flow.furthest(USES)
    for lesson, some in reached.groupby("lesson_id"):
        assert found.loc[lesson, "cities"] == len(some)
        assert found.loc[lesson, "used"] == len(found.loc[lesson, "users"]) == some["used"].sum()
    assert list(found["used"]) == sorted(found["used"], reverse=True)
    assert flow.trails(USES.iloc[:0]).empty


def test_hosting_is_compared_with_what_was_offered():
    found = network.load(HELD, MEMBERS).set_index("city_id")
    assert found["hosted"].to_dict() == {"Kobe": 2, "Lviv": 1, "Accra": 0, "Quito": 0}
    assert bool(found.loc["Kobe", "over"])
    assert not found.loc["Lviv", "over"]
    assert found.loc["Kobe", "share"] == pytest.approx(2 / 3)
    assert found.loc["Quito", "learnt"] == 2


def test_concentration_is_none_when_all_host_alike_and_near_one_when_one_hosts_all():
    assert network.concentration(pd.Series([2, 2, 2])) == 0
    assert network.concentration(pd.Series([0] * 99 + [5])) == pytest.approx(0.99)
    assert network.concentration(pd.Series([0, 0])) == 0


def test_cities_without_any_exchange_are_named():
    assert network.without(HELD, MEMBERS) == ("Accra",)


def test_a_group_is_left_out_only_when_chance_would_not_do_it():
    members = pd.DataFrame([(f"l{n}", "x", "low", 1) for n in range(6)] +
                           [(f"h{n}", "x", "high", 1) for n in range(12)], columns=MEMBERS.columns)
    busy = exchanges([row(f"e{n}", f"h{n}", f"h{n + 6}") for n in range(6)], [])
    found = network.left_out(busy, members).set_index("group")
    assert bool(found.loc["low", "left_out"])
    assert found.loc["low", "expected"] == 4
    assert not found.loc["high", "left_out"]
    assert not network.left_out(HELD, MEMBERS)["left_out"].any()


def answers(before, after, city="Quito"):
    rows = [(city, round_, f"P9.{n + 1}", level) for round_, levels in (("1", before), ("2", after))
            for n, level in enumerate(levels)]
    return pd.DataFrame(rows, columns=["city_id", "round", "item", "level"])


AIMED = exchanges([row("a", "Quito", "Kobe")], [entry("a", "objective", side="learner", what="x", item="P9.1"),
                                                entry("a", "objective", side="learner", what="x", item="P9.2")])


def test_levels_of_a_round_are_compared_with_those_of_the_next_round():
    found = aims.aims(AIMED, answers([0, 1, 2], [1, 1, 2]), ["1", "2"])
    assert list(zip(found["item"], found["targeted"], found["before"], found["after"], strict=True)) == [
        ("P9.1", True, 0, 1), ("P9.2", True, 1, 1), ("P9.3", False, 2, 2)]
    assert aims.aims(AIMED, answers([0], [1]), ["1"]).empty
    assert aims.aims(HELD[3:], answers([0], [1]), ["1", "2"]).empty


def test_two_answers_of_a_city_to_one_question_in_a_round_are_an_error():
    twice = pd.concat([answers([0], [1])] * 2)
    with pytest.raises(InputError, match="stands twice"):
        aims.aims(AIMED, twice, ["1", "2"])


def test_each_city_counts_once_and_three_figures_are_corrected_together():
    found = aims.where_aimed(aims.aims(AIMED, answers([0, 1, 2], [1, 1, 2]), ["1", "2"]))
    assert found.targeted.estimate == 0.5
    assert found.others.estimate == 0
    assert found.difference.estimate == 0.5
    assert found.targeted.n == 1
    assert found.targeted.verdict == "too_few"
    assert found.left_out == ()
    assert aims.where_aimed(aims.AIMS.empty()).targeted.estimate is None


def outcomes(changes, by="modality"):
    rows = [{"exchange_id": f"e{n}", "learner_id": f"c{n}", "host_id": "h", by: kind, "change": change}
            for n, (kind, change) in enumerate(changes)]
    return kinds.OUTCOMES.of(rows)


def test_kinds_are_compared_with_all_others_and_the_best_comes_first():
    rng = np.random.default_rng(1)
    table = outcomes([(kind, rng.normal(mean, 0.3)) for kind, mean in
                      [("mentoring", 0.9), ("conference", 0.1), ("webinar", 0.5)] for _ in range(10)])
    found = kinds.what_works(table)
    assert [kind.name for kind in found] == ["mentoring", "webinar", "conference"]
    assert [kind.against_others.verdict for kind in found] == ["up", "cannot_tell", "down"]
    assert all(kind.exchanges == 10 for kind in found)
    assert kinds.unlike(table, "modality", "mentoring", "conference").verdict == "up"


def test_a_kind_with_few_cities_reads_too_few():
    found = kinds.what_works(outcomes([("mentoring", 1.0)] * 3 + [("conference", 0.0)] * 9))
    assert found[0].against_others.verdict == "too_few"


def test_a_city_with_two_exchanges_of_one_kind_counts_once():
    table = outcomes([("mentoring", 1.0), ("mentoring", 0.0), ("webinar", 0.0)])
    table["learner_id"] = ["Quito", "Quito", "Lviv"]
    assert kinds.what_works(table)[0].result.n == 1
    assert kinds.what_works(table)[0].result.estimate == 0.5


def test_only_what_is_recorded_can_be_compared():
    with pytest.raises(NotFoundError, match="weather"):
        kinds.what_works(outcomes([("mentoring", 1.0)]), by="weather")
    assert kinds.what_works(kinds.OUTCOMES.empty()) == ()


def test_an_outcome_takes_from_each_exchange_what_is_its_own():
    entries = [entry("a", "objective", side="learner", what="x", item="P9.1"),
               entry("a", "action", side="learner", what="x", owner="o", status="started"),
               entry("a", "action", side="learner", what="x", owner="o"),
               entry("a", "feedback", side="learner", group="media", relevance=4)]
    held = exchanges([row("a", "Quito", "Kobe", about={"modality": "mentoring"}, pair_type="mentoring")], entries)
    table = kinds.outcomes(held, aims.aims(held, answers([0, 0], [2, 0]), ["1", "2"]), USES, [("Quito", "Kobe")])
    assert table.iloc[0][["modality", "shared_language", "change", "uptake", "relevance"]].tolist() == [
        "mentoring", "yes", 2, 0.5, 4]
    assert table.iloc[0]["adopted"] == pytest.approx(1 / 3)


def test_forecasts_are_binned_and_few_of_them_say_so():
    entries = [entry("a", "benefit", side="host", what="x", owner="o", baseline=0, target=1, chance=0.8,
                     result=int(n < 6)) for n in range(12)]
    found = forecast.calibration(exchanges([row("a", "Quito", "Kobe")], entries))
    assert (found.n, found.base_rate) == (12, 0.5)
    assert found.brier == pytest.approx((6 * 0.04 + 6 * 0.64) / 12)
    assert found.skill < 0
    assert found.bins[["n", "reached"]].to_numpy().tolist() == [[12, 0.5]]
    assert "chance of 0.8" in str(found.sentence)
    assert "Too few" in str(forecast.calibration(exchanges([row("a", "Quito", "Kobe")], entries[:3])).sentence)
    assert forecast.calibration(()).brier is None


def test_costs_are_kept_apart_by_currency():
    def visit(name, cost, currency):
        return entry(name, "activity", what="Visit", modality="study_tour", place="Kobe", date="2025-04-01",
                     cost=cost, currency=currency)

    held = exchanges([row("a", "Quito", "Kobe"), row("b", "Lviv", "Kobe")], [
        visit("a", 900, "EUR"), visit("b", 500, "USD"),
        entry("a", "action", side="learner", what="x", owner="o", status="adopted")])
    found = forecast.cost_per_adopted(held).set_index("currency")
    assert found.loc["EUR", "cost_each"] == 900
    assert np.isnan(found.loc["USD", "cost_each"])


def test_six_promises_are_answered_and_without_data_nothing_is_claimed():
    found = promises.promises((), aims.AIMS.empty(), flow.LESSON_USES.empty(), today=TODAY)
    assert [one.promise for one in found] == ["faster_transfer", "joint_creation", "local_networks",
                                              "collective_memory", "pooled_resources", "capacity_to_learn"]
    assert {one.answer for one in found} == {"cannot_tell"}
    assert all(one.evidence and str(one.question) for one in found)


def test_counting_alone_never_keeps_a_promise():
    entries = [entry("a", "activity", what="Work", modality="joint_project", place="online", date="2025-04-01",
                     paid_by="both"),
               entry("a", "learning_point", side="host", what="x", loop="double", phase="exploration", owners="A; B")]
    found = promises.promises(exchanges([row("a", "Quito", "Kobe")], entries), aims.AIMS.empty(), USES, today=TODAY)
    answers_ = {one.promise: one.answer for one in found}
    assert answers_["joint_creation"] == answers_["pooled_resources"] == answers_["collective_memory"] == "signs"


def test_a_network_that_changed_nothing_is_not_told_as_one_that_did():
    rng, told, runs = np.random.default_rng(20260101), 0, 200
    targets = [f"P9.{n}" for n in range(1, 5)]
    held = exchanges([row(f"e{n}", f"c{n}", "h") for n in range(20)],
                     [entry(f"e{n}", "objective", side="learner", what="x", item=item)
                      for n in range(20) for item in targets])
    items = [*targets, "P9.5", "P9.6", "P9.7"]
    for _ in range(runs):
        before = rng.integers(1, 3, (20, 7))
        steps = rng.choice([-1, 0, 0, 1], (20, 7))
        rows = [(f"c{n}", round_, item, levels[n, k]) for round_, levels in (("1", before), ("2", before + steps))
                for n in range(20) for k, item in enumerate(items)]
        table = aims.aims(held, pd.DataFrame(rows, columns=["city_id", "round", "item", "level"]), ["1", "2"])
        found = aims.where_aimed(table)
        told += found.targeted.told or found.others.told or found.difference.told
    assert told <= 0.05 * runs
