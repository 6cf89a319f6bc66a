"""The official workbook read back, and files that only look like it."""

from __future__ import annotations

import contextlib
import io
import random
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.assessments import score
from exchange.errors import InputError
from exchange.imports.workbook import read_workbook
from exchange.instruments import load

RESILIENCE = load("resilience")
ITEMS = [item.id for item in RESILIENCE.items]
SHEETS = {f"E{section.number:02}": section.items for section in RESILIENCE.sections}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def package(path: Path, sheets: dict[str, str], **parts: bytes) -> Path:
    """Write a workbook with these sheets, each given as the XML of its rows."""
    names = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>'
                    for n, name in enumerate(sheets, start=1))
    links = "".join(f'<Relationship Id="r{n}" Type="worksheet" Target="worksheets/sheet{n}.xml"/>'
                    for n, _ in enumerate(sheets, start=1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", f"<workbook {MAIN} {LINKS}><sheets>{names}</sheets></workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        for n, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml",
                             f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def cell(address: str, value: object) -> str:
    if isinstance(value, str):
        return f'<c r="{address}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{address}"><v>{value}</v></c>'


def form(answers: dict[str, object], more: dict[str, str] | None = None, **changes: str) -> dict[str, str]:
    """Return the rows of the ten sheets, with an option (or anything else) for each item, and more cells of E01."""
    sheets = {}
    for name, items in SHEETS.items():
        rows = {3 + 11 * n: cell(f"B{3 + 11 * n}", f"{item.id} - a title") for n, item in enumerate(items)}
        rows |= {7 + 11 * n: cell(f"E{7 + 11 * n}", answers[item.id]) for n, item in enumerate(items)
                 if item.id in answers}
        for address, xml in (more or {}).items() if name == "E01" else ():
            row = int(address[1:])
            rows[row] = "".join(sorted([rows.get(row, ""), xml]))
        sheets[name] = "".join(f'<row r="{row}">{one}</row>' for row, one in sorted(rows.items()))
    return sheets | changes


def levels(answers) -> dict[str, int | None]:
    return {row.item: None if row.state == "blank" else int(row.level) for row in answers.itertuples()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("workbooks")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([None, 1, 2, 3, 4]), min_size=47, max_size=47))
def test_option_1_to_4_is_level_3_to_0_and_an_untouched_item_stays_blank(folder, options):
    answers = {item: option for item, option in zip(ITEMS, options, strict=True) if option is not None}
    found = read_workbook(package(folder / "filled.xlsx", form(answers)))
    assert levels(found.answers) == {
        item: None if option is None else 4 - option for item, option in zip(ITEMS, options, strict=True)}
    assert score(RESILIENCE, found.answers).total_sum == sum(4 - option for option in answers.values())


@pytest.mark.shared
def test_the_official_workbook_gives_back_all_47_answers_and_what_the_city_wrote(shared, tmp_path):
    book = openpyxl.load_workbook(shared / "data" / "undrr_preliminary_layout.xlsx")
    chance = random.Random(7)
    options = {item: chance.choice([1, 2, 3, 4]) for item in ITEMS}
    del options["P5.2"]
    for name, items in SHEETS.items():
        for n, item in enumerate(items):
            book[name][f"E{7 + 11 * n}"] = options.get(item.id)
    book["E01"]["C7"] = "Plan of 2024, page 12"
    book["E10"]["B23"], book["E10"]["C23"], book["E10"]["D23"] = "Write it down", "City hall", 2027
    info = book["Info"]
    info["D4"], info["D6"], info["D7"] = "Quito", "Ecuador", date(2026, 3, 4)
    info["C11"], info["D11"], info["C18"] = 2_011_388, "census 2022", 78.5
    info["B40"] = "Fire service"
    book.save(tmp_path / "quito.xlsx")

    found = read_workbook(tmp_path / "quito.xlsx")
    assert levels(found.answers) == {item: 4 - options[item] if item in options else None for item in ITEMS}
    assert found.verification == {"P1.1": "Plan of 2024, page 12"}
    assert found.actions.to_dict("records") == [
        {"item": "P10.2", "action": "Write it down", "institution": "City hall", "timescale": "2027"}]
    assert (found.city["name"].value, found.city["date"].value) == ("Quito", date(2026, 3, 4))
    assert (found.city["population"].value, found.city["population"].source) == (2_011_388, "census 2022")
    assert found.city["poverty_share"].value == pytest.approx(21.5)
    assert found.stakeholders == ("Fire service",)
    assert [str(line) for line in found.report] == [
        "1 item is untouched and stays blank, although the workbook counts it as zero",
        "The Results sheet holds no computed values to compare with"]


@pytest.mark.shared
def test_the_empty_official_workbook_is_all_blank_and_declares_0_of_141(shared):
    found = read_workbook(shared / "data" / "undrr_preliminary_layout.xlsx")
    assert set(found.answers["state"]) == {"blank"}
    assert (found.declared_total, found.declared_max) == (0, 141)
    assert found.city == {}


def test_a_results_sheet_that_says_something_else_is_reported_and_not_believed(tmp_path):
    results = "".join(f"<row>{one}</row>" for one in (
        cell("C175", "P1.1") + cell("G175", 1), cell("M163", "The score of this assessment is 3 / 141")))
    found = read_workbook(package(tmp_path / "stale.xlsx", form({"P1.1": 4}, Results=results)))
    assert levels(found.answers)["P1.1"] == 0
    assert (found.declared_total, found.declared_max) == (3, 141)
    assert [str(line) for line in found.report[1:]] == [
        "P1.1: the Results sheet shows option 1, its own sheet option 4; we keep the latter",
        "The Results sheet declares a total of 3, the answers add up to 0"]


def test_every_wrong_option_is_named_with_its_sheet_and_cell(tmp_path):
    path = package(tmp_path / "wrong.xlsx", form({"P1.1": 5, "P3.2": "yes", "P10.2": 2.5, "P2.1": 1}))
    with pytest.raises(InputError) as caught:
        read_workbook(path)
    assert [f"{f.place}: {f.finding}" for f in caught.value.findings] == [
        "wrong.xlsx, sheet E01, E7: 5 is not an option of P1.1",
        "wrong.xlsx, sheet E03, E18: 'yes' is not an option of P3.2",
        "wrong.xlsx, sheet E10, E18: 2.5 is not an option of P10.2"]


def test_rows_that_were_moved_are_named(tmp_path):
    sheets = form({})
    sheets["E05"] = "".join(f"<row>{cell(f'B{4 + 11 * n}', f'P5.{n + 1} - moved')}</row>" for n in range(3))
    with pytest.raises(InputError, match=r"sheet E05, B3: here begins '', not P5\.1"):
        read_workbook(package(tmp_path / "moved.xlsx", sheets))


def test_item_10_is_not_taken_for_item_1(tmp_path):
    sheets = form({})
    sheets["E10"] = sheets["E10"].replace("P10.1", "P10.12")
    with pytest.raises(InputError, match=r"not P10\.1"):
        read_workbook(package(tmp_path / "twelve.xlsx", sheets))


def test_evidence_and_actions_keep_what_people_wrote(tmp_path):
    sheets = form({"P1.1": 1})
    words = "=1+1 <script>\nline two 東京_xD800_"
    sheets["E01"] += f"<row>{cell('C7', words)}{cell('B12', 'x' * 5000)}</row>"
    found = read_workbook(package(tmp_path / "words.xlsx", sheets))
    assert found.verification["P1.1"] == "=1+1 <script>\nline two 東京"
    assert len(found.actions.loc[0, "action"]) == 4000
    assert any("cut after 4,000" in str(line) for line in found.report)


def shared_texts_bomb() -> bytes:
    return b"<sst>" + b"<si><t>ab</t></si>" * 400_000 + b"</sst>"


def hostile(path: Path) -> dict[str, Path]:
    """Write files that look like workbooks and are not; most would take minutes or gigabytes to open."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 120_001))
    entity = ('<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
              f"<worksheet {MAIN}>&b;</worksheet>")
    files = {
        "rows": package(path / "rows.xlsx", {"Sheet": rows}),
        "far_cell": package(path / "far.xlsx", form({}, Sheet=cell("XFD1048576", 1))),
        "zip_bomb": package(path / "bomb.xlsx", form({}), xl__media__a=bytes(60_000_000)),
        "texts": package(path / "texts.xlsx", form({}), **{"xl/sharedStrings.xml": shared_texts_bomb()}),
        "cells": package(path / "cells.xlsx", form({}, Sheet="<row>" + "<c/>" * 700_000 + "</row>")),
        "attributes": package(path / "attributes.xlsx",
                              form({}, Sheet="<row " + " ".join(f'a{n}=""' for n in range(600_000)) + "/>")),
        "sheets": package(path / "sheets.xlsx", {f"S{n}": "" for n in range(40)}),
        "other": package(path / "other.xlsx", {"Budget": f"<row>{cell('A1', 'Money')}</row>"}),
        "declared_only": package(path / "2023.xlsx", {"Results": f"<row>{cell('C175', 'P1.1')}</row>"}),
        "some_sheets": package(path / "some.xlsm", {"E01": form({})["E01"], "Macro1": ""}),
        "not_xml": package(path / "noxml.xlsx", {"E01": "<row><c"}),
        "no_parts": package(path / "noparts.xlsx", {}),
    }
    with zipfile.ZipFile(path / "entity.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", entity)
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
    with zipfile.ZipFile(path / "many.xlsx", "w") as archive:
        for n in range(20_000):
            archive.writestr(str(n), "")
    plain = {"not_a_zip": b"item,state,level\n", "empty": b"", "encrypted": b"\xd0\xcf\x11\xe0" + bytes(4096),
             "cut": (path / "other.xlsx").read_bytes()[:-40], "huge": bytes(11_000_000)}
    for name, content in plain.items():
        (path / f"{name}.xlsx").write_bytes(content)
    return files | {name: path / f"{name}.xlsx" for name in ("entity", "many", *plain)} | {
        "missing": path / "missing.xlsx", "folder": path}


@pytest.fixture(scope="module")
def refused(tmp_path_factory) -> dict[str, Path]:
    return hostile(tmp_path_factory.mktemp("hostile"))


def test_whatever_is_not_the_workbook_is_refused_in_our_own_words(refused):
    for name, path in refused.items():
        with pytest.raises(InputError) as caught:
            read_workbook(path)
        assert all(f.place and f.finding and f.remedy for f in caught.value.findings), name


@pytest.mark.parametrize(("name", "words"), [
    ("far_cell", "sheet Sheet, XFD1048576: there is a value far outside the form"),
    ("zip_bomb", "unpacks to far more than a filled workbook holds"),
    ("encrypted", "protected by a password"),
    ("declared_only", "an official workbook of another layout"),
    ("some_sheets", "the sheets E02, E03, E04, E05, E06, E07, E08, E09, E10 are missing"),
    ("other", "it has no sheets E01 to E10"),
    ("missing", "there is no such file"),
    ("rows", "A5001: there is a value far outside the form"),
    ("entity", "declares a document type"),
])
def test_the_refusal_says_what_is_wrong(refused, name, words):
    with pytest.raises(InputError, match=words):
        read_workbook(refused[name])


LIMITED = """
import resource, sys
from exchange.errors import InputError
from exchange.imports.workbook import read_workbook
from exchange.instruments import load

load("resilience")
used = resource.getrusage(resource.RUSAGE_SELF)
limit = int(used.ru_utime + used.ru_stime) + 2 * len(sys.argv)
resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
for name in sys.argv[1:]:
    try:
        read_workbook(name)
    except InputError:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used.ru_maxrss)
