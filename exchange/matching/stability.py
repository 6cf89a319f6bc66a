"""Would other weights change the ranking? How often each peer stays near the top when they vary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from exchange.errors import InputError
from exchange.matching.scores import Scores, best
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from exchange.matching.marks import FloatArray, IntArray
    from exchange.matching.ranking import Ranking

DRAWS = 1000
CONCENTRATION = 20.0
"""How closely the drawn weights keep to the stated ones: a weight of 0.25 varies with a standard deviation of
sqrt(0.25 x 0.75 / 21) = 0.09, so that doubling or halving it is well within what is tried."""

_BLOCK = 64


@dataclass(frozen=True)
class Stability:
    """How a ranking holds when the weights change.

    Parameters
    ----------
    draws, concentration, top
        How many sets of weights were drawn, how closely around the stated ones, and what counts as near the
        top.
    in_top, first
        City id and share of the draws, 0 to 1, in which it is among the first `top`, and first of all; the
        largest share first. A city that is not named never was.
    """

    draws: int
    concentration: float
    top: int
    in_top: Mapping[str, float]
    first: Mapping[str, float]

    def table(self, ranking: Ranking) -> pd.DataFrame:
        """Return one row a peer of the ranking, with its two shares."""
        return pd.DataFrame({
            "city_id": [peer.city_id for peer in ranking.peers],
            "name": [peer.name for peer in ranking.peers],
            "in_top": [self.in_top.get(peer.city_id, 0.0) for peer in ranking.peers],
            "first": [self.first.get(peer.city_id, 0.0) for peer in ranking.peers],
        })

    def said(self, city_id: str, name: str) -> Text:
        """Return in words how firmly a city holds its place."""
        percent = round(100 * self.in_top.get(city_id, 0.0))
        return text("{city} is among the first {top} in {percent} % of {draws} ways of weighing",
                    city=name, top=self.top, percent=percent, draws=self.draws)


def stability(
    ranking: Ranking,
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    top: int = 3,
) -> Stability:
    """Draw weights around the stated ones and count who comes out on top.

    Weights are drawn from a Dirichlet distribution with the stated weights as its mean, over the criteria
    that were counted. Ties are broken as in the ranking.

    Raises
    ------
    InputError
        `draws`, `concentration` or `top` is not above zero.
    """
    if min(draws, concentration, top) <= 0:
        raise InputError.at("stability", "draws, concentration and top must be above zero", "Leave them out.")
    in_top: Counter[str] = Counter()
    first: Counter[str] = Counter()
    if not ranking.abstained:
        scores, ids = ranking.scores, ranking.scores.pool.ids
        weights = rng.dirichlet(concentration * np.fromiter(scores.shares.values(), np.float64), draws)
        for places in _winners(scores, weights, top):
            in_top.update(ids[place] for place in places)
            first[ids[places[0]]] += 1
    return Stability(draws, concentration, top, _shares(in_top, draws), _shares(first, draws))


def _winners(scores: Scores, weights: FloatArray, top: int) -> Iterator[IntArray]:
    eligible = np.flatnonzero(scores.eligible)
    value, order = scores.value[:, eligible], scores.pool.order[eligible]
    for start in range(0, len(weights), _BLOCK):
        for total in 100 * weights[start:start + _BLOCK] @ value:
            yield eligible[best(total, order, top)]


def _shares(counts: Counter[str], draws: int) -> dict[str, float]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {city_id: times / draws for city_id, times in ordered}
