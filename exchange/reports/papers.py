"""The papers of an exchange, all from one register: agreement, evidence pack, debrief, report and hand-over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from exchange.evaluation.follow_up import alone, follow_ups
from exchange.exchanges import terms
from exchange.exchanges.agenda import agenda
from exchange.exchanges.exchange import HOST, LEARNER
from exchange.exchanges.ledger import ledger
from exchange.exchanges.modules import MODULES
from exchange.exchanges.pack import pack, synthesis
from exchange.exchanges.records import (
    Action,
    Activity,
    Benefit,
    Briefing,
    Cost,
    Evidence,
    Finding,
    Interview,
    JointProject,
    LearningPoint,
    Objective,
    Outcome,
    Person,
    Rating,
    Recommendation,
    Story,
)
from exchange.reports.document import Document, Part, Points, Prose, Section, signatures, table
from exchange.vocabulary import (
    EVALUATION_STAGES,
    HORIZONS,
    IMPACT_CATEGORIES,
    LEARNING_PHASES,
    SENSITIVITY,
    SIDES,
    STAKEHOLDER_GROUPS,
)
from exchange.words import Text, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping

    from exchange.exchanges.exchange import Exchange

Words = Text | str

PAPERS: Final = {
    "report": text("Report of the exchange"),
    "agreement": text("Agreement of two cities"),
    "pack": text("Evidence pack, on one page"),
    "debrief": text("Debrief"),
    "handover": text("Hand-over"),
}
"""Papers that can be made, by name."""


@dataclass(frozen=True)
class Register:
    """All that the papers are made from.

    Parameters
    ----------
    exchange
        With its entries.
    names
        Side -> name of the city.
    labels
        Question -> its label.
    today
        The day of writing.
    levels
        Question -> level of the learner before the exchange.
    conclusions
        What may be concluded, in sentences; empty before there is anything to conclude.
    side
        For whom: the hand-over is written for one city.
    interpreted
        Whether the cities need an interpreter.
    fictional
        Whether all of it is demo data.
    """

    exchange: Exchange
    names: Mapping[str, str]
    labels: Mapping[str, str]
    today: dt.date
    levels: Mapping[str, float] = field(default_factory=dict)
    conclusions: tuple[Text, ...] = ()
    side: str = LEARNER
    interpreted: bool = False
    fictional: bool = False

    def city(self, side: str) -> str:
        """Return the name of a side's city."""
        return self.names[side]

    def about(self, item: str | None) -> Words:
        """Return a question by its code and label."""
        return f"{item} {self.labels.get(item, '')}".strip() if item else ""


def paper(name: str, register: Register, language: str = "en") -> Document:
    """Return one of the papers.

    Parameters
    ----------
    name
        One of `PAPERS`.
    register
        What it is made from.
    language
        BCP 47 tag of the reader.
    """
    made = [one for make in _MAKERS[name] if (one := make(register)) is not None]
    note = text("Demo data, fictional. Written on {day}.", day=register.today) if register.fictional else text(
        "Written on {day}.", day=register.today)
    return Document(PAPERS[name], _subtitle(name, register), tuple(made), note, language)


def _subtitle(name: str, r: Register) -> Text:
    pair = text("{learner} learns from {host}, round {round}", learner=r.city(LEARNER), host=r.city(HOST),
                round=r.exchange.round)
    return text("{pair}. For {city}.", pair=pair, city=r.city(r.side)) if name == "handover" else pair


def _section(heading: Text, *parts: Part | None) -> Section | None:
    """Return a section with the parts that say something; None when none does."""
    told = tuple(part for part in parts if part is not None and not _empty(part))
    return Section(heading, told) if told else None


def _empty(part: Part) -> bool:
    match part:
        case Points():
            return not part.items
        case Prose():
            return not part.words
        case _:
            return not part.rows


def _points(items: Iterable[tuple[Words, Words]]) -> Points:
    return Points(tuple(items))


def _of_sides(r: Register, make: Callable[[str], Iterable[Words]]) -> Points:
    return _points((text("{city}:", city=r.city(side)), words) for side in SIDES for words in make(side))


