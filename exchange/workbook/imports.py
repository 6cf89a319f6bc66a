"""What comes into the workbook from outside: real cities with their hazards, and the demo network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from exchange import lessons
from exchange.demo import demo_network
from exchange.demo.begun import begun
from exchange.demo.voices import with_voices
from exchange.errors import InputError
from exchange.imports.cdp import read_cdp
from exchange.words import Text, text
from exchange.workbook.context import DOUBLE, rows_of
from exchange.workbook.discover import row_of

if TYPE_CHECKING:
    from pathlib import Path

    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

DEMO: Final = "demo"
_CITY_COLUMNS: Final = ("city_id", "learner_id", "host_id")
_ADDRESS: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


def cdp(workbook: Workbook, file: Path, network: str) -> tuple[Text, ...]:
    """Bring the cities and hazards of a CDP table into a network; return what was done."""
    known = _network(workbook, network)
    found = read_cdp(file)
    store, viewer = workbook.store, workbook.viewer
    tables = {
        "network": [] if known else [{"network_id": network, "name": "CDP Cities 2021", "demo": False,
                                      "about": {"source": "CDP Cities 2021, question 2.3a"}}],
        "city": rows_of(found.cities),
        "member": [{"network_id": network, "city_id": city_id} for city_id in found.cities["city_id"]],
        "city_hazard": rows_of(found.hazards),
    }
    made = store.load(viewer, tables, existing="update")
    done = text("{cities} cities and {hazards} of their hazards are in the network {network}.",
                cities=made["city"], hazards=made["city_hazard"], network=network)
    return (done, *found.report)


def _network(workbook: Workbook, name: str) -> Row | None:
    """Return the network of this short name, None where it is new.

    Raises
    ------
    InputError
        For a name that the address of a page cannot hold, and for a fictional network: nothing real may stand in it.
    """
    if not _ADDRESS.fullmatch(name):
        raise InputError.at(f"network {name!r}", "it is no short name",
                            "Use up to 60 small letters, digits and hyphens, for example cdp.")
    known = next((row for row in rows_of(workbook.store.networks(workbook.viewer)) if row["network_id"] == name), None)
    if name == DEMO or (known and known["demo"]):
        raise InputError.at(f"network {name}", "it is fictional, and these cities are real",
                            "Name another one, for example --network cdp.")
    return known


def demo(workbook: Workbook, seed: int) -> dict[str, int]:
    """Make the demo network: real cities as fictional doubles, with lessons, exchanges and evaluations.

    Where it is there already, it is left as it is, with all that people did in it.

    Raises
    ------
    InputError
        Where it is there already, made from another seed.
    """
    made = with_voices(begun(demo_network(seed)), seed)
    tables = {name: [_double(row) for row in rows] for name, rows in made.items()}
    members = {row["slug"].removeprefix(DOUBLE): row["city_id"] for row in tables["city"]}
    tables["lesson"] = [row_of(lesson, DEMO) for lesson in lessons.starter(members)]
    networks = rows_of(workbook.store.networks(workbook.viewer))
    there = next((row["about"].get("seed") for row in networks if row["network_id"] == DEMO), None)
    if there is None:
        return workbook.store.load(workbook.viewer, tables)
    if there != seed:
        raise InputError.at("network demo", f"there is one already, made from seed {there}",
                            "Keep it, or name another database in EXCHANGE_DATABASE.")
    return {name: len(rows) for name, rows in tables.items()}


def _double(row: Row) -> Row:
    """Return a row about a city as one about its fictional double."""
    named = {name: DOUBLE + row[name] for name in _CITY_COLUMNS if row.get(name)}
    return {**row, **named, **({"slug": DOUBLE + row["slug"]} if "slug" in row else {})}
