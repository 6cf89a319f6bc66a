"""A figure that says how sure it is, and what may and may not be concluded from it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from exchange.words import Text, count, text

if TYPE_CHECKING:
    from exchange.vocabulary import Terms

Verdict = Literal["up", "down", "cannot_tell", "too_few"]
Noun = Literal["cities", "questions", "people", "exchanges", "cases"]
Design = Literal["before_after", "compared", "randomised", "within"]

FEWEST_CHANGED: Final = 6
"""So many must have changed before a two-sided test can fall below 5 %: 2 / 2 ** 5 is still 6.25 %."""

_FALSE_FINDINGS: Final = 0.05
"""Share of false findings that is accepted among those that are told."""

VERDICTS: Final[Terms] = {
    "up": text("went up"),
    "down": text("went down"),
    "cannot_tell": text("cannot tell"),
    "too_few": text("too few"),
}

CAVEATS: Final[Terms] = {
    "before_after": text("This compares before with after and does not show the cause: other things happened "
                         "at the same time, and a city that rates itself may have moved its yardstick."),
    "compared": text("This compares with others that were not chosen by lot. They may differ in ways that "
                     "nobody recorded."),
    "randomised": text("Who took part was decided by lot, so the difference is due to taking part."),
    "within": text("This compares what a city aimed at with what it did not aim at. A yardstick that moved "
                   "for the whole city cancels out; the choice of the aims does not."),
}
"""What a design can carry, in words."""


@dataclass(frozen=True, slots=True)
class Result:
    """An estimate with its interval, and the sentence that goes with it.

    Parameters
    ----------
    n
        Units, usually cities, behind the figure.
    changed
        How many of them differ from no change at all.
    estimate
        The figure, in `unit`; None where there is nothing to estimate from.
    low, high
        Ends of the interval; None where so few units give no bound at this level.
    level
        Confidence level that the interval really reaches, 0 to 1.
    p
        Two-sided p-value of no change; None where it was not computed.
    method
        Name of the estimator.
    design
        What the comparison can carry, one of `CAVEATS`.
    unit
        What the figure counts, in words.
    of
        What the units are.
    q
        The p-value corrected for having looked at many things, where it was.
    """

    n: int
    changed: int
    estimate: float | None
    low: float | None
    high: float | None
    level: float
    p: float | None
    method: str
    design: Design = "before_after"
    unit: Text = text("in levels")  # noqa: RUF009 - a frozen value
    of: Noun = "cities"
    q: float | None = None

    @property
    def verdict(self) -> Verdict:
        """Which way it went, or why that cannot be told."""
        if self.changed < FEWEST_CHANGED:
            return "too_few"
        if self.one_of_many:
            return "cannot_tell"
        if self.low is not None and self.low > 0:
            return "up"
        if self.high is not None and self.high < 0:
            return "down"
        return "cannot_tell"

    @property
    def one_of_many(self) -> bool:
        """Whether a finding like this one turns up by chance among so many that were looked at."""
        return self.q is not None and self.q > _FALSE_FINDINGS

    @property
    def sentence(self) -> Text:
        """What may be concluded, and what may not."""
        if self.n == 0 or self.estimate is None:
            return text("Nothing is known yet.")
        if self.changed == 0:
            return text("Nothing changed: all is as it was, in {units}.", units=self.units)
        if self.verdict == "too_few":
            return text("Too few: {changed} of {units} changed, and below {fewest} chance alone may explain "
                        "it. The mean is {estimate} ({unit}): a note, not a finding.",
                        changed=self.changed, units=self.units, fewest=FEWEST_CHANGED,
                        estimate=self.estimate, unit=self.unit)
        if self.one_of_many and not self.spans_zero:
            return text("Cannot tell: taken alone it would be {interval}, but among so many that were looked "
                        "at, one like this turns up by chance. There are {units} behind it.",
                        interval=self.interval, units=self.units)
        if self.verdict == "cannot_tell":
            return text("Cannot tell: the true figure may lie anywhere {interval}, so it may be up, down or "
                        "nothing. There are {units} behind it.", interval=self.interval, units=self.units)
        return text("{verdict} by {estimate} on average ({unit}), {interval}, in {units}. {caveat}",
                    verdict=_WENT[self.verdict], estimate=abs(self.estimate), unit=self.unit,
                    interval=self.interval, units=self.units, caveat=CAVEATS[self.design])

    @property
    def told(self) -> bool:
        """Whether it went up or down as far as anybody can tell."""
        return self.verdict in {"up", "down"}

    @property
    def spans_zero(self) -> bool:
        """Whether no change at all lies within the interval."""
        return (self.low is None or self.low <= 0) and (self.high is None or self.high >= 0)

    @property
    def units(self) -> Text:
        """How many units there are, in words."""
        match self.of:
            case "cities":
                return count("{n} city", "{n} cities", self.n)
            case "questions":
                return count("{n} question", "{n} questions", self.n)
            case "people":
                return count("{n} person", "{n} people", self.n)
            case "exchanges":
                return count("{n} exchange", "{n} exchanges", self.n)
            case _:
                return count("{n} case", "{n} cases", self.n)

    @property
    def interval(self) -> Text:
        """The interval in words."""
        share = round(100 * self.level)
        if self.low is None or self.high is None:
            return text("with no bound at {share} % certainty", share=share)
        return text("between {low} and {high} ({share} % interval)", low=self.low, high=self.high,
                    share=share)

    def record(self, language: str = "en") -> dict[str, Any]:
        """Return the result as plain values, for JSON: what it says, and everything that the sentence rests on."""
        return {"n": self.n, "of": self.of, "changed": self.changed, "estimate": self.estimate, "low": self.low,
                "high": self.high, "level": self.level, "p": self.p, "q": self.q, "unit": self.unit.said(language),
                "verdict": self.verdict, "method": self.method, "design": self.design,
                "sentence": self.sentence.said(language)}

    def corrected(self, q: float) -> Result:
        """Return the same result with its p-value corrected for many looks."""
        return replace(self, q=q)

    def scaled(self, factor: float, unit: Text) -> Result:
        """Return the same result in another unit; `factor` is above zero."""
        estimate, low, high = (None if value is None else value * factor
                               for value in (self.estimate, self.low, self.high))
        return replace(self, estimate=estimate, low=low, high=high, unit=unit)

    def reversed(self) -> Result:
        """Return the same result with its sign turned round."""
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return replace(self, estimate=None if self.estimate is None else -self.estimate, low=low, high=high)


_WENT: Final = {"up": text("Up"), "down": text("Down")}


def nothing(method: str, *, design: Design = "before_after", unit: Text | None = None,
            of: Noun = "cities") -> Result:
    """Return the result of no data."""
    return Result(0, 0, None, None, None, 0.95, None, method, design, unit or text("in levels"), of)


def finite(value: float) -> float | None:
    """Return a number, or None for one that has no end."""
    return float(value) if math.isfinite(value) else None
