"""The workshop room on record: its code, what is open, who sits where, and what the people in it answered."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from exchange.errors import ConflictError, ExchangeError, InputError, NotAllowedError, NotFoundError
from exchange.store import audit
from exchange.store import schema as t
from exchange.store.access import Viewer, demand
from exchange.store.answers import SAVED, Saved, _must_accept_answers, _repeated, checked_answer, write_answer
from exchange.store.assessments import own_assessment
from exchange.store.base import Base, Writing, checked, one, seen, upsert
from exchange.store.cells import Clean
from exchange.store.consent import WORKSHOP_VERSION, agree
from exchange.store.counting import count, room_for_answer

CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O: a code is read aloud and typed on a phone."""
CODE_LENGTH: Final = 6
KEPT_STATES: Final = 30
"""So many steps of a room can be undone."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a participant: who says what to which question.

    Parameters
    ----------
    respondent, item, state, level, note
        The answer.
    client, seq
        Name and number of the message.
    base_revision
        The revision that was seen when it was written; None does not check.
    too_late
        Whether it counts only if it is the repetition of a message that arrived in time.
    """

    respondent: str
    item: str
    state: str
    level: int | None
    note: str
    client: str
    seq: int
    base_revision: int | None = None
    too_late: bool = False


def digest_of(key: str) -> str:
    """Return what the record keeps of a secret key: enough to know it again, not enough to use it."""
    return hashlib.sha256(key.encode()).hexdigest()


class Workshops(Base):
    """Rooms, seats, and answers that arrive many at once."""

    def open_workshop(self, viewer: Viewer, assessment_id: str, items: Sequence[str],
                      state: Mapping[str, Any]) -> Clean:
        """Open a room for an open assessment; return it.

        Parameters
        ----------
        viewer
            Somebody who acts for the city.
        assessment_id
            Which assessment is answered in it.
        items
            The questions, in their order.
        state
            Where the room begins.
        """
        with self.write(viewer) as writing:
            assessment = own_assessment(writing, assessment_id)
            if assessment["status"] == t.CONFIRMED:
                raise InputError.at(f"assessment {assessment_id}", "it was confirmed and takes no more answers",
                                    "Reopen it, or open the room for another round.")
            row = checked(t.workshop, {"code": _free_code(writing), "assessment_id": assessment_id,
                                       "items": list(items), "state": dict(state), "history": []}, "workshop",
                          allowed=("code", "assessment_id", "items", "state", "history"))
            row |= {"workshop_id": writing.new_id("w"), "city_id": assessment["city_id"], "revision": 1,
                    "created_at": writing.now, "by": viewer.name}
            writing.connection.execute(sa.insert(t.workshop), [row])
            writing.note("open workshop", f"workshop {row['workshop_id']}", city_id=row["city_id"],
                         after={"items": list(items)})
            return {"port": None, "closed_at": None, **row}

    def workshops(self, viewer: Viewer, city_id: str | None = None) -> pd.DataFrame:
        """Return the rooms that the viewer may see, oldest first: all columns but the history."""
        return self._frame(viewer, t.workshop, t.workshop.c.created_at, leave_out=("history",), city_id=city_id)

    def workshop(self, viewer: Viewer, workshop_id: str) -> Clean:
        """Return one room as a dict."""
        return self._record(viewer, t.workshop, workshop_id, "workshop")

    def set_workshop(self, viewer: Viewer, workshop_id: str, state: Mapping[str, Any], *, revision: int,
                 action: str) -> Clean:
        """Move a room on; the state before is kept, so that the step can be undone.

        Raises
        ------
        ConflictError
            When somebody else moved it meanwhile.
        """
        with self.write(viewer) as writing:
            row = _own_workshop(writing, workshop_id, revision)
            history = [*row["history"], row["state"]][-KEPT_STATES:]
            return _move(writing, row, dict(state), history, action)

    def undo_workshop(self, viewer: Viewer, workshop_id: str, *, revision: int) -> Clean:
        """Take back the last step of a room; without one, nothing happens."""
        with self.write(viewer) as writing:
            row = _own_workshop(writing, workshop_id, revision)
            if not row["history"]:
                return row
            return _move(writing, row, row["history"][-1], row["history"][:-1], "undo in workshop")

    def set_port(self, viewer: Viewer, workshop_id: str, port: int) -> None:
        """Remember where a room is served, so that phones find it again after a restart."""
        with self.write(viewer) as writing:
            row = _own_workshop(writing, workshop_id, None)
            writing.connection.execute(_this(row).values(port=port))

    def close_workshop(self, viewer: Viewer, workshop_id: str) -> None:
        """End a room: it takes no more answers, and its code is free again."""
        with self.write(viewer) as writing:
            row = _own_workshop(writing, workshop_id, None)
            if row["closed_at"] is None:
                writing.connection.execute(_this(row).values(closed_at=writing.now, code=workshop_id))
                writing.note("close workshop", f"workshop {workshop_id}", city_id=row["city_id"])

    def take_seat(self, viewer: Viewer, workshop_id: str, key: str, *, stakeholder_group: str, label: str = "") -> str:
        """Give a phone its seat; return the respondent for whom it answers.

        The same key has the same seat, however often it asks. Phones with the same label in the same group answer
        together, as one table.

        Parameters
        ----------
        viewer
            Somebody who runs the room.
        workshop_id
            Which room.
        key
            The phone's secret; its digest alone is kept.
        stakeholder_group
            Of `vocabulary.STAKEHOLDER_GROUPS`.
        label
            A word for the table; empty for one person.
        """
        digest = digest_of(key)
        voice = checked(t.respondent, {"stakeholder_group": stakeholder_group, "label": label}, "seat",
                        allowed=("stakeholder_group", "label"))
        with self.write(viewer) as writing:
            room = _own_workshop(writing, workshop_id, None)
            had = one(writing.connection, t.seat, {"workshop_id": workshop_id, "digest": digest})
            if had is not None:
                return str(had["respondent_id"])
            respondent = _table(writing, room, voice) if label else None
            if respondent is None:
                respondent = f"r-{digest[:12]}"
                row = {"assessment_id": room["assessment_id"], "respondent_id": respondent, **voice}
                upsert(writing.connection, t.respondent, [row])
                writing.note("put respondent", f"respondent {room['assessment_id']}/{respondent}",
                             city_id=room["city_id"], after=voice)
            row = {"workshop_id": workshop_id, "digest": digest, "respondent_id": respondent, "at": writing.now}
            writing.connection.execute(sa.insert(t.seat), [row])
            agree(writing, room["city_id"], respondent, "workshop", WORKSHOP_VERSION)
        return respondent

    def seats(self, viewer: Viewer, workshop_id: str) -> dict[str, str]:
        """Return digest of the key -> respondent, of every seat that is taken."""
        frame = self._frame(viewer, t.seat, t.seat.c.digest, workshop_id=workshop_id)
        return dict(zip(frame["digest"], frame["respondent_id"], strict=True))

    def save_many(self, viewer: Viewer, assessment_id: str, messages: Sequence[Said],
                  ) -> list[Saved | ExchangeError]:
        """Write the answers of several people in one transaction; what is wrong with one does not touch the others.

        Each is written in the name of its participant, with the rules of `save_answer`.

        Parameters
        ----------
        viewer
            Somebody who runs the room.
        assessment_id
            Which assessment.
        messages
            What people said, in the order in which it arrived.

        Returns
        -------
        list
            For each message what `save_answer` would have returned, or the error that it would have raised.
        """
        outcomes: list[Saved | ExchangeError] = []
        with self.write(viewer) as writing:
            assessment = own_assessment(writing, assessment_id)
            head = writing.head
            for message in messages:
                person = Viewer("participant", message.respondent, frozenset({assessment["city_id"]}))
                mine = Writing(writing.connection, person, writing.now, head)
                try:
                    with writing.connection.begin_nested():
                        outcome: Saved | ExchangeError = _say(mine, assessment, message)
                        if mine.changes:
                            head = audit.append(writing.connection, person, writing.now, head, mine.changes)
                except ExchangeError as error:
                    outcome = error
                outcomes.append(outcome)
            fresh = {message.item for message, outcome in zip(messages, outcomes, strict=True)
                     if isinstance(outcome, Saved) and outcome.outcome == SAVED and not outcome.replayed}
            room = one(writing.connection, t.room, {"assessment_id": assessment_id})
            if room is not None and fresh:
                count(writing, room, fresh)
        return outcomes


