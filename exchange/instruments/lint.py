"""Where the definitions of levels leave a number out, claim it twice, or speak of different things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf, prod
from typing import Literal

from exchange.instruments.instrument import Instrument
from exchange.instruments.records import Item, Quantity
from exchange.instruments.regions import Cell, Region, cells, regions, said
from exchange.instruments.rubric import holding
from exchange.words import Text, text

Kind = Literal["gap", "overlap", "mixed", "dropped", "no_number", "not_graded", "order", "same_text", "too_fine"]
MOST_CELLS = 50_000


@dataclass(frozen=True)
class LintFinding:
    """One defect in the levels of an item.

    Parameters
    ----------
    item
        Its id.
    kind
        ``gap``: values that fit no level; ``overlap``: values that fit several; ``mixed``: levels that rest
        on different quantities; ``dropped``: a level that no longer asks for what the level below it does;
        ``no_number``: levels without a number beside levels with one;
        ``not_graded``: a quantity on which no level rests; ``order``: a better value means a lower level;
        ``same_text``: two levels say the same; ``too_fine``: too many bounds to look through.
    levels
        The levels concerned.
    text
        The finding in words, with the values.
    """

    item: str
    kind: Kind
    levels: tuple[int, ...]
    text: Text


def lint(instrument: Instrument) -> list[LintFinding]:
    """Return every defect in the definitions of levels, in the order of the items.

    Levels that are floors ("over 50", "over 75") are read together: the highest one that is reached holds.
    Everything else must tile the possible values: each belongs to exactly one level.
    """
    return [finding for item in instrument.items for finding in _lint(item)]


def _lint(item: Item) -> Iterator[LintFinding]:
    yield from _same_text(item)
    used = _used(item)
    for quantity in item.quantities:
        if quantity.id not in used:
            why = text("no level depends on “{quantity}”", quantity=quantity.id)
            yield LintFinding(item.id, "not_graded", (), why)
    if not used:
        return
    silent = tuple(level.value for level in item.levels if not level.when)
    if silent:
        why = text("these levels give no number, but others do: {levels}", levels=silent)
        yield LintFinding(item.id, "no_number", silent, why)
    yield from _mixed(item)
    yield from _tiles(item, [quantity for quantity in item.quantities if quantity.id in used])


def _used(item: Item) -> set[str]:
    return {name for level in item.levels for box in level.when for name in box}


def _same_text(item: Item) -> Iterator[LintFinding]:
    for low, high in pairwise(item.levels):
        if low.text.casefold() == high.text.casefold():
            why = text("levels {levels} say the same", levels=(low.value, high.value))
            yield LintFinding(item.id, "same_text", (low.value, high.value), why)


def _mixed(item: Item) -> Iterator[LintFinding]:
    graded = [(level.value, set().union(*level.when)) for level in item.levels if level.when]
    for (low, some), (high, others) in pairwise(graded):
        if not some & others:
            why = text("level {low} speaks of {some}, level {high} of {others}",
                       low=low, some=sorted(some), high=high, others=sorted(others))
            yield LintFinding(item.id, "mixed", (low, high), why)
        elif some - others:
            why = text("level {high} no longer asks for {dropped}, which level {low} does",
                       low=low, high=high, dropped=sorted(some - others))
            yield LintFinding(item.id, "dropped", (low, high), why)


def _tiles(item: Item, quantities: list[Quantity]) -> Iterator[LintFinding]:
    axes = [cells(item, quantity) for quantity in quantities]
    if prod(map(len, axes)) > MOST_CELLS:
        yield LintFinding(item.id, "too_fine", (), text("there are too many bounds to look through"))
        return

    def verdict(spot: tuple[Cell, ...]) -> tuple[int, ...] | None:
        values = {quantity.id: cell.value for quantity, cell in zip(quantities, spot, strict=True)}
        return holding(item, values) if _possible(quantities, values) else None

    found = regions(axes, verdict)
    for region in found:
        where = said(quantities, axes, region)
        if not region.held:
            yield LintFinding(item.id, "gap", (), text("no level fits {where}", where=where))
        elif len(region.held) > 1:
            why = text("levels {levels} all fit {where}", levels=region.held, where=where)
            yield LintFinding(item.id, "overlap", region.held, why)
    if len(quantities) == 1:
        yield from _order(item, quantities[0], found)


def _possible(quantities: list[Quantity], values: dict[str, float | str]) -> bool:
    def rank(quantity: Quantity) -> float:
        value = values[quantity.id]
        return quantity.words.index(value) if isinstance(value, str) else value

    ranks = {quantity.id: rank(quantity) for quantity in quantities}
    return all(ranks[q.id] >= ranks.get(q.no_less_than or "", -inf) for q in quantities)


def _order(item: Item, quantity: Quantity, found: list[Region]) -> Iterator[LintFinding]:
    along = [region.held[-1] for region in found if region.held]
    rising = along if quantity.better == "more" else along[::-1]
    for worse, better in pairwise(rising):
        if better < worse:
            why = text("a better value of “{quantity}” means level {better} instead of {worse}",
                       quantity=quantity.id, better=better, worse=worse)
            yield LintFinding(item.id, "order", (better, worse), why)
