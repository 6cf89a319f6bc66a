"""The nineteen figures about one exchange, from what people felt to what changed in the city."""

from __future__ import annotations

import datetime as dt
from statistics import fmean, median
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from exchange.errors import InputError
from exchange.evaluation.compared import difference
from exchange.evaluation.measure import INDICATORS, Measure
from exchange.evaluation.paired import mean_change
from exchange.exchanges.exchange import HOST, LEARNER, Exchange
from exchange.exchanges.ledger import ledger
from exchange.exchanges.path import FOLLOW_UPS
from exchange.exchanges.records import (
    Action,
    Benefit,
    Briefing,
    DesignChange,
    Feedback,
    LearningPoint,
    Person,
    Rating,
)
from exchange.tables import Column, Table
from exchange.vocabulary import IMPACT_CATEGORIES, LEARNING_PHASES, STAKEHOLDER_GROUPS
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

LEVELS: Final = Table("levels", (
    Column("city_id", "text", "the city"),
    Column("item", "text", "the question"),
    Column("before", "number", "the level before the exchange", "0 to 3", optional=True, low=0, high=3),
    Column("after", "number", "the level after it", "0 to 3", optional=True, low=0, high=3),
), key=("city_id", "item"))
"""Levels of the two cities of an exchange, before and after it."""

USES: Final = Table("uses", (
    Column("lesson_id", "text", "the lesson"),
    Column("city_id", "text", "the city that took it up"),
    Column("phase", "text", "how far it came", choices=tuple(LEARNING_PHASES)),
))
"""Lessons that cities took up in an exchange; the same lesson may stand once for each phase."""

LEARNING_ITEMS: Final = ("P6.6", "P10.2", "P6.3")
"""Learning from others, learning from events, and sharing data: what an exchange should move in any city."""

_DEEP: Final = frozenset({"utilisation", "internalisation"})


def indicators(exchange: Exchange, *, today: dt.date, levels: pd.DataFrame | None = None,
               uses: pd.DataFrame | None = None,
               wanted_groups: Collection[str] = tuple(STAKEHOLDER_GROUPS)) -> tuple[Measure, ...]:
    """Return all nineteen indicators of an exchange, in their order; what is not known says so.

    Parameters
    ----------
    exchange
        With its entries.
    today
        For the follow-ups: what is not due yet is not counted.
    levels
        Table `LEVELS` of both cities; without it I2 and I3 are not known.
    uses
        Table `USES` of this exchange; without it B2 is not known.
    wanted_groups
        Stakeholder groups that should be at the table.

    Raises
    ------
    InputError
        For an exchange that never took place, or with costs in two currencies.
    """
    if not exchange.took_place:
        raise InputError.at(f"exchange {exchange.exchange_id}",
                            f"it is {exchange.status} and has not taken place", "Evaluate it once it is under way.")
    known = LEVELS.empty() if levels is None else LEVELS.check(levels)
    taken = USES.empty() if uses is None else USES.check(uses[[c.name for c in USES.columns]])
    return (
        relevance(exchange), engagement(exchange), knowledge(exchange), confidence(exchange), trust(exchange),
        uptake(exchange, today), depth(taken), retention(exchange), priority_fit(exchange),
        diffusion(exchange), mandates(exchange), growing_impact(exchange), targeted(exchange, known),
        learning_items(exchange, known), design_changes(exchange), forecasts(exchange), effort(exchange),
        groups(exchange, wanted_groups), give_and_take(exchange),
    )


def relevance(exchange: Exchange) -> Measure:
    """R1: mean of the relevance answers, with the share of 4 and 5."""
    marks = [one.relevance for one in exchange.all(Feedback) if one.relevance is not None]
    if not marks:
        return _unknown("R1")
    mean = fmean(marks)
    return _measure("R1", mean, len(marks), text(
        "{mean} of 5; {high} of {n} participants gave 4 or 5.", mean=mean, high=sum(m >= 4 for m in marks),
        n=len(marks)))


def _measure(code: str, value: float | None, n: int, sentence: Text, **more: Any) -> Measure:
    return Measure(INDICATORS[code], value, n, sentence, **more)


def _unknown(code: str, why: Text | None = None) -> Measure:
    return _measure(code, None, 0, why or text("Nothing is known yet."))


def engagement(exchange: Exchange) -> Measure:
    """R2: share of participants who presented, asked or wrote something."""
    said = [one.took_part == "yes" for one in exchange.all(Feedback) if one.took_part is not None]
    return _share("R2", sum(said), len(said), lambda part, n: text(
        "{part} of {n} participants presented, asked or wrote something.", part=part, n=n))


def _share(code: str, part: int, n: int, said: Callable[[int, int], Text]) -> Measure:
    return _measure(code, part / n, n, said(part, n)) if n else _unknown(code)


def knowledge(exchange: Exchange) -> Measure:
    """L1: what participants know now less what they say they knew before, as a share of the scale."""
    return _gain("L1", [(one.knowledge_before, one.knowledge_after) for one in exchange.all(Feedback)])


def confidence(exchange: Exchange) -> Measure:
    """L2: the same for how sure they are that they can use it."""
    return _gain("L2", [(one.confidence_before, one.confidence_after) for one in exchange.all(Feedback)])


