"""The self-assessments of the demo network that are still under way, so that there is something to go on with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from exchange import cities, instruments

if TYPE_CHECKING:
    from collections.abc import Mapping

BEGUN: Final = {"rotterdam": 47, "quito": 26, "accra": 19, "lviv": 31, "dhaka": 12}
"""City -> how many questions of its latest self-assessment it has come to; none of these is confirmed yet."""

Rows = list[dict[str, Any]]


def begun(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Return the tables of a network with the latest self-assessment of some of its cities left unfinished.

    Parameters
    ----------
    tables
        As `demo_network` makes them. They stay as they are.
    """
    order = [item.id for item in instruments.load("resilience").items]
    reached = {cities.get(slug).city_id: frozenset(order[:n]) for slug, n in BEGUN.items()}
    last = max(row["round"] for row in tables["assessment"])
    about = next(n for n, item in enumerate(instruments.load("resilience").items) if item.needs_scenarios)
    still = {row["assessment_id"]: reached[row["city_id"]] for row in tables["assessment"]
             if row["round"] == last and row["city_id"] in reached}
    return {
        **tables,
        "assessment": [
            _open(row, described=len(still[row["assessment_id"]]) > about)
            if row["assessment_id"] in still else row for row in tables["assessment"]
        ],
        "answer": [row for row in tables["answer"]
                   if row["assessment_id"] not in still or row["item"] in still[row["assessment_id"]]],
    }


def _open(row: dict[str, Any], *, described: bool) -> dict[str, Any]:
    """Return an assessment that goes on; its scenarios are described once somebody came to a question about them."""
    return {**row, "status": "open", "confirmed_at": None, "scenarios": row["scenarios"] if described else {}}
