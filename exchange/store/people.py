"""Who was invited, in which role, until when; and who is signed in because of it. Keys are kept as digests alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from exchange.errors import InputError, NotFoundError
from exchange.store import schema as t
from exchange.store.access import Viewer, demand
from exchange.store.base import Base, checked, must_exist, one
from exchange.store.cells import Clean
from exchange.store.frames import frame, record, table_of
from exchange.store.workshops import digest_of

SESSION_DAYS: Final = 14
_GIVEN: Final = ("role", "name", "city_ids", "networks", "once", "expires_at")


class People(Base):
    """Invitations and sessions."""

    def invite(self, viewer: Viewer, role: str, name: str, *, city_ids: Iterable[str] = (),
               networks: Iterable[str] = (), once: bool = True, expires_at: datetime | None = None) -> tuple[str, str]:
        """Invite somebody; return the invitation's id, and the key that its link carries and nobody can read again.

        Parameters
        ----------
        viewer
            The local user: whoever keeps the record.
        role, city_ids, networks
            What they will be; see `Viewer`.
        name
            Who it is, for the history.
        once
            Whether the link is good for one person only.
        expires_at
            When the invitation, and whoever is signed in by it, ends; None: never.

        Raises
        ------
        InputError
            For a role that is none, or one that lacks its city or network.
        """
        who = Viewer(role, name, frozenset(city_ids), frozenset(networks))
        _check(who)
        key = secrets.token_urlsafe(24)
        row = checked(t.invitation, {
            "role": role, "name": name, "city_ids": sorted(who.city_ids), "networks": sorted(who.networks),
            "once": once, "expires_at": expires_at}, "invitation", allowed=_GIVEN)
        with self.write(viewer) as writing:
            demand(viewer, "invitation", {}, "invitations")
            for city in who.city_ids:
                must_exist(writing.connection, t.city, city, "city")
            for network in who.networks:
                must_exist(writing.connection, t.network, network, "network")
            shown = {"invitation_id": writing.new_id("i"), **row}
            writing.connection.execute(sa.insert(t.invitation), [{
                **shown, "digest": digest_of(key), "created_at": writing.now, "by": viewer.name}])
            writing.note("invite", f"invitation {shown['invitation_id']}", after=shown)
        return str(shown["invitation_id"]), key

    def invitations(self, viewer: Viewer) -> pd.DataFrame:
        """Return all invitations, oldest first: role, name, cities, networks, until when, used and revoked; no keys."""
        demand(viewer, "invitation", {}, "invitations")
        columns = table_of(t.invitation, "digest")
        with self.read(viewer) as connection:
            return frame(columns, connection.execute(sa.select(*columns).order_by(t.invitation.c.created_at)).all())

    def revoke(self, viewer: Viewer, invitation_id: str) -> None:
        """Take an invitation back; whoever is signed in by it is signed out."""
        with self.write(viewer) as writing:
            demand(viewer, "invitation", {}, f"invitation {invitation_id}")
            must_exist(writing.connection, t.invitation, invitation_id, "invitation")
            i, s = t.invitation.c, t.session.c
            writing.connection.execute(sa.update(t.invitation).where(
                i.invitation_id == invitation_id, i.revoked_at.is_(None)).values(revoked_at=writing.now))
            writing.connection.execute(sa.delete(t.session).where(s.invitation_id == invitation_id))
            writing.note("revoke", f"invitation {invitation_id}", after={"revoked": True})

    def accept(self, key: str) -> str:
        """Sign somebody in by the key of an invitation; return the token of the session.

        Raises
        ------
        NotFoundError
            Where the key is no key, was used, has ended or was taken back: all look the same.
        """
        digest = digest_of(key)
        with self.write(_server()) as writing:
            row = one(writing.connection, t.invitation, {"digest": digest})
            if row is None or not _live(row, writing.now) or (row["once"] and row["used_at"] is not None):
                raise NotFoundError.at("invitation", "it is not valid, or not any more",
                                       "Ask whoever invited you for a new one.")
            token = secrets.token_urlsafe(24)
            ends = writing.now + timedelta(days=SESSION_DAYS)
            ends = min(ends, row["expires_at"]) if row["expires_at"] else ends
            writing.connection.execute(sa.insert(t.session), [{
                "digest": digest_of(token), "invitation_id": row["invitation_id"], "at": writing.now,
                "expires_at": ends}])
            writing.connection.execute(sa.update(t.invitation).where(
                t.invitation.c.digest == digest).values(used_at=writing.now))
            writing.note("sign in", f"invitation {row['invitation_id']}")
        return token

    def signed_in(self, token: str) -> Viewer | None:
        """Return whom a session is for; nobody where it has ended or its invitation was taken back."""
        i, s = t.invitation, t.session
        query = sa.select(i, s.c.expires_at.label("ends")).join(s, s.c.invitation_id == i.c.invitation_id).where(
            s.c.digest == digest_of(token))
        with self.read() as connection:
            row = connection.execute(query).one_or_none()
        found = None if row is None else record(row)
        if found is None or not _live(found, self.now()) or found["ends"] <= self.now():
            return None
        return _viewer(found)

    def known_as(self, name: str) -> Viewer | None:
        """Return who an authenticating proxy means by a name: the newest invitation of that name that still holds."""
        query = sa.select(t.invitation).where(t.invitation.c.name == name).order_by(t.invitation.c.created_at.desc())
        with self.read() as connection:
            rows = [record(row) for row in connection.execute(query)]
        return next((_viewer(row) for row in rows if name and _live(row, self.now())), None)

    def still_invited(self, viewer: Viewer) -> bool:
        """Return whether an invitation still makes somebody who they are; asked while their notebook is open."""
        query = sa.select(t.invitation).where(t.invitation.c.name == viewer.name, t.invitation.c.role == viewer.role)
        with self.read() as connection:
            rows = [record(row) for row in connection.execute(query)]
        return any(_live(row, self.now()) and _viewer(row) == viewer for row in rows)

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self.write(_server()) as writing:
            writing.connection.execute(sa.delete(t.session).where(t.session.c.digest == digest_of(token)))


def _server() -> Viewer:
    """Return on whose behalf the server itself writes: nobody's rows but sessions."""
    return Viewer("public", "server")


def _check(who: Viewer) -> None:
    needs = {"secretariat": who.networks, "facilitator": who.city_ids, "city_editor": who.city_ids,
             "city_reader": who.city_ids, "participant": who.city_ids}.get(who.role)
    if needs is not None and not needs:
        lacks = "network" if who.role == "secretariat" else "city"
        raise InputError.at("invitation", f"a {who.role.replace('_', ' ')} needs a {lacks}", f"Name the {lacks}.")
    if not who.name:
        raise InputError.at("invitation", "it is for nobody", "Give a name: it stands in the history.")


def _live(row: Clean, now: datetime) -> bool:
    return row["revoked_at"] is None and (row["expires_at"] is None or row["expires_at"] > now)


def _viewer(row: dict[str, Any]) -> Viewer:
    return Viewer(row["role"], row["name"], frozenset(row["city_ids"]), frozenset(row["networks"]))
