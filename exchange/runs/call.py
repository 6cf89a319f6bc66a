"""One call of `exchange run`, from what is wanted to what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exchange import paths
from exchange.errors import InputError
from exchange.runs.drafts import Draft, jobs
from exchange.runs.fleet import Fleet, Patience, Report, Tell
from exchange.runs.job import Job
from exchange.runs.shelf import Shelf
from exchange.runs.work import Terms
from exchange.runs.workers import Executor, Processes
from exchange.store import Store, Viewer, absolute

if TYPE_CHECKING:
    from asyncio import Task

HERE: Final = "processes"
DASK: Final = "dask://"
FORK_FROM: Final = 6
"""Fewer runs are over before the process that forks has imported everything."""


@dataclass(frozen=True)
class Way:
    """How runs are carried out.

    Parameters
    ----------
    folder
        Where they are kept; None: `runs/`.
    executor
        ``"processes"``, or ``"dask://host:port"``.
    workers
        How many at once; 0: two for each processor, or what the cluster has.
    timeout
        Seconds for each cell.
    retries
        Further tries.
    fork
        Whether to fork kernels where that can be.
    """

    folder: Path | None = None
    executor: str = HERE
    workers: int = 0
    timeout: float = 600.0
    retries: int = 3
    fork: bool = True


def carry_out(wanted: Iterable[Draft | Job], store: Store, viewer: Viewer, way: Way, tell: Tell, *,
              as_of: date) -> Report:
    """Carry out what is wanted and not done yet; return what became of it.

    Parameters
    ----------
    wanted
        Drafts, or runs that are made already.
    store, viewer
        The record, and on whose behalf; kernels see what this viewer sees, and change nothing.
    way
        How.
    tell
        Is told of everything that happens.
    as_of
        The day that notebooks take for today.

    Raises
    ------
    InputError
        For an executor that there is not.
    StoreError
        When the ledger or the folder of runs cannot be written.
    """
    wanted = list(wanted)
    made = [one for one in wanted if isinstance(one, Job)]
    made += jobs((one for one in wanted if isinstance(one, Draft)), store, viewer)
    shelf = Shelf(way.folder or paths.runs())
    if way.executor != HERE and not way.executor.startswith(DASK):
        raise InputError.at(f"executor {way.executor!r:.80}", "there is none of this kind",
                            "Use processes, or dask://HOST:PORT.")
    fleet = Fleet(store, viewer, shelf, tell, Patience(way.retries))
    todo = fleet.prepare(made)
    if todo:
        terms = Terms(str(shelf.root), _told(viewer, as_of), way.timeout, way.fork and len(todo) >= FORK_FROM)
        asyncio.run(_until_told_to_stop(fleet, todo, _executor(way, terms, shelf, len(todo))))
    return fleet.finish()


def _executor(way: Way, terms: Terms, shelf: Shelf, many: int) -> Executor:
    if way.executor == HERE:
        return Processes(terms, min(many, way.workers or 2 * (os.cpu_count() or 1)))
    try:
        from exchange.runs.on_dask import OnDask  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        raise InputError.at("executor dask", "dask.distributed is not installed",
                            'Run pip install "city-learning-exchange[dask]".') from None
    return OnDask(way.executor.removeprefix(DASK), terms, shelf, way.workers)


async def _until_told_to_stop(fleet: Fleet, todo: list[Job], executor: Executor) -> None:
    """Run, and on SIGTERM end as on Ctrl+C: workers end, and what they held is free again."""
    task: Task[Report] = asyncio.ensure_future(fleet.run(todo, executor))
    with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _told(viewer: Viewer, as_of: date) -> dict[str, str]:
    """Return what kernels are told: where the record is, on whose behalf, and which day it is."""
    # It speaks for no city: a notebook that nobody watches reads, and begins no questionnaire.
    return {"EXCHANGE_DATABASE": absolute(), "EXCHANGE_STATIC": "1", "EXCHANGE_NOW": f"{as_of}T23:59:59+00:00",
            "EXCHANGE_ROLE": viewer.role, "EXCHANGE_USER": viewer.name, "EXCHANGE_CITIES": "",
            "EXCHANGE_NETWORKS": ",".join(sorted(viewer.networks))}
