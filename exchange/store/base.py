"""Opening the record, reading it and writing to it: each write is one transaction with its own line of history."""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pandas as pd
import sqlalchemy as sa

from exchange.errors import Findings, InputError, NotFoundError, StoreError
from exchange.store import audit, database
from exchange.store import schema as t
from exchange.store.access import Viewer, demand, readable
from exchange.store.audit import AuditReport, Change
from exchange.store.cells import Clean, Row, clean_row
from exchange.store.frames import frame, record, table_of

CLOCK_VARIABLE: Final = "EXCHANGE_NOW"
PATIENCE: Final = 10.0
"""Seconds to wait for others to finish writing."""

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # without i, l, o and u: people read identifiers aloud

Clock = Callable[[], datetime]


@dataclass
class Writing:
    """One write under way.

    Parameters
    ----------
    connection
        Its transaction.
    viewer
        Who writes.
    now
        When.
    head
        The end of the history before it.
    changes
        What it has done so far.
    """

    connection: sa.Connection
    viewer: Viewer
    now: datetime
    head: tuple[int, str]
    changes: list[Change] = field(default_factory=list)

    def note(self, action: str, subject: str, *, city_id: str | None = None, before: object = None,
             after: object = None) -> None:
        """Put one change on record; it is written when the transaction ends."""
        self.changes.append(Change(action, subject, city_id, before, after))

    def new_id(self, letter: str) -> str:
        """Return a fresh identifier: random, so that records of two machines can be joined.

        With a pinned clock it is counted instead, so that the same steps make the same record.
        """
        if CLOCK_VARIABLE in os.environ:
            return f"{letter}-{self.head[0] + 1:06d}-{len(self.changes)}"
        return f"{letter}-" + "".join(secrets.choice(_LETTERS) for _ in range(12))


class Base:
    """A store that is open; see `exchange.store.Store` for what it can do."""

    def __init__(self, engine: sa.Engine, url: sa.URL, clock: Clock | None = None, patience: float = PATIENCE) -> None:
        self.engine = engine
        self._writer = database.writing(engine)
        self._place = database.place(url)
        self._clock = clock or now
        self._patience = patience
        self._closed = False
        # SQLite lets writers collide and retry; queueing here keeps the threads of a server fair to one another.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    @classmethod
    def open(cls, url: str | None = None, *, clock: Clock | None = None, patience: float = PATIENCE) -> Self:
        """Open the store; make it, or bring its schema up to date, where that is needed.

        Parameters
        ----------
        url
            ``sqlite:///path`` or ``postgresql://user:password@host/database``. None: the variable
            EXCHANGE_DATABASE, else `runs/exchange.db`.
        clock
            Tells the time, timezone-aware. None: the variable EXCHANGE_NOW (ISO 8601), else the real time.
        patience
            Seconds to wait for others to finish writing.

        Raises
        ------
        InputError
            The URL is not one of these.
        StoreError
            The database is locked, newer than this program, damaged, another program's, or its disk is full;
            nothing was changed.
        """
        address = database.address(url)
        with database.in_our_words(database.place(address)):
            _make_file(address)
            engine = database.engine_of(address, patience)
            try:
                database.prepare(engine, address)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine, address, clock, patience)

    def close(self) -> None:
        """Let go of the database; the store cannot be used after."""
        self._closed = True
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Store, {self._place}>"

    @contextlib.contextmanager
    def read(self, _viewer: Viewer | None = None) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the record; for the modules of this package."""
        self._must_be_open()
        with database.in_our_words(self._place), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self, viewer: Viewer) -> Iterator[Writing]:
        """Give a transaction that holds everything until it has ended, or nothing; for the modules of this package."""
        self._must_be_open()
        with self._in_turn(), database.in_our_words(self._place), self._writer.begin() as connection:
            writing = Writing(connection, viewer, self._clock(), self._head(connection))
            yield writing
            if writing.changes:
                audit.append(connection, viewer, writing.now, writing.head, writing.changes)

    def _head(self, connection: sa.Connection) -> tuple[int, str]:
        try:
            return audit.locked_head(connection)
        except (sa.exc.NoResultFound, KeyError, TypeError, ValueError) as error:
            raise StoreError.at(self._place, "the end of its history is missing",
                                "Run exchange audit verify, and restore a backup that verifies.") from error

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
        elif self._turn.acquire(timeout=self._patience):
            try:
                yield
            finally:
                self._turn.release()
        else:
            raise StoreError.at(self._place, *database.BUSY)

    def _must_be_open(self) -> None:
        if self._closed:
            raise StoreError.at(self._place, "the store was closed", "Open it again.")

    def now(self) -> datetime:
        """Return the time by the store's clock, in UTC."""
        return self._clock()

    def verify_audit(self, expected: str | None = None) -> AuditReport:
        """Return whether the history is whole.

        Parameters
        ----------
        expected
            `AuditReport.head` of an earlier verification, noted outside the database.
        """
        with self.read() as connection:
            return audit.verify(connection, expected)

    def newest_change(self) -> datetime | None:
        """Return when the record was changed last; None for one that never was."""
        with self.read() as connection:
            newest = connection.scalar(sa.select(t.audit.c.at).order_by(t.audit.c.seq.desc()).limit(1))
        return None if newest is None else datetime.fromisoformat(newest)

    def audit(self, viewer: Viewer, *, city_id: str | None = None, subject: str | None = None,
              last: int | None = None) -> pd.DataFrame:
        """Return the history that the viewer may see, oldest first: seq, at, who, role, action, subject, ...

        Parameters
        ----------
        viewer
            Who asks. Editors see their own city's.
        city_id, subject
            Only of this city, of this thing (``"answer a-12/city/P1.1"``).
        last
            Only so many, the newest.
        """
        columns = table_of(t.audit, "salt", "digest", "previous")
        query = sa.select(*columns).where(readable(viewer, t.audit)).order_by(t.audit.c.seq.desc()).limit(last)
        query = only(query, t.audit, city_id=city_id, subject=subject)
        with self.read(viewer) as connection:
            return frame(columns, connection.execute(query).all()[::-1])

    def setting(self, viewer: Viewer, key: str) -> Any:
        """Return a setting, or None. Settings are the local user's."""
        query = sa.select(t.setting.c.value).where(t.setting.c.key == key, readable(viewer, t.setting))
        with self.read(viewer) as connection:
            return connection.scalars(query).one_or_none()

    def put_setting(self, viewer: Viewer, key: str, value: object) -> None:
        """Write a setting."""
        if key == t.HEAD:
            raise InputError.at(f"setting {key}", "it belongs to the history", "Use another name.")
        row = checked(t.setting, {"key": key, "value": value}, f"setting {key}", allowed=("key", "value"))
        with self.write(viewer) as writing:
            demand(viewer, "setting", {}, f"setting {key}")
            before = one(writing.connection, t.setting, {"key": key})
            upsert(writing.connection, t.setting, [row])
            writing.note("put setting", f"setting {key}", before=before and before["value"], after=row["value"])

    # What the parts of the store share.

    def _frame(self, viewer: Viewer, table: sa.Table, *order: Any, leave_out: tuple[str, ...] = (),
               where: sa.ColumnElement[bool] | None = None, **equal: object) -> pd.DataFrame:
        """Return the rows of a table that the viewer may see and that match."""
        columns = table_of(table, *leave_out)
        query = only(sa.select(*columns).where(readable(viewer, table)), table, **equal).order_by(*order)
        if where is not None:
            query = query.where(where)
        with self.read(viewer) as connection:
            return frame(columns, connection.execute(query).all())

    def _record(self, viewer: Viewer, table: sa.Table, key: str, what: str) -> Clean:
        """Return the row with this key, or raise as if it did not exist where the viewer may not see it."""
        with self.read(viewer) as connection:
            return seen(connection, viewer, table, key, what)


