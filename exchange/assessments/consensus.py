"""The rule by which a room agrees: chosen before anybody answers, and what it says of each question.

A rule only proposes. The city's answer is written by a person, and stands beside what everybody said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from exchange.assessments.voices import NEAR, Opinions, cannot_say
from exchange.errors import Findings
from exchange.vocabulary import Terms
from exchange.words import Text, text

MEDIAN, UNANIMOUS, FACILITATOR = "median", "unanimous", "facilitator"

RULES: Final[Terms] = {
    MEDIAN: text("the median, if most are near it and no group stands apart"),
    UNANIMOUS: text("the level that everybody chose"),
    FACILITATOR: text("the facilitator decides and says why"),
}

SHARE: Final = 0.75
"""Share of people within one level of the median that is enough, unless the room chose another."""

_LEAST_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Rule:
    """How a room agrees.

    Parameters
    ----------
    kind
        One of `RULES`.
    share
        For the median: which share of people must stand within one level of it, 0.5 to 1.
    """

    kind: str = MEDIAN
    share: float = SHARE

    @classmethod
    def of(cls, kind: str, share: float = SHARE) -> Rule:
        """Return the rule, checked.

        Raises
        ------
        InputError
            For a rule that we do not know, or a share that is none.
        """
        findings = Findings()
        if kind not in RULES:
            findings.add("rule", f"{kind!r} is not a rule", f"Use {', '.join(RULES)}.")
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not _LEAST_SHARE <= share <= 1:
            findings.add("rule, share", f"{share!r} is not a share from 0.5 to 1", "Use 0.75, for example.")
        findings.raise_if_any()
        return cls(kind, float(share))

    def said(self) -> Text:
        """Return the rule in words."""
        if self.kind == MEDIAN:
            return text("A question is agreed where {percent} % of the levels are within one level of the median and "
                        "no group stands more than one level from another.", percent=round(100 * self.share))
        if self.kind == UNANIMOUS:
            return text("A question is agreed where everybody chose the same level.")
        return text("The facilitator decides each question and says why.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rule says of one question.

    Parameters
    ----------
    level
        The level that it proposes; None where the room has to decide.
    why
        In words.
    """

    level: int | None
    why: Text


def propose(rule: Rule, found: Opinions) -> Proposal:
    """Return what a rule says of a question."""
    whole = found.whole
    if not whole.shown:
        return Proposal(None, text("fewer than five levels"))
    if cannot_say(whole) > (whole.answered or 0):
        return Proposal(None, text("most cannot say"))
    return _BY_KIND[rule.kind](rule, found)


def _median(rule: Rule, found: Opinions) -> Proposal:
    whole = found.whole
    median, near = whole.median or 0.0, whole.near or 0.0
    percent = round(100 * near)
    if near < rule.share:
        return Proposal(None, text("only {percent} % within one level of the median", percent=percent))
    if found.apart > NEAR:
        return Proposal(None, text("groups stand {n} levels apart", n=found.apart))
    if median % 1:
        return Proposal(None, text("the median lies between {low} and {high}", low=int(median), high=int(median) + 1))
    return Proposal(int(median), text("{percent} % within one level of the median", percent=percent))


def _unanimous(_rule: Rule, found: Opinions) -> Proposal:
    if len(found.whole.counts) > 1:
        return Proposal(None, text("not everybody chose the same"))
    return Proposal(int(found.whole.median or 0), text("everybody chose the same"))


def _facilitator(_rule: Rule, _found: Opinions) -> Proposal:
    return Proposal(None, text("the facilitator decides"))


_BY_KIND: Final = {MEDIAN: _median, UNANIMOUS: _unanimous, FACILITATOR: _facilitator}


def rule_of(stored: Mapping[str, object]) -> Rule:
    """Return a rule as the record holds it."""
    share = stored.get("share", SHARE)
    return Rule.of(str(stored.get("kind", MEDIAN)), share if isinstance(share, (int, float)) else SHARE)
