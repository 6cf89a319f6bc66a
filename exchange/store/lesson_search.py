"""Finding lessons: by words, by what they mean, by what they are about; told once where they say the same."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from exchange.errors import Findings
from exchange.store import schema as t
from exchange.store.access import Viewer, readable
from exchange.store.cells import Clean
from exchange.store.frames import record
from exchange.store.lesson_engines import Engine, groups_of
from exchange.store.lesson_index import TAGS

if TYPE_CHECKING:
    from exchange.store.lesson_meaning import Meaning

ENOUGH: Final = 5
"""With fewer lessons that have all words of a query, those that have some of them follow."""

READ: Final = 2000
"""Most hits of a query: more than anybody reads."""

COLUMNS: Final = ("network_id", "city_id", "language", "source", "sensitivity", "demo")
FACETS: Final = ("hazard", "essential", "country", "year")
"""Tags that are counted, beside the language."""


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found.

    Parameters
    ----------
    lessons
        This page of them, the best first, one dict a lesson.
    total
        How many there are on all pages.
    more
        Whether the search stopped counting at `READ`.
    facets
        Facet -> value -> how many lessons it would leave.
    twins
        Lesson -> those that say nearly the same and are not shown.
    """

    lessons: tuple[Clean, ...] = ()
    total: int = 0
    more: bool = False
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    twins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def visible_to(viewer: Viewer, filters: Mapping[str, object]) -> sa.Select[Any]:
    """Return the query for the numbers of the lessons that the viewer may see and that pass the filters.

    Raises
    ------
    InputError
        Naming each filter that there is not.
    """
    query = sa.select(t.lesson.c.number).where(readable(viewer, t.lesson))
    findings = Findings()
    for name, value in filters.items():
        values = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
        if name in COLUMNS:
            query = query.where(t.lesson.c[name].in_(values))
        elif name in TAGS:
            tagged = sa.select(t.lesson_tag.c.lesson_id).where(
                t.lesson_tag.c.kind == name, t.lesson_tag.c.value.in_([str(value) for value in values]))
            query = query.where(t.lesson.c.lesson_id.in_(tagged))
        else:
            findings.add("filters", f"{name!r} is not a filter", f"Use {', '.join((*COLUMNS, *TAGS))}.")
    findings.raise_if_any()
    return query


def ranked(connection: sa.Connection, engine: Engine, visible: sa.Select[Any], query: str, *,
           language: str | None = None, meaning: Meaning | None = None, reader: str | None = None,
           limit: int = READ) -> list[int]:
    """Return the numbers of the lessons that speak of a query: with all words, then with some, then by meaning."""
    groups = groups_of(query, language)
    if not groups:
        return []
    found = engine.find(connection, visible, groups, "all", limit)
    few = len(found) < ENOUGH
    if few and len(groups) > 1:
        known = set(found)
        found += [n for n in engine.find(connection, visible, groups, "any", limit) if n not in known]
    if meaning is not None:
        found = meaning.joined(connection, visible, query, found, few=few, reader=language or reader)
    return found[:limit]


def page_of(connection: sa.Connection, viewer: Viewer, numbers: Sequence[int], start: int, limit: int) -> Hits:
    """Return one page of ranked lessons, told once where they say the same."""
    lesson = t.lesson.c
    folds = {row.number: row.fold for row in connection.execute(
        sa.select(lesson.number, lesson.fold).where(among(connection, numbers)))}
    first: dict[str, int] = {}
    for number in numbers:
        first.setdefault(folds[number], number)
    shown = list(first.values())[start:start + limit]
    some = among(connection, numbers)
    return Hits(rows_of(connection, shown), len(first), len(numbers) >= READ, facets(connection, some),
                twins(connection, viewer, shown))


def listed(connection: sa.Connection, viewer: Viewer, visible: sa.Select[Any], *, reader: str | None, start: int,
           limit: int) -> Hits:
    """Return one page of all lessons: those in the reader's language first, then the newest."""
    lesson = t.lesson.c
    some = lesson.number.in_(visible)
    newest = (lesson.created_at.desc(), lesson.number.desc())
    turn = sa.func.row_number().over(partition_by=lesson.fold, order_by=newest).label("turn")
    once = sa.select(lesson.number, lesson.language, lesson.created_at, turn).where(some).subquery()
    first = sa.select(once.c.number).where(once.c.turn == 1).order_by(
        sa.case((once.c.language == (reader or ""), 0), else_=1), once.c.created_at.desc(), once.c.number.desc())
    shown = list(connection.scalars(first.limit(limit).offset(start)))
    total = connection.scalar(sa.select(sa.func.count(lesson.fold.distinct())).where(some)) or 0
    return Hits(rows_of(connection, shown), total, more=False, facets=facets(connection, some),
                twins=twins(connection, viewer, shown))


def among(connection: sa.Connection, numbers: Sequence[int]) -> sa.ColumnElement[bool]:
    """Return: the lesson has one of these numbers. One parameter, however many: thousands would take longer to say."""
    if connection.dialect.name == "sqlite":
        listed_numbers = sa.func.json_each(json.dumps(list(numbers))).table_valued("value")
        return t.lesson.c.number.in_(sa.select(listed_numbers.c.value))
    return t.lesson.c.number == sa.any_(sa.literal(list(numbers), sa.ARRAY(sa.Integer)))


def rows_of(connection: sa.Connection, numbers: Sequence[int]) -> tuple[Clean, ...]:
    """Return lessons by their numbers, in that order."""
    found = {row.number: plain(record(row)) for row in connection.execute(
        sa.select(t.lesson).where(among(connection, numbers)))}
    return tuple(found[number] for number in numbers if number in found)


def plain(lesson: Clean) -> Clean:
    """Return a lesson without what only the index needs."""
    return {name: value for name, value in lesson.items() if name not in ("number", "deleted_at", "fold", "changed")}


def twins(connection: sa.Connection, viewer: Viewer, shown: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Return, for each lesson shown, those that the viewer may see and that say nearly the same."""
    one, other = t.lesson.alias(), t.lesson
    query = sa.select(one.c.lesson_id, other.c.lesson_id.label("twin")).join(
        other, (other.c.fold == one.c.fold) & (other.c.number != one.c.number)).where(
        one.c.number.in_(shown), readable(viewer, other)).order_by(other.c.number)
    found: dict[str, list[str]] = defaultdict(list)
    for key, twin in connection.execute(query):
        found[key].append(twin)
    return {key: tuple(keys) for key, keys in found.items()}


def facets(connection: sa.Connection, some: sa.ColumnElement[bool]) -> dict[str, dict[str, int]]:
    """Return how many lessons each value of each facet would leave, the most first."""
    lesson, tag = t.lesson.c, t.lesson_tag.c
    n = sa.func.count(lesson.fold.distinct()).label("n")
    # Adding nothing to the kind keeps SQLite from reading all tags of all lessons by their kind.
    by_tag = sa.select(tag.kind, tag.value, n).join(t.lesson, lesson.lesson_id == tag.lesson_id).where(
        some, (tag.kind + "").in_(FACETS)).group_by(tag.kind, tag.value).order_by(n.desc(), tag.value)
    by_language = sa.select(lesson.language, n).where(some).group_by(lesson.language).order_by(
        n.desc(), lesson.language)
    found: dict[str, dict[str, int]] = {name: {} for name in ("hazard", "essential", "language", "country", "year")}
    for kind, value, times in connection.execute(by_tag):
        found[kind][value] = times
    found["language"] = {row.language: row.n for row in connection.execute(by_language)}
    return found
