"""One demo network for all tests of the facade: read as it is, copied by whoever writes."""

from __future__ import annotations

import pytest

from tests.workbook import worlds


@pytest.fixture(scope="session")
def demo():
    """The address of the demo network, to be read."""
    return worlds.url(worlds.demo_file())


@pytest.fixture
def own(tmp_path):
    """The address of a copy of the demo network, to be written to."""
    return worlds.copied(worlds.demo_file(), tmp_path)


@pytest.fixture
def fresh(tmp_path):
    """The address of a store in which nothing is yet."""
    return worlds.empty(tmp_path)


@pytest.fixture
def real(fresh):
    """The address of a store with five real cities."""
    worlds.fill_real(fresh)
    return fresh


@pytest.fixture
def both(own):
    """The address of a store with the demo network and five real cities beside it."""
    worlds.fill_real(own)
    return own
