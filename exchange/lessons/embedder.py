"""What turns a sentence into numbers that are near where the meaning is near, whatever the language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """A model of meaning. Rows of what it returns have length 1, so that their product is their likeness."""

    @property
    def name(self) -> str:
        """Which model it is; vectors of two models cannot be compared."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text."""
        ...


def fused(lists: Sequence[tuple[Sequence[int], float]], steady: int = 60) -> list[int]:
    """Return several rankings as one, by reciprocal ranks (Cormack, Clarke and Buettcher, 2009).

    Parameters
    ----------
    lists
        Rankings, the best first, each with its weight.
    steady
        How little the first ranks stand out.
    """
    score: dict[int, float] = {}
    for ranking, weight in lists:
        for rank, number in enumerate(ranking, 1):
            score[number] = score.get(number, 0.0) + weight / (steady + rank)
    return sorted(score, key=lambda number: -score[number])
