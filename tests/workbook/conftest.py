"""One demo network for all tests of the facade: read as it is, copied by whoever writes."""

from __future__ import annotations

import pytest

from tests.workbook import worlds


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The file of the demo network. Nobody writes to it."""
    return worlds.make_demo(tmp_path_factory.mktemp("facade") / "demo.db")


@pytest.fixture(scope="session")
def demo(made):
    """The address of the demo network, to be read."""
    return worlds.url(made)


@pytest.fixture
def own(made, tmp_path):
    """The address of a copy of the demo network, to be written to."""
    return worlds.copied(made, tmp_path)


@pytest.fixture
def fresh(tmp_path):
    """The address of a store that nobody has made yet."""
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
