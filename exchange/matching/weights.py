"""How much each criterion counts: a hypothesis that is stated, dated by its version, and open to change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from exchange.errors import Findings
from exchange.matching.criteria import CRITERIA, VERSION


@dataclass(frozen=True)
class Weights:
    """The weight of each criterion.

    Parameters
    ----------
    version
        The version of the criteria that the weights were made for.
    values
        Criterion and weight; only their ratios matter. A criterion without a row counts nothing.
    why
        Where the weights come from, in a sentence.

    Raises
    ------
    InputError
        For another version, an unknown criterion, a weight that is negative or not a number, or all weights
        zero.
    """

    version: str
    values: Mapping[str, float]
    why: str

    def __post_init__(self) -> None:
        findings = Findings()
        if self.version != VERSION:
            findings.add("weights, version",
                         f"they were made for version {self.version!r} of the criteria, this is {VERSION!r}",
                         "Look at each weight again, then give them this version.")
        for name, weight in self.values.items():
            _check(findings, name, weight)
        if not findings and not any(weight > 0 for weight in self.values.values()):
            findings.add("weights", "all are zero, so nothing tells one city from another",
                         "Give at least one criterion a weight above zero.")
        findings.raise_if_any()

    @classmethod
    def of(cls, record: Mapping[str, object]) -> Self:
        """Return the weights of a record, such as a weight file: version, values and why."""
        findings = Findings()
        values = record.get("values")
        for name in ("version", "values", "why"):
            if name not in record:
                findings.add("weights", f"{name!r} is missing", "Give version, values and why.")
        if values is not None and not isinstance(values, Mapping):
            findings.add("weights, values", "they are not a table of criterion and weight",
                         'Write {"readiness": 0.1}.')
        findings.raise_if_any()
        assert isinstance(values, Mapping)  # noqa: S101
        return cls(str(record["version"]), dict(values), str(record["why"]))

    def record(self) -> dict[str, object]:
        """Return what `of` reads."""
        return {"version": self.version, "values": dict(self.values), "why": self.why}

    def changed(self, why: str, **values: float) -> Self:
        """Return weights with some rows changed, as a slider does."""
        return type(self)(self.version, {**self.values, **values}, why)

    def shares(self) -> dict[str, float]:
        """Return the weights above zero, summing to 1, in the order of the registry."""
        counted = {name: float(self.values[name]) for name in CRITERIA if self.values.get(name, 0) > 0}
        total = math.fsum(counted.values())
        return {name: weight / total for name, weight in counted.items()}


def _check(findings: Findings, name: str, weight: object) -> None:
    place = f"weights, {name}"
    if name not in CRITERIA:
        findings.add(place, "there is no such criterion", f"Use one of {', '.join(CRITERIA)}.")
    elif isinstance(weight, bool) or not isinstance(weight, (int, float)) or not math.isfinite(weight):
        findings.add(place, f"{weight!r} is not a number", "Give a number of 0 or more.")
    elif weight < 0:
        findings.add(place, f"{weight:g} is negative", "Give 0 to leave the criterion out.")


DEFAULT_WEIGHTS: Final = Weights(
    VERSION,
    {
        "problem_similarity": 0.25,
        "complementarity": 0.25,
        "reciprocity": 0.15,
        "context_fit": 0.10,
        "feasibility": 0.15,
        "readiness": 0.10,
    },
    "An informed guess: studies support a similar problem and context, a different level on the topic, and "
    "people who can work together; none has tested these weights.",
)
"""A hypothesis. Show its sensitivity (`stability`, `counterfactual`) wherever a ranking is shown."""
