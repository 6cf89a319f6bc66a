"""Whom a city could learn from, and why: on what is really known, and saying what is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from exchange import cities, instruments
from exchange.exchanges.terms import AGREED
from exchange.matching import CRITERIA, DEFAULT_WEIGHTS, Filters, Pool, Weights, rank
from exchange.matching.counterfactual import counterfactual
from exchange.matching.criteria import VERSION
from exchange.matching.stability import stability
from exchange.reports import pictures
from exchange.reports.sheet import Sheet
from exchange.words import Text, text
from exchange.workbook.context import DOUBLE, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exchange.matching import Peer, Ranking
    from exchange.reports.pictures import Picture
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row

TOP: Final = 5
DRAWS: Final = 400
SEED: Final = 20260101
"""Of the draws of weights: the same page twice shows the same stability."""


class Match:
    """The third step of the loop."""

    def __init__(self, workbook: Workbook) -> None:
        self._w = workbook
        self._pool: Pool | None = None
        self.weights = in_use(workbook)

    def pool(self) -> Pool:
        """Return all that is known of the cities of the network; made once, for a ranking takes milliseconds."""
        if self._pool is None:
            self._pool = pool_of(self._w)
        return self._pool

    def peers(self, top: int = TOP, weights: Mapping[str, float] | None = None) -> Ranking:
        """Return the cities from which this one could learn most.

        Parameters
        ----------
        top
            How many.
        weights
            Criterion -> weight, where somebody tries other ones; they hold until others are tried.
        """
        if weights is not None:
            self.weights = Weights(DEFAULT_WEIGHTS.version, dict(weights), str(text("as set on the page")))
        return rank(self.pool(), self._w.city_id, self.weights, top, Filters())

    def alone(self) -> Text | None:
        """Return a sentence where the network has no other city to compare with."""
        if len(self._cities()) > 1:
            return None
        return text("There is no other city in {network} to learn from yet.", network=self._w.network["name"])

    def report(self, top: int) -> dict[str, Any]:
        """Return the ranking as plain values, for the command line and other programs."""
        ranking, language = self.peers(top), self._w.language
        place = {row["city_id"]: row for row in rows_of(self._cities())}
        steady, change = self.stability(ranking), counterfactual(ranking)
        return {
            "city": ranking.name, "city_id": ranking.city_id, "network": self._w.network_id,
            "fictional": self._w.fictional, "considered": ranking.considered,
            "peers": [{**self._peer(peer, place[peer.city_id]), "in_top_three": steady.get(peer.city_id, 0.0)}
                      for peer in ranking.peers],
            "turning_point": None if change is None else change.words.said(language),
            "left_out": [self.left_out_text(name, why).said(language) for name, why in ranking.left_out.items()],
            "notes": [note.said(language) for note in ranking.notes],
            "abstained": ranking.abstained.said(language) if ranking.abstained else None,
            "would_help": ranking.would_help.said(language) if ranking.would_help else None,
            "weights": ranking.weights.record(),
        }

    def stability(self, ranking: Ranking) -> dict[str, float]:
        """Return the share of weightings in which each peer is among the best three."""
        if not ranking.peers:
            return {}
        return dict(stability(ranking, rng=np.random.default_rng(SEED), draws=DRAWS).in_top)

    def map(self, top: int = TOP) -> Picture | Sheet:
        """Return where the peers are."""
        nobody = self.alone() or self._nowhere()
        if nobody is not None:
            return self._w.sheet(nobody, (), ())
        ranking = self.peers(top)
        place = {row["city_id"]: row for row in rows_of(self._cities())}
        rows = [{"name": peer.name, "lon": place[peer.city_id]["lon"], "lat": place[peer.city_id]["lat"],
                 "score": peer.score} for peer in ranking.peers]
        agreed = [self._w.name_of(row["host_id"]) for row in self._w.exchange.rows()
                  if row["learner_id"] == self._w.city_id and row["status"] in AGREED]
        home = {name: self._w.city[name] for name in ("name", "lon", "lat")}
        placed = [row for row in rows if row["lon"] is not None]
        drawn = pictures.peers_map(home, placed, agreed, language=self._w.language)
        missing = [row["name"] for row in rows if row["lon"] is None]
        note = text("Not on the map, because we do not know where they are: {names}.", names=missing)
        return replace(drawn, notes=(*drawn.notes, note)) if missing else drawn

    def _nowhere(self) -> Text | None:
        if self._w.city["lon"] is not None:
            return None
        return text("We do not know where {city} is, so there is no map.", city=self._w.city["name"])

    def why(self, top: int = TOP) -> Picture | Sheet:
        """Return what makes the score of the first peer."""
        ranking = None if self.alone() else self.peers(top)
        if ranking is None or not ranking.peers:
            return self.left_out(top)
        first = ranking.peers[0]
        rows = [{"label": CRITERIA[name].label, "points": points, "possible": first.possible[name]}
                for name, points in first.contributions.items()]
        return pictures.why_peer(first.name, pd.DataFrame(rows), first.score, language=self._w.language)

    def steady(self, top: int = TOP) -> Picture | Sheet:
        """Return how often each peer stays among the first three under other weights."""
        ranking = None if self.alone() else self.peers(top)
        if ranking is None or not ranking.peers:
            return self.left_out(top)
        held = self.stability(ranking)
        rows = [{"name": peer.name, "share": held.get(peer.city_id, 0.0)} for peer in ranking.peers]
        return pictures.rank_stability(rows, language=self._w.language)

    def turning_point(self, top: int = TOP) -> Sheet:
        """Return the smallest change of one weight that would put another city first, and what to ask next."""
        ranking = None if self.alone() else self.peers(top)
        change = counterfactual(ranking) if ranking is not None else None
        if change is None:
            return self.left_out(top)
        helps = () if ranking is None or ranking.would_help is None else (ranking.would_help,)
        return self._w.sheet(change.words, (), (), *helps)

    def left_out(self, top: int = TOP) -> Sheet:
        """Return what could not be compared, what was assumed, and what would help most to know."""
        nobody = self.alone()
        if nobody is not None:
            return self._w.sheet(nobody, (), ())
        ranking = self.peers(top)
        rows: list[tuple[Text | str, Text]] = [(text("Left out of the score"), self.left_out_text(name, why))
                                               for name, why in ranking.left_out.items()]
        rows += [(text("To know"), note) for note in ranking.notes]
        rows += [(peer.name, text("not known: {facts}", facts=list(peer.unknown)))
                 for peer in ranking.peers if peer.unknown]
        said = [one for one in (ranking.abstained, ranking.would_help) if one is not None]
        return self._w.sheet(text("What is not known"), (text("Where"), text("What")), tuple(rows), *said)

    @staticmethod
    def left_out_text(name: str, why: Text) -> Text:
        """Return why a criterion is not part of the score."""
        return text("{criterion}: {why}", criterion=CRITERIA[name].label, why=why)

    @property
    def can_edit(self) -> bool:
        """Whether the viewer speaks for the city, and so may invite."""
        return self._w.can_edit

    @property
    def language(self) -> str:
        """The language of the reader."""
        return self._w.language

    @property
    def browser_key(self) -> str:
        """Under which name a browser keeps what is not saved yet."""
        return f"{self._w.viewer.name}/{self._w.city_id}/peers"

    def country_of(self, city_id: str) -> str:
        """Return the country of a city, in the reader's language."""
        country = cities.countries().get(self._w.store.city(self._w.viewer, city_id)["country"])
        return country.said(self.language) if country else ""

    @property
    def round(self) -> str:
        """The round that an invitation belongs to."""
        return self._w.assess.round

    def invitations(self) -> list[Row]:
        """Return the cities that this one invited, or that were invited for it."""
        frame = self._w.store.decisions(self._w.viewer, self._w.network_id, city=self._w.city_id)
        return [row for row in rows_of(frame) if row["learner_id"] == self._w.city_id]

    def invited(self) -> dict[str, str]:
        """Return city id -> the reason given, for the cities invited in this round."""
        return {row["host_id"]: row["why"] for row in self.invitations()
                if row["round"] == self.round and row["side"] == "learner"}

    def invite(self, city_id: str, why: str) -> str:
        """Invite a city as host and begin the exchange; return the id of the exchange.

        An invitation that is repeated changes its reason and begins nothing twice.
        """
        store, viewer, network = self._w.store, self._w.viewer, self._w.network_id
        store.put_decision(viewer, network=network, round=self.round, learner=self._w.city_id, host=city_id,
                           side="learner", status="suggested", why=why)
        return self.begin(self._w.city_id, city_id, why, self.round)

    def begin(self, learner: str, host: str, why: str, round_: str) -> str:
        """Begin the exchange of a pair, once; return its id."""
        store, viewer, network = self._w.store, self._w.viewer, self._w.network_id
        for row in rows_of(store.exchanges(viewer, network, learner, round=round_)):
            if (row["learner_id"], row["host_id"]) == (learner, host):
                return str(row["exchange_id"])
        names = {"learner": self._w.name_of(learner), "host": self._w.name_of(host)}
        return store.put_exchange(viewer, {
            "network_id": network, "round": round_, "learner_id": learner, "host_id": host,
            "status": "proposed", "title": text("{learner} learns from {host}", **names).said(self._w.language),
            "about": {"why": why}})

    def _cities(self) -> pd.DataFrame:
        return self._w.store.cities(self._w.viewer, self._w.network_id)

    def _peer(self, peer: Peer, row: Row) -> dict[str, Any]:
        language = self._w.language
        return {
            "city": peer.name, "city_id": peer.city_id, "slug": row["slug"], "country": row["country"],
            "score": peer.score, "low": peer.low, "high": peer.high,
            "contributions": dict(peer.contributions), "possible": dict(peer.possible),
            "reasons": [reason.said(language) for reason in peer.reasons],
            "unknown": [fact.said(language) for fact in peer.unknown],
            "margin": peer.margin, "pair_type": peer.pair_type,
        }


