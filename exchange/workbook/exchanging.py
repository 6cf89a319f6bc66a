"""The exchanges of a city: to plan and keep with the other city, and to evaluate from both sides."""

from __future__ import annotations

from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from exchange import instruments
from exchange.errors import NotAllowedError, NotFoundError
from exchange.evaluation.before_after import before_after
from exchange.exchanges import exchange as one
from exchange.exchanges import path, terms
from exchange.exchanges.entry import body, parse
from exchange.exchanges.fields import fields
from exchange.exchanges.records import RECORDS, Benefit, Rating
from exchange.reports import pictures
from exchange.reports.escape import escape
from exchange.vocabulary import EVALUATION_STAGES, IMPACT_CATEGORIES, PHASES, SIDES
from exchange.words import Text, direction, text
from exchange.workbook.assess import Occasion, Sitting
from exchange.workbook.context import rows_of
from exchange.workbook.milestones import day_of, pauses

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from exchange.evaluation.before_after import Account, BeforeAfter
    from exchange.exchanges.fields import Field
    from exchange.reports.pictures import Picture
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

SHARED: Final = frozenset({"module", "activity", "evidence"})
"""Kinds of entry that belong to both cities together."""

NONE_YET: Final = text("There is no exchange yet. Invite a city in step 3, and come back.")


