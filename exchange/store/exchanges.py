"""The exchanges between cities: the frame of each, and one row for every objective, person, finding and action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from exchange.errors import Finding, InputError, NotFoundError
from exchange.store import schema as t
from exchange.store.access import Viewer, demand, readable
from exchange.store.answers import EditConflictError
from exchange.store.base import Base, Writing, checked, must_exist, one, only, seen
from exchange.store.cells import Clean, Row
from exchange.store.frames import record
from exchange.store.places import networks_of

_EXCHANGE: Final = ("exchange_id", "network_id", "round", "learner_id", "host_id", "pair_type", "learning_level",
                    "status", "start", "end", "title", "about")
_FIXED: Final = ("network_id", "learner_id", "host_id")
_ENTRY: Final = ("kind", "side", "position", "body")


class Exchanges(Base):
    """Exchanges and their entries. Both cities of a pair and the network's secretariat see them."""

    def exchanges(self, viewer: Viewer, network: str | None = None, city: str | None = None, *,
                  round: str | None = None, status: str | None = None) -> pd.DataFrame:  # noqa: A002
        """Return the exchanges that the viewer may see and that match, oldest first: all columns.

        Parameters
        ----------
        viewer
            Who asks.
        network, round, status
            Only with these.
        city
            Only where this city learns or hosts.
        """
        c = t.exchange.c
        where = None if city is None else (c.learner_id == city) | (c.host_id == city)
        return self._frame(viewer, t.exchange, c.created_at, c.exchange_id, where=where, network_id=network,
                           round=round, status=status)

    def exchange(self, viewer: Viewer, exchange_id: str) -> Clean:
        """Return one exchange as a dict."""
        return self._record(viewer, t.exchange, exchange_id, "exchange")

    def put_exchange(self, viewer: Viewer, row: Row, *, base_revision: int | None = None) -> str:
        """Begin an exchange, or change the given columns of one; return its identifier.

        Parameters
        ----------
        viewer
            One of the two cities, or the secretariat.
        row
            `network_id`, `round`, `learner_id`, `host_id`, `pair_type`, `learning_level`, `status`, `start`, `end`,
            `title`, `about`; `exchange_id` to change one. The network and the pair stay as they are once it began.
        base_revision
            The revision that was seen when it was changed; None does not check.

        Raises
        ------
        EditConflictError
            When it was changed meanwhile.
        """
        place = f"exchange {row.get('exchange_id', '')}".strip()
        clean = checked(t.exchange, row, place, allowed=_EXCHANGE)
        with self.write(viewer) as writing:
            before = one(writing.connection, t.exchange, {"exchange_id": clean.get("exchange_id", "")})
            if before is None:
                return _begin(writing, clean, place)
            seen(writing.connection, viewer, t.exchange, before["exchange_id"], "exchange")
            demand(viewer, "exchange", before, place)
            _same_pair(before, clean, place)
            _change(writing, t.exchange, before, clean, base_revision=base_revision, place=place)
        return str(before["exchange_id"])

    def entries(self, viewer: Viewer, exchange_id: str, kind: str | None = None) -> list[Clean]:
        """Return the entries of an exchange, by kind and position.

        Returns
        -------
        list of dict
            entry_id, exchange_id, kind, side, position, body, revision, at, by.
        """
        c = t.entry.c
        query = only(sa.select(t.entry).where(readable(viewer, t.entry)), t.entry, exchange_id=exchange_id, kind=kind)
        with self.read(viewer) as connection:
            seen(connection, viewer, t.exchange, exchange_id, "exchange")
            rows = connection.execute(query.order_by(c.kind, c.position, c["at"], c.entry_id))
            return [record(row) for row in rows]

    def put_entry(self, viewer: Viewer, exchange_id: str, kind: str, body: Mapping[str, object], *,
                  entry_id: str | None = None, side: str | None = None, position: int | None = None,
                  base_revision: int | None = None) -> Clean:
        """Write one thing of an exchange: an objective, a person, a finding, an action ...; return the row.

        Parameters
        ----------
        viewer
            One of the two cities; for an entry without a side the secretariat too.
        exchange_id, kind, body
            Of which exchange, what it is, and what it says.
        entry_id
            To change an existing one; with `base_revision` 0 the id that a new one shall have, so that an entry which
            is sent twice is written once.
        side
            ``"learner"`` or ``"host"`` for what one city alone says; None for both.
        position
            Its place among its kind; None: at the end, or where it is.
        base_revision
            The revision that was seen when it was changed; None does not check.

        Raises
        ------
        EditConflictError
            When the entry was changed or removed meanwhile; it has `mine` and `theirs`.
        """
        given = {"kind": kind, "side": side, "body": body, **({} if position is None else {"position": position})}
        place = f"{kind} of exchange {exchange_id}"
        clean = checked(t.entry, given, place, allowed=_ENTRY)
        with self.write(viewer) as writing:
            exchange = seen(writing.connection, viewer, t.exchange, exchange_id, "exchange")
            demand(viewer, "entry", {**exchange, "side": side}, place)
            if entry_id is None or (base_revision == 0 and _is_free(writing, entry_id)):
                return _add_entry(writing, exchange, clean, entry_id)
            before = _entry(writing, exchange, entry_id, clean if base_revision is not None else None)
            demand(viewer, "entry", {**exchange, "side": before["side"]}, place)
            return _change(writing, t.entry, before, clean, base_revision=base_revision, place=place,
                           city_id=_speaker(viewer, exchange))

    def delete_entry(self, viewer: Viewer, entry_id: str, *, base_revision: int | None = None) -> None:
        """Remove one thing of an exchange; what it said stays in the history."""
        with self.write(viewer) as writing:
            before = seen(writing.connection, viewer, t.entry, entry_id, "entry")
            exchange = seen(writing.connection, viewer, t.exchange, before["exchange_id"], "exchange")
            place = f"{before['kind']} of exchange {before['exchange_id']}"
            demand(viewer, "entry", {**exchange, "side": before["side"]}, place)
            if base_revision not in (None, before["revision"]):
                raise _conflict(place, {}, before)
            writing.connection.execute(sa.delete(t.entry).where(t.entry.c.entry_id == entry_id))
            writing.note("delete entry", f"entry {entry_id}", city_id=_speaker(viewer, exchange), before=before)


