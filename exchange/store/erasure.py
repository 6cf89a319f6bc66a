"""What goes for good: rows, what the history says of them, and the pages of the file on which they stood."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import sqlalchemy as sa

from exchange.errors import InputError
from exchange.store import audit
from exchange.store import schema as t
from exchange.store.access import Viewer, demand
from exchange.store.base import Base, Writing, must_exist, seen
from exchange.store.cells import Clean
from exchange.store.frames import record
from exchange.store.lesson_index import unindex

_AT_ONCE: Final = 500
_WORDS: Final = re.compile(r"[ /]")


class Erasure(Base):
    """Erasing people and cities."""

    def wipe_workshop(self, viewer: Viewer, workshop_id: str) -> int:
        """Delete what single people answered in a workshop that has ended; return how many people it were.

        What was counted, and what the city agreed on, stays.
        """
        with self.write(viewer) as writing:
            workshop = seen(writing.connection, viewer, t.workshop, workshop_id, "workshop")
            demand(viewer, "workshop", {"city_id": workshop["city_id"]}, f"workshop {workshop_id}")
            if workshop["closed_at"] is None:
                raise InputError.at(f"workshop {workshop_id}", "it is still open", "End the workshop first.")
            voices = _voices(writing, workshop)
            erased = _erase_voices(writing, workshop["assessment_id"], voices)
            writing.connection.execute(sa.delete(t.consent).where(
                t.consent.c.city_id == workshop["city_id"], t.consent.c.subject.in_(voices)))
            writing.connection.execute(sa.delete(t.seat).where(t.seat.c.workshop_id == workshop_id))
            cleared = sa.update(t.workshop).where(t.workshop.c.workshop_id == workshop_id).values(history=[])
            writing.connection.execute(cleared)
            writing.note(audit.ERASE, f"workshop {workshop_id}", city_id=workshop["city_id"], after={"rows": erased})
        self.scrub()
        return len(voices)

    def export_city(self, viewer: Viewer, city_id: str) -> dict[str, list[Clean]]:
        """Return all that is held on a city: table -> rows, the city's lines of history among them.

        For whoever keeps the record: what single people answered is in it.
        """
        demand(viewer, "everything", {}, f"city {city_id}")
        with self.read() as connection:
            must_exist(connection, t.city, city_id, "city")
            rows = held(connection, city_id)
            history = sa.select(t.audit).where(t.audit.c.city_id == city_id).order_by(t.audit.c.seq)
            return rows | {"audit": [record(row) for row in connection.execute(history)]}

    def erase_city(self, viewer: Viewer, city_id: str) -> dict[str, int]:
        """Erase a city that withdrew, for good; return table -> rows that went.

        With it go its exchanges, what both cities wrote in them, and rankings that name it. Lines of history stay as
        proof that something changed; what it was is taken out of them. Backups are yours to delete.
        """
        with self.write(viewer) as writing:
            demand(viewer, "everything", {}, f"city {city_id}")
            must_exist(writing.connection, t.city, city_id, "city")
            rows = held(writing.connection, city_id)
            unindex(writing.connection, rows["lesson"])
            gone = [row["exchange_id"] for row in rows["exchange"]]
            writing.connection.execute(sa.update(t.lesson_use).where(
                t.lesson_use.c.exchange_id.in_(gone)).values(exchange_id=None))
            for table in reversed(t.METADATA.sorted_tables):
                _delete(writing.connection, table, rows.get(table.name, []))
            writing.note(audit.ERASE, "a city that withdrew", after={"rows": forget(writing, _told_of(
                writing.connection, city_id, rows))})
        self.scrub()
        return {name: len(found) for name, found in rows.items() if found}

    def scrub(self) -> None:
        """Leave nothing of deleted rows in the file, its free pages or its log.

        On PostgreSQL dead rows go with the next vacuum, and with the log that the server keeps.
        """
        if self.engine.dialect.name != "sqlite":
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
            return
        with self._in_turn():
            raw = self.engine.raw_connection()
            try:
                driver: Any = raw.driver_connection
                # The index of the library keeps what was deleted until its parts are put together.
                driver.execute("INSERT INTO lesson_search(lesson_search) VALUES ('optimize')")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()


def _voices(writing: Writing, workshop: dict[str, Any]) -> list[str]:
    seats = sa.select(t.seat.c.respondent_id).where(t.seat.c.workshop_id == workshop["workshop_id"])
    c = t.respondent.c
    typed_in = c.respondent_id.startswith(f"paper-{workshop['workshop_id']}-", autoescape=True)
    paper = sa.select(c.respondent_id).where(c.assessment_id == workshop["assessment_id"], typed_in)
    return sorted({*writing.connection.scalars(seats), *writing.connection.scalars(paper)} - {t.CITY})


def _erase_voices(writing: Writing, assessment_id: str, voices: list[str]) -> list[int]:
    for table in (t.answer_op, t.answer, t.voice, t.respondent):
        writing.connection.execute(sa.delete(table).where(
            table.c.assessment_id == assessment_id, table.c.respondent_id.in_(voices)))
    # What is counted stays counted; who is in it goes.
    blocks = t.voice_block.c
    writing.connection.execute(sa.update(t.voice_block).where(blocks.assessment_id == assessment_id).values(members=[]))
    erased: list[int] = []
    for voice in voices:
        subject = t.audit.c.subject
        erased += forget(writing, subject.startswith(f"answer {assessment_id}/{voice}/", autoescape=True)
                         | (subject == f"respondent {assessment_id}/{voice}"))
    return sorted(erased)


def held(connection: sa.Connection, city_id: str) -> dict[str, list[Clean]]:
    """Return all rows of a city, and all that stand on them, however far: table -> rows."""
    rows: dict[str, list[Clean]] = {}
    for table in t.METADATA.sorted_tables:
        rows[table.name] = _standing_on(connection, table, rows)
        if table is t.city:
            own = sa.select(t.city).where(t.city.c.city_id == city_id)
            rows["city"] = [record(row) for row in connection.execute(own)]
        elif table is t.match_run:
            ranked = [record(row) for row in connection.execute(sa.select(t.match_run))]
            rows["match_run"] = [row for row in ranked if row["city_id"] == city_id or city_id in json.dumps(
                row["result"])]
        elif table is t.lesson_use:  # another city's use goes on, without the exchange in which it began
            rows["lesson_use"] = [row for row in rows["lesson_use"] if row["city_id"] == city_id or any(
                lesson["lesson_id"] == row["lesson_id"] for lesson in rows["lesson"])]
    return rows


def _standing_on(connection: sa.Connection, table: sa.Table, rows: dict[str, list[Clean]]) -> list[Clean]:
    """Return the rows of a table that refer to one of these rows."""
    rules = []
    for rule in table.foreign_key_constraints:
        own = [element.parent.name for element in rule.elements]
        their = [element.column.name for element in rule.elements]
        wanted = {tuple(row[name] for name in their) for row in rows.get(rule.referred_table.name, ())}
        if wanted:
            rules.append((own, wanted))
    if not rules:
        return []
    found = map(record, connection.execute(sa.select(table)))
    return [row for row in found if any(tuple(row[name] for name in own) in wanted for own, wanted in rules)]


def _delete(connection: sa.Connection, table: sa.Table, rows: list[Clean]) -> None:
    keys = [column.name for column in table.primary_key]
    which = sa.and_(*(table.c[name] == sa.bindparam(f"key_{name}") for name in keys))
    if rows:
        connection.execute(sa.delete(table).where(which), [{f"key_{name}": row[name] for name in keys} for row in rows])


def _told_of(connection: sa.Connection, city_id: str, rows: dict[str, list[Clean]]) -> sa.ColumnElement[bool]:
    """Return: this line of history tells of the city, or of something that goes with it."""
    first = {name: next(iter(t.METADATA.tables[name].primary_key)).name for name in rows if name != "member"}
    ids = {row[first[name]] for name, found in rows.items() if name in first for row in found} | {city_id}
    c = t.audit.c
    lines = connection.execute(sa.select(c.seq, c.subject).where(c.salt.is_not(None)))
    named = [seq for seq, subject in lines if ids & set(_WORDS.split(subject))]
    return (c.city_id == city_id) | c.seq.in_(named)


def forget(writing: Writing, which: sa.ColumnElement[bool]) -> list[int]:
    """Take out of the history what some rows were before and after; that they changed stays, and is still sealed."""
    c = t.audit.c
    rows = list(writing.connection.scalars(sa.select(c.seq).where(which, c.salt.is_not(None), c.action != audit.ERASE)))
    for start in range(0, len(rows), _AT_ONCE):
        some = c.seq.in_(rows[start:start + _AT_ONCE])
        writing.connection.execute(sa.update(t.audit).where(some).values(before=None, after=None, salt=None))
    return rows
