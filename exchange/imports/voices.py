"""A table of what many people answered: one row a person, question and turn; all that is wrong is said at once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.errors import Findings, InputError
from exchange.imports.limits import checked_file
from exchange.vocabulary import ANSWERED, STAKEHOLDER_GROUPS, STATES

if TYPE_CHECKING:
    from pathlib import Path

    from exchange.instruments import Instrument

NEEDED: Final = ("respondent", "group", "item", "state", "level")
OPTIONAL: Final = ("note", "round")
TURNS: Final = {"": 1, "1": 1, "2": 2}
MOST_ROWS: Final = 60_000
_LONGEST_NOTE: Final = 10_000

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """One row: what one person answered to one question in one turn."""

    respondent: str
    group: str | None
    turn: int
    item: str
    state: str
    level: int | None
    note: str


def read_voices(file: Path, instrument: Instrument) -> list[Said]:
    """Return the rows of a table of voices.

    Parameters
    ----------
    file
        Comma-separated values in UTF-8 with the columns ``respondent``, ``group`` (may be empty), ``item``, ``state``,
        ``level``, and if they are there ``note`` and ``round`` (1 or 2).
    instrument
        What was asked.

    Raises
    ------
    InputError
        With every finding: a column that is missing, a cell that does not fit, a row that stands twice, a person
        in two groups.
    """
    rows = _cells(file)
    findings = Findings()
    scale = frozenset(instrument.scale.numbers)
    items = {item.id for item in instrument.items}
    found = [_said(row, f"row {number}", items, scale, findings) for number, row in enumerate(rows, 1)]
    _refuse_twice(found, findings)
    findings.raise_if_any()
    return found


def _cells(file: Path) -> list[Cells]:
    checked_file(file)
    try:
        reader = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), restval="")
        heads = [str(head).strip().lower() for head in reader.fieldnames or ()]
        reader.fieldnames = heads
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError.at(file.name, "it is not a table of comma-separated values in UTF-8",
                            f"Save it as CSV, UTF-8, with the columns {', '.join(NEEDED)}.") from error
    findings = Findings()
    for name in NEEDED:
        if heads.count(name) != 1:
            finding = "is missing" if name not in heads else "stands twice"
            findings.add(file.name, f"the column {name!r} {finding}", f"The columns are {', '.join(NEEDED)}; "
                         f"{' and '.join(OPTIONAL)} may be there too.")
    if len(rows) > MOST_ROWS:
        findings.add(file.name, f"it has {len(rows):,} rows", f"Give at most {MOST_ROWS:,}.")
    for number, row in enumerate(rows, 1):
        if None in row:
            findings.add(f"row {number}", "it has more cells than there are columns",
                         "Put a cell that holds a comma in quotation marks.")
    if not rows:
        findings.add(file.name, "it has no rows", "Give one row a person and question.")
    findings.raise_if_any()
    return [{name: (row.get(name) or "").strip() for name in (*NEEDED, *OPTIONAL)} for row in rows]


def _said(row: Cells, place: str, items: set[str], scale: frozenset[int], findings: Findings) -> Said:
    name = row["respondent"]
    if not name:
        findings.add(f"{place}, respondent", "the cell is empty", "Give each person a word or number of their own.")
    group = _word(row["group"])
    if group and group not in STAKEHOLDER_GROUPS:
        findings.add(f"{place}, group", f"{row['group'][:60]!r} is not a stakeholder group",
                     f"Use {', '.join(STAKEHOLDER_GROUPS)}, or leave it empty.")
    if row["item"] not in items:
        findings.add(f"{place}, item", f"there is no item {row['item'][:60]!r}" if row["item"] else "the cell is empty",
                     "Use an id of the questionnaire, such as P3.2.")
    if row["round"] not in TURNS:
        findings.add(f"{place}, round", f"{row['round'][:60]!r} is not a turn of the room", "Use 1 or 2.")
    if len(row["note"]) > _LONGEST_NOTE or "\x00" in row["note"]:
        findings.add(f"{place}, note", "it cannot be kept", f"Use at most {_LONGEST_NOTE:,} characters of text.")
    state, level = _answer(row, place, scale, findings)
    return Said(name, group or None, TURNS.get(row["round"], 1), row["item"], state, level, row["note"])


def _answer(row: Cells, place: str, scale: frozenset[int], findings: Findings) -> tuple[str, int | None]:
    state = _word(row["state"])
    level = next((number for number in scale if row["level"] in (str(number), f"{number}.0")), None)
    allowed = ", ".join(map(str, sorted(scale)))
    if state not in STATES:
        findings.add(f"{place}, state", f"{row['state'][:60]!r} is not a state" if state else "the cell is empty",
                     f"Use {', '.join(STATES)}.")
    elif row["level"] and level is None:
        findings.add(f"{place}, level", f"{row['level'][:60]!r} is not on the scale", f"Use {allowed}.")
    elif state == ANSWERED and level is None:
        findings.add(f"{place}, level", "it is answered, but has no level", f"Use {allowed}.")
    elif state != ANSWERED and level is not None:
        findings.add(f"{place}, level", f"a level is given, but the state is {state}",
                     f"Leave the level empty, or say {ANSWERED}.")
    return state, level


def _word(cell: str) -> str:
    return cell.lower().replace(" ", "_").replace("-", "_")


def _refuse_twice(rows: list[Said], findings: Findings) -> None:
    first: dict[tuple[str, int, str], int] = {}
    groups: dict[str, tuple[str | None, int]] = {}
    for number, row in enumerate(rows, 1):
        if not row.respondent:
            continue
        before = first.setdefault((row.respondent, row.turn, row.item), number)
        if before != number:
            findings.add(f"row {number}", f"the same person answered {row.item} in row {before} already",
                         "Keep one of the rows.")
        group, place = groups.setdefault(row.respondent, (row.group, number))
        if group != row.group:
            findings.add(f"row {number}, group", f"the same person is of another group in row {place}",
                         "Name one group for each person.")
