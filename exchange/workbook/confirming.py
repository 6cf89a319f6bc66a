"""The profile of a city, from a proposal to what it confirms: edited by its people, closed by one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from exchange import assessments
from exchange.errors import InputError
from exchange.store.schema import CONFIRMED
from exchange.workbook.context import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from exchange.assessments import Line, Profile
    from exchange.workbook import Workbook
    from exchange.workbook.assess import Assess
    from exchange.workbook.context import Row

LONGEST: Final = 400
"""Characters of one sentence of the city's own, and of who confirms."""


@dataclass(frozen=True)
class Confirmation:
    """A version of the profile that was confirmed.

    Parameters
    ----------
    version
        1, 2, ...
    who
        Who confirmed, by name or function.
    by, at
        Under which name it was entered, and when.
    changed
        Items whose answers changed since.
    """

    version: int
    who: str
    by: str
    at: datetime
    changed: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """The profile of a round as it stands.

    Parameters
    ----------
    lines
        What the city wants to learn and what others can learn from it.
    proposal
        What the answers suggest; its learning indicators and unknown items are shown beside the lines.
    others
        Item -> its label: answered questions that are in no line.
    answered, total
        How many questions have an answer, and how many there are.
    who
        Who confirms, as far as it is entered.
    revision
        Of the draft or, without one, of the last confirmation; 0 without either.
    closed
        Whether the answers are closed.
    confirmed
        The last confirmation, or None.
    """

    lines: tuple[Line, ...]
    proposal: Profile
    others: Mapping[str, str]
    answered: int
    total: int
    who: str
    revision: int
    closed: bool
    confirmed: Confirmation | None


class Confirming:
    """The profile of one round of a city."""

    def __init__(self, workbook: Workbook, assess: Assess) -> None:
        self._w = workbook
        self._assess = assess
        self.instrument = assess.instrument

    @property
    def language(self) -> str:
        """The language of whoever looks."""
        return self._w.language

    @property
    def city(self) -> str:
        """Name of the city."""
        return str(self._w.city["name"])

    @property
    def browser_key(self) -> str:
        """Under which name a browser keeps what is not saved yet."""
        return f"{self._assess.form().browser_key}/profile"

    @property
    def can_edit(self) -> bool:
        """Whether the viewer speaks for the city."""
        return self._w.can_edit

    def state(self) -> State:
        """Return the profile as it stands now."""
        assessment = self._assess.row()
        versions = self._versions(assessment)
        last = versions[-1] if versions else None
        answers, proposal = self._assess.answers(), self._assess.proposal()
        edits = last["body"].get("edits", {}) if last else {}
        lines = assessments.lines(self.instrument, answers, proposal, edits)
        given, listed = assessments.given(self.instrument, answers), {line.item for line in lines}
        others = {item.id: item.label for item in self.instrument.items if item.id in given and item.id not in listed}
        confirmed = next((row for row in reversed(versions) if row["status"] == CONFIRMED), None)
        return State(
            lines, proposal, others, len(given), len(self.instrument.items),
            "" if last is None or last["status"] == CONFIRMED else str(last["body"].get("who", "")),
            last["revision"] if last else 0, bool(assessment and assessment["status"] == CONFIRMED),
            None if confirmed is None else self._confirmation(confirmed, given))

    def _confirmation(self, row: Row, given: Mapping[str, object]) -> Confirmation:
        before = row["body"].get("answers", {})
        return Confirmation(row["version"], str(row["body"].get("who", "")), row["by"], row["at"],
                            assessments.changed(self.instrument, before, given))

    def stored(self) -> dict[str, Any] | None:
        """Return what the record holds of the latest version: act, who, edits and revision; None where it has none."""
        versions = self._versions(self._assess.row())
        if not versions:
            return None
        last = versions[-1]
        return {"act": "confirm" if last["status"] == CONFIRMED else "draft", "who": last["body"].get("who", ""),
                "edits": last["body"].get("edits", {}), "revision": last["revision"]}

    def draft(self, edits: assessments.Edits, who: str, base_revision: int | None = None) -> tuple[int, datetime]:
        """Keep what people changed of the profile; return its revision and the time."""
        body = {"edits": self._checked(edits), "who": who[:LONGEST]}
        row = self._w.store.put_profile(self._w.viewer, self._id, body, base_revision=base_revision)
        return row["revision"], row["at"]

    def confirm(self, edits: assessments.Edits, who: str, base_revision: int | None = None) -> tuple[int, datetime]:
        """Confirm the profile and close the answers; return its revision and the time.

        What the city wants to learn becomes its priorities: by them peers are found and lessons recommended.

        Parameters
        ----------
        edits
            What people changed of the lines.
        who
            Who confirms, by name or function.
        base_revision
            The revision that was seen; None does not check.

        Raises
        ------
        InputError
            When nothing is answered yet, or nobody is named.
        """
        clean, answers = self._checked(edits), self._assess.answers()
        given = assessments.given(self.instrument, answers)
        if not given:
            raise InputError.at("profile", "nothing is answered yet", "Answer a question first.")
        if not who.strip():
            raise InputError.at("profile", "nobody is named who confirms it", "Name a person or a function.")
        lines = assessments.lines(self.instrument, answers, self._assess.proposal(), clean)
        kept = [{"item": line.item, "side": line.side, "level": line.level, "words": line.words,
                 "reason": line.reason.said(self.language)} for line in lines if line.chosen]
        body = {"edits": clean, "who": who.strip()[:LONGEST], "lines": kept, "answers": given}
        needs = [line.item for line in lines if line.chosen and line.side == assessments.NEED]
        row = self._w.store.confirm_profile(self._w.viewer, self._id, body, needs=needs, base_revision=base_revision)
        return row["revision"], row["at"]

    def reopen(self) -> None:
        """Open the answers to corrections; what was confirmed stays on record."""
        self._w.store.reopen_assessment(self._w.viewer, self._id)

    @property
    def _id(self) -> str:
        return self._assess.form().assessment_id

    def _versions(self, assessment: Row | None) -> list[Row]:
        if assessment is None:
            return []
        return rows_of(self._w.store.profiles(self._w.viewer, assessment["assessment_id"]))

    def _checked(self, edits: assessments.Edits) -> dict[str, dict[str, Any]]:
        known = {item.id for item in self.instrument.items}
        strange = [item for item, edit in edits.items()
                   if item not in known or edit.get("side") not in (assessments.NEED, assessments.OFFER)]
        if strange:
            raise InputError.at("profile", f"it has no line {', '.join(strange)[:80]}", "Open the page again.")
        return {item: {"side": edit["side"], "chosen": bool(edit.get("chosen")),
                       "words": " ".join(str(edit.get("words") or "").split())[:LONGEST]}
                for item, edit in edits.items()}
