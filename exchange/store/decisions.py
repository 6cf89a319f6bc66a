"""Who was suggested to whom, what people decided, and which weights stood behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import sqlalchemy as sa

from exchange.errors import InputError, NotFoundError
from exchange.store import schema as t
from exchange.store.access import Viewer, demand, readable
from exchange.store.base import Base, checked, must_exist, one, upsert
from exchange.store.cells import Clean, Row
from exchange.store.frames import record
from exchange.store.places import networks_of

_RUN: Final = ("network_id", "city_id", "weights", "data_hash", "method", "seed", "result")
_PAIR: Final = ("network_id", "round", "learner_id", "host_id", "side")


class Decisions(Base):
    """Match runs, the decisions on them, and versions of the weights."""

    def match_runs(self, viewer: Viewer, network: str | None = None, *, city_id: str | None = None) -> pd.DataFrame:
        """Return past matchings, newest first: all columns of `match_run`."""
        return self._frame(viewer, t.match_run, t.match_run.c["at"].desc(), t.match_run.c.run_id.desc(),
                           network_id=network, city_id=city_id)

    def put_run(self, viewer: Viewer, row: Row) -> str:
        """Keep a matching as it was made; return its identifier.

        Parameters
        ----------
        viewer
            The secretariat for a whole round; a city for its own.
        row
            `network_id`, `city_id` (None: the whole network), `weights`, `data_hash`, `method`, `seed`, `result`.
        """
        clean = {"city_id": None, **checked(t.match_run, row, "match run", allowed=_RUN, needed=("network_id",))}
        with self.write(viewer) as writing:
            about = {**clean, "networks": networks_of(writing.connection, clean["city_id"] or "")}
            demand(viewer, "match_run", about, "match run")
            must_exist(writing.connection, t.network, clean["network_id"], "network")
            clean |= {"run_id": writing.new_id("m"), "at": writing.now}
            writing.connection.execute(sa.insert(t.match_run), [clean])
            writing.note("put match run", f"match run {clean['run_id']}", city_id=clean["city_id"],
                         after={name: value for name, value in clean.items() if name != "result"})
        return str(clean["run_id"])

    def decisions(self, viewer: Viewer, network: str | None = None, *, round: str | None = None,  # noqa: A002
                  city: str | None = None) -> pd.DataFrame:
        """Return what each side decided on each pair: all columns of `match_decision`.

        Parameters
        ----------
        viewer
            Who asks.
        network, round
            Only of these.
        city
            Only where this city learns or hosts.
        """
        c = t.match_decision.c
        where = None if city is None else (c.learner_id == city) | (c.host_id == city)
        return self._frame(viewer, t.match_decision, c["round"], c.learner_id, c.host_id, c.side, where=where,
                           network_id=network, round=round)

    def put_decision(self, viewer: Viewer, *, network: str, round: str, learner: str, host: str,  # noqa: A002
                     side: str, status: str, why: str = "") -> None:
        """Write what one side decides on a pair, over what it decided before.

        Parameters
        ----------
        viewer
            The city on that side, or the secretariat for ``"secretariat"``.
        network, round, learner, host
            Which pair, in which round.
        side
            Who decides: ``"learner"``, ``"host"`` or ``"secretariat"``.
        status
            ``"suggested"`` (a city thereby invites the other), ``"accepted"``, ``"declined"``, ``"locked"``. A
            secretariat suggests, locks, and declines what shall not be; a city does all but lock.
        why
            The reason, in a sentence.
        """
        row = {"network_id": network, "round": round, "learner_id": learner, "host_id": host, "side": side,
               "status": status, "why": why}
        place = f"decision on {learner} and {host}"
        clean = checked(t.match_decision, row, place, allowed=tuple(row))
        with self.write(viewer) as writing:
            demand(viewer, "match_decision", clean, place)
            for city_id in (learner, host):
                if network not in networks_of(writing.connection, city_id):
                    raise NotFoundError.at(f"city {city_id}", f"it is not a member of {network}", "Enrol it first.")
            if learner == host:
                raise InputError.at(place, "learner and host are the same city", "Name two cities.")
            before = one(writing.connection, t.match_decision, {name: clean[name] for name in _PAIR})
            clean |= {"by": viewer.name, "at": writing.now}
            upsert(writing.connection, t.match_decision, [clean])
            writing.note("put decision", place, city_id=clean.get(f"{side}_id"), before=before, after=clean)

    def weights(self, viewer: Viewer, version: int | None = None, *, network: str | None = None) -> Clean | None:
        """Return a version of the weights, the newest by default; None when there is none.

        Parameters
        ----------
        viewer
            Who asks.
        version
            Which one.
        network
            The newest of this network; where it has none, the newest for all networks.

        Returns
        -------
        dict
            version, network_id, values, at, by, why.
        """
        c = t.weights.c
        query = sa.select(t.weights).where(readable(viewer, t.weights))
        if version is not None:
            query = query.where(c.version == version)
        else:
            mine = c.network_id.is_(None) if network is None else c.network_id.is_(None) | (c.network_id == network)
            query = query.where(mine).order_by(c.network_id.is_(None), c.version.desc())
        with self.read(viewer) as connection:
            row = connection.execute(query.limit(1)).one_or_none()
        return None if row is None else record(row)

    def all_weights(self, viewer: Viewer) -> pd.DataFrame:
        """Return every version of the weights, oldest first."""
        return self._frame(viewer, t.weights, t.weights.c.version)

    def put_weights(self, viewer: Viewer, values: Mapping[str, object], *, why: str,
                    network: str | None = None) -> int:
        """Write a new version of the weights; the old ones stay. Return its number.

        Parameters
        ----------
        viewer
            The secretariat of `network`; for all networks (None) the local user.
        values
            The weights.
        why
            Who proposed them, and on what grounds.
        network
            For which network.
        """
        row = checked(t.weights, {"values": values, "why": why, "network_id": network}, "weights",
                      allowed=("values", "why", "network_id"))
        with self.write(viewer) as writing:
            demand(viewer, "weights", row, "weights")
            if network is not None:
                must_exist(writing.connection, t.network, network, "network")
            newest = writing.connection.scalar(sa.select(sa.func.max(t.weights.c.version))) or 0
            row |= {"version": newest + 1, "at": writing.now, "by": viewer.name}
            writing.connection.execute(sa.insert(t.weights), [row])
            writing.note("put weights", f"weights {row['version']}", after=row)
        return int(row["version"])
