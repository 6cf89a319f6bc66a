"""What a city opens to others, on both databases: nothing until it says so, and no more than it says."""

from __future__ import annotations

import pytest

from exchange.errors import InputError, NotAllowedError, NotFoundError
from tests.store.worlds import (
    LIMA,
    LOCAL,
    NAIROBI,
    PUBLIC,
    QUITO,
    ROTTERDAM,
    begin,
    editor,
    exchange,
    facilitator,
    participant,
    rows,
    secretariat,
)

ANA, BEN, SUE = editor(ROTTERDAM), editor(QUITO, "Ben"), secretariat("delta")


@pytest.fixture
def assessment(world):
    """A confirmed assessment of Rotterdam with one answer."""
    key = begin(world)
    evidence = [{"title": "Plan", "sensitivity": "public"}, {"title": "Secret", "sensitivity": "restricted"}]
    world.save_answer(ANA, key, "P1.1", "answered", 2, note="our words", evidence=evidence, confidence="low")
    world.put_priorities(ANA, ROTTERDAM, [{"item": "P1.1", "weight": 1}])
    world.confirm_assessment(ANA, key)
    return key


def seen(store, viewer, assessment):
    """Return the answers that a viewer sees, or None when the assessment is hidden from them."""
    try:
        return rows(store.answers(viewer, assessment))
    except NotFoundError:
        return None


def test_answers_are_the_citys_own_until_it_shares_them(world, assessment):
    for viewer in (BEN, SUE, PUBLIC, facilitator(QUITO), participant(QUITO, "r1"), editor(LIMA)):
        assert seen(world, viewer, assessment) is None
        assert world.latest_answers(viewer).empty
        assert world.priorities(viewer).empty
    assert len(seen(world, ANA, assessment)) == 1


def test_what_is_shared_with_a_network_is_seen_by_its_members_and_its_secretariat(world, assessment):
    world.share(ANA, ROTTERDAM, "full", network="delta")
    for viewer in (BEN, SUE, facilitator(NAIROBI)):
        assert [row["level"] for row in seen(world, viewer, assessment)] == [2]
        assert list(world.latest_answers(viewer, "delta")["city"]) == [ROTTERDAM]
        assert len(world.priorities(viewer)) == 1
    for viewer in (editor(LIMA), secretariat("coast"), PUBLIC):
        assert seen(world, viewer, assessment) is None


def test_a_full_share_opens_words_but_not_restricted_evidence(world, assessment):
    world.share(ANA, ROTTERDAM, "full", network="delta")
    (row,) = seen(world, BEN, assessment)
    assert (row["note"], row["confidence"]) == ("our words", "low")
    assert [piece["title"] for piece in row["evidence"]] == ["Plan"]
    assert len(seen(world, ANA, assessment)[0]["evidence"]) == 2


def test_a_share_of_scores_opens_levels_alone(world, assessment):
    world.share(ANA, ROTTERDAM, "scores", network="delta")
    (row,) = seen(world, SUE, assessment)
    assert (row["level"], row["note"], row["confidence"], row["evidence"], row["by"]) == (2, "", None, [], "")


@pytest.mark.parametrize("level", ["bands", "anonymous"])
def test_coarser_shares_open_no_rows_but_are_known(world, assessment, level):
    world.share(ANA, ROTTERDAM, level, network="delta")
    assert seen(world, BEN, assessment) is None
    assert world.latest_answers(BEN).empty
    assert world.shared_levels(BEN, "delta") == {ROTTERDAM: level, QUITO: "own"}


def test_a_share_is_taken_back(world, assessment):
    world.share(ANA, ROTTERDAM, "full", network="delta")
    world.unshare(ANA, ROTTERDAM, network="delta")
    assert seen(world, BEN, assessment) is None
    assert world.shared_levels(SUE, "delta") == {}
    (row,) = rows(world.shares(ANA, ROTTERDAM))
    assert row["revoked_at"] > row["granted_at"]


