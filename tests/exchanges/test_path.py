"""The path says how far two cities are; a gate refuses what it should, and says why."""

from __future__ import annotations

import datetime as dt

import pytest

from exchange.errors import InputError, NotFoundError
from exchange.exchanges.exchange import Exchange, exchanges
from exchange.exchanges.modules import MODULES, items
from exchange.exchanges.path import follow_ups, gate, next_things, steps

TODAY = dt.date(2026, 1, 10)
VISIT = dt.date(2026, 6, 1)
ROW = {"exchange_id": "x1", "network_id": "n", "round": "1", "learner_id": "1", "host_id": "2",
       "pair_type": "peer_to_peer", "learning_level": None, "status": "agreed", "start": dt.date(2026, 1, 1),
       "end": dt.date(2026, 9, 1), "title": "", "about": {}}
NAMES = {"learner": "Quito", "host": "Kobe"}


def entry(kind, **body):
    return {"exchange_id": "x1", "kind": kind, "side": body.get("side"), "position": 0, "body": body}


def tick(what, side, day=TODAY):
    return entry("milestone", what=what, side=side, date=day.isoformat())


def both(kind, **body):
    return [entry(kind, side=side, **body) for side in ("learner", "host")]


MODULE_ENTRIES = [entry("module", essential=module) for module in ("E2", "E4", "E9")]
PLANNED = [
    *both("objective", what="Warn earlier", item="P9.1"), *MODULE_ENTRIES,
    *both("person", name="Lead", role="lead", group="practitioner", mandate="yes"),
    entry("person", name="Expert", role="expert", group="practitioner", mandate="yes", side="host"),
    tick("team_agreed", "learner"),
    *both("benefit", what="Reach more", owner="Lead", measure="share reached", baseline=40, target=80),
]
GATE_1 = [tick("funding_secured", "learner"), tick("commitment_given", "learner"),
          tick("agreement_signed", "learner"), tick("agreement_signed", "host")]
ACTIVITY = entry("activity", what="Visit", modality="peer_review", date=VISIT.isoformat(), place="Quito")
PACK = [
    *[entry("evidence", what=f"{module} {n}", module=module) for module in ("E2", "E4", "E9") for n in range(3)],
    entry("evidence", what="overview", module="E1", overview="yes"),
    entry("evidence", what="overview", module="E2", overview="yes"),
    tick("pack_sent", "learner"), tick("pack_read", "host"),
]
DONE = [
    ACTIVITY, *PACK, tick("agenda_agreed", "learner"), tick("agenda_agreed", "host"),
    entry("finding", what="Sirens work", good_practice="yes"),
    *both("rating", category="intelligence", level=2, stage="assess"),
    entry("recommendation", what="Test monthly", horizon="short"),
    tick("report_drafted", "host"), tick("report_agreed", "learner"),
    tick("report_adopted", "learner"), tick("report_adopted", "host"),
    *both("learning_point", what="Ask early", loop="double", phase="exploration"),
    *both("rating", category="intelligence", level=3, stage="reflect_short"),
    *both("rating", category="intelligence", level=4, stage="reflect_long"),
    tick("community_informed", "learner"), tick("plan_considered", "learner"), tick("own_learning_kept", "host"),
]


def path(entries, today=TODAY, assessed=("learner",), **row):
    return steps({**ROW, **row}, entries, today=today, assessed=assessed, names=NAMES)


def states(entries, **more):
    return [step.state for step in path(entries, **more)]


def refusals(phase, entries, today=TODAY, assessed=("learner",), **row):
    return [str(one) for one in gate(phase, {**ROW, **row}, entries, today=today, assessed=assessed, names=NAMES)]


def test_there_are_thirteen_steps_in_three_phases():
    found = path([])
    assert [step.number for step in found] == list(range(1, 14))
    assert [step.phase for step in found] == ["plan"] * 6 + ["do"] * 4 + ["after"] * 3


def test_a_new_exchange_begins_with_the_learners_self_assessment():
    found = path([], assessed=(), status="proposed")
    assert [step.state for step in found] == ["next"] + ["later"] * 12
    assert [str(one) for one in found[0].missing] == ["Quito: finish the self-assessment and confirm it"]
    assert [str(one) for one in found[1].missing] == ["Kobe: say whether you agree to the exchange"]


