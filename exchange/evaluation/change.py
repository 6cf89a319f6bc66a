"""What changed between two assessments, question by question, on anybody's table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from exchange.errors import InputError
from exchange.evaluation.compared import difference
from exchange.evaluation.many import benjamini_hochberg
from exchange.evaluation.paired import hodges_lehmann, improved_minus_worse, mean_change, smallest_p
from exchange.tables import Column, Table
from exchange.words import Text, text

if TYPE_CHECKING:
    import pandas as pd

    from exchange.evaluation.result import Result

CHANGE: Final = Table("change", (
    Column("city", "text", "the city"),
    Column("item", "text", "the question or indicator"),
    Column("before", "number", "the level before", optional=True),
    Column("after", "number", "the level after", optional=True),
    Column("group", "text", "a group to compare, for example who took part", optional=True),
), key=("city", "item"))
"""One row a city and question. A missing level leaves the row out, and says so."""


@dataclass(frozen=True)
class ItemChange:
    """What changed in one question, in all cities or in one group of them.

    Parameters
    ----------
    item, group
        The question, and the group ("" for all cities together).
    result
        Mean change with the exact sign-flip test; `result.q` is corrected for looking at many questions.
    shift
        Hodges-Lehmann shift, which a single large change moves less.
    improved, same, worse
        How many cities went up, stayed, went down.
    delta
        Share that went up minus share that went down, -1 to 1.
    smallest_p
        The smallest p-value that so many changed cities can reach at all.
    """

    item: str
    group: str
    result: Result
    shift: Result
    improved: int
    same: int
    worse: int
    delta: float
    smallest_p: float


@dataclass(frozen=True)
class Changes:
    """All that a table of changes says.

    Parameters
    ----------
    items
        One a question and group, in the order of the table.
    cities
        Group -> mean change of its cities over their questions; ``""`` is all cities.
    contrasts
        Group -> how much more its cities changed than the others; empty without groups.
    left_out
        What could not be used, by name.
    """

    items: tuple[ItemChange, ...]
    cities: dict[str, Result]
    contrasts: dict[str, Result]
    left_out: tuple[Text, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return the items as plain rows, for tables and JSON."""
        return [{"item": one.item, "group": one.group, "n": one.result.n, "changed": one.result.changed,
                 "improved": one.improved, "same": one.same, "worse": one.worse,
                 "estimate": one.result.estimate, "low": one.result.low, "high": one.result.high,
                 "level": one.result.level, "p": one.result.p, "q": one.result.q, "shift": one.shift.estimate,
                 "delta": one.delta, "verdict": one.result.verdict, "method": one.result.method,
                 "sentence": str(one.result.sentence)} for one in self.items]


def change(table: pd.DataFrame, *, level: float = 0.95) -> Changes:
    """Return what changed: each question, each city as a whole, and each group against the others.

    Parameters
    ----------
    table
        Table `CHANGE`; the column `group` may be missing.
    level
        Confidence level of the intervals.

    Raises
    ------
    InputError
        For a table that is not as declared, or in which no city has a level before and after.
    """
    given = CHANGE.check(table if "group" in table.columns else table.assign(group=None))
    known = given.dropna(subset=["before", "after"])
    if known.empty:
        raise InputError.at("change", "no city has a level both before and after",
                            "Give both: a follow-up without a baseline shows no change.")
    known = known.assign(change=known["after"] - known["before"], group=known["group"].fillna("").astype(str))
    groups = list(dict.fromkeys(known["group"]))
    sets = {"": known} | {group: known[known["group"] == group] for group in groups if groups != [""]}
    cities = {group: mean_change(_by_city(rows)["change"], level=level) for group, rows in sets.items()}
    return Changes(_items(sets, level), cities, _contrasts(known, groups, level), _left_out(given))


def _items(sets: dict[str, pd.DataFrame], level: float) -> tuple[ItemChange, ...]:
    found = [_item(str(item), group, rows["change"].to_numpy(float), level)
             for group, whole in sets.items() for item, rows in whole.groupby("item", sort=False)]
    return tuple(one for group in sets for one in _corrected([one for one in found if one.group == group]))


def _item(item: str, group: str, changes: np.ndarray[Any, np.dtype[np.float64]], level: float) -> ItemChange:
    result = mean_change(changes, level=level)
    return ItemChange(item, group, result, hodges_lehmann(changes, level=level), int((changes > 0).sum()),
                      int((changes == 0).sum()), int((changes < 0).sum()), improved_minus_worse(changes),
                      smallest_p(result.changed))


def _corrected(items: list[ItemChange]) -> list[ItemChange]:
    """Return the items of one group with p-values corrected for looking at all of them."""
    q = benjamini_hochberg([np.nan if one.result.p is None else one.result.p for one in items])
    return [replace(one, result=one.result.corrected(float(value)))
            for one, value in zip(items, q, strict=True)]


def _by_city(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each city's mean change: questions of one city belong together and count as one."""
    return rows.groupby("city", sort=False).agg(change=("change", "mean"), group=("group", "first"))


def _contrasts(known: pd.DataFrame, groups: list[str], level: float) -> dict[str, Result]:
    if len(groups) < 2:
        return {}
    cities = _by_city(known)
    compared = groups[:1] if len(groups) == 2 else groups
    return {group: difference(cities["change"], cities["group"] == group, level=level) for group in compared}


def _left_out(given: pd.DataFrame) -> tuple[Text, ...]:
    said = {(True, True): text("no level before or after"), (True, False): text("no level before"),
            (False, True): text("no level after")}
    missing = zip(given["city"], given["item"], given["before"].isna(), given["after"].isna(), strict=True)
    return tuple(text("{city}, {item}: {why}.", city=city, item=item, why=said[bool(before), bool(after)])
                 for city, item, before, after in missing if before or after)