def in_use(workbook: Workbook) -> Weights:
    """Return the weights that a person accepted last for the network; the experts' where nobody has."""
    if workbook.the_network is None:
        return DEFAULT_WEIGHTS
    row = workbook.store.weights(workbook.viewer, network=workbook.network_id)
    return Weights.of(row["values"]) if row is not None and row["values"].get("version") == VERSION else DEFAULT_WEIGHTS


def pool_of(workbook: Workbook, round_: str | None = None) -> Pool:
    """Gather what the viewer may know of the cities of the network into a pool, as of now or as of a round's start."""
    store, viewer, network = workbook.store, workbook.viewer, workbook.network_id
    place = store.cities(viewer, network)
    ids = set(place["city_id"])
    levels = store.latest_answers(viewer, network, round=round_).rename(columns={"city": "city_id"})
    wishes = store.priorities(viewer)
    held = store.exchanges(viewer, network)
    if round_ is not None:
        held = held[held["created_at"] < held.loc[held["round"] == round_, "created_at"].min()]
    return Pool.of(
        place.join(_known(place)),
        hazards=store.hazards(viewer, network=network)[["city_id", "hazard_id", "weight"]],
        levels=levels.loc[levels["state"] == "answered", ["city_id", "item", "level"]],
        priorities=wishes.loc[wishes["city_id"].isin(ids), ["city_id", "item", "weight"]],
        readiness=_readiness(store.members(viewer, network)),
        languages=_languages(place["country"]),
        history=held[["learner_id", "host_id", "round"]].drop_duplicates(),
        items=_items(workbook.language),
    )


