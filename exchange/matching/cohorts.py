"""Small groups of cities that learn together, well mixed: hosts in each, not all from one country, one language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from exchange.errors import InputError
from exchange.words import Text, count, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exchange.matching.marks import BoolArray, FloatArray, IntArray
    from exchange.matching.pool import Pool

IDEAL: Final = 6
STARTS: Final = 4
_GAIN: Final = 1e-9


@dataclass(frozen=True)
class Rules:
    """How a cohort is to be composed.

    Parameters
    ----------
    low, high
        From how many cities to how many.
    of_country
        At most so many of one country.
    hosts
        At least so many that can host.
    language
        Whether all must share a language.
    """

    low: int = 4
    high: int = 8
    of_country: int = 2
    hosts: int = 2
    language: bool = True


@dataclass(frozen=True, eq=False)
class Facts:
    """What the rules look at, one entry a city.

    Parameters
    ----------
    names, countries
        An empty country is not known, and not counted.
    hosts
        Which cities can host.
    speaks
        Which city has which language in common use, cities down; a city without any is not known and fits in.
    """

    names: tuple[str, ...]
    countries: tuple[str, ...]
    hosts: BoolArray
    speaks: BoolArray

    @classmethod
    def of(cls, pool: Pool, common_share: float = 0.05) -> Facts:
        """Return the facts of a pool; a city whose capacity is not known can host."""
        speaks = np.zeros((len(pool), max(len(pool.languages.things), 1)), np.bool_)
        common = pool.languages.weight >= common_share
        speaks[pool.languages.city[common], pool.languages.thing[common]] = True
        hosts = np.asarray((pool.readiness.capacity != 0) & (pool.readiness.consent != 0))
        return cls(pool.names, pool.countries, hosts, speaks)

    @cached_property
    def country(self) -> IntArray:
        """The country of each city as a number; -1 where it is not known."""
        known = sorted(set(self.countries) - {""})
        return np.array([known.index(one) if one else -1 for one in self.countries], np.int64)


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Cities in groups.

    Parameters
    ----------
    groups
        The places of the cities of each, in order.
    means
        The mean score between two cities of each group.
    broken
        What could not be kept of the rules, by name.
    """

    groups: tuple[tuple[int, ...], ...]
    means: tuple[float, ...]
    broken: tuple[Text, ...]

    @property
    def mean(self) -> float:
        """The mean over groups."""
        return float(np.mean(self.means))


def cohorts(scores: FloatArray, facts: Facts, rng: np.random.Generator, rules: Rules | None = None) -> Cohorts:
    """Return cohorts that suit each other well and keep to the rules where that is possible.

    A heuristic, because the best partition cannot be found in reasonable time: from several starts cities are
    swapped while that lowers the number of broken rules or, with no more rules broken, raises the sum of scores
    within groups. Groups differ in size by one city at most.

    Parameters
    ----------
    scores
        How well two cities suit one another, shape (cities, cities); the mean of both directions is used, and a
        direction that is minus infinity counts 0.
    facts
        What the rules look at.
    rng
        Of the starts.
    rules
        How a cohort is to be composed.

    Raises
    ------
    InputError
        Scores that are not numbers, or a number of cities that no groups of this size can hold.
    """
    rules = rules or Rules()
    size = len(facts.names)
    given = np.asarray(scores, np.float64)
    if given.shape != (size, size) or np.isnan(given).any() or np.isposinf(given).any():
        raise InputError.at("scores", "they are no square table of numbers", "Give a score for every two cities.")
    value = np.where(np.isneginf(given), 0.0, given)
    value = (value + value.T) / 2
    np.fill_diagonal(value, 0.0)
    sizes = _sizes(size, rules)
    tried = [_improved(_Draft(value, facts, rules, _start(sizes, rng))) for _ in range(STARTS)]
    best = min(tried, key=lambda draft: (draft.broken, -draft.total))
    groups = sorted(tuple(sorted(map(int, members))) for members in best.members())
    return Cohorts(
        tuple(groups), tuple(_mean(value, group) for group in groups),
        tuple(said for number, group in enumerate(groups, start=1) for said in _said(number, group, facts, rules)))


