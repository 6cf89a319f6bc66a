"""A room from its first answer to what the city agrees on: by phases, under its rule, with dissent and history."""

from __future__ import annotations

import json
from itertools import product

import pytest

from exchange.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from exchange.store import Viewer
from tests.voices.conftest import QUITO, ROTTERDAM
from tests.workbook import worlds

TEN = ["policy_maker"] * 5 + ["practitioner"] * 5


def fill(room, levels=(2,), groups=TEN, items=("P1.1",)):
    """Let people of these groups join and answer; the levels are taken in turn."""
    people = [room.join(group) for group in groups]
    for n, (item, who) in enumerate(product(items, people)):
        room.say(who, item, "answered", levels[n % len(levels)])
    return people


def numbers(room, item="P1.1"):
    return next(one for one in room.statistics() if one["item"] == item)


def test_nothing_is_shown_of_four_and_numbers_grow_by_five(room):
    shown = []
    for group in ["media", *TEN, "media"]:
        room.say(room.join(group), "P1.1", "answered", 1)
        shown.append(numbers(room)["n"])
    assert set(shown) <= {0, 5, 10}
    assert shown[3] == 0
    assert shown == sorted(shown)
    assert numbers(room)["groups"].keys() == {"policy_maker", "practitioner"} or numbers(room)["n"] == 10


def test_a_small_group_is_never_shown_alone_and_cannot_be_found_by_subtraction(room):
    fill(room, groups=[*["policy_maker"] * 7, *["practitioner"] * 6, *["media"] * 2, "insurer"])
    room.reveal()
    found = numbers(room)
    assert found["n"] == 15
    assert set(found["groups"]) <= {"policy_maker", "practitioner"}
    alone = sum(group["n"] for group in found["groups"].values())
    assert found["n"] - alone in {0, 5, 10, 15}
    assert found["others"]["n"] == found["n"] - alone


def test_a_person_reads_their_own_answers_alone_and_the_counts_when_they_are_revealed(real, room):
    people = fill(room, (0, 1, 2, 3))
    pat = Viewer("participant", people[0], frozenset({ROTTERDAM}))
    with worlds.opened(real, "rotterdam", viewer=pat) as phone:
        own = phone.assess.room()
        assert {row["level"] for row in own.own(people[0])[1].values()} == {0}
        assert own.own(people[1]) == {1: {}}
        assert numbers(own)["n"] == 0
        assert list(phone.store.answers(pat, room.row["assessment_id"], respondent=None)["respondent_id"]) == people[:1]
        room.reveal()
        assert numbers(own)["n"] == 10
        assert own.own(people[0])[1]["P1.1"]["level"] == 0
        assert set(phone.store.voices(pat, room.row["assessment_id"])["respondent_id"]) == {people[0]}
        for act in (own.discuss, lambda: own.say(people[1], "P1.1", "answered", 1), lambda: own.agree("P1.1", 1)):
            with pytest.raises(NotAllowedError):
                act()


def test_nobody_of_the_city_reads_single_answers_of_a_room(real, workbook, room):
    people, key = fill(room, (0, 1, 2, 3)), room.row["assessment_id"]
    store, fay = workbook.store, workbook.viewer
    assert store.answers(fay, key, respondent=None).empty
    room.reveal()
    assert store.voices(fay, key).empty
    blocks = store.voice_blocks(fay, key)
    assert set(blocks.columns) == {"assessment_id", "turn", "item", "stakeholder_group", "counts"}
    said = store.audit(fay, city_id=ROTTERDAM).to_json()
    assert not any(f"answer {key}/{who}" in said for who in people)
    assert "move room" in said


def test_a_reader_sees_counts_after_the_turn_and_another_city_nothing(real, room):
    fill(room)
    with worlds.opened(real, "rotterdam", viewer=worlds.reader(ROTTERDAM)) as rob:
        assert numbers(rob.assess.room())["n"] == 0
        room.reveal()
        assert numbers(rob.assess.room())["n"] == 10
        key = room.row["assessment_id"]
        for stranger in (worlds.editor(QUITO), Viewer("public"), worlds.reader(QUITO)):
            store = rob.store
            assert store.room(stranger, key) is None
            assert store.room_changes(stranger, key) == (0, 0, 0)
            assert store.voice_groups(stranger, key) == ({}, frozenset())
            for read in (store.voice_blocks, store.voices, store.agreements):
                assert read(stranger, key).empty


