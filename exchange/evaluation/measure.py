"""One figure about one exchange: what it measures, on which level of learning, and how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.words import Text, text

if TYPE_CHECKING:
    from exchange.evaluation.result import Result
    from exchange.vocabulary import Terms

LEVELS: Final[Terms] = {
    "reaction": text("reaction"),
    "learning": text("learning"),
    "behaviour": text("behaviour"),
    "organisation": text("organisation"),
    "impact": text("impact"),
    "meta": text("learning how we learn"),
    "efficiency": text("effort"),
    "equity": text("fairness"),
    "reciprocity": text("give and take"),
}

KIRKPATRICK: Final = {"reaction": 1, "learning": 2, "behaviour": 3, "organisation": 3, "impact": 4}
"""Level of measure -> Kirkpatrick's level, where it has one. Levels are never mixed into one score."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is measured, how, and when."""

    code: str
    level: str
    name: Text
    formula: Text
    timing: Text

    @property
    def kirkpatrick(self) -> int | None:
        """Kirkpatrick's level, 1 to 4, or None."""
        return KIRKPATRICK.get(self.level)


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator with its value for one exchange.

    Parameters
    ----------
    indicator
        What is measured.
    value
        The figure; None where nothing is known.
    n
        What it rests on: people, actions, questions or ratings.
    sentence
        The figure in words, with what it rests on.
    result
        The figure with its interval, where it is an estimate.
    """

    indicator: Indicator
    value: float | None
    n: int
    sentence: Text
    result: Result | None = None

    @property
    def code(self) -> str:
        """Code of the indicator, for example "B1"."""
        return self.indicator.code

    def record(self, language: str = "en") -> dict[str, Any]:
        """Return the figure as plain values, for JSON; low, high and verdict only where it is an estimate."""
        result = self.result
        return {"code": self.code, "level": self.indicator.level, "kirkpatrick": self.indicator.kirkpatrick,
                "name": self.indicator.name.said(language), "formula": self.indicator.formula.said(language),
                "value": self.value, "n": self.n, "low": result.low if result else None,
                "high": result.high if result else None, "verdict": result.verdict if result else None,
                "sentence": self.sentence.said(language)}


INDICATORS: Final = {one.code: one for one in (
    Indicator("R1", "reaction", text("Relevance"), text("mean of 1 to 5, and share of 4 and 5"),
              text("end of the event")),
    Indicator("R2", "reaction", text("Engagement"), text("presented, asked or wrote / participants"),
              text("end of the event")),
    Indicator("L1", "learning", text("Knowledge gained"), text("(after - before, looking back) / 4"),
              text("end of the event")),
    Indicator("L2", "learning", text("Confidence gained"), text("(after - before, looking back) / 4"),
              text("end of the event")),
    Indicator("L3", "learning", text("Trust in the other city"), text("mean of three answers of 1 to 5"),
              text("half-way and at the end")),
    Indicator("B1", "behaviour", text("Actions begun"), text("actions begun / actions agreed"),
              text("90, 180 and 365 days after")),
    Indicator("B2", "behaviour", text("Depth of adoption"),
              text("lessons used or part of routine / lessons taken up"), text("follow-up")),
    Indicator("B3", "behaviour", text("Safe from staff turnover"),
              text("learning points with two owners / all"), text("follow-up")),
    Indicator("O1", "organisation", text("Fit to priorities"),
              text("actions in a plan or budget / all actions"), text("planning, and half a year after")),
    Indicator("O2", "organisation", text("Passed on at home"),
              text("departments told / departments concerned"), text("three months after")),
    Indicator("O3", "organisation", text("Mandates"), text("people with a written mandate / people"),
              text("start")),
    Indicator("I1", "impact", text("Impact that grows"),
              text("rating after a year - rating after months, median"), text("a year after")),
    Indicator("I2", "impact", text("Targeted questions against others"),
              text("mean change of targeted - mean change of other questions"), text("re-assessment")),
    Indicator("I3", "impact", text("Learning indicators"), text("change of P6.6, P10.2 and P6.3"),
              text("re-assessment")),
    Indicator("M1", "meta", text("Changes of design"),
              text("things done differently because of an evaluation"), text("next exchange")),
    Indicator("M2", "meta", text("Forecasts"),
              text("mean squared difference of chance and outcome (Brier)"), text("weeks to a year after")),
    Indicator("E1", "efficiency", text("Effort for an adopted action"), text("cost and days / adopted actions"),
              text("close")),
    Indicator("E2", "equity", text("Groups at the table"), text("groups that took part / groups wanted"),
              text("each event")),
    Indicator("X1", "reciprocity", text("Both sides learn"),
              text("learning points, fewer side / more side"), text("close")),
)}
"""The nineteen indicators, by code."""
