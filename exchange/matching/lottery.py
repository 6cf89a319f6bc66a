"""Pairs by lot: good on average, never certain, so that a network can later tell what made an exchange succeed.

Whoever pairs cities only as the scores say can never find out whether the scores were right. Here no pair is more
likely than a stated limit, every chance is known before the draw and can be logged, and no capacity is ever broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from exchange.errors import InputError
from exchange.matching.assignment import Assignment
from exchange.matching.network import Network

if TYPE_CHECKING:
    from exchange.matching.marks import IntArray
    from exchange.matching.rounds import Round

PARTS: Final = 1024
"""Chances are whole parts of 1,024, so that all sums are exact."""
MOST: Final = 0.5
"""No pair is more likely than this, unless it is locked."""


@dataclass(frozen=True, eq=False)
class Lottery:
    """The chance of every pair of a round.

    Parameters
    ----------
    parts
        One number an edge of the round: its chance in parts of 1,024.
    """

    round: Round
    parts: IntArray

    @property
    def expected(self) -> float:
        """The total that a draw has on average."""
        return float((self.parts * self.round.edges.score).sum() / PARTS)

    def table(self) -> pd.DataFrame:
        """Return the chances to be logged: learner and host ids, score, chance; pairs without a chance are left out."""
        edges, some = self.round.edges, np.flatnonzero(self.parts)
        return pd.DataFrame({
            "learner": [self.round.learners[place] for place in edges.learner[some]],
            "host": [self.round.hosts[place] for place in edges.host[some]],
            "score": edges.score[some],
            "chance": self.parts[some] / PARTS,
        })

    def draw(self, rng: np.random.Generator) -> Assignment:
        """Return one assignment; each pair is in it with exactly its chance.

        Dependent rounding (Gandhi and others, 2006): along a path or cycle of pairs that are still undecided
        the chances are raised and lowered in turn until one is decided. A city's number of partners is always
        its expected number, rounded up or down.
        """
        parts = self.parts.tolist()
        touching = _Undecided(self.round, parts)
        while (path := touching.path()) is not None:
            _decide(parts, path, rng)
            touching.drop_decided(path)
        return Assignment.of_edges(self.round, np.array(parts) == PARTS, "random")


def lottery(round_: Round, most: float = MOST) -> Lottery:
    """Return the chances with the largest expected total, no pair more likely than `most`.

    The programme of Jecmen and others (2020) for probabilistically limited random assignment: it is the same flow
    as the best assignment, with each place divided into 1,024 parts. Pairs that are locked are certain.

    Raises
    ------
    InputError
        `most` is not above 0 and at most 1, or the round has quotas, which a draw could break.
    """
    if not 1 / PARTS <= most <= 1:
        raise InputError.at("most", f"{most} is no chance that a pair can have", "Give a number above 0, at most 1.")
    if round_.quotas:
        raise InputError.at("quotas", "a draw could break them", "Leave them out, or choose another method.")
    parts = np.where(round_.locked, PARTS, 0)
    parts[~round_.locked] = Network.of(round_).solve(parts=PARTS, most=int(most * PARTS))
    return Lottery(round_, parts)


def _decide(parts: list[int], path: list[int], rng: np.random.Generator) -> None:
    """Raise one half of a path and lower the other, as far as it goes, with the chances that keep each expectation."""
    even, odd = path[::2], path[1::2]
    up = min([PARTS - parts[edge] for edge in even] + [parts[edge] for edge in odd])
    down = min([parts[edge] for edge in even] + [PARTS - parts[edge] for edge in odd])
    step = up if rng.integers(up + down) < down else -down
    for edge in even:
        parts[edge] += step
    for edge in odd:
        parts[edge] -= step


class _Undecided:
    """The pairs whose chance is still neither 0 nor 1, by city."""

    def __init__(self, round_: Round, parts: list[int]) -> None:
        self._parts = parts
        self._ends: dict[int, tuple[int, int]] = {}
        self._at: dict[int, dict[int, None]] = {}
        learners = len(round_.learners)
        for edge, part in enumerate(parts):
            if 0 < part < PARTS:
                ends = int(round_.edges.learner[edge]), learners + int(round_.edges.host[edge])
                self._ends[edge] = ends
                for end in ends:
                    self._at.setdefault(end, {})[edge] = None

    def path(self) -> list[int] | None:
        """Return undecided pairs in a row: from a city with one of them as far as it goes, or round a cycle."""
        if not self._ends:
            return None
        node = next((node for node, edges in self._at.items() if len(edges) == 1), next(iter(self._at)))
        walked: list[int] = []
        seen = {node: 0}
        while (edge := next((e for e in self._at[node] if not walked or e != walked[-1]), None)) is not None:
            walked.append(edge)
            one, other = self._ends[edge]
            node = other if node == one else one
            if node in seen:
                return walked[seen[node]:]
            seen[node] = len(walked)
        return walked

    def drop_decided(self, path: list[int]) -> None:
        """Forget the pairs of a path that are decided now."""
        for edge in path:
            if not 0 < self._parts[edge] < PARTS:
                for end in self._ends.pop(edge):
                    del self._at[end][edge]
                    if not self._at[end]:
                        del self._at[end]
