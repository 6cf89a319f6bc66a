"""What the portal knows: the networks, their cities, and where each city stands on its way round the loop."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from exchange.words import Text


@dataclass(frozen=True, slots=True)
class Network:
    """A network of cities that the viewer may see."""

    network_id: str
    name: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class City:
    """A member of a network: its short name is its address."""

    slug: str
    name: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the six steps of the loop, as far as a city has come with it."""

    key: str
    label: Text
    state: Text
    done: bool


class Overview(Protocol):
    """What the pages ask; bound to one viewer and one language."""

    def networks(self) -> Sequence[Network]:
        """Return the networks that the viewer may see, the one to begin with first."""

    def cities(self, network: str) -> Sequence[City]:
        """Return the members of a network, in the order of their names."""

    def city(self, slug: str, network: str = "") -> tuple[City, Network] | None:
        """Return a city and the network in which it is seen; nothing where the viewer sees no such member."""

    def steps(self, city: str, network: str) -> Sequence[Step]:
        """Return the six steps of a city, in the order of the loop."""


def next_step(steps: Iterable[Step]) -> Step | None:
    """Return the first step that is not done: the one next thing to do."""
    return next((step for step in steps if not step.done), None)


def search(cities: Sequence[City], query: str) -> list[City]:
    """Return the cities with the words in their name, short name or country, accents and case put aside."""
    sought = _folded(query).split()
    return [city for city in cities
            if all(word in _folded(f"{city.name} {city.slug} {city.country}") for word in sought)]


def _folded(said: str) -> str:
    apart = unicodedata.normalize("NFKD", said.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
