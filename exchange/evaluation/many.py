"""Looking at many things at once: how many of the findings would be there by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


def benjamini_hochberg(p: npt.ArrayLike, *, dependent: bool = False) -> npt.NDArray[np.float64]:
    """Return p-values corrected so that a bound on them bounds the share of false findings.

    Parameters
    ----------
    p
        One p-value a look, shape (m,); NaN (no test was made) stays NaN and is not counted.
    dependent
        Whether to allow for any dependence between the looks (Benjamini-Yekutieli), which costs power.

    References
    ----------
    Benjamini and Hochberg (1995), Controlling the false discovery rate, Journal of the Royal Statistical
    Society B 57. Benjamini and Yekutieli (2001), Annals of Statistics 29.
    """
    values = np.asarray(p, dtype=float).ravel()
    corrected = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    m = tested.size
    if m == 0:
        return corrected
    order = tested[np.argsort(values[tested], kind="stable")]
    scale = m * (np.sum(1 / np.arange(1, m + 1)) if dependent else 1.0)
    steps = values[order] * scale / np.arange(1, m + 1)
    corrected[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return corrected


def bonferroni(p: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return p-values corrected so that a bound on them bounds the chance of any false finding."""
    values = np.asarray(p, dtype=float).ravel()
    return np.minimum(values * np.count_nonzero(~np.isnan(values)), 1.0)


def found(p: Sequence[float], share: float = 0.05) -> int:
    """Return how many findings stand when at most this share of them may be false."""
    return int(np.count_nonzero(benjamini_hochberg(p) <= share))
