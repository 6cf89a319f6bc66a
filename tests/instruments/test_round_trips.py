"""Answer sheets go out and come back without a difference, in every format as far as it carries them."""

from __future__ import annotations

import json

import pytest
from frictionless import Package
from hypothesis import HealthCheck, given, settings

from exchange.imports.answers import read_answers, written
from exchange.imports.kobo import read_submissions
from exchange.imports.package import packed, read_package, zipped
from tests.instruments.sheets import NOTES, PLAIN, RESILIENCE, as_csv, as_xlsx, kobo_rows, sheets

MANY = 10_000
FEW = 100
ABOUT = {"city": {"city_id": "3652462", "name": "Quito", "country": "ECU"}, "round_": "2026",
         "created": "2026-11-23T10:42:00Z"}


def quickly(examples):
    return settings(max_examples=examples, deadline=None, database=None,
                    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sheets")


def rows_of(answers):
    return [{"item": item, **said} for item, said in answers.items()]


def check_csv(answers, folder):
    file = folder / "answers.csv"
    file.write_bytes(written(rows_of(answers)).encode())
    assert read_answers(file, RESILIENCE) == answers


def check_package(answers, folder):
    files = packed(RESILIENCE, rows_of(answers), **ABOUT)
    file = folder / "package.zip"
    file.write_bytes(zipped(files))
    found = read_package(file)
    assert found.answers(RESILIENCE) == answers
    assert (found.city, found.round, found.instrument, found.version) == ("3652462", "2026", "resilience", "1")


def check_kobo(answers, folder):
    for name, separator, prefix in (("kobo.csv", ";", "/"), ("odk.csv", ",", "-")):
        file = folder / name
        file.write_bytes(as_csv(*kobo_rows(answers, prefix=prefix), separator))
        (found,) = read_submissions(file, RESILIENCE)
        assert (found.given, found.id) == (answers, "d4c3")


def check_xlsx(answers, folder):
    file = folder / "kobo.xlsx"
    file.write_bytes(as_xlsx(*kobo_rows(answers)))
    (found,) = read_submissions(file, RESILIENCE)
    assert found.given == answers


FORMATS = {
    "csv": (check_csv, {}),
    "package": (check_package, {}),
    # Forms on phones ask for neither a confidence nor pieces of evidence.
    "kobo": (check_kobo, {"confidence": False, "evidence": False}),
    "xlsx": (check_xlsx, {"confidence": False, "evidence": False, "notes": PLAIN}),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_hundred_answer_sheets_come_back_as_they_went_out(name, folder):
    round_trips(name, folder, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_ten_thousand_answer_sheets_come_back_as_they_went_out(name, folder):
    round_trips(name, folder, MANY)


def round_trips(name, folder, examples):
    check, how = FORMATS[name]

    @quickly(examples)
    @given(sheets(**how))
    def run(answers):
        check(answers, folder)

    run()


@quickly(25)
@given(sheets(notes=NOTES))
def test_a_package_is_valid_in_the_eyes_of_frictionless(tmp_path_factory, answers):
    folder = tmp_path_factory.mktemp("package")
    for name, content in packed(RESILIENCE, rows_of(answers), **ABOUT).items():
        (folder / name).write_bytes(content)
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    assert read_package(folder).answers(RESILIENCE) == answers


def test_frictionless_finds_a_level_off_the_scale_by_our_schema(tmp_path):
    answers = [{"item": "P1.1", "state": "answered", "level": 7}]
    for name, content in packed(RESILIENCE, answers, **ABOUT).items():
        (tmp_path / name).write_bytes(content)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert [error[0] for error in report.flatten(["fieldName"])] == ["level"]


def test_a_package_says_what_each_column_means(tmp_path):
    files = packed(RESILIENCE, [], **ABOUT, demo=True)
    descriptor = json.loads(files["datapackage.json"])
    answers, questions = descriptor["resources"]
    assert [field["name"] for field in answers["schema"]["fields"]] == [
        "item", "state", "level", "raw_value", "unit", "confidence", "note", "evidence", "actions"]
    assert all(field["description"] for field in answers["schema"]["fields"])
    assert len(files[questions["path"]].decode().splitlines()) == 48
    assert "fictional" in descriptor["title"]
    assert descriptor["exchange"]["demo"] is True
