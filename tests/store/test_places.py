"""The register: networks, cities, members, hazards, priorities."""

from __future__ import annotations

import pandas as pd
import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from tests.store.worlds import CITIES, LIMA, LOCAL, NAIROBI, QUITO, ROTTERDAM, editor, rows, secretariat

FLOOD = {"hazard_id": "MH0600", "edition": "2025", "weight": 3.0, "source": "CDP 2021"}


def test_a_city_is_found_by_its_identifier_and_by_its_short_name(world):
    assert world.city(LOCAL, ROTTERDAM)["name"] == "Rotterdam"
    assert world.city(LOCAL, "rotterdam")["city_id"] == ROTTERDAM
    with pytest.raises(NotFoundError, match="city atlantis"):
        world.city(LOCAL, "atlantis")


def test_the_cities_of_a_network_are_its_members(world):
    assert list(world.cities(LOCAL, "coast")["name"]) == ["Lima", "Nairobi"]
    assert list(world.cities(LOCAL, city_ids=[QUITO])["name"]) == ["Quito"]
    assert len(world.cities(LOCAL)) == len(CITIES)


def test_columns_have_the_same_types_with_and_without_rows(world):
    full, empty = world.cities(LOCAL), world.cities(LOCAL, "nowhere")
    assert empty.empty
    assert list(full.dtypes.astype(str)) == list(empty.dtypes.astype(str))
    assert full.dtypes.astype(str)[["name", "population", "lat"]].tolist() == ["string", "Int64", "float64"]


def test_a_change_touches_the_given_columns_alone(world):
    world.put_city(LOCAL, {"city_id": QUITO, "facts": {"rivers": {"value": 3, "source": "survey"}}})
    city = world.city(LOCAL, QUITO)
    assert (city["name"], city["facts"]["rivers"]["value"]) == ("Quito", 3)


def test_a_change_to_the_same_leaves_no_history(world):
    before = world.verify_audit().rows
    world.put_city(LOCAL, {"city_id": QUITO, "name": "Quito"})
    world.put_member(LOCAL, {"network_id": "delta", "city_id": QUITO, "capacity": 2})
    assert world.verify_audit().rows == before


def test_a_new_city_needs_a_name_and_a_country(store):
    with pytest.raises(InputError) as caught:
        store.put_city(LOCAL, {"city_id": "99"})
    assert [finding.place for finding in caught.value.findings] == ["city 99, name", "city 99, country"]


def test_a_city_without_a_short_name_has_its_identifier_as_one(store):
    store.put_city(LOCAL, {"city_id": "cdp-1093", "name": "Somewhere", "country": "NAM"})
    assert store.city(LOCAL, "cdp-1093")["slug"] == "cdp-1093"


@pytest.mark.parametrize(("column", "value", "words"), [
    ("colour", "blue", "'colour' is not a column of city. Use city_id, country"),
    pytest.param("lat", 10**400, "a huge number is not a number from -90 to 90", id="huge-lat"),
    pytest.param("population", 10**5000, "a huge number is not a whole number", id="huge-population"),
    ("lat", True, "True is not a number"),
    ("lat", float("inf"), "inf is not a number"),
    ("lat", 91, "91 is not a number from -90 to 90"),
    ("population", "many", "'many' is not a whole number"),
    ("country", "NL", "'NL' is not a country code"),
    ("country", None, "the cell is empty"),
    ("income_group", "rich", "'rich' is not one of the choices"),
    ("facts", [1], "a list is not a table of names and values"),
    ("facts", {"a": float("nan")}, "it holds what cannot be stored"),
    ("facts", {"a": "\x00"}, "NUL character"),
    ("city_id", "a b", "'a b' is not an identifier"),
    ("city_id", "*", "is not an identifier"),
    ("city_id", 2747891, "2747891 is not an identifier"),
])
def test_a_cell_that_does_not_fit_says_why_and_changes_nothing(world, column, value, words):
    before = world.city(LOCAL, QUITO)
    with pytest.raises(InputError, match=words):
        world.put_city(LOCAL, {"city_id": QUITO, "name": "Changed", column: value})
    assert world.city(LOCAL, QUITO) == before


