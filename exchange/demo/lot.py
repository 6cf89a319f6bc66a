"""Chance for the demo network: each part draws from its own stream, so that one part can change alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


class Lot:
    """Draws from one stream, named by the seed and by what it is for."""

    def __init__(self, seed: int, *names: object) -> None:
        self.rng = np.random.default_rng([seed, *(crc32(str(name).encode()) for name in names)])

    def one(self, options: Sequence[Any]) -> Any:
        """Return one of the options."""
        return options[int(self.rng.integers(len(options)))]

    def some(self, options: Sequence[Any], most: int) -> list[Any]:
        """Return several different options in the order of the draw."""
        return [options[i] for i in self.rng.permutation(len(options))[:most]]

    def whole(self, low: int, high: int) -> int:
        """Return a whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def hit(self, chance: float) -> bool:
        """Return yes with this chance."""
        return bool(self.rng.random() < chance)
