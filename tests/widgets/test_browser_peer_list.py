"""The list of peers in a browser: reasons to read, weights to try, one sentence to invite."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import NotAllowedError
from tests.widgets.checks import HOSTILE, overflow, small_targets, unharmed, violations
from tests.widgets.stage import Stage
from tests.widgets.test_peer_list import Post, made, row

pytestmark = pytest.mark.browser


def names(page: Any) -> list[str]:
    return [name.split(" ", 1)[1] for name in page.locator("h3").all_text_contents()]


def test_an_invitation_is_written_by_keyboard_alone_and_confirmed_in_words(stage: Stage):
    post = Post()
    page = stage.show(made(post))
    page.get_by_role("button", name="Invite Quito").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("They rebuilt after the flood.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Quito is invited.").wait_for()
    assert post.sent == [("1", "They rebuilt after the flood.")]
    assert page.get_by_text("You wrote: They rebuilt after the flood.").is_visible()
    assert page.get_by_role("button", name="Invite Quito").count() == 0


def test_an_invitation_without_a_sentence_is_not_sent(stage: Stage):
    post = Post()
    page = stage.show(made(post))
    page.get_by_role("button", name="Invite Quito").click()
    page.get_by_role("button", name="Send the invitation to Quito").click()
    assert page.get_by_text("Write one sentence first.").is_visible()
    page.get_by_role("button", name="Not now").click()
    assert page.evaluate("document.activeElement.textContent") == "Invite Quito"
    assert post.sent == []


def test_an_invitation_survives_a_killed_kernel_and_a_reload(stage: Stage):
    post = Post()
    page = stage.show(made(post))
    stage.alive = False
    page.get_by_role("button", name="Invite Quito").click()
    page.get_by_label("Why Quito?").fill("Because.")
    page.get_by_role("button", name="Send the invitation to Quito").click()
    assert page.get_by_text("The invitation to Quito is on its way.").is_visible()
    stage.show(made(post))
    assert page.get_by_text("The invitation to Quito is on its way.").is_visible()
    stage.alive = True
    page.get_by_text("Quito is invited.").wait_for()
    assert post.sent == [("1", "Because.")]


def test_a_refused_invitation_says_why_at_the_city(stage: Stage):
    page = stage.show(made(Post(NotAllowedError.at("invite", "only the coordinator may invite", "Ask Ana."))))
    page.get_by_role("button", name="Invite Quito").click()
    page.get_by_label("Why Quito?").fill("Because.")
    page.get_by_role("button", name="Send the invitation to Quito").click()
    page.locator(".lx-peer").first.get_by_text("Only the coordinator may invite. Ask Ana.").wait_for()
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Invite Quito").click()
    assert page.get_by_label("Why Quito?").input_value() == "Because."


def test_sliders_change_the_order_at_once_and_nothing_is_stored(stage: Stage):
    post = Post()
    page = stage.show(made(post))
    page.locator(".lx-weights summary").click()
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("1 peer is new in this order.").wait_for()
    assert names(page) == ["Durban", "Lviv", "Semarang", "Quito"]
    assert page.get_by_role("slider").first.get_attribute("aria-valuetext") == "57 %"
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Back to the agreed weights").click()
    assert names(page) == ["Quito", "Semarang", "Lviv"]


def test_a_half_written_invitation_stays_when_the_order_changes(stage: Stage):
    page = stage.show(made())
    page.get_by_role("button", name="Invite Quito").click()
    page.get_by_label("Why Quito?").fill("half a sent")
    page.locator(".lx-weights summary").click()
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("1 peer is new in this order.").wait_for()
    assert page.get_by_label("Why Quito?").input_value() == "half a sent"


def test_every_criterion_is_told_in_words_and_numbers(stage: Stage):
    page = stage.show(made())
    words = page.locator(".lx-peer").first.inner_text()
    for said in (
        "49 of 100 points",
        "between 49 and 69 if all were known",
        "Shared hazards",
        "22 of 25",
        "not known, not counted",
        "You both face floods and landslides.",
        "3.2 points ahead of Semarang.",
        "In the top three under 92 % of other weightings.",
    ):
        assert said in words
    assert "Almost level with Lviv" in page.locator(".lx-peer").nth(1).inner_text()
    assert "Nothing that we look at is missing." in page.locator(".lx-peer").nth(2).inner_text()


def test_hostile_texts_run_no_script(stage: Stage):
    bad = row(
        "1",
        HOSTILE[0],
        1,
        2,
        3,
        4,
        country=HOSTILE[1],
        reasons=[HOSTILE[3]],
        unknown=[HOSTILE[5]],
        invited=HOSTILE[4],
    )
    bad["contributions"][0]["label"] = HOSTILE[0]
    page = stage.show(made(rows=[bad, row("2", HOSTILE[3], 1, 2, 3, 4)]))
    page.locator(".lx-peer").nth(1).get_by_role("button").click()
    assert unharmed(page)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark"), (320, "light")])
def test_the_list_is_accessible_and_fits(stage: Stage, language: str, width: int, theme: str):
    page = stage.show(made(language=language), width=width, theme=theme)
    page.locator(".lx-invite button").first.click()
    for summary in page.locator("summary").all():
        summary.click()
    assert violations(page) == []
    assert overflow(page) <= 0
    assert small_targets(page) == []
