"""What happened when: a lane each for assessments, exchanges and actions, on one line of time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.numbers import day, month, year
from exchange.reports.pictures.drawing import EDGE, SMALL, Canvas, Key
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.records import records
from exchange.reports.pictures.rows import Scale
from exchange.reports.tables import Numbers
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from exchange.reports.tables import Words

_ROW: Final = 26.0
_LONG_SPAN: Final = 900
"""Days above which the axis shows years only."""


@dataclass(frozen=True)
class Lane:
    """A lane: its id, as events name it, and its words."""

    lane: str = field(metadata={"also": "id"})
    name: Words = ""

    @property
    def label(self) -> Words:
        """Its words, or its id where it has none."""
        return self.name or self.lane


@dataclass(frozen=True)
class Event:
    """Something that happened, or is planned.

    Parameters
    ----------
    lane
        The lane's id.
    date
        Its day, or the first of its days.
    label
        What it is.
    end
        The last of its days, where it has several.
    """

    lane: str
    date: dt.date
    label: Words
    end: dt.date | None = None

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.end or self.date

    @property
    def when(self) -> Text:
        """Its day or days."""
        if self.end is None or self.end == self.date:
            return day(self.date)
        return text("{start} to {end}", start=day(self.date), end=day(self.end))


def timeline(lanes: Any, events: Any, *, today: dt.date | None = None, language: str = "en") -> Picture:
    """Return a city's events in lanes.

    The title counts what happened up to today and names the latest of it.

    Parameters
    ----------
    lanes
        Rows with the columns of `Lane`, in the order in which they are shown.
    events
        Rows with the columns of `Event`.
    today
        The day on which somebody looks: later events are hollow. By default all have happened.
    language
        BCP 47 tag used where none is named.
    """
    tracks = records(lanes, Lane)
    found = sorted(records(events, Event), key=lambda event: event.date)
    title = _title(found, today)
    said = [text("{date} {label}", date=event.when, label=event.label) for event in found]
    names = {track.lane: track.label for track in tracks}
    table = Numbers(
        (text("When"), text("What"), text("Lane")),
        tuple((event.when, event.label, names.get(event.lane, event.lane)) for event in found),
    )
    return Picture(
        title,
        text("{title}. Events: {events}.", title=title, events=said),
        table,
        lambda canvas: (_draw_list if canvas.narrow else _draw)(canvas, tracks, found, today),
        language,
    )


def _title(events: Sequence[Event], today: dt.date | None) -> Text:
    past = [event for event in events if today is None or event.date <= today]
    if not past:
        return text("Nothing has happened yet")
    return text(
        "{events} since {start}; the latest: {label}",
        start=month(past[0].date),
        label=past[-1].label,
        events=count("{n} event", "{n} events", len(past)),
    )


def _draw(canvas: Canvas, lanes: Sequence[Lane], events: Sequence[Event], today: dt.date | None) -> None:
    names = min(max((canvas.measure(lane.label, bold=True) for lane in lanes), default=0.0), canvas.width * 0.22)
    left, right = EDGE + names + 20, float(canvas.width - EDGE - 8)
    days = [event.date for event in events] + [event.last for event in events] + ([today] if today else [])
    scale = _time(days, left + 8, right)
    top, y = 34.0, 34.0
    packed = [
        (lane, _packed(canvas, [event for event in events if event.lane == lane.lane], scale, right + 8))
        for lane in lanes
    ]
    bottom = top + sum(len(rows) * _ROW + 10 for _, rows in packed)
    _draw_axis(canvas, scale, days, (top, bottom))
    if today is not None:
        canvas.line((scale(today.toordinal()), top - 8), (scale(today.toordinal()), bottom), canvas.palette.accent, 2)
    for lane, rows in packed:
        canvas.line((EDGE, y), (canvas.width - EDGE, y))
        canvas.words(EDGE, y + 5 + _ROW / 2 + 5, canvas.head(lane.label), bold=True, room=names + 10)
        for number, row in enumerate(rows):
            for event, outward in row:
                _draw_event(canvas, event, scale, y + 5 + _ROW * (number + 0.5), today, outward=outward)
        y += len(rows) * _ROW + 10
    canvas.line((EDGE, y), (canvas.width - EDGE, y))
    canvas.key(y + 20, _key(events, today))


def _time(days: Sequence[dt.date], left: float, right: float) -> Scale:
    first, last = (min(days), max(days)) if days else (dt.date(2000, 1, 1), dt.date(2000, 12, 31))
    return Scale(first.toordinal(), max(last.toordinal(), first.toordinal() + 30), left, right)


def _packed(canvas: Canvas, events: Sequence[Event], scale: Scale, end: float) -> list[list[tuple[Event, bool]]]:
    """Return the events of a lane in the rows that their labels need; each with: is its label after it."""
    rows: list[list[tuple[Event, bool]]] = []
    ends: list[float] = []
    for event in events:
        start, stop = scale(event.date.toordinal()) - 7, scale(event.last.toordinal()) + 7
        length = min(canvas.measure(event.label, SMALL), _longest(scale)) + 8
        outward = stop + length <= end
        span = (start, stop + length) if outward else (start - length, stop)
        row = next((number for number, taken in enumerate(ends) if taken <= span[0]), len(rows))
        if row == len(rows):
            rows.append([])
            ends.append(0.0)
        rows[row].append((event, outward))
        ends[row] = span[1]
    return rows or [[]]


def _longest(scale: Scale) -> float:
    return (scale.right - scale.left) * 0.7


def _draw_axis(canvas: Canvas, scale: Scale, days: Sequence[dt.date], span: tuple[float, float]) -> None:
    top, bottom = span
    free = 0.0
    for tick, label in _ticks(days):
        x = scale(tick.toordinal())
        canvas.line((x, top - 8), (x, bottom))
        length = canvas.measure(label, SMALL)
        if x - length / 2 > free and x + length / 2 < canvas.width:
            canvas.words(x, top - 14, label, size=SMALL, muted=True, anchor="middle")
            free = x + length / 2 + 12


def _ticks(days: Sequence[dt.date]) -> Iterator[tuple[dt.date, Text]]:
    if not days:
        return
    first, last = min(days), max(days)
    if (last - first).days > _LONG_SPAN:
        yield from (
            (dt.date(number, 1, 1), year(dt.date(number, 1, 1))) for number in range(first.year + 1, last.year + 1)
        )
        return
    start = first.year * 12 + first.month - 1
    for number in range(start, last.year * 12 + last.month):
        tick = dt.date(number // 12, number % 12 + 1, 1)
        if tick >= first and (tick.month - 1) % 3 == 0:
            yield tick, month(tick)


def _draw_event(canvas: Canvas, event: Event, scale: Scale, y: float, today: dt.date | None, *, outward: bool) -> None:
    start, stop = scale(event.date.toordinal()), scale(event.last.toordinal())
    with canvas.mark(text("{date}: {label}", date=event.when, label=event.label), event.label):
        if stop > start:
            canvas.line((start, y), (stop, y), canvas.palette.accent, 4)
        canvas.dot(start, y, 6, solid=_happened(event, today))
        canvas.words(
            stop + 12 if outward else start - 12,
            y + 4.5,
            event.label,
            size=SMALL,
            halo=True,
            room=_longest(scale),
            anchor="start" if outward else "end",
        )


def _happened(event: Event, today: dt.date | None) -> bool:
    return today is None or event.date <= today


_HAPPENED: Final = text("happened")
_PLANNED: Final = text("planned")
_LIST_KEY: Final = (_HAPPENED, _PLANNED)


def _key(events: Sequence[Event], today: dt.date | None) -> list[Key]:
    shown = [Key(lambda c, x, y: c.dot(x, y, 6), _HAPPENED)]
    if any(not _happened(event, today) for event in events):
        shown.append(Key(lambda c, x, y: c.dot(x, y, 6, solid=False), _PLANNED))
    if today is not None:
        shown.append(
            Key(
                lambda c, x, y: c.line((x, y - 9), (x, y + 9), c.palette.accent, 2),
                text("today is {date}", date=day(today)),
            )
        )
    return shown


def _draw_list(canvas: Canvas, lanes: Sequence[Lane], events: Sequence[Event], today: dt.date | None) -> None:
    names = {lane.lane: lane.label for lane in lanes}
    ahead = next((event for event in events if not _happened(event, today)), None)
    y = 8.0
    for event in events:
        if event is ahead and today is not None:
            y = _draw_today(canvas, today, y)
        said = text("{date}, {lane}", date=event.when, lane=names.get(event.lane, event.lane))
        with canvas.mark(text("{date}: {label}", date=event.when, label=event.label), event.label):
            y = _draw_entry(canvas, event, said, y, solid=_happened(event, today), last=event is events[-1])
    canvas.key(y + 10, [key for key in _key(events, today) if key.meaning in _LIST_KEY])


def _draw_entry(canvas: Canvas, event: Event, when: Text, y: float, *, solid: bool, last: bool) -> float:
    x, room = EDGE + 8.0, canvas.width - 2 * EDGE - 28.0
    below = max(y + 58, canvas.paragraph(x + 20, y + 32, event.label, room, lines=3) + 8)
    if not last:
        canvas.line((x, y + 12), (x, below + 10), canvas.palette.control, 2)
    canvas.dot(x, y + 10, 6, solid=solid)
    canvas.words(x + 20, y + 14, when, size=SMALL, muted=True, room=room)
    return below


def _draw_today(canvas: Canvas, today: dt.date, y: float) -> float:
    canvas.line((EDGE, y), (EDGE + 24, y), canvas.palette.accent, 2)
    canvas.words(
        EDGE + 28, y + 4.5, text("today, {date}", date=day(today)), size=SMALL, bold=True, colour=canvas.palette.accent
    )
    return y + 18
