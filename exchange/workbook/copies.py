"""A city's answers in its own copy of the official workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exchange.errors import InputError
from exchange.imports.official_copy import Said, fill_copy
from exchange.vocabulary import ANSWERED
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from exchange.words import Text
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row


def official(workbook: Workbook, template: Path, to: Path) -> tuple[Text, ...]:
    """Write the answers of the round into a copy of the official workbook; return what to know about it.

    The means of verification are the note and, below it, each piece of evidence that may leave the city.

    Raises
    ------
    InputError
        When nothing is answered yet, or the template or the new file is not what it should be.
    """
    answers = rows_of(workbook.assess.answers())
    if not answers:
        raise InputError.at(workbook.city["name"], "nothing is answered yet", "Answer, or import answers, first.")
    return fill_copy(template, {row["item"]: _said(row) for row in answers}, to)


def _said(row: Row) -> Said:
    level = row["level"] if row["state"] == ANSWERED else None
    shown: list[dict[str, Any]] = [piece for piece in row["evidence"] if piece.get("sensitivity") != "restricted"]
    first: dict[str, Any] = next(iter(row["actions"]), {})
    return Said(
        level=None if level is None else int(level),
        verification="\n".join(filter(None, [row["note"], *(str(piece.get("reference", "")) for piece in shown)])),
        action=first.get("action", ""), institution=first.get("institution", ""),
        timescale=first.get("timescale", ""))
