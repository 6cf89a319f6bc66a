"""What cities can do, with bounds where a level is not known, and what they want to learn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:

    from exchange.matching.marks import BoolArray, FloatArray

LevelArray = npt.NDArray[np.int8]
TOP_LEVEL = 3


@dataclass(frozen=True, eq=False)
class Answers:
    """Levels and priorities of all cities, items down and cities across.

    Parameters
    ----------
    items
        The item of each row, sorted.
    lowest, highest
        The level, or 0 and 3 where it is not known.
    known
        Where the level is known.
    priority
        How much each city wants to learn about each item; a city's column sums to 1, or to 0 when it has
        neither stated priorities nor answered. A city that stated none counts all its answered items the
        same.
    stated
        Which cities stated priorities.
    """

    items: tuple[str, ...]
    lowest: LevelArray
    highest: LevelArray
    known: BoolArray
    priority: FloatArray
    stated: BoolArray

    @classmethod
    def of(cls, levels: pd.DataFrame, priorities: pd.DataFrame, index: pd.Index) -> Self:
        """Return the answers of checked tables; `index` holds the city ids in the pool's order."""
        levels = levels[levels["level"].notna()]
        priorities = priorities[priorities["weight"] > 0]
        items = np.unique([*levels["item"].unique(), *priorities["item"].unique()]).astype(str)
        lowest = np.zeros((len(items), len(index)), np.int8)
        highest = np.full((len(items), len(index)), TOP_LEVEL, np.int8)
        known = np.zeros((len(items), len(index)), np.bool_)
        at = _cells(levels, items, index)
        lowest[at] = highest[at] = levels["level"].to_numpy(np.int8)
        known[at] = True
        wanted = np.zeros((len(items), len(index)))
        wanted[_cells(priorities, items, index)] = priorities["weight"].to_numpy(np.float64)
        stated = wanted.any(axis=0)
        wanted[:, ~stated] = known[:, ~stated]
        total = wanted.sum(axis=0)
        priority = wanted / np.where(total > 0, total, 1.0)
        return cls(tuple(items.tolist()), lowest, highest, known, priority, np.asarray(stated))

    @cached_property
    def asked(self) -> BoolArray:
        """Which items each city wants to learn about and knows its own level on."""
        return np.asarray(self.known & (self.priority > 0))


def _cells(table: pd.DataFrame, items: npt.NDArray[np.str_], index: pd.Index
           ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    return np.searchsorted(items, table["item"].to_numpy(str)), index.get_indexer(pd.Index(table["city_id"]))
