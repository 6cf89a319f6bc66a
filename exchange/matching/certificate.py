"""Proof that an assignment is the best one, without trusting the solver that found it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from exchange.matching.checks import check
from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.matching.assignment import Assignment
    from exchange.matching.marks import BoolArray, IntArray
    from exchange.matching.rounds import Round

SWEEPS = 2000


@dataclass(frozen=True, eq=False)
class Potentials:
    """A price a node of the network: learners, hosts, and the hub that joins them. Whole units."""

    learner: IntArray
    host: IntArray
    hub: int

    def same(self, other: Potentials) -> bool:
        """Whether all prices are those of another."""
        return (self.hub == other.hub and np.array_equal(self.learner, other.learner)
                and np.array_equal(self.host, other.host))


@dataclass(frozen=True, eq=False)
class Certificate:
    """Two whole numbers that anybody can recompute: what an assignment reaches, and what none can exceed.

    Parameters
    ----------
    primal, dual
        In units of the round, the bonus for coverage included.
    unit
        The score that one unit stands for.
    potentials
        The prices that give the bound.
    sweeps
        How many sweeps it took to find them.
    """

    primal: int
    dual: int
    unit: float
    potentials: Potentials
    sweeps: int

    @property
    def gap(self) -> int:
        """How far the bound lies above what is reached, in units; 0 proves that nothing is better."""
        return self.dual - self.primal

    @property
    def proven(self) -> bool:
        """Whether no other assignment of the round's pairs is better."""
        return self.gap == 0

    @property
    def words(self) -> Text:
        """The same in a sentence."""
        if self.proven:
            return text("Proven: no other way to pair these cities has a higher total")
        return text("Another way to pair these cities could be better by {points} points at most",
                    points=self.gap * self.unit)


def certificate(
    assignment: Assignment,
    *,
    potentials: Potentials | None = None,
    sweeps: int = SWEEPS,
) -> Certificate:
    """Return the proof for an assignment that keeps to its round.

    Prices are shortest distances in the residual network, found by Bellman and Ford's relaxation in whole
    numbers. They exist exactly when no change of the assignment gains anything, and then primal and dual are
    equal. For an assignment that is not the best the prices never settle; after `sweeps` they still give a
    valid bound, and the prices of a better assignment of the same round give a closer one.

    Parameters
    ----------
    potentials
        Prices to use instead of looking for some, such as those of the best assignment.
    sweeps
        How long to look.

    Raises
    ------
    InputError
        The assignment does not keep to its round (see `checks.check`).
    """
    check(assignment)
    used = 0
    if potentials is None:
        potentials, used = _Residual.of(assignment).settle(sweeps)
    reached, most = primal(assignment), bound(assignment.round, potentials)
    return Certificate(reached, most, assignment.round.unit, potentials, used)


def primal(assignment: Assignment) -> int:
    """Return what an assignment reaches: its scores in units, and the bonus for each first place used."""
    round_, first = assignment.round, _Residual.of(assignment).first
    return int(round_.weight[assignment.edge].sum()) + round_.bonus * int(first.sum())


def bound(round_: Round, potentials: Potentials) -> int:
    """Return what no assignment of a round can exceed, by any prices at all.

    Weak duality: round a circulation prices cancel, so a total is at most the sum over arcs of their capacity
    times what the price difference leaves of their profit, where that is positive. Locked pairs count as they
    are.
    """
    edges, free = round_.edges, ~round_.locked
    learner, host, hub = potentials.learner, potentials.host, potentials.hub
    pairs = round_.weight[free] + host[edges.host[free]] - learner[edges.learner[free]]
    first = round_.first_place * np.maximum(round_.bonus + learner - hub, 0)
    rest = (round_.free_learner - round_.first_place) * np.maximum(learner - hub, 0)
    hosts = round_.free_host * np.maximum(hub - host, 0)
    locked = round_.weight[round_.locked]
    return sum(int(part.sum()) for part in (np.maximum(pairs, 0), first, rest, hosts, locked))


@dataclass(frozen=True, eq=False)
class _Residual:
    """What could still change: which places are open, which are used, which pairs are made."""

    round: Round
    made: IntArray
    unmade: _ByHost
    first: IntArray
    rest: IntArray
    taken: IntArray

    @classmethod
    def of(cls, assignment: Assignment) -> Self:
        round_, edges = assignment.round, assignment.round.edges
        is_made = np.zeros(len(edges.score), np.bool_)
        is_made[assignment.edge] = True
        made = np.flatnonzero(is_made & ~round_.locked)
        used = np.bincount(edges.learner[made], minlength=len(round_.learners))
        first = np.minimum(used, round_.first_place)
        taken = np.bincount(edges.host[made], minlength=len(round_.hosts))
        unmade = _ByHost.of(round_, np.flatnonzero(~is_made & ~round_.locked))
        return cls(round_, made, unmade, first, used - first, taken)

    def settle(self, sweeps: int) -> tuple[Potentials, int]:
        """Lower the prices until every residual arc is satisfied, or the sweeps are used up."""
        prices = Potentials(np.zeros(len(self.first), np.int64), np.zeros(len(self.taken), np.int64), 0)
        for sweep in range(1, sweeps + 1):
            lower = self._lowered(prices)
            if lower.same(prices):
                return lower, sweep
            prices = lower
        return prices, sweeps

    def _lowered(self, prices: Potentials) -> Potentials:
        """Relax every residual arc once, going round from the hub to learners, hosts and back."""
        learner, host, hub, bonus = prices.learner.copy(), prices.host.copy(), prices.hub, self.round.bonus
        for open_, price in ((self.first < self.round.first_place, hub - bonus), (self._rest_open, hub)):
            learner[open_] = np.minimum(learner[open_], price)
        self.unmade.lower(host, learner)
        edges, made = self.round.edges, self.made
        np.minimum.at(learner, edges.learner[made], host[edges.host[made]] + self.round.weight[made])
        hub = int(min(
            hub,
            learner[self.first > 0].min(initial=hub) + bonus,
            learner[self.rest > 0].min(initial=hub),
            host[self.taken < self.round.free_host].min(initial=hub),
        ))
        host[self.taken > 0] = np.minimum(host[self.taken > 0], hub)
        return Potentials(learner, host, hub)

    @property
    def _rest_open(self) -> BoolArray:
        return np.asarray(self.rest < self.round.free_learner - self.round.first_place)


@dataclass(frozen=True, eq=False)
class _ByHost:
    """Pairs that are not made, grouped by host, so that all of them relax in one step."""

    learner: IntArray
    weight: IntArray
    host: IntArray
    starts: IntArray

    @classmethod
    def of(cls, round_: Round, places: IntArray) -> Self:
        order = places[np.argsort(round_.edges.host[places], kind="stable")]
        host, starts = np.unique(round_.edges.host[order], return_index=True)
        return cls(round_.edges.learner[order], round_.weight[order], host, starts)

    def lower(self, host: IntArray, learner: IntArray) -> None:
        """Lower each host's price to the least that a learner's price less the pair's weight allows."""
        if len(self.host):
            least = np.minimum.reduceat(learner[self.learner] - self.weight, self.starts)
            host[self.host] = np.minimum(host[self.host], least)
