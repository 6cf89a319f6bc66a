"""The lessons in a browser: search, narrow down, open in place, take one up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.widgets.checks import HOSTILE, overflow, small_targets, unharmed, violations
from tests.widgets.stage import Stage
from tests.widgets.test_lesson_search import Judges, Library, judging, lesson, made

pytestmark = pytest.mark.browser


def results(page: Any) -> Any:
    return page.locator(".lx-find .lx-lesson")


def test_words_and_filters_narrow_the_list_by_keyboard_alone(stage: Stage):
    library = Library()
    page = stage.show(made(library))
    page.get_by_label("Search lessons").focus()
    page.keyboard.type("rain 4")
    page.get_by_text("6 lessons", exact=True).wait_for()
    assert results(page).count() == 6
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_text("Narrow down (1 chosen)").wait_for()
    assert library.asked[-1].filters == {"hazard": ("MH0606",)}
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.get_by_role("button", name="Clear filters").click()
    page.get_by_text("Narrow down", exact=True).wait_for()
    assert not library.asked[-1].filters


def test_nothing_found_says_what_to_do(stage: Stage):
    page = stage.show(made())
    page.get_by_label("Search lessons").fill("volcano")
    page.get_by_text("No lesson matches. Use fewer words or clear a filter.").wait_for()
    assert results(page).count() == 0


def test_more_lessons_come_below_and_focus_goes_to_the_first_new_one(stage: Stage):
    page = stage.show(made())
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("document.querySelectorAll('.lx-find .lx-lesson').length === 40")
    assert (
        page.evaluate("document.activeElement.closest('.lx-lesson').querySelector('h3').textContent")
        == "Squares that hold rain 20"
    )
    page.get_by_role("button", name="Show more").click()
    page.wait_for_function("document.querySelectorAll('.lx-find .lx-lesson').length === 45")
    assert page.get_by_role("button", name="Show more").is_hidden()


def test_a_part_of_an_open_lesson_is_judged_and_its_words_are_kept_while_the_page_changes(stage: Stage):
    judges = Judges()
    page = stage.show(judging(judges))
    card = results(page).nth(2)
    card.get_by_role("button", name="Read the lesson").click()
    card.get_by_text("Never taken up so far.").wait_for()
    card.get_by_label("Mandate, here").select_option("own")
    card.get_by_label("What would have to be true").fill("The province agrees")
    card.get_by_label("Judgement on Mandate").select_option("adapt")
    page.wait_for_function("document.querySelector('.lx-bar').textContent.includes('Saved')")
    assert judges.stated == [("mandate", "own")]
    assert judges.judged[-1] == ("lesson-2", "mandate", "adapt", "The province agrees")
    assert card.get_by_label("What would have to be true").input_value() == "The province agrees"
    assert not violations(page)
    assert not small_targets(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_an_open_lesson_fits_its_page(stage: Stage, width):
    page = stage.show(judging(), width=width)
    results(page).first.get_by_role("button", name="Read the lesson").click()
    page.locator(".lx-part").first.wait_for()
    assert not overflow(page)


def test_a_lesson_opens_and_closes_in_place(stage: Stage):
    page = stage.show(made())
    first = results(page).first
    toggle = first.get_by_role("button").first
    toggle.click()
    assert first.get_by_text("Two squares were lowered.").is_visible()
    assert toggle.get_attribute("aria-expanded") == "true"
    assert first.get_by_role("link", name="Report").get_attribute("href") == "https://example.org/report"
    toggle.click()
    assert first.get_by_text("Two squares were lowered.").is_hidden()


def test_a_whole_lesson_is_fetched_when_it_is_opened(stage: Stage):
    library = Library()
    library.lessons = [lesson(1, body=[], sources=[])]
    page = stage.show(
        made(library, for_you=(), read=lambda _lesson: lesson(1, body=[{"heading": "All", "text": "Every word."}]))
    )
    results(page).first.get_by_role("button").first.click()
    results(page).first.get_by_text("Every word.").wait_for()


def test_a_lesson_is_taken_up_and_taken_further(stage: Stage):
    library = Library()
    page = stage.show(made(library))
    results(page).first.get_by_role("button", name="We want to learn from this").click()
    how_far = results(page).first.get_by_label("Noted. How far are you with it?")
    how_far.select_option("utilisation")
    page.wait_for_function("!localStorage.length")
    assert library.used[-1] == ("lesson-0", "utilisation")
    assert page.locator(".lx-save").text_content().startswith("Saved")


def test_taking_up_a_lesson_survives_a_killed_kernel_and_a_reload(stage: Stage):
    library = Library()
    page = stage.show(made(library))
    stage.alive = False
    results(page).first.get_by_role("button", name="We want to learn from this").click()
    assert page.evaluate("localStorage.length") == 1
    stage.alive = True
    stage.show(made(library))
    page.wait_for_function("!localStorage.length")
    assert library.used[-1] == ("lesson-0", "exploration")


def test_lessons_that_fit_stand_on_top_with_their_reason(stage: Stage):
    page = stage.show(made())
    assert page.get_by_role("region", name="For you").get_by_text("You face urban floods.").is_visible()


def test_hostile_texts_run_no_script_and_only_web_addresses_are_links(stage: Stage):
    library = Library()
    bad = lesson(
        0,
        title=HOSTILE[0],
        city=HOSTILE[1],
        problem=HOSTILE[3],
        happened=HOSTILE[4],
        hazards=[HOSTILE[5]],
        language=HOSTILE[5],
        body=[{"heading": HOSTILE[0], "text": HOSTILE[1]}],
        sources=[{"title": HOSTILE[0], "link": HOSTILE[2]}],
    )
    library.lessons = [bad]
    page = stage.show(made(library, for_you=[{**bad, "because": [HOSTILE[3]]}]))
    results(page).first.get_by_role("button").first.click()
    assert page.locator("a").count() == 0
    assert unharmed(page)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark"), (320, "light")])
def test_the_lessons_are_accessible_and_fit(stage: Stage, language: str, width: int, theme: str):
    library = Library()
    library.lessons = library.lessons[:3]
    page = stage.show(made(library, language=language, uses={"lesson-1": "acquisition"}), width=width, theme=theme)
    results(page).first.get_by_role("button").first.click()
    if width < 760:
        page.locator(".lx-facets summary").click()
    assert violations(page) == []
    assert overflow(page) <= 0
    assert small_targets(page) == []
