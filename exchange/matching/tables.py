"""The tables that matching reads: each column with its type, unit and meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from exchange.tables import Column, Table
from exchange.vocabulary import INCOME_GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping

CITIES: Final = Table(
    "cities",
    (
        Column("city_id", "text", "the city's identifier"),
        Column("slug", "text", "the city's short name for addresses", optional=True),
        Column("name", "text", "the city's name"),
        Column("country", "text", "the country's ISO 3166 code of three letters", optional=True),
        Column("region", "text", "the region of the world", optional=True),
        Column("income_group", "text", "the country's income group", optional=True,
               choices=tuple(INCOME_GROUPS)),
        Column("population", "number", "how many people live there", unit="people", optional=True, low=1),
        Column("lat", "number", "the latitude", unit="degrees", optional=True, low=-90, high=90),
        Column("lon", "number", "the longitude", unit="degrees", optional=True, low=-180, high=180),
        Column("utc_offset", "number", "how far local time is ahead of UTC", unit="minutes", optional=True,
               low=-720, high=840),
        Column("coastal", "boolean", "whether the city lies on the coast", optional=True),
        Column("density", "number", "how densely people live", unit="people per km2", optional=True,
               low=0.001),
        Column("government_type", "text", "the kind of local government", optional=True),
        Column("mandate", "text", "what the city may decide for itself", optional=True),
    ),
    key=("city_id",),
)

HAZARDS: Final = Table(
    "hazards",
    (
        Column("city_id", "text", "the city's identifier"),
        Column("hazard_id", "text", "the hazard's HIPs identifier"),
        Column("weight", "number", "how grave it is: likelihood x impact, or 1 when only named", low=0),
    ),
    key=("city_id", "hazard_id"),
)

LEVELS: Final = Table(
    "levels",
    (
        Column("city_id", "text", "the city's identifier"),
        Column("item", "text", "the item of the self-assessment"),
        Column("level", "integer", "the level, empty when it is not known", optional=True, low=0, high=3),
    ),
    key=("city_id", "item"),
)

PRIORITIES: Final = Table(
    "priorities",
    (
        Column("city_id", "text", "the city's identifier"),
        Column("item", "text", "the item of the self-assessment"),
        Column("weight", "number", "how much the city wants to learn about it", low=0),
    ),
    key=("city_id", "item"),
)

READINESS: Final = Table(
    "readiness",
    (
        Column("city_id", "text", "the city's identifier"),
        Column("capacity", "integer", "how many learners the city can still host", optional=True, low=0),
        Column("consent", "boolean", "whether the city agrees to be suggested to others", optional=True),
        Column("focal_point", "boolean", "whether the city has named a person for exchanges", optional=True),
        Column("mandate", "boolean", "whether that person may decide for the city", optional=True),
        Column("backing", "boolean", "whether the city's leaders back exchanges", optional=True),
    ),
    key=("city_id",),
)

LANGUAGES: Final = Table(
    "languages",
    (
        Column("city_id", "text", "the city, where the shares are its own", optional=True),
        Column("country", "text", "the country, where the shares hold for all its cities", optional=True),
        Column("language", "text", "the language's code"),
        Column("share", "number", "the share of people who speak it", low=0, high=1),
    ),
    key=("city_id", "country", "language"),
)

CALENDAR: Final = Table(
    "calendar",
    (
        Column("city_id", "text", "the city's identifier"),
        Column("week", "text", "a week in which the city can meet, such as 2026-W14"),
    ),
    key=("city_id", "week"),
)

HISTORY: Final = Table(
    "history",
    (
        Column("learner_id", "text", "the city that learnt"),
        Column("host_id", "text", "the city that it learnt from"),
        Column("round", "text", "the round in which they met"),
    ),
    key=("learner_id", "host_id", "round"),
)


def checked(table: Table, frame: pd.DataFrame | None) -> pd.DataFrame:
    """Return `frame` as the declared table; a column that may be empty may be absent, as may the table."""
    if frame is None:
        return table.empty()
    absent = [c.name for c in table.columns if c.optional and c.name not in frame.columns]
    return table.check(frame.assign(**_empty(absent, frame)))


def _empty(columns: list[str], frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    return {name: pd.Series(pd.NA, index=frame.index, dtype="object") for name in columns}
