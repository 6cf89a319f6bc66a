"""What city-to-city learning promises, each promise answered with the evidence that a network has for it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from exchange.evaluation.compared import difference
from exchange.evaluation.paired import mean_change
from exchange.exchanges.records import (
    Activity,
    Briefing,
    DesignChange,
    Feedback,
    JointProject,
    LearningPoint,
    Person,
    Rating,
)
from exchange.learning.flow import furthest, time_to_use
from exchange.vocabulary import PROMISES
from exchange.words import Text, count, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from exchange.evaluation.result import Result
    from exchange.exchanges.exchange import Exchange
    from exchange.vocabulary import Terms

Answer = Literal["kept", "signs", "no_sign", "cannot_tell"]

ANSWERS: Final[Terms] = {
    "kept": text("the figures moved as promised"),
    "signs": text("there are signs"),
    "no_sign": text("there is no sign"),
    "cannot_tell": text("cannot tell"),
}
"""How a promise can be answered. "kept" needs a comparison with an interval; counting alone gives signs at most."""

_JOINT: Final = frozenset({"joint_project", "knowledge_jam", "challenge", "table_top_exercise", "secondment"})


@dataclass(frozen=True)
class Promise:
    """One promise and its answer.

    Parameters
    ----------
    promise
        One of `vocabulary.PROMISES`.
    answer
        One of `ANSWERS`.
    evidence
        Sentences, the strongest first.
    """

    promise: str
    answer: Answer
    evidence: tuple[Text, ...]

    @property
    def question(self) -> Text:
        """The promise in words."""
        return PROMISES[self.promise]


def promises(exchanges: Sequence[Exchange], aims: pd.DataFrame, uses: pd.DataFrame, *, today: dt.date,
             ) -> tuple[Promise, ...]:
    """Return the six promises with their answers.

    Parameters
    ----------
    exchanges
        With their entries; those that took place count.
    aims
        Table `aims.AIMS`.
    uses
        Table `flow.LESSON_USES`.
    today
        Last day of waiting for a lesson to be used.
    """
    held = [one for one in exchanges if one.took_place]
    return (faster_transfer(uses, today), joint_creation(held), local_networks(held, aims),
            collective_memory(held, aims), pooled_resources(held), capacity_to_learn(held, aims))


def faster_transfer(uses: pd.DataFrame, today: dt.date) -> Promise:
    """Answer whether lessons come into use more often, and sooner, within exchanges than outside of them."""
    known = uses.assign(inside=uses["exchange_id"].notna())
    inside, outside = (time_to_use(known[known["inside"] == value], today) for value in (True, False))
    cities = furthest(uses)
    cities = cities.assign(inside=cities["exchange_id"].notna())
    means = cities.groupby(["city_id", "inside"])["used"].mean().reset_index()
    more = difference(means["used"].to_numpy(float), means["inside"].to_numpy(bool), unit=text("of the lessons"))
    return Promise("faster_transfer", _answer(more), (
        text("Within exchanges against outside of them. {sentence}", sentence=more.sentence),
        text("Within exchanges. {sentence}", sentence=inside.sentence),
        text("Outside of them. {sentence}", sentence=outside.sentence)))


def _answer(result: Result, *, signs: bool = False) -> Answer:
    if result.verdict == "up":
        return "kept"
    if signs:
        return "signs"
    return "no_sign" if result.verdict == "down" else "cannot_tell"


def joint_creation(exchanges: Sequence[Exchange]) -> Promise:
    """Answer whether cities make something together, and change what they aim for."""
    joint = sum(any(one.modality in _JOINT for one in exchange.all(Activity)) for exchange in exchanges)
    projects = [one for exchange in exchanges for one in exchange.all(JointProject)]
    points = [one for exchange in exchanges for one in exchange.all(LearningPoint)]
    deeper = sum(one.loop != "single" for one in points)
    return Promise("joint_creation", _counted(joint + deeper + len(projects), len(exchanges)), (
        text("{joint} of {n} exchanges made or tried something together.", joint=joint, n=len(exchanges)),
        count("{n} joint project was agreed; {begun} have begun.",
              "{n} joint projects were agreed; {begun} have begun.", len(projects),
              begun=sum(one.status in {"started", "adopted"} for one in projects)),
        text("{deeper} of {n} learning points change what a city aims for, or how it learns.", deeper=deeper,
             n=len(points))))


def _counted(found: int, of: int) -> Answer:
    if not of:
        return "cannot_tell"
    return "signs" if found else "no_sign"


def local_networks(exchanges: Sequence[Exchange], aims: pd.DataFrame) -> Promise:
    """Answer whether people and departments within a city come closer."""
    groups = [len({one.group for one in exchange.all(Person)} | {one.group for one in exchange.all(Feedback)})
              for exchange in exchanges]
    briefings = [one for exchange in exchanges for one in exchange.all(Briefing)]
    told = sum(one.date is not None for one in briefings)
    rated = [one.level for exchange in exchanges for one in exchange.all(Rating)
             if one.category == "coordination_communication" and one.stage.startswith("reflect")]
    moved = item_change(aims, {"P1.2"})
    said = [text("Coordination of agencies, P1.2. {sentence}", sentence=moved.sentence),
            text("{told} of {n} departments concerned were told what was learnt.", told=told, n=len(briefings))]
    if groups:
        said.append(text("An exchange brought {groups} stakeholder groups to one table (median).",
                         groups=float(median(groups))))
    if rated:
        said.append(count("Impact on working together: {median} of 5, from {n} rating.",
                          "Impact on working together: {median} of 5, median of {n} ratings.", len(rated),
                          median=float(median(rated))))
    return Promise("local_networks", _answer(moved, signs=told > 0), tuple(said))


def item_change(aims: pd.DataFrame, items: Collection[str]) -> Result:
    """Return the mean change of some questions in all cities that took part; each city counts once."""
    rows = aims[aims["item"].isin(list(items))]
    changes = (rows["after"] - rows["before"]).groupby(rows["city_id"]).mean()
    return mean_change(changes.to_numpy(float))


def collective_memory(exchanges: Sequence[Exchange], aims: pd.DataFrame) -> Promise:
    """Answer whether what was learnt stays when people leave."""
    points = [one for exchange in exchanges for one in exchange.all(LearningPoint)]
    safe = sum(len(one.owners) >= 2 for one in points)
    moved = item_change(aims, {"P10.2", "P6.3"})
    return Promise("collective_memory", _answer(moved, signs=safe > 0), (
        text("Learning from events and sharing data, P10.2 and P6.3. {sentence}", sentence=moved.sentence),
        text("{safe} of {n} learning points have two owners.", safe=safe, n=len(points))))


def pooled_resources(exchanges: Sequence[Exchange]) -> Promise:
    """Answer whether cities share money, people and tools."""
    paid = [one for exchange in exchanges for one in exchange.all(Activity) if one.paid_by is not None]
    shared = sum(one.paid_by == "both" for one in paid)
    days = {side: sum(one.days or 0.0 for exchange in exchanges for one in exchange.all(Person, side))
            for side in ("learner", "host")}
    projects = [one for exchange in exchanges for one in exchange.all(JointProject)]
    pooled = sum(one.pooled for one in projects)
    return Promise("pooled_resources", _counted(shared + pooled, len(paid) + len(projects)), (
        text("Both cities give money or days to {pooled} of {n} joint projects.", pooled=pooled, n=len(projects)),
        text("{shared} of {n} activities were paid for by both cities.", shared=shared, n=len(paid)),
        text("Learners gave {learner} working days, hosts {host}.", **days)))


def capacity_to_learn(exchanges: Sequence[Exchange], aims: pd.DataFrame) -> Promise:
    """Answer whether cities get better at learning from others."""
    moved = item_change(aims, {"P6.6"})
    changed = sum(1 for exchange in exchanges for one in exchange.all(DesignChange) if one.because_of)
    again = pd.Series([exchange.learner_id for exchange in exchanges], dtype="string").value_counts()
    return Promise("capacity_to_learn", _answer(moved, signs=changed > 0), (
        text("Learning from other cities, P6.6. {sentence}", sentence=moved.sentence),
        count("{n} thing was done differently because of an earlier evaluation.",
              "{n} things were done differently because of an earlier evaluation.", changed),
        text("{again} of {n} learners came back for another exchange.", again=int((again > 1).sum()),
             n=len(again))))
