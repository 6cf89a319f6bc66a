"""The coordinator: plans runs on the ledger, hands them out, notes how they end, and goes on after any interruption."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import StoreError
from exchange.runs.index import write_index
from exchange.runs.job import Job
from exchange.runs.processes import is_gone, owner
from exchange.runs.shelf import Shelf
from exchange.runs.work import Outcome
from exchange.runs.workers import Executor

if TYPE_CHECKING:
    from exchange.store import Store, Viewer

LEASE: Final = timedelta(seconds=60)
_RENEW_SECONDS: Final = 15.0
_LEDGER_TRIES: Final = 5

Tell = Callable[[Mapping[str, Any]], None]


class LostError(Exception):
    """Whoever carries runs out is gone and does not come back."""


@dataclass
class Report:
    """What became of a call.

    Parameters
    ----------
    counts
        ``"published"``, ``"failed"``, ``"unchanged"``, ``"recovered"``, ``"elsewhere"``, ``"left"``, ``"retried"``.
    runs
        Each run that was not simply unchanged: name, state, folder, seconds, error.
    lost
        Why the executor was lost; empty where it was not.
    """

    counts: Counter[str] = field(default_factory=Counter)
    runs: list[dict[str, Any]] = field(default_factory=list)
    lost: str = ""


@dataclass(frozen=True)
class Patience:
    """How often and after how long a run is tried again.

    Parameters
    ----------
    retries
        Further tries after the first, for what may pass: a dead kernel, a full disk, a time-out.
    pause
        Seconds before the second try; doubled for each further one.
    """

    retries: int = 3
    pause: float = 0.5

    def before(self, again: int) -> float:
        """Return how long to wait before a further try; drawn, so that not all come at once."""
        pause: float = min(self.pause * 2 ** (again - 1), 60.0)
        return pause * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


class Fleet:
    """One call of `exchange run`.

    Parameters
    ----------
    store, viewer
        The ledger, and on whose behalf.
    shelf
        Where runs are kept.
    tell
        Is told of everything that happens.
    patience
        How often to try again.
    """

    def __init__(self, store: Store, viewer: Viewer, shelf: Shelf, tell: Tell,
                 patience: Patience | None = None) -> None:
        self._store, self._viewer, self._shelf, self._tell = store, viewer, shelf, tell
        self._patience = patience or Patience()
        self._owner = owner()
        self._report = Report()

    def prepare(self, jobs: Iterable[Job]) -> list[Job]:
        """Put runs on the ledger; return those that are to be carried out now.

        What killed calls left is put in order first: half-written folders go, runs that they held are free again,
        and a run whose folder is whole is noted as published and not done twice.
        """
        wanted = {job.key: job for job in jobs}
        self._shelf.prepare()
        swept = self._shelf.sweep()
        now = _now()
        freed = self._store.release_lost_runs(self._viewer, is_gone, now)
        states = self._store.plan_runs(self._viewer, (job.row() for job in wanted.values()), now)
        missing = [key for key, state in states.items()
                   if state == "published" and not (self._shelf.published / wanted[key].folder).is_dir()]
        if missing:
            self._store.replan_runs(self._viewer, missing, now)
            states |= dict.fromkeys(missing, "planned")
        todo = [job for key, job in wanted.items() if states[key] == "planned" and not self._recover(job)]
        counts = Counter(states.values())
        self._report.counts.update(unchanged=counts["published"], elsewhere=counts["running"])
        self._tell({"event": "planned", "total": len(wanted), "todo": len(todo), "unchanged": counts["published"],
                    "recovered": self._report.counts["recovered"], "elsewhere": counts["running"], "swept": swept,
                    "freed": freed})
        return todo

    async def run(self, todo: Iterable[Job], executor: Executor) -> Report:
        """Carry runs out; return what became of them.

        Raises
        ------
        StoreError
            When the ledger cannot be written, and waiting did not help.
        """
        queue = deque(todo)
        try:
            async with executor:
                renewing = asyncio.create_task(self._renew())
                try:
                    async with asyncio.TaskGroup() as group:
                        for _ in range(min(executor.slots, len(queue))):
                            group.create_task(self._take(queue, executor))
                finally:
                    renewing.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await renewing
        except LostError as nobody:
            self._report.lost = str(nobody)
        except BaseExceptionGroup as group:
            lost, others = group.split(LostError)
            if others is not None:
                raise _first(others) from None
            self._report.lost = str(_first(lost)) if lost else ""
        finally:
            with contextlib.suppress(StoreError):
                self._report.counts["left"] = len(queue) + self._store.release_runs(self._viewer, self._owner)
        return self._report

    def finish(self) -> Report:
        """Write the index of all runs, and say that it is over."""
        path = write_index(self._store.runs(self._viewer), self._shelf)
        self._tell({"event": "finished", **self._report.counts, "index": str(path)})
        return self._report

    async def _take(self, queue: deque[Job], executor: Executor) -> None:
        while queue:
            job = queue.popleft()
            try:
                await self._carry_out(job, executor)
            except LostError:
                queue.append(job)
                raise

    async def _carry_out(self, job: Job, executor: Executor) -> None:
        attempt = 0
        while True:
            if not await self._ledger(self._store.claim_run, job.key, owner=self._owner, at=_now(), lease=LEASE):
                self._report.counts["elsewhere"] += 1
                self._tell({"event": "elsewhere", "name": job.name, "run": job.folder})
                return
            attempt += 1
            self._tell({"event": "started", "name": job.name, "run": job.folder, "attempt": attempt})
            outcome = await executor.run(job, attempt)
            trouble = outcome.trouble
            if trouble is None or not trouble.again or attempt > self._patience.retries:
                break
            pause = self._patience.before(attempt)
            self._report.counts["retried"] += 1
            self._tell({"event": "again", "name": job.name, "run": job.folder, "error": trouble.as_dict(),
                        "pause": round(pause, 2)})
            await asyncio.sleep(pause)
        await self._note(job, outcome)

    async def _note(self, job: Job, outcome: Outcome) -> None:
        folder = self._relative(outcome.folder)
        if outcome.trouble is None:
            await self._ledger(self._store.run_published, job.key, folder=folder, worker=outcome.worker,
                               seconds=outcome.seconds, at=_now())
            state = "published"
        else:
            await self._ledger(self._store.run_failed, job.key, error=outcome.trouble.as_dict(), folder=folder,
                               worker=outcome.worker, at=_now())
            state = "failed"
        said = {"name": job.name, "run": job.folder, "state": state, "folder": folder,
                "seconds": round(outcome.seconds, 3), "error": outcome.trouble and outcome.trouble.as_dict()}
        self._report.counts[state] += 1
        self._report.runs.append(said)
        self._tell({"event": state, **said})

    def _recover(self, job: Job) -> bool:
        folder = self._shelf.find(job)
        if folder is None:
            return False
        self._store.run_published(self._viewer, job.key, folder=self._relative(str(folder)), worker="", seconds=None,
                                  at=_now())
        self._report.counts["recovered"] += 1
        return True

    def _relative(self, folder: str) -> str:
        return Path(folder).relative_to(self._shelf.root).as_posix() if folder else ""

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with contextlib.suppress(StoreError):  # the next one may succeed, and a live owner is not robbed here
                await asyncio.to_thread(self._store.renew_leases, self._viewer, self._owner, _now() + LEASE)

    async def _ledger(self, write: Callable[..., Any], key: str, **values: Any) -> Any:
        """Write to the ledger; a disk that is full or a database that is locked gets some time."""
        for tried in range(1, _LEDGER_TRIES + 1):
            try:
                return await asyncio.to_thread(write, self._viewer, key, **values)
            except StoreError:
                if tried == _LEDGER_TRIES:
                    raise
                await asyncio.sleep(self._patience.before(tried))
        return None


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


def _now() -> datetime:
    """Return the real time: a pinned clock pins what notebooks show, never a lease."""
    return datetime.now(UTC)
