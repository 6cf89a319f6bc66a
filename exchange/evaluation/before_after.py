"""What both cities said they wanted, beside what happened, and what may be concluded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from exchange.evaluation.compared import difference
from exchange.evaluation.indicators import LEVELS
from exchange.evaluation.paired import mean_change
from exchange.evaluation.shift import ResponseShift, response_shift
from exchange.exchanges.exchange import HOST, LEARNER, Exchange
from exchange.exchanges.records import Benefit, LookBack, Rating, Story
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exchange.evaluation.result import Result


@dataclass(frozen=True, slots=True)
class Moved:
    """One question of one city, before and after."""

    item: str
    before: float | None
    after: float | None
    looking_back: float | None

    @property
    def change(self) -> float | None:
        """After less before, or None where one of them is not known."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Account:
    """One city's side of an exchange.

    Parameters
    ----------
    side, city_id
        Which city.
    benefits
        What it wanted, with what it got where that is known.
    targeted
        The questions that it aimed at.
    result
        Mean change of the questions that it aimed at.
    against_others
        How much more those changed than its other questions.
    shift
        Whether its yardstick moved; None where it did not look back.
    ratings
        Stage -> area -> rating of the impact, 1 to 5.
    stories
        What it tells, negative stories too.
    """

    side: str
    city_id: str
    benefits: tuple[Benefit, ...]
    targeted: tuple[Moved, ...]
    result: Result
    against_others: Result
    shift: ResponseShift | None
    ratings: Mapping[str, Mapping[str, int]]
    stories: tuple[Story, ...]

    @property
    def reached(self) -> tuple[int, int]:
        """How many benefits were reached, of how many of which it is known."""
        known = [one.reached for one in self.benefits if one.reached is not None]
        return sum(known), len(known)

    def conclusions(self, name: Text | str) -> tuple[Text, ...]:
        """Return what may and may not be concluded for this city, in sentences."""
        reached, known = self.reached
        said = [count("{name} reached {reached} of {n} benefit of which the outcome is known.",
                      "{name} reached {reached} of {n} benefits of which the outcome is known.", known, name=name,
                      reached=reached) if known else
                text("{name}: no outcome of a benefit is known yet.", name=name)]
        said.append(text("{name}, targeted questions. {sentence}", name=name, sentence=self.result.sentence))
        if self.against_others.estimate is not None:
            said.append(text("{name}, targeted questions against all others. {sentence}", name=name,
                             sentence=self.against_others.sentence))
        if self.shift is not None:
            said.append(text("{name}. {sentence}", name=name, sentence=self.shift.sentence))
        worse = sum(one.direction == "-" for one in self.stories)
        if worse:
            said.append(count("{n} story tells of a change for the worse: read it.",
                              "{n} stories tell of a change for the worse: read them.", worse))
        return tuple(said)


@dataclass(frozen=True)
class BeforeAfter:
    """Both cities' accounts of an exchange."""

    learner: Account
    host: Account

    def conclusions(self, names: Mapping[str, str]) -> tuple[Text, ...]:
        """Return what may be concluded; `names` gives the city of each side."""
        return self.learner.conclusions(names[LEARNER]) + self.host.conclusions(names[HOST])


def before_after(exchange: Exchange, levels: pd.DataFrame) -> BeforeAfter:
    """Return what each city wanted and what happened.

    Parameters
    ----------
    exchange
        With its entries.
    levels
        Table `indicators.LEVELS`: city_id, item, before, after, for both cities; a missing level is empty.
    """
    known = LEVELS.check(levels) if len(levels) else LEVELS.empty()
    return BeforeAfter(_account(exchange, LEARNER, known), _account(exchange, HOST, known))


def _account(exchange: Exchange, side: str, levels: pd.DataFrame) -> Account:
    city = exchange.sides[side]
    mine = levels[levels["city_id"] == city].set_index("item")
    recalled = {one.item: one.level for one in exchange.all(LookBack, side)}
    aimed = exchange.targeted(side)
    targeted = tuple(Moved(item, _cell(mine, item, "before"), _cell(mine, item, "after"),
                           _number(recalled.get(item))) for item in aimed)
    changes = (mine["after"] - mine["before"]).dropna()
    return Account(
        side, city, exchange.all(Benefit, side), targeted,
        mean_change([one.change for one in targeted if one.change is not None], of="questions"),
        difference(changes.to_numpy(float), np.isin(changes.index.to_numpy(str), aimed), design="within",
                   of="questions"),
        _shift(mine, recalled), _ratings(exchange, side), exchange.all(Story, side))


def _cell(rows: pd.DataFrame, item: str, column: str) -> float | None:
    return _number(rows[column].get(item))


def _number(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _shift(mine: pd.DataFrame, recalled: Mapping[str, int | None]) -> ResponseShift | None:
    asked = [item for item, level in recalled.items() if level is not None and item in mine.index]
    if not asked:
        return None
    looking_back = np.array([recalled[item] for item in asked], dtype=float)
    rows = mine.loc[asked]
    return response_shift(rows["before"].to_numpy(float), looking_back, rows["after"].to_numpy(float),
                          of="questions")


def _ratings(exchange: Exchange, side: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for one in exchange.all(Rating, side):
        found.setdefault(one.stage, {})[one.category] = one.level
    return found
