"""What makes a peer's score, and whether other weights would change it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import InputError
from exchange.reports.numbers import fixed
from exchange.reports.pictures.drawing import EDGE, SMALL, Canvas, Key
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.records import records
from exchange.reports.pictures.rows import Row, lay_rows
from exchange.reports.tables import Numbers
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.tables import Words

_ROUNDING: Final = 0.5
_LAST_PLACE: Final = 10
_PODIUM: Final = 3
_STEADY: Final = 0.8
_SHADES: Final = ((0.6, 1.0), (0.3, 0.45), (0.1, 0.25), (0.0, 0.12))
"""Shares above the first number are drawn with the second as opacity; the number stands on them."""


@dataclass(frozen=True)
class Criterion:
    """What a peer earns by one criterion.

    Parameters
    ----------
    label
        The criterion in words.
    points
        Points earned.
    possible
        The most that it could give.
    known
        False where it could not be told; such a criterion earns nothing and is hatched.
    """

    label: Words
    points: float
    possible: float
    known: bool = True

    @property
    def said(self) -> Text:
        """Points of possible points."""
        if not self.known:
            return text("not known")
        return text("{points} of {possible}", points=_points(self.points), possible=_points(self.possible))


def why_peer(peer: Words, criteria: Any, total: float | None = None, *, language: str = "en") -> Picture:
    """Return what a peer's score is made of; the bars add up to the sum.

    The title gives the sum and the criterion that earns most.

    Parameters
    ----------
    peer
        The city's name.
    criteria
        Rows with the columns of `Criterion`, in the order in which they are shown.
    total
        The score, where it is known apart from its parts.
    language
        BCP 47 tag used where none is named.

    Raises
    ------
    InputError
        If the points do not add up to `total`.
    """
    rows = records(criteria, Criterion)
    earned = sum(row.points for row in rows)
    if total is not None and abs(total - earned) > _ROUNDING:
        raise InputError.at(
            "score", f"the criteria add up to {earned:g}, the score is {total:g}", "Give every criterion of the score."
        )
    possible = sum(row.possible for row in rows)
    title = _score_title(peer, rows, earned, possible)
    parts = [text("{label} {points}", label=row.label, points=row.said) for row in rows]
    return Picture(
        title,
        text("{title}. Points by criterion: {parts}.", title=title, parts=parts),
        _score_table(rows, earned, possible),
        lambda canvas: _draw_score(canvas, rows, earned, possible),
        language,
    )


def _score_title(peer: Words, rows: Sequence[Criterion], earned: float, possible: float) -> Text:
    sum_ = {"peer": peer, "points": round(earned), "possible": round(possible)}
    best = max(rows, key=lambda row: row.points, default=None)
    if best is None or best.points <= 0:
        return text("{peer} earns {points} of {possible} points", **sum_)
    return text("{peer} earns {points} of {possible} points; the most for: {best}", best=best.label, **sum_)


def _score_table(rows: Sequence[Criterion], earned: float, possible: float) -> Numbers:
    cells = [(row.label, fixed(row.points) if row.known else text("not known"), fixed(row.possible)) for row in rows]
    return Numbers(
        (text("Criterion"), text("Points"), text("Possible")), (*cells, (text("Sum"), fixed(earned), fixed(possible)))
    )


def _draw_score(canvas: Canvas, rows: Sequence[Criterion], earned: float, possible: float) -> None:
    laid = lay_rows(canvas, [Row(row.label, row.said, muted=not row.known) for row in rows], top=4)
    scale = laid.scale(0, max((row.possible for row in rows), default=1))
    for row, y in zip(rows, laid.middles, strict=True):
        with canvas.mark(text("{label}: {points}", label=row.label, points=row.said)):
            _draw_bar(canvas, row, (scale.left, scale(row.points), scale(row.possible)), y)
    y = laid.bottom + 6
    canvas.line((EDGE if canvas.narrow else laid.left, y), (canvas.width - EDGE, y), canvas.palette.ink)
    of = text("{points} of {possible}", points=round(earned), possible=round(possible))
    canvas.words(
        EDGE if canvas.narrow else laid.left - 16,
        y + 24,
        text("Sum"),
        bold=True,
        anchor="start" if canvas.narrow else "end",
    )
    canvas.words(canvas.width - EDGE, y + 24, of, bold=True, anchor="end")
    canvas.key(y + 48, _score_key(rows))


def _draw_bar(canvas: Canvas, row: Criterion, span: tuple[float, float, float], y: float) -> None:
    left, earned, possible = span
    if row.known:
        canvas.bar(left, y - 10, possible - left, 20, canvas.palette.paper, edge=canvas.palette.control, dash="3 3")
        canvas.bar(left, y - 10, max(earned - left, 0.0), 20, canvas.palette.accent)
    else:
        canvas.hatch(left, y - 10, possible - left, 20)


def _score_key(rows: Sequence[Criterion]) -> list[Key]:
    shown = [
        Key(lambda c, x, y: c.bar(x - 11, y - 6, 22, 12, c.palette.accent), text("points earned")),
        Key(
            lambda c, x, y: c.bar(x - 11, y - 6, 22, 12, c.palette.paper, edge=c.palette.control, dash="3 3"),
            text("points missing"),
        ),
    ]
    if any(not row.known for row in rows):
        shown.append(Key(lambda c, x, y: c.hatch(x - 11, y - 6, 22, 12), text("not known")))
    return shown


@dataclass(frozen=True)
class Standing:
    """Where a peer stands under other weights.

    Parameters
    ----------
    name
        The city's name.
    share
        Share of the draws in which it is among the first three, 0 to 1; empty: counted from `ranks`.
    ranks
        Its place in each draw of weights, 1 the first.
    """

    name: Words
    share: float | None = None
    ranks: tuple[int, ...] = ()

    @property
    def steady(self) -> float:
        """Share of the draws in which it is among the first three."""
        if self.share is not None:
            return self.share
        return sum(rank <= _PODIUM for rank in self.ranks) / (len(self.ranks) or 1)

    @property
    def places(self) -> list[float]:
        """Share of the draws by place: first, second, ..., tenth, and beyond."""
        found = Counter(min(rank, _LAST_PLACE + 1) for rank in self.ranks)
        return [found[place] / (len(self.ranks) or 1) for place in range(1, _LAST_PLACE + 2)]


def rank_stability(peers: Any, *, language: str = "en") -> Picture:
    """Return how often each peer stays among the first three when the weights are drawn anew.

    The title names the peers that stay there in at least 80 of 100 draws.

    Parameters
    ----------
    peers
        Rows with the columns of `Standing`, in the order of the agreed weights.
    language
        BCP 47 tag used where none is named.
    """
    rows = records(peers, Standing)
    title = _stability_title(rows)
    shares = [text("{name} {share}", name=row.name, share=_percent(row.steady)) for row in rows]
    return Picture(
        title,
        text(
            "{title}. Share of weightings that put each peer among the first three: {shares}.",
            title=title,
            shares=shares,
        ),
        _stability_table(rows),
        lambda canvas: _draw_stability(canvas, rows),
        language,
    )


def _stability_title(rows: Sequence[Standing]) -> Text:
    steady = [row.name for row in rows if row.steady >= _STEADY]
    if not rows:
        return text("There is no peer to compare")
    if not steady:
        return text("No peer stays in the top three under other weights")
    if len(steady) == 1:
        return text("{name} stays in the top three under other weights", name=steady[0])
    return text("{names} stay in the top three under other weights", names=steady)


def _stability_table(rows: Sequence[Standing]) -> Numbers:
    places = [text("place {n}", n=place) for place in range(1, _LAST_PLACE + 1)]
    drawn = any(row.ranks for row in rows)
    columns = (
        text("City"),
        text("In the top three, %"),
        *((*places, text("after place {n}", n=_LAST_PLACE)) if drawn else ()),
    )
    return Numbers(
        columns,
        tuple(
            (row.name, round(100 * row.steady), *([round(100 * share) for share in row.places] if drawn else ()))
            for row in rows
        ),
    )


def _draw_stability(canvas: Canvas, rows: Sequence[Standing]) -> None:
    if any(row.ranks for row in rows):
        _draw_places(canvas, rows)
    else:
        _draw_shares(canvas, rows)


def _draw_places(canvas: Canvas, rows: Sequence[Standing]) -> None:
    laid = lay_rows(canvas, [Row(row.name, _percent(row.steady)) for row in rows], top=30)
    cell = (laid.right - laid.left) / (_LAST_PLACE + 1)
    for place in range(_LAST_PLACE + 1):
        head = place + 1 if place < _LAST_PLACE else text("{n}+", n=place + 1)
        canvas.words(laid.left + cell * (place + 0.5), laid.top - 10, head, size=SMALL, muted=True, anchor="middle")
    for row, y in zip(rows, laid.middles, strict=True):
        with canvas.mark(text("{name}: {share} in the top three", name=row.name, share=_percent(row.steady)), row.name):
            for place, share in enumerate(row.places):
                _draw_place(canvas, (laid.left + cell * place, y - 12, cell - 2, 24), share)
    x = laid.left + cell * _PODIUM - 1
    for y in laid.middles if canvas.narrow else ():
        canvas.line((x, y - 16), (x, y + 16), canvas.palette.ink, 1.5)
    if not canvas.narrow:
        canvas.line((x, laid.top - 24), (x, laid.bottom), canvas.palette.ink, 1.5)
    y = canvas.paragraph(
        EDGE,
        laid.bottom + 22,
        text(
            "Each row: in how many of 100 other weightings the city takes each place; a dot is less than one. "
            "At the end: in how many it is among the first three."
        ),
        canvas.width - 2 * EDGE,
        size=SMALL,
        muted=True,
        lines=4,
    )
    canvas.reach(y)


def _draw_place(canvas: Canvas, box: tuple[float, float, float, float], share: float) -> None:
    x, y, width, height = box
    canvas.bar(x, y, width, height, canvas.palette.surface)
    if share <= 0:
        return
    opacity = next(opacity for over, opacity in _SHADES if share > over)
    canvas.bar(x, y, width, height, canvas.palette.accent, opacity=opacity)
    said = round(100 * share) or "·"
    canvas.words(
        x + width / 2,
        y + height / 2 + 5,
        said,
        size=SMALL,
        anchor="middle",
        colour=canvas.palette.on_accent if opacity == 1 else None,
    )


def _draw_shares(canvas: Canvas, rows: Sequence[Standing]) -> None:
    laid = lay_rows(canvas, [Row(row.name, _percent(row.steady)) for row in rows], top=4)
    scale = laid.scale(0, 1)
    for row, y in zip(rows, laid.middles, strict=True):
        with canvas.mark(text("{name}: {share} in the top three", name=row.name, share=_percent(row.steady)), row.name):
            canvas.bar(
                laid.left,
                y - 10,
                laid.right - laid.left,
                20,
                canvas.palette.paper,
                edge=canvas.palette.control,
                dash="3 3",
            )
            canvas.bar(laid.left, y - 10, scale(row.steady) - laid.left, 20, canvas.palette.accent)
    canvas.key(
        laid.bottom + 16,
        [
            Key(
                lambda c, x, y: c.bar(x - 11, y - 6, 22, 12, c.palette.accent),
                text("other weightings that put the city among the first three"),
            )
        ],
    )


def _percent(share: float) -> Text:
    return text("{n} %", n=round(100 * share))


def _points(value: float) -> Text:
    return fixed(value, 0 if abs(value - round(value)) < 0.05 else 1)
