"""Voices that arrive as a file: all of them come into the room of a city's self-assessment, or none."""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING

from exchange import instruments
from exchange.assessments.consensus import Rule
from exchange.imports.voices import read_voices
from exchange.words import Text, count, text
from exchange.workbook.filing import begin
from exchange.workbook.room import RESILIENCE
from exchange.workbook.room_views import SAID

if TYPE_CHECKING:
    from pathlib import Path

    from exchange.workbook import Workbook
    from exchange.workbook.context import Row


def voices_table(workbook: Workbook, file: Path, city: str, round_: str) -> tuple[Text, ...]:
    """Bring a table of voices into a city's room, opened now if it was not yet; return what was done."""
    found = read_voices(file, instruments.load(RESILIENCE))
    name, assessment = begin(workbook, city, round_)
    # The record keeps no names: the same person has the same id when the file comes again.
    ids = {row.respondent: _id(assessment, row.respondent) for row in found}
    turns: dict[int, list[Row]] = defaultdict(list)
    for row in found:
        turns[row.turn].append({"respondent_id": ids[row.respondent], "item": row.item, "state": row.state,
                                "level": row.level, "note": row.note})
    room = workbook.store.fill_room(workbook.viewer, assessment["assessment_id"],
                                    {ids[row.respondent]: row.group for row in found}, turns, Rule())
    return (count("{n} answer of {people} people was read for {city}, round {round}.",
                  "{n} answers of {people} people were read for {city}, round {round}.", len(found),
                  people=len(ids), city=name, round=assessment["round"]),
            SAID[room["phase"]], text("Numbers are shown from five people up."))


def _id(assessment: Row, respondent: str) -> str:
    return "v-" + sha256(f"{assessment['assessment_id']}/{respondent}".encode()).hexdigest()[:16]
