"""A reason to learn from a city: how it is measured, and how it is said in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from exchange.matching.criteria.part import Part
from exchange.matching.pool import Pool
from exchange.words import Text, text

Measure = Callable[[Pool, int], Part]
"""``measure(pool, learner)`` says how well each city suits the learner, the learner itself included."""

Reasons = Callable[[Pool, int, int], tuple[Text, ...]]
Unknown = Callable[[Pool, int, int, Part], tuple[Text, ...]]
Notes = Callable[[Pool, int, Part], tuple[Text, ...]]
Ask = Callable[[Pool, int, Part], tuple[Text, float] | None]


def no_notes(_pool: Pool, _learner: int, _part: Part) -> tuple[Text, ...]:
    """Say nothing."""
    return ()


def no_question(_pool: Pool, _learner: int, _part: Part) -> None:
    """Ask nothing."""


@dataclass(frozen=True)
class Criterion:
    """One criterion. A new one is a file beside this one, a line in the registry and a row of weights.

    Parameters
    ----------
    name
        As in the weights and in tables.
    label
        In words, to go before "mattered more".
    source
        Where the criterion and its formula come from.
    measure
        How well each city suits the learner.
    missing
        ``missing(pool, learner)``: why it cannot be told for this learner at all.
    reasons
        ``reasons(pool, learner, peer)``: what speaks for this peer, the best first.
    unknown
        ``unknown(pool, learner, peer, part)``: what we do not know about this peer.
    notes
        ``notes(pool, learner, part)``: what was assumed for all peers.
    asks
        ``asks(pool, learner, part)``: what the learner could tell that would help most, and the share of the
        criterion that rests on it; None when all is told.
    """

    name: str
    label: Text
    source: str
    measure: Measure
    missing: Callable[[Pool, int], Text]
    reasons: Reasons
    unknown: Unknown
    notes: Notes = no_notes
    asks: Ask = no_question


def unknown_components(pool: Pool, _learner: int, peer: int, part: Part) -> tuple[Text, ...]:
    """Say which aspects cannot be told of a peer, where a criterion is a mean of several."""
    names = [c.name for c in part.compared if math.isnan(c.value[peer])]
    return (text("{facts} of {city}", facts=names, city=pool.names[peer]),) if names else ()


def component_lacking(pool: Pool, learner: int, part: Part) -> tuple[Text, float] | None:
    """Ask for the weightiest aspect that the learner lacks while other cities have it."""
    lacking = [c for c in part.not_compared if c.lacking]
    if not lacking:
        return None
    best = max(lacking, key=lambda c: c.weight)
    share = best.weight / (best.weight + sum(c.weight for c in part.compared))
    return text("the {fact} of {city}", fact=best.name, city=pool.names[learner]), share
