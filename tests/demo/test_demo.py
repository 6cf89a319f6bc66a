"""The demo network is whole, plausible, marked as fictional, and the same for the same seed."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from exchange import hazards, instruments
from exchange.demo import demo_network, truths
from exchange.demo.begun import begun
from exchange.demo.levels import ITEMS
from exchange.demo.places import HAZARDS
from exchange.demo.voices import with_voices
from exchange.errors import InputError
from exchange.exchanges.exchange import exchanges
from exchange.exchanges.path import gate, next_things, steps
from exchange.exchanges.records import RECORDS
from exchange.store import Store, Viewer
from exchange.vocabulary import EVALUATION_STAGES, LEARNING_PHASES


@pytest.fixture(scope="module")
def demo():
    return demo_network()


@pytest.fixture(scope="module")
def held(demo):
    return exchanges(demo["exchange"], demo["entry"])


def slugs(demo):
    return {row["city_id"]: row["slug"] for row in demo["city"]}


def test_the_same_seed_makes_the_same_network_and_another_seed_another(demo):
    assert demo_network() == demo
    assert demo_network(seed=7)["answer"] != demo["answer"]


def test_the_store_takes_every_row(demo, tmp_path):
    lessons = sorted({row["lesson_id"] for row in demo["lesson_use"]})
    library = [{"lesson_id": lesson, "language": "en", "title": lesson, "demo": True} for lesson in lessons]
    with Store.open(f"sqlite:///{tmp_path / 'demo.db'}") as store:
        made = store.load(Viewer.local(), {**demo, "lesson": library})
    assert {name: made[name] for name in demo} == {name: len(rows) for name, rows in demo.items()}


def test_sixty_real_cities_of_all_regions_and_income_groups(demo):
    assert len(demo["city"]) == 60
    assert {row["region"] for row in demo["city"]} == {"Africa", "Americas", "Asia", "Europe", "Oceania"}
    assert {row["income_group"] for row in demo["city"]} == {"low", "lower_middle", "upper_middle", "high"}
    populations = [row["population"] for row in demo["city"]]
    assert min(populations) < 100_000
    assert max(populations) > 10_000_000
    wanted = {"rotterdam", "quito", "dhaka", "semarang", "kobe", "da-nang", "copenhagen", "lviv", "amman", "tunis"}
    assert wanted <= {row["slug"] for row in demo["city"]}


def test_hazards_and_questions_are_those_that_we_ship(demo):
    known = hazards.load()
    assert {row["hazard_id"] for row in demo["city_hazard"]} <= set(known)
    assert set(ITEMS) == {item.id for item in instruments.load("resilience").items}
    assert all(3 <= len(threats) == len(set(threats)) for threats in HAZARDS.values())


def test_everything_says_that_it_is_fictional(demo):
    assert demo["network"][0]["demo"] is True
    assert "fictional" in demo["network"][0]["name"]
    assert all("demo" in row["exchange_id"] and "(demo)" in row["title"] for row in demo["exchange"])
    people = [row["body"]["name"] for row in demo["entry"] if row["kind"] == "person"]
    assert all(name.endswith("(demo)") for name in people)


def test_answers_are_levels_with_some_unknown_and_some_missing(demo):
    agreed = [row for row in demo["answer"] if row["respondent_id"] == "city"]
    assert all((row["level"] in {0, 1, 2, 3}) == (row["state"] == "answered") for row in agreed)
    assert 0.03 < sum(row["state"] == "unknown" for row in agreed) / len(agreed) < 0.07
    assert len(agreed) < 180 * 47
    assert {row["level"] for row in agreed if row["level"] is not None} == {0, 1, 2, 3}


def test_each_city_assesses_itself_before_and_after_each_round(demo):
    rounds = Counter(row["round"] for row in demo["assessment"])
    assert rounds == {"1": 60, "2": 60, "3": 60}
    assert Counter(row["round"] for row in demo_network(rounds=1)["assessment"]) == {"1": 60, "2": 60}


def test_no_city_hosts_more_than_it_offered_and_nobody_visits_the_same_host_twice(demo):
    offered = {row["city_id"]: row["capacity"] for row in demo["member"]}
    hosted = Counter((row["round"], row["host_id"]) for row in demo["exchange"])
    assert all(n <= offered[host] for (_, host), n in hosted.items())
    pairs = [(row["learner_id"], row["host_id"]) for row in demo["exchange"]]
    assert len(set(pairs)) == len(pairs)
    assert all(learner != host for learner, host in pairs)


def test_every_entry_is_a_record_and_every_kind_occurs(demo, held):
    assert sum(len(records) for one in held for records in one.records.values()) == len(demo["entry"])
    assert {row["kind"] for row in demo["entry"]} == set(RECORDS)


def test_the_first_round_is_closed_and_the_second_shows_every_station(demo):
    statuses = {round_: {row["status"] for row in demo["exchange"] if row["round"] == round_} for round_ in "12"}
    assert statuses["1"] == {"closed"}
    assert statuses["2"] == {"proposed", "agreed", "active", "paused", "closed", "cancelled"}


def test_a_closed_exchange_has_passed_the_first_two_gates_and_waits_for_the_year_after(demo, held):
    names = slugs(demo)
    mine = [one for one in held if names[one.learner_id] == "rotterdam"]
    assert [one.round for one in mine] == ["1", "2"]
    assert mine[1].status == "closed"
    asked = {"today": dt.date(2026, 10, 15), "assessed": ("learner", "host")}
    assert gate("plan", mine[1], **asked) == ()
    assert gate("do", mine[1], **asked) == ()
    assert [step.state for step in steps(mine[1], **asked)] == ["done"] * 12 + ["next"]


def test_exchanges_of_the_last_round_stand_at_different_steps(held):
    asked = {"today": dt.date(2026, 10, 15), "assessed": ("learner", "host")}
    turns = {}
    for one in held:
        if one.round == "2" and one.status != "closed":
            step = next(step for step in steps(one, **asked) if step.state in {"next", "blocked"})
            turns[one.status, one.exchange_id] = (step.number, step.state)
            assert 1 <= len(next_things(one, **asked)) <= 3
    assert len({number for number, _ in turns.values()}) >= 4
    assert {state for (status, _), (_, state) in turns.items() if status in {"paused", "cancelled"}} == {"blocked"}


def test_both_sides_rate_at_every_stage_that_has_come(held):
    stages = list(EVALUATION_STAGES)[1:3]
    for one in held:
        if one.status == "closed":
            rated = {(record.side, record.stage) for record in one.records["rating"]}
            assert rated == {(side, stage) for side in ("learner", "host") for stage in stages}


def test_lessons_go_through_their_phases_in_order(demo):
    order = list(LEARNING_PHASES)
    trails = {}
    for row in sorted(demo["lesson_use"], key=lambda row: row["at"]):
        trails.setdefault((row["lesson_id"], row["city_id"]), []).append(order.index(row["phase"]))
    assert all(trail == sorted(set(trail)) for trail in trails.values())


def test_nothing_but_the_look_a_year_later_lies_after_the_last_assessment(demo):
    last = dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC)
    assert max(row["at"] for row in demo["entry"]) < last
    assert max(row["at"] for row in demo["answer"]) <= last


def test_cities_of_the_group_that_is_left_out_take_part_in_nothing(demo):
    low = {row["city_id"] for row in demo["city"] if row["income_group"] == truths.LEFT_OUT}
    assert low
    assert not low & {city for row in demo["exchange"] for city in (row["learner_id"], row["host_id"])}


def test_people_of_several_groups_answered_in_the_rooms_of_some_cities_and_nothing_else_changed(demo):
    before = begun(demo)
    tables = with_voices(before, 20260101)
    groups = {row["stakeholder_group"] for row in tables["respondent"]} - {None}
    assert len(groups) >= 5
    assert {row["respondent_id"] for row in tables["respondent"] if row["stakeholder_group"] is None} == {"city"}
    own = {name: [row for row in rows if row.get("respondent_id", "city") == "city"] for name, rows in tables.items()
           if name in before}
    assert own == before
    assert with_voices(before, 20260101) == tables


def test_a_room_of_the_demo_is_counted_as_any_other_and_agrees_by_its_rule(demo):
    tables = with_voices(begun(demo), 20260101)
    assert {row["phase"] for row in tables["room"]} == {"first", "agreeing"}
    assert all(sum(row["counts"].values()) == len(row["members"]) == 5 for row in tables["voice_block"])
    city = {(row["assessment_id"], row["item"]): row["level"] for row in tables["answer"]
            if row["respondent_id"] == "city"}
    assert all(city[row["assessment_id"], row["item"]] == row["level"] for row in tables["consensus"])
    assert {row["by_rule"] for row in tables["consensus"]} == {True, False}
    assert all(row["by_rule"] or "demo" in row["dissent"] for row in tables["consensus"])


def test_a_smaller_network_can_be_made_and_an_impossible_one_is_an_error():
    small = demo_network(cities=12, rounds=1)
    assert len(small["city"]) == 12
    assert small["exchange"]
    for wrong in ({"cities": 61}, {"cities": 1}, {"rounds": 0}):
        with pytest.raises(InputError, match="not possible"):
            demo_network(**wrong)
