"""Did the same cities change? Exact estimators for small numbers of pairs, ties and zeros included."""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from exchange.errors import InputError
from exchange.evaluation.result import Design, Noun, Result, nothing
from exchange.words import Text, text

Floats = npt.NDArray[np.float64]

MOST_ENUMERATED: Final = 18
"""Up to so many pairs every assignment of signs is looked at: 2 ** 18 of them."""

DRAWS: Final = 19_999
"""Random assignments of signs where there are too many to look at all."""

_MOST_COUNTED: Final = 2e8
"""Cells that counting may touch: about a second."""

_TINY: Final = 1e-9


def mean_change(changes: npt.ArrayLike, *, level: float = 0.95, design: Design = "before_after",
                unit: Text | None = None, of: Noun = "cities",
                rng: np.random.Generator | None = None) -> Result:
    """Estimate the mean change with an exact sign-flip test and its interval.

    If nothing changed but by chance, each change could as well have had the other sign. The p-value is the
    share of all 2 ** n assignments of signs whose mean is as far from zero as the one observed. The interval
    holds every mean that this test does not reject; its ends are found among the means of all subsets.

    Whole-number changes (levels) are counted exactly up to hundreds of units, others up to
    `MOST_ENUMERATED`; beyond that, `DRAWS` random assignments stand for all.

    Parameters
    ----------
    changes
        One number a unit, shape (n,); NaN is left out.
    level
        Confidence level asked for. The result says which level its interval reaches: with few units only some
        levels can be reached.
    rng
        For more units than can be counted; a generator with a fixed seed by default, so that the same
        table gives the same answer.

    References
    ----------
    Fisher (1935), The Design of Experiments, section 21. Hartigan (1969), Using subsample values as
    typical values, Journal of the American Statistical Association 64.
    """
    unit = unit or text("in levels")
    d = _clean(changes)
    if d.size == 0:
        return nothing("sign-flip", design=design, unit=unit, of=of)
    means, weights, sums, chances = _assignments(d, rng)
    p = float(chances[np.abs(sums) >= abs(d.sum()) - _TINY].sum())
    low, high = _typical(means, weights, (1 - level) / 2)
    return Result(int(d.size), int(np.count_nonzero(d)), float(d.mean()), low, high, _reached(d.size, level),
                  min(p, 1.0), "sign-flip", design, unit, of)


def _clean(changes: npt.ArrayLike) -> Floats:
    given = np.asarray(changes, dtype=float).ravel()
    d: Floats = given[~np.isnan(given)]
    if not np.isfinite(d).all():
        raise InputError.at("changes", "there is a value without end", "Give finite numbers.")
    return d


