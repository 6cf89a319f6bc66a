"""Which city a name means: a city, some candidates, or "not sure"; never a guess passed off as an answer.

How we decide, in this order:

1. The name is looked up as it stands, then without what local governments add to it (`administration`), fewest words
   off first. The first reading that names any place in the country counts, with all places that it names.
2. What stands after a comma or in brackets must agree with the place: its state, district or country, or another of
   its names. A "village" or "town" must not be too large for that word.
3. A county, region or metropolitan area is never taken for a city: its namesakes are candidates.
4. "Jbail-Byblos" is found when both are names of one city; of two cities we make candidates.
5. One place left is the answer. Of several, the largest is the answer only when it is five times as large as the next
   (ten times where no country was given); a place that bears the name only as a further name counts a tenth of its
   people. Smaller places and municipalities of the country outside the gazetteer take part as rivals. Of other
   countries we do not know these, so without a country a city of fewer than 150,000 people is a candidate only.
6. Otherwise we give the candidates, the most likely first; or, where we know no such name, names spelt nearly so.
"""

from __future__ import annotations

import difflib
import gzip
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from exchange.cities.administration import fits, forms, halves, read
from exchange.cities.countries import countries, find_country
from exchange.cities.gazetteer import City, load
from exchange.cities.spelling import key
from exchange.paths import DATA
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from exchange.cities.administration import Reading
    from exchange.cities.countries import Country

DOMINANT_IN_COUNTRY: Final = 5
DOMINANT_IN_WORLD: Final = 10
"""How many times larger than the next the largest of several places of one name must be to be the answer."""

FURTHER_NAME: Final = 0.1
"""What the people of a place count when the name is only a further name of it."""

SMALLEST: Final = 15_000
"""The gazetteer starts here; a place whose people nobody counted is taken to be of this size."""

MOST_CANDIDATES: Final = 10
LONGEST_NAME: Final = 200

