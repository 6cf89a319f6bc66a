"""Room for labels: nothing may cover anything else, and what finds no room is said so."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_STEP: Final = 4.0


@dataclass
class Room:
    """A sheet on which boxes are taken one after the other."""

    bounds: Box
    taken: list[Box] = field(default_factory=list)

    def is_free(self, box: Box) -> bool:
        """Return whether a box is inside the sheet and covers nothing."""
        left, top, right, bottom = self.bounds
        inside = left <= box[0] and top <= box[1] and box[2] <= right and box[3] <= bottom
        return inside and not any(_meet(box, other) for other in self.taken)

    def take(self, box: Box) -> None:
        """Keep a box for its owner."""
        self.taken.append(box)

    def near(
        self, x: float, y: float, width: float, height: float, farthest: float = 200
    ) -> tuple[float, float] | None:
        """Take the free box nearest to a point; return its middle, or nothing if none is within `farthest`."""
        for dx, dy in _spiral(farthest):
            box = _around(x + dx, y + dy, width, height)
            if self.is_free(box):
                self.take(box)
                return x + dx, y + dy
        return None

    def beside(self, x: float, y: float, radius: float, width: float, height: float) -> tuple[float, float] | None:
        """Take a free box that touches a dot, right, left, below, above or at a corner; return its middle."""
        far_x, far_y = radius + 3 + width / 2, radius + 1 + height / 2
        slant = radius * 0.7 + 2
        spots = (
            (far_x, 0),
            (-far_x, 0),
            (0, far_y),
            (0, -far_y),
            (slant + width / 2, far_y - 2),
            (slant + width / 2, 2 - far_y),
            (-slant - width / 2, far_y - 2),
            (-slant - width / 2, 2 - far_y),
        )
        for dx, dy in spots:
            box = _around(x + dx, y + dy, width, height)
            if self.is_free(box):
                self.take(box)
                return x + dx, y + dy
        return None


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _around(x: float, y: float, width: float, height: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


@lru_cache(maxsize=4)
def _spiral(farthest: float) -> tuple[tuple[float, float], ...]:
    """Return shifts on a grid, the nearest first; ties to the side where reading starts, then upwards."""
    reach = int(farthest / _STEP)
    steps = range(-reach, reach + 1)
    shifts = sorted((dx * dx + dy * dy, dx, dy) for dx in steps for dy in steps if dx * dx + dy * dy <= reach * reach)
    return tuple((dx * _STEP, dy * _STEP) for _, dx, dy in shifts)
