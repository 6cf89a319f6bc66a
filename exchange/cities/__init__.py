"""Where people are: cities by any of their names, and the countries that they belong to."""

from exchange.cities.countries import (
    REGIONS,
    Country,
    countries,
    find_country,
    language_name,
    languages,
    region_name,
)
from exchange.cities.gazetteer import City, Gazetteer, get, load
from exchange.cities.resolver import Answer, Status, find

__all__ = [
    "REGIONS",
    "Answer",
    "City",
    "Country",
    "Gazetteer",
    "Status",
    "countries",
    "find",
    "find_country",
    "get",
    "language_name",
    "languages",
    "load",
    "region_name",
]
