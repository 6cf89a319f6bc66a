"""What each city has, and how much of it: hazards, languages, weeks. Read by city or by thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

Joint = Callable[[float, FloatArray], npt.NDArray[np.float64 | np.bool_]]
"""How a city's own weight of a thing meets the weights that other cities give it."""


@dataclass(frozen=True, eq=False)
class Marks:
    """A sparse table of weights, cities down and things across, kept in both orders.

    Parameters
    ----------
    things
        What the cities have, sorted.
    cities
        How many cities there are, with and without marks.
    city, thing, weight
        One entry per mark, ordered by city; all weights above zero.
    """

    things: tuple[str, ...]
    cities: int
    city: IntArray
    thing: IntArray
    weight: FloatArray

    @classmethod
    def of(cls, city: IntArray, things: Sequence[str], weight: FloatArray, cities: int) -> Self:
        """Return the marks of parallel columns; a weight of zero is no mark."""
        names, thing = np.unique(np.asarray(things, dtype=object).astype(str), return_inverse=True)
        kept = weight > 0
        city, thing, weight = city[kept], thing[kept].astype(np.int64), weight[kept]
        order = np.lexsort((thing, city))
        return cls(tuple(names.tolist()), cities, city[order], thing[order], weight[order])

    def row(self, city: int) -> tuple[IntArray, FloatArray]:
        """Return the things (as places in `things`) and weights of one city."""
        own = slice(self._city_starts[city], self._city_starts[city + 1])
        return self.thing[own], self.weight[own]

    def weights(self, city: int) -> dict[str, float]:
        """Return the weights of one city by thing."""
        return {self.things[thing]: float(weight) for thing, weight in zip(*self.row(city), strict=True)}

    def meet(self, city: int, joint: Joint) -> FloatArray:
        """Return, for every city, the sum of `joint(own weight, their weight)` over what both have.

        Only the columns of the city's own things are read, so one city against many takes no dense table.
        """
        total = np.zeros(self.cities)
        for thing, weight in zip(*self.row(city), strict=True):
            column = slice(self._thing_starts[thing], self._thing_starts[thing + 1])
            total[self._column_city[column]] += joint(float(weight), self._column_weight[column])
        return total

    def relative(self) -> Self:
        """Return the marks with each city's largest weight as 1: cities rate on scales of their own."""
        largest = np.zeros(self.cities)
        np.maximum.at(largest, self.city, self.weight)
        return type(self)(self.things, self.cities, self.city, self.thing, self.weight / largest[self.city])

    def grouped(self, group: Sequence[str]) -> Self:
        """Return the marks by group of things, the largest weight of a group standing for it.

        Parameters
        ----------
        group
            The group of each of `things`, in their order.
        """
        names, place = np.unique(np.asarray(group, dtype=object).astype(str), return_inverse=True)
        key = self.city * max(len(names), 1) + place[self.thing] if len(self.thing) else self.thing
        found, where = np.unique(key, return_inverse=True)
        largest = np.zeros(len(found))
        np.maximum.at(largest, where, self.weight)
        city, thing = np.divmod(found, max(len(names), 1))
        return type(self)(tuple(names.tolist()), self.cities, city, thing, largest)

    @cached_property
    def known(self) -> BoolArray:
        """Which cities have any mark at all."""
        return np.diff(self._city_starts) > 0

    @cached_property
    def total(self) -> FloatArray:
        """The sum of each city's weights."""
        return np.bincount(self.city, self.weight, minlength=self.cities).astype(np.float64)

    @cached_property
    def _city_starts(self) -> IntArray:
        return np.searchsorted(self.city, np.arange(self.cities + 1)).astype(np.int64)

    @cached_property
    def _columns(self) -> tuple[IntArray, IntArray, FloatArray]:
        order = np.lexsort((self.city, self.thing))
        starts = np.searchsorted(self.thing[order], np.arange(len(self.things) + 1)).astype(np.int64)
        return starts, self.city[order], self.weight[order]

    @property
    def _thing_starts(self) -> IntArray:
        return self._columns[0]

    @property
    def _column_city(self) -> IntArray:
        return self._columns[1]

    @property
    def _column_weight(self) -> FloatArray:
        return self._columns[2]
