"""Did learning become practice? From lessons that were shared to lessons that are part of how cities work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from exchange.tables import Column, Table
from exchange.vocabulary import LEARNING_PHASES
from exchange.words import Text, count, text

if TYPE_CHECKING:
    import numpy.typing as npt

    from exchange.vocabulary import Terms

LESSON_USES: Final = Table("lesson uses", (
    Column("lesson_id", "text", "the lesson"),
    Column("city_id", "text", "the city that took it up"),
    Column("phase", "text", "how far it came", choices=tuple(LEARNING_PHASES)),
    Column("at", "text", "when it came so far", "ISO 8601"),
    Column("exchange_id", "text", "the exchange in which it was taken up", optional=True),
))
"""One row for each step of a lesson in a city."""

STAGES: Final[Terms] = {
    "shared": text("shared"),
    "learnt": text("learnt"),
    "used": text("used"),
    "institutionalised": text("part of how we work"),
}
"""Stages of the funnel. Learnt is acquired or more: to have looked at a lesson is not to have learnt it."""

_NEEDS: Final = {"shared": 0, "learnt": 1, "used": 2, "institutionalised": 3}


def furthest(uses: pd.DataFrame) -> pd.DataFrame:
    """Return how far each lesson came in each city.

    Returns
    -------
    DataFrame
        lesson_id, city_id, exchange_id (the first that is named), step (0 to 3), first (moment), used (0 or 1).
    """
    known = LESSON_USES.check(uses[[c.name for c in LESSON_USES.columns]]) if len(uses) else LESSON_USES.empty()
    order = {phase: step for step, phase in enumerate(LEARNING_PHASES)}
    known = known.assign(step=known["phase"].map(order).astype("Int64"),
                         moment=pd.to_datetime(known["at"], utc=True, format="ISO8601"))
    found = known.sort_values("moment", kind="stable").groupby(["lesson_id", "city_id"], sort=True).agg(
        exchange_id=("exchange_id", "first"), step=("step", "max"), first=("moment", "min")).reset_index()
    return found.assign(used=(found["step"] >= _NEEDS["used"]).astype(float))


def trails(uses: pd.DataFrame) -> pd.DataFrame:
    """Return where each lesson went.

    Returns
    -------
    DataFrame
        One row a lesson that was taken up, the most used first: lesson_id, cities (that took it up), used (that use
        it), users (their ids, the earliest first), last (the day of the last step).
    """
    reached = furthest(uses)
    last = {key: str(at)[:10] for key, at in uses.groupby("lesson_id")["at"].max().items()}
    rows = [{"lesson_id": key, "cities": len(some), "used": int(some["used"].sum()),
             "users": list(some[some["used"] > 0].sort_values(["first", "city_id"])["city_id"]),
             "last": dt.date.fromisoformat(last[key])}
            for key, some in reached.groupby("lesson_id")]
    table = pd.DataFrame(rows, columns=["lesson_id", "cities", "used", "users", "last"])
    return table.sort_values(["used", "cities", "lesson_id"], ascending=[False, False, True], ignore_index=True)


def funnel(uses: pd.DataFrame, shared: int) -> pd.DataFrame:
    """Return how many lessons came how far.

    Parameters
    ----------
    uses
        Table `LESSON_USES`.
    shared
        Lessons in the library.

    Returns
    -------
    DataFrame
        One row a stage: stage, label (Text), lessons (distinct ones), uses (city and lesson), cities.
    """
    reached = furthest(uses)
    rows = []
    for stage, label in STAGES.items():
        some = reached[reached["step"] >= _NEEDS[stage]]
        lessons = shared if stage == "shared" else some["lesson_id"].nunique()
        rows.append({"stage": stage, "label": label, "lessons": int(lessons), "uses": len(some),
                     "cities": int(some["city_id"].nunique())})
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class TimeToUse:
    """How long it takes from first seeing a lesson to using it.

    Parameters
    ----------
    taken_up, used
        Lessons taken up (city and lesson), and those of them in use.
    median_days
        Days after which half are in use, the waiting ones counted; None while fewer than half are.
    within_a_year
        Share in use a year after, the waiting ones counted; None where nothing was taken up.
    """

    taken_up: int
    used: int
    median_days: float | None
    within_a_year: float | None

    @property
    def sentence(self) -> Text:
        """The figures in words."""
        if not self.taken_up:
            return text("No lesson was taken up yet.")
        if self.median_days is None:
            return count("{used} of {n} lesson taken up is in use; fewer than half, so there is no middle.",
                         "{used} of {n} lessons taken up are in use; fewer than half, so there is no middle.",
                         self.taken_up, used=self.used)
        return text("Half of the lessons taken up are in use after {days} days; {used} of {n} so far.",
                    days=round(self.median_days), used=self.used, n=self.taken_up)


def time_to_use(uses: pd.DataFrame, today: dt.date) -> TimeToUse:
    """Return how long lessons take to be used; lessons that still wait count as waiting until today.

    Parameters
    ----------
    uses
        Table `LESSON_USES`.
    today
        Last day of waiting.

    References
    ----------
    Kaplan and Meier (1958), Journal of the American Statistical Association 53.
    """
    reached = furthest(uses)
    if reached.empty:
        return TimeToUse(0, 0, None, None)
    moments = uses.assign(moment=pd.to_datetime(uses["at"], utc=True, format="ISO8601"))
    deep = moments[moments["phase"].map(list(LEARNING_PHASES).index) >= _NEEDS["used"]]
    begun = deep.groupby(["lesson_id", "city_id"])["moment"].min().rename("begun").reset_index()
    rows = reached.merge(begun.astype({"lesson_id": "string", "city_id": "string"}), how="left")
    last = rows["begun"].fillna(pd.Timestamp(today, tz="UTC"))
    days = np.maximum((last - rows["first"]).dt.total_seconds().to_numpy(float) / 86_400, 0.0)
    used = rows["begun"].notna().to_numpy(bool)
    at, waiting = _still_waiting(days, used)
    half = np.flatnonzero(waiting <= 0.5)
    year = np.flatnonzero(at <= 365)
    return TimeToUse(len(rows), int(used.sum()), float(at[half[0]]) if half.size else None,
                     1 - float(waiting[year[-1]]) if year.size else 0.0)


def _still_waiting(days: npt.NDArray[np.float64], used: npt.NDArray[np.bool_],
                   ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the days on which something came into use, and the share that still waits after each."""
    at = np.unique(days[used])
    steps = [1 - np.sum(used & (days == day)) / np.sum(days >= day) for day in at]
    return at, np.cumprod(steps)
