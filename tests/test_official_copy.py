"""A city's answers written into its own copy of the official workbook, and nothing else in it changed."""

from __future__ import annotations

import errno
import os
import random
import shutil
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import InputError
from exchange.imports.cells import read_cells
from exchange.imports.official_copy import Said, fill_copy
from exchange.imports.workbook import places, read_workbook
from exchange.workbook import Workbook
from tests.test_import_workbook import ITEMS, cell, form, levels, package

WORDS = 'Plan "B" <2024> & more, =1+1, 水, 🌊\nsecond line'
HARD = f"{WORDS} _x0041_"
LEVELS = st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=47, max_size=47)


def parts(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


@pytest.mark.shared
def test_the_official_workbook_takes_47_levels_evidence_and_actions_and_gives_them_back(shared, tmp_path):
    template, chance = shared / "data" / "undrr_preliminary_layout.xlsx", random.Random(3)
    said = {item: Said(chance.randrange(4), f"{item}: {HARD}", f"Do {item}", "City hall", "2027") for item in ITEMS}
    said["P5.2"] = Said(None, "nobody knows")
    report = fill_copy(template, said, tmp_path / "filled.xlsx")
    found = read_workbook(tmp_path / "filled.xlsx")
    assert levels(found.answers) == {item: each.level for item, each in said.items()}
    assert found.verification == {item: each.verification for item, each in said.items()}
    assert {row["item"]: row["action"] for row in found.actions.to_dict("records")} == {
        item: f"Do {item}" for item in ITEMS if item != "P5.2"}
    assert [str(line) for line in report] == [
        "1 question without a level stays blank; the official workbook counts it as zero."]


@pytest.mark.shared
def test_all_but_the_ten_sheets_and_the_order_to_compute_is_byte_for_byte_the_template(shared, tmp_path):
    template = shared / "data" / "undrr_preliminary_layout.xlsx"
    fill_copy(template, {item: Said(3, "seen", "act") for item in ITEMS}, tmp_path / "filled.xlsx")
    before, after = parts(template), parts(tmp_path / "filled.xlsx")
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert len(changed) == 11
    assert changed - {"xl/workbook.xml"} == {name for name in changed if name.startswith("xl/worksheets/sheet")}
    assert after["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"") == before["xl/workbook.xml"]
    ours = {(place.sheet, place.cell(column, row)) for place in places()
            for column, row in (("E", 7), ("C", 7), ("B", 12), ("C", 12), ("D", 12))}
    cells = {name: read_cells(path) for name, path in (("old", template), ("new", tmp_path / "filled.xlsx"))}
    for sheet in cells["old"]:
        old, new = ({address: value for address, value in cells[name][sheet].items() if (sheet, address) not in ours}
                    for name in ("old", "new"))
        assert old == new


@pytest.mark.shared
def test_what_is_around_the_cells_keeps_its_bytes(shared, tmp_path):
    template = shared / "data" / "undrr_preliminary_layout.xlsx"
    fill_copy(template, {"P1.1": Said(2)}, tmp_path / "filled.xlsx")
    before, after = parts(template), parts(tmp_path / "filled.xlsx")
    changed = [name for name in before if before[name] != after[name] and name != "xl/workbook.xml"]
    assert len(changed) == 1  # cells that were empty and stay empty are not written anew
    filled = after[changed[0]].replace(b'<c r="E7" s="39"><v>2</v></c>', b'<c r="E7" s="39"/>')
    assert filled == before[changed[0]]


@settings(max_examples=40, deadline=None)
@given(before=LEVELS, after=LEVELS)
def test_any_answers_over_any_others_read_back_equal(tmp_path_factory, before, after):
    written_over(tmp_path_factory.mktemp("copies"), before, after)


@pytest.mark.slow
def test_ten_thousand_answer_sheets_come_back_from_the_workbook_as_they_went_in(tmp_path):
    chance = random.Random(11)
    for number in range(10_000):
        before, after = ([chance.choice([None, 0, 1, 2, 3]) for _ in ITEMS] for _ in range(2))
        (tmp_path / str(number)).mkdir()
        written_over(tmp_path / str(number), before, after)
        shutil.rmtree(tmp_path / str(number))


def written_over(folder, before, after):
    options = {item: 4 - level for item, level in zip(ITEMS, before, strict=True) if level is not None}
    template = package(folder / "mine.xlsx", form(options))
    said = {item: Said(level, "" if level is None else HARD) for item, level in zip(ITEMS, after, strict=True)}
    fill_copy(template, said, folder / "filled.xlsx")
    found = read_workbook(folder / "filled.xlsx")
    assert levels(found.answers) == dict(zip(ITEMS, after, strict=True))
    assert found.verification == {item: each.verification for item, each in said.items() if each.verification}


def test_macros_stay_and_what_the_copy_said_before_is_named(tmp_path):
    template = package(tmp_path / "mine.xlsm", form({"P1.1": 1, "P1.2": 2}), xl__vbaProject=b"\x00macros\xff")
    report = fill_copy(template, {"P1.1": Said(3), "P1.2": Said(0)}, tmp_path / "filled.xlsm")
    assert parts(tmp_path / "filled.xlsm")["xl/vbaProject"] == b"\x00macros\xff"
    assert "something else at P1.2;" in str(report[-1])


def refused(template, to, *words: str) -> None:
    before = sorted(path.name for path in to.parent.iterdir()) if to.parent.is_dir() else []
    with pytest.raises(InputError) as error:
        fill_copy(template, {"P1.1": Said(2)}, to)
    assert all(word in str(error.value) for word in words), str(error.value)
    assert before == (sorted(path.name for path in to.parent.iterdir()) if to.parent.is_dir() else [])


def test_a_target_that_is_there_of_another_kind_or_nowhere_is_refused(tmp_path):
    template = package(tmp_path / "mine.xlsx", form({}))
    refused(template, template, "a file of this name already")
    refused(template, tmp_path / "filled.xlsm", "is a .xlsx file")
    refused(template, tmp_path / "nowhere" / "filled.xlsx", "no such folder")


def test_a_formula_in_an_answer_cell_is_not_overwritten(tmp_path):
    formula = '<c r="E7"><f>1+1</f><v>2</v></c>'
    template = package(tmp_path / "mine.xlsx", form({}, {"E7": formula}))
    refused(template, tmp_path / "filled.xlsx", "sheet E01", "formula")


def test_a_full_disk_leaves_no_file(tmp_path, monkeypatch):
    template = package(tmp_path / "mine.xlsx", form({}))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    refused(template, tmp_path / "filled.xlsx", "No space left on device", "Check the space on the disk")


def test_what_a_workbook_holds_goes_through_the_store_and_into_a_new_copy(tmp_path):
    said = {address: cell(address, words) for address, words in (("C7", WORDS), ("B12", "Ask"), ("C12", "We"))}
    template = package(tmp_path / "mine.xlsx", form({item: 1 + n % 4 for n, item in enumerate(ITEMS) if n % 5}, said))
    url = f"sqlite:///{tmp_path / 'own.db'}"
    with Workbook.open(database=url) as workbook:
        workbook.import_workbook(template, "Rotterdam")
    with Workbook.open(city="rotterdam", database=url) as workbook:
        workbook.export_workbook(package(tmp_path / "empty.xlsx", form({})), tmp_path / "filled.xlsx")
    first, second = read_workbook(template), read_workbook(tmp_path / "filled.xlsx")
    assert levels(first.answers) == levels(second.answers)
    assert first.verification == second.verification == {"P1.1": WORDS}
    assert first.actions.to_dict("records") == second.actions.to_dict("records") == [
        {"item": "P1.1", "action": "Ask", "institution": "We", "timescale": ""}]
