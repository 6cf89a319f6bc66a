"""Tables that cross a border: named once, each column with its type, unit and meaning, checked where they enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from exchange.errors import Findings

Kind = Literal["text", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, in which unit, and whether a cell may be empty."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    optional: bool = False
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table. `check` returns a clean copy or raises with every finding."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    def empty(self) -> pd.DataFrame:
        """Return the table with no rows."""
        return pd.DataFrame({c.name: pd.Series(dtype=_DTYPES[c.kind]) for c in self.columns})

    def of(self, rows: Iterable[dict[str, object]]) -> pd.DataFrame:
        """Return rows as a checked table; missing cells are empty."""
        frame = pd.DataFrame(list(rows), columns=[c.name for c in self.columns])
        return self.check(frame) if len(frame) else self.empty()

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with the declared columns and types, in the declared order.

        Raises
        ------
        InputError
            Naming each missing column, each cell of a wrong kind and each row that stands twice.
        """
        findings = Findings()
        for column in self.columns:
            if column.name not in frame.columns:
                findings.add(self.name, f"the column {column.name!r} is missing", f"Add it: {column.meaning}.")
        findings.raise_if_any()
        clean = pd.DataFrame({c.name: self._cells(frame[c.name], c, findings) for c in self.columns})
        if self.key and not findings:
            twice = clean.duplicated(list(self.key), keep="first")
            for row in clean.index[twice]:
                values = ", ".join(str(clean.loc[row, k]) for k in self.key)
                findings.add(f"{self.name}, row {row + 1}", f"{values} stands twice", "Keep one of the rows.")
        findings.raise_if_any()
        return clean

    def _cells(self, cells: pd.Series, column: Column, findings: Findings) -> pd.Series:
        cells = cells.reset_index(drop=True)
        clean, wrong = _READERS[column.kind](cells, column)
        for row in cells.index[wrong.fillna(value=True)]:
            findings.add(f"{self.name}, row {row + 1}, {column.name}", f"{cells[row]!r} is not {_expected(column)}",
                         f"Give {column.meaning}.")
        if not column.optional:
            for row in cells.index[clean.isna() & ~wrong.fillna(value=True)]:
                findings.add(f"{self.name}, row {row + 1}, {column.name}", "the cell is empty",
                             f"Give {column.meaning}.")
        if column.kind == "integer" and not findings:
            return clean.astype("Int64")
        return clean


def _text(cells: pd.Series, column: Column) -> tuple[pd.Series, pd.Series]:
    """Return texts without blanks around them, and which are none of the choices."""
    clean = cells.astype("string").str.strip()
    clean = clean.mask(clean == "")
    if column.choices:
        return clean, clean.notna() & ~clean.isin(column.choices)
    return clean, pd.Series(False, index=clean.index)  # noqa: FBT003


def _boolean(cells: pd.Series, _column: Column) -> tuple[pd.Series, pd.Series]:
    clean = cells.map(_BOOLEANS.get, na_action="ignore").astype("boolean")
    return clean, cells.notna() & clean.isna()


def _number(cells: pd.Series, column: Column) -> tuple[pd.Series, pd.Series]:
    """Return numbers, and which cells are none, are infinite, not whole, or outside the bounds."""
    clean = pd.to_numeric(cells, errors="coerce").astype("float64")
    wrong = (cells.notna() & clean.isna()) | clean.isin([float("inf"), float("-inf")])
    if column.kind == "integer":
        wrong |= clean.notna() & (clean % 1 != 0)
    if column.low is not None:
        wrong |= clean < column.low
    if column.high is not None:
        wrong |= clean > column.high
    return clean, wrong


_READERS = {"text": _text, "boolean": _boolean, "integer": _number, "number": _number}
_DTYPES = {"text": "string", "integer": "Int64", "number": "float64", "boolean": "boolean"}
_BOOLEANS = {True: True, False: False, "true": True, "false": False, "yes": True, "no": False,
             "True": True, "False": False}


def _expected(column: Column) -> str:
    if column.choices:
        return "one of " + ", ".join(column.choices)
    span = ""
    if column.low is not None and column.high is not None:
        span = f" from {column.low:g} to {column.high:g}"
    elif column.low is not None:
        span = f" of {column.low:g} or more"
    return {"text": "a text", "integer": "a whole number", "number": "a number", "boolean": "yes or no"}[
        column.kind] + span + (f" ({column.unit})" if column.unit else "")
