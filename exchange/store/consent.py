"""Who agreed to what: for one purpose, to one version of its words, at a time; and may take it back."""

from __future__ import annotations

from typing import Final

import pandas as pd
import sqlalchemy as sa

from exchange.errors import InputError, NotFoundError
from exchange.store import schema as t
from exchange.store.access import Viewer, demand
from exchange.store.base import Base, Writing, checked, must_exist
from exchange.store.cells import Clean
from exchange.store.frames import record

PURPOSES: Final = ("workshop", "matching", "sharing", "evaluation", "research")
WORKSHOP_VERSION: Final = "1"
"""Version of the words with which people come into a room; another wording is another version."""


class Consents(Base):
    """Consents, given and withdrawn."""

    def give_consent(self, viewer: Viewer, city_id: str, subject: str, purpose: str, version: str) -> str:
        """Put on record that somebody agrees; return its id. The same again is the same consent.

        Parameters
        ----------
        viewer
            Somebody who acts for the city.
        city_id
            In whose workbook.
        subject
            Who agrees: the city's id for the city itself, a respondent for a person.
        purpose
            One of `PURPOSES`.
        version
            Of the words that were shown.
        """
        with self.write(viewer) as writing:
            demand(viewer, "consent", {"city_id": city_id}, f"consents of {city_id}")
            must_exist(writing.connection, t.city, city_id, "city")
            return agree(writing, city_id, subject, purpose, version)

    def withdraw_consent(self, viewer: Viewer, city_id: str, subject: str, purpose: str) -> None:
        """Put on record that somebody agrees no more.

        Raises
        ------
        NotFoundError
            When they had not agreed.
        """
        with self.write(viewer) as writing:
            demand(viewer, "consent", {"city_id": city_id}, f"consents of {city_id}")
            standing = _standing(writing, city_id, subject, purpose)
            if not standing:
                raise NotFoundError.at(f"consent of {subject}", f"there is none for {purpose}", "Nothing to withdraw.")
            for row in standing:
                writing.connection.execute(sa.update(t.consent).where(
                    t.consent.c.consent_id == row["consent_id"]).values(withdrawn_at=writing.now))
                writing.note("withdraw consent", f"consent {row['consent_id']}", city_id=city_id,
                             after={"purpose": purpose})

    def consents(self, viewer: Viewer, city_id: str) -> pd.DataFrame:
        """Return what was agreed to in a city's workbook, withdrawn consents included: all columns."""
        return self._frame(viewer, t.consent, t.consent.c.given_at, t.consent.c.consent_id, city_id=city_id)


def agree(writing: Writing, city_id: str, subject: str, purpose: str, version: str) -> str:
    """Write one consent inside a transaction; for the modules of this package."""
    if purpose not in PURPOSES:
        raise InputError.at(f"consent for {purpose}", "it is not a purpose", f"Use {', '.join(PURPOSES)}.")
    for row in _standing(writing, city_id, subject, purpose):
        if row["version"] == version:
            return str(row["consent_id"])
    row = checked(t.consent, {"city_id": city_id, "subject": subject, "purpose": purpose, "version": version},
                  "consent", allowed=("city_id", "subject", "purpose", "version"))
    row |= {"consent_id": writing.new_id("k"), "given_at": writing.now, "by": writing.viewer.name}
    writing.connection.execute(sa.insert(t.consent), [row])
    writing.note("give consent", f"consent {row['consent_id']}", city_id=city_id,
                 after={"purpose": purpose, "version": version})
    return str(row["consent_id"])


def _standing(writing: Writing, city_id: str, subject: str, purpose: str) -> list[Clean]:
    c = t.consent.c
    query = sa.select(t.consent).where(c.city_id == city_id, c.subject == subject, c.purpose == purpose,
                                       c.withdrawn_at.is_(None))
    return [record(row) for row in writing.connection.execute(query)]
