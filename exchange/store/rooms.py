"""Many people answer for one city: the room, its phases and rule, what is counted, and what the city agreed on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import pandas as pd
import sqlalchemy as sa

from exchange import vocabulary
from exchange.assessments import consensus, voices
from exchange.errors import ConflictError, InputError, NotFoundError
from exchange.store import schema as t
from exchange.store.access import Viewer, of_own_city, readable
from exchange.store.answers import checked_answer, write_answer
from exchange.store.assessments import own_assessment
from exchange.store.audit import sha256
from exchange.store.base import Base, Writing, checked, one, seen, upsert
from exchange.store.cells import Clean, Row
from exchange.store.counting import count
from exchange.store.frames import record

_AGREED: Final = ("state", "level", "by_rule", "why", "dissent", "turn", "counts")


class Rooms(Base):
    """Rooms, and what is said in them."""

    def room(self, viewer: Viewer, assessment_id: str) -> Clean | None:
        """Return the room of an assessment (phase, rule, invited, asked, revision, by), or None."""
        query = sa.select(t.room).where(t.room.c.assessment_id == assessment_id, readable(viewer, t.room))
        with self.read(viewer) as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else record(row)

    def open_room(self, viewer: Viewer, assessment_id: str, rule: consensus.Rule, *,
                  invited: Iterable[str] = ()) -> Clean:
        """Open the first turn of an assessment, or choose its rule and groups anew while nobody has answered.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city.
        assessment_id
            Which assessment.
        rule
            How the room will agree. It stands from the first answer on.
        invited
            The stakeholder groups that should be heard; empty: all of them.

        Raises
        ------
        InputError
            For a group that we do not know; for another rule after the first answer.
        """
        groups = _known_groups(invited)
        with self.write(viewer) as writing:
            assessment = own_assessment(writing, assessment_id)
            _must_be_open(assessment)
            before = one(writing.connection, t.room, {"assessment_id": assessment_id})
            row = {"phase": voices.FIRST, "rule": {"kind": rule.kind, "share": rule.share}, "invited": groups,
                   "asked": []}
            if before is not None:
                if all(before[name] == row[name] for name in ("rule", "invited")):
                    return before
                if before["rule"] != row["rule"] and _answered(writing, before):
                    raise InputError.at(f"room of assessment {assessment_id}", "people have answered under its rule",
                                        "Keep the rule; the next round of learning can have another.")
                row |= {"phase": before["phase"], "asked": before["asked"]}
            return _put_room(writing, assessment, before, row, "open room")

    def move_room(self, viewer: Viewer, assessment_id: str, to: str, *, seen_revision: int,
                  asked: Iterable[str] = ()) -> Clean:
        """Lead a room to another phase. A turn that ends is counted and put away; then it takes no more answers.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city.
        assessment_id
            Which assessment.
        to
            One of `voices.PHASES`.
        seen_revision
            The revision of the room that was seen.
        asked
            For the second turn: the questions that it asks again; empty: all.

        Raises
        ------
        ConflictError
            When somebody else led it elsewhere meanwhile; to the same phase is no conflict.
        InputError
            When the phase cannot follow.
        """
        with self.write(viewer) as writing:
            assessment = own_assessment(writing, assessment_id)
            _must_be_open(assessment)
            before = _its_room(writing, assessment_id)
            if before["revision"] != seen_revision:
                if before["phase"] == to:
                    return before
                raise ConflictError.at(f"room of assessment {assessment_id}",
                                       f"{before['by'] or 'somebody'} changed it meanwhile "
                                       f"({voices.PHASES[before['phase']]})", "Look at it again.")
            if to not in voices.PHASES or not voices.may_move(before["phase"], to):
                may = ", ".join(voices.follow(before["phase"])) or "nothing more"
                raise InputError.at(f"room of assessment {assessment_id}",
                                    f"{to!r} cannot follow {before['phase']!r}", f"It can go on with: {may}.")
            if before["phase"] in voices.TURN_OF:
                _end_turn(writing, before)
            row = {**before, "phase": to, "asked": list(asked) if to == voices.SECOND else before["asked"]}
            return _put_room(writing, assessment, before, row, "move room")

    def fill_room(self, viewer: Viewer, assessment_id: str, people: Mapping[str, str | None],
                  turns: Mapping[int, Iterable[Row]], rule: consensus.Rule) -> Clean:
        """Bring what many people answered elsewhere into a room, all of it or nothing; return the room.

        Where answers to the second turn come, the first one ends. What is counted already stays as it was counted.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city.
        assessment_id
            Which assessment.
        people
            Respondent -> stakeholder group.
        turns
            Number of the turn -> rows: respondent_id, item, state, level, note.
        rule
            How the room agrees; it counts where the room is opened now.

        Raises
        ------
        InputError
            When a turn that answers come for has ended.
        """
        given = {turn: list(rows) for turn, rows in turns.items()}
        with self.write(viewer) as writing:
            assessment = own_assessment(writing, assessment_id)
            _must_be_open(assessment)
            key = {"assessment_id": assessment_id}
            room = one(writing.connection, t.room, key)
            if room is None:
                room = _put_room(writing, assessment, None, {
                    "phase": voices.FIRST, "rule": {"kind": rule.kind, "share": rule.share}, "invited": [],
                    "asked": []}, "open room")
            upsert(writing.connection, t.respondent, [
                {**key, "respondent_id": who, "stakeholder_group": group, "label": ""}
                for who, group in people.items()])
            for turn in sorted(turn for turn, rows in given.items() if rows):
                if turn == voices.TURN_OF[voices.SECOND] and room["phase"] in voices.BEFORE_SECOND:
                    if room["phase"] in voices.TURN_OF:
                        _end_turn(writing, room)
                    room = _put_room(writing, assessment, room, {**room, "phase": voices.SECOND, "asked": []},
                                     "move room")
                if voices.TURN_OF.get(room["phase"]) != turn:
                    raise InputError.at(f"room of assessment {assessment_id}, turn {turn}",
                                        f"it has ended ({voices.PHASES[room['phase']]})",
                                        "Leave its rows out, or name another round with --round.")
                _take_in(writing, room, given[turn])
            writing.note("fill room", f"room {assessment_id}", city_id=assessment["city_id"], after={
                "people": len(people), "answers": {str(turn): len(rows) for turn, rows in given.items()},
                "sha256": sha256([sorted(people.items(), key=str), given])})
            return room

    def voices(self, viewer: Viewer, assessment_id: str) -> pd.DataFrame:
        """Return what the viewer answered in turns that have ended: turn, respondent_id, item, state, level, note."""
        order = (t.voice.c.turn, t.voice.c.respondent_id, t.voice.c.item)
        return self._frame(viewer, t.voice, *order, assessment_id=assessment_id)

    def voice_blocks(self, viewer: Viewer, assessment_id: str) -> pd.DataFrame:
        """Return what is counted, as far as the viewer may see it: turn, item, stakeholder_group, counts."""
        b = t.voice_block.c
        return self._frame(viewer, t.voice_block, b.turn, b.item, b.block, leave_out=("members", "at", "block"),
                           assessment_id=assessment_id)

    def voice_groups(self, viewer: Viewer, assessment_id: str) -> tuple[dict[str | None, int], frozenset[str]]:
        """Return group -> how many people are in the room, and the groups of which anybody has answered anything.

        The numbers are for those who run the room; others count themselves alone.
        """
        r = t.respondent.c
        people = (r.assessment_id == assessment_id) & (r.respondent_id != t.CITY)
        said = [sa.select(x.c.respondent_id).where(x.c.assessment_id == assessment_id, x.c.state != vocabulary.BLANK)
                for x in (t.answer, t.voice)]
        registered = sa.select(r.stakeholder_group, sa.func.count()).where(
            people, readable(viewer, t.respondent)).group_by(r.stakeholder_group)
        spoke = sa.select(r.stakeholder_group).where(
            people, of_own_city(viewer, t.respondent), r.stakeholder_group.is_not(None),
            r.respondent_id.in_(said[0]) | r.respondent_id.in_(said[1])).distinct()
        with self.read(viewer) as connection:
            counted = {row[0]: int(row[1]) for row in connection.execute(registered)}
            return counted, frozenset(connection.scalars(spoke))

    def room_changes(self, viewer: Viewer, assessment_id: str) -> tuple[int, int, int]:
        """Return what grows whenever there is something new to see in a room: changes of it, blocks, agreements."""
        parts = (sa.func.sum(t.room.c.revision), t.room), (sa.func.count(), t.voice_block), (
            sa.func.sum(t.consensus.c.revision), t.consensus)
        with self.read(viewer) as connection:
            found = [connection.scalar(sa.select(what).where(
                table.c.assessment_id == assessment_id, readable(viewer, table))) or 0 for what, table in parts]
        return int(found[0]), int(found[1]), int(found[2])

    def agree(self, viewer: Viewer, assessment_id: str, item: str, state: str, level: int | None = None, *,
              by_rule: bool, why: str = "", dissent: str = "", turn: int = 0, counts: Mapping[str, int] | None = None,
              base_revision: int | None = None) -> Clean:
        """Write what the city agreed on: its answer, with what everybody said and what the minority says beside it.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city.
        assessment_id, item, state, level
            The answer of the city.
        by_rule
            Whether it is what the rule proposes.
        why, dissent
            The reason, and the statement of those who do not agree.
        turn, counts
            What was shown when it was agreed: the turn, and level or state -> people.
        base_revision
            The revision of the city's answer that was seen; 0 for none. None does not check.

        Raises
        ------
        EditConflictError
            When somebody else changed the city's answer meanwhile.
        InputError
            When the room is not agreeing.
        """
        row = checked(t.consensus, {"state": state, "level": level, "by_rule": by_rule, "why": why,
                                    "dissent": dissent, "turn": turn, "counts": dict(counts or {})},
                      f"agreement on {item}", allowed=_AGREED)
        mine = checked_answer(item, {
            "item": item, "state": state, "level": level, "respondent_id": t.CITY, "note": why, "confidence": None,
            "evidence": [], "raw_value": None, "unit": None, "client": "", "seq": None, "at": None})
        with self.write(viewer) as writing:
            assessment = own_assessment(writing, assessment_id)
            _must_be_open(assessment)
            room = _its_room(writing, assessment_id)
            if room["phase"] != voices.AGREEING:
                now = voices.PHASES[room["phase"]]
                raise InputError.at(f"agreement on {item}", f"the room is not agreeing ({now})",
                                    "End the turn, then go on to agreeing.")
            answer = {"assessment_id": assessment_id, "respondent_id": t.CITY, "item": item}
            kept = one(writing.connection, t.answer, answer) or {}
            same = ("raw_value", "unit") if kept.get("level") == level else ()
            mine |= {name: kept[name] for name in ("confidence", "evidence", *same) if name in kept}
            mine["note"] = why or kept.get("note", "")
            write_answer(writing, assessment["city_id"], answer, mine, base_revision)
            key = {"assessment_id": assessment_id, "item": item}
            before = one(writing.connection, t.consensus, key)
            row |= {"revision": before["revision"] + 1 if before else 1, "at": writing.now, "by": viewer.name}
            upsert(writing.connection, t.consensus, [{**key, **row}])
            writing.note("agree", f"agreement {assessment_id}/{item}", city_id=assessment["city_id"],
                         before=before, after=row)
            return {**key, **row}

    def agreements(self, viewer: Viewer, assessment_id: str) -> pd.DataFrame:
        """Return what the city agreed on, by item: state, level, by_rule, why, dissent, turn, counts, at, by."""
        return self._frame(viewer, t.consensus, t.consensus.c.item, assessment_id=assessment_id)


def _known_groups(invited: Iterable[str]) -> list[str]:
    groups = list(dict.fromkeys(invited))
    for group in groups:
        if group not in vocabulary.STAKEHOLDER_GROUPS:
            raise InputError.at("invited groups", f"{group!r} is not a stakeholder group",
                                f"Use {', '.join(vocabulary.STAKEHOLDER_GROUPS)}.")
    return [group for group in vocabulary.STAKEHOLDER_GROUPS if group in groups]


def _must_be_open(assessment: Clean) -> None:
    if assessment["status"] == t.CONFIRMED:
        raise InputError.at(f"assessment {assessment['assessment_id']}", "it was confirmed",
                            "Reopen it to correct it, or begin the next round.")


def _its_room(writing: Writing, assessment_id: str) -> Clean:
    room = one(writing.connection, t.room, {"assessment_id": assessment_id})
    if room is None:
        raise NotFoundError.at(f"assessment {assessment_id}", "no room is open for it", "Open the room first.")
    return room


def _answered(writing: Writing, room: Clean) -> bool:
    """Return whether anybody has answered anything in the room."""
    key = room["assessment_id"]
    waiting = sa.select(t.answer.c.item).where(t.answer.c.assessment_id == key, t.answer.c.respondent_id != t.CITY)
    ended = sa.select(t.voice.c.item).where(t.voice.c.assessment_id == key)
    return any(writing.connection.execute(query.limit(1)).one_or_none() for query in (waiting, ended))


def _put_room(writing: Writing, assessment: Clean, before: Clean | None, row: Clean, action: str) -> Clean:
    key = assessment["assessment_id"]
    shown: Collection[str] = ("phase", "rule", "invited", "asked")
    after = {name: row[name] for name in shown}
    new = {**after, "assessment_id": key, "revision": before["revision"] + 1 if before else 1, "at": writing.now,
           "by": writing.viewer.name}
    upsert(writing.connection, t.room, [new])
    if before is None:  # answers that were given before the room was opened are its first
        count(writing, new)
    writing.note(action, f"room {key}", city_id=assessment["city_id"],
                 before=before and {name: before[name] for name in shown}, after=after)
    return new


def _take_in(writing: Writing, room: Clean, given: list[Row]) -> None:
    """Write what is new among the single answers of a turn, each as its next revision, and count them."""
    key, a = room["assessment_id"], t.answer.c
    stored = {(row.respondent_id, row.item): row for row in writing.connection.execute(
        sa.select(a.respondent_id, a.item, a.state, a.level, a.note, a.revision).where(
            a.assessment_id == key, a.respondent_id != t.CITY))}
    rows = []
    for row in given:
        before = stored.get((row["respondent_id"], row["item"]))
        if before is None or any(getattr(before, name) != row[name] for name in ("state", "level", "note")):
            rows.append({**row, "assessment_id": key, "raw_value": None, "unit": None, "confidence": None,
                         "evidence": [], "actions": [], "revision": before.revision + 1 if before else 1,
                         "client": "", "seq": None, "at": writing.now, "by": writing.viewer.name})
    if rows:
        upsert(writing.connection, t.answer, rows)
    count(writing, room)


def _end_turn(writing: Writing, room: Clean) -> None:
    """Count what is left, and put the single answers of the turn away."""
    count(writing, room, closing=True)
    key, a = room["assessment_id"], t.answer.c
    single = (a.assessment_id == key) & (a.respondent_id != t.CITY)
    columns = ["assessment_id", "respondent_id", "item", "state", "level", "note", "at"]
    turn = sa.literal(voices.TURN_OF[room["phase"]], sa.Integer)
    put_away = sa.select(*(a[name] for name in columns), turn).where(single)
    writing.connection.execute(sa.insert(t.voice).from_select([*columns, "turn"], put_away))
    writing.connection.execute(sa.delete(t.answer).where(single))
    own = seen(writing.connection, writing.viewer, t.assessment, key, "assessment")
    n = writing.connection.scalar(sa.select(sa.func.count()).select_from(t.voice).where(
        t.voice.c.assessment_id == key, t.voice.c.turn == voices.TURN_OF[room["phase"]]))
    writing.note("end turn", f"room {key}", city_id=own["city_id"], after={"answers": n})
