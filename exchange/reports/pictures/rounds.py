"""A round of matching: who learns from whom, and which cities nobody could be found for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.numbers import fixed
from exchange.reports.pictures.drawing import EDGE, SMALL, Canvas, Key, letter
from exchange.reports.pictures.measure import wrap
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.records import records
from exchange.reports.tables import Numbers
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.tables import Words

_MOST_CITIES: Final = 40
_MOST_NAMED: Final = 4
_PITCH: Final = 24.0
_NARROWEST_HEAD: Final = 74.0
_OTHER: Final = text("other")
_SHADES: Final = (0.12, 0.25, 0.45, 1.0)


@dataclass(frozen=True)
class Pair:
    """A learner and its host.

    Parameters
    ----------
    learner, host
        Names of the two cities.
    score
        How well they fit, 0 to 100.
    learner_region, host_region
        Their regions, for rounds of many cities.
    """

    learner: Words
    host: Words
    score: float | None = None
    learner_region: Words = ""
    host_region: Words = ""


@dataclass(frozen=True)
class Uncovered:
    """A city without a host.

    Parameters
    ----------
    name
        The city.
    why
        Why nobody could be found.
    """

    name: Words
    why: Words = ""


def round_links(pairs: Any, uncovered: Any = (), *, language: str = "en") -> Picture:
    """Return who learns from whom: two columns with links, or regions by regions above 40 cities.

    The title says how many learners have a host and names the cities without one (up to four, else how many).

    Parameters
    ----------
    pairs
        Rows with the columns of `Pair`.
    uncovered
        Rows with the columns of `Uncovered`.
    language
        BCP 47 tag used where none is named.
    """
    links = records(pairs, Pair)
    alone = records(uncovered, Uncovered)
    title = _title(links, alone)
    cities = {name for link in links for name in (link.learner, link.host)}
    many = len(cities) > _MOST_CITIES and any(link.learner_region or link.host_region for link in links)
    return Picture(
        title,
        _alt(title, links, many=many),
        _table(links, alone),
        lambda canvas: (_draw_matrix if many else _draw_columns)(canvas, links, alone),
        language,
    )


def _title(links: Sequence[Pair], alone: Sequence[Uncovered]) -> Text:
    covered = len({link.learner for link in links})
    if not links and not alone:
        return text("This round has no pairs yet")
    if not alone:
        return count("The one learner has a host", "All {n} learners have a host", covered)
    known = {"covered": covered, "total": covered + len(alone)}
    if len(alone) <= _MOST_NAMED:
        return text(
            "{covered} of {total} learners have a host; nobody was found for {names}",
            names=[city.name for city in alone],
            **known,
        )
    return text(
        "{covered} of {total} learners have a host; nobody was found for {missing} of them", missing=len(alone), **known
    )


def _alt(title: Text, links: Sequence[Pair], *, many: bool) -> Text:
    if many:
        hosts = len({link.host for link in links})
        return text(
            "{title}. {pairs} pairs with {hosts} hosts, counted by region.", title=title, pairs=len(links), hosts=hosts
        )
    said = [text("{learner} from {host}", learner=link.learner, host=link.host) for link in links]
    return text("{title}. Who learns from whom: {pairs}.", title=title, pairs=said)


def _table(links: Sequence[Pair], alone: Sequence[Uncovered]) -> Numbers:
    rows = [(link.learner, link.host, None if link.score is None else fixed(link.score), None) for link in links]
    rows_alone = [(city.name, text("nobody"), None, city.why or None) for city in alone]
    return Numbers((text("Learner"), text("Host"), text("Score of 100"), text("Why not")), (*rows, *rows_alone))


def _draw_columns(canvas: Canvas, links: Sequence[Pair], alone: Sequence[Uncovered]) -> None:
    learners = list(dict.fromkeys([link.learner for link in links] + [city.name for city in alone]))
    hosts = _in_order(links, learners)
    room = canvas.width * (0.3 if canvas.narrow else 0.26)
    left, right, top = EDGE + room + 14, canvas.width - EDGE - room - 14, 44.0
    rows = max(len(learners), len(hosts), 1)
    learner_at = _spread(learners, top, rows)
    host_at = _spread(hosts, top, rows)
    canvas.words(left - 14, 20, canvas.head(text("learners")), size=SMALL, anchor="end", bold=True, muted=True)
    canvas.words(right + 14, 20, canvas.head(text("hosts")), size=SMALL, bold=True, muted=True)
    for link in links:
        with canvas.mark(text("{learner} learns from {host}", learner=link.learner, host=link.host)):
            _draw_link(canvas, (left, learner_at[link.learner]), (right, host_at[link.host]))
    missing = {city.name for city in alone}
    for name, y in learner_at.items():
        _draw_learner(canvas, name, (left, y), room, missing=name in missing)
    taught = Counter(link.host for link in links)
    for name, y in host_at.items():
        with canvas.mark(text("{name} hosts {n}", name=name, n=taught[name]), name):
            canvas.dot(right, y, 7, solid=False)
            canvas.words(right + 14, y + 5, name, room=room)
    bottom = canvas.key(top + rows * _PITCH + 20, _key(alone))
    _draw_uncovered(canvas, alone, bottom)


def _in_order(links: Sequence[Pair], learners: Sequence[Words]) -> list[Words]:
    """Return the hosts by the middle of their learners, so that links cross little; ties as they come."""
    place = {name: number for number, name in enumerate(learners)}
    own: dict[Words, list[int]] = {}
    for link in links:
        own.setdefault(link.host, []).append(place[link.learner])
    return sorted(own, key=lambda host: sum(own[host]) / len(own[host]))


def _spread(names: Sequence[Words], top: float, rows: int) -> dict[Words, float]:
    pitch = rows * _PITCH / (len(names) or 1)
    return {name: top + pitch * (number + 0.5) for number, name in enumerate(names)}


def _draw_link(canvas: Canvas, start: tuple[float, float], end: tuple[float, float]) -> None:
    third = (end[0] - start[0]) / 2.4
    canvas.curve([start, (start[0] + third, start[1]), (end[0] - third, end[1]), end], thick=1.8, opacity=0.7)


def _draw_learner(canvas: Canvas, name: Words, at: tuple[float, float], room: float, *, missing: bool) -> None:
    x, y = at
    with canvas.mark(text("{name}: nobody was found", name=name) if missing else name, name):
        if missing:
            canvas.bar(x - 6, y - 6, 12, 12, canvas.palette.paper, edge=canvas.palette.control, dash="3 3")
        else:
            canvas.dot(x, y, 6)
        canvas.words(x - 14, y + 5, name, anchor="end", room=room, muted=missing)


def _key(alone: Sequence[Uncovered]) -> list[Key]:
    shown = [
        Key(lambda c, x, y: c.dot(x, y, 6), text("learner")),
        Key(lambda c, x, y: c.dot(x, y, 7, solid=False), text("host")),
    ]
    if alone:
        shown.append(
            Key(lambda c, x, y: c.bar(x - 6, y - 6, 12, 12, edge=c.palette.control, dash="3 3"), text("no host found"))
        )
    return shown


def _draw_uncovered(canvas: Canvas, alone: Sequence[Uncovered], y: float) -> None:
    """Name every city without a host, once a reason."""
    if not alone:
        return
    canvas.words(EDGE, y + 16, text("Nobody was found for"), bold=True)
    y += 38
    for why in dict.fromkeys(city.why for city in alone):
        names = [city.name for city in alone if city.why == why]
        said = text("{names}: {why}", names=names, why=why) if why else text("{names}", names=names)
        y = canvas.paragraph(EDGE, y, said, canvas.width - 2 * EDGE, size=SMALL, lines=len(alone) + 4) + 4
    canvas.reach(y)


@dataclass(frozen=True)
class _Matrix:
    regions: list[Words]
    room: float
    left: float
    top: float
    cell: float
    height: float = 36.0

    @property
    def letters(self) -> bool:
        return self.cell < _NARROWEST_HEAD

    def box(self, row: int, column: int) -> tuple[float, float, float, float]:
        return (self.left + self.cell * column + 1, self.top + self.height * row + 1, self.cell - 2, self.height - 2)


def _draw_matrix(canvas: Canvas, links: Sequence[Pair], alone: Sequence[Uncovered]) -> None:
    found = Counter((link.learner_region or _OTHER, link.host_region or _OTHER) for link in links)
    matrix = _matrix(canvas, sorted({region for pair in found for region in pair}, key=canvas.say))
    for place, region in enumerate(matrix.regions):
        _draw_region(canvas, matrix, place, region)
    for row, learner in enumerate(matrix.regions):
        for column, host in enumerate(matrix.regions):
            n = found[learner, host]
            with canvas.mark(text("{learner} from {host}: {n}", learner=learner, host=host, n=n)):
                _draw_cell(canvas, matrix.box(row, column), n, max(found.values()))
    y = canvas.paragraph(
        EDGE,
        matrix.top + matrix.height * len(matrix.regions) + 22,
        text(
            "Each cell counts pairs: the learner's region at the side, the host's region on top. Every pair by "
            "name is in the numbers."
        ),
        canvas.width - 2 * EDGE,
        size=SMALL,
        muted=True,
        lines=4,
    )
    canvas.reach(y)
    _draw_uncovered(canvas, alone, y)


def _matrix(canvas: Canvas, regions: list[Words]) -> _Matrix:
    room = canvas.width * (0.3 if canvas.narrow else 0.26)
    left = EDGE + room + 12
    return _Matrix(regions, room, left, 76.0, min((canvas.width - EDGE - left) / (len(regions) or 1), 96.0))


def _draw_region(canvas: Canvas, matrix: _Matrix, place: int, region: Words) -> None:
    """Write a region at the side and on top, where it may have to be a letter."""
    if not place:
        canvas.words(matrix.left, 16, canvas.head(text("hosts in")), size=SMALL, bold=True, muted=True)
        canvas.words(
            matrix.left - 12,
            matrix.top - 12,
            canvas.head(text("learners in")),
            size=SMALL,
            bold=True,
            muted=True,
            anchor="end",
        )
    x, y = matrix.left + matrix.cell * (place + 0.5), matrix.top + matrix.height * (place + 0.5)
    named = text("{letter} {region}", letter=letter(place), region=region) if matrix.letters else region
    lines = wrap(canvas.say(named), matrix.room, SMALL)
    for number, line in enumerate(lines):
        canvas.words(matrix.left - 12, y + 5 + 16 * (number - (len(lines) - 1) / 2), line, size=SMALL, anchor="end")
    if matrix.letters:
        canvas.words(x, matrix.top - 12, letter(place), size=SMALL, anchor="middle", muted=True)
    else:
        canvas.paragraph(x, 38, region, matrix.cell - 6, size=SMALL, anchor="middle", muted=True)


def _draw_cell(canvas: Canvas, box: tuple[float, float, float, float], n: int, most: int) -> None:
    x, y, width, height = box
    canvas.bar(x, y, width, height, canvas.palette.surface)
    if n:
        opacity = _SHADES[min(int(4 * n / (most + 1)), 3)]
        canvas.bar(x, y, width, height, canvas.palette.accent, opacity=opacity)
        canvas.words(
            x + width / 2,
            y + height / 2 + 5,
            n,
            anchor="middle",
            colour=canvas.palette.on_accent if opacity == 1 else None,
        )
