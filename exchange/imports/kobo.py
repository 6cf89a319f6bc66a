"""Answers that were given on phones: the table of submissions that KoboToolbox or ODK Central exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exchange.errors import Findings, InputError
from exchange.imports.answers import Given, taken
from exchange.imports.sheets import read_table
from exchange.instruments import Instrument
from exchange.instruments.xlsform import GROUP, note_of, number_of, scenario_of
from exchange.vocabulary import ANSWERED, BLANK, NOT_APPLICABLE, SCENARIOS, STAKEHOLDER_GROUPS, UNKNOWN

IDS: Final = ("_uuid", "KEY", "meta/instanceID", "meta-instanceID", "instanceID", "_id")
TIMES: Final = ("_submission_time", "SubmissionDate", "end", "start")
_HEADS: Final = ("item", "state", "level", "raw_value", "note")


@dataclass(frozen=True)
class Submission:
    """One row of the table: what one person, or one table of people, answered.

    Parameters
    ----------
    id
        Kobo's or ODK's own identifier.
    time
        When it was sent, as the file says it.
    group
        The stakeholder group, where the form asked for it.
    given
        The answers.
    scenarios
        The scenarios that they are about, where the form asked for them.
    """

    id: str
    time: str
    group: str | None
    given: Given
    scenarios: dict[str, str]


def read_submissions(file: Path, instrument: Instrument) -> list[Submission]:
    """Return the submissions in an export (CSV or XLSX, "XML values and headers"), in the order of the file.

    Raises
    ------
    InputError
        With every finding: no column of the questionnaire, a question in two columns, a submission without an
        identifier or twice, an answer off the scale, a stakeholder group that we do not know.
    """
    heads, rows = read_table(file)
    columns = _columns(heads, instrument, file.name)
    findings = Findings()
    seen: dict[str, int] = {}
    found = []
    for number, row in enumerate(rows, 1):
        name = _first(row, IDS).removeprefix("uuid:")
        place = f"{file.name}, row {number}"
        if not name and len(rows) > 1:
            findings.add(place, "the submission has no _uuid", "Export it again with its metadata.")
        elif name in seen:
            findings.add(place, f"submission {name[:60]} stands in row {seen[name]} already", "Keep one of the rows.")
        seen[name] = number
        group = _cell(row, heads, GROUP) or None
        if group is not None and group not in STAKEHOLDER_GROUPS:
            findings.add(place, f"{group[:60]!r} is not a stakeholder group", f"Use {', '.join(STAKEHOLDER_GROUPS)}.")
        answers = _answers(row, columns, instrument, place, findings)
        scenarios = {scenario: words for scenario in SCENARIOS if (words := _cell(row, heads, scenario_of(scenario)))}
        found.append(Submission(name, _first(row, TIMES), group, answers, scenarios))
    if not found:
        findings.add(file.name, "it holds no submission", "Export it again when somebody has answered.")
    findings.raise_if_any()
    return found


def _first(row: Mapping[str, str], names: Iterable[str]) -> str:
    return next((row[name].strip() for name in names if row.get(name, "").strip()), "")


def _cell(row: Mapping[str, str], heads: Iterable[str], name: str) -> str:
    return next((row[head].strip() for head in heads if _is(head, name)), "")


def _is(head: str, name: str) -> bool:
    """Return whether a column is a question, with or without the path of its groups (E1/P1.1, E1-P1.1)."""
    return head == name or head.endswith((f"/{name}", f"-{name}"))


def _ends(head: str) -> Iterator[str]:
    """Yield a column with ever less of the path of its groups: an id may be the end of another ("b" and "a-b")."""
    yield head
    yield from (head[place + 1:] for place, sign in enumerate(head) if sign in "/-")


def _columns(heads: list[str], instrument: Instrument, place: str) -> dict[str, dict[str, str]]:
    """Return item -> what is said of it -> the column where it stands."""
    findings = Findings()
    wanted = {item.id: {"level": item.id, "note": note_of(item.id),
                        **({"raw_value": number_of(item.id, item.quantity.id)} if item.quantity else {})}
              for item in instrument.items}
    names = {name for parts in wanted.values() for name in parts.values()}
    meant: dict[str, str] = {}
    for head in heads:
        name = next((name for name in _ends(head) if name in names), None)
        if name is not None and name in meant:
            findings.add(place, f"{name} stands in the columns {meant[name][:60]!r} and {head[:60]!r}", "Keep one.")
        elif name is not None:
            meant[name] = head
    findings.raise_if_any()
    found = {item: {what: meant[name] for what, name in parts.items() if name in meant}
             for item, parts in wanted.items()}
    if not any("level" in parts for parts in found.values()):
        first = instrument.items[0].id
        raise InputError.at(place, f"no column is a question of {instrument.name}, such as {first}",
                            "Export the submissions with XML values and headers, not with labels.")
    return found


def _answers(row: Mapping[str, str], columns: Mapping[str, Mapping[str, str]], instrument: Instrument, place: str,
             findings: Findings) -> Given:
    rows = []
    for item, parts in columns.items():
        cells = {what: row[head] for what, head in parts.items()}
        said = {what: words for what, words in cells.items() if what == "note" or words.strip()}
        level = said.pop("level", "").strip()
        state = level if level in {UNKNOWN, NOT_APPLICABLE} else ANSWERED if level or "raw_value" in said else BLANK
        rows.append({"item": item, "state": state, **said, "level": level if state == ANSWERED else ""})
    try:
        return taken(instrument, _HEADS, [{head: row.get(head, "") for head in _HEADS} for row in rows], place,
                     ours=False)
    except InputError as error:
        for found in error.findings:
            findings.add(f"{place}, {found.place.rpartition(', ')[2]}", found.finding, found.remedy)
        return {}
