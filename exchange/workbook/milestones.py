"""The days of an exchange: when each step of its path was done, and when the work rested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from exchange.exchanges.records import Milestone
from exchange.vocabulary import SIDES
from exchange.words import Text, text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from exchange.exchanges.exchange import Exchange
    from exchange.exchanges.path import Step

MEET: Final = 9
"""The step in which the cities meet: its day is planned, so it has one before it is done."""

TICKED: Final[Mapping[int, tuple[str, ...]]] = {
    5: ("team_agreed",),
    7: ("pack_sent", "pack_read"),
    8: ("agenda_agreed",),
    11: ("report_drafted", "report_agreed"),
    12: ("report_adopted",),
}
"""Number of a step -> the milestones that end it. The other steps have no day of their own."""


def day_of(step: Step, record: Exchange) -> dt.date | None:
    """Return the day on which a step was done, or on which the cities mean to meet; None where nobody said."""
    if step.number == MEET:
        return record.visit.date if record.visit else None
    if step.state != "done":
        return None
    ticked = [day for what in TICKED.get(step.number, ()) if (day := record.milestone(what)) is not None]
    return max(ticked, default=None)


def pauses(record: Exchange, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each time in which the exchange rested: start, end (None where it still does), and who says why.

    A pause that both cities tick off is one pause; it ends on the first day after on which one says that it does.
    """
    ticked = sorted(((one.date, one.what != "pause", side, one) for side in SIDES
                     for one in record.all(Milestone, side) if one.what in {"pause", "resume"}), key=_in_time)
    found: list[dict[str, Any]] = []
    for day, resumed, side, one in ticked:
        resting = bool(found) and found[-1]["end"] is None
        if resumed and resting:
            found[-1]["end"] = day
        elif not resumed and not resting:
            found.append({"start": day, "end": None, "why": _why(names[side], one)})
    return found


def _in_time(ticked: tuple[dt.date, bool, str, Milestone]) -> tuple[dt.date, bool, str]:
    return ticked[:3]


def _why(name: str, one: Milestone) -> Text | str:
    return text("{name}: {note}", name=name, note=one.note) if one.note else ""
