"""Throughput of unattended runs beside papermill's own, both sides in one call. Run by `make bench-runs`.

Each way runs a notebook that imports pandas and shows a table, in rounds that alternate, so that a busy minute of the
machine hits all alike. Figures are notebooks a minute: median of the rounds, and the lowest and highest.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from exchange.runs.drafts import Draft, jobs
from exchange.runs.fleet import Fleet
from exchange.runs.job import Template
from exchange.runs.shelf import Shelf
from exchange.runs.work import Terms
from exchange.runs.workers import Processes
from exchange.store import Store, Viewer
from tests.runs import books

CELLS = ("import pandas as pd", "frame = pd.DataFrame({'x': range(100)})\nframe['y'] = frame.x * number",
         "frame.groupby(frame.x % 10).y.mean()", "print(int(frame.y.sum()))")
AT_ONCE = 4


class Way:
    """One way to run notebooks: `run(many)` returns the seconds that they took."""

    def __init__(self, name: str, share: float, run: Callable[[int], float]) -> None:
        self.name, self.share, self.run = name, share, run
        self.rates: list[float] = []
        self.many = 0


def papermill_api(folder: Path) -> Callable[[int], float]:
    """papermill.execute_notebook in four threads of a process of its own, which has imported it."""
    code = ("import sys, time, json, papermill as pm, logging; from concurrent.futures import ThreadPoolExecutor as P\n"
            "def one(n): pm.execute_notebook(sys.argv[1], f'{sys.argv[2]}/api-{n}.ipynb', {'number': n}, "
            "progress_bar=False)\n"
            "t = time.perf_counter(); list(P(4).map(one, range(int(sys.argv[3])))); print(time.perf_counter() - t)")

    def run(many: int) -> float:
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, folder / "small.ipynb", folder, str(many)],
                              capture_output=True, text=True, check=True)
        return float(done.stdout)
    return run


def papermill_command(folder: Path) -> Callable[[int], float]:
    """The command papermill, one process a notebook, four at once."""
    def one(number: int) -> None:
        subprocess.run([sys.executable, "-m", "papermill", "--no-progress-bar", "-p", "number", str(number),
                        folder / "small.ipynb", folder / f"cli-{number}.ipynb"], capture_output=True, check=True)

    def run(many: int) -> float:
        began = time.perf_counter()
        with ThreadPoolExecutor(1) as pool:  # as a script or a cron line calls it: one after the other
            list(pool.map(one, range(many)))
        return time.perf_counter() - began
    return run


def ours(folder: Path, *, fork: bool) -> Callable[[int], float]:
    """Our fleet with everything it does: ledger, page, tables, manifest, fsync; its workers are warm."""
    numbers = iter(range(10**9))

    def run(many: int) -> float:
        home = Path(tempfile.mkdtemp(dir=folder))
        viewer, shelf = Viewer.local(), Shelf(home / "runs")
        with Store.open(f"sqlite:///{home / 'ledger.db'}") as store:
            template = Template.load(folder / "small.ipynb")
            wanted = jobs([Draft(template, {"number": next(numbers)}) for _ in range(many + AT_ONCE)], store, viewer)
            return asyncio.run(_timed(wanted, store, viewer, shelf, fork=fork))
    return run


async def _timed(wanted, store, viewer, shelf, *, fork):
    executor = Processes(Terms(str(shelf.root), {}, fork=fork), AT_ONCE)
    async with executor:
        class Warm:
            slots = AT_ONCE

            async def __aenter__(self):
                return self

            async def __aexit__(self, *_):
                return None

            run = executor.run

        fleet = Fleet(store, viewer, shelf, lambda _: None)
        await fleet.run(fleet.prepare(wanted[:AT_ONCE]), Warm())  # workers start, and import what they fork from
        todo = fleet.prepare(wanted[AT_ONCE:])
        began = time.perf_counter()
        report = await fleet.run(todo, Warm())
        seconds = time.perf_counter() - began
    assert not report.counts["failed"], report.runs
    return seconds


def memory(folder: Path, many: int) -> list[tuple[int, float]]:
    """Return the memory of the coordinator, in MB, after so many runs."""
    plan = books.small_plan(folder, many, "number")
    command = books.command(folder, "--plan", plan, "--progress", "jsonl", "--workers", AT_ONCE)
    call = subprocess.Popen(command, env=books.surroundings(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            text=True)
    coordinator, seen = psutil.Process(call.pid), []
    for line in call.stderr:
        event = json.loads(line)
        if event["event"] == "published" and event["done"] % max(1, many // 10) == 0:
            seen.append((event["done"], coordinator.memory_info().rss / 1e6))
    call.wait()
    return seen


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--many", type=int, default=40, help="notebooks a round of the quickest way")
    options.add_argument("--memory", type=int, default=1000, help="runs over which the coordinator is watched; 0: none")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        books.book(folder / "small.ipynb", *CELLS)
        ways = [Way("papermill, command line", 0.1, papermill_command(folder)),
                Way("papermill, API in 4 threads", 0.5, papermill_api(folder)),
                Way("exchange, ordinary kernels", 0.6, ours(folder, fork=False)),
                Way("exchange, forked kernels", 1.0, ours(folder, fork=True))]
        for _ in range(asked.rounds):
            for way in ways:
                many = max(4, round(asked.many * way.share))
                way.rates.append(60 * many / way.run(many))
                way.many += many
        show(ways)
        if asked.memory:
            home = folder / "memory"
            home.mkdir()
            for done, size in memory(home, asked.memory):
                print(f"coordinator after {done:5} runs: {size:6.1f} MB")


def show(ways: list[Way]) -> None:
    """Print one line a way."""
    command, api = (statistics.median(way.rates) for way in ways[:2])
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {AT_ONCE} at once (the command line: one)")
    print(f"{'way':30}{'n':>5}{'a minute':>10}{'low':>8}{'high':>8}{'x command':>11}{'x API':>7}")
    for way in ways:
        rate = statistics.median(way.rates)
        print(f"{way.name:30}{way.many:5}{rate:10.0f}{min(way.rates):8.0f}{max(way.rates):8.0f}"
              f"{rate / command:11.1f}{rate / api:7.1f}")


if __name__ == "__main__":
    main()
