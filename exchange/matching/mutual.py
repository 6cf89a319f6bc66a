"""Cities that learn from one another, two and two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import rustworkx as rx

from exchange.errors import InputError

if TYPE_CHECKING:
    from exchange.matching.edges import Edges
    from exchange.matching.marks import FloatArray, IntArray

_FINEST = 2**40


@dataclass(frozen=True, eq=False)
class Mutual:
    """Pairs of cities, each city in one at most.

    Parameters
    ----------
    one, other
        The two cities of each pair, as places; the smaller first, in order.
    score
        The smaller of the two scores that they give one another: what the pair is worth to both.
    alone
        The places of cities that are in no pair.
    """

    one: IntArray
    other: IntArray
    score: FloatArray
    alone: IntArray

    @property
    def total(self) -> float:
        """The sum of the scores."""
        return float(self.score.sum())


def mutual(edges: Edges, *, coverage_first: bool = False) -> Mutual:
    """Return the pairs with the largest total, by Edmonds' blossoms; exact to one part in a million million.

    Two cities can be a pair where each may learn from the other.

    Parameters
    ----------
    edges
        The same cities on both sides.
    coverage_first
        Whether one more pair goes before any gain in score.

    Raises
    ------
    InputError
        The two sides are not the same cities.
    """
    if edges.learners != edges.hosts:
        raise InputError.at("scores", f"there are {edges.learners} learners and {edges.hosts} hosts",
                            "Give the same cities on both sides.")
    back = edges.places(edges.host, edges.learner)
    both = np.flatnonzero((back >= 0) & (edges.learner < edges.host))
    score = np.minimum(edges.score[both], edges.score[back[both]])
    worth = score if coverage_first else score[score > 0]
    both, score = (both, score) if coverage_first else (both[score > 0], worth)
    largest = float(np.abs(score).max(initial=0.0)) or 1.0
    weight = np.rint(score / largest * _FINEST).astype(object)
    graph: rx.PyGraph[int, int] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(edges.learners))
    graph.add_edges_from([(int(a), int(b), int(w)) for a, b, w in zip(
        edges.learner[both], edges.host[both], weight, strict=True)])
    matched = rx.max_weight_matching(graph, max_cardinality=coverage_first, weight_fn=int)
    pairs = np.array(sorted((min(pair), max(pair)) for pair in matched), np.int64).reshape(-1, 2)
    places = edges.places(pairs[:, 0], pairs[:, 1])
    value = np.minimum(edges.score[places], edges.score[back[places]])
    return Mutual(pairs[:, 0], pairs[:, 1], value, np.setdiff1d(np.arange(edges.learners), pairs))
