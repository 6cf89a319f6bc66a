"""Pencil and paper: lines, dots, bars and words, as SVG text that mirrors where a language does."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from exchange.reports.escape import escape
from exchange.reports.look import FONT, LIGHT, Palette
from exchange.reports.pictures.measure import shorten
from exchange.words import direction, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from exchange.reports.tables import Words

WIDE: Final = 720
NARROW: Final = 328
"""Widths of the two drawings of a picture, in pixels; the narrow one is for phones."""

BODY: Final = 14
SMALL: Final = 13
"""Sizes of letters: the smallest is still 11 pixels high where a drawing is shown at its smallest."""

EDGE: Final = 8
"""Room that stays free on both sides, so that rings and letters are never cut."""

_FLIPPED: Final = {"start": "end", "end": "start", "middle": "middle"}
_ISOLATED: Final = "\u2067{}\u2069"

Point = tuple[float, float]


class Pencil:
    """A sheet of a given width that grows downwards.

    All x run from the side where reading starts: in a right-to-left language everything is mirrored, words
    excepted. `unmirrored` switches that off, for maps.

    Parameters
    ----------
    width
        Pixels.
    language
        BCP 47 tag; chooses words and direction.
    palette
        Colours.
    """

    def __init__(self, width: int = WIDE, language: str = "en", palette: Palette = LIGHT) -> None:
        self.width = width
        self.height = 0.0
        self.language = language
        self.palette = palette
        self.rtl = direction(language) == "rtl"
        self._mirrors = self.rtl
        self._parts: list[str] = []

    @property
    def narrow(self) -> bool:
        """Whether this is the drawing for phones."""
        return self.width < WIDE

    def say(self, words: object) -> str:
        """Return any value as people of the language write it."""
        return say(words, self.language)

    def svg(self, label: str, font: str = FONT, *, hidden: bool = False) -> str:
        """Return the sheet as one SVG element that screen readers take as an image with a name.

        `hidden` leaves it to the style sheet of the page to show it.
        """
        style = "display:none;" * hidden + "direction:ltr;forced-color-adjust:none"
        height = round(self.height)
        kind = "lx-narrow" if self.narrow else "lx-wide"
        # The root is left-to-right in every language, else a right-to-left page would move all anchors.
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" viewBox="0 0 {self.width} {height}" '
            f'width="{self.width}" height="{height}" role="img" lang="{escape(self.language)}" '
            f'aria-label="{escape(label)}" font-family="{escape(font)}" '
            f'style="{style}">'
            f'<rect width="{self.width}" height="{height}" fill="{self.palette.paper}"/>'
            f"{''.join(self._parts)}</svg>"
        )

    def reach(self, y: float) -> None:
        """Make the sheet long enough for `y`."""
        self.height = max(self.height, y)

    @contextmanager
    def unmirrored(self) -> Iterator[None]:
        """Draw without mirroring: maps are never mirrored."""
        self._mirrors, before = False, self._mirrors
        yield
        self._mirrors = before

    @contextmanager
    def mark(self, tip: Words, identifier: object = None) -> Iterator[None]:
        """Group what belongs to one thing: it has a tip, and an id if it can be chosen in a live picture."""
        chosen = "" if identifier is None else f' data-id="{escape(str(identifier))}"'
        self._parts.append(f"<g{chosen}><title>{escape(self.say(tip))}</title>")
        yield
        self._parts.append("</g>")

    @contextmanager
    def window(self, box: tuple[float, float, float, float]) -> Iterator[None]:
        """Cut off what is drawn outside of left, top, width, height."""
        left, top, width, height = (_short(side) for side in box)
        self._parts.append(
            f'<svg x="{left}" y="{top}" width="{width}" height="{height}" viewBox="{left} {top} {width} {height}">'
        )
        yield
        self._parts.append("</svg>")

    def words(
        self,
        x: float,
        y: float,
        words: object,
        *,
        size: float = BODY,
        colour: str | None = None,
        muted: bool = False,
        anchor: str = "start",
        bold: bool = False,
        halo: bool = False,
        room: float | None = None,
    ) -> None:
        """Write one line; `anchor` is ``start``, ``middle`` or ``end``, `room` the width that it may take."""
        said = self.say(words)
        if room is not None:
            said = shorten(said, room, size, bold=bold)
        anchor = _FLIPPED[anchor] if self._mirrors else anchor
        safe = escape(said)
        paper = self.palette.paper
        self._add(
            "text",
            _ISOLATED.format(safe) if self.rtl else safe,
            x=self._x(x),
            y=y,
            font_size=size,
            fill=colour or (self.palette.muted if muted else self.palette.ink),
            text_anchor=None if anchor == "start" else anchor,
            font_weight=600 if bold else None,
            **(
                {"stroke": paper, "stroke_width": 4, "stroke_linejoin": "round", "paint_order": "stroke"}
                if halo
                else {}
            ),
        )

    def line(self, start: Point, end: Point, colour: str | None = None, thick: float = 1, dash: str = "") -> None:
        """Draw a straight line."""
        self._add(
            "line",
            x1=self._x(start[0]),
            y1=start[1],
            x2=self._x(end[0]),
            y2=end[1],
            stroke=colour or self.palette.line,
            stroke_width=thick,
            stroke_dasharray=dash or None,
        )

    def dot(self, x: float, y: float, radius: float = 6, colour: str | None = None, *, solid: bool = True) -> None:
        """Draw a filled circle or a ring."""
        colour = colour or self.palette.accent
        self._add(
            "circle",
            cx=self._x(x),
            cy=y,
            r=radius,
            fill=colour if solid else self.palette.paper,
            stroke=colour,
            stroke_width=2,
        )

    def ring(self, x: float, y: float, radius: float, colour: str | None = None) -> None:
        """Draw a circle around something that stays visible."""
        self._add(
            "circle", cx=self._x(x), cy=y, r=radius, fill="none", stroke=colour or self.palette.ink, stroke_width=2
        )

    def turned(self, x: float, y: float, words: object) -> None:
        """Write a small line upwards (downwards where mirrored), its middle at the point."""
        safe = escape(self.say(words))
        place = f"{_short(self._x(x))} {_short(y)}"
        turn = 90 if self._mirrors else -90
        self._add(
            "text",
            _ISOLATED.format(safe) if self.rtl else safe,
            font_size=SMALL,
            fill=self.palette.muted,
            text_anchor="middle",
            transform=f"translate({place}) rotate({turn})",
        )

    def bar(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "none",
        *,
        edge: str | None = None,
        dash: str = "",
        thick: float | None = None,
        opacity: float | None = None,
        round_: float = 0,
    ) -> None:
        """Draw a rectangle; `x` and `y` are the corner where reading starts."""
        self._add(
            "rect",
            x=self._x(x) - (width if self._mirrors else 0),
            y=y,
            width=width,
            height=height,
            fill=fill,
            fill_opacity=opacity,
            stroke=edge,
            stroke_width=thick,
            stroke_dasharray=dash or None,
            rx=round_ or None,
        )

    def polygon(
        self,
        points: Sequence[Point],
        fill: str = "none",
        *,
        edge: str | None = None,
        opacity: float | None = None,
        dash: str = "",
        thick: float | None = None,
    ) -> None:
        """Draw a closed shape."""
        corners = " ".join(f"{_short(self._x(x))},{_short(y)}" for x, y in points)
        self._add(
            "polygon",
            points=corners,
            fill=fill,
            fill_opacity=opacity,
            stroke=edge,
            stroke_width=thick if edge else None,
            stroke_dasharray=dash or None,
        )

    def curve(
        self,
        points: Sequence[Point],
        colour: str | None = None,
        thick: float = 2,
        opacity: float | None = None,
        dash: str = "",
    ) -> None:
        """Draw a curve through its first and last point, drawn towards those between (one or two)."""
        start, *bends = [f"{_short(self._x(x))} {_short(y)}" for x, y in points]
        kind = "Q" if len(bends) == 2 else "C"
        self._add(
            "path",
            d=f"M{start}{kind}{' '.join(bends)}",
            fill="none",
            stroke=colour or self.palette.accent,
            stroke_width=round(thick, 2),
            stroke_opacity=opacity,
            stroke_dasharray=dash or None,
        )

    def strokes(self, lines: Iterable[tuple[Point, Point]], colour: str) -> None:
        """Draw many thin straight lines at once."""
        path = "".join(
            f"M{_short(self._x(x1))} {_short(y1)}L{_short(self._x(x2))} {_short(y2)}" for (x1, y1), (x2, y2) in lines
        )
        self._add("path", d=path, stroke=colour, fill="none")

    def outline(self, path: str, fill: str, edge: str, thick: float = 0.5) -> None:
        """Draw a ready-made path, such as a coast."""
        self._add("path", d=path, fill=fill, fill_opacity=0.6, stroke=edge, stroke_width=thick, stroke_linejoin="round")

    def _x(self, x: float) -> float:
        return self.width - x if self._mirrors else x

    def _add(self, tag: str, body: str = "", **attributes: object) -> None:
        written = "".join(
            f' {name.replace("_", "-")}="{_short(value)}"' for name, value in attributes.items() if value is not None
        )
        self._parts.append(f"<{tag}{written}>{body}</{tag}>" if body else f"<{tag}{written}/>")


def _short(value: object) -> object:
    """Return numbers with one decimal at most: pictures are compared and sent as text."""
    if isinstance(value, float):
        return f"{round(value, 1) + 0.0:g}" if abs(value) >= 1 else f"{round(value, 2) + 0.0:g}"
    return value
