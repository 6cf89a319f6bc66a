"""Where a city is strong and where it is weak: one row an essential, with room for what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.numbers import fixed
from exchange.reports.pictures.drawing import SMALL, Canvas, Key
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.radar import draw_radar
from exchange.reports.pictures.records import records
from exchange.reports.pictures.rows import Row, draw_levels, lay_rows
from exchange.reports.tables import Numbers
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.pictures.rows import Scale
    from exchange.reports.tables import Words

TOP: Final = 3
_CLOSE: Final = 0.005


@dataclass(frozen=True)
class Essential:
    """One essential of a self-assessment: a row of the profile's table.

    Parameters
    ----------
    number
        1 to 10.
    name
        Its name.
    mean
        Mean level of the answered items, 0 to 3; empty when none is.
    low, high
        The mean if all unanswered items were at 0, and at 3.
    past
        The mean of the city's last assessment.
    unknown
        How many items are answered with "do not know". Without a mean and without any of these nothing was
        answered at all.
    """

    number: int
    name: Words
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    past: float | None = None
    unknown: int = 0

    @property
    def label(self) -> Text:
        """Number and name."""
        return text("{number} {name}", number=self.number, name=self.name)

    @property
    def blank(self) -> bool:
        """Whether nothing was answered at all."""
        return self.mean is None and not self.unknown

    @property
    def open(self) -> bool:
        """Whether unanswered items leave room for another mean."""
        return not self.blank and self.low is not None and self.high is not None and self.high - self.low > _CLOSE

    @property
    def said(self) -> Text:
        """The mean, or why there is none."""
        if self.mean is not None:
            return fixed(self.mean)
        return text("unknown") if self.unknown else text("not answered yet")

    @property
    def short(self) -> Text:
        """The mean, or a sign that there is none."""
        if self.mean is not None:
            return fixed(self.mean)
        return text("?") if self.unknown else text("–")


def profile(essentials: Any, *, radar: bool = False, language: str = "en") -> Picture:
    """Return the profile of a city over its essentials.

    The title names the essential with the lowest mean. It says that it only looks weakest where unanswered
    items could put another one below it; and it counts the unknown items.

    Parameters
    ----------
    essentials
        Rows with the columns of `Essential`.
    radar
        Draw a wheel instead of rows. People ask for it; rows are easier to read.
    language
        BCP 47 tag used where none is named.
    """
    rows = records(essentials, Essential)
    title = _title(rows)
    drawing = draw_radar if radar else _draw
    return Picture(title, _alt(rows, title), _table(rows), lambda canvas: drawing(canvas, rows), language)


def _title(rows: Sequence[Essential]) -> Text:
    finding = _weakest(rows)
    unknown = sum(row.unknown for row in rows)
    if not unknown:
        return finding
    return text(
        "{finding}; {unknown}", finding=finding, unknown=count("{n} item unknown", "{n} items unknown", unknown)
    )


def _weakest(rows: Sequence[Essential]) -> Text:
    means = {row: row.mean for row in rows if row.mean is not None}
    if not means:
        return text("No essential has an answer yet")
    lowest = min(means.values())
    weakest = [row for row, mean in means.items() if mean - lowest < _CLOSE]
    if len(means) == 1 < len(rows):
        return text("Only {name} has answers yet, at level {level}", name=weakest[0].name, level=fixed(lowest))
    if len(weakest) == len(rows) > 1:
        return text("All essentials stand at the same level, {level}", level=fixed(lowest))
    if len(weakest) > 1:
        return text("{names} are the weakest essentials", names=[row.name for row in weakest])
    if any((row.low or 0) < (weakest[0].high or lowest) for row in rows if row is not weakest[0]):
        return text("{name} looks like the weakest essential", name=weakest[0].name)
    return text("{name} is the weakest essential", name=weakest[0].name)


def _alt(rows: Sequence[Essential], title: Text) -> Text:
    levels = [text("{name} {level}", name=row.name, level=row.said) for row in rows]
    return text("{title}. Mean level of each essential, from 0 to 3: {levels}.", title=title, levels=levels)


def _table(rows: Sequence[Essential]) -> Numbers:
    return Numbers(
        (
            text("Essential"),
            text("Mean level"),
            text("At least"),
            text("At most"),
            text("Last time"),
            text("Unknown items"),
        ),
        tuple(
            (
                row.label,
                *(None if value is None else fixed(value) for value in (row.mean, row.low, row.high, row.past)),
                row.unknown,
            )
            for row in rows
        ),
    )


def _draw(canvas: Canvas, rows: Sequence[Essential]) -> None:
    laid = lay_rows(canvas, [Row(row.label, row.short, muted=row.mean is None) for row in rows], top=28)
    scale = laid.scale(0, TOP, inset=8)
    draw_levels(canvas, laid, scale)
    for row, y in zip(rows, laid.middles, strict=True):
        with canvas.mark(text("{name}: {level}", name=row.name, level=row.said), row.number):
            _draw_essential(canvas, row, scale, y)
    canvas.key(laid.bottom + 16, _key(rows))


def _draw_essential(canvas: Canvas, row: Essential, scale: Scale, y: float) -> None:
    if row.blank:
        canvas.bar(scale(0) - 7, y - 7, 14, 14, canvas.palette.paper, edge=canvas.palette.control)
        canvas.words(scale(0) + 18, y + 5, row.said, size=SMALL, muted=True, halo=True)
        return
    if row.open and row.low is not None and row.high is not None:
        canvas.hatch(scale(row.low), y - 5, scale(row.high) - scale(row.low), 10)
    if row.mean is None:
        return
    if row.past is not None:
        canvas.line((scale(row.past), y), (scale(row.mean), y), canvas.palette.control, 2)
        canvas.dot(scale(row.past), y, 5, canvas.palette.control, solid=False)
    canvas.dot(scale(row.mean), y, 7)


def _key(rows: Sequence[Essential]) -> list[Key]:
    shown = [Key(lambda c, x, y: c.dot(x, y, 6), text("mean level now"))]
    if any(row.past is not None for row in rows):
        shown.append(Key(lambda c, x, y: c.dot(x, y, 5, c.palette.control, solid=False), text("last time")))
    if any(row.open for row in rows):
        shown.append(Key(lambda c, x, y: c.hatch(x - 11, y - 5, 22, 10), text("where unanswered items could put it")))
    return shown
