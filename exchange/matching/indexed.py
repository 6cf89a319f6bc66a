"""Candidates for networks too large to compare every pair: by an index, where the score is a product of vectors.

Needs the optional package faiss. Up to some 50,000 cities `candidates.two_sided` is exact and quick enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from exchange.errors import InputError
from exchange.matching.candidates import EACH_WAY
from exchange.matching.edges import Edges

if TYPE_CHECKING:
    from exchange.matching.marks import FloatArray, IntArray

_BOX = 1 << 16
_TRAINING = 40
_SEED = 0
"""Of the sample of cities that the index is trained on: the same vectors give the same candidates."""


def nearest(needs: FloatArray, offers: FloatArray, each_way: int = EACH_WAY, *, cells: int = 0, probes: int = 16
            ) -> Edges:
    """Return each learner's best hosts and each host's best learners, nearly all of them; scores are exact.

    Parameters
    ----------
    needs, offers
        One row a city; the score of a pair is the product of the learner's needs and the host's offers. Shape
        (cities, dimensions).
    each_way
        How many hosts a learner and how many learners a host.
    cells, probes
        Into how many cells the index parts the cities (0: eight times the square root of their number, at most
        2,000), and how many of them a search looks into: more finds more and takes longer.

    Raises
    ------
    InputError
        The two tables are not of one shape, or hold something that is no number.
    """
    needs, offers = np.asarray(needs, np.float64), np.asarray(offers, np.float64)
    if needs.ndim != 2 or needs.shape != offers.shape or not (np.isfinite(needs).all() and np.isfinite(offers).all()):
        raise InputError.at("needs and offers", f"they are no two tables of numbers of one shape "
                            f"({needs.shape}, {offers.shape})", "Give one row a city in both.")
    size = len(needs)
    cells = cells or max(1, min(2000, size // _TRAINING, int(8 * size**0.5)))
    keys = [_found(offers, needs, each_way, cells, probes), _found(needs, offers, each_way, cells, probes)[:, ::-1]]
    key = np.unique(np.concatenate([pair[:, 0] * size + pair[:, 1] for pair in keys]))
    learner, host = np.divmod(key, size)
    score = np.empty(len(key))
    for start in range(0, len(key), _BOX):
        some = slice(start, start + _BOX)
        score[some] = np.einsum("ij,ij->i", needs[learner[some]], offers[host[some]])
    return Edges(size, size, learner, host, score)


def _found(base: FloatArray, asking: FloatArray, each_way: int, cells: int, probes: int) -> IntArray:
    """Return who was found for whom, shape (pairs, 2): the one that asks, then the one found; nobody finds itself."""
    size, width = base.shape
    library = _faiss()
    index = library.IndexIVFFlat(library.IndexFlatIP(width), width, cells, library.METRIC_INNER_PRODUCT)
    vectors = base.astype(np.float32)
    sample = np.random.default_rng(_SEED).choice(size, min(size, _TRAINING * cells), replace=False)
    index.train(vectors[sample])
    index.add(vectors)
    index.nprobe = min(probes, cells)
    _, found = index.search(asking.astype(np.float32), min(each_way + 1, size))
    pairs = np.stack([np.repeat(np.arange(size), found.shape[1]), found.ravel()], axis=1)
    fits = (pairs[:, 1] >= 0) & (pairs[:, 0] != pairs[:, 1])
    return np.asarray(pairs[fits], np.int64)


def _faiss() -> Any:
    try:
        import faiss  # noqa: PLC0415 - an optional package
    except ImportError as error:
        raise InputError.at("index", "the package faiss is not installed",
                            "Install the extra of this program that has it, or match fewer cities.") from error
    return faiss
