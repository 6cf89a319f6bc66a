"""Counting the answers of a room inside the transaction that writes them: in blocks of five people, never split."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from exchange.assessments import voices
from exchange.assessments.voices import Voice
from exchange.errors import InputError
from exchange.store import schema as t
from exchange.store.base import Writing, one
from exchange.store.cells import Clean


def room_for_answer(connection: sa.Connection, assessment_id: str, item: str) -> Clean | None:
    """Return the room in which a person answers; None where the assessment has none.

    Raises
    ------
    InputError
        When the room takes no answers now, or does not ask this question again.
    """
    room = one(connection, t.room, {"assessment_id": assessment_id})
    if room is None:
        return None
    if room["phase"] not in voices.TURN_OF:
        raise InputError.at(f"answer {item}", f"the room takes no answers now ({voices.PHASES[room['phase']]})",
                            "Wait for the second turn, or say it in the room.")
    if room["phase"] == voices.SECOND and room["asked"] and item not in room["asked"]:
        raise InputError.at(f"answer {item}", "the second turn does not ask this question again",
                            f"It asks {', '.join(room['asked'])}.")
    return room


def count(writing: Writing, room: Clean, items: Iterable[str] | None = None, *, closing: bool = False) -> None:
    """Count what waits for a room's turn in blocks of five people.

    Parameters
    ----------
    writing
        The transaction.
    room
        Its row; it must be in a turn.
    items
        Which questions; None: all.
    closing
        Whether the turn ends, so that what is left of small groups is counted together.
    """
    key, turn = room["assessment_id"], voices.TURN_OF[room["phase"]]
    wanted = None if items is None else list(items)
    people = _people(writing.connection, key)
    registered = Counter(group for who, group in people.items() if who != t.CITY)
    counted = _counted(writing.connection, key, turn, wanted)
    for item, waiting in _waiting(writing.connection, key, people, wanted).items():
        last, members = counted.get(item, (0, frozenset()))
        made = voices.gather([one for one in waiting if one.respondent not in members], registered, closing=closing)
        rows = [{"assessment_id": key, "turn": turn, "item": item, "block": number, "at": writing.now,
                 "stakeholder_group": block.group, "counts": dict(block.counts), "members": list(inside)}
                for number, (block, inside) in enumerate(made, last + 1)]
        if rows:
            writing.connection.execute(sa.insert(t.voice_block), rows)


def _people(connection: sa.Connection, assessment_id: str) -> dict[str, str | None]:
    r = t.respondent.c
    rows = connection.execute(sa.select(r.respondent_id, r.stakeholder_group).where(r.assessment_id == assessment_id))
    return {who: group for who, group in rows}  # noqa: C416 - rows are not pairs to the type checker


def _counted(connection: sa.Connection, assessment_id: str, turn: int,
             items: list[str] | None) -> dict[str, tuple[int, frozenset[str]]]:
    """Return item -> number of its last block, and who is in a block already."""
    b = t.voice_block.c
    query = sa.select(b.item, b.block, b.members).where(b.assessment_id == assessment_id, b.turn == turn)
    if items is not None:
        query = query.where(b.item.in_(items))
    found: dict[str, tuple[int, frozenset[str]]] = {}
    for item, number, members in connection.execute(query):
        last, known = found.get(item, (0, frozenset()))
        found[item] = max(last, number), known | frozenset(members)
    return found


def _waiting(connection: sa.Connection, assessment_id: str, people: Mapping[str, str | None],
             items: list[str] | None) -> dict[str, list[Voice]]:
    a = t.answer.c
    query = sa.select(a.item, a.respondent_id, a.state, a.level).where(
        a.assessment_id == assessment_id, a.respondent_id != t.CITY).order_by(a["at"], a.respondent_id)
    if items is not None:
        query = query.where(a.item.in_(items))
    found = defaultdict(list)
    for item, who, state, level in connection.execute(query):
        found[item].append(Voice(who, people.get(who), state, level))
    return found

