"""Chaos: many small notebooks while coordinator, workers, kernels and the disk fail at random instants.

`make chaos` runs the long form: python -m tests.runs.chaos 1000
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from exchange.runs.shelf import is_whole
from exchange.store import Store, Viewer
from tests.runs import books

SLOTS = 4
CELLS = ("import time, random\ntime.sleep(random.random() / 20)\nprint('number', number)",)
SHORT = ("coordinator", "worker", "everything", "kernel", "disk")
LONG = (*("coordinator", "everything") * 2, "everything", "worker", "worker", "kernel", "disk")


@dataclass
class Figures:
    """What came out of it."""

    published: int = 0
    partial: int = 0
    duplicates: int = 0
    wrong: int = 0
    redone: int = 0
    kills: list[str] = field(default_factory=list)
    left_after_5_s: int = 0
    restarts: int = 0
    started_again: int = 0
    staged: int = 0
    seconds: float = 0.0
    unchanged_seconds: float = 0.0


class Call:
    """One call of the command, and what it tells."""

    def __init__(self, folder, plan):
        self.folder = folder
        arguments = ("--plan", plan, "--workers", SLOTS, "--progress", "jsonl", "--retries", 6)
        self.process = subprocess.Popen(books.command(folder, *arguments), env=books.surroundings(folder),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.events = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self):
        for line in self.process.stderr:
            if line.startswith("{"):
                self.events.append(json.loads(line)["event"])

    def wait_for(self, many):
        """Wait until so many runs were published, or it ended; return whether it still runs."""
        while self.events.count("published") < many and self.process.poll() is None:
            time.sleep(0.005)
        return self.process.poll() is None

    def processes(self, kind):
        """Return its processes of a kind: workers, or kernels that were forked."""
        found = []
        for process in psutil.Process(self.process.pid).children(recursive=True):
            try:
                words, parent = " ".join(process.cmdline()), " ".join(process.parent().cmdline())
            except (psutil.Error, AttributeError):
                continue
            is_kernel = "exchange.runs.kernel" in words or ("runs.zygote" in words and "runs.zygote" in parent)
            if (kind == "worker" and "exchange.runs.worker" in words) or (kind == "kernel" and is_kernel):
                found.append(process)
        return found

    def kill(self, kind, chance):
        """Do harm of a kind; return whether there was something to harm."""
        if kind == "disk":
            return self._fill_the_disk()
        if kind in {"worker", "kernel"}:
            found = self.processes(kind)
            if not found:
                return False
            _kill(chance.choice(found))
            return True
        workers = self.processes("worker") if kind == "everything" else []
        for process in [psutil.Process(self.process.pid), *workers]:
            _kill(process)
        self.process.wait()
        return True

    def _fill_the_disk(self):
        """Let no worker write more than a few bytes to any file, for a moment."""
        workers = self.processes("worker")
        for size in (8, resource.RLIM_INFINITY):
            for worker in workers:
                try:
                    resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
                except ProcessLookupError:
                    continue
            if size == 8:
                time.sleep(0.7)
        return bool(workers)


def _kill(process):
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def alive(folder):
    """Return the processes whose home is this folder, other than zombies."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME") == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


def chaos(folder, many, kills, seed=1):
    """Run so many notebooks under these kills; return the figures."""
    chance = random.Random(seed)
    plan = books.small_plan(folder, many, *CELLS)
    figures = Figures()
    began = time.monotonic()
    call = Call(folder, plan)
    share = many // (len(kills) + 2)
    for kind in kills:
        while call.wait_for(chance.randint(1, share)):
            time.sleep(chance.random() / 5)
            if call.process.poll() is None and call.kill(kind, chance):
                figures.kills.append(kind)
                break
        if call.process.poll() is not None:
            figures.left_after_5_s += _left(folder)
            call = Call(folder, plan)
            figures.restarts += 1
        call.events.clear()
    call.process.wait()
    figures.seconds = time.monotonic() - began
    _count(figures, folder, many)
    began = time.monotonic()
    again = books.run(folder, "--plan", plan)
    figures.unchanged_seconds = time.monotonic() - began
    figures.started_again = many - books.counts(again).get("unchanged", 0)
    return figures


def _left(folder):
    until = time.monotonic() + 5
    while time.monotonic() < until and alive(folder):
        time.sleep(0.1)
    return len(alive(folder))


def _count(figures, folder, many):
    folders = books.published(folder)
    numbers = [books.manifest(one)["parameters"]["number"] for one in folders]
    figures.published = len(set(numbers))
    figures.duplicates = len(numbers) - len(set(numbers))
    figures.partial = sum(not is_whole(one) for one in folders)
    figures.wrong = sum(f"number {number}\n" not in str(books.outputs(one)[-1][0]["text"])
                        for one, number in zip(folders, numbers, strict=True))
    figures.staged = len(list((folder / "runs" / ".staging").iterdir()))
    figures.left_after_5_s += _left(folder)
    with Store.open(f"sqlite:///{folder / 'exchange.db'}") as store:
        rows = store.runs(Viewer.local())
    assert {row["state"] for row in rows} == {"published"}, [row["error"] for row in rows if row["error"]][:3]
    figures.redone = sum(row["attempts"] for row in rows) - many


def main():
    """Print the figures of the long form; end with 1 where a promise is broken."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(3))
    with tempfile.TemporaryDirectory() as folder:
        figures = chaos(Path(folder), many, LONG, seed)
    print(f"seed {seed}, {many} notebooks, {SLOTS} at once; kills: {', '.join(figures.kills)}")
    for name, value in vars(figures).items():
        if name != "kills":
            print(f"{name.replace('_', ' '):20} {value if isinstance(value, int) else round(value, 1)}")
    sys.exit(bool(broken(figures, many)))


def broken(figures, many):
    """Return which promises are broken."""
    promised = {"published": many, "partial": 0, "duplicates": 0, "wrong": 0, "left_after_5_s": 0, "started_again": 0,
                "staged": 0}
    found = [f"{name} is {getattr(figures, name)}, not {value}" for name, value in promised.items()
             if getattr(figures, name) != value]
    if figures.redone > SLOTS * len(figures.kills):
        found.append(f"{figures.redone} redone in {len(figures.kills)} kills")
    return found


if __name__ == "__main__":
    main()
