"""The same round by several methods, side by side: what each gives, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from exchange.matching.assign import METHODS, make
from exchange.matching.checks import blocking_pairs, totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from exchange.matching.assignment import Assignment
    from exchange.matching.rounds import Round


def by_all_methods(round_: Round, rng: np.random.Generator) -> dict[str, Assignment]:
    """Return the assignment of a round by each method; by lot only where the round has no quotas."""
    made = {name: make(round_, name) for name in METHODS}
    return made if round_.quotas else {**made, "random": make(round_, "random", rng)}


def compare(made: Mapping[str, Assignment]) -> pd.DataFrame:
    """Return one row an assignment, also of one made by hand.

    Returns
    -------
    DataFrame
        method, total, pairs, covered, uncovered (how many), worst_off (the least sum of scores of a learner), floor
        (the least best score of a covered learner), gini, hosts_used, blocking_pairs, regret (the largest).
    """
    return pd.DataFrame([_row(name, one) for name, one in made.items()])


def _row(name: str, made: Assignment) -> dict[str, object]:
    found, blocking = totals(made), blocking_pairs(made)
    return {
        "method": name, "total": found.total, "pairs": found.pairs, "covered": found.covered,
        "uncovered": len(found.uncovered), "worst_off": found.worst_off,
        "floor": found.floor, "gini": found.gini, "hosts_used": found.hosts_used,
        "blocking_pairs": len(blocking), "regret": float(blocking["regret"].max()) if len(blocking) else 0.0,
    }
