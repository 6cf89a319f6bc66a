"""The open room as its server knows it: who sits where, what was answered, where the room stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from exchange import instruments
from exchange.assessments import voices
from exchange.errors import ExchangeError, InputError, NotFoundError
from exchange.room.stage import Stage
from exchange.store import EditConflictError, Saved, Viewer
from exchange.store.schema import CONFIRMED, OPEN
from exchange.store.workshops import Said, digest_of
from exchange.vocabulary import BLANK, STAKEHOLDER_GROUPS
from exchange.workbook import Workbook
from exchange.workbook.assess import RESILIENCE
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from exchange.assessments.voices import Opinions
    from exchange.instruments import Instrument
    from exchange.room.writer import Outcome
    from exchange.workbook.context import Row
    from exchange.workbook.room import Room

FIRST_PORT: Final = 8867
_SHOWN: Final = ("state", "level", "note", "revision")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one group is with one question."""

    group: str
    seats: int
    answered: int

    @property
    def missing(self) -> int:
        """How many have not answered."""
        return self.seats - self.answered


@dataclass
class Book:
    """One open room.

    Parameters
    ----------
    workbook
        The city's workbook, opened by whoever runs the room, in the round that is answered.
    row
        The workshop in the store.
    """

    workbook: Workbook
    row: Row
    together: Row = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    answers: dict[str, dict[str, Row]] = field(default_factory=dict)
    before: dict[str, dict[str, Row]] = field(default_factory=dict)

    @classmethod
    def open(cls, workbook: Workbook, items: str = "") -> Book:
        """Open the city's room again, or a new one for its open assessment."""
        store, viewer = workbook.store, workbook.viewer
        standing = [row for row in rows_of(store.workshops(viewer, workbook.city_id)) if row["closed_at"] is None]
        if standing:
            workbook.round = store.assessment(viewer, standing[-1]["assessment_id"])["round"]
            book = cls(workbook, store.workshop(viewer, standing[-1]["workshop_id"]))
        else:
            chosen = chosen_items(instruments.load(RESILIENCE), items)
            workbook.round = _round(workbook)
            room = workbook.assess.room()
            row = room.row or room.open()
            book = cls(workbook, store.open_workshop(viewer, row["assessment_id"], chosen, Stage().stored()))
        book.read()
        return book

    def read(self) -> None:
        """Read from the store who is in the room and what each of them answered."""
        store, viewer = self.workbook.store, self.workbook.viewer
        self.together = self._room.row or {}
        self.seats = store.seats(viewer, self.row["workshop_id"])
        here = set(self.seats.values())
        self.groups = {voice["respondent_id"]: voice["stakeholder_group"] or ""
                       for voice in rows_of(store.respondents(viewer, self.assessment_id))
                       if voice["respondent_id"] in here or voice["respondent_id"].startswith(self._paper)}
        self.answers, self.before = {}, {}
        for name in self.groups:
            # In their own name: nobody else reads what one person answered.
            person = Viewer("participant", name, frozenset({self.workbook.city_id}))
            said = rows_of(store.answers(person, self.assessment_id, respondent=name)) if self.turn else []
            self.answers[name] = {row["item"]: {n: row[n] for n in _SHOWN} for row in said}
            self.before[name] = {row["item"]: row for row in rows_of(store.voices(person, self.assessment_id))
                                 if row["turn"] == 1}

    def refresh(self) -> None:
        """See what others did to the room meanwhile; a turn that ended takes its answers along."""
        turn = self.turn
        self.row = self.workbook.store.workshop(self.workbook.viewer, self.row["workshop_id"])
        self.together = self._room.row or {}
        if self.turn != turn:
            self.read()

    # what it is

    @property
    def _room(self) -> Room:
        return self.workbook.assess.room()

    @property
    def assessment_id(self) -> str:
        """Which assessment is answered."""
        return str(self.row["assessment_id"])

    @property
    def code(self) -> str:
        """What people type to join."""
        return str(self.row["code"])

    @property
    def items(self) -> list[str]:
        """The questions, in order."""
        return list(self.row["items"])

    @property
    def stage(self) -> Stage:
        """What is on the screen, locked and timed."""
        return Stage.read(self.row["state"])

    @property
    def phase(self) -> str:
        """How far the room is in answering together, of `voices.PHASES`."""
        return str(self.together.get("phase", voices.FIRST))

    @property
    def turn(self) -> int:
        """The turn in which people answer now; 0 between turns."""
        return voices.TURN_OF.get(self.phase, 0)

    @property
    def revision(self) -> int:
        """How often the room was moved."""
        return int(self.row["revision"])

    @property
    def closed(self) -> bool:
        """Whether the workshop is over."""
        return self.row["closed_at"] is not None

    @property
    def top(self) -> int:
        """The highest level of the scale."""
        return instruments.load(RESILIENCE).scale.max

    @property
    def _paper(self) -> str:
        return f"paper-{self.row['workshop_id']}-"

    def asks(self, item: str) -> bool:
        """Whether a question of this room is asked in this turn."""
        return item in self.items and self.turn > 0 and (
            self.phase != voices.SECOND or not self.together["asked"] or item in self.together["asked"])

    # who is in it

    def respondent(self, key: str) -> str | None:
        """Return for whom a phone with this key answers, or nobody."""
        return self.seats.get(digest_of(key)) if key else None

    def join(self, key: str, group: str, label: str = "") -> str:
        """Give a phone its seat."""
        if group not in STAKEHOLDER_GROUPS:
            raise InputError.at("group", "none was chosen", "Choose the group to which you belong.")
        if self.closed:
            raise NotFoundError.at("room", "it is closed", "Ask the facilitator.")
        respondent = self.workbook.store.take_seat(
            self.workbook.viewer, self.row["workshop_id"], key, stakeholder_group=group, label=label.strip()[:40])
        self.seats[digest_of(key)] = respondent
        self.groups.setdefault(respondent, group)
        return respondent

    # what is answered

    def write(self, messages: Sequence[Said]) -> list[Outcome]:
        """Write answers in one transaction; what was saved is known here at once."""
        store, viewer = self.workbook.store, self.workbook.viewer
        outcomes = store.save_many(viewer, self.assessment_id, messages)
        for said, outcome in zip(messages, outcomes, strict=True):
            mine = self.answers.setdefault(said.respondent, {})
            if isinstance(outcome, Saved) and outcome.revision >= mine.get(said.item, {"revision": 0})["revision"]:
                mine[said.item] = {"state": said.state, "level": said.level, "note": said.note,
                                   "revision": outcome.revision}
            elif isinstance(outcome, EditConflictError):
                mine[said.item] = {name: outcome.theirs[name] for name in _SHOWN}
        return outcomes

    def answered(self, item: str) -> int:
        """Return how many answered a question in this turn."""
        return sum(row.answered for row in self.progress(item))

    def progress(self, item: str) -> list[Progress]:
        """Return how far each group in the room is with a question, in the order of the groups."""
        seats = Counter(self.groups.values())
        done = Counter(group for name, group in self.groups.items()
                       if self.answers.get(name, {}).get(item, {"state": BLANK})["state"] != BLANK)
        return [Progress(group, seats[group], done[group]) for group in STAKEHOLDER_GROUPS if seats[group]]

    def opinions(self) -> dict[str, Opinions]:
        """Return question -> what the room said of it, counted in fives."""
        return {one.item: one for one in self._room.opinions()}

    def agreements(self) -> dict[str, Row]:
        """Return question -> what the city agreed on in this room."""
        return self._room.agreements()

    def agree(self, item: str, state: str, level: int | None, *, why: str = "", dissent: str = "",
              seen: int | None = None) -> None:
        """Keep what the room agrees on as the answer of the city."""
        self._room.agree(item, level, state=state, why=why, dissent=dissent, seen=seen)

    def agreed_revision(self, item: str) -> int:
        """Return the revision of the city's answer; 0 for none."""
        rows = rows_of(self.workbook.store.answers(self.workbook.viewer, self.assessment_id))
        return int(next((row["revision"] for row in rows if row["item"] == item), 0))

    # moving it

    def move(self, action: str, item: str, value: str, revision: int) -> None:
        """Do one step that the facilitator asked for.

        Raises
        ------
        ConflictError
            When somebody else moved the room meanwhile.
        InputError
            When there is no such step.
        """
        store, viewer, workshop_id = self.workbook.store, self.workbook.viewer, self.row["workshop_id"]
        try:
            if action == "undo":
                self.row = store.undo_workshop(viewer, workshop_id, revision=revision)
                return
            stage = self._moved(action, item, value)
            self.row = store.set_workshop(viewer, workshop_id, stage.stored(), revision=revision,
                                          action=f"{action} in workshop")
        except ExchangeError:
            self.row = store.workshop(viewer, workshop_id)
            raise

    def _moved(self, action: str, item: str, value: str) -> Stage:
        stage = self.stage
        if item and item not in self.items:
            raise InputError.at(f"question {item}", "this room does not ask it", "Choose one of the room's questions.")
        which = [item] if item else self.items
        match action:
            case "show":
                return stage.put_on_screen(item)
            case "lock":
                return stage.lock(which, self.revision + 1)
            case "unlock":
                return stage.unlock(which)
            case "timer":
                return stage.run_timer(int(value) if value.isdigit() else 0, self.workbook.store.now())
        raise InputError.at(f"step {action}", "there is none of this name", "Use the buttons of the page.")

    def lead(self, to: str, seen: int, asked: Sequence[str]) -> None:
        """Lead the room to the next phase; all questions are open again when a turn begins."""
        room = self._room
        try:
            match to:
                case voices.REVEALED:
                    room.reveal(seen)
                case voices.DISCUSSION:
                    room.discuss(seen)
                case voices.SECOND:
                    room.second_turn(asked, seen)
                    self.move("unlock", "", "", self.revision)
                case voices.AGREEING:
                    room.close_turns(seen)
                case voices.AGREED:
                    room.finish(seen)
                case _:
                    raise InputError.at(f"phase {to}", "there is none of this name", "Use the buttons of the page.")
        finally:
            self.refresh()

    # paper

    def key_in(self, sheet: str, group: str, answers: dict[str, tuple[str, int | None]]) -> int:
        """Keep one paper form; return its number. The same sheet again is the same form."""
        if group not in STAKEHOLDER_GROUPS:
            raise InputError.at("group", "none was chosen", "Choose the group that stands on the form.")
        name = f"{self._paper}{digest_of(sheet)[:12]}"
        known = [voice for voice in self.groups if voice.startswith(self._paper)]
        if name not in known:
            known.append(name)
            self.workbook.store.put_respondent(
                self.workbook.viewer, self.assessment_id, stakeholder_group=group, label=f"form {len(known)}",
                respondent_id=name)
            self.groups[name] = group
        said = [Said(name, item, state, level, "", "paper", self.turn * 1000 + n)
                for n, (item, (state, level)) in enumerate(answers.items(), 1) if state != BLANK]
        for outcome in self.write(said):
            if isinstance(outcome, ExchangeError):
                raise outcome
        return known.index(name) + 1

    def end(self) -> None:
        """End the workshop."""
        self.workbook.store.close_workshop(self.workbook.viewer, self.row["workshop_id"])
        self.refresh()

    def wipe(self) -> None:
        """Delete what single people answered, for good."""
        self.workbook.store.wipe_workshop(self.workbook.viewer, self.row["workshop_id"])
        for kept in (self.seats, self.groups, self.answers, self.before):
            kept.clear()

    def everything(self) -> dict[str, Any]:
        """Return what may leave the room: what was counted in fives, and what was agreed; nothing of one person."""
        counted = [one for one in self._room.statistics() if one["item"] in self.items]
        return {"city": self.workbook.city["name"], "round": self.workbook.round, "instrument": RESILIENCE,
                "opened": self.row["created_at"].isoformat(), "phase": self.phase, "questions": counted}


