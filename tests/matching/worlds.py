"""Small worlds, written as readable tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from exchange.matching import Pool
from exchange.words import Text, text


@dataclass(frozen=True)
class Term:
    """A hazard of a small world."""

    label: Text
    kind: str
    cluster: str


TERMS = {
    "river_flood": Term(text("river floods"), "weather", "flood"),
    "flash_flood": Term(text("flash floods"), "weather", "flood"),
    "storm": Term(text("storms"), "weather", "wind"),
    "heat": Term(text("heat waves"), "weather", "temperature"),
    "drought": Term(text("drought"), "weather", "dry"),
    "quake": Term(text("earthquakes"), "ground", "seismic"),
}

ITEMS = {
    "warn": text("early warning"),
    "plan": text("planning"),
    "fund": text("funding"),
    "zone": text("zoning"),
}


def table(drawn: str) -> pd.DataFrame:
    """Read a drawn table: first line the columns, a dot for an empty cell."""
    lines = [line.split() for line in drawn.strip().splitlines() if line.strip()]
    rows = [[None if cell == "." else cell for cell in line] for line in lines[1:]]
    return pd.DataFrame(rows, columns=lines[0])


def wide(drawn: str, thing: str, value: str) -> pd.DataFrame:
    """Read a drawn table with a city a line and a thing a column into one row a cell; a dot is no row."""
    frame = table(drawn)
    long = frame.melt(id_vars="city_id", var_name=thing, value_name=value).dropna(subset=[value])
    return long.assign(**{value: pd.to_numeric(long[value])}).reset_index(drop=True)


CITIES = """
city_id name       country region   income_group population lat     lon     utc_offset coastal
1       Ambra      NLD     Europe   high         600000     51.92   4.48    60         yes
2       Bela       BEL     Europe   high         500000     51.22   4.40    60         yes
3       Cinto      ECU     Americas upper_middle 1900000    -0.22   -78.51  -300       no
4       Dura       COL     Americas upper_middle 640000     6.24    -75.57  -300       no
5       Eska       JPN     Asia     high         9000000    35.68   139.69  540        yes
"""

HAZARDS = """
city_id river_flood flash_flood storm heat drought quake
1       20          .           10    5    .       .
2       20          .           10    .    .       .
3       .           12          .     .    6       25
4       .           20          .     10   .       .
5       .           .           20    .    .       25
"""

LANGUAGES = """
country language share
NLD     nl       0.95
NLD     en       0.90
BEL     nl       0.60
BEL     fr       0.40
BEL     en       0.50
ECU     es       0.95
COL     es       1.0
JPN     ja       1.0
JPN     en       0.10
"""

LEVELS = """
city_id warn plan fund zone
1       1    3    .    0
2       3    1    2    0
3       2    .    .    .
4       .    .    3    .
"""


def cities() -> pd.DataFrame:
    """Return the five cities."""
    return table(CITIES)


def pool(**given: object) -> Pool:
    """Return the small world of five cities, without answers; any table can be given."""
    tables: dict = {
        "cities": cities(),
        "hazards": wide(HAZARDS, "hazard_id", "weight"),
        "languages": table(LANGUAGES),
        "terms": TERMS,
        "items": ITEMS,
    } | given
    return Pool.of(**tables)


def answered(**given: object) -> Pool:
    """Return the small world with levels."""
    return pool(**({"levels": wide(LEVELS, "item", "level")} | given))


def random_pool(cities: int, rng: np.random.Generator, *, items: int = 12, known: float = 0.7) -> Pool:
    """Return a random world in which much is not known."""
    ids = [str(100 + n) for n in range(cities)]
    some = {"city_id": ids}

    def perhaps(values: np.ndarray, share: float = known) -> list:
        kept = rng.random(cities) < share
        return [value if keep else None for value, keep in zip(values, kept, strict=True)]

    place = rng.random(cities) < known
    frame = pd.DataFrame(some | {
        "name": [f"City {chr(65 + n % 26)}" for n in range(cities)],
        "country": rng.choice(["AAA", "BBB", "CCC"], cities),
        "income_group": perhaps(rng.choice(["low", "lower_middle", "upper_middle", "high"], cities)),
        "population": perhaps(np.round(10 ** rng.uniform(4, 7, cities))),
        "lat": np.where(place, rng.uniform(-60, 70, cities), np.nan),
        "lon": np.where(place, rng.uniform(-180, 180, cities), np.nan),
        "utc_offset": perhaps(rng.integers(-12, 14, cities) * 60),
        "coastal": perhaps(rng.random(cities) < 0.5),
    })
    cells = pd.MultiIndex.from_product([ids, [f"P{n}" for n in range(items)]], names=["city_id", "item"])
    levels = pd.DataFrame({"level": rng.integers(0, 4, len(cells))}, index=cells).reset_index()
    wishes = pd.DataFrame({"weight": rng.integers(0, 6, len(cells))}, index=cells).reset_index()
    faced = pd.MultiIndex.from_product([ids, list(TERMS)], names=["city_id", "hazard_id"])
    weights = pd.DataFrame({"weight": rng.integers(0, 26, len(faced))}, index=faced).reset_index()
    return Pool.of(
        frame,
        hazards=weights[rng.random(len(weights)) < known / 2],
        levels=levels[rng.random(len(levels)) < known],
        priorities=wishes[wishes["city_id"].isin(rng.choice(ids, cities // 2, replace=False))],
        readiness=pd.DataFrame(some | {name: perhaps(rng.random(cities) < 0.5)
                                       for name in ("consent", "focal_point", "mandate", "backing")}),
        languages=pd.DataFrame({"country": ["AAA", "BBB", "BBB"], "language": ["en", "en", "fr"],
                                "share": [0.9, 0.3, 0.8]}),
        terms=TERMS,
    )
