"""What a result depends on beside its notebook and its data: Python, the packages, and our own code."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import exchange
from exchange.paths import DATA

PACKAGES: Final = (
    "numpy", "pandas", "scipy", "ortools", "ipykernel", "ipywidgets", "nbclient", "nbformat", "SQLAlchemy")


@cache
def versions() -> dict[str, str]:
    """Return the versions that a manifest names; ``"code"`` is the hash of our source and shipped data."""
    found = {"python": platform.python_version(), "city-learning-exchange": exchange.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, "code": _code()}


def fingerprint() -> str:
    """Return all of `versions` as one hash."""
    return hashlib.sha256(json.dumps(versions(), sort_keys=True).encode()).hexdigest()


def _code() -> str:
    package = Path(exchange.__file__).resolve().parent
    # What only serves, runs or prints does not change what a notebook shows.
    aside = {package / name for name in ("serve", "runs", "cli", "_shipped")}
    roots = [root for root in (package, package.parent / "widgets", DATA) if root.is_dir()]
    found = hashlib.sha256()
    for root in roots:
        for path in sorted(root.rglob("*")):
            kept = path.is_file() and "__pycache__" not in path.parts and not aside.intersection(path.parents)
            if kept and path.suffix != ".pyc":
                found.update(str(path.relative_to(root)).encode())
                found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]
