"""One exchange as one of its two cities sees it: what both entered, and what the city may change."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from exchange import instruments
from exchange.errors import NotAllowedError, NotFoundError
from exchange.exchanges import exchange as one
from exchange.exchanges import terms
from exchange.exchanges.entry import body, parse, refuse
from exchange.exchanges.fields import fields
from exchange.exchanges.records import RECORDS, Rating
from exchange.reports.escape import escape
from exchange.vocabulary import SIDES
from exchange.words import Text, direction, text
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from exchange.exchanges.fields import Field
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

SHARED: Final = frozenset({"module", "activity", "evidence", "joint_project", "cost"})
"""Kinds of entry that belong to both cities together."""

NONE_YET: Final = text("There is no exchange yet. Invite a city in step 3, and come back.")


class Entries:
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
        entered = one.Exchange.of(self.row or {}, rows)
        there = {(rating.side, rating.stage, rating.category) for rating in entered.all(Rating)}
        answered = [rating for rating in self._answered() if (rating.side, rating.stage, rating.category) not in there]
        records = {**entered.records, Rating.kind: (*entered.all(Rating), *answered)}
        return replace(entered, records=records) if answered else entered

    def _answered(self) -> Iterator[Rating]:
        """Yield the ratings that were given in the questionnaire on impact."""
        w = self._w
        areas = {item.id: item.tags["category"] for item in instruments.load("impact").items if "category" in item.tags}
        for row in rows_of(w.store.assessments(w.viewer, instrument="impact", purpose="exchange",
                                               subject=self.exchange_id)):
            for answer in rows_of(w.store.answers(w.viewer, row["assessment_id"])):
                if answer["state"] == "answered" and answer["item"] in areas and row["side"] and row["stage"]:
                    yield Rating(category=areas[answer["item"]], level=answer["level"], side=row["side"],
                                 stage=row["stage"], why=answer["note"] or None)

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
        record = parse(kind, given, side=side, place=kind)
        refuse(record, kind)
        checked = body(record)
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
