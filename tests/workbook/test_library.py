"""Lessons come in with a map that is kept, and leave as open data: the public ones alone."""

from __future__ import annotations

import csv
import json

import pytest

from exchange import Workbook
from exchange.errors import InputError, StoreError
from tests.workbook.worlds import opened

MAP = ("problem: Trouble\nresult: Learnt\ncity: Where\ncountry: Land\nhazards: Threat\nsensitivity: Who\n"
       "licence: {value: CC0 1.0}\n")
HEADS = ["Trouble", "Learnt", "Where", "Land", "Threat", "Who"]
ROWS = [["Floods", "Dikes", "Quito", "Ecuador", "River flooding", "public"],
        ["=cmd()", "Shade", "Elsewhere", "Ecuador", "Heatwave", "public"],
        ["Secret", "Kept", "Quito", "Ecuador", "", "restricted"],
        ["Ours", "Kept", "Quito", "Ecuador", "", "partner_only"]]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "map.yaml").write_text(MAP)
    with (tmp_path / "lessons.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEADS, *ROWS])
    return tmp_path


def said(report):
    return "\n".join(map(str, report))


def test_a_map_is_kept_and_used_the_next_time(real, files):
    with Workbook.open(database=real) as workbook:
        with pytest.raises(InputError, match="no column holds the words"):
            workbook.import_lessons(files / "lessons.csv")
        assert workbook.store.lessons(workbook.viewer) == []
        first = said(workbook.import_lessons(files / "lessons.csv", files / "map.yaml", "delta"))
        assert "4 lessons are in the library." in first
        assert "is kept for the next table" in first
        again = said(workbook.import_lessons(files / "lessons.csv", network="delta"))
        assert "kept from the last time was used" in again
        rows = workbook.store.lessons(workbook.viewer)
        assert len(rows) == 4
        assert {row["city_id"] for row in rows} == {"3652462", None}
        assert {row["network_id"] for row in rows} == {"delta"}


def test_lessons_go_into_no_fictional_or_missing_network(both, files):
    with Workbook.open(database=both) as workbook:
        for network in ("demo", "nowhere"):
            with pytest.raises(InputError, match=r"it is fictional. Use one of delta"):
                workbook.import_lessons(files / "lessons.csv", files / "map.yaml", network)


@pytest.fixture
def package(real, files):
    with Workbook.open(database=real) as workbook:
        workbook.import_lessons(files / "lessons.csv", files / "map.yaml", "delta")
        report = workbook.export_lessons(files / "open")
    return files / "open", said(report)


def test_only_public_lessons_leave_and_the_others_are_counted(package):
    folder, report = package
    assert report == "2 lessons were written to open.\n2 lessons are not public and stayed."
    with (folder / "lessons.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["problem"] for row in rows} == {"Floods", "'=cmd()"}
    for file in folder.iterdir():
        assert "Secret" not in file.read_text()
        assert "Ours" not in file.read_text()


def test_the_package_is_valid_and_names_licence_and_sources(package):
    frictionless = pytest.importorskip("frictionless")
    folder, _ = package
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])
    described = json.loads((folder / "datapackage.json").read_text())
    assert described["licenses"] == [{"name": "CC0-1.0", "title": "CC0 1.0 (2 lessons)",
                                      "path": "https://creativecommons.org/publicdomain/zero/1.0/"}]
    assert described["sources"] == [{"title": "written for this network"}]
    (folder / "lessons.csv").write_text((folder / "lessons.csv").read_text().replace("false", "perhaps"))
    assert not frictionless.Package(str(folder / "datapackage.json")).validate().valid


def test_portals_can_harvest_it(package):
    linked = json.loads((package[0] / "dataset.jsonld").read_text())
    assert linked["@type"] == ["Dataset", "dcat:Dataset"]
    assert linked["license"] == ["https://creativecommons.org/publicdomain/zero/1.0/"]
    assert linked["distribution"][0]["contentUrl"] == "lessons.csv"
    assert linked["spatialCoverage"] == ["ECU"]


def test_the_demo_library_says_that_it_is_fictional(demo, tmp_path):
    with opened(demo, "quito") as workbook:
        workbook.export_lessons(tmp_path / "open")
    assert "Demo data, fictional." in json.loads((tmp_path / "open" / "datapackage.json").read_text())["description"]


def test_a_folder_that_cannot_be_written_is_named(demo, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with opened(demo, "quito") as workbook, pytest.raises(StoreError, match="it cannot be written"):
        workbook.export_lessons(tmp_path / "taken")
