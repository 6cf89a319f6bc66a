"""Who cannot be suggested at all, whatever the score, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.matching.marks import BoolArray
    from exchange.matching.pool import Pool


@dataclass(frozen=True)
class Filters:
    """Which hard conditions hold. What is not known of a city never excludes it.

    Parameters
    ----------
    consent
        Leave out cities that do not agree to be suggested.
    capacity
        Leave out cities that can host nobody any more.
    language
        Leave out cities with which no language is shared, unless there is an `interpreter`.
    interpreter
        Whether an interpreter is at hand.
    common_share
        From which share of speakers on both sides a language counts as shared.
    calendar
        Leave out cities that are free in none of the learner's weeks.
    conflicts
        Pairs of city ids, in either order, that shall not meet.
    """

    consent: bool = True
    capacity: bool = True
    language: bool = True
    interpreter: bool = False
    common_share: float = 0.05
    calendar: bool = True
    conflicts: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Exclusion:
    """A city that cannot be suggested: which filter, and why in words."""

    city_id: str
    filter: str
    why: Text


@dataclass(frozen=True)
class Filter:
    """One hard condition: whom it bars, how that is said of a city by name, and of how many cities."""

    name: str
    bars: Callable[[Pool, int, Filters], BoolArray]
    why: Callable[[str], Text]
    many: Callable[[int], Text]


def _no_consent(pool: Pool, _learner: int, filters: Filters) -> BoolArray:
    return np.asarray((pool.readiness.consent == 0) & filters.consent)


def _no_capacity(pool: Pool, _learner: int, filters: Filters) -> BoolArray:
    return np.asarray((pool.readiness.capacity == 0) & filters.capacity)


def _conflict(pool: Pool, learner: int, filters: Filters) -> BoolArray:
    own = pool.ids[learner]
    others = [b if a == own else a for a, b in filters.conflicts if own in (a, b)]
    places = pool.places_of(others)
    barred = np.zeros(len(pool), np.bool_)
    barred[places[places >= 0]] = True
    return barred


def _no_language(pool: Pool, learner: int, filters: Filters) -> BoolArray:
    if filters.interpreter or not filters.language or not pool.languages.known[learner]:
        return np.zeros(len(pool), np.bool_)
    least = filters.common_share
    shared = pool.languages.meet(learner, lambda own, theirs: (theirs >= least) & (own >= least))
    return np.asarray(pool.languages.known & (shared == 0))


def _no_week(pool: Pool, learner: int, filters: Filters) -> BoolArray:
    if not filters.calendar or not pool.weeks.known[learner]:
        return np.zeros(len(pool), np.bool_)
    return np.asarray(pool.weeks.known & (pool.weeks.meet(learner, np.minimum) == 0))


FILTERS: Final = (
    Filter("consent", _no_consent, lambda city: text("{city} has not agreed to be suggested", city=city),
           lambda n: count("{n} city has not agreed to be suggested", "{n} cities have not agreed to be suggested", n)),
    Filter("capacity", _no_capacity, lambda city: text("{city} has no place left for a learner", city=city),
           lambda n: count("{n} city has no place for a learner", "{n} cities have no place for a learner", n)),
    Filter("conflict", _conflict, lambda city: text("You and {city} are not to be paired", city=city),
           lambda n: count("{n} city is not to be paired with it", "{n} cities are not to be paired with it", n)),
    Filter("language", _no_language, lambda city: text("You share no language with {city}", city=city),
           lambda n: count("{n} city shares no language with it", "{n} cities share no language with it", n)),
    Filter("calendar", _no_week, lambda city: text("{city} is free in none of your weeks", city=city),
           lambda n: count("{n} city is free in none of its weeks", "{n} cities are free in none of its weeks", n)),
)
"""The conditions, in the order in which they are told."""


def barred(pool: Pool, learner: int, filters: Filters) -> dict[str, BoolArray]:
    """Return whom each filter bars."""
    return {filter_.name: filter_.bars(pool, learner, filters) for filter_ in FILTERS}


def exclusions(pool: Pool, learner: int, barred_by: dict[str, BoolArray]) -> tuple[Exclusion, ...]:
    """Return every reason for which a city is left out, by filter, then in the order of names."""
    return tuple(
        Exclusion(pool.ids[place], filter_.name, filter_.why(pool.names[place]))
        for filter_ in FILTERS
        for place in sorted(np.flatnonzero(barred_by[filter_.name]), key=lambda place: pool.order[place])
        if place != learner
    )


def exclusions_counted(learner: int, barred_by: dict[str, BoolArray]) -> tuple[Text, ...]:
    """Return how many other cities each filter bars, a phrase a filter that bars any."""
    numbers = ((filter_, int(barred_by[filter_.name].sum()) - int(barred_by[filter_.name][learner]))
               for filter_ in FILTERS)
    return tuple(filter_.many(n) for filter_, n in numbers if n)
