"""What would have to matter more, or less, for another city to come first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from exchange.errors import NotFoundError
from exchange.matching.criteria import CRITERIA
from exchange.matching.scores import SAME, best
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exchange.matching.marks import FloatArray, IntArray
    from exchange.matching.ranking import Ranking
    from exchange.matching.scores import Scores


@dataclass(frozen=True)
class Counterfactual:
    """The smallest change of a single weight that puts another city before the first.

    Parameters
    ----------
    city_id
        The city that would come before the first; empty when no single weight can do it.
    criterion, factor
        Which weight, and by how much it would have to be multiplied (0: not count at all).
    words
        The same in a sentence.
    """

    city_id: str
    criterion: str
    factor: float
    words: Text


def counterfactual(ranking: Ranking, city_id: str | None = None) -> Counterfactual | None:
    """Return the smallest change of one weight that puts another city, or the named one, before the first.

    "Smallest" is measured in the weight itself, before the weights are scaled to sum to 1 again. The factor
    is rounded away from 1, so that the sentence is true as it stands. None when there is no other city.

    Raises
    ------
    NotFoundError
        The named city is not in the pool, or a filter bars it.
    """
    scores = ranking.scores
    rivals = _rivals(ranking, city_id)
    if ranking.abstained or not len(rivals):
        return None
    leader = int(scores.best(1)[0])
    for row, factor in _turning_points(scores, leader, rivals):
        name, weights = list(scores.shares)[row], np.fromiter(scores.shares.values(), np.float64)
        weights[row] *= factor
        ahead = _first_ahead(scores, weights, leader, rivals)
        if ahead is not None:
            words = _words(scores.pool.names[ahead], scores.pool.names[leader], CRITERIA[name].label, factor)
            return Counterfactual(scores.pool.ids[ahead], name, factor, words)
    return Counterfactual("", "", 1.0, text("{first} stays first whichever single weight is changed",
                                            first=scores.pool.names[leader]))


def _rivals(ranking: Ranking, city_id: str | None) -> IntArray:
    scores = ranking.scores
    eligible = np.flatnonzero(scores.eligible).astype(np.int64)
    if city_id is not None:
        place = scores.pool.find(city_id)
        if not scores.eligible[place]:
            raise NotFoundError.at(f"city {city_id}", "it is not among the cities that were compared",
                                   "Look at why it was left out.")
        eligible = np.array([place], np.int64)
    return eligible[eligible != scores.best(1)[:1]] if len(eligible) else eligible


def _turning_points(scores: Scores, leader: int, rivals: IntArray) -> Iterator[tuple[int, float]]:
    """Return criterion and factor of the changes that let a rival draw level, smallest first.

    The leader is ahead by lead = sum_c w_c d_c with d_c the difference of the values. Changing w_c alone by
    lead / |d_c| closes it: less weight where the leader is better (at most down to 0), more where the rival
    is.
    """
    weights = np.fromiter(scores.shares.values(), np.float64)[:, None]
    better = scores.value[:, [leader]] - scores.value[:, rivals]
    lead = np.maximum((weights * better).sum(axis=0), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(better == 0, np.inf, lead / np.abs(better))
    change[(better > 0) & (change > weights)] = np.inf
    for place in np.argsort(change, axis=None, kind="stable"):
        row, rival = np.unravel_index(place, change.shape)
        if not math.isfinite(change[row, rival]):
            return
        relative = float(change[row, rival] / weights[row, 0])
        yield int(row), _rounded(relative, less=bool(better[row, rival] > 0))


def _rounded(change: float, *, less: bool) -> float:
    """Return the factor, a little further from 1 than needed: whole percents, from twice on tenths."""
    percent = math.floor(100 * change + SAME) + 1
    if less:
        return max(0, 100 - percent) / 100
    return 1 + percent / 100 if percent < 100 else math.floor(10 * (1 + change) + 1 + SAME) / 10


def _first_ahead(scores: Scores, weights: FloatArray, leader: int, rivals: IntArray) -> int | None:
    if not weights.any():
        return None
    total = 100 * (weights @ scores.value) / weights.sum()
    first = rivals[best(total[rivals], scores.pool.order[rivals], 1)[0]]
    return int(first) if total[first] > total[leader] + SAME else None


def _words(rival: str, leader: str, label: Text, factor: float) -> Text:
    said = {"rival": rival, "leader": leader, "criterion": label}
    if factor == 0:
        return text("{rival} would come before {leader} if {criterion} did not count", **said)
    if factor == 0.5:
        return text("{rival} would come before {leader} if {criterion} counted half as much", **said)
    if factor < 1:
        return text("{rival} would come before {leader} if {criterion} counted {percent} % less",
                    percent=round(100 * (1 - factor)), **said)
    if factor < 2:
        return text("{rival} would come before {leader} if {criterion} counted {percent} % more",
                    percent=round(100 * (factor - 1)), **said)
    return text("{rival} would come before {leader} if {criterion} counted {times} times as much",
                times=factor, **said)
