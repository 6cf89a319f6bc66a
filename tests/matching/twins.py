"""Sister cities, from general knowledge: who chose whom long before there was a score. Nothing is tuned to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exchange import cities
from exchange.matching import Filters, Pool
from exchange.matching.scores import score

_US, _CA = "United States", "Canada"
HOME = {
    "Los Angeles": _US, "Chicago": _US, "San Francisco": _US, "Seattle": _US, "Portland": _US, "Houston": _US,
    "Atlanta": _US, "Boston": _US, "Philadelphia": _US, "Denver": _US, "Phoenix": _US, "Miami": _US, "Austin": _US,
    "San Diego": _US, "Minneapolis": _US, "Nashville": _US, "New Orleans": _US, "Baltimore": _US, "Cincinnati": _US,
    "Louisville": _US, "Pittsburgh": _US, "Cleveland": _US, "Vancouver": _CA, "Toronto": _CA, "Montréal": _CA,
    "Edmonton": _CA, "Calgary": _CA, "Birmingham": "United Kingdom", "Manchester": "United Kingdom",
    "Santiago": "Chile", "Valencia": "Spain", "Wellington": "New Zealand", "Perth": "Australia",
    "Melbourne": "Australia", "Sydney": "Australia", "Brisbane": "Australia", "Durban": "South Africa",
    "Leeds": "United Kingdom", "Edinburgh": "United Kingdom", "Barcelona": "Spain", "Rosario": "Argentina",
    "Guadalajara": "Mexico", "Monterrey": "Mexico", "Newcastle upon Tyne": "United Kingdom",
}
"""The country of a name that many places have."""

TWINS = """
Los Angeles: Nagoya, Vancouver, Berlin, Mexico City, Auckland, Athens, Guangzhou, Manchester, Bordeaux
Chicago: Toronto, Milan, Osaka, Mexico City, Göteborg, Hamburg, Lahore, Durban, Athens, Birmingham, Warsaw, Kyiv
San Francisco: Barcelona, Manila, Osaka, Sydney, Zürich, Amman, Seoul, Taipei, Kraków
Seattle: Kobe, Bergen, Reykjavík, Nantes, Christchurch, Surabaya
Portland: Sapporo, Bologna
Houston: Stavanger, Perth, Leipzig, Nice, Chiba, Guayaquil, Istanbul, Karachi
Atlanta: Rio de Janeiro, Toulouse, Fukuoka, Newcastle upon Tyne, Nürnberg, Lagos, Taipei, Brussels
Boston: Kyoto, Melbourne, Barcelona, Strasbourg
Philadelphia: Florence, Kobe, Tel Aviv, Frankfurt am Main
Denver: Nairobi, Takayama
Phoenix: Calgary, Hermosillo, Grenoble
Miami: Bogotá, Buenos Aires, Lima
Austin: Adelaide, Koblenz, Saltillo
San Diego: Yokohama, Edinburgh, Perth
Minneapolis: Santiago, Tours, Uppsala
Nashville: Edmonton, Caen
New Orleans: Durban
Baltimore: Rotterdam
Cincinnati: Nancy, Munich
Louisville: Quito, Mainz, Leeds, Montpellier
Pittsburgh: Glasgow, Bilbao, Sheffield
Cleveland: Lima, Rouen
Milan: Toronto, Frankfurt am Main, Lyon, Birmingham, Melbourne, São Paulo, Osaka
Barcelona: Monterrey, Montréal, Rio de Janeiro, Montpellier, Kobe
Lyon: Frankfurt am Main, Leipzig, Birmingham, Montréal
Porto: Bordeaux, Bristol, Recife
Bristol: Bordeaux, Hannover
Leeds: Lille, Dortmund, Durban
Glasgow: Nürnberg, Turin, Marseille
Edinburgh: Munich, Nice, Vancouver
Aarhus: Bergen, Turku, Göteborg
Tampere: Trondheim, Linköping, Odense, Essen
Rotterdam: Dresden, Lille
Athens: Istanbul
Wellington: Sydney, Sakai
Auckland: Brisbane, Fukuoka
Sydney: Nagoya
Melbourne: Osaka, Thessaloníki
Adelaide: Christchurch, Himeji
Brisbane: Kobe
Yokohama: Mumbai, Manila, Vancouver
Cape Town: Aachen
Durban: Bremen
Rosario: Valparaíso
Curitiba: Jacksonville
"""


@dataclass(frozen=True)
class Result:
    """How high sister cities stand in one another's rankings.

    Parameters
    ----------
    pairs
        How many pairs of the list are both in the pool.
    mean
        The mean place of the sister, 1 the first of all cities and 0 the last; 0.5 is chance.
    chance
        The mean of the same when the sisters are dealt out at random among the pairs.
    p_better, p_worse
        How often chance does at least as well, and at least as badly.
    """

    pairs: int
    mean: float
    chance: float
    p_better: float
    p_worse: float


def pairs_in(pool: Pool) -> list[tuple[int, int]]:
    """Return the sister cities that are both in a pool, as places."""
    found = []
    for line in TWINS.strip().splitlines():
        name, others = line.split(":")
        for other in others.split(","):
            pair = tuple(_place(pool, one.strip()) for one in (name, other))
            if min(pair) >= 0:
                found.append((pair[0], pair[1]))
    return found


def _place(pool: Pool, name: str) -> int:
    city = cities.find(name, HOME.get(name)).city
    return -1 if city is None else pool.index.get(city.city_id, -1)


def standing(pool: Pool, filters: Filters, rng: np.random.Generator, draws: int = 2000) -> Result:
    """Return how high sister cities stand, and how that compares with sisters dealt out at random."""
    pairs = np.array(pairs_in(pool))
    ranks = {place: _ranks(score(pool, place, filters=filters).points(), place) for place in np.unique(pairs).tolist()}
    table = np.array([[(ranks[a][b] + ranks[b][a]) / 2 for b in pairs[:, 1]] for a in pairs[:, 0]])
    apart = pairs[:, [0]] != pairs[:, 1]
    seen = float(np.diag(table).mean())
    drawn = []
    for _ in range(draws):
        dealt = rng.permutation(len(pairs))
        rows = np.arange(len(pairs))
        kept = apart[rows, dealt]
        drawn.append(float(table[rows, dealt][kept].mean()))
    null = np.array(drawn)
    return Result(len(pairs), seen, float(null.mean()), float((1 + (null >= seen).sum()) / (draws + 1)),
                  float((1 + (null <= seen).sum()) / (draws + 1)))


def _ranks(points: np.ndarray, own: int) -> np.ndarray:
    """Return the share of the other cities that each is ahead of; ties count half."""
    others = np.delete(points, own)
    ordered = np.sort(others)
    below = np.searchsorted(ordered, points - 1e-9)
    level = np.searchsorted(ordered, points + 1e-9) - below
    return (below + (level - 1).clip(0) / 2) / max(len(others) - 1, 1)
