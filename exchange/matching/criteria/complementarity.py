"""Strong where you are weak: what a host could teach on the items that the learner wants to improve."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.matching.answers import TOP_LEVEL, Answers, LevelArray
from exchange.matching.criteria.criterion import Criterion
from exchange.matching.criteria.part import Part
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from exchange.matching.marks import BoolArray, FloatArray, IntArray
    from exchange.matching.pool import Pool

MOST_NAMED = 2


def measure(pool: Pool, learner: int) -> Part:
    """Return how far each city is ahead on the learner's priorities, weighted by priority.

    sum_k p_k max(0, s_host,k - s_learner,k) / (3 sum_k p_k), each gap at most the pool's distance cap. A
    level that is not known may be anything from 0 to 3 on either side, which gives the bounds; the score
    counts the low one, for an unknown strength is no reason to travel.
    """
    low, high = gains(pool, learner)
    return Part.between(low, high, comparable(pool.answers, learner))


@lru_cache(maxsize=1)
def gains(pool: Pool, learner: int) -> tuple[FloatArray, FloatArray]:
    """Return the bounds of what each city could teach the learner; `reciprocity` asks for the same once more."""
    answers = pool.answers
    low, high = np.zeros(len(pool)), np.zeros(len(pool))
    for item in wanted(answers, learner):
        share = answers.priority[item, learner] / TOP_LEVEL
        own_low, own_high = answers.lowest[item, learner], answers.highest[item, learner]
        if own_high < TOP_LEVEL:
            low += share * gap(answers.lowest[item], own_high, pool.distance_cap)
        if own_low < TOP_LEVEL:
            high += share * gap(answers.highest[item], own_low, pool.distance_cap)
    return low, high


def gap(host: LevelArray | np.int8, learner: LevelArray | np.int8, cap: int) -> LevelArray:
    """Return how many levels a host is ahead, at most `cap`."""
    ahead = np.maximum(host - learner, 0)
    return np.asarray(np.minimum(ahead, cap) if cap < TOP_LEVEL else ahead)


def wanted(answers: Answers, city: int) -> IntArray:
    """Return the items that a city wants to learn about."""
    return np.flatnonzero(answers.priority[:, city]).astype(np.int64)


def comparable(answers: Answers, learner: int) -> BoolArray:
    """Return for which cities a gap can be told: both levels are known on an item that the learner wants."""
    items = wanted(answers, learner)
    items = items[answers.known[items, learner]]
    return np.asarray(answers.known[items].any(axis=0))


def reasons(pool: Pool, learner: int, peer: int) -> tuple[Text, ...]:
    """Name the items on which the peer is known to be furthest ahead."""
    ahead = lessons(pool, learner, peer)[:MOST_NAMED]
    if not ahead:
        return ()
    items = [text("{item} ({theirs} against your {yours})", item=pool.item(pool.answers.items[k]),
                  theirs=int(pool.answers.lowest[k, peer]), yours=int(pool.answers.highest[k, learner]))
             for k in ahead]
    return (text("{city} is strong where you are weak: {items}", city=pool.names[peer], items=items),)


def lessons(pool: Pool, learner: int, host: int) -> list[int]:
    """Return the items that the learner wants and the host is known to be ahead on, weightiest first."""
    answers, items = pool.answers, wanted(pool.answers, learner)
    items = items[answers.known[items, learner] & answers.known[items, host]]
    ahead = gap(answers.lowest[items, host], answers.lowest[items, learner], pool.distance_cap)
    gain = ahead * answers.priority[items, learner]
    order = np.lexsort((items, -gain))
    return [int(items[place]) for place in order if gain[place] > 0]


def missing(pool: Pool, learner: int) -> Text:
    """Say why strengths and weaknesses cannot be compared."""
    answers, city = pool.answers, pool.names[learner]
    if not answers.known[:, learner].any():
        return text("{city} has not assessed itself: strengths and weaknesses are not compared", city=city)
    if not answers.known[wanted(answers, learner), learner].any():
        return text("{city} knows its own level on nothing that it wants to learn about", city=city)
    return text("No city that could be chosen has assessed itself on what {city} wants to learn",
                city=city)


def unknown(pool: Pool, learner: int, peer: int, _part: Part) -> tuple[Text, ...]:
    """Say on how many of the learner's priorities the peer's level is not known."""
    items = wanted(pool.answers, learner)
    unknown_levels = items[~pool.answers.known[items, peer]]
    if not len(unknown_levels):
        return ()
    return (count("the level of {city} on {n} of {all} items that you want to learn about",
                  "the levels of {city} on {n} of {all} items that you want to learn about",
                  len(unknown_levels), all=len(items), city=pool.names[peer]),)


def notes(pool: Pool, learner: int, _part: Part) -> tuple[Text, ...]:
    """Say what is unknown of the learner, and what was assumed: equal priorities, gaps up to the cap."""
    said: list[Text] = []
    items = wanted(pool.answers, learner)
    own_unknown = int((~pool.answers.known[items, learner]).sum())
    if own_unknown:
        said.append(count("{city} does not know its own level on {n} of {all} items that it wants to learn about",
                          "{city} does not know its own level on {n} of {all} items that it wants to learn about",
                          own_unknown, all=len(items), city=pool.names[learner]))
    if not pool.answers.stated[learner]:
        said.append(text("{city} has stated no priorities: all items that it answered count the same",
                         city=pool.names[learner]))
    if pool.distance_cap < TOP_LEVEL:
        said.append(count("A host more than {n} level ahead counts no more for it",
                          "A host more than {n} levels ahead counts no more for it", pool.distance_cap))
    return tuple(said)


def asks(pool: Pool, learner: int, _part: Part) -> tuple[Text, float] | None:
    """Ask for the level that weighs most among those that the learner does not know and others do."""
    answers, city = pool.answers, pool.names[learner]
    if not answers.known[:, learner].any():
        return (text("the self-assessment of {city}", city=city), 1.0) if answers.known.any() else None
    items = wanted(answers, learner)
    items = items[~answers.known[items, learner] & answers.known[items].any(axis=1)]
    if not len(items):
        return None
    best = items[np.argmax(answers.priority[items, learner])]
    return (text("the level of {city} on {item}", city=city, item=pool.item(answers.items[best])),
            float(answers.priority[best, learner]))


CRITERION: Final = Criterion(
    name="complementarity",
    label=text("strengths where you are weak"),
    source="Cities look for front-runners on their own gaps; no study has tested complementary levels yet.",
    measure=measure, missing=missing, reasons=reasons, unknown=unknown, notes=notes, asks=asks,
)
