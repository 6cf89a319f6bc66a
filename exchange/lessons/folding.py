"""Lessons that say nearly the same: told twice, copied, or imported from two lists."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final
from zlib import crc32

import numpy as np

ALIKE: Final = 0.8
"""Share of common word pairs from which two lessons are shown as one."""

_BANDS, _ROWS = 5, 3
_PRIME: Final = np.uint64(4_294_967_311)
_DRAWN: Final = np.arange(1, _BANDS * _ROWS + 1, dtype=np.uint64)
_FACTORS: Final = (_DRAWN * np.uint64(2_654_435_761)) % _PRIME
_STEPS: Final = (_DRAWN * np.uint64(40_503_000_017)) % _PRIME

Pairs = frozenset[int]
"""The word pairs of a text, each as a number."""


def pairs(words: Sequence[str]) -> Pairs:
    """Return the pairs of words that follow one another; of a text of one word, the word."""
    joined = [f"{one} {next_}" for one, next_ in pairwise(words)] or list(words)
    return frozenset(crc32(pair.encode()) for pair in joined)


def alike(one: Pairs, other: Pairs) -> float:
    """Return the share of common pairs among all pairs of both (Jaccard), 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def bands(found: Pairs) -> tuple[str, ...]:
    """Return a few marks of a text; texts that are `ALIKE` share at least one of them in 97 of 100 cases.

    Min-wise hashing in bands (Broder 1997; Leskovec, Rajaraman and Ullman, chapter 3). Tables need not be compared
    pair by pair: only texts that share a mark are.
    """
    if not found:
        return ()
    numbers = np.fromiter(found, dtype=np.uint64)
    least = ((_FACTORS[:, None] * (numbers[None, :] & np.uint64(0xFFFFFFF)) + _STEPS[:, None]
              + (numbers[None, :] >> np.uint64(28))) % _PRIME).min(axis=1)
    return tuple(f"{n}:{crc32(least[n * _ROWS:(n + 1) * _ROWS].tobytes()):08x}" for n in range(_BANDS))
