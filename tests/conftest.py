"""What the tests share: the real data beside the project, and small helpers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Found by words alone, unless a test asks for meaning: the same everywhere, with the extra and without.
os.environ.setdefault("EXCHANGE_SEMANTIC", "off")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared test data beside the project; a test that needs them skips where they are absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the shared test data are not beside this checkout")
    return SHARED
