"""Why a city got no host, and the smallest change that would give it one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.matching.assignment import Assignment
    from exchange.matching.marks import BoolArray, IntArray


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
