"""The City Learning Exchange: what cities know, whom they learn from, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exchange.workbook import Workbook as Workbook

__all__ = ["Workbook", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the facade on first use: a command that only prints help stays quick."""
    if name == "Workbook":
        from exchange.workbook import Workbook  # noqa: PLC0415

        return Workbook
    msg = f"module 'exchange' has no attribute {name!r}"
    raise AttributeError(msg)
