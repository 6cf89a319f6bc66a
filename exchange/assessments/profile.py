"""What the answers mean for learning: strengths to offer, gaps to fill, and how well the city learns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from exchange.assessments.answers import Answer, read
from exchange.instruments import Instrument, Item, Section
from exchange.vocabulary import BLANK, CONFIDENCE, UNKNOWN
from exchange.words import Text, text

GAP_UP_TO = 1 / 3
"""A gap is an answered level in the lowest third of the scale: 0 or 1 of 0 to 3."""

STRENGTH_FROM = 2 / 3
"""A strength is the top level, or a level in the highest third of which the city is highly confident."""

NEED_PRIORITY = 3
"""A gap is a need when its priority, 1 to 5, is at least this, or when no priorities were given."""


@dataclass(frozen=True, slots=True)
class Point:
    """One item of a profile, and why it is there.

    Parameters
    ----------
    item, section
        Ids.
    label
        The item in words, in the language of the instrument.
    level
        None when it is not known.
    reason
        Why it stands where it stands.
    priority
        1 to 5, when the city gave one.
    """

    item: str
    section: str
    label: str
    level: int | None
    reason: Text
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A proposal that the city edits and confirms.

    Parameters
    ----------
    strengths
        Top level, or high with high confidence.
    gaps
        Lowest third of the scale, the lowest first.
    needs
        Gaps that matter to the city, the highest priority first.
    offers
        Top levels that the city is not unsure of: what others could learn here.
    learning
        The items that show how well the city learns, known or not.
    unknown
        Items that nobody could answer: to find out.
    """

    strengths: tuple[Point, ...]
    gaps: tuple[Point, ...]
    needs: tuple[Point, ...]
    offers: tuple[Point, ...]
    learning: tuple[Point, ...]
    unknown: tuple[Point, ...]

    def table(self) -> pd.DataFrame:
        """Return one row a point: kind, item, section, label, level, priority, reason in English."""
        rows = [
            {"kind": kind, "item": p.item, "section": p.section, "label": p.label, "level": p.level,
             "priority": p.priority, "reason": str(p.reason)}
            for kind in self.__slots__ for p in getattr(self, kind)
        ]
        columns = ["kind", "item", "section", "label", "level", "priority", "reason"]
        return pd.DataFrame(rows, columns=columns).astype({"level": "Int64", "priority": "Int64"})


def profile(instrument: Instrument, answers: pd.DataFrame,
            priorities: Mapping[str, int] | None = None) -> Profile:
    """Derive a city's profile from its answers.

    Parameters
    ----------
    instrument
        What was asked.
    answers
        An `ANSWERS` table, or at least ``item, state, level``.
    priorities
        How much an item or a whole section matters to the city, 1 to 5, by id; an item's own priority goes
        before that of its section.

    Raises
    ------
    InputError
        With every finding in the answers.
    """
    given = {answer.item.id: answer for answer in read(instrument, answers)}
    people = [
        _View(instrument, section, given.get(item.id) or Answer(item), priorities)
        for section in instrument.sections for item in section.items
    ]
    gaps = sorted((v for v in people if v.is_gap), key=lambda v: v.share)
    needs = sorted((v for v in gaps if v.is_need), key=lambda v: (-(v.priority or 0), v.share))
    return Profile(
        strengths=tuple(v.point(v.why_strength()) for v in people if v.is_strength),
        gaps=tuple(v.point(v.why_gap()) for v in gaps),
        needs=tuple(v.point(v.why_need()) for v in needs),
        offers=tuple(v.point(v.why_offer()) for v in people if v.is_offer),
        learning=tuple(v.point(v.why_learning()) for v in people if "learning_indicator" in v.item.tags),
        unknown=tuple(v.point(v.why_unknown()) for v in people if v.answer.state == UNKNOWN),
    )


NEED, OFFER = "need", "offer"
"""What a line of the profile is about: something that the city wants to learn, or that others can learn from it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the profile as the city edits it.

    Parameters
    ----------
    item, section, label, level
        Which question, and its level; None when it is not known.
    side
        `NEED` or `OFFER`.
    reason
        Why it is proposed, or that somebody added it.
    chosen
        Whether the city means it.
    words
        Its own sentence; often empty.
    derived
        Whether the answers suggest it, or a person added it.
    edited
        Whether a person changed anything of it.
    """

    item: str
    section: str
    label: str
    level: int | None
    side: str
    reason: Text
    chosen: bool
    words: str = ""
    derived: bool = True
    edited: bool = False


Edits = Mapping[str, Mapping[str, object]]
"""Item -> what a person changed of its line: side, chosen, words."""


