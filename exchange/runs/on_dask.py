"""The executor of several machines: a Dask cluster that may be lost in the middle.

Notebooks and a SQLite file are sent to each worker once. Results come back as files, and only this side publishes
them; a task that is carried out twice, because a worker was lost, changes nothing.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import hashlib
import os
import sqlite3
import tempfile
import threading
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa
from distributed import Client, KilledWorker

from exchange.runs.client import Trouble
from exchange.runs.fleet import LostError
from exchange.runs.job import Job
from exchange.runs.kernels import socket_folder
from exchange.runs.shelf import Shelf
from exchange.runs.work import Made, Outcome, Terms, disk_trouble, keep, make, worker_name
from exchange.store.database import VARIABLE

CONNECT_SECONDS: Final = 10.0
PATIENCE_SECONDS: Final = 30.0
"""How long a cluster that was lost may take to come back."""

_LOOK_SECONDS: Final = 2.0
_GONE: Final = (OSError, concurrent.futures.CancelledError, asyncio.TimeoutError)


class OnDask:
    """Workers of a Dask cluster.

    Parameters
    ----------
    address
        ``host:port`` of its scheduler.
    terms
        What holds for all runs.
    shelf
        Where this side publishes.
    slots
        How many runs at once; 0: a run for each thread that the workers have.
    patience
        Seconds that a lost cluster may take to come back.
    """

    def __init__(self, address: str, terms: Terms, shelf: Shelf, slots: int = 0,
                 patience: float = PATIENCE_SECONDS) -> None:
        self.slots = slots
        self._address = address if "://" in address else f"tcp://{address}"
        self._terms, self._shelf, self._patience = terms, shelf, patience
        self._client: Any = None
        self._shared: dict[str, Any] = {}
        self._generation = 0
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self._connect(CONNECT_SECONDS)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:
        await self._let_go()

    async def run(self, job: Job, attempt: int) -> Outcome:
        """Carry one run out on the cluster, and publish what comes back.

        Raises
        ------
        LostError
            When the cluster is gone and does not come back.
        """
        while True:
            generation = self._generation
            try:
                said = await self._ask(job, attempt)
            except KilledWorker as error:
                trouble = Trouble("worker", f"its workers died: {error}"[:500], again=True)
                return Outcome("", 0.0, self._address, trouble)
            except _GONE as error:
                await self._come_back(generation, error)
            except Exception as error:  # noqa: BLE001 - one run must not take the others down
                trouble = Trouble("program", f"{type(error).__name__}: {error}"[:2000])
                return Outcome("", 0.0, self._address, trouble)
            else:
                made = Made(said["files"], said["seconds"], said["trouble"] and Trouble(**said["trouble"]))
                outcome = await asyncio.to_thread(keep, job, made, self._shelf, attempt)
                return Outcome(outcome.folder, outcome.seconds, said["worker"], outcome.trouble)

    async def _ask(self, job: Job, attempt: int) -> dict[str, Any]:
        client = self._client
        template = await self._template(job.notebook)
        shared = self._shared.get("database")
        future = client.submit(carry_out, job.as_dict(), template, shared, asdict(self._terms), attempt,
                               key=f"exchange-{job.key[:16]}-{uuid.uuid4().hex[:8]}", pure=False)
        answer = asyncio.ensure_future(future.result())
        try:
            while not answer.done():
                await asyncio.wait({answer}, timeout=_LOOK_SECONDS)
                if not answer.done() and not await _there(client):
                    raise OSError("it does not answer")
            said: dict[str, Any] = answer.result()
            return said
        finally:
            answer.cancel()
            future.release()

    async def _template(self, path: str) -> Any:
        if path not in self._shared:
            text = await asyncio.to_thread(Path(path).read_text, "utf-8")
            self._shared[path] = await self._client.scatter(text, broadcast=True)
        return self._shared[path]

    async def _connect(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds + 5):
                client: Any = Client  # it has no types
                self._client = await client(self._address, asynchronous=True, timeout=seconds, set_as_default=False)
                await self._client.wait_for_workers(1, timeout=seconds)
                threads = sum((await self._client.nthreads()).values())
                self._shared = {}
                database = await asyncio.to_thread(_snapshot, self._terms.told.get(VARIABLE, ""))
                if database is not None:
                    self._shared["database"] = await self._client.scatter(database, broadcast=True)
        except _GONE as error:
            await self._let_go()
            place = self._address.removeprefix("tcp://")
            raise LostError(f"there is no Dask cluster with a worker at {place}. "
                            "Start it, or check the address; ask again to go on.") from error
        self.slots = self.slots or threads

    async def _come_back(self, generation: int, why: BaseException) -> None:
        """Wait for a lost cluster; the first of all runs that notice does it for the others."""
        async with self._one_at_a_time:
            if generation != self._generation:
                return
            await self._let_go()
            until = asyncio.get_running_loop().time() + self._patience
            while True:
                try:
                    await self._connect(5.0)
                except LostError:
                    if asyncio.get_running_loop().time() > until:
                        raise LostError(f"the Dask cluster was lost ({type(why).__name__}) and did not come back "
                                        f"within {self._patience:g} seconds. Ask again to go on.") from None
                    await asyncio.sleep(1)
                else:
                    self._generation += 1
                    return

    async def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(5):
                    await client.close(timeout=2)


async def _there(client: Any) -> bool:
    """Return whether the scheduler of a client answers."""
    try:
        async with asyncio.timeout(5):
            return bool((await client.scheduler.identity())["workers"] is not None)
    except Exception:  # noqa: BLE001 - whatever stops it from answering
        return False


def _snapshot(url: str) -> bytes | None:
    """Return a consistent copy of a SQLite store; None where the store is a server's."""
    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        source, target = sqlite3.connect(address.database), sqlite3.connect(copy)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        finally:
            target.close()
            source.close()
        return copy.read_bytes()


# What follows runs on the workers ------------------------------------------------------------------------------------

_lock: Final = threading.Lock()


def carry_out(job: Mapping[str, Any], text: str, database: bytes | None, terms: Mapping[str, Any],
              attempt: int) -> dict[str, Any]:
    """Execute a run on a worker; return its files and how it went."""
    told = {name: value for name, value in terms["told"].items() if name != VARIABLE}
    try:
        if database is not None:
            told[VARIABLE] = f"sqlite:///{_local_copy(database)}"
        elif VARIABLE in os.environ:
            told[VARIABLE] = os.environ[VARIABLE]
        made = asyncio.run(make(Job.of(job), text, Terms(**{**terms, "told": told}), _sockets(), attempt))
    except OSError as error:  # of this worker's disk; to the other side it would look like a lost cluster
        made = Made({}, 0.0, disk_trouble(error))
    trouble = made.trouble and {**made.trouble.as_dict(), "again": made.trouble.again}
    return {"files": dict(made.files), "seconds": made.seconds, "trouble": trouble, "worker": worker_name()}


def _sockets() -> Path:
    with _lock:
        return _folder()


@cache
def _folder() -> Path:
    return socket_folder()


def _local_copy(content: bytes) -> Path:
    """Return the file of a database that was sent, written once on each worker."""
    path = _sockets() / f"{hashlib.sha256(content).hexdigest()[:16]}.db"
    with _lock:
        if not path.exists():
            beside = path.with_suffix(".part")
            beside.write_bytes(content)
            beside.replace(path)
    return path
