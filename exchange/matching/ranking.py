"""The cities from which one city could learn most: scores that add up, and reasons in plain words."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pandas as pd

from exchange.errors import InputError
from exchange.matching.criteria import CRITERIA
from exchange.matching.filters import Exclusion, Filters, exclusions
from exchange.matching.scores import DEFAULT_FILTERS, Scores, score
from exchange.matching.weights import DEFAULT_WEIGHTS, Weights
from exchange.words import Text, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from exchange.matching.criteria import Part
    from exchange.matching.marks import FloatArray
    from exchange.matching.pool import Pool

ENOUGH: Final = 0.4
"""Below this share of the weights that can be told for a city we suggest nobody. With the default weights,
shared hazards and working together are just enough; likeness and working together are not."""

MOST_REASONS: Final = 3


@dataclass(frozen=True)
class Peer:
    """A city to learn from.

    Parameters
    ----------
    score
        0 to 100; the sum of `contributions`.
    low, high
        What the score would be at least and at most if all were known of both cities.
    contributions, possible
        Points by criterion, and the most that each could give.
    reasons
        The best things to be said for this city, at most three.
    unknown
        What is not known about it, as phrases.
    margin
        Points ahead of the next city; None when there is no next.
    pair_type
        ``"peer_to_peer"`` when both would learn, ``"mentoring"`` when only the learner would, empty when that
        cannot be told.
    """

    city_id: str
    name: str
    score: float
    low: float
    high: float
    contributions: Mapping[str, float]
    possible: Mapping[str, float]
    reasons: tuple[Text, ...]
    unknown: tuple[Text, ...]
    margin: float | None
    pair_type: str


@dataclass(frozen=True)
class Ranking:
    """Whom a city could learn from.

    Parameters
    ----------
    city_id, name
        The learner.
    peers
        The best first; ties by name, then by id. None when we abstain.
    considered
        How many cities were compared after the filters.
    left_out
        Criteria that could not be told, with the reason; their weight went to the others in proportion.
    notes
        What was assumed, and what was not compared.
    abstained
        Why nobody is suggested, where that is so.
    would_help
        The answer or fact that would tell most, where there is one.
    weights
        The weights as asked for.
    scores
        What the ranking was made from, for `stability`, `counterfactual` and pictures.
    """

    city_id: str
    name: str
    peers: tuple[Peer, ...]
    considered: int
    left_out: Mapping[str, Text]
    notes: tuple[Text, ...]
    abstained: Text | None
    would_help: Text | None
    weights: Weights
    scores: Scores = field(repr=False, compare=False)

    @property
    def margin(self) -> float | None:
        """How many points the first is ahead of the runner-up; None when there is no runner-up."""
        return self.peers[0].margin if self.peers else None

    @cached_property
    def excluded(self) -> tuple[Exclusion, ...]:
        """Every city that a filter bars, once a filter, with the reason in words."""
        return exclusions(self.scores.pool, self.scores.learner, self.scores.barred_by)

    def table(self, language: str = "en") -> pd.DataFrame:
        """Return one row a peer: score, bounds, points by criterion, reasons, what is not known."""
        rows = [{
            "place": place, "city_id": peer.city_id, "name": peer.name,
            "score": peer.score, "low": peer.low, "high": peer.high,
            "margin": peer.margin, "pair_type": peer.pair_type, **peer.contributions,
            "reasons": _joined(peer.reasons, language), "unknown": _joined(peer.unknown, language),
        } for place, peer in enumerate(self.peers, start=1)]
        first = ("place", "city_id", "name", "score", "low", "high", "margin", "pair_type")
        return pd.DataFrame(rows, columns=[*first, *self.scores.shares, "reasons", "unknown"])


def rank(
    pool: Pool,
    city_id: str,
    weights: Weights = DEFAULT_WEIGHTS,
    top: int = 10,
    filters: Filters = DEFAULT_FILTERS,
) -> Ranking:
    """Return the cities from which one city could learn most.

    Raises
    ------
    NotFoundError
        The city is not in the pool.
    InputError
        The pool has no other city, or `top` is less than 1.
    """
    if len(pool) < 2:
        raise InputError.at("cities", "there is only one", "Give at least two: one learns from another.")
    if top < 1:
        raise InputError.at("top", f"{top} peers cannot be shown", "Ask for 1 or more.")
    scores = score(pool, pool.find(city_id), weights, filters)
    return ranking(scores, top)


def ranking(scores: Scores, top: int = 10) -> Ranking:
    """Return the ranking of scores that are already there."""
    pool, learner = scores.pool, scores.learner
    helps = would_help(scores)
    abstained = _abstained(scores, helps)
    return Ranking(
        city_id=pool.ids[learner], name=pool.names[learner],
        peers=() if abstained else _peers(scores, top),
        considered=int(scores.eligible.sum()),
        left_out=dict(scores.left_out),
        notes=_notes(scores),
        abstained=abstained, would_help=helps, weights=scores.weights, scores=scores,
    )


def _notes(scores: Scores) -> tuple[Text, ...]:
    parts = {name: scores.parts[name] for name in scores.shares}
    said = tuple(note for name, part in parts.items()
                 for note in CRITERIA[name].notes(scores.pool, scores.learner, part))
    facts = [component.name for part in parts.values() for component in part.not_compared]
    return (*said, text("Not compared, because it is not known: {facts}", facts=facts)) if facts else said


def _peers(scores: Scores, top: int) -> tuple[Peer, ...]:
    total, places = scores.total(), scores.best(top + 1).tolist()
    margins = [float(total[a] - total[b]) for a, b in pairwise(places)] + [None]
    return tuple(_peer(scores, *peer) for peer in zip(places[:top], margins, strict=False))


def _peer(scores: Scores, place: int, margin: float | None) -> Peer:
    contributions = _points(scores, place, lambda part: part.value)
    return Peer(
        city_id=scores.pool.ids[place], name=scores.pool.names[place],
        score=sum(contributions.values()),
        low=sum(_points(scores, place, lambda part: part.low).values()),
        high=sum(_points(scores, place, lambda part: part.high).values()),
        contributions=contributions,
        possible={name: 100 * share for name, share in scores.shares.items()},
        reasons=_reasons(scores, place, contributions),
        unknown=_unknown(scores, place),
        margin=margin, pair_type=_pair_type(scores, place),
    )


def _points(scores: Scores, place: int, bound: Callable[[Part], FloatArray]) -> dict[str, float]:
    return {name: float(100 * share * bound(scores.parts[name])[place])
            for name, share in scores.shares.items()}


def _unknown(scores: Scores, place: int) -> tuple[Text, ...]:
    return tuple(
        said for name in scores.shares
        for said in CRITERIA[name].unknown(scores.pool, scores.learner, place, scores.parts[name])
    )


def _reasons(scores: Scores, place: int, contributions: Mapping[str, float]) -> tuple[Text, ...]:
    """Choose what to say: the first reason of each criterion by its points, then the second ones."""
    worth_saying = [name for name, points in contributions.items() if points > 0]
    by_points = sorted(worth_saying, key=lambda name: -contributions[name])
    said = [CRITERIA[name].reasons(scores.pool, scores.learner, place) for name in by_points]
    rounds = range(max(map(len, said), default=0))
    return tuple(reasons[turn] for turn in rounds for reasons in said if turn < len(reasons))[:MOST_REASONS]


def _pair_type(scores: Scores, place: int) -> str:
    both, one_way = scores.parts.get("reciprocity"), scores.parts.get("complementarity")
    if both is None or not both.known[place]:
        return ""
    if both.low[place] > 0:
        return "peer_to_peer"
    return "mentoring" if both.high[place] == 0 and one_way is not None and one_way.low[place] > 0 else ""


def would_help(scores: Scores) -> Text | None:
    """Return what the learner could tell that most points rest on, over all criteria that ask for it."""
    points: dict[Text, float] = {}
    for name, share in scores.weights.shares().items():
        asked = CRITERIA[name].asks(scores.pool, scores.learner, scores.parts[name])
        if asked:
            points[asked[0]] = points.get(asked[0], 0.0) + 100 * share * asked[1]
    if not points:
        return None
    fact = max(points, key=lambda fact: points[fact])
    return text("What would help most: {fact}; {points} of 100 points rest on it", fact=fact,
                points=max(1, round(points[fact])))


def _abstained(scores: Scores, helps: Text | None) -> Text | None:
    city = scores.pool.names[scores.learner]
    if not scores.eligible.any():
        return text("No city can be suggested to {city}: each one is left out, for a reason given by name",
                    city=city)
    if scores.told >= ENOUGH - 1e-9:
        return None
    thin = text("Too little is known about {city} to suggest a peer", city=city)
    return text("{thin}. {helps}", thin=thin, helps=helps) if helps else thin


def _joined(said: tuple[Text, ...], language: str) -> str:
    return "; ".join(one.said(language) for one in said)
