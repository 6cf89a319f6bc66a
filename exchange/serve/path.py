"""The path: the six steps of the loop, their addresses, and where on it a page stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from exchange.serve import words

if TYPE_CHECKING:
    from exchange.words import Text


@dataclass(frozen=True, slots=True)
class Stop:
    """One page of the workbook: its key, which is also its address, and the notebook behind it."""

    key: str
    notebook: str

    @property
    def label(self) -> Text:
        """What the path calls it."""
        return words.LABELS.get(self.key, words.NAME)


START: Final = Stop("start", "00_start.ipynb")
STEPS: Final = (
    Stop("assess", "01_self_assessment.ipynb"),
    Stop("discover", "02_lessons.ipynb"),
    Stop("match", "03_peer_matching.ipynb"),
    Stop("exchange", "04_exchange.ipynb"),
    Stop("evaluate", "05_evaluation.ipynb"),
    Stop("learn", "06_network_learning.ipynb"),
)
"""The six steps in order."""

STOPS: Final = (START, *STEPS)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: which city, in which network, and whether all that it shows is demo data.

    Parameters
    ----------
    city, city_name
        Short name and name of the city; empty before one is chosen.
    network, network_name
        Short name and name of the network; empty where there is none.
    demo
        Whether the network is fictional.
    named
        Whether links must name the network, because it is not the one that goes without saying.
    """

    city: str = ""
    city_name: str = ""
    network: str = ""
    network_name: str = ""
    demo: bool = False
    named: bool = False

    def address(self, stop: Stop) -> str:
        """Return the address of a page for this place; empty where it needs a city that is not chosen."""
        if stop.key == "learn":
            return f"/learn/{self.network}" if self.network else ""
        if not self.city:
            return ""
        return f"/{stop.key}/{self.city}{self._query()}"

    def portal(self) -> str:
        """Return the address of the portal for this place."""
        return f"/?{urlencode({'city': self.city})}{self._query('&')}" if self.city else f"/{self._query()}"

    def links(self) -> dict[str, str]:
        """Return the address for each notebook file name, to put in place of the links between notebooks."""
        return {stop.notebook: self.address(stop) or "/" for stop in STOPS}

    def _query(self, mark: str = "?") -> str:
        return mark + urlencode({"network": self.network}) if self.named and self.network else ""
