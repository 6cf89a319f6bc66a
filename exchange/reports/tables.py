"""Tables that everybody can read: a caption, true heads, numbers under one another, nothing unsafe."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exchange.reports.escape import escape
from exchange.reports.numbers import Number
from exchange.words import Text, direction, say, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

Words = Text | str


@dataclass(frozen=True)
class Numbers:
    """The numbers behind a picture.

    Parameters
    ----------
    columns
        Heads, in the order of the cells.
    rows
        Cells: texts, numbers, dates, lists of these, or None where there is nothing to say.
    """

    columns: tuple[Words, ...]
    rows: tuple[tuple[object, ...], ...]

    def html(self, caption: Words = "", language: str = "en") -> str:
        """Return the table as HTML."""
        return _html(self.columns, self.rows, caption, language)

    def cells(self, language: str = "en") -> list[list[str]]:
        """Return the cells of each row as people of a language write them."""
        return [[_said(cell, language) for cell in row] for row in self.rows]

    def records(self, language: str = "en") -> list[dict[str, str]]:
        """Return one record a row, heads and cells as people of a language write them."""
        heads = [say(column, language) for column in self.columns]
        return [dict(zip(heads, row, strict=True)) for row in self.cells(language)]


def html_table(
    frame: pd.DataFrame, caption: Words = "", language: str = "en", heads: Mapping[str, Words] | None = None
) -> str:
    """Return a table of a frame as HTML; its first column names the rows.

    Parameters
    ----------
    frame
        Any table. Cells may be `Text`, numbers, dates, lists of these, or empty.
    caption
        What the table shows, for eyes and for screen readers.
    language
        BCP 47 tag of the reader.
    heads
        Words for the columns, by column; a column that is not named here is named as in the frame.

    Returns
    -------
    str
        One ``<div class="lx-table">`` with the table in it; everything escaped.
    """
    columns = [(heads or {}).get(column, column) for column in frame.columns]
    cells = frame.astype(object).where(frame.notna(), None)
    return _html(columns, cells.itertuples(index=False, name=None), caption, language)


def _html(columns: Sequence[Words], rows: Iterable[Sequence[object]], caption: Words, language: str) -> str:
    rows = [[_plain(cell) for cell in row] for row in rows]
    numeric = [_is_numeric(row[place] for row in rows) for place in range(len(columns))]
    said = escape(say(caption, language))
    # A wide table scrolls; what scrolls must be reachable by keyboard, and then it needs a name.
    named = f' role="group" aria-label="{said}" tabindex="0"' if said else ""
    parts = [f'<div class="lx-table" lang="{escape(language)}" dir="{direction(language)}"{named}><table>']
    if said:
        parts.append(f"<caption>{said}</caption>")
    heads = (
        _cell("th", column, "col", language, number=number) for column, number in zip(columns, numeric, strict=True)
    )
    parts.append(f"<thead><tr>{''.join(heads)}</tr></thead><tbody>")
    parts.extend(_row(row, numeric, language) for row in rows)
    parts.append("</tbody></table></div>")
    return "".join(parts)


def _row(row: Sequence[object], numeric: Sequence[bool], language: str) -> str:
    cells = [
        _cell("td" if place else "th", cell, "" if place else "row", language, number=number)
        for place, (cell, number) in enumerate(zip(row, numeric, strict=True))
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _cell(tag: str, cell: object, scope: str, language: str, *, number: bool) -> str:
    # The alignment is said twice: an untrusted notebook keeps no style sheet of ours.
    attributes = (f' scope="{scope}"' if scope else "") + (
        ' class="lx-number" style="text-align:right"' if number else ' style="text-align:start"'
    )
    return f"<{tag}{attributes}>{escape(_said(cell, language))}</{tag}>"


def _plain(cell: Any) -> object:
    """Return numpy's numbers as Python's, which `say` knows."""
    return cell.item() if hasattr(cell, "item") and hasattr(cell, "dtype") else cell


def _is_numeric(cells: Iterable[object]) -> bool:
    """Return whether most cells that say something are numbers; a few words among them stand with them."""
    kinds = [
        isinstance(cell, int | float | Number) and not isinstance(cell, bool) for cell in cells if cell is not None
    ]
    return 2 * sum(kinds) > len(kinds)


def _said(cell: object, language: str) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return text("–").said(language)
    return say(cell, language)
