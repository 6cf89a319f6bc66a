"""The cities that could learn from one another, checked once and laid out so that comparing them is quick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from exchange.errors import Finding, Findings, InputError, NotFoundError
from exchange.matching import tables
from exchange.matching.answers import TOP_LEVEL, Answers
from exchange.matching.marks import FloatArray, IntArray, Marks
from exchange.matching.places import Places, numbers
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from exchange.tables import Table


class HazardTerm(Protocol):
    """What matching needs to know about a hazard: its words, and where it stands in the classification."""

    @property
    def label(self) -> Text: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def cluster(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class Readiness:
    """How ready each city is to host: 1 yes, 0 no, NaN not known; the capacity is a number of learners."""

    capacity: FloatArray
    consent: FloatArray
    focal_point: FloatArray
    mandate: FloatArray
    backing: FloatArray


@dataclass(frozen=True, eq=False)
class Pool:
    """All that is known about the cities of a network, ready for matching. Make it with `Pool.of`.

    Parameters
    ----------
    ids, names, countries, regions, income_groups
        One a city, in the order of the table of cities; an empty text where it is not known.
    index
        The place of each id.
    order
        The place of each city in the order of name, then id: how ties are broken.
    hazards, clusters, kinds
        The hazards of each city, relative to its gravest one, and the same by cluster and by kind of hazard.
    answers
        Levels and priorities.
    places
        Size, income, coast, position and the like.
    languages, weeks, partners
        Who speaks what (share of people), who is free when, who has met whom (in either role).
    readiness
        Capacity, consent and the like.
    terms, items
        The words of hazards and of items.
    distance_cap
        How many levels ahead of the learner a host still counts for more.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    countries: tuple[str, ...]
    regions: tuple[str, ...]
    income_groups: tuple[str, ...]
    index: Mapping[str, int]
    order: IntArray
    hazards: Marks
    clusters: Marks
    kinds: Marks
    answers: Answers
    places: Places
    languages: Marks
    weeks: Marks
    partners: Marks
    readiness: Readiness
    terms: Mapping[str, HazardTerm]
    items: Mapping[str, Text]
    distance_cap: int

    @classmethod
    def of(
        cls,
        cities: pd.DataFrame,
        *,
        hazards: pd.DataFrame | None = None,
        levels: pd.DataFrame | None = None,
        priorities: pd.DataFrame | None = None,
        readiness: pd.DataFrame | None = None,
        languages: pd.DataFrame | None = None,
        calendar: pd.DataFrame | None = None,
        history: pd.DataFrame | None = None,
        terms: Mapping[str, HazardTerm] | None = None,
        items: Mapping[str, Text] | None = None,
        distance_cap: int = TOP_LEVEL,
    ) -> Pool:
        """Check the tables and lay them out.

        Parameters
        ----------
        cities, hazards, levels, priorities, readiness, languages, calendar, history
            As declared in `exchange.matching.tables`. A table that is not given is wholly unknown. The
            history may name cities that have left; they are passed over.
        terms
            Hazards by id; the shipped ones when not given.
        items
            The words of the items by id; an item without words is called by its id.
        distance_cap
            A host this many levels ahead counts full; further ahead counts no more (1, 2 or 3). Solutions of
            a city that is very far ahead may not scale down.

        Raises
        ------
        InputError
            With everything that is wrong in any of the tables.
        """
        city = _checked_cities(cities)
        ids = pd.Index(city["city_id"].to_numpy(object))
        terms = _shipped_terms() if terms is None else terms
        given = {
            "hazards": (tables.HAZARDS, hazards), "levels": (tables.LEVELS, levels),
            "priorities": (tables.PRIORITIES, priorities), "readiness": (tables.READINESS, readiness),
            "languages": (tables.LANGUAGES, languages), "calendar": (tables.CALENDAR, calendar),
            "history": (tables.HISTORY, history),
        }
        table = _checked_others(given, ids, terms, distance_cap)
        marks = _marks(table["hazards"], "hazard_id", ids).relative()
        return cls(
            ids=tuple(ids), names=_texts(city["name"]), countries=_texts(city["country"]),
            regions=_texts(city["region"]), income_groups=_texts(city["income_group"]),
            index={city_id: place for place, city_id in enumerate(ids)}, order=_order(city),
            hazards=marks,
            clusters=marks.grouped([terms[h].cluster for h in marks.things]),
            kinds=marks.grouped([terms[h].kind for h in marks.things]),
            answers=Answers.of(table["levels"], table["priorities"], ids),
            places=Places.of(city),
            languages=_languages(table["languages"], city, ids),
            weeks=_marks(table["calendar"].assign(weight=1.0), "week", ids),
            partners=_partners(table["history"], ids),
            readiness=_readiness(table["readiness"], ids),
            terms=terms, items=items or {}, distance_cap=distance_cap,
        )

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, city_id: str) -> int:
        """Return the place of a city, or raise NotFoundError."""
        place = self.index.get(city_id)
        if place is None:
            raise NotFoundError.at(f"city {city_id}", "it is not among the cities to be matched",
                                   "Import it into the network first, or check the identifier.")
        return place

    def places_of(self, city_ids: Sequence[str]) -> IntArray:
        """Return the places of cities; -1 for one that is not in the pool."""
        return np.array([self.index.get(city_id, -1) for city_id in city_ids], np.int64)

    def item(self, item: str) -> Text:
        """Return the words of an item."""
        return self.items.get(item) or text("{item}", item=item)


