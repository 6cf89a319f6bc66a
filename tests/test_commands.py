"""The command as people and programs use it: real input, JSON that adds up, and errors that say what to do."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import openpyxl
import pytest

from exchange import instruments
from tests.serving import exchange

ITEMS = [item.id for item in instruments.load("resilience").items]


@pytest.fixture(scope="module")
def cdp(shared, tmp_path_factory):
    """A store with the 1,070 cities of CDP 2021."""
    database = tmp_path_factory.mktemp("cdp") / "cdp.db"
    done = exchange("import", "cdp", str(shared / "data" / "cdp_cities_2021_hazards.csv"), database=database)
    assert done.returncode == 0, done.stderr
    assert "1,070" in done.stdout
    return database


@pytest.mark.shared
def test_a_real_city_gets_ten_real_peers_with_reasons_that_add_up(cdp):
    found = json.loads(exchange("match", "--city", "Rotterdam", "--json", database=cdp).stdout)
    assert len(found["peers"]) == 10
    assert not found["fictional"]
    for peer in found["peers"]:
        assert peer["city"]
        assert peer["reasons"]
        assert sum(peer["contributions"].values()) == pytest.approx(peer["score"], abs=1e-9)
        assert "complementarity" not in peer["contributions"]
    assert any("strengths where you are weak" in line for line in found["left_out"])


@pytest.mark.shared
def test_importing_the_same_table_again_changes_nothing(cdp, shared):
    before = exchange("match", "--city", "Quito", "--json", database=cdp).stdout
    exchange("import", "cdp", str(shared / "data" / "cdp_cities_2021_hazards.csv"), database=cdp)
    assert exchange("match", "--city", "Quito", "--json", database=cdp).stdout == before


@pytest.mark.shared
def test_a_filled_official_workbook_reads_back_as_it_was_filled(shared, tmp_path):
    book = openpyxl.load_workbook(shared / "data" / "undrr_preliminary_layout.xlsx")
    expected = {}
    for n, item in enumerate(ITEMS):
        essential, number = item[1:].split(".")
        index = n % 5
        if index:
            book[f"E{int(essential):02}"][f"E{7 + 11 * (int(number) - 1)}"] = index
        expected[item] = ("answered", 4 - index) if index else ("blank", None)
    book.save(tmp_path / "filled.xlsx")
    database = tmp_path / "x.db"
    assert exchange("demo", database=database).returncode == 0
    done = exchange("import", "workbook", str(tmp_path / "filled.xlsx"), "--city", "Rotterdam", database=database)
    assert done.returncode == 0, done.stderr
    rows = json.loads(exchange("answers", "--city", "Rotterdam", "--json", database=database).stdout)
    assert {row["item"]: (row["state"], row["level"]) for row in rows} == expected
    fictional = json.loads(exchange("answers", "--city", "demo-rotterdam", "--json", database=database).stdout)
    assert {row["item"]: (row["state"], row["level"]) for row in fictional} != expected
    assert exchange("audit", "verify", database=database).returncode == 0


@pytest.mark.parametrize(("arguments", "said"), [
    (("match", "--city", "Nowhereville"), "no city of this name is known"),
    (("answers", "--city", "Springfield"), "it can mean several cities"),
    (("import", "cdp", "README.md"), "the column 'Account Number' is missing"),
    (("import", "workbook", "README.md", "--city", "Rotterdam"), "README.md"),
    (("match", "--city", "Rotterdam", "--network", "moon"), "there is none of this name"),
])
def test_a_mistake_gets_one_error_in_our_words_and_status_2(arguments, said, tmp_path):
    done = exchange(*arguments, database=tmp_path / "x.db")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_a_newer_program_is_left_as_it_is(tmp_path):
    database = tmp_path / "x.db"
    exchange("audit", "verify", database=database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE exchange_version SET version_num = '9999'")
    before = database.read_bytes()
    done = exchange("demo", database=database)
    assert done.returncode == 2
    assert "newer" in done.stderr
    assert database.read_bytes() == before


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path):
    (tmp_path / "x.db").write_text("a letter to the mayor" * 100)
    done = exchange("demo", database=tmp_path / "x.db")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert (tmp_path / "x.db").read_text().startswith("a letter")


def test_a_url_that_is_none_is_said_without_its_password(tmp_path):
    done = exchange("demo", database="mongodb://me:secret@host/x")
    assert done.returncode == 2
    assert "secret" not in done.stdout + done.stderr


def test_names_are_found_in_other_scripts_and_never_guessed(tmp_path):
    def find(*name):
        return json.loads(exchange("cities", "find", *name, "--json", database=tmp_path / "x.db").stdout)

    assert find("Bogota")["city"]["slug"] == "bogota"
    assert find("Municipalidad de Quito", "--country", "Ecuador")["city"]["slug"] == "quito"
    assert find("Stockholms stad", "--country", "Sweden")["city"]["slug"] == "stockholm"
    assert find("القاهرة")["city"]["slug"] == "cairo"
    assert find("東京", "--country", "Japan")["city"]["slug"] == "tokyo"
    assert find("Springfield")["status"] == "candidates"
    assert find("Essex County Council", "--country", "United Kingdom")["status"] == "not_sure"
