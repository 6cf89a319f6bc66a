"""An exchange that is being evaluated: what both cities wanted, what happened, and what may be concluded."""

from __future__ import annotations

from dataclasses import asdict
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from exchange import instruments
from exchange.evaluation.before_after import before_after
from exchange.evaluation.follow_up import alone, follow_ups
from exchange.evaluation.indicators import indicators
from exchange.evaluation.measure import LEVELS
from exchange.evaluation.voices import voices
from exchange.exchanges.records import Benefit, Rating
from exchange.exchanges.terms import ACTION_STATUSES
from exchange.learning.aims import AIMS
from exchange.learning.promises import promises
from exchange.reports import pictures
from exchange.vocabulary import EVALUATION_STAGES, IMPACT_CATEGORIES, SIDES, STAKEHOLDER_GROUPS
from exchange.words import Text, count, text
from exchange.workbook.assess import Occasion, Sitting
from exchange.workbook.context import rows_of
from exchange.workbook.learn import promise_rows
from exchange.workbook.pair import NONE_YET, Entries

if TYPE_CHECKING:
    from exchange.evaluation.before_after import Account, BeforeAfter
    from exchange.evaluation.follow_up import FollowUp
    from exchange.evaluation.measure import Measure
    from exchange.exchanges.exchange import Exchange
    from exchange.reports.pictures import Picture
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

FOLLOW_UP_STATES: Final = {"done": text("has answered"), "due": text("is asked now"), "late": text("is late"),
                           "later": text("is asked later")}

_LONG_AFTER: Final = 330
"""Days after the end from which the look back is that of the year."""


