"""Lessons that others keep in a table: CSV or XLSX, any columns, joined to ours by a map that is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from exchange import cities, hazards, instruments
from exchange.errors import Findings, InputError
from exchange.imports.columns import Columns, read_map
from exchange.imports.dates import year_of
from exchange.imports.grid import Grid, read_grid
from exchange.lessons import Lesson, parse, population_band
from exchange.words import Text, count, text

__all__ = ["LessonImport", "read_lessons", "read_map"]

_PROSE: Final = ("problem", "what_was_done", "result", "what_failed")
_LISTS: Final = ("hazards", "essentials", "items", "preconditions", "stakeholders")
_LONGEST_TITLE: Final = 90
_MOST_NAMED: Final = 8
_WHOLE: Final = ("duration_months",)


@dataclass(frozen=True)
class LessonImport:
    """What a table of lessons says.

    Parameters
    ----------
    lessons
        Each told once.
    report
        What was read, and what was left out and why.
    """

    lessons: tuple[Lesson, ...]
    report: tuple[Text, ...]


@dataclass
class _Reading:
    """What is noticed on the way."""

    blank: int = 0
    twice: int = 0
    findings: Findings = field(default_factory=Findings)
    hazards: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    terms: Counter[str] = field(default_factory=Counter)


def read_lessons(file: Path, columns: Columns | None = None) -> LessonImport:
    """Read a table of lessons.

    Rows without a word of prose are left out, rows that say the same are one lesson (with the hazards, questions and
    groups of all of them), days in any usual form give the year; all of it is counted in the report.

    Parameters
    ----------
    file
        CSV (UTF-8) or XLSX.
    columns
        What stands in which column. None: columns that are named as our fields are.

    Raises
    ------
    InputError
        With all that is wrong: the encoding, merged or missing heads, columns that the map names and the table does
        not have, values that we cannot take. Nothing is left to guess where it decides who may see a lesson.
    """
    grid = read_grid(file)
    columns = (columns or Columns.of_heads(grid.heads)).checked(file.name, grid.heads)
    reading = _Reading()
    told: dict[str, dict[str, Any]] = {}
    for number, row in grid.rows:
        body = _body(f"{file.name}, row {number}", columns.values(row), reading)
        if body is None:
            reading.blank += 1
        elif body["lesson_id"] in told:
            reading.twice += 1
            _join(told[body["lesson_id"]], body)
        else:
            told[body["lesson_id"]] = body
    lessons = _parsed(told.values(), reading.findings)
    reading.findings.raise_if_any()
    if not lessons:
        raise InputError.at(file.name, "no row has a problem, what was done, a result or a failure",
                            "Name the column with the words of the lessons in a map, and give it with --map.")
    return LessonImport(lessons, tuple(_report(grid, lessons, reading)))


def _parsed(bodies: Sequence[dict[str, Any]] | Any, findings: Findings) -> tuple[Lesson, ...]:
    found = []
    for body in bodies:
        try:
            found.append(parse({name: value for name, value in body.items() if name != "row"}))
        except InputError as error:
            for one in error.findings:
                findings.add(f"{body['row']}{one.place.removeprefix('lesson ' + body['lesson_id'])}", one.finding,
                             one.remedy)
    return tuple(found)


def _body(place: str, given: Mapping[str, str], reading: _Reading) -> dict[str, Any] | None:
    """Return a row as the body of a lesson; None where it says nothing."""
    said = {name: given.get(name, "") for name in _PROSE}
    if not any(said.values()):
        return None
    body: dict[str, Any] = {"row": place, **said, "language": given.get("language") or "en"}
    for name in ("contact", "source", "licence", "sensitivity", *_BANDS):
        if given.get(name):
            body[name] = given[name]
    body |= _where(given, reading) | _when(given, reading) | _about(given, reading)
    body["title"] = given.get("title") or _title(next(words for words in said.values() if words))
    for name in _WHOLE:
        if given.get(name):
            body[name] = given[name]
    if given.get("evidence"):
        body["evidence"] = [{"title": given["evidence"][:300], "link": given.get("evidence_link", "")}]
    body["lesson_id"] = given.get("lesson_id") or _id(body)
    return body


_BANDS: Final = ("cost_band", "population_band", "income_group", "staff", "mandate", "government")


def _where(given: Mapping[str, str], reading: _Reading) -> dict[str, Any]:
    """Return place and country; with the size and income of a city that we know for certain."""
    found: dict[str, Any] = {"city": given.get("city", "")}
    country = cities.find_country(given["country"]) if given.get("country") else None
    if given.get("country") and country is None:
        reading.countries[given["country"]] += 1
    if country is not None:
        found |= {"country": country.iso3, "income_group": country.income_group}
    place = cities.find(found["city"], country.iso3 if country else None).city if found["city"] else None
    if place is not None:
        found |= {"city": place.name, "country": place.country, "city_id": place.city_id,
                  "income_group": place.income_group, "population_band": population_band(place.population)}
    return {name: value for name, value in found.items() if value is not None}


def _when(given: Mapping[str, str], reading: _Reading) -> dict[str, Any]:
    words = given.get("year", "")
    year = year_of(words)
    if words and year is None:
        reading.years[words] += 1
    return {} if year is None else {"year": year}


def _about(given: Mapping[str, str], reading: _Reading) -> dict[str, Any]:
    """Return hazards, questions, groups and preconditions; what we do not know is counted and left out."""
    found: dict[str, Any] = {name: _listed(given.get(name, "")) for name in _LISTS}
    found["hazards"] = [known for label in found["hazards"] for known in _hazard(label, reading)]
    asked = instruments.load("resilience")
    items, sections = {item.id for item in asked.items}, {section.id for section in asked.sections}
    for name, known in (("items", items), ("essentials", sections)):
        reading.terms.update(value for value in found[name] if value not in known)
        found[name] = [value for value in found[name] if value in known]
    implied = [section.id for section in asked.sections for item in section.items if item.id in found["items"]]
    found["essentials"] = list(dict.fromkeys([*found["essentials"], *implied]))
    return {name: list(dict.fromkeys(value)) for name, value in found.items()}


def _hazard(label: str, reading: _Reading) -> tuple[str, ...]:
    """Return the hazards that a label means: an id, our words, or a label of one of the crosswalks."""
    if label in hazards.load():
        return (label,)
    folded = label.casefold()
    named = tuple(one.hazard_id for one in hazards.load().values() if one.label.said().casefold() == folded)
    crosswalks: tuple[hazards.Source, ...] = ("ifrc", "cdp")
    for source in crosswalks:
        named = named or next((ids for known, ids in hazards.crosswalk(source).items()
                               if known.casefold() == folded), ())
    if not named:
        reading.hazards[label] += 1
    return named


def _listed(words: str) -> list[str]:
    return [part.strip() for part in words.split(";") if part.strip()]


def _title(words: str) -> str:
    """Return the first words of a text as its title."""
    line = " ".join(words.split())
    if len(line) <= _LONGEST_TITLE:
        return line
    return line[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def _id(body: Mapping[str, Any]) -> str:
    """Return an identifier that follows the words: the same lesson, imported again, is the same lesson."""
    said = "\x1f".join(" ".join(str(body.get(name, "")).split()).casefold() for name in (*_PROSE, "city"))
    return f"i-{sha256(said.encode()).hexdigest()[:16]}"


def _join(one: dict[str, Any], other: Mapping[str, Any]) -> None:
    for name in _LISTS:
        one[name] = list(dict.fromkeys([*one[name], *other[name]]))


def _report(grid: Grid, lessons: Sequence[Lesson], reading: _Reading) -> Iterator[Text]:
    yield text("{rows} rows were read; they tell {lessons} lessons.", rows=len(grid.rows), lessons=len(lessons))
    if grid.unnamed:
        yield count("{n} column without a name only counts the rows and was left out.",
                    "{n} columns without a name only count the rows and were left out.", grid.unnamed)
    if grid.trimmed:
        yield count("{n} cell had blanks around it; they were taken off.",
                    "{n} cells had blanks around them; they were taken off.", grid.trimmed)
    if reading.blank:
        yield count("{n} row says nothing and was left out.", "{n} rows say nothing and were left out.", reading.blank)
    if reading.twice:
        yield count("{n} row repeats another and was joined to it.", "{n} rows repeat others and were joined to them.",
                    reading.twice)
    for noticed, sentence in (
        (reading.hazards, text("hazards that the profiles do not have")),
        (reading.countries, text("countries that we do not know")),
        (reading.years, text("days that cannot be read")),
        (reading.terms, text("questions or essentials that we do not ask about")),
    ):
        if noticed:
            named = [f"{label} ({n})" for label, n in noticed.most_common(_MOST_NAMED)]
            yield text("Left out, {what}: {names}.", what=sentence, names=named)
    for head, rows in grid.mangled.items():
        yield text("Column {head}: letters are mangled in {n} cells, first in row {row}. It was once opened in another "
                   "encoding; export it again as UTF-8.", head=head, n=len(rows), row=rows[0])
    failures = sum(bool(lesson.what_failed) and not lesson.result for lesson in lessons)
    if failures:
        yield count("{n} of them is a story of what failed.", "{n} of them are stories of what failed.", failures)
