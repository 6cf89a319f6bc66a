"""A copy of the record that can be trusted: made while people work, and verified before it counts."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from exchange.errors import InputError, StoreError
from exchange.store import audit, database, schema
from exchange.store.audit import AuditReport

_PAGES: Final = 200
"""Pages copied between two breaths, so that writers go on meanwhile."""


def backup(url: str | None, target: Path) -> AuditReport:
    """Copy the record into a file while it is used, verify the copy, and only then give it its name.

    Parameters
    ----------
    url
        Of the store; see `database.absolute`.
    target
        The file; it must not exist yet.

    Returns
    -------
    AuditReport
        Of the copy. Note its `head` elsewhere.

    Raises
    ------
    InputError
        For a file that is there already, or a record on PostgreSQL, which has its own tool.
    StoreError
        For a copy that does not verify; it is removed.
    """
    source = _file_of(url)
    if target.exists():
        raise InputError.at(f"backup {target.name}", "there is a file of this name", "Choose another name.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with database.in_our_words(f"backup {target.name}"):
            _copy(source, unfinished)
        report = verified(unfinished)
        _to_disk(unfinished)
        unfinished.rename(target)
        _to_disk(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return report


def restore(source: Path, url: str | None, now: datetime) -> tuple[AuditReport, Path | None]:
    """Put a backup in the place of the record, after it verified; what was there is backed up first.

    People may go on working: they see the restored record with their next request.

    Returns
    -------
    tuple
        The report on the backup, and where the record of before is kept; None where there was none.
    """
    target = _file_of(url)
    if not source.is_file():
        raise InputError.at(f"backup {source.name}", "there is no such file", "Name a file that exchange backup made.")
    verified(source)
    before = None
    if target.exists():
        before = target.with_name(f"{target.stem}-before-restore-{now:%Y%m%dT%H%M%S}.db")
        with database.in_our_words(f"backup {before.name}"):
            _copy(target, before)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with database.in_our_words(f"database {target}"):
        _copy(source, target, step=-1)
    return verified(target), before


def verified(file: Path) -> AuditReport:
    """Return the report on the history of a copy whose pages and references are whole.

    Raises
    ------
    StoreError
        Naming what is wrong with it.
    """
    place = f"backup {file.name}"
    with database.in_our_words(place), _reading(file) as connection:
        found = str(connection.exec_driver_sql("PRAGMA integrity_check").scalar())
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if not sa.inspect(connection).has_table(schema.VERSION_TABLE):
            raise StoreError.at(place, "it is not a record of this workbook", "Name a file that exchange backup made.")
        version = connection.scalar(
            sa.select(sa.column("version_num")).select_from(sa.table(schema.VERSION_TABLE)))
        if version not in schema.KNOWN:
            raise StoreError.at(place, f"its version {version} is newer than this program", "Update the program.")
        if found != "ok" or broken:
            raise StoreError.at(place, f"it is damaged ({found if found != 'ok' else 'references that lead nowhere'})",
                                "Use an older backup.")
        report = audit.verify(connection)
    if not report.ok:
        raise StoreError(*report.findings)
    return report


@contextmanager
def _reading(file: Path) -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(f"file:{file}?mode=ro", uri=True))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _copy(source: Path, target: Path, step: int = _PAGES) -> None:
    with closing(sqlite3.connect(source)) as have, closing(sqlite3.connect(target, timeout=30)) as want:
        have.backup(want, pages=step, sleep=0.01)
        if step > 0:  # a single file, without a log beside it
            want.execute("PRAGMA journal_mode = DELETE")


def _file_of(url: str | None) -> Path:
    address = database.address(url)
    if address.get_backend_name() != "sqlite":
        raise InputError.at(database.place(address), "PostgreSQL is backed up by its own tool",
                            "Use pg_dump and pg_restore; docs/operations.md has the lines.")
    return Path(address.database or "")


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
