"""Which criteria of matching are followed by better exchanges? Learnt weights, held back by what experts believe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt

from exchange.errors import InputError
from exchange.evaluation.bootstrap import by_cluster
from exchange.words import Text, text

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Standing = Literal["shown", "gated", "may_propose"]

SHOWN_BELOW, GATED_BELOW = 100, 500
"""Finished exchanges below which learnt weights are only shown, and below which they must also predict better."""

PENALTIES: Final = np.geomspace(0.1, 1000.0, 21)
"""Strengths of the pull towards the experts among which leaving one out chooses."""

_LEAST_EXPLAINED: Final = 0.02
"""Share of the outcome that the expert weights are taken to explain at least, where the data say less."""


@dataclass(frozen=True)
class LearntWeights:
    """Weights that the finished exchanges suggest. They are a proposal: a person accepts them, or not.

    Parameters
    ----------
    n
        Finished exchanges.
    prior, learnt
        Criterion -> the experts' weight, and the suggested one; both sum to one.
    low, high
        Criterion -> ends of the 95 % interval, cities drawn again.
    from_data
        Criterion -> how much of the suggested weight comes from the exchanges rather than the experts, 0 to 1.
    moved
        Share of all weight that would be moved to other criteria, 0 to 1.
    penalty
        Strength of the pull towards the experts.
    gain
        By which share the error of prediction falls against the expert weights, each exchange predicted from the
        others; below 0 they predict worse.
    standing
        ``"shown"``: too few exchanges, for information only. ``"gated"``: enough to propose if they predict better.
        ``"may_propose"``: enough.
    """

    n: int
    prior: Mapping[str, float]
    learnt: Mapping[str, float]
    low: Mapping[str, float]
    high: Mapping[str, float]
    from_data: Mapping[str, float]
    moved: float
    penalty: float
    gain: float
    standing: Standing

    @property
    def may_be_proposed(self) -> bool:
        """Whether a person may be asked to accept them."""
        return self.standing != "shown" and self.gain > 0

    def record(self) -> dict[str, Any]:
        """Return them as plain values, for JSON."""
        return {**asdict(self), "may_be_proposed": self.may_be_proposed, "sentence": str(self.sentence)}

    @property
    def sentence(self) -> Text:
        """What the weights are good for."""
        said = text("From {n} finished exchanges {moved} % of the weight would move.", n=self.n,
                    moved=round(100 * self.moved))
        if self.penalty >= PENALTIES[-1]:
            said = text("{said} They say nothing against the experts, and nothing for them.", said=said)
        if self.standing == "shown":
            return text("{said} With fewer than {least} this is for information only.", said=said, least=SHOWN_BELOW)
        if self.gain <= 0:
            return text("{said} They would not have predicted better than the experts' weights, which stay.", said=said)
        return text("{said} They would have predicted the exchanges better by {gain} % of the error. A person decides; "
                    "the old weights are kept.", said=said, gain=round(100 * self.gain, 1))


def learn_weights(scores: pd.DataFrame, outcome: Sequence[float] | pd.Series, prior: Mapping[str, float],
                  cities: Sequence[str] | pd.Series, rng: np.random.Generator, *, scale: float | None = None,
                  draws: int = 200) -> LearntWeights:
    """Suggest weights from finished exchanges: non-negative ridge towards the expert weights.

    Minimises |y / s - a - X w|^2 + penalty |w - prior|^2 over w >= 0, where s is outcome by point of score. The penalty
    is chosen by leaving one exchange out, but never below the floor at which the experts are doubted by more than a
    whole mean weight: with few exchanges that choice is noise.

    Parameters
    ----------
    scores
        One row a finished exchange, one column a criterion with its score of 0 to 1; shape (n, criteria).
    outcome
        One declared outcome of the learner, adjusted for its baseline; shape (n,). Outcomes are never mixed.
    prior
        Criterion -> expert weight. Criteria without a column are an error.
    cities
        The learner of each exchange, for the interval.
    rng
        Chance.
    scale
        Outcome for each point of score; estimated from the expert weights by default.
    draws
        How often cities are drawn again.

    Raises
    ------
    InputError
        When criteria are missing, lengths differ, or there are fewer exchanges than criteria.
    """
    names = tuple(prior)
    x, y, who = _known(scores, outcome, prior, cities)
    w0 = np.array([prior[name] for name in names], dtype=float)
    w0 = w0 / w0.sum()
    y = y / (_scale(x, y, w0) if scale is None else scale)
    penalty = best_penalty(x, y, w0)
    w = fit(x, y, w0, penalty)

    fits: dict[bytes, Floats] = {}

    def drawn(rows: npt.NDArray[np.int_], column: int) -> float:
        key = rows.tobytes()
        if key not in fits:
            fits[key] = _whole(fit(x[rows], y[rows], w0, penalty), w0)
        return float(fits[key][column])

    def one(column: int) -> tuple[float, float]:
        low, high, _ = by_cluster(who, lambda rows: drawn(rows, column), np.random.default_rng(seed), draws=draws)
        return low, high

    seed = int(rng.integers(2**32))  # the same cities are drawn for each criterion
    ends = [one(column) for column in range(len(names))]
    learnt = _whole(w, w0)
    centred = x - x.mean(axis=0)
    information = (centred**2).sum(axis=0)
    gain = 1 - _left_out_error(x, y, w0, penalty) / _prior_error(x, y, w0)
    return LearntWeights(
        len(y), dict(zip(names, map(float, w0), strict=True)), dict(zip(names, map(float, learnt), strict=True)),
        {name: low for name, (low, _) in zip(names, ends, strict=True)},
        {name: high for name, (_, high) in zip(names, ends, strict=True)},
        dict(zip(names, map(float, information / (information + penalty)), strict=True)),
        float(np.abs(learnt - w0).sum() / 2), penalty, float(gain), standing(len(y)))


def standing(n: int) -> Standing:
    """Return what so many finished exchanges allow."""
    if n < SHOWN_BELOW:
        return "shown"
    return "gated" if n < GATED_BELOW else "may_propose"


def _known(scores: pd.DataFrame, outcome: Sequence[float] | pd.Series, prior: Mapping[str, float],
           cities: Sequence[str] | pd.Series) -> tuple[Floats, Floats, npt.NDArray[np.str_]]:
    missing = [name for name in prior if name not in scores.columns]
    if missing:
        raise InputError.at("scores", f"there is no column {', '.join(missing)}", "Score every criterion.")
    if not len(scores) == len(outcome) == len(cities):
        raise InputError.at("scores", f"{len(scores)} rows, {len(outcome)} outcomes and {len(cities)} cities",
                            "Give one outcome and one city a row.")
    x, y = scores[list(prior)].to_numpy(float), np.asarray(outcome, dtype=float)
    known = ~(np.isnan(x).any(axis=1) | np.isnan(y))
    if known.any() and np.ptp(y[known]) == 0:
        raise InputError.at("outcome", "all outcomes are equal, so none tells which criterion matters",
                            "Wait for exchanges that differ.")
    if known.sum() <= len(prior):
        raise InputError.at("scores", f"only {known.sum()} exchanges have all scores and an outcome",
                            f"Wait for more than {len(prior)}.")
    return x[known], y[known], np.asarray(cities, dtype=str)[known]


def adjusted(outcome: npt.ArrayLike, baseline: npt.ArrayLike) -> Floats:
    """Return outcomes as if all had begun at the mean baseline: who begins low rises by itself.

    Parameters
    ----------
    outcome, baseline
        Of each exchange, shape (n,); where one of them is not known the result is NaN.

    References
    ----------
    Vickers and Altman (2001), Analysing controlled trials with baseline and follow up measurements, BMJ 323.
    """
    y, start = np.asarray(outcome, dtype=float), np.asarray(baseline, dtype=float)
    known = ~(np.isnan(y) | np.isnan(start))
    away = start - (start[known].mean() if known.any() else 0.0)
    spread = float((away[known] ** 2).sum())
    slope = float((away[known] * y[known]).sum()) / spread if spread > 0 else 0.0
    return np.asarray(y - slope * away)


def _scale(x: Floats, y: Floats, w0: Floats) -> float:
    """Return how much outcome goes with a point of expert score; never nothing, so that weights stay comparable."""
    score = x @ w0 - (x @ w0).mean()
    spread = float(score @ score)
    if spread == 0:
        return 1.0
    least = float(np.sqrt(_LEAST_EXPLAINED) * y.std() / score.std())
    return max(float(score @ (y - y.mean())) / spread, least) or 1.0


def fit(x: Floats, y: Floats, w0: Floats, penalty: float) -> Floats:
    """Return the non-negative weights nearest to outcomes and experts together; shape (criteria,).

    References
    ----------
    Hoerl and Kennard (1970), Ridge regression, Technometrics 12; Lawson and Hanson (1974), Solving Least Squares
    Problems, chapter 23. The same as the mode of a normal prior around the expert weights.
    """
    centred = x - x.mean(axis=0)
    return _nonnegative(centred.T @ centred + penalty * np.eye(w0.size), centred.T @ (y - y.mean()) + penalty * w0)


def _nonnegative(q: Floats, b: Floats) -> Floats:
    """Return the w >= 0 that makes w q w / 2 - b w smallest, for a positive definite q, by sets of free weights.

    A dozen lines of our own, because loading a library for them takes longer than all else on the page.
    """
    free = np.ones(b.size, dtype=bool)
    w = _solved(q, b, free)
    if (w >= 0).all():
        return w
    free, w = np.zeros(b.size, dtype=bool), np.zeros(b.size)
    for _ in range(10 * b.size):
        slope = np.where(free, -np.inf, b - q @ w)
        if slope.max() <= _FLAT * max(1.0, float(np.abs(b).max())):
            break
        free[int(np.argmax(slope))] = True
        w, free = _back_inside(q, b, w, free)
    return w


def _back_inside(q: Floats, b: Floats, w: Floats, free: npt.NDArray[np.bool_]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the best weights of a set, with those fixed at zero that would have to be negative."""
    while True:
        best = _solved(q, b, free)
        low = free & (best <= 0)
        if not low.any():
            return best, free
        step = float(np.min(w[low] / (w[low] - best[low])))
        w = w + step * (best - w)
        free = free & ~(low & (w <= _FLAT))
        w = np.where(free, w, 0.0)


