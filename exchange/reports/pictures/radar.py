"""The profile as a wheel, because people ask for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.reports.pictures.drawing import EDGE, SMALL, Canvas, Key, Point
from exchange.words import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.pictures.profile import Essential

_TOP: Final = 3


@dataclass(frozen=True)
class _Wheel:
    centre: Point
    radius: float
    spokes: int

    def turn(self, spoke: int) -> float:
        return 2 * math.pi * spoke / (self.spokes or 1)

    def at(self, spoke: int, level: float) -> Point:
        reach = self.radius * level / _TOP
        return self.centre[0] + reach * math.sin(self.turn(spoke)), self.centre[1] - reach * math.cos(self.turn(spoke))


def draw_radar(canvas: Canvas, rows: Sequence[Essential]) -> None:
    """Draw a spoke an essential; one without a mean has a question mark and no point: it is never a zero."""
    radius = 120.0 if canvas.narrow else 150.0
    wheel = _Wheel((canvas.width / 2, radius + 48), radius, len(rows))
    _draw_rings(canvas, wheel)
    _draw_web(canvas, [wheel.at(spoke, row.past) for spoke, row in enumerate(rows) if row.past is not None], past=True)
    _draw_web(canvas, [wheel.at(spoke, row.mean) for spoke, row in enumerate(rows) if row.mean is not None], past=False)
    for spoke, row in enumerate(rows):
        _draw_spoke(canvas, wheel, spoke, row)
    bottom = canvas.key(wheel.centre[1] + radius + 56, _key(rows))
    if canvas.narrow:
        _draw_list(canvas, rows, bottom + 8)


def _draw_rings(canvas: Canvas, wheel: _Wheel) -> None:
    for level in range(1, _TOP + 1):
        canvas.polygon([wheel.at(spoke, level) for spoke in range(wheel.spokes)], edge=canvas.palette.line, thick=1)
        x, y = wheel.at(0, level)
        canvas.words(x + 4, y + 14, level, size=SMALL, muted=True, halo=True)


def _draw_web(canvas: Canvas, points: Sequence[Point], *, past: bool) -> None:
    colour = canvas.palette.control if past else canvas.palette.accent
    if len(points) > 2:
        canvas.polygon(
            points,
            "none" if past else colour,
            edge=colour,
            thick=2,
            opacity=None if past else 0.12,
            dash="4 4" if past else "",
        )


def _draw_spoke(canvas: Canvas, wheel: _Wheel, spoke: int, row: Essential) -> None:
    x, y = wheel.at(spoke, _TOP)
    side, up = math.sin(wheel.turn(spoke)), math.cos(wheel.turn(spoke))
    x, y = x + 14 * side, y + 5 - 14 * up
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    label = row.number if canvas.narrow else text("{name} {level}", name=row.label, level=row.short)
    room = {"middle": canvas.width - 2 * EDGE, "start": canvas.width - EDGE - x, "end": x - EDGE}[anchor]
    with canvas.mark(text("{name}: {level}", name=row.name, level=row.said), row.number):
        canvas.paragraph(x, y, label, room, size=SMALL, anchor=anchor)
        if row.mean is not None:
            canvas.dot(*wheel.at(spoke, row.mean), 5)


def _key(rows: Sequence[Essential]) -> list[Key]:
    shown = [Key(lambda c, x, y: c.dot(x, y, 5), text("mean level now"))]
    if any(row.past is not None for row in rows):
        shown.append(
            Key(lambda c, x, y: c.line((x - 11, y), (x + 11, y), c.palette.control, 2, "4 4"), text("last time"))
        )
    return shown


def _draw_list(canvas: Canvas, rows: Sequence[Essential], y: float) -> None:
    for row in rows:
        canvas.words(EDGE, y + 14, row.label, room=canvas.width - 2 * EDGE - 40)
        canvas.words(canvas.width - EDGE, y + 14, row.short, anchor="end")
        y += 22
    canvas.reach(y + 8)
