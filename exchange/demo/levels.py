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

ALWAYS: Final = ("rotterdam", "quito")
"""Cities that learn in every round and begin a little lower, so that whoever tries them out finds something."""

_BY_INCOME: Final = {"low": 0.9, "lower_middle": 1.15, "upper_middle": 1.4, "high": 1.75}


def begin(seed: int, cities: Mapping[str, City]) -> dict[str, Levels]:
    """Return slug -> item -> level of the first round: richer cities are a little higher, each has its own gaps."""
    hard = Lot(seed, "difficulty").rng.normal(0, 0.3, len(ITEMS))
    found = {}
    for slug, city in cities.items():
        lot = Lot(seed, "levels", slug)
        essential = dict(zip(sorted({item.split(".")[0] for item in ITEMS}), lot.rng.normal(0, 0.5, 10), strict=True))
        ability = _BY_INCOME[city.income_group or "lower_middle"] + lot.rng.normal(0, 0.25)
        if slug in ALWAYS:
            ability -= 0.25
        raw = [ability + essential[item.split(".")[0]] - hard[n] + lot.rng.normal(0, 0.5)
               for n, item in enumerate(ITEMS)]
        found[slug] = dict(zip(ITEMS, _whole(np.array(raw)), strict=True))
    return found


def _whole(values: npt.NDArray[np.float64]) -> list[int]:
    return [int(value) for value in np.clip(np.round(values), 0, 3)]


def steps(aims: Mapping[tuple[str, str], float], lot: Lot) -> dict[tuple[str, str], int]:
    """Return by how many levels each targeted question rises.

    As many of those with the same rise go up as make that mean; which ones is drawn by lot. So every seed holds what
    `truths` says. Questions of `truths.NO_EFFECT` are left to rise like untargeted ones.

    Parameters
    ----------
    aims
        Slug and item -> mean rise, 0 to 1.
    """
    found: dict[tuple[str, str], int] = {}
    moving = {aim: rise for aim, rise in aims.items() if aim[1] not in truths.NO_EFFECT}
    for rise in sorted(set(moving.values())):
        alike = [aim for aim, one in moving.items() if one == rise]
        drawn = lot.some(alike, len(alike))
        risen = round(rise * len(alike))
        found |= {aim: int(place < risen) for place, aim in enumerate(drawn)}
    return found


def move(levels: Levels, planned: Mapping[str, int], lot: Lot, shift: float = 0.0) -> tuple[Levels, Levels]:
    """Return a city's levels a round later, and where it would say, looking back, that it had begun.

    Parameters
    ----------
    levels
        Item -> level now.
    planned
        Item -> rise of the targeted ones; all others rise by chance, `truths.DRIFT`.
    lot
        Chance.
    shift
        Mean drop of the yardstick for items above level 0.
    """
    later: Levels = {}
    looking_back: Levels = {}
    for item, level in levels.items():
        rise = planned[item] if item in planned else int(lot.hit(truths.DRIFT))
        dropped = int(level > 0 and lot.hit(shift))
        looking_back[item] = level - dropped
        later[item] = _noisy(min(3, looking_back[item] + rise), lot)
    return later, looking_back


def _noisy(level: int, lot: Lot) -> int:
    """Return a level with the noise of answering twice: up as often as down, and only where both are possible."""
    return level + int(lot.one((-1, 1))) if 0 < level < 3 and lot.hit(0.12) else level