def _sizes(cities: int, rules: Rules) -> list[int]:
    least, most = -(-cities // rules.high), cities // rules.low
    if not 1 < rules.low <= rules.high or not 1 <= least <= most:
        found = f"{cities} cities cannot be parted into groups of {rules.low} to {rules.high}"
        raise InputError.at("cohorts", found, "Change the sizes, or the number of cities.")
    groups = min(max(round(cities / IDEAL), least), most)
    return [len(part) for part in np.array_split(np.arange(cities), groups)]


def _start(sizes: Sequence[int], rng: np.random.Generator) -> IntArray:
    return rng.permutation(np.repeat(np.arange(len(sizes)), sizes)).astype(np.int64)


def _mean(value: FloatArray, group: Sequence[int]) -> float:
    inside = value[np.ix_(group, group)]
    return float(inside.sum() / (len(group) * (len(group) - 1)))


class _Draft:
    """Groups while they are being improved."""

    def __init__(self, value: FloatArray, facts: Facts, rules: Rules, group: IntArray) -> None:
        self.value, self.facts, self.rules, self.group = value, facts, rules, group
        self.with_group = np.zeros((len(group), int(group.max()) + 1))
        np.add.at(self.with_group.T, group, value)
        self.breaches = [breaches(members, facts, rules) for members in self.members()]

    def members(self) -> list[IntArray]:
        return [np.flatnonzero(self.group == number) for number in range(self.with_group.shape[1])]

    @property
    def broken(self) -> int:
        return sum(self.breaches)

    @property
    def total(self) -> float:
        return float(self.with_group[np.arange(len(self.group)), self.group].sum())

    def gains(self, city: int) -> FloatArray:
        """Return what swapping a city with each other one adds to the sum of scores; nothing within its group."""
        own = self.group[city]
        places = np.arange(len(self.group))
        gain = (self.with_group[city, self.group] - self.with_group[city, own] + self.with_group[:, own]
                - self.with_group[places, self.group] - 2 * self.value[city])
        return np.where(self.group == own, -np.inf, gain)

    def swapped(self, city: int, other: int) -> tuple[int, int]:
        """Return how many rules both groups would break after a swap."""
        own, theirs = int(self.group[city]), int(self.group[other])
        mine = np.flatnonzero(self.group == own)
        others = np.flatnonzero(self.group == theirs)
        return (breaches(np.where(mine == city, other, mine), self.facts, self.rules),
                breaches(np.where(others == other, city, others), self.facts, self.rules))

    def swap(self, city: int, other: int, after: tuple[int, int]) -> None:
        own, theirs = int(self.group[city]), int(self.group[other])
        self.with_group[:, own] += self.value[:, other] - self.value[:, city]
        self.with_group[:, theirs] += self.value[:, city] - self.value[:, other]
        self.group[city], self.group[other] = theirs, own
        self.breaches[own], self.breaches[theirs] = after


def _improved(draft: _Draft) -> _Draft:
    moved = True
    while moved:
        moved = False
        for city in range(len(draft.group)):
            best = _best_swap(draft, city)
            if best is not None:
                draft.swap(city, *best)
                moved = True
    return draft


def _best_swap(draft: _Draft, city: int) -> tuple[int, tuple[int, int]] | None:
    """Return the swap of a city that mends most rules, then gains most; None where none is worth it."""
    gain = draft.gains(city)
    own = draft.breaches[draft.group[city]]
    best, best_rank = None, (0, _GAIN)
    for other in np.argsort(-gain, kind="stable").tolist():
        theirs = draft.breaches[draft.group[other]]
        if gain[other] == -np.inf or (not own + theirs + best_rank[0] and gain[other] <= best_rank[1]):
            if not own and gain[other] <= _GAIN:
                break
            continue
        after = draft.swapped(city, other)
        rank = (own + theirs - sum(after), float(gain[other]))
        if rank > best_rank:
            best, best_rank = (other, after), rank
            if not own and not theirs:
                break
    return best


def breaches(members: IntArray, facts: Facts, rules: Rules) -> int:
    """Return by how much a group breaks the rules; 0 when it keeps them all."""
    country = facts.country[members]
    surplus = np.maximum(np.bincount(country[country >= 0], minlength=1) - rules.of_country, 0).sum()
    lacking = max(0, rules.hosts - int(facts.hosts[members].sum()))
    return int(surplus) + lacking + (_strangers(members, facts) if rules.language else 0)


def _strangers(members: IntArray, facts: Facts) -> int:
    """Return how many cities of a group do not have the language that most of it shares."""
    known = members[facts.speaks[members].any(axis=1)]
    return len(known) - int(facts.speaks[known].sum(axis=0).max(initial=0)) if len(known) else 0


def _said(number: int, group: Sequence[int], facts: Facts, rules: Rules) -> list[Text]:
    members, said = np.array(group), []
    country = facts.country[members]
    for code in np.flatnonzero(np.bincount(country[country >= 0], minlength=1) > rules.of_country):
        names = [facts.names[place] for place in members[country == code]]
        said.append(text("Cohort {number}: {cities} are of one country", number=number, cities=names))
    hosts = int(facts.hosts[members].sum())
    if hosts < rules.hosts:
        said.append(count("Cohort {number}: only {n} city can host", "Cohort {number}: only {n} cities can host",
                          hosts, number=number))
    if rules.language and _strangers(members, facts):
        said.append(text("Cohort {number}: no language is shared by all", number=number))
    return said
