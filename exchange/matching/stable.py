"""The assignment that no learner and host would both leave for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from exchange.matching.assignment import Assignment

if TYPE_CHECKING:
    from exchange.matching.rounds import Round


def stable(round_: Round) -> Assignment:
    """Return the stable assignment: take the best pair that still fits, until none is left.

    With one score a pair that both sides go by, this is the stable matching, and the only one when no two
    scores are the same. Ties go by learner, then by host, in the order of the round. It does not put coverage
    first.
    """
    edges = round_.edges
    learner_left, host_left = round_.free_learner.tolist(), round_.free_host.tolist()
    chosen = round_.locked.copy()
    candidates = np.flatnonzero(~round_.locked & (edges.score > 0))
    best_first = candidates[np.argsort(-edges.score[candidates], kind="stable")]
    pairs = zip(best_first.tolist(), edges.learner[best_first].tolist(), edges.host[best_first].tolist(),
                strict=True)
    for edge, learner, host in pairs:
        if learner_left[learner] and host_left[host]:
            learner_left[learner] -= 1
            host_left[host] -= 1
            chosen[edge] = True
    return Assignment.of_edges(round_, chosen, "stable")
