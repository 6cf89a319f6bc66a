"""Loading many rows: all or none, one line of history a table."""

from __future__ import annotations

import pandas as pd
import pytest

from exchange.errors import InputError, NotAllowedError
from tests.store.worlds import CITIES, LOCAL, MEMBERS, NETWORKS, QUITO, ROTTERDAM, editor, rows, secretariat

WHOLE = {"member": MEMBERS, "city": CITIES, "network": NETWORKS}


def test_tables_are_loaded_in_any_order_with_one_line_of_history_each(store):
    assert store.load(LOCAL, WHOLE) == {"member": 5, "city": 4, "network": 2}
    assert len(store.cities(LOCAL)) == 4
    history = rows(store.audit(LOCAL))
    assert {row["subject"] for row in history} == {"network", "city", "member"}
    assert all('"sha256":' in row["after"] for row in history)
    assert store.verify_audit().ok


def test_loading_the_same_again_changes_nothing_but_the_history(store):
    store.load(LOCAL, WHOLE)
    before = store.cities(LOCAL)
    store.load(LOCAL, WHOLE)
    pd.testing.assert_frame_equal(store.cities(LOCAL), before)


def test_a_moment_that_is_not_given_stays_as_it_was(world):
    row = {"lesson_id": "l1", "title": "Dikes", "language": "en", "body": {}}
    world.load(LOCAL, {"lesson": [row]})
    before = world.lesson(LOCAL, "l1")["created_at"]
    world.load(LOCAL, {"lesson": [{**row, "title": "Walls"}]})
    assert (world.lesson(LOCAL, "l1")["title"], world.lesson(LOCAL, "l1")["created_at"]) == ("Walls", before)


def test_rows_that_are_there_are_written_over_or_kept(store):
    store.load(LOCAL, WHOLE)
    store.load(LOCAL, {"city": [{**CITIES[0], "name": "Rotterdam Zuid"}]}, existing="keep")
    assert store.city(LOCAL, ROTTERDAM)["name"] == "Rotterdam"
    store.load(LOCAL, {"city": [{**CITIES[0], "name": "Rotterdam Zuid"}]})
    assert store.city(LOCAL, ROTTERDAM)["name"] == "Rotterdam Zuid"


def test_every_fault_is_named_with_its_row_and_nothing_is_loaded(store):
    with pytest.raises(InputError) as caught:
        store.load(LOCAL, {"network": NETWORKS, "city": [CITIES[0], {**CITIES[1], "lat": 200, "country": "Ecuador"},
                                                         {"city_id": "x", "nickname": "?"}]})
    places = {finding.place for finding in caught.value.findings}
    assert {"city, row 2, lat", "city, row 2, country", "city, row 3"} <= places
    assert store.networks(LOCAL).empty
    assert store.verify_audit().rows == 0


def test_a_key_that_stands_twice_is_named(store):
    with pytest.raises(InputError, match=f"city, row 2: {ROTTERDAM} stands in row 1 already"):
        store.load(LOCAL, {"city": [CITIES[0], CITIES[0]]})


def test_two_rows_for_one_answer_are_named(world):
    answer = {"assessment_id": "a1", "respondent_id": "city", "item": "P1.1", "state": "answered", "level": 1}
    assessment = {"assessment_id": "a1", "city_id": QUITO, "instrument": "resilience", "round": "1"}
    with pytest.raises(InputError, match=r"answer, row 2: a1, city, P1\.1 stands in row 1 already"):
        world.load(LOCAL, {"assessment": [assessment], "answer": [answer, {**answer, "level": 2}]})


def test_a_reference_to_what_does_not_exist_is_named(world):
    with pytest.raises(InputError, match="member, row 1, city_id: there is no 42"):
        world.load(LOCAL, {"member": [{"network_id": "delta", "city_id": "42"}]})
    with pytest.raises(InputError, match="answer, row 1, assessment_id, respondent_id: there is no a9/city"):
        world.load(LOCAL, {"answer": [{"assessment_id": "a9", "respondent_id": "city", "item": "P1.1",
                                       "state": "unknown"}]})


def test_loaded_answers_are_answers_like_any_other(world):
    world.load(LOCAL, {
        "assessment": [{"assessment_id": "a1", "city_id": QUITO, "instrument": "resilience", "version": "1",
                        "round": "1", "status": "confirmed"}],
        "answer": [{"assessment_id": "a1", "respondent_id": "city", "item": item, "state": "answered", "level": 2}
                   for item in ("P1.1", "P1.2")],
        "share": [{"city_id": QUITO, "audience": "network", "network_id": "delta", "level": "full", "version": 1}],
    })
    assert [row["level"] for row in rows(world.latest_answers(editor(ROTTERDAM), "delta"))] == [2, 2]
    found = world.open_assessment(editor(QUITO), QUITO, "resilience", version="1", round="1")
    assert found["assessment_id"] == "a1"
    world.reopen_assessment(editor(QUITO), "a1")
    assert world.save_answer(editor(QUITO), "a1", "P1.1", "answered", 3).revision == 2


def test_loaded_lessons_are_found(world):
    row = {"lesson_id": "l1", "title": "Dikes", "language": "en", "city_id": QUITO,
           "body": {"problem": "floods", "hazards": ["MH0600"]}}
    world.load(LOCAL, {"lesson": [row, {**row, "lesson_id": "l2", "title": "Heat", "body": {"problem": "heat waves"}}]})
    world.load(LOCAL, {"lesson": [{**row, "title": "Walls", "body": {"problem": "storm surge"}}]})
    assert [found["title"] for found in world.search_lessons(LOCAL, "surge")] == ["Walls"]
    assert world.search_lessons(LOCAL, "flooding") == []
    assert world.search_lessons(LOCAL, "", {"hazard": "MH0600"}) == []
    assert len(world.lessons(LOCAL)) == 2


def test_rows_may_leave_out_what_has_a_default(world):
    world.load(LOCAL, {"member": [{"network_id": "coast", "city_id": QUITO, "readiness": {"mandate": True}},
                                  {"network_id": "coast", "city_id": ROTTERDAM, "capacity": 3}]})
    members = {row["city_id"]: row for row in rows(world.members(LOCAL, "coast"))}
    assert members[ROTTERDAM]["readiness"] == {}
    assert members[QUITO]["readiness"] == {"mandate": True}
    assert members[QUITO]["capacity"] is None


@pytest.mark.parametrize("table", ["audit", "setting", "answer_op", "lesson_tag", "nothing"])
def test_the_history_and_the_inner_tables_cannot_be_loaded(store, table):
    with pytest.raises(InputError, match=f"table {table}: it cannot be loaded"):
        store.load(LOCAL, {table: []})


@pytest.mark.parametrize("viewer", [secretariat("delta"), editor(ROTTERDAM)])
def test_only_the_local_user_loads(world, viewer):
    with pytest.raises(NotAllowedError):
        world.load(viewer, {"network": NETWORKS})


def test_a_city_without_a_short_name_has_its_identifier_as_one(store):
    store.load(LOCAL, {"city": [{"city_id": "99", "name": "New", "country": "NLD"}, CITIES[0]]})
    assert [row["slug"] for row in rows(store.cities(LOCAL))] == ["99", "rotterdam"]


def test_no_rows_are_nothing_to_do(store):
    assert store.load(LOCAL, {"city": [], "member": []}) == {"city": 0, "member": 0}
