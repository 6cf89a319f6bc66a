"""Find what other cities already learnt: one search box, filters with counts, lessons as cards to open and to use."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from exchange.errors import ExchangeError
from exchange.reports.escape import escape
from exchange.reports.tables import Numbers
from exchange.vocabulary import COST_BANDS, LEARNING_PHASES
from exchange.words import Text, count, direction, say, supported, text
from widgets import words as said
from widgets.faces import TwoFaces
from widgets.keeping import Desk, Envelope, Handler, Keeping, Message, Refusal, Saved, clean, whole
from widgets.sources import source, style

if TYPE_CHECKING:
    from exchange.lessons import Lesson

PAGE: Final = 20
"""Lessons shown at a time."""

_LOG = logging.getLogger(__name__)
_LONGEST_QUERY: Final = 200
_MOST_VALUES: Final = 50

Card = dict[str, Any]
"""One lesson as the page shows it; made by `card`, or by hand with the same keys."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Parameters
    ----------
    text
        Words, perhaps none.
    filters
        Facet -> the values of which a lesson must have one.
    start, size
        Which part of the results, counted from 0.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] | None = None
    start: int = 0
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class Results:
    """What was found.

    Parameters
    ----------
    total
        How many lessons match, on all pages.
    lessons
        This page of them, as cards.
    facets
        Dictionaries with key, label and values (value, label, n: how many lessons it would leave).
    """

    total: int
    lessons: Sequence[Mapping[str, Any]]
    facets: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """How far a lesson has come in the city that takes it up."""

    lesson_id: str
    phase: str

    def body(self) -> dict[str, str]:
        """Return the phase, as the page writes it."""
        return {"phase": self.phase}


