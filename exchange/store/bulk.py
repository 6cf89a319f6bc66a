"""Many rows at once: imports and the demo network, all of them or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import sqlalchemy as sa

from exchange.errors import Findings, InputError
from exchange.store import lesson_index as library
from exchange.store import schema as t
from exchange.store.access import Viewer, demand
from exchange.store.audit import sha256
from exchange.store.base import Base, Writing, upsert
from exchange.store.cells import Clean, Row, clean_row

_CLOSED: Final = frozenset({"audit", "setting", "answer_op", "lesson_tag", "lesson_vector", "run", "workshop", "seat",
                             "invitation", "session", "consent"})
_OWN: Final = frozenset({"number", "fold", "changed"})
_AT_ONCE: Final = 5000


class Loading(Base):
    """Loading whole tables."""

    def load(self, viewer: Viewer, tables: Mapping[str, Iterable[Row]], *,
             existing: Literal["update", "keep"] = "update") -> dict[str, int]:
        """Write many rows of many tables in one transaction, with one line of history for each table.

        Parameters
        ----------
        viewer
            The local user: nobody else writes past the rules of single rows.
        tables
            Table name to rows, in any order; rows may leave out columns that have a default, identifiers that the
            store makes, and moments (now). Every row of a table is taken to have the same columns: those that any
            row has. A city's consensus respondent ``"city"`` is added where an assessment has none.
        existing
            What happens to rows whose key is there: their given columns are written over, or they are kept.

        Returns
        -------
        dict
            Table name to number of rows.

        Raises
        ------
        InputError
            Naming each row and column that does not fit, each key that stands twice, each reference to what does
            not exist; nothing was changed.
        """
        given = {name: list(rows) for name, rows in tables.items()}
        _refuse_unknown(given)
        with self.write(viewer) as writing:
            demand(viewer, "everything", {}, "load")
            clean = _cleaned(writing, given)
            _add_agreed_respondents(clean)
            _check_references(writing.connection, clean)
            for table in t.METADATA.sorted_tables:
                if clean.get(table.name):
                    columns = {name for row in given.get(table.name, ()) for name in row}
                    _write(writing, table, clean[table.name], columns if existing == "update" else set())
        return {name: len(clean[name]) for name in given}


def _refuse_unknown(given: Mapping[str, object]) -> None:
    findings = Findings()
    names = sorted(set(t.METADATA.tables) - _CLOSED)
    for name in given:
        if name not in names:
            findings.add(f"table {name}", "it cannot be loaded", f"Use {', '.join(names)}.")
    findings.raise_if_any()


def _cleaned(writing: Writing, given: Mapping[str, list[Row]]) -> dict[str, list[Clean]]:
    """Return all rows checked, each with the same columns as the others of its table."""
    findings = Findings()
    clean = {}
    for name, rows in given.items():
        table = t.METADATA.tables[name]
        allowed = frozenset(table.columns.keys()) - _OWN
        filled = _fill(writing, table, rows)
        needed = [column.name for column in table.columns if not column.nullable and column.default is None
                  and column.name in allowed]
        clean[name] = [clean_row(table, row, f"{name}, row {number}", findings, allowed=allowed, needed=needed)
                       for number, row in enumerate(filled, 1)]
        if not findings:
            _refuse_twice(table, clean[name], findings)
    findings.raise_if_any()
    return clean


def _fill(writing: Writing, table: sa.Table, rows: list[Row]) -> list[Row]:
    """Return the rows with what the store makes itself, and the union of their columns."""
    names = {name for row in rows for name in row}
    moments = {column.name: writing.now for column in table.columns if column.info.get("now")}
    to_make = [column.name for column in table.columns if column.info.get("made")]
    same_as = {column.name: column.info["same_as"] for column in table.columns if column.info.get("same_as")}
    blank = {**_blank(table, names), **moments}
    filled: list[Row] = []
    for number, row in enumerate(rows):
        whole = {**blank, **row}
        for name in to_make:
            if whole.get(name) is None:
                whole[name] = f"{writing.new_id(table.name[0])}-{number}"
        for name, other in same_as.items():
            whole[name] = whole.get(name) or whole.get(other)
        filled.append(whole)
    return filled


def _blank(table: sa.Table, names: Iterable[str]) -> dict[str, Any]:
    """Return what stands in the columns that some rows leave out."""
    blank: dict[str, Any] = {}
    for name in names:
        column = table.c.get(name)
        if column is not None and isinstance(column.default, sa.ColumnDefault):
            blank[name] = column.default.arg if column.default.is_scalar else column.default.arg(None)
        elif column is not None and column.nullable:
            blank[name] = None
    return blank


def _refuse_twice(table: sa.Table, rows: list[Clean], findings: Findings) -> None:
    keys = [column.name for column in table.primary_key]
    first: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows, 1):
        key = tuple(row[name] for name in keys)
        if first.setdefault(key, number) != number:
            words = ", ".join(map(str, key))
            findings.add(f"{table.name}, row {number}", f"{words} stands in row {first[key]} already",
                         "Keep one of the rows.")


def _add_agreed_respondents(clean: dict[str, list[Clean]]) -> None:
    if "assessment" not in clean:
        return
    respondents = clean.setdefault("respondent", [])
    there = {(row["assessment_id"], row["respondent_id"]) for row in respondents}
    columns = {name for row in respondents for name in row} - {"assessment_id", "respondent_id"}
    blank = {**_blank(t.respondent, columns)}
    respondents += [{**blank, "assessment_id": row["assessment_id"], "respondent_id": t.CITY}
                    for row in clean["assessment"] if (row["assessment_id"], t.CITY) not in there]


def _check_references(connection: sa.Connection, clean: dict[str, list[Clean]]) -> None:
    """Raise for every row that names what is neither loaded with it nor in the store."""
    findings = Findings()
    for name, rows in clean.items():
        for rule in t.METADATA.tables[name].foreign_key_constraints:
            here = [key.parent.name for key in rule.elements]
            there = [key.column for key in rule.elements]
            wanted = _keys(rows, here) - set(_keys(clean.get(rule.referred_table.name, []), [c.name for c in there]))
            missing = wanted - _stored(connection, there, wanted)
            if missing:
                _name_missing(name, rows, here, missing, findings)
    findings.raise_if_any(InputError)


def _keys(rows: list[Clean], names: list[str]) -> set[tuple[Any, ...]]:
    keys = {tuple(row.get(name) for name in names) for row in rows}
    return {key for key in keys if None not in key}


def _stored(connection: sa.Connection, columns: list[sa.Column[Any]],
            wanted: set[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Return which of the keys are in the store."""
    found: set[tuple[Any, ...]] = set()
    firsts = sorted({key[0] for key in wanted})
    for start in range(0, len(firsts), _AT_ONCE):
        query = sa.select(*columns).where(columns[0].in_(firsts[start:start + _AT_ONCE])).distinct()
        found |= {tuple(row) for row in connection.execute(query)}
    return found


