"""Difference in differences: whether those who took part moved more than those who did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from exchange.errors import Findings, InputError
from exchange.evaluation.bootstrap import by_cluster
from exchange.evaluation.ordinal import cumulative_logit
from exchange.evaluation.result import Result
from exchange.tables import Column, Table
from exchange.words import text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from exchange.words import Text

Rows = npt.NDArray[np.int_]

PANEL: Final = Table("panel", (
    Column("city", "text", "the city"),
    Column("item", "text", "the question"),
    Column("treated", "boolean", "whether the city took part"),
    Column("post", "boolean", "whether this is the level after"),
    Column("level", "integer", "the level", "0 to 3", low=0, high=10),
), key=("city", "item", "post"))
"""One row a city, question and time. A city that took part is treated before and after."""

FEWEST_CLUSTERS: Final = 30
"""Below so many cities a bootstrap over cities is too narrow; `compared.difference` is to be used."""

_BEFORE, _AFTER = 2, 3
"""Cells of those who took part; 0 and 1 are those who did not, before and after."""


def linear(panel: pd.DataFrame, rng: np.random.Generator, *, draws: int = 999, level: float = 0.95) -> Result:
    """Return the difference in differences of mean levels, with an interval from drawing cities again.

    Parameters
    ----------
    panel
        Table `PANEL`.
    rng
        Chance.

    References
    ----------
    Angrist and Pischke (2009), Mostly Harmless Econometrics, section 5.2.
    """
    cells = _Cells.of(panel)
    values = cells.levels

    def estimate(rows: Rows) -> float:
        counts = cells.counts(rows)
        sizes = counts.sum(axis=1)
        if not sizes.all():
            return float("nan")
        means = counts @ values / sizes
        return float((means[_AFTER] - means[_BEFORE]) - (means[1] - means[0]))

    return cells.result(estimate, rng, draws, level, "difference in differences", text("in levels"))


def two_by_two(values: npt.ArrayLike, treated: npt.ArrayLike, post: npt.ArrayLike) -> tuple[float, float]:
    """Return the difference in differences of means of single cases, and its least-squares standard error.

    The same as the interaction of a regression on treated, post and treated x post: each cell has its own mean, and
    the spread within cells is taken to be the same in all four. Cases are not followed over time and count as
    independent; for cities, which are followed, use `linear`.

    Parameters
    ----------
    values
        Outcome of each case, shape (n,).
    treated, post
        Whether it belongs to those who took part, and to the time after; shape (n,).

    References
    ----------
    Wooldridge (2019), Introductory Econometrics, section 13.2.
    """
    y = np.asarray(values, dtype=float)
    cell = 2 * np.asarray(treated, dtype=int) + np.asarray(post, dtype=int)
    sizes = np.bincount(cell, minlength=len(_PATTERNS))
    if not sizes.all():
        raise InputError.at("cases", "one of the four groups is empty", "Give cases of all four.")
    means = np.bincount(cell, weights=y, minlength=len(_PATTERNS)) / sizes
    spread = float(((y - means[cell]) ** 2).sum()) / (y.size - len(_PATTERNS))
    estimate = (means[_AFTER] - means[_BEFORE]) - (means[1] - means[0])
    return float(estimate), float(np.sqrt(spread * (1 / sizes).sum()))


@dataclass(frozen=True)
class OrdinalChange:
    """Difference in differences that uses only the order of levels.

    Parameters
    ----------
    log_odds
        On the scale of the model.
    share
        Change in the share of answers at `at_least` or higher that goes with taking part, -1 to 1.
    """

    log_odds: Result
    share: Result


def ordinal(panel: pd.DataFrame, rng: np.random.Generator, *, draws: int = 199, level: float = 0.95,
            at_least: int = 2) -> OrdinalChange:
    """Return the difference in differences by a cumulative logit, with cities drawn again.

    Parameters
    ----------
    panel
        Table `PANEL`.
    at_least
        The level from which the share counts; it must occur.

    References
    ----------
    Puhani (2012), The treatment effect in nonlinear difference-in-differences models, Economics Letters 115.
    """
    cells = _Cells.of(panel)
    position = int(np.searchsorted(cells.levels, at_least))

    def log_odds(rows: Rows) -> float:
        return _fit(cells.counts(rows), position)[0]

    def share(rows: Rows) -> float:
        return _fit(cells.counts(rows), position)[1]

    seed = int(rng.integers(2**32))  # the same cities are drawn for both figures
    method = "cumulative logit, difference in differences"
    odds = cells.result(log_odds, np.random.default_rng(seed), draws, level, method, text("in log odds"))
    shares = cells.result(share, np.random.default_rng(seed), draws, level, method, text("as a share"))
    return OrdinalChange(odds, shares)


def _fit(counts: npt.NDArray[np.float64], position: int) -> tuple[float, float]:
    """Return the interaction of a fit to counts of (cell, level), and what it means for a share."""
    used = counts.sum(axis=0) > 0
    if not counts.sum(axis=1).all() or used.sum() < 2:
        return float("nan"), float("nan")
    cell, level = np.indices(counts.shape)
    kept = counts.ravel() > 0
    pattern = _PATTERNS[cell.ravel()[kept]]
    fit = cumulative_logit(level.ravel()[kept], pattern, counts.ravel()[kept])
    place = int(used[:position].sum())
    if not 0 < place < used.sum():
        return float(fit.coefficients[2]), float("nan")
    without, taking_part = fit.at_least(place, [[1, 1, 0], [1, 1, 1]])
    return float(fit.coefficients[2]), float(taking_part - without)


_PATTERNS = np.array([[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]], dtype=float)
"""Treated, post and both, of each cell."""


def _whole(table: pd.DataFrame) -> None:
    """Raise for each city and question that has only one of its two levels: it would be compared with others."""
    findings = Findings()
    alone = table[~table.duplicated(["city", "item"], keep=False)]
    for city, item, post in zip(alone["city"], alone["item"], alone["post"], strict=True):
        findings.add(f"{city}, {item}", f"there is no level {'before' if post else 'after'}",
                     "Give both, or leave the row out.")
    findings.raise_if_any()


@dataclass(frozen=True)
class _Cells:
    """The panel as numbers: the cell (treated x post) and the position of the level of each row."""

    city: npt.NDArray[np.str_]
    cell: Rows
    position: Rows
    levels: npt.NDArray[np.float64]
    moved: int

    @classmethod
    def of(cls, panel: pd.DataFrame) -> _Cells:
        table = PANEL.check(panel)
        _whole(table)
        cell = 2 * table["treated"].to_numpy(int) + table["post"].to_numpy(int)
        if np.unique(cell).size < len(_PATTERNS):
            raise InputError.at("panel", "one of the four groups is empty", "Give cities that took part and "
                                "cities that did not, each before and after.")
        levels, position = np.unique(table["level"].to_numpy(float), return_inverse=True)
        both = table[~table["post"]].merge(table[table["post"]], on=["city", "item"])
        moved = both.loc[both["level_x"] != both["level_y"], "city"].nunique()
        return cls(table["city"].to_numpy(str), cell, position, levels, int(moved))

    def counts(self, rows: Rows) -> npt.NDArray[np.float64]:
        """Return how often each level stands in each cell, shape (4, levels)."""
        flat = self.cell[rows] * self.levels.size + self.position[rows]
        size = len(_PATTERNS) * self.levels.size
        return np.bincount(flat, minlength=size).reshape(len(_PATTERNS), -1).astype(float)

    def result(self, estimate: Callable[[Rows], float], rng: np.random.Generator,  # noqa: PLR0917
               draws: int, level: float, method: str, unit: Text) -> Result:
        """Return an estimate on the whole panel with its interval."""
        whole = estimate(np.arange(self.cell.size))
        low, high, drawn = by_cluster(self.city, estimate, rng, level=level, draws=draws)
        p = min(1.0, 2 * min(float(np.mean(drawn <= 0)), float(np.mean(drawn >= 0))))
        cities = int(np.unique(self.city).size)
        return Result(cities, self.moved, whole, low, high, level, p, method, "compared", unit)
