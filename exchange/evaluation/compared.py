"""Compared with whom? Cities that took part beside cities that did not, and how far that carries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

import numpy as np
import numpy.typing as npt

from exchange.errors import InputError
from exchange.evaluation.paired import mean_change
from exchange.evaluation.result import Design, Noun, Result, nothing
from exchange.words import Text, text

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int_]

MOST_ENUMERATED: Final = 20_000
DRAWS: Final = 9_999


def difference(values: npt.ArrayLike, treated: npt.ArrayLike, strata: npt.ArrayLike | None = None, *,
               level: float = 0.95, design: Design = "compared", unit: Text | None = None,
               of: Noun = "cities", rng: np.random.Generator | None = None) -> Result:
    """Estimate how much larger the mean is among the treated, by randomisation inference.

    If taking part had no effect, any other choice of as many cities (in each stratum) could have been the
    treated ones. The p-value is the share of choices with a difference as large as the one observed. The
    interval holds every constant effect that this test does not reject.

    Parameters
    ----------
    values
        Outcome of each city, for example its mean change; shape (n,). NaN is left out.
    treated
        Whether it took part, shape (n,).
    strata
        Groups within which the treated are compared, for example matched sets; all together by default.
        Strata with cities of one kind only tell nothing and are left out.
    level
        Confidence level.
    design
        ``"randomised"`` only where lots were drawn.
    rng
        For more choices than can be listed; a generator with a fixed seed by default.

    References
    ----------
    Fisher (1935), The Design of Experiments. Rosenbaum (2002), Observational Studies, section 2.
    """
    unit = unit or text("in levels")
    y, t, groups = _told(values, treated, strata)
    if not t.any():
        return nothing("randomisation", design=design, unit=unit, of=of)
    choices = np.vstack([t, *_choices(t, groups, rng or np.random.default_rng(0))])
    drawn = _contrasts(y, choices, groups)
    observed, drawn = drawn[0], drawn[1:]
    overlap = _contrasts(t.astype(float), choices[1:], groups)
    p = float(np.mean(np.abs(drawn) >= abs(observed) - 1e-9))
    low, high = _not_rejected(observed, drawn, overlap, (1 - level) / 2)
    return Result(int(t.sum()), int(np.count_nonzero(y[t])), float(observed), low, high, level, p,
                  "randomisation", design, unit, of)


def _told(values: npt.ArrayLike, treated: npt.ArrayLike, strata: npt.ArrayLike | None,
          ) -> tuple[Floats, Flags, Rows]:
    y = np.asarray(values, dtype=float).ravel()
    t = np.asarray(treated, dtype=bool).ravel()
    names = np.zeros(y.size, dtype=int) if strata is None else np.asarray(strata)
    if not y.size == t.size == names.size:
        raise InputError.at("treated", f"{t.size} marks for {y.size} values", "Give one mark a value.")
    _, groups = np.unique(names, return_inverse=True)
    known = ~np.isnan(y)
    y, t, groups = y[known], t[known], groups[known]
    both = [g for g in np.unique(groups) if t[groups == g].any() and not t[groups == g].all()]
    used = np.isin(groups, both)
    return y[used], t[used], groups[used]


def _contrasts(y: Floats, choices: Flags, groups: Rows) -> Floats:
    """Return treated minus others within groups, weighted by the number of treated, for each row of choices."""
    treated = choices[0]
    contrasts = np.zeros(len(choices))
    for group in np.unique(groups):
        here = groups == group
        mine, size = int(treated[here].sum()), int(here.sum())
        sums = choices[:, here] @ y[here]
        contrasts += mine / treated.sum() * (sums / mine - (y[here].sum() - sums) / (size - mine))
    return contrasts


def _choices(t: Flags, groups: Rows, rng: np.random.Generator) -> list[Flags]:
    """Return all choices of treated cities, or many at random; the observed one is always among them."""
    sets = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    possible = math.prod(math.comb(rows.size, int(t[rows].sum())) for rows in sets)
    if possible <= MOST_ENUMERATED:
        return [_every_choice(t, sets)]
    drawn = np.tile(t, (DRAWS, 1))
    for rows in sets:
        drawn[:, rows] = rng.permuted(drawn[:, rows], axis=1)
    return [t[None, :], drawn]


def _every_choice(t: Flags, sets: list[Rows]) -> Flags:
    options = [list(combinations(rows.tolist(), int(t[rows].sum()))) for rows in sets]
    chosen = list(product(*options))
    marks = np.zeros((len(chosen), t.size), dtype=bool)
    for row, parts in enumerate(chosen):
        marks[row, [place for part in parts for place in part]] = True
    return marks


def _not_rejected(observed: float, drawn: Floats, overlap: Floats, tail: float,
                  ) -> tuple[float | None, float | None]:
    """Return the ends of the set of constant effects that the test does not reject.

    Taking an effect e from the treated, a choice that shares part of the treated changes by e times its
    overlap; it is as large as the observed one once e is at least (observed - drawn) / (1 - overlap).
    """
    other = overlap < 1 - 1e-9
    edges = np.sort((observed - drawn[other]) / (1 - overlap[other]))
    same = np.count_nonzero(~other) / drawn.size
    beyond = np.flatnonzero(same + np.arange(1, edges.size + 1) / drawn.size > tail + 1e-12)
    if same > tail or not beyond.size:
        return None, None
    return float(edges[beyond[0]]), float(edges[edges.size - 1 - beyond[0]])


@dataclass(frozen=True)
class Matched:
    """Each treated city with its controls.

    Parameters
    ----------
    pairs
        Position of a treated city, and of its control; a treated city stands once for each control.
    left_out
        Positions of treated cities for which nobody was near enough.
    """

    pairs: tuple[tuple[int, int], ...]
    left_out: tuple[int, ...]

    def effect(self, changes: npt.ArrayLike, *, level: float = 0.95, unit: Text | None = None) -> Result:
        """Return how much more the treated changed than their controls, by the exact sign-flip test."""
        y = np.asarray(changes, dtype=float)
        cities = sorted({treated for treated, _ in self.pairs})
        gaps = [y[city] - np.mean([y[control] for treated, control in self.pairs if treated == city])
                for city in cities]
        return mean_change(gaps, level=level, design="compared", unit=unit)


def match_controls(treated: npt.ArrayLike, baseline: npt.ArrayLike,
                   covariates: npt.ArrayLike | None = None, *,
                   each: int = 1, caliper: float = 0.5) -> Matched:
    """Pair each treated city with cities like it, so that the sum of differences is as small as possible.

    Cities choose what to learn where they are low, and what is low rises by itself. So controls must have
    begun at the same level of the same question.

    Parameters
    ----------
    treated
        Whether a city took part, shape (n,).
    baseline
        Level of the indicator itself before, shape (n,); pairs differ by at most `caliper`.
    covariates
        Further columns to be near in, shape (n, k), for example log population and income group; each is
        divided by its spread.
    each
        Controls for each treated city.
    caliper
        Largest difference in the baseline, in levels.

    References
    ----------
    Rosenbaum (1989), Optimal matching for observational studies, Journal of the American Statistical
    Association 84.
    """
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - not needed by most pages

    t = np.asarray(treated, dtype=bool)
    start = np.asarray(baseline, dtype=float)
    mine, others = np.flatnonzero(t), np.flatnonzero(~t)
    gap = np.abs(start[mine, None] - start[None, others])
    distance = gap + _apart(covariates, mine, others)
    cost = np.repeat(np.where(gap <= caliper, distance, _FORBIDDEN), each, axis=0)
    rows, columns = linear_sum_assignment(cost)
    pairs = [(int(mine[row // each]), int(others[column])) for row, column in zip(rows, columns, strict=True)
             if cost[row, column] < _FORBIDDEN]
    found = {city for city, _ in pairs}
    return Matched(tuple(sorted(pairs)), tuple(int(city) for city in mine if city not in found))


_FORBIDDEN: Final = 1e9


def _apart(covariates: npt.ArrayLike | None, mine: Rows, others: Rows) -> Floats | float:
    """Return how far apart cities are in columns by their spread; the unknown counts as average."""
    if covariates is None:
        return 0.0
    columns = np.asarray(covariates, dtype=float)
    columns = columns.reshape(len(columns), -1)
    spread = np.nanstd(columns, axis=0)
    scaled = np.nan_to_num((columns - np.nanmean(columns, axis=0)) / np.where(spread > 0, spread, 1.0))
    return np.asarray(np.sqrt(((scaled[mine, None] - scaled[None, others]) ** 2).sum(axis=2)))
