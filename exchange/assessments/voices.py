"""What many people said about one question: how far they agree, and never what one of them answered.

Answers are counted in blocks of five people (`gather`). A block is counted once, is never split, and is all that is
kept of it; whatever is shown is a sum of blocks. So nothing that is shown, and no difference between two things that
are shown, now or later, by question or by group, is about fewer than five people. Groups that are too small for a
block of their own are counted together; an answer that is changed after it was counted counts from the next turn.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from exchange.vocabulary import ANSWERED, BLANK, NOT_APPLICABLE, STAKEHOLDER_GROUPS, STATES, UNKNOWN, Terms
from exchange.words import text

LEAST: Final = 5
"""Nothing is shown about fewer people than these, and numbers of people grow in steps of so many."""

NEAR: Final = 1
"""Two answers that are so many levels apart are near one another."""

FIRST, REVEALED, DISCUSSION, SECOND, AGREEING, AGREED = (
    "first", "revealed", "discussion", "second", "agreeing", "agreed")

PHASES: Final[Terms] = {
    FIRST: text("first turn, everybody alone"),
    REVEALED: text("the first answers are shown"),
    DISCUSSION: text("discussion"),
    SECOND: text("second turn, everybody alone"),
    AGREEING: text("agreeing on the city's answers"),
    AGREED: text("agreed"),
}
"""The way of a room, in order. A person moves it on; it never goes back, because what was seen was seen."""

TURN_OF: Final[Mapping[str, int]] = {FIRST: 1, SECOND: 2}
"""The phases in which people answer, with the number of the turn."""

BEFORE_SECOND: Final = (FIRST, REVEALED, DISCUSSION)
"""From these phases the second turn may still come."""

_MAY_FOLLOW: Final[Mapping[str, tuple[str, ...]]] = {
    FIRST: (REVEALED,), REVEALED: (DISCUSSION, SECOND, AGREEING), DISCUSSION: (SECOND, AGREEING),
    SECOND: (AGREEING,), AGREEING: (AGREED,), AGREED: ()}


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's answer to one question.

    Parameters
    ----------
    respondent
        Who; only to count nobody twice.
    group
        Stakeholder group; None where the person named none.
    state, level
        The answer.
    """

    respondent: str
    group: str | None
    state: str
    level: int | None = None

    @property
    def said(self) -> str:
        """The level as text, or the state where there is none."""
        return str(self.level) if self.state == ANSWERED and self.level is not None else self.state


@dataclass(frozen=True, slots=True)
class Block:
    """What five people said to one question, without who said what.

    Parameters
    ----------
    group
        The group of all five; None where they are of several.
    counts
        Level (as text) or state -> how many of the five.
    """

    group: str | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far people agree on one question.

    Parameters
    ----------
    n
        People counted: 0, 5, 10, ... Fewer than five answers are none.
    counts
        Level (as text) or state -> how many; empty where fewer than five gave a level.
    answered
        How many gave a level; None where these are fewer than five.
    median, low, high
        Median and quartiles of the levels.
    near
        Share of the levels within one level of the median, 0 to 1.
    """

    n: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    answered: int | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    near: float | None = None

    @property
    def iqr(self) -> float | None:
        """The levels between the quartiles: the middle half of the answers lies within."""
        return None if self.high is None or self.low is None else self.high - self.low

    @property
    def shown(self) -> bool:
        """Whether there is anything to show."""
        return self.answered is not None


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the room said about one question.

    Parameters
    ----------
    item
        Id of the question.
    turn
        In which turn: the latest, if it counts at least half as many people as one before; 0 for none.
    whole
        Everybody together.
    groups
        Group -> its own spread, for groups with blocks of their own.
    others
        All who are in none of these, together.
    """

    item: str
    turn: int
    whole: Spread
    groups: Mapping[str, Spread]
    others: Spread

    @property
    def apart(self) -> float:
        """Levels between the lowest and the highest median of the groups."""
        medians = [spread.median for spread in (*self.groups.values(), self.others) if spread.median is not None]
        return max(medians) - min(medians) if medians else 0.0