Status = Literal["found", "candidates", "not_sure"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What we make of a name.

    Parameters
    ----------
    status
        ``"found"``: `city` is meant. ``"candidates"``: one of `candidates` may be meant, a person decides.
        ``"not_sure"``: we cannot say.
    city
        The city, only when found.
    candidates
        The most likely first, at most `MOST_CANDIDATES`.
    why
        What we did, for the person who asked.
    """

    status: Status
    city: City | None
    candidates: tuple[City, ...]
    why: Text


@dataclass(frozen=True, slots=True)
class _Place:
    """A place that bears a name: a city of the gazetteer, or a smaller one of which we know only this."""

    country: str
    region: str
    people: int
    city_id: str = ""
    further: bool = False

    @property
    def weight(self) -> float:
        return (self.people or SMALLEST) * (FURTHER_NAME if self.further else 1)

    @property
    def city(self) -> City | None:
        return load().get(self.city_id) if self.city_id else None


def find(name: str, country: str | None = None) -> Answer:
    """Find the city that a name means.

    Parameters
    ----------
    name
        Any name of a city, in any script, with or without "City of", "Municipalidad de", "... stad".
    country
        Name or ISO 3166-1 code of its country. Without it only a city that clearly dominates worldwide is found.

    Returns
    -------
    Answer
        A city, candidates, or not sure; the module's docstring says how we decide.
    """
    if not key(name):
        return _not_sure(text("Give the name of a city."))
    if len(name) > LONGEST_NAME:
        return _not_sure(text("That is too long for the name of a city."))
    land = find_country(country) if country else None
    if country and not land:
        return _not_sure(text("We know no country called {country}.", country=country))
    whole, parts = _find(name, land), halves(name)
    return whole if whole.status == "found" or not parts else _joined(name, whole, [_find(p, land) for p in parts])


def _find(name: str, land: Country | None) -> Answer:
    readings, tails = read(name, land.iso3 if land else None)
    disagreeing: list[_Place] = []
    literal = [(reading, land.iso3 if land else None) for reading in readings]
    for reading, iso3 in (*literal, *forms(readings, land.iso3 if land else None)):
        places = _named(reading.keys, iso3)
        fitting = [place for place in places if all(_agrees(place, tail) for tail in tails)]
        if fitting:
            return _decide(name, reading, fitting, alone=land is None and not tails)
        disagreeing += places
    if disagreeing:
        return _candidates(disagreeing, text("We know {name}, but not in {place}.", name=name, place=list(tails)))
    return _spelt_nearly(name, readings, land)


def _joined(name: str, whole: Answer, parts: Sequence[Answer]) -> Answer:
    """Return what two joined names mean: the city when both are names of one, else all that we know of them."""
    known = tuple(dict.fromkeys(part.city for part in parts if part.city))
    if len(known) == 1 and all(part.city for part in parts):
        return _found(known[0], text("{name}: both are names of {city}, {country}.", name=name, city=known[0].name,
                                     country=countries()[known[0].country].label))
    if not known or whole.candidates:
        return whole
    return Answer("candidates", None, known, text("{name} seems to name more than one place.", name=name))


def _named(keys: Iterable[str], iso3: str | None) -> list[_Place]:
    """Return the places of these names, each once, by its first name rather than a further one."""
    best: dict[tuple[object, ...], _Place] = {}
    for spelling in keys:
        for place in _index().places(spelling):
            identity = (place.city_id or place,)
            known = best.get(identity)
            if iso3 in (None, place.country) and (known is None or known.further):
                best[identity] = place
    return list(best.values())


def _agrees(place: _Place, tail: str) -> bool:
    """Return whether what was added to the name is where the place lies, or another name of it."""
    said = key(tail)
    land = find_country(tail)
    if not said or (land and land.iso3 == place.country) or place.region.lower().endswith("-" + said):
        return True
    city = place.city
    if city is None:
        return False
    regions = (key(city.admin1_name), key(city.admin2_name))
    return any(r == said or (len(said) > 4 and r.startswith(said)) for r in regions) or any(
        other.city_id == place.city_id for other in _index().places(said))


def _decide(name: str, reading: Reading, places: Sequence[_Place], *, alone: bool) -> Answer:
    if "area" in (reading.kind, reading.within if all(place.further for place in places) else ""):
        return _candidates(places, text("{name} seems to be wider than one city. We do not take a county, a region or "
                                        "a metropolitan area for a city.", name=name))
    possible = [place for place in places if fits(reading.kind, place.people or SMALLEST, place.country)]
    if not possible:
        return _candidates(places, text("{name} says what kind of place it is; what we know of that name is too large "
                                        "or too small for that.", name=name))
    if not any(place.city_id for place in possible):
        return _not_sure(text("{name} seems to be a place of fewer people than our list starts with ({smallest}).",
                              name=name, smallest=SMALLEST))
    return _largest(name, possible, alone=alone)


def _largest(name: str, places: Sequence[_Place], *, alone: bool) -> Answer:
    """Return the largest of the places if it dominates the others, else candidates."""
    best, *others = sorted(places, key=lambda place: (-place.weight, place.further, place.city_id))
    dominant = DOMINANT_IN_WORLD if alone else DOMINANT_IN_COUNTRY
    city = best.city
    if city is None or (others and best.weight < dominant * others[0].weight):
        return _candidates(places, count("{n} place may be meant by {name}.", "{n} places may be meant by {name}.",
                                         len(places), name=name))
    where = {"name": name, "city": city.name, "country": countries()[city.country].label}
    if alone and best.people < dominant * SMALLEST:
        return _candidates(places, text("{name} may be {city}, {country}; smaller places in other countries may have "
                                        "that name too. Name the country.", **where))
    if others:
        return _found(city, text("We take {name} for {city}, {country}: it is far larger than any other place of that "
                                 "name.", **where))
    return _found(city, text("{name} is {city}, {country}: we know no other place of that name there.", **where))


def _found(city: City, why: Text) -> Answer:
    return Answer("found", city, (), why)


def _not_sure(why: Text) -> Answer:
    return Answer("not_sure", None, (), why)


def _candidates(places: Iterable[_Place], why: Text) -> Answer:
    ranked = sorted(places, key=lambda place: (-place.weight, place.city_id))
    known = tuple(dict.fromkeys(city for place in ranked if (city := place.city)))[:MOST_CANDIDATES]
    return Answer("candidates", None, known, why) if known else _not_sure(why)


def _spelt_nearly(name: str, readings: Sequence[Reading], land: Country | None) -> Answer:
    if land is None:
        return _not_sure(text("We know no city called {name}. Name its country, or write it in another way; our list "
                              "starts at {smallest} people.", name=name, smallest=SMALLEST))
    asked = readings[-1].keys[-1]
    near = [] if readings[-1].kind == "area" else _near(asked, land.iso3)
    if near:
        return Answer("candidates", None, tuple(near), text(
            "We know no city called {name} in {country}; these are spelt nearly so.", name=name, country=land.label))
    return _not_sure(text("We know no city called {name} in {country}. Our list starts at {smallest} people.",
                          name=name, country=land.label, smallest=SMALLEST))


def _near(asked: str, iso3: str) -> list[City]:
    same = _first_names(iso3).get(asked[:1], {})
    return [load().get(same[k]) for k in difflib.get_close_matches(asked, same, n=5, cutoff=0.84)]


@cache
def _first_names(iso3: str) -> dict[str, dict[str, str]]:
    """Return the cities of a country by the first letter of their key, and their key."""
    found: dict[str, dict[str, str]] = {}
    for city in load().of_country(iso3):
        spelt = key(city.name)
        found.setdefault(spelt[:1], {}).setdefault(spelt, city.city_id)
    return found


class _Index:
    """The names of ``data/city_names.txt.gz``, sorted: key, cities ("=" before an id: first name), namesakes."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def places(self, spelling: str) -> list[_Place]:
        start = bisect_left(self._lines, spelling + "\t")
        if start == len(self._lines) or not self._lines[start].startswith(spelling + "\t"):
            return []
        _, ids, others = self._lines[start].split("\t")
        return [*map(_shipped, ids.split()), *map(_smaller, others.split())]


def _shipped(written: str) -> _Place:
    city = load().get(written.removeprefix("="))
    return _Place(city.country, city.admin1, city.population or 0, city.city_id, further=written[0] != "=")


def _smaller(written: str) -> _Place:
    country, region, people = written.removeprefix("=").split(":")
    return _Place(country, region, int(people), further=written[0] != "=")


@cache
def _index() -> _Index:
    content = gzip.decompress((DATA / "city_names.txt.gz").read_bytes()).decode()
    return _Index(content.split("\n")[:-1])