def _begin(writing: Writing, clean: Clean, place: str) -> str:
    clean = checked(t.exchange, clean, place, allowed=_EXCHANGE, needed=_FIXED)
    clean.setdefault("exchange_id", writing.new_id("x"))
    demand(writing.viewer, "exchange", clean, place)
    must_exist(writing.connection, t.network, clean["network_id"], "network")
    if clean["learner_id"] == clean["host_id"]:
        raise InputError.at(place, "learner and host are the same city", "Name two cities.")
    for side in ("learner_id", "host_id"):
        if clean["network_id"] not in networks_of(writing.connection, clean[side]):
            raise InputError.at(f"{place}, {side}", f"{clean[side]} is not a member of {clean['network_id']}",
                                "Enrol the city in the network first.")
    clean |= {"revision": 1, "created_at": writing.now}
    writing.connection.execute(sa.insert(t.exchange), [clean])
    writing.note("put exchange", f"exchange {clean['exchange_id']}", city_id=_speaker(writing.viewer, clean),
                 after=clean)
    return str(clean["exchange_id"])


def _same_pair(before: Clean, clean: Clean, place: str) -> None:
    for name in _FIXED:
        if clean.get(name, before[name]) != before[name]:
            raise InputError.at(f"{place}, {name}", "network and pair cannot change once an exchange began",
                                "End this exchange and begin another.")


def _change(writing: Writing, table: sa.Table, before: Clean, clean: Clean, *, base_revision: int | None, place: str,
            city_id: str | None = None) -> Clean:
    """Change a row that has a revision; nothing when nothing changes."""
    if all(before[name] == value for name, value in clean.items()):
        return before
    if base_revision not in (None, before["revision"]):
        raise _conflict(place, clean, before)
    stamp = {"at": writing.now, "by": writing.viewer.name} if table is t.entry else {}
    change = {**clean, **stamp, "revision": before["revision"] + 1}
    (key,) = table.primary_key.columns
    writing.connection.execute(sa.update(table).where(key == before[key.name]).values(change))
    writing.note(f"put {table.name}", f"{table.name} {before[key.name]}",
                 city_id=city_id or _speaker(writing.viewer, before),
                 before={name: before[name] for name in clean}, after=change)
    return {**before, **change}


def _conflict(place: str, mine: Clean, theirs: Clean) -> EditConflictError:
    finding = f"{theirs.get('by') or 'somebody'} changed it meanwhile (revision {theirs['revision']})"
    return EditConflictError(Finding(place, finding, "Look at both versions and save the one that is right."),
                             mine, theirs)


def _is_free(writing: Writing, entry_id: str) -> bool:
    return one(writing.connection, t.entry, {"entry_id": entry_id}) is None


def _add_entry(writing: Writing, exchange: Clean, clean: Clean, entry_id: str | None = None) -> Clean:
    c = t.entry.c
    last = sa.select(sa.func.max(c.position)).where(
        c.exchange_id == exchange["exchange_id"], c.kind == clean["kind"])
    before = writing.connection.scalar(last)
    row = {"position": 0 if before is None else before + 1, **clean, "entry_id": entry_id or writing.new_id("n"),
           "exchange_id": exchange["exchange_id"], "revision": 1, "at": writing.now, "by": writing.viewer.name}
    writing.connection.execute(sa.insert(t.entry), [row])
    writing.note("put entry", f"entry {row['entry_id']}", city_id=_speaker(writing.viewer, exchange), after=row)
    return row


def _entry(writing: Writing, exchange: Clean, entry_id: str, mine: Clean | None) -> Clean:
    """Return an entry of this exchange; one that was removed while somebody changed it is a conflict."""
    before = one(writing.connection, t.entry, {"entry_id": entry_id, "exchange_id": exchange["exchange_id"]})
    if before is not None:
        return before
    place = f"entry {entry_id}"
    if mine is not None:
        finding = Finding(place, "somebody removed it meanwhile", "Add it again, or leave it out.")
        raise EditConflictError(finding, mine, {})
    raise NotFoundError.at(place, f"exchange {exchange['exchange_id']} has none", "Check the identifier.")


def _speaker(viewer: Viewer, exchange: Mapping[str, Any]) -> str | None:
    """Return the city of the pair for which the viewer acts, when that is clear."""
    sides = [exchange.get("learner_id"), exchange.get("host_id")]
    spoken_for = [city for city in sides if city in viewer.city_ids]
    return spoken_for[0] if len(spoken_for) == 1 else None