"""


def test_hostile_workbooks_cost_little_memory_and_processor_time(refused):
    done = subprocess.run([sys.executable, "-c", LIMITED, *map(str, refused.values())], text=True,
                          check=False, capture_output=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stderr[-500:]  # killed where a file takes two seconds or more
    kilobytes = [int(line) for line in done.stdout.split()]
    assert len(kilobytes) == len(refused)
    assert max(kilobytes) < 200_000


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(folder, data):
    good = package(folder / "good.xlsx", form({"P1.1": 1, "P10.2": 4})).read_bytes()
    kind = data.draw(st.sampled_from(["bytes", "cut", "xml"]))
    broken = bytearray(good)
    if kind == "bytes":
        for _ in range(data.draw(st.integers(1, 20))):
            broken[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    elif kind == "cut":
        del broken[data.draw(st.integers(0, len(good))):]
    else:
        broken = bytearray(with_broken_xml(good, data))
    path = folder / "broken.xlsx"
    path.write_bytes(bytes(broken))
    with contextlib.suppress(InputError):
        assert len(read_workbook(path).answers) == 47


def with_broken_xml(good: bytes, data) -> bytes:
    """Return the workbook with bytes changed inside one of its parts, packed properly again."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w") as new:
        broken = data.draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == broken:
                place = data.draw(st.integers(0, len(content) - 1))
                content[place:place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
            new.writestr(name, bytes(content))
    return out.getvalue()
