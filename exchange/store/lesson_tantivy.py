"""A quicker index for very large libraries: tantivy, in a folder beside the record, followed change by change."""

from __future__ import annotations

import importlib.util
import json
import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from exchange.store import schema as t
from exchange.store.lesson_engines import STEM_WEIGHT, WORD_WEIGHT, Group, SqlEngine, Which
from exchange.store.lesson_index import changes
from exchange.store.lesson_search import among

FROM: Final = 100_000
"""Lessons from which it is worth its folder."""

_LOG = logging.getLogger(__name__)
_HEAP: Final = 64_000_000
_AT_ONCE: Final = 5000
_STAMP: Final = "followed.json"
_search = t.lesson_search.c


def installed() -> bool:
    """Return whether the extra is installed."""
    return importlib.util.find_spec("tantivy") is not None


class TantivyEngine:
    """Finds lessons by words in an index of its own.

    The record is the truth: before every search the index takes up what changed since. Where it cannot, because
    another program is writing it, the database's own index answers. Who may see a lesson is asked of the record.

    Parameters
    ----------
    folder
        Where the index lies; made where it is missing. It may be deleted at any time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._otherwise = SqlEngine()
        self._lock = threading.Lock()
        self._index: Any = None
        self._followed = -1

    def find(self, connection: sa.Connection, visible: sa.Select[Any], groups: Sequence[Group], which: Which,
             limit: int) -> list[int]:
        """Return the numbers of lessons with all, or any, of the words, the best first."""
        if not self.follow(connection):
            return self._otherwise.find(connection, visible, groups, which, limit)
        query = self._query(groups, which)
        searcher = self._index.searcher()
        most, asked = searcher.num_docs, 2 * limit + 10  # some may not be shown
        while True:
            hits = searcher.search(query, limit=max(asked, 1), count=False).hits
            numbers = [int(n) for n in searcher.fast_field_values("number", [place for _, place in hits])]
            found = _shown(connection, visible, numbers)
            if len(found) >= limit or len(hits) < asked or asked >= most:
                return found[:limit]
            asked *= 4

    def follow(self, connection: sa.Connection) -> bool:
        """Take up what changed; return whether the index stands where the record does."""
        now = changes(connection)
        if now == self._followed:
            return True
        with self._lock:
            try:
                self._open()
                if now != self._followed:
                    self._take_up(connection, now)
            except (ValueError, OSError):
                _LOG.warning("The quick index of the library cannot follow; the record itself is searched",
                             exc_info=True)
                return False
        return True

    def _open(self) -> None:
        import tantivy  # noqa: PLC0415 - an extra

        if self._index is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=False, indexed=True, fast=True)
        for name in ("words", "stems"):
            builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(self._folder))
        stamp = self._folder / _STAMP
        self._followed = json.loads(stamp.read_text(encoding="utf-8"))["changed"] if stamp.exists() else 0

    def _take_up(self, connection: sa.Connection, now: int) -> None:
        import tantivy  # noqa: PLC0415 - an extra

        lesson = t.lesson.c
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        fresh = self._followed <= 0 or now < self._followed  # never noted down, or the record is an older one: a backup
        if fresh:
            self._followed = 0
            writer.delete_all_documents()
        query = sa.select(lesson.number, _search.words, _search.stems).select_from(t.lesson).outerjoin(
            t.lesson_search, _search.rowid == lesson.number).where(
            lesson.changed > self._followed, lesson.changed <= now)
        for number, words, stems in connection.execution_options(yield_per=_AT_ONCE).execute(query):
            if not fresh:
                writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "number", number))
            if words is not None:
                document = tantivy.Document(words=words, stems=stems)
                document.add_unsigned("number", number)
                writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        (self._folder / _STAMP).write_text(json.dumps({"changed": now}), encoding="utf-8")
        self._followed = now

    def _query(self, groups: Sequence[Group], which: Which) -> Any:
        from tantivy import Occur, Query  # noqa: PLC0415 - an extra

        def term(name: str, form: str, weight: float) -> Any:
            return Query.boost_query(Query.term_query(self._schema, name, form, index_option="freq"), weight)

        def word(group: Group) -> Any:
            forms = [term("words", group.word, WORD_WEIGHT)]
            forms += [term("stems", stem, STEM_WEIGHT) for stem in group.stems]
            return Query.boolean_query([(Occur.Should, form) for form in forms])

        every = Occur.Must if which == "all" else Occur.Should
        return Query.boolean_query([(every, word(group)) for group in groups])


def _shown(connection: sa.Connection, visible: sa.Select[Any], numbers: Sequence[int]) -> list[int]:
    """Return those of the numbers that may be shown, in their order."""
    allowed: set[int] = set()
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start:start + _AT_ONCE]
        allowed |= set(connection.scalars(visible.where(among(connection, some))))
    return [number for number in numbers if number in allowed]
