"""Which learner may meet which host, and how well that would suit the learner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from exchange.errors import Findings, InputError

if TYPE_CHECKING:
    import numpy.typing as npt

    from exchange.matching.marks import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Edges:
    """Pairs that may meet, in the order of learner, then host; a pair that is not here must not be made.

    Parameters
    ----------
    learners, hosts
        How many there are on each side.
    learner, host, score
        One entry a pair.
    """

    learners: int
    hosts: int
    learner: IntArray
    host: IntArray
    score: FloatArray

    @classmethod
    def of(
        cls, learners: int, hosts: int, learner: npt.ArrayLike, host: npt.ArrayLike, score: npt.ArrayLike,
    ) -> Self:
        """Return the edges of parallel columns, in any order.

        Raises
        ------
        InputError
            A pair stands twice or outside the two sides, or a score is not a number.
        """
        pair = np.stack([np.asarray(learner, np.int64), np.asarray(host, np.int64)])
        value = np.asarray(score, np.float64)
        findings = Findings()
        for place in np.flatnonzero(~np.isfinite(value)):
            findings.add(f"pair {pair[0, place]}, {pair[1, place]}", f"its score is {value[place]}",
                         "Give a number, or leave the pair out to forbid it.")
        for place in np.flatnonzero((pair < 0).any(axis=0) | (pair[0] >= learners) | (pair[1] >= hosts)):
            findings.add(f"pair {pair[0, place]}, {pair[1, place]}", "there is no such learner or host",
                         f"Count learners from 0 to {learners - 1} and hosts from 0 to {hosts - 1}.")
        order = np.lexsort((pair[1], pair[0]))
        pair, value = pair[:, order], value[order]
        for place in np.flatnonzero((pair[:, 1:] == pair[:, :-1]).all(axis=0)):
            findings.add(f"pair {pair[0, place]}, {pair[1, place]}", "it stands twice", "Keep one of them.")
        findings.raise_if_any()
        return cls(learners, hosts, pair[0], pair[1], value)

    @classmethod
    def of_matrix(cls, scores: npt.ArrayLike) -> Self:
        """Return the edges of a matrix, learners down and hosts across; minus infinity forbids a pair.

        Raises
        ------
        InputError
            It is no matrix, or a cell is not a number or plus infinity.
        """
        matrix = np.asarray(scores)
        if matrix.ndim != 2 or not np.issubdtype(matrix.dtype, np.number) or np.iscomplexobj(matrix):
            found = f"they are no matrix of numbers (shape {matrix.shape}, {matrix.dtype})"
            raise InputError.at("scores", found, "Give learners down and hosts across.")
        matrix = matrix.astype(np.float64)
        findings = Findings()
        for row, column in np.argwhere(np.isnan(matrix) | np.isposinf(matrix)):
            findings.add(f"scores, learner {row}, host {column}", f"the score is {matrix[row, column]}",
                         "Give a number, or minus infinity to forbid the pair.")
        findings.raise_if_any()
        learner, host = np.nonzero(matrix > -np.inf)
        rows, columns = matrix.shape
        return cls(rows, columns, learner.astype(np.int64), host.astype(np.int64), matrix[learner, host])

    def places(self, learner: IntArray, host: IntArray) -> IntArray:
        """Return where pairs stand among the edges; -1 for a pair that may not meet."""
        wanted = learner * self.hosts + host
        if not len(self._keys):
            return np.full(len(wanted), -1, np.int64)
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[place] == wanted, place, -1).astype(np.int64)

    def without(self, places: IntArray) -> Self:
        """Return the edges without some of them."""
        kept = np.ones(len(self.score), np.bool_)
        kept[places] = False
        return type(self)(self.learners, self.hosts, self.learner[kept], self.host[kept], self.score[kept])

    def lowered(self, learner: IntArray, host: IntArray, points: float) -> Self:
        """Return the edges with the score of some pairs lowered by so many points; a pair without score is no matter.

        With the pairs of earlier rounds this avoids repeating them, unless nothing else is as good.
        """
        places = self.places(learner, host)
        score = self.score.copy()
        score[np.unique(places[places >= 0])] -= points
        return type(self)(self.learners, self.hosts, self.learner, self.host, score)

    @cached_property
    def _keys(self) -> IntArray:
        return self.learner * self.hosts + self.host
