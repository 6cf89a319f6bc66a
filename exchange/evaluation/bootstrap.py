"""Intervals from drawing the same cities again and again, where no exact interval exists."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], float]

FEWEST_FOR_BOOTSTRAP: Final = 15
"""Below so many cities the exact methods of `paired` are to be used: a bootstrap is too narrow."""

_NORMAL: Final = NormalDist()


def bca(data: npt.ArrayLike, statistic: Statistic, rng: np.random.Generator, *, level: float = 0.95,
        draws: int = 9_999) -> tuple[float, float]:
    """Return the bias-corrected and accelerated bootstrap interval of a statistic.

    Parameters
    ----------
    data
        One row a unit, shape (n,) or (n, k).
    statistic
        From data of that shape to a number.
    rng
        Chance.
    level
        Confidence level, 0 to 1.
    draws
        How often to draw n units again.

    References
    ----------
    Efron (1987), Better bootstrap confidence intervals, Journal of the American Statistical Association 82.
    """
    values = np.asarray(data, dtype=float)
    n = len(values)
    drawn = np.array([statistic(values[rows]) for rows in rng.integers(0, n, (draws, n))])
    drawn = drawn[np.isfinite(drawn)]
    left_out = np.array([statistic(np.delete(values, row, axis=0)) for row in range(n)])
    return _corrected(drawn, statistic(values), left_out, level)


def _corrected(drawn: Floats, observed: float, left_out: Floats, level: float) -> tuple[float, float]:
    """Return percentiles of the draws, moved for bias and for a spread that changes with the value."""
    if drawn.size == 0 or np.ptp(drawn) == 0:
        return observed, observed
    below = (np.mean(drawn < observed) + np.mean(drawn <= observed)) / 2
    bias = _NORMAL.inv_cdf(float(np.clip(below, 1e-9, 1 - 1e-9)))
    off = left_out.mean() - left_out
    spread = float(np.sum(off**2)) ** 1.5
    acceleration = float(np.sum(off**3)) / (6 * spread) if spread > 0 else 0.0
    tails = ((1 - level) / 2, (1 + level) / 2)
    low, high = np.quantile(drawn, [_share(_NORMAL.inv_cdf(tail), bias, acceleration) for tail in tails])
    return float(low), float(high)


def _share(z: float, bias: float, acceleration: float) -> float:
    return _NORMAL.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))


def by_cluster(clusters: npt.ArrayLike, statistic: Callable[[npt.NDArray[np.int_]], float],
               rng: np.random.Generator, *, level: float = 0.95, draws: int = 999,
               ) -> tuple[float, float, Floats]:
    """Return a percentile interval of a statistic, drawing whole clusters again, and all draws.

    Answers of one city belong together; drawing rows instead of cities would make the interval too narrow.

    Parameters
    ----------
    clusters
        Cluster of each row, for example its city; shape (n,).
    statistic
        From row numbers (a city that was drawn twice gives its rows twice) to a number; a draw for which it
        is NaN is left out.
    rng
        Chance.

    References
    ----------
    Cameron, Gelbach and Miller (2008), Bootstrap-based improvements for inference with clustered errors,
    Review of Economics and Statistics 90 (pairs cluster bootstrap).
    """
    names, positions = np.unique(np.asarray(clusters), return_inverse=True)
    rows = [np.flatnonzero(positions == number) for number in range(names.size)]
    drawn = np.array([statistic(np.concatenate([rows[number] for number in chosen]))
                      for chosen in rng.integers(0, names.size, (draws, names.size))])
    drawn = drawn[np.isfinite(drawn)]
    if drawn.size == 0:
        return float("nan"), float("nan"), drawn
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high), drawn


def minimum_detectable_effect(n: int, sd: float, *, power: float = 0.8, level: float = 0.95) -> float:
    """Return the smallest mean change that n cities would show with this power: to be said before a launch.

    Parameters
    ----------
    n
        Cities.
    sd
        Standard deviation of the changes, in levels; 0.8 is a fair guess for the scorecard.
    power
        Chance of finding it when it is there.
    level
        Confidence level of the test.

    References
    ----------
    Bloom (1995), Minimum detectable effects, Evaluation Review 19. About 2.8 sd / sqrt(n) at 80 % and 95 %.
    """
    if n < 1:
        return float("inf")
    return (_NORMAL.inv_cdf((1 + level) / 2) + _NORMAL.inv_cdf(power)) * sd / math.sqrt(n)