def test_a_planned_exchange_stands_before_the_gate_until_money_agreement_and_commitment_are_there():
    assert states(PLANNED)[:7] == ["done"] * 6 + ["blocked"]
    refused = refusals("plan", PLANNED)
    assert refused == ["Quito: tick off: funding is secured",
                       "Quito: tick off: the stakeholders have committed themselves",
                       "Quito: tick off: the agreement on funding and rights is signed",
                       "Kobe: tick off: the agreement on funding and rights is signed"]
    assert [str(one) for one in path(PLANNED)[6].missing] == refused
    assert refusals("plan", PLANNED + GATE_1) == []
    assert states(PLANNED + GATE_1)[6] == "next"


@pytest.mark.parametrize(("chosen", "said"), [
    (("E2",), "choose 2 more modules"), (("E2", "E4"), "choose 1 more module"), (("E2", "E4", "E9"), None),
    (("E1", "E2", "E3", "E4", "E5"), None), (("E1", "E2", "E3", "E4", "E5", "E6"), "leave out 1 module"),
])
def test_three_to_five_modules_are_chosen(chosen, said):
    missing = [str(one) for one in path([entry("module", essential=module) for module in chosen])[3].missing]
    if said is None:
        assert missing == []
    else:
        assert said in missing[0]
        assert missing[0].startswith("Quito and Kobe")


def test_a_benefit_without_measure_baseline_and_target_is_not_enough():
    vague = both("benefit", what="Reach more", owner="Lead")
    assert "give measure, value today and target for 1 benefit" in str(path(vague)[5].missing[0])


def test_an_unknown_mandate_is_asked_after_by_name():
    person = entry("person", name="Chief Engineer", role="lead", group="practitioner", mandate="unknown",
                   side="learner")
    assert any("Chief Engineer" in str(one) for one in path([person])[4].missing)


def test_the_evidence_pack_holds_three_to_five_pieces_a_module_and_the_two_overviews():
    few = [e for e in PACK if e["body"].get("what") != "E4 2" and e["body"].get("module") != "E1"]
    more = [entry("evidence", what=f"more {n}", module="E2") for n in range(3)]
    said = " ".join(str(one) for one in path([*PLANNED, *GATE_1, ACTIVITY, *few, *more])[6].missing)
    assert "add 1 more piece of evidence on urban development and design" in said
    assert "add the overview of organisation for resilience" in said
    assert "take out 1 piece of evidence on risk scenarios: 5 are the most" in said
    assert path([*PLANNED, *GATE_1, ACTIVITY, *PACK])[6].state == "done"


def test_the_response_module_may_have_eight_pieces_of_evidence():
    more = [entry("evidence", what=f"more {n}", module="E9") for n in range(5)]
    assert path([*MODULE_ENTRIES, ACTIVITY, *PACK, *more])[6].missing == ()


def test_evidence_that_comes_less_than_three_months_before_the_visit_moves_the_visit():
    late = [e for e in PACK if e["body"].get("what") != "pack_sent"] + [
        tick("pack_sent", "learner", dt.date(2026, 4, 15))]
    refused = refusals("do", [*PLANNED, *GATE_1, ACTIVITY, *late], today=dt.date(2026, 4, 20))
    assert any("move the visit to July 15, 2026 or later" in one for one in refused)
    after = refusals("do", [*PLANNED, *GATE_1, ACTIVITY, *late], today=dt.date(2026, 6, 10))
    assert not any("move the visit" in one for one in after)


def test_the_whole_path_can_be_gone_to_its_end():
    everything = PLANNED + GATE_1 + DONE
    assert states(everything, today=dt.date(2027, 10, 1)) == ["done"] * 13
    for phase in ("plan", "do", "after"):
        assert refusals(phase, everything, today=dt.date(2027, 10, 1)) == []
    assert next_things(ROW, everything, today=dt.date(2027, 10, 1), assessed=("learner",)) == ()


def test_closing_asks_for_the_learning_of_the_host_too():
    without = [e for e in PLANNED + GATE_1 + DONE if e["body"].get("what") != "own_learning_kept"]
    assert refusals("after", without, today=dt.date(2027, 10, 1)) == [
        "Kobe: tick off: the host has written down its own learning"]