def _gain(code: str, answers: Iterable[tuple[int | None, int | None]]) -> Measure:
    gains = [after - before for before, after in answers if before is not None and after is not None]
    if not gains:
        return _unknown(code)
    result = mean_change(gains, of="people").scaled(1 / 4, text("of the scale"))
    return _measure(code, result.estimate, len(gains), result.sentence, result=result)


def trust(exchange: Exchange) -> Measure:
    """L3: mean of the three trust answers of each participant."""
    answers = [[one.trust_open, one.trust_reliable, one.trust_again] for one in exchange.all(Feedback)]
    known = [[mark for mark in marks if mark is not None] for marks in answers]
    means = [fmean(marks) for marks in known if marks]
    if not means:
        return _unknown("L3")
    return _measure("L3", fmean(means), len(means), text(
        "{mean} of 5, from {n} participants; the least trusting gave {low}.", mean=fmean(means), n=len(means),
        low=min(means)))


def uptake(exchange: Exchange, today: dt.date) -> Measure:
    """B1: share of agreed actions that had begun at the last follow-up that is due."""
    actions = exchange.all(Action)
    due = [] if exchange.end is None else [
        (days, exchange.end + dt.timedelta(days=days)) for days in FOLLOW_UPS
        if exchange.end + dt.timedelta(days=days) <= today]
    if not actions or not due:
        return _unknown("B1", None if due else text("The first follow-up is 90 days after the end."))
    days, last = due[-1]
    begun = sum(one.under_way and one.started is not None and one.started <= last for one in actions)
    return _share("B1", begun, len(actions), lambda part, n: text(
        "{part} of {n} agreed actions had begun after {days} days.", part=part, n=n, days=days))


def depth(uses: pd.DataFrame) -> Measure:
    """B2: share of the lessons taken up that came to be used or part of routine."""
    if uses.empty:
        return _unknown("B2")
    order = list(LEARNING_PHASES)
    steps = uses.assign(step=uses["phase"].map(order.index))
    reached = [order[step] for step in steps.groupby(["city_id", "lesson_id"])["step"].max()]
    return _share("B2", sum(phase in _DEEP for phase in reached), len(reached), lambda part, n: text(
        "{part} of {n} lessons taken up are used or part of how we work.", part=part, n=n))


def retention(exchange: Exchange) -> Measure:
    """B3: share of learning points with at least two owners."""
    points = exchange.all(LearningPoint)
    return _share("B3", sum(len(one.owners) >= 2 for one in points), len(points), lambda part, n: text(
        "{part} of {n} learning points have two owners.", part=part, n=n))


def priority_fit(exchange: Exchange) -> Measure:
    """O1: share of actions that belong to an adopted plan or a budget line."""
    actions = exchange.all(Action)
    fit = sum(one.plan is not None or not one.orphan for one in actions)
    return _share("O1", fit, len(actions), lambda part, n: text(
        "{part} of {n} actions belong to a plan or a budget line.", part=part, n=n))


def diffusion(exchange: Exchange) -> Measure:
    """O2: share of the departments concerned that were told what was learnt."""
    briefings = exchange.all(Briefing)
    return _share("O2", sum(one.date is not None for one in briefings), len(briefings), lambda part, n: text(
        "{part} of {n} departments concerned were told.", part=part, n=n))


def mandates(exchange: Exchange) -> Measure:
    """O3: share of people with a written mandate; of whom nobody knows is said, and counts for neither."""
    people = exchange.all(Person)
    unknown = sum(one.mandate == "unknown" for one in people)
    held = sum(one.mandate == "yes" for one in people)
    return _share("O3", held, len(people) - unknown, lambda part, n: text(
        "{part} of {n} people have a written mandate; of {unknown} it is not known.", part=part, n=n,
        unknown=unknown))


def growing_impact(exchange: Exchange) -> Measure:
    """I1: median over areas and sides of the rating after a year less the rating after months."""
    rated: dict[tuple[str, str, str], int] = {
        (one.side, one.category, one.stage): one.level for one in exchange.all(Rating)}
    changes = [rated[side, category, "reflect_long"] - rated[side, category, "reflect_short"]
               for side in (LEARNER, HOST) for category in IMPACT_CATEGORIES
               if (side, category, "reflect_long") in rated and (side, category, "reflect_short") in rated]
    if not changes:
        return _unknown("I1")
    return _measure("I1", float(median(changes)), len(changes), text(
        "In {n} ratings the median change is {median}; {up} went up, {down} went down.", n=len(changes),
        median=float(median(changes)), up=sum(c > 0 for c in changes), down=sum(c < 0 for c in changes)))


def targeted(exchange: Exchange, levels: pd.DataFrame) -> Measure:
    """I2: how much more the learner's targeted questions changed than its others."""
    changes = item_changes(levels, exchange.learner_id)
    aimed = np.array([item in set(exchange.targeted()) for item in changes.index], dtype=bool)
    if not aimed.any() or aimed.all():
        return _unknown("I2")
    result = difference(changes.to_numpy(float), aimed, design="within", of="questions")
    return _measure("I2", result.estimate, int(aimed.sum()), result.sentence, result=result)


