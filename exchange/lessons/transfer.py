"""Would it work here? A lesson's circumstances beside this city's, part by part, never one magic number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from exchange import hazards as hazard_terms
from exchange.lessons.lesson import Lesson, population_band
from exchange.vocabulary import (
    COST_BANDS,
    GOVERNMENTS,
    JUDGEMENTS,
    MANDATES,
    POPULATION_BANDS,
    STAFF_BANDS,
    TRANSFER_PARTS,
    Terms,
)
from exchange.words import Text, text

STATED: Final[Mapping[str, Terms]] = {
    "mandate": MANDATES, "budget": COST_BANDS, "staff": STAFF_BANDS, "governance": GOVERNMENTS,
}
"""Parts of its own circumstances that a city states by choosing one term of a list."""

_CONDITION: Final = "condition-"
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a city is like, as far as it is known.

    Parameters
    ----------
    population
        How many people.
    hazards
        Hazard id -> weight; empty where the city has not said what threatens it.
    mandate, budget, staff, governance
        Terms of `STATED`, for what a lesson like this would need: who decides, what could be spent, who could be
        freed, how the city is governed. None: not said.
    """

    population: int | None = None
    hazards: Mapping[str, float] = field(default_factory=dict)
    mandate: str | None = None
    budget: str | None = None
    staff: str | None = None
    governance: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What people of the city decided on one part: it stands above what was worked out."""

    judgement: str
    condition: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the comparison.

    Parameters
    ----------
    part
        One of `vocabulary.TRANSFER_PARTS`, or the name of a precondition.
    label
        What is compared.
    there, here
        The circumstances of the lesson, and this city's; None where they are not known.
    judgement
        One of `vocabulary.JUDGEMENTS`.
    condition
        What would have to be true.
    by
        Who judged; empty where it was worked out.
    """

    part: str
    label: Text
    there: Text | str | None
    here: Text | None
    judgement: str
    condition: Text | str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A lesson held against a city."""

    lesson: Lesson
    parts: tuple[Part, ...]

    @property
    def sentence(self) -> Text:
        """How many parts fit, must be adapted, block, and are not known: the four counts, never their sum."""
        n = Counter(part.judgement for part in self.parts)
        return text("{title}: {fits} of {parts} parts fit, {adapt} to adapt, {blocks} in the way, {unknown} not known",
                    title=self.lesson.title, parts=len(self.parts), **{name: n[name] for name in JUDGEMENTS})


def compare(lesson: Lesson, here: Circumstances, judged: Mapping[str, Judged] | None = None) -> Transfer:
    """Return a lesson's circumstances beside a city's, with what people judged in place of what was worked out.

    Parameters
    ----------
    lesson
        The lesson.
    here
        The city that might use it.
    judged
        Part -> what its people decided.
    """
    parts = (_hazard(lesson, here), _scale(lesson, here), _mandate(lesson, here), _budget(lesson, here),
             _staff(lesson, here), _governance(lesson, here), *map(_precondition, lesson.preconditions))
    return Transfer(lesson, tuple(_decided(part, (judged or {}).get(part.part)) for part in parts))


def name_of(precondition: str) -> str:
    """Return the name of the part that a precondition is; it follows the words, not their place in the list."""
    return _CONDITION + sha256(precondition.encode()).hexdigest()[:10]


def _decided(part: Part, judged: Judged | None) -> Part:
    if judged is None:
        return part
    return Part(part.part, part.label, part.there, part.here, judged.judgement, judged.condition or part.condition,
                judged.by or "?")


def _part(name: str, there: Text | str | None, here: Text | None, judgement: str, condition: Text) -> Part:
    return Part(name, TRANSFER_PARTS[name], there, here, judgement, condition)


def _hazard(lesson: Lesson, here: Circumstances) -> Part:
    known = hazard_terms.load()
    there = [hazard for hazard in lesson.hazards if hazard in known]
    ours = sorted((hazard for hazard in here.hazards if hazard in known), key=lambda h: (-here.hazards[h], h))
    if not there or not ours:
        return _part("hazard", _named(there), _named(ours), "unknown",
                     text("Say what threatens the city, and what the lesson answers."))
    near = max(hazard_terms.similarity(a, b) for a in there for b in ours)
    if near >= hazard_terms.SAME_HAZARD:
        return _part("hazard", _named(there), _named([h for h in ours if h in there]), "fits",
                     text("Nothing more: the same hazard threatens both cities."))
    if near >= hazard_terms.SAME_CLUSTER:
        alike = [h for h in ours if max(hazard_terms.similarity(h, a) for a in there) >= near]
        return _part("hazard", _named(there), _named(alike), "adapt",
                     text("What was done must also work against {hazards}.", hazards=_labels(alike)))
    return _part("hazard", _named(there), _named(ours), "blocks",
                 text("The city would have to be threatened by {hazards}.", hazards=_labels(there)))


def _labels(ids: Sequence[str]) -> list[Text]:
    known = hazard_terms.load()
    return [known[hazard].label for hazard in ids[:_MOST_NAMED]]


def _named(ids: Sequence[str]) -> Text | None:
    return text("{hazards}", hazards=_labels(ids)) if ids else None


def _scale(lesson: Lesson, here: Circumstances) -> Part:
    there, ours = lesson.population_band, population_band(here.population)
    place, own = _term(POPULATION_BANDS, there), _term(POPULATION_BANDS, ours)
    step = _steps(POPULATION_BANDS, there, ours)
    if step is None:
        return _part("scale", place, own, "unknown", text("Find out how large the other city was at the time."))
    if abs(step) <= 1:
        return _part("scale", place, own, "fits", text("Nothing more: the cities are of like size."))
    if step > 0:
        return _part("scale", place, own, "adapt", text("It must work in one district first, then in many."))
    return _part("scale", place, own, "adapt", text("It must be carried by fewer people, or with neighbours."))


def _mandate(lesson: Lesson, here: Circumstances) -> Part:
    place, own = _term(MANDATES, lesson.mandate), _term(MANDATES, here.mandate)
    step = _steps(MANDATES, lesson.mandate, here.mandate)
    if step is None:
        return _part("mandate", place, own, "unknown", text("Find out who decides on this, here and there."))
    if step <= 0:
        return _part("mandate", place, own, "fits", text("Nothing more: the city may decide as much as that one."))
    if step == 1:
        return _part("mandate", place, own, "adapt", text("Those who decide with us must agree beforehand."))
    return _part("mandate", place, own, "blocks", text("The power to decide must come to the city, or those who have "
                                                       "it must act."))


def _budget(lesson: Lesson, here: Circumstances) -> Part:
    place, own = _term(COST_BANDS, lesson.cost_band), _term(COST_BANDS, here.budget)
    step = _steps(COST_BANDS, here.budget, lesson.cost_band)
    if step is None:
        return _part("budget", place, own, "unknown", text("Ask what it cost, and what could be spent here."))
    if step <= 0:
        return _part("budget", place, own, "fits", text("Nothing more: the money could be there."))
    if step == 1:
        return _part("budget", place, own, "adapt", text("It must be built in steps, or paid for together."))
    return _part("budget", place, own, "blocks", text("Somebody outside the city must pay for most of it."))


def _staff(lesson: Lesson, here: Circumstances) -> Part:
    place, own = _term(STAFF_BANDS, lesson.staff), _term(STAFF_BANDS, here.staff)
    step = _steps(STAFF_BANDS, here.staff, lesson.staff)
    if step is None:
        return _part("staff", place, own, "unknown", text("Ask how many people it took, and who could be freed here."))
    if step <= 0:
        return _part("staff", place, own, "fits", text("Nothing more: the people could be there."))
    if step == 1:
        return _part("staff", place, own, "adapt", text("Some of the work must go to partners or volunteers."))
    return _part("staff", place, own, "blocks", text("A team must be hired or lent before it can begin."))


def _governance(lesson: Lesson, here: Circumstances) -> Part:
    place, own = _term(GOVERNMENTS, lesson.government), _term(GOVERNMENTS, here.governance)
    if lesson.government is None or here.governance is None:
        return _part("governance", place, own, "unknown",
                     text("Find out who led it there, and who could lead it here."))
    if lesson.government == here.governance:
        return _part("governance", place, own, "fits", text("Nothing more: the cities are governed alike."))
    return _part("governance", place, own, "adapt", text("Somebody here must take the part of those who led it there."))


def _precondition(words: str) -> Part:
    return Part(name_of(words), text("It needed"), words, None, "unknown", text("The same must be there, or something "
                                                                               "that does its work."))


def _term(terms: Terms, value: str | None) -> Text | None:
    return None if value is None else terms[value]


def _steps(terms: Terms, one: str | None, other: str | None) -> int | None:
    """Return how many steps the second term stands after the first in their order; None where one is not known."""
    if one is None or other is None:
        return None
    order = list(terms)
    return order.index(other) - order.index(one)