def test_the_rule_stands_from_the_first_answer_on(room):
    room.open("unanimous")
    assert room.rule.kind == "unanimous"
    room.say(room.join("media"), "P1.1", "answered", 2)
    with pytest.raises(InputError, match="answered under its rule"):
        room.open("facilitator")
    assert room.open("unanimous", invited=["media", "insurer"])["invited"] == ["media", "insurer"]
    assert room.missing() == ("insurer",)


def test_answers_are_taken_in_the_two_turns_only_and_the_second_asks_what_is_open(room):
    people = fill(room, (0, 3), items=("P1.1",)) and fill(room, (2,), items=("P1.2",))
    room.reveal()
    with pytest.raises(InputError, match="takes no answers now"):
        room.say(people[0], "P1.1", "answered", 1)
    room.discuss()
    assert room.open_questions() == ["P1.1"]
    room.second_turn()
    with pytest.raises(InputError, match="does not ask this question again"):
        room.say(people[0], "P1.2", "answered", 1)
    room.say(people[0], "P1.1", "answered", 1)
    with pytest.raises(InputError, match="cannot follow"):
        room.reveal()


def test_both_turns_are_kept_and_the_second_counts(room):
    people = fill(room, (0, 3))
    room.reveal()
    room.second_turn()
    assert (numbers(room)["turn"], numbers(room)["median"]) == (1, 1.5)
    for who in people:
        room.say(who, "P1.1", "answered", 2)
    assert (numbers(room)["turn"], numbers(room)["median"]) == (2, 2)
    with pytest.raises(NotFoundError):
        room.say("r-nobody", "P1.1", "answered", 2)


def test_an_answer_off_the_scale_or_to_no_question_is_refused(room):
    who = room.join("media")
    for item, level, error in (("P1.1", 4, InputError), ("P99", 1, NotFoundError)):
        with pytest.raises(error, match="Use "):
            room.say(who, item, "answered", level)
    assert room.mark()[1] == 0


def test_a_second_turn_without_a_question_is_refused(room):
    fill(room)
    room.reveal()
    with pytest.raises(InputError, match="settles every question"):
        room.second_turn()


def test_two_facilitators_at_once_the_same_wish_is_done_once_and_another_is_a_conflict(room):
    fill(room, (0, 3))
    seen = room.row["revision"]
    first, same = room.reveal(seen), room.reveal(seen)
    assert first["revision"] == same["revision"] == seen + 1
    seen = room.row["revision"]
    room.discuss(seen)
    with pytest.raises(ConflictError, match="Fay changed it meanwhile"):
        room.close_turns(seen)
    assert room.phase == "discussion"


def test_two_facilitators_agree_on_the_same_question_and_the_second_is_told(workbook, room):
    fill(room, (0, 3))
    room.reveal()
    room.close_turns()
    room.agree("P1.1", 2, why="we looked at the plans", dissent="practitioners see a 0", seen=0)
    with pytest.raises(ConflictError):
        room.agree("P1.1", 1, seen=0)
    kept = room.agreements()["P1.1"]
    assert (kept["level"], kept["by_rule"], kept["dissent"]) == (2, False, "practitioners see a 0")
    assert kept["counts"] == {"0": 5, "3": 5}
    assert "practitioners see a 0" in room.agreed().plain()
    assert {row["item"]: row["level"] for row in workbook.assess.rows() if row["level"] is not None} == {"P1.1": 2}


def test_the_citys_answer_is_written_by_a_persons_act_alone(workbook, room):
    fill(room)
    room.reveal()
    room.close_turns()
    assert all(row["state"] == "blank" for row in workbook.assess.rows())
    assert room.accept() == ["P1.1"]
    assert room.accept() == []
    assert [row["level"] for row in workbook.assess.rows() if row["item"] == "P1.1"] == [2]
    assert room.agreements()["P1.1"]["by_rule"]
    actions = list(workbook.store.audit(workbook.viewer)["action"])
    assert actions.count("agree") == 1
    assert {"open room", "put respondent", "end turn", "move room"} <= set(actions)


def test_what_the_city_wrote_beside_its_answer_stays_when_it_agrees(workbook, room):
    fill(room)
    form = workbook.assess.form()
    form.save("P1.1", "answered", 1, note="see the plan", confidence="low", evidence=[{"reference": "plan.pdf"}])
    room.reveal()
    room.close_turns()
    room.accept()
    kept = form.stored()["P1.1"]
    assert (kept["level"], kept["note"], kept["confidence"]) == (2, "see the plan", "low")
    assert kept["evidence"] == [{"reference": "plan.pdf"}]


