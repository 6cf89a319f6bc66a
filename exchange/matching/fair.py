"""The fairest pairs of a round: first nobody is left far behind, then the total is as high as it can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from exchange.matching.assignment import Assignment
from exchange.matching.network import Network

if TYPE_CHECKING:
    from exchange.matching.rounds import Round


def fair(round_: Round) -> Assignment:
    """Return the assignment with the largest total among those that keep to the highest floor.

    As many learners as possible have a host, and each of these has one that scores at least the floor
    (`highest_floor`). The round of the assignment carries the floor, so that its certificate proves that no
    other assignment which keeps to it has a larger total.
    """
    level = replace(round_, coverage_first=True, floor=highest_floor(round_))
    chosen = level.locked.copy()
    chosen[~level.locked] = Network.of(level).solve() > 0
    return Assignment.of_edges(level, chosen, "fair")


def highest_floor(round_: Round) -> float:
    """Return the highest score that every learner who can be covered can have in its first host, all at once.

    Found by bisection over the scores; each step is one maximum flow. Minus infinity where nobody can be covered.
    """
    network = Network.of(replace(round_, coverage_first=True, floor=None))
    levels = np.unique(round_.edges.score[~round_.locked])
    full = network.most_covered(-np.inf)
    if not full:
        return -np.inf
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if network.most_covered(float(levels[middle])) == full:
            low = middle
        else:
            high = middle - 1
    return float(levels[low])
