"""A facilitator leads a room from the notebook, by keyboard alone; and pages renew themselves when others answer."""

from __future__ import annotations

import asyncio

import pytest

from tests.voices.conftest import ROTTERDAM
from tests.voices.test_room import fill
from tests.widgets.checks import HOSTILE, overflow, small_targets, unharmed, violations
from tests.widgets.stage import Stage
from tests.workbook import worlds
from widgets import live, questionnaire, room_desk


@pytest.fixture
def undecided(room):
    """A room that agrees on three questions: one is settled by the rule, two are not."""
    fill(room, (0, 3), items=("P1.1", "P1.2"))
    fill(room, (2,), items=("P1.3",))
    room.reveal()
    room.close_turns()
    return room


def test_the_desk_offers_what_may_come_next_and_does_it(workbook):
    room = workbook.assess.room()
    desk = room_desk(room)
    assert (desk.state["phase"], desk.state["steps"]) == ("", [])
    assert desk.receive({"act": "open", "rule": "unanimous", "seq": 1}) == {
        "kind": "acted", "seq": 1, "ok": True, "why": ""}
    fill(room)
    assert [step["to"] for step in desk.state["steps"]] == ["revealed"]
    assert desk.state["steps"][0]["ends"]
    assert desk.receive({"act": "lead", "to": "revealed", "revision": desk.state["revision"], "seq": 2})["ok"]
    assert room.phase == "revealed"
    assert [step["to"] for step in desk.state["steps"]] == ["discussion", "agreeing"]


def test_an_act_on_a_room_that_somebody_else_led_on_is_refused_in_words_and_shows_it_as_it_is(room):
    fill(room, (0, 3))
    desk = room_desk(room)
    seen = desk.state["revision"]
    room.reveal()
    room.discuss()
    reply = desk.receive({"act": "lead", "to": "revealed", "revision": seen, "seq": 1})
    assert not reply["ok"]
    assert "Fay changed it meanwhile" in reply["why"]
    assert desk.state["phase"] == "discussion"


def test_a_question_is_decided_with_reason_and_dissent_and_another_who_decided_it_first_is_not_overwritten(undecided):
    desk = room_desk(undecided)
    assert [one["item"] for one in desk.state["questions"]] == ["P1.1", "P1.2"]
    assert desk.state["accept"] == 1
    decide = {"act": "agree", "item": "P1.1", "level": 2, "why": "the plan", "dissent": "too high", "seen": 0}
    assert desk.receive({**decide, "seq": 1})["ok"]
    assert not desk.receive({**decide, "level": 3, "seq": 2})["ok"]
    kept = undecided.agreements()["P1.1"]
    assert (kept["level"], kept["why"], kept["dissent"]) == (2, "the plan", "too high")
    assert desk.receive({"act": "accept", "seq": 3})["ok"]
    assert set(undecided.agreements()) == {"P1.1", "P1.3"}
    assert [one["item"] for one in desk.state["questions"]] == ["P1.2"]


def test_what_the_room_agrees_on_stands_in_the_questionnaire_of_the_page_at_once(undecided, workbook, monkeypatch):
    form = questionnaire(workbook.assess.form())
    desk = room_desk(undecided, form)
    monkeypatch.setattr(desk, "send", lambda _reply: None)
    desk._hear(desk, {"act": "agree", "item": "P1.1", "level": 2, "why": "the plan", "seen": 0, "seq": 1}, [])
    assert (form.answers["P1.1"]["level"], form.answers["P1.1"]["revision"]) == (2, 1)


@pytest.mark.parametrize("message", [
    None, {}, {"act": "erase", "seq": 1}, {"act": "accept"}, {"act": "accept", "seq": -1},
    {"act": "accept", "seq": "1"},
])
def test_a_message_that_makes_no_sense_deserves_no_answer(undecided, message):
    assert room_desk(undecided).receive(message) is None


