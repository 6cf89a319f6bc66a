"""The same runs by one worker, by two, by four, forked or not, and on a Dask cluster; and clusters that are lost."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time

import pytest

from exchange.runs.fleet import LostError
from exchange.runs.shelf import Shelf
from exchange.runs.work import Terms
from tests.runs import books

pytest.importorskip("distributed", reason="the extra dask is not installed")

CLUSTER = """
import sys, time
from distributed import LocalCluster
if __name__ == "__main__":
    port = int(sys.argv[1])
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", scheduler_port=port,
                      dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


class Cluster:
    """A Dask cluster of two workers in a process of its own, which can be killed."""

    def __init__(self, folder, port=0):
        (folder / "cluster.py").write_text(CLUSTER)
        self.process = subprocess.Popen([sys.executable, folder / "cluster.py", str(port)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=folder)
        self.address = self.process.stdout.readline().strip().removeprefix("tcp://")
        assert self.address, "the cluster did not start"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def made(folder, plan, *arguments):
    """Run a plan into a folder of its own; return what was published, without times and identifiers."""
    folder.mkdir()
    done = books.run(folder, "--plan", plan, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return books.everything(folder)


def test_outputs_are_the_same_by_one_two_and_four_workers_forked_or_not_and_on_dask(tmp_path):
    plan = books.small_plan(tmp_path, 6, *books.SMALL, "import random; random.random()")
    one = made(tmp_path / "one", plan, "--workers", 1, "--no-fork")
    assert len(one) == 6
    assert made(tmp_path / "two", plan, "--workers", 2) == one
    assert made(tmp_path / "four", plan, "--workers", 4) == one
    with Cluster(tmp_path) as cluster:
        assert made(tmp_path / "dask", plan, "--executor", f"dask://{cluster.address}") == one


def test_a_dead_cluster_is_one_clear_error_and_the_runs_are_left_for_the_next_call(tmp_path, monkeypatch):
    monkeypatch.setattr("exchange.runs.on_dask.CONNECT_SECONDS", 1.0)
    plan = books.small_plan(tmp_path, 2, "number")
    done = books.run(tmp_path, "--plan", plan, "--executor", "dask://127.0.0.1:9")
    assert done.returncode == 4
    said = json.loads(done.stdout)
    assert said["lost"].startswith("there is no Dask cluster with a worker at 127.0.0.1:9.")
    assert said["counts"]["left"] == 2
    assert books.counts(books.run(tmp_path, "--plan", plan)) == {"published": 2}


def test_a_cluster_that_is_lost_in_the_middle_and_comes_back_loses_and_doubles_nothing(tmp_path):
    plan = books.small_plan(tmp_path, 8, "import time; time.sleep(0.3)", "print('number', number)")
    with Cluster(tmp_path) as first:
        asked = ("--plan", plan, "--executor", f"dask://{first.address}", "--progress", "jsonl")
        command = books.command(tmp_path, *asked)
        call = subprocess.Popen(command, env=books.surroundings(tmp_path), stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
        _until_published(call, 2)
        first.kill()
    time.sleep(1)
    with Cluster(tmp_path, int(first.address.rpartition(":")[2])):
        out, _ = call.communicate(timeout=150)
    assert call.returncode == 0, out
    numbers = sorted(books.manifest(folder)["parameters"]["number"] for folder in books.published(tmp_path))
    assert numbers == list(range(8))


def test_a_cluster_that_does_not_come_back_is_an_error_and_what_was_done_stays_done(tmp_path, monkeypatch):
    from exchange.runs.on_dask import OnDask

    terms = Terms(str(tmp_path / "runs"), {"EXCHANGE_DATABASE": "postgresql://nowhere/x"})
    shelf = Shelf(tmp_path / "runs")
    shelf.prepare()

    async def lose():
        with Cluster(tmp_path) as cluster:
            executor = OnDask(cluster.address, terms, shelf, patience=1)
            async with executor:
                assert executor.slots == 2
                cluster.kill()
                with pytest.raises(LostError, match=r"was lost .* and did not come back within 1 seconds"):
                    await executor._come_back(0, OSError("gone"))

    asyncio.run(lose())


def _until_published(call, many):
    for line in call.stderr:
        if line.startswith("{") and json.loads(line)["event"] == "published":
            many -= 1
            if not many:
                return
    raise AssertionError("it ended too early")
