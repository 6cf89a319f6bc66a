"""The occasions on which cities answer: which questionnaire, for which round, by whom, and whether it is agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd
import sqlalchemy as sa

from exchange import vocabulary
from exchange.errors import ConflictError, Findings, InputError
from exchange.store import schema as t
from exchange.store.access import Viewer, demand
from exchange.store.base import Base, Writing, checked, must_exist, one, seen, upsert
from exchange.store.cells import Clean

_OCCASION: Final = ("city_id", "instrument", "round", "purpose", "subject", "side", "stage")


class Assessments(Base):
    """Assessments and who answers them."""

    def assessments(self, viewer: Viewer, city_id: str | None = None, *, instrument: str | None = None,
                    round: str | None = None, purpose: str | None = None,  # noqa: A002
                    subject: str | None = None, status: str | None = None) -> pd.DataFrame:
        """Return the assessments that the viewer may see and that match, oldest first: all columns."""
        order = (t.assessment.c.created_at, t.assessment.c["round"], t.assessment.c.assessment_id)
        return self._frame(viewer, t.assessment, *order, city_id=city_id, instrument=instrument, round=round,
                           purpose=purpose, subject=subject, status=status)

    def assessment(self, viewer: Viewer, assessment_id: str) -> Clean:
        """Return one assessment as a dict."""
        return self._record(viewer, t.assessment, assessment_id, "assessment")

    def open_assessment(self, viewer: Viewer, city_id: str, instrument: str, *, version: str, round: str,  # noqa: A002
                        purpose: str = t.SELF, subject: str | None = None, side: str | None = None,
                        stage: str | None = None, scope: Mapping[str, object] | None = None) -> Clean:
        """Return the city's assessment of this occasion, begun now if it was not yet.

        There is one for each city, instrument, round, purpose, subject, side and stage; it is found again whatever
        its status, so that a page which is opened twice shows the same answers.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city.
        city_id, instrument, version, round
            Whose, which questionnaire in which version, and for which round (free text, such as ``"2026"``).
        purpose
            ``"self"``, or ``"exchange"`` for the evaluation of an exchange.
        subject, side, stage
            Of an evaluation: the exchange, whether as learner or host, and when.
        scope
            Which parts of the instrument the city chose.

        Returns
        -------
        dict
            The row, with the key `created` telling whether it was begun now.
        """
        row = checked(t.assessment, {
            "city_id": city_id, "instrument": instrument, "version": version, "round": round, "purpose": purpose,
            "subject": subject, "side": side, "stage": stage, "scope": scope or {}}, "assessment",
            allowed=(*_OCCASION, "version", "scope"))
        with self.write(viewer) as writing:
            demand(viewer, "assessment", {"city_id": city_id}, f"assessments of {city_id}")
            must_exist(writing.connection, t.city, city_id, "city")
            _check_subject(writing, row)
            found = one(writing.connection, t.assessment, {name: row[name] for name in _OCCASION})
            if found is not None:
                return {**found, "created": False}
            row |= {"assessment_id": writing.new_id("a"), "status": t.OPEN, "created_at": writing.now}
            writing.connection.execute(sa.insert(t.assessment), [row])
            agreed = {"assessment_id": row["assessment_id"], "respondent_id": t.CITY}
            writing.connection.execute(sa.insert(t.respondent), [agreed])
            writing.note("open assessment", f"assessment {row['assessment_id']}", city_id=city_id, after=row)
            made = one(writing.connection, t.assessment, {"assessment_id": row["assessment_id"]})
            return {**(made or row), "created": True}

    def confirm_assessment(self, viewer: Viewer, assessment_id: str) -> Clean:
        """Close an assessment: the city agrees on it. Only now can what it shares be seen by others."""
        return self._set_status(viewer, assessment_id, t.CONFIRMED)

    def reopen_assessment(self, viewer: Viewer, assessment_id: str) -> Clean:
        """Open a confirmed assessment for corrections; others do not see it meanwhile."""
        return self._set_status(viewer, assessment_id, t.OPEN)

    def _set_status(self, viewer: Viewer, assessment_id: str, status: str) -> Clean:
        with self.write(viewer) as writing:
            row = own_assessment(writing, assessment_id)
            if row["status"] == status:
                return row
            change = {"status": status, "confirmed_at": writing.now if status == t.CONFIRMED else None}
            change_assessment(writing, row, change, f"{status} assessment")
            return {**row, **change}

    def set_scenarios(self, viewer: Viewer, assessment_id: str, scenarios: Mapping[str, object]) -> None:
        """Name the scenarios that the answers are about: ``{"most_probable": ..., "most_severe": ...}``."""
        place = f"assessment {assessment_id}"
        clean = checked(t.assessment, {"scenarios": scenarios}, place, allowed=("scenarios",))
        findings = Findings()
        for name in clean["scenarios"]:
            if name not in vocabulary.SCENARIOS:
                findings.add(f"{place}, scenarios", f"{name!r} is not a scenario",
                             f"Use {', '.join(vocabulary.SCENARIOS)}.")
        findings.raise_if_any()
        with self.write(viewer) as writing:
            row = own_assessment(writing, assessment_id)
            if row["scenarios"] != clean["scenarios"]:
                change_assessment(writing, row, clean, "set scenarios")

    def put_scenario(self, viewer: Viewer, assessment_id: str, scenario: str, *, hazard: str, words: str,
                     base_revision: int | None = None) -> Clean:
        """Describe one scenario: its hazard and a sentence of what happens; return it with its `revision`.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city.
        assessment_id
            Which assessment; it must still take answers, because they are judged against its scenarios.
        scenario
            Of `vocabulary.SCENARIOS`.
        hazard, words
            Identifier in the hazard profiles, and the sentence.
        base_revision
            The revision that was seen; 0 for none. None does not check.

        Raises
        ------
        ConflictError
            When somebody else described it otherwise meanwhile.
        """
        place = f"assessment {assessment_id}, {scenario}"
        said = _checked_scenario(place, scenario, hazard, words)
        with self.write(viewer) as writing:
            row = own_assessment(writing, assessment_id)
            if row["status"] == t.CONFIRMED:
                raise InputError.at(place, "the assessment was confirmed", "Reopen it to correct it.")
            before = row["scenarios"].get(scenario)
            stored = before if isinstance(before, Mapping) else {"revision": 0}
            if said == {name: stored.get(name) for name in said}:
                return {**stored}
            if base_revision not in (None, stored.get("revision", 0)):
                raise ConflictError.at(place, "somebody else described it otherwise meanwhile", "Look at both.")
            now = {**said, "revision": stored.get("revision", 0) + 1}
            change_assessment(writing, row, {"scenarios": {**row["scenarios"], scenario: now}}, "describe scenario")
        return now

    def set_scope(self, viewer: Viewer, assessment_id: str, sections: Iterable[str]) -> None:
        """Name the sections of the questionnaire that matter to the city; none of them means all."""
        chosen = list(dict.fromkeys(map(str, sections)))
        clean = checked(t.assessment, {"scope": {"sections": chosen} if chosen else {}},
                        f"assessment {assessment_id}", allowed=("scope",))
        with self.write(viewer) as writing:
            row = own_assessment(writing, assessment_id)
            if row["scope"] != clean["scope"]:
                change_assessment(writing, row, clean, "choose sections")

    def respondents(self, viewer: Viewer, assessment_id: str) -> pd.DataFrame:
        """Return who answers, as far as the viewer may know: respondent_id, stakeholder_group, label."""
        return self._frame(viewer, t.respondent, t.respondent.c.respondent_id, assessment_id=assessment_id)

    def put_respondent(self, viewer: Viewer, assessment_id: str, *, stakeholder_group: str | None = None,
                       label: str = "", respondent_id: str | None = None) -> str:
        """Let one more voice answer an assessment; return its identifier.

        Parameters
        ----------
        viewer
            Who asks: somebody who acts for the city.
        assessment_id
            Which assessment.
        stakeholder_group
            Of `vocabulary.STAKEHOLDER_GROUPS`.
        label
            A word for the people in the room (``"table 3"``). Better not a name.
        respondent_id
            To change an existing one, or to choose the identifier.
        """
        row = checked(t.respondent, {"stakeholder_group": stakeholder_group, "label": label,
                                     **({"respondent_id": respondent_id} if respondent_id else {})},
                      "respondent", allowed=("respondent_id", "stakeholder_group", "label"))
        with self.write(viewer) as writing:
            assessment = own_assessment(writing, assessment_id)
            row.setdefault("respondent_id", writing.new_id("r"))
            key = {"assessment_id": assessment_id, "respondent_id": row["respondent_id"]}
            before = one(writing.connection, t.respondent, key)
            upsert(writing.connection, t.respondent, [{**key, **row}])
            writing.note("put respondent", f"respondent {assessment_id}/{row['respondent_id']}",
                         city_id=assessment["city_id"], before=before, after=row)
        return str(row["respondent_id"])


def _check_subject(writing: Writing, row: Clean) -> None:
    if (row["purpose"] == t.EXCHANGE) != (row["subject"] is not None):
        raise InputError.at("assessment", "an evaluation is about an exchange, a self-assessment is not",
                            'Give purpose="exchange" and the exchange as subject, or neither.')
    if row["subject"] is not None:
        exchange = seen(writing.connection, writing.viewer, t.exchange, row["subject"], "exchange")
        if row["city_id"] not in (exchange["learner_id"], exchange["host_id"]):
            raise InputError.at(f"exchange {row['subject']}", f"city {row['city_id']} is not one of its pair",
                                "Name the learner or the host.")


def _checked_scenario(place: str, scenario: str, hazard: str, words: str) -> Clean:
    findings = Findings()
    if scenario not in vocabulary.SCENARIOS:
        findings.add(place, f"{scenario!r} is not a scenario", f"Use {', '.join(vocabulary.SCENARIOS)}.")
    if not hazard.strip():
        findings.add(place, "the hazard is missing", "Choose one of the hazard profiles.")
    if not words.strip():
        findings.add(place, "the sentence is missing", "Say in one sentence what happens.")
    findings.raise_if_any()
    return {"hazard": hazard.strip(), "words": " ".join(words.split())}


def own_assessment(writing: Writing, assessment_id: str) -> Clean:
    """Return an assessment that the viewer may run."""
    row = seen(writing.connection, writing.viewer, t.assessment, assessment_id, "assessment")
    demand(writing.viewer, "assessment", {"city_id": row["city_id"]}, f"assessment {assessment_id}")
    return row


def change_assessment(writing: Writing, row: Clean, change: Clean, action: str) -> None:
    """Write new values of an assessment, with their line of history."""
    key = t.assessment.c.assessment_id == row["assessment_id"]
    writing.connection.execute(sa.update(t.assessment).where(key).values(change))
    writing.note(action, f"assessment {row['assessment_id']}", city_id=row["city_id"],
                 before={name: row[name] for name in change}, after=change)
