"""The portal's view of the record: networks, members and steps, as the store and the workbook have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange import cities
from exchange.errors import InputError, NotFoundError
from exchange.serve.overview import City, Network, Step
from exchange.workbook import Workbook
from exchange.workbook.place import place

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.store import Store, Viewer
    from exchange.workbook.context import Row


class StoreOverview:
    """What one viewer sees of the store, said in one language."""

    def __init__(self, store: Store, viewer: Viewer, language: str) -> None:
        self._store = store
        self._viewer = viewer
        self._language = language

    @classmethod
    def of(cls, store: Store) -> Callable[[Viewer, str], StoreOverview]:
        """Return what makes the overview for a viewer in a language."""
        return lambda viewer, language: cls(store, viewer, language)

    def networks(self) -> list[Network]:
        """Return the networks that the viewer may see, real ones first."""
        rows: list[Row] = self._store.networks(self._viewer).to_dict("records")  # type: ignore[assignment]
        return sorted(map(_network, rows), key=lambda network: (network.demo, network.name))

    def cities(self, network: str) -> list[City]:
        """Return the members of a network, in the order of their names."""
        rows: list[Row] = self._store.cities(self._viewer, network).to_dict("records")  # type: ignore[assignment]
        return sorted(map(self._city, rows), key=lambda city: city.name.casefold())

    def city(self, slug: str, network: str = "") -> tuple[City, Network] | None:
        """Return a city and the network in which it is seen; nothing where the viewer sees no such member."""
        try:
            found, seen_in = place(self._store, self._viewer, slug, network)
        except (InputError, NotFoundError):
            return None
        return (self._city(found), _network(seen_in)) if found and seen_in else None

    def steps(self, city: str, network: str) -> list[Step]:
        """Return the six steps of a city, in the order of the loop."""
        found, seen_in = place(self._store, self._viewer, city, network)
        workbook = Workbook(self._store, self._viewer, found, seen_in, "", self._language)
        return [Step(step.key, step.label, step.state, step.done) for step in workbook.start.loop()]

    def _city(self, row: Row) -> City:
        country = cities.countries().get(row["country"])
        name = country.names.get(self._language, country.name) if country else row["country"]
        return City(row["slug"], row["name"], name)


def _network(row: Row) -> Network:
    return Network(row["network_id"], row["name"] or row["network_id"], demo=bool(row["demo"]))
