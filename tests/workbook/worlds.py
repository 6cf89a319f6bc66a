"""The demo network, made once and copied, and small real worlds."""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from exchange import Workbook
from exchange.store import Viewer

SEED = 20260101
SCRIPT = "<script>alert(1)</script>"

REAL = {
    "network": [{"network_id": "delta", "name": "Delta cities", "demo": False, "about": {}}],
    "city": [
        {"city_id": "2747891", "slug": "rotterdam", "name": "Rotterdam", "country": "NLD", "population": 598_199,
         "lat": 51.9, "lon": 4.5, "region": "150", "income_group": "high", "timezone": "Europe/Amsterdam"},
        {"city_id": "3652462", "slug": "quito", "name": "Quito", "country": "ECU", "population": 1_399_814,
         "lat": -0.2, "lon": -78.5, "region": "019", "income_group": "upper_middle", "timezone": "America/Guayaquil"},
        {"city_id": "cdp-7", "slug": "cdp-7", "name": "Suva", "country": "FJI", "population": None,
         "lat": None, "lon": None, "region": "009", "income_group": "upper_middle", "timezone": None},
        {"city_id": "cdp-8", "slug": "cdp-8", "name": "Tunis", "country": "TUN", "population": None,
         "lat": None, "lon": None, "region": "002", "income_group": "lower_middle", "timezone": None},
        {"city_id": "cdp-9", "slug": "cdp-9", "name": "Tunis", "country": "TUN", "population": None,
         "lat": None, "lon": None, "region": "002", "income_group": "lower_middle", "timezone": None},
    ],
    "member": [{"network_id": "delta", "city_id": city} for city in ("2747891", "3652462", "cdp-7", "cdp-8", "cdp-9")],
}
"""Five real cities; three of them could not be placed on the map, two of these have the same name."""


def url(path: Path) -> str:
    return f"sqlite:///{path}"


@cache
def demo_file() -> Path:
    """The file of the demo network, made once for all tests of this process. Nobody writes to it."""
    folder = Path(tempfile.mkdtemp(prefix="exchange-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Workbook.open(database=url(folder / "demo.db")) as workbook:
        workbook.make_demo(SEED)
    return folder / "demo.db"


@cache
def empty_file() -> Path:
    """The file of a store in which nothing is yet, made once for all tests of this process."""
    folder = Path(tempfile.mkdtemp(prefix="exchange-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Workbook.open(database=url(folder / "empty.db")).close()
    return folder / "empty.db"


def content(file: Path) -> dict[str, list[tuple]]:
    """Return table -> rows: all that a store holds."""
    with sqlite3.connect(file) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names
                if not name.startswith("lesson_search")}


def copied(made: Path, folder: Path, name: str = "copy.db") -> str:
    return url(Path(shutil.copy(made, folder / name)))


def empty(folder: Path, name: str = "empty.db") -> str:
    """The address of a store in which nothing is yet."""
    return copied(empty_file(), folder, name)


@contextmanager
def opened(database: str, city: str = "", network: str = "", round_: str = "", language: str = "en",
           viewer: Viewer | None = None):
    with Workbook.open(city, network, round_, language, database=database, viewer=viewer) as workbook:
        yield workbook


def fill_real(database: str) -> None:
    with Workbook.open(database=database) as workbook:
        workbook.store.load(workbook.viewer, REAL)


def editor(city_id: str, name: str = "Ana") -> Viewer:
    return Viewer("city_editor", name, frozenset({city_id}))


def reader(city_id: str) -> Viewer:
    return Viewer("city_reader", "Rob", frozenset({city_id}))


def rename(workbook: Workbook, name: str) -> None:
    workbook.store.load(workbook.viewer, {"city": [{**workbook.city, "name": name}]})


def is_html_of(html: str, language: str) -> bool:
    """Whether a piece of HTML names its language and holds nothing that runs."""
    return f'lang="{language}"' in html and "<script" not in html.lower() and "onerror=" not in html
