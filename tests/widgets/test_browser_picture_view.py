"""A live picture in a browser: its parts can be pointed at and reached by keyboard, in the room that it has."""

from __future__ import annotations

import pytest

from tests.small_pictures import ALL, EVERY
from tests.widgets.checks import HOSTILE, overflow, small_targets, unharmed, violations
from tests.widgets.stage import Stage
from widgets.picture_view import PictureView

pytestmark = pytest.mark.browser

SIZES = """() => [...document.querySelectorAll('svg[role] text')].filter((words) => words.getClientRects().length)
  .map((words) => parseFloat(getComputedStyle(words).fontSize) * words.ownerSVGElement.getScreenCTM().a)"""
FOCUSED = "document.activeElement.getAttribute('aria-label')"


def test_a_click_and_a_key_choose_a_part(stage: Stage):
    view = PictureView(EVERY["peers_map"])
    page = stage.show(view)
    page.locator("svg.lx-wide [data-id=Hamburg] circle").click()
    page.wait_for_function("document.querySelector('[aria-pressed=true]')")
    assert view.chosen == "Hamburg"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('[aria-pressed=true]')?.dataset.id === 'Antwerp'")
    assert view.chosen == "Antwerp"


def test_a_picture_is_one_stop_for_the_tab_key_and_arrows_move_inside(stage: Stage):
    page = stage.show(PictureView(EVERY["profile"]))
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Organise: 2.3"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(FOCUSED) == "Recovery: 0.5"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == "Recovery: 0.5"


def test_left_and_right_change_places_where_people_write_from_right_to_left(stage: Stage):
    page = stage.show(PictureView(EVERY["profile"].in_language("ar")))
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUSED)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == first
    page.keyboard.press("ArrowLeft")
    assert "1.8" in page.evaluate(FOCUSED)


def test_a_renewed_picture_keeps_the_focus_and_the_open_table(stage: Stage):
    page = stage.show(PictureView(EVERY["profile"]))
    page.locator("summary").click()
    page.evaluate("hear({ state: { html: %r }, replies: [] })" % ALL["profile"]("Building back").html())  # noqa: UP031
    assert page.get_by_role("heading", name="Building back looks like the weakest essential").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.get_by_role("table").is_visible()


@pytest.mark.parametrize(("width", "shown", "hidden"), [(1280, "lx-wide", "lx-narrow"), (360, "lx-narrow", "lx-wide")])
def test_the_drawing_that_fits_the_room_is_shown(stage: Stage, width, shown, hidden):
    page = stage.show(PictureView(EVERY["profile"]), width=width)
    assert page.locator(f"svg.{shown}").is_visible()
    assert not page.locator(f"svg.{hidden}").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 360), ("en", 320)])
def test_pictures_are_accessible(stage: Stage, language, width, theme):
    for name in ("profile", "peers_map", "network"):
        page = stage.show(PictureView(EVERY[name].in_language(language)), theme=theme, width=width)
        assert violations(page) == []
        page.locator("summary").click()
        assert violations(page) == []
        assert overflow(page) <= 0
        assert small_targets(page) == []


def test_letters_are_never_smaller_than_11_pixels(stage: Stage):
    for width in (1280, 660, 640, 360, 320):
        page = stage.show(PictureView(EVERY["profile"]), width=width)
        sizes = page.evaluate(SIZES)
        assert min(sizes) >= 11


def test_a_dark_page_has_a_dark_picture(stage: Stage):
    page = stage.show(PictureView(EVERY["profile"]), theme="dark")
    paper = page.evaluate("getComputedStyle(document.querySelector('svg.lx-wide > rect')).fill")
    assert paper == "rgb(18, 25, 31)"


def test_no_name_runs_as_a_script(stage: Stage):
    for hostile in HOSTILE:
        page = stage.show(PictureView(ALL["network"](hostile)))
        assert unharmed(page)
