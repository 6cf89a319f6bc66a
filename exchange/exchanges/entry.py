"""From what a form or the store holds to a checked record, and back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from exchange.errors import Findings, InputError
from exchange.exchanges.records import RECORDS, Activity, Benefit, JointProject, Record

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse(kind: str, body: Mapping[str, Any], *, side: str | None = None, place: str = "") -> Record:
    """Return the body of an entry as its record.

    Parameters
    ----------
    kind
        One of `RECORDS`.
    body
        Field -> value, as a form or the store gives it. Empty texts count as not given.
    side
        Side to write into the record when the body names none (the store keeps it in a column of its own).
    place
        How to name the entry in an error; the kind by default.

    Raises
    ------
    InputError
        With every field that is missing, unknown or wrong.
    """
    if kind not in RECORDS:
        known = ", ".join(RECORDS)
        raise InputError.at(place or "entry", f"{kind!r} is no kind of entry", f"Use one of {known}.")
    record = RECORDS[kind]
    if side is not None and "side" in record.model_fields and "side" not in body:
        body = {**body, "side": side}
    try:
        made = record.model_validate(dict(body))
    except ValidationError as error:
        _explain(error, place or kind)
        raise
    _check_money(made, place or kind)
    return made


def _explain(error: ValidationError, place: str) -> None:
    findings = Findings()
    for wrong in error.errors(include_url=False):
        field = ".".join(str(part) for part in wrong["loc"] if not str(part).startswith("function-"))
        match wrong["type"]:
            case "missing":
                findings.add(f"{place}, {field}", "it is missing", "Fill it in.")
            case "extra_forbidden":
                findings.add(f"{place}, {field}", "there is no such field", "Leave it out.")
            case "term":
                finding, _, choices = wrong["msg"].partition(" is none of ")
                findings.add(f"{place}, {field}", f"{finding} is none of the terms", f"Use one of {choices}.")
            case _:
                findings.add(f"{place}, {field}", f"{wrong['input']!r}: {wrong['msg'].lower()}", "Mend it.")
    findings.raise_if_any()


def _check_money(record: Record, place: str) -> None:
    if isinstance(record, Activity) and record.cost is not None and record.currency is None:
        raise InputError.at(f"{place}, currency", "the cost has no currency", "Say which, for example EUR.")


def refuse(record: Record, place: str = "") -> None:
    """Refuse what no new entry may say; what the store already holds is read all the same.

    Raises
    ------
    InputError
        For a result without a baseline, money without a currency, and dates that cannot be.
    """
    findings, place = Findings(), place or record.kind
    if isinstance(record, Benefit) and record.result is not None and record.baseline is None:
        findings.add(f"{place}, baseline", "there is a value afterwards and none before",
                     "Give the value before: a follow-up without a baseline shows no change.")
    if isinstance(record, JointProject) and (record.learner_money or record.host_money) and record.currency is None:
        findings.add(f"{place}, currency", "the money has no currency", "Say which, for example EUR.")
    if isinstance(record, JointProject) and record.start and record.end and record.end < record.start:
        findings.add(f"{place}, end", f"{record.end} is before the start, {record.start}", "Correct one of them.")
    for name, value in record:
        if isinstance(value, dt.date) and not _YEARS[0] <= value.year <= _YEARS[1]:
            findings.add(f"{place}, {name}", f"{value} is no date of an exchange",
                         f"Give one from {_YEARS[0]} to {_YEARS[1]}.")
    findings.raise_if_any()


_YEARS: Final = (1990, 2100)
"""A date outside of these is a slip of the keyboard."""


def body(record: Record) -> dict[str, Any]:
    """Return a record as the store keeps it: plain JSON values, nothing for what is not known."""
    return record.model_dump(mode="json", exclude_none=True)

