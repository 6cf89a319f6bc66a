"""Who is near, who is like us: our city, its peers, and the exchanges agreed between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.pictures.drawing import EDGE, SMALL, WIDE, Canvas, Key
from exchange.reports.pictures.geography import Place, Point, Projection, Ring, distance, land, middle
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.place import Room
from exchange.reports.pictures.records import records
from exchange.reports.tables import Numbers
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from exchange.reports.tables import Words

_REGION_KM: Final = 3500.0
"""All cities within this distance of their middle: the map shows their region, not the world."""

_WORLD: Final = 11.0
"""Central meridian of the world map: with it the map is cut in the Bering Strait and not through Chukotka."""

_FARTHEST_NORTH, _FARTHEST_SOUTH = 84.0, -57.0
_LEAST_REGION: Final = 0.10
"""Least half-width of a region in radii of the earth, some 640 km: a coast helps to recognise it."""

_BADGE: Final = 9.0
_LONGEST: Final = 220.0


@dataclass(frozen=True)
class Spot:
    """A city on the map.

    Parameters
    ----------
    name
        Its name.
    lon, lat
        Degrees.
    score
        How good a peer it is, 0 to 100.
    id
        What a click reports; the name where empty.
    """

    name: Words
    lon: float
    lat: float
    score: float = 0.0
    id: str = ""

    @property
    def place(self) -> Place:
        """Longitude and latitude."""
        return self.lon, self.lat

    @property
    def identifier(self) -> object:
        """What a click reports."""
        return self.id or self.name


@dataclass(frozen=True)
class _Chart:
    """Where places lie on the sheet."""

    projection: Projection
    centre: Point
    scale: float
    box: tuple[float, float, float, float]

    def at(self, place: Place) -> Point:
        x, y = self.projection(place)
        left, top, width, height = self.box
        return (
            left + width / 2 + (x - self.centre[0]) * self.scale,
            top + height / 2 - (y - self.centre[1]) * self.scale,
        )

    def city(self, spot: Spot) -> Point:
        return self.at((self.projection.near(spot.lon), spot.lat))


def peers_map(
    home: Any, peers: Any, agreed: Collection[str] = (), *, outlines: Sequence[Ring] | None = None, language: str = "en"
) -> Picture:
    """Return a map of a city and its peers: the region where all are near, else the world.

    The title names the peer with the highest score and the nearest one.

    Parameters
    ----------
    home
        One row with the columns of `Spot`; its score is not used.
    peers
        Rows with the columns of `Spot`.
    agreed
        Names or ids of the peers with whom an exchange is agreed.
    outlines
        Coasts; those that we ship by default.
    language
        BCP 47 tag used where none is named.
    """
    ours = records([home], Spot)[0]
    spots = sorted(records(peers, Spot), key=lambda spot: -spot.score)
    partners = {spot for spot in spots if spot.identifier in agreed or spot.name in agreed}
    coasts = land() if outlines is None else tuple(outlines)
    title = _title(ours, spots)
    scores = [text("{name} {score}", name=spot.name, score=round(spot.score)) for spot in spots]
    alt = text(
        "{title}. Map with {home} and its peers, by score of 100: {scores}.", title=title, home=ours.name, scores=scores
    )
    return Picture(
        title, alt, _table(ours, spots, partners), lambda canvas: _draw(canvas, ours, spots, partners, coasts), language
    )


def _title(home: Spot, spots: Sequence[Spot]) -> Text:
    if not spots:
        return text("{home} has no peer yet", home=home.name)
    best = spots[0]
    nearest = min(spots, key=lambda spot: distance(home.place, spot.place))
    if len(spots) == 1:
        return text("{best} fits {home}", best=best.name, home=home.name)
    if best is nearest:
        return text("{best} fits {home} best and is the nearest", best=best.name, home=home.name)
    return text(
        "{best} fits {home} best; {nearest} is the nearest", best=best.name, home=home.name, nearest=nearest.name
    )


def _table(home: Spot, spots: Sequence[Spot], partners: Collection[Spot]) -> Numbers:
    return Numbers(
        (text("City"), text("Score of 100"), text("Distance, km"), text("Exchange agreed")),
        tuple(
            (spot.name, round(spot.score), round(distance(home.place, spot.place)), spot in partners) for spot in spots
        ),
    )


def _draw(
    canvas: Canvas, home: Spot, spots: Sequence[Spot], partners: Collection[Spot], coasts: Sequence[Ring]
) -> None:
    chart = _chart(canvas, [home, *spots])
    with canvas.unmirrored():
        with canvas.window(chart.box):
            _draw_land(canvas, chart, coasts)
            for spot in spots:
                if spot in partners:
                    _draw_agreed(canvas, chart.city(home), chart.city(spot))
        room = Room(_corners(chart.box))
        draw = _draw_badges if canvas.narrow else _draw_names
        unnamed = draw(canvas, chart, home, spots, room)
    left, top, width, height = chart.box
    canvas.bar(left, top, width, height, edge=canvas.palette.line)
    y = top + height + 18
    if canvas.narrow:
        y = _list(canvas, spots, y)
    if unnamed:
        said = text("Without room for their names: {cities}", cities=[spot.name for spot in unnamed])
        y = canvas.paragraph(EDGE, y, said, canvas.width - 2 * EDGE, size=SMALL, muted=True, lines=9) + 6
    canvas.key(y, _key(partners, narrow=canvas.narrow))


def _chart(canvas: Canvas, spots: Sequence[Spot]) -> _Chart:
    width = canvas.width - 2.0
    centre = middle([spot.place for spot in spots])
    if all(distance(centre, spot.place) < _REGION_KM for spot in spots):
        return _region(spots, centre, (1.0, 1.0, width, width * (0.9 if canvas.narrow else 0.6)))
    projection = Projection(_WORLD)
    north, south = (projection((_WORLD, lat))[1] for lat in (_FARTHEST_NORTH, _FARTHEST_SOUTH))
    scale = width / (2 * projection((_WORLD + 180, 0.0))[0])
    return _Chart(projection, (0.0, (north + south) / 2), scale, (1.0, 1.0, width, (north - south) * scale))


def _region(spots: Sequence[Spot], centre: Place, box: tuple[float, float, float, float]) -> _Chart:
    projection = Projection(centre[0])
    points = [projection((projection.near(spot.lon), spot.lat)) for spot in spots]
    (left, right), (low, high) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    # A third of the sheet stays free around the cities: their names need it.
    half_x, half_y = (max((right - left) / 2 * 1.5, _LEAST_REGION), max((high - low) / 2 * 1.4, _LEAST_REGION * 0.6))
    return _Chart(
        projection, ((left + right) / 2, (low + high) / 2), min(box[2] / (2 * half_x), box[3] / (2 * half_y)), box
    )


def _draw_land(canvas: Canvas, chart: _Chart, coasts: Sequence[Ring]) -> None:
    paths = (_coast(canvas, chart, ring) for ring in coasts)
    canvas.outline("".join(paths), canvas.palette.line, canvas.palette.control)


def _coast(canvas: Canvas, chart: _Chart, ring: Ring) -> str:
    """Return a ring as a path, or nothing if it lies outside of the window."""
    lon = sum(place[0] for place in ring) / len(ring)
    shift = chart.projection.near(lon) - lon
    points = [chart.at((x + shift, y)) for x, y in ring]
    left, top, right, bottom = _corners(chart.box)
    (west, east), (north, south) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    if east < left or west > right or south < top or north > bottom:
        return ""
    digits = 0 if canvas.width == WIDE else 1
    steps = list(dict.fromkeys(f"{x:.{digits}f} {y:.{digits}f}" for x, y in points))
    return f"M{'L'.join(steps)}Z" if len(steps) > 2 else ""


def _draw_agreed(canvas: Canvas, start: Point, end: Point) -> None:
    bend = ((start[0] + end[0]) / 2, min(start[1], end[1]) - abs(start[0] - end[0]) / 6 - 8)
    canvas.curve([start, bend, end], thick=2)


def _draw_names(canvas: Canvas, chart: _Chart, home: Spot, spots: Sequence[Spot], room: Room) -> list[Spot]:
    """Draw dots with their names; return those whose names found no room."""
    dots = [(home, chart.city(home), 7.0)] + [(spot, chart.city(spot), 4 + spot.score / 14) for spot in spots]
    for _, (x, y), radius in dots:
        room.take((x - radius, y - radius, x + radius, y + radius))
    # The best choose the place of their names first; our own city is drawn last, on top.
    names = [_name_at(canvas, room, spot, at, radius, bold=spot is home) for spot, at, radius in dots]
    (own, *others) = zip(dots, names, strict=True)
    for (spot, at, radius), (name, near) in (*others, own):
        with canvas.mark(_tip(home, spot), spot.identifier):
            if name is not None and not near:
                canvas.line(at, name, canvas.palette.control)
            canvas.dot(*at, radius, solid=spot is home)
            if name is not None:
                canvas.words(
                    name[0], name[1] + 5, spot.name, anchor="middle", bold=spot is home, halo=True, room=_LONGEST
                )
    return [spot for (spot, _, _), (name, _) in zip(dots, names, strict=True) if name is None]


def _name_at(
    canvas: Canvas, room: Room, spot: Spot, at: Point, radius: float, *, bold: bool
) -> tuple[Point | None, bool]:
    """Return where a name stands, and whether that is beside its dot; else a line leads there."""
    size = min(canvas.measure(spot.name, bold=bold), _LONGEST) + 2, 18.0
    beside = room.beside(*at, radius + 1, *size)
    return (beside, True) if beside else (room.near(*at, *size), False)


def _draw_badges(canvas: Canvas, chart: _Chart, home: Spot, spots: Sequence[Spot], room: Room) -> list[Spot]:
    """Draw dots with numbers, which the list below explains: so every name finds room."""
    x, y = chart.city(home)
    room.take((x - 7, y - 7, x + 7, y + 7))
    canvas.dot(x, y, 6)
    for number, spot in enumerate(spots, start=1):
        true = chart.city(spot)
        free = room.near(*true, 2 * _BADGE + 2, 2 * _BADGE + 2) or true
        with canvas.mark(_tip(home, spot), spot.identifier):
            canvas.line(true, free, canvas.palette.accent)
            canvas.dot(*free, _BADGE, solid=False)
            canvas.words(free[0], free[1] + 4.5, number, size=SMALL, anchor="middle")
    return []


def _list(canvas: Canvas, spots: Sequence[Spot], y: float) -> float:
    for number, spot in enumerate(spots, start=1):
        canvas.words(EDGE, y + 6, number, muted=True)
        canvas.words(EDGE + 28, y + 6, spot.name, room=canvas.width - 2 * EDGE - 70)
        canvas.words(canvas.width - EDGE, y + 6, round(spot.score), anchor="end")
        y += 22
    return y + 6


def _tip(home: Spot, spot: Spot) -> Text:
    if spot is home:
        return text("{name}: our city", name=spot.name)
    return text("{name}: {score} of 100", name=spot.name, score=round(spot.score))


def _key(partners: Collection[Spot], *, narrow: bool) -> list[Key]:
    ring = text("peer, by score") if narrow else text("peer, larger with its score")
    shown = [
        Key(lambda c, x, y: c.dot(x, y, 6), text("our city")),
        Key(lambda c, x, y: c.dot(x, y, 7, solid=False), ring),
    ]
    if partners:
        shown.append(
            Key(lambda c, x, y: c.line((x - 11, y), (x + 11, y), c.palette.accent, 2), text("exchange agreed"))
        )
    return shown


def _corners(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, width, height = box
    return left, top, left + width, top + height
