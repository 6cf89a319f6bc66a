"""The workbook that everybody opens: one city, its network, and the six steps of the loop.

Notebooks, widgets, the command line and the server all ask this facade; it joins the pure domain to the store.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from exchange.store import Store, Viewer
from exchange.words import supported
from exchange.workbook.assess import Assess
from exchange.workbook.context import Context
from exchange.workbook.discover import Discover
from exchange.workbook.exchanging import Exchanges
from exchange.workbook.learn import Learn
from exchange.workbook.match import Match
from exchange.workbook.place import place
from exchange.workbook.start import Start

if TYPE_CHECKING:
    from pathlib import Path

    from exchange.words import Text

__all__ = ["Workbook"]


class Workbook(Context):
    """One city's workbook in one network; each step of the loop is an attribute named by its verb.

    Use `Workbook.open`. A workbook without a city still imports, makes the demo network and lists networks.
    """

    @classmethod
    def open(cls, city: str = "", network: str = "", round: str = "", language: str = "en", *,  # noqa: A002
             database: str | None = None, viewer: Viewer | None = None) -> Self:
        """Open the workbook of a city.

        Parameters
        ----------
        city
            GeoNames id, short name ("rotterdam") or any name that means one city. Empty: no city.
        network
            Short name of the network. Empty: the one that the city is in, a real one before the demo network.
        round
            Round of learning. Empty: the latest.
        language
            BCP 47 tag; English where we do not speak it yet.
        database
            URL of the store. None: ``EXCHANGE_DATABASE``, else ``runs/exchange.db``.
        viewer
            On whose behalf. None: whom the server named, else the person at this computer.

        Raises
        ------
        NotFoundError
            For a city or network that is not there.
        InputError
            For a city name that means several cities; they are named.
        """
        store = Store.open(database)
        try:
            viewer = viewer or Viewer.from_environment()
            # papermill reads "-p round 1" and "-p city 2747891" as numbers.
            where = place(store, viewer, str(city), str(network))
            return cls(store, viewer, *where, str(round), supported(language))
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @cached_property
    def start(self) -> Start:
        """Where the city stands, and what is next."""
        return Start(self)

    @cached_property
    def assess(self) -> Assess:
        """Strengths, gaps, and what is not known."""
        return Assess(self)

    @cached_property
    def discover(self) -> Discover:
        """What other cities already learnt."""
        return Discover(self)

    @cached_property
    def match(self) -> Match:
        """Whom to learn from, and why."""
        return Match(self)

    @cached_property
    def exchange(self) -> Exchanges:
        """The exchanges of the city, to plan, keep and evaluate."""
        return Exchanges(self)

    @cached_property
    def learn(self) -> Learn:
        """What the network learns."""
        return Learn(self)

    # The importers are loaded when they are needed: a kernel that serves a page starts quicker without them.

    def make_demo(self, seed: int) -> dict[str, int]:
        """Make the demo network; return how many rows of each table it has."""
        from exchange.workbook import imports  # noqa: PLC0415

        return imports.demo(self, seed)

    def import_cdp(self, file: Path, network: str) -> tuple[Text, ...]:
        """Bring the cities and hazards of a CDP table into a network; return what was done."""
        from exchange.workbook import imports  # noqa: PLC0415

        return imports.cdp(self, file, network)

    def import_workbook(self, file: Path, city: str, round: str = "") -> tuple[Text, ...]:  # noqa: A002
        """Bring a filled official preliminary workbook into a city's self-assessment; return what was done."""
        from exchange.workbook import filing  # noqa: PLC0415

        return filing.official_workbook(self, file, city, round)

    def import_answers(self, file: Path, city: str, round: str = "") -> tuple[Text, ...]:  # noqa: A002
        """Bring a table of answers (item, state, level) into a city's self-assessment; return what was done."""
        from exchange.workbook import filing  # noqa: PLC0415

        return filing.answer_table(self, file, city, round)

    def import_voices(self, file: Path, city: str, round: str = "") -> tuple[Text, ...]:  # noqa: A002
        """Bring what many people answered into the room of a city's self-assessment; return what was done."""
        from exchange.workbook import room_filing  # noqa: PLC0415

        return room_filing.voices_table(self, file, city, round)
