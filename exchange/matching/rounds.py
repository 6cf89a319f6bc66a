"""A round: who wants to learn, who offers to host, which pairs may meet, what people have decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypedDict

import numpy as np

from exchange.errors import Findings
from exchange.matching.edges import Edges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Unpack

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
class Quota:
    """At most so many pairs for the learners, or for the hosts, of one region or other group.

    Parameters
    ----------
    name
        What the group is called.
    side
        ``"learner"`` or ``"host"``.
    places
        Who belongs to it, as places in the round; nobody belongs to two groups of a side.
    most
        How many pairs at most.
    """

    name: str
    side: str
    places: IntArray
    most: int


class Asked(TypedDict, total=False):
    """What may be asked of a round beside scores and capacities; see `Round.of`."""

    locked: Iterable[Pair]
    forbidden: Iterable[Pair]
    coverage_first: bool
    quotas: Iterable[Quota]
    exposure: int | None
    learners: Sequence[str] | None
    hosts: Sequence[str] | None
    names: Mapping[str, str] | None


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
    quotas
        At most so many pairs of a group.
    floor
        The score that a learner's first host shall have where coverage goes first; None for any.
    """

    learners: tuple[str, ...]
    hosts: tuple[str, ...]
    edges: Edges
    learner_capacity: IntArray
    host_capacity: IntArray
    locked: BoolArray
    coverage_first: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    floor: float | None = None

    @classmethod
    def of(
        cls,
        scores: npt.ArrayLike | Edges,
        learner_capacity: npt.ArrayLike,
        host_capacity: npt.ArrayLike,
        **asked: Unpack[Asked],
    ) -> Self:
        """Check what is asked for.

        Parameters
        ----------
        scores
            A matrix, learners down and hosts across, where minus infinity forbids a pair; or edges.
        learner_capacity, host_capacity
            One whole number for all, or one each.
        asked
            ``locked`` and ``forbidden``: pairs by place or by id. ``coverage_first``: a host for one more learner
            goes before any gain in score. ``quotas``: at most so many pairs of a group. ``exposure``: how many
            learners the most popular host gets at most. ``learners``, ``hosts``: ids, places as text when not
            given. ``names``: by id.

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
            _ids(findings, "learners", asked.get("learners"), edges.learners),
            _ids(findings, "hosts", asked.get("hosts"), edges.hosts),
            _capacity(findings, "learner capacity", learner_capacity, edges.learners),
            _exposed(findings, _capacity(findings, "host capacity", host_capacity, edges.hosts),
                     asked.get("exposure")),
            dict(asked.get("names") or {}), findings,
        )
        quotas = tuple(asked.get("quotas", ()))
        _check_quotas(findings, quotas, len(draft.learners), len(draft.hosts))
        findings.raise_if_any()
        kept, barred = draft.pairs("locked", asked.get("locked", ())), draft.pairs(
            "forbidden", asked.get("forbidden", ()))
        findings.raise_if_any()
        draft.check_locked(kept, barred)
        draft.check_quotas(kept, quotas)
        findings.raise_if_any()
        places = edges.places(barred[:, 0], barred[:, 1])
        edges = edges.without(places[places >= 0])
        is_locked = np.zeros(len(edges.score), np.bool_)
        is_locked[edges.places(kept[:, 0], kept[:, 1])] = True
        return cls(draft.learners, draft.hosts, edges, draft.learner_capacity, draft.host_capacity, is_locked,
                   asked.get("coverage_first", False), draft.names, quotas)

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

    @property
    def free_quota(self) -> tuple[int, ...]:
        """How many pairs of each quota the locked pairs leave."""
        sides = {"learner": self.edges.learner[self.locked], "host": self.edges.host[self.locked]}
        return tuple(quota.most - int(np.isin(sides[quota.side], quota.places).sum()) for quota in self.quotas)

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

    def check_quotas(self, locked: IntArray, quotas: Iterable[Quota]) -> None:
        """Note groups of which more pairs are locked than their quota allows."""
        for quota in quotas:
            taken = int(np.isin(locked[:, 0 if quota.side == "learner" else 1], quota.places).sum())
            if taken > quota.most:
                self.findings.add(f"quota of {quota.name}", f"{taken} pairs are locked, {quota.most} are allowed",
                                  f"Raise it to {taken}, or unlock {taken - quota.most} of these pairs.")

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


def _exposed(findings: Findings, capacity: IntArray, exposure: int | None) -> IntArray:
    """Return the capacities of hosts, none above what the most popular one may get."""
    if exposure is None:
        return capacity
    if exposure < 1:
        findings.add("exposure", f"{exposure} learners a host is none at all", "Give 1 or more.")
    return np.minimum(capacity, exposure)


def _check_quotas(findings: Findings, quotas: tuple[Quota, ...], learners: int, hosts: int) -> None:
    members: dict[str, list[int]] = {"learner": [], "host": []}
    for quota in quotas:
        place = f"quota of {quota.name}"
        if quota.side not in members:
            findings.add(place, f"{quota.side!r} is no side", "Use learner or host.")
            continue
        if quota.most < 0:
            findings.add(place, f"{quota.most} pairs cannot be allowed", "Give 0 or more.")
        if len(quota.places) and not 0 <= quota.places.min() <= quota.places.max() < {
                "learner": learners, "host": hosts}[quota.side]:
            findings.add(place, "it names places that the round does not have", "Use places of this round.")
        members[quota.side] += quota.places.tolist()
    for side, places in members.items():
        if len(set(places)) < len(places):
            findings.add(f"quotas of {side}s", "somebody belongs to two of them", "Let the groups not overlap.")


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
