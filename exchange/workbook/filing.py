"""Answers that arrive as a file: all of them are filed in a city's self-assessment, or none."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from exchange.errors import InputError
from exchange.imports.answers import ACTION, Given, read_answers
from exchange.imports.kobo import Submission, read_submissions
from exchange.imports.package import read_package
from exchange.imports.workbook import read_workbook
from exchange.vocabulary import BLANK
from exchange.words import Text, count
from exchange.workbook import asked
from exchange.workbook.assess import FIRST_ROUND, RESILIENCE
from exchange.workbook.context import DOUBLE, rows_of
from exchange.workbook.place import known_city

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from exchange.cities import City
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

HOME: Final = "home"
"""The network of a city that is in no real one yet: its own."""

AGREED: Final = "city"
"""The respondent under which a city's own, agreed answers stand."""

_NOTHING: Final[dict[str, Any]] = {
    "state": BLANK, "level": None, "note": "", "raw_value": None, "unit": None, "confidence": None,
    "evidence": [], "actions": []}


def official_workbook(workbook: Workbook, file: Path, city: str, round_: str) -> tuple[Text, ...]:
    """Bring the answers of a filled official workbook into a city's self-assessment; return what was done."""
    found = read_workbook(file)
    given: Given = {row["item"]: {"state": row["state"], "level": row["level"]}
                    for row in rows_of(found.answers) if row["state"] != BLANK}
    # Of an untouched question, too: what a city says beside the level is not lost.
    for item, note in found.verification.items():
        given.setdefault(item, {})["note"] = note
    for action in rows_of(found.actions):
        given.setdefault(action["item"], {})["actions"] = [{name: action[name] or "" for name in ACTION}]
    into = _open(workbook, city, round_, RESILIENCE)
    return (_file(workbook, into, given), *found.report)


def answer_table(workbook: Workbook, file: Path, city: str, round_: str,
                 instrument: str = RESILIENCE) -> tuple[Text, ...]:
    """Bring a table of answers (item, state, level, and what else is said) into a city's self-assessment."""
    into = _open(workbook, city, round_, instrument)
    given = read_answers(file, asked.instrument(workbook, instrument, into.row["version"]))
    return (_file(workbook, into, given),)


def package(workbook: Workbook, file: Path, city: str, round_: str) -> tuple[Text, ...]:
    """Bring the answers of a data package into a self-assessment: that of the city and round that it names.

    Parameters
    ----------
    workbook
        Where.
    file
        A folder or a zip file.
    city, round_
        To file it elsewhere.

    Raises
    ------
    InputError
        When it names no city, or another version of the questionnaire than the city answers.
    """
    found = read_package(file)
    name = found.instrument or RESILIENCE
    if not (city or found.city) or (not city and found.city.startswith(DOUBLE)):
        raise InputError.at(file.name, "it names no real city", "Name the city with --city.")
    own = asked.new_rows(workbook, found.questionnaire, file.name) if found.questionnaire else []
    into = _open(workbook, city or found.city, round_ or found.round, name, found.version)
    if found.version not in {"", into.row["version"]}:
        raise InputError.at(file.name, f"it answers {name} v{found.version}, and the city v{into.row['version']}",
                            "Name another round with --round.")
    given = found.answers(found.questionnaire or asked.instrument(workbook, name, into.row["version"]))
    return (_file(workbook, into, given, own=own),)


def submission(workbook: Workbook, file: Path, city: str, round_: str, *, instrument: str = RESILIENCE,
               wanted: str = "") -> tuple[Text, ...]:
    """Bring a submission of KoboToolbox or ODK, as what the city agreed on, into its self-assessment.

    Parameters
    ----------
    workbook, file, city, round_, instrument
        Where, what, whose.
    wanted
        Which submission; empty: the only one.

    Raises
    ------
    InputError
        When there are several and none is named.
    """
    into = _open(workbook, city, round_, instrument)
    found = read_submissions(file, asked.instrument(workbook, instrument, into.row["version"]))
    agreed = _only(found, wanted, file.name)
    return (_file(workbook, into, agreed.given, scenarios=agreed.scenarios),)


def _only(found: list[Submission], wanted: str, place: str) -> Submission:
    if not wanted and len(found) == 1:
        return found[0]
    chosen = next((one for one in found if wanted and one.id == wanted.removeprefix("uuid:")), None)
    if chosen is not None:
        return chosen
    named = "; ".join(f"{one.id or 'without _uuid'} ({one.time or 'no time'})" for one in found[:10])
    finding = (f"it holds no submission {wanted[:60]!r}" if wanted
               else f"it holds {len(found)} submissions, and the city has one answer a question")
    raise InputError.at(place, finding, "Take each as the voice of one respondent (--respondents), or name the one "
                        f"that the city agreed on (--submission): {named}.")


