"""Where a level rests on a number, and where a question is about a scenario: in a browser, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import ConflictError
from tests.widgets import sample
from tests.widgets.checks import overflow, small_targets, violations
from tests.widgets.stage import Stage
from widgets.questionnaire import Questionnaire

pytestmark = pytest.mark.browser


def made(record: sample.Record | None = None, language: str = "en", **options: Any) -> Questionnaire:
    record = record or sample.Record()
    return Questionnaire(sample.instrument(language), {}, record.save, "ana/a1", language, **options)


def opened(stage: Stage, record: sample.Record | None = None, section: int = 1, **options: Any) -> Any:
    page = stage.show(made(record, **options))
    page.locator("nav button").nth(section).click()
    return page


def item(page: Any, name: str = "P2.2") -> Any:
    return page.locator(f'[data-item="{name}"]')


def enter(page: Any, number: str) -> None:
    item(page).get_by_role("spinbutton").fill(number)


def checked(page: Any, name: str = "P2.2") -> list[str]:
    return item(page, name).locator(".lx-choices input:checked").evaluate_all("all => all.map((one) => one.value)")


def open_levels(page: Any, name: str = "P2.2") -> list[str]:
    return item(page, name).locator(".lx-levels input:enabled").evaluate_all("all => all.map((one) => one.value)")


def until(page: Any, record: sample.Record, n: int) -> None:
    page.wait_for_function("!Object.keys(localStorage).length")
    assert len(record.events) == n


def test_a_number_that_means_one_level_gives_it_and_both_are_saved(stage: Stage):
    record = sample.Record()
    page = opened(stage, record)
    assert checked(page) == []
    enter(page, "12")
    assert checked(page) == ["0"]
    assert item(page).get_by_text("12 means level 0.").is_visible()
    assert open_levels(page) == ["0"]
    until(page, record, 1)
    assert (record.events[0].state, record.events[0].level, record.events[0].quantity) == ("answered", 0, 12)


def test_between_levels_nothing_is_chosen_and_the_room_decides_with_a_reason(stage: Stage):
    record = sample.Record()
    page = opened(stage, record)
    enter(page, "30")
    assert checked(page) == []
    assert item(page).get_by_text("30 lies between levels.").is_visible()
    assert open_levels(page) == ["0", "1", "2", "3"]
    until(page, record, 1)
    assert (record.events[0].state, record.events[0].level, record.events[0].quantity) == ("blank", None, 30)
    item(page).locator(".lx-levels input").nth(1).click()
    page.wait_for_timeout(900)
    assert len(record.events) == 1
    assert page.get_by_text("1 thing needs you before it is saved").is_visible()
    page.get_by_role("button", name="P2.2: say why this level").click()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type("Half of the systems are seen together since May.")
    until(page, record, 2)
    assert (record.events[1].level, record.events[1].quantity) == (1, 30)
    assert page.locator(".lx-errors").is_hidden()


def test_a_number_that_allows_two_levels_closes_the_others(stage: Stage):
    page = opened(stage)
    enter(page, "60")
    assert open_levels(page) == ["1", "2"]
    assert checked(page) == []
    assert item(page).get_by_text("60 allows the levels 1 and 2.").is_visible()


def test_a_new_number_takes_back_the_level_of_the_old_one(stage: Stage):
    page = opened(stage)
    enter(page, "90")
    assert checked(page) == ["3"]
    enter(page, "60")
    assert checked(page) == []
    enter(page, "")
    assert open_levels(page) == ["0", "1", "2", "3"]


def test_a_number_that_is_not_possible_is_named_and_not_sent(stage: Stage):
    record = sample.Record()
    page = opened(stage, record)
    enter(page, "130")
    assert item(page).get_by_text("A number from 0 to 100, please.").is_visible()
    assert page.get_by_role("button", name="P2.2: the number is not possible").is_visible()
    page.wait_for_timeout(800)
    assert record.events == []
    assert violations(page) == []


def test_do_not_know_takes_the_number_with_it(stage: Stage):
    record = sample.Record()
    page = opened(stage, record)
    enter(page, "12")
    item(page).get_by_label("Do not know").click()
    page.wait_for_function("!Object.keys(localStorage).length")
    assert (record.events[-1].state, record.events[-1].quantity) == ("unknown", None)
    assert item(page).get_by_role("spinbutton").input_value() == ""


def test_a_reason_that_is_still_needed_survives_a_reload(stage: Stage):
    record = sample.Record()
    page = opened(stage, record)
    enter(page, "30")
    item(page).locator(".lx-levels input").nth(2).click()
    stage.show(made(record))
    page.locator("nav button").nth(1).click()
    assert checked(page) == ["2"]
    assert page.get_by_role("button", name="P2.2: say why this level").is_visible()


def scene(page: Any, name: str) -> Any:
    return page.locator(f'[data-scene="{name}"]')


def test_levels_wait_until_the_scenarios_are_described_and_do_not_know_does_not(stage: Stage):
    record = sample.Record()
    page = opened(stage, record, section=0, scenarios=sample.scenarios(record))
    assert open_levels(page, "P1.2") == []
    assert open_levels(page, "P1.1") == ["0", "1", "2", "3"]
    assert item(page, "P1.2").get_by_label("Do not know").is_enabled()
    item(page, "P1.2").get_by_role("button", name="most probable scenario").click()
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    for name, hazard in (("most_probable", "Flooding"), ("most_severe", "Earthquake")):
        scene(page, name).get_by_label("Hazard").select_option(hazard)
        assert scene(page, name).get_by_text("Choose the hazard and write the sentence").is_visible()
        scene(page, name).get_by_role("textbox").fill("The old town stands under water.")
    until(page, record, 2)
    assert [(e.scenario, e.hazard, e.words) for e in record.events] == [
        ("most_probable", "MH0600", "The old town stands under water."),
        ("most_severe", "GH0101", "The old town stands under water.")]
    assert open_levels(page, "P1.2") == ["0", "1", "2", "3"]
    assert item(page, "P1.2").locator(".lx-waits").is_hidden()


def test_what_is_described_stands_above_the_questions_about_it(stage: Stage):
    page = opened(stage, section=0, scenarios=sample.scenarios(most_probable="Rain fills the underpass.",
                                                               most_severe="The dike breaks."))
    assert "Most probable scenario Flooding. Rain fills the underpass." in page.locator(".lx-scenes-said").inner_text()
    assert page.locator(".lx-scenes[open]").count() == 0
    page.locator("nav button").nth(1).click()
    assert page.locator(".lx-scenes-block").count() == 0


def test_two_people_who_describe_one_scenario_choose_which_stands(stage: Stage):
    record = sample.Record(fault=ConflictError.at("scenario", "changed", "Choose."))
    scenarios = sample.scenarios(record, most_severe="The dike breaks.")
    theirs = {"hazard": "GH0300", "words": "The hill slides.", "revision": 4}
    scenarios = type(scenarios)(scenarios.described, scenarios.hazards, scenarios.save, lambda _name: theirs)
    page = opened(stage, record, section=0, scenarios=scenarios)
    scene(page, "most_probable").get_by_label("Hazard").select_option("Flooding")
    scene(page, "most_probable").get_by_role("textbox").fill("Rain fills the underpass.")
    clash = scene(page, "most_probable").locator(".lx-clash")
    clash.wait_for()
    assert "Landslide. The hill slides." in clash.inner_text()
    record.fault = None
    page.get_by_role("button", name="Keep mine").click()
    until(page, record, 1)
    assert record.events[0].revision == 4


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 320])
def test_numbers_and_scenarios_are_accessible(stage: Stage, language: str, width: int):
    page = stage.show(made(language=language, scenarios=sample.scenarios()), width=width)
    assert violations(page) == []
    assert overflow(page) <= 0
    assert small_targets(page) == []
    page.locator(".lx-foot button.lx-primary").click()
    enter(page, "30")
    item(page).locator(".lx-levels input").nth(1).click()
    assert page.locator(".lx-errors").is_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    assert small_targets(page) == []
