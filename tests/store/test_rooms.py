"""Rooms on both databases: many answer at once, everybody is counted once, turns are put away whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from exchange.assessments.consensus import Rule
from exchange.errors import ConflictError, InputError
from exchange.store import schema as t
from tests.store.worlds import ROTTERDAM, begin, editor, participant

ANA = editor(ROTTERDAM)


@pytest.fixture
def assessment(world):
    key = begin(world)
    world.open_room(ANA, key, Rule())
    return key


def members(world, key):
    """Return who is in each block, turn by turn: no method of the store gives it out."""
    b = t.voice_block.c
    with world.engine.connect() as connection:
        rows = connection.execute(sa.select(b.turn, b.members).where(b.assessment_id == key).order_by(b.turn, b.block))
        return [(turn, frozenset(who)) for turn, who in rows]


def test_many_who_answer_at_once_are_each_counted_once(world, assessment):
    people = [world.put_respondent(ANA, assessment, stakeholder_group="media") for _ in range(23)]

    def answer(who):
        world.save_answer(participant(ROTTERDAM, who), assessment, "P1.1", "answered", 2, respondent=who)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answer, people))
    blocks = members(world, assessment)
    assert [len(who) for _, who in blocks] == [5, 5, 5, 5]
    assert len(frozenset().union(*(who for _, who in blocks))) == 20
    assert world.voice_blocks(ANA, assessment)["counts"].tolist() == [{"2": 5}] * 4


def test_a_turn_is_put_away_whole_and_the_next_begins_empty(world, assessment):
    people = {f"r-{n}": "media" for n in range(6)}
    rows = {1: [{"respondent_id": who, "item": "P1.1", "state": "answered", "level": 1, "note": "mine"}
                for who in people]}
    world.fill_room(ANA, assessment, people, rows, Rule())
    room = world.move_room(ANA, assessment, "revealed", seen_revision=1)
    pat = participant(ROTTERDAM, "r-5")
    own = world.voices(pat, assessment)
    assert own[["turn", "respondent_id", "level", "note"]].values.tolist() == [[1, "r-5", 1, "mine"]]
    assert world.answers(pat, assessment, respondent=None).empty
    world.move_room(ANA, assessment, "second", seen_revision=room["revision"], asked=["P1.1"])
    world.save_answer(pat, assessment, "P1.1", "answered", 3, respondent="r-5", base_revision=0)
    assert world.answers(pat, assessment, respondent="r-5")["level"].tolist() == [3]
    assert world.voices(pat, assessment)["level"].tolist() == [1]


def test_of_two_who_lead_a_room_at_once_one_is_told(world, assessment):
    def lead(to):
        try:
            return world.move_room(ANA, assessment, to, seen_revision=2)["phase"]
        except ConflictError as error:
            return str(error)

    world.move_room(ANA, assessment, "revealed", seen_revision=1)
    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(lead, ("discussion", "agreeing")))
    assert world.room(ANA, assessment)["phase"] in said
    assert sum("changed it meanwhile" in one for one in said) == 1


def test_answers_that_do_not_fit_leave_the_room_as_it_was(world, assessment):
    before = world.audit(ANA).to_json()
    bad = {2: [{"respondent_id": "r-1", "item": "P1.1", "state": "answered", "level": 1, "note": ""}],
           3: [{"respondent_id": "r-1", "item": "P1.1", "state": "answered", "level": 1, "note": ""}]}
    with pytest.raises(InputError, match="turn 3"):
        world.fill_room(ANA, assessment, {"r-1": "media"}, bad, Rule())
    assert world.room(ANA, assessment)["phase"] == "first"
    assert world.respondents(ANA, assessment)["respondent_id"].tolist() == ["city"]
    assert world.audit(ANA).to_json() == before
    assert world.verify_audit().ok
