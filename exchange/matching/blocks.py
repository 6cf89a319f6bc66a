"""The scores of many learners at once: the same numbers as one by one, in a fraction of the time.

A criterion without a block form here is measured learner by learner, so that a new one needs only its own file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.matching.answers import TOP_LEVEL, LevelArray
from exchange.matching.criteria import CRITERIA, context_fit, feasibility, problem_similarity, readiness, reciprocity
from exchange.matching.filters import FILTERS, barred
from exchange.matching.ranking import ENOUGH
from exchange.matching.scores import SAME
from exchange.vocabulary import INCOME_GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.matching.filters import Filters
    from exchange.matching.marks import BoolArray, FloatArray, IntArray, Joint, Marks
    from exchange.matching.pool import Pool
    from exchange.matching.weights import Weights

_FILTERS = {"consent", "capacity", "conflict", "language", "calendar"}
"""The filters that `_eligible` knows; with another one it asks for each learner."""

_MOST_PROFILES = 600
"""Up to so many different profiles of languages their chances are worked out once for all."""


def totals(pool: Pool, learners: IntArray, weights: Weights, filters: Filters) -> FloatArray:
    """Return the score of every city for some learners, shape (learners, cities).

    As `scores.score(...).total()`, and minus infinity for all cities where too little is known of the learner.
    """
    eligible = _eligible(pool, learners, filters)
    total, told = np.zeros(eligible.shape), np.zeros(len(learners))
    for name, share in weights.shares().items():
        value, known = BLOCKS[name](pool, learners) if name in BLOCKS else _one_by_one(name, pool, learners)
        counted = np.asarray(share * (known & eligible).any(axis=1), np.float64)
        total += counted[:, None] * value
        told += counted
    total *= 100 / np.where(told > 0, told, 1.0)[:, None]
    return np.where(eligible & (told >= ENOUGH - SAME)[:, None], total, -np.inf)


def _one_by_one(name: str, pool: Pool, learners: IntArray) -> tuple[FloatArray, BoolArray]:
    parts = [CRITERIA[name].measure(pool, int(learner)) for learner in learners]
    return np.stack([part.value for part in parts]), np.stack([part.known for part in parts])


def _eligible(pool: Pool, learners: IntArray, filters: Filters) -> BoolArray:
    quick = {filter_.name for filter_ in FILTERS} == _FILTERS and not filters.conflicts
    table = _share_table(pool, filters) if quick and not pool.weeks.known.any() else None
    if table is None:
        out = np.stack([np.any(list(barred(pool, int(learner), filters).values()), axis=0) for learner in learners])
    else:
        ready = pool.readiness
        out = np.broadcast_to(((ready.consent == 0) & filters.consent) | ((ready.capacity == 0) & filters.capacity),
                              (len(learners), len(pool))).copy()
        if filters.language and not filters.interpreter:
            profile, shares = table
            known = pool.languages.known
            out |= known[learners][:, None] & known & ~shares[profile[learners][:, None], profile]
    out[np.arange(len(learners)), learners] = True
    return ~out


@lru_cache(maxsize=4)
def _profiles(marks: Marks) -> tuple[IntArray, FloatArray] | None:
    """Return which profile of marks each city has, and the profiles as dense rows; None where there are too many."""
    key = [marks.row(city) for city in range(marks.cities)]
    found: dict[tuple[bytes, bytes], int] = {}
    profile = np.array([found.setdefault((thing.tobytes(), weight.tobytes()), len(found)) for thing, weight in key])
    if len(found) > _MOST_PROFILES:
        return None
    rows = np.zeros((len(found), max(len(marks.things), 1)))
    first = np.unique(profile, return_index=True)[1]
    for number, city in enumerate(first):
        thing, weight = key[city]
        rows[number, thing] = weight
    return profile.astype(np.int64), rows


@lru_cache(maxsize=4)
def _share_table(pool: Pool, filters: Filters) -> tuple[IntArray, BoolArray] | None:
    profiles = _profiles(pool.languages)
    if profiles is None:
        return None
    common = (profiles[1] >= max(filters.common_share, np.nextafter(0, 1))).astype(np.float64)
    return profiles[0], common @ common.T > 0


@lru_cache(maxsize=4)
def _chance_table(pool: Pool) -> tuple[IntArray, FloatArray] | None:
    profiles = _profiles(pool.languages)
    if profiles is None:
        return None
    profile, rows = profiles
    log_apart = np.zeros((len(rows), len(rows)))
    for column in rows.T:
        some = np.flatnonzero(column)
        log_apart[np.ix_(some, some)] += np.log1p(-np.minimum(np.outer(column[some], column[some]), 1 - 1e-12))
    return profile, -np.expm1(log_apart)


def _meet(marks: Marks, learners: IntArray, joint: Joint) -> FloatArray:
    return np.stack([marks.meet(int(learner), joint) for learner in learners])


# the criteria


def _problem_similarity(pool: Pool, learners: IntArray) -> tuple[FloatArray, BoolArray]:
    value = np.zeros((len(learners), len(pool)))
    for share, marks in ((problem_similarity.SAME_HAZARD, pool.hazards),
                         (problem_similarity.SAME_CLUSTER, pool.clusters),
                         (problem_similarity.SAME_KIND, pool.kinds)):
        shared = _meet(marks, learners, np.minimum)
        either = marks.total + marks.total[learners][:, None] - shared
        value += share * shared / np.where(either > 0, either, 1.0)
    return np.clip(value, 0, 1), pool.hazards.known & pool.hazards.known[learners][:, None]


def _steps(levels: LevelArray) -> FloatArray:
    """Return for each item and each level from 1 to 3 whether it is reached, items and levels down, cities across."""
    return np.concatenate([levels >= level for level in range(1, TOP_LEVEL + 1)]).astype(np.float64)


def _missing_steps(levels: LevelArray, cap: int) -> FloatArray:
    """Return for each item and level whether it is above what is reached, by no more than the cap."""
    return np.concatenate([(levels < level) & (level <= levels + cap)
                           for level in range(1, TOP_LEVEL + 1)]).astype(np.float64)


def _gains(pool: Pool, learners: IntArray) -> tuple[FloatArray, BoolArray]:
    """Return the least that each city could teach each learner: sums of steps that one lacks and the other has."""
    return _gains_once(pool, learners.tobytes())


@lru_cache(maxsize=1)
def _gains_once(pool: Pool, places: bytes) -> tuple[FloatArray, BoolArray]:
    answers, learners = pool.answers, np.frombuffer(places, np.int64)
    wanted: FloatArray = np.tile(answers.priority[:, learners], (TOP_LEVEL, 1)) / TOP_LEVEL
    low = (wanted * _missing_steps(answers.highest[:, learners], pool.distance_cap)).T @ _has_steps(pool)
    asks = answers.asked[:, learners].T.astype(np.float32)
    return low, asks @ _known(pool) > 0


@lru_cache(maxsize=2)
def _has_steps(pool: Pool) -> FloatArray:
    return _steps(pool.answers.lowest)


@lru_cache(maxsize=2)
def _known(pool: Pool) -> FloatArray:
    return pool.answers.known.astype(np.float32)


@lru_cache(maxsize=2)
def _lacks(pool: Pool) -> tuple[FloatArray, FloatArray]:
    answers = pool.answers
    wanted: FloatArray = np.tile(answers.priority, (TOP_LEVEL, 1)) / TOP_LEVEL
    return (wanted * _missing_steps(answers.highest, pool.distance_cap),
            answers.asked.astype(np.float32))


def _complementarity(pool: Pool, learners: IntArray) -> tuple[FloatArray, BoolArray]:
    low, known = _gains(pool, learners)
    return np.where(known, low, 0.0), known


def _reciprocity(pool: Pool, learners: IntArray) -> tuple[FloatArray, BoolArray]:
    low, known = _gains(pool, learners)
    lacks, asks = _lacks(pool)
    back = _steps(pool.answers.lowest[:, learners]).T @ lacks
    known = known & (pool.answers.known[:, learners].T.astype(np.float32) @ asks > 0)
    return np.where(known, reciprocity.harmonic(low, back), 0.0), known


def _blend(components: Sequence[tuple[FloatArray, float]], learners: IntArray) -> tuple[FloatArray, BoolArray]:
    """Return the weighted mean as `part.blend` does; a component is shape (learners or 1, cities), NaN unknown."""
    shape = (len(learners), components[0][0].shape[1])
    low, known, whole = np.zeros(shape), np.zeros(shape, np.bool_), np.zeros(len(learners))
    for values, weight in components:
        told = ~np.isnan(values)
        own = np.broadcast_to(told, shape)[np.arange(len(learners)), learners]
        compared = told.sum(axis=1) > own
        share = np.asarray(weight * compared, np.float64)
        low += np.where(told, values, 0.0) * share[:, None]
        known |= told if compared.all() else told & compared[:, None]
        whole += share
    low /= np.where(whole > 0, whole, 1.0)[:, None]
    return np.clip(low, 0, 1, out=low), known


def _context_fit(pool: Pool, learners: IntArray) -> tuple[FloatArray, BoolArray]:
    places = pool.places
    spans = ((places.population, context_fit.HUNDREDFOLD), (places.density, context_fit.HUNDREDFOLD),
             (places.income, float(len(INCOME_GROUPS) - 1)), (places.coastal, 1.0),
             (places.government, 1.0), (places.mandate, 1.0))
    told = [(values, span) for values, span in spans if not np.isnan(values).all()] or [spans[0]]
    return _blend([(1 - np.minimum(np.abs(values - values[learners][:, None]) / span, 1), 1.0)
                   for values, span in told], learners)


def _feasibility(pool: Pool, learners: IntArray) -> tuple[FloatArray, BoolArray]:
    places, speak = pool.places, pool.languages.known
    placed = ~np.isnan(places.position[0])
    travel = feasibility.worth_of(np.stack([places.chords(int(learner)) for learner in learners]))
    components = [
        (np.where(speak & speak[learners][:, None], _shared_language(pool, learners), np.nan),
         feasibility.LANGUAGE_WEIGHT),
        (_shared_hours(places.utc_offset, learners) / feasibility.WORKING_DAY, 1.0),
        (np.where(placed & placed[learners][:, None], travel, np.nan), 1.0),
    ]
    if pool.weeks.known.any():
        free = np.stack([feasibility.shared_weeks(pool, int(learner)) for learner in learners])
        components.append((np.where(pool.weeks.known & pool.weeks.known[learners][:, None], free, np.nan), 1.0))
    return _blend(components, learners)


def _shared_language(pool: Pool, learners: IntArray) -> FloatArray:
    table = _chance_table(pool)
    if table is None:
        return np.stack([feasibility.shared_language(pool, int(learner)) for learner in learners])
    profile, chance = table
    return chance[profile[learners][:, None], profile]


def _shared_hours(offset: FloatArray, learners: IntArray) -> FloatArray:
    apart = np.abs(offset - offset[learners][:, None])
    return np.asarray(np.maximum(feasibility.WORKING_DAY - np.minimum(apart, 24 - apart), 0))


def _readiness(pool: Pool, learners: IntArray) -> tuple[FloatArray, BoolArray]:
    ready = pool.readiness
    components = [(values[None, :], 1.0) for values in (ready.mandate, ready.focal_point, ready.backing)]
    if len(pool.partners.city):
        components.append((np.stack([readiness.met_before(pool, int(learner)) for learner in learners]), 1.0))
    return _blend(components, learners)


BLOCKS: Final[dict[str, Callable[[Pool, IntArray], tuple[FloatArray, BoolArray]]]] = {
    "problem_similarity": _problem_similarity, "complementarity": _complementarity, "reciprocity": _reciprocity,
    "context_fit": _context_fit, "feasibility": _feasibility, "readiness": _readiness,
}
"""The value of each criterion and where it is known, as `Criterion.measure` gives them, for many learners."""