def _shipped_terms() -> Mapping[str, HazardTerm]:
    from exchange import hazards  # noqa: PLC0415 - a pool with terms of its own reads no file

    return hazards.load()


def _checked_cities(cities: pd.DataFrame) -> pd.DataFrame:
    city = tables.checked(tables.CITIES, cities)
    if city.empty:
        raise InputError.at("cities", "there are none", "Give at least two cities: one learns from another.")
    findings = Findings()
    for row in city.index[city["lat"].isna() != city["lon"].isna()]:
        findings.add(f"cities, row {row + 1}", "one of lat and lon is empty", "Give both, or neither.")
    findings.raise_if_any()
    return city


def _checked_others(
    given: Mapping[str, tuple[Table, pd.DataFrame | None]],
    ids: pd.Index,
    terms: Mapping[str, HazardTerm],
    distance_cap: int,
) -> dict[str, pd.DataFrame]:
    findings, table = Findings(), {}
    for name, (declared, frame) in given.items():
        try:
            table[name] = tables.checked(declared, frame)
        except InputError as error:
            for found in error.findings:
                findings.add(found.place, found.finding, found.remedy)
    for name in [name for name in table if name != "history"]:
        _known(findings, table[name]["city_id"], ids,
               Finding(name, "is not among the cities", "Add it to that table, or take the row out."))
    if "hazards" in table:
        _known(findings, table["hazards"]["hazard_id"], terms,
               Finding("hazards", "is not a hazard of this edition", "Use an identifier of the hazard list."))
    if "languages" in table:
        place = table["languages"]
        for row in place.index[place["city_id"].isna() == place["country"].isna()]:
            findings.add(f"languages, row {row + 1}", "it names neither or both of city and country",
                         "Name the one that the share is about.")
    if distance_cap not in range(1, TOP_LEVEL + 1):
        findings.add("distance_cap", f"{distance_cap} is not 1, 2 or 3", "Use 3 for no cap.")
    findings.raise_if_any()
    return table


def _known(findings: Findings, column: pd.Series, known: Iterable[str], wrong: Finding) -> None:
    for row in column.index[column.notna() & ~column.isin(list(known))]:
        findings.add(f"{wrong.place}, row {row + 1}", f"{column[row]} {wrong.finding}", wrong.remedy)


def _texts(column: pd.Series) -> tuple[str, ...]:
    return tuple(column.fillna("").astype(str))


def _order(city: pd.DataFrame) -> IntArray:
    place = np.empty(len(city), np.int64)
    place[np.lexsort((city["city_id"].to_numpy(str), city["name"].to_numpy(str)))] = np.arange(len(city))
    return place


def _marks(table: pd.DataFrame, thing: str, ids: pd.Index) -> Marks:
    weight = table["weight"].to_numpy(np.float64)
    return Marks.of(_places(ids, table["city_id"]), table[thing].tolist(), weight, len(ids))


def _places(ids: pd.Index, city_ids: pd.Series) -> IntArray:
    return ids.get_indexer(pd.Index(city_ids, dtype=object)).astype(np.int64)


def _languages(shares: pd.DataFrame, city: pd.DataFrame, ids: pd.Index) -> Marks:
    """Lay out the shares: a city's own where it has any, else those of its country."""
    own = shares[shares["city_id"].notna()]
    others = city.loc[~city["city_id"].isin(own["city_id"]), ["city_id", "country"]].dropna()
    by_country = shares.loc[shares["city_id"].isna(), ["country", "language", "share"]]
    national = others.merge(by_country, on="country")
    columns = ["city_id", "language", "share"]
    both = pd.concat([own[columns], national[columns]], ignore_index=True)
    return _marks(both.rename(columns={"share": "weight"}), "language", ids)


def _partners(history: pd.DataFrame, ids: pd.Index) -> Marks:
    pair = np.stack([_places(ids, history["learner_id"]), _places(ids, history["host_id"])])
    here = pair[:, (pair >= 0).all(axis=0)]
    met = np.unique(np.hstack([here, here[::-1]]), axis=1)
    return Marks.of(met[0], [str(ids[place]) for place in met[1]], np.ones(met.shape[1]), len(ids))


def _readiness(table: pd.DataFrame, ids: pd.Index) -> Readiness:
    placed = table.set_index("city_id").reindex(ids)
    columns = ("capacity", "consent", "focal_point", "mandate", "backing")
    return Readiness(**{name: numbers(placed[name]) for name in columns})
