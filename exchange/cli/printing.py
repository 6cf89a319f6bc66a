"""What the command prints: tables for people, JSON for programs, sentences as they are."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from exchange.errors import StoreError


def show(rows: Iterable[Mapping[str, object]], columns: tuple[str, ...], *, as_json: bool, title: str) -> None:
    """Print rows as a table for people or as JSON for programs."""
    rows = list(rows)
    if as_json:
        print_json(rows)
        return
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*("" if row[c] is None else str(row[c]) for c in columns))
    _write(_drawn(table))


def print_json(value: Any) -> None:
    """Print JSON as it is: no colour, no wrapping, readable names where the terminal has their letters."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    _write(json.dumps(value, ensure_ascii=plain, indent=2, allow_nan=False) + "\n")


def say(*lines: object) -> None:
    """Print a line of text each, as it is."""
    _write("".join(f"{line}\n" for line in lines))


def _drawn(table: Table) -> str:
    """Return a table as this terminal can show it; nothing that people typed is read as markup."""
    page = io.TextIOWrapper(io.BytesIO(), encoding=sys.stdout.encoding or "utf-8", errors="replace", newline="")
    terminal = sys.stdout.isatty() or None
    Console(file=page, force_terminal=terminal, markup=False, highlight=False, soft_wrap=True).print(table)
    page.seek(0)
    return page.read()


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise  # whoever reads has seen enough; the command ends without a word
    except OSError as error:
        _let_go_of_the_output()
        raise StoreError.at("output", f"it cannot be written ({error.strerror})",
                            "Write it somewhere else, or free some space.") from error


def _let_go_of_the_output() -> None:
    """Send what could not be written nowhere, or Python would try again as it ends, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
