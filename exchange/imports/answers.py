"""Answers as a table of comma-separated values, one row an item: out, and back without a difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from exchange.assessments import read
from exchange.errors import Findings, InputError
from exchange.imports.sheets import read_table
from exchange.imports.tables import plain, write_csv
from exchange.instruments import Instrument
from exchange.instruments.files import parsed_json
from exchange.vocabulary import BLANK, SENSITIVITY

COLUMNS: Final = ("item", "state", "level", "raw_value", "unit", "confidence", "note", "evidence", "actions")
_SAID: Final = ("raw_value", "unit", "confidence", "note", "evidence", "actions")
ACTION: Final = ("action", "institution", "timescale")
"""What is said of an action, as the official workbook asks for it."""

_PIECE: Final = ("reference", "sensitivity")
_LONGEST: Final = 100_000

Given = dict[str, dict[str, Any]]
"""Item -> state, level, and what else is said, for every question that the file answers."""

Rows = list[dict[str, str]]


def read_frame(file: Path) -> pd.DataFrame:
    """Return a table of answers as it stands in a file, to be checked by whoever uses it."""
    heads, rows = read_table(file)
    return pd.DataFrame(rows, columns=heads, dtype=object)


def read_answers(file: Path, instrument: Instrument) -> Given:
    """Return the answers in a file.

    Raises
    ------
    InputError
        With every finding; see `exchange.assessments.read`.
    """
    heads, rows = read_table(file)
    return taken(instrument, heads, rows, file.name)


def taken(instrument: Instrument, heads: Iterable[str], rows: Rows, place: str, *, ours: bool = True) -> Given:
    """Return the answers in the rows of a table; an item of which nothing is said is not among them.

    Parameters
    ----------
    instrument
        What was asked.
    heads, rows, place
        The table, and the name of its file.
    ours
        Whether texts may be written as `exchange.imports.tables.safe` writes them.
    """
    answers = read(instrument, pd.DataFrame(rows, columns=list(heads), dtype=object))
    findings = Findings()
    said = plain if ours else str
    extras = {row["item"].strip(): _extras(row, f"{place}, row {n}", said, findings) for n, row in enumerate(rows, 1)}
    findings.raise_if_any()
    given: Given = {}
    for answer in answers:
        what = {"raw_value": answer.raw_value, "confidence": answer.confidence, **extras[answer.item.id]}
        kept = {name: what[name] for name in _SAID if what[name] not in (None, "", [])}
        # A blank row takes nothing back; what is written beside it is kept.
        state = {} if answer.state == BLANK else {"state": answer.state, "level": answer.level}
        if state or kept:
            given[answer.item.id] = {**state, **kept}
    return given


def _extras(row: Mapping[str, str], place: str, said: Callable[[str], str], findings: Findings) -> dict[str, Any]:
    found: dict[str, Any] = {"note": said(row.get("note", "")), "unit": said(row.get("unit", "")) or None}
    for name in ("note", "unit"):
        if len(found[name] or "") > _LONGEST:
            findings.add(f"{place}, {name}", f"it has {len(found[name]):,} letters", f"Use {_LONGEST:,} at the most.")
    for name, names, of_words in (("evidence", _PIECE, _piece), ("actions", ACTION, _action)):
        try:
            found[name] = _parts(said(row.get(name, "")), f"{place}, {name}", names, of_words)
        except InputError as error:
            for one in error.findings:
                findings.add(one.place, one.finding, one.remedy)
    return found


def _piece(words: str) -> dict[str, str]:
    # Whoever only names a document has not said who may see it: nobody else, until they say so.
    return {"reference": words, "sensitivity": "restricted"}


def _action(words: str) -> dict[str, str]:
    return {**dict.fromkeys(ACTION, ""), "action": words}


def _parts(cell: str, place: str, names: tuple[str, ...], of_words: Callable[[str], dict[str, str]]) -> list[Any]:
    """Return the parts in a cell: the list that we wrote, else one part in somebody's own words."""
    if not cell.strip().startswith("[{"):
        return [of_words(cell.strip())] if cell.strip() else []
    found = parsed_json(place, cell)
    parts = found if isinstance(found, list) else [found]
    if not all(_fits(part, names) for part in parts):
        raise InputError.at(place, f"a part of it is not {', '.join(names)}",
                            f"Sensitivity is one of {', '.join(SENSITIVITY)}." if names is _PIECE else "Mend it.")
    return parts


def _fits(part: object, names: tuple[str, ...]) -> bool:
    return (isinstance(part, dict) and part.keys() == set(names) and all(isinstance(v, str) for v in part.values())
            and part.get("sensitivity", "public") in SENSITIVITY)


def written(answers: Iterable[Mapping[str, Any]]) -> str:
    """Return answers as comma-separated values.

    Parameters
    ----------
    answers
        One mapping an item with the names in `COLUMNS`; what is empty may be left out.
    """
    return write_csv(COLUMNS, [{name: _cell(answer.get(name)) for name in COLUMNS} for answer in answers])


def _cell(value: object) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
