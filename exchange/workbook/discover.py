"""What other cities already learnt: search, lessons that fit, and the trail of what was taken up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange import cities, hazards, instruments
from exchange.lessons import Recommendation, parse, recommend
from exchange.vocabulary import LEARNING_PHASES
from exchange.words import Text, count, text
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exchange.lessons import Lesson
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

SHOWN: Final = 30
READ: Final = 2000
"""How many hits the facets are counted over; more than any page shows."""

FACETS: Final = {
    "hazard": text("Hazard"),
    "essential": text("Essential"),
    "language": text("Language"),
    "country": text("Country"),
    "year": text("Year"),
}


Facet = tuple[str, Text, tuple[tuple[str, str, int], ...]]
"""Its key, what people call it, and its values: as stored, in words, and how many lessons have it."""


@dataclass(frozen=True)
class Found:
    """What a search found: the first lessons, how many there are, and what they could be narrowed by."""

    lessons: tuple[Lesson, ...]
    total: int
    facets: tuple[Facet, ...]


class Discover:
    """The second step of the loop."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook

    @property
    def language(self) -> str:
        """The language of the reader."""
        return self._w.language

    @property
    def can_edit(self) -> bool:
        """Whether the viewer speaks for the city, and so may take lessons up."""
        return self._w.can_edit

    @property
    def browser_key(self) -> str:
        """Under which name a browser keeps what is not saved yet."""
        return f"{self._w.viewer.name}/{self._w.city_id}/lessons"

    def search(self, query: str = "", filters: Mapping[str, Sequence[str]] | None = None, *, start: int = 0,
               limit: int = SHOWN) -> Found:
        """Return the lessons of the library that have the words and pass the filters.

        Parameters
        ----------
        query
            Words in any language; empty lists the newest.
        filters
            Facet -> the values of which a lesson must have one.
        start, limit
            Which of the lessons to return; the facets count all.
        """
        wanted: dict[str, object] = {name: list(values) for name, values in (filters or {}).items() if values}
        countries = (filters or {}).get("country")
        wanted.pop("country", None)
        rows = self._w.store.search_lessons(self._w.viewer, query, {**wanted, "demo": self._w.fictional}, limit=READ)
        lessons = [lesson for lesson in map(_lesson, rows) if not countries or lesson.country in countries]
        if not query.strip():  # nothing is better than anything else: the reader's own language first
            lessons.sort(key=lambda lesson: lesson.language != self._w.language)
        return Found(tuple(lessons[start:start + limit]), len(lessons), self._facets(lessons))

    def for_you(self, top: int = 3) -> tuple[Recommendation, ...]:
        """Return the lessons that fit the city's gaps and hazards, with the reasons."""
        w = self._w
        levels = w.store.latest_answers(w.viewer, city_ids=[w.city_id])
        known = {row["item"]: int(row["level"]) for row in rows_of(levels) if row["state"] == "answered"}
        threats = w.store.hazards(w.viewer, city_ids=[w.city_id])
        labels = {item.id: item.label for item in instruments.load("resilience", language=w.language).items}
        return recommend(self._library(), known, dict(zip(threats["hazard_id"], threats["weight"], strict=True)),
                         city_id=w.city_id, labels=labels, top=top)

    def use(self, lesson_id: str, phase: str = "exploration", note: str = "") -> str:
        """Note that the city took a lesson up, and how far; return the id of this step of the trail.

        A step that is told twice, as after a lost connection, is one step.
        """
        last = next((one for one in reversed(self.uses()) if one["lesson_id"] == lesson_id), None)
        if last is not None and (last["phase"], last["note"]) == (phase, note) and self.can_edit:
            return str(last["use_id"])
        return self._w.store.use_lesson(self._w.viewer, lesson_id, self._w.city_id, phase, note=note)

    def uses(self) -> list[Row]:
        """Return what the city took up, oldest first."""
        return rows_of(self._w.store.lesson_uses(self._w.viewer, city_id=self._w.city_id))

    def used_by(self) -> Counter[str]:
        """Return how many cities took up each lesson."""
        frame = self._w.store.lesson_uses(self._w.viewer).drop_duplicates(["lesson_id", "city_id"])
        return Counter(frame["lesson_id"])

    def trail(self) -> Sheet:
        """Return each lesson that the city took up, how far it came, and since when."""
        titles = {lesson.lesson_id: lesson for lesson in self._library()}
        latest: dict[str, Row] = {}
        for use in self.uses():
            latest[use["lesson_id"]] = use
        rows = tuple((titles[key].title, titles[key].city, LEARNING_PHASES[use["phase"]], use["at"].date())
                     for key, use in latest.items() if key in titles)
        title = count("{city} took up {n} lesson", "{city} took up {n} lessons", len(rows), city=self._w.city["name"])
        return self._w.sheet(title, (text("Lesson"), text("Learnt from"), text("How far"), text("Since")), rows)

    def words_of(self, facet: str, value: str) -> str:
        """Return a value of a facet as people read it."""
        language = self._w.language
        if facet == "hazard":
            known = hazards.load().get(value)
            return known.label.said(language) if known else value
        if facet == "essential":
            sections = {s.id: s.short for s in instruments.load("resilience", language=language).sections}
            return sections.get(value, value)
        if facet == "language":
            return cities.language_name(value, language)
        if facet == "country":
            country = cities.countries().get(value)
            return country.said(language) if country else value
        return value

    def _library(self) -> list[Lesson]:
        rows = self._w.store.lessons(self._w.viewer)
        return [_lesson(row) for row in rows if row["demo"] == self._w.fictional]

    def _facets(self, lessons: list[Lesson]) -> tuple[Facet, ...]:
        counted: dict[str, Counter[str]] = {
            "hazard": Counter(h for lesson in lessons for h in lesson.hazards),
            "essential": Counter(e for lesson in lessons for e in lesson.essentials),
            "language": Counter(lesson.language for lesson in lessons),
            "country": Counter(lesson.country for lesson in lessons if lesson.country),
            "year": Counter(str(lesson.year) for lesson in lessons if lesson.year),
        }
        return tuple((facet, FACETS[facet], tuple((value, self.words_of(facet, value), n)
                                                  for value, n in counter.most_common()))
                     for facet, counter in counted.items())


def _lesson(row: Mapping[str, Any]) -> Lesson:
    columns = ("lesson_id", "title", "language", "city_id", "sensitivity", "source", "licence", "demo")
    return parse({**row["body"], **{name: row[name] for name in columns}})


def row_of(lesson: Lesson, network: str) -> Row:
    """Return a lesson as the store keeps it."""
    whole = lesson.model_dump(mode="json")
    columns = ("lesson_id", "title", "language", "city_id", "sensitivity", "source", "licence", "demo")
    body = {name: value for name, value in whole.items() if name not in columns}
    return {**{name: whole[name] for name in columns}, "network_id": network, "body": body}
