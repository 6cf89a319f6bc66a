"""What the tests of unattended runs share: a demo network that is made once."""

from __future__ import annotations

import shutil

import pytest

from tests.serving import exchange


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory):
    """The file of a demo network, to be copied."""
    file = tmp_path_factory.mktemp("demo") / "demo.db"
    done = exchange("demo", database=file)
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def demo(demo_file, tmp_path):
    """A folder with a demo network of its own."""
    shutil.copy(demo_file, tmp_path / "exchange.db")
    return tmp_path