def test_one_city_that_has_not_rated_keeps_the_last_gate_shut():
    one_sided = [e for e in PLANNED + GATE_1 + DONE
                 if not (e["kind"] == "rating" and e["side"] == "host" and e["body"]["stage"] == "reflect_long")]
    assert refusals("after", one_sided, today=dt.date(2027, 10, 1)) == ["Kobe: rate the impact a year after"]
    known = steps(ROW, one_sided, today=dt.date(2027, 10, 1), assessed=("learner",), rated=[("host", "reflect_long")])
    assert known[-1].state == "done"


def test_a_pause_blocks_the_path_and_is_the_only_next_thing():
    paused = [*PLANNED, *GATE_1, tick("pause", "learner")]
    assert states(paused)[6] == "blocked"
    things = next_things(ROW, paused, today=TODAY, names=NAMES)
    assert [str(thing.what) for thing in things] == ["the exchange is paused: say when the work goes on"]
    resumed = [*paused, tick("resume", "learner", TODAY + dt.timedelta(days=3))]
    assert states(resumed)[6] == "next"


def test_the_next_three_things_say_who_and_by_when_late_ones_first():
    things = next_things(ROW, [*PLANNED, *GATE_1, ACTIVITY], today=dt.date(2026, 4, 1), assessed=("learner",),
                         names=NAMES)
    assert len(things) == 3
    assert all(thing.late for thing in things)
    assert things[0].who == "Quito"
    assert things[0].due == dt.date(2026, 3, 1)
    assert str(things[0].said()).endswith("This was due on March 1, 2026.")


def test_actions_are_followed_up_after_90_180_and_365_days():
    action = entry("action", what="Buy sirens", side="learner", owner="Works")
    assert follow_ups(Exchange.of(ROW)) == ((90, dt.date(2026, 11, 30)), (180, dt.date(2027, 2, 28)),
                                            (365, dt.date(2027, 9, 1)))
    late = next_things(ROW, [*PLANNED, *GATE_1, *DONE, action], today=dt.date(2027, 3, 1), assessed=("learner",))
    assert [(thing.side, str(thing.what), thing.due) for thing in late] == [
        ("learner", "say how far 1 agreed action has come", dt.date(2027, 2, 28))]
    early = next_things(ROW, [*PLANNED, *GATE_1, *DONE, action], today=dt.date(2026, 10, 1), assessed=("learner",))
    assert early == ()


def test_a_phase_that_does_not_exist_is_an_error():
    with pytest.raises(NotFoundError, match="lunch"):
        gate("lunch", ROW, today=TODAY)


def test_impossible_dates_and_a_city_that_learns_from_itself_are_named_together():
    with pytest.raises(InputError) as caught:
        Exchange.of({**ROW, "end": dt.date(2025, 1, 1), "host_id": "1", "pair_type": "marriage"},
                    [entry("rating", category="intelligence", level=9, side="host", stage="assess")])
    assert len(caught.value.findings) == 4


def test_targets_are_the_questions_of_the_objectives_else_of_the_modules():
    assert Exchange.of(ROW, PLANNED).targeted() == ("P9.1",)
    assert Exchange.of(ROW, MODULE_ENTRIES).targeted() == (*items("E2"), *items("E4"), *items("E9"))
    assert Exchange.of(ROW, MODULE_ENTRIES).targeted("host") == ()


def test_the_modules_cover_all_47_questions_once():
    covered = [item for module in MODULES for item in items(module)]
    assert len(covered) == len(set(covered)) == 47
    assert items("E3")[-1] == "P7.3"
    assert items("E8b") == ("P8.7",)


def test_the_visit_is_the_first_meeting_in_a_place():
    online = entry("activity", what="Call", modality="webinar", date="2026-02-01", place="online")
    exchange = Exchange.of(ROW, [online, ACTIVITY])
    assert exchange.visit.what == "Visit"
    assert exchange.modality == "webinar"
    assert Exchange.of({**ROW, "about": {"modality": "mentoring"}}, [online]).modality == "mentoring"
    assert Exchange.of(ROW).visit is None


def test_entries_find_their_exchange():
    found = exchanges([ROW, {**ROW, "exchange_id": "x2"}], [entry("module", essential="E2")])
    assert [one.modules for one in found] == [("E2",), ()]


def test_the_side_of_a_city_is_known_and_a_stranger_is_an_error():
    exchange = Exchange.of(ROW)
    assert (exchange.side_of("1"), exchange.side_of("2")) == ("learner", "host")
    with pytest.raises(InputError, match="takes no part"):
        exchange.side_of("3")
