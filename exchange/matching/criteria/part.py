"""What one criterion says of every city, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.matching.marks import BoolArray, FloatArray
    from exchange.words import Text


@dataclass(frozen=True, eq=False)
class Component:
    """One aspect of a criterion that is a mean of several.

    Parameters
    ----------
    name
        In words, to go before "of Quito": "population".
    value
        0 to 1 a city, NaN where it cannot be told.
    lacking
        Whether it is known of other cities but not of the learner, who could tell it.
    weight
        Its weight in the mean.
    """

    name: Text
    value: FloatArray
    lacking: bool = False
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Part:
    """One criterion for one learner against all cities; every array has one value a city.

    Parameters
    ----------
    value
        What counts in the score, 0 to 1. What is not known counts as low as it could be: a city never rises
        because little is known about it.
    low, high
        The least and the most that it could be if all were known.
    known
        Whether anything is known at all.
    compared, not_compared
        For a mean of several aspects: those that could be told of some city, and those that could not.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    known: BoolArray
    compared: tuple[Component, ...] = ()
    not_compared: tuple[Component, ...] = ()

    @classmethod
    def between(cls, low: FloatArray, high: FloatArray, known: BoolArray) -> Self:
        """Return a part that counts its low bound; 0 to 1 where nothing is known."""
        low, high = np.where(known, low, 0.0), np.where(known, high, 1.0)
        return cls(low, low, high, known)

    @classmethod
    def exactly(cls, value: FloatArray, known: BoolArray) -> Self:
        """Return a part without bounds where it is known, 0 to 1 elsewhere."""
        return cls.between(value, value, known)


def blend(components: Sequence[Component], learner: int) -> Part:
    """Return the weighted mean of the components.

    A component that can be told of no city is left out of the mean. Where one cannot be told of a single
    city, it counts 0 for that city and may be up to 1. (Gower's mean over what both know would put a city of
    which one fact is known, and that one the same, above a city that is known to be alike in most ways.)
    """
    compared = tuple(c for c in components if _told_of_others(c, learner))
    total = sum(c.weight for c in compared) or 1.0
    size = len(components[0].value)
    low, high, known = np.zeros(size), np.zeros(size), np.zeros(size, np.bool_)
    for component in compared:
        unknown = np.isnan(component.value)
        share = component.weight / total
        low += share * np.where(unknown, 0.0, component.value)
        high += share * np.where(unknown, 1.0, component.value)
        known |= ~unknown
    part = Part.between(np.clip(low, 0, 1), np.clip(high, 0, 1), known)
    return replace(part, compared=compared, not_compared=tuple(c for c in components if c not in compared))


def _told_of_others(component: Component, learner: int) -> bool:
    told = ~np.isnan(component.value)
    return bool(told.sum() > told[learner])
