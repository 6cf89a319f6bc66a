"""The rooms of the demo network: fictional people of several groups who answer for their city, each alone.

Drawn from streams of their own, so that nothing else of the network depends on them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from exchange import cities
from exchange.assessments import consensus, voices
from exchange.assessments.consensus import Rule
from exchange.assessments.voices import Block, Voice
from exchange.demo.lot import Lot
from exchange.vocabulary import ANSWERED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Rows = list[dict[str, Any]]

ROOMS: Final[Mapping[str, tuple[str, Mapping[str, int]]]] = {
    "rotterdam": (voices.AGREEING, {"practitioner": 6, "policy_maker": 5, "emergency_service": 3, "utility_operator": 2,
                                    "citizen_community": 2, "academia_research": 1}),
    "quito": (voices.FIRST, {"practitioner": 5, "policy_maker": 4, "ngo_cso": 2, "emergency_service": 2,
                             "private_sector": 1}),
}
"""City -> how far its room has come, and how many people of each group are in it."""

INVITED: Final = ("policy_maker", "practitioner", "emergency_service", "utility_operator", "private_sector", "ngo_cso",
                  "citizen_community", "academia_research")

_RULE: Final = Rule()
_DISSENT: Final = "Those who work on it every day see it lower than those who plan it (demo)."
_TABLES: Final = ("respondent", "answer", "room", "voice", "voice_block", "consensus")


def with_voices(tables: Mapping[str, Rows], seed: int) -> dict[str, Rows]:
    """Return the tables of a network with a room in the latest self-assessment of some of its cities.

    Parameters
    ----------
    tables
        As `begun` leaves them. They stay as they are.
    seed
        Of the network.
    """
    found = {**tables, **{name: list(tables.get(name, [])) for name in _TABLES}}
    last = max(row["round"] for row in tables["assessment"])
    for slug in ROOMS:
        city_id = cities.get(slug).city_id
        for row in tables["assessment"]:
            if (row["city_id"], row["round"]) == (city_id, last):
                for name, rows in _Room(slug, row, tables["answer"], seed).tables().items():
                    found[name] += rows
    return found


class _Room:
    """One room while it is being made."""

    def __init__(self, slug: str, assessment: Mapping[str, Any], answers: Iterable[Mapping[str, Any]],
                 seed: int) -> None:
        self.key: str = assessment["assessment_id"]
        self.phase, self.groups = ROOMS[slug]
        self.day: dt.datetime = assessment["created_at"]
        self.city = {row["item"]: row["level"] for row in answers
                     if row["assessment_id"] == self.key and row["respondent_id"] == "city"}
        self.seed, self.slug = seed, slug
        members = [group for group, n in self.groups.items() for _ in range(n)]
        self.people = {f"demo-voice-{n:02d}": group for n, group in enumerate(members, 1)}
        self.rows: dict[str, Rows] = {name: [] for name in _TABLES}

    def tables(self) -> dict[str, Rows]:
        """Return the rows of the room."""
        self.rows["respondent"] += [
            {"assessment_id": self.key, "respondent_id": who, "stakeholder_group": group,
             "label": f"{group.replace('_', ' ')} (demo)"} for who, group in self.people.items()]
        first = self._first_turn()
        opinions = {item: voices.opinions(item, {1: self._count(1, item, said)}) for item, said in first.items()}
        asked = [item for item, one in opinions.items() if consensus.propose(_RULE, one).level is None]
        if self.phase == voices.FIRST:
            self._keep_open(first)
            asked = []
        else:
            self._put_away(1, first)
            second = {item: self._closer(item, first[item], opinions[item].whole.median) for item in asked}
            self._put_away(2, second)
            self._agree(first, second)
        self.rows["room"].append({
            "assessment_id": self.key, "phase": self.phase, "rule": {"kind": _RULE.kind, "share": _RULE.share},
            "invited": list(INVITED), "asked": asked, "revision": 1, "at": self.day, "by": "demo"})
        return self.rows

    def _first_turn(self) -> dict[str, list[Voice]]:
        said: dict[str, list[Voice]] = defaultdict(list)
        essentials = {item.split(".")[0] for item in self.city}
        moods = {(group, essential): Lot(self.seed, "mood", self.slug, group, essential).one((-2, -1, 0, 0, 0, 1, 2))
                 for group in self.groups for essential in essentials}
        for who, group in self.people.items():
            lot = Lot(self.seed, "voice", self.slug, who)
            for item, level in self.city.items():
                # Every draw is made for every question, so that one that is skipped moves no other.
                silent, unknown, moved, noise = (lot.hit(0.04), lot.hit(0.06), lot.hit(0.6),
                                                 lot.one((-1, -1, 0, 0, 0, 0, 0, 1)))
                if silent:
                    continue
                mood = moods[group, item.split(".")[0]] if moved else 0
                heard = min(3, max(0, (1 if level is None else level) + mood + noise))
                said[item].append(Voice(who, group, UNKNOWN, None) if unknown else Voice(who, group, ANSWERED, heard))
        return said

    def _closer(self, item: str, said: list[Voice], median: float | None) -> list[Voice]:
        """Return the same people a turn later: some have moved a level towards the median."""
        lot = Lot(self.seed, "second turn", self.slug, item)
        later = []
        for voice in said:
            moved = lot.hit(0.5)
            level = voice.level
            if moved and level is not None and median is not None and abs(level - median) >= 1:
                level += 1 if level < median else -1
            later.append(Voice(voice.respondent, voice.group, voice.state, level))
        return later

    def _count(self, turn: int, item: str, said: list[Voice]) -> list[Block]:
        made = voices.gather(said, Counter(self.people.values()), closing=self.phase != voices.FIRST)
        self.rows["voice_block"] += [
            {"assessment_id": self.key, "turn": turn, "item": item, "block": number, "stakeholder_group": block.group,
             "counts": dict(block.counts), "members": list(members), "at": self._at(turn)}
            for number, (block, members) in enumerate(made, 1)]
        return [block for block, _ in made]

    def _at(self, turn: int) -> dt.datetime:
        return self.day + dt.timedelta(hours=turn)

    def _keep_open(self, said: Mapping[str, list[Voice]]) -> None:
        self.rows["answer"] += [
            {"assessment_id": self.key, "respondent_id": voice.respondent, "item": item, "state": voice.state,
             "level": voice.level, "raw_value": None, "unit": None, "confidence": None, "note": "", "evidence": [],
             "revision": 1, "client": "", "seq": None, "at": self._at(1), "by": "demo"}
            for item, spoken in said.items() for voice in spoken]

    def _put_away(self, turn: int, said: Mapping[str, list[Voice]]) -> None:
        self.rows["voice"] += [
            {"assessment_id": self.key, "turn": turn, "respondent_id": voice.respondent, "item": item,
             "state": voice.state, "level": voice.level, "note": "", "at": self._at(turn)}
            for item, spoken in said.items() for voice in spoken]

    def _agree(self, first: Mapping[str, list[Voice]], second: Mapping[str, list[Voice]]) -> None:
        """Agree where the rule proposes what the city says; of the others the room has decided the first two."""
        decided = 0
        for item in first:
            turns = {1: self._blocks(1, item), 2: self._count(2, item, second[item]) if item in second else []}
            one = voices.opinions(item, turns)
            proposed, level = consensus.propose(_RULE, one).level, self.city[item]
            if level is None or (proposed != level and decided == 2):
                continue
            by_rule = proposed == level
            decided += not by_rule
            self.rows["consensus"].append({
                "assessment_id": self.key, "item": item, "state": ANSWERED, "level": level, "by_rule": by_rule,
                "why": "" if by_rule else "The plans were looked at together (demo).",
                "dissent": "" if by_rule else _DISSENT, "turn": one.turn, "counts": dict(one.whole.counts),
                "revision": 1, "at": self._at(3), "by": "demo"})

    def _blocks(self, turn: int, item: str) -> list[Block]:
        return [Block(row["stakeholder_group"], row["counts"]) for row in self.rows["voice_block"]
                if (row["turn"], row["item"]) == (turn, item)]
