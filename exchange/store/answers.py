"""What cities answer: one row an answer, written as it is given, never lost and never silently overwritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from exchange import vocabulary
from exchange.errors import ConflictError, Finding, Findings, InputError, NotFoundError
from exchange.store import schema as t
from exchange.store.access import Viewer, demand, opened_in_full, readable, trimmed
from exchange.store.audit import sha256
from exchange.store.base import Base, Writing, one, only, seen
from exchange.store.cells import Clean, clean_row, shown
from exchange.store.counting import count, room_for_answer
from exchange.store.frames import frame, record, table_of

SAVED: Final = "saved"
UNCHANGED: Final = "unchanged"

_CONTENT: Final = ("state", "level", "raw_value", "unit", "confidence", "note", "evidence")


@dataclass(frozen=True, slots=True)
class Saved:
    """What the store says to an answer.

    Parameters
    ----------
    revision
        How often this answer has been written; send it back as `base_revision` of the next change.
    at
        When it was written.
    outcome
        ``"saved"``, or ``"unchanged"`` when the same stood there already.
    replayed
        Whether this was a repetition of a message that had arrived before; nothing was written again.
    """

    revision: int
    at: datetime
    outcome: str
    replayed: bool = field(default=False, compare=False)


class EditConflictError(ConflictError):
    """Somebody else changed the same thing meanwhile; neither version was thrown away.

    Parameters
    ----------
    finding
        What to say.
    mine, theirs
        The version that was sent, and the one that stands in the store, as dicts; `theirs` has its `revision`.
    """

    def __init__(self, finding: Finding, mine: Clean, theirs: Clean) -> None:
        super().__init__(finding)
        self.mine, self.theirs = mine, theirs


class Answers(Base):
    """The answers of assessments."""

    def save_answer(self, viewer: Viewer, assessment_id: str, item: str, state: str, level: int | None = None, *,
                    respondent: str = t.CITY, note: str = "", confidence: str | None = None,
                    evidence: Iterable[object] = (), raw_value: float | None = None, unit: str | None = None,
                    base_revision: int | None = None, client: str = "", seq: int | None = None,
                    at: datetime | None = None) -> Saved:
        """Write one answer.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city, or the participant whose answer it is.
        assessment_id, item, respondent
            Which answer; the respondent ``"city"`` is what the city agreed on.
        state, level
            Of `vocabulary.STATES`; a level only with ``"answered"``, which needs a level, a quantity or a note.
        note, confidence, evidence, raw_value, unit
            What was said with it.
        base_revision
            The revision that was seen when the answer was changed; 0 for none. None does not check.
        client, seq
            Identify the message: the same pair again is a repetition, answered as before and not written twice.
        at
            When it was given; None: now.

        Raises
        ------
        EditConflictError
            When the stored answer is another one than `base_revision` and differs; it has `mine` and `theirs`.
        InputError
            When the answer does not fit, or the assessment was confirmed.
        """
        mine = checked_answer(item, {
            "item": item, "state": state, "level": level, "respondent_id": respondent, "note": note,
            "confidence": confidence, "evidence": list(evidence), "raw_value": raw_value, "unit": unit,
            "client": client, "seq": seq, "at": at})
        with self.write(viewer) as writing:
            key = {"assessment_id": assessment_id, "respondent_id": respondent, "item": item}
            assessment = seen(writing.connection, viewer, t.assessment, assessment_id, "assessment")
            about = {"city_id": assessment["city_id"], "respondent_id": respondent}
            demand(viewer, "answer", about, f"answer {item}")
            before = _repeated(writing.connection, key, mine)
            if before is not None:
                return before
            _must_accept_answers(writing.connection, assessment, respondent)
            room = None if respondent == t.CITY else room_for_answer(writing.connection, assessment_id, item)
            saved = write_answer(writing, assessment["city_id"], key, mine, base_revision)
            if room is not None and saved.outcome == SAVED:
                count(writing, room, [item])
            return saved

    def answers(self, viewer: Viewer, assessment_id: str, *, respondent: str | None = t.CITY) -> pd.DataFrame:
        """Return the answers of an assessment, as much of each as the viewer may see.

        Parameters
        ----------
        viewer
            Who asks.
        assessment_id
            Which assessment.
        respondent
            Whose; None: of everybody whose answers the viewer may see.

        Returns
        -------
        DataFrame
            respondent_id, item, state, level, raw_value, unit, confidence, note, evidence, revision, client, seq,
            at, by; one row an answer, items that were never touched have none.
        """
        columns = table_of(t.answer, "assessment_id")
        assessment_of = t.assessment.c.assessment_id == t.answer.c.assessment_id
        query: sa.Select[Any] = sa.select(*columns, t.assessment.c.city_id, opened_in_full(viewer).label("full"))
        query = query.join(t.assessment, assessment_of).where(readable(viewer, t.answer))
        query = only(query, t.answer, assessment_id=assessment_id, respondent_id=respondent)
        with self.read(viewer) as connection:
            seen(connection, viewer, t.assessment, assessment_id, "assessment")
            rows = connection.execute(query.order_by(t.answer.c.respondent_id, t.answer.c.item)).all()
        shown = [trimmed(viewer, record(row), city_id=row.city_id, full=bool(row.full)) for row in rows]
        return frame(columns, [[row[column.name] for column in columns] for row in shown])

    def latest_answers(self, viewer: Viewer, network: str | None = None, *, instrument: str = "resilience",
                       round: str | None = None, city_ids: Iterable[str] | None = None) -> pd.DataFrame:  # noqa: A002
        """Return what is known of each city now: its newest answer to each item that is not blank.

        Only what cities agreed on (respondent ``"city"``) for themselves, and of others only what they confirmed
        and share as scores or in full.

        Parameters
        ----------
        viewer
            Who asks.
        network
            Only members of this network.
        instrument
            Of which questionnaire.
        round
            Only of this round; None: the newest of all rounds.
        city_ids
            Only these cities.

        Returns
        -------
        DataFrame
            city, item, state, level, round, at; by city and item.
        """
        a, b = t.assessment.c, t.answer.c
        columns = [a.city_id.label("city"), b.item, b.state, b.level, a["round"], b["at"]]
        newest = (a.created_at.desc(), a["round"].desc(), a.assessment_id.desc())
        rank = sa.func.row_number().over(partition_by=(a.city_id, b.item), order_by=newest).label("rank")
        query: sa.Select[Any] = sa.select(*columns, rank).join(t.assessment, a.assessment_id == b.assessment_id).where(
            readable(viewer, t.answer), b.respondent_id == t.CITY, b.state != vocabulary.BLANK,
            a.instrument == instrument, a.purpose == t.SELF)
        query = only(query, t.assessment, round=round, city_id=None if city_ids is None else list(city_ids))
        if network is not None:
            members = sa.select(t.member.c.city_id).where(
                t.member.c.network_id == network, readable(viewer, t.member))
            query = query.where(a.city_id.in_(members))
        ranked = query.subquery()
        wanted = [ranked.c[column.name] for column in columns]
        newest_only = sa.select(*wanted).where(ranked.c.rank == 1).order_by(ranked.c.city, ranked.c.item)
        with self.read(viewer) as connection:
            return frame(columns, connection.execute(newest_only).all())


def checked_answer(item: str, row: Clean) -> Clean:
    """Return the answer with every value checked; `at` and `seq` are left out where they are empty."""
    findings = Findings()
    row = {name: value for name, value in row.items() if value is not None or name not in ("at", "seq")}
    clean = clean_row(t.answer, row, f"answer {item}", findings, allowed=tuple(row))
    state, level = clean.get("state"), clean.get("level")
    said = row["level"] is not None or row["raw_value"] is not None or row["note"]
    if state == vocabulary.ANSWERED and not said:
        findings.add(f"answer {item}", "it is answered but has no level", "Give a level, a quantity or a note.")
    if state not in (None, vocabulary.ANSWERED) and level is not None:
        findings.add(f"answer {item}", f"it is {state} and yet has the level {level}", "Give one or the other.")
    if bool(row["client"]) != ("seq" in row):
        findings.add(f"answer {item}", "client and number of the message go together", "Give both or neither.")
    findings.raise_if_any()
    return clean


def _repeated(connection: sa.Connection, key: Clean, mine: Clean) -> Saved | None:
    """Return what was said to this message before, if it arrived before."""
    if "seq" not in mine:
        return None
    message = {"assessment_id": key["assessment_id"], "respondent_id": key["respondent_id"],
               "client": mine["client"], "seq": mine["seq"]}
    before = one(connection, t.answer_op, message)
    if before is None:
        return None
    if before["digest"] != _digest(mine):
        raise InputError.at(f"answer {mine['item']}",
                            f"message {mine['seq']} of {shown(mine['client'])} arrived before with other content",
                            "Number every message once, or choose a new name for the client.")
    return Saved(before["revision"], before["at"], before["outcome"], replayed=True)


def _digest(answer: Clean) -> str:
    return sha256([answer["item"], *(answer[name] for name in _CONTENT)])


def _must_accept_answers(connection: sa.Connection, assessment: Clean, respondent: str) -> None:
    place = f"assessment {assessment['assessment_id']}"
    if assessment["status"] == t.CONFIRMED:
        raise InputError.at(place, "it was confirmed and takes no more answers",
                            "Reopen it to correct it, or begin the next round.")
    key = {"assessment_id": assessment["assessment_id"], "respondent_id": respondent}
    if one(connection, t.respondent, key) is None:
        raise NotFoundError.at(place, f"it has no respondent {shown(respondent)}", "Add the respondent first.")


def write_answer(writing: Writing, city_id: str, key: Clean, mine: Clean, base_revision: int | None) -> Saved:
    """Write a checked answer where it differs from what is stored; raise `EditConflictError` where both changed."""
    stored = one(writing.connection, t.answer, key)
    content = {name: mine[name] for name in _CONTENT}
    before = None if stored is None else {name: stored[name] for name in _CONTENT}
    at = mine.get("at", writing.now)
    if stored is not None and content == before:
        saved = Saved(stored["revision"], stored["at"], UNCHANGED)
    else:
        if stored is not None and base_revision not in (None, stored["revision"]):
            raise _conflict(writing.viewer, key, mine, stored)
        saved = Saved(1 if stored is None else stored["revision"] + 1, at, SAVED)
        row = {**content, "revision": saved.revision, "client": mine["client"], "seq": mine.get("seq"),
               "at": at, "by": writing.viewer.name}
        _write(writing.connection, key, row, new=stored is None)
        writing.note("save answer", "answer " + "/".join(key.values()), city_id=city_id, before=before,
                     after={**content, "revision": saved.revision})
    if "seq" in mine:
        writing.connection.execute(sa.insert(t.answer_op), [{
            **key, "client": mine["client"], "seq": mine["seq"], "digest": _digest(mine),
            "revision": saved.revision, "outcome": saved.outcome, "at": saved.at}])
    return saved


def _write(connection: sa.Connection, key: Clean, row: Clean, *, new: bool) -> None:
    if new:
        connection.execute(sa.insert(t.answer), [{**key, **row}])
    else:
        where = [t.answer.c[name] == value for name, value in key.items()]
        connection.execute(sa.update(t.answer).where(*where).values(row))


def _conflict(viewer: Viewer, key: Clean, mine: Clean, stored: Clean) -> ConflictError:
    """Return what to say; of one person's answer only that person is told what stands there."""
    if key["respondent_id"] not in (t.CITY, viewer.name) and not viewer.everything:
        return ConflictError.at(f"answer {key['item']}", "the person whose it is changed it meanwhile",
                                "Ask them which one is right.")
    return EditConflictError(
        Finding(f"answer {key['item']}",
                f"{stored['by'] or 'somebody'} changed it meanwhile to {_in_words(stored)}; yours is {_in_words(mine)}",
                "Look at both and save the one that is right."),
        mine, stored)


def _in_words(answer: Clean) -> str:
    if answer["state"] != vocabulary.ANSWERED:
        return str(answer["state"]).replace("_", " ")
    return "a note" if answer["level"] is None else f"level {answer['level']}"
