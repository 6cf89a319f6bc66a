"""Profiles: drafted, confirmed by a person in one act with the answers, version after version, all of it on record."""

from __future__ import annotations

import pytest

from exchange.errors import ConflictError, NotAllowedError, NotFoundError
from tests.store.worlds import QUITO, ROTTERDAM, begin, editor, reader, rows

ANA, BEN = editor(ROTTERDAM), editor(ROTTERDAM, "Ben")


@pytest.fixture
def assessment(world):
    return begin(world)


def test_a_draft_is_written_over_and_a_confirmation_stays(world, assessment):
    world.put_profile(ANA, assessment, {"who": "", "n": 1}, base_revision=0)
    world.put_profile(BEN, assessment, {"who": "", "n": 2}, base_revision=1)
    world.confirm_profile(ANA, assessment, {"who": "The mayor", "n": 3}, base_revision=2)
    world.put_profile(BEN, assessment, {"who": "", "n": 4}, base_revision=3)
    versions = [(row["version"], row["status"], row["body"]["n"], row["revision"], row["by"])
                for row in rows(world.profiles(ANA, assessment))]
    assert versions == [(1, "confirmed", 3, 3, "Ana"), (2, "draft", 4, 4, "Ben")]


def test_confirming_closes_the_answers_in_the_same_act_and_they_can_be_opened_again(world, assessment):
    world.confirm_profile(ANA, assessment, {"who": "The mayor"})
    assert world.assessment(ANA, assessment)["status"] == "confirmed"
    world.reopen_assessment(ANA, assessment)
    assert len(rows(world.profiles(ANA, assessment))) == 1
    assert world.confirm_profile(ANA, assessment, {"who": "The mayor"})["version"] == 2
    assert world.assessment(ANA, assessment)["status"] == "confirmed"


def test_the_same_confirmation_sent_again_is_no_second_version(world, assessment):
    first = world.confirm_profile(ANA, assessment, {"who": "The mayor"}, base_revision=0)
    assert world.confirm_profile(ANA, assessment, {"who": "The mayor"}, base_revision=0) == first


def test_who_did_not_see_the_last_draft_cannot_confirm_over_it(world, assessment):
    world.put_profile(ANA, assessment, {"n": 1}, base_revision=0)
    with pytest.raises(ConflictError):
        world.confirm_profile(BEN, assessment, {"n": 2}, base_revision=0)
    assert world.assessment(ANA, assessment)["status"] == "open"


def test_each_act_is_a_line_of_the_history_with_who_and_what(world, assessment):
    world.put_profile(ANA, assessment, {"n": 1})
    world.confirm_profile(BEN, assessment, {"n": 2})
    history = [(row["who"], row["action"]) for row in rows(world.audit(ANA, city_id=ROTTERDAM))][-3:]
    assert history == [("Ana", "draft profile"), ("Ben", "confirm profile"), ("Ben", "confirmed assessment")]
    assert world.verify_audit().ok


@pytest.mark.parametrize(("viewer", "error"), [(reader(ROTTERDAM), NotAllowedError), (editor(QUITO), NotFoundError)])
def test_nobody_else_writes_it(world, assessment, viewer, error):
    with pytest.raises(error):
        world.confirm_profile(viewer, assessment, {"who": "me"})
    assert rows(world.profiles(ANA, assessment)) == []
