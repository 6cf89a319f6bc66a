"""Find what other cities already learnt: one search box, filters with counts, lessons as cards to open and to use."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import anywidget
import traitlets

from exchange.errors import ExchangeError
from exchange.reports.escape import escape
from exchange.reports.tables import Numbers
from exchange.vocabulary import JUDGEMENTS, LEARNING_PHASES
from exchange.words import Text, count, direction, say, supported, text
from widgets import words as said
from widgets.faces import TwoFaces
from widgets.keeping import Desk, Envelope, Handler, Keeping, Message, Refusal, Saved, clean, whole
from widgets.lesson_card import Card, card, shown
from widgets.sources import source, style

__all__ = ["LessonSearch", "Query", "Results", "card"]

PAGE: Final = 20
"""Lessons shown at a time."""

_LOG = logging.getLogger(__name__)
_LONGEST_QUERY: Final = 200
_MOST_VALUES: Final = 50
_LONGEST_CONDITION: Final = 1000

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
    more
        Whether there are more than were counted.
    """

    total: int
    lessons: Sequence[Mapping[str, Any]]
    facets: Sequence[Mapping[str, Any]] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """How far a lesson has come in the city that takes it up."""

    lesson_id: str
    phase: str

    def body(self) -> dict[str, str]:
        """Return the phase, as the page writes it."""
        return {"phase": self.phase}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person of the city thinks of one part of a lesson."""

    lesson_id: str
    part: str
    judgement: str
    condition: str

    def body(self) -> dict[str, str]:
        """Return the judgement, as the page writes it."""
        return {"judgement": self.judgement, "condition": self.condition}


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the city's own circumstances."""

    part: str
    value: str

    def body(self) -> dict[str, str]:
        """Return the fact, as the page writes it."""
        return {"value": self.value}


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
    judge
        Told what people think of one part of a lesson: lesson id, part, judgement, what would have to be true.
    state
        Told of one of the city's own circumstances: part, term.
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
    can_open = traitlets.Bool(False).tag(sync=True)  # noqa: FBT003
    can_judge = traitlets.Bool(False).tag(sync=True)  # noqa: FBT003
    judgements = traitlets.List(traitlets.Dict()).tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)
    language = traitlets.Unicode("en").tag(sync=True)
    dir = traitlets.Unicode("ltr").tag(sync=True)
    phases = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, search: Callable[[Query], Results], language: str = "en",
                 for_you: Sequence[Mapping[str, Any]] = (), use: Callable[[str, str], object] | None = None, *,
                 read: Callable[[str], Mapping[str, Any]] | None = None, uses: Mapping[str, str] | None = None,
                 judge: Callable[[str, str, str, str], object] | None = None,
                 state: Callable[[str, str], object] | None = None, key: str = "lessons", **kwargs: Any) -> None:
        self._spoken = supported(language)
        self._search, self._use, self._open, self._judge, self._state = search, use, read, judge, state
        self._offered: dict[str, Card] = {}
        self._for_you = [self._offer(lesson) for lesson in for_you]
        self._first = self._found(Query(), 0)
        super().__init__(
            results=self._first, for_you=self._for_you, uses={**(uses or {})}, can_use=use is not None, key=key,
            language=self._spoken, dir=direction(self._spoken), phases=said.phases(self._spoken),
            words=said.strings(self._spoken, "lessons"), can_open=read is not None, can_judge=judge is not None,
            judgements=said.terms(JUDGEMENTS, self._spoken), **kwargs)
        self._desk = Desk(self._spoken, {
            "use": Handler(self._read_use, self._pass_on, self._note_down, lambda _lesson: None),
            "judge": Handler(self._read_judgement, self._pass_judgement, self._renew, lambda _part: None),
            "fact": Handler(self._read_fact, self._pass_fact, self._renew, lambda _part: None),
        })

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
        return {"seq": seq, "start": query.start, "total": results.total, "more": results.more,
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

    def _knows(self, lesson_id: str) -> bool:
        """Return whether the reader may see a lesson: one that was offered, or that an earlier page of theirs found.

        What a browser kept for a kernel that died comes back to a new one, which has not searched yet.
        """
        if lesson_id not in self._offered and self._open is not None:
            try:
                self._offer(self._open(lesson_id))
            except ExchangeError:
                return False
        return lesson_id in self._offered

    def _read_judgement(self, envelope: Envelope, message: Message) -> Judgement:
        lesson_id, _, part = envelope.key.partition("/")
        if self._judge is None or not part or not self._knows(lesson_id):
            raise Refusal(text("This lesson is not in the list. Open the page again."))
        judgement = message.get("judgement")
        if not isinstance(judgement, str) or judgement not in JUDGEMENTS:
            raise Refusal(text("Choose one of the judgements."))
        condition = clean(message.get("condition", ""), text("What would have to be true"), _LONGEST_CONDITION)
        return Judgement(lesson_id, part, judgement, condition)

    def _pass_judgement(self, event: Judgement) -> Saved:
        assert self._judge is not None  # noqa: S101 - `_read_judgement` refuses without it
        receipt = self._judge(event.lesson_id, event.part, event.judgement, event.condition)
        return receipt if isinstance(receipt, Saved) else Saved(1, datetime.now(UTC))

    def _read_fact(self, envelope: Envelope, message: Message) -> Fact:
        value, (kind, _, part) = message.get("value"), envelope.key.partition(":")
        if self._state is None or kind != "fact" or not isinstance(value, str) or len(value) > _LONGEST_QUERY:
            raise Refusal(text("Choose one of the list."))
        return Fact(part, value)

    def _pass_fact(self, event: Fact) -> Saved:
        assert self._state is not None  # noqa: S101 - `_read_fact` refuses without it
        receipt = self._state(event.part, event.value)
        return receipt if isinstance(receipt, Saved) else Saved(1, datetime.now(UTC))

    def _renew(self, event: Judgement | Fact, _saved: Saved) -> None:
        """Show the open lesson anew: what was judged or stated changes its comparison."""
        lesson_id = event.lesson_id if isinstance(event, Judgement) else self.opened.get("lesson_id")
        self._show_whole({"lesson_id": lesson_id})

    def _read_use(self, envelope: Envelope, message: Message) -> Use:
        phase = message.get("phase")
        if self._use is None or not self._knows(envelope.key):
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
