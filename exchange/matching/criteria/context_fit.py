"""A city like yours: what works in a city of your size and means has a chance to work with you."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.matching.criteria.criterion import Criterion, component_lacking, unknown_components
from exchange.matching.criteria.part import Component, Part, blend
from exchange.vocabulary import INCOME_GROUPS
from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.matching.marks import FloatArray
    from exchange.matching.pool import Pool

HUNDREDFOLD = 2.0
"""Range of the decimal logarithms: a city a hundred times as large, or as dense, has nothing in common in
that respect. A fixed range, so that a score does not depend on who else is in the pool."""

ALIKE_IN_SIZE = 2.0
"""Up to this ratio of populations we say "about your size"."""


def measure(pool: Pool, learner: int) -> Part:
    """Return Gower's similarity: the mean over attributes of 1 - |difference| / range.

    Gower (1971), Biometrics 27:857, with fixed ranges; what is not known of a city counts 0 (see `blend`).
    """
    return blend(components(pool, learner), learner)


def components(pool: Pool, learner: int) -> list[Component]:
    """Return the attributes that are compared, each with its range; of a kind, only being equal counts."""
    places = pool.places
    compared = (
        (text("population"), places.population, HUNDREDFOLD),
        (text("density"), places.density, HUNDREDFOLD),
        (text("income group"), places.income, float(len(INCOME_GROUPS) - 1)),
        (text("position on the coast or inland"), places.coastal, 1.0),
        (text("kind of government"), places.government, 1.0),
        (text("mandate"), places.mandate, 1.0),
    )
    return [_component(name, values, span, learner) for name, values, span in compared]


def _component(name: Text, values: FloatArray, span: float, learner: int) -> Component:
    alike = 1 - np.minimum(np.abs(values - values[learner]) / span, 1)
    told = ~np.isnan(values)
    return Component(name, alike, lacking=bool(told.any() and not told[learner]))


def reasons(pool: Pool, learner: int, peer: int) -> tuple[Text, ...]:
    """Say in what the peer is alike: size, coast, income group."""
    places, said = pool.places, []
    if abs(places.population[peer] - places.population[learner]) <= np.log10(ALIKE_IN_SIZE):
        said.append(text("About your size: {people} people", people=_about(10 ** float(places.population[peer]))))
    if places.coastal[peer] == places.coastal[learner] == 1:
        said.append(text("On the coast, as you are"))
    if places.income[peer] == places.income[learner]:
        said.append(text("In a country of your income group: {group}",
                         group=INCOME_GROUPS[pool.income_groups[peer]]))
    return tuple(said)


def _about(people: float) -> int:
    """Return a number of people to two figures, as one would say it."""
    return int(float(f"{people:.1e}"))


def missing(pool: Pool, learner: int) -> Text:
    """Say why the cities cannot be compared."""
    return text("Nothing is known both of {city} and of another city: size, income, coast",
                city=pool.names[learner])


CRITERION: Final = Criterion(
    name="context_fit",
    label=text("likeness of the cities"),
    source="Size, resources and mandate decide whether a solution can be scaled down; Gower (1971).",
    measure=measure, missing=missing, reasons=reasons,
    unknown=unknown_components, asks=component_lacking,
)
