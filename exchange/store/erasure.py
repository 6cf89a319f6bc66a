"""What goes for good: rows, what the history says of them, and the pages of the file on which they stood."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from exchange.errors import InputError
from exchange.store import audit
from exchange.store import schema as t
from exchange.store.access import Viewer, demand
from exchange.store.base import Base, Writing, seen

_AT_ONCE: Final = 500


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
            writing.connection.execute(sa.delete(t.seat).where(t.seat.c.workshop_id == workshop_id))
            cleared = sa.update(t.workshop).where(t.workshop.c.workshop_id == workshop_id).values(history=[])
            writing.connection.execute(cleared)
            writing.note(audit.ERASE, f"workshop {workshop_id}", city_id=workshop["city_id"], after={"rows": erased})
        self.scrub()
        return len(voices)

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


def forget(writing: Writing, which: sa.ColumnElement[bool]) -> list[int]:
    """Take out of the history what some rows were before and after; that they changed stays, and is still sealed."""
    c = t.audit.c
    rows = list(writing.connection.scalars(sa.select(c.seq).where(which, c.salt.is_not(None), c.action != audit.ERASE)))
    for start in range(0, len(rows), _AT_ONCE):
        some = c.seq.in_(rows[start:start + _AT_ONCE])
        writing.connection.execute(sa.update(t.audit).where(some).values(before=None, after=None, salt=None))
    return rows