def test_empty_cells_of_a_data_frame_are_empty(world):
    world.put_city(LOCAL, {"city_id": QUITO, "lat": float("nan"), "population": pd.NA, "region": None})
    city = world.city(LOCAL, QUITO)
    assert (city["lat"], city["population"], city["region"]) == (None, None, None)


def test_a_short_name_belongs_to_one_city(world):
    with pytest.raises(InputError, match="the same row is there already"):
        world.put_city(LOCAL, {"city_id": "99", "slug": "quito", "name": "Other", "country": "ECU"})


def test_a_member_is_a_city_and_a_network_that_exist(world):
    with pytest.raises(NotFoundError, match="network atlantis"):
        world.put_member(LOCAL, {"network_id": "atlantis", "city_id": QUITO})
    with pytest.raises(NotFoundError, match="city 42"):
        world.put_member(LOCAL, {"network_id": "delta", "city_id": "42"})


def test_a_city_says_how_many_it_hosts_but_does_not_enrol_itself(world):
    quito = editor(QUITO)
    world.put_member(quito, {"network_id": "delta", "city_id": QUITO, "capacity": 5})
    assert rows(world.members(quito, "delta", city_id=QUITO))[0]["capacity"] == 5
    with pytest.raises(NotAllowedError):
        world.put_member(quito, {"network_id": "coast", "city_id": QUITO})


def test_a_secretariat_enrols_new_cities_but_not_those_of_other_networks(world):
    sue = secretariat("delta")
    world.put_city(sue, {"city_id": "99", "name": "New", "country": "NLD"})
    world.put_member(sue, {"network_id": "delta", "city_id": "99"})
    assert "99" in list(world.members(sue, "delta")["city_id"])
    with pytest.raises(NotAllowedError):
        world.put_member(sue, {"network_id": "delta", "city_id": LIMA})
    with pytest.raises(NotAllowedError):
        world.put_city(sue, {"city_id": LIMA, "name": "Ours now"})


def test_the_hazards_of_a_city_are_written_as_a_whole(world):
    world.put_hazards(editor(QUITO), QUITO, [FLOOD, {**FLOOD, "hazard_id": "GH0101", "weight": 5}])
    world.put_hazards(editor(QUITO), QUITO, [{**FLOOD, "likelihood": 4, "impact": 2, "scenario": "most_severe"}])
    (row,) = rows(world.hazards(LOCAL, network="delta"))
    assert (row["city_id"], row["hazard_id"], row["weight"], row["likelihood"]) == (QUITO, "MH0600", 3.0, 4.0)
    assert world.hazards(LOCAL, network="coast").empty


def test_a_hazard_that_stands_twice_is_named(world):
    with pytest.raises(InputError, match="row 2, hazard_id: MH0600 stands twice"):
        world.put_hazards(editor(QUITO), QUITO, [FLOOD, FLOOD])
    assert world.hazards(LOCAL).empty


def test_priorities_say_who_set_them(world):
    world.put_priorities(editor(NAIROBI, "Noor"), NAIROBI, [{"item": "P1.1", "weight": 0.7}])
    assert rows(world.priorities(LOCAL)) == [{"city_id": NAIROBI, "item": "P1.1", "weight": 0.7, "by": "Noor"}]


def test_a_network_is_founded_here_and_changed_by_its_secretariat(world):
    sue = secretariat("delta")
    world.put_network(sue, {"network_id": "delta", "about": {"language": "en"}})
    assert world.network(sue, "delta")["about"] == {"language": "en"}
    assert world.network(sue, "delta")["name"] == "Delta cities"
    with pytest.raises(NotAllowedError):
        world.put_network(secretariat("new"), {"network_id": "new", "name": "New"})


def test_the_country_code_of_namibia_is_text_like_any_other(store):
    store.put_city(LOCAL, {"city_id": "3352136", "name": "Windhoek", "country": "NAM", "region": "NA"})
    assert rows(store.cities(LOCAL))[0]["region"] == "NA"