def item_changes(levels: pd.DataFrame, city_id: str) -> pd.Series[float]:
    """Return item -> level after less level before, of one city, where both are known."""
    mine = levels[levels["city_id"] == city_id].dropna(subset=["before", "after"])
    return pd.Series((mine["after"] - mine["before"]).to_numpy(float), index=mine["item"].astype(str))


def learning_items(exchange: Exchange, levels: pd.DataFrame) -> Measure:
    """I3: mean change of the three learning indicators over both cities."""
    changes = [change for city in (exchange.learner_id, exchange.host_id)
               for item, change in item_changes(levels, city).items() if item in LEARNING_ITEMS]
    if not changes:
        return _unknown("I3")
    return _measure("I3", fmean(changes), len(changes), text(
        "{up} of {n} levels of P6.6, P10.2 and P6.3 went up, {down} went down.", n=len(changes),
        up=sum(c > 0 for c in changes), down=sum(c < 0 for c in changes)))


def design_changes(exchange: Exchange) -> Measure:
    """M1: things done differently because of an earlier evaluation; those without a reference do not count."""
    named = [one for one in exchange.all(DesignChange) if one.because_of]
    return _measure("M1", float(len(named)), len(named), count(
        "{n} thing is done differently because of an earlier evaluation.",
        "{n} things are done differently because of an earlier evaluation.", len(named)))


def forecasts(exchange: Exchange) -> Measure:
    """M2: Brier score of the chances given at the start; 0 is perfect, 0.25 is a coin.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78.
    """
    known = [(one.chance, one.reached) for one in exchange.all(Benefit)
             if one.chance is not None and one.reached is not None]
    if not known:
        return _unknown("M2")
    score = fmean((chance - reached) ** 2 for chance, reached in known)
    return _measure("M2", score, len(known), text(
        "{reached} of {n} benefits were reached; a chance of {chance} had been given on average. "
        "Brier {score}.", reached=sum(reached for _, reached in known), n=len(known),
        chance=fmean(chance for chance, _ in known), score=score))


def effort(exchange: Exchange) -> Measure:
    """E1: cost for each adopted action, with the days that people gave."""
    currency, total = cost(exchange)
    days = sum(one.days or 0.0 for one in exchange.all(Person))
    adopted = sum(one.status == "adopted" for one in exchange.all(Action))
    if not adopted:
        return _unknown("E1", text("No action is adopted yet; so far {total} {currency} and {days} days were "
                                   "spent.", total=total, currency=currency, days=days))
    return _measure("E1", total / adopted, adopted, text(
        "{each} {currency} and {days} days for each of {n} adopted actions.", each=round(total / adopted),
        currency=currency, days=days / adopted, n=adopted))


def cost(exchange: Exchange) -> tuple[str, float]:
    """Return currency and sum of what was spent; ``""`` where nothing was noted.

    Raises
    ------
    InputError
        For costs in two currencies without a rate: the sum would mean nothing.
    """
    kept = ledger(exchange)
    return kept.currency, kept.spent


def groups(exchange: Exchange, wanted: Collection[str]) -> Measure:
    """E2: share of the wanted groups that took part, with how evenly they spoke."""
    there = {one.group for one in exchange.all(Person)} | {one.group for one in exchange.all(Feedback)}
    if not there or not wanted:
        return _unknown("E2")
    missing = [STAKEHOLDER_GROUPS[group] for group in STAKEHOLDER_GROUPS if group in set(wanted) - there]
    minutes: dict[str, float] = {}
    for one in exchange.all(Feedback):
        minutes[one.group] = minutes.get(one.group, 0.0) + (one.minutes_spoken or 0.0)
    present = len(set(wanted) & there)
    return _measure("E2", present / len(set(wanted)), len(set(wanted)), _voices(
        present, len(set(wanted)), missing, evenness(minutes.values())))


def _voices(present: int, wanted: int, missing: list[Text], even: float | None) -> Text:
    said = text("{present} of {wanted} groups were at the table.", present=present, wanted=wanted)
    if missing:
        said = text("{said} Missing: {missing}.", said=said, missing=missing)
    if even is not None:
        said = text("{said} Evenness of speaking {even}, where 1 is equal.", said=said, even=even)
    return said


def evenness(amounts: Iterable[float]) -> float | None:
    """Return how evenly amounts are spread, 0 to 1 (Pielou); None for fewer than two groups."""
    values = np.array([amount for amount in amounts if amount >= 0], dtype=float)
    if values.size < 2 or values.sum() == 0:
        return None
    shares = values[values > 0] / values.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(values.size))


def give_and_take(exchange: Exchange) -> Measure:
    """X1: learning points of the side with fewer over those of the side with more."""
    counts: Mapping[str, int] = {side: len(exchange.all(LearningPoint, side)) for side in (LEARNER, HOST)}
    if not max(counts.values()):
        return _unknown("X1")
    return _measure("X1", min(counts.values()) / max(counts.values()), sum(counts.values()), text(
        "{learner} learning points of the learner, {host} of the host.", **counts))
