"""An exchange as one file: everything that both cities entered, to be kept elsewhere or read in another place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final

from exchange.errors import Findings, InputError
from exchange.exchanges.entry import parse, refuse
from exchange.exchanges.exchange import Exchange
from exchange.vocabulary import SIDES

FORMAT: Final = "city-learning-exchange/exchange"
VERSION: Final = 1

FRAME: Final = ("exchange_id", "network_id", "round", "learner_id", "host_id", "pair_type", "learning_level", "status",
                "start", "end", "title", "about", "revision", "created_at")
ENTRY: Final = ("entry_id", "kind", "side", "position", "body", "revision", "at", "by")
"""Columns of the store that the file holds; an entry's exchange is that of the file."""

Row = dict[str, Any]


def written(row: Mapping[str, Any], entries: list[Row], cities: Mapping[str, str]) -> str:
    """Return an exchange as text: JSON in a fixed order, so that the same exchange is the same file.

    Parameters
    ----------
    row, entries
        As the store keeps them.
    cities
        City id -> name of the two cities, for people who read the file.
    """
    whole = {
        "format": FORMAT, "version": VERSION, "cities": dict(sorted(cities.items())),
        "exchange": {name: _plain(row[name]) for name in FRAME},
        "entries": [{name: _plain(one[name]) for name in ENTRY} for one in sorted(entries, key=_order)],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False, sort_keys=True) + "\n"


def _order(one: Row) -> tuple[str, int, str]:
    return one["kind"], one["position"], one["entry_id"]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value


def read(text: str, place: str) -> tuple[Row, list[Row], dict[str, str]]:
    """Return an exchange from its file: the row, its entries, and the names of both cities.

    Parameters
    ----------
    text
        What `written` made.
    place
        How to name the file in an error.

    Raises
    ------
    InputError
        With everything that is wrong: no such file, another version, a city missing, impossible dates, wrong entries.
    """
    whole = _parsed(text, place)
    findings = Findings()
    row, entries = _frame(whole, place, findings), _entries(whole, place, findings)
    names = whole.get("cities")
    cities = {str(key): str(name) for key, name in names.items()} if isinstance(names, Mapping) else {}
    findings.raise_if_any()
    try:
        Exchange.of(row)
    except InputError as error:
        for one in error.findings:
            findings.add(f"{place}, {one.place}", one.finding, one.remedy)
    _refused(entries, place, findings)
    findings.raise_if_any()
    return row, [{**one, "exchange_id": row["exchange_id"]} for one in entries], cities


def _parsed(text: str, place: str) -> Mapping[str, Any]:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError.at(place, "it is not JSON", "Export the exchange again.") from error
    if not isinstance(whole, Mapping) or whole.get("format") != FORMAT:
        raise InputError.at(place, "it holds no exchange", "Give a file that exchange export exchange made.")
    if whole.get("version") != VERSION:
        raise InputError.at(place, f"it is of version {whole.get('version')!r}, this is version {VERSION}",
                            "Export it again from a workbook of this version.")
    return whole


def _frame(whole: Mapping[str, Any], place: str, findings: Findings) -> Row:
    given = whole.get("exchange")
    if not isinstance(given, Mapping):
        findings.add(place, "it has no exchange", "Export the exchange again.")
        return {}
    row = {name: given.get(name) for name in FRAME}
    for name in ("exchange_id", "network_id", "learner_id", "host_id", "status"):
        if not isinstance(row[name], str) or not row[name]:
            findings.add(f"{place}, {name}", "it is missing", "An exchange names two cities, a network and a state.")
    row["start"], row["end"] = (_day(row[name], f"{place}, {name}", findings) for name in ("start", "end"))
    row["created_at"] = _moment(row["created_at"], f"{place}, created_at", findings)
    if not isinstance(row["about"], Mapping):
        findings.add(f"{place}, about", "it is no table of facts", "Export the exchange again.")
    return row


def _entries(whole: Mapping[str, Any], place: str, findings: Findings) -> list[Row]:
    given = whole.get("entries")
    if not isinstance(given, list):
        findings.add(place, "it has no list of entries", "Export the exchange again.")
        return []
    found = []
    for number, one in enumerate(given, 1):
        here = f"{place}, entry {number}"
        if not isinstance(one, Mapping) or not isinstance(one.get("body"), Mapping):
            findings.add(here, "it is no entry", "Export the exchange again.")
            continue
        row = {name: one.get(name) for name in ENTRY}
        for name in ("entry_id", "kind"):
            if not isinstance(row[name], str) or not row[name]:
                findings.add(f"{here}, {name}", "it is missing", "Export the exchange again.")
        if row["side"] is not None and row["side"] not in SIDES:
            findings.add(f"{here}, side", f"{row['side']!r} is no side", 'Use "learner", "host" or null.')
        row["at"] = _moment(row["at"], f"{here}, at", findings)
        found.append(row)
    return found


def _refused(entries: list[Row], place: str, findings: Findings) -> None:
    """Note every kind that we do not know, and whatever no new entry may say."""
    for number, one in enumerate(entries, 1):
        here = f"{place}, entry {number} ({one['kind']})"
        try:
            refuse(parse(one["kind"], one["body"], side=one["side"], place=here), here)
        except InputError as error:
            for finding in error.findings:
                findings.add(finding.place, finding.finding, finding.remedy)


def _day(value: Any, place: str, findings: Findings) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        findings.add(place, f"{value!r} is no day", "Write it as 2026-11-23.")
        return None


def _moment(value: Any, place: str, findings: Findings) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        findings.add(place, f"{value!r} is no moment", "Write it as 2026-11-23T10:42:00+00:00.")
        return None
    if moment.tzinfo is None:
        findings.add(place, "it does not say of which time zone", "Add +00:00.")
    return moment
