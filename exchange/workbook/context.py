"""What every step of the loop knows: the store, the viewer, the city, the network, the round, the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange.errors import NotFoundError
from exchange.reports.escape import escape
from exchange.reports.sheet import Sheet
from exchange.reports.tables import Numbers
from exchange.words import Text, direction, text

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from exchange.store import Store, Viewer

Row = dict[str, Any]

DOUBLE: Final = "demo-"
"""What the id and the short name of a fictional double of a city begin with."""


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a table, with None where a cell is empty."""
    columns = {str(name): [None if empty else cell for cell, empty in zip(
        frame[name].astype(object), frame[name].isna(), strict=True)] for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


@dataclass
class Context:
    """A place in a network, and who looks at it.

    Parameters
    ----------
    store, viewer
        The record, and on whose behalf it is asked.
    the_city, the_network
        Their rows in the store; None where none was asked for, or where there is none.
    round
        Round of learning; empty means the latest.
    language
        A language of the interface.
    """

    store: Store
    viewer: Viewer
    the_city: Row | None
    the_network: Row | None
    round: str
    language: str

    @property
    def city(self) -> Row:
        """The city's row in the store."""
        if self.the_city is None:
            raise NotFoundError.at("city", "no city was named", "Name one, for example rotterdam.")
        return self.the_city

    @property
    def city_id(self) -> str:
        """The city's id."""
        return str(self.city["city_id"])

    @property
    def network(self) -> Row:
        """The network's row in the store."""
        if self.the_network is None:
            found = f"{self.the_city['name']} is in none" if self.the_city else "there is none yet"
            raise NotFoundError.at("network", found,
                                   "Make the demo network (exchange demo) or import cities (exchange import cdp FILE).")
        return self.the_network

    @property
    def network_id(self) -> str:
        """The network's id."""
        return str(self.network["network_id"])

    @property
    def fictional(self) -> bool:
        """Whether all that is shown is demo data."""
        invented = self.the_city is not None and self.the_city["city_id"].startswith(DOUBLE)
        return invented or bool(self.the_network and self.the_network["demo"])

    @property
    def can_edit(self) -> bool:
        """Whether the viewer speaks for the city."""
        return self.viewer.acts_for(self.city_id)

    def today(self) -> date:
        """Return the day by the store's clock."""
        return self.store.now().date()

    def name_of(self, city_id: str) -> str:
        """Return the name of a city of the store."""
        return str(self.store.city(self.viewer, city_id)["name"])

    def sheet(self, title: Text, heads: tuple[Text, ...], rows: tuple[tuple[object, ...], ...],
              *sentences: Text) -> Sheet:
        """Return a sheet in the reader's language."""
        return Sheet(title, Numbers(heads, rows), sentences, self.language)

    def heading(self) -> Text:
        """Return whose page this is, with the words that mark demo data."""
        named = [row["name"] for row in (self.the_city, self.the_network) if row]
        if not named:
            return text("There is no network yet. Make the demo network, or import cities.")
        where = text("{city}, {network}", city=named[0], network=named[1]) if len(named) == 2 else named[0]
        if self.fictional:
            return text("{place}. Demo data, fictional.", place=where)
        return text("{place}.", place=where)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        said = self.heading().said(self.language)
        kind = "lx-heading lx-demo" if self.fictional else "lx-heading"
        html = f'<p class="{kind}" lang="{self.language}" dir="{direction(self.language)}">{escape(said)}</p>'
        return {"text/html": html, "text/plain": said}
