"""A room in which many people answer for one city: alone first, then what they said together, then what is agreed.

The way of a room (`voices.PHASES`): `open` it with its rule, let people `join` and `say` what they think; `reveal`,
`discuss`, begin the `second_turn`, `close_turns`, `agree` question by question or `accept` what the rule proposes, and
`finish`. Each of these is a person's act, checked and kept with its history in the record. Everything that is read
here is about five people or more.

Whoever serves people on their own devices lets them `join` on behalf of the facilitator, and then acts for each of
them as ``Viewer("participant", respondent, {city})``: so each person reads and writes their own answers alone.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from exchange import instruments
from exchange.assessments import consensus, voices
from exchange.assessments.voices import Block, Opinions, Spread
from exchange.errors import InputError, NotFoundError
from exchange.vocabulary import ANSWERED
from exchange.workbook import room_desk, room_views
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from exchange.assessments.consensus import Proposal, Rule
    from exchange.instruments import Instrument
    from exchange.reports.pictures import Picture
    from exchange.reports.sheet import Sheet
    from exchange.workbook import Workbook
    from exchange.workbook.context import Row
    from exchange.workbook.room_desk import Desk

RESILIENCE: Final = "resilience"


class Room:
    """Many answers to one self-assessment.

    Parameters
    ----------
    workbook
        The city's workbook.
    round_
        Round of learning.
    """

    def __init__(self, workbook: Workbook, round_: str) -> None:
        self._w = workbook
        self._round = round_
        self._found: str | None = None

    @cached_property
    def instrument(self) -> Instrument:
        """The questions, in the reader's language."""
        return instruments.load(RESILIENCE, language=self._w.language)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Item -> its words."""
        return {item.id: item.label for item in self.instrument.items}

    # Leading it ------------------------------------------------------------------------------------------------------

    @property
    def row(self) -> Row | None:
        """The room in the record (phase, rule, invited, asked, revision); None where none is open."""
        found = self._assessment_id()
        return self._w.store.room(self._w.viewer, found) if found else None

    @property
    def phase(self) -> str:
        """Where the room stands, of `voices.PHASES`; empty where none is open."""
        row = self.row
        return str(row["phase"]) if row else ""

    @property
    def rule(self) -> Rule:
        """How the room agrees."""
        return consensus.rule_of((self.row or {}).get("rule", {}))

    def open(self, rule: str = consensus.MEDIAN, share: float = consensus.SHARE, invited: Iterable[str] = ()) -> Row:
        """Open the first turn; choose rule and groups anew while nobody has answered."""
        begun = self._w.assess.form().row
        return self._w.store.open_room(self._w.viewer, str(begun["assessment_id"]), consensus.Rule.of(rule, share),
                                       invited=invited)

    def join(self, group: str | None = None, label: str = "", respondent: str | None = None) -> str:
        """Let one more person answer; return the id under which they do."""
        return self._w.store.put_respondent(self._w.viewer, self._key(), stakeholder_group=group, label=label,
                                            respondent_id=respondent)

    def reveal(self, seen: int | None = None) -> Row:
        """End the first turn and show what was said; `seen` is the revision of the room that was seen."""
        return self._go(voices.REVEALED, seen)

    def discuss(self, seen: int | None = None) -> Row:
        """Begin the discussion."""
        return self._go(voices.DISCUSSION, seen)

    def second_turn(self, items: Iterable[str] | None = None, seen: int | None = None) -> Row:
        """Ask again, everybody alone; by default the questions that the rule does not settle."""
        asked = self.open_questions() if items is None else list(items)
        if not asked:
            raise InputError.at("second turn", "the rule settles every question", "Name questions, or go on to agree.")
        return self._go(voices.SECOND, seen, asked)

    def close_turns(self, seen: int | None = None) -> Row:
        """End the turn and go on to agreeing."""
        return self._go(voices.AGREEING, seen)

    def finish(self, seen: int | None = None) -> Row:
        """Say that all is agreed."""
        return self._go(voices.AGREED, seen)

    def lead(self, to: str, seen: int | None = None) -> Row:
        """Lead the room to a phase by its name, of `voices.PHASES`; to the first one opens it."""
        if to == voices.FIRST and self.row is None:
            return self.open()
        return self.second_turn(seen=seen) if to == voices.SECOND else self._go(to, seen)

    def _go(self, to: str, seen: int | None, asked: Iterable[str] = ()) -> Row:
        row = self._open_row()
        return self._w.store.move_room(self._w.viewer, row["assessment_id"], to, asked=asked,
                                       seen_revision=row["revision"] if seen is None else seen)

    # Answering -------------------------------------------------------------------------------------------------------

    def say(self, respondent: str, item: str, state: str, level: int | None = None, *, note: str = "",
            **more: Any) -> tuple[int, datetime]:
        """Keep one person's answer; return its revision and the time.

        Parameters
        ----------
        respondent
            Whose, as `join` gave it.
        item, state, level, note
            The answer.
        **more
            ``base_revision``, ``client``, ``seq`` as in `Store.save_answer`: a message that comes twice is kept once.
        """
        self._must_fit(item, level)
        saved = self._w.store.save_answer(self._w.viewer, self._key(), item, state, level, respondent=respondent,
                                          note=note, **more)
        return saved.revision, saved.at

    def own(self, respondent: str) -> dict[int, dict[str, Row]]:
        """Return turn -> item -> what a person answered. Each person reads their own alone."""
        key, row = self._key(), self._open_row()
        found: dict[int, dict[str, Row]] = defaultdict(dict)
        for said in rows_of(self._w.store.voices(self._w.viewer, key)):
            if said["respondent_id"] == respondent:
                found[said["turn"]][said["item"]] = said
        turn = voices.TURN_OF.get(row["phase"])
        if turn:
            now = self._w.store.answers(self._w.viewer, key, respondent=respondent)
            found[turn] |= {said["item"]: said for said in rows_of(now)}
        return dict(found)

    # Reading ---------------------------------------------------------------------------------------------------------

    def opinions(self) -> list[Opinions]:
        """Return what was said of each question, in the order of the instrument."""
        found = self._assessment_id()
        turns: dict[str, dict[int, list[Block]]] = defaultdict(lambda: defaultdict(list))
        frame = self._w.store.voice_blocks(self._w.viewer, found) if self.row and found else None
        for row in rows_of(frame) if frame is not None else ():
            turns[row["item"]][row["turn"]].append(Block(row["stakeholder_group"], row["counts"]))
        return [voices.opinions(item.id, turns.get(item.id, {})) for item in self.instrument.items]

    def mark(self) -> tuple[int, ...]:
        """Return what is another whenever there is something new to show; quick to ask."""
        found = self._assessment_id()
        return self._w.store.room_changes(self._w.viewer, found) if found else ()

    def proposals(self) -> dict[str, Proposal]:
        """Return item -> what the rule says of it."""
        rule = self.rule
        return {one.item: consensus.propose(rule, one) for one in self.opinions()}

    def open_questions(self) -> list[str]:
        """Return the questions of which enough was said and which the rule does not settle."""
        proposals = self.proposals()
        return [one.item for one in self.opinions() if one.whole.n and proposals[one.item].level is None]

    def missing(self) -> tuple[str, ...]:
        """Return the invited groups of which nobody has answered anything."""
        row = self.row
        if row is None:
            return ()
        _, spoke = self._w.store.voice_groups(self._w.viewer, row["assessment_id"])
        return voices.missing(row["invited"], spoke)

    def answers(self) -> dict[str, Row]:
        """Return item -> what stands as the city's answer, as its questionnaire shows it."""
        return self._w.assess.form().stored()

    def agreements(self) -> dict[str, Row]:
        """Return item -> what the city agreed on, with what everybody said and what the minority says."""
        found = self._assessment_id()
        return {row["item"]: row for row in rows_of(self._w.store.agreements(self._w.viewer, found))} if found else {}

    def statistics(self) -> list[dict[str, Any]]:
        """Return one plain object a question, for programs: nothing in it is about fewer than five people."""
        rule, agreed, missing = self.rule, self.agreements(), list(self.missing())
        return [_plain(one, consensus.propose(rule, one), agreed.get(one.item), missing) for one in self.opinions()]

    # Agreeing --------------------------------------------------------------------------------------------------------

    def agree(self, item: str, level: int | None = None, *, state: str = ANSWERED, why: str = "", dissent: str = "",
              seen: int | None = None) -> Row:
        """Write the city's answer to a question, with the reason and the statement of the minority.

        Parameters
        ----------
        item, level, state
            The answer of the city.
        why, dissent
            In the words of the room.
        seen
            The revision of the city's answer that was seen; 0 for none. None does not check.

        Raises
        ------
        ConflictError
            When somebody else changed the city's answer meanwhile.
        """
        self._must_fit(item, level)
        one = next(one for one in self.opinions() if one.item == item)
        return self._agree(one, state, level, why=why, dissent=dissent, base_revision=seen)

    def accept(self) -> list[str]:
        """Write what the rule proposes, for all questions that are not agreed yet; return their ids."""
        agreed, rule = self.agreements(), self.rule
        taken = []
        for one in self.opinions():
            proposal = consensus.propose(rule, one)
            if one.item not in agreed and proposal.level is not None:
                self._agree(one, ANSWERED, proposal.level)
                taken.append(one.item)
        return taken

    def _agree(self, one: Opinions, state: str, level: int | None, **more: Any) -> Row:
        proposed = consensus.propose(self.rule, one).level
        return self._w.store.agree(
            self._w.viewer, self._key(), one.item, state, level, by_rule=proposed is not None and proposed == level,
            turn=one.turn, counts=one.whole.counts, **more)

    # Showing ---------------------------------------------------------------------------------------------------------

    def map(self, most: int = room_views.MOST_DRAWN) -> Picture:
        """Return questions by groups, those first on which people agree least; the table beside it has them all."""
        return room_views.agreement_map(self.opinions(), self.labels, most, self._w.language)

    def to_discuss(self) -> Sheet:
        """Return the questions in the order in which they are worth a discussion, with what the rule says."""
        return self._w.sheet(*room_views.to_discuss(self.opinions(), self.labels, self.row, self.agreements()))

    def presence(self) -> Sheet:
        """Return where the room stands, by which rule it agrees, and which groups are missing."""
        return self._w.sheet(*room_views.presence(self.row, self.missing()))

    def agreed(self) -> Sheet:
        """Return what the city agreed on, beside what everybody said and what the minority says."""
        return self._w.sheet(*room_views.agreed(self.agreements(), self.labels))

    def desk(self) -> Desk:
        """Return what a facilitator can do now."""
        row = self.row
        held = {} if row is None else {
            answer["item"]: answer["revision"] for answer in rows_of(self._w.store.answers(
                self._w.viewer, row["assessment_id"]))}
        return room_desk.desk(row, self.opinions(), set(self.agreements()), held, self.instrument)

    @property
    def can_lead(self) -> bool:
        """Whether the viewer may lead the room."""
        return self._w.can_edit

    @property
    def language(self) -> str:
        """The reader's language."""
        return self._w.language

    # ------------------------------------------------------------------------------------------------------------------

    def _assessment_id(self) -> str | None:
        if self._found is None:
            self._found = next((str(row["assessment_id"]) for row in self._w.assess.rounds()
                                if row["round"] == self._round), None)
        return self._found

    def _must_fit(self, item: str, level: int | None) -> None:
        scale = self.instrument.scale
        if item not in self.labels:
            raise NotFoundError.at(f"question {item}", "there is none", "Use an id of the questionnaire.")
        if level is not None and level not in scale.numbers:
            raise InputError.at(f"question {item}", f"{level} is not on the scale {scale.min}-{scale.max}",
                                f"Use {', '.join(map(str, scale.numbers))}.")

    def _open_row(self) -> Row:
        row = self.row
        if row is None:
            raise NotFoundError.at(f"round {self._round}", "no room is open for it", "Open the room first.")
        return row

    def _key(self) -> str:
        return str(self._open_row()["assessment_id"])


def _plain(one: Opinions, proposal: Proposal, agreed: Row | None, missing: list[str]) -> dict[str, Any]:
    return {
        "item": one.item, "turn": one.turn, **_numbers(one.whole),
        "groups": {group: _numbers(found) for group, found in one.groups.items()}, "others": _numbers(one.others),
        "missing_groups": missing,
        "proposal": {"level": proposal.level, "settled": proposal.level is not None, "why": str(proposal.why)},
        "agreed": agreed and {name: agreed[name] for name in ("state", "level", "by_rule", "why", "dissent", "counts")},
    }


def _numbers(found: Spread) -> dict[str, Any]:
    return {"n": found.n, "answered": found.answered, "median": found.median, "q1": found.low, "q3": found.high,
            "iqr": found.iqr, "within_one_level": found.near, "counts": dict(found.counts),
            "withheld": not found.shown}
