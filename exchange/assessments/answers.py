"""The answers of a city: one row an item, checked against the questionnaire before anything is computed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from exchange.errors import Findings
from exchange.instruments import Instrument, Item, derive
from exchange.tables import Column, Table
from exchange.vocabulary import ANSWERED, BLANK, CONFIDENCE, NOT_APPLICABLE, STATES, UNKNOWN

ANSWERS = Table("answers", (
    Column("item", "text", "the id of an item, such as P3.2"),
    Column("state", "text", "answered, unknown, not_applicable or blank", choices=tuple(STATES)),
    Column("level", "integer", "the level on the scale of the instrument, when answered", optional=True),
    Column("raw_value", "number", "the number on which the level rests", "unit of the item", optional=True),
    Column("confidence", "text", "how sure the city is", optional=True, choices=tuple(CONFIDENCE)),
    Column("note", "text", "a sentence of explanation", optional=True),
), key=("item",))
"""One row an item. An item without a row is blank; blank is never a zero."""

_NEEDED = ("item", "state", "level")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a city said about one item."""

    item: Item
    state: str = BLANK
    level: int | None = None
    raw_value: float | None = None
    confidence: str | None = None
    note: str | None = None


def checked(instrument: Instrument, answers: pd.DataFrame) -> pd.DataFrame:
    """Return the answers as a clean `ANSWERS` table with a row for each item, in the order of the instrument.

    A level that is missing is derived where a number is given that leaves only one.

    Parameters
    ----------
    instrument
        What was asked.
    answers
        Columns ``item, state, level`` and, if they are there, the others of `ANSWERS`; other columns are
        left out.

    Raises
    ------
    InputError
        With every finding: an id that the instrument does not have, an item that stands twice, a state or a
        confidence that we do not know, a level off the scale, a level without the state "answered" or the
        other way round, a number out of its range.
    """
    found = {answer.item.id: answer for answer in read(instrument, answers)}
    every = [found.get(item.id) or Answer(item) for item in instrument.items]
    return ANSWERS.of({**{name: getattr(answer, name) for name in _FIELDS}, "item": answer.item.id}
                      for answer in every)


_FIELDS = tuple(column.name for column in ANSWERS.columns if column.name != "item")


def read(instrument: Instrument, answers: pd.DataFrame) -> list[Answer]:
    """Return the rows as records, in their order; see `checked` for what is refused."""
    findings = Findings()
    for name in _NEEDED:
        if name not in answers.columns:
            findings.add("answers", f"the column {name!r} is missing",
                         f"Add it; the columns are {', '.join(_NEEDED)}.")
    findings.raise_if_any()
    items = {item.id: item for item in instrument.items}
    rows = answers.reindex(columns=[column.name for column in ANSWERS.columns]).to_dict("records")
    seen: dict[str, int] = {}
    found = []
    for number, row in enumerate(rows, start=1):
        name = _text(row["item"]) or ""
        place = f"row {number}, {name}" if name else f"row {number}"
        item = items.get(name)
        if item is None:
            findings.add(place, "there is no such item" if name else "the item is missing",
                         f"Use an id of {instrument.name}: {_span(instrument)}.")
        elif name in seen:
            findings.add(place, f"{name} stands twice, first in row {seen[name]}", "Keep one of the rows.")
        else:
            seen[name] = number
            found.append(_answer(instrument, item, {str(k): v for k, v in row.items()}, place, findings))
    findings.raise_if_any()
    return found


def _span(instrument: Instrument) -> str:
    return f"{instrument.items[0].id} to {instrument.items[-1].id}"


def _answer(instrument: Instrument, item: Item, row: dict[str, object], place: str,
            findings: Findings) -> Answer:
    state = (_text(row["state"]) or "").lower().replace(" ", "_").replace("-", "_")
    level = _number(row["level"])
    scale = instrument.scale
    allowed = f'Use {", ".join(map(str, scale.numbers))}, "{UNKNOWN}" or "{NOT_APPLICABLE}".'
    if state not in STATES:
        findings.add(place, f"{row['state']!r} is not a state" if state else "the state is missing",
                     f"Use {', '.join(STATES)}.")
    if level is not None and level not in scale.numbers:
        findings.add(place, f"{_shown(row['level'])} is not on the scale {scale.min}-{scale.max}", allowed)
    elif level is not None and state in STATES and state != ANSWERED:
        findings.add(place, f"level {level:g} is given, but the state is {state}",
                     f"Leave the level empty, or say {ANSWERED}.")
    raw = _raw(item, row["raw_value"], place, findings)
    if state == ANSWERED and level is None:
        level = _derived(item, raw, place, allowed, findings)
    confidence = _text(row["confidence"])
    if confidence is not None and confidence not in CONFIDENCE:
        findings.add(place, f"{confidence!r} is not a confidence", f"Use {', '.join(CONFIDENCE)}.")
    whole = int(level) if level is not None and level in scale.numbers else None
    return Answer(item, state, whole, raw, confidence, _text(row["note"]))


def _raw(item: Item, cell: object, place: str, findings: Findings) -> float | None:
    value = _number(cell)
    if value is None:
        return None
    asked = item.quantity
    if asked is None:
        findings.add(place, f"{_shown(cell)} is given, but this item asks for no number",
                     "Leave raw_value empty; write the number in the note.")
        return None
    high = math.inf if asked.high is None else asked.high
    if math.isnan(value) or not asked.low <= value <= high or math.isinf(value):
        limits = f"{asked.low:g} or more" if high == math.inf else f"{asked.low:g} to {high:g}"
        findings.add(place, f"{_shown(cell)} is not a number of {limits}", f"Give it in {asked.unit}.")
        return None
    return value


def _derived(item: Item, raw: float | None, place: str, allowed: str, findings: Findings) -> int | None:
    if raw is None:
        findings.add(place, "it is answered, but has no level", allowed)
        return None
    derived = derive(item, raw)
    if derived.level is None:
        findings.add(place, f"it has no level, and {derived.why}", allowed)
    return derived.level


def _text(cell: object) -> str | None:
    return None if _is_empty(cell) else str(cell).strip() or None


def _number(cell: object) -> float | None:
    """Return a cell as a number; None when it is empty, NaN when it is no number."""
    if _is_empty(cell) or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        return math.nan if isinstance(cell, bool) else float(str(cell))
    except ValueError:
        return math.nan


def _is_empty(cell: object) -> bool:
    return cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell))


def _shown(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else repr(cell)[:60]
