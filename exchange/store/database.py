"""Where the record lives: a file on this machine, or a PostgreSQL server that a network shares."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

from exchange import paths
from exchange.errors import InputError, StoreError
from exchange.store import schema

VARIABLE: Final = "EXCHANGE_DATABASE"
_WRITING: Final = "exchange_writing"


def absolute(url: str | None = None) -> str:
    """Return the URL of the store, good from any working directory; with its password, for a child process.

    Parameters
    ----------
    url
        ``sqlite:///path`` or ``postgresql://...``; None: the variable EXCHANGE_DATABASE, else `runs/exchange.db`.

    Raises
    ------
    InputError
        When it is not such a URL.
    """
    return address(url).render_as_string(hide_password=False)


def address(url: str | None = None) -> sa.URL:
    """Return the parsed URL; see `absolute`."""
    given = url or os.environ.get(VARIABLE) or f"sqlite:///{paths.runs() / 'exchange.db'}"
    remedy = "Use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE."
    try:
        parsed = sa.make_url(given)
    except (sa.exc.ArgumentError, ValueError):
        # Without the text itself: it may hold a password.
        raise InputError.at("address of the database", "it is not a URL", remedy) from None
    kind = parsed.drivername.split("+")[0]
    if kind in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise InputError.at("address of the database", f"{kind} is not a database that we know", remedy)
    if not parsed.database or parsed.database == ":memory:":
        raise InputError.at("address of the database", "it names no file", remedy)
    if parsed.database.startswith("file:"):
        return parsed
    return parsed.set(drivername="sqlite", database=str(Path(parsed.database).expanduser().absolute()))


def place(url: sa.URL) -> str:
    """Return how the database is named to people: never with its password."""
    if url.get_backend_name() == "sqlite":
        return f"database {url.database}"
    return f"database {url.database} on {url.host or 'this machine'}"


def engine_of(url: sa.URL, patience: float) -> sa.Engine:
    """Return the engine, with every connection set up for safe writing.

    Parameters
    ----------
    url
        From `address`.
    patience
        Seconds to wait for others to finish writing.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, patience)
    return _postgresql(url, patience)


def writing(engine: sa.Engine) -> sa.Engine:
    """Return the same engine for transactions that write from their first statement on."""
    return engine.execution_options(**{_WRITING: True})


def _sqlite(url: sa.URL, patience: float) -> sa.Engine:
    engine = sa.create_engine(url, hide_parameters=True, connect_args={"timeout": patience, "check_same_thread": False},
                              pool_size=8, max_overflow=24, pool_timeout=max(patience, 1))

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        # The driver's own BEGIN comes too late and without IMMEDIATE: see the "begin" event.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        _keep_a_write_ahead_log(connection, patience)

    @event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        # Deferred transactions that read before they write fail with "locked" whenever two of them meet.
        immediate = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _keep_a_write_ahead_log(connection: sqlite3.Connection, patience: float) -> None:
    """Switch to WAL once in the life of the file; that switch does not wait for others by itself."""
    until = time.monotonic() + patience
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                return  # a read-only file, or a file system without shared memory
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname == "SQLITE_READONLY":
                return
            if not error.sqlite_errorname.startswith("SQLITEBUSY") or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _postgresql(url: sa.URL, patience: float) -> sa.Engine:
    try:
        engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=8, max_overflow=24,
                                  pool_timeout=max(patience, 1), connect_args=_connect_args(url))
    except ModuleNotFoundError:
        raise StoreError.at(place(url), "the driver for PostgreSQL is not installed",
                            'Run pip install "city-learning-exchange[postgres]".') from None

    @event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {max(1, int(patience * 1000))}")
        connection.commit()

    return engine


def _connect_args(url: sa.URL) -> dict[str, Any]:
    return {} if "connect_timeout" in url.query else {"connect_timeout": 10}


# What the drivers say, in our words --------------------------------------------------------------------------------


@contextlib.contextmanager
def in_our_words(where: str) -> Iterator[None]:
    """Turn whatever the driver raises into one `StoreError` or `InputError`."""
    try:
        yield
    except sa.exc.IntegrityError as error:
        raise _broken_rule(where, error) from error
    except sa.exc.DBAPIError as error:
        raise StoreError.at(where, *_words(error.orig)) from error
    except (sqlite3.Error, OSError) as error:
        raise StoreError.at(where, *_words(error)) from error
    except sa.exc.TimeoutError as error:
        raise StoreError.at(where, *BUSY) from error


