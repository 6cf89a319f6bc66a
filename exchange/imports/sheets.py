"""A table in a file of either kind: comma-separated values, or the first sheet of a workbook."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from exchange.errors import InputError
from exchange.imports.cells import Cells, Value, read_cells
from exchange.imports.limits import MOST_COLUMNS, MOST_ROWS
from exchange.imports.tables import check_heads, read_csv

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read_table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Return the heads and the rows of a table; of a workbook, those of its first sheet.

    Raises
    ------
    InputError
        When the file is damaged or beyond the limits; see `read_csv` and `read_cells`.
    """
    if path.suffix.lower() != ".xlsx":
        return read_csv(path)
    sheets = read_cells(path)
    name = next(iter(sheets), "")
    heads, numbered = grid(f"{path.name}, {name[:40]}", sheets.get(name, {}))
    check_heads(heads, path.name)
    return heads, [{head: row.get(head, "") for head in heads} for row in numbered.values()]


def grid(place: str, cells: Cells) -> tuple[list[str], dict[int, dict[str, str]]]:
    """Return the heads in the first row of a sheet, and its other rows by their number: head -> cell.

    Raises
    ------
    InputError
        When it has far more rows or columns than a form.
    """
    rows: dict[int, dict[str, str]] = defaultdict(dict)
    for address, value in cells.items():
        if found := _ADDRESS.fullmatch(address):
            rows[int(found[2])][found[1]] = _words(value)
    if len(rows) > MOST_ROWS + 1 or any(len(row) > MOST_COLUMNS for row in rows.values()):
        raise InputError.at(place, "it has far more cells than a table of answers or questions",
                            "Take out what does not belong there.")
    first = {column: words.strip() for column, words in (rows.pop(min(rows)) if rows else {}).items()}
    by_head = {n: {first[column]: words for column, words in row.items() if first.get(column)}
               for n, row in sorted(rows.items())}
    return [head for head in first.values() if head], by_head


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value
