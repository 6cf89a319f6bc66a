"""The library in the record: lessons, who used them, and finding them again in any of their languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from exchange.errors import Findings
from exchange.store import schema as t
from exchange.store.access import Viewer, demand, readable
from exchange.store.base import Base, Writing, checked, must_exist, one, only, seen
from exchange.store.cells import Clean, Row
from exchange.store.frames import record
from exchange.store.places import networks_of

ENOUGH: Final = 5
"""With fewer lessons that have all words of a query, those that have some of them follow."""

PROSE: Final = ("problem", "what_was_done", "result", "what_failed", "preconditions", "summary")
"""Parts of a lesson's body that are searched, beside its title."""

TAGS: Final = {"hazard": "hazards", "essential": "essentials", "item": "items", "stakeholder": "stakeholders",
               "year": "year", "cost_band": "cost_band", "income_group": "income_group",
               "population_band": "population_band"}
"""Filters by the body: the name of the filter, and the part of the body with the value or the list of values."""

_COLUMNS: Final = ("network_id", "city_id", "language", "source", "sensitivity", "demo")
_LESSON: Final = ("lesson_id", "network_id", "city_id", "language", "title", "body", "sensitivity", "source",
                  "licence", "demo")
_MOST_WORDS: Final = 24
_search = t.lesson_search.c


class Lessons(Base):
    """Lessons and their use."""

    def lessons(self, viewer: Viewer, *, city_id: str | None = None, network: str | None = None,
                language: str | None = None, lesson_ids: Iterable[str] | None = None) -> list[Clean]:
        """Return the lessons that the viewer may see and that match, newest first: one dict a lesson."""
        ids = None if lesson_ids is None else list(lesson_ids)
        query = only(_newest(viewer), t.lesson, city_id=city_id, network_id=network, language=language, lesson_id=ids)
        with self.read(viewer) as connection:
            return [_lesson(row) for row in connection.execute(query)]

    def lesson(self, viewer: Viewer, lesson_id: str) -> Clean:
        """Return one lesson as a dict."""
        return _without_number(self._record(viewer, t.lesson, lesson_id, "lesson"))

    def search_lessons(self, viewer: Viewer, query: str = "", filters: Mapping[str, object] | None = None, *,
                       language: str | None = None, limit: int = 50) -> list[Clean]:
        """Return the lessons that the viewer may see and that speak of a query, the best first.

        Lessons with all words come first; when there are fewer than `ENOUGH` of them, those with some follow.

        Parameters
        ----------
        viewer
            Who asks.
        query
            Words, in any of the languages. Quotes, operators and emoji are text like any other. Empty: the newest.
        filters
            Column (`network_id`, `city_id`, `language`, `source`, `sensitivity`, `demo`) or tag (`hazard`, `item`,
            `essential`, `year`, ...; see `TAGS`), each with a value or a list of values of which one must fit.
        language
            The language of the query; None: any.
        limit
            How many at the most.
        """
        statement = _filtered(_newest(viewer), filters or {})
        groups = query_groups(query, language)
        with self.read(viewer) as connection:
            if not query.strip():
                return [_lesson(row) for row in connection.execute(statement.limit(limit))]
            if not groups:
                return []
            found = [_lesson(row) for row in connection.execute(_matching(connection, statement, groups, "all", limit))]
            if len(found) < ENOUGH and len(groups) > 1:
                some = connection.execute(_matching(connection, statement, groups, "any", limit))
                seen_ids = {lesson["lesson_id"] for lesson in found}
                found += [_lesson(row) for row in some if row.lesson_id not in seen_ids]
        return found[:limit]

    def put_lesson(self, viewer: Viewer, row: Row) -> str:
        """Add a lesson to the library, or change the given columns of one; return its identifier.

        Parameters
        ----------
        viewer
            The city whose lesson it is; the secretariat for a lesson of the network alone.
        row
            `title`, `body`, `language`, `city_id`, `network_id`, `sensitivity`, `source`, `licence`, `demo`;
            `lesson_id` to change one or to choose the identifier.
        """
        place = f"lesson {row.get('lesson_id', '')}".strip()
        clean = checked(t.lesson, row, place, allowed=_LESSON)
        with self.write(viewer) as writing:
            before = one(writing.connection, t.lesson, {"lesson_id": clean.get("lesson_id", "")})
            after = {"city_id": None, "network_id": None, **(before or {}), **clean}
            for version in (before, after):
                if version is not None:
                    demand(viewer, "lesson", _about(writing.connection, version), place)
            if before is None:
                checked(t.lesson, clean, place, allowed=_LESSON, needed=("title", "body", "language"))
                after |= {"lesson_id": clean.get("lesson_id") or writing.new_id("l"), "created_at": writing.now,
                          "number": next_number(writing.connection)}
            elif all(before[name] == value for name, value in clean.items()) and before["deleted_at"] is None:
                return str(before["lesson_id"])
            after["deleted_at"] = None
            self._write_lesson(writing, before, after)
        return str(after["lesson_id"])

    def _write_lesson(self, writing: Writing, before: Clean | None, after: Clean) -> None:
        if after["network_id"] is not None:
            must_exist(writing.connection, t.network, after["network_id"], "network")
        if before is None:
            writing.connection.execute(sa.insert(t.lesson), [after])
        else:
            same = t.lesson.c.lesson_id == after["lesson_id"]
            writing.connection.execute(sa.update(t.lesson).where(same).values(after))
        stored = one(writing.connection, t.lesson, {"lesson_id": after["lesson_id"]})
        index(writing.connection, [stored or after])
        writing.note("put lesson", f"lesson {after['lesson_id']}", city_id=after["city_id"], before=before, after=after)

    def delete_lesson(self, viewer: Viewer, lesson_id: str) -> None:
        """Take a lesson out of the library; nobody finds it any more, its past use stays."""
        with self.write(viewer) as writing:
            before = seen(writing.connection, viewer, t.lesson, lesson_id, "lesson")
            demand(viewer, "lesson", _about(writing.connection, before), f"lesson {lesson_id}")
            same = t.lesson.c.lesson_id == lesson_id
            writing.connection.execute(sa.update(t.lesson).where(same).values(deleted_at=writing.now))
            unindex(writing.connection, [before])
            writing.note("delete lesson", f"lesson {lesson_id}", city_id=before["city_id"], before=before)

    def lesson_uses(self, viewer: Viewer, *, lesson_id: str | None = None, city_id: str | None = None,
                    exchange_id: str | None = None) -> pd.DataFrame:
        """Return who took up which lesson, oldest first: all columns of `lesson_use`."""
        return self._frame(viewer, t.lesson_use, t.lesson_use.c["at"], t.lesson_use.c.use_id,
                           lesson_id=lesson_id, city_id=city_id, exchange_id=exchange_id)

    def use_lesson(self, viewer: Viewer, lesson_id: str, city_id: str, phase: str, *, exchange_id: str | None = None,
                   note: str = "") -> str:
        """Write that a city took a lesson up, and how far: a phase of `vocabulary.LEARNING_PHASES`.

        Every call is one step of the trail; nothing is overwritten.
        """
        row = {"lesson_id": lesson_id, "city_id": city_id, "phase": phase, "exchange_id": exchange_id, "note": note}
        clean = checked(t.lesson_use, row, f"use of lesson {lesson_id}", allowed=tuple(row))
        with self.write(viewer) as writing:
            demand(viewer, "lesson_use", {"city_id": city_id}, f"use of lesson {lesson_id}")
            must_exist(writing.connection, t.city, city_id, "city")
            seen(writing.connection, viewer, t.lesson, lesson_id, "lesson")
            if exchange_id is not None:
                seen(writing.connection, viewer, t.exchange, exchange_id, "exchange")
            clean |= {"use_id": writing.new_id("u"), "at": writing.now, "by": viewer.name}
            writing.connection.execute(sa.insert(t.lesson_use), [clean])
            writing.note("use lesson", f"lesson {lesson_id}", city_id=city_id, after=clean)
        return str(clean["use_id"])


