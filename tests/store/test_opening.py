"""Opening the store: where it is, its schema, and what we say when the database will not."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from exchange import paths
from exchange.errors import InputError, StoreError
from exchange.store import Store, absolute, database, schema
from tests.store.worlds import CITIES, LOCAL, ROTTERDAM, begin, editor, fill


def test_a_new_store_is_made_with_its_folder_and_stays(tmp_path):
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'exchange.db'}"
    with Store.open(url) as store:
        store.put_network(LOCAL, {"network_id": "delta", "name": "Delta cities"})
    with Store.open(url) as store:
        assert list(store.networks(LOCAL)["name"]) == ["Delta cities"]


def test_the_variable_names_the_store(tmp_path, monkeypatch):
    monkeypatch.setenv("EXCHANGE_DATABASE", f"sqlite:///{tmp_path / 'here.db'}")
    Store.open().close()
    assert (tmp_path / "here.db").stat().st_size > 0


def test_without_the_variable_the_store_is_in_the_folder_of_runs(monkeypatch):
    monkeypatch.delenv("EXCHANGE_DATABASE", raising=False)
    assert absolute() == f"sqlite:///{paths.runs() / 'exchange.db'}"


def test_a_relative_address_becomes_good_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert absolute("sqlite:///exchange.db") == f"sqlite:///{tmp_path / 'exchange.db'}"


def test_a_new_file_is_for_its_owner_alone(fresh_url, tmp_path):
    Store.open(fresh_url).close()
    assert stat.S_IMODE((tmp_path / "fresh.db").stat().st_mode) == 0o600


def test_the_steps_of_the_schema_lead_to_what_the_program_declares(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "version_table": schema.VERSION_TABLE, "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or not name.startswith("lesson_search")})
        assert compare_metadata(context, schema.METADATA) == []
        assert _has_the_occasion_index(connection)  # SQLite's cannot be compared: it is over expressions


def _has_the_occasion_index(connection):
    table = "sqlite_master WHERE name" if connection.dialect.name == "sqlite" else "pg_indexes WHERE indexname"
    return connection.exec_driver_sql(f"SELECT 1 FROM {table} = 'uq_assessment_occasion'").scalar() == 1


def test_the_last_step_is_the_version_that_the_program_writes():
    folder = Path(database.__file__).parent / "migrations" / "versions"
    steps = sorted(path.stem[1:5] for path in folder.glob("v*.py"))
    assert tuple(steps) == schema.KNOWN


@pytest.mark.parametrize("version", schema.KNOWN[:-1])
def test_a_store_of_an_older_version_is_brought_up_to_date_with_what_it_holds(fresh_url, version):
    engine = database.engine_of(database.address(fresh_url), 5)
    with database.writing(engine).begin() as connection:
        database.migrate(connection, version)
        tables = sa.MetaData()
        tables.reflect(connection, only=["city", "assessment", "respondent", "answer"])
        for name, row in OLD_ROWS.items():
            connection.execute(sa.insert(tables.tables[name]).values(row))
    engine.dispose()
    with Store.open(fresh_url) as store:
        answers = store.answers(LOCAL, "a-1")
        assert list(answers["note"]) == ["kept"]
        assert list(answers["actions"]) == [[]]
        assert store.verify_audit().ok


OLD_ROWS = {
    "city": {"city_id": "1", "slug": "a", "name": "A", "country": "NLD", "facts": "{}", "source": ""},
    "assessment": {"assessment_id": "a-1", "city_id": "1", "instrument": "resilience", "version": "1", "round": "1",
                   "status": "open", "purpose": "self", "created_at": "2026-01-01T00:00:00.000000+00:00",
                   "scenarios": {}, "scope": {}},
    "respondent": {"assessment_id": "a-1", "respondent_id": "city", "label": ""},
    "answer": {"assessment_id": "a-1", "respondent_id": "city", "item": "P1.1", "state": "answered", "level": 2,
               "note": "kept", "evidence": [], "revision": 1, "client": "", "at": "2026-01-01T00:00:00.000000+00:00",
               "by": "Ana"},
}


def test_a_connection_waits_flushes_and_checks_references(fresh_url):
    with Store.open(fresh_url, patience=7) as store, store.engine.connect() as connection:
        values = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                  for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")}
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 7000}


def test_many_programs_may_open_a_new_store_at_once(fresh_url):
    code = f"from exchange.store import Store; Store.open({fresh_url!r}).close()"
    programs = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) for _ in range(4)]
    assert [program.communicate()[1].decode()[-500:] for program in programs] == [""] * 4
    assert [program.returncode for program in programs] == [0] * 4


def test_many_threads_may_open_a_new_store_at_once(fresh_url):
    opened, failed = [], []

    def work():
        try:
            opened.append(Store.open(fresh_url))
        except Exception as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    for store in opened:
        store.close()


def refused(url, words, error=StoreError, **options):
    with pytest.raises(error, match=words) as caught:
        Store.open(url, **options)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("own_postgres", marks=pytest.mark.postgres)])
def test_a_newer_schema_is_refused_by_name_and_left_alone(kind, request):
    url = request.getfixturevalue(f"{kind}_url")
    with Store.open(url) as store, store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {schema.VERSION_TABLE} SET version_num = '9999'")
    refused(url, f"its version 9999 is newer than this program, which knows {schema.KNOWN[-1]}. Update the program")
    engine = sa.create_engine(database.address(url))
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT version_num FROM {schema.VERSION_TABLE}").scalar() == "9999"
    engine.dispose()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("These are the minutes of the meeting. " * 100)
    refused(f"sqlite:///{path}", "it is not a database of this workbook")
    assert path.read_text().startswith("These are the minutes")
    assert [file.name for file in tmp_path.iterdir()] == ["notes.db"]


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "places.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER)")
    refused(f"sqlite:///{path}", "it is not a database of this workbook")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("moz_places",)]


@pytest.mark.postgres
def test_a_server_where_another_program_has_our_table_names_is_refused(own_postgres_url):
    engine = sa.create_engine(own_postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {schema.VERSION_TABLE}")
    engine.dispose()
    refused(own_postgres_url, "it is not a database of this workbook")


def test_a_folder_is_not_a_database(tmp_path):
    refused(f"sqlite:///{tmp_path}", "it cannot be opened. Check that the folder exists")


def test_a_folder_that_cannot_be_made_is_an_error_in_our_words(tmp_path):
    (tmp_path / "file").write_text("")
    refused(f"sqlite:///{tmp_path / 'file' / 'exchange.db'}", "it cannot be opened")


def test_a_damaged_file_is_an_error_in_our_words(fresh_url, tmp_path):
    with Store.open(fresh_url) as store:
        fill(store)
    path = tmp_path / "fresh.db"
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xff" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"it is damaged\. Restore the newest backup"), Store.open(fresh_url) as store:
        store.cities(LOCAL)


@pytest.mark.parametrize(("address", "words"), [
    ("exchange.db", "it is not a URL"),
    ("", None),
    ("sqlite://", "it names no file"),
    ("sqlite:///:memory:", "it names no file"),
    ("mysql://ann:hunter2@example.org/exchange", "mysql is not a database that we know"),
    ("ann:hunter2@example.org", "it is not a URL"),
])
def test_an_address_that_is_none_is_refused_without_its_password(address, words, monkeypatch, tmp_path):
    monkeypatch.setenv("EXCHANGE_DATABASE", f"sqlite:///{tmp_path / 'default.db'}")
    if words is None:
        Store.open(address).close()
        return
    assert "hunter2" not in refused(address, words, InputError)


def test_a_server_that_does_not_answer_is_named_without_its_password():
    said = refused("postgresql://ann:hunter2@127.0.0.1:9/exchange?connect_timeout=2", "the server cannot be reached")
    assert "database exchange on 127.0.0.1" in said
    assert "hunter2" not in said


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_have_is_an_error_in_our_words(postgres_url):
    other = sa.make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    refused(other, "the server cannot be reached, or refuses the user or the database")


@pytest.mark.postgres
def test_a_password_is_in_no_text_of_the_store(postgres_url):
    url = sa.make_url(postgres_url).set(password="hunter2").render_as_string(hide_password=False)
    with Store.open(url) as store:
        assert "hunter2" not in repr(store) + repr(store.engine)


@pytest.fixture
def answering(fresh_url):
    """A SQLite store with one answer in it, and what saves another."""
    with Store.open(fresh_url, patience=0.2) as store:
        fill(store)
        assessment = begin(store)
        ana = editor(ROTTERDAM)
        store.save_answer(ana, assessment, "P1.1", "answered", 1)
        yield store, lambda item="P1.2", **more: store.save_answer(ana, assessment, item, "answered", 2, **more)


def test_a_locked_database_is_an_error_after_some_patience_and_nothing_is_written(answering, tmp_path):
    store, save = answering
    other = sqlite3.connect(tmp_path / "fresh.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="others are writing to it and did not finish in time"):
        save()
    other.execute("ROLLBACK")
    other.close()
    assert len(store.latest_answers(LOCAL)) == 1
    assert save().revision == 1
    assert store.verify_audit().ok


def test_reading_goes_on_while_somebody_writes(answering, tmp_path):
    store, _ = answering
    other = sqlite3.connect(tmp_path / "fresh.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert len(store.latest_answers(LOCAL)) == 1
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.postgres
def test_a_server_on_which_somebody_writes_too_long_is_an_error_after_some_patience(postgres_url):
    with Store.open(postgres_url, patience=0.2) as store, Store.open(postgres_url) as other:
        fill(store)
        with (other.write(LOCAL), pytest.raises(StoreError, match="others are writing to it")):
            store.put_setting(LOCAL, "colour", "teal")
        assert store.setting(LOCAL, "colour") is None


def test_a_full_disk_is_an_error_in_our_words_and_nothing_is_half_written(answering):
    store, save = answering
    before = store.verify_audit()
    with store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with _at_most(store, pages):
        with pytest.raises(StoreError, match=r"its disk is full\. Nothing was changed\. Free some space"):
            _for_ever(lambda number: save(f"P{number}", note="x" * 5000))
        report = store.verify_audit()
        assert report.ok
        assert report.rows == before.rows + len(store.latest_answers(LOCAL)) - 1
    assert save("P9999", note="x" * 5000).outcome == "saved"


def _for_ever(write):
    for number in range(2000):
        write(number)


class _at_most:  # noqa: N801
    """Let the file have only so many pages, as a full disk would."""

    def __init__(self, store, pages):
        self.store, self.pages = store, pages
        self.limit = lambda connection, *_: connection.execute(f"PRAGMA max_page_count = {self.pages}")

    def __enter__(self):
        sa.event.listen(self.store.engine, "checkout", self.limit)

    def __exit__(self, *_):
        sa.event.remove(self.store.engine, "checkout", self.limit)
        self.store.engine.dispose()


def test_a_full_disk_while_the_store_is_made_is_an_error_and_a_later_try_succeeds(fresh_url, monkeypatch):
    make = sa.create_engine

    def cramped(*args, **options):
        engine = make(*args, **options)
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 8"))
        return engine

    monkeypatch.setattr(database.sa, "create_engine", cramped)
    refused(fresh_url, "its disk is full")
    monkeypatch.undo()
    with Store.open(fresh_url) as store:
        fill(store)
        assert len(store.cities(LOCAL)) == len(CITIES)


def test_a_database_that_may_only_be_read_can_be_read(fresh_url, tmp_path):
    with Store.open(fresh_url) as store:
        fill(store)
    with Store.open(f"sqlite:///file:{tmp_path / 'fresh.db'}?mode=ro&uri=true") as store:
        assert len(store.cities(LOCAL)) == len(CITIES)
        with pytest.raises(StoreError, match=r"it may only be read\. Nothing was changed"):
            store.put_setting(LOCAL, "colour", "teal")


def test_a_closed_store_says_so(fresh_url):
    store = Store.open(fresh_url)
    store.close()
    with pytest.raises(StoreError, match=r"the store was closed\. Open it again"):
        store.networks(LOCAL)


def test_the_clock_can_be_pinned_and_then_the_same_steps_make_the_same_record(tmp_path, monkeypatch):
    monkeypatch.setenv("EXCHANGE_NOW", "2026-11-23T10:42:00Z")
    records = []
    for name in ("one.db", "two.db"):
        with Store.open(f"sqlite:///{tmp_path / name}") as store:
            fill(store)
            assessment = begin(store)
            store.save_answer(editor(ROTTERDAM), assessment, "P1.1", "answered", 1)
            tables = [store.assessments(LOCAL), store.answers(LOCAL, assessment), store.audit(LOCAL)]
            records.append([json.loads(table.drop(columns="hash", errors="ignore").to_json(date_format="iso"))
                            for table in tables])
    assert records[0] == records[1]
    assert set(records[0][0]["created_at"].values()) == {"2026-11-23T10:42:00.000Z"}


def test_a_pinned_clock_that_is_no_moment_is_refused(fresh_url, monkeypatch):
    monkeypatch.setenv("EXCHANGE_NOW", "noon")
    with Store.open(fresh_url) as store, pytest.raises(InputError, match="EXCHANGE_NOW: it is not a moment"):
        store.put_setting(LOCAL, "colour", "teal")
