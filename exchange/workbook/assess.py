"""Self-assessment of a city: its answers, their score with bounds, its profile, and its own past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from exchange import assessments, hazards, instruments
from exchange.errors import InputError
from exchange.reports import pictures
from exchange.store.schema import CONFIRMED
from exchange.vocabulary import ANSWERED, BLANK
from exchange.words import Text, count, text
from exchange.workbook import asked, scenarios
from exchange.workbook.confirming import Confirming
from exchange.workbook.context import rows_of
from exchange.workbook.room import Room

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from exchange.assessments import Profile, Score
    from exchange.instruments import Instrument
    from exchange.reports.pictures import Picture
    from exchange.reports.sheet import Sheet
    from exchange.reports.tables import Words
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

RESILIENCE: Final = "resilience"
FIRST_ROUND: Final = "1"


@dataclass(frozen=True)
class Occasion:
    """When an instrument is answered: for the city itself, or for one side and stage of an exchange."""

    instrument: str = RESILIENCE
    round: str = FIRST_ROUND
    purpose: str = "self"
    subject: str | None = None
    side: str | None = None
    stage: str | None = None


class Sitting:
    """One instrument being answered by one city: what a questionnaire shows, and where it keeps each answer."""

    def __init__(self, workbook: Workbook, occasion: Occasion, past: Mapping[str, int] | None = None) -> None:
        self._w = workbook
        self.occasion = occasion
        self.past = dict(past or {})
        self.instrument = asked.instrument(workbook, occasion.instrument)

    @cached_property
    def row(self) -> Row:
        """The assessment in the store; begun when somebody first asks for it who speaks for the city."""
        o = self.occasion
        if not self._w.can_edit:
            return self._found() or {"assessment_id": "", "status": "none"}
        return self._w.store.open_assessment(
            self._w.viewer, self._w.city_id, o.instrument, version=self.instrument.version, round=o.round,
            purpose=o.purpose, subject=o.subject, side=o.side, stage=o.stage)

    def _found(self) -> Row | None:
        o = self.occasion
        frame = self._w.store.assessments(self._w.viewer, self._w.city_id, instrument=o.instrument, round=o.round,
                                          purpose=o.purpose, subject=o.subject)
        return next((row for row in rows_of(frame) if (row["side"], row["stage"]) == (o.side, o.stage)), None)

    @property
    def assessment_id(self) -> str:
        """Its id in the store."""
        return str(self.row["assessment_id"])

    @property
    def language(self) -> str:
        """The language of whoever answers."""
        return self._w.language

    @property
    def browser_key(self) -> str:
        """Under which name a browser keeps what is not saved yet: the person and the assessment."""
        return f"{self._w.viewer.name}/{self.assessment_id}"

    @property
    def can_edit(self) -> bool:
        """Whether answers are still taken."""
        return bool(self.row["status"] == "open" and self._w.can_edit)

    def form(self) -> dict[str, Any]:
        """Return the questionnaire in the language of whoever answers."""
        return self.instrument.for_form(self.language)

    def stored(self) -> dict[str, Row]:
        """Return item -> what the store holds of it."""
        if not self.assessment_id:
            return {}
        answers = self._w.store.answers(self._w.viewer, self.assessment_id)
        return {row["item"]: row | {"quantity": row["raw_value"]} for row in rows_of(answers)}

    @property
    def sections(self) -> list[str] | None:
        """The sections that the city chose; None for all."""
        return chosen_sections(self.instrument, self.row)

    def choose_sections(self, sections: Sequence[str] | None) -> None:
        """Keep which sections matter to the city; None for all."""
        self._w.store.set_scope(self._w.viewer, self.assessment_id, sections or ())
        self.__dict__.pop("row", None)

    def scenarios(self) -> dict[str, scenarios.Scenario] | None:
        """Return the scenarios as far as they are described; None where no question needs any."""
        return scenarios.described(self.instrument, (self._found() or {}).get("scenarios") or {})

    def hazards(self) -> list[dict[str, Any]]:
        """Return the hazards that a scenario can be about, the city's own first."""
        own = self._w.store.hazards(self._w.viewer, city_ids=[self._w.city_id])
        return scenarios.choices(own["hazard_id"], self.language)

    def describe(self, scenario: str, hazard: str, words: str, base_revision: int | None = None) -> int:
        """Keep one scenario; return its revision.

        Raises
        ------
        ConflictError
            When somebody else described it otherwise meanwhile.
        """
        if hazard not in hazards.load():
            raise InputError.at(scenario, f"there is no hazard {hazard!r}", "Choose one of the list.")
        said = self._w.store.put_scenario(self._w.viewer, self.assessment_id, scenario, hazard=hazard, words=words,
                                          base_revision=base_revision)
        return int(said["revision"])

    def objection(self, item: str, level: int | None, quantity: float | None, reason: str) -> Text | None:
        """Return why a level cannot be kept like this: a scenario or a reason is missing, or the number says another.

        None where it can, and where no level is given.
        """
        if level is None or item not in {one.id for one in self.instrument.items}:
            return None
        asked = self.instrument.said(self.language).item(item)
        if asked.quantity is not None and quantity is not None:
            against = instruments.objection(asked, quantity, level, reason)
            if against is not None:
                return against
        return scenarios.objection(asked, self.scenarios()) if asked.needs_scenarios else None

    def save(self, item: str, state: str, level: int | None, **more: Any) -> tuple[int, datetime]:
        """Keep one answer; return its revision and the time.

        Raises
        ------
        ConflictError
            When somebody else changed it meanwhile.
        InputError
            When it does not fit; see `objection`.
        """
        against = self.objection(item, level, more.get("raw_value"), more.get("note") or "")
        if against is not None:
            raise InputError.at(item, str(against), "Then choose the level.")
        if more.get("raw_value") is not None and more.get("unit") is None:
            asked = self.instrument.item(item).quantity
            more["unit"] = asked and asked.unit
        saved = self._w.store.save_answer(self._w.viewer, self.assessment_id, item, state, level, **more)
        return saved.revision, saved.at