def _assignments(d: Floats, rng: np.random.Generator | None) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the means of subsets with their chances, and the sums under flipped signs with theirs."""
    if np.all(d == np.round(d)) and float(d.size) ** 2 * np.abs(d).sum() <= _MOST_COUNTED:
        return _counted(d.astype(int))
    if d.size <= MOST_ENUMERATED:
        sums, sizes = np.zeros(1), np.zeros(1)
        for one in d:
            sums, sizes = np.concatenate([sums, sums + one]), np.concatenate([sizes, sizes + 1])
    else:
        sums, sizes = _drawn(d, rng or np.random.default_rng(0))
    chances = np.full(sums.size, 1 / sums.size)
    some = sizes > 0
    return sums[some] / sizes[some], chances[some], d.sum() - 2 * sums, chances


def _drawn(d: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw subsets in pieces of bounded size; the empty one stands for the observed signs themselves."""
    sums, sizes = [np.zeros(1)], [np.zeros(1)]
    at_once = max(1, 2_000_000 // d.size)
    for start in range(0, DRAWS, at_once):
        chosen = rng.random((min(at_once, DRAWS - start), d.size)) < 0.5
        sums.append(chosen @ d)
        sizes.append(chosen.sum(axis=1).astype(float))
    return np.concatenate(sums), np.concatenate(sizes)


def _counted(d: npt.NDArray[np.int_]) -> tuple[Floats, Floats, Floats, Floats]:
    """Count subsets by size and sum: exact for whole numbers, however many units there are."""
    least, most = int(np.minimum(d, 0).sum()), int(np.maximum(d, 0).sum())
    table = np.zeros((d.size + 1, most - least + 1))
    table[0, -least] = 1.0
    for one in d:
        taken = np.zeros_like(table)
        taken[1:] = np.roll(table, one, axis=1)[:-1]
        table = (table + taken) / 2
    sizes, sums = np.nonzero(table)
    chances = table[sizes, sums]
    values = sums + float(least)
    some = sizes > 0
    return values[some] / sizes[some], chances[some], d.sum() - 2 * values, chances


def _typical(means: Floats, weights: Floats, tail: float) -> tuple[float | None, float | None]:
    """Return the ends of the interval: from either side, the first subset mean that is not rejected."""
    order = np.argsort(means, kind="stable")
    nothing_chosen = max(0.0, 1.0 - weights.sum())
    low = _first(means[order], weights[order], tail, nothing_chosen)
    high = _first(-means[order[::-1]], weights[order[::-1]], tail, nothing_chosen)
    return low, None if high is None else -high


def _first(means: Floats, weights: Floats, tail: float, start: float) -> float | None:
    if start > tail:
        return None
    inside = np.flatnonzero(start + np.cumsum(weights) > tail + 1e-12)
    return float(means[inside[0]]) if inside.size else None


def _reached(n: int, level: float) -> float:
    if n > 40:
        return level
    outside = math.floor((1 - level) / 2 * (1 << n) + _TINY)
    return 1.0 - 2.0 * outside / float(1 << n)


def hodges_lehmann(changes: npt.ArrayLike, *, level: float = 0.95, design: Design = "before_after",
                   unit: Text | None = None, of: Noun = "cities") -> Result:
    """Estimate the shift as the median of all pairwise means, with its exact interval.

    The interval is read off the ordered Walsh averages at the exact quantile of the signed-rank
    distribution. Its ends belong to it: with ties and zeros it covers at least as often as it says, and is
    wider than need be. The p-value is that of `signed_rank`, exact given the ties.

    Parameters
    ----------
    changes
        One number a unit, shape (n,); NaN is left out.
    level
        Confidence level asked for.

    References
    ----------
    Hodges and Lehmann (1963), Annals of Mathematical Statistics 34. Noether (1967), Wilcoxon confidence
    intervals for location parameters in the discrete case, Journal of the American Statistical
    Association 62.
    """
    unit = unit or text("in levels")
    d = _clean(changes)
    if d.size == 0:
        return nothing("Hodges-Lehmann", design=design, unit=unit, of=of)
    first, second = np.triu_indices(d.size)
    walsh = np.sort((d[first] + d[second]) / 2)
    tails = np.cumsum(_ranks_distribution(2 * np.arange(1, d.size + 1)))[::2]
    within = np.flatnonzero(tails <= (1 - level) / 2 + 1e-12)
    low: float | None = None
    high: float | None = None
    reached = 1.0
    if within.size:
        k = int(within[-1])
        low, high, reached = float(walsh[k]), float(walsh[-k - 1]), 1 - 2 * float(tails[k])
    return Result(int(d.size), int(np.count_nonzero(d)), float(np.median(walsh)), low, high, reached,
                  signed_rank(d)[1], "Hodges-Lehmann", design, unit, of)


def _ranks_distribution(doubled_ranks: npt.NDArray[np.int_]) -> Floats:
    """Return the chance of each sum of ranks, each taken or not; doubled, so that midranks are whole."""
    chances = np.zeros(int(doubled_ranks.sum()) + 1)
    chances[0] = 1.0
    for rank in doubled_ranks:
        chances = (chances + np.roll(chances, int(rank))) / 2
    return chances


Alternative = Literal["two-sided", "greater", "less"]


def signed_rank(changes: npt.ArrayLike, *, alternative: Alternative = "two-sided") -> tuple[float, float]:
    """Return the signed-rank statistic (sum of positive ranks) and its exact p-value, given the ties.

    Zeros are ranked with the rest and then left out (Pratt), so that cities without change count for no
    change. Tied values share their mean rank, and the distribution is that of the ranks as they are.

    References
    ----------
    Pratt (1959), Remarks on zeros and ties in the Wilcoxon signed rank procedures, JASA 54.
    """
    d = _clean(changes)
    doubled = np.round(2 * _midranks(np.abs(d))).astype(int)
    used = d != 0
    positive = int(doubled[(d > 0) & used].sum())
    chances = _ranks_distribution(doubled[used])
    greater = float(chances[positive:].sum())
    less = float(chances[:positive + 1].sum())
    p = {"greater": greater, "less": less, "two-sided": min(1.0, 2 * min(greater, less))}[alternative]
    return positive / 2, p


def _midranks(values: Floats) -> Floats:
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") + 1) / 2


def wilcoxon(changes: npt.ArrayLike, *, zeros: Literal["pratt", "zsplit", "wilcox"] = "pratt",
             correction: bool = False, exact: bool = False) -> tuple[float, float]:
    """Return the smaller rank sum and the two-sided p-value of Wilcoxon's test, as scipy computes it.

    Parameters
    ----------
    zeros
        What to do with units that did not change: ``"pratt"`` ranks them first, ``"zsplit"`` gives half of
        their ranks to each side, ``"wilcox"`` throws them away, which with levels is often the majority.
    correction
        Whether the normal approximation corrects for continuity.
    exact
        Whether to use the exact distribution; only right without ties and zeros.
    """
    from scipy import stats  # noqa: PLC0415 - half a second that most pages do not need

    found = stats.wilcoxon(_clean(changes), zero_method=zeros, correction=correction,
                           method="exact" if exact else "asymptotic")
    return float(found.statistic), float(found.pvalue)


def improved_minus_worse(changes: npt.ArrayLike) -> float:
    """Return the share that went up minus the share that went down: Cliff's delta of pairs, -1 to 1."""
    d = _clean(changes)
    return float(np.sign(d).mean()) if d.size else float("nan")


def cliffs_delta(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Return how much more often a value of the first group is larger than one of the second, -1 to 1.

    References
    ----------
    Cliff (1993), Dominance statistics, Psychological Bulletin 114.
    """
    a, b = _clean(first), _clean(second)
    return float(np.sign(a[:, None] - b[None, :]).mean())


def smallest_p(changed: int) -> float:
    """Return the smallest two-sided p-value that so many changed pairs can reach: 2 / 2 ** n."""
    return min(1.0, 2.0 ** (1 - changed))
