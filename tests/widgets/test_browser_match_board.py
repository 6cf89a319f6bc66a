"""The board in a browser: decided by keyboard, with a reason; read at any width, in both directions."""

from __future__ import annotations

import pytest

from exchange.errors import InputError
from tests.widgets.checks import HOSTILE, overflow, small_targets, unharmed, violations
from tests.widgets.stage import Stage
from tests.widgets.test_match_board import Table, made, mine, option, row
from widgets.match_board import Move

pytestmark = pytest.mark.browser


def test_a_host_is_pinned_by_keyboard_alone_with_a_reason(stage: Stage):
    table = Table()
    page = stage.show(made(table))
    page.get_by_role("button", name="Change the host of Quito").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("They asked for it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Quito now learns from Bogotá instead of Lima.").wait_for()
    assert table.moves == [Move("pin", "1", "5", "", "They asked for it.")]
    assert "pinned" in page.locator(".lx-pair").first.inner_text()


def test_nothing_is_decided_without_a_reason(stage: Stage):
    table = Table()
    page = stage.show(made(table))
    page.get_by_role("button", name="Change the host of Quito").click()
    page.get_by_role("button", name="Never this pair").click()
    assert page.get_by_text("Write one sentence first.").is_visible()
    page.get_by_label("Why?").fill("They were in court.")
    page.get_by_role("button", name="Never this pair").click()
    page.wait_for_function("!localStorage.length")
    assert table.moves == [Move("forbid", "1", "4", "", "They were in court.")]


def test_two_cities_swap_their_hosts(stage: Stage):
    table = Table()
    page = stage.show(made(table))
    page.get_by_role("button", name="Change the host of Quito").click()
    page.get_by_label("Why?").fill("Nearer.")
    page.get_by_label("Swap hosts with").select_option("2")
    page.get_by_role("button", name="Swap", exact=True).click()
    page.wait_for_function("!localStorage.length")
    assert table.moves == [Move("swap", "1", "", "2", "Nearer.")]


def test_one_panel_is_open_at_a_time_and_closing_gives_the_focus_back(stage: Stage):
    page = stage.show(made())
    page.get_by_role("button", name="Change the host of Quito").click()
    page.get_by_role("button", name="Change the host of Suva").click()
    assert page.locator(".lx-decide").count() == 1
    page.get_by_role("button", name="Close").click()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Change the host of Suva"


def test_cities_are_found_by_name_and_by_what_is_missing(stage: Stage):
    page = stage.show(made())
    page.get_by_label("Find a city").fill("bog")
    assert page.locator(".lx-pair:visible h3").all_text_contents() == ["Suva"]
    page.get_by_label("Find a city").fill("")
    page.get_by_label("Show").select_option("alone")
    assert page.locator(".lx-pair:visible h3").all_text_contents() == ["Lviv"]
    assert page.get_by_text("Lviv has no host: all that suit it are full").is_visible()
    assert page.get_by_text("1 city shown").is_visible()


def test_other_methods_are_tried_and_compared_and_the_pairs_suggested(stage: Stage):
    table = Table()
    page = stage.show(made(table))
    page.get_by_label("Pairs made for").select_option("fair")
    page.wait_for_timeout(100)
    assert table.methods == ["fair"]
    page.get_by_text("Compare ways to make the pairs").click()
    assert page.get_by_role("cell", name="81.3").is_visible()
    page.get_by_role("button", name="Suggest these pairs to their cities").click()
    page.get_by_text("Suggested. Both cities of each pair can answer now.").wait_for()
    assert table.moves == [Move("suggest")]


def test_a_decision_survives_a_killed_kernel_and_a_refusal_is_said_at_the_city(stage: Stage):
    table = Table()
    page = stage.show(made(table))
    stage.alive = False
    page.get_by_role("button", name="Change the host of Quito").click()
    page.get_by_label("Why?").fill("Because.")
    page.get_by_role("button", name="Pin this host").click()
    assert page.get_by_text("This is on its way.").is_visible()
    stage.alive = True
    stage.show(made(Table(InputError.at("host Lima", "it is full", "Unlock one."))))
    page.locator(".lx-pair").first.get_by_text("It is full. Unlock one.").wait_for()


def test_a_city_agrees_to_what_is_suggested(stage: Stage):
    table = Table()
    page = stage.show(mine(table))
    page.get_by_role("button", name="Answer on Quito and Lima").click()
    assert page.get_by_text("The secretariat suggested it").is_visible()
    page.get_by_role("button", name="Decline for the learner").click()
    assert page.get_by_text("Write one sentence first.").is_visible()
    page.get_by_role("button", name="Agree for the learner").click()
    page.wait_for_function("!localStorage.length")
    assert table.moves == [Move("accepted", "1", "4", "learner", "")]


def test_hostile_names_run_no_script(stage: Stage):
    table = Table()
    table.rows = [row(str(k), words, why=words, options=[option("7", words, state="forbidden")])
                  for k, words in enumerate(HOSTILE)]
    page = stage.show(made(table))
    page.locator(".lx-line button").first.click()
    assert unharmed(page)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_board_is_accessible_and_fits_320_px(stage: Stage, language: str, theme: str):
    page = stage.show(made(language=language), theme=theme, width=320)
    page.locator(".lx-line button").first.click()
    page.locator("summary").first.click()
    assert overflow(page) <= 0
    assert violations(page) == []
    assert small_targets(page) == []
