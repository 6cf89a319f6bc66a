"""What comes into the workbook from outside: real cities, official workbooks, and the demo network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exchange import cities, lessons
from exchange.demo import demo_network
from exchange.demo.begun import begun
from exchange.imports.cdp import read_cdp
from exchange.imports.workbook import read_workbook
from exchange.vocabulary import BLANK
from exchange.words import Text, count, text
from exchange.workbook.assess import Occasion, Sitting
from exchange.workbook.context import rows_of
from exchange.workbook.discover import row_of
from exchange.workbook.place import DOUBLE, known_city, place

if TYPE_CHECKING:
    from pathlib import Path

    from exchange.cities import City
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

HOME: Final = "home"
"""The network of a city that is in no real one yet: its own."""

DEMO: Final = "demo"
_CITY_COLUMNS: Final = ("city_id", "learner_id", "host_id")


def city_row(city: City, source: str) -> Row:
    """Return a city of the gazetteer as the store keeps it."""
    return {
        "city_id": city.city_id, "slug": city.slug, "name": city.name, "country": city.country,
        "population": city.population, "lat": city.lat, "lon": city.lon, "region": city.region,
        "income_group": city.income_group, "timezone": city.timezone, "facts": {}, "source": source,
    }


def cdp(workbook: Workbook, file: Path, network: str) -> tuple[Text, ...]:
    """Bring the cities and hazards of a CDP table into a network; return what was done."""
    found = read_cdp(file)
    store, viewer = workbook.store, workbook.viewer
    tables = {
        "network": [{"network_id": network, "name": "CDP Cities 2021", "demo": False,
                     "about": {"source": "CDP Cities 2021, question 2.3a"}}],
        "city": rows_of(found.cities),
        "member": [{"network_id": network, "city_id": city_id} for city_id in found.cities["city_id"]],
        "city_hazard": rows_of(found.hazards),
    }
    made = store.load(viewer, tables, existing="update")
    done = text("{cities} cities and {hazards} of their hazards are in the network {network}.",
                cities=made["city"], hazards=made["city_hazard"], network=network)
    return (done, *found.report)


def official_workbook(workbook: Workbook, file: Path, city: str, round_: str) -> tuple[Text, ...]:
    """Bring the answers of a filled official workbook into a city's self-assessment; return what was done."""
    found = read_workbook(file)
    at_home = enrolled(workbook, city)
    sitting = Sitting(at_home, Occasion(round=round_ or at_home.assess.round))
    rows = [_answer(row, sitting.assessment_id, found.verification.get(row["item"], ""))
            for row in rows_of(found.answers)]
    workbook.store.load(workbook.viewer, {"answer": rows})
    answered = sum(row["state"] != BLANK for row in rows)
    done = count("{n} answer of {city} was read.", "{n} answers of {city} were read.", answered,
                 city=at_home.city["name"])
    return (done, *found.report)


def enrolled(workbook: Workbook, name: str) -> Workbook:
    """Return the workbook of a real city; a city that is in no real network gets one of its own."""
    store, viewer = workbook.store, workbook.viewer
    real = store.cities(viewer)
    real = real[~real["city_id"].str.startswith(DOUBLE)]
    named = real[(real["city_id"] == name) | (real["slug"] == name.casefold()) | (real["name"] == name)]
    city_id = named["city_id"].iloc[0] if len(named) == 1 else known_city(name).city_id
    if store.members(viewer, city_id=city_id).empty:
        store.load(viewer, {
            "network": [{"network_id": HOME, "name": "My city", "demo": False, "about": {}}],
            "city": [city_row(cities.get(city_id), "GeoNames")],
            "member": [{"network_id": HOME, "city_id": city_id}],
        })
    row, network = place(store, viewer, city_id, "")
    return type(workbook)(store, viewer, row, network, "", workbook.language)


def demo(workbook: Workbook, seed: int) -> dict[str, int]:
    """Make the demo network: real cities as fictional doubles, with lessons, exchanges and evaluations."""
    tables = {name: [_double(row) for row in rows] for name, rows in begun(demo_network(seed)).items()}
    members = {row["slug"].removeprefix(DOUBLE): row["city_id"] for row in tables["city"]}
    tables["lesson"] = [row_of(lesson, DEMO) for lesson in lessons.starter(members)]
    return workbook.store.load(workbook.viewer, tables)


def _double(row: Row) -> Row:
    """Return a row about a city as one about its fictional double."""
    named = {name: DOUBLE + row[name] for name in _CITY_COLUMNS if row.get(name)}
    return {**row, **named, **({"slug": DOUBLE + row["slug"]} if "slug" in row else {})}


def _answer(row: Row, assessment_id: str, verification: str) -> Row:
    return {"assessment_id": assessment_id, "respondent_id": "city", "item": row["item"], "state": row["state"],
            "level": row["level"], "note": verification, "revision": 1}

