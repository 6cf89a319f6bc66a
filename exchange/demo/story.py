"""What two fictional teams enter while they learn from each other: every kind of entry, in the order of the path."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from exchange.demo import prose, truths, words
from exchange.exchanges.modules import MODULES, OVERVIEWS, evidence_limits, items
from exchange.vocabulary import IMPACT_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exchange.demo.levels import Levels
    from exchange.demo.lot import Lot
    from exchange.demo.pairs import Pair

Row = dict[str, Any]

STATIONS: Final = ("proposed", "planning", "ready", "prepared", "visited", "closed")
"""How far an exchange has come, in order. Each adds what people enter until then."""

_SIDES: Final = ("learner", "host")
_COST: Final = {"mentoring": 6_000, "peer_review": 18_000, "study_tour": 14_000, "conference": 9_000}
_COMMON_GROUPS: Final = ("practitioner", "policy_maker", "emergency_service", "utility_operator", "academia_research")
_RARE_GROUPS: Final = ("ngo_cso", "citizen_community", "private_sector", "media", "insurer")


@dataclass
class Story:
    """One exchange as it is being entered.

    Parameters
    ----------
    exchange_id, pair, names
        Which exchange, of whom, with the names of both cities by side.
    begins
        The first day of the round.
    lot
        Chance.
    labels
        Item -> label.
    round
        Number of the round.
    language
        Code of the language that is spoken.
    station
        One of `STATIONS`.
    """

    exchange_id: str
    pair: Pair
    names: Mapping[str, str]
    begins: dt.date
    lot: Lot
    labels: Mapping[str, str]
    round: int
    language: str
    station: str = "closed"
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start = self.begins + dt.timedelta(days=self.lot.whole(30, 50))
        self.visit = self.begins + dt.timedelta(days=self.lot.whole(165, 200))
        self.end = self.begins + dt.timedelta(days=self.lot.whole(265, 285))
        self.year_end = self.begins + dt.timedelta(days=360)

    def told(self, looking_back: Levels | None = None) -> list[Row]:
        """Return all entries up to the station; `looking_back` holds the learner's levels as it sees them now."""
        reached = STATIONS.index(self.station)
        for number, tell in enumerate((self._propose, self._plan, self._make_ready, self._prepare, self._visit)):
            if reached >= number:
                tell()
        if self.station == "closed":
            self._report()
            self._follow_up()
            self._look_back(looking_back or {})
        return self.rows

    def add(self, kind: str, side: str | None, at: dt.date, **body: Any) -> None:
        """Enter something on a day."""
        number = len(self.rows) + 1
        kept = {name: value.isoformat() if isinstance(value, dt.date) else value
                for name, value in body.items() if value is not None}
        self.rows.append({
            "entry_id": f"{self.exchange_id}-{number:03d}", "exchange_id": self.exchange_id, "kind": kind,
            "side": side, "position": number, "body": kept, "revision": 1, "at": moment(at), "by": "demo"})

    def tick(self, what: str, day: dt.date, *sides: str) -> None:
        """Tick off a milestone on one side or several."""
        for side in sides:
            self.add("milestone", side, day, what=what, date=day)

    def _propose(self) -> None:
        aims = {item: prose.THEMES[self._module(item)].objective for item in self.pair.targets}
        self._objectives("learner", aims)

    def _objectives(self, side: str, aims: Mapping[str, str]) -> None:
        """Enter an objective for each question; a second one of the same module is named after its question."""
        said: set[str] = set()
        for item, aim in aims.items():
            what = words.objective(self.labels[item]) if aim in said else f"{aim} (demo)."
            said.add(aim)
            self.add("objective", side, self.start, what=what, item=item, outcome=self.lot.one(words.OUTCOMES))

    def _module(self, item: str) -> str:
        return next(module for module in self.pair.modules if item in items(module))

    def _plan(self) -> None:
        day = self.start
        self._objectives("host", {item: prose.THEMES[self._module(item)].host_objective
                                  for item in self.pair.host_targets})
        for module in self.pair.modules:
            self.add("module", None, day, essential=module, why=words.WHY_MODULE)
        for side, roles in words.TEAM.items():
            for role, function, group in roles:
                self.add("person", side, day, name=f"{function} of {self.names[side]} (demo)", role=role,
                         group=group, mandate="yes" if role == "lead" or self.lot.hit(0.6) else "no",
                         days=float(self.lot.whole(2, 9)))

    def _make_ready(self) -> None:
        day = self.start + dt.timedelta(days=20)
        self.tick("team_agreed", day, "learner")
        self.tick("funding_secured", day, "learner")
        self.tick("commitment_given", day, "learner")
        self.tick("agreement_signed", day, *_SIDES)
        for side, many in (("learner", 3), ("host", 2)):
            for module in self.lot.some(self.pair.modules, many):
                self._benefit(side, day, prose.THEMES[module])
        if self.round > 1 and self.lot.hit(0.4):
            self.add("design_change", self.lot.one(_SIDES), day, what=self.lot.one(words.DESIGN_CHANGES),
                     because_of=f"evaluation of round {self.round - 1} (demo)")

    def _benefit(self, side: str, day: dt.date, theme: prose.Theme) -> None:
        baseline, target = theme.baseline, theme.target
        chance = self.lot.one((0.4, 0.5, 0.6, 0.7, 0.8, 0.9))
        result = progress = None
        if self.station == "closed":
            came_true = self.lot.hit(chance - truths.OVERCONFIDENCE)
            result = target if came_true else round(baseline + (target - baseline) * self.lot.whole(0, 7) / 10, 1)
            progress = self.lot.whole(4, 5) if came_true else self.lot.whole(1, 3)
        self.add("benefit", side, day, what=f"{theme.benefit} (demo).",
                 owner=f"{self.lot.one(words.OWNERS)} (demo)", measure=theme.measure, baseline=baseline,
                 target=target, chance=chance, result=result, progress=progress)

    def _prepare(self) -> None:
        sent = self.visit - dt.timedelta(days=self.lot.whole(95, 105))
        for module in OVERVIEWS:
            self.add("evidence", "learner", sent, what=f"Overview: {MODULES[module]} (demo)", module=module,
                     overview="yes", sensitivity="partner_only")
        for module in self.pair.modules:
            for kind in self.lot.some(words.EVIDENCE, self.lot.whole(*evidence_limits(module))):
                self.add("evidence", "learner", sent, what=f"{kind} (demo)", module=module,
                         language=self.language, sensitivity="partner_only")
        self.tick("pack_sent", sent, "learner")
        self.tick("pack_read", sent + dt.timedelta(days=30), "host")
        self.tick("agenda_agreed", sent, *_SIDES)
        self._activities(sent)

    def _activities(self, day: dt.date) -> None:
        form, price = self.pair.form, _COST[self.pair.form]
        together = {"what": f"Meeting in {self.names['host']}", "place": self.names["host"], "modality": form}
        if form in {"mentoring", "peer_review"}:
            together["place"] = self.names["learner"]
            together["what"] = f"Visit to {self.names['learner']}"
        if form == "mentoring":
            together["modality"] = "expert_visit"
            for month in range(3):
                self.add("activity", None, day, what="Mentoring call", modality="mentoring", place="online",
                         date=self.start + dt.timedelta(days=40 + 60 * month), language=self.language)
        cost = round(price * float(self.lot.rng.uniform(0.7, 1.4)), -2)
        self.add("activity", None, day, **together, date=self.visit, language=self.language, cost=cost,
                 currency="EUR", paid_by=self.lot.one(("learner", "both", "both", "other")))
        if form in {"mentoring", "peer_review"} and self.lot.hit(0.5):
            self.add("activity", None, day, what="Exercise together", modality="table_top_exercise",
                     place=together["place"], date=self.visit + dt.timedelta(days=2), language=self.language,
                     cost=2_500, currency="EUR", paid_by="both")
        self.add("activity", None, day, what="Wrap-up call", modality="webinar", place="online",
                 date=self.visit + dt.timedelta(days=45), language=self.language)

    def _visit(self) -> None:
        for item in self.pair.targets[:4]:
            good = self.lot.hit(0.4)
            self.add("finding", "host", self.visit, what=words.finding(self.labels[item], good=good), item=item,
                     good_practice="yes" if good else "no", why="Seen during the visit (demo).")
        self._rate("assess", self.visit, 2)

    def _rate(self, stage: str, day: dt.date, middle: int) -> None:
        strong = 1 if self.pair.form in {"mentoring", "peer_review"} else 0
        for side in _SIDES:
            for category in IMPACT_CATEGORIES:
                level = middle + (strong if side == "learner" else 0) + self.lot.whole(-1, 1)
                self.add("rating", side, day, category=category, level=min(5, max(1, level)), stage=stage,
                         why="Agreed in a meeting of the team (demo).")

    def _report(self) -> None:
        for item in self.pair.targets[:3]:
            self.add("recommendation", "host", self.end, what=words.recommendation(self.labels[item]), item=item,
                     horizon=self.lot.one(("short", "medium", "long")),
                     accepted="yes" if self.lot.hit(0.8) else "no")
        self.tick("report_drafted", self.visit + dt.timedelta(days=50), "host")
        self.tick("report_agreed", self.visit + dt.timedelta(days=65), "learner")
        self.tick("report_adopted", self.end, *_SIDES)
        themes = [prose.THEMES[module] for module in self.pair.modules]
        for side, known in (("learner", [theme.learnt for theme in themes]),
                            ("host", [theme.host_learnt for theme in themes[:2]])):
            general = self.lot.some(words.LEARNING_POINTS, self.lot.whole(0, 2))
            for what, loop in [*((said, self.lot.one(("single", "double"))) for said in known), *general]:
                owners = self.lot.some(words.OWNERS, 2 if self.lot.hit(0.5) else 1)
                self.add("learning_point", side, self.end, what=what, loop=loop,
                         phase=self.lot.one(("exploration", "acquisition", "utilisation", "internalisation")),
                         owners=[f"{owner} (demo)" for owner in owners])

    def _follow_up(self) -> None:
        said: set[str] = set()
        for item in self.pair.targets:
            fresh = [one for one in prose.THEMES[self._module(item)].actions if one not in said]
            if fresh and len(said) < 5:
                said.add(fresh[0])
                self._action("learner", item, fresh[0])
        for item in self.pair.host_targets[:1]:
            self._action("host", item, prose.THEMES[self._module(item)].actions[-1])
        for side, many in (("learner", 4), ("host", 2)):
            for department in self.lot.some(words.DEPARTMENTS, many):
                self.add("briefing", side, self.end, department=f"{department} (demo)",
                         date=self.end + dt.timedelta(days=30) if self.lot.hit(0.6) else None)
        self.tick("community_informed", self.end, "learner")
        self.tick("plan_considered", self.end, "learner")
        self.tick("own_learning_kept", self.end, "host")
        self._rate("reflect_short", self.year_end, 3)
        self._feedback()
        for _ in range(2):
            what, direction = self.lot.one(words.STORIES)
            self.add("story", self.lot.one(_SIDES), self.year_end, what=what, direction=direction,
                     teller=f"{self.lot.one(words.OWNERS)} (demo)")

    def _action(self, side: str, item: str, what: str) -> None:
        chance = {"mentoring": 0.75, "peer_review": 0.7, "study_tour": 0.55, "conference": 0.3}[self.pair.form]
        begun = self.lot.hit(chance)
        orphan = self.lot.hit(0.3)
        owner, second = self.lot.some(words.OWNERS, 2)
        self.add("action", side, self.end, what=f"{what} (demo).", item=item,
                 owner=f"{owner} (demo)", second_owner=f"{second} (demo)" if self.lot.hit(0.5) else None,
                 due=self.end + dt.timedelta(days=300),
                 budget_line="orphan" if orphan else f"demo budget line {self.lot.whole(10, 99)}",
                 plan="Resilience plan (demo)" if not orphan and self.lot.hit(0.6) else None,
                 status=("adopted" if self.lot.hit(0.5) else "started") if begun else "agreed",
                 started=self.end + dt.timedelta(days=self.lot.whole(10, 85)) if begun else None)

    def _feedback(self) -> None:
        warm = 1 if self.pair.form in {"mentoring", "peer_review"} else 0
        for number in range(self.lot.whole(6, 9)):
            side = "learner" if number % 3 else "host"
            group = self.lot.one(_COMMON_GROUPS if self.lot.hit(0.85) else _RARE_GROUPS)
            before, sure = self.lot.whole(1, 3), self.lot.whole(1, 3)
            self.add("feedback", side, self.visit + dt.timedelta(days=3), group=group,
                     relevance=self.lot.whole(3, 4) + warm,
                     took_part="yes" if self.lot.hit(0.5 + 0.25 * warm) else "no",
                     knowledge_before=before, knowledge_after=min(5, before + self.lot.whole(0, 2)),
                     confidence_before=sure, confidence_after=min(5, sure + self.lot.whole(0, 1 + warm)),
                     trust_open=self.lot.whole(3, 5), trust_reliable=self.lot.whole(3, 5),
                     trust_again=self.lot.whole(2, 4) + warm, minutes_spoken=float(self.lot.whole(1, 25)))

    def _look_back(self, levels: Levels) -> None:
        for item, level in levels.items():
            self.add("look_back", "learner", self.year_end, item=item, level=level)


def moment(day: dt.date, hour: int = 9) -> dt.datetime:
    """Return the morning of a day, UTC."""
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)

