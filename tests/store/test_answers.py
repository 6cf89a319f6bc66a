"""Answers: saved one by one, never lost, never silently overwritten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exchange.errors import ConflictError, InputError, NotFoundError
from exchange.store import EditConflictError
from tests.store.worlds import LOCAL, NAIROBI, QUITO, ROTTERDAM, begin, editor, rows

ANA = editor(ROTTERDAM)


@pytest.fixture
def assessment(world):
    return begin(world)


def levels(store, assessment, viewer=ANA, **which):
    return {row["item"]: row["level"] for row in rows(store.answers(viewer, assessment, **which))}


def test_an_answer_is_read_back_with_all_that_was_said(world, assessment):
    evidence = [{"title": "Plan", "link": "https://example.org/plan", "sensitivity": "public"}]
    saved = world.save_answer(ANA, assessment, "P1.1", "answered", 2, note="Board meets\nمرحبا 🌊 <b>",
                              confidence="high", evidence=evidence, raw_value=62.5, unit="%")
    (row,) = rows(world.answers(ANA, assessment))
    assert saved.revision == 1
    assert saved.outcome == "saved"
    assert {name: row[name] for name in ("item", "state", "level", "note", "confidence", "evidence", "raw_value",
                                         "unit", "revision", "by")} == {
        "item": "P1.1", "state": "answered", "level": 2, "note": "Board meets\nمرحبا 🌊 <b>", "confidence": "high",
        "evidence": evidence, "raw_value": 62.5, "unit": "%", "revision": 1, "by": "Ana"}
    assert row["at"] == saved.at


def test_every_change_raises_the_revision_by_one(world, assessment):
    revisions = [world.save_answer(ANA, assessment, "P1.1", "answered", level).revision for level in (0, 1, 2, 3)]
    assert revisions == [1, 2, 3, 4]
    assert levels(world, assessment) == {"P1.1": 3}


def test_saving_the_same_again_changes_nothing(world, assessment):
    first = world.save_answer(ANA, assessment, "P1.1", "answered", 2)
    history = len(world.audit(LOCAL))
    again = world.save_answer(ANA, assessment, "P1.1", "answered", 2)
    assert (again.revision, again.at, again.outcome) == (first.revision, first.at, "unchanged")
    assert len(world.audit(LOCAL)) == history


@pytest.mark.parametrize("state", ["unknown", "not_applicable", "blank"])
def test_a_state_without_a_level_replaces_a_level(world, assessment, state):
    world.save_answer(ANA, assessment, "P1.1", "answered", 2)
    world.save_answer(ANA, assessment, "P1.1", state)
    (row,) = rows(world.answers(ANA, assessment))
    assert (row["state"], row["level"]) == (state, None)


@pytest.mark.parametrize(("state", "level", "words"), [
    ("answered", None, "it is answered but has no level"),
    ("unknown", 2, "it is unknown and yet has the level 2"),
    ("answered", 11, "11 is not a whole number from 0 to 10"),
    ("answered", -1, "-1 is not a whole number"),
    ("answered", 1.5, "1.5 is not a whole number"),
    ("answered", True, "True is not a whole number"),
    ("perhaps", None, "'perhaps' is not one of the choices"),
])
def test_an_answer_that_does_not_fit_says_why_and_changes_nothing(world, assessment, state, level, words):
    with pytest.raises(InputError, match=words):
        world.save_answer(ANA, assessment, "P1.1", state, level)
    assert world.answers(ANA, assessment).empty


@pytest.mark.parametrize("note", ["nul \x00 byte", "half \ud800 letter", "x" * 100_001])
def test_text_that_a_database_cannot_hold_is_refused_in_our_words(world, assessment, note):
    with pytest.raises(InputError, match=r"answer P1\.1, note"):
        world.save_answer(ANA, assessment, "P1.1", "answered", 1, note=note)


def test_several_faults_are_named_at_once(world, assessment):
    with pytest.raises(InputError) as caught:
        world.save_answer(ANA, assessment, "P 1", "perhaps", 99, confidence="sure")
    assert len(caught.value.findings) == 4


def test_a_repeated_message_is_answered_as_before_and_written_once(world, assessment):
    message = {"client": "tab-1", "seq": 7}
    first = world.save_answer(ANA, assessment, "P1.1", "answered", 1, **message)
    world.save_answer(ANA, assessment, "P1.1", "answered", 3, client="tab-1", seq=8)
    history = len(world.audit(LOCAL))
    again = world.save_answer(ANA, assessment, "P1.1", "answered", 1, **message)
    assert again == first
    assert again.replayed
    assert not first.replayed
    assert levels(world, assessment) == {"P1.1": 3}
    assert len(world.audit(LOCAL)) == history


def test_a_message_number_used_twice_for_different_answers_is_refused(world, assessment):
    world.save_answer(ANA, assessment, "P1.1", "answered", 1, client="tab-1", seq=7)
    with pytest.raises(InputError, match="arrived before with other content"):
        world.save_answer(ANA, assessment, "P1.2", "answered", 1, client="tab-1", seq=7)


def test_a_repeated_message_counts_also_after_the_assessment_was_confirmed(world, assessment):
    first = world.save_answer(ANA, assessment, "P1.1", "answered", 1, client="tab-1", seq=1)
    world.confirm_assessment(ANA, assessment)
    assert world.save_answer(ANA, assessment, "P1.1", "answered", 1, client="tab-1", seq=1) == first


def test_a_client_without_a_number_is_refused(world, assessment):
    with pytest.raises(InputError, match="go together"):
        world.save_answer(ANA, assessment, "P1.1", "answered", 1, client="tab-1")


def test_an_outdated_change_is_a_conflict_that_carries_both_versions(world, assessment):
    seen = world.save_answer(ANA, assessment, "P1.1", "answered", 1)
    world.save_answer(editor(ROTTERDAM, "Ben"), assessment, "P1.1", "answered", 3, base_revision=seen.revision)
    with pytest.raises(EditConflictError) as caught:
        world.save_answer(ANA, assessment, "P1.1", "answered", 2, base_revision=seen.revision)
    assert caught.value.mine["level"] == 2
    assert (caught.value.theirs["level"], caught.value.theirs["revision"], caught.value.theirs["by"]) == (3, 2, "Ben")
    assert "Ben changed it meanwhile to level 3; yours is level 2" in str(caught.value)
    assert levels(world, assessment) == {"P1.1": 3}


def test_an_outdated_change_to_the_same_content_is_no_conflict(world, assessment):
    world.save_answer(ANA, assessment, "P1.1", "answered", 1)
    world.save_answer(ANA, assessment, "P1.1", "answered", 3)
    assert world.save_answer(ANA, assessment, "P1.1", "answered", 3, base_revision=1).outcome == "unchanged"


def test_two_first_answers_at_once_are_a_conflict(world, assessment):
    world.save_answer(ANA, assessment, "P1.1", "answered", 1, base_revision=0)
    with pytest.raises(EditConflictError):
        world.save_answer(ANA, assessment, "P1.1", "answered", 2, base_revision=0)


def test_a_confirmed_assessment_takes_no_more_answers_until_it_is_reopened(world, assessment):
    world.save_answer(ANA, assessment, "P1.1", "answered", 1)
    assert world.confirm_assessment(ANA, assessment)["status"] == "confirmed"
    with pytest.raises(InputError, match="it was confirmed and takes no more answers"):
        world.save_answer(ANA, assessment, "P1.1", "answered", 2)
    assert world.reopen_assessment(ANA, assessment)["confirmed_at"] is None
    assert world.save_answer(ANA, assessment, "P1.1", "answered", 2).revision == 2


def test_an_occasion_has_one_assessment_however_often_it_is_opened(world):
    first = world.open_assessment(ANA, ROTTERDAM, "resilience", version="1", round="2026")
    again = world.open_assessment(ANA, ROTTERDAM, "resilience", version="1", round="2026")
    other = world.open_assessment(ANA, ROTTERDAM, "resilience", version="1", round="2027")
    unnamed = world.open_assessment(ANA, ROTTERDAM, "resilience", version="1", round="")
    assert first["created"]
    assert not again["created"]
    assert again["assessment_id"] == first["assessment_id"]
    assert len({row["assessment_id"] for row in (first, other, unnamed)}) == 3


def test_the_two_sides_and_stages_of_an_evaluation_are_occasions_of_their_own(world):
    exchange = world.put_exchange(ANA, {"network_id": "delta", "round": "1", "learner_id": ROTTERDAM,
                                        "host_id": QUITO})
    ids = {world.open_assessment(editor(city), city, "impact", version="1", round="1", purpose="exchange",
                                 subject=exchange, side=side, stage=stage)["assessment_id"]
           for city, side in ((ROTTERDAM, "learner"), (QUITO, "host")) for stage in ("prepare", "reflect_short")}
    assert len(ids) == 4


def test_an_evaluation_names_an_exchange_of_its_city(world):
    exchange = world.put_exchange(ANA, {"network_id": "delta", "round": "1", "learner_id": ROTTERDAM,
                                        "host_id": QUITO})
    with pytest.raises(InputError, match="an evaluation is about an exchange"):
        world.open_assessment(ANA, ROTTERDAM, "impact", version="1", round="1", purpose="exchange")
    with pytest.raises(NotFoundError):
        world.open_assessment(editor(NAIROBI), NAIROBI, "impact", version="1", round="1", purpose="exchange",
                              subject=exchange)
    with pytest.raises(InputError, match="not one of its pair"):
        world.open_assessment(LOCAL, NAIROBI, "impact", version="1", round="1", purpose="exchange", subject=exchange)


def test_an_unknown_city_assessment_or_respondent_is_not_found(world, assessment):
    with pytest.raises(NotFoundError, match="city 42"):
        world.open_assessment(LOCAL, "42", "resilience", version="1", round="2026")
    with pytest.raises(NotFoundError, match="assessment a-none"):
        world.save_answer(ANA, "a-none", "P1.1", "answered", 1)
    with pytest.raises(NotFoundError, match="respondent 'r-none'"):
        world.save_answer(ANA, assessment, "P1.1", "answered", 1, respondent="r-none")


def test_single_voices_stand_beside_what_the_city_agreed_on(world, assessment):
    voice = world.put_respondent(ANA, assessment, stakeholder_group="practitioner", label="table 3")
    world.save_answer(ANA, assessment, "P1.1", "answered", 0, respondent=voice)
    world.save_answer(ANA, assessment, "P1.1", "answered", 2)
    assert levels(world, assessment) == {"P1.1": 2}
    assert levels(world, assessment, respondent=voice) == {"P1.1": 0}
    assert len(world.answers(ANA, assessment, respondent=None)) == 2
    groups = {row["respondent_id"]: row["stakeholder_group"] for row in rows(world.respondents(ANA, assessment))}
    assert groups == {"city": None, voice: "practitioner"}


def test_scenarios_are_named_by_their_terms(world, assessment):
    world.set_scenarios(ANA, assessment, {"most_probable": "A flood once in 10 years"})
    assert world.assessment(ANA, assessment)["scenarios"] == {"most_probable": "A flood once in 10 years"}
    with pytest.raises(InputError, match="'worst' is not a scenario"):
        world.set_scenarios(ANA, assessment, {"worst": "?"})


FLOOD = {"hazard": "MH0600", "words": "The river reaches the old town."}


def test_a_scenario_is_described_with_its_revision_and_leaves_a_line_of_history(world, assessment):
    assert world.put_scenario(ANA, assessment, "most_severe", **FLOOD, base_revision=0)["revision"] == 1
    rows_before = world.verify_audit().rows
    assert world.put_scenario(ANA, assessment, "most_severe", **FLOOD)["revision"] == 1
    assert world.verify_audit().rows == rows_before
    later = {**FLOOD, "words": "The dike\n breaks."}
    assert world.put_scenario(ANA, assessment, "most_severe", **later, base_revision=1)["revision"] == 2
    stored = world.assessment(ANA, assessment)["scenarios"]
    assert stored == {"most_severe": {"hazard": "MH0600", "words": "The dike breaks.", "revision": 2}}
    assert world.verify_audit().rows == rows_before + 1


def test_a_scenario_that_somebody_else_changed_is_not_written_over(world, assessment):
    world.put_scenario(ANA, assessment, "most_severe", **FLOOD)
    with pytest.raises(ConflictError):
        world.put_scenario(ANA, assessment, "most_severe", hazard="GH0101", words="It shakes.", base_revision=0)
    assert world.assessment(ANA, assessment)["scenarios"]["most_severe"]["hazard"] == "MH0600"


def test_a_scenario_needs_its_name_its_hazard_and_its_sentence(world, assessment):
    with pytest.raises(InputError) as error:
        world.put_scenario(ANA, assessment, "worst", hazard=" ", words="")
    assert len(error.value.findings) == 3


def test_what_a_confirmed_assessment_was_about_stays(world, assessment):
    world.confirm_assessment(ANA, assessment)
    with pytest.raises(InputError, match="was confirmed"):
        world.put_scenario(ANA, assessment, "most_severe", **FLOOD)


def test_the_sections_that_matter_are_kept_and_all_of_them_is_none(world, assessment):
    world.set_scope(ANA, assessment, ["E2", "E9", "E2"])
    assert world.assessment(ANA, assessment)["scope"] == {"sections": ["E2", "E9"]}
    world.set_scope(ANA, assessment, [])
    assert world.assessment(ANA, assessment)["scope"] == {}


def test_the_newest_answer_to_each_item_is_what_is_known_of_a_city(world):
    old, new = begin(world, round="2025"), begin(world, round="2026")
    for item, level in (("P1.1", 0), ("P1.2", 1), ("P1.3", 1)):
        world.save_answer(ANA, old, item, "answered", level)
    world.save_answer(ANA, new, "P1.1", "answered", 3)
    world.save_answer(ANA, new, "P1.2", "blank")
    world.save_answer(ANA, new, "P1.3", "unknown")
    known = [(row["item"], row["state"], row["level"], row["round"]) for row in rows(world.latest_answers(ANA))]
    assert known == [("P1.1", "answered", 3, "2026"), ("P1.2", "answered", 1, "2025"),
                     ("P1.3", "unknown", None, "2026")]
    assert [row["level"] for row in rows(world.latest_answers(ANA, round="2025"))] == [0, 1, 1]


def test_the_answers_of_a_network_are_those_of_its_members(world):
    for city in (ROTTERDAM, QUITO):
        assessment = begin(world, city)
        world.save_answer(editor(city), assessment, "P1.1", "answered", 1)
    assert set(world.latest_answers(LOCAL, "delta")["city"]) == {ROTTERDAM, QUITO}
    assert world.latest_answers(LOCAL, "coast").empty
    assert set(world.latest_answers(LOCAL, city_ids=[QUITO])["city"]) == {QUITO}
    assert list(world.latest_answers(LOCAL, "coast").columns) == ["city", "item", "state", "level", "round", "at"]


def test_an_answer_keeps_the_time_at_which_it_was_given(world, assessment):
    at = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    assert world.save_answer(ANA, assessment, "P1.1", "answered", 1, at=at).at == at
    assert rows(world.answers(ANA, assessment))[0]["at"] == at


def test_every_saved_answer_leaves_one_line_of_history_with_before_and_after(world, assessment):
    world.save_answer(ANA, assessment, "P1.1", "answered", 1)
    world.save_answer(ANA, assessment, "P1.1", "answered", 2)
    history = rows(world.audit(LOCAL, subject=f"answer {assessment}/city/P1.1"))
    assert [(row["who"], row["action"], row["city_id"]) for row in history] == [("Ana", "save answer", ROTTERDAM)] * 2
    assert history[0]["before"] is None
    assert '"level":1' in history[1]["before"]
    assert '"level":2' in history[1]["after"]