class LessonSearch(Keeping, TwoFaces, anywidget.AnyWidget):
    """Search the lessons, open one in place, and say "we want to learn from this".

    Parameters
    ----------
    search
        Query -> results; may raise any `ExchangeError`, whose words are shown.
    language
        Language of the interface.
    for_you
        Cards that stand on top, each with ``because``: the reasons why.
    use
        Told of a lesson that the city takes up, and how far it is: lesson id, phase of learning. It authorises
        again, may be told the same twice, and may return a `Saved`. None leaves the action out.
    read
        Lesson id -> its card with the whole lesson, asked when one is opened; None if cards have it already.
    uses
        Lesson id -> phase, of what the city uses already.
    key
        Key of what the browser keeps: it must name the person and the city.
    """

    _esm = source("dom.js", "keep.js", "lesson_search.js")
    _css = style("controls.css", "lesson_search.css")

    results = traitlets.Dict().tag(sync=True)
    opened = traitlets.Dict().tag(sync=True)
    for_you = traitlets.List(traitlets.Dict()).tag(sync=True)
    uses = traitlets.Dict().tag(sync=True)
    can_use = traitlets.Bool(False).tag(sync=True)  # noqa: FBT003
    key = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    dir = traitlets.Unicode("ltr").tag(sync=True)
    phases = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, search: Callable[[Query], Results], language: str = "en",
                 for_you: Sequence[Mapping[str, Any]] = (), use: Callable[[str, str], object] | None = None, *,
                 read: Callable[[str], Mapping[str, Any]] | None = None, uses: Mapping[str, str] | None = None,
                 key: str = "lessons", **kwargs: Any) -> None:
        self._spoken = supported(language)
        self._search, self._use, self._open = search, use, read
        self._offered: dict[str, Card] = {}
        self._for_you = [self._offer(lesson) for lesson in for_you]
        self._first = self._found(Query(), 0)
        super().__init__(
            results=self._first, for_you=self._for_you, uses={**(uses or {})}, can_use=use is not None, key=key,
            language=self._spoken, dir=direction(self._spoken), phases=said.phases(self._spoken),
            words=said.strings(self._spoken, "lessons"), **kwargs)
        handler = Handler(self._read_use, self._pass_on, self._note_down, lambda _lesson: None)
        self._desk = Desk(self._spoken, {"use": handler})

    def receive(self, message: object) -> dict[str, Any] | None:
        """Act on one message of a page; return the reply, or None where the answer is a trait or nothing."""
        kind = message.get("kind") if isinstance(message, Mapping) else None
        if isinstance(message, Mapping) and kind == "search":
            self._look_for(message)
        elif isinstance(message, Mapping) and kind == "open":
            self._show_whole(message)
        else:
            return self._desk.answer(message)
        return None

    def _offer(self, lesson: Mapping[str, Any]) -> Card:
        offered = shown(lesson, self._spoken)
        self._offered[offered["lesson_id"]] = offered
        return offered

    def _look_for(self, message: Message) -> None:
        query, seq = _query(message), whole(message.get("seq"))
        if query is not None and seq is not None:
            self.results = self._found(query, seq)

    def _found(self, query: Query, seq: int) -> dict[str, Any]:
        try:
            results = self._search(query)
        except ExchangeError as error:
            why = text("{finding}. {remedy}", finding=error.findings[0].finding, remedy=error.findings[0].remedy)
            return {"seq": seq, "why": why.said(self._spoken)}
        except Exception:  # noqa: BLE001 - the page must get an answer, whatever broke
            _LOG.exception("A search failed")
            return {"seq": seq, "why": str(said.strings(self._spoken, "lessons")["search_failed"])}
        facets = [{"key": str(facet["key"]), "label": say(facet["label"], self._spoken),
                   "values": [{"value": str(value["value"]), "label": say(value["label"], self._spoken),
                               "n": int(value["n"])} for value in facet["values"]]} for facet in results.facets]
        return {"seq": seq, "start": query.start, "total": results.total,
                "lessons": [self._offer(lesson) for lesson in results.lessons], "facets": facets}

    def _show_whole(self, message: Message) -> None:
        lesson_id = message.get("lesson_id")
        if not isinstance(lesson_id, str) or lesson_id not in self._offered or self._open is None:
            return
        try:
            self.opened = shown(self._open(lesson_id), self._spoken)
        except ExchangeError as error:
            body = [{"heading": "", "text": [f"{finding.finding}. {finding.remedy}" for finding in error.findings]}]
            self.opened = {**self._offered[lesson_id], "body": body}

    def _read_use(self, envelope: Envelope, message: Message) -> Use:
        phase = message.get("phase")
        if self._use is None or envelope.key not in self._offered:
            raise Refusal(text("This lesson is not in the list. Open the page again."))
        if not isinstance(phase, str) or phase not in LEARNING_PHASES:
            raise Refusal(text("Choose how far you are from the list."))
        return Use(envelope.key, phase)

    def _pass_on(self, use: Use) -> Saved:
        assert self._use is not None  # noqa: S101 - `_read_use` refuses without it
        receipt = self._use(use.lesson_id, use.phase)
        return receipt if isinstance(receipt, Saved) else Saved(1, datetime.now(UTC))

    def _note_down(self, use: Use, _saved: Saved) -> None:
        self.uses[use.lesson_id] = use.phase  # in place: the page has it, and a new page of this kernel gets it

    def sentence(self) -> str:
        """Return how many lessons there are, and how many of them fit this city."""
        total = self._first.get("total", 0)
        return count("{n} lesson, {fitting} for this city", "{n} lessons, {fitting} for this city", total,
                     fitting=len(self._for_you)).said(self._spoken)

    def static(self) -> str:
        """Return a table of the lessons that fit, then of the first ones found."""
        opening = f'<div lang="{escape(self._spoken)}" dir="{direction(self._spoken)}">'
        tables = [(text("For this city"), self._for_you), (text("All lessons"), self._first.get("lessons", []))]
        return opening + "".join(_table(title, cards, self._spoken) for title, cards in tables if cards) + "</div>"


