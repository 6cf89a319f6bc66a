"""What pictures are given: tables or records, with their columns checked where they enter."""

from __future__ import annotations

import math
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, TypeVar

from exchange.errors import Findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")


def records(rows: Any, kind: type[Row]) -> list[Row]:
    """Return rows as records of a kind.

    Parameters
    ----------
    rows
        A DataFrame, mappings, or objects with the columns as attributes. Columns that the kind does not have
        are ignored; empty cells and missing optional columns become the kind's defaults.
    kind
        A dataclass: its fields are the columns; those with a default may be missing or empty. A field with
        ``metadata={"also": name}`` may come under that second name.

    Raises
    ------
    InputError
        Naming every required cell that is missing or empty.
    """
    findings = Findings()
    made: list[Row] = []
    for place, row in enumerate(_rows(rows), start=1):
        cells = _cells(row, kind, f"{kind.__name__.lower()} {place}", findings)
        if isinstance(row, kind):
            made.append(row)
        elif not findings:
            made.append(kind(**cells))
    findings.raise_if_any()
    return made


def _rows(rows: Any) -> Iterable[Any]:
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        filled: list[Any] = rows.astype(object).where(rows.notna(), None).to_dict("records")
        return filled
    return list(rows)


def _cells(row: Any, kind: type[Row], place: str, findings: Findings) -> dict[str, Any]:
    cells = {}
    for column in fields(kind):
        value = _plain(_cell(row, column))
        if value is not None:
            cells[column.name] = value
        elif column.default is MISSING and column.default_factory is MISSING:
            findings.add(f"{place}, {column.name}", "the cell is empty", "Fill it.")
    return cells


def _cell(row: Any, column: Field[Any]) -> Any:
    for name in (column.name, column.metadata.get("also", column.name)):
        value = row.get(name) if hasattr(row, "get") else getattr(row, name, None)
        if value is not None:
            return value
    return None


def _plain(value: Any) -> Any:
    """Return numpy's numbers as Python's, and a missing number as nothing."""
    if hasattr(value, "item") and hasattr(value, "dtype"):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value
