"""The profile in a browser: edited and confirmed by keyboard, opened again, and accessible all the while."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exchange.errors import ConflictError, InputError
from tests.widgets.checks import HOSTILE, overflow, small_targets, unharmed, violations
from tests.widgets.stage import Stage
from tests.widgets.test_profile_confirm import VIEW, Desk
from widgets.profile_confirm import Line

pytestmark = pytest.mark.browser


def until_saved(page: Any) -> None:
    page.wait_for_function("!Object.keys(localStorage).length")


def test_a_profile_is_edited_and_confirmed_by_keyboard_alone(stage: Stage):
    desk = Desk()
    page = stage.show(desk.widget())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-line]').dataset.line") == "P1.1"
    page.keyboard.press("Tab")  # In our words
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("We begin with the river.")
    page.get_by_label("Something else that we can show").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('[data-line]').dataset.line") == "P2.1"
    page.get_by_role("button", name="Confirm the profile of Quito").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("alert").get_by_text("One thing is missing").is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"
    page.keyboard.type("Ana Ruiz, head of risk")
    assert page.locator(".lx-errors").is_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    said = "Confirmed by Ana Ruiz, head of risk on November 23, 2026, version 1. Entered by officer."
    page.get_by_text(said).wait_for()
    assert page.evaluate("document.activeElement.className") == "lx-standing"
    last = desk.events[-1]
    assert (last.act, last.who) == ("confirm", "Ana Ruiz, head of risk")
    assert last.edits == {"P1.1": {"side": "need", "chosen": True, "words": "We begin with the river."},
                          "P2.1": {"side": "offer", "chosen": True, "words": ""}}
    assert page.locator(".lx-line input").count() == 0


def test_the_answers_can_be_opened_again(stage: Stage):
    desk = Desk()
    page = stage.show(desk.widget())
    page.get_by_label("Who confirms").fill("The mayor")
    page.get_by_role("button", name="Confirm the profile of Quito").click()
    page.get_by_role("button", name="Open the answers again").click()
    page.get_by_role("button", name="Confirm it again").wait_for()
    assert desk.events[-1].act == "reopen"
    assert page.get_by_label("Who confirms").input_value() == ""


def test_left_out_lines_wait_in_a_list_and_can_be_taken_in(stage: Stage):
    desk = Desk()
    page = stage.show(desk.widget())
    assert page.locator('[data-line="P1.3"]').is_hidden()
    page.get_by_text("1 more gap, left out so far").click()
    page.locator('[data-line="P1.3"] input').check()
    until_saved(page)
    assert desk.events[-1].edits == {"P1.3": {"side": "need", "chosen": True, "words": ""}}
    stage.show(desk.widget())
    assert page.locator('[data-line="P1.3"] input').is_checked()


def test_what_was_changed_without_a_connection_is_there_after_a_reload(stage: Stage):
    desk = Desk()
    page = stage.show(desk.widget())
    stage.alive = False
    page.locator('[data-line="P1.1"] input').uncheck()
    stage.alive = True
    stage.show(desk.widget())
    until_saved(page)
    assert desk.events[-1].edits["P1.1"]["chosen"] is False


def test_a_refusal_is_said_beside_the_act(stage: Stage):
    fault = InputError.at("profile", "nothing is answered yet", "Answer a question first.")
    page = stage.show(Desk(fault=fault).widget())
    page.get_by_label("Who confirms").fill("The mayor")
    page.get_by_role("button", name="Confirm the profile of Quito").click()
    page.locator(".lx-refused").wait_for()
    assert "Nothing is answered yet" in page.locator(".lx-refused").inner_text()


def test_two_people_who_change_the_profile_choose_which_version_stands(stage: Stage):
    desk = Desk(fault=ConflictError.at("profile", "somebody else changed it meanwhile", "Look at both."))
    edits = {"P1.1": {"side": "need", "chosen": True, "words": "Now."}}
    theirs = {"act": "confirm", "who": "The mayor", "edits": edits, "revision": 7}
    page = stage.show(desk.widget(current=lambda: theirs))
    page.locator('[data-line="P1.1"] input').uncheck()
    clash = page.locator(".lx-clash")
    clash.wait_for()
    assert "Confirmed by The mayor" in clash.inner_text()
    assert "P1.1 is left out." in clash.inner_text()
    assert violations(page) == []
    desk.fault = None
    page.get_by_role("button", name="Keep mine").click()
    until_saved(page)
    assert (desk.events[-1].revision, desk.events[-1].edits["P1.1"]["chosen"]) == (7, False)


def test_hostile_texts_run_no_script(stage: Stage):
    lines = [Line(f"P1.{n}", words, n % 4, "need", words, chosen=True, words=words, edited=True)
             for n, words in enumerate(HOSTILE, 1)]
    page = stage.show(Desk(replace(VIEW, city=HOSTILE[0], lines=lines, others={"P2.1": HOSTILE[1]})).widget())
    assert page.locator(".lx-line").count() == len(HOSTILE)
    assert unharmed(page)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_profile_is_accessible(stage: Stage, language: str, width: int):
    page = stage.show(Desk().widget(language), width=width)
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    page.locator(".lx-act .lx-primary").click()
    assert page.locator(".lx-errors").is_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    assert small_targets(page) == []
