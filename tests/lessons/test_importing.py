"""Tables of lessons come in with a map; what is wrong is said by column, and what is left out is counted."""

from __future__ import annotations

import contextlib
import csv
import random

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import InputError
from exchange.imports.columns import Columns, Rule, read_map
from exchange.imports.dates import year_of
from exchange.imports.grid import letters, read_grid
from exchange.imports.lessons import read_lessons
from exchange.paths import DATA
from tests.lessons.quality import shared

HEADS = ["Title", "City", "Country", "Date", "Hazard", "Problem", "What was done", "Result"]
ROWS = [
    ["Dikes", "Rotterdam", "Netherlands", "27-06-2019", "River flooding", "The river rose ", "We raised them", ""],
    ["", "Nowhere", "Atlantis", "some day", "dragons", "Heat came", "Shade", "Cooler"],
    ["", "", "", "", "", "", "", ""],
    ["Dikes", "Rotterdam", "Netherlands", "2019", "MH0606", "The river rose", "We raised them", ""],
]


def table(folder, heads=HEADS, rows=ROWS, name="lessons.csv", encoding="utf-8", separator=","):
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([heads, *rows])
    return path


def said(report):
    return "\n".join(map(str, report))


def findings(file, columns=None):
    with pytest.raises(InputError) as caught:
        read_lessons(file, columns)
    return str(caught.value)


def test_a_table_whose_heads_are_ours_needs_no_map(tmp_path):
    found = read_lessons(table(tmp_path))
    dikes, shade = found.lessons
    assert (dikes.title, dikes.city, dikes.country, dikes.year) == ("Dikes", "Rotterdam", "NLD", 2019)
    assert (dikes.city_id, dikes.income_group, dikes.population_band) == ("2747891", "high", "500k-1M")
    assert dikes.hazards == ("MH0604", "MH0606")
    assert (shade.title, shade.country, shade.year, shade.hazards) == ("Heat came", "", None, ())


def test_the_report_counts_repeats_blanks_and_what_we_do_not_know(tmp_path):
    report = said(read_lessons(table(tmp_path)).report)
    for line in ("3 rows were read; they tell 2 lessons.", "1 row repeats another and was joined to it.",
                 "1 cell had blanks around it; they were taken off.",
                 "hazards that the profiles do not have: dragons (1)", "countries that we do not know: Atlantis (1)",
                 "days that cannot be read: some day (1)"):
        assert line in report


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_part_cells(tmp_path, separator):
    assert len(read_lessons(table(tmp_path, separator=separator)).lessons) == 2


def test_the_same_table_as_a_workbook_tells_the_same(tmp_path):
    book = openpyxl.Workbook()
    for row in [HEADS, *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "lessons.xlsx")
    assert read_lessons(tmp_path / "lessons.xlsx").lessons == read_lessons(table(tmp_path)).lessons


def test_imported_again_a_lesson_keeps_its_identifier(tmp_path):
    first = read_lessons(table(tmp_path)).lessons
    again = read_lessons(table(tmp_path, rows=random.Random(1).sample(ROWS, 4))).lessons
    assert {one.lesson_id for one in first} == {one.lesson_id for one in again}


def test_another_encoding_is_refused_with_row_and_column(tmp_path):
    rows = [*ROWS[:1], ["Calor", "Mérida", *ROWS[0][2:]]]
    told = findings(table(tmp_path, rows=rows, encoding="cp1252"))
    assert "row 3, column 'City': byte 0xe9 is not UTF-8" in told
    assert 'Save it as "CSV UTF-8 (comma delimited)".' in told
    assert "UTF-16" in findings(table(tmp_path, encoding="utf-16"))


def test_letters_that_were_mangled_before_are_named_by_column(tmp_path):
    rows = [[*ROWS[0][:5], "El rÃ­o creciÃ³", *ROWS[0][6:]]]
    assert "Column Problem: letters are mangled in 1 cells, first in row 2" in said(
        read_lessons(table(tmp_path, rows=rows)).report)


def test_merged_heads_are_named_with_their_column(tmp_path):
    heads = ["Title", "Place", "", "Problem", "Result"]
    told = findings(table(tmp_path, heads=heads, rows=[["a", "Lima", "PER", "p", "r"]]))
    assert "column C: it has no head and may be merged with 'Place' before it. Unmerge the cells" in told
    book = openpyxl.Workbook()
    book.active.append(heads)
    book.active.append(["a", "Lima", "PER", "p", "r"])
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "merged.xlsx")
    assert "column C: it has no head and may be merged with 'Place' before it" in findings(tmp_path / "merged.xlsx")