def _what(r: Register) -> Section | None:
    one = r.exchange
    rows: list[tuple[Words, Any]] = [(text("Learner"), r.city(LEARNER)), (text("Host"), r.city(HOST)),
                                     (text("From"), one.start), (text("Until"), one.end),
                                     (text("State"), terms.STATUSES[one.status]),
                                     (text("Modules"), [MODULES[module] for module in one.modules] or None)]
    return Section(text("The exchange"), (table((text("What"), text("Which")), rows),))


def _objectives(r: Register) -> Section | None:
    rows = [(r.city(o.side), o.what, r.about(o.item)) for o in r.exchange.all(Objective)]
    return _section(text("What both cities want"), table((text("City"), text("Objective"), text("Question")), rows))


def _people(r: Register) -> Section | None:
    rows = [(r.city(p.side), p.name, terms.ROLES[p.role], STAKEHOLDER_GROUPS[p.group],
             p.mandate_reference or terms.MANDATE[p.mandate], p.stands_in_for) for p in r.exchange.all(Person)]
    heads = (text("City"), text("Name"), text("Role"), text("Group"), text("Written mandate"), text("Stands in for"))
    return _section(text("Who takes part, and may decide"), table(heads, rows))


def _benefits(r: Register) -> Section | None:
    rows = [(r.city(b.side), b.what, b.owner, b.measure, b.baseline, b.target, b.result)
            for b in r.exchange.all(Benefit)]
    heads = (text("City"), text("Wanted"), text("Owner"), text("Measured by"), text("Before"), text("Target"),
             text("Afterwards"))
    return _section(text("Benefits: what was wanted, and what came of it"), table(heads, rows))


def _meetings(r: Register) -> Section | None:
    rows = [(a.date, a.what, a.place) for a in sorted(r.exchange.all(Activity), key=_date)]
    return _section(text("When and where"), table((text("Date"), text("What"), text("Where")), rows))


def _date(activity: Activity) -> dt.date:
    return activity.date


def _money(r: Register) -> Section | None:
    kept = ledger(r.exchange)
    if not kept.lines:
        return None
    kinds = [kind for kind in terms.COST_KINDS if kept.total("planned", kind) or kept.total("spent", kind)]
    rows: list[tuple[Words, Any, Any]] = [(terms.COST_KINDS[kind], kept.total("planned", kind),
                                           kept.total("spent", kind)) for kind in kinds]
    rows.append((text("Together"), kept.planned, kept.spent))
    paid = kept.paid()
    said = text("Of what was spent {learner} paid {learner_paid} {currency}, {host} {host_paid} {currency}.",
                learner=r.city(LEARNER), host=r.city(HOST), learner_paid=round(paid[LEARNER]),
                host_paid=round(paid[HOST]), currency=kept.currency)
    heads = (text("Kind of cost"), text("Planned, {currency}", currency=kept.currency),
             text("Spent, {currency}", currency=kept.currency))
    return _section(text("What it costs"), table(heads, rows), Prose(said) if kept.spent else None)


def _planned_money(r: Register) -> Section | None:
    rows = [(c.what, terms.COST_KINDS[c.category], c.amount, c.currency, terms.PAID_BY.get(c.paid_by or "", ""))
            for c in r.exchange.all(Cost) if c.stage == "planned"]
    heads = (text("What for"), text("Kind of cost"), text("Amount"), text("Currency"), text("Paid by"))
    return _section(text("Who pays for what"), table(heads, rows))


def _rules(r: Register) -> Section | None:
    return _section(text("What we promise one another"), _points([
        ("", text("We speak of failures as openly as of successes.")),
        ("", text("What is marked for partner cities stays between {learner} and {host}.", **r.names)),
        ("", text("Recommendations bind nobody; each city says which it accepts, and why.")),
        ("", text("Each person who leaves hands over to a stand-in who is named here.")),
        ("", text("Both cities answer after 90, 180 and 365 days, and read each other's answers.")),
    ]))


def _signatures(r: Register) -> Section | None:
    return Section(text("Signed by"), (signatures(r.names[side] for side in SIDES),))


def _summary(r: Register) -> Section | None:
    page = synthesis(r.exchange, r.levels)
    weakest = [(MODULES[module], text("mean level {mean} of 3, from {n} questions", mean=mean, n=n))
               for module, mean, n in page.weakest]
    open_ = text("Not known: {items}.", items=list(page.unknown)) if page.unknown else ""
    return _section(text("Where {city} stands", city=r.city(LEARNER)), _points(weakest), Prose(open_))


