"""Which pairs are worth considering in a round: each learner's best hosts, and each host's best learners.

Both ways, because with only the learners' favourites a few popular hosts stand on every list, and many
learners are left without any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from exchange.matching.blocks import totals
from exchange.matching.edges import Edges
from exchange.matching.scores import DEFAULT_FILTERS, score
from exchange.matching.weights import DEFAULT_WEIGHTS, Weights

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor

    import numpy.typing as npt

    from exchange.matching.filters import Filters
    from exchange.matching.marks import BoolArray, FloatArray, IntArray
    from exchange.matching.pool import Pool

EACH_WAY = 25
_BLOCK = 256

_Found = tuple["IntArray", "IntArray", "FloatArray"]
"""Learner, host and score of some pairs."""


def candidates(
    pool: Pool,
    weights: Weights = DEFAULT_WEIGHTS,
    filters: Filters = DEFAULT_FILTERS,
    *,
    each_way: int = EACH_WAY,
    include: Iterable[tuple[str, str]] = (),
    executor: Executor | None = None,
) -> Edges:
    """Return the pairs of a network that are worth considering, every city as learner and as host.

    The score of a pair is that of the learner's own ranking. A learner of which too little is known has no
    pairs.

    Parameters
    ----------
    each_way
        How many hosts a learner, and how many learners a host, at least, where the filters leave so many.
    include
        Pairs of learner and host ids that people have agreed on: they are considered whatever filters say.
    executor
        Who scores, such as a `ProcessPoolExecutor` or the executor of a Dask client; this process where there is
        none. The result is the same.
    """
    by_name = np.argsort(pool.order)
    chunks = np.array_split(by_name, max(1, -(-len(pool) // _BLOCK)))
    work = _Work(pool, weights, filters, each_way)
    starts = np.cumsum([0, *map(len, chunks[:-1])]).tolist()
    columns, rows = _Columns(len(pool), each_way), []
    for of_rows, (learner, host, value) in (executor.map if executor else map)(work, chunks, starts):
        rows.append(of_rows)
        columns.add(*_side_by_side(value, learner, host, len(pool)))
    found = _union(len(pool), len(pool), [*rows, columns.pairs()])
    edges = Edges.of(len(pool), len(pool), by_name[found.learner], by_name[found.host], found.score)
    return _including(edges, pool, weights, filters, include)


def candidates_of(scores: npt.ArrayLike, each_way: int = EACH_WAY) -> Edges:
    """Return the pairs of a score matrix that are worth considering; minus infinity forbids a pair."""
    whole = Edges.of_matrix(scores)
    matrix = np.full((whole.learners, whole.hosts), -np.inf)
    matrix[whole.learner, whole.host] = whole.score
    blocks = (matrix[start:start + _BLOCK] for start in range(0, len(matrix), _BLOCK))
    return two_sided(blocks, whole.hosts, each_way)


def two_sided(blocks: Iterable[FloatArray], hosts: int, each_way: int = EACH_WAY) -> Edges:
    """Return, from blocks of rows of a score matrix, the best of each row and the best of each column.

    Only one block and the best of each column so far are held at a time. Ties go to the earlier host, and to the
    earlier learner.
    """
    columns = _Columns(hosts, each_way)
    rows: list[_Found] = []
    start = 0
    for block in blocks:
        rows.append(_rows(block, start, each_way))
        columns.add(*columns.worth(block, start))
        start += len(block)
    return _union(start, hosts, [*rows, columns.pairs()])


@dataclass(frozen=True, eq=False)
class _Work:
    """Scores some learners of a pool; it can be sent to another process."""

    pool: Pool
    weights: Weights
    filters: Filters
    each_way: int

    def __call__(self, learners: IntArray, start: int) -> tuple[_Found, _Found]:
        by_name = np.argsort(self.pool.order)
        block = totals(self.pool, learners, self.weights, self.filters)[:, by_name]
        columns = _Columns(len(self.pool), self.each_way)
        columns.add(*columns.worth(block, start))
        return _rows(block, start, self.each_way), columns.pairs()


def _rows(block: FloatArray, start: int, each_way: int) -> _Found:
    """Return the best of each row: learner, host, score."""
    learner, host = np.nonzero(_best(block, each_way))
    return learner + start, host, block[learner, host]


class _Columns:
    """The best of each column of a score matrix so far, as more and more rows come."""

    def __init__(self, hosts: int, each_way: int) -> None:
        self._each_way = each_way
        self._score = np.full((hosts, each_way), -np.inf)
        self._learner = np.zeros((hosts, each_way), np.int64)

    def worth(self, block: FloatArray, start: int) -> tuple[FloatArray, IntArray]:
        """Return what of a block is above the least that is kept, side by side: scores and learners by host."""
        least = self._score.min(axis=1)
        if not (least > -np.inf).any():
            numbers = np.broadcast_to(np.arange(start, start + len(block)), (len(least), len(block)))
            return _kept(block.T, numbers, self._each_way)
        row, host = np.nonzero(block > least)
        return _side_by_side(block[row, host], row + start, host, len(self._score))

    def add(self, score: FloatArray, learner: IntArray) -> None:
        """Keep the best of what is kept and of more; ties go to what came first."""
        self._score, self._learner = _kept(
            np.hstack([self._score, score]), np.hstack([self._learner, learner]), self._each_way)

    def pairs(self) -> _Found:
        """Return the best of each column: learner, host, score."""
        host, place = np.nonzero(self._score > -np.inf)
        return self._learner[host, place], host, self._score[host, place]


def _side_by_side(score: FloatArray, learner: IntArray, host: IntArray, hosts: int) -> tuple[FloatArray, IntArray]:
    order = np.lexsort((learner, host))
    score, learner, host = score[order], learner[order], host[order]
    sizes = np.bincount(host, minlength=hosts)
    place = np.arange(len(host)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    width = int(sizes.max(initial=0))
    scores, learners = np.full((hosts, width), -np.inf), np.zeros((hosts, width), np.int64)
    scores[host, place], learners[host, place] = score, learner
    return scores, learners


def _best(scores: FloatArray, count: int) -> BoolArray:
    """Return where the `count` best of each row are, ties to the left; minus infinity is never among them."""
    if scores.shape[1] <= count:
        return np.asarray(scores > -np.inf)
    limit = np.partition(scores, scores.shape[1] - count, axis=1)[:, [scores.shape[1] - count]]
    best = scores >= limit
    tied = np.flatnonzero(best.sum(axis=1) > count)
    if len(tied):
        above, level = scores[tied] > limit[tied], scores[tied] == limit[tied]
        still = count - above.sum(axis=1, keepdims=True)
        best[tied] = above | level & (np.cumsum(level, axis=1) <= still)
    return np.asarray(best & (scores > -np.inf))


def _kept(scores: FloatArray, learners: IntArray, count: int) -> tuple[FloatArray, IntArray]:
    """Return the best of each row side by side, filled up with minus infinity to at least one."""
    row, column = np.nonzero(_best(scores, count))
    sizes = np.bincount(row, minlength=len(scores))
    place = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept, who = np.full((len(scores), count), -np.inf), np.zeros((len(scores), count), np.int64)
    kept[row, place], who[row, place] = scores[row, column], learners[row, column]
    return kept, who


def _union(learners: int, hosts: int, parts: list[_Found]) -> Edges:
    learner, host, value = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    _, once = np.unique(learner * hosts + host, return_index=True)
    return Edges(learners, hosts, learner[once], host[once], value[once])


def _including(edges: Edges, pool: Pool, weights: Weights, filters: Filters, pairs: Iterable[tuple[str, str]]
               ) -> Edges:
    """Return the edges with pairs that people have agreed on, scored as if no filter barred them."""
    wanted = np.array([(pool.find(a), pool.find(b)) for a, b in pairs], np.int64).reshape(-1, 2)
    wanted = np.unique(wanted[edges.places(wanted[:, 0], wanted[:, 1]) < 0], axis=0)
    value = [float(score(pool, int(a), weights, filters).points()[b]) for a, b in wanted]
    return Edges.of(
        edges.learners, edges.hosts, np.concatenate([edges.learner, wanted[:, 0]]),
        np.concatenate([edges.host, wanted[:, 1]]), np.concatenate([edges.score, value]))
