"""The assessment page as a whole: from an empty city to a confirmed profile by keyboard alone, and nobody shut out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from exchange import Workbook
from tests.browser import chromium, have_chromium, visitor
from tests.serving import exchange, running
from tests.widgets.checks import overflow, violations
from tests.workbook import worlds

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not have_chromium(), reason="no Chromium on this machine")]

WORDS = {
    "en": {"standing": "Confirmed by Ana Ruiz", "means": "20 means level 2.", "answered": "5 of 47 answered"},
    "es": {"standing": "Confirmado por Ana Ruiz", "means": "20 significa el nivel 2.",
           "answered": "5 de 47"},
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store with real cities of which nobody has answered anything."""
    worlds.fill_real(worlds.empty(tmp_path))
    return tmp_path / "empty.db"


def shown(page: Any, url: str) -> None:
    page.goto(url)
    page.locator(".lx-profile").wait_for(timeout=90_000)
    page.wait_for_function("!document.querySelector('#loading')", timeout=90_000)


def tab_to(page: Any, selector: str, most: int = 250) -> None:
    """Press Tab until an element has the focus, as a person without a mouse does."""
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never comes to {selector}")


def saved(page: Any) -> None:
    page.wait_for_function("!Object.keys(localStorage).some((name) => name.startsWith('exchange|'))", timeout=30_000)


def describe(page: Any, name: str, words: str) -> None:
    tab_to(page, f"[data-scene={name}] select")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(words)


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_empty_city_comes_to_a_confirmed_profile_by_keyboard_alone(browser, database, language):
    said = WORDS[language]
    with running(database) as server, visitor(browser) as (page, trouble):
        shown(page, f"{server.url}/assess/quito?language={language}")
        for item, key in (("P1.1", "0"), ("P1.2", "3"), ("P1.3", "u")):
            tab_to(page, f"[data-item='{item}'] .lx-choices input")
            page.keyboard.press(key)
        tab_to(page, "[data-item='P1.3'] textarea")
        page.keyboard.type("The finance office will tell us.")
        tab_to(page, ".lx-foot .lx-primary")
        page.keyboard.press("Enter")
        tab_to(page, "[data-item='P2.1'] .lx-choices input")
        page.keyboard.press("2")
        saved(page)

        page.evaluate("document.activeElement.blur()")
        tab_to(page, ".lx-form nav li:nth-child(8) button")
        page.keyboard.press("Enter")
        describe(page, "most_probable", "The river reaches the old town.")
        describe(page, "most_severe", "The dam above the city fails.")
        tab_to(page, "[data-item='P8.7'] .lx-quantity input")
        page.keyboard.type("20")
        page.get_by_text(said["means"]).wait_for()
        saved(page)
        assert said["answered"] in page.locator(".lx-form .lx-total").inner_text()

        tab_to(page, ".lx-profile [data-line='P1.2'] input")
        tab_to(page, ".lx-who input")
        page.keyboard.type("Ana Ruiz")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text(said["standing"]).wait_for(timeout=30_000)
        page.locator("[data-item='P8.7'] .lx-quantity input:disabled").wait_for()
        assert violations(page) == []
        assert not trouble, trouble
    with Workbook.open("quito", database=f"sqlite:///{database}") as workbook:
        state = workbook.assess.confirming().state()
        known = {row["item"]: (row["state"], row["level"]) for row in workbook.assess.rows() if row["state"] != "blank"}
        assert known == {"P1.1": ("answered", 0), "P1.2": ("answered", 3), "P1.3": ("unknown", None),
                         "P2.1": ("answered", 2), "P8.7": ("answered", 2)}
        assert (state.closed, state.confirmed.who, state.confirmed.by) == (
            True, "Ana Ruiz", workbook.viewer.name)
        assert {line.item: line.side for line in state.lines if line.chosen} == {"P1.1": "need", "P1.2": "offer"}
        scenarios = workbook.assess.form().scenarios()
        assert scenarios["most_severe"]["words"] == "The dam above the city fails."
        assert workbook.assess.form().stored()["P8.7"]["quantity"] == 20


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    database = tmp_path_factory.mktemp("assess") / "demo.db"
    made = exchange("demo", database=database)
    assert made.returncode == 0, made.stderr
    with running(database) as server:
        yield server


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_whole_page_is_accessible(browser, demo, language, width):
    with visitor(browser, width=width) as (page, trouble):
        shown(page, f"{demo.url}/assess/rotterdam?language={language}")
        page.locator(".lx-more summary").first.click()
        assert violations(page) == []
        assert overflow(page) <= 0
        assert not trouble, trouble


def test_a_person_goes_on_at_another_device_where_they_stopped(browser, demo):
    with visitor(browser, width=360) as (phone, _):
        shown(phone, f"{demo.url}/assess/dhaka")
        phone.locator(".lx-pick select").select_option(index=4)
        phone.locator("[data-item='P5.2'] .lx-levels input").nth(2).check(force=True)
        phone.locator("[data-item='P5.2'] textarea").fill("The parks act of 2024.")
        saved(phone)
    with visitor(browser) as (laptop, _):
        shown(laptop, f"{demo.url}/assess/dhaka")
        laptop.locator(".lx-form nav button").nth(4).click()
        assert laptop.locator("[data-item='P5.2'] .lx-levels input:checked").get_attribute("value") == "2"
        assert laptop.locator("[data-item='P5.2'] textarea").input_value() == "The parks act of 2024."


def test_choosing_essentials_is_kept_and_the_scores_say_what_they_leave_out(browser, demo):
    with visitor(browser) as (page, _):
        shown(page, f"{demo.url}/assess/accra")
        page.locator(".lx-topics summary").click()
        for box in page.locator(".lx-topics input").all()[2:]:
            box.uncheck()
        page.get_by_text("Only 2 of 10 essentials were chosen").first.wait_for(timeout=20_000)
        shown(page, f"{demo.url}/assess/accra")
        assert page.locator(".lx-form nav button").count() == 2
