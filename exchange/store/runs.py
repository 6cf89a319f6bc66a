"""The ledger of unattended runs: each is known by the hash of all that goes into it, so that none is done twice.

The ledger says what machines did; it is no part of the record of what cities know, and not of its history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from exchange.store import schema as t
from exchange.store.access import Viewer, demand, readable
from exchange.store.base import Base
from exchange.store.cells import Clean, Row
from exchange.store.frames import record

_AT_ONCE: Final = 500
_EMPTY: Final[Mapping[str, Any]] = {
    "owner": "", "worker": "", "folder": "", "error": {}, "started_at": None, "lease_until": None, "ended_at": None,
    "seconds": None}


class Runs(Base):
    """What was planned, claimed, published and failed. Only whoever keeps the whole record runs anything."""

    def runs(self, viewer: Viewer, keys: Iterable[str] | None = None) -> list[Clean]:
        """Return runs, newest first: all columns of `run`.

        Parameters
        ----------
        viewer
            Who asks.
        keys
            Only these.
        """
        c = t.run.c
        base = sa.select(t.run).where(readable(viewer, t.run))
        with self.read(viewer) as connection:
            if keys is None:
                newest = sa.func.coalesce(c.ended_at, c.started_at, c.planned_at)
                return [record(row) for row in connection.execute(base.order_by(newest.desc(), c.run_key))]
            return [record(row) for some in _batches(list(keys))
                    for row in connection.execute(base.where(c.run_key.in_(some)))]

    def plan_runs(self, viewer: Viewer, rows: Iterable[Row], at: datetime) -> dict[str, str]:
        """Put runs on the ledger that are not on it; plan those again that failed or were superseded.

        Parameters
        ----------
        viewer
            Who plans.
        rows
            `run_key`, `subject`, `name`, `notebook`, `occasion`, `language`, `parameters`, `hashes`, `seed`.
        at
            When, by the clock of the machine.

        Returns
        -------
        dict
            Key to the state in which each run now is.
        """
        wanted = {str(row["run_key"]): dict(row) for row in rows}
        c = t.run.c
        with self.write(viewer) as writing:
            demand(viewer, "run", {}, "runs")
            known: dict[str, str] = {}
            for some in _batches(list(wanted)):
                found = writing.connection.execute(sa.select(c.run_key, c.state).where(c.run_key.in_(some)))
                known |= {key: state for key, state in found}  # noqa: C416 - rows are no pairs to mypy
            again = [key for key, state in known.items() if state in {"failed", "superseded"}]
            for some in _batches(again):
                writing.connection.execute(sa.update(t.run).where(c.run_key.in_(some)).values(
                    state="planned", planned_at=at, **_EMPTY))
            new = [{**_EMPTY, **row, "state": "planned", "attempts": 0, "planned_at": at}
                   for key, row in wanted.items() if key not in known]
            if new:
                writing.connection.execute(sa.insert(t.run), new)
        return {key: "planned" if key in again else known.get(key, "planned") for key in wanted}

    def claim_run(self, viewer: Viewer, key: str, *, owner: str, at: datetime, lease: timedelta) -> bool:
        """Take a planned run, or one's own once more; return False where somebody else has it or did it."""
        c = t.run.c
        values: dict[str, object] = {
            "state": "running", "owner": owner, "attempts": c.attempts + 1, "started_at": at,
            "lease_until": at + lease, "error": {}}
        free = (c.state == "planned") | ((c.state == "running") & (c.owner == owner))
        return self._move(viewer, (c.run_key == key) & free, values) == 1

    def renew_leases(self, viewer: Viewer, owner: str, until: datetime) -> None:
        """Say that the owner of these runs is still at work."""
        c = t.run.c
        self._move(viewer, (c.owner == owner) & (c.state == "running"), {"lease_until": until})

    def run_published(self, viewer: Viewer, key: str, *, folder: str, worker: str, seconds: float | None,
                      at: datetime) -> None:
        """Note that a run's folder is in its place; older runs on the same subject are superseded."""
        c = t.run.c
        values: dict[str, object] = {
            "state": "published", "folder": folder, "worker": worker, "seconds": seconds, "ended_at": at,
            "lease_until": None, "error": {}}
        with self.write(viewer) as writing:
            demand(viewer, "run", {}, "runs")
            writing.connection.execute(sa.update(t.run).where(c.run_key == key).values(values))
            subject = sa.select(c.subject).where(c.run_key == key).scalar_subquery()
            writing.connection.execute(sa.update(t.run).where(
                c.subject == subject, c.run_key != key, c.state.in_(("published", "failed"))
            ).values(state="superseded"))

    def run_failed(self, viewer: Viewer, key: str, *, error: Mapping[str, object], folder: str, worker: str,
                   at: datetime) -> None:
        """Note that a run failed, in which cell and why."""
        values = {"state": "failed", "error": dict(error), "folder": folder, "worker": worker, "ended_at": at,
                  "lease_until": None}
        self._move(viewer, t.run.c.run_key == key, values)

    def release_runs(self, viewer: Viewer, owner: str, keys: Collection[str] | None = None) -> int:
        """Put back what an owner took and did not finish; return how many runs that were."""
        c = t.run.c
        mine = (c.owner == owner) & (c.state == "running")
        if keys is not None:
            mine &= c.run_key.in_(list(keys))
        return self._move(viewer, mine, {"state": "planned", "owner": "", "lease_until": None})

    def replan_runs(self, viewer: Viewer, keys: Collection[str], at: datetime) -> None:
        """Plan published runs again whose folder is no longer there."""
        c = t.run.c
        for some in _batches(list(keys)):
            self._move(viewer, c.run_key.in_(some) & (c.state == "published"),
                       {**_EMPTY, "state": "planned", "planned_at": at})

    def release_lost_runs(self, viewer: Viewer, lost: Callable[[str], bool | None], at: datetime) -> int:
        """Put back the runs of owners that are gone.

        Parameters
        ----------
        viewer
            Who asks.
        lost
            Tells of an owner whether it is gone; None: nobody here can tell, and its lease decides.
        at
            Now.

        Returns
        -------
        int
            How many runs.
        """
        c = t.run.c
        with self.read(viewer) as connection:
            held = connection.execute(sa.select(c.owner, sa.func.max(c.lease_until)).where(
                c.state == "running").group_by(c.owner)).all()
        count = 0
        for owner, until in held:
            gone = lost(owner)
            expired = until is None or _moment(until) < at
            if gone or (gone is None and expired):
                count += self.release_runs(viewer, owner)
        return count

    def _move(self, viewer: Viewer, where: sa.ColumnElement[bool], values: Mapping[str, object]) -> int:
        with self.write(viewer) as writing:
            demand(viewer, "run", {}, "runs")
            return int(writing.connection.execute(sa.update(t.run).where(where).values(dict(values))).rowcount)


def _moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _batches(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start:start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
