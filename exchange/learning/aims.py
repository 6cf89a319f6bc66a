"""What changed where an exchange aimed, and what changed elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pandas as pd

from exchange.evaluation.many import benjamini_hochberg
from exchange.evaluation.paired import mean_change
from exchange.tables import Column, Table
from exchange.vocabulary import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from exchange.evaluation.result import Result
    from exchange.exchanges.exchange import Exchange

ANSWERS: Final = Table("answers of all rounds", (
    Column("city_id", "text", "the city"),
    Column("round", "text", "the round of the self-assessment"),
    Column("item", "text", "the question"),
    Column("level", "number", "the level that was answered", "0 to 3", low=0, high=3),
), key=("city_id", "round", "item"))
"""Answered questions only, of every city and round."""

AIMS: Final = Table("aims", (
    Column("exchange_id", "text", "the exchange"),
    Column("side", "text", "whose level it is", choices=tuple(SIDES)),
    Column("city_id", "text", "the city"),
    Column("item", "text", "the question"),
    Column("targeted", "boolean", "whether the city aimed at it"),
    Column("before", "number", "the level in the round of the exchange", "0 to 3", low=0, high=3),
    Column("after", "number", "the level in the round after", "0 to 3", low=0, high=3),
), key=("exchange_id", "side", "item"))
"""One row a finished exchange, side and question that was answered both before and after."""


Levels = dict[tuple[str, str], "pd.Series[float]"]


def aims(exchanges: Iterable[Exchange], answers: pd.DataFrame, rounds: Sequence[str]) -> pd.DataFrame:
    """Return the levels of both cities of each finished exchange, before and after it.

    Parameters
    ----------
    exchanges
        With their entries; only closed ones count.
    answers
        Table `ANSWERS`.
    rounds
        The rounds in their order. An exchange lies between its own round and the next.

    Returns
    -------
    DataFrame
        Table `AIMS`.
    """
    known = ANSWERS.check(answers)
    levels: Levels = {(str(city), str(round_)): rows.set_index("item")["level"]
                      for (city, round_), rows in known.groupby(["city_id", "round"], sort=False)}
    following = dict(pairwise(rounds))
    found = [_side(one, side, levels, following) for one in exchanges if one.status == "closed" for side in SIDES]
    kept = [rows for rows in found if len(rows)]
    return AIMS.check(pd.concat(kept, ignore_index=True)) if kept else AIMS.empty()


def _side(exchange: Exchange, side: str, levels: Levels, following: Mapping[str, str],
          ) -> pd.DataFrame:
    city, nothing = exchange.sides[side], pd.Series(dtype=float)
    before = levels.get((city, exchange.round), nothing)
    after = levels.get((city, following.get(exchange.round, "")), nothing)
    both = before.index.intersection(after.index)
    return pd.DataFrame({
        "exchange_id": exchange.exchange_id, "side": side, "city_id": city, "item": both.astype(str),
        "targeted": [item in set(exchange.targeted(side)) for item in both],
        "before": before[both].to_numpy(float), "after": after[both].to_numpy(float)})


@dataclass(frozen=True)
class WhereAimed:
    """What changed in cities that took part, each city counting once.

    Parameters
    ----------
    targeted
        Mean change of the questions that the cities aimed at.
    others
        Mean change of their other questions.
    difference
        How much more the targeted ones changed: a yardstick that moved for the whole city cancels out.
    left_out
        Cities with a finished exchange of which no targeted question is known both before and after.
    """

    targeted: Result
    others: Result
    difference: Result
    left_out: tuple[str, ...]


def where_aimed(rows: pd.DataFrame, *, side: str = "learner", level: float = 0.95) -> WhereAimed:
    """Return what changed where exchanges aimed, against what changed elsewhere in the same cities.

    Parameters
    ----------
    rows
        Table `AIMS`.
    side
        Whose changes: those of the learners or of the hosts.
    level
        Confidence level. The p-values are corrected for being three.
    """
    mine = AIMS.check(rows) if len(rows) else AIMS.empty()
    mine = mine[mine["side"] == side]
    mine = mine.assign(change=mine["after"] - mine["before"])
    means = mine.pivot_table(index="city_id", columns="targeted", values="change", aggfunc="mean")
    means = means.reindex(columns=[False, True])
    targeted, others, difference = together([
        mean_change(means[True].dropna(), level=level), mean_change(means[False].dropna(), level=level),
        mean_change((means[True] - means[False]).dropna(), level=level, design="within")])
    aimed = set(means.index[means[True].notna()])
    return WhereAimed(targeted, others, difference, tuple(sorted(set(mine["city_id"]) - aimed)))


def together(results: Sequence[Result]) -> list[Result]:
    """Return results with p-values corrected for having been looked at together."""
    q = benjamini_hochberg([float("nan") if one.p is None else one.p for one in results])
    return [one if one.p is None else one.corrected(float(value)) for one, value in zip(results, q, strict=True)]
