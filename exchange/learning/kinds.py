"""What works for whom: kinds of exchange side by side, each with how many cities stand behind it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Final

from exchange.errors import NotFoundError
from exchange.evaluation.compared import difference
from exchange.evaluation.paired import mean_change
from exchange.exchanges.records import Action, Feedback
from exchange.learning.aims import together
from exchange.learning.flow import furthest
from exchange.tables import Column, Table
from exchange.words import text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd

    from exchange.evaluation.result import Result
    from exchange.exchanges.exchange import Exchange

OUTCOMES: Final = Table("outcomes", (
    Column("exchange_id", "text", "the exchange"),
    Column("learner_id", "text", "the city that learnt"),
    Column("host_id", "text", "the city that it learnt from"),
    Column("pair_type", "text", "mentoring, peer to peer or cluster", optional=True),
    Column("modality", "text", "the form of the exchange", optional=True),
    Column("round", "text", "the round", optional=True),
    Column("shared_language", "text", "whether both cities share a language", optional=True,
           choices=("yes", "no")),
    Column("change", "number", "mean change of the learner's targeted questions", "levels", optional=True),
    Column("adopted", "number", "share of the lessons taken up that are used or routine", "0 to 1",
           optional=True, low=0, high=1),
    Column("uptake", "number", "share of the learner's actions that have begun", "0 to 1", optional=True, low=0,
           high=1),
    Column("relevance", "number", "mean relevance that participants gave", "1 to 5", optional=True, low=1, high=5),
), key=("exchange_id",))
"""One row a finished exchange: its kind, and what came of it."""

KINDS: Final = ("modality", "pair_type", "shared_language", "round")
"""Columns of `OUTCOMES` by which exchanges are compared."""

MEASURES: Final = {"change": text("in levels"), "adopted": text("of the lessons"), "uptake": text("of the actions"),
                   "relevance": text("in points")}
"""Columns of `OUTCOMES` that say what came of an exchange, with their unit. They are never mixed."""


def outcomes(exchanges: Iterable[Exchange], aims: pd.DataFrame, uses: pd.DataFrame,
             sharing_a_language: Collection[tuple[str, str]] | None = None) -> pd.DataFrame:
    """Return what came of each finished exchange.

    Parameters
    ----------
    exchanges
        With their entries; only closed ones count.
    aims
        Table `aims.AIMS`.
    uses
        Table `flow.LESSON_USES`.
    sharing_a_language
        Pairs of learner and host who share a language; None where that is not known.

    Returns
    -------
    DataFrame
        Table `OUTCOMES`.
    """
    learnt = aims[(aims["side"] == "learner") & aims["targeted"]]
    change = (learnt["after"] - learnt["before"]).groupby(learnt["exchange_id"]).mean()
    reached = furthest(uses)
    adopted = reached["used"].groupby(reached["exchange_id"]).mean()
    return OUTCOMES.of({
        "exchange_id": one.exchange_id, "learner_id": one.learner_id, "host_id": one.host_id,
        "pair_type": one.pair_type, "modality": one.modality, "round": one.round or None,
        "shared_language": _yes_no(one, sharing_a_language), "change": change.get(one.exchange_id),
        "adopted": adopted.get(one.exchange_id), "uptake": _uptake(one), "relevance": _relevance(one),
    } for one in exchanges if one.status == "closed")


def _yes_no(exchange: Exchange, sharing: Collection[tuple[str, str]] | None) -> str | None:
    if sharing is None:
        return None
    return "yes" if (exchange.learner_id, exchange.host_id) in sharing else "no"


def _uptake(exchange: Exchange) -> float | None:
    actions = exchange.all(Action, "learner")
    return fmean(one.under_way for one in actions) if actions else None


def _relevance(exchange: Exchange) -> float | None:
    marks = [one.relevance for one in exchange.all(Feedback) if one.relevance is not None]
    return fmean(marks) if marks else None


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of exchange did.

    Parameters
    ----------
    by, name
        What the exchanges are sorted by, and this kind of them.
    exchanges
        How many finished ones.
    result
        Mean of the outcome; cities count once. For outcomes other than a change only n, mean and interval count.
    against_others
        How much better or worse than all other kinds together, with a verdict. Kinds were not drawn by lot.
    """

    by: str
    name: str
    exchanges: int
    result: Result
    against_others: Result


