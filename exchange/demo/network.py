"""Make the demo network: rows for every table of the store, from a seed alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count as counter
from typing import TYPE_CHECKING, Any, Final

from exchange import cities as gazetteer
from exchange import instruments
from exchange.demo import truths
from exchange.demo.levels import ALWAYS, ITEMS, Levels, begin, move, steps
from exchange.demo.lot import Lot
from exchange.demo.pairs import LEARNING_LEVELS, PAIR_TYPES, Pair, draw, share_a_language
from exchange.demo.places import EDITION, HAZARDS
from exchange.demo.story import Row, Story, moment
from exchange.errors import InputError

if TYPE_CHECKING:
    from exchange.cities import City

NETWORK: Final = "demo"
SEED: Final = 20260101
LESSONS: Final = tuple(f"demo-lesson-{n:03d}" for n in range(1, 61))
_OPEN: Final = ("rotterdam", "quito", "semarang", "kobe", "lviv", "durban", "merida", "tunis")
"""Cities that share all that they answered."""

_THIN: Final = ("port-vila", "suva", "maputo", "cairo")
"""Cities that left a third of the questions open."""

_STATIONS: Final = ("planning", "ready", "prepared", "visited", "proposed", "cancelled", "paused")
"""What becomes of the last exchanges of the last round; all others are closed."""


def demo_network(seed: int = SEED, cities: int = 60, rounds: int = 2, until: dt.date = dt.date(2026, 10, 1),
                 ) -> dict[str, list[Row]]:
    """Return the demo network: real cities with fictional answers, exchanges and evaluations.

    Exchanges of round r lie between the self-assessments of round r and of round r + 1, so there is one
    self-assessment more than there are rounds: the last one shows what the last round brought, and opens the next.

    Parameters
    ----------
    seed
        Another seed makes another network with the same planted truths.
    cities
        How many, at the most 60.
    rounds
        How many rounds of exchanges.
    until
        The day of the last self-assessment; a round takes a year.

    Returns
    -------
    dict
        Table of the store -> rows. City ids are those of the gazetteer.

    Raises
    ------
    InputError
        For too many cities, or too few to form pairs.
    """
    if not 2 <= cities <= len(HAZARDS):
        raise InputError.at("demo network, cities", f"{cities} is not possible", f"Use 2 to {len(HAZARDS)}.")
    if rounds < 1:
        raise InputError.at("demo network, rounds", f"{rounds} is not possible", "Use 1 or more.")
    making = _Making(seed, rounds, until, {slug: gazetteer.get(slug) for slug in list(HAZARDS)[:cities]})
    making.places()
    making.go_round()
    making.lessons_found_alone()
    return making.tables


_TABLES: Final = ("network", "city", "member", "city_hazard", "priority", "share", "assessment", "respondent", "answer",
                  "exchange", "entry", "lesson_use", "match_decision")


@dataclass
class _Making:
    """The network while it is being made."""

    seed: int
    rounds: int
    until: dt.date
    cities: dict[str, City]
    tables: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in _TABLES})

    def __post_init__(self) -> None:
        self.labels = {item.id: item.label for item in instruments.load("resilience").items}
        self.capacity = {slug: self._capacity(slug) for slug in self.cities}
        self.held: set[tuple[str, str]] = set()
        self.numbers = counter(1)
        self.owed = {shared: float(Lot(self.seed, "owed", shared).rng.random()) for shared in (True, False)}

    def _capacity(self, slug: str) -> int:
        return int(Lot(self.seed, "capacity", slug).one((1, 1, 1, 2, 2, 3)))

    def begins(self, round_: int) -> dt.date:
        """Return the day of the self-assessment of a round."""
        return self.until - dt.timedelta(days=365 * (self.rounds + 1 - round_))

    def add(self, table: str, **row: Any) -> None:
        """Add a row."""
        self.tables[table].append(row)

    def places(self) -> None:
        """Enter the network, its cities, and what each says of itself."""
        self.add("network", network_id=NETWORK, name="Demo network (fictional)", demo=True, about={
            "fictional": True, "seed": self.seed, "rounds": self.rounds,
            "note": "The cities are real. All answers, people, exchanges and evaluations are invented."})
        for slug, city in self.cities.items():
            self.add("city", city_id=city.city_id, slug=slug, name=city.name, country=city.country,
                     population=city.population, lat=city.lat, lon=city.lon, region=city.region,
                     income_group=city.income_group, timezone=city.timezone, facts={"demo": True},
                     source="GeoNames; all that this network says of the city is fictional")
            self._member(slug, city)

    def _member(self, slug: str, city: City) -> None:
        lot = Lot(self.seed, "member", slug)
        yes = {name: lot.hit(chance) for name, chance in
               (("focal_point", 0.85), ("mandate", 0.6), ("backing", 0.7))}
        self.add("member", network_id=NETWORK, city_id=city.city_id, joined=self.begins(1) - dt.timedelta(days=90),
                 capacity=self.capacity[slug], readiness=yes, consent=True)
        for place, hazard in enumerate(HAZARDS[slug]):
            likelihood, impact = max(1, 5 - place - lot.whole(0, 1)), max(1, 5 - place + lot.whole(0, 1) - 1)
            self.add("city_hazard", city_id=city.city_id, hazard_id=hazard, edition=EDITION,
                     weight=float(likelihood * impact), likelihood=float(likelihood), impact=float(impact),
                     scenario="most_probable" if place else "most_severe", source="demo, fictional")
        level = "full" if slug in _OPEN else lot.one(("full", "full", "full", "scores", "scores", "bands", None))
        if level is not None:
            self.add("share", share_id=f"demo-share-{slug}", city_id=city.city_id, audience="network",
                     network_id=NETWORK, level=level, version=1, granted_at=moment(self.begins(1)), revoked_at=None,
                     by="demo")

    def go_round(self) -> None:
        """Go round the loop: assess, exchange, and assess again."""
        levels = begin(self.seed, self.cities)
        for round_ in range(1, self.rounds + 1):
            self._assess(round_, levels)
            pairs = draw(self.seed, round_, self.cities, levels, capacity=self.capacity, held=self.held)
            stations = self._stations(pairs, last=round_ == self.rounds)
            levels, looking_back = self._move(round_, levels, pairs, stations)
            for number, (pair, station) in enumerate(zip(pairs, stations, strict=True), 1):
                self._exchange(round_, number, pair, station, looking_back[pair.learner])
                self.held.add((pair.learner, pair.host))
        self._assess(self.rounds + 1, levels)
        self._priorities(levels)

    @staticmethod
    def _stations(pairs: list[Pair], *, last: bool) -> list[str]:
        if not last:
            return ["closed"] * len(pairs)
        open_ones = min(len(_STATIONS), len(pairs) // 4)
        return ["closed"] * (len(pairs) - open_ones) + list(_STATIONS[:open_ones])

    def _move(self, round_: int, levels: dict[str, Levels], pairs: list[Pair], stations: list[str],
              ) -> tuple[dict[str, Levels], dict[str, Levels]]:
        """Return the levels of the next round, and those of this one as cities see them afterwards."""
        finished = [pair for pair, station in zip(pairs, stations, strict=True) if station == "closed"]
        aims = {(pair.host, item): truths.HOST_EFFECT for pair in finished for item in pair.host_targets}
        aims |= {(pair.learner, item): truths.EFFECTS[pair.form] for pair in finished for item in pair.targets}
        risen = steps(aims, Lot(self.seed, "steps", round_))
        later, looking_back = {}, {}
        for slug, now in levels.items():
            shift = truths.SHIFT if round_ == 1 and slug in truths.SHIFTED else 0.0
            planned = {item: step for (city, item), step in risen.items() if city == slug}
            later[slug], looking_back[slug] = move(now, planned, Lot(self.seed, "move", round_, slug), shift)
        return later, looking_back

    def _assess(self, round_: int, levels: dict[str, Levels]) -> None:
        at = moment(self.begins(round_))
        for slug, city in self.cities.items():
            assessment = f"demo-{slug}-{round_}"
            first, *others = [f"{hazard}" for hazard in HAZARDS[slug]]
            self.add("assessment", assessment_id=assessment, city_id=city.city_id, instrument="resilience",
                     version="1", round=str(round_), status="confirmed", purpose="self", subject=None, side=None,
                     stage=None, created_at=at, confirmed_at=at + dt.timedelta(days=2),
                     scenarios={"most_probable": others[0], "most_severe": first}, scope={})
            self.add("respondent", assessment_id=assessment, respondent_id="city", stakeholder_group=None,
                     label="agreed answers (demo)")
            self._answers(assessment, slug, levels[slug], at)

    def _answers(self, assessment: str, slug: str, levels: Levels, at: dt.datetime) -> None:
        lot = Lot(self.seed, "answers", assessment)
        for item in ITEMS:
            draw_ = float(lot.rng.random())
            blank = 0.34 if slug in _THIN else 0.02
            if draw_ < blank:
                continue
            unknown = draw_ < blank + 0.05
            self._answer(assessment, "city", item, None if unknown else levels[item], at,
                         confidence=None if unknown else lot.one(("low", "medium", "high")),
                         note="demo, fictional" if lot.hit(0.1) else "")

    def _answer(self, assessment: str, respondent: str, item: str, level: int | None, at: dt.datetime, *,
                confidence: str | None = None, note: str = "") -> None:
        self.add("answer", assessment_id=assessment, respondent_id=respondent, item=item,
                 state="unknown" if level is None else "answered", level=level, raw_value=None, unit=None,
                 confidence=confidence, note=note, evidence=[], revision=1, client="", seq=None, at=at, by="demo")

    def _priorities(self, levels: dict[str, Levels]) -> None:
        for slug, city in self.cities.items():
            lot = Lot(self.seed, "priorities", slug)
            low = sorted(ITEMS, key=lambda item, slug=slug: levels[slug][item])[:14]  # type: ignore[misc]
            for item in lot.some(low, lot.whole(5, 8)):
                self.add("priority", city_id=city.city_id, item=item, weight=float(lot.whole(3, 5)), by="demo")

    def _exchange(self, round_: int, number: int, pair: Pair, station: str, looking_back: Levels) -> None:
        exchange_id = f"demo-exchange-{round_}-{number:02d}"
        learner, host = self.cities[pair.learner], self.cities[pair.host]
        shared = share_a_language(learner, host)
        told = {"cancelled": "planning", "paused": "ready"}.get(station, station)
        story = Story(exchange_id, pair, {"learner": learner.name, "host": host.name}, self.begins(round_),
                      Lot(self.seed, "story", exchange_id), self.labels, round_, _language(learner, host), told)
        # Who began to doubt its own answers looks back on all of them, everybody else on what it aimed at.
        asked = ITEMS if round_ == 1 and pair.learner in truths.SHIFTED else (*pair.targets, "P6.6")
        recalled = {item: looking_back[item] for item in asked} if told == "closed" else {}
        entries = story.told(recalled)
        if station == "paused":
            story.tick("pause", story.start + dt.timedelta(days=60), "learner")
        self._row(story, pair, round_, station, shared=shared)
        self.tables["entry"] += entries
        self._decisions(round_, pair, station)
        if station == "closed":
            self._lessons_taken_up(story, pair, shared=shared)

    def _row(self, story: Story, pair: Pair, round_: int, station: str, *, shared: bool) -> None:
        status = {"closed": "closed", "proposed": "proposed", "cancelled": "cancelled", "paused": "paused",
                  "planning": "agreed", "ready": "agreed"}.get(station, "active")
        self.add("exchange", exchange_id=story.exchange_id, network_id=NETWORK, round=str(round_),
                 learner_id=self.cities[pair.learner].city_id, host_id=self.cities[pair.host].city_id,
                 pair_type=PAIR_TYPES[pair.form], learning_level=LEARNING_LEVELS[pair.form], status=status,
                 start=story.start, end=story.end,
                 title=f"{story.names['learner']} learns from {story.names['host']} (demo)",
                 about={"demo": True, "modality": pair.form, "shared_language": shared},
                 created_at=moment(story.begins + dt.timedelta(days=12 if pair.learner in ALWAYS else 10)))

    def _decisions(self, round_: int, pair: Pair, station: str) -> None:
        at = self.begins(round_) + dt.timedelta(days=8)
        answers = [("secretariat", "suggested"), ("learner", "accepted")]
        if station != "proposed":
            answers.append(("host", "accepted"))
        for side, status in answers:
            self.add("match_decision", network_id=NETWORK, round=str(round_),
                     learner_id=self.cities[pair.learner].city_id, host_id=self.cities[pair.host].city_id,
                     status=status, side=side, why="gaps here, strengths there (demo)", by="demo", at=moment(at))

    def _lessons_taken_up(self, story: Story, pair: Pair, *, shared: bool) -> None:
        lot = Lot(self.seed, "lessons", story.exchange_id)
        for lesson in lot.some(self._new_to(pair.learner), lot.whole(3, 5)):
            # Uses that are owed carry over to the next lesson, so that every seed holds the planted share.
            self.owed[shared] += truths.ADOPTION[shared]
            used = self.owed[shared] >= 1
            self.owed[shared] -= used
            self._use(lesson, pair.learner, story.visit, lot, story.exchange_id, used=used)

    def _new_to(self, slug: str) -> list[str]:
        """Return the lessons that a city has not taken up yet."""
        city = self.cities[slug].city_id
        taken = {row["lesson_id"] for row in self.tables["lesson_use"] if row["city_id"] == city}
        return [lesson for lesson in LESSONS if lesson not in taken]

    def lessons_found_alone(self) -> None:
        """Enter lessons that cities found in the library by themselves."""
        for slug in self.cities:
            lot = Lot(self.seed, "alone", slug)
            for lesson in lot.some(self._new_to(slug), lot.whole(1, 4)):
                seen = self.begins(1) + dt.timedelta(days=lot.whole(0, 300))
                self._use(lesson, slug, seen, lot, None, used=lot.hit(truths.ADOPTION_OUTSIDE))

    def _use(self, lesson: str, slug: str, seen: dt.date, lot: Lot, exchange_id: str | None, *, used: bool) -> None:
        """Follow one lesson in a city: seen, acquired, used, routine, as far as it comes; alone it takes longer."""
        days = 110 if exchange_id else 240
        steps = [("exploration", 0)]
        if used or lot.hit(0.6):
            steps.append(("acquisition", lot.whole(10, 35)))
        if used:
            steps.append(("utilisation", lot.whole(days - 60, days)))
            if lot.hit(truths.ROUTINE):
                steps.append(("internalisation", days + lot.whole(5, 40)))
        for phase, after in steps:
            self.add("lesson_use", use_id=f"demo-use-{next(self.numbers):05d}", lesson_id=lesson,
                     city_id=self.cities[slug].city_id, phase=phase, at=moment(seen + dt.timedelta(days=after)),
                     exchange_id=exchange_id, note="", by="demo")


def _language(learner: City, host: City) -> str:
    """Return the language that most people of both countries speak; English where there is none."""
    ours, theirs = gazetteer.languages(learner.country), gazetteer.languages(host.country)
    common = {code: min(share, theirs[code]) for code, share in ours.items() if code in theirs and code.isalpha()}
    return max(common, key=lambda code: (common[code], code), default="en")
