"""Pictures of the room for docs/screens: phone, desk and wall, before a full hall. Run by `make screenshots`."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import QUIET
from tests.get_chromium import find
from tests.room.room_server import Room
from tests.screenshots import SCREENS
from tests.serving import exchange

HALL = {"practitioner": 12, "citizen_community": 9, "emergency_service": 7}
ITEM = "P4.1"


def main() -> None:
    """Make the demo network, open a room in it, fill it, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "exchange.db"
        made = exchange("demo", database=database)
        assert made.returncode == 0, made.stderr
        os.environ["EXCHANGE_SECRET_FILE"] = f"{folder}/secret"
        options = ("--address", "http://192.168.1.20:8867")
        room = Room(f"sqlite:///{database}", Path(folder), options, city="Lima").start()
        try:
            with sync_playwright() as playwright:
                args = [*QUIET, "--host-resolver-rules=MAP room.test 127.0.0.1"]
                take(playwright.chromium.launch(executable_path=find(), args=args), room)
        finally:
            room.stop()


def take(browser, room) -> None:
    """Take the pictures in the order of a workshop."""
    def opened(url, width, height):
        page = browser.new_context(viewport={"width": width, "height": height}, locale="en").new_page()
        page.goto(url)
        return page

    def keep(page, name):
        page.wait_for_timeout(2500)
        page.screenshot(path=SCREENS / f"{name}.png")

    wall = opened(f"http://127.0.0.1:{room.port}/f/wall", 1280, 720)
    keep(wall, "room_join_1280")
    rng, desk = random.Random(3), room.facilitator()
    room.step(desk, "show", ITEM)
    for group, number in HALL.items():
        for phone in room.phones(number, group):
            phone.say(ITEM, rng.choice([0, 1, 1, 2, 2, 2, 3] if group == "practitioner" else [0, 0, 1, 1, 2]))
    phone = opened(f"http://room.test:{room.port}/r/{room.code}", 360, 740)
    phone.check("input[value=practitioner]")
    phone.click("button.primary")
    phone.locator(".item:not([hidden]) .card").nth(2).click()
    phone.locator(".item:not([hidden]) textarea").fill("Only in the old town")
    keep(phone, "room_phone_360")
    keep(opened(f"http://127.0.0.1:{room.port}/f", 1280, 900), "room_desk_1280")
    keep(wall, "room_ask_1280")
    room.step(desk, "lead", value="revealed")
    keep(wall, "room_wall_1280")


if __name__ == "__main__":
    main()
