"""Make the pairs of a round: the largest total score, or the assignment that nobody would leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from ortools.graph.python import min_cost_flow

from exchange.errors import InputError
from exchange.matching.assignment import Assignment
from exchange.matching.rounds import Pair, Round
from exchange.matching.stable import stable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from exchange.matching.edges import Edges


def assign(
    scores: npt.ArrayLike | Edges,
    learner_capacity: npt.ArrayLike,
    host_capacity: npt.ArrayLike,
    *,
    method: str = "optimal",
    locked: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
    coverage_first: bool = False,
    learners: Sequence[str] | None = None,
    hosts: Sequence[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Assignment:
    """Check a round and make its pairs; the arguments are those of `Round.of`.

    Parameters
    ----------
    method
        ``"optimal"`` or ``"stable"``.

    Raises
    ------
    InputError
        With everything that is wrong with the round, or for a method that we do not have.
    """
    if method not in METHODS:
        raise InputError.at("method", f"{method!r} is not known", f"Use one of {', '.join(METHODS)}.")
    return METHODS[method](Round.of(
        scores, learner_capacity, host_capacity, locked=locked, forbidden=forbidden,
        coverage_first=coverage_first, learners=learners, hosts=hosts, names=names,
    ))


def optimal(round_: Round) -> Assignment:
    """Return an assignment with the largest total score that keeps capacities and locked pairs.

    A minimum-cost circulation: hub to learner (one unit a place), learner to host (one unit a pair, costing
    minus its score), host to hub. Where coverage goes first, a learner's first place carries a bonus that
    outweighs all scores. No pair with a score below 0 is made unless it is locked or covers a learner. Exact
    up to the rounding of scores to `Round.unit`; `certificate` proves it without the solver. Where several
    assignments are equally good, the same round always gives the same one.
    """
    edges, free = round_.edges, np.flatnonzero(~round_.locked)
    learners, hosts = np.arange(len(round_.learners)), np.arange(len(round_.hosts))
    hub, first_host = len(learners), len(learners) + 1
    flow: Any = min_cost_flow.SimpleMinCostFlow()
    _add(flow, hub, learners, round_.first_place, -round_.bonus)
    _add(flow, hub, learners, round_.free_learner - round_.first_place, 0)
    _add(flow, first_host + hosts, hub, round_.free_host, 0)
    arcs = _add(flow, edges.learner[free], first_host + edges.host[free], 1, -round_.weight[free])
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise InputError.at("round", f"it cannot be solved (solver status {status})",
                            "Look for scores or capacities of very different size.")
    chosen = round_.locked.copy()
    chosen[free] = flow.flows(arcs) > 0
    return Assignment.of_edges(round_, chosen, "optimal")


def _add(flow: Any, *arcs: npt.ArrayLike) -> Any:
    """Add arcs from tail, head, capacity and cost, each an array or one value for all."""
    tail, head, capacity, cost = np.broadcast_arrays(*arcs)
    return flow.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32), head.astype(np.int32), capacity.astype(np.int64), cost.astype(np.int64))


METHODS: Final[Mapping[str, Callable[[Round], Assignment]]] = {"optimal": optimal, "stable": stable}
"""Ways to make the pairs of a round."""
