"""Fingerprints of the record: whether what a notebook reads is still what it was."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Final

import sqlalchemy as sa

from exchange.store import schema as t
from exchange.store.access import Viewer, demand
from exchange.store.base import Base

_FEW: Final = 400
"""Up to so many cities are asked for by name; of more, all are read."""

_NOT_CONTENT: Final = frozenset({"at", "by", "client", "seq", "revision", "created_at", "granted_at"})
"""Who wrote what when: no page shows it, so that an answer which is saved again makes no report due."""


class Digests(Base):
    """Hashes of what is known of cities, of exchanges, and of everything."""

    def digest_of_everything(self, viewer: Viewer) -> str:
        """Return the fingerprint of the whole record: the end of its history."""
        demand(viewer, "run", {}, "fingerprint")
        with self.read(viewer) as connection:
            head = connection.scalar(sa.select(t.setting.c.value).where(t.setting.c.key == t.HEAD))
        return str((head or {}).get("hash", ""))

    def digests_of_cities(self, viewer: Viewer, cities: Collection[str]) -> dict[str, str]:
        """Return the fingerprint of each city: register, hazards, priorities, shares, its own assessments and rooms."""
        demand(viewer, "run", {}, "fingerprint")
        found = _Hashes(cities)
        assessed = t.assessment.c.purpose == t.SELF
        with self.read(viewer) as connection:
            for table in (t.city, t.member, t.city_hazard, t.priority, t.share):
                found.add(connection, table, table, table.c.city_id, sa.true())
            found.add(connection, t.assessment, t.assessment, t.assessment.c.city_id, assessed)
            for table in (t.answer, t.profile, t.room, t.voice_block, t.consensus):
                joined = table.join(t.assessment, table.c.assessment_id == t.assessment.c.assessment_id)
                found.add(connection, table, joined, t.assessment.c.city_id, assessed)
        return found.done()

    def digests_of_exchanges(self, viewer: Viewer, exchanges: Collection[str]) -> dict[str, str]:
        """Return the fingerprint of each exchange: its frame, its entries, and how both cities rate it.

        A questionnaire that was only opened says nothing yet, and changes nothing here.
        """
        demand(viewer, "run", {}, "fingerprint")
        found = _Hashes(exchanges)
        subject = t.assessment.c.subject
        answers = t.answer.join(t.assessment, t.answer.c.assessment_id == t.assessment.c.assessment_id)
        with self.read(viewer) as connection:
            for table in (t.exchange, t.entry):
                found.add(connection, table, table, table.c.exchange_id, sa.true())
            found.add(connection, t.answer, answers, subject, subject.is_not(None))
        return found.done()


class _Hashes:
    """One hash for each owner of rows."""

    def __init__(self, owners: Collection[str]) -> None:
        self._owners = set(owners)
        self._hashes: dict[str, Any] = defaultdict(hashlib.sha256)

    def add(self, connection: sa.Connection, table: sa.Table, source: sa.FromClause, owner: sa.Column[Any],
            where: sa.ColumnElement[bool]) -> None:
        columns = [column for column in table.columns if column.name not in _NOT_CONTENT]
        query = sa.select(owner.label("owner_of_row"), *columns).select_from(source).where(where)
        if len(self._owners) <= _FEW:
            query = query.where(owner.in_(sorted(self._owners)))
        for mine, *cells in connection.execute(query.order_by(*table.primary_key.columns)):
            if mine in self._owners:
                self._hashes[mine].update(_line(table.name, cells))

    def done(self) -> dict[str, str]:
        return {owner: self._hashes[owner].hexdigest() for owner in sorted(self._owners)}


def _line(table: str, cells: Iterable[object]) -> bytes:
    return json.dumps([table, *cells], sort_keys=True, default=str).encode()
