"""Which city and which network somebody means, by any of their names.

A city of the demo network is a fictional double: its id and short name begin with ``demo-``, so that nothing
invented can ever stand among what a real city said. Where both are there, a name means the real one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange import cities
from exchange.errors import InputError, NotFoundError
from exchange.workbook.context import DOUBLE, rows_of

if TYPE_CHECKING:
    from exchange.store import Store, Viewer
    from exchange.workbook.context import Row


def place(store: Store, viewer: Viewer, city: str, network: str) -> tuple[Row | None, Row | None]:
    """Return the city and the network that are meant, as rows of the store; None for what was not asked for.

    Parameters
    ----------
    city
        Id, short name or name; empty for none.
    network
        Short name; empty for the one that the city is in (a real one first), or for the first there is.

    Raises
    ------
    NotFoundError
        For a city or network that is not there.
    InputError
        For a name that means several cities; they are named.
    """
    networks = {row["network_id"]: row for row in rows_of(store.networks(viewer))}
    if network and network not in networks:
        known = ", ".join(networks) or "none yet"
        raise NotFoundError.at(f"network {network}", "there is none of this name", f"There is: {known}.")
    found = the_city(store, viewer, city, network) if city else None
    if network:
        return found, networks[network]
    mine = set(store.members(viewer, city_id=found["city_id"])["network_id"]) if found else set(networks)
    ordered = sorted((networks[name] for name in mine if name in networks),
                     key=lambda row: (row["demo"], row["network_id"]))
    return found, ordered[0] if ordered else None


def the_city(store: Store, viewer: Viewer, name: str, network: str = "") -> Row:
    """Return the city of the store that a name means.

    Raises
    ------
    NotFoundError
        When none is meant.
    InputError
        When several could be; they are named.
    """
    rows = rows_of(store.cities(viewer, network or None))
    doubles = [row for row in rows if row["city_id"].startswith(DOUBLE)]
    real = [row for row in rows if not row["city_id"].startswith(DOUBLE)]
    for some, before in ((real, ""), (doubles, ""), (doubles, DOUBLE)):
        named = _named(some, name.strip(), before)
        if named:
            return named[0] if len(named) == 1 else _the_one(named, name)
    meant = known_city(name)
    for some, before in ((real, ""), (doubles, DOUBLE)):
        found = next((row for row in some if row["city_id"] == before + meant.city_id), None)
        if found is not None:
            return found
    where = f"the network {network}" if network else "any network"
    raise NotFoundError.at(f"city {name}", f"{meant.name} is not in {where}",
                           "Import it (exchange import ...), or make the demo network (exchange demo).")


def known_city(name: str) -> cities.City:
    """Return the one city of the gazetteer that a name means.

    Raises
    ------
    NotFoundError
        When none is meant.
    InputError
        When several could be; they are named.
    """
    try:
        return cities.get(name)
    except NotFoundError:
        answer = cities.find(name)
    if answer.city is not None:
        return answer.city
    if answer.candidates:
        raise _several(name, [(c.name, c.country, c.slug) for c in answer.candidates])
    raise NotFoundError.at(f"city {name}", "no city of this name is known",
                           "Try another spelling: exchange cities find NAME --country COUNTRY.")


def _several(name: str, candidates: list[tuple[str, str, str]]) -> InputError:
    listed = ", ".join(f"{called} ({country}, {slug})" for called, country, slug in candidates[:8])
    finding = "it can mean several cities" if len(candidates) > 1 else "we are not sure which city that is"
    return InputError.at(f"city {name}", finding, f"Name one of: {listed}.")


def _the_one(named: list[Row], name: str) -> Row:
    """Return which of several cities of one name is meant, where the gazetteer is sure of it."""
    meant = cities.find(name).city
    for row in named:
        if meant is not None and row["city_id"].removeprefix(DOUBLE) == meant.city_id:
            return row
    raise _several(name, [(row["name"], row["country"], row["slug"]) for row in named])


def _named(rows: list[Row], name: str, before: str) -> list[Row]:
    """Return the row with this id or short name, else all that are called so."""
    spellings = {before + name, before + name.casefold()}
    known = [row for row in rows if spellings & {row["city_id"], row["slug"]}]
    return known[:1] or [row for row in rows if row["name"].casefold() == name.casefold()]
