"""Where the files that we ship live, whatever folder a notebook or a server runs in."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_SHIPPED = _PACKAGE / "_shipped"


def _shipped(name: str) -> Path:
    installed = _SHIPPED / name
    return installed if installed.exists() else _PACKAGE.parent / name


DATA = _shipped("data")
"""Instruments, vocabularies, cities, countries: shipped, never changed by a run."""

NOTEBOOKS = _shipped("notebooks")
"""The workbook itself."""


def runs() -> Path:
    """Return the folder for what running makes: `runs/` of a checkout, else of the working directory."""
    root = _PACKAGE.parent
    return (root if (root / "pyproject.toml").exists() else Path.cwd()) / "runs"