def _solved(q: Floats, b: Floats, free: npt.NDArray[np.bool_]) -> Floats:
    w = np.zeros(b.size)
    w[free] = np.linalg.solve(q[np.ix_(free, free)], b[free])
    return w


_FLAT: Final = 1e-12
"""A slope or a weight below this is none."""


def best_penalty(x: Floats, y: Floats, w0: Floats) -> float:
    """Return the penalty that predicts left-out exchanges best, not below the floor."""
    noise = float(np.var(y - (x - x.mean(axis=0)) @ w0))
    allowed = PENALTIES[noise / w0.mean() ** 2 <= PENALTIES]
    candidates = allowed if allowed.size else PENALTIES[-1:]
    errors = [_left_out_error(x, y, w0, float(penalty)) for penalty in candidates]
    return float(candidates[int(np.argmin(errors))])


def _left_out_error(x: Floats, y: Floats, w0: Floats, penalty: float) -> float:
    """Return the mean squared error when each exchange is predicted from the others, weights at zero staying there."""
    w = fit(x, y, w0, penalty)
    centred = x - x.mean(axis=0)
    used = centred[:, w > 1e-12]
    inverse = np.linalg.inv(used.T @ used + penalty * np.eye(used.shape[1]))
    own = np.einsum("ij,jk,ik->i", used, inverse, used) + 1 / y.size
    return float(np.mean(((y - y.mean() - centred @ w) / (1 - own)) ** 2))


def _prior_error(x: Floats, y: Floats, w0: Floats) -> float:
    rest = y - y.mean() - (x - x.mean(axis=0)) @ w0
    return float(np.mean((rest / (1 - 1 / y.size)) ** 2))


def _whole(w: Floats, w0: Floats) -> Floats:
    """Return weights that sum to one; those of the experts where nothing is left."""
    return w / w.sum() if w.sum() > 0 else w0
