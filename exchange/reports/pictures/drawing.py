"""A sheet with everything that the pictures share: paragraphs, hatching, levels as tiles, and the key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.reports.look import LEVEL_EDGE, LEVELS, ON_LEVELS
from exchange.reports.pictures.measure import width_of, wrap
from exchange.reports.pictures.pencil import BODY, EDGE, NARROW, SMALL, WIDE, Pencil, Point
from exchange.vocabulary import ANSWERED, NOT_APPLICABLE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from exchange.reports.tables import Words

__all__ = ["BODY", "EDGE", "NARROW", "SMALL", "WIDE", "Canvas", "Key", "Point", "Sign", "letter"]

_STRIPE: Final = 5.0

Sign = Callable[["Canvas", float, float], None]
"""Draws a sign around a point."""


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the key: a sign, and its meaning."""

    sign: Sign
    meaning: Words


class Canvas(Pencil):
    """A sheet with the parts that several pictures have."""

    def head(self, words: object) -> str:
        """Return words that stand alone, with a capital where the script has them."""
        said = self.say(words)
        return said[:1].upper() + said[1:]

    def measure(self, words: object, size: float = BODY, *, bold: bool = False) -> float:
        """Return the width of a line of words."""
        return width_of(self.say(words), size, bold=bold)

    def paragraph(
        self,
        x: float,
        y: float,
        words: object,
        room: float,
        *,
        size: float = BODY,
        muted: bool = False,
        anchor: str = "start",
        bold: bool = False,
        lines: int = 2,
    ) -> float:
        """Write several lines, the first at `y`; return the y of the line after the last."""
        for line in wrap(self.say(words), room, size, lines, bold=bold):
            self.words(x, y, line, size=size, muted=muted, anchor=anchor, bold=bold)
            y += size * 1.3
        return y

    def hatch(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a hatched rectangle: not known.

        The strokes are drawn one by one. A pattern needs an id, and two pictures on a page would share it.
        """
        self.bar(x, y, width, height, self.palette.paper)
        self.strokes(_rising((x, y, width, height)), self.palette.control)
        self.bar(x, y, width, height, edge=self.palette.control)

    def tile(
        self, x: float, y: float, size: float, level: float | None, state: str = ANSWERED, *, ringed: bool = False
    ) -> None:
        """Draw a level as a square around a point, with its digit, and a ring round the digit if asked for.

        Without a level it is hatched where unknown, a dash where not applicable, else an outlined square.
        """
        left, top, baseline = x - size / 2, y - size / 2, y + 5
        if level is not None:
            shade = min(max(int(level + 0.5), 0), len(LEVELS) - 1)
            self.bar(left, top, size, size, LEVELS[shade], edge=LEVEL_EDGE, round_=3)
            if ringed:
                self.ring(x, y, size / 2 - 2, ON_LEVELS[shade])
            self.words(
                x,
                baseline,
                level if level % 1 else int(level),
                anchor="middle",
                colour=ON_LEVELS[shade],
                bold=True,
                size=SMALL if level % 1 else BODY,
            )
        elif state == UNKNOWN:
            self.hatch(left, top, size, size)
            self.words(x, baseline, "?", anchor="middle", bold=True, halo=True)
        elif state == NOT_APPLICABLE:
            self.words(x, baseline, "–", anchor="middle", muted=True)
        else:
            self.bar(left, top, size, size, edge=self.palette.control, round_=3)

    def key(self, y: float, entries: Sequence[Key]) -> float:
        """Write what the signs mean, as many to a line as fit; return the y below."""
        x, sign, gap = float(EDGE), 30, 20
        for entry in entries:
            length = sign + self.measure(entry.meaning, SMALL)
            if x > EDGE and x + length > self.width - EDGE:
                x, y = float(EDGE), y + 22
            entry.sign(self, x + 11, y)
            below = self.paragraph(
                x + sign, y + 5, entry.meaning, self.width - EDGE - x - sign, size=SMALL, muted=True, lines=3
            )
            y = below - 5 - SMALL * 1.3
            x += length + gap
        y += 18
        self.reach(y)
        return y


def letter(number: int) -> str:
    """Return a short name for a column that has no room for its own: A, B, ... Z, AA."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 26] * (number // 26 + 1)


def _rising(box: tuple[float, float, float, float]) -> Iterator[tuple[Point, Point]]:
    """Yield strokes that rise from the bottom edge of a box, cut at its sides."""
    left, top, width, height = box
    start = _STRIPE / 2 - height
    while start < width:
        near, far = max(start, 0.0), min(start + height, width)
        yield (left + near, top + height - (near - start)), (left + far, top + height - (far - start))
        start += _STRIPE