def _known(place: pd.DataFrame) -> pd.DataFrame:
    """Return what the gazetteer adds to each city: minutes ahead of UTC, and whether it lies on the coast."""
    gazetteer = cities.load()
    ids = [str(city_id).removeprefix(DOUBLE) for city_id in place["city_id"]]
    found = [gazetteer.get(city_id) if city_id in gazetteer else None for city_id in ids]
    return pd.DataFrame({"utc_offset": [city and city.utc_offset for city in found],
                         "coastal": [city and city.coastal for city in found]}, dtype=object, index=place.index)


def _readiness(members: pd.DataFrame) -> pd.DataFrame:
    rows = [{"city_id": row["city_id"], "capacity": row["capacity"], "consent": row["consent"],
             **{name: row["readiness"].get(name) for name in ("focal_point", "mandate", "backing")}}
            for row in rows_of(members)]
    columns = ["city_id", "capacity", "consent", "focal_point", "mandate", "backing"]
    frame = pd.DataFrame(rows, columns=columns).astype(object)
    return frame.where(frame.notna(), None)


def _languages(countries: pd.Series) -> pd.DataFrame:
    rows = [{"city_id": None, "country": country, "language": language, "share": share}
            for country in sorted(set(countries.dropna())) for language, share in cities.languages(country).items()]
    return pd.DataFrame(rows, columns=["city_id", "country", "language", "share"])


def _items(language: str) -> dict[str, Text]:
    asked = instruments.load("resilience", language=language).items
    return {item.id: text("{label}", label=item.label) for item in asked}