def query_groups(query: str, language: str | None = None) -> list[tuple[str, ...]]:
    """Return, for each word of a query, the forms under which it may stand in the index.

    Parameters
    ----------
    query
        What a person typed.
    language
        Of the query; None: the stems of all languages count.
    """
    speech = _words()
    languages = speech.STEMMED if language is None else (language,)
    groups: dict[tuple[str, ...], None] = {}
    # A word's stem is taken from the word as typed: its accents tell the stemmer where the ending begins.
    for typed in query.split():
        forms = [(word,) for word in speech.words(typed)]
        if len(forms) == 1:
            stemmed = {stem for tongue in languages for stem in speech.stems(typed, tongue).split()}
            forms = [tuple(sorted({*forms[0], *stemmed}))]
        groups |= dict.fromkeys(forms)
    return list(groups)[:_MOST_WORDS]


def _words() -> ModuleType:
    # Imported on use: a city that answers, a room full of phones, need neither stemmers nor the library's domain.
    from exchange.lessons import words  # noqa: PLC0415

    return words


def _newest(viewer: Viewer) -> sa.Select[Any]:
    return sa.select(t.lesson).where(readable(viewer, t.lesson)).order_by(
        t.lesson.c.created_at.desc(), t.lesson.c.number.desc())


def _filtered(query: sa.Select[Any], filters: Mapping[str, object]) -> sa.Select[Any]:
    findings = Findings()
    for name, value in filters.items():
        values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
        if name in _COLUMNS:
            query = query.where(t.lesson.c[name].in_(values))
        elif name in TAGS:
            tagged = sa.select(t.lesson_tag.c.lesson_id).where(
                t.lesson_tag.c.kind == name, t.lesson_tag.c.value.in_([str(value) for value in values]))
            query = query.where(t.lesson.c.lesson_id.in_(tagged))
        else:
            findings.add("filters", f"{name!r} is not a filter", f"Use {', '.join((*_COLUMNS, *TAGS))}.")
    findings.raise_if_any()
    return query


