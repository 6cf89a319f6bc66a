"""Proof over all pairs of a network, not only over those that were considered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.matching.assign import optimal
from exchange.matching.candidates import two_sided
from exchange.matching.certificate import Potentials, certificate
from exchange.matching.edges import Edges
from exchange.matching.rounds import Round
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from exchange.matching.assignment import Assignment
    from exchange.matching.marks import FloatArray, IntArray

THIN: Final = 10
MOST_ADDED: Final = 20
"""Of each learner, a step: the pairs that promise most."""


@dataclass(frozen=True, eq=False)
class Proof:
    """The best assignment over all pairs.

    Parameters
    ----------
    assignment
        It, in a round whose pairs are all that are needed for the proof.
    pairs
        Over how many pairs it is the best.
    steps
        After how many steps nothing better was left.
    gap
        Dual less primal in units; 0 where it is proven.
    """

    assignment: Assignment
    pairs: int
    steps: int
    gap: int

    @property
    def words(self) -> Text:
        """The same in a sentence."""
        return text("Proven over all {pairs} pairs: no other way to pair these cities has a higher total",
                    pairs=self.pairs)


def over_all_pairs(
    blocks: Callable[[], Iterable[FloatArray]],
    hosts: int,
    learner_capacity: npt.ArrayLike,
    host_capacity: npt.ArrayLike,
    *,
    coverage_first: bool = False,
    each_way: int = THIN,
) -> Proof:
    """Return the best assignment over all pairs, and its proof.

    A thin round is solved, and every pair that it left out is priced with the prices of its certificate: a pair
    whose score is above what its two cities are worth already could help, and is added. When there is none, the
    prices prove the assignment over all pairs. Exact up to the rounding of scores to `Round.unit`.

    Parameters
    ----------
    blocks
        Gives the rows of the score matrix, learners down, some at a time; called once a step. Minus infinity
        forbids a pair.
    hosts
        How many there are.
    learner_capacity, host_capacity, coverage_first
        As in `Round.of`.
    each_way
        How thin the first round is.
    """
    edges = two_sided(blocks(), hosts, each_way)
    steps = 0
    while True:
        steps += 1
        made = optimal(Round.of(edges, learner_capacity, host_capacity, coverage_first=coverage_first))
        proof = certificate(made)
        added, pairs = _promising(blocks(), made.round, proof.potentials)
        if not len(added.score):
            return Proof(made, pairs, steps, proof.gap)
        edges = _joined(edges, added)


def _promising(blocks: Iterable[FloatArray], round_: Round, prices: Potentials) -> tuple[Edges, int]:
    """Return the pairs outside a round that could raise its total, and how many pairs there are at all."""
    known = round_.edges
    found: list[tuple[IntArray, IntArray, FloatArray]] = []
    start = pairs = 0
    for block in blocks:
        pairs += int((block > -np.inf).sum())
        # weight + host price - learner price > 0 in units; the half is what rounding may hide.
        limit = (prices.learner[start:start + len(block), None] - prices.host[None, :] + 0.5) * round_.unit
        row, host = np.nonzero(block >= limit)
        learner = row + start
        new = known.places(learner, host) < 0
        excess = (block[row, host] - limit[row, host])[new]
        row, host = row[new], host[new]
        order = np.lexsort((-excess, row))
        rank = np.arange(len(order)) - np.searchsorted(row[order], row[order])
        kept = order[rank < MOST_ADDED]
        found.append((row[kept] + start, host[kept], block[row[kept], host[kept]]))
        start += len(block)
    learner, host, score = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Edges.of(known.learners, known.hosts, learner, host, score), pairs


def _joined(edges: Edges, added: Edges) -> Edges:
    learner = np.concatenate([edges.learner, added.learner])
    host = np.concatenate([edges.host, added.host])
    order = np.lexsort((host, learner))
    return replace(edges, learner=learner[order], host=host[order],
                   score=np.concatenate([edges.score, added.score])[order])
