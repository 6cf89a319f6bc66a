"""How far an exchange has come: three phases, thirteen steps, three gates, and what is next, by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from exchange.errors import NotFoundError
from exchange.exchanges import needs
from exchange.exchanges.exchange import HOST, LEARNER, Exchange
from exchange.exchanges.needs import BOTH, Asks, Need, Situation
from exchange.exchanges.records import Action
from exchange.vocabulary import PHASES, SIDES
from exchange.words import Text, count, text

State = Literal["done", "next", "later", "blocked"]

FOLLOW_UPS: Final = (90, 180, 365)
"""Days after the end on which both cities say how far their actions have come."""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the thirteen steps, as it stands today.

    Parameters
    ----------
    number, phase
        1 to 13; ``"plan"``, ``"do"`` or ``"after"``.
    name
        What the step is.
    learner, host
        What each side does in it; None where it has nothing to do.
    state
        ``"done"``, ``"next"`` (its turn), ``"later"``, or ``"blocked"`` (its turn, but a gate or a pause is in
        its way).
    missing
        What is missing before the step is done, or before it may begin; each with who has to do it.
    """

    number: int
    phase: str
    name: Text
    learner: Text | None
    host: Text | None
    state: State
    missing: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class NextThing:
    """What to do next: by whom, what, by when, and whether it is late."""

    side: str
    who: Text | str
    what: Text
    due: dt.date | None
    late: bool

    def said(self) -> Text:
        """Return it as one sentence."""
        if self.due is None:
            return text("{who}: {what}.", who=self.who, what=self.what)
        if self.late:
            return text("{who}: {what}. This was due on {due}.", who=self.who, what=self.what, due=self.due)
        return text("{who}: {what}, by {due}.", who=self.who, what=self.what, due=self.due)


@dataclass(frozen=True, slots=True)
class _Plan:
    phase: str
    name: Text
    learner: Text | None
    host: Text | None
    asks: Asks


_STEPS: Final = (
    _Plan("plan", text("Know where you stand"), text("assess yourself"), None, needs.baseline),
    _Plan("plan", text("Find a partner city"), text("invite a host"), text("agree to it"), needs.partner),
    _Plan("plan", text("Set objectives"), text("set your objectives"), text("set your objectives"),
          needs.objectives),
    _Plan("plan", text("Choose modules"), text("choose three to five modules"),
          text("choose them with the learner"), needs.chosen_modules),
    _Plan("plan", text("Form the team"), text("agree to the team"), text("name the team"), needs.team),
    _Plan("plan", text("Say what you expect"), text("register your benefits"), text("register your benefits"),
          needs.expected_benefits),
    _Plan("do", text("Send and read the evidence"), text("send the evidence pack"), text("read it and ask"),
          needs.evidence_pack),
    _Plan("do", text("Agree on the agenda"), text("agree on the agenda"), text("agree on the agenda"),
          needs.agenda),
    _Plan("do", text("Meet"), text("show and ask"), text("look, ask and take notes"), needs.visit),
    _Plan("do", text("Evaluate while you are at it"), text("rate what you see"), text("rate what you see"),
          needs.during),
    _Plan("after", text("Write the report"), text("agree to the report"), text("draft the report"),
          needs.report),
    _Plan("after", text("Adopt the report"), text("sign and adopt it"), text("sign and adopt it"),
          needs.adoption),
    _Plan("after", text("Look back"), text("rate the impact, twice"), text("rate the impact, twice"),
          needs.reflection),
)

_BEYOND_STEPS: Final[Mapping[str, Asks]] = {"plan": needs.after_planning, "after": needs.before_closing}


Row = Mapping[str, Any]


def steps(exchange: Row | Exchange, entries: Iterable[Row] = (), *, today: dt.date,
          assessed: Collection[str] = (), rated: Collection[tuple[str, str]] = (),
          names: Mapping[str, str] | None = None) -> tuple[Step, ...]:
    """Return the thirteen steps of an exchange with their state.

    Parameters
    ----------
    exchange
        A row of the store with the rows of its `entries`, or an `Exchange` that already has them.
    today
        The day on which somebody looks.
    assessed
        Sides (``"learner"``, ``"host"``) whose self-assessment is confirmed.
    rated
        Side and stage of evaluations that were filled in elsewhere than in the entries.
    names
        Side -> name of the city, for the sentences; "learner" and "host" by default.

    Raises
    ------
    InputError
        When the row or an entry is not what it should be.
    """
    now = _situation(exchange, entries, today, assessed, rated)
    halted = _halted(now)
    found: list[Step] = []
    turn = True
    for number, plan in enumerate(_STEPS, 1):
        missing = tuple(plan.asks(now))
        state: State = "later"
        if not missing:
            state = "done"
        elif turn:
            turn = False
            barrier = (*halted, *_gate_before(plan, now))
            state, missing = ("blocked", barrier) if barrier else ("next", missing)
        found.append(Step(number, plan.phase, plan.name, plan.learner, plan.host, state,
                          tuple(_said(need, names) for need in missing)))
    return tuple(found)


