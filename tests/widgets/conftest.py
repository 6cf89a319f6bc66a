"""What the tests of widgets share: one browser a module, and an empty stage a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import chromium, have_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.widgets.stage import Stage


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module."""
    if not have_chromium():
        pytest.skip("there is no Chromium; set EXCHANGE_CHROMIUM or run `make browser`")
    with chromium() as shown:
        yield shown


@pytest.fixture
def stage(browser: Browser) -> Iterator[Stage]:
    """An empty stage in a fresh browser profile; at the end nothing may have failed or called elsewhere."""
    from tests.widgets.stage import Stage

    context = browser.new_context(reduced_motion="reduce")
    made = Stage(context)
    yield made
    context.close()
    assert made.errors == []
    assert made.foreign == []