def _wants(r: Register) -> Section | None:
    page = synthesis(r.exchange, r.levels)
    both = {LEARNER: page.learner_wants, HOST: page.host_wants}
    return _section(text("What both cities want"), _of_sides(r, lambda side: both[side]))


def _evidence(r: Register) -> Section | None:
    rows = [(MODULES[part.module], [e.what for e in part.pieces] or None, part.advice) for part in pack(r.exchange)]
    return _section(text("What to read, by module"), table((text("Module"), text("Evidence"), text("State")), rows))


def _agenda(r: Register) -> Section | None:
    rows = [(text("Day {n}", n=s.day), s.hours, s.what, list(s.who) or None)
            for s in agenda(r.exchange, interpreted=r.interpreted)]
    return _section(text("Agenda"), table((text("Day"), text("Time"), text("What"), text("Who")), rows))


def _findings(r: Register, *, good: bool) -> Points:
    return _points((r.about(f.item), f"{f.what} {f.why or ''}".strip()) for f in r.exchange.all(Finding)
                   if (f.good_practice == "yes") == good)


def _good(r: Register) -> Section | None:
    return _section(text("Good practice that others should see"), _findings(r, good=True))


def _better(r: Register) -> Section | None:
    return _section(text("What could be better"), _findings(r, good=False))


def _interviews(r: Register) -> Section | None:
    rows = [(i.date, i.who, MODULES[i.module] if i.module else "", i.what) for i in r.exchange.all(Interview)]
    heads = (text("Date"), text("Who"), text("Module"), text("What was said"))
    return _section(text("Whom we met"), table(heads, rows))


def _to_ask(r: Register) -> Section | None:
    asked = _points((i.who, i.to_ask or "") for i in r.exchange.all(Interview) if i.to_ask)
    return _section(text("What we still need to know"), asked)


def _strong(r: Register) -> Section | None:
    said = _points((i.who, i.strengths or "") for i in r.exchange.all(Interview) if i.strengths)
    return _section(text("Strengths"), said, _findings(r, good=True))


def _ideas(r: Register) -> Section | None:
    said = _points((i.who, i.ideas or "") for i in r.exchange.all(Interview) if i.ideas)
    advice = _points((HORIZONS[one.horizon], one.what) for one in r.exchange.all(Recommendation))
    return _section(text("What we might recommend"), said, advice)


def _recommendations(r: Register) -> Section | None:
    rows = [(one.what, r.about(one.item), HORIZONS[one.horizon], one.why,
             terms.MANDATE[one.accepted] if one.accepted else None) for one in r.exchange.all(Recommendation)]
    heads = (text("We advise"), text("Question"), text("By when"), text("Reason"), text("Accepted"))
    return _section(text("Recommendations"), Prose(text("They bind nobody.")) if rows else None, table(heads, rows))


def _learnt(r: Register) -> Section | None:
    rows = [(r.city(one.side), one.what, terms.LOOPS[one.loop], LEARNING_PHASES[one.phase], list(one.owners) or None)
            for one in r.exchange.all(LearningPoint)]
    heads = (text("City"), text("What we learnt"), text("What kind of learning"), text("How far"), text("Owners"))
    return _section(text("What each city learnt"), table(heads, rows))


def _actions(r: Register, side: str | None = None) -> Section | None:
    rows = [(r.city(a.side), a.what, [name for name in (a.owner, a.second_owner) if name], a.due,
             text("orphan: nobody pays") if a.orphan else a.budget_line, terms.ACTION_STATUSES[a.status])
            for a in r.exchange.all(Action, side)]
    heads = (text("City"), text("Action"), text("Who does it"), text("Done by"), text("Budget line"), text("State"))
    return _section(text("What will be done"), table(heads, rows))


def _projects(r: Register) -> Section | None:
    rows = [(p.what, p.owner, terms.ACTION_STATUSES[p.status], _given(p.learner_days, p.learner_money, p.currency),
             _given(p.host_days, p.host_money, p.currency), p.other) for p in r.exchange.all(JointProject)]
    heads = (text("What we make together"), text("Who leads it"), text("State"),
             text("{city} gives", city=r.city(LEARNER)), text("{city} gives", city=r.city(HOST)),
             text("Also shared"))
    return _section(text("Joint projects"), table(heads, rows))


