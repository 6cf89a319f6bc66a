"""The values that quantities can take, cut at every bound, and put together again where levels agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, floor, inf

from exchange.instruments.records import Item, Quantity
from exchange.words import Text, text

Levels = tuple[int, ...]
Held = tuple[Levels | None, ...]
Runs = tuple[tuple["Cell", "Cell"], ...]
Verdict = Callable[[tuple["Cell", ...]], Levels | None]


@dataclass(frozen=True)
class Cell:
    """Values that no bound tells apart: one number, all numbers between two bounds, or one word."""

    value: float | str
    """Any of them."""
    low: float = 0
    high: float = 0

    @property
    def is_point(self) -> bool:
        """Whether it is one number only."""
        return self.low == self.high


@dataclass(frozen=True)
class Region:
    """A box of values for which the same levels hold."""

    runs: Runs
    """First and last cell in each quantity."""
    held: Levels
    """Levels that hold there."""


def cells(item: Item, quantity: Quantity) -> list[Cell]:
    """Return the possible values of a quantity, cut at the bounds of its levels and its companions'."""
    if quantity.words:
        return [Cell(word) for word in quantity.words]
    top = inf if quantity.high is None else quantity.high
    cuts = sorted({quantity.low, top, *(b for b in _bounds(item, quantity) if quantity.low <= b <= top)})
    found = []
    for cut, after in zip(cuts, [*cuts[1:], inf], strict=True):
        if cut < inf:
            found.append(Cell(cut, cut, cut))
        if cut < after and cut < top:
            found.append(Cell(cut + 1 if after == inf else (cut + after) / 2, cut, after))
    return [whole for cell in found if (whole := _whole(cell))] if quantity.whole else found


def _bounds(item: Item, quantity: Quantity) -> set[float]:
    # Quantities that are compared with each other are cut at the same places, so that cells can be compared.
    together = {quantity.id, quantity.no_less_than}
    together |= {other.id for other in item.quantities if other.no_less_than in together}
    return {bound for level in item.levels for box in level.when for name, limits in box.items()
            if name in together for bound in limits.bounds}


def _whole(cell: Cell) -> Cell | None:
    if cell.is_point:
        return cell if cell.low == floor(cell.low) else None
    first = floor(cell.low) + 1
    return Cell(first, cell.low, cell.high) if cell.high == inf or first <= ceil(cell.high) - 1 else None


def regions(axes: Sequence[Sequence[Cell]], verdict: Verdict) -> list[Region]:
    """Return the boxes of equal verdict, in the order of the values.

    Parameters
    ----------
    axes
        The cells of each quantity.
    verdict
        The levels that hold in one cell of each quantity; None where the values cannot meet, which may then
        belong to any box.
    """
    held = tuple(verdict(spot) for spot in product(*axes))
    return [Region(runs, levels) for runs, levels in _boxes(axes, held)]


def _boxes(axes: Sequence[Sequence[Cell]], held: Held) -> Iterator[tuple[Runs, Levels]]:
    if not axes:
        if held[0] is not None:
            yield (), held[0]
        return
    size = len(held) // len(axes[0])
    slices = [held[n : n + size] for n in range(0, len(held), size)]
    first, merged = 0, slices[0]
    for n, part in enumerate([*slices[1:], None], start=1):
        both = part and _both(merged, part)
        if both:
            merged = both
            continue
        run = (axes[0][first], axes[0][n - 1])
        yield from (((run, *runs), levels) for runs, levels in _boxes(axes[1:], merged))
        if part:
            first, merged = n, part


def _both(some: Held, others: Held) -> Held | None:
    pairs = list(zip(some, others, strict=True))
    if any(one != other for one, other in pairs if one is not None and other is not None):
        return None
    return tuple(other if one is None else one for one, other in pairs)


def said(quantities: Sequence[Quantity], axes: Sequence[Sequence[Cell]], region: Region) -> list[Text]:
    """Return a box in words: one text for each quantity that it limits."""
    return [
        text("{quantity} {span}", quantity=quantity.id, span=_span(quantity, *run))
        for quantity, axis, run in zip(quantities, axes, region.runs, strict=True)
        if run != (axis[0], axis[-1]) or len(quantities) == 1
    ]


def _span(quantity: Quantity, first: Cell, last: Cell) -> Text:
    if quantity.words:
        one, other = first.value, last.value
        return text("{one}", one=one) if first == last else text("{one} to {other}", one=one, other=other)
    if first == last and first.is_point:
        return text("exactly {value}", value=first.low)
    lowest = (text("from {value}", value=first.low) if first.is_point
              else text("above {value}", value=first.low))
    if last.high == inf:
        return lowest
    highest = (text("up to {value}", value=last.high) if last.is_point
               else text("below {value}", value=last.high))
    return text("{lowest}, {highest}", lowest=lowest, highest=highest)
