"""What an exchange is made of: one frozen record for each kind of entry, checked when it is written."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field

from exchange import vocabulary
from exchange.exchanges import terms
from exchange.exchanges.ask import (
    Amount,
    Ask,
    Choice,
    Code,
    Currency,
    Item,
    Line,
    MaybeDate,
    MaybeItem,
    MaybeLevel,
    MaybeLine,
    MaybeNumber,
    MaybeParagraph,
    MaybeScale,
    Names,
    Paragraph,
    Rate,
    Scale,
    Share,
    Side,
)
from exchange.exchanges.modules import MODULES
from exchange.words import Text, text


class Record(BaseModel):
    """One entry of an exchange. `kind` is its name in the store, `title` that of the list it stands in."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    kind: ClassVar[str]
    title: ClassVar[Text]


class Objective(Record):
    """What should be different afterwards, for one of the two cities."""

    kind: ClassVar[str] = "objective"
    title: ClassVar[Text] = text("Objectives")
    what: Annotated[Paragraph, Ask(text("What should be different afterwards"))]
    side: Side
    item: Annotated[MaybeItem, Ask(text("Question that should improve, for example P2.2"))] = None
    outcome: Annotated[Choice, Ask(text("Kind of outcome"), terms.OUTCOMES)] = None


class Module(Record):
    """One essential that the exchange is about."""

    kind: ClassVar[str] = "module"
    title: ClassVar[Text] = text("Modules")
    essential: Annotated[str, Ask(text("Module"), MODULES)]
    why: Annotated[MaybeParagraph, Ask(text("Why this one"))] = None


class Person(Record):
    """Who takes part, in which role, and whether they may decide."""

    kind: ClassVar[str] = "person"
    title: ClassVar[Text] = text("People")
    name: Annotated[Line, Ask(text("Name"))]
    side: Side
    role: Annotated[str, Ask(text("Role"), terms.ROLES)]
    group: Annotated[str, Ask(text("Stakeholder group"), vocabulary.STAKEHOLDER_GROUPS, ordered=False)]
    mandate: Annotated[str, Ask(text("Has a written mandate"), terms.MANDATE)]
    mandate_reference: Annotated[MaybeLine, Ask(text("Where the mandate is written"))] = None
    stands_in_for: Annotated[MaybeLine, Ask(text("Stands in for"))] = None
    days: Annotated[Amount, Ask(text("Working days given"))] = None


class Activity(Record):
    """Something that the cities do together."""

    kind: ClassVar[str] = "activity"
    title: ClassVar[Text] = text("Activities")
    what: Annotated[Line, Ask(text("What we do"))]
    modality: Annotated[str, Ask(text("Form"), vocabulary.MODALITIES, ordered=False)]
    date: Annotated[dt.date, Ask(text("Date"))]
    place: Annotated[Line, Ask(text('Place, or "online"'))]
    language: Annotated[Code, Ask(text("Language"))] = None
    cost: Annotated[Amount, Ask(text("Cost"))] = None
    currency: Annotated[Currency, Ask(text("Currency, for example EUR"))] = None
    paid_by: Annotated[Choice, Ask(text("Paid by"), terms.PAID_BY)] = None

    @property
    def online(self) -> bool:
        """Whether nobody has to travel."""
        return self.place.casefold() == "online"


