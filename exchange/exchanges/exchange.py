"""One exchange of a learner and a host, with all that both have entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar

import pandas as pd

from exchange.errors import Findings, InputError
from exchange.exchanges import modules, terms
from exchange.exchanges.entry import parse
from exchange.exchanges.records import RECORDS, Activity, Milestone, Module, Objective, Record
from exchange.vocabulary import LEARNING_LEVELS, PAIR_TYPES, SIDES

R = TypeVar("R", bound=Record)

LEARNER, HOST = "learner", "host"

_AT_A_DESK: Final = frozenset({"webinar", "community_of_practice", "mentoring"})
"""Forms that are no visit, even where somebody notes a place."""


@dataclass(frozen=True)
class Exchange:
    """An exchange as the domain sees it. Use `Exchange.of` to make one from rows of the store.

    Parameters
    ----------
    exchange_id, round
        Its identifier, and the round of learning that it belongs to.
    learner_id, host_id
        City ids. The learner is the city whose questions the exchange answers (the reviewed city of a peer
        review); the host lends its experience (the reviewing city), wherever they meet.
    pair_type, learning_level
        Terms of the vocabulary, or None where nobody said.
    status
        One of `terms.STATUSES`.
    start, end
        First and last day, or None.
    about
        What else is kept with it, for example ``{"modality": "mentoring"}``.
    records
        Kind -> its records, in the order in which they stand in the list.
    """

    exchange_id: str
    learner_id: str
    host_id: str
    round: str = ""
    pair_type: str | None = None
    learning_level: str | None = None
    status: str = "agreed"
    start: dt.date | None = None
    end: dt.date | None = None
    title: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Mapping[str, Any], entries: Iterable[Mapping[str, Any]] = ()) -> Self:
        """Return the exchange of a row of the store and its rows of `entry`.

        Raises
        ------
        InputError
            With everything that is wrong in the row and in its entries, impossible dates included.
        """
        findings = Findings()
        place = f"exchange {row['exchange_id']}"
        facts = {name: None if _empty(row.get(name)) else row[name] for name in _COLUMNS}
        for name, choices in _CHOICES.items():
            if facts[name] is not None and facts[name] not in choices:
                known = ", ".join(choices)
                findings.add(f"{place}, {name}", f"{facts[name]!r} is none of the terms",
                             f"Use one of {known}.")
        start, end = _day(facts["start"]), _day(facts["end"])
        if start is not None and end is not None and end < start:
            findings.add(f"{place}, end", f"{end} is before the start, {start}", "Correct one of them.")
        if row["learner_id"] == row["host_id"]:
            findings.add(place, "a city cannot learn from itself", "Name two cities.")
        records = _records(row["exchange_id"], entries, findings)
        findings.raise_if_any()
        return cls(str(row["exchange_id"]), str(row["learner_id"]), str(row["host_id"]), facts["round"] or "",
                   facts["pair_type"], facts["learning_level"], facts["status"] or "agreed", start, end,
                   facts["title"] or "", facts["about"] or {}, records)

    def all(self, record: type[R], side: str | None = None) -> tuple[R, ...]:
        """Return the records of a kind, of one side or of both."""
        found = (one for one in self.records.get(record.kind, ()) if isinstance(one, record))
        return tuple(one for one in found if side is None or getattr(one, "side", side) == side)

    @property
    def sides(self) -> dict[str, str]:
        """Side -> city id."""
        return {LEARNER: self.learner_id, HOST: self.host_id}

    def side_of(self, city_id: str) -> str:
        """Return on which side a city stands.

        Raises
        ------
        InputError
            When the city takes no part in this exchange.
        """
        for side, city in self.sides.items():
            if city == city_id:
                return side
        raise InputError.at(f"exchange {self.exchange_id}", f"city {city_id} takes no part in it",
                            "Name one of its two cities.")

    @property
    def took_place(self) -> bool:
        """Whether there is anything to evaluate."""
        return self.status in {"active", "paused", "closed"}

    @property
    def modules(self) -> tuple[str, ...]:
        """Ids of the chosen modules, each once, in the order of the essentials."""
        chosen = {module.essential for module in self.all(Module)}
        return tuple(module for module in modules.MODULES if module in chosen)

    def targeted(self, side: str = LEARNER) -> tuple[str, ...]:
        """Return the questions that a side wants to move: those of its objectives.

        A learner that named none aims at all questions of the chosen modules; such a host aims at none.
        """
        named = tuple(dict.fromkeys(one.item for one in self.all(Objective, side) if one.item))
        if named or side == HOST:
            return named
        return tuple(item for module in self.modules for item in modules.items(module))

    @property
    def modality(self) -> str | None:
        """The form of the exchange: what its row says, else that of its first meeting."""
        named = self.about.get("modality")
        if isinstance(named, str):
            return named
        first = min(self.all(Activity), key=lambda one: one.date, default=None)
        return first.modality if first else None

    @property
    def visit(self) -> Activity | None:
        """The meeting that the preparation leads to: the first one in a place, else the first of all."""
        meetings = sorted(self.all(Activity), key=lambda one: one.date)
        in_place = [one for one in meetings if not one.online and one.modality not in _AT_A_DESK]
        return next(iter(in_place or meetings), None)

    def milestone(self, what: str, side: str | None = None) -> dt.date | None:
        """Return the day on which a milestone was last ticked off, or None."""
        return max((one.date for one in self.all(Milestone, side) if one.what == what), default=None)

    @property
    def paused(self) -> bool:
        """Whether a pause began that has not ended."""
        pause, resume = self.milestone("pause"), self.milestone("resume")
        return self.status == "paused" or (pause is not None and (resume is None or resume < pause))


_COLUMNS = ("round", "pair_type", "learning_level", "status", "start", "end", "title", "about")
_CHOICES: dict[str, Collection[str]] = {
    "pair_type": PAIR_TYPES, "learning_level": LEARNING_LEVELS, "status": terms.STATUSES,
}


def _empty(value: Any) -> bool:
    return value is None or value == "" or (not isinstance(value, Mapping) and bool(pd.isna(value)))


def _day(value: Any) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _records(exchange_id: str, entries: Iterable[Mapping[str, Any]], findings: Findings,
             ) -> dict[str, tuple[Record, ...]]:
    found: dict[str, list[tuple[int, Record]]] = {}
    for number, entry in enumerate(entries, 1):
        if entry.get("exchange_id", exchange_id) != exchange_id:
            continue
        side = entry.get("side")
        side = side if side in SIDES else None
        place = f"{entry['kind']} {entry.get('entry_id', number)}"
        if entry["kind"] not in RECORDS:
            continue  # kinds of a later version are kept in the store and left alone here
        try:
            record = parse(entry["kind"], entry["body"], side=side, place=place)
        except InputError as error:
            for finding in error.findings:
                findings.add(finding.place, finding.finding, finding.remedy)
        else:
            found.setdefault(entry["kind"], []).append((int(entry.get("position") or 0), record))
    return {kind: tuple(record for _, record in sorted(some, key=_position)) for kind, some in found.items()}


def _position(placed: tuple[int, Record]) -> int:
    return placed[0]


def exchanges(rows: Iterable[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]],
              ) -> tuple[Exchange, ...]:
    """Return every exchange of a network with its entries, in the order of `rows`."""
    by_exchange: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        by_exchange.setdefault(str(entry["exchange_id"]), []).append(entry)
    return tuple(Exchange.of(row, by_exchange.get(str(row["exchange_id"]), ())) for row in rows)
