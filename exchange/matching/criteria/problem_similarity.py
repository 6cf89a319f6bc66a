"""Shared hazards: cities that face the same problems have something to tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.matching.criteria.criterion import Criterion
from exchange.matching.criteria.part import Part
from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.matching.marks import FloatArray, Marks
    from exchange.matching.pool import Pool

SAME_HAZARD, SAME_CLUSTER, SAME_KIND = 0.6, 0.3, 0.1
"""How much each level of the hazard classification weighs. A hypothesis: an urban flood and a river flood
share much of what a city must do (cluster), a storm and a heat wave a little (kind)."""

MOST_NAMED = 3


def measure(pool: Pool, learner: int) -> Part:
    """Return the weighted Jaccard similarity of hazards, taken at hazard, cluster and kind and averaged.

    Weights are likelihood x impact relative to each city's gravest hazard; a cluster or kind counts as its
    gravest hazard. J(a, b) = sum min(a, b) / sum max(a, b), after Ruzicka (1958).
    """
    value = (SAME_HAZARD * _jaccard(pool.hazards, learner) + SAME_CLUSTER * _jaccard(pool.clusters, learner)
             + SAME_KIND * _jaccard(pool.kinds, learner))
    return Part.exactly(np.clip(value, 0, 1), pool.hazards.known & pool.hazards.known[learner])


def _jaccard(marks: Marks, learner: int) -> FloatArray:
    shared = marks.meet(learner, np.minimum)
    either = marks.total + marks.total[learner] - shared  # min + max = sum
    return shared / np.where(either > 0, either, 1.0)


def reasons(pool: Pool, learner: int, peer: int) -> tuple[Text, ...]:
    """Name the hazards that both face, gravest first; failing these, two of one cluster."""
    own, theirs = pool.hazards.weights(learner), pool.hazards.weights(peer)
    shared = sorted(own.keys() & theirs.keys(), key=lambda h: (-min(own[h], theirs[h]), h))
    names = [pool.terms[h].label for h in shared[:MOST_NAMED]]
    if len(shared) > MOST_NAMED:
        return (text("You share {n} hazards, among them {hazards}", n=len(shared), hazards=names),)
    return (text("You share {hazards}", hazards=names),) if shared else _related(pool, own, theirs, peer)


def _related(pool: Pool, own: dict[str, float], theirs: dict[str, float], peer: int) -> tuple[Text, ...]:
    pairs = [(-min(own[a], theirs[b]), a, b) for a in own for b in theirs
             if pool.terms[a].cluster == pool.terms[b].cluster]
    if not pairs:
        return ()
    _, a, b = min(pairs)
    return (text("You face related hazards: {yours} and, in {city}, {theirs}", yours=pool.terms[a].label,
                 theirs=pool.terms[b].label, city=pool.names[peer]),)


def missing(pool: Pool, learner: int) -> Text:
    """Say why hazards cannot be compared."""
    if not pool.hazards.known[learner]:
        return text("{city} has not said which hazards it faces", city=pool.names[learner])
    return text("No city that could be chosen has said which hazards it faces")


def unknown(pool: Pool, _learner: int, peer: int, part: Part) -> tuple[Text, ...]:
    """Say whether the peer's hazards are not known."""
    return () if part.known[peer] else (text("the hazards that {city} faces", city=pool.names[peer]),)


def asks(pool: Pool, learner: int, _part: Part) -> tuple[Text, float] | None:
    """Ask for the learner's hazards, where others have told theirs."""
    if pool.hazards.known[learner] or not pool.hazards.known.any():
        return None
    return text("the hazards that {city} faces", city=pool.names[learner]), 1.0


def notes(pool: Pool, learner: int, _part: Part) -> tuple[Text, ...]:
    """Say that the comparison rests on a single hazard, where it does."""
    if len(pool.hazards.row(learner)[0]) != 1:
        return ()
    return (text("{city} has named only one hazard", city=pool.names[learner]),)


CRITERION: Final = Criterion(
    name="problem_similarity",
    label=text("shared hazards"),
    source="Cities name shared hazards first when they say whom they would learn from; Ruzicka similarity.",
    measure=measure, missing=missing, reasons=reasons, unknown=unknown, notes=notes, asks=asks,
)
