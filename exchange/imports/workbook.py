"""Reading a filled official workbook: 47 answers, what the city says of itself, evidence and actions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from exchange import instruments
from exchange.assessments import ANSWERS
from exchange.errors import Findings, InputError
from exchange.imports.cells import Cells, Value, read_cells
from exchange.vocabulary import ANSWERED, BLANK
from exchange.words import Text, count, text

BLOCK = 11
"""Rows of an indicator on the sheet of its essential."""
HEADER, CHOICE, ACTION = 3, 7, 12
"""Rows of the header, of the linked answer cell and of the actions in the first block."""
RESULTS = 175
"""Row of the first indicator on the Results sheet."""
LONGEST_TEXT = 4_000

ACTIONS = ("item", "action", "institution", "timescale")


@dataclass(frozen=True)
class CityField:
    """One thing that the city says of itself, with the date of its source as it was written."""

    value: Value | date
    source: Value | date | None = None


@dataclass(frozen=True)
class WorkbookImport:
    """What a filled workbook holds.

    Parameters
    ----------
    file
        Its name.
    answers
        An `ANSWERS` table with all 47 items; an untouched item is blank.
    city
        City fields that are filled, by name (`CITY_FIELDS`); shares in percent.
    stakeholders
        Lines of the list of those who took part.
    verification
        Means of verification by item.
    actions
        One row an item with a planned action: ``item, action, institution, timescale``.
    declared_total, declared_max
        Total and maximum on the Results sheet, as last computed; the official total counts blanks as zero.
    report
        What to know: blanks, differences from the Results sheet, texts that were cut.
    """

    file: str
    answers: pd.DataFrame
    city: Mapping[str, CityField]
    stakeholders: tuple[str, ...]
    verification: Mapping[str, str]
    actions: pd.DataFrame
    declared_total: int | None
    declared_max: int | None
    report: tuple[Text, ...]


CITY_FIELDS: dict[str, tuple[str, str | None]] = {
    "name": ("D4", None), "kind": ("D5", None), "country": ("D6", None), "date": ("D7", None),
    "authority": ("C10", "D10"), "population": ("C11", "D11"), "area_km2": ("C12", "D12"),
    "density": ("C13", "D13"), "youth_share": ("C14", "D14"), "senior_share": ("C15", "D15"),
    "female_headed_share": ("C16", "D16"), "literacy_share": ("C17", "D17"),
    "poverty_share": ("C18", "D18"),
    "household_income_usd": ("C19", "D19"), "non_citizen_share": ("C20", "D20"),
    "most_probable_hazard": ("C21", "D21"), "most_severe_hazard": ("C22", "D22"),
    "households": ("C25", "D25"), "persons_per_unit": ("C26", "D26"), "cost_of_living_usd": ("C27", "D27"),
    "country_gdp_per_head_usd": ("C28", "D28"), "gini": ("C29", "D29"),
    "city_product_per_head_usd": ("C30", "D30"),
    "lead": ("D33", None), "organisation": ("D34", None), "contact": ("D35", None),
    "may_share": ("D36", None),
}
"""Where the Info sheet keeps each field and the date of its source."""


@dataclass(frozen=True)
class Place:
    """Where the answer of one item stands: the sheet of its essential, and the how manieth block there.

    Parameters
    ----------
    item
        Its id.
    sheet
        ``"E01"`` to ``"E10"``.
    block
        0 for the first indicator of the essential.
    """

    item: str
    sheet: str
    block: int

    def cell(self, column: str, row: int) -> str:
        """Return the address of what stands in this column and, in the first block, in this row."""
        return f"{column}{row + BLOCK * self.block}"


def places() -> list[Place]:
    """Return where the answers of the 47 items stand, in their order."""
    return [Place(item.id, f"E{section.number:02}", block)
            for section in instruments.load("resilience", "1").sections
            for block, item in enumerate(section.items)]


def read_workbook(file: str | Path) -> WorkbookImport:
    """Read a filled official preliminary workbook (.xlsx or .xlsm).

    The answer cell of an item holds the place of the chosen option: 1 for the best one, which is level 3,
    to 4 for level 0. The Results sheet is only compared, never read for answers.

    Raises
    ------
    InputError
        When the file is no such workbook (damaged, encrypted, too large, another layout), or an answer cell
        holds anything but 1 to 4; all findings at once, each with its sheet and cell.
    """
    path = Path(file)
    sheets = read_cells(path)
    _check_sheets(path.name, sheets)
    answers = places()
    findings = Findings()
    for place in answers:
        _check_header(path.name, sheets, place, findings)
    chosen = {} if findings else {place.item: _choice(path.name, sheets, place, findings) for place in answers}
    findings.raise_if_any()
    return _Reading(path.name, sheets, answers, chosen).workbook()


def _check_sheets(file: str, sheets: Mapping[str, Cells]) -> None:
    missing = sorted({place.sheet for place in places()} - sheets.keys())
    if not missing:
        return
    if len(missing) < 10:
        finding = f"the sheets {', '.join(missing)} are missing"
    elif any(cell == "P1.1" for cells in sheets.values() for cell in cells.values()):
        finding = "it is an official workbook of another layout, without the sheets E01 to E10"
    else:
        finding = "it is not the official preliminary workbook: it has no sheets E01 to E10"
    raise InputError.at(file, finding,
                        "Give the official workbook, or the answers as CSV (item, state, level).")


def _check_header(file: str, sheets: Mapping[str, Cells], place: Place, findings: Findings) -> None:
    cell = place.cell("B", HEADER)
    found = sheets[place.sheet].get(cell, "")
    match = _CODE.match(str(found))
    if match is None or f"P{match[1]}.{match[2]}" != place.item:
        findings.add(f"{file}, sheet {place.sheet}, {cell}",
                     f"here begins {str(found)[:40]!r}, not {place.item}",
                     "Give the official workbook in the layout of 2017 to 2024, with no rows moved.")


_CODE = re.compile(r"\s*P\s*(\d{1,2})\s*\.\s*(\d{1,2})(?!\d)")


def _choice(file: str, sheets: Mapping[str, Cells], place: Place, findings: Findings) -> int | None:
    cell = place.cell("E", CHOICE)
    found = sheets[place.sheet].get(cell, 0.0)
    if isinstance(found, float) and found in {0, 1, 2, 3, 4}:
        return int(found) or None
    findings.add(f"{file}, sheet {place.sheet}, {cell}", f"{_shown(found)} is not an option of {place.item}",
                 "Choose one of the four options again: 1 is the first, 4 the last.")
    return None


def _shown(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)[:60]


class _Reading:
    """One workbook whose layout is known to be right."""

    def __init__(self, file: str, sheets: Mapping[str, Cells], places: list[Place],
                 chosen: Mapping[str, int | None]) -> None:
        self.file = file
        self.sheets = sheets
        self.info = sheets.get("Info", {})
        self.results = sheets.get("Results", {})
        self.places = places
        self.chosen = chosen
        self.report: list[Text] = []

    def workbook(self) -> WorkbookImport:
        answers = ANSWERS.of(
            {"item": item, "state": BLANK if index is None else ANSWERED,
             "level": None if index is None else 4 - index}
            for item, index in self.chosen.items())
        blank = sum(index is None for index in self.chosen.values())
        if blank:
            self.report.append(count(
                "{n} item is untouched and stays blank, although the workbook counts it as zero",
                "{n} items are untouched and stay blank, although the workbook counts them as zero", blank))
        total, most = self._declared()
        self._compare(total)
        return WorkbookImport(
            self.file, answers, self._city(), self._stakeholders(), self._verification(), self._actions(),
            total, most, tuple(self.report))

    def _declared(self) -> tuple[int | None, int | None]:
        total, most = self.results.get("K163"), self.results.get("K164")
        if isinstance(total, float) and isinstance(most, float) and 0 <= total <= most <= 1_000:
            return round(total), round(most)
        match = _TOTAL.search(str(self.results.get("M163", "")))
        return (int(match[1]), int(match[2])) if match else (None, None)

    def _compare(self, declared: int | None) -> None:
        """Note where the Results sheet, as it was last computed, says something else than the answers."""
        seen = False
        for row, place in enumerate(self.places, start=RESULTS):
            shown = self.results.get(f"G{row}")
            if not isinstance(shown, float) or self.results.get(f"C{row}") != place.item:
                continue
            seen = True
            if shown != (self.chosen[place.item] or 0):
                self.report.append(text(
                    "{item}: the Results sheet shows option {shown}, its own sheet option {chosen}; "
                    "we keep the latter",
                    item=place.item, shown=shown, chosen=self.chosen[place.item] or 0))
        if not seen:
            self.report.append(text("The Results sheet holds no computed values to compare with"))
        total = sum(4 - index for index in self.chosen.values() if index is not None)
        if declared is not None and declared != total:
            self.report.append(text(
                "The Results sheet declares a total of {declared}, the answers add up to {total}",
                declared=declared, total=total))

    def _city(self) -> dict[str, CityField]:
        found = {}
        for name, (cell, source) in CITY_FIELDS.items():
            value = self.info.get(cell)
            if value is not None:
                read = _READERS.get(name, self._text)
                kept = read(value)
                if kept is None:
                    self.report.append(text(
                        "Info {cell}: {value} is not a share from 1 to 100, so we leave it out",
                        cell=cell, value=value))
                else:
                    dated = self.info.get(source or "")
                    found[name] = CityField(kept, None if dated is None else _as_date(dated))
        return found

    def _text(self, value: Value, place: str = "Info") -> Value:
        if not isinstance(value, str) or len(value) <= LONGEST_TEXT:
            return value
        self.report.append(text("{place}: a text was cut after {n} characters", place=place, n=LONGEST_TEXT))
        return value[:LONGEST_TEXT]

    def _stakeholders(self) -> tuple[str, ...]:
        rows: dict[int, list[str]] = {}
        for cell, value in self.info.items():
            row = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            if row >= 40:
                rows.setdefault(row, []).append(str(self._text(value)))
        return tuple(" | ".join(rows[row]) for row in sorted(rows))

    def _words(self, place: Place, column: str, row: int) -> str:
        cell = place.cell(column, row)
        value = self.sheets[place.sheet].get(cell, "")
        return str(self._text(f"{value:g}" if isinstance(value, float) else value, f"{place.sheet} {cell}"))

    def _verification(self) -> dict[str, str]:
        said = {place.item: self._words(place, "C", CHOICE) for place in self.places}
        return {item: words for item, words in said.items() if words}

    def _actions(self) -> pd.DataFrame:
        rows = [(place.item, *(self._words(place, column, ACTION) for column in "BCD"))
                for place in self.places]
        return pd.DataFrame([row for row in rows if any(row[1:])], columns=list(ACTIONS), dtype="string")


_TOTAL = re.compile(r"(\d{1,4})\s*/\s*(\d{1,4})\s*\Z")


def _as_date(value: Value) -> Value | date:
    # Days since the end of 1899; the range is that of a plausible assessment, so that plain years stay years.
    if isinstance(value, float) and 10_000 < value < 80_000:
        return date(1899, 12, 30) + timedelta(days=int(value))
    return value


def _share(value: Value) -> Value | None:
    return value if not isinstance(value, float) or 0 <= value <= 100 else None


def _poverty(value: Value) -> Value | None:
    # The form asks for people NOT in poverty; we keep the share in poverty. 0.8 could be a share or percent.
    if isinstance(value, str):
        return value
    return 100 - value if 1 < value <= 100 else None


_READERS: dict[str, Callable[[Value], Value | date | None]] = {
    "date": _as_date, "poverty_share": _poverty, "youth_share": _share, "senior_share": _share,
    "literacy_share": _share, "non_citizen_share": _share,
}
