"""Who learned from whom, who carries the load, and who is left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd

from exchange.learning.flow import furthest
from exchange.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exchange.exchanges.exchange import Exchange

MEMBERS: Final = Table("members", (
    Column("city_id", "text", "the city"),
    Column("region", "text", "its region", optional=True),
    Column("income_group", "text", "the income group of its country", optional=True),
    Column("capacity", "integer", "how many learners it offers to host in a round", optional=True, low=0),
), key=("city_id",))
"""One row a city of the network."""


def links(exchanges: Iterable[Exchange], uses: pd.DataFrame) -> pd.DataFrame:
    """Return who learned from whom.

    Parameters
    ----------
    exchanges
        Those that took place count.
    uses
        Table `flow.LESSON_USES`.

    Returns
    -------
    DataFrame
        learner_id, host_id, exchanges, lessons (taken up by the learner in them), adopted (of those, in use);
        most adopted first.
    """
    held = pd.DataFrame([(one.exchange_id, one.learner_id, one.host_id) for one in exchanges if one.took_place],
                        columns=["exchange_id", "learner_id", "host_id"], dtype="string")
    reached = furthest(uses).dropna(subset=["exchange_id"])
    own = held.merge(reached, on="exchange_id", how="left")
    mine = own["city_id"] == own["learner_id"]
    own = own.assign(lesson=mine.fillna(value=False).astype(int),
                     adopted=own["used"].where(mine.fillna(value=False), 0.0).fillna(0.0))
    found = own.groupby(["learner_id", "host_id"], sort=True).agg(
        exchanges=("exchange_id", "nunique"), lessons=("lesson", "sum"), adopted=("adopted", "sum")).reset_index()
    return found.astype({"adopted": int}).sort_values(
        ["adopted", "lessons", "learner_id"], ascending=[False, False, True], ignore_index=True)


def load(exchanges: Iterable[Exchange], members: pd.DataFrame) -> pd.DataFrame:
    """Return how much each city hosted, against what it had offered.

    Parameters
    ----------
    exchanges
        Those that took place count.
    members
        Table `MEMBERS`.

    Returns
    -------
    DataFrame
        city_id, hosted, learnt, rounds (in which it hosted), most (hosted in one round), capacity (empty where
        nobody said), over (hosted more in a round than it offered), share (of all hosting); busiest first.
    """
    known = MEMBERS.check(members)
    held = pd.DataFrame([(one.learner_id, one.host_id, one.round) for one in exchanges if one.took_place],
                        columns=["learner_id", "host_id", "round"])
    hosted = held["host_id"].value_counts()
    a_round = held.groupby(["host_id", "round"]).size()
    most = a_round.groupby("host_id").max() if len(a_round) else pd.Series(dtype=int)
    rounds = a_round.groupby("host_id").size() if len(a_round) else pd.Series(dtype=int)
    table = pd.DataFrame({"city_id": known["city_id"]})
    for name, counts in (("hosted", hosted), ("learnt", held["learner_id"].value_counts()), ("rounds", rounds),
                         ("most", most)):
        table[name] = table["city_id"].map(counts).fillna(0).astype(int)
    table["capacity"] = known["capacity"]
    table["over"] = (table["most"] > table["capacity"]).fillna(value=False).astype(bool)
    table["share"] = table["hosted"] / max(1, len(held))
    return table.sort_values(["hosted", "city_id"], ascending=[False, True], ignore_index=True)


def concentration(hosted: pd.Series) -> float:
    """Return how unequally hosting is spread, 0 (all alike) to 1 (one city alone): the Gini coefficient."""
    values = sorted(float(value) for value in hosted)
    total, n = sum(values), len(values)
    if not total:
        return 0.0
    return sum((2 * place - n - 1) * value for place, value in enumerate(values, 1)) / (n * total)


def left_out(exchanges: Iterable[Exchange], members: pd.DataFrame, by: str = "income_group") -> pd.DataFrame:
    """Return which groups of cities take part in fewer exchanges than chance would have it.

    Parameters
    ----------
    exchanges
        Those that took place count, on either side.
    members
        Table `MEMBERS`.
    by
        ``"income_group"`` or ``"region"``; cities without one are left out.

    Returns
    -------
    DataFrame
        group, cities, taking_part, expected (cities that would take part if groups did not matter), p (chance of
        so few or fewer, hypergeometric), left_out (p corrected for the number of groups is at most 5 %); worst
        first.
    """
    known = MEMBERS.check(members).dropna(subset=[by])
    active = {city for one in exchanges if one.took_place for city in one.sides.values()}
    taking_part = known["city_id"].isin(active)
    total, part = len(known), int(taking_part.sum())
    groups = sorted(set(known[by].astype(str)))
    rows = []
    for group in groups:
        mine = known[by] == group
        size, there = int(mine.sum()), int((mine & taking_part).sum())
        p = _so_few(there, size, part, total)
        rows.append({"group": group, "cities": size, "taking_part": there, "expected": size * part / total,
                     "p": p, "left_out": p * len(groups) <= 0.05})
    columns = ["group", "cities", "taking_part", "expected", "p", "left_out"]
    return pd.DataFrame(rows, columns=columns).sort_values(["p", "group"], ignore_index=True)


def _so_few(there: int, size: int, part: int, total: int) -> float:
    """Return the chance that so few of a group are among `part` cities drawn from `total`."""
    ways = math.comb(total, part)
    return sum(math.comb(size, k) * math.comb(total - size, part - k)
               for k in range(max(0, part - (total - size)), there + 1)) / ways


def without(exchanges: Iterable[Exchange], members: pd.DataFrame) -> tuple[str, ...]:
    """Return the cities that took part in no exchange at all."""
    active = {city for one in exchanges if one.took_place for city in one.sides.values()}
    return tuple(city for city in MEMBERS.check(members)["city_id"] if city not in active)
