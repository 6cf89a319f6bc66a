"""What a city opens to others: an explicit act, with a level and a version, that can be taken back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from exchange.errors import InputError
from exchange.store import schema as t
from exchange.store.access import Viewer, demand, shared_levels
from exchange.store.base import Base, Writing, checked, must_exist
from exchange.store.cells import Clean
from exchange.store.frames import record


class Sharing(Base):
    """Shares of a city's confirmed answers."""

    def shared_levels(self, viewer: Viewer, network: str) -> dict[str, str]:
        """Return how much each member of a network opens to the viewer: ``own``, or a level of `schema.LEVELS`."""
        with self.read(viewer) as connection:
            return shared_levels(connection, viewer, network)

    def shares(self, viewer: Viewer, city_id: str | None = None) -> pd.DataFrame:
        """Return what cities shared with whom, revoked shares included: all columns of the table `share`."""
        return self._frame(viewer, t.share, t.share.c.city_id, t.share.c.version, t.share.c.share_id,
                           city_id=city_id)

    def share(self, viewer: Viewer, city_id: str, level: str, *, audience: str = t.NETWORK,
              network: str | None = None) -> int:
        """Open a city's confirmed answers to others; return the version of this act.

        Parameters
        ----------
        viewer
            The city itself.
        city_id
            Whose answers.
        level
            ``"full"``, ``"scores"`` (levels without notes and evidence), ``"bands"`` or ``"anonymous"``.
        audience
            ``"network"`` or ``"public"``.
        network
            With which network; needed for the audience ``"network"`` alone.
        """
        row = _checked_share(city_id, level, audience, network)
        with self.write(viewer) as writing:
            demand(viewer, "share", {"city_id": city_id}, f"shares of {city_id}")
            must_exist(writing.connection, t.city, city_id, "city")
            if network is not None:
                must_exist(writing.connection, t.network, network, "network")
            standing = _revoke(writing, city_id, audience, network)
            given = sa.select(sa.func.max(t.share.c.version)).where(t.share.c.city_id == city_id)
            row |= {"share_id": writing.new_id("s"), "version": (writing.connection.scalar(given) or 0) + 1,
                    "granted_at": writing.now, "by": viewer.name}
            writing.connection.execute(sa.insert(t.share), [row])
            writing.note("share", f"shares of {city_id}", city_id=city_id, before=standing, after=row)
        return int(row["version"])

    def unshare(self, viewer: Viewer, city_id: str, *, audience: str = t.NETWORK, network: str | None = None) -> None:
        """Close again what `share` opened."""
        _checked_share(city_id, "full", audience, network)
        with self.write(viewer) as writing:
            demand(viewer, "share", {"city_id": city_id}, f"shares of {city_id}")
            standing = _revoke(writing, city_id, audience, network)
            if standing:
                writing.note("unshare", f"shares of {city_id}", city_id=city_id, before=standing)


def _checked_share(city_id: str, level: str, audience: str, network: str | None) -> Clean:
    row = checked(t.share, {"city_id": city_id, "level": level, "audience": audience, "network_id": network},
                  f"shares of {city_id}", allowed=("city_id", "level", "audience", "network_id"))
    if (audience == t.NETWORK) != (network is not None):
        raise InputError.at(f"shares of {city_id}", "a network is named for the audience 'network', and only for it",
                            "Name the network, or leave it out for the public.")
    return row


def _revoke(writing: Writing, city_id: str, audience: str, network: str | None) -> list[dict[str, Any]]:
    """End what stands for this audience; return it."""
    c = t.share.c
    same = (c.city_id == city_id) & (c.audience == audience) & c.revoked_at.is_(None)
    same &= c.network_id.is_(None) if network is None else c.network_id == network
    standing = [record(row) for row in writing.connection.execute(sa.select(t.share).where(same))]
    writing.connection.execute(sa.update(t.share).where(same).values(revoked_at=writing.now))
    return standing
