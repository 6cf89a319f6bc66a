"""Files that are not right: refused in our own words, quickly, and with nothing half-imported."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from exchange.errors import InputError
from tests.instruments import malformed
from tests.instruments.malformed import READERS, damaged, inside, read_all, valid
from tests.workbook import worlds
from tests.workbook.worlds import opened

ROOT = Path(__file__).resolve().parents[2]
KINDS = list(READERS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_files_are_right_before_they_are_damaged(kind, tmp_path):
    name, read = READERS[kind]
    (tmp_path / name).write_bytes(valid(kind))
    assert read(tmp_path / name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_read_or_refused_in_our_own_words(kind, tmp_path):
    # The other kinds are read by the same readers; their bombs go off among the ten thousand.
    found = read_all(kind, 80, 0, tmp_path, with_bombs=kind in {"csv", "xlsx", "json", "yaml", "package"})
    assert found["escaped"] == []
    assert found["refused"] > 20


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_damaged_files_take_two_seconds_and_200_mb_at_the_most(kind):
    run = [sys.executable, "-m", "tests.instruments.malformed", kind, "10000"]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["tried"] >= 10_000
    assert found["escaped"] == []
    assert found["slowest"] <= 2, found


IMPORTS = {
    "csv": lambda workbook, path: workbook.import_answers(path, "Quito"),
    "csv_form": lambda workbook, path: workbook.import_instrument(path, name="mine"),
    "kobo": lambda workbook, path: workbook.import_kobo(path, "Quito", respondents=True),
    "cdp": lambda workbook, path: workbook.import_cdp(path, "cdp"),
    "xlsx": lambda workbook, path: workbook.import_kobo(path, "Quito"),
    "xlsx_form": lambda workbook, path: workbook.import_instrument(path, name="mine"),
    "json": lambda workbook, path: workbook.import_instrument(path),
    "yaml": lambda workbook, path: workbook.import_instrument(path),
    "package": lambda workbook, path: workbook.import_package(path, "Quito"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_file_that_is_refused_nothing_is_kept(kind, tmp_path):
    database = worlds.empty(tmp_path)
    path = tmp_path / READERS[kind][0]
    chance = random.Random(f"half/{kind}")
    whole = valid(kind)
    before, refused = everything(database), 0
    with opened(database) as workbook:
        for _ in range(20):
            path.write_bytes(inside(whole, chance) if kind in malformed.ZIPPED else damaged(whole, chance))
            try:
                IMPORTS[kind](workbook, path)
                before = everything(database)
            except InputError:
                refused += 1
            assert everything(database) == before
    assert refused > 3


def everything(database):
    return worlds.content(Path(database.removeprefix("sqlite:///")))

