"""A round of the network: who learns from whom, what it costs to be fair, and who decided what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from exchange import cities
from exchange.errors import InputError
from exchange.matching import Filters
from exchange.matching.assign import make, optimal
from exchange.matching.candidates import EACH_WAY, candidates
from exchange.matching.certificate import Certificate, certificate
from exchange.matching.changes import alternates
from exchange.matching.checks import Totals, totals
from exchange.matching.cohorts import Cohorts, Facts, Rules, cohorts
from exchange.matching.comparison import by_all_methods, compare
from exchange.matching.lottery import lottery
from exchange.matching.rounds import Quota, Round
from exchange.matching.scores import score
from exchange.matching.uncovered import nobody_for, nobody_said, places_needed, uncovered
from exchange.words import Text, text
from exchange.workbook.assess import FIRST_ROUND, RESILIENCE
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from exchange.matching import Pool
    from exchange.matching.assignment import Assignment
    from exchange.matching.edges import Edges
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

WHOLE: Final = 500
"""Up to so many cities every pair is considered, so that a proof is one over all pairs."""

SEED: Final = 20260101


@dataclass(frozen=True)
class Wishes:
    """How a round is to be made.

    Parameters
    ----------
    learner_capacity
        How many hosts a city wants.
    host_capacity
        How many learners a host takes that has not said how many.
    coverage_first
        Whether a host for one more city goes before any gain in score.
    exposure
        How many learners the most popular host gets at most; None for as many as it offers.
    region_quota
        How many pairs the hosts of one region have at most; None for no quota.
    repeat_points
        What a pair of an earlier round loses; 0 treats it like any other.
    lock, forbid
        Pairs of learner and host id, beside those that people decided.
    """

    learner_capacity: int = 1
    host_capacity: int = 1
    coverage_first: bool = True
    exposure: int | None = None
    region_quota: int | None = None
    repeat_points: float = 10.0
    lock: tuple[tuple[str, str], ...] = ()
    forbid: tuple[tuple[str, str], ...] = ()


DEFAULT: Final = Wishes()


@dataclass(frozen=True)
class Decided:
    """What people decided on the pairs of a round, as pairs of learner and host id.

    Parameters
    ----------
    locked
        Pinned by the secretariat, or agreed by both cities, and declined by nobody.
    forbidden
        Declined by a city or taken out by the secretariat.
    overruled
        Pinned, and declined by a city: the city's word holds.
    """

    locked: frozenset[tuple[str, str]]
    forbidden: frozenset[tuple[str, str]]
    overruled: frozenset[tuple[str, str]]


class Pairing:
    """The network's side of the third step: not one city, but all of them at once."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook
        self._edges: tuple[object, Edges] | None = None

    @property
    def number(self) -> str:
        """The round that is asked for, else the latest in which a city of the network assessed itself."""
        w = self._w
        if w.round:
            return w.round
        members = set(w.store.members(w.viewer, w.network_id)["city_id"])
        done = w.store.assessments(w.viewer, instrument=RESILIENCE, purpose="self")
        return latest(done.loc[done["city_id"].isin(members), "round"].tolist()) or FIRST_ROUND

    def pool(self) -> Pool:
        """Return all that is known of the cities of the network."""
        return self._w.match.pool()

    def decided(self, secretariat: Mapping[tuple[str, str], str] | None = None) -> Decided:
        """Return what people decided on the pairs of this round, and what if the secretariat decided this too."""
        said: dict[tuple[str, str], dict[str, str]] = {}
        for row in self.decisions():
            said.setdefault((row["learner_id"], row["host_id"]), {})[row["side"]] = row["status"]
        for pair, status in (secretariat or {}).items():
            said.setdefault(pair, {})["secretariat"] = status
        return decided(said)

    def decisions(self, number: str | None = None) -> list[Row]:
        """Return each decision on this round, or another: pair, side, status, why, by whom, when."""
        w = self._w
        frame = w.store.decisions(w.viewer, w.network_id, round=number or self.number)
        here = self.pool().index
        return [row for row in rows_of(frame) if row["learner_id"] in here and row["host_id"] in here]

    def round(self, wishes: Wishes = DEFAULT, secretariat: Mapping[tuple[str, str], str] | None = None) -> Round:
        """Return the round as people have decided on it so far, and as if the secretariat decided this too.

        Raises
        ------
        InputError
            With everything that cannot be: capacities below 0, locked pairs that do not fit, an empty network.
        """
        pool, said = self.pool(), self.decided(secretariat)
        if len(pool) < 2:
            raise InputError.at(f"network {self._w.network_id}", "it has only one city",
                                "Give at least two: one learns from another.")
        locked = said.locked | frozenset(wishes.lock)
        for pair in sorted(set(wishes.lock) | set(wishes.forbid)):
            for city_id in pair:
                pool.find(city_id)
        capacity = np.where(np.isnan(pool.readiness.capacity), wishes.host_capacity, pool.readiness.capacity)
        capacity = np.where(pool.readiness.consent == 0, 0, capacity)
        return Round.of(
            self._scored(locked, wishes), wishes.learner_capacity, capacity,
            locked=sorted(locked), forbidden=sorted(said.forbidden | frozenset(wishes.forbid)),
            coverage_first=wishes.coverage_first, exposure=wishes.exposure, quotas=_quotas(pool, wishes.region_quota),
            learners=pool.ids, hosts=pool.ids, names=dict(zip(pool.ids, pool.names, strict=True)))

    def make(self, method: str = "optimal", wishes: Wishes = DEFAULT, seed: int = SEED) -> Assignment:
        """Return the pairs of the round by a method: optimal, stable, fair or random."""
        return make(self.round(wishes), method, np.random.default_rng(seed))

    def proof(self, made: Assignment) -> Certificate:
        """Return how far an assignment, whoever made it, is from the best one of its round."""
        if made.method in ("optimal", "fair"):
            return certificate(made)
        return certificate(made, potentials=certificate(optimal(made.round)).potentials)

    def uncovered(self, made: Assignment) -> list[dict[str, Any]]:
        """Return the cities without a host: city_id, name, why, reason, and the host where one more place helps.

        The reason is the same as why, without the city's name where it is about that city alone.
        """
        pool, said = self.pool(), []
        for one in uncovered(made):
            name = made.round.name(one.learner)
            reason = None if one.host else nobody_for(pool, pool.find(one.learner), self._w.match.weights, Filters())
            said.append({"city_id": one.learner, "name": name, "host": one.host, "reason": reason or one.why,
                         "why": one.why if reason is None else nobody_said(name, reason)})
        return said

    def report(self, method: str = "optimal", wishes: Wishes = DEFAULT, seed: int = SEED, *,
               with_all: bool = False) -> dict[str, Any]:
        """Return a round as plain values, for the command line and other programs."""
        made, language = self.make(method, wishes, seed), self._w.language
        proof, round_ = self.proof(made), made.round
        stand_ins: dict[str, list[Row]] = {}
        for row in rows_of(alternates(made)):
            stand_ins.setdefault(row["learner"], []).append(
                {"host": round_.name(row["host"]), "host_id": row["host"], "score": row["score"], "free": row["free"]})
        report = {
            "network": self._w.network_id, "round": self.number, "fictional": self._w.fictional, "method": method,
            "seed": seed if method == "random" else None,
            "pairs": [{"learner": round_.name(row["learner"]), "learner_id": row["learner"],
                       "host": round_.name(row["host"]), "host_id": row["host"], "score": row["score"],
                       "locked": row["locked"], "alternates": stand_ins.get(row["learner"], [])}
                      for row in rows_of(made.table())],
            "totals": totals_record(totals(made)),
            "certificate": certificate_record(proof, language),
            "considered": {"pairs": len(round_.edges.score), "all": len(self.pool()) <= WHOLE},
            "uncovered": [{"city": one["name"], "city_id": one["city_id"], "why": one["why"].said(language),
                           "host_id": one["host"] or None} for one in self.uncovered(made)],
            "places_needed": [{"host": round_.name(need.host), "host_id": need.host, "places": need.places,
                               "words": need.words.said(language)} for need in places_needed(round_)],
            "overruled": [{"learner_id": a, "host_id": b} for a, b in sorted(self.decided().overruled)],
            "weights": self._w.match.weights.record(),
        }
        if method == "random":
            report["chances"] = rows_of(lottery(round_).table())
        if with_all:
            report["comparison"] = rows_of(self.comparison(round_, seed))
        return report

    @staticmethod
    def comparison(round_: Round, seed: int = SEED) -> pd.DataFrame:
        """Return what each method gives, one row a method (see `matching.comparison.compare`)."""
        return compare(by_all_methods(round_, np.random.default_rng(seed)))

    def cohorts(self, rules: Rules | None = None, seed: int = SEED) -> Cohorts:
        """Return cohorts of the cities of the network."""
        pool = self.pool()
        points = np.stack([score(pool, place, self._w.match.weights).points() for place in range(len(pool))])
        return cohorts(points, Facts.of(pool), np.random.default_rng(seed), rules)

    def cohort_report(self, rules: Rules | None = None, seed: int = SEED) -> dict[str, Any]:
        """Return cohorts as plain values."""
        made, pool, language = self.cohorts(rules, seed), self.pool(), self._w.language
        can_host = Facts.of(pool).hosts
        return {
            "network": self._w.network_id, "fictional": self._w.fictional, "seed": seed,
            "cohorts": [{"number": number, "mean": mean, "cities": [
                {"city": pool.names[place], "city_id": pool.ids[place], "country": pool.countries[place],
                 "can_host": bool(can_host[place])} for place in group]}
                for number, (group, mean) in enumerate(zip(made.groups, made.means, strict=True), start=1)],
            "mean": made.mean, "worst": min(made.means),
            "not_kept": [said.said(language) for said in made.broken],
            "method": "heuristic: improving swaps from several starts",
        }

    def _scored(self, locked: frozenset[tuple[str, str]], wishes: Wishes) -> Edges:
        pool, weights = self.pool(), self._w.match.weights
        asked = (locked, weights)
        if self._edges is None or self._edges[0] != asked:
            each_way = len(pool) if len(pool) <= WHOLE else EACH_WAY
            self._edges = asked, candidates(pool, weights, Filters(capacity=False), each_way=each_way,
                                            include=sorted(locked))
        edges = self._edges[1]
        if not wishes.repeat_points:
            return edges
        held = self._w.store.exchanges(self._w.viewer, self._w.network_id)
        earlier = held[held["round"].astype(str) != self.number]
        learner, host = pool.places_of(earlier["learner_id"].tolist()), pool.places_of(earlier["host_id"].tolist())
        here = (learner >= 0) & (host >= 0)
        return edges.lowered(learner[here], host[here], wishes.repeat_points)


