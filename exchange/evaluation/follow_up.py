"""What to ask after 90, 180 and 365 days, so that an exchange is not forgotten when people leave."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from exchange.exchanges.exchange import HOST, LEARNER
from exchange.exchanges.path import follow_ups as days_of
from exchange.exchanges.records import Action, LearningPoint

if TYPE_CHECKING:
    from exchange.exchanges.exchange import Exchange

State = Literal["done", "due", "late", "later"]

PATIENCE: Final = dt.timedelta(days=30)
"""So long a follow-up may take before it is late."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that one city agreed to do, as it stands on the day of a follow-up.

    Parameters
    ----------
    side
        Whose it is.
    action
        What was agreed.
    begun
        Whether it had begun by the day of the follow-up; None before that day.
    late
        Whether it should have been done by today and is not.
    """

    side: str
    action: Action
    begun: bool | None
    late: bool

    @property
    def safe(self) -> bool:
        """Whether two people know all about it, so that it outlives one of them."""
        return bool(self.action.second_owner) and self.action.second_owner != self.action.owner


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One of the three times at which both cities say how far they have come.

    Parameters
    ----------
    days, due
        After how many days, and the day.
    state
        One of `State`, by side.
    promises
        The actions of both sides.
    """

    days: int
    due: dt.date
    state: dict[str, State]
    promises: tuple[Promise, ...]

    @property
    def begun(self) -> int:
        """How many actions had begun."""
        return sum(one.begun is True for one in self.promises)


def follow_ups(exchange: Exchange, today: dt.date) -> tuple[FollowUp, ...]:
    """Return the three follow-ups of an exchange that has an end; none for one that has not."""
    return tuple(FollowUp(days, due, {side: _state(exchange, days, due, side, today) for side in (LEARNER, HOST)},
                          tuple(_promise(one, due, today) for one in exchange.all(Action)))
                 for days, due in days_of(exchange))


def _state(exchange: Exchange, days: int, due: dt.date, side: str, today: dt.date) -> State:
    if exchange.milestone(f"follow_up_{days}", side) is not None:
        return "done"
    if due > today:
        return "later"
    return "due" if today <= due + PATIENCE else "late"


def _promise(action: Action, due: dt.date, today: dt.date) -> Promise:
    begun = action.under_way and action.started is not None and action.started <= due
    open_still = action.status in {"agreed", "started"}
    return Promise(action.side, action, begun if due <= today else None,
                   late=open_still and action.due is not None and action.due < today)


def alone(exchange: Exchange, side: str) -> tuple[str, ...]:
    """Return what only one person of a side knows all about: actions and learning points with fewer than two owners."""
    actions = [one.what for one in exchange.all(Action, side)
               if one.status != "dropped" and one.second_owner in {None, one.owner}]
    points = [one.what for one in exchange.all(LearningPoint, side) if len(set(one.owners)) < 2]
    return (*actions, *points)
