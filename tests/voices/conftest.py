"""Rotterdam with an empty room, for the tests of rooms."""

from __future__ import annotations

import pytest

from tests.widgets.conftest import browser, stage  # noqa: F401 - fixtures
from tests.workbook import worlds

ROTTERDAM, QUITO = "2747891", "3652462"


@pytest.fixture
def real(tmp_path):
    """The address of a store with five real cities."""
    database = worlds.empty(tmp_path)
    worlds.fill_real(database)
    return database


@pytest.fixture
def workbook(real):
    """Rotterdam's workbook, on behalf of its facilitator."""
    with worlds.opened(real, "rotterdam", viewer=worlds.editor(ROTTERDAM, "Fay")) as workbook:
        yield workbook


@pytest.fixture
def room(workbook):
    """A room that is open and in which nobody is yet."""
    room = workbook.assess.room()
    room.open()
    return room
