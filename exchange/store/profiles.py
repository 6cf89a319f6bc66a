"""Profiles: what a city says of itself after answering, drafted by its people and confirmed by one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd
import sqlalchemy as sa

from exchange.errors import ConflictError
from exchange.store import schema as t
from exchange.store.access import Viewer
from exchange.store.assessments import change_assessment, own_assessment
from exchange.store.base import Base, Writing, checked, upsert
from exchange.store.cells import Clean
from exchange.store.frames import record
from exchange.store.places import prioritise


class Profiles(Base):
    """The profiles of assessments, version by version."""

    def profiles(self, viewer: Viewer, assessment_id: str | None = None) -> pd.DataFrame:
        """Return all versions that the viewer may see, oldest first; the last one may be a draft: all columns."""
        order = (t.profile.c.assessment_id, t.profile.c.version)
        return self._frame(viewer, t.profile, *order, assessment_id=assessment_id)

    def put_profile(self, viewer: Viewer, assessment_id: str, body: Mapping[str, object], *,
                    base_revision: int | None = None) -> Clean:
        """Keep the draft of the next version; return its row.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city.
        assessment_id
            Of which assessment.
        body
            What it says.
        base_revision
            The revision that was seen; 0 for none. None does not check.

        Raises
        ------
        ConflictError
            When somebody else changed the draft, or confirmed it, meanwhile.
        """
        return self._put(viewer, assessment_id, body, base_revision)

    def confirm_profile(self, viewer: Viewer, assessment_id: str, body: Mapping[str, object], *,
                        needs: Iterable[str] = (), base_revision: int | None = None) -> Clean:
        """Confirm the profile, and with it the answers, in one act; return the row of this version.

        The answers are closed from now on; `reopen_assessment` opens them to corrections, and the next
        confirmation is another version. Parameters as in `put_profile`, and besides:

        Parameters
        ----------
        needs
            The items that the city wants to learn about. They become its priorities, by which peers are found: those
            that were stated before keep their weight.
        """
        return self._put(viewer, assessment_id, body, base_revision, list(needs))

    def _put(self, viewer: Viewer, assessment_id: str, body: Mapping[str, object], base_revision: int | None,
             needs: list[str] | None = None) -> Clean:
        """Write a draft or, where needs are given, a confirmation."""
        status = t.DRAFT if needs is None else t.CONFIRMED
        place = f"profile of {assessment_id}"
        clean = checked(t.profile, {"body": body}, place, allowed=("body",))
        with self.write(viewer) as writing:
            assessment = own_assessment(writing, assessment_id)
            last = _last(writing, assessment_id)
            seen = last["revision"] if last else 0
            stands = status == t.DRAFT or assessment["status"] == t.CONFIRMED
            if last and stands and (last["body"], last["status"]) == (clean["body"], status):
                return last
            if base_revision not in (None, seen):
                raise ConflictError.at(place, "somebody else changed it meanwhile", "Look at both.")
            begun = last is not None and last["status"] == t.DRAFT
            row = {"assessment_id": assessment_id, "version": _version(last), "status": status, **clean,
                   "revision": seen + 1, "at": writing.now, "by": viewer.name}
            upsert(writing.connection, t.profile, [row])
            writing.note("confirm profile" if status == t.CONFIRMED else "draft profile",
                         f"profile {assessment_id}/{row['version']}", city_id=assessment["city_id"],
                         before=last["body"] if last and begun else None, after=clean["body"])
            if status == t.CONFIRMED and assessment["status"] != t.CONFIRMED:
                change_assessment(writing, assessment, {"status": t.CONFIRMED, "confirmed_at": writing.now},
                                  "confirmed assessment")
            if needs is not None:
                prioritise(writing, assessment["city_id"], needs)
        return row


def _version(last: Clean | None) -> int:
    if last is None:
        return 1
    return int(last["version"]) + int(last["status"] == t.CONFIRMED)


def _last(writing: Writing, assessment_id: str) -> Clean | None:
    query = sa.select(t.profile).where(t.profile.c.assessment_id == assessment_id)
    row = writing.connection.execute(query.order_by(t.profile.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else record(row)
