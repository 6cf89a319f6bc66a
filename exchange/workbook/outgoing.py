"""What leaves the workbook as files: a city's answers, as a table or as a data package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.errors import NotFoundError
from exchange.imports.answers import written
from exchange.imports.package import packed
from exchange.instruments import available
from exchange.vocabulary import BLANK
from exchange.workbook import asked
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from exchange.instruments import Instrument
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row


def answers(workbook: Workbook, instrument: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the city's agreed answers as comma-separated values, and what was written."""
    _, assessment, rows = _agreed(workbook, instrument)
    return b"\xef\xbb\xbf" + written(rows).encode(), (_said(workbook, assessment, rows),)


def package(workbook: Workbook, instrument: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the files of a data package with the city's agreed answers, and what was written."""
    known, assessment, rows = _agreed(workbook, instrument)
    city = {name: str(workbook.city[name]) for name in ("city_id", "name", "country")}
    files = packed(known, rows, city=city, round_=assessment["round"], demo=workbook.fictional,
                   own=known.name not in available(),
                   created=workbook.store.now().isoformat(timespec="seconds"))
    return files, (_said(workbook, assessment, rows),)


def _agreed(workbook: Workbook, instrument: str) -> tuple[Instrument, Row, list[Row]]:
    """Return the questionnaire, the self-assessment of the round, and one row a question that was touched.

    Raises
    ------
    NotFoundError
        When the city has not answered it, or not in this round.
    """
    asked.instrument(workbook, instrument)
    own = rows_of(workbook.store.assessments(workbook.viewer, workbook.city_id, instrument=instrument, purpose="self"))
    wanted = [row for row in own if workbook.round in ("", row["round"])]
    if not wanted:
        when = f" in round {workbook.round}" if workbook.round else ""
        raise NotFoundError.at(str(workbook.city["name"]), f"there are no answers to {instrument}{when}",
                               "Answer it first, or name another round or questionnaire.")
    known = asked.instrument(workbook, instrument, wanted[-1]["version"])
    rows = {row["item"]: row for row in rows_of(workbook.store.answers(workbook.viewer, wanted[-1]["assessment_id"]))}
    return known, wanted[-1], [rows[item.id] for item in known.items if item.id in rows]


def _said(workbook: Workbook, assessment: Row, rows: list[Row]) -> str:
    demo = " (demo data, fictional)" if workbook.fictional else ""
    given = sum(row["state"] != BLANK for row in rows)
    number = "1 answer" if given == 1 else f"{given} answers"
    return f"{number} of {workbook.city['name']}{demo}, round {assessment['round']}."
