"""A round: who wants to learn, who offers to host, which pairs may meet, what people have decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from exchange.errors import Findings
from exchange.matching.edges import Edges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from exchange.matching.marks import BoolArray, IntArray

Pair = tuple[int, int] | tuple[str, str]
"""A learner and a host, by place or by id."""

_FINEST = 30
"""Scores are rounded to 2 ** -30 of the largest, about one part in a thousand million."""
_MANY = 2**31 - 1
"""A capacity above this is as good as none."""
_ROOM = 58
"""Costs times nodes stay below 2 ** 58, so that whole numbers of 64 bits never overflow."""


@dataclass(frozen=True, eq=False)
class Round:
    """What an assignment has to keep to. Make it with `Round.of`.

    Parameters
    ----------
    learners, hosts
        Their ids.
    edges
        The pairs that may meet, without those that people forbid.
    learner_capacity, host_capacity
        How many hosts each learner wants at most, and how many learners each host takes at most.
    locked
        Which edges people have already agreed on; they are part of every assignment.
    coverage_first
        Whether a host for one more learner goes before any gain in score.
    names
        The names of learners and hosts by id, for words.
    """

    learners: tuple[str, ...]
    hosts: tuple[str, ...]
    edges: Edges
    learner_capacity: IntArray
    host_capacity: IntArray
    locked: BoolArray
    coverage_first: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        scores: npt.ArrayLike | Edges,
        learner_capacity: npt.ArrayLike,
        host_capacity: npt.ArrayLike,
        *,
        locked: Iterable[Pair] = (),
        forbidden: Iterable[Pair] = (),
        coverage_first: bool = False,
        learners: Sequence[str] | None = None,
        hosts: Sequence[str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Self:
        """Check what is asked for.

        Parameters
        ----------
        scores
            A matrix, learners down and hosts across, where minus infinity forbids a pair; or edges.
        learner_capacity, host_capacity
            One whole number for all, or one each.
        locked, forbidden
            Pairs by place or by id.
        learners, hosts
            Ids; places as text when not given.

        Raises
        ------
        InputError
            With everything that is wrong. Where locked pairs cannot all be kept it says whose capacity is too
            small and by how much.
        """
        edges = scores if isinstance(scores, Edges) else Edges.of_matrix(scores)
        findings = Findings()
        if not edges.learners or not edges.hosts:
            findings.add("scores", "there are no learners or no hosts", "Give at least one of each.")
        draft = _Draft(
            edges,
            _ids(findings, "learners", learners, edges.learners), _ids(findings, "hosts", hosts, edges.hosts),
            _capacity(findings, "learner capacity", learner_capacity, edges.learners),
            _capacity(findings, "host capacity", host_capacity, edges.hosts), dict(names or {}), findings,
        )
        findings.raise_if_any()
        kept, barred = draft.pairs("locked", locked), draft.pairs("forbidden", forbidden)
        findings.raise_if_any()
        draft.check_locked(kept, barred)
        findings.raise_if_any()
        places = edges.places(barred[:, 0], barred[:, 1])
        edges = edges.without(places[places >= 0])
        is_locked = np.zeros(len(edges.score), np.bool_)
        is_locked[edges.places(kept[:, 0], kept[:, 1])] = True
        return cls(draft.learners, draft.hosts, edges, draft.learner_capacity, draft.host_capacity, is_locked,
                   coverage_first, draft.names)

    def name(self, city_id: str) -> str:
        """Return the name of a learner or host; its id where there is none."""
        return self.names.get(city_id, city_id)

    @cached_property
    def free_learner(self) -> IntArray:
        """How many places of each learner the locked pairs leave."""
        taken = np.bincount(self.edges.learner[self.locked], minlength=len(self.learners))
        return np.asarray(self.learner_capacity - taken)

    @cached_property
    def free_host(self) -> IntArray:
        """How many places of each host the locked pairs leave."""
        taken = np.bincount(self.edges.host[self.locked], minlength=len(self.hosts))
        return np.asarray(self.host_capacity - taken)

    @cached_property
    def first_place(self) -> IntArray:
        """For each learner 1 where its next host would be its first and coverage goes first, else 0."""
        nobody_yet = np.bincount(self.edges.learner[self.locked], minlength=len(self.learners)) == 0
        return np.asarray(nobody_yet & (self.free_learner > 0) & self.coverage_first).astype(np.int64)

    @cached_property
    def unit(self) -> float:
        """The score that counts as 1 when scores are rounded to whole numbers: 1, or a power of two.

        As fine as whole numbers of 64 bits allow, the bonus for coverage included.
        """
        score = self.edges.score
        largest = float(np.abs(score).max(initial=0.0))
        bits = self._bits
        if largest == 0 or (largest < 2.0**bits and bool((score == np.rint(score)).all())):
            return 1.0
        return float(2.0 ** (int(np.ceil(np.log2(largest))) - bits))

    @cached_property
    def weight(self) -> IntArray:
        """The score of each edge in whole units."""
        return np.rint(self.edges.score / self.unit).astype(np.int64)

    @cached_property
    def bonus(self) -> int:
        """What covering one more learner is worth, in units: more than all pairs together could lose."""
        if not self.coverage_first or not len(self.weight):
            return 0
        spread = int(max(self.weight.max(), 0) - min(self.weight.min(), 0))
        return spread * (self._places + 1) + 1

    @property
    def _places(self) -> int:
        return int(min(self.learner_capacity.sum(), self.host_capacity.sum(), len(self.edges.score)))

    @property
    def _bits(self) -> int:
        """How many bits a score may take."""
        nodes = len(self.learners) + len(self.hosts) + 2
        stakes = 2 * (self._places + 2) if self.coverage_first else 1
        return max(1, min(_FINEST, _ROOM - int(np.ceil(np.log2(nodes * stakes)))))


@dataclass(frozen=True, eq=False)
class _Draft:
    """A round while it is being checked."""

    edges: Edges
    learners: tuple[str, ...]
    hosts: tuple[str, ...]
    learner_capacity: IntArray
    host_capacity: IntArray
    names: dict[str, str]
    findings: Findings

    def pairs(self, what: str, pairs: Iterable[Pair]) -> IntArray:
        """Return pairs by place, each once, shape (pairs, 2)."""
        places: list[tuple[int, int]] = []
        learners, hosts = places_of(self.learners), places_of(self.hosts)
        for learner, host in pairs:
            place = (learners.get(learner, -1), hosts.get(host, -1))
            if min(place) < 0:
                self.findings.add(f"{what} pair {learner}, {host}", "there is no such learner or host",
                                  "Use ids of this round.")
            places.append(place)
        return np.unique(np.array(places, np.int64).reshape(-1, 2), axis=0)

    def check_locked(self, locked: IntArray, forbidden: IntArray) -> None:
        """Note locked pairs that are forbidden, have no score, or do not fit into the capacities."""
        barred = set(map(tuple, forbidden.tolist()))
        scored = self.edges.places(locked[:, 0], locked[:, 1]) >= 0
        for (learner, host), has_score in zip(locked.tolist(), scored, strict=True):
            place = f"locked pair {self._name(self.learners[learner])}, {self._name(self.hosts[host])}"
            if (learner, host) in barred:
                self.findings.add(place, "it is also forbidden", "Unlock it, or permit it.")
            elif not has_score:
                self.findings.add(place, "it has no score", "Unlock it, or give it a score.")
        self._check_side("learner", locked, self.learner_capacity)
        self._check_side("host", locked[:, ::-1], self.host_capacity)

    def _check_side(self, side: str, locked: IntArray, capacity: IntArray) -> None:
        own, others = (self.learners, self.hosts) if side == "learner" else (self.hosts, self.learners)
        wanted = np.bincount(locked[:, 0], minlength=len(own))
        for place in np.flatnonzero(wanted > capacity):
            partners = ", ".join(self._name(others[other]) for other in locked[locked[:, 0] == place, 1])
            places = f"{capacity[place]} {'place' if capacity[place] == 1 else 'places'}"
            too_many = wanted[place] - capacity[place]
            self.findings.add(f"{side} {self._name(own[place])}",
                              f"it is locked to {wanted[place]} ({partners}) and has {places}",
                              f"Give it {too_many} more, or unlock {too_many} of these pairs.")

    def _name(self, city_id: str) -> str:
        return self.names.get(city_id, city_id)


def places_of(ids: tuple[str, ...]) -> dict[int | str, int]:
    """Return the place of each id, and of each place."""
    return {city_id: place for place, city_id in enumerate(ids)} | {place: place for place in range(len(ids))}


def _ids(findings: Findings, what: str, given: Sequence[str] | None, size: int) -> tuple[str, ...]:
    ids = tuple(map(str, range(size) if given is None else given))
    if len(ids) != size:
        findings.add(what, f"there are {len(ids)} ids for {size}", "Give one each.")
    if len(set(ids)) != len(ids):
        findings.add(what, "an id stands twice", "Give each its own.")
    return ids


def _capacity(findings: Findings, what: str, given: npt.ArrayLike, size: int) -> IntArray:
    capacity = np.asarray(given)
    if capacity.ndim > 1 or (capacity.ndim == 1 and len(capacity) != size):
        findings.add(what, f"{capacity.size} numbers were given for {size}", "Give one for all, or one each.")
        return np.zeros(size, np.int64)
    numbers = np.broadcast_to(capacity, size)
    try:
        numbers = numbers.astype(np.float64)
    except (TypeError, ValueError):
        numbers = np.full(size, np.nan)
    wrong = ~np.isfinite(numbers) | (numbers < 0) | (numbers % 1 != 0)
    for place in np.flatnonzero(wrong)[:size if capacity.ndim else 1]:
        findings.add(f"{what} {place}" if capacity.ndim else what,
                     f"{capacity[place] if capacity.ndim else capacity} is not a whole number of 0 or more",
                     "Give how many partners it can have.")
    return np.minimum(np.where(wrong, 0, numbers), _MANY).astype(np.int64)
