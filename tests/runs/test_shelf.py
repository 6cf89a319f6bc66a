"""The folder of runs: whole or not at all, first wins, leftovers go, and nothing is written elsewhere."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from exchange.errors import StoreError
from exchange.runs import shelf as module
from exchange.runs.client import Trouble
from exchange.runs.job import Job
from exchange.runs.shelf import Shelf, is_whole
from exchange.runs.work import Made, keep

JOB = Job("ab" * 32, "s", "quito", "quito.ipynb", "t", {})


def files(text="{}"):
    notebook = text.encode()
    said = {"run": JOB.key, "files": {"notebook.ipynb": hashlib.sha256(notebook).hexdigest()}}
    return {"notebook.ipynb": notebook, "tables/01.csv": b"a\r\n", "manifest.json": json.dumps(said).encode()}


@pytest.fixture
def shelf(tmp_path):
    made = Shelf(tmp_path / "runs")
    made.prepare()
    return made


def test_a_published_run_is_whole_and_found_again(shelf):
    folder = shelf.publish(JOB, files())
    assert folder.name == "quito-abababababab"
    assert shelf.find(JOB) == folder
    assert sorted(path.name for path in folder.rglob("*")) == ["01.csv", "manifest.json", "notebook.ipynb", "tables"]


def test_of_two_that_publish_the_same_run_the_first_stays(shelf):
    folder = shelf.publish(JOB, files())
    number = (folder / "notebook.ipynb").stat().st_ino
    assert shelf.publish(JOB, files()) == folder
    assert (folder / "notebook.ipynb").stat().st_ino == number
    assert [path.name for path in shelf.published.iterdir()] == [folder.name]


def test_a_damaged_run_is_not_found_and_is_replaced(shelf):
    folder = shelf.publish(JOB, files())
    (folder / "notebook.ipynb").write_text("half")
    assert shelf.find(JOB) is None
    shelf.publish(JOB, files())
    assert is_whole(folder)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("at", ["fsync", "rename"])
def test_a_full_disk_leaves_nothing_half_done_and_is_said_in_our_words(shelf, monkeypatch, number, at):
    def full(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(*((os, "fsync", full) if at == "fsync" else (module.Path, "rename", full)))
    outcome = keep(JOB, Made(files(), 1.0, None), shelf, 1)
    monkeypatch.undo()
    assert outcome.trouble == Trouble("disk", "the disk is full; nothing was kept of this run", again=True)
    assert list(shelf.published.iterdir()) == []
    assert list((shelf.root / ".staging").iterdir()) == []
    assert keep(JOB, Made(files(), 1.0, None), shelf, 1).trouble is None


def test_a_failed_run_keeps_its_notebook_under_the_name_of_a_failure(shelf):
    outcome = keep(JOB, Made(files(), 1.0, Trouble("cell", "boom", 3)), shelf, 2)
    assert outcome.folder == str(shelf.failed / "quito-abababababab-2")
    assert shelf.find(JOB) is None


def test_what_a_killed_process_left_half_written_is_swept_and_what_a_living_one_writes_is_not(shelf):
    code = ("import os, sys; from pathlib import Path; from exchange.runs import shelf as s; from exchange.runs.job "
            "import Job; os.fsync = lambda _: os.kill(os.getpid(), 9) if os.path.exists(sys.argv[2]) else None\n"
            "x = s.Shelf(Path(sys.argv[1]))\n"
            "s._sync_folder = lambda _: Path(sys.argv[2]).write_text('')\n"
            "x.publish(Job('cd' * 32, 's', 'lima', 'l', 't', {}), {'notebook.ipynb': b'1', 'tables/01.csv': b'2'})\n"
            "x.publish(Job('cd' * 32, 's', 'lima', 'l', 't', {}), {'notebook.ipynb': b'1', 'tables/01.csv': b'2'})\n")
    ended = subprocess.run([sys.executable, "-c", code, shelf.root, shelf.root / "mark"], check=False)
    assert ended.returncode == -9
    mine = shelf.root / ".staging" / "mine"
    mine.mkdir()
    (mine / "owner").write_text(module.owner())
    assert len(list((shelf.root / ".staging").iterdir())) == 2
    assert shelf.sweep() == 1
    assert [path.name for path in (shelf.root / ".staging").iterdir()] == ["mine"]


@pytest.mark.parametrize("name", ["../evil.html", "/etc/passwd", "tables/../../x.csv", "evil.sh", "a\x00.csv", "A.CSV"])
def test_a_file_with_a_hostile_name_is_never_written(shelf, name):
    before = sorted(shelf.root.parent.rglob("*"))
    with pytest.raises(ValueError, match="is no file of a run"):
        shelf.publish(JOB, {**files(), name: b"x"})
    assert sorted(shelf.root.parent.rglob("*")) == before


def test_a_job_that_was_tampered_with_cannot_leave_the_folder(shelf):
    with pytest.raises(ValueError, match="is no place for a run"):
        shelf.publish(replace(JOB, name="../../evil"), files())


def test_a_folder_that_cannot_be_used_is_an_error_in_our_words(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"it cannot be used .* Name another with --folder"):
        Shelf(tmp_path / "file" / "runs").prepare()