def card(lesson: Lesson, language: str = "en", *, hazards: Mapping[str, Text | str] | None = None, used_by: int = 0,
         because: Sequence[Text | str] = ()) -> Card:
    """Return a lesson of the library as a card.

    Parameters
    ----------
    lesson
        The lesson.
    hazards
        Hazard id -> label; an id without a label is left as it is.
    used_by
        How many cities use it.
    because
        Why it is shown to this city.
    """
    failed = text("What failed")
    parts: list[tuple[Text, object]] = [
        (text("What was done"), lesson.what_was_done), (text("Result"), lesson.result), (failed, lesson.what_failed),
        (text("What it needs"), [*lesson.preconditions]), (text("Cost"), COST_BANDS.get(lesson.cost_band or "")),
        (text("How long it took"), lesson.duration_months and count("{n} month", "{n} months", lesson.duration_months)),
        (text("Whom to ask"), lesson.contact),
    ]
    happened = lesson.result or text("{heading}: {words}", heading=failed, words=lesson.what_failed)
    return shown({
        "lesson_id": lesson.lesson_id, "title": lesson.title, "language": lesson.language, "city": lesson.city,
        "year": lesson.year, "hazards": [(hazards or {}).get(hazard, hazard) for hazard in lesson.hazards],
        "problem": lesson.problem, "happened": happened, "used_by": used_by, "because": because, "demo": lesson.demo,
        "body": [{"heading": heading, "text": words} for heading, words in parts if words],
        "sources": [{"title": source.title, "link": source.link} for source in lesson.evidence],
        "origin": text("{source}, {licence}", source=lesson.source, licence=lesson.licence),
    }, language)


def shown(lesson: Mapping[str, Any], language: str) -> Card:
    """Return a card with every text said."""
    def lines(value: object) -> list[str]:
        return [say(line, language) for line in (value if isinstance(value, list | tuple) else [value])]

    year = lesson.get("year")
    return {
        "lesson_id": str(lesson["lesson_id"]), "language": str(lesson.get("language") or ""),
        "year": str(year) if year is not None and year == year else "",  # noqa: PLR0124
        **{name: say(lesson.get(name) or "", language) for name in ("title", "city", "problem", "happened", "origin")},
        "hazards": lines([*lesson.get("hazards", ())]), "because": lines([*lesson.get("because", ())]),
        "used_by": int(lesson.get("used_by") or 0), "demo": bool(lesson.get("demo")),
        "body": [{"heading": say(part["heading"], language), "text": lines(part["text"])}
                 for part in lesson.get("body", ())],
        "sources": [{"title": str(source["title"]), "link": str(source.get("link") or "")}
                    for source in lesson.get("sources", ())],
    }


def _query(message: Message) -> Query | None:
    filters, start = message.get("filters"), whole(message.get("start", 0))
    try:
        words = clean(message.get("text"), text("The search"), _LONGEST_QUERY)
    except Refusal:
        return None
    if not isinstance(filters, Mapping) or len(filters) > _MOST_VALUES or start is None:
        return None
    chosen = {key: values for key, values in filters.items() if _are_words(values)}
    if len(chosen) != len(filters) or not _are_words([*filters]):
        return None
    return Query(words, {key: tuple(values) for key, values in chosen.items() if values}, start)


def _are_words(values: object) -> bool:
    return isinstance(values, list) and len(values) <= _MOST_VALUES and all(
        isinstance(value, str) and 0 < len(value) <= _LONGEST_QUERY for value in values)


def _table(title: Text, cards: Sequence[Card], language: str) -> str:
    columns = (text("Lesson"), text("City"), text("Year"), text("Problem"), text("What happened"), text("Why"))
    rows = tuple((card["title"], card["city"], card["year"], card["problem"], card["happened"],
                  "; ".join(card["because"])) for card in cards)
    return Numbers(columns, rows).html(title, language)
