"""How knowledge flows in a network: cities by region on a ring, links as wide as the lessons taken up."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import Findings
from exchange.reports.pictures.drawing import BODY, EDGE, SMALL, Canvas, Key, Point
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.records import records
from exchange.reports.tables import Numbers
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from exchange.reports.tables import Words

_PITCH: Final = 17.0
"""Height of a line of names: they stand level, one a line, so that none covers another."""

_WIDEST_PITCH: Final = 30.0
_LEAST_HEIGHT: Final = 300.0
_MOST_NAMED: Final = 2
_MOST_LINKS: Final = 160
_MOST_LINKS_NARROW: Final = 40
_TIP: Final = 9.0


@dataclass(frozen=True)
class City:
    """A city of the network.

    Parameters
    ----------
    name
        Its name; names are unique in a picture.
    region
        Its region, in words.
    """

    name: Words
    region: Words = ""


@dataclass(frozen=True)
class Flow:
    """Lessons on their way from one city to another.

    Parameters
    ----------
    source
        The city that taught; the column may also be called ``from``.
    target
        The city that learnt; the column may also be called ``to``.
    adopted
        How many lessons the second took up; 0 for an exchange from which nothing was taken up yet.
    """

    source: Words = field(metadata={"also": "from"})
    target: Words = field(metadata={"also": "to"})
    adopted: int = 0


@dataclass(frozen=True)
class _Slot:
    """A place on the ring: a city, or the name of the region that follows."""

    name: Words
    is_city: bool


def network(cities: Any, links: Any, *, language: str = "en") -> Picture:
    """Return the cities by region on a ring, and who learnt from whom. Readable to some 60 cities.

    The title names the cities from which most lessons were taken up, and counts the cities without any link.

    Parameters
    ----------
    cities
        Rows with the columns of `City`.
    links
        Rows with the columns of `Flow`.
    language
        BCP 47 tag used where none is named.

    Raises
    ------
    InputError
        For a link to a city that is not among the cities.
    """
    places = records(cities, City)
    flows = records(links, Flow)
    _check_known(places, flows)
    title = _title(places, flows)
    alt = text(
        "{title}. {cities} cities in {regions} regions, {links} links, {adopted} lessons taken up.",
        title=title,
        cities=len(places),
        regions=len({place.region for place in places}),
        links=len(flows),
        adopted=sum(flow.adopted for flow in flows),
    )
    return Picture(title, alt, _table(places, flows), lambda canvas: _draw(canvas, places, flows), language)


def _check_known(cities: Sequence[City], flows: Sequence[Flow]) -> None:
    known = {city.name for city in cities}
    findings = Findings()
    for number, flow in enumerate(flows, start=1):
        for name in (flow.source, flow.target):
            if name not in known:
                findings.add(f"link {number}", f"{str(name)!r} is not among the cities", "Add it to the cities.")
    findings.raise_if_any()


def _title(cities: Sequence[City], flows: Sequence[Flow]) -> Text:
    taught = _adopted(flows, "source")
    linked = {name for flow in flows for name in (flow.source, flow.target)}
    alone = sum(city.name not in linked for city in cities)
    if not taught:
        finding = text("No lesson has been taken up from another city yet")
    else:
        most = max(taught.values())
        first = [name for name, adopted in taught.items() if adopted == most]
        finding = (
            text("Most is learnt from {names}", names=first)
            if len(first) <= _MOST_NAMED
            else text("{n} cities share first place as teachers", n=len(first))
        )
    if not alone:
        return finding
    return text(
        "{finding}; {alone}",
        finding=finding,
        alone=count("{n} city has no link yet", "{n} cities have no link yet", alone),
    )


def _adopted(flows: Iterable[Flow], side: str) -> Counter[Words]:
    found: Counter[Words] = Counter()
    for flow in flows:
        if flow.adopted:
            found[getattr(flow, side)] += flow.adopted
    return found


def _table(cities: Sequence[City], flows: Sequence[Flow]) -> Numbers:
    taught, learnt = _adopted(flows, "source"), _adopted(flows, "target")
    order = sorted(cities, key=lambda city: -taught[city.name])
    return Numbers(
        (
            text("City"),
            text("Region"),
            text("Lessons that others took up"),
            text("Lessons taken up"),
            text("Learnt from"),
        ),
        tuple(
            (
                city.name,
                city.region,
                taught[city.name],
                learnt[city.name],
                [flow.source for flow in flows if flow.target == city.name],
            )
            for city in order
        ),
    )


@dataclass(frozen=True)
class _Ring:
    """An ellipse whose places lie one line of names apart."""

    centre: Point
    across: float
    up: float
    pitch: float

    def side(self, slots: int, outward: int) -> list[Point]:
        """Return the places of the first side (1) or the second (-1), from top to bottom."""
        heights = (self.pitch * (number + 0.5 - slots / 2) for number in range(slots))
        return [
            (self.centre[0] + outward * self.across * math.sqrt(max(1 - (y / self.up) ** 2, 0.0)), self.centre[1] + y)
            for y in heights
        ]


def _draw(canvas: Canvas, cities: Sequence[City], flows: Sequence[Flow]) -> None:
    sides = _sides(canvas, cities)
    ring = _ring(canvas, max(map(len, sides)))
    placed = [
        (slot, point, outward)
        for slots, outward in zip(sides, (1, -1), strict=True)
        for slot, point in zip(slots, ring.side(len(slots), outward), strict=True)
    ]
    at = {slot.name: point for slot, point, _ in placed if slot.is_city}
    widest = sorted(flows, key=lambda flow: -flow.adopted)[: _MOST_LINKS_NARROW if canvas.narrow else _MOST_LINKS]
    for flow in reversed(widest):
        _draw_flow(canvas, flow, (at[flow.source], at[flow.target]), ring.centre, widest[0].adopted)
    taught, learnt = _adopted(flows, "source"), _adopted(flows, "target")
    for slot, point, outward in placed:
        _draw_slot(
            canvas,
            slot,
            point,
            outward,
            text(
                "{name}: others took up {taught} lessons, it took up {learnt}",
                name=slot.name,
                taught=taught[slot.name],
                learnt=learnt[slot.name],
            ),
        )
    y = canvas.key(ring.centre[1] + ring.up + 20, _KEY if any(not flow.adopted for flow in widest) else _KEY[:1])
    if len(widest) < len(flows):
        canvas.reach(
            canvas.paragraph(
                EDGE,
                y + 6,
                text(
                    "Drawn are the {n} widest of {total} links; every city's are in the numbers.",
                    n=len(widest),
                    total=len(flows),
                ),
                canvas.width - 2 * EDGE,
                size=SMALL,
                muted=True,
                lines=3,
            )
        )


def _ring(canvas: Canvas, slots: int) -> _Ring:
    """Return a ring on which the longer side has room; with few cities its lines stand farther apart."""
    pitch = min(max(_LEAST_HEIGHT / (slots or 1), _PITCH), _WIDEST_PITCH)
    up = slots * pitch / 2 + 6
    return _Ring((canvas.width / 2, up + 8), min(up, canvas.width * (0.16 if canvas.narrow else 0.27)), up, pitch)


def _sides(canvas: Canvas, cities: Sequence[City]) -> tuple[list[_Slot], list[_Slot]]:
    """Return what stands on the first and the second side, each region under its name, both about as long."""
    regions = sorted({city.region for city in cities}, key=canvas.say)
    slots = []
    for region in regions:
        own = [_Slot(city.name, is_city=True) for city in cities if city.region == region]
        slots.append([_Slot(region, is_city=False), *sorted(own, key=lambda slot: canvas.say(slot.name))])
    half = sum(map(len, slots)) / 2
    first: list[_Slot] = []
    second: list[_Slot] = []
    for group in slots:
        (first if not second and len(first) + len(group) / 2 <= half else second).extend(group)
    return first, second


def _draw_slot(canvas: Canvas, slot: _Slot, point: Point, outward: int, tip: Text) -> None:
    x, y = point
    anchor = "start" if outward > 0 else "end"
    edge = canvas.width - EDGE if outward > 0 else EDGE
    if not slot.is_city:
        inward = 24 if canvas.narrow else -6
        canvas.words(
            x - inward * outward,
            y + 4.5,
            slot.name,
            size=SMALL,
            bold=True,
            anchor=anchor,
            halo=True,
            muted=True,
            room=abs(edge - x) + inward,
        )
        return
    with canvas.mark(tip, slot.name):
        canvas.dot(x, y, 4.5)
        canvas.words(
            x + 12 * outward,
            y + 4.5,
            slot.name,
            size=SMALL if canvas.narrow else BODY - 0.5,
            anchor=anchor,
            room=abs(edge - x) - 12,
        )


def _draw_flow(canvas: Canvas, flow: Flow, ends: tuple[Point, Point], centre: Point, most: int) -> None:
    start, end = ends
    bend = (
        centre[0] + ((start[0] + end[0]) / 2 - centre[0]) * 0.3,
        centre[1] + ((start[1] + end[1]) / 2 - centre[1]) * 0.6,
    )
    length = math.dist(bend, end) or 1.0
    ahead = ((end[0] - bend[0]) / length, (end[1] - bend[1]) / length)
    neck = (end[0] - ahead[0] * (_TIP + 5), end[1] - ahead[1] * (_TIP + 5))
    thick = 1.0 + 3.6 * flow.adopted / (most or 1) if flow.adopted else 1.0
    colour = canvas.palette.accent if flow.adopted else canvas.palette.control
    with canvas.mark(
        text(
            "{learner} learns from {teacher}, lessons taken up: {n}",
            learner=flow.target,
            teacher=flow.source,
            n=flow.adopted,
        )
    ):
        canvas.curve([start, bend, neck], colour, thick, opacity=0.5, dash="" if flow.adopted else "3 4")
        _draw_tip(canvas, neck, ahead, thick, colour)


def _draw_tip(canvas: Canvas, neck: Point, ahead: Point, thick: float, colour: str) -> None:
    half = 2.5 + thick / 2
    canvas.polygon(
        [
            (neck[0] - ahead[1] * half, neck[1] + ahead[0] * half),
            (neck[0] + ahead[0] * _TIP, neck[1] + ahead[1] * _TIP),
            (neck[0] + ahead[1] * half, neck[1] - ahead[0] * half),
        ],
        colour,
    )


def _sign(canvas: Canvas, x: float, y: float) -> None:
    canvas.line((x - 11, y), (x + 4, y), canvas.palette.accent, 3)
    _draw_tip(canvas, (x + 2, y), (1.0, 0.0), 3, canvas.palette.accent)


_KEY: Final = (
    Key(_sign, text("lessons taken up: the more, the wider; the tip is at the city that learns")),
    Key(lambda c, x, y: c.line((x - 11, y), (x + 11, y), c.palette.control, 1, "3 4"), text("nothing taken up yet")),
)