def _matching(connection: sa.Connection, query: sa.Select[Any], groups: Sequence[tuple[str, ...]], which: str,
              limit: int) -> sa.Select[Any]:
    """Return the query for lessons with all, or any, of the words, the best first."""
    joined = query.join(t.lesson_search, _search.rowid == t.lesson.c.number).order_by(None).limit(limit)
    newest = (t.lesson.c.created_at.desc(), t.lesson.c.number.desc())
    if connection.dialect.name == "sqlite":
        index_name: Any = sa.literal_column("lesson_search")
        match = _fts5(groups, " AND " if which == "all" else " OR ")
        return joined.where(index_name.op("MATCH")(match)).order_by(sa.func.bm25(index_name), *newest)
    typed = sa.func.to_tsquery("simple", _tsquery(groups, " & " if which == "all" else " | "))
    vector: Any = sa.literal_column("lesson_search.vector")
    return joined.where(vector.op("@@")(typed)).order_by(sa.func.ts_rank_cd(vector, typed).desc(), *newest)


def _fts5(groups: Sequence[tuple[str, ...]], joint: str) -> str:
    """Return the words as FTS5 wants them; in double quotes everything is text."""
    return joint.join("(" + " OR ".join(f'"{form}"' for form in forms) + ")" for forms in groups)


def _tsquery(groups: Sequence[tuple[str, ...]], joint: str) -> str:
    return joint.join("(" + " | ".join(f"'{form}'" for form in forms) + ")" for forms in groups)


def _lesson(row: sa.Row[Any]) -> Clean:
    return _without_number(record(row))


def _without_number(lesson: Clean) -> Clean:
    return {name: value for name, value in lesson.items() if name not in ("number", "deleted_at")}


def _about(connection: sa.Connection, lesson: Clean) -> Clean:
    city_id = lesson["city_id"]
    if city_id is not None:
        must_exist(connection, t.city, city_id, "city")
    return {"city_id": city_id, "network_id": lesson["network_id"],
            "networks": networks_of(connection, city_id or "")}


def next_number(connection: sa.Connection) -> int:
    """Return the number of the next lesson, under which the index knows it."""
    return (connection.scalar(sa.select(sa.func.max(t.lesson.c.number))) or 0) + 1


def unindex(connection: sa.Connection, lessons: Sequence[Row]) -> None:
    """Take lessons out of the index and off their tags."""
    connection.execute(sa.delete(t.lesson_search).where(_search.rowid == sa.bindparam("old")),
                       [{"old": lesson["number"]} for lesson in lessons])
    connection.execute(sa.delete(t.lesson_tag).where(t.lesson_tag.c.lesson_id == sa.bindparam("old")),
                       [{"old": lesson["lesson_id"]} for lesson in lessons])


def index(connection: sa.Connection, lessons: Sequence[Row]) -> None:
    """Write lessons to the index, in the same transaction as the lessons themselves."""
    unindex(connection, lessons)
    speech = _words()
    rows = []
    for lesson in lessons:
        prose = _prose(lesson)
        rows.append({"rowid": lesson["number"], "words": " ".join(speech.words(prose)),
                     "stems": speech.stems(prose, str(lesson["language"]))})
    connection.execute(sa.insert(t.lesson_search), rows)
    tags = [tag for lesson in lessons for tag in _tags(lesson)]
    if tags:
        connection.execute(sa.insert(t.lesson_tag), tags)


def _prose(lesson: Row) -> str:
    body = lesson["body"]
    parts = [str(lesson["title"])]
    for name in PROSE:
        part = body.get(name, "") if isinstance(body, Mapping) else ""
        parts += map(str, part) if isinstance(part, list) else [str(part or "")]
    return "\n".join(parts)


def _tags(lesson: Row) -> list[Clean]:
    body = lesson["body"] if isinstance(lesson["body"], Mapping) else {}
    tags = {(kind, str(value)) for kind, name in TAGS.items() for value in _listed(body.get(name))}
    return [{"lesson_id": lesson["lesson_id"], "kind": kind, "value": value} for kind, value in sorted(tags)]


def _listed(value: object) -> list[object]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list) else [value]
