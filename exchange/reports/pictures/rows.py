"""Pictures with one row a thing: names beside the drawing, or above it where the sheet is narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.reports.pictures.drawing import BODY, EDGE, SMALL, Canvas, Point
from exchange.reports.pictures.measure import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.tables import Words

_WIDEST_COLUMN: Final = 0.36
_PITCH: Final = 36.0
_LINE: Final = 18.0


@dataclass(frozen=True)
class Row:
    """A row's name, what stands at its end, and whether both are muted."""

    name: Words
    tail: Words = ""
    muted: bool = False
    bold: bool = False


@dataclass(frozen=True)
class Scale:
    """Values to places along a row."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        """Return the place of a value; values outside of the scale stand at its ends."""
        share = (min(max(value, self.low), self.high) - self.low) / ((self.high - self.low) or 1)
        return self.left + share * (self.right - self.left)


@dataclass(frozen=True)
class Rows:
    """Where the rows of a picture are drawn.

    Parameters
    ----------
    left, right
        The sides of the drawing, between names and tails.
    middles
        The middle of each row's drawing.
    top, bottom
        Where the first row begins and the last one ends.
    """

    left: float
    right: float
    middles: tuple[float, ...]
    top: float
    bottom: float

    def scale(self, low: float, high: float, inset: float = 0) -> Scale:
        """Return the scale from `low` at the left side to `high` at the right, `inset` pixels inside."""
        return Scale(low, high, self.left + inset, self.right - inset)


def lay_rows(canvas: Canvas, rows: Sequence[Row], top: float, pitch: float = _PITCH) -> Rows:
    """Write the names and tails of the rows and return where their drawings go.

    A wide sheet has three columns: names, drawing, tails. A narrow one has names and tails in a line, and the
    drawing under them over the whole width.
    """
    tail = max((canvas.measure(row.tail, bold=row.bold) for row in rows), default=0.0)
    if canvas.narrow:
        return _stacked(canvas, rows, top, pitch, tail)
    limit = canvas.width * _WIDEST_COLUMN
    column = min(max((canvas.measure(row.name, bold=row.bold) for row in rows), default=0.0), limit) + 1
    left = EDGE + column + 16
    middles, y = [], top
    for row in rows:
        lines = wrap(canvas.say(row.name), column, BODY, bold=row.bold)
        height = max(pitch, _LINE * len(lines) + 8)
        middle = y + height / 2
        _write(canvas, row, lines, (EDGE + column, middle + 5 - _LINE * (len(lines) - 1) / 2), "end")
        _tail(canvas, row, middle + 5)
        middles.append(middle)
        y += height
    canvas.reach(y)
    return Rows(left, canvas.width - EDGE - (tail + 16 if tail else 0), tuple(middles), top, y)


def _stacked(canvas: Canvas, rows: Sequence[Row], top: float, pitch: float, tail: float) -> Rows:
    middles, y = [], top
    for row in rows:
        room = canvas.width - 2 * EDGE - (tail + 12 if tail else 0)
        lines = wrap(canvas.say(row.name), room, BODY, bold=row.bold)
        _write(canvas, row, lines, (EDGE, y + _LINE), "start")
        _tail(canvas, row, y + _LINE)
        y += _LINE * len(lines) + 4
        middles.append(y + (pitch - 6) / 2)
        y += pitch
    canvas.reach(y)
    return Rows(EDGE, canvas.width - EDGE, tuple(middles), top, y)


def _write(canvas: Canvas, row: Row, lines: Sequence[str], at: Point, anchor: str) -> None:
    for number, line in enumerate(lines):
        canvas.words(at[0], at[1] + _LINE * number, line, anchor=anchor, muted=row.muted, bold=row.bold)


def _tail(canvas: Canvas, row: Row, y: float) -> None:
    if canvas.say(row.tail):
        canvas.words(canvas.width - EDGE, y, row.tail, anchor="end", bold=row.bold, muted=row.muted)


def draw_levels(canvas: Canvas, laid: Rows, scale: Scale) -> None:
    """Draw a line for each whole level with its digit; in a narrow drawing they leave the names free."""
    for level in range(int(scale.low), int(scale.high) + 1):
        x = scale(level)
        canvas.words(x, laid.top - 10, level, size=SMALL, muted=True, anchor="middle")
        if not canvas.narrow:
            canvas.line((x, laid.top - 4), (x, laid.bottom))
            continue
        for y in laid.middles:
            canvas.line((x, y - 11), (x, y + 11))
