"""Entries are checked when they are written, and survive the way into the store and out again."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from exchange.errors import InputError
from exchange.exchanges.entry import body, parse
from exchange.exchanges.records import RECORDS, Activity, Benefit

VISIT = {"what": "Visit the squares", "modality": "study_tour", "date": "2025-05-06", "place": "Rotterdam"}
BENEFIT = {"what": "Warn more people", "side": "learner", "owner": "Head of the control room"}


def test_an_activity_is_read_as_a_form_gives_it_with_empty_texts_for_what_is_not_known():
    activity = parse("activity", {**VISIT, "cost": "", "language": "", "paid_by": ""})
    assert isinstance(activity, Activity)
    assert activity.date == dt.date(2025, 5, 6)
    assert activity.cost is None
    assert body(activity) == VISIT


def test_every_wrong_field_is_named_at_once_with_a_remedy():
    with pytest.raises(InputError) as caught:
        parse("activity", {"modality": "picnic", "date": "2025-13-01", "place": "Quito", "colour": "red"},
              place="activity 3")
    places = [finding.place for finding in caught.value.findings]
    assert sorted(places) == ["activity 3, colour", "activity 3, date", "activity 3, modality", "activity 3, what"]
    assert "study_tour" in str(caught.value)
    assert all(finding.remedy.endswith(".") for finding in caught.value.findings)


def test_a_cost_needs_its_currency():
    with pytest.raises(InputError, match="currency"):
        parse("activity", {**VISIT, "cost": 1200})
    assert parse("activity", {**VISIT, "cost": 1200, "currency": "EUR"}).cost == 1200


@pytest.mark.parametrize("level", [0, 6, "high", None])
def test_impact_is_rated_from_one_to_five_and_nothing_else(level):
    with pytest.raises(InputError, match="level"):
        parse("rating", {"category": "intelligence", "level": level, "side": "host", "stage": "assess"})


def test_the_side_of_the_row_is_used_where_the_body_names_none():
    assert parse("benefit", {k: v for k, v in BENEFIT.items() if k != "side"}, side="host").side == "host"
    assert parse("benefit", BENEFIT, side="host").side == "learner"
    assert "side" not in body(parse("module", {"essential": "E2"}, side="host"))


def test_an_unknown_kind_is_an_error_that_names_the_known_ones():
    with pytest.raises(InputError, match="learning_point"):
        parse("poem", {})


def test_an_action_without_a_budget_line_is_an_orphan():
    def action(**more):
        return parse("action", {"what": "Dig", "side": "host", "owner": "Works", **more})

    assert action().orphan
    assert action(budget_line="Orphan").orphan
    assert not action(budget_line="B-12").orphan
    assert action(status="adopted").under_way
    assert not action().under_way


@pytest.mark.parametrize(("baseline", "target", "result", "reached"), [
    (10, 50, 60, True), (10, 50, 40, False), (30, 10, 5, True), (30, 10, 20, False), (10, 50, None, None),
    (None, 50, 60, None),
])
def test_a_benefit_is_reached_in_its_own_direction(baseline, target, result, reached):
    benefit = parse("benefit", {**BENEFIT, "baseline": baseline, "target": target, "result": result})
    assert isinstance(benefit, Benefit)
    assert benefit.reached is reached


def test_owners_may_be_typed_in_one_line():
    point = {"what": "Ask early", "side": "host", "loop": "double", "phase": "utilisation"}
    assert parse("learning_point", {**point, "owners": " Port ; Parks;"}).owners == ("Port", "Parks")


def test_a_record_cannot_be_changed():
    with pytest.raises(ValidationError):
        parse("activity", VISIT).place = "online"


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).map(str.strip).filter(bool)
numbers = st.none() | st.floats(-1e9, 1e9)


@given(what=words, owner=words, side=st.sampled_from(["learner", "host"]), baseline=numbers, target=numbers,
       chance=st.none() | st.floats(0, 1), progress=st.none() | st.integers(1, 5))
def test_a_benefit_survives_the_store_and_the_way_back(**fields):
    record = parse("benefit", fields)
    assert parse("benefit", json.loads(json.dumps(body(record)))) == record


@given(what=words, name=words, cost=st.none() | st.floats(0, 1e9), day=st.dates(dt.date(1990, 1, 1)),
       modality=st.sampled_from(["study_tour", "webinar"]), owners=st.lists(words, max_size=3))
def test_activities_and_learning_points_survive_the_store_and_the_way_back(what, name, cost, day, modality, owners):
    activity = parse("activity", {"what": what, "modality": modality, "date": day, "place": name, "cost": cost,
                                  "currency": "EUR"})
    point = parse("learning_point", {"what": what, "side": "host", "loop": "single", "phase": "exploration",
                                     "owners": owners})
    for record in (activity, point):
        assert parse(record.kind, json.loads(json.dumps(body(record)))) == record


def test_every_kind_has_a_title_for_its_list():
    assert {str(record.title) for record in RECORDS.values()} >= {"Objectives", "Actions", "Stories of change"}
    assert len({str(record.title) for record in RECORDS.values()}) == len(RECORDS)
