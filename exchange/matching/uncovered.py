"""Why a city got no host, and the smallest change that would give it one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from exchange.matching.edges import Edges
from exchange.matching.filters import exclusions_counted
from exchange.matching.network import Network
from exchange.matching.ranking import ENOUGH, would_help
from exchange.matching.scores import SAME, score
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from exchange.matching.assignment import Assignment
    from exchange.matching.filters import Filters
    from exchange.matching.marks import BoolArray, IntArray
    from exchange.matching.pool import Pool
    from exchange.matching.rounds import Round
    from exchange.matching.weights import Weights


@dataclass(frozen=True)
class Uncovered:
    """A learner that wanted a host and has none.

    Parameters
    ----------
    learner
        Its id.
    why
        The reason, with the smallest change that helps where one place is enough.
    host
        The id of the host where one more place would help; empty when places are not what is missing.
    """

    learner: str
    why: Text
    host: str


def uncovered(assignment: Assignment) -> tuple[Uncovered, ...]:
    """Return every learner that wanted a host and has none, in the order of the round.

    A host is within reach when it has a place, when a learner there has another host as well, or when a
    learner there could move to a host within reach. Where no host of a city is within reach, no rearrangement
    covers the city without uncovering another, and one more place at its best host is the smallest change
    that does.
    """
    round_ = assignment.round
    partners = np.bincount(assignment.learner, minlength=len(round_.learners))
    lacking = np.flatnonzero((round_.learner_capacity > 0) & (partners == 0))
    within_reach = _within_reach(assignment, partners)
    return tuple(_why(assignment, int(learner), within_reach) for learner in lacking)


def _within_reach(assignment: Assignment, partners: IntArray) -> BoolArray:
    """Return which hosts could take one more learner after others have moved, covering no one less."""
    round_, edges = assignment.round, assignment.round.edges
    loose = np.zeros(len(edges.score), np.bool_)
    loose[assignment.edge] = True
    loose &= ~round_.locked
    learner, host = edges.learner[loose], edges.host[loose]
    reach = np.bincount(assignment.host, minlength=len(round_.hosts)) < round_.host_capacity
    reach[host[partners[learner] > 1]] = True
    while True:
        can_move = np.zeros(len(round_.learners), np.bool_)
        can_move[edges.learner[reach[edges.host]]] = True
        wider = reach.copy()
        wider[host[can_move[learner]]] = True
        if np.array_equal(wider, reach):
            return reach
        reach = wider


def _why(assignment: Assignment, learner: int, within_reach: BoolArray) -> Uncovered:
    round_, edges = assignment.round, assignment.round.edges
    own = np.arange(*np.searchsorted(edges.learner, (learner, learner + 1)))
    city = round_.name(round_.learners[learner])
    if not len(own):
        why = text("{city} has no host: there is no city with which it may be paired", city=city)
        return Uncovered(round_.learners[learner], why, "")
    if within_reach[edges.host[own]].any():
        why = text("{city} has no host because the total is higher without; coverage first would give it one",
                   city=city)
        return Uncovered(round_.learners[learner], why, "")
    best = round_.hosts[edges.host[own[np.argmax(edges.score[own])]]]
    why = text("{city} has no host: all that suit it are full. One more place at {host} would give it one",
               city=city, host=round_.name(best))
    return Uncovered(round_.learners[learner], why, best)


@dataclass(frozen=True)
class Needed:
    """More places at one host.

    Parameters
    ----------
    host
        Its id.
    places
        How many more.
    words
        The same in a sentence.
    """

    host: str
    places: int
    words: Text


def places_needed(round_: Round) -> tuple[Needed, ...]:
    """Return the fewest places, and at which hosts, with which every learner that may meet somebody has a host.

    Of several ways with equally few places the one with the highest total is returned. Quotas are not looked at:
    they are somebody's decision, not a lack of places.
    """
    learners, hosts = len(round_.learners), len(round_.hosts)
    more = np.full(hosts, learners, np.int64)
    first = replace(round_, coverage_first=True, floor=None, quotas=())
    edges = first.edges
    doubled = Edges(edges.learners, 2 * hosts, np.concatenate([edges.learner, edges.learner]),
                    np.concatenate([edges.host, edges.host + hosts]),
                    np.concatenate([edges.score, edges.score - _dear(first)]))
    order = np.lexsort((doubled.host, doubled.learner))
    doubled = replace(doubled, learner=doubled.learner[order], host=doubled.host[order], score=doubled.score[order])
    locked = np.concatenate([first.locked, np.zeros_like(first.locked)])[order]
    wider = replace(first, hosts=tuple(map(str, range(2 * hosts))), edges=doubled, locked=locked,
                    host_capacity=np.concatenate([first.host_capacity, more]))
    chosen = wider.locked.copy()
    chosen[~wider.locked] = Network.of(wider).solve() > 0
    used = np.bincount(doubled.host[chosen], minlength=2 * hosts)[hosts:]
    return tuple(_needed(round_, int(host), int(used[host])) for host in np.flatnonzero(used))


def _dear(round_: Round) -> float:
    """Return what a place more costs: more than any rearrangement could gain."""
    score = round_.edges.score
    spread = float(max(score.max(initial=0.0), 0) - min(score.min(initial=0.0), 0))
    return spread * (int(round_.learner_capacity.sum()) + 1) + 1


def _needed(round_: Round, host: int, places: int) -> Needed:
    words = count("{n} more place at {host}", "{n} more places at {host}", places,
                  host=round_.name(round_.hosts[host]))
    return Needed(round_.hosts[host], places, words)


def nobody_for(pool: Pool, learner: int, weights: Weights, filters: Filters) -> Text | None:
    """Return the reason why a city of a network may be paired with no host at all; None where it may with some."""
    scores = score(pool, learner, weights, filters)
    if not scores.eligible.any():
        return text("each other city is left out: {reasons}",
                    reasons=exclusions_counted(learner, scores.barred_by))
    if scores.told < ENOUGH - SAME:
        return text("too little is known about it. {helps}", helps=would_help(scores) or "")
    return None


def nobody_said(city: str, reason: Text) -> Text:
    """Return the reason of `nobody_for` in a sentence with the city's name."""
    return text("{city} has no host, because {reason}", city=city, reason=reason)
