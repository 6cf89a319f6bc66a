"""Coasts and distances: land as outlines, and a projection that shows every region at its true size."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from exchange.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Place = tuple[float, float]
"""Longitude and latitude, degrees."""

Ring = tuple[Place, ...]

Point = tuple[float, float]

_EARTH_KM: Final = 6371.0
_TENTHS: Final = 10
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796


@lru_cache(maxsize=1)
def land() -> tuple[Ring, ...]:
    """Return the outlines of the land (Natural Earth, public domain), without Antarctica and specks.

    The file holds one list of whole numbers a ring: tenths of degrees, the first pair absolute, each further
    pair relative to the one before.
    """
    return rings(json.loads((DATA / "land.json").read_text(encoding="utf-8")))


def rings(packed: Iterable[Sequence[int]]) -> tuple[Ring, ...]:
    """Return packed outlines as places."""
    return tuple(_unpacked(ring) for ring in packed)


def _unpacked(ring: Sequence[int]) -> Ring:
    places, x, y = [], 0, 0
    for dx, dy in zip(ring[::2], ring[1::2], strict=True):
        x, y = x + dx, y + dy
        places.append((x / _TENTHS, y / _TENTHS))
    return unwrapped(places)


def unwrapped(places: Sequence[Place]) -> Ring:
    """Return a ring that steps over the 180th meridian as one that goes on beyond it.

    Chukotka and Fiji would else draw a line across the whole map.
    """
    turned, shift = list(places[:1]), 0.0
    for (before, _), (lon, lat) in pairwise(places):
        shift += 360.0 * ((before - lon > 180) - (lon - before > 180))
        turned.append((lon + shift, lat))
    return tuple(turned)


@dataclass(frozen=True)
class Projection:
    """Equal Earth around a central meridian.

    Source: B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", International Journal of
    Geographical Information Science 33 (3), 2019, equations 1 to 3. Areas are true everywhere.

    Parameters
    ----------
    meridian
        Longitude that stands upright, degrees.
    """

    meridian: float = 0.0

    def __call__(self, place: Place) -> Point:
        """Return x to the east and y to the north, in radii of the earth; longitudes are not turned."""
        lon, lat = place
        t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
        t2 = t * t
        t6 = t2 * t2 * t2
        slope = _A1 + 3 * _A2 * t2 + t6 * (7 * _A3 + 9 * _A4 * t2)
        x = 2 * math.sqrt(3) * math.radians(lon - self.meridian) * math.cos(t) / (3 * slope)
        return x, t * (_A1 + _A2 * t2 + t6 * (_A3 + _A4 * t2))

    def near(self, lon: float) -> float:
        """Return a longitude on the turn of the globe that this map shows."""
        return self.meridian + (lon - self.meridian + 180) % 360 - 180


def distance(one: Place, other: Place) -> float:
    """Return the great-circle distance in kilometres (haversine formula)."""
    (lon1, lat1), (lon2, lat2) = ((math.radians(lon), math.radians(lat)) for lon, lat in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(half, 1.0)))


def middle(places: Sequence[Place]) -> Place:
    """Return the place in the middle of several, also when they lie on both sides of the 180th meridian."""
    vectors = [
        (
            math.cos(math.radians(lat)) * math.cos(math.radians(lon)),
            math.cos(math.radians(lat)) * math.sin(math.radians(lon)),
            math.sin(math.radians(lat)),
        )
        for lon, lat in places
    ]
    x, y, z = (sum(axis) for axis in zip(*vectors, strict=True))
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))
