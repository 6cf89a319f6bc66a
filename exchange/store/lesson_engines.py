"""Who finds lessons by words: the database itself, or an index of its own for very large libraries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import sqlalchemy as sa

from exchange.store import schema as t
from exchange.store.lesson_index import words_module

WORD_WEIGHT, STEM_WEIGHT = 0.3, 1.0
"""What a word as written counts beside its stem. Of 0.3, 0.5 and 1, 0.3 found most on both test collections."""

MOST_WORDS: Final = 100
Which = Literal["all", "any"]
_search = t.lesson_search.c


@dataclass(frozen=True, slots=True)
class Group:
    """One word of a query: as it was written, and the stems that it may have."""

    word: str
    stems: tuple[str, ...]


class Engine(Protocol):
    """Finds lessons by words. What a viewer may not see is left out by `visible`, never by the engine's own data."""

    def find(self, connection: sa.Connection, visible: sa.Select[Any], groups: Sequence[Group], which: Which,
             limit: int) -> list[int]:
        """Return the numbers of lessons with all, or any, of the words, the best first.

        Parameters
        ----------
        connection
            The record.
        visible
            Selects the number of every lesson that may be shown.
        groups
            The words.
        which
            Whether a lesson must have all words.
        limit
            How many at the most.
        """
        ...


class SqlEngine:
    """The database's own index: FTS5 on SQLite, text search on PostgreSQL."""

    def find(self, connection: sa.Connection, visible: sa.Select[Any], groups: Sequence[Group], which: Which,
             limit: int) -> list[int]:
        """Return the numbers of lessons with all, or any, of the words, the best first."""
        query = visible.join(t.lesson_search, _search.rowid == t.lesson.c.number).order_by(None).limit(limit)
        newest = (t.lesson.c.created_at.desc(), t.lesson.c.number.desc())
        if connection.dialect.name == "sqlite":
            table: Any = sa.literal_column("lesson_search")
            match = (" AND " if which == "all" else " OR ").join(map(_fts5, groups))
            rank = sa.func.bm25(table, WORD_WEIGHT, STEM_WEIGHT)
            return list(connection.scalars(query.where(table.op("MATCH")(match)).order_by(rank, *newest)))
        typed = sa.func.to_tsquery("simple", (" & " if which == "all" else " | ").join(map(_tsquery, groups)))
        vector: Any = sa.literal_column("lesson_search.vector")
        ranked = query.where(vector.op("@@")(typed)).order_by(sa.func.ts_rank_cd(vector, typed).desc(), *newest)
        return list(connection.scalars(ranked))


def groups_of(query: str, language: str | None = None) -> list[Group]:
    """Return the words of a query with the forms under which they may stand in the index.

    Parameters
    ----------
    query
        What a person typed: quotes, operators and emoji are text like any other.
    language
        Of the query; None: the stems of all languages count.
    """
    speech = words_module()
    languages = speech.STEMMED if language is None else (language,)
    found: dict[Group, None] = {}
    # A word's stem is taken from the word as typed: its accents tell the stemmer where the ending begins.
    for typed in query.split():
        forms = speech.words(typed)
        if len(forms) == 1:
            stems = {stem for tongue in languages for stem in speech.stems(typed, tongue).split()}
            found[Group(forms[0], tuple(sorted(stems)))] = None
        else:
            found |= dict.fromkeys(Group(form, (form,)) for form in forms)
    return list(found)[:MOST_WORDS]


def _fts5(group: Group) -> str:
    """Return a word as FTS5 wants it; in double quotes everything is text."""
    stems = " OR ".join(f'"{stem}"' for stem in group.stems)
    return f'(words : "{group.word}" OR stems : ({stems}))' if stems else f'(words : "{group.word}")'


def _tsquery(group: Group) -> str:
    return "(" + " | ".join(f"'{form}'" for form in sorted({group.word, *group.stems})) + ")"
