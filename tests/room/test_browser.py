"""Two phones of 360 px in Chromium, under a name that is not localhost: nothing typed is lost, and it can be read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser import QUIET
from tests.get_chromium import find
from tests.room.room_server import room, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not find(), reason="no Chromium: make browser")]
WAIT = 20_000


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find(), args=[*QUIET, "--host-resolver-rules=MAP room.test 127.0.0.1"])
        yield browser
        browser.close()


@pytest.fixture
def here(tmp_path):
    with room(tmp_path) as served:
        yield served


@pytest.fixture
def opened(chromium):
    """Open pages of new people; close them all, and demand that none complained."""
    contexts, complaints = [], []

    def new(address, width=360, height=740, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=options.pop("locale", "en"),
                                       **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


def phone(opened, served, group="practitioner", table="", **options):
    page = opened(f"http://room.test:{served.port}/r/{served.code}", **options)
    page.check(f"input[value={group}]")
    page.fill("#table", table)
    page.click("button.primary")
    page.wait_for_selector(".item:not([hidden])")
    assert page.evaluate("isSecureContext") is False
    return page


def choose(page, level):
    page.locator(".item:not([hidden]) .card").nth(level).click()


def status(page):
    return page.locator("#status")


def stored(served, page):
    """Return the answers of this phone as the server has them."""
    path = f"/r/{served.code}/state"
    return page.evaluate("path => fetch(path).then(answer => answer.json())", path)["answers"]


def test_two_phones_answer_and_the_page_says_that_it_is_saved(opened, here):
    pages = [phone(opened, here), phone(opened, here, "media", locale="ar")]
    for level, page in enumerate(pages, 1):
        choose(page, level)
        page.locator(".item:not([hidden]) textarea").fill(f"note {level}")
    expect(status(pages[0])).to_contain_text("All saved at")
    for level, page in enumerate(pages, 1):
        wait_until(lambda page=page, level=level: stored(here, page).get("P1.1", [0])[:3] == [
            "answered", level, f"note {level}"])
    assert pages[1].evaluate("document.documentElement.dir") == "rtl"


def test_what_is_typed_while_the_server_is_away_survives_a_reload_and_arrives(opened, here):
    page = phone(opened, here)
    choose(page, 1)
    expect(status(page)).to_contain_text("All saved at")
    here.kill()
    choose(page, 2)
    page.locator(".item:not([hidden]) textarea").type("typed in the dark")
    expect(status(page)).to_contain_text("No connection. Go on answering: 1 kept on this phone")
    here.start()
    page.reload()
    expect(status(page)).to_contain_text("All saved at")
    wait_until(lambda: stored(here, page)["P1.1"][:3] == ["answered", 2, "typed in the dark"])
    assert page.locator(".item:not([hidden]) textarea").input_value() == "typed in the dark"
    assert page.evaluate("Object.keys(localStorage)") == []


def test_every_keystroke_is_on_the_phone_at_once(opened, here):
    page = phone(opened, here)
    here.kill()
    page.locator(".item:not([hidden]) textarea").type("half a sen")
    kept = page.evaluate("Object.values(localStorage).map(JSON.parse).map(entry => entry.note)")
    assert kept == ["half a sen"]
    page.close(run_before_unload=False)
    here.start()
    again = opened(f"http://room.test:{here.port}/health")
    again.context.close()


def test_two_phones_of_one_table_are_both_asked_when_they_differ(opened, here):
    one, two = (phone(opened, here, table="Table 3") for _ in range(2))
    two.route("**/state", lambda route: route.abort())
    choose(one, 1)
    expect(status(one)).to_contain_text("All saved at")
    choose(two, 3)
    box = two.locator(".item:not([hidden]) .conflict")
    expect(box).to_contain_text("At your table: level 1")
    expect(box).to_contain_text("On this phone: level 3")
    box.get_by_role("button", name="Use mine").click()
    expect(box).to_be_hidden()
    wait_until(lambda: stored(here, one)["P1.1"][1] == 3)


def test_a_locked_question_cannot_be_answered_and_says_so(opened, here):
    page, desk = phone(opened, here), here.facilitator()
    here.step(desk, "lock")
    expect(page.locator(".item:not([hidden]) .told")).to_have_text("The facilitator has closed this question.")
    assert page.locator(".item:not([hidden]) fieldset").evaluate("fields => fields.disabled")
    here.step(desk, "show", "P3.1")
    page.get_by_role("button", name="The room is at question 3").click()
    expect(page.locator(".item:not([hidden])")).to_contain_text("Question 3 of 10")


def test_the_desk_and_the_wall_keep_themselves_up_to_date(opened, here):
    desk = opened(f"http://127.0.0.1:{here.port}/f", 1280, 900)
    wall = opened(f"http://127.0.0.1:{here.port}/f/wall", 1280, 720)
    expect(wall.locator(".hugecode")).to_have_text(here.code)
    phones = here.phones(5)
    expect(desk.locator("#live-who")).to_contain_text("practitioners")
    desk.locator("#live-all button").first.click()
    for one in phones:
        one.say("P1.1", 2)
    expect(wall.locator(".finding")).to_have_text("5 answers or more")
    desk.get_by_role("button", name="End the first turn and show the answers").click()
    expect(wall.locator(".finding").first).to_have_text("Everybody who gave a level says 2.")
    assert wall.evaluate("document.documentElement.scrollHeight <= innerHeight")
    sizes = wall.evaluate("[...document.querySelectorAll('h1, .finding, .bar-number')].map("
                          "part => parseFloat(getComputedStyle(part).fontSize))")
    assert min(sizes) >= 24


@pytest.mark.parametrize("locale", ["en", "es", "ar"])
def test_nothing_overflows_at_320_px_and_axe_finds_nothing(opened, here, locale):
    from axe_playwright_python.sync_playwright import Axe

    page = phone(opened, here, locale=locale, width=320)
    desk = opened(f"http://127.0.0.1:{here.port}/f", 320, 700, locale=locale)
    for shown in (page, desk):
        assert shown.evaluate("document.documentElement.scrollWidth") <= 320
        found = Axe().run(shown, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa",
                                                                              "wcag22aa"]}})
        assert [v["id"] for v in found.response["violations"]] == []
    assert re.search(r"\d", status(page).inner_text()) is None
