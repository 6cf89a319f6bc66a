"""The exchanges of a city: to plan and keep with the other city, and to evaluate from both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.errors import NotFoundError
from exchange.exchanges import terms
from exchange.workbook.context import rows_of
from exchange.workbook.evaluating import Evaluating
from exchange.workbook.pair import NONE_YET, SHARED
from exchange.workbook.planning import Planning

if TYPE_CHECKING:
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

__all__ = ["NONE_YET", "SHARED", "Exchanges", "Pair"]


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
