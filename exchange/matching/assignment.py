"""Who learns from whom in a round: pairs, made by a solver or by hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

from exchange.errors import InputError
from exchange.matching.rounds import places_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exchange.matching.marks import BoolArray, FloatArray, IntArray
    from exchange.matching.rounds import Pair, Round


@dataclass(frozen=True, eq=False)
class Assignment:
    """Pairs of a round, made by a solver or by hand; nothing is taken for granted about it (see `checks`).

    Parameters
    ----------
    learner, host
        One entry a pair, as places in the round, in the order of learner, then host.
    method
        How it came about.
    """

    round: Round
    learner: IntArray
    host: IntArray
    method: str

    @classmethod
    def of(cls, round_: Round, pairs: Iterable[Pair], method: str = "by hand") -> Self:
        """Return the assignment of pairs by place or by id, as they are.

        Raises
        ------
        InputError
            A pair names a learner or host that the round does not have.
        """
        learners, hosts = places_of(round_.learners), places_of(round_.hosts)
        given = [(learners.get(learner, -1), hosts.get(host, -1)) for learner, host in pairs]
        places = np.array(given, np.int64).reshape(-1, 2)
        for number in np.flatnonzero((places < 0).any(axis=1)):
            found = "there is no such learner or host"
            raise InputError.at(f"pair {number + 1}", found, "Use ids of this round.")
        order = np.lexsort((places[:, 1], places[:, 0]))
        return cls(round_, places[order, 0], places[order, 1], method)

    @classmethod
    def of_edges(cls, round_: Round, chosen: BoolArray, method: str) -> Self:
        """Return the assignment of some of the round's edges."""
        return cls(round_, round_.edges.learner[chosen], round_.edges.host[chosen], method)

    @cached_property
    def edge(self) -> IntArray:
        """Where each pair stands among the round's edges; -1 for a pair that may not meet."""
        return self.round.edges.places(self.learner, self.host)

    @cached_property
    def score(self) -> FloatArray:
        """The score of each pair; minus infinity for a pair that may not meet."""
        score = np.full(len(self.edge), -np.inf)
        score[self.edge >= 0] = self.round.edges.score[self.edge[self.edge >= 0]]
        return score

    @property
    def chosen(self) -> BoolArray:
        """Which of the round's edges are made; pairs that may not meet are not among them."""
        chosen = np.zeros(len(self.round.edges.score), np.bool_)
        chosen[self.edge[self.edge >= 0]] = True
        return chosen

    @property
    def total(self) -> float:
        """The sum of the scores."""
        return float(self.score.sum())

    def table(self) -> pd.DataFrame:
        """Return one row a pair: ids, score, and whether it was locked."""
        locked = np.zeros(len(self.edge), np.bool_)
        locked[self.edge >= 0] = self.round.locked[self.edge[self.edge >= 0]]
        return pd.DataFrame({
            "learner": [self.round.learners[place] for place in self.learner],
            "host": [self.round.hosts[place] for place in self.host],
            "score": self.score,
            "locked": locked,
        })
