"""An exchange that is being planned and kept: how far it is, what is next, when, with whom, and for how much."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from exchange import cities, instruments
from exchange.errors import InputError
from exchange.evaluation.bootstrap import minimum_detectable_effect
from exchange.exchanges import path, terms
from exchange.exchanges.agenda import agenda
from exchange.exchanges.exchange import HOST, LEARNER
from exchange.exchanges.ledger import DEFAULT, estimate, ledger
from exchange.exchanges.modules import MODULES
from exchange.exchanges.pack import pack, synthesis, too_many_others
from exchange.exchanges.records import Person
from exchange.exchanges.schedule import Rest, schedule, tasks
from exchange.reports import pictures
from exchange.vocabulary import PHASES
from exchange.words import Text, count, text
from exchange.workbook.milestones import day_of, pauses
from exchange.workbook.pair import NONE_YET, Entries

if TYPE_CHECKING:
    from datetime import date

    from exchange.exchanges.exchange import Exchange
    from exchange.exchanges.schedule import Schedule
    from exchange.reports.pictures import Picture
    from exchange.reports.sheet import Sheet


USUAL_SPREAD: Final = 0.8
"""Standard deviation of changes of the scorecard, in levels, as long as a network has none of its own."""


class Planning(Entries):
    """The pages of the fourth step."""

    def path(self) -> Picture | Sheet:
        """Return how far the exchange has come: three phases, thirteen steps, and what the gates ask for."""
        if self.row is None:
            return self._note(NONE_YET)
        record, known = self.record(), self._known()
        gates = {phase: path.gate(phase, record, **known) for phase in PHASES}
        steps = [{"phase": s.phase, "number": s.number, "name": s.name, "state": s.state, "date": day_of(s, record)}
                 for s in path.steps(record, **known)]
        return pictures.exchange_path(steps, gates, today=known["today"], pauses=pauses(record, self.names),
                                      language=self.language)

    def next_things(self) -> Sheet:
        """Return the next three things to do, and by whom."""
        if self.row is None:
            return self._note(NONE_YET)
        things = path.next_things(self.record(), **self._known())
        if not things:
            return self._note(text("Nothing is due."))
        rows = tuple((thing.who, thing.what, thing.due) for thing in things)
        return self._w.sheet(text("The next things to do"), (text("Who"), text("What"), text("By when")), rows)

    def calendar(self) -> Schedule:
        """Return the steps on the calendar, with slack and pauses."""
        record, known = self.record(), self._known()
        done = self._done(record)
        rests = [Rest(one["start"], one["end"]) for one in pauses(record, self.names)]
        visit = record.visit.date if record.visit and record.visit.date >= known["today"] else None
        plan = tasks(record.modules, interpreted=self.interpreted)
        return schedule(plan, record.start or known["today"], today=known["today"], done=done, rests=rests, visit=visit)

    def _done(self, record: Exchange) -> dict[int, date | None]:
        """Return the steps that are done, with the day where it is known."""
        return {step.number: day_of(step, record) for step in path.steps(record, **self._known())
                if step.state == "done"}

    @property
    def interpreted(self) -> bool:
        """Whether the two cities share no language that many people of both countries speak."""
        if self.row is None:
            return False
        said = self.row["about"].get("shared_language")
        if said is not None:
            return not said
        ours, theirs = (cities.languages(self._w.store.city(self._w.viewer, self.row[f"{side}_id"])["country"])
                        for side in (LEARNER, HOST))
        return not any(share >= _MANY and theirs.get(name, 0.0) >= _MANY for name, share in ours.items())

    def timeline(self) -> Sheet:
        """Return when each step can begin and must be done, and which of them decide the end."""
        if self.row is None:
            return self._note(NONE_YET)
        made, done = self.calendar(), self._done(self.record())
        rows = tuple((slot.step, slot.name, None if slot.done else slot.start, done.get(slot.step, slot.finish),
                      None if slot.done else slot.latest, text("done") if slot.done else
                      text("decides the end") if slot.critical else
                      count("{n} day of slack", "{n} days of slack", slot.slack)) for slot in made.slots)
        heads = (text("Step"), text("What"), text("Can begin"), text("Can be done"), text("Must be done"),
                 text("Slack"))
        return self._w.sheet(text("When each step is due"), heads, rows, *made.sentences())

    def effort(self) -> Sheet:
        """Return what the exchange will take, before it begins, with what the figures rest on."""
        if self.row is None:
            return self._note(NONE_YET)
        assumed = replace(DEFAULT, interpreted=self.interpreted)
        found = estimate(self.record(), assumed)
        rows = (
            (text("Days of the visit"), found.visit_days, text("one a module, three for infrastructure")),
            (text("People who travel"), found.travellers, text("the team, or five where it is not named")),
            (text("Working days of {city}", city=self.names[LEARNER]), round(found.learner_days),
             text("evidence, interviews, the visit, reading the report")),
            (text("Working days of {city}", city=self.names[HOST]), round(found.host_days),
             text("reading, the visit, writing the report")),
            (text("Money, {currency}", currency=found.currency), round(found.money),
             text("{fare} a journey, {night} a night, {interpreter} a day of interpreting", fare=round(assumed.fare),
                  night=round(assumed.night), interpreter=round(assumed.interpreter))),
        )
        said = [text("An interpreter is counted: the cities share no language, so every talk takes half as long again.")
                ] if assumed.interpreted else []
        heads = (text("What"), text("About"), text("Because of"))
        return self._w.sheet(text("What this exchange will take"), heads, rows, *said)

    def can_show(self) -> Sheet:
        """Return the smallest change that the targeted questions could show, to be known before the start."""
        if self.row is None:
            return self._note(NONE_YET)
        n = len(self.record().targeted())
        if not n:
            return self._note(text("Name the questions that should improve, and this says what could be shown."))
        least = minimum_detectable_effect(n, USUAL_SPREAD)
        return self._note(count(
            "With {n} targeted question only a mean rise of {least} levels or more could be told from chance.",
            "With {n} targeted questions only a mean rise of {least} levels or more could be told from chance.", n,
            least=least))

    def agenda(self) -> Sheet:
        """Return an agenda to begin with."""
        if self.row is None:
            return self._note(NONE_YET)
        rows = tuple((s.day, s.hours, s.what, list(s.who) or None)
                     for s in agenda(self.record(), interpreted=self.interpreted))
        heads = (text("Day"), text("Time"), text("What"), text("Who"))
        return self._w.sheet(text("An agenda to begin with"), heads, rows)

    def pack(self) -> Sheet:
        """Return the evidence by module against what anybody reads, and what one page says of it."""
        if self.row is None:
            return self._note(NONE_YET)
        record = self.record()
        rows = tuple((MODULES[part.module], len(part.pieces), text("yes") if part.overview else None, part.advice)
                     for part in pack(record))
        page, asked = synthesis(record, self._before()), instruments.load("resilience", language=self.language)
        said = [text("Mean level {mean} of 3: {module}.", module=MODULES[module], mean=mean)
                for module, mean, _ in page.weakest]
        if page.unknown:
            labels = [f"{item} {asked.item(item).label}" for item in page.unknown]
            said.append(text("Not known in the chosen modules: {questions}.", questions=labels))
        if too_many_others(record):
            said.append(count("Take out {n} piece on other modules: four are the most.",
                              "Take out {n} pieces on other modules: four are the most.", too_many_others(record)))
        heads = (text("Module"), text("Pieces"), text("Overview"), text("What to do"))
        return self._w.sheet(text("The evidence, and what anybody will read of it"), heads, rows, *said)

    def costs(self) -> Sheet:
        """Return what was planned and spent, and who paid."""
        if self.row is None:
            return self._note(NONE_YET)
        try:
            kept = ledger(self.record())
        except InputError as error:
            return self._w.sheet(text("The costs cannot be added up yet"), (), (),
                                 *(text("{finding}", finding=str(one)) for one in error.findings))
        if not kept.lines:
            return self._note(text("No cost is noted yet."))
        rows = tuple((terms.COST_KINDS[kind], round(kept.total("planned", kind)), round(kept.total("spent", kind)))
                     for kind in terms.COST_KINDS if kept.total("planned", kind) or kept.total("spent", kind))
        paid = kept.paid()
        said = [text("Together {planned} {currency} planned and {spent} spent.", planned=round(kept.planned),
                     spent=round(kept.spent), currency=kept.currency)]
        said += [text("{city} paid {n} {currency}.", city=self.names[side], n=round(paid[side]), currency=kept.currency)
                 for side in (LEARNER, HOST)]
        heads = (text("Kind of cost"), text("Planned, {currency}", currency=kept.currency),
                 text("Spent, {currency}", currency=kept.currency))
        return self._w.sheet(text("What was planned, and what was spent"), heads, rows, *said)

    def people(self) -> Sheet:
        """Return what is missing in the teams: mandates, and stand-ins for those who lead."""
        if self.row is None:
            return self._note(NONE_YET)
        record = self.record()
        rows = tuple((self.names[one.side], one.name, terms.ROLES[one.role], terms.MANDATE[one.mandate],
                      self._stand_in(record, one)) for one in record.all(Person) if one.role != "stand_in")
        if not rows:
            return self._note(text("Nobody is named yet."))
        heads = (text("City"), text("Name"), text("Role"), text("Written mandate"), text("Stand-in"))
        return self._w.sheet(text("Who may decide, and who stands in"), heads, rows)

    def _stand_in(self, record: Exchange, person: Person) -> Text | str | None:
        named = next((one.name for one in record.all(Person, person.side) if one.stands_in_for == person.name), None)
        return named or (text("name one") if person.role in _LEADING else None)

    def _before(self) -> dict[str, float]:
        """Return the learner's levels when the exchange began."""
        row = self.row or {}
        frame = self._w.store.latest_answers(self._w.viewer, round=row["round"], city_ids=[row["learner_id"]])
        known = frame[frame["state"] == "answered"]
        return dict(zip(known["item"].astype(str), known["level"].astype(float), strict=True))


_MANY: Final = 0.3
"""Two cities share a language that at least this share of the people of both countries speak."""

_LEADING: Final = frozenset({"lead", "coordinator", "political_lead", "chair"})