def test_a_new_share_takes_the_place_of_the_old_one_and_has_the_next_version(world, assessment):
    assert world.share(ANA, ROTTERDAM, "full", network="delta") == 1
    assert world.share(ANA, ROTTERDAM, "scores", network="delta") == 2
    assert world.share(ANA, ROTTERDAM, "bands", audience="public") == 3
    assert world.shared_levels(BEN, "delta")[ROTTERDAM] == "scores"
    assert world.shared_levels(LOCAL, "delta") == dict.fromkeys((ROTTERDAM, QUITO, NAIROBI), "own")


def test_what_is_shared_with_the_public_is_seen_by_everybody(world, assessment):
    world.share(ANA, ROTTERDAM, "scores", audience="public")
    for viewer in (PUBLIC, editor(LIMA), participant(QUITO, "r1"), secretariat("coast")):
        assert [row["level"] for row in seen(world, viewer, assessment)] == [2]
    assert list(world.cities(PUBLIC)["name"]) == ["Rotterdam"]


def test_others_see_what_a_city_confirmed_never_a_draft(world, assessment):
    world.share(ANA, ROTTERDAM, "full", network="delta")
    world.reopen_assessment(ANA, assessment)
    assert seen(world, BEN, assessment) is None
    assert world.latest_answers(SUE).empty
    assert len(world.latest_answers(ANA)) == 1
    world.confirm_assessment(ANA, assessment)
    assert len(seen(world, BEN, assessment)) == 1


def test_single_voices_are_shared_with_nobody(world):
    key = begin(world)
    voice = world.put_respondent(ANA, key, stakeholder_group="media")
    world.save_answer(ANA, key, "P1.1", "answered", 0, respondent=voice)
    world.confirm_assessment(ANA, key)
    world.share(ANA, ROTTERDAM, "full", network="delta")
    assert world.answers(BEN, key, respondent=None).empty
    assert list(world.respondents(BEN, key)["respondent_id"]) == ["city"]


def test_a_participant_answers_as_themselves_alone(world):
    key = begin(world)
    mine, other = world.put_respondent(ANA, key), world.put_respondent(ANA, key)
    pat = participant(ROTTERDAM, mine)
    world.save_answer(pat, key, "P1.1", "answered", 1, respondent=mine)
    world.save_answer(ANA, key, "P1.1", "answered", 3, respondent=other)
    for respondent in ("city", other):
        with pytest.raises(NotAllowedError):
            world.save_answer(pat, key, "P1.1", "answered", 0, respondent=respondent)
    assert [row["level"] for row in rows(world.answers(pat, key, respondent=None))] == [1]
    with pytest.raises(NotAllowedError):
        world.save_answer(participant(ROTTERDAM, "city"), key, "P1.1", "answered", 0)


def test_an_evaluation_is_seen_by_the_partner_and_the_secretariat_once_it_is_confirmed(world):
    held = exchange(world)
    key = world.open_assessment(ANA, ROTTERDAM, "impact", version="1", round="2026", purpose="exchange",
                                subject=held, side="learner", stage="reflect_short")["assessment_id"]
    world.save_answer(ANA, key, "I1", "answered", 4, note="It worked")
    assert [seen(world, viewer, key) for viewer in (BEN, SUE, editor(NAIROBI))] == [None, None, None]
    world.confirm_assessment(ANA, key)
    assert [seen(world, viewer, key)[0]["note"] for viewer in (BEN, SUE)] == ["It worked"] * 2
    assert seen(world, editor(NAIROBI), key) is None
    assert world.latest_answers(ANA, instrument="impact").empty


@pytest.mark.parametrize("viewer", [BEN, SUE, facilitator(ROTTERDAM), PUBLIC])
def test_only_the_city_itself_shares(world, viewer):
    with pytest.raises(NotAllowedError):
        world.share(viewer, ROTTERDAM, "full", network="delta")
    assert world.shares(LOCAL).empty


def test_a_share_names_a_network_and_a_level_that_exist(world):
    with pytest.raises(InputError, match="a network is named for the audience"):
        world.share(ANA, ROTTERDAM, "full")
    with pytest.raises(InputError, match="a network is named for the audience"):
        world.share(ANA, ROTTERDAM, "full", audience="public", network="delta")
    with pytest.raises(InputError, match="'some' is not one of the choices"):
        world.share(ANA, ROTTERDAM, "some", network="delta")
    with pytest.raises(NotFoundError):
        world.share(ANA, ROTTERDAM, "full", network="atlantis")