class Evaluating(Entries):
    """The pages of the fifth step."""

    @property
    def stage(self) -> str:
        """Which rating it is time for: during the exchange, weeks to months after it, or a year after."""
        end = self.row["end"] if self.row else None
        if end is None or end > self._w.today():
            return "assess"
        return "reflect_long" if (self._w.today() - end).days >= _LONG_AFTER else "reflect_short"

    def impact(self, stage: str | None = None) -> Sitting | None:
        """Return the questionnaire on impact, for the reader's own city; None before there is an exchange.

        Parameters
        ----------
        stage
            ``"assess"``, during the exchange, ``"reflect_short"``, weeks to months after, or ``"reflect_long"``, a year
            after; None: the one it is time for.
        """
        if self.row is None:
            return None
        return Sitting(self._w, Occasion("impact", str(self.row["round"]), "exchange", self.exchange_id, self.side,
                                         stage or self.stage))

    def impact_when(self) -> Sheet:
        """Return for which time the questionnaire asks."""
        return self._note(NONE_YET if self.row is None else
                          text("{city} rates the impact: {stage}.", city=self.names[self.side],
                               stage=EVALUATION_STAGES[self.stage]))

    def measures(self) -> tuple[Measure, ...]:
        """Return the nineteen indicators of the exchange.

        Raises
        ------
        InputError
            For an exchange that never took place, or with costs that cannot be added up.
        """
        frame = self._w.store.lesson_uses(self._w.viewer, exchange_id=self.exchange_id)
        return indicators(self.record(), today=self._w.today(), levels=self._levels(), uses=frame)

    def indicators(self) -> Sheet:
        """Return the nineteen indicators by level of learning, each with what it rests on."""
        if self.row is None:
            return self._note(NONE_YET)
        if not self.record().took_place:
            return self._note(text("The exchange has not taken place yet, so there is nothing to measure."))
        rows = tuple((LEVELS[one.indicator.level], one.indicator.name, one.indicator.formula, one.sentence)
                     for one in self.measures())
        heads = (text("Level"), text("Indicator"), text("How it is counted"), text("What it says"))
        return self._w.sheet(text("Nineteen indicators, from what people felt to what changed"), heads, rows)

    def voices(self) -> Sheet:
        """Return who was at the table, and who was heard."""
        if self.row is None:
            return self._note(NONE_YET)
        found = voices(self.record())
        rows = tuple((STAKEHOLDER_GROUPS[one.group], one.people, one.answers, one.took_part, one.minutes,
                      _percent(one.share), _percent(one.even)) for one in found if not one.absent)
        absent = [STAKEHOLDER_GROUPS[one.group] for one in found if one.absent]
        if not rows:
            return self._note(text("Nobody is named yet, and nobody has given feedback."))
        said = [text("Not at the table: {groups}.", groups=absent)] if absent else []
        heads = (text("Group"), text("People"), text("Gave feedback"), text("Took part actively"),
                 text("Minutes spoken"), text("Share of the minutes"), text("An even share"))
        return self._w.sheet(text("Who was at the table, and who was heard"), heads, rows, *said)

    def follow_up(self) -> Sheet:
        """Return what to ask after 90, 180 and 365 days, with the owners of each action."""
        if self.row is None:
            return self._note(NONE_YET)
        found = follow_ups(self.record(), self._w.today())
        if not found or not found[0].promises:
            return self._note(text("There is nothing to follow up yet: no end is set, or no action is agreed."))
        said = [self._said(one) for one in found]
        only_one = len(alone(self.record(), self.side))
        if only_one:
            said.append(count("{city}: only one person knows all about {n} action or learning point. Name another.",
                              "{city}: only one person knows all about {n} actions and learning points. Name another "
                              "for each.", only_one, city=self.names[self.side]))
        rows = tuple((self.names[one.side], one.action.what, one.action.owner, one.action.second_owner,
                      ACTION_STATUSES[one.action.status], one.action.due, text("late") if one.late else None)
                     for one in found[-1].promises)
        heads = (text("City"), text("Action"), text("Who does it"), text("Who else knows"), text("State"),
                 text("Done by"), text("In time"))
        return self._w.sheet(text("What was agreed, and how far it is"), heads, rows, *said)

    def _said(self, one: FollowUp) -> Text:
        said = text("After {days} days, {due}: {states}.", days=one.days, due=one.due, states=self._states(one))
        if one.due > self._w.today():
            return said
        return text("{said} {begun} of {n} actions had begun.", said=said, begun=one.begun, n=len(one.promises))

    def _states(self, one: FollowUp) -> list[Text]:
        return [text("{city} {state}", city=self.names[side], state=FOLLOW_UP_STATES[state])
                for side, state in one.state.items()]

    def promises(self) -> Sheet:
        """Return the six promises of city-to-city learning, answered for this exchange alone."""
        if self.row is None:
            return self._note(NONE_YET)
        w, record = self._w, self.record()
        frame = w.store.lesson_uses(w.viewer)
        mine = frame[frame["city_id"].isin(set(record.sides.values()))]
        uses = mine.assign(at=[at.isoformat() for at in mine["at"]],
                           exchange_id=mine["exchange_id"].where(mine["exchange_id"] == self.exchange_id))
        rows = promise_rows(promises([record], self._aims(record), uses, today=w.today()))
        heads = (text("Promise"), text("Answer"), text("Evidence"))
        return w.sheet(text("What city-to-city learning promises, and what this exchange shows"), heads, rows,
                       text("One exchange seldom proves a promise. The page of the network answers from all of them."))

    def _aims(self, record: Exchange) -> pd.DataFrame:
        levels = self._levels().dropna(subset=["before", "after"])
        return AIMS.of({"exchange_id": record.exchange_id, "side": side, "city_id": city, "item": row["item"],
                        "targeted": row["item"] in record.targeted(side), "before": row["before"],
                        "after": row["after"]}
                       for side, city in record.sides.items() for row in rows_of(levels) if row["city_id"] == city)

    def report(self) -> dict[str, Any]:
        """Return the evaluation as plain values, for the command line and other programs.

        Raises
        ------
        InputError
            For an exchange that never took place, or with costs that cannot be added up.
        """
        measures, account, language = self.measures(), self.account(), self.language
        record = self.record()
        return {
            "exchange": self.exchange_id, "round": record.round, "status": record.status,
            "learner": self.names["learner"], "host": self.names["host"], "fictional": self._w.fictional,
            "indicators": [one.record(language) for one in measures],
            "sides": {one.side: self._side(one) for one in (account.learner, account.host)},
            "follow_ups": [{"days": one.days, "due": one.due.isoformat(), "state": dict(one.state), "begun": one.begun,
                            "actions": len(one.promises)} for one in follow_ups(record, self._w.today())],
            "voices": [asdict(one) for one in voices(record)],
        }

    def _side(self, one: Account) -> dict[str, Any]:
        reached, known = one.reached
        return {
            "city": self.names[one.side], "benefits": len(one.benefits), "outcome_known": known, "reached": reached,
            "targeted": one.result.record(self.language), "against_others": one.against_others.record(self.language),
            "items": [{"item": moved.item, "before": moved.before, "after": moved.after,
                       "looking_back": moved.looking_back} for moved in one.targeted],
            "response_shift": one.shift.sentence.said(self.language) if one.shift else None,
            "ratings": {stage: dict(rated) for stage, rated in one.ratings.items()},
            "stories": [{"what": story.what, "direction": story.direction} for story in one.stories],
            "conclusions": [said.said(self.language) for said in one.conclusions(self.names[one.side])],
        }

    def benefits(self) -> Sheet:
        """Return what both cities said they wanted, beside what happened."""
        if self.row is None:
            return self._note(NONE_YET)
        rows = tuple((self.names[b.side], b.what, b.measure, b.baseline, b.target, b.result, _reached(b))
                     for b in self.record().all(Benefit))
        if not rows:
            return self._note(text("Neither city has said yet what it wants to get out of the exchange."))
        heads = (text("City"), text("Wanted"), text("Measured by"), text("Before"), text("Target"), text("Afterwards"),
                 text("Reached"))
        return self._w.sheet(text("What was wanted, and what happened"), heads, rows)

    def ratings(self) -> Sheet:
        """Return how both cities rate the impact in each area, at each stage."""
        if self.row is None:
            return self._note(NONE_YET)
        given = {(r.category, r.stage, str(r.side)): r.level for r in self.record().all(Rating)}
        stages = [stage for stage in EVALUATION_STAGES if any(key[1] == stage for key in given)]
        if not stages:
            return self._note(text("Neither city has rated the impact of the exchange yet."))
        rows = tuple((IMPACT_CATEGORIES[category], EVALUATION_STAGES[stage],
                      *(given.get((category, stage, side)) for side in SIDES))
                     for stage in stages for category in IMPACT_CATEGORIES)
        heads = (text("Area"), text("Stage"), *(text("{name}", name=self.names[side]) for side in SIDES))
        return self._w.sheet(text("Impact as each city sees it, 1 to 5"), heads, rows)

    def account(self) -> BeforeAfter:
        """Return both cities' accounts: what each wanted, what changed, and how sure that is."""
        return before_after(self.record(), self._levels())

    def before_and_after(self) -> Picture | Sheet:
        """Return the targeted questions of both cities before and after, as means with their intervals."""
        if self.row is None:
            return self._note(NONE_YET)
        rows = [row for one in (self.account().learner, self.account().host) if (row := self._moved(one))]
        if not rows:
            return self._note(text("No targeted question has a level both before and after yet."))
        return pictures.before_after(rows, language=self.language)

    def conclusions(self) -> Sheet:
        """Return what may and may not be concluded for each city, with the questions behind it."""
        if self.row is None:
            return self._note(NONE_YET)
        asked, account = instruments.load("resilience", language=self.language), self.account()
        rows = tuple((self.names[one.side], f"{moved.item} {asked.item(moved.item).label}", _whole(moved.before),
                      _whole(moved.after)) for one in (account.learner, account.host) for moved in one.targeted)
        heads = (text("City"), text("Question"), text("Before"), text("After"))
        return self._w.sheet(text("What may be concluded"), heads, rows, *account.conclusions(self.names))

    def _moved(self, account: Account) -> Row | None:
        known = [moved for moved in account.targeted if moved.before is not None and moved.after is not None]
        if not known:
            return None
        result = account.result
        return {"label": text("{city}, targeted questions", city=self.names[account.side]),
                "before": fmean(moved.before or 0.0 for moved in known),
                "after": fmean(moved.after or 0.0 for moved in known),
                "low": result.low, "high": result.high, "n": result.n, "verdict": result.verdict}

    def _levels(self) -> pd.DataFrame:
        """Return the levels of both cities in the round of the exchange and in the round after it."""
        sides = [self._of_city(str(self.row[f"{side}_id"])) for side in SIDES] if self.row else []
        return pd.concat(sides, ignore_index=True)

    def _of_city(self, city_id: str) -> pd.DataFrame:
        w = self._w
        rounds = w.store.assessments(w.viewer, city_id, instrument="resilience", purpose="self")["round"].tolist()
        own = str(self.row["round"]) if self.row else ""
        after = rounds[rounds.index(own) + 1] if own in rounds[:-1] else None
        before, later = (_answered(w, city_id, round_) for round_ in (own, after))
        both = before.merge(later, on="item", how="outer", suffixes=("_before", "_after"))
        return both.rename(columns={"level_before": "before", "level_after": "after"}).assign(city_id=city_id)


def _answered(workbook: Workbook, city_id: str, round_: str | None) -> pd.DataFrame:
    if round_ is None:
        return pd.DataFrame({"item": pd.Series(dtype=str), "level": pd.Series(dtype=float)})
    frame = workbook.store.latest_answers(workbook.viewer, round=round_, city_ids=[city_id])
    return frame.loc[frame["state"] == "answered", ["item", "level"]].astype({"level": float})


def _whole(level: float | None) -> int | None:
    return None if level is None else round(level)


def _reached(benefit: Benefit) -> Text:
    return {True: text("yes"), False: text("no"), None: text("not known yet")}[benefit.reached]


def _percent(share: float | None) -> Text | None:
    return None if share is None else text("{n} %", n=round(100 * share))
