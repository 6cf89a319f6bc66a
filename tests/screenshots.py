"""Every page at 1280 and 360 px into docs/screens, in English, and two of them in Arabic. Run by `make screenshots`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import chromium, visitor
from tests.serving import exchange, running

SCREENS = Path(__file__).resolve().parents[1] / "docs" / "screens"
WIDTHS = (1280, 360)
LONGEST = 2400
"""Pixels of a page that a picture keeps: enough to see it, little enough to store it."""

PAGES = {
    "portal": "/?city=rotterdam", "cities": "/", "start": "/start/rotterdam", "assess": "/assess/quito",
    "discover": "/discover/rotterdam", "match": "/match/rotterdam", "exchange": "/exchange/rotterdam",
    "evaluate": "/evaluate/rotterdam", "learn": "/learn/demo",
    "assess_ar": "/assess/quito?language=ar", "match_ar": "/match/rotterdam?language=ar",
}


def main() -> None:
    """Make the demo network in a scratch folder, serve it, and take every picture."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "screens.db"
        made = exchange("demo", database=database)
        if made.returncode:
            sys.exit(made.stderr)
        # A fixed day, so that two runs differ only where the pages do.
        with running(database, EXCHANGE_NOW="2026-11-23T10:00:00Z", EXCHANGE_USER="officer") as server, \
                chromium() as browser:
            for width in WIDTHS:
                take(browser, server.url, width)


def take(browser: Browser, url: str, width: int) -> None:
    """Take the pictures of all pages at one width, as one visitor."""
    with visitor(browser, width=width, height=900 if width > 600 else 780) as (page, trouble):
        for name, address in PAGES.items():
            page.goto(url + address)
            settle(page)
            height = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
            page.screenshot(path=SCREENS / f"{name}_{width}.png", full_page=True,
                            clip={"x": 0, "y": 0, "width": width, "height": height})
            print(f"{name}_{width}.png")
        if trouble:
            sys.exit(f"{width} px: {trouble}")


def settle(page: Page) -> None:
    """Wait until the notebook behind a page has run and its widgets are drawn."""
    page.wait_for_function("!document.querySelector('#loading')", timeout=60_000)
    page.wait_for_function("!document.body.innerText.includes('Loading widget')", timeout=60_000)
    page.wait_for_timeout(1200)


if __name__ == "__main__":
    main()