def test_a_column_that_only_counts_needs_no_head(tmp_path):
    found = read_lessons(table(tmp_path, heads=["", *HEADS], rows=[[n, *row] for n, row in enumerate(ROWS[:2])]))
    assert "1 column without a name only counts the rows" in said(found.report)


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    heads = ["Problem", "Problem", "", "Result"]
    told = findings(table(tmp_path, heads=heads, rows=[["a", "b", "c", "d", "e"], ["a", "b", "c", "d"]]))
    assert "columns A, B: 2 columns are called 'Problem'" in told
    assert "column C: it has no head" in told
    assert "row 2: it has more cells than there are heads" in told


def test_a_value_that_decides_who_may_see_a_lesson_is_never_guessed(tmp_path):
    told = findings(table(tmp_path, heads=["Problem", "Sensitivity", "Cost band"],
                          rows=[["a", "secret", "cheap"], ["b", "restricted", "0-100k"]]))
    assert "row 2, sensitivity" in told
    assert "row 2, cost_band" in told


def test_a_map_names_columns_values_words_and_rows(tmp_path):
    (tmp_path / "map.yaml").write_text(
        "result: {column: Words, where: {Kind: Lesson}}\nwhat_failed: {column: Words, where: {Kind: Challenge}}\n"
        "language: {column: Tongue, words: {Spanish: es}}\nsource: {value: Somebody}\nhazards: What\n")
    file = table(tmp_path, heads=["Words", "Kind", "Tongue", "What"],
                 rows=[["Sombra", "lesson", "Spanish", "Heat Wave; Flood"], ["It broke", "Challenge", "en", ""]])
    good, bad = read_lessons(file, read_map(tmp_path / "map.yaml")).lessons
    assert (good.result, good.what_failed, good.language, good.source) == ("Sombra", "", "es", "Somebody")
    assert good.hazards == ("MH0501", "MH0600")
    assert (bad.result, bad.what_failed) == ("", "It broke")


@pytest.mark.parametrize(("written", "finding"), [
    ("colour: Red\n", "colour: there is no such field"),
    ("problem: [1]\n", "problem: it is neither a column nor a value"),
    ("problem: Gone\n", "problem: there is no column 'Gone'. The table has Title, City"),
    ("source: {value: x}\n", "no column holds the words of the lessons"),
    ("- a\n", "it is no map of columns"),
    ("a: [\n", "it is not YAML in UTF-8"),
])
def test_a_map_that_does_not_fit_says_where(tmp_path, written, finding):
    (tmp_path / "map.yaml").write_text(written)
    with pytest.raises(InputError) as caught:
        read_lessons(table(tmp_path), read_map(tmp_path / "map.yaml"))
    assert finding in str(caught.value)


def test_a_map_is_kept_as_it_was_given():
    columns = Columns({"result": Rule("Words", "", (("a", "b"),), (("Kind", "Lesson"),)), "source": Rule("", "x")})
    assert Columns.of(columns.kept(), "kept") == columns


@pytest.mark.parametrize(("words", "year"), [
    ("27-06-2019", 2019), ("2019-06-27T10:00:00Z", 2019), ("June 2019", 2019), ("27/06/19", 2019), ("1.2.98", 1998),
    ("43643", 2019), ("2019", 2019), ("2018/2019", None), ("soon", None), ("", None), ("12019", None),
])
def test_a_day_in_any_usual_form_gives_its_year(words, year):
    assert year_of(words) == year


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx"]))
def test_whatever_the_file_holds_it_is_read_or_refused_in_our_words(tmp_path_factory, content, name):
    file = tmp_path_factory.mktemp("any") / name
    file.write_bytes(content)
    with contextlib.suppress(InputError):
        read_lessons(file)


def test_columns_have_letters_as_in_a_spreadsheet():
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.shared
def test_operational_learning_of_ifrc_comes_in_with_the_map_that_we_ship():
    file = shared("ifrc_operational_learning.csv")
    found = read_lessons(file, read_map(DATA / "lessons" / "ifrc_operational_learning.yaml"))
    report = said(found.report)
    assert len(read_grid(file).rows) == 5627
    for line in ("5,627 rows were read; they tell 4,803 lessons.", "823 rows repeat others",
                 "1 row says nothing", "cells had blanks around them", "Population Movement (406)",
                 "letters are mangled"):
        assert line in report
    assert all(lesson.result or lesson.what_failed for lesson in found.lessons)
    assert sum(lesson.year is None for lesson in found.lessons) == 0
