"""The exchanges of a city: to plan and keep with the other city, and to evaluate from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from exchange import instruments
from exchange.errors import Findings, InputError, NotFoundError
from exchange.exchanges import file, path, terms
from exchange.exchanges.closing import lesson_of, partner_of
from exchange.imports.limits import checked_file
from exchange.lessons import row_of
from exchange.reports import papers
from exchange.vocabulary import SIDES
from exchange.words import Text, count, text
from exchange.workbook.context import rows_of
from exchange.workbook.evaluating import Evaluating
from exchange.workbook.pair import NONE_YET, SHARED
from exchange.workbook.planning import Planning

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from exchange.lessons import Lesson
    from exchange.reports.document import Document
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

__all__ = ["NONE_YET", "SHARED", "Exchanges", "Pair", "of_id", "read_file"]


class Exchanges:
    """The fourth and fifth step of the loop."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook

    def rows(self) -> list[Row]:
        """Return the exchanges in which the city learns or hosts, oldest first."""
        w = self._w
        return rows_of(w.store.exchanges(w.viewer, w.network_id, w.city_id, round=w.round or None))

    def listed(self) -> list[Row]:
        """Return the exchanges of the city, or of the whole network where no city is named, as plain values."""
        w = self._w
        city = w.city_id if w.the_city else None
        names = {row["city_id"]: row["name"] for row in rows_of(w.store.cities(w.viewer, w.network_id))}
        found = rows_of(w.store.exchanges(w.viewer, w.network_id, city, round=w.round or None))
        return [{"exchange": row["exchange_id"], "round": row["round"],
                 "learner": names.get(row["learner_id"], row["learner_id"]),
                 "host": names.get(row["host_id"], row["host_id"]), "status": row["status"],
                 "start": row["start"] and row["start"].isoformat(), "end": row["end"] and row["end"].isoformat()}
                for row in found]

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


class Pair(Planning, Evaluating):
    """One exchange as one of its two cities sees it; before there is one, pages that say so."""

    def paper(self, name: str = "report") -> Document:
        """Return one of the papers of the exchange, all of them made from what both cities entered.

        Parameters
        ----------
        name
            One of `papers.PAPERS`.

        Raises
        ------
        InputError
            For another name, or costs that cannot be added up.
        """
        if name not in papers.PAPERS:
            raise InputError.at(f"paper {name}", "there is none of this name",
                                f"Use one of {', '.join(papers.PAPERS)}.")
        record, asked = self.record(), instruments.load("resilience", language=self.language)
        said = self.account().conclusions(self.names) if record.took_place else ()
        register = papers.Register(
            record, self.names, {item.id: item.label for item in asked.items}, self._w.today(), self._before(),
            said, self.side, self.interpreted, self._w.fictional)
        return papers.paper(name, register, self.language)

    def papers(self) -> Sheet:
        """Return the papers that can be made, and the command that makes each."""
        if self.row is None:
            return self._note(NONE_YET)
        rows = tuple((title, f"exchange report exchange {self.exchange_id} {name}.docx --to docx --paper {name}")
                     for name, title in papers.PAPERS.items())
        return self._w.sheet(text("Papers of this exchange"), (text("Paper"), text("Command")), rows)

    def close(self) -> list[str]:
        """Close the exchange and write what each city learnt to the library; return the ids of the lessons.

        Each city writes its own lesson when it closes its side; whoever speaks for both writes both.

        Raises
        ------
        InputError
            Naming every step up to the adopted report that is not done yet.
        """
        record, findings = self.record(), Findings()
        for step in path.steps(record, **self._known()):
            if step.state != "done" and step.number <= _REPORTED:
                for missing in step.missing or (text("it is not its turn yet"),):
                    findings.add(f"exchange {self.exchange_id}, step {step.number}", str(missing),
                                 "Do this before the exchange is closed.")
        findings.raise_if_any()
        store, viewer = self._w.store, self._w.viewer
        if record.status != "closed":
            end = record.end or self._w.today()
            store.put_exchange(viewer, {"exchange_id": self.exchange_id, "status": "closed", "end": end})
            self.row = store.exchange(viewer, self.exchange_id)
        mine = [side for side in SIDES if viewer.acts_for(record.sides[side])]
        made = [one for side in mine if (one := self._lesson(side)) is not None]
        # A lesson that a city has mended since stays as the city wrote it.
        there = {one["lesson_id"] for one in store.lessons(viewer, lesson_ids=[one.lesson_id for one in made])}
        for one in made:
            if one.lesson_id not in there:
                store.put_lesson(viewer, row_of(one, self._w.network_id))
        return [one.lesson_id for one in made]

    def _lesson(self, side: str) -> Lesson | None:
        record = self.record()
        row = self._w.store.city(self._w.viewer, record.sides[side])
        return lesson_of(record, side, city_id=row["city_id"], city=row["name"], country=row["country"],
                         partner=self.names[partner_of(side)], language=self.language, demo=self._w.fictional)

    def file(self) -> str:
        """Return the exchange as one file, with all that both cities entered."""
        store, viewer = self._w.store, self._w.viewer
        row = store.exchange(viewer, self.exchange_id)
        cities = {row[f"{side}_id"]: self.names[side] for side in SIDES}
        return file.written(row, store.entries(viewer, self.exchange_id), cities)


