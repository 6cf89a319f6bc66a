"""A worker process: takes runs from its parent's pipe, carries a few out at once, and ends when its parent does."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from exchange.runs.client import Trouble
from exchange.runs.forking import Zygote
from exchange.runs.job import Job
from exchange.runs.kernels import socket_folder
from exchange.runs.processes import die_with_parent
from exchange.runs.shelf import Shelf
from exchange.runs.work import Outcome, Terms, disk_trouble, keep, make, worker_name


def main() -> None:
    """Work until the pipe closes."""
    die_with_parent(int(sys.argv[1]))
    # Kernels inherit our output; what they print must not get between our answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    try:
        asyncio.run(_work(answers))
    finally:
        Zygote.close_all()


async def _work(answers: int) -> None:
    loop = asyncio.get_running_loop()
    tasks = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(tasks), os.fdopen(os.dup(0), "rb"))
    terms = Terms(**json.loads(await tasks.readline()))
    sockets = socket_folder()
    under_way: set[asyncio.Task[None]] = set()
    try:
        while line := await tasks.readline():
            task = asyncio.create_task(_answer(json.loads(line), terms, sockets, answers))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        shutil.rmtree(sockets, ignore_errors=True)


async def _answer(asked: dict[str, Any], terms: Terms, sockets: Path, answers: int) -> None:
    outcome = await _carry_out(Job.of(asked["job"]), terms, sockets, int(asked["attempt"]))
    os.write(answers, json.dumps({"key": asked["job"]["key"], "outcome": outcome.as_dict()}).encode() + b"\n")


async def _carry_out(job: Job, terms: Terms, sockets: Path, attempt: int) -> Outcome:
    try:
        text = await asyncio.to_thread(Path(job.notebook).read_text, "utf-8")
        made = await make(job, text, terms, sockets, attempt)
        return await asyncio.to_thread(keep, job, made, Shelf(Path(terms.root)), attempt)
    except OSError as error:
        return Outcome("", 0.0, worker_name(), disk_trouble(error))
    except Exception as error:  # noqa: BLE001 - one run must not take the others down
        return Outcome("", 0.0, worker_name(), Trouble("program", f"{type(error).__name__}: {error}"[:2000]))


if __name__ == "__main__":
    main()
