"""`exchange lessons`, and lessons that come in and go out by the command."""

from __future__ import annotations

import json

import pytest

from tests.test_cli import command
from tests.workbook import worlds

__all__ = ["command"]

TABLE = ("Title,Problem,Result,Country\nDikes,The river rose,Higher dikes,Netherlands\n"
         "Dikes,The river rose,,Netherlands\n")


@pytest.fixture
def database(tmp_path):
    return worlds.copied(worlds.demo_file(), tmp_path)


def test_a_search_prints_lessons_facets_and_who_uses_them(command, database):
    found = command("lessons", "search", "flood warning", "--language", "en", "--json", database=database).json
    assert found["total"] >= 1
    assert {one["language"] for one in found["lessons"]} == {"en"}
    assert all(isinstance(one["used_by"], int) for one in found["lessons"])
    assert set(found["facets"]) == {"hazard", "essential", "language", "country", "year"}


@pytest.mark.parametrize("query", ['"', "AND (", "🌊", "'; DROP TABLE lesson; --", "-- x"])
def test_quotes_operators_and_emoji_are_text(command, database, query):
    assert command("lessons", "search", "--json", "--", query, database=database).status == 0


def test_an_empty_query_lists_and_filters_narrow(command, database):
    every = command("lessons", "search", "--json", database=database).json
    some = command("lessons", "search", "--json", "--essential", "E10", "--hazard", "GH0101", database=database).json
    assert 0 < some["total"] < every["total"]
    assert all("E10" in one["essentials"] for one in some["lessons"])


def test_recommendations_say_why_and_what_would_have_to_be_true(command, database):
    found = command("lessons", "recommend", "--city", "quito", "--top", "3", "--json", database=database).json
    assert len(found) == 3
    for one in found:
        assert one["reasons"]
        assert {part["judgement"] for part in one["transfer"]} <= {"fits", "adapt", "blocks", "unknown"}
    said = command("lessons", "recommend", "--city", "quito", database=database)
    assert "you scored" in said.out


def test_a_table_comes_in_once_and_what_repeats_is_said(command, database, tmp_path):
    (tmp_path / "lessons.csv").write_text(TABLE)
    for _ in range(2):
        said = command("import", "lessons", tmp_path / "lessons.csv", database=database)
        assert said.status == 0, said.err
        assert "2 lessons are in the library." in said.out
    found = command("lessons", "search", "river rose", "--json", database=database).json
    assert {one["demo"] for one in found["lessons"][:2]} == {False}


def test_a_table_that_cannot_be_read_ends_with_status_two_and_changes_nothing(command, database, tmp_path):
    (tmp_path / "lessons.csv").write_bytes("Title,Problem\nCalor,Mérida\n".encode("cp1252"))
    said = command("import", "lessons", tmp_path / "lessons.csv", database=database)
    assert said.status == 2
    assert "row 2, column 'Problem': byte 0xe9 is not UTF-8" in said.err


def test_the_open_package_is_written(command, database, tmp_path):
    said = command("export", "lessons", tmp_path / "open", database=database)
    assert "lessons were written to open." in said.out
    assert json.loads((tmp_path / "open" / "datapackage.json").read_text())["resources"][0]["path"] == "lessons.csv"