def what_works(table: pd.DataFrame, by: str = "modality", outcome: str = "change", *, level: float = 0.95,
               ) -> tuple[Kind, ...]:
    """Return how each kind of exchange did, the best first; the comparisons are corrected for being several.

    Parameters
    ----------
    table
        Table `OUTCOMES`.
    by
        One of `KINDS`.
    outcome
        One of `MEASURES`.
    level
        Confidence level.

    Raises
    ------
    NotFoundError
        For another column.
    """
    for name, known in ((by, KINDS), (outcome, tuple(MEASURES))):
        if name not in known:
            raise NotFoundError.at("what works", f"{name!r} is not recorded", f"Use one of {', '.join(known)}.")
    rows = OUTCOMES.check(table) if len(table) else OUTCOMES.empty()
    rows = rows.dropna(subset=[by, outcome])
    names = sorted(set(rows[by].astype(str)))
    unit = MEASURES[outcome]
    means = [mean_change(_by_city(rows[rows[by] == name], outcome), level=level, unit=unit) for name in names]
    against = together([_against(rows, by, name, outcome, level) for name in names])
    kinds = [Kind(by, name, int((rows[by] == name).sum()), mean, other)
             for name, mean, other in zip(names, means, against, strict=True)]
    return tuple(sorted(kinds, key=lambda kind: -(kind.result.estimate or 0.0)))


def _by_city(rows: pd.DataFrame, outcome: str) -> pd.Series:
    return rows.groupby("learner_id", sort=True)[outcome].mean()


def _against(rows: pd.DataFrame, by: str, name: str, outcome: str, level: float) -> Result:
    """Compare a kind with all others; a city with several exchanges of the same sort counts once in it."""
    mine = (rows[by] == name).to_numpy(bool)
    cities = rows.assign(mine=mine).groupby(["learner_id", "mine"], sort=True)[outcome].mean().reset_index()
    return difference(cities[outcome].to_numpy(float), cities["mine"].to_numpy(bool), level=level,
                      unit=MEASURES[outcome])


def unlike(table: pd.DataFrame, by: str, first: str, second: str, outcome: str = "change", *, level: float = 0.95,
           ) -> Result:
    """Return how much more came of one kind than of another, by randomisation inference."""
    rows = OUTCOMES.check(table)
    rows = rows[rows[by].isin([first, second])].dropna(subset=[outcome])
    return _against(rows, by, first, outcome, level)


@dataclass(frozen=True, slots=True)
class ForWhom:
    """How one form of exchange did for one group of learners."""

    group: str
    name: str
    exchanges: int
    result: Result


def for_whom(table: pd.DataFrame, groups: Mapping[str, str | None], by: str = "modality", outcome: str = "change", *,
             level: float = 0.95) -> tuple[ForWhom, ...]:
    """Return how each kind of exchange did for each group of learners; cities count once, and cells are corrected.

    Parameters
    ----------
    table
        Table `OUTCOMES`.
    groups
        City id -> its group, for example its income group; cities without one are left out.
    by, outcome, level
        As in `what_works`.
    """
    rows = OUTCOMES.check(table) if len(table) else OUTCOMES.empty()
    rows = rows.assign(group=rows["learner_id"].map(groups)).dropna(subset=["group", by, outcome])
    cells = [(str(group), str(name), cell) for (group, name), cell in rows.groupby(["group", by], sort=True)]
    results = together([mean_change(_by_city(cell, outcome), level=level, unit=MEASURES[outcome])
                        for _, _, cell in cells])
    return tuple(ForWhom(group, name, len(cell), result)
                 for (group, name, cell), result in zip(cells, results, strict=True))
