"""A Chromium for tests and screenshots that talks to this machine only, and remembers what went wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from tests.get_chromium import find

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--disable-quic", "--font-render-hinting=none")
LOCAL = {"127.0.0.1", "localhost", ""}


@dataclass
class Trouble:
    """What a page did that it must not: requests to other hosts, errors in the console, scripts that failed."""

    foreign: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.foreign or self.console)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser that `make browser` found; None of its own traffic leaves the machine."""
    path = find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visitor(browser: Browser, *, width: int = 1280, height: int = 900, **options: object,
            ) -> Iterator[tuple[Page, Trouble]]:
    """Open a fresh page of a new person; every request to another host is blocked and noted."""
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": height}, **options)
    trouble = Trouble()

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOCAL:
            route.continue_()
        else:
            trouble.foreign.append(route.request.url)
            route.abort()

    context.route(lambda url: url.startswith(("http:", "https:")), guard)
    page = context.new_page()
    page.on("console", lambda m: trouble.console.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: trouble.console.append(str(e)))
    try:
        yield page, trouble
    finally:
        context.close()


def have_chromium() -> bool:
    """Whether there is a browser to test with."""
    path = find()
    return bool(path and os.access(path, os.X_OK))
