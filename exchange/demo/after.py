"""What the fictional teams enter around the visit and in the year after: notes, costs, projects, outcomes."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from exchange.demo import notes
from exchange.exchanges.path import FOLLOW_UPS
from exchange.vocabulary import IMPACT_CATEGORIES

if TYPE_CHECKING:
    from exchange.demo.lot import Lot
    from exchange.demo.story import Story

_SIDES: Final = ("learner", "host")
_MET: Final = frozenset({"visited", "closed"})
_PLANNED: Final = frozenset({"ready", "prepared"}) | _MET
_SHARING: Final = frozenset({"mentoring", "peer_review"})


def add(story: Story, lot: Lot, until: dt.date) -> None:
    """Enter what comes on top of the story that was told, drawn from a stream of its own.

    Parameters
    ----------
    story
        Told already; entries are added at its end.
    lot
        Chance.
    until
        The day after which nothing has happened yet.
    """
    if story.station in _PLANNED:
        _stand_ins(story)
        _planned_costs(story, lot)
    if story.station in _MET:
        _notes(story, lot)
        _spent(story, lot)
    if story.station == "closed":
        if story.pair.form in _SHARING:
            _project(story, lot)
        _outcomes(story, lot)
        _year_after(story, lot, until)


def _stand_ins(story: Story) -> None:
    for side, leader in (("learner", "Risk officer"), ("host", "Programme officer")):
        name = story.names[side]
        story.add("person", side, story.start, name=f"Deputy of the {leader.lower()} of {name} (demo)", role="stand_in",
                  group="practitioner", mandate="yes", mandate_reference="Letter of the mayor (demo)",
                  stands_in_for=f"{leader} of {name} (demo)")


def _planned_costs(story: Story, lot: Lot) -> None:
    for what, kind, amount in notes.COSTS:
        story.add("cost", None, story.start, what=f"{what} (demo)", category=kind, stage="planned", currency="EUR",
                  amount=float(round(amount * float(lot.rng.uniform(0.9, 1.1)), -1)), paid_by=lot.one(("both", "host")))


def _spent(story: Story, lot: Lot) -> None:
    for what, kind, amount in notes.COSTS:
        story.add("cost", None, story.visit, what=f"{what} (demo)", category=kind, stage="spent", currency="EUR",
                  amount=float(round(amount * float(lot.rng.uniform(0.8, 1.4)), -1)), paid_by=lot.one(("both", "host")),
                  date=story.visit)
    if lot.hit(0.2):  # a bill in another currency, with its rate
        story.add("cost", None, story.visit, what="Fare of an expert (demo)", category="travel", stage="spent",
                  currency="USD", amount=float(lot.whole(4, 9) * 100), rate=0.92, paid_by="host", date=story.visit)


def _notes(story: Story, lot: Lot) -> None:
    for number, (who, group, said, strong, to_ask, idea) in enumerate(lot.some(notes.INTERVIEWS, lot.whole(3, 5))):
        story.add("interview", "host", story.visit, who=f"{who} (demo)", group=group, what=f"{said} (demo)",
                  date=story.visit + dt.timedelta(days=number % 2), strengths=strong, to_ask=to_ask, ideas=idea,
                  module=lot.one(story.pair.modules))


def _project(story: Story, lot: Lot) -> None:
    what, other = lot.one(notes.PROJECTS)
    story.add("joint_project", None, story.end, what=f"{what} (demo).", owner="Programme officer (demo)",
              status=lot.one(("agreed", "started", "started", "adopted")), start=story.end,
              end=story.end + dt.timedelta(days=365), learner_days=float(lot.whole(5, 30)),
              host_days=float(lot.whole(3, 20)), learner_money=float(lot.whole(1, 12) * 500),
              host_money=float(lot.whole(0, 6) * 500), currency="EUR", other=other)


def _outcomes(story: Story, lot: Lot) -> None:
    for what, actor, direction, gave in lot.some(notes.OUTCOMES, lot.whole(1, 2)):
        side = lot.one(("learner", "learner", "host"))
        checked = lot.one(("open", "confirmed", "confirmed", "doubted"))
        story.add("outcome", side, story.year_end, what=what, actor=f"{actor} (demo)", direction=direction,
                  date=story.end + dt.timedelta(days=lot.whole(10, 60)), place=story.names[side], contribution=gave,
                  substantiation=checked, confirmed_by=None if checked == "open" else "University partner (demo)")


def _year_after(story: Story, lot: Lot, until: dt.date) -> None:
    """Tick off the follow-ups that have come, some by one city only, and rate the impact a year on."""
    for days in FOLLOW_UPS:
        day = story.end + dt.timedelta(days=days + lot.whole(0, 20))
        answered = [side for side in _SIDES if lot.hit(0.85 if days == FOLLOW_UPS[0] else 0.6)]
        if day < until:
            story.tick(f"follow_up_{days}", day, *answered)
    day = story.end + dt.timedelta(days=FOLLOW_UPS[-1])
    if day < until:
        short = {(row["side"], row["body"]["category"]): row["body"]["level"] for row in story.rows
                 if row["kind"] == "rating" and row["body"]["stage"] == "reflect_short"}
        for side in _SIDES:
            for category in IMPACT_CATEGORIES:
                level = short[side, category] + lot.one((-1, 0, 0, 1))
                story.add("rating", side, day, category=category, level=min(5, max(1, level)), stage="reflect_long",
                          why="Agreed in a meeting a year on (demo).")
