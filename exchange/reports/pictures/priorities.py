"""What a city should learn first: how far each item is from its aim, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.numbers import fixed
from exchange.reports.pictures.drawing import EDGE, SMALL, Canvas
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.place import Room
from exchange.reports.pictures.records import records
from exchange.reports.tables import Numbers
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.pictures.place import Box
    from exchange.reports.tables import Words

Span = tuple[float, float]

QUADRANTS: Final = {
    (True, True): text("learn first"),
    (False, True): text("keep strong"),
    (True, False): text("can wait"),
    (False, False): text("fine for now"),
}
"""By whether the gap is large and whether the priority is high."""

_MOST_NAMED: Final = 3
_MOST_LISTED: Final = 10
_PILL: Final = 20.0
_HEAD: Final = 28.0


@dataclass(frozen=True)
class Gap:
    """One item, how far it is from its aim, and how much it matters.

    Parameters
    ----------
    id, label
        The item and its words.
    gap
        Levels between the item and its aim.
    priority
        How much it matters to the city.
    """

    id: str
    gap: float
    priority: float
    label: Words = ""

    @property
    def name(self) -> Text:
        """Id and words."""
        return text("{id} {label}", id=self.id, label=self.label)


@dataclass(frozen=True)
class _Field:
    gaps: Span
    priorities: Span

    def place(self, item: Gap) -> tuple[bool, bool]:
        return item.gap >= sum(self.gaps) / 2, item.priority >= sum(self.priorities) / 2

    def quadrant(self, item: Gap) -> Text:
        return QUADRANTS[self.place(item)]

    def share(self, item: Gap) -> tuple[float, float]:
        return _share(item.gap, self.gaps), _share(item.priority, self.priorities)


def gap_priority(items: Any, *, gaps: Span = (0, 3), priorities: Span = (1, 5), language: str = "en") -> Picture:
    """Return items by gap and priority, in four fields with names.

    An item is in the field "learn first" if its gap and its priority are in the upper halves of their scales.
    The title names these items, or counts them when there are more than three.

    Parameters
    ----------
    items
        Rows with the columns of `Gap`.
    gaps, priorities
        The ends of the two scales.
    language
        BCP 47 tag used where none is named.
    """
    rows = sorted(records(items, Gap), key=lambda row: (-row.priority, -row.gap))
    ground = _Field(gaps, priorities)
    first = [row for row in rows if ground.quadrant(row) is QUADRANTS[True, True]]
    title = _title(first, rows)
    fields = [
        text("{field}: {items}", field=field, items=[row.id for row in rows if ground.quadrant(row) is field])
        for field in QUADRANTS.values()
        if any(ground.quadrant(row) is field for row in rows)
    ]
    return Picture(
        title,
        text("{title}. Items by gap and priority. {fields}.", title=title, fields=fields),
        _table(rows, ground),
        lambda canvas: _draw(canvas, rows, first, ground),
        language,
    )


def _title(first: Sequence[Gap], rows: Sequence[Gap]) -> Text:
    if not rows:
        return text("No question has a gap and a priority yet")
    if not first:
        return text("No large gap has a high priority")
    names = [row.label or row.id for row in first[:_MOST_NAMED]]
    if len(first) <= _MOST_NAMED:
        return text("Learn first about {names}", names=names)
    return text("{n} questions to learn first, on top: {name}", n=len(first), name=names[0])


def _table(rows: Sequence[Gap], ground: _Field) -> Numbers:
    return Numbers(
        (text("Question"), text("Gap"), text("Priority"), text("Field")),
        tuple((row.name, fixed(row.gap), fixed(row.priority), ground.quadrant(row)) for row in rows),
    )


def _draw(canvas: Canvas, rows: Sequence[Gap], first: Sequence[Gap], ground: _Field) -> None:
    box = (EDGE + 22.0, 8.0, float(canvas.width - EDGE), 8.0 + _height(canvas, rows, ground))
    _draw_fields(canvas, box)
    left_out = _draw_items(canvas, rows, ground, box)
    y = box[3] + 44
    if first:
        canvas.words(EDGE, y, canvas.head(QUADRANTS[True, True]), bold=True)
        y = _list_first(canvas, first, y + 22)
    if left_out:
        y = canvas.paragraph(
            EDGE,
            y + 4,
            text("No room for: {items}", items=[row.id for row in left_out]),
            canvas.width - 2 * EDGE,
            size=SMALL,
            muted=True,
            lines=3,
        )
    canvas.reach(y)


def _height(canvas: Canvas, rows: Sequence[Gap], ground: _Field) -> float:
    """Return a height at which the fullest field has room for all of its plates."""
    across = max((canvas.width - 40) / 2 // 58, 1)
    fullest = max((sum(ground.quadrant(row) is field for row in rows) for field in QUADRANTS.values()), default=0)
    return 2 * max(150.0, _HEAD + (fullest // across + 2) * _PILL)


def _list_first(canvas: Canvas, first: Sequence[Gap], y: float) -> float:
    for row in first[:_MOST_LISTED]:
        y = canvas.paragraph(EDGE, y, row.name, canvas.width - 2 * EDGE, size=SMALL) + 3
    if len(first) > _MOST_LISTED:
        more = text("and {n} more, in the numbers", n=len(first) - _MOST_LISTED)
        canvas.words(EDGE, y, more, size=SMALL, muted=True)
        y += 20
    return y


def _draw_fields(canvas: Canvas, box: Box) -> None:
    left, top, right, bottom = box
    middle, centre = (left + right) / 2, (top + bottom) / 2
    canvas.bar(middle, top, right - middle, centre - top, canvas.palette.accent_soft)
    canvas.bar(left, top, right - left, bottom - top, edge=canvas.palette.control)
    canvas.line((middle, top), (middle, bottom), canvas.palette.control)
    canvas.line((left, centre), (right, centre), canvas.palette.control)
    for (large, high), name in QUADRANTS.items():
        canvas.words(
            (middle if large else left) + 10,
            (top if high else centre) + 20,
            canvas.head(name),
            bold=True,
            colour=canvas.palette.accent if large and high else canvas.palette.muted,
        )
    canvas.words(middle, bottom + 20, text("gap: small to large"), size=SMALL, anchor="middle", muted=True)
    canvas.turned(left - 10, centre, text("priority: low to high"))


def _draw_items(canvas: Canvas, rows: Sequence[Gap], ground: _Field, box: Box) -> list[Gap]:
    """Draw a plate an item where its numbers put it, or near; return those for which there is no room."""
    left, top, right, bottom = box
    rooms = _rooms(box)
    left_out = []
    for row in rows:
        width = canvas.measure(row.id, SMALL) + 12
        across, up = ground.share(row)
        x, y = left + 24 + across * (right - left - 48), bottom - 16 - up * (bottom - top - 32)
        spot = rooms[ground.place(row)].near(x, y, width, _PILL, farthest=300)
        if spot is None:
            left_out.append(row)
        else:
            _draw_plate(canvas, row, ground, spot, width - 3)
    return left_out


def _rooms(box: Box) -> dict[tuple[bool, bool], Room]:
    left, top, right, bottom = box
    middle, centre = (left + right) / 2, (top + bottom) / 2
    return {
        (large, high): Room(
            (
                (middle if large else left) + 3,
                (top if high else centre) + _HEAD,
                (right if large else middle) - 3,
                (centre if high else bottom) - 3,
            )
        )
        for large, high in QUADRANTS
    }


def _draw_plate(canvas: Canvas, row: Gap, ground: _Field, spot: tuple[float, float], width: float) -> None:
    x, y = spot
    first = ground.quadrant(row) is QUADRANTS[True, True]
    with canvas.mark(
        text("{item}: gap {gap}, priority {priority}", item=row.name, gap=fixed(row.gap), priority=fixed(row.priority)),
        row.id,
    ):
        canvas.bar(
            x - width / 2,
            y - 8.5,
            width,
            17,
            canvas.palette.accent if first else canvas.palette.paper,
            edge=canvas.palette.accent if first else canvas.palette.control,
            round_=8.5,
        )
        canvas.words(
            x, y + 4.5, row.id, size=SMALL, anchor="middle", colour=canvas.palette.on_accent if first else None
        )


def _share(value: float, span: Span) -> float:
    low, high = span
    return (min(max(value, low), high) - low) / ((high - low) or 1)