def may_move(phase: str, to: str) -> bool:
    """Return whether a room may go from one phase to another."""
    return to in _MAY_FOLLOW[phase]


def follow(phase: str) -> tuple[str, ...]:
    """Return the phases that may come next."""
    return _MAY_FOLLOW[phase]


def gather(waiting: Iterable[Voice], registered: Mapping[str | None, int], *,
           closing: bool = False) -> list[tuple[Block, tuple[str, ...]]]:
    """Count answers that wait in blocks of five people.

    Parameters
    ----------
    waiting
        Answers to one question that are in no block yet, in the order in which they came. Blank ones do not count.
    registered
        Group -> how many people of it are in the room. A group of five or more has blocks of its own; all other
        people are counted together.
    closing
        Whether the turn ends: then what is left of all groups is counted together. Up to four answers, the last
        ones, remain in no block.

    Returns
    -------
    list
        Each new block, with the people who are in it.
    """
    queues: dict[str | None, list[Voice]] = {}
    for voice in waiting:
        if voice.state != BLANK:
            own = voice.group if registered.get(voice.group, 0) >= LEAST else None
            queues.setdefault(own, []).append(voice)
    made = []
    left: list[Voice] = []
    for group, queue in queues.items():
        whole = len(queue) - len(queue) % LEAST
        made += _blocks(group, queue[:whole])
        left += queue[whole:]
    if closing:
        made += _blocks(None, left[:len(left) - len(left) % LEAST])
    return made


def _blocks(group: str | None, voices: Sequence[Voice]) -> list[tuple[Block, tuple[str, ...]]]:
    parts = [voices[start:start + LEAST] for start in range(0, len(voices), LEAST)]
    return [(Block(group, dict(Counter(voice.said for voice in part))), tuple(voice.respondent for voice in part))
            for part in parts]


def spread(blocks: Iterable[Block]) -> Spread:
    """Return how far the people in some blocks agree."""
    counts: Counter[str] = Counter()
    for block in blocks:
        counts.update(block.counts)
    levels = sorted(int(said) for said, n in counts.items() if said not in STATES for _ in range(n))
    people = counts.total()
    if len(levels) < LEAST:
        return Spread(people)
    median = quantile(levels, 0.5)
    near = sum(abs(level - median) <= NEAR for level in levels) / len(levels)
    ordered = {said: counts[said] for said in (*sorted(counts.keys() - STATES.keys()), *STATES) if counts[said]}
    return Spread(people, ordered, len(levels), median, quantile(levels, 0.25), quantile(levels, 0.75), near)


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return a quantile of numbers in ascending order, between two of them in proportion (as numpy's default)."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def opinions(item: str, turns: Mapping[int, Sequence[Block]]) -> Opinions:
    """Return what the room said about a question: in the latest turn that counts for the room (see `Opinions`).

    Parameters
    ----------
    item
        Id of the question.
    turns
        Number of the turn -> its blocks.
    """
    most = max(map(len, turns.values()), default=0)
    turn = max((number for number, blocks in turns.items() if blocks and 2 * len(blocks) >= most), default=0)
    blocks = turns.get(turn, ())
    groups = sorted({block.group for block in blocks if block.group is not None})
    return Opinions(item, turn, spread(blocks),
                    {group: spread(block for block in blocks if block.group == group) for group in groups},
                    spread(block for block in blocks if block.group is None))


def most_apart(found: Iterable[Opinions]) -> list[Opinions]:
    """Return questions, those first on which people agree least: groups or the middle half furthest apart, few near."""
    return sorted(found, key=lambda one: (not one.whole.shown, -max(one.whole.iqr or 0, one.apart),
                                          -(one.whole.iqr or 0), one.whole.near or 0, -cannot_say(one.whole)))


def missing(invited: Iterable[str], spoke: Collection[str]) -> tuple[str, ...]:
    """Return the groups that were invited and of which nobody has answered anything: groups, never people."""
    return tuple(group for group in invited or STAKEHOLDER_GROUPS if group not in spoke)


def cannot_say(found: Spread) -> int:
    """Return how many of those counted gave no level."""
    return found.counts.get(UNKNOWN, 0) + found.counts.get(NOT_APPLICABLE, 0)