class Exchanges:
    """The fourth and fifth step of the loop."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook

    def rows(self) -> list[Row]:
        """Return the exchanges in which the city learns or hosts, oldest first."""
        w = self._w
        return rows_of(w.store.exchanges(w.viewer, w.network_id, w.city_id, round=w.round or None))

    def open(self, exchange_id: str = "", *, closed: bool = False) -> Pair:
        """Open one exchange: the one that is named, else the city's latest; a city may have none yet.

        Parameters
        ----------
        exchange_id
            Empty for the latest one.
        closed
            Whether the latest one that is finished is meant, where there is one.

        Raises
        ------
        NotFoundError
            For an exchange that is named and not among the city's.
        """
        rows = self.rows()
        if not exchange_id:
            finished = [row for row in rows if row["status"] == "closed"] if closed else []
            learned = [row for row in finished if row["learner_id"] == self._w.city_id]
            return Pair(self._w, self._foremost(learned or finished or rows))
        named = next((row for row in rows if row["exchange_id"] == exchange_id), None)
        if named is None:
            raise NotFoundError.at(f"exchange {exchange_id}", f"{self._w.city['name']} has none of this id",
                                   "Leave it empty for the latest one.")
        return Pair(self._w, named)

    @staticmethod
    def _foremost(rows: list[Row]) -> Row | None:
        """Return the newest exchange that both cities agreed to, else the newest of all."""
        agreed = [row for row in rows if row["status"] in terms.AGREED]
        return next(reversed(agreed or rows), None)


class Pair:
    """One exchange as one of its two cities sees it; before there is one, pages that say so."""

    def __init__(self, workbook: Workbook, row: Row | None) -> None:
        self._w = workbook
        self.row = row

    @property
    def language(self) -> str:
        """The language of the reader."""
        return self._w.language

    @property
    def exchange_id(self) -> str:
        """Its id in the store.

        Raises
        ------
        NotFoundError
            When there is none yet.
        """
        if self.row is None:
            raise NotFoundError.at("exchange", "there is none yet", "Invite a city first.")
        return str(self.row["exchange_id"])

    @property
    def browser_key(self) -> str:
        """Under which name a browser keeps what is not saved yet."""
        return f"{self._w.viewer.name}/{self.exchange_id}"

    @cached_property
    def side(self) -> str:
        """On which side the city stands."""
        return one.LEARNER if self.row is None or self.row["learner_id"] == self._w.city_id else one.HOST

    @cached_property
    def names(self) -> dict[str, str]:
        """Side -> name of the city."""
        if self.row is None:
            return {}
        return {side: self._w.name_of(self.row[f"{side}_id"]) for side in SIDES}

    def record(self) -> one.Exchange:
        """Return the exchange with all that both cities entered, checked."""
        rows = self._w.store.entries(self._w.viewer, self.exchange_id)
        return one.Exchange.of(self.row or {}, rows)

    def title(self, kind: str) -> Text:
        """Return the title of a list of entries."""
        return RECORDS[kind].title

    def fields(self, kind: str) -> tuple[Field, ...]:
        """Return what a form asks for one kind of entry; the side is the reader's own and is not asked."""
        asked = fields(kind, self.language)
        return tuple(field for field in asked if field.name != "side")

    @property
    def can_edit(self) -> bool:
        """Whether the viewer speaks for the city, and so may enter anything."""
        return self._w.can_edit

    def entries(self, kind: str) -> list[Row]:
        """Return the entries of one kind, with side and revision; those of the other city can only be read."""
        rows = self._w.store.entries(self._w.viewer, self.exchange_id, kind) if self.row else []
        return [{**row, "can_edit": self.can_edit and row["side"] in {None, self.side}} for row in rows]

    def save(self, kind: str, given: Mapping[str, Any], *, entry_id: str | None = None,
             base_revision: int | None = None) -> Row:
        """Keep one entry; return it as the store has it.

        Raises
        ------
        InputError
            Naming every field that is missing or wrong; nothing is written then.
        ConflictError
            When the other city changed it meanwhile.
        NotAllowedError
            For an entry of the other city.
        """
        stored = self._own(entry_id)
        if stored is not None and stored["kind"] != kind:
            raise NotFoundError.at(f"{kind} {entry_id}", "this exchange has none of this id", "Open the page again.")
        side = stored["side"] if stored else None if kind in SHARED else self.side
        checked = body(parse(kind, given, side=side, place=kind))
        checked.pop("side", None)
        return self._w.store.put_entry(self._w.viewer, self.exchange_id, kind, checked, entry_id=entry_id, side=side,
                                       base_revision=base_revision)

    def delete(self, entry_id: str, *, base_revision: int | None = None) -> datetime:
        """Remove one entry, and say when; what it said stays in the history.

        Raises
        ------
        NotFoundError
            When the exchange has no such entry.
        NotAllowedError
            For an entry of the other city.
        """
        if self._own(entry_id) is None:
            raise NotFoundError.at(f"entry {entry_id}", "this exchange has none of this id", "Open the page again.")
        self._w.store.delete_entry(self._w.viewer, entry_id, base_revision=base_revision)
        return self._w.store.now()

    def _own(self, entry_id: str | None) -> Row | None:
        """Return an entry of this exchange that the city may change; None where there is none of this id."""
        rows = self._w.store.entries(self._w.viewer, self.exchange_id)
        row = next((row for row in rows if row["entry_id"] == entry_id), None)
        if row is not None and row["side"] not in {None, self.side}:
            raise NotAllowedError.at(f"{row['kind']} {entry_id}", f"it is {self.names[row['side']]}'s, not yours",
                                     "Ask them to change it.")
        return row

    def me(self, kind: str) -> dict[str, str]:
        """Return who writes a new entry: the person, and the side where the kind has sides."""
        return {"by": self._w.viewer.name, **({} if kind in SHARED else {"side": self.side})}

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

    def impact(self) -> Sitting | None:
        """Return the questionnaire on impact, for the reader's own city; None before there is an exchange."""
        if self.row is None:
            return None
        occasion = Occasion("impact", str(self.row["round"]), "exchange", self.exchange_id, self.side, "reflect_short")
        return Sitting(self._w, occasion)

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

    def _known(self) -> dict[str, Any]:
        """Return what the path asks beside the entries: the day, the names, and what was filled in elsewhere."""
        return {"today": self._w.today(), "names": self.names, "assessed": self._assessed(), "rated": self._rated()}

    def _rated(self) -> frozenset[tuple[str, str]]:
        """Return side and stage of each questionnaire on impact in which something is answered."""
        w = self._w
        given = rows_of(w.store.assessments(w.viewer, instrument="impact", purpose="exchange",
                                            subject=self.exchange_id))
        return frozenset((row["side"], row["stage"]) for row in given
                         if (w.store.answers(w.viewer, row["assessment_id"])["state"] == "answered").any())

    def _assessed(self) -> frozenset[str]:
        """Return the sides that confirmed a self-assessment in the round of the exchange."""
        w, row = self._w, self.row or {}
        return frozenset(
            side for side in SIDES
            if not w.store.assessments(w.viewer, row[f"{side}_id"], instrument="resilience", round=row["round"],
                                       status="confirmed").empty)

    def _note(self, said: Text) -> Sheet:
        return self._w.sheet(said, (), ())

    def heading(self) -> Text:
        """Return which exchange this is, and how far."""
        if self.row is None:
            return NONE_YET
        number = str(self.row["round"])
        said = text("{learner} learns from {host}, round {round}: {status}.", **self.names, round=number,
                    status=terms.STATUSES[self.row["status"]])
        return text("{sentence} Demo data, fictional.", sentence=said) if self._w.fictional else said

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        said, language = self.heading().said(self.language), self.language
        html = f'<p class="lx-heading" lang="{language}" dir="{direction(language)}">{escape(said)}</p>'
        return {"text/html": html, "text/plain": said}


def _answered(workbook: Workbook, city_id: str, round_: str | None) -> pd.DataFrame:
    if round_ is None:
        return pd.DataFrame({"item": pd.Series(dtype=str), "level": pd.Series(dtype=float)})
    frame = workbook.store.latest_answers(workbook.viewer, round=round_, city_ids=[city_id])
    return frame.loc[frame["state"] == "answered", ["item", "level"]].astype({"level": float})


def _whole(level: float | None) -> int | None:
    return None if level is None else round(level)


def _reached(benefit: Benefit) -> Text:
    return {True: text("yes"), False: text("no"), None: text("not known yet")}[benefit.reached]
