"""What the whole room may see of the answers: what was counted in fives, as bars and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exchange.room import words
from exchange.vocabulary import NOT_APPLICABLE, UNKNOWN

if TYPE_CHECKING:
    from exchange.assessments.voices import Spread
    from exchange.words import Text


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer on the wall: its words, how many gave it, and how long its bar is, in percent."""

    name: str
    label: str
    number: int
    length: int


def bars(spread: Spread, labels: dict[str, str]) -> list[Bar]:
    """Return a bar for each answer, levels first; the longest has 100. Nothing where too few answered."""
    if not spread.shown:
        return []
    most = max(spread.counts.values(), default=0) or 1
    return [Bar(name, label, number, round(100 * number / most)) for name, label in labels.items()
            for number in [spread.counts.get(name, 0)]]


def labels(item: dict[str, Any], unknown: str, not_applicable: str) -> dict[str, str]:
    """Return answer -> its words, for a question as a form has it."""
    return {**{str(level["value"]): level["text"] for level in item["levels"]}, UNKNOWN: unknown,
            NOT_APPLICABLE: not_applicable}


def finding(spread: Spread) -> Text:
    """Return what the levels say together, in words."""
    if spread.median is None or spread.near is None:
        return words.FINDING_NONE
    if spread.low == spread.high == spread.median and spread.near == 1 and len(_levels(spread)) == 1:
        return words.filled(words.FINDING_ONE, level=spread.median)
    return words.filled(words.FINDING, level=spread.median, low=spread.low, high=spread.high,
                        near=round(100 * spread.near))


def _levels(spread: Spread) -> list[str]:
    return [name for name, number in spread.counts.items() if name.isdigit() and number]
