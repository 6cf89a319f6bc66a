"""Answers that arrive as a file: all of them are filed in a city's self-assessment, or none."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from exchange import instruments
from exchange.assessments.answers import checked
from exchange.errors import Findings, InputError
from exchange.imports.limits import checked_file
from exchange.imports.workbook import read_workbook
from exchange.vocabulary import BLANK
from exchange.words import Text, count
from exchange.workbook.assess import FIRST_ROUND, RESILIENCE
from exchange.workbook.context import DOUBLE, rows_of
from exchange.workbook.place import known_city

if TYPE_CHECKING:
    from pathlib import Path

    from exchange.cities import City
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

HOME: Final = "home"
"""The network of a city that is in no real one yet: its own."""

_SAID: Final = ("note", "raw_value", "confidence")
_NOTHING: Final = {"state": BLANK, "level": None, "note": "", "raw_value": None, "confidence": None, "revision": 0}

Given = dict[str, dict[str, Any]]
"""Item -> state, level, and what else is said, for every question that the file answers."""


def official_workbook(workbook: Workbook, file: Path, city: str, round_: str) -> tuple[Text, ...]:
    """Bring the answers of a filled official workbook into a city's self-assessment; return what was done."""
    found = read_workbook(file)
    answers = found.answers.assign(note=found.answers["item"].map(found.verification))
    return (_file(workbook, _given(answers), city, round_), *found.report)


def answer_table(workbook: Workbook, file: Path, city: str, round_: str) -> tuple[Text, ...]:
    """Bring a table of answers (item, state, level; note, confidence, raw_value) into a city's self-assessment."""
    return (_file(workbook, _given(checked(instruments.load(RESILIENCE), _read_table(file))), city, round_),)


def _given(answers: pd.DataFrame) -> Given:
    return {row["item"]: {"state": row["state"], "level": row["level"],
                          **{name: row[name] for name in _SAID if row[name] is not None}}
            for row in rows_of(answers) if row["state"] != BLANK}


def _read_table(file: Path) -> pd.DataFrame:
    """Return the rows of a table of comma-separated values, every cell as it was written."""
    checked_file(file)
    findings = Findings()
    try:
        reader = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), restval="")
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError.at(file.name, "it is not a table of comma-separated values in UTF-8",
                            "Save it as CSV, UTF-8, with the columns item, state, level.") from error
    for number, row in enumerate(rows, 1):
        if None in row:
            findings.add(f"{file.name}, row {number}", "it has more cells than there are columns",
                         "Put a cell that holds a comma in quotation marks.")
    findings.raise_if_any()
    return pd.DataFrame(rows, columns=list(reader.fieldnames or ()))


def begin(workbook: Workbook, city: str, round_: str) -> tuple[str, Row]:
    """Return the name of the real city that is meant, and its open self-assessment, begun now if it was not yet."""
    whose = _whose(workbook, city)
    assessment = _assessment(workbook, whose, round_)
    if "status" not in assessment:
        workbook.store.load(workbook.viewer, {**_home(workbook, whose), "assessment": [assessment]})
    return whose.name, assessment


@dataclass(frozen=True, slots=True)
class _Whose:
    """The real city that a file is about; `city` where the store does not have it yet."""

    city_id: str
    name: str
    city: City | None = None


def _file(workbook: Workbook, given: Given, city: str, round_: str) -> Text:
    """Write what is new in one transaction; questions that the file leaves untouched stay as they are."""
    whose = _whose(workbook, city)
    assessment = _assessment(workbook, whose, round_)
    tables = {
        **_home(workbook, whose),
        "assessment": [] if "status" in assessment else [assessment],
        "answer": _rows(workbook, assessment, given),
    }
    if any(tables.values()):
        workbook.store.load(workbook.viewer, tables)
    return count("{n} answer of {city} was read, for round {round}.",
                 "{n} answers of {city} were read, for round {round}.", len(given), city=whose.name,
                 round=assessment["round"])


def _whose(workbook: Workbook, name: str) -> _Whose:
    """Return the real city that is meant: one of the store's own where it is there, else one of the gazetteer."""
    real = {row["city_id"]: row for row in rows_of(workbook.store.cities(workbook.viewer))
            if not row["city_id"].startswith(DOUBLE)}
    named = [row for row in real.values() if name in {row["city_id"], row["slug"], row["name"]}]
    if len(named) == 1:
        return _Whose(named[0]["city_id"], named[0]["name"])
    meant = known_city(name)
    stored = real.get(meant.city_id)
    return _Whose(meant.city_id, stored["name"]) if stored else _Whose(meant.city_id, meant.name, meant)


def _home(workbook: Workbook, whose: _Whose) -> dict[str, list[Row]]:
    """Return the rows that give a city a network of its own, where it is in none."""
    if not workbook.store.members(workbook.viewer, city_id=whose.city_id).empty:
        return {}
    there = HOME in set(workbook.store.networks(workbook.viewer)["network_id"])
    return {
        "network": [] if there else [{"network_id": HOME, "name": "My city", "demo": False, "about": {}}],
        "city": [city_row(whose.city)] if whose.city else [],
        "member": [{"network_id": HOME, "city_id": whose.city_id}],
    }


def city_row(city: City) -> Row:
    """Return a city of the gazetteer as the store keeps it."""
    return {
        "city_id": city.city_id, "slug": city.slug, "name": city.name, "country": city.country,
        "population": city.population, "lat": city.lat, "lon": city.lon, "region": city.region,
        "income_group": city.income_group, "timezone": city.timezone, "facts": {}, "source": "GeoNames",
    }


def _assessment(workbook: Workbook, whose: _Whose, round_: str) -> Row:
    """Return the city's self-assessment of a round, the latest one by default; without a status where it is new.

    Raises
    ------
    InputError
        When it was confirmed.
    """
    own = rows_of(workbook.store.assessments(workbook.viewer, whose.city_id, instrument=RESILIENCE, purpose="self"))
    wanted = round_ or (own[-1]["round"] if own else FIRST_ROUND)
    found = next((row for row in own if row["round"] == wanted), None)
    if found is None:
        # The same on every machine, so that records of two machines can be joined.
        name = sha256(f"{whose.city_id}/{wanted}".encode()).hexdigest()[:12]
        return {"assessment_id": f"a-{name}", "city_id": whose.city_id, "instrument": RESILIENCE,
                "version": instruments.load(RESILIENCE).version, "round": wanted}
    if found["status"] != "open":
        raise InputError.at(f"{whose.name}, round {wanted}",
                            "its self-assessment was confirmed and takes no more answers",
                            "Name another round with --round.")
    return found


def _rows(workbook: Workbook, assessment: Row, given: Given) -> list[Row]:
    """Return the answers that differ from what the store holds, each as its next revision."""
    key = assessment["assessment_id"]
    answers = workbook.store.answers(workbook.viewer, key) if "status" in assessment else pd.DataFrame()
    stored = {row["item"]: row for row in rows_of(answers)}
    rows = []
    for item, answer in given.items():
        before = stored.get(item, _NOTHING)
        after = {**{name: before[name] for name in ("state", "level", *_SAID)}, **answer}
        if any(before[name] != value for name, value in after.items()):
            rows.append({"assessment_id": key, "respondent_id": "city", "item": item, **after,
                         "revision": before["revision"] + 1, "by": workbook.viewer.name})
    return rows
