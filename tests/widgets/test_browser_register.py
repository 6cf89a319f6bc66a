"""The register in a browser: add, edit in place, delete after asking, lose nothing."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import ConflictError
from tests.widgets import sample
from tests.widgets.checks import HOSTILE, overflow, small_targets, unharmed, violations
from tests.widgets.stage import Stage
from tests.widgets.test_register import ENTRIES, FIELDS
from widgets.register import Field, Register

pytestmark = pytest.mark.browser


def made(
    record: sample.Record | None = None, language: str = "en", entries: Any = ENTRIES, **options: Any
) -> Register:
    record = record or sample.Record()
    return Register(
        "Objectives",
        "objective",
        FIELDS,
        entries,
        record.save,
        record.save,
        language,
        key="ana/x1",
        add="Add an objective",
        me={"by": "Rotterdam", "side": "learner"},
        **options,
    )


def kept(page: Any) -> int:
    return int(page.evaluate("localStorage.length"))


def test_an_entry_is_added_by_keyboard_alone(stage: Stage):
    record = sample.Record()
    page = stage.show(made(record))
    page.get_by_role("button", name="Add an objective").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Map the low roads")
    page.keyboard.press("Tab")
    page.keyboard.type("So that ambulances know.")
    page.wait_for_function(
        "!localStorage.length && document.querySelector('.lx-save').textContent.startsWith('Saved')"
    )
    assert record.events[-1].new or record.events[0].new
    assert record.events[-1].values["title"] == "Map the low roads"
    assert record.events[-1].values["why"] == "So that ambulances know."
    page.get_by_role("button", name="Done").click()
    assert page.get_by_role("heading", name="Map the low roads").is_visible()
    assert page.get_by_text("Written by Rotterdam, learner").count() == 2


def test_a_draft_without_what_is_required_waits_in_the_browser_and_survives_a_reload(stage: Stage):
    record = sample.Record()
    page = stage.show(made(record))
    page.get_by_role("button", name="Add an objective").click()
    page.get_by_label("Why").fill("half an idea")
    assert page.get_by_text("Still needed before it is saved: Objective.").is_visible()
    page.wait_for_timeout(900)
    assert (kept(page), record.events) == (1, [])
    stage.show(made(record))
    assert page.get_by_label("Why").input_value() == "half an idea"
    page.get_by_role("textbox", name="Objective").fill("Now it has a name")
    page.wait_for_function("!localStorage.length")
    assert record.events[-1].values["title"] == "Now it has a name"


def test_done_leads_to_what_is_missing(stage: Stage):
    page = stage.show(made())
    page.get_by_role("button", name="Add an objective").click()
    page.get_by_role("button", name="Done").click()
    assert page.evaluate("document.activeElement.id.endsWith('title')")


def test_a_draft_can_be_thrown_away(stage: Stage):
    page = stage.show(made())
    page.get_by_role("button", name="Add an objective").click()
    page.get_by_label("Why").fill("half an idea")
    page.get_by_role("button", name="Throw away").click()
    assert kept(page) == 0
    assert page.locator(".lx-card").count() == 2


def test_an_entry_is_edited_in_place(stage: Stage):
    record = sample.Record()
    page = stage.show(made(record))
    page.get_by_role("button", name="Edit “Warn the harbour”").click()
    page.get_by_label("Horizon").select_option("long")
    page.get_by_label("Cost").fill("99.5")
    page.get_by_label("Until").fill("2027-05-01")
    page.wait_for_function(
        "!localStorage.length && document.querySelector('.lx-save').textContent.startsWith('Saved')"
    )
    values = record.events[-1].values
    assert (values["horizon"], values["cost"], values["until"]) == ("long", 99.5, "2027-05-01")
    page.get_by_role("button", name="Done").click()
    assert page.get_by_text("Long term").is_visible()


def test_deleting_asks_with_the_name_and_can_be_called_off(stage: Stage):
    record = sample.Record()
    page = stage.show(made(record))
    page.get_by_role("button", name="Delete “Warn the harbour”").click()
    assert page.get_by_text("Delete “Warn the harbour”? It goes for both cities.").is_visible()
    page.get_by_role("button", name="Keep it").click()
    assert page.locator(".lx-card").count() == 2
    page.get_by_role("button", name="Delete “Warn the harbour”").click()
    page.locator(".lx-ask").get_by_role("button", name="Delete “Warn the harbour”").click()
    assert page.locator(".lx-card").count() == 1
    page.wait_for_function("!localStorage.length")
    assert (record.events[-1].entry_id, record.events[-1].values) == ("e1", {})
    assert page.get_by_text("“Warn the harbour” was deleted.").count() == 1


def test_an_entry_of_the_other_city_shows_who_wrote_it_and_cannot_be_changed(stage: Stage):
    page = stage.show(made())
    card = page.locator(".lx-card").nth(1)
    assert "Written by Quito, host" in card.inner_text()
    assert card.get_by_role("button").count() == 0


def test_a_conflict_shows_both_entries_and_picks_none(stage: Stage):
    record = sample.Record(fault=ConflictError.at("e1", "changed", "Choose."))
    stored = {"entry_id": "e1", "revision": 5, "body": {"title": "Warn the port"}}
    page = stage.show(made(record, current=lambda _key: stored))
    page.get_by_role("button", name="Edit “Warn the harbour”").click()
    page.get_by_label("Why").fill("mine")
    page.locator(".lx-clash").wait_for()
    assert "Objective: Warn the port" in page.locator(".lx-clash").inner_text()
    assert "Why: mine" in page.locator(".lx-clash").inner_text()
    record.fault = None
    page.get_by_role("button", name="Take theirs").click()
    assert page.get_by_role("textbox", name="Objective").input_value() == "Warn the port"
    assert kept(page) == 0
    assert record.events == []


def test_a_deletion_that_meets_a_change_brings_the_card_back(stage: Stage):
    record = sample.Record(fault=ConflictError.at("e1", "changed", "Choose."))
    stored = {"entry_id": "e1", "revision": 5, "body": {"title": "Warn the port"}}
    page = stage.show(made(record, current=lambda _key: stored))
    page.get_by_role("button", name="Delete “Warn the harbour”").click()
    page.locator(".lx-ask").get_by_role("button", name="Delete “Warn the harbour”").click()
    page.locator(".lx-clash").wait_for()
    assert "Deleted" in page.locator(".lx-clash").inner_text()
    record.fault = None
    page.get_by_role("button", name="Keep mine").click()
    page.wait_for_function("!localStorage.length")
    assert (record.events[-1].values, record.events[-1].revision) == ({}, 5)
    assert page.locator(".lx-card").count() == 1


def test_hostile_texts_run_no_script(stage: Stage):
    body = {"title": HOSTILE[0], "why": HOSTILE[1], "who": HOSTILE[3]}
    entry = {"entry_id": "e1", "revision": 1, "by": HOSTILE[3], "side": HOSTILE[5], "body": body}
    fields = (
        Field("title", HOSTILE[0]),
        Field("why", HOSTILE[5], "long"),
        Field("who", HOSTILE[3], "person", (HOSTILE[0],)),
    )
    record = sample.Record()
    page = stage.show(Register(HOSTILE[1], "list", fields, [entry], record.save, record.save, add=HOSTILE[0]))
    page.locator(".lx-card button").first.click()
    page.locator(".lx-card input").first.fill(HOSTILE[3])
    page.get_by_role("button", name="Done").click()
    assert unharmed(page)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark"), (320, "light")])
def test_the_register_is_accessible_and_fits(stage: Stage, language: str, width: int, theme: str):
    page = stage.show(made(language=language), width=width, theme=theme)
    page.locator(".lx-card").first.get_by_role("button").nth(1).click()
    page.locator(".lx-add button").click()
    assert violations(page) == []
    assert overflow(page) <= 0
    assert small_targets(page) == []


def test_a_long_list_shows_a_few_and_all_of_them_when_asked_or_when_one_is_added(stage: Stage):
    many = [{**ENTRIES[0], "entry_id": f"e{n}", "body": {**ENTRIES[0]["body"], "title": f"Aim {n}"}} for n in range(9)]
    page = stage.show(made(entries=many))
    assert page.locator(".lx-card:visible").count() == 6
    page.get_by_role("button", name="Show all 9").click()
    assert page.locator(".lx-card:visible").count() == 9
    assert page.evaluate("document.activeElement.textContent") == "Aim 6"
    page = stage.show(made(entries=many))
    page.get_by_role("button", name="Add an objective").click()
    assert page.locator(".lx-card:visible").count() == 10
