"""The CDP table: one city an account, nothing guessed, nothing left out in silence."""

import pytest

from exchange import cities, hazards
from exchange.errors import InputError
from exchange.imports import cdp, limits
from exchange.imports.cdp import ACCOUNT, ASKED, COUNTRY, NAME, NAMED, read_cdp

COLUMNS = (ACCOUNT, NAME, COUNTRY, ASKED, NAMED)
HEAT, FLOOD = "Extreme hot temperature > Heat wave", "Flood and sea level rise > River flood"


@pytest.fixture
def table(tmp_path):
    """Write rows of account, name, country, question and labels as a CSV file."""
    def write(*rows, columns=COLUMNS, encoding="utf-8"):
        path = tmp_path / "cdp.csv"
        lines = [columns, *rows]
        path.write_bytes("\r\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode(encoding))
        return path
    return write


def refused(path, *words):
    with pytest.raises(InputError) as error:
        read_cdp(path)
    for word in words:
        assert word in str(error.value)
    return error.value.findings


def test_a_city_that_we_know_comes_with_its_place(table):
    found = read_cdp(table(("1", "Gemeente Rotterdam", "Netherlands", "2.3a", HEAT)))
    city = found.cities.iloc[0]
    assert (city["city_id"], city["slug"], city["country"], city["income_group"]) == (
        "2747891", "rotterdam", "NLD", "high")
    assert city["population"] == cities.get("rotterdam").population
    assert city["facts"]["cdp_name"]["value"] == "Gemeente Rotterdam"


def test_a_city_that_we_cannot_place_keeps_its_name_and_country(table):
    found = read_cdp(table(("77", "Bogor Regency", "Indonesia", "2.3a", HEAT)))
    city = found.cities.iloc[0]
    assert (city["city_id"], city["slug"]) == ("cdp-77", "cdp-77")
    assert (city["name"], city["country"]) == ("Bogor Regency", "IDN")
    assert found.cities[["population", "lat", "lon", "timezone"]].isna().all(axis=None)
    assert found.accounts.loc[0, "status"] == "candidates"
    assert any("Bogor Regency" in str(line) for line in found.report)


def test_rows_of_one_account_are_one_city_with_all_their_hazards_once(table):
    found = read_cdp(table(
        ("1", "Quito", "Ecuador", "2.3a", f"{HEAT}; {FLOOD}"), ("1", "Quito", "Ecuador", "2.3a", HEAT)))
    assert len(found.cities) == len(found.accounts) == 1
    assert sorted(found.hazards["hazard_id"]) == ["MH0501", "MH0604"]
    assert set(found.hazards["weight"]) == {1.0}
    assert set(found.hazards["edition"]) == {hazards.EDITION}


def test_two_accounts_that_seem_to_be_one_city_are_both_left_unplaced(table):
    found = read_cdp(table(("1", "Quito", "Ecuador", "2.3a", HEAT), ("2", "Municipio de Quito", "Ecuador", "2.3a", "")))
    assert list(found.cities["city_id"]) == ["cdp-1", "cdp-2"]


def test_what_is_left_out_is_said_by_name(table):
    labels = f"Chemical change > Atmospheric CO2 concentrations; Storm and wind > Gust of the future; {HEAT}"
    report = [str(line) for line in read_cdp(table(
        ("1", "Quito", "Ecuador", "2.3a", labels), ("1", "Quito", "Ecuador", "9.9", HEAT),
        ("2", "Lima", "Peru", "2.3a", "Question not applicable"))).report]
    assert "2 rows of 2 cities were read." in report
    assert "1 row answers another question and was left out." in report
    assert "1 city names no hazard." in report
    assert any("CO2" in line and "no such hazard" in line for line in report)
    assert any("Gust of the future" in line and "do not know" in line for line in report)


def test_a_table_of_another_layout_is_refused_with_every_missing_column(table):
    findings = refused(table(("x", "y"), columns=("City", COUNTRY)), ACCOUNT, NAME, ASKED, NAMED)
    assert len(findings) == 4


def test_a_table_of_another_question_is_refused(table):
    refused(table(("1", "Quito", "Ecuador", "5.0a", "")), "2.3a")


def test_a_column_that_stands_twice_is_refused(table):
    refused(table(("1", "Quito", "Ecuador", "2.3a", "", "Lima"), columns=(*COLUMNS, NAME)), "stands twice")


def test_a_file_that_is_not_utf_8_is_refused_with_the_remedy(table):
    refused(table(("1", "Bogotá", "Colombia", "2.3a", ""), encoding="cp1252"), "not UTF-8", "CSV UTF-8")


def test_a_file_with_a_byte_order_mark_is_read(table):
    assert len(read_cdp(table(("1", "Bogotá", "Colombia", "2.3a", ""), encoding="utf-8-sig")).cities) == 1


def test_every_wrong_cell_is_named_with_its_row(table):
    findings = refused(table(
        ("one", "Quito", "Ecuador", "2.3a", ""), ("2", "", "Ecuador", "2.3a", ""), ("3", "Lima", "Erewhon", "2.3a", ""),
        ("4", "Lima", "Peru", "2.3a", ""), ("4", "Cusco", "Peru", "2.3a", "")),
        "row 2, Account Number", "row 3, Account Name", "row 4, Country", "Erewhon", "row 6")
    assert len(findings) == 4


def test_a_file_over_the_limits_is_refused(table, monkeypatch):
    path = table(*[("1", "Quito", "Ecuador", "2.3a", HEAT)] * 3)
    monkeypatch.setattr(cdp, "MOST_ROWS", 2)
    refused(path, "more than 2 rows")
    monkeypatch.setattr(limits, "MOST_BYTES", 10)
    refused(path, "bytes")


@pytest.mark.parametrize("content", [
    b"", b"\x00\x01\x02", b"\n\n\n", b'"', b"PK\x03\x04 not a table", b"\xff\xfe\x00", b'"' + b"x" * 200_000 + b'"',
])
def test_a_file_that_is_no_table_is_refused(tmp_path, content):
    path = tmp_path / "cdp.csv"
    path.write_bytes(content)
    refused(path, "cdp.csv")


def test_a_row_with_too_few_or_too_many_cells_does_no_harm(tmp_path):
    path = tmp_path / "cdp.csv"
    path.write_text(",".join(COLUMNS) + "\n1,Quito,Ecuador,2.3a\n2,Lima,Peru,2.3a,,more,and more\n", encoding="utf-8")
    assert list(read_cdp(path).cities["slug"]) == ["quito", "lima"]


def test_there_is_no_such_file(tmp_path):
    refused(tmp_path / "nowhere.csv", "no such file")


@pytest.mark.shared
def test_the_real_table_is_one_row_a_city_and_names_what_it_left_out(shared):
    found = read_cdp(shared / "data" / "cdp_cities_2021_hazards.csv")
    assert len(found.cities) == len(found.accounts) == 1070
    assert found.cities["city_id"].is_unique
    assert found.cities["slug"].is_unique
    assert (~found.cities["city_id"].str.startswith("cdp-")).mean() >= 0.75
    assert set(found.hazards["hazard_id"]) <= set(hazards.load())
    assert set(found.hazards["city_id"]) <= set(found.cities["city_id"])
    report = [str(line) for line in found.report]
    assert report[0] == "1,217 rows of 1,070 cities were read."
    assert sum("was left out" in line for line in report) == 1  # CO2 is a cause, not a hazard


@pytest.mark.shared
def test_the_same_table_gives_the_same_import(shared):
    path = shared / "data" / "cdp_cities_2021_hazards.csv"
    one, other = read_cdp(path), read_cdp(path)
    assert one.cities.equals(other.cities)
    assert one.hazards.equals(other.hazards)
    assert one.report == other.report
