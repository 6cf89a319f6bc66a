"""The register: networks, the cities in them, what threatens these, and what they want to learn first."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd
import sqlalchemy as sa

from exchange.assessments.profile import NEED_PRIORITY
from exchange.errors import Findings, NotFoundError
from exchange.store import schema as t
from exchange.store.access import Viewer, demand, readable
from exchange.store.base import Base, Writing, checked, must_exist, one
from exchange.store.cells import Clean, Row, clean_row
from exchange.store.frames import record

_NETWORK = ("network_id", "name", "demo", "about")
_CITY = tuple(column.name for column in t.city.columns)
_MEMBER = ("network_id", "city_id", "joined", "capacity", "readiness", "consent")
_HAZARD = ("hazard_id", "edition", "weight", "likelihood", "impact", "scenario", "source")
_PRIORITY = ("item", "weight", "by")


class Places(Base):
    """Networks, cities, members, hazards and priorities."""

    def networks(self, viewer: Viewer) -> pd.DataFrame:
        """Return the viewer's networks: network_id, name, demo, about."""
        return self._frame(viewer, t.network, t.network.c.network_id)

    def network(self, viewer: Viewer, network_id: str) -> Clean:
        """Return one network as a dict."""
        return self._record(viewer, t.network, network_id, "network")

    def put_network(self, viewer: Viewer, row: Row) -> str:
        """Found a network (the local user alone) or change the given columns of one.

        Parameters
        ----------
        viewer
            Who asks.
        row
            `network_id` (its short name), `name`, `demo`, `about`.
        """
        clean = checked(t.network, row, f"network {row.get('network_id')}", allowed=_NETWORK, needed=("network_id",))
        place = f"network {clean['network_id']}"
        with self.write(viewer) as writing:
            before = one(writing.connection, t.network, {"network_id": clean["network_id"]})
            demand(viewer, "network", {"network_id": clean["network_id"], "exists": before is not None}, place)
            _put(writing, t.network, clean, before, defaults={"name": clean["network_id"]}, subject=place)
        return str(clean["network_id"])

    def cities(self, viewer: Viewer, network: str | None = None, *,
               city_ids: Collection[str] | None = None) -> pd.DataFrame:
        """Return the cities that the viewer may see, by name: all columns of the table `city`.

        Parameters
        ----------
        viewer
            Who asks.
        network
            Only its members.
        city_ids
            Only these.
        """
        members = sa.select(t.member.c.city_id).where(t.member.c.network_id == network, readable(viewer, t.member))
        where = None if network is None else t.city.c.city_id.in_(members)
        return self._frame(viewer, t.city, t.city.c.name, t.city.c.city_id, where=where, city_id=city_ids)

    def city(self, viewer: Viewer, id_or_slug: str) -> Clean:
        """Return one city as a dict.

        Raises
        ------
        NotFoundError
            When the store has none that this viewer may see.
        """
        with self.read(viewer) as connection:
            named = (t.city.c.city_id == id_or_slug) | (t.city.c.slug == id_or_slug)
            order = (t.city.c.city_id == id_or_slug).desc()
            query = sa.select(t.city).where(named, readable(viewer, t.city)).order_by(order).limit(1)
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFoundError.at(f"city {id_or_slug}", "it is in no network that you may see",
                                   "Check the name, or add the city to the network.")
        return record(row)

    def put_city(self, viewer: Viewer, row: Row) -> str:
        """Enter a city, or change the given columns of one.

        Parameters
        ----------
        viewer
            The city itself, or a secretariat of one of its networks.
        row
            `city_id`, `slug`, `name`, `country` (ISO 3166 alpha-3) and what else is known; each of the `facts` is a
            dict with its source.
        """
        clean = checked(t.city, row, f"city {row.get('city_id')}", allowed=_CITY, needed=("city_id",))
        place = f"city {clean['city_id']}"
        with self.write(viewer) as writing:
            before = one(writing.connection, t.city, {"city_id": clean["city_id"]})
            demand(viewer, "city", _about_city(writing.connection, clean["city_id"]), place)
            defaults = {"slug": clean["city_id"]}
            if before is None:
                checked(t.city, clean, place, allowed=_CITY, needed=("city_id", "name", "country"))
            _put(writing, t.city, clean, before, defaults=defaults, subject=place, city_id=clean["city_id"])
        return str(clean["city_id"])

    def members(self, viewer: Viewer, network: str | None = None, *, city_id: str | None = None) -> pd.DataFrame:
        """Return who is in which network: network_id, city_id, joined, capacity, readiness, consent."""
        return self._frame(viewer, t.member, t.member.c.network_id, t.member.c.city_id,
                           network_id=network, city_id=city_id)

    def put_member(self, viewer: Viewer, row: Row) -> None:
        """Enrol a city in a network, or change the given columns of its membership.

        Parameters
        ----------
        viewer
            The secretariat; a member city for its own row.
        row
            `network_id`, `city_id`, `joined`, `capacity` (how many learners it hosts in a round), `readiness`,
            `consent`.
        """
        place = f"member {row.get('city_id')} of {row.get('network_id')}"
        clean = checked(t.member, row, place, allowed=_MEMBER, needed=("network_id", "city_id"))
        key = {name: clean[name] for name in ("network_id", "city_id")}
        with self.write(viewer) as writing:
            about = _about_city(writing.connection, clean["city_id"]) | {"network_id": clean["network_id"]}
            demand(viewer, "member", about, place)
            must_exist(writing.connection, t.network, clean["network_id"], "network")
            must_exist(writing.connection, t.city, clean["city_id"], "city")
            before = one(writing.connection, t.member, key)
            defaults = {"joined": writing.now.date()}
            _put(writing, t.member, clean, before, defaults=defaults, subject=place, city_id=clean["city_id"])

    def hazards(self, viewer: Viewer, *, network: str | None = None,
                city_ids: Collection[str] | None = None) -> pd.DataFrame:
        """Return what threatens the cities: city_id, hazard_id, edition, weight, likelihood, impact, scenario, source.

        Parameters
        ----------
        viewer
            Who asks.
        network
            Only its members.
        city_ids
            Only these cities.
        """
        members = sa.select(t.member.c.city_id).where(t.member.c.network_id == network, readable(viewer, t.member))
        where = None if network is None else t.city_hazard.c.city_id.in_(members)
        return self._frame(viewer, t.city_hazard, t.city_hazard.c.city_id, t.city_hazard.c.hazard_id,
                           where=where, city_id=city_ids)

    def put_hazards(self, viewer: Viewer, city_id: str, rows: Iterable[Row]) -> None:
        """Write the hazards of a city over those that stand there.

        Parameters
        ----------
        viewer
            The city itself, or a secretariat of one of its networks.
        city_id
            Which city.
        rows
            Each with `hazard_id`, `edition`, `weight` and what else is known.
        """
        clean = _several(t.city_hazard, rows, _HAZARD, ("hazard_id", "edition", "weight"), {"city_id": city_id})
        with self.write(viewer) as writing:
            demand(viewer, "city_hazard", _about_city(writing.connection, city_id), f"hazards of {city_id}")
            _replace(writing, t.city_hazard, city_id, clean, "hazards")

    def priorities(self, viewer: Viewer, *, city_ids: Collection[str] | None = None) -> pd.DataFrame:
        """Return what cities want to learn first, where they share it: city_id, item, weight, by."""
        return self._frame(viewer, t.priority, t.priority.c.city_id, t.priority.c.item, city_id=city_ids)

    def put_priorities(self, viewer: Viewer, city_id: str, rows: Iterable[Row]) -> None:
        """Write the priorities of a city over those that stand there: each with `item` and `weight`."""
        clean = _several(t.priority, rows, _PRIORITY, ("item", "weight"), {"city_id": city_id})
        with self.write(viewer) as writing:
            demand(viewer, "priority", {"city_id": city_id}, f"priorities of {city_id}")
            for row in clean:
                row.setdefault("by", viewer.name)
            _replace(writing, t.priority, city_id, clean, "priorities")


