"""Easy to work together: a common language, common hours, a journey that can be made, shared weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from exchange import cities
from exchange.matching.criteria.criterion import Criterion, component_lacking, unknown_components
from exchange.matching.criteria.part import Component, Part, blend
from exchange.matching.places import EARTH_RADIUS_KM
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from exchange.matching.marks import BoolArray, FloatArray
    from exchange.matching.pool import Pool

LANGUAGE_WEIGHT = 2.0
"""Language counts twice: seeking knowledge follows language more than distance."""

WORKING_DAY = 8.0
"""Hours of a working day, the same in every city by its own clock."""

TRAVEL_BANDS = ((500.0, 1.0), (2000.0, 0.75), (5000.0, 0.5), (np.inf, 0.25))
"""Up to so many km, and what it counts: a drive, a short, a medium, a long flight. A hypothesis."""

WORTH_NAMING = 0.05
"""From which chance that two people share a language we name it as a reason."""

NEAR_KM = TRAVEL_BANDS[0][0]


def measure(pool: Pool, learner: int) -> Part:
    """Return the weighted mean of shared language, shared hours, ease of travel, and shared weeks."""
    return blend(components(pool, learner), learner)


def components(pool: Pool, learner: int) -> list[Component]:
    """Return what makes working together easy."""
    speak, meet = pool.languages.known, pool.weeks.known
    clock, place = ~np.isnan(pool.places.utc_offset), ~np.isnan(pool.places.position[0])
    return [
        _component(text("languages"), shared_language(pool, learner), speak, learner, LANGUAGE_WEIGHT),
        _component(text("time zone"), shared_hours(pool, learner) / WORKING_DAY, clock, learner),
        _component(text("position on the map"), travel(pool, learner), place, learner),
        _component(text("free weeks"), shared_weeks(pool, learner), meet, learner),
    ]


def _component(name: Text, value: FloatArray, told: BoolArray, learner: int, weight: float = 1) -> Component:
    known_value = np.where(told & told[learner], value, np.nan)
    return Component(name, known_value, lacking=bool(told.any() and not told[learner]), weight=weight)


def shared_language(pool: Pool, learner: int) -> FloatArray:
    """Return the chance that two people, one of each city, share a language.

    1 - prod (1 - share_a share_b) over languages, taking the languages that a person speaks as independent.
    """
    return np.asarray(-np.expm1(pool.languages.meet(learner, _log_chance_of_not_sharing)))


def _log_chance_of_not_sharing(own: float, theirs: FloatArray) -> FloatArray:
    return np.asarray(np.log1p(-np.minimum(own * theirs, 1 - 1e-12)))


def shared_hours(pool: Pool, learner: int) -> FloatArray:
    """Return how many hours of the working day overlap, 0 to 8."""
    return overlap(pool.places.utc_offset[learner], pool.places.utc_offset)


def overlap(own: float, theirs: FloatArray) -> FloatArray:
    """Return how many hours two working days share, from the hours that each is ahead of UTC."""
    apart = np.abs(theirs - own)
    return np.asarray(np.maximum(WORKING_DAY - np.minimum(apart, 24 - apart), 0))


def travel(pool: Pool, learner: int) -> FloatArray:
    """Return what the band of the great-circle distance counts."""
    return worth_of(pool.places.chords(learner))


def worth_of(chords: FloatArray) -> FloatArray:
    """Return what each squared chord of the unit sphere counts, by the band of its distance on the ground."""
    limits = (2 * np.sin(np.array([km for km, _ in TRAVEL_BANDS[:-1]]) / EARTH_RADIUS_KM / 2)) ** 2
    worth = np.array([value for _, value in TRAVEL_BANDS])
    return worth[np.searchsorted(limits, np.nan_to_num(chords))]


def shared_weeks(pool: Pool, learner: int) -> FloatArray:
    """Return the share of the learner's free weeks in which the others are free too."""
    own = max(len(pool.weeks.row(learner)[0]), 1)
    return pool.weeks.meet(learner, np.minimum) / own


def reasons(pool: Pool, learner: int, peer: int) -> tuple[Text, ...]:
    """Name the language, the common hours and, where it is near, the distance."""
    said = _words_and_hours(pool, learner, peer)
    km = float(pool.places.distances(learner, [peer])[0])
    if km < NEAR_KM:
        said.append(text("Near you: {km} km away", km=round(km)))
    return tuple(said)


def _words_and_hours(pool: Pool, learner: int, peer: int) -> list[Text]:
    language, hours = common_language(pool, learner, peer), _hours(pool, learner, peer)
    shared = _overlap(hours) if hours >= 1 else None
    if language and shared:
        return [text("You both speak {language}; {overlap}", language=language, overlap=shared)]
    if language:
        return [text("You both speak {language}", language=language)]
    return [text("Your {overlap}", overlap=shared)] if shared else []


def _hours(pool: Pool, learner: int, peer: int) -> float:
    return float(overlap(pool.places.utc_offset[learner], pool.places.utc_offset[[peer]])[0])


def _overlap(hours: float) -> Text:
    if hours % 1:
        return text("working hours overlap by {n} hours", n=hours)
    return count("working hours overlap by {n} hour", "working hours overlap by {n} hours", int(hours))


def common_language(pool: Pool, learner: int, peer: int) -> Text | None:
    """Return the language that two people of the two cities most likely share, if it is worth naming."""
    own, theirs = pool.languages.weights(learner), pool.languages.weights(peer)
    shared = {code: own[code] * theirs[code] for code in sorted(own.keys() & theirs.keys())}
    best = max(shared, key=lambda code: shared[code], default=None)
    return LanguageName(cities.language_name(best), tag=best) if best and shared[best] >= WORTH_NAMING else None


@dataclass(frozen=True)
class LanguageName(Text):
    """A language's name in a sentence: each language has its own."""

    tag: str = ""

    def said(self, language: str = "en") -> str:
        """Return the name in a language of the interface."""
        return cities.language_name(self.tag, language)


def missing(pool: Pool, learner: int) -> Text:
    """Say why it cannot be told how easy it would be."""
    return text("Neither language, time zone nor position is known both of {city} and of another city",
                city=pool.names[learner])


CRITERION: Final = Criterion(
    name="feasibility",
    label=text("language, time zone and distance"),
    source="In a network of 59 cities, seeking knowledge followed language and region (ERGM).",
    measure=measure, missing=missing, reasons=reasons,
    unknown=unknown_components, asks=component_lacking,
)
