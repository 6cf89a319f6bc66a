"""A round as a network of arcs: places of learners, pairs that may meet, places of hosts, and quotas of regions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from exchange.errors import InputError

if TYPE_CHECKING:
    from exchange.matching.marks import BoolArray, IntArray
    from exchange.matching.rounds import Round


@dataclass(frozen=True, eq=False)
class Arcs:
    """Some arcs side by side: from where, to where, how much fits, what a unit costs."""

    tail: IntArray
    head: IntArray
    capacity: IntArray
    cost: IntArray

    @classmethod
    def of(cls, tail: Any, head: Any, capacity: Any, cost: Any) -> Self:
        """Return arcs of arrays, or of one value for all."""
        return cls(*(np.asarray(part, np.int64) for part in np.broadcast_arrays(tail, head, capacity, cost)))


@dataclass(frozen=True, eq=False)
class Network:
    """The circulation of a round: hub, learners, pairs, hosts, and back to the hub.

    Nodes are numbered hub, learners, hosts, then those of quotas and of first hosts. A learner's first place
    carries the bonus for coverage; where the round has a floor, only pairs at or above it can take that place.

    Parameters
    ----------
    nodes
        How many there are.
    quotas_in
        From the hub to the quotas of learners.
    sources
        From hub or quota to the learners; None without a floor, where `first` and `rest` start there.
    first, rest
        A learner's first place, and its others.
    pairs
        One arc a pair that is not locked, in the order of the round's edges.
    sinks
        From the hosts to the hub or to their quota.
    quotas_out
        From the quotas of hosts to the hub.
    """

    round: Round
    nodes: int
    quotas_in: Arcs
    sources: Arcs | None
    first: Arcs
    rest: Arcs
    pairs: Arcs
    sinks: Arcs
    quotas_out: Arcs

    @classmethod
    def of(cls, round_: Round) -> Self:
        """Lay a round out."""
        size, hosts = len(round_.learners), len(round_.hosts)
        learner, host = 1 + np.arange(size), 1 + size + np.arange(hosts)
        nodes = 1 + size + hosts
        source, sink = np.zeros(size, np.int64), np.zeros(hosts, np.int64)
        nodes_of: dict[str, list[int]] = {"learner": [], "host": []}
        free_of: dict[str, list[int]] = {"learner": [], "host": []}
        for quota, free in zip(round_.quotas, round_.free_quota, strict=True):
            (source if quota.side == "learner" else sink)[quota.places] = nodes
            nodes_of[quota.side].append(nodes)
            free_of[quota.side].append(free)
            nodes += 1
        first, rest = round_.first_place, round_.free_learner - round_.first_place
        free_edges = ~round_.locked
        tail, sources, start, well = learner[round_.edges.learner[free_edges]], None, source, learner
        if round_.floor is not None:
            start, well = learner, nodes + np.arange(size)
            nodes += size
            sources = Arcs.of(source, learner, round_.free_learner, 0)
            reaches = round_.edges.score[free_edges] >= round_.floor
            tail = np.where(reaches, well[round_.edges.learner[free_edges]], tail)
        return cls(
            round_, nodes, Arcs.of(0, nodes_of["learner"], free_of["learner"], 0), sources,
            Arcs.of(start, well, first, -round_.bonus), Arcs.of(start, well, rest, 0),
            Arcs.of(tail, host[round_.edges.host[free_edges]], 1, -round_.weight[free_edges]),
            Arcs.of(host, sink, round_.free_host, 0), Arcs.of(nodes_of["host"], 0, free_of["host"], 0))

    @property
    def layers(self) -> tuple[Arcs, ...]:
        """All arcs, from the hub round to the hub."""
        sources = () if self.sources is None else (self.sources,)
        return (self.quotas_in, *sources, self.first, self.rest, self.pairs, self.sinks, self.quotas_out)

    def solve(self, *, parts: int = 1, most: int = 1) -> IntArray:
        """Return how much of each pair that is not locked a largest total takes.

        Parameters
        ----------
        parts
            Into how many parts a place is divided.
        most
            How many of these parts one pair may take.
        """
        flow: Any = min_cost_flow.SimpleMinCostFlow()
        added = {id(layer): _add(flow, layer, (most if layer is self.pairs else parts) * layer.capacity)
                 for layer in self.layers}
        status = flow.solve()
        if status != flow.OPTIMAL:
            raise InputError.at("round", f"it cannot be solved (solver status {status})",
                                "Look for scores or capacities of very different size.")
        return np.asarray(flow.flows(added[id(self.pairs)]), np.int64)

    def most_covered(self, floor: float) -> int:
        """Return how many learners without a host can get one with a score of `floor` or more, all at once."""
        flow: Any = max_flow.SimpleMaxFlow()
        end, enough = self.nodes, self.round.edges.score[~self.round.locked] >= floor
        learner = 1 + self.round.edges.learner[~self.round.locked][enough]
        start = (self.first if self.sources is None else self.sources).tail
        sinks, out = self.sinks, self.quotas_out
        for tail, head, capacity in (
            (self.quotas_in.tail, self.quotas_in.head, self.quotas_in.capacity),
            (start, 1 + np.arange(len(start)), self.round.first_place),
            (learner, self.pairs.head[enough], np.ones(len(learner), np.int64)),
            (sinks.tail, np.where(sinks.head == 0, end, sinks.head), sinks.capacity),
            (out.tail, np.full(len(out.tail), end), out.capacity),
        ):
            flow.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), capacity)
        flow.solve(0, end)
        return int(flow.optimal_flow())

    def flows(self, chosen: BoolArray) -> tuple[IntArray, ...]:
        """Return the flow on each layer when some of the round's edges are chosen."""
        pairs = chosen[~self.round.locked].astype(np.int64)
        wanted, given = self._sums(self.pairs.tail, pairs), self._sums(self.pairs.head, pairs)
        first = np.minimum(wanted[self.first.head], self.first.capacity)
        rest = wanted[self.rest.head] - first
        into, start = first + rest, self.first.tail
        sources: tuple[IntArray, ...] = ()
        if self.sources is not None:
            into, start = into + wanted[self.sources.head], self.sources.tail
            sources = (into,)
        sinks = given[self.sinks.tail]
        quotas_in = self._sums(start, into)[self.quotas_in.head]
        quotas_out = self._sums(self.sinks.head, sinks)[self.quotas_out.tail]
        return (quotas_in, *sources, first, rest, pairs, sinks, quotas_out)

    def _sums(self, nodes: IntArray, flow: IntArray) -> IntArray:
        sums = np.zeros(self.nodes, np.int64)
        np.add.at(sums, nodes, flow)
        return sums

    @cached_property
    def locked_worth(self) -> int:
        """What the locked pairs bring, in units."""
        return int(self.round.weight[self.round.locked].sum())

    def worth(self, chosen: BoolArray) -> int:
        """Return what an assignment reaches in units, the bonus for coverage included."""
        flows = zip(self.layers, self.flows(chosen), strict=True)
        return self.locked_worth - sum(int((layer.cost * flow).sum()) for layer, flow in flows)

    def bound(self, prices: IntArray) -> int:
        """Return what no assignment can exceed, by any prices of the nodes at all.

        Weak duality: round a circulation prices cancel, so a total is at most the sum over arcs of their
        capacity times what the price difference leaves of their profit, where that is positive.
        """
        profit = ((prices[arcs.head] - prices[arcs.tail] - arcs.cost, arcs.capacity) for arcs in self.layers)
        return self.locked_worth + sum(int((np.maximum(gain, 0) * room).sum()) for gain, room in profit)

    def settle(self, chosen: BoolArray, sweeps: int) -> tuple[IntArray, int]:
        """Lower the prices of all nodes until every residual arc is satisfied, or the sweeps are used up.

        Bellman and Ford's relaxation in whole numbers, layer by layer round the circulation and back.
        """
        steps = self._steps(chosen)
        prices = np.zeros(self.nodes, np.int64)
        for sweep in range(1, sweeps + 1):
            before = prices.copy()
            for tail, head, cost in steps:
                np.minimum.at(prices, head, prices[tail] + cost)
            if np.array_equal(before, prices):
                return prices, sweep
        return prices, sweeps

    def _steps(self, chosen: BoolArray) -> list[tuple[IntArray, IntArray, IntArray]]:
        """Return the residual arcs: those with room as they are, those in use turned round."""
        on, back = [], []
        for arcs, flow in zip(self.layers, self.flows(chosen), strict=True):
            room, used = np.flatnonzero(flow < arcs.capacity), np.flatnonzero(flow > 0)
            on.append((arcs.tail[room], arcs.head[room], arcs.cost[room]))
            back.append((arcs.head[used], arcs.tail[used], -arcs.cost[used]))
        return [step for step in (*on, *reversed(back)) if len(step[0])]


def _add(flow: Any, arcs: Arcs, capacity: IntArray) -> Any:
    return flow.add_arcs_with_capacity_and_unit_cost(
        arcs.tail.astype(np.int32), arcs.head.astype(np.int32), capacity, arcs.cost)
