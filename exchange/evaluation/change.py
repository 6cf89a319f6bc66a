"""What changed between two assessments, question by question, on anybody's table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from exchange.errors import InputError
from exchange.evaluation.bootstrap import minimum_detectable_effect
from exchange.evaluation.compared import difference, match_controls
from exchange.evaluation.many import benjamini_hochberg
from exchange.evaluation.paired import hodges_lehmann, improved_minus_worse, mean_change, smallest_p
from exchange.evaluation.panel import FEWEST_CLUSTERS, linear, ordinal
from exchange.evaluation.shift import ResponseShift, response_shift
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
    Column("looking_back", "number", "the level before, as the city sees it now", optional=True),
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
        Group -> how much more its cities changed than the others, by randomisation inference; empty without groups.
    matched
        Group -> the same against controls that began at the same level of the same question.
    models
        Name -> difference in differences by a model, where there are two groups and cities enough.
    shift
        Whether the yardstick moved, where the table says how cities see the time before by now.
    smallest_effect
        The mean change that as many cities would show with a chance of 80 %; None for fewer than two cities.
    left_out
        What could not be used, by name, and what was not computed.
    """

    items: tuple[ItemChange, ...]
    cities: dict[str, Result]
    contrasts: dict[str, Result]
    matched: dict[str, Result]
    models: dict[str, Result]
    shift: ResponseShift | None
    smallest_effect: float | None
    left_out: tuple[Text, ...]

    def record(self) -> dict[str, Any]:
        """Return all of it as plain values, for JSON."""
        parts = {"cities": self.cities, "contrasts": self.contrasts, "matched": self.matched, "models": self.models}
        shift = self.shift and {
            "raw": self.shift.raw.record(), "adjusted": self.shift.adjusted.record(),
            "shift": self.shift.shift.record(), "sentence": str(self.shift.sentence)}
        return {"items": self.rows(), **{name: {group: one.record() for group, one in results.items()}
                                         for name, results in parts.items()},
                "response_shift": shift, "smallest_effect": self.smallest_effect,
                "left_out": [str(one) for one in self.left_out]}

    def rows(self) -> list[dict[str, Any]]:
        """Return the items as plain rows, for tables and JSON."""
        return [{"item": one.item, "group": one.group, "n": one.result.n, "changed": one.result.changed,
                 "improved": one.improved, "same": one.same, "worse": one.worse,
                 "estimate": one.result.estimate, "low": one.result.low, "high": one.result.high,
                 "level": one.result.level, "p": one.result.p, "q": one.result.q, "shift": one.shift.estimate,
                 "shift_low": one.shift.low, "shift_high": one.shift.high, "smallest_p": one.smallest_p,
                 "delta": one.delta, "verdict": one.result.verdict, "method": one.result.method,
                 "sentence": str(one.result.sentence)} for one in self.items]


def change(table: pd.DataFrame, *, level: float = 0.95, rng: np.random.Generator | None = None) -> Changes:
    """Return what changed: each question, each city as a whole, and each group against the others.

    Parameters
    ----------
    table
        Table `CHANGE`; the columns `group` and `looking_back` may be missing.
    level
        Confidence level of the intervals.
    rng
        For the models, which draw cities again; a generator with a fixed seed by default, so that the same table gives
        the same answer.

    Raises
    ------
    InputError
        For a table that is not as declared, or in which no city has a level before and after.
    """
    given = CHANGE.check(table.assign(**{name: None for name in _MAY_MISS if name not in table.columns}))
    known = given.dropna(subset=["before", "after"])
    if known.empty:
        raise InputError.at("change", "no city has a level both before and after",
                            "Give both: a follow-up without a baseline shows no change.")
    known = known.assign(change=known["after"] - known["before"], group=known["group"].fillna("").astype(str))
    groups = list(dict.fromkeys(known["group"]))
    sets = {"": known} | {group: known[known["group"] == group] for group in groups if groups != [""]}
    cities = {group: mean_change(_by_city(rows)["change"], level=level) for group, rows in sets.items()}
    models, not_made = _models(known, groups, level, rng or np.random.default_rng(0))
    left_out = (*_one_group(known), *_left_out(given), *not_made)
    return Changes(_items(sets, level), cities, _contrasts(known, groups, level), _matched(known, groups, level),
                   models, _shift(known, level), _smallest_effect(known), left_out)