class Benefit(Record):
    """What a city wants to get out of the exchange, and later what it got."""

    kind: ClassVar[str] = "benefit"
    title: ClassVar[Text] = text("Benefits")
    what: Annotated[Paragraph, Ask(text("What we want to get out of it"))]
    side: Side
    owner: Annotated[Line, Ask(text("Who owns it"))]
    measure: Annotated[MaybeLine, Ask(text("How we will know"))] = None
    baseline: Annotated[MaybeNumber, Ask(text("Value today"))] = None
    target: Annotated[MaybeNumber, Ask(text("Value that we want"))] = None
    chance: Annotated[Share, Ask(text("Chance that we reach it, from 0 to 1"))] = None
    result: Annotated[MaybeNumber, Ask(text("Value afterwards"))] = None
    progress: Annotated[MaybeScale, Ask(text("How far we came, 1 to 5"))] = None

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where baseline, target or result is not known."""
        if self.baseline is None or self.target is None or self.result is None:
            return None
        if self.target >= self.baseline:
            return self.result >= self.target
        return self.result <= self.target


class Evidence(Record):
    """One piece of what a city sends before the visit."""

    kind: ClassVar[str] = "evidence"
    title: ClassVar[Text] = text("Evidence")
    what: Annotated[Line, Ask(text("Document, map or data"))]
    module: Annotated[str, Ask(text("Module"), MODULES)]
    language: Annotated[Code, Ask(text("Language"))] = None
    sensitivity: Annotated[Choice, Ask(text("Who may see it"), vocabulary.SENSITIVITY)] = None
    overview: Annotated[Choice, Ask(text("Is it the overview of the module"), terms.YES_NO)] = None


class Milestone(Record):
    """Something that both cities tick off with a date."""

    kind: ClassVar[str] = "milestone"
    title: ClassVar[Text] = text("Milestones")
    what: Annotated[str, Ask(text("What is done"), terms.MILESTONES)]
    side: Side
    date: Annotated[dt.date, Ask(text("Date"))]
    note: Annotated[MaybeParagraph, Ask(text("Note"))] = None


class Finding(Record):
    """What was seen in one place: a good practice, or something that could be better."""

    kind: ClassVar[str] = "finding"
    title: ClassVar[Text] = text("Findings")
    what: Annotated[Paragraph, Ask(text("What we saw"))]
    item: Annotated[MaybeItem, Ask(text("Question of the self-assessment, for example P2.2"))] = None
    good_practice: Annotated[Choice, Ask(text("Is it a good practice"), terms.YES_NO)] = None
    why: Annotated[MaybeParagraph, Ask(text("What shows it"))] = None


class Recommendation(Record):
    """What one city advises the other, never binding."""

    kind: ClassVar[str] = "recommendation"
    title: ClassVar[Text] = text("Recommendations")
    what: Annotated[Paragraph, Ask(text("What we advise"))]
    horizon: Annotated[str, Ask(text("By when"), vocabulary.HORIZONS)]
    item: Annotated[MaybeItem, Ask(text("Question of the self-assessment, for example P2.2"))] = None
    why: Annotated[MaybeParagraph, Ask(text("Reason"))] = None
    accepted: Annotated[Choice, Ask(text("Accepted"), terms.MANDATE)] = None


class LearningPoint(Record):
    """What one side learnt. Two owners keep it alive when one of them leaves."""

    kind: ClassVar[str] = "learning_point"
    title: ClassVar[Text] = text("Learning points")
    what: Annotated[Paragraph, Ask(text("What we learnt"))]
    side: Side
    loop: Annotated[str, Ask(text("What kind of learning it is"), terms.LOOPS)]
    phase: Annotated[str, Ask(text("How far it has come"), vocabulary.LEARNING_PHASES)]
    owners: Annotated[Names, Ask(text("Owners, parted by semicolons; better two than one"))] = ()


class Action(Record):
    """What a city will do at home."""

    kind: ClassVar[str] = "action"
    title: ClassVar[Text] = text("Actions")
    what: Annotated[Paragraph, Ask(text("What will be done"))]
    side: Side
    owner: Annotated[Line, Ask(text("Who does it"))]
    second_owner: Annotated[MaybeLine, Ask(text("Who else knows all about it"))] = None
    due: Annotated[MaybeDate, Ask(text("Done by"))] = None
    budget_line: Annotated[MaybeLine, Ask(text('Budget line, or "orphan" when there is none'))] = None
    plan: Annotated[MaybeLine, Ask(text("Adopted plan that it belongs to"))] = None
    item: Annotated[MaybeItem, Ask(text("Question of the self-assessment, for example P2.2"))] = None
    status: Annotated[str, Ask(text("State"), terms.ACTION_STATUSES)] = "agreed"
    started: Annotated[MaybeDate, Ask(text("Started on"))] = None

    @property
    def orphan(self) -> bool:
        """Whether nobody pays for it."""
        return self.budget_line is None or self.budget_line.casefold() == terms.ORPHAN

    @property
    def under_way(self) -> bool:
        """Whether more than words happened."""
        return self.status in {"started", "adopted"}


class Story(Record):
    """What somebody says has changed, for the better or the worse, or that nothing has."""

    kind: ClassVar[str] = "story"
    title: ClassVar[Text] = text("Stories of change")
    what: Annotated[Paragraph, Ask(text("What happened"))]
    side: Side
    direction: Annotated[str, Ask(text("Which way"), terms.DIRECTIONS)]
    teller: Annotated[MaybeLine, Ask(text("Who tells it"))] = None
    significance: Annotated[MaybeParagraph, Ask(text("Why it matters"))] = None
    chosen_because: Annotated[MaybeParagraph, Ask(text("Why this story was chosen among others"))] = None
    checked: Annotated[Choice, Ask(text("Checked with somebody else"), terms.YES_NO)] = None


class Outcome(Record):
    """A change in what somebody does, that the exchange helped to bring about, and who confirms it."""

    kind: ClassVar[str] = "outcome"
    title: ClassVar[Text] = text("Outcome statements")
    what: Annotated[Paragraph, Ask(text("What is done differently"))]
    actor: Annotated[Line, Ask(text("Who does it"))]
    side: Side
    date: Annotated[MaybeDate, Ask(text("Since when"))] = None
    place: Annotated[MaybeLine, Ask(text("Where"))] = None
    direction: Annotated[str, Ask(text("Which way"), terms.DIRECTIONS)] = "+"
    significance: Annotated[MaybeParagraph, Ask(text("Why it matters"))] = None
    contribution: Annotated[MaybeParagraph, Ask(text("What the exchange contributed to it, and what else did"))] = None
    substantiation: Annotated[str, Ask(text("Confirmed by somebody outside the team"), terms.SUBSTANTIATION)] = "open"
    confirmed_by: Annotated[MaybeLine, Ask(text("Who confirms or doubts it"))] = None


class Rating(Record):
    """How much impact one side sees in one area at one stage, from 1 to 5."""

    kind: ClassVar[str] = "rating"
    title: ClassVar[Text] = text("Ratings of impact")
    category: Annotated[str, Ask(text("Area"), vocabulary.IMPACT_CATEGORIES)]
    level: Annotated[Scale, Ask(text("1, no meaningful progress, to 5, all that we wanted"))]
    side: Side
    stage: Annotated[str, Ask(text("Stage"), vocabulary.EVALUATION_STAGES)]
    why: Annotated[MaybeParagraph, Ask(text("What shows it"))] = None
    next_step: Annotated[MaybeParagraph, Ask(text("What more should be done, by whom, by when"))] = None


class Feedback(Record):
    """What one participant says at the end; answers on a scale of 1 to 5."""

    kind: ClassVar[str] = "feedback"
    title: ClassVar[Text] = text("Feedback of participants")
    side: Side
    group: Annotated[str, Ask(text("Stakeholder group"), vocabulary.STAKEHOLDER_GROUPS, ordered=False)]
    relevance: Annotated[MaybeScale, Ask(text("How relevant it was for my work"))] = None
    took_part: Annotated[Choice, Ask(text("I presented, asked or wrote something"), terms.YES_NO)] = None
    knowledge_before: Annotated[MaybeScale, Ask(text("Looking back: what I knew before"))] = None
    knowledge_after: Annotated[MaybeScale, Ask(text("What I know now"))] = None
    confidence_before: Annotated[MaybeScale, Ask(text("Looking back: how sure I was of using it"))] = None
    confidence_after: Annotated[MaybeScale, Ask(text("How sure I am now of using it"))] = None
    trust_open: Annotated[MaybeScale, Ask(text("The other city spoke openly about failures"))] = None
    trust_reliable: Annotated[MaybeScale, Ask(text("The other city did what it had promised"))] = None
    trust_again: Annotated[MaybeScale, Ask(text("I would turn to the other city again"))] = None
    minutes_spoken: Annotated[Amount, Ask(text("Minutes spoken"))] = None


class LookBack(Record):
    """Where a city says, afterwards, that it really stood before: a guard against a moved yardstick."""

    kind: ClassVar[str] = "look_back"
    title: ClassVar[Text] = text("Looking back")
    side: Side
    item: Annotated[Item, Ask(text("Question of the self-assessment"))]
    level: Annotated[MaybeLevel, Ask(text("Level at the time, as we see it now, 0 to 3"))] = None


class Briefing(Record):
    """A department that what was learnt concerns, and whether it has been told."""

    kind: ClassVar[str] = "briefing"
    title: ClassVar[Text] = text("Briefings at home")
    department: Annotated[Line, Ask(text("Department"))]
    side: Side
    who: Annotated[MaybeLine, Ask(text("Who tells them"))] = None
    planned: Annotated[MaybeDate, Ask(text("Planned for"))] = None
    date: Annotated[MaybeDate, Ask(text("Told on"))] = None


class Interview(Record):
    """What somebody said or showed during the visit, as one of the team wrote it down."""

    kind: ClassVar[str] = "interview"
    title: ClassVar[Text] = text("Interviews and presentations")
    who: Annotated[Line, Ask(text("Function of whoever spoke"))]
    side: Side
    date: Annotated[dt.date, Ask(text("Date"))]
    what: Annotated[Paragraph, Ask(text("What was said or shown"))]
    group: Annotated[Choice, Ask(text("Stakeholder group"), vocabulary.STAKEHOLDER_GROUPS, ordered=False)] = None
    module: Annotated[Choice, Ask(text("Module"), MODULES)] = None
    strengths: Annotated[MaybeParagraph, Ask(text("What is strong"))] = None
    to_ask: Annotated[MaybeParagraph, Ask(text("What more we need to know"))] = None
    ideas: Annotated[MaybeParagraph, Ask(text("What we might recommend"))] = None


class JointProject(Record):
    """Something that both cities make together, and what each gives to it."""

    kind: ClassVar[str] = "joint_project"
    title: ClassVar[Text] = text("Joint projects")
    what: Annotated[Paragraph, Ask(text("What we make together"))]
    owner: Annotated[Line, Ask(text("Who leads it"))]
    status: Annotated[str, Ask(text("State"), terms.ACTION_STATUSES)] = "agreed"
    start: Annotated[MaybeDate, Ask(text("From"))] = None
    end: Annotated[MaybeDate, Ask(text("Until"))] = None
    learner_days: Annotated[Amount, Ask(text("Working days that the learner gives"))] = None
    host_days: Annotated[Amount, Ask(text("Working days that the host gives"))] = None
    learner_money: Annotated[Amount, Ask(text("Money that the learner gives"))] = None
    host_money: Annotated[Amount, Ask(text("Money that the host gives"))] = None
    currency: Annotated[Currency, Ask(text("Currency, for example EUR"))] = None
    other: Annotated[MaybeParagraph, Ask(text("What else is shared: data, tools, rooms"))] = None

    @property
    def pooled(self) -> bool:
        """Whether both cities give something to it."""
        return bool(self.learner_days or self.learner_money) and bool(self.host_days or self.host_money)


class Cost(Record):
    """One line of the ledger: what is planned, or what was spent."""

    kind: ClassVar[str] = "cost"
    title: ClassVar[Text] = text("Costs")
    what: Annotated[Line, Ask(text("What for"))]
    amount: Annotated[float, Field(ge=0, le=1e12), Ask(text("Amount"))]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$"), Ask(text("Currency, for example EUR"))]
    stage: Annotated[str, Ask(text("Planned or spent"), terms.COST_STAGES)]
    category: Annotated[str, Ask(text("Kind of cost"), terms.COST_KINDS)]
    date: Annotated[MaybeDate, Ask(text("Date"))] = None
    paid_by: Annotated[Choice, Ask(text("Paid by"), terms.PAID_BY)] = None
    rate: Annotated[Rate, Ask(text("In another currency: what one unit is worth in the currency of the ledger"))] = None


class DesignChange(Record):
    """What we did differently in this exchange because of an earlier evaluation."""

    kind: ClassVar[str] = "design_change"
    title: ClassVar[Text] = text("What we do differently now")
    what: Annotated[Paragraph, Ask(text("What we do differently"))]
    because_of: Annotated[MaybeLine, Ask(text("Which evaluation made us change it"))] = None


RECORDS: Final[dict[str, type[Record]]] = {record.kind: record for record in (
    Objective, Module, Person, Activity, Benefit, Evidence, Milestone, Finding, Recommendation, LearningPoint,
    Action, Story, Rating, Feedback, LookBack, Briefing, DesignChange, Interview, JointProject, Cost, Outcome,
)}
"""Kind of entry -> its record."""
