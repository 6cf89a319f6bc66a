"""Why one city would learn from another: the list of criteria, each a file of its own."""

from __future__ import annotations

from typing import Final

from exchange.matching.criteria import (
    complementarity,
    context_fit,
    feasibility,
    problem_similarity,
    readiness,
    reciprocity,
)
from exchange.matching.criteria.criterion import Criterion
from exchange.matching.criteria.part import Part

__all__ = ["CRITERIA", "VERSION", "Criterion", "Part"]

VERSION: Final = "1"
"""Changes when a criterion comes, goes or means something else; weights made for another one are refused."""

CRITERIA: Final[dict[str, Criterion]] = {criterion.name: criterion for criterion in (
    problem_similarity.CRITERION,
    complementarity.CRITERION,
    reciprocity.CRITERION,
    context_fit.CRITERION,
    feasibility.CRITERION,
    readiness.CRITERION,
)}
