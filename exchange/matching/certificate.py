"""Proof that an assignment is the best one, without trusting the solver that found it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from exchange.matching.checks import check
from exchange.matching.network import Network
from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.matching.assignment import Assignment
    from exchange.matching.marks import IntArray
    from exchange.matching.rounds import Round

SWEEPS = 2000


@dataclass(frozen=True, eq=False)
class Potentials:
    """A price a node of the network: learners, hosts, the hub that joins them, and what else it has. Whole units."""

    learner: IntArray
    host: IntArray
    hub: int
    more: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def of(cls, prices: IntArray, round_: Round) -> Self:
        """Return the prices of a network's nodes by what they are."""
        learners, hosts = len(round_.learners), len(round_.hosts)
        return cls(prices[1:1 + learners], prices[1 + learners:1 + learners + hosts], int(prices[0]),
                   prices[1 + learners + hosts:])

    @property
    def prices(self) -> IntArray:
        """The prices in the order of the network's nodes."""
        return np.concatenate([[self.hub], self.learner, self.host, self.more])


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
    network, used = Network.of(assignment.round), 0
    if potentials is None:
        prices, used = network.settle(assignment.chosen, sweeps)
        potentials = Potentials.of(prices, assignment.round)
    reached, most = network.worth(assignment.chosen), network.bound(potentials.prices)
    return Certificate(reached, most, assignment.round.unit, potentials, used)


def primal(assignment: Assignment) -> int:
    """Return what an assignment reaches: its scores in units, and the bonus for each first place used."""
    return Network.of(assignment.round).worth(assignment.chosen)


def bound(round_: Round, potentials: Potentials) -> int:
    """Return what no assignment of a round can exceed, by any prices at all (see `Network.bound`)."""
    return Network.of(round_).bound(potentials.prices)
