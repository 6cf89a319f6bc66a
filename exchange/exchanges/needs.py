"""What is still missing in each of the thirteen steps of an exchange, from whom, and by when."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from exchange.exchanges import modules, terms
from exchange.exchanges.exchange import HOST, LEARNER, Exchange
from exchange.exchanges.records import (
    Benefit,
    Evidence,
    Finding,
    LearningPoint,
    Objective,
    Person,
    Rating,
    Recommendation,
)
from exchange.words import Text, count, text

BOTH: Final = "both"
SIDES: Final = (LEARNER, HOST)

MONTHS_WITH_EVIDENCE: Final = 3
"""How long before the visit the host needs the evidence; the agenda stands by then too."""

MONTHS_TO_REPORT: Final = 3
"""How long after the visit the report may take."""

MONTHS_TO_REFLECT: Final = {"reflect_short": 6, "reflect_long": 12}
"""Months after the end in which both cities look back."""

_LEADERS: Final = frozenset({"lead", "coordinator", "political_lead", "chair"})
_TEAM: Final = frozenset({"chair", "expert"})
_NEEDS_NO_MANDATE: Final = frozenset({"interviewee", "interpreter", "evaluator"})


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that is missing: who has to do it, what, and by when where a date follows from the plan."""

    side: str
    what: Text
    due: dt.date | None = None


@dataclass(frozen=True)
class Situation:
    """An exchange on a day, with what is known about it from elsewhere.

    Parameters
    ----------
    exchange, today
        The exchange, and the day on which somebody looks.
    assessed
        Sides whose self-assessment is confirmed.
    rated
        Side and stage of each evaluation that was filled in elsewhere than in the entries.
    """

    exchange: Exchange
    today: dt.date
    assessed: frozenset[str]
    rated: frozenset[tuple[str, str]]

    def has_rated(self, side: str, stage: str) -> bool:
        """Return whether a side has filled in the evaluation of a stage."""
        entered = any(one.stage == stage for one in self.exchange.all(Rating, side))
        return entered or (side, stage) in self.rated

    def ticks(self, what: str, *sides: str, due: dt.date | None = None) -> Iterator[Need]:
        """Yield a need for each side that has not ticked off a milestone."""
        for side in sides:
            if self.exchange.milestone(what, side) is None:
                yield Need(side, text("tick off: {milestone}", milestone=terms.MILESTONES[what]), due)


Needs = Iterator[Need]


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def baseline(now: Situation) -> Needs:
    """Step 1: the learner knows where it stands."""
    if LEARNER not in now.assessed:
        yield Need(LEARNER, text("finish the self-assessment and confirm it"))


def partner(now: Situation) -> Needs:
    """Step 2: the host has said yes."""
    if now.exchange.status not in terms.AGREED:
        yield Need(HOST, text("say whether you agree to the exchange"))


def objectives(now: Situation) -> Needs:
    """Step 3: each city has said what should be different afterwards."""
    for side in SIDES:
        if not now.exchange.all(Objective, side):
            yield Need(side, text("write down at least one objective"))


def chosen_modules(now: Situation) -> Needs:
    """Step 4: three to five modules."""
    chosen = len(now.exchange.modules)
    if chosen < modules.FEWEST:
        yield Need(BOTH, count("choose {n} more module", "choose {n} more modules", modules.FEWEST - chosen))
    if chosen > modules.MOST:
        yield Need(BOTH, count("leave out {n} module: five are the most that a visit can hold",
                               "leave out {n} modules: five are the most that a visit can hold",
                               chosen - modules.MOST))


def team(now: Situation) -> Needs:
    """Step 5: people with names, roles and mandates on both sides."""
    for side in SIDES:
        people = now.exchange.all(Person, side)
        if not any(one.role in _LEADERS for one in people):
            yield Need(side, text("name who leads or coordinates on your side"))
        open_mandates = [one.name for one in people
                         if one.mandate == "unknown" and one.role not in _NEEDS_NO_MANDATE]
        if open_mandates:
            yield Need(side, text("find out who has a written mandate: {names}", names=open_mandates))
    if not any(one.role in _TEAM for one in now.exchange.all(Person, HOST)):
        yield Need(HOST, text("name the experts of the team"))
    yield from now.ticks("team_agreed", LEARNER)


def expected_benefits(now: Situation) -> Needs:
    """Step 6: the first stage of the evaluation, a register of benefits on both sides."""
    for side in SIDES:
        benefits = now.exchange.all(Benefit, side)
        if not benefits:
            yield Need(side, text("write down what you want to get out of it"))
        unmeasured = sum(None in (one.measure, one.baseline, one.target) for one in benefits)
        if unmeasured:
            yield Need(side, count("give measure, value today and target for {n} benefit",
                                   "give measure, value today and target for {n} benefits", unmeasured))


