"""What cities are like and where they lie, as columns of numbers; what is not known is not a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from exchange.vocabulary import INCOME_GROUPS

if TYPE_CHECKING:
    import pandas as pd

    from exchange.matching.marks import FloatArray

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""


@dataclass(frozen=True, eq=False)
class Places:
    """One value a city and attribute; NaN where it is not known.

    Parameters
    ----------
    population, density
        Decimal logarithms of people, and of people per square kilometre.
    income
        0 (low) to 3 (high).
    coastal
        1 on the coast, 0 inland.
    government, mandate
        A number a kind; only being equal means something.
    utc_offset
        Hours ahead of UTC.
    position
        Unit vectors from the Earth's centre, shape (3, cities).
    """

    population: FloatArray
    density: FloatArray
    income: FloatArray
    coastal: FloatArray
    government: FloatArray
    mandate: FloatArray
    utc_offset: FloatArray
    position: FloatArray

    @classmethod
    def of(cls, cities: pd.DataFrame) -> Self:
        """Return the columns of a checked table of cities."""
        lat, lon = np.radians(numbers(cities["lat"])), np.radians(numbers(cities["lon"]))
        return cls(
            population=np.log10(numbers(cities["population"])),
            density=np.log10(numbers(cities["density"])),
            income=_codes(cities["income_group"], tuple(INCOME_GROUPS)),
            coastal=numbers(cities["coastal"]),
            government=_codes(cities["government_type"]),
            mandate=_codes(cities["mandate"]),
            utc_offset=numbers(cities["utc_offset"]) / 60,
            position=np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]),
        )

    def distances(self, city: int, others: list[int] | None = None) -> FloatArray:
        """Return the great-circle distance from one city to others, or to all, in km.

        From the chord rather than the scalar product, which loses near cities to rounding.
        """
        chord = np.sqrt(self.chords(city, others))
        return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.clip(chord / 2, 0, 1)))

    def chords(self, city: int, others: list[int] | None = None) -> FloatArray:
        """Return the squared chords of the unit sphere from one city to others: they rise with the distance."""
        there = self.position if others is None else self.position[:, others]
        return np.asarray(((there - self.position[:, [city]]) ** 2).sum(axis=0))


def numbers(column: pd.Series) -> FloatArray:
    """Return a column as numbers, NaN where it is empty."""
    return np.asarray(column.astype("Float64").to_numpy(np.float64, na_value=np.nan), np.float64)


def _codes(column: pd.Series, order: tuple[str, ...] = ()) -> FloatArray:
    names = order or tuple(sorted(column.dropna().unique()))
    return numbers(column.map({name: float(place) for place, name in enumerate(names)}))