def lines(instrument: Instrument, answers: pd.DataFrame, proposal: Profile, edits: Edits) -> tuple[Line, ...]:
    """Return the profile as it stands: what the answers suggest, with what people changed.

    Gaps are proposed as needs and strengths as offers, each chosen where the proposal says so. What a person
    added stays as long as it is chosen, whatever becomes of its answer.
    """
    sides = ((NEED, proposal.needs, proposal.gaps), (OFFER, proposal.offers, proposal.strengths))
    derived = {}
    for side, meant, possible in sides:
        reasons = {point.item: point.reason for point in meant}
        for point in possible:
            edit = edits.get(point.item, {})
            derived[point.item] = Line(
                point.item, point.section, point.label, point.level, side, reasons.get(point.item, point.reason),
                bool(edit.get("chosen", point.item in reasons)), str(edit.get("words") or ""),
                edited=point.item in edits)
    levels = {answer.item.id: answer.level for answer in read(instrument, answers)}
    added = [
        Line(item.id, instrument.section_of(item.id).id, item.label, levels.get(item.id), str(edits[item.id]["side"]),
             text("You added it"), chosen=True, words=str(edits[item.id].get("words") or ""), derived=False,
             edited=True)
        for item in instrument.items
        if item.id in edits and item.id not in derived and edits[item.id].get("chosen")
        and edits[item.id].get("side") in (NEED, OFFER)
    ]
    return (*derived.values(), *added)


def given(instrument: Instrument, answers: pd.DataFrame) -> dict[str, list[object]]:
    """Return item -> state and level of each answer that is not blank: what a confirmation was about."""
    return {answer.item.id: [answer.state, answer.level] for answer in read(instrument, answers)
            if answer.state != BLANK}


def changed(instrument: Instrument, before: Mapping[str, object], now: Mapping[str, object]) -> tuple[str, ...]:
    """Return the items whose answers differ between two of `given`, in the order of the instrument."""
    return tuple(item.id for item in instrument.items if before.get(item.id) != now.get(item.id))


class _View:
    """One answer as the profile looks at it."""

    def __init__(self, instrument: Instrument, section: Section, answer: Answer,
                 priorities: Mapping[str, int] | None) -> None:
        self.item: Item = answer.item
        self.answer = answer
        self.section = section
        self.top = instrument.scale.max
        self.asked = priorities is not None
        priorities = priorities or {}
        self.priority = priorities.get(self.item.id, priorities.get(section.id))
        levels = {level.value: level.text for level in instrument.levels(self.item)}
        self.sentence = levels.get(answer.level, "") if answer.level is not None else ""
        self.share = (-1.0 if answer.level is None
                      else (answer.level - instrument.scale.min) / (self.top - instrument.scale.min))

    def point(self, reason: Text) -> Point:
        return Point(self.item.id, self.section.id, self.item.label, self.answer.level, reason, self.priority)

    @property
    def is_gap(self) -> bool:
        return 0 <= self.share <= GAP_UP_TO

    @property
    def is_need(self) -> bool:
        return not self.asked or (self.priority or 0) >= NEED_PRIORITY

    @property
    def is_strength(self) -> bool:
        return self.share == 1 or (self.share >= STRENGTH_FROM and self.answer.confidence == "high")

    @property
    def is_offer(self) -> bool:
        return self.share == 1 and self.answer.confidence != "low"

    def why_gap(self) -> Text:
        return text("Level {level} of {top}: {sentence}", **self._said)

    def why_need(self) -> Text:
        if self.priority is None:
            return text("Level {level} of {top}, and no priorities were set yet", **self._said)
        return text("Level {level} of {top}, and its priority is {priority} of 5", priority=self.priority,
                    **self._said)

    def why_strength(self) -> Text:
        if self.share == 1:
            return text("The highest level: {sentence}", **self._said)
        return text("Level {level} of {top}, and you are very sure of it: {sentence}", **self._said)

    def why_offer(self) -> Text:
        if self.answer.confidence is None:
            return text("You are at the highest level, so others could learn this from you")
        return text("You are at the highest level and your confidence is {confidence}, so others could learn "
                    "this from you", confidence=CONFIDENCE[self.answer.confidence])

    def why_learning(self) -> Text:
        if self.answer.level is None:
            return text("It shows how well the city learns, and its level is not known")
        return text("It shows how well the city learns. Level {level} of {top}: {sentence}", **self._said)

    def why_unknown(self) -> Text:
        if (self.priority or 0) >= NEED_PRIORITY:
            return text("Nobody in the room knew, and its priority is {priority} of 5: find out first",
                        priority=self.priority)
        return text("Nobody in the room knew: find out")

    @property
    def _said(self) -> dict[str, object]:
        return {"level": self.answer.level, "top": self.top, "sentence": self.sentence}