def after_planning(now: Situation) -> Needs:
    """Gate of the first phase, beyond its steps: money, agreement, commitment."""
    yield from now.ticks("funding_secured", LEARNER)
    yield from now.ticks("commitment_given", LEARNER)
    yield from now.ticks("agreement_signed", LEARNER, HOST)


def evidence_pack(now: Situation) -> Needs:
    """Step 7: three to five pieces of evidence a module, with the host three months before the visit."""
    due = _before_visit(now)
    pieces = now.exchange.all(Evidence)
    for module in modules.OVERVIEWS:
        if not any(one.module == module and one.overview == "yes" for one in pieces):
            yield Need(LEARNER, text("add the overview of {module}: it goes into every pack",
                                     module=modules.MODULES[module]), due)
    for module in now.exchange.modules:
        yield from _volume(module, sum(one.module == module and one.overview != "yes" for one in pieces), due)
    yield from now.ticks("pack_sent", LEARNER, due=due)
    yield from _in_time(now)
    yield from now.ticks("pack_read", HOST)


def _before_visit(now: Situation) -> dt.date | None:
    planned = now.exchange.visit
    return months_later(planned.date, -MONTHS_WITH_EVIDENCE) if planned else None


def _volume(module: str, pieces: int, due: dt.date | None) -> Needs:
    fewest, most = modules.evidence_limits(module)
    if pieces < fewest:
        yield Need(LEARNER, count("add {n} more piece of evidence on {module}",
                                  "add {n} more pieces of evidence on {module}",
                                  fewest - pieces, module=modules.MODULES[module]), due)
    if pieces > most:
        yield Need(LEARNER, count("take out {n} piece of evidence on {module}: {most} are the most",
                                  "take out {n} pieces of evidence on {module}: {most} are the most",
                                  pieces - most, module=modules.MODULES[module], most=most), due)


def _in_time(now: Situation) -> Needs:
    """Ask for a later visit while there is time: the pack came less than three months before it."""
    planned, due = now.exchange.visit, _before_visit(now)
    if planned is None or due is None or planned.date <= now.today:
        return
    sent = now.exchange.milestone("pack_sent", LEARNER) or now.today
    if sent > due:
        earliest = months_later(sent, MONTHS_WITH_EVIDENCE)
        yield Need(BOTH, text("move the visit to {day} or later: the host needs three months with the evidence",
                              day=earliest))


def agenda(now: Situation) -> Needs:
    """Step 8: a date and an agenda, agreed in the months before the visit."""
    if now.exchange.visit is None:
        yield Need(BOTH, text("plan at least one activity with a date"))
    yield from now.ticks("agenda_agreed", LEARNER, HOST, due=_before_visit(now))


def visit(now: Situation) -> Needs:
    """Step 9: the cities have met and written down what they saw."""
    planned = now.exchange.visit
    if planned is None or planned.date > now.today:
        yield Need(BOTH, text("meet"), planned.date if planned else None)
    elif not now.exchange.all(Finding):
        yield Need(HOST, text("write down what you saw, good practice too"))


def during(now: Situation) -> Needs:
    """Step 10: the second stage of the evaluation, during the visit, on both sides."""
    planned = now.exchange.visit
    yield from _ratings(now, "assess", planned.date if planned else None)


def report(now: Situation) -> Needs:
    """Step 11: the host drafts, the learner agrees."""
    planned = now.exchange.visit
    due = months_later(planned.date, MONTHS_TO_REPORT) if planned else None
    if not now.exchange.all(Recommendation):
        yield Need(HOST, text("write down at least one recommendation"), due)
    yield from now.ticks("report_drafted", HOST, due=due)
    yield from now.ticks("report_agreed", LEARNER, due=due)


def adoption(now: Situation) -> Needs:
    """Step 12: both sign and adopt the report."""
    yield from now.ticks("report_adopted", LEARNER, HOST)


def reflection(now: Situation) -> Needs:
    """Step 13: the third and fourth stage of the evaluation, and what each side learnt."""
    for side in SIDES:
        if not now.exchange.all(LearningPoint, side):
            yield Need(side, text("write down what you learnt"))
    for stage, months in MONTHS_TO_REFLECT.items():
        yield from _ratings(now, stage, months_later(now.exchange.end, months) if now.exchange.end else None)


def _ratings(now: Situation, stage: str, due: dt.date | None) -> Needs:
    words = {
        "assess": text("rate the impact that you see during the exchange"),
        "reflect_short": text("rate the impact some months after"),
        "reflect_long": text("rate the impact a year after"),
    }
    for side in SIDES:
        if not now.has_rated(side, stage):
            yield Need(side, words[stage], due)


def before_closing(now: Situation) -> Needs:
    """Gate of the last phase, beyond its steps: the learning has reached both cities."""
    yield from now.ticks("community_informed", LEARNER)
    yield from now.ticks("plan_considered", LEARNER)
    yield from now.ticks("own_learning_kept", HOST)


Asks = Callable[[Situation], Needs]
