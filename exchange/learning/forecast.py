"""Were we right beforehand, and what did it cost? Forecasts against outcomes, and effort for each adopted action."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pandas as pd

from exchange.evaluation.indicators import cost
from exchange.exchanges.records import Action, Benefit, DesignChange, Person
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exchange.exchanges.exchange import Exchange

FEWEST_FORECASTS: Final = 10
"""Below so many forecasts with an outcome nothing is said about their quality."""

_BINS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Calibration:
    """How good the forecasts were that were made at the start.

    Parameters
    ----------
    n
        Forecasts with a known outcome.
    brier
        Mean squared difference of chance and outcome: 0 is perfect, 0.25 a coin. None without forecasts.
    base_rate
        Share of benefits that were reached.
    skill
        1 - brier / brier of always saying the base rate; above 0 the forecasts add something.
    bins
        low, high, n, chance (mean forecast), reached (share that came true).
    """

    n: int
    brier: float | None
    base_rate: float | None
    skill: float | None
    bins: pd.DataFrame

    @property
    def sentence(self) -> Text:
        """What the figures mean."""
        if self.n < FEWEST_FORECASTS or self.brier is None:
            return text("Too few: {n} forecasts have an outcome, {fewest} are needed.", n=self.n,
                        fewest=FEWEST_FORECASTS)
        chance = float((self.bins["chance"] * self.bins["n"]).sum() / self.n)
        return text("On average a chance of {chance} was given and {reached} came true, in {n} forecasts. "
                    "Brier {brier}, where 0.25 is a coin.", chance=chance, reached=self.base_rate, n=self.n,
                    brier=self.brier)


def calibration(exchanges: Iterable[Exchange]) -> Calibration:
    """Return how the chances given to benefits compare with what came true.

    References
    ----------
    Brier (1950), Monthly Weather Review 78. Murphy (1973), A new vector partition of the probability score,
    Journal of Applied Meteorology 12.
    """
    rows = pd.DataFrame([(one.chance, float(one.reached)) for exchange in exchanges
                         for one in exchange.all(Benefit) if one.chance is not None and one.reached is not None],
                        columns=["chance", "reached"], dtype=float)
    bins = _binned(rows)
    if rows.empty:
        return Calibration(0, None, None, None, bins)
    brier = float(((rows["chance"] - rows["reached"]) ** 2).mean())
    base = float(rows["reached"].mean())
    spread = base * (1 - base)
    return Calibration(len(rows), brier, base, 1 - brier / spread if spread else None, bins)


def _binned(rows: pd.DataFrame) -> pd.DataFrame:
    found = []
    for low, high in pairwise(_BINS):
        last = high == _BINS[-1]
        inside = rows[(rows["chance"] >= low) & ((rows["chance"] <= high) if last else (rows["chance"] < high))]
        if len(inside):
            found.append((low, high, len(inside), float(inside["chance"].mean()),
                          float(inside["reached"].mean())))
    return pd.DataFrame(found, columns=["low", "high", "n", "chance", "reached"])


def cost_per_adopted(exchanges: Iterable[Exchange]) -> pd.DataFrame:
    """Return cost and days for each adopted action, apart for each currency.

    Returns
    -------
    DataFrame
        currency, exchanges, cost, days, adopted, cost_each, days_each (empty where nothing is adopted yet).
    """
    rows = [(*cost(one), sum(person.days or 0.0 for person in one.all(Person)),
             sum(action.status == "adopted" for action in one.all(Action)))
            for one in exchanges if one.took_place]
    table = pd.DataFrame(rows, columns=["currency", "cost", "days", "adopted"])
    found = table.groupby("currency", sort=True).agg(
        exchanges=("cost", "size"), cost=("cost", "sum"), days=("days", "sum"), adopted=("adopted", "sum"))
    adopted = found["adopted"].where(found["adopted"] > 0)
    return found.assign(cost_each=found["cost"] / adopted, days_each=found["days"] / adopted).reset_index()


def design_changes(exchanges: Iterable[Exchange]) -> pd.DataFrame:
    """Return what was done differently because of an earlier evaluation: round, exchange_id, what, because_of."""
    rows = [(one.round, one.exchange_id, change.what, change.because_of) for one in exchanges
            for change in one.all(DesignChange)]
    return pd.DataFrame(rows, columns=["round", "exchange_id", "what", "because_of"])
