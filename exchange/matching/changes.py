"""After an edit: pairs that change as little as possible, what changed, and who would stand in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from exchange.matching.assign import optimal
from exchange.matching.assignment import Assignment
from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.matching.rounds import Round


@dataclass(frozen=True, eq=False)
class Changes:
    """What an edit did to the pairs of a round.

    Parameters
    ----------
    before, after
        The pairs; the cities of both rounds have the same ids.
    """

    before: Assignment
    after: Assignment

    @property
    def kept(self) -> int:
        """How many pairs stand in both."""
        return len(_pairs(self.before) & _pairs(self.after))

    def said(self) -> tuple[Text, ...]:
        """Return a sentence a learner whose hosts changed, in the order of the round."""
        round_ = self.after.round
        old, new = _hosts(self.before), _hosts(self.after)
        ids = list(dict.fromkeys((*round_.learners, *self.before.round.learners)))
        changed = [learner for learner in ids if old.get(learner, []) != new.get(learner, [])]
        return tuple(_sentence(round_, learner, old.get(learner, []), new.get(learner, [])) for learner in changed)


def resolve(before: Assignment, round_: Round) -> Changes:
    """Make the pairs of an edited round so that as few as possible of the earlier ones go.

    Locked pairs, capacities and coverage first come before; then as many earlier pairs as possible are kept; of
    what is left the total is as high as it can be. The result stands in `round_` itself, so that its certificate
    says how many points the best assignment would have more.
    """
    edges = round_.edges
    kept = np.zeros(len(edges.score), np.bool_)
    old = _pairs(before)
    for place, (learner, host) in enumerate(zip(edges.learner.tolist(), edges.host.tolist(), strict=True)):
        kept[place] = (round_.learners[learner], round_.hosts[host]) in old
    spread = float(max(edges.score.max(initial=0.0), 0) - min(edges.score.min(initial=0.0), 0))
    places = min(round_.learner_capacity.sum(), round_.host_capacity.sum(), len(edges.score))
    worth = spread * (int(places) + 1)
    leaning = replace(round_, edges=replace(edges, score=edges.score + worth * kept), floor=None)
    return Changes(before, Assignment.of_edges(round_, optimal(leaning).chosen, "edited"))


def _pairs(made: Assignment) -> set[tuple[str, str]]:
    return {(made.round.learners[learner], made.round.hosts[host])
            for learner, host in zip(made.learner.tolist(), made.host.tolist(), strict=True)}


def _hosts(made: Assignment) -> dict[str, list[str]]:
    hosts: dict[str, list[str]] = {}
    for learner, host in zip(made.learner.tolist(), made.host.tolist(), strict=True):
        hosts.setdefault(made.round.learners[learner], []).append(made.round.hosts[host])
    return {learner: sorted(own) for learner, own in hosts.items()}


def _sentence(round_: Round, learner: str, old: list[str], new: list[str]) -> Text:
    city = round_.name(learner)
    came = [round_.name(host) for host in new if host not in old]
    went = [round_.name(host) for host in old if host not in new]
    if not went:
        return text("{city} now learns from {came}", city=city, came=came)
    if not came:
        return text("{city} no longer learns from {went}", city=city, went=went)
    return text("{city} now learns from {came} instead of {went}", city=city, came=came, went=went)


def alternates(assignment: Assignment, each: int = 2) -> pd.DataFrame:
    """Return for every learner the best hosts that it did not get, those with a place left first.

    Returns
    -------
    DataFrame
        learner and host (ids), score, free (whether the host has a place left).
    """
    round_, edges = assignment.round, assignment.round.edges
    taken = np.bincount(assignment.host, minlength=len(round_.hosts))
    free = (round_.host_capacity > taken)[edges.host]
    wants = (round_.learner_capacity > 0)[edges.learner]
    open_ = np.flatnonzero(~assignment.chosen & wants & (round_.host_capacity > 0)[edges.host])
    order = open_[np.lexsort((-edges.score[open_], ~free[open_], edges.learner[open_]))]
    first = np.searchsorted(edges.learner[order], edges.learner[order])
    order = order[np.arange(len(order)) - first < each]
    return pd.DataFrame({
        "learner": [round_.learners[place] for place in edges.learner[order]],
        "host": [round_.hosts[place] for place in edges.host[order]],
        "score": edges.score[order],
        "free": free[order],
    })
