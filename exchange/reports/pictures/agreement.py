"""Where the groups in a city do not agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.reports.pictures.drawing import BODY, EDGE, SMALL, Canvas, Key, letter
from exchange.reports.pictures.measure import wrap
from exchange.reports.pictures.picture import Picture
from exchange.reports.pictures.records import records
from exchange.reports.tables import Numbers
from exchange.vocabulary import BLANK, STATES
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.reports.pictures.drawing import Sign
    from exchange.reports.tables import Words

WITHHELD: Final = "withheld"
"""The state of a group of which too few have answered for anything to be shown."""

_STATES: Final = {**STATES, WITHHELD: text("fewer than five answers")}

_APART: Final = 1
"""A spread above this many levels is a disagreement."""

_TILE: Final = 26.0
_TAIL: Final = 64.0
_NARROWEST_HEAD: Final = 74.0


@dataclass(frozen=True)
class Opinion:
    """What one stakeholder group says about one item.

    Parameters
    ----------
    item, label
        Id and words of the item.
    group
        The group, in words.
    level
        The group's middle level, 0 to 3; empty where it has none.
    state
        ``answered``, ``unknown``, ``not_applicable``, ``blank`` or `WITHHELD`; by default what the level says.
    spread
        Levels that the answers inside the group are apart; of many people, those of the middle half.
    n
        Answers of the group.
    """

    item: str
    group: Words
    label: Words = ""
    level: float | None = None
    state: str = ""
    spread: float = 0
    n: int | None = None

    @property
    def split(self) -> bool:
        """Whether the group itself does not agree."""
        return self.spread > _APART

    @property
    def said(self) -> object:
        """The level, or why there is none."""
        if self.level is not None:
            return self.level
        return _STATES.get(self.state or BLANK, self.state)


@dataclass(frozen=True)
class _Item:
    item: str
    label: Words
    opinions: dict[Words, Opinion]

    @property
    def name(self) -> Text:
        return text("{item} {label}", item=self.item, label=self.label)

    @property
    def levels(self) -> list[float]:
        return [opinion.level for opinion in self.opinions.values() if opinion.level is not None]

    @property
    def apart(self) -> float:
        return max(self.levels) - min(self.levels) if self.levels else 0.0


def disagreement(opinions: Any, *, most: int | None = None, language: str = "en") -> Picture:
    """Return a map of items by stakeholder groups, each cell a level, ringed where a group disagrees inside.

    The title counts the items on which groups stand more than one level apart, and names the widest of them; where
    all people stand in one group, those on which the group disagrees inside.

    Parameters
    ----------
    opinions
        Rows with the columns of `Opinion`, one an item and group. Items and groups are shown in the order in
        which they first come.
    most
        Draw only so many items, the first ones; title and table are about all.
    language
        BCP 47 tag used where none is named.
    """
    rows = records(opinions, Opinion)
    groups = list(dict.fromkeys(row.group for row in rows))
    items = [_item(rows, item) for item in dict.fromkeys(row.item for row in rows)]
    title = _title(items)
    split = [
        text("{name} from {low} to {high}", name=item.name, low=min(item.levels), high=max(item.levels))
        for item in items
        if item.apart > _APART
    ]
    alt = (
        text("{title}. Levels by item and group; groups are apart on: {split}.", title=title, split=split)
        if split
        else text("{title}. Levels by item and group.", title=title)
    )
    return Picture(title, alt, _table(items, groups), lambda canvas: _draw(canvas, items[:most], groups), language)


def _item(rows: Sequence[Opinion], item: str) -> _Item:
    own = [row for row in rows if row.item == item]
    return _Item(item, own[0].label, {row.group: row for row in own})


def _title(items: Sequence[_Item]) -> Text:
    if not any(item.levels for item in items):
        return text("No group has answered yet")
    if all(len(item.opinions) == 1 for item in items):
        split = [item for item in items if any(opinion.split for opinion in item.opinions.values())]
        return text("People stand far apart on {n} of {total} questions", n=len(split), total=len(items))
    split = [item for item in items if item.apart > _APART]
    if not split:
        return text("On no question are the groups more than one level apart")
    widest = max(split, key=lambda item: item.apart)
    if len(split) == 1:
        return text("The groups do not agree on {item}", item=widest.label or widest.item)
    return text(
        "The groups do not agree on {n} of {total} questions, least on {item}",
        n=len(split),
        total=len(items),
        item=widest.label or widest.item,
    )


def _table(items: Sequence[_Item], groups: Sequence[Words]) -> Numbers:
    return Numbers(
        (text("Question"), *groups, text("Levels apart")),
        tuple(
            (
                item.name,
                *(item.opinions[group].said if group in item.opinions else None for group in groups),
                item.apart,
            )
            for item in items
        ),
    )


@dataclass(frozen=True)
class _Grid:
    left: float
    pitch: float
    top: float
    letters: bool

    @property
    def tile(self) -> float:
        return min(_TILE, self.pitch - 3)

    def middle(self, column: int) -> float:
        return self.left + self.pitch * (column + 0.5)


def _draw(canvas: Canvas, items: Sequence[_Item], groups: Sequence[Words]) -> None:
    if not items:
        return
    grid = _grid(canvas, items, groups)
    for column, group in enumerate(groups):
        _draw_head(canvas, grid, column, group)
    y = grid.top
    for item in items:
        y = _draw_item(canvas, grid, item, groups, y)
    y += 22
    if grid.letters:
        y = canvas.key(y, [Key(_sign_letter(column), group) for column, group in enumerate(groups)]) + 6
    canvas.key(y, _key(items))


def _grid(canvas: Canvas, items: Sequence[_Item], groups: Sequence[Words]) -> _Grid:
    names, tail = 0.0, 0.0
    if not canvas.narrow:
        names = min(max((canvas.measure(item.name) for item in items), default=0.0), canvas.width * 0.36) + 16
        tail = _TAIL
    pitch = min((canvas.width - 2 * EDGE - names - tail) / (len(groups) or 1), 120.0)
    longest = max((canvas.measure(word, SMALL) for group in groups for word in canvas.say(group).split()), default=0.0)
    letters = pitch < max(_NARROWEST_HEAD, longest + 3)
    return _Grid(EDGE + names, pitch, 30.0 if letters else 62.0, letters)


def _draw_head(canvas: Canvas, grid: _Grid, column: int, group: Words) -> None:
    x = grid.middle(column)
    if grid.letters:
        canvas.words(x, grid.top - 12, letter(column), size=SMALL, bold=True, muted=True, anchor="middle")
    else:
        canvas.paragraph(x, 14, group, grid.pitch - 3, size=SMALL, muted=True, anchor="middle", lines=3)


def _draw_item(canvas: Canvas, grid: _Grid, item: _Item, groups: Sequence[Words], y: float) -> float:
    apart = item.apart > _APART
    if canvas.narrow:
        _draw_apart(canvas, item, y + 16, bold=apart)
        y = canvas.paragraph(EDGE, y + 16, item.name, canvas.width - 2 * EDGE - _TAIL, bold=apart) - 10
    middle = y + 18
    if not canvas.narrow:
        _write_name(canvas, item, grid.left - 16, middle, bold=apart)
        _draw_apart(canvas, item, middle + 5, bold=apart)
    for column, group in enumerate(groups):
        opinion = item.opinions.get(group) or Opinion(item.item, group)
        with canvas.mark(text("{item}, {group}: {level}", item=item.item, group=group, level=opinion.said), item.item):
            canvas.tile(
                grid.middle(column), middle, grid.tile, opinion.level, opinion.state or BLANK, ringed=opinion.split
            )
    canvas.reach(middle + 20)
    return middle + (22 if canvas.narrow else 18)


def _write_name(canvas: Canvas, item: _Item, x: float, middle: float, *, bold: bool) -> None:
    lines = wrap(canvas.say(item.name), x - EDGE, BODY, bold=bold)
    for number, line in enumerate(lines):
        canvas.words(x, middle + 5 + 17 * (number - (len(lines) - 1) / 2), line, anchor="end", bold=bold)


def _draw_apart(canvas: Canvas, item: _Item, y: float, *, bold: bool) -> None:
    if len(item.levels) > 1:
        said = text("{low} to {high}", low=min(item.levels), high=max(item.levels)) if item.apart else text("same")
        canvas.words(canvas.width - EDGE, y, said, size=SMALL, anchor="end", bold=bold, muted=not bold)


def _key(items: Sequence[_Item]) -> list[Key]:
    opinions = [opinion for item in items for opinion in item.opinions.values()]
    shown = [Key(lambda c, x, y: c.tile(x, y, 20, 2), text("level, 0 to 3"))]
    if any(opinion.split for opinion in opinions):
        shown.append(Key(lambda c, x, y: c.tile(x, y, 20, 1, ringed=True), text("split inside the group")))
    states = {opinion.state or BLANK for opinion in opinions if opinion.level is None}
    return shown + [Key(_sign_state(state), _STATES[state]) for state in _STATES if state in states]


def _sign_letter(column: int) -> Sign:
    return lambda canvas, x, y: canvas.words(x - 10, y + 5, letter(column), size=SMALL, bold=True, muted=True)


def _sign_state(state: str) -> Sign:
    return lambda canvas, x, y: canvas.tile(x, y, 20, None, state)
