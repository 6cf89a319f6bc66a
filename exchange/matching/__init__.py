"""Who learns from whom, and why.

One city: ``rank(Pool.of(cities, hazards=...), city_id)``; then `stability.stability` and
`counterfactual.counterfactual` say how much hangs on the weights.

A round: `candidates.candidates`, then `assign.assign`; judged by `checks`, `certificate` and `uncovered`.
These are imported from their modules, so that a notebook that ranks does not load a solver.

Everything is pure: tables and arrays in, frozen records out.
"""

from __future__ import annotations

from exchange.matching.criteria import CRITERIA
from exchange.matching.filters import Exclusion, Filters
from exchange.matching.pool import Pool
from exchange.matching.ranking import Peer, Ranking, rank
from exchange.matching.weights import DEFAULT_WEIGHTS, Weights

__all__ = ["CRITERIA", "DEFAULT_WEIGHTS", "Exclusion", "Filters", "Peer", "Pool", "Ranking", "Weights", "rank"]
