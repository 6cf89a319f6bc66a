"""The questionnaire in a browser: by keyboard alone, through lost connections, in two directions."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.errors import ConflictError, InputError, StoreError
from tests.widgets import sample
from tests.widgets.checks import HOSTILE, overflow, small_targets, unharmed, violations
from tests.widgets.stage import Stage
from widgets.questionnaire import Questionnaire

pytestmark = pytest.mark.browser


def made(record: sample.Record | None = None, language: str = "en", **options: Any) -> Questionnaire:
    options.setdefault("answers", sample.answers())
    return Questionnaire(
        sample.instrument(language),
        save=(record or sample.Record()).save,
        assessment="ana/a1",
        language=language,
        past={"P1.1": 0},
        **options,
    )


def level(page: Any, item: str, value: int) -> Any:
    return page.locator(f'[data-item="{item}"] .lx-levels input').nth(value)


def kept(page: Any) -> list[dict[str, Any]]:
    return page.evaluate("Object.keys(localStorage).map((name) => JSON.parse(localStorage.getItem(name)))")


def until_saved(page: Any) -> None:
    page.wait_for_function(
        "!Object.keys(localStorage).length && document.querySelector('.lx-save').textContent.startsWith('Saved')"
    )


def test_a_section_is_answered_by_keyboard_alone(stage: Stage):
    record = sample.Record()
    page = stage.show(made(record, answers={}))
    page.locator(".lx-filter input").focus()
    page.keyboard.press("Tab")
    assert level(page, "P1.1", 0).evaluate("e => e === document.activeElement")
    page.keyboard.press("2")
    page.keyboard.press("Tab")  # Clear answer
    page.keyboard.press("Tab")  # the note
    page.keyboard.type("0, 1, u and n are only letters here")
    page.keyboard.press("Tab")  # Evidence and confidence
    page.keyboard.press("Tab")  # next question
    page.keyboard.press("u")
    page.keyboard.press("ArrowRight")
    until_saved(page)
    last = {event.item: event for event in record.events}
    assert (last["P1.1"].state, last["P1.1"].level) == ("answered", 2)
    assert last["P1.1"].note == "0, 1, u and n are only letters here"
    assert last["P1.2"].state == "not_applicable"


def test_digits_u_n_and_delete_answer_and_clear(stage: Stage):
    page = stage.show(made(answers={}))
    first = level(page, "P1.1", 0)
    first.focus()
    for key, chosen in (("3", "3"), ("0", "0"), ("n", "not_applicable"), ("u", "unknown")):
        page.keyboard.press(key)
        assert page.locator('[data-item="P1.1"] .lx-choices input:checked').get_attribute("value") == chosen
    page.keyboard.press("Delete")
    assert page.locator('[data-item="P1.1"] .lx-choices input:checked').count() == 0
    assert first.evaluate("e => e === document.activeElement")


def test_digits_of_another_script_choose_a_level(stage: Stage):
    page = stage.show(made(language="ar", answers={}))
    press = "(e) => e.dispatchEvent(new KeyboardEvent('keydown', { key: '٢', code: 'Digit2', bubbles: true }))"
    level(page, "P1.1", 0).evaluate(press)
    assert level(page, "P1.1", 2).is_checked()


def test_nothing_is_chosen_before_a_person_chooses(stage: Stage):
    page = stage.show(made(answers={}))
    page.locator(".lx-more summary").first.click()
    page.locator(".lx-evidence button", has_text="Add evidence").first.click()
    assert page.locator(".lx-item input:checked").count() == 0
    assert page.locator(".lx-piece select").first.input_value() == ""


def test_arrow_keys_follow_the_reading_direction(stage: Stage):
    page = stage.show(made(language="ar", answers={}))
    level(page, "P1.1", 0).focus()
    page.keyboard.press("0")
    page.keyboard.press("ArrowLeft")
    assert level(page, "P1.1", 1).is_checked()


def test_focus_goes_to_the_heading_of_the_next_section(stage: Stage):
    page = stage.show(made())
    page.get_by_role("button", name="Next: Know the risks").click()
    assert page.evaluate("document.activeElement.textContent") == "Know the risks"
    assert page.evaluate("document.activeElement.tagName") == "H2"


def test_keys_stay_in_the_widget(stage: Stage):
    page = stage.show(made())
    page.evaluate("window.heard = []; document.addEventListener('keydown', (event) => window.heard.push(event.key))")
    page.locator('[data-item="P1.1"] textarea').focus()
    page.keyboard.type("dd")
    assert page.evaluate("window.heard") == []


def test_an_answer_is_kept_before_it_is_sent_and_removed_when_it_is_saved(stage: Stage):
    page = stage.show(made())
    stage.alive = False
    level(page, "P1.3", 2).click()
    assert [entry["body"]["level"] for entry in kept(page)] == [2]
    stage.alive = True
    until_saved(page)
    assert page.locator(".lx-save").text_content().startswith("Saved")


def test_the_words_follow_a_lost_connection_and_its_end(stage: Stage):
    page = stage.page
    page.clock.install()
    stage.show(made())
    stage.alive = False
    level(page, "P1.3", 2).click()
    page.clock.run_for(1000)
    assert page.locator(".lx-save").text_content() == "Saving …"
    page.clock.run_for(2000)
    assert page.locator(".lx-save").text_content() == "Not saved yet. 1 answer kept in this browser."
    assert page.locator("[role=status]").first.text_content() == "Not saved yet. 1 answer kept in this browser."
    assert page.locator(".lx-lost").is_hidden()
    page.clock.run_for(5000)
    assert page.locator(".lx-lost").is_visible()
    stage.alive = True
    page.clock.run_for(3000)
    page.wait_for_function("!Object.keys(localStorage).length")
    page.clock.run_for(600)
    assert page.locator(".lx-lost").is_hidden()
    assert page.locator(".lx-save").text_content().startswith("Saved")
    assert page.locator("[role=status]").first.text_content().startswith("Saved")


def test_answers_survive_a_killed_kernel_and_a_reload(stage: Stage):
    page = stage.show(made())
    stage.alive = False
    level(page, "P1.3", 2).click()
    page.locator('[data-item="P1.3"] textarea').fill("typed while nobody listened")
    stage.alive = True
    record = sample.Record()
    stage.show(made(record))
    until_saved(page)
    assert (record.events[-1].level, record.events[-1].note) == (2, "typed while nobody listened")
    assert level(page, "P1.3", 2).is_checked()
    assert "1 answer of an earlier visit was sent again." in page.locator(".lx-save").text_content()


def test_a_note_left_in_the_middle_of_typing_is_saved(stage: Stage):
    record = sample.Record()
    page = stage.show(made(record))
    page.locator('[data-item="P1.3"] textarea').fill("half a sent")
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.wait_for_function("!Object.keys(localStorage).length", timeout=500)
    assert [event.note for event in record.events] == ["half a sent"]


def test_what_two_tabs_keep_reaches_the_record(stage: Stage):
    stage.alive = False
    stage.show(made())
    level(stage.page, "P1.3", 1).click()
    other = stage.new_page()
    stage.show(made(section="E1"), other)
    level(other, "P1.2", 3).click()
    assert {entry["key"]: entry["body"]["level"] for entry in kept(other)} == {"P1.2": 3, "P1.3": 1}
    record = sample.Record()
    stage.widget = made(record)
    stage.alive = True
    until_saved(other)
    assert {event.item: event.level for event in record.events} == {"P1.2": 3, "P1.3": 1}


def test_a_fast_second_change_waits_for_the_revision_of_the_first(stage: Stage):
    record = sample.Record()
    page = stage.show(made(record))
    for value in (0, 1, 2, 3):
        level(page, "P1.3", value).click()
    until_saved(page)
    revisions = [event.revision for event in record.events]
    assert revisions == sorted(set(revisions))
    assert record.events[-1].level == 3


def test_a_refusal_is_said_at_the_question_and_not_sent_for_ever(stage: Stage):
    record = sample.Record(fault=InputError.at("P1.3", "the assessment is confirmed", "Open it again."))
    page = stage.page
    page.clock.install()
    stage.show(made(record))
    level(page, "P1.3", 2).click()
    page.clock.run_for(100)
    refused = page.locator('[data-item="P1.3"] .lx-refused')
    refused.wait_for()
    assert "The assessment is confirmed. Open it again." in refused.text_content()
    assert kept(page) == []
    before = len(stage.messages)
    page.clock.run_for(10_000)
    assert len(stage.messages) == before
    record.fault = None
    refused.get_by_role("button", name="Try again").click()
    page.clock.run_for(100)
    page.wait_for_function("!Object.keys(localStorage).length")
    assert refused.count() == 0
    assert record.events[-1].level == 2


def test_who_types_is_saved_in_pauses_and_not_letter_by_letter(stage: Stage):
    record = sample.Record()
    page = stage.page
    page.clock.install()
    stage.show(made(record))
    page.locator('[data-item="P1.3"] textarea').focus()
    for _ in range(30):
        page.keyboard.type("a")
        page.clock.run_for(100)
    page.clock.run_for(1500)
    page.wait_for_function("!Object.keys(localStorage).length")
    assert record.events[-1].note == "a" * 30
    assert 2 <= len(record.events) <= 4


def test_a_record_that_is_busy_keeps_the_answer_and_says_so(stage: Stage):
    record = sample.Record(fault=StoreError.at("exchange.db", "locked", "Wait."))
    page = stage.page
    page.clock.install()
    stage.show(made(record))
    level(page, "P1.3", 2).click()
    page.clock.run_for(9000)
    assert "The record cannot be written at the moment" in page.locator(".lx-save").text_content()
    assert page.locator(".lx-lost").is_hidden()
    record.fault = None
    page.clock.run_for(3000)
    page.wait_for_function("!Object.keys(localStorage).length")


def conflict(stage: Stage) -> tuple[Any, sample.Record]:
    record = sample.Record(fault=ConflictError.at("P1.3", "changed", "Choose."))
    stored = {"state": "answered", "level": 0, "note": "We talked on Monday.", "revision": 9}
    page = stage.show(made(record, current=lambda _item: stored))
    level(page, "P1.3", 2).click()
    page.locator('[data-item="P1.3"] .lx-clash').wait_for()
    return page, record


def test_a_conflict_shows_both_versions_and_picks_none(stage: Stage):
    page, record = conflict(stage)
    words = page.locator('[data-item="P1.3"] .lx-clash').inner_text()
    assert "Level 2: In most departments, by habit" in words
    assert "Level 0: Never" in words
    assert "We talked on Monday." in words
    assert len(kept(page)) == 1
    assert record.events == []


def test_keeping_mine_writes_it_over_theirs(stage: Stage):
    page, record = conflict(stage)
    record.fault = None
    page.get_by_role("button", name="Keep mine").click()
    until_saved(page)
    assert (record.events[-1].level, record.events[-1].revision) == (2, 9)


def test_taking_theirs_writes_nothing(stage: Stage):
    page, record = conflict(stage)
    record.fault = None
    page.get_by_role("button", name="Take theirs").click()
    assert level(page, "P1.3", 0).is_checked()
    assert page.locator('[data-item="P1.3"] textarea').input_value() == "We talked on Monday."
    assert kept(page) == []
    assert record.events == []


def test_an_unresolved_conflict_is_asked_again_after_a_reload(stage: Stage):
    page, record = conflict(stage)
    stored = {"state": "unknown", "level": None, "revision": 11}
    stage.show(made(record, current=lambda _item: stored))
    page.locator('[data-item="P1.3"] .lx-clash').wait_for()
    assert "Do not know" in page.locator('[data-item="P1.3"] .lx-clash').inner_text()


def test_a_shared_computer_forgets_after_asking(stage: Stage):
    page = stage.show(made())
    stage.alive = False
    level(page, "P1.3", 2).click()
    page.locator(".lx-kept summary").click()
    page.get_by_role("button", name="Forget this browser").click()
    assert len(kept(page)) == 1
    page.get_by_role("button", name="Forget 1 unsaved change").click()
    assert kept(page) == []
    assert page.get_by_text("This browser has forgotten everything of the exchange.").is_visible()


def test_a_browser_that_keeps_nothing_says_so(stage: Stage):
    page = stage.page
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('quota'); };")
    page.clock.install()
    stage.show(made())
    stage.alive = False
    level(page, "P1.3", 2).click()
    page.clock.run_for(3000)
    assert "This browser keeps nothing once the page is closed" in page.locator(".lx-save").text_content()


def test_evidence_is_saved_once_it_says_who_may_see_it(stage: Stage):
    record = sample.Record()
    page = stage.show(made(record))
    item = page.locator('[data-item="P1.3"]')
    item.locator(".lx-more summary").click()
    item.get_by_label("High").check()
    item.get_by_role("button", name="Add evidence").click()
    item.get_by_label("Link or document").fill("Budget 2026, page 4")
    until_saved(page)
    assert record.events[-1].evidence == ()
    assert item.get_by_text("choose who may see it; then it is saved").is_visible()
    item.get_by_label("Who may see it").select_option("restricted")
    page.wait_for_function("!Object.keys(localStorage).length")
    page.wait_for_timeout(800)
    assert [(e.reference, e.sensitivity) for e in record.events[-1].evidence] == [
        ("Budget 2026, page 4", "restricted")
    ]
    assert record.events[-1].confidence == "high"
    assert record.events[-1].state == "blank"


def test_evidence_that_is_a_web_address_opens_apart_and_nothing_else_is_a_link(stage: Stage):
    page = stage.show(made())
    item = page.locator('[data-item="P1.3"]')
    item.locator(".lx-more summary").click()
    item.get_by_role("button", name="Add evidence").click()
    for reference, address in (("https://example.org/plan", "https://example.org/plan"), ("javascript:alert(1)", None),
                               ("Budget 2026, page 4", None)):
        item.get_by_label("Link or document").fill(reference)
        link = item.locator(".lx-piece a")
        assert link.get_attribute("href") == address
        assert link.is_visible() == bool(address)
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_only_unanswered_questions_stay_until_the_section_is_left(stage: Stage):
    page = stage.show(made())
    page.get_by_label("Show only unanswered").check()
    assert page.locator(".lx-item").count() == 1
    level(page, "P1.3", 1).click()
    assert page.locator(".lx-item").count() == 1
    page.get_by_role("button", name="Next: Know the risks").click()
    page.get_by_role("button", name="Back: Organise").click()
    assert page.get_by_text("Everything in this section is answered.").is_visible()


def test_a_topic_left_out_is_not_counted(stage: Stage):
    widget = made()
    page = stage.show(widget)
    page.locator(".lx-topics summary").click()
    page.locator(".lx-topics").get_by_label("2 Know the risks").uncheck()
    assert page.locator(".lx-total").text_content() == "2 of 5 answered, 1 unknown, in the sections that you chose"
    assert widget.sections == ["E1", "E3"]
    assert page.locator("nav button").count() == 2


def test_the_last_section_says_what_is_left(stage: Stage):
    page = stage.show(made())
    page.locator("nav button").nth(2).click()
    assert page.get_by_role("button", name="Know the risks: 1 question").is_visible()
    page.get_by_role("button", name="Know the risks: 1 question").click()
    assert page.evaluate("document.activeElement.textContent") == "Know the risks"


def test_a_reload_opens_the_section_that_was_open(stage: Stage):
    page = stage.show(made())
    page.locator("nav button").nth(2).click()
    stage.show(made())
    assert page.locator("h2").text_content() == "Learn from others"


def test_a_form_that_is_only_to_be_read_cannot_be_changed(stage: Stage):
    page = stage.show(made(can_edit=False))
    assert level(page, "P1.3", 2).is_disabled()
    assert page.get_by_text("You can read these answers but not change them.").is_visible()


def test_the_printed_page_has_every_section(stage: Stage):
    page = stage.show(made())
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".lx-item").count() == 7
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".lx-item").count() == 3


def test_hostile_texts_run_no_script(stage: Stage):
    form = sample.instrument()
    item = form["sections"][0]["items"][0]
    item.update(label=HOSTILE[0], question=HOSTILE[1], evidence_hint=HOSTILE[3], help=HOSTILE[4])
    item["levels"] = [{"value": n, "text": HOSTILE[n]} for n in range(4)]
    form["sections"][0]["name"] = HOSTILE[0]
    stored = {
        "P1.1": {
            "state": "answered",
            "level": 1,
            "note": HOSTILE[5],
            "revision": 1,
            "evidence": [{"reference": HOSTILE[2], "sensitivity": "public"}],
        }
    }
    record = sample.Record(fault=ConflictError.at("P1.1", "x", "y"))
    theirs = {**stored["P1.1"], "note": HOSTILE[0], "revision": 2}
    page = stage.show(Questionnaire(form, stored, record.save, "a", current=lambda _item: theirs))
    page.locator(".lx-more summary").first.click()
    level(page, "P1.1", 2).click()
    page.locator(".lx-clash").wait_for()
    assert HOSTILE[0] in page.locator(".lx-clash").inner_text()
    assert unharmed(page)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_form_is_accessible(stage: Stage, language: str, width: int):
    page = stage.show(made(language=language, scenarios=sample.scenarios(most_severe="A dike breaks")), width=width)
    page.locator(".lx-more summary").first.click()
    page.locator(".lx-topics summary").click()
    assert violations(page) == []
    assert overflow(page) <= 0
    assert small_targets(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_trouble_is_accessible(stage: Stage, theme: str):
    record = sample.Record(fault=ConflictError.at("P1.3", "changed", "Choose."))
    stage.page.clock.install()
    page = stage.show(made(record, current=lambda _item: {"state": "unknown", "revision": 9}), theme=theme)
    level(page, "P1.3", 2).click()
    page.locator(".lx-clash").wait_for()
    record.fault = InputError.at("P1.2", "no", "Yes.")
    level(page, "P1.2", 2).click()
    page.locator(".lx-refused").wait_for()
    stage.alive = False
    level(page, "P1.1", 2).click()
    page.clock.run_for(9000)
    page.locator(".lx-lost").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_form_fits_320_pixels(stage: Stage, language: str):
    page = stage.show(made(language=language), width=320)
    for summary in page.locator("summary").all():
        summary.click()
    page.locator(".lx-evidence button", has_text=made(language=language).words["evidence_add"]).first.click()
    assert overflow(page) <= 0
    assert small_targets(page) == []