def _say(mine: Writing, assessment: Clean, message: Said) -> Saved:
    answer = checked_answer(message.item, {
        "item": message.item, "state": message.state, "level": message.level, "respondent_id": message.respondent,
        "note": message.note, "confidence": None, "evidence": [], "raw_value": None, "unit": None,
        "client": message.client, "seq": message.seq, "at": None})
    key = {"assessment_id": assessment["assessment_id"], "respondent_id": message.respondent, "item": message.item}
    about = {"city_id": assessment["city_id"], "respondent_id": message.respondent}
    demand(mine.viewer, "answer", about, f"answer {message.item}")
    before = _repeated(mine.connection, key, answer)
    if before is not None:
        return before
    if message.too_late or not _asks(mine, assessment, message.item):
        raise NotAllowedError.at(f"answer {message.item}", "the question is closed", "Ask the facilitator.")
    _must_accept_answers(mine.connection, assessment, message.respondent)
    return write_answer(mine, assessment["city_id"], key, answer, message.base_revision)


def _asks(mine: Writing, assessment: Clean, item: str) -> bool:
    """Return whether the room takes answers to a question now."""
    try:
        room_for_answer(mine.connection, assessment["assessment_id"], item)
    except InputError:
        return False
    return True


def _free_code(writing: Writing) -> str:
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if one(writing.connection, t.workshop, {"code": code}) is None:
            return code


def _own_workshop(writing: Writing, workshop_id: str, revision: int | None) -> Clean:
    row = seen(writing.connection, writing.viewer, t.workshop, workshop_id, "workshop")
    demand(writing.viewer, "workshop", {"city_id": row["city_id"]}, f"workshop {workshop_id}")
    if row["closed_at"] is not None and revision is not None:
        raise NotFoundError.at(f"workshop {workshop_id}", "it is closed", "Open another.")
    if revision not in (None, row["revision"]):
        raise ConflictError.at(f"workshop {workshop_id}", "somebody else moved it meanwhile", "Look, and do it again.")
    return row


def _this(row: Clean) -> sa.Update:
    return sa.update(t.workshop).where(t.workshop.c.workshop_id == row["workshop_id"])


def _move(writing: Writing, row: Clean, state: Clean, history: list[Any], action: str) -> Clean:
    moved = {"state": state, "history": history, "revision": row["revision"] + 1}
    writing.connection.execute(_this(row).values(moved))
    writing.note(action, f"workshop {row['workshop_id']}", city_id=row["city_id"], before=row["state"], after=state)
    return {**row, **moved}


def _table(writing: Writing, room: Clean, voice: Clean) -> str | None:
    """Return the respondent of a table that sits there already."""
    c = t.respondent.c
    same = sa.select(c.respondent_id).where(
        c.assessment_id == room["assessment_id"], c.stakeholder_group == voice["stakeholder_group"],
        c.label == voice["label"], c.respondent_id != t.CITY)
    return writing.connection.scalars(same.order_by(c.respondent_id)).first()


