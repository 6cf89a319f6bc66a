"""What the library is found by: words, stems, tags and near-duplicates, written with the lessons themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Final

import sqlalchemy as sa

from exchange.store import schema as t
from exchange.store.cells import Clean, Row

PROSE: Final = ("problem", "what_was_done", "result", "what_failed", "preconditions", "summary")
"""Parts of a lesson's body that are searched, beside its title."""

TAGS: Final = {"hazard": "hazards", "essential": "essentials", "item": "items", "stakeholder": "stakeholders",
               "year": "year", "country": "country", "cost_band": "cost_band", "income_group": "income_group",
               "population_band": "population_band"}
"""Filters by the body: the name of the filter, and the part of the body with the value or the list of values."""

_BAND: Final = "band"
_search = t.lesson_search.c


def next_number(connection: sa.Connection) -> int:
    """Return the number of the next lesson, under which the index knows it."""
    return (connection.scalar(sa.select(sa.func.max(t.lesson.c.number))) or 0) + 1


def changes(connection: sa.Connection) -> int:
    """Return how many changes the library has seen; an index elsewhere compares it with its own."""
    return connection.scalar(sa.select(sa.func.max(t.lesson.c.changed))) or 0


def unindex(connection: sa.Connection, lessons: Sequence[Row]) -> None:
    """Take lessons out of the index, off their tags, and forget what they mean."""
    if not lessons:
        return
    connection.execute(sa.delete(t.lesson_search).where(_search.rowid == sa.bindparam("old")),
                       [{"old": lesson["number"]} for lesson in lessons])
    connection.execute(sa.delete(t.lesson_tag).where(t.lesson_tag.c.lesson_id == sa.bindparam("old")),
                       [{"old": lesson["lesson_id"]} for lesson in lessons])
    connection.execute(sa.delete(t.lesson_vector).where(t.lesson_vector.c.number == sa.bindparam("old")),
                       [{"old": lesson["number"]} for lesson in lessons])
    before = changes(connection)
    connection.execute(sa.update(t.lesson).where(t.lesson.c.number == sa.bindparam("old")).values(
        changed=sa.bindparam("now")), [{"old": lesson["number"], "now": before + n}
                                       for n, lesson in enumerate(lessons, 1)])


def index(connection: sa.Connection, lessons: Sequence[Row]) -> None:
    """Write lessons to the index, in the same transaction as the lessons themselves."""
    unindex(connection, lessons)
    speech = words_module()
    rows = []
    for lesson in lessons:
        said = prose(lesson)
        rows.append({"rowid": lesson["number"], "words": " ".join(speech.words(said)),
                     "stems": speech.stems(said, str(lesson["language"]))})
    connection.execute(sa.insert(t.lesson_search), rows)
    tags = [tag for lesson in lessons for tag in _tags(lesson)]
    tags += _fold(connection, {str(lesson["lesson_id"]): row["words"] for lesson, row in zip(lessons, rows,
                                                                                             strict=True)})
    if tags:
        connection.execute(sa.insert(t.lesson_tag), tags)


def words_module() -> ModuleType:
    """Return how words are made comparable."""
    # Imported on use: a city that answers, a room full of phones, need neither stemmers nor the library's domain.
    from exchange.lessons import words  # noqa: PLC0415

    return words


def prose(lesson: Row) -> str:
    """Return all that a lesson says, to be searched."""
    body = lesson["body"]
    parts = [str(lesson["title"])]
    for name in PROSE:
        part = body.get(name, "") if isinstance(body, Mapping) else ""
        parts += map(str, part) if isinstance(part, list) else [str(part or "")]
    return "\n".join(parts)


def _fold(connection: sa.Connection, said: Mapping[str, str]) -> list[Clean]:
    """Put lessons that say nearly the same under one `fold`; return the marks by which later ones find them."""
    from exchange.lessons import folding  # noqa: PLC0415

    mine = {key: folding.pairs(words.split()) for key, words in said.items()}
    marks = {key: folding.bands(found) for key, found in mine.items()}
    near = _sharing(connection, {mark for found in marks.values() for mark in found})
    known, folds = _pairs_of(connection, {key for keys in near.values() for key in keys} - set(mine))
    chosen: dict[str, str] = {}
    for key, found in mine.items():
        others = sorted({other for mark in marks[key] for other in near.get(mark, ()) if other != key})
        twin = next((other for other in others
                     if folding.alike(found, known.get(other) or mine.get(other, frozenset())) >= folding.ALIKE), None)
        chosen[key] = key if twin is None else folds.get(twin) or chosen.get(twin, twin)
        for mark in marks[key]:
            near.setdefault(mark, set()).add(key)
    connection.execute(sa.update(t.lesson).where(t.lesson.c.lesson_id == sa.bindparam("key")).values(
        fold=sa.bindparam("chosen")), [{"key": key, "chosen": fold} for key, fold in chosen.items()])
    return [{"lesson_id": key, "kind": _BAND, "value": mark} for key, found in marks.items() for mark in found]


def _sharing(connection: sa.Connection, marks: set[str]) -> dict[str, set[str]]:
    """Return which lessons of the index have which of the marks."""
    near: dict[str, set[str]] = defaultdict(set)
    tag, wanted = t.lesson_tag.c, sorted(marks)
    for start in range(0, len(wanted), 5000):
        query = sa.select(tag.value, tag.lesson_id).where(tag.kind == _BAND, tag.value.in_(wanted[start:start + 5000]))
        for value, key in connection.execute(query):
            near[value].add(key)
    return near


def _pairs_of(connection: sa.Connection, keys: set[str]) -> tuple[dict[str, frozenset[int]], dict[str, str]]:
    """Return the word pairs, and the folds, of lessons of the index."""
    from exchange.lessons import folding  # noqa: PLC0415

    found, folds, wanted = {}, {}, sorted(keys)
    for start in range(0, len(wanted), 5000):
        query = sa.select(t.lesson.c.lesson_id, t.lesson.c.fold, _search.words).join(
            t.lesson_search, _search.rowid == t.lesson.c.number).where(
            t.lesson.c.lesson_id.in_(wanted[start:start + 5000]))
        for key, fold, words in connection.execute(query):
            found[key], folds[key] = folding.pairs(words.split()), fold
    return found, folds


def _tags(lesson: Row) -> list[Clean]:
    body = lesson["body"] if isinstance(lesson["body"], Mapping) else {}
    tags = {(kind, str(value)) for kind, name in TAGS.items() for value in _listed(body.get(name))}
    return [{"lesson_id": lesson["lesson_id"], "kind": kind, "value": value} for kind, value in sorted(tags)]


def _listed(value: Any) -> list[object]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list) else [value]
