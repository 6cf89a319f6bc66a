"""Which levels a number allows, as the definitions of the levels say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from exchange.instruments.records import Item, Level, Quantity, Range
from exchange.instruments.regions import cells
from exchange.words import Text, text

Values = Mapping[str, float | str]


@dataclass(frozen=True)
class Derived:
    """What a number says about the level.

    Parameters
    ----------
    level
        The level, when the number leaves only one.
    possible
        All levels that the number allows; none when it falls between levels.
    why
        A sentence for the room.
    """

    level: int | None
    possible: tuple[int, ...]
    why: Text


def derive(item: Item, value: float) -> Derived:
    """Derive the level from the number that the item asks for.

    Parameters
    ----------
    item
        An item with a quantity that is asked.
    value
        The number, in the unit of that quantity.

    Returns
    -------
    Derived
        ``level`` is None when the number alone does not decide: the room then chooses and says why.
    """
    assert item.quantity is not None  # noqa: S101 - the caller offers only such items
    possible = holding(item, {item.quantity.id: value})
    if len(possible) == 1:
        why = text("{value} means level {level}", value=value, level=possible[0])
        return Derived(possible[0], possible, why)
    if possible:
        why = text("{value} allows the levels {levels}: choose one and say why", value=value, levels=possible)
    else:
        why = text("{value} lies between levels: choose one and say why", value=value)
    return Derived(None, possible, why)


def objection(item: Item, value: float, level: int, reason: str) -> Text | None:
    """Return why a level cannot stand beside a number; None where it can.

    Parameters
    ----------
    item
        An item with a quantity that is asked.
    value
        The number.
    level
        The level that the room says.
    reason
        Its sentence. It is needed wherever the number alone does not decide.
    """
    derived, allowed = derive(item, value), _allowed(item, value)
    if level not in allowed:
        return text("{why}. Choose that, or change the number", why=derived.why)
    if len(allowed) > 1 and not reason.strip():
        return text("{why}, in the note", why=derived.why)
    return None


def ladder(item: Item, quantity: Quantity) -> list[tuple[float, float | None, tuple[int, ...]]]:
    """Return, for all values of a quantity in order, the levels that may be chosen, ready for a page.

    Returns
    -------
    list
        ``(low, high, levels)``: one value where both bounds are the same, else all values between the two; `high`
        is None where there is none. Several levels, or all of them, where the number alone does not decide. Empty
        where the levels do not rest on the quantity at all.
    """
    if not any(quantity.id in box for level in item.levels for box in level.when):
        return []
    return [(cell.low, None if cell.high == inf else cell.high, _allowed(item, float(cell.value)))
            for cell in cells(item, quantity)]


def _allowed(item: Item, value: float) -> tuple[int, ...]:
    """Return the levels between which a room may choose: all where the number falls between levels."""
    possible = derive(item, value).possible
    silent = {level.value for level in item.levels if not level.when}
    return tuple(level.value for level in item.levels
                 if not possible or level.value in possible or level.value in silent)


def holding(item: Item, values: Values) -> tuple[int, ...]:
    """Return the levels that hold for `values`, in order; a quantity without a value may have any.

    Where levels are floors ("over 50", "over 75") the highest floor that is reached holds alone.
    """
    held = [level for level in item.levels if any(_agrees(box, values) for box in level.when)]
    reached = [level.value for level in held if is_floor(item, level) and _is_certain(level, values)]
    highest = max(reached, default=None)
    return tuple(level.value for level in held
                 if highest is None or level.value >= highest or not is_floor(item, level))


def _is_certain(level: Level, values: Values) -> bool:
    return any(box.keys() <= values.keys() and _agrees(box, values) for box in level.when)


def _agrees(box: Mapping[str, Range], values: Values) -> bool:
    return all(name not in values or limits.holds(values[name]) for name, limits in box.items())


def is_floor(item: Item, level: Level) -> bool:
    """Return whether a level only says how good it must be at least, in every quantity."""
    known = {quantity.id: quantity for quantity in item.quantities}
    return bool(level.when) and all(
        _open_to_the_good(known[name], limits) for box in level.when for name, limits in box.items())


def _open_to_the_good(quantity: Quantity, limits: Range) -> bool:
    if quantity.words:
        best = quantity.words[-1] if quantity.better == "more" else quantity.words[0]
        return best in limits.one_of
    if quantity.better == "more":
        return limits.at_most is None and limits.below is None
    return limits.at_least is None and limits.above is None