_NOTHING = "Nothing was changed."
BUSY = ("others are writing to it and did not finish in time", f"{_NOTHING} Try again in a moment.")
_FULL = ("its disk is full", f"{_NOTHING} Free some space and try again.")
_READONLY = ("it may only be read", f"{_NOTHING} Allow writing, or name another database in {VARIABLE}.")
_DAMAGED = ("it is damaged", "Restore the newest backup; keep the damaged file for whoever helps you.")
_NOT_OURS = ("it is not a database of this workbook", f"Name another file in {VARIABLE}, or move this one away.")
_CANNOT_OPEN = ("it cannot be opened", "Check that the folder exists and that you may write in it.")
_DISK = ("its disk failed to read or write", f"{_NOTHING} Check the disk and its free space.")
_UNREACHABLE = ("the server cannot be reached, or refuses the user or the database",
                "Check that it runs, and the address, user, password and name of the database.")
_ENDED = ("the server ended the connection", f"{_NOTHING} Try again in a moment.")

_SQLITE = {"BUSY": BUSY, "LOCKED": BUSY, "FULL": _FULL, "READONLY": _READONLY, "CORRUPT": _DAMAGED,
           "NOTADB": _NOT_OURS, "CANTOPEN": _CANNOT_OPEN, "IOERR": _DISK, "PERM": _READONLY}
_POSTGRESQL: Mapping[str, tuple[str, str]] = MappingProxyType({
    "55P03": BUSY, "40P01": BUSY, "40001": BUSY, "53100": _FULL, "25006": _READONLY, "42501": _READONLY,
    "XX001": _DAMAGED, "XX002": _DAMAGED, "53300": BUSY, "57P01": _ENDED, "57P02": _ENDED, "57P03": _UNREACHABLE})


def _words(error: BaseException | None) -> tuple[str, str]:
    """Return finding and remedy for a driver's error."""
    name = getattr(error, "sqlite_errorname", None)
    if name is not None:
        words = _SQLITE.get(name.removeprefix("SQLITE_").split("_")[0])
        return words or (f"SQLite reports {name}", f"{_NOTHING} Look the word up, or restore a backup.")
    if isinstance(error, OSError):
        return _FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else _CANNOT_OPEN
    state = getattr(error, "sqlstate", None)
    if state is None:
        closed = isinstance(error, sqlite3.ProgrammingError)
        return _ENDED if closed else _UNREACHABLE
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    if state[:2] in ("08", "28", "3D"):
        return _UNREACHABLE
    return (f"PostgreSQL reports {state}", f"{_NOTHING} Look the code up in its list of error codes.")


def _broken_rule(where: str, error: sa.exc.IntegrityError) -> InputError:
    words = str(error.orig).lower()
    if "foreign" in words:
        return InputError.at(where, "a row names something that is not in it", f"{_NOTHING} Write that first.")
    if "unique" in words:
        return InputError.at(where, "the same row is there already", f"{_NOTHING} Change the existing one.")
    return InputError.at(where, "a row lacks a value that it needs", f"{_NOTHING} Give every value.")


# The schema ----------------------------------------------------------------------------------------------------------


def prepare(engine: sa.Engine, url: sa.URL) -> None:
    """Create the schema, bring an older one up to date, or refuse one that is newer or not ours."""
    where = place(url)
    with engine.connect() as connection:
        if _version(connection, where) == schema.KNOWN[-1]:
            return
    with writing(engine).begin() as connection:
        _wait_for_others(connection)
        # Somebody else may have done it while we waited.
        if _version(connection, where) != schema.KNOWN[-1]:
            migrate(connection)


def _version(connection: sa.Connection, where: str) -> str | None:
    """Return the version of the schema; None for an empty database."""
    if not sa.inspect(connection).has_table(schema.VERSION_TABLE):
        _refuse_what_is_not_ours(connection, where)
        return None
    version = connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(schema.VERSION_TABLE)))
    if version not in schema.KNOWN:
        raise StoreError.at(where, f"its version {version} is newer than this program, which knows {schema.KNOWN[-1]}",
                            "Update the program; nothing was changed.")
    return str(version)


def _refuse_what_is_not_ours(connection: sa.Connection, where: str) -> None:
    """Raise where another program keeps its tables."""
    there = set(sa.inspect(connection).get_table_names())
    ours = set(schema.METADATA.tables)
    if there and (connection.dialect.name == "sqlite" or there & ours):
        raise StoreError.at(where, *_NOT_OURS)


def _wait_for_others(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(742011)")


def migrate(connection: sa.Connection, version: str = "head") -> None:
    """Take the steps of the schema up to a version."""
    # Imported here: it takes longer than opening the store does.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    folder = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, version)