def test_agreeing_waits_for_its_phase_and_ends_with_it(room):
    fill(room)
    with pytest.raises(InputError, match="not agreeing"):
        room.agree("P1.1", 2)
    room.reveal()
    room.close_turns()
    room.finish()
    with pytest.raises(InputError, match="not agreeing"):
        room.agree("P1.1", 2)


def test_a_confirmed_assessment_has_no_room_that_moves(workbook, room):
    workbook.store.confirm_assessment(workbook.viewer, room.row["assessment_id"])
    with pytest.raises(InputError, match="it was confirmed"):
        room.reveal()
    with pytest.raises(InputError, match="it was confirmed"):
        room.open("unanimous")


def test_a_message_that_comes_twice_is_kept_once(room):
    who = room.join("media")
    first = room.say(who, "P1.1", "answered", 2, client="aaaaaaaa", seq=1)
    assert room.say(who, "P1.1", "answered", 2, client="aaaaaaaa", seq=1) == first
    assert first[0] == 1
    assert room.say(who, "P1.1", "answered", 3)[0] == 2


def test_of_two_devices_of_one_person_the_second_is_told(room):
    who = room.join("media")
    room.say(who, "P1.1", "answered", 2, base_revision=0)
    with pytest.raises(ConflictError):
        room.say(who, "P1.1", "answered", 3, base_revision=0)


def test_answers_given_before_the_room_was_opened_are_its_first(workbook):
    room = workbook.assess.room()
    key = workbook.assess.form().assessment_id
    for group in TEN:
        who = workbook.store.put_respondent(workbook.viewer, key, stakeholder_group=group)
        workbook.store.save_answer(workbook.viewer, key, "P1.1", "answered", 3, respondent=who)
    room.open()
    assert numbers(room)["n"] == 10


def test_without_a_room_the_pages_say_so(workbook):
    room = workbook.assess.room()
    assert room.mark() == ()
    assert "until somebody opens a room" in room.presence().plain()
    assert "Nothing to discuss yet" in room.to_discuss().plain()
    assert room.map().sentence() == "No group has answered yet"
    for act in (room.reveal, lambda: room.join("media"), lambda: room.say("x", "P1.1", "answered", 1)):
        with pytest.raises(NotFoundError, match="Open the room first"):
            act()


def test_the_mark_changes_with_whatever_there_is_to_show(room):
    marks = [room.mark()]
    fill(room)
    marks.append(room.mark())
    room.reveal()
    marks.append(room.mark())
    room.close_turns()
    room.agree("P1.1", 2)
    assert len({*marks, room.mark()}) == 4


@pytest.mark.parametrize(("language", "words"), [("en", "question to discuss"), ("es", "pregunta para debatir")])
def test_ten_people_two_turns_agreed_and_a_profile(real, language, words):
    with worlds.opened(real, "quito", language=language, viewer=worlds.editor(QUITO)) as workbook:
        room = workbook.assess.room()
        room.open("median", 0.8, invited=["policy_maker", "practitioner", "media"])
        items = [item.id for item in room.instrument.items]
        people = fill(room, (3,), items=items[1:])
        for n, who in enumerate(people):
            room.say(who, items[0], "answered", 3 if n < 5 else 0)
        room.reveal()
        assert room.missing() == ("media",)
        assert words in room.to_discuss().title.said(language)
        assert items[0] in room.to_discuss().plain()
        room.discuss()
        room.second_turn()
        for n, who in enumerate(people):
            room.say(who, items[0], "answered", 1 if n < 9 else 3)
        room.close_turns()
        assert len(room.accept()) == 47
        room.finish()
        gaps = [point.item for point in workbook.assess.proposal().gaps]
        assert gaps == [items[0]]
        assert workbook.assess.score().total.sum == 46 * 3 + 1
        assert items[0] in workbook.assess.profile().plain()
        assert worlds.is_html_of(room.map().html(), language)
        assert json.dumps(room.statistics())


def test_a_confirmed_round_shares_the_agreed_answers_and_never_the_voices(real, workbook, room):
    fill(room)
    room.reveal()
    room.close_turns()
    room.accept()
    workbook.store.confirm_assessment(workbook.viewer, room.row["assessment_id"])
    workbook.store.share(workbook.viewer, ROTTERDAM, "full", network="delta")
    key, ben = room.row["assessment_id"], worlds.editor(QUITO)
    assert list(workbook.store.answers(ben, key, respondent=None)["respondent_id"]) == ["city"]
    assert workbook.store.voice_blocks(ben, key).empty
    assert workbook.store.agreements(ben, key).empty
