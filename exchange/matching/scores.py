"""How one learner's score of every city comes about: the parts, their shares, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.matching.criteria import CRITERIA
from exchange.matching.filters import Filters, barred
from exchange.matching.weights import DEFAULT_WEIGHTS, Weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exchange.matching.criteria.part import Part
    from exchange.matching.marks import BoolArray, FloatArray, IntArray
    from exchange.matching.pool import Pool
    from exchange.words import Text

DEFAULT_FILTERS: Final = Filters()

SAME = 1e-9
"""Scores that differ by less are a tie: such a difference comes from rounding, not from the cities."""


@dataclass(frozen=True, eq=False)
class Scores:
    """One learner against all cities of a pool.

    Parameters
    ----------
    learner
        The place of the learner in the pool.
    weights
        The weights as asked for.
    shares
        What each counted criterion weighs; they sum to 1.
    told
        The share of the weights whose criteria could be told for this learner, 0 to 1.
    left_out
        Criteria that could be told of no eligible city, with the reason; their weight went to the others in
        proportion.
    parts
        What each criterion with a weight says, whether it is counted or left out.
    value
        The values of the counted criteria, criteria down and cities across.
    eligible
        Whom no filter bars; never the learner.
    barred_by
        Whom each filter bars.
    """

    pool: Pool
    learner: int
    weights: Weights
    shares: Mapping[str, float]
    told: float
    left_out: Mapping[str, Text]
    parts: Mapping[str, Part]
    value: FloatArray
    eligible: BoolArray
    barred_by: dict[str, BoolArray]

    def total(self) -> FloatArray:
        """Return the score of every city, 0 to 100; minus infinity where it is not eligible."""
        return np.where(self.eligible, self.points(), -np.inf)

    def points(self) -> FloatArray:
        """Return the score that every city has or would have if no filter barred it, 0 to 100."""
        return np.asarray(100 * (np.fromiter(self.shares.values(), np.float64) @ self.value))

    def best(self, top: int) -> IntArray:
        """Return the places of the best cities: by score, ties by name, then by id."""
        return best(self.total(), self.pool.order, top)


def score(
    pool: Pool,
    learner: int,
    weights: Weights = DEFAULT_WEIGHTS,
    filters: Filters = DEFAULT_FILTERS,
) -> Scores:
    """Return how every city of the pool suits one learner.

    A criterion that can be told of no eligible city is left out, and its weight goes to the others in
    proportion: it could not tell one city from another, and counting it as 0 would only make every score look
    poor.
    """
    barred_by = barred(pool, learner, filters)
    eligible = ~np.any(list(barred_by.values()), axis=0)
    eligible[learner] = False
    parts = {name: CRITERIA[name].measure(pool, learner) for name in weights.shares()}
    left_out = {name: CRITERIA[name].missing(pool, learner) for name, part in parts.items()
                if not (part.known & eligible).any()}
    counted = {name: share for name, share in weights.shares().items() if name not in left_out}
    told = sum(counted.values())
    shares = {name: share / told for name, share in counted.items()}
    return Scores(
        pool, learner, weights, shares, told, left_out, parts,
        value=np.array([parts[name].value for name in counted]).reshape(len(counted), len(pool)),
        eligible=eligible, barred_by=barred_by,
    )


def best(total: FloatArray, order: IntArray, top: int) -> IntArray:
    """Return the places of the `top` best totals above minus infinity, ties within `SAME` by `order`."""
    eligible = np.flatnonzero(total > -np.inf)
    if len(eligible) > top:
        limit = np.partition(total[eligible], len(eligible) - top)[len(eligible) - top]
        eligible = eligible[total[eligible] >= limit - SAME]
    rounded = np.round(total[eligible] / SAME)
    return eligible[np.lexsort((order[eligible], -rounded))][:top].astype(np.int64)
