"""What other cities already learnt: search, lessons that fit, whether they would work here, and the trail of use."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from exchange import cities, hazards, instruments
from exchange.errors import InputError
from exchange.lessons import Circumstances, Judged, Recommendation, compare, of_row, recommend
from exchange.lessons.transfer import STATED
from exchange.vocabulary import JUDGEMENTS, LEARNING_PHASES
from exchange.words import Text, count, text
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from exchange.lessons import Lesson, Transfer
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

SHOWN: Final = 30
CONSIDERED: Final = 500
"""Lessons on a city's gaps that are weighed against one another."""

FACTS: Final = {part: f"lesson_{part}" for part in STATED}
"""Under which fact of a city its own circumstances are kept."""

FACETS: Final = {
    "hazard": text("Hazard"),
    "essential": text("Essential"),
    "language": text("Language"),
    "country": text("Country"),
    "year": text("Year"),
}

IN_USE: Final = ("utilisation", "internalisation")
"""Phases in which a lesson is practice."""

Facet = tuple[str, Text, tuple[tuple[str, str, int], ...]]
"""Its key, what people call it, and its values: as stored, in words, and how many lessons have it."""


@dataclass(frozen=True)
class Found:
    """What a search found.

    Parameters
    ----------
    lessons
        This page of them.
    total
        How many there are on all pages.
    facets
        What they could be narrowed by.
    more
        Whether there are more than were counted.
    twins
        Lesson -> how many say nearly the same and are not shown.
    """

    lessons: tuple[Lesson, ...]
    total: int
    facets: tuple[Facet, ...]
    more: bool = False
    twins: Mapping[str, int] = field(default_factory=dict)


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

    # Finding -------------------------------------------------------------------------------------------------------

    def search(self, query: str = "", filters: Mapping[str, Sequence[str]] | None = None, *, start: int = 0,
               limit: int = SHOWN, everything: bool = False) -> Found:
        """Return the lessons of the library that have the words and pass the filters.

        Parameters
        ----------
        query
            Words in any language; empty lists those in the reader's language first, the newest on top.
        filters
            Facet -> the values of which a lesson must have one.
        start, limit
            Which of the lessons to return; the facets count all.
        everything
            Whether real and fictional lessons are searched together.
        """
        w = self._w
        wanted: dict[str, object] = {name: list(values) for name, values in (filters or {}).items() if values}
        if not everything:
            wanted["demo"] = w.fictional
        hits = w.store.find_lessons(w.viewer, query, wanted, reader=w.language, start=start, limit=limit)
        facets = tuple((facet, FACETS[facet], tuple((value, self.words_of(facet, value), n)
                                                    for value, n in hits.facets.get(facet, {}).items()))
                       for facet in FACETS)
        return Found(tuple(map(of_row, hits.lessons)), hits.total, facets, hits.more,
                     {key: len(twins) for key, twins in hits.twins.items()})

    def for_you(self, top: int = 3) -> tuple[Recommendation, ...]:
        """Return the lessons that fit the city's gaps and hazards, with the reasons."""
        w = self._w
        labels = {item.id: item.label for item in instruments.load("resilience", language=w.language).items}
        return recommend(self._on_our_gaps(), self._levels, self._threats, city_id=w.city_id, labels=labels, top=top)

    @cached_property
    def _levels(self) -> dict[str, int]:
        w = self._w
        latest = w.store.latest_answers(w.viewer, city_ids=[w.city_id])
        return {row["item"]: int(row["level"]) for row in rows_of(latest) if row["state"] == "answered"}

    @cached_property
    def _threats(self) -> dict[str, float]:
        threats = self._w.store.hazards(self._w.viewer, city_ids=[self._w.city_id])
        return dict(zip(threats["hazard_id"], threats["weight"], strict=True))

    def _on_our_gaps(self) -> list[Lesson]:
        """Return the lessons on questions, or at least essentials, where the city is low."""
        gaps = [item for item, level in self._levels.items() if level <= 1]
        sections = sorted({"E" + item.removeprefix("P").split(".")[0] for item in gaps})
        found: dict[str, Lesson] = {}
        for name, values in (("item", gaps), ("essential", sections)):
            rows = self._w.store.search_lessons(self._w.viewer, "", {name: values, "demo": self._w.fictional},
                                                limit=CONSIDERED)
            found |= {row["lesson_id"]: of_row(row) for row in rows}
        return list(found.values())

    def lesson(self, lesson_id: str) -> Lesson:
        """Return one lesson."""
        return of_row(self._w.store.lesson(self._w.viewer, lesson_id))

    # Whether it would work here ------------------------------------------------------------------------------------

    def transfer(self, lesson_id: str) -> Transfer:
        """Return a lesson's circumstances beside the city's, with what its people judged."""
        w = self._w
        rows = rows_of(w.store.lesson_transfers(w.viewer, city_id=w.city_id, lesson_id=lesson_id))
        judged = {row["part"]: Judged(row["judgement"], row["condition"], row["by"]) for row in rows}
        return compare(self.lesson(lesson_id), self.circumstances(), judged)

    def circumstances(self) -> Circumstances:
        """Return what the city is like, as far as it is known."""
        city = self._w.store.city(self._w.viewer, self._w.city_id)
        stated = {part: (city["facts"].get(name) or {}).get("value") for part, name in FACTS.items()}
        return Circumstances(city["population"], self._threats, **stated)

    def state(self, part: str, value: str) -> None:
        """Keep one of the city's own circumstances: who decides, what could be spent, who could be freed, its form.

        Parameters
        ----------
        part
            One of `lessons.transfer.STATED`.
        value
            One of its terms; empty: it is not known.
        """
        w = self._w
        if part not in STATED or (value and value not in STATED[part]):
            raise InputError.at(f"{w.city['name']}, {part}", f"{value!r} is not one of the choices",
                                f"Use {', '.join(STATED.get(part, STATED))}.")
        facts = dict(w.store.city(w.viewer, w.city_id)["facts"])
        facts[FACTS[part]] = {"value": value or None, "source": w.viewer.name}
        w.store.put_city(w.viewer, {"city_id": w.city_id, "facts": facts})

    def judge(self, lesson_id: str, part: str, judgement: str, condition: str = "") -> tuple[int, datetime]:
        """Keep what the city's people think of one part of a lesson; return the revision, and when."""
        if part not in {one.part for one in self.transfer(lesson_id).parts}:
            raise InputError.at(f"lesson {lesson_id}", f"{part!r} is no part of its comparison",
                                "Open the lesson again.")
        return self._w.store.put_lesson_transfer(self._w.viewer, {
            "lesson_id": lesson_id, "city_id": self._w.city_id, "part": part, "judgement": judgement,
            "condition": condition})

    def transfer_sheet(self, lesson_id: str) -> Sheet:
        """Return the comparison as a sheet."""
        found = self.transfer(lesson_id)
        rows = tuple((part.label, part.there or text("not known"), part.here or text("not known"),
                      JUDGEMENTS[part.judgement], part.condition, part.by or text("worked out"))
                     for part in found.parts)
        heads = (text("What"), text("There"), text("Here"), text("Judgement"), text("What would have to be true"),
                 text("Judged by"))
        return self._w.sheet(found.sentence, heads, rows)

    def sheet(self, place: int = 1) -> Sheet:
        """Return the comparison of the lesson that fits the city best, second best, and so on."""
        fitting = self.for_you(place)
        if len(fitting) < place:
            return self._w.sheet(text("No further lesson fits the gaps of {city}.", city=self._w.city["name"]), (), ())
        return self.transfer_sheet(fitting[place - 1].lesson.lesson_id)

    # Use -----------------------------------------------------------------------------------------------------------

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
        """Return how many cities use each lesson; to have looked at it is not to use it."""
        frame = self._w.store.lesson_uses(self._w.viewer)
        using = frame[frame["phase"].isin(IN_USE)].drop_duplicates(["lesson_id", "city_id"])
        return Counter(using["lesson_id"])

    def taken_up_by(self) -> Counter[str]:
        """Return how many cities took up each lesson, however far they came."""
        return Counter(self._w.store.lesson_uses(self._w.viewer).drop_duplicates(["lesson_id", "city_id"])["lesson_id"])

    def trail(self) -> Sheet:
        """Return each lesson that the city took up, how far it came, and since when."""
        latest: dict[str, Row] = {}
        for use in self.uses():
            latest[use["lesson_id"]] = use
        titles = {row["lesson_id"]: of_row(row) for row in self._w.store.lessons(
            self._w.viewer, lesson_ids=latest) if row["demo"] == self._w.fictional}
        rows = tuple((titles[key].title, titles[key].city, LEARNING_PHASES[use["phase"]], use["at"].date())
                     for key, use in latest.items() if key in titles)
        title = count("{city} took up {n} lesson", "{city} took up {n} lessons", len(rows), city=self._w.city["name"])
        return self._w.sheet(title, (text("Lesson"), text("Learnt from"), text("How far"), text("Since")), rows)

    def trail_of(self, lesson_id: str) -> tuple[Text, ...]:
        """Return who learned a lesson from whom, when, and what became of it, oldest first; a sentence each."""
        w = self._w
        teller = self.lesson(lesson_id).city or text("the network")
        names = {row["city_id"]: row["name"] for row in rows_of(w.store.cities(w.viewer))}
        steps: dict[str, list[Row]] = {}
        for use in rows_of(w.store.lesson_uses(w.viewer, lesson_id=lesson_id)):
            steps.setdefault(use["city_id"], []).append(use)
        if not steps:
            return (text("Never taken up so far."),)
        return tuple(self._step(names.get(city, city), teller, uses) for city, uses in steps.items())

    def _step(self, learner: str, teller: Text | str, uses: list[Row]) -> Text:
        how = [text("{phase} {day}", phase=LEARNING_PHASES[use["phase"]], day=use["at"].date()) for use in uses]
        said = text("{learner} from {teller}: {steps}", learner=learner, teller=teller, steps=how)
        notes = [use["note"] for use in uses if use["note"]]
        return text("{trail}. {notes}", trail=said, notes=notes) if notes else said

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
