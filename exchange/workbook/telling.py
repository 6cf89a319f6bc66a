"""The lessons that a city tells: a form for what it met, did and learnt, failures too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from exchange import cities, hazards, instruments
from exchange.exchanges.fields import Field, FieldType
from exchange.lessons import Lesson, of_row, parse, population_band, row_of
from exchange.vocabulary import (
    COST_BANDS,
    GOVERNMENTS,
    MANDATES,
    SENSITIVITY,
    STAFF_BANDS,
    STAKEHOLDER_GROUPS,
)
from exchange.words import Text, say, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

LANGUAGES: Final = ("en", "es", "fr", "pt", "ar")
_SHOWN: Final = 2
"""Hazards of a lesson that the form shows; a lesson may have more, and keeps them."""

_PLAIN: Final = ("title", "problem", "what_was_done", "result", "what_failed", "cost_band", "staff", "mandate",
                 "government", "contact", "language", "sensitivity")
_NUMBERS: Final = ("year", "duration_months")


class Telling:
    """The form in which a city tells its lessons.

    Parameters
    ----------
    workbook
        The city's workbook.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook

    @property
    def language(self) -> str:
        """The language of the reader."""
        return self._w.language

    @property
    def can_edit(self) -> bool:
        """Whether the viewer speaks for the city."""
        return self._w.can_edit

    @property
    def browser_key(self) -> str:
        """Under which name a browser keeps what is not saved yet."""
        return f"{self._w.viewer.name}/{self._w.city_id}/told"

    def title(self) -> Text:
        """Return what the list holds."""
        return text("Lessons that {city} tells", city=self._w.city["name"])

    def fields(self) -> tuple[Field, ...]:
        """Return what is asked of a lesson, in the order in which people tell it."""
        threats = self._hazards()
        languages = tuple((tag, cities.language_name(tag, self.language)) for tag in LANGUAGES)
        return (
            _ask("title", text("Lesson in a few words"), required=True),
            _ask("problem", text("Problem"), "long", required=True),
            _ask("what_was_done", text("What was done"), "long", required=True),
            _ask("result", text("Result"), "long"),
            _ask("what_failed", text("What failed"), "long"),
            _ask("hazard", text("Hazard"), "choice", threats),
            _ask("hazard_2", text("Second hazard"), "choice", threats),
            _ask("item", text("Question that it is about"), "choice", self._items()),
            _ask("year", text("Year")),
            _ask("preconditions", text("What it needed, a line each"), "long"),
            _ask("cost_band", text("Cost"), "choice", tuple(COST_BANDS.items())),
            _ask("duration_months", text("Months it took"), "number"),
            _ask("staff", text("People it took"), "choice", tuple(STAFF_BANDS.items())),
            _ask("mandate", text("Who had to decide"), "choice", tuple(MANDATES.items())),
            _ask("government", text("Form of government"), "choice", tuple(GOVERNMENTS.items())),
            _ask("stakeholder", text("Who took part above all"), "choice", tuple(STAKEHOLDER_GROUPS.items())),
            _ask("evidence", text("Evidence")),
            _ask("link", text("Web address of the evidence")),
            _ask("contact", text("Whom to ask")),
            _ask("language", text("Language of these words"), "choice", languages, required=True),
            _ask("sensitivity", text("Who may see it"), "choice", tuple(SENSITIVITY.items()), required=True),
        )

    def _hazards(self) -> tuple[tuple[str, Text | str], ...]:
        known = hazards.load()
        return tuple(sorted(((key, known[key].label) for key in hazards.LABELS if key in known),
                            key=lambda one: say(one[1], self.language).casefold()))

    def _items(self) -> tuple[tuple[str, str], ...]:
        asked = instruments.load("resilience", language=self.language)
        return tuple((item.id, f"{item.id} {item.label}") for item in asked.items)

    def entries(self) -> list[Row]:
        """Return the city's own lessons as the form shows them, the newest first."""
        rows = self._w.store.lessons(self._w.viewer, city_id=self._w.city_id)
        return [self._entry(row) for row in rows]

    def _entry(self, row: Mapping[str, Any]) -> Row:
        lesson = of_row(row)
        first, second = [*lesson.hazards, "", ""][:_SHOWN]
        evidence = lesson.evidence[0] if lesson.evidence else None
        body = {name: getattr(lesson, name) for name in (*_PLAIN, *_NUMBERS)} | {
            "year": str(lesson.year or ""), "hazard": first, "hazard_2": second, "item": next(iter(lesson.items), ""),
            "preconditions": "\n".join(lesson.preconditions), "stakeholder": next(iter(lesson.stakeholders), ""),
            "evidence": evidence.title if evidence else "", "link": evidence.link if evidence else ""}
        return {"entry_id": lesson.lesson_id, "revision": row["revision"], "body": body, "can_edit": self.can_edit}

    def save(self, lesson_id: str, values: Mapping[str, Any], base_revision: int) -> tuple[int, datetime]:
        """Keep a lesson as the form has it; return its revision, and when.

        Raises
        ------
        InputError
            Naming every field that does not fit.
        ConflictError
            Where somebody else changed it since.
        """
        w = self._w
        row = next(iter(w.store.lessons(w.viewer, lesson_ids=[lesson_id])), None)
        lesson = self._told(lesson_id, values, None if row is None else of_row(row))
        network = row["network_id"] if row else w.network_id
        w.store.put_lesson(w.viewer, row_of(lesson, network), base_revision=base_revision)
        return int(w.store.lesson(w.viewer, lesson_id)["revision"]), w.store.now()

    def _told(self, lesson_id: str, values: Mapping[str, Any], before: Lesson | None) -> Lesson:
        given = {name: value for name, value in values.items() if value not in ("", None)}
        city = self._w.store.city(self._w.viewer, self._w.city_id)
        whole = before.model_dump(mode="json") if before else {
            "city": city["name"], "country": city["country"], "city_id": city["city_id"],
            "income_group": city["income_group"], "population_band": population_band(city["population"]),
            "source": f"told by {city['name']}", "demo": self._w.fictional}
        kept = {name: list(whole.get(name, ())) for name in ("hazards", "items", "stakeholders", "essentials",
                                                             "evidence")}
        whole |= {name: given.get(name) for name in ("cost_band", "staff", "mandate", "government")}
        whole |= {name: given.get(name, "") for name in ("result", "what_failed", "contact")}
        whole |= {name: given[name] for name in ("title", "problem", "what_was_done", "language", "sensitivity")
                  if name in given}
        whole |= {name: given.get(name) for name in _NUMBERS}
        item = given.get("item")
        whole |= {
            "lesson_id": lesson_id,
            "hazards": _first([given.get("hazard"), given.get("hazard_2")], kept["hazards"][_SHOWN:]),
            "items": _first([item], kept["items"][1:]),
            "stakeholders": _first([given.get("stakeholder")], kept["stakeholders"][1:]),
            "essentials": _first([item and "E" + item.removeprefix("P").split(".")[0]], kept["essentials"]),
            "preconditions": [line.strip() for line in given.get("preconditions", "").split("\n") if line.strip()],
            "evidence": _evidence(given) + kept["evidence"][1:],
        }
        return parse(whole)

    def delete(self, lesson_id: str) -> datetime:
        """Take a lesson out of the library; return when."""
        self._w.store.delete_lesson(self._w.viewer, lesson_id)
        return self._w.store.now()


def _ask(name: str, label: Text, kind: FieldType = "text", choices: tuple[tuple[str, Text | str], ...] = (), *,
         required: bool = False) -> Field:
    return Field(name, label, kind, choices, required)


def _first(chosen: list[str | None], kept: list[str]) -> list[str]:
    return list(dict.fromkeys(value for value in [*chosen, *kept] if value))


def _evidence(given: Mapping[str, Any]) -> list[dict[str, str]]:
    if "evidence" not in given and "link" not in given:
        return []
    return [{"title": given.get("evidence") or given["link"], "link": given.get("link", "")}]
