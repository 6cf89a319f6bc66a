"""A real server for tests: `exchange serve` in a process of its own, on a free port, ended by its id."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60


@dataclass
class Server:
    """A running server and what it printed so far."""

    url: str
    process: subprocess.Popen[str]
    log: list[str]


def environment(database: Path | str, **more: str) -> dict[str, str]:
    """Return the environment of a command that works on one database and may keep its bytecode."""
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "EXCHANGE_DATABASE": url, **more}


def exchange(*arguments: str, database: Path | str, cwd: Path | None = None, **more: str,
             ) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would and return what it printed."""
    return subprocess.run([sys.executable, "-m", "exchange", *arguments], env=environment(database, **more),
                          cwd=cwd, capture_output=True, text=True, check=False, timeout=180)


@contextmanager
def running(database: Path | str, **more: str) -> Iterator[Server]:
    """Serve the workbook on a free port of 127.0.0.1 while the block runs."""
    process = subprocess.Popen([sys.executable, "-m", "exchange", "serve", "--port", "0"],
                               env=environment(database, **more), stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    log: list[str] = []
    threading.Thread(target=lambda: log.extend(iter(process.stdout.readline, "")), daemon=True).start()
    try:
        yield Server(_address(process, log), process, log)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def _address(process: subprocess.Popen[str], log: list[str]) -> str:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        found = re.search(r"http://127\.0\.0\.1:\d+", "".join(log))
        if found:
            return found.group()
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError("the server did not open:\n" + "".join(log))
