"""Ready to host: somebody who may decide, somebody to call, leaders who back it, and having met before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.matching.criteria.criterion import Criterion, unknown_components
from exchange.matching.criteria.part import Component, Part, blend
from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.matching.marks import FloatArray
    from exchange.matching.pool import Pool


def measure(pool: Pool, learner: int) -> Part:
    """Return the mean of four facts about the host: mandate, focal point, backing, an earlier exchange."""
    return blend(components(pool, learner), learner)


def components(pool: Pool, learner: int) -> list[Component]:
    """Return what makes a host ready."""
    ready = pool.readiness
    return [
        Component(text("mandate"), ready.mandate),
        Component(text("focal point"), ready.focal_point),
        Component(text("political backing"), ready.backing),
        Component(text("earlier exchanges"), met_before(pool, learner)),
    ]


def met_before(pool: Pool, learner: int) -> FloatArray:
    """Return 1 for cities that the learner has met in either role; NaN for all before anybody has met."""
    if not len(pool.partners.city):
        return np.full(len(pool), np.nan)
    met = np.zeros(len(pool))
    things, _ = pool.partners.row(learner)
    met[pool.places_of([pool.partners.things[thing] for thing in things])] = 1.0
    return met


def reasons(pool: Pool, learner: int, peer: int) -> tuple[Text, ...]:
    """Say that they have met, and what the peer has in place."""
    ready, city, said = pool.readiness, pool.names[peer], []
    facts = ((ready.mandate, text("a mandate")), (ready.focal_point, text("a person to call")),
             (ready.backing, text("the backing of its leaders")))
    has = [name for values, name in facts if values[peer] == 1]
    if has:
        said.append(text("{city} has {facts}", city=city, facts=has))
    if pool.ids[peer] in pool.partners.weights(learner):
        said.insert(0, text("You have worked with {city} before", city=city))
    return tuple(said)


def missing(_pool: Pool, _learner: int) -> Text:
    """Say why readiness cannot be told."""
    return text("No city that could be chosen has said whether it is ready to host")


CRITERION: Final = Criterion(
    name="readiness",
    label=text("readiness to host"),
    source="Delegated power, leadership and earlier relations go with learning (252 city representatives).",
    measure=measure, missing=missing, reasons=reasons, unknown=unknown_components,
)
