"""A table as a stranger saved it: its heads, its rows, and what is wrong with either, said by column."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from exchange.errors import Findings, InputError
from exchange.imports.cells import read_cells
from exchange.imports.limits import checked_file

MOST_ROWS: Final = 100_000
_SEPARATORS: Final = ",;\t"
_ADDRESS: Final = re.compile(r"([A-Z]+)(\d+)")
_MANGLED: Final = re.compile("Ã[\u0080-\u00bf]|â€|Ø[\u00a7-\u00bf]|\ufffd")
_SAVE: Final = 'Save it as "CSV UTF-8 (comma delimited)".'


@dataclass(frozen=True)
class Grid:
    """A table of texts.

    Parameters
    ----------
    heads
        Names of the columns, each once.
    rows
        Number of the row in a spreadsheet, and its cells by head.
    unnamed
        Columns without a name that only count the rows.
    trimmed
        Cells that had blanks around them.
    mangled
        Head -> rows with letters that an earlier program mangled.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    unnamed: int = 0
    trimmed: int = 0
    mangled: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def read_grid(file: Path) -> Grid:
    """Read the first sheet of a workbook, or a CSV file parted by commas, semicolons or tabs.

    Raises
    ------
    InputError
        With all findings: another encoding, heads that are missing, merged or stand twice, rows with more cells than
        there are heads.
    """
    lines = _sheet(file) if file.suffix.casefold() in {".xlsx", ".xlsm"} else _csv(file)
    lines = [(number, line) for number, line in lines if any(cell.strip() for cell in line)]
    if not lines:
        raise InputError.at(file.name, "it has no rows", "Give a table with a row of heads and the lessons below.")
    if len(lines) > MOST_ROWS:
        raise InputError.at(file.name, f"it has {len(lines):,} rows", f"Give at most {MOST_ROWS:,} at a time.")
    return _grid(file.name, lines)


def _grid(place: str, lines: Sequence[tuple[int, Sequence[str]]]) -> Grid:
    heads, rows = [" ".join(head.split()) for head in lines[0][1]], lines[1:]
    while heads and not heads[-1] and not any(len(row) >= len(heads) and row[len(heads) - 1].strip()
                                              for _, row in rows):
        heads.pop()
    findings = Findings()
    counting = _check_heads(place, heads, rows, findings)
    for number, row in rows:
        if any(cell.strip() for cell in row[len(heads):]):
            findings.add(f"{place}, row {number}", "it has more cells than there are heads",
                         "Put a cell that holds a comma in quotation marks.")
    findings.raise_if_any()
    cells = [(number, {head: row[n] if n < len(row) else "" for n, head in enumerate(heads) if n not in counting})
             for number, row in rows]
    trimmed = sum(cell != cell.strip() for _, row in cells for cell in row.values())
    clean = tuple((number, {head: cell.strip() for head, cell in row.items()}) for number, row in cells)
    return Grid(tuple(head for n, head in enumerate(heads) if n not in counting), clean, len(counting), trimmed,
                _mangled(clean))


def _check_heads(place: str, heads: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]],
                 findings: Findings) -> set[int]:
    """Note heads that are missing or stand twice; return the columns that only count the rows."""
    counting: set[int] = set()
    rows = list(rows)
    for n, head in enumerate(heads):
        if head:
            continue
        column = [row[n].strip() for _, row in rows if n < len(row)]
        if [cell for cell in column if cell] and all(cell.isdigit() for cell in column) \
                and len(set(column)) == len(column):
            counting.add(n)
            continue
        before = next((f" and may be merged with {heads[m]!r} before it" for m in range(n - 1, -1, -1) if heads[m]), "")
        findings.add(f"{place}, column {letters(n)}", f"it has no head{before}",
                     "Unmerge the cells of the first row and give every column a name of its own.")
    for head, times in Counter(filter(None, heads)).items():
        if times > 1:
            where = ", ".join(letters(n) for n, name in enumerate(heads) if name == head)
            findings.add(f"{place}, columns {where}", f"{times} columns are called {head!r}",
                         "Give every column a name of its own.")
    return counting


def _mangled(rows: Iterable[tuple[int, dict[str, str]]]) -> dict[str, tuple[int, ...]]:
    """Return, by head, the rows whose letters an earlier program mangled."""
    found: dict[str, tuple[int, ...]] = {}
    for number, row in rows:
        for head, cell in row.items():
            if _MANGLED.search(cell):
                found[head] = (*found.get(head, ()), number)
    return found


def letters(n: int) -> str:
    """Return the letters of a column as spreadsheets have them, counted from 0."""
    return (letters(n // 26 - 1) if n >= 26 else "") + chr(65 + n % 26)


def _sheet(file: Path) -> list[tuple[int, list[str]]]:
    sheets = read_cells(file)
    name, cells = next(((name, cells) for name, cells in sheets.items() if cells), ("", {}))
    rows: dict[int, dict[int, str]] = {}
    for address, value in cells.items():
        place = _ADDRESS.fullmatch(address)
        assert place is not None, (name, address)  # noqa: S101 - the reader makes the addresses
        column = 0
        for letter in place[1]:
            column = 26 * column + ord(letter) - 64
        whole = isinstance(value, float) and value.is_integer()
        rows.setdefault(int(place[2]), {})[column - 1] = str(int(value)) if whole else str(value)
    return [(number, [row.get(n, "") for n in range(max(row) + 1)]) for number, row in sorted(rows.items())]


def _csv(file: Path) -> list[tuple[int, list[str]]]:
    checked_file(file)
    content = _decoded(file)
    try:
        return list(enumerate(csv.reader(io.StringIO(content, newline=""), delimiter=_separator(content)), 1))
    except csv.Error as error:
        raise InputError.at(file.name, f"it is not a table of separated values ({error})", _SAVE) from error


def _separator(content: str) -> str:
    """Return what parts the cells of the first line: the candidate that stands in it most often."""
    first = content.lstrip().partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _decoded(file: Path) -> str:
    raw = file.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in raw[:200]:
        raise InputError.at(file.name, "it is in UTF-16, not in UTF-8", _SAVE)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row, column = _where(raw, error.start)
        raise InputError.at(
            f"{file.name}, row {row}, column {column}",
            f"byte {raw[error.start]:#04x} is not UTF-8; it seems to be in an older encoding such as Windows-1252",
            _SAVE) from error


def _where(raw: bytes, place: int) -> tuple[int, str]:
    """Return the row and the column's name of a byte, read with one letter a byte."""
    separator = _separator(raw.decode("latin-1"))
    try:
        lines, whole = (list(csv.reader(io.StringIO(some.decode("latin-1"), newline=""), delimiter=separator))
                        for some in (raw[:place], raw))
    except csv.Error:
        return len(raw[:place].split(b"\n")), "unknown"
    heads = whole[0] if whole else []
    n = max(len(lines[-1]) - 1, 0) if lines else 0
    name = heads[n].encode("latin-1").decode("utf-8", "replace") if n < len(heads) else ""
    return max(len(lines), 1), repr(name.strip()) if name.strip() and len(lines) > 1 else letters(n)
