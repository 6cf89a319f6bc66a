"""What comes in from outside: all of it or nothing, twice the same, and never into what is fictional."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from exchange.errors import InputError
from exchange.instruments import load
from tests.workbook import worlds
from tests.workbook.worlds import opened

ITEMS = [item.id for item in load("resilience").items]
CDP = ("Account Number", "Account Name", "Country", "Question Number",
       "Identify the climate hazards most significantly impacting the selected areas")
HEAT = "Extreme hot temperature > Heat wave"


def rows_of(database: str) -> dict[str, list[tuple]]:
    """Return the whole content of a store, but for its history."""
    kept = worlds.content(Path(database.removeprefix("sqlite:///")))
    return {name: rows for name, rows in kept.items() if name not in {"audit", "setting"}}


def table(path: Path, heads: tuple[str, ...], *rows: tuple[object, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    return path


def answers(path: Path, *rows: tuple[object, ...]) -> Path:
    return table(path / "answers.csv", ("item", "state", "level"), *rows)


def accounts(path: Path, *names: tuple[int, str, str]) -> Path:
    """Return a table of CDP with one hazard for each account."""
    return table(path / "cdp.csv", CDP, *((*name, "2.3a", HEAT) for name in names))


def kept(database: str, city: str, round_: str = "") -> dict[str, tuple[str, int | None]]:
    with opened(database, city, round_=round_) as workbook:
        return {r["item"]: (r["state"], r["level"]) for r in workbook.assess.rows() if r["state"] != "blank"}


def take(database: str, file: Path, city: str = "rotterdam", round_: str = "") -> list[str]:
    with opened(database) as workbook:
        return [str(line) for line in workbook.import_answers(file, city, round_)]


def test_answers_are_kept_as_they_stand_in_the_file(fresh, tmp_path):
    said = take(fresh, answers(tmp_path, ("P1.1", "answered", 3), ("P1.2", "unknown", ""), ("P1.3", "blank", ""),
                               ("P2.1", "not applicable", "")))
    assert said == ["3 answers of Rotterdam were read, for round 1."]
    assert kept(fresh, "rotterdam") == {"P1.1": ("answered", 3), "P1.2": ("unknown", None),
                                        "P2.1": ("not_applicable", None)}


def test_a_city_that_is_in_no_network_gets_one_of_its_own(fresh, tmp_path):
    take(fresh, answers(tmp_path, ("P1.1", "answered", 3)))
    with opened(fresh, "rotterdam") as workbook:
        assert (workbook.network_id, workbook.fictional) == ("home", False)


def test_a_city_that_is_in_a_real_network_stays_there(real, tmp_path):
    take(real, answers(tmp_path, ("P1.1", "answered", 3)), "Rotterdam")
    with opened(real, "rotterdam") as workbook:
        assert workbook.network_id == "delta"
        assert workbook.city["population"] == 598_199
        assert "home" not in set(workbook.store.networks(workbook.viewer)["network_id"])


def test_the_fictional_double_of_the_city_is_never_touched(own, tmp_path):
    before = kept(own, "demo-rotterdam")
    take(own, answers(tmp_path, ("P1.1", "answered", 3)))
    assert kept(own, "demo-rotterdam") == before
    assert kept(own, "rotterdam") == {"P1.1": ("answered", 3)}
    with pytest.raises(InputError, match="not sure which city that is"):
        take(own, answers(tmp_path, ("P1.1", "answered", 3)), "demo-rotterdam")


def test_to_import_twice_is_to_import_once(fresh, tmp_path):
    file = answers(tmp_path, ("P1.1", "answered", 3), ("P1.2", "unknown", ""))
    take(fresh, file)
    before = rows_of(fresh)
    take(fresh, file)
    assert rows_of(fresh) == before


def test_a_file_never_takes_back_what_somebody_answered_and_raises_the_revision_of_what_it_changes(fresh, tmp_path):
    take(fresh, answers(tmp_path, ("P1.1", "answered", 3), ("P1.2", "answered", 2)))
    with opened(fresh, "rotterdam") as workbook:
        sitting = workbook.assess.form()
        sitting.save("P1.1", "answered", 1, note="we looked again", base_revision=1)
        sitting.save("P1.3", "answered", 0)
    take(fresh, answers(tmp_path, ("P1.1", "answered", 2), ("P1.2", "blank", ""), ("P1.3", "blank", "")))
    with opened(fresh, "rotterdam") as workbook:
        stored = workbook.assess.form().stored()
    assert {item: (row["level"], row["revision"], row["note"]) for item, row in stored.items()} == {
        "P1.1": (2, 3, "we looked again"), "P1.2": (2, 1, ""), "P1.3": (0, 1, "")}


def test_a_confirmed_self_assessment_takes_no_more_answers_and_another_round_does(fresh, tmp_path):
    take(fresh, answers(tmp_path, ("P1.1", "answered", 3)))
    with opened(fresh, "rotterdam") as workbook:
        workbook.store.confirm_assessment(workbook.viewer, workbook.assess.form().assessment_id)
    before = rows_of(fresh)
    with pytest.raises(InputError, match="was confirmed"):
        take(fresh, answers(tmp_path, ("P1.1", "answered", 0)))
    assert rows_of(fresh) == before
    take(fresh, answers(tmp_path, ("P1.1", "answered", 0)), round_="2027 spring")
    assert kept(fresh, "rotterdam") == {"P1.1": ("answered", 0)}
    with opened(fresh, "rotterdam") as workbook:
        assert workbook.assess.round == "2027 spring"
        assert workbook.assess.form().past == {"P1.1": 3}


@pytest.mark.parametrize(("rows", "finding"), [
    ([("P1.1", "answered", 7)], "'7' is not on the scale 0-3"),
    ([("P1.1", "answered", "")], "it is answered, but has no level"),
    ([("P1.1", "unknown", 2)], "level 2 is given, but the state is unknown"),
    ([("P99.1", "answered", 1)], "there is no such item"),
    ([("", "answered", 1)], "the item is missing"),
    ([("P1.1", "maybe", "")], "'maybe' is not a state"),
    ([("P1.1", "answered", 1), ("P1.1", "answered", 2)], "P1.1 stands twice, first in row 1"),
    ([("P1.1", "answered", 1, "more")], "it has more cells than there are columns"),
    ([("P1.1",)], "the state is missing"),
])
def test_wrong_answers_are_named_with_their_place_and_change_nothing(fresh, tmp_path, rows, finding):
    take(fresh, answers(tmp_path, ("P5.1", "answered", 1)))
    before = rows_of(fresh)
    with pytest.raises(InputError) as error:
        take(fresh, answers(tmp_path, ("P4.1", "answered", 1), *rows))
    assert finding.replace("row 1", "row 2") in str(error.value)
    assert "row " in error.value.findings[0].place
    assert rows_of(fresh) == before


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe\x00", b"item|state|level\nP1.1|answered|1\n", b"PK\x03\x04 not a zip", b'item,state,level\n"P1.1'])
def test_a_file_that_is_no_table_of_answers_is_refused(fresh, tmp_path, content):
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(InputError):
        take(fresh, tmp_path / "bad.csv")
    with opened(fresh) as workbook:
        assert workbook.the_network is None


def test_a_name_that_means_several_cities_files_nothing(fresh, tmp_path):
    with pytest.raises(InputError, match="several cities"):
        take(fresh, answers(tmp_path, ("P1.1", "answered", 1)), "Springfield")
    with opened(fresh) as workbook:
        assert workbook.the_network is None


def test_real_cities_are_brought_into_a_network_with_their_hazards(fresh, tmp_path):
    file = accounts(tmp_path, (1, "City of Rotterdam", "Netherlands"), (2, "Somewhere Nobody Knows", "Fiji"))
    with opened(fresh) as workbook:
        said = " ".join(map(str, workbook.import_cdp(file, "cdp")))
    assert "2 cities" in said
    assert "Somewhere Nobody Knows" in said
    with opened(fresh, "Rotterdam") as workbook:
        assert (workbook.city_id, workbook.network_id) == ("2747891", "cdp")
        assert "heat" in workbook.start.hazards().plain()
    with opened(fresh, "somewhere nobody knows") as workbook:
        assert workbook.city_id == "cdp-2"


def test_to_bring_cities_in_twice_is_to_bring_them_in_once(fresh, tmp_path):
    file = accounts(tmp_path, (1, "City of Rotterdam", "Netherlands"))
    for _ in range(2):
        with opened(fresh) as workbook:
            workbook.import_cdp(file, "cdp")
    with opened(fresh, "rotterdam") as workbook:
        assert len(workbook.store.cities(workbook.viewer)) == 1


def test_a_network_that_is_there_keeps_its_name(real, tmp_path):
    with opened(real) as workbook:
        workbook.import_cdp(accounts(tmp_path, (1, "City of Lima", "Peru")), "delta")
    with opened(real, "lima") as workbook:
        assert workbook.network["name"] == "Delta cities"


@pytest.mark.parametrize("network", ["demo", "", "A B", "../x", "x" * 61, "-x", "réseau"])
def test_nothing_real_is_brought_into_the_demo_network_or_under_a_name_without_an_address(own, tmp_path, network):
    before = rows_of(own)
    with opened(own) as workbook, pytest.raises(InputError, match="network"):
        workbook.import_cdp(accounts(tmp_path, (1, "City of Rotterdam", "Netherlands")), network)
    assert rows_of(own) == before


def test_the_demo_network_is_made_once_and_what_people_did_in_it_stays(own):
    with opened(own, "lviv") as workbook:
        item = next(row["item"] for row in workbook.assess.rows() if row["state"] == "blank")
        workbook.assess.form().save(item, "answered", 3)
        before = rows_of(own)
        made = workbook.make_demo(20260101)
        assert made["city"] == 60
    assert rows_of(own) == before


def test_two_fictional_networks_are_not_mixed(own):
    before = rows_of(own)
    with opened(own) as workbook, pytest.raises(InputError, match="made from seed 20260101"):
        workbook.make_demo(1)
    assert rows_of(own) == before


def test_every_city_of_the_demo_network_is_marked_as_fictional(demo):
    with opened(demo) as workbook:
        cities = workbook.store.cities(workbook.viewer)
        assert len(cities) == 60
        assert cities["city_id"].str.startswith("demo-").all()
        assert cities["slug"].str.startswith("demo-").all()
        assert all(lesson["demo"] for lesson in workbook.store.lessons(workbook.viewer))
