"""The workbook that everybody opens: one city, its network, and the six steps of the loop.

Notebooks, widgets, the command line and the server all ask this facade; it joins the pure domain to the store.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

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

    from exchange.instruments import Instrument
    from exchange.words import Text
    from exchange.workbook.board import Board
    from exchange.workbook.round import Pairing
    from exchange.workbook.telling import Telling

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
            store.search_by_meaning()
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
    def tell(self) -> Telling:
        """What the city tells others."""
        from exchange.workbook.telling import Telling  # noqa: PLC0415 - one page of six needs it

        return Telling(self)

    @cached_property
    def match(self) -> Match:
        """Whom to learn from, and why."""
        return Match(self)

    @cached_property
    def pairing(self) -> Pairing:
        """A whole round of the network: who learns from whom."""
        # A city's page ranks and needs no solver.
        from exchange.workbook.round import Pairing  # noqa: PLC0415

        return Pairing(self)

    @cached_property
    def board(self) -> Board:
        """The pairs of a round while people decide on them."""
        from exchange.workbook.board import Board  # noqa: PLC0415

        return Board(self)

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

    def import_lessons(self, file: Path, map_file: Path | None = None, network: str = "") -> tuple[Text, ...]:
        """Bring a table of lessons into the library; return what was done."""
        from exchange.workbook import library  # noqa: PLC0415

        return library.take_in(self, file, map_file, network)

    def export_lessons(self, folder: Path) -> tuple[Text, ...]:
        """Write the public lessons as a data package; return what was done."""
        from exchange.workbook import library  # noqa: PLC0415

        return library.package(self, folder)

    # Questionnaires, shipped and own, and answers as files.

    def instrument(self, name: str, version: str = "", language: str = "") -> Instrument:
        """Return a questionnaire, shipped or your own, by default its newest version in its own language."""
        from exchange.workbook import asked  # noqa: PLC0415

        return asked.instrument(self, name, version, language)

    def instruments(self) -> list[dict[str, Any]]:
        """Return one row a questionnaire: name, version, title, sections, items, languages, whose."""
        from exchange.workbook import asked  # noqa: PLC0415

        return asked.overview(self)

    def import_instrument(self, file: Path, *, name: str = "", title: str = "", version: str = "") -> tuple[str, ...]:
        """Keep your own questionnaire from a file, so that it can be answered; return what was done."""
        from exchange.workbook import asked  # noqa: PLC0415

        return asked.bring(self, file, name=name, title=title, version=version)

    def import_answers(self, file: Path, city: str, round: str = "",  # noqa: A002
                       instrument: str = "resilience") -> tuple[Text, ...]:
        """Bring a table of answers (item, state, level) into a city's self-assessment; return what was done."""
        from exchange.workbook import filing  # noqa: PLC0415

        return filing.answer_table(self, file, city, round, instrument)

    def export_workbook(self, template: Path, to: Path) -> tuple[Text, ...]:
        """Write the city's answers into a copy of the official workbook; return what to know about it."""
        from exchange.workbook import copies  # noqa: PLC0415

        return copies.official(self, template, to)

    def import_voices(self, file: Path, city: str, round: str = "") -> tuple[Text, ...]:  # noqa: A002
        """Bring what many people answered into the room of a city's self-assessment; return what was done."""
        from exchange.workbook import room_filing  # noqa: PLC0415

        return room_filing.voices_table(self, file, city, round)

    def import_kobo(self, file: Path, city: str, round: str = "", *, instrument: str = "resilience",  # noqa: A002
                    submission: str = "", respondents: bool = False) -> tuple[Text, ...]:
        """Bring submissions of KoboToolbox or ODK into a city's self-assessment; return what was done.

        `respondents` takes each as one voice of the room; else one submission is what the city agreed on.
        """
        from exchange.workbook import filing, room_filing  # noqa: PLC0415

        if respondents:
            return room_filing.submissions(self, file, city, round, instrument)
        return filing.submission(self, file, city, round, instrument=instrument, wanted=submission)

    def import_package(self, file: Path, city: str = "", round: str = "") -> tuple[Text, ...]:  # noqa: A002
        """Bring the answers of a data package into a self-assessment; return what was done."""
        from exchange.workbook import filing  # noqa: PLC0415

        return filing.package(self, file, city, round)

    def export_answers(self, instrument: str = "resilience") -> tuple[bytes, tuple[str, ...]]:
        """Return the city's answers of this round as CSV, and what was written."""
        from exchange.workbook import outgoing  # noqa: PLC0415

        return outgoing.answers(self, instrument)

    def export_package(self, instrument: str = "resilience") -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Return the files of a data package with the city's answers of this round, and what was written."""
        from exchange.workbook import outgoing  # noqa: PLC0415

        return outgoing.package(self, instrument)
