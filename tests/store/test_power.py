"""A power cut: what was not on the disk yet is torn or gone, and nothing that was acknowledged is missing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from exchange.store import Store
from tests.store.worlds import LOCAL, ROTTERDAM, begin, editor, fill, rows

ANA = editor(ROTTERDAM)
SAVES, CUTS = 40, 60
"""A write is acknowledged once its part of the log is synced; the cut falls somewhere in the next write's part."""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return database, log, the length of the log at each acknowledgement, and the assessment."""
    file = tmp_path_factory.mktemp("power") / "exchange.db"
    log = file.with_name("exchange.db-wal")
    with Store.open(f"sqlite:///{file}") as store:
        fill(store)
        assessment = begin(store)
        store.scrub()
        database = file.read_bytes()
        lengths = [log.stat().st_size if log.exists() else 0]
        for number in range(SAVES):
            store.save_answer(ANA, assessment, f"P{number}", "answered", number % 4, note="x" * 200)
            lengths.append(log.stat().st_size)
        assert file.read_bytes() == database, "the log was put into the database: fewer saves, please"
        yield database, log.read_bytes(), lengths, assessment


def cut_off(written, folder: Path, rng):
    """Leave a disk as a power cut leaves it; return how many writes had been acknowledged."""
    database, log, lengths, _ = written
    acknowledged = rng.randrange(SAVES)
    safe, following = lengths[acknowledged], lengths[acknowledged + 1]
    tail = bytearray(log[safe:rng.randrange(safe, following)])
    for start in range(0, len(tail), 512):  # sectors reach the disk in any order, or not
        if rng.random() < 0.4:
            tail[start:start + 512] = b"\0" * len(tail[start:start + 512])
    folder.mkdir()
    (folder / "exchange.db").write_bytes(database)
    (folder / "exchange.db-wal").write_bytes(log[:safe] + bytes(tail))
    return acknowledged


@pytest.mark.parametrize("seed", range(3))
def test_what_was_acknowledged_survives_and_the_history_is_whole(written, tmp_path, seed):
    rng = random.Random(seed)
    for number in range(CUTS // 3):
        acknowledged = cut_off(written, tmp_path / str(number), rng)
        with Store.open(f"sqlite:///{tmp_path / str(number) / 'exchange.db'}") as store:
            kept = {row["item"] for row in rows(store.answers(LOCAL, written[3]))}
            assert kept == {f"P{one}" for one in range(len(kept))}
            assert acknowledged <= len(kept) <= acknowledged + 1
            assert store.verify_audit().ok


def test_the_model_of_the_cut_can_find_a_loss(written, tmp_path):
    database, log, lengths, assessment = written
    (tmp_path / "exchange.db").write_bytes(database)
    (tmp_path / "exchange.db-wal").write_bytes(log[:lengths[10] - 600])  # as if the log had not been synced
    with Store.open(f"sqlite:///{tmp_path / 'exchange.db'}") as store:
        assert len(store.answers(LOCAL, assessment)) < 10
