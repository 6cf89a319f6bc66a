"""The cities that we know: 34,000 with at least 15,000 people, from GeoNames."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from exchange.cities.countries import countries
from exchange.errors import NotFoundError
from exchange.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from exchange.cities.countries import Country

COASTAL_WITHIN_KM: Final = 25
"""A city counts as coastal when its centre is at most this far from the coast of Natural Earth 1:10m: near enough for
storm surges in a delta (Rotterdam, 24 km)."""


@dataclass(frozen=True, slots=True)
class City:
    """A city of the gazetteer.

    Parameters
    ----------
    city_id
        GeoNames id.
    slug
        Short name for addresses, unique: ``"rotterdam"``, ``"rotterdam-us"``.
    name
        As GeoNames writes it first.
    country, country_name, region, subregion, income_group
        ISO 3166-1 alpha-3 code, English name, UN M49 regions and World Bank income group of its country.
    admin1, admin1_name, admin2_name
        State or province (ISO 3166-2 code where it has one, else empty), and the county, district or municipality.
    lat, lon
        Of its centre, degrees.
    population
        People, or None where GeoNames does not know.
    timezone, utc_offset
        IANA name, and minutes that standard time is ahead of UTC.
    coast_km
        Distance of its centre from the nearest coast; lakes and rivers are no coast.
    climate
        Köppen-Geiger zone such as ``"Cfb"``, or None where there is none.
    """

    city_id: str
    slug: str
    name: str
    country: str
    country_name: str
    region: str
    subregion: str
    income_group: str | None
    admin1: str
    admin1_name: str
    admin2_name: str
    lat: float
    lon: float
    population: int | None
    timezone: str
    utc_offset: int
    coast_km: int | None
    climate: str | None

    @property
    def coastal(self) -> bool | None:
        """Whether it lies on or near the coast."""
        return None if self.coast_km is None else self.coast_km <= COASTAL_WITHIN_KM

    def __str__(self) -> str:
        return self.name


class Gazetteer:
    """All cities, the largest first. Lines are read when their city is asked for: loading stays quick.

    Parameters
    ----------
    lines
        Of ``data/cities.csv.gz``, without the header.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        names = [line.split(",", 2) for line in lines]
        self._places = {name[0]: place for place, name in enumerate(names)}
        self._slugs = {name[1]: place for place, name in enumerate(names)}
        self._countries: dict[str, list[list[str]]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[City]:
        return map(_city, csv.reader(self._lines))

    def __contains__(self, id_or_slug: object) -> bool:
        return id_or_slug in self._places or id_or_slug in self._slugs

    def get(self, id_or_slug: str) -> City:
        """Return a city by its GeoNames id or its slug.

        Raises
        ------
        NotFoundError
            When no city has it.
        """
        place = self._places.get(id_or_slug, self._slugs.get(id_or_slug))
        if place is None:
            raise NotFoundError.at(f"city {id_or_slug}", "no city of the gazetteer has this id or short name",
                                   "Look it up by its name: exchange cities find NAME.")
        return _city(next(csv.reader([self._lines[place]])))

    def of_country(self, iso3: str) -> tuple[City, ...]:
        """Return the cities of a country (ISO 3166-1 alpha-3), the largest first; none for an unknown code."""
        if not self._countries:
            for row in csv.reader(self._lines):
                self._countries.setdefault(row[3], []).append(row)
        return tuple(map(_city, self._countries.get(iso3, ())))

    def table(self) -> pd.DataFrame:
        """Return one row a city: the fields of `City`, and `coastal`."""
        frame = pd.DataFrame([[getattr(city, field) for field in _FIELDS] for city in self], columns=list(_FIELDS))
        return frame.astype({"population": "Int64", "utc_offset": "Int64", "coast_km": "Int64", "coastal": "boolean"})


_FIELDS: Final = (*City.__slots__, "coastal")


@cache
def load() -> Gazetteer:
    """Return the gazetteer, read once."""
    content = gzip.decompress((DATA / "cities.csv.gz").read_bytes()).decode()
    return Gazetteer(content.split("\n")[1:-1])


def get(id_or_slug: str) -> City:
    """Return a city of the gazetteer by its GeoNames id or its slug, or raise NotFoundError."""
    return load().get(id_or_slug)


def _city(row: Sequence[str]) -> City:
    (city_id, slug, name, iso3, admin1, admin1_name, admin2_name, lat, lon, population, timezone, utc_offset,
     coast_km, climate) = row
    country = _country(iso3)
    return City(
        city_id=city_id, slug=slug, name=name, country=iso3, country_name=country.name, region=country.region,
        subregion=country.subregion, income_group=country.income_group, admin1=admin1, admin1_name=admin1_name,
        admin2_name=admin2_name, lat=float(lat), lon=float(lon), population=int(population) if population else None,
        timezone=timezone, utc_offset=int(utc_offset), coast_km=int(coast_km) if coast_km else None,
        climate=climate or None,
    )


def _country(iso3: str) -> Country:
    return countries()[iso3]