_REPORTED: Final = 12
"""The step after which an exchange may be closed: the report is adopted. Looking back goes on for a year."""


def read_file(workbook: Workbook, path_: Path) -> Text:
    """Bring an exchange from a file into the store; what is there already and says the same is left as it is.

    Raises
    ------
    InputError
        Naming everything that is wrong in the file, a city or network that is not here, and an exchange of this id that
        says something else; nothing was changed.
    """
    checked_file(path_)
    try:
        said = path_.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.at(path_.name, "it is not text in UTF-8", "Export the exchange again.") from error
    row, entries, names = file.read(said, path_.name)
    store, viewer, findings = workbook.store, workbook.viewer, Findings()
    known = {one["city_id"]: one["name"] for one in rows_of(store.cities(viewer))}
    for side in SIDES:
        city = row[f"{side}_id"]
        if city not in known:
            findings.add(f"{path_.name}, {side}", f"the city {names.get(city, city)} ({city}) is not here",
                         "Import the city first.")
    if row["network_id"] not in set(store.networks(viewer)["network_id"]):
        findings.add(f"{path_.name}, network", f"there is no network {row['network_id']} here", "Make it first.")
    findings.raise_if_any()
    made = count("{n} entry of {title} was read.", "{n} entries of {title} were read.", len(entries),
                 title=row["title"] or row["exchange_id"])
    there = set(store.exchanges(viewer)["exchange_id"])
    if row["exchange_id"] in there:
        if file.written(row, entries, names) != of_id(workbook, row["exchange_id"]).file():
            raise InputError.at(f"exchange {row['exchange_id']}", "it is here already and says something else",
                                "Keep the one that is here, or remove it first.")
        return made
    _refuse_taken(workbook, path_.name, there, entries)
    store.load(viewer, {"exchange": [row], "entry": entries})
    return made

def _refuse_taken(workbook: Workbook, place: str, exchanges: Iterable[str], entries: Iterable[Row]) -> None:
    """Refuse entries whose ids belong to another exchange: they would be written over it."""
    store, findings = workbook.store, Findings()
    taken = {one["entry_id"]: name for name in exchanges for one in store.entries(workbook.viewer, name)}
    for one in entries:
        if one["entry_id"] in taken:
            findings.add(f"{place}, entry {one['entry_id']}", f"it is in exchange {taken[one['entry_id']]} already",
                         "Import the exchange into another place.")
    findings.raise_if_any()


def of_id(workbook: Workbook, exchange_id: str) -> Pair:
    """Open an exchange by its id alone, as the city for which the viewer speaks; its learner where that is open.

    Raises
    ------
    NotFoundError
        For an exchange that the viewer may not see, or that is not there.
    """
    store, viewer = workbook.store, workbook.viewer
    row = store.exchange(viewer, exchange_id)
    own = "host_id" if viewer.acts_for(row["host_id"]) and not viewer.acts_for(row["learner_id"]) else "learner_id"
    network = next((one for one in rows_of(store.networks(viewer)) if one["network_id"] == row["network_id"]), None)
    there = type(workbook)(store, viewer, store.city(viewer, row[own]), network, "", workbook.language)
    return Pair(there, row)