def seen(connection: sa.Connection, viewer: Viewer, table: sa.Table, key: str, what: str) -> Clean:
    """Return the row with this primary key, if the viewer may see it.

    Raises
    ------
    NotFoundError
        When there is none, or none for this viewer: the two look the same.
    """
    (primary,) = table.primary_key.columns
    row = connection.execute(sa.select(table).where(primary == key, readable(viewer, table))).one_or_none()
    if row is None:
        raise NotFoundError.at(f"{what} {key}", "there is none that you may see", "Check the identifier.")
    return record(row)


def one(connection: sa.Connection, table: sa.Table, key: Row) -> Clean | None:
    """Return the row with this key, whoever asks: for decisions inside a write."""
    same = [table.c[name].is_(None) if value is None else table.c[name] == value for name, value in key.items()]
    row = connection.execute(sa.select(table).where(*same)).one_or_none()
    return None if row is None else record(row)


def must_exist(connection: sa.Connection, table: sa.Table, key: str, what: str) -> None:
    """Raise unless the table has a row with this key.

    Raises
    ------
    NotFoundError
        Naming it.
    """
    (primary,) = table.primary_key.columns
    if connection.execute(sa.select(primary).where(primary == key)).one_or_none() is None:
        raise NotFoundError.at(f"{what} {key}", "there is none", f"Add the {what} first, or check the identifier.")


def only(query: sa.Select[Any], table: sa.Table, **equal: object) -> sa.Select[Any]:
    """Return the query for rows that have these values; None means any, a list or set any of these."""
    for name, value in equal.items():
        if isinstance(value, (list, tuple, set, frozenset)):
            query = query.where(table.c[name].in_(sorted(value)))
        elif value is not None:
            query = query.where(table.c[name] == value)
    return query


def checked(table: sa.Table, row: Row, place: str, *, allowed: tuple[str, ...], needed: tuple[str, ...] = ()) -> Clean:
    """Return a row whose every value fits its column, or raise with all findings."""
    findings = Findings()
    clean = clean_row(table, row, place, findings, allowed=allowed, needed=needed)
    findings.raise_if_any()
    return clean


def upsert(connection: sa.Connection, table: sa.Table, rows: list[Clean], over: Collection[str] | None = None) -> None:
    """Insert rows; where the key is there, write the columns `over` (None: all that are given) over the old ones."""
    if not rows:
        return
    insert: Any = _insert(connection)(table)
    keys = [column.name for column in table.primary_key]
    given = {name: insert.excluded[name] for name in rows[0]
             if name not in keys and (over is None or name in over)}
    if given:
        insert = insert.on_conflict_do_update(index_elements=keys, set_=given)
    else:
        insert = insert.on_conflict_do_nothing(index_elements=keys)
    connection.execute(insert, rows)


def _insert(connection: sa.Connection) -> Any:
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite  # noqa: PLC0415

        return sqlite
    from sqlalchemy.dialects.postgresql import insert as postgresql  # noqa: PLC0415

    return postgresql


def now() -> datetime:
    """Return the time, or what EXCHANGE_NOW pins it to.

    Raises
    ------
    InputError
        When EXCHANGE_NOW is not a moment.
    """
    pinned = os.environ.get(CLOCK_VARIABLE)
    if pinned is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(pinned)
    except ValueError:
        raise InputError.at(CLOCK_VARIABLE, "it is not a moment", "Use ISO 8601: 2026-11-23T10:42:00Z.") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _make_file(url: sa.URL) -> None:
    """Make folder and file where they are missing; the file readable by its owner alone."""
    path = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or str(path).startswith("file:") or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
