"""Learning both ways: an exchange lasts when both cities gain from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.matching.answers import TOP_LEVEL
from exchange.matching.criteria import complementarity
from exchange.matching.criteria.criterion import Criterion
from exchange.matching.criteria.part import Part
from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.matching.marks import BoolArray, FloatArray
    from exchange.matching.pool import Pool

MOST_NAMED = 2


def measure(pool: Pool, learner: int) -> Part:
    """Return the harmonic mean of what each city could teach the learner and learn from it.

    2xy / (x + y), and 0 where one side gains nothing: such a pair is mentoring. The mean rises with both, so
    the bounds of the two sides give its bounds.
    """
    low, high = complementarity.gains(pool, learner)
    low_back, high_back = gains_of_others(pool, learner)
    known = both_comparable(pool, learner)
    return Part.between(harmonic(low, low_back), harmonic(high, high_back), known)


def harmonic(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the harmonic mean, 0 where both are 0."""
    return 2 * x * y / np.where(x + y > 0, x + y, 1.0)


def gains_of_others(pool: Pool, host: int) -> tuple[FloatArray, FloatArray]:
    """Return the bounds of what each city could learn from one host, on its own priorities."""
    answers = pool.answers
    low, high = np.zeros(len(pool)), np.zeros(len(pool))
    for item in range(len(answers.items)):
        own_low, own_high = answers.lowest[item, host], answers.highest[item, host]
        if own_low > 0:
            low += answers.priority[item] * complementarity.gap(own_low, answers.highest[item], pool.distance_cap)
        if own_high > 0:
            high += answers.priority[item] * complementarity.gap(own_high, answers.lowest[item], pool.distance_cap)
    return low / TOP_LEVEL, high / TOP_LEVEL


def both_comparable(pool: Pool, learner: int) -> BoolArray:
    """Return for which cities a gap can be told both ways."""
    answers = pool.answers
    own = np.flatnonzero(answers.known[:, learner])
    back = answers.asked[own].any(axis=0)
    return np.asarray(back & complementarity.comparable(answers, learner))


def reasons(pool: Pool, learner: int, peer: int) -> tuple[Text, ...]:
    """Name what the learner can give in return, where both gain."""
    back = complementarity.lessons(pool, peer, learner)[:MOST_NAMED]
    if not back or not complementarity.lessons(pool, learner, peer):
        return ()
    items = [text("{item} (your {yours} against {theirs})", item=pool.item(pool.answers.items[k]),
                  theirs=int(pool.answers.lowest[k, peer]), yours=int(pool.answers.lowest[k, learner]))
             for k in back]
    return (text("{city} can learn from you in return: {items}", city=pool.names[peer], items=items),)


def missing(pool: Pool, learner: int) -> Text:
    """Say why it cannot be told whether both would gain."""
    if not pool.answers.known[:, learner].any():
        return text("{city} has not assessed itself: what others could learn from it is not known",
                    city=pool.names[learner])
    return text("Whether both sides would learn can be told of no city that could be chosen")


def unknown(pool: Pool, _learner: int, peer: int, part: Part) -> tuple[Text, ...]:
    """Say whether it cannot be told what the peer would gain."""
    if part.known[peer]:
        return ()
    return (text("what {city} could learn from you", city=pool.names[peer]),)


def asks(pool: Pool, learner: int, part: Part) -> tuple[Text, float] | None:
    """Ask for the self-assessment where there is none."""
    asked = complementarity.asks(pool, learner, part)
    return asked if asked and asked[1] == 1.0 else None


CRITERION: Final = Criterion(
    name="reciprocity",
    label=text("learning both ways"),
    source="Peer reviews report that both teams must benefit; harmonic mean as in reciprocal recommendation.",
    measure=measure, missing=missing, reasons=reasons, unknown=unknown, asks=asks,
)
