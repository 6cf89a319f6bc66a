"""The lessons that come with the demo network: written for it, fictional, and marked so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from exchange import cities
from exchange.lessons.lesson import Lesson, parse, population_band
from exchange.paths import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping


def starter(members: Mapping[str, str]) -> tuple[Lesson, ...]:
    """Return the starter set.

    Parameters
    ----------
    members
        Short name of a city -> its id in the network. A lesson of another city keeps the city's name only.
    """
    with (DATA / "lessons" / "demo.json").open(encoding="utf-8") as file:
        return tuple(_lesson(body, members) for body in json.load(file))


def _lesson(body: dict[str, Any], members: Mapping[str, str]) -> Lesson:
    place = cities.get(body["city"])
    return parse({**body, "city": place.name, "country": place.country, "city_id": members.get(body["city"]),
                  "population_band": population_band(place.population), "income_group": place.income_group})
