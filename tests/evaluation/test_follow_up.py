"""Nobody is forgotten: the lists after 90, 180 and 365 days, and whose voice was heard."""

from __future__ import annotations

import datetime as dt

from exchange.evaluation.follow_up import alone, follow_ups
from exchange.evaluation.voices import voices
from exchange.exchanges.exchange import Exchange
from exchange.vocabulary import STAKEHOLDER_GROUPS

END = dt.date(2026, 1, 1)
ROW = {"exchange_id": "x1", "learner_id": "1", "host_id": "2", "round": "1", "status": "closed", "end": END}


def entry(kind, side="learner", **body):
    return {"exchange_id": "x1", "kind": kind, "side": side, "position": 0, "body": body}


def action(what, **more):
    return entry("action", what=what, owner="Ana", **more)


def held(*entries, **row):
    return Exchange.of({**ROW, **row}, entries)


def test_there_are_three_follow_ups_and_none_without_an_end():
    found = follow_ups(held(), END)
    assert [(one.days, one.due) for one in found] == [
        (90, dt.date(2026, 4, 1)), (180, dt.date(2026, 6, 30)), (365, dt.date(2027, 1, 1))]
    assert follow_ups(held(end=None), END) == ()


def test_a_follow_up_is_asked_on_its_day_late_a_month_after_and_done_when_ticked_off_by_each_side():
    ticked = entry("milestone", what="follow_up_90", date="2026-04-05")
    first = [follow_ups(held(ticked), day)[0].state for day in (
        dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date(2026, 5, 2))]
    assert [one["host"] for one in first] == ["later", "due", "late"]
    assert {one["learner"] for one in first} == {"done"}


def test_an_action_counts_as_begun_when_it_had_begun_by_that_day():
    rows = [action("a", status="started", started="2026-05-01", due="2026-07-01"), action("b", due="2026-02-01")]
    found = follow_ups(held(*rows), dt.date(2026, 7, 15))
    assert [one.begun for one in found] == [0, 1, 0]
    assert [one.begun for one in found[2].promises] == [None, None]
    assert [one.late for one in found[0].promises] == [True, True]
    adopted = follow_ups(held(action("a", status="adopted", started="2026-05-01", due="2026-07-01")), END)
    assert not adopted[0].promises[0].late


def test_what_one_person_alone_knows_is_named_for_its_side():
    rows = [action("two know it", second_owner="Ben"), action("the same twice", second_owner="Ana"),
            action("one knows it"), action("dropped", status="dropped"),
            entry("learning_point", what="shared", loop="single", phase="exploration", owners=["Ana", "Ben"]),
            entry("learning_point", what="lonely", loop="single", phase="exploration", owners=["Ana"]),
            entry("action", side="host", what="theirs", owner="Kim")]
    assert alone(held(*rows), "learner") == ("the same twice", "one knows it", "lonely")
    assert [one.safe for one in follow_ups(held(*rows), END)[0].promises][:2] == [True, False]


def test_voices_count_people_answers_and_minutes_and_name_who_is_absent():
    rows = [entry("person", name="Ana", role="lead", group="practitioner", mandate="yes"),
            entry("feedback", group="practitioner", took_part="yes", minutes_spoken=30),
            entry("feedback", group="practitioner", took_part="no", minutes_spoken=20),
            entry("feedback", group="citizen_community", took_part="no", minutes_spoken=0)]
    found = {one.group: one for one in voices(held(*rows))}
    assert set(found) == set(STAKEHOLDER_GROUPS)
    mine, citizens = found["practitioner"], found["citizen_community"]
    assert (mine.people, mine.answers, mine.took_part, mine.minutes, mine.share) == (1, 2, 1, 50, 1)
    assert (citizens.minutes, citizens.share, citizens.even) == (0, 0, 1 / 3)
    assert found["media"].absent
    assert found["media"].minutes is None