def latest(rounds: Iterable[str]) -> str:
    """Return the last of some rounds, numbers by size and before names; empty where there is none."""
    return max(map(str, rounds), key=lambda name: (not name.isdecimal(), int(name) if name.isdecimal() else 0, name),
               default="")


def decided(said: dict[tuple[str, str], dict[str, str]]) -> Decided:
    """Return what holds of what the sides of each pair said; a city's no goes before everything."""
    locked, forbidden, overruled = set(), set(), set()
    for pair, sides in said.items():
        pinned = sides.get("secretariat") == "locked"
        agreed = all(sides.get(side) in ok for side, ok in (
            ("learner", ("accepted", "suggested")), ("host", ("accepted", "suggested"))))
        if "declined" in sides.values():
            forbidden.add(pair)
            if pinned:
                overruled.add(pair)
        elif pinned or agreed:
            locked.add(pair)
    return Decided(frozenset(locked), frozenset(forbidden), frozenset(overruled))


def _quotas(pool: Pool, most: int | None) -> tuple[Quota, ...]:
    if most is None:
        return ()
    regions = np.array(pool.regions)
    return tuple(Quota(str(cities.region_name(region)), "host", np.flatnonzero(regions == region), most)
                 for region in sorted(set(pool.regions) - {""}))


def totals_record(found: Totals) -> dict[str, Any]:
    """Return totals as plain values."""
    return {"total": found.total, "pairs": found.pairs, "covered": found.covered, "uncovered": list(found.uncovered),
            "worst_off": found.worst_off, "floor": found.floor, "gini": found.gini, "hosts_used": found.hosts_used}


def certificate_record(proof: Certificate, language: str = "en") -> dict[str, Any]:
    """Return a certificate as plain values."""
    return {"primal": proof.primal, "dual": proof.dual, "gap": proof.gap, "unit": proof.unit,
            "proven": proof.proven, "words": proof.words.said(language)}


def totals_said(found: Totals) -> Text:
    """Return what a round gives in a sentence."""
    wanted = found.covered + len(found.uncovered)
    return text("{covered} of {wanted} cities have a host with {floor} points or more; all scores sum to {total}",
                covered=found.covered, wanted=wanted, total=round(found.total, 1), floor=round(found.floor, 1))