def chosen_items(instrument: Instrument, wanted: str) -> list[str]:
    """Return the questions that somebody asked for: ids, essentials, ``all``; empty: the first of each essential.

    Raises
    ------
    InputError
        For a name that is neither a question nor an essential.
    """
    sections = {section.id: [item.id for item in section.items] for section in instrument.sections}
    known = [item.id for item in instrument.items]
    if not wanted.strip():
        return [ids[0] for ids in sections.values()]
    if wanted.strip() == "all":
        return known
    chosen: list[str] = []
    for name in filter(None, (part.strip() for part in wanted.split(","))):
        if name not in sections and name not in known:
            raise InputError.at(f"question {name}", "it is neither a question nor an essential",
                                "Use ids such as P1.1, essentials such as E4, or all.")
        chosen += [item for item in sections.get(name, [name]) if item not in chosen]
    return chosen


@lru_cache(maxsize=8)
def wording(language: str) -> dict[str, Any]:
    """Return item -> its words in a language, as `Instrument.for_form` gives them, with the name of its essential."""
    form: dict[str, Any] = dict(instruments.load(RESILIENCE).for_form(language))
    return {item["id"]: {**item, "section": section["name"]}
            for section in form["sections"] for item in section["items"]}


def _round(workbook: Workbook) -> str:
    """Return the wanted round, else that of the city's open assessment, else a new one, named by the day."""
    rounds, wanted = workbook.assess.rounds(), workbook.round
    if any(row["round"] == wanted and row["status"] == CONFIRMED for row in rounds):
        raise InputError.at(f"round {wanted}", "the assessment was confirmed and takes no more answers",
                            "Reopen it in the workbook, or name another round.")
    taken = [row["round"] for row in rounds if row["status"] == OPEN]
    return wanted or (taken[-1] if taken else workbook.today().isoformat())


def said_of(message: dict[str, Any], respondent: str) -> Said:
    """Return a message as a phone sent it, its parts checked.

    Raises
    ------
    InputError
        For anything that is not such a message.
    """
    level, base = message.get("level"), message.get("base")
    fits = (isinstance(message.get("item"), str) and isinstance(message.get("state"), str)
            and (level is None or type(level) is int) and isinstance(message.get("note"), str)
            and len(message["note"]) <= 2000 and isinstance(message.get("client"), str)
            and 8 <= len(message["client"]) <= 64 and type(message.get("seq")) is int
            and 0 < message["seq"] < 2**53 and (base is None or type(base) is int))
    if not fits:
        raise InputError.at("answer", "it is not one that this page sends", "Reload the page.")
    return Said(respondent, message["item"], message["state"], level, message["note"], message["client"],
                message["seq"], base)
