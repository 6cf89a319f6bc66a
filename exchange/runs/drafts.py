"""From what is wanted to runs: what each reads is looked up, so that its key changes when its data do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from exchange.notebooks import Value
from exchange.runs.job import Job, Template
from exchange.runs.versions import fingerprint

if TYPE_CHECKING:
    from exchange.store import Store, Viewer

PAIR, CITY, ALL = "pair", "city", "all"

READS: Final[Mapping[str, str]] = {"05_evaluation": PAIR, "01_self_assessment": CITY}
"""Notebooks that read less than the whole record. Of any other, every change makes its runs due."""


@dataclass(frozen=True)
class Draft:
    """A run that is wanted.

    Parameters
    ----------
    template, parameters
        Which notebook, asked what; the values are checked.
    name, occasion
        As of a job.
    why
        Why it is wanted, for people.
    """

    template: Template
    parameters: Mapping[str, Value] = field(default_factory=dict)
    name: str = ""
    occasion: str = ""
    why: str = ""


def jobs(drafts: Iterable[Draft], store: Store, viewer: Viewer) -> list[Job]:
    """Return a run for each draft, with the hash of what it reads.

    Raises
    ------
    InputError
        For a name that cannot be a folder's.
    """
    drafts = list(drafts)
    inputs = Inputs(store, viewer, drafts)
    versions = fingerprint()
    return [Job.make(draft.template, draft.parameters, data=inputs.hash(draft), versions=versions, name=draft.name,
                     occasion=draft.occasion) for draft in drafts]


class Inputs:
    """Hashes of what runs read, all looked up at once."""

    def __init__(self, store: Store, viewer: Viewer, drafts: Iterable[Draft]) -> None:
        self._all = store.digest_of_everything(viewer)
        rows = store.cities(viewer)[["city_id", "slug"]].itertuples(index=False, name=None)
        self._ids = {name: str(city_id) for city_id, slug in rows for name in (str(city_id), str(slug))}
        rows = store.exchanges(viewer)[["exchange_id", "learner_id", "host_id"]].itertuples(index=False, name=None)
        self._pairs = {str(found): (str(learner), str(host)) for found, learner, host in rows}
        read = [self._reads(draft) for draft in drafts]
        exchanges = {one for kind, one in read if kind == PAIR}
        cities = {one for kind, one in read if kind == CITY} | {one for e in exchanges for one in self._pairs[e]}
        self._exchanges = store.digests_of_exchanges(viewer, exchanges) if exchanges else {}
        self._cities = store.digests_of_cities(viewer, cities) if cities else {}

    def hash(self, draft: Draft) -> str:
        """Return the hash of what a run reads."""
        kind, one = self._reads(draft)
        if kind == PAIR:
            return _joined(self._exchanges[one], *(self._cities[city] for city in self._pairs[one]))
        return self._cities[one] if kind == CITY else self._all

    def _reads(self, draft: Draft) -> tuple[str, str]:
        kind = READS.get(draft.template.path.stem, ALL)
        exchange, city = str(draft.parameters.get("exchange", "")), str(draft.parameters.get("city", ""))
        if kind == PAIR and exchange in self._pairs:
            return PAIR, exchange
        if kind == CITY and city in self._ids:
            return CITY, self._ids[city]
        return ALL, ""


def _joined(*hashes: str) -> str:
    return hashlib.sha256("".join(hashes).encode()).hexdigest()
