"""A city answers; its score, picture and profile follow, and its own past stands beside them."""

from __future__ import annotations

import pytest

from exchange.errors import ConflictError, InputError, NotAllowedError
from exchange.workbook.assess import Occasion, Sitting
from tests.workbook.worlds import editor, opened, reader


@pytest.fixture
def lviv(own):
    with opened(own, "lviv") as workbook:
        yield workbook


def blank(workbook):
    return next(row["item"] for row in workbook.assess.rows() if row["state"] == "blank")


def test_there_is_one_row_a_question_and_untouched_ones_are_blank(lviv):
    rows = lviv.assess.rows()
    assert [row["item"] for row in rows] == [item.id for item in lviv.assess.instrument.items]
    assert {row["state"] for row in rows} == {"answered", "unknown", "blank"}
    assert all((row["level"] is None) == (row["state"] != "answered") for row in rows)


def test_score_picture_and_profile_follow_a_saved_answer(lviv):
    item, before = blank(lviv), lviv.assess.score().total
    picture, profile = lviv.assess.picture().html(), lviv.assess.profile().plain()
    lviv.assess.form().save(item, "answered", 0)
    after = lviv.assess.score().total
    assert (after.blank, after.sum) == (before.blank - 1, before.sum)
    assert lviv.assess.picture().html() != picture
    assert f"Gap | {item}" in lviv.assess.profile().plain()
    assert f"Gap | {item}" not in profile


def test_an_unknown_answer_is_counted_on_the_picture(lviv):
    lviv.assess.form().save(blank(lviv), "unknown", None)
    unknown = lviv.assess.score().total.unknown
    assert f"{unknown} items unknown" in lviv.assess.picture().sentence()
    assert sum(int(row["Unknown items"]) for row in lviv.assess.picture().table.records()) == unknown


def test_an_answer_is_there_when_the_page_is_opened_again(own):
    with opened(own, "lviv") as workbook:
        item = blank(workbook)
        revision, _ = workbook.assess.form().save(item, "answered", 2, note="agreed", confidence="low")
    with opened(own, "lviv") as workbook:
        stored = workbook.assess.form().stored()[item]
        assert (stored["level"], stored["note"], stored["confidence"], stored["revision"]) == (2, "agreed", "low", 1)
        assert revision == 1


def test_of_two_people_who_both_saw_a_question_blank_the_second_is_told(lviv):
    item = blank(lviv)
    mine, theirs = (lviv.assess.form() for _ in range(2))
    theirs.save(item, "answered", 3, base_revision=0, client="aaaaaaaa", seq=1)
    with pytest.raises(ConflictError) as error:
        mine.save(item, "answered", 1, base_revision=0, client="bbbbbbbb", seq=1)
    assert "level 3" in str(error.value)
    assert mine.stored()[item]["level"] == 3


def test_two_people_who_say_the_same_are_not_in_conflict(lviv):
    item = blank(lviv)
    for client in ("aaaaaaaa", "bbbbbbbb"):
        assert lviv.assess.form().save(item, "answered", 3, base_revision=0, client=client, seq=1)[0] == 1


@pytest.mark.parametrize(("state", "level"), [("answered", 11), ("answered", None), ("unknown", 2), ("maybe", None),
                                              ("answered", -1)])
def test_a_wrong_answer_is_refused_and_changes_nothing(lviv, state, level):
    before = lviv.assess.rows()
    with pytest.raises(InputError):
        lviv.assess.form().save(blank(lviv), state, level)
    assert lviv.assess.rows() == before


def test_the_past_is_the_citys_own_last_round_and_nothing_else(demo):
    with opened(demo, "rotterdam") as now, opened(demo, "rotterdam", round_="2") as before:
        answered = {row["item"]: row["level"] for row in before.assess.rows() if row["state"] == "answered"}
        assert now.assess.form().past == answered
        assert now.assess.form().past != before.assess.form().past
    with opened(demo, "rotterdam", round_="1") as first:
        assert first.assess.form().past == {}
        assert "None" not in first.assess.picture().html()


def test_a_round_that_nobody_has_begun_is_blank_and_remembers_the_last_one(own):
    with opened(own, "lima", round_="4") as workbook:
        sitting = workbook.assess.form()
        assert sitting.can_edit
        assert sitting.stored() == {}
        assert {row["state"] for row in workbook.assess.rows()} == {"blank"}
    with opened(own, "lima", round_="3") as last:
        assert sitting.past == {row["item"]: row["level"] for row in last.assess.rows() if row["state"] == "answered"}


def test_a_confirmed_round_is_read_only(own):
    with opened(own, "lima", round_="1") as workbook:
        sitting = workbook.assess.form()
        assert not sitting.can_edit
        with pytest.raises(InputError, match="was confirmed"):
            sitting.save("P1.1", "answered", 1)


def test_a_page_that_is_opened_twice_begins_one_assessment(real):
    with opened(real, "quito") as workbook:
        ids = {Sitting(workbook, Occasion()).assessment_id for _ in range(3)}
        assert len(ids) == len(workbook.assess.rounds()) == 1