def prioritise(writing: Writing, city_id: str, items: Iterable[str]) -> None:
    """Make these items, and no others, the priorities of a city; those that stand keep their weight."""
    p = t.priority.c
    weights = {row.item: row.weight for row in writing.connection.execute(
        sa.select(p.item, p.weight).where(p.city_id == city_id))}
    wanted = sorted(set(items))
    if wanted != sorted(weights):
        rows: list[Clean] = [{"city_id": city_id, "item": item, "by": writing.viewer.name,
                              "weight": weights.get(item, float(NEED_PRIORITY))} for item in wanted]
        _replace(writing, t.priority, city_id, rows, "priorities")


def networks_of(connection: sa.Connection, city_id: str) -> set[str]:
    """Return the networks in which a city is a member."""
    return set(connection.scalars(sa.select(t.member.c.network_id).where(t.member.c.city_id == city_id)))


def _about_city(connection: sa.Connection, city_id: str) -> Clean:
    return {"city_id": city_id, "networks": networks_of(connection, city_id)}


def _put(writing: Writing, table: sa.Table, clean: Clean, before: Clean | None, *, defaults: Clean, subject: str,
         city_id: str | None = None) -> None:
    """Insert a row with its defaults, or change the given columns; nothing when nothing changes."""
    row = {**defaults, **clean} if before is None else clean
    if before is not None and all(before[name] == value for name, value in clean.items()):
        return
    if before is None:
        writing.connection.execute(sa.insert(table), [row])
    else:
        keys = [column == clean[column.name] for column in table.primary_key]
        writing.connection.execute(sa.update(table).where(*keys).values(clean))
    writing.note(f"put {table.name}", subject, city_id=city_id, before=before, after=row)


def _several(table: sa.Table, rows: Iterable[Row], allowed: tuple[str, ...], needed: tuple[str, ...],
             same: Clean) -> list[Clean]:
    """Return checked rows with the same columns in each, or raise with all findings."""
    findings = Findings()
    clean: list[Clean] = []
    keys: set[str] = set()
    for number, row in enumerate(rows, 1):
        values = clean_row(table, row, f"row {number}", findings, allowed=allowed, needed=needed)
        key = str(values.get(allowed[0]))
        if key in keys:
            findings.add(f"row {number}, {allowed[0]}", f"{key} stands twice", "Keep one of the rows.")
        keys.add(key)
        clean.append({**same, **values})
    findings.raise_if_any()
    return clean


def _replace(writing: Writing, table: sa.Table, city_id: str, rows: list[Clean], what: str) -> None:
    must_exist(writing.connection, t.city, city_id, "city")
    columns = [column for column in table.columns if column.name != "city_id"]
    standing = sa.select(*columns).where(table.c.city_id == city_id).order_by(columns[0])
    before = [record(row) for row in writing.connection.execute(standing)]
    writing.connection.execute(sa.delete(table).where(table.c.city_id == city_id))
    for row in rows:
        writing.connection.execute(sa.insert(table), [row])
    writing.note(f"put {what}", f"{what} of {city_id}", city_id=city_id, before=before,
                 after=[{name: value for name, value in row.items() if name != "city_id"} for row in rows])