def _name_missing(name: str, rows: list[Clean], here: list[str], missing: set[tuple[Any, ...]],
                  findings: Findings) -> None:
    for number, row in enumerate(rows, 1):
        key = tuple(row.get(column) for column in here)
        if key in missing:
            findings.add(f"{name}, row {number}, {', '.join(here)}", f"there is no {'/'.join(map(str, key))}",
                         "Load it in the same call, or correct the identifier.")


def _write(writing: Writing, table: sa.Table, rows: list[Clean], over: set[str]) -> None:
    if table is t.lesson:
        _number(writing.connection, rows)
    digest = sha256(rows)
    for start in range(0, len(rows), _AT_ONCE):
        upsert(writing.connection, table, rows[start:start + _AT_ONCE], over)
    if table is t.lesson:
        _index(writing.connection, rows)
    writing.note("load", table.name, after={"rows": len(rows), "sha256": digest})


def _number(connection: sa.Connection, rows: list[Clean]) -> None:
    """Give new lessons their numbers; known ones keep theirs."""
    known: dict[str, int] = {row.lesson_id: row.number
                             for row in connection.execute(sa.select(t.lesson.c.lesson_id, t.lesson.c.number))}
    free = library.next_number(connection)
    for row in rows:
        number = known.get(row["lesson_id"])
        if number is None:
            number, free = free, free + 1
        row["number"] = number


def _index(connection: sa.Connection, rows: list[Clean]) -> None:
    """Index the lessons as they now stand: an update may have left columns out, `keep` may have kept the old."""
    by_number = defaultdict(list)
    for row in rows:
        by_number[row["number"] // 1000].append(row["number"])
    for numbers in by_number.values():
        query = sa.select(t.lesson).where(t.lesson.c.number.in_(numbers))
        stored = [dict(row) for row in connection.execute(query).mappings()]
        gone = [row for row in stored if row["deleted_at"] is not None]
        there = [row for row in stored if row["deleted_at"] is None]
        if gone:
            library.unindex(connection, gone)
        if there:
            library.index(connection, there)