def test_a_reader_sees_the_answers_and_cannot_change_them(own):
    with opened(own, "lviv", viewer=reader("demo-702550")) as workbook:
        sitting = workbook.assess.form()
        assert not sitting.can_edit
        assert sitting.stored()
        with pytest.raises(NotAllowedError):
            sitting.save("P1.1", "answered", 1)


def test_a_reader_of_a_city_that_has_not_begun_sees_an_empty_questionnaire_and_begins_nothing(real):
    with opened(real, "quito", viewer=reader("3652462")) as workbook:
        sitting = workbook.assess.form()
        assert (sitting.can_edit, sitting.stored()) == (False, {})
        assert workbook.assess.rounds() == []


def test_an_editor_of_another_city_cannot_answer(own):
    with opened(own, "lviv", viewer=editor("demo-2747891")) as workbook:
        assert not workbook.assess.form().can_edit


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_every_page_of_a_city_without_an_answer_can_be_read(real, language):
    with opened(real, "quito", language=language) as workbook:
        for page in (workbook.assess.picture(), workbook.assess.scores(), workbook.assess.profile()):
            assert f'lang="{language}"' in page._repr_mimebundle_()["text/html"]
        assert workbook.assess.score().total.mean is None


def test_only_the_essentials_that_matter_are_scored_and_the_page_says_so(lviv):
    whole = lviv.assess.chosen_score()
    assert lviv.assess.sections is None
    assert len(whole.essentials) == 10
    lviv.assess.form().choose_sections(["E4", "E2"])
    part = lviv.assess.chosen_score()
    assert [one.id for one in part.essentials] == ["E2", "E4"]
    assert (part.total.official_max, part.total.items) == (15 + 12, 9)
    assert part.total.sum == sum(one.sum for one in whole.essentials if one.id in ("E2", "E4"))
    said = lviv.assess.scores().plain()
    assert "Only 2 of 10 essentials were chosen: the sums are of these, and say nothing of the others" in said
    assert "of those chosen" in said
    assert "The chosen essentials together | " in said
    assert [row["Essential"].split()[0] for row in lviv.assess.picture().table.records()] == ["2", "4"]
    assert lviv.assess.score().total == whole.total


def test_what_was_chosen_is_there_on_another_device_and_all_of_them_is_none(own):
    with opened(own, "lviv") as workbook:
        workbook.assess.form().choose_sections(["E2"])
    with opened(own, "lviv") as workbook:
        assert workbook.assess.form().sections == ["E2"]
        workbook.assess.form().choose_sections([section.id for section in workbook.assess.instrument.sections])
        assert workbook.assess.form().sections is None


def test_the_number_is_kept_with_its_unit_and_the_level_must_follow_from_it(lviv):
    sitting = lviv.assess.form()
    with pytest.raises(InputError, match=r"42\.5 means level 2"):
        sitting.save("P7.3", "answered", 3, raw_value=62.5 - 20)
    sitting.save("P7.3", "answered", 3, raw_value=62.5)
    assert (sitting.stored()["P7.3"]["raw_value"], sitting.stored()["P7.3"]["unit"]) == (62.5, "percent")


def test_where_the_number_does_not_decide_a_reason_is_needed(lviv):
    sitting = lviv.assess.form()
    sitting.save("P9.3", "blank", None, raw_value=3)
    assert "3 allows the levels 2 and 3" in str(sitting.objection("P9.3", 3, 3, " "))
    with pytest.raises(InputError, match="choose one and say why, in the note"):
        sitting.save("P9.3", "answered", 3, raw_value=3)
    sitting.save("P9.3", "answered", 3, raw_value=3, note="Tested in May.")
    assert sitting.stored()["P9.3"]["level"] == 3


def test_a_level_waits_for_the_scenarios_that_its_question_is_about(own):
    with opened(own, "quito") as workbook:
        sitting = workbook.assess.form()
        assert {name: one["revision"] for name, one in sitting.scenarios().items()} == {
            "most_probable": 0, "most_severe": 0}
        with pytest.raises(InputError, match="Describe the most severe scenario first"):
            sitting.save("P8.7", "answered", 2)
        sitting.save("P8.7", "unknown", None)
        assert sitting.describe("most_severe", "GH0101", "The old town shakes.", 0) == 1
        sitting.save("P8.7", "answered", 2)
        with pytest.raises(InputError, match="Describe the most probable scenario first"):
            sitting.save("P8.3", "answered", 2)
        with pytest.raises(InputError, match="no hazard 'flood'"):
            sitting.describe("most_probable", "flood", "It floods.")


def test_the_hazards_to_choose_from_begin_with_the_citys_own(lviv):
    groups = lviv.assess.form().hazards()
    own = {row["hazard_id"] for row in lviv.store.hazards(lviv.viewer, city_ids=[lviv.city_id]).to_dict("records")}
    assert {hazard for hazard, _ in groups[0]["hazards"]} == own
    listed = [hazard for group in groups for hazard, _ in group["hazards"]]
    assert len(listed) == len(set(listed)) == 281


def test_an_instrument_without_such_questions_asks_for_no_scenarios(lviv):
    assert Sitting(lviv, Occasion("learning_capacity")).scenarios() is None