def begin(workbook: Workbook, city: str, round_: str, instrument: str = RESILIENCE) -> tuple[str, Row]:
    """Return the name of the real city that is meant, and its open self-assessment, begun now if it was not yet."""
    into = _open(workbook, city, round_, instrument)
    if into.is_new:
        workbook.store.load(workbook.viewer, {**_home(workbook, into.whose), "assessment": [into.row]})
    return into.whose.name, into.row


@dataclass(frozen=True, slots=True)
class _Whose:
    """The real city that a file is about; `city` where the store does not have it yet."""

    city_id: str
    name: str
    city: City | None = None


@dataclass(frozen=True, slots=True)
class _Into:
    """The self-assessment that a file is filed in; its row has no status where it is new."""

    whose: _Whose
    row: Row

    @property
    def is_new(self) -> bool:
        """Whether it is not in the store yet."""
        return "status" not in self.row


def _open(workbook: Workbook, city: str, round_: str, instrument: str, version: str = "") -> _Into:
    whose = _whose(workbook, city)
    return _Into(whose, _assessment(workbook, whose, round_, instrument, version))


def _file(workbook: Workbook, into: _Into, given: Given, *, own: Iterable[Row] = (),
          scenarios: Mapping[str, str] | None = None) -> Text:
    """Write what is new in one transaction; questions that the file leaves untouched stay as they are."""
    tables = {
        **_home(workbook, into.whose),
        "instrument": list(own),
        "assessment": _begun(into, scenarios or {}),
        "answer": _rows(workbook, into, given),
    }
    if any(tables.values()):
        workbook.store.load(workbook.viewer, tables)
    answered = sum("state" in said for said in given.values())
    return count("{n} answer of {city} was read, for round {round}.",
                 "{n} answers of {city} were read, for round {round}.", answered, city=into.whose.name,
                 round=into.row["round"])


def _begun(into: _Into, scenarios: Mapping[str, str]) -> list[Row]:
    """Return the row of a self-assessment that is new, or of which the file names a scenario that it has not."""
    there = into.row.get("scenarios") or {}
    if not into.is_new and not scenarios.keys() - there.keys():
        return []
    row = {name: into.row[name] for name in ("assessment_id", "city_id", "instrument", "version", "round")}
    return [{**row, "scenarios": {**scenarios, **there}}]


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


def _assessment(workbook: Workbook, whose: _Whose, round_: str, instrument: str, version: str) -> Row:
    """Return the city's self-assessment of a round, the latest one by default; without a status where it is new.

    Raises
    ------
    InputError
        When it was confirmed.
    """
    own = rows_of(workbook.store.assessments(workbook.viewer, whose.city_id, instrument=instrument, purpose="self"))
    wanted = round_ or (own[-1]["round"] if own else FIRST_ROUND)
    found = next((row for row in own if row["round"] == wanted), None)
    if found is None:
        # The same on every machine, so that records of two machines can be joined.
        which = wanted if instrument == RESILIENCE else f"{instrument}/{wanted}"
        name = sha256(f"{whose.city_id}/{which}".encode()).hexdigest()[:12]
        return {"assessment_id": f"a-{name}", "city_id": whose.city_id, "instrument": instrument,
                "version": version or asked.instrument(workbook, instrument).version, "round": wanted}
    if found["status"] != "open":
        raise InputError.at(f"{whose.name}, round {wanted}",
                            "its self-assessment was confirmed and takes no more answers",
                            "Name another round with --round.")
    return found


def _rows(workbook: Workbook, into: _Into, given: Given) -> list[Row]:
    """Return the answers that differ from what the store holds, each as its next revision."""
    key = into.row["assessment_id"]
    answers = pd.DataFrame() if into.is_new else workbook.store.answers(workbook.viewer, key)
    stored = {row["item"]: row for row in rows_of(answers)}
    rows = []
    for item, answer in given.items():
        before: dict[str, Any] = stored.get(item, _NOTHING)
        after = {**{name: before[name] for name in _NOTHING}, **answer}
        if any(before[name] != value for name, value in after.items()):
            rows.append({"assessment_id": key, "respondent_id": AGREED, "item": item, **after,
                         "revision": before.get("revision", 0) + 1, "by": workbook.viewer.name})
    return rows
