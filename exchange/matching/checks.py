"""Judges of an assignment, whoever made it: is it allowed, who would rather swap, who got what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from exchange.errors import Findings

if TYPE_CHECKING:
    from exchange.matching.assignment import Assignment
    from exchange.matching.marks import FloatArray, IntArray


def check(assignment: Assignment) -> None:
    """Check that capacities hold, that each pair may meet and stands once, and that locked pairs are kept.

    Raises
    ------
    InputError
        With everything that is broken, by name.
    """
    findings = Findings()
    _check_capacity(assignment, findings)
    _check_pairs(assignment, findings)
    findings.raise_if_any()


def check_capacity(assignment: Assignment) -> None:
    """Check that no city has more partners than it has places.

    Raises
    ------
    InputError
        Naming each city that has too many, on either side.
    """
    findings = Findings()
    _check_capacity(assignment, findings)
    findings.raise_if_any()


def _check_capacity(assignment: Assignment, findings: Findings) -> None:
    round_ = assignment.round
    sides = (
        ("learner", assignment.learner, round_.learners, round_.learner_capacity),
        ("host", assignment.host, round_.hosts, round_.host_capacity),
    )
    for side, places, ids, capacity in sides:
        partners = np.bincount(places, minlength=len(ids))
        for place in np.flatnonzero(partners > capacity):
            findings.add(f"{side} {round_.name(ids[place])}",
                         f"it has {partners[place]} partners and room for {capacity[place]}",
                         f"Take {partners[place] - capacity[place]} away.")


def _check_pairs(assignment: Assignment, findings: Findings) -> None:
    round_, edge = assignment.round, assignment.edge
    pairs = [f"{round_.name(round_.learners[a])} with {round_.name(round_.hosts[b])}"
             for a, b in zip(assignment.learner, assignment.host, strict=True)]
    for place in np.flatnonzero(edge < 0):
        findings.add(pairs[place], "this pair may not meet", "Take it out, or give it a score.")
    twice = (np.diff(assignment.learner) == 0) & (np.diff(assignment.host) == 0)
    for place in np.flatnonzero(twice):
        findings.add(pairs[place], "this pair stands twice", "Keep one of them.")
    for locked in np.setdiff1d(np.flatnonzero(round_.locked), edge):
        names = (round_.learners[round_.edges.learner[locked]], round_.hosts[round_.edges.host[locked]])
        findings.add(" with ".join(map(round_.name, names)), "this pair is locked and was left out",
                     "Put it in, or unlock it.")


def blocking_pairs(assignment: Assignment) -> pd.DataFrame:
    """Return the pairs that are not made although both sides would gain by it.

    A side gains when the pair's score is above that of the worst partner it could give up, or above 0 while
    it has a place left; locked partners are not given up.

    Returns
    -------
    DataFrame
        learner and host (ids), score, regret (the smaller of the two gains), the largest regret first.
    """
    round_, edges = assignment.round, assignment.round.edges
    made = np.zeros(len(edges.score), np.bool_)
    made[assignment.edge[assignment.edge >= 0]] = True
    loose = made & ~round_.locked
    learner_bar = _bar(edges.learner[loose], edges.score[loose], round_.free_learner)
    host_bar = _bar(edges.host[loose], edges.score[loose], round_.free_host)
    gain = edges.score - np.maximum(learner_bar[edges.learner], host_bar[edges.host])
    places = np.flatnonzero(~made & (gain > 0))
    places = places[np.argsort(-gain[places], kind="stable")]
    return pd.DataFrame({
        "learner": [round_.learners[place] for place in edges.learner[places]],
        "host": [round_.hosts[place] for place in edges.host[places]],
        "score": edges.score[places],
        "regret": gain[places],
    })


def _bar(side: IntArray, score: FloatArray, free: IntArray) -> FloatArray:
    """Return what a new pair must beat on one side: 0 with a place left, else the worst loose partner."""
    worst = np.full(len(free), np.inf)
    np.minimum.at(worst, side, score)
    return np.where(np.bincount(side, minlength=len(free)) < free, 0.0, worst)


@dataclass(frozen=True)
class Totals:
    """What an assignment gives, to whom.

    Parameters
    ----------
    total, pairs
        The sum of the scores, and how many pairs there are.
    covered, uncovered
        Learners with a host, and the ids of those that wanted one and have none.
    worst_off
        The least that a learner who wanted a host has, as the sum of its scores; 0 for one without.
    floor
        The least that a covered learner has in its best host; 0 where nobody is covered.
    gini
        How unequal the learners' sums are: 0 all the same, towards 1 all with one.
    hosts_used
        Hosts with at least one learner.
    """

    total: float
    pairs: int
    covered: int
    uncovered: tuple[str, ...]
    worst_off: float
    floor: float
    gini: float
    hosts_used: int


def totals(assignment: Assignment) -> Totals:
    """Return what an assignment gives, over the learners that wanted a host."""
    round_ = assignment.round
    wants = round_.learner_capacity > 0
    has = np.bincount(assignment.learner, minlength=len(round_.learners)) > 0
    sums = np.zeros(len(round_.learners))
    np.add.at(sums, assignment.learner, assignment.score)
    sums = sums[wants | has]
    best = np.full(len(has), -np.inf)
    np.maximum.at(best, assignment.learner, assignment.score)
    return Totals(
        total=assignment.total,
        pairs=len(assignment.learner),
        covered=int(has.sum()),
        uncovered=tuple(round_.learners[place] for place in np.flatnonzero(wants & ~has)),
        worst_off=float(sums.min()) if len(sums) else 0.0,
        floor=float(best[has].min()) if has.any() else 0.0,
        gini=gini(sums),
        hosts_used=len(np.unique(assignment.host)),
    )


def gini(values: FloatArray) -> float:
    """Return the Gini coefficient of values of 0 or more; 0 when there is nothing to share.

    sum_i (2 i - n - 1) x_(i) / (n sum x), the values in ascending order.
    """
    ordered = np.sort(values)
    total = ordered.sum()
    if not total > 0 or ordered[0] < 0:
        return 0.0
    weight = 2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1
    return float(weight @ ordered / (len(ordered) * total))
