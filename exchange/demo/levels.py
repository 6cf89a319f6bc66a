"""Fictional levels of all questions: how they begin, and how they move from round to round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from exchange.demo import truths
from exchange.demo.lot import Lot
from exchange.exchanges.modules import MODULES, items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exchange.cities import City

ITEMS: Final = tuple(sorted((item for module in MODULES for item in items(module)),
                            key=lambda item: tuple(int(part) for part in item[1:].split("."))))
"""All 47 questions, in their order."""

Levels = dict[str, int]

_BY_INCOME: Final = {"low": 0.9, "lower_middle": 1.15, "upper_middle": 1.4, "high": 1.75}


def begin(seed: int, cities: Mapping[str, City]) -> dict[str, Levels]:
    """Return slug -> item -> level of the first round: richer cities are a little higher, each has its own gaps."""
    hard = Lot(seed, "difficulty").rng.normal(0, 0.3, len(ITEMS))
    found = {}
    for slug, city in cities.items():
        lot = Lot(seed, "levels", slug)
        essential = dict(zip(sorted({item.split(".")[0] for item in ITEMS}), lot.rng.normal(0, 0.5, 10), strict=True))
        ability = _BY_INCOME[city.income_group or "lower_middle"] + lot.rng.normal(0, 0.25)
        raw = [ability + essential[item.split(".")[0]] - hard[n] + lot.rng.normal(0, 0.5)
               for n, item in enumerate(ITEMS)]
        found[slug] = dict(zip(ITEMS, _whole(np.array(raw)), strict=True))
    return found


def _whole(values: npt.NDArray[np.float64]) -> list[int]:
    return [int(value) for value in np.clip(np.round(values), 0, 3)]


def move(levels: Levels, aims: Mapping[str, float], lot: Lot, shift: float = 0.0) -> tuple[Levels, Levels]:
    """Return a city's levels a round later, and where it would say, looking back, that it had begun.

    Parameters
    ----------
    levels
        Item -> level now.
    aims
        Item -> mean rise that exchanges bring it; items of `truths.NO_EFFECT` rise like untargeted ones.
    lot
        Chance.
    shift
        Mean drop of the yardstick for items above level 0.
    """
    later: Levels = {}
    looking_back: Levels = {}
    for item, level in levels.items():
        rise = truths.UNTARGETED if item in truths.NO_EFFECT else aims.get(item, truths.UNTARGETED)
        dropped = int(level > 0 and lot.hit(shift))
        looking_back[item] = level - dropped
        later[item] = looking_back[item] + _step(looking_back[item], rise, lot)
    return later, looking_back


def _step(level: int, rise: float, lot: Lot) -> int:
    """Return a whole step whose mean is the rise: noise goes up as often as down, and only where both fit."""
    step = int(np.floor(rise)) + int(lot.hit(rise - np.floor(rise)))
    step = min(step, 3 - level)
    if lot.hit(0.16) and 0 < level + step < 3:
        step += lot.one((-1, 1))
    return step
