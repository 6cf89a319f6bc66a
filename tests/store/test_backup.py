"""Backups: made while people write, verified, and put back while others read."""

from __future__ import annotations

import sqlite3
import stat
import threading
from datetime import UTC, datetime

import pytest

from exchange.errors import InputError, StoreError
from exchange.store import Store, backup
from tests.store.worlds import LOCAL, ROTTERDAM, begin, editor, fill, rows

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ANA = editor(ROTTERDAM)


@pytest.fixture
def filled(sqlite_url):
    with Store.open(sqlite_url) as store:
        fill(store)
        yield store, begin(store)


def test_a_backup_is_whole_private_and_one_file(filled, sqlite_url, tmp_path):
    store, assessment = filled
    store.save_answer(ANA, assessment, "P1.1", "answered", 2)
    report = backup.backup(sqlite_url, tmp_path / "copy.db")
    assert report.head == store.verify_audit().head
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.glob("copy.db*")] == ["copy.db"]


def test_forty_backups_under_load_are_forty_that_can_be_restored(filled, sqlite_url, tmp_path):
    store, assessment = filled
    stop = threading.Event()
    acknowledged = []

    def write():
        number = 0
        while not stop.is_set():
            store.save_answer(ANA, assessment, f"P{number % 200}", "answered", number % 4, note=str(number))
            acknowledged.append(number)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    copies = []
    try:
        for number in range(40):
            before = len(acknowledged)
            copies.append((tmp_path / f"{number}.db", before))
            assert backup.backup(sqlite_url, copies[-1][0]).ok
    finally:
        stop.set()
        writer.join()
    assert len(acknowledged) > 40
    for number, (copy, before) in enumerate(copies):
        target = f"sqlite:///{tmp_path / 'restored' / f'{number}.db'}"
        assert backup.restore(copy, target, NOW)[0].ok
        with Store.open(target) as restored:
            kept = rows(restored.answers(LOCAL, assessment))
            assert max((int(row["note"]) for row in kept), default=-1) >= before - 1


def test_people_who_read_meanwhile_see_the_restored_record_with_their_next_request(filled, sqlite_url, tmp_path):
    store, assessment = filled
    store.save_answer(ANA, assessment, "P1.1", "answered", 1)
    backup.backup(sqlite_url, tmp_path / "copy.db")
    store.save_answer(ANA, assessment, "P1.1", "answered", 3)
    report, before = backup.restore(tmp_path / "copy.db", sqlite_url, NOW)
    assert report.ok
    assert rows(store.answers(LOCAL, assessment))[0]["level"] == 1
    store.save_answer(ANA, assessment, "P1.1", "answered", 2)
    assert store.verify_audit().ok
    with Store.open(f"sqlite:///{before}") as kept:
        assert rows(kept.answers(LOCAL, assessment))[0]["level"] == 3


def test_nothing_is_written_over(filled, sqlite_url, tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InputError, match="there is a file of this name"):
        backup.backup(sqlite_url, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"


def damage(file, kind):
    if kind == "not a database":
        file.write_bytes(b"hello" * 1000)
    elif kind == "torn":
        data = bytearray(file.read_bytes())
        data[4096 * 3:4096 * 5] = b"\xff" * 8192
        file.write_bytes(data)
    elif kind == "forged":
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE audit SET who = 'nobody' WHERE seq = 2")
    elif kind == "newer":
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE exchange_version SET version_num = '9999'")
    else:
        with sqlite3.connect(file) as connection:
            connection.execute("DROP TABLE exchange_version")


@pytest.mark.parametrize("kind", ["not a database", "torn", "forged", "newer", "another program's"])
def test_a_backup_that_does_not_verify_is_not_restored(filled, sqlite_url, tmp_path, kind):
    store, _ = filled
    backup.backup(sqlite_url, tmp_path / "copy.db")
    damage(tmp_path / "copy.db", kind)
    head = store.verify_audit().head
    with pytest.raises(StoreError):
        backup.restore(tmp_path / "copy.db", sqlite_url, NOW)
    assert store.verify_audit().head == head
    assert not list(tmp_path.glob("*before-restore*"))


def test_postgresql_has_its_own_tool(tmp_path):
    with pytest.raises(InputError, match="backed up by its own tool"):
        backup.backup("postgresql://somebody@host/exchange", tmp_path / "copy.db")
