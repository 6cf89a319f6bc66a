"""What changed, how sure that is, and whether learning became practice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import Findings
from exchange.reports.numbers import fixed
from exchange.reports.pictures.drawing import Canvas, Key
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.records import records
from exchange.reports.pictures.rows import Row, draw_levels, lay_rows
from exchange.reports.tables import Numbers
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.pictures.rows import Scale
    from exchange.reports.tables import Words

_MOST_NAMED: Final = 3
_DIRECTIONS: Final = {"up": 1, "down": -1, "cannot_tell": 0, "too_few": 0}


@dataclass(frozen=True)
class Change:
    """How one thing stood before and after.

    Parameters
    ----------
    label
        What was measured.
    before, after
        Mean level before and after, 0 to 3.
    low, high
        Interval of the change (after minus before); empty where there were too few answers for one.
    n
        How many answers stand behind it.
    verdict
        ``up``, ``down``, ``cannot_tell`` or ``too_few``, where an estimator has said so; else the interval
        decides.
    """

    label: Words
    before: float
    after: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    verdict: str = ""

    @property
    def direction(self) -> int:
        """1 better, -1 worse, 0 cannot tell: the interval spans zero or is missing."""
        if self.verdict in _DIRECTIONS:
            return _DIRECTIONS[self.verdict]
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return 0
        return 1 if self.low > 0 else -1

    @property
    def said(self) -> Text:
        """The change, or that it cannot be told."""
        if self.direction:
            return fixed(self.after - self.before, signed=True)
        return text("too few") if self.verdict == "too_few" else text("cannot tell")


def before_after(items: Any, *, levels: tuple[int, int] = (0, 3), language: str = "en") -> Picture:
    """Return what changed, with "cannot tell" for what does not stand out from chance.

    The title names what improved and what got worse (up to three, else how many) and counts what cannot be
    told.

    Parameters
    ----------
    items
        Rows with the columns of `Change`.
    levels
        The ends of the scale.
    language
        BCP 47 tag used where none is named.
    """
    rows = records(items, Change)
    title = _change_title(rows)
    changes = [text("{label} {change}", label=row.label, change=row.said) for row in rows]
    return Picture(
        title,
        text("{title}. Change of each: {changes}.", title=title, changes=changes),
        _change_table(rows),
        lambda canvas: _draw_change(canvas, rows, levels),
        language,
    )


def _change_title(rows: Sequence[Change]) -> Text:
    better, unsure, worse = ([row.label for row in rows if row.direction == way] for way in (1, 0, -1))
    said = []
    if better:
        said.append(text("{names} improved", names=_named(better)))
    if worse:
        said.append(text("{names} got worse", names=_named(worse)))
    if not said:
        return text("Whether anything changed, we cannot tell")
    if unsure:
        said.append(text("for {n} we cannot tell", n=len(unsure)))
    return _in_turn(said)


def _named(labels: Sequence[Words]) -> object:
    return list(labels) if len(labels) <= _MOST_NAMED else text("{n} of them", n=len(labels))


def _in_turn(parts: Sequence[Text]) -> Text:
    match parts:
        case [one]:
            return one
        case [one, two]:
            return text("{one}; {two}", one=one, two=two)
        case _:
            return text("{one}; {two}; {three}", one=parts[0], two=parts[1], three=parts[2])


def _change_table(rows: Sequence[Change]) -> Numbers:
    return Numbers(
        (
            text("Item"),
            text("Before"),
            text("After"),
            text("Change"),
            text("At least"),
            text("At most"),
            text("Answers"),
            text("What can be said"),
        ),
        tuple(
            (
                row.label,
                fixed(row.before),
                fixed(row.after),
                fixed(row.after - row.before, signed=True),
                _signed(row.low),
                _signed(row.high),
                row.n,
                _verdict(row),
            )
            for row in rows
        ),
    )


def _signed(value: float | None) -> object:
    return None if value is None else fixed(value, signed=True)


def _verdict(row: Change) -> Text:
    return {1: text("better"), 0: row.said, -1: text("worse")}[row.direction]


def _draw_change(canvas: Canvas, rows: Sequence[Change], levels: tuple[int, int]) -> None:
    laid = lay_rows(canvas, [Row(row.label, _tail(row), muted=not row.direction) for row in rows], top=28)
    scale = laid.scale(*levels, inset=8)
    draw_levels(canvas, laid, scale)
    for row, y in zip(rows, laid.middles, strict=True):
        with canvas.mark(text("{label}: {change}", label=row.label, change=row.said), row.label):
            _draw_dots(canvas, row, scale, y)
    canvas.key(laid.bottom + 16, _CHANGE_KEY)


def _tail(row: Change) -> Text:
    if row.n is None:
        return row.said
    return text("{change}, n {n}", change=row.said, n=row.n)


def _draw_dots(canvas: Canvas, row: Change, scale: Scale, y: float) -> None:
    colour = canvas.palette.accent if row.direction else canvas.palette.control
    if row.low is not None and row.high is not None:
        left, right = scale(row.before + row.low), scale(row.before + row.high)
        canvas.bar(left, y - 6, right - left, 12, colour, opacity=0.25)
    canvas.line((scale(row.before), y), (scale(row.after), y), colour, 2)
    canvas.dot(scale(row.after), y, 6, colour)
    canvas.dot(scale(row.before), y, 6, colour, solid=False)


def _interval(canvas: Canvas, x: float, y: float) -> None:
    canvas.bar(x - 11, y - 6, 22, 12, canvas.palette.accent, opacity=0.25)


_CHANGE_KEY: Final = (
    Key(lambda c, x, y: c.dot(x, y, 6, solid=False), text("before")),
    Key(lambda c, x, y: c.dot(x, y, 6), text("after")),
    Key(_interval, text("range that fits the answers")),
    Key(lambda c, x, y: c.dot(x, y, 6, c.palette.control), text("cannot tell")),
)


def funnel(shared: int, learnt: int, used: int, institutionalised: int, *, language: str = "en") -> Picture:
    """Return how many lessons went all the way from being shared to being how a city works.

    The title says how many of those shared did, and where most were lost.

    Parameters
    ----------
    shared, learnt, used, institutionalised
        Counts of lessons that came at least so far.
    language
        BCP 47 tag used where none is named.

    Raises
    ------
    InputError
        If more lessons reached a stage than the stage before it.
    """
    counts = (shared, learnt, used, institutionalised)
    _check_narrowing(counts)
    title = _funnel_title(counts)
    stages = [text("{stage} {n}", stage=stage, n=number) for stage, number in zip(_STAGES, counts, strict=True)]
    rows = tuple(
        (stage, number, round(100 * number / shared) if shared else None)
        for stage, number in zip(_STAGES, counts, strict=True)
    )
    return Picture(
        title,
        text("{title}. Lessons by stage: {stages}.", title=title, stages=stages),
        Numbers((text("Stage"), text("Lessons"), text("Of those shared, %")), rows),
        lambda canvas: _draw_funnel(canvas, counts),
        language,
    )


_STAGES: Final = (text("shared"), text("learnt"), text("used"), text("part of how we work"))
_LOSSES: Final = (
    text("most stop before they are learnt"),
    text("most stop before they are used"),
    text("most stop before they become part of how we work"),
)


def _check_narrowing(counts: Sequence[int]) -> None:
    findings = Findings()
    for place in range(1, len(counts)):
        if counts[place] > counts[place - 1]:
            findings.add(
                f"funnel, {_STAGES[place]}",
                f"{counts[place]} is more than the {counts[place - 1]} before it",
                "Count lessons that came at least so far.",
            )
    findings.raise_if_any()


def _funnel_title(counts: Sequence[int]) -> Text:
    if not counts[0]:
        return text("No lesson has been shared yet")
    kept = text("{n} of {shared} lessons became part of how we work", n=counts[-1], shared=counts[0])
    losses = [before - after for before, after in pairwise(counts)]
    if not any(losses) or losses.count(max(losses)) > 1:
        return kept
    return text("{kept}; {lost}", kept=kept, lost=_LOSSES[losses.index(max(losses))])


def _draw_funnel(canvas: Canvas, counts: Sequence[int]) -> None:
    tails = [
        text("{n} ({share} %)", n=number, share=round(100 * number / counts[0])) if counts[0] else str(number)
        for number in counts
    ]
    laid = lay_rows(
        canvas, [Row(canvas.head(stage), tail) for stage, tail in zip(_STAGES, tails, strict=True)], top=4, pitch=44
    )
    scale = laid.scale(0, counts[0] or 1)
    for place, (number, y) in enumerate(zip(counts, laid.middles, strict=True)):
        with canvas.mark(text("{stage}: {n}", stage=_STAGES[place], n=number)):
            _draw_stage(canvas, scale, counts[place - 1] if place else number, number, y)
    canvas.key(laid.bottom + 12, _FUNNEL_KEY)


def _draw_stage(canvas: Canvas, scale: Scale, before: int, number: int, y: float) -> None:
    left, kept = scale(0), scale(number)
    canvas.bar(left, y - 14, kept - left, 28, canvas.palette.accent)
    if before > number:
        canvas.bar(
            kept, y - 14, scale(before) - kept, 28, canvas.palette.paper, edge=canvas.palette.control, dash="3 3"
        )


_FUNNEL_KEY: Final = (
    Key(lambda c, x, y: c.bar(x - 11, y - 6, 22, 12, c.palette.accent), text("lessons that came so far")),
    Key(
        lambda c, x, y: c.bar(x - 11, y - 6, 22, 12, c.palette.paper, edge=c.palette.control, dash="3 3"),
        text("stopped at the stage before"),
    ),
)
