"""What a worker does with a run: prepare, execute, and make the files of its folder."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import nbformat
from nbformat import NotebookNode

from exchange.errors import ExchangeError
from exchange.notebooks import prepare
from exchange.runs import rendering
from exchange.runs.client import Execution, Trouble, execute
from exchange.runs.job import Job
from exchange.runs.shelf import MANIFEST, NOTEBOOK, PAGE, Shelf
from exchange.runs.versions import versions

_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PASSING: Final = frozenset({"StoreError", "OperationalError"})
"""Errors of a cell that may be gone at the next try: somebody else was writing, a server was restarted."""


@dataclass(frozen=True)
class Terms:
    """What holds for all runs of one call.

    Parameters
    ----------
    root
        The folder of runs.
    told
        Environment of the kernels: the address of the store, on whose behalf, which day.
    timeout
        Seconds for each cell.
    fork
        Whether to fork kernels where that can be.
    """

    root: str
    told: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 600.0
    fork: bool = True


@dataclass(frozen=True)
class Outcome:
    """How one try of a run ended.

    Parameters
    ----------
    folder
        Where it is now; empty where nothing could be kept.
    seconds
        How long it took.
    worker
        Who did it.
    trouble
        What went wrong, or None: published.
    """

    folder: str
    seconds: float
    worker: str
    trouble: Trouble | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Return the outcome that `as_dict` described."""
        trouble = said["trouble"]
        return cls(said["folder"], said["seconds"], said["worker"], Trouble(**trouble) if trouble else None)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can carry it."""
        trouble = self.trouble and {**self.trouble.as_dict(), "again": self.trouble.again}
        return {"folder": self.folder, "seconds": self.seconds, "worker": self.worker, "trouble": trouble}


@dataclass(frozen=True)
class Made:
    """The files of a run, and what went wrong."""

    files: Mapping[str, bytes]
    seconds: float
    trouble: Trouble | None


async def make(job: Job, text: str, terms: Terms, sockets: Path, attempt: int) -> Made:
    """Execute a run in a fresh kernel and return its files.

    Parameters
    ----------
    job, text
        The run, and the JSON of its notebook.
    terms
        What holds for all runs.
    sockets
        A private folder for the kernel.
    attempt
        The how-many-th try this is.
    """
    began, clock = datetime.now(UTC), time.perf_counter()
    if hashlib.sha256(text.encode()).hexdigest() != job.template:
        return Made({}, 0.0, Trouble("program", "the notebook changed after the run was planned"))
    node: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    try:
        notebook = prepare(node, job.parameters, job.language)
    except ExchangeError as error:
        return Made({}, 0.0, Trouble("program", str(error)))
    home = Path(job.notebook).parent
    how = Execution(sockets, home if home.is_dir() else Path(tempfile.gettempdir()), terms.told, job.seed,
                    terms.timeout, terms.fork)
    trouble = await execute(notebook, how)
    if trouble and any(trouble.message.startswith(name) for name in _PASSING):
        trouble = Trouble(trouble.kind, trouble.message, trouble.cell, again=True)
    seconds = time.perf_counter() - clock
    about = {"run": job.key, "name": job.name, "notebook": Path(job.notebook).name, "parameters": job.parameters,
             "occasion": job.occasion, "hashes": job.hashes, "versions": versions(), "seed": job.seed,
             "state": "failed" if trouble else "published", "error": trouble.as_dict() if trouble else None,
             "attempt": attempt, "worker": worker_name(), "started": began.isoformat(timespec="seconds"),
             "seconds": round(seconds, 3)}
    return Made(await asyncio.to_thread(_files, notebook, about, trouble), seconds, trouble)


def keep(job: Job, made: Made, shelf: Shelf, attempt: int) -> Outcome:
    """Put the files of a run in their place; a disk that will not take them is an outcome, not an error."""
    try:
        if made.trouble is None:
            folder = str(shelf.publish(job, made.files))
        else:
            folder = str(shelf.fail(job, attempt, made.files)) if made.files else ""
    except OSError as error:
        return Outcome("", made.seconds, worker_name(), made.trouble or disk_trouble(error))
    return Outcome(folder, made.seconds, worker_name(), made.trouble)


def disk_trouble(error: OSError) -> Trouble:
    """Return what an error of the disk means for a run."""
    if error.errno in _NO_SPACE:
        return Trouble("disk", "the disk is full; nothing was kept of this run", again=True)
    return Trouble("disk", f"the disk failed: {error.strerror or error}", again=True)


def worker_name() -> str:
    """Return who works here."""
    return f"{os.uname().nodename if hasattr(os, 'uname') else 'worker'}:{os.getpid()}"


def _files(notebook: NotebookNode, about: dict[str, Any], trouble: Trouble | None) -> dict[str, bytes]:
    if trouble:
        notebook.metadata.exchange["failed"] = trouble.as_dict()
    wrong = f"This run failed: {trouble.message}" if trouble else ""
    said: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    files = {NOTEBOOK: said.encode(), PAGE: rendering.page(notebook, wrong).encode()}
    files |= {f"tables/{number:02d}.csv": csv.encode("utf-8-sig")
              for number, csv in enumerate(rendering.tables(notebook), 1)}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole = {**about, "files": hashes}
    return {**files, MANIFEST: (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()}
