"""Levels are ordered, not measured: a model that uses their order only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from exchange.errors import InputError

Floats = npt.NDArray[np.float64]
Link = Literal["logit", "probit"]


@dataclass(frozen=True)
class CumulativeLogit:
    """A fitted proportional-odds model: chance of at most level k is 1 / (1 + exp(-(threshold k - x b))).

    With the probit link it is the normal distribution at (threshold k - x b).

    Parameters
    ----------
    thresholds
        One less than there are levels, shape (k - 1,).
    coefficients, errors
        One a column of x, with standard errors, shape (c,).
    log_likelihood
        At the maximum.
    """

    thresholds: Floats
    coefficients: Floats
    errors: Floats
    log_likelihood: float
    link: Link = "logit"

    def at_least(self, level_position: int, x: npt.ArrayLike) -> Floats:
        """Return the chance of the level at this position or a higher one, for rows of x."""
        rows = np.atleast_2d(np.asarray(x, dtype=float))
        return 1 - _LINKS[self.link][0](self.thresholds[level_position - 1] - rows @ self.coefficients)


def cumulative_logit(levels: npt.ArrayLike, x: npt.ArrayLike, weights: npt.ArrayLike | None = None, *,
                     steps: int = 200, link: Link = "logit") -> CumulativeLogit:
    """Fit ordered levels by maximum likelihood (proportional odds), with Fisher scoring and step halving.

    Parameters
    ----------
    levels
        Ordered values, shape (n,); only their order matters.
    x
        Columns that may explain them, shape (n, c); no constant.
    weights
        How often each row stands, shape (n,).
    steps
        Most steps of the search.
    link
        ``"logit"`` (proportional odds) or ``"probit"``.

    References
    ----------
    McCullagh (1980), Regression models for ordinal data, Journal of the Royal Statistical Society B 42.
    """
    _, y = np.unique(np.asarray(levels), return_inverse=True)
    rows = np.asarray(x, dtype=float).reshape(y.size, -1)
    w = np.ones(y.size) if weights is None else np.asarray(weights, dtype=float)
    cuts = int(y.max())
    if cuts < 1:
        raise InputError.at("levels", "all levels are equal", "Give answers that differ.")
    centre, scale = rows.mean(axis=0), np.where(rows.std(axis=0) > 0, rows.std(axis=0), 1.0)
    z = (rows - centre) / scale
    shares = np.clip(np.cumsum([w[y == k].sum() for k in range(cuts)]) / w.sum(), 1e-6, 1 - 1e-6)
    beta = np.concatenate([np.log(shares / (1 - shares)), np.zeros(rows.shape[1])])
    value, slope, information = _likelihood(beta, y, z, w, link)
    for _ in range(steps):
        step = np.linalg.lstsq(information, slope, rcond=None)[0]
        for _ in range(40):
            tried = _likelihood(beta + step, y, z, w, link)
            if tried[0] >= value - 1e-12:
                break
            step /= 2
        beta = beta + step
        value, slope, information = tried
        if np.abs(step).max() < 1e-10:
            break
    covariance = np.linalg.pinv(_curvature(beta, y, z, w, link))
    coefficients = beta[cuts:] / scale
    return CumulativeLogit(beta[:cuts] + centre @ coefficients, coefficients,
                           np.sqrt(np.diag(covariance))[cuts:] / scale, float(value), link)


def _likelihood(beta: Floats, y: npt.NDArray[np.int_], x: Floats, w: Floats, link: Link,
                ) -> tuple[float, Floats, Floats]:
    """Return log-likelihood, its slope, and the expected information, for thresholds and coefficients."""
    cuts = int(y.max())
    if np.any(np.diff(beta[:cuts]) <= 0):
        return -np.inf, np.zeros(beta.size), np.eye(beta.size)
    index = beta[None, :cuts] - (x @ beta[cuts:])[:, None]
    chance_below, density_at = _LINKS[link]
    below = np.column_stack([np.zeros(y.size), chance_below(index), np.ones(y.size)])
    density = np.column_stack([np.zeros(y.size), density_at(index), np.zeros(y.size)])
    chance = np.maximum(np.diff(below, axis=1), 1e-300)
    # Slope of each level's chance with respect to (thresholds, coefficients): shape (n, levels, parameters).
    slopes = np.zeros((y.size, cuts + 1, beta.size))
    for k in range(cuts):
        slopes[:, k, k] = density[:, k + 1]
        slopes[:, k + 1, k] = -density[:, k + 1]
    slopes[:, :, cuts:] = -(np.diff(density, axis=1)[:, :, None] * x[:, None, :])
    rows = np.arange(y.size)
    slope = (w[:, None] * slopes[rows, y] / chance[rows, y][:, None]).sum(axis=0)
    information = np.einsum("nka,nkb->ab", slopes * (w[:, None] / chance)[:, :, None], slopes)
    return float((w * np.log(chance[rows, y])).sum()), slope, information


def _curvature(beta: Floats, y: npt.NDArray[np.int_], x: Floats, w: Floats, link: Link) -> Floats:
    """Return the observed information: how fast the slope falls, by central differences."""
    shifts = _STEP * np.eye(beta.size)
    columns = [_likelihood(beta - shift, y, x, w, link)[1] - _likelihood(beta + shift, y, x, w, link)[1]
               for shift in shifts]
    return np.asarray(columns) / (2 * _STEP)


def _logistic(values: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -values))


def _logistic_density(values: Floats) -> Floats:
    below = _logistic(values)
    return np.asarray(below * (1 - below))


def _normal(values: Floats) -> Floats:
    from scipy.special import ndtr  # noqa: PLC0415 - not needed by most pages

    return np.asarray(ndtr(values), dtype=float)


def _normal_density(values: Floats) -> Floats:
    return np.asarray(np.exp(-(values**2) / 2) / np.sqrt(2 * np.pi))


_LINKS: Final = {"logit": (_logistic, _logistic_density), "probit": (_normal, _normal_density)}
"""Link -> distribution and its density."""

_STEP: Final = 1e-5
"""Of the central differences."""
