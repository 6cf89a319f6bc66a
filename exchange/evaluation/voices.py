"""Who was at the table, and who was heard: people, answers and minutes by stakeholder group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.exchanges.records import Feedback, Person
from exchange.vocabulary import STAKEHOLDER_GROUPS

if TYPE_CHECKING:
    from collections.abc import Collection

    from exchange.exchanges.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Voice:
    """One stakeholder group in an exchange.

    Parameters
    ----------
    group
        A term of the vocabulary.
    people
        How many take part, in both teams.
    answers
        How many gave feedback.
    took_part
        How many of these presented, asked or wrote something.
    minutes
        Minutes spoken; None where nobody counted.
    share
        Share of all minutes spoken, 0 to 1.
    even
        The share that would be its own if every answer stood for as many minutes.
    """

    group: str
    people: int
    answers: int
    took_part: int
    minutes: float | None
    share: float | None
    even: float | None

    @property
    def absent(self) -> bool:
        """Whether nobody of this group was there."""
        return not self.people and not self.answers


def voices(exchange: Exchange, wanted: Collection[str] = tuple(STAKEHOLDER_GROUPS)) -> tuple[Voice, ...]:
    """Return the voice of each wanted group, and of those that came unasked, in the order of the vocabulary."""
    people, answers = exchange.all(Person), exchange.all(Feedback)
    there = {one.group for one in people} | {one.group for one in answers}
    counted = [one for one in answers if one.minutes_spoken is not None]
    total = sum(one.minutes_spoken or 0.0 for one in counted)
    return tuple(_voice(group, people, answers, total, len(counted)) for group in STAKEHOLDER_GROUPS
                 if group in there or group in set(wanted))


def _voice(group: str, people: tuple[Person, ...], answers: tuple[Feedback, ...], total: float, counted: int) -> Voice:
    mine = [one for one in answers if one.group == group]
    spoken = [one.minutes_spoken for one in mine if one.minutes_spoken is not None]
    return Voice(group, sum(one.group == group for one in people), len(mine),
                 sum(one.took_part == "yes" for one in mine), sum(spoken) if spoken else None,
                 sum(spoken) / total if total and spoken else None, len(spoken) / counted if counted else None)
