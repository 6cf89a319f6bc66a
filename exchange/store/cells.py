"""What may be written: every value is checked against its column before the database sees it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from exchange.errors import Findings

Row = Mapping[str, object]
Clean = dict[str, Any]

_ID = re.compile(r"[^\W_][\w.:@-]{0,119}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{3}")
_NUL_IN_JSON = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_NUMBERS = (int, float, np.integer, np.floating)
_LONGEST_TEXT = 100_000
_LONGEST_JSON = 4_000_000


class _WrongError(ValueError):
    """A cell that does not fit its column: what is wrong, and what to write instead."""

    def __init__(self, finding: str, remedy: str) -> None:
        super().__init__(finding)
        self.finding, self.remedy = finding, remedy


def clean_row(table: sa.Table, row: Row, place: str, findings: Findings, *,
              allowed: Collection[str], needed: Collection[str] = ()) -> Clean:
    """Return the row with every value as its column wants it; note whatever does not fit.

    Parameters
    ----------
    table
        The table that it is for.
    row
        Column names and values. NaN, NaT and NA mean empty, as in a data frame.
    place
        How a person finds the row again: ``"row 14"`` or ``"exchange ex-7"``.
    findings
        Where the findings go; the caller raises them.
    allowed
        The columns that this caller may write. Any other key is a finding.
    needed
        Columns that must stand in the row.
    """
    clean: Clean = {}
    check = checkers(table)
    for name in row:
        if name not in allowed:
            findings.add(place, f"{name!r} is not a column of {table.name}", f"Use {_listed(allowed)}.")
    for name in needed:
        if name not in row:
            findings.add(f"{place}, {name}", "it is missing", "Give it.")
    for name, value in row.items():
        if name in allowed:
            try:
                clean[name] = check[name](value)
            except _WrongError as wrong:
                findings.add(f"{place}, {name}", wrong.finding, wrong.remedy)
    return clean


@cache
def checkers(table: sa.Table) -> dict[str, Callable[[object], Any]]:
    """Return, for each column of a table, the function that checks its values."""
    return {column.name: checker(column) for column in table.columns}


def checker(column: sa.Column[Any]) -> Callable[[object], Any]:
    """Return the function that checks values of a column and raises when one does not fit."""
    check = _CHECKS[column.info["kind"]](column)
    nullable = column.nullable
    default = column.default
    fallback = default.arg if isinstance(default, sa.ColumnDefault) and default.is_scalar else None

    def cell(value: object) -> Any:
        if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
            if nullable:
                return None
            if fallback is not None:
                return fallback
            raise _WrongError("the cell is empty", "Give a value.")
        return check(value)

    return cell


def _id(_: sa.Column[Any]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise _WrongError(f"{shown(value)} is not an identifier",
                              "Use text of up to 120 letters, digits and . : @ _ - that begins with a letter or digit.")
        return value

    return check


def _country(_: sa.Column[Any]) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str) or not _COUNTRY.fullmatch(value):
            raise _WrongError(f"{shown(value)} is not a country code", 'Use three capital letters, such as "NLD".')
        return value

    return check


def _text(column: sa.Column[Any]) -> Callable[[object], str]:
    choices: tuple[str, ...] = column.info["choices"]

    def check(value: object) -> str:
        if choices:
            if not isinstance(value, str) or value not in choices:
                raise _WrongError(f"{shown(value)} is not one of the choices", f"Use {_listed(choices)}.")
            return value
        if not isinstance(value, str):
            raise _WrongError(f"{shown(value)} is not text", "Give text.")
        return storable(value)

    return check


def storable(value: str) -> str:
    """Return a text that both databases can hold, or raise."""
    if len(value) > _LONGEST_TEXT:
        raise _WrongError(f"the text has {len(value):,} characters", f"Use {_LONGEST_TEXT:,} at the most.")
    if "\x00" in value:
        raise _WrongError("the text holds a NUL character", "Remove it.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise _WrongError("the text holds half a character", "Write it again, or remove it.") from error
    return value


def _whole(column: sa.Column[Any]) -> Callable[[object], int]:
    low, high = column.info["low"], column.info["high"]

    def check(value: object) -> int:
        number = _as_int(value)
        if number is None or not low <= number <= high:
            raise _WrongError(f"{shown(value)} is not a whole number from {low} to {high}", "Give such a number.")
        return number

    return check


def _as_int(value: object) -> int | None:
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)) and math.isfinite(value) and float(value).is_integer():
        return int(value)
    return None


def _number(column: sa.Column[Any]) -> Callable[[object], float]:
    low, high = column.info["low"], column.info["high"]

    def check(value: object) -> float:
        number = _as_float(value)
        if number is None or not low <= number <= high:
            raise _WrongError(f"{shown(value)} is not a number{_span(low, high)}", "Give such a number.")
        return number

    return check


def _as_float(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, _NUMBERS):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _span(low: float, high: float) -> str:
    if abs(high) < 1e300:
        return f" from {low:g} to {high:g}"
    return f" of {low:g} or more" if low > -1e300 else ""


def _flag(_: sa.Column[Any]) -> Callable[[object], bool]:
    def check(value: object) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            raise _WrongError(f"{shown(value)} is neither yes nor no", "Give True or False.")
        return bool(value)

    return check


def _moment(_: sa.Column[Any]) -> Callable[[object], datetime]:
    def check(value: object) -> datetime:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                value = None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise _WrongError("it is not a moment with its time zone", "Use ISO 8601, such as 2026-11-23T10:42:00Z.")
        return (value.to_pydatetime() if isinstance(value, pd.Timestamp) else value).astimezone(UTC)

    return check


def _day(_: sa.Column[Any]) -> Callable[[object], date]:
    def check(value: object) -> date:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if not isinstance(value, date):
            raise _WrongError(f"{shown(value)} is not a day", "Use the form 2026-11-23.")
        return value

    return check


def _json(kind: type | tuple[type, ...], expected: str) -> Callable[[sa.Column[Any]], Callable[[object], Any]]:
    def of_column(_: sa.Column[Any]) -> Callable[[object], Any]:
        def check(value: object) -> Any:
            if not isinstance(value, kind):
                raise _WrongError(f"{shown(value)} is not {expected}", f"Give {expected}.")
            return plain(value)

        return check

    return of_column


def plain(value: object) -> Any:
    """Return a value as JSON gives it back: dicts, lists, text, numbers, yes and no."""
    if isinstance(value, (dict, list)) and not value:
        return value
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_simple)
        written.encode()
    except UnicodeEncodeError as error:
        raise _WrongError("a text in it holds half a character", "Write it again, or remove it.") from error
    except (TypeError, ValueError, RecursionError) as error:
        remedy = "Use only text, finite numbers, yes or no, lists and names with values, not too deeply nested."
        raise _WrongError("it holds what cannot be stored", remedy) from error
    if len(written) > _LONGEST_JSON:
        raise _WrongError(f"it has {len(written):,} characters", f"Use {_LONGEST_JSON:,} at the most.")
    if _NUL_IN_JSON.search(written):
        raise _WrongError("a text in it holds a NUL character", "Remove it.")
    return json.loads(written)


def _simple(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if value is pd.NA:
        return None
    raise TypeError


_CHECKS: dict[str, Callable[[sa.Column[Any]], Callable[[object], Any]]] = {
    "id": _id, "country": _country, "text": _text, "whole": _whole, "number": _number, "flag": _flag,
    "moment": _moment, "day": _day,
    "object": _json(Mapping, "a table of names and values"),
    "list": _json((list, tuple), "a list"),
    "json": _json(object, "a value"),
}


def shown(value: object) -> str:
    """Return a value short enough for a sentence."""
    if isinstance(value, int) and value.bit_length() > 200:
        return "a huge number"
    words = repr(value) if isinstance(value, (str, int, float)) else f"a {type(value).__name__}"
    return words if len(words) <= 60 else words[:57] + "..."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
