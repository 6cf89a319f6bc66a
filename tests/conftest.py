"""What the tests share: the real data beside the project, and small helpers."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared test data beside the project; a test that needs them skips where they are absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the shared test data are not beside this checkout")
    return SHARED