def chosen_sections(instrument: Instrument, row: Row | None) -> list[str] | None:
    """Return the sections that a city chose of an instrument, in its order; None for all."""
    chosen = ((row or {}).get("scope") or {}).get("sections") or []
    known = [section.id for section in instrument.sections if section.id in chosen]
    return known if 0 < len(known) < len(instrument.sections) else None


class Assess:
    """The first step of the loop."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook

    @cached_property
    def instrument(self) -> Instrument:
        """The preliminary resilience scorecard, in the reader's language."""
        return instruments.load(RESILIENCE, language=self._w.language)

    def rounds(self) -> list[Row]:
        """Return the city's own assessments, oldest first."""
        frame = self._w.store.assessments(self._w.viewer, self._w.city_id, instrument=RESILIENCE, purpose="self")
        return rows_of(frame)

    @property
    def round(self) -> str:
        """The round that is asked for, else the city's latest, else the first."""
        rounds = self.rounds()
        return self._w.round or (rounds[-1]["round"] if rounds else FIRST_ROUND)

    def form(self, instrument: str = RESILIENCE) -> Sitting:
        """Return the questionnaire of this round, with the levels of the city's own last one beside it.

        Any other questionnaire, shipped or brought by `exchange instruments import`, comes without a past.
        """
        if instrument != RESILIENCE:
            return Sitting(self._w, Occasion(instrument, self.round))
        return Sitting(self._w, Occasion(round=self.round), self._levels(self._before()))

    @property
    def sections(self) -> list[str] | None:
        """The sections that the city chose for this round; None for all."""
        return chosen_sections(self.instrument, self.row())

    def answers(self) -> pd.DataFrame:
        """Return the answers of this round: item, state, level and more; one row a question that was touched."""
        return self._answers(self.row())

    def rows(self) -> list[dict[str, object]]:
        """Return one object a question of the instrument: item, state, level; untouched ones are blank."""
        known = {row["item"]: row for row in rows_of(self.answers())}
        return [self._plain(item.id, known.get(item.id)) for item in self.instrument.items]

    def score(self) -> Score:
        """Return the score of this round, with bounds for what is not known."""
        return assessments.score(self.instrument, self.answers())

    def proposal(self) -> Profile:
        """Return the profile that the answers suggest: strengths, gaps, needs, offers."""
        return assessments.profile(self.instrument, self.answers(), self._stated() or None)

    def _stated(self) -> dict[str, int]:
        """Return item -> how much it matters, as the city said; what only repeats its last profile says nothing new."""
        priorities = self._w.store.priorities(self._w.viewer, city_ids=[self._w.city_id])
        wanted = {row["item"]: round(row["weight"]) for row in rows_of(priorities)}
        ids = [row["assessment_id"] for row in self.rounds()] if wanted else []
        confirmed = [row for row in rows_of(self._w.store.profiles(self._w.viewer)) if row["status"] == CONFIRMED
                     and row["assessment_id"] in ids] if wanted else []
        last = max(confirmed, key=lambda row: row["at"], default=None)
        needs = {line["item"] for line in last["body"]["lines"] if line["side"] == assessments.NEED} if last else set()
        return {} if needs == wanted.keys() else wanted

    def chosen_score(self) -> Score:
        """Return the score of the sections that the city chose: nothing is said of the others."""
        return assessments.score_of(self.instrument, self.answers(), self.sections)

    def confirming(self) -> Confirming:
        """Return the profile of this round, to edit and to confirm."""
        return Confirming(self._w, self)

    def picture(self) -> Picture:
        """Return the profile of the essentials that count, with the city's own last round as hollow dots."""
        score, before = self.chosen_score(), self._before()
        past = assessments.score(self.instrument, self._answers(before)).essentials if before else ()
        means = {part.id: part.mean for part in past}
        numbers = {section.id: section.number for section in self.instrument.sections}
        rows = pd.DataFrame([{"number": numbers[part.id], "name": part.name, "mean": part.mean, "low": part.mean_low,
                              "high": part.mean_high, "past": means.get(part.id), "unknown": part.unknown}
                             for part in score.essentials])
        drawn = pictures.profile(rows, language=self._w.language)
        return replace(drawn, notes=self._chosen_said(len(score.essentials)))

    def scores(self) -> Sheet:
        """Return sum, mean, coverage and bounds of each essential that counts, and of them together."""
        score = self.chosen_score()
        together: Words = score.total.name if self.sections is None else text("The chosen essentials together")
        names = (*(part.name for part in score.essentials), together)
        rows = tuple((name, part.sum, part.max, part.mean, _percent(part.coverage), part.low, part.high)
                     for name, part in zip(names, (*score.essentials, score.total), strict=True))
        heads = (text("Essential"), text("Sum"), text("Of"), text("Mean"), text("Answered"), text("At least"),
                 text("At most"))
        return self._w.sheet(score.finding(), heads, rows, *self._chosen_said(len(score.essentials)), *score.notes())

    def _chosen_said(self, n: int) -> tuple[Text, ...]:
        total = len(self.instrument.sections)
        return () if n == total else (
            count("Only {n} of {total} essentials was chosen: the sum is of this one, and says nothing of the others",
                  "Only {n} of {total} essentials were chosen: the sums are of these, and say nothing of the others",
                  n, total=total),)

    def profile(self) -> Sheet:
        """Return gaps, strengths and the learning indicators, each with its reason."""
        proposal = self.proposal()
        kinds = ((text("Gap"), proposal.gaps), (text("Strength"), proposal.strengths),
                 (text("Learning indicator"), proposal.learning), (text("To find out"), proposal.unknown))
        rows = tuple((kind, f"{point.item} {point.label}", point.reason) for kind, points in kinds for point in points)
        title = (text("What the answers say about {city}", city=self._w.city["name"]) if rows
                 else text("Nothing is answered yet"))
        return self._w.sheet(title, (text("What"), text("Question"), text("Reason")), rows)

    def room(self) -> Room:
        """Return the room in which many people answer this round, each alone, before the city agrees."""
        return Room(self._w, self.round)

    def row(self) -> Row | None:
        """Return the assessment of this round as the store has it; None where nobody has begun it."""
        return next((row for row in reversed(self.rounds()) if row["round"] == self.round), None)

    def _before(self) -> Row | None:
        """Return the assessment before this round's, or None."""
        earlier: Row | None = None
        for row in self.rounds():
            if row["round"] == self.round:
                break
            earlier = row
        return earlier

    def _answers(self, row: Row | None) -> pd.DataFrame:
        if row is None:
            return pd.DataFrame(columns=["item", "state", "level"])
        return self._w.store.answers(self._w.viewer, row["assessment_id"])

    def _levels(self, row: Row | None) -> dict[str, int]:
        answers = self._answers(row)
        answered = answers[answers["state"] == ANSWERED]
        return {item: int(level) for item, level in zip(answered["item"], answered["level"], strict=True)
                if pd.notna(level)}

    @staticmethod
    def _plain(item: str, row: Row | None) -> dict[str, object]:
        level = None if row is None or pd.isna(row["level"]) else int(row["level"])
        return {"item": item, "state": row["state"] if row else BLANK, "level": level}


def _percent(share: float | None) -> Text | None:
    return None if share is None else text("{percent} %", percent=round(100 * share))