@pytest.mark.parametrize("message", [
    {"act": "agree", "item": "P1.1"}, {"act": "agree", "item": 7, "level": 1},
    {"act": "agree", "item": "P99", "level": 1},
    {"act": "agree", "item": "P1.1", "level": True}, {"act": "agree", "item": "P1.1", "level": 1, "why": 5},
    {"act": "agree", "item": "P1.1", "level": 4}, {"act": "lead", "to": "first"}, {"act": "lead", "to": None},
    {"act": "open", "rule": "loudest"}, {"act": "agree", "item": "P1.1", "level": 1, "dissent": "x" * 5000},
])
def test_what_does_not_fit_is_refused_in_words_and_changes_nothing(undecided, message):
    reply = room_desk(undecided).receive({**message, "seq": 1})
    assert (reply["ok"], bool(reply["why"])) == (False, True)
    assert undecided.agreements() == {}
    assert undecided.phase == "agreeing"


def test_whoever_may_not_lead_sees_where_the_room_stands(real, undecided):
    with worlds.opened(real, "rotterdam", viewer=worlds.reader(ROTTERDAM)) as workbook:
        desk = room_desk(workbook.assess.room())
        assert not desk.can_lead
        assert "agrees" in desk.sentence()
        assert not desk.receive({"act": "accept", "seq": 1})["ok"]
    assert undecided.agreements() == {}


def test_pictures_follow_the_desk(undecided):
    desk, told = room_desk(undecided), []
    desk.on_saved(lambda: told.append(1))
    desk._hear(desk, {"act": "accept", "seq": 1}, [])
    desk._hear(desk, {"act": "lead", "to": "first", "seq": 2}, [])
    assert told == [1]


def test_a_live_view_renews_itself_when_others_answer(room):
    async def watch():
        view = live(room.map, room.mark, every=0.02)
        before = view.html
        fill(room, (0, 3))
        for _ in range(200):
            await asyncio.sleep(0.02)
            if view.html != before:
                break
        changed = view.html != before
        view.close()
        await asyncio.sleep(0.05)
        return changed

    assert asyncio.run(watch())
    assert live(room.map, room.mark).html


# In a browser ---------------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_room_is_opened_and_a_turn_ended_by_keyboard_alone(stage: Stage, workbook):
    room = workbook.assess.room()
    page = stage.show(room_desk(room))
    page.get_by_label("How will the room agree?").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Everybody answers alone.").wait_for()
    assert room.rule.kind == "unanimous"
    fill(room, (0, 3))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_text("Nobody can answer in this turn any more.").is_visible()
    assert room.phase == "first"
    page.keyboard.press("Enter")
    page.get_by_text("The first answers are shown.").wait_for()
    assert room.phase == "revealed"


@pytest.mark.browser
def test_a_question_is_decided_in_the_page_and_what_was_typed_for_another_stays(stage: Stage, undecided):
    page = stage.show(room_desk(undecided), width=360)
    for name in ("P1.1", "P1.2"):
        page.locator("summary", has_text=name).click()
    first, second = (page.locator("details", has_text=name) for name in ("P1.1", "P1.2"))
    second.get_by_label("What the minority says").fill("not for the old town")
    first.get_by_role("button", name="Write as").click()
    page.get_by_text("Choose a level first.").wait_for()
    first.locator("input[value='2']").check(force=True)
    first.get_by_label("Why").fill("two plans of three")
    first.get_by_role("button", name="Write as").click()
    page.get_by_text("Done.").wait_for()
    assert undecided.agreements()["P1.1"]["why"] == "two plans of three"
    assert page.locator("details").count() == 1
    assert second.get_by_label("What the minority says").input_value() == "not for the old town"
    page.get_by_role("button", name="Accept what the rule says on 1 question").click()
    page.wait_for_function("!document.body.textContent.includes('Accept what')")
    assert violations(page) == []
    assert overflow(page) <= 0
    assert small_targets(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_desk_is_accessible_and_harmless_in_every_width_and_direction(stage: Stage, real, undecided, language):
    with worlds.opened(real, "rotterdam", language=language, viewer=worlds.editor(ROTTERDAM)) as workbook:
        desk = room_desk(workbook.assess.room())
        questions = [{**one, "label": HOSTILE[n], "why": HOSTILE[n + 1], "said": HOSTILE[n + 2]}
                     for n, one in enumerate(desk.state["questions"])]
        desk.set_trait("state", {**desk.state, "questions": questions})
        for width in (320, 1280):
            page = stage.show(desk, width=width)
            page.locator("summary").first.click()
            assert violations(page) == []
            assert overflow(page) <= 0
            assert small_targets(page) == []
            assert unharmed(page)