_MAY_MISS: Final = ("group", "looking_back")


def _one_group(known: pd.DataFrame) -> tuple[Text, ...]:
    """Name the cities that stand in two groups: they count in the first one."""
    groups = known.groupby("city", sort=False)["group"].nunique()
    return tuple(text("{city} stands in two groups and counts in the first.", city=str(city))
                 for city in groups.index[groups > 1])


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
    return {group: difference(cities["change"], cities["group"] == group, level=level) for group in _compared(groups)}


def _compared(groups: list[str]) -> list[str]:
    """Return the groups to compare with the others: of two, the first alone says all."""
    return groups[:1] if len(groups) == 2 else groups


def _matched(known: pd.DataFrame, groups: list[str], level: float) -> dict[str, Result]:
    """Compare each city with controls that began at the same level of the same question; a city counts once."""
    if len(groups) < 2:
        return {}
    return {group: mean_change(_gaps(known, group), level=level, design="compared") for group in _compared(groups)}


def _gaps(known: pd.DataFrame, group: str) -> list[float]:
    gaps: dict[str, list[float]] = {}
    for _, rows in known.groupby("item", sort=False):
        changes, cities = rows["change"].to_numpy(float), rows["city"].to_numpy(str)
        pairs = match_controls(rows["group"] == group, rows["before"]).pairs
        for mine, control in pairs:
            gaps.setdefault(str(cities[mine]), []).append(float(changes[mine] - changes[control]))
    return [fmean(some) for some in gaps.values()]


def _models(known: pd.DataFrame, groups: list[str], level: float, rng: np.random.Generator,
            ) -> tuple[dict[str, Result], tuple[Text, ...]]:
    """Return the difference in differences by means and by ordered levels, or why they were not computed."""
    if len(groups) != 2:
        return {}, ()
    cities = known["city"].nunique()
    if cities < FEWEST_CLUSTERS:
        return {}, (text("Models that draw cities again need {fewest} cities; there are {n}, so the test by "
                         "randomisation stands alone.", fewest=FEWEST_CLUSTERS, n=cities),)
    levels = known[["before", "after"]].to_numpy(float)
    if not (np.all(levels == np.round(levels)) and levels.min() >= 0 and levels.max() <= 10):
        return {}, (text("Models of ordered levels need whole numbers of 0 to 10."),)
    long = _panel(known, groups[0])
    found = {"difference in differences": linear(long, rng, level=level)}
    above = np.unique(levels)[1:]
    if above.size:
        middle = int(above[above.size // 2])
        by_order = ordinal(long, rng, level=level, at_least=middle)
        found["cumulative logit, log odds"] = by_order.log_odds
        found[f"cumulative logit, share at {middle} or above"] = by_order.share
    return found, ()


def _panel(known: pd.DataFrame, treated: str) -> pd.DataFrame:
    """Return the table with one row a time, for the models."""
    first = known.groupby("city", sort=False)["group"].transform("first") == treated
    wide = known[["city", "item", "before", "after"]].assign(treated=first)
    long = wide.melt(["city", "item", "treated"], ["before", "after"], "post", "level")
    return long.assign(post=long["post"] == "after", level=long["level"].astype(int))


def _shift(known: pd.DataFrame, level: float) -> ResponseShift | None:
    asked = known.dropna(subset=["looking_back"])
    if asked.empty:
        return None
    means = asked.groupby("city", sort=False)[["before", "looking_back", "after"]].mean()
    return response_shift(means["before"], means["looking_back"], means["after"], level=level)


def _smallest_effect(known: pd.DataFrame) -> float | None:
    changes = _by_city(known)["change"].to_numpy(float)
    return minimum_detectable_effect(changes.size, float(changes.std(ddof=1))) if changes.size > 1 else None

def _left_out(given: pd.DataFrame) -> tuple[Text, ...]:
    said = {(True, True): text("no level before or after"), (True, False): text("no level before"),
            (False, True): text("no level after")}
    missing = zip(given["city"], given["item"], given["before"].isna(), given["after"].isna(), strict=True)
    return tuple(text("{city}, {item}: {why}.", city=city, item=item, why=said[bool(before), bool(after)])
                 for city, item, before, after in missing if before or after)
