"""The history that can be proven: every change leaves a row, and every row seals the one before it.

The hash of a row is SHA-256 over the canonical JSON of its fields and the hash of the row before. Number and hash
of the last row also stand in the settings, so that rows cut off at the end are missed. Whoever can write the whole
database could forge a whole chain: note the head (`AuditReport.head`) elsewhere now and then, and give it to
`verify`, which then finds that too.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from exchange.errors import Finding
from exchange.store.access import Viewer
from exchange.store.schema import HEAD, audit, moment_text, setting

START: Final = "0" * 64
"""What the first row calls the hash before it."""

ERASE: Final = "erase"
"""The action of a row that names the rows whose content went for good."""

_SEALED = ("seq", "at", "who", "role", "action", "subject", "city_id", "digest", "previous")
_MOST_FINDINGS = 20
_REMEDY = "Restore a backup that verifies, and ask who could write to the database file."


@dataclass(frozen=True, slots=True)
class Change:
    """What one write did: the action, the thing that it was done to, and how that was before and after."""

    action: str
    subject: str
    city_id: str | None = None
    before: object = None
    after: object = None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a verification found.

    Parameters
    ----------
    ok
        Whether every row is where and what it was.
    rows
        How many rows there are.
    first_bad_seq
        Number of the first row that is wrong or missing; None when all is well.
    findings
        At most twenty, in order.
    head
        ``"number:hash"`` of the last row, to be noted elsewhere.
    """

    ok: bool
    rows: int
    first_bad_seq: int | None
    findings: tuple[Finding, ...]
    head: str


def canonical(value: object) -> str:
    """Return the one JSON text of a value: sorted names, no spaces, moments as ISO text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return moment_text(value)
    return str(value)


def sha256(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of a value, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def locked_head(connection: sa.Connection) -> tuple[int, str]:
    """Return number and hash of the last row, and keep other writers waiting until this transaction ends.

    On SQLite the transaction has the write lock already; on PostgreSQL this row is the lock, so that both databases
    write one change after the other.
    """
    query = sa.select(setting.c.value).where(setting.c.key == HEAD).with_for_update()
    head = connection.scalars(query).one()
    return int(head["seq"]), str(head["hash"])


def append(connection: sa.Connection, viewer: Viewer, at: datetime, head: tuple[int, str],
           changes: list[Change]) -> tuple[int, str]:
    """Write the rows of some changes, move the head, and return it."""
    seq, previous = head
    rows = []
    for change in changes:
        seq += 1
        rows.append(_sealed(change, viewer, at, seq, previous))
        previous = rows[-1]["hash"]
    connection.execute(sa.insert(audit), rows)
    moved = sa.update(setting).where(setting.c.key == HEAD).values(value={"seq": seq, "hash": previous})
    connection.execute(moved)
    return seq, previous


def _sealed(change: Change, viewer: Viewer, at: datetime, seq: int, previous: str) -> dict[str, Any]:
    content = [None if part is None else canonical(part) for part in (change.before, change.after)]
    salt = secrets.token_hex(16)
    row = {"seq": seq, "at": moment_text(at), "who": viewer.name, "role": viewer.role, "action": change.action,
           "subject": change.subject, "city_id": change.city_id, "before": content[0], "after": content[1],
           "salt": salt, "digest": sha256([salt, *content]), "previous": previous}
    return {**row, "hash": _hash(row)}


def _hash(row: dict[str, Any]) -> str:
    return sha256([row[field] for field in _SEALED])


def verify(connection: sa.Connection, expected: str | None = None) -> AuditReport:
    """Return whether the history is whole: no row changed, added, removed or moved.

    Parameters
    ----------
    connection
        A reading connection.
    expected
        A head noted earlier, ``"number:hash"``: that row must still be there, unchanged.
    """
    check = _Check(expected)
    rows = connection.execute(sa.select(audit).order_by(audit.c.seq).execution_options(yield_per=2000))
    for row in rows.mappings():
        check.row(dict(row))
    head = connection.scalars(sa.select(setting.c.value).where(setting.c.key == HEAD)).one_or_none()
    return check.report(head)


class _Check:
    """One walk along the chain."""

    def __init__(self, expected: str | None) -> None:
        self.rows, self.seq, self.previous = 0, 0, START
        self.erased: set[int] = set()
        self.declared: set[int] = set()
        self.first_bad: int | None = None
        self.findings: list[Finding] = []
        self.expected = expected
        self.met_expected = expected is None or expected == f"0:{START}"

    def bad(self, seq: int, finding: str) -> None:
        self.first_bad = seq if self.first_bad is None else min(self.first_bad, seq)
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(Finding(f"audit row {seq}", finding, _REMEDY))

    def row(self, row: dict[str, Any]) -> None:
        self.rows += 1
        if row["seq"] != self.seq + 1:
            self.bad(self.seq + 1, "it is missing")
        if row["previous"] != self.previous:
            self.bad(row["seq"], "it does not follow the row before it")
        if row["salt"] is None and row["before"] is None and row["after"] is None:
            self.erased.add(row["seq"])
        elif row["digest"] != sha256([row["salt"], row["before"], row["after"]]):
            self.bad(row["seq"], "what it says was before and after is not what was written")
        elif row["action"] == ERASE:
            self.declared.update(json.loads(row["after"])["rows"])
        if row["hash"] != _hash(row):
            self.bad(row["seq"], "it is not as it was written")
        self.seq, self.previous = row["seq"], row["hash"]
        if self.expected == self.head:
            self.met_expected = True

    @property
    def head(self) -> str:
        return f"{self.seq}:{self.previous}"

    def report(self, head: object) -> AuditReport:
        # What is erased cannot be proven any more; that it was erased on purpose, and by whom, can.
        for seq in sorted(self.erased - self.declared):
            self.bad(seq, "what it says was before and after is gone, and nobody erased it")
        if head != {"seq": self.seq, "hash": self.previous}:
            self.bad(self.seq + 1, "rows at the end are missing, or the noted end was changed")
        if not self.met_expected:
            self.bad(self.seq, f"the head that was noted earlier ({self.expected}) is not in the chain")
        return AuditReport(not self.findings, self.rows, self.first_bad, tuple(self.findings), self.head)
