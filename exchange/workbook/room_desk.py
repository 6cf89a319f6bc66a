"""What a facilitator can do with a room now: open it, lead it on, take what the rule proposes, decide a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exchange.assessments import consensus, voices
from exchange.words import Text, count, text
from exchange.workbook.room_views import SAID, counted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from exchange.assessments.voices import Opinions
    from exchange.instruments import Instrument
    from exchange.workbook.context import Row

STEPS: Final = {
    voices.REVEALED: text("End the turn and show the answers"),
    voices.DISCUSSION: text("Begin the discussion"),
    voices.SECOND: text("Ask the open questions once more"),
    voices.AGREEING: text("Go on to agreeing"),
    voices.AGREED: text("Say that all is agreed"),
}
"""What leads to each phase."""

_ENDS_A_TURN: Final = text("Nobody can answer in this turn any more.")
_ENDS_ALL: Final = text("Nothing can be agreed in this room any more.")


@dataclass(frozen=True, slots=True)
class Step:
    """A phase that may come next: what to press, and what it ends."""

    to: str
    label: Text
    ends: Text | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A question that the room has to decide.

    Parameters
    ----------
    item, label
        Id and words.
    why
        Why the rule does not settle it.
    said
        What people said, counted.
    levels
        Level -> its sentence.
    seen
        The revision of the city's answer; 0 for none.
    """

    item: str
    label: str
    why: Text
    said: Text
    levels: Mapping[int, str]
    seen: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What a facilitator sees and can do.

    Parameters
    ----------
    phase
        Of `voices.PHASES`; empty where no room is open.
    said
        The phase in words.
    revision
        Of the room.
    steps
        What may come next.
    accept
        Questions that the rule settles and nobody has accepted yet; 0 while the room is not agreeing.
    questions
        To be decided; none while the room is not agreeing.
    """

    phase: str
    said: Text
    revision: int = 0
    steps: tuple[Step, ...] = ()
    accept: int = 0
    questions: tuple[Open, ...] = ()

    def sentence(self) -> Text:
        """Return where the room stands and how much there is to do."""
        if not self.questions and not self.accept:
            return self.said
        more = count("{n} question to decide, {accept} to accept.", "{n} questions to decide, {accept} to accept.",
                     len(self.questions), accept=self.accept)
        return text("{phase} {more}", phase=self.said, more=more)


def desk(row: Row | None, opinions: Sequence[Opinions], agreed: Collection[str], held: Mapping[str, int],
         instrument: Instrument) -> Desk:
    """Return what can be done with a room.

    Parameters
    ----------
    row
        The room; None where none is open.
    opinions
        What was said of each question.
    agreed
        The questions that are agreed already.
    held
        Item -> revision of the city's answer.
    instrument
        The questions, in the reader's language.
    """
    if row is None:
        return Desk("", text("No room is open for this round."))
    phase, rule = row["phase"], consensus.rule_of(row["rule"])
    left = [one for one in voices.most_apart(opinions) if one.whole.n and one.item not in agreed]
    proposals = {one.item: consensus.propose(rule, one) for one in left}
    undecided = [one for one in left if proposals[one.item].level is None]
    steps = tuple(Step(to, STEPS[to], _ends(phase, to)) for to in voices.follow(phase)
                  if to != voices.SECOND or undecided)
    if phase != voices.AGREEING:
        return Desk(phase, SAID[phase], row["revision"], steps)
    items = {item.id: item for item in instrument.items}
    questions = tuple(
        Open(one.item, items[one.item].label, proposals[one.item].why,
             text("People said: {counts}.", counts=counted(one.whole.counts)) if one.whole.shown
             else text("Too few levels to show."), {level.value: level.text for level in items[one.item].levels},
             held.get(one.item, 0)) for one in undecided)
    return Desk(phase, SAID[phase], row["revision"], steps, len(left) - len(undecided), questions)


def _ends(phase: str, to: str) -> Text | None:
    if phase in voices.TURN_OF:
        return _ENDS_A_TURN
    return _ENDS_ALL if to == voices.AGREED else None
