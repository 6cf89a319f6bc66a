"""How rows come out: tables as data frames with one dtype a column, single things as dicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

_DTYPES = {"id": "string", "text": "string", "country": "string", "whole": "Int64", "number": "float64",
           "flag": "boolean"}

Rows = Sequence[Sequence[Any]]


def frame(columns: Sequence[sa.ColumnElement[Any]], rows: Rows) -> pd.DataFrame:
    """Return rows as a table; an empty one has its columns and dtypes too.

    Identifiers and text are ``string``, whole numbers ``Int64``, numbers ``float64`` (empty: NaN), flags ``boolean``,
    moments ``datetime64[us, UTC]``; days and JSON (dicts and lists) are Python objects.
    """
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pd.DataFrame({_name(column): _series(column, values)
                         for column, values in zip(columns, cells, strict=True)})


def _name(column: sa.ColumnElement[Any]) -> str:
    return str(getattr(column, "name", column.key))


def _series(column: sa.ColumnElement[Any], values: Sequence[Any]) -> pd.Series:
    kind = _kind(column)
    if kind == "moment":
        return pd.Series(pd.to_datetime(list(values), utc=True)).astype("datetime64[us, UTC]")
    return pd.Series(list(values), dtype=_DTYPES.get(kind, "object"))


def _kind(column: sa.ColumnElement[Any]) -> str:
    info: dict[str, Any] = getattr(column, "info", {})
    inner = getattr(column, "element", None)
    if "kind" not in info and inner is not None:
        return _kind(inner)
    return str(info.get("kind", "text"))


def table_of(table: sa.Table, *leave_out: str) -> list[sa.Column[Any]]:
    """Return the columns of a table but for some, in their order."""
    return [column for column in table.columns if column.name not in leave_out]


def record(row: sa.Row[Any]) -> dict[str, Any]:
    """Return one row as a dict; empty cells are None, moments are timezone-aware."""
    return dict(row._mapping)  # noqa: SLF001 - the documented way to read a row by name
