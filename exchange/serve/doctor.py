"""Is this machine fit to serve? Each check says what it found and, where something is wrong, what to do."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exchange import paths
from exchange.errors import ExchangeError
from exchange.store import Store
from exchange.store.database import address

if TYPE_CHECKING:
    from exchange.store.audit import AuditReport

WELL, CARE, ILL = "well", "care", "ill"
"""All is well; somebody should know this; this must be mended."""

LEAST_FREE: Final = 500_000_000
OLDEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
PACKAGES: Final = ("city-learning-exchange", "tornado", "voila", "jupyter_server", "SQLAlchemy", "pandas")
WANTED: Final = {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal"}
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "firefox")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    state: str
    found: str
    remedy: str = ""


def examine(url: str | None = None) -> list[Check]:
    """Return what was found, in an order in which somebody reads it."""
    parts: tuple[Callable[[], Iterator[Check]], ...] = (
        _versions, lambda: _record(url), lambda: _disk(url), lambda: _files(url), _clock, _fonts, _browser, _sandbox)
    return [check for part in parts for check in part()]


def _versions() -> Iterator[Check]:
    enough = sys.version_info >= (3, 11)
    yield Check("Python", WELL if enough else ILL, sys.version.split()[0],
                "" if enough else "Use Python 3.11 or later.")
    for name in PACKAGES:
        try:
            yield Check(name, WELL, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Check(name, CARE, "not installed as a package", "Run make setup.")


def _record(url: str | None) -> Iterator[Check]:
    try:
        with Store.open(url) as store:
            report: AuditReport = store.verify_audit()
            pragmas = _pragmas(store)
            newest = store.newest_change()
    except ExchangeError as error:
        yield Check("record", ILL, str(error.findings[0]), error.findings[0].remedy)
        return
    yield Check("history", WELL if report.ok else ILL, f"{report.rows} lines" if report.ok else str(report.findings[0]),
                "" if report.ok else report.findings[0].remedy)
    for name, value in pragmas.items():
        good = value == WANTED[name]
        yield Check(f"pragma {name}", WELL if good else ILL, str(value),
                    "" if good else "Put the database on a local disk; network folders cannot keep it safe.")
    if newest is not None and newest > datetime.now(UTC) + timedelta(minutes=5):
        yield Check("clock and history", ILL, f"the newest change is of {newest:%Y-%m-%d %H:%M}, after now",
                    "Set the clock of this machine.")


def _pragmas(store: Store) -> dict[str, Any]:
    if store.engine.dialect.name != "sqlite":
        return {}
    with store.engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in WANTED}


def _disk(url: str | None) -> Iterator[Check]:
    folder = _folder(url)
    free = shutil.disk_usage(folder).free
    yield Check("disk", WELL if free >= LEAST_FREE else ILL, f"{free // 10**6} MB free in {folder.name or folder}",
                "" if free >= LEAST_FREE else "Free some space: answers wait on the phones while the disk is full.")


def _files(url: str | None) -> Iterator[Check]:
    if os.name != "posix":
        return
    known = address(url)
    named = [Path(known.database or "")] if known.get_backend_name() == "sqlite" else []
    named.append(Path(os.environ.get("EXCHANGE_SECRET_FILE") or paths.runs() / "cookie.secret"))
    for file in named:
        if file.exists():
            open_to = stat.S_IMODE(file.stat().st_mode) & 0o077
            yield Check(f"file {file.name}", ILL if open_to else WELL,
                        "others on this machine may read it" if open_to else "its owner's alone",
                        f"chmod 600 {file.name}" if open_to else "")


def _clock() -> Iterator[Check]:
    now = datetime.now(UTC)
    yield Check("clock", WELL if now > OLDEST else ILL, f"{now:%Y-%m-%d %H:%M} UTC",
                "" if now > OLDEST else "Set the clock: times stand in the history and in invitations.")


def _fonts() -> Iterator[Check]:
    listing = shutil.which("fc-list")
    if listing is None:
        yield Check("fonts", CARE, "fc-list is not there, so nobody knows", "Install fontconfig and Noto fonts.")
        return
    done = subprocess.run([listing, ":lang=ar", "family"], capture_output=True, text=True, check=False, timeout=20)  # noqa: S603
    arabic = bool(done.stdout.strip())
    yield Check("fonts", WELL if arabic else CARE, "Arabic letters are there" if arabic else "no Arabic letters",
                "" if arabic else "Install Noto Sans Arabic, or pictures in Arabic have boxes for letters.")


def _browser() -> Iterator[Check]:
    found = next((name for name in BROWSERS if shutil.which(name)), None)
    yield Check("browser", WELL if found else CARE, found or "none on this machine",
                "" if found else "Only needed for the projector, and for the browser tests (make browser).")


def _sandbox() -> Iterator[Check]:
    yield Check("notebooks apart from the server", CARE,
                "notebooks run as the same user as the server: their code could read its files and the database",
                "Serve only notebooks that you trust (those that we ship). For other code give each person a user of "
                "their own with JupyterHub; see docs/operations.md.")


def _folder(url: str | None) -> Path:
    known = address(url)
    folder = Path(known.database or "").parent if known.get_backend_name() == "sqlite" else paths.runs()
    while not folder.exists():
        folder = folder.parent
    return folder