def _given(days: float | None, money: float | None, currency: str | None) -> list[Text] | None:
    said = [text("{n} days", n=days)] if days else []
    return [*said, *([text("{n} {currency}", n=money, currency=currency)] if money else [])] or None


def _told(r: Register, side: str | None = None) -> Section | None:
    rows = [(r.city(b.side), b.department, b.who, b.date or b.planned, text("told") if b.date else text("not yet"))
            for b in r.exchange.all(Briefing, side)]
    heads = (text("City"), text("Department"), text("Who tells them"), text("When"), text("State"))
    return _section(text("Who is told at home"), table(heads, rows))


def _impact(r: Register) -> Section | None:
    given = {(one.category, one.stage, str(one.side)): one.level for one in r.exchange.all(Rating)}
    stages = [stage for stage in EVALUATION_STAGES if any(key[1] == stage for key in given)]
    rows = [(IMPACT_CATEGORIES[category], EVALUATION_STAGES[stage],
             *(given.get((category, stage, side)) for side in SIDES)) for stage in stages
            for category in IMPACT_CATEGORIES]
    heads: tuple[Words, ...] = (text("Area"), text("Stage"), *(r.city(side) for side in SIDES))
    return _section(text("Impact as each city sees it, 1 to 5"), table(heads, rows))


def _concluded(r: Register) -> Section | None:
    return _section(text("What may be concluded"), _points(("", said) for said in r.conclusions))


def _stories(r: Register) -> Section | None:
    told = _points((terms.DIRECTIONS[s.direction], s.what) for s in r.exchange.all(Story))
    rows = [(o.actor, o.what, o.date, terms.DIRECTIONS[o.direction], o.contribution,
             terms.SUBSTANTIATION[o.substantiation]) for o in r.exchange.all(Outcome)]
    heads = (text("Who"), text("Does differently"), text("Since"), text("Which way"), text("What the exchange gave"),
             text("Confirmed"))
    return _section(text("Stories and outcomes, for the better and the worse"), told, table(heads, rows))


def _mine(r: Register) -> Section | None:
    return _actions(r, r.side)


def _lonely(r: Register) -> Section | None:
    return _section(text("What only one person knows"), _points(("", what) for what in alone(r.exchange, r.side)))


def _due(r: Register) -> Section | None:
    rows = [(text("after {days} days", days=one.days), one.due,
             text("yes") if one.state[r.side] == "done" else text("no"))
            for one in follow_ups(r.exchange, r.today)]
    heads = (text("Follow-up"), text("Day"), text("Done"))
    return _section(text("What you will be asked, and when"), table(heads, rows))


def _kept(r: Register) -> Section | None:
    rows = [(e.what, MODULES[e.module], SENSITIVITY.get(e.sensitivity or "")) for e in r.exchange.all(Evidence)]
    return _section(text("Papers that exist"), table((text("What"), text("Module"), text("Who may see it")), rows))


def _my_people(r: Register) -> Section | None:
    rows = [(r.city(p.side), p.name, terms.ROLES[p.role], p.stands_in_for) for p in r.exchange.all(Person)]
    return _section(text("Whom to ask"), table((text("City"), text("Name"), text("Role"), text("Stands in for")), rows))


def _my_lessons(r: Register) -> Section | None:
    points = _points((terms.LOOPS[one.loop], one.what) for one in r.exchange.all(LearningPoint, r.side))
    return _section(text("What we learnt"), points)


_MAKERS: Final[dict[str, tuple[Callable[[Register], Section | None], ...]]] = {
    "report": (_what, _concluded, _objectives, _good, _better, _recommendations, _learnt, _actions, _projects,
               _benefits, _impact, _stories, _told, _people, _meetings, _interviews, _money),
    "agreement": (_what, _objectives, _benefits, _people, _meetings, _projects, _planned_money, _rules, _signatures),
    "pack": (_wants, _summary, _evidence, _agenda),
    "debrief": (_wants, _strong, _to_ask, _ideas, _actions),
    "handover": (_what, _mine, _lonely, _due, _my_lessons, _my_people, _told, _kept),
}
"""Paper -> its sections, in the order of reading; a section that has nothing to say is left out."""
