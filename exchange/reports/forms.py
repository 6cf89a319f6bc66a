"""Questionnaires as files for other programs: an XLSForm workbook for phones, a table for a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Font

from exchange.imports.tables import write_csv
from exchange.instruments.plain import to_plain
from exchange.instruments.xlsform import to_xlsform

if TYPE_CHECKING:
    from exchange.instruments import Instrument


def xlsform(instrument: Instrument) -> bytes:
    """Return a questionnaire as an XLSForm workbook in all its languages, ready for ODK and KoboToolbox."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in to_xlsform(instrument).items():
        sheet = book.create_sheet(name)
        heads = heads_of(rows)
        for column, head in enumerate(heads, 1):
            sheet.cell(1, column, head).font = Font(bold=True)
        for number, row in enumerate(rows, 2):
            for column, head in enumerate(heads, 1):
                if words := row.get(head):
                    cell = sheet.cell(number, column, words)
                    cell.data_type = "s"  # a question that begins with "=" is no formula
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain_table(instrument: Instrument) -> str:
    """Return a questionnaire as comma-separated values, one row a question."""
    rows = to_plain(instrument)
    return write_csv(heads_of(rows), rows)


def heads_of(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the columns that any row fills, in their order."""
    heads = dict.fromkeys(head for row in rows for head in row)
    return [head for head in heads if any(row.get(head) for row in rows)]