def _situation(exchange: Row | Exchange, entries: Iterable[Row], today: dt.date,
               assessed: Collection[str], rated: Collection[tuple[str, str]]) -> Situation:
    whole = exchange if isinstance(exchange, Exchange) else Exchange.of(exchange, entries)
    return Situation(whole, today, frozenset(assessed), frozenset(rated))


def _halted(now: Situation) -> tuple[Need, ...]:
    if now.exchange.status == "cancelled":
        return (Need(BOTH, text("the exchange was cancelled: begin a new one to go on")),)
    if now.exchange.paused:
        return (Need(BOTH, text("the exchange is paused: say when the work goes on")),)
    return ()


def _gate_before(plan: _Plan, now: Situation) -> tuple[Need, ...]:
    """Return what the gates before a step still ask for, beyond the steps themselves."""
    order = list(PHASES)
    earlier = order[:order.index(plan.phase)]
    return tuple(need for phase in earlier if phase in _BEYOND_STEPS for need in _BEYOND_STEPS[phase](now))


def _said(need: Need, names: Mapping[str, str] | None) -> Text:
    return text("{who}: {what}", who=_who(need.side, names), what=need.what)


def _who(side: str, names: Mapping[str, str] | None) -> Text | str:
    if side == BOTH:
        if names:
            return text("{learner} and {host}", learner=names[LEARNER], host=names[HOST])
        return text("both cities")
    return names[side] if names else SIDES[side]


def gate(phase: str, exchange: Row | Exchange, entries: Iterable[Row] = (), *,
         today: dt.date, assessed: Collection[str] = (), rated: Collection[tuple[str, str]] = (),
         names: Mapping[str, str] | None = None) -> tuple[Text, ...]:
    """Return what the gate at the end of a phase refuses, and why; nothing when it is open.

    Parameters
    ----------
    phase
        ``"plan"``, ``"do"`` or ``"after"``.
    exchange, entries, today, assessed, rated, names
        As in `steps`.

    Raises
    ------
    NotFoundError
        For a phase that does not exist.
    """
    if phase not in PHASES:
        known = ", ".join(PHASES)
        raise NotFoundError.at("phase", f"{phase!r} is no phase of an exchange", f"Use one of {known}.")
    now = _situation(exchange, entries, today, assessed, rated)
    return tuple(_said(need, names) for need in (*_halted(now), *_open(phase, now)))


def _open(phase: str, now: Situation) -> list[Need]:
    missing = [need for plan in _STEPS if plan.phase == phase for need in plan.asks(now)]
    beyond = _BEYOND_STEPS.get(phase)
    return missing + (list(beyond(now)) if beyond else [])


def next_things(exchange: Row | Exchange, entries: Iterable[Row] = (), *,
                today: dt.date, assessed: Collection[str] = (), rated: Collection[tuple[str, str]] = (),
                names: Mapping[str, str] | None = None, top: int = 3) -> tuple[NextThing, ...]:
    """Return what to do next, and by whom: late things first, then in the order of the path.

    Parameters
    ----------
    exchange, entries, today, assessed, rated, names
        As in `steps`.
    top
        How many at the most.
    """
    now = _situation(exchange, entries, today, assessed, rated)
    halted = _halted(now)
    things = halted or (*_follow_ups(now), *(need for phase in PHASES for need in _open(phase, now)))
    made = [NextThing(need.side, _who(need.side, names), need.what, need.due,
                      late=need.due is not None and need.due < today) for need in things]
    return tuple(sorted(made, key=lambda thing: not thing.late)[:top])


def _follow_ups(now: Situation) -> Iterable[Need]:
    """Yield the follow-up of each side whose day has come while actions have not been reported on."""
    end = now.exchange.end
    if end is None:
        return
    due = [end + dt.timedelta(days=days) for days in FOLLOW_UPS]
    passed = [day for day in due if day <= now.today]
    for side in (LEARNER, HOST):
        waiting = sum(one.status == "agreed" for one in now.exchange.all(Action, side))
        if waiting and passed:
            yield Need(side, count("say how far {n} agreed action has come",
                                   "say how far {n} agreed actions have come", waiting), passed[-1])


def follow_ups(exchange: Exchange) -> tuple[tuple[int, dt.date], ...]:
    """Return the days on which the cities report on their actions: days after the end, and the date."""
    if exchange.end is None:
        return ()
    return tuple((days, exchange.end + dt.timedelta(days=days)) for days in FOLLOW_UPS)

